"""The green step of a run: the layers and rasters it reads, and what it says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyses.green import analyse_green
from zongdi.green_rasters import green_raster_share, unbounded_rasters, zone_rasters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from analyses.outcome import Analysis
    from layers.inputs import Inputs
    from policies.model import Policy

__all__ = ["green_outcome"]


def green_outcome(
    parcels: pd.DataFrame,
    inputs: Inputs,
    policy: Policy,
    as_of: date,
    *,
    far: Analysis | None,
    options: Any,
) -> tuple[Analysis, str]:
    """Make the green analysis of a project.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With their zones and areas.
    inputs : layers.inputs.Inputs
        Layers, tables and rasters.
    policy : policies.model.Policy
        Rules and parameters.
    as_of : datetime.date
        The review date.
    far : analyses.outcome.Analysis or None
        The floor-area analysis, whose headroom says where freed ground is worth most.
    options : analyses.green_options.GreenOptions
        The project's ``[green]`` table with ``area_method``.

    Returns
    -------
    tuple of analyses.outcome.Analysis and str
        The outcome, and what was done or left out, for the record of the run.
    """
    frames: Mapping[str, pd.DataFrame] = inputs.frames
    raster = green_raster_share(inputs.rasters, parcels, as_of)
    given = frames.get("green") is not None or raster is not None
    said = "done" if given else "no green layer and no raster: green areas are unknown"
    if options.get("verge_m") is None:
        said += "; planting on verges not sought: [green] verge_m is not given"
    said += "".join(
        f"; the {name} raster is not used: [rasters.{name}] gives neither min, max nor classes"
        for name in unbounded_rasters(inputs.rasters)
    )
    zones, pools = frames.get("zones"), frames.get("green_pools")
    seen = zone_rasters(
        inputs.rasters,
        parcels,
        as_of,
        zones=zones,
        pools=pools,
        extent=options.get("pool", "zone"),
        method=options.get("area_method", "plane"),
    )
    outcome = analyse_green(
        parcels,
        policy,
        as_of,
        green=frames.get("green"),
        raster_share=raster,
        rasters=seen,
        zones=zones,
        pools=pools,
        plan_zones=frames.get("plan_zones"),
        buildings=frames.get("buildings"),
        facilities=frames.get("facilities"),
        uses=frames.get("uses"),
        ledger=frames.get("ledger"),
        costs=frames.get("green_costs"),
        measures=None if far is None else far.measures,
        options=options,
    )
    return outcome, said
