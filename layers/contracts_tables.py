"""The contracts of the tables without geometry: the ledger, its causes and cases, uses, storeys.

The ledger holds one row per contract, phase and parcel. It needs a parcel or a contract number;
without any date everything is unknown, which the analysis says and which is no reason to refuse.
"""

from __future__ import annotations

from layers import codes
from layers.declare import area, code, contract, count, day, flag, money, number, share, text
from policies.text import Text

__all__ = ["TABLE_CONTRACTS"]

_LINEAGE = contract(
    "lineage",
    Text("宗地沿革", "parcel lineage"),
    (
        text("parcel_id", "宗地代码", "parcel", required=True),
        text("from_parcel_id", "原宗地代码", "from parcel", required=True),
        code("kind", "变更类型", "kind", codes.LINEAGE_KINDS),
        day("on", "变更日期", "on"),
        area("area_m2", "面积", "area"),
    ),
)

_STOREYS = contract(
    "storeys",
    Text("楼层", "storeys"),
    (
        text("building_id", "建筑编号", "building", required=True),
        count("storey_no", "层号", "storey", low=-20, high=200),
        number("height_m", "层高", "height", "m", high=60),
        area("floor_area_m2", "建筑面积", "floor area"),
        code("use", "用途", "use", codes.USES),
        flag("above_ground", "地上", "above ground"),
    ),
)

_USES = contract(
    "uses",
    Text("用途构成", "uses"),
    (
        text("parcel_id", "宗地代码", "parcel", required=True),
        code("use", "用途", "use", codes.USES, required=True),
        area("floor_area_m2", "建筑面积", "floor area"),
        area("land_area_m2", "用地面积", "land area"),
        code("role", "角色", "role", codes.ROLES),
        code("held", "持有方式", "held", codes.HELD),
    ),
)

_LEDGER = contract(
    "ledger",
    Text("合同台账", "contract ledger"),
    (
        text("parcel_id", "宗地代码", "parcel"),
        text("contract_no", "合同编号", "contract"),
        text("supervision_no", "电子监管号", "supervision number"),
        text("phase_no", "期号", "phase"),
        code("grant", "供地方式", "grant", codes.GRANTS),
        text("holder", "受让人", "holder"),
        text("holder_id", "统一社会信用代码", "holder's credit code"),
        code("contract_use", "合同用途", "use in the contract", codes.USES),
        area("contract_area_m2", "合同面积", "contract area"),
        area("parcel_area_in_contract_m2", "本宗地面积", "parcel area in the contract"),
        day("signed_on", "合同签订日期", "signed on"),
        day("delivery_due_on", "约定交地日期", "delivery due on"),
        day("delivered_on", "实际交地日期", "delivered on"),
        text("delivery_doc_no", "交地确认书号", "delivery document"),
        day("start_due_on", "约定开工日期", "start due on"),
        day("completion_due_on", "约定竣工日期", "completion due on"),
        flag("started", "是否动工", "started"),
        day("started_on", "实际开工日期", "started on"),
        day("completed_on", "实际竣工日期", "completed on"),
        flag("permit", "是否取得施工许可证", "permit"),
        text("permit_no", "施工许可证号", "permit number"),
        day("permit_on", "施工许可证日期", "permit on"),
        code("foundation", "开工认定方式", "foundation", codes.FOUNDATIONS),
        share("foundation_done_share", "基础完成比例", "foundation done"),
        day("suspended_on", "中止开发日期", "suspended on"),
        area("develop_area_m2", "应动工面积", "area to be developed"),
        area("developed_area_m2", "已动工面积", "area developed"),
        money("investment_total_wan", "总投资", "total investment"),
        money("invested_wan", "已投资", "invested"),
        money("land_price_wan", "成交价款", "land price"),
        money("taxes_wan", "税费", "taxes and fees"),
        flag("investment_includes_land", "投资含地价税费", "investment includes land"),
        code("cause", "闲置原因", "cause", codes.CAUSES),
        flag("cause_verified", "原因已核实", "cause verified"),
        text("cause_evidence", "原因证据", "evidence of the cause"),
        flag("registered_in_system", "已录入监测监管系统", "registered in the system"),
        code("extension_kind", "延期类型", "extension kind", codes.EXTENSION_KINDS),
        day("extension_signed_on", "补充协议签订日期", "extension signed on"),
        day("extension_start_on", "补充协议约定开工日期", "start by the extension"),
        flag("mortgaged", "是否抵押", "mortgaged"),
        flag("seized", "是否查封", "seized"),
        flag("in_dispute", "是否有争议", "in dispute"),
        flag("hoarding_found", "认定囤地炒地", "hoarding found"),
        number("term_years", "使用年限", "term", "years", high=100),
        number("far_min", "容积率下限", "minimum floor-area ratio", "ratio", high=50),
        number("far_max", "容积率上限", "maximum floor-area ratio", "ratio", high=50),
        text("contract_use_source", "原合同用途文字", "use as the source writes it"),
        text("location", "坐落", "location"),
        text("from_parcel_id", "原宗地代码", "parcel at the time of the contract"),
    ),
)

