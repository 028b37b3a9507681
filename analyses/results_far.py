"""The contracts of the floor-area analysis: its further columns of the parcels and its own tables."""

from __future__ import annotations

from analyses.result_columns import result_column as _c
from layers.columns import Contract
from policies.text import Text

__all__ = [
    "DIFFERENCES",
    "FAR_COLUMNS",
    "FAR_PATHS",
    "FREE_GROUND",
    "FREE_GROUND_KINDS",
    "PATHS",
    "PATH_BASES",
    "PLAN_SHARES",
    "SCENARIO_CHANGES",
    "ZONE_INDICATORS",
]

_VERDICTS = ("yes", "no", "unknown", "not_applicable")

#: The ways in which headroom may be used, with the wording of the clauses.
PATHS: dict[str, Text] = {
    "add_storeys": Text("加层", "adding storeys"),
    "convert": Text("改造", "rebuilding"),
    "rearrange": Text("内部用地整理", "rearranging the inner land"),
    "extend_production": Text("扩建生产场所", "extending production space"),
    "extend_storage": Text("扩建仓储场所", "extending storage space"),
    "extend_research": Text("扩建研发场所", "extending research space"),
    "standard_workshop": Text("转为工业标准厂房", "conversion to standard workshops"),
    "m0": Text("转为新型产业用地（M0）", "conversion to new-type industrial land (M0)"),
    "storage_far": Text("提高物流仓储用地容积率", "a higher ratio for storage land"),
}

#: What a path rests on.
PATH_BASES: dict[str, Text] = {
    "listed": Text("地方条款列明", "listed by the local clause"),
    "general": Text(
        "国家规定的一般依据，未列具体方式", "the national rule in general, no means listed"
    ),
    "none": Text("没有条款依据", "no clause"),
}

FREE_GROUND_KINDS: dict[str, Text] = {
    "free": Text("可研究扩建的空地", "free ground for which an extension may be studied"),
    "phase_reserve": Text("未竣工或后续分期用地", "ground of a project not completed"),
    "unknown": Text("建设状态未知的空地", "open ground, stage of building unknown"),
}

#: Appended to the parcels.
FAR_COLUMNS = (
    _c("floor_area_below_m2", "number", "地下建筑面积", "floor area below ground", "m2"),
    _c(
        "floor_area_plan_m2",
        "number",
        "计容建筑面积（地方计容规则）",
        "floor area by the pack's counting rule",
        "m2",
    ),
    _c(
        "floor_area_least_m2",
        "number",
        "建筑面积至少（已知部分）",
        "floor area at least, the known part",
        "m2",
    ),
    _c("split_buildings_n", "integer", "跨宗地建筑数", "buildings on several parcels"),
    _c("far_limit_source", "text", "容积率上限来源", "source of the limit"),
    _c("far_floor_source", "text", "容积率下限来源", "source of the minimum"),
    _c(
        "far_floor_reference",
        "number",
        "容积率下限（参考）",
        "floor-area ratio minimum, for reference",
        "ratio",
    ),
    _c("height_cap_m", "number", "高度上限（限高与净空取低）", "height cap", "m"),
    _c("height_cap_source", "text", "高度上限来源", "source of the height cap"),
    _c("storey_height_used_m", "number", "采用的层高", "storey height reckoned with", "m"),
    _c("storey_height_source", "text", "层高来源", "source of the storey height"),
    _c("allowed_by_far_m2", "number", "容积率允许建筑面积", "allowed by the ratio", "m2"),
    _c("allowed_by_height_m2", "number", "限高允许建筑面积", "allowed by the height", "m2"),
    _c(
        "allowed_by_coverage_m2",
        "number",
        "建筑密度允许建筑面积",
        "allowed by the coverage",
        "m2",
    ),
    _c("floor_area_allowed_m2", "number", "允许建筑面积（三者最小）", "allowed floor area", "m2"),
    _c(
        "floor_area_headroom_most_m2",
        "number",
        "剩余可建计容建筑面积至多（按已知上限）",
        "floor-area headroom at most, by the limits known",
        "m2",
    ),
    _c(
        "limits_left_out",
        "text",
        "余量未计入的上限（未记录，余量为至多数）",
        "limits not on record: the headroom leaves them out and is at most",
    ),
    _c(
        "storeys_addable_m2", "number", "可加层建筑面积", "floor area that may be added above", "m2"
    ),
    _c("admin_land_source", "text", "行政办公及生活服务用地来源", "source of that land"),
    _c(
        "admin_floor_share",
        "number",
        "行政办公及生活服务设施建筑面积比重",
        "administrative and living floor area share",
        "share",
    ),
    _c("investment_per_ha_wan", "number", "投资强度", "fixed investment per hectare", "wan"),
    _c("investment_per_mu_wan", "number", "投资强度（每亩）", "fixed investment per mu", "wan"),
    _c("output_per_ha_wan", "number", "土地产出率", "output per hectare", "wan"),
    _c("output_per_mu_wan", "number", "亩均产值", "output per mu", "wan"),
    _c("tax_per_ha_wan", "number", "土地税收", "tax per hectare", "wan"),
    _c("tax_per_mu_wan", "number", "亩均税收", "tax per mu", "wan"),
    _c("free_ground_m2", "number", "空地面积合计", "free ground in all", "m2"),
    _c("free_ground_largest_m2", "number", "最大连片空地", "largest piece of free ground", "m2"),
    _c("free_ground_width_m", "number", "最大连片空地宽度", "width of that piece", "m"),
    _c(
        "price_waiver",
        "code",
        "提高强度是否不增收土地价款",
        "no further land price for higher intensity",
        None,
        _VERDICTS,
    ),
)

