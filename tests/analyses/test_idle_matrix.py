"""The whole matrix of the idle status: situation x cause x missing fact, each cell by hand.

The review date is 30 June 2026 throughout the matrix. It is printed at the end of a test run.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from analyses.idle import analyse_idle
from analyses.idle_review import ledger_status
from analyses.results import IDLE_STATUSES
from layers.codes import CAUSES
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies import load_policy

if TYPE_CHECKING:
    from collections.abc import Callable

AS_OF = date(2026, 6, 30)
POLICY = load_policy("national")


def frame(contract: str, rows: list[dict]) -> pd.DataFrame:
    out = empty_frame(CONTRACTS[contract], pd.RangeIndex(len(rows)))
    for name in {key for row in rows for key in row}:
        values = [row.get(name) for row in rows]
        dtype = CONTRACTS[contract].column(name).dtype
        out[name] = pd.Series(
            pd.to_datetime(values) if dtype.startswith("date") else values, dtype=dtype
        )
    return out


def reviewed(rows: list[dict], as_of: date = AS_OF, **tables: list[dict]) -> pd.DataFrame:
    """Review every row as the one contract of a parcel of its own; rows stay in their order."""
    ids = [f"p{place:04}" for place in range(len(rows))]
    ledger = frame(
        "ledger", [{"parcel_id": i, "contract_no": i} | r for i, r in zip(ids, rows, strict=True)]
    )
    parcels = frame("parcels", [{"parcel_id": i, "zone_id": "z"} for i in ids])
    given = {name: frame(name, table) for name, table in tables.items() if table}
    result = analyse_idle(ledger, parcels, POLICY, as_of, **given)
    # The quick screening says the same of every row as the whole analysis.
    quick = ledger_status(ledger, POLICY, as_of, parcels=parcels, **given)
    contracts = result.tables["contracts"].set_index("parcel_id").loc[ids]
    assert quick["idle_status"].tolist() == contracts["idle_status"].tolist()
    np.testing.assert_array_equal(quick["idle_from"].to_numpy(), contracts["idle_from"].to_numpy())
    assert result.measures["idle_status"].tolist() == contracts["idle_status"].tolist()
    return contracts


def alone(as_of: date = AS_OF, **facts: object) -> pd.Series:
    return reviewed([facts], as_of).iloc[0]


# ------------------------------------------------------------------------- situation x cause

#: Facts of a row without its cause. The last day of the first year is 30 June 2026 at the line.
NOT = {"started": False}
AREA_MET = {"develop_area_m2": 30000, "developed_area_m2": 9999.99}
AREA_UNMET = {"develop_area_m2": 30000, "developed_area_m2": 10000}
MONEY_MET = {
    "investment_total_wan": 1000,
    "invested_wan": 249.99,
    "investment_includes_land": False,
}
MONEY_UNMET = {"investment_total_wan": 1000, "invested_wan": 250, "investment_includes_land": False}
HALTED = {"started": True, "suspended_on": "2025-06-29"}
ART12 = {"extension_kind": "art12", "extension_start_on": "2026-03-01"}
SITUATIONS = {
    "no start and no delivery date": {**NOT},
    "delivered only, a year and a day not over": {"delivered_on": "2024-06-30", **NOT},
    "delivered only, idle from today": {"delivered_on": "2024-06-29", **NOT},
    "started and no permit": {"start_due_on": "2020-01-01", "started": True, "permit": False},
    "started after the review date": {"started": True, "started_on": "2026-07-01"},
    "completed and not started": {**NOT, "completed_on": "2025-01-01"},
    "extension without a record": {"start_due_on": "2020-01-01", **NOT, **ART12},
    "extension recorded, not yet due a year": {
        "start_due_on": "2020-01-01",
        **NOT,
        **ART12,
        "registered_in_system": True,
    },
    "extension, kind not recorded": {
        "start_due_on": "2020-01-01",
        **NOT,
        "extension_start_on": "2026-03-01",
    },
    "due tomorrow": {"start_due_on": "2026-07-01", **NOT},
    "due today": {"start_due_on": "2026-06-30", **NOT},
    "due yesterday": {"start_due_on": "2026-06-29", **NOT},
    "a day before the line": {"start_due_on": "2025-07-01", **NOT},
    "on the line": {"start_due_on": "2025-06-30", **NOT},
    "on the line, start not known": {"start_due_on": "2025-06-30"},
    "past the line, start not known": {"start_due_on": "2025-06-29"},
    "idle from today": {"start_due_on": "2025-06-29", **NOT},
    "no permit, idle from today": {"start_due_on": "2025-06-29", "permit": False},
    "on the second line": {"start_due_on": "2024-06-30", **NOT},
    "two years full": {"start_due_on": "2024-06-29", **NOT},
    "started": {"start_due_on": "2020-01-01", "started": True},
    "permit and piles": {
        "start_due_on": "2020-01-01",
        "permit": True,
        "foundation": "piles",
        "foundation_done_share": 1.0,
    },
    "completed": {"completed_on": "2025-01-01", "suspended_on": "2020-01-01"},
    "suspended, a day before its line": {"started": True, "suspended_on": "2025-07-01", **AREA_MET},
    "suspended, on its line": {"started": True, "suspended_on": "2025-06-30", **AREA_MET},
    "suspended, area met": {**HALTED, **AREA_MET},
    "suspended, money met": {**HALTED, **MONEY_MET},
    "suspended, neither met": {**HALTED, **AREA_UNMET, **MONEY_UNMET},
    "suspended, area unmet, money unknown": {**HALTED, **AREA_UNMET},
    "suspended, money unmet, area unknown": {**HALTED, **MONEY_UNMET},
}
#: Kinds of cause: code, verified; two codes are two rows in the table of causes.
GOVERNMENT = [code for code in CAUSES.labels if code.startswith("gov_")] + ["force_majeure"]
KINDS = {
    "none": [((), None)],
    "holder": [(("holder",), True), (("holder",), None), (("holder",), False)],
    "gov+": [((code,), True) for code in GOVERNMENT],
    "gov-": [((code,), said) for code in GOVERNMENT for said in (None, False)],
    "prep": [(("preparatory",), True), (("preparatory",), False)],
    "several": [(("holder", "gov_plan"), True), (("gov_plan", "preparatory"), True)],
}
#: By hand. A row where the cause decides nothing names its status once.
STATUS = {
    "no start and no delivery date": "unknown",
    "delivered only, a year and a day not over": "at_the_line",
    "delivered only, idle from today": "by cause, 1y",
    "started and no permit": "human_review",
    "started after the review date": "human_review",
    "completed and not started": "human_review",
    "extension without a record": "human_review",
    "extension recorded, not yet due a year": "overdue_start",
    "extension, kind not recorded": "human_review",
    "due tomorrow": "not_due",
    "due today": "not_due",
    "due yesterday": "overdue_start",
    "a day before the line": "overdue_start",
    "on the line": "at_the_line",
    "on the line, start not known": "at_the_line",
    "past the line, start not known": "to_check",
    "idle from today": "by cause, 1y",
    "no permit, idle from today": "by cause, 1y",
    "on the second line": "by cause, 1y",
    "two years full": "by cause, 2y",
    "started": "started",
    "permit and piles": "started",
    "completed": "started",
    "suspended, a day before its line": "started",
    "suspended, on its line": "at_the_line",
    "suspended, area met": "suspended",
    "suspended, money met": "suspended",
    "suspended, neither met": "started",
    "suspended, area unmet, money unknown": "unknown",
    "suspended, money unmet, area unknown": "unknown",
}
BY_CAUSE = {
    "by cause, 1y": ("suspected_1y", "suspected_1y", "gov_cause", *["human_review"] * 3),
    "by cause, 2y": ("suspected_2y", "suspected_2y", "gov_cause", *["human_review"] * 3),
}


def expected_row(situation: str) -> tuple[str, ...]:
    status = STATUS[situation]
    return BY_CAUSE.get(status, (status,) * len(KINDS))


def crossed() -> tuple[list[dict], list[dict], list[tuple[str, str, str]]]:
    """Cross every situation with every cause: ledger rows, rows of causes, what is expected."""
    rows: list[dict] = []
    causes: list[dict] = []
    expected = []
    for situation, facts in SITUATIONS.items():
        for (kind, variants), status in zip(KINDS.items(), expected_row(situation), strict=True):
            for codes, verified in variants:
                contract_no = f"p{len(rows):04}"
                one = {"cause": codes[0], "cause_verified": verified} if len(codes) == 1 else {}
                if len(codes) > 1:
                    causes += [
                        {"contract_no": contract_no, "cause": code, "verified": verified}
                        for code in codes
                    ]
                rows.append({**facts, **one})
                expected.append((situation, kind, status))
    return rows, causes, expected


def test_every_situation_with_every_cause(
    record_property: Callable[[str, object], None],
) -> None:
    rows, causes, expected = crossed()
    contracts = reviewed(rows, causes=causes)
    got = [
        (situation, kind, status)
        for (situation, kind, _), status in zip(expected, contracts["idle_status"], strict=True)
    ]
    assert [pair for pair in zip(got, expected, strict=True) if pair[0] != pair[1]] == []
    table = pd.DataFrame(
        [expected_row(situation) for situation in SITUATIONS],
        index=list(SITUATIONS),
        columns=list(KINDS),
    )
    record_property("table", table.to_string())


def test_the_matrix_is_full() -> None:
    """Every situation has its line, every code its column, and every status is reached."""
    assert list(STATUS) == list(SITUATIONS)
    codes = {code for variants in KINDS.values() for named, _ in variants for code in named}
    assert codes == set(CAUSES.labels)
    reached = {status for situation in SITUATIONS for status in expected_row(situation)}
    assert reached == set(IDLE_STATUSES) - {"not_supplied"}


@pytest.mark.parametrize("cause", [None, *CAUSES.labels])
def test_land_never_supplied_is_never_idle_whatever_the_cause(cause: str | None) -> None:
    ledger = frame(
        "ledger",
        [{"parcel_id": "p", "start_due_on": "2020-01-01", "started": False, "cause": cause}],
    )
    for status in ("unapproved", "approved_not_cleared", "approved_unsupplied", "ready"):
        parcels = frame("parcels", [{"parcel_id": "p", "zone_id": "z", "supply_status": status}])
        result = analyse_idle(ledger, parcels, POLICY, AS_OF)
        assert result.measures["idle_status"].tolist() == ["not_supplied"]
        assert not result.findings["verdict"].isin(["yes", "unknown"]).any()


def test_no_fee_but_for_the_holders_own_delay() -> None:
    """A fee stands only where suspected without a start, the cause the holder's, the price known."""
    priced = {"grant": "grant", "land_price_wan": 600.0}
    rows, due = [], []
    for situation, facts in SITUATIONS.items():
        for kind, variants in KINDS.items():
            for codes, verified in (one for one in variants if len(one[0]) < 2):
                cause = {"cause": codes[0], "cause_verified": verified} if codes else {}
                rows.append({**facts, **cause, **priced})
                due.append(kind == "holder" and STATUS[situation].startswith("by cause"))
    fees = reviewed(rows)["fee_order53_wan"]
    assert fees[due].eq(120.0).all()
    assert fees[[not one for one in due]].isna().all()
    assert 0 < sum(due) < len(due)


