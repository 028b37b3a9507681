"""Labels of codes, and how a value of each unit is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.results import BOUND_BY, IDLE_STATUSES, MIXED_VERDICTS, VERDICTS
from policies.model import CONFIDENCE, STATUSES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.columns import Column

__all__ = [
    "ANALYSES",
    "AREA_METHODS",
    "FACILITY_KINDS",
    "ZONE_KINDS",
    "code_labels",
    "display_kind",
    "group_of",
]

ANALYSES: dict[str, Text] = {
    "idle": Text("闲置土地", "Idle land"),
    "far": Text("容积率", "Floor-area ratio"),
    "mixed": Text("混合用途", "Mixed use"),
    "green": Text("绿地", "Green area"),
    "supply": Text("供地", "Land supply"),
    "data": Text("数据", "Data"),
}

AREA_METHODS: dict[str, Text] = {
    "plane": Text("平面面积（高斯投影面）", "plane of the projection"),
    "ellipsoid": Text("椭球面积", "on the ellipsoid"),
}

ZONE_KINDS: dict[str, Text] = {
    "approved": Text("批准规划范围", "approved boundary"),
    "fenced": Text("封关围网范围", "fenced area"),
    "accepted": Text("已验收范围", "accepted phase"),
    "support": Text("区外配套", "supporting area outside"),
}

FACILITY_KINDS: dict[str, Text] = {
    "gate": Text("卡口", "gate"),
    "fence": Text("围网", "fence"),
    "road": Text("道路", "road"),
    "water": Text("给水", "water"),
    "sewage": Text("排水", "sewage"),
    "power": Text("供电", "power"),
    "gas": Text("燃气", "gas"),
    "heat": Text("供热", "heat"),
    "telecom": Text("通信", "telecom"),
    "airport": Text("机场", "airport"),
    "port": Text("港口", "port"),
    "rail": Text("铁路", "rail"),
    "motorway": Text("高速公路", "motorway"),
    "inspection": Text("查验", "inspection"),
    "housing": Text("居住", "housing"),
    "catering": Text("餐饮", "catering"),
    "parking": Text("停车", "parking"),
    "public_service": Text("公共服务", "public service"),
    "transit": Text("公交", "public transport"),
}

_AREA_BASES: dict[str, Text] = {
    "net": Text("规划净用地面积", "net planned site area"),
    "contract": Text("合同面积", "contract area"),
    "registered": Text("登记面积", "registered area"),
    "measured": Text("图上量算面积", "measured on the map"),
}

_DURATIONS: dict[str, Text] = {
    "1y": Text("满一年不满两年", "one to two years"),
    "2y": Text("满两年", "two years or more"),
}

_CODES: dict[str, Mapping[str, Text]] = {
    "idle_status": IDLE_STATUSES,
    "mixed_verdict": MIXED_VERDICTS,
    "bound_by": BOUND_BY,
    "area_basis": _AREA_BASES,
    "duration_class": _DURATIONS,
    "verdict": VERDICTS,
    "analysis": ANALYSES,
    "confidence": {"P": Text("项目自有数据", "the project's own data"), **CONFIDENCE},
    "status": STATUSES,
}

_AREAS = ("area_m2", "area_basis", "area_plane_m2", "area_ellipsoid_m2")
_FAR = (
    "footprint_m2",
    "floor_area_m2",
    "floor_area_source",
    "floor_area_control_m2",
    "far_plain",
    "far_control",
    "far_plan",
    "far_limit",
    "far_floor",
    "bound_by",
    "floor_area_headroom_m2",
    "building_density_share",
    "building_coefficient_share",
    "admin_land_share",
)
_IDLE = (
    "idle_status",
    "idle_from",
    "idle_two_years_on",
    "idle_days",
    "duration_class",
    "fee_order53_wan",
    "fee_law_max_wan",
    "contracts_n",
)
_GREEN = (
    "green_m2",
    "green_share",
    "green_required_m2",
    "green_balance_m2",
    "green_over_cap_m2",
    "green_given_m2",
    "green_received_m2",
)
_GROUPS: dict[str, str] = {
    **dict.fromkeys((*_AREAS, "zone_share", "fenced_share"), "area"),
    **dict.fromkeys(_IDLE, "idle"),
    **dict.fromkeys(_FAR, "far"),
    **dict.fromkeys(("mixed_verdict", "mixed_uses"), "mixed"),
    **dict.fromkeys(_GREEN, "green"),
}


def code_labels(given: Mapping[str, Mapping[str, Text]]) -> dict[str, Mapping[str, Text]]:
    """Return the labels of code values by column: those of the results, then those given."""
    return {**_CODES, **given}


def display_kind(column: Column) -> str:
    """Say how the page writes the values of a column.

    Areas are written in hectares and mu, floor areas in 10,000 m2, shares in per cent.

    Examples
    --------
    >>> from layers.columns import Column
    >>> display_kind(Column("floor_area_m2", "number", Text("建筑面积", "floor area"), "m2"))
    'floor'
    """
    if column.type not in ("number", "integer"):
        return column.type
    if column.unit == "m2":
        return "floor" if "floor_area" in column.name else "area"
    return column.unit or column.type


def group_of(name: str, *, labelled: bool) -> str:
    """Name the group of the card in which a column stands.

    Examples
    --------
    >>> group_of("far_plain", labelled=True), group_of("holder", labelled=True)
    ('far', 'land')
    """
    return _GROUPS.get(name, "land" if labelled else "more")
