"""Which zone a parcel belongs to, how much of it lies inside the fence, and what a zone adds up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import numbers, sums_or_unknown, texts
from analyses.ground import AreaMethod, covered_ground, ground_pairs, has_ground, measured_areas
from analyses.results import ZONES
from layers.columns import empty_frame

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ZONE_SHARE_MIN", "assign_zones", "deciding_polygons", "zone_areas", "zone_totals"]

#: A parcel belongs to a zone that holds at least this share of it.
ZONE_SHARE_MIN = 0.5

#: Which polygons of a zone decide, best first; those without a kind come last.
_KINDS = ("fenced", "approved", "support", "")


def _by_kind(zones: pd.DataFrame) -> pd.Series[Any]:
    return texts(zones, "kind").fillna("")


def _dissolved(zones: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each zone and kind: polygons of one zone that overlap count once."""
    frame = zones.loc[has_ground(zones) & texts(zones, "zone_id").notna().to_numpy()]
    keys = {"zone_id": texts(frame, "zone_id").array, "kind": _by_kind(frame).array}
    if frame.empty:
        return pd.DataFrame(keys)
    shapes: Any = frame[["geometry"]].assign(**keys)
    dissolved: pd.DataFrame = shapes.dissolve(by=["zone_id", "kind"], as_index=False)
    return dissolved


def _zone_shares(parcels: pd.DataFrame, zones: pd.DataFrame) -> pd.DataFrame:
    """Return parcel, zone_id, kind and the share of the parcel, one row for each that occurs."""
    zones = _dissolved(zones)
    pairs = ground_pairs(zones, parcels, left_name="zones", right_name="parcels")
    frame = pd.DataFrame(
        {
            "parcel": pairs["right"],
            "zone_id": texts(zones, "zone_id").array[pairs["left"].to_numpy()],
            "kind": _by_kind(zones).array[pairs["left"].to_numpy()],
            "share": (pairs["area_m2"] / pairs["right_area_m2"]).to_numpy(),
        }
    )
    frame = frame.assign(share=frame["share"].clip(upper=1.0))
    return frame[frame["kind"].isin(_KINDS)]


def assign_zones(parcels: pd.DataFrame, zones: pd.DataFrame | None) -> pd.DataFrame:
    """Say which zone each parcel belongs to.

    A given ``zone_id`` prevails. Else the zone with the largest share of the parcel, at least
    `ZONE_SHARE_MIN`; a fenced polygon before an approved one before a support area (``accepted``
    polygons are phases of the same ground and are not used). Else null. Without a zones layer all
    parcels form one zone ``*``.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        Contract frame.
    zones : geopandas.GeoDataFrame or None
        Contract frame of the zones layer, in the same CRS.

    Returns
    -------
    pandas.DataFrame
        On the parcels' index: ``zone_id``; ``zone_share``, the share of the parcel within that
        zone; ``fenced_share``, the share within any fence, NaN where no fence is known.

    Examples
    --------
    >>> import pandas as pd
    >>> assign_zones(pd.DataFrame({"parcel_id": ["a"]}), None)
      zone_id  zone_share  fenced_share
    0       *         1.0           NaN
    """
    given = texts(parcels, "zone_id")
    if zones is None or len(zones) == 0:
        return pd.DataFrame(
            {"zone_id": given.fillna("*"), "zone_share": 1.0, "fenced_share": np.nan},
            index=parcels.index,
        )
    shares = _zone_shares(parcels, zones)
    rank = shares["kind"].map({kind: rank for rank, kind in enumerate(_KINDS)})
    shares = shares.assign(rank=rank)
    enough = shares[shares["share"] >= ZONE_SHARE_MIN * (1 - 1e-9)]
    best = enough.sort_values(
        ["parcel", "rank", "share", "zone_id"], ascending=[True, True, False, True]
    ).drop_duplicates("parcel")
    found = pd.Series(pd.NA, index=parcels.index, dtype="string")
    found.iloc[best["parcel"].to_numpy()] = best["zone_id"].array
    zone_id = given.fillna(found)
    return pd.DataFrame(
        {
            "zone_id": zone_id,
            "zone_share": _share_within(parcels, zones, shares, zone_id),
            "fenced_share": _fenced_share(parcels, zones, zone_id),
        },
        index=parcels.index,
    )


