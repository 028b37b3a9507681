"""Zone indicators of the development-zone regulation, with dated reference values beside them.

The regulation rates built land: ratios of floor area and density are over all completed plots, the
industrial ones over completed industrial and storage land. A reference is one report's figure of one
year; it limits nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.far_ground_geometry import NO_PLOT
from analyses.findings import weakest
from analyses.frames import numbers, texts
from analyses.intensity import HA_M2
from analyses.results_far import ZONE_INDICATORS
from layers.columns import empty_frame
from policies.text import Text

if TYPE_CHECKING:
    from policies.model import Policy

__all__ = ["INDICATORS", "zone_indicators"]


@dataclass(frozen=True)
class _Indicator:
    """How an indicator is made.

    Attributes
    ----------
    title : Text
        Its name.
    column : str
        What is added up above the line; ``area_m2`` of industrial land for the share of it.
    land : {"built", "industrial"}
        Which plots count, below the line by their site area.
    unit : str
        ``ratio``, ``share`` or ``wan/ha``.
    """

    title: Text
    column: str
    land: str
    unit: str


INDICATORS: dict[str, _Indicator] = {
    "far_overall": _Indicator(
        Text("综合容积率", "overall floor-area ratio"), "floor_area_m2", "built", "ratio"
    ),
    "density": _Indicator(Text("建筑密度", "building density"), "footprint_m2", "built", "share"),
    "industrial_share": _Indicator(
        Text("工业用地率", "share of industrial land"), "industrial_m2", "built", "share"
    ),
    "far_industrial": _Indicator(
        Text("工业用地综合容积率", "floor-area ratio of industrial land"),
        "floor_area_m2",
        "industrial",
        "ratio",
    ),
    "coefficient_industrial": _Indicator(
        Text("工业用地建筑系数", "building coefficient of industrial land"),
        "occupied_m2",
        "industrial",
        "share",
    ),
    "investment_per_ha": _Indicator(
        Text("工业用地固定资产投入强度", "fixed investment on industrial land"),
        "fixed_investment_wan",
        "industrial",
        "wan/ha",
    ),
    "output_per_ha": _Indicator(
        Text("工业用地产出强度", "output of industrial land"), "output_wan", "industrial", "wan/ha"
    ),
    "tax_per_ha": _Indicator(
        Text("工业用地地均税收", "tax of industrial land"), "tax_wan", "industrial", "wan/ha"
    ),
    "tax_per_ha_overall": _Indicator(
        Text("综合地均税收", "tax of all built land"), "tax_wan", "built", "wan/ha"
    ),
}


def zone_indicators(parcels: pd.DataFrame, measures: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Compute the indicators of each zone.

    Each is a sum over a sum, of the plots of which both sides are known; ``known_n`` of ``parcels_n``
    says how many these are, and ``missing`` what the others lack. Green, road and utility land are
    no plots. Where no plot is known the value is NaN, never 0.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``zone_id``, ``land_use``, ``land_stage``, ``area_m2``, ``fixed_investment_wan``,
        ``output_wan``, ``tax_wan``.
    measures : pandas.DataFrame
        With ``floor_area_m2``, ``footprint_m2``, ``building_coefficient_share``.
    policy : policies.model.Policy
        Says which land is industrial and which built (``far.zone_indicators``), and the references
        (``far.zone_references``).

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results_far.ZONE_INDICATORS`, one row for each zone, indicator and
        reference; an indicator without a reference has one row.
    """
    if not policy.has_rule("far.zone_indicators"):
        return empty_frame(ZONE_INDICATORS)
    rule = policy.rule("far.zone_indicators")
    frame = _facts(parcels, measures, tuple(rule.value("uses")), tuple(rule.value("stages")))
    zones = pd.Index(sorted(texts(parcels, "zone_id").dropna().unique()), name="zone_id")
    rows = []
    for code, indicator in INDICATORS.items():
        told = _values(frame, zones, indicator).assign(
            indicator=code,
            title_zh=indicator.title.zh,
            title_en=indicator.title.en,
            unit=indicator.unit,
        )
        references = _references(policy, code)
        rows += [told.assign(**reference) for reference in references]
    table = pd.concat(rows, ignore_index=True)
    table = table.assign(clause=rule.clause.citation("zh") + table.pop("reference_clause"))
    order = table["indicator"].map({code: place for place, code in enumerate(INDICATORS)})
    table = table.assign(order=order).sort_values(
        ["zone_id", "order", "reference_year", "reference"], kind="stable", ignore_index=True
    )
    return pd.DataFrame({c.name: table[c.name].astype(c.dtype) for c in ZONE_INDICATORS.columns})


