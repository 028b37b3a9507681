"""The contracts of the green results beside the parcels: transfers, ledger, pools, years, sites."""

from __future__ import annotations

from analyses.result_columns import result_column as _c
from layers.columns import Contract
from policies.text import Text

__all__ = [
    "GREEN_ACCOUNT",
    "GREEN_COLUMNS",
    "GREEN_FREEING",
    "GREEN_ITEMS",
    "GREEN_LEDGER",
    "GREEN_POOLS",
    "GREEN_SITES",
    "GREEN_SITE_KINDS",
    "GREEN_YEARS",
    "POOL_STATUSES",
    "TRANSFERS",
    "TRANSFER_COLUMNS",
]

#: What came of the pool of a zone.
POOL_STATUSES: dict[str, Text] = {
    "no_basis": Text("本地政策无统筹依据", "no basis for pooling in this jurisdiction"),
    "unknown": Text("资料不足", "facts are missing"),
    "covered": Text("缺口可由盈余平衡", "the surplus covers the deficits"),
    "short": Text("盈余不足以平衡缺口", "the surplus does not cover the deficits"),
}

#: Where a piece of ground lies that might be planted.
GREEN_SITE_KINDS: dict[str, Text] = {
    "verge": Text("道路边带", "verge"),
    "public": Text("公共用地", "public land"),
    "parcel": Text("未达上限的宗地", "parcel below its cap"),
}

#: The lines of the account of all green that is mapped.
GREEN_ITEMS: dict[str, Text] = {
    "drawn": Text("绿地图斑面积合计", "green polygons added up"),
    "overlap": Text("其中重复绘制", "of which drawn twice"),
    "under_buildings": Text("其中位于建筑基底", "of which under buildings"),
    "mapped": Text("绿地面积（每处计一次）", "green ground, each piece once"),
    "on_parcels": Text("其中宗地内", "of which on parcels"),
    "public": Text("其中区内宗地外（公共绿地）", "of which in a zone on no parcel: public green"),
    "outside": Text("其中区外", "of which outside every zone"),
}

#: Columns of the parcel results that follow the fixed ones.
GREEN_COLUMNS = (
    _c("green_source", "text", "绿地数据来源", "source of the green area"),
    _c("green_raster_share", "number", "影像绿地比例", "green share on the raster", "share"),
    _c("green_cover_m2", "number", "绿化覆盖面积（树冠投影）", "canopy cover", "m2"),
    _c("green_cover_share", "number", "绿化覆盖率（不是绿地率）", "canopy cover ratio", "share"),
    _c("green_roof_m2", "number", "屋顶绿化面积", "roof greening", "m2"),
    _c("green_wall_m2", "number", "垂直绿化面积", "wall greening", "m2"),
    _c("green_credit_m2", "number", "折算计入面积", "greening that stands for green land", "m2"),
    _c("green_required_source", "text", "绿地率要求来源", "source of the required ratio"),
    _c("green_pooled", "boolean", "是否位于统筹范围", "within the pool"),
    _c("green_freed_m2", "number", "可释放绿地面积（测算）", "green that could be freed", "m2"),
)

TRANSFERS = Contract(
    "transfers",
    Text("绿地统筹平衡测算方案", "green transfers, a balance calculation"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("from_parcel_id", "text", "调出宗地", "from parcel"),
        _c("to_parcel_id", "text", "调入宗地", "to parcel"),
        _c("area_m2", "number", "面积", "area", "m2"),
        _c("cost", "number", "成本", "cost"),
    ),
)

#: Further columns of the transfers.
TRANSFER_COLUMNS = (
    _c("distance_m", "number", "距离", "distance", "m"),
    _c("unit_cost", "number", "单位成本", "cost of a square metre"),
)

