"""Statutory dates: what falls due for each contract, what is open in each case, and in how many days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import flags, texts
from analyses.idle_case_problems import rows_settled
from analyses.idle_case_steps import CASE_STEPS
from analyses.idle_causes import government_acts
from analyses.idle_clock import add_years, day_numbers
from analyses.idle_links import link_rows
from analyses.idle_parcels import parcel_positions, zones_at
from analyses.idle_procedure import CASE_EVENTS, CaseFacts, open_steps, path_of
from analyses.idle_remedies import remedies_of
from analyses.idle_status import REVIEW_OF_CAUSE, SUSPECTED
from analyses.idle_text import choose
from analyses.results import DEADLINES, IDLE_STATUSES
from layers.columns import empty_frame
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyses.idle_procedure import OpenStep
    from analyses.idle_review import Review
    from policies.model import Policy

__all__ = ["STEPS", "statutory_dates"]

_DAY = np.timedelta64(1, "D")
_NAT = np.datetime64("NaT", "D")

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
    "temporary_use_limit": Text(
        "政府安排临时使用最长至", "longest temporary use arranged by the government"
    ),
    **{name: step.title for name, step in CASE_STEPS.items()},
}

#: What a date of a contract runs from, by step; the others run from the due start.
_BASES = {
    "extension_limit_new": "extension_start_on",
    "extension_limit_signed": "extension_signed_on",
    "suspension_line": "suspended_on",
    "suspended_from": "suspended_on",
}


@dataclass(frozen=True)
class _Dates:
    """Dates of one step: the rows they belong to, the dates, and from when they run."""

    step: str
    rows: pd.DataFrame
    due_on: np.ndarray
    clause: str
    basis: str | None
    basis_on: np.ndarray
    case_id: pd.Series[str] | None = None
    is_next: np.ndarray | None = None
    missing: np.ndarray | None = None


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
    moved = (open_row & (clock.source == "extension_art12")) | (
        review.resumption_agreed & review.registered
    )
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
    bases = {
        "start_due_effective_on": clock.due,
        "extension_start_on": clock.extended,
        "extension_signed_on": signed,
        "suspended_on": review.facts.suspended_on,
    }
    found = []
    for step, where, on, rule in dates:
        ahead = where & (on >= today)
        basis = _BASES.get(step, "start_due_effective_on")
        from_on = clock.extended if step == "idle_line_extended" else bases[basis]
        found.append(
            _Dates(step, keys[ahead], on[ahead], rules.cite(rule, "zh"), basis, from_on[ahead])
        )
    return found


def _case_zones(review: Review, parcels: pd.DataFrame, cases: pd.DataFrame) -> pd.Series[str]:
    """Return the zone of each case: its parcel's, else that of the first ledger row it speaks of."""
    by_parcel = zones_at(parcels, parcel_positions(cases, parcels))
    at, source = link_rows(review.ledger, cases)
    _, first = np.unique(source, return_index=True)
    linked = pd.Series(review.zone_id.iloc[at[first]].array, index=source[first], dtype="string")
    return by_parcel.fillna(linked.reindex(by_parcel.index))


