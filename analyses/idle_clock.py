"""Anniversaries and the due start: from which day on land that was not started is suspected idle.

A year that runs from a day ends on the corresponding day, the day it runs from not counted; where
the month has no such day, on its last day (by analogy with the Civil Code, arts 201 to 203). That
last day is the line: the year is full only when it is over, so the first idle day is the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.frames import flags
from analyses.idle_text import choose, coded, first_that_holds

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from analyses.idle_rules import IdleRules

__all__ = ["Calendar", "StartClock", "add_years", "day_numbers", "start_clock"]

_DAY = np.timedelta64(1, "D")
_SECONDS = int(_DAY / np.timedelta64(1, "s"))
_NOT_A_DAY = np.iinfo(np.int64).min
#: What is said of an extension, in the order in which `start_clock` asks.
_EXTENSIONS = np.array(
    ["none", "unregistered", "kind", "none", "undated", "not_later", "late", "moved"], dtype=object
)


def day_numbers(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Return a date column as days (``datetime64[D]``); NaT throughout where the frame has none.

    Examples
    --------
    >>> day_numbers(pd.DataFrame({"on": pd.to_datetime(["2021-06-30"])}), "on").tolist()
    [datetime.date(2021, 6, 30)]
    """
    if name not in frame:
        return np.full(len(frame), np.datetime64("NaT", "D"))
    moments = np.ascontiguousarray(
        pd.to_datetime(frame[name]).to_numpy().astype("datetime64[s]", copy=False)
    )
    # Whole division: the cast of NumPy takes every moment apart into year, month and day.
    days = moments.view(np.int64) // _SECONDS
    days[np.isnat(moments)] = _NOT_A_DAY
    return days.view("datetime64[D]")


def add_years(days: np.ndarray, years: int) -> np.ndarray:
    """Return the corresponding days `years` later; the month's last day where there is none.

    Parameters
    ----------
    days : numpy.ndarray of datetime64[D]
        NaT stays NaT.
    years : int
        Whole years.

    Examples
    --------
    >>> add_years(np.array(["2020-02-29", "2021-06-30"], "datetime64[D]"), 1)
    array(['2021-02-28', '2022-06-30'], dtype='datetime64[D]')
    """
    start = np.ascontiguousarray(days, dtype="datetime64[D]")
    known = ~np.isnat(start)
    if not known.any():
        return start.copy()
    number = start.view(np.int64)
    last = number.max()
    first = number.min(where=known, initial=last)
    if last - first >= start.size:
        return _corresponding(start, years)
    # Many rows share few days: each day of the span is worked out once.
    span = _corresponding(np.arange(first, last + 1).view("datetime64[D]"), years)
    moved: np.ndarray = span.take(np.where(known, number - first, 0))
    moved[~known] = np.datetime64("NaT", "D")
    return moved


def _corresponding(start: np.ndarray, years: int) -> np.ndarray:
    month = start.astype("datetime64[M]")
    year = month.astype("datetime64[Y]")
    target = (year + years).astype("datetime64[M]") + (month - year.astype("datetime64[M]"))
    first = target.astype("datetime64[D]")
    last = (target + 1).astype("datetime64[D]") - _DAY
    return np.asarray(np.minimum(first + (start - month.astype("datetime64[D]")), last))


@dataclass(frozen=True)
class Calendar:
    """How years are counted.

    Attributes
    ----------
    start_day_counts : bool
        The day from which a year runs is its first day; the line then falls a day earlier.
    holiday_rollover : bool
        A line that falls on a day off moves to the next working day.
    holidays : frozenset of datetime.date
        The days off, weekends among them, as the yearly arrangement of the State Council has them.
    """

    start_day_counts: bool = False
    holiday_rollover: bool = False
    holidays: frozenset[date] = frozenset()

    @classmethod
    def of(cls, rules: IdleRules, holidays: Iterable[date] = ()) -> Calendar:
        """Take the counting rules of a policy; days off are the policy's own and those given."""
        off = frozenset(holidays) | frozenset(rules.holidays)
        return cls(rules.start_day_counts, rules.holiday_rollover, off)

    def line(self, start: np.ndarray, years: int) -> np.ndarray:
        """Return the last day of the years that run from `start`.

        Examples
        --------
        >>> start = np.array(["2021-06-30"], "datetime64[D]")
        >>> Calendar().line(start, 1), Calendar(start_day_counts=True).line(start, 1)
        (array(['2022-06-30'], dtype='datetime64[D]'), array(['2022-06-29'], dtype='datetime64[D]'))
        """
        last = add_years(start, years)
        if self.start_day_counts:
            last = last - _DAY
        return self.working(last)

    def working(self, last: np.ndarray) -> np.ndarray:
        """Return last days moved off the days off, where the rules say so.

        Examples
        --------
        >>> from datetime import date
        >>> last = np.array(["2026-10-01"], "datetime64[D]")
        >>> Calendar(holiday_rollover=True, holidays=frozenset([date(2026, 10, 1)])).working(last)
        array(['2026-10-02'], dtype='datetime64[D]')
        """
        if self.holiday_rollover and self.holidays:
            off = np.array(sorted(self.holidays), dtype="datetime64[D]")
            resting = np.isin(last, off)
            while resting.any():
                last = np.where(resting, last + _DAY, last)
                resting = np.isin(last, off)
        return last

    def first_after(self, start: np.ndarray, years: int) -> np.ndarray:
        """Return the first day after the line."""
        return np.asarray(self.line(start, years) + _DAY)


