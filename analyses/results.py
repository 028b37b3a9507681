"""The contracts of the result files: their columns, units, codes and labels.

Fixed names, types and meanings; further columns may be added at the end of a contract.
"""

from __future__ import annotations

from analyses.result_columns import result_column as _c
from analyses.results_actions import ACTION_COLUMNS
from analyses.results_compare import COMPARE
from analyses.results_evidence import EVIDENCE_COLUMNS
from analyses.results_far import (
    DIFFERENCES,
    FAR_COLUMNS,
    FAR_PATHS,
    FREE_GROUND,
    PLAN_SHARES,
    SCENARIO_CHANGES,
    ZONE_INDICATORS,
)
from analyses.results_green import (
    GREEN_ACCOUNT,
    GREEN_COLUMNS,
    GREEN_FREEING,
    GREEN_LEDGER,
    GREEN_POOLS,
    GREEN_SITES,
    GREEN_YEARS,
    TRANSFERS,
)
from analyses.results_idle import (
    DURATION_CLASSES,
    IDLE_FORECAST,
    IDLE_SERIES,
    IDLE_STATUSES,
    IDLE_SUMS,
    IDLE_TREND,
)
from analyses.results_mixed import MIXED_OPENINGS, MIXED_VERDICTS
from analyses.results_paragraphs import PARAGRAPHS, ZONE_SUMMARY
from analyses.results_performance import EXIT_WATCH, PERFORMANCE, YIELDS
from analyses.results_supply import (
    BID_CHECKS,
    BOUNDARY,
    LOCATIONS,
    PLAN_COLUMNS,
    PLAN_SUMMARY,
    READINESS,
    RECTIFICATION,
    STANDARD_LAND,
    STOCK,
    SUPPLY_COLUMNS,
    SWAP_BALANCES,
)
from analyses.results_surplus import SURPLUS
from layers.codes import INSTRUMENTS, USES
from layers.columns import Contract
from policies.text import Text

__all__ = [
    "BOUND_BY",
    "COMPARE",
    "CORRECTIONS",
    "DEADLINES",
    "DIFFERENCES",
    "DURATION_CLASSES",
    "FAR_PATHS",
    "FINDINGS",
    "FREE_GROUND",
    "GREEN_ACCOUNT",
    "GREEN_FREEING",
    "GREEN_LEDGER",
    "GREEN_POOLS",
    "GREEN_SITES",
    "GREEN_YEARS",
    "IDLE_FORECAST",
    "IDLE_SERIES",
    "IDLE_STATUSES",
    "IDLE_SUMS",
    "IDLE_TREND",
    "MIXED_OPENINGS",
    "MIXED_VERDICTS",
    "PARAGRAPHS",
    "PARCEL_MEASURES",
    "PLAN",
    "PLAN_SHARES",
    "PROBLEMS",
    "RECOMMENDATIONS",
    "SCENARIO_CHANGES",
    "SUPPLY_TABLES",
    "SURPLUS",
    "TRANSFERS",
    "VERDICTS",
    "ZONES",
    "ZONE_AREA_SOURCES",
    "ZONE_INDICATORS",
    "ZONE_SUMMARY",
]

VERDICTS: dict[str, Text] = {
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "unknown": Text("未知", "unknown"),
    "not_applicable": Text("不适用", "not applicable"),
}

BOUND_BY: dict[str, Text] = {
    "far": Text("容积率", "floor-area ratio"),
    "height": Text("建筑限高", "height limit"),
    "coverage": Text("建筑密度上限", "coverage limit"),
    "none": Text("无上限条件", "no limit applies"),
    "unknown": Text("上限未知", "limit unknown"),
}

ZONE_AREA_SOURCES: dict[str, Text] = {
    "fenced": Text("围网面", "the fenced polygon"),
    "approved": Text("批准四至", "the approved polygon"),
    "support": Text("配套区面", "the support area's polygon"),
    "accepted": Text("验收面", "the accepted polygons"),
    "parcels": Text("宗地合计", "the sum of the parcels"),
}


