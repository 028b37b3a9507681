"""What fills the places of the documents: fields of a ledger row and its case, blanks where nothing is known."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import pandas as pd

from analyses.results import IDLE_STATUSES
from layers.codes import CAUSES, GRANTS, REMEDIES, USES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from analyses.idle_rules import IdleRules

__all__ = ["FIELDS", "blank", "clean", "conditions_of", "fields_of"]

#: Every field with the name that a blank bears.
FIELDS: dict[str, str] = {
    "parcel_id": "宗地代码",
    "contract": "合同（决定书）编号",
    "supervision_no": "电子监管号",
    "holder": "国有建设用地使用权人",
    "holder_id": "统一社会信用代码",
    "holder_address": "使用权人地址",
    "location": "坐落",
    "use": "土地用途",
    "area": "面积",
    "grant": "供地方式",
    "price": "土地价款",
    "signed_on": "签订日期",
    "delivered_on": "实际交付土地日期",
    "start_due": "动工开发日期",
    "start_source": "动工开发日期的依据",
    "started": "动工情况",
    "anniversary_on": "满一年之日",
    "idle_from": "涉嫌闲置起算日",
    "two_years_on": "满两年起算日",
    "idle_days": "天数",
    "suspended_on": "中止开发日期",
    "developed_share": "已开发面积比例",
    "invested_share": "已投资额比例",
    "cause": "闲置原因",
    "cause_verified": "核实情况",
    "cause_evidence": "证据",
    "burdens": "抵押、查封情况",
    "fee": "闲置费测算值",
    "fee_max": "闲置费上限测算值",
    "notice_on": "调查通知书日期",
    "notice_received_on": "调查通知书送达日期",
    "answered_on": "使用权人说明日期",
    "finding_on": "认定书日期",
    "finding_served_on": "认定书送达日期",
    "hearing_notice_on": "听证告知书日期",
    "measure": "处置方式",
    "status": "闲置状态",
    "as_of": "数据截止日",
}

_SOURCES = {
    "contract": "合同或者划拨决定书约定（规定）",
    "delivery": "未约定，自实际交付土地之日起计算",
    "extension_contract": "依合同约定延期",
    "extension_art12": "依第十二条补充协议延长",
}
_READINGS = {"yes": "已动工", "no": "未动工"}
_LONGEST = 300
_MU_PER_HA = 15
_M2_PER_HA = 10_000


def blank(label: str) -> str:
    """Mark a place that a person has to fill.

    Examples
    --------
    >>> blank("坐落")
    '【待填：坐落】'
    """
    return f"【待填：{label}】"


def clean(value: Any) -> str | None:
    r"""Return a text of the data fit for a document; None where there is none.

    Control and formatting characters (line breaks, direction marks) become blanks, very long texts are cut.

    Examples
    --------
    >>> clean("甲\x00公司\n\u202e二"), clean(pd.NA), clean(" ")
    ('甲 公司 二', None, None)
    """
    if value is None or pd.isna(value):
        return None
    plain = "".join(
        " " if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} else c
        for c in str(value)
    )
    text = re.sub(r"\s+", " ", plain).strip()
    return (text[:_LONGEST] + "……" if len(text) > _LONGEST else text) or None


def _day(value: Any) -> str | None:
    if value is None or pd.isna(value):
        return None
    on = pd.Timestamp(value)
    return f"{on.year}年{on.month}月{on.day}日"


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _wan(value: Any) -> str | None:
    amount = _number(value)
    return None if amount is None else f"{amount:,.4f}".rstrip("0").rstrip(".") + "万元"


def _share(value: Any) -> str | None:
    share = _number(value)
    return None if share is None else f"{share * 100:.2f}%"


def _area(row: Mapping[str, Any], parcel: Mapping[str, Any] | None) -> str | None:
    area = _number(row.get("parcel_area_in_contract_m2"))
    source = "合同所载本宗地面积"
    if area is None and parcel is not None:
        area, source = _number(parcel.get("area_m2")), "宗地资料面积"
    if area is None:
        return None
    ha = area / _M2_PER_HA
    return f"{area:,.2f}平方米（{ha:.4f}公顷，{ha * _MU_PER_HA:.2f}亩；{source}）"


def _label(codes: Any, value: Any) -> str | None:
    code = clean(value)
    if code is None:
        return None
    found = codes.labels.get(code)
    return code if found is None else str(found.zh)


def _causes(row: Mapping[str, Any]) -> str | None:
    named = clean(row.get("cause_kind", row.get("cause")))
    return None if named is None else "、".join(_label(CAUSES, c) or c for c in named.split(","))


def _burdens(row: Mapping[str, Any]) -> str:
    said = []
    for name, label in (("mortgaged", "抵押"), ("seized", "查封")):
        value = row.get(name)
        known = value is not None and not pd.isna(value)
        said.append((f"有{label}" if value else f"无{label}") if known else blank(f"是否{label}"))
    return "，".join(said)


def fields_of(
    row: Mapping[str, Any],
    case: Mapping[str, Any],
    parcel: Mapping[str, Any] | None,
    *,
    verified: bool,
    as_of: date,
    rules: IdleRules,
) -> dict[str, str]:
    """Return every field of `FIELDS` for one ledger row; what is not known is a marked blank.

    Parameters
    ----------
    row : mapping
        A row of the table ``contracts``.
    case : mapping
        The events of its open case.
    parcel : mapping or None
        Its parcel, where the layer holds it.
    verified : bool
        The cause is verified.
    as_of : datetime.date
        The review date.
    rules : analyses.idle_rules.IdleRules
        Give the years in the name of a status.
    """
    contract = clean(row.get("contract_no"))
    phase = clean(row.get("phase_no"))
    status = clean(row.get("idle_status")) or ""
    days = _number(row.get("idle_days"))
    known: dict[str, str | None] = {
        "parcel_id": clean(row.get("parcel_id")),
        "contract": None if contract is None else contract + (f"（{phase}）" if phase else ""),
        "supervision_no": clean(row.get("supervision_no")),
        "holder": clean(row.get("holder")) or clean((parcel or {}).get("holder")),
        "holder_id": clean(row.get("holder_id")),
        "location": clean(row.get("location")) or clean((parcel or {}).get("location")),
        "use": _label(USES, row.get("contract_use"))
        or _label(USES, (parcel or {}).get("land_use")),
        "area": _area(row, parcel),
        "grant": _label(GRANTS, row.get("grant")),
        "price": _wan(row.get("price_share_wan")) or _wan(row.get("land_price_wan")),
        "signed_on": _day(row.get("signed_on")),
        "delivered_on": _day(row.get("delivered_on")),
        "start_due": _day(row.get("start_due_effective_on")),
        "start_source": _SOURCES.get(clean(row.get("start_due_source")) or ""),
        "started": _READINGS.get(clean(row.get("started_reading")) or ""),
        "anniversary_on": _day(row.get("anniversary_on")),
        "idle_from": _day(row.get("idle_from")),
        "two_years_on": _day(row.get("idle_two_years_on")),
        "idle_days": None if days is None else f"{days:.0f}",
        "suspended_on": _day(row.get("suspended_on")),
        "developed_share": _share(row.get("developed_share")),
        "invested_share": _share(row.get("invested_share")),
        "cause": _causes(row),
        "cause_verified": "已核实" if verified else "尚未核实",
        "cause_evidence": clean(row.get("cause_evidence")),
        "burdens": _burdens(row),
        "fee": _wan(row.get("fee_order53_wan")),
        "fee_max": _wan(row.get("fee_law_max_wan")),
        "measure": _measure(case),
        "status": rules.status_label(status).zh if status in IDLE_STATUSES else None,
        "as_of": _day(as_of),
        **{name: _day(case.get(name)) for name in FIELDS if name in case and name.endswith("_on")},
    }
    return {name: known.get(name) or blank(label) for name, label in FIELDS.items()}


def _measure(case: Mapping[str, Any]) -> str | None:
    """Name the measure of a case as it was written; a code or another known name by its label."""
    written = clean(case.get("measure"))
    read = REMEDIES.read(pd.Series([written], dtype="string")).iloc[0]
    return _label(REMEDIES, read) or written or _label(REMEDIES, case.get("remedy"))


def conditions_of(row: Mapping[str, Any], case: Mapping[str, Any], path: str) -> dict[str, bool]:
    """Return the conditions that parts of a document depend on."""
    status = clean(row.get("idle_status"))
    heard = case.get("hearing_notice_on")
    return {
        "works_suspended": status == "suspended",
        "not_started": status != "suspended",
        "two_years": status == "suspected_2y",
        "government": status == "gov_cause",
        "agreement": path == "agreement",
        "sanction": path == "sanction",
        "heard": heard is not None and not pd.isna(heard),
    }
