"""The contracts of land supply: stock, boundary, readiness, location, standard land, bids, plan."""

from __future__ import annotations

from analyses.result_columns import result_column as _c
from layers.codes import FACILITY_KINDS, USES
from layers.columns import Contract
from layers.contracts import INDICATOR_COLUMNS
from policies.text import Text

__all__ = [
    "BID_CHECKS",
    "BOUNDARY",
    "BOUNDARY_ISSUES",
    "LOCATIONS",
    "PLAN_COLUMNS",
    "PLAN_SUMMARY",
    "READINESS",
    "RECTIFICATION",
    "SERVICES",
    "STANDARD_LAND",
    "STATES",
    "STOCK",
    "STOCK_LEVELS",
    "SUPPLY_CLASSES",
    "SUPPLY_COLUMNS",
    "SWAP_BALANCES",
]

#: A gate, a readiness or a test that is met, not met, or not known.
STATES: dict[str, Text] = {
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "unknown": Text("未知", "unknown"),
}

SUPPLY_CLASSES: dict[str, Text] = {
    "serving": Text("道路、绿地等服务用地", "roads, green and other serving land"),
    "built": Text("已建成", "built"),
    "under_construction": Text("在建", "under construction"),
    "waiting": Text("已供未建", "supplied, not started"),
    "candidate": Text("待供候选", "candidate for supply"),
    "unknown": Text("供应状态未知", "supply status unknown"),
}

#: The levels of the stock, in the order in which they are shown; the first four lie within each other.
STOCK_LEVELS: dict[str, Text] = {
    "developable": Text("可开发", "developable"),
    "ready": Text("已达供地条件", "ready for supply"),
    "supplied": Text("已供应", "supplied"),
    "built": Text("已建成", "built"),
    "under_construction": Text("在建", "under construction"),
    "waiting": Text("已供未建", "supplied, not started"),
    "idle_suspected": Text("涉嫌闲置", "suspected idle"),
    "idle_found": Text("已认定闲置（未处置完毕）", "found idle, not settled"),
    "surplus": Text("节余土地线索", "surplus land, candidates"),
    "low_efficiency": Text(
        "低效用地（按项目标准）", "low-efficiency (by the project's thresholds)"
    ),
    "candidates": Text("待供候选", "candidates for supply"),
    "usable": Text("可单独供应的候选", "candidates usable by themselves"),
    "serving": Text("扣除的服务用地", "serving land taken out"),
}

BOUNDARY_ISSUES: dict[str, Text] = {
    "parcel_outside": Text(
        "宗地有部分在批准四至以外", "part of a parcel outside the approved boundary"
    ),
    "fence_outside": Text(
        "围网有部分在批准四至以外", "part of the fence outside the approved boundary"
    ),
    "approved_unfenced": Text("批准四至内未围网", "approved ground outside the fence"),
    "plan_outside": Text(
        "控规地块有部分在批准四至以外", "part of a plan plot outside the approved boundary"
    ),
    "building_across": Text("建筑跨越批准四至", "a building across the approved boundary"),
    "building_outside": Text("建筑全部在批准四至以外", "a building outside the approved boundary"),
    "area_drift": Text("图上面积与批准面积不符", "drawn area apart from the approved area"),
    "use_drift": Text("用地构成偏离批准", "uses apart from the approved ones"),
    "acceptance_overdue": Text("逾期未验收", "acceptance overdue"),
    "acceptance_late": Text("超期验收", "accepted after the date set"),
}

SERVICES = ("road", "water", "sewage", "power", "gas", "heat", "telecom")
_STATES = tuple(STATES)

STOCK = Contract(
    "stock",
    Text("土地存量", "stock of land"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("level", "code", "层次", "level", None, tuple(STOCK_LEVELS)),
        _c("area_m2", "number", "面积（确知）", "area, known", "m2"),
        _c("parcels_n", "integer", "宗地数", "parcels"),
        _c("unknown_m2", "number", "状态未知的面积", "area of unknown state", "m2"),
        _c("unknown_n", "integer", "状态未知的宗地数", "parcels of unknown state"),
        _c("of_level", "code", "上一层次", "within the level", None, tuple(STOCK_LEVELS)),
        _c("share", "number", "占上一层次（确知时）", "share of it, where known", "share"),
        _c("share_low", "number", "占比下限", "share at least", "share"),
        _c("share_high", "number", "占比上限", "share at most", "share"),
        _c(
            "vacant_floor_m2",
            "number",
            "空置建筑面积（非闲置土地）",
            "vacant floor area (no idle land)",
            "m2",
        ),
        _c(
            "sublettable_floor_m2",
            "number",
            "可转租建筑面积",
            "floor area that could be sublet",
            "m2",
        ),
        _c("note_zh", "text", "说明", "note (Chinese)"),
        _c("note_en", "text", "说明（英文）", "note (English)"),
    ),
)

