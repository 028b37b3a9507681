"""Green pooling: which surplus may balance which deficit of the same zone, at the least cost.

A balance calculation (统筹平衡测算方案), not a right: it says how surplus and deficit of one zone would
meet, and moves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from analyses.frames import numbers, texts
from analyses.green_transport import SMALLEST_M2, Flows, least_cost_flows, priced_flows
from analyses.results_green import TRANSFER_COLUMNS, TRANSFERS
from layers.columns import empty_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["TransferPlan", "pool_transfers", "transfer_plan"]

TransferCost = Literal["distance", "same_owner", "same_block", "table"]


@dataclass(frozen=True)
class TransferPlan:
    """The transfers of all zones, and what proves each zone's plan.

    Attributes
    ----------
    transfers : pandas.DataFrame
        In the contract of `analyses.results_green.TRANSFERS`.
    proof : pandas.DataFrame
        Indexed by ``zone_id``: ``transfer_cost``, ``transfer_bound``, ``transfer_gap`` (m2 x unit of
        the cost), ``pairs_n``, ``rounds_n``.
    """

    transfers: pd.DataFrame
    proof: pd.DataFrame


def pool_transfers(parcels: pd.DataFrame) -> pd.DataFrame:
    """Balance surplus against deficit within each zone at the least area x distance.

    Parameters
    ----------
    parcels : pandas.DataFrame
        As for `transfer_plan`.

    Returns
    -------
    pandas.DataFrame
        The transfers of `transfer_plan`.

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
    return transfer_plan(parcels).transfers


def transfer_plan(
    parcels: pd.DataFrame,
    *,
    cost: TransferCost = "distance",
    costs: pd.DataFrame | None = None,
) -> TransferPlan:
    """Balance surplus against deficit within each zone, never across zones.

    Parameters
    ----------
    parcels : pandas.DataFrame
        ``parcel_id``, ``zone_id``, ``x``, ``y`` (m) and ``balance_m2``: above 0 what a parcel may
        give, below 0 what of its deficit may be met; null takes no part. ``group`` where `cost`
        asks for owners or blocks; null is a group of its own.
    cost : {"distance", "same_owner", "same_block", "table"}
        What a square metre costs: the distance in m; the same, with pairs of one group before all
        others (see `analyses.green_transport.least_cost_flows`); or what `costs` lists.
    costs : pandas.DataFrame, optional
        ``from_parcel_id``, ``to_parcel_id``, ``cost``: pairs that it does not list are not used.

    Returns
    -------
    TransferPlan
        Transfers in the order of zone and parcels.
    """
    known = parcels.dropna(subset=["parcel_id", "zone_id", "x", "y", "balance_m2"])
    # The solver meets the parcels in one order, whatever the order of the rows.
    known = known.sort_values(["zone_id", "parcel_id"], kind="stable")
    group = pd.Series(-1, index=known.index)
    if cost in {"same_owner", "same_block"} and "group" in known:
        group = pd.Series(pd.factorize(texts(known, "group"), sort=True)[0], index=known.index)
    frames, proofs = [], {}
    for zone_id, zone in known.groupby("zone_id", sort=True):
        balance = zone["balance_m2"].to_numpy(dtype=float)
        xy, ids = zone[["x", "y"]].to_numpy(dtype=float), zone["parcel_id"].to_numpy(dtype=object)
        has, lacks = balance > SMALLEST_M2, balance < -SMALLEST_M2
        if cost == "table":
            pairs = _listed(ids[has], ids[lacks], costs)
            flows = priced_flows(balance[has], -balance[lacks], *pairs)
        else:
            of: Any = group.loc[zone.index].to_numpy(dtype="int64")
            flows = least_cost_flows(
                balance[has],
                -balance[lacks],
                xy[has],
                xy[lacks],
                groups=None if cost == "distance" else (of[has], of[lacks]),
            )
        proofs[str(zone_id)] = (flows.cost, flows.bound, flows.gap, flows.pairs_n, flows.rounds_n)
        if len(flows.amount):
            away = np.hypot(*(xy[has][flows.give] - xy[lacks][flows.take]).T)
            frames.append(_rows(str(zone_id), ids[has], ids[lacks], flows, away))
    names = ["transfer_cost", "transfer_bound", "transfer_gap", "pairs_n", "rounds_n"]
    proof = pd.DataFrame.from_dict(proofs, orient="index", columns=names)
    proof.index = proof.index.astype("string").rename("zone_id")
    if not frames:
        further = {column.name: pd.Series(dtype=column.dtype) for column in TRANSFER_COLUMNS}
        return TransferPlan(empty_frame(TRANSFERS).assign(**further), proof)
    order = ["zone_id", "from_parcel_id", "to_parcel_id"]
    rows = pd.concat(frames, ignore_index=True).sort_values(order, ignore_index=True)
    return TransferPlan(rows, proof)


def _listed(
    givers: NDArray[np.object_], takers: NDArray[np.object_], costs: pd.DataFrame | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the pairs that the user's table lists, with their costs; the cheaper of two entries."""
    if costs is None:
        none = np.zeros(0, dtype="int64")
        return none, none, np.zeros(0)
    one = pd.Index(texts(costs, "from_parcel_id").to_numpy(object))
    two = pd.Index(texts(costs, "to_parcel_id").to_numpy(object))
    rows = pd.DataFrame(
        {
            "give": pd.Index(givers).get_indexer(one),
            "take": pd.Index(takers).get_indexer(two),
            "cost": numbers(costs, "cost").to_numpy(),
        }
    ).dropna()
    rows = rows[(rows["give"] >= 0) & (rows["take"] >= 0)]
    rows = rows.groupby(["give", "take"])["cost"].min().reset_index()
    return (
        rows["give"].to_numpy(dtype="int64"),
        rows["take"].to_numpy(dtype="int64"),
        rows["cost"].to_numpy(dtype=float),
    )


def _rows(
    zone_id: str,
    givers: NDArray[np.object_],
    takers: NDArray[np.object_],
    flows: Flows,
    distance: NDArray[np.float64],
) -> pd.DataFrame:
    area = np.round(flows.amount, 6)
    return pd.DataFrame(
        {
            "zone_id": pd.Series(zone_id, index=range(len(area)), dtype="string"),
            "from_parcel_id": pd.Series(givers[flows.give], dtype="string"),
            "to_parcel_id": pd.Series(takers[flows.take], dtype="string"),
            "area_m2": area,
            "cost": np.round(area * flows.unit_cost, 3),
            "distance_m": np.round(distance, 3),
            "unit_cost": np.round(flows.unit_cost, 6),
        }
    )
