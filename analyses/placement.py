"""Buildings to parcels: each building's floor area is split by the ground it stands on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.floor_area import FLOOR_AREA_SOURCES
from analyses.frames import problem_rows, texts
from analyses.ground import covered_ground, ground_pairs, has_ground
from policies.text import Text

__all__ = ["DIGITS", "PLACED", "SLIVER_SHARE", "Placement", "parcel_floor_areas", "place_buildings"]

#: The areas of a building that are split among the parcels it stands on.
PLACED = (
    *("floor_area_m2", "floor_area_control_m2", "floor_area_plan_m2"),
    "floor_area_below_m2",
)

#: What each building has at least or at most of them; summed like those.
_MOST = ("floor_area_control_most_m2", "floor_area_plan_most_m2")

#: What is known of a sum even where one of its parts is not, and which figures it adds up.
_AT_LEAST = {
    "floor_area_least_m2": "floor_area_m2",
    "floor_area_control_least_m2": "floor_area_control_least_m2",
    "floor_area_plan_least_m2": "floor_area_plan_least_m2",
}

#: Areas are kept to so many decimals of a square metre, whatever the order in which they were summed.
DIGITS = 9

#: Below this share of its footprint a building only grazes a parcel by the drawing: it makes
#: nothing unknown there and is not reported. Its floor area is still split exactly.
SLIVER_SHARE = 0.01

#: Parcels whose boundaries cross by less than this share of a building do not claim its ground
#: twice: they were drawn with the rounding of a survey, and their shares are left as they are.
_SURVEY_NOISE = 1e-4


@dataclass(frozen=True)
class Placement:
    """Which building stands on which parcel.

    Attributes
    ----------
    pairs : pandas.DataFrame
        ``parcel``, ``building`` (positions in the frames), ``share`` of the building's footprint.
        The shares of a building and its `off_share` add up to 1, also where parcels overlap.
    off_share : numpy.ndarray
        The share of each building on no parcel; 1 for a building without geometry.
    problems : pandas.DataFrame
        Buildings across parcels, off parcels, without geometry.
    """

    pairs: pd.DataFrame
    off_share: np.ndarray
    problems: pd.DataFrame


def place_buildings(parcels: pd.DataFrame, buildings: pd.DataFrame) -> Placement:
    """Split the footprint of each building among the parcels.

    Where parcels overlap, the ground under both is divided between them, so that nothing is
    counted twice.

    Parameters
    ----------
    parcels, buildings : geopandas.GeoDataFrame or pandas.DataFrame
        Contract frames in the same CRS.
    """
    table = ground_pairs(parcels, buildings, left_name="parcels", right_name="buildings")
    pairs = pd.DataFrame(
        {
            "parcel": table["left"],
            "building": table["right"],
            "share": table["area_m2"] / table["right_area_m2"],
        }
    )
    n = len(buildings)
    total = np.bincount(pairs["building"], weights=pairs["share"], minlength=n)
    hits = np.bincount(pairs["building"], minlength=n)
    # Only a building on several parcels can stand on ground that two of them claim.
    several = np.flatnonzero(hits > 1)
    covered = total.copy()
    if several.size:
        footprint = table.drop_duplicates("right").set_index("right")["right_area_m2"]
        ground = covered_ground(buildings.iloc[several], parcels)
        union = ground / footprint.reindex(several).to_numpy()
        claimed_twice = total[several] - union > _SURVEY_NOISE
        covered[several] = np.where(claimed_twice, union, total[several])
    factor = np.divide(covered, total, out=np.ones(n), where=total > 0)
    pairs = pairs.assign(share=pairs["share"] * factor[pairs["building"]])
    off = np.clip(1.0 - covered, 0.0, 1.0)
    return Placement(pairs, off, _placement_problems(buildings, pairs, off))


def _placement_problems(
    buildings: pd.DataFrame, pairs: pd.DataFrame, off: np.ndarray
) -> pd.DataFrame:
    ground = has_ground(buildings)
    real = pairs[pairs["share"] >= SLIVER_SHARE]
    crossing = np.bincount(real["building"], minlength=len(buildings)) > 1
    outside = ground & (off >= SLIVER_SHARE)
    return pd.concat(
        [
            problem_rows(
                buildings,
                crossing,
                layer="buildings",
                code="building-on-several-parcels",
                severity="note",
                what=Text("建筑跨宗地", "the building stands on several parcels"),
                proposal=Text(
                    "建筑面积已按基底面积比例分摊，请核对界址与建筑轮廓",
                    "its floor area was split by footprint: check boundary and outline",
                ),
                column="geometry",
            ),
            problem_rows(
                buildings,
                outside,
                layer="buildings",
                code="building-on-no-parcel",
                severity="note",
                what=Text(
                    "建筑（部分）不在任何宗地上", "the building stands (partly) on no parcel"
                ),
                proposal=Text(
                    "宗地外部分未计入任何宗地，请核对宗地界址或建筑轮廓",
                    "that part counts for no parcel: check boundary and outline",
                ),
                column="geometry",
                found=[f"{share:.1%}" for share in off[outside]],
            ),
            problem_rows(
                buildings,
                ~ground,
                layer="buildings",
                code="building_without_geometry",
                what=Text(
                    "建筑无图形，无法归入宗地",
                    "the building has no geometry and stands on no parcel",
                ),
                proposal=Text("补充建筑轮廓", "supply the outline"),
                column="geometry",
            ),
        ],
        ignore_index=True,
    )


def _source_labels(parcel: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the parcels that hold a building, and the sources on each, best first, joined by +."""
    bits = np.zeros(parcel.max(initial=-1) + 1, dtype="int64")
    np.bitwise_or.at(bits, parcel, 1 << codes)
    held = np.flatnonzero(bits)
    labels = {
        found: "+".join(name for place, name in enumerate(FLOOR_AREA_SOURCES) if found >> place & 1)
        for found in np.unique(bits[held]).tolist()
    }
    return held, np.array([labels[found] for found in bits[held].tolist()], dtype=object)


