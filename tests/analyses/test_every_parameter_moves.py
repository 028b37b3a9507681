"""Every number and list of every shipped pack moves what is computed, exactly at its new value.

The parameters are collected from the packs; each needs a scenario here. So nobody can add a
parameter that no analysis reads, nor an analysis a number of its own.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from analyses.areas import parcel_areas
from analyses.far import analyse_far
from analyses.green import analyse_green
from analyses.idle import analyse_idle
from analyses.idle_clock import Calendar
from analyses.idle_evidence import analyse_evidence
from analyses.idle_rules import IdleRules
from analyses.idle_surplus import find_surplus
from analyses.mixed_use import analyse_mixed_use
from analyses.performance import analyse_performance
from analyses.recommend import recommend
from analyses.results import PARCEL_MEASURES
from analyses.supply import SupplyInputs
from analyses.supply_price import price_findings
from analyses.supply_readiness import Asked, readiness_of
from analyses.supply_standard import standard_sheet
from analyses.supply_terms import check_terms, choose_instruments
from analyses.supply_vacancy import vacancy_findings
from layers.columns import empty_frame
from policies import load_policy, pack_ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies import Policy
    from policies.model import Parameter

AS_OF = date(2026, 6, 30)
X, Y = 500_000, 4_060_000
NATIONAL = "national"


def _parameters() -> list[tuple[str, str, str]]:
    """Return pack, rule and key of every parameter, where it is stated."""
    return [
        (pack_id, rule.id, key)
        for pack_id in pack_ids()
        for rule in load_policy(pack_id).rules()
        for key, parameter in sorted(rule.parameters.items())
        if parameter.pack_id == pack_id
    ]


PARAMETERS = _parameters()

# -------------------------------------------------------------------------- a pack that moves one


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    return f'"{value}"' if isinstance(value, (str, Fraction)) else str(value)


def _fractions(value: Any) -> bool:
    cells = [cell for row in value for cell in row.values()] if _is_table(value) else [value]
    return any(isinstance(cell, Fraction) for cell in cells)


def _is_table(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and any(isinstance(row, dict) for row in value)


def moved(tmp_path: Any, pack_id: str, rule: str, values: dict[str, Any]) -> Policy:
    """Return the pack with some parameters of a rule overridden by a pack of one's own."""
    if not values:
        return load_policy(pack_id)
    stated = "\n".join(
        f"parameters.{key} = {{ value = {_toml(value)}"
        + (', type = "fraction" }' if _fractions(value) else " }")
        for key, value in values.items()
    )
    path = tmp_path / f"moved-{'-'.join(values)}.toml"
    path.write_text(
        f"""format = 1
id = "moved"
extends = "{pack_id}"
title = {{ zh = "移动", en = "moved" }}
jurisdiction = {{ zh = "某地", en = "somewhere" }}

[rules."{rule}"]
{stated}
""",
        encoding="utf-8",
    )
    return load_policy(path)


# -------------------------------------------------------------------------------------- scenarios


@dataclass(frozen=True)
class Seen:
    """What an analysis says in a scenario, the limit that it shows and the pack that it names."""

    verdict: Any
    shown: Any
    pack: str


@dataclass(frozen=True)
class Threshold:
    """A verdict turns between two facts, on either side of the value.

    Attributes
    ----------
    value : object
        The new value.
    old, new : tuple
        The fact just on either side of the shipped value, and of the new one.
    observe : callable
        Policy and fact to what is said.
    shown : object
        The limit that the finding shows.
    pack : str
        The pack that the finding names: where the parameter is a factor, that of the limit.
    """

    value: Any
    old: tuple[Any, Any]
    new: tuple[Any, Any]
    observe: Callable[[Policy, Any], Seen]
    shown: Any
    pack: str = "moved"


@dataclass(frozen=True)
class Swap:
    """What is said of one scenario by the shipped value, and by the new one.

    `under` is the pack in whose use the parameter shows, where that is not the pack that states it;
    `also` is another parameter of the rule that both sides have moved.
    """

    value: Any
    observe: Callable[[Policy], Any]
    before: Any
    after: Any
    under: str | None = None
    also: tuple[str, Any] | None = None


@dataclass(frozen=True)
class Rows:
    """A table of which some rows are moved: what is said of those changes, of the others it stays."""

    value: Any
    observe: Callable[[Policy], list[Any]]
    moves: tuple[bool, ...]


def _row(findings: pd.DataFrame, rule: str) -> pd.Series:
    rows = findings[findings["rule"] == rule]
    assert len(rows) == 1, rule
    row: pd.Series = rows.iloc[0]
    return row


def _seen(findings: pd.DataFrame, rule: str) -> Seen:
    row = _row(findings, rule)
    limit = None if pd.isna(row["limit"]) else float(row["limit"])
    return Seen(row["verdict"], limit, row["pack"])


# ----------------------------------------------------------------------------------- idle land

PARCEL = pd.DataFrame({"parcel_id": ["p0"], "zone_id": ["z"], "area_m2": [20_000.0]})


def _idle(policy: Policy, *, cases: dict[str, Any] | None = None, holidays=(), **columns: Any):
    """Review one contract: not started, the cause the holder's, unless said otherwise."""
    facts = {
        "parcel_id": "p0",
        "contract_no": "c0",
        "grant": "grant",
        "started": False,
        "cause": "holder",
        "cause_verified": True,
        "land_price_wan": 600.0,
        "registered_in_system": True,
    } | columns
    ledger = pd.DataFrame(
        {k: pd.to_datetime([v]) if k.endswith("_on") else [v] for k, v in facts.items()}
    )
    table = None
    if cases is not None:
        table = pd.DataFrame(
            {k: pd.to_datetime([v]) if k.endswith("_on") else [v] for k, v in cases.items()}
        )
    return analyse_idle(ledger, PARCEL, policy, AS_OF, cases=table, holidays=holidays)


def _by_start(rule: str) -> Callable[[Policy, Any], Seen]:
    return lambda policy, due: _seen(_idle(policy, start_due_on=due).findings, rule)


def _by_delivery(policy: Policy, delivered: str) -> Seen:
    """Judge whether the due start is past of land whose contract agreed on none."""
    return _seen(_idle(policy, delivered_on=delivered).findings, "idle.start_due")


HALTED = {
    "started": True,
    "develop_area_m2": 300.0,
    "developed_area_m2": 30.0,
    "investment_total_wan": 1000.0,
    "invested_wan": 900.0,
    "investment_includes_land": False,
    "suspended_on": "2020-06-30",
}


def _by_halt(policy: Policy, suspended: str) -> Seen:
    facts = HALTED | {"suspended_on": suspended}
    return _seen(_idle(policy, **facts).findings, "idle.suspended")


def _by_limb(column: str, limb: str) -> Callable[[Policy, Any], Seen]:
    """Judge a suspension by one limb, the other not met; the limb has a finding of its own."""

    def observe(policy: Policy, amount: float) -> Seen:
        facts = HALTED | {"developed_area_m2": 300.0, "invested_wan": 900.0, column: amount}
        found = _idle(policy, **facts).findings
        whole, part = _seen(found, "idle.suspended"), _seen(found, limb)
        return Seen((whole.verdict, part.verdict), part.shown, part.pack)

    return observe


def _by_works(kind: str) -> Callable[[Policy, Any], Seen]:
    def observe(policy: Policy, share: float) -> Seen:
        facts = {"started": pd.NA, "permit_on": "2023-01-01", "foundation": kind}
        result = _idle(policy, start_due_on="2023-06-30", foundation_done_share=share, **facts)
        reading = result.tables["contracts"].loc[0, "started_reading"]
        seen = _seen(result.findings, "idle.started")
        return Seen((reading, seen.verdict), seen.shown, seen.pack)

    return observe


def _status(policy: Policy, **columns: Any) -> str:
    return str(_idle(policy, start_due_on="2023-06-30", **columns).measures.loc[0, "idle_status"])


def _preparatory(policy: Policy) -> bool:
    result = _idle(policy, start_due_on="2023-06-30", cause="preparatory")
    return "idle.preparatory" in set(result.findings["rule"])


def _fee(rule: str, grant: str = "grant") -> Callable[[Policy], Any]:
    def observe(policy: Policy) -> Any:
        row = _row(_idle(policy, start_due_on="2024-12-30", grant=grant).findings, rule)
        figures = (
            None if pd.isna(row[name]) else float(row[name]) for name in ("measured", "limit")
        )
        return row["verdict"], *figures

    return observe


def _deadline(step: str, **facts: Any) -> Callable[[Policy], Any]:
    def observe(policy: Policy) -> Any:
        table = _idle(policy, **facts).tables["deadlines"]
        due = table.loc[table["step"] == step, "due_on"]
        assert len(due) == 1
        return due.iloc[0].date().isoformat()

    return observe


