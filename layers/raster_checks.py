"""Whether a raster covers the parcels, can be read to its end, and draws on nothing out of reach."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
from rasterio.windows import Window

from geo.crs import transformer
from geo.errors import GeoError, RasterError
from geo.rasters import opened, raster_crs
from layers.errors import ReadError
from layers.problems import Kind
from layers.raw import UNREADABLE
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd
    import pyproj

    from layers.rasters import RasterInput
    from layers.raw import Reporter

__all__ = ["check_mosaic", "covers_parcels"]

#: So many pixels are read at a time, and at most so many in all: a check is no analysis.
_STRIP_PIXELS, _MOST_PIXELS = 1 << 22, 1 << 26
_SOURCE = re.compile(
    r"<SourceFilename([^>]*)>([^<]*)</SourceFilename>|<SourceDataset()>([^<]*)</SourceDataset>"
)

ELSEWHERE = Kind(
    "raster-elsewhere",
    "warning",
    Text(
        "影像没有覆盖任何宗地：由它得出的结果均为未知",
        "the raster covers no parcel: what it is asked for is unknown",
    ),
    Text("请核对影像的范围与坐标系", "check its extent and its CRS"),
)
NO_DATA = Kind(
    "raster-without-data",
    "warning",
    Text(
        "影像在宗地范围内全是无数据值：由它得出的结果均为未知",
        "within the extent of the parcels the raster holds no data: what it is asked for is unknown",
    ),
    Text("请核对影像的无数据值与波段", "check its nodata value and its band"),
)


def check_mosaic(path: Path, seen: frozenset[Path] = frozenset()) -> None:
    """Refuse a virtual raster (VRT) that draws on the network, on itself or on what is not there.

    Raises
    ------
    ReadError
        Naming the first source that cannot be used.
    """
    if path.suffix.lower() != ".vrt":
        return
    here = path.resolve()
    text = path.read_text("utf-8", errors="replace")
    for attributes, one, _, other in _SOURCE.findall(text):
        name = (one or other).strip()
        if name.startswith(("/vsi", "<")) or "://" in name:
            msg = (
                f"虚拟影像引用了网络或压缩包中的数据，本程序不联网，拒绝打开 / the virtual raster draws on the network "
                f"or on an archive and was not opened: {name[:80]}"
            )
            raise ReadError(msg)
        source = path.parent / name if 'relativeToVRT="1"' in attributes else here.parent / name
        if not source.is_file():
            msg = f"虚拟影像引用的文件不存在 / the virtual raster draws on a file that is not there: {name[:80]}"
            raise ReadError(msg)
        if source.resolve() in {here, *seen}:
            msg = f"虚拟影像引用了自身 / the virtual raster draws on itself: {name[:80]}"
            raise ReadError(msg)
        check_mosaic(source, seen | {here})


def covers_parcels(
    raster: RasterInput, parcels: pd.DataFrame | None, crs: pyproj.CRS | None, report: Reporter
) -> bool:
    """Read what lies over the parcels, and tell whether the raster can be used.

    Parameters
    ----------
    raster : RasterInput
        As `layers.rasters.open_raster` returned it.
    parcels : geopandas.GeoDataFrame, pandas.DataFrame or None
        In the computing CRS.
    crs : pyproj.CRS or None
        The computing CRS.
    report : Reporter
        Told of a raster that lies elsewhere, holds no data there, or breaks off.

    Returns
    -------
    bool
        False where an error was reported.
    """
    try:
        with opened(raster.path) as dataset:
            raster_crs(dataset, raster.path)
            if crs is None or not isinstance(parcels, gpd.GeoDataFrame):
                return True
            window = _window(dataset, raster, parcels, crs)
            if window is None:
                report.add(ELSEWHERE)
            elif not any(_holds_data(dataset, raster.band, strip) for strip in _strips(window)):
                report.add(NO_DATA)
    except (GeoError, RasterError) as err:
        why = " ".join(str(err).split()).replace(str(raster.path), raster.path.name)
        report.add(UNREADABLE, why=why[:300])
        return False
    return True


def _window(
    dataset: Any, raster: RasterInput, parcels: gpd.GeoDataFrame, crs: pyproj.CRS
) -> Window | None:
    """Return the pixels over the parcels; None where there are none."""
    bounds = transformer(crs, raster.crs).transform_bounds(*parcels.total_bounds)
    if not np.isfinite(bounds).all():
        return None
    west, south, east, north = bounds
    edge = dataset.bounds
    low, high = min(edge.bottom, edge.top), max(edge.bottom, edge.top)
    if west >= edge.right or east <= edge.left or south >= high or north <= low:
        return None
    place = dataset.transform  # along the axes, as `raster_crs` made sure
    across = sorted((x - place.c) / place.a for x in (west, east))
    down = sorted((y - place.f) / place.e for y in (south, north))
    left, top = (max(0, int(np.floor(side[0]))) for side in (across, down))
    right = min(dataset.width, int(np.ceil(across[1])))
    bottom = min(dataset.height, int(np.ceil(down[1])))
    return Window(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _strips(window: Window) -> Iterator[Window]:
    """Divide a window into strips; of a large one only the first and the last are taken."""
    height = max(1, _STRIP_PIXELS // max(1, int(window.width)))
    tops = list(range(0, int(window.height), height))
    most = max(2, _MOST_PIXELS // _STRIP_PIXELS)
    for top in [*tops[: most - 1], tops[-1]] if len(tops) > most else tops:
        rows = min(height, int(window.height) - top)
        yield Window(window.col_off, window.row_off + top, window.width, rows)


def _holds_data(dataset: Any, band: int, strip: Window) -> bool:
    return bool(dataset.read(band, window=strip, masked=True).count())
