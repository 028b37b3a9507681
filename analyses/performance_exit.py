"""The exit watch: year by year, from the ratings, how near a zone stands to an exit (Shanghai 3(5)).

A small machine with two strands. One counts consecutive years in the worst class of both rankings and
among the national last; with the zone's age they are the conditions for starting an exit, which the
authority decides. The other starts where a zone lies below its region's average and ends with an
improvement, or with a case for an interview. A missing rating breaks neither: it makes unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.idle_clock import add_years
from analyses.performance_exit_states import NEVER, Conditions, Seen, Strand, state_of_zone
from analyses.performance_ratings import (
    checked_ratings,
    rated_zones,
    ratings_of,
    set_up_days,
    unrated_years,
)
from analyses.results_performance import EXIT_WATCH
from analyses.supply_rows import rows_of

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy, Rule

__all__ = ["exit_watch"]

_JUDGED = ("bad_class", "among_last", "below_average", "rank_share")


def exit_watch(
    ratings: pd.DataFrame | None, zones: pd.DataFrame | None, policy: Policy, as_of: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Follow every zone through its ratings up to the review date.

    Parameters
    ----------
    ratings : pandas.DataFrame or None
        ``zone_id``, ``year``, ``rank``, ``evaluated_n``, ``class``, ``region_class``,
        ``below_region_average``, ``published_on`` (else the rating counts from the year's last day).
    zones : pandas.DataFrame or None
        For ``set_up_on``.
    policy : policies.model.Policy
        ``supply.exit`` and ``supply.below_average``, where it has them.
    as_of : datetime.date
        Ratings known later do not count.

    Returns
    -------
    tuple of pandas.DataFrame
        `analyses.results_performance.EXIT_WATCH`, one row per zone and year, and findings of both rules.

    Notes
    -----
    The conditions are met on the later of the day on which the second of the consecutive years is known
    and the day on which the zone is old enough, if no other rating came between.

    A year that ended before the review date and has no rating is not known: where it could have met a
    condition, the verdict is unknown, never no.
    """
    ratings, _ = checked_ratings(ratings)
    names = rated_zones(ratings, zones)
    if not policy.has_rule("supply.exit"):
        rows = [{"zone_id": name, "state": "no_rule", "is_latest": True} for name in names]
        return _table(rows, ""), pd.DataFrame()
    exit_rule, below = policy.rule("supply.exit"), policy.rule("supply.below_average")
    rules = Conditions(
        age_years=exit_rule.value("age_years_min"),
        years=exit_rule.value("consecutive_years"),
        worst=exit_rule.value("class"),
        last_n=exit_rule.value("last_n"),
        last_years=exit_rule.value("last_years"),
        improve_years=below.value("years"),
    )
    set_up = set_up_days(zones)
    rows, verdicts = [], []
    for name in names:
        own = ratings_of(ratings, name, as_of)
        strand = _follow(name, own, set_up.get(name, NEVER), rules, as_of)
        rows += strand.rows
        verdicts.append((name, strand.rows[-1]))
    findings = [
        _findings(exit_rule, as_of, verdicts, "exit"),
        _findings(below, as_of, verdicts, "interview"),
    ]
    return _table(rows, exit_rule.clause.citation("zh")), pd.concat(findings, ignore_index=True)


def _and(one: str, other: str) -> str:
    states = {one, other}
    return "no" if "no" in states else "unknown" if "unknown" in states else "yes"


def _facts(row: dict[str, Any], rules: Conditions) -> dict[str, Any]:
    """Judge one year's rating: the class in both rankings, and the place among the last."""
    classes = [row["class"], row["region_class"]]
    states = [
        "unknown" if not isinstance(one, str) else "yes" if one == rules.worst else "no"
        for one in classes
    ]
    missing = [
        name
        for name, one in zip(("class", "region_class"), classes, strict=True)
        if not isinstance(one, str)
    ]
    rank, count = row["rank"], row["evaluated_n"]
    known = not np.isnan(rank) and not np.isnan(count)
    among = "unknown" if not known else "yes" if rank > count - rules.last_n else "no"
    missing += [name for name in ("rank", "evaluated_n") if np.isnan(row[name])]
    below = row["below"]
    return {
        "bad_class": _and(*states),
        "among_last": among,
        "below_average": "unknown" if pd.isna(below) else "yes" if bool(below) else "no",
        "rank_share": rank / count if known and count > 0 else np.nan,
        "missing": [f"ratings.{name}" for name in missing],
    }


