"""The code lists of the contracts, with labels in both languages and what sources write for them.

What sources write stands in ``data/code_texts.toml``, and only where it means one thing: 商服用地 may
be shops or offices and is not there, so that it becomes unknown and a problem instead of a guess.
What a project knows better it says in ``values`` of its project file.
"""

from __future__ import annotations

from layers.code_list import CodeList, code_key
from layers.codes_supply import (
    INSTRUMENTS,
    PLAN_DECISIONS,
    RATING_CLASSES,
    SUPPLY_CODE_LISTS,
    ZONE_TYPES,
)
from policies.text import Text

__all__ = [
    "ASSESSMENT_TOPICS",
    "BUILDING_KINDS",
    "BUILDING_STATES",
    "CAUSES",
    "CODE_LISTS",
    "DECISION_KINDS",
    "EXTENSION_KINDS",
    "FACILITY_KINDS",
    "FOUNDATIONS",
    "GRANTS",
    "GREEN_KINDS",
    "HAZARDS",
    "HELD",
    "INDUSTRY_SCHEMES",
    "INSTRUMENTS",
    "LAND_STAGES",
    "LAND_USE_SCHEMES",
    "LINEAGE_KINDS",
    "PERMANENCE",
    "PLAN_DECISIONS",
    "RATING_CLASSES",
    "REMEDIES",
    "ROLES",
    "ROOF_FORMS",
    "SUPPLY_STATUSES",
    "USES",
    "ZONE_KINDS",
    "ZONE_TYPES",
    "CodeList",
    "code_key",
    "code_list",
]

USES = CodeList(
    "use",
    {
        "industrial": Text("工业", "industrial"),
        "m0": Text("新型产业（M0）", "new-type industrial (M0)"),
        "storage": Text("物流仓储", "storage and logistics"),
        "research": Text("科研", "research"),
        "office": Text("商务办公", "office"),
        "commercial": Text("商业", "commercial"),
        "nonprofit": Text("非营利性设施", "non-profit facilities"),
        "public_service": Text("公共服务", "public service"),
        "dormitory": Text("宿舍", "dormitory"),
        "residential": Text("居住", "residential"),
        "utility": Text("公用设施", "utility"),
        "transport": Text("交通场站", "transport"),
        "road": Text("道路", "road"),
        "parking": Text("停车场", "parking"),
        "green": Text("绿地", "green"),
        "reserve": Text("留白", "reserve"),
        "other": Text("其他", "other"),
    },
)

ZONE_KINDS = CodeList(
    "zone_kind",
    {
        "approved": Text("批准四至", "approved boundary"),
        "fenced": Text("围网", "fenced area"),
        "accepted": Text("验收区", "accepted phase"),
        "support": Text("配套区", "supporting area"),
    },
)

SUPPLY_STATUSES = CodeList(
    "supply_status",
    {
        "unapproved": Text("未批", "unapproved"),
        "approved_not_cleared": Text("已批未征（未净地）", "approved, not cleared"),
        "approved_unsupplied": Text("批而未供", "approved, not supplied"),
        "ready": Text("已达供地条件", "ready for supply"),
        "supplied": Text("已供应", "supplied"),
    },
)

LAND_STAGES = CodeList(
    "land_stage",
    {
        "not_supplied": Text("未供应", "not supplied"),
        "supplied_not_started": Text("已供未建", "supplied, not started"),
        "under_construction": Text("在建", "under construction"),
        "completed": Text("已建成", "completed"),
    },
)

LINEAGE_KINDS = CodeList(
    "lineage_kind",
    {
        "split": Text("分割", "split"),
        "merge": Text("合并", "merge"),
    },
)

BUILDING_KINDS = CodeList(
    "building_kind",
    {
        "building": Text("建筑物", "building"),
        "structure": Text("构筑物", "structure"),
        "yard": Text("堆场", "yard"),
    },
)

