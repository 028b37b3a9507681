"""The built-in demo project: an invented zone, generated from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zongdi.demo.buildings import Building, build_zone
from zongdi.demo.cast import Cast, cast_stories
from zongdi.demo.green_plans import write_canopy
from zongdi.demo.greenery import Green, plant_zone
from zongdi.demo.layout import Layout, draw_layout
from zongdi.demo.messes import add_messes, repeat_an_id
from zongdi.demo.parcels import Parcel, cut_parcels
from zongdi.demo.project_text import PROJECT_TOML
from zongdi.demo.raster import write_ndvi
from zongdi.demo.supply import write_supply
from zongdi.demo.surroundings import assessments, facilities, plan_zones, zones
from zongdi.demo.writers import write_base, write_ledger, write_parcels, write_tables

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

__all__ = ["DemoZone", "generate_zone", "write_demo"]

_DEFAULT_STOREYS = 1


@dataclass(slots=True)
class DemoZone:
    """The invented zone, before it is written."""

    layout: Layout
    parcels: list[Parcel]
    cast: Cast
    buildings: list[Building]
    green: list[Green]
    plan: gpd.GeoDataFrame
    repeated_id: str


def generate_zone(rng: np.random.Generator) -> DemoZone:
    """Generate the zone: the plan, the parcels, who plays which story, buildings and green.

    Examples
    --------
    >>> zone = generate_zone(np.random.default_rng(20260630))
    >>> 150 <= len(zone.parcels) <= 250
    True
    """
    layout = draw_layout()
    parcels = cut_parcels(layout, rng)
    repeated = repeat_an_id(parcels)
    cast = cast_stories(parcels, rng)
    buildings = build_zone(parcels, cast.roles, rng)
    green = plant_zone(layout, parcels, cast.roles, buildings, rng)
    plan = plan_zones(parcels)  # drawn before a parcel laps over its neighbour
    add_messes(parcels, cast.roles, buildings, green)
    return DemoZone(layout, parcels, cast, buildings, green, plan, repeated)


def write_demo(folder: Path, *, seed: int = 20260630) -> Path:
    """Write the demo project into `folder` and return the path of its project file.

    Parameters
    ----------
    folder : pathlib.Path
        Made where it does not exist; files of the demo in it are replaced.
    seed : int
        The same seed gives the same bytes.

    Returns
    -------
    pathlib.Path
        ``project.toml``.
    """
    rng = np.random.default_rng(seed)
    zone = generate_zone(rng)
    folder.mkdir(parents=True, exist_ok=True)
    write_parcels(folder / "parcels.shp", zone.parcels, zone.cast.roles)
    context = {
        "zones": zones(zone.layout),
        "plan_zones": zone.plan,
        "facilities": facilities(zone.layout, zone.parcels),
        "assessments": assessments(zone.layout),
    }
    write_base(folder / "base.gpkg", context, zone.buildings, zone.green)
    write_ledger(folder / "ledger.xlsx", zone.cast.ledger)
    write_tables(
        folder, zone.cast.causes, zone.cast.cases, zone.cast.uses, _floor_areas(zone.buildings)
    )
    write_ndvi(folder / "ndvi.tif", zone.parcels, zone.cast.roles, zone.buildings, zone.green, rng)
    write_canopy(folder / "canopy.tif", zone.parcels, zone.green)
    approved = context["zones"].geometry.iloc[0]  # the first row is the approved boundary
    write_supply(folder, zone.parcels, zone.cast.roles, approved)
    project = folder / "project.toml"
    project.write_text(PROJECT_TOML, encoding="utf-8", newline="\n")
    return project


def _floor_areas(buildings: list[Building]) -> dict[str, float]:
    """Floor area above ground by parcel, as the table of uses divides it."""
    areas: dict[str, float] = {}
    for building in buildings:
        if building.kind == "building" and building.permanence == "permanent":
            area = building.polygon.area * (building.floors_n or _DEFAULT_STOREYS)
            areas[building.parcel_id] = areas.get(building.parcel_id, 0.0) + area
    return areas
