"""Which limits hold for a parcel, its own conditions before the control plan, and which of them binds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.floor_area import storey_height_by_use
from analyses.frames import numbers, problem_rows, texts
from analyses.plan_shares import plan_pairs
from analyses.results import PROBLEMS
from layers.columns import empty_frame
from policies.text import Text

if TYPE_CHECKING:
    from analyses.floor_area import StoreyHeights

__all__ = [
    "UNPLANNED_SHARE",
    "binding_limit",
    "height_caps",
    "plan_figures",
    "planning_limits",
    "storeys_below",
]

#: Ground under no plan zone, or under one without the figure, may be this share of a parcel at
#: most: beyond it the parcel's figure is unknown.
UNPLANNED_SHARE = 0.01

_ROUNDING = 1e-9

#: Weighted by area over the plan zones; the height limit is the lowest that holds anywhere.
_WEIGHTED = ("far_max", "far_min", "coverage_max_share")


def planning_limits(
    parcels: pd.DataFrame,
    plan_zones: pd.DataFrame | None,
    *,
    pairs: pd.DataFrame | None = None,
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
    pairs : pandas.DataFrame, optional
        What `analyses.plan_shares.plan_pairs` returned of them, with its edge rule.

    Returns
    -------
    tuple of pandas.DataFrame
        On the parcels' index ``far_max``, ``far_min`` (ratios), ``coverage_max_share``,
        ``height_max_m``, each with ``<name>_source`` (``parcel``, ``plan_zones``, null); and the
        problems.
    """
    frame = pd.DataFrame(index=parcels.index)
    planned, problems = plan_figures(
        parcels, plan_zones, _WEIGHTED, lowest=("height_max_m",), pairs=pairs
    )
    for name in (*_WEIGHTED, "height_max_m"):
        own = numbers(parcels, name)
        values = own.fillna(planned[name])
        source = pd.Series(pd.NA, index=parcels.index, dtype="string")
        source = source.mask(values.notna(), "plan_zones").mask(own.notna(), "parcel")
        frame[name], frame[f"{name}_source"] = values, source
    return frame, problems


