"""Green ratio: green land on each parcel, what it owes, and what a zone may balance.

绿地率 is green *land* over site land. Tree crowns (绿化覆盖率) are another figure and stand in columns of
their own; roof and wall greening is no land and counts only by a pack's conversion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from analyses.findings import concat_findings
from analyses.frames import check_options, numbers, sums_or_unknown, texts
from analyses.green_columns import (
    aligned,
    completed,
    kept_ground,
    lacking,
    parcel_measures,
    pool_missing,
    stage_unknown,
    transfer_nodes,
    zone_columns,
)
from analyses.green_credit import RULE as CREDIT
from analyses.green_credit import green_credit
from analyses.green_findings import GreenFacts, green_findings
from analyses.green_freeing import freeing
from analyses.green_ground import GreenGround, empty_off, measure_green
from analyses.green_ledger import green_account, green_ledger, green_pools, parcel_balance
from analyses.green_options import OPTION_NAMES, basis_of, counts_public, target_of
from analyses.green_pool import transfer_plan
from analyses.green_required import cap_of, green_caps, green_requirements
from analyses.green_sites import SiteChoices, planting_sites
from analyses.green_years import yearly_balance
from analyses.green_zone_findings import green_zone_findings
from analyses.green_zones import (
    owes_green,
    pool_ground,
    pool_members,
    public_parcels,
    zone_green,
)
from analyses.ground import measured_areas
from analyses.open_land import without_conditions
from analyses.outcome import Analysis
from analyses.results import PROBLEMS
from analyses.results_green import GREEN_ACCOUNT
from layers.columns import empty_frame

if TYPE_CHECKING:
    from datetime import date

    from analyses.green_options import GreenOptions, RasterGreen
    from analyses.ground import AreaMethod
    from policies.model import Policy

__all__ = ["analyse_green"]


def analyse_green(  # noqa: PLR0913 - every layer is an input of its own
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    green: pd.DataFrame | None = None,
    raster_share: pd.Series[float] | None = None,
    rasters: RasterGreen | None = None,
    zones: pd.DataFrame | None = None,
    pools: pd.DataFrame | None = None,
    plan_zones: pd.DataFrame | None = None,
    buildings: pd.DataFrame | None = None,
    facilities: pd.DataFrame | None = None,
    uses: pd.DataFrame | None = None,
    ledger: pd.DataFrame | None = None,
    costs: pd.DataFrame | None = None,
    measures: pd.DataFrame | None = None,
    options: GreenOptions | None = None,
) -> Analysis:
    """Analyse green land: ratio, requirement, cap, the balance of each zone, and what follows from it.

    ``green_m2`` is the ground under green polygons, counted once (`analyses.green_ground`); or,
    without polygons, the raster's green share times the parcel's measured area. ``green_share =
    green_m2 / area_m2``. ``green_required_m2`` comes from `analyses.green_required`;
    ``green_balance_m2`` is what the parcel has, converted greening included, less what it owes.
    ``green_over_cap_m2`` is what exceeds the parcel's maximum.

    Where the policy lets a zone balance its green ratio, surplus (without what is over the cap)
    is set against deficits of the same zone (`analyses.green_pool`). Beside that stand how much
    ground could be freed (`analyses.green_freeing`), the balance year by year
    (`analyses.green_years`), and where a zone under its target could plant (`analyses.green_sites`).

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        Contract frame with the columns of `analyses.areas` and ``zone_id``.
    policy : policies.model.Policy
        Rules and parameters.
    as_of : datetime.date
        The review date.
    green, zones, pools, plan_zones, buildings, facilities : geopandas.GeoDataFrame, optional
        Contract frames in the same CRS.
    raster_share : pandas.Series, optional
        Share of each parcel that the raster shows as green, on the parcels' index.
    rasters : RasterGreen, optional
        What else rasters say.
    uses, ledger, costs : pandas.DataFrame, optional
        The uses table, for mixed parcels; the ledger, for signing dates, which choose the
        standards that hold; the user's costs of transfers.
    measures : pandas.DataFrame, optional
        With ``floor_area_headroom_m2`` of the floor-area analysis, on the parcels' index.
    options : GreenOptions, optional
        See there.

    Returns
    -------
    Analysis
        Measures: the green columns of `analyses.results.PARCEL_MEASURES`. Zones: ``green_m2``,
        ``green_share``, ``green_target_share``, ``green_attached_m2``, ``green_public_m2``,
        ``green_surplus_m2``, ``green_deficit_m2``, ``green_unmet_m2``,
        ``green_balance_unknown_n``. Tables ``transfers``, ``green_ledger``, ``green_pools``,
        ``green_years``, ``green_freeing``, ``green_sites``, ``green_account``.

    Raises
    ------
    ValueError
        For an option that does not exist.
    """
    chosen: GreenOptions = options or {}
    check_options(chosen, OPTION_NAMES, "green")
    method, extent = chosen.get("area_method", "plane"), chosen.get("pool", "zone")
    seen: RasterGreen = rasters or {}
    ground = pool_ground(parcels, zones, extent=extent, pools=pools)
    members = pool_members(parcels, ground, extent)
    mapped = (
        None
        if green is None
        else measure_green(parcels, green, buildings=buildings, pools=ground, method=method)
    )
    prevails = chosen.get("prevails", "polygons")
    green_m2, source = _green_of_parcels(parcels, mapped, raster_share, method, prevails)

    required, planned = green_requirements(
        parcels, policy, ledger, plan_zones=plan_zones, uses=uses
    )
    cap = cap_of(parcels, policy, ledger)
    caps = green_caps(parcels, policy, cap, plan_zones=plan_zones)
    area = numbers(parcels, "area_m2").where(lambda metres: metres > 0)
    required_m2 = required["share"] * area
    credit, roofs = green_credit(
        parcels,
        green,
        policy,
        ground_m2=green_m2,
        required_m2=required_m2.to_numpy(dtype=float),
        pieces=None if mapped is None else mapped.pieces,
        confirmed=bool(chosen.get("roof_credit", False)),
        in_force=policy.has_rule(CREDIT) and policy.rule(CREDIT).status_at(as_of) == "in_force",
        method=method,
    )
    owes = owes_green(parcels)
    facts = pd.DataFrame(
        {
            "member": members,
            "owes": owes,
            "public": public_parcels(parcels),
            "stage_open": stage_unknown(parcels),
            "area_m2": area,
            "ground_m2": green_m2,
            "credit_m2": credit["credit_m2"],
            "required_m2": required_m2,
            "known": (required["missing"] == "").to_numpy(dtype=bool) & required["share"].notna(),
            "cap_share": caps["share"],
            "cap_m2": caps["share"] * area,
            "planting_share": caps["planting"],
        },
        index=parcels.index,
    )
    pooled = policy.has_rule("green.pooling")
    # What is not built yet owes nothing yet: it enters the balance in the year of its completion.
    now = owes & completed(parcels)
    facts["takes_part"] = members & now & pooled
    balance = parcel_balance(
        facts.assign(known=facts["known"] & now),
        keep_back_share=float(chosen.get("keep_back_share") or 0.0),
        lack_max_share=chosen.get("lack_max_share"),
    )
    plan = transfer_plan(
        transfer_nodes(parcels, balance, chosen.get("transfer_cost", "distance")),
        cost=chosen.get("transfer_cost", "distance"),
        costs=costs,
    )
    given, received = (
        texts(parcels, "parcel_id")
        .map(plan.transfers.groupby(column)["area_m2"].sum())
        .astype("float64")
        .fillna(0.0)
        .where(balance["known"] & facts["takes_part"])
        for column in ("from_parcel_id", "to_parcel_id")
    )
    balance = balance.assign(
        required_m2=required_m2.where(balance["known"]),
        given_m2=given,
        received_m2=received,
        unmet_m2=(balance["deficit_m2"] - received.fillna(0.0)).clip(lower=0.0),
    )

    counts = counts_public(chosen, policy)
    off_parcels = _off_parcels(mapped, seen, prevails)
    zone_frame = zone_green(
        parcels,
        pd.Series(green_m2, index=parcels.index),
        zones,
        ground=ground,
        members=members,
        off_parcels_m2=_by_zone(off_parcels),
        public_counts=counts,
        denominator=chosen.get("denominator", "ground"),
        extent=extent,
        method=method,
    )
    target, target_source = target_of(chosen, policy)
    zone_frame = zone_frame.assign(
        target_share=target,
        target_year=float(chosen.get("target_year") or np.nan),
        public_counts=counts,
        grows=zone_frame["source"] == "parcels",
        cover_share=aligned(seen.get("zone_cover_share"), zone_frame.index),
    )
    lacks = lacking(required, facts, credit)
    unlisted = costs is None and chosen.get("transfer_cost") == "table"
    missing_of = pool_missing(
        parcels, lacks, members & now, everywhere="green_costs" if unlisted else ""
    )
    pool_table = green_pools(
        parcels,
        balance,
        zone_frame,
        plan,
        sites=members & now,
        has_basis=pooled,
        missing=missing_of,
        settings={
            "pool": extent,
            "denominator": zone_frame["source"],
            "target_source": target_source,
            "target_year": chosen.get("target_year") or pd.NA,
            "basis_clause": basis_of(chosen, policy),
            "approval_no": chosen.get("pool_approval_no") or pd.NA,
            "public_approval_no": chosen.get("public_green_approval_no") or pd.NA,
            "cost_kind": chosen.get("transfer_cost", "distance"),
        },
    )
    headroom = pd.DataFrame() if measures is None else measures
    freed = freeing(
        pd.DataFrame(
            {
                "zone_id": texts(parcels, "zone_id"),
                "parcel_id": texts(parcels, "parcel_id"),
                "ground_m2": green_m2,
                "floor_m2": kept_ground(facts, credit).where(balance["known"]),
                "open": members & now,
                "headroom_m2": numbers(headroom, "floor_area_headroom_m2").reindex(parcels.index),
                "missing": lacks,
            }
        ).loc[members],
        zone_frame.assign(missing=np.where(zone_frame["counted_m2"].isna(), "green", "")),
    )
    plans = yearly_balance(parcels, facts, zone_frame, as_of)
    sites, gain = planting_sites(
        parcels,
        facts,
        zone_frame,
        pieces=_pieces(mapped, parcels),
        ground=ground,
        buildings=buildings,
        facilities=facilities,
        choices=SiteChoices(
            chosen.get("verge_m"),
            float(chosen.get("planting_clearance_m") or 0.0),
            chosen.get("site_min_m2"),
            chosen.get("planting_cost"),
        ),
        method=method,
    )
    found = parcel_measures(
        parcels,
        facts,
        balance,
        credit,
        required,
        source=source,
        raster_share=raster_share,
        seen=seen,
        method=method,
    )
    found["green_pooled"] = pd.Series(members, index=parcels.index).astype("boolean")
    by_parcel = freed.dropna(subset=["parcel_id"]).set_index("parcel_id")["freed_m2"]
    by_parcel = by_parcel[~by_parcel.index.duplicated()]
    found["green_freed_m2"] = texts(parcels, "parcel_id").map(by_parcel).astype("float64")
    book = green_ledger(
        parcels,
        balance.assign(
            area_m2=area,
            required_share=required["share"],
            required_source=required["source"],
            required_m2=required_m2,
            ground_m2=green_m2,
            roof_m2=credit["roof_m2"],
            wall_m2=credit["wall_m2"],
            credit_m2=credit["credit_m2"],
            cap_share=caps["share"],
            cap_source=caps["source"],
            cover_m2=found["green_cover_m2"],
            pooled=members,
            counted=members & (~facts["public"].to_numpy(dtype=bool) | counts),
            missing=lacks,
            note_zh=required["mix"].mask(owes & ~now, "未竣工，竣工当年起计入平衡"),
            note_en=required["mix"].mask(
                owes & ~now, "not completed: in the balance from completion"
            ),
        ),
        empty_off() if off_parcels is None else off_parcels[off_parcels["area_m2"] > 0],
        public_counts=counts,
    )
    evidence = GreenFacts(
        parcels=parcels,
        area_m2=area,
        measures=found,
        required=required,
        caps=caps,
        cap=cap,
        credit=credit,
        pools=pool_table,
        pool_missing=missing_of,
        zones=zone_frame,
        plans=plans,
        freed=freed,
        sites=sites,
        planting_gain=gain,
        public_counts=counts,
        new_park=chosen.get("new_park"),
        public_green_approval_no=chosen.get("public_green_approval_no"),
    )
    problems = [planned, roofs] + ([] if mapped is None else [mapped.problems])
    return Analysis(
        measures=found,
        findings=concat_findings(
            [
                *(
                    without_conditions(part, parcels, policy)
                    for part in green_findings(evidence, policy, as_of)
                ),
                *green_zone_findings(evidence, policy, as_of),
            ]
        ),
        zones=zone_columns(zone_frame, pool_table),
        tables={
            "transfers": plan.transfers,
            "green_ledger": book,
            "green_pools": pool_table.reset_index(drop=True),
            "green_years": plans.years,
            "green_freeing": freed,
            "green_sites": sites,
            "green_account": (
                empty_frame(GREEN_ACCOUNT) if mapped is None else green_account(mapped.account)
            ),
        },
        problems=pd.concat(
            [part for part in problems if len(part)] or [empty_frame(PROBLEMS)], ignore_index=True
        ),
    )


def _green_of_parcels(
    parcels: pd.DataFrame,
    mapped: GreenGround | None,
    raster_share: pd.Series[float] | None,
    method: AreaMethod,
    prevails: str,
) -> tuple[np.ndarray, pd.Series[str]]:
    """Return the green land of each parcel in m2, and its source."""
    unknown = np.full(len(parcels), np.nan)
    by_raster, by_polygons = unknown, unknown
    if raster_share is not None:
        share = raster_share.reindex(parcels.index).to_numpy(dtype=float)
        by_raster = share * measured_areas(parcels, method)
    if mapped is not None:
        by_polygons = mapped.on_parcels_m2
    first, second = ("raster", "polygons") if prevails == "raster" else ("polygons", "raster")
    values = {"raster": by_raster, "polygons": by_polygons}
    # A parcel that the first source does not know is filled from the second.
    green_m2 = np.where(np.isnan(values[first]), values[second], values[first])
    source = pd.Series(pd.NA, index=parcels.index, dtype="string")
    source = source.mask(~np.isnan(values[second]), second).mask(~np.isnan(values[first]), first)
    return green_m2, source


def _off_parcels(
    mapped: GreenGround | None, seen: RasterGreen, prevails: str
) -> pd.DataFrame | None:
    """Return the green on no parcel by zone: from the source that prevails, else from the other."""
    by_raster = seen.get("off_parcels_m2")
    if mapped is not None and (prevails != "raster" or by_raster is None):
        return mapped.off_parcels
    if by_raster is None:
        return None
    rows = pd.DataFrame({"zone_id": by_raster.index, "kind": "", "area_m2": by_raster.to_numpy()})
    return rows.astype({"zone_id": "string", "kind": "string"})


def _pieces(mapped: GreenGround | None, parcels: pd.DataFrame) -> gpd.GeoDataFrame:
    if mapped is not None:
        return mapped.pieces
    return gpd.GeoDataFrame({"kind": []}, geometry=[], crs=getattr(parcels, "crs", None))


def _by_zone(off_parcels: pd.DataFrame | None) -> pd.Series[float] | None:
    if off_parcels is None:
        return None
    # A zone of which the raster does not know all is unknown.
    return sums_or_unknown(off_parcels["area_m2"], off_parcels["zone_id"])
