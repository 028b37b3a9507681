"""The findings of the idle-land rules: one per ledger row and rule that addresses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses import idle_wording as words
from analyses.findings import Verdicts, concat_findings, rule_findings, weakest
from analyses.frames import texts
from analyses.idle_notes import Notes, missing_text
from analyses.idle_review import never_supplied
from analyses.idle_text import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from analyses.idle_fees import Fee
    from analyses.idle_review import Review

__all__ = ["idle_findings", "joined_missing"]


def joined_missing(*parts: np.ndarray) -> np.ndarray:
    """Join comma-separated names row by row, each name once.

    Examples
    --------
    >>> a, b = np.array(["started", ""], dtype=object), np.array(["cause,started", ""], dtype=object)
    >>> joined_missing(a, b).tolist()
    ['started,cause', '']
    """
    codes = [pd.factorize(np.asarray(part, dtype=object)) for part in parts]
    combined = np.zeros(len(parts[0]), dtype=np.int64)
    for place, values in codes:
        combined = combined * max(len(values), 1) + place
    where, distinct = pd.factorize(combined)
    first = np.zeros(len(distinct), dtype=np.int64)
    first[where[::-1]] = np.arange(len(where))[::-1]
    names = [
        ",".join(
            dict.fromkeys(name for part in parts for name in str(part[row]).split(",") if name)
        )
        for row in first
    ]
    return np.array(names, dtype=object)[where]


@dataclass(frozen=True)
class _Answer:
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


class _Judge:
    """The verdict of every rule for every row of one review."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self.zh, self.en = Notes(review, "zh"), Notes(review, "en")
        self.open_row = ~review.works & (review.decision.status != "not_supplied")
        self.missing = joined_missing(review.missing_start(), review.missing_cause())

    def _passed(self, years: int) -> tuple[np.ndarray, np.ndarray]:
        """Whether `years` have passed by every clock of a row, and whether by one of them."""
        review, clock = self.review, self.review.facts.clock
        by_due = _past(review.calendar.line(clock.due, years), review.today)
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

    def not_started(self) -> _Answer:
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
        return _Answer(
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

    def recovery(self) -> _Answer:
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
        return _Answer(
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

    def suspended(self) -> _Answer:
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
        return _Answer(
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

    def fee(self, rule: str, fee: Fee) -> _Answer:
        """Answer a fee rule for rows suspected idle without a start."""
        missing = self.review.missing_fee(fee)
        verdict = choose(
            [fee.state == "amount", fee.state == "none"], ["yes", "not_applicable"], "unknown"
        )
        return _Answer(
            rule,
            fee.state != "",
            verdict,
            missing,
            self.zh.fees(rule, fee, missing),
            self.en.fees(rule, fee, missing),
            fee.amount_wan,
            unit="wan",
        )

    def causes(self) -> list[_Answer]:
        """Rules on causes, for rows past the line that record such a cause."""
        review, status = self.review, self.review.decision.status
        reason = review.decision.review
        government = (status == "gov_cause") | (reason == "unverified")
        proven = choose([status == "gov_cause"], ["verified"], "unverified")
        answers = []
        for rule, where, key in (
            ("idle.government_cause", government, proven),
            (
                "idle.preparatory",
                reason == "preparatory",
                np.full(len(status), "preparatory", dtype=object),
            ),
        ):
            verdict = choose([key == "verified"], ["yes"], "unknown")
            keys = choose([where], [key])
            missing = choose([where & (verdict == "unknown")], ["cause_verified"])
            answers.append(
                _Answer(
                    rule,
                    where,
                    verdict,
                    missing,
                    self.zh.other(keys, words.OTHER_CAUSE_RULES, missing),
                    self.en.other(keys, words.OTHER_CAUSE_RULES, missing),
                )
            )
        return answers

    def extension(self) -> _Answer:
        """Rule idle.extension_art12, for open rows with an extension by negotiated remedy."""
        review, clock = self.review, self.review.facts.clock
        kind = texts(review.ledger, "extension_kind").fillna("").to_numpy(dtype=object)
        where = self.open_row & (kind == "art12") & (clock.extension != "none")
        unregistered = clock.extension == "unregistered"
        verdict = choose([clock.extension == "moved", unregistered], ["yes", "unknown"], "unknown")
        key = choose([clock.extension == "moved", unregistered], ["moved", "unregistered"], "other")
        keys = choose([where], [key])
        missing = choose(
            [~where | (verdict == "yes"), unregistered],
            ["", "registered_in_system"],
            "extension_start_on",
        )
        return _Answer(
            "idle.extension_art12",
            where,
            verdict,
            missing,
            self.zh.other(keys, words.EXTENSION, missing),
            self.en.other(keys, words.EXTENSION, missing),
        )


def _written(review: Review, answer: _Answer) -> pd.DataFrame:
    at = np.flatnonzero(answer.where)
    ledger = review.ledger

    def rows(values: Any) -> Any:
        return values[at] if isinstance(values, np.ndarray) else values

    rule = review.rules.rules[answer.rule]
    confidence = None
    if answer.line is not None:
        counted = weakest([rule.confidence, review.rules.rules["idle.counting"].confidence])
        confidence = np.where(answer.line[at] == review.today, counted, rule.confidence)
    return rule_findings(
        rule,
        review.as_of,
        Verdicts(
            verdict=answer.verdict[at],
            zone_id=review.zone_id.iloc[at],
            parcel_id=texts(ledger, "parcel_id").iloc[at],
            contract_no=texts(ledger, "contract_no").iloc[at],
            measured=rows(answer.measured),
            limit=rows(answer.limit),
            unit=answer.unit,
            missing=answer.missing[at],
            note_zh=answer.note_zh[at],
            note_en=answer.note_en[at],
            confidence=confidence,
        ),
    )


def _without_ledger(review: Review, parcels: pd.DataFrame) -> pd.DataFrame:
    """Say of parcels that no ledger row names that they are not supplied, or that nothing is known."""
    alone = np.ones(len(parcels), dtype=bool)
    alone[review.parcel_at[review.parcel_at >= 0]] = False
    chosen = parcels.loc[alone]
    never = never_supplied(chosen)
    missing = choose([never], [""], "ledger")
    key = np.where(never, "not_supplied", "unknown")
    notes = {
        lang: np.array([words.NO_LEDGER[name].get(lang) for name in ("not_supplied", "unknown")])[
            (key == "unknown").astype(int)
        ].astype(object)
        for lang in ("zh", "en")
    }
    for lang, note in notes.items():
        said = missing_text(missing, lang)
        notes[lang] = np.where(said == "", note, note + (" " if lang == "en" else "") + said)
    return rule_findings(
        review.rules.rules["idle.not_started_1y"],
        review.as_of,
        Verdicts(
            verdict=np.where(never, "not_applicable", "unknown"),
            zone_id=texts(chosen, "zone_id"),
            parcel_id=texts(chosen, "parcel_id"),
            unit="days",
            missing=missing,
            note_zh=notes["zh"],
            note_en=notes["en"],
        ),
    )


def idle_findings(review: Review, parcels: pd.DataFrame) -> pd.DataFrame:
    """Write the findings of every rule.

    ========================  ==========================================================  =============
    rule                      rows                                                        measured
    ========================  ==========================================================  =============
    idle.not_started_1y       all; parcels without a ledger row as well                   days
    idle.not_started_2y       not known to be started, the first year over                days
    idle.suspended            all                                                         days
    idle.fee_order53,         suspected without a start                                   万元, a
    idle.fee_law_max                                                                      calculated value
    idle.government_cause,    past the line, with such a cause recorded                   -
    idle.preparatory
    idle.extension_art12      with an extension by negotiated remedy                      -
    ========================  ==========================================================  =============

    Parameters
    ----------
    review : Review
        What was worked out.
    parcels : pandas.DataFrame
        In the contract of the parcels.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results.FINDINGS`.
    """
    judge = _Judge(review)
    # One rule after the other, so that the notes of all rules never lie in memory twice.
    questions: list[Callable[[], Iterable[_Answer]]] = [
        lambda: [judge.not_started()],
        lambda: [judge.recovery()],
        lambda: [judge.suspended()],
        lambda: [judge.fee("idle.fee_order53", review.fee)],
        lambda: [judge.fee("idle.fee_law_max", review.fee_max)],
        judge.causes,
        lambda: [judge.extension()],
    ]
    frames = [_written(review, answer) for question in questions for answer in question()]
    return concat_findings([*frames, _without_ledger(review, parcels)])
