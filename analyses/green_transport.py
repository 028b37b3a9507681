"""The transport problem of green pooling, solved exactly on a sparse graph that grows as needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.spatial import KDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "SMALLEST_M2",
    "Flows",
    "PoolingError",
    "least_cost_flows",
    "least_distance_flows",
    "priced_flows",
]

#: Transfers below a square millimetre are rounding of the solver.
SMALLEST_M2 = 1e-6

#: Neighbours tried at first; more are added until none can improve the result.
_NEIGHBOURS = 25

#: What a unit of unmet demand costs. Distances are at most 1, and so is the surcharge: this is
#: dearer than any way of meeting it.
_UNMET = 3.0

#: Pairs added in one round for one parcel, and parcels priced at once (bounds the memory).
_ADDED, _CHUNK = 64, 512

#: A pair improves the result if it saves more than this share of the zone's extent.
_IMPROVES = 1e-7


class PoolingError(RuntimeError):
    """The solver did not finish: a defect, since the problem always has a solution."""


@dataclass(frozen=True)
class Flows:
    """A plan of transfers, and the proof that none is cheaper.

    Attributes
    ----------
    give, take : numpy.ndarray
        Positions of the giving and the receiving parcel.
    amount : numpy.ndarray
        m2.
    unit_cost : numpy.ndarray
        Cost of a square metre on each pair.
    cost : float
        ``sum(amount x unit_cost)``.
    bound : float
        No plan that leaves as little unmet costs less: the objective of the dual problem over all
        pairs, those never tried included. ``cost - bound`` is the duality gap.
    unmet : float
        Demand that no supply can reach, in m2.
    pairs_n, rounds_n : int
        Pairs in the last programme, and how often it was solved.
    """

    give: NDArray[np.int64]
    take: NDArray[np.int64]
    amount: NDArray[np.float64]
    unit_cost: NDArray[np.float64]
    cost: float
    bound: float
    unmet: float
    pairs_n: int
    rounds_n: int

    @property
    def gap(self) -> float:
        """Return how far the cost may lie above the least, in the unit of the cost."""
        return self.cost - self.bound


def least_distance_flows(
    supply: NDArray[np.float64],
    demand: NDArray[np.float64],
    from_xy: NDArray[np.float64],
    to_xy: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Meet as much demand as there is supply for, at the least sum of amount x distance.

    As `least_cost_flows` without groups.

    Returns
    -------
    tuple of numpy.ndarray
        Positions in `supply`, positions in `demand`, amounts.

    Examples
    --------
    >>> import numpy as np
    >>> give, take, amount = least_distance_flows(
    ...     np.array([5.0, 5.0]),
    ...     np.array([6.0]),
    ...     np.array([[0.0, 0.0], [100.0, 0.0]]),
    ...     np.array([[90.0, 0.0]]),
    ... )
    >>> give.tolist(), take.tolist(), amount.round(6).tolist()
    ([0, 1], [0, 0], [1.0, 5.0])
    """
    flows = least_cost_flows(supply, demand, from_xy, to_xy)
    return flows.give, flows.take, flows.amount


