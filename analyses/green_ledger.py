"""The ledger of green: what each parcel owes, has, may give and lacks, and what its zone adds up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import texts
from analyses.green_zones import zone_balance
from analyses.results_green import GREEN_ACCOUNT, GREEN_ITEMS, GREEN_LEDGER, GREEN_POOLS
from layers.codes import GREEN_KINDS
from policies.text import Text

if TYPE_CHECKING:
    from analyses.green_pool import TransferPlan
    from layers.columns import Contract

__all__ = ["green_account", "green_ledger", "green_pools", "parcel_balance"]

_NOISE_M2 = 1e-6

#: What a plan may leave unmet by the rounding of its transfers alone, in m2.
_UNMET_M2 = 1e-3


def parcel_balance(
    facts: pd.DataFrame, *, keep_back_share: float = 0.0, lack_max_share: float | None = None
) -> pd.DataFrame:
    """Set what each parcel has against what it owes; caps and floors are never netted.

    ``provided = green ground + credit``; ``deficit = max(0, required - provided)``;
    ``surplus = max(0, min(ground, cap) - required)``: what lies above the cap stands in
    ``over_cap_m2`` alone and is nobody's surplus. A parcel may give its surplus less a share that
    it keeps back, and may have met as much of its deficit as its limit allows.

    Parameters
    ----------
    facts : pandas.DataFrame
        ``ground_m2``, ``credit_m2``, ``required_m2``, ``known`` (whether the requirement holds),
        ``cap_m2`` (NaN: no cap), ``takes_part`` (whether the parcel may give or receive).
    keep_back_share : float
        The part of its surplus that a parcel keeps.
    lack_max_share : float, optional
        The part of what it owes that a parcel may lack on its own ground.

    Returns
    -------
    pandas.DataFrame
        ``provided_m2``, ``surplus_m2``, ``deficit_m2``, ``over_cap_m2``, ``may_give_m2``,
        ``may_receive_m2``, ``known``.

    Examples
    --------
    >>> facts = pd.DataFrame(
    ...     {
    ...         "ground_m2": [350.0, 10.0], "credit_m2": 0.0, "required_m2": [100.0, 50.0],
    ...         "known": True, "cap_m2": [200.0, float("nan")], "takes_part": True,
    ...     }
    ... )
    >>> balance = parcel_balance(facts)
    >>> balance[["surplus_m2", "deficit_m2", "over_cap_m2"]].values.tolist()
    [[100.0, 0.0, 150.0], [0.0, 40.0, nan]]
    """
    ground, required = facts["ground_m2"], facts["required_m2"]
    provided = ground + facts["credit_m2"]
    known = facts["known"].astype(bool) & provided.notna() & required.notna()
    over = (ground - facts["cap_m2"]).clip(lower=0.0)
    surplus = (ground - over.fillna(0.0) - required).clip(lower=0.0).where(known)
    deficit = (required - provided).clip(lower=0.0).where(known)
    part = facts["takes_part"].astype(bool)
    lacks = deficit
    if lack_max_share is not None:
        lacks = pd.concat([deficit, lack_max_share * required.where(known)], axis=1).min(axis=1)
    return pd.DataFrame(
        {
            "provided_m2": provided,
            "surplus_m2": surplus,
            "deficit_m2": deficit,
            "over_cap_m2": over,
            "may_give_m2": (surplus * (1.0 - keep_back_share)).where(part),
            "may_receive_m2": lacks.where(part & known),
            "known": known,
        }
    )


def _typed(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    return pd.DataFrame(
        {
            column.name: (
                frame[column.name]
                if column.name in frame
                else pd.Series(pd.NA if column.type != "number" else np.nan, index=frame.index)
            ).astype(column.dtype)
            for column in contract.columns
        }
    )


def green_ledger(
    parcels: pd.DataFrame, facts: pd.DataFrame, off_parcels: pd.DataFrame, *, public_counts: bool
) -> pd.DataFrame:
    """Write one row for each parcel, and one for each zone's green of a kind on no parcel.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame with ``zone_id``.
    facts : pandas.DataFrame
        On its index, the columns of `analyses.results_green.GREEN_LEDGER` that are known.
    off_parcels : pandas.DataFrame
        ``zone_id``, ``kind`` (empty where not known) and ``area_m2`` of green on no parcel.
    public_counts : bool
        Whether pack and approval let it count.

    Returns
    -------
    pandas.DataFrame
        In the contract, in the order of zone and parcel, public green last.
    """
    rows = facts.assign(
        zone_id=texts(parcels, "zone_id"),
        parcel_id=texts(parcels, "parcel_id"),
        land_use=texts(parcels, "land_use"),
        item="parcel",
    )
    kinds = [GREEN_KINDS.labels.get(str(kind)) for kind in off_parcels["kind"]]
    counts = (
        Text("依批准文号计入", "counted by its approval")
        if public_counts
        else Text("无批准文号，不计入", "not counted without an approval")
    )
    area = off_parcels["area_m2"].to_numpy(dtype=float)
    more = pd.DataFrame(
        {
            "zone_id": off_parcels["zone_id"].to_numpy(dtype=object),
            "item": "public",
            "area_m2": area,
            "ground_m2": area,
            "provided_m2": area,
            "pooled": True,
            "counted": public_counts,
            "missing": "",
            "note_zh": [
                f"宗地外公共绿地（{'类型未知' if kind is None else kind.zh}），{counts.zh}"
                for kind in kinds
            ],
            "note_en": [
                f"public green on no parcel ({'kind unknown' if kind is None else kind.en}), {counts.en}"
                for kind in kinds
            ],
        }
    )
    whole = pd.concat([_typed(rows, GREEN_LEDGER), _typed(more, GREEN_LEDGER)], ignore_index=True)
    order = ["zone_id", "item", "parcel_id", "note_zh"]
    return whole.sort_values(order, kind="stable", ignore_index=True)


def green_pools(
    parcels: pd.DataFrame,
    balance: pd.DataFrame,
    zones: pd.DataFrame,
    plan: TransferPlan,
    *,
    sites: np.ndarray,
    has_basis: bool,
    missing: pd.Series[str],
    settings: dict[str, Any],
) -> pd.DataFrame:
    """Write one row for each zone: what its pool is, its ratios, its balance and its plan.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``zone_id`` and ``land_use``.
    balance : pandas.DataFrame
        As `parcel_balance` gives it, with ``required_m2``, ``given_m2`` and ``unmet_m2``.
    zones : pandas.DataFrame
        As `analyses.green_zones.zone_green` gives it, with ``target_share``, ``cover_share``.
    plan : analyses.green_pool.TransferPlan
        The transfers and their proof.
    sites : numpy.ndarray of bool
        The completed building sites of a pool.
    has_basis : bool
        Whether the policy has a clause on pooling; without it there is no other verdict than
        ``no_basis``.
    missing : pandas.Series of str
        By zone, what its balance lacks: where it lacks anything the status is ``unknown`` and the
        figures are for reference.
    settings : dict
        Further columns, the same for all zones.
    """
    index = zones.index
    sums = zone_balance(parcels, balance, sites, index)
    unknown = (sums["unknown_n"] > 0) | sums["surplus_m2"].isna()
    unknown |= (missing.reindex(index).fillna("") != "").to_numpy(dtype=bool)
    # What limits and cost tables keep from being met is short too, whatever the sums say.
    short = (sums["surplus_m2"] - sums["deficit_m2"] < -_NOISE_M2) | (sums["unmet_m2"] > _UNMET_M2)
    status = pd.Series("covered", index=index, dtype="string").mask(short, "short")
    status = status.mask(unknown, "unknown")
    if not has_basis:
        status[:] = "no_basis"
    own = texts(parcels, "zone_id").to_numpy(dtype=object)

    def most(name: str) -> pd.Series[float]:
        sums = balance.loc[sites, name].groupby(own[sites]).sum()
        return sums.reindex(index).fillna(0.0).astype("float64")

    moved = sums["given_m2"].fillna(0.0)
    reachable = np.minimum(most("may_give_m2"), most("may_receive_m2"))
    proof = plan.proof.reindex(index)
    frame = pd.DataFrame(
        {
            "zone_id": index.to_numpy(dtype=object),
            "area_m2": zones["ground_m2"],
            "target_share": zones["target_share"],
            "status": status,
            "attached_m2": zones["attached_m2"],
            "public_m2": zones["public_m2"],
            "share": zones["share"],
            "share_without_public": zones["share_without_public"],
            "share_with_public": zones["share_with_public"],
            **{name: sums[name] for name in sums.columns},
            "avoidable_m2": (reachable - moved).clip(lower=0.0) if has_basis else np.nan,
            **{name: proof[name] for name in proof.columns},
            "cover_share": zones["cover_share"],
        },
        index=index,
    ).assign(**settings)
    frame["avoidable_m2"] = frame["avoidable_m2"].where(~(frame["avoidable_m2"] <= 1e-3), 0.0)
    return _typed(frame, GREEN_POOLS)


def green_account(account: pd.DataFrame) -> pd.DataFrame:
    """Add the words to the account of all green that is mapped."""
    return _typed(
        account.assign(
            title_zh=[GREEN_ITEMS[item].zh for item in account["item"]],
            title_en=[GREEN_ITEMS[item].en for item in account["item"]],
        ),
        GREEN_ACCOUNT,
    )
