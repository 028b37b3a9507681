"""Statutory dates: what falls due for each contract and each case, and in how many days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.frames import texts
from analyses.idle_clock import add_years, day_numbers
from analyses.idle_links import link_rows
from analyses.idle_review import parcel_positions, zones_at
from analyses.results import DEADLINES
from layers.columns import empty_frame
from policies.text import Text

if TYPE_CHECKING:
    from analyses.idle_review import Review
    from policies.model import Policy

__all__ = ["STEPS", "statutory_dates"]

_DAY = np.timedelta64(1, "D")

#: The steps that a date may belong to.
STEPS: dict[str, Text] = {
    "start_due": Text("动工开发日期", "start of works due"),
    "idle_line": Text("逾期未动工期满之日（期限当日）", "last day before land not started is idle"),
    "idle_from": Text("涉嫌闲置起算日", "suspected idle from this day"),
    "idle_line_extended": Text(
        "逾期未动工期满之日（按有疑问的延期）",
        "last day before land not started is idle, by an extension in doubt",
    ),
    "two_years_on": Text("未动工满两年起算日", "two years without a start are full from this day"),
    "suspension_line": Text("中止开发满一年之日（期限当日）", "last day of the year of suspension"),
    "suspended_from": Text("涉嫌中止开发满一年起算日", "suspended for a full year from this day"),
    "extension_limit_new": Text(
        "延长动工期限最长至（自新约定动工日起算）", "longest extension, from the new start"
    ),
    "extension_limit_signed": Text(
        "延长动工期限最长至（自签订日起算）", "longest extension, from the signing"
    ),
    "investigation": Text(
        "调查核实并发出闲置土地调查通知书", "investigate and send the notice of investigation"
    ),
    "answer": Text("权利人说明情况并提交材料", "the holder's explanation and papers"),
    "fee_payment": Text("缴纳土地闲置费", "payment of the idle fee"),
    "deregistration": Text(
        "办理注销登记、交回权利证书", "deregistration and return of the certificate"
    ),
}

#: Of a case: step, the event from which the days run, what meets it, rule and parameter, decision kind.
_CASE_STEPS = (
    ("investigation", "discovered_on", "notice_on", "idle.investigation", "days", None),
    ("answer", "notice_received_on", "answered_on", "idle.answer", "days", None),
    ("fee_payment", "decision_served_on", "paid_on", "idle.performance", "fee_days", "fee"),
    (
        *("deregistration", "decision_served_on", "deregistered_on"),
        *("idle.performance", "deregister_days", "recovery"),
    ),
)


@dataclass(frozen=True)
class _Dates:
    """Dates of one step: the rows they belong to, and the dates."""

    step: str
    rows: pd.DataFrame
    due_on: np.ndarray
    clause: str


def _keys(frame: pd.DataFrame, zone_id: pd.Series[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "parcel_id": texts(frame, "parcel_id").array,
            "zone_id": zone_id.array,
            "contract_no": texts(frame, "contract_no").array,
            "phase_no": texts(frame, "phase_no").array,
        }
    )


def _contract_dates(review: Review) -> list[_Dates]:
    """Dates that follow from the contract: the start, the line, and what begins after it."""
    rules, today = review.rules, review.today
    clock, decision = review.facts.clock, review.decision
    open_row = ~review.works & (decision.status != "not_supplied")
    signed = day_numbers(review.ledger, "extension_signed_on")
    line = review.line
    moved = open_row & (clock.source == "extension_art12")
    halted = decision.suspension_runs
    fees_apply = open_row & (decision.status != "gov_cause")
    second = review.second_line + _DAY
    longest = rules.extension_years_max
    dates = (
        ("start_due", open_row, clock.due, "idle.start_due"),
        ("idle_line", open_row, line, "idle.not_started_1y"),
        ("idle_from", open_row, line + _DAY, "idle.not_started_1y"),
        (
            *("idle_line_extended", open_row & clock.unresolved),
            *(review.extended_line, "idle.not_started_1y"),
        ),
        ("two_years_on", fees_apply, second, "idle.not_started_2y"),
        ("suspension_line", halted, decision.line, "idle.suspended"),
        ("suspended_from", halted, decision.idle_from, "idle.suspended"),
        ("extension_limit_new", moved, add_years(clock.extended, longest), "idle.extension_art12"),
        ("extension_limit_signed", moved, add_years(signed, longest), "idle.extension_art12"),
    )
    keys = _keys(review.ledger, review.zone_id)
    return [
        _Dates(step, keys[where & (on >= today)], on[where & (on >= today)], rules.cite(rule, "zh"))
        for step, where, on, rule in dates
    ]


def _case_zones(review: Review, parcels: pd.DataFrame, cases: pd.DataFrame) -> pd.Series[str]:
    """Return the zone of each case: its parcel's, else that of the first ledger row it speaks of."""
    by_parcel = zones_at(parcels, parcel_positions(cases, parcels))
    at, source = link_rows(review.ledger, cases)
    _, first = np.unique(source, return_index=True)
    linked = pd.Series(review.zone_id.iloc[at[first]].array, index=source[first], dtype="string")
    return by_parcel.fillna(linked.reindex(by_parcel.index))


