"""The supply plan: candidates chosen and put into quarters, or a planner's own plan held to its limits.

The plan is a draft for the meeting. It says of every candidate why it is in or out; a planner changes
it in the workbook, and the changed sheet is read back and tested against the same limits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import numbers, problem_rows, texts
from analyses.results import PLAN, PROBLEMS
from analyses.results_supply import PLAN_SUMMARY
from analyses.supply_edits import pinned, read_edits
from analyses.supply_limits import plan_limits, quarter_mistakes, uncosted
from analyses.supply_optimise import (
    SupplyProblem,
    SupplySolution,
    limit_values,
    solve_supply,
)
from analyses.supply_readiness import NOT_YET
from analyses.supply_reasons import Reasons
from analyses.supply_rows import M2_PER_HA, M2_PER_MU, rows_of
from layers.columns import empty_frame
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analyses.supply_limits import ZoneBase
    from analyses.supply_optimise import Limit

__all__ = ["PlanOptions", "PlanOutcome", "make_plan", "plan_summary"]

_TOLERANCE = 1e-6
#: Beyond this share of it outside the approved boundary, a parcel lies outside.
_MOSTLY = 0.5
_WEIGHTS = {
    "area": Text("面积", "area"),
    "readiness": Text("供应条件", "readiness"),
    "location": Text("区位", "location"),
    "project": Text("意向项目", "a project in hand"),
    "support": Text("区外配套优先", "priority of support outside"),
}


@dataclass(frozen=True)
class PlanOptions:
    """What the project says of its plan.

    Attributes
    ----------
    quarters : sequence of str
        In order.
    weights : mapping of str to float
        Weights of the score: ``area``, ``readiness``, ``location``, ``project``, ``support``.
    delay_share : float
        Share of the score that is lost with every quarter of delay.
    min_readiness : float
        Least share of the gates that must be met; 1 asks for all of them.
    budget_wan, green_floor : float or None
        Limits of the whole plan.
    floors : mapping of str to float
        Floors of indicators.
    replan : bool
        With an edited plan: keep only what it pins and choose the rest anew.
    gap_share : float
        How far from the best a plan may be proven to lie; 0 asks for the best itself.
    """

    quarters: Sequence[str]
    weights: Mapping[str, float] = field(default_factory=lambda: {"area": 1.0})
    delay_share: float = 0.0
    min_readiness: float = 1.0
    budget_wan: float | None = None
    green_floor: float | None = None
    floors: Mapping[str, float] = field(default_factory=dict)
    replan: bool = False
    gap_share: float = 0.0


@dataclass(frozen=True)
class PlanOutcome:
    """A plan, and how it stands to its limits.

    Attributes
    ----------
    plan : pandas.DataFrame
        In the contract of `analyses.results.PLAN`, one row per candidate.
    broken, met : list of tuple
        Limits with what they sum up to: those that the plan breaks, and all others.
    untested, lowered : list of tuple
        Zone and words of the limits that could not be tested, and of floors that are not met today.
    against : list of tuple
        Zone, parcel and reason of what a planner put in although it cannot be planned.
    score, shortfall, gap : float
        Of the solution.
    problems : pandas.DataFrame
        What the edited plan or the targets hold that cannot be used.
    feasible : bool
        Whether any plan keeps what the planner pinned.
    gap_share : float
        The gap that the project allows.
    unread_n : int
        Rows of the edited plan that cannot be used: what the planner meant is then not tested whole.
    """

    plan: pd.DataFrame
    broken: list[tuple[Limit, float]]
    met: list[tuple[Limit, float]]
    untested: list[tuple[str, Text]]
    lowered: list[tuple[str, Text]]
    against: list[tuple[str, str, str]]
    score: float
    shortfall: float
    gap: float
    problems: pd.DataFrame
    feasible: bool = True
    gap_share: float = 0.0
    unread_n: int = 0


def make_plan(
    candidates: pd.DataFrame,
    options: PlanOptions,
    *,
    targets: pd.DataFrame | None = None,
    bases: Mapping[str, ZoneBase] | None = None,
    edited: pd.DataFrame | None = None,
) -> PlanOutcome:
    """Choose the parcels and quarters of the plan, or test a planner's plan.

    Parameters
    ----------
    candidates : pandas.DataFrame
        ``parcel_id``, ``zone_id``, ``land_use``, ``area_m2``, ``ready``, ``readiness_share``, ``usable``,
        ``location_score``, ``has_project``, ``supports``, ``cost_wan``, ``green_change_m2``,
        ``is_ready``, ``not_before`` (a quarter or null), and any column of the plan.
    options : PlanOptions
        Weights, quarters and limits.
    targets : pandas.DataFrame, optional
        Contract frame.
    bases : mapping of str to ZoneBase, optional
        What each zone has today.
    edited : pandas.DataFrame, optional
        The sheet read back. Its quarters are the plan, unless ``options.replan``.

    Returns
    -------
    PlanOutcome

    Notes
    -----
    The score of a parcel in the k-th quarter (the first is 0) is ``ha x sum(weight x part) x
    (1 - delay_share) ** k``; parts that are not known count nothing and are named.
    """
    rows = candidates.sort_values("parcel_id", kind="stable", na_position="last")
    rows = rows.reset_index(drop=True)
    read = None if edited is None else read_edits(edited, rows, list(options.quarters))
    zone = rows["zone_id"].fillna("").to_numpy(dtype=object)
    zoned = targets is None or bool(texts(targets, "zone_id").notna().all())
    alone = zoned and options.budget_wan is None
    groups = [zone == name for name in sorted(set(zone))] if alone else [np.ones(len(rows), bool)]
    made = []
    for own in groups:
        at = np.flatnonzero(own)
        mine = targets
        if alone and targets is not None and len(at):
            mine = targets.loc[texts(targets, "zone_id").eq(zone[at[0]]).to_numpy(dtype=bool)]
        made.append(_one_plan(rows, at, options, (mine, bases or {}, read)))
    problems = (
        [_target_problems(targets)] if read is None else [_target_problems(targets), read.problems]
    )
    plans = [part.plan for part in made if len(part.plan)]
    return PlanOutcome(
        plan=pd.concat(plans, ignore_index=True) if plans else empty_frame(PLAN),
        broken=[one for part in made for one in part.broken],
        met=[one for part in made for one in part.met],
        untested=[one for part in made for one in part.untested],
        lowered=[one for part in made for one in part.lowered],
        against=[one for part in made for one in part.against],
        score=float(sum(part.score for part in made)),
        shortfall=float(sum(part.shortfall for part in made)),
        gap=max((part.gap for part in made), default=0.0),
        problems=pd.concat(problems, ignore_index=True),
        feasible=all(part.feasible for part in made),
        gap_share=options.gap_share,
        unread_n=0 if read is None else read.unread_n,
    )


def _one_plan(rows: pd.DataFrame, at: np.ndarray, options: PlanOptions, given: Any) -> PlanOutcome:
    """Plan the candidates of one zone, or of all zones that limits bind together."""
    targets, bases, read = given
    own = rows.iloc[at].reset_index(drop=True)
    quarters = list(options.quarters)
    times, moneyless = (
        _times(own, quarters),
        uncosted(own, quarters, targets, options.budget_wan),
    )
    bars = _barred(own, options, times & ~moneyless)
    made = plan_limits(
        own,
        quarters,
        targets=targets,
        budget_wan=options.budget_wan,
        bases=bases,
        green_floor=options.green_floor,
        floors=options.floors,
    )
    base, said = _scores(own, options.weights)
    discount = (1 - options.delay_share) ** np.arange(len(quarters))
    problem = SupplyProblem(
        scores=np.outer(base, discount),
        allowed=times & ~moneyless & (bars == "")[:, None],
        fixed=np.full(len(own), -1),
        limits=made.limits,
        gap_share=options.gap_share,
        urgency=_urgency(own),
    )
    by_hand = read is not None and not options.replan
    decisions = np.full(len(own), "free", dtype=object) if read is None else read.decision[at]
    if by_hand:
        solution = SupplySolution(read.quarter[at], np.nan, np.nan, 0.0)
    elif read is None:
        solution = solve_supply(problem)
    else:
        solution = solve_supply(pinned(problem, decisions, read.quarter[at]))
    feasible = solution.quarter is not None
    quarter = np.full(len(own), -1) if solution.quarter is None else solution.quarter
    values = limit_values(problem, quarter)
    broken, met = _split(made.limits, values)
    chosen = np.flatnonzero(quarter >= 0)
    # A planner may put a parcel of unknown cost into a quarter that has a budget.
    blind = chosen[moneyless[chosen, quarter[chosen]]]
    bars[blind] = np.where(bars[blind] == "", "cost", bars[blind])
    names = texts(own, "parcel_id").fillna("").to_numpy(dtype=object)
    zone = texts(own, "zone_id").fillna("").to_numpy(dtype=object)
    table = _plan_table(
        own,
        quarters,
        (problem, quarter),
        (base, said, bars),
        (decisions, np.full(len(own), "", dtype=object) if read is None else read.mistake[at]),
        by_hand=by_hand,
        least=options.min_readiness,
    )
    return PlanOutcome(
        plan=table,
        broken=broken,
        met=met,
        untested=made.untested,
        lowered=made.lowered,
        against=[(zone[one], names[one], bars[one]) for one in chosen if bars[one]],
        score=float(problem.scores[chosen, quarter[chosen]].sum()),
        shortfall=float(sum(limit.low - value for limit, value in broken if limit.soft)),
        gap=solution.gap if feasible else 0.0,
        problems=empty_frame(PROBLEMS),
        feasible=feasible,
    )


def _scores(
    rows: pd.DataFrame, weights: Mapping[str, float]
) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """Return the score of each parcel before any delay, and how it is made up."""
    hectares = numbers(rows, "area_m2").to_numpy() / M2_PER_HA
    parts = {
        "area": np.ones(len(rows)),
        "readiness": numbers(rows, "readiness_share").to_numpy(),
        "location": numbers(rows, "location_score").to_numpy(),
        "project": rows["has_project"].to_numpy(dtype=float),
        "support": rows["supports"].to_numpy(dtype=float),
    }
    total = np.zeros(len(rows))
    for name, weight in weights.items():
        total += weight * np.nan_to_num(parts[name])
    score = np.nan_to_num(hectares * total)
    said = []
    for at in range(len(rows)):
        zh, en = [], []
        for name, weight in weights.items():
            part, label = parts[name][at], _WEIGHTS[name]
            unknown = np.isnan(part)
            zh.append(f"{label.zh}{weight:g}×{'未知（不计）' if unknown else f'{part:.2f}'}")
            en.append(
                f"{label.en} {weight:g} x {'unknown (not counted)' if unknown else f'{part:.2f}'}"
            )
        size = "未知" if np.isnan(hectares[at]) else f"{hectares[at]:.4f}"
        said.append(
            (
                f"{size}公顷×（{'＋'.join(zh)}）＝{score[at]:.4f}",
                f"{size.replace('未知', 'unknown')} ha x ({' + '.join(en)}) = {score[at]:.4f}",
            )
        )
    return score, said


def _urgency(rows: pd.DataFrame) -> np.ndarray:
    """Return how far before others a project goes, between plans of one score: 1 the first, 0 without a rank."""
    rank = numbers(rows, "priority").rank(method="dense").to_numpy()
    if np.isnan(rank).all():
        return np.zeros(len(rows))
    urgency: np.ndarray = np.nan_to_num((np.nanmax(rank) + 1 - rank) / np.nanmax(rank))
    return urgency


def _barred(rows: pd.DataFrame, options: PlanOptions, open_: np.ndarray) -> np.ndarray:
    """Say why a candidate cannot be planned at all; empty where it can.

    `open_` (parcels x quarters) is when it could be, but for budgets that an unknown cost cannot be held to.
    """
    barred = np.full(len(rows), "", dtype=object)
    share = numbers(rows, "readiness_share").to_numpy()
    least = options.min_readiness
    late = ~_times(rows, list(options.quarters)).any(axis=1)
    barred[~late & ~open_.any(axis=1)] = "cost"
    if least >= 1:
        barred[(texts(rows, "ready") != "yes").fillna(value=True).to_numpy(dtype=bool)] = "ready"
    else:
        barred[~(share >= least - _TOLERANCE)] = "readiness"
    barred[(texts(rows, "usable") == "no").fillna(value=False).to_numpy(dtype=bool)] = "usable"
    barred[texts(rows, "supply_status").isin(NOT_YET).to_numpy(dtype=bool)] = "status"
    # Supporting projects have their place outside; of other land, most of which lies there, no plan speaks.
    beyond = (numbers(rows, "outside_share") > _MOSTLY).to_numpy(dtype=bool)
    barred[beyond & ~rows["supports"].to_numpy(dtype=bool)] = "outside"
    barred[numbers(rows, "area_m2").isna().to_numpy()] = "area"
    return barred


def _times(rows: pd.DataFrame, quarters: Sequence[str]) -> np.ndarray:
    first = texts(rows, "not_before").fillna("").to_numpy(dtype=object)
    late = [[quarter >= since for quarter in quarters] for since in first]
    return np.array(late, dtype=bool).reshape(len(rows), len(quarters))


def _target_problems(targets: pd.DataFrame | None) -> pd.DataFrame:
    if targets is None:
        return problem_rows(
            pd.DataFrame(),
            np.zeros(0, dtype=bool),
            layer="targets",
            code="",
            what=Text("", ""),
            proposal=Text("", ""),
        )
    wrong = quarter_mistakes(targets)
    return problem_rows(
        targets,
        wrong,
        layer="targets",
        code="targets_quarter_unreadable",
        column="quarter",
        what=Text("季度读不懂，该行未采用", "the quarter cannot be read: the row was not used"),
        proposal=Text("写成 2026Q3", "write it as 2026Q3"),
        found=texts(targets, "quarter")[wrong].tolist(),
    )


def _split(
    limits: Sequence[Limit], values: np.ndarray
) -> tuple[list[tuple[Limit, float]], list[tuple[Limit, float]]]:
    broken: list[tuple[Limit, float]] = []
    met: list[tuple[Limit, float]] = []
    for limit, value in zip(limits, values, strict=True):
        bounds = [abs(bound) for bound in (limit.low, limit.high) if np.isfinite(bound)]
        slack = _TOLERANCE * max(1.0, *bounds, abs(float(value)))
        held = limit.low - slack <= value <= limit.high + slack
        (met if held else broken).append((limit, float(value)))
    return broken, met


def _plan_table(
    rows: pd.DataFrame,
    quarters: Sequence[str],
    solved: tuple[SupplyProblem, np.ndarray],
    parts: tuple[np.ndarray, list[tuple[str, str]], np.ndarray],
    edits: tuple[np.ndarray, np.ndarray],
    *,
    by_hand: bool,
    least: float,
) -> pd.DataFrame:
    (problem, quarter), (base, said, barred), (decisions, mistakes) = solved, parts, edits
    if len(rows) == 0:
        return empty_frame(PLAN)
    chosen = quarter >= 0
    reasons = Reasons(rows, problem, quarter, quarters, by_hand=by_hand, least=least)
    told = [
        reasons.of(at, str(decisions[at]), str(barred[at]), str(mistakes[at]))
        for at in range(len(rows))
    ]
    named: list[Any] = [quarters[at] if at >= 0 else None for at in quarter]
    values: dict[str, Any] = {name: rows[name] for name in PLAN.names if name in rows}
    values |= {
        "quarter": named,
        "chosen": chosen,
        "decision": decisions,
        "score": base,
        "score_zh": [zh for zh, _ in said],
        "score_en": [en for _, en in said],
        "why_zh": [zh for zh, _ in told],
        "why_en": [en for _, en in told],
    }
    table = rows_of(PLAN, values, len(rows))
    order = table.assign(_out=~chosen).sort_values(
        ["zone_id", "_out", "quarter", "parcel_id"], kind="stable", na_position="last"
    )
    return table.loc[order.index].reset_index(drop=True)


def plan_summary(plan: pd.DataFrame) -> pd.DataFrame:
    """Add up the plan by zone, quarter and use; a sum with an unknown part is unknown.

    What art. 16 of the Land Administration Regulation asks a supply plan to say: total, structure,
    sequence, plots and uses.
    """
    own = plan[plan["chosen"].fillna(value=False)]
    if len(own) == 0:
        return empty_frame(PLAN_SUMMARY)
    keys = ["zone_id", "quarter", "land_use"]
    groups = own.groupby(keys, dropna=False, sort=True)
    summed = ["area_m2", "cost_wan", "price_reserve_wan", "green_change_m2"]
    total = groups[summed].sum().where(groups[summed].count().eq(groups.size(), axis=0))
    frame = total.assign(parcels_n=groups.size()).reset_index()
    frame["area_ha"], frame["area_mu"] = frame["area_m2"] / M2_PER_HA, frame["area_m2"] / M2_PER_MU
    return rows_of(PLAN_SUMMARY, {name: frame[name] for name in PLAN_SUMMARY.names}, len(frame))
