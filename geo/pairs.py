"""Pairs of polygons whose bounding boxes meet, and the fast tests on them.

Shared by every overlay: the gate that lets only valid polygons in, the spatial index, the runs in
which pairs are worked off, on several threads where asked.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.clipping import clipped_areas, vertex_counts
from geo.crs import check_measuring_crs, require_same_crs
from geo.errors import InvalidGeometryError, some
from geo.inner import inner_boxes

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = [
    "candidates",
    "in_runs",
    "interiors_meet",
    "require_measurable",
    "shared_areas_m2",
    "valid_polygons",
    "wholly_inside",
]

_POLYGON, _MULTIPOLYGON = 3, 6
#: Up to so many vertices of the two polygons of a pair, clipping arrays beats GEOS.
_SMALL, _LARGE = 8, 32
#: From so many questions to a polygon on, on average, preparing it pays.
_WORTH_PREPARING = 3
#: Rows per run.
_RUN = 2_048


def require_measurable(layers: dict[str, gpd.GeoDataFrame | gpd.GeoSeries]) -> CRS:
    """Return the one projected CRS in metres that all layers share; else an error of `geo.crs`."""
    return check_measuring_crs(require_same_crs(layers))


def valid_polygons(
    layer: gpd.GeoDataFrame | gpd.GeoSeries, name: str, threads: int = 1
) -> NDArray[np.object_]:
    """Take the geometries of a layer; InvalidGeometryError unless they are valid polygons or null."""
    shapes: NDArray[np.object_] = layer.geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
    foreign = ~np.isin(kinds, (-1, _POLYGON, _MULTIPOLYGON))
    if foreign.any():
        where = np.flatnonzero(foreign)
        msg = (
            f"The layer {name!r} holds geometries that are no polygons at positions {some(where)} "
            f"({shapes[where[0]].geom_type}). Repair it with geo.validity.repair_polygons first."
        )
        raise InvalidGeometryError(msg)
    valid = in_runs(lambda run: shapely.is_valid(shapes[run]), np.arange(len(shapes)), threads)
    if not valid.all():
        where = np.flatnonzero(~valid & (kinds >= 0))
        if len(where):
            msg = (
                f"The layer {name!r} holds invalid polygons at positions {some(where)} "
                f"({shapely.is_valid_reason(shapes[where[0]])}). Repair it with "
                "geo.validity.repair_polygons first."
            )
            raise InvalidGeometryError(msg)
    return shapes


def candidates(
    lefts: NDArray[np.object_], rights: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs whose bounding boxes meet, sorted by left, then right."""
    two, one = shapely.STRtree(lefts).query(rights)
    order = np.lexsort((two, one))
    return one[order], two[order]


def wholly_inside(
    outer: NDArray[np.object_],
    inner: NDArray[np.object_],
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    *,
    threads: int = 1,
) -> NDArray[np.bool_]:
    """Tell for each pair whether the inner polygon lies in the outer and nowhere on its edge."""
    reach = shapely.bounds(inner)
    inside = _fits(shapely.bounds(outer)[one], reach[two])
    rows = np.flatnonzero(inside)
    rows = rows[~_boxed(outer, one[rows], reach[two[rows]])]
    # Sorted by the outer polygon, so that each is prepared once, in one run.
    rows = rows[np.argsort(one[rows], kind="stable")]
    first, second = one[rows], two[rows]

    def contained(run: slice) -> NDArray[np.bool_]:
        owners, nth = np.unique(first[run], return_inverse=True)
        if len(nth) < _WORTH_PREPARING * len(owners):
            return shapely.contains_properly(outer[first[run]], inner[second[run]])
        # Copies are prepared: a preparation holds memory as long as its geometry lives, and the
        # caller's geometries are the caller's.
        copies = shapely.force_2d(outer[owners])
        shapely.prepare(copies)
        return shapely.contains_properly(copies[nth], inner[second[run]])

    inside[rows] = in_runs(contained, first, threads)
    return inside


