"""The states of the exit watch: what a zone's strands come to with one more rating."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["NEVER", "Conditions", "Seen", "Strand", "state_of_zone"]

NEVER = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Conditions:
    """The numbers of the rules."""

    age_years: int
    years: int
    worst: str
    last_n: int
    last_years: int
    improve_years: int


@dataclass
class Strand:
    """What one zone has come to, year by year."""

    streak: int = 0
    last_streak: int = 0
    lacks: list[str] = field(default_factory=list)
    met_on: Any = None
    below_since: int | None = None
    below_share: float = np.nan
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """One rating, and what is known when it is."""

    year: int
    known_on: Any
    old_enough: Any
    until: Any
    unknown: bool
    facts: dict[str, Any]
    best: bool
    unrated: list[int]
    today: Any
    lacks: list[str]


#: What a strand says where no state of its own says it, by its verdict.
_QUIET = {
    "no": {"note_zh": "没有触发的条件。", "note_en": "No condition is met."},
    "unknown": {"note_zh": "资料不全，无法判断。", "note_en": "Facts are missing: not judged."},
}


def state_of_zone(strand: Strand, seen: Seen, rules: Conditions) -> dict[str, Any]:
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
    if found is None and interview["state"] == "unknown":
        found = interview
    if found is None and seen.best:
        note = _note("全国A类，可优先参加试点", "national class A: pilots come here first")
        found = {"state": "pilot_first", **note}
    if found is None:
        found = {"state": "normal", **_note("没有触发的条件", "no condition is met")}
    own = {
        key: {**_QUIET.get(strand_of[key], {}), **strand_of}
        for key, strand_of in (("exit", outcome), ("interview", interview))
    }
    lacks = [*outcome.get("lacks", []), *interview.get("lacks", [])]
    verdicts = {"exit": outcome["exit"], "interview": interview["interview"]}
    return {**found, **verdicts, "own": own, "lacks": lacks}


def _stale(seen: Seen) -> dict[str, Any]:
    """Say that years have ended of which there is no rating."""
    years = [str(year) for year in seen.unrated]
    note = _note(
        f"{'、'.join(years)}年评估结果没有资料，截至审查日无法判断",
        f"no rating of {', '.join(years)} on record: by the review date it cannot be told",
    )
    return {"state": "unknown", "lacks": [f"ratings.{year}" for year in years], **note}


def _may_have_met(strand: Strand, seen: Seen, rules: Conditions) -> bool:
    """Whether the conditions are met if every year without a rating was in the worst class and last."""
    more = len(seen.unrated)
    young = not np.isnat(seen.old_enough) and seen.old_enough > seen.today
    return (
        more > 0
        and not young
        and strand.streak + more >= rules.years
        and strand.last_streak + more >= rules.last_years
    )


def _exit(strand: Strand, seen: Seen, rules: Conditions) -> dict[str, Any]:
    """Judge the strand of consecutive years."""
    worst, last = rules.worst, rules.last_n
    if strand.streak >= rules.years and strand.last_streak >= rules.last_years:
        return _met(strand, seen, rules)
    if seen.unknown:
        note = _note(
            "评估结果不全，连续年数无法判断",
            "ratings are missing: the consecutive years cannot be told",
        )
        return {"state": "unknown", "exit": "unknown", "lacks": seen.lacks, **note}
    if _may_have_met(strand, seen, rules):
        return {**_stale(seen), "exit": "unknown"}
    if strand.streak > 0:
        short = max(rules.years - strand.streak, 0)
        more = f"，尚差{short}年" if short else f"，未连续位列全国末{last}位"
        told = f", {short} short" if short else f", not among the last {last} throughout"
        note = _note(
            f"连续{strand.streak}年全国和地区均为{worst}类{more}",
            f"{strand.streak} consecutive years in class {worst} of nation and region{told}",
        )
        due = np.datetime64(f"{seen.year + short}-12-31") if short else NEVER
        return {"state": "warning", "exit": "no", "due_on": due, **note}
    return {"state": "normal", "exit": "no"}


def _met(strand: Strand, seen: Seen, rules: Conditions) -> dict[str, Any]:
    """Judge the age of a zone that meets the conditions of the ratings."""
    worst, last = rules.worst, rules.last_n
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
    if _may_have_met(strand, seen, rules):
        return {**_stale(seen), "exit": "unknown"}
    note = _note(
        f"评估条件已满足，{seen.old_enough}设立满{rules.age_years}年",
        f"the rating conditions are met; {rules.age_years} years old on {seen.old_enough}",
    )
    return {"state": "waiting_age", "exit": "no", "due_on": seen.old_enough, **note}


def _interview(strand: Strand, seen: Seen, rules: Conditions) -> dict[str, Any]:
    """Judge the strand of the regional average."""
    since = strand.below_since
    if since is None:
        if len(seen.unrated) > rules.improve_years:
            return {**_stale(seen), "interview": "unknown"}
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
    if seen.today > due and seen.unrated:
        return {**_stale(seen), "interview": "unknown"}
    note = _note(
        f"自{since}年低于地区平均，应说明情况并制定整改方案，{due}前须有改善",
        f"below the regional average since {since}: explain and put right, to improve by {due}",
    )
    return {"state": "rectify", "interview": "no", "due_on": due, **note}


def _note(zh: str, en: str) -> dict[str, str]:
    return {"note_zh": f"{zh}。", "note_en": f"{en[:1].upper()}{en[1:]}."}
