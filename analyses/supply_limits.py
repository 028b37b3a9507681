"""The limits of a supply plan: targets by use and quarter, budget, green balance, floors of indicators."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analyses.frames import numbers, texts
from analyses.supply_optimise import Limit
from analyses.supply_rows import parse_quarter
from layers.codes import USES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

__all__ = ["FLOORS", "ZoneBase", "needs_cost", "plan_limits", "quarter_mistakes"]

#: The indicators that may have a floor.
FLOORS = {
    "supply_rate": Text("土地供应率", "land supply rate"),
    "industrial_share": Text("已供应土地中工业用地比例", "industrial share of supplied land"),
}
INDUSTRIAL_USES = ("industrial", "m0", "storage")


@dataclass(frozen=True)
class ZoneBase:
    """What a zone has before the plan; NaN where it is not known.

    Attributes
    ----------
    area_m2, green_m2 : float
        Denominator and numerator of the green ratio.
    supplied_m2, ready_m2, industrial_m2 : float
        Supplied land, land that has reached the conditions of supply, supplied industrial land.
    """

    area_m2: float = np.nan
    green_m2: float = np.nan
    supplied_m2: float = np.nan
    ready_m2: float = np.nan
    industrial_m2: float = np.nan


@dataclass
class _Made:
    limits: list[Limit] = field(default_factory=list)
    untested: list[Text] = field(default_factory=list)


def needs_cost(targets: pd.DataFrame | None, budget_wan: float | None) -> bool:
    """Whether money is limited, so that a parcel of unknown cost cannot be planned."""
    return budget_wan is not None or (
        targets is not None and bool(numbers(targets, "budget_wan").notna().any())
    )


def quarter_mistakes(targets: pd.DataFrame | None) -> np.ndarray:
    """Mark the rows whose quarter is written but cannot be read."""
    if targets is None:
        return np.zeros(0, dtype=bool)
    written = texts(targets, "quarter")
    read = np.array([parse_quarter(text) is not None for text in written], dtype=bool)
    return written.notna().to_numpy() & ~read


def plan_limits(
    rows: pd.DataFrame,
    quarters: Sequence[str],
    *,
    targets: pd.DataFrame | None,
    budget_wan: float | None,
    bases: Mapping[str, ZoneBase],
    green_floor: float | None,
    floors: Mapping[str, float],
) -> tuple[list[Limit], list[Text]]:
    """Write every limit of a plan over the candidates.

    A floor never asks for more than there is today: "never worse than the floor", where the zone is
    below it already, means never worse than now. It is tested at the end of every quarter.

    Parameters
    ----------
    rows : pandas.DataFrame
        The candidates: ``zone_id``, ``land_use``, ``area_m2``, ``cost_wan``, ``green_change_m2``, ``green_worst_m2``,
        ``is_ready`` (counted as ready already).
    quarters : sequence of str
        The quarters of the plan.
    targets : pandas.DataFrame or None
        Rows with a zone bind that zone, others all together; without a quarter, the whole plan; without
        a use, all uses.
    budget_wan : float or None
        For the whole plan.
    bases : mapping of str to ZoneBase
        By zone.
    green_floor : float or None
        Least green share of each zone.
    floors : mapping of str to float
        By the keys of `FLOORS`.

    Returns
    -------
    tuple
        The limits, and what could not be tested.
    """
    made = _Made()
    area = np.nan_to_num(rows["area_m2"].to_numpy(dtype=float))
    cost = np.nan_to_num(rows["cost_wan"].to_numpy(dtype=float))
    zone = rows["zone_id"].fillna("").to_numpy(dtype=object)
    use = rows["land_use"].fillna("").to_numpy(dtype=object)
    if targets is not None:
        for _, row in targets.iterrows():
            _target(made, row, quarters, (zone, use, area, cost))
    if budget_wan is not None:
        made.limits.append(
            Limit(
                Text("计划期资金总额", "budget of the whole plan"),
                np.outer(cost, np.ones(len(quarters))),
                high=budget_wan,
                unit="wan",
            )
        )
    for name in sorted(set(zone) - {""}):
        base = bases.get(name, ZoneBase())
        own = zone == name
        _green(made, rows, own, quarters, base, green_floor, name)
        for key, floor in floors.items():
            _floor(made, key, floor, rows, own, quarters, base, name)
    return made.limits, made.untested


def _target(
    made: _Made, row: pd.Series[Any], quarters: Sequence[str], columns: tuple[np.ndarray, ...]
) -> None:
    zone, use, area, cost = columns
    said = row.get("quarter")
    given = said is not None and isinstance(said, str)
    quarter = parse_quarter(said) if given else None
    if given and quarter not in quarters:
        return
    own = np.ones(len(zone), dtype=bool)
    wanted_zone, wanted_use = row.get("zone_id"), row.get("land_use")
    zoned = isinstance(wanted_zone, str)
    if zoned:
        own &= zone == wanted_zone
    name = Text("各类用地", "all uses")
    if isinstance(wanted_use, str):
        own &= use == wanted_use
        name = USES.labels[wanted_use]
    when = np.array([quarter is None or one == quarter for one in quarters])
    span = Text("计划期内", "the whole plan") if quarter is None else Text(quarter, quarter)
    low, high, budget = (_value(row, key) for key in ("area_min_m2", "area_max_m2", "budget_wan"))
    weights = np.outer(np.where(own, area, 0.0), when.astype(float))
    place = str(wanted_zone) if zoned else None
    if low > 0:
        label = Text(f"{span.zh}{name.zh}面积下限", f"least area, {name.en}, {span.en}")
        made.limits.append(Limit(label, weights, low=low, soft=True, zone_id=place))
    if not np.isnan(high):
        label = Text(f"{span.zh}{name.zh}面积上限", f"greatest area, {name.en}, {span.en}")
        made.limits.append(Limit(label, weights, high=high, zone_id=place))
    if not np.isnan(budget):
        label = Text(f"{span.zh}{name.zh}资金限额", f"budget, {name.en}, {span.en}")
        money = np.outer(np.where(own, cost, 0.0), when.astype(float))
        made.limits.append(Limit(label, money, high=budget, unit="wan", zone_id=place))


def _value(row: pd.Series[Any], key: str) -> float:
    value = row.get(key)
    return float("nan") if value is None or value != value else float(value)  # noqa: PLR0124 - NaN


def _green(
    made: _Made,
    rows: pd.DataFrame,
    own: np.ndarray,
    quarters: Sequence[str],
    base: ZoneBase,
    floor: float | None,
    zone: str,
) -> None:
    if floor is None:
        return
    if np.isnan(base.green_m2) or np.isnan(base.area_m2):
        made.untested.append(
            Text(
                f"{zone}现状绿地未知，绿地率底线未检验",
                f"{zone}: green unknown, its floor is not tested",
            )
        )
        return
    told = rows["green_change_m2"].fillna(rows["green_worst_m2"])
    change = np.where(own, told.to_numpy(dtype=float), 0.0)
    least = min(floor * base.area_m2, base.green_m2) - base.green_m2
    for at, quarter in enumerate(quarters):
        until = (np.arange(len(quarters)) <= at).astype(float)
        label = Text(f"{quarter}末绿地率底线", f"floor of the green ratio at the end of {quarter}")
        made.limits.append(Limit(label, np.outer(change, until), low=least, zone_id=zone))


def _floor(
    made: _Made,
    key: str,
    floor: float,
    rows: pd.DataFrame,
    own: np.ndarray,
    quarters: Sequence[str],
    base: ZoneBase,
    zone: str,
) -> None:
    """Write a floor of a ratio: numerator + more >= floor x (denominator + more)."""
    area = np.where(own, np.nan_to_num(rows["area_m2"].to_numpy(dtype=float)), 0.0)
    if key == "supply_rate":
        part, whole = base.supplied_m2, base.ready_m2
        more, below = area, np.where(rows["is_ready"].to_numpy(dtype=bool), 0.0, area)
    else:
        part, whole = base.industrial_m2, base.supplied_m2
        industrial = np.isin(rows["land_use"].fillna("").to_numpy(dtype=object), INDUSTRIAL_USES)
        more, below = np.where(industrial, area, 0.0), area
    label = FLOORS[key]
    if np.isnan(part) or np.isnan(whole) or whole <= 0:
        made.untested.append(
            Text(
                f"{zone}{label.zh}现状未知，底线未检验",
                f"{zone}: {label.en} unknown, its floor is not tested",
            )
        )
        return
    least = min(floor, part / whole)
    for at, quarter in enumerate(quarters):
        until = (np.arange(len(quarters)) <= at).astype(float)
        said = Text(
            f"{quarter}末{label.zh}底线", f"floor of the {label.en} at the end of {quarter}"
        )
        made.limits.append(
            Limit(
                said, np.outer(more - least * below, until), low=least * whole - part, zone_id=zone
            )
        )
