"""Approved boundary, fence, control plan, parcels and buildings held against each other.

A zone may have several polygons of each kind; the support area lies outside by its nature and is not
tested. Drawn lines never agree to the centimetre: ground beyond a line counts where it is wider than the
accuracy of the lines, in metres; only areas and uses are compared with a tolerance in per cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from analyses.frames import numbers, texts
from analyses.ground import has_ground
from analyses.results_supply import BOUNDARY
from analyses.supply_boundary_findings import boundary_findings, unknown_boundary, zone_fact
from analyses.supply_boundary_uses import approved_of, use_drift
from analyses.supply_rows import hectares, rows_of
from analyses.supply_stock import SERVING_USES

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy

__all__ = ["LINE_M", "BoundaryCheck", "check_boundary"]

#: A strip narrower than this along a boundary is the width of a drawn line, unless a project says more, m.
LINE_M = 0.05


@dataclass(frozen=True)
class BoundaryCheck:
    """What came of the check.

    Attributes
    ----------
    table : pandas.DataFrame
        In the contract of `analyses.results_supply.BOUNDARY`, one row for each issue.
    outside_m2 : numpy.ndarray
        Ground of each parcel outside its zone's approved boundary, m2; NaN where none is known.
    findings : pandas.DataFrame
        Rules ``supply.boundary`` and ``supply.drift`` for each zone and each parcel concerned.
    """

    table: pd.DataFrame
    outside_m2: np.ndarray
    findings: pd.DataFrame


def _rows_of_kind(zones: pd.DataFrame, zone: str, kind: str) -> pd.DataFrame:
    own = texts(zones, "zone_id").eq(zone).fillna(value=False).to_numpy(dtype=bool)
    own &= texts(zones, "kind").eq(kind).fillna(value=False).to_numpy(dtype=bool)
    return zones.loc[own & has_ground(zones)]


def _union(frame: pd.DataFrame) -> Any:
    return shapely.union_all(frame["geometry"].to_numpy()) if len(frame) else None


def _beyond(shape: Any, boundary: Any, line_m: float) -> float:
    """Return the ground of a shape beyond a boundary, without the pieces that are but the width of a line."""
    pieces = shapely.get_parts(shapely.difference(shape, boundary))
    solid = ~shapely.is_empty(shapely.buffer(pieces, -line_m / 2))
    return float(shapely.area(pieces[solid]).sum())


def check_boundary(  # noqa: PLR0913 - every layer is an input of its own
    parcels: pd.DataFrame,
    zones: pd.DataFrame | None,
    policy: Policy,
    as_of: date,
    *,
    plan_zones: pd.DataFrame | None = None,
    buildings: pd.DataFrame | None = None,
    approved_uses: pd.DataFrame | None = None,
    tolerance: float | None = None,
    line_m: float = LINE_M,
) -> BoundaryCheck:
    """Hold fence, plan, parcels and buildings against the approved boundary of each zone.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        With ``zone_id``, ``land_use`` and ``area_m2``.
    zones : geopandas.GeoDataFrame or None
        Rows of kind ``approved`` and ``fenced`` count; several polygons make one boundary.
    policy : policies.model.Policy
        ``supply.boundary`` and ``supply.drift``: national, or the local clause.
    as_of : datetime.date
        The review date.
    plan_zones, buildings : geopandas.GeoDataFrame, optional
        Control plan (its uses are held against the approved ones too) and building outlines.
    approved_uses : pandas.DataFrame, optional
        The approved area of each use.
    tolerance : float, optional
        Share by which the drawn area and the area of each use may differ from the approval; None: whether
        they have drifted is unknown. It excuses no ground beyond the boundary.
    line_m : float
        How exact the lines are: ground beyond one that is nowhere wider is no ground.

    Returns
    -------
    BoundaryCheck

    Notes
    -----
    Position and area are two things. A boundary is a line, known to so many centimetres or metres
    whatever it encloses: a share of the object would excuse two hectares beyond the fence of a large zone
    and find fault with the corner of a small plot. So ground beyond counts wherever a piece of it is wider
    than `line_m`, and only what is compared with a figure on paper has a tolerance in per cent of it.
    """
    outside = np.full(len(parcels), np.nan)
    if zones is None or "geometry" not in zones or "geometry" not in parcels:
        return BoundaryCheck(
            rows_of(BOUNDARY, {}, 0), outside, unknown_boundary(policy, as_of, parcels)
        )
    rows: list[dict[str, Any]] = []
    facts: list[dict[str, Any]] = []
    ids = texts(parcels, "zone_id")
    for zone in sorted(set(texts(zones, "zone_id").dropna().tolist())):
        approved = _rows_of_kind(zones, zone, "approved")
        if len(approved) == 0:
            kinds = set(texts(zones, "kind")[texts(zones, "zone_id").eq(zone).fillna(value=False)])
            said = "not_applicable" if kinds == {"support"} else "unknown"
            facts.append({"zone_id": zone, "boundary": said, "drift": said})
            continue
        boundary = _union(approved)
        shapely.prepare(boundary)
        own = np.flatnonzero(
            (ids.eq(zone).fillna(value=False).to_numpy() & has_ground(parcels))
            | _strays(parcels, ids, boundary, line_m)
        )
        support = _union(_rows_of_kind(zones, zone, "support"))
        own, beyond = _outside(parcels, own, boundary, support, line_m)
        outside[own] = beyond
        found = [
            *_parcel_rows(parcels, own, beyond),
            *_fence_rows(zones, zone, boundary, line_m),
            *_plan_rows(plan_zones, zones, zone, boundary, line_m),
            *_building_rows(
                buildings,
                _held(zones, zone, parcels["geometry"].to_numpy()[own[beyond > 0]]),
                boundary,
                line_m,
            ),
        ]
        uses = approved_of(approved_uses, zone)
        drift = _area_rows(approved, boundary, tolerance)
        lacking = _lacking(approved, uses, tolerance)
        if tolerance is not None:
            for layer, frame in (("parcels", parcels.iloc[own]), ("plan_zones", plan_zones)):
                apart, gaps = use_drift(uses, frame, boundary, tolerance, layer=layer)
                drift += apart
                lacking += [gap for gap in gaps if gap not in lacking]
        for row in found:
            row["zone_id"], row["tolerance_m"] = zone, line_m
        for row in drift:
            row["zone_id"], row["tolerance_share"] = zone, tolerance
        rows += [*found, *drift]
        facts.append(zone_fact(zone, found, drift, ",".join(lacking)))
    columns = {key: [row.get(key) for row in rows] for key in BOUNDARY.names}
    table = rows_of(BOUNDARY, columns, len(rows))
    return BoundaryCheck(
        table, outside, boundary_findings(policy, as_of, table, pd.DataFrame(facts))
    )


def _strays(parcels: pd.DataFrame, ids: pd.Series[Any], boundary: Any, line_m: float) -> np.ndarray:
    """Return the parcels of no zone that reach into the boundary: most of their ground lies beyond it.

    A road or a green belt that runs on beyond the zone is none of them: nobody built it out of the zone.
    """
    found = np.zeros(len(parcels), dtype=bool)
    serving = texts(parcels, "land_use").isin(SERVING_USES).to_numpy(dtype=bool, na_value=False)
    at = np.flatnonzero(ids.isna().to_numpy() & has_ground(parcels) & ~serving)
    shapes = parcels["geometry"].to_numpy()[at]
    near = shapely.intersects(boundary, shapes)
    inside = shapely.area(shapely.intersection(shapes[near], boundary))
    found[at[near]] = inside > line_m * shapely.length(shapes[near])
    return found


def _outside(
    parcels: pd.DataFrame, own: np.ndarray, boundary: Any, support: Any, line_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return which parcels are tested, and the ground of each beyond the boundary.

    What lies wholly within is not cut. A parcel that lies for the most part in the zone's support area
    is outside by its nature: it is not tested, and no other ground of the support area counts as beyond.
    """
    shapes = parcels["geometry"].to_numpy()[own]
    crossing = ~shapely.contains(boundary, shapes)
    if support is not None:
        held = shapely.area(shapely.intersection(shapes, support))
        tested = ~crossing | (held <= shapely.area(shapes) / 2)
        own, shapes, crossing = own[tested], shapes[tested], crossing[tested]
        boundary = shapely.union(boundary, support)
    beyond = np.zeros(len(own))
    for at in np.flatnonzero(crossing):
        beyond[at] = _beyond(shapes[at], boundary, line_m)
    return own, beyond


