"""Land supply: boundary, stock, readiness, location, instruments, standard land and the plan.

The pure part of the work on a zone's supply: contract frames and a policy in, measures, findings and
tables out. Each module beside this one holds one of the steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.frames import flags, numbers, texts
from analyses.ground import has_ground
from analyses.outcome import Analysis
from analyses.results_supply import BOUNDARY
from analyses.supply_acceptance import acceptance_findings, overdue_rows
from analyses.supply_boundary import LINE_M, check_boundary
from analyses.supply_candidates import (
    candidate_rows,
    candidate_terms,
    supporting,
    supporting_findings,
    with_projects,
)
from analyses.supply_ground import candidate_ground, serving_ground
from analyses.supply_limits import INDUSTRIAL_USES, ZoneBase
from analyses.supply_location import location_scores, location_table
from analyses.supply_plan import PlanOptions, make_plan, plan_summary
from analyses.supply_plan_findings import plan_findings, plan_problems
from analyses.supply_price import price_findings
from analyses.supply_readiness import Asked, readiness_of
from analyses.supply_rows import quarter_of, quarters_from, rows_of
from analyses.supply_standard import check_bids, standard_sheet
from analyses.supply_stock import (
    THRESHOLD_COLUMNS,
    low_efficiency,
    nesting_findings,
    nesting_problems,
    stock_of,
    stock_table,
    vacant_floors,
)
from analyses.supply_swaps import swap_balances
from analyses.supply_terms import check_terms
from analyses.supply_vacancy import vacancy_findings
from analyses.zones import zone_areas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from analyses.supply_stock import Stock
    from policies.model import Policy

__all__ = ["SupplyInputs", "analyse_supply"]

#: A plan covers two years unless the project says otherwise.
_YEARS, _QUARTERS_A_YEAR = 2, 4


@dataclass(frozen=True)
class SupplyInputs:
    """The layers and tables beside the parcels; None where the project gives none.

    Attributes
    ----------
    frames : mapping of str to pandas.DataFrame
        By contract: ``zones``, ``plan_zones``, ``buildings``, ``facilities``, ``assessments``, ``roads``,
        ``projects``, ``standards``, ``bids``, ``swaps``, ``targets``, ``plan``, ``approved_uses``.
    surplus : pandas.DataFrame or None
        The table of `analyses.idle_surplus.find_surplus`.
    zone_green : pandas.DataFrame or None
        The ``zones`` frame of the green analysis.
    """

    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    surplus: pd.DataFrame | None = None
    zone_green: pd.DataFrame | None = None

    def get(self, name: str) -> pd.DataFrame | None:
        """Return a frame; None where there is none."""
        return self.frames.get(name)


def analyse_supply(
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
    inputs: SupplyInputs,
    *,
    options: Mapping[str, Any] | None = None,
) -> Analysis:
    """Analyse the land supply of every zone.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        With ``zone_id``, ``area_m2``, ``fenced_share`` and, where they were analysed, ``idle_status``,
        ``idle_found``, ``green_m2``.
    policy : policies.model.Policy
        Rules ``supply.*``.
    as_of : datetime.date
        The review date.
    inputs : SupplyInputs
        Everything beside the parcels.
    options : mapping, optional
        The project's table ``[supply]`` (`layers.options.OPTIONS`).

    Returns
    -------
    Analysis
        ``measures``: the columns of `analyses.results_supply.SUPPLY_COLUMNS` but ``yield_class``.
        ``tables``: ``stock``, ``boundary``, ``readiness``, ``locations``, ``standard_land``,
        ``bid_checks``, ``swap_balances``, ``plan``.
    """
    chosen = dict(options or {})
    rows = parcels.reset_index(drop=True)
    zones, facilities = inputs.get("zones"), inputs.get("facilities")
    stock = stock_of(rows, serving_ground=serving_ground(rows, facilities))
    boundary = check_boundary(
        rows,
        zones,
        policy,
        as_of,
        plan_zones=inputs.get("plan_zones"),
        buildings=inputs.get("buildings"),
        approved_uses=inputs.get("approved_uses"),
        tolerance=chosen.get("boundary_tolerance_share"),
        line_m=float(chosen.get("boundary_line_m", LINE_M)),
    )
    low, low_zh, low_en = low_efficiency(rows, stock, chosen.get("low_efficiency", {}))
    floors = vacant_floors(rows, inputs.get("buildings"), _homes(rows, inputs.get("buildings")))
    at = np.flatnonzero(stock.levels["candidates"] == 1)
    ground = candidate_ground(
        rows,
        at,
        facilities=facilities,
        green=inputs.get("green"),
        corridors=chosen.get("corridor_width_m"),
        min_area_m2=chosen.get("min_area_m2"),
        min_width_m=chosen.get("min_width_m"),
    )
    own = with_projects(rows.iloc[at].reset_index(drop=True), inputs.get("projects"))
    ready = readiness_of(
        rows,
        at,
        policy,
        as_of,
        facilities=facilities,
        assessments=inputs.get("assessments"),
        ground=ground,
        asked=Asked(chosen.get("service_reach_m", {}), chosen.get("assessment_topics")),
    )
    places = location_table(
        rows,
        at,
        facilities,
        roads=inputs.get("roads"),
        fence=_fence(zones),
        weights=_weights(rows, zones, chosen),
    )
    scores, _ = location_scores(places, chosen.get("location_reach_m"))
    sheet, sheet_findings = standard_sheet(
        own,
        policy,
        as_of,
        standards=inputs.get("standards"),
        assessed=ready.table["assessed"].to_numpy(),
    )
    bids, bid_findings = check_bids(inputs.get("bids"), sheet, rows, policy, as_of)
    swaps, swap_findings = swap_balances(inputs.get("swaps"), rows, low, policy, as_of)
    terms = candidate_terms(own, policy, projects=inputs.get("projects"), edited=inputs.get("plan"))
    term_findings = check_terms(terms, policy, as_of)
    supports = supporting(own, policy)
    known = {
        "ground": ground,
        "ready": ready.table,
        "scores": scores,
        "terms": terms,
        "supports": supports,
        "outside_share": _outside_share(rows, at, boundary.outside_m2),
        "complete": sheet["complete"].to_numpy(),
        "term_findings": term_findings,
    }
    candidates = candidate_rows(own, known, stock=stock, at=at)
    outcome = make_plan(
        candidates,
        _plan_options(chosen, as_of),
        targets=inputs.get("targets"),
        bases=_bases(rows, stock, zones, inputs.zone_green),
        edited=inputs.get("plan"),
    )
    extra = {
        "low_efficiency": (_membership(low, stock), numbers(rows, "area_m2").to_numpy()),
        "usable": _usable(len(rows), at, ground),
    }
    extra["surplus"] = _surplus(rows, inputs.surplus, stock)
    findings = [
        boundary.findings,
        acceptance_findings(zones, policy, as_of),
        nesting_findings(rows, stock, policy.rule("supply.nesting"), as_of),
        _low_findings(
            rows, low, low_zh, low_en, policy, as_of, list(chosen.get("low_efficiency", {}))
        ),
        ready.findings,
        term_findings,
        sheet_findings,
        bid_findings,
        swap_findings,
        price_findings(own, inputs.get("bids"), policy, as_of),
        supporting_findings(own, supports, inputs.get("projects"), policy, as_of),
        plan_findings(outcome, candidates, policy, as_of),
        vacancy_findings(rows, floors, policy, as_of),
    ]
    table = _with_acceptance(boundary.table, zones, as_of)
    return Analysis(
        measures=_measures(parcels, stock, at, known, outcome.plan)
        .assign(outside_approved_m2=boundary.outside_m2)
        .assign(low_efficiency=low, **{str(name): floors[name].to_numpy() for name in floors}),
        findings=concat_findings(found for found in findings if len(found)),
        tables={
            "stock": stock_table(rows, stock, extra, floors),
            "boundary": table,
            "readiness": ready.table.sort_values(["zone_id", "parcel_id"], ignore_index=True),
            "locations": places,
            "standard_land": sheet.sort_values(["zone_id", "parcel_id"], ignore_index=True),
            "bid_checks": bids,
            "swap_balances": swaps,
            "plan": outcome.plan,
            "plan_summary": plan_summary(outcome.plan),
        },
        problems=pd.concat(
            [nesting_problems(rows, stock), outcome.problems, plan_problems(outcome)],
            ignore_index=True,
        ),
    )


def _homes(parcels: pd.DataFrame, buildings: pd.DataFrame | None) -> np.ndarray | None:
    """Return the parcel on which each building stands, by a point within it; -1 for none."""
    if buildings is None or not has_ground(buildings).any() or not has_ground(parcels).any():
        return None
    homes = np.full(len(buildings), -1)
    at = np.flatnonzero(has_ground(buildings) & numbers(buildings, "vacant_floor_area_m2").notna())
    points = shapely.point_on_surface(buildings["geometry"].to_numpy()[at])
    inside, parcel = shapely.STRtree(parcels["geometry"].to_numpy()).query(
        points, predicate="within"
    )
    homes[at[inside]] = parcel
    return homes


def _outside_share(parcels: pd.DataFrame, at: np.ndarray, outside_m2: np.ndarray) -> np.ndarray:
    """Return the share of each candidate outside the approved boundary; NaN where that was not tested."""
    if "geometry" not in parcels:
        return np.full(len(at), np.nan)
    area = shapely.area(parcels["geometry"].to_numpy()[at])
    share: np.ndarray = outside_m2[at] / np.where(area > 0, area, np.nan)
    return share


def _fence(zones: pd.DataFrame | None) -> Any:
    if zones is None or not has_ground(zones).any():
        return None
    own = texts(zones, "kind").eq("fenced").fillna(value=False).to_numpy(dtype=bool)
    shapes = zones["geometry"].to_numpy()[own & has_ground(zones)]
    if len(shapes) == 0:
        return None
    fence = shapely.union_all(shapes)
    shapely.prepare(fence)
    return fence


def _weights(
    parcels: pd.DataFrame, zones: pd.DataFrame | None, chosen: Mapping[str, Any]
) -> dict[str, Mapping[str, float]]:
    """Return the location weights of every zone: by its own type, else the project's."""
    kinds: dict[str, str] = {}
    if zones is not None:
        frame = pd.DataFrame(
            {"zone": texts(zones, "zone_id").array, "type": texts(zones, "zone_type").array}
        )
        kinds = dict(frame.dropna().drop_duplicates("zone").itertuples(index=False))
    fallback = chosen.get("zone_type")
    found = {}
    for zone in set(texts(parcels, "zone_id").dropna().tolist()):
        kind = kinds.get(zone, fallback)
        found[zone] = chosen.get(f"location_{kind}", {}) if kind else {}
    return found


