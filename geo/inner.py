"""Rectangles within small polygons, found by comparisons on whole arrays, so that GEOS is asked less.

What lies in a rectangle that lies in a polygon lies in the polygon. Only what is certain is said;
about the rest GEOS decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["inner_boxes", "rings_of"]

_POLYGON = 3
#: Rings of more vertices are left to GEOS.
_MOST = 16
#: Rows worked off at a time, so that the arrays stay in the cache.
_RUN = 16_384


def rings_of(shapes: NDArray[np.object_]) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Lay out the rings of polygons of one ring and few vertices, those of equal length together.

    Parameters
    ----------
    shapes : array of shapely geometries
        Null, and whatever is no such polygon, is left out.

    Returns
    -------
    list of (numpy.ndarray, numpy.ndarray)
        Positions, and their vertices (rings x vertices x 2, without the closing one).

    Examples
    --------
    >>> (at, ring), = rings_of(np.array([None, shapely.box(0, 0, 2, 1)]))
    >>> at.tolist(), ring.shape
    ([1], (1, 4, 2))
    """
    found = []
    # In their own order, some thousands at a time: memory is walked through once, not jumped about in.
    for start in range(0, len(shapes), _RUN):
        some = shapes[start : start + _RUN]
        totals = shapely.get_num_coordinates(some).astype("int64")
        counts = totals - 1
        usable = (counts > 2) & (counts <= _MOST) & (shapely.get_type_id(some) == _POLYGON)
        usable &= shapely.get_num_interior_rings(some) == 0
        if not usable.any():
            continue
        points = shapely.get_coordinates(some)
        first = np.cumsum(totals) - totals
        for count in np.unique(counts[usable]).tolist():
            at = np.flatnonzero(usable & (counts == count))
            found.append((start + at, points[first[at][:, None] + np.arange(count)]))
    return found


def inner_boxes(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Find up to two rectangles within each valid polygon, along the axes.

    Candidates run between the vertices near each side of the bounding box, and beside the vertex
    nearest to its middle, where an L is drawn in. One counts if every edge of the ring passes
    beside it and its middle lies in the ring: then the ring's line does not enter it, and all of it
    lies in the polygon.

    Parameters
    ----------
    shapes : array of shapely geometries
        Valid polygons.

    Returns
    -------
    numpy.ndarray
        Polygons x 2 x 4 (least x and y, greatest x and y); NaN where nothing was found.

    Examples
    --------
    >>> inner_boxes(np.array([shapely.Polygon([(0, 0), (9, 1), (9, 8), (1, 9)])]))[0, 0].tolist()
    [1.0, 1.0, 9.0, 8.0]
    """
    boxes = np.full((len(shapes), 2, 4), np.nan)
    for at, ring in rings_of(shapes):
        boxes[at] = _boxes_in(ring)
    return boxes


def _boxes_in(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    count = ring.shape[1]
    ranked = np.sort(ring, axis=1)
    # A side of four corners has two vertices, one of eight has three.
    side = max(count // 4, 1)
    low, high = ranked[:, side], ranked[:, -side - 1]
    found = np.full((len(ring), 2, 4), np.nan)
    whole = np.concatenate([low, high], axis=1)
    fits = _within(ring, whole)
    found[fits, 0] = whole[fits]
    rest = np.flatnonzero(~fits)
    if len(rest) == 0:
        return found
    left = ring[rest]
    middle = (ranked[rest, :1] + ranked[rest, -1:]) / 2
    nearest = np.abs(left - middle).sum(axis=2).argmin(axis=1)
    notch = left[np.arange(len(rest)), nearest]
    placed = np.zeros(len(rest), dtype="int64")
    for axis in (0, 1):
        for below in (True, False):
            box = whole[rest]
            box[:, axis + (2 if below else 0)] = notch[:, axis]
            good = _within(left, box) & (placed < 2)
            found[rest[good], placed[good]] = box[good]
            placed[good] += 1
    return found


def _within(ring: NDArray[np.float64], box: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which boxes lie in their ring: no edge enters them, and their middle is inside."""
    following = np.roll(ring, -1, axis=1)
    least, most = np.minimum(ring, following), np.maximum(ring, following)
    x0, y0, x1, y1 = (box[:, nth, None] for nth in range(4))
    beside = (
        (most[..., 0] <= x0) | (least[..., 0] >= x1) | (most[..., 1] <= y0) | (least[..., 1] >= y1)
    ).all(axis=1)
    sound = beside & (box[:, 2] > box[:, 0]) & (box[:, 3] > box[:, 1])
    middle = (box[:, :2] + box[:, 2:]) / 2
    x, y = middle[:, :1], middle[:, 1:]
    spans = (ring[..., 1] > y) != (following[..., 1] > y)
    # No edge enters the box: one that spans the height of its middle passes wholly to the left or the
    # right of the box, so that comparing its ends tells the side without a division.
    right = least[..., 0] >= x
    return np.asarray(sound & ((spans & right).sum(axis=1) % 2 == 1))
