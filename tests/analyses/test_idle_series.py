"""The status of parcels at dates to come: what a later review of the same records would say."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analyses.idle_measures import parcel_measures
from analyses.idle_review import review_ledger
from analyses.idle_series import idle_series
from policies import load_policy

AS_OF = date(2026, 6, 30)
POLICY = load_policy("national")


def parcels() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "parcel_id": pd.Series(["due", "late", "built", "never", "silent"], dtype="string"),
            "zone_id": pd.Series(["z"] * 5, dtype="string"),
            "area_m2": [10_000.0] * 5,
            "supply_status": pd.Series([None, None, None, "ready", None], dtype="string"),
        }
    )


def ledger() -> pd.DataFrame:
    """One start due in a year, one a month past, one building, and none for two parcels."""
    return pd.DataFrame(
        {
            "parcel_id": pd.Series(["due", "late", "built"], dtype="string"),
            "contract_no": pd.Series(["c1", "c2", "c3"], dtype="string"),
            "start_due_on": pd.to_datetime(["2027-06-30", "2026-05-31", "2024-01-01"]),
            "started": pd.Series([False, False, True], dtype="boolean"),
            "cause": pd.Series(["holder"] * 3, dtype="string"),
        }
    )


def at(day: date) -> list[str]:
    review = review_ledger(ledger(), parcels(), POLICY, AS_OF)
    measures = parcel_measures(review, parcels())
    series = idle_series(review, parcels(), measures, [day])
    assert series["parcel_id"].tolist() == parcels()["parcel_id"].tolist()
    assert set(series["on"].dt.date) == {day}
    return series["idle_status"].tolist()


def test_each_date_by_hand() -> None:
    rest = ["started", "not_supplied", "unknown"]
    assert at(date(2027, 5, 31)) == ["not_due", "at_the_line", *rest]
    assert at(date(2027, 6, 1)) == ["not_due", "suspected_1y", *rest]
    assert at(date(2027, 7, 1)) == ["overdue_start", "suspected_1y", *rest]
    assert at(date(2028, 6, 1)) == ["overdue_start", "suspected_2y", *rest]
    assert at(date(2028, 7, 1)) == ["suspected_1y", "suspected_2y", *rest]


@pytest.mark.parametrize("day", [date(2026, 7, 1), date(2027, 6, 30), date(2029, 1, 1)])
def test_a_later_review_of_the_same_records_says_the_same(day: date) -> None:
    later = parcel_measures(review_ledger(ledger(), parcels(), POLICY, day), parcels())
    assert at(day) == later["idle_status"].tolist()


def test_dates_behind_are_refused_and_each_is_told_once() -> None:
    review = review_ledger(ledger(), parcels(), POLICY, AS_OF)
    measures = parcel_measures(review, parcels())
    with pytest.raises(ValueError, match="2026-06-30 cannot be told ahead"):
        idle_series(review, parcels(), measures, [AS_OF])
    day = date(2027, 1, 1)
    assert len(idle_series(review, parcels(), measures, [day, day])) == len(parcels())
    assert idle_series(review, parcels(), measures, []).empty
