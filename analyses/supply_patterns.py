"""Which sets of parcels fit into a quarter: the plan as a choice of one set for each quarter.

Where parcels are large beside what a quarter can take, the plain programme (parcel by quarter) is weak:
half a parcel in each of two quarters costs its relaxation nothing, and thousands of branches prove little.
The sets that fit into a quarter are then few. Chosen among them, half a parcel no longer helps, and the bound
lies so near the best plan that few sets can still be part of a better one; only those are searched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_array, csr_array, hstack, vstack

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Found", "Programme", "solve_by_patterns"]

#: More sets than this are not listed: quarters that take so many parcels bound well without.
_MOST_SETS = 400_000
#: Sets that join the relaxation in one round, and rounds after which it is left.
_ENTER = 400
_ROUNDS = 200
#: Sets among which the best plan is searched; beyond, the bound alone is told.
_MOST_SEARCHED = 40_000
#: Branches among the sets of the relaxation: a good plan is enough there.
_FIRST_NODES = 32
_EXACT = 1e-9
_SLACK = 1e-7
#: What leaving a row unmet costs in the relaxation, beside a parcel's greatest worth of 1.
_PENALTY = 1e4


@dataclass(frozen=True)
class Programme:
    """``minimise cost x`` under ``low <= rows x <= high``, ``x`` choices of 0 or 1 and then slacks >= 0.

    Attributes
    ----------
    cost : numpy.ndarray
        Of choices and slacks.
    rows : scipy.sparse.csr_array
        Rows x (choices and slacks).
    low, high : numpy.ndarray
        Of the rows.
    quarter : numpy.ndarray of int
        The quarter of each choice.
    """

    cost: NDArray[np.float64]
    rows: csr_array
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    quarter: NDArray[np.int64]


@dataclass(frozen=True)
class Found:
    """A solution, and the least cost that any solution can have."""

    x: NDArray[np.float64]
    cost: float
    bound: float


def solve_by_patterns(
    programme: Programme, known: NDArray[np.float64], *, gap_share: float, node_limit: int
) -> Found | None:
    """Solve a programme by the sets that fit into each quarter.

    Parameters
    ----------
    programme : Programme
        Choices of parcels by quarter.
    known : numpy.ndarray
        A solution from which to start, of choices and slacks.
    gap_share : float
        How far from the best the search may end.
    node_limit : int
        Branches after which it ends.

    Returns
    -------
    Found or None
        None where the sets are too many or the relaxation does not settle.

    Notes
    -----
    The relaxation over all sets is solved by letting in those of negative reduced cost, round by round. A set
    whose reduced cost is above the distance between the known solution and that bound is in no better
    solution: what is left is searched whole, so that the best of it is the best of all.
    """
    sets = _sets(programme)
    if sets is None:
        return None
    slacks = programme.rows.shape[1] - len(programme.quarter)
    columns, cost = _columns(programme, sets)
    master = _relaxed(programme, columns, cost, slacks, known, sets)
    if master is None:
        return None
    bound, reduced, entered = master
    best, value = known, float(programme.cost @ known)
    first = _searched(programme, columns, cost, slacks, entered, gap_share, _FIRST_NODES)
    if first is not None and first[0] < value - _EXACT:
        value, best = first[0], _choices(programme, sets, entered, first[1])
    if value - bound <= max(gap_share * abs(value), _SLACK):
        return Found(best, value, bound)
    kept = np.flatnonzero(reduced <= value - bound + _SLACK)
    if len(kept) > _MOST_SEARCHED:
        return Found(best, value, bound)
    last = _searched(programme, columns, cost, slacks, kept, gap_share, node_limit)
    if last is None:
        return Found(best, value, bound)
    if last[0] < value - _EXACT:
        value, best = last[0], _choices(programme, sets, kept, last[1])
    return Found(best, value, max(bound, min(value, last[2])))


def _sets(programme: Programme) -> csc_array | None:
    """List the sets of choices that fit into one quarter, as choices x sets; None where they are too many."""
    choices = len(programme.quarter)
    dense = programme.rows[:, :choices].toarray()
    # A row that only adds up and is bounded above bounds every part of it.
    caps = np.isfinite(programme.high) & (dense >= 0).all(axis=1)
    made, count = [], 0
    for quarter in np.unique(programme.quarter):
        own = np.flatnonzero(programme.quarter == quarter)
        weights, room = dense[caps][:, own].T, programme.high[caps]
        sums, members = np.zeros((1, len(room))), np.zeros((1, len(own)), dtype=bool)
        for at in range(len(own)):
            more = sums + weights[at]
            fits = (more <= room + _SLACK).all(axis=1)
            with_it = members[fits].copy()
            with_it[:, at] = True
            sums, members = np.vstack([sums, more[fits]]), np.vstack([members, with_it])
            if count + len(sums) > _MOST_SETS:
                return None
        count += len(sums)
        sets, place = np.nonzero(members)
        made.append(csc_array((np.ones(len(sets)), (own[place], sets)), (choices, len(members))))
    return csc_array(hstack(made))


def _columns(programme: Programme, sets: csc_array) -> tuple[csc_array, NDArray[np.float64]]:
    """Return the rows of every set, below them that of its quarter, and its cost."""
    choices = len(programme.quarter)
    quarters = np.unique(programme.quarter)
    # The empty set of a quarter holds nothing that would tell whose it is, and needs no row.
    of_quarter = csr_array((quarters[:, None] == programme.quarter).astype(float)) @ sets
    once = (of_quarter > 0).astype(float)
    columns = csc_array(vstack([programme.rows[:, :choices] @ sets, once]))
    return columns, np.asarray(programme.cost[:choices] @ sets)


def _bounds(programme: Programme) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    quarters = len(np.unique(programme.quarter))
    return (
        np.r_[programme.low, np.full(quarters, -np.inf)],
        np.r_[programme.high, np.ones(quarters)],
    )


def _slack_columns(programme: Programme, slacks: int) -> csc_array:
    choices, quarters = len(programme.quarter), len(np.unique(programme.quarter))
    own = programme.rows[:, choices:]
    return csc_array(vstack([own, csr_array((quarters, slacks))])) if slacks else csc_array((0, 0))


def _relaxed(
    programme: Programme,
    columns: csc_array,
    cost: NDArray[np.float64],
    slacks: int,
    known: NDArray[np.float64],
    sets: csc_array,
) -> tuple[float, NDArray[np.float64], NDArray[np.int64]] | None:
    """Return the bound, the reduced cost of every set, and the sets that the relaxation let in."""
    low, high = _bounds(programme)
    upper, lower = np.isfinite(high), np.isfinite(low)
    extra = _slack_columns(programme, slacks)
    choices = len(programme.quarter)
    # A row that is not met yet, as that of a parcel bound to the plan, is met for a price.
    helped = np.flatnonzero(lower)
    help_ = csc_array(
        (np.ones(len(helped)), (helped, np.arange(len(helped)))), (len(low), len(helped))
    )
    fixed = csc_array(hstack([part for part in (extra, help_) if part.shape[1]] or [help_]))
    fixed_cost = np.r_[programme.cost[choices:], np.full(len(helped), _PENALTY)]
    # The first set is an empty one: it stands in for nothing where nothing is held.
    entered = np.union1d([0], _held(sets, known[:choices], programme.quarter))
    for _ in range(_ROUNDS):
        rows = csr_array(hstack([columns[:, entered], fixed]))
        limits: Any = csr_array(vstack([rows[upper], -rows[lower]]))
        found = linprog(
            np.r_[cost[entered], fixed_cost],
            A_ub=limits,
            b_ub=np.r_[high[upper], -low[lower]],
            method="highs",
        )
        if found.x is None or found.fun is None:
            return None
        price = np.zeros(len(low))
        marginal = found.ineqlin.marginals
        price[upper] += marginal[: upper.sum()]
        price[lower] -= marginal[upper.sum() :]
        reduced = np.asarray(cost - price @ columns)
        best = np.argsort(reduced, kind="stable")[:_ENTER]
        best = best[reduced[best] < -_EXACT]
        new = np.setdiff1d(best, entered)
        if len(new) == 0:
            unmet = found.x[len(entered) + slacks :].sum()
            return None if unmet > _SLACK else (float(found.fun), reduced, entered)
        entered = np.union1d(entered, new)
    return None


def _held(
    sets: csc_array, known: NDArray[np.float64], quarter: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the sets that the known solution holds, one for each quarter."""
    if len(sets.indices) == 0:
        return np.zeros(0, dtype=np.int64)
    taken = (known > 0.5).astype(float)
    size = np.asarray(sets.sum(axis=0)).ravel()
    inside = np.asarray(taken @ sets)
    wanted = np.bincount(quarter, weights=taken)
    first = quarter[sets.indices[np.minimum(sets.indptr[:-1], len(sets.indices) - 1)]]
    return np.flatnonzero((size > 0) & (inside == size) & (size == wanted[first]))