# --------------------------------------------------------------------------- a fact is missing

IDLE = {
    "start_due_on": "2025-01-31",
    "delivered_on": "2024-12-31",
    "started": False,
    "permit": False,
    "cause": "holder",
    "cause_verified": True,
    "grant": "grant",
    "land_price_wan": 600.0,
}
GOV = IDLE | {"cause": "gov_plan"}
EXTENDED = IDLE | {
    "extension_kind": "art12",
    "extension_start_on": "2025-03-01",
    "extension_signed_on": "2024-12-01",
    "registered_in_system": True,
}
BUILT = {
    "start_due_on": "2020-01-01",
    "permit": True,
    "foundation": "foundation",
    "foundation_done_share": 0.34,
}
STOPPED = {**HALTED, **AREA_UNMET, **MONEY_UNMET} | {
    "investment_includes_land": True,
    "investment_total_wan": 1200.0,
    "invested_wan": 450.0,
    "land_price_wan": 180.0,
    "taxes_wan": 20.0,
}
#: A full row, the facts taken away, the status that is left and what is said to be missing.
WITHOUT = [
    (IDLE, (), "suspected_1y", ""),
    (IDLE, ("start_due_on",), "overdue_start", ""),
    (IDLE, ("delivered_on",), "suspected_1y", ""),
    (IDLE, ("start_due_on", "delivered_on"), "unknown", "start_due_on,delivered_on"),
    (IDLE, ("started",), "suspected_1y", ""),
    (IDLE, ("permit",), "suspected_1y", ""),
    (
        IDLE,
        ("started", "permit"),
        "to_check",
        "started,permit,foundation,foundation_done_share",
    ),
    (IDLE, ("cause",), "suspected_1y", "cause"),
    (IDLE, ("cause_verified",), "suspected_1y", "cause_verified"),
    (IDLE, ("cause", "cause_verified"), "suspected_1y", "cause"),
    (IDLE, ("grant",), "suspected_1y", "grant"),
    (IDLE, ("land_price_wan",), "suspected_1y", "land_price_wan"),
    (IDLE, ("grant", "cause", "land_price_wan"), "suspected_1y", "cause,grant,land_price_wan"),
    (GOV, (), "gov_cause", ""),
    (GOV, ("cause_verified",), "human_review", "cause_verified"),
    (GOV, ("land_price_wan", "grant"), "gov_cause", ""),
    (EXTENDED, (), "suspected_1y", ""),
    (EXTENDED, ("registered_in_system",), "human_review", "registered_in_system"),
    (EXTENDED, ("extension_kind",), "human_review", "extension_kind"),
    (EXTENDED, ("extension_start_on",), "unknown", "extension_start_on"),
    (EXTENDED, ("extension_signed_on",), "suspected_1y", ""),
    (BUILT, (), "started", ""),
    (BUILT, ("permit",), "to_check", "started,permit"),
    (BUILT, ("foundation_done_share",), "to_check", "started,foundation_done_share"),
    # A third is enough of a foundation, not of a pit or of piles: the kind decides.
    (BUILT, ("foundation",), "to_check", "started,foundation"),
    (STOPPED, (), "started", ""),
    (STOPPED, ("develop_area_m2",), "unknown", "develop_area_m2"),
    (STOPPED, ("developed_area_m2",), "unknown", "developed_area_m2"),
    (STOPPED, ("investment_total_wan",), "unknown", "investment_total_wan"),
    (STOPPED, ("invested_wan",), "unknown", "invested_wan"),
    (STOPPED, ("land_price_wan",), "unknown", "land_price_wan"),
    (STOPPED, ("taxes_wan",), "unknown", "taxes_wan"),
    # Without what the sums hold, 450 of 1200 and 250 of 1000 are both at least a quarter.
    (STOPPED, ("investment_includes_land",), "started", ""),
    (STOPPED, ("suspended_on",), "started", ""),
    (STOPPED, ("started",), "unknown", "start_due_on,delivered_on"),
]


