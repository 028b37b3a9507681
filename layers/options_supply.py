"""The options of land supply and performance: the table ``[supply]`` of the project file.

Every threshold, weight and distance here is a choice of the project. Without one, what depends on it
is unknown or not made, and the results say so.
"""

from __future__ import annotations

from layers.codes import ASSESSMENT_TOPICS, FACILITY_KINDS, INDUSTRY_SCHEMES
from layers.codes_supply import ZONE_TYPES
from policies.text import Text

__all__ = ["SUPPLY_OPTIONS", "YIELD_MEASURES"]

_SERVICES = ("default", "road", "water", "sewage", "power", "gas", "heat", "telecom")
_LINES = (*_SERVICES, "rail", "fence")
_THRESHOLDS = ("tax_wan_per_mu", "output_wan_per_mu", "investment_wan_per_mu")
#: What a ranking by yield may weigh.
YIELD_MEASURES = (
    *("tax_wan_per_mu", "output_wan_per_mu", "investment_wan_per_mu", "jobs_per_mu"),
    *("output_wan_per_tce", "output_wan_per_kg", "rd_share"),
)
_PLACES = FACILITY_KINDS.codes

#: Type, label and codes of every option, by its key.
SUPPLY_OPTIONS: dict[str, tuple[str, Text, tuple[str, ...]]] = {
    "boundary_tolerance_share": (
        "share",
        Text(
            "图上面积、各类用地与批准数相差的允许比例",
            "share by which the drawn area and each use may differ from the approval",
        ),
        (),
    ),
    "boundary_line_m": (
        "number",
        Text(
            "界线精度（米），缺省 0.05：超出四至的部分处处窄于此值的不列",
            "how exact the lines are, m, 0.05 unless told: ground beyond that is nowhere wider is left out",
        ),
        (),
    ),
    "min_area_m2": (
        "number",
        Text("可单独供应的最小面积（平方米）", "least area that is supplied by itself, m2"),
        (),
    ),
    "min_width_m": ("number", Text("可单独供应的最小宽度（米）", "least width of it, m"), ()),
    "corridor_width_m": (
        "numbers",
        Text(
            "管线、围网巡逻道等走廊宽度（米），按类型扣除",
            "width of the corridor about lines that is taken out, m, by kind",
        ),
        _LINES,
    ),
    "service_reach_m": (
        "numbers",
        Text(
            "配套设施视为到达的距离（米），按类型",
            "within how many metres a service counts as reaching the land, by kind",
        ),
        _SERVICES,
    ),
    "assessment_topics": (
        "codes",
        Text(
            "要求的区域评估事项；不填按规则包",
            "assessments that are asked for; else those of the pack",
        ),
        ASSESSMENT_TOPICS.codes,
    ),
    "zone_type": (
        "code",
        Text("区的类型，选定区位权重", "type of the zone: chooses the location weights"),
        ZONE_TYPES.codes,
    ),
    "location_airport": (
        "numbers",
        Text("空港型的区位权重，按设施类型", "location weights of the airport type, by facility"),
        _PLACES,
    ),
    "location_science": (
        "numbers",
        Text("科技型的区位权重", "location weights of the science type"),
        _PLACES,
    ),
    "location_other": (
        "numbers",
        Text("其他类型的区位权重", "location weights of another type"),
        _PLACES,
    ),
    "location_reach_m": (
        "number",
        Text("区位得分降为零的距离（米）", "distance at which the location score is 0, m"),
        (),
    ),
    "low_efficiency": (
        "numbers",
        Text(
            "低效用地标准（万元/亩），低于即为低效",
            "thresholds of low-efficiency land, 10,000 yuan per mu",
        ),
        _THRESHOLDS,
    ),
    "low_use": (
        "numbers",
        Text(
            "验收后利用率低的标准：开发率（按已建成）、地均产出与投入（万元/公顷）",
            "thresholds of low use after acceptance: built share of the fence, output and investment per hectare",
        ),
        ("developed_built", "output_per_ha", "investment_per_ha"),
    ),
    "first_quarter": (
        "text",
        Text(
            "计划首季，如 2026Q3；不填为审查日的下一季",
            "first quarter of the plan, as 2026Q3; else the one after the review date",
        ),
        (),
    ),
    "quarters": (
        "number",
        Text("计划季度数，缺省 8", "how many quarters the plan has, 8 unless told"),
        (),
    ),
    "weights": (
        "numbers",
        Text("计划得分的权重", "weights of the plan's score"),
        ("area", "readiness", "location", "project", "support"),
    ),
    "delay_share": (
        "share",
        Text("每推迟一季得分减少的比例", "share of the score lost with every quarter of delay"),
        (),
    ),
    "min_readiness": (
        "share",
        Text(
            "列入计划所需的已具备条件比例，缺省 1（全部）",
            "least share of conditions met; 1, all of them, unless told",
        ),
        (),
    ),
    "budget_wan": (
        "number",
        Text("计划期前期费用总额（万元）", "budget of the whole plan, 10,000 yuan"),
        (),
    ),
    "green_floor_share": (
        "share",
        Text("供应过程中绿地率底线", "floor of the green ratio while land is supplied"),
        (),
    ),
    "floors": (
        "numbers",
        Text("指标底线", "floors of indicators"),
        ("supply_rate", "industrial_share"),
    ),
    "gap_share": (
        "share",
        Text(
            "允许与最优方案的差距（缺省 0，求最优；候选很多时可放宽）",
            "how far from the best plan may be proven to lie (0, the best itself, unless told)",
        ),
        (),
    ),
    "replan": (
        "boolean",
        Text(
            "读回编辑稿后，只保留其决定、其余重新测算",
            "with an edited plan: keep what it decides and choose the rest anew",
        ),
        (),
    ),
    "yield_weights": (
        "numbers",
        Text("亩均效益评价权重", "weights of the ranking by yield"),
        YIELD_MEASURES,
    ),
    "yield_benchmarks": (
        "numbers",
        Text(
            "亩均效益基准值；不填取区内平均", "benchmarks of the ranking; else the zone's average"
        ),
        YIELD_MEASURES,
    ),
    "yield_cuts": (
        "numbers",
        Text("A、B、C 档的最低得分，其余为 D", "least score of classes A, B and C; the rest is D"),
        ("A", "B", "C"),
    ),
    "catalogue": (
        "codes",
        Text(
            "符合产业方向的行业代码（前缀）",
            "codes of the industries that fit the zone, by their beginning",
        ),
        (),
    ),
    "catalogue_scheme": (
        "code",
        Text(
            "产业目录所用行业分类的版本；不填按宗地唯一的版本",
            "edition of the classification that the catalogue is of; else the only one of the parcels",
        ),
        INDUSTRY_SCHEMES.codes,
    ),
    "small_area_m2": (
        "number",
        Text("视为小的用地面积（平方米）", "site area below which a firm counts as small, m2"),
        (),
    ),
}
