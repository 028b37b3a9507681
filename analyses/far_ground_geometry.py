"""Free ground for extension, as geometry: where on the parcel, how large, how wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from analyses.frames import texts
from analyses.ground import AreaMethod, has_ground, method_factor
from analyses.idle_evidence import developed_ground
from analyses.open_ground import length_and_width, open_parts
from analyses.results_far import FREE_GROUND

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["NO_PLOT", "free_ground", "free_ground_of_parcels"]

#: Land that serves the plots: no intensity action is proposed on it.
NO_PLOT = ("green", "road", "utility", "parking", "transport", "reserve")

#: Greening that takes no ground.
_OFF_GROUND = ("roof", "wall")


def free_ground(
    parcels: pd.DataFrame,
    buildings: pd.DataFrame | None,
    *,
    green: pd.DataFrame | None = None,
    coverage_room_m2: pd.Series[float] | None = None,
    clearance_m: float = 0.0,
    width_m: float = 0.0,
    method: AreaMethod = "plane",
) -> gpd.GeoDataFrame:
    """Find every open part of the plots: not under buildings, structures, yards or green land.

    Only ground of completed projects is ``free``; that of a project under way or kept for a later phase is
    ``phase_reserve``, and where the stage is not known it is ``unknown``. Green, road, utility and
    like land is left out. Temporary buildings do not take ground; unfinished ones do.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        Contract frame; without geometry nothing is found.
    buildings : geopandas.GeoDataFrame or None
        Without the layer nothing is found: what stands is not known.
    green : geopandas.GeoDataFrame, optional
        Green land on the ground is not free. Roof and wall greening takes none.
    coverage_room_m2 : pandas.Series, optional
        The ground that the coverage limit leaves on each parcel: ``buildable_m2`` is what of a part lies
        within it; NaN where the limit is unknown.
    clearance_m : float
        Metres kept about buildings and structures.
    width_m : float
        Narrower strips are left out.
    method : {"plane", "ellipsoid"}
        How areas are measured.

    Returns
    -------
    geopandas.GeoDataFrame
        In the contract of `analyses.results_far.FREE_GROUND`, with the position of the parcel in
        ``parcel`` at the end; ordered by parcel, the largest part first.
    """
    if buildings is None or not isinstance(parcels, gpd.GeoDataFrame):
        return _empty(parcels)
    use = texts(parcels, "land_use")
    plots = has_ground(parcels) & ~use.isin(NO_PLOT).to_numpy(dtype=bool)
    land = gpd.GeoDataFrame(parcels.loc[plots, ["geometry"]]).set_index(np.flatnonzero(plots))
    if land.empty:
        return _empty(parcels)
    parts = open_parts(land, _standing(buildings, green, clearance_m), width_m=width_m)
    at = parts.index.to_numpy()
    area = parts.area.to_numpy() * method_factor(parcels, method)[at]
    length, width = length_and_width(parts.to_numpy())
    stage = texts(parcels, "land_stage").fillna("").to_numpy(dtype=object)[at]
    kind = np.select(
        [stage == "completed", stage == ""], ["free", "unknown"], default="phase_reserve"
    )
    room = np.full(len(parcels), np.nan)
    if coverage_room_m2 is not None:
        room = coverage_room_m2.to_numpy(dtype=float)
    values = {
        "zone_id": texts(parcels, "zone_id").array[at],
        "parcel_id": texts(parcels, "parcel_id").array[at],
        "part_no": pd.Series(at).groupby(at).cumcount().to_numpy() + 1,
        "kind": kind,
        "area_m2": area,
        "width_m": width,
        "length_m": length,
        "buildable_m2": np.clip(np.minimum(area, room[at]), 0.0, None),
        "clearance_m": np.full(len(at), clearance_m),
    }
    frame = pd.DataFrame(
        {c.name: pd.Series(values[c.name]).astype(c.dtype) for c in FREE_GROUND.columns}
    )
    return gpd.GeoDataFrame(frame.assign(parcel=at), geometry=parts.to_numpy(), crs=parcels.crs)


def _empty(parcels: pd.DataFrame) -> gpd.GeoDataFrame:
    columns = {c.name: pd.Series([], dtype=c.dtype) for c in FREE_GROUND.columns}
    frame = pd.DataFrame({**columns, "parcel": pd.Series([], dtype="int64")})
    crs = parcels.crs if isinstance(parcels, gpd.GeoDataFrame) else None
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], crs=crs), crs=crs)


def _standing(
    buildings: pd.DataFrame, green: pd.DataFrame | None, clearance_m: float
) -> Sequence[tuple[gpd.GeoSeries, float]]:
    _, stands = developed_ground(buildings)
    kept = stands & has_ground(buildings)
    yard = (texts(buildings, "kind") == "yard").fillna(value=False).to_numpy(dtype=bool)
    layers = [
        (gpd.GeoSeries(buildings.loc[kept & ~yard, "geometry"]), clearance_m),
        (gpd.GeoSeries(buildings.loc[kept & yard, "geometry"]), 0.0),
    ]
    if green is not None and has_ground(green).any():
        land = has_ground(green) & ~texts(green, "kind").isin(_OFF_GROUND).to_numpy(dtype=bool)
        layers.append((gpd.GeoSeries(green.loc[land, "geometry"]), 0.0))
    return layers


def free_ground_of_parcels(parcels: pd.DataFrame, parts: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Add up the free ground of each parcel, that of a later phase not among it.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame.
    parts : geopandas.GeoDataFrame or None
        What `free_ground` returned; None: it was not sought.

    Returns
    -------
    pandas.DataFrame
        On the parcels' index: ``free_ground_m2``, ``free_ground_largest_m2`` and
        ``free_ground_width_m`` (of the largest part). 0 where a plot has none; NaN where it was not sought, or the parcel is no plot or not completed.
    """
    names = ("free_ground_m2", "free_ground_largest_m2", "free_ground_width_m")
    frame = pd.DataFrame(np.nan, index=parcels.index, columns=list(names))
    if parts is None:
        return frame
    completed = (texts(parcels, "land_stage") == "completed").fillna(value=False)
    plots = (
        completed.to_numpy(dtype=bool)
        & has_ground(parcels)
        & ~texts(parcels, "land_use").isin(NO_PLOT).to_numpy(dtype=bool)
    )
    free = parts[(parts["kind"] == "free").to_numpy(dtype=bool)]
    n = len(parcels)
    total = np.bincount(free["parcel"], weights=free["area_m2"], minlength=n)
    first = free[(free["part_no"] == 1).to_numpy(dtype=bool)]
    largest, width = np.zeros(n), np.zeros(n)
    largest[first["parcel"].to_numpy()] = first["area_m2"].to_numpy()
    width[first["parcel"].to_numpy()] = first["width_m"].to_numpy()
    for name, values in zip(names, (total, largest, width), strict=True):
        frame[name] = np.where(plots, values, np.nan)
    return frame
