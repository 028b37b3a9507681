"""How a parcel lies over the plan zones: the full table of shares, and the rule for its edges."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.frames import numbers, texts
from analyses.ground import ground_pairs, has_ground
from analyses.results_far import PLAN_SHARES

__all__ = ["plan_pairs", "plan_share_table", "planned_otherwise"]

#: A share at the edge rule's line counts.
_ROUNDING = 1e-9


def plan_pairs(
    parcels: pd.DataFrame, plan_zones: pd.DataFrame | None, *, edge_share: float = 0.0
) -> pd.DataFrame:
    """Return what part of each parcel lies in each plan zone, and with what weight it counts.

    The edge rule: a zone with less than `edge_share` of the parcel is ignored, unless none has a
    larger share. Its ground is divided among the others in proportion, so that the parcel's
    weights add up to the share that any zone covers.

    Parameters
    ----------
    parcels, plan_zones : geopandas.GeoDataFrame
        Contract frames in one CRS; None: no plan.
    edge_share : float
        0: every zone counts by its area.

    Returns
    -------
    pandas.DataFrame
        ``parcel``, ``plan`` (positions), ``share``, ``counted``, ``weight``, ``overlap`` (how much
        more than once the plan zones cover the parcel), ordered by parcel and plan zone.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> land = gpd.GeoDataFrame(geometry=[box(0, 0, 100, 10)], crs="EPSG:4548")
    >>> plan = gpd.GeoDataFrame(geometry=[box(0, 0, 4, 10), box(4, 0, 100, 10)], crs="EPSG:4548")
    >>> plan_pairs(land, plan, edge_share=0.05)[["share", "counted", "weight"]].values.tolist()
    [[0.04, False, 0.0], [0.96, True, 1.0]]
    """
    names = ("parcel", "plan", "share", "counted", "weight", "overlap")
    if plan_zones is None or not has_ground(plan_zones).any() or not has_ground(parcels).any():
        frame = pd.DataFrame({name: np.zeros(0) for name in names})
        return frame.astype({"parcel": "int64", "plan": "int64", "counted": bool})
    pairs = ground_pairs(plan_zones, parcels, left_name="plan_zones", right_name="parcels")
    frame = pd.DataFrame(
        {
            "parcel": pairs["right"],
            "plan": pairs["left"],
            "share": (pairs["area_m2"] / pairs["right_area_m2"]).to_numpy(),
        }
    ).sort_values(["parcel", "plan"], ignore_index=True)
    by_parcel = frame.groupby("parcel")["share"]
    largest = frame["share"] >= by_parcel.transform("max") * (1 - _ROUNDING)
    counted = (frame["share"] >= edge_share * (1 - _ROUNDING)) | largest
    kept = frame["share"].where(counted, 0.0)
    total = by_parcel.transform("sum")
    weight = kept * total / kept.groupby(frame["parcel"]).transform("sum")
    # Where nothing is ignored the weights are the shares themselves, to the last digit.
    whole = counted.groupby(frame["parcel"]).transform("all")
    return frame.assign(
        counted=counted, weight=weight.where(~whole, frame["share"]), overlap=total - 1.0
    )


def planned_otherwise(
    parcels: pd.DataFrame,
    plan_zones: pd.DataFrame | None,
    pairs: pd.DataFrame,
    *,
    least_share: float,
) -> np.ndarray:
    """Mark the parcels of which the control plan gives a part another use than they have.

    A zone without a use, and a parcel of unknown use, contradict nothing.

    Parameters
    ----------
    parcels, plan_zones : pandas.DataFrame
        As for `plan_pairs`.
    pairs : pandas.DataFrame
        What `plan_pairs` returned.
    least_share : float
        A part of at most this weight is the edge of a drawing.
    """
    marked = np.zeros(len(parcels), dtype=bool)
    if plan_zones is None or pairs.empty:
        return marked
    at = pairs["parcel"].to_numpy()
    planned = texts(plan_zones, "land_use").fillna("").to_numpy(dtype=object)[pairs["plan"]]
    own = texts(parcels, "land_use").fillna("").to_numpy(dtype=object)[at]
    other = (planned != "") & (own != "") & (planned != own)
    marked[at[other & (pairs["weight"].to_numpy() > least_share)]] = True
    return marked


def plan_share_table(
    parcels: pd.DataFrame, plan_zones: pd.DataFrame | None, pairs: pd.DataFrame
) -> pd.DataFrame:
    """Write the full table of shares: every parcel with every plan zone that it meets.

    Parameters
    ----------
    parcels, plan_zones : pandas.DataFrame
        As for `plan_pairs`.
    pairs : pandas.DataFrame
        What `plan_pairs` returned.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results_far.PLAN_SHARES`; ``floor_area_allowed_m2`` is the zone's
        part of the allowed floor area: its limit x weight x site area.
    """
    at, zone = pairs["parcel"].to_numpy(), pairs["plan"].to_numpy()
    plan = pd.DataFrame() if plan_zones is None else plan_zones
    site = numbers(parcels, "area_m2").to_numpy()[at]
    values = {
        "zone_id": texts(parcels, "zone_id").array[at],
        "parcel_id": texts(parcels, "parcel_id").array[at],
        "share": pairs["share"].to_numpy(),
        "counted": pairs["counted"].to_numpy(),
        "weight": pairs["weight"].to_numpy(),
        "area_m2": pairs["share"].to_numpy() * site,
    }
    for name in ("plan_id", "land_use"):
        values[name] = texts(plan, name).array[zone]
    for name in ("far_min", "far_max", "coverage_max_share", "height_max_m"):
        values[name] = numbers(plan, name).to_numpy()[zone]
    values["floor_area_allowed_m2"] = values["far_max"] * values["weight"] * site
    frame = pd.DataFrame(
        {c.name: pd.Series(values[c.name]).astype(c.dtype) for c in PLAN_SHARES.columns}
    )
    order = ["zone_id", "parcel_id", "share", "plan_id"]
    return frame.sort_values(
        order, ascending=[True, True, False, True], kind="stable", ignore_index=True
    )