def _by_period(rule: str, column: str, **case: Any) -> Callable[[Policy, Any], Seen]:
    """Judge whether a period is over that began on a day, and that its last day is in the list."""

    def observe(policy: Policy, began: str) -> Seen:
        result = _idle(policy, **_case(**{column: began}, **case))
        seen = _seen(result.findings, rule)
        due = pd.Timestamp(began) + pd.Timedelta(days=seen.shown)
        assert due in set(result.tables["deadlines"]["due_on"])
        return seen

    return observe


def _extended(policy: Policy) -> Any:
    found = _idle(policy, **EXTENDED)
    steps = found.tables["deadlines"].set_index("step")["due_on"]
    limit = _seen(found.findings, "idle.extension_art12").shown
    return steps["extension_limit_new"].date().isoformat(), limit


def _case(**columns: Any) -> dict[str, Any]:
    return {"start_due_on": "2020-06-30", "cases": {"case_id": "k", "contract_no": "c0"} | columns}


def _line_on_a_holiday(policy: Policy) -> str:
    """Return the day to which a line on 29 June moves where days off move lines."""
    rules = replace(IdleRules.of(policy), holiday_rollover=True)
    start = np.array(["2025-06-29"], "datetime64[D]")
    return str(Calendar.of(rules).line(start, 1)[0])[5:]


def _of_several_causes(policy: Policy) -> tuple[str, str]:
    """Return the status of land due on 30 June 2024 of which the government held up 31 days."""
    rows = {
        "contract_no": "c0",
        "cause": ["gov_plan", "holder"],
        "from_on": pd.to_datetime(["2025-01-01", "2025-02-01"]),
        "to_on": pd.to_datetime(["2025-01-31", None]),
        "verified": True,
    }
    facts = {"parcel_id": ["p0"], "contract_no": ["c0"], "started": [False]}
    ledger = pd.DataFrame(facts).assign(start_due_on=pd.to_datetime(["2024-06-30"]))
    result = analyse_idle(ledger, PARCEL, policy, date(2025, 7, 31), causes=pd.DataFrame(rows))
    line = result.tables["contracts"].loc[0, "anniversary_on"]
    return str(result.measures.loc[0, "idle_status"]), str(line.date())


def _swap_of_land(policy: Policy) -> str:
    """Return whether land idle by a verified plan revision may be swapped."""
    answers = dict.fromkeys(
        ("price_paid_full", "funds_in_place", "swap_same_value", "swap_same_use"), True
    )
    facts = {"start_due_on": "2020-06-30", "cause": "gov_plan"}
    case = {"case_id": "k", "contract_no": "c0", "remedy": "swap", **answers}
    return str(_row(_idle(policy, cases=case, **facts).findings, "idle.remedy_swap")["verdict"])


EXTENDED = {
    "start_due_on": "2023-06-30",
    "extension_kind": "art12",
    "extension_start_on": "2026-03-31",
    "extension_signed_on": "2024-01-31",
}


def _by_ground(rule: str, started: str) -> Callable[[Policy, Any], Seen]:
    """Lay outlines over so much of a hectare beside what the ledger says of the start."""

    def observe(policy: Policy, share: float) -> Seen:
        said = pd.DataFrame({"parcel_id": ["p0"], "started_reading": [started]})
        outline = _building(10_000.0 * share, permanence="permanent", state="built")
        result = analyse_evidence(_square(), said, policy, AS_OF, buildings=outline)
        return _seen(result.findings, rule)

    return observe


def _bare_road(policy: Policy) -> int:
    """Count what is said of a road on which no building stands."""
    said = pd.DataFrame({"parcel_id": ["p0"], "started_reading": ["yes"]})
    hut = _building(100.0, permanence="temporary", state="built")
    parcel = _square(land_use="road")
    return len(analyse_evidence(parcel, said, policy, AS_OF, buildings=hut).findings)


def _surplus(policy: Policy, invested: float) -> Seen:
    """Say whether too little is invested for a transfer of the open half of a completed plant."""
    rows = pd.DataFrame({"parcel_id": ["p0"], "invested_share": [invested]})
    plant = _building(5_000.0, permanence="permanent", state="built")
    result = find_surplus(_square(), rows, policy, AS_OF, buildings=plant, clearance_m=0.0)
    short = "investment_short" in result.tables["surplus"].loc[0, "against"]
    seen = _seen(result.findings, "idle.surplus_investment")
    return Seen((short, seen.verdict), seen.shown, seen.pack)


def _by_change(name: str, sign: int) -> Callable[[Policy, Any], Seen]:
    def observe(policy: Policy, change: float) -> Seen:
        said = pd.DataFrame({"parcel_id": ["p0"], "started_reading": ["no"]})
        days = {"first_on": pd.Timestamp("2024-06-30"), "last_on": pd.Timestamp("2026-06-30")}
        series = pd.DataFrame({"change": [sign * change], **days})
        result = analyse_evidence(_square(), said, policy, AS_OF, changes={name: series})
        return _seen(result.findings, "idle.evidence_change")

    return observe


# ----------------------------------------------------------------------------- floor-area ratio


def _square(width: float = 100.0, **columns: Any) -> gpd.GeoDataFrame:
    """Return a parcel of one hectare, or a strip of it."""
    facts = {"parcel_id": "p0", "zone_id": "z", "land_use": "industrial", "land_stage": "completed"}
    frame = gpd.GeoDataFrame(
        {key: [value] for key, value in (facts | columns).items()},
        geometry=[box(X, Y, X + width, Y + 100)],
        crs="EPSG:4548",
    )
    return frame.join(parcel_areas(frame)) if "parcel_id" in frame else frame


def _building(footprint: float, **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"building_id": ["b"], "kind": ["building"], **{k: [v] for k, v in columns.items()}},
        geometry=[box(X, Y, X + footprint / 100, Y + 100)],
        crs="EPSG:4548",
    )


def _road_without_limits(policy: Policy) -> str:
    road = _square(land_use="road")
    return str(
        _row(_far(policy, _building(100.0, floors_n=1), road).findings, "far.limit")["verdict"]
    )


SIGNED = pd.DataFrame({"parcel_id": ["p0"], "signed_on": pd.to_datetime(["2015-05-01"])})


def _far(policy: Policy, building: gpd.GeoDataFrame, parcel: gpd.GeoDataFrame, **more: Any):
    return analyse_far(parcel, building, policy, AS_OF, ledger=SIGNED, **more)


def _by_industry(rows: list[dict[str, Any]]) -> Callable[[Policy, Any], Seen]:
    """Judge a plant of each industry at once, each with the floor area of its place."""
    n = len(rows)

    def observe(policy: Policy, floor_areas: tuple[float, ...]) -> Seen:
        west = [X + 200 * place for place in range(n)]
        parcels = gpd.GeoDataFrame(
            {
                "parcel_id": [f"p{place:02}" for place in range(n)],
                "zone_id": "z",
                "land_use": "industrial",
                "land_stage": "completed",
                "industry_code": [row["industry_code"] for row in rows],
                "industry_scheme": [row["scheme"] for row in rows],
            },
            geometry=[box(x, Y, x + 100, Y + 100) for x in west],
            crs="EPSG:4548",
        )
        buildings = gpd.GeoDataFrame(
            {"building_id": parcels["parcel_id"], "floor_area_m2": floor_areas, "height_m": 7.0},
            geometry=[box(x, Y, x + 10, Y + 100) for x in west],
            crs="EPSG:4548",
        )
        signed = pd.Timestamp("2015-05-01")
        ledger = pd.DataFrame({"parcel_id": parcels["parcel_id"], "signed_on": signed})
        whole = parcels.join(parcel_areas(parcels))
        found = analyse_far(whole, buildings, policy, AS_OF, ledger=ledger).findings
        found = found[found["rule"] == "far.floor"].sort_values("parcel_id")
        assert found["pack"].nunique() == 1
        return Seen(tuple(found["verdict"]), tuple(found["limit"]), found["pack"].iloc[0])

    return observe


def _by_storey(policy: Policy, height: float) -> Seen:
    building = _building(1000.0, floors_n=1, storey_height_m=height, height_m=height)
    result = _far(policy, building, _square())
    seen = _seen(result.findings, "far.control")
    return Seen(
        (result.measures.loc[0, "floor_area_control_m2"], seen.verdict), seen.shown, seen.pack
    )


def _one_storey(height: float) -> pd.DataFrame:
    return pd.DataFrame(
        {"building_id": ["b"], "storey_no": [1], "height_m": [height], "floor_area_m2": [1000.0]}
    )


def _by_low_storey(policy: Policy, height: float) -> Seen:
    storeys = _one_storey(height)
    result = _far(policy, _building(1000.0), _square(), storeys=storeys)
    seen = _seen(result.findings, "far.half_storey")
    return Seen((result.measures.loc[0, "floor_area_m2"], seen.verdict), seen.shown, seen.pack)