def _row(
    issue: str, layer: str, name: object, measured: float, limit: float, zh: str, en: str
) -> dict[str, Any]:
    return {
        "issue": issue,
        "layer": layer,
        "id": str(name) if isinstance(name, str) else None,
        "measured": measured,
        "limit": limit,
        "unit": "m2",
        "note_zh": zh,
        "note_en": en,
    }


def _parcel_rows(
    parcels: pd.DataFrame, own: np.ndarray, beyond: np.ndarray
) -> list[dict[str, Any]]:
    area = shapely.area(parcels["geometry"].to_numpy()[own])
    names = texts(parcels, "parcel_id").to_numpy(dtype=object)[own]
    return [
        _row(
            "parcel_outside",
            "parcels",
            names[at],
            beyond[at],
            0.0,
            f"宗地有{hectares(beyond[at])}在批准四至以外，占{beyond[at] / area[at]:.1%}。",
            f"{beyond[at]:,.0f} m2 ({beyond[at] / area[at]:.1%}) lie outside the approved boundary.",
        )
        for at in np.flatnonzero(beyond > 0)
    ]


def _fence_rows(
    zones: pd.DataFrame, zone: str, boundary: Any, line_m: float
) -> list[dict[str, Any]]:
    fence = _union(_rows_of_kind(zones, zone, "fenced"))
    if fence is None:
        return []
    rows = []
    for issue, shape, other, zh, en in (
        (
            "fence_outside",
            fence,
            boundary,
            "围网超出批准四至",
            "of the fence lie outside the approved boundary",
        ),
        (
            "approved_unfenced",
            boundary,
            fence,
            "批准四至内尚未围网",
            "of the approved ground are not fenced",
        ),
    ):
        rest = _beyond(shape, other, line_m)
        if rest > 0:
            rows.append(
                _row(
                    issue,
                    "zones",
                    zone,
                    rest,
                    0.0,
                    f"{zh}{hectares(rest)}。",
                    f"{rest:,.0f} m2 {en}.",
                )
            )
    return rows


