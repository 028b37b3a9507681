"""Labels of codes, and how a value of each unit is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.results import (
    BOUND_BY,
    DURATION_CLASSES,
    FINDINGS,
    IDLE_STATUSES,
    MIXED_VERDICTS,
    PARCEL_MEASURES,
    RECOMMENDATIONS,
    TRANSFERS,
    VERDICTS,
    ZONE_AREA_SOURCES,
    ZONES,
)
from layers.codes import CODE_LISTS, USES
from layers.contracts import CONTRACTS
from policies.model import CONFIDENCE, STATUSES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.columns import Column
    from maps.view import MapView

__all__ = [
    "ANALYSES",
    "AREA_METHODS",
    "TIP_COLUMNS",
    "WORDED",
    "ZONE_DEFINITIONS",
    "code_labels",
    "column_labels",
    "display_kind",
    "group_of",
]

_RESULTS = (FINDINGS, RECOMMENDATIONS, TRANSFERS, ZONES, PARCEL_MEASURES)

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

_AREA_BASES: dict[str, Text] = {
    "net": Text("规划净用地面积", "net planned site area"),
    "contract": Text("合同面积", "contract area"),
    "registered": Text("登记面积", "registered area"),
    "measured": Text("图上量算面积", "measured on the map"),
}

_SEVERITIES: dict[str, Text] = {
    "error": Text("错误", "error"),
    "warning": Text("警告", "warning"),
    "note": Text("提示", "note"),
}

_CODES: dict[str, Mapping[str, Text]] = {
    "idle_status": IDLE_STATUSES,
    "mixed_verdict": MIXED_VERDICTS,
    "bound_by": BOUND_BY,
    "area_basis": _AREA_BASES,
    "area_source": ZONE_AREA_SOURCES,
    "duration_class": DURATION_CLASSES,
    "verdict": VERDICTS,
    "analysis": ANALYSES,
    "confidence": {"P": Text("项目自有数据", "the project's own data"), **CONFIDENCE},
    "status": STATUSES,
    "land_use": USES,
    "severity": _SEVERITIES,
    "basis": {
        column.name: column.label
        for name in ("ledger", "cases")
        for column in CONTRACTS[name].columns
        if column.type == "date"
    },
    "layer": {contract.name: contract.label for contract in CONTRACTS.values()},
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
    "idle_found",
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

#: Columns in the words of the packs, in Chinese: the page words them in the language chosen.
WORDED = (
    *("clause", "decided_by", "approved_by", "assists", "blocked_by", "documents", "condition"),
)

#: What the figures in the head mean.
ZONE_DEFINITIONS: dict[str, Text] = {
    "area_m2": Text(
        "围网（无围网时为批准四至、配套区或宗地合计）的面积，按本图的面积口径量算。",
        "Area of the fence; without one of the approved or support boundary, or the sum of the parcels.",
    ),
    "green_share": Text(
        "区内绿地面积（宗地内绿地与公共绿地，按规则包计法，重叠部分不重复计算）÷ 区面积。",
        "Green area of the zone, on parcels and public, as the rule pack counts it, over the zone's area.",
    ),
    "far_plain": Text(
        "地上总建筑面积 ÷ 用地面积，仅计两者均已知的宗地；层高不加倍。",
        "Floor area above ground over site area, of the parcels of which both are known; no storey counts twice.",
    ),
    "suspected_area_m2": Text(
        "闲置状态为涉嫌的宗地面积之和，每宗只计一次；百分比以已供应土地面积为分母。涉嫌不是认定。",
        "Area of the parcels whose idle status is suspected, each once; the share is of the land supplied. "
        "A suspicion is not a finding.",
    ),
    "idle_found_share": Text(
        "已认定为闲置且未处置完毕的土地面积 ÷ 已供应土地面积；无认定记录时为未知。",
        "Land found idle and not settled, over the land supplied; unknown without records of findings.",
    ),
    "parcels_n": Text(
        "分析所含的宗地数，道路地块计入。", "Parcels in the analysis, road plots among them."
    ),
}

#: What stands beside a parcel that is pointed at, by theme.
TIP_COLUMNS: dict[str, tuple[str, ...]] = {
    "idle": ("idle_from", "idle_days"),
    "headroom": ("floor_area_headroom_m2", "bound_by"),
    "bound": ("far_plain", "far_limit"),
    "mixed": ("mixed_uses",),
    "green": ("green_share", "green_balance_m2"),
    "land_use": ("land_use_source", "area_m2"),
    "data": ("area_basis", "zone_share"),
}


def code_labels(
    column: Column, given: Mapping[str, Mapping[str, Text]]
) -> Mapping[str, Text] | None:
    """Return the labels of the values of `column`: those given, the results', or its code list's.

    Examples
    --------
    >>> code_labels(CONTRACTS["ledger"].column("grant"), {})["lease"].zh
    '租赁'
    """
    if column.name in given:
        return given[column.name]
    known = _CODES.get(column.name) if column.type in ("code", "text") else None
    return known or CODE_LISTS.get(column.codes)


def column_labels(view: MapView) -> dict[str, Text]:
    """Return the label of every column and layer that a verdict may name: inputs, results, given."""
    labels = {contract.name: contract.label for contract in CONTRACTS.values()}
    for contract in (*reversed(CONTRACTS.values()), *_RESULTS):
        labels.update({column.name: column.label for column in contract.columns})
    labels.update({column.name: column.label for column in view.parcel_columns})
    labels.setdefault("fenced_share", Text("位于围网内的面积比例", "share within the fence"))
    return {**view.column_labels, **labels}


def display_kind(column: Column) -> str:
    """Say how the page writes the values of a column.

    Areas are written in hectares and mu, floor areas in 10,000 m2, shares in per cent.

    Examples
    --------
    >>> from layers.columns import Column
    >>> display_kind(Column("floor_area_m2", "number", Text("建筑面积", "floor area"), "m2"))
    'floor'
    """
    if column.name in WORDED:
        return "worded"
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
