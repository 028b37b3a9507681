"""Idle land: the status of every contract row and of every parcel, its dates, fees and findings.

The method is described in ``docs/idle.md``. Nothing here is a finding (认定) in the sense of the
law: land is suspected (涉嫌), an amount is a calculated value (测算值).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.deadlines import statutory_dates
from analyses.frames import problem_rows, texts
from analyses.idle_case_problems import case_problems
from analyses.idle_findings import idle_findings
from analyses.idle_forecast import idle_forecast, idle_sums, idle_trend, months_ahead
from analyses.idle_found import found_rows
from analyses.idle_limits import limit_findings
from analyses.idle_links import link_rows
from analyses.idle_measures import parcel_measures, zone_figures
from analyses.idle_notes import Notes
from analyses.idle_parcels import parcel_positions
from analyses.idle_review import review_ledger
from analyses.idle_text import choose, joined_missing, text_or_null
from analyses.outcome import Analysis
from analyses.results import PROBLEMS
from layers.columns import empty_frame
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from analyses.idle_review import Review
    from policies.model import Policy

__all__ = ["analyse_idle"]


def analyse_idle(
    ledger: pd.DataFrame,
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    causes: pd.DataFrame | None = None,
    cases: pd.DataFrame | None = None,
    holidays: Iterable[date] = (),
) -> Analysis:
    """Review a contract ledger for idle land.

    A parcel takes the gravest status of its ledger rows and the dates of the row that has it (of
    several, the one idle longest). A parcel without a row is ``not_supplied`` where its supply status
    or land stage says so, else ``unknown``. A row that names a contract prevails over a supply status
    that denies it; the contradiction is a problem.

    Parameters
    ----------
    ledger : pandas.DataFrame
        In the contract of the ledger: one row per contract, phase and parcel.
    parcels : pandas.DataFrame
        In the contract of the parcels, with ``zone_id`` and ``area_m2`` (m2).
    policy : policies.model.Policy
        The rules in force.
    as_of : datetime.date
        The review date; the only today there is.
    causes, cases : pandas.DataFrame, optional
        In their contracts.
    holidays : iterable of datetime.date
        Days off, weekends among them; used only where the pack sets ``idle.counting.holiday_rollover``.

    Returns
    -------
    Analysis
        ``measures``: `analyses.idle_measures.IDLE_MEASURES` on the index of the parcels. ``zones``: suspected_area_m2 (each
        suspected parcel once), suspected_share and idle_found_share of the area of supplied parcels.
        ``tables``: ``contracts`` (one row per ledger row, in an order of its own), ``deadlines``, ``idle_forecast``,
        ``idle_sums`` and ``idle_trend``.

    Examples
    --------
    >>> from datetime import date
    >>> import pandas as pd
    >>> from policies import load_policy
    >>> parcels = pd.DataFrame({"parcel_id": ["p1"], "zone_id": ["z"], "area_m2": [20000.0]})
    >>> ledger = pd.DataFrame({"parcel_id": ["p1"], "contract_no": ["c1"], "grant": ["grant"],
    ...     "start_due_on": pd.to_datetime(["2024-06-29"]), "started": [False], "cause": ["holder"],
    ...     "land_price_wan": [600.0]})
    >>> result = analyse_idle(ledger, parcels, load_policy("national"), date(2026, 6, 30))
    >>> print(*result.measures.loc[0, ["idle_status", "idle_days", "fee_order53_wan"]])
    suspected_2y 366 120.0
    """
    review = review_ledger(
        ledger, parcels, policy, as_of, causes=causes, cases=cases, holidays=holidays
    )
    measures = parcel_measures(review, parcels, cases=cases)
    deadlines = statutory_dates(review, parcels, policy, cases=cases)
    limits = limit_findings(review, policy, deadlines)
    months = list(months_ahead(review, len(parcels)))
    return Analysis(
        measures=measures,
        findings=idle_findings(review, parcels, cases=cases, more=limits),
        zones=zone_figures(review, parcels, measures, cases),
        tables={
            "contracts": _contracts(review, cases),
            "deadlines": deadlines,
            "idle_forecast": idle_forecast(review, parcels, months=months),
            "idle_sums": idle_sums(review, parcels, measures),
            "idle_trend": idle_trend(review, parcels, measures, months=months),
        },
        problems=_problems(
            review,
            causes,
            _loose_cases(review, parcels, cases),
            more=case_problems(review, cases),
        ),
    )


def _dates(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[s]")


def _contracts(review: Review, cases: pd.DataFrame | None) -> pd.DataFrame:
    """One row per ledger row: the ledger's columns, and all that was worked out."""
    ledger, decision, facts = review.ledger, review.decision, review.facts
    found = found_rows(ledger, cases, review.as_of)
    kept = [column for column in ledger.columns if column != "geometry"]
    missing = joined_missing(
        review.missing_start(),
        review.missing_cause(),
        review.missing_works(),
        review.missing_fee(review.fee),
    )
    results: dict[str, Any] = {
        "idle_status": pd.Series(decision.status, dtype="string"),
        "start_due_effective_on": _dates(facts.clock.due),
        "start_due_source": pd.Series(facts.clock.source, dtype="string"),
        "extension_line_on": _dates(
            np.where(facts.clock.unresolved, review.extended_line, np.datetime64("NaT", "D"))
        ),
        "started_reading": pd.Series(facts.started.reading, dtype="string"),
        "started_source": pd.Series(facts.started.source, dtype="string"),
        "anniversary_on": _dates(decision.line),
        "idle_from": _dates(decision.idle_from),
        "idle_two_years_on": _dates(decision.two_years_on),
        "idle_days": pd.Series(decision.idle_days).astype("Int64"),
        "duration_class": text_or_null(decision.duration_class),
        "developed_share": facts.suspension.developed_share,
        "invested_share": facts.suspension.invested_share,
        "price_share_wan": review.price,
        "fee_order53_wan": review.fee.amount_wan,
        "fee_law_max_wan": review.fee_max.amount_wan,
        "cause_kind": text_or_null(facts.causes.codes),
        "delivery_late_days": pd.Series(review.late_days).astype("Int64"),
        "missing": pd.Series(missing, dtype="string"),
        "review_reason_zh": text_or_null(_review_reasons(review, "zh")),
        "review_reason_en": text_or_null(_review_reasons(review, "en")),
        **{str(name): found[name] for name in found},
    }
    return pd.concat(
        [
            review.zone_id.rename("zone_id"),
            ledger[[column for column in kept if column not in results and column != "zone_id"]],
            pd.DataFrame(results, index=ledger.index),
        ],
        axis=1,
    )


