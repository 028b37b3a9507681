"""Road land: which road owns which piece of the ground that no block covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
from shapely import LineString, Polygon

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

__all__ = ["Road", "cut_ring", "polygons_of", "share_road_land"]


@dataclass(frozen=True, slots=True)
class Road:
    """A road: its centre line and the land that is its own."""

    name: str
    name_en: str
    width_m: float
    grade: str
    line: LineString
    land: tuple[Polygon, ...] = ()


def polygons_of(shape: BaseGeometry) -> list[Polygon]:
    """List the polygons of a shape, from west to east and south to north."""
    parts = [
        part for part in shapely.get_parts(shape, return_index=False) if part.geom_type == "Polygon"
    ]
    return sorted(parts, key=lambda part: tuple(round(value, 2) for value in part.bounds))


def share_road_land(roads: Sequence[Road], land: BaseGeometry) -> list[Road]:
    """Give each road its land: the wider road keeps the junction, the rest goes to the nearest."""
    order = {"ring": 0, "arterial": 1, "support": 2, "secondary": 3, "local": 4, "patrol": 5}
    ranked = sorted(
        enumerate(roads), key=lambda item: (order[item[1].grade], -item[1].width_m, item[0])
    )
    taken: dict[int, list[Polygon]] = {at: [] for at, _ in ranked}
    rest = land
    for at, road in ranked:
        reach = road.line.buffer(road.width_m / 2 + 0.5, cap_style="flat")
        taken[at] = polygons_of(rest.intersection(reach))
        rest = rest.difference(reach)
    crumbs = polygons_of(rest)
    crumbs += [part for parts in taken.values() for part in parts if part.area < 400.0]
    taken = {at: [part for part in parts if part.area >= 400.0] for at, parts in taken.items()}
    _give_crumbs(taken, crumbs)
    return [
        Road(road.name, road.name_en, road.width_m, road.grade, road.line, tuple(taken[at]))
        for at, road in enumerate(roads)
    ]


def cut_ring(roads: Sequence[Road]) -> list[Road]:
    """Cut the ring road at the corners of the zone into a west, north, east and south road."""
    ring, *others = roads
    corners = [(-2400.0, -1500.0), (-2400.0, 1950.0), (2200.0, 1950.0), (2100.0, -1500.0)]
    names = (
        ("环区西路", "West"),
        ("环区北路", "North"),
        ("环区东路", "East"),
        ("环区南路", "South"),
    )
    cut: list[Road] = []
    for at, (name, side) in enumerate(names):
        wedge = Polygon([(0.0, 0.0), corners[at], corners[(at + 1) % 4]])
        land = [part for piece in ring.land for part in polygons_of(piece.intersection(wedge))]
        cut.append(
            Road(
                name,
                f"{side} Ring Road",
                ring.width_m,
                ring.grade,
                _longest(ring.line.intersection(wedge)),
                tuple(land),
            )
        )
    return [*cut, *others]


def _give_crumbs(taken: dict[int, list[Polygon]], crumbs: Iterable[Polygon]) -> None:
    """Join each corner fillet to the piece of road with which it shares most of its edge."""
    pending = sorted(crumbs, key=lambda part: -part.area)
    for _ in range(3):
        left: list[Polygon] = []
        for crumb in pending:
            shared = [
                (crumb.buffer(0.02).intersection(part).area, at, number)
                for at, parts in taken.items()
                for number, part in enumerate(parts)
                if part.distance(crumb) < 0.01
            ]
            if not shared or max(shared)[0] <= 0.0:
                left.append(crumb)
                continue
            _, at, number = max(shared)
            joined = shapely.union(taken[at][number], crumb, grid_size=0.001)
            if isinstance(joined, Polygon):
                taken[at][number] = joined
            else:
                left.append(crumb)
        pending = left


def _longest(shape: BaseGeometry) -> LineString:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, LineString)]
    return max(parts, key=lambda part: part.length)