def plan_figures(
    parcels: pd.DataFrame,
    plan_zones: pd.DataFrame | None,
    weighted: tuple[str, ...],
    *,
    lowest: tuple[str, ...] = (),
    pairs: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read figures of the control plan off for each parcel.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame.
    plan_zones : geopandas.GeoDataFrame or None
        Contract frame of the control plan.
    weighted, lowest : tuple of str
        Columns of the plan zones: averaged by the parcel's ground under each, and taken as the
        least that holds anywhere on it.
    pairs : pandas.DataFrame, optional
        As for `planning_limits`.

    Returns
    -------
    tuple of pandas.DataFrame
        The figures on the parcels' index, unknown as `planning_limits` says; and the problems.
    """
    names = (*weighted, *lowest)
    frame = pd.DataFrame(np.nan, index=parcels.index, columns=list(names))
    if pairs is None:
        pairs = plan_pairs(parcels, plan_zones)
    if plan_zones is None or pairs.empty:
        return frame, empty_frame(PROBLEMS)
    parcel, share = pairs["parcel"].to_numpy(), pairs["weight"].to_numpy()
    n = len(parcels)
    overlap = np.bincount(parcel, weights=share, minlength=n) - 1.0
    contradicts = np.zeros(n, dtype=bool)
    for name in names:
        values = numbers(plan_zones, name).to_numpy()[pairs["plan"]]
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
            if name in lowest
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


def height_caps(
    parcels: pd.DataFrame, limits: pd.DataFrame, obstacle_m: pd.Series[Any] | None
) -> pd.DataFrame:
    """Return how high may be built on each parcel: the height limit, or a lower obstacle surface.

    Parameters
    ----------
    parcels, limits : pandas.DataFrame
        Contract frame, and what `planning_limits` returned.
    obstacle_m : pandas.Series or None
        The least height above ground that obstacle limitation surfaces leave over each parcel:
        infinite where none lies over it, NaN where it is not known. None: no such layer or raster.

    Returns
    -------
    pandas.DataFrame
        ``height_cap_m`` (NaN: unknown), ``height_cap_source`` (``parcel``, ``plan_zones``,
        ``obstacle``), ``obstacle_unknown``.
    """
    limit, source = limits["height_max_m"], limits["height_max_m_source"]
    frame = pd.DataFrame(
        {"height_cap_m": limit, "height_cap_source": source, "obstacle_unknown": False},
        index=parcels.index,
    )
    if obstacle_m is None:
        return frame
    surface = obstacle_m.astype("float64").reindex(parcels.index)
    lower = np.isfinite(surface) & ~(surface >= limit)
    unknown = surface.isna()
    return frame.assign(
        height_cap_m=limit.mask(lower, surface).mask(unknown),
        height_cap_source=source.mask(lower, "obstacle").mask(unknown),
        obstacle_unknown=unknown.to_numpy(dtype=bool),
    )


def storeys_below(
    cap_m: pd.Series[float], parcels: pd.DataFrame, storey_height_m: StoreyHeights | None
) -> pd.Series[float]:
    """Return how many whole storeys of the project's storey height fit below each parcel's height cap."""
    storey = storey_height_by_use(texts(parcels, "land_use"), storey_height_m)
    return (cap_m / storey + _ROUNDING).floordiv(1.0)


def binding_limit(
    parcels: pd.DataFrame,
    limits: pd.DataFrame,
    measures: pd.DataFrame,
    *,
    storey_height_m: StoreyHeights | None = None,
    caps: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Say which limit leaves the least floor area, and how much is left.

    ``far``: far_max x area. ``height``: coverage limit x area x whole storeys below the height
    cap, where the project states a storey height; without a coverage limit the whole site counts,
    more than which cannot be built over. ``coverage``: a parcel denser than its coverage limit is
    full as it stands. The headroom is the least of these less the floor area there is; it is
    unknown while the floor-area ratio limit, the floor area or an obstacle surface is.

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
    caps : pandas.DataFrame, optional
        What `height_caps` returned; without it the height limits alone.

    Returns
    -------
    pandas.DataFrame
        ``bound_by`` (`analyses.results.BOUND_BY`), ``floor_area_headroom_m2``,
        ``floor_area_allowed_m2``, ``allowed_by_far_m2``, ``allowed_by_height_m2``,
        ``allowed_by_coverage_m2``.
    """
    area = numbers(parcels, "area_m2")
    if caps is None:
        caps = height_caps(parcels, limits, None)
    storeys_n = storeys_below(caps["height_cap_m"], parcels, storey_height_m)
    density, most = measures["building_density_share"], limits["coverage_max_share"]
    full = density > most * (1 + _ROUNDING)
    by_far = limits["far_max"] * area
    by_height = most.fillna(1.0) * area * storeys_n
    # Without a coverage limit the height surely binds only where even the whole site is too little.
    by_height = by_height.where(most.notna() | (by_height < by_far))
    allowed = pd.DataFrame(
        {"far": by_far, "height": by_height, "coverage": measures["floor_area_m2"].where(full)}
    )
    known = allowed.notna().any(axis=1)
    least = allowed.min(axis=1)
    bound = pd.Series("unknown", index=parcels.index, dtype="string")
    for name in ("coverage", "height", "far"):
        bound = bound.mask(known & (allowed[name] == least), name)
    unsure = caps["obstacle_unknown"].to_numpy(dtype=bool) & ~full.to_numpy(dtype=bool)
    total = least.where(limits["far_max"].notna()).mask(unsure)
    return pd.DataFrame(
        {
            "bound_by": bound.mask(unsure, "unknown"),
            "floor_area_headroom_m2": total - measures["floor_area_m2"],
            "floor_area_allowed_m2": total,
            "allowed_by_far_m2": allowed["far"],
            "allowed_by_height_m2": allowed["height"],
            "allowed_by_coverage_m2": allowed["coverage"],
        }
    )
