"""The procedure of a case (arts 5 to 18): which steps are open, which of them is next, and when it is due.

Every period runs from service (送达) or from the event that the rule names; a step for which the rules
set no period has no due date. What a case records decides how far it has come: a later event shows
that the steps before it are done, but a period that still runs is listed until it has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analyses.idle_case_steps import CASE_STEPS
from analyses.idle_clock import Calendar
from analyses.idle_text import choose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.model import Clause, Policy

__all__ = [
    "CASE_EVENTS",
    "CaseFacts",
    "OpenStep",
    "clause_of",
    "open_steps",
    "path_of",
]

_NAT = np.datetime64("NaT", "D")
#: The events of a case in their order, up to the parting of the ways.
_CHAIN = (
    *("discovered_on", "notice_on", "notice_received_on", "answered_on", "finding_on"),
    "finding_served_on",
)
#: What can only happen after a finding has been served.
_AFTER_SERVICE = ("hearing_notice_on", "plan_approved_on")
_AFTER_DECISION = ("decision_served_on", "paid_on", "deregistered_on")
#: Every dated event that is read.
CASE_EVENTS = (
    *_CHAIN,
    *("published_on", "registered_on", *_AFTER_SERVICE, "decision_on", *_AFTER_DECISION),
    *("review_or_suit_on", "closed_on"),
)


@dataclass(frozen=True)
class CaseFacts:
    """What is known of every running case; arrays of equal length.

    Attributes
    ----------
    events : mapping of str to numpy.ndarray of datetime64[D]
        By `CASE_EVENTS`; events after the review date are NaT.
    path : numpy.ndarray of str
        What `path_of` gave.
    two_years : numpy.ndarray of bool
        Two full years without a start.
    government, registered, hearing_requested : numpy.ndarray of bool
        The cause is the government's; recorded in the monitoring system; the holder asked for a hearing.
    mortgage_possible : numpy.ndarray of bool
        Unless the ledger says that there is none.
    decision_kind : numpy.ndarray of str
        ``fee``, ``recovery`` or empty.
    """

    events: Mapping[str, np.ndarray]
    path: np.ndarray
    two_years: np.ndarray
    government: np.ndarray
    registered: np.ndarray
    hearing_requested: np.ndarray
    mortgage_possible: np.ndarray
    decision_kind: np.ndarray


@dataclass(frozen=True)
class OpenStep:
    """A step and the cases for which it is open.

    Attributes
    ----------
    step : str
        A key of `CASE_STEPS`.
    where : numpy.ndarray of bool
        The cases.
    due_on, basis_on : numpy.ndarray of datetime64[D]
        The last day, and the day from which the period runs; NaT where there is none.
    is_next : numpy.ndarray of bool
        It is the case's next step; the others go beside it.
    clause : Clause
        The provision behind it.
    """

    step: str
    where: np.ndarray
    due_on: np.ndarray
    basis_on: np.ndarray
    is_next: np.ndarray
    clause: Clause


def path_of(
    status: np.ndarray, *, holders: np.ndarray, granted: np.ndarray, linked: np.ndarray
) -> np.ndarray:
    """Return which way the disposal of a case goes.

    ``agreement``: suspended works or a government's cause, art. 12 only; ``sanction``: not started, the
    cause verified as the holder's, a grant that a fee may rest on; ``open``: cause, kind of grant or
    ledger row not settled; ``none``: the ledger shows land that is not suspected idle.

    Examples
    --------
    >>> yes = np.array([True] * 4)
    >>> path_of(np.array(["gov_cause", "suspected_1y", "human_review", "started"], dtype=object),
    ...         holders=yes, granted=yes, linked=yes).tolist()
    ['agreement', 'sanction', 'open', 'none']
    """
    suspected = np.isin(status, ("suspected_1y", "suspected_2y"))
    doubtful = np.isin(status, ("human_review", "to_check", "unknown", "at_the_line"))
    return choose(
        [
            ~linked,
            np.isin(status, ("suspended", "gov_cause")),
            suspected & holders & granted,
            suspected | doubtful,
        ],
        ["open", "agreement", "sanction", "open"],
        "none",
    )


def clause_of(policy: Policy, clause_id: str) -> Clause:
    """Return a clause by its id; the local pack's where it declares one of that id.

    Raises
    ------
    KeyError
        No pack of the policy declares it.

    Examples
    --------
    >>> from policies import load_policy
    >>> clause_of(load_policy("national"), "order53-5").article.en
    'art. 5'
    """
    for clause in policy.clauses():
        if clause.id == clause_id:
            return clause
    raise KeyError(clause_id)


def _reached(events: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Say which events have happened, as their own dates or later ones show."""
    dated = {name: ~np.isnat(day) for name, day in events.items()}
    reached = {
        "decision_on": np.logical_or.reduce([dated[n] for n in ("decision_on", *_AFTER_DECISION)])
    }
    reached["decision_served_on"] = np.logical_or.reduce([dated[n] for n in _AFTER_DECISION])
    later = reached["decision_on"] | dated["hearing_notice_on"] | dated["plan_approved_on"]
    for name in reversed(_CHAIN):
        later = later | dated[name]
        reached[name] = later
    return reached