PERMANENCE = CodeList(
    "permanence",
    {
        "permanent": Text("永久", "permanent"),
        "temporary": Text("临时", "temporary"),
    },
)

BUILDING_STATES = CodeList(
    "building_state",
    {
        "built": Text("已建成", "built"),
        "under_construction": Text("在建", "under construction"),
        "demolished": Text("已拆除", "demolished"),
    },
)

GREEN_KINDS = CodeList(
    "green_kind",
    {
        "park": Text("公园绿地", "park"),
        "attached": Text("附属绿地", "attached green"),
        "protective": Text("防护绿地", "protective green"),
        "road": Text("道路绿地", "road green"),
        "roof": Text("屋顶绿化", "green roof"),
        "wall": Text("垂直绿化", "green wall"),
    },
)

ROOF_FORMS = CodeList(
    "roof_form",
    {
        "garden": Text("花园式", "roof garden"),
        "mixed": Text("组合式", "mixed planting"),
        "lawn": Text("草坪式", "lawn"),
    },
)

FACILITY_KINDS = CodeList(
    "facility_kind",
    {
        "gate": Text("卡口", "gate"),
        "fence": Text("围网", "fence"),
        "road": Text("道路", "road"),
        "water": Text("供水", "water supply"),
        "sewage": Text("排水", "sewage"),
        "power": Text("供电", "power"),
        "gas": Text("燃气", "gas"),
        "heat": Text("供热", "heat"),
        "telecom": Text("通信", "telecom"),
        "airport": Text("机场", "airport"),
        "port": Text("港口", "port"),
        "rail": Text("铁路", "rail"),
        "motorway": Text("高速公路", "motorway"),
        "inspection": Text("查验场所", "inspection"),
        "housing": Text("居住配套", "housing"),
        "catering": Text("餐饮", "catering"),
        "parking": Text("停车场", "parking"),
        "public_service": Text("公共服务设施", "public service"),
        "transit": Text("公共交通", "transit"),
    },
)

ROLES = CodeList(
    "role",
    {
        "main": Text("主要", "main"),
        "supporting": Text("配套", "supporting"),
        "administrative": Text("行政办公及生活服务", "administrative and living"),
        "proposed": Text("拟增", "proposed"),
    },
)

HELD = CodeList(
    "held",
    {
        "self": Text("自持", "self-held"),
        "sale": Text("出售", "for sale"),
    },
)

HAZARDS = CodeList(
    "hazard",
    {
        "toxic_gas": Text("有毒有害气体", "toxic gas"),
        "dangerous_goods": Text("危险品", "dangerous goods"),
        "none": Text("无", "none"),
    },
)

GRANTS = CodeList(
    "grant",
    {
        "grant": Text("出让", "grant"),
        "allocation": Text("划拨", "allocation"),
        "lease": Text("租赁", "lease"),
        "contribution": Text("作价出资（入股）", "contribution"),
        "collective": Text("集体建设用地", "collective"),
    },
)

FOUNDATIONS = CodeList(
    "foundation",
    {
        "pit": Text("基坑", "deep pit"),
        "piles": Text("桩基", "piles"),
        "foundation": Text("基础", "other foundation"),
    },
)

CAUSES = CodeList(
    "cause",
    {
        "holder": Text("企业自身原因", "the holder's own"),
        "gov_delivery": Text(
            "未按约定交付土地（第八条第一项）", "land not delivered as agreed (art. 8(1))"
        ),
        "gov_plan": Text("规划依法修改（第八条第二项）", "plan lawfully revised (art. 8(2))"),
        "gov_policy": Text("国家政策变化（第八条第三项）", "new national policy (art. 8(3))"),
        "gov_petition": Text("群众信访（第八条第四项）", "petitions (art. 8(4))"),
        "gov_control": Text(
            "军事管制、文物保护（第八条第五项）", "military control, relics (art. 8(5))"
        ),
        "gov_other": Text(
            "政府及部门其他行为（第八条第六项）", "other government acts (art. 8(6))"
        ),
        "force_majeure": Text("不可抗力", "force majeure"),
        "preparatory": Text("动工必需的前期工作", "necessary preparatory work"),
    },
)

