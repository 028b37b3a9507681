"""Editions for others: what may be shown to whom, by a list of what is allowed.

Whatever is not on the list stays out: a column that is added to the results tomorrow reaches no
outside edition before somebody has put it on the list here.

``public``
    Order 53, art. 11: from the finding (认定书) the location, the holder and the idle period are
    published, and the cause where it is the government's; withdrawn when the case is settled. So
    only parcels with a finding that is served and not settled, and of them no more than this. All
    other land is ground without attributes. Positions are rounded.
``partner``
    Planning facts of all parcels. No holder, no suspicion, no amount, no ledger; free text, which might
    tell of them, is left out too.
``internal``
    Everything, with the project's label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import transform_frame
from layers.codes import CAUSES
from maps.errors import MapInputError
from maps.view import AUDIENCES, MapView
from policies.text import Text

if TYPE_CHECKING:
    import pyproj
    from numpy.typing import NDArray

    from maps.view import Audience

__all__ = ["PARTNER", "PRECISION_M", "PUBLIC", "for_audience"]

#: Metres to which positions of a public edition are rounded, where the project says nothing.
PRECISION_M = 10.0

_NOTHING: dict[str, tuple[str, ...]] = {
    "zones": (),
    "recommendations": (),
    "findings": (),
    "contracts": (),
    "transfers": (),
    "deadlines": (),
    "plan": (),
    "problems": (),
}

#: Columns of the public edition, by table. ``cause`` is filled for the government's causes alone.
PUBLIC: dict[str, tuple[str, ...]] = {
    **_NOTHING,
    "parcels": ("parcel_id", "holder", "idle_from", "idle_days", "cause"),
}

#: Columns of the partner's edition, by table.
PARTNER: dict[str, tuple[str, ...]] = {
    **_NOTHING,
    "parcels": (
        *("parcel_id", "zone_id", "land_use", "land_use_code", "land_use_scheme"),
        *("area_net_m2", "far_min", "far_max", "coverage_max_share", "height_max_m"),
        *("green_min_share", "green_max_share", "supply_status", "land_stage", "supply_planned_on"),
        *("area_m2", "area_basis", "area_plane_m2", "area_ellipsoid_m2", "zone_share"),
        *("footprint_m2", "floor_area_m2", "floor_area_source", "far_plain"),
        *("floor_area_control_m2", "far_control", "far_plan", "far_limit", "far_floor"),
        *("bound_by", "floor_area_headroom_m2", "building_density_share"),
        *("building_coefficient_share", "admin_land_share", "mixed_verdict", "mixed_uses"),
        *("green_m2", "green_share", "green_required_m2", "green_balance_m2"),
        *("green_over_cap_m2", "green_given_m2", "green_received_m2"),
    ),
    "zones": (
        *("zone_id", "name", "area_m2", "green_m2", "green_share", "green_target_share"),
        *("far_plain", "idle_found_share", "area_source", "parcels_n", "far_plain_parcels_n"),
        *("green_attached_m2", "green_public_m2", "green_surplus_m2", "green_deficit_m2"),
        *("green_unmet_m2", "green_balance_unknown_n"),
    ),
    "recommendations": (
        *("parcel_id", "zone_id", "action", "priority", "title_zh", "title_en", "rules", "clause"),
        *("confidence", "area_m2", "floor_area_m2", "decided_by", "approved_by", "assists"),
    ),
    "findings": (
        *("zone_id", "parcel_id", "analysis", "rule", "verdict", "attention", "measured", "limit"),
        *("unit", "area_basis", "pack", "clause", "status", "confidence", "missing"),
    ),
    "transfers": ("zone_id", "from_parcel_id", "to_parcel_id", "area_m2"),
    "plan": ("parcel_id", "zone_id", "quarter", "land_use", "area_m2", "instrument", "term_years"),
}

#: Verdicts and actions of planning, which rest on no ledger.
_PARTNER_ANALYSES = ("far", "green")
_PARTNER_RULES = ("mixed.list",)
_PARTNER_ACTIONS = (
    *("correct_far", "add_storeys", "rearrange", "split_surplus", "allow_mixed"),
    *("resolve_conflict", "pool_green", "check_green", "reduce_green", "supply"),
)
_PARTNER_THEMES = ("idle", "action", "headroom", "bound", "mixed", "green", "supply", "land_use")
_PARTNER_CONTEXT = ("zones", "plan_zones", "buildings", "green", "facilities")

#: Of layers that are drawn, only what the drawing shows.
_CONTEXT_COLUMNS = {
    "zones": ("zone_id", "kind", "name"),
    "facilities": ("facility_id", "kind", "name"),
}


def for_audience(view: MapView, audience: Audience) -> MapView:
    """Return the edition of `view` for `audience`, with a note of what it leaves out.

    Parameters
    ----------
    view : MapView
        The internal edition; it is not changed.
    audience : str
        ``internal``, ``partner`` or ``public``.

    Returns
    -------
    MapView
        Holds nothing that it may not show; ``removed`` says what it leaves out.

    Raises
    ------
    MapInputError
        `audience` is none of the three, or `view` is an edition that already leaves something out.
    """
    if audience not in AUDIENCES:
        msg = f"There is no edition {audience!r} of a map: choose {', '.join(AUDIENCES)}."
        raise MapInputError(msg)
    if audience == view.audience:
        return view
    if view.audience != "internal":
        msg = f"An edition for {audience!r} is made of the internal one, not of the {view.audience}."
        raise MapInputError(msg)
    return _public(view) if audience == "public" else _partner(view)


# ----------------------------------------------------------------------------------------- public


def _public(view: MapView) -> MapView:
    found = _found(view.parcels)
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
            context["zones"] = _rounded(_bare(zones, "zones"), metric, grid)
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
        removed.append(
            Text(f"坐标取整到 {grid:g} 米。", f"Positions are rounded to {grid:g} m.")
        )
    return MapView(
        **_titles(view),
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
        parcel_columns=_known(view, PUBLIC["parcels"]),
        column_labels={"cause": Text("闲置原因（政府原因）", "cause (the government's)")},
        code_labels={"cause": _cause_labels(parcels)},
        columns=PUBLIC,
        themes=("idle",),
        removed=tuple(removed),
    )


def _titles(view: MapView) -> dict[str, Any]:
    """Return what titles every edition. A field that is not named here or by the edition stays out."""
    return {
        "name": view.name,
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


def _known(view: MapView, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(column for column in view.parcel_columns if column.name in names)


def _found(parcels: pd.DataFrame) -> NDArray[np.bool_]:
    if "idle_found" not in parcels:
        return np.zeros(len(parcels), dtype=bool)
    found = parcels["idle_found"].astype("boolean").fillna(value=False)
    return found.to_numpy(dtype=bool)


def _published(view: MapView, parcels: pd.DataFrame) -> pd.DataFrame:
    """Return the found parcels with what is published of them, by the contract row that is found idle.

    Of several such rows the one idle longest speaks; a parcel whose case names no row of the ledger
    speaks for itself.
    """
    rows = view.contracts
    ids = parcels["parcel_id"].astype("string")
    if {"idle_found", "parcel_id"} <= {*rows.columns}:
        rows = rows.loc[_found(rows) & rows["parcel_id"].isin(ids).to_numpy(dtype=bool)]
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
        own = parcels[name].reset_index(drop=True) if name in parcels else pd.Series(pd.NA, index=range(len(ids)))
        if name in rows:
            told = pd.Series(rows[name].array)
            # A period is the row's own even where it is unknown; a holder's name may stand in either.
            take = told.notna().to_numpy() if name == "holder" else by_row
            own = own.where(~take, told)
        kept[name] = own.array
    # A line that still lies ahead begins no idle period.
    begun = pd.Series(kept["idle_days"]).notna()
    kept["idle_from"] = pd.Series(kept["idle_from"]).where(begun).array
    cause, status = (
        rows[name].astype("string").fillna("").to_numpy(dtype=object)
        if name in rows
        else np.full(len(ids), "", dtype=object)
        for name in ("cause_kind", "idle_status")
    )
    kept["cause"] = pd.array(
        [_government(code) if state == "gov_cause" else None for code, state in zip(cause, status, strict=True)],
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
    return pd.Index(rows["parcel_id"].loc[_found(rows)].dropna())


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
    labels = {}
    for codes in parcels["cause"].dropna().unique():
        texts = [CAUSES.labels.get(code, Text(code, code)) for code in str(codes).split(",")]
        labels[str(codes)] = Text("；".join(t.zh for t in texts), "; ".join(t.en for t in texts))
    return labels


def _metric_crs(view: MapView) -> pyproj.CRS:
    """Return a CRS in metres to round in."""
    crs = view.parcels.crs if view.crs is None else view.crs
    return view.parcels.estimate_utm_crs() if crs.is_geographic else crs


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
    cells = shapely.box(*(middle - grid / 2).T, *(middle + grid / 2).T)
    shapes = shapes.copy()
    shapes[usable] = np.where(flat, cells, shapely.remove_repeated_points(coarse))
    return moved.set_geometry(gpd.GeoSeries(shapes, index=moved.index, crs=crs))


def _bare(frame: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Keep of a drawn layer the columns that the drawing shows."""
    kept = [column for column in _CONTEXT_COLUMNS.get(name, ()) if column in frame]
    return frame[[*kept, frame.geometry.name]]