def _case_dates(
    review: Review, parcels: pd.DataFrame, cases: pd.DataFrame, policy: Policy
) -> list[_Dates]:
    """Dates that run from an event of a case and are not met; those past stay until they are met."""
    today = review.today
    keys = _keys(cases, _case_zones(review, parcels, cases))
    kind = texts(cases, "decision_kind").fillna("").to_numpy(dtype=object)
    running = ~(day_numbers(cases, "closed_on") <= today)
    dates = []
    for step, event, met_by, name, parameter, wanted in _CASE_STEPS:
        rule = policy.rule(name)
        on = day_numbers(cases, event)
        where = running & (on <= today) & ~(day_numbers(cases, met_by) <= today)
        if wanted is not None:
            where &= kind == wanted
        due_on = on + np.timedelta64(int(rule.value(parameter)), "D")
        clause = rule.parameter(parameter).clause.citation("zh")
        dates.append(_Dates(step, keys[where], due_on[where], clause))
    return dates


def statutory_dates(
    review: Review, parcels: pd.DataFrame, policy: Policy, *, cases: pd.DataFrame | None = None
) -> pd.DataFrame:
    """List the dates that lie ahead, and those of cases that are past and not met.

    The day of an event is not counted: 30 days from the first of a month end on the 31st. Dates of a
    contract are listed while works are not known to be started, those of a suspension while it lasts.

    Parameters
    ----------
    review : Review
        The reviewed ledger.
    parcels : pandas.DataFrame
        In the contract of the parcels: gives the zone.
    policy : Policy
        Gives the days of each step.
    cases : pandas.DataFrame, optional
        In the contract of the cases.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results.DEADLINES`, the nearest first; ``days_left`` is negative
        for what is overdue.
    """
    every = _contract_dates(review)
    if cases is not None and len(cases):
        every += _case_dates(review, parcels, cases, policy)
    every = [dates for dates in every if len(dates.rows)]
    if not every:
        return empty_frame(DEADLINES)
    frame = pd.concat([dates.rows for dates in every], ignore_index=True)
    steps = np.repeat([dates.step for dates in every], [len(dates.rows) for dates in every])
    due_on = np.concatenate([dates.due_on for dates in every])
    frame["step"] = steps
    frame["title_zh"] = [STEPS[step].zh for step in steps]
    frame["title_en"] = [STEPS[step].en for step in steps]
    frame["due_on"] = due_on.astype("datetime64[s]")
    frame["days_left"] = (due_on - review.today).astype("timedelta64[D]").astype(np.int64)
    frame["clause"] = np.repeat(
        [dates.clause for dates in every], [len(dates.rows) for dates in every]
    )
    typed = {
        column.name: pd.Series(frame[column.name], dtype=column.dtype)
        for column in DEADLINES.columns
    }
    order = ["due_on", "zone_id", "parcel_id", "contract_no", "phase_no", "step"]
    return pd.DataFrame(typed).sort_values(
        order, kind="stable", na_position="first", ignore_index=True
    )