def _share_within(
    parcels: pd.DataFrame, zones: pd.DataFrame, shares: pd.DataFrame, zone_id: pd.Series[Any]
) -> np.ndarray:
    """Return the share of each parcel in its own zone, by the polygons that decide first."""
    layer = pd.DataFrame({"zone_id": texts(zones, "zone_id").array, "kind": _by_kind(zones).array})
    own = pd.DataFrame({"parcel": np.arange(len(parcels)), "zone_id": zone_id.array})
    own = own[has_ground(parcels) & own["zone_id"].isin(layer["zone_id"]).to_numpy(dtype=bool)]
    known = layer[layer["kind"].isin(_KINDS)].drop_duplicates()
    rank = known["kind"].map({kind: rank for rank, kind in enumerate(_KINDS)})
    rows = own.merge(known.assign(rank=rank), on="zone_id", how="inner").merge(
        shares[["parcel", "zone_id", "kind", "share"]],
        on=["parcel", "zone_id", "kind"],
        how="left",
    )
    rows = rows.assign(share=rows["share"].fillna(0.0), held=rows["share"] >= ZONE_SHARE_MIN)
    rows = rows.sort_values(["parcel", "held", "rank"], ascending=[True, False, True])
    first = rows.drop_duplicates("parcel")
    result = np.full(len(parcels), np.nan)
    result[first["parcel"].to_numpy()] = first["share"].to_numpy()
    return result


def _fenced_share(
    parcels: pd.DataFrame, zones: pd.DataFrame, zone_id: pd.Series[Any]
) -> np.ndarray:
    """Return the share inside any fence; NaN where the parcel's own zone has no fence on record."""
    fenced = zones.loc[(_by_kind(zones) == "fenced").to_numpy(dtype=bool) & has_ground(zones)]
    if len(fenced) == 0:
        return np.full(len(parcels), np.nan)
    areas = measured_areas(parcels, "plane")
    covered = covered_ground(parcels, fenced)
    share = np.divide(covered, areas, out=np.full(len(parcels), np.nan), where=areas > 0)
    own_fence = zone_id.isin(texts(fenced, "zone_id").dropna()) | zone_id.isna()
    known = own_fence.to_numpy(dtype=bool) | (share >= ZONE_SHARE_MIN)
    return np.where(known, np.minimum(share, 1.0), np.nan)


def deciding_polygons(zones: pd.DataFrame) -> pd.DataFrame:
    """Return the ground that decides for each zone: fenced, else approved, support, unnamed.

    One row for each zone: ``zone_id``, ``kind``, ``geometry``.
    """
    frame = _dissolved(zones)
    rank = _by_kind(frame).map({kind: rank for rank, kind in enumerate(_KINDS)}).astype("float64")
    best = rank.groupby(texts(frame, "zone_id").to_numpy(dtype=object)).transform("min")
    return frame.loc[(rank == best).to_numpy()]