_FEE_REVIEW = Text(
    "该供应方式的土地闲置费须人工核查。", "The idle fee of this kind of grant needs human review."
)


def _review_reasons(review: Review, lang: Any) -> np.ndarray:
    """Why a person has to look at a row: its status, or its kind of grant."""
    reasons = Notes(review, lang).reviews
    grant = texts(review.ledger, "grant").fillna("").to_numpy(dtype=object)
    by_grant = (review.fee.state == "none") & (grant != "lease")
    return choose([(reasons == "") & by_grant], [_FEE_REVIEW.get(lang)], reasons)


#: The pack asks to move days, and names none.
_NO_CALENDAR = {
    "severity": "note",
    "layer": "policy",
    "column": "idle.counting.holiday_rollover",
    "code": "no_calendar_of_holidays",
    "what": "规则包要求期限末日遇法定休假日顺延，但没有写明休假日，未作顺延",
    "what_en": "the pack moves a last day that is a holiday, but names no days off: nothing is moved",
    "proposal": "在规则包 idle.counting.holidays 中写明休假日",
    "proposal_en": "name the days off in idle.counting.holidays of the rule pack",
}


def _loose_cases(
    review: Review, parcels: pd.DataFrame, cases: pd.DataFrame | None
) -> pd.DataFrame | None:
    """Return the cases that speak of no ledger row and of no parcel."""
    if cases is None or len(cases) == 0:
        return None
    _, source = link_rows(review.ledger, cases)
    placed = np.isin(np.arange(len(cases)), source) | (parcel_positions(cases, parcels) >= 0)
    return None if placed.all() else cases.loc[~placed]


def _problems(
    review: Review,
    causes: pd.DataFrame | None,
    loose_cases: pd.DataFrame | None,
    *,
    more: Sequence[pd.DataFrame],
) -> pd.DataFrame:
    """Report contracts of land never supplied, and rows, causes and cases that belong to nothing."""
    contract = problem_rows(
        review.ledger,
        review.named_unsupplied,
        layer="ledger",
        column="contract_no",
        code="contract_of_unsupplied_parcel",
        what=Text(
            "台账有该宗地的合同，但宗地的供应状态为未供应；以合同为准",
            "the ledger holds a contract of a parcel that is said not to be supplied; the contract prevails",
        ),
        proposal=Text("核对宗地的供应状态", "check the parcel's supply status"),
    )
    contract["id"] = texts(review.ledger, "parcel_id")[review.named_unsupplied].array
    unnamed = problem_rows(
        review.ledger,
        ~review.named,
        layer="ledger",
        column="parcel_id",
        code="ledger_row_names_nothing",
        what=Text(
            "台账行未写宗地代码、合同编号和电子监管号，状态见合同成果表，但不能列出结论",
            "this row names no parcel, no contract and no supervision number: its status stands in the table of contracts, but no finding can be written of it",
        ),
        proposal=Text("补填宗地代码或合同编号", "fill in the parcel or the contract"),
    )
    frames = [contract, unnamed, *more]
    if causes is not None and review.loose_causes.any():
        loose = problem_rows(
            causes,
            review.loose_causes,
            layer="causes",
            column="contract_no",
            code="cause_without_contract",
            what=Text(
                "原因记录对应不到台账的任何一行", "this cause belongs to no row of the ledger"
            ),
            proposal=Text(
                "核对合同编号、期号和宗地代码", "check the contract, phase and parcel numbers"
            ),
        )
        loose["id"] = texts(causes, "contract_no")[review.loose_causes].array
        frames.append(loose)
    if loose_cases is not None:
        loose = problem_rows(
            loose_cases,
            np.ones(len(loose_cases), dtype=bool),
            layer="cases",
            column="contract_no",
            code="case_without_contract",
            what=Text(
                "案件对应不到台账的任何一行，也对应不到宗地；未计入认定未处置的闲置土地",
                "this case belongs to no row of the ledger and to no parcel; it counts in no figure",
            ),
            proposal=Text(
                "核对合同编号、期号和宗地代码", "check the contract, phase and parcel numbers"
            ),
        )
        loose["id"] = texts(loose_cases, "case_id").array
        frames.append(loose)
    if review.rules.holiday_rollover and not review.calendar.holidays:
        note = empty_frame(PROBLEMS, pd.RangeIndex(1))
        note.loc[0, list(_NO_CALENDAR)] = list(_NO_CALENDAR.values())
        frames.append(note)
    kept = [frame for frame in frames if len(frame)]
    return pd.concat(kept, ignore_index=True) if kept else contract
