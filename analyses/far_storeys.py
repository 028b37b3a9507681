"""The storeys behind the counting rules: the tallest and the lowest of each parcel beside their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import flags, numbers, texts
from analyses.placement import SLIVER_SHARE

if TYPE_CHECKING:
    from datetime import date

    from analyses.placement import Placement
    from policies.model import Policy

__all__ = ["storey_findings"]

#: Heights closer than this, relatively, are the same.
_ROUNDING = 1e-9


def storey_findings(
    parcels: pd.DataFrame,
    buildings: pd.DataFrame,
    counts: np.ndarray,
    placement: Placement,
    policy: Policy,
    as_of: date,
    *,
    storeys: pd.DataFrame | None = None,
) -> list[pd.DataFrame]:
    """Say of each parcel whether a storey counts more than once, and whether one counts in part.

    ``far.control``: yes where the tallest storey is higher than the line; ``far.half_storey``: yes where
    the lowest is lower. Storey heights come from the storeys table, else from the building's own
    storey height; the mean of height and floors shows a high storey, never that there is none.
    Parcels of which no storey height tells have no such finding.

    Parameters
    ----------
    parcels, buildings : pandas.DataFrame
        Contract frames.
    counts : numpy.ndarray of bool
        The buildings whose floor area counts.
    placement : analyses.placement.Placement
        Which building stands on which parcel.
    policy : policies.model.Policy
        Gives the lines.
    as_of : datetime.date
        The review date.
    storeys : pandas.DataFrame, optional
        The storeys table.
    """
    pairs = placement.pairs
    pairs = pairs[counts[pairs["building"]] & (pairs["share"] >= SLIVER_SHARE)]
    high, low, told = _heights(buildings, storeys)
    n = len(parcels)
    places = (pairs["parcel"].to_numpy(), pairs["building"].to_numpy())
    found = []
    if policy.has_rule("far.control"):
        line = policy.rule("far.control").parameter("storey_above_m")
        top = _extreme(high, places, n, np.fmax, -np.inf)
        over = top > float(line.value) * (1 + _ROUNDING)
        known = _extreme(np.where(told, high, np.nan), places, n, np.fmax, -np.inf)
        where = over | ~np.isnan(known)
        factor = policy.rule("far.control").value("factor")
        notes = [
            (
                f"最高的一层层高{metres:.2f}米，超过{line.value:g}米的按{factor:g}倍计入工业控制指标口径的容积率：{'超过' if yes else '未超过'}。",
                f"The tallest storey is {metres:.2f} m high; above {line.value:g} m a storey counts {factor:g} times in the control indicator: {'above' if yes else 'not above'}.",
            )
            for metres, yes in zip(top[where], over[where], strict=True)
        ]
        found.append(_written(parcels, policy, as_of, "far.control", where, top, over, notes))
    if policy.has_rule("far.half_storey"):
        line = policy.rule("far.half_storey").parameter("storey_below_m")
        least = _extreme(np.where(told, low, np.nan), places, n, np.fmin, np.inf)
        under = least < float(line.value) * (1 - _ROUNDING)
        where = ~np.isnan(least)
        factor = policy.rule("far.half_storey").value("factor")
        notes = [
            (
                f"最低的一层层高{metres:.3f}米，不足{line.value:g}米的按{factor:g}计算建筑面积：{'不足' if yes else '未不足'}。",
                f"The lowest storey is {metres:.3f} m high; below {line.value:g} m a storey counts {factor:g} of its area: {'below' if yes else 'not below'}.",
            )
            for metres, yes in zip(least[where], under[where], strict=True)
        ]
        found.append(
            _written(parcels, policy, as_of, "far.half_storey", where, least, under, notes)
        )
    return found


_LINES = {"far.control": "storey_above_m", "far.half_storey": "storey_below_m"}


def _written(
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
    rule_id: str,
    where: np.ndarray,
    measured: np.ndarray,
    holds: np.ndarray,
    notes: list[tuple[str, str]],
) -> pd.DataFrame:
    rule = policy.rule(rule_id)
    by = rule.parameter(_LINES[rule_id])
    verdicts = Verdicts(
        np.where(holds[where], "yes", "no"),
        zone_id=texts(parcels, "zone_id")[where],
        parcel_id=texts(parcels, "parcel_id")[where],
        measured=measured[where],
        limit=float(by.value),
        unit="m",
        note_zh=[zh for zh, _ in notes],
        note_en=[en for _, en in notes],
        by=by,
    )
    return rule_findings(rule, as_of, verdicts)


def _heights(
    buildings: pd.DataFrame, storeys: pd.DataFrame | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the tallest and the lowest storey of each building in m, and whether they are told."""
    own = numbers(buildings, "storey_height_m").where(lambda metres: metres > 0)
    floors, height = numbers(buildings, "floors_n"), numbers(buildings, "height_m")
    mean = (height / floors.where(floors > 0)).where(lambda metres: metres > 0)
    high, low = own.copy(), own.copy()
    if storeys is not None and len(storeys):
        above = flags(storeys, "above_ground").fillna(
            (numbers(storeys, "storey_no") > 0).astype("boolean")
        )
        each = pd.DataFrame(
            {
                "building_id": texts(storeys, "building_id").array,
                "height": numbers(storeys, "height_m").where(lambda metres: metres > 0).array,
            }
        )[above.to_numpy(dtype=bool)].dropna()
        ids = texts(buildings, "building_id")
        ids = ids.where(~ids.duplicated(keep=False))
        by_building = each.groupby("building_id")["height"]
        high = ids.map(by_building.max()).astype("float64").fillna(own)
        low = ids.map(by_building.min()).astype("float64").fillna(own)
    told = high.notna().to_numpy()
    return high.fillna(mean).to_numpy(), low.to_numpy(), told


def _extreme(
    values: np.ndarray,
    places: tuple[np.ndarray, np.ndarray],
    n: int,
    choose: np.ufunc,
    start: float,
) -> np.ndarray:
    """Return the greatest or least known value of the buildings on each parcel; NaN where none is known."""
    parcel, building = places
    out = np.full(n, start)
    known = ~np.isnan(values[building])
    choose.at(out, parcel[known], values[building][known])
    return np.where(np.isinf(out), np.nan, out)
