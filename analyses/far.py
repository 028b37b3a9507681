"""Floor-area ratio: what stands on a parcel, what may stand there, and how much is left.

Three ratios that are never mixed: ``far_plain`` (gross floor area above ground / site area),
``far_control`` (industrial control indicator: high storeys counted again) and ``far_plan`` (by a
local counting rule for planning; unknown while no pack states one).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import numpy as np
import pandas as pd

from analyses.far_admin import admin_shares
from analyses.far_built import built_measures
from analyses.far_counted import with_counted
from analyses.far_facts import FarFacts, limits_left_out
from analyses.far_findings import far_findings
from analyses.far_ground_geometry import free_ground, free_ground_of_parcels
from analyses.far_headroom_findings import headroom_findings
from analyses.far_industry import industry_floor
from analyses.far_investment import investment_findings
from analyses.far_limits import (
    UNPLANNED_SHARE,
    binding_limit,
    height_caps,
    planning_limits,
    storeys_below,
)
from analyses.far_paths import PathFacts, far_paths
from analyses.far_storeys import storey_findings
from analyses.far_zone_parts import zone_parts
from analyses.findings import concat_findings
from analyses.frames import check_options, joined_missing, numbers, problem_rows, texts
from analyses.intensity import intensity
from analyses.open_land import without_conditions
from analyses.outcome import Analysis
from analyses.plan_shares import plan_pairs, plan_share_table, planned_otherwise
from analyses.results import PARCEL_MEASURES
from analyses.results_far import FAR_COLUMNS
from analyses.storey_heights import full_storey_fits, parcel_storey_heights
from analyses.zone_indicators import zone_indicators
from policies.text import Text

if TYPE_CHECKING:
    from datetime import date

    from analyses.floor_area import StoreyHeights
    from analyses.ground import AreaMethod
    from policies.model import Policy

__all__ = ["FarLayers", "FarOptions", "analyse_far"]

#: The recorded and the computed floor area of a parcel may differ by this share before it is noted.
_RECORD_SHARE = 0.05


class FarOptions(TypedDict, total=False):
    """What a project may set.

    Attributes
    ----------
    storey_height_m : float or mapping of str to float
        Where a building states only its height, and for the storeys below a height limit; one for
        all uses, or by use with ``default``.
    area_method : {"plane", "ellipsoid"}
        How ground is measured.
    edge_share : float
        The edge rule of `analyses.plan_shares.plan_pairs`.
    free_ground_clearance_m, free_ground_width_m : float
        As for `analyses.far_ground_geometry.free_ground`.
    surface_holds, obstacle_holds : str
        How the rasters are read before they come here.
    """

    storey_height_m: StoreyHeights | None
    area_method: AreaMethod
    edge_share: float
    free_ground_clearance_m: float
    free_ground_width_m: float
    surface_holds: str
    obstacle_holds: str


class FarLayers(TypedDict, total=False):
    """What else an analysis may rest on.

    Attributes
    ----------
    plan_zones : geopandas.GeoDataFrame
        The control plan, where a parcel has no condition of its own.
    storeys, ledger, uses : pandas.DataFrame
        Storey heights; signing dates; administrative and living land, and how it is held.
    green : geopandas.GeoDataFrame
        Green land is no free ground.
    surface_height_m : pandas.Series
        On the buildings' index: the height of a surface model above the terrain.
    obstacle_m : pandas.Series
        On the parcels' index: the least height above ground that obstacle limitation surfaces leave;
        infinite where none lies over the parcel, NaN where it is not known.
    """

    plan_zones: pd.DataFrame | None
    storeys: pd.DataFrame | None
    ledger: pd.DataFrame | None
    uses: pd.DataFrame | None
    green: pd.DataFrame | None
    surface_height_m: pd.Series[Any] | None
    obstacle_m: pd.Series[Any] | None


def analyse_far(
    parcels: pd.DataFrame,
    buildings: pd.DataFrame | None,
    policy: Policy,
    as_of: date,
    *,
    options: FarOptions | None = None,
    **layers: Unpack[FarLayers],
) -> Analysis:
    """Analyse the floor-area ratio of each parcel, its limits, its headroom and the paths to use it.

    ``far_plain = floor_area_m2 / area_m2``. The floor area of a building is split among parcels by
    its footprint on each. Where a building of unknown floor area stands on a parcel, or there is no
    buildings layer, the parcel's recorded floor area is taken (source ``parcel_recorded``), else
    the floor area is unknown. With a buildings layer and no building on the parcel it is 0, unless
    the project is completed and nothing at all is drawn there, or the parcel's record states floor
    area: the layer then has a gap.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        Contract frame with the columns of `analyses.areas.parcel_areas`.
    buildings : geopandas.GeoDataFrame or None
        Contract frame in the same CRS; None: no buildings layer.
    policy : policies.model.Policy
        Rules and parameters.
    as_of : datetime.date
        The review date.
    options : FarOptions, optional
        See there.
    **layers : FarLayers
        See there.

    Returns
    -------
    Analysis
        Measures: the floor-area columns of `analyses.results.PARCEL_MEASURES`. Findings: ``far.limit``,
        ``far.floor`` or ``far.floor_planned``, ``far.building_coefficient``, ``far.coverage``,
        ``far.height``, ``far.admin_land``, ``far.admin_floor``, ``far.investment``, ``far.headroom``, ``far.intensify``,
        ``far.waiver_national``, ``far.waiver_local``, ``far.storage_uplift``. Tables: ``plan_shares``,
        ``far_paths``, ``free_ground`` (with geometry) and ``zone_indicators``.

    Raises
    ------
    ValueError
        For an option that does not exist.
    """
    chosen: FarOptions = options or {}
    check_options(chosen, FarOptions.__annotations__, "far")
    storey_height = chosen.get("storey_height_m")
    method = chosen.get("area_method", "plane")
    plan_zones, ledger, uses = layers.get("plan_zones"), layers.get("ledger"), layers.get("uses")
    pairs = plan_pairs(parcels, plan_zones, edge_share=chosen.get("edge_share", 0.0))
    limits, problems = planning_limits(parcels, plan_zones, pairs=pairs)
    caps = height_caps(parcels, limits, layers.get("obstacle_m"))
    industry = industry_floor(parcels, policy, ledger=ledger)
    area = numbers(parcels, "area_m2").where(lambda metres: metres > 0)

    built = built_measures(
        parcels,
        buildings,
        policy,
        caps=caps["height_cap_m"],
        storey_height_m=storey_height,
        storeys=layers.get("storeys"),
        method=method,
        surface_height_m=layers.get("surface_height_m"),
    )
    measures, record_problems = _with_parcel_record(parcels, built.measures)
    measures = with_counted(measures, by_plan=policy.has_rule("far.plan"))
    _add_ratios(
        measures,
        area,
        limits=limits,
        industry=industry,
    )
    measures = measures.join(admin_shares(parcels, uses, measures))
    storeys = parcel_storey_heights(parcels, storey_height, built.storey_height_m)
    bound = binding_limit(
        parcels,
        limits,
        measures,
        storey_m=storeys["storey_height_used_m"],
        full_storey_fits=full_storey_fits(caps, policy),
        caps=caps,
        parts=zone_parts(
            parcels,
            plan_zones,
            pairs,
            limits,
            storey_m=storeys["storey_height_used_m"],
            obstacle_m=layers.get("obstacle_m"),
            sliver_share=UNPLANNED_SHARE,
        ),
    )
    measures = measures.join([bound, storeys, caps[["height_cap_m", "height_cap_source"]]])
    measures = measures.join(intensity(parcels))
    measures["planned_otherwise"] = planned_otherwise(
        parcels, plan_zones, pairs, least_share=UNPLANNED_SHARE
    )

    room = limits["coverage_max_share"] * area - measures["footprint_m2"]
    storeys_n = storeys_below(caps["height_cap_m"], storeys["storey_height_used_m"])
    drawn = None if built.placement is None else buildings
    parts = free_ground(
        parcels,
        drawn if drawn is not None and "geometry" in drawn else None,
        green=layers.get("green"),
        coverage_room_m2=room,
        clearance_m=float(chosen.get("free_ground_clearance_m", 0.0)),
        width_m=float(chosen.get("free_ground_width_m", 0.0)),
        method=method,
    )
    open_ground = free_ground_of_parcels(parcels, None if drawn is None else parts)
    open_ground.loc[built.gap] = np.nan
    measures = measures.join(open_ground)
    standing = PathFacts(
        parcels=parcels,
        measures=measures,
        policy=policy,
        as_of=as_of,
        stands=built.stands,
        stands_unknown=built.stands_unknown,
        stands_lacks=built.stands_lacks,
        height_room_m2=measures["storeys_addable_m2"].to_numpy(dtype=float),
        coverage_room_m2=room.to_numpy(dtype=float),
        extension_room_m2=np.clip(
            np.minimum(measures["free_ground_m2"], room) * storeys_n, 0.0, None
        ).to_numpy(dtype=float),
        extension_open=(room.isna() | storeys_n.isna()).to_numpy(dtype=bool),
    )
    measures["limits_left_out"] = joined_missing(parcels.index, limits_left_out(measures))
    paths, waivers = far_paths(standing, uses=uses)
    measures["price_waiver"] = pd.Series(waivers.combined(), index=parcels.index, dtype="string")
    facts = FarFacts(
        parcels=parcels,
        measures=measures,
        limits=limits,
        industry=industry,
        tallest=built.tallest,
        buildings_given=buildings is not None,
        kinds_given=buildings is not None and bool(texts(buildings, "kind").notna().any()),
        ledger=ledger,
    )
    findings = [
        far_findings(facts, policy, as_of),
        investment_findings(facts, policy, as_of),
        headroom_findings(facts, policy, as_of, waivers=waivers, paths=paths),
    ]
    if buildings is not None and built.placement is not None:
        findings += storey_findings(
            parcels,
            buildings,
            built.counts,
            built.placement,
            policy,
            as_of,
            storeys=layers.get("storeys"),
        )
    return Analysis(
        measures=measures[list(_ORDER)],
        findings=without_conditions(concat_findings(findings), parcels, policy),
        tables={
            "plan_shares": plan_share_table(parcels, plan_zones, pairs),
            "far_paths": paths,
            "free_ground": parts[~built.gap[parts["parcel"]]].drop(columns="parcel"),
            "zone_indicators": zone_indicators(parcels, measures, policy),
        },
        problems=pd.concat([problems, built.problems, record_problems], ignore_index=True),
    )


_FIRST = PARCEL_MEASURES.names
_ORDER = (
    *_FIRST[_FIRST.index("footprint_m2") : _FIRST.index("idle_status")],
    *(column.name for column in FAR_COLUMNS),
)


def _add_ratios(
    measures: pd.DataFrame,
    area: pd.Series[float],
    *,
    limits: pd.DataFrame,
    industry: pd.DataFrame,
) -> None:
    """Add the three ratios, their limits and the shares of the ground."""
    measures["far_plain"] = measures["floor_area_m2"] / area
    measures["far_control"] = measures["floor_area_control_m2"] / area
    # A storey is counted once at least: what stands for certain bounds both ratios from below.
    least = measures["floor_area_least_m2"]
    measures["far_control_least"] = (
        np.fmax(measures["floor_area_control_least_m2"], least).astype("float64") / area
    )
    measures["far_control_most"] = measures["floor_area_control_most_m2"] / area
    for name in ("counted", "counted_least", "counted_most"):
        measures[f"far_{name}"] = measures[f"floor_area_{name}_m2"] / area
    measures["far_plan"] = measures["floor_area_plan_m2"] / area
    measures["far_limit"] = limits["far_max"]
    measures["far_floor"] = limits["far_min"].fillna(industry["far_floor"])
    measures["building_density_share"] = measures["footprint_m2"] / area
    measures["building_coefficient_share"] = measures["occupied_m2"] / area
    measures["far_limit_source"] = limits["far_max_source"]
    by_table = industry["far_floor"].notna() & limits["far_min"].isna()
    measures["far_floor_source"] = limits["far_min_source"].mask(by_table, "industry_table")
    measures["far_floor_reference"] = limits["far_min"].fillna(industry["reference"])


def _with_parcel_record(
    parcels: pd.DataFrame, measures: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take the parcel's recorded floor area where its buildings do not tell."""
    record = numbers(parcels, "floor_area_recorded_m2")
    computed = measures["floor_area_m2"]
    take = computed.isna() & record.notna()
    differs = (computed.notna() & ((record - computed).abs() > _RECORD_SHARE * record)).to_numpy(
        dtype=bool
    )
    source = measures["floor_area_source"].mask(take, "parcel_recorded")
    source = source.mask(computed.isna() & ~take, "none")
    frame = measures.assign(
        floor_area_m2=computed.fillna(record),
        floor_area_least_m2=measures["floor_area_least_m2"].mask(take, record),
        floor_area_control_m2=measures["floor_area_control_m2"].mask(take),
        floor_area_plan_m2=measures["floor_area_plan_m2"].mask(take),
        floor_area_control_most_m2=measures["floor_area_control_most_m2"].mask(take),
        floor_area_plan_most_m2=measures["floor_area_plan_most_m2"].mask(take),
        floor_area_source=source,
    )
    problems = problem_rows(
        parcels,
        differs,
        layer="parcels",
        code="floor_area_record_differs",
        severity="note",
        what=Text(
            "宗地登记建筑面积与按建筑计算的面积相差超过5%",
            "the parcel's recorded floor area and that of its buildings differ by more than 5 %",
        ),
        proposal=Text(
            "采用按建筑计算的面积；请核对建筑图层是否完整",
            "the buildings' figure is used: check whether the buildings layer is complete",
        ),
        column="floor_area_recorded_m2",
        found=[
            f"{r:.2f} / {c:.2f} m2" for r, c in zip(record[differs], computed[differs], strict=True)
        ],
    )
    return frame, problems
