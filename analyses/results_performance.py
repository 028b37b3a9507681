"""The contracts of the performance of zones: indicators, exit watch, yields of firms."""

from __future__ import annotations

from analyses.result_columns import result_column as _c
from layers.columns import Contract
from policies.text import Text

__all__ = ["EXIT_STATES", "EXIT_WATCH", "INDICATORS", "PERFORMANCE", "YIELDS"]

INDICATORS: dict[str, Text] = {
    "acceptance_share": Text("批准规划面积验收率", "accepted share of the approved area"),
    "developed_supplied": Text(
        "围网面积开发率（按已供应）", "developed share of the fence, read as supplied"
    ),
    "developed_started": Text(
        "围网面积开发率（按已开工）", "developed share of the fence, read as started"
    ),
    "developed_built": Text(
        "围网面积开发率（按已建成）", "developed share of the fence, read as built"
    ),
    "development_rate": Text("土地开发率", "land development rate"),
    "supply_rate": Text("土地供应率", "land supply rate"),
    "completion_rate": Text("土地建成率", "land completion rate"),
    "industrial_share": Text("工业用地率", "industrial land share"),
    "investment_per_ha": Text(
        "工业用地固定资产投入强度", "fixed investment per hectare of industrial land"
    ),
    "output_per_ha": Text("工业用地产出强度", "output per hectare of industrial land"),
    "tax_per_ha": Text("工业用地地均税收", "tax per hectare of industrial land"),
    "tax_all_per_ha": Text("综合地均税收", "tax per hectare of built land"),
    "idle_rate": Text("土地闲置率（已认定未处置）", "idle rate (found, not settled)"),
    "rank_percentile": Text("全国名次百分位", "percentile of the national rank"),
    "rank_target": Text("名次目标", "target of the rank"),
    "class_share": Text("全国A类区比例", "share of zones in class A"),
    "project_floor_area": Text("项目目标：建筑面积", "target of a project: floor area"),
    "project_start": Text("项目目标：开工", "target of a project: start"),
    "project_completion": Text("项目目标：建成", "target of a project: completion"),
}

PERFORMANCE = Contract(
    "performance",
    Text("绩效指标", "performance indicators"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("indicator", "code", "指标", "indicator", None, tuple(INDICATORS)),
        _c("year", "text", "年度", "year"),
        _c("value", "number", "数值（确知时）", "value, where known"),
        _c("value_low", "number", "下限", "at least"),
        _c("value_high", "number", "上限", "at most"),
        _c("unit", "text", "单位", "unit"),
        _c("numerator", "number", "分子（确知部分）", "numerator, what is known"),
        _c("denominator", "number", "分母（确知部分）", "denominator, what is known"),
        _c("parts_unit", "text", "分子分母单位", "units of both"),
        _c("target", "number", "目标", "target"),
        _c("verdict", "code", "达到目标", "target met", None, ("yes", "no", "unknown")),
        _c("missing", "text", "缺失资料", "missing"),
        _c("note_zh", "text", "说明", "note (Chinese)"),
        _c("note_en", "text", "说明（英文）", "note (English)"),
        _c("pack", "text", "规则包", "pack"),
        _c("clause", "text", "条款", "clause"),
        _c("status", "text", "规则状态", "status of the pack"),
        _c("confidence", "text", "可信度", "confidence"),
    ),
)

EXIT_STATES: dict[str, Text] = {
    "no_rule": Text("本地政策没有退出条款", "no exit rule in this jurisdiction"),
    "not_rated": Text("没有评估结果", "no rating on record"),
    "normal": Text("正常", "normal"),
    "pilot_first": Text("全国A类，可优先试点", "national class A, pilots first"),
    "rectify": Text(
        "低于地区平均，应说明并整改", "below the regional average: explain and put right"
    ),
    "interview": Text("期满无改善，约谈情形", "no improvement in time: case for an interview"),
    "warning": Text("列入退出预警（连续年数未满）", "exit warning, the years are not yet full"),
    "waiting_age": Text(
        "评估条件已满足，设立年限未满", "rating conditions met, the zone is not old enough"
    ),
    "exit_conditions": Text(
        "符合启动退出的条件（由主管机关决定）",
        "the conditions for starting an exit are met (for the authority to decide)",
    ),
    "unknown": Text("资料不足，无法判断", "unknown: facts are missing"),
}

