"""Polygons of one ring and few vertices as arrays of coordinates, for arithmetic on many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["rings_of", "surely_valid", "vertex_counts"]

_POLYGON = 3
#: Rings of more vertices are left to GEOS.
_MOST = 16
#: Rows worked off at a time, so that the arrays stay in the cache.
_RUN = 16_384
#: The area that rounding may lend a triangle, as a share of the square of the ring's extent.
_ROUNDING = 1e-12


def vertex_counts(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """Count the vertices of polygons of one ring; 0 for any other geometry.

    Examples
    --------
    >>> square = shapely.box(0, 0, 4, 4)
    >>> vertex_counts(np.array([square, square - shapely.box(1, 1, 2, 2)])).tolist()
    [4, 0]
    """
    counts = shapely.get_num_coordinates(shapes).astype("int64") - 1
    single = shapely.get_type_id(shapes) == _POLYGON
    single &= shapely.get_num_interior_rings(shapes) == 0
    return np.where(single, np.maximum(counts, 0), 0)


def rings_of(
    shapes: NDArray[np.object_], sizes: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Lay out the rings of polygons of one ring and few vertices, those of equal length together.

    Parameters
    ----------
    shapes : array of shapely geometries
        Null, and whatever is no such polygon, is left out.
    sizes : numpy.ndarray of int64
        Their `vertex_counts`.

    Yields
    ------
    (numpy.ndarray, numpy.ndarray)
        Positions, and their vertices (rings x vertices x 2, without the closing one).

    Examples
    --------
    >>> shapes = np.array([None, shapely.box(0, 0, 2, 1)])
    >>> (at, ring), = rings_of(shapes, vertex_counts(shapes))
    >>> at.tolist(), ring.shape
    ([1], (1, 4, 2))
    """
    # In their own order, some thousands at a time: memory is walked through once, not jumped about in.
    for start in range(0, len(shapes), _RUN):
        some = shapes[start : start + _RUN]
        counts = sizes[start : start + _RUN]
        usable = (counts > 2) & (counts <= _MOST)
        if not usable.any():
            continue
        points = shapely.get_coordinates(some)
        if (counts == counts[0]).all():
            yield np.arange(start, start + len(some)), points.reshape(len(some), -1, 2)[:, :-1]
            continue
        totals = shapely.get_num_coordinates(some)
        first = np.cumsum(totals) - totals
        for count in np.unique(counts[usable]).tolist():
            at = np.flatnonzero(usable & (counts == count))
            yield start + at, points[first[at][:, None] + np.arange(count)]


def surely_valid(shapes: NDArray[np.object_], sizes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell of which polygons arithmetic alone shows that they are valid.

    A ring all of which is seen from one place within it does not cross or touch itself. From the
    centroid c the triangles ``(p_i - c) x (p_i+1 - c)`` must all turn the same way, by more than
    rounding, and the ring must go round c once. That holds for rectangles, most L-shapes and most
    parcels of few vertices; of the others, whatever they are, nothing is said.

    Parameters
    ----------
    shapes : array of shapely geometries
        Anything.
    sizes : numpy.ndarray of int64
        Their `vertex_counts`.

    Returns
    -------
    numpy.ndarray of bool
        False: ask GEOS.

    Examples
    --------
    >>> bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    >>> shapes = np.array([shapely.box(0, 0, 2, 1), bow_tie])
    >>> surely_valid(shapes, vertex_counts(shapes)).tolist()
    [True, False]
    """
    sure = np.zeros(len(shapes), dtype=bool)
    for at, ring in rings_of(shapes, sizes):
        sure[at] = _seen_whole(ring)
    return sure


def _seen_whole(ring: NDArray[np.float64]) -> NDArray[np.bool_]:
    # Vertex by ring: every step below runs along whole rows of memory.
    x, y = np.ascontiguousarray((ring - ring[:, :1]).transpose(2, 1, 0))
    next_x, next_y = np.roll(x, -1, axis=0), np.roll(y, -1, axis=0)
    turn = x * next_y - next_x * y
    twice = turn.sum(axis=0)
    third = 3 * np.where(twice == 0, np.nan, twice)
    centre_x = ((x + next_x) * turn).sum(axis=0) / third
    centre_y = ((y + next_y) * turn).sum(axis=0) / third
    extent = np.maximum(np.abs(x).max(axis=0), np.abs(y).max(axis=0))
    dx, dy = x - centre_x, y - centre_y
    seen = dx * np.roll(dy, -1, axis=0) - np.roll(dx, -1, axis=0) * dy
    above = dy > 0
    rounds = (above != np.roll(above, -1, axis=0)).sum(axis=0)
    least = (seen * np.sign(twice)).min(axis=0)
    return np.asarray((rounds == 2) & (least > _ROUNDING * extent * extent))
