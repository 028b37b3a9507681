"""The contracts of what mixed use results in: its verdicts, and the uses and facilities that are open."""

from __future__ import annotations

from analyses.result_columns import result_column as _c
from layers.codes import USES
from layers.columns import Contract
from policies.text import Text

__all__ = ["MIXED_OPENINGS", "MIXED_VERDICTS"]

MIXED_VERDICTS: dict[str, Text] = {
    "conflict": Text("与封关管理要求冲突", "conflict with the closed-zone rule"),
    "not_mixed": Text("单一用途", "single use"),
    "no_basis": Text("本地政策无混合用地条款", "no mixed-use clause in this jurisdiction"),
    "no": Text("未列举，本条不能作为依据", "not listed: this clause is no basis"),
    "unknown": Text("资料不足，无法判断", "unknown: facts are missing"),
    "undetermined": Text("未列举（开放清单），待定", "not listed in an open list: undetermined"),
    "yes": Text(
        "列入鼓励混合范围（须以规划条件、控规为准）",
        "listed as encouraged (planning conditions and control plan prevail)",
    ),
}

MIXED_OPENINGS = Contract(
    "mixed_openings",
    Text(
        "可增混合用途与可共享设施", "uses that could be added and facilities that could be shared"
    ),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("opening", "code", "类别", "opening", None, ("add", "share")),
        _c("use", "code", "可增用途", "use to add", None, USES.codes),
        _c(
            "mixed_verdict",
            "code",
            "加入后的混合用途结论",
            "mixed-use verdict with it",
            None,
            tuple(MIXED_VERDICTS),
        ),
        _c("land_room_m2", "number", "比例内可增用地", "land before a ratio breaks", "m2"),
        _c("land_bound_by", "text", "用地约束规则", "rule that binds the land"),
        _c(
            "floor_room_m2",
            "number",
            "比例内可新建建筑面积",
            "new floor area before a ratio breaks",
            "m2",
        ),
        _c("floor_bound_by", "text", "建筑面积约束规则", "rule that binds the floor area"),
        _c(
            "floor_converted_m2",
            "number",
            "比例内可由现有建筑改用的面积",
            "existing floor area that may change use before a ratio breaks",
            "m2",
        ),
        _c(
            "facility_kind",
            "code",
            "可共享设施类型",
            "facility to share",
            None,
            ("catering", "parking", "public_service", "yard"),
        ),
        _c("facility_id", "text", "设施编号", "facility"),
        _c("distance_m", "number", "直线距离", "straight-line distance", "m"),
        _c(
            "saved_land_m2",
            "number",
            "共享可节省的自有用地",
            "own land that sharing could save",
            "m2",
        ),
        _c(
            "saved_floor_m2",
            "number",
            "共享可节省的自有建筑面积",
            "own floor area that sharing could save",
            "m2",
        ),
        _c("rank", "integer", "区内节省排序", "rank in the zone by what is saved"),
        _c("missing", "text", "缺失资料", "missing"),
        _c("pack", "text", "规则包", "pack"),
        _c("clause", "text", "条款", "clause"),
        _c("status", "text", "规则状态", "status of the pack"),
        _c("confidence", "code", "可信度", "confidence", None, ("P", "V", "V2", "MH", "MM")),
        _c("note_zh", "text", "说明", "note (Chinese)"),
        _c("note_en", "text", "说明（英文）", "note (English)"),
    ),
)
