"""What of a candidate can be supplied by itself: ground left after netting out, width, road access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.frames import numbers, texts
from analyses.ground import has_ground
from analyses.supply_rows import all_of, state_of
from geo.overlay import uncovered

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["candidate_ground", "serving_ground"]

#: Facilities whose ground is taken out where they are drawn as polygons.
_GROUND_KINDS = ("gate", "inspection", "road")
#: Lines whose corridor is taken out by the width that the project gives.
_LINE_KINDS = ("water", "sewage", "power", "gas", "heat", "telecom", "road", "rail", "fence")
#: Green that is no part of a site: parks, protective and road green. Attached green goes with its parcel,
#: roofs and walls are no ground; green of unknown kind is taken out, since nobody knows that it is free.
_OWN_GREEN = ("attached", "roof", "wall")
#: A parcel under gates or inspection ground to this share is such ground itself.
_MOSTLY = 0.5
#: Two outlines this near touch: drawn boundaries differ by centimetres.
_TOUCH_M = 0.05
#: How exactly a radius is found, m; it is never found too long.
_RADIUS_M = 0.0005


def _polygons(facilities: pd.DataFrame | None, kinds: tuple[str, ...]) -> np.ndarray:
    if facilities is None or not has_ground(facilities).any():
        return np.zeros(0, dtype=object)
    rows = facilities.loc[
        has_ground(facilities) & texts(facilities, "kind").isin(list(kinds)).to_numpy(dtype=bool)
    ]
    shapes: np.ndarray = rows["geometry"].to_numpy()
    return shapes[np.isin(shapely.get_dimensions(shapes), 2)] if len(shapes) else shapes


def serving_ground(parcels: pd.DataFrame, facilities: pd.DataFrame | None) -> np.ndarray:
    """Mark the parcels that are gate or inspection ground: at least half of them under such polygons."""
    marked = np.zeros(len(parcels), dtype=bool)
    shapes = _polygons(facilities, ("gate", "inspection"))
    ground = has_ground(parcels)
    if len(shapes) == 0 or not ground.any():
        return marked
    near = np.unique(shapely.STRtree(parcels["geometry"].to_numpy()).query(shapes)[1])
    near = near[ground[near]]
    own = parcels["geometry"].to_numpy()[near]
    covered = shapely.area(shapely.intersection(own, shapely.union_all(shapes)))
    marked[near] = covered >= _MOSTLY * shapely.area(own)
    return marked


def _public_green(green: pd.DataFrame | None) -> np.ndarray:
    """Return the polygons of green that is no part of a site."""
    if green is None or not has_ground(green).any():
        return np.zeros(0, dtype=object)
    rows = green.loc[has_ground(green) & ~texts(green, "kind").isin(_OWN_GREEN).to_numpy(bool)]
    shapes: np.ndarray = rows["geometry"].to_numpy()
    return shapes[shapely.get_dimensions(shapes) == 2]


def _taken(facilities: pd.DataFrame | None, corridors: Mapping[str, float]) -> list[Any]:
    """Return the shapes that are taken out: ground of facilities, and corridors about lines."""
    shapes = list(_polygons(facilities, _GROUND_KINDS))
    if facilities is not None and has_ground(facilities).any():
        kinds = texts(facilities, "kind").fillna("").to_numpy(dtype=object)
        drawn = facilities["geometry"].to_numpy()
        lines = has_ground(facilities) & (shapely.get_dimensions(drawn) == 1)
        for kind in _LINE_KINDS:
            width = corridors.get(kind, corridors.get("default"))
            if width:
                at = lines & (kinds == kind)
                shapes += list(shapely.buffer(drawn[at], width / 2, cap_style="flat"))
    return shapes


def candidate_ground(
    parcels: pd.DataFrame,
    candidates: np.ndarray,
    *,
    facilities: pd.DataFrame | None = None,
    green: pd.DataFrame | None = None,
    corridors: Mapping[str, float] | None = None,
    min_area_m2: float | None = None,
    min_width_m: float | None = None,
) -> pd.DataFrame:
    """Measure what each candidate could be supplied with, and whether that is usable by itself.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        With ``land_use`` and ``area_m2``.
    candidates : numpy.ndarray of int
        Positions of the candidates.
    facilities : geopandas.GeoDataFrame, optional
        Gate, inspection and road polygons are taken out; lines by their corridor.
    green : geopandas.GeoDataFrame, optional
        Parks, protective and road green are taken out, and green of unknown kind; attached green is not.
    corridors : mapping of str to float, optional
        Width of the corridor about a line, by kind, in m; ``default`` for all others. A kind without a
        width is not taken out.
    min_area_m2, min_width_m : float, optional
        Least area, and least diameter of the widest circle, of one and the same piece. Without both,
        whether a candidate is usable is unknown.

    Returns
    -------
    pandas.DataFrame
        One row per candidate: ``net_area_m2`` (site area x share of the ground left), ``width_m``,
        ``road_access``, ``usable`` (states), ``ground_missing``, ``green_kept_m2`` (green taken out, which
        the supply of the rest does not touch).

    Notes
    -----
    What is taken out may cut a parcel in pieces. It is usable where one piece by itself is large and wide
    enough and on a road: two halves on both sides of a corridor are no site of their sum. The width told is
    that of the largest piece.
    """
    n = len(candidates)
    frame = pd.DataFrame(
        {"net_area_m2": np.full(n, np.nan), "width_m": np.full(n, np.nan)}, index=pd.RangeIndex(n)
    )
    frame["road_access"] = "unknown"
    frame["usable"] = "unknown"
    frame["ground_missing"] = ""
    frame["green_kept_m2"] = 0.0
    ground = has_ground(parcels)[candidates] if n else np.zeros(0, dtype=bool)
    if not ground.any():
        frame["ground_missing"] = "geometry"
        return frame
    rows = np.flatnonzero(ground)
    land: Any = parcels.iloc[candidates[rows]]
    own = gpd.GeoDataFrame(land[["geometry"]].reset_index(drop=True))
    planted = _public_green(green)
    left = _without(own, [*_taken(facilities, corridors or {}), *planted])
    shares = shapely.area(left.to_numpy()) / shapely.area(own.geometry.to_numpy())
    frame.loc[rows, "net_area_m2"] = shares * numbers(land, "area_m2").to_numpy()
    if len(planted):
        kept = shapely.intersection(own.geometry.to_numpy(), shapely.union_all(planted))
        frame.loc[rows, "green_kept_m2"] = shapely.area(kept)
    pieces = _pieces(left.to_numpy(), own.geometry.to_numpy(), numbers(land, "area_m2").to_numpy())
    access, roads_known = _access(pieces["shape"].to_numpy(dtype=object), parcels, facilities)
    if len(planted) and roads_known:
        # A drive crosses the green between a site and its road: ground that only green parts from it has access.
        bare = _without(own, _taken(facilities, corridors or {}))
        parts, owner = shapely.get_parts(bare.to_numpy(), return_index=True)
        open_ = _access(parts, parcels, facilities)[0]
        inner = shapely.point_on_surface(pieces["shape"].to_numpy(dtype=object))
        for at in np.flatnonzero(~access):
            mine = parts[open_ & (owner == pieces["at"].iloc[at])]
            access[at] = bool(shapely.intersects(mine, inner[at]).any())
    on_road = state_of(access, np.full(len(pieces), roads_known))
    gates, lacking = [on_road], []
    for name, column, least in (
        ("min_area_m2", "area_m2", min_area_m2),
        ("min_width_m", "width_m", min_width_m),
    ):
        measured = pieces[column].to_numpy(dtype=float)
        if least is None:
            gates.append(np.full(len(pieces), "unknown", dtype=object))
            lacking.append(name)
        else:
            slack = 2 * _RADIUS_M if column == "width_m" else least * 1e-9
            gates.append(state_of(measured >= least - slack, ~np.isnan(measured)))
    lacking += [] if roads_known else ["roads"]
    pieces = pieces.assign(road=on_road, usable=all_of(gates, len(pieces)))
    largest = pieces.sort_values(["at", "area_m2"], kind="stable").drop_duplicates(
        "at", keep="last"
    )
    frame.loc[rows, "width_m"] = 0.0
    frame.loc[rows[largest["at"]], "width_m"] = largest["width_m"].to_numpy()
    # Nothing left is nothing to supply.
    frame.loc[rows, ["road_access", "usable"]] = "no"
    for column, state in (("road_access", pieces["road"]), ("usable", pieces["usable"])):
        frame.loc[rows[pieces["at"].unique()], column] = _any_of(pieces["at"], state)
    frame["ground_missing"] = ",".join(lacking)
    return frame


def _without(own: gpd.GeoDataFrame, taken: list[Any]) -> gpd.GeoSeries:
    """Return what is left of each shape without what is taken out."""
    if not taken:
        return own.geometry
    cut = gpd.GeoSeries(shapely.union_all(taken), crs=own.crs).explode(index_parts=False)
    return uncovered(own, cut[cut.geom_type == "Polygon"].reset_index(drop=True))


def _any_of(at: pd.Series, state: pd.Series) -> np.ndarray:
    """Return for each parcel ``yes`` where any of its pieces is, else ``unknown`` where any is, else ``no``."""
    order = {"no": 0, "unknown": 1, "yes": 2}
    best = state.map(order).groupby(at).max()
    return best.map({rank: name for name, rank in order.items()}).to_numpy(dtype=object)


def _pieces(left: np.ndarray, whole: np.ndarray, area_m2: np.ndarray) -> pd.DataFrame:
    """Return every piece of what is left: its parcel, area (as the parcel's is counted) and width, m."""
    parts, at = shapely.get_parts(left, return_index=True)
    solid = shapely.area(parts) > 0
    parts, at = parts[solid], at[solid]
    circles = [shapely.maximum_inscribed_circle(part, tolerance=_RADIUS_M) for part in parts]
    return pd.DataFrame(
        {
            "at": at,
            "shape": pd.Series(list(parts), dtype=object),
            "area_m2": shapely.area(parts) / shapely.area(whole[at]) * area_m2[at],
            "width_m": [2 * float(shapely.length(circle)) for circle in circles],
        }
    )


def _access(
    shapes: np.ndarray, parcels: pd.DataFrame, facilities: pd.DataFrame | None
) -> tuple[np.ndarray, bool]:
    """Say of each shape whether it touches road land or a road that is drawn, and whether any is."""
    streets = texts(parcels, "land_use").eq("road").fillna(value=False).to_numpy(dtype=bool)
    found = [parcels["geometry"].to_numpy()[streets & has_ground(parcels)]]
    if facilities is not None and has_ground(facilities).any():
        kinds = texts(facilities, "kind").eq("road").fillna(value=False).to_numpy(dtype=bool)
        found.append(facilities["geometry"].to_numpy()[kinds & has_ground(facilities)])
    roads = np.concatenate(found)
    touched = np.zeros(len(shapes), dtype=bool)
    if len(roads) == 0:
        return touched, False
    near = shapely.STRtree(roads).query(shapes, predicate="dwithin", distance=_TOUCH_M)[0]
    touched[np.unique(near)] = True
    return touched, True
