"""The change on each parcel between the first and the last raster of a dated series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from geo.rasters import mean_values
from zongdi.green_rasters import VALID_SHARE_MIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

__all__ = ["raster_changes"]

#: The rasters that are read for change: vegetation index and surface model.
_SERIES = ("ndvi", "surface")


def raster_changes(
    rasters: Mapping[str, Sequence[Any]], parcels: pd.DataFrame, as_of: date
) -> dict[str, pd.DataFrame]:
    """Return the change of the mean value on each parcel, of every series with two dates or more.

    The earliest and the latest raster up to `as_of` count; one without a date belongs to no series.

    Returns
    -------
    dict of str to pandas.DataFrame
        By raster, on the index of the parcels: ``change`` (later less earlier, in the raster's unit;
        NaN where either does not cover 99 % of the parcel with valid pixels), ``first_on``, ``last_on``.
    """
    if not isinstance(parcels, gpd.GeoDataFrame):
        return {}
    found = {}
    for name in _SERIES:
        dated = [raster for raster in rasters.get(name, ()) if raster.on is not None]
        dated = sorted((one for one in dated if one.on <= as_of), key=lambda one: one.on)
        if not dated or dated[0].on == dated[-1].on:
            continue
        ends = (dated[0], dated[-1])
        first, last = (mean_values(one.path, parcels.geometry, band=one.band) for one in ends)
        covered = pd.concat([first["valid_share"], last["valid_share"]], axis=1).min(axis=1)
        change = (last["mean"] - first["mean"]).where(covered >= VALID_SHARE_MIN)
        days = {
            column: pd.Timestamp(one.on).as_unit("s")
            for column, one in zip(("first_on", "last_on"), ends, strict=True)
        }
        found[name] = pd.DataFrame({"change": change, **days}, index=parcels.index)
    return found
