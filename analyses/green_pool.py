"""Green pooling: which surplus may balance which deficit, at the least distance.

A balance calculation (统筹平衡测算方案), not a right: it says how surplus and deficit of one zone would
meet, and moves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.spatial import KDTree

from analyses.results import TRANSFERS
from layers.columns import empty_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SMALLEST_M2", "least_distance_flows", "pool_transfers"]

#: Transfers below a square millimetre are rounding of the solver.
SMALLEST_M2 = 1e-6

#: Neighbours tried at first; more are added until none can improve the result.
_NEIGHBOURS = 24

#: What a unit of unmet demand costs. Distances are at most 1: this is dearer than any way of
#: meeting it.
_UNMET = 3.0

#: Pairs added in one round for one parcel, and parcels priced at once (bounds the memory).
_ADDED, _CHUNK = 64, 512

#: A pair improves the result if it saves more than this share of the zone's extent.
_IMPROVES = 1e-7


class PoolingError(RuntimeError):
    """The solver did not finish: a defect, since the problem always has a solution."""


def least_distance_flows(
    supply: NDArray[np.float64],
    demand: NDArray[np.float64],
    from_xy: NDArray[np.float64],
    to_xy: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Meet as much demand as there is supply for, at the least sum of amount x distance.

    A transport problem, solved exactly: a linear programme over the nearest pairs, to which pairs
    are added while any pair left out has a negative reduced cost, so that the answer is that
    of all pairs. Unmet demand costs more than any distance and is therefore minimised first.

    Parameters
    ----------
    supply, demand : numpy.ndarray
        Amounts above 0.
    from_xy, to_xy : numpy.ndarray
        Coordinates in m, one row each.

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
    n, m = len(supply), len(demand)
    if n == 0 or m == 0:
        nothing = np.zeros(0, dtype="int64")
        return nothing, nothing, np.zeros(0)
    corners = np.vstack([from_xy, to_xy])
    diameter = float(np.hypot(*(corners.max(axis=0) - corners.min(axis=0))))
    # Distances in units of the zone's extent keep the solver's tolerances meaningful.
    scale = diameter if diameter > 0 else 1.0
    pairs = _nearest_pairs(from_xy, to_xy, scarce_givers=supply.sum() <= demand.sum())
    while True:
        give, take = pairs // m, pairs % m
        cost = np.hypot(*(from_xy[give] - to_xy[take]).T) / scale
        givers, give_at = np.unique(give, return_inverse=True)
        takers, take_at = np.unique(take, return_inverse=True)
        flow, price_some, price_others = _solve(
            supply[givers], demand[takers], give_at, take_at, cost
        )
        # Out of the programme a giver keeps its surplus and a taker its deficit.
        price_give, price_take = np.zeros(n), np.full(m, _UNMET)
        price_give[givers], price_take[takers] = price_some, price_others
        more = _improving_pairs(from_xy / scale, to_xy / scale, price_give, price_take)
        more = np.setdiff1d(more, pairs)
        if more.size == 0:
            kept = flow > SMALLEST_M2
            return give[kept], take[kept], flow[kept]
        pairs = np.union1d(pairs, more)


def _nearest_pairs(
    from_xy: NDArray[np.float64], to_xy: NDArray[np.float64], *, scarce_givers: bool
) -> NDArray[np.int64]:
    """Return the nearest partners of each parcel on the scarcer side, as codes of pairs."""
    n, m = len(from_xy), len(to_xy)
    if scarce_givers:
        takers = KDTree(to_xy).query(from_xy, k=list(range(1, min(_NEIGHBOURS, m) + 1)))[1]
        codes = np.arange(n)[:, None] * m + takers
    else:
        givers = KDTree(from_xy).query(to_xy, k=list(range(1, min(_NEIGHBOURS, n) + 1)))[1]
        codes = givers * m + np.arange(m)[:, None]
    return np.unique(codes).astype("int64")


def _solve(
    supply: NDArray[np.float64],
    demand: NDArray[np.float64],
    give: NDArray[np.int64],
    take: NDArray[np.int64],
    cost: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Solve the programme over some pairs; return flows and the prices of givers and takers."""
    n, m, e = len(supply), len(demand), len(give)
    # Columns: one flow per pair, unused supply per giver, unmet demand per taker.
    rows = np.concatenate([give, n + take, np.arange(n + m)])
    columns = np.concatenate([np.arange(e), np.arange(e), e + np.arange(n + m)])
    matrix: Any = coo_array((np.ones(len(rows)), (rows, columns)), shape=(n + m, e + n + m)).tocsr()
    prices = np.concatenate([cost, np.zeros(n), np.full(m, _UNMET)])
    amounts = np.concatenate([supply, demand])
    unit = float(amounts.max())
    answer: Any = linprog(
        prices, A_eq=matrix, b_eq=amounts / unit, bounds=(0, None), method="highs-ipm"
    )
    if answer.status != 0:
        message = f"green transfers could not be solved: {answer.message}"
        raise PoolingError(message)
    dual = np.asarray(answer.eqlin.marginals, dtype=float)
    return np.asarray(answer.x[:e], dtype=float) * unit, dual[:n], dual[n:]


