"""What one run gives: the frames that the result files hold, and the record of the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analyses.results import SUPPLY_TABLES
from zongdi.kept_inputs import kept_inputs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import pyproj

    from layers.project import Project
    from policies.model import Policy

__all__ = ["RESULT_FILES", "Results"]

#: Every file of the contract, in the order in which they are written.
RESULT_FILES = (
    "parcels.parquet",
    "parcels.gpkg",
    "contracts.parquet",
    "context.gpkg",
    "findings.parquet",
    "findings.csv",
    "recommendations.csv",
    "paragraphs.csv",
    "zone_summary.csv",
    "deadlines.csv",
    "deadlines.ics",
    "idle_forecast.csv",
    "idle_series.csv",
    "idle_sums.csv",
    "idle_trend.csv",
    "transfers.csv",
    "green_ledger.csv",
    "green_pools.csv",
    "green_years.csv",
    "green_freeing.csv",
    "green_account.csv",
    "green_sites.gpkg",
    "mixed_openings.csv",
    "plan_shares.csv",
    "far_paths.csv",
    "zone_indicators.csv",
    "free_ground.gpkg",
    "surplus.csv",
    "plan.csv",
    *(f"{contract.name}.csv" for contract in SUPPLY_TABLES),
    "zones.csv",
    "problems.csv",
    "corrections.csv",
    "inputs.parquet",
    "basemap.json",
    "run.json",
    "workbook.xlsx",
    "map.html",
)


@dataclass(frozen=True)
class Results:
    """The results of one run, as frames in the contracts of `analyses.results`.

    Attributes
    ----------
    parcels : pandas.DataFrame
        One row per parcel: its input columns and every measure; a GeoDataFrame where there is geometry.
    context : mapping of str to GeoDataFrame
        Every other layer that the map draws.
    cases : pandas.DataFrame or None
        The cases as they were read: no result file, but the drafts of documents need them.
    inputs : pandas.DataFrame
        The tables that no other file holds, value by value (`zongdi.kept_inputs`).
    supply : mapping of str to pandas.DataFrame
        The further tables of land supply and performance, by their contracts.
    record : mapping
        What ``run.json`` holds: inputs with their hashes, versions, packs, parameters, review date.
    """

    project: Project
    policy: Policy
    crs: pyproj.CRS | None
    parcels: pd.DataFrame
    contracts: pd.DataFrame
    findings: pd.DataFrame
    recommendations: pd.DataFrame
    paragraphs: pd.DataFrame
    zone_summary: pd.DataFrame
    deadlines: pd.DataFrame
    idle_forecast: pd.DataFrame
    idle_sums: pd.DataFrame
    idle_trend: pd.DataFrame
    idle_series: pd.DataFrame
    transfers: pd.DataFrame
    green_ledger: pd.DataFrame
    green_pools: pd.DataFrame
    green_years: pd.DataFrame
    green_freeing: pd.DataFrame
    green_account: pd.DataFrame
    green_sites: pd.DataFrame
    mixed_openings: pd.DataFrame
    plan_shares: pd.DataFrame
    far_paths: pd.DataFrame
    zone_indicators: pd.DataFrame
    free_ground: pd.DataFrame
    surplus: pd.DataFrame
    plan: pd.DataFrame
    zones: pd.DataFrame
    problems: pd.DataFrame
    corrections: pd.DataFrame
    context: Mapping[str, pd.DataFrame]
    record: Mapping[str, Any]
    cases: pd.DataFrame | None = None
    inputs: pd.DataFrame = field(default_factory=lambda: kept_inputs({}))
    supply: Mapping[str, pd.DataFrame] = field(default_factory=dict)
