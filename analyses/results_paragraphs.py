"""The contracts of the paragraphs on the parcels and of the summary of a zone."""

from __future__ import annotations

from analyses.result_columns import result_column as _c
from layers.columns import Contract
from policies.text import Text

__all__ = ["PARAGRAPHS", "ZONE_SECTIONS", "ZONE_SUMMARY"]

PARAGRAPHS = Contract(
    "paragraphs",
    Text("宗地说明", "a paragraph per parcel"),
    (
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("zone_id", "text", "区代码", "zone"),
        _c("text_zh", "text", "说明", "paragraph (Chinese)"),
        _c("text_en", "text", "说明（英文）", "paragraph (English)"),
    ),
    key="parcel_id",
)

#: The parts of a zone's summary, in their order.
ZONE_SECTIONS: dict[str, Text] = {
    "top_actions": Text("最有价值的十项建议", "the ten most valuable actions"),
    "by_action": Text(
        "各类建议的宗数、面积和建筑面积", "parcels, hectares and floor area by action"
    ),
    "deadlines": Text("未来九十天的法定期限", "statutory dates of the next ninety days"),
    "missing": Text("补齐后可判断最多事项的资料", "what data would decide the most open cases"),
}

ZONE_SUMMARY = Contract(
    "zone_summary",
    Text("区建议摘要", "summary of a zone"),
    (
        _c("zone_id", "text", "区代码", "zone"),
        _c("section", "code", "部分", "section", None, tuple(ZONE_SECTIONS)),
        _c("rank", "integer", "序", "rank"),
        _c("parcel_id", "text", "宗地代码", "parcel"),
        _c("code", "text", "代码", "code"),
        _c("title_zh", "text", "事项", "what (Chinese)"),
        _c("parcels_n", "integer", "宗数", "parcels"),
        _c("cases_n", "integer", "件数", "open verdicts"),
        _c("area_m2", "number", "面积", "area", "m2"),
        _c("floor_area_m2", "number", "建筑面积", "floor area", "m2"),
        _c("amount_wan", "number", "金额（测算值）", "amount (calculated)", "wan"),
        _c("due_on", "date", "期限", "due on"),
        _c("days_left", "integer", "剩余天数", "days left", "days"),
        _c("score", "number", "得分", "score"),
        _c("why_zh", "text", "说明", "remark (Chinese)"),
        _c("title_en", "text", "事项（英文）", "what"),
        _c("why_en", "text", "说明（英文）", "remark"),
    ),
)
