"""How much of each thing lies in each parcel: one sparse table of areas, built once and reused.

Of the pairs whose bounding boxes meet, most things lie wholly inside one parcel: their own area is
the answer and no intersection is computed. The rest is intersected, in vectorised calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.area_table import AreaTable, sum_by
from geo.pairs import (
    NOISE_M2,
    arithmetic,
    candidates,
    interiors_meet,
    require_measurable,
    shared_areas_m2,
    valid_polygons,
)

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    from geo.pairs import Polygons

    Layer: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries

__all__ = [
    "NOISE_M2",
    "AreaTable",
    "area_table",
    "covered_areas_m2",
    "overlapping_pairs",
    "uncovered",
]

#: Up to so many shapes of an owner are united in one vectorised call with those of other owners.
_SMALL_GROUP = 8


def area_table(
    left: Layer,
    right: Layer,
    *,
    left_name: str = "left",
    right_name: str = "right",
    threads: int = 1,
) -> AreaTable:
    """Measure how much of every right polygon lies in every left polygon, in the plane.

    Both layers must be valid polygons (`geo.validity.repair_polygons`) in one projected CRS in
    metres. A missing geometry shares nothing and its area is NaN.

    Parameters
    ----------
    left : geopandas.GeoDataFrame or geopandas.GeoSeries
        The larger things: parcels.
    right : geopandas.GeoDataFrame or geopandas.GeoSeries
        The smaller: buildings, green areas, plan zones.
    left_name, right_name : str
        For messages and for `AreaTable.frame`.
    threads : int
        Intersections release the interpreter, so that two threads halve the wait on two cores.
        The result is the same.

    Returns
    -------
    AreaTable
        Shared areas up to a square millimetre are dropped.

    Raises
    ------
    MissingCRSError, CRSMismatchError, UnsuitableCRSError
        See `geo.crs`.
    InvalidGeometryError
        If a geometry is no polygon or is not valid. A polygon that crosses itself would
        otherwise count nothing, silently.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> parcels = gpd.GeoSeries([box(0, 0, 10, 10), box(10, 0, 20, 10)], crs="EPSG:4548")
    >>> buildings = gpd.GeoSeries([box(1, 1, 3, 3), box(8, 4, 12, 6)], crs="EPSG:4548")
    >>> table = area_table(parcels, buildings)
    >>> table.left_totals().tolist()
    [8.0, 4.0]
    >>> table.right_residual_m2().tolist()
    [0.0, 0.0]
    """
    require_measurable({left_name: left, right_name: right})
    lefts = valid_polygons(left, left_name, threads)
    rights = valid_polygons(right, right_name, threads)
    one, two = candidates(lefts.shapes, rights.shapes)
    shared = shared_areas_m2(lefts, rights, one, two, threads=threads)
    kept = shared > NOISE_M2
    return AreaTable(
        one[kept], two[kept], shared[kept], lefts.area_m2, rights.area_m2, left_name, right_name
    )


def covered_areas_m2(left: Layer, right: Layer, *, threads: int = 1) -> NDArray[np.float64]:
    """Measure the ground of every left polygon that the right polygons cover, counted once.

    The area of left ∩ (union of the right). Where right polygons overlap one another their shared
    ground counts once, unlike in `AreaTable.left_totals`.

    Parameters
    ----------
    left, right : geopandas.GeoDataFrame or geopandas.GeoSeries
        As for `area_table`, which also lists the errors.
    threads : int
        See `area_table`.

    Returns
    -------
    numpy.ndarray
        m2 per left polygon; NaN where there is no geometry.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> parcels = gpd.GeoSeries([box(0, 0, 10, 10)], crs="EPSG:4548")
    >>> lawns = gpd.GeoSeries([box(0, 0, 4, 10), box(2, 0, 6, 10)], crs="EPSG:4548")
    >>> covered_areas_m2(parcels, lawns).tolist()
    [60.0]
    """
    table = area_table(left, right, threads=threads)
    covered = table.left_totals()
    whole = np.unique(table.left[table.area_m2 >= table.left_area_m2[table.left]])
    covered[whole] = table.left_area_m2[whole]
    lefts, rights = left.geometry.to_numpy(), right.geometry.to_numpy()
    doubled = _doubled(right, table, whole, threads)
    if not doubled.any():
        return covered
    one, two = table.left[doubled], table.right[doubled]
    pieces = shapely.intersection(lefts[one], rights[two])
    owners, united = _united(one, pieces)
    counted = sum_by(one, table.area_m2[doubled], len(lefts))
    covered[owners] += shapely.area(united) - counted[owners]
    return np.minimum(covered, table.left_area_m2)


def _doubled(
    right: Layer, table: AreaTable, whole: NDArray[np.int64], threads: int
) -> NDArray[np.bool_]:
    """Find the rows whose right polygon overlaps another right polygon of the same left one.

    Left polygons that one right polygon covers whole are left out.
    """
    count = len(table.left_area_m2)
    several = np.bincount(table.left, minlength=count) > 1
    several[whole] = False
    rows = several[table.left]
    asked = np.unique(table.right[rows])
    polygons = valid_polygons(right.geometry.iloc[asked], "right", threads)
    pairs = _overlaps(polygons, NOISE_M2, threads)
    tangled = np.zeros(len(right), dtype=bool)
    tangled[asked[pairs[["a", "b"]].to_numpy().ravel()]] = True
    rows &= tangled[table.right]
    return rows & (np.bincount(table.left[rows], minlength=count) > 1)[table.left]


def _united(
    owner: NDArray[np.int64], shapes: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Unite the shapes of each owner; `owner` is sorted."""
    owners, starts, counts = np.unique(owner, return_index=True, return_counts=True)
    united = np.empty(len(owners), dtype=object)
    small = np.flatnonzero(counts <= _SMALL_GROUP)
    slot = np.arange(_SMALL_GROUP)
    filled = slot < counts[small, None]
    groups = np.full(filled.shape, None, dtype=object)
    groups[filled] = shapes[(starts[small, None] + slot)[filled]]
    united[small] = shapely.union_all(groups, axis=1)
    for nth in np.flatnonzero(counts > _SMALL_GROUP):
        united[nth] = shapely.union_all(shapes[starts[nth] : starts[nth] + counts[nth]])
    return owners, united


