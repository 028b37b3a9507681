"""The contracts of the layers with geometry: zones, plans, parcels, buildings, green, facilities.

None but the geometry is needed where rows can be told apart without a name. A zone needs its
id, for its approved area must agree over its polygons; a facility needs its kind, an assessment
its topic (a source with a single one says so in ``constants`` of the project file).
"""

from __future__ import annotations

from layers import codes
from layers.declare import area, code, contract, count, day, flag, money, number, share, text
from policies.text import Text

__all__ = ["SPACE_CONTRACTS"]

#: The planning limits, of a control-plan plot or of a parcel's own conditions. A ratio above 50
#: is a percentage without its sign, a height above 1,000 m a slip.
_LIMITS = (
    number("far_min", "容积率下限", "minimum floor-area ratio", "ratio", high=50),
    number("far_max", "容积率上限", "maximum floor-area ratio", "ratio", high=50),
    share("coverage_max_share", "建筑密度上限", "maximum building density"),
    number("height_max_m", "建筑限高", "height limit", "m", high=1000),
    share("green_min_share", "绿地率下限", "minimum green ratio"),
    share("green_max_share", "绿地率上限", "maximum green ratio"),
)

_ZONES = contract(
    "zones",
    Text("区界", "zone boundaries"),
    (
        text("zone_id", "区代码", "zone", required=True),
        text("name", "名称", "name"),
        code("kind", "类别", "kind", codes.ZONE_KINDS),
        text("approval_no", "批准文号", "approval"),
        day("approved_on", "批准日期", "approved on"),
        day("set_up_on", "设立日期", "set up on"),
        area("approved_area_m2", "批准面积", "approved area"),
        day("accepted_on", "验收日期", "accepted on"),
        area("accepted_area_m2", "验收面积", "accepted area"),
        day("acceptance_due_on", "验收期限", "acceptance due on"),
        code("zone_type", "区功能类型", "function type", codes.ZONE_TYPES),
    ),
    geometry="polygon",
    key="zone_id",
)

_PLAN_ZONES = contract(
    "plan_zones",
    Text("控制性详细规划地块", "control-plan plots"),
    (
        text("plan_id", "规划地块编号", "plan plot"),
        code("land_use", "用地性质", "land use", codes.USES),
        *_LIMITS,
        text("land_use_code", "用地代码", "land-use code"),
        code("land_use_scheme", "用地分类标准", "land-use scheme", codes.LAND_USE_SCHEMES),
        text("land_use_source", "原用途文字", "land use as the source writes it"),
        text("land_use_guide_code", "2023 指南对应代码", "codes in the guide of 2023"),
    ),
    geometry="polygon",
    key="plan_id",
)

_PARCELS = contract(
    "parcels",
    Text("宗地", "parcels"),
    (
        text("parcel_id", "宗地代码", "parcel"),
        text("zone_id", "区代码", "zone"),
        code("land_use", "用途", "land use", codes.USES),
        text("land_use_code", "用途代码", "land-use code"),
        code("land_use_scheme", "用地分类标准", "land-use scheme", codes.LAND_USE_SCHEMES),
        text("land_grade", "土地级别", "land grade"),
        area("area_net_m2", "规划净用地面积", "net site area"),
        area("area_contract_m2", "合同面积", "contract area"),
        area("area_registered_m2", "登记面积", "registered area"),
        text("holder", "土地使用权人", "holder"),
        text("industry_code", "行业代码", "industry code"),
        code("industry_scheme", "行业分类标准", "industry scheme", codes.INDUSTRY_SCHEMES),
        area("floor_area_recorded_m2", "登记建筑面积", "recorded floor area"),
        *_LIMITS,
        flag("self_held", "全部自持", "self-held"),
        code("supply_status", "供应状态", "supply status", codes.SUPPLY_STATUSES),
        code("land_stage", "建设状态", "building stage", codes.LAND_STAGES),
        text("approval_no", "用地批准文号", "land approval"),
        text("planning_conditions_no", "规划条件文号", "planning conditions"),
        flag("rights_clear", "权属清晰", "rights clear"),
        flag("compensation_settled", "安置补偿到位", "compensation settled"),
        flag("dispute_free", "无权属争议", "free of dispute"),
        day("supply_planned_on", "拟供应日期", "supply planned on"),
        area("green_planned_m2", "规划绿地面积", "planned green area"),
        day("completion_planned_on", "计划竣工日期", "completion planned on"),
        money("fixed_investment_wan", "固定资产投资", "fixed investment"),
        money("output_wan", "产值", "output"),
        money("tax_wan", "税收", "tax", low=None),
        money("tax_due_wan", "约定税收", "agreed tax", low=None),
        text("land_use_source", "原用途文字", "land use as the source writes it"),
        text("land_use_guide_code", "2023 指南对应代码", "codes in the guide of 2023"),
        code("hazard", "危险因素", "hazard", codes.HAZARDS),
        text("block_id", "街坊编号", "block"),
        money("supply_cost_wan", "供地前期费用", "cost of making ready for supply"),
        money("price_reserve_wan", "起始价", "reserve price"),
        number("energy_tce", "综合能耗", "energy used", None),
        number("emissions_kg", "污染物排放量", "emissions", None),
        number("jobs_n", "就业人数", "jobs", None),
        money("rd_wan", "研发投入", "research spending"),
        flag("good_firm", "优质企业", "good firm"),
    ),
    geometry="polygon",
    key="parcel_id",
)

