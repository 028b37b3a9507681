"""Where the record of a case does not agree with the ledger rows that it speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyses.frames import problem_rows, texts
from analyses.idle_clock import day_numbers
from analyses.idle_links import link_rows
from analyses.idle_status import SUSPECTED
from policies.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from analyses.idle_review import Review

__all__ = ["case_problems", "rows_settled"]

_AGREEMENT = ("suspended", "gov_cause")
#: Column, code, what is wrong and what to do, by kind of disagreement; the clauses are the packs'.
_KINDS: dict[str, tuple[str, str, Text, Text]] = {
    "sanction": (
        "decision_kind",
        "sanction_of_agreement_land",
        Text(
            "案件登记了征缴闲置费或收回的决定，而台账属中止开发或政府原因、不可抗力：只能协商处置（{remedy}）",
            "this case records a decision on a fee or a recovery, while the ledger shows suspended works, a government cause or force majeure: only the remedies by agreement are open ({remedy})",
        ),
        Text("核对决定的依据、原因和动工记录", "check the decision, the cause and the start"),
    ),
    "early": (
        "decision_on",
        "recovery_before_its_time",
        Text(
            "收回决定的日期早于未动工期满，其时尚不可依法报批收回（{recovery}）",
            "the recovery was decided before the time without a start was full: it was not yet open ({recovery})",
        ),
        Text("核对动工日期和决定日期", "check the due start and the day of the decision"),
    ),
    "unheard": (
        "hearing_notice_on",
        "decision_without_hearing_notice",
        Text(
            "已作出征缴或收回决定，而没有登记听证告知书日期（{hearing}）",
            "a fee or a recovery was decided, and no notice of the right to a hearing is recorded ({hearing})",
        ),
        Text("补登听证告知书的日期", "enter the day of the hearing notice"),
    ),
    "closed": (
        "closed_on",
        "closed_while_suspected",
        Text(
            "案件已结案，而台账仍显示涉嫌闲置",
            "this case is closed, while the ledger still shows land suspected idle",
        ),
        Text(
            "已动工、收回或签订补充协议的，更新台账；仍未动工的，另立案件",
            "update the ledger if works have started, the land was recovered or an agreement was signed; else open a new case",
        ),
    ),
}


def _closed(cases: pd.DataFrame, today: np.datetime64) -> np.ndarray:
    return np.asarray(day_numbers(cases, "closed_on") <= today)


def rows_settled(review: Review, cases: pd.DataFrame | None) -> np.ndarray:
    """Return the ledger rows whose investigation is under way or over.

    A case speaks for its rows while it runs and after it is closed. Only where it was closed before the
    land had been without a start for the years of a recovery, and they have become full since, there is
    something new to investigate.

    Parameters
    ----------
    review : Review
        The reviewed ledger.
    cases : pandas.DataFrame or None
        In the contract of the cases.

    Returns
    -------
    numpy.ndarray of bool
        Of the ledger's rows.
    """
    settled = np.zeros(len(review.ledger), dtype=bool)
    if cases is None or len(cases) == 0:
        return settled
    at, source = link_rows(review.ledger, cases)
    over = _closed(cases, review.today)[source]
    before = day_numbers(cases, "closed_on")[source] <= review.second_line[at]
    anew = over & before & (review.decision.status[at] == "suspected_2y")
    settled[at[~anew]] = True
    return settled


def case_problems(review: Review, cases: pd.DataFrame | None) -> list[pd.DataFrame]:
    """Report decisions and closings that do not fit what the ledger shows; nothing is changed.

    Parameters
    ----------
    review : Review
        The reviewed ledger.
    cases : pandas.DataFrame or None
        In the contract of the cases.

    Returns
    -------
    list of pandas.DataFrame
        In the contract of `analyses.results.PROBLEMS`, a frame for each kind.
    """
    if cases is None or len(cases) == 0:
        return []
    at, source = link_rows(review.ledger, cases)
    status, n = review.decision.status[at], len(cases)

    def every(marked: np.ndarray) -> np.ndarray:
        """Say of each case whether it speaks of rows, and all of them are marked."""
        spoken, kept = np.bincount(source, minlength=n), np.bincount(source[marked], minlength=n)
        return np.asarray((spoken > 0) & (spoken == kept))

    kind = texts(cases, "decision_kind").fillna("").to_numpy(dtype=object)
    decided = day_numbers(cases, "decision_on")
    served = day_numbers(cases, "decision_served_on") <= review.today
    made = np.isin(kind, ("fee", "recovery")) & ((decided <= review.today) | served)
    closed = _closed(cases, review.today)
    early = (status == "suspected_1y") | (decided[source] <= review.second_line[at])
    # After a fee is paid the land may well be without a start until the time of a recovery.
    by_fee = every(status == "suspected_1y") & (kind == "fee")
    marked = {
        "sanction": made & every(np.isin(status, _AGREEMENT)),
        "early": made
        & (kind == "recovery")
        & every(np.isin(status, ("suspected_1y", "suspected_2y")) & early),
        "unheard": made & np.isnat(day_numbers(cases, "hearing_notice_on")),
        "closed": closed & every(np.isin(status, SUSPECTED)) & ~by_fee,
    }
    cited = {
        lang: {
            "remedy": review.rules.cite("idle.remedy", lang),
            "recovery": review.rules.cite("idle.not_started_2y", lang),
            "hearing": review.rules.cite_clause("order53-15", lang),
        }
        for lang in ("zh", "en")
    }
    frames = []
    for name, where in marked.items():
        column, code, what, proposal = _KINDS[name]
        rows = problem_rows(
            cases,
            where,
            layer="cases",
            column=column,
            code=code,
            what=Text(what.zh.format(**cited["zh"]), what.en.format(**cited["en"])),
            proposal=proposal,
        )
        rows["id"] = texts(cases, "case_id")[where].array
        frames.append(rows)
    return frames
