"""What the review of a ledger gives: parcels, zones, findings, deadlines; the order of rows is nothing."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.idle import analyse_idle
from analyses.idle_measures import IDLE_MEASURES
from analyses.results import DEADLINES, FINDINGS, IDLE_STATUSES, PARCEL_MEASURES
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies import load_policy

AS_OF = date(2026, 6, 30)
POLICY = load_policy("national")


def frame(contract: str, rows: list[dict]) -> pd.DataFrame:
    out = empty_frame(CONTRACTS[contract], pd.RangeIndex(len(rows)))
    for name in {key for row in rows for key in row} - {"area_m2"}:
        values = [row.get(name) for row in rows]
        dtype = CONTRACTS[contract].column(name).dtype
        dated = dtype.startswith("date")
        out[name] = pd.Series(pd.to_datetime(values) if dated else values, dtype=dtype)
    if contract == "parcels":
        out["area_m2"] = pd.Series([row.get("area_m2", np.nan) for row in rows], dtype="float64")
    return out


PARCELS = [
    {"parcel_id": "a", "zone_id": "z1", "area_m2": 10000},
    {"parcel_id": "b", "zone_id": "z1", "area_m2": 30000},
    {"parcel_id": "c", "zone_id": "z1", "area_m2": 5000, "supply_status": "ready"},
    {"parcel_id": "d", "zone_id": "z2", "area_m2": 20000, "supply_status": "supplied"},
    {"parcel_id": "e", "zone_id": None, "area_m2": 7000},
]
LEDGER = [
    {"parcel_id": "a", "contract_no": "1", "phase_no": "1", "started": True},
    {
        "parcel_id": "a",
        "contract_no": "1",
        "phase_no": "2",
        "started": False,
        "start_due_on": "2024-01-31",
    },
    {"parcel_id": "a", "contract_no": "2", "started": False, "start_due_on": "2024-01-30"},
    {"parcel_id": "b", "contract_no": "3", "started": True},
    {"parcel_id": "e", "contract_no": "4", "started": False, "start_due_on": "2020-01-30"},
    {"parcel_id": "x", "contract_no": "5", "started": False, "start_due_on": "2020-01-30"},
    {"parcel_id": None, "contract_no": "6", "start_due_on": "2027-01-30"},
]
CASES = [
    {
        "case_id": "k1",
        "contract_no": "2",
        "discovered_on": "2026-05-20",
        "notice_on": "2026-06-01",
        "notice_received_on": "2026-06-10",
        "finding_on": "2026-06-20",
    },
    {"case_id": "k2", "parcel_id": "b", "discovered_on": "2026-05-01"},
    {
        "case_id": "k3",
        "parcel_id": "d",
        "contract_no": "9",
        "decision_kind": "fee",
        "decision_served_on": "2026-06-01",
    },
    {
        "case_id": "k4",
        "parcel_id": "d",
        "decision_kind": "recovery",
        "decision_served_on": "2026-06-15",
    },
    {"case_id": "k5", "parcel_id": "d", "discovered_on": "2020-01-01", "closed_on": "2021-01-01"},
    {"case_id": "k6", "parcel_id": "d", "discovered_on": "2026-07-01"},
]


@pytest.fixture(scope="module")
def result():
    return analyse_idle(
        frame("ledger", LEDGER),
        frame("parcels", PARCELS).set_axis([10, 20, 30, 40, 50]),
        POLICY,
        AS_OF,
        cases=frame("cases", CASES),
    )


def test_a_parcel_takes_the_gravest_of_its_rows(result) -> None:
    measures = result.measures
    assert measures.index.tolist() == [10, 20, 30, 40, 50]
    assert measures["idle_status"].tolist() == [
        *("suspected_2y", "started", "not_supplied", "unknown", "suspected_2y")
    ]
    assert measures["contracts_n"].tolist() == [3, 1, 0, 0, 1]
    # of two rows equally grave, the one idle longest
    assert measures.loc[10, "idle_from"] == pd.Timestamp("2025-01-31")
    assert measures.loc[10, "idle_days"] == 516


def test_types_are_those_of_the_contract(result) -> None:
    assert tuple(result.measures.columns) == IDLE_MEASURES
    for name in IDLE_MEASURES:
        assert str(result.measures[name].dtype) == PARCEL_MEASURES.column(name).dtype, name
    for contract, table in ((FINDINGS, result.findings), (DEADLINES, result.tables["deadlines"])):
        assert tuple(table.columns) == contract.names
        for column in contract.columns:
            assert str(table[column.name].dtype) == column.dtype, column.name


def test_the_order_of_gravity_is_the_one_that_results_name() -> None:
    assert next(iter(IDLE_STATUSES)) == "suspected_2y"
    assert list(IDLE_STATUSES)[-1] == "not_supplied"


def test_every_ledger_row_keeps_its_row_and_its_findings(result) -> None:
    contracts = result.tables["contracts"]
    assert len(contracts) == len(LEDGER)
    assert set(CONTRACTS["ledger"].names) <= set(contracts.columns)
    strangers = contracts[~contracts["parcel_id"].isin(["a", "b", "c", "d", "e"])]
    assert strangers["zone_id"].isna().all()
    assert sorted(strangers["idle_status"]) == ["not_due", "suspected_2y"]
    per_row = result.findings[result.findings["rule"] == "idle.suspended"]
    assert len(per_row) == len(LEDGER)


def test_parcels_without_a_ledger_row_have_a_finding(result) -> None:
    found = result.findings[result.findings["rule"] == "idle.not_started_1y"]
    alone = found[found["contract_no"].isna()].set_index("parcel_id")
    assert alone["verdict"].to_dict() == {"c": "not_applicable", "d": "unknown"}
    assert alone["missing"].to_dict() == {"c": "", "d": "ledger"}


def test_unknown_exactly_where_something_is_missing(result) -> None:
    findings = result.findings
    unknown = findings["verdict"] == "unknown"
    assert (findings.loc[unknown, "missing"] != "").all()
    assert (findings["note_zh"] != "").all()
    assert (findings["note_en"] != "").all()
    assert not findings["note_zh"].str.contains("[{}]|nan|NaT", regex=True).any()
    assert not findings["note_en"].str.contains(r"[{}]|\bnan\b|NaT", regex=True).any()


def test_zone_figures(result) -> None:
    zones = result.zones
    assert zones.index.tolist() == ["z1", "z2"]
    # parcel a is suspected by two rows and counted once; c is not supplied
    assert zones.loc["z1", "suspected_area_m2"] == 10000
    assert zones.loc["z1", "suspected_share"] == 0.25
    assert zones.loc["z1", "idle_found_share"] == 0.25
    # no ledger row and no dated finding in z2: nothing is known of suspicion nor of findings
    assert np.isnan(zones.loc["z2", "suspected_area_m2"])
    assert np.isnan(zones.loc["z2", "idle_found_share"])


def test_the_found_rate_is_unknown_without_finding_dates() -> None:
    ledger, parcels = frame("ledger", LEDGER), frame("parcels", PARCELS)
    for cases in (None, frame("cases", CASES[1:])):
        zones = analyse_idle(ledger, parcels, POLICY, AS_OF, cases=cases).zones
        assert zones["idle_found_share"].isna().all()


def test_the_found_rate_of_a_zone_rests_on_its_own_findings() -> None:
    """A zone without a dated finding stays unknown, one whose findings are all settled has none."""
    parcels = frame("parcels", PARCELS)
    ledger = frame("ledger", LEDGER)
    cases = [
        {"case_id": "k1", "parcel_id": "d", "finding_on": "2026-01-01", "closed_on": "2026-05-01"},
        {"case_id": "k2", "parcel_id": "b", "discovered_on": "2026-05-01"},
    ]
    zones = analyse_idle(ledger, parcels, POLICY, AS_OF, cases=frame("cases", cases)).zones
    assert np.isnan(zones.loc["z1", "idle_found_share"])
    assert zones.loc["z2", "idle_found_share"] == 0
    # What was served was found, whether its own date is recorded or not.
    cases = [{"case_id": "k", "parcel_id": "d", "finding_served_on": "2026-01-01"}]
    zones = analyse_idle(ledger, parcels, POLICY, AS_OF, cases=frame("cases", cases)).zones
    assert zones.loc["z2", "idle_found_share"] == 1


def test_an_unknown_area_makes_the_figure_unknown() -> None:
    parcels = [{**row, "area_m2": np.nan} if row["parcel_id"] == "b" else row for row in PARCELS]
    zones = analyse_idle(frame("ledger", LEDGER), frame("parcels", parcels), POLICY, AS_OF).zones
    assert zones.loc["z1", "suspected_area_m2"] == 10000
    assert np.isnan(zones.loc["z1", "suspected_share"])


def test_deadlines(result) -> None:
    table = result.tables["deadlines"]
    steps = ["investigation", "answer", "fee_payment", "deregistration"]
    cases = table[table["step"].isin(steps) & table["due_on"].notna()]
    found = [
        (row.step, row.parcel_id, str(row.due_on.date()), row.days_left)
        for row in cases.itertuples()
    ]
    assert found == [
        ("investigation", "b", "2026-05-31", -30),
        ("fee_payment", "d", "2026-07-01", 1),
        ("answer", "a", "2026-07-10", 10),
        ("deregistration", "d", "2026-07-15", 15),
    ]
    assert cases["zone_id"].tolist() == ["z1", "z2", "z1", "z2"]
    assert table["due_on"].dropna().is_monotonic_increasing
    contract6 = table[table["contract_no"] == "6"]
    assert contract6[["step", "days_left"]].to_numpy().tolist() == [
        ["start_due", 214],
        ["idle_line", 579],
        ["idle_from", 580],
        ["two_years_on", 946],
    ]
    # both years of contract 2 have passed: nothing lies ahead
    assert not (
        table["step"].isin(["idle_line", "two_years_on"]) & (table["parcel_id"] == "a")
    ).any()


def test_suspected_land_without_a_case_awaits_the_investigation(result) -> None:
    table = result.tables["deadlines"]
    waits = table[table["step"].eq("investigation") & table["due_on"].isna()]
    named = waits[["parcel_id", "contract_no", "phase_no"]].fillna("")
    rows = {tuple(row) for row in named.to_numpy().tolist()}
    assert rows == {("a", "1", "2"), ("e", "4", ""), ("x", "5", "")}
    assert waits["missing"].eq("discovered_on").all()
    assert waits["is_next"].all()
    assert waits["overdue"].isna().all()
    assert waits["case_id"].isna().all()
    assert waits["document_zh"].eq("闲置土地调查通知书").all()


def test_a_suspension_has_its_dates() -> None:
    ledger = [{"parcel_id": "a", "contract_no": "1", "started": True, "suspended_on": "2026-01-31"}]
    table = analyse_idle(frame("ledger", ledger), frame("parcels", PARCELS), POLICY, AS_OF).tables[
        "deadlines"
    ]
    assert table[["step", "due_on"]].to_numpy().tolist() == [
        ["suspension_line", pd.Timestamp("2027-01-31")],
        ["suspended_from", pd.Timestamp("2027-02-01")],
    ]


def test_verdicts_of_the_second_year() -> None:
    def verdict(**facts: object) -> list:
        row = {"parcel_id": "a", "contract_no": "1", "started": False, **facts}
        findings = analyse_idle(
            frame("ledger", [row]), frame("parcels", PARCELS[:1]), POLICY, AS_OF
        ).findings
        chosen = findings[findings["rule"] == "idle.not_started_2y"]
        return chosen[["verdict", "attention", "measured", "limit"]].to_numpy().tolist()

    assert verdict(start_due_on="2025-06-30") == []
    assert verdict(start_due_on="2025-06-29") == [["no", False, 366, 730]]
    assert verdict(start_due_on="2024-06-30") == [["no", False, 730, 730]]
    assert verdict(start_due_on="2024-06-29") == [["yes", True, 731, 730]]
    assert verdict(start_due_on="2023-06-29")[0][:2] == ["yes", True]
    old = {"start_due_on": "2020-01-01"}
    assert verdict(**old, cause="gov_plan", cause_verified=True)[0][0] == "not_applicable"
    assert verdict(**old, cause="gov_plan")[0][0] == "unknown"
    assert verdict(**old, cause="preparatory")[0][0] == "unknown"
    assert verdict(**old, started=None)[0][0] == "unknown"
    assert verdict(**old, started=True) == []


def test_on_the_line_a_verdict_is_no_surer_than_the_counting() -> None:
    def mark(due: str) -> list[str]:
        row = {"parcel_id": "a", "contract_no": "1", "started": False, "start_due_on": due}
        findings = analyse_idle(
            frame("ledger", [row]), frame("parcels", PARCELS[:1]), POLICY, AS_OF
        ).findings
        chosen = findings[findings["rule"] == "idle.not_started_1y"].iloc[0]
        return chosen[["verdict", "confidence"]].tolist()

    assert mark("2025-06-30") == ["no", "MM"]
    assert mark("2025-06-29") == ["yes", "V"]


def test_an_empty_ledger_leaves_every_parcel_unknown_or_unsupplied() -> None:
    result = analyse_idle(frame("ledger", []), frame("parcels", PARCELS), POLICY, AS_OF)
    assert set(result.measures["idle_status"]) == {"unknown", "not_supplied"}
    assert len(result.tables["contracts"]) == 0
    assert len(result.tables["deadlines"]) == 0


def test_no_parcels_at_all() -> None:
    result = analyse_idle(frame("ledger", LEDGER), frame("parcels", []), POLICY, AS_OF)
    assert len(result.measures) == 0
    assert len(result.tables["contracts"]) == len(LEDGER)


DATES = st.sampled_from(
    [None, "2020-02-29", "2024-06-29", "2024-06-30", "2025-06-29", "2025-06-30", "2026-12-31"]
)
ROW = st.fixed_dictionaries(
    {
        "parcel_id": st.sampled_from(["a", "b", "d", "x", None]),
        "contract_no": st.sampled_from(["1", "2", "3"]),
        "phase_no": st.sampled_from([None, "1", "2"]),
        "start_due_on": DATES,
        "delivered_on": DATES,
        "suspended_on": DATES,
        "started": st.sampled_from([True, False, None]),
        "permit": st.sampled_from([True, False, None]),
        "cause": st.sampled_from(["holder", "gov_plan", "preparatory", None]),
        "cause_verified": st.sampled_from([True, None]),
        "grant": st.sampled_from(["grant", "allocation", "lease", None]),
        "land_price_wan": st.sampled_from([100.0, 200.0, None]),
        "parcel_area_in_contract_m2": st.sampled_from([100.0, 300.0, None]),
        "develop_area_m2": st.just(300.0),
        "developed_area_m2": st.sampled_from([50.0, 100.0, None]),
        "extension_kind": st.sampled_from([None, None, "contract", "art12"]),
        "extension_start_on": DATES,
        "registered_in_system": st.sampled_from([True, None]),
    }
)


@given(st.lists(ROW, min_size=1, max_size=7), st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_the_order_of_rows_changes_nothing(rows: list[dict], random) -> None:
    ledger = frame("ledger", rows)
    ledger["source_row"] = np.arange(len(rows)) + 2
    parcels, causes = frame("parcels", PARCELS), [{"contract_no": "1", "cause": "gov_policy"}]
    causes.append({"parcel_id": "a", "cause": "holder", "from_on": "2025-01-01"})
    first = analyse_idle(ledger, parcels, POLICY, AS_OF, causes=frame("causes", causes))
    order = list(range(len(rows)))
    random.shuffle(order)
    moved = list(range(len(PARCELS)))
    random.shuffle(moved)
    second = analyse_idle(
        ledger.iloc[order].reset_index(drop=True),
        parcels.iloc[moved],
        POLICY,
        AS_OF,
        causes=frame("causes", causes[::-1]),
    )
    pd.testing.assert_frame_equal(first.measures, second.measures.sort_index())
    pd.testing.assert_frame_equal(first.findings, second.findings)
    pd.testing.assert_frame_equal(first.zones, second.zones)
    for name, table in first.tables.items():
        pd.testing.assert_frame_equal(table, second.tables[name])
    # and the notes are whole sentences
    assert not first.findings["note_en"].str.contains(r"[{}]|\bnan\b|NaT", regex=True).any()
    unknown = first.findings["verdict"] == "unknown"
    assert (first.findings.loc[unknown, "missing"] != "").all()


def test_a_case_of_no_contract_and_no_parcel_is_reported() -> None:
    parcels = frame("parcels", [{"parcel_id": "a", "zone_id": "z", "area_m2": 1}])
    ledger = frame("ledger", [{"parcel_id": "a", "contract_no": "1", "started": True}])
    cases = frame(
        "cases",
        [
            {"case_id": "k1", "contract_no": "1"},
            {"case_id": "k2", "parcel_id": "a"},
            {"case_id": "k3", "contract_no": "lost"},
        ],
    )
    problems = analyse_idle(ledger, parcels, POLICY, AS_OF, cases=cases).problems
    assert problems[["id", "code"]].to_numpy().tolist() == [["k3", "case_without_contract"]]


@pytest.mark.parametrize(
    ("causes", "missing"),
    [
        ({"preparatory": True}, "cause_evidence"),
        ({"preparatory": None}, "cause_verified"),
        ({"holder": True, "gov_plan": True}, "cause"),
        ({"holder": True, "gov_plan": None}, "cause_verified"),
        ({"gov_plan": False}, "cause_verified"),
    ],
)
def test_what_is_missing_of_a_cause_under_review(causes, missing) -> None:
    ledger = frame(
        "ledger",
        [{"parcel_id": "a", "contract_no": "1", "started": False, "start_due_on": "2020-01-30"}],
    )
    table = frame(
        "causes",
        [{"contract_no": "1", "cause": code, "verified": yes} for code, yes in causes.items()],
    )
    result = analyse_idle(ledger, frame("parcels", PARCELS[:1]), POLICY, AS_OF, causes=table)
    assert result.measures["idle_status"].tolist() == ["human_review"]
    found = result.findings.set_index("rule").loc["idle.not_started_2y"]
    assert (found["verdict"], found["missing"]) == ("unknown", missing)
