"""Which parcels may disturb others, which might suffer, and how far apart they lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from analyses.ground import has_ground
from analyses.mixed_facts import uses_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyses.mixed_facts import MixedFacts
    from policies.model import Rule

__all__ = ["Nearest", "any_of", "nearest", "source_kinds", "uses_present"]


@dataclass(frozen=True)
class Nearest:
    """The nearest of some parcels to each of others, by position; NaN and -1 where there is none."""

    distance_m: np.ndarray
    parcel: np.ndarray


def source_kinds(facts: MixedFacts, rule: Rule) -> dict[str, np.ndarray]:
    """Say which parcels are of each kind that may disturb, by land-use class and recorded hazard.

    Returns
    -------
    dict of str to numpy.ndarray of bool
        By kind; ``unknown:<kind>`` marks the parcels that may be of it, for all that is recorded.
    """
    code, scheme = facts.text("land_use_code"), facts.text("land_use_scheme")
    code = np.array([str(one).strip().upper() for one in code], dtype=object)
    hazard = facts.text("hazard")
    classes = rule.value("classes")
    kinds: dict[str, np.ndarray] = {}
    classed = np.zeros(len(code), dtype=bool)
    of_use: dict[str, set[str]] = {}
    for row in classes:
        hit = (code == row["code"]) & np.isin(scheme, ["", row["scheme"]])
        kinds[row["source"]] = kinds.get(row["source"], np.zeros(len(code), dtype=bool)) | hit
        classed |= hit
        of_use.setdefault(row["use"], set()).add(row["source"])
    sources = {row["source"] for row in rule.value("matrix")}
    working = np.isin(facts.land_use, list(of_use))
    for use, some in of_use.items():
        for source in some:
            kinds[f"unknown:{source}"] = (facts.land_use == use) & ~classed
    for source in sources - set(kinds):
        kinds[source] = hazard == source
        kinds[f"unknown:{source}"] = working & (hazard == "")
    return kinds


def uses_present(facts: MixedFacts) -> dict[str, np.ndarray]:
    """Say by use on which parcels it stands; a plant's own offices are no neighbours.

    Supporting and administrative rows count only where people live in them.
    """
    rows = facts.rows
    residents = list(uses_of(facts.policy, "mixed.no_residents"))
    served = np.isin(rows.role, ["supporting", "administrative"])
    counted = ~served | np.isin(rows.use, residents)
    frame = pd.DataFrame(
        {
            "parcel": np.r_[np.arange(len(facts.land_use)), rows.parcel[counted]],
            "use": np.r_[facts.land_use, rows.use[counted]],
        }
    )
    present = {}
    for use, group in frame[frame["use"] != ""].groupby("use"):
        mask = np.zeros(len(facts.land_use), dtype=bool)
        mask[group["parcel"].to_numpy()] = True
        present[str(use)] = mask
    return present


def nearest(
    facts: MixedFacts, sources: np.ndarray, present: dict[str, np.ndarray], uses: Iterable[str]
) -> Nearest:
    """Return for each marked source the nearest parcel on which one of some uses stands.

    A parcel is its own neighbour, at distance 0, where such a use stands on it beside its main one;
    its main use is what disturbs, and is no neighbour of itself.

    Parameters
    ----------
    facts : MixedFacts
        The parcels; those without geometry have no distance.
    sources : numpy.ndarray of bool
        Which parcels may disturb.
    present : dict of str to numpy.ndarray of bool
        What `uses_present` gave.
    uses : iterable of str
        Which uses might suffer.
    """
    wanted = list(uses)
    n = len(sources)
    targets = any_of(present, wanted, n)
    alone = sources & np.isin(facts.land_use, wanted) & ~_has_another(facts, wanted)
    found = _nearest(facts, sources & ~alone, targets)
    others = _nearest(facts, alone, targets, exclusive=True)
    return Nearest(
        np.where(alone, others.distance_m, found.distance_m),
        np.where(alone, others.parcel, found.parcel),
    )


def _has_another(facts: MixedFacts, uses: list[str]) -> np.ndarray:
    """Mark parcels whose uses table names one of some uses other than the parcel's main one."""
    rows = facts.rows
    main = facts.land_use[rows.parcel]
    mask = np.zeros(len(facts.land_use), dtype=bool)
    mask[rows.parcel[np.isin(rows.use, uses) & (rows.use != main)]] = True
    return mask


def _nearest(
    facts: MixedFacts, sources: np.ndarray, targets: np.ndarray, *, exclusive: bool = False
) -> Nearest:
    n = len(sources)
    distance, place = np.full(n, np.nan), np.full(n, -1)
    ground = has_ground(facts.parcels)
    here, there = np.flatnonzero(sources & ground), np.flatnonzero(targets & ground)
    if len(here) == 0 or len(there) == 0:
        return Nearest(distance, place)
    shapes = facts.parcels["geometry"].to_numpy()
    pairs, metres = shapely.STRtree(shapes[there]).query_nearest(
        shapes[here], return_distance=True, all_matches=True, exclusive=exclusive
    )
    found = pd.DataFrame({"one": here[pairs[0]], "two": there[pairs[1]], "metres": metres})
    # Of neighbours equally near: the parcel itself, then the one whose id comes first.
    found["other"] = found["one"] != found["two"]
    found["id"] = facts.ids[found["two"].to_numpy()]
    found = found.sort_values(["one", "other", "id"], kind="stable").drop_duplicates("one")
    distance[found["one"].to_numpy()] = found["metres"].to_numpy()
    place[found["one"].to_numpy()] = found["two"].to_numpy()
    return Nearest(distance, place)


def any_of(present: dict[str, np.ndarray], uses: Iterable[str], n: int) -> np.ndarray:
    """Mark the parcels, `n` in all, on which any of some uses stands."""
    mask = np.zeros(n, dtype=bool)
    for use in uses:
        mask |= present.get(use, False)
    return mask