def _by_times(policy: Policy, plain: float) -> Seen:
    """Judge a plant of one storey of 20 m against the minimum of its industry, 0.7."""
    building = _building(100.0, floors_n=1, storey_height_m=20.0, floor_area_m2=plain)
    parcel = _square(industry_code="35", industry_scheme="GB/T 4754-2002")
    seen = _seen(_far(policy, building, parcel).findings, "far.floor")
    return Seen(seen.verdict, seen.shown, seen.pack)


def _by_part_of_storey(policy: Policy, storey: float) -> Seen:
    """Judge a plant of one storey of 2 m against the minimum of its industry, 0.7."""
    parcel = _square(industry_code="35", industry_scheme="GB/T 4754-2002")
    storeys = _one_storey(2.0).assign(floor_area_m2=storey)
    seen = _seen(_far(policy, _building(100.0), parcel, storeys=storeys).findings, "far.floor")
    return Seen(seen.verdict, seen.shown, seen.pack)


def _by_footprint(policy: Policy, footprint: float) -> Seen:
    building = _building(footprint, floors_n=1)
    return _seen(_far(policy, building, _square()).findings, "far.building_coefficient")


def _by_admin_land(policy: Policy, land: float) -> Seen:
    uses = pd.DataFrame(
        {
            "parcel_id": ["p0"],
            "role": ["administrative"],
            "use": ["office"],
            "land_area_m2": [land],
            "floor_area_m2": [None],
        }
    )
    result = _far(policy, _building(4000.0, floors_n=1), _square(), uses=uses)
    return _seen(result.findings, "far.admin_land")


def _by_admin_floor(policy: Policy, floor_area: float) -> Seen:
    uses = pd.DataFrame(
        {"parcel_id": ["p0"], "role": ["administrative"], "floor_area_m2": [floor_area]}
    )
    plant = _building(4000.0, floor_area_m2=10_000.0)
    ledger = SIGNED.assign(signed_on=pd.to_datetime(["2025-06-01"]))
    found = analyse_far(_square(), plant, policy, AS_OF, ledger=ledger, uses=uses).findings
    return _seen(found, "far.admin_floor")


def _reference_of_2023(policy: Policy) -> tuple[str, float | None]:
    parcel = _square(industry_code="39", industry_scheme="GB/T 4754-2017")
    ledger = SIGNED.assign(signed_on=pd.to_datetime(["2024-05-01"]))
    plant = _building(4000.0, floors_n=1, height_m=6.0)
    row = _row(analyse_far(parcel, plant, policy, AS_OF, ledger=ledger).findings, "far.floor")
    return row["missing"], None if pd.isna(row["limit"]) else float(row["limit"])


def _paths(policy: Policy, **columns: Any) -> pd.DataFrame:
    """Return the paths of a completed plant with room of every kind."""
    facts = {"far_max": 2.0, "coverage_max_share": 0.6, "height_max_m": 24.0, "self_held": True}
    plant = _building(4000.0, floors_n=1, height_m=6.0)
    result = _far(policy, plant, _square(**facts | columns), options={"storey_height_m": 4.0})
    return result.tables["far_paths"].set_index("path")


def _path(path: str, **columns: Any) -> Callable[[Policy], tuple[str, str]]:
    def observe(policy: Policy) -> tuple[str, str]:
        row = _paths(policy, **columns).loc[path]
        return row["verdict"], row["basis"]

    return observe


def _waived(layer: str, use: str = "industrial") -> Callable[[Policy], str]:
    """Say whether a layer of the waiver speaks of a plant, by its finding."""

    def observe(policy: Policy) -> str:
        plant = _building(4000.0, floors_n=1, height_m=6.0)
        parcel = _square(land_use=use, far_max=2.0, self_held=True)
        found = _far(policy, plant, parcel).findings
        rows = found[found["rule"] == f"far.waiver_{layer}"]
        return "not_applicable" if rows.empty else str(rows["verdict"].iloc[0])

    return observe


def _indicator(code: str, column: str = "value") -> Callable[[Policy], float | None]:
    def observe(policy: Policy) -> float | None:
        plant = _building(4000.0, floors_n=1, height_m=6.0)
        table = _far(policy, plant, _square()).tables["zone_indicators"]
        value = table.loc[table["indicator"] == code, column].iloc[0]
        return None if pd.isna(value) else round(float(value), 6)

    return observe


def _intensified(use: str) -> Callable[[Policy], bool]:
    """Say whether added storeys are proposed on a completed plant of that use."""

    def observe(policy: Policy) -> bool:
        parcel = _square(land_use=use, far_max=2.0)
        result = _far(policy, _building(4000.0, floors_n=1), parcel)
        whole = empty_frame(PARCEL_MEASURES, parcel.index)
        for frame in (parcel.drop(columns="geometry"), result.measures):
            for name in frame:
                whole[name] = frame[name]
        table = recommend(whole, result.findings, policy, AS_OF)
        return "add_storeys" in set(table["action"])

    return observe


# ----------------------------------------------------------------------------------------- green


def _reusable(use: str) -> Callable[[Policy], str]:
    """What is said of a completed plant of this use with 900 m2 of vacant floor."""

    def observe(policy: Policy) -> str:
        land = pd.DataFrame({"parcel_id": ["p"], "land_use": [use], "land_stage": ["completed"]})
        floors = pd.DataFrame({"sublettable_floor_m2": [900.0]})
        found = vacancy_findings(land, floors, policy, AS_OF)
        return str(_row(found, "supply.reuse")["verdict"])

    return observe


def _green(policy: Policy, share: float, **columns: Any):
    roof, uses = columns.pop("roof", None), columns.pop("uses", None)
    strip = gpd.GeoDataFrame(
        {"green_id": ["g"], "kind": ["attached"]},
        geometry=[box(X, Y, X + 100 * share, Y + 100)],
        crs="EPSG:4548",
    )
    options = columns.pop("options", {})
    if columns.pop("new_park", False):
        options = {**options, "new_park": True}
    zones = gpd.GeoDataFrame(
        {"zone_id": ["z"]}, geometry=[box(X, Y, X + 100, Y + 100)], crs="EPSG:4548"
    )
    if roof is not None:
        kind = roof.pop("kind", "roof")
        more = gpd.GeoDataFrame(
            {"green_id": ["r"], "kind": [kind], **{name: [value] for name, value in roof.items()}},
            geometry=[box(X + 50, Y, X + 60, Y + 100)],
            crs=strip.crs,
        )
        strip = pd.concat([strip, more], ignore_index=True)
    ledger = SIGNED.assign(signed_on=pd.to_datetime([columns.pop("signed_on", "2015-05-01")]))
    return analyse_green(
        _square(**columns),
        policy,
        AS_OF,
        green=strip,
        zones=zones,
        uses=uses,
        ledger=ledger,
        options=options,
    )


def _by_green(rule: str, **columns: Any) -> Callable[[Policy, Any], Seen]:
    return lambda policy, share: _seen(_green(policy, share, **columns).findings, rule)


def _mixed_required(policy: Policy) -> float:
    """Return what a plot owes, half of whose land and four fifths of whose floor are research."""
    uses = pd.DataFrame(
        {
            "parcel_id": ["p0", "p0"],
            "use": ["industrial", "research"],
            "role": ["main", "main"],
            "land_area_m2": [5_000.0, 5_000.0],
            "floor_area_m2": [1_000.0, 4_000.0],
        }
    )
    result = _green(policy, 0.3, uses=uses, signed_on="2024-05-01")
    return round(float(result.measures.loc[0, "green_required_m2"]), 6)


def _credited(share: float = 0.18, use: str = "office", **roof: Any) -> Callable[[Policy], float]:
    """Return what stands for green land of a plot that owes 20 % and has greened a roof of 1,000 m2."""

    def observe(policy: Policy) -> float:
        result = _green(
            policy,
            share,
            land_use=use,
            green_min_share=0.2,
            roof=dict(roof),
            options={"roof_credit": True},
        )
        return round(float(result.measures.loc[0, "green_credit_m2"]), 6)

    return observe


def _counted_public(policy: Policy) -> float:
    """Return the green that counts of a zone that is one park with an approval."""
    result = _green(policy, 0.3, land_use="green", options={"public_green_approval_no": "A1"})
    return round(float(result.zones.loc["z", "green_m2"]), 6)


def _old_park(policy: Policy) -> str:
    result = _green(policy, 0.3, options={"new_park": False})
    return str(_seen(result.findings, "green.zone_floor").verdict)


def _roof_rows(share: float = 0.17, **facts: Any) -> Callable[[Parameter], list[Rows]]:
    """Move each row of a table of conversions in turn: it alone changes what counts."""

    def scenarios(parameter: Parameter) -> list[Rows]:
        found = []
        for place in range(len(parameter.value)):
            new = parameter.value[place]["share_counted"] / 2

            def observe(policy: Policy) -> list[Any]:
                return [
                    _credited(share, **_row_facts(row, facts))(policy) for row in parameter.value
                ]

            found.append(
                Rows(
                    _changed(parameter, place, "share_counted", new),
                    observe,
                    tuple(place == other for other in range(len(parameter.value))),
                )
            )
        return found

    return scenarios


