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
#: A parcel under gates or inspection ground to this share is such ground itself.
_MOSTLY = 0.5
#: Two outlines this near touch: drawn boundaries differ by centimetres.
_TOUCH_M = 0.05


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


def _taken(facilities: pd.DataFrame | None, corridors: Mapping[str, float]) -> np.ndarray:
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
    return np.array(shapes, dtype=object)


def candidate_ground(
    parcels: pd.DataFrame,
    candidates: np.ndarray,
    *,
    facilities: pd.DataFrame | None = None,
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
    corridors : mapping of str to float, optional
        Width of the corridor about a line, by kind, in m; ``default`` for all others. A kind without a
        width is not taken out.
    min_area_m2, min_width_m : float, optional
        Least area, and least diameter of the widest circle in the largest part. Without both, whether a
        candidate is usable is unknown.

    Returns
    -------
    pandas.DataFrame
        One row per candidate: ``net_area_m2`` (site area x share of the ground left), ``width_m``,
        ``road_access``, ``usable`` (states), ``ground_missing``.
    """
    n = len(candidates)
    frame = pd.DataFrame(
        {"net_area_m2": np.full(n, np.nan), "width_m": np.full(n, np.nan)}, index=pd.RangeIndex(n)
    )
    frame["road_access"] = "unknown"
    frame["usable"] = "unknown"
    frame["ground_missing"] = ""
    ground = has_ground(parcels)[candidates] if n else np.zeros(0, dtype=bool)
    if not ground.any():
        frame["ground_missing"] = "geometry"
        return frame
    rows = np.flatnonzero(ground)
    land: Any = parcels.iloc[candidates[rows]]
    own = gpd.GeoDataFrame(land[["geometry"]].reset_index(drop=True))
    taken = _taken(facilities, corridors or {})
    left = own.geometry
    if len(taken):
        cut = gpd.GeoSeries(shapely.union_all(taken), crs=own.crs).explode(index_parts=False)
        left = uncovered(own, cut[cut.geom_type == "Polygon"].reset_index(drop=True))
    shares = shapely.area(left.to_numpy()) / shapely.area(own.geometry.to_numpy())
    frame.loc[rows, "net_area_m2"] = shares * numbers(land, "area_m2").to_numpy()
    frame.loc[rows, "width_m"] = _widths(left.to_numpy())
    access, roads_known = _access(left.to_numpy(), parcels, facilities)
    frame.loc[rows, "road_access"] = state_of(access, np.full(len(rows), roads_known))
    gates = []
    for name, column, least in (
        ("min_area_m2", "net_area_m2", min_area_m2),
        ("min_width_m", "width_m", min_width_m),
    ):
        measured = frame[column].to_numpy()
        if least is None:
            gates.append(np.full(n, "unknown", dtype=object))
            frame["ground_missing"] += f"{name},"
        else:
            gates.append(state_of(measured >= least * (1 - 1e-9), ~np.isnan(measured)))
    gates.append(frame["road_access"].to_numpy(dtype=object))
    frame["usable"] = all_of(gates, n)
    if not roads_known:
        frame["ground_missing"] += "roads,"
    frame["ground_missing"] = frame["ground_missing"].str.rstrip(",")
    return frame


def _widths(shapes: np.ndarray) -> np.ndarray:
    """Return the diameter of the widest circle in the largest part of each shape, m."""
    widths = np.zeros(len(shapes))
    for at, shape in enumerate(shapes):
        parts = shapely.get_parts(shape)
        parts = parts[shapely.area(parts) > 0]
        if len(parts):
            largest = parts[int(np.argmax(shapely.area(parts)))]
            circle = shapely.maximum_inscribed_circle(largest, tolerance=_TOUCH_M)
            widths[at] = 2 * float(shapely.length(circle))
    return widths


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
