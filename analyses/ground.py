"""Ground of contract frames: areas and overlaps in which a row without geometry stays unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import shapely

from analyses.frames import numbers
from geo.areas import ellipsoid_areas_m2, plane_areas_m2
from geo.overlay import area_table, covered_areas_m2

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = [
    "AreaMethod",
    "covered_ground",
    "ground_pairs",
    "has_ground",
    "measured_areas",
    "method_factor",
]

AreaMethod = Literal["plane", "ellipsoid"]

_PAIRS = ("left", "right", "area_m2", "left_area_m2", "right_area_m2")


def has_ground(frame: pd.DataFrame | None) -> np.ndarray:
    """Say of each row whether it has a geometry that covers ground."""
    if frame is None:
        return np.zeros(0, dtype=bool)
    if "geometry" not in frame:
        return np.zeros(len(frame), dtype=bool)
    shapes = frame["geometry"].to_numpy()
    return np.asarray(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)), dtype=bool)


def measured_areas(frame: pd.DataFrame, method: AreaMethod) -> np.ndarray:
    """Return the measured area of each row in m2, NaN where it has no geometry.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame or pandas.DataFrame
        In the computing CRS.
    method : {"plane", "ellipsoid"}
        In the plane of the CRS, or on its ellipsoid.
    """
    ground = has_ground(frame)
    areas = np.full(len(frame), np.nan)
    if ground.any():
        measure = plane_areas_m2 if method == "plane" else ellipsoid_areas_m2
        areas[ground] = measure(frame["geometry"].loc[ground]).to_numpy(dtype=float)
    return areas


def method_factor(parcels: pd.DataFrame, method: AreaMethod) -> np.ndarray:
    """Return what a plane area on each parcel is multiplied by to be an area of `method`."""
    if method == "plane":
        return np.ones(len(parcels))
    plane = numbers(parcels, "area_plane_m2").to_numpy()
    ellipsoid = numbers(parcels, "area_ellipsoid_m2").to_numpy()
    if np.isnan(plane).any():
        plane = np.where(np.isnan(plane), measured_areas(parcels, "plane"), plane)
    if np.isnan(ellipsoid).any():
        ellipsoid = np.where(np.isnan(ellipsoid), measured_areas(parcels, "ellipsoid"), ellipsoid)
    return np.divide(ellipsoid, plane, out=np.ones(len(parcels)), where=plane > 0)


def _rows(frame: Any, ground: np.ndarray) -> gpd.GeoDataFrame:
    return frame.loc[ground, ["geometry"]].reset_index(drop=True)


def ground_pairs(
    left: pd.DataFrame, right: pd.DataFrame, *, left_name: str, right_name: str
) -> pd.DataFrame:
    """Return every pair of rows that share ground.

    Returns
    -------
    pandas.DataFrame
        ``left`` and ``right`` (positions in the frames), ``area_m2`` shared, and the whole areas
        ``left_area_m2`` and ``right_area_m2``; in the order of the positions.
    """
    left_ground, right_ground = has_ground(left), has_ground(right)
    if not left_ground.any() or not right_ground.any():
        frame = pd.DataFrame({name: np.zeros(0) for name in _PAIRS})
        return frame.astype({"left": "int64", "right": "int64"})
    table = area_table(
        _rows(left, left_ground),
        _rows(right, right_ground),
        left_name=left_name,
        right_name=right_name,
    )
    pairs = pd.DataFrame(
        {
            "left": np.flatnonzero(left_ground)[table.left],
            "right": np.flatnonzero(right_ground)[table.right],
            "area_m2": table.area_m2,
            "left_area_m2": np.asarray(table.left_area_m2)[table.left],
            "right_area_m2": np.asarray(table.right_area_m2)[table.right],
        }
    )
    return pairs.sort_values(["left", "right"], ignore_index=True)


def covered_ground(left: pd.DataFrame, right: pd.DataFrame) -> np.ndarray:
    """Return the ground of each left row under any right row, counted once, in plane m2.

    NaN where the left row has no geometry.
    """
    left_ground, right_ground = has_ground(left), has_ground(right)
    covered = np.where(left_ground, 0.0, np.nan)
    if left_ground.any() and right_ground.any():
        covered[left_ground] = covered_areas_m2(
            _rows(left, left_ground), _rows(right, right_ground)
        )
    return covered