_BUILDINGS = contract(
    "buildings",
    Text("建筑物", "buildings"),
    (
        text("building_id", "建筑编号", "building"),
        count("floors_n", "地上层数", "storeys above ground", low=0, high=200),
        count("floors_below_n", "地下层数", "storeys below ground", low=0, high=20),
        number("height_m", "建筑高度", "height", "m", high=1000),
        number("storey_height_m", "层高", "storey height", "m", high=60),
        area("floor_area_m2", "地上建筑面积", "floor area above ground"),
        area("floor_area_below_m2", "地下建筑面积", "floor area below ground"),
        code("use", "用途", "use", codes.USES),
        code("kind", "类别", "kind", codes.BUILDING_KINDS),
        code("permanence", "永久或临时", "permanence", codes.PERMANENCE),
        flag("permitted", "已办规划许可", "permitted"),
        code("state", "状态", "state", codes.BUILDING_STATES),
        day("completed_on", "竣工日期", "completed on"),
        area("vacant_floor_area_m2", "空置建筑面积", "vacant floor area"),
        area("let_floor_area_m2", "出租建筑面积", "let floor area"),
        day("vacant_since_on", "空置起始日期", "vacant since"),
    ),
    geometry="polygon",
    key="building_id",
)

_GREEN = contract(
    "green",
    Text("绿地", "green areas"),
    (
        text("green_id", "绿地编号", "green area"),
        code("kind", "绿地类型", "kind", codes.GREEN_KINDS),
        number("roof_height_m", "屋顶高度", "roof height", "m", high=1000),
        number("soil_depth_m", "覆土厚度", "soil depth", "m", high=50),
        code("roof_form", "屋顶绿化形式", "form of roof greening", codes.ROOF_FORMS),
    ),
    geometry="polygon",
    key="green_id",
)

_GREEN_POOLS = contract(
    "green_pools",
    Text("绿地统筹范围", "green pools"),
    (
        text("zone_id", "区代码", "zone"),
        text("name", "名称", "name"),
    ),
    geometry="polygon",
)

_FACILITIES = contract(
    "facilities",
    Text("设施", "facilities"),
    (
        text("facility_id", "设施编号", "facility"),
        code("kind", "设施类型", "kind", codes.FACILITY_KINDS, required=True),
        text("name", "名称", "name"),
    ),
    geometry="any",
    key="facility_id",
)

_OBSTACLES = contract(
    "obstacles",
    Text("净空限制面", "obstacle limitation surfaces"),
    (
        text("obstacle_id", "限制面编号", "surface"),
        number("height_max_m", "限制高度（离地）", "height limit above ground", "m", high=1000),
        text("name", "名称", "name"),
    ),
    geometry="polygon",
    key="obstacle_id",
)

_ASSESSMENTS = contract(
    "assessments",
    Text("区域评估", "regional assessments"),
    (
        code("topic", "评估事项", "topic", codes.ASSESSMENT_TOPICS, required=True),
        day("valid_until", "有效期至", "valid until"),
    ),
    geometry="polygon",
)

#: The contracts with geometry.
SPACE_CONTRACTS = (
    _ZONES,
    _PLAN_ZONES,
    _PARCELS,
    _BUILDINGS,
    _GREEN,
    _GREEN_POOLS,
    _FACILITIES,
    _OBSTACLES,
    _ASSESSMENTS,
)
