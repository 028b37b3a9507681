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

__all__ = ["FLOORS", "PlanLimits", "ZoneBase", "plan_limits", "quarter_mistakes", "uncosted"]

#: The indicators that may have a floor.
FLOORS = {
    "supply_rate": Text("土地供应率", "land supply rate"),
    "industrial_share": Text("已供应土地中工业用地比例", "industrial share of supplied land"),
}
#: Ratios this near are the same.
_ROUNDING = 1e-9
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
class PlanLimits:
    """The limits of a plan.

    Attributes
    ----------
    limits : list of Limit
        What is tested.
    untested, lowered : list of tuple
        Zone and words of what could not be tested, and of floors that the zone lies below already, so
        that it is held to what it has today.
    """

    limits: list[Limit] = field(default_factory=list)
    untested: list[tuple[str, Text]] = field(default_factory=list)
    lowered: list[tuple[str, Text]] = field(default_factory=list)


def uncosted(
    rows: pd.DataFrame,
    quarters: Sequence[str],
    targets: pd.DataFrame | None,
    budget_wan: float | None,
) -> np.ndarray:
    """Mark the parcels of unknown cost in the quarters in which a budget holds for them.

    Parcels x quarters: a budget of another zone, use or quarter does not concern a parcel.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"zone_id": ["a", "b"], "land_use": "storage", "cost_wan": [None, None]})
    >>> budget = pd.DataFrame({"zone_id": ["a"], "quarter": ["2026Q4"], "budget_wan": [50.0]})
    >>> uncosted(rows, ["2026Q3", "2026Q4"], budget, None).tolist()
    [[False, True], [False, False]]
    """
    unknown = numbers(rows, "cost_wan").isna().to_numpy()
    held = np.full((len(rows), len(quarters)), budget_wan is not None)
    if targets is not None:
        zone, use = (
            texts(rows, name).fillna("").to_numpy(dtype=object) for name in ("zone_id", "land_use")
        )
        for _, row in targets.loc[numbers(targets, "budget_wan").notna().to_numpy()].iterrows():
            span = _span(row, quarters, zone, use)
            if span is not None:
                held |= np.outer(span[0], span[1])
    return held & unknown[:, None]


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
) -> PlanLimits:
    """Write every limit of a plan over the candidates.

    A floor never asks for more than there is today: "never worse than the floor", where the zone is
    below it already, means never worse than now, and that is told. It is tested at the end of every quarter.

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
    PlanLimits
    """
    made = PlanLimits()
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
    return made


def _span(
    row: pd.Series[Any], quarters: Sequence[str], zone: np.ndarray, use: np.ndarray
) -> tuple[np.ndarray, np.ndarray, str | None] | None:
    """Return the parcels and quarters that a target is about, and its quarter; None beyond the plan."""
    said = row.get("quarter")
    given = said is not None and isinstance(said, str)
    quarter = parse_quarter(said) if given else None
    if given and quarter not in quarters:
        return None
    own = np.ones(len(zone), dtype=bool)
    wanted_zone, wanted_use = row.get("zone_id"), row.get("land_use")
    if isinstance(wanted_zone, str):
        own &= zone == wanted_zone
    if isinstance(wanted_use, str):
        own &= use == wanted_use
    return own, np.array([quarter is None or one == quarter for one in quarters]), quarter


def _target(
    made: PlanLimits, row: pd.Series[Any], quarters: Sequence[str], columns: tuple[np.ndarray, ...]
) -> None:
    zone, use, area, cost = columns
    about = _span(row, quarters, zone, use)
    if about is None:
        return
    own, when, quarter = about
    wanted_zone, wanted_use = row.get("zone_id"), row.get("land_use")
    zoned = isinstance(wanted_zone, str)
    name = USES.labels[wanted_use] if isinstance(wanted_use, str) else Text("各类用地", "all uses")
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
    made: PlanLimits,
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
            (
                zone,
                Text(
                    f"{zone}现状绿地未知，绿地率底线未检验",
                    f"{zone}: green unknown, its floor is not tested",
                ),
            )
        )
        return
    _lowered(
        made, zone, Text("绿地率", "green ratio"), floor, base.green_m2 / max(base.area_m2, 1.0)
    )
    told = rows["green_change_m2"].fillna(rows["green_worst_m2"])
    change = np.where(own, told.to_numpy(dtype=float), 0.0)
    least = min(floor * base.area_m2, base.green_m2) - base.green_m2
    for at, quarter in enumerate(quarters):
        until = (np.arange(len(quarters)) <= at).astype(float)
        label = Text(f"{quarter}末绿地率底线", f"floor of the green ratio at the end of {quarter}")
        made.limits.append(Limit(label, np.outer(change, until), low=least, zone_id=zone))


def _lowered(made: PlanLimits, zone: str, label: Text, floor: float, today: float) -> None:
    """Tell of a floor that the zone lies below already."""
    if today < floor * (1 - _ROUNDING):
        made.lowered.append(
            (
                zone,
                Text(
                    f"现状{label.zh}{today:.2%}，低于底线{floor:.2%}，本计划只核对不低于现状",
                    f"the {label.en} is {today:.2%} today, below the floor of {floor:.2%}: the plan is held to "
                    "today's",
                ),
            )
        )


def _floor(
    made: PlanLimits,
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
            (
                zone,
                Text(
                    f"{zone}{label.zh}现状未知，底线未检验",
                    f"{zone}: {label.en} unknown, its floor is not tested",
                ),
            )
        )
        return
    _lowered(made, zone, label, floor, part / whole)
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
