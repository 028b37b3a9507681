"""Which limits hold for a parcel, its own conditions before the control plan, and which of them binds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analyses.frames import numbers, problem_rows
from analyses.ground import has_ground
from analyses.plan_shares import plan_pairs
from analyses.results import PROBLEMS
from layers.columns import empty_frame
from policies.text import Text

__all__ = [
    "UNPLANNED_SHARE",
    "binding_limit",
    "height_caps",
    "open_figure",
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
        ``height_max_m``, each with ``<name>_source`` (``parcel``, ``plan_zones``, null) and
        ``<name>_open`` (unknown, though the control plan may state it: `open_figure`); and the problems.
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
        frame[f"{name}_open"] = open_figure(parcels, plan_zones, name, pairs=pairs) & (
            values.isna().to_numpy()
        )
    return frame, problems


def open_figure(
    parcels: pd.DataFrame,
    plan_zones: pd.DataFrame | None,
    name: str,
    *,
    pairs: pd.DataFrame | None = None,
) -> np.ndarray:
    """Mark the parcels for which the control plan may state a figure, so that none is not to be read from a blank.

    A parcel without geometry lies in a plan zone that nobody knows; one with geometry is marked
    where a plan zone that states the figure covers more than `UNPLANNED_SHARE` of it.

    Parameters
    ----------
    parcels, plan_zones, pairs
        As for `planning_limits`.
    name : str
        A column of the plan zones.
    """
    marked = np.zeros(len(parcels), dtype=bool)
    if plan_zones is None:
        return marked
    stated = numbers(plan_zones, name).notna().to_numpy()
    if not stated.any():
        return marked
    if pairs is None:
        pairs = plan_pairs(parcels, plan_zones)
    touched = pairs[stated[pairs["plan"]] & (pairs["weight"] > UNPLANNED_SHARE)]
    marked[touched["parcel"]] = True
    return marked | ~has_ground(parcels)


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


def storeys_below(cap_m: pd.Series[float], storey_m: pd.Series[float]) -> pd.Series[float]:
    """Return how many whole storeys fit below each parcel's height cap; NaN where either is unknown."""
    return (cap_m / storey_m + _ROUNDING).floordiv(1.0)


def binding_limit(
    parcels: pd.DataFrame,
    limits: pd.DataFrame,
    measures: pd.DataFrame,
    *,
    storey_m: pd.Series[float],
    full_storey_fits: np.ndarray,
    caps: pd.DataFrame | None = None,
    parts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Say which limit leaves the least floor area, and how much is left.

    ``far``: far_max x area. ``height``: coverage limit x area x whole storeys below the height
    cap; without a coverage limit the whole site counts, more than which cannot be built over.
    ``coverage``: a parcel denser than its coverage limit is full as it stands. The headroom is the
    least of these less the floor area there is. It is unknown while the floor-area ratio limit, the
    floor area or an obstacle surface is; and while there is a height cap and nobody knows how high
    a storey is, unless the ratio allows no more than a single storey on the ground that may be
    built over: then the ratio binds however high the storeys are.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``area_m2``.
    limits : pandas.DataFrame
        What `planning_limits` returned.
    measures : pandas.DataFrame
        With ``floor_area_m2``, what `analyses.far_counted.with_counted` added, and
        ``building_density_share``.
    storey_m : pandas.Series
        The storey height reckoned with (`analyses.storey_heights`); NaN: unknown.
    full_storey_fits : numpy.ndarray of bool
        Where a storey that counts in full fits below the cap.
    caps : pandas.DataFrame, optional
        What `height_caps` returned; without it the height limits alone.
    parts : pandas.DataFrame, optional
        What `analyses.far_zone_parts.zone_parts` returned: the height part by part, where plan zones differ.

    Returns
    -------
    pandas.DataFrame
        ``bound_by`` (`analyses.results.BOUND_BY`), ``floor_area_headroom_m2``,
        ``floor_area_allowed_m2``, ``allowed_by_far_m2``, ``allowed_by_height_m2``,
        ``allowed_by_coverage_m2``; ``floor_area_allowed_most_m2`` and
        ``floor_area_headroom_most_m2``: by the limits that are known and the floor area that is
        known, so that there is no more; ``coverage_limit`` and ``height_limited``: which other limits are
        on record for the whole parcel; ``lacks_storey_height``, ``lacks_obstacle``: why the headroom is unknown.
    """
    area = numbers(parcels, "area_m2")
    if caps is None:
        caps = height_caps(parcels, limits, None)
    cap = caps["height_cap_m"]
    density, most = measures["building_density_share"], limits["coverage_max_share"]
    full = (density > most * (1 + _ROUNDING)).to_numpy(dtype=bool)
    by_far = limits["far_max"] * area
    site = most.fillna(1.0) * area
    by_height = site * storeys_below(cap, storey_m)
    capped = cap.notna()
    if parts is not None:
        by_height = by_height.mask(parts["applies"], parts["by_height_m2"])
        capped = capped | parts["capped"]
    # Without a coverage limit the height surely binds only where even the whole site is too little.
    by_height = by_height.where(most.notna() | (by_height < by_far))
    allowed = pd.DataFrame(
        {"far": by_far, "height": by_height, "coverage": measures["floor_area_m2"].where(full)}
    )
    one_storey = (by_far <= site * (1 + _ROUNDING)).to_numpy(dtype=bool) & full_storey_fits
    lacks_storey = (capped & storey_m.isna()).to_numpy(dtype=bool) & ~one_storey & ~full
    lacks_obstacle = caps["obstacle_unknown"].to_numpy(dtype=bool) & ~full
    limited = limits["far_max"].notna()
    # What is counted beyond the plain floor area by the pack's rule for planning takes from the ratio
    # alone: in these terms a limit of height allows as much more.
    beyond = measures["floor_area_counted_m2"] - measures["floor_area_m2"]
    counted = allowed.assign(
        height=allowed["height"] + beyond.fillna(0.0),
        coverage=measures["floor_area_counted_m2"].where(full),
    )
    least = counted.min(axis=1)
    open_count = beyond.isna() & measures["floor_area_m2"].notna() & (by_height < by_far)
    known = limited & ~lacks_storey & ~lacks_obstacle & ~open_count
    bound = pd.Series("unknown", index=parcels.index, dtype="string")
    for name in ("coverage", "height", "far"):
        bound = bound.mask(known & (counted[name] == least), name)
    total, at_most = least.where(known), least.where(limited)
    return pd.DataFrame(
        {
            "bound_by": bound,
            "floor_area_headroom_m2": total - measures["floor_area_counted_m2"],
            "floor_area_headroom_most_m2": at_most - measures["floor_area_counted_least_m2"],
            "floor_area_allowed_m2": total,
            "floor_area_allowed_most_m2": at_most,
            "allowed_by_far_m2": allowed["far"],
            "allowed_by_height_m2": allowed["height"],
            "allowed_by_coverage_m2": allowed["coverage"],
            "coverage_limit": most,
            "height_limited": cap.notna() | caps["obstacle_unknown"],
            "lacks_storey_height": lacks_storey,
            "lacks_obstacle": lacks_obstacle,
        }
    )
