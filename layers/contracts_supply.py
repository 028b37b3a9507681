"""The contracts of land supply and zone performance: projects in hand, bids, ratings, the plan.

All of them may be absent: what depends on them is then unknown. The plan is the sheet that
`zongdi run` writes, edited by a planner and read back.
"""

from __future__ import annotations

from layers import codes
from layers.codes_supply import INSTRUMENTS, PLAN_DECISIONS, RATING_CLASSES
from layers.declare import area, code, contract, count, day, flag, money, number, share, text
from policies.text import Text

__all__ = ["INDICATOR_COLUMNS", "SUPPLY_CONTRACTS"]


#: The indicators of a standard-land sheet, in the order in which they are shown.
INDICATOR_COLUMNS = (
    "investment_wan_per_mu",
    "far",
    "energy_tce_per_wan",
    "emissions_kg_per_wan",
    "tax_wan_per_mu",
    "output_wan_per_mu",
    "rd_share",
    "jobs_per_mu",
)

_INDICATORS = (
    number("investment_wan_per_mu", "固定资产投资强度", "fixed investment per mu", "wan/mu"),
    number("far", "容积率", "floor-area ratio", "ratio", high=50),
    # No converter knows these units: a heading that names another is not recognised.
    number("energy_tce_per_wan", "单位能耗标准", "energy per 10,000 yuan", None),
    number("emissions_kg_per_wan", "单位排放标准", "emissions per 10,000 yuan", None),
    number("tax_wan_per_mu", "亩均税收", "tax per mu", "wan/mu", low=None),
    number("output_wan_per_mu", "亩均产值", "output per mu", "wan/mu"),
    share("rd_share", "研发投入强度", "research share of revenue"),
    number("jobs_per_mu", "亩均就业", "jobs per mu", None),
)

_ROADS = contract(
    "roads",
    Text("道路网", "road network"),
    (
        text("road_id", "道路编号", "road"),
        text("name", "名称", "name"),
    ),
    geometry="line",
    key="road_id",
)

_PROJECTS = contract(
    "projects",
    Text("在手项目", "projects in hand"),
    (
        text("project_id", "项目编号", "project", required=True),
        text("name", "项目名称", "name"),
        text("parcel_id", "宗地代码", "parcel"),
        text("zone_id", "区代码", "zone"),
        code("land_use", "用途", "land use", codes.USES),
        text("industry_code", "行业代码", "industry code"),
        area("area_needed_m2", "需地面积", "land needed"),
        area("floor_area_m2", "建筑面积", "floor area"),
        money("investment_wan", "固定资产投资", "fixed investment"),
        money("output_wan", "预计产值", "expected output"),
        money("tax_wan", "预计税收", "expected tax", low=None),
        number("term_wanted_years", "拟用年限", "term wanted", "years", high=100),
        number("life_years", "产业生命周期", "life cycle of the industry", "years", high=100),
        number("lease_years", "租赁年限", "lease term", "years", high=100),
        flag("trial_wanted", "先租后让意向", "wants to lease first"),
        flag("lease_wanted", "长期租赁意向", "wants a long lease"),
        share("lease_part_share", "租赁部分比例", "part to be leased"),
        flag("major", "是否重大项目", "major project"),
        flag("outside_fence", "是否区外配套项目", "supporting project outside"),
        count("priority", "优先次序", "priority", low=1, high=9999),
        day("start_wanted_on", "拟用地日期", "land wanted on"),
        day("started_on", "开工日期", "started on"),
        day("completed_on", "建成日期", "completed on"),
        text("target", "对应目标代码", "target of the policy"),
    ),
    key="project_id",
)

_STANDARDS = contract(
    "standards",
    Text("标准地指标", "standard-land values"),
    (
        text("parcel_id", "宗地代码", "parcel"),
        text("zone_id", "区代码", "zone"),
        code("land_use", "用途", "land use", codes.USES),
        text("industry_code", "行业代码", "industry code"),
        code("industry_scheme", "行业分类标准", "industry scheme", codes.INDUSTRY_SCHEMES),
        *_INDICATORS,
        text("document", "依据文件", "document"),
    ),
)

_BIDS = contract(
    "bids",
    Text("竞买申请", "bids"),
    (
        text("bid_id", "申请编号", "bid"),
        text("parcel_id", "宗地代码", "parcel", required=True),
        text("bidder", "竞买人", "bidder"),
        *_INDICATORS,
        money("price_wan", "报价", "price offered"),
        day("bid_on", "申请日期", "bid on"),
    ),
    key="bid_id",
)

_SWAPS = contract(
    "swaps",
    Text("优质物业换低效用地", "property against land"),
    (
        text("swap_id", "方案编号", "scheme"),
        text("parcel_id", "宗地代码", "parcel", required=True),
        text("property_name", "物业名称", "property"),
        area("property_floor_area_m2", "物业建筑面积", "floor area of the property"),
        money("property_value_wan", "物业价值", "value of the property"),
        money("land_value_wan", "用地价值", "value of the land"),
        money("buildings_value_wan", "地上建筑物价值", "value of the buildings on the land"),
        money("relocation_wan", "搬迁补偿费用", "cost of moving"),
    ),
    key="swap_id",
)

_TARGETS = contract(
    "targets",
    Text("供地目标与限额", "targets and limits of supply"),
    (
        text("zone_id", "区代码", "zone"),
        text("quarter", "季度", "quarter"),
        code("land_use", "用途", "land use", codes.USES),
        area("area_min_m2", "面积下限", "least area"),
        area("area_max_m2", "面积上限", "greatest area"),
        money("budget_wan", "资金限额", "budget"),
    ),
)

_PLAN = contract(
    "plan",
    Text("供地计划编辑稿", "supply plan, as edited"),
    (
        text("parcel_id", "宗地代码", "parcel", required=True),
        text("quarter", "拟供季度", "quarter"),
        code("decision", "编辑决定", "decision of the planner", PLAN_DECISIONS),
        code("instrument", "供应方式", "instrument", INSTRUMENTS),
        number("term_years", "年期", "term", "years", high=100),
        text("edit_note", "编辑说明", "remark of the planner"),
    ),
    key="parcel_id",
)

_RATINGS = contract(
    "ratings",
    Text("绩效评估结果", "evaluation results"),
    (
        text("zone_id", "区代码", "zone", required=True),
        count("year", "评估年度", "year", low=2000, high=2100),
        count("rank", "全国名次", "national rank", low=1, high=1000),
        count("evaluated_n", "参评区数", "zones evaluated", low=1, high=1000),
        code("class", "全国类别", "national class", RATING_CLASSES),
        code("region_class", "所在地区类别", "regional class", RATING_CLASSES),
        flag("below_region_average", "低于地区平均", "below the regional average"),
        day("published_on", "结果公布日期", "published on"),
    ),
)

_APPROVED_USES = contract(
    "approved_uses",
    Text("批准的用地构成", "approved uses"),
    (
        text("zone_id", "区代码", "zone", required=True),
        code("land_use", "用途", "land use", codes.USES, required=True),
        area("area_m2", "批准面积", "approved area"),
    ),
)

#: The contracts of land supply and performance.
SUPPLY_CONTRACTS = (
    _ROADS,
    _PROJECTS,
    _STANDARDS,
    _BIDS,
    _SWAPS,
    _TARGETS,
    _PLAN,
    _RATINGS,
    _APPROVED_USES,
)
