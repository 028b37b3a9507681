"""Which parcels in which quarter: an exact choice under limits, with the reasons for what is left out.

A mixed-integer programme, solved by HiGHS to a gap of zero unless a project allows one: first the least shortfall of the targets
that set a minimum, then the greatest score among the plans of that shortfall.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack, vstack

from analyses.supply_patterns import Found, Programme, solve_by_patterns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from policies.text import Text

__all__ = [
    "IN_SOME_QUARTER",
    "NODE_LIMIT",
    "Limit",
    "SupplyProblem",
    "SupplySolution",
    "blocked_by",
    "limit_values",
    "solve_supply",
]

#: In `SupplyProblem.fixed`: the parcel must be in the plan, in whichever quarter.
IN_SOME_QUARTER = -3
#: Branches after which the search stops; a count and no time, so that every machine stops alike.
NODE_LIMIT = 2_000
#: Branches that the plain programme gets first: most plans need none.
_FEW_NODES = 64
_TOLERANCE = 1e-6
#: What a project's rank weighs beside a quarter's delay: it decides where nothing else does.
_RANKED = 1e-3


@dataclass(frozen=True)
class Limit:
    """One limit: ``low <= sum of weights of what is chosen <= high``.

    Attributes
    ----------
    label : Text
        What a reader sees.
    weights : numpy.ndarray
        Parcels x quarters.
    low, high : float
        Infinite where there is none.
    soft : bool
        The least is a target: missing it is allowed, and minimised before anything else.
    unit : str
        ``m2`` or ``wan``.
    zone_id : str or None
        Whose it is; None for all zones together.
    """

    label: Text
    weights: NDArray[np.float64]
    low: float = -np.inf
    high: float = np.inf
    soft: bool = False
    unit: str = "m2"
    zone_id: str | None = None


@dataclass(frozen=True)
class SupplyProblem:
    """A choice of parcels and quarters.

    Attributes
    ----------
    scores : numpy.ndarray
        Parcels x quarters: what a parcel is worth in a quarter.
    allowed : numpy.ndarray of bool
        Parcels x quarters.
    fixed : numpy.ndarray of int
        The quarter a parcel is bound to, `IN_SOME_QUARTER`, or -1 where it is free.
    limits : sequence of Limit
    gap_share : float
        The search ends where the plan is proven to lie within this share of the best; 0 asks for the best.
    urgency : numpy.ndarray or None
        How far a parcel goes before others, from 0 to 1, where plans of one score differ in nothing else.
    """

    scores: NDArray[np.float64]
    allowed: NDArray[np.bool_]
    fixed: NDArray[np.int64]
    limits: Sequence[Limit] = field(default_factory=tuple)
    gap_share: float = 0.0
    urgency: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class SupplySolution:
    """What was chosen.

    Attributes
    ----------
    quarter : numpy.ndarray of int or None
        The quarter of each parcel, -1 where it is left out; None where no plan keeps every limit.
    score, shortfall : float
        Of the plan: its score, and how much the minimum targets are missed by in all.
    gap : float
        Between the plan and the best that was not ruled out; 0 where it is proven best.
    """

    quarter: NDArray[np.int64] | None
    score: float
    shortfall: float
    gap: float


def limit_values(problem: SupplyProblem, quarter: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what every limit sums up to in a plan."""
    chosen = np.flatnonzero(quarter >= 0)
    return np.array(
        [float(limit.weights[chosen, quarter[chosen]].sum()) for limit in problem.limits]
    )


