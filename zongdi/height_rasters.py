"""What the floor-area analysis rests on beside parcels and buildings: layers, and heights from rasters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from analyses.obstacle_limits import lowest_of, obstacle_limits
from geo.heights import heights_above, least_values
from zongdi.green_rasters import VALID_SHARE_MIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from analyses.far import FarLayers
    from layers.inputs import Inputs

__all__ = ["far_layers", "measured_heights", "obstacle_heights", "surface_heights"]


def far_layers(
    inputs: Inputs, parcels: pd.DataFrame, as_of: date, options: Mapping[str, Any]
) -> FarLayers:
    """Gather the layers of `analyses.far.analyse_far`, with the heights of its rasters.

    Parameters
    ----------
    inputs : layers.inputs.Inputs
        Layers and rasters.
    parcels : pandas.DataFrame
        With the zones and areas that the program adds.
    as_of : datetime.date
        The review date.
    options : mapping
        The table ``[far]`` of the project file.
    """
    frames, rasters = inputs.frames, inputs.rasters
    over = obstacle_heights(
        rasters, parcels, as_of, elevations=options.get("obstacle_holds") == "elevation"
    )
    return {
        "plan_zones": frames.get("plan_zones"),
        "storeys": frames.get("storeys"),
        "ledger": frames.get("ledger"),
        "uses": frames.get("uses"),
        "green": frames.get("green"),
        "surface_height_m": surface_heights(
            rasters,
            frames.get("buildings"),
            as_of,
            above_ground=options.get("surface_holds") == "height",
        ),
        "obstacle_m": lowest_of(over, obstacle_limits(parcels, frames.get("obstacles"))),
    }


def measured_heights(
    layers: FarLayers, parcels: pd.DataFrame, buildings: pd.DataFrame | None
) -> dict[str, pd.DataFrame]:
    """Return what was measured on rasters, by raster, with the object it was measured for.

    Parameters
    ----------
    layers : FarLayers
        What `far_layers` gave.
    parcels, buildings : pandas.DataFrame
        The objects.
    """
    found = {}
    surface, obstacle = layers.get("surface_height_m"), layers.get("obstacle_m")
    if surface is not None and buildings is not None:
        names = buildings["building_id"].array
        found["surface"] = pd.DataFrame({"building_id": names, "surface_height_m": surface.array})
    if obstacle is not None:
        names = parcels["parcel_id"].array
        found["obstacle"] = pd.DataFrame({"parcel_id": names, "obstacle_m": obstacle.array})
    return found


def surface_heights(
    rasters: Mapping[str, Sequence[Any]],
    buildings: pd.DataFrame | None,
    as_of: date,
    *,
    above_ground: bool = False,
) -> pd.Series[Any] | None:
    """Return the height of each outline, the median of surface less terrain; None without the rasters.

    The latest of each up to `as_of` counts, an undated one where none has a date. A building that
    was completed after the surface was taken is not in it.

    Parameters
    ----------
    above_ground : bool
        The surface holds heights above ground already: nothing is subtracted from it.

    Returns
    -------
    pandas.Series or None
        In m on the index of the buildings; NaN where data cover less than 99 % of the outline.
    """
    surface, terrain = (_latest(rasters.get(name, ()), as_of) for name in ("surface", "terrain"))
    if surface is None or not isinstance(buildings, gpd.GeoDataFrame):
        return None
    if terrain is None and not above_ground:
        return None
    found = heights_above(
        surface.path,
        None if above_ground else terrain.path,
        buildings.geometry,
        band=surface.band,
        terrain_band=1 if above_ground else terrain.band,
    )
    height = found["height_m"].where(found["valid_share"] >= VALID_SHARE_MIN)
    if surface.on is not None and "completed_on" in buildings:
        later = pd.to_datetime(buildings["completed_on"]) > pd.Timestamp(surface.on)
        height = height.mask(later.to_numpy(dtype=bool))
    return height


def obstacle_heights(
    rasters: Mapping[str, Sequence[Any]],
    parcels: pd.DataFrame,
    as_of: date,
    *,
    elevations: bool = False,
) -> pd.Series[Any] | None:
    """Return the least height that the obstacle raster leaves over each parcel; None without the raster.

    Parameters
    ----------
    elevations : bool
        The raster holds elevations, from which the terrain is subtracted, not heights above ground.

    Returns
    -------
    pandas.Series or None
        In m above ground; NaN where data cover less than 99 % of the parcel, or elevations come
        without a terrain model.
    """
    obstacle, terrain = (_latest(rasters.get(name, ()), as_of) for name in ("obstacle", "terrain"))
    if obstacle is None or not isinstance(parcels, gpd.GeoDataFrame):
        return None
    if elevations and terrain is None:
        return pd.Series(np.nan, index=parcels.index, dtype="float64")
    found = least_values(
        obstacle.path,
        parcels.geometry,
        terrain=terrain.path if elevations else None,
        band=obstacle.band,
        terrain_band=terrain.band if elevations else 1,
    )
    return found["least"].where(found["valid_share"] >= VALID_SHARE_MIN).clip(lower=0.0)


def _latest(series: Sequence[Any], as_of: date) -> Any:
    dated = sorted(
        (one for one in series if one.on is not None and one.on <= as_of), key=lambda one: one.on
    )
    chosen = dated or [one for one in series if one.on is None]
    return chosen[-1] if chosen else None
