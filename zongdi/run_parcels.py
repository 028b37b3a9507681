"""The parcels of a run: what every analysis starts from, and what came of all of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from analyses import results as contracts
from analyses.areas import parcel_areas
from analyses.zones import assign_zones
from layers.columns import empty_frame
from zongdi.ledger_parcels import parcels_of_ledger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyses.outcome import Analysis
    from layers.inputs import Inputs
    from layers.project import Project

__all__ = ["base_parcels", "corrections_of", "joined_parcels"]


def base_parcels(inputs: Inputs, project: Project) -> pd.DataFrame:
    """Return the parcels with their zone and their areas: what every analysis starts from."""
    given = inputs.frames.get("parcels")
    parcels = parcels_of_ledger(inputs.frames["ledger"]) if given is None else given
    zoned = assign_zones(parcels, inputs.frames.get("zones"))
    areas = parcel_areas(parcels, method=project.area_method)
    joined = parcels.drop(columns=[c for c in zoned.columns if c in parcels]).join([zoned, areas])
    return (
        gpd.GeoDataFrame(joined, geometry="geometry", crs=inputs.crs)
        if isinstance(given, gpd.GeoDataFrame)
        else joined
    )


def joined_parcels(parcels: pd.DataFrame, outcomes: Mapping[str, Analysis]) -> pd.DataFrame:
    """Join every measure to the parcels; what was not analysed is unknown."""
    measures: list[pd.DataFrame | pd.Series[Any]] = [
        outcome.measures for outcome in outcomes.values()
    ]
    joined = parcels.join(measures)
    for column in contracts.PARCEL_MEASURES.columns:
        if column.name in joined:
            joined[column.name] = joined[column.name].astype(column.dtype)
        else:
            joined[column.name] = pd.Series(index=joined.index, dtype=column.dtype)
    if isinstance(parcels, gpd.GeoDataFrame):
        return gpd.GeoDataFrame(joined, geometry="geometry", crs=parcels.crs)
    return joined


def corrections_of(inputs: Inputs) -> pd.DataFrame:
    """Return every correction with what became of it; no row without a register."""
    empty = empty_frame(contracts.CORRECTIONS)
    return empty if inputs.corrections is None else inputs.corrections[list(empty.columns)]