def solve_supply(problem: SupplyProblem) -> SupplySolution:
    """Choose the parcels and their quarters.

    Parameters
    ----------
    problem : SupplyProblem
        Rows in an order of their own (such as by parcel id), so that ties fall alike every time.

    Returns
    -------
    SupplySolution

    Examples
    --------
    >>> from policies.text import Text
    >>> scores = np.array([[3.0], [2.0], [2.0]])
    >>> room = Limit(Text("限额", "limit"), np.array([[30.0], [20.0], [20.0]]), high=40.0)
    >>> found = solve_supply(SupplyProblem(scores, np.ones((3, 1), bool), np.full(3, -1), [room]))
    >>> found.quarter.tolist(), found.score
    ([-1, 0, 0], 4.0)
    """
    n = len(problem.scores)
    usable = _usable(problem)
    rows, columns = np.nonzero(usable)
    size = len(rows)
    if size == 0:
        empty = np.full(n, -1)
        forced = problem.fixed != -1
        return _judged(problem, None if forced.any() else empty, 0.0)
    bound = problem.fixed != -1
    count = np.bincount(rows, minlength=n)
    if (bound & (count == 0)).any():
        return SupplySolution(None, np.nan, np.nan, np.nan)
    once = csr_array(coo_array((np.ones(size), (rows, np.arange(size))), shape=(n, size)))
    soft = [limit for limit in problem.limits if limit.soft and np.isfinite(limit.low)]
    matrix, low, high = _constraints(problem, rows, columns, soft)
    slack = len(soft)
    everything = (
        vstack([hstack([once, csr_array((n, slack))]), matrix]) if slack else vstack([once, matrix])
    )
    lows = np.concatenate([bound.astype(float), low])
    highs = np.concatenate([np.ones(n), high])
    worth = problem.scores[rows, columns]
    programme = Programme(
        np.r_[np.zeros(size), np.ones(slack)], csr_array(everything), lows, highs, columns
    )
    if slack:
        # Square metres and hectares side by side would strain the solver: slacks are of their target.
        first = _solve(programme, problem.gap_share)
        if first is None:
            return SupplySolution(None, np.nan, np.nan, np.nan)
        total = csr_array(programme.cost.reshape(1, -1))
        programme = replace(
            programme,
            rows=csr_array(vstack([programme.rows, total])),
            low=np.r_[lows, -np.inf],
            high=np.r_[highs, first.cost + _TOLERANCE * max(1.0, first.cost)],
        )
    scale = max(float(np.abs(worth).max()), 1e-12)
    found = _solve(
        replace(programme, cost=np.r_[-worth / scale, np.zeros(slack)]), problem.gap_share
    )
    if found is None:
        return SupplySolution(None, np.nan, np.nan, np.nan)
    best = _judged(problem, _quarters(found, rows, columns, n), _gap(found))
    return _earliest(problem, programme, best, (rows, columns, worth / scale))


def _earliest(
    problem: SupplyProblem,
    programme: Programme,
    first: SupplySolution,
    choices: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
) -> SupplySolution:
    """Return of all plans with the score found the one that supplies earliest."""
    rows, columns, worth = choices
    late = _lateness(problem, rows, columns, worth)
    if late is None or first.quarter is None or first.score <= 0:
        return first
    best = float(worth[first.quarter[rows] == columns].sum())
    early = _solve(_no_worse(programme, worth, late, best), problem.gap_share)
    if early is None:
        return first
    other = _judged(problem, _quarters(early, rows, columns, len(first.quarter)), first.gap)
    near = _TOLERANCE * max(1.0, abs(first.score))
    same = other.score >= first.score - near and other.shortfall <= first.shortfall + near
    return other if same else first


def _quarters(
    found: Found, rows: NDArray[np.int64], columns: NDArray[np.int64], n: int
) -> NDArray[np.int64]:
    quarter = np.full(n, -1)
    taken = np.flatnonzero(found.x[: len(rows)] > 0.5)
    quarter[rows[taken]] = columns[taken]
    return quarter


def _lateness(
    problem: SupplyProblem,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    worth: NDArray[np.float64],
) -> NDArray[np.float64] | None:
    """Return what a quarter's delay of each choice costs among plans of one score; None where none are.

    As the least delay share would have it: the worth of the parcel for every quarter. A project's rank comes
    after that, so that of parcels alike the first in rank goes first.
    """
    ranked = problem.urgency is not None and bool(problem.urgency.any())
    same = (rows[1:] == rows[:-1]) & (worth[1:] == worth[:-1]) & (worth[1:] > 0)
    if not ranked and not same.any():
        return None
    urgency = np.zeros(len(problem.scores)) if problem.urgency is None else problem.urgency
    # What is left out counts as if it came after the last quarter.
    delay = columns - problem.scores.shape[1]
    late: NDArray[np.float64] = delay * np.maximum(worth, 0.0) * (1 + _RANKED * urgency[rows])
    return late


def _no_worse(
    programme: Programme, worth: NDArray[np.float64], late: NDArray[np.float64], best: float
) -> Programme:
    """Return the programme that seeks the earliest of the plans with the best score."""
    slacks = np.zeros(len(programme.cost) - len(worth))
    score = csr_array(np.r_[worth, slacks].reshape(1, -1))
    return replace(
        programme,
        cost=np.r_[late, slacks],
        rows=csr_array(vstack([programme.rows, score])),
        low=np.r_[programme.low, best - _TOLERANCE * max(1.0, abs(best)) / 10],
        high=np.r_[programme.high, np.inf],
    )


