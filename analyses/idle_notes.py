"""The notes of the idle-land findings, written for all rows of a review at once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses import idle_wording as words
from analyses import idle_wording_gates as gates
from analyses.frames import flags, numbers, texts
from analyses.idle_clock import add_years, day_numbers
from analyses.idle_proofs import proof_text
from analyses.idle_text import (
    choose,
    combined,
    day_pieces,
    day_text,
    in_pieces,
    share_text,
    write_notes,
    years_text,
)
from layers.codes import GRANTS
from layers.contracts import CONTRACTS
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analyses.idle_fees import Fee
    from analyses.idle_review import Review
    from analyses.idle_text import Pieces
    from policies.text import Lang

__all__ = ["Notes", "missing_text"]

#: Where the columns that may be missing stand; the first that knows a name gives its label.
_KNOWN = tuple(CONTRACTS[name] for name in ("ledger", "cases", "parcels"))


def _lacking(name: str) -> Text:
    """Name a missing column as a reader would; by its heading where nothing else is said of it."""
    known = (contract.column(name).label for contract in _KNOWN if name in contract)
    return words.LACKING.get(name) or next(known, Text("台账", "ledger"))


def missing_text(missing: np.ndarray, lang: Lang | str) -> np.ndarray:
    """Say what is missing, by the labels of the ledger's columns; empty where nothing is.

    Examples
    --------
    >>> missing_text(np.array(["", "started"]), "en").tolist()
    ['', 'Missing: whether works have started.']
    """
    places, distinct = pd.factorize(np.asarray(missing, dtype=object))
    said = []
    for names in np.asarray(distinct, dtype=object).tolist():
        labels = [_lacking(name) for name in names.split(",") if name]
        if not labels:
            said.append("")
        elif lang == "zh":
            said.append(f"缺：{'、'.join(label.zh for label in labels)}。")
        else:
            said.append(f"Missing: {', '.join(label.en for label in labels)}.")
    return np.array(said, dtype=object)[places]


def _joined(parts: Sequence[np.ndarray], lang: Lang | str) -> np.ndarray:
    """Put sentences one after the other: with a blank between them in English."""
    blank = "" if lang == "zh" else " "
    where, first = combined([pd.factorize(part)[0] for part in parts])
    several = zip(*(part[first] for part in parts), strict=True)
    whole = [blank.join(filter(None, map(str.strip, sentences))) for sentences in several]
    return np.array(whole, dtype=object)[where]


class Notes:
    """The notes of one review in one language.

    Parameters
    ----------
    review : Review
        What was worked out.
    lang : {"zh", "en"}
        The language.
    """

    def __init__(self, review: Review, lang: Lang) -> None:
        """Remember what the notes are about."""
        self.review = review
        self.lang: Lang = lang
        self._dates: dict[str, np.ndarray] = {}

    def _cite(self, rule: str) -> str:
        """Cite a clause within a sentence: Chinese sentences have no blanks."""
        cited = self.review.rules.cite(rule, self.lang)
        return cited.replace(" ", "") if self.lang == "zh" else cited

    def _days(self, days: np.ndarray) -> Callable[[np.ndarray], Pieces]:
        return lambda at: day_pieces(days[at], self.lang)

    def _column(self, name: str) -> Callable[[np.ndarray], Pieces]:
        def written(at: np.ndarray) -> Pieces:
            if name not in self._dates:
                self._dates[name] = day_numbers(self.review.ledger, name)
            return day_pieces(self._dates[name][at], self.lang)

        return written

    def _number(
        self, values: np.ndarray, pattern: str = "{:,.2f}"
    ) -> Callable[[np.ndarray], Pieces]:
        return lambda at: in_pieces(
            values[at], lambda each: list(map(pattern.format, each.tolist()))
        )

    def _count(self, first: np.ndarray, last: np.datetime64) -> Callable[[np.ndarray], Pieces]:
        return lambda at: in_pieces(
            (last - first[at]).astype("timedelta64[D]").astype(np.int64),
            lambda each: list(map("{:,}".format, each.tolist())),
        )

    @cached_property
    def fields(self) -> Mapping[str, str | Callable[[np.ndarray], Pieces]]:
        """What fills the places of the templates; nothing is written before it is needed."""
        review, lang = self.review, self.lang
        rules, clock, decision = review.rules, review.facts.clock, review.decision
        halt = review.facts.suspended_on
        cite = self._cite
        years, recovery = years_text(rules.idle_years, lang), years_text(rules.recovery_years, lang)
        causes = review.facts.causes.text_zh if lang == "zh" else review.facts.causes.text_en
        suspension = review.facts.suspension
        signed = day_numbers(review.ledger, "extension_signed_on")
        area = {
            name: numbers(review.ledger, name).to_numpy()
            for name in ("develop_area_m2", "developed_area_m2")
        }
        return {
            "as_of": day_text(review.today, lang),
            "years": years,
            "recovery_years": recovery,
            "halt_years": years_text(rules.suspended_years, lang),
            "delivery_years": years_text(rules.delivery_years, lang),
            "extension_years": years_text(rules.extension_years_max, lang),
            "developed_min": share_text(rules.developed_min, lang),
            "invested_min": share_text(rules.invested_min, lang),
            "art1": cite("idle.not_started_1y"),
            "art2": cite("idle.not_started_2y"),
            "art_suspended": cite("idle.suspended"),
            "art8": cite("idle.government_cause"),
            "art24": cite("idle.hoarding_ban"),
            "art12": cite("idle.extension_art12"),
            "art22": cite("idle.start_due"),
            "art25": cite("idle.registration"),
            "art26": cite("idle.preparatory"),
            "art30": cite("idle.started"),
            "phrase": self._phrase,
            "review": lambda at: in_pieces(self.reviews[at]),
            "cause": lambda at: in_pieces(self.causes[at]),
            "source": lambda at: in_pieces(self.sources[at]),
            "causes": lambda at: in_pieces(causes[at]),
            "due": self._days(clock.due),
            "base": self._days(clock.base),
            "base_line": self._days(review.calendar.line(clock.base, rules.idle_years)),
            "extended": self._days(clock.extended),
            "extended_line": self._days(review.extended_line),
            "limit_new": self._days(add_years(clock.extended, rules.extension_years_max)),
            "limit_signed": self._days(add_years(signed, rules.extension_years_max)),
            "line": self._days(review.line),
            "idle_from": self._days(review.line + np.timedelta64(1, "D")),
            "two_on": self._days(review.second_line + np.timedelta64(1, "D")),
            "since_days": self._count(clock.due, review.today),
            "idle_days": self._number(decision.idle_days, "{:,.0f}"),
            "halt_days": self._count(halt, review.today),
            "halt_line": self._days(review.halt_line),
            "developed": lambda at: in_pieces(self.developed[at]),
            "invested": lambda at: in_pieces(self.invested[at]),
            "developed_share": self._number(suspension.developed_share * 100, "{:.2f}%"),
            "invested_share": self._number(suspension.invested_share * 100, "{:.2f}%"),
            "develop_area": self._number(area["develop_area_m2"]),
            "developed_area": self._number(area["developed_area_m2"]),
            "basis": self._basis,
            "price": self._number(review.price),
            "grant": self._grant,
            **{
                name: self._column(name)
                for name in (
                    *("delivered_on", "signed_on", "started_on", "completed_on", "suspended_on"),
                    "extension_signed_on",
                )
            },
            "delivered": self._column("delivered_on"),
            "delivery_due": self._column("delivery_due_on"),
            "late_days": self._number(review.late_days, "{:,.0f}"),
            "deducted": self._number(review.facts.deducted.astype(np.int64), "{:,}"),
            "evidence": self._evidence,
            "proofs": self._proofs,
        }

    def _write(self, key: np.ndarray, templates: Mapping[str, Text]) -> np.ndarray:
        return write_notes(key, templates, self.fields, self.lang)

    def _phrase(self, at: np.ndarray) -> Pieces:
        key = np.full(len(self.review.ledger), "", dtype=object)
        key[at] = self.review.facts.clock.source[at]
        return in_pieces(self._write(key, words.PHRASE)[at])

    def _basis(self, at: np.ndarray) -> Pieces:
        land = flags(self.review.ledger, "investment_includes_land").iloc[at]
        key = land.map({True: "with_land", False: "without_land"}).fillna("either")
        parts = [numbers(self.review.ledger, name) for name in ("land_price_wan", "taxes_wan")]
        lacking = np.logical_or.reduce([np.isnan(part.to_numpy()[at]) for part in parts])
        named = key.to_numpy(dtype=object)
        return in_pieces(
            choose([(named == "with_land") & lacking], ["in_part"], named),
            lambda each: [words.LIMB_INVESTED[str(name)].get(self.lang) for name in each],
        )

    def _evidence(self, at: np.ndarray) -> Pieces:
        return in_pieces(texts(self.review.ledger, "cause_evidence").to_numpy(dtype=object)[at])

    def _proofs(self, at: np.ndarray) -> Pieces:
        return in_pieces(
            self.review.facts.causes.codes[at],
            lambda each: [proof_text(str(codes), self.lang) for codes in each],
        )

    def _grant(self, at: np.ndarray) -> Pieces:
        grants = texts(self.review.ledger, "grant").fillna("").to_numpy(dtype=object)[at]
        return in_pieces(
            grants,
            lambda each: [
                GRANTS.labels[grant].get(self.lang) if grant in GRANTS.labels else str(grant)
                for grant in each
            ],
        )

    @cached_property
    def reviews(self) -> np.ndarray:
        """Why a person has to look at each row; empty where none has to."""
        return self._write(self.review.decision.review, words.REVIEW)

    @cached_property
    def sources(self) -> np.ndarray:
        """Where it is known from that a row was started."""
        key = choose([self.review.works], [self.review.facts.started.source])
        return self._write(key, words.SOURCE_OF_START)

    @cached_property
    def causes(self) -> np.ndarray:
        """What is said of the cause of rows suspected idle."""
        causes = self.review.facts.causes
        suspected = np.isin(self.review.decision.status, ("suspected_1y", "suspected_2y"))
        holder = causes.kind == "holder"
        key = choose(
            [~suspected, holder & causes.verified, holder],
            ["", "holder", "holder_unverified"],
            "none",
        )
        return self._write(key, words.CAUSE)

    @cached_property
    def developed(self) -> np.ndarray:
        """The limb of the developed area, for rows with a suspension."""
        key = choose([self._halted], [self.review.facts.suspension.developed])
        return self._write(key, words.LIMB_DEVELOPED)

    @cached_property
    def invested(self) -> np.ndarray:
        """The limb of the investment, for rows with a suspension."""
        key = choose([self._halted], [self.review.facts.suspension.invested])
        return self._write(key, words.LIMB_INVESTED)

    @property
    def _halted(self) -> np.ndarray:
        return np.asarray(self.review.facts.suspended_on <= self.review.today)

    @cached_property
    def _late(self) -> np.ndarray:
        """Suspected rows delivered late, without a cause recorded that says so."""
        review = self.review
        suspected = np.isin(review.decision.status, ("suspected_1y", "suspected_2y"))
        return np.asarray(suspected & (review.late_days > 0))

    def _remarks(self) -> list[np.ndarray]:
        review, ledger = self.review, self.review.ledger
        started, clock, status = review.facts.started, review.facts.clock, review.decision.status
        idle_side = ~review.works & (status != "not_supplied")
        started_on = day_numbers(ledger, "started_on")
        early = (started_on <= review.today) & idle_side
        signed = day_numbers(ledger, "signed_on")
        unnumbered = texts(ledger, "delivery_doc_no").isna().to_numpy()
        unsigned = np.isnat(day_numbers(ledger, "extension_signed_on"))
        masks = {
            "start_before_signing": idle_side & (clock.source == "contract") & (clock.due < signed),
            "start_not_read": (started.reading == "unknown")
            & np.isin(status, ("overdue_start", "at_the_line")),
            "started_on_ignored": early
            & (started.reading == "no")
            & (started.source == "recorded"),
            "started_on_unjudged": early & (started.reading == "unknown"),
            "no_delivery_document": idle_side & (clock.source == "delivery") & unnumbered,
            "deducted": idle_side & (review.facts.deducted > np.timedelta64(0, "D")),
            "late_delivery": self._late,
            "start_before_delivery": idle_side
            & (clock.source == "contract")
            & (clock.due < day_numbers(ledger, "delivered_on")),
            "extension_unsigned": idle_side & (clock.source == "extension_contract") & unsigned,
            "unregistered": (status == "gov_cause") & ~review.registered,
        }
        return [
            self._write(choose([mask], [name]), words.REMARKS)
            for name, mask in masks.items()
            if mask.any()
        ]

    def not_started(self, missing: np.ndarray) -> np.ndarray:
        """Write the notes of idle.not_started_1y."""
        review = self.review
        status, clock = review.decision.status, review.facts.clock
        open_row = ~review.works & (status != "not_supplied")
        no_due = open_row & np.isnat(clock.due)
        key = choose(
            [
                review.works,
                no_due & (status == "human_review"),
                no_due & (clock.extension == "undated"),
                no_due,
            ],
            ["started", "review_no_due", "undated", "no_due"],
            status,
        )
        parts = [self._write(key, words.NOT_STARTED), *self._remarks()]
        return _joined([*parts, missing_text(missing, self.lang)], self.lang)

    def recovery(self, key: np.ndarray, missing: np.ndarray) -> np.ndarray:
        """Write the notes of idle.not_started_2y, by the keys of `analyses.idle_wording.RECOVERY`."""
        parts = [self._write(key, words.RECOVERY), missing_text(missing, self.lang)]
        return _joined(parts, self.lang)

    def suspended(self, key: np.ndarray, missing: np.ndarray) -> np.ndarray:
        """Write the notes of idle.suspended, by the keys of `analyses.idle_wording.SUSPENDED`."""
        parts = [
            self._write(key, words.SUSPENDED),
            self._write(choose([self.review.resumption_agreed], ["resumption"]), words.REMARKS),
            missing_text(missing, self.lang),
        ]
        return _joined(parts, self.lang)

    def fees(self, rule: str, fee: Fee, missing: np.ndarray) -> np.ndarray:
        """Write the notes of a fee rule for the rows of which it says something."""
        rules, second = self.review.rules, self.review.decision.status == "suspected_2y"
        ceiling = rule == "idle.fee_law_max"
        grant = texts(self.review.ledger, "grant").fillna("").to_numpy(dtype=object)
        kinds = ("max_2y", "max") if ceiling else ("amount_2y", "amount")
        amount = choose([second], [kinds[0]], kinds[1])
        outside = choose(
            [grant == "lease", grant == "allocation"], ["lease", "allocation"], "other"
        )
        key = choose(
            [fee.state == "amount", fee.state == "none", fee.state == "unknown"],
            [amount, outside, "unknown"],
            "",
        )
        share = rules.fee_share_max if ceiling else rules.fee_share
        fields = {
            **self.fields,
            "share": share_text(share, self.lang),
            "art": self._cite(rule),
            "amount": self._number(fee.amount_wan),
        }
        late = choose([self._late & (fee.state == "amount")], ["late_delivery"])
        parts = [
            write_notes(key, words.FEE, fields, self.lang),
            self._write(late, words.REMARKS),
            missing_text(missing, self.lang),
        ]
        return _joined(parts, self.lang)

    def cause_rule(self, key: np.ndarray, missing: np.ndarray) -> np.ndarray:
        """Write the notes of the rules on causes: the cause, what proves it, what is missing."""
        evidence = texts(self.review.ledger, "cause_evidence").notna().to_numpy()
        proofs = choose([key == "", evidence], ["", "recorded"], "blank")
        parts = [
            self._write(key, words.OTHER_CAUSE_RULES),
            self._write(proofs, gates.CAUSE_PROOFS),
            missing_text(missing, self.lang),
        ]
        return _joined(parts, self.lang)

    def other(
        self, key: np.ndarray, templates: Mapping[str, Text], missing: np.ndarray
    ) -> np.ndarray:
        """Write the notes of a rule with few rows, by the keys of its templates."""
        return _joined([self._write(key, templates), missing_text(missing, self.lang)], self.lang)
