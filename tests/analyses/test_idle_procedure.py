"""The procedure of every case: one next step, its document, its due date from service, and what is overdue."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.idle import analyse_idle
from analyses.idle_case_steps import CASE_STEPS
from analyses.idle_procedure import CASE_EVENTS
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies import load_policy

AS_OF = date(2026, 6, 30)
POLICY = load_policy("national")
ROW = {"parcel_id": "p", "contract_no": "c", "started": False, "start_due_on": "2025-01-15",
       "cause": "holder", "cause_verified": True, "grant": "grant", "mortgaged": False}  # fmt: skip
TWO = {"start_due_on": "2024-01-15"}
GOV = {"cause": "gov_plan"}
NOTICED = {"discovered_on": "2026-01-10", "notice_on": "2026-01-20"}
RECEIVED = {**NOTICED, "notice_received_on": "2026-01-25"}
SERVED = {**RECEIVED, "answered_on": "2026-02-20", "finding_on": "2026-03-01",
          "finding_served_on": "2026-03-05"}  # fmt: skip
TOLD = {**SERVED, "published_on": "2026-03-06", "registered_on": "2026-03-06"}
HEARD = {**TOLD, "hearing_notice_on": "2026-04-01"}
FEE = {**HEARD, "decision_kind": "fee", "decision_on": "2026-05-20"}


def frame(contract: str, rows: list[dict]) -> pd.DataFrame:
    out = empty_frame(CONTRACTS[contract], pd.RangeIndex(len(rows)))
    for name in {key for row in rows for key in row} - {"area_m2"}:
        values = [row.get(name) for row in rows]
        dtype = CONTRACTS[contract].column(name).dtype
        dated = dtype.startswith("date")
        out[name] = pd.Series(pd.to_datetime(values) if dated else values, dtype=dtype)
    if contract == "parcels":
        out["area_m2"] = pd.Series([row["area_m2"] for row in rows], dtype="float64")
    return out


PARCELS = frame("parcels", [{"parcel_id": "p", "zone_id": "z", "area_m2": 10000}])


def steps(facts: dict, *cases: dict) -> pd.DataFrame:
    given_cases = [{"case_id": f"k{n}", "contract_no": "c", **case} for n, case in enumerate(cases)]
    result = analyse_idle(
        frame("ledger", [{**ROW, **facts}]),
        PARCELS,
        POLICY,
        AS_OF,
        cases=frame("cases", given_cases),
    )
    table = result.tables["deadlines"]
    return table[table["case_id"].notna()]


@pytest.mark.parametrize(
    ("facts", "case", "step", "due", "overdue"),
    [
        ({}, {"discovered_on": "2026-06-01"}, "investigation", "2026-07-01", False),
        ({}, {"discovered_on": "2026-05-31"}, "investigation", "2026-06-30", False),
        ({}, {"discovered_on": "2026-05-30"}, "investigation", "2026-06-29", True),
        ({}, {}, "investigation", None, None),
        ({}, {"discovered_on": "2026-01-31"}, "investigation", "2026-03-02", True),
        ({}, NOTICED, "notice_service", None, None),
        # thirty days run from receipt, not from the notice
        ({}, {**NOTICED, "notice_received_on": "2026-05-31"}, "answer", "2026-06-30", False),
        ({}, {**NOTICED, "notice_received_on": "2026-05-30"}, "finding", None, None),
        ({}, {**RECEIVED, "answered_on": "2026-02-01"}, "finding", None, None),
        ({}, {**RECEIVED, "finding_on": "2026-03-01"}, "finding_service", None, None),
        ({}, TOLD, "hearing_notice", None, None),
        ({}, HEARD, "fee_decision", None, None),
        (TWO, HEARD, "recovery_decision", None, None),
        ({}, {**HEARD, "hearing_requested": True}, "hearing", None, None),
        ({}, FEE, "decision_service", None, None),
        # from the service of the decision
        ({}, {**FEE, "decision_served_on": "2026-05-31"}, "fee_payment", "2026-06-30", False),
        ({}, {**FEE, "decision_served_on": "2026-05-30"}, "enforcement", None, None),
        ({}, {**FEE, "decision_served_on": "2026-05-30", "review_or_suit_on": "2026-06-15"},
         "fee_payment", "2026-06-29", True),
        ({}, {**FEE, "decision_served_on": "2026-05-30", "paid_on": "2026-06-20"}, "closing", None, None),
        (TWO, {**FEE, "decision_kind": "recovery", "decision_served_on": "2026-06-10"},
         "deregistration", "2026-07-10", False),
        ({}, {**FEE, "decision_kind": None, "decision_served_on": "2026-06-10"}, "decision_kind", None, None),
        (GOV, SERVED, "registration", None, None),
        (GOV, TOLD, "disposal_plan", None, None),
        (GOV, {**TOLD, "plan_approved_on": "2026-05-01"}, "carry_out", None, None),
        ({"cause_verified": False}, TOLD, "choose_path", None, None),
        ({"grant": "lease"}, TOLD, "choose_path", None, None),
        ({"started": True, "permit": True}, TOLD, "closing", None, None),
        # what lies after the review date has not happened
        ({}, {**NOTICED, "notice_received_on": "2026-07-01"}, "notice_service", None, None),
    ],
)  # fmt: skip
def test_the_next_step(facts: dict, case: dict, step: str, due: str | None, overdue: Any) -> None:
    table = steps(facts, case)
    following = table[table["is_next"]]
    assert following["step"].tolist() == [step]
    row = following.iloc[0]
    assert (None if pd.isna(row["due_on"]) else str(row["due_on"].date())) == due
    assert (None if pd.isna(row["overdue"]) else bool(row["overdue"])) == overdue
    assert row["clause"].startswith("国土资源部令第53号")
    declared = CASE_STEPS[step]
    assert (None if pd.isna(row["basis"]) else row["basis"]) == declared.basis
    if declared.document is not None:
        assert row["document_zh"] == declared.document.zh


def test_what_goes_beside() -> None:
    def beside(facts: dict, case: dict) -> set[str]:
        table = steps(facts, case)
        return set(table.loc[~table["is_next"].astype(bool), "step"])

    assert beside({}, SERVED) == {"publication", "registration"}
    assert beside(GOV, SERVED) == {"publication", "government_notice"}
    assert beside({**GOV, "mortgaged": True}, TOLD) == {"government_notice", "mortgagee_notice"}
    assert beside({**GOV, "mortgaged": None}, TOLD) == {"government_notice", "mortgagee_notice"}
    assert beside(TWO, HEARD) == {"fee_decision"}
    recovery = {**FEE, "decision_kind": "recovery", "decision_served_on": "2026-05-01"}
    assert beside({**TWO, "mortgaged": True}, recovery) == {"mortgagee_copy", "deregistration"}
    # overdue and passed over by later events: told no more
    assert beside({}, {"discovered_on": "2026-01-01", "finding_served_on": "2026-03-01",
                       "published_on": "2026-03-01", "registered_on": "2026-03-01"}) == set()  # fmt: skip


def test_a_closed_case_and_one_not_yet_discovered_have_no_step() -> None:
    assert steps({}, {**TOLD, "closed_on": "2026-06-30"}).empty
    assert steps({}, {"discovered_on": "2026-07-01"}).empty


DAY = st.sampled_from([None, "2026-01-10", "2026-05-31", "2026-06-20", "2026-07-05"])
CASE = st.fixed_dictionaries(
    {name: DAY for name in CASE_EVENTS if name != "closed_on"}
    | {"decision_kind": st.sampled_from([None, "fee", "recovery"])}
)
FACTS = st.sampled_from([{}, TWO, GOV, {"cause": None}, {"grant": None}, {"started": True}])


@settings(max_examples=10, deadline=None)
@given(FACTS, st.lists(CASE, min_size=1, max_size=6))
def test_every_running_case_has_one_next_step_whatever_it_records(facts: dict, cases: list) -> None:
    table = steps(facts, *cases)
    begun = [n for n, c in enumerate(cases) if c["discovered_on"] != "2026-07-05"]
    following = table[table["is_next"].astype(bool)]
    assert sorted(following["case_id"]) == [f"k{n}" for n in begun]
    shown = table.dropna(subset="due_on")
    assert (shown["overdue"] == (shown["days_left"] < 0)).all()
    assert shown["basis_on"].notna().all()
    assert not table.duplicated(["case_id", "step"]).any()
    again = steps(facts, *cases[::-1])
    assert sorted(table["step"]) == sorted(again["step"])


@pytest.mark.parametrize(("cause", "told"), [("gov_plan", True), ("force_majeure", False)])
def test_only_an_act_of_government_is_told_to_one(cause: str, told: bool) -> None:
    facts = {"cause": cause, "cause_verified": True}
    table = steps(facts, SERVED)
    assert ("government_notice" in set(table["step"])) is told
