"""The decision table of the idle status, by cases that can be checked with a calendar."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analyses.idle import analyse_idle
from analyses.results import IDLE_STATUSES
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies import load_policy

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


def contract_row(
    as_of: date = AS_OF, causes: list[dict] | None = None, **facts: object
) -> pd.Series:
    facts = {"parcel_id": "p", "contract_no": "c", **facts}
    parcels = frame("parcels", [{"parcel_id": "p", "zone_id": "z"}])
    result = analyse_idle(
        frame("ledger", [facts]),
        parcels,
        POLICY,
        as_of,
        causes=None if causes is None else frame("causes", causes),
    )
    row = result.tables["contracts"].iloc[0]
    assert result.measures["idle_status"].iloc[0] == row["idle_status"]
    assert row["idle_status"] in IDLE_STATUSES
    return row


NOT = {"started": False}
#: Due 2025-06-29: full on 2026-06-29, idle from 2026-06-30.
PAST = {"start_due_on": "2025-06-29", **NOT}
#: Suspended 2025-06-29, a year full on 2026-06-29.
HALT = {"started": True, "suspended_on": "2025-06-29"}
AREA = {"develop_area_m2": 30000, "developed_area_m2": 9999.99}
AREA_OK = {"develop_area_m2": 30000, "developed_area_m2": 10000}
MONEY = {"investment_total_wan": 1000, "invested_wan": 249.99, "investment_includes_land": False}
MONEY_OK = {"investment_total_wan": 1000, "invested_wan": 250, "investment_includes_land": False}


#: Facts of a ledger row, and its status on 30 June 2026.
CASES = [
    # no date
    ({}, "unknown"),
    (NOT, "unknown"),
    ({"signed_on": "2020-01-01", "delivery_due_on": "2020-02-01", **NOT}, "unknown"),
    # before, on and after the due start
    ({"start_due_on": "2026-07-01", **NOT}, "not_due"),
    ({"start_due_on": "2026-06-30", **NOT}, "not_due"),
    ({"start_due_on": "2026-06-29", **NOT}, "overdue_start"),
    ({"start_due_on": "2026-06-29"}, "overdue_start"),
    ({"start_due_on": "2025-07-01", **NOT}, "overdue_start"),
    # the line itself, and the day after
    ({"start_due_on": "2025-06-30", **NOT}, "at_the_line"),
    ({"start_due_on": "2025-06-30"}, "at_the_line"),
    ({"start_due_on": "2025-06-30", "cause": "preparatory", **NOT}, "at_the_line"),
    (PAST, "suspected_1y"),
    ({"start_due_on": "2024-06-30", **NOT}, "suspected_1y"),
    ({"start_due_on": "2024-06-29", **NOT}, "suspected_2y"),
    ({"start_due_on": "2010-01-01", **NOT}, "suspected_2y"),
    # delivery stands in for an agreed start, a year later
    ({"delivered_on": "2025-06-30", **NOT}, "not_due"),
    ({"delivered_on": "2025-06-29", **NOT}, "overdue_start"),
    ({"delivered_on": "2024-06-30", **NOT}, "at_the_line"),
    ({"delivered_on": "2024-06-29", **NOT}, "suspected_1y"),
    ({"start_due_on": "2027-01-01", "delivered_on": "2020-01-01", **NOT}, "not_due"),
    # start not known
    ({"start_due_on": "2025-06-29"}, "to_check"),
    ({"start_due_on": "2025-06-29", "cause": "preparatory"}, "to_check"),
    ({"start_due_on": "2025-06-29", "permit": True}, "to_check"),
    ({"start_due_on": "2025-06-29", "started_on": "2025-01-01"}, "to_check"),
    # the start judged where the record is blank
    ({"start_due_on": "2025-06-29", "permit": False}, "suspected_1y"),
    ({"start_due_on": "2025-06-29", "permit": True, "permit_on": "2026-07-01"}, "suspected_1y"),
    (
        {"start_due_on": "2025-06-29", "foundation": "piles", "foundation_done_share": 0.99},
        "suspected_1y",
    ),
    (
        {
            "start_due_on": "2025-06-29",
            "permit": True,
            "foundation": "foundation",
            "foundation_done_share": 1 / 3,
        },
        "started",
    ),
    # causes
    ({**PAST, "cause": "holder"}, "suspected_1y"),
    ({**PAST, "cause": "holder", "cause_verified": True}, "suspected_1y"),
    ({**PAST, "cause": "preparatory", "cause_verified": True}, "human_review"),
    ({**PAST, "cause": "gov_plan"}, "human_review"),
    ({**PAST, "cause": "gov_plan", "cause_verified": False}, "human_review"),
    *(
        ({**PAST, "cause": cause, "cause_verified": True}, "gov_cause")
        for cause in (
            *("gov_delivery", "gov_plan", "gov_policy", "gov_petition"),
            *("gov_control", "gov_other", "force_majeure"),
        )
    ),
    ({"start_due_on": "2026-01-01", "cause": "gov_plan", **NOT}, "overdue_start"),
    # contradictions prevail over everything but never supplied
    ({"started": True, "permit": False}, "human_review"),
    ({"started": True, "permit": False, "start_due_on": "2027-01-01"}, "human_review"),
    (
        {"started": True, "started_on": "2026-07-01", "start_due_on": "2020-01-01"},
        "human_review",
    ),
    ({**PAST, "completed_on": "2026-01-01"}, "human_review"),
    # the recorded judgement prevails over the facts
    ({**PAST, "permit": True, "foundation": "pit", "foundation_done_share": 1}, "suspected_1y"),
    ({**PAST, "started_on": "2025-01-01"}, "suspected_1y"),
    ({"started": True, "start_due_on": "2020-01-01"}, "started"),
    ({"started": True, "foundation": "pit", "foundation_done_share": 0.1}, "started"),
    # completed
    ({"completed_on": "2026-06-30", "start_due_on": "2020-01-01"}, "started"),
    ({"completed_on": "2026-07-01", "start_due_on": "2020-01-01"}, "to_check"),
    ({**HALT, **AREA, "completed_on": "2026-06-30"}, "started"),
    # suspension
    ({"started": True, "suspended_on": "2026-07-01", **AREA}, "started"),
    ({"started": True, "suspended_on": "2025-07-01", **AREA}, "started"),
    ({"started": True, "suspended_on": "2025-06-30", **AREA}, "at_the_line"),
    ({**HALT, **AREA}, "suspended"),
    ({**HALT, **MONEY}, "suspended"),
    ({**HALT, **AREA, **MONEY_OK}, "suspended"),
    ({**HALT, **AREA_OK, **MONEY}, "suspended"),
    ({**HALT, **AREA_OK, **MONEY_OK}, "started"),
    ({**HALT, **AREA_OK}, "unknown"),
    ({**HALT, **MONEY_OK}, "unknown"),
    (HALT, "unknown"),
    ({**HALT, **AREA, "cause": "gov_plan", "cause_verified": True}, "suspended"),
    ({**HALT, "suspended_on": "2020-01-01", **AREA}, "suspended"),
    ({**PAST, "suspended_on": "2020-01-01", **AREA}, "suspected_1y"),
    # extensions
    ({**PAST, "extension_kind": "contract", "extension_start_on": "2026-12-31"}, "not_due"),
    (
        {
            **PAST,
            "extension_kind": "contract",
            "extension_start_on": "2026-12-31",
            "extension_signed_on": "2026-06-29",
        },
        "not_due",
    ),
    (
        {
            **PAST,
            "extension_kind": "contract",
            "extension_start_on": "2026-12-31",
            "extension_signed_on": "2026-06-30",
        },
        "human_review",
    ),
    (
        {
            **PAST,
            "extension_kind": "contract",
            "extension_start_on": "2026-12-31",
            "extension_signed_on": "2026-07-01",
        },
        "suspected_1y",
    ),
    ({**PAST, "extension_kind": "contract"}, "unknown"),
    ({"start_due_on": "2026-12-01", "extension_kind": "contract", **NOT}, "not_due"),
    (
        {**PAST, "extension_kind": "contract", "extension_start_on": "2025-01-01"},
        "human_review",
    ),
    ({**PAST, "extension_kind": "art12", "extension_start_on": "2026-12-31"}, "human_review"),
    (
        {
            **PAST,
            "extension_kind": "art12",
            "extension_start_on": "2026-12-31",
            "registered_in_system": False,
        },
        "human_review",
    ),
    (
        {
            **PAST,
            "extension_kind": "art12",
            "extension_start_on": "2026-12-31",
            "registered_in_system": True,
        },
        "not_due",
    ),
    (
        {
            **PAST,
            "extension_kind": "art12",
            "extension_start_on": "2025-06-30",
            "registered_in_system": True,
        },
        "at_the_line",
    ),
    ({**PAST, "extension_start_on": "2026-12-31"}, "human_review"),
    ({"extension_kind": "contract", "extension_start_on": "2024-06-29", **NOT}, "suspected_2y"),
    (
        {
            "started": True,
            "start_due_on": "2020-01-01",
            "extension_kind": "art12",
            "extension_start_on": "2026-12-31",
        },
        "started",
    ),
]


@pytest.fixture(scope="module")
def decided() -> list[str]:
    """All cases in one ledger: a row's status must not depend on its neighbours."""
    names = [f"{at:03d}" for at in range(len(CASES))]
    rows = [
        {"parcel_id": n, "contract_no": n, **facts}
        for n, (facts, _) in zip(names, CASES, strict=True)
    ]
    parcels = frame("parcels", [{"parcel_id": name, "zone_id": "z"} for name in names])
    result = analyse_idle(frame("ledger", rows), parcels, POLICY, AS_OF)
    contracts = result.tables["contracts"].set_index("parcel_id")["idle_status"].loc[names]
    assert contracts.tolist() == result.measures["idle_status"].tolist()
    return contracts.tolist()


