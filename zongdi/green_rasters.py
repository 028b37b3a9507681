"""The green share of each parcel from the project's rasters, where it gives any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from geo.rasters import share_between, share_of_classes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd

__all__ = ["green_raster_share"]

#: A parcel of which less than this is covered by valid pixels has an unknown share.
VALID_SHARE_MIN = 0.99


def green_raster_share(
    rasters: Mapping[str, Sequence[Any]], parcels: pd.DataFrame, as_of: date
) -> pd.Series[Any] | None:
    """Return the green share of each parcel by exact pixel coverage; None without a raster.

    NDVI is taken before land cover. Of a dated series the latest raster up to `as_of` counts; a
    series without a date at or before it gives nothing.

    Returns
    -------
    pandas.Series or None
        On the index of the parcels; NaN where valid pixels cover less than 99 % of the parcel.
    """
    if not isinstance(parcels, gpd.GeoDataFrame):
        return None
    for name in ("ndvi", "landcover"):
        raster = _latest(rasters.get(name, ()), as_of)
        if raster is None:
            continue
        if name == "ndvi":
            high = np.inf if raster.max is None else raster.max
            shares = share_between(
                raster.path, parcels.geometry, low=raster.min, high=high, band=raster.band
            )
        else:
            shares = share_of_classes(
                raster.path, parcels.geometry, raster.classes, band=raster.band
            )
        return shares["share"].where(shares["valid_share"] >= VALID_SHARE_MIN)
    return None


def _latest(series: Sequence[Any], as_of: date) -> Any:
    undated = [raster for raster in series if raster.on is None]
    dated = sorted((r for r in series if r.on is not None and r.on <= as_of), key=lambda r: r.on)
    chosen = dated or undated
    return chosen[-1] if chosen else None
