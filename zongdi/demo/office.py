"""How an office writes: dates in every form, areas in its own units, blanks as strokes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from layers import codes

if TYPE_CHECKING:
    from zongdi.demo.stories import Row

__all__ = ["LEDGER_COLUMNS", "MU_M2", "office_cell", "office_date", "office_text"]

MU_M2: Final = 10_000 / 15

#: contract column, heading of the ledger, how the cell is written.
LEDGER_COLUMNS: Final = (
    ("supervision_no", "电子监管号", "text"),
    ("contract_no", "合同编号", "text"),
    ("parcel_id", "宗地代码", "text"),
    ("phase_no", "期号", "text"),
    ("holder", "受让人", "text"),
    ("holder_id", "统一社会信用代码", "text"),
    ("grant", "供地方式", "grant"),
    ("contract_use", "合同用途", "use"),
    ("contract_area_m2", "合同面积（亩）", "mu"),
    ("parcel_area_in_contract_m2", "本宗地面积（公顷）", "hectare"),
    ("land_price_wan", "出让价款（万元）", "number"),
    ("signed_on", "合同签订日期", "date"),
    ("delivery_due_on", "约定交地时间", "date"),
    ("delivered_on", "实际交地时间", "date"),
    ("delivery_doc_no", "交地确认书号", "text"),
    ("start_due_on", "约定开工时间", "date"),
    ("completion_due_on", "约定竣工时间", "date"),
    ("started", "是否开工", "flag"),
    ("started_on", "实际开工时间", "date"),
    ("completed_on", "实际竣工时间", "date"),
    ("permit", "是否取得施工许可证", "flag"),
    ("permit_no", "施工许可证号", "text"),
    ("permit_on", "施工许可证日期", "date"),
    ("foundation", "开工认定方式", "foundation"),
    ("foundation_done_share", "基础完成比例", "text"),
    ("suspended_on", "中止日期", "date"),
    ("develop_area_m2", "应动工面积（公顷）", "hectare"),
    ("developed_area_m2", "已动工面积（公顷）", "hectare"),
    ("investment_total_wan", "总投资（万元）", "number"),
    ("invested_wan", "已投资（万元）", "number"),
    ("investment_includes_land", "投资额是否含地价税费", "flag"),
    ("cause", "闲置原因", "cause"),
    ("cause_verified", "原因是否核实", "flag"),
    ("cause_evidence", "证据编号", "text"),
    ("registered_in_system", "系统备案", "flag"),
    ("extension_kind", "延期类型", "extension"),
    ("extension_signed_on", "补充协议签订日期", "date"),
    ("extension_start_on", "补充协议约定动工日期", "date"),
    ("mortgaged", "抵押情况", "flag"),
    ("term_years", "出让年限", "number"),
)
_LISTS: Final = {
    "grant": codes.GRANTS, "use": codes.USES, "foundation": codes.FOUNDATIONS, "cause": codes.CAUSES,
    "extension": codes.EXTENSION_KINDS, "role": codes.ROLES, "held": codes.HELD,
}  # fmt: skip
_EPOCH: Final = date(1899, 12, 30)


def office_text(value: object, form: str) -> str:
    """Write a code or a yes/no as an office does.

    Examples
    --------
    >>> office_text("allocation", "grant"), office_text("yes", "flag")
    ('划拨', '是')
    """
    text = str(value)
    if form == "flag":
        return {"yes": "是", "no": "否"}[text]
    return _LISTS[form].labels[text].zh


def office_date(value: date, manner: int) -> str | int:
    """Write a date in one of five manners; the last is Excel's serial number.

    Examples
    --------
    >>> [office_date(date(2021, 6, 30), manner) for manner in range(5)]
    ['2021.6.30', '2021年6月30日', '2021/6/30', '2021-06-30', 44377]
    """
    forms = (
        f"{value.year}.{value.month}.{value.day}",
        f"{value.year}年{value.month}月{value.day}日",
        f"{value.year}/{value.month}/{value.day}",
        value.isoformat(),
        (value - _EPOCH).days,
    )
    return forms[manner % len(forms)]


def office_cell(row: Row, column: str, form: str, manner: int) -> str | float | date | None:
    """Return what a ledger cell holds; a true date where the manner is 5."""
    value = row.get(column)
    if value is None or value == "":
        return None
    if form == "date":
        if not isinstance(value, date):
            return str(value)
        return value if manner % 6 == 5 else office_date(value, manner % 6)
    if form in {"mu", "hectare", "number"}:
        number = float(str(value))
        if form == "mu":
            return round(number / MU_M2, 2)
        return round(number / 10_000, 4) if form == "hectare" else number
    return str(value) if form == "text" else office_text(value, form)