@pytest.mark.parametrize("at", range(len(CASES)), ids=lambda at: f"{CASES[at][1]}-{at}")
def test_status(at: int, decided: list[str]) -> None:
    facts, status = CASES[at]
    assert decided[at] == status, facts


@pytest.mark.parametrize(
    ("due", "line", "idle_from", "two_years_on"),
    [
        ("2021-06-30", "2022-06-30", "2022-07-01", "2023-07-01"),
        ("2020-02-29", "2021-02-28", "2021-03-01", "2022-03-01"),
        ("2023-02-28", "2024-02-28", "2024-02-29", "2025-03-01"),
        ("2024-02-29", "2025-02-28", "2025-03-01", "2026-03-01"),
        ("2022-02-28", "2023-02-28", "2023-03-01", "2024-02-29"),
        ("2021-12-31", "2022-12-31", "2023-01-01", "2024-01-01"),
        ("2021-01-31", "2022-01-31", "2022-02-01", "2023-02-01"),
    ],
)
def test_dates_of_a_missing_start(due: str, line: str, idle_from: str, two_years_on: str) -> None:
    row = contract_row(start_due_on=due, started=False)
    dates = ["anniversary_on", "idle_from", "idle_two_years_on"]
    assert [str(row[name].date()) for name in dates] == [line, idle_from, two_years_on]
    assert row["start_due_source"] == "contract"
    assert row["idle_days"] == (pd.Timestamp(AS_OF) - pd.Timestamp(idle_from)).days + 1


