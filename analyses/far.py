"""Floor-area ratio: what stands on a parcel, what may stand there, and how much is left.

Three ratios that are never mixed: ``far_plain`` (gross floor area above ground / site area),
``far_control`` (industrial control indicator: high storeys counted again) and ``far_plan`` (by a
local counting rule for planning; unknown while no pack states one).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import numpy as np
import pandas as pd

from analyses.far_facts import FarFacts
from analyses.far_findings import far_findings
from analyses.far_industry import industry_floor
from analyses.far_limits import binding_limit, planning_limits
from analyses.far_storeys import storey_findings
from analyses.findings import concat_findings
from analyses.floor_area import StoreyHeights, building_floor_areas
from analyses.frames import check_options, numbers, problem_rows, sums_or_unknown, texts
from analyses.ground import AreaMethod, covered_ground, has_ground, method_factor
from analyses.outcome import Analysis
from analyses.placement import SLIVER_SHARE, Placement, parcel_floor_areas, place_buildings
from policies.text import Text

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy

__all__ = ["FarOptions", "analyse_far"]

#: Outlines that overlap by more than this share of the footprint are reported.
_OVERLAP_SHARE = 0.01

#: The recorded and the computed floor area of a parcel may differ by this share before it is noted.
_RECORD_SHARE = 0.05


class FarOptions(TypedDict, total=False):
    """What a project may set.

    Attributes
    ----------
    storey_height_m : float or mapping of str to float
        Where a building states only its height; one for all uses, or by use with ``default``.
    area_method : {"plane", "ellipsoid"}
        How ground is measured.
    """

    storey_height_m: StoreyHeights | None
    area_method: AreaMethod


def analyse_far(  # noqa: PLR0913 - every layer is an input of its own
    parcels: pd.DataFrame,
    buildings: pd.DataFrame | None,
    policy: Policy,
    as_of: date,
    *,
    plan_zones: pd.DataFrame | None = None,
    storeys: pd.DataFrame | None = None,
    ledger: pd.DataFrame | None = None,
    uses: pd.DataFrame | None = None,
    options: FarOptions | None = None,
) -> Analysis:
    """Analyse the floor-area ratio of each parcel.

    ``far_plain = floor_area_m2 / area_m2``. The floor area of a building is split among parcels by
    its footprint on each. Where a building of unknown floor area stands on a parcel, or there is no
    buildings layer, the parcel's recorded floor area is taken (source ``parcel_recorded``), else
    the floor area is unknown. With a buildings layer and no building on the parcel it is 0.

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
    plan_zones : geopandas.GeoDataFrame, optional
        The control plan, where a parcel has no condition of its own.
    storeys, ledger, uses : pandas.DataFrame, optional
        Storey heights; signing dates; administrative and living land.
    options : FarOptions, optional
        See there.

    Returns
    -------
    Analysis
        Measures: the floor-area columns of `analyses.results.PARCEL_MEASURES`, then
        ``far_limit_source``, ``far_floor_source``, ``far_floor_reference``. Findings: ``far.limit``,
        ``far.floor`` or ``far.floor_planned``, ``far.building_coefficient``, ``far.coverage``,
        ``far.height``, ``far.admin_land``.

    Raises
    ------
    ValueError
        For an option that does not exist.
    """
    chosen: FarOptions = options or {}
    check_options(chosen, FarOptions.__annotations__, "far")
    storey_height = chosen.get("storey_height_m")
    method = chosen.get("area_method", "plane")
    limits, problems = planning_limits(parcels, plan_zones)
    industry = industry_floor(parcels, policy, ledger=ledger)
    area = numbers(parcels, "area_m2").where(lambda metres: metres > 0)

    counting: list[pd.DataFrame] = []
    if buildings is None:
        measures = _unknown_built(parcels)
        tallest = pd.DataFrame({"height_m": np.nan, "complete": False}, index=parcels.index)
        found = [problems]
    else:
        floors = building_floor_areas(
            buildings, policy, storey_height_m=storey_height, storeys=storeys, method=method
        )
        placement = place_buildings(parcels, buildings)
        measures, more = _built(parcels, buildings, floors, placement, method)
        tallest = _tallest(parcels, buildings, floors, placement)
        found = [problems, placement.problems, more]
        counting = storey_findings(
            *(parcels, buildings, floors["counts"].to_numpy(dtype=bool), placement),
            *(policy, as_of),
            storeys=storeys,
        )
    measures, record_problems = _with_parcel_record(parcels, measures)
    found.append(record_problems)

    measures["far_plain"] = measures["floor_area_m2"] / area
    measures["far_control"] = measures["floor_area_control_m2"] / area
    # No pack states a counting rule for planning: the ratio by it is unknown, never the plain one.
    measures["far_plan"] = np.nan
    measures["far_limit"] = limits["far_max"]
    measures["far_floor"] = limits["far_min"].fillna(industry["far_floor"])
    measures["building_density_share"] = measures["footprint_m2"] / area
    measures["building_coefficient_share"] = measures.pop("occupied_m2") / area
    measures["admin_land_share"] = _admin_land(parcels, uses, measures, area)
    bound = binding_limit(parcels, limits, measures, storey_height_m=storey_height)
    measures = measures.join(bound)
    measures["far_limit_source"] = limits["far_max_source"]
    by_table = industry["far_floor"].notna() & limits["far_min"].isna()
    measures["far_floor_source"] = limits["far_min_source"].mask(by_table, "industry_table")
    measures["far_floor_reference"] = limits["far_min"].fillna(industry["reference"])

    facts = FarFacts(
        parcels=parcels,
        measures=measures,
        limits=limits,
        industry=industry,
        tallest=tallest,
        buildings_given=buildings is not None,
        kinds_given=buildings is not None and bool(texts(buildings, "kind").notna().any()),
        ledger=ledger,
    )
    return Analysis(
        measures=measures[list(_ORDER)],
        findings=concat_findings([far_findings(facts, policy, as_of), *counting]),
        problems=pd.concat(found, ignore_index=True),
    )


_ORDER = (
    "footprint_m2",
    "floor_area_m2",
    "floor_area_source",
    "far_plain",
    "floor_area_control_m2",
    "far_control",
    "far_plan",
    "far_limit",
    "far_floor",
    "bound_by",
    "floor_area_headroom_m2",
    "building_density_share",
    "building_coefficient_share",
    "admin_land_share",
    "far_limit_source",
    "far_floor_source",
    "far_floor_reference",
)


def _unknown_built(parcels: pd.DataFrame) -> pd.DataFrame:
    names = ("footprint_m2", "occupied_m2", "floor_area_m2", "floor_area_control_m2")
    frame = pd.DataFrame(np.nan, index=parcels.index, columns=list(names))
    frame["floor_area_source"] = pd.Series("none", index=parcels.index, dtype="string")
    return frame


def _built(
    parcels: pd.DataFrame,
    buildings: pd.DataFrame,
    floors: pd.DataFrame,
    placement: Placement,
    method: AreaMethod,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure what stands on each parcel; report outlines drawn twice."""
    counts = floors["counts"].to_numpy(dtype=bool)
    occupies = floors["occupies"].to_numpy(dtype=bool)
    factor = method_factor(parcels, method)
    footprint = covered_ground(parcels, buildings.loc[counts])
    occupied = (
        footprint
        if (counts == occupies).all()
        else covered_ground(parcels, buildings.loc[occupies])
    )
    frame = parcel_floor_areas(parcels, floors, placement)
    frame["footprint_m2"] = footprint * factor
    frame["occupied_m2"] = occupied * factor

    pairs = placement.pairs[counts[placement.pairs["building"]]]
    plane = floors["footprint_m2"].to_numpy()[pairs["building"]]
    drawn = np.bincount(pairs["parcel"], weights=pairs["share"] * plane, minlength=len(parcels))
    twice = drawn > frame["footprint_m2"].to_numpy() * (1 + _OVERLAP_SHARE)
    problems = problem_rows(
        parcels,
        twice,
        layer="parcels",
        code="buildings_overlap",
        what=Text(
            "宗地上建筑轮廓相互重叠，建筑面积可能重复计算",
            "buildings on the parcel overlap: floor area may be counted twice",
        ),
        proposal=Text("核对建筑图层", "check the buildings layer"),
        column="floor_area_m2",
    )
    return frame.drop(columns="unknown_buildings_n"), problems


