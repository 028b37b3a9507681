"""The idle status of a ledger row: a decision table in which the first match wins.

========================  =================================================  ====================
branch                    condition                                          status
========================  =================================================  ====================
any                       never supplied                                     ``not_supplied``
any                       facts of the start contradict each other           ``human_review``
not started or not known  no due start                                       ``unknown``
                          an extension leaves two clocks                     ``human_review``
                          up to and including the due start                  ``not_due``
                          before the anniversary                             ``overdue_start``
                          on the anniversary                                 ``at_the_line``
                          start not known                                    ``to_check``
                          preparatory work                                   ``human_review``
                          government cause or force majeure, all verified    ``gov_cause``
                          the same unverified; causes of several kinds       ``human_review``
                          else, from the first day after the second year     ``suspected_2y``
                          else                                               ``suspected_1y``
started                   completed, not suspended, or before its line       ``started``
                          on its line                                        ``at_the_line``
                          a limb of art. 2 para 2 met                        ``suspended``
                          both computed and unmet                            ``started``
                          else                                               ``unknown``
========================  =================================================  ====================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.idle_text import choose, first_that_holds

if TYPE_CHECKING:
    from datetime import date

    from analyses.idle_causes import Causes
    from analyses.idle_clock import Calendar, StartClock
    from analyses.idle_rules import IdleRules
    from analyses.idle_works import Started, Suspension

__all__ = ["REVIEW_OF_CAUSE", "SUSPECTED", "Decision", "Facts", "decide"]

_DAY = np.timedelta64(1, "D")
_NAT = np.datetime64("NaT", "D")

#: The statuses of land suspected idle: counted in the suspected area of a zone.
SUSPECTED = ("suspected_2y", "suspected_1y", "suspended", "gov_cause")

#: Kinds of cause that decide a status.
_KINDS_REVIEWED = ("preparatory", "government", "several", "other")
#: Reasons for review that leave the clock and the missing start beyond doubt: the days are counted.
REVIEW_OF_CAUSE = ("preparatory", "unverified", "several", "other_cause")


@dataclass(frozen=True)
class Facts:
    """What is known of every ledger row; the parts have equal length.

    Attributes
    ----------
    never_supplied : numpy.ndarray of bool
        The parcel is not supplied and the row names no contract.
    clock : StartClock
        The due start.
    started : Started
        Whether works were started.
    suspended_on : numpy.ndarray of datetime64[D]
        The day of the suspension; NaT where none is recorded.
    suspension : Suspension
        The two limbs.
    causes : Causes
        Why works were not started.
    deducted : numpy.ndarray of timedelta64[D]
        Days taken out of the period, where the rules say so.
    """

    never_supplied: np.ndarray
    clock: StartClock
    started: Started
    suspended_on: np.ndarray
    suspension: Suspension
    causes: Causes
    deducted: np.ndarray


@dataclass(frozen=True)
class Decision:
    """The status of every ledger row and the dates behind it; arrays of equal length.

    Attributes
    ----------
    status : numpy.ndarray of str
        A key of `analyses.results.IDLE_STATUSES`.
    review : numpy.ndarray of str
        Why a person has to look at it; empty where not ``human_review``.
    suspension_runs : numpy.ndarray of bool
        The dates are those of a suspension, not of a missing start.
    line, idle_from, two_years_on : numpy.ndarray of datetime64[D]
        The anniversary; the first day after it; the first day after the second anniversary. NaT for
        land never supplied, and for started land without a suspension or with one of no consequence.
    idle_days : numpy.ndarray of float
        Days from `idle_from` to the review date, both counted; NaN unless the row is suspected, or only
        its cause is under review.
    duration_class : numpy.ndarray of str
        ``1y`` or ``2y`` where days are counted, else empty.
    """

    status: np.ndarray
    review: np.ndarray
    suspension_runs: np.ndarray
    line: np.ndarray
    idle_from: np.ndarray
    two_years_on: np.ndarray
    idle_days: np.ndarray
    duration_class: np.ndarray


def _limbs(suspension: Suspension, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether either limb of the suspension test is met, and whether both are unmet, on `rows` alone."""
    developed, invested = suspension.developed[rows], suspension.invested[rows]
    met, unmet = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    met[rows] = (developed == "yes") | (invested == "yes")
    unmet[rows] = (developed == "no") & (invested == "no")
    return met, unmet