def test_each_day_around_the_lines() -> None:
    due = "2024-02-29"
    statuses = {
        day: contract_row(as_of=date.fromisoformat(day), start_due_on=due, started=False)[
            ["idle_status", "duration_class", "idle_days"]
        ].tolist()
        for day in (
            *("2024-02-28", "2024-02-29", "2024-03-01", "2025-02-27", "2025-02-28"),
            *("2025-03-01", "2026-02-28", "2026-03-01"),
        )
    }
    assert {day: values[0] for day, values in statuses.items()} == {
        "2024-02-28": "not_due",
        "2024-02-29": "not_due",
        "2024-03-01": "overdue_start",
        "2025-02-27": "overdue_start",
        "2025-02-28": "at_the_line",
        "2025-03-01": "suspected_1y",
        "2026-02-28": "suspected_1y",
        "2026-03-01": "suspected_2y",
    }
    assert statuses["2025-03-01"][1:] == ["1y", 1]
    assert statuses["2026-02-28"][1:] == ["1y", 365]
    assert statuses["2026-03-01"][1:] == ["2y", 366]
    assert all(pd.isna(value) for value in statuses["2025-02-28"][1:])


def test_duration_class_is_kept_for_a_government_cause() -> None:
    facts = {"start_due_on": "2024-06-29", "started": False, "cause": "gov_plan"}
    row = contract_row(**facts, cause_verified=True)
    assert row[["idle_status", "duration_class", "idle_days"]].tolist() == ["gov_cause", "2y", 366]
    assert pd.isna(row["fee_order53_wan"])


