"""The shared area of many pairs of small polygons at once, without building the shared shapes.

GEOS builds the geometry of every intersection, of which only the area is wanted. For polygons of
one ring and few vertices the area follows from arithmetic on whole arrays. Between the least and
the greatest x that an edge of the one ring and an edge of the other share lies a strip; the area
under the lower of the two edges, added over all such strips with the signs of the directions in
which the edges run, is the shared area: above every x the edges of a closed ring run forth as often
as back, so that whatever is counted beyond the ring cancels out.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["shared_by_strips"]

#: Pairs of edges worked off at a time, so that the arrays stay in the cache.
_RUN = 16_384


def shared_by_strips(one: NDArray[np.object_], other: NDArray[np.object_]) -> NDArray[np.float64]:
    r"""Measure the shared area of pairs of valid polygons of one ring each.

    With `f` the height of an edge of the other ring above an edge of the one, `w` the width of
    their strip and `s` the directions (1 to greater x, -1 back),
    ``A = | sum over the edges i, j of s_i s_j * integral over w of min(f, 0) |``.

    Parameters
    ----------
    one, other : array of shapely.Polygon
        Of equal length. The work grows with the product of their vertices.

    Returns
    -------
    numpy.ndarray
        In the square of the unit of the coordinates.

    Examples
    --------
    >>> shared_by_strips(np.array([shapely.box(0, 0, 4, 4)]), np.array([shapely.box(3, 3, 9, 9)]))
    array([1.])
    """
    shared = np.empty(len(one))
    sizes = np.stack([shapely.get_num_coordinates(shapes) for shapes in (one, other)])
    order = np.lexsort(sizes)
    # Pairs of the same two sizes together: without padding, what else is measured changes no bit.
    kinds = sizes[:, order]
    ends = np.flatnonzero((kinds[:, 1:] != kinds[:, :-1]).any(axis=0)) + 1
    for start, end in itertools.pairwise([0, *ends.tolist(), len(one)] if len(one) else []):
        step = max(_RUN // int(kinds[:, start].prod()), 1)
        for first in range(start, end, step):
            rows = order[first : min(first + step, end)]
            # Twice, if it is alone: a sum over one column is added up in another order.
            rows = np.repeat(rows, 2) if len(rows) == 1 else rows
            shared[rows] = _measured(_ring(one[rows]), _ring(other[rows]))
    return shared


def _ring(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Lay out rings of equal length: vertices x 2 x rings, the closing one included."""
    points = shapely.get_coordinates(shapes).reshape(len(shapes), -1, 2)
    return np.ascontiguousarray(points.transpose(1, 2, 0))


def _measured(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    # Seen from one vertex, coordinates of millions of metres keep all their digits.
    origin = other[0].copy()
    low, high, slope, level, ahead = (part[:, None] for part in _edges(one - origin))
    low2, high2, slope2, level2, ahead2 = (part[None] for part in _edges(other - origin))
    start, end = np.maximum(low, low2), np.minimum(high, high2)
    width = np.maximum(end - start, 0.0)
    steeper, above = slope2 - slope, level2 - level
    start *= steeper
    start += above
    end *= steeper
    end += above
    # The edges cross within the strip where the difference of their heights changes its sign.
    below = np.minimum(start, 0.0)
    below += np.minimum(end, 0.0)
    spread = np.abs(start, out=start)
    spread += np.abs(end, out=end)
    np.maximum(spread, np.finfo("float64").tiny, out=spread)
    below *= below / spread
    below *= width
    below *= ahead
    below *= ahead2
    return np.asarray(np.abs(below.sum(axis=(0, 1))) / 2)


def _edges(ring: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Describe each edge: its least and greatest x, slope, height at x = 0, direction."""
    x, y = ring[:, 0], ring[:, 1]
    run = x[1:] - x[:-1]
    # An upright edge has no strip.
    slope = np.divide(y[1:] - y[:-1], run, out=np.zeros_like(run), where=run != 0)
    level = y[:-1] - slope * x[:-1]
    return np.minimum(x[1:], x[:-1]), np.maximum(x[1:], x[:-1]), slope, level, np.sign(run)