PLAN_SHARES = Contract(
    "plan_shares",
    Text("宗地所涉控规地块比例表", "shares of the parcels in plan zones"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("plan_id", "text", "规划地块编号", "plan plot"),
        _c("land_use", "code", "规划用途", "planned use"),
        _c("share", "number", "占宗地比例", "share of the parcel", "share"),
        _c("counted", "boolean", "是否计入", "counts by the edge rule"),
        _c("weight", "number", "计入权重", "weight", "share"),
        _c("area_m2", "number", "面积", "area", "m2"),
        _c("far_min", "number", "容积率下限", "minimum ratio", "ratio"),
        _c("far_max", "number", "容积率上限", "maximum ratio", "ratio"),
        _c("coverage_max_share", "number", "建筑密度上限", "maximum density", "share"),
        _c("height_max_m", "number", "建筑限高", "height limit", "m"),
        _c("floor_area_allowed_m2", "number", "允许建筑面积", "allowed floor area", "m2"),
    ),
)

FAR_PATHS = Contract(
    "far_paths",
    Text("剩余建筑面积的利用途径", "paths to use the headroom"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("land_use", "code", "用途", "land use"),
        _c("path", "code", "途径代码", "path", None, tuple(PATHS)),
        _c("title_zh", "text", "途径", "path (Chinese)"),
        _c("title_en", "text", "途径（英文）", "path (English)"),
        _c("verdict", "code", "条件是否成立", "whether its conditions hold", None, _VERDICTS),
        _c("basis", "code", "依据类型", "basis", None, tuple(PATH_BASES)),
        _c(
            "floor_area_m2",
            "number",
            "可增建筑面积（测算值）",
            "floor area to gain, calculated",
            "m2",
        ),
        _c("bound_by", "text", "约束条件", "bound by"),
        _c("missing", "text", "缺失资料", "missing"),
        _c("why_zh", "text", "理由", "why (Chinese)"),
        _c("why_en", "text", "理由（英文）", "why (English)"),
        _c("waiver", "code", "不增收土地价款", "no further land price", None, _VERDICTS),
        _c("waiver_national", "code", "国家规定", "by the national rule", None, _VERDICTS),
        _c("waiver_local", "code", "地方条款", "by the local clause", None, _VERDICTS),
        _c("waiver_missing", "text", "价款结论缺失资料", "missing for the land price"),
        _c("waiver_why_zh", "text", "价款理由", "why, land price (Chinese)"),
        _c("waiver_why_en", "text", "价款理由（英文）", "why, land price (English)"),
        _c("pack", "text", "规则包", "pack"),
        _c("clause", "text", "条款", "clause"),
        _c("status", "text", "规则状态", "status of the rule"),
        _c("confidence", "code", "可信度", "confidence", None, ("P", "V", "V2", "MH", "MM")),
    ),
)

