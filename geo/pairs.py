"""Pairs of polygons whose bounding boxes meet, and the fast tests on them.

Shared by every overlay: the gate that lets only valid polygons in, the spatial index, the runs in
which pairs are worked off, on several threads where asked.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.crs import check_measuring_crs, require_same_crs
from geo.errors import InvalidGeometryError, some
from geo.inner import inner_boxes
from geo.rings import surely_valid, vertex_counts
from geo.strips import shared_by_strips

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = [
    "NOISE_M2",
    "Polygons",
    "arithmetic",
    "candidates",
    "in_runs",
    "interiors_meet",
    "require_measurable",
    "shared_areas_m2",
    "valid_polygons",
]

#: Shared areas up to a square millimetre are rounding of the coordinates, not ground.
NOISE_M2 = 1e-6
_POLYGON, _MULTIPOLYGON = 3, 6
#: Up to so many vertices of the two polygons of a pair, arithmetic on arrays beats GEOS.
_SMALL, _LARGE = 8, 32
#: From so many questions to a polygon on, on average, preparing it pays.
_WORTH_PREPARING = 3
#: Rows per run.
_RUN = 4_096


def require_measurable(layers: dict[str, gpd.GeoDataFrame | gpd.GeoSeries]) -> CRS:
    """Return the one projected CRS in metres that all layers share; else an error of `geo.crs`."""
    return check_measuring_crs(require_same_crs(layers))


@dataclass(frozen=True, eq=False)
class Polygons:
    """Valid polygons and what is asked of them again and again.

    Attributes
    ----------
    shapes : numpy.ndarray of object
        Valid polygons and multipolygons, or None.
    sizes : numpy.ndarray of int64
        The vertices of a polygon of one ring; 0 for any other.
    area_m2 : numpy.ndarray of float64
        NaN where there is no geometry.
    bounds : numpy.ndarray of float64
        Polygons x 4: least x and y, greatest x and y; NaN where there is no geometry.
    """

    shapes: NDArray[np.object_]
    sizes: NDArray[np.int64]
    area_m2: NDArray[np.float64]
    bounds: NDArray[np.float64]


def valid_polygons(
    layer: gpd.GeoDataFrame | gpd.GeoSeries, name: str, threads: int = 1
) -> Polygons:
    """Take the geometries of a layer; InvalidGeometryError unless they are valid polygons or null."""
    shapes: NDArray[np.object_] = layer.geometry.to_numpy()
    kinds, sizes = np.empty(len(shapes), "int8"), np.empty(len(shapes), "int64")
    area, bounds = np.empty(len(shapes)), np.empty((len(shapes), 4))

    def take(run: slice) -> NDArray[np.bool_]:
        # All that is asked of a geometry is asked while it is in the cache.
        own = shapes[run]
        kinds[run], sizes[run] = shapely.get_type_id(own), vertex_counts(own)
        area[run], bounds[run] = shapely.area(own), shapely.bounds(own)
        valid = surely_valid(own, sizes[run])
        valid[~valid] = shapely.is_valid(own[~valid])
        return valid

    valid = in_runs(take, np.arange(len(shapes)), threads)
    _refuse(
        shapes,
        ~np.isin(kinds, (-1, _POLYGON, _MULTIPOLYGON)),
        f"The layer {name!r} holds geometries that are no polygons",
        lambda shape: str(shape.geom_type),
    )
    _refuse(
        shapes,
        ~valid & (kinds >= 0),
        f"The layer {name!r} holds invalid polygons",
        lambda shape: str(shapely.is_valid_reason(shape)),
    )
    return Polygons(shapes, sizes, area, bounds)


def _refuse(
    shapes: NDArray[np.object_],
    wrong: NDArray[np.bool_],
    what: str,
    why: Callable[[Any], str],
) -> None:
    if wrong.any():
        where = np.flatnonzero(wrong)
        msg = (
            f"{what} at positions {some(where)} ({why(shapes[where[0]])}). Repair it with "
            "geo.validity.repair_polygons first."
        )
        raise InvalidGeometryError(msg)


def candidates(
    lefts: NDArray[np.object_], rights: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs whose bounding boxes meet, sorted by left, then right."""
    two, one = shapely.STRtree(lefts).query(rights)
    order = np.lexsort((two, one))
    return one[order], two[order]


