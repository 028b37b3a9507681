"""What the verdicts on floor area rest on, and what is missing for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analyses.frames import flags, numbers, texts
from analyses.land_facts import NOISE_M2

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = [
    "FarFacts",
    "Stage",
    "basis",
    "built_missing",
    "ground_missing",
    "headroom_missing",
    "identity",
    "limits_left_out",
    "no_headroom",
    "stage_of",
]


@dataclass(frozen=True)
class FarFacts:
    """What the verdicts rest on; every frame is on the parcels' index.

    Attributes
    ----------
    parcels, measures : pandas.DataFrame
        Contract frame and measures.
    limits, industry : pandas.DataFrame
        What `analyses.far_limits.planning_limits` and `industry_floor` returned.
    tallest : pandas.DataFrame
        ``height_m`` of the tallest building of known height, ``complete``: all are known.
    buildings_given, kinds_given : bool
        Whether there is a buildings layer, and whether it tells structures and yards apart.
    ledger : pandas.DataFrame or None
        For the signing dates.
    """

    parcels: pd.DataFrame
    measures: pd.DataFrame
    limits: pd.DataFrame
    industry: pd.DataFrame
    tallest: pd.DataFrame
    buildings_given: bool
    kinds_given: bool
    ledger: pd.DataFrame | None


@dataclass(frozen=True)
class Stage:
    """The stage gate: a minimum is tested on completed projects alone.

    Attributes
    ----------
    unfinished, unknown : numpy.ndarray of bool
        Known not to be completed; of unknown stage.
    """

    unfinished: np.ndarray
    unknown: np.ndarray


def stage_of(parcels: pd.DataFrame) -> Stage:
    """Say which parcels are known not to be completed, and of which the stage is unknown."""
    stage = texts(parcels, "land_stage")
    unknown = stage.isna().to_numpy()
    return Stage((stage != "completed").fillna(value=False).to_numpy(dtype=bool), unknown)


def built_missing(facts: FarFacts) -> dict[str, np.ndarray]:
    """Say what is missing where the floor area is unknown."""
    unknown = facts.measures["floor_area_m2"].isna().to_numpy()
    lacking = "floor_area_m2" if facts.buildings_given else "floor_area_recorded_m2"
    return {
        lacking: unknown,
        "area_net_m2": ~(numbers(facts.parcels, "area_m2") > 0).to_numpy(dtype=bool),
    }


def no_headroom(measures: pd.DataFrame) -> np.ndarray:
    """Mark the parcels of which it is known that nothing is left, also where it is not known by how much."""
    most = numbers(measures, "floor_area_headroom_most_m2").to_numpy()
    return np.asarray(most <= NOISE_M2, dtype=bool)


def headroom_missing(
    measures: pd.DataFrame, built: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Say what is missing where it is not known whether anything is left.

    Parameters
    ----------
    measures : pandas.DataFrame
        With what `analyses.far_limits.binding_limit` returned, and ``far_limit``.
    built : mapping of str to numpy.ndarray
        What `built_missing` returned, or names of one's own.
    """
    open_ = ~no_headroom(measures)
    limit = numbers(measures, "far_limit").isna().to_numpy()
    lacks = {
        name: flags(measures, column).fillna(value=False).to_numpy(dtype=bool)
        for name, column in (
            ("obstacle", "lacks_obstacle"),
            ("storey_height_m", "lacks_storey_height"),
        )
    }
    counted = numbers(measures, "floor_area_counted_m2").isna()
    uncounted = counted & numbers(measures, "floor_area_m2").notna()
    lacks["storey_height_m"] |= uncounted.to_numpy(dtype=bool)
    return {
        name: np.asarray(where & open_, dtype=bool)
        for name, where in {"far_max": limit, **built, **lacks}.items()
    }


def limits_left_out(measures: pd.DataFrame) -> dict[str, np.ndarray]:
    """Say which limits of the headroom are not on record, so that it is the most that there may be.

    The ratio alone answers then, as the conditions state it; it is never read as though there were
    no other limit.

    Parameters
    ----------
    measures : pandas.DataFrame
        With ``far_limit``, ``coverage_limit`` and what `analyses.far_limits.binding_limit` returned.
    """
    answered = (numbers(measures, "far_limit").notna() & ~no_headroom(measures)).to_numpy()
    capped = flags(measures, "height_limited").fillna(value=False).to_numpy(dtype=bool)
    coverage = numbers(measures, "coverage_limit").isna().to_numpy()
    return {"coverage_max_share": coverage & answered, "height_max_m": ~capped & answered}


def ground_missing(facts: FarFacts) -> dict[str, np.ndarray]:
    """Say what is missing where the ground under buildings is unknown."""
    unknown = facts.measures["footprint_m2"].isna().to_numpy()
    return {
        "geometry" if facts.buildings_given else "buildings": unknown,
        "area_net_m2": ~(numbers(facts.parcels, "area_m2") > 0).to_numpy(dtype=bool),
    }


def basis(facts: FarFacts) -> pd.Series[str]:
    """Return which area stands below each parcel's ratios."""
    return texts(facts.parcels, "area_basis")


def identity(facts: FarFacts, where: np.ndarray | None = None) -> dict[str, pd.Series[str]]:
    """Return zone and parcel of each verdict, as `Verdicts` takes them."""
    parcels = facts.parcels if where is None else facts.parcels.loc[where]
    return {"zone_id": texts(parcels, "zone_id"), "parcel_id": texts(parcels, "parcel_id")}