BOUNDARY = Contract(
    "boundary",
    Text("四至核对", "boundary checks"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("issue", "code", "情形", "issue", None, tuple(BOUNDARY_ISSUES)),
        _c("layer", "text", "图层", "layer"),
        _c("id", "text", "标识", "id"),
        _c("measured", "number", "实测", "measured"),
        _c("limit", "number", "对照值", "compared with"),
        _c("unit", "text", "单位", "unit"),
        _c("tolerance_share", "number", "允许偏差", "tolerance", "share"),
        _c("tolerance_m", "number", "界线精度", "accuracy of the lines", "m"),
        _c("due_on", "date", "期限", "due on"),
        _c("note_zh", "text", "说明", "note (Chinese)"),
        _c("note_en", "text", "说明（英文）", "note (English)"),
    ),
)

RECTIFICATION = Contract(
    "rectification",
    Text("限期整改线索", "candidates for rectification"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("id", "text", "对象", "object"),
        _c("rule", "text", "规则", "rule"),
        _c("why_zh", "text", "理由", "why (Chinese)"),
        _c("why_en", "text", "理由（英文）", "why (English)"),
        _c("clause", "text", "条款", "clause"),
        _c("status", "text", "规则状态", "status of the pack"),
        _c("confidence", "text", "可信度", "confidence"),
    ),
)

READINESS = Contract(
    "readiness",
    Text("供应条件", "readiness for supply"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("land_use", "code", "用途", "land use", None, USES.codes),
        _c("area_m2", "number", "用地面积", "site area", "m2"),
        _c("ready", "code", "供应条件具备", "ready", None, _STATES),
        _c("readiness_share", "number", "已具备条件比例", "share of the gates met", "share"),
        _c("rights_clear", "code", "权属清晰", "rights clear", None, _STATES),
        _c("compensation_settled", "code", "安置补偿到位", "compensation settled", None, _STATES),
        _c("dispute_free", "code", "无权属争议", "free of dispute", None, _STATES),
        _c(
            "planning_conditions",
            "code",
            "规划条件明确",
            "planning conditions fixed",
            None,
            _STATES,
        ),
        *(
            _c(
                kind,
                "code",
                FACILITY_KINDS.labels[kind].zh,
                FACILITY_KINDS.labels[kind].en,
                None,
                _STATES,
            )
            for kind in SERVICES
        ),
        *(
            _c(
                f"{kind}_m",
                "number",
                f"距{FACILITY_KINDS.labels[kind].zh}",
                f"distance to {FACILITY_KINDS.labels[kind].en}",
                "m",
            )
            for kind in SERVICES
        ),
        _c(
            "assessed",
            "code",
            "区域评估覆盖且有效",
            "covered by valid regional assessments",
            None,
            _STATES,
        ),
        _c("assessments_zh", "text", "区域评估情况", "regional assessments (Chinese)"),
        _c("assessments_en", "text", "区域评估情况（英文）", "regional assessments"),
        _c("net_area_m2", "number", "扣除后可用面积", "area left after netting out", "m2"),
        _c("width_m", "number", "可用地最大内切圆直径", "widest circle in it", "m"),
        _c("road_access", "code", "临道路", "touches a road", None, _STATES),
        _c("usable", "code", "可单独供应", "usable by itself", None, _STATES),
        _c("missing_zh", "text", "不具备或缺资料的条件", "what is not met or not known (Chinese)"),
        _c("missing_en", "text", "不具备或缺资料的条件（英文）", "what is not met or not known"),
    ),
    key="parcel_id",
)

