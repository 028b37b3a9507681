"""Remedies by agreement (art. 12), worked by hand: who may use them, the record, the limits, the conditions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from analyses.idle import analyse_idle
from analyses.idle_remedies import remedies_of
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies import load_policy

AS_OF = date(2026, 6, 30)
POLICY = load_policy("national")
IDLE = {"start_due_on": "2024-06-29", "started": False, "registered_in_system": True}
PLAN = {**IDLE, "cause": "gov_plan", "cause_verified": True}
HALTED = {
    "started": True,
    "suspended_on": "2025-01-31",
    "develop_area_m2": 30000.0,
    "developed_area_m2": 5000.0,
    "registered_in_system": True,
}
USE = {"remedy": "temporary_use", "temporary_from_on": "2026-02-28"}
SWAP = {
    "remedy": "swap",
    "price_paid_full": True,
    "funds_in_place": True,
    "swap_same_value": True,
    "swap_same_use": True,
}


def frame(contract: str, rows: list[dict]) -> pd.DataFrame:
    out = empty_frame(CONTRACTS[contract], pd.RangeIndex(len(rows)))
    for name in {key for row in rows for key in row}:
        values = [row.get(name) for row in rows]
        dtype = CONTRACTS[contract].column(name).dtype
        dated = dtype.startswith("date")
        out[name] = pd.Series(pd.to_datetime(values) if dated else values, dtype=dtype)
    return out


def review(facts: dict, case: dict | None = None, **tables: Any) -> Any:
    ledger = frame("ledger", [{"parcel_id": "p", "contract_no": "c", "phase_no": "1"} | facts])
    parcels = frame("parcels", [{"parcel_id": "p", "zone_id": "z"}])
    if case is not None:
        tables["cases"] = frame("cases", [{"case_id": "k", "contract_no": "c"} | case])
    return analyse_idle(ledger, parcels, POLICY, AS_OF, **tables)


def remedy(facts: dict, case: dict) -> pd.Series:
    findings = review(facts, case).findings
    rows = findings[findings["rule"].str.startswith("idle.remedy")]
    assert len(rows) == 1
    row = rows.iloc[0]
    assert (row["parcel_id"], row["contract_no"], row["phase_no"]) == ("p", "c", "1")
    for lang, word in (("zh", "缺："), ("en", "Missing: ")):
        assert (word in row[f"note_{lang}"]) == (row["verdict"] == "unknown")
        assert "{" not in row[f"note_{lang}"]
    return row


@pytest.mark.parametrize(
    ("facts", "case", "verdict", "missing", "said"),
    [
        # Who may use it: verified causes of art. 8 and suspended works, nobody else.
        (PLAN, {"remedy": "buy_back"}, "yes", "", "动工期限不重新起算"),
        (PLAN, {"remedy": "change_use"}, "yes", "", "核定价款"),
        (PLAN, {"remedy": "extension"}, "yes", "", "延长最长一年"),
        (PLAN, {"remedy": "other"}, "yes", "", "地方规定"),
        (HALTED, {"remedy": "buy_back"}, "yes", "", "可以协商处置"),
        ({**PLAN, "cause": "force_majeure"}, {"remedy": "change_use"}, "yes", "", "可以协商处置"),
        ({**IDLE, "cause": "holder", "cause_verified": True}, {"remedy": "extension"}, "no", "", "不得采用"),
        ({**IDLE, "cause": "holder"}, {"remedy": "extension"}, "unknown", "cause_verified", "先查明原因"),
        (IDLE, {"remedy": "extension"}, "unknown", "cause", "先查明原因"),
        ({**PLAN, "cause_verified": None}, {"remedy": "extension"}, "unknown", "cause_verified", "先查明原因"),
        ({**IDLE, "cause": "preparatory"}, {"remedy": "extension"}, "unknown", "cause_verified", "先查明原因"),
        ({**PLAN, "started": True}, {"remedy": "extension"}, "not_applicable", "", "不涉嫌闲置"),
        ({**PLAN, "start_due_on": "2026-06-01"}, {"remedy": "extension"}, "not_applicable", "", "不涉嫌闲置"),
        # The gate of art. 25.
        ({**PLAN, "registered_in_system": False}, {"remedy": "buy_back"}, "no", "", "录入前不得采用"),
        ({**PLAN, "registered_in_system": None}, {"remedy": "buy_back"}, "unknown", "registered_in_system", "未录入的不得采用"),
        ({**PLAN, "registered_in_system": None}, {"remedy": "buy_back", "registered_on": "2026-06-30"}, "yes", "", "已录入"),
        ({**PLAN, "registered_in_system": None}, {"remedy": "buy_back", "registered_on": "2026-07-01"}, "unknown", "registered_in_system", "未录入的不得采用"),
        # Temporary use: two years at most; the corresponding day, or the last of the month, is the last one.
        (PLAN, {**USE, "temporary_to_on": "2028-02-28"}, "yes", "", "未超过最长两年"),
        (PLAN, {**USE, "temporary_to_on": "2028-02-29"}, "no", "", "超过最长两年"),
        (PLAN, {**USE, "temporary_from_on": "2024-02-29", "temporary_to_on": "2026-02-28"}, "yes", "", "至2026年2月28日"),
        (PLAN, {**USE, "temporary_from_on": "2024-02-29", "temporary_to_on": "2026-03-01"}, "no", "", "期限须缩短"),
        (HALTED, {**USE, "temporary_to_on": "2027-01-01"}, "yes", "", "未超过最长两年"),
        (PLAN, USE, "unknown", "temporary_to_on", "截止日未登记"),
        (PLAN, {"remedy": "temporary_use"}, "unknown", "temporary_from_on,temporary_to_on", "起始日未登记"),
        (PLAN, {**USE, "temporary_to_on": "2026-01-01"}, "unknown", "temporary_to_on", "早于起始日"),
        # Swap: price paid, funds in place, idle by a plan revision; equal value, same use.
        (PLAN, SWAP, "yes", "", "因规划依法修改而闲置，已核实"),
        (PLAN, {**SWAP, "price_paid_full": False}, "no", "", "价款未缴清"),
        (PLAN, {**SWAP, "price_paid_full": None}, "unknown", "price_paid_full", "价款是否缴清未登记"),
        (PLAN, {**SWAP, "funds_in_place": False}, "no", "", "项目资金未落实"),
        (PLAN, {**SWAP, "funds_in_place": None}, "unknown", "funds_in_place", "资金是否落实未登记"),
        (PLAN, {**SWAP, "swap_same_value": False}, "no", "", "价值不相当"),
        (PLAN, {**SWAP, "swap_same_use": False}, "no", "", "用途不同"),
        (PLAN, {**SWAP, "swap_same_use": None, "swap_same_value": None}, "unknown", "swap_same_value,swap_same_use", "未登记"),
        ({**PLAN, "cause": "gov_policy"}, SWAP, "no", "", "不是规划修改"),
        (HALTED, SWAP, "unknown", "cause", "是否因规划修改而闲置未登记"),
        ({**HALTED, "cause": "gov_plan"}, SWAP, "unknown", "cause_verified", "尚未核实"),
        ({**HALTED, "cause": "gov_plan", "cause_verified": True}, SWAP, "yes", "", "已核实"),
        # What is refused stays refused, whatever else is missing.
        ({**PLAN, "registered_in_system": False}, {"remedy": "swap"}, "no", "", "录入前不得采用"),
    ],
)  # fmt: skip
def test_whether_a_remedy_is_open(
    facts: dict, case: dict, verdict: str, missing: str, said: str
) -> None:
    row = remedy(facts, case)
    assert (row["verdict"], row["missing"] or "") == (verdict, missing)
    assert said in row["note_zh"]
    if verdict != "unknown":
        assert bool(row["attention"]) == (verdict == "no")


def test_a_temporary_use_is_measured_in_days() -> None:
    row = remedy(PLAN, {**USE, "temporary_to_on": "2028-03-01"})
    assert (row["measured"], row["limit"], row["unit"]) == (732, 730, "days")


def test_the_measure_in_words_names_the_remedy() -> None:
    cases = pd.DataFrame({"measure": ["临时使用", "置换", "有偿收回", "征缴闲置费", None]})
    assert remedies_of(cases).fillna("").tolist() == ["temporary_use", "swap", "buy_back", "", ""]
    assert remedy(PLAN, {"measure": "协议有偿收回"})["rule"] == "idle.remedy"


@pytest.mark.parametrize(
    "case",
    [
        {"remedy": "buy_back", "closed_on": "2026-06-30"},
        {"remedy": "buy_back", "discovered_on": "2026-07-01"},
        {"decision_kind": "fee"},
    ],
)
def test_closed_cases_and_cases_without_a_remedy_say_nothing(case: dict) -> None:
    findings = review(PLAN, case).findings
    assert not findings["rule"].str.startswith("idle.remedy").any()


def test_the_longest_temporary_use_is_a_date_of_the_case() -> None:
    table = review(PLAN, {**USE, "discovered_on": "2026-01-01"}).tables["deadlines"]
    (row,) = table[table["step"] == "temporary_use_limit"].itertuples()
    assert str(row.due_on.date()) == "2028-02-28"
    assert (row.basis, row.case_id) == ("temporary_from_on", "k")


# ------------------------------------------------------------------------ extension of suspended works


@pytest.mark.parametrize(
    ("facts", "verdict", "missing", "said"),
    [
        ({}, "yes", "", "是否已经复工须核查"),
        ({"registered_in_system": None}, "unknown", "registered_in_system", "不得采用"),
    ],
)
def test_an_extension_after_a_suspension_is_told(
    facts: dict, verdict: str, missing: str, said: str
) -> None:
    extended = {
        "extension_kind": "art12",
        "extension_signed_on": "2026-03-31",
        "extension_start_on": "2026-12-31",
    }
    result = review({**HALTED, **extended, **facts})
    assert result.measures.loc[0, "idle_status"] == "suspended"
    findings = result.findings.set_index("rule")
    row = findings.loc["idle.extension_art12"]
    assert (row["verdict"], row["missing"] or "") == (verdict, missing)
    assert said in row["note_zh"]
    assert (row["measured"], row["limit"]) == (275, 365)
    assert "重新约定动工日2026年12月31日" in findings.loc["idle.suspended", "note_zh"]
    dates = result.tables["deadlines"].set_index("step")["due_on"]
    assert ("extension_limit_new" in dates) == (verdict == "yes")


def test_an_extension_before_the_suspension_is_another_matter() -> None:
    extended = {
        "extension_kind": "art12",
        "extension_signed_on": "2024-03-31",
        "extension_start_on": "2024-12-31",
    }
    assert "idle.extension_art12" not in set(review({**HALTED, **extended}).findings["rule"])


@pytest.mark.parametrize(
    ("start", "said"),
    [("2026-12-31", "两者并列"), ("2027-01-01", "新动工日已超过")],
)
def test_a_new_start_beyond_the_longest_extension_from_the_signing_is_told(
    start: str, said: str
) -> None:
    facts = {
        **IDLE,
        "extension_kind": "art12",
        "extension_signed_on": "2025-12-31",
        "extension_start_on": start,
    }
    row = review(facts).findings.set_index("rule").loc["idle.extension_art12"]
    assert (row["verdict"], row["limit"]) == ("yes", 365)
    assert said in row["note_zh"]
