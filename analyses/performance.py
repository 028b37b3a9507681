"""The performance of zones: indicators, targets of the packs, exit watch, yields, what is to be put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.outcome import Analysis
from analyses.performance_exit import exit_watch
from analyses.performance_firms import rank_firms, unnamed_firms
from analyses.performance_indicators import Row, indicator_rows, performance_table
from analyses.performance_ratings import checked_ratings
from analyses.performance_targets import rank_rows, target_rows
from analyses.results_supply import RECTIFICATION
from analyses.supply_acceptance import acceptance_of
from analyses.supply_ground import serving_ground
from analyses.supply_rows import rows_of
from analyses.supply_stock import stock_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from analyses.supply import SupplyInputs
    from policies.model import Policy, Rule

__all__ = ["analyse_performance"]

_LOW_USE = {
    "developed_built": ("按已建成的开发率", "the built share of the fence"),
    "output_per_ha": ("地均产出", "output per hectare"),
    "investment_per_ha": ("地均投入", "investment per hectare"),
}


def analyse_performance(
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
    inputs: SupplyInputs,
    *,
    options: Mapping[str, Any] | None = None,
    boundary: pd.DataFrame | None = None,
    area_method: Any = "plane",
) -> Analysis:
    """Measure the performance of every zone.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        As for `analyses.supply.analyse_supply`.
    policy : policies.model.Policy
        Rules of targets, of the exit, of yields and of rectification, where it has them.
    as_of : datetime.date
        The review date.
    inputs : analyses.supply.SupplyInputs
        ``zones``, ``ratings``, ``projects``, ``facilities``.
    options : mapping, optional
        The project's table ``[supply]``.
    boundary : pandas.DataFrame, optional
        The table ``boundary`` of the supply analysis.
    area_method : {"plane", "ellipsoid"}
        How zones are measured.

    Returns
    -------
    Analysis
        ``measures``: ``yield_class``. ``tables``: ``performance``, ``exit_watch``, ``yields``,
        ``rectification``.
    """
    chosen = dict(options or {})
    rows = parcels.reset_index(drop=True)
    zones = inputs.get("zones")
    stock = stock_of(rows, serving_ground=serving_ground(rows, inputs.get("facilities")))
    accepted = acceptance_of(zones, as_of, method=area_method)
    ratings, rating_problems = checked_ratings(inputs.get("ratings"))
    measured = indicator_rows(rows, stock, accepted, policy)
    ranked, rank_findings = rank_rows(ratings, policy, as_of)
    built, project_findings = target_rows(inputs.get("projects"), policy, as_of)
    table = performance_table([*measured, *ranked, *built], as_of)
    watch, exit_findings = exit_watch(ratings, zones, policy, as_of)
    yields, yield_findings, classes = rank_firms(rows, stock, policy, as_of, chosen)
    low, low_findings = _low_use(table, accepted, policy, as_of, chosen.get("low_use", {}))
    listed, rectify_findings = _rectification(boundary, low, policy, as_of)
    findings = [
        rank_findings,
        project_findings,
        exit_findings,
        yield_findings,
        low_findings,
        rectify_findings,
    ]
    return Analysis(
        measures=pd.DataFrame(
            {"yield_class": pd.array(classes, dtype="string")}, index=parcels.index
        ),
        findings=concat_findings(found for found in findings if len(found)),
        tables={
            "performance": table,
            "exit_watch": watch,
            "yields": yields,
            "rectification": listed,
        },
        problems=pd.concat(
            [rating_problems, unnamed_firms(rows, stock, chosen)], ignore_index=True
        ),
    )


def _low_use(
    table: pd.DataFrame,
    accepted: pd.DataFrame,
    policy: Policy,
    as_of: date,
    thresholds: Mapping[str, float],
) -> tuple[list[Row], pd.DataFrame]:
    """Test accepted zones against the project's thresholds of use; no threshold, no verdict but unknown."""
    if not policy.has_rule("supply.low_use") or accepted.empty:
        return [], pd.DataFrame()
    rule = policy.rule("supply.low_use")
    facts: list[Row] = []
    for zone, row in accepted.iterrows():
        own = table[table["zone_id"] == zone].set_index("indicator")
        if not row["accepted_m2"] > 0:
            facts.append(
                {
                    "zone": zone,
                    "verdict": "not_applicable" if row["accepted_m2"] == 0 else "unknown",
                    "missing": row["missing"],
                    "zh": "尚未验收或验收资料不全。",
                    "en": "Not accepted, or the record is incomplete.",
                }
            )
            continue
        low, gaps, zh, en = False, [] if thresholds else ["low_use"], [], []
        for name, limit in thresholds.items():
            value = float(own["value"].get(name, np.nan))
            high = float(own["value_high"].get(name, np.nan))
            below = value < limit or (np.isnan(value) and high < limit)
            if below:
                low = True
                shown = value if not np.isnan(value) else high
                zh.append(f"{_LOW_USE[name][0]}{shown:,.4g}，低于{limit:,.4g}")
                en.append(f"{_LOW_USE[name][1]} {shown:,.4g}, below {limit:,.4g}")
            elif np.isnan(value):
                gaps.append(name)
        verdict = "yes" if low else "unknown" if gaps else "no"
        facts.append(
            {
                "zone": zone,
                "verdict": verdict,
                "missing": ",".join(gaps) if verdict == "unknown" else "",
                "zh": "；".join(zh) + "。"
                if zh
                else "没有低于标准的指标，或标准、数据不全。"
                if gaps
                else "均不低于项目所定标准。",
                "en": "; ".join(en) + "."
                if en
                else "Nothing below a threshold, or thresholds or data are missing."
                if gaps
                else "Nothing is below the thresholds.",
            }
        )
    findings = rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=[fact["verdict"] for fact in facts],
            zone_id=[fact["zone"] for fact in facts],
            missing=[fact["missing"] if fact["verdict"] == "unknown" else "" for fact in facts],
            note_zh=[fact["zh"] for fact in facts],
            note_en=[fact["en"] for fact in facts],
        ),
    )
    return [fact for fact in facts if fact["verdict"] == "yes"], findings