LOCATIONS = Contract(
    "locations",
    Text("区位", "location"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("kind", "code", "设施类型", "facility", None, FACILITY_KINDS.codes),
        _c("facility_id", "text", "设施编号", "facility's id"),
        _c("facility_name", "text", "设施名称", "facility's name"),
        _c("straight_m", "number", "直线距离", "straight-line distance", "m"),
        _c("network_m", "number", "沿道路距离", "distance along the roads", "m"),
        _c("weight", "number", "权重", "weight"),
        _c("note_zh", "text", "说明", "note (Chinese)"),
        _c("note_en", "text", "说明（英文）", "note (English)"),
    ),
)

_INDICATOR_LABELS: dict[str, tuple[str, str]] = {
    "investment_wan_per_mu": (
        "固定资产投资强度（万元/亩）",
        "fixed investment, 10,000 yuan per mu",
    ),
    "far": ("容积率", "floor-area ratio"),
    "energy_tce_per_wan": ("单位能耗（吨标煤/万元）", "energy, tce per 10,000 yuan"),
    "emissions_kg_per_wan": ("单位排放（千克/万元）", "emissions, kg per 10,000 yuan"),
    "tax_wan_per_mu": ("亩均税收（万元/亩）", "tax, 10,000 yuan per mu"),
    "output_wan_per_mu": ("亩均产值（万元/亩）", "output, 10,000 yuan per mu"),
    "rd_share": ("研发投入强度", "research share of revenue"),
    "jobs_per_mu": ("亩均就业（人/亩）", "jobs per mu"),
}

STANDARD_LAND = Contract(
    "standard_land",
    Text("标准地指标表", "standard-land sheet"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("land_use", "code", "用途", "land use", None, USES.codes),
        _c("area_m2", "number", "用地面积", "site area", "m2"),
        *(_c(name, "number", *_INDICATOR_LABELS[name]) for name in INDICATOR_COLUMNS),
        _c("complete", "code", "指标齐备", "complete", None, _STATES),
        _c(
            "assessed",
            "code",
            "区域评估覆盖且有效",
            "covered by valid regional assessments",
            None,
            _STATES,
        ),
        _c("missing", "text", "未给出的指标", "values not given"),
        _c("source_zh", "text", "指标来源", "where the values come from (Chinese)"),
        _c("source_en", "text", "指标来源（英文）", "where the values come from"),
        _c("clause", "text", "条款", "clause"),
        _c("status", "text", "规则状态", "status of the pack"),
        _c("confidence", "text", "可信度", "confidence"),
    ),
    key="parcel_id",
)

PLAN_SUMMARY = Contract(
    "plan_summary",
    Text("供地计划总量、结构与时序", "supply plan: total, structure and sequence"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("quarter", "text", "拟供季度", "quarter"),
        _c("land_use", "code", "用途", "land use", None, USES.codes),
        _c("parcels_n", "integer", "宗地数", "parcels"),
        _c("area_m2", "number", "面积", "area", "m2"),
        _c("area_ha", "number", "面积（公顷）", "area, hectares"),
        _c("area_mu", "number", "面积（亩）", "area, mu"),
        _c("cost_wan", "number", "前期费用", "cost", "wan"),
        _c("price_reserve_wan", "number", "起始价合计", "reserve prices", "wan"),
        _c("green_change_m2", "number", "绿地变化", "change of green", "m2"),
    ),
)

BID_CHECKS = Contract(
    "bid_checks",
    Text("竞买申请对照标准地指标", "bids against the standard-land sheet"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("bid_id", "text", "申请编号", "bid"),
        _c("bidder", "text", "竞买人", "bidder"),
        _c("verdict", "code", "结论", "verdict", None, _STATES),
        *(
            _c(
                f"{name}_met",
                "code",
                f"{_INDICATOR_LABELS[name][0]}达标",
                f"{_INDICATOR_LABELS[name][1]} met",
                None,
                _STATES,
            )
            for name in INDICATOR_COLUMNS
        ),
        _c("price_wan", "number", "报价", "price offered", "wan"),
        _c("price_reserve_wan", "number", "起始价", "reserve price", "wan"),
        _c("price_met", "code", "不低于起始价", "not below the reserve", None, _STATES),
        _c("missing", "text", "缺失资料", "missing"),
        _c("note_zh", "text", "说明", "note (Chinese)"),
        _c("note_en", "text", "说明（英文）", "note (English)"),
        _c("clause", "text", "条款", "clause"),
    ),
)

