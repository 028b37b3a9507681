"""Green ratio: green land on each parcel, what it owes, what a zone may balance.

绿地率 is green *land* over site land: roof and wall greening and tree crowns are not green land.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

import geopandas as gpd
import numpy as np
import pandas as pd

from analyses.anchors import Anchored, anchored
from analyses.floor_area import standing
from analyses.frames import check_options, numbers, problem_rows, texts
from analyses.green_findings import GreenFacts, green_findings
from analyses.green_pool import pool_transfers
from analyses.green_zones import zone_balance, zone_green
from analyses.ground import (
    AreaMethod,
    covered_ground,
    ground_pairs,
    has_ground,
    measured_areas,
    method_factor,
)
from analyses.outcome import Analysis
from analyses.results import PROBLEMS
from layers.columns import empty_frame
from policies.text import Text

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy

__all__ = ["GreenOptions", "analyse_green"]

#: Greening that is no land.
_NOT_LAND = ("roof", "wall")

#: Less green than this under buildings is drawing, not a contradiction (m2).
_GRAZE_M2 = 1.0


class GreenOptions(TypedDict, total=False):
    """What a project may set.

    Attributes
    ----------
    prevails : {"polygons", "raster"}
        Which of two sources counts where both are given.
    public_green_approval_no : str
        The approval by which public green counts for the zone; without it, it does not.
    target_share : float
        The zone's target green ratio, where the control plan sets one.
    new_park : bool
        Whether the zone is a new park, which the floor of ``green.zone_floor`` addresses.
    area_method : {"plane", "ellipsoid"}
        How ground is measured.
    """

    prevails: Literal["polygons", "raster"]
    public_green_approval_no: str | None
    target_share: float | None
    new_park: bool | None
    area_method: AreaMethod


def analyse_green(  # noqa: PLR0913 - every layer is an input of its own
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    green: pd.DataFrame | None = None,
    raster_share: pd.Series[float] | None = None,
    zones: pd.DataFrame | None = None,
    buildings: pd.DataFrame | None = None,
    ledger: pd.DataFrame | None = None,
    options: GreenOptions | None = None,
) -> Analysis:
    """Analyse green land: ratio, requirement, cap, and the balance of each zone.

    ``green_m2`` is the ground under green polygons, counted once, without roof and wall greening
    and without ground under buildings; or, without polygons, the raster's green share times the
    parcel's measured area. ``green_share = green_m2 / area_m2``. ``green_required_m2`` comes from the
    parcel's planning condition, else from the pack's table by use; ``green_balance_m2`` is the
    difference. ``green_over_cap_m2`` is what exceeds the parcel's own maximum, else the pack's cap.

    Where the policy lets a zone balance its green ratio, surplus (without what is over the cap)
    is set against deficits of the same zone (`analyses.green_pool`).

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        Contract frame with the columns of `analyses.areas` and ``zone_id``.
    policy : policies.model.Policy
        Rules and parameters.
    as_of : datetime.date
        The review date.
    green, zones, buildings : geopandas.GeoDataFrame, optional
        Contract frames in the same CRS.
    raster_share : pandas.Series, optional
        Share of each parcel that the raster shows as green, on the parcels' index.
    ledger : pandas.DataFrame, optional
        For signing dates, which choose the standards that hold.
    options : GreenOptions, optional
        See there.

    Returns
    -------
    Analysis
        Measures: the green columns of `analyses.results.PARCEL_MEASURES`, then ``green_source``
        (``polygons``, ``raster``), ``green_raster_share``. Zones: ``green_m2``, ``green_share``,
        ``green_target_share``, ``green_attached_m2``, ``green_public_m2``, ``green_surplus_m2``,
        ``green_deficit_m2``, ``green_unmet_m2``. Table ``transfers``.

    Raises
    ------
    ValueError
        For an option that does not exist.
    """
    chosen: GreenOptions = options or {}
    check_options(chosen, GreenOptions.__annotations__, "green")
    method = chosen.get("area_method", "plane")
    area = numbers(parcels, "area_m2").where(lambda metres: metres > 0)
    land = _green_land(green)
    green_m2, source, problems = _green_of_parcels(
        parcels, land, raster_share, buildings, method, chosen.get("prevails", "polygons")
    )
    measures = pd.DataFrame({"green_m2": green_m2}, index=parcels.index)
    measures["green_share"] = measures["green_m2"] / area
    required = _required(parcels, policy, ledger)
    cap = _cap_of(parcels, policy, ledger)
    caps = _caps(parcels, policy, cap)
    measures["green_required_m2"] = required["share"] * area
    measures["green_balance_m2"] = measures["green_m2"] - measures["green_required_m2"]
    over = (measures["green_m2"] - caps["share"] * area).clip(lower=0.0)
    measures["green_over_cap_m2"] = over

    balance = (measures["green_balance_m2"] - over.fillna(0.0)).where(
        measures["green_balance_m2"] > 0, measures["green_balance_m2"]
    )
    # Green above the cap stands in its own column: it is neither given nor does it make a deficit.
    balance = balance.mask((measures["green_balance_m2"] > 0) & (balance < 0), 0.0)
    balance = balance.where((required["missing"] == "").to_numpy())
    pooled = policy.has_rule("green.pooling")
    transfers = pool_transfers(_nodes(parcels, balance if pooled else balance * np.nan))
    for name, column in (
        ("green_given_m2", "from_parcel_id"),
        ("green_received_m2", "to_parcel_id"),
    ):
        moved = transfers.groupby(column)["area_m2"].sum()
        amount = texts(parcels, "parcel_id").map(moved).astype("float64").fillna(0.0)
        taking_part = balance.notna() & texts(parcels, "zone_id").notna()
        measures[name] = amount.where(taking_part & pooled)
    measures["green_source"] = source
    measures["green_raster_share"] = (
        np.nan if raster_share is None else raster_share.reindex(parcels.index).astype("float64")
    )

    zone_frame = zone_green(
        parcels,
        measures,
        None if chosen.get("prevails") == "raster" else land,
        zones,
        public_counts=bool(chosen.get("public_green_approval_no")),
        target_share=_target(chosen, policy),
        method=method,
    )
    zone_frame = zone_frame.join(zone_balance(parcels, balance, transfers, zone_frame.index))
    facts = GreenFacts(
        parcels=parcels,
        measures=measures,
        required=required,
        caps=caps,
        cap=cap,
        zones=zone_frame,
        new_park=chosen.get("new_park"),
        public_green_approval_no=chosen.get("public_green_approval_no"),
    )
    return Analysis(
        measures=measures,
        findings=green_findings(facts, policy, as_of),
        zones=zone_frame,
        tables={"transfers": transfers},
        problems=problems,
    )


def _target(options: GreenOptions, policy: Policy) -> float | None:
    """Return the zone's target: the project's own, else the floor of a new park."""
    target = options.get("target_share")
    if target is None and options.get("new_park") and policy.has_rule("green.zone_floor"):
        return float(policy.rule("green.zone_floor").value("share_min"))
    return target


def _green_land(green: pd.DataFrame | None) -> pd.DataFrame | None:
    """Leave out greening that is no land, and rows without geometry; None without a layer."""
    if green is None:
        return None
    is_land = ~texts(green, "kind").isin(_NOT_LAND).to_numpy(dtype=bool)
    return green.loc[is_land & has_ground(green)]


def _green_of_parcels(
    parcels: pd.DataFrame,
    land: pd.DataFrame | None,
    raster_share: pd.Series[float] | None,
    buildings: pd.DataFrame | None,
    method: AreaMethod,
    prevails: str,
) -> tuple[np.ndarray, pd.Series[str], pd.DataFrame]:
    """Return the green land of each parcel in m2, its source, and the problems."""
    unknown = np.full(len(parcels), np.nan)
    by_raster, by_polygons, problems = unknown, unknown, empty_frame(PROBLEMS)
    if raster_share is not None:
        share = raster_share.reindex(parcels.index).to_numpy(dtype=float)
        by_raster = share * measured_areas(parcels, method)
    if land is not None:
        plane, problems = _ground_covered_once(parcels, land, buildings)
        by_polygons = plane * method_factor(parcels, method)
    first, second = ("raster", "polygons") if prevails == "raster" else ("polygons", "raster")
    values = {"raster": by_raster, "polygons": by_polygons}
    # A parcel that the first source does not know is filled from the second.
    green_m2 = np.where(np.isnan(values[first]), values[second], values[first])
    source = pd.Series(pd.NA, index=parcels.index, dtype="string")
    source = source.mask(~np.isnan(values[second]), second).mask(~np.isnan(values[first]), first)
    return green_m2, source, problems


def _ground_covered_once(
    parcels: pd.DataFrame, land: pd.DataFrame, buildings: pd.DataFrame | None
) -> tuple[np.ndarray, pd.DataFrame]:
    """Measure green ground less the ground under buildings, by areas of unions.

    ``green without buildings = (green or buildings) - buildings``, each counted once.
    """
    covered = covered_ground(parcels, land)
    if buildings is None:
        return covered, empty_frame(PROBLEMS)
    solid = buildings.loc[standing(buildings, ("building", "structure")) & has_ground(buildings)]
    pairs = ground_pairs(land, solid, left_name="green", right_name="buildings")
    if pairs.empty:
        return covered, empty_frame(PROBLEMS)
    solid = solid.iloc[np.unique(pairs["right"])]
    touched = np.unique(
        ground_pairs(parcels, solid, left_name="parcels", right_name="buildings")["left"]
    )
    both = gpd.GeoDataFrame(
        {"geometry": pd.concat([land["geometry"], solid["geometry"]], ignore_index=True)},
        geometry="geometry",
        crs=land.crs,
    )
    some = parcels.iloc[touched]
    covered[touched] = np.maximum(covered_ground(some, both) - covered_ground(some, solid), 0.0)
    under = np.bincount(pairs["left"], weights=pairs["area_m2"], minlength=len(land))
    problems = problem_rows(
        land,
        under > _GRAZE_M2,
        layer="green",
        code="green_under_building",
        what=Text(
            "绿地与建筑基底重叠，重叠部分未计入",
            "green under a building's footprint is not counted",
        ),
        proposal=Text(
            "核对绿地与建筑轮廓；屋顶绿化应标注为 roof",
            "check both outlines; mark roof greening as roof",
        ),
        column="geometry",
        found=[f"{area:.2f} m2" for area in under[under > _GRAZE_M2]],
    )
    return covered, problems


def _required(parcels: pd.DataFrame, policy: Policy, ledger: pd.DataFrame | None) -> pd.DataFrame:
    """Return the minimum share of each parcel, its source, and what is missing for it to hold."""
    own = numbers(parcels, "green_min_share")
    frame = pd.DataFrame(
        {
            "share": own,
            "source": pd.Series(pd.NA, index=parcels.index, dtype="string").mask(
                own.notna(), "parcel"
            ),
            "missing": pd.Series("", index=parcels.index, dtype="string"),
            "by": pd.Series(None, index=parcels.index, dtype=object),
        }
    )
    if not policy.has_rule("green.required_by_use"):
        return frame
    parameter = policy.rule("green.required_by_use").parameter("table")
    chosen = anchored(parcels, parameter, ledger, before="older", after="newer")
    tables = {
        id(by): {str(row["use"]): float(row["share_min"]) for row in by.value} for by in chosen.by
    }
    shares = [
        tables[id(by)].get(str(use), np.nan)
        for by, use in zip(chosen.by, texts(parcels, "land_use"), strict=True)
    ]
    by_use, lacks = pd.Series(shares, index=parcels.index, dtype="float64"), chosen.missing
    # Land supplied before the rule, or after its end, owes nothing by it.
    take = own.isna() & by_use.notna() & ~lacks.isin(["older", "newer"])
    return frame.assign(
        share=own.where(~take, by_use),
        source=frame["source"].mask(take, "by_use"),
        missing=frame["missing"].mask(take, lacks),
        by=pd.Series(chosen.by, index=parcels.index, dtype=object),
    )


def _cap_of(parcels: pd.DataFrame, policy: Policy, ledger: pd.DataFrame | None) -> Anchored | None:
    """Return the pack's cap of each parcel; None where the policy has none."""
    if not policy.has_rule("green.industrial_cap"):
        return None
    return anchored(parcels, policy.rule("green.industrial_cap").parameter("share_max"), ledger)