EXTENSION_KINDS = CodeList(
    "extension_kind",
    {
        "contract": Text("合同约定的延期", "extension under the contract"),
        "art12": Text("第十二条延期", "extension under art. 12"),
    },
)

DECISION_KINDS = CodeList(
    "decision_kind",
    {
        "fee": Text("征缴土地闲置费", "idle fee"),
        "recovery": Text("无偿收回", "recovery"),
    },
)

REMEDIES = CodeList(
    "remedy",
    {
        "extension": Text("延长动工开发期限", "longer start period"),
        "change_use": Text("调整土地用途、规划条件", "changed use or planning conditions"),
        "temporary_use": Text("政府安排临时使用", "temporary use arranged by the government"),
        "buy_back": Text("协议有偿收回", "paid recovery by agreement"),
        "swap": Text("置换土地", "swap of land"),
        "other": Text("其他协商处置方式", "another remedy by agreement"),
    },
)

ASSESSMENT_TOPICS = CodeList(
    "assessment_topic",
    {
        "environment": Text("环境影响", "environment"),
        "water": Text("水资源论证", "water resources"),
        "geology": Text("地质灾害危险性", "geological hazard"),
        "erosion": Text("水土保持", "soil erosion"),
        "flood": Text("洪水影响", "flood"),
        "seismic": Text("地震安全性", "seismic safety"),
        "climate": Text("气候可行性", "climate"),
        "heritage": Text("文物考古", "heritage"),
        "minerals": Text("压覆矿产", "minerals"),
        "energy": Text("节能", "energy"),
        "traffic": Text("交通影响", "traffic"),
        "other": Text("其他", "other"),
    },
)

LAND_USE_SCHEMES = CodeList(
    "land_use_scheme",
    {
        "guide-2023": Text("国土空间用地用海分类指南（2023）", "territorial-space guide 2023"),
        "gb50137-2011": Text("GB 50137-2011 城市用地分类", "GB 50137-2011 urban land"),
        "survey-3": Text("第三次国土调查分类", "third national land survey"),
    },
)

INDUSTRY_SCHEMES = CodeList(
    "industry_scheme",
    {
        "GB/T 4754-2002": Text("国民经济行业分类（2002）", "industries 2002"),
        "GB/T 4754-2011": Text("国民经济行业分类（2011）", "industries 2011"),
        "GB/T 4754-2017": Text("国民经济行业分类（2017）", "industries 2017"),
    },
)

#: Every code list by its codes, which is how a contract's column refers to it.
CODE_LISTS: dict[tuple[str, ...], CodeList] = {
    codes.codes: codes
    for codes in (
        *(
            USES,
            ZONE_KINDS,
            SUPPLY_STATUSES,
            LAND_STAGES,
            LINEAGE_KINDS,
            BUILDING_KINDS,
            PERMANENCE,
        ),
        *(
            BUILDING_STATES,
            GREEN_KINDS,
            ROOF_FORMS,
            FACILITY_KINDS,
            ROLES,
            HAZARDS,
            HELD,
            GRANTS,
            FOUNDATIONS,
        ),
        *(
            CAUSES,
            EXTENSION_KINDS,
            DECISION_KINDS,
            REMEDIES,
            ASSESSMENT_TOPICS,
            LAND_USE_SCHEMES,
            INDUSTRY_SCHEMES,
        ),
        *SUPPLY_CODE_LISTS,
    )
}


def code_list(codes: tuple[str, ...]) -> CodeList:
    """Return the code list of a column's codes; of codes that are in no list, one without labels.

    Examples
    --------
    >>> code_list(("split", "merge")).find("分宗")
    'split'
    """
    known = CODE_LISTS.get(codes)
    return known or CodeList("codes", {code: Text(code, code) for code in codes})
