"""The contract of the surplus land of completed projects."""

from __future__ import annotations

from analyses.result_columns import result_column as _c
from layers.columns import Contract
from policies.text import Text

__all__ = ["AGAINST", "SURPLUS"]

#: What may stand against splitting a part off.
AGAINST: dict[str, Text] = {
    "phase_reserve": Text("后续分期预留用地", "ground of a later phase"),
    "mortgage": Text("已抵押", "mortgaged"),
    "mortgage_unknown": Text("是否抵押未登记", "whether it is mortgaged is not recorded"),
    "seizure": Text("已查封", "seized"),
    "seizure_unknown": Text("是否查封未登记", "whether it is seized is not recorded"),
    "dispute": Text("存在争议", "in dispute"),
    "hoarding": Text(
        "已认定恶意囤地炒地，处置完毕前不办理转让",
        "malicious hoarding found: no transfer until it is settled",
    ),
    "split_clause_unknown": Text(
        "合同分割条款须查合同", "the contract's split clause is to be looked up"
    ),
    "investment_short": Text(
        "投资未达转让要求", "less invested than a transfer of the land requires"
    ),
    "investment_unknown": Text(
        "投资是否达到转让要求未知", "whether enough is invested for a transfer is not known"
    ),
}

SURPLUS = Contract(
    "surplus",
    Text("已竣工项目节余土地线索", "surplus land of completed projects, candidates"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("area_m2", "number", "连片未建面积", "contiguous undeveloped area", "m2"),
        _c("width_m", "number", "最大内切圆直径", "diameter of the largest inscribed circle", "m"),
        _c(
            "width_narrowest_m",
            "number",
            "最小宽度（两平行线间的最小距离）",
            "least width (between two parallel lines)",
            "m",
        ),
        _c("road_access", "boolean", "是否临道路", "touches a road"),
        _c("clearance_m", "number", "扣除的退让距离", "clearance kept about what stands", "m"),
        _c("phase_reserve", "boolean", "是否后续分期预留", "ground of a later phase"),
        _c("against", "text", "不利因素代码", "what stands against it, codes"),
        _c("against_zh", "text", "不利因素", "what stands against it (Chinese)"),
        _c("against_en", "text", "不利因素（英文）", "what stands against it"),
        _c("clause", "text", "依据", "clause"),
        _c("confidence", "text", "可信度", "confidence"),
    ),
)
