"""Why a candidate is in the plan, and why another is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyses.supply_optimise import blocked_by, limit_values
from analyses.supply_rows import hectares

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analyses.supply_optimise import SupplyProblem

__all__ = ["Reasons"]

#: So many limits are named.
_SHOWN = 3

_BARRED = {
    "ready": (
        "供应条件未全部具备（未知不视为具备）：{gap}",
        "not every condition of supply is met (unknown is not met): {gap}",
    ),
    "readiness": (
        "已具备条件比例{share}低于要求{least}：{gap}",
        "the share of conditions met, {share}, is below {least}: {gap}",
    ),
    "usable": (
        "扣除后面积、宽度或临路条件不足，不能单独供应",
        "what is left is too small, too narrow or without a road",
    ),
    "cost": (
        "前期费用未知，不能对照资金限额",
        "its cost is not known and cannot be held against the budget",
    ),
    "status": (
        "供应状态表明尚不能供应：{gap}",
        "its supply status says that it cannot be supplied yet: {gap}",
    ),
    "outside": (
        "地块有{outside}在批准四至以外，不列入本区计划",
        "{outside} of it lie outside the approved boundary: no land of the zone's plan",
    ),
    "area": ("面积未知", "its area is not known"),
}


#: What a planner wrote that cannot be used, by the codes of `analyses.supply_edits`.
_UNUSED = {
    "quarter_unreadable": (
        "编辑稿所填季度读不懂",
        "The quarter in the edited plan cannot be read",
    ),
    "quarter_beyond": (
        "编辑稿所填季度不在计划期内",
        "The quarter in the edited plan lies outside the plan",
    ),
    "in_without_quarter": (
        "编辑稿决定列入而没有季度",
        "The edited plan decides that it is in, but gives no quarter",
    ),
}


def _said(rows: pd.DataFrame, at: int, name: str) -> str:
    value = rows[name].iloc[at] if name in rows else None
    return value if isinstance(value, str) else ""


class Reasons:
    """Writes the reason of every candidate of one plan."""

    def __init__(
        self,
        rows: pd.DataFrame,
        problem: SupplyProblem,
        quarter: np.ndarray,
        quarters: Sequence[str],
        *,
        by_hand: bool,
        least: float,
    ) -> None:
        """Take the candidates, what was to be solved and what was chosen."""
        self.rows, self.problem, self.quarter, self.quarters = rows, problem, quarter, quarters
        self.by_hand, self.least = by_hand, least
        self.values = limit_values(problem, quarter)
        self.nothing = np.full(len(quarter), -1)
        self.empty = limit_values(problem, self.nothing)

    def of(self, at: int, decision: str, barred: str, mistake: str = "") -> tuple[str, str]:
        """Say in Chinese and English why a candidate is in the plan, or why it is not.

        Parameters
        ----------
        at : int
            The candidate.
        decision, barred, mistake : str
            What the planner decided; why it cannot be planned; why what the planner wrote cannot be used.
        """
        if self.quarter[at] >= 0:
            return self._in(at, decision, barred)
        return self._out(at, decision, barred, mistake)

    def _in(self, at: int, decision: str, barred: str) -> tuple[str, str]:
        rows, quarter = self.rows, self.quarters[self.quarter[at]]
        project, first = _said(rows, at, "project_id"), _said(rows, at, "not_before")
        zh = f"{quarter}供应{hectares(float(rows['area_m2'].iloc[at]))}"
        en = f"Supplied in {quarter}"
        if self.by_hand or decision == "in":
            zh, en = f"编辑稿列入，{zh}", f"{en}, as the planner decided"
        else:
            zh = f"在目标和限额内得分最高的方案列入，{zh}"
            en = f"{en}: part of the best plan within the targets and limits"
        if first:
            zh, en = f"{zh}；不早于{first}", f"{en}; not before {first}"
        if project:
            zh, en = f"{zh}；意向项目{project}", f"{en}; project {project}"
        beyond = self._beyond(at)
        if beyond > 0 and barred != "outside":
            zh = f"{zh}；有{beyond:.1%}在批准四至以外，供应前须核对"
            en = f"{en}; {beyond:.1%} of it lie outside the approved boundary: to be checked before"
        if barred:
            told = self._bar(at, barred)
            zh, en = f"{zh}。注意：{told[0]}", f"{en}. Mind: {told[1]}"
        elif _said(rows, at, "ready") != "yes":
            zh = f"{zh}。供应前须补齐：{_said(rows, at, 'missing_zh')}"
            en = f"{en}. To be settled before: {_said(rows, at, 'missing_en')}"
        return f"{zh}。", f"{en}."

    def _beyond(self, at: int) -> float:
        """Return the share of a candidate outside the approved boundary; 0 where it was not tested."""
        value = self.rows["outside_share"].iloc[at] if "outside_share" in self.rows else np.nan
        return 0.0 if np.isnan(value) else float(value)

    def _bar(self, at: int, barred: str) -> tuple[str, str]:
        share = float(self.rows["readiness_share"].iloc[at])
        facts = {
            "share": "未知" if np.isnan(share) else f"{share:.0%}",
            "least": f"{self.least:.0%}",
            "outside": f"{self._beyond(at):.1%}",
        }
        zh, en = _BARRED[barred]
        return (
            zh.format(gap=_said(self.rows, at, "missing_zh"), **facts),
            en.format(gap=_said(self.rows, at, "missing_en"), **facts).replace("未知", "unknown"),
        )

    def _out(self, at: int, decision: str, barred: str, mistake: str) -> tuple[str, str]:
        if decision == "out":
            return "编辑稿决定不列入。", "Left out by the planner."
        if mistake and self.by_hand:
            zh, en = _UNUSED[mistake]
            return (
                f"{zh}，未列入：请更正编辑稿。",
                f"{en}: not in the plan. Correct the edited plan.",
            )
        if self.by_hand:
            return "编辑稿未填季度。", "The planner gave no quarter."
        if barred:
            zh, en = self._bar(at, barred)
            return f"{zh}。", f"{en[:1].upper()}{en[1:]}."
        return self._not_chosen(at)

    def _not_chosen(self, at: int) -> tuple[str, str]:
        """Say what kept a candidate out that could have been in: alone, or beside what was chosen."""
        hits = blocked_by(self.problem, self.quarter, at, self.values)
        if not hits:
            first = _said(self.rows, at, "not_before")
            return f"不早于{first}，在计划期以后。", f"Not before {first}, after the plan ends."
        if any(len(hit) == 0 for hit in hits):
            return "列入不提高得分。", "It would not raise the score."
        alone = blocked_by(self.problem, self.nothing, at, self.empty)
        if all(len(hit) > 0 for hit in alone):
            zh, en, when = self._named(at, alone)
            return (
                f"单独列入{when[0]}已突破限额：{zh}。",
                f"By itself it would break, in {when[1]}: {en}.",
            )
        zh, en, when = self._named(at, hits)
        return (
            f"与已列入的宗地合计，{when[0]}会突破限额：{zh}；换入不提高总得分。",
            f"Together with what was chosen it would break, in {when[1]}: {en}; an exchange would not raise the score.",
        )

    def _named(self, at: int, hits: list[list[int]]) -> tuple[str, str, tuple[str, str]]:
        """Name the limits that stand against every quarter, at most three."""
        labels = [
            self.problem.limits[place].label for place in sorted({p for hit in hits for p in hit})
        ]
        shown, more = labels[:_SHOWN], len(labels) - _SHOWN
        zh = "、".join(label.zh for label in shown) + (f"等{len(labels)}项" if more > 0 else "")
        en = ", ".join(label.en for label in shown) + (f" and {more} more" if more > 0 else "")
        single = self.quarters[int(np.flatnonzero(self.problem.allowed[at])[0])]
        when = ("各季度均", "every quarter open to it") if len(hits) > 1 else (single, single)
        return zh, en, when
