"""What is built on each parcel: ground, floor area, the tallest building, room for more storeys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.far_ground_geometry import NO_PLOT
from analyses.floor_area import StoreyHeights, building_floor_areas, storey_height_by_use
from analyses.frames import numbers, problem_rows, texts
from analyses.ground import AreaMethod, covered_ground, has_ground, method_factor
from analyses.placement import (
    DIGITS,
    PLACED,
    SLIVER_SHARE,
    Placement,
    parcel_floor_areas,
    place_buildings,
)
from analyses.results import PROBLEMS
from analyses.storey_heights import mean_storey_heights
from layers.columns import empty_frame
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.model import Policy

__all__ = ["Built", "built_measures"]

#: Outlines that overlap by more than this share of the footprint are reported.
_OVERLAP_SHARE = 0.01

#: Guards a whole number of storeys against the rounding of a division.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Built:
    """What stands on the parcels.

    Attributes
    ----------
    measures : pandas.DataFrame
        ``footprint_m2``, ``occupied_m2``, the areas of `analyses.placement.PLACED`,
        the part of them that is known (``floor_area_least_m2``, ``floor_area_control_least_m2``),
        ``floor_area_source``, ``split_buildings_n``, ``storeys_addable_m2`` and why it is not known
        (``addable_lacks_height``, ``addable_lacks_storey``).
    storey_height_m : pandas.Series
        The mean storey height of the buildings on each parcel; NaN where none tells it.
    tallest : pandas.DataFrame
        ``height_m`` of the tallest building of known height, ``complete``: all are known.
    stands, stands_unknown : numpy.ndarray of bool
        Whether a completed permanent building stands on the parcel; where that is not known.
    stands_lacks : mapping of str to numpy.ndarray
        Which column is missing where it is not known.
    gap : numpy.ndarray of bool
        Where something must stand of which nothing is drawn: measures by the layer are unknown.
    counts : numpy.ndarray of bool
        The buildings whose floor area counts.
    placement : Placement or None
        Which building stands on which parcel; None without a buildings layer.
    problems : pandas.DataFrame
        Of the placing, of outlines drawn twice, of surface models that show no building.
    """

    measures: pd.DataFrame
    storey_height_m: pd.Series[float]
    tallest: pd.DataFrame
    stands: np.ndarray
    stands_unknown: np.ndarray
    stands_lacks: Mapping[str, np.ndarray]
    gap: np.ndarray
    counts: np.ndarray
    placement: Placement | None
    problems: pd.DataFrame


def built_measures(
    parcels: pd.DataFrame,
    buildings: pd.DataFrame | None,
    policy: Policy,
    *,
    caps: pd.Series[float],
    storey_height_m: StoreyHeights | None = None,
    storeys: pd.DataFrame | None = None,
    method: AreaMethod = "plane",
    surface_height_m: pd.Series[Any] | None = None,
) -> Built:
    """Measure what is built; everything is unknown without a buildings layer, or without any outline.

    Parameters
    ----------
    parcels, buildings : geopandas.GeoDataFrame or pandas.DataFrame
        Contract frames in one CRS.
    policy : policies.model.Policy
        The counting rules.
    caps : pandas.Series
        How high may be built on each parcel, m; NaN where that is not known.
    storey_height_m, storeys, method, surface_height_m
        As for `analyses.floor_area.building_floor_areas`.
    """
    if buildings is None:
        return _nothing_known(parcels)
    if len(buildings) and not has_ground(buildings).any():
        # Buildings of which no outline is drawn stand somewhere: nothing is known of any parcel.
        problems = place_buildings(parcels, buildings).problems
        return replace(_nothing_known(parcels), problems=problems)
    floors = building_floor_areas(
        buildings,
        policy,
        storey_height_m=storey_height_m,
        storeys=storeys,
        method=method,
        surface_height_m=surface_height_m,
    )
    placement = place_buildings(parcels, buildings)
    measures, twice = _measured(parcels, buildings, floors, placement, method)
    gap = _undrawn(parcels, buildings, placement)
    measures = _unknown_there(measures, gap)
    counts = floors["counts"].to_numpy(dtype=bool)
    pairs = placement.pairs
    pairs = pairs[counts[pairs["building"]] & (pairs["share"] >= SLIVER_SHARE)]
    own = numbers(buildings, "storey_height_m").where(lambda metres: metres > 0)
    storey = own.fillna(storey_height_by_use(texts(buildings, "use"), storey_height_m))
    storey = storey.fillna(floors["storey_height_m"])
    ground = has_ground(parcels) & ~gap
    addable = _addable(parcels, pairs, floors, storey, caps)
    stands, lacks = _completed_permanent(buildings, pairs, ground)
    tallest = _tallest(parcels, floors, pairs)
    addable["storeys_addable_m2"] = addable["storeys_addable_m2"].where(ground)
    return Built(
        measures.join(addable),
        mean_storey_heights(parcels, pairs, floors, policy),
        tallest.assign(complete=tallest["complete"] & ground),
        stands,
        np.logical_or.reduce(list(lacks.values())),
        lacks,
        gap,
        counts,
        placement,
        pd.concat(
            [placement.problems, twice, _unseen(buildings, floors, surface_height_m)],
            ignore_index=True,
        ),
    )


def _nothing_known(parcels: pd.DataFrame) -> Built:
    names = (
        *("footprint_m2", "occupied_m2", *PLACED, "storeys_addable_m2"),
        *("floor_area_least_m2", "floor_area_control_least_m2", "floor_area_plan_least_m2"),
        *("floor_area_control_most_m2", "floor_area_plan_most_m2"),
    )
    frame = pd.DataFrame(np.nan, index=parcels.index, columns=list(names))
    frame["floor_area_source"] = pd.Series("none", index=parcels.index, dtype="string")
    frame["split_buildings_n"] = pd.Series(pd.NA, index=parcels.index, dtype="Int64")
    frame = frame.assign(addable_lacks_height=False, addable_lacks_storey=False)
    n = len(parcels)
    return Built(
        frame,
        pd.Series(np.nan, index=parcels.index),
        pd.DataFrame({"height_m": np.nan, "complete": False}, index=parcels.index),
        np.zeros(n, dtype=bool),
        np.ones(n, dtype=bool),
        {"buildings": np.ones(n, dtype=bool)},
        np.zeros(n, dtype=bool),
        np.zeros(0, dtype=bool),
        None,
        empty_frame(PROBLEMS),
    )


def _undrawn(parcels: pd.DataFrame, buildings: pd.DataFrame, placement: Placement) -> np.ndarray:
    """Mark the parcels on which something must stand of which nothing is drawn.

    A completed plot with nothing drawn on it at all, or one whose record states floor area while no
    permanent building is drawn: the layer has a gap there, and tells neither 0 nor anything else.
    """
    pairs = placement.pairs[placement.pairs["share"] >= SLIVER_SHARE]
    n = len(parcels)
    lasting = (texts(buildings, "permanence") != "temporary").fillna(value=True)
    lasting &= texts(buildings, "kind").fillna("building") == "building"
    at = pairs["parcel"].to_numpy()
    drawn = np.bincount(at, minlength=n) > 0
    # A large building that reaches onto a parcel with a sliver of itself is drawn there too.
    drawn[placement.pairs["parcel"].to_numpy()] = True
    built = (
        np.bincount(at, weights=lasting.to_numpy(dtype=bool)[pairs["building"]], minlength=n) > 0
    )
    completed = (texts(parcels, "land_stage") == "completed").fillna(value=False)
    plot = ~texts(parcels, "land_use").isin(NO_PLOT).to_numpy(dtype=bool)
    recorded = (numbers(parcels, "floor_area_recorded_m2") > 0).to_numpy(dtype=bool)
    empty = completed.to_numpy(dtype=bool) & plot & ~drawn
    return np.asarray(has_ground(parcels) & (empty | (recorded & ~built)), dtype=bool)


def _unknown_there(measures: pd.DataFrame, gap: np.ndarray) -> pd.DataFrame:
    """Make unknown what the layer tells of the marked parcels."""
    columns = measures.columns.difference(["floor_area_source", "split_buildings_n"])
    measures = measures.copy()
    measures.loc[gap, columns] = np.nan
    measures.loc[gap, "floor_area_source"] = "none"
    return measures


def _completed_permanent(
    buildings: pd.DataFrame, pairs: pd.DataFrame, ground: np.ndarray
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Say where a completed permanent building stands, and what is missing where that is not known.

    A layer that tells permanent from temporary, or what is built from what is not, leaves it open of a
    building where it is blank. One that tells it of no building shows what stands to stay.
    """
    at, n = pairs["parcel"].to_numpy(), len(ground)
    open_ = {}
    for name in ("permanence", "state"):
        blank = texts(buildings, name).isna().to_numpy(dtype=bool)
        open_[name] = (blank & ~blank.all())[pairs["building"]]
    unsure = np.logical_or.reduce(list(open_.values()))
    stands = np.bincount(at[~unsure], minlength=n) > 0
    lacks = {"buildings": ~ground}
    for name, blank in open_.items():
        lacks[name] = (np.bincount(at[blank], minlength=n) > 0) & ~stands & ground
    return stands, lacks


