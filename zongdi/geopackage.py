"""GeoPackages that come out the same each time: GDAL's clock is set to the review date."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from zongdi.tabular import dates_as_dates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

__all__ = ["write_geopackage"]


@contextmanager
def _gdal_clock(as_of: date) -> Iterator[None]:
    """Let GDAL stamp `as_of` instead of the clock's time."""
    key = "OGR_CURRENT_DATE"
    before = pyogrio.get_gdal_config_option(key)
    pyogrio.set_gdal_config_options({key: f"{as_of.isoformat()}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({key: before})


#: The table of styles is keyed as QGIS itself writes it.
_OPTIONS = {"layer_styles": {"FID": "id"}}


def write_geopackage(
    path: Path,
    layers: Mapping[str, pd.DataFrame],
    *,
    as_of: date,
    kinds: Mapping[str, str] | None = None,
) -> None:
    """Write layers (with geometry) and tables (without) into one new GeoPackage.

    Parameters
    ----------
    path : pathlib.Path
        A file that does not exist yet.
    layers : mapping of str to DataFrame
        Layer name to rows; a `geopandas.GeoDataFrame` with geometry becomes a spatial layer.
    as_of : datetime.date
        Stands as the date of last change.
    kinds : mapping of str to str, optional
        The geometry types of layers that hold no row to tell it.
    """
    with _gdal_clock(as_of):
        for name, frame in layers.items():
            plain = dates_as_dates(frame)
            if isinstance(plain, gpd.GeoDataFrame) and plain.empty and plain.crs is None:
                # Of a project without shapes there is no CRS: a layer of nothing is a table.
                plain = pd.DataFrame(plain.drop(columns=plain.columns.intersection(["geometry"])))
            kind: str | None = None
            if isinstance(plain, gpd.GeoDataFrame) and "geometry" in plain:
                plain, kind = _single_typed(plain)
                kind = (kinds or {}).get(name, kind)
            pyogrio.write_dataframe(
                plain,
                path,
                layer=name,
                driver="GPKG",
                append=path.exists(),
                use_arrow=True,
                geometry_type=kind,
                **_OPTIONS.get(name, {}),
            )


def _single_typed(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, str]:
    """Give a layer one type of geometry, as the format wants: parts become one-part collections."""
    kinds = {kind.removeprefix("Multi") for kind in frame.geometry.dropna().geom_type}
    if len(kinds) != 1:
        return frame, "Unknown"
    (kind,) = kinds
    if f"Multi{kind}" not in set(frame.geometry.dropna().geom_type):
        return frame, kind
    multis: dict[str, Any] = {
        "Polygon": shapely.multipolygons,
        "LineString": shapely.multilinestrings,
        "Point": shapely.multipoints,
    }
    single = (frame.geometry.geom_type == kind).to_numpy()
    geometry = frame.geometry.to_numpy().copy()
    geometry[single] = multis[kind](geometry[single], indices=np.arange(single.sum()))
    return frame.set_geometry(
        gpd.GeoSeries(geometry, index=frame.index, crs=frame.crs)
    ), f"Multi{kind}"
