"""The mistakes that real files bring, each put in once and on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely import Polygon
from shapely.affinity import rotate

from zongdi.demo.buildings import Building
from zongdi.demo.greenery import Green
from zongdi.demo.layout import to_world
from zongdi.demo.parcels import axes_of
from zongdi.demo.road_land import polygons_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zongdi.demo.cast import Role
    from zongdi.demo.parcels import Parcel

__all__ = ["OVERLAP_M", "add_messes", "repeat_an_id"]

#: Width of the strip by which one parcel laps over another.
OVERLAP_M: Final = 2.0


def repeat_an_id(parcels: Sequence[Parcel]) -> str:
    """Give a second piece of the patrol road the code of the first; return that code."""
    first, second = [parcel for parcel in parcels if parcel.quarter == "patrol"][:2]
    second.parcel_id = first.parcel_id
    return first.parcel_id


def add_messes(
    parcels: Sequence[Parcel],
    roles: Mapping[str, Role],
    buildings: list[Building],
    green: list[Green],
) -> None:
    """Add an overlap, buildings across parcel edges, one on no parcel, and a bow-tie of green.

    The overlap lies between two ordinary built works: the first gets `OVERLAP_M` of the second.
    """
    pairs = _neighbours(parcels, roles)
    first, second = pairs[0]
    shared = first.polygon.intersection(second.polygon)
    strip = shared.buffer(OVERLAP_M, cap_style="flat", join_style="mitre").intersection(
        second.polygon
    )
    lapped = polygons_of(shapely.union(first.polygon, strip, grid_size=0.001))
    first.polygon = max(lapped, key=lambda part: part.area)
    for left, right in pairs[1:]:
        if sum(b.name == "跨宗地连廊" for b in buildings) == 2:
            break
        across = _across(left, right, buildings)
        if across is not None:
            buildings.append(across)
    hut = shapely.box(-872.0, -362.0, -840.0, -346.0)
    buildings.append(Building(_world(hut), "", "storage", 1, 6.0, name="宗地外建筑"))
    knot = Polygon([(-655, 470), (-610, 500), (-610, 470), (-655, 500)])
    green.append(Green(_world(knot), "park"))


def _world(shape: Polygon) -> Polygon:
    placed = to_world(shape)
    if not isinstance(placed, Polygon):
        message = f"A polygon became a {placed.geom_type}."
        raise TypeError(message)
    return placed


def _neighbours(
    parcels: Sequence[Parcel], roles: Mapping[str, Role]
) -> list[tuple[Parcel, Parcel]]:
    """Pairs of ordinary built parcels of the works that share a long edge."""
    plain = [
        parcel
        for parcel in parcels
        if parcel.inside and not parcel.traits and roles[parcel.parcel_id].site == "built" and not parcel.name
        and parcel.land_use in {"industrial", "storage", "research", "office"}
    ]  # fmt: skip
    pairs: list[tuple[Parcel, Parcel]] = []
    used: set[str] = set()
    for at, left in enumerate(plain):
        for right in plain[at + 1 :]:
            if used & {left.parcel_id, right.parcel_id} or left.block != right.block:
                continue
            edge = left.polygon.intersection(right.polygon)
            if edge.geom_type in {"LineString", "MultiLineString"} and edge.length > 40:
                pairs.append((left, right))
                used |= {left.parcel_id, right.parcel_id}
    return pairs


def _across(left: Parcel, right: Parcel, buildings: Sequence[Building]) -> Building | None:
    """Return a covered passage over the shared edge, where it hits no building."""
    edge = left.polygon.intersection(right.polygon)
    for at in np.linspace(0.2, 0.8, 13):
        middle = edge.interpolate(float(at), normalized=True)
        axis, _, _ = axes_of(edge.buffer(1.0))
        box = shapely.box(middle.x - 11, middle.y - 5, middle.x + 11, middle.y + 5)
        box = rotate(box, float(np.degrees(np.arctan2(axis[1], axis[0]))) + 90.0, origin="centroid")
        box = shapely.set_precision(box, 0.001)
        if all(
            box.distance(b.polygon) > 0.5
            for b in buildings
            if b.parcel_id in {left.parcel_id, right.parcel_id}
        ):
            return Building(box, left.parcel_id, left.land_use, 1, 5.0, name="跨宗地连廊")
    return None
