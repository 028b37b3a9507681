"""By when an action is due: only what the law sets for that very action, and what the day rests on.

A period runs from a recorded day. Where that day is not recorded the last day is unknown: no date is put
in its place, the missing column is named, and what the period is and runs from is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analyses.idle_case_steps import CASE_STEPS
from analyses.idle_text import day_texts
from policies.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from analyses.idle_clock import Calendar
    from policies.model import Policy, Rule

__all__ = ["Due", "investigation_due", "last_day_due", "performance_due"]

_DAY = np.timedelta64(1, "D")
_NAT = np.datetime64("NaT", "D")
_KNOWN = Text(
    "{what}：自{event}（{day}）起{days}日（{clause}）",
    "{what}: {days} days from {event}, {day} ({clause})",
)
_UNKNOWN = Text(
    "{what}：自{event}之日起{days}日（{clause}），{event}日期未登记，期限未知",
    "{what}: {days} days from {event} ({clause}); that day is not recorded, so the deadline is unknown",
)
_LINE = Text(
    "满{years}的最后一日，次日起涉嫌闲置（{clause}）",
    "last day of the period of {years}; from the next day suspected idle ({clause})",
)
#: What runs, and from what, by step.
_SAID = {
    "investigation": (
        Text("发出调查通知书", "notice of investigation"),
        Text("发现", "the discovery"),
    ),
    "answer": (
        Text("权利人说明情况", "the holder's answer"),
        Text("收到调查通知书", "receipt of the notice"),
    ),
    "fee_payment": (
        Text("缴纳闲置费", "payment of the fee"),
        Text("决定书送达", "service of the decision"),
    ),
    "deregistration": (
        Text("办理注销登记", "deregistration"),
        Text("决定书送达", "service of the decision"),
    ),
}


@dataclass(frozen=True)
class Due:
    """Last days of rows and what they rest on; arrays of equal length.

    Attributes
    ----------
    on : numpy.ndarray of datetime64[D]
        The last day; NaT where none is set or where it is unknown.
    zh, en : numpy.ndarray of str
        What the day rests on; empty where no period is set.
    missing : numpy.ndarray of str
        The column that would tell the day, where a period runs from a day not recorded; else empty.
    """

    on: np.ndarray
    zh: np.ndarray
    en: np.ndarray
    missing: np.ndarray

    @classmethod
    def none(cls, n: int) -> Due:
        """Return rows without any period."""
        blank = np.full(n, "", dtype=object)
        return cls(np.full(n, _NAT), blank, blank.copy(), blank.copy())

    def only(self, where: np.ndarray) -> Due:
        """Leave all but the rows of `where` without a period."""
        blank = np.full(len(self.on), "", dtype=object)
        texts = (np.where(where, text, blank) for text in (self.zh, self.en, self.missing))
        return Due(np.where(where, self.on, _NAT), *texts)

    def values(self, where: np.ndarray) -> dict[str, Any]:
        """Return the columns of a proposal for the rows of `where`."""
        return {
            "due_on": self.on[where].astype("datetime64[s]"),
            "due_zh": self.zh[where],
            "due_en": self.en[where],
            "due_missing": self.missing[where],
        }


def _days(case: pd.DataFrame, name: str) -> np.ndarray:
    return case[name].to_numpy().astype("datetime64[D]")


def _happened(case: pd.DataFrame, *names: str) -> np.ndarray:
    return case[list(names)].notna().any(axis=1).to_numpy(dtype=bool)


def _filled(
    due: Due, case: pd.DataFrame, where: np.ndarray, step: str, policy: Policy, calendar: Calendar
) -> None:
    """Write the last day of a step, and what it rests on, into the rows of `where`."""
    declared = CASE_STEPS[step]
    if declared.period is None or declared.basis is None or not where.any():
        return
    parameter = policy.rule(declared.period[0]).parameter(declared.period[1])
    begun = _days(case, declared.basis)[where]
    days = int(parameter.value)
    due.on[where] = calendar.working(begun + np.timedelta64(days, "D"))
    known = ~np.isnat(begun)
    due.missing[where] = np.where(known, "", declared.basis)
    what, event = _SAID[step]
    for lang, into in (("zh", due.zh), ("en", due.en)):
        fixed = {
            "what": getattr(what, lang),
            "event": getattr(event, lang),
            "days": days,
            "clause": parameter.clause.citation("zh" if lang == "zh" else "en"),
        }
        open_ = getattr(_UNKNOWN, lang).format(**fixed)
        dated = [
            getattr(_KNOWN, lang).format(day=day, **fixed)
            for day in day_texts(begun, "zh" if lang == "zh" else "en")
        ]
        into[where] = np.where(known, np.array(dated, dtype=object), open_)


def investigation_due(case: pd.DataFrame, policy: Policy, calendar: Calendar) -> Due:
    """Return by when the investigation of each row is due.

    Until the notice is sent: the days of ``idle.investigation`` from the discovery. From then until the
    holder has answered: the days of ``idle.answer`` from the receipt. After that no period is set.

    Parameters
    ----------
    case : pandas.DataFrame
        The state of each row's open case (`analyses.idle_steps.case_of_rows`).
    policy : policies.model.Policy
        Gives the days.
    calendar : Calendar
        Moves last days off the days off, where the pack says so.
    """
    due = Due.none(len(case))
    answered = _happened(case, "answered_on", "finding_on", "finding_served_on", "decision_on")
    sent = answered | _happened(case, "notice_on", "notice_received_on")
    _filled(due, case, ~sent, "investigation", policy, calendar)
    _filled(due, case, sent & ~answered, "answer", policy, calendar)
    return due


def performance_due(case: pd.DataFrame, policy: Policy, calendar: Calendar) -> Due:
    """Return by when a decision is to be performed: the fee paid, or the right deregistered."""
    due = Due.none(len(case))
    for kind, step, done in (
        ("fee", "fee_payment", "paid_on"),
        ("recovery", "deregistration", "deregistered_on"),
    ):
        of_kind = case["decision_kind"].eq(kind).fillna(value=False).to_numpy(dtype=bool)
        _filled(due, case, of_kind & ~_happened(case, done), step, policy, calendar)
    return due


def last_day_due(first_day_after: pd.Series[Any], years: Text, rule: Rule) -> Due:
    """Return the last day of a period, given the first day after it.

    Parameters
    ----------
    first_day_after : pandas.Series of datetime64
        As ``idle_from``; NaT where unknown.
    years : Text
        How long the period is.
    rule : policies.model.Rule
        The rule that sets it.
    """
    on = first_day_after.to_numpy().astype("datetime64[D]") - _DAY
    due = Due.none(len(on))
    known = ~np.isnat(on)
    due.on[known] = on[known]
    for lang, into in (("zh", due.zh), ("en", due.en)):
        into[known] = getattr(_LINE, lang).format(
            years=getattr(years, lang), clause=rule.clause.citation("zh" if lang == "zh" else "en")
        )
    return due