GREEN_LEDGER = Contract(
    "green_ledger",
    Text("绿地台账", "green ledger"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("item", "code", "项目", "item", None, ("parcel", "public")),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("land_use", "code", "用途", "land use"),
        _c("area_m2", "number", "用地面积", "site area", "m2"),
        _c("required_share", "number", "绿地率要求", "required ratio", "share"),
        _c("required_source", "text", "要求来源", "source of the requirement"),
        _c("required_m2", "number", "应有", "required", "m2"),
        _c("ground_m2", "number", "地面绿地", "green ground", "m2"),
        _c("roof_m2", "number", "屋顶绿化", "roof greening", "m2"),
        _c("wall_m2", "number", "垂直绿化", "wall greening", "m2"),
        _c("credit_m2", "number", "折算计入", "conversion counted", "m2"),
        _c("provided_m2", "number", "已有（含折算）", "provided, conversion included", "m2"),
        _c(
            "surplus_m2",
            "number",
            "盈余（不含超上限）",
            "surplus, without what is over the cap",
            "m2",
        ),
        _c("deficit_m2", "number", "缺口", "deficit", "m2"),
        _c("cap_share", "number", "绿地率上限", "cap", "share"),
        _c("cap_source", "text", "上限来源", "source of the cap"),
        _c("over_cap_m2", "number", "超上限（单列）", "over the cap, apart", "m2"),
        _c("may_give_m2", "number", "可调出", "may give", "m2"),
        _c("may_receive_m2", "number", "可调入", "may receive", "m2"),
        _c("given_m2", "number", "调出", "given", "m2"),
        _c("received_m2", "number", "调入", "received", "m2"),
        _c("unmet_m2", "number", "统筹后仍缺", "deficit left after pooling", "m2"),
        _c(
            "cover_m2", "number", "树冠覆盖（不计入绿地率）", "canopy cover, not in the ratio", "m2"
        ),
        _c("pooled", "boolean", "位于统筹范围", "within the pool"),
        _c("counted", "boolean", "计入区绿地率", "counted in the zone's ratio"),
        _c("missing", "text", "缺失资料", "missing"),
        _c("note_zh", "text", "说明", "note (Chinese)"),
        _c("note_en", "text", "说明（英文）", "note (English)"),
    ),
)

GREEN_POOLS = Contract(
    "green_pools",
    Text("绿地统筹范围", "green pools"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("pool", "text", "统筹范围", "extent of the pool"),
        _c("denominator", "text", "分母口径", "denominator"),
        _c("area_m2", "number", "分母面积", "area of the denominator", "m2"),
        _c("target_share", "number", "目标绿地率", "target", "share"),
        _c("target_source", "text", "目标来源", "source of the target"),
        _c("target_year", "integer", "目标年份", "year of the target"),
        _c("basis_clause", "text", "统筹依据", "basis"),
        _c("approval_no", "text", "统筹批准文号", "approval of the pool"),
        _c("public_approval_no", "text", "公共绿地批准文号", "approval of the public green"),
        _c("status", "code", "结论", "verdict", None, tuple(POOL_STATUSES)),
        _c("attached_m2", "number", "宗地绿地", "green on parcels", "m2"),
        _c("public_m2", "number", "公共绿地", "public green", "m2"),
        _c("share", "number", "区绿地率（采用）", "zone's ratio as counted", "share"),
        _c("share_without_public", "number", "不含公共绿地", "without public green", "share"),
        _c("share_with_public", "number", "含公共绿地", "with public green", "share"),
        _c("required_m2", "number", "应有合计", "required", "m2"),
        _c("provided_m2", "number", "已有合计", "provided", "m2"),
        _c("surplus_m2", "number", "盈余合计", "surplus", "m2"),
        _c("deficit_m2", "number", "缺口合计", "deficit", "m2"),
        _c("over_cap_m2", "number", "超上限合计", "over the cap", "m2"),
        _c("unknown_n", "integer", "盈亏未知宗地数", "parcels of unknown balance"),
        _c("given_m2", "number", "调出合计", "given", "m2"),
        _c("unmet_m2", "number", "统筹后仍缺", "unmet deficit", "m2"),
        _c("avoidable_m2", "number", "其中可避免", "of which avoidable", "m2"),
        _c("cost_kind", "text", "成本口径", "kind of cost"),
        _c("transfer_cost", "number", "方案成本", "cost of the plan"),
        _c("transfer_bound", "number", "成本下界（对偶）", "lower bound by duality"),
        _c("transfer_gap", "number", "对偶间隙", "duality gap"),
        _c("pairs_n", "integer", "计算所用宗地对", "pairs in the programme"),
        _c("rounds_n", "integer", "求解轮数", "rounds"),
        _c("cover_share", "number", "绿化覆盖率（树冠）", "canopy cover ratio", "share"),
    ),
    key="zone_id",
)

