"""Facilities within reach that parcels might share, and what of their own that could save."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from analyses.frames import numbers, texts
from analyses.ground import has_ground
from analyses.results import MIXED_OPENINGS
from layers.columns import empty_frame

if TYPE_CHECKING:
    from analyses.mixed_facts import MixedFacts

__all__ = ["SHARED_KINDS", "shared_facilities"]

#: What may be shared, and the uses of a parcel's own supporting rows that it could stand for.
SHARED_KINDS = {
    "catering": ("commercial",),
    "parking": ("parking",),
    "public_service": ("public_service", "nonprofit"),
    "yard": ("storage",),
}

_NOTE = (
    "距离为直线距离，仅为候选线索；能否共享须由各方协商并符合规划条件。",
    "A straight-line distance and a candidate only; sharing is for the parties to agree and has to fit the planning conditions.",
)


def shared_facilities(
    facts: MixedFacts,
    *,
    facilities: pd.DataFrame | None,
    buildings: pd.DataFrame | None,
    reach_m: float,
) -> pd.DataFrame:
    """Return for each parcel the nearest facility of each kind within reach, but for its own.

    Canteens, parking and public service come from the facilities layer, logistics yards are the
    buildings of the kind ``yard``. What sharing could save is the parcel's own supporting,
    administrative and proposed rows of the same kind; null where its uses are not known. ``rank``
    orders the parcels of a zone by all the land, then the floor area, that sharing could save.

    Parameters
    ----------
    facts : MixedFacts
        The parcels and their uses.
    facilities, buildings : geopandas.GeoDataFrame or None
        In the parcels' CRS.
    reach_m : float
        Straight-line distance from the parcel's boundary, m.
    """
    found = [
        _nearest_of(facts, facilities, kind, reach_m) for kind in SHARED_KINDS if kind != "yard"
    ]
    found.append(_nearest_of(facts, buildings, "yard", reach_m))
    rows = pd.concat([frame for frame in found if len(frame)] or [found[0]], ignore_index=True)
    frame = empty_frame(MIXED_OPENINGS, pd.RangeIndex(len(rows)))
    if rows.empty:
        return frame
    saved = _saved(facts)
    at = rows["at"].to_numpy()
    for name in ("saved_land_m2", "saved_floor_m2"):
        by_kind = {kind: saved[kind, name] for kind in SHARED_KINDS}
        frame[name] = [
            by_kind[kind][place] for kind, place in zip(rows["kind"], at.tolist(), strict=True)
        ]
    values = {
        "zone_id": texts(facts.parcels, "zone_id").to_numpy(dtype=object)[at],
        "parcel_id": texts(facts.parcels, "parcel_id").to_numpy(dtype=object)[at],
        "opening": "share",
        "facility_kind": rows["kind"].array,
        "facility_id": rows["id"].array,
        "distance_m": rows["metres"].to_numpy(),
        "missing": np.where(frame["saved_land_m2"].isna(), "uses", ""),
        "note_zh": _NOTE[0],
        "note_en": _NOTE[1],
    }
    for name, value in values.items():
        dtype = MIXED_OPENINGS.column(name).dtype
        frame[name] = pd.Series(value, index=frame.index, dtype=dtype)
    frame["rank"] = _ranks(frame, at)
    return frame


def _nearest_of(
    facts: MixedFacts, layer: pd.DataFrame | None, kind: str, reach_m: float
) -> pd.DataFrame:
    """Return the nearest row of a kind within reach of each parcel, one row per parcel."""
    nothing = pd.DataFrame({"at": [], "kind": [], "id": [], "metres": []}).astype({"at": "int64"})
    if layer is None:
        return nothing
    key = "building_id" if kind == "yard" else "facility_id"
    of_kind = (texts(layer, "kind") == kind).fillna(value=False).to_numpy(dtype=bool)
    if kind == "yard":
        gone = (texts(layer, "state") == "demolished").fillna(value=False).to_numpy(dtype=bool)
        of_kind &= ~gone
    there = np.flatnonzero(of_kind & has_ground(layer))
    here = np.flatnonzero(has_ground(facts.parcels))
    if len(there) == 0 or len(here) == 0:
        return nothing
    shapes = facts.parcels["geometry"].to_numpy()[here]
    others = layer["geometry"].to_numpy()[there]
    one, two = shapely.STRtree(others).query(shapes, predicate="dwithin", distance=reach_m)
    # A facility that stands on the parcel is its own.
    own = shapely.contains(shapes[one], shapely.point_on_surface(others[two]))
    one, two = one[~own], two[~own]
    ids = texts(layer, key).fillna("").to_numpy(dtype=object)[there]
    pairs = pd.DataFrame(
        {
            "at": here[one],
            "kind": kind,
            "id": ids[two],
            "metres": shapely.distance(shapes[one], others[two]),
        }
    )
    return pairs.sort_values(["at", "metres", "id"], kind="stable").drop_duplicates("at")


def _saved(facts: MixedFacts) -> dict[tuple[str, str], np.ndarray]:
    """Return what each parcel has of its own, by kind and figure; NaN without a known programme."""
    rows = facts.rows
    known = facts.count(np.ones(len(rows.use), dtype=bool)) > 0
    served = np.isin(rows.role, ["supporting", "administrative", "proposed"])
    saved = {}
    for kind, uses in SHARED_KINDS.items():
        own = served & np.isin(rows.use, list(uses))
        for name, values in (("saved_land_m2", rows.land_m2), ("saved_floor_m2", rows.floor_m2)):
            gap = facts.count(own & np.isnan(values)) > 0
            saved[kind, name] = np.where(known & ~gap, facts.total(values, own), np.nan)
    return saved


def _ranks(frame: pd.DataFrame, at: np.ndarray) -> pd.Series[int]:
    """Rank the parcels of each zone by what sharing could save; null where it saves nothing."""
    sums = pd.DataFrame(
        {
            "at": at,
            "land": numbers(frame, "saved_land_m2").fillna(0.0).to_numpy(),
            "floor": numbers(frame, "saved_floor_m2").fillna(0.0).to_numpy(),
        }
    )
    sums = sums.groupby("at").sum()
    first = frame.groupby(at)[["zone_id", "parcel_id"]].first()
    sums = sums.assign(zone=first["zone_id"].fillna(""), id=first["parcel_id"].fillna(""))
    sums = sums.loc[(sums["land"] > 0) | (sums["floor"] > 0)]
    sums = sums.sort_values(["zone", "land", "floor", "id"], ascending=[True, False, False, True])
    ranks = sums.groupby("zone").cumcount() + 1
    return pd.Series(ranks.reindex(at).to_numpy(), index=frame.index).astype("Int64")
