"""What stands beside the status of a row: late delivery, the record that opens art. 12, bans for hoarding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyses import idle_wording_gates as words
from analyses.frames import flags
from analyses.idle_clock import day_numbers
from analyses.idle_links import link_rows
from analyses.idle_text import choose
from analyses.idle_verdicts import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from analyses.idle_verdicts import Judge

__all__ = ["ART12_STATUSES", "gate_answers", "hoarding_banned"]

#: The statuses that art. 12 addresses: a verified cause of art. 8, and suspended works.
ART12_STATUSES = ("gov_cause", "suspended")


def _late_delivery(judge: Judge) -> Answer:
    """Answer idle.late_delivery for rows not known to be started whose agreed delivery is past."""
    review = judge.review
    today, late = review.today, review.late_days
    delivered = day_numbers(review.ledger, "delivered_on")
    where = judge.open_row & (day_numbers(review.ledger, "delivery_due_on") <= today)
    codes = review.facts.causes.codes
    recorded = np.array(["gov_delivery" in str(code).split(",") for code in codes], dtype=bool)
    key = choose(
        [
            ~where,
            np.isnat(delivered),
            late <= 0,
            delivered > today,
            recorded,
            review.facts.causes.kind == "holder",
        ],
        ["", "unknown", "in_time", "undelivered", "late_recorded", "late_holder"],
        "late",
    )
    verdict = choose([key == "unknown", key == "in_time"], ["unknown", "no"], "yes")
    missing = choose([key == "unknown"], ["delivered_on"])
    return Answer(
        "idle.late_delivery",
        where,
        verdict,
        missing,
        judge.zh.other(key, words.LATE_DELIVERY, missing),
        judge.en.other(key, words.LATE_DELIVERY, missing),
        late,
        unit="days",
    )


def _registration(judge: Judge) -> Answer:
    """Answer idle.registration for rows that art. 12 addresses, or that were extended by it."""
    review = judge.review
    where = np.isin(review.decision.status, ART12_STATUSES)
    where |= judge.open_row & (review.facts.clock.extension == "unregistered")
    verdict = choose([review.registered, judge.unrecorded], ["yes", "no"], "unknown")
    key = choose([where], [verdict])
    missing = choose([key == "unknown"], ["registered_in_system"])
    return Answer(
        "idle.registration",
        where,
        verdict,
        missing,
        judge.zh.other(key, words.REGISTRATION, missing),
        judge.en.other(key, words.REGISTRATION, missing),
    )


def hoarding_banned(
    ledger: pd.DataFrame, cases: pd.DataFrame | None, today: np.datetime64
) -> tuple[np.ndarray, np.ndarray]:
    """Mark the rows where hoarding was found, and those of them all of whose cases are closed.

    Parameters
    ----------
    ledger : pandas.DataFrame
        In its contract; only a recorded yes counts.
    cases : pandas.DataFrame or None
        In their contract.
    today : numpy.datetime64
        The review date.
    """
    found = flags(ledger, "hoarding_found").fillna(value=False).to_numpy(dtype=bool)
    settled = np.zeros(len(ledger), dtype=bool)
    if cases is not None and len(cases) and found.any():
        at, source = link_rows(ledger, cases)
        closed = (day_numbers(cases, "closed_on") <= today)[source]
        settled[at[closed]] = True
        settled[at[~closed]] = False
    return found, found & settled


def _hoarding(judge: Judge, cases: pd.DataFrame | None) -> Answer:
    """Answer idle.hoarding_ban where hoarding was found, and nowhere else."""
    review = judge.review
    found, settled = hoarding_banned(review.ledger, cases, review.today)
    verdict = choose([settled], ["no"], "yes")
    key = choose([found], [verdict])
    nothing = np.full(len(key), "", dtype=object)
    return Answer(
        "idle.hoarding_ban",
        found,
        verdict,
        nothing,
        judge.zh.other(key, words.HOARDING, nothing),
        judge.en.other(key, words.HOARDING, nothing),
    )


def gate_answers(judge: Judge, cases: pd.DataFrame | None) -> Iterable[Answer]:
    """Answer the rules that stand beside the status, one after the other.

    Parameters
    ----------
    judge : Judge
        Of the review.
    cases : pandas.DataFrame or None
        In their contract: a closed case ends the bans for hoarding.
    """
    yield _late_delivery(judge)
    yield _registration(judge)
    yield _hoarding(judge, cases)
