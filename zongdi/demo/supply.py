"""The tables of land supply and performance: projects in hand, standards, bids, targets, ratings."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from layers import codes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shapely import Polygon

    from zongdi.demo.cast import Role
    from zongdi.demo.parcels import Parcel

__all__ = ["write_supply"]

#: What comes to the plots that wait for supply, in the order of their codes: use, name, and what it wants.
_PROJECTS: Final = (
    (
        "industrial",
        "航空部件精密加工（虚构）",
        {"term": 30, "life": 20, "investment": 9_800, "tax": 620},
    ),
    ("storage", "跨境生鲜冷链中心（虚构）", {"term": 40, "investment": 15_200, "tax": 540}),
    ("industrial", "医疗器械代工厂（虚构）", {"term": 50, "investment": 12_600, "tax": 700}),
    (
        "industrial",
        "电子元件中试线（虚构）",
        {"term": 30, "lease": 5, "trial": "是", "investment": 4_100, "tax": 230},
    ),
    ("research", "检测认证实验楼（虚构）", {"term": 50, "investment": 6_400, "tax": 300}),
    (
        "industrial",
        "智能装备组装（虚构）",
        {"lease": 15, "long": "是", "investment": 3_300, "tax": 190},
    ),
    ("industrial", "新材料示范线（虚构）", {"investment": 5_200, "tax": 260}),
    (
        "storage",
        "区外分拨配套（虚构）",
        {"term": 30, "investment": 7_700, "tax": 350, "outside": "是"},
    ),
)
#: Year, rank, zones evaluated, class, class in the region, below the region's average.
_RATINGS: Final = (
    (2021, 38, 138, "B", "B", "否"),
    (2022, 44, 147, "B", "B", "是"),
    (2023, 33, 155, "B", "B", "是"),
    (2024, 30, 160, "A", "B", "否"),
)
_STANDARDS: Final = (
    ("工业", 320, 1.2, 0.25, 0.8, 18),
    ("物流仓储", 240, 0.8, 0.20, 0.5, 10),
)
#: Quarter, use, least and greatest area (mu), budget (10,000 yuan).
_TARGETS: Final = (
    ("2026年第3季度", "", "", 35, 900),
    ("2026年第4季度", "", "", 15, 700),
    ("2027年第1季度", "", "", 20, 700),
    ("2027年第2季度", "", "", 20, 500),
    ("2027年第3季度", "", "", 65, 1800),
    ("2027年第4季度", "", "", 20, 500),
    ("2028年第1季度", "", "", 35, 950),
    ("2028年第2季度", "", "", 20, 500),
    ("", "工业", 30, "", ""),
)
#: What was approved of a use against what is there: research has grown beyond its approval.
_APPROVED_PART: Final = {"research": 0.94}
_HECTARE_M2: Final = 10_000


def _write(path: Path, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.writer(stream, lineterminator="\r\n")
        table.writerow(headings)
        table.writerows(rows)


def _approved_uses(parcels: Sequence[Parcel], approved: Polygon) -> list[tuple[object, ...]]:
    """Return the approved hectares of every use within the approved boundary."""
    areas: dict[str, float] = {}
    for parcel in parcels:
        ground = parcel.polygon.intersection(approved).area
        if ground > 1:
            areas[parcel.land_use] = areas.get(parcel.land_use, 0.0) + ground
    return [
        (
            "SL01",
            codes.USES.labels[use].zh,
            round(area * _APPROVED_PART.get(use, 1.0) / _HECTARE_M2, 2),
        )
        for use, area in sorted(areas.items())
    ]


def write_supply(
    folder: Path, parcels: Sequence[Parcel], roles: Mapping[str, Role], approved: Polygon
) -> None:
    """Write the tables of supply: projects, standards, bids, targets, ratings and approved uses.

    Parameters
    ----------
    approved : shapely.Polygon
        The approved boundary.
    """
    waiting = sorted(
        (
            p
            for p in parcels
            if p.land_use == "reserve" and roles[p.parcel_id].supply_status != "unapproved"
        ),
        key=lambda parcel: parcel.parcel_id,
    )
    projects: list[list[object]] = []
    bids: list[list[object]] = []
    for number, parcel in enumerate(waiting):
        if number >= len(_PROJECTS):
            break
        use, name, wants = _PROJECTS[number]
        # A supporting project outside the fence has no parcel within it.
        fits = parcel.inside and wants.get("outside") != "是"
        projects.append([
            f"示项{number + 1:02d}", name,
            parcel.parcel_id if fits or not parcel.inside else "", "SL01" if fits else "SL02",
            codes.USES.labels[use].zh, wants.get("term", ""), wants.get("life", ""), wants.get("lease", ""),
            wants.get("trial", ""), wants.get("long", ""), wants["investment"], wants["tax"],
            wants.get("outside", "否"), number + 1, "", "", "", "",
        ])  # fmt: skip
        if roles[parcel.parcel_id].supply_status == "ready" and not bids:
            price = round(parcel.area_m2 / 666.67 * 31, 1)
            bids.append(
                [
                    "示竞001",
                    parcel.parcel_id,
                    "示例竞买人甲（虚构）",
                    350,
                    1.4,
                    0.22,
                    0.7,
                    20,
                    price,
                ]
            )
            bids.append(
                [
                    "示竞002",
                    parcel.parcel_id,
                    "示例竞买人乙（虚构）",
                    300,
                    1.3,
                    0.24,
                    "",
                    19,
                    price + 60,
                ]
            )
    projects.append([
        "示项20", "保税研发大厦（虚构，对应目标演示）", "", "SL01", "科研", 50, "", "", "", "", 68_000, 3_200, "否", 20,
        126_000, "2021-09-28", "2024-03-15", "research_building",
    ])  # fmt: skip
    _write(folder / "projects.csv", (
        "项目编号", "项目名称", "意向宗地", "区代码", "用途", "拟用年限", "生命周期", "租赁年限", "先租后让意向",
        "长期租赁意向", "固定资产投资（万元）", "预计税收（万元）", "是否区外配套项目", "优先次序", "建筑面积（平方米）",
        "开工日期", "建成日期", "对应目标代码",
    ), projects)  # fmt: skip
    _write(folder / "standards.csv", (
        "用途", "固定资产投资强度（万元/亩）", "容积率", "单位能耗标准(吨标煤/万元)", "单位排放标准(千克/万元)", "亩均税收（万元/亩）",
    ), _STANDARDS)  # fmt: skip
    _write(folder / "bids.csv", (
        "申请编号", "宗地代码", "竞买人", "固定资产投资强度（万元/亩）", "容积率", "单位能耗标准(吨标煤/万元)",
        "单位排放标准(千克/万元)", "亩均税收（万元/亩）", "报价（万元）",
    ), bids)  # fmt: skip
    _write(
        folder / "targets.csv",
        ("季度", "用途", "面积下限（亩）", "面积上限（亩）", "资金限额（万元）"),
        _TARGETS,
    )
    _write(
        folder / "approved_uses.csv",
        ("区编号", "用地性质", "批准面积（公顷）"),
        _approved_uses(parcels, approved),
    )
    _write(
        folder / "ratings.csv",
        ("区代码", "评估年度", "全国名次", "参评区数", "全国类别", "所在地区类别", "低于地区平均"),
        [("SL01", *row) for row in _RATINGS],
    )