def _row_facts(row: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """Return a roof that one row of a table speaks of."""
    if "from_m" in row:
        return {"soil_depth_m": row["from_m"]}
    if "to_m" in row:
        return {"roof_height_m": row["to_m"], **facts}
    return {"roof_form": row["form"], **facts}


def _capped(policy: Policy) -> str:
    result = _green(policy, 0.3, land_use="storage")
    return str(_seen(result.findings, "green.industrial_cap").verdict)


# ------------------------------------------------------------------------------------- mixed use

#: A day on which the shares of Jinan's new-type industrial land stood.
M0_DAY = date(2024, 6, 30)


def _mixed(policy: Policy, *rows: dict[str, Any], as_of: date = AS_OF, **columns: Any):
    """Review a parcel inside the fence with the rows of its uses table."""
    facts = {"parcel_id": "p0", "zone_id": "z", "land_use": "industrial", "area_m2": 10_000.0}
    facts |= {"area_basis": "net", "land_stage": "completed", "fenced_share": 1.0} | columns
    names = ["parcel_id", "use", "floor_area_m2", "land_area_m2", "role", "held"]
    table = pd.DataFrame([{"parcel_id": "p0", **row} for row in rows], columns=names)
    uses = table.astype({"floor_area_m2": "float64", "land_area_m2": "float64"})
    return analyse_mixed_use(pd.DataFrame([facts]), policy, as_of, uses=uses)


def _neighbours(
    policy: Policy, rule: str, pairs: list[tuple[dict[str, Any], str]], gaps: tuple[float, ...]
) -> pd.DataFrame:
    """Return what a rule says of the first of each pair; the pairs lie a kilometre apart."""
    facts, boxes = [], []
    for place, ((one, near), gap) in enumerate(zip(pairs, gaps, strict=True)):
        west = X + 1000 * place
        first = {"parcel_id": f"a{place:02}", "land_use": "industrial", "hazard": "none", **one}
        facts += [first, {"parcel_id": f"b{place:02}", "land_use": near, "hazard": "none"}]
        boxes += [
            box(west, Y, west + 100, Y + 100),
            box(west + 100 + gap, Y, west + 200 + gap, Y + 100),
        ]
    frame = pd.DataFrame(facts).assign(
        zone_id="z", area_m2=10_000.0, fenced_share=0.0, land_stage="not_supplied"
    )
    parcels = gpd.GeoDataFrame(frame, geometry=boxes, crs="EPSG:4548")
    found = analyse_mixed_use(parcels, policy, AS_OF).findings
    found = found[(found["rule"] == rule) & found["parcel_id"].str.startswith("a")]
    return found.sort_values("parcel_id", kind="stable").reset_index(drop=True)


def _verdicts(findings: pd.DataFrame, rule: str) -> tuple[str, ...]:
    """Return the verdicts on p0; none where the rule does not speak of it."""
    rows = findings[(findings["rule"] == rule) & (findings["parcel_id"] == "p0")]
    return tuple(rows["verdict"])


def _mixed_verdict(*uses: str, **columns: Any) -> Callable[[Policy], str]:
    def observe(policy: Policy) -> str:
        result = _mixed(policy, *({"use": use} for use in uses), **columns)
        return str(result.measures.loc[0, "mixed_verdict"])

    return observe


def _addressed(rule: str, *uses: str, **columns: Any) -> Callable[[Policy], tuple[str, ...]]:
    as_of = columns.pop("as_of", AS_OF)
    return lambda policy: _verdicts(
        _mixed(policy, *({"use": use} for use in uses), as_of=as_of, **columns).findings, rule
    )


def _by_part(
    rule: str, *, land: bool = False, use: str = "office", as_of: date = AS_OF, **columns: Any
) -> Callable[[Policy, Any], Seen]:
    """Judge a share of 10,000 m2 of floor area, or of land."""

    def observe(policy: Policy, part: float) -> Seen:
        floor = 100.0 if land else part
        main = columns.get("land_use", "industrial")
        columns.setdefault("land_stage", "not_supplied")
        rows = (
            {"use": main, "role": "main", "floor_area_m2": 10_000.0 - floor},
            {"use": use, "role": "supporting", "floor_area_m2": floor, "land_area_m2": part},
        )
        return _seen(_mixed(policy, *rows, as_of=as_of, **columns).findings, rule)

    return observe


def _measured_part(
    rule: str, use: str, role: str, as_of: date = AS_OF, **columns: Any
) -> Callable[[Policy], Any]:
    """Return the share that counts as supporting, of 8,000 m2 of main use and 2,000 of another.

    Where it is not known whether those support, return what is missing.
    """

    def observe(policy: Policy) -> Any:
        rows = (
            {
                "use": columns.get("land_use", "industrial"),
                "role": "main",
                "floor_area_m2": 8_000.0,
            },
            {"use": use, "role": role, "floor_area_m2": 2_000.0, "land_area_m2": 2_000.0},
        )
        planned = {"land_stage": "not_supplied", **columns}
        found = _mixed(policy, *rows, as_of=as_of, **planned).findings
        row = _row(found, rule)
        return row["missing"] or round(float(row["measured"]), 6)

    return observe


HARMLESS = {
    "land_use": "storage",
    "land_use_code": "110101",
    "land_use_scheme": "guide-2023",
}
#: A class and a hazard of each kind that may disturb.
CODES = {
    "industrial_2": {"land_use_code": "100102", "land_use_scheme": "guide-2023"},
    "industrial_3": {"land_use_code": "100103", "land_use_scheme": "guide-2023"},
    "storage_3": {
        "land_use": "storage",
        "land_use_code": "110103",
        "land_use_scheme": "guide-2023",
    },
    "toxic_gas": HARMLESS | {"hazard": "toxic_gas"},
    "dangerous_goods": HARMLESS | {"hazard": "dangerous_goods"},
}


def _compatible(pairs: list[tuple[dict[str, Any], str]]) -> Callable[[Policy], list[Any]]:
    """Return what is said of each pair, at 10 m."""

    def observe(policy: Policy) -> list[Any]:
        found = _neighbours(policy, "mixed.compatibility", pairs, (10.0,) * len(pairs))
        said = found[["parcel_id", "verdict", "missing", "measured"]].astype(str)
        by_parcel = {name: rows.to_numpy().tolist() for name, rows in said.groupby("parcel_id")}
        return [by_parcel.get(f"a{place:02}", []) for place in range(len(pairs))]

    return observe


def _matrix_scenarios(parameter: Parameter) -> list[Rows]:
    """Take out every second pair, then the others: what is said changes of those alone."""
    rows = [dict(row) for row in parameter.value]
    observe = _compatible([(CODES[row["source"]], row["near"]) for row in rows])
    return [
        Rows(
            [row for place, row in enumerate(rows) if place % 2 != turn],
            observe,
            tuple(place % 2 == turn for place in range(len(rows))),
        )
        for turn in (0, 1)
    ]


def _class_scenarios(parameter: Parameter) -> list[Rows]:
    """Give every second class another code: parcels of the old one are then of no known class."""
    rows = [dict(row) for row in parameter.value]
    named = {"code": "land_use_code", "scheme": "land_use_scheme", "use": "land_use"}
    observe = _compatible(
        [({to: row[of] for of, to in named.items()}, "dormitory") for row in rows]
    )
    return [
        Rows(
            [{**row, "code": "X9"} if place % 2 == turn else row for place, row in enumerate(rows)],
            observe,
            tuple(place % 2 == turn for place in range(len(rows))),
        )
        for turn in (0, 1)
    ]


def _separation_scenarios(parameter: Parameter) -> list[Threshold]:
    """Move every distance by an amount of its own."""
    rows = [dict(row) for row in parameter.value]
    pairs = [({"hazard": "toxic_gas"}, row["near"]) for row in rows]
    old = tuple(row["distance_m"] for row in rows)
    new = tuple(80.0 + place for place in range(len(rows)))
    for row, distance in zip(rows, new, strict=True):
        row["distance_m"] = distance

    def observe(policy: Policy, gaps: tuple[float, ...]) -> Seen:
        found = _neighbours(policy, "mixed.separation", pairs, gaps)
        assert found["pack"].nunique() == 1
        return Seen(tuple(found["verdict"]), tuple(found["limit"]), found["pack"].iloc[0])

    facts = [(some, tuple(gap - 0.01 for gap in some)) for some in (old, new)]
    return [Threshold(rows, facts[0], facts[1], observe, pytest.approx(new))]


HAIR = 1e-6


def _around(value: Any, *, below: bool) -> tuple[float, float]:
    """Return a fact exactly at a value, and one a hair beyond: below it or above it."""
    number = float(value)
    return number, number * (1 - HAIR if below else 1 + HAIR)


def _scaled(pair: tuple[float, float], factor: float) -> tuple[float, float]:
    return pair[0] * factor, pair[1] * factor


def _share_threshold(
    old: str, new: str, observe: Callable[[Policy, Any], Seen], *, below: bool, times: float = 1.0
) -> Threshold:
    return Threshold(
        Fraction(new),
        _scaled(_around(Fraction(old), below=below), times),
        _scaled(_around(Fraction(new), below=below), times),
        observe,
        pytest.approx(float(Fraction(new))),
    )


def _changed(parameter: Parameter, place: int, column: str, value: Any) -> list[dict[str, Any]]:
    """Return a table with one cell changed."""
    rows = [dict(row) for row in parameter.value]
    rows[place][column] = value
    return rows


def _industry_scenarios(parameter: Parameter) -> list[Threshold]:
    """Move every row by an amount of its own."""
    rows = [dict(row) for row in parameter.value]
    old = [row["far_min"] for row in rows]
    new = [round(far + 0.13 + place / 100, 2) for place, far in enumerate(old)]
    for row, far in zip(rows, new, strict=True):
        row["far_min"] = far
    facts = [
        tuple(tuple(10_000.0 * far * by for far in some) for by in (1.0, 1 - HAIR))
        for some in (old, new)
    ]
    observe = _by_industry(rows)
    return [Threshold(rows, facts[0], facts[1], observe, pytest.approx(tuple(new)))]


def _green_by_use_scenarios(parameter: Parameter) -> list[Threshold]:
    found = []
    for place, row in enumerate(parameter.value):
        observe = _by_green("green.required_by_use", land_use=row["use"], signed_on="2024-05-01")
        old, new = row["share_min"], row["share_min"] + Fraction(3, 100)
        found.append(
            Threshold(
                _changed(parameter, place, "share_min", new),
                _around(old, below=True),
                _around(new, below=True),
                observe,
                pytest.approx(float(new)),
            )
        )
    return found


Scenario = Threshold | Swap | Rows

#: By rule and key, or by pack, rule and key where packs differ.
SCENARIOS: dict[tuple[str, ...], Any] = {
    ("idle.start_due", "start_after_delivery_years"): Threshold(
        2, ("2025-06-29", "2025-06-30"), ("2024-06-29", "2024-06-30"), _by_delivery, 730.0
    ),
    ("idle.not_started_1y", "years"): Threshold(
        2,
        ("2025-06-29", "2025-06-30"),
        ("2024-06-29", "2024-06-30"),
        _by_start("idle.not_started_1y"),
        730.0,
    ),
    ("idle.not_started_2y", "years"): Threshold(
        3,
        ("2024-06-29", "2024-06-30"),
        ("2023-06-29", "2023-06-30"),
        _by_start("idle.not_started_2y"),
        1096.0,
    ),
    ("idle.suspended", "years"): Threshold(
        2, ("2025-06-29", "2025-06-30"), ("2024-06-29", "2024-06-30"), _by_halt, 730.0
    ),
    ("idle.suspended", "developed_share_min"): Threshold(
        Fraction(1, 2),
        (100.0, 99.99),
        (150.0, 149.99),
        _by_limb("developed_area_m2", "idle.suspended_developed"),
        0.5,
    ),
    ("idle.suspended", "invested_share_min"): Threshold(
        Fraction(2, 5),
        (250.0, 249.99),
        (400.0, 399.99),
        _by_limb("invested_wan", "idle.suspended_invested"),
        0.4,
    ),
    ("idle.started", "pit_share_min"): Threshold(
        Fraction(9, 10), (1.0, 0.9999), (0.9, 0.8999), _by_works("pit"), 0.9
    ),
    ("idle.started", "piles_share_min"): Threshold(
        Fraction(9, 10), (1.0, 0.9999), (0.9, 0.8999), _by_works("piles"), 0.9
    ),
    ("idle.started", "foundation_share_min"): Threshold(
        Fraction(1, 2), (0.3334, 0.3333), (0.5, 0.4999), _by_works("foundation"), 0.5
    ),
    ("idle.government_cause", "causes"): Swap(
        ["gov_delivery", "gov_plan"],
        lambda policy: _status(policy, cause="gov_petition"),
        "gov_cause",
        "human_review",
    ),
    ("idle.government_cause", "deduct_days"): Swap(
        True,  # noqa: FBT003 - the value itself
        _of_several_causes,
        ("human_review", "2025-06-30"),
        ("at_the_line", "2025-07-31"),
    ),
    ("idle.preparatory", "causes"): Swap([], _preparatory, before=True, after=False),
    ("idle.fee_order53", "share"): Swap(
        Fraction(1, 10), _fee("idle.fee_order53"), ("yes", 120.0, 120.0), ("yes", 60.0, 60.0)
    ),
    ("idle.fee_order53", "grants"): Swap(
        ["grant"],
        _fee("idle.fee_order53", "allocation"),
        ("yes", 120.0, 120.0),
        ("not_applicable", None, None),
    ),
    ("idle.fee_law_max", "share_max"): Swap(
        Fraction(1, 10), _fee("idle.fee_law_max"), ("yes", 120.0, 120.0), ("yes", 60.0, 60.0)
    ),
    ("idle.fee_law_max", "grants"): Swap(
        ["grant", "allocation"],
        _fee("idle.fee_law_max", "allocation"),
        ("not_applicable", None, None),
        ("yes", 120.0, 120.0),
    ),
    ("idle.extension_art12", "years_max"): Swap(
        2, _extended, ("2027-03-31", 366.0), ("2028-03-31", 731.0)
    ),
    ("idle.counting", "start_day_counts"): Swap(
        True,  # noqa: FBT003 - the value itself
        lambda policy: _by_start("idle.not_started_1y")(policy, "2025-06-30").verdict,
        "no",
        "yes",
    ),
    ("idle.counting", "holiday_rollover"): Swap(
        True,  # noqa: FBT003 - the value itself
        lambda policy: (
            _seen(
                _idle(policy, start_due_on="2025-06-29", holidays=[date(2026, 6, 29)]).findings,
                "idle.not_started_1y",
            ).verdict
        ),
        "yes",
        "no",
    ),
    ("idle.counting", "holidays"): Swap(["2026-06-29"], _line_on_a_holiday, "06-29", "06-30"),
    ("idle.remedy_temporary_use", "years_max"): Swap(
        1,
        _deadline(
            "temporary_use_limit",
            **_case(remedy="temporary_use", temporary_from_on="2026-03-31"),
        ),
        "2028-03-31",
        "2027-03-31",
    ),
    ("idle.remedy_swap", "causes"): Swap(["gov_policy"], _swap_of_land, "yes", "no"),
    ("idle.evidence_nothing_stands", "share_max"): _share_threshold(
        "2/100",
        "4/100",
        _by_ground("idle.evidence_nothing_stands", "yes"),
        below=False,
    ),
    ("idle.evidence_nothing_stands", "open_uses"): Swap([], _bare_road, 0, 1),
    ("idle.evidence_not_started", "share_min"): _share_threshold(
        "3/100", "6/100", _by_ground("idle.evidence_not_started", "no"), below=True
    ),
    ("idle.evidence_silent", "share_min"): _share_threshold(
        "60/100", "50/100", _by_ground("idle.evidence_silent", "unknown"), below=True
    ),
    ("idle.evidence_change", "ndvi_fall_min"): Threshold(
        0.3, (0.2, 0.1999), (0.3, 0.2999), _by_change("ndvi", -1), 0.3
    ),
    ("idle.evidence_change", "surface_rise_min_m"): Threshold(
        4.0, (2.5, 2.4999), (4.0, 3.9999), _by_change("surface", 1), 4.0
    ),
    ("idle.surplus", "invested_share_min"): Threshold(
        Fraction(2, 5), (0.25, 0.2499), (0.4, 0.3999), _surplus, 0.4
    ),
    ("idle.investigation", "days"): Threshold(
        45,
        ("2026-05-30", "2026-05-31"),
        ("2026-05-15", "2026-05-16"),
        _by_period("idle.investigation", "discovered_on"),
        45.0,
    ),
    ("idle.answer", "days"): Threshold(
        45,
        ("2026-05-30", "2026-05-31"),
        ("2026-05-15", "2026-05-16"),
        _by_period("idle.answer", "notice_received_on"),
        45.0,
    ),
    ("idle.performance", "fee_days"): Threshold(
        45,
        ("2026-05-30", "2026-05-31"),
        ("2026-05-15", "2026-05-16"),
        _by_period("idle.performance", "decision_served_on", decision_kind="fee"),
        45.0,
    ),
    ("idle.performance", "deregister_days"): Threshold(
        45,
        ("2026-05-30", "2026-05-31"),
        ("2026-05-15", "2026-05-16"),
        _by_period("idle.performance", "decision_served_on", decision_kind="recovery"),
        45.0,
    ),
    ("far.floor", "table"): _industry_scenarios,
    ("far.control", "storey_above_m"): Threshold(9.0, (8.0, 8.001), (9.0, 9.001), _by_storey, 9.0),
    # A factor has no limit of its own: it moves the measured side of another rule's.
    ("far.control", "factor"): Threshold(
        4, (3500.0, 3499.99), (1750.0, 1749.99), _by_times, 0.7, pack="national"
    ),
    ("far.half_storey", "storey_below_m"): Threshold(
        2.6, (2.2, 2.199), (2.6, 2.599), _by_low_storey, 2.6
    ),
    ("far.half_storey", "factor"): Threshold(
        0.25, (14_000.0, 13_999.9), (28_000.0, 27_999.9), _by_part_of_storey, 0.7, pack="national"
    ),
    ("far.building_coefficient", "share_min"): _share_threshold(
        "30/100", "40/100", _by_footprint, below=True, times=10_000.0
    ),
    ("far.admin_land", "share_max"): _share_threshold(
        "7/100", "10/100", _by_admin_land, below=False, times=10_000.0
    ),
    ("far.admin_floor", "share_max"): _share_threshold(
        "15/100", "20/100", _by_admin_floor, below=False, times=10_000.0
    ),
    # Empty as shipped; without a date its values are a reference, beside which the edition is missing.
    ("far.floor_2023", "table"): Swap(
        [{"industry_code": "39", "scheme": "GB/T 4754-2017", "far_min": 1.3}],
        _reference_of_2023,
        ("ruleset_2023", None),
        ("ruleset_2023", 1.3),
    ),
    ("far.waiver_national", "uses"): Swap(
        ["storage"], _waived("national"), "yes", "not_applicable"
    ),
    ("far.waiver_storage", "uses"): Swap(
        ["office"], _waived("national", "storage"), "unknown", "not_applicable"
    ),
    ("far.waiver_local", "uses"): Swap(["research"], _waived("local"), "yes", "not_applicable"),
    ("jinan-2021", "far.paths", "means"): Swap(
        ["add_storeys"], _path("extend_storage"), ("yes", "listed"), ("not_applicable", "none")
    ),
    ("jinan-2021", "far.paths", "good_firms_only"): Swap(
        value=True,
        observe=_path("add_storeys"),
        before=("yes", "listed"),
        after=("unknown", "listed"),
    ),
    ("zhejiang-2021-draft", "far.paths", "means"): Swap(
        ["add_storeys"],
        _path("rearrange", good_firm=True),
        ("yes", "listed"),
        ("yes", "general"),
    ),
    ("zhejiang-2021-draft", "far.paths", "good_firms_only"): Swap(
        value=False,
        observe=_path("add_storeys", good_firm=False),
        before=("no", "listed"),
        after=("yes", "listed"),
    ),
    ("far.storage_uplift", "uses"): Swap(
        ["industrial"],
        _path("storage_far", good_firm=True),
        ("not_applicable", "none"),
        ("yes", "listed"),
    ),
    ("far.zone_indicators", "uses"): Swap(["storage"], _indicator("far_industrial"), 0.4, None),
    ("far.zone_indicators", "stages"): Swap(
        ["under_construction"], _indicator("far_overall"), 0.4, None
    ),
    ("far.zone_references", "table"): Swap(
        [{"indicator": "density", "reference": 0.5, "year": "2020", "zh": "某地", "en": "a place"}],
        _indicator("density", "reference"),
        0.3688,
        0.5,
    ),
    ("far.unconditioned", "uses"): Swap(
        ["green"], _road_without_limits, "not_applicable", "unknown"
    ),
    ("national", "far.intensify", "uses"): Swap(
        ["storage"], _intensified("industrial"), before=True, after=False
    ),
    ("jinan-2021", "far.intensify", "uses"): Swap(
        ["industrial"], _intensified("research"), before=True, after=False
    ),
    ("zhejiang-2021-draft", "far.intensify", "uses"): Swap(
        ["industrial"], _intensified("storage"), before=True, after=False
    ),
    ("zhejiang-2021-draft", "supply.reuse", "uses"): Swap(
        ["industrial"], _reusable("storage"), "yes", "not_applicable"
    ),
    ("green.industrial_cap", "share_max"): _share_threshold(
        "20/100", "15/100", _by_green("green.industrial_cap"), below=False
    ),
    ("green.industrial_cap", "uses"): Swap(
        ["industrial", "storage"], _capped, "not_applicable", "yes"
    ),
    ("green.required_by_use", "table"): _green_by_use_scenarios,
    ("green.required_by_use", "mixed_by"): Swap("floor", _mixed_required, 1_750.0, 2_800.0),
    ("green.required_by_use", "no_minimum_uses"): Swap(
        ["storage"], lambda policy: str(_mixed_required(policy)), "1750.0", "nan"
    ),
    ("green.public_counted", "counts"): Swap(False, _counted_public, 3_000.0, 0.0),  # noqa: FBT003 - the value itself
    ("green.zone_floor", "new_parks_only"): Swap(False, _old_park, "not_applicable", "yes"),  # noqa: FBT003 - the value itself
    ("green.roof_credit", "uses"): Swap(
        ["industrial"],
        _credited(roof_height_m=10.0, roof_form="garden"),
        200.0,
        0.0,
    ),
    ("green.roof_credit", "share_least"): Swap(
        Fraction(95, 100), _credited(roof_height_m=10.0, roof_form="garden"), 200.0, 0.0
    ),
    ("green.roof_credit", "heights"): _roof_rows(roof_form="lawn"),
    ("green.roof_credit", "forms"): _roof_rows(roof_height_m=20.0),
    ("green.roof_credit", "depths"): _roof_rows(0.05),
    ("green.roof_credit", "share_wall"): Swap(
        Fraction(10, 100), _credited(0.15, kind="wall"), 200.0, 100.0
    ),
    ("green.zone_floor", "share_min"): _share_threshold(
        "20/100", "25/100", _by_green("green.zone_floor", new_park=True), below=True
    ),
}

SCENARIOS |= {
    ("mixed.no_residents", "uses"): Swap(
        ["residential"],
        _addressed("mixed.no_residents", "dormitory"),
        ("yes",),
        ("no",),
    ),
    ("mixed.business_scope", "uses"): Swap(
        ["commercial", "office"], _addressed("mixed.business_scope", "office"), (), ("yes",)
    ),
    ("mixed.untested", "uses"): Swap(
        ["road", "green", "utility"], _mixed_verdict("parking"), "not_mixed", "no_basis"
    ),
    ("jinan-2021", "mixed.list", "uses"): Swap(
        ["industrial", "office"], _mixed_verdict("commercial"), "yes", "undetermined"
    ),
    ("jinan-2021", "mixed.list", "list_kind"): Swap(
        "closed", _mixed_verdict("nonprofit"), "undetermined", "no"
    ),
    ("zhejiang-2021-draft", "mixed.list", "uses"): Swap(
        ["industrial", "commercial"], _mixed_verdict("commercial"), "no", "yes"
    ),
    ("zhejiang-2021-draft", "mixed.list", "list_kind"): Swap(
        "open", _mixed_verdict("commercial"), "no", "undetermined"
    ),
    # A pilot has no list: the empty one counts as soon as the pilot is more than that.
    ("shanghai-2021", "mixed.list", "uses"): Swap(
        ["industrial", "office"],
        _mixed_verdict("office"),
        "no",
        "yes",
        also=("list_kind", "closed"),
    ),
    ("shanghai-2021", "mixed.list", "list_kind"): Swap(
        "closed", _mixed_verdict("office"), "undetermined", "no"
    ),
    ("mixed.supporting", "uses"): Swap(
        ["industrial", "storage"],
        lambda policy: len(
            _addressed("mixed.supporting_floor", "office", land_use="storage")(policy)
        ),
        0,
        1,
    ),
    ("mixed.supporting", "main_uses"): Swap(
        ["industrial"],
        _measured_part("mixed.supporting_floor", "storage", ""),
        0.0,
        "uses.role",
    ),
    ("mixed.supporting", "outside_uses"): Swap(
        [], _measured_part("mixed.supporting_floor", "research", "supporting"), 0.0, 0.2
    ),
    ("mixed.supporting_land", "share_max"): _share_threshold(
        "7/100",
        "10/100",
        _by_part("mixed.supporting_land", land=True),
        below=False,
        times=10_000.0,
    ),
    ("mixed.supporting_land", "share_max_park"): _share_threshold(
        "15/100",
        "20/100",
        _by_part("mixed.supporting_land", land=True, fenced_share=0.0),
        below=False,
        times=10_000.0,
    ),
    ("mixed.supporting_floor", "share_max"): _share_threshold(
        "15/100", "20/100", _by_part("mixed.supporting_floor"), below=False, times=10_000.0
    ),
    ("mixed.research_floor", "share_max"): _share_threshold(
        "15/100",
        "20/100",
        _by_part("mixed.research_floor", use="research"),
        below=False,
        times=10_000.0,
    ),
    ("mixed.m0", "uses"): Swap(
        ["m0", "research"], _addressed("mixed.m0", land_use="research"), (), ("unknown",)
    ),
    ("mixed.m0", "main_uses"): Swap(
        ["m0"],
        _measured_part("mixed.m0_floor", "research", "", M0_DAY, land_use="m0"),
        0.0,
        "uses.role",
        under="jinan-2021",
    ),
    ("mixed.m0_floor", "share_max"): _share_threshold(
        "30/100",
        "35/100",
        _by_part("mixed.m0_floor", as_of=M0_DAY, land_use="m0"),
        below=False,
        times=10_000.0,
    ),
    ("mixed.m0_land", "share_max"): _share_threshold(
        "15/100",
        "20/100",
        _by_part("mixed.m0_land", land=True, as_of=M0_DAY, land_use="m0"),
        below=False,
        times=10_000.0,
    ),
    ("mixed.self_held", "uses"): Swap(
        ["industrial"],
        _addressed("mixed.self_held", land_use="research", self_held=True),
        ("yes",),
        (),
    ),
    ("mixed.conversion", "uses"): Swap(
        ["industrial", "storage"], _addressed("mixed.conversion", land_use="storage"), (), ("yes",)
    ),
    ("mixed.conversion", "stages"): Swap(
        ["completed", "under_construction"],
        _addressed("mixed.conversion", land_stage="under_construction"),
        ("no",),
        ("yes",),
    ),
    ("mixed.compatibility", "matrix"): _matrix_scenarios,
    ("mixed.compatibility", "classes"): _class_scenarios,
    ("mixed.separation", "distances"): _separation_scenarios,
}


def _more() -> None:
    """Take the scenarios of the files ``moves_*.py`` beside this one.

    Each defines ``scenarios(moves) -> dict`` with the keys of `SCENARIOS`; `moves` is this module, for
    `Threshold`, `Swap` and the rest.
    """
    for path in sorted(Path(__file__).parent.glob("moves_*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        SCENARIOS.update(module.scenarios(sys.modules[__name__]))


_more()

# --------------------------------------------------------------------- land supply, performance


def _by_term(rule: str, instrument: str, *, leased: bool, beside: float = 0.0) -> Any:
    """Judge a term of so many years: of the lease, or of the grant beside a lease of `beside` years."""

    def observe(policy: Policy, years: float) -> Seen:
        row = {"parcel_id": "p", "land_use": "industrial", "instrument": instrument}
        terms = {"lease_years": years, "grant_years": None}
        if not leased:
            terms = {"lease_years": beside or None, "grant_years": years - beside}
        return _seen(check_terms(pd.DataFrame([row | terms]), policy, AS_OF), rule)

    return observe


def _term_by_use_scenarios(parameter: Parameter) -> list[Rows]:
    def observe(policy: Policy) -> list[Any]:
        terms = pd.DataFrame(
            {
                "parcel_id": [f"p{at}" for at in range(len(parameter.value))],
                "land_use": [row["use"] for row in parameter.value],
                "instrument": "grant",
                "grant_years": [float(row["years_max"]) for row in parameter.value],
            }
        )
        return check_terms(terms, policy, AS_OF)["verdict"].tolist()

    shorter = [{**row, "years_max": row["years_max"] - 1} for row in parameter.value]
    return [Rows(shorter, observe, (True,) * len(shorter))]


def _instrument(**wants: Any) -> Callable[[Policy], Any]:
    def observe(policy: Policy) -> Any:
        own = pd.DataFrame({"parcel_id": ["p"], "land_use": ["industrial"]})
        project = pd.DataFrame([{"project_id": "x", "parcel_id": "p", **wants}])
        choice = choose_instruments(own, project, policy)[0]
        return choice.instrument, None if pd.isna(choice.grant_years) else choice.grant_years

    return observe


def _gate(rule: str) -> Callable[[Policy], Any]:
    """Test a plot beside a road, with an environmental assessment and nothing else on record."""

    def observe(policy: Policy) -> Any:
        shape = box(X, Y, X + 100, Y + 100)
        land = gpd.GeoDataFrame({"parcel_id": ["p"]}, geometry=[shape], crs="EPSG:4548")
        road = gpd.GeoDataFrame({"kind": ["road"]}, geometry=[shape.boundary], crs="EPSG:4548")
        known = gpd.GeoDataFrame(
            {"topic": ["environment"], "valid_until": pd.to_datetime(["2030-01-01"])},
            geometry=[shape],
            crs="EPSG:4548",
        )
        found = readiness_of(
            land,
            np.array([0]),
            policy,
            AS_OF,
            facilities=road,
            assessments=known,
            asked=Asked({"default": 10.0}),
        )
        return _row(found.findings, rule)["verdict"]

    return observe


def _sheet(policy: Policy) -> Any:
    own = pd.DataFrame({"parcel_id": ["p"], "land_use": ["industrial"], "far_min": [1.0]})
    return standard_sheet(own, policy, AS_OF)[1]["verdict"].iloc[0]


def _priced(policy: Policy, grade: str = "五等") -> list[Any]:
    """Offer a hectare of industrial land at 384 yuan per m2."""
    land = pd.DataFrame({"parcel_id": ["p"], "zone_id": ["z"], "land_use": ["industrial"]})
    land = land.assign(land_grade=grade, area_m2=10_000.0, price_reserve_wan=384.0)
    return price_findings(land, None, policy, AS_OF)["verdict"].tolist()


def _rated(rule: str, *years: tuple[Any, ...], zones_n: int = 1) -> Callable[[Policy], Any]:
    """Rate a zone: year, rank of 160, class in nation and region, below the average."""

    def observe(policy: Policy) -> Any:
        names = ["year", "rank", "class", "region_class", "below_region_average"]
        rows = pd.DataFrame(years, columns=names).assign(evaluated_n=160)
        rows["zone_id"] = [f"z{at % zones_n}" for at in range(len(rows))]
        zones = pd.DataFrame(
            {"zone_id": ["z0"], "kind": ["fenced"], "set_up_on": pd.to_datetime(["2020-07-01"])}
        )
        inputs = SupplyInputs({"ratings": rows, "zones": zones})
        land = pd.DataFrame({"parcel_id": ["p"], "zone_id": ["z0"], "area_m2": [1.0]})
        found = analyse_performance(land, policy, AS_OF, inputs).findings
        return found.loc[found["rule"] == rule, "verdict"].tolist()

    return observe


def _worst(year: int, rank: int = 160) -> tuple[Any, ...]:
    return (year, rank, "C", "C", False)


def _by_ratings(rule: str, rows: Callable[[Any], list[tuple[Any, ...]]]) -> Any:
    """Judge a zone, set up in 2015, by the ratings that a fact makes: year, rank, classes, below."""

    def observe(policy: Policy, fact: Any, set_up: str = "2015-07-01") -> Seen:
        names = ["year", "rank", "class", "region_class", "below_region_average"]
        ratings = pd.DataFrame(rows(fact), columns=names).assign(evaluated_n=160, zone_id="z0")
        zones = pd.DataFrame(
            {"zone_id": ["z0"], "kind": ["fenced"], "set_up_on": pd.to_datetime([set_up])}
        )
        land = pd.DataFrame({"parcel_id": ["p"], "zone_id": ["z0"], "area_m2": [1.0]})
        inputs = SupplyInputs({"ratings": ratings, "zones": zones})
        return _seen(analyse_performance(land, policy, AS_OF, inputs).findings, rule)

    return observe


def _last_years(n: int) -> list[tuple[Any, ...]]:
    """Return four years of the worst class, the last `n` of them among the last of the nation."""
    return [_worst(year, 160 if year > 2025 - n else 100) for year in range(2022, 2026)]


def _by_age(policy: Policy, set_up: str) -> Seen:
    two = _by_ratings("supply.exit", lambda _: [_worst(2024), _worst(2025)])
    seen: Seen = two(policy, None, set_up)
    return seen


def _by_class_a(policy: Policy, best_n: int) -> Seen:
    """Judge six zones of which so many stand in the first class."""
    ratings = pd.DataFrame(
        {
            "zone_id": [f"z{at}" for at in range(6)],
            "year": 2025,
            "rank": range(1, 7),
            "evaluated_n": 160,
            "class": ["A"] * best_n + ["B"] * (6 - best_n),
        }
    )
    land = pd.DataFrame({"parcel_id": ["p"], "zone_id": ["z0"], "area_m2": [1.0]})
    found = analyse_performance(land, policy, AS_OF, SupplyInputs({"ratings": ratings})).findings
    return _seen(found, "supply.class_target")


def _research_building(policy: Policy) -> list[Any]:
    project = pd.DataFrame(
        {
            "project_id": ["x"],
            "target": ["research_building"],
            "floor_area_m2": [120_000.0],
            "started_on": pd.to_datetime(["2021-06-01"]),
            "completed_on": pd.to_datetime(["2023-06-01"]),
        }
    )
    land = pd.DataFrame({"parcel_id": ["p"], "zone_id": ["z"], "area_m2": [1.0]})
    inputs = SupplyInputs({"projects": project})
    found = analyse_performance(land, policy, AS_OF, inputs).findings
    return found.loc[found["rule"] == "supply.target_project", "verdict"].tolist()


_EXIT = "supply.exit"
_TARGET = {"target": "research_building", "zh": "大厦", "en": "building"}
_LEASE = _instrument(lease_wanted=True, lease_years=10)
_CLASSES = ((2025, 1, "A", "B", False), (2025, 2, "B", "B", False), (2025, 3, "C", "B", False))
SCENARIOS |= {
    ("supply.serviced", "kinds"): Swap(["road"], _gate("supply.serviced"), "unknown", "yes"),
    ("supply.assessed", "topics"): Swap(
        ["environment"], _gate("supply.assessed"), "unknown", "yes"
    ),
    ("supply.instruments", "uses"): Swap(["storage"], _LEASE, ("long_lease", None), (None, None)),
    ("supply.instruments", "instruments"): Swap(
        ["grant", "flexible"], _LEASE, ("long_lease", None), (None, None)
    ),
    ("supply.term_grant", "table"): _term_by_use_scenarios,
    ("supply.term_flexible", "years_below"): Threshold(
        40, (49.9, 50), (39.9, 40), _by_term("supply.term_flexible", "flexible", leased=False), 40.0
    ),
    ("supply.term_lease_first", "years_max"): Threshold(
        3, (5, 5.1), (3, 3.1), _by_term("supply.term_lease_first", "lease_first", leased=True), 3.0
    ),
    ("supply.term_long_lease", "years_min"): Threshold(
        7, (4.9, 5), (6.9, 7), _by_term("supply.term_long_lease", "long_lease", leased=True), 20.0
    ),
    ("supply.term_long_lease", "years_max"): Threshold(
        25,
        (20, 20.1),
        (25, 25.1),
        _by_term("supply.term_long_lease", "long_lease", leased=True),
        25.0,
    ),
    ("supply.term_lease", "years_max"): Threshold(
        25, (20, 20.1), (25, 25.1), _by_term("supply.term_lease", "long_lease", leased=True), 25.0
    ),
    ("supply.term_combined", "years_max"): Threshold(
        40,
        (50, 50.1),
        (40, 40.1),
        _by_term("supply.term_combined", "lease_first", leased=False, beside=5.0),
        40.0,
    ),
    ("supply.fifty_years", "years"): Swap(
        40,
        _instrument(term_wanted_years=60, major=True),
        ("fifty_years", 50.0),
        ("fifty_years", 40.0),
    ),
    ("supply.fifty_years", "default_years"): Swap(
        15, _instrument(term_wanted_years=60, major=False), ("flexible", 20.0), ("flexible", 15.0)
    ),
    ("supply.standard_land", "indicators"): Swap(["far"], _sheet, "unknown", "yes"),
    ("supply.lowest_price", "uses"): Swap(["storage"], _priced, ["yes"], []),
    ("supply.lowest_price", "table"): Rows(
        [
            {"land_grade": "5", "price_yuan_per_m2": 385},
            {"land_grade": "6", "price_yuan_per_m2": 336},
        ],
        lambda policy: _priced(policy) + _priced(policy, "六等"),
        (True, False),
    ),
    ("supply.rank_target", "table"): Rows(
        [
            {"year": "2021", "share_max": Fraction(29, 100)},
            {"year": "2023", "share_max": Fraction(19, 100)},
        ],
        _rated("supply.rank_target", (2021, 48, "B", "B", False), (2023, 32, "B", "B", False)),
        (True, True),
    ),
    ("supply.target_project", "table"): Rows(
        [{**_TARGET, "floor_area_min_m2": 120_001, "start_year": 2020, "complete_year": 2022}],
        _research_building,
        (True, True, True),
    ),
    ("supply.exit", "age_years_min"): Threshold(
        6, ("2021-07-02", "2021-06-30"), ("2020-07-02", "2020-06-30"), _by_age, 2.0
    ),
    ("supply.exit", "consecutive_years"): Threshold(
        3,
        (1, 2),
        (2, 3),
        _by_ratings(_EXIT, lambda n: [_worst(year) for year in range(2026 - n, 2026)]),
        3.0,
    ),
    ("supply.exit", "class"): Swap("B", _rated(_EXIT, _worst(2024), _worst(2025)), ["yes"], ["no"]),
    ("supply.exit", "last_n"): Threshold(
        4,
        (155, 156),
        (156, 157),
        _by_ratings(_EXIT, lambda rank: [_worst(2024, rank), _worst(2025, rank)]),
        2.0,
    ),
    ("supply.exit", "last_years"): Threshold(
        3, (1, 2), (2, 3), _by_ratings(_EXIT, _last_years), 2.0
    ),
    ("supply.below_average", "years"): Threshold(
        3,
        (2, 3),
        (3, 4),
        _by_ratings(
            "supply.below_average",
            lambda n: [(year, 90, "B", "B", True) for year in range(2026 - n, 2026)],
        ),
        3.0,
    ),
    ("supply.class_target", "share_min"): Threshold(
        Fraction(1, 2), (1, 2), (2, 3), _by_class_a, 0.5
    ),
    ("supply.class_target", "year"): Swap(
        "2024", _rated("supply.class_target", *_CLASSES, zones_n=3), ["yes"], ["unknown"]
    ),
    ("supply.class_target", "class"): Swap(
        "B",
        _rated("supply.class_target", _CLASSES[0], *_CLASSES[2:] * 2, zones_n=3),
        ["yes"],
        ["no"],
    ),
}


def _scenarios(pack_id: str, rule: str, key: str) -> list[Scenario]:
    found = SCENARIOS.get((pack_id, rule, key), SCENARIOS.get((rule, key)))
    if callable(found):
        return list(found(load_policy(pack_id).rule(rule).parameter(key)))
    return [] if found is None else [found]


CASES = [
    pytest.param(*name, scenario, id=f"{'-'.join(name)}-{place}")
    for name in PARAMETERS
    for place, scenario in enumerate(_scenarios(*name))
]


def test_every_parameter_has_a_scenario() -> None:
    without = [".".join(name) for name in PARAMETERS if not _scenarios(*name)]
    assert without == []


def test_no_scenario_is_left_over() -> None:
    used = {name if name in SCENARIOS else name[1:] for name in PARAMETERS}
    assert set(SCENARIOS) <= used


@pytest.mark.parametrize(("pack_id", "rule", "key", "scenario"), CASES)
def test_a_moved_parameter_moves_the_verdict(
    tmp_path: Any, pack_id: str, rule: str, key: str, scenario: Scenario
) -> None:
    pack_id = (isinstance(scenario, Swap) and scenario.under) or pack_id
    also = dict([scenario.also]) if isinstance(scenario, Swap) and scenario.also else {}
    shipped = moved(tmp_path, pack_id, rule, also)
    other = moved(tmp_path, pack_id, rule, {**also, key: scenario.value})
    assert other.rule(rule).parameter(key).pack_id == "moved"
    if isinstance(scenario, Rows):
        pairs = zip(scenario.observe(shipped), scenario.observe(other), strict=True)
        assert tuple(before != after for before, after in pairs) == scenario.moves
        return
    if isinstance(scenario, Swap):
        assert scenario.observe(shipped) == scenario.before
        assert scenario.observe(other) == scenario.after
        return
    at_old = [_each(scenario.observe(shipped, fact).verdict) for fact in scenario.old]
    assert _all_differ(*at_old), "the shipped value is not the line"
    at_new = [scenario.observe(other, fact) for fact in scenario.new]
    assert _all_differ(*(_each(seen.verdict) for seen in at_new)), "the new value is not the line"
    assert "unknown" not in {*at_old[0], *at_old[1], *_each(at_new[0].verdict)}
    assert [seen.shown for seen in at_new] == [scenario.shown] * 2
    assert [seen.pack for seen in at_new] == [scenario.pack] * 2, "the finding cites another pack"
    after = [_each(scenario.observe(other, fact).verdict) for fact in scenario.old]
    assert after[0] == after[1], "the old value is still a line"


def _each(verdict: Any) -> tuple[Any, ...]:
    return verdict if isinstance(verdict, tuple) else (verdict,)


def _all_differ(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return all(left != right for left, right in zip(one, other, strict=True))