def test_dates_of_a_suspension() -> None:
    row = contract_row(**HALT, **AREA)
    assert row[["idle_status", "idle_days", "duration_class"]].tolist() == ["suspended", 1, "1y"]
    assert str(row["idle_from"].date()) == "2026-06-30"
    assert row["developed_share"] == pytest.approx(0.333333)
    for facts in (
        {**HALT, **AREA_OK, **MONEY_OK},
        {"started": True},
        {**HALT, "completed_on": "2026-01-01"},
    ):
        row = contract_row(**facts)
        assert row["idle_status"] == "started"
        assert row[["anniversary_on", "idle_from", "idle_two_years_on", "idle_days"]].isna().all()


def test_review_shows_both_clocks() -> None:
    row = contract_row(**PAST, extension_kind="art12", extension_start_on="2026-01-31")
    assert str(row["start_due_effective_on"].date()) == "2025-06-29"
    assert str(row["extension_line_on"].date()) == "2027-01-31"
    assert row["missing"] == "registered_in_system"
    for text in ("2026年6月29日满一年", "2027年1月31日满一年"):
        assert text in row["review_reason_zh"]
    for text in ("29 June 2026", "31 January 2027"):
        assert text in row["review_reason_en"]
    assert pd.isna(row["idle_days"])


@pytest.mark.parametrize(
    ("own", "table", "status", "kind"),
    [
        ({}, [{"cause": "gov_plan", "verified": True}], "gov_cause", "gov_plan"),
        ({}, [{"cause": "gov_plan", "verified_on": "2026-06-30"}], "gov_cause", "gov_plan"),
        ({}, [{"cause": "gov_plan", "verified_on": "2026-07-01"}], "human_review", "gov_plan"),
        ({}, [{"cause": "gov_plan"}], "human_review", "gov_plan"),
        (
            {"cause": "force_majeure", "cause_verified": True},
            [{"cause": "gov_plan", "verified": True}],
            "gov_cause",
            "force_majeure,gov_plan",
        ),
        (
            {"cause": "force_majeure"},
            [{"cause": "gov_plan", "verified": True}],
            "human_review",
            "force_majeure,gov_plan",
        ),
        ({"cause": "gov_plan"}, [{"cause": "gov_plan", "verified": True}], "gov_cause", "gov_plan"),
        (
            {"cause": "holder"},
            [{"cause": "gov_plan", "verified": True}],
            "human_review",
            "gov_plan,holder",
        ),
        (
            {},
            [{"cause": "gov_plan", "verified": True}, {"cause": "holder", "verified": True}],
            "human_review",
            "gov_plan,holder",
        ),
        (
            {"cause": "holder"},
            [{"cause": "gov_plan", "from_on": "2026-07-01"}],
            "suspected_1y",
            "holder",
        ),
        (
            {"cause": "holder"},
            [{"cause": "gov_plan", "contract_no": "other"}],
            "suspected_1y",
            "holder",
        ),
        ({"cause": "holder"}, [{"cause": "gov_plan", "phase_no": "2"}], "suspected_1y", "holder"),
        (
            {},
            [{"cause": "holder", "contract_no": None, "parcel_id": "p"}],
            "suspected_1y",
            "holder",
        ),
    ],
)
def test_causes_of_both_places(own: dict, table: list[dict], status: str, kind: str) -> None:
    row = contract_row(**PAST, **own, causes=[{"contract_no": "c", **entry} for entry in table])
    assert row[["idle_status", "cause_kind"]].tolist() == [status, kind]