def least_cost_flows(
    supply: NDArray[np.float64],
    demand: NDArray[np.float64],
    from_xy: NDArray[np.float64],
    to_xy: NDArray[np.float64],
    *,
    groups: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None,
) -> Flows:
    """Meet as much demand as there is supply for, at the least cost.

    A transport problem, solved exactly: a linear programme over the nearest pairs, to which pairs
    are added while any pair left out has a negative reduced cost, so that the answer is that
    of all pairs. Unmet demand costs more than any way of meeting it and is therefore minimised
    first.

    Parameters
    ----------
    supply, demand : numpy.ndarray
        Amounts above 0.
    from_xy, to_xy : numpy.ndarray
        Coordinates in m, one row each.
    groups : tuple of numpy.ndarray of int, optional
        The group (owner, block) of each giving and each receiving parcel, below 0 where it is
        not known. A pair that is not of one known group costs its distance and, on top, the extent
        of the zone, so that no such pair is used where one within a group would do.

    Examples
    --------
    >>> import numpy as np
    >>> one, two = np.array([[0.0, 0.0], [30.0, 0.0]]), np.array([[40.0, 0.0]])
    >>> supply, demand = np.array([5.0, 5.0]), np.array([5.0])
    >>> least_cost_flows(supply, demand, one, two).give.tolist()
    [1]
    >>> groups = np.array([7, 8]), np.array([7])
    >>> least_cost_flows(supply, demand, one, two, groups=groups).give.tolist()
    [0]
    """
    n, m = len(supply), len(demand)
    if n == 0 or m == 0:
        return _nothing(demand)
    corners = np.vstack([from_xy, to_xy])
    diameter = float(np.hypot(*(corners.max(axis=0) - corners.min(axis=0))))
    # Distances in units of the zone's extent keep the solver's tolerances meaningful.
    scale = diameter if diameter > 0 else 1.0
    pricing = _Pricing(from_xy / scale, to_xy / scale, groups)
    pairs = pricing.first(scarce_givers=float(supply.sum()) <= float(demand.sum()))
    rounds = 0
    while True:
        rounds += 1
        give, take = pairs // m, pairs % m
        cost = pricing.cost(give, take)
        givers, give_at = np.unique(give, return_inverse=True)
        takers, take_at = np.unique(take, return_inverse=True)
        solved = _solve(supply[givers], demand[takers], give_at, take_at, cost, _UNMET)
        # Out of the programme a giver keeps its surplus and a taker its deficit.
        price_give, price_take = np.zeros(n), np.full(m, _UNMET)
        price_give[givers], price_take[takers] = solved.price_give, solved.price_take
        more, worst = pricing.improving(price_give, price_take)
        more = np.setdiff1d(more, pairs)
        if more.size:
            pairs = np.union1d(pairs, more)
            continue
        unmet = float(demand.sum() - solved.flow.sum())
        total = float((solved.flow * cost).sum())
        dual = float((supply * price_give).sum() + (demand * price_take).sum()) - _UNMET * unmet
        # Lowered by the worst reduced cost, the prices hold for every pair.
        bound = min(dual + min(worst, 0.0) * float(supply.sum()), total)
        kept = solved.flow > SMALLEST_M2
        return Flows(
            give[kept],
            take[kept],
            solved.flow[kept],
            cost[kept] * scale,
            total * scale,
            bound * scale,
            max(unmet, 0.0),
            len(pairs),
            rounds,
        )


def priced_flows(
    supply: NDArray[np.float64],
    demand: NDArray[np.float64],
    give: NDArray[np.int64],
    take: NDArray[np.int64],
    unit_cost: NDArray[np.float64],
) -> Flows:
    """Meet as much demand as listed pairs allow, at the least cost of those pairs.

    Parameters
    ----------
    supply, demand : numpy.ndarray
        Amounts above 0.
    give, take : numpy.ndarray of int
        Positions of the pairs that a table of costs lists; no other pair is used.
    unit_cost : numpy.ndarray
        Cost of a square metre on each pair, not negative.

    Examples
    --------
    >>> import numpy as np
    >>> flows = priced_flows(
    ...     np.array([5.0]), np.array([3.0, 4.0]), np.array([0]), np.array([1]), np.array([2.0])
    ... )
    >>> flows.amount.round(6).tolist(), round(flows.unmet, 6), round(flows.cost, 6)
    ([4.0], 3.0, 8.0)
    """
    if len(give) == 0 or len(supply) == 0 or len(demand) == 0:
        return _nothing(demand)
    scale = float(unit_cost.max()) or 1.0
    # A unit of demand is met, if at all, by re-routing over at most every parcel once.
    dear = 1.0 + float(len(supply) + len(demand))
    cost = unit_cost / scale
    solved = _solve(supply, demand, give, take, cost, dear)
    unmet = max(float(demand.sum() - solved.flow.sum()), 0.0)
    total = float((solved.flow * cost).sum())
    price_give, price_take = solved.price_give, solved.price_take
    worst = float((cost - price_give[give] - price_take[take]).min())
    dual = float((supply * price_give).sum() + (demand * price_take).sum()) - dear * unmet
    bound = min(dual + min(worst, 0.0) * float(supply.sum()), total)
    kept = solved.flow > SMALLEST_M2
    return Flows(
        give[kept],
        take[kept],
        solved.flow[kept],
        unit_cost[kept],
        total * scale,
        bound * scale,
        unmet,
        len(give),
        1,
    )


def _nothing(demand: NDArray[np.float64]) -> Flows:
    none = np.zeros(0, dtype="int64")
    return Flows(none, none, np.zeros(0), np.zeros(0), 0.0, 0.0, float(demand.sum()), 0, 0)


@dataclass(frozen=True)
class _Solved:
    flow: NDArray[np.float64]
    price_give: NDArray[np.float64]
    price_take: NDArray[np.float64]