@pytest.mark.parametrize(("whole", "dropped", "status", "missing"), WITHOUT)
def test_what_a_missing_fact_leaves(whole: dict, dropped: tuple, status: str, missing: str) -> None:
    row = alone(**{name: value for name, value in whole.items() if name not in dropped})
    assert (row["idle_status"], row["missing"]) == (status, missing)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_unknown_only_where_something_is_missing_and_it_is_named(situation: str) -> None:
    facts = {"parcel_id": "p", "contract_no": "c", **SITUATIONS[situation]}
    parcels = frame("parcels", [{"parcel_id": "p", "zone_id": "z"}])
    found = analyse_idle(frame("ledger", [facts]), parcels, POLICY, AS_OF).findings
    unknown = found["verdict"] == "unknown"
    assert (found.loc[unknown, "missing"] != "").all()
    for lang, word in (("zh", "缺："), ("en", "Missing: ")):
        assert found.loc[unknown, f"note_{lang}"].str.contains(word).all()


# ------------------------------------------------------------------- leap days and month ends

#: Agreed start; last day of the first year; first day of the third.
YEARS = [
    ("2024-02-29", "2025-02-28", "2026-03-01"),
    ("2023-02-28", "2024-02-28", "2025-03-01"),
    ("2023-03-01", "2024-03-01", "2025-03-02"),
    ("2020-02-29", "2021-02-28", "2022-03-01"),
    ("2022-02-28", "2023-02-28", "2024-02-29"),
    ("2021-08-31", "2022-08-31", "2023-09-01"),
    ("2021-12-31", "2022-12-31", "2024-01-01"),
    ("1999-02-28", "2000-02-28", "2001-03-01"),
    ("2099-02-28", "2100-02-28", "2101-03-01"),
    ("2096-02-29", "2097-02-28", "2098-03-01"),
]


