"""Obstacle limitation surfaces over the parcels: the least height that they leave above ground.

Zones of the airport type lie below them. They are data of the project, as a layer of surfaces or as a
raster; they cap what may be added above, beside the height limit of the plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import numbers
from analyses.ground import ground_pairs, has_ground

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["lowest_of", "obstacle_limits"]


def obstacle_limits(parcels: pd.DataFrame, obstacles: pd.DataFrame | None) -> pd.Series[Any] | None:
    """Return the least height above ground that the surfaces over each parcel leave.

    A surface over a part of a parcel counts for the whole of it: where on the parcel a storey would be
    added is not known.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        Contract frame.
    obstacles : geopandas.GeoDataFrame or None
        Contract frame of the layer: polygons with ``height_max_m``. None: no such layer.

    Returns
    -------
    pandas.Series or None
        In m: infinite where no surface lies over the parcel; NaN where one without a height does, or
        the parcel has no geometry. None without the layer.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> land = gpd.GeoDataFrame(geometry=[box(0, 0, 9, 9), box(20, 0, 29, 9)], crs="EPSG:4548")
    >>> cones = gpd.GeoDataFrame({"height_max_m": [45.0, 30.0]},
    ...                          geometry=[box(0, 0, 9, 9), box(5, 0, 12, 9)], crs="EPSG:4548")
    >>> obstacle_limits(land, cones).tolist()
    [30.0, inf]
    """
    if obstacles is None:
        return None
    ground = has_ground(parcels)
    least = np.where(ground, np.inf, np.nan)
    if ground.any() and has_ground(obstacles).any():
        pairs = ground_pairs(obstacles, parcels, left_name="obstacles", right_name="parcels")
        height = numbers(obstacles, "height_max_m").to_numpy()[pairs["left"]]
        # The minimum keeps what is unknown: a surface without a height may be the lowest.
        np.minimum.at(least, pairs["right"].to_numpy(), height)
    return pd.Series(least, index=parcels.index, dtype="float64")


def lowest_of(*limits: pd.Series[Any] | None) -> pd.Series[Any] | None:
    """Return the lowest of several limits; unknown where one is, None where there is none.

    Examples
    --------
    >>> lowest_of(pd.Series([30.0, np.inf]), None, pd.Series([45.0, np.nan])).tolist()
    [30.0, nan]
    """
    given: Iterable[pd.Series[Any]] = [limit for limit in limits if limit is not None]
    found: pd.Series[Any] | None = None
    for limit in given:
        found = limit if found is None else pd.Series(np.minimum(found, limit), index=found.index)
    return found
