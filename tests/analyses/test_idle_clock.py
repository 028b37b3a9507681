"""Anniversaries: corresponding days, month ends, counting conventions."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.idle_clock import Calendar, add_years, day_numbers


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("start", "years", "expected"),
    [
        ("2021-06-30", 1, "2022-06-30"),
        ("2020-02-29", 1, "2021-02-28"),
        ("2020-02-29", 2, "2022-02-28"),
        ("2020-02-29", 4, "2024-02-29"),
        ("2023-02-28", 1, "2024-02-28"),
        ("2021-12-31", 1, "2022-12-31"),
        ("2021-01-01", 0, "2021-01-01"),
        ("NaT", 1, "NaT"),
    ],
)
def test_corresponding_day(start: str, years: int, expected: str) -> None:
    assert str(add_years(days(start), years)[0]) == expected


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(0, 30))
@settings(max_examples=200, deadline=None)
def test_corresponding_day_against_the_calendar(start: date, years: int) -> None:
    try:
        expected = start.replace(year=start.year + years)
    except ValueError:  # 29 February
        expected = date(start.year + years, 2, 28)
    assert add_years(np.array([start], dtype="datetime64[D]"), years)[0].item() == expected


def test_start_day_that_counts_moves_the_line_a_day_back() -> None:
    start = days("2021-06-30", "2020-02-29")
    assert Calendar(start_day_counts=True).line(start, 1).tolist() == [
        day - timedelta(days=1) for day in Calendar().line(start, 1).tolist()
    ]


def test_a_line_on_a_day_off_moves_to_the_next_working_day() -> None:
    holidays = frozenset({date(2022, 10, day) for day in range(1, 8)})
    start = days("2021-09-30", "2021-10-01", "2021-10-05", "2021-10-08", "NaT")
    moved = Calendar(holiday_rollover=True, holidays=holidays).line(start, 1)
    assert [str(day) for day in moved] == [
        *("2022-09-30", "2022-10-08", "2022-10-08", "2022-10-08", "NaT")
    ]
    assert Calendar(holidays=holidays).line(start, 1).tolist() == Calendar().line(start, 1).tolist()


def test_a_column_that_is_not_there_is_unknown() -> None:
    assert np.isnat(day_numbers(pd.DataFrame(index=[3, 4]), "delivered_on")).all()