def zone_areas(
    parcels: pd.DataFrame, zones: pd.DataFrame | None, *, area_method: AreaMethod = "plane"
) -> pd.DataFrame:
    """Measure each zone: its fenced polygons, else its approved, support or unnamed ones.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``zone_id`` and ``area_m2``.
    zones : geopandas.GeoDataFrame or None
        The zones layer. A zone without polygons is as large as its parcels.
    area_method : {"plane", "ellipsoid"}
        How polygons are measured.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``zone_id`` in order: ``name``, ``area_m2``, ``area_source`` (``fenced``,
        ``approved``, ``support``, ``polygon``, ``parcels``), ``parcels_n``. The area of a zone
        measured by its parcels is NaN if one of them has no area.
    """
    own = texts(parcels, "zone_id")
    in_layer: Iterable[str] = (
        () if zones is None else texts(zones, "zone_id").dropna().unique().tolist()
    )
    ids = pd.Index(sorted({*own.dropna().unique().tolist(), *in_layer}), name="zone_id")
    frame = pd.DataFrame(index=ids)
    frame["name"] = pd.Series(pd.NA, index=ids, dtype="string")
    area = pd.Series(np.nan, index=ids)
    source = pd.Series(pd.NA, index=ids, dtype="string")
    if zones is not None and len(zones):
        layer = pd.DataFrame(
            {"zone_id": texts(zones, "zone_id").array, "name": texts(zones, "name").array}
        )
        names = layer.dropna().sort_values(["zone_id", "name"]).groupby("zone_id")["name"].first()
        frame["name"] = names.reindex(ids).astype("string")
        polygons = deciding_polygons(zones)
        own_id = polygons["zone_id"].to_numpy(dtype=object)
        area = pd.Series(measured_areas(polygons, area_method), index=own_id).reindex(ids)
        kind = pd.Series(polygons["kind"].replace("", "polygon").array, index=own_id)
        source = kind.reindex(ids).astype("string")
    by_parcels = sums_or_unknown(numbers(parcels, "area_m2"), own).reindex(ids)
    rest = area.isna()
    area[rest] = by_parcels[rest]
    source[rest & by_parcels.notna()] = "parcels"
    frame["area_m2"] = area
    frame["area_source"] = source
    frame["parcels_n"] = own.value_counts().reindex(ids, fill_value=0).astype("int64")
    return frame


def zone_totals(
    parcels: pd.DataFrame,
    zones: pd.DataFrame | None = None,
    *,
    green: pd.DataFrame | None = None,
    idle: pd.DataFrame | None = None,
    area_method: AreaMethod = "plane",
) -> pd.DataFrame:
    """Add up each zone.

    ``far_plain`` is total floor area / total site area over the parcels of which both are known;
    ``far_plain_parcels_n`` says how many these are, of ``parcels_n``. It is NaN where none is.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``zone_id``, ``area_m2`` and ``floor_area_m2``.
    zones : geopandas.GeoDataFrame or None
        The zones layer.
    green, idle : pandas.DataFrame, optional
        The ``zones`` frames of the green and the idle analysis, indexed by ``zone_id``.
    area_method : {"plane", "ellipsoid"}
        How polygons are measured.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results.ZONES` in the order of ``zone_id``, followed by
        ``area_source``, ``parcels_n``, ``far_plain_parcels_n`` and any further columns of `green`
        and `idle`.
    """
    areas = zone_areas(parcels, zones, area_method=area_method)
    frame = empty_frame(ZONES, pd.RangeIndex(len(areas)))
    frame["zone_id"] = pd.Series(areas.index.to_numpy(dtype=object), dtype="string")
    frame["name"] = areas["name"].array
    frame["area_m2"] = areas["area_m2"].to_numpy()

    site, floor = numbers(parcels, "area_m2"), numbers(parcels, "floor_area_m2")
    known = (site > 0) & floor.notna() & texts(parcels, "zone_id").notna()
    groups = pd.DataFrame({"site": site, "floor": floor})[known].groupby(
        texts(parcels, "zone_id")[known].to_numpy(dtype=object)
    )
    total = groups.sum().reindex(areas.index)
    frame["far_plain"] = (total["floor"] / total["site"]).to_numpy()
    frame["area_source"] = areas["area_source"].array
    frame["parcels_n"] = areas["parcels_n"].to_numpy()
    frame["far_plain_parcels_n"] = groups.size().reindex(areas.index, fill_value=0).to_numpy()
    for more in (green, idle):
        if more is None:
            continue
        aligned = more.reindex(areas.index)
        for name in aligned.columns:
            if name in {"zone_id", "name", "area_m2"}:
                continue
            frame[name] = aligned[name].array
    return frame