def decide(facts: Facts, rules: IdleRules, calendar: Calendar, as_of: date) -> Decision:
    """Decide the idle status of every ledger row.

    On the second anniversary itself a row is still ``suspected_1y``: two years are full when that day
    is over, just as on the first anniversary the row is still at the line.

    Parameters
    ----------
    facts : Facts
        What is known.
    rules : IdleRules
        The years.
    calendar : Calendar
        How years are counted.
    as_of : datetime.date
        The review date.

    Returns
    -------
    Decision
    """
    today = np.datetime64(as_of, "D")
    clock, started, causes = facts.clock, facts.started, facts.causes
    due, line = clock.due, calendar.line(clock.due, rules.idle_years) + facts.deducted
    two_years_on = calendar.first_after(clock.due, rules.recovery_years) + facts.deducted
    works = started.reading == "yes"
    halted_on = np.where(facts.suspended_on <= today, facts.suspended_on, _NAT)
    halt_line = calendar.line(halted_on, rules.suspended_years)
    halted = works & (halt_line < today)
    met, unmet = _limbs(facts.suspension, halted)
    contradicts = started.contradiction != ""
    places, kinds = pd.factorize(causes.kind)
    kind = {name: (kinds == name)[places] for name in _KINDS_REVIEWED}
    two_clocks = np.flatnonzero(clock.unresolved)
    why_two = np.full(len(due), "", dtype=object)
    why_two[two_clocks] = [f"extension_{code}" for code in clock.extension[two_clocks]]
    table: list[tuple[np.ndarray, str, str | np.ndarray]] = [
        (facts.never_supplied, "not_supplied", ""),
        (contradicts, "human_review", started.contradiction),
        (works & (started.completed | ~(halt_line <= today)), "started", ""),
        (works & (halt_line == today), "at_the_line", ""),
        (works & met, "suspended", ""),
        (works & unmet, "started", ""),
        (works, "unknown", ""),
        (np.isnat(due), "unknown", ""),
        (clock.unresolved, "human_review", why_two),
        (today <= due, "not_due", ""),
        (today < line, "overdue_start", ""),
        (today == line, "at_the_line", ""),
        (started.reading == "unknown", "to_check", ""),
        (kind["preparatory"], "human_review", "preparatory"),
        (kind["government"] & causes.verified, "gov_cause", ""),
        (kind["government"], "human_review", "unverified"),
        (kind["several"], "human_review", "several"),
        (kind["other"], "human_review", "other_cause"),
        (today >= two_years_on, "suspected_2y", ""),
    ]
    masks = [mask for mask, _, _ in table]
    which = first_that_holds(masks)
    names = np.array([*(name for _, name, _ in table), "suspected_1y"], dtype=object)
    status: np.ndarray = names.take(which)
    review = choose(masks, [reason for _, _, reason in table], "")
    runs = works & ~contradicts & ~started.completed & ~np.isnat(halted_on)
    runs &= ~facts.never_supplied
    silent = facts.never_supplied | (works & ~contradicts & ~runs)
    # A suspension over its year that meets neither limb has no consequence: its dates are not shown.
    silent |= runs & (status == "started") & (halt_line < today)
    line = np.where(silent, _NAT, np.where(runs, halt_line, line))
    second = np.where(runs, calendar.first_after(halted_on, rules.recovery_years), two_years_on)
    second = np.where(silent, _NAT, second)
    reasons = [reason if isinstance(reason, str) else "" for _, _, reason in table]
    counts = np.isin(names, SUSPECTED) | np.isin([*reasons, ""], REVIEW_OF_CAUSE)
    counted = counts.take(which)
    days = (today - (line + _DAY)).astype("timedelta64[D]").astype(np.int64) + 1
    duration = choose([counted & (today >= second), counted], ["2y", "1y"], "")
    return Decision(
        status=status,
        review=review,
        suspension_runs=runs,
        line=line,
        idle_from=line + _DAY,
        two_years_on=second,
        idle_days=np.where(counted, days.astype(np.float64), np.nan),
        duration_class=duration,
    )
