"""Which limits hold for a parcel: its own conditions, the control plan, the table of its industry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.anchors import anchored
from analyses.floor_area import storey_height_by_use
from analyses.frames import numbers, problem_rows, texts
from analyses.ground import ground_pairs, has_ground
from analyses.results import PROBLEMS
from layers.columns import empty_frame
from policies.text import Text

if TYPE_CHECKING:
    from analyses.floor_area import StoreyHeights
    from policies.model import Parameter, Policy

__all__ = [
    "UNPLANNED_SHARE",
    "binding_limit",
    "industry_floor",
    "planning_limits",
]

#: Ground under no plan zone, or under one without the figure, may be this share of a parcel at
#: most: beyond it the parcel's figure is unknown.
UNPLANNED_SHARE = 0.01

_ROUNDING = 1e-9

#: Weighted by area over the plan zones; the height limit is the lowest that holds anywhere.
_WEIGHTED = ("far_max", "far_min", "coverage_max_share")


def planning_limits(
    parcels: pd.DataFrame, plan_zones: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the planning figures of each parcel: its own, else those of the plan zones.

    A figure of the plan zones is their mean weighted by the parcel's ground under each. It is
    unknown where more than `UNPLANNED_SHARE` of the parcel lies under no plan zone or under one
    that leaves the figure blank, and where plan zones with different figures overlap on more than
    that share. The height limit is the lowest of the plan zones'.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame.
    plan_zones : geopandas.GeoDataFrame or None
        Contract frame of the control plan.

    Returns
    -------
    tuple of pandas.DataFrame
        On the parcels' index ``far_max``, ``far_min`` (ratios), ``coverage_max_share``,
        ``height_max_m``, each with ``<name>_source`` (``parcel``, ``plan_zones``, null); and the
        problems.
    """
    frame = pd.DataFrame(index=parcels.index)
    planned, problems = _by_plan_zones(parcels, plan_zones)
    for name in (*_WEIGHTED, "height_max_m"):
        own = numbers(parcels, name)
        values = own.fillna(planned[name])
        source = pd.Series(pd.NA, index=parcels.index, dtype="string")
        source = source.mask(values.notna(), "plan_zones").mask(own.notna(), "parcel")
        frame[name], frame[f"{name}_source"] = values, source
    return frame, problems