def _solve(
    supply: NDArray[np.float64],
    demand: NDArray[np.float64],
    give: NDArray[np.int64],
    take: NDArray[np.int64],
    cost: NDArray[np.float64],
    dear: float,
) -> _Solved:
    """Solve the programme over some pairs; return flows and the prices of givers and takers."""
    n, m, e = len(supply), len(demand), len(give)
    # Columns: one flow per pair, unused supply per giver, unmet demand per taker.
    rows = np.concatenate([give, n + take, np.arange(n + m)])
    columns = np.concatenate([np.arange(e), np.arange(e), e + np.arange(n + m)])
    matrix: Any = coo_array((np.ones(len(rows)), (rows, columns)), shape=(n + m, e + n + m)).tocsr()
    prices = np.concatenate([cost, np.zeros(n), np.full(m, dear)])
    amounts = np.concatenate([supply, demand])
    unit = float(amounts.max())
    answer: Any = linprog(
        prices, A_eq=matrix, b_eq=amounts / unit, bounds=(0, None), method="highs-ipm"
    )
    if answer.status != 0:
        message = f"green transfers could not be solved: {answer.message}"
        raise PoolingError(message)
    dual = np.asarray(answer.eqlin.marginals, dtype=float)
    flow = np.asarray(answer.x[:e], dtype=float) * unit
    # A price above 0 for supply, or above the penalty for demand, would be rounding.
    return _Solved(flow, np.minimum(dual[:n], 0.0), np.minimum(dual[n:], dear))


@dataclass(frozen=True)
class _Pricing:
    """What pairs cost, and which of those left out of the programme would lower it."""

    from_xy: NDArray[np.float64]
    to_xy: NDArray[np.float64]
    groups: tuple[NDArray[np.int64], NDArray[np.int64]] | None

    def cost(self, give: NDArray[np.int64], take: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the cost of a unit on each pair: the distance, and 1 where it leaves the group."""
        away: NDArray[np.float64] = np.hypot(*(self.from_xy[give] - self.to_xy[take]).T)
        if self.groups is None:
            return away
        one, two = self.groups[0][give], self.groups[1][take]
        return away + ((one != two) | (one < 0))

    def first(self, *, scarce_givers: bool) -> NDArray[np.int64]:
        """Return the nearest partners of each parcel on the scarcer side, as codes of pairs."""
        n, m = len(self.from_xy), len(self.to_xy)
        if scarce_givers:
            nearest = KDTree(self.to_xy).query(
                self.from_xy, k=list(range(1, min(_NEIGHBOURS, m) + 1))
            )[1]
            codes = np.arange(n)[:, None] * m + nearest
        else:
            nearest = KDTree(self.from_xy).query(
                self.to_xy, k=list(range(1, min(_NEIGHBOURS, n) + 1))
            )[1]
            codes = nearest * m + np.arange(m)[:, None]
        return np.unique(codes).astype("int64")

    def improving(
        self, price_give: NDArray[np.float64], price_take: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], float]:
        """Return the pairs whose use would lower the sum: cheaper than their two prices add up to.

        Only what lies within the largest such distance of a point needs a look; of either side the
        one with the smaller circles is searched. With them comes the least reduced cost seen.
        """
        reach_give = np.maximum(price_give + price_take.max(), 0.0)
        reach_take = np.maximum(price_take + price_give.max(), 0.0)
        turned = float((reach_take**2).sum()) < float((reach_give**2).sum())
        one, two = (self.to_xy, self.from_xy) if turned else (self.from_xy, self.to_xy)
        reach = reach_take if turned else reach_give
        tree, found, worst = KDTree(two), [np.zeros(0, dtype="int64")], 0.0
        for start in range(0, len(one), _CHUNK):
            rows = np.arange(start, min(start + _CHUNK, len(one)))
            within = tree.query_ball_point(one[rows], reach[rows], return_sorted=True)
            row = np.repeat(rows, [len(hits) for hits in within])
            if row.size == 0:
                continue
            column = np.concatenate([np.asarray(hits, dtype="int64") for hits in within])
            give, take = (column, row) if turned else (row, column)
            reduced = self.cost(give, take) - price_give[give] - price_take[take]
            worst = min(worst, float(reduced.min()))
            better = np.flatnonzero(reduced < -_IMPROVES)
            better = better[np.lexsort((reduced[better], row[better]))]
            owner = row[better]
            nth = np.arange(len(owner)) - np.searchsorted(owner, owner)
            kept = better[nth < _ADDED]
            found.append(give[kept] * len(self.to_xy) + take[kept])
        return np.unique(np.concatenate(found)), worst