def _plan_options(chosen: Mapping[str, Any], as_of: date) -> PlanOptions:
    count = int(chosen.get("quarters", _YEARS * _QUARTERS_A_YEAR))
    first = chosen.get("first_quarter") or quarters_from(quarter_of(as_of), 2)[1]
    return PlanOptions(
        quarters=quarters_from(first, count),
        weights=chosen.get("weights", {"area": 1.0}),
        delay_share=chosen.get("delay_share", 0.0),
        min_readiness=chosen.get("min_readiness", 1.0),
        budget_wan=chosen.get("budget_wan"),
        green_floor=chosen.get("green_floor_share"),
        floors=chosen.get("floors", {}),
        replan=chosen.get("replan", False),
        gap_share=chosen.get("gap_share", 0.0),
    )


def _bases(
    parcels: pd.DataFrame, stock: Stock, zones: pd.DataFrame | None, green: pd.DataFrame | None
) -> dict[str, ZoneBase]:
    """Return what every zone has today; unknown where the state of any of its parcels is."""
    zone = texts(parcels, "zone_id").fillna("").to_numpy(dtype=object)
    area = numbers(parcels, "area_m2").to_numpy()
    industrial = np.isin(
        texts(parcels, "land_use").fillna("").to_numpy(dtype=object), INDUSTRIAL_USES
    )
    sizes = zone_areas(parcels, zones)["area_m2"]
    found = {}
    order = np.argsort(zone, kind="stable")
    names, starts = np.unique(zone[order], return_index=True)
    for name, own in zip(names, np.split(order, starts[1:]), strict=True):
        if name == "":
            continue
        supplied, ready = (
            stock.levels["supplied"][own] * area[own],
            stock.levels["ready"][own] * area[own],
        )
        has = green is not None and name in green.index and "green_m2" in green
        found[name] = ZoneBase(
            area_m2=float(sizes.get(name, np.nan)),
            green_m2=float(green.loc[name, "green_m2"]) if has and green is not None else np.nan,
            supplied_m2=float(supplied.sum()),
            ready_m2=float(ready.sum()),
            industrial_m2=float(supplied[industrial[own]].sum()),
        )
    return found


