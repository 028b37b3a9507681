"""Green land of a zone: what counts over all its land, and its balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from analyses.frames import sums_or_unknown, texts
from analyses.ground import covered_ground, ground_pairs, measured_areas
from analyses.zones import deciding_polygons, zone_areas

if TYPE_CHECKING:
    from analyses.ground import AreaMethod

__all__ = ["zone_balance", "zone_green"]

#: Green outside the parcels that belongs to sites and roads; other green there is public.
_ATTACHED = ("attached", "road")

#: Ground that is no building site owes no green of its own and leaves no balance open.
_NO_SITE = ("road", "green")

#: Less green than this off the parcels is drawing (m2).
_GRAZE_M2 = 1.0


def _off_parcels(
    parcels: pd.DataFrame, land: pd.DataFrame, polygons: pd.DataFrame
) -> pd.Series[float]:
    """Return the green ground of each zone that lies on no parcel, in m2 by ``zone_id``."""
    inside = ground_pairs(parcels, land, left_name="parcels", right_name="green")
    on_parcels = np.bincount(inside["right"], weights=inside["area_m2"], minlength=len(land))
    out = on_parcels < measured_areas(land, "plane") - _GRAZE_M2
    if not out.any():
        return pd.Series(dtype="float64")
    rest = land.loc[out]
    near = parcels.iloc[np.unique(inside.loc[out[inside["right"]], "left"])]
    ground = covered_ground(polygons, rest)
    if len(near):
        both = gpd.GeoDataFrame(
            {"geometry": pd.concat([rest["geometry"], near["geometry"]], ignore_index=True)},
            geometry="geometry",
            crs=land.crs,
        )
        ground = covered_ground(polygons, both) - covered_ground(polygons, near)
    return (
        pd.Series(np.maximum(ground, 0.0))
        .groupby(texts(polygons, "zone_id").to_numpy(dtype=object))
        .sum()
    )


def zone_green(
    parcels: pd.DataFrame,
    measures: pd.DataFrame,
    land: pd.DataFrame | None,
    zones: pd.DataFrame | None,
    *,
    public_counts: bool,
    target_share: float | None,
    method: AreaMethod,
) -> pd.DataFrame:
    """Add up each zone: attached green, and public green where an approval lets it count.

    Parameters
    ----------
    parcels, measures : pandas.DataFrame
        Contract frame, and its measures with ``green_m2``.
    land : geopandas.GeoDataFrame or None
        The green polygons that count; None where the raster does.
    zones : geopandas.GeoDataFrame or None
        The zones layer.
    public_counts : bool
        Whether an approval lets public green count.
    target_share : float or None
        The zone's target.
    method : {"plane", "ellipsoid"}
        How polygons are measured.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``zone_id``: ``green_m2``, ``green_share``, ``green_target_share``,
        ``green_attached_m2``, ``green_public_m2``. A sum with an unknown parcel is unknown.
    """
    areas = zone_areas(parcels, zones, area_method=method)
    own = texts(parcels, "zone_id")
    public = (texts(parcels, "land_use") == "green").fillna(value=False).to_numpy(dtype=bool)

    def total(where: np.ndarray) -> pd.Series[float]:
        sums = sums_or_unknown(measures.loc[where, "green_m2"], own[where])
        return sums.reindex(areas.index, fill_value=0.0).astype("float64")

    attached, open_to_all = total(~public), total(public)
    if land is None:
        # Without polygons a zone is known by its parcels alone.
        empty = (areas["parcels_n"] == 0) | bool(measures["green_m2"].isna().all())
        attached, open_to_all = attached.mask(empty), open_to_all.mask(empty)
    elif zones is not None:
        polygons = deciding_polygons(zones)
        is_attached = texts(land, "kind").isin(_ATTACHED).to_numpy(dtype=bool)
        for where, name in ((is_attached, "attached"), (~is_attached, "public")):
            more = _off_parcels(parcels, land.loc[where], polygons)
            more = more.reindex(areas.index).fillna(0.0)
            if name == "attached":
                attached = attached + more
            else:
                open_to_all = open_to_all + more
    counted = attached + open_to_all if public_counts else attached
    return pd.DataFrame(
        {
            "green_m2": counted,
            "green_share": counted / areas["area_m2"].where(areas["area_m2"] > 0),
            "green_target_share": np.nan if target_share is None else float(target_share),
            "green_attached_m2": attached,
            "green_public_m2": open_to_all,
        },
        index=areas.index,
    )


def zone_balance(
    parcels: pd.DataFrame, balance: pd.Series[float], transfers: pd.DataFrame, index: pd.Index[str]
) -> pd.DataFrame:
    """Sum surplus and deficit of each zone, over the parcels of known balance."""
    own = texts(parcels, "zone_id").to_numpy(dtype=object)
    owes = ~texts(parcels, "land_use").isin(_NO_SITE).fillna(value=False)
    surplus = balance.clip(lower=0.0).groupby(own).sum(min_count=1).reindex(index)
    deficit = (-balance).clip(lower=0.0).groupby(own).sum(min_count=1).reindex(index)
    moved = transfers.groupby("zone_id")["area_m2"].sum().reindex(index).fillna(0.0)
    return pd.DataFrame(
        {
            "green_surplus_m2": surplus.astype("float64"),
            "green_deficit_m2": deficit.astype("float64"),
            "green_unmet_m2": (deficit - moved.to_numpy()).clip(lower=0.0).astype("float64"),
            "green_balance_unknown_n": (balance.isna() & owes.to_numpy(dtype=bool))
            .groupby(own)
            .sum()
            .reindex(index, fill_value=0)
            .astype("int64"),
        },
        index=index,
    )
