"""The targets that packs set: ranks of a year, the share of a class, named projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import numbers, texts
from analyses.idle_clock import day_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from analyses.performance_indicators import Row
    from policies.model import Policy, Rule

__all__ = ["rank_rows", "target_rows"]


def rank_rows(
    ratings: pd.DataFrame | None, policy: Policy, as_of: date
) -> tuple[list[Row], pd.DataFrame]:
    """Return the percentile of every year, held against the targets of the policy."""
    if ratings is None or len(ratings) == 0:
        return [], pd.DataFrame()
    rule = policy.rule("supply.rank_target") if policy.has_rule("supply.rank_target") else None
    targets = (
        {}
        if rule is None
        else {row["year"]: float(row["share_max"]) for row in rule.value("table")}
    )
    clause = (
        rule.clause if rule else next(c for c in policy.clauses() if c.id == "evaluation-2020-form")
    )
    frame = pd.DataFrame(
        {
            "zone": texts(ratings, "zone_id").array,
            "year": numbers(ratings, "year").to_numpy(),
            "rank": numbers(ratings, "rank").to_numpy(),
            "count": numbers(ratings, "evaluated_n").to_numpy(),
        }
    ).dropna(subset=["zone", "year"])
    rows, facts = [], []
    for item in frame.sort_values(["zone", "year"], kind="stable").to_dict("records"):
        year = str(int(item["year"]))
        share = item["rank"] / item["count"] if item["count"] > 0 else np.nan
        target = targets.get(year, np.nan)
        verdict = None
        if year in targets:
            verdict = "unknown" if np.isnan(share) else "yes" if share <= target else "no"
            facts.append((item["zone"], verdict, share, target, year))
        rows.append(
            {
                "zone_id": item["zone"], "indicator": "rank_target" if verdict else "rank_percentile", "year": year,
                "value": share, "value_low": share, "value_high": share, "unit": "share",
                "numerator": item["rank"], "denominator": item["count"], "parts_unit": "rank",
                "target": target, "verdict": verdict, "clause_of": clause,
                "missing": "ratings.rank,ratings.evaluated_n" if np.isnan(share) else "",
                "note_zh": f"全国第{item['rank']:.0f}名，共{item['count']:.0f}个区。" if not np.isnan(share) else "名次或参评数未知。",
                "note_en": f"Rank {item['rank']:.0f} of {item['count']:.0f}." if not np.isnan(share) else "Rank or count unknown.",
            }
        )  # fmt: skip
    findings = [] if rule is None else [_rank_findings(rule, as_of, facts)]
    more, share_findings = _class_share(ratings, policy, as_of)
    return [*rows, *more], pd.concat(
        [*findings, share_findings], ignore_index=True
    ) if findings or len(share_findings) else pd.DataFrame()


def _rank_findings(rule: Rule, as_of: date, facts: list[tuple[Any, ...]]) -> pd.DataFrame:
    blank: list[Any] = [(), (), (), (), ()]
    zones, verdicts, shares, targets, years = list(zip(*facts, strict=True)) or blank
    return rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=list(verdicts),
            zone_id=list(zones),
            measured=np.array(shares, dtype=float),
            limit=np.array(targets, dtype=float),
            unit="share",
            missing=[
                "ratings.rank,ratings.evaluated_n" if verdict == "unknown" else ""
                for verdict in verdicts
            ],
            note_zh=[
                f"{year}年全国名次目标前{target:.0%}，实际{'未知' if np.isnan(share) else f'{share:.1%}'}。"
                for year, target, share in zip(years, targets, shares, strict=True)
            ],
            note_en=[
                f"Target of {year}: the first {target:.0%} of the nation; reached {'unknown' if np.isnan(share) else f'{share:.1%}'}."
                for year, target, share in zip(years, targets, shares, strict=True)
            ],
        ),
    )


def _class_share(
    ratings: pd.DataFrame, policy: Policy, as_of: date
) -> tuple[list[Row], pd.DataFrame]:
    """Hold the share of zones in the best class against a provincial target, over the zones at hand."""
    if not policy.has_rule("supply.class_target"):
        return [], pd.DataFrame()
    rule = policy.rule("supply.class_target")
    wanted, year, least = rule.value("class"), rule.value("year"), float(rule.value("share_min"))
    own = ratings[numbers(ratings, "year").eq(float(year)).to_numpy()]
    classes = texts(own, "class")
    known = classes.notna()
    if len(own) == 0 or not known.all():
        share, verdict, gap = np.nan, "unknown", "ratings.class"
    else:
        share = float(classes.eq(wanted).mean())
        verdict, gap = ("yes" if share >= least - 1e-12 else "no"), ""
    count, best = len(own), int(classes.eq(wanted).fillna(value=False).sum())
    note = (
        f"{year}年本项目所列{count}个区中{best}个为{wanted}类，目标{least:.1%}；全省口径须含所有区。",
        f"{best} of the {count} zones at hand in class {wanted} in {year}, target {least:.1%}; the province counts all zones.",
    )
    row: Row = {
        "zone_id": None, "indicator": "class_share", "year": year, "value": share, "value_low": share,
        "value_high": share, "unit": "share", "numerator": float(best), "denominator": float(count),
        "parts_unit": "zones", "target": least, "verdict": verdict, "missing": gap, "note_zh": note[0],
        "note_en": note[1], "clause_of": rule.clause,
    }  # fmt: skip
    findings = rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=[verdict],
            measured=[share],
            limit=least,
            unit="share",
            missing=[gap],
            note_zh=[note[0]],
            note_en=[note[1]],
        ),
    )
    return [row], findings


def target_rows(
    projects: pd.DataFrame | None, policy: Policy, as_of: date
) -> tuple[list[Row], pd.DataFrame]:
    """Track the projects that the policy names: floor area, start and completion."""
    if not policy.has_rule("supply.target_project"):
        return [], pd.DataFrame()
    rule = policy.rule("supply.target_project")
    rows: list[Row] = []
    for wanted in rule.value("table"):
        own = None
        if projects is not None:
            found = projects[
                texts(projects, "target")
                .eq(wanted["target"])
                .fillna(value=False)
                .to_numpy(dtype=bool)
            ]
            own = found.iloc[0] if len(found) else None
        rows += _tracked(wanted, own, as_of, rule)
    verdicts = [str(row["verdict"]) for row in rows]
    findings = rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=verdicts,
            zone_id=[row["zone_id"] for row in rows],
            measured=[row["value"] for row in rows],
            limit=[row["target"] for row in rows],
            missing=[row["missing"] for row in rows],
            note_zh=[row["note_zh"] for row in rows],
            note_en=[row["note_en"] for row in rows],
        ),
    )
    return rows, findings


def _tracked(
    wanted: Mapping[str, Any], own: pd.Series[Any] | None, as_of: date, rule: Rule
) -> list[Row]:
    frame = pd.DataFrame([own]) if own is not None else pd.DataFrame(index=[0])
    area = float(numbers(frame, "floor_area_m2").iloc[0])
    zone = texts(frame, "zone_id").iloc[0]
    name = (wanted["zh"], wanted["en"])
    least = float(wanted["floor_area_min_m2"])
    base = {"zone_id": None if pd.isna(zone) else zone, "clause_of": rule.clause}
    verdict = "unknown" if np.isnan(area) else "yes" if area >= least else "no"
    rows: list[Row] = [
        {
            **base, "indicator": "project_floor_area", "value": area, "unit": "m2", "target": least, "verdict": verdict,
            "missing": "projects.floor_area_m2" if np.isnan(area) else "",
            "note_zh": f"{name[0]}：建筑面积{'未知' if np.isnan(area) else f'{area:,.0f}㎡'}，目标不少于{least:,.0f}㎡。",
            "note_en": f"{name[1]}: floor area {'unknown' if np.isnan(area) else f'{area:,.0f} m2'}, target at least {least:,.0f} m2.",
        }
    ]  # fmt: skip
    for indicator, column, key, words in (
        ("project_start", "started_on", "start_year", ("开工", "start")),
        ("project_completion", "completed_on", "complete_year", ("建成", "completion")),
    ):
        day = day_numbers(frame, column)[0]
        limit = int(wanted[key])
        done = not np.isnat(day) and day <= np.datetime64(as_of, "D")
        year = float(str(day)[:4]) if done else np.nan
        # Without a date it has not happened by the review date, or nobody noted it.
        verdict = ("yes" if year <= limit else "no") if done else "unknown"
        said = (
            (f"{day}{words[0]}", f"{words[1]} on {day}")
            if done
            else (f"没有{words[0]}日期的记录", f"no date of the {words[1]} on record")
        )
        rows.append(
            {
                **base, "indicator": indicator, "year": str(limit), "value": year, "unit": "year", "target": float(limit),
                "verdict": verdict, "missing": "" if done else f"projects.{column}",
                "note_zh": f"{name[0]}：目标{limit}年{words[0]}，{said[0]}。",
                "note_en": f"{name[1]}: {words[1]} due in {limit}; {said[1]}.",
            }
        )  # fmt: skip
    return rows
