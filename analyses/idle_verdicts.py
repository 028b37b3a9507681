"""The verdict of every idle-land rule for every row of a reviewed ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses import idle_wording as words
from analyses.frames import flags, texts
from analyses.idle_clock import add_years, day_numbers
from analyses.idle_notes import Notes
from analyses.idle_status import REVIEW_OF_CAUSE
from analyses.idle_text import choose, joined_missing

if TYPE_CHECKING:
    from analyses.idle_fees import Fee
    from analyses.idle_review import Review

__all__ = ["Answer", "Judge"]


@dataclass(frozen=True)
class Answer:
    """What one rule says of some rows of the review; arrays over all rows, `where` selects.

    On its `line` a verdict rests on how days are counted, and is no surer than that rule.
    """

    rule: str
    where: np.ndarray
    verdict: np.ndarray
    missing: np.ndarray
    note_zh: np.ndarray
    note_en: np.ndarray
    measured: Any = np.nan
    limit: Any = np.nan
    unit: str | None = None
    line: np.ndarray | None = None


def _past(days: np.ndarray, today: np.datetime64) -> np.ndarray:
    return np.asarray(today > days)


class Judge:
    """The verdict of every rule for every row of one review."""

    def __init__(self, review: Review) -> None:
        """Remember what is judged."""
        self.review = review
        self.zh, self.en = Notes(review, "zh"), Notes(review, "en")
        self.open_row = ~review.works & (review.decision.status != "not_supplied")
        self.missing = joined_missing(review.missing_start(), review.missing_cause())
        said = flags(review.ledger, "registered_in_system").eq(other=False).fillna(value=False)
        #: The ledger says that the case is not recorded in the monitoring system.
        self.unrecorded = said.to_numpy(dtype=bool)

    def _passed(self, years: int) -> tuple[np.ndarray, np.ndarray]:
        """Whether `years` have passed by every clock of a row, and whether by one of them."""
        review, clock = self.review, self.review.facts.clock
        by_due = _past(review.line_after(years), review.today)
        by_extension = _past(review.calendar.line(clock.extended, years), review.today)
        two = clock.unresolved
        return by_due & (by_extension | ~two), by_due | (by_extension & two)

    def _elapsed(self, limit_line: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Days since the due start, and days of the period; NaN where the start is not past."""
        due, today = self.review.facts.clock.due, self.review.today
        runs = self.open_row & (due <= today)
        since = (today - due).astype("timedelta64[D]").astype(np.int64)
        length = (limit_line - due).astype("timedelta64[D]").astype(np.int64)
        known = self.open_row & ~np.isnat(due)
        return np.where(runs, since, np.nan), np.where(known, length, np.nan)

    def not_started(self) -> Answer:
        """Rule idle.not_started_1y, for every row."""
        review = self.review
        every, some = self._passed(review.rules.idle_years)
        reading = review.facts.started.reading
        clear = (review.facts.started.contradiction == "") & (reading == "no")
        no_due = np.isnat(review.facts.clock.due)
        verdict = choose(
            [
                review.decision.status == "not_supplied",
                review.works,
                no_due,
                ~some,
                every & clear,
            ],
            ["not_applicable", "no", "unknown", "no", "yes"],
            "unknown",
        )
        measured, limit = self._elapsed(review.line)
        return Answer(
            "idle.not_started_1y",
            np.ones(len(verdict), dtype=bool),
            verdict,
            choose([self.open_row], [self.missing]),
            self.zh.not_started(self.missing),
            self.en.not_started(self.missing),
            measured,
            limit,
            "days",
            review.line,
        )

    def recovery(self) -> Answer:
        """Rule idle.not_started_2y, for rows not known to be started whose first year has passed."""
        review, status = self.review, self.review.decision.status
        _, past_first = self._passed(review.rules.idle_years)
        _, past_second = self._passed(review.rules.recovery_years)
        verdict = choose(
            [status == "gov_cause", ~past_second, status == "suspected_2y"],
            ["not_applicable", "no", "yes"],
            "unknown",
        )
        where = self.open_row & past_first
        key = choose(
            [~where, status == "gov_cause", verdict == "no", verdict == "yes"],
            ["", "gov_cause", "no", "yes"],
            "unknown",
        )
        missing = choose([verdict != "not_applicable"], [self.missing])
        measured, limit = self._elapsed(review.second_line)
        return Answer(
            "idle.not_started_2y",
            where,
            verdict,
            missing,
            self.zh.recovery(key, missing),
            self.en.recovery(key, missing),
            measured,
            limit,
            "days",
            review.second_line,
        )

    def suspended(self) -> Answer:
        """Rule idle.suspended, for every row."""
        review = self.review
        facts, today = review.facts, review.today
        halt, reading = facts.suspended_on, facts.started.reading
        line = review.halt_line
        met = facts.suspension.met
        key = choose(
            [
                review.decision.status == "not_supplied",
                reading == "no",
                facts.started.completed,
                np.isnat(halt),
                halt > today,
                today < line,
                today == line,
                ~review.works,
            ],
            [
                *("not_supplied", "not_started", "completed", "none"),
                *("later", "before", "line", "start_unknown"),
            ],
            met,
        )
        verdict = choose(
            [
                np.isin(key, ("not_supplied", "not_started")),
                key == "yes",
                np.isin(key, ("unknown", "start_unknown")),
            ],
            ["not_applicable", "yes", "unknown"],
            "no",
        )
        unread = choose([facts.started.contradiction == ""], ["started"], "started,permit")
        missing = choose(
            [key == "start_unknown", key == "unknown"], [unread, review.missing_works()], ""
        )
        runs = np.isin(key, ("before", "line", "yes", "no", "unknown", "start_unknown"))
        since = (today - halt).astype("timedelta64[D]").astype(np.int64)
        length = (line - halt).astype("timedelta64[D]").astype(np.int64)
        return Answer(
            "idle.suspended",
            np.ones(len(key), dtype=bool),
            verdict,
            missing,
            self.zh.suspended(key, missing),
            self.en.suspended(key, missing),
            np.where(runs, since, np.nan),
            np.where(runs, length, np.nan),
            "days",
            line,
        )

    def fee(self, rule: str, fee: Fee) -> Answer:
        """Answer a fee rule for rows suspected idle without a start."""
        missing = self.review.missing_fee(fee)
        verdict = choose(
            [fee.state == "amount", fee.state == "none"], ["yes", "not_applicable"], "unknown"
        )
        return Answer(
            rule,
            fee.state != "",
            verdict,
            missing,
            self.zh.fees(rule, fee, missing),
            self.en.fees(rule, fee, missing),
            fee.amount_wan,
            fee.amount_wan,  # what the rule's share of the price comes to is its limit as well
            "wan",
        )

    def causes(self) -> list[Answer]:
        """Rules on causes, for rows past the line that record such a cause, alone or among others."""
        review, status = self.review, self.review.decision.status
        reason, causes = review.decision.review, review.facts.causes
        places, found = pd.factorize(causes.codes)
        named = [set(str(codes).split(",")) for codes in found]

        def holds(codes: tuple[str, ...]) -> np.ndarray:
            return np.array([not each.isdisjoint(codes) for each in named], dtype=bool)[places]

        government = holds(review.rules.government)
        preparatory = holds(review.rules.preparatory)
        past = np.isin(reason, REVIEW_OF_CAUSE) | (status == "gov_cause")
        proven = choose(
            [status == "gov_cause", (reason == "several") & causes.verified],
            ["verified", "several"],
            "unverified",
        )
        answers = []
        for rule, where, key in (
            ("idle.government_cause", past & government, proven),
            (
                "idle.preparatory",
                past & preparatory,
                choose([reason == "several"], ["several"], "preparatory"),
            ),
        ):
            verdict = choose([key == "verified"], ["yes"], "unknown")
            keys = choose([where], [key])
            missing = choose([where & (verdict == "unknown")], [self.review.missing_cause()])
            answers.append(
                Answer(
                    rule,
                    where,
                    verdict,
                    missing,
                    self.zh.cause_rule(keys, missing),
                    self.en.cause_rule(keys, missing),
                )
            )
        return answers

    def extension(self) -> Answer:
        """Rule idle.extension_art12, for open or suspended rows with an extension by negotiated remedy."""
        review, clock = self.review, self.review.facts.clock
        halted = review.resumption_agreed
        kind = texts(review.ledger, "extension_kind").fillna("").to_numpy(dtype=object)
        where = self.open_row & (kind == "art12") & (clock.extension != "none")
        moved, unregistered = clock.extension == "moved", clock.extension == "unregistered"
        signed = day_numbers(review.ledger, "extension_signed_on")
        longest = add_years(signed, review.rules.extension_years_max)
        key = choose(
            [
                ~where & ~halted,
                halted & review.registered,
                halted,
                moved & (clock.extended > longest),
                moved,
                unregistered,
            ],
            ["", "halted", "halted_unregistered", "moved_far", "moved", "unregistered"],
            "other",
        )
        verdict = choose([np.isin(key, ("moved", "moved_far", "halted"))], ["yes"], "unknown")
        missing = choose(
            [
                (key == "") | (verdict == "yes"),
                np.isin(key, ("unregistered", "halted_unregistered")),
            ],
            ["", "registered_in_system"],
            "extension_start_on",
        )
        # From the signing to the new start, beside the longest period counted from the signing.
        known = ~np.isnat(signed) & ~np.isnat(clock.extended)
        given = (clock.extended - signed).astype("timedelta64[D]").astype(np.float64)
        allowed = (longest - signed).astype("timedelta64[D]").astype(np.float64)
        return Answer(
            "idle.extension_art12",
            where | halted,
            verdict,
            missing,
            self.zh.other(key, words.EXTENSION, missing),
            self.en.other(key, words.EXTENSION, missing),
            np.where(known, given, np.nan),
            np.where(known, allowed, np.nan),
            "days",
        )