def _caps(parcels: pd.DataFrame, policy: Policy, cap: Anchored | None) -> pd.DataFrame:
    """Return the maximum share of each parcel and its source (``parcel``, ``pack``)."""
    own = numbers(parcels, "green_max_share")
    share = own.copy()
    source = pd.Series(pd.NA, index=parcels.index, dtype="string").mask(own.notna(), "parcel")
    if cap is not None:
        rule = policy.rule("green.industrial_cap")
        stage = texts(parcels, "land_stage").fillna("completed")
        take = (
            own.isna()
            & texts(parcels, "land_use").isin(list(rule.value("uses")))
            & (stage == "completed")
        ).astype(bool)
        share = share.mask(take, cap.numbers())
        source = source.mask(take, "pack")
    return pd.DataFrame({"share": share, "source": source})


def _nodes(parcels: pd.DataFrame, balance: pd.Series[float]) -> pd.DataFrame:
    """Place each parcel's balance at a point within it."""
    ground = has_ground(parcels)
    x, y = np.full(len(parcels), np.nan), np.full(len(parcels), np.nan)
    if ground.any():
        points = parcels["geometry"].loc[ground].representative_point()
        x[ground], y[ground] = points.x.to_numpy(), points.y.to_numpy()
    return pd.DataFrame(
        {
            "parcel_id": texts(parcels, "parcel_id"),
            "zone_id": texts(parcels, "zone_id"),
            "x": x,
            "y": y,
            "balance_m2": balance,
        }
    )
