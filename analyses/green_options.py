"""What a project may choose of the green analysis, and what of its choices the policy allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyses.green_pool import TransferCost
    from analyses.green_zones import Denominator, PoolExtent
    from analyses.ground import AreaMethod
    from policies.model import Policy

__all__ = ["OPTION_NAMES", "GreenOptions", "RasterGreen", "basis_of", "counts_public", "target_of"]


class GreenOptions(TypedDict, total=False):
    """What a project may set.

    Attributes
    ----------
    prevails : {"polygons", "raster"}
        Which of two sources counts where both are given.
    pool : {"zone", "fenced", "approved", "polygon"}
        The extent of the pool: the zone, its fence, its approved boundary, or a given polygon.
    denominator : {"ground", "parcels"}
        What stands below the zone's ratio: all ground of the pool, or its parcels.
    target_share, target_year : float
        The zone's target green ratio, where the control plan sets one, and the year it is for.
    pool_approval_no, pool_clause : str
        The approval of the pool, and the clause that the project names beside the pack's.
    public_green_approval_no : str
        The approval by which public green counts for the zone; without it, it does not.
    new_park : bool
        Whether the zone is a new park, which the floor of ``green.zone_floor`` addresses.
    keep_back_share, lack_max_share : float
        The part of its surplus that a parcel keeps; the part of what it owes that it may lack.
    transfer_cost : {"distance", "same_owner", "same_block", "table"}
        What a transfer costs.
    roof_credit : bool
        Whether a conversion of roof greening whose validity is not verified applies here.
    verge_m, planting_clearance_m, site_min_m2 : float
        How planting sites are sought (`analyses.green_sites.SiteChoices`).
    planting_cost : mapping of str to float
        Yuan for a square metre planted, by kind of site.
    area_method : {"plane", "ellipsoid"}
        How ground is measured.
    """

    prevails: Literal["polygons", "raster"]
    pool: PoolExtent
    denominator: Denominator
    target_share: float | None
    target_year: float | None
    pool_approval_no: str | None
    pool_clause: str | None
    public_green_approval_no: str | None
    new_park: bool | None
    keep_back_share: float
    lack_max_share: float | None
    transfer_cost: TransferCost
    roof_credit: bool
    verge_m: float | None
    planting_clearance_m: float
    site_min_m2: float | None
    planting_cost: Mapping[str, float]
    area_method: AreaMethod


#: What `analyse_green` accepts.
OPTION_NAMES = tuple(GreenOptions.__annotations__)


class RasterGreen(TypedDict, total=False):
    """What rasters say beside the share of each parcel.

    Attributes
    ----------
    off_parcels_m2 : pandas.Series
        Green ground of each zone's pool on no parcel, by ``zone_id``.
    cover_share : pandas.Series
        Share of each parcel under tree crowns, on the parcels' index.
    zone_cover_share : pandas.Series
        The same of each zone's pool, by ``zone_id``.
    """

    off_parcels_m2: pd.Series[float]
    cover_share: pd.Series[float]
    zone_cover_share: pd.Series[float]


def counts_public(options: GreenOptions, policy: Policy) -> bool:
    """Public green counts where the pack lets it and the project names the approval."""
    allowed = policy.has_rule("green.public_counted") and bool(
        policy.rule("green.public_counted").value("counts")
    )
    return allowed and bool(options.get("public_green_approval_no"))


def target_of(options: GreenOptions, policy: Policy) -> tuple[float, Any]:
    """Return the zone's target: the project's own, else the floor that the pack sets for it."""
    target = options.get("target_share")
    if target is not None:
        return float(target), "project"
    if policy.has_rule("green.zone_floor"):
        rule = policy.rule("green.zone_floor")
        new_only = "new_parks_only" not in rule.parameters or rule.value("new_parks_only")
        if options.get("new_park") or not new_only:
            return float(rule.value("share_min")), "pack"
    return float("nan"), pd.NA


def basis_of(options: GreenOptions, policy: Policy) -> Any:
    """Return the clauses on which the pool rests: the pack's, and the one that the project names."""
    named = [options.get("pool_clause") or ""]
    if policy.has_rule("green.pooling"):
        named.insert(0, policy.rule("green.pooling").clause.citation("zh"))
    return "；".join(filter(None, named)) or pd.NA
