"""The green pool of a zone: its extent, what counts in it over which ground, and its balance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from analyses.frames import numbers, sums_or_unknown, texts
from analyses.ground import ground_pairs, has_ground, measured_areas
from analyses.zones import ZONE_SHARE_MIN, deciding_polygons, zone_areas
from geo.once import counted_once

if TYPE_CHECKING:
    from analyses.ground import AreaMethod

__all__ = [
    "Denominator",
    "PoolExtent",
    "owes_green",
    "pool_ground",
    "pool_members",
    "public_parcels",
    "zone_balance",
    "zone_green",
]

PoolExtent = Literal["zone", "fenced", "approved", "polygon"]
Denominator = Literal["ground", "parcels"]

#: Ground that is no building site owes no green of its own and leaves no balance open.
_NO_SITE = ("road", "green")


def owes_green(parcels: pd.DataFrame) -> np.ndarray:
    """Mark the parcels that are building sites: roads and parks owe no green of their own."""
    return (~texts(parcels, "land_use").isin(_NO_SITE)).fillna(value=True).to_numpy(dtype=bool)


def public_parcels(parcels: pd.DataFrame) -> np.ndarray:
    """Mark the parcels that are parks and other public green by their use."""
    return (texts(parcels, "land_use") == "green").fillna(value=False).to_numpy(dtype=bool)


def pool_ground(
    parcels: pd.DataFrame,
    zones: pd.DataFrame | None,
    *,
    extent: PoolExtent = "zone",
    pools: pd.DataFrame | None = None,
) -> gpd.GeoDataFrame | None:
    """Return the polygon of each zone's pool; None where there is none at all.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``zone_id``.
    zones : geopandas.GeoDataFrame or None
        The zones layer.
    extent : {"zone", "fenced", "approved", "polygon"}
        The polygon that decides for the zone, its fence, its approved boundary, or `pools`.
    pools : geopandas.GeoDataFrame, optional
        Given polygons with ``zone_id``. One without belongs to every zone for the part of it that
        lies in the zone, or to the only zone there is.

    Returns
    -------
    geopandas.GeoDataFrame or None
        ``zone_id``, ``geometry``, one row for each zone, in the order of the zones. Ground that
        two zones claim is the first's: no two zones are ever pooled.
    """
    layer: Any = pools if extent == "polygon" else zones
    if layer is None or not has_ground(layer).any():
        return None
    if extent == "polygon" and zones is not None:
        layer = _by_zone(layer, zones)
    if extent == "zone":
        layer = deciding_polygons(layer)
    elif extent != "polygon":
        layer = layer.loc[(texts(layer, "kind") == extent).fillna(value=False).to_numpy(bool)]
    ids = texts(layer, "zone_id")
    known = texts(parcels, "zone_id").dropna().unique()
    if len(known) == 1:
        ids = ids.fillna(known[0])
    keep = has_ground(layer) & ids.notna().to_numpy()
    if not keep.any():
        return None
    shapes: Any = layer.loc[keep, ["geometry"]].assign(zone_id=ids[keep].array)
    whole: Any = shapes.dissolve(by="zone_id", as_index=False).sort_values(
        "zone_id", ignore_index=True
    )
    whole["geometry"] = counted_once(whole, np.arange(len(whole)), name="pools").array
    return gpd.GeoDataFrame(whole[["zone_id", "geometry"]], geometry="geometry", crs=layer.crs)


def _by_zone(pools: Any, zones: pd.DataFrame) -> Any:
    """Cut polygons that name no zone at the zones' boundaries."""
    unnamed = pools.loc[texts(pools, "zone_id").isna().to_numpy() & has_ground(pools)]
    if unnamed.empty:
        return pools
    whole: Any = deciding_polygons(zones)
    cut: Any = gpd.overlay(
        gpd.GeoDataFrame(whole[["zone_id", "geometry"]], crs=pools.crs),
        unnamed[["geometry"]],
        how="intersection",
        keep_geom_type=True,
    )
    named = pools.loc[texts(pools, "zone_id").notna().to_numpy(), ["zone_id", "geometry"]]
    return pd.concat([named, cut[["zone_id", "geometry"]]], ignore_index=True)


def pool_members(
    parcels: pd.DataFrame, ground: gpd.GeoDataFrame | None, extent: PoolExtent
) -> np.ndarray:
    """Say which parcels belong to the pool of their own zone.

    All parcels of the zone; or, where the pool is the fence, the approved boundary or a given
    polygon, those of which at least half lies in it.
    """
    own = texts(parcels, "zone_id")
    if extent == "zone":
        return own.notna().to_numpy(dtype=bool)
    inside = np.zeros(len(parcels))
    if ground is None:
        return inside.astype(bool)
    pairs = ground_pairs(ground, parcels, left_name="pools", right_name="parcels")
    same = (
        texts(ground, "zone_id").to_numpy(object)[pairs["left"].to_numpy()]
        == own.to_numpy(object)[pairs["right"].to_numpy()]
    )
    share = (pairs["area_m2"] / pairs["right_area_m2"]).to_numpy()
    np.add.at(inside, pairs["right"].to_numpy()[same], share[same])
    return np.asarray(inside >= ZONE_SHARE_MIN * (1 - 1e-9), dtype=bool)