def _improving_pairs(
    from_xy: NDArray[np.float64],
    to_xy: NDArray[np.float64],
    price_give: NDArray[np.float64],
    price_take: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the pairs whose use would lower the sum: nearer than their two prices add up to.

    Only what lies within the largest such distance of a point needs a look; of either side the one
    with the smaller circles is searched.
    """
    reach_give = np.maximum(price_give + price_take.max(), 0.0)
    reach_take = np.maximum(price_take + price_give.max(), 0.0)
    turned = float((reach_take**2).sum()) < float((reach_give**2).sum())
    one, two = (to_xy, from_xy) if turned else (from_xy, to_xy)
    reach, price_one, price_two = (
        (reach_take, price_take, price_give) if turned else (reach_give, price_give, price_take)
    )
    tree, found = KDTree(two), [np.zeros(0, dtype="int64")]
    for start in range(0, len(one), _CHUNK):
        rows = np.arange(start, min(start + _CHUNK, len(one)))
        within = tree.query_ball_point(one[rows], reach[rows], return_sorted=True)
        row = np.repeat(rows, [len(hits) for hits in within])
        if row.size == 0:
            continue
        column = np.concatenate([np.asarray(hits, dtype="int64") for hits in within])
        reduced = np.hypot(*(one[row] - two[column]).T) - price_one[row] - price_two[column]
        better = np.flatnonzero(reduced < -_IMPROVES)
        better = better[np.lexsort((reduced[better], row[better]))]
        owner = row[better]
        nth = np.arange(len(owner)) - np.searchsorted(owner, owner)
        kept = better[nth < _ADDED]
        give, take = (column[kept], row[kept]) if turned else (row[kept], column[kept])
        found.append(give * len(to_xy) + take)
    return np.unique(np.concatenate(found))


def pool_transfers(parcels: pd.DataFrame) -> pd.DataFrame:
    """Balance surplus against deficit within each zone, never across zones.

    Parameters
    ----------
    parcels : pandas.DataFrame
        ``parcel_id``, ``zone_id``, ``x``, ``y`` (m) and ``balance_m2``: above 0 what a parcel has
        to give, below 0 what it lacks; null takes no part.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results.TRANSFERS`: ``cost`` is area x distance (m2 x m);
        ``distance_m`` follows. In the order of zone and parcels.

    Examples
    --------
    >>> import pandas as pd
    >>> parcels = pd.DataFrame(
    ...     {
    ...         "parcel_id": ["a", "b"],
    ...         "zone_id": ["z", "z"],
    ...         "x": [0.0, 30.0],
    ...         "y": [0.0, 40.0],
    ...         "balance_m2": [120.0, -100.0],
    ...     }
    ... )
    >>> pool_transfers(parcels)[["from_parcel_id", "to_parcel_id", "area_m2", "cost"]].values.tolist()
    [['a', 'b', 100.0, 5000.0]]
    """
    known = parcels.dropna(subset=["parcel_id", "zone_id", "x", "y", "balance_m2"])
    # The solver meets the parcels in one order, whatever the order of the rows.
    known = known.sort_values(["zone_id", "parcel_id"], kind="stable")
    frames = [empty_frame(TRANSFERS).assign(distance_m=pd.Series(dtype="float64"))]
    for zone_id, zone in known.groupby("zone_id", sort=True):
        balance = zone["balance_m2"].to_numpy(dtype=float)
        xy, ids = zone[["x", "y"]].to_numpy(dtype=float), zone["parcel_id"].to_numpy(dtype=object)
        has, lacks = balance > SMALLEST_M2, balance < -SMALLEST_M2
        give, take, amount = least_distance_flows(balance[has], -balance[lacks], xy[has], xy[lacks])
        if len(amount) == 0:
            continue
        distance = np.hypot(*(xy[has][give] - xy[lacks][take]).T)
        area = np.round(amount, 6)
        frames.append(
            pd.DataFrame(
                {
                    "zone_id": pd.Series(zone_id, index=range(len(area)), dtype="string"),
                    "from_parcel_id": pd.Series(ids[has][give], dtype="string"),
                    "to_parcel_id": pd.Series(ids[lacks][take], dtype="string"),
                    "area_m2": area,
                    "cost": np.round(area * distance, 3),
                    "distance_m": np.round(distance, 3),
                }
            )
        )
    if len(frames) == 1:
        return frames[0]
    order = ["zone_id", "from_parcel_id", "to_parcel_id"]
    return pd.concat(frames[1:], ignore_index=True).sort_values(order, ignore_index=True)
