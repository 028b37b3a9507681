"""The sheet of the ledger, under the headings of the office's own ledger of idle land."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analyses.frames import flags, texts
from analyses.idle_links import link_rows
from analyses.results import IDLE_STATUSES
from layers.codes import (
    CAUSES,
    DECISION_KINDS,
    FOUNDATIONS,
    GRANTS,
    LAND_USE_SCHEMES,
    USES,
)
from layers.columns import Column
from policies.text import Text
from zongdi.workbook_cells import link_to_map
from zongdi.workbook_table import Sheet

if TYPE_CHECKING:
    from zongdi.results import Results

__all__ = ["LEDGER_SHEET", "ledger_sheet"]

LEDGER_SHEET = "闲置台账"

#: Heading, English, kind, unit; the name says where the value comes from: the ledger's row, or ``case_`` a case.
_HEADINGS: tuple[tuple[str, str, str, str, str | None], ...] = (
    ("serial", "序号", "no.", "integer", None),
    ("supervision_no", "电子监管号", "supervision number", "text", None),
    ("contract_no", "合同编号/划拨决定书", "contract or allocation decision", "text", None),
    ("phase_no", "期号", "phase", "text", None),
    ("parcel_id", "不动产单元号/宗地代码", "parcel", "text", None),
    ("location", "坐落", "location", "text", None),
    ("map_spot_no", "图斑号", "map spot", "text", None),
    ("holder", "受让人", "holder", "text", None),
    ("holder_id", "统一社会信用代码", "holder's credit code", "text", None),
    ("grant", "供地方式", "grant", "code", None),
    ("contract_use", "用途", "use", "code", None),
    ("use_code", "用途代码（体系）", "use code and its scheme", "text", None),
    ("contract_area_m2", "面积", "area", "number", "m2"),
    ("contract_area_mu", "面积", "area", "number", "mu"),
    ("land_price_wan", "出让价款", "land price", "number", "wan"),
    ("signed_on", "合同签订日", "signed on", "date", None),
    ("delivery_due_on", "约定交地日", "delivery due on", "date", None),
    ("delivered_on", "实际交地日", "delivered on", "date", None),
    ("delivery_doc_no", "交地确认书号", "delivery document", "text", None),
    ("start_due_on", "约定开工日", "start due on", "date", None),
    ("start_agreed", "是否约定开工日", "whether a start is agreed", "boolean", None),
    ("start_due_effective_on", "应动工日（计算）", "due start, calculated", "date", None),
    ("completion_due_on", "约定竣工日", "completion due on", "date", None),
    ("clean_land", "是否净地", "rights, compensation, disputes settled", "boolean", None),
    ("planning_conditions_no", "规划条件文号", "planning conditions", "text", None),
    ("started", "是否动工", "started", "boolean", None),
    ("permit_no", "施工许可证号", "construction permit", "text", None),
    ("permit_on", "施工许可证日期", "permit on", "date", None),
    ("foundation", "开工认定方式（基坑/桩/地基）", "foundation", "code", None),
    ("develop_area_m2", "应动工面积", "area to be developed", "number", "m2"),
    ("developed_area_m2", "已动工面积", "area developed", "number", "m2"),
    ("investment_total_wan", "总投资", "total investment", "number", "wan"),
    ("invested_wan", "已投资（不含地价税费）", "invested, without land and taxes", "number", "wan"),
    ("suspended_on", "中止日期", "suspended on", "date", None),
    ("idle_status", "闲置状态（辅助判断）", "idle status", "code", None),
    ("case_finding_on", "认定日期", "finding on", "date", None),
    ("idle_from", "闲置起算日", "idle from", "date", None),
    ("idle_days", "闲置天数", "idle days", "integer", "days"),
    ("duration_class", "是否满一年/两年", "one year or two", "code", None),
    ("cause", "闲置原因（企业/政府①-⑥/不可抗力/前期工作）", "cause", "code", None),
    ("cause_verified", "原因是否核实", "cause verified", "boolean", None),
    ("cause_evidence", "证据编号", "evidence", "text", None),
    ("charges", "抵押/查封", "mortgage, seizure", "text", None),
    ("notice_no", "通知书号", "notice number", "text", None),
    ("case_notice_on", "通知书日期", "notice on", "date", None),
    ("case_notice_received_on", "通知书送达日", "notice received on", "date", None),
    ("finding_no", "认定书号", "finding number", "text", None),
    ("case_finding_served_on", "认定书送达日", "finding served on", "date", None),
    ("record_no", "系统备案号", "record number in the system", "text", None),
    ("case_registered_on", "系统备案日", "recorded in the system on", "date", None),
    ("case_published_on", "公示起始日", "published from", "date", None),
    ("published_to", "公示截止日", "published until", "date", None),
    ("case_measure", "处置方式", "measure", "text", None),
    ("progress", "处置进度", "how far the case has come", "text", None),
    ("case_decision_kind", "决定类型", "kind of decision", "code", None),
    ("case_decision_on", "决定日期", "decision on", "date", None),
    ("fee_order53_wan", "闲置费（测算值，以认定为准）", "idle fee, calculated", "number", "wan"),
    ("case_paid_wan", "闲置费（实缴）", "idle fee paid", "number", "wan"),
    ("case_closed_on", "处置完成日", "settled on", "date", None),
    ("in_charge", "责任人", "in charge", "text", None),
    ("remark_zh", "备注", "remark", "text", None),
)
#: How far a case has come: the last of these that has a date.
_PROGRESS = (
    ("discovered_on", "已发现"),
    ("notice_on", "已发调查通知书"),
    ("notice_received_on", "调查通知书已送达"),
    ("finding_on", "已认定"),
    ("finding_served_on", "认定书已送达"),
    ("hearing_notice_on", "已告知听证"),
    ("plan_approved_on", "处置方案已批准"),
    ("decision_on", "已作决定"),
    ("decision_served_on", "决定书已送达"),
    ("paid_on", "已缴款"),
    ("deregistered_on", "已注销登记"),
    ("closed_on", "已结案"),
)
#: Land is 净地 where all of these are settled; not, where one is not.
_CLEAN = ("rights_clear", "compensation_settled", "dispute_free")
_CODES = {"grant": GRANTS, "contract_use": USES, "foundation": FOUNDATIONS, "cause": CAUSES}
_M2_PER_MU = 10_000.0 / 15.0
_CHARGES = (("mortgaged", "抵押"), ("seized", "查封"), ("in_dispute", "争议"))


def _columns() -> tuple[Column, ...]:
    found = []
    for name, zh, en, kind, unit in _HEADINGS:
        listed = _CODES.get(name)
        if name == "case_decision_kind":
            listed = DECISION_KINDS
        codes = (
            tuple(IDLE_STATUSES)
            if name == "idle_status"
            else ()
            if listed is None
            else listed.codes
        )
        found.append(Column(name, kind, Text(zh, en), unit=unit, codes=codes))  # type: ignore[arg-type]
    return tuple(found)


def ledger_sheet(results: Results) -> Sheet:
    """Return the ledger with what came of it and how far each case has come.

    Of several cases of one row the latest counts: by the finding served, else found, else notified.
    """
    rows = results.contracts.reset_index(drop=True)
    frame: dict[str, Any] = {"serial": range(1, len(rows) + 1)}
    case = _latest_case(rows, results.cases)
    for name, _, _, kind, _ in _HEADINGS:
        if name.startswith("case_"):
            frame[name] = case.get(name.removeprefix("case_"))
        elif name in rows:
            frame[name] = rows[name]
        elif name not in frame:
            frame[name] = pd.Series([None] * len(rows), dtype="object")
        if kind == "date":
            frame[name] = pd.to_datetime(pd.Series(frame[name], index=rows.index))
    area = pd.to_numeric(pd.Series(frame["contract_area_m2"]), errors="coerce")
    frame["contract_area_mu"] = area / _M2_PER_MU
    if "start_due_on" in rows:
        frame["start_agreed"] = rows["start_due_on"].notna().astype("boolean")
    frame["charges"] = _charges(rows)
    frame["progress"] = _progress(rows, case)
    frame |= _of_parcels(rows, results.parcels)
    frame["remark_zh"] = texts(rows, "review_reason_zh")
    ids = rows["parcel_id"].astype("object") if "parcel_id" in rows else pd.Series(dtype="object")
    return Sheet(
        LEDGER_SHEET,
        Text("闲置土地台账", "Ledger of idle land"),
        _columns(),
        pd.DataFrame(frame, index=rows.index),
        Text(
            "表头同闲置土地处置台账；闲置状态、起算日、天数、闲置费为本次测算，以认定为准；图斑号、文书号、公示截止日、责任人由单位填写。",
            "Headings of the office's ledger; status, dates, days and fees are calculated, the finding prevails; map spots, document numbers, end of publication and person in charge are for the office to fill in.",
        ),
        frozen=3,
        links={"parcel_id": [link_to_map(name) if isinstance(name, str) else None for name in ids]},
    )


def _latest_case(rows: pd.DataFrame, cases: pd.DataFrame | None) -> dict[str, pd.Series[Any]]:
    """Return the columns of the latest case of each ledger row."""
    if cases is None or cases.empty or rows.empty:
        return {}
    order = [
        name
        for name in ("finding_served_on", "finding_on", "notice_on", "case_id")
        if name in cases
    ]
    state = cases.sort_values(order, na_position="first", kind="stable", ignore_index=True)
    at, source = link_rows(rows, state)
    last = pd.DataFrame({"row": at, "case": source}).drop_duplicates("row", keep="last")
    found = {}
    for name in state.columns:
        if name == "geometry":
            continue
        picked = pd.Series(state[name].array[last["case"].to_numpy()], index=last["row"].to_numpy())
        found[str(name)] = picked.reindex(rows.index)
    return found


def _progress(rows: pd.DataFrame, case: dict[str, pd.Series[Any]]) -> pd.Series[str]:
    """Say how far the latest case of each row has come; blank without one."""
    said = pd.Series(None, index=rows.index, dtype="object")
    for name, words in _PROGRESS:
        if name in case:
            said[case[name].notna().to_numpy(dtype=bool)] = words
    return said


def _of_parcels(rows: pd.DataFrame, parcels: pd.DataFrame) -> dict[str, Any]:
    """Return what the ledger's form asks of the parcel itself: use code, clean land, planning conditions."""
    known = parcels.drop_duplicates("parcel_id").set_index("parcel_id")
    ids = rows["parcel_id"] if "parcel_id" in rows else pd.Series(pd.NA, index=rows.index)
    own = pd.DataFrame(known.reindex(ids.array)).set_axis(rows.index)
    code, scheme = texts(own, "land_use_code"), texts(own, "land_use_scheme")
    labels = {name: label.zh for name, label in LAND_USE_SCHEMES.labels.items()}
    scheme = scheme.astype("object").map(lambda name: labels.get(name, name), na_action="ignore")
    both = code.astype("object") + ("（" + scheme + "）").fillna("")
    settled = [flags(own, name) for name in _CLEAN]
    clean = settled[0] & settled[1] & settled[2]
    return {
        "use_code": both,
        "clean_land": clean,
        "planning_conditions_no": texts(own, "planning_conditions_no"),
    }


def _charges(rows: pd.DataFrame) -> pd.Series[str]:
    """Say which charges lie on the land, which do not, and of which nothing is recorded."""
    said = pd.Series("", index=rows.index, dtype="object")
    for name, word in _CHARGES:
        flag = flags(rows, name)
        yes = flag.eq(other=True).fillna(value=False).to_numpy(dtype=bool)
        no = flag.eq(other=False).fillna(value=False).to_numpy(dtype=bool)
        said[yes] += f"有{word}；"
        said[no] += f"无{word}；"
    return said.str.rstrip("；").mask(lambda text: text == "")
