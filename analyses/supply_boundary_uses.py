"""Uses on the ground and in the control plan, held against the approved ones, use by use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from analyses.frames import numbers, texts
from analyses.ground import has_ground
from analyses.supply_rows import hectares
from layers.codes import USES

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["approved_of", "use_drift"]

#: How the layers are called in the words of an issue.
_LAYERS = {"parcels": ("现状", "on the ground"), "plan_zones": ("控规", "in the control plan")}


def approved_of(approved_uses: pd.DataFrame | None, zone: str) -> pd.Series:
    """Return the approved area of each use of one zone, m2; NaN where a use is listed without one."""
    if approved_uses is None:
        return pd.Series(dtype=float)
    own = texts(approved_uses, "zone_id").eq(zone).fillna(value=False).to_numpy(dtype=bool)
    mine = approved_uses.loc[own]
    uses = texts(mine, "land_use").to_numpy(dtype=object)
    return numbers(mine, "area_m2").groupby(uses).sum(min_count=1)


def use_drift(
    approved: pd.Series,
    frame: pd.DataFrame | None,
    boundary: Any,
    tolerance: float,
    *,
    layer: str,
) -> tuple[list[dict[str, Any]], Sequence[str]]:
    """Compare what a layer shows of every use within a boundary with the approved areas.

    Parameters
    ----------
    approved : pandas.Series
        Of `approved_of`: m2 by use. A use that is not listed is approved with nothing.
    frame : geopandas.GeoDataFrame or None
        Parcels or plots of the control plan, with ``land_use``.
    boundary : shapely.Geometry
        The approved boundary.
    tolerance : float
        Share of the approved area by which a use may differ.
    layer : {"parcels", "plan_zones"}
        Which of the two it is.

    Returns
    -------
    rows : list of dict
        One for each use that is surely apart. Ground of unknown use may belong to any of them: a use is
        above its approved area where the known ground alone is, below it where all of both is not enough.
        Ground that the layer does not draw is of unknown use too, not of none: one parcel drawn in a zone
        says nothing of the rest.
    missing : sequence of str
        What is missing where a use cannot be told.
    """
    if approved.empty or frame is None or not has_ground(frame).any():
        return [], ()
    shapes = frame.loc[has_ground(frame)]
    ground = shapely.area(shapely.intersection(shapes["geometry"].to_numpy(), boundary))
    uses = texts(shapes, "land_use").to_numpy(dtype=object)
    named = np.array([isinstance(use, str) for use in uses], dtype=bool)
    drawn = pd.Series(ground[named]).groupby(uses[named]).sum()
    open_ = float(ground[~named].sum())
    covered = shapely.intersection(shapely.union_all(shapes["geometry"].to_numpy()), boundary)
    undrawn = max(float(shapely.area(boundary) - shapely.area(covered)), 0.0)
    where_zh, where_en = _LAYERS[layer]
    rows: list[dict[str, Any]] = []
    missing: set[str] = set()
    for use in sorted({*approved.index, *drawn.index}):
        limit, found = float(approved.get(use, 0.0)), float(drawn.get(use, 0.0))
        if np.isnan(limit):
            missing.add("approved_uses.area_m2")
            continue
        allowed = tolerance * max(limit, 1.0)
        most = found + open_ + undrawn
        if found - limit > allowed or limit - most > allowed:
            label = USES.labels[use]
            rows.append(
                {
                    "issue": "use_drift",
                    "layer": layer,
                    "id": use,
                    "measured": found,
                    "limit": limit,
                    "unit": "m2",
                    "note_zh": f"{label.zh}用地{where_zh}{hectares(found)}，批准{hectares(limit)}。",
                    "note_en": f"{label.en}: {found:,.0f} m2 {where_en}, {limit:,.0f} m2 approved.",
                }
            )
        elif most - limit > allowed or limit - found > allowed:
            missing |= {
                f"{layer}.{name}"
                for name, ground_m2 in (("land_use", open_), ("geometry", undrawn))
                if ground_m2 > allowed
            } or {f"{layer}.land_use"}
    return rows, sorted(missing)
