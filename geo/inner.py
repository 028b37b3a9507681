"""Rectangles within small polygons, found by comparisons on whole arrays, so that GEOS is asked less.

What lies in a rectangle that lies in a polygon lies in the polygon. Only what is certain is said;
about the rest GEOS decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.rings import rings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["inner_boxes"]


def inner_boxes(shapes: NDArray[np.object_], sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Find up to two rectangles within each valid polygon, along the axes.

    Candidates run between the vertices near each side of the bounding box, and beside the vertex
    nearest to its middle, where an L is drawn in. One counts if every edge of the ring passes
    beside it and its middle lies in the ring: then the ring's line does not enter it, and all of it
    lies in the polygon.

    Parameters
    ----------
    shapes : array of shapely geometries
        Valid polygons.
    sizes : numpy.ndarray of int64
        Their `geo.rings.vertex_counts`.

    Returns
    -------
    numpy.ndarray
        Polygons x 2 x 4 (least x and y, greatest x and y); NaN where nothing was found.

    Examples
    --------
    >>> import shapely
    >>> shape = shapely.Polygon([(0, 0), (9, 1), (9, 8), (1, 9)])
    >>> inner_boxes(np.array([shape]), np.array([4]))[0, 0].tolist()
    [1.0, 1.0, 9.0, 8.0]
    """
    boxes = np.full((len(shapes), 2, 4), np.nan)
    for at, ring in rings_of(shapes, sizes):
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