def _plan_rows(
    plan: pd.DataFrame | None,
    zones: pd.DataFrame,
    zone: str,
    boundary: Any,
    line_m: float,
) -> list[dict[str, Any]]:
    """Return the plan's plots that begin inside a boundary and run beyond it, outside every other zone."""
    if plan is None or not has_ground(plan).any():
        return []
    others = zones.loc[
        has_ground(zones)
        & (
            ~texts(zones, "zone_id").eq(zone).fillna(value=False).to_numpy()
            | texts(zones, "kind").eq("support").fillna(value=False).to_numpy()
        )
    ]
    allowed = shapely.union_all([boundary, *others["geometry"].to_numpy()])
    plots = plan.loc[has_ground(plan)]
    shapes = plots["geometry"].to_numpy()
    crossing = shapely.intersects(boundary, shapes) & ~shapely.contains(allowed, shapes)
    names = texts(plots, "plan_id").to_numpy(dtype=object)
    rows = []
    for at in np.flatnonzero(crossing):
        rest = _beyond(shapes[at], allowed, line_m)
        inside = shapely.area(shapely.intersection(shapes[at], boundary))
        if rest > 0 and inside > line_m * shapely.length(shapes[at]):
            rows.append(
                _row(
                    "plan_outside",
                    "plan_zones",
                    names[at],
                    rest,
                    0.0,
                    f"控规地块有{hectares(rest)}在批准四至以外。",
                    f"{rest:,.0f} m2 of the plan plot lie outside the approved boundary.",
                )
            )
    return rows