def _rectification(
    boundary: pd.DataFrame | None, low: list[Row], policy: Policy, as_of: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List what a clause orders to be put right in a set time; candidates, no orders."""
    if not policy.has_rule("supply.rectify"):
        return rows_of(RECTIFICATION, {}, 0), pd.DataFrame()
    rule = policy.rule("supply.rectify")
    acceptance = policy.rule("supply.acceptance")
    use = policy.rule("supply.low_use")
    rows: list[tuple[Any, Any, Rule, str, str]] = []
    if boundary is not None:
        beyond = (
            "parcel_outside",
            "fence_outside",
            "plan_outside",
            "building_across",
            "building_outside",
        )
        for item in boundary.to_dict("records"):
            if item["issue"] in beyond:
                rows.append(
                    (
                        item["zone_id"],
                        item["id"],
                        rule,
                        f"超出批准范围规划建设的线索：{item['note_zh']}",
                        f"Planned or built beyond the approval: {item['note_en']}",
                    )
                )
            elif item["issue"] == "acceptance_overdue":
                rows.append(
                    (
                        item["zone_id"],
                        item["id"],
                        acceptance,
                        f"超过验收期限尚未验收：{item['note_zh']}",
                        f"Acceptance overdue: {item['note_en']}",
                    )
                )
    rows += [
        (
            fact["zone"],
            fact["zone"],
            use,
            f"验收后利用率低的线索：{fact['zh']}",
            f"Low use after acceptance: {fact['en']}",
        )
        for fact in low
    ]
    table = rows_of(
        RECTIFICATION,
        {
            "zone_id": [row[0] for row in rows],
            "id": [row[1] for row in rows],
            "rule": [row[2].id for row in rows],
            "why_zh": [row[3] for row in rows],
            "why_en": [row[4] for row in rows],
            "clause": [row[2].clause.citation("zh") for row in rows],
            "status": [row[2].status_at(as_of) for row in rows],
            "confidence": [row[2].confidence for row in rows],
        },
        len(rows),
    )
    counts = table.groupby("zone_id").size()
    findings = rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=["yes"] * len(counts),
            zone_id=[str(name) for name in counts.index],
            measured=counts.to_numpy(dtype=float),
            note_zh=[
                f"有{count}项可列入限期整改线索，见 rectification.csv；是否整改由主管部门决定。"
                for count in counts
            ],
            note_en=[
                f"{count} candidates for rectification: see rectification.csv; the authority decides."
                for count in counts
            ],
        ),
    )
    return table, findings
