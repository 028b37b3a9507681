"""Cutting the blocks into parcels, and what each parcel is for.

A block is cut across its longer axis, a little askew, until the pieces have the size of the
block's quarter. The pieces are then noded together on a millimetre grid, so that neighbours share
their edges exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.ops import split

from zongdi.demo.layout import to_world
from zongdi.demo.road_land import polygons_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zongdi.demo.layout import Layout

__all__ = ["COUNTY_CODE", "Parcel", "axes_of", "cut_parcels"]

#: Six digits that no county bears.
COUNTY_CODE: Final = "370199"

#: quarter: smallest and largest area a piece may aim at (m2), least area (m2), least width (m).
_GRAIN: Final = {
    "logistics": (26_000.0, 58_000.0, 18_000.0, 100.0),
    "distribution": (7_000.0, 17_000.0, 5_000.0, 56.0),
    "manufacturing": (9_000.0, 23_000.0, 7_000.0, 68.0),
    "works": (4_800.0, 14_000.0, 3_600.0, 48.0),
    "research": (3_000.0, 7_500.0, 2_300.0, 36.0),
    "services": (3_200.0, 11_000.0, 2_600.0, 42.0),
    "housing": (9_000.0, 21_000.0, 5_000.0, 55.0),
    "support": (3_000.0, 8_500.0, 2_300.0, 38.0),
    "park": (30_000.0, 30_001.0, 9_000.0, 60.0),
}

#: quarter: uses and their weights.
_MIX: Final[dict[str, dict[str, float]]] = {
    "logistics": {"storage": 0.92, "industrial": 0.08},
    "distribution": {"storage": 0.74, "industrial": 0.16, "commercial": 0.10},
    "manufacturing": {"industrial": 0.88, "storage": 0.12},
    "works": {"industrial": 0.76, "research": 0.12, "storage": 0.12},
    "research": {"research": 0.68, "office": 0.16, "industrial": 0.10, "commercial": 0.06},
    "services": {"office": 0.48, "commercial": 0.30, "public_service": 0.12, "research": 0.10},
    "housing": {"residential": 0.82, "public_service": 0.10, "dormitory": 0.08},
    "support": {"commercial": 0.40, "office": 0.28, "public_service": 0.18, "residential": 0.14},
    "park": {"green": 1.0},
}

#: Cut off before uses are drawn: near this point, this area (m2), this use, this name.
_CARVED: Final = (
    ((-748, -130), 9_500.0, "public_service", "西卡口查验场"),
    ((50, 520), 13_000.0, "public_service", "北卡口航空查验场"),
    ((-430, 560), 4_200.0, "utility", "一号变电站"),
    ((-420, 120), 3_600.0, "utility", "热力站"),
    ((-740, -420), 5_200.0, "utility", "污水处理站"),
    ((300, 500), 3_800.0, "utility", "二号变电站"),
    ((630, 20), 2_600.0, "utility", "燃气调压站"),
    ((-110, -480), 2_700.0, "utility", "通信机房"),
    ((430, -440), 3_400.0, "utility", "给水加压站"),
    ((-730, 60), 6_000.0, "parking", "货车停车场"),
    ((660, 140), 4_200.0, "parking", "东卡口停车场"),
    ((-50, -300), 2_400.0, "parking", "南卡口停车楼用地"),
)

#: The parcel at this point has this use (local frame).
_FIXED: Final = (
    ((-560, 500), "reserve"),
    ((560, 400), "reserve"),
    ((-250, 180), "reserve"),
    ((420, 110), "reserve"),
    ((-520, 60), "reserve"),
    ((-640, -400), "reserve"),
    ((590, -180), "reserve"),
    ((150, 130), "reserve"),
    ((200, -460), "reserve"),
    ((-160, -400), "m0"),
    ((-150, -215), "m0"),
    ((210, -250), "m0"),
    ((60, -420), "dormitory"),
    ((380, -200), "green"),
    ((40, -230), "green"),
    ((-180, -565), "green"),
    ((120, -740), "green"),
    ((-450, -560), "dormitory"),
    ((-360, -660), "dormitory"),
    ((-100, -660), "public_service"),
    ((60, -600), "public_service"),
    ((300, -560), "utility"),
    ((20, -540), "parking"),
    ((-230, -660), "commercial"),
    ((-560, -820), "reserve"),
    ((330, -820), "reserve"),
)


@dataclass(slots=True)
class Parcel:
    """A parcel of the demo zone, in EPSG:4548."""

    polygon: Polygon
    land_use: str
    quarter: str
    inside: bool
    block: int
    name: str = ""
    parcel_id: str = ""
    traits: set[str] = field(default_factory=set)

    @property
    def area_m2(self) -> float:
        """The plane area."""
        return float(self.polygon.area)


@dataclass(slots=True)
class _Piece:
    polygon: Polygon
    use: str
    quarter: str
    inside: bool
    block: int
    name: str = ""


def axes_of(polygon: Polygon) -> tuple[np.ndarray, float, float]:
    """Return the unit vector of the longer axis, the length and the width of `polygon`.

    They are those of its smallest enclosing rectangle.

    Examples
    --------
    >>> axis, length, width = axes_of(Polygon([(0, 0), (30, 0), (30, 10), (0, 10)]))
    >>> axis.round(6).tolist(), round(length, 6), round(width, 6)
    ([1.0, 0.0], 30.0, 10.0)
    """
    ring = shapely.get_coordinates(shapely.oriented_envelope(polygon))
    sides = np.diff(ring[:3], axis=0)
    lengths = np.linalg.norm(sides, axis=1)
    longer = int(np.argmax(lengths))
    axis = sides[longer] / lengths[longer]
    if axis[0] < 0 or (axis[0] == 0 and axis[1] < 0):
        axis = -axis
    return axis, float(lengths[longer]), float(lengths[1 - longer])


def cut_parcels(layout: Layout, rng: np.random.Generator) -> list[Parcel]:
    """Cut the plan into parcels: blocks, belt and road land, without gaps or overlaps.

    Returns
    -------
    list of Parcel
        In EPSG:4548, numbered from north-west to south-east within each cadastral district.
    """
    pieces: list[_Piece] = []
    for number, block in enumerate(layout.blocks):
        low, high, least, width = _GRAIN[block.quarter]
        whole = [block.polygon]
        carved: list[_Piece] = []
        for spot, area, use, name in _CARVED:
            for at, polygon in enumerate(whole):
                if polygon.buffer(12.0).contains(Point(spot)):
                    off, rest = _carve(polygon, Point(spot), area)
                    whole[at] = rest
                    carved.append(_Piece(off, use, block.quarter, block.inside, number, name))
                    break
        for polygon in whole:
            pieces += [
                _Piece(part, "", block.quarter, block.inside, number)
                for part in _cut(polygon, (low, high), least, width, rng)
            ]
        pieces += carved
    _draw_uses(pieces, rng)
    number = len(layout.blocks)
    pieces += [
        _Piece(part, "green", "belt", inside=False, block=number, name="防护绿带")
        for part in layout.belt
    ]
    pieces += [
        _Piece(
            part,
            "road",
            road.grade,
            layout.fence.contains(part.representative_point()),
            number,
            road.name,
        )
        for road in layout.roads
        for part in road.land
    ]
    return _number(_node(pieces))


def _cut(
    polygon: Polygon,
    aim: tuple[float, float],
    least: float,
    width: float,
    rng: np.random.Generator,
) -> list[Polygon]:
    target = float(rng.uniform(*aim))
    if polygon.area <= target * 1.15:
        return [polygon]
    axis, length, _ = axes_of(polygon)
    across = np.array([-axis[1], axis[0]])
    centre = np.array(shapely.oriented_envelope(polygon).centroid.coords[0])
    for attempt in range(24):
        spread = 0.16 if attempt < 14 else 0.08
        turn = np.deg2rad(rng.uniform(-3.0, 3.0))
        along = across * np.cos(turn) + axis * np.sin(turn)
        if attempt >= 18:  # a block that cannot be cut across is cut lengthwise
            along = axis
        foot = centre + (axis if attempt < 18 else across) * length * rng.uniform(-spread, spread)
        reach = length * 3.0
        parts = polygons_of(
            split(polygon, LineString([foot - along * reach, foot + along * reach]))
        )
        if len(parts) == 2 and all(_usable(part, least, width) for part in parts):
            return [piece for part in parts for piece in _cut(part, aim, least, width, rng)]
    return [polygon]


def _usable(part: Polygon, least: float, width: float) -> bool:
    _, length, short = axes_of(part)
    return part.area >= least and short >= width and part.area / (length * short) >= 0.70


def _carve(polygon: Polygon, spot: Point, area: float) -> tuple[Polygon, Polygon]:
    """Cut from `polygon` a corner (or, for a larger area, an end) of about `area` m2 near `spot`."""
    axis, length, width = axes_of(polygon)
    across = np.array([-axis[1], axis[0]])
    centre = np.array(shapely.oriented_envelope(polygon).centroid.coords[0])
    away = np.array(spot.coords[0]) - centre
    axis = axis if np.dot(away, axis) >= 0 else -axis
    across = across if np.dot(away, across) >= 0 else -across
    corner = centre + axis * length / 2 + across * width / 2
    deep = width * 2 if area > 5_500 else min(width, 1.25 * np.sqrt(area))
    low, high = 0.0, length
    for _ in range(40):
        along = (low + high) / 2
        box = _corner_box(corner, axis, across, (along, deep))
        low, high = (along, high) if polygon.intersection(box).area < area else (low, along)
    rest = polygons_of(polygon.difference(box))
    return polygons_of(polygon.intersection(box))[0], max(rest, key=lambda part: part.area)


def _corner_box(
    corner: np.ndarray, axis: np.ndarray, across: np.ndarray, size: tuple[float, float]
) -> Polygon:
    along, deep = size
    far = corner + 80.0 * (axis + across)  # beyond the corner, where nothing is
    first = corner - axis * along + 80.0 * across
    last = corner - across * deep + 80.0 * axis
    inner = corner - axis * along - across * deep
    return Polygon([far, first, inner, last])


def _draw_uses(pieces: Sequence[_Piece], rng: np.random.Generator) -> None:
    for piece in pieces:
        mix = _MIX[piece.quarter]
        drawn = str(rng.choice(list(mix), p=np.array(list(mix.values())) / sum(mix.values())))
        piece.use = piece.use or drawn
    for spot, use in _FIXED:
        nearest = min(
            (piece for piece in pieces if not piece.name),
            key=lambda piece: piece.polygon.distance(Point(spot)),
        )
        nearest.use = use


def _node(pieces: Sequence[_Piece]) -> list[Parcel]:
    """Node all outlines together on the millimetre grid and give each face to its piece."""
    shapes = np.array([to_world(piece.polygon) for piece in pieces])
    lines = shapely.union_all(shapely.boundary(shapes), grid_size=0.001)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    owner = _owners(faces, shapes)
    parcels: list[Parcel] = []
    for at, piece in enumerate(pieces):
        joined = shapely.coverage_union_all(faces[owner == at])
        whole = max(polygons_of(joined), key=lambda part: part.area)
        parcels.append(
            Parcel(
                shapely.normalize(whole),
                piece.use,
                piece.quarter,
                piece.inside,
                piece.block,
                piece.name,
            )
        )
    return parcels


def _owners(faces: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Return for each face the piece it belongs to.

    Where outlines miss each other by less than a hand's breadth the noding leaves slivers; each goes
    to the neighbour with which it shares the longest edge.
    """
    tree = shapely.STRtree(shapes)
    at_face, at_piece = tree.query(shapely.point_on_surface(faces), predicate="within")
    owner = np.full(len(faces), -1)
    claims = np.bincount(at_face, minlength=len(faces))
    real = (shapely.area(faces) > 50.0) & (claims == 1)
    chosen = real[at_face]
    owner[at_face[chosen]] = at_piece[chosen]
    for _ in range(4):
        open_faces = np.flatnonzero(owner < 0)
        left, right = shapely.STRtree(faces).query(faces[open_faces], predicate="touches")
        pairs = [
            (
                int(open_faces[a]),
                float(shapely.length(shapely.intersection(faces[open_faces[a]], faces[b]))),
                int(owner[b]),
            )
            for a, b in zip(left.tolist(), right.tolist(), strict=True)
            if owner[b] >= 0
        ]
        for face, shared, piece in sorted(pairs):  # the longest comes last and stays
            if shared > 0:
                owner[face] = piece
        if not len(open_faces):
            break
    return owner


def _number(parcels: list[Parcel]) -> list[Parcel]:
    """Give the codes: district 001 inside the fence, 002 outside; roads in a sub-district."""

    def place(parcel: Parcel) -> tuple[float, float]:
        centre = parcel.polygon.centroid
        return (-round(centre.y / 120.0), round(centre.x, 1))

    counters: dict[str, int] = {}
    ordered = sorted(parcels, key=place)
    for parcel in ordered:
        district = "001" if parcel.inside else "002"
        sub = "009" if parcel.land_use == "road" else "001"
        counters[district + sub] = counters.get(district + sub, 0) + 1
        parcel.parcel_id = f"{COUNTY_CODE}{district}{sub}GB{counters[district + sub]:05d}"
    return ordered