def _measured(
    parcels: pd.DataFrame,
    buildings: pd.DataFrame,
    floors: pd.DataFrame,
    placement: Placement,
    method: AreaMethod,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure ground and floor area on each parcel; report outlines drawn twice."""
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
    frame["footprint_m2"] = np.round(footprint * factor, DIGITS)
    frame["occupied_m2"] = np.round(occupied * factor, DIGITS)

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


def _tallest(parcels: pd.DataFrame, floors: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the height of the tallest building of known height, and whether all are known."""
    height = floors["height_m"].to_numpy(dtype=float)[pairs["building"]]
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


def _addable(
    parcels: pd.DataFrame,
    pairs: pd.DataFrame,
    floors: pd.DataFrame,
    storey: pd.Series[float],
    caps: pd.Series[float],
) -> pd.DataFrame:
    """Return the floor area that fits on the buildings of each parcel below its height cap.

    Whole storeys between a building's height and the cap, on its footprint; a building as high as
    the cap has no room, whatever its storeys. NaN where the cap, or height or storey height of a
    building, is not known; ``addable_lacks_height`` and ``addable_lacks_storey`` say which of the
    two is missing where a cap is known and no building is known to have room.
    """
    at, building = pairs["parcel"].to_numpy(), pairs["building"].to_numpy()
    cap = caps.to_numpy(dtype=float)
    free = cap[at] - floors["height_m"].to_numpy(dtype=float)[building]
    each = storey.to_numpy(dtype=float)[building]
    storeys_n = np.where(free <= 0, 0.0, np.floor(free / each + _ROUNDING))
    ground = floors["footprint_m2"].to_numpy(dtype=float)[building] * pairs["share"].to_numpy()
    room = np.clip(storeys_n, 0.0, None) * ground
    open_ = np.isnan(room) & ~np.isnan(cap[at])
    n = len(parcels)
    known = np.bincount(at[~open_], weights=np.nan_to_num(room[~open_]), minlength=n)
    lacks = {
        name: (np.bincount(at[open_ & gap], minlength=n) > 0) & (known <= 0)
        for name, gap in (
            ("addable_lacks_height", np.isnan(free)),
            ("addable_lacks_storey", ~np.isnan(free) & np.isnan(each)),
        )
    }
    # A sum with an unknown part is unknown.
    total = np.bincount(at, weights=room, minlength=n)
    frame = {"storeys_addable_m2": np.where(np.isnan(cap), np.nan, total), **lacks}
    return pd.DataFrame(frame, index=parcels.index)


def _unseen(
    buildings: pd.DataFrame, floors: pd.DataFrame, surface_height_m: pd.Series[Any] | None
) -> pd.DataFrame:
    """Report buildings that only the surface model could tell the height of, and that it does not show."""
    if surface_height_m is None:
        return empty_frame(PROBLEMS)
    seen = surface_height_m.astype("float64").reindex(buildings.index)
    needed = floors["counts"] & floors["floor_area_m2"].isna() & floors["height_m"].isna()
    where = (needed & seen.notna()).to_numpy(dtype=bool)
    return problem_rows(
        buildings,
        where,
        layer="buildings",
        code="surface_shows_no_building",
        what=Text(
            "地表模型减地形的高度不足半层，看不出建筑",
            "surface less terrain is lower than half a storey: no building shows there",
        ),
        proposal=Text(
            '核对栅格的时间和基准；若地表模型已是离地高度，请设 [far] surface_holds = "height"',
            'check date and datum of the rasters; if the surface holds heights above ground, set [far] surface_holds = "height"',
        ),
        column="height_m",
        found=[f"{metres:.2f} m" for metres in seen[where]],
    )
