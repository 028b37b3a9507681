"""Decisions and closings of cases that do not fit the ledger, and what is open after a case is closed."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analyses.idle import analyse_idle
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies import load_policy

AS_OF = date(2026, 6, 30)
POLICY = load_policy("national")
ONE = {"started": False, "start_due_on": "2025-01-15", "cause": "holder", "cause_verified": True,
       "grant": "grant"}  # fmt: skip
TWO = {**ONE, "start_due_on": "2024-01-15"}  # two years are full on 2026-01-15
GOVERNMENT = {**ONE, "cause": "gov_plan"}
SUSPENDED = {"started": True, "suspended_on": "2025-01-15", "develop_area_m2": 300.0,
             "developed_area_m2": 90.0, "grant": "grant"}  # fmt: skip
FEE = {"hearing_notice_on": "2026-02-01", "decision_kind": "fee", "decision_on": "2026-03-01"}
RECOVERY = {**FEE, "decision_kind": "recovery"}


def frame(contract: str, rows: list[dict]) -> pd.DataFrame:
    out = empty_frame(CONTRACTS[contract], pd.RangeIndex(len(rows)))
    for name in {key for row in rows for key in row}:
        dtype = CONTRACTS[contract].column(name).dtype
        values = [row.get(name) for row in rows]
        out[name] = pd.Series(
            pd.to_datetime(values) if dtype.startswith("date") else values, dtype=dtype
        )
    return out


def reviewed(facts: dict, case: dict) -> tuple[list[str], pd.DataFrame]:
    """Return the codes of the problems of the case, and the statutory dates."""
    land = frame("parcels", [{"parcel_id": "p", "zone_id": "z"}])
    land["area_m2"] = pd.Series([10_000.0])
    ledger = frame("ledger", [{"parcel_id": "p", "contract_no": "c", **facts}])
    cases = frame("cases", [{"case_id": "k", "contract_no": "c", **case}])
    result = analyse_idle(ledger, land, POLICY, AS_OF, cases=cases)
    told = result.problems[result.problems["layer"] == "cases"]
    assert set(told["id"]) <= {"k"}
    assert not told["what"].str.contains("[{}]").any()
    return told["code"].tolist(), result.tables["deadlines"]


@pytest.mark.parametrize(
    ("facts", "case", "codes"),
    [
        (ONE, FEE, []),
        (TWO, RECOVERY, []),
        # art. 12 alone is open: a decision taken all the same is told, not hidden
        (SUSPENDED, FEE, ["sanction_of_agreement_land"]),
        (GOVERNMENT, FEE, ["sanction_of_agreement_land"]),
        (GOVERNMENT, RECOVERY, ["sanction_of_agreement_land"]),
        # a recovery wants two full years on the day of the decision
        (ONE, RECOVERY, ["recovery_before_its_time"]),
        (TWO, {**RECOVERY, "decision_on": "2026-01-15"}, ["recovery_before_its_time"]),
        (TWO, {**RECOVERY, "decision_on": "2026-01-16"}, []),
        (ONE, {**FEE, "hearing_notice_on": None}, ["decision_without_hearing_notice"]),
        # not yet decided on the review date
        (SUSPENDED, {**FEE, "decision_on": "2026-07-01"}, []),
        (SUSPENDED, {"closed_on": "2026-06-30"}, ["closed_while_suspected"]),
        (SUSPENDED, {"closed_on": "2026-07-01"}, []),
        (ONE, {"closed_on": "2026-06-30"}, ["closed_while_suspected"]),
        # once the fee is paid the land may stay without a start, until the time of a recovery
        (ONE, {**FEE, "closed_on": "2026-06-01"}, []),
        ({**ONE, "started": True}, {"closed_on": "2026-06-01"}, []),
    ],
)
def test_what_does_not_fit_is_told(facts: dict, case: dict, codes: list[str]) -> None:
    assert reviewed(facts, case)[0] == codes


@pytest.mark.parametrize(
    ("facts", "closed_on", "anew"),
    [
        (TWO, "2025-12-01", True),  # closed after the fee; the two years are full since
        (TWO, "2026-01-15", True),
        (TWO, "2026-01-16", False),  # closed when they were already full
        (ONE, "2026-06-01", False),
        (SUSPENDED, "2026-06-01", False),
    ],
)
def test_two_years_full_after_a_closed_case_are_investigated_anew(
    facts: dict, closed_on: str, *, anew: bool
) -> None:
    _, dates = reviewed(facts, {**FEE, "decision_on": "2025-06-01", "closed_on": closed_on})
    steps = dates.loc[dates["is_next"].fillna(value=False), ["step", "missing"]]
    assert steps.to_numpy().tolist() == ([["investigation", "discovered_on"]] if anew else [])