# ---------------------------------------------------------------------------------------- partner


def _partner(view: MapView) -> MapView:
    parcels = view.parcels
    found = _found(parcels)
    kept = [name for name in parcels if name in PARTNER["parcels"] or name == "geometry"]
    parcels = parcels[kept].assign(idle_found=pd.array(found, dtype="boolean"))
    findings = view.findings
    allowed = findings["analysis"].isin(_PARTNER_ANALYSES) | findings["rule"].isin(_PARTNER_RULES)
    # A verdict on a contract rests on the ledger.
    allowed &= findings["contract_no"].isna()
    advice = view.recommendations
    advice = advice.loc[advice["action"].isin(_PARTNER_ACTIONS).to_numpy(dtype=bool)]
    # Gaps in the order would tell how many, and how urgent, are withheld.
    order = advice["priority"].rank(method="dense").astype("Int64")
    dropped = len(view.recommendations) - len(advice)
    return MapView(
        **_titles(view),
        audience="partner",
        label=view.label,
        notices=view.notices,
        parcels=parcels,
        findings=_columns(findings.loc[allowed.to_numpy(dtype=bool)], "findings"),
        recommendations=_columns(advice.assign(priority=order), "recommendations"),
        zones=_columns(view.zones, "zones"),
        contracts=view.contracts.iloc[:0],
        transfers=_columns(view.transfers, "transfers"),
        plan=_columns(view.plan, "plan"),
        context={
            name: _bare(frame, name)
            for name, frame in view.context.items()
            if name in _PARTNER_CONTEXT
        },
        parcel_columns=_known(view, PARTNER["parcels"]),
        rule_titles=view.rule_titles,
        column_labels=view.column_labels,
        code_labels=view.code_labels,
        columns=PARTNER,
        themes=_PARTNER_THEMES,
        removed=(
            Text(
                "合作方版未载：土地使用权人、合同台账、涉嫌闲置的状态与期限、金额、案件，以及可能述及这些内容的文字说明。",
                "Left out of the partner's edition: holders, the contract ledger, suspected idle land and its dates, "
                "amounts, cases, and free text that might tell of them.",
            ),
            Text(
                f"另有 {dropped} 项建议不在本版。",
                f"{dropped} recommendations are not in this edition.",
            ),
        ),
    )


def _columns(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    return frame[[name for name in frame if name in PARTNER[table]]]
