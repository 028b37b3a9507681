"""The exit watch: year by year, from the ratings, how near a zone stands to an exit (Shanghai 3(5)).

A small machine with two strands. One counts consecutive years in the worst class of both rankings and
among the national last; with the zone's age they are the conditions for starting an exit, which the
authority decides. The other starts where a zone lies below its region's average and ends with an
improvement, or with a case for an interview. A missing rating breaks neither: it makes unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import flags, numbers, texts
from analyses.idle_clock import add_years, day_numbers
from analyses.results_performance import EXIT_WATCH
from analyses.supply_rows import rows_of

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy, Rule

__all__ = ["exit_watch"]

_NEVER = np.datetime64("NaT", "D")
_JUDGED = ("bad_class", "among_last", "below_average", "rank_share")


@dataclass(frozen=True)
class _Conditions:
    """The numbers of the rules."""

    age_years: int
    years: int
    worst: str
    last_n: int
    last_years: int
    improve_years: int


@dataclass
class _Strand:
    """What one zone has come to, year by year."""

    streak: int = 0
    last_streak: int = 0
    met_on: Any = None
    below_since: int | None = None
    below_share: float = np.nan
    rows: list[dict[str, Any]] = field(default_factory=list)


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
    """
    names = _zones_of(ratings, zones)
    if not policy.has_rule("supply.exit"):
        rows = [{"zone_id": name, "state": "no_rule", "is_latest": True} for name in names]
        return _table(rows, ""), pd.DataFrame()
    exit_rule, below = policy.rule("supply.exit"), policy.rule("supply.below_average")
    rules = _Conditions(
        age_years=exit_rule.value("age_years_min"),
        years=exit_rule.value("consecutive_years"),
        worst=exit_rule.value("class"),
        last_n=exit_rule.value("last_n"),
        last_years=exit_rule.value("last_years"),
        improve_years=below.value("years"),
    )
    set_up = _set_up(zones)
    rows, verdicts = [], []
    for name in names:
        own = _ratings_of(ratings, name, as_of)
        strand = _follow(name, own, set_up.get(name, _NEVER), rules, as_of)
        rows += strand.rows
        verdicts.append((name, strand.rows[-1]))
    findings = [
        _findings(exit_rule, as_of, verdicts, "exit"),
        _findings(below, as_of, verdicts, "interview"),
    ]
    return _table(rows, exit_rule.clause.citation("zh")), pd.concat(findings, ignore_index=True)


def _zones_of(ratings: pd.DataFrame | None, zones: pd.DataFrame | None) -> list[str]:
    found: set[str] = set()
    if ratings is not None:
        found |= set(texts(ratings, "zone_id").dropna().tolist())
    if zones is not None:
        kinds = texts(zones, "kind")
        found |= set(
            texts(zones, "zone_id")[kinds.ne("support").fillna(value=True)].dropna().tolist()
        )
    return sorted(found)


def _set_up(zones: pd.DataFrame | None) -> dict[str, Any]:
    if zones is None:
        return {}
    frame = pd.DataFrame(
        {"zone": texts(zones, "zone_id").array, "on": day_numbers(zones, "set_up_on")}
    )
    first = frame.dropna().groupby("zone")["on"].min()
    days = first.to_numpy().astype("datetime64[D]")
    return dict(zip(first.index.astype(str), days, strict=True))


def _ratings_of(ratings: pd.DataFrame | None, zone: str, as_of: date) -> pd.DataFrame:
    """Return the ratings of a zone known by the review date, one for each year, in order."""
    if ratings is None:
        return pd.DataFrame(columns=["year"])
    own = ratings[texts(ratings, "zone_id").eq(zone).fillna(value=False).to_numpy(dtype=bool)]
    year = numbers(own, "year")
    known = day_numbers(own, "published_on")
    ends = np.array(
        [np.datetime64(f"{int(y)}-12-31") if not np.isnan(y) else _NEVER for y in year],
        dtype="datetime64[D]",
    )
    frame = pd.DataFrame(
        {
            "year": year.to_numpy(),
            "known_on": np.where(np.isnat(known), ends, known),
            "rank": numbers(own, "rank").to_numpy(),
            "evaluated_n": numbers(own, "evaluated_n").to_numpy(),
            "class": texts(own, "class").to_numpy(dtype=object),
            "region_class": texts(own, "region_class").to_numpy(dtype=object),
            "below": flags(own, "below_region_average").array,
        }
    ).dropna(subset="year")
    today = np.datetime64(as_of, "D")
    frame = frame[frame["known_on"].to_numpy().astype("datetime64[D]") <= today]
    return frame.sort_values(["year", "known_on"], kind="stable").drop_duplicates(
        "year", keep="last"
    )


