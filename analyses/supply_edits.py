"""An edited plan read back: matched to the candidates, and what cannot be used told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.frames import problem_rows, texts
from analyses.supply_optimise import IN_SOME_QUARTER, SupplyProblem
from analyses.supply_rows import parse_quarter
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Edits", "pinned", "read_edits"]


@dataclass(frozen=True)
class Edits:
    """What an edited plan says of each candidate.

    Attributes
    ----------
    quarter, decision : numpy.ndarray
        As the planner wrote them; -1 and ``free`` where nothing that can be used is written.
    mistake : numpy.ndarray of str
        Why the quarter of a candidate cannot be used; empty where it can, or none was written.
    unread_n : int
        Rows that cannot be used.
    problems : pandas.DataFrame
        Those rows, in the contract of problems.
    """

    quarter: np.ndarray
    decision: np.ndarray
    mistake: np.ndarray
    unread_n: int
    problems: pd.DataFrame


def read_edits(edited: pd.DataFrame, rows: pd.DataFrame, quarters: Sequence[str]) -> Edits:
    """Match the edited rows to the candidates; what cannot be used is told, never guessed."""
    place = {name: at for at, name in enumerate(texts(rows, "parcel_id").fillna(""))}
    quarter, decision = np.full(len(rows), -1), np.full(len(rows), "free", dtype=object)
    mistake = np.full(len(rows), "", dtype=object)
    wrong = {code: np.zeros(len(edited), dtype=bool) for code in _EDIT_MISTAKES}
    written = texts(edited, "quarter")
    said = texts(edited, "decision").fillna("free").to_numpy(dtype=object)
    names = texts(edited, "parcel_id")
    seen: set[str] = set()
    for row, name in enumerate(texts(edited, "parcel_id").fillna("")):
        at = place.get(name)
        read = parse_quarter(written.iloc[row]) if pd.notna(written.iloc[row]) else None
        if at is None:
            # A parcel that the plan merely lists and does not plan needs no word.
            wrong["unknown_parcel"][row] = pd.notna(written.iloc[row]) and said[row] != "out"
            continue
        if name in seen:
            wrong["repeated"][row] = True
            continue
        seen.add(name)
        decision[at] = said[row]
        if pd.notna(written.iloc[row]) and read is None:
            mistake[at] = "quarter_unreadable"
        elif read is not None and read not in quarters:
            mistake[at] = "quarter_beyond"
        elif said[row] == "in" and read is None:
            mistake[at] = "in_without_quarter"
        elif read is not None and said[row] != "out":
            quarter[at] = quarters.index(read)
        if mistake[at]:
            wrong[mistake[at]][row] = True
    made = [
        problem_rows(
            edited,
            mask,
            layer="plan",
            code=f"plan_{code}",
            column="parcel_id" if code in {"unknown_parcel", "repeated"} else "quarter",
            what=_EDIT_MISTAKES[code],
            proposal=Text("更正供地计划编辑稿的该行", "correct this row of the edited plan"),
            found=(names if code in {"unknown_parcel", "repeated"} else written)[mask]
            .fillna("")
            .tolist(),
        )
        for code, mask in wrong.items()
    ]
    problems = pd.concat(made, ignore_index=True)
    return Edits(quarter, decision, mistake, len(problems), problems)


_EDIT_MISTAKES = {
    "unknown_parcel": Text(
        "该宗地不是待供候选，未列入计划", "the parcel is no candidate: it was left out"
    ),
    "repeated": Text(
        "该宗地重复出现，只取第一行", "the parcel stands here twice: the first row counts"
    ),
    "quarter_unreadable": Text(
        "拟供季度读不懂，如 2026Q3", "the quarter cannot be read: write it as 2026Q3"
    ),
    "quarter_beyond": Text(
        "拟供季度不在计划期内，未列入计划", "the quarter lies outside the plan: it was left out"
    ),
    "in_without_quarter": Text("决定列入而没有季度", "decided to be in, but without a quarter"),
}


def pinned(problem: SupplyProblem, decisions: np.ndarray, quarters: np.ndarray) -> SupplyProblem:
    """Return the problem with what the planner decided bound, and the rest free."""
    allowed, fixed = problem.allowed.copy(), problem.fixed.copy()
    for at, decision in enumerate(decisions):
        if decision == "out":
            allowed[at] = False
        elif decision == "in":
            # The planner answers for what the rules would leave out.
            fixed[at] = quarters[at] if quarters[at] >= 0 else IN_SOME_QUARTER
            if fixed[at] >= 0:
                allowed[at, fixed[at]] = True
    return replace(problem, allowed=allowed, fixed=fixed)
