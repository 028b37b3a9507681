"""The ground that a ring winds around, whatever it does to itself.

The usual repairs each lose ground or return something invalid for some rings: one turns what is
covered twice into a hole, the other drops lobes. Here the lines are cut where they cross, the faces
between them are found, and a face belongs to the ring if the ring winds around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ground_of"]


def ground_of(polygon: shapely.Geometry) -> shapely.Geometry:
    """Return the ground of a polygon or multipolygon that need not be valid.

    Parameters
    ----------
    polygon : shapely.Polygon or shapely.MultiPolygon
        With finite coordinates.

    Returns
    -------
    shapely.Geometry
        A valid polygon or multipolygon: of each part what its outer ring winds around less what
        its holes wind around, all parts united. Empty where there is no ground.

    Examples
    --------
    >>> bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    >>> ground_of(bow_tie).area
    2.0
    """
    return shapely.union_all([_part(part) for part in shapely.get_parts(polygon)])


def _part(polygon: shapely.Geometry) -> shapely.Geometry:
    shell, *holes = (_wound_around(ring) for ring in shapely.get_rings(polygon))
    return shapely.difference(shell, shapely.union_all(holes)) if holes else shell


def _wound_around(ring: shapely.Geometry) -> shapely.Geometry:
    points = shapely.get_coordinates(ring)
    lines = shapely.node(shapely.LineString(points))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    if len(faces) == 0:
        return shapely.Polygon()
    wound = _windings(points, shapely.get_coordinates(shapely.point_on_surface(faces))) != 0
    # A ring drawn forth and back winds around nothing; what it encloses was still meant.
    return shapely.union_all(faces[wound] if wound.any() else faces)


def _windings(ring: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.int64]:
    """Count how often a closed ring winds around each place, counter-clockwise positive."""
    start, end = ring[:-1], ring[1:]
    counts = np.zeros(len(places), dtype="int64")
    for nth, (x, y) in enumerate(places):
        rising = (start[:, 1] <= y) & (end[:, 1] > y)
        falling = (start[:, 1] > y) & (end[:, 1] <= y)
        side = (end[:, 0] - start[:, 0]) * (y - start[:, 1]) - (x - start[:, 0]) * (
            end[:, 1] - start[:, 1]
        )
        counts[nth] = np.count_nonzero(rising & (side > 0)) - np.count_nonzero(falling & (side < 0))
    return counts