@pytest.mark.parametrize(("due", "line", "third"), YEARS)
def test_the_days_about_a_line(due: str, line: str, third: str) -> None:
    def on(day: str, shift: int = 0) -> pd.Series:
        as_of = (pd.Timestamp(day) + pd.Timedelta(days=shift)).date()
        return alone(as_of, start_due_on=due, **NOT, cause="holder")

    assert on(line, -1)["idle_status"] == "overdue_start"
    assert on(line)["idle_status"] == "at_the_line"
    first = on(line, 1)
    assert (first["idle_status"], first["idle_days"], first["duration_class"]) == (
        "suspected_1y",
        1,
        "1y",
    )
    assert on(third, -1)["idle_status"] == "suspected_1y"
    last = on(third)
    assert (last["idle_status"], last["duration_class"]) == ("suspected_2y", "2y")
    assert last["idle_from"] == pd.Timestamp(line) + pd.Timedelta(days=1)
    assert last["idle_two_years_on"] == pd.Timestamp(third)
    assert last["idle_days"] == (pd.Timestamp(third) - pd.Timestamp(line)).days


@pytest.mark.parametrize(
    ("delivered", "due", "idle_from"),
    [
        ("2020-02-29", "2021-02-28", "2022-03-01"),
        ("2023-02-28", "2024-02-28", "2025-03-01"),
        ("2023-12-31", "2024-12-31", "2026-01-01"),
    ],
)
def test_delivery_runs_two_years_by_two_anniversaries(
    delivered: str, due: str, idle_from: str
) -> None:
    row = alone(delivered_on=delivered, **NOT)
    assert row["start_due_effective_on"] == pd.Timestamp(due)
    assert row["idle_from"] == pd.Timestamp(idle_from)