@dataclass(frozen=True)
class StartClock:
    """The due start of every row and what moved it; arrays of equal length.

    Attributes
    ----------
    base : numpy.ndarray of datetime64[D]
        The agreed start; else a year (by the pack) after delivery; else NaT.
    due : numpy.ndarray of datetime64[D]
        The due start that counts: `base`, or the date to which an extension moved it.
    source : numpy.ndarray of str
        ``contract``, ``delivery``, ``extension_contract``, ``extension_art12`` or ``unknown``.
    extended : numpy.ndarray of datetime64[D]
        The date of the extension, whether it counts or not.
    extension : numpy.ndarray of str
        ``none``; ``moved``; ``undated`` (no new date recorded); or why it does not move the clock:
        ``unregistered``, ``kind`` (not recorded), ``not_later``, ``late`` (agreed under the contract
        only after the year was full).
    """

    base: np.ndarray
    due: np.ndarray
    source: np.ndarray
    extended: np.ndarray
    extension: np.ndarray

    @cached_property
    def unresolved(self) -> np.ndarray:
        """Whether an extension leaves two clocks, of which a person has to choose one."""
        return np.isin(self.extension, ("unregistered", "kind", "not_later", "late"))


def start_clock(
    ledger: pd.DataFrame,
    rules: IdleRules,
    calendar: Calendar,
    as_of: date,
    *,
    registered: np.ndarray | None = None,
) -> StartClock:
    """Return the due start of every ledger row.

    An extension under the contract moves the due start; one by negotiated remedy (art. 12) only where
    the case is recorded in the monitoring system (art. 25). An extension signed after `as_of` is not
    yet one.

    Parameters
    ----------
    ledger : pandas.DataFrame
        In the contract of the ledger.
    rules : IdleRules
        Gives the years from delivery to start.
    calendar : Calendar
        How years are counted.
    as_of : datetime.date
        The review date.
    registered : numpy.ndarray of bool, optional
        Whether each row's case is recorded; by default ``registered_in_system`` is yes.

    Returns
    -------
    StartClock

    Examples
    --------
    >>> from datetime import date
    >>> from analyses.idle_rules import IdleRules
    >>> from policies import load_policy
    >>> ledger = pd.DataFrame({"delivered_on": pd.to_datetime(["2024-02-29"])})
    >>> clock = start_clock(ledger, IdleRules.of(load_policy("national")), Calendar(), date(2026, 6, 30))
    >>> clock.due[0], clock.source[0]
    (np.datetime64('2025-02-28'), 'delivery')
    """
    today = np.datetime64(as_of, "D")
    agreed = day_numbers(ledger, "start_due_on")
    delivered = add_years(day_numbers(ledger, "delivered_on"), rules.delivery_years)
    by_contract = ~np.isnat(agreed)
    base = np.where(by_contract, agreed, delivered)
    source = choose([by_contract, ~np.isnat(delivered)], ["contract", "delivery"], "unknown")
    if registered is None:
        registered = flags(ledger, "registered_in_system").fillna(value=False).to_numpy(dtype=bool)
    places, found = coded(ledger, "extension_kind")
    unnamed, art12, contract = (
        np.array([name == kind for name in found])[places] for kind in ("", "art12", "contract")
    )
    extended = day_numbers(ledger, "extension_start_on")
    signed = day_numbers(ledger, "extension_signed_on")
    there = (~unnamed | ~np.isnat(extended)) & ~(signed > today)
    which = first_that_holds(
        [
            ~there,
            art12 & ~registered,
            ~art12 & ~contract,
            np.isnat(extended) & (today <= base),
            np.isnat(extended),
            extended <= base,
            contract & (signed > calendar.line(base, rules.idle_years)),
        ]
    )
    extension: np.ndarray = _EXTENSIONS.take(which)
    moved, undated = which == len(_EXTENSIONS) - 1, extension == "undated"
    due = np.where(moved, extended, base)
    due[undated] = np.datetime64("NaT", "D")
    source[moved & contract], source[moved & ~contract] = "extension_contract", "extension_art12"
    source[undated] = "unknown"
    return StartClock(base, due, source, extended, extension)
