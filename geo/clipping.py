"""The shared area of many pairs of small polygons at once, without building the shared shapes.

GEOS builds the geometry of every intersection, of which only the area is wanted. For polygons of
one ring and few vertices the area follows from arithmetic on whole arrays: the smaller ring is cut
into the triangles between its first vertex and each of its edges, the larger ring is clipped to each
triangle (Sutherland and Hodgman 1974, exact in area whatever the shape that is clipped), and the
areas are added with the sign of the triangle, so that what a triangle covers beyond the ring
cancels out. A smaller ring that is convex, such as a rectangle, is cut along at once, edge by edge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["clipped_areas", "vertex_counts"]

_POLYGON = 3


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


def clipped_areas(larger: NDArray[np.object_], smaller: NDArray[np.object_]) -> NDArray[np.float64]:
    """Measure the shared area of pairs of valid polygons of one ring each.

    Parameters
    ----------
    larger, smaller : array of shapely.Polygon
        Of equal length. The work grows with the product of their vertices.

    Returns
    -------
    numpy.ndarray
        In the square of the unit of the coordinates.

    Examples
    --------
    >>> clipped_areas(np.array([shapely.box(0, 0, 4, 4)]), np.array([shapely.box(3, 3, 9, 9)]))
    array([1.])
    """
    subject, clipper = _padded(larger), _padded(smaller)
    # Seen from the smaller ring, coordinates of millions of metres keep all their digits.
    origin = clipper[:, :1]
    subject, clipper = subject - origin, clipper - origin
    total = np.zeros(len(larger))
    whole = _turns_left(clipper)
    if whole.any():
        total[whole] = _within_convex(subject[whole], clipper[whole])
        subject, clipper = subject[~whole], clipper[~whole]
    if not whole.all():
        total[~whole] = _by_triangles(subject, clipper)
    return total


def _turns_left(ring: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which rings run counter-clockwise, turn left at every vertex and go round once."""
    edge = np.roll(ring, -1, axis=1) - ring
    x, y = edge[..., 0], edge[..., 1]
    turn = x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)
    rising = (y > 0) | ((y == 0) & (x > 0))
    changes = (rising != np.roll(rising, -1, axis=1)).sum(axis=1)
    # A ring padded with its last vertex has edges without a direction: it goes by triangles.
    return np.asarray((turn > 0).all(axis=1) & (changes == 2))


def _within_convex(
    subject: NDArray[np.float64], clipper: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Measure what of each ring lies in a convex ring: one cut along each of its edges."""
    x, y = subject[..., 0], subject[..., 1]
    for nth in range(clipper.shape[1]):
        x, y = _left_of(x, y, clipper[:, nth], clipper[:, (nth + 1) % clipper.shape[1]])
    return np.abs(_signed_areas(x, y))


def _by_triangles(
    subject: NDArray[np.float64], clipper: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Measure what of each ring lies in the other, triangle by triangle of that one."""
    total = np.zeros(len(subject))
    for nth in range(1, clipper.shape[1] - 1):
        first, second = clipper[:, nth], clipper[:, nth + 1]
        turn = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
        # Clipping keeps what lies to the left: the triangle must run counter-clockwise.
        swap = (turn < 0)[:, None]
        corners = (
            np.zeros_like(first),
            np.where(swap, second, first),
            np.where(swap, first, second),
        )
        total += np.sign(turn) * _within_triangles(subject, corners)
    # A ring that runs clockwise turns every sign round.
    return np.abs(total)


def _padded(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Lay the rings out as one array, pairs x vertices x 2; short rings repeat their last."""
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    counts = np.bincount(owner, minlength=len(shapes))
    first = np.cumsum(counts) - counts
    width = np.arange(counts.max(initial=2) - 1)
    return points[first[:, None] + np.minimum(width, counts[:, None] - 2)]


def _within_triangles(
    rings: NDArray[np.float64],
    corners: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Measure what of each ring lies in its triangle."""
    x, y = rings[..., 0], rings[..., 1]
    for nth in range(3):
        x, y = _left_of(x, y, corners[nth], corners[(nth + 1) % 3])
    return np.abs(_signed_areas(x, y))


def _left_of(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Clip each ring to the left of its line; a ring that lies to the right shrinks to a point."""
    along = end - start
    side = along[:, :1] * (y - start[:, 1:]) - along[:, 1:] * (x - start[:, :1])
    inside = side >= 0
    if inside.all():
        return x, y
    following = np.roll(side, -1, axis=1)
    crosses = inside != np.roll(inside, -1, axis=1)
    part = np.divide(side, side - following, out=np.zeros_like(side), where=crosses)
    # Each vertex that lies inside, and after it the point where its edge crosses the line.
    kept = np.stack([inside, crosses], axis=2).reshape(len(x), -1)
    counts = kept.sum(axis=1)
    first = np.cumsum(counts) - counts
    width = np.arange(max(counts.max(initial=0), 1))
    places = first[:, None] + np.minimum(width, np.maximum(counts - 1, 0)[:, None])
    places[counts == 0] = counts.sum()
    return _picked(x, part, kept, places), _picked(y, part, kept, places)


def _picked(
    values: NDArray[np.float64],
    part: NDArray[np.float64],
    kept: NDArray[np.bool_],
    places: NDArray[np.int64],
) -> NDArray[np.float64]:
    crossing = values + part * (np.roll(values, -1, axis=1) - values)
    both = np.stack([values, crossing], axis=2).reshape(len(values), -1)
    # The value appended stands for rings of which nothing is left.
    return np.append(both[kept], 0.0)[places]


def _signed_areas(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    dx, dy = x - x[:, :1], y - y[:, :1]
    total = np.zeros(len(x))
    # Column by column: the sum is then the same however far the rings are padded.
    for nth in range(1, x.shape[1] - 1):
        total += dx[:, nth] * dy[:, nth + 1] - dx[:, nth + 1] * dy[:, nth]
    return total / 2