def parcel_floor_areas(
    parcels: pd.DataFrame, floors: pd.DataFrame, placement: Placement
) -> pd.DataFrame:
    """Add up the floor area on each parcel.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame.
    floors : pandas.DataFrame
        What `analyses.floor_area.building_floor_areas` returned.
    placement : Placement
        Where the buildings stand.

    Returns
    -------
    pandas.DataFrame
        On the parcels' index: the columns of `PLACED` (0 where no building stands; NaN where a
        building of unknown floor area does, or the parcel has no geometry),
        ``floor_area_least_m2``, ``floor_area_control_least_m2`` and ``floor_area_plan_least_m2`` (of
        the buildings of which it is known), ``floor_area_control_most_m2``, ``floor_area_plan_most_m2``,
        ``floor_area_source``
        (``no_building``, or the sources of its buildings, best first, joined by +),
        ``unknown_buildings_n``, ``split_buildings_n`` (those that stand on another parcel too).
    """
    n = len(parcels)
    counts = floors["counts"].to_numpy(dtype=bool)
    pairs = placement.pairs[counts[placement.pairs["building"]]]
    parcel, building = pairs["parcel"].to_numpy(), pairs["building"].to_numpy()
    share = pairs["share"].to_numpy()
    stands = share >= SLIVER_SHARE
    frame = pd.DataFrame(index=parcels.index)
    ground = has_ground(parcels)
    for name in (*PLACED, *_MOST, *_AT_LEAST):
        values = floors[_AT_LEAST.get(name, name)].to_numpy(dtype=float)[building]
        known = ~np.isnan(values)
        total = np.bincount(parcel[known], weights=(values * share)[known], minlength=n)
        # A sum depends on the order of its parts in its last digits; these are not kept.
        total = np.round(total, DIGITS)
        unknown = np.bincount(parcel[~known & stands], minlength=n)
        whole = (unknown == 0) | (name in _AT_LEAST)
        frame[name] = np.where(ground & whole, total, np.nan)
        if name == "floor_area_m2":
            frame["unknown_buildings_n"] = unknown.astype("int64")
    hits = np.bincount(building[stands], minlength=len(floors))
    split = stands & (hits[building] > 1)
    frame["split_buildings_n"] = pd.array(np.bincount(parcel[split], minlength=n), dtype="Int64")
    source = np.where(ground, "no_building", "none").astype(object)
    codes = pd.Index(FLOOR_AREA_SOURCES).get_indexer(pd.Index(texts(floors, "floor_area_source")))
    held, labels = _source_labels(parcel[stands], codes[building[stands]])
    source[held] = labels
    frame["floor_area_source"] = pd.Series(source, index=parcels.index, dtype="string")
    return frame
