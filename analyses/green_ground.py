"""Where green lies: every square metre of it once, on one parcel, in one zone, or outside both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from analyses.frames import numbers, problem_rows, texts
from analyses.ground import ground_pairs, has_ground, measured_areas, method_factor
from analyses.results import PROBLEMS
from geo.once import counted_once, place_order
from geo.overlay import NOISE_M2, overlapping_pairs, uncovered
from layers.columns import empty_frame
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyses.ground import AreaMethod

__all__ = [
    "ABOVE_GROUND",
    "GreenGround",
    "below_ground_only",
    "covers_ground",
    "empty_off",
    "measure_green",
    "own_ground",
]

#: Greening that is no land: it is counted apart and only by a pack's conversion.
ABOVE_GROUND = ("roof", "wall")

#: Of two green polygons on one piece of ground the kind that stands first keeps it.
_KIND_ORDER = ("attached", "road", "park", "protective", "")

#: Less green than this under buildings, or twice over, is drawing, not a contradiction (m2).
_GRAZE_M2 = 1.0


@dataclass(frozen=True)
class GreenGround:
    """The green land of a run, each square metre once.

    Attributes
    ----------
    on_parcels_m2 : numpy.ndarray
        Green ground of each parcel; NaN where the parcel has no geometry.
    off_parcels : pandas.DataFrame
        ``zone_id``, ``kind`` (empty where the layer gives none), ``area_m2``: the ground within a
        zone that lies on no parcel.
    account : pandas.DataFrame
        ``item`` and ``area_m2``: ``drawn`` (the polygons added up), ``overlap`` (drawn twice),
        ``under_buildings``, ``mapped`` (drawn - overlap - under buildings), ``on_parcels``,
        ``public`` (off the parcels, within a zone) and ``outside``; the last three add up to
        ``mapped``.
    pieces : geopandas.GeoDataFrame
        The mosaic that is measured: ``kind``, ``geometry``.
    problems : pandas.DataFrame
        In the contract of `analyses.results.PROBLEMS`.
    """

    on_parcels_m2: np.ndarray
    off_parcels: pd.DataFrame
    account: pd.DataFrame
    pieces: gpd.GeoDataFrame
    problems: pd.DataFrame


def measure_green(
    parcels: pd.DataFrame,
    green: pd.DataFrame,
    *,
    buildings: pd.DataFrame | None = None,
    pools: pd.DataFrame | None = None,
    method: AreaMethod = "plane",
) -> GreenGround:
    """Lay green land on parcels and zones so that each piece of ground is measured once.

    Green polygons that overlap are made a mosaic (an attached green keeps its ground before road
    green, parks, protective green and green without a kind); what lies on the footprint of a
    building or structure is taken off; where parcels overlap one another the ground is that of
    the first parcel. Then ``on parcels + public + outside = mapped``.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        With ``parcel_id`` and ``zone_id``.
    green : geopandas.GeoDataFrame
        Contract frame; roofs and walls are left out.
    buildings : geopandas.GeoDataFrame, optional
        Contract frame. What lies wholly below ground covers none.
    pools : geopandas.GeoDataFrame, optional
        ``zone_id`` and ``geometry``: the ground of each zone, without overlaps. Without any, green
        on no parcel belongs to the one zone that all parcels form, and to none where they form several.
    method : {"plane", "ellipsoid"}
        How ground is measured.
    """
    land = green.loc[~texts(green, "kind").isin(ABOVE_GROUND).to_numpy(bool) & has_ground(green)]
    kind = texts(land, "kind").fillna("")
    drawn = float(np.nansum(measured_areas(land, method)))
    crs = getattr(green, "crs", None)
    pieces = gpd.GeoDataFrame(
        {"kind": kind.array},
        geometry=_mosaic(land, kind).array if len(land) else [],
        crs=crs,
    )
    united = float(np.nansum(measured_areas(pieces, method)))
    pieces, problems = _off_buildings(pieces, land, buildings)
    piece_area = measured_areas(pieces, "plane")
    own, doubled = own_ground(parcels)
    pairs = ground_pairs(own, pieces, left_name="parcels", right_name="green")
    on_parcel = np.bincount(pairs["left"], weights=pairs["area_m2"], minlength=len(parcels))
    on_piece = np.bincount(pairs["right"], weights=pairs["area_m2"], minlength=len(pieces))
    factor = _piece_factor(pieces, piece_area, method)
    rest = np.maximum(np.nan_to_num(piece_area) - on_piece, 0.0)
    off = _in_zones(parcels, own, pieces, rest, factor, pools)
    measured = np.where(has_ground(parcels), on_parcel * method_factor(parcels, method), np.nan)
    mapped = float(np.nansum(piece_area * factor))
    public, on_all = float(off["area_m2"].sum()), float(np.nansum(measured))
    account = pd.DataFrame(
        {
            "item": [
                *("drawn", "overlap", "under_buildings", "mapped"),
                *("on_parcels", "public", "outside"),
            ],
            "area_m2": [
                *(drawn, drawn - united, united - mapped, mapped),
                *(on_all, public, float((rest * factor).sum()) - public),
            ],
        }
    )
    account["area_m2"] = account["area_m2"].where(account["area_m2"].abs() > NOISE_M2, 0.0)
    notes = _doubled_green(parcels, doubled, pieces)
    return GreenGround(
        measured, off, account, pieces, pd.concat([problems, notes], ignore_index=True)
    )


def _mosaic(land: Any, kind: pd.Series[str]) -> gpd.GeoSeries:
    place = {name: at for at, name in enumerate(_KIND_ORDER)}
    first = kind.map(place).fillna(len(place)).to_numpy()
    ids = pd.factorize(texts(land, "green_id").fillna("\uffff"), sort=True)[0]
    rank = np.empty(len(land), dtype="int64")
    rank[np.lexsort((place_order(land), ids, first))] = np.arange(len(land))
    return counted_once(land.geometry, rank, name="green")


def below_ground_only(buildings: pd.DataFrame) -> np.ndarray:
    """Mark what stands wholly below ground: no storey above it, and at least one below."""
    above, below = numbers(buildings, "floors_n"), numbers(buildings, "floors_below_n")
    return ((above == 0) & (below > 0)).to_numpy(dtype=bool)


def covers_ground(
    buildings: pd.DataFrame, kinds: Sequence[str] = ("building", "structure")
) -> np.ndarray:
    """Mark what takes up the ground on which it stands: one in construction too, a site hut not."""
    kind = texts(buildings, "kind").fillna("building").isin(list(kinds))
    gone = texts(buildings, "state").fillna("built") == "demolished"
    permanent = (texts(buildings, "permanence") != "temporary").fillna(value=True)
    return (kind & permanent & ~gone).to_numpy(dtype=bool)


def _off_buildings(
    pieces: gpd.GeoDataFrame, land: pd.DataFrame, buildings: pd.DataFrame | None
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Take the ground under buildings off the pieces, and say of which green it was."""
    if buildings is None or not len(pieces):
        return pieces, empty_frame(PROBLEMS)
    stands = covers_ground(buildings) & ~below_ground_only(buildings)
    solid = buildings.loc[stands & has_ground(buildings)]
    pairs = ground_pairs(land, solid, left_name="green", right_name="buildings")
    if pairs.empty:
        return pieces, empty_frame(PROBLEMS)
    hit = np.unique(pairs["left"].to_numpy())
    some: Any = solid.iloc[np.unique(pairs["right"])]
    bare = pieces.geometry.to_numpy().copy()
    bare[hit] = uncovered(pieces.geometry.iloc[hit], some.geometry).to_numpy()
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
    return pieces.set_geometry(gpd.GeoSeries(bare, index=pieces.index, crs=pieces.crs)), problems


