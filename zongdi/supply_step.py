"""The step of a run that analyses land supply and performance: which analysis gets which frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import pandas as pd

from analyses.performance import analyse_performance
from analyses.supply import SupplyInputs, analyse_supply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from analyses.outcome import Analysis
    from policies.model import Policy

__all__ = ["supply_outcomes", "supply_step"]

#: What of the earlier analyses the stock, the plan and the indicators read.
_READ = ("idle_status", "idle_found", "green_m2", "floor_area_m2")


def supply_outcomes(
    parcels: pd.DataFrame,
    frames: Mapping[str, pd.DataFrame],
    outcomes: Mapping[str, Analysis],
    policy: Policy,
    as_of: date,
    *,
    options: Mapping[str, Any],
    area_method: Literal["plane", "ellipsoid"],
) -> dict[str, Analysis]:
    """Analyse supply and performance.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        With their zones and areas.
    frames : mapping of str to pandas.DataFrame
        The layers and tables of the project.
    outcomes : mapping of str to Analysis
        The analyses made before.
    options : mapping
        The tables ``[supply]`` and ``[green]`` of the project, by name.

    Returns
    -------
    dict of str to Analysis
        ``supply`` and ``performance``.
    """
    measured = pd.concat(
        [
            outcome.measures[[name for name in _READ if name in outcome.measures]]
            for outcome in outcomes.values()
        ]
        or [pd.DataFrame(index=parcels.index)],
        axis="columns",
    )
    own: Any = parcels.drop(columns=[name for name in measured if name in parcels]).join(measured)
    if isinstance(parcels, gpd.GeoDataFrame):
        own = gpd.GeoDataFrame(own, geometry="geometry", crs=parcels.crs)
    chosen = dict(options.get("supply", {}))
    target = options.get("green", {}).get("target_share")
    if "green_floor_share" not in chosen and target is not None:
        chosen["green_floor_share"] = target
    inputs = SupplyInputs(
        frames,
        surplus=outcomes["surplus"].tables["surplus"] if "surplus" in outcomes else None,
        zone_green=outcomes["green"].zones if "green" in outcomes else None,
    )
    supply = analyse_supply(own, policy, as_of, inputs, options=chosen)
    performance = analyse_performance(
        own,
        policy,
        as_of,
        inputs,
        options=chosen,
        boundary=supply.tables["boundary"],
        area_method=area_method,
    )
    return {"supply": supply, "performance": performance}


def supply_step(run: Any) -> None:
    """Analyse supply and performance in a run of `zongdi.pipeline`, and record that it was done."""
    run.done["supply"] = (
        "done"
        if run.frame("zones") is not None
        else "done; no zones: boundary and acceptance unknown"
    )
    run.outcomes.update(
        supply_outcomes(
            run.parcels,
            run.inputs.frames,
            run.outcomes,
            run.policy,
            run.as_of,
            options=run.options,
            area_method=run.area_method,
        )
    )
