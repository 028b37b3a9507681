"""What is allowed on a parcel across plan zones of different heights or coverages: part by part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analyses.frames import numbers
from analyses.ground import has_ground

__all__ = ["zone_parts"]

_ROUNDING = 1e-9


def zone_parts(
    parcels: pd.DataFrame,
    plan_zones: pd.DataFrame | None,
    pairs: pd.DataFrame,
    limits: pd.DataFrame,
    *,
    storey_m: pd.Series[float],
    obstacle_m: pd.Series[Any] | None = None,
    sliver_share: float,
) -> pd.DataFrame:
    """Add up what the plan zones allow, each on its own part of the parcel.

    On each part the least of the ratio and of coverage x whole storeys below the height holds; what
    one part may not use another does not gain. A condition of the parcel's own takes the
    place of the zones'. A zone without a height limit is limited by its ratio alone, one without a coverage
    limit may be built over wholly. A part within `sliver_share` follows the parcel's
    figures.

    Parameters
    ----------
    parcels, plan_zones, pairs, limits
        As for `analyses.far_limits.planning_limits`, and what it returned.
    storey_m : pandas.Series
        The storey height reckoned with; NaN: unknown.
    obstacle_m : pandas.Series, optional
        As for `analyses.far_limits.height_caps`.
    sliver_share : float
        Weights up to this are the edge of a drawing.

    Returns
    -------
    pandas.DataFrame
        On the parcels' index: ``applies`` (the zones differ in height or coverage), ``capped`` (one
        of them has a height), ``by_height_m2``: what the heights leave. Where the height binds on
        some parts and the ratio on others it is the sum of the least of each part.
    """
    n = len(parcels)
    frame = pd.DataFrame(
        {"applies": False, "capped": False, "by_height_m2": np.nan}, index=parcels.index
    )
    if plan_zones is None or pairs.empty or not has_ground(parcels).any():
        return frame
    kept = pairs[pairs["weight"] > 0]
    at, zone = kept["parcel"].to_numpy(), kept["plan"].to_numpy()
    weight = kept["weight"].to_numpy()
    real = weight > sliver_share
    total = np.bincount(at, weights=weight, minlength=n)

    def figure(name: str) -> np.ndarray:
        own = numbers(parcels, name).to_numpy()[at]
        stated = np.where(np.isnan(own), numbers(plan_zones, name).to_numpy()[zone], own)
        return np.where(real, stated, limits[name].to_numpy()[at])

    far = figure("far_max")
    far = np.where(np.isnan(far), limits["far_max"].to_numpy()[at], far)
    coverage, cap = figure("coverage_max_share"), figure("height_max_m")
    if obstacle_m is not None:
        surface = obstacle_m.astype("float64").reindex(parcels.index).to_numpy()[at]
        cap = np.fmin(cap, np.where(np.isfinite(surface), surface, np.nan))
    site = numbers(parcels, "area_m2").to_numpy()[at] * weight / total[at]
    storeys = np.floor(cap / storey_m.to_numpy(dtype=float)[at] + _ROUNDING)
    height = np.where(
        np.isnan(cap), np.inf, np.where(np.isnan(coverage), 1.0, coverage) * storeys * site
    )
    ratio = far * site

    def summed(values: np.ndarray) -> np.ndarray:
        return np.bincount(at, weights=values, minlength=n)

    differ = np.zeros(n, dtype=bool)
    for values in (cap, coverage):
        known = np.where(np.isnan(values), np.inf, values)[real]
        low, high = np.full(n, np.inf), np.full(n, -np.inf)
        np.minimum.at(low, at[real], known)
        np.maximum.at(high, at[real], known)
        differ |= high > low
    whole = (total >= 1.0 - sliver_share - _ROUNDING) & (total <= 1.0 + sliver_share)
    least, by_ratio, by_height = summed(np.minimum(ratio, height)), summed(ratio), summed(height)
    mixed = least < np.minimum(by_ratio, by_height) * (1 - _ROUNDING)
    by_height = np.where(mixed, least, by_height)
    applies = whole & differ & ~np.isnan(by_ratio) & ~np.isnan(least)
    capped = np.zeros(n, dtype=bool)
    capped[at[real & ~np.isnan(cap)]] = True
    # Sums depend on the order of their parts in the last digits; these are not kept.
    shown = np.where(np.isfinite(by_height), np.round(by_height, 9), np.nan)
    return frame.assign(applies=applies, capped=capped & whole, by_height_m2=shown)