# --------------------------------------------------------------------------- exact thresholds


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"develop_area_m2": 30000, "developed_area_m2": 10000}, "unknown"),
        ({"develop_area_m2": 30000, "developed_area_m2": 9999.999}, "suspended"),
        ({"develop_area_m2": 1, "developed_area_m2": 1 / 3}, "unknown"),
        ({"develop_area_m2": 0.3, "developed_area_m2": 0.1}, "unknown"),
        ({"develop_area_m2": 30000, "developed_area_m2": 0}, "suspended"),
        ({"investment_total_wan": 1000, "invested_wan": 250}, "unknown"),
        ({"investment_total_wan": 1000, "invested_wan": 249.999}, "suspended"),
        # 250 of 1000 with 200 of land in both sums: 50 of 800 is under a quarter.
        (
            {"investment_total_wan": 1000, "invested_wan": 250, "investment_includes_land": True}
            | {"land_price_wan": 180, "taxes_wan": 20},
            "suspended",
        ),
        # 400 of 1000 with 200 in both sums: 200 of 800 is a quarter exactly.
        (
            {"investment_total_wan": 1000, "invested_wan": 400, "investment_includes_land": True}
            | {"land_price_wan": 180, "taxes_wan": 20}
            | AREA_UNMET,
            "started",
        ),
    ],
)
def test_a_third_and_a_quarter_exactly_are_not_less(facts: dict, status: str) -> None:
    assert alone(**HALTED, **facts)["idle_status"] == status


@pytest.mark.parametrize(
    ("kind", "enough", "short"),
    [("pit", 1.0, 0.9999), ("piles", 1.0, 0.9999), ("foundation", 1 / 3, 0.3333)],
)
def test_the_foundation_that_counts_as_a_start(kind: str, enough: float, short: float) -> None:
    facts = {"start_due_on": "2020-01-01", "permit": True, "foundation": kind}
    assert alone(**facts, foundation_done_share=enough)["idle_status"] == "started"
    assert alone(**facts, foundation_done_share=short)["idle_status"] == "suspected_2y"


# -------------------------------------------------------------------------- remedies and steps


