"""Buildings of the demo zone: what stands on each parcel, set back and along its longer axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zongdi.demo.compositions import COMPOSITIONS, huts
from zongdi.demo.site import Building, site_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zongdi.demo.cast import Role
    from zongdi.demo.parcels import Parcel

__all__ = ["Building", "build_zone"]


def build_zone(
    parcels: Sequence[Parcel], roles: Mapping[str, Role], rng: np.random.Generator
) -> list[Building]:
    """Build on every parcel what its land use and its story ask for."""
    built: list[Building] = []
    for parcel in parcels:
        role = roles[parcel.parcel_id]
        composition = COMPOSITIONS.get(parcel.land_use)
        site = site_of(parcel, rng)
        if site is None:
            continue
        if role.site == "vacant":
            if role.story and rng.random() < 0.45:
                built += huts(site)
            continue
        if composition is None:  # roads and green
            continue
        drawn = composition(site)
        if role.site in {"works", "half"}:
            drawn = _unfinished(drawn, role.site, rng)
            drawn += huts(site) if role.site == "works" else []
        if "floors_unknown" in parcel.traits:
            for building in drawn:
                building.floors_n = building.storey_m = None
        built += _apart(drawn)
    return built


def _unfinished(drawn: list[Building], site: str, rng: np.random.Generator) -> list[Building]:
    """Leave some out and mark the rest as under construction; half: the first phase is finished."""
    if site == "half":
        middle = np.median([b.polygon.centroid.x for b in drawn])
        return [b for b in drawn if b.polygon.centroid.x <= middle]
    halls = [b for b in drawn if b.kind == "building"]
    kept = [b for at, b in enumerate(halls) if at == 0 or rng.random() < 0.45]
    for building in kept:
        building.state = "under_construction"
    return kept


def _apart(drawn: list[Building]) -> list[Building]:
    """Keep what does not run into what was drawn before it."""
    kept: list[Building] = []
    for building in drawn:
        if all(building.polygon.intersection(other.polygon).area < 0.5 for other in kept):
            kept.append(building)
    return kept
