"""The forecast agrees with later reviews of the same records; the sums with their parcels."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analyses.idle import analyse_idle
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
        out["area_m2"] = pd.Series([row["area_m2"] for row in rows], dtype="float64")
    return out


def parcels(n: int = 1, area: float | None = 10000) -> pd.DataFrame:
    return frame(
        "parcels", [{"parcel_id": f"p{i}", "zone_id": "z", "area_m2": area} for i in range(n)]
    )


def forecast(*rows: dict, as_of: date = AS_OF, **kwargs: float | None) -> list[tuple]:
    ledger = [{"parcel_id": "p0", "contract_no": f"c{n}", **row} for n, row in enumerate(rows)]
    table = analyse_idle(frame("ledger", ledger), parcels(**kwargs), POLICY, as_of).tables[
        "idle_forecast"
    ]
    return [(r.month, r.idle_status, int(r.parcels_n)) for r in table.itertuples()]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # due on 15 August: overdue from the 16th; idle on 16 August a year later; two years lie beyond
        ({"start_due_on": "2026-08-15", "started": False},
         [("2026-08", "overdue_start", 1), ("2027-08", "suspected_1y", 1)]),
        # the line on the last day of a month: idle from the first of the next
        ({"start_due_on": "2025-08-31", "started": False},
         [("2026-09", "suspected_1y", 1), ("2027-09", "suspected_2y", 1)]),
        # at the line on the review date
        ({"start_due_on": "2025-06-30", "started": False},
         [("2026-07", "suspected_1y", 1), ("2027-07", "suspected_2y", 1)]),
        ({"start_due_on": "2025-08-31"}, [("2026-09", "to_check", 1)]),
        ({"start_due_on": "2025-08-31", "started": False, "cause": "gov_plan", "cause_verified": True},
         [("2026-09", "gov_cause", 1)]),
        ({"started": True, "suspended_on": "2025-10-10", "develop_area_m2": 3.0, "developed_area_m2": 0.9},
         [("2026-10", "suspended", 1)]),
        ({"started": True, "suspended_on": "2025-10-10", "develop_area_m2": 3.0, "developed_area_m2": 1.0,
          "investment_total_wan": 4.0, "invested_wan": 1.0, "investment_includes_land": False}, []),
        # the last day of the forecast and the day after it
        ({"start_due_on": "2026-06-29", "started": False}, [("2027-06", "suspected_1y", 1), ("2028-06", "suspected_2y", 1)]),
        ({"start_due_on": "2028-06-29", "started": False}, [("2028-06", "overdue_start", 1)]),
        ({"start_due_on": "2028-06-30", "started": False}, []),
        ({"started": False}, []),
    ],
)  # fmt: skip
def test_what_falls_due(row: dict, expected: list[tuple]) -> None:
    assert forecast(row) == expected


def test_a_parcel_counts_once_by_its_gravest_row() -> None:
    old = {"start_due_on": "2025-08-15", "started": False}
    assert forecast(old, {"start_due_on": "2025-09-15", "started": False}) == [
        ("2026-08", "suspected_1y", 1),
        ("2027-08", "suspected_2y", 1),
    ]


def test_an_unknown_area_is_not_zero() -> None:
    ledger = [
        {"parcel_id": "p0", "contract_no": "c", "start_due_on": "2025-08-15", "started": False}
    ]
    tables = analyse_idle(frame("ledger", ledger), parcels(area=None), POLICY, AS_OF).tables
    assert tables["idle_forecast"]["area_m2"].isna().all()
    assert tables["idle_sums"]["area_m2"].isna().all()


DUE = st.dates(date(2023, 1, 1), date(2028, 12, 31)).map(str)
ROW = st.fixed_dictionaries(
    {
        "parcel_id": st.sampled_from(["p0", "p1", "p2", "elsewhere"]),
        "start_due_on": st.one_of(st.none(), DUE),
        "started": st.sampled_from([None, False, True]),
        "suspended_on": st.one_of(st.none(), st.dates(date(2024, 1, 1), AS_OF).map(str)),
        "develop_area_m2": st.just(3.0),
        "developed_area_m2": st.sampled_from([0.5, 2.0, None]),
        "cause": st.sampled_from([None, "holder", "gov_plan", "preparatory"]),
        "cause_verified": st.sampled_from([None, True]),
    }
)


@settings(max_examples=8, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=8), st.integers(0, 23))
def test_the_forecast_is_what_a_later_review_finds(rows: list[dict], ahead: int) -> None:
    ledger = frame("ledger", [{"contract_no": f"c{n}", **row} for n, row in enumerate(rows)])
    last = (pd.Timestamp(AS_OF) + pd.offsets.MonthEnd(ahead + 1)).date()
    now, later = (analyse_idle(ledger, parcels(3), POLICY, day) for day in (AS_OF, last))
    shuffled = analyse_idle(ledger.sample(frac=1, random_state=1), parcels(3), POLICY, AS_OF)
    pd.testing.assert_frame_equal(now.tables["idle_forecast"], shuffled.tables["idle_forecast"])
    pd.testing.assert_frame_equal(now.tables["idle_sums"], shuffled.tables["idle_sums"])
    changed = now.measures["idle_status"] != later.measures["idle_status"]
    reached = later.measures.loc[changed, "idle_status"]
    table = now.tables["idle_forecast"]
    entered = table[table["month"] <= last.strftime("%Y-%m")]
    for status, n in reached[reached != "at_the_line"].value_counts().items():
        assert entered.loc[entered["idle_status"] == status, "parcels_n"].sum() >= n


def test_sums_by_status_and_cause() -> None:
    base = {"started": False, "grant": "grant", "land_price_wan": 100.0, "cause_verified": True}
    ledger = frame("ledger", [
        {**base, "parcel_id": "p0", "contract_no": "a", "start_due_on": "2025-01-15", "cause": "holder"},
        {**base, "parcel_id": "p1", "contract_no": "b", "start_due_on": "2025-02-15", "cause": "holder"},
        {**base, "parcel_id": "p2", "contract_no": "c", "start_due_on": "2024-01-15", "cause": "holder"},
        {**base, "parcel_id": "p3", "contract_no": "d", "start_due_on": "2024-01-15", "cause": "gov_plan"},
    ])  # fmt: skip
    table = analyse_idle(ledger, parcels(4), POLICY, AS_OF).tables["idle_sums"]
    found = table[["idle_status", "cause", "parcels_n", "area_ha", "fees_n"]].to_numpy().tolist()
    assert found == [
        ["suspected_2y", "holder", 1, 1.0, 0],  # an alternative to recovery: in no total
        ["suspected_1y", "holder", 2, 2.0, 2],
        ["gov_cause", "gov_plan", 1, 1.0, 0],
    ]
    assert table["fee_order53_wan"].fillna(-1).tolist() == [-1, 40, -1]


@settings(max_examples=8, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=8), st.integers(0, 23))
def test_the_trend_is_what_a_later_review_counts(rows: list[dict], ahead: int) -> None:
    """But for boundary days, which have no line of their own."""
    ledger = frame("ledger", [{"contract_no": f"c{n}", **row} for n, row in enumerate(rows)])
    on = (pd.Timestamp(AS_OF) + pd.offsets.MonthEnd(ahead)).date() if ahead else AS_OF
    now, later = (analyse_idle(ledger, parcels(3), POLICY, day) for day in (AS_OF, on))
    assume("at_the_line" not in set(later.measures["idle_status"]))
    told = now.tables["idle_trend"]
    told = told[told["on"] == pd.Timestamp(on)].set_index("idle_status")["parcels_n"]
    assert told.to_dict() == later.measures["idle_status"].value_counts().to_dict()


def test_the_trend_has_a_line_for_every_month_and_counts_every_parcel() -> None:
    row = {"parcel_id": "p0", "contract_no": "c", "start_due_on": "2026-08-15", "started": False}
    table = analyse_idle(frame("ledger", [row]), parcels(3), POLICY, AS_OF).tables["idle_trend"]
    days = table["on"].drop_duplicates().dt.strftime("%Y-%m-%d").tolist()
    assert (days[0], days[1], days[-1], len(days)) == ("2026-06-30", "2026-07-31", "2028-06-30", 25)
    assert table.groupby("on")["parcels_n"].sum().eq(3).all()
    own = table[table["idle_status"] != "unknown"].set_index("on")["idle_status"]
    changes = own[own != own.shift().fillna("")]
    assert {str(on.date()): status for on, status in changes.items()} == {
        "2026-06-30": "not_due",
        "2026-08-31": "overdue_start",
        "2027-08-31": "suspected_1y",
    }
    assert table["area_ha"].tolist() == (table["area_m2"] / 10000).tolist()