PARCEL_MEASURES = Contract(
    "parcels",
    Text("宗地成果", "parcel results"),
    (
        _c("area_m2", "number", "用地面积（计算口径）", "site area used in ratios", "m2"),
        _c(
            "area_basis",
            "code",
            "面积口径",
            "area basis",
            None,
            ("net", "contract", "registered", "measured"),
        ),
        _c("area_plane_m2", "number", "平面面积", "plane area", "m2"),
        _c("area_ellipsoid_m2", "number", "椭球面积", "ellipsoidal area", "m2"),
        _c("zone_share", "number", "位于所属区的面积比例", "share within its zone", "share"),
        _c("footprint_m2", "number", "建筑基底面积", "building footprint", "m2"),
        _c("floor_area_m2", "number", "地上总建筑面积", "gross floor area above ground", "m2"),
        _c("floor_area_source", "text", "建筑面积来源", "floor area source"),
        _c("far_plain", "number", "容积率（实测，不加倍）", "floor-area ratio, plain", "ratio"),
        _c(
            "floor_area_control_m2",
            "number",
            "计容建筑面积（工业控制指标口径）",
            "floor area, industrial control indicator",
            "m2",
        ),
        _c(
            "far_control",
            "number",
            "容积率（工业控制指标口径）",
            "floor-area ratio, industrial control indicator",
            "ratio",
        ),
        _c(
            "far_plan",
            "number",
            "容积率（地方计容规则）",
            "floor-area ratio by the pack's counting rule",
            "ratio",
        ),
        _c("far_limit", "number", "容积率上限", "floor-area ratio limit", "ratio"),
        _c("far_floor", "number", "容积率下限", "floor-area ratio minimum", "ratio"),
        _c("bound_by", "code", "约束条件", "binding limit", None, tuple(BOUND_BY)),
        _c("floor_area_headroom_m2", "number", "剩余可建计容建筑面积", "floor-area headroom", "m2"),
        _c("building_density_share", "number", "建筑密度", "building density", "share"),
        _c("building_coefficient_share", "number", "建筑系数", "building coefficient", "share"),
        _c(
            "admin_land_share",
            "number",
            "行政办公及生活服务设施用地比重",
            "administrative and living land share",
            "share",
        ),
        _c("idle_status", "code", "闲置状态", "idle status", None, tuple(IDLE_STATUSES)),
        _c("idle_from", "date", "涉嫌闲置起算日", "idle from"),
        _c("idle_two_years_on", "date", "满两年日", "two years on"),
        _c("idle_days", "integer", "涉嫌闲置天数", "idle days", "days"),
        _c("duration_class", "code", "时长分档", "duration class", None, ("1y", "2y")),
        _c(
            "fee_order53_wan",
            "number",
            "闲置费测算值（第53号令，以认定为准）",
            "idle fee by Order 53, calculated value",
            "wan",
        ),
        _c(
            "fee_law_max_wan",
            "number",
            "闲置费测算值上限（房地产管理法，以认定为准）",
            "idle fee ceiling by the law, calculated value",
            "wan",
        ),
        _c("contracts_n", "integer", "合同（期）数", "ledger rows"),
        _c(
            "mixed_verdict",
            "code",
            "混合用途结论",
            "mixed-use verdict",
            None,
            tuple(MIXED_VERDICTS),
        ),
        _c("mixed_uses", "text", "用途组合", "uses tested"),
        _c("green_m2", "number", "绿地面积", "green area", "m2"),
        _c("green_share", "number", "绿地率", "green ratio", "share"),
        _c("green_required_m2", "number", "应有绿地面积", "green area required", "m2"),
        _c("green_balance_m2", "number", "绿地盈亏", "green balance", "m2"),
        _c("green_over_cap_m2", "number", "超上限绿地面积", "green above the cap", "m2"),
        _c("green_given_m2", "number", "统筹调出面积（测算）", "green given (calculated)", "m2"),
        _c(
            "green_received_m2",
            "number",
            "统筹调入面积（测算）",
            "green received (calculated)",
            "m2",
        ),
        _c(
            "idle_found",
            "boolean",
            "已认定闲置（认定书已送达，尚未处置完毕）",
            "found idle (finding served, not settled)",
        ),
        *EVIDENCE_COLUMNS,
        *SUPPLY_COLUMNS,
        *FAR_COLUMNS,
        *GREEN_COLUMNS,
    ),
    geometry="polygon",
    key="parcel_id",
)