def _boxed(
    outer: Polygons, inner: Polygons, one: NDArray[np.int64], two: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell for each pair whether the inner polygon surely lies in the outer: in a rectangle in it."""
    found = np.zeros(len(one), dtype=bool)
    inner_reach = inner.bounds[two]
    rows = np.flatnonzero(_fits(outer.bounds[one], inner_reach))
    asked = np.zeros(len(outer.shapes), dtype=bool)
    asked[one[rows]] = True
    place = np.cumsum(asked) - 1
    boxes = inner_boxes(outer.shapes[asked], outer.sizes[asked])
    for nth in range(boxes.shape[1]):
        box, own = boxes[place[one[rows]], nth], inner_reach[rows]
        held = (own[:, 0] >= box[:, 0]) & (own[:, 1] >= box[:, 1])
        held &= (own[:, 2] <= box[:, 2]) & (own[:, 3] <= box[:, 3])
        found[rows[held]] = True
        # Few polygons have a second rectangle.
        rows = rows[~held & ~np.isnan(boxes[place[one[rows]], -1, 0])]
    return found


def _fits(outer: NDArray[np.float64], inner: NDArray[np.float64]) -> NDArray[np.bool_]:
    return (
        (inner[:, 0] > outer[:, 0])
        & (inner[:, 1] > outer[:, 1])
        & (inner[:, 2] < outer[:, 2])
        & (inner[:, 3] < outer[:, 3])
    )


def in_runs(
    function: Callable[[slice], NDArray[Any]], owner: NDArray[np.int64], threads: int
) -> NDArray[Any]:
    """Apply a function to runs of rows, on several threads; no owner's rows fall in two runs.

    What is prepared for a run is freed after it: memory stays small and warm.
    """
    starts = np.searchsorted(owner, owner[::_RUN])
    edges = np.unique(np.append(starts, len(owner))).tolist()
    runs = list(itertools.starmap(slice, itertools.pairwise(edges))) or [slice(0, 0)]
    if threads <= 1 or len(runs) == 1:
        return np.concatenate([function(run) for run in runs])
    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate(list(pool.map(function, runs)))


def shared_areas_m2(
    lefts: Polygons,
    rights: Polygons,
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    *,
    threads: int = 1,
) -> NDArray[np.float64]:
    """Measure the shared area of pairs sorted by `one`.

    Where one lies wholly in the other, its own area is the answer. Small polygons are measured by
    arithmetic; of the others GEOS intersects what straddles an edge.
    """
    left_area, right_area = lefts.area_m2[one], rights.area_m2[two]
    right_in, left_in = _boxed(lefts, rights, one, two), _boxed(rights, lefts, two, one)
    rest = np.flatnonzero(~right_in & ~left_in)
    by_strips = arithmetic(lefts, rights, one[rest], two[rest])
    small, large = rest[by_strips], rest[~by_strips]
    # Like with like: pairs of the same two sizes are measured together.
    small = small[np.lexsort((rights.sizes[two[small]], lefts.sizes[one[small]]))]
    shared = np.zeros(len(one))

    def measured(run: slice) -> NDArray[np.float64]:
        rows = small[run]
        return shared_by_strips(lefts.shapes[one[rows]], rights.shapes[two[rows]])

    shared[small] = in_runs(measured, np.arange(len(small)), threads)
    # What differs from the whole by rounding is the whole.
    right_in[small] = np.abs(shared[small] - right_area[small]) <= NOISE_M2
    left_in[small] = np.abs(shared[small] - left_area[small]) <= NOISE_M2
    if len(large):
        right_in[large] = _contained(lefts, rights, one, two, large, threads)
        left_in[large] = _contained(rights, lefts, two, one, large, threads)
        cut = _open(lefts, rights, one, two, large, right_in, left_in)
        run = partial(_intersected, lefts, rights, one[cut], two[cut])
        shared[cut] = in_runs(run, np.arange(len(cut)), threads)
    shared[right_in] = right_area[right_in]
    shared[left_in] = left_area[left_in]
    return shared


def arithmetic(
    lefts: Polygons, rights: Polygons, one: NDArray[np.int64], two: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell of which pairs the shared area is cheaper by arithmetic on arrays than by GEOS."""
    left_n, right_n = lefts.sizes[one], rights.sizes[two]
    few, many = np.minimum(left_n, right_n), np.maximum(left_n, right_n)
    return np.asarray((few > 0) & (few <= _SMALL) & (many <= _LARGE))


def _contained(
    outer: Polygons,
    inner: Polygons,
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    rows: NDArray[np.int64],
    threads: int,
) -> NDArray[np.bool_]:
    """Tell for some pairs whether the inner polygon lies in the outer and nowhere on its edge."""
    inside = _fits(outer.bounds[one[rows]], inner.bounds[two[rows]])
    asked = np.flatnonzero(inside)
    # Sorted by the outer polygon, so that each is prepared once, in one run.
    asked = asked[np.argsort(one[rows[asked]], kind="stable")]
    first, second = one[rows[asked]], two[rows[asked]]

    def contained(run: slice) -> NDArray[np.bool_]:
        owners, nth = np.unique(first[run], return_inverse=True)
        if len(nth) < _WORTH_PREPARING * len(owners):
            return shapely.contains_properly(outer.shapes[first[run]], inner.shapes[second[run]])
        # Copies are prepared: a preparation holds memory as long as its geometry lives, and the
        # caller's geometries are the caller's.
        copies = shapely.force_2d(outer.shapes[owners])
        shapely.prepare(copies)
        return shapely.contains_properly(copies[nth], inner.shapes[second[run]])

    inside[asked] = in_runs(contained, first, threads)
    return inside


def _open(
    lefts: Polygons,
    rights: Polygons,
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    rows: NDArray[np.int64],
    right_in: NDArray[np.bool_],
    left_in: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Keep the rows of pairs that must be intersected.

    What lies wholly in one polygon shares nothing with the others, unless these overlap it: tested
    for each such pair, not taken for granted; far cheaper than an intersection.
    """
    housed_left, housed_right = (np.zeros(len(every.shapes), bool) for every in (lefts, rights))
    housed_left[one[left_in]] = True
    housed_right[two[right_in]] = True
    rows = rows[~right_in[rows] & ~left_in[rows]]
    apart = housed_left[one[rows]] | housed_right[two[rows]]
    asked = rows[apart]
    apart[apart] = shapely.disjoint(lefts.shapes[one[asked]], rights.shapes[two[asked]])
    return rows[~apart]


def _intersected(
    lefts: Polygons,
    rights: Polygons,
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    run: slice,
) -> NDArray[np.float64]:
    return shapely.area(shapely.intersection(lefts.shapes[one[run]], rights.shapes[two[run]]))


def interiors_meet(
    shapes: NDArray[np.object_], one: NDArray[np.int64], two: NDArray[np.int64], threads: int = 1
) -> NDArray[np.bool_]:
    """Tell for each pair, sorted by `one`, whether more than edges meet."""
    return in_runs(
        lambda run: shapely.relate_pattern(shapes[one[run]], shapes[two[run]], "T********"),
        one,
        threads,
    )