def _searched(
    programme: Programme,
    columns: csc_array,
    cost: NDArray[np.float64],
    slacks: int,
    among: NDArray[np.int64],
    gap_share: float,
    node_limit: int,
) -> tuple[float, NDArray[np.float64], float] | None:
    """Search the best solution among some sets: its cost, its choices of sets, and the bound among them."""
    low, high = _bounds(programme)
    extra = _slack_columns(programme, slacks)
    rows = columns[:, among]
    n = len(among)
    found = milp(
        np.r_[cost[among], programme.cost[len(programme.quarter) :]],
        integrality=np.r_[np.ones(n), np.zeros(slacks)],
        bounds=Bounds(np.zeros(n + slacks), np.r_[np.ones(n), np.full(slacks, np.inf)]),
        constraints=LinearConstraint(
            csr_array(hstack([rows, extra])) if slacks else csr_array(rows), low, high
        ),
        options={"mip_rel_gap": gap_share, "node_limit": node_limit},
    )
    if found.x is None:
        return None
    return float(found.fun), found.x, float(found.mip_dual_bound)


def _choices(
    programme: Programme, sets: csc_array, among: NDArray[np.int64], x: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the choices that the chosen sets hold, and the slacks."""
    taken = among[x[: len(among)] > 0.5]
    choices = np.zeros(len(programme.quarter))
    for one in taken:
        choices[sets.indices[sets.indptr[one] : sets.indptr[one + 1]]] = 1.0
    return np.r_[choices, x[len(among) :]]
