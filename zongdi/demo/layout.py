"""The plan of the invented zone: fence, roads, and the blocks that the roads leave.

Drawn in a local frame (metres, the origin near the middle of the zone), as a designer draws:
the outline and the centre lines are given, road land follows from widths and corner radii, and
what the roads leave are the blocks. :func:`to_world` carries the frame to its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.affinity import affine_transform
from shapely.ops import unary_union

from zongdi.demo.plan import FENCE_EAST, FENCE_STRAIGHT, GATES, QUARTERS, ROADS, SUPPORT
from zongdi.demo.road_land import Road, cut_ring, polygons_of, share_road_land

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

__all__ = ["BELT_M", "Block", "Layout", "curve", "draw_layout", "to_world"]

#: Width of the protective belt between the fence and the ring road.
BELT_M: Final = 20.0
_RING_M: Final = 26.0
_PATROL_M: Final = 7.0
#: An invented place near 117.24 E 36.70 N, in EPSG:4548.
_EAST_M: Final = 521_400.0
_NORTH_M: Final = 4_063_800.0
_TURN_RAD: Final = np.deg2rad(8.5)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of land between roads; `quarter` says what grain it is cut into."""

    polygon: Polygon
    quarter: str
    inside: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """The plan, in the local frame."""

    fence: Polygon
    support: Polygon
    roads: tuple[Road, ...]
    blocks: tuple[Block, ...]
    belt: tuple[Polygon, ...]
    gates: tuple[tuple[str, str, Point], ...]


def to_world(shape: BaseGeometry) -> BaseGeometry:
    """Carry a shape from the local frame to EPSG:4548, on a millimetre grid.

    Examples
    --------
    >>> to_world(Point(0, 0)).wkt
    'POINT (521400 4063800)'
    """
    cos, sin = float(np.cos(_TURN_RAD)), float(np.sin(_TURN_RAD))
    moved = affine_transform(shape, [cos, -sin, sin, cos, _EAST_M, _NORTH_M])
    return shapely.set_precision(moved, 0.001, mode="pointwise")


def draw_layout() -> Layout:
    """Draw the plan: the fence, the roads with their land, the blocks, the belt and the gates.

    The land within the ring road and the support area is divided without gaps or overlaps, up to
    rounding, into blocks, road land and the pieces of the belt.
    """
    fence = _fence()
    ring_line = fence.buffer(BELT_M + _RING_M / 2, quad_segs=16)
    ring_outer = fence.buffer(BELT_M + _RING_M, quad_segs=16)
    support = Polygon([*curve(SUPPORT[1:7], spacing=12.0).tolist(), SUPPORT[7], SUPPORT[0]])
    support = _largest(support.difference(ring_outer))
    lines = [
        Road(name, name_en, width, grade, LineString(curve(points)))
        for name, name_en, width, grade, points in ROADS
    ]
    strips = unary_union([road.line.buffer(road.width_m / 2, cap_style="flat") for road in lines])

    inner = fence.buffer(-_PATROL_M, quad_segs=16)
    blocks = [
        *_blocks(inner.difference(strips), radius=10.0, inside=True),
        *_blocks(support.difference(strips), radius=8.0, inside=False),
    ]
    built = unary_union([block.polygon for block in blocks])
    throughs = unary_union(
        [
            road.line.buffer(road.width_m / 2, cap_style="flat")
            for road in lines
            if road.name in GATES
        ]
    )
    belt = [
        part
        for part in polygons_of(
            fence.buffer(BELT_M, quad_segs=16).difference(fence).difference(throughs)
        )
        if part.area > 200.0
    ]
    whole = ring_outer.union(support)
    road_land = whole.difference(built).difference(unary_union(belt))
    ring = Road("环区路", "Ring Road", _RING_M, "ring", LineString(ring_line.exterior))
    patrol = Road(
        "围网巡逻道", "Patrol Road", _PATROL_M, "patrol",
        LineString(fence.buffer(-_PATROL_M / 2, quad_segs=16).exterior),
    )  # fmt: skip
    roads = cut_ring(share_road_land([ring, *lines, patrol], road_land))
    return Layout(fence, support, tuple(roads), tuple(blocks), tuple(belt), _gates(fence, lines))


def _fence() -> Polygon:
    east = curve(FENCE_EAST, spacing=15.0)
    rough = Polygon([*east.tolist(), *FENCE_STRAIGHT])
    # Opening and closing give every corner the radius of a road that follows it.
    rounded = rough.buffer(-45.0, quad_segs=12).buffer(45.0, quad_segs=12)
    return Polygon(_largest(rounded.simplify(0.05)).exterior)


def curve(points: Sequence[tuple[float, float]], spacing: float = 8.0) -> np.ndarray:
    """Run a centripetal Catmull-Rom curve through `points`, a vertex about every `spacing` m.

    Examples
    --------
    >>> curve([(0, 0), (10, 0), (20, 0)], spacing=5.0)[:, 0].round(9).tolist()
    [0.0, 5.0, 10.0, 15.0, 20.0]
    """
    knots = np.asarray(points, dtype="float64")
    if len(knots) < 3:
        return knots
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    pieces: list[np.ndarray] = []
    for at in range(len(knots) - 1):
        quad = padded[at : at + 4]
        steps = np.sqrt(np.linalg.norm(np.diff(quad, axis=0), axis=1))
        times = np.concatenate([[0.0], np.cumsum(steps)])
        count = max(2, int(np.ceil(np.linalg.norm(quad[2] - quad[1]) / spacing)))
        t = np.linspace(times[1], times[2], count, endpoint=False)[:, None]
        level = [quad[i] * (times[i + 1] - t) / (times[i + 1] - times[i]) + quad[i + 1] * (t - times[i]) / (times[i + 1] - times[i]) for i in range(3)]  # fmt: skip
        second = [level[i] * (times[i + 2] - t) / (times[i + 2] - times[i]) + level[i + 1] * (t - times[i]) / (times[i + 2] - times[i]) for i in range(2)]  # fmt: skip
        pieces.append(second[0] * (times[2] - t) / (times[2] - times[1]) + second[1] * (t - times[1]) / (times[2] - times[1]))  # fmt: skip
    return np.vstack([*pieces, knots[-1:]])


def _blocks(land: BaseGeometry, *, radius: float, inside: bool) -> list[Block]:
    blocks: list[Block] = []
    for piece in polygons_of(land):
        eased = piece.buffer(-radius, quad_segs=6).buffer(radius, quad_segs=6).simplify(0.04)
        blocks += [
            Block(Polygon(part.exterior), _quarter(part), inside)
            for part in polygons_of(eased)
            if part.area >= 1_500.0
        ]
    return blocks


def _quarter(block: Polygon) -> str:
    centre = np.array(block.centroid.coords[0])
    seeds = np.array([(x, y) for x, y, _ in QUARTERS], dtype="float64")
    return QUARTERS[int(np.argmin(np.linalg.norm(seeds - centre, axis=1)))][2]


def _gates(fence: Polygon, roads: Sequence[Road]) -> tuple[tuple[str, str, Point], ...]:
    gates: list[tuple[str, str, Point]] = []
    for road in roads:
        if road.name not in GATES:
            continue
        crossings = shapely.get_parts(road.line.intersection(fence.exterior))
        ordered = sorted(crossings, key=road.line.project)
        gates += [
            (zh, en, point) for (zh, en), point in zip(GATES[road.name], ordered, strict=True)
        ]
    return tuple(gates)


def _largest(shape: BaseGeometry) -> Polygon:
    return max(polygons_of(shape), key=lambda part: part.area)