FINDINGS = Contract(
    "findings",
    Text("核查结论", "findings"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("contract_no", "text", "合同编号", "contract"),
        _c(
            "analysis",
            "code",
            "分析",
            "analysis",
            None,
            ("idle", "far", "mixed", "green", "supply", "data"),
        ),
        _c("rule", "text", "规则", "rule"),
        _c("verdict", "code", "结论", "verdict", None, tuple(VERDICTS)),
        _c("attention", "boolean", "须关注", "attention"),
        _c("measured", "number", "实测值", "measured"),
        _c("limit", "number", "限值", "limit"),
        _c("unit", "text", "单位", "unit"),
        _c("area_basis", "text", "面积口径", "area basis"),
        _c("pack", "text", "规则包", "pack"),
        _c("clause", "text", "条款", "clause"),
        _c("status", "text", "规则状态", "status of the pack"),
        _c("confidence", "code", "可信度", "confidence", None, ("P", "V", "V2", "MH", "MM")),
        _c("missing", "text", "缺失资料", "missing"),
        _c("note_zh", "text", "说明", "note (Chinese)"),
        _c("note_en", "text", "说明（英文）", "note (English)"),
        _c("phase_no", "text", "期号", "phase"),
    ),
)

RECOMMENDATIONS = Contract(
    "recommendations",
    Text("建议", "recommendations"),
    (
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("zone_id", "text", "区代码", "zone"),
        _c("action", "code", "建议代码", "action"),
        _c("priority", "integer", "优先序", "priority"),
        _c("title_zh", "text", "建议", "title (Chinese)"),
        _c("title_en", "text", "建议（英文）", "title (English)"),
        _c("why_zh", "text", "理由", "why (Chinese)"),
        _c("why_en", "text", "理由（英文）", "why (English)"),
        _c("rules", "text", "依据规则", "rules"),
        _c("clause", "text", "条款", "clause"),
        _c("confidence", "code", "可信度", "confidence", None, ("P", "V", "V2", "MH", "MM")),
        _c("area_m2", "number", "涉及面积", "area concerned", "m2"),
        _c("floor_area_m2", "number", "涉及建筑面积", "floor area concerned", "m2"),
        _c("amount_wan", "number", "金额（测算值）", "amount (calculated)", "wan"),
        _c("due_on", "date", "期限", "due on"),
        _c("decided_by", "text", "决定单位", "decided by"),
        _c("approved_by", "text", "批准单位", "approved by"),
        _c("assists", "text", "配合单位", "assists"),
        _c("blocked_by", "text", "前置条件", "blocked by"),
        *ACTION_COLUMNS,
    ),
)

DEADLINES = Contract(
    "deadlines",
    Text("法定期限", "statutory dates"),
    (
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("zone_id", "text", "区代码", "zone"),
        _c("contract_no", "text", "合同编号", "contract"),
        _c("phase_no", "text", "期号", "phase"),
        _c("step", "code", "事项", "step"),
        _c("title_zh", "text", "事项说明", "step (Chinese)"),
        _c("title_en", "text", "事项说明（英文）", "step (English)"),
        _c("due_on", "date", "日期", "due on"),
        _c("days_left", "integer", "剩余天数", "days left", "days"),
        _c("clause", "text", "条款", "clause"),
        _c("case_id", "text", "案件编号", "case"),
        _c("is_next", "boolean", "本案下一步", "the case's next step"),
        _c("overdue", "boolean", "是否逾期", "overdue"),
        _c("document_zh", "text", "文书", "document (Chinese)"),
        _c("document_en", "text", "文书（英文）", "document (English)"),
        _c("basis", "code", "起算事项", "runs from"),
        _c("basis_on", "date", "起算日期", "runs from the day"),
        _c("missing", "text", "缺失资料", "missing"),
    ),
)

PLAN = Contract(
    "plan",
    Text("供地计划草案", "draft supply plan"),
    (
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("zone_id", "text", "区代码", "zone"),
        _c("quarter", "text", "拟供季度", "quarter"),
        _c("land_use", "code", "用途", "land use", None, USES.codes),
        _c("area_m2", "number", "面积", "area", "m2"),
        _c("instrument", "code", "供应方式", "instrument", None, INSTRUMENTS.codes),
        _c("term_years", "number", "年期", "term", "years"),
        _c("why_zh", "text", "理由", "why (Chinese)"),
        _c("why_en", "text", "理由（英文）", "why (English)"),
        *PLAN_COLUMNS,
    ),
)