def _by_plan_zones(
    parcels: pd.DataFrame, plan_zones: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = (*_WEIGHTED, "height_max_m")
    frame = pd.DataFrame(np.nan, index=parcels.index, columns=list(names))
    if plan_zones is None or not has_ground(plan_zones).any() or not has_ground(parcels).any():
        return frame, empty_frame(PROBLEMS)
    pairs = ground_pairs(plan_zones, parcels, left_name="plan_zones", right_name="parcels")
    parcel = pairs["right"].to_numpy()
    share = (pairs["area_m2"] / pairs["right_area_m2"]).to_numpy()
    n = len(parcels)
    overlap = np.bincount(parcel, weights=share, minlength=n) - 1.0
    contradicts = np.zeros(n, dtype=bool)
    for name in names:
        values = numbers(plan_zones, name).to_numpy()[pairs["left"]]
        known = ~np.isnan(values)
        weight = np.bincount(parcel[known], weights=share[known], minlength=n)
        total = np.bincount(parcel[known], weights=(share * values)[known], minlength=n)
        low, high = np.full(n, np.inf), np.full(n, -np.inf)
        counted = known & (share > UNPLANNED_SHARE)
        np.minimum.at(low, parcel[counted], values[counted])
        np.maximum.at(high, parcel[counted], values[counted])
        enough = weight >= 1.0 - UNPLANNED_SHARE - _ROUNDING
        disputed = (overlap > UNPLANNED_SHARE) & (high > low)
        result = (
            low
            if name == "height_max_m"
            else np.divide(total, weight, out=np.full(n, np.nan), where=weight > 0)
        )
        # Zones of one figure give that figure, not a mean with the noise of a division.
        result = np.where(low == high, low, result)
        frame[name] = np.where(enough & ~disputed & np.isfinite(result), result, np.nan)
        contradicts |= disputed
    problems = problem_rows(
        parcels,
        contradicts,
        layer="parcels",
        code="plan_zones_overlap",
        what=Text(
            "宗地上的控规地块相互重叠且指标不同，指标未知",
            "plan zones with different figures overlap on the parcel: its figures are unknown",
        ),
        proposal=Text(
            "核对控规图层，或在宗地表中填写规划条件",
            "check the plan layer, or enter the parcel's own planning conditions",
        ),
        column="geometry",
        found=[f"{share:.1%}" for share in overlap[contradicts]],
    )
    return frame, problems


def industry_floor(
    parcels: pd.DataFrame, policy: Policy, *, ledger: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Look up the floor-area minimum of each industrial parcel's industry.

    The table applies to land supplied while it was in force: the anchor is the earliest signing
    date of the parcel's contracts. The industry code is joined only within its own scheme.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame.
    policy : policies.model.Policy
        Gives ``far.floor`` with its table.
    ledger : pandas.DataFrame, optional
        The contract ledger.

    Returns
    -------
    pandas.DataFrame
        On the parcels' index: ``far_floor`` (NaN: unknown), ``reference`` (the table's value
        even where the anchor does not show that it applies), ``missing`` (what was missing,
        empty where nothing was), ``addressed`` (whether the table addresses the parcel), ``by``
        (the `policies.model.Parameter` that holds the table).
    """
    index = parcels.index
    frame = pd.DataFrame({"far_floor": np.nan, "reference": np.nan, "missing": ""}, index=index)
    if not policy.has_rule("far.floor"):
        return frame.assign(addressed=False, by=None)
    anchor = anchored(parcels, policy.rule("far.floor").parameter("table"), ledger)
    tables = {id(parameter): _by_code(parameter) for parameter in anchor.by}
    use, code = texts(parcels, "land_use"), texts(parcels, "industry_code")
    scheme = texts(parcels, "industry_scheme")
    floor, reference, missing = [], [], []
    for u, c, s, by, lacking in zip(use, code, scheme, anchor.by, anchor.missing, strict=True):
        table = tables[id(by)]
        schemes = {name for _, name in table}
        lacks = [
            name
            for name, value in (("land_use", u), ("industry_code", c), ("industry_scheme", s))
            if value is pd.NA
        ]
        value = np.nan
        if isinstance(s, str) and s not in schemes:
            lacks.append("ruleset_2023")
        elif isinstance(s, str) and isinstance(c, str):
            digits = "".join(sign for sign in c if sign.isdigit())[:2]
            value = table.get((digits, s), np.nan)
            if np.isnan(value):
                lacks.append("industry_code")
        if lacking and lacking not in lacks:
            lacks.append(lacking)
        reference.append(value)
        missing.append(",".join(lacks))
        floor.append(np.nan if lacks else value)
    addressed = (use == "industrial").fillna(value=True).to_numpy(dtype=bool)
    frame["far_floor"] = np.where(addressed, floor, np.nan)
    frame["reference"] = np.where(addressed, reference, np.nan)
    frame["missing"] = np.where(addressed, np.array(missing, dtype=object), "")
    return frame.assign(addressed=addressed, by=pd.Series(anchor.by, index=index, dtype=object))


def _by_code(parameter: Parameter) -> dict[tuple[str, str], float]:
    """Return the minimum of each code of each scheme."""
    return {
        (str(row["industry_code"]), str(row["scheme"])): float(row["far_min"])
        for row in parameter.value
    }


def binding_limit(
    parcels: pd.DataFrame,
    limits: pd.DataFrame,
    measures: pd.DataFrame,
    *,
    storey_height_m: StoreyHeights | None = None,
) -> pd.DataFrame:
    """Say which limit leaves the least floor area, and how much is left.

    ``far``: far_max x area. ``height``: coverage limit x area x whole storeys below the height
    limit, where the project states a storey height. ``coverage``: a parcel denser than its
    coverage limit is full as it stands. The headroom is the least of these less the floor area
    there is; it is unknown while the floor-area ratio limit or the floor area is.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``land_use`` and ``area_m2``.
    limits : pandas.DataFrame
        What `planning_limits` returned.
    measures : pandas.DataFrame
        With ``floor_area_m2`` and ``building_density_share``.
    storey_height_m : float or mapping of str to float, optional
        The project's storey height, one or by use.

    Returns
    -------
    pandas.DataFrame
        ``bound_by`` (`analyses.results.BOUND_BY`) and ``floor_area_headroom_m2``.
    """
    area = numbers(parcels, "area_m2")
    storey = storey_height_by_use(texts(parcels, "land_use"), storey_height_m)
    storeys_n = np.floor(limits["height_max_m"] / storey + _ROUNDING)
    density = measures["building_density_share"]
    full = density > limits["coverage_max_share"] * (1 + _ROUNDING)
    allowed = pd.DataFrame(
        {
            "far": limits["far_max"] * area,
            "height": limits["coverage_max_share"] * area * storeys_n,
            "coverage": measures["floor_area_m2"].where(full),
        }
    )
    known = allowed.notna().any(axis=1)
    least = allowed.min(axis=1)
    bound = pd.Series("unknown", index=parcels.index, dtype="string")
    for name in ("coverage", "height", "far"):
        bound = bound.mask(known & (allowed[name] == least), name)
    headroom = (least - measures["floor_area_m2"]).where(limits["far_max"].notna())
    return pd.DataFrame({"bound_by": bound, "floor_area_headroom_m2": headroom})
