"""Where to plant: open ground on verges, public land and parcels below their cap, by size and cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.frames import joined_missing, texts
from analyses.green_ground import below_ground_only, covers_ground, own_ground
from analyses.green_zones import public_parcels
from analyses.ground import has_ground, measured_areas
from analyses.results_green import GREEN_SITES
from geo.overlay import uncovered
from layers.columns import empty_frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyses.ground import AreaMethod

__all__ = ["SiteChoices", "planting_sites"]

#: Land that serves everybody.
_PUBLIC = ("green", "public_service", "utility")

#: Roads are searched along their edges alone; car parks and stations are in use where nothing stands on
#: them, and land in reserve is not planted before it is planned.
_NOT_SEARCHED = ("road", "parking", "transport", "reserve")

#: Where the industrial indicators bear on planting: no cap known there is no leave to plant.
_CAPPED = ("industrial", "storage")

#: Facilities that take up the ground they are drawn on.
_BUILT_FACILITIES = ("road", "parking", "gate", "fence", "rail", "motorway", "inspection", "port")

#: Pieces smaller than this are the gaps between drawings (m2), unless the project says otherwise.
_SMALLEST_M2 = 10.0

_NOISE_M2 = 1e-6
_YUAN_PER_WAN = 10_000.0


@dataclass(frozen=True)
class SiteChoices:
    """What the project says of planting.

    Attributes
    ----------
    verge_m : float or None
        How wide a strip along the edge of road ground may be planted; None: verges are not sought.
    clearance_m : float
        What is kept free about buildings.
    smallest_m2 : float or None
        Pieces below are left out.
    costs : mapping of str to float
        Yuan for a square metre, by kind.
    """

    verge_m: float | None = None
    clearance_m: float = 0.0
    smallest_m2: float | None = None
    costs: Mapping[str, float] | None = None


def planting_sites(  # noqa: PLR0913 - what stands on the ground comes from many layers
    parcels: pd.DataFrame,
    facts: pd.DataFrame,
    zones: pd.DataFrame,
    *,
    pieces: gpd.GeoDataFrame,
    ground: gpd.GeoDataFrame | None,
    buildings: pd.DataFrame | None = None,
    facilities: pd.DataFrame | None = None,
    choices: SiteChoices | None = None,
    method: AreaMethod = "plane",
) -> tuple[gpd.GeoDataFrame, pd.Series[float]]:
    """List the open ground of zones below their target, and what of it would reach the target.

    Open is what no building, structure or yard stands on, no facility takes up and no green covers.
    On a parcel no more is proposed than the cap leaves: ``cap x area - green``; nothing on one at or
    above it, nor on industrial or storage ground whose cap is not known. A project that is not
    completed is left alone. Then the cheapest pieces first (the largest where no cost is given)
    until the zone reaches its target; ground that would not count, public green without an
    approval, is listed and not proposed.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame
        With ``zone_id``.
    facts : pandas.DataFrame
        On the parcels' index: ``member``, ``area_m2``, ``ground_m2``, ``planting_share`` (the cap
        beyond which nothing is planted; NaN: none known).
    zones : pandas.DataFrame
        Indexed by ``zone_id``: ``counted_m2``, ``ground_m2``, ``target_share``, ``public_counts``,
        ``grows`` (whether public ground planted off the parcels is added to the denominator).
    pieces : geopandas.GeoDataFrame
        The green there is.
    ground : geopandas.GeoDataFrame or None
        The pools' polygons; without them there is no ground but that of the parcels.
    buildings, facilities : geopandas.GeoDataFrame, optional
        What stands on the ground.
    choices : SiteChoices, optional
        See there.
    method : {"plane", "ellipsoid"}
        How ground is measured.

    Returns
    -------
    tuple of geopandas.GeoDataFrame and pandas.Series
        In the contract of `analyses.results_green.GREEN_SITES`, in the order of zone and rank;
        and what the proposal adds towards the target of each zone that is below it, in m2.
    """
    choice = choices or SiteChoices()
    short = (zones["target_share"] * zones["ground_m2"] - zones["counted_m2"]).where(
        lambda metres: metres > _NOISE_M2
    )
    wanted = short.dropna()
    crs = getattr(parcels, "crs", None)
    nothing = gpd.GeoDataFrame(empty_frame(GREEN_SITES), geometry=[], crs=crs), wanted * 0.0
    if wanted.empty or not has_ground(parcels).any():
        return nothing
    candidates = _on_parcels(parcels, facts, wanted.index)
    if choice.verge_m is not None:
        candidates = pd.concat(
            [candidates, _verges(parcels, ground, wanted.index, choice.verge_m)], ignore_index=True
        )
    if candidates.empty:
        return nothing
    open_ = _open_parts(candidates, pieces, buildings, facilities, choice, crs)
    open_["area_m2"] = measured_areas(open_, method)
    least = _SMALLEST_M2 if choice.smallest_m2 is None else choice.smallest_m2
    open_ = open_[open_["area_m2"] >= max(least, _NOISE_M2)]
    if open_.empty:
        return nothing
    costs = {str(kind): float(cost) for kind, cost in (choice.costs or {}).items()}
    open_["unit_cost"] = open_["kind"].map(costs).astype("float64")
    return _chosen(open_, wanted, zones)


def _on_parcels(parcels: pd.DataFrame, facts: pd.DataFrame, wanted: pd.Index[str]) -> pd.DataFrame:
    """Return the ground of the parcels on which something could be planted."""
    use, own = texts(parcels, "land_use"), texts(parcels, "zone_id")
    stage = texts(parcels, "land_stage").fillna("completed")
    public = use.isin(_PUBLIC).to_numpy(dtype=bool)
    room = (facts["planting_share"] * facts["area_m2"] - facts["ground_m2"]).to_numpy(dtype=float)
    uncapped = np.isnan(facts["planting_share"].to_numpy(dtype=float))
    capped = use.isin(_CAPPED).to_numpy(dtype=bool) | use.isna().to_numpy()
    lacks = joined_missing(
        parcels.index,
        {
            "land_use": use.isna().to_numpy(),
            "green_max_share": capped & uncapped & use.notna().to_numpy(),
            "green": facts["ground_m2"].isna().to_numpy(),
            # What is not built yet is open by its plans alone: nothing is proposed there.
            "land_stage": facts["stage_open"].to_numpy(dtype=bool) & ~public,
        },
    )
    room = np.where(uncapped & ~capped, np.inf, room)
    room = np.where((lacks != "").to_numpy(), np.nan, room)
    take = (
        facts["member"].to_numpy(dtype=bool)
        & own.isin(wanted).to_numpy(dtype=bool)
        & has_ground(parcels)
        & ~use.isin(_NOT_SEARCHED).to_numpy(dtype=bool)
        & ((stage == "completed").to_numpy(dtype=bool) | public)
        # At or above the cap nothing is ever proposed.
        & ~(room <= _NOISE_M2)
    )
    shapes, _ = own_ground(parcels)
    return pd.DataFrame(
        {
            "zone_id": own[take].array,
            "parcel_id": texts(parcels, "parcel_id")[take].array,
            "kind": np.where(public, "public", "parcel")[take],
            "park": public_parcels(parcels)[take],
            "room_m2": room[take],
            "missing": lacks[take].array,
            "geometry": shapes["geometry"][take].array,
        }
    )


def _verges(
    parcels: pd.DataFrame, ground: gpd.GeoDataFrame | None, wanted: pd.Index[str], verge_m: float
) -> pd.DataFrame:
    """Return strips along the edge of the road ground: of road parcels, and of no parcel at all."""
    use = texts(parcels, "land_use")
    is_road = (use == "road").fillna(value=False).to_numpy(dtype=bool) & has_ground(parcels)
    own, rows = texts(parcels, "zone_id"), []
    roads = parcels.loc[is_road & own.isin(wanted).to_numpy(dtype=bool)]
    for parcel_id, zone_id, shape in zip(
        texts(roads, "parcel_id"), texts(roads, "zone_id"), roads["geometry"], strict=True
    ):
        rows.append((zone_id, parcel_id, shape))
    if ground is not None:
        pools: Any = ground[ground["zone_id"].isin(wanted)]
        shapes: Any = parcels.loc[has_ground(parcels), ["geometry"]]
        bare = uncovered(pools, shapes)
        rows += list(zip(pools["zone_id"], [pd.NA] * len(pools), bare, strict=True))
    strips = [shape.difference(shape.buffer(-verge_m)) for _, _, shape in rows]
    frame = pd.DataFrame(
        {
            "zone_id": pd.Series([zone for zone, _, _ in rows], dtype="string"),
            "parcel_id": pd.Series([parcel for _, parcel, _ in rows], dtype="string"),
            "kind": "verge",
            "park": False,
            "room_m2": np.inf,
            "missing": "",
        }
    )
    return frame.assign(geometry=np.array(strips, dtype=object))


def _open_parts(
    candidates: pd.DataFrame,
    pieces: gpd.GeoDataFrame,
    buildings: pd.DataFrame | None,
    facilities: pd.DataFrame | None,
    choice: SiteChoices,
    crs: Any,
) -> gpd.GeoDataFrame:
    """Take off what stands and what is green, and part what is left into its pieces."""
    frame = gpd.GeoDataFrame(candidates, geometry="geometry", crs=crs)
    taken = [pieces.geometry]
    if buildings is not None:
        stands = covers_ground(buildings, ("building", "structure", "yard"))
        stands &= ~below_ground_only(buildings) & has_ground(buildings)
        solid: Any = buildings.loc[stands, "geometry"]
        taken.append(solid.buffer(choice.clearance_m) if choice.clearance_m > 0 else solid)
    if facilities is not None:
        built = texts(facilities, "kind").isin(_BUILT_FACILITIES).to_numpy(dtype=bool)
        shapes: Any = facilities.loc[built & has_ground(facilities), "geometry"]
        taken.append(shapes[shapely.get_dimensions(shapes.to_numpy()) == 2])
    covers = gpd.GeoSeries(np.concatenate([part.to_numpy() for part in taken]), crs=crs).loc[
        lambda shapes: ~(shapes.isna() | shapes.is_empty)
    ]
    bare = uncovered(frame.geometry, covers) if len(covers) else frame.geometry
    parts, at = shapely.get_parts(bare.to_numpy(), return_index=True)
    areal = shapely.get_dimensions(parts) == 2
    found = frame.iloc[at[areal]].reset_index(drop=True)
    found["geometry"] = parts[areal]
    return found.set_geometry("geometry", crs=crs)


def _chosen(
    open_: gpd.GeoDataFrame, short: pd.Series[float], zones: pd.DataFrame
) -> tuple[gpd.GeoDataFrame, pd.Series[float]]:
    """Order the pieces of each zone and take from the first on until its target is reached."""
    bounds = open_.geometry.bounds
    open_ = open_.assign(x=bounds["minx"], y=bounds["miny"])
    order = open_.sort_values(
        ["zone_id", "unit_cost", "area_m2", "x", "y"],
        ascending=[True, True, False, True, True],
        na_position="last",
        ignore_index=True,
    )
    counts, plantable, chosen, rank = [], [], [], []
    left = short.to_dict()
    public = zones["public_counts"].astype(bool).to_dict()
    grows = zones["grows"].astype(bool).to_dict()
    target = zones["target_share"].astype(float).to_dict()
    room: dict[tuple[str, str], float] = {}
    place: dict[str, int] = {}
    row: Any
    for row in order.itertuples():
        zone = str(row.zone_id)
        off_parcels = row.parcel_id is pd.NA
        does = not (off_parcels or row.park) or public[zone]
        key = (zone, str(row.parcel_id) if not off_parcels else f"off {row.Index}")
        space = room.setdefault(key, float(row.room_m2))
        most = np.nan if np.isnan(space) else min(float(row.area_m2), space)
        gain = 1.0
        if off_parcels and grows[zone]:
            gain = 1.0 - target[zone]
        take = 0.0
        if does and not np.isnan(most) and gain > 0:
            take = min(most, max(left[zone], 0.0) / gain)
            left[zone] -= take * gain
        if not np.isnan(most):
            room[key] = space - most
        place[zone] = place.get(zone, 0) + 1
        counts.append(does)
        plantable.append(most)
        chosen.append(take)
        rank.append(place[zone])
    order = order.assign(
        site_id=[f"{zone}-{at:04d}" for zone, at in zip(order["zone_id"], rank, strict=True)],
        plantable_m2=plantable,
        counts=counts,
        rank=rank,
        chosen_m2=chosen,
        cost_wan=np.array(chosen) * order["unit_cost"].to_numpy() / _YUAN_PER_WAN,
    )
    columns = {c.name: order[c.name].astype(c.dtype) for c in GREEN_SITES.columns}
    sites = gpd.GeoDataFrame(columns, geometry=order.geometry.array, crs=open_.crs)
    return sites, short - pd.Series(left, dtype="float64").reindex(short.index)