def _and(one: str, other: str) -> str:
    states = {one, other}
    return "no" if "no" in states else "unknown" if "unknown" in states else "yes"


def _facts(row: dict[str, Any], rules: _Conditions) -> dict[str, Any]:
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


def _follow(zone: str, own: pd.DataFrame, set_up: Any, rules: _Conditions, as_of: date) -> _Strand:
    strand = _Strand()
    old_enough = _NEVER if np.isnat(set_up) else add_years(np.array([set_up]), rules.age_years)[0]
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
        _average(strand, facts, year)
        until = today if last else np.datetime64(records[at + 1]["known_on"], "D")
        seen = _Seen(
            year=year,
            known_on=np.datetime64(row["known_on"], "D"),
            old_enough=old_enough,
            # The state lasts until the next rating is known; the last one over the review date too.
            until=until if last else until - np.timedelta64(1, "D"),
            unknown=unknown,
            facts=facts,
            best=row["class"] == "A",
        )
        state = _state(strand, seen, rules)
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
                "streak_years": strand.streak,
                "is_latest": last,
                "since_on": seen.known_on,
                **state,
                "missing": ",".join([*facts["missing"], *state.get("lacks", [])]),
            }
        )
    return strand


def _count(strand: _Strand, facts: dict[str, Any], *, gap: bool, unknown: bool) -> bool:
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


def _average(strand: _Strand, facts: dict[str, Any], year: int) -> None:
    """Start the time to improve where a zone falls below the average, end it where it has risen."""
    if facts["below_average"] == "no":
        strand.below_since, strand.below_share = None, np.nan
    elif facts["below_average"] == "yes" and strand.below_since is None:
        strand.below_since, strand.below_share = year, facts["rank_share"]
    elif facts["below_average"] == "yes" and facts["rank_share"] < strand.below_share:
        # A better place is an improvement: the time runs anew from this year.
        strand.below_since, strand.below_share = year, facts["rank_share"]


@dataclass(frozen=True)
class _Seen:
    """One rating, and what is known when it is."""

    year: int
    known_on: Any
    old_enough: Any
    until: Any
    unknown: bool
    facts: dict[str, Any]
    best: bool


#: What a strand says where no state of its own says it, by its verdict.
_QUIET = {
    "no": {"note_zh": "没有触发的条件。", "note_en": "No condition is met."},
    "unknown": {"note_zh": "资料不全，无法判断。", "note_en": "Facts are missing: not judged."},
}


def _state(strand: _Strand, seen: _Seen, rules: _Conditions) -> dict[str, Any]:
    """Return the gravest state of both strands; each keeps a verdict of its own."""
    interview = _interview(strand, seen, rules)
    outcome = _exit(strand, seen, rules)
    found = outcome if outcome["state"] in {"exit_conditions", "waiting_age"} else None
    if found is None and interview["state"] == "interview":
        found = interview
    if found is None and outcome["state"] == "warning":
        found = outcome
    if found is None and interview["state"] == "rectify":
        found = interview
    if found is None and outcome["state"] == "unknown":
        found = outcome
    if found is None and seen.best:
        note = _note("全国A类，可优先参加试点", "national class A: pilots come here first")
        found = {"state": "pilot_first", **note}
    if found is None:
        found = {"state": "normal", **_note("没有触发的条件", "no condition is met")}
    own = {
        key: {**_QUIET.get(strand_of[key], {}), **strand_of}
        for key, strand_of in (("exit", outcome), ("interview", interview))
    }
    return {**found, "exit": outcome["exit"], "interview": interview["interview"], "own": own}