def own_ground(parcels: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the parcels' shapes with ground that two of them claim left to the first parcel code.

    Returns
    -------
    tuple of geopandas.GeoDataFrame and numpy.ndarray
        ``geometry`` on the parcels' index, and which parcels lost ground.
    """
    ground = has_ground(parcels)
    lost = np.zeros(len(parcels), dtype=bool)
    if not ground.any():
        return parcels, lost
    shapes: Any = parcels.loc[ground, ["geometry"]]
    if overlapping_pairs(shapes, name="parcels").empty:
        return parcels, lost
    ids = pd.factorize(texts(parcels, "parcel_id").loc[ground].fillna("\uffff"), sort=True)[0]
    rank = np.empty(len(shapes), dtype="int64")
    rank[np.lexsort((place_order(shapes), ids))] = np.arange(len(shapes))
    once = counted_once(shapes.geometry, rank, name="parcels")
    lost[np.flatnonzero(ground)] = once.area.to_numpy() < shapes.area.to_numpy() - NOISE_M2
    frame: Any = parcels[["geometry"]].copy()
    frame.loc[ground, "geometry"] = once.array
    return frame, lost


def _piece_factor(pieces: pd.DataFrame, plane: np.ndarray, method: AreaMethod) -> np.ndarray:
    if method == "plane" or not len(pieces):
        return np.ones(len(pieces))
    ellipsoid = measured_areas(pieces, "ellipsoid")
    return np.divide(ellipsoid, plane, out=np.ones(len(pieces)), where=plane > 0)


def empty_off() -> pd.DataFrame:
    """Return a table of green on no parcel without rows."""
    return pd.DataFrame(
        {
            "zone_id": pd.Series(dtype="string"),
            "kind": pd.Series(dtype="string"),
            "area_m2": pd.Series(dtype="float64"),
        }
    )


def _in_zones(
    parcels: pd.DataFrame,
    own: pd.DataFrame,
    pieces: gpd.GeoDataFrame,
    rest: np.ndarray,
    factor: np.ndarray,
    pools: pd.DataFrame | None,
) -> pd.DataFrame:
    """Share out among the zones the green that lies on no parcel."""
    out = np.flatnonzero(rest > NOISE_M2)
    if not len(out):
        return empty_off()
    if pools is None or not has_ground(pools).any():
        ids = texts(parcels, "zone_id").dropna().unique()
        if len(ids) != 1:
            return empty_off()
        rows = pd.DataFrame(
            {"zone_id": ids[0], "kind": pieces["kind"].iloc[out], "area_m2": (rest * factor)[out]}
        )
    else:
        shapes: Any = own.loc[has_ground(own), ["geometry"]]
        bare = pieces.geometry.iloc[out]
        if len(shapes):
            bare = uncovered(bare, shapes)
        left = gpd.GeoDataFrame(geometry=bare.array, crs=pieces.crs)
        pairs = ground_pairs(pools, left, left_name="zones", right_name="green")
        at = out[pairs["right"].to_numpy()]
        rows = pd.DataFrame(
            {
                "zone_id": texts(pools, "zone_id").array[pairs["left"].to_numpy()],
                "kind": pieces["kind"].to_numpy()[at],
                "area_m2": pairs["area_m2"].to_numpy() * factor[at],
            }
        )
    totals: Any = rows.groupby(["zone_id", "kind"], sort=True)["area_m2"].sum().reset_index()
    typed: pd.DataFrame = totals.astype({"zone_id": "string", "kind": "string"})
    return typed


def _doubled_green(
    parcels: pd.DataFrame, lost: np.ndarray, pieces: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Note green on ground that two parcels claim: it counts on one of them."""
    if not lost.any() or not len(pieces):
        return empty_frame(PROBLEMS)
    own, _ = own_ground(parcels)
    rows = np.flatnonzero(lost)
    whole = ground_pairs(parcels.iloc[rows], pieces, left_name="parcels", right_name="green")
    kept = ground_pairs(own.iloc[rows], pieces, left_name="parcels", right_name="green")
    less = np.bincount(whole["left"], weights=whole["area_m2"], minlength=len(rows))
    less = less - np.bincount(kept["left"], weights=kept["area_m2"], minlength=len(rows))
    hit = less > _GRAZE_M2
    where = np.zeros(len(parcels), dtype=bool)
    where[rows[hit]] = True
    return problem_rows(
        parcels,
        where,
        layer="parcels",
        code="green_on_overlapping_parcels",
        what=Text(
            "宗地重叠处的绿地只计入编号在前的宗地",
            "green on ground that another parcel claims too counts on the parcel whose code comes first",
        ),
        proposal=Text("核对宗地界线", "check the boundary of the parcels"),
        column="geometry",
        found=[f"{area:.2f} m2" for area in less[hit]],
    )
