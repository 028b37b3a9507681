"""The block of the control plan in which each parcel mostly lies: what its charts are grouped by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo.errors import GeoError
from geo.overlay import area_table

if TYPE_CHECKING:
    from maps.view import MapView

__all__ = ["BLOCK", "with_blocks"]

#: The column of the parcels that names the block.
BLOCK = "plan_id"


def with_blocks(view: MapView) -> MapView:
    """Return `view` with ``plan_id`` of its parcels: the plan zone with the largest share of each.

    Nothing is judged by it: allowed floor area takes every plan zone of a parcel by its share. Where there
    is no control plan, or it cannot be laid over the parcels, the view stays as it is.
    """
    zones = view.context.get("plan_zones")
    parcels = view.parcels
    if (
        zones is None
        or BLOCK not in zones
        or BLOCK in parcels
        or not len(zones)
        or not isinstance(parcels, gpd.GeoDataFrame)
        or not view.has_map
    ):
        return view
    try:
        best = area_table(parcels.geometry, zones.to_crs(parcels.crs).geometry).largest_right()
    except GeoError:
        return view
    names = zones[BLOCK].astype("string").to_numpy(dtype=object)
    place = best["right"].fillna(len(names)).to_numpy(dtype="intp")
    block = pd.Series([*names, None], dtype="string").iloc[place].set_axis(parcels.index)
    return replace(view, parcels=parcels.assign(**{BLOCK: block}))