def _exit(strand: _Strand, seen: _Seen, rules: _Conditions) -> dict[str, Any]:
    """Judge the strand of consecutive years."""
    worst, last = rules.worst, rules.last_n
    if strand.streak >= rules.years and strand.last_streak >= rules.last_years:
        if np.isnat(seen.old_enough):
            note = _note(
                "评估条件已满足，设立日期未知",
                "the rating conditions are met, the date of setting up is unknown",
            )
            return {"state": "unknown", "exit": "unknown", "lacks": ["zones.set_up_on"], **note}
        if strand.met_on is None:
            strand.met_on = seen.known_on
        reached = max(strand.met_on, seen.old_enough)
        if reached <= seen.until:
            note = _note(
                f"设立满{rules.age_years}年，连续{strand.streak}年全国和地区均为{worst}类并位列全国末{last}位；"
                f"自{reached}起符合启动退出的条件，由主管机关决定",
                f"{rules.age_years} years old, {strand.streak} consecutive years in class {worst} of nation and "
                f"region and among the national last {last}: from {reached} the conditions for starting an exit "
                "are met, for the authority to decide",
            )
            return {"state": "exit_conditions", "exit": "yes", "since_on": reached, **note}
        note = _note(
            f"评估条件已满足，{seen.old_enough}设立满{rules.age_years}年",
            f"the rating conditions are met; {rules.age_years} years old on {seen.old_enough}",
        )
        return {"state": "waiting_age", "exit": "no", "due_on": seen.old_enough, **note}
    if seen.unknown:
        note = _note(
            "评估结果不全，连续年数无法判断",
            "ratings are missing: the consecutive years cannot be told",
        )
        return {"state": "unknown", "exit": "unknown", **note}
    if strand.streak > 0:
        short = max(rules.years - strand.streak, 0)
        more = f"，尚差{short}年" if short else f"，未连续位列全国末{last}位"
        told = f", {short} short" if short else f", not among the last {last} throughout"
        note = _note(
            f"连续{strand.streak}年全国和地区均为{worst}类{more}",
            f"{strand.streak} consecutive years in class {worst} of nation and region{told}",
        )
        due = np.datetime64(f"{seen.year + short}-12-31") if short else _NEVER
        return {"state": "warning", "exit": "no", "due_on": due, **note}
    return {"state": "normal", "exit": "no"}


def _interview(strand: _Strand, seen: _Seen, rules: _Conditions) -> dict[str, Any]:
    """Judge the strand of the regional average."""
    since = strand.below_since
    if since is None:
        unknown = seen.facts["below_average"] == "unknown"
        return {"state": "normal", "interview": "unknown" if unknown else "no"}
    if seen.year - since >= rules.improve_years:
        note = _note(
            f"自{since}年低于地区平均，{rules.improve_years}年内无改善，属约谈情形",
            f"below the regional average since {since}, no improvement in {rules.improve_years} years: "
            "a case for an interview",
        )
        return {"state": "interview", "interview": "yes", **note}
    due = np.datetime64(f"{since + rules.improve_years}-12-31")
    note = _note(
        f"自{since}年低于地区平均，应说明情况并制定整改方案，{due}前须有改善",
        f"below the regional average since {since}: explain and put right, to improve by {due}",
    )
    return {"state": "rectify", "interview": "no", "due_on": due, **note}


def _note(zh: str, en: str) -> dict[str, str]:
    return {"note_zh": f"{zh}。", "note_en": f"{en[:1].upper()}{en[1:]}."}


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
                float(row.get("streak_years") or 0) if key == "exit" else np.nan
                for _, row in verdicts
            ],
            limit=float(rule.value("consecutive_years" if key == "exit" else "years")),
            unit="years",
            missing=[
                (row.get("missing") or lacking) if row[key] == "unknown" else ""
                for _, row in verdicts
            ],
            # The row tells the graver of both strands; each verdict is told by its own.
            note_zh=[row.get("own", {}).get(key, row)["note_zh"] for _, row in verdicts],
            note_en=[row.get("own", {}).get(key, row)["note_en"] for _, row in verdicts],
        ),
    )