def _tallest(
    parcels: pd.DataFrame, buildings: pd.DataFrame, floors: pd.DataFrame, placement: Placement
) -> pd.DataFrame:
    """Return the height of the tallest building of known height, and whether all are known."""
    counts = floors["counts"].to_numpy(dtype=bool)
    pairs = placement.pairs
    pairs = pairs[counts[pairs["building"]] & (pairs["share"] >= SLIVER_SHARE)]
    height = numbers(buildings, "height_m").to_numpy()[pairs["building"]]
    by_parcel = pd.Series(height).groupby(pairs["parcel"].to_numpy())
    top = by_parcel.max().reindex(pd.RangeIndex(len(parcels)))
    unknown = np.bincount(pairs["parcel"], weights=np.isnan(height), minlength=len(parcels))
    return pd.DataFrame(
        {
            "height_m": top.to_numpy(dtype=float),
            "complete": (unknown == 0) & has_ground(parcels),
        },
        index=parcels.index,
    )


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
        floor_area_control_m2=measures["floor_area_control_m2"].mask(take),
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


def _admin_land(
    parcels: pd.DataFrame,
    uses: pd.DataFrame | None,
    measures: pd.DataFrame,
    area: pd.Series[float],
) -> pd.Series[float]:
    """Return administrative and living land / site area; by floor area where land is not separate."""
    unknown = pd.Series(np.nan, index=parcels.index, dtype="float64")
    if uses is None or len(uses) == 0:
        return unknown
    admin = uses[(texts(uses, "role") == "administrative").fillna(value=False).to_numpy(dtype=bool)]
    ids, owner = texts(parcels, "parcel_id"), texts(admin, "parcel_id")
    land = ids.map(sums_or_unknown(numbers(admin, "land_area_m2"), owner)).astype("float64")
    floor = ids.map(sums_or_unknown(numbers(admin, "floor_area_m2"), owner)).astype("float64")
    by_floor = floor / measures["floor_area_m2"].where(lambda metres: metres > 0)
    return (land / area).fillna(by_floor)