def _boxed(
    outer: NDArray[np.object_], one: NDArray[np.int64], reach: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell which bounding boxes lie in a rectangle within their outer polygon."""
    asked = np.zeros(len(outer), dtype=bool)
    asked[one] = True
    place = np.cumsum(asked) - 1
    boxes = inner_boxes(outer if asked.all() else outer[asked])
    found = np.zeros(len(one), dtype=bool)
    rows = np.arange(len(one))
    for nth in range(boxes.shape[1]):
        box, own = boxes[place[one[rows]], nth], reach[rows]
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
    lefts: NDArray[np.object_],
    rights: NDArray[np.object_],
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    *,
    threads: int = 1,
) -> NDArray[np.float64]:
    """Measure the shared area of pairs sorted by `one`, intersecting only what straddles an edge.

    Where one lies wholly in the other, its own area is the answer.
    """
    right_in = wholly_inside(lefts, rights, one, two, threads=threads)
    left_in = wholly_inside(rights, lefts, two, one, threads=threads)
    shared = np.where(right_in, shapely.area(rights)[two], 0.0)
    shared[left_in] = shapely.area(lefts)[one[left_in]]
    # What lies wholly in one polygon shares nothing with the others, unless these overlap it:
    # tested for each such pair, not taken for granted; far cheaper than an intersection.
    housed_left, housed_right = np.zeros(len(lefts), bool), np.zeros(len(rights), bool)
    housed_left[one[left_in]] = True
    housed_right[two[right_in]] = True
    rest = np.flatnonzero(~right_in & ~left_in)
    doubtful = housed_left[one[rest]] | housed_right[two[rest]]
    asked = rest[doubtful]
    doubtful[doubtful] = shapely.disjoint(lefts[one[asked]], rights[two[asked]])
    rest = rest[~doubtful]
    shared[rest] = _straddling(lefts, rights, one[rest], two[rest], threads)
    return shared


def _straddling(
    lefts: NDArray[np.object_],
    rights: NDArray[np.object_],
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    threads: int,
) -> NDArray[np.float64]:
    """Measure the shared area of pairs of which neither lies wholly in the other."""
    left_n, right_n = vertex_counts(lefts[one]), vertex_counts(rights[two])
    few, many = np.minimum(left_n, right_n), np.maximum(left_n, right_n)
    small = (few > 0) & (few <= _SMALL) & (many <= _LARGE)
    swap = left_n < right_n
    shared = np.empty(len(one))

    def clipped(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        left, right, turn = lefts[one[rows]], rights[two[rows]], swap[rows]
        return clipped_areas(np.where(turn, right, left), np.where(turn, left, right))

    def cut(rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return shapely.area(shapely.intersection(lefts[one[rows]], rights[two[rows]]))

    # Like with like: a run costs as many triangles as its largest polygon has.
    by_size = np.flatnonzero(small)
    by_size = by_size[np.lexsort((many[by_size], few[by_size]))]
    for function, rows in ((clipped, by_size), (cut, np.flatnonzero(~small))):
        if len(rows):
            run = partial(_of_rows, function, rows)
            shared[rows] = in_runs(run, np.arange(len(rows)), threads)
    return shared


def _of_rows(
    function: Callable[[NDArray[np.int64]], NDArray[np.float64]],
    rows: NDArray[np.int64],
    run: slice,
) -> NDArray[np.float64]:
    return function(rows[run])


def interiors_meet(
    shapes: NDArray[np.object_], one: NDArray[np.int64], two: NDArray[np.int64], threads: int = 1
) -> NDArray[np.bool_]:
    """Tell for each pair, sorted by `one`, whether more than edges meet.

    For neighbours that share an edge this takes a third of the time of their intersection.
    """
    return in_runs(
        lambda run: shapely.relate_pattern(shapes[one[run]], shapes[two[run]], "T********"),
        one,
        threads,
    )