def _membership(low: np.ndarray, stock: Stock) -> np.ndarray:
    built = stock.levels["built"]
    member = np.where(low == "yes", 1.0, np.where(low == "no", 0.0, np.nan))
    return np.where(built == 0, 0.0, member)


def _usable(n: int, at: np.ndarray, ground: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    member, area = np.zeros(n), np.full(n, np.nan)
    state = ground["usable"].to_numpy(dtype=object)
    member[at] = np.where(state == "yes", 1.0, np.where(state == "no", 0.0, np.nan))
    area[at] = ground["net_area_m2"].to_numpy()
    return member, area


def _surplus(
    parcels: pd.DataFrame, surplus: pd.DataFrame | None, stock: Stock
) -> tuple[np.ndarray, np.ndarray]:
    """Return which parcels have surplus land, and how much; unknown of built land where nobody looked."""
    if surplus is None:
        built = stock.levels["built"]
        return np.where(built == 0, 0.0, np.nan), numbers(parcels, "area_m2").to_numpy()
    kept = surplus[~flags(surplus, "phase_reserve").fillna(value=False).to_numpy(dtype=bool)]
    area = texts(parcels, "parcel_id").map(
        numbers(kept, "area_m2").groupby(texts(kept, "parcel_id").to_numpy(dtype=object)).sum()
    )
    sizes = area.to_numpy(dtype=float)
    return np.where(np.isnan(sizes), 0.0, 1.0), sizes


def _low_findings(
    parcels: pd.DataFrame,
    low: np.ndarray,
    zh: np.ndarray,
    en: np.ndarray,
    policy: Policy,
    as_of: date,
    thresholds: Sequence[str],
) -> pd.DataFrame:
    at = np.flatnonzero(np.isin(low, ("yes", "no", "unknown")))
    needed = [*(THRESHOLD_COLUMNS[name] for name in thresholds), "area_m2"]
    blank = {name: numbers(parcels, name).isna().to_numpy() for name in needed}
    return rule_findings(
        policy.rule("supply.low_efficiency"),
        as_of,
        Verdicts(
            verdict=low[at],
            zone_id=texts(parcels, "zone_id").iloc[at],
            parcel_id=texts(parcels, "parcel_id").iloc[at],
            missing=[
                ",".join(name for name in needed if blank[name][i]) if low[i] == "unknown" else ""
                for i in at
            ],
            note_zh=[
                f"{zh[i]}（标准由项目给定，不是闲置土地）。"
                if zh[i]
                else "各项指标均不低于项目所定标准。"
                for i in at
            ],
            note_en=[
                f"{en[i]} (thresholds of the project; no idle land)."
                if en[i]
                else "No figure is below the project's thresholds."
                for i in at
            ],
        ),
    )


def _with_acceptance(table: pd.DataFrame, zones: pd.DataFrame | None, as_of: date) -> pd.DataFrame:
    rows = [row for row in overdue_rows(zones, as_of) if row["state"] != "unknown"]
    more = rows_of(
        BOUNDARY, {key: [row.get(key) for row in rows] for key in BOUNDARY.names}, len(rows)
    )
    both = pd.concat([part for part in (table, more) if len(part)] or [table], ignore_index=True)
    return both.sort_values(["zone_id", "issue", "layer", "id"], kind="stable", ignore_index=True)


def _measures(
    parcels: pd.DataFrame,
    stock: Stock,
    at: np.ndarray,
    known: Mapping[str, Any],
    plan: pd.DataFrame,
) -> pd.DataFrame:
    frame = pd.DataFrame(index=pd.RangeIndex(len(parcels)))
    frame["supply_class"] = pd.Series(stock.classes, dtype="string")
    state = np.full(len(parcels), None, dtype=object)
    state[at] = known["ready"]["ready"].to_numpy(dtype=object)
    frame["supply_ready"] = pd.Series(state, dtype="string")
    planned = plan.drop_duplicates("parcel_id").set_index("parcel_id")
    ids = texts(parcels, "parcel_id").reset_index(drop=True)
    frame["supply_planned_quarter"] = ids.map(planned["quarter"]).astype("string")
    frame["supply_planned_year"] = frame["supply_planned_quarter"].str[:4].astype("Int64")
    net = np.full(len(parcels), np.nan)
    net[at] = known["ground"]["net_area_m2"].to_numpy()
    frame["supply_net_area_m2"] = net
    frame["supply_score"] = ids.map(planned["score"]).to_numpy(dtype=float)
    frame["location_score"] = ids.map(known["scores"]).to_numpy(dtype=float)
    return frame.set_axis(parcels.index)
