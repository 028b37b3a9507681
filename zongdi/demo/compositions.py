"""What stands on each kind of land: halls with courts, works, courtyards, towers, slabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely import Point

from zongdi.demo.site import Building, Site, add, halls

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry


__all__ = ["COMPOSITIONS", "huts"]


def _logistics(site: Site) -> list[Building]:
    large = site.parcel.area_m2 > 28_000
    if "far_under_floor" in site.parcel.traits:
        return halls(site, depth=(24, 30), court=40, longest=90, gap=30, floors=1, storey=7.0)
    stacked = site.rng.random() < 0.30
    out = halls(
        site, depth=(34, 56) if large else (24, 36), court=30 if large else 20,
        longest=150 if large else 75, gap=14, floors=3 if stacked else 1, storey=9.6 if stacked else 11.5,
    )  # fmt: skip
    if large and len(out) > 3:
        last = max(range(len(out)), key=lambda at: out[at].polygon.area)
        if site.rng.random() < 0.55:
            out[last] = Building(
                out[last].polygon,
                site.parcel.parcel_id,
                "storage",
                0,
                None,
                kind="yard",
                name="集装箱堆场",
            )
    _office_at_end(site, out, floors=4)
    return out


def _works(site: Site) -> list[Building]:
    if "far_under_floor" in site.parcel.traits:
        west, south, east, north = site.bounds()
        out: list[Building] = []
        middle = (west + east) / 2
        add(
            site,
            out,
            shapely.box(
                middle - 0.22 * (east - west),
                south + 4,
                middle + 0.12 * (east - west),
                south + 0.5 * (north - south),
            ),
            1,
            7.2,
        )
        add(site, out, shapely.box(east - 22, north - 14, east - 4, north - 2), 2, 3.6, "office")
        return out
    small = site.parcel.area_m2 < 9_500
    if site.parcel.quarter in {"works", "research"} or (small and site.rng.random() < 0.7):
        floors = int(site.rng.integers(3, 6))
        return halls(site, depth=(20, 30), court=17, longest=72, gap=12, floors=floors, storey=4.8)
    out = []
    west, south, east, north = site.bounds()
    tall = float(site.rng.choice([7.6, 9.5, 12.0]))
    front = 16.0 if site.rng.random() < 0.5 else 0.0
    split = west + (east - west) * site.rng.uniform(0.52, 0.68)
    top = north - front - (12.0 if front else 0.0)
    left, right = site.row(south + 2, top)
    split = min(split, right)
    if split - left > 30:
        hall: BaseGeometry = shapely.box(left, south + 2, split, top)
        if site.rng.random() < 0.5:  # an L: a lower wing along the south side
            wing = shapely.box(
                split,
                south + 2,
                min(right, split + (right - split) * 0.75),
                south + 2 + (top - south) * 0.38,
            )
            hall = hall.union(wing)
        add(site, out, hall, 1, tall)
    if front:
        office_left, office_right = site.row(north - front, north)
        add(
            site,
            out,
            shapely.box(
                office_left,
                north - front,
                office_left + min(64.0, office_right - office_left),
                north,
            ),
            int(site.rng.integers(3, 6)),
            3.8,
            "office",
        )
    for at in range(int(site.rng.integers(1, 4))):
        x, y = split + 14, south + (top - south) * (0.48 + 0.2 * at)
        add(
            site,
            out,
            shapely.box(x, y, x + site.rng.uniform(22, 34), y + site.rng.uniform(12, 18)),
            1,
            5.4,
        )
    if site.rng.random() < 0.45:
        for at in range(int(site.rng.integers(2, 5))):
            tank = Point(east - 10 - 13.0 * at, north - 12 - (front * 1.2)).buffer(5.0, quad_segs=6)
            add(site, out, tank, 1, 9.0, kind="structure", name="储罐")
    add(
        site,
        out,
        shapely.box(east - 9, south + 1, east - 1, south + 7),
        1,
        3.3,
        "office",
        name="门卫",
    )
    return out


def _court(site: Site, floors: int, storey: float, deep: float, below: int = 0) -> list[Building]:
    """Build a U or an O around a court, along the edge of the buildable land; bars if it is narrow."""
    west, south, east, north = site.bounds()
    if north - south < 2.6 * deep or east - west < 2.6 * deep:
        return _bars(site, floors, storey, deep, below)
    ring = site.inner.buffer(-2.0, join_style="mitre")
    block = ring.difference(ring.buffer(-deep, join_style="mitre"))
    if site.rng.random() < 0.6:
        middle = (west + east) / 2
        opening = shapely.box(
            middle - 0.2 * (east - west),
            south - 5,
            middle + 0.2 * (east - west),
            (south + north) / 2,
        )
        block = block.difference(opening)
    out: list[Building] = []
    if block.geom_type == "Polygon":
        out.append(
            Building(
                site.place(block),
                site.parcel.parcel_id,
                site.parcel.land_use,
                floors,
                storey,
                below_n=below,
            )
        )
    return out


def _bars(
    site: Site,
    floors: int,
    storey: float,
    deep: float,
    below: int = 0,
    gap: float = 16.0,
    longest: float = 58.0,
) -> list[Building]:
    out = halls(
        site, depth=(deep, deep), court=gap, longest=longest, gap=9.0, floors=floors, storey=storey
    )
    for bar in out:
        bar.below_n = below
        if bar.kind == "building" and bar.floors_n and site.rng.random() < 0.35:
            bar.floors_n = max(2, bar.floors_n - int(site.rng.integers(1, 3)))
    return out


def _research(site: Site) -> list[Building]:
    if "far_over_limit" in site.parcel.traits:
        return _bars(site, 12, 4.2, 21.0, below=2, gap=15.0)
    if "green_surplus" in site.parcel.traits:
        return _bars(site, 7, 4.2, 16.0, below=1, gap=34.0, longest=40.0)
    floors = int(site.rng.integers(4, 9))
    if site.rng.random() < 0.45:
        return _court(site, floors, 4.2, 15.0, below=1)
    return _bars(site, floors, 4.2, 18.0, below=int(site.rng.integers(0, 2)), gap=19.0)


def _tower(site: Site) -> list[Building]:
    """Build a podium and a tower that stands on ground of their own beside it."""
    over = "far_over_limit" in site.parcel.traits
    if site.parcel.area_m2 < 3_200 or (site.rng.random() < 0.4 and not over):
        return _bars(
            site, 16 if over else int(site.rng.integers(4, 8)), 3.9, 17.0, below=1, gap=18.0
        )
    out: list[Building] = []
    west, south, east, north = site.bounds()
    split = west + (east - west) * (0.52 if over else 0.42)
    left, right = site.row(south + 3, north - 3)
    add(
        site,
        out,
        shapely.box(max(left, west), south + 3, split, north - 3),
        5 if over else 3,
        4.8,
        below_n=1,
    )
    side = float(np.clip(min(north - south - 8, right - split - 10), 14.0, 30.0))
    middle = (south + north) / 2
    add(
        site,
        out,
        shapely.box(split + 8, middle - side / 2, split + 8 + side, middle + side / 2),
        24 if over else int(site.rng.integers(9, 16)),
        3.9,
        below_n=2,
    )
    return out


def _housing(site: Site) -> list[Building]:
    floors = 6 if site.parcel.land_use == "dormitory" else int(site.rng.choice([7, 9, 11]))
    return _bars(
        site,
        floors,
        3.0 if floors > 6 else 3.3,
        14.0,
        below=1,
        gap=27.0 if floors > 6 else 17.0,
        longest=44.0,
    )


def _public(site: Site) -> list[Building]:
    if "查验" in site.parcel.name:
        out = halls(site, depth=(22, 28), court=42, longest=120, gap=40, floors=1, storey=8.0)
        return out or _bars(site, 2, 4.2, 14.0)
    return _court(site, int(site.rng.integers(3, 6)), 3.9, 13.0)


def _utility(site: Site) -> list[Building]:
    west, south, east, north = site.bounds()
    out: list[Building] = []
    add(site, out, shapely.box(west + 2, south + 2, west + (east - west) * 0.38, north - 2), 2, 4.5)
    for at in range(3):
        radius = min(6.5, (north - south) / 5)
        tank = Point(west + (east - west) * (0.55 + 0.16 * at), (south + north) / 2).buffer(
            radius, quad_segs=6
        )
        add(site, out, tank, 1, 5.0, kind="structure", name="水池、储罐")
    return out


def _parking(site: Site) -> list[Building]:
    out: list[Building] = []
    west, south, east, north = site.bounds()
    if site.parcel.name.endswith("楼用地"):
        add(site, out, shapely.box(west, south, east, north), 4, 3.4)
    else:
        add(
            site,
            out,
            shapely.box(east - 9, north - 7, east - 1, north - 1),
            1,
            3.3,
            name="管理用房",
        )
    return out


def _office_at_end(site: Site, out: list[Building], *, floors: int) -> None:
    """Put an office at the corner where nothing stands yet."""
    west, south, east, north = site.bounds()
    for x, y in (
        (west + 2, north - 18),
        (east - 38, north - 18),
        (west + 2, south + 2),
        (east - 38, south + 2),
    ):
        office = shapely.box(x, y, x + 36, y + 15)
        placed = site.place(office)
        if site.inner.contains(office) and all(placed.distance(other.polygon) > 8 for other in out):
            add(site, out, office, floors, 3.6, "office")
            return


def huts(site: Site) -> list[Building]:
    """Set two or three temporary huts of a building site, or of one that never began."""
    out: list[Building] = []
    west, south, east, _ = site.bounds()
    middle = (west + east) / 2
    for at in range(int(site.rng.integers(2, 4))):
        hut = shapely.box(middle - 30 + at * 24, south + 1, middle - 12 + at * 24, south + 7)
        add(site, out, hut, 2 if at else 1, 2.8, "other", permanence="temporary", name="工棚")
    return out


COMPOSITIONS: Final[dict[str, Callable[[Site], list[Building]]]] = {
    "storage": _logistics, "industrial": _works, "m0": _research, "research": _research,
    "office": _tower, "commercial": _tower, "residential": _housing, "dormitory": _housing,
    "public_service": _public, "utility": _utility, "parking": _parking,
}  # fmt: skip
