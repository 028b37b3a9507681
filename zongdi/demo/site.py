"""Building land: a parcel in its own frame, and how halls and bars are set on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.affinity import affine_transform

from zongdi.demo.parcels import axes_of
from zongdi.demo.road_land import polygons_of

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from zongdi.demo.parcels import Parcel

__all__ = ["Building", "Site", "add", "halls", "site_of"]

#: Distance of buildings from the parcel's edge, from a small to a large parcel.
_SETBACK_M: Final = (5.0, 14.0)


@dataclass(slots=True)
class Building:
    """A building, a structure or a yard; None is what the survey does not know."""

    polygon: Polygon
    parcel_id: str
    use: str
    floors_n: int | None
    storey_m: float | None
    kind: str = "building"
    permanence: str = "permanent"
    state: str = "built"
    below_n: int = 0
    name: str = ""


class _More(TypedDict, total=False):
    """What a building may say beyond its storeys and its use."""

    kind: str
    permanence: str
    below_n: int
    name: str


@dataclass(slots=True)
class Site:
    """A parcel in its own frame: the axis lies along x, the origin at its middle."""

    parcel: Parcel
    inner: Polygon
    forward: list[float]
    rng: np.random.Generator

    def place(self, shape: BaseGeometry) -> Polygon:
        """Carry a shape of the site's frame to the parcel, on the millimetre grid."""
        placed = shapely.set_precision(affine_transform(shape, self.forward), 0.001)
        return max(polygons_of(placed), key=lambda part: part.area)

    def row(self, low: float, high: float) -> tuple[float, float]:
        """Return the widest x interval of a rectangle between two y within the buildable land."""
        left, right = -np.inf, np.inf
        for y in np.linspace(low, high, 5):
            west, east = _chord(self.inner, y)
            left, right = max(left, west), min(right, east)
        return float(left), float(max(left, right))

    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north without the tips of a skewed site."""
        west, south, east, north = self.inner.bounds
        levels = np.linspace(south + 0.05, north - 0.05, 41)
        chords = np.array([_chord(self.inner, y) for y in levels])
        wide = levels[(chords[:, 1] - chords[:, 0]) >= 0.72 * (east - west)]
        if len(wide) < 2:
            return west, south, east, north
        return west, float(wide[0]), east, float(wide[-1])


def _chord(shape: Polygon, y: float) -> tuple[float, float]:
    cut = shape.intersection(LineString([(-4e3, y), (4e3, y)]))
    if cut.is_empty:
        return 0.0, 0.0
    west, _, east, _ = cut.bounds
    return float(west), float(east)


def site_of(parcel: Parcel, rng: np.random.Generator) -> Site | None:
    """Return the building land of a parcel; None where the setbacks leave nothing."""
    axis, _, width = axes_of(parcel.polygon)
    if parcel.land_use in {"residential", "dormitory"} and abs(axis[1]) > abs(axis[0]):
        axis = np.array([axis[1], -axis[0]])  # dwellings face south
    centre = parcel.polygon.centroid
    cos, sin = float(axis[0]), float(axis[1])
    back = [cos, sin, -sin, cos, -cos * centre.x - sin * centre.y, sin * centre.x - cos * centre.y]
    setback = float(np.interp(width, (40.0, 180.0), _SETBACK_M))
    local = affine_transform(parcel.polygon, back).buffer(-setback, join_style="mitre")
    if local.is_empty:
        return None
    if local.geom_type != "Polygon":
        local = max(local.geoms, key=lambda part: part.area)
    return Site(parcel, local, [cos, -sin, sin, cos, centre.x, centre.y], rng)


def add(
    site: Site,
    out: list[Building],
    box: BaseGeometry,
    floors: int | None,
    storey: float | None,
    use: str = "",
    **more: Unpack[_More],
) -> None:
    """Add to `out` what of `box` lies on buildable land, if that is most of it."""
    kept = box if site.inner.contains(box) else box.intersection(site.inner)
    if kept.geom_type != "Polygon" or kept.area < 0.55 * box.area or kept.area < 18.0:
        return
    if kept is not box and kept.area < 0.97 * box.area:
        kept = kept.simplify(0.8)
    out.append(
        Building(
            site.place(kept),
            site.parcel.parcel_id,
            use or site.parcel.land_use,
            floors,
            storey,
            **more,
        )
    )


def halls(
    site: Site,
    *,
    depth: tuple[float, float],
    court: float,
    longest: float,
    gap: float,
    floors: int,
    storey: float,
) -> list[Building]:
    """Rows of halls along the axis, a court between rows, each row cut by fire lanes."""
    out: list[Building] = []
    _, south, _, north = site.bounds()
    usable = north - south
    rows = max(1, int((usable + court) / (depth[0] + court)))
    deep = float(np.clip((usable - court * (rows - 1)) / rows, 10.0, depth[1]))
    pitch = (usable - deep) / max(rows - 1, 1) if rows > 1 else 0.0
    for at in range(rows):
        low = (
            south
            + at * pitch
            + (0.0 if rows > 1 else (usable - deep) * site.rng.uniform(0.25, 0.75))
        )
        left, right = site.row(low, low + deep)
        if right - left < 18.0:
            continue
        count = max(1, int(np.ceil((right - left + gap) / (longest + gap))))
        each = (right - left - gap * (count - 1)) / count
        for number in range(count):
            x = left + number * (each + gap)
            trimmed = each * (
                site.rng.uniform(0.72, 1.0) if number == count - 1 and each > 40 else 1.0
            )
            add(site, out, shapely.box(x, low, x + trimmed, low + deep), floors, storey)
            if court >= 24 and site.parcel.land_use == "storage" and each > 60:
                y = low + deep if at < rows - 1 else low - 5.0
                add(
                    site,
                    out,
                    shapely.box(x + 4, y, x + trimmed - 4, y + 5.0),
                    1,
                    6.0,
                    kind="structure",
                    name="装卸雨棚",
                )
    return out
