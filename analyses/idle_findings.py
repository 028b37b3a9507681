"""The findings of the idle-land rules: one per ledger row and rule that addresses it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from analyses import idle_wording as words
from analyses.findings import Verdicts, concat_findings, rule_findings, weakest
from analyses.frames import texts
from analyses.idle_gates import gate_answers
from analyses.idle_notes import missing_text
from analyses.idle_parcels import never_supplied
from analyses.idle_remedies import remedy_findings
from analyses.idle_text import choose
from analyses.idle_verdicts import Answer, Judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    from analyses.idle_review import Review

__all__ = ["idle_findings"]


#: The parameter that gives the limit, or the amount, of a rule.
_BINDING = {
    "idle.not_started_1y": "years",
    "idle.not_started_2y": "years",
    "idle.fee_order53": "share",
    "idle.fee_law_max": "share_max",
}


def _written(review: Review, answer: Answer) -> pd.DataFrame:
    at = np.flatnonzero(answer.where & review.named)
    ledger = review.ledger
    contract = texts(ledger, "contract_no").fillna(texts(ledger, "supervision_no"))

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
            contract_no=contract.iloc[at],
            phase_no=texts(ledger, "phase_no").iloc[at],
            measured=rows(answer.measured),
            limit=rows(answer.limit),
            unit=answer.unit,
            missing=answer.missing[at],
            note_zh=answer.note_zh[at],
            note_en=answer.note_en[at],
            confidence=confidence,
            by=rule.parameters.get(_BINDING.get(rule.id, "")),
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


def idle_findings(
    review: Review,
    parcels: pd.DataFrame,
    *,
    cases: pd.DataFrame | None = None,
    more: Iterable[pd.DataFrame] = (),
) -> pd.DataFrame:
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
    idle.extension_art12      with an extension by negotiated remedy                      days
    idle.late_delivery        not known to be started, the agreed delivery past           days
    idle.registration         that art. 12 addresses                                      -
    idle.hoarding_ban         where hoarding was found                                    -
    idle.remedy and its two   of a running case that names a remedy by agreement          days
    limits
    ========================  ==========================================================  =============

    Parameters
    ----------
    review : Review
        What was worked out.
    parcels : pandas.DataFrame
        In the contract of the parcels.
    cases : pandas.DataFrame, optional
        In their contract: remedies, and what is settled.
    more : iterable of pandas.DataFrame
        Findings to be stacked with them.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results.FINDINGS`. Rows that name neither parcel nor contract nor
        supervision number are left out: they are problems.
    """
    judge = Judge(review)
    # One rule after the other, so that the notes of all rules never lie in memory twice.
    questions: list[Callable[[], Iterable[Answer]]] = [
        lambda: [judge.not_started()],
        lambda: [judge.recovery()],
        lambda: [judge.suspended()],
        lambda: [judge.fee("idle.fee_order53", review.fee)],
        lambda: [judge.fee("idle.fee_law_max", review.fee_max)],
        judge.causes,
        lambda: [judge.extension()],
        lambda: gate_answers(judge, cases),
    ]
    written = (_written(review, answer) for question in questions for answer in question())
    remedies = remedy_findings(judge, cases)
    return concat_findings(chain(written, remedies, [_without_ledger(review, parcels)], more))
