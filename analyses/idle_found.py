"""Land found idle (认定): what the cases say of a finding that is served and not settled.

The tool finds nothing. It reads from the cases whether the authority has: a finding (认定书) counts
from the day on which it is served until the case is closed. Publicity rests on the same two days
(Order 53, art. 11: published after the finding, withdrawn when settled).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.frames import texts
from analyses.idle_clock import day_numbers
from analyses.idle_links import link_rows

if TYPE_CHECKING:
    from datetime import date

__all__ = ["CASE_DAYS", "found_parcels", "found_rows"]

#: The days of a case that stand beside a contract.
CASE_DAYS = ("finding_on", "finding_served_on", "closed_on")


def _case_states(cases: pd.DataFrame, as_of: date) -> tuple[np.ndarray, np.ndarray]:
    """Mark the cases whose finding is served and unsettled, and those of which that is not known."""
    today = np.datetime64(as_of, "D")
    served_on = day_numbers(cases, "finding_served_on")
    running = ~(day_numbers(cases, "closed_on") <= today)
    served = running & (served_on <= today)
    made = running & (day_numbers(cases, "finding_on") <= today)
    return served, made & np.isnat(served_on)


def _answer(n: int, served: np.ndarray, unsure: np.ndarray) -> pd.arrays.BooleanArray:
    """Return yes at the positions `served`, null at `unsure`, else no."""
    yes, unknown = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    yes[served] = True
    unknown[unsure] = True
    return pd.arrays.BooleanArray(yes, unknown & ~yes)


def found_rows(ledger: pd.DataFrame, cases: pd.DataFrame | None, as_of: date) -> pd.DataFrame:
    """Return, for every ledger row, the days of its latest case and whether it is found idle.

    Parameters
    ----------
    ledger : pandas.DataFrame
        With a RangeIndex and the linking columns.
    cases : pandas.DataFrame or None
        In their contract; without them nothing is known.
    as_of : datetime.date
        The review date; later days have not happened yet.

    Returns
    -------
    pandas.DataFrame
        ``finding_on``, ``finding_served_on``, ``closed_on`` and ``idle_found``: yes where a finding
        is served and its case not closed, null without cases or where a finding is dated but not
        its service.

    Examples
    --------
    >>> from datetime import date
    >>> ledger = pd.DataFrame({"contract_no": ["A", "B"], "phase_no": None, "parcel_id": ["p", "q"]})
    >>> cases = pd.DataFrame({"contract_no": ["A"], "phase_no": None, "parcel_id": None,
    ...                       "finding_served_on": pd.to_datetime(["2026-03-01"])})
    >>> found_rows(ledger, cases, date(2026, 6, 30))["idle_found"].tolist()
    [True, False]
    """
    n = len(ledger)
    days = {
        name: np.full(n, np.datetime64("NaT", "s"), dtype="datetime64[s]") for name in CASE_DAYS
    }
    found = pd.arrays.BooleanArray(np.zeros(n, dtype=bool), np.ones(n, dtype=bool))
    if cases is not None:
        served, unsure = _case_states(cases, as_of)
        today = np.datetime64(as_of, "D")
        at, source = link_rows(ledger, cases)
        found = _answer(n, at[served[source]], at[unsure[source]])
        known = {name: day_numbers(cases, name) for name in CASE_DAYS}
        known = {
            name: np.where(day <= today, day, np.datetime64("NaT", "D"))
            for name, day in known.items()
        }
        # Of several cases the one that counts, else the one found last.
        order = np.lexsort(
            (texts(cases, "case_id").fillna("").to_numpy(dtype=str), *_late(known), served)
        )
        place = np.empty(len(cases), dtype=np.int64)
        place[order] = np.arange(len(cases))
        last = np.full(n, -1, dtype=np.int64)
        np.maximum.at(last, at, place[source])
        has = last >= 0
        for name in CASE_DAYS:
            days[name][has] = known[name][order[last[has]]].astype("datetime64[s]")
    return pd.DataFrame({**days, "idle_found": found}, index=ledger.index)


def _late(known: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    """Return sort keys by which a later finding comes last and one not dated first."""
    keys = [known[name].astype(np.int64) for name in ("finding_served_on", "finding_on")]
    return tuple(keys)


def found_parcels(
    parcels: pd.DataFrame,
    ledger: pd.DataFrame,
    parcel_at: np.ndarray,
    cases: pd.DataFrame | None,
    as_of: date,
) -> pd.arrays.BooleanArray:
    """Return whether each parcel is found idle: by a case of its own or of a row of its ledger.

    Parameters
    ----------
    parcels, ledger : pandas.DataFrame
        Both in their contracts.
    parcel_at : numpy.ndarray of int
        The position of the parcel of each ledger row; -1 for none.
    cases : pandas.DataFrame or None
        In their contract; without them every answer is null.
    as_of : datetime.date
        The review date.
    """
    n = len(parcels)
    if cases is None:
        return pd.arrays.BooleanArray(np.zeros(n, dtype=bool), np.ones(n, dtype=bool))
    states = _case_states(cases, as_of)
    at, source = link_rows(ledger, cases)
    of_row = parcel_at[at]
    own, named = texts(parcels, "parcel_id"), texts(cases, "parcel_id")
    places = []
    for state in states:
        by_row = of_row[state[source]]
        direct = np.flatnonzero(own.isin(named[state].dropna()).to_numpy(dtype=bool))
        places.append(np.concatenate([by_row[by_row >= 0], direct]))
    return _answer(n, places[0], places[1])