def _named_by_ledger(review: Review, cases: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Fill in parcel and contract of a case where every ledger row that it speaks of names the same one."""
    at, source = link_rows(review.ledger, cases)
    for name in ("parcel_id", "contract_no"):
        of_rows = pd.Series(texts(review.ledger, name).iloc[at].array, index=source)
        grouped = of_rows.groupby(level=0)
        one = grouped.first()[grouped.nunique(dropna=False) == 1]
        keys[name] = keys[name].fillna(one.reindex(keys.index))
    return keys


def _case_facts(review: Review, cases: pd.DataFrame) -> CaseFacts:
    """Read the running cases and the gravest of the ledger rows that each speaks of."""
    today = review.today
    days = {name: day_numbers(cases, name) for name in CASE_EVENTS}
    events = {name: np.where(day <= today, day, _NAT) for name, day in days.items()}
    grave = {name: rank for rank, name in enumerate(IDLE_STATUSES)}
    at, source = link_rows(review.ledger, cases)
    rank = pd.Series(review.decision.status[at]).map(grave).to_numpy(dtype=np.int64)
    order = np.lexsort((at, rank, source))
    linked, first = np.unique(source[order], return_index=True)
    row = np.full(len(cases), -1, dtype=np.int64)
    row[linked] = at[order][first]

    def taken(values: np.ndarray, blank: Any) -> np.ndarray:
        out = np.full(len(cases), blank, dtype=values.dtype)
        out[row >= 0] = values[row[row >= 0]]
        return out

    causes, status = review.facts.causes, taken(review.decision.status, "")
    granted = texts(review.ledger, "grant").isin(review.rules.fee_grants).to_numpy(dtype=bool)
    unmortgaged = flags(review.ledger, "mortgaged").eq(other=False).fillna(value=False)
    asked = flags(cases, "hearing_requested").fillna(value=False).to_numpy(dtype=bool)
    return CaseFacts(
        events=events,
        path=path_of(
            status,
            holders=taken((causes.kind == "holder") & causes.verified, blank=False),
            granted=taken(granted, blank=False),
            linked=row >= 0,
        ),
        two_years=status == "suspected_2y",
        government=taken(
            (causes.kind == "government") & government_acts(causes.codes, review.rules.government),
            blank=False,
        ),
        registered=taken(review.registered, blank=False) | ~np.isnat(events["registered_on"]),
        hearing_requested=asked,
        mortgage_possible=~taken(unmortgaged.to_numpy(dtype=bool), blank=False),
        decision_kind=texts(cases, "decision_kind").fillna("").to_numpy(dtype=object),
    )


def _case_dates(
    review: Review, parcels: pd.DataFrame, cases: pd.DataFrame, policy: Policy
) -> list[_Dates]:
    """Return the open steps of every case that is running on the review date."""
    today = review.today
    known = np.isnat(day_numbers(cases, "discovered_on")) | (
        day_numbers(cases, "discovered_on") <= today
    )
    running = cases.loc[known & ~(day_numbers(cases, "closed_on") <= today)].reset_index(drop=True)
    if running.empty:
        return []
    keys = _named_by_ledger(review, running, _keys(running, _case_zones(review, parcels, running)))
    case_id = texts(running, "case_id")
    dates = [
        _Dates(
            *(step.step, keys[step.where], step.due_on[step.where], step.clause.citation("zh")),
            basis=CASE_STEPS[step.step].basis,
            basis_on=step.basis_on[step.where],
            case_id=case_id[step.where],
            is_next=step.is_next[step.where],
            missing=_lacking(step),
        )
        for step in open_steps(
            _case_facts(review, running), policy, today, calendar=review.calendar
        )
    ]
    return [*dates, _temporary_use(review, running, keys, case_id)]


def _lacking(step: OpenStep) -> np.ndarray:
    """Name the day from which a period runs where it is not recorded; empty for a step without period."""
    declared = CASE_STEPS[step.step]
    lacks = np.isnat(step.due_on[step.where]) & (declared.period is not None)
    return choose([lacks], [declared.basis or ""])


def _temporary_use(
    review: Review, cases: pd.DataFrame, keys: pd.DataFrame, case_id: pd.Series[str]
) -> _Dates:
    """Return the last day of the longest temporary use of the cases that arranged one."""
    begun = day_numbers(cases, "temporary_from_on")
    last = review.calendar.line(begun, review.rules.temporary_years_max)
    where = remedies_of(cases).eq("temporary_use").fillna(value=False).to_numpy(dtype=bool)
    where &= last >= review.today
    return _Dates(
        *("temporary_use_limit", keys[where], last[where]),
        review.rules.cite("idle.remedy_temporary_use", "zh"),
        basis="temporary_from_on",
        basis_on=begun[where],
        case_id=case_id[where],
    )


def _without_case(review: Review, cases: pd.DataFrame | None, policy: Policy) -> list[_Dates]:
    """Return the step that land suspected idle awaits where no case speaks for it: the investigation.

    Its period runs from the discovery, which is not recorded: the step has no date, and says what is missing.
    """
    decision = review.decision
    suspected = np.isin(decision.status, SUSPECTED) | np.isin(decision.review, REVIEW_OF_CAUSE)
    alone = suspected & review.named & ~rows_settled(review, cases)
    step = CASE_STEPS["investigation"]
    if step.period is None or not alone.any():
        return []
    clause = policy.rule(step.period[0]).parameter(step.period[1]).clause
    unknown = np.full(int(alone.sum()), _NAT)
    return [
        _Dates(
            *("investigation", _keys(review.ledger, review.zone_id)[alone], unknown),
            clause.citation("zh"),
            basis=step.basis,
            basis_on=unknown,
            is_next=np.ones(len(unknown), dtype=bool),
            missing=np.full(len(unknown), "discovered_on", dtype=object),
        )
    ]


def statutory_dates(
    review: Review, parcels: pd.DataFrame, policy: Policy, *, cases: pd.DataFrame | None = None
) -> pd.DataFrame:
    """List the dates that lie ahead, and those of cases that are past and not met.

    The day of an event is not counted: 30 days from the first of a month end on the 31st. Dates of a
    contract are listed while works are not known to be started, those of a suspension while it lasts.
    Of a case every open step is listed, one of them as its next; a step without a period has no date.
    Suspected rows without a case await the investigation, its date unknown until the discovery is recorded.

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
        In the contract of `analyses.results.DEADLINES`, the nearest first, steps without a period last;
        ``days_left`` is negative for what is overdue.
    """
    every = _contract_dates(review)
    if cases is not None and len(cases):
        every += _case_dates(review, parcels, cases, policy)
    every += _without_case(review, cases, policy)
    every = [dates for dates in every if len(dates.rows)]
    if not every:
        return empty_frame(DEADLINES)
    frame = pd.concat([dates.rows for dates in every], ignore_index=True)
    sizes = [len(dates.rows) for dates in every]

    def repeated(values: Sequence[Any]) -> np.ndarray:
        return np.repeat(np.array(values, dtype=object), sizes)

    documents = [CASE_STEPS[d.step].document if d.step in CASE_STEPS else None for d in every]
    due_on = np.concatenate([dates.due_on for dates in every])
    frame["step"] = repeated([dates.step for dates in every])
    frame["title_zh"] = repeated([STEPS[dates.step].zh for dates in every])
    frame["title_en"] = repeated([STEPS[dates.step].en for dates in every])
    frame["due_on"] = due_on.astype("datetime64[s]")
    left = (due_on - review.today).astype("timedelta64[D]").astype(np.int64)
    frame["days_left"] = pd.array(left, dtype="Int64")
    frame.loc[np.isnat(due_on), "days_left"] = pd.NA
    frame["clause"] = repeated([dates.clause for dates in every])
    frame["case_id"] = _joined([dates.case_id for dates in every], sizes)
    frame["is_next"] = _joined([dates.is_next for dates in every], sizes)
    frame["overdue"] = frame["days_left"] < 0
    frame["document_zh"] = repeated([None if text is None else text.zh for text in documents])
    frame["document_en"] = repeated([None if text is None else text.en for text in documents])
    lacking = pd.Series(_joined([dates.missing for dates in every], sizes), dtype="string")
    frame["missing"] = lacking.mask(lacking == "")
    frame["basis"] = repeated([dates.basis for dates in every])
    frame["basis_on"] = np.concatenate([dates.basis_on for dates in every]).astype("datetime64[s]")
    typed = {
        column.name: pd.Series(frame[column.name], dtype=column.dtype)
        for column in DEADLINES.columns
    }
    # What has no period stands last; the missing parts of a name stand first.
    typed_frame = pd.DataFrame(typed)
    order = ["due_on", "zone_id", "parcel_id", "contract_no", "phase_no", "case_id", "step"]
    by_name = typed_frame.sort_values(
        order[1:], kind="stable", na_position="first", ignore_index=True
    )
    return by_name.sort_values("due_on", kind="stable", na_position="last", ignore_index=True)


def _joined(parts: Sequence[Any], sizes: Sequence[int]) -> np.ndarray:
    """Put the columns of several steps below each other; null where a step has none."""
    filled = [
        np.full(size, None, dtype=object) if part is None else np.asarray(part, dtype=object)
        for part, size in zip(parts, sizes, strict=True)
    ]
    return np.concatenate(filled)
