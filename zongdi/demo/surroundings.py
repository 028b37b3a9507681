"""The layers around the parcels: zone boundaries, the control plan, facilities, assessments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from layers import codes
from zongdi.demo.layout import curve, to_world
from zongdi.demo.road_land import polygons_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from zongdi.demo.layout import Layout
    from zongdi.demo.parcels import Parcel

__all__ = ["CRS", "LIMITS", "assessments", "facilities", "plan_zones", "zones"]

CRS: Final = "EPSG:4548"
_ZONE: Final = "示例综合保税区（虚构）"
_ZONE_SUPPORT: Final = "示例综合保税区配套区（虚构）"

#: Limits of the control plan by use: FAR from, to; coverage; height; green from, to.
LIMITS: Final[dict[str, tuple[float | None, ...]]] = {
    "industrial": (0.8, 2.0, 0.60, 36.0, 0.05, 0.20),
    "storage": (0.4, 2.0, 0.65, 36.0, 0.04, 0.20),
    "m0": (1.2, 3.0, 0.50, 60.0, 0.12, None),
    "research": (0.8, 2.5, 0.42, 50.0, 0.25, None),
    "office": (1.0, 3.0, 0.45, 70.0, 0.18, None),
    "commercial": (0.8, 2.5, 0.50, 36.0, 0.15, None),
    "public_service": (0.3, 2.2, 0.50, 30.0, 0.22, None),
    "utility": (None, None, 0.45, 20.0, 0.15, None),
    "parking": (None, None, 0.70, 18.0, 0.04, None),
    "residential": (1.0, 2.5, 0.28, 60.0, 0.35, None),
    "dormitory": (1.0, 2.5, 0.32, 36.0, 0.30, None),
    "green": (None, None, 0.03, 8.0, 0.70, None),
    "reserve": (None, None, None, None, None, None),
}
#: Pipes and cables: kind, name, road, distance from its axis (m).
_LINES: Final = (
    ("water", "给水干管 DN600", "示例大道", 11.0),
    ("sewage", "污水干管 DN800", "通达路", 9.0),
    ("power", "10kV 电缆排管", "通达路", -10.0),
    ("gas", "中压燃气管", "航港路", 8.0),
    ("heat", "供热管 DN400", "示例大道", -11.0),
    ("telecom", "通信管道 12 孔", "航港路", -9.0),
    ("water", "给水支管 DN300", "纬二路", 5.0),
    ("power", "10kV 支线", "经一路", 6.0),
    ("sewage", "污水支管 DN400", "经三路", -6.0),
    ("telecom", "通信支线", "配套大道", 9.0),
)
_STATIONS: Final = (
    ("变电站", "power"),
    ("热力", "heat"),
    ("污水", "sewage"),
    ("燃气", "gas"),
    ("通信", "telecom"),
    ("给水", "water"),
)


def zones(layout: Layout) -> gpd.GeoDataFrame:
    """Draw the approved boundary, the fence, two accepted phases and the support area."""
    fence = layout.fence
    corner = Polygon([(-770.0, 330.0), (-735.0, 560.0), (-560.0, 600.0)])
    approved = max(polygons_of(fence.union(corner)), key=lambda part: part.area)
    phase = LineString([(-900.0, 172.0), (-290.0, 262.0), (0.0, 248.0), (900.0, 190.0)])
    south = Polygon([*phase.coords, (900.0, -900.0), (-900.0, -900.0)])
    north_west = Polygon(
        [
            *LineString([(-900.0, 172.0), (-290.0, 262.0), (-2.0, 248.0)]).coords,
            (15.0, 900.0),
            (-900.0, 900.0),
        ]
    )
    first, second = fence.intersection(south), fence.intersection(north_west)
    area = round(approved.area, -4)
    rows: list[dict[str, object]] = []

    def add(kind: str, shape: BaseGeometry, zone: str, name: str, **more: object) -> None:
        rows.append(
            {
                "区编号": zone,
                "名称": name,
                "类别": codes.ZONE_KINDS.labels[kind].zh,
                **more,
                "geometry": to_world(shape),
            }
        )

    paper = {
        "批准文号": "示函〔2018〕1号（虚构）",
        "批准日期": "2018年3月12日",
        "设立日期": "2018年3月12日",
        "批准面积": area,
    }
    add("approved", approved, "SL01", _ZONE, **paper)
    add("fenced", fence, "SL01", _ZONE, **paper)
    add(
        "accepted",
        first,
        "SL01",
        f"{_ZONE}一期",
        批准面积=area,
        验收日期="2019年9月26日",
        验收面积=round(first.area),
    )
    add(
        "accepted",
        second,
        "SL01",
        f"{_ZONE}二期",
        批准面积=area,
        验收日期="2023年6月15日",
        验收面积=round(second.area),
        验收期限="2026年12月31日",
    )
    add("support", layout.support, "SL02", _ZONE_SUPPORT)
    return gpd.GeoDataFrame(rows, crs=CRS)


def plan_zones(parcels: Sequence[Parcel]) -> gpd.GeoDataFrame:
    """Draw the control plan: in each block one plot per use, with its limits.

    One block of the research quarter and one of the works have no ratio yet: their limit is unknown.
    """
    groups: dict[tuple[int, str], list[Parcel]] = {}
    for parcel in parcels:
        if parcel.land_use != "road" and parcel.quarter != "belt":
            groups.setdefault((parcel.block, parcel.land_use), []).append(parcel)
    undecided = {
        min(
            (block for block, use in groups if use == wanted and groups[block, use][0].inside),
            default=-1,
        )
        for wanted in ("research", "industrial")
    }
    rows: list[dict[str, object]] = []
    for (block, use), members in sorted(groups.items()):
        whole = shapely.coverage_union_all(np.array([member.polygon for member in members]))
        far_min, far_max, coverage, height, green_min, green_max = LIMITS[use]
        if block in undecided:
            far_min = far_max = None
        if use == "industrial" and block % 2 == 0:
            far_min = None  # an older plan: the national indicators alone give the minimum
        for part in polygons_of(whole):
            rows.append({
                "规划地块编号": f"SL-{block + 1:02d}-{len(rows) + 1:03d}", "用地性质": codes.USES.labels[use].zh,
                "容积率下限": far_min, "容积率上限": far_max, "建筑密度上限": coverage, "建筑限高": height,
                "绿地率下限": green_min, "绿地率上限": green_max, "geometry": part,
            })  # fmt: skip
    return gpd.GeoDataFrame(rows, crs=CRS)


def facilities(layout: Layout, parcels: Sequence[Parcel]) -> gpd.GeoDataFrame:
    """Gates, fence, roads, networks and stations; the airport, the railway, the motorway; amenities."""
    found: list[tuple[str, str, BaseGeometry]] = [
        ("gate", zh, to_world(point)) for zh, _, point in layout.gates
    ]
    found.append(("fence", "围网", to_world(LineString(layout.fence.exterior))))
    by_name = {road.name: road for road in layout.roads}
    found += [("road", road.name, to_world(road.line)) for road in layout.roads]
    found += [
        (kind, name, to_world(by_name[road].line.offset_curve(aside).simplify(0.3)))
        for kind, name, road, aside in _LINES
    ]
    for parcel in parcels:
        station = next((kind for word, kind in _STATIONS if word in parcel.name), None)
        if station:
            found.append((station, parcel.name, shapely.point_on_surface(parcel.polygon)))
        elif "查验" in parcel.name:
            found.append(("inspection", parcel.name, parcel.polygon))
        elif "停车" in parcel.name:
            found.append(("parking", parcel.name, shapely.point_on_surface(parcel.polygon)))
    found += _neighbours()
    found += _amenities(parcels)
    rows = [
        {
            "设施编号": f"SS{number:03d}",
            "设施类型": codes.FACILITY_KINDS.labels[kind].zh,
            "名称": name,
            "geometry": shape,
        }
        for number, (kind, name, shape) in enumerate(found, start=1)
    ]
    return gpd.GeoDataFrame(rows, crs=CRS)


def assessments(layout: Layout) -> gpd.GeoDataFrame:
    """Regional assessments: two over the whole zone, one of them expired, one over a part."""
    fence = layout.fence
    west = fence.intersection(Polygon([(-900, -900), (0, -900), (0, 900), (-900, 900)]))
    rows = [
        {
            "评估事项": codes.ASSESSMENT_TOPICS.labels[topic].zh,
            "有效期至": until,
            "geometry": to_world(shape),
        }
        for topic, until, shape in (
            ("environment", "2028-12-31", fence),
            ("geology", "2025-09-30", fence),
            ("water", "2027-06-30", west),
        )
    ]
    return gpd.GeoDataFrame(rows, crs=CRS)


def _neighbours() -> list[tuple[str, str, BaseGeometry]]:
    apron = Polygon([(-300, 658), (100, 618), (560, 577), (578, 775), (-282, 858)])
    railway = LineString(
        curve(
            [
                (470, -1000),
                (640, -640),
                (742, -410),
                (800, -180),
                (828, 60),
                (824, 300),
                (780, 520),
                (690, 760),
            ],
            20.0,
        )
    )
    yard = (
        LineString(curve([(806, -150), (829, 60), (826, 290)]))
        .buffer(34, cap_style="flat")
        .difference(railway.buffer(6))
    )
    motorway = LineString(
        curve(
            [(-900, -1000), (-930, -600), (-935, -100), (-900, 330), (-800, 600), (-640, 840)], 20.0
        )
    )
    port = Polygon([(560, -640), (690, -575), (655, -470), (545, -520)])
    return [
        ("airport", "示例机场货运站坪（虚构）", to_world(apron)),
        ("rail", "示例货运铁路（虚构）", to_world(railway)),
        ("rail", "铁路货场（虚构）", to_world(max(polygons_of(yard), key=lambda part: part.area))),
        ("port", "示例陆港作业区（虚构）", to_world(port)),
        ("motorway", "示例高速（虚构）", to_world(motorway)),
        ("motorway", "高速出入口（虚构）", to_world(Point(-933, -105))),
    ]


def _amenities(parcels: Sequence[Parcel]) -> list[tuple[str, str, BaseGeometry]]:
    """Outside the fence: homes, meals, services, buses, one point for each parcel that has them."""
    kinds = {
        "residential": ("housing", "人才公寓"),
        "dormitory": ("housing", "职工宿舍"),
        "commercial": ("catering", "餐饮中心"),
        "public_service": ("public_service", "公共服务中心"),
        "parking": ("parking", "公共停车场"),
        "green": ("transit", "公交站"),
    }
    outside = [
        p
        for p in parcels
        if not p.inside and p.quarter in {"housing", "support"} and p.land_use in kinds
    ]
    counted: dict[str, int] = {}
    found: list[tuple[str, str, BaseGeometry]] = []
    for parcel in outside:
        kind, name = kinds[parcel.land_use]
        counted[name] = counted.get(name, 0) + 1
        if counted[name] <= 6:
            found.append(
                (kind, f"{name}{counted[name]}（虚构）", shapely.point_on_surface(parcel.polygon))
            )
    return found
