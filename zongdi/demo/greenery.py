"""Green of the demo zone: parks, belts, verges, the green of each parcel, roofs and walls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from zongdi.demo.layout import to_world
from zongdi.demo.parcels import axes_of
from zongdi.demo.road_land import polygons_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from zongdi.demo.buildings import Building
    from zongdi.demo.cast import Role
    from zongdi.demo.layout import Layout
    from zongdi.demo.parcels import Parcel

__all__ = ["Green", "plant_zone"]

#: Share of a built parcel that is green, by use: from, to.
_SHARES: Final = {
    "industrial": (0.06, 0.16), "storage": (0.05, 0.12), "m0": (0.14, 0.20), "research": (0.26, 0.40),
    "office": (0.18, 0.31), "commercial": (0.14, 0.24), "public_service": (0.24, 0.36),
    "residential": (0.30, 0.38), "dormitory": (0.24, 0.33), "utility": (0.18, 0.30), "parking": (0.05, 0.10),
}  # fmt: skip
_TRAIT_SHARES: Final = {"green_surplus": 0.47, "green_deficit": 0.09, "green_over_cap": 0.265}


@dataclass(slots=True)
class Green:
    """A piece of green; `kind` as in the contract."""

    polygon: Polygon
    kind: str
    roof_height_m: float | None = None
    soil_depth_m: float | None = None


def plant_zone(
    layout: Layout,
    parcels: Sequence[Parcel],
    roles: Mapping[str, Role],
    buildings: Sequence[Building],
    rng: np.random.Generator,
) -> list[Green]:
    """Plant the zone: what the layers of a green survey would hold."""
    standing: dict[str, list[BaseGeometry]] = {}
    for building in buildings:
        standing.setdefault(building.parcel_id, []).append(building.polygon)
    planted: list[Green] = []
    for parcel in parcels:
        if parcel.quarter == "belt":
            planted += [
                Green(part, "protective") for part in _polygons(parcel.polygon.buffer(-1.5))
            ]
        elif parcel.land_use == "green":
            planted += [Green(part, "park") for part in _park(parcel)]
        elif parcel.land_use != "road" and roles[parcel.parcel_id].site in {"built", "half"}:
            share = _share(parcel, rng)
            around = shapely.union_all(standing.get(parcel.parcel_id, []))
            planted += [Green(part, "attached") for part in _attached(parcel, around, share)]
    planted += [Green(part, "road") for part in _verges(layout)]
    planted += _roofs_and_walls(buildings)
    return planted


def _polygons(shape: BaseGeometry, least_m2: float = 20.0) -> list[Polygon]:
    kept = shapely.set_precision(shape, 0.001)
    return [part for part in polygons_of(kept) if part.area >= least_m2]


def _share(parcel: Parcel, rng: np.random.Generator) -> float:
    drawn = float(rng.uniform(*_SHARES.get(parcel.land_use, (0.10, 0.20))))
    for trait, share in _TRAIT_SHARES.items():
        if trait in parcel.traits:
            return share
    return drawn


def _park(parcel: Parcel) -> list[Polygon]:
    """Return a park without its square and its path."""
    axis, length, _ = axes_of(parcel.polygon)
    centre = np.array(parcel.polygon.centroid.coords[0])
    across = np.array([-axis[1], axis[0]])
    square = Point(centre + axis * length * 0.12).buffer(min(14.0, length / 8), quad_segs=6)
    bend = [
        centre - axis * length * 0.6,
        centre - axis * length * 0.2 + across * 9,
        centre + axis * length * 0.12,
        centre + axis * length * 0.6,
    ]
    path = LineString(bend).buffer(1.6, quad_segs=3)
    return _polygons(parcel.polygon.buffer(-2.0).difference(square.union(path)))


def _attached(parcel: Parcel, around: BaseGeometry, share: float) -> list[Polygon]:
    """Return a margin along the parcel's edge, as wide as the share asks, open at the drives."""
    land = parcel.polygon.buffer(-0.6)
    target = share * parcel.area_m2
    hard = around.buffer(1.5, join_style="mitre") if not around.is_empty else around
    axis, length, width = axes_of(parcel.polygon)
    centre = np.array(parcel.polygon.centroid.coords[0])
    across = np.array([-axis[1], axis[0]])
    drives = shapely.union(
        LineString([centre, centre + across * width]).buffer(5.0, cap_style="flat"),
        LineString([centre, centre - axis * length]).buffer(4.0, cap_style="flat"),
    )
    hard = shapely.union(hard, drives)
    low, high = 0.0, width / 2
    margin = land.difference(hard)
    for _ in range(14):
        middle = (low + high) / 2
        margin = land.difference(land.buffer(-middle, join_style="mitre")).difference(hard)
        low, high = (middle, high) if margin.area < target else (low, middle)
    return _polygons(margin, least_m2=25.0)


def _verges(layout: Layout) -> list[Polygon]:
    """Return strips beside the carriageway of the wider roads, and the median of the widest."""
    verges: list[Polygon] = []
    for road in layout.roads:
        if road.grade not in {"arterial", "support", "secondary"} or road.width_m < 18:
            continue
        half = road.width_m / 2
        strip = 3.2 if road.width_m >= 26 else 1.8
        band = road.line.buffer(half - 0.8, cap_style="flat").difference(
            road.line.buffer(half - 0.8 - strip, cap_style="flat")
        )
        if road.width_m >= 36:
            band = band.union(road.line.buffer(2.0, cap_style="flat"))
        crossing = shapely.union_all(
            [
                other.line.buffer(other.width_m / 2 + 9, cap_style="flat")
                for other in layout.roads
                if other.name != road.name
            ]
        )
        own = shapely.union_all(list(road.land)).buffer(-0.3)
        verges += _polygons(to_world(band.intersection(own).difference(crossing)), least_m2=40.0)
    return verges


def _roofs_and_walls(buildings: Sequence[Building]) -> list[Green]:
    planted: list[Green] = []
    tops = [
        b
        for b in buildings
        if b.use in {"research", "office", "commercial"}
        and b.state == "built"
        and b.kind == "building"
        and b.floors_n
    ]
    for number, building in enumerate(tops[::9]):
        height = (building.floors_n or 1) * (building.storey_m or 4.0)
        depth = (0.15, 0.35, 0.60)[number % 3]
        for part in _polygons(building.polygon.buffer(-2.5, join_style="mitre"), least_m2=80.0):
            planted += [Green(part, "roof", round(height, 1), depth)]
    for building in tops[4::23]:
        ring = building.polygon.exterior
        side = LineString(list(ring.coords)[:2])
        for part in _polygons(
            side.buffer(0.3, cap_style="flat").difference(building.polygon), least_m2=4.0
        ):
            planted += [Green(part, "wall")]
    return planted