def _facts(
    parcels: pd.DataFrame, measures: pd.DataFrame, uses: tuple[str, ...], stages: tuple[str, ...]
) -> pd.DataFrame:
    """Return what is added up, of the built plots of a zone."""
    use, stage = texts(parcels, "land_use"), texts(parcels, "land_stage")
    area = numbers(parcels, "area_m2").where(lambda metres: metres > 0)
    industrial = use.isin(uses).to_numpy(dtype=bool)
    unknown = use.isna().to_numpy()
    frame = pd.DataFrame(
        {
            "zone_id": texts(parcels, "zone_id").array,
            "area_m2": area.to_numpy(),
            "industrial": industrial,
            "industrial_m2": np.where(unknown, np.nan, np.where(industrial, area, 0.0)),
            "floor_area_m2": numbers(measures, "floor_area_m2").to_numpy(),
            "footprint_m2": numbers(measures, "footprint_m2").to_numpy(),
            "occupied_m2": (numbers(measures, "building_coefficient_share") * area).to_numpy(),
            "stage_unknown": stage.isna().to_numpy(),
        }
    )
    for name in ("fixed_investment_wan", "output_wan", "tax_wan"):
        frame[name] = numbers(parcels, name).to_numpy()
    plot = ~use.isin(NO_PLOT).to_numpy(dtype=bool) & frame["zone_id"].notna().to_numpy()
    built = stage.isin(stages).to_numpy(dtype=bool) | frame["stage_unknown"].to_numpy()
    return frame[plot & built]


def _values(frame: pd.DataFrame, zones: pd.Index, indicator: _Indicator) -> pd.DataFrame:
    """Add up one indicator for every zone; one without such plots has no value."""
    rows = frame[frame["industrial"]] if indicator.land == "industrial" else frame
    certain = ~rows["stage_unknown"]
    known = certain & rows["area_m2"].notna() & rows[indicator.column].notna()
    sums = (
        rows[known].groupby("zone_id")[[indicator.column, "area_m2"]].sum()
        if known.any()
        else (pd.DataFrame({indicator.column: [], "area_m2": []}, dtype="float64"))
    )
    sums = sums.loc[:, ~sums.columns.duplicated()].reindex(zones)
    land = sums["area_m2"] / (HA_M2 if indicator.unit == "wan/ha" else 1.0)
    lacks = {
        "land_stage": ~certain,
        "area_net_m2": rows["area_m2"].isna(),
        _LACKS.get(indicator.column, indicator.column): rows[indicator.column].isna(),
    }
    missing = pd.Series("", index=zones)
    for name, where in lacks.items():
        lacking = zones.isin(rows.loc[where, "zone_id"])
        missing = missing.where(~lacking, missing.where(missing == "", missing + ",") + name)
    return pd.DataFrame(
        {
            "zone_id": zones.to_numpy(dtype=object),
            "value": (sums[indicator.column] / land.where(land > 0)).to_numpy(),
            "numerator": sums[indicator.column].to_numpy(),
            "denominator": sums["area_m2"].to_numpy(),
            "parcels_n": rows["zone_id"].value_counts().reindex(zones, fill_value=0).to_numpy(),
            "known_n": rows.loc[known, "zone_id"]
            .value_counts()
            .reindex(zones, fill_value=0)
            .to_numpy(),
            "missing": missing.to_numpy(dtype=object),
        }
    )


#: Measures that are missing for want of an input column.
_LACKS = {"industrial_m2": "land_use", "footprint_m2": "buildings", "occupied_m2": "buildings"}


def _references(policy: Policy, code: str) -> list[dict[str, Any]]:
    """Return the reference values of an indicator; one empty row where there is none."""
    mark = policy.rule("far.zone_indicators").confidence
    nothing: dict[str, Any] = {
        "reference": np.nan,
        "reference_zh": "",
        "reference_en": "",
        "reference_year": "",
        "reference_clause": "",
        "confidence": mark,
    }
    if not policy.has_rule("far.zone_references"):
        return [nothing]
    parameter = policy.rule("far.zone_references").parameter("table")
    found: list[dict[str, Any]] = [
        {
            "reference": float(row["reference"]),
            "reference_zh": f"{row['zh']}，年度参照，不作限值",
            "reference_en": f"{row['en']}: of one year, never a limit",
            "reference_year": str(row["year"]),
            "reference_clause": f"；{parameter.clause.citation('zh')}",
            "confidence": weakest((mark, parameter.confidence)),
        }
        for row in parameter.value
        if row["indicator"] == code
    ]
    return found or [nothing]