EXIT_WATCH = Contract(
    "exit_watch",
    Text("退出预警", "exit watch"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("year", "integer", "评估年度", "year"),
        _c("known_on", "date", "结果日期", "known on"),
        _c("rank", "integer", "全国名次", "national rank"),
        _c("evaluated_n", "integer", "参评区数", "zones evaluated"),
        _c("rank_share", "number", "名次百分位", "percentile", "share"),
        _c("class", "code", "全国类别", "national class", None, ("A", "B", "C")),
        _c("region_class", "code", "地区类别", "regional class", None, ("A", "B", "C")),
        _c(
            "bad_class",
            "code",
            "全国与地区均为该类",
            "the class in both",
            None,
            ("yes", "no", "unknown"),
        ),
        _c(
            "among_last",
            "code",
            "位列全国末位若干名",
            "among the national last",
            None,
            ("yes", "no", "unknown"),
        ),
        _c("streak_years", "integer", "连续年数", "consecutive years"),
        _c(
            "below_average",
            "code",
            "低于地区平均",
            "below the regional average",
            None,
            ("yes", "no", "unknown"),
        ),
        _c("age_met_on", "date", "设立年限届满日", "old enough on"),
        _c("state", "code", "状态", "state", None, tuple(EXIT_STATES)),
        _c("since_on", "date", "自", "since"),
        _c("due_on", "date", "下一期限", "next date"),
        _c("is_latest", "boolean", "最新状态", "the state at the review date"),
        _c("missing", "text", "缺失资料", "missing"),
        _c("note_zh", "text", "说明", "note (Chinese)"),
        _c("note_en", "text", "说明（英文）", "note (English)"),
        _c("clause", "text", "条款", "clause"),
    ),
)

YIELDS = Contract(
    "yields",
    Text("亩均效益与置换线索", "yields per mu, and firms that might be replaced"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("holder", "text", "企业", "firm"),
        _c("parcels", "text", "宗地", "parcels"),
        _c("parcels_n", "integer", "宗地数", "parcels, number"),
        _c("area_m2", "number", "用地面积", "site area", "m2"),
        _c("tax_wan_per_mu", "number", "亩均税收（万元/亩）", "tax per mu"),
        _c("output_wan_per_mu", "number", "亩均产值（万元/亩）", "output per mu"),
        _c(
            "investment_wan_per_mu",
            "number",
            "亩均固定资产投资（万元/亩）",
            "fixed investment per mu",
        ),
        _c("jobs_per_mu", "number", "亩均就业（人/亩）", "jobs per mu"),
        _c("output_wan_per_tce", "number", "单位能耗产值（万元/吨标煤）", "output per tce"),
        _c(
            "output_wan_per_kg", "number", "单位排放产值（万元/千克）", "output per kg of emissions"
        ),
        _c("rd_share", "number", "研发投入强度", "research share of output", "share"),
        _c("score", "number", "得分", "score"),
        _c("score_zh", "text", "得分构成", "parts of the score (Chinese)"),
        _c("rank", "integer", "区内名次", "rank in the zone"),
        _c("yield_class", "code", "分档", "class", None, ("A", "B", "C", "D")),
        _c(
            "replace",
            "code",
            "置换线索",
            "candidate for replacement",
            None,
            ("yes", "no", "unknown"),
        ),
        _c("missing", "text", "缺失资料", "missing"),
        _c("why_zh", "text", "理由", "why (Chinese)"),
        _c("why_en", "text", "理由（英文）", "why (English)"),
        _c("score_en", "text", "得分构成（英文）", "parts of the score"),
        _c("clause", "text", "条款", "clause"),
    ),
)
