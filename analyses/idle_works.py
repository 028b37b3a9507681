"""Whether works were started, and whether started works were suspended with too little done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analyses.frames import filled, flags, numbers
from analyses.idle_clock import day_numbers
from analyses.idle_text import choose, coded

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    import pandas as pd

    from analyses.idle_rules import IdleRules

__all__ = ["Started", "Suspension", "falls_short", "started_reading", "suspension_test"]

#: Two products of given numbers closer than this (relative) are the same number: they differ by the
#: rounding of binary fractions and of unit conversion alone, far below the last digit anyone writes.
_SAME = 1e-12


def falls_short(
    part: np.ndarray, whole: np.ndarray, least: Fraction, *, scale: np.ndarray | None = None
) -> np.ndarray:
    """Whether `part` is strictly less than the share `least` of `whole`; False where unknown.

    Compared as ``part * denominator < whole * numerator``, so that a third is a third; a difference
    within the rounding of floating point counts as none.

    Parameters
    ----------
    part, whole : numpy.ndarray of float
        NaN where unknown.
    least : fractions.Fraction
        The share.
    scale : numpy.ndarray of float, optional
        The size of the numbers from which `part` and `whole` were computed, where larger than they are.

    Examples
    --------
    >>> from fractions import Fraction
    >>> falls_short(np.array([33.3333, 100.0, 0.1]), np.array([100.0, 300.0, 0.3]), Fraction(1, 3))
    array([ True, False, False])
    """
    left, right = part * least.denominator, whole * least.numerator
    size = np.maximum(np.abs(left), np.abs(right))
    if scale is not None:
        size = np.maximum(size, scale * least.denominator)
    return np.asarray(right - left > _SAME * size)


@dataclass(frozen=True)
class Started:
    """Whether each row was started by the review date; arrays of equal length.

    Attributes
    ----------
    reading : numpy.ndarray of str
        ``yes``, ``no`` or ``unknown``.
    source : numpy.ndarray of str
        ``recorded``, ``permit``, ``foundation``, ``completed`` or ``unknown``.
    contradiction : numpy.ndarray of str
        ``yes_without_permit``, ``started_later``, ``completed_not_started`` or empty.
    completed : numpy.ndarray of bool
        Completed by the review date.
    permit, foundation : numpy.ndarray of str
        ``yes``, ``no`` or ``unknown``: the construction permit; the foundation test of art. 30.
    """

    reading: np.ndarray
    source: np.ndarray
    contradiction: np.ndarray
    completed: np.ndarray
    permit: np.ndarray
    foundation: np.ndarray


def _answers(yes: np.ndarray, no: np.ndarray) -> np.ndarray:
    return choose([yes, no], ["yes", "no"], "unknown")


def _recorded(ledger: pd.DataFrame, name: str) -> tuple[np.ndarray, np.ndarray]:
    values = flags(ledger, name)
    yes = values.fillna(value=False).to_numpy(dtype=bool)
    return yes, ~values.fillna(value=True).to_numpy(dtype=bool)


def _permit(ledger: pd.DataFrame, today: np.datetime64) -> np.ndarray:
    """Whether the permit had been given: its recorded answer, else its number or date."""
    yes, no = _recorded(ledger, "permit")
    on = day_numbers(ledger, "permit_on")
    named = filled(ledger, "permit_no")
    later = on > today
    return _answers((yes | named | (on <= today)) & ~no & ~later, no | later)


def _foundation(ledger: pd.DataFrame, rules: IdleRules) -> np.ndarray:
    """Whether the foundation work that counts as a start is done.

    Where the kind of work is not recorded, the test is decided only if every kind gives one answer.
    """
    done = numbers(ledger, "foundation_done_share").to_numpy()
    places, found = coded(ledger, "foundation")
    one = np.ones_like(done)
    short = {name: falls_short(done, one, least) for name, least in rules.foundation_min.items()}
    any_short = np.logical_or.reduce(list(short.values()))
    all_short = np.logical_and.reduce(list(short.values()))
    names = [np.array([each == name for each in found])[places] for name in short]
    unmet = np.select(names, list(short.values()), all_short)
    met = np.select(names, [~value for value in short.values()], ~any_short)
    known = ~np.isnan(done)
    return _answers(met & known, unmet & known)


def started_reading(ledger: pd.DataFrame, rules: IdleRules, as_of: date) -> Started:
    """Say whether each row was started by `as_of`.

    The officer's recorded judgement (``started``) prevails. Where it is blank: no construction permit,
    or the foundation test unmet, is not started; a permit together with the foundation test met is
    started (art. 30); a completed project was started; else unknown.

    Parameters
    ----------
    ledger : pandas.DataFrame
        In the contract of the ledger.
    rules : IdleRules
        Gives the shares of foundation work that count as a start.
    as_of : datetime.date
        The review date.

    Returns
    -------
    Started

    Examples
    --------
    >>> from datetime import date
    >>> import pandas as pd
    >>> from analyses.idle_rules import IdleRules
    >>> from policies import load_policy
    >>> rows = pd.DataFrame({"permit": [True, True, False], "foundation": ["piles", "piles", None],
    ...                      "foundation_done_share": [1.0, 0.99, None]})
    >>> started_reading(rows, IdleRules.of(load_policy("national")), date(2026, 6, 30)).reading.tolist()
    ['yes', 'no', 'no']
    """
    today = np.datetime64(as_of, "D")
    said_yes, said_no = _recorded(ledger, "started")
    permit, foundation = _permit(ledger, today), _foundation(ledger, rules)
    completed = day_numbers(ledger, "completed_on") <= today
    which = [
        (said_yes, "yes", "recorded"),
        (said_no, "no", "recorded"),
        (permit == "no", "no", "permit"),
        (foundation == "no", "no", "foundation"),
        ((permit == "yes") & (foundation == "yes"), "yes", "foundation"),
        (completed, "yes", "completed"),
    ]
    masks = [mask for mask, _, _ in which]
    reading = choose(masks, [answer for _, answer, _ in which], "unknown")
    source = choose(masks, [name for _, _, name in which], "unknown")
    yes = reading == "yes"
    contradiction = choose(
        [
            yes & (permit == "no"),
            yes & (day_numbers(ledger, "started_on") > today),
            completed & (reading == "no"),
        ],
        ["yes_without_permit", "started_later", "completed_not_started"],
        "",
    )
    return Started(reading, source, contradiction, completed, permit, foundation)


@dataclass(frozen=True)
class Suspension:
    """The two limbs of art. 2 para 2; arrays of equal length.

    Attributes
    ----------
    developed_share, invested_share : numpy.ndarray of float
        Developed over developable area; invested over total investment, land price and taxes taken
        out of both where the sums hold them (as recorded where that is not known, and less only what is
        recorded of the two where one of them is missing: the share is then the highest it can be).
    developed, invested : numpy.ndarray of str
        Whether the limb is met: ``yes``, ``no`` or ``unknown``.
    """

    developed_share: np.ndarray
    invested_share: np.ndarray
    developed: np.ndarray
    invested: np.ndarray

    @property
    def met(self) -> np.ndarray:
        """Whether either limb is met: ``yes``, ``no`` (both computed and unmet) or ``unknown``."""
        return _answers(
            (self.developed == "yes") | (self.invested == "yes"),
            (self.developed == "no") & (self.invested == "no"),
        )


def suspension_test(ledger: pd.DataFrame, rules: IdleRules) -> Suspension:
    """Compute both limbs of art. 2 para 2: developed area under a third, invested under a quarter.

    Both shares must be strictly less. Where ``investment_includes_land`` is yes, land price and taxes
    are taken out of both sums (art. 30); where it is not recorded, the limb is decided only if it
    comes out alike both ways. Taking the same sum out of both can only lower the share, so a limb met
    by the sums as recorded is met whatever has to be taken out.

    Parameters
    ----------
    ledger : pandas.DataFrame
        In the contract of the ledger; areas in m2, money in 万元.
    rules : IdleRules
        Gives the two shares.

    Returns
    -------
    Suspension

    Examples
    --------
    >>> import pandas as pd
    >>> from analyses.idle_rules import IdleRules
    >>> from policies import load_policy
    >>> rows = pd.DataFrame({"investment_total_wan": [1000.0], "invested_wan": [400.0],
    ...     "land_price_wan": [180.0], "taxes_wan": [20.0], "investment_includes_land": [True]})
    >>> test = suspension_test(rows, IdleRules.of(load_policy("national")))
    >>> test.invested_share.tolist(), test.invested.tolist(), test.developed.tolist()
    ([0.25], ['no'], ['unknown'])
    """
    area, done = (
        numbers(ledger, name).to_numpy() for name in ("develop_area_m2", "developed_area_m2")
    )
    area_known = (area > 0) & (done >= 0)
    short = falls_short(done, area, rules.developed_min)
    developed = _answers(area_known & short, area_known & ~short)
    total, spent, price, taxes = (
        numbers(ledger, name).to_numpy()
        for name in ("investment_total_wan", "invested_wan", "land_price_wan", "taxes_wan")
    )
    with_land, without_land = _recorded(ledger, "investment_includes_land")
    # What is surely in both sums, and what may be: the truth lies between.
    least = np.where(with_land, np.nan_to_num(price) + np.nan_to_num(taxes), 0.0)
    most = np.where(without_land, 0.0, price + taxes)
    scale = np.abs(total) + np.abs(spent)

    def limb(out: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rest_total, rest_spent = total - out, spent - out
        known = (rest_total > 0) & (rest_spent >= 0)
        return known, falls_short(rest_spent, rest_total, rules.invested_min, scale=scale)

    least_known, least_short = limb(least)
    most_known, most_short = limb(most)
    invested = _answers(least_known & least_short, most_known & ~most_short)
    # What is not recorded cannot be taken out: the share shown is then the highest it can be.
    with np.errstate(divide="ignore", invalid="ignore"):
        developed_share = np.where(area_known, done / area, np.nan)
        invested_share = np.where(least_known, (spent - least) / (total - least), np.nan)
    return Suspension(developed_share, invested_share, developed, invested)
