"""Synthetic parcels and buildings, the same for the same seed.

A lattice whose corners and edge middles are shifted at random gives parcels of eight vertices that
share their edges, are mostly not convex and do not overlap; every fifth is L-shaped. Each has
three buildings, rectangles and L-shapes at any angle; about 8 % of them lie across a parcel edge.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CRS", "buildings", "parcels"]

CRS = "EPSG:4548"
_ORIGIN = (480_000.0, 4_050_000.0)
_SPACING_M = 60.0
_ACROSS_SHARE = 0.08
_RECTANGLE = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], dtype="float64")
_L_SHAPE = np.array([(-1, -1), (1, -1), (1, 0), (0, 0), (0, 1), (-1, 1)], dtype="float64")


def parcels(count: int, *, seed: int = 7) -> gpd.GeoDataFrame:
    """Draw `count` parcels that share their edges."""
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    rng = np.random.default_rng(seed)
    corner = _lattice(rng, rows + 1, columns + 1, (0.0, 0.0), 0.12)
    below = _lattice(rng, rows + 1, columns, (0.5, 0.0), 0.05)
    beside = _lattice(rng, rows, columns + 1, (0.0, 0.5), 0.05)
    ring = np.stack(
        [
            corner[:-1, :-1],
            below[:-1],
            corner[:-1, 1:],
            beside[:, 1:],
            corner[1:, 1:],
            below[1:],
            corner[1:, :-1],
            beside[:, :-1],
        ],
        axis=2,
    ).reshape(-1, 8, 2)[:count]
    l_shaped = rng.random(count) < 0.2
    # An L: the corner of one quarter is drawn in to the middle of the parcel.
    ring[l_shaped, 4] = ring[l_shaped].mean(axis=1)
    identifiers = [f"P{number:07d}" for number in range(count)]
    return gpd.GeoDataFrame(
        {"parcel_id": identifiers}, geometry=_polygons(ring + np.array(_ORIGIN)), crs=CRS
    )


def buildings(land: gpd.GeoDataFrame, *, per_parcel: int = 3, seed: int = 11) -> gpd.GeoDataFrame:
    """Draw buildings about the parcels `land`, `per_parcel` for each."""
    rng = np.random.default_rng(seed)
    count = len(land) * per_parcel
    home = np.repeat(np.arange(len(land)), per_parcel)
    bounds = land.bounds.to_numpy()[home]
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    # Three sites in the quarters that an L-shaped parcel keeps.
    site = np.tile(np.array([(-0.2, -0.2), (0.2, -0.2), (-0.2, 0.2)]), (len(land), 1))[:count]
    across = rng.random(count) < _ACROSS_SHARE
    place = site * _SPACING_M + rng.normal(0.0, 1.0, (count, 2))
    place[across, 0] = -_SPACING_M / 2
    size = rng.uniform(4.0, 8.0, (count, 2))
    angle = rng.uniform(0.0, math.pi, count)
    l_shaped = rng.random(count) < 0.3
    turn = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    shapes = np.empty(count, dtype=object)
    for outline, chosen in ((_RECTANGLE, ~l_shaped), (_L_SHAPE, l_shaped)):
        ring = outline * size[chosen, None, :]
        cosine, sine = turn[chosen, None, 0], turn[chosen, None, 1]
        turned = np.stack(
            [
                ring[..., 0] * cosine - ring[..., 1] * sine,
                ring[..., 0] * sine + ring[..., 1] * cosine,
            ],
            axis=2,
        )
        shapes[chosen] = _polygons(turned + (middle + place)[chosen, None, :])
    floors = rng.integers(1, 7, count)
    return gpd.GeoDataFrame(
        {"building_id": [f"B{number:08d}" for number in range(count)], "floors_n": floors},
        geometry=shapes,
        crs=land.crs,
    )


def _lattice(
    rng: np.random.Generator, rows: int, columns: int, offset: tuple[float, float], jitter: float
) -> NDArray[np.float64]:
    x, y = np.meshgrid(np.arange(columns) + offset[0], np.arange(rows) + offset[1])
    points = np.stack([x, y], axis=2) + rng.uniform(-jitter, jitter, (rows, columns, 2))
    return points * _SPACING_M


def _polygons(rings: NDArray[np.float64]) -> NDArray[np.object_]:
    return shapely.polygons(shapely.linearrings(rings))