SWAP_BALANCES = Contract(
    "swap_balances",
    Text(
        "优质物业换低效用地价值平衡（测算值）",
        "quality property against low-efficiency land, a value balance",
    ),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("swap_id", "text", "方案编号", "scheme"),
        _c("property_name", "text", "物业名称", "property"),
        _c("low_efficiency", "code", "属低效用地", "low-efficiency land", None, _STATES),
        _c("given_wan", "number", "物业价值", "value given", "wan"),
        _c(
            "taken_wan",
            "number",
            "用地、建筑物与搬迁价值",
            "value of land, buildings and moving",
            "wan",
        ),
        _c(
            "balance_wan",
            "number",
            "差额（正为平台多付）",
            "balance (above 0: the platform gives more)",
            "wan",
        ),
        _c("missing", "text", "缺失资料", "missing"),
        _c("note_zh", "text", "说明", "note (Chinese)"),
        _c("note_en", "text", "说明（英文）", "note (English)"),
        _c("clause", "text", "条款", "clause"),
    ),
)

#: What the plan holds beyond its first columns.
PLAN_COLUMNS = (
    _c("lease_years", "number", "租赁年限", "lease", "years"),
    _c("chosen", "boolean", "列入计划", "in the plan"),
    _c("decision", "code", "编辑决定", "decision of the planner", None, ("in", "out", "free")),
    _c("ready", "code", "供应条件具备", "ready", None, _STATES),
    _c("readiness_share", "number", "已具备条件比例", "share of the gates met", "share"),
    _c("missing_zh", "text", "不具备或缺资料的条件", "what is not met or not known (Chinese)"),
    _c("score", "number", "得分", "score"),
    _c("score_zh", "text", "得分构成", "parts of the score (Chinese)"),
    _c("location_score", "number", "区位得分", "location score"),
    _c("cost_wan", "number", "前期费用", "cost", "wan"),
    _c("price_reserve_wan", "number", "起始价", "reserve price", "wan"),
    _c("green_change_m2", "number", "绿地变化", "change of green", "m2"),
    _c("project_id", "text", "意向项目", "project"),
    _c("standard_land", "code", "标准地指标齐备", "standard-land sheet complete", None, _STATES),
    _c("term_verdict", "code", "年期在法定限度内", "term within the limits", None, _STATES),
    _c("instrument_zh", "text", "供应方式的理由", "why the instrument (Chinese)"),
    _c("planning_conditions_no", "text", "规划条件文号", "planning conditions"),
    _c("edit_note", "text", "编辑说明", "remark of the planner"),
    _c("missing_en", "text", "不具备或缺资料的条件（英文）", "what is not met or not known"),
    _c("score_en", "text", "得分构成（英文）", "parts of the score"),
    _c("instrument_en", "text", "供应方式的理由（英文）", "why the instrument"),
)

#: What the parcels gain.
SUPPLY_COLUMNS = (
    _c("supply_class", "code", "供应分类", "class of supply", None, tuple(SUPPLY_CLASSES)),
    _c("supply_ready", "code", "供应条件具备", "ready for supply", None, _STATES),
    _c("supply_planned_quarter", "text", "计划供应季度", "planned quarter of supply"),
    _c("supply_planned_year", "integer", "计划供应年度", "planned year of supply"),
    _c("supply_net_area_m2", "number", "扣除后可用面积", "area left after netting out", "m2"),
    _c("supply_score", "number", "供地计划得分", "score in the supply plan"),
    _c("location_score", "number", "区位得分", "location score"),
    _c(
        "outside_approved_m2",
        "number",
        "批准四至以外面积",
        "ground outside the approved boundary",
        "m2",
    ),
    _c("low_efficiency", "code", "低效用地（按项目标准）", "low-efficiency land", None, _STATES),
    _c(
        "vacant_floor_m2",
        "number",
        "空置建筑面积（非闲置土地）",
        "vacant floor area (no idle land)",
        "m2",
    ),
    _c("sublettable_floor_m2", "number", "可转租建筑面积", "floor area that could be sublet", "m2"),
    _c("yield_class", "code", "亩均效益分档", "class by yield per mu", None, ("A", "B", "C", "D")),
)