@pytest.mark.parametrize(
    ("extension", "status", "due"),
    [
        # Consented under the contract, before the year was full: no record is needed.
        (
            {"extension_kind": "contract", "extension_signed_on": "2024-12-01"},
            "overdue_start",
            "2025-09-30",
        ),
        (
            {"extension_kind": "contract", "extension_signed_on": "2025-01-31"},
            "overdue_start",
            "2025-09-30",
        ),
        (
            {"extension_kind": "contract", "extension_signed_on": "2025-02-01"},
            "human_review",
            "2024-01-31",
        ),
        # By the negotiated remedy: only where recorded; the clock begins anew.
        ({"extension_kind": "art12", "registered_in_system": True}, "overdue_start", "2025-09-30"),
        ({"extension_kind": "art12", "registered_in_system": False}, "human_review", "2024-01-31"),
        ({"extension_kind": "art12"}, "human_review", "2024-01-31"),
        (
            {"extension_kind": "contract", "extension_signed_on": "2026-07-01"},
            "suspected_2y",
            "2024-01-31",
        ),
    ],
)
def test_extensions(extension: dict, status: str, due: str) -> None:
    row = alone(start_due_on="2024-01-31", extension_start_on="2025-09-30", **NOT, **extension)
    assert row["idle_status"] == status
    assert row["start_due_effective_on"] == pd.Timestamp(due)


def _dates(ledger: dict, case: dict | None = None, as_of: date = AS_OF) -> dict[str, str]:
    parcels = frame("parcels", [{"parcel_id": "p", "zone_id": "z"}])
    rows = frame("ledger", [{"parcel_id": "p", "contract_no": "c"} | ledger])
    cases = None if case is None else frame("cases", [{"case_id": "k", "contract_no": "c"} | case])
    table = analyse_idle(rows, parcels, POLICY, as_of, cases=cases).tables["deadlines"]
    return dict(zip(table["step"], table["due_on"].dt.strftime("%Y-%m-%d"), strict=True))


def test_the_longest_extension_stands_by_both_readings() -> None:
    extended = {
        "start_due_on": "2024-06-30",
        "extension_kind": "art12",
        "registered_in_system": True,
        "extension_signed_on": "2025-12-31",
        "extension_start_on": "2026-02-28",
        **NOT,
    }
    dates = _dates(extended)
    assert dates["extension_limit_new"] == "2027-02-28"
    assert dates["extension_limit_signed"] == "2026-12-31"
    assert dates["idle_from"] == "2027-03-01"


@pytest.mark.parametrize(
    ("case", "step", "due"),
    [
        # Thirty days, the day of the event not counted; a leap February, month ends, a year's end.
        ({"discovered_on": "2024-01-31"}, "investigation", "2024-03-01"),
        ({"discovered_on": "2023-01-31"}, "investigation", "2023-03-02"),
        ({"discovered_on": "2025-12-31"}, "investigation", "2026-01-30"),
        ({"notice_received_on": "2026-06-01"}, "answer", "2026-07-01"),
        ({"notice_received_on": "2024-02-29"}, "answer", "2024-03-30"),
        ({"decision_served_on": "2026-06-30", "decision_kind": "fee"}, "fee_payment", "2026-07-30"),
        (
            {"decision_served_on": "2026-01-31", "decision_kind": "recovery"},
            "deregistration",
            "2026-03-02",
        ),
    ],
)
def test_each_statutory_period_runs_thirty_days(case: dict, step: str, due: str) -> None:
    assert _dates({"start_due_on": "2020-01-01", **NOT}, case)[step] == due


# --------------------------------------------------------------------------------- any shuffle


def test_a_shuffle_of_the_matrix_changes_nothing() -> None:
    rows, causes, _ = crossed()
    ids = [f"p{place:04}" for place in range(len(rows))]
    ledger = frame(
        "ledger", [{"parcel_id": i, "contract_no": i} | r for i, r in zip(ids, rows, strict=True)]
    )
    parcels = frame("parcels", [{"parcel_id": i, "zone_id": "z"} for i in ids])
    said = frame("causes", causes)
    one = analyse_idle(ledger, parcels, POLICY, AS_OF, causes=said)
    other = analyse_idle(
        ledger.sample(frac=1, random_state=1).reset_index(drop=True),
        parcels,
        POLICY,
        AS_OF,
        causes=said.sample(frac=1, random_state=2).reset_index(drop=True),
    )
    pd.testing.assert_frame_equal(one.measures, other.measures)
    pd.testing.assert_frame_equal(one.findings, other.findings)
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])