def _gap(found: Found) -> float:
    """Return how far the bound lies from what was found, as a share of it."""
    apart = max(found.cost - found.bound, 0.0)
    return apart / max(abs(found.cost), _TOLERANCE) if apart > _TOLERANCE else 0.0


def _solve(programme: Programme, gap_share: float) -> Found | None:
    """Solve a programme: plainly where a few branches are enough, else by the sets of each quarter.

    Where those are too many, as in quarters that take dozens of parcels, the plain search goes on to its
    last branch.
    """
    plain = _plain(programme, gap_share, _FEW_NODES)
    if plain is not None and _gap(plain) <= gap_share:
        return plain
    if plain is not None:
        by_sets = solve_by_patterns(programme, plain.x, gap_share=gap_share, node_limit=NODE_LIMIT)
        if by_sets is not None:
            return replace(by_sets, bound=max(by_sets.bound, plain.bound))
    return _plain(programme, gap_share, NODE_LIMIT)


def _plain(programme: Programme, gap_share: float, node_limit: int) -> Found | None:
    choices = len(programme.quarter)
    slack = len(programme.cost) - choices
    found = milp(
        programme.cost,
        integrality=np.r_[np.ones(choices), np.zeros(slack)],
        bounds=Bounds(np.zeros(choices + slack), np.r_[np.ones(choices), np.full(slack, np.inf)]),
        constraints=LinearConstraint(programme.rows, programme.low, programme.high),
        options={"mip_rel_gap": gap_share, "node_limit": node_limit},
    )
    if found.x is None:
        return None
    return Found(found.x, float(found.fun), float(found.mip_dual_bound))


def _usable(problem: SupplyProblem) -> NDArray[np.bool_]:
    usable = problem.allowed.copy()
    at = np.flatnonzero(problem.fixed >= 0)
    usable[at] = False
    usable[at, problem.fixed[at]] = True
    return usable


def _constraints(
    problem: SupplyProblem,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    soft: Sequence[Limit],
) -> tuple[csr_array, NDArray[np.float64], NDArray[np.float64]]:
    lines, lows, highs = [], [], []
    places = {id(limit): at for at, limit in enumerate(soft)}
    for limit in problem.limits:
        weights = limit.weights[rows, columns]
        # Rows of like size keep the solver's tolerance meaningful.
        scale = max(float(np.abs(weights).max(initial=0.0)), 1e-12)
        slack = np.zeros(len(soft))
        if id(limit) in places:
            slack[places[id(limit)]] = 1.0 / scale
        lines.append(np.r_[weights / scale, slack])
        lows.append(limit.low / scale)
        highs.append(limit.high / scale)
    width = len(rows) + len(soft)
    matrix = csr_array(np.array(lines).reshape(len(lines), width))
    return matrix, np.array(lows, dtype=float), np.array(highs, dtype=float)


def _judged(
    problem: SupplyProblem, quarter: NDArray[np.int64] | None, gap: float
) -> SupplySolution:
    if quarter is None:
        return SupplySolution(None, np.nan, np.nan, np.nan)
    chosen = np.flatnonzero(quarter >= 0)
    values = limit_values(problem, quarter)
    shortfall = sum(
        max(limit.low - value, 0.0)
        for limit, value in zip(problem.limits, values, strict=True)
        if limit.soft and np.isfinite(limit.low)
    )
    score = float(problem.scores[chosen, quarter[chosen]].sum())
    return SupplySolution(quarter, score, float(shortfall), gap)


def blocked_by(
    problem: SupplyProblem,
    quarter: NDArray[np.int64],
    parcel: int,
    values: NDArray[np.float64] | None = None,
) -> list[list[int]]:
    """Name for each allowed quarter the limits that a plan would break with one more parcel.

    Returns
    -------
    list of list of int
        Places in ``problem.limits``, one list for each quarter in which the parcel is allowed; empty
        lists where nothing stands against it.
    """
    values = limit_values(problem, quarter) if values is None else values
    out = []
    for at in np.flatnonzero(problem.allowed[parcel]):
        hit = []
        for place, limit in enumerate(problem.limits):
            more = limit.weights[parcel, at]
            slack = _TOLERANCE * max(1.0, abs(values[place]))
            over = more > 0 and values[place] + more > limit.high + slack
            under = not limit.soft and more < 0 and values[place] + more < limit.low - slack
            if over or under:
                hit.append(place)
        out.append(hit)
    return out
