"""The columns of the green results: what the analysis found, in the names of its result files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import both_missing, texts
from analyses.ground import has_ground, measured_areas

if TYPE_CHECKING:
    from analyses.green_options import RasterGreen
    from analyses.green_pool import TransferCost
    from analyses.ground import AreaMethod

__all__ = [
    "aligned",
    "completed",
    "kept_ground",
    "lacking",
    "parcel_measures",
    "pool_missing",
    "stage_unknown",
    "transfer_nodes",
    "zone_columns",
]


def kept_ground(facts: pd.DataFrame, credit: pd.DataFrame) -> pd.Series[float]:
    """Return the green ground that each parcel has to keep: what it owes less what may stand for it."""
    kept = facts["required_m2"] - credit["creditable_m2"]
    return pd.concat([kept, credit["least_ground_m2"]], axis=1).max(axis=1).where(kept.notna())


def completed(parcels: pd.DataFrame) -> np.ndarray:
    """Mark the projects that are completed; one of unknown stage is reckoned as such.

    What is reckoned so is for reference: `stage_unknown` leaves every verdict on it open.
    """
    stage = texts(parcels, "land_stage").fillna("completed")
    return (stage == "completed").to_numpy(dtype=bool)


def stage_unknown(parcels: pd.DataFrame) -> np.ndarray:
    """Mark parcels whose stage is null; without the column nothing is asked of the stage."""
    if "land_stage" not in parcels:
        return np.zeros(len(parcels), dtype=bool)
    return texts(parcels, "land_stage").isna().to_numpy(dtype=bool)


def pool_missing(
    parcels: pd.DataFrame, lacks: pd.Series[str], sites: np.ndarray, *, everywhere: str = ""
) -> pd.Series[str]:
    """Name, by zone, what the balance of its building sites lacks.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``zone_id``.
    lacks : pandas.Series
        As `lacking` gives it.
    sites : numpy.ndarray of bool
        The building sites of a pool that count by now.
    everywhere : str
        What the plans of all zones lack.
    """
    own = texts(parcels, "zone_id")
    rows = sites & own.notna().to_numpy(bool)
    named: dict[str, str] = {}
    for zone_id, part in lacks[rows].groupby(own[rows].to_numpy(dtype=object)):
        names = {one for text in part.unique() for one in str(text).split(",")} | {everywhere}
        named[str(zone_id)] = ",".join(sorted(filter(None, names)))
    return pd.Series(named, dtype="string")


def lacking(required: pd.DataFrame, facts: pd.DataFrame, credit: pd.DataFrame) -> pd.Series[str]:
    """Name what a building site's balance lacks; roads and parks owe none."""
    owes = facts["owes"].to_numpy(dtype=bool)
    lacks = required["missing"].mask(
        (required["missing"] == "") & required["share"].isna(), "green_min_share"
    )
    lacks = both_missing(lacks, credit["missing"].where(facts["credit_m2"].isna(), ""))
    green = pd.Series("", index=facts.index, dtype="string").mask(
        facts["ground_m2"].isna(), "green"
    )
    lacks = both_missing(lacks, green)
    stage = facts["stage_open"].to_numpy(dtype=bool)
    return both_missing(
        lacks, pd.Series("", index=facts.index, dtype="string").mask(stage, "land_stage")
    ).where(owes, "")


def aligned(values: pd.Series[float] | None, index: pd.Index[Any]) -> pd.Series[float]:
    """Return values on an index; unknown where there are none."""
    if values is None:
        return pd.Series(np.nan, index=index, dtype="float64")
    return values.reindex(index).astype("float64")


def parcel_measures(  # noqa: PLR0913 - the columns come from many places
    parcels: pd.DataFrame,
    facts: pd.DataFrame,
    balance: pd.DataFrame,
    credit: pd.DataFrame,
    required: pd.DataFrame,
    *,
    source: pd.Series[str],
    raster_share: pd.Series[float] | None,
    seen: RasterGreen,
    method: AreaMethod,
) -> pd.DataFrame:
    """Return the green columns of `analyses.results.PARCEL_MEASURES`, and those that follow them."""
    cover = aligned(seen.get("cover_share"), parcels.index)
    cover_m2 = cover * measured_areas(parcels, method)
    return pd.DataFrame(
        {
            "green_m2": facts["ground_m2"],
            "green_share": facts["ground_m2"] / facts["area_m2"],
            "green_required_m2": facts["required_m2"],
            "green_balance_m2": balance["provided_m2"] - facts["required_m2"],
            "green_over_cap_m2": balance["over_cap_m2"],
            "green_given_m2": balance["given_m2"],
            "green_received_m2": balance["received_m2"],
            "green_source": source,
            "green_raster_share": aligned(raster_share, parcels.index),
            "green_cover_m2": cover_m2,
            "green_cover_share": cover_m2 / facts["area_m2"],
            "green_roof_m2": credit["roof_m2"],
            "green_wall_m2": credit["wall_m2"],
            "green_credit_m2": credit["credit_m2"].where(credit["roof_m2"].notna()),
            "green_required_source": required["source"],
        },
        index=parcels.index,
    )


def zone_columns(zones: pd.DataFrame, pools: pd.DataFrame) -> pd.DataFrame:
    """Return the zone figures in the columns of the zone results."""
    return pd.DataFrame(
        {
            "green_m2": zones["counted_m2"],
            "green_share": zones["share"],
            "green_target_share": zones["target_share"],
            "green_attached_m2": zones["attached_m2"],
            "green_public_m2": zones["public_m2"],
            "green_surplus_m2": pools["surplus_m2"],
            "green_deficit_m2": pools["deficit_m2"],
            "green_unmet_m2": pools["unmet_m2"],
            "green_balance_unknown_n": pools["unknown_n"].astype("int64"),
        },
        index=zones.index,
    )


def transfer_nodes(
    parcels: pd.DataFrame, balance: pd.DataFrame, cost: TransferCost
) -> pd.DataFrame:
    """Place what each parcel may give or receive at a point within it, with its owner or block."""
    ground = has_ground(parcels)
    x, y = np.full(len(parcels), np.nan), np.full(len(parcels), np.nan)
    if ground.any():
        points = parcels["geometry"].loc[ground].representative_point()
        x[ground], y[ground] = points.x.to_numpy(), points.y.to_numpy()
    group = {"same_owner": "holder", "same_block": "block_id"}.get(cost)
    return pd.DataFrame(
        {
            "parcel_id": texts(parcels, "parcel_id"),
            "zone_id": texts(parcels, "zone_id"),
            "x": x,
            "y": y,
            "balance_m2": balance["may_give_m2"] - balance["may_receive_m2"],
            "group": pd.NA if group is None else texts(parcels, group),
        }
    )
