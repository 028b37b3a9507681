"""What is built on each parcel: ground, floor area, the tallest building, room for more storeys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

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
    counts = floors["counts"].to_numpy(dtype=bool)
    pairs = placement.pairs
    pairs = pairs[counts[pairs["building"]] & (pairs["share"] >= SLIVER_SHARE)]
    own = numbers(buildings, "storey_height_m").where(lambda metres: metres > 0)
    storey = own.fillna(storey_height_by_use(texts(buildings, "use"), storey_height_m))
    storey = storey.fillna(floors["storey_height_m"])
    ground = has_ground(parcels)
    addable = _addable(parcels, pairs, floors, storey, caps)
    addable["storeys_addable_m2"] = addable["storeys_addable_m2"].where(ground)
    return Built(
        measures.join(addable),
        mean_storey_heights(parcels, pairs, floors, policy),
        _tallest(parcels, floors, pairs),
        np.bincount(pairs["parcel"], minlength=len(parcels)) > 0,
        ~ground,
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
        *("floor_area_least_m2", "floor_area_control_least_m2"),
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
        np.zeros(0, dtype=bool),
        None,
        empty_frame(PROBLEMS),
    )


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
