"""The public edition: what Order 53, art. 11 has published of land found idle, and no more.

From the finding (认定书) the location, the holder and the idle period, and the cause where it is the
government's; withdrawn when the case is settled. All other land is ground without attributes, and
positions are rounded.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo.crs import transform_frame
from layers.codes import CAUSES
from layers.columns import Column
from maps.edition import NOTHING, bare, found_idle, known_columns, titles_of
from maps.view import MapView
from policies.text import Text

__all__ = ["PRECISION_M", "PUBLIC", "public_edition"]

#: Metres to which positions of a public edition are rounded, where the project says nothing.
PRECISION_M = 10.0

#: Columns of the public edition, by table. ``cause`` is filled for the government's causes alone.
PUBLIC: dict[str, tuple[str, ...]] = {
    **NOTHING,
    "parcels": ("parcel_id", "holder", "found_from", "found_days", "cause"),
}

#: What is published is no suspicion any more, and is not called so.
_PUBLISHED = (
    Column("found_from", "date", Text("闲置起始日", "idle since")),
    Column("found_days", "integer", Text("闲置天数", "days idle"), unit="days"),
    Column("cause", "code", Text("闲置原因（政府原因）", "cause (the government's)")),
)

#: Stands where a cause is another's or not settled: it is withheld, not unknown.
_NOT_PUBLISHED = "not_published"


def public_edition(view: MapView) -> MapView:
    """Return the public edition of an internal view, with a note of what it leaves out."""
    found = found_idle(view.parcels)
    parcels = _published(view, view.parcels.loc[found])
    grid = PRECISION_M if view.precision_m is None else view.precision_m
    context: dict[str, gpd.GeoDataFrame] = {}
    if isinstance(parcels, gpd.GeoDataFrame):
        metric = _metric_crs(view)
        parcels = _rounded(parcels, metric, grid)
        rest = _ground(view.parcels.loc[~found])
        if len(rest):
            context["ground"] = _rounded(rest, metric, grid)
        zones = view.context.get("zones")
        if zones is not None and len(zones):
            context["zones"] = _rounded(bare(zones, "zones"), metric, grid)
    withheld = int((~found).sum())
    removed = [
        Text(
            f"公开版只含认定书已送达且尚未处置完毕的宗地 {int(found.sum())} 宗；其余 {withheld} 宗只作底面，不含属性。",
            f"The public edition holds the {int(found.sum())} parcels with a finding that is served and not settled; "
            f"the other {withheld} are ground without attributes.",
        ),
        Text(
            "未载：除位置、土地使用权人、闲置时间和政府原因以外的全部字段，核查状态、结论、建议、金额、合同、绿地方案、区汇总。",
            "Left out: every field but location, holder, idle period and causes of government; "
            "statuses under review, verdicts, recommendations, amounts, contracts, green transfers, zone totals.",
        ),
    ]
    if view.has_map and grid > 0:
        removed.append(Text(f"坐标取整到 {grid:g} 米。", f"Positions are rounded to {grid:g} m."))
    return MapView(
        **titles_of(view),
        audience="public",
        label=None,
        notices=(),
        parcels=parcels,
        findings=view.findings.iloc[:0],
        recommendations=view.recommendations.iloc[:0],
        zones=view.zones.iloc[:0],
        contracts=view.contracts.iloc[:0],
        transfers=view.transfers.iloc[:0],
        context=context,
        parcel_columns=(*known_columns(view, PUBLIC["parcels"]), *_PUBLISHED),
        code_labels={"cause": _cause_labels(parcels)},
        columns=PUBLIC,
        themes=("idle",),
        removed=tuple(removed),
    )


def _published(view: MapView, parcels: pd.DataFrame) -> pd.DataFrame:
    """Return the found parcels with what is published of them, by the contract row that is found idle.

    Of several such rows the one idle longest speaks; a parcel whose case names no row of the ledger
    speaks for itself.
    """
    rows = view.contracts
    ids = parcels["parcel_id"].astype("string")
    if {"idle_found", "parcel_id"} <= {*rows.columns}:
        rows = rows.loc[found_idle(rows) & rows["parcel_id"].isin(ids).to_numpy(dtype=bool)]
    else:
        rows = rows.iloc[:0]
    if "idle_days" in rows:
        rows = rows.sort_values("idle_days", ascending=False, na_position="last", kind="stable")
    if "parcel_id" in rows:
        rows = rows.drop_duplicates("parcel_id").set_index("parcel_id").reindex(pd.Index(ids))
    else:
        rows = rows.reindex(pd.Index(ids))
    by_row = rows.index.isin(_found_ids(view))
    kept: dict[str, Any] = {"parcel_id": ids.array}
    for name in ("holder", "idle_from", "idle_days"):
        own = (
            parcels[name].reset_index(drop=True)
            if name in parcels
            else pd.Series(pd.NA, index=range(len(ids)))
        )
        if name in rows:
            told = pd.Series(rows[name].array)
            # A period is the row's own even where it is unknown; a holder's name may stand in either.
            take = told.notna().to_numpy() if name == "holder" else by_row
            own = own.where(~take, told)
        kept[name] = own.array
    # A line that still lies ahead begins no idle period.
    days = pd.Series(kept.pop("idle_days")).astype("Int64")
    kept["found_from"] = pd.Series(kept.pop("idle_from")).where(days.notna()).array
    kept["found_days"] = days.array
    cause, status = (
        rows[name].astype("string").fillna("").to_numpy(dtype=object)
        if name in rows
        else np.full(len(ids), "", dtype=object)
        for name in ("cause_kind", "idle_status")
    )
    kept["cause"] = pd.array(
        [
            (_government(code) if state == "gov_cause" else None) or _NOT_PUBLISHED
            for code, state in zip(cause, status, strict=True)
        ],
        dtype="string",
    )
    kept["idle_found"] = pd.array(np.ones(len(ids), dtype=bool), dtype="boolean")
    frame = pd.DataFrame(kept)
    if isinstance(parcels, gpd.GeoDataFrame):
        return gpd.GeoDataFrame(frame, geometry=parcels.geometry.to_numpy(), crs=parcels.crs)
    return frame


def _found_ids(view: MapView) -> pd.Index[Any]:
    rows = view.contracts
    if not {"idle_found", "parcel_id"} <= {*rows.columns}:
        return pd.Index([])
    return pd.Index(rows["parcel_id"].loc[found_idle(rows)].dropna())


def _government(codes: str) -> str | None:
    """Keep, of the causes of a row, the government's.

    Examples
    --------
    >>> _government("force_majeure,gov_plan"), _government("holder")
    ('gov_plan', None)
    """
    kept = [code for code in codes.split(",") if code.startswith("gov_")]
    return ",".join(kept) or None


def _cause_labels(parcels: pd.DataFrame) -> dict[str, Text]:
    labels = {_NOT_PUBLISHED: Text("只公布政府原因", "only causes of government are published")}
    for codes in parcels["cause"][parcels["cause"] != _NOT_PUBLISHED].unique():
        texts = [CAUSES.labels.get(code, Text(code, code)) for code in str(codes).split(",")]
        labels[str(codes)] = Text("；".join(t.zh for t in texts), "; ".join(t.en for t in texts))
    return labels


def _metric_crs(view: MapView) -> pyproj.CRS:
    """Return a CRS in metres to round in."""
    parcels = gpd.GeoDataFrame(view.parcels)
    crs = pyproj.CRS.from_user_input(parcels.crs if view.crs is None else view.crs)
    return pyproj.CRS.from_user_input(parcels.estimate_utm_crs()) if crs.is_geographic else crs


def _ground(parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Melt other land into one shape: no boundary between two withheld parcels is left. Roads stay gaps."""
    plots = parcels
    if "land_use" in parcels:
        road = (parcels["land_use"].astype("string") == "road").fillna(value=False)
        plots = parcels.loc[~road.to_numpy(dtype=bool)]
    shapes = plots.geometry.to_numpy()
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    merged = shapely.get_parts(shapely.union_all(shapely.make_valid(shapes)))
    merged = merged[shapely.get_dimensions(merged) == 2]
    return gpd.GeoDataFrame(geometry=merged, crs=parcels.crs)


def _rounded(frame: gpd.GeoDataFrame, crs: pyproj.CRS, grid: float) -> gpd.GeoDataFrame:
    """Move every vertex to a grid of `grid` metres; what falls together becomes one cell of it."""
    moved = transform_frame(frame, crs)
    if grid <= 0:
        return moved
    shapes = moved.geometry.to_numpy()
    usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    # Dense vertices along a curve would become a staircase.
    plain = shapely.simplify(shapes[usable], grid)
    coarse = shapely.transform(plain, lambda points: np.rint(points / grid) * grid)
    middle = shapely.get_coordinates(shapely.centroid(shapes[usable]))
    middle = np.rint(middle / grid) * grid
    flat = (shapely.get_dimensions(coarse) == 2) & ~(shapely.area(coarse) > 0)
    cells = np.asarray(shapely.box(*(middle - grid / 2).T, *(middle + grid / 2).T))
    coarse[flat] = cells[flat]
    shapes = shapes.copy()
    shapes[usable] = coarse
    return moved.set_geometry(gpd.GeoSeries(shapes, index=moved.index, crs=crs))
