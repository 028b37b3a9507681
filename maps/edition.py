"""What the editions for others share: what titles them, and what may be drawn of a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from layers.columns import Column
    from maps.view import MapView

__all__ = ["NOTHING", "bare", "found_idle", "known_columns", "titles_of"]

#: Tables of which nothing is shown, unless an edition says otherwise.
NOTHING: dict[str, tuple[str, ...]] = {
    "zones": (),
    "recommendations": (),
    "findings": (),
    "contracts": (),
    "transfers": (),
    "deadlines": (),
    "plan": (),
    "problems": (),
    "surplus": (),
    "paragraphs": (),
}

#: Of layers that are drawn, only what the drawing shows.
_CONTEXT_COLUMNS = {
    "zones": ("zone_id", "kind", "name"),
    "facilities": ("facility_id", "kind", "name"),
}


def titles_of(view: MapView) -> dict[str, Any]:
    """Return what titles every edition. A field that is not named here or by the edition stays out."""
    return {
        "name": view.name,
        "name_en": view.name_en,
        "as_of": view.as_of,
        "policy_title": view.policy_title,
        "policy_status": view.policy_status,
        "policy_version": view.policy_version,
        "crs": view.crs,
        "area_method": view.area_method,
        "data_hash": view.data_hash,
        "agency": view.agency,
        "review_number": view.review_number,
        "precision_m": view.precision_m,
    }


def known_columns(view: MapView, names: tuple[str, ...]) -> tuple[Column, ...]:
    """Return the columns of the input parcels that an edition shows."""
    return tuple(column for column in view.parcel_columns if column.name in names)


def found_idle(parcels: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark the rows with a finding that is served and not settled; what is not known is not marked."""
    if "idle_found" not in parcels:
        return np.zeros(len(parcels), dtype=bool)
    found = parcels["idle_found"].astype("boolean").fillna(value=False)
    return found.to_numpy(dtype=bool)


def bare(frame: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Keep of a drawn layer the columns that the drawing shows."""
    kept = [column for column in _CONTEXT_COLUMNS.get(name, ()) if column in frame]
    return frame[[*kept, frame.geometry.name]]