#: The further tables of land supply and performance, in the order in which they are shown.
SUPPLY_TABLES = (
    PLAN_SUMMARY,
    STOCK,
    BOUNDARY,
    RECTIFICATION,
    READINESS,
    LOCATIONS,
    STANDARD_LAND,
    BID_CHECKS,
    SWAP_BALANCES,
    PERFORMANCE,
    EXIT_WATCH,
    YIELDS,
)

ZONES = Contract(
    "zones",
    Text("区汇总", "zone totals"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("name", "text", "名称", "name"),
        _c("area_m2", "number", "面积", "area", "m2"),
        _c("green_m2", "number", "绿地面积", "green area", "m2"),
        _c("green_share", "number", "绿地率", "green ratio", "share"),
        _c("green_target_share", "number", "绿地率目标", "green target", "share"),
        _c("far_plain", "number", "综合容积率", "overall floor-area ratio", "ratio"),
        _c("suspected_area_m2", "number", "涉嫌闲置土地面积", "suspected idle area", "m2"),
        _c("suspected_share", "number", "涉嫌闲置土地比例", "suspected share", "share"),
        _c("idle_found_share", "number", "土地闲置率（已认定未处置）", "found idle rate", "share"),
        _c(
            "area_source",
            "code",
            "区面积来源",
            "source of the zone's area",
            None,
            tuple(ZONE_AREA_SOURCES),
        ),
        _c("parcels_n", "integer", "宗地数", "parcels"),
        _c(
            "far_plain_parcels_n",
            "integer",
            "参与容积率计算的宗地数",
            "parcels in the floor-area ratio",
        ),
        _c("green_attached_m2", "number", "宗地内绿地面积", "green area on parcels", "m2"),
        _c("green_public_m2", "number", "公共绿地面积", "public green area", "m2"),
        _c("green_surplus_m2", "number", "绿地盈余合计", "green surplus", "m2"),
        _c("green_deficit_m2", "number", "绿地缺口合计", "green deficit", "m2"),
        _c("green_unmet_m2", "number", "统筹后仍缺绿地", "green deficit left after pooling", "m2"),
        _c(
            "green_balance_unknown_n",
            "integer",
            "绿地盈亏未知的宗地数",
            "parcels of unknown green balance",
        ),
    ),
    key="zone_id",
)

PROBLEMS = Contract(
    "problems",
    Text("数据问题", "data problems"),
    (
        _c("severity", "code", "等级", "severity", None, ("error", "warning", "note")),
        _c("layer", "text", "图层", "layer"),
        _c("file", "text", "文件", "file"),
        _c("row", "integer", "行", "row"),
        _c("id", "text", "标识", "id"),
        _c("column", "text", "字段", "column"),
        _c("what", "text", "问题", "what"),
        _c("found", "text", "实际值", "found"),
        _c("proposal", "text", "建议处理", "proposal"),
        _c("code", "text", "问题代码", "kind of problem"),
        _c("what_en", "text", "问题（英文）", "what (English)"),
        _c("proposal_en", "text", "建议处理（英文）", "proposal (English)"),
    ),
)

CORRECTIONS = Contract(
    "corrections",
    Text("更正登记及采用情况", "corrections and what became of them"),
    (
        _c("layer", "text", "图层", "layer"),
        _c("id", "text", "标识", "id"),
        _c("column", "text", "字段", "column"),
        _c("old", "text", "原值", "old value"),
        _c("new", "text", "更正值", "new value"),
        _c("reason", "text", "更正理由", "reason"),
        _c("by", "text", "更正人", "by"),
        _c("on", "date", "更正日期", "on"),
        _c("applied", "boolean", "是否采用", "applied"),
        _c("rows_n", "integer", "更正行数", "rows changed"),
        _c("found", "text", "源数据现值", "what stood in the source"),
        _c("outcome", "text", "结果代码", "outcome"),
        _c("why_zh", "text", "说明", "why (Chinese)"),
        _c("why_en", "text", "说明（英文）", "why (English)"),
    ),
)