def zone_green(  # noqa: PLR0913 - what a ratio rests on
    parcels: pd.DataFrame,
    green_m2: pd.Series[float],
    zones: pd.DataFrame | None,
    *,
    ground: gpd.GeoDataFrame | None,
    members: np.ndarray,
    off_parcels_m2: pd.Series[float] | None,
    public_counts: bool,
    denominator: Denominator = "ground",
    extent: PoolExtent = "zone",
    method: AreaMethod = "plane",
) -> pd.DataFrame:
    """Add up each zone: total green over total ground, with and without public green.

    Attached green is that of the parcels; public green that of parks (parcels whose use is
    green) and of ground on no parcel. ``share = counted / denominator``: public green counts only
    where `public_counts`, and what of it lies on no parcel then stands below the line too, unless
    the pool's polygon holds it already.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``zone_id`` and ``area_m2``.
    green_m2 : pandas.Series
        Green ground of each parcel.
    zones : geopandas.GeoDataFrame or None
        The zones layer.
    ground : geopandas.GeoDataFrame or None
        As `pool_ground` gives it.
    members : numpy.ndarray of bool
        As `pool_members` gives it.
    off_parcels_m2 : pandas.Series or None
        Green on no parcel by ``zone_id``; None where nobody has looked.
    public_counts : bool
        Whether pack and approval let public green count.
    denominator : {"ground", "parcels"}
        All ground of the pool (its polygon; the parcels where there is none), or the parcels.
    extent : {"zone", "fenced", "approved", "polygon"}
        What the pool is.
    method : {"plane", "ellipsoid"}
        How polygons are measured.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``zone_id``: ``counted_m2``, ``attached_m2``, ``public_m2``, ``off_parcels_m2``,
        ``ground_m2`` (the denominator), ``share``, ``share_without_public``,
        ``share_with_public``, ``source`` (``polygon``, ``parcels``). A sum with an unknown part is
        unknown.
    """
    zone = zone_areas(parcels, zones, area_method=method)
    index = zone.index
    own = texts(parcels, "zone_id")
    public = public_parcels(parcels)

    def total(values: pd.Series[float], where: np.ndarray) -> pd.Series[float]:
        sums = sums_or_unknown(values[where], own[where])
        return sums.reindex(index, fill_value=0.0).astype("float64")

    attached = total(green_m2, members & ~public)
    parks = total(green_m2, members & public)
    plots = total(numbers(parcels, "area_m2"), members)
    polygon = pd.Series(np.nan, index=index)
    if ground is not None:
        sizes = pd.Series(measured_areas(ground, method), index=ground["zone_id"].to_numpy(object))
        polygon = sizes.reindex(index)
    if off_parcels_m2 is not None:
        # A zone that is not listed has none; one listed without a figure is unknown.
        off = off_parcels_m2.reindex(index)
        off = off.mask(~index.isin(off_parcels_m2.index), 0.0).astype("float64")
        seen = pd.Series(data=True, index=index)
    else:
        # Without polygons a zone is known by its parcels alone.
        off = pd.Series(0.0, index=index).mask(polygon.notna())
        seen = (zone["parcels_n"] > 0) & bool(green_m2.notna().any())
    if extent != "zone":
        seen &= polygon.notna()
    attached, parks = attached.where(seen), parks.where(seen)
    by_polygon = polygon.notna() & (denominator == "ground")
    without = polygon.where(by_polygon, plots)
    with_public = polygon.where(by_polygon, plots + off)
    open_to_all = parks + off
    counted = attached + open_to_all if public_counts else attached
    below = with_public if public_counts else without
    share_without = attached / without.where(without > 0)
    share_with = (attached + open_to_all) / with_public.where(with_public > 0)
    return pd.DataFrame(
        {
            "counted_m2": counted,
            "attached_m2": attached,
            "public_m2": open_to_all,
            "off_parcels_m2": off,
            "ground_m2": below,
            "share": share_with if public_counts else share_without,
            "share_without_public": share_without,
            "share_with_public": share_with,
            "source": pd.Series("parcels", index=index, dtype="string").mask(by_polygon, "polygon"),
        },
        index=index,
    )


def zone_balance(
    parcels: pd.DataFrame, ledger: pd.DataFrame, sites: np.ndarray, index: pd.Index[str]
) -> pd.DataFrame:
    """Sum what the parcels of each pool owe, have, give and lack, over those of known balance.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``zone_id``.
    ledger : pandas.DataFrame
        On the parcels' index: ``required_m2``, ``provided_m2``, ``surplus_m2``, ``deficit_m2``,
        ``over_cap_m2``, ``given_m2``, ``unmet_m2``, ``known``.
    sites : numpy.ndarray of bool
        The completed building sites of a pool.
    index : pandas.Index
        The zones.

    Returns
    -------
    pandas.DataFrame
        Those columns, and ``unknown_n``: building sites whose balance is not known.
    """
    own = texts(parcels, "zone_id").to_numpy(dtype=object)
    counted = sites & ledger["known"].to_numpy(dtype=bool)
    names = ["required_m2", "provided_m2", "surplus_m2", "deficit_m2", "given_m2", "unmet_m2"]
    sums = (
        ledger.loc[counted, names].groupby(own[counted]).sum(min_count=1).reindex(index)
        if counted.any()
        else pd.DataFrame(np.nan, index=index, columns=names)
    )
    over = ledger.loc[sites, "over_cap_m2"].groupby(own[sites]).sum(min_count=1).reindex(index)
    open_ = pd.Series(sites & ~counted)
    return sums.astype("float64").assign(
        over_cap_m2=over.astype("float64"),
        unknown_n=open_.groupby(own).sum().reindex(index, fill_value=0).astype("int64"),
    )
