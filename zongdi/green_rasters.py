"""Green and canopy from the project's rasters: of each parcel, and of a zone's ground on no parcel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from analyses.green_ground import own_ground
from analyses.green_zones import pool_ground
from analyses.ground import has_ground, measured_areas
from geo.overlay import uncovered
from geo.rasters import share_between, share_of_classes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from analyses.green_options import RasterGreen
    from analyses.green_zones import PoolExtent
    from analyses.ground import AreaMethod

__all__ = ["green_raster_share", "unbounded_rasters", "zone_rasters"]

#: Ground of which less than this is covered by valid pixels has an unknown share.
VALID_SHARE_MIN = 0.99

#: The rasters that show green ground, best first. Tree crowns are not among them.
_GREEN = ("ndvi", "landcover")
_CANOPY = ("canopy",)


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
    return _shares(rasters, _GREEN, parcels.geometry, as_of)


def zone_rasters(
    rasters: Mapping[str, Sequence[Any]],
    parcels: pd.DataFrame,
    as_of: date,
    *,
    zones: pd.DataFrame | None = None,
    pools: pd.DataFrame | None = None,
    extent: PoolExtent = "zone",
    method: AreaMethod = "plane",
) -> RasterGreen:
    """Return what rasters say beside the green of the parcels.

    Parameters
    ----------
    rasters : mapping of str to sequence of layers.rasters.RasterInput
        Of the project. The ``canopy`` raster holds heights above ground; crowns are what is at
        or above its ``min``.
    parcels : geopandas.GeoDataFrame
        With ``zone_id``.
    as_of : datetime.date
        The review date.
    zones, pools : geopandas.GeoDataFrame, optional
        The layers from which the pools' ground follows.
    extent : {"zone", "fenced", "approved", "polygon"}
        What the pool is.
    method : {"plane", "ellipsoid"}
        How ground is measured.

    Returns
    -------
    analyses.green_options.RasterGreen
        Only the figures for which there is a raster.
    """
    seen: RasterGreen = {}
    if not isinstance(parcels, gpd.GeoDataFrame):
        return seen
    crowns = _shares(rasters, _CANOPY, parcels.geometry, as_of)
    if crowns is not None:
        seen["cover_share"] = crowns
    ground = pool_ground(parcels, zones, extent=extent, pools=pools)
    if ground is None:
        return seen
    crowns = _shares(rasters, _CANOPY, ground.geometry, as_of)
    if crowns is not None:
        seen["zone_cover_share"] = pd.Series(crowns.to_numpy(), index=ground["zone_id"].array)
    own: Any = own_ground(parcels)[0]
    shapes = own.loc[has_ground(own), "geometry"]
    bare = uncovered(ground.geometry, shapes) if len(shapes) else ground.geometry
    green = _shares(rasters, _GREEN, bare, as_of)
    if green is not None:
        left = gpd.GeoDataFrame(geometry=bare.array, crs=ground.crs)
        metres = np.nan_to_num(measured_areas(left, method))
        # Where the parcels cover the whole zone there is none, whatever the raster holds.
        found = np.where(metres > 0, metres * green.to_numpy(), 0.0)
        seen["off_parcels_m2"] = pd.Series(found, index=ground["zone_id"].array)
    return seen


def _shares(
    rasters: Mapping[str, Sequence[Any]],
    names: Sequence[str],
    geometry: gpd.GeoSeries,
    as_of: date,
) -> pd.Series[Any] | None:
    """Measure the share of each polygon that the first raster there is shows as green."""
    for name in names:
        raster = _latest(rasters.get(name, ()), as_of)
        # Without a bound or classes nobody has said what green is: every pixel would count.
        if raster is None or not _bounded(raster):
            continue
        if raster.classes:
            shares = share_of_classes(raster.path, geometry, raster.classes, band=raster.band)
        else:
            high = np.inf if raster.max is None else raster.max
            shares = share_between(
                raster.path, geometry, low=raster.min, high=high, band=raster.band
            )
        return shares["share"].where(shares["valid_share"] >= VALID_SHARE_MIN)
    return None


def _bounded(raster: Any) -> bool:
    return bool(raster.classes) or raster.min is not None or raster.max is not None


def unbounded_rasters(rasters: Mapping[str, Sequence[Any]]) -> list[str]:
    """Name the rasters that are not used since the project says neither bounds nor classes."""
    return [
        name
        for name in (*_GREEN, *_CANOPY)
        if any(not _bounded(raster) for raster in rasters.get(name, ()))
    ]


def _latest(series: Sequence[Any], as_of: date) -> Any:
    undated = [raster for raster in series if raster.on is None]
    dated = sorted((r for r in series if r.on is not None and r.on <= as_of), key=lambda r: r.on)
    chosen = dated or undated
    return chosen[-1] if chosen else None