FREE_GROUND = Contract(
    "free_ground",
    Text("可研究扩建的空地", "free ground"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("part_no", "integer", "序号（大者在前）", "number, the largest first"),
        _c("kind", "code", "类别", "kind", None, tuple(FREE_GROUND_KINDS)),
        _c("area_m2", "number", "面积", "area", "m2"),
        _c("width_m", "number", "宽度（最大内切圆直径）", "width (widest circle within)", "m"),
        _c("length_m", "number", "外接矩形长边", "longer side of the least rectangle around", "m"),
        _c(
            "buildable_m2",
            "number",
            "密度上限内可用面积",
            "ground that the coverage limit leaves",
            "m2",
        ),
        _c("clearance_m", "number", "扣除的间距", "clearance kept", "m"),
    ),
    geometry="polygon",
)

ZONE_INDICATORS = Contract(
    "zone_indicators",
    Text("开发区用地指标", "indicators of the development-zone regulation"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("indicator", "code", "指标代码", "indicator"),
        _c("title_zh", "text", "指标", "indicator (Chinese)"),
        _c("title_en", "text", "指标（英文）", "indicator (English)"),
        _c("value", "number", "数值", "value"),
        _c("unit", "text", "单位", "unit"),
        _c("numerator", "number", "分子", "numerator"),
        _c("denominator", "number", "分母", "denominator"),
        _c("parcels_n", "integer", "应计宗地数", "parcels addressed"),
        _c("known_n", "integer", "资料齐全的宗地数", "parcels of which all is known"),
        _c("missing", "text", "缺失资料", "missing"),
        _c("reference", "number", "参照值", "reference value"),
        _c("reference_zh", "text", "参照说明", "what it refers to (Chinese)"),
        _c("reference_en", "text", "参照说明（英文）", "what it refers to (English)"),
        _c("reference_year", "text", "参照年度", "year of the reference"),
        _c("clause", "text", "条款", "clause"),
        _c("confidence", "code", "可信度", "confidence", None, ("P", "V", "V2", "MH", "MM")),
    ),
)

SCENARIO_CHANGES = Contract(
    "scenario_changes",
    Text("情景假设", "assumed changes of a scenario"),
    (
        _c("nth", "integer", "序号", "number"),
        _c("kind", "code", "类型代码", "kind"),
        _c("layer", "text", "图层", "layer"),
        _c("id", "text", "标识", "id"),
        _c("what_zh", "text", "假设", "assumption (Chinese)"),
        _c("what_en", "text", "假设（英文）", "assumption"),
        _c("left_zh", "text", "未知或不计的部分", "what stays unknown (Chinese)"),
        _c("left_en", "text", "未知或不计的部分（英文）", "what stays unknown"),
    ),
)

DIFFERENCES = Contract(
    "differences",
    Text("情景与现状的差异", "differences between a scenario and the base case"),
    (
        _c("level", "code", "层级", "level", None, ("total", "zone", "parcel", "verdict")),
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("column", "text", "字段或规则", "column or rule"),
        _c("label_zh", "text", "名称", "label (Chinese)"),
        _c("label_en", "text", "名称（英文）", "label"),
        _c("unit", "text", "单位", "unit"),
        _c("base", "text", "现状", "base case"),
        _c("scenario", "text", "情景", "scenario"),
        _c("difference", "number", "差值", "difference"),
    ),
)