def _follow(zone: str, own: pd.DataFrame, set_up: Any, rules: Conditions, as_of: date) -> Strand:
    strand = Strand()
    old_enough = NEVER if np.isnat(set_up) else add_years(np.array([set_up]), rules.age_years)[0]
    today = np.datetime64(as_of, "D")
    base = {"zone_id": zone, "age_met_on": old_enough}
    records: list[Any] = own.to_dict("records")
    if not records:
        strand.rows.append(
            {
                **base,
                "state": "not_rated",
                "is_latest": True,
                "missing": "ratings",
                "exit": "unknown",
                "interview": "unknown",
                "note_zh": "没有评估结果，无法判断。",
                "note_en": "No rating on record: it cannot be told.",
            }
        )
        return strand
    unknown = False
    for at, row in enumerate(records):
        facts = _facts(row, rules)
        year, last = int(row["year"]), at + 1 == len(records)
        gap = at > 0 and year != int(records[at - 1]["year"]) + 1
        if gap:
            facts["missing"].append(f"ratings.{year - 1}")
        unknown = _count(strand, facts, gap=gap, unknown=unknown)
        # What an unknown count rests on may lie some years back.
        strand.lacks = list(dict.fromkeys([*strand.lacks, *facts["missing"]])) if unknown else []
        _average(strand, facts, year)
        until = today if last else np.datetime64(records[at + 1]["known_on"], "D")
        unrated = unrated_years(year, as_of) if last else []
        if unrated:
            until = min(today, np.datetime64(f"{unrated[0]}-12-31"))
        seen = Seen(
            year=year,
            known_on=np.datetime64(row["known_on"], "D"),
            old_enough=old_enough,
            # The state lasts until the next rating is known; the last one over the review date too.
            until=until if last else until - np.timedelta64(1, "D"),
            unknown=unknown,
            facts=facts,
            best=row["class"] == "A",
            unrated=unrated,
            today=today,
            lacks=strand.lacks,
        )
        state = state_of_zone(strand, seen, rules)
        if strand.rows and strand.rows[-1]["state"] == state["state"]:
            # A state that goes on has begun where it began.
            state["since_on"] = strand.rows[-1]["since_on"]
        strand.rows.append(
            {
                **base,
                "year": year,
                "known_on": seen.known_on,
                **{name: row[name] for name in ("rank", "evaluated_n", "class", "region_class")},
                **{name: facts[name] for name in _JUDGED},
                # Where the class is not known, neither is how many years it goes back.
                "streak_years": strand.streak if facts["bad_class"] != "unknown" else None,
                "is_latest": last,
                "since_on": seen.known_on,
                **state,
                "missing": ",".join(dict.fromkeys([*facts["missing"], *state["lacks"]])),
            }
        )
    return strand


def _count(strand: Strand, facts: dict[str, Any], *, gap: bool, unknown: bool) -> bool:
    """Count on, or start anew; say whether the count rests on something unknown."""
    bad, last = facts["bad_class"], facts["among_last"]
    if gap:
        strand.streak = strand.last_streak = 0
        strand.met_on = None
        unknown = bad != "no"
    if bad == "no":
        strand.streak = strand.last_streak = 0
        strand.met_on = None
        return False
    if bad == "unknown":
        strand.streak = strand.last_streak = 0
        strand.met_on = None
        return True
    strand.streak += 1
    if last != "yes":
        strand.met_on = None
    if last == "yes":
        strand.last_streak += 1
        return unknown
    strand.last_streak = 0
    return unknown or last == "unknown"


def _average(strand: Strand, facts: dict[str, Any], year: int) -> None:
    """Start the time to improve where a zone falls below the average, end it where it has risen."""
    if facts["below_average"] == "no":
        strand.below_since, strand.below_share = None, np.nan
    elif facts["below_average"] == "yes" and strand.below_since is None:
        strand.below_since, strand.below_share = year, facts["rank_share"]
    elif facts["below_average"] == "yes" and facts["rank_share"] < strand.below_share:
        # A better place is an improvement: the time runs anew from this year.
        strand.below_since, strand.below_share = year, facts["rank_share"]


def _table(rows: list[dict[str, Any]], clause: str) -> pd.DataFrame:
    columns: dict[str, Any] = {name: [row.get(name) for row in rows] for name in EXIT_WATCH.names}
    for name in ("known_on", "age_met_on", "since_on", "due_on"):
        columns[name] = [
            pd.NaT if row.get(name) is None or np.isnat(row[name]) else pd.Timestamp(row[name])
            for row in rows
        ]
    columns["clause"] = clause or None
    return rows_of(EXIT_WATCH, columns, len(rows))


def _findings(
    rule: Rule, as_of: date, verdicts: list[tuple[str, dict[str, Any]]], key: str
) -> pd.DataFrame:
    lacking = {"exit": "ratings", "interview": "ratings.below_region_average"}[key]
    return rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=[row[key] for _, row in verdicts],
            zone_id=[name for name, _ in verdicts],
            measured=[
                float(row["streak_years"])
                if key == "exit" and row.get("streak_years") is not None
                else np.nan
                for _, row in verdicts
            ],
            limit=float(rule.value("consecutive_years" if key == "exit" else "years")),
            unit="years",
            missing=[
                ",".join(row.get("own", {}).get(key, {}).get("lacks", [])) or lacking
                if row[key] == "unknown"
                else ""
                for _, row in verdicts
            ],
            # The row tells the graver of both strands; each verdict is told by its own.
            note_zh=[row.get("own", {}).get(key, row)["note_zh"] for _, row in verdicts],
            note_en=[row.get("own", {}).get(key, row)["note_en"] for _, row in verdicts],
        ),
    )