def _periods(
    facts: CaseFacts, policy: Policy, calendar: Calendar
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return for every step the day from which it runs and the last day of its period."""
    blank = np.full(len(facts.path), _NAT)
    found: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for name, step in CASE_STEPS.items():
        basis_on = blank if step.basis is None else facts.events[step.basis]
        due_on: np.ndarray = blank
        if step.period is not None:
            days = int(policy.rule(step.period[0]).value(step.period[1]))
            due_on = calendar.working(basis_on + np.timedelta64(days, "D"))
        found[name] = (basis_on, due_on)
    return found


def _stages(
    facts: CaseFacts, dues: Mapping[str, np.ndarray], today: np.datetime64
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the cases whose next step each is, and those for which a step is open beside it."""
    day, path = facts.events, facts.path
    reached = _reached(day)
    undecided = ~reached["decision_on"]
    served = reached["finding_served_on"] & undecided
    answer_over = (dues["answer"] < today) | (
        reached["notice_received_on"] & np.isnat(day["notice_received_on"])
    )
    planned = ~np.isnat(day["plan_approved_on"])
    heard = ~np.isnat(day["hearing_notice_on"])
    agreement, sanction = path == "agreement", path == "sanction"
    fee, recovery = facts.decision_kind == "fee", facts.decision_kind == "recovery"
    decided = reached["decision_served_on"]
    performed = (fee & ~np.isnat(day["paid_on"])) | (recovery & ~np.isnat(day["deregistered_on"]))
    late = (fee & (dues["fee_payment"] < today)) | (recovery & (dues["deregistration"] < today))
    contested = ~np.isnat(day["review_or_suit_on"])
    owed = decided & ~performed
    decide = served & sanction & heard
    asked = facts.hearing_requested
    # In this order; the first that holds is the next step.
    order = [
        ("closing", performed | (undecided & (path == "none"))),
        ("enforcement", owed & late & ~contested),
        ("fee_payment", owed & fee),
        ("deregistration", owed & recovery),
        ("decision_kind", owed),
        ("decision_service", ~undecided),
        ("registration", served & agreement & ~facts.registered & ~planned),
        ("carry_out", served & (agreement | ~sanction) & planned),
        ("disposal_plan", served & agreement),
        ("hearing", decide & asked),
        ("recovery_decision", decide & facts.two_years),
        ("fee_decision", decide),
        ("hearing_notice", served & sanction),
        ("choose_path", served),
        ("finding_service", reached["finding_on"]),
        ("finding", reached["answered_on"] | (reached["notice_received_on"] & answer_over)),
        ("answer", reached["notice_received_on"]),
        ("notice_service", reached["notice_on"]),
    ]
    chosen = choose([mask for _, mask in order], [name for name, _ in order], "investigation")
    following = {name: chosen == name for name in CASE_STEPS}
    found = served & (path != "none")
    beside = {
        "publication": found & np.isnat(day["published_on"]),
        "registration": found & ~facts.registered & ~planned,
        "government_notice": found & facts.government & ~planned,
        "mortgagee_notice": found
        & agreement
        & facts.registered
        & ~planned
        & facts.mortgage_possible,
        "fee_decision": decide & (asked | facts.two_years),
        "recovery_decision": decide & asked & facts.two_years,
        "mortgagee_copy": ~undecided & recovery & ~performed & facts.mortgage_possible,
        # An unmet period is told while it runs, and afterwards until something later has happened.
        "investigation": _unmet(
            day, "discovered_on", "notice_on", reached, dues["investigation"], today
        ),
        "answer": _unmet(day, "notice_received_on", "answered_on", reached, dues["answer"], today),
        "fee_payment": owed & fee,
        "deregistration": owed & recovery,
    }
    return following, beside


def _unmet(
    day: Mapping[str, np.ndarray],
    basis: str,
    met_by: str,
    reached: Mapping[str, np.ndarray],
    due_on: np.ndarray,
    today: np.datetime64,
) -> np.ndarray:
    begun = ~np.isnat(day[basis]) & np.isnat(day[met_by])
    return np.asarray(begun & ((due_on >= today) | ~reached[met_by]))


def open_steps(
    facts: CaseFacts, policy: Policy, today: np.datetime64, *, calendar: Calendar | None = None
) -> list[OpenStep]:
    """Return the open steps of all cases; each case has exactly one that is next.

    Parameters
    ----------
    facts : CaseFacts
        Running cases only.
    policy : Policy
        Gives the days of the periods and the clauses.
    today : numpy.datetime64
        The review date.
    calendar : Calendar, optional
        Moves last days off the days off, where the rules say so.

    Returns
    -------
    list of OpenStep
        In the order of `CASE_STEPS`; steps open for no case are left out.
    """
    periods = _periods(facts, policy, calendar or Calendar())
    following, beside = _stages(facts, {name: due for name, (_, due) in periods.items()}, today)
    nowhere = np.zeros(len(facts.path), dtype=bool)
    found = []
    for name, step in CASE_STEPS.items():
        where = following[name] | beside.get(name, nowhere)
        if not where.any():
            continue
        basis_on, due_on = periods[name]
        clause = (
            clause_of(policy, step.clause)
            if step.period is None
            else policy.rule(step.period[0]).parameter(step.period[1]).clause
        )
        found.append(OpenStep(name, where, due_on, basis_on, following[name], clause))
    return found
