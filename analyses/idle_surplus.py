"""Surplus land (节余土地) of completed projects: the largest open part, as a candidate for splitting off.

Only completed projects: open ground of a project under way, or kept for a later phase, is no surplus.
A candidate says what stands against it; nothing here says that land may be split off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.frames import flags, numbers, texts, verdict_of
from analyses.ground import has_ground
from analyses.idle_clock import day_numbers
from analyses.idle_evidence import developed_ground
from analyses.idle_text import share_text
from analyses.idle_works import falls_short
from analyses.outcome import Analysis
from analyses.results_surplus import AGAINST, SURPLUS
from geo.overlay import NOISE_M2, uncovered
from layers.columns import empty_frame

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy, Rule

__all__ = ["find_surplus"]

#: Two outlines this near touch: drawn boundaries differ by millimetres.
_TOUCH_M = 0.01
#: What is told only where the ledger says yes.
_BANS = (("in_dispute", "dispute"), ("hoarding_found", "hoarding"))
_ROAD = {
    True: ("临道路", "touches a road"),
    False: ("不临道路", "touches no road"),
    None: ("是否临道路未知", "road access unknown"),
}


def _opened(parts: gpd.GeoSeries, width_m: float) -> gpd.GeoSeries:
    """Take away whatever is narrower than a width; parts joined by a narrower neck come apart."""
    narrowed = parts.buffer(-width_m / 2, join_style="mitre")
    widened = narrowed.buffer(width_m / 2, join_style="mitre")
    return widened.intersection(parts)


def _narrowest_m(parts: gpd.GeoSeries) -> np.ndarray:
    """Return the smallest distance between two parallel lines that hold each part between them.

    It lies across one of the sides of the convex hull.

    Examples
    --------
    >>> _narrowest_m(gpd.GeoSeries([shapely.box(0, 0, 90, 40)])).tolist()
    [40.0]
    """
    widths = []
    for hull in shapely.convex_hull(parts.to_numpy()):
        corners = shapely.get_coordinates(hull)
        sides = np.diff(corners, axis=0)
        length = np.hypot(*sides.T)
        normal = np.column_stack([-sides[:, 1], sides[:, 0]])[length > 0]
        across = normal / length[length > 0, None] @ corners.T
        widths.append(float((across.max(axis=1) - across.min(axis=1)).min()))
    return np.array(widths)


def _open_parts(
    land: gpd.GeoDataFrame, standing: gpd.GeoDataFrame, clearance_m: float, width_min_m: float
) -> gpd.GeoSeries:
    """Return the largest contiguous part of each parcel clear of what stands; empty where there is none."""
    shapes = standing.geometry.to_numpy()
    kept_clear = gpd.GeoSeries(shapely.buffer(shapes, clearance_m), crs=land.crs)
    parts = uncovered(land, kept_clear)
    if width_min_m > 0:
        parts = _opened(parts, width_min_m)
    parts = parts.explode(index_parts=False)
    parts = parts[parts.geom_type == "Polygon"]
    order = np.lexsort(
        (shapely.to_wkb(shapely.normalize(parts.to_numpy())), -parts.area.to_numpy())
    )
    largest = parts.iloc[order]
    return largest[~largest.index.duplicated()].reindex(land.index)


def _road_access(
    parts: gpd.GeoSeries, parcels: gpd.GeoDataFrame, facilities: pd.DataFrame | None
) -> pd.Series[bool]:
    """Say of each part whether it touches a road parcel or a road; null where no road is drawn."""
    roads = [parcels.geometry[texts(parcels, "land_use").eq("road").fillna(value=False)]]
    if facilities is not None and has_ground(facilities).any():
        roads.append(
            facilities["geometry"][texts(facilities, "kind").eq("road").fillna(value=False)]
        )
    shapes = np.concatenate([road.dropna().to_numpy() for road in roads])
    if len(shapes) == 0:
        return pd.Series(pd.NA, index=parts.index, dtype="boolean")
    tree = shapely.STRtree(shapes)
    near = np.unique(tree.query(parts.to_numpy(), predicate="dwithin", distance=_TOUCH_M)[0])
    return pd.Series(np.isin(np.arange(len(parts)), near), index=parts.index, dtype="boolean")


def _completed(parcels: pd.DataFrame, contracts: pd.DataFrame, as_of: date) -> np.ndarray:
    """Mark the parcels whose project is completed: by their stage, else by every row of their ledger."""
    stage, ids = texts(parcels, "land_stage"), texts(parcels, "parcel_id")
    done = day_numbers(contracts, "completed_on") <= np.datetime64(as_of, "D")
    rows = pd.DataFrame({"parcel_id": texts(contracts, "parcel_id").array, "done": done})
    every = rows.dropna(subset="parcel_id").groupby("parcel_id")["done"].all()
    by_ledger = ids.map(every).fillna(value=False).to_numpy(dtype=bool)
    by_stage = stage.eq("completed").fillna(value=False).to_numpy(dtype=bool)
    return np.asarray(by_stage | (stage.isna().to_numpy() & by_ledger))


def _against(
    ids: pd.Series[str], contracts: pd.DataFrame, rule: Rule, as_of: date
) -> list[list[str]]:
    """Name what stands against each parcel, from all rows of its ledger."""
    done = day_numbers(contracts, "completed_on") <= np.datetime64(as_of, "D")
    share = numbers(contracts, "invested_share").to_numpy()
    least = rule.value("invested_share_min")
    rows = pd.DataFrame({"parcel_id": texts(contracts, "parcel_id").array, "open": ~done})
    rows["short"] = falls_short(share, np.ones_like(share), least)
    rows["known"] = ~np.isnan(share)
    for name in ("mortgaged", "seized", "in_dispute", "hoarding_found"):
        said = flags(contracts, name)
        rows[name] = said.fillna(value=False).to_numpy(dtype=bool)
        rows[f"{name}_blank"] = said.isna().to_numpy()
    found = []
    by_parcel = dict(list(rows.groupby("parcel_id"))) if len(rows) else {}
    for parcel in ids:
        own = by_parcel.get(parcel, rows.iloc[:0])
        codes = []
        if len(own) > 1 and own["open"].any():
            codes.append("phase_reserve")
        for name, word in (("mortgaged", "mortgage"), ("seized", "seizure")):
            if own[name].any():
                codes.append(word)
            elif own.empty or own[f"{name}_blank"].any():
                codes.append(f"{word}_unknown")
        codes += [word for name, word in _BANS if own[name].any()]
        codes.append("split_clause_unknown")
        if own["short"].any():
            codes.append("investment_short")
        elif own.empty or not own["known"].all():
            codes.append("investment_unknown")
        found.append(codes)
    return found


def find_surplus(
    parcels: pd.DataFrame,
    contracts: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    buildings: pd.DataFrame | None = None,
    facilities: pd.DataFrame | None = None,
    clearance_m: float | None = None,
    width_min_m: float = 0.0,
) -> Analysis:
    """Find the largest contiguous open part of every completed project.

    The parcel less what stands on it to stay (buildings, structures, yards; unfinished ones too), each
    widened by `clearance_m`. Parcels on which no outline stands are left out: there the layer is more
    likely to lack the buildings than the project.

    Parameters
    ----------
    parcels : pandas.DataFrame
        In the contract of the parcels; only completed projects count: by ``land_stage``, or where that is
        blank by a completion of every row of the ledger.
    contracts : pandas.DataFrame
        The table of `analyses.idle.analyse_idle`: phases, mortgage, seizure, investment.
    policy : policies.model.Policy
        Gives the share of the investment that a transfer requires.
    as_of : datetime.date
        The review date.
    buildings, facilities : pandas.DataFrame, optional
        Outlines; roads among the facilities count beside road parcels.
    clearance_m : float, optional
        Metres kept about what stands; without it nothing is computed.
    width_min_m : float
        Strips narrower than this are no part of it; what hangs together by a narrower neck comes apart.

    Returns
    -------
    Analysis
        ``tables``: ``surplus`` in the contract of `analyses.results_surplus.SURPLUS`. ``findings``: rule
        ``idle.surplus``, yes for a candidate, no where the ground is a later phase's.

    Examples
    --------
    >>> from datetime import date
    >>> from policies import load_policy
    >>> land = gpd.GeoDataFrame({"parcel_id": ["p"], "land_stage": ["completed"]},
    ...                         geometry=[shapely.box(0, 0, 100, 40)], crs="EPSG:4548")
    >>> plant = gpd.GeoDataFrame({"state": ["built"]}, geometry=[shapely.box(0, 0, 50, 40)], crs="EPSG:4548")
    >>> found = find_surplus(land, pd.DataFrame(), load_policy("national"), date(2026, 6, 30),
    ...                      buildings=plant, clearance_m=10)
    >>> found.tables["surplus"][["area_m2", "width_m"]].round(3).values.tolist()
    [[1600.0, 40.0]]
    """
    rule = policy.rule("idle.surplus")
    nothing = Analysis(
        measures=pd.DataFrame(index=parcels.index), tables={"surplus": empty_frame(SURPLUS)}
    )
    if clearance_m is None or buildings is None or not isinstance(parcels, gpd.GeoDataFrame):
        return nothing
    _, standing = developed_ground(buildings)
    outlines = gpd.GeoDataFrame(buildings.loc[standing & has_ground(buildings)])
    land = parcels.loc[_completed(parcels, contracts, as_of) & has_ground(parcels)]
    if len(land) == 0 or len(outlines) == 0:
        return nothing
    held = shapely.STRtree(outlines.geometry.to_numpy()).query(
        land.geometry.to_numpy(), predicate="intersects"
    )[0]
    land = land.iloc[np.unique(held)]
    parts = _open_parts(land, outlines, float(clearance_m), float(width_min_m))
    parts = parts[parts.notna() & ~parts.is_empty]
    parts = parts[parts.area > NOISE_M2]
    if len(parts) == 0:
        return nothing
    chosen = parcels.loc[parts.index]
    ids = texts(chosen, "parcel_id")
    against = _against(ids, contracts, rule, as_of)
    reserve = np.array(["phase_reserve" in codes for codes in against])
    circles = shapely.maximum_inscribed_circle(parts.to_numpy(), tolerance=_TOUCH_M)
    figures = {
        "zone_id": texts(chosen, "zone_id"),
        "parcel_id": ids,
        "area_m2": parts.area.to_numpy(),
        "width_m": 2 * shapely.length(circles),
        "width_narrowest_m": _narrowest_m(parts),
        "road_access": _road_access(parts, parcels, facilities),
        "clearance_m": float(clearance_m),
        "phase_reserve": reserve,
        "against": [",".join(codes) for codes in against],
        "against_zh": ["；".join(AGAINST[code].zh for code in codes) for codes in against],
        "against_en": ["; ".join(AGAINST[code].en for code in codes) for codes in against],
        "clause": rule.clause.citation("zh"),
        "confidence": rule.confidence,
    }
    table = pd.DataFrame(figures, index=parts.index)
    typed = pd.DataFrame({c.name: table[c.name].astype(c.dtype) for c in SURPLUS.columns})
    typed = typed.sort_values(["zone_id", "parcel_id"], kind="stable", na_position="first")
    return Analysis(
        measures=nothing.measures,
        findings=concat_findings(
            [_findings(rule, as_of, typed), _investment(policy, as_of, typed, contracts)]
        ),
        tables={"surplus": typed.reset_index(drop=True)},
    )


def _findings(rule: Rule, as_of: date, table: pd.DataFrame) -> pd.DataFrame:
    notes: dict[str, list[str]] = {"zh": [], "en": []}
    roads = [_ROAD[None if pd.isna(access) else bool(access)] for access in table["road_access"]]
    for row, road in zip(table.itertuples(), roads, strict=True):
        zh = f"连片未建{row.area_m2:,.0f}㎡，最大内切圆直径{row.width_m:.1f}米，最小宽度{row.width_narrowest_m:.1f}米，{road[0]}（已扣除建筑外{row.clearance_m:g}米）。"
        en = (
            f"{row.area_m2:,.0f} m2 undeveloped in one piece, widest circle {row.width_m:.1f} m, "
            f"least width {row.width_narrowest_m:.1f} m, {road[1]} "
            f"(clear of what stands by {row.clearance_m:g} m)."
        )
        last = (
            ("属后续分期预留用地，不作节余土地。", " Ground of a later phase: no surplus land.")
            if row.phase_reserve
            else (
                "可作为节余土地线索，能否分割须另行论证。",
                " A candidate for surplus land; whether it may be split off is to be studied.",
            )
        )
        notes["zh"].append(f"{zh}{last[0]}不利因素：{row.against_zh}。")
        notes["en"].append(f"{en}{last[1]} Against it: {row.against_en}.")
    return rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=np.where(table["phase_reserve"].to_numpy(dtype=bool), "no", "yes"),
            zone_id=table["zone_id"],
            parcel_id=table["parcel_id"],
            measured=table["area_m2"].to_numpy(),
            unit="m2",
            area_basis="measured",
            note_zh=notes["zh"],
            note_en=notes["en"],
        ),
    )


def _investment(
    policy: Policy, as_of: date, table: pd.DataFrame, contracts: pd.DataFrame
) -> pd.DataFrame:
    """Test the investment that a transfer of the land requires: of several contracts the least."""
    by = policy.rule("idle.surplus").parameter("invested_share_min")
    rows = pd.DataFrame(
        {
            "parcel_id": texts(contracts, "parcel_id").array,
            "share": numbers(contracts, "invested_share").array,
        }
    )
    by_parcel = rows.groupby("parcel_id")["share"]
    ids = table["parcel_id"]
    least = ids.map(by_parcel.min()).astype("float64").to_numpy()
    gaps = ids.map(by_parcel.count() < by_parcel.size()).fillna(value=True).to_numpy(dtype=bool)
    short = falls_short(least, np.ones_like(least), by.value)
    missing = np.where((gaps & ~short) | np.isnan(least), "invested_wan", "")
    verdict = verdict_of(short, unknown=missing != "")
    limit = share_text(by.value, "zh"), share_text(by.value, "en")
    notes = {
        "yes": ("未达到", "not reached: no transfer before it is"),
        "no": ("已达到", "reached"),
        "unknown": ("投资额不全，无法判断", "the investment is not known"),
    }
    said = [
        ("未知", "unknown") if np.isnan(share) else (f"{share * 100:.2f}%",) * 2 for share in least
    ]
    return rule_findings(
        policy.rule("idle.surplus_investment"),
        as_of,
        Verdicts(
            verdict=verdict,
            zone_id=table["zone_id"],
            parcel_id=ids,
            measured=least,
            limit=float(by.value),
            unit="share",
            missing=missing,
            note_zh=[
                f"转让须完成投资总额的{limit[0]}，现为{share[0]}：{notes[code][0]}。"
                for share, code in zip(said, verdict, strict=True)
            ],
            note_en=[
                f"A transfer needs {limit[1]} of the investment, {share[1]} is done: {notes[code][1]}."
                for share, code in zip(said, verdict, strict=True)
            ],
            by=by,
        ),
    )