_CAUSES = contract(
    "causes",
    Text("未动工原因", "causes"),
    (
        text("contract_no", "合同编号", "contract"),
        text("phase_no", "期号", "phase"),
        text("parcel_id", "宗地代码", "parcel"),
        code("cause", "原因", "cause", codes.CAUSES, required=True),
        day("from_on", "起始日期", "from"),
        day("to_on", "截止日期", "to"),
        text("document", "证明文件", "document"),
        flag("verified", "已核实", "verified"),
        day("verified_on", "核实日期", "verified on"),
    ),
)

_CASES = contract(
    "cases",
    Text("闲置土地案件", "idle-land cases"),
    (
        text("case_id", "案件编号", "case"),
        text("contract_no", "合同编号", "contract"),
        text("phase_no", "期号", "phase"),
        text("parcel_id", "宗地代码", "parcel"),
        day("discovered_on", "发现日期", "discovered on"),
        day("notice_on", "调查通知书日期", "notice on"),
        day("notice_received_on", "通知书送达日期", "notice received on"),
        day("answered_on", "权利人答复日期", "answered on"),
        day("finding_on", "认定日期", "finding on"),
        day("finding_served_on", "认定书送达日期", "finding served on"),
        day("published_on", "公示日期", "published on"),
        day("registered_on", "系统备案日期", "registered on"),
        day("hearing_notice_on", "听证告知书日期", "hearing notice on"),
        flag("hearing_requested", "是否申请听证", "hearing requested"),
        day("plan_approved_on", "处置方案批准日期", "plan approved on"),
        text("measure", "处置方式", "measure"),
        code("decision_kind", "决定类型", "decision kind", codes.DECISION_KINDS),
        day("decision_on", "决定日期", "decision on"),
        day("decision_served_on", "决定书送达日期", "decision served on"),
        day("paid_on", "缴款日期", "paid on"),
        money("paid_wan", "实缴闲置费", "paid"),
        day("deregistered_on", "注销登记日期", "deregistered on"),
        day("review_or_suit_on", "复议或诉讼日期", "review or suit on"),
        day("closed_on", "结案日期", "closed on"),
        code("remedy", "协商处置方式", "remedy by agreement", codes.REMEDIES),
        day("temporary_from_on", "临时使用起始日期", "temporary use from"),
        day("temporary_to_on", "临时使用截止日期", "temporary use until"),
        flag("price_paid_full", "价款已缴清", "price paid in full"),
        flag("funds_in_place", "项目资金已落实", "project funds in place"),
        flag("swap_same_value", "置换土地价值相当", "swap of equal value"),
        flag("swap_same_use", "置换土地用途相同", "swap of the same use"),
    ),
)

_CORRECTIONS = contract(
    "corrections",
    Text("更正登记", "corrections"),
    (
        text("layer", "图层", "layer", required=True),
        text("id", "标识", "id", required=True),
        text("column", "字段", "column", required=True),
        text("old", "原值", "old value"),
        text("new", "更正值", "new value"),
        text("reason", "更正理由", "reason"),
        text("by", "更正人", "by"),
        day("on", "更正日期", "on"),
    ),
)

_GREEN_COSTS = contract(
    "green_costs",
    Text("绿地调剂成本", "costs of green transfers"),
    (
        text("from_parcel_id", "调出宗地", "from parcel", required=True),
        text("to_parcel_id", "调入宗地", "to parcel", required=True),
        number("cost", "单位成本", "cost of a square metre", "元"),
    ),
)

#: The contracts without geometry.
TABLE_CONTRACTS = (
    _LINEAGE,
    _STOREYS,
    _USES,
    _LEDGER,
    _CAUSES,
    _CASES,
    _CORRECTIONS,
    _GREEN_COSTS,
)