def test_days_of_each_cause_are_told() -> None:
    table = [
        {"cause": "gov_plan", "from_on": "2025-07-01", "to_on": "2025-07-31", "verified": True},
        {"cause": "holder", "from_on": "2026-06-01"},
    ]
    row = contract_row(**PAST, causes=[{"contract_no": "c", **entry} for entry in table])
    assert "2025年7月1日至2025年7月31日，31天" in row["review_reason_zh"]
    assert "2026年6月1日至审查日，30天" in row["review_reason_zh"]
    assert "1 July 2025 to 31 July 2025, 31 days" in row["review_reason_en"]


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({}, "start_due_on,delivered_on"),
        ({**PAST, "extension_kind": "contract"}, "extension_start_on"),
        ({"start_due_on": "2025-06-29"}, "started,permit,foundation,foundation_done_share"),
        (
            {"start_due_on": "2025-06-29", "permit": True, "foundation": "pit"},
            "started,foundation_done_share",
        ),
        ({**PAST, "cause": "gov_plan"}, "cause_verified"),
        ({**PAST, "grant": "lease"}, "cause"),
        ({**PAST, "started": True, "permit": False}, "started,permit"),
        (
            {**HALT, **AREA_OK},
            "investment_total_wan,invested_wan,investment_includes_land,land_price_wan,taxes_wan",
        ),
        ({**HALT, **MONEY_OK}, "develop_area_m2,developed_area_m2"),
        ({**HALT, **MONEY_OK, "develop_area_m2": 0, "developed_area_m2": 0}, "develop_area_m2"),
    ],
)
def test_what_is_missing(facts: dict, missing: str) -> None:
    assert contract_row(**facts)["missing"] == missing


def supply(ledger: dict | None, **parcel: object) -> str:
    rows = [] if ledger is None else [{"parcel_id": "p", **ledger}]
    parcels = frame("parcels", [{"parcel_id": "p", "zone_id": "z", **parcel}])
    result = analyse_idle(frame("ledger", rows), parcels, POLICY, AS_OF)
    return result.measures["idle_status"].iloc[0]


def test_never_supplied() -> None:
    assert supply(None) == "unknown"
    assert supply(None, supply_status="supplied") == "unknown"
    for status in ("unapproved", "approved_not_cleared", "approved_unsupplied", "ready"):
        assert supply(None, supply_status=status) == "not_supplied"
    assert supply(None, land_stage="not_supplied") == "not_supplied"
    assert supply(None, supply_status="ready", land_stage="completed") == "unknown"
    assert supply({"holder": "x"}, supply_status="ready") == "not_supplied"
    assert supply({"contract_no": "c", **PAST}, supply_status="ready") == "suspected_1y"
    assert supply({"signed_on": "2020-01-01", **PAST}, supply_status="ready") == "suspected_1y"


def test_a_contract_of_unsupplied_land_is_a_problem() -> None:
    parcels = frame("parcels", [{"parcel_id": "p", "zone_id": "z", "supply_status": "ready"}])
    result = analyse_idle(
        frame("ledger", [{"parcel_id": "p", "contract_no": "c", **PAST}]), parcels, POLICY, AS_OF
    )
    assert result.problems[["severity", "layer", "id", "code"]].to_numpy().tolist() == [
        ["warning", "ledger", "p", "contract_of_unsupplied_parcel"]
    ]