GREEN_YEARS = Contract(
    "green_years",
    Text("分年绿地平衡", "green balance by year"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("year", "integer", "年份", "year"),
        _c("parcels_n", "integer", "已建宗地数", "parcels built by then"),
        _c("required_m2", "number", "应有", "required", "m2"),
        _c("provided_m2", "number", "已有", "provided", "m2"),
        _c("surplus_m2", "number", "盈余", "surplus", "m2"),
        _c("deficit_m2", "number", "缺口", "deficit", "m2"),
        _c("over_cap_m2", "number", "超上限", "over the cap", "m2"),
        _c("margin_m2", "number", "可用余量", "available balance", "m2"),
        _c("share", "number", "绿地率（已建部分）", "ratio of what is built", "share"),
        _c("target_share", "number", "目标", "target", "share"),
        _c("target_margin_m2", "number", "相对目标的余量", "margin to the target", "m2"),
        _c("unknown_n", "integer", "盈亏未知宗地数", "parcels of unknown balance"),
        _c("unplanned_n", "integer", "无竣工计划宗地数", "unbuilt parcels without a plan"),
        _c("stage_unknown_n", "integer", "建设阶段未知宗地数", "parcels of unknown stage"),
        _c("breaks", "boolean", "失衡", "out of balance"),
        _c("first_break", "boolean", "首次失衡", "first year out of balance"),
        _c("by_parcels", "text", "造成失衡的宗地", "parcels whose plans break it"),
        _c("by_m2", "number", "其减少的余量", "what they take from the balance", "m2"),
    ),
)

GREEN_FREEING = Contract(
    "green_freeing",
    Text("可释放绿地测算", "green ground that could be freed"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("status", "text", "结果", "outcome"),
        _c("ground_m2", "number", "现有绿地", "green ground", "m2"),
        _c("floor_m2", "number", "须保留", "has to be kept", "m2"),
        _c("most_m2", "number", "宗地最多可释放", "most that the parcel could give up", "m2"),
        _c("freed_m2", "number", "可释放", "freed", "m2"),
        _c("headroom_m2", "number", "剩余可建计容面积", "floor-area headroom", "m2"),
        _c("usable_floor_area_m2", "number", "可利用面积（按一层）", "usable, at one storey", "m2"),
        _c("binding", "text", "约束条件", "binding constraints"),
        _c("shadow_price", "number", "影子价格（释放总量）", "shadow price in ground freed"),
        _c("worth_price", "number", "影子价格（可利用面积）", "shadow price in usable floor area"),
        _c("missing", "text", "缺失资料", "missing"),
        _c("note_zh", "text", "说明", "note (Chinese)"),
        _c("note_en", "text", "说明（英文）", "note (English)"),
    ),
)

GREEN_SITES = Contract(
    "green_sites",
    Text("可增绿地块", "ground that could be planted"),
    (
        _c("site_id", "text", "地块编号", "site"),
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("kind", "code", "类别", "kind", None, tuple(GREEN_SITE_KINDS)),
        _c("area_m2", "number", "空地面积", "open ground", "m2"),
        _c(
            "plantable_m2", "number", "可增绿面积（不超上限）", "could be planted, by the cap", "m2"
        ),
        _c("counts", "boolean", "计入区绿地率", "would count in the zone's ratio"),
        _c("unit_cost", "number", "单位造价（元/m2）", "cost of a square metre (yuan)"),
        _c("rank", "integer", "次序", "rank"),
        _c("chosen_m2", "number", "建议增绿", "proposed", "m2"),
        _c("cost_wan", "number", "造价（测算值）", "cost, calculated", "wan"),
        _c("missing", "text", "缺失资料", "missing"),
    ),
    geometry="polygon",
    key="site_id",
)

GREEN_ACCOUNT = Contract(
    "green_account",
    Text("绿地面积核对", "account of the green that is mapped"),
    (
        _c("item", "code", "项目", "item", None, tuple(GREEN_ITEMS)),
        _c("area_m2", "number", "面积", "area", "m2"),
        _c("title_zh", "text", "说明", "title (Chinese)"),
        _c("title_en", "text", "说明（英文）", "title (English)"),
    ),
)
