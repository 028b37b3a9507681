"""What one run gives: the frames that the result files hold, and the record of the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    "deadlines.csv",
    "deadlines.ics",
    "idle_forecast.csv",
    "idle_series.csv",
    "idle_sums.csv",
    "transfers.csv",
    "mixed_openings.csv",
    "surplus.csv",
    "plan.csv",
    "zones.csv",
    "problems.csv",
    "corrections.csv",
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
    deadlines: pd.DataFrame
    idle_forecast: pd.DataFrame
    idle_sums: pd.DataFrame
    idle_series: pd.DataFrame
    transfers: pd.DataFrame
    mixed_openings: pd.DataFrame
    surplus: pd.DataFrame
    plan: pd.DataFrame
    zones: pd.DataFrame
    problems: pd.DataFrame
    corrections: pd.DataFrame
    context: Mapping[str, pd.DataFrame]
    record: Mapping[str, Any]
    cases: pd.DataFrame | None = None