def overlapping_pairs(
    layer: Layer, *, tolerance_m2: float = NOISE_M2, name: str = "layer", threads: int = 1
) -> pd.DataFrame:
    """Find the polygons of a layer that overlap one another.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or geopandas.GeoSeries
        Valid polygons in a projected CRS in metres.
    tolerance_m2 : float
        Overlaps up to this area are not reported.
    name : str
        The layer's name, for messages.
    threads : int
        See `area_table`.

    Returns
    -------
    pandas.DataFrame
        ``a``, ``b`` (positions, a before b) and ``area_m2``, sorted by a, then b.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> squares = [box(0, 0, 2, 2), box(1, 1, 3, 3), box(3, 0, 4, 4)]
    >>> overlapping_pairs(gpd.GeoSeries(squares, crs="EPSG:4548")).values.tolist()
    [[0.0, 1.0, 1.0]]
    """
    require_measurable({name: layer})
    return _overlaps(valid_polygons(layer, name, threads), tolerance_m2, threads)


def _overlaps(polygons: Polygons, tolerance_m2: float, threads: int) -> pd.DataFrame:
    one, two = candidates(polygons.shapes, polygons.shapes)
    once = one < two
    one, two = one[once], two[once]
    # Neighbours share an edge: to see that they share no more takes GEOS a third of the time of
    # their intersection.
    meet = arithmetic(polygons, polygons, one, two)
    asked = np.flatnonzero(~meet)
    meet[asked] = interiors_meet(polygons.shapes, one[asked], two[asked], threads)
    one, two = one[meet], two[meet]
    area = shared_areas_m2(polygons, polygons, one, two, threads=threads)
    kept = area > tolerance_m2
    return pd.DataFrame({"a": one[kept], "b": two[kept], "area_m2": area[kept]})


def uncovered(left: Layer, right: Layer) -> gpd.GeoSeries:
    """Return what of every left polygon no right polygon covers.

    Parameters
    ----------
    left, right : geopandas.GeoDataFrame or geopandas.GeoSeries
        As for `area_table`, which also lists the errors.

    Returns
    -------
    geopandas.GeoSeries
        On the index of `left`: the whole polygon where nothing meets it, an empty polygon where
        it is covered but for rounding, null where it is null.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> parcels = gpd.GeoSeries([box(0, 0, 10, 10), box(20, 0, 30, 10)], crs="EPSG:4548")
    >>> lawns = gpd.GeoSeries([box(0, 0, 4, 10), box(2, 0, 6, 10)], crs="EPSG:4548")
    >>> uncovered(parcels, lawns).area.tolist()
    [40.0, 100.0]
    """
    crs = require_measurable({"left": left, "right": right})
    lefts, rights = valid_polygons(left, "left").shapes, valid_polygons(right, "right").shapes
    one, two = candidates(lefts, rights)
    bare = lefts.copy()
    if len(one):
        owners, covers = _united(one, rights[two])
        bare[owners] = shapely.difference(lefts[owners], covers)
        bare[shapely.area(bare) <= NOISE_M2] = shapely.Polygon()
    return gpd.GeoSeries(bare, index=left.index, crs=crs, name="uncovered")
