"""The parcels as a GeoPackage that opens in QGIS as on the map: class codes beside them, styles inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from analyses.idle_rules import IdleRules
from layers.codes import USES
from maps.problems import problems_of_parcels
from maps.themes import build_themes
from zongdi.map_styles import layer_styles, theme_columns

if TYPE_CHECKING:
    from zongdi.results import Results

__all__ = ["styled_layers"]


def styled_layers(results: Results) -> dict[str, pd.DataFrame]:
    """Return the layers of ``parcels.gpkg``: the parcels, and the styles of the map's themes.

    Parameters
    ----------
    results : Results
        The results of one run. Without shapes there is nothing to style, and the parcels stand alone.
    """
    parcels = results.parcels
    if not isinstance(parcels, gpd.GeoDataFrame) or "geometry" not in parcels:
        return {"parcels": parcels}
    themes = build_themes(
        parcels,
        land_use_labels=USES.labels,
        recommendations=results.recommendations,
        plan=results.plan,
        # It reads the three tables that a view and the results of a run have in common.
        problems=problems_of_parcels(results),  # type: ignore[arg-type]
        surplus=results.surplus,
        findings=results.findings,
        idle_labels=IdleRules.of(results.policy).labels()["idle_status"],
    )
    classed = theme_columns(themes).set_axis(parcels.index, axis="index")
    styled = gpd.GeoDataFrame(
        pd.concat([parcels, classed], axis="columns"), geometry="geometry", crs=parcels.crs
    )
    stamp = f"{results.project.as_of.isoformat()}T00:00:00Z"
    styles = layer_styles(themes, layer="parcels", geometry="geom", stamp=stamp)
    return {"parcels": styled, "layer_styles": styles}