def _held(zones: pd.DataFrame, zone: str, outside: np.ndarray) -> Any:
    """Return the ground that a zone holds by its fence, or by parcels of its own that reach beyond it."""
    fence = _union(_rows_of_kind(zones, zone, "fenced"))
    shapes = [*([] if fence is None else [fence]), *outside]
    return shapely.union_all(shapes) if shapes else None


def _building_rows(
    buildings: pd.DataFrame | None, held: Any, boundary: Any, line_m: float
) -> list[dict[str, Any]]:
    """Return the buildings that cross a boundary; those wholly outside where fence or parcels hold them."""
    if buildings is None or not has_ground(buildings).any():
        return []
    standing = buildings.loc[
        has_ground(buildings)
        & ~texts(buildings, "state").eq("demolished").fillna(value=False).to_numpy()
    ]
    shapes = standing["geometry"].to_numpy()
    names = texts(standing, "building_id").to_numpy(dtype=object)
    tree = shapely.STRtree(shapes)
    rows = []
    for at in np.sort(tree.query(shapely.boundary(boundary), predicate="intersects")):
        rest = _beyond(shapes[at], boundary, line_m)
        inside = shapely.area(shapes[at]) - rest
        if rest > 0 and inside > line_m * shapely.length(shapes[at]):
            rows.append(
                _row(
                    "building_across",
                    "buildings",
                    names[at],
                    rest,
                    0.0,
                    f"建筑跨越批准四至，界外基底{rest:,.1f}平方米。",
                    f"The building crosses the approved boundary with {rest:,.1f} m2 outside.",
                )
            )
    if held is not None and (beyond := shapely.difference(held, boundary)):
        for at in np.sort(tree.query(beyond, predicate="contains")):
            area = float(shapely.area(shapes[at]))
            rows.append(
                _row(
                    "building_outside",
                    "buildings",
                    names[at],
                    area,
                    0.0,
                    f"建筑在本区围网或宗地内而在批准四至以外，基底{area:,.1f}平方米。",
                    f"The building stands inside the fence or on a parcel of the zone, outside the approved boundary: {area:,.1f} m2.",
                )
            )
    return rows


def _area_rows(
    approved: pd.DataFrame, boundary: Any, tolerance: float | None
) -> list[dict[str, Any]]:
    recorded = numbers(approved, "approved_area_m2").dropna()
    if recorded.empty or tolerance is None:
        return []
    limit, drawn = float(recorded.iloc[0]), float(shapely.area(boundary))
    if limit <= 0 or abs(drawn - limit) <= tolerance * limit:
        return []
    return [
        _row(
            "area_drift",
            "zones",
            approved["zone_id"].iloc[0],
            drawn,
            limit,
            f"批准四至图上面积{hectares(drawn)}，批准面积{hectares(limit)}，相差{drawn / limit - 1:+.2%}。",
            f"The approved boundary measures {drawn:,.0f} m2, the approval says {limit:,.0f} m2: {drawn / limit - 1:+.2%}.",
        )
    ]


def _lacking(approved: pd.DataFrame, uses: pd.Series, tolerance: float | None) -> list[str]:
    """Name what is missing for telling whether area and uses have drifted from the approval."""
    if tolerance is None:
        return ["boundary_tolerance_share"]
    recorded = numbers(approved, "approved_area_m2").notna().any()
    return [
        *(() if recorded else ("zones.approved_area_m2",)),
        *(("approved_uses",) if uses.empty else ()),
    ]
