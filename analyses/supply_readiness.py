"""Whether a candidate is ready for supply: art. 21, services within reach, regional assessments.

A gate that is not known is not met: unknown is never ready. What is missing stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from analyses.findings import Verdicts, rule_findings
from analyses.frames import numbers, texts
from analyses.ground import has_ground
from analyses.idle_clock import day_numbers
from analyses.results_supply import READINESS
from analyses.supply_location import nearest_facilities
from analyses.supply_rows import all_of, rows_of, state_of, states_of_flag
from layers.codes import ASSESSMENT_TOPICS, FACILITY_KINDS, SUPPLY_STATUSES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from policies.model import Policy

__all__ = ["NOT_YET", "Asked", "Readiness", "readiness_of"]

#: Land of which the record itself says that it cannot be supplied yet, whatever its gates say.
NOT_YET = ("unapproved", "approved_not_cleared")

_GATES = {
    "rights_clear": Text("权属清晰", "rights clear"),
    "compensation_settled": Text("安置补偿到位", "compensation settled"),
    "dispute_free": Text("无权属争议", "free of dispute"),
    "planning_conditions": Text("规划条件明确", "planning conditions fixed"),
}
#: A parcel counts as covered where at most this share of it is not: drawn lines differ.
_UNCOVERED_SHARE = 0.01


@dataclass(frozen=True)
class Readiness:
    """The readiness of the candidates, in their order.

    Attributes
    ----------
    table : pandas.DataFrame
        In the contract of `analyses.results_supply.READINESS`.
    findings : pandas.DataFrame
        Rules ``supply.ready``, ``supply.serviced`` and, where the policy has it, ``supply.assessed``.
    """

    table: pd.DataFrame
    findings: pd.DataFrame


@dataclass(frozen=True)
class Asked:
    """What the project asks.

    Attributes
    ----------
    reach_m : mapping of str to float
        Within how many metres a service counts as reaching the land, by kind; ``default`` for all
        others. A kind without a distance is not known.
    topics : sequence of str or None
        The topics that must be assessed; None takes those of the policy.
    """

    reach_m: Mapping[str, float] = field(default_factory=dict)
    topics: Sequence[str] | None = None


@dataclass(frozen=True)
class _Tested:
    """The outcome of one group of gates."""

    states: Mapping[str, np.ndarray]
    verdict: np.ndarray
    missing: np.ndarray


def readiness_of(
    parcels: pd.DataFrame,
    candidates: np.ndarray,
    policy: Policy,
    as_of: date,
    *,
    facilities: pd.DataFrame | None = None,
    assessments: pd.DataFrame | None = None,
    ground: pd.DataFrame | None = None,
    asked: Asked | None = None,
) -> Readiness:
    """Test every gate of every candidate.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        With the columns of art. 21 of Order 53 and ``zone_id``, ``area_m2``.
    candidates : numpy.ndarray of int
        Positions in `parcels`.
    policy : policies.model.Policy
        ``supply.ready``, ``supply.serviced`` (which services), ``supply.assessed`` (which topics).
    as_of : datetime.date
        Until this day an assessment is valid, that day included.
    facilities, assessments : geopandas.GeoDataFrame, optional
        Services, and the extents of assessments with ``topic`` and ``valid_until``.
    ground : pandas.DataFrame, optional
        Of `analyses.supply_ground.candidate_ground`.
    asked : Asked, optional
        What the project asks of services and assessments.

    Returns
    -------
    Readiness
        ``ready`` is yes only where every gate is; no where any gate is not met; else unknown. Land that
        ``supply_status`` calls unapproved or not cleared is not ready either: that is no gate of its own
        and changes no share, but the stock does not count such land as ready, nor does the sheet.
    """
    own = parcels.iloc[candidates]
    n = len(own)
    gates = _article_21(own)
    status = texts(own, "supply_status").fillna("").to_numpy(dtype=object)
    early = np.isin(status, NOT_YET)
    kinds = tuple(policy.rule("supply.serviced").value("kinds"))
    reached = nearest_facilities(parcels, candidates, facilities, kinds)
    wishes = asked or Asked()
    services = _services(reached, kinds, wishes.reach_m, n)
    topics = _topics(policy) if wishes.topics is None else tuple(wishes.topics)
    assessed, said = _assessed(parcels, candidates, assessments, topics, as_of)
    every = [*gates.states.values(), *services.states.values()]
    if topics:
        every.append(assessed.verdict)
    values: dict[str, Any] = {
        "zone_id": texts(own, "zone_id"),
        "parcel_id": texts(own, "parcel_id"),
        "land_use": texts(own, "land_use"),
        "area_m2": numbers(own, "area_m2"),
        "ready": np.where(early, "no", all_of(every, n)),
        "readiness_share": np.mean([state == "yes" for state in every], axis=0)
        if n
        else np.zeros(0),
        **gates.states,
        **services.states,
        **{f"{kind}_m": reached[kind][0] for kind in kinds},
        "assessed": assessed.verdict if topics else None,
        "assessments_zh": [text[0] for text in said],
        "assessments_en": [text[1] for text in said],
    }
    if ground is not None:
        for name in ("net_area_m2", "width_m", "road_access", "usable"):
            values[name] = ground[name].to_numpy()
    gates = _Tested(
        gates.states,
        np.where(early, "no", gates.verdict).astype(object),
        gates.missing,
    )
    gaps = [
        _with_status(status[at], *gap) if early[at] else gap
        for at, gap in enumerate(_gaps(gates, services, assessed if topics else None, said, n))
    ]
    values["missing_zh"] = [zh for zh, _ in gaps]
    values["missing_en"] = [en for _, en in gaps]
    table = rows_of(READINESS, values, n)
    return Readiness(
        table, _findings(policy, as_of, table, (gates, services, assessed), asked=bool(topics))
    )


def _with_status(status: str, zh: str, en: str) -> tuple[str, str]:
    """Put before the other gaps that the supply status speaks against supply."""
    label = SUPPLY_STATUSES.labels[status]
    return (
        "；".join(filter(None, [f"供应状态为“{label.zh}”，尚不能供应", zh])),
        "; ".join(filter(None, [f"supply status “{label.en}”: not to be supplied yet", en])),
    )


def _topics(policy: Policy) -> tuple[str, ...]:
    if not policy.has_rule("supply.assessed"):
        return ()
    return tuple(policy.rule("supply.assessed").value("topics"))


def _group(states: Mapping[str, np.ndarray], columns: Mapping[str, str], n: int) -> _Tested:
    missing = np.full(n, "", dtype=object)
    for name, state in states.items():
        gap = state == "unknown"
        missing[gap] = [f"{old},{columns[name]}" if old else columns[name] for old in missing[gap]]
    return _Tested(states, all_of(list(states.values()), n), missing)


def _article_21(own: pd.DataFrame) -> _Tested:
    conditions = texts(own, "planning_conditions_no")
    known = conditions.notna().to_numpy() & (conditions.fillna("").str.strip() != "").to_numpy()
    states = {
        name: states_of_flag(own, name)
        for name in ("rights_clear", "compensation_settled", "dispute_free")
    }
    # A document number shows that they are fixed; without one it is not known that they are not.
    states["planning_conditions"] = state_of(known, known)
    columns = {name: name for name in states} | {"planning_conditions": "planning_conditions_no"}
    return _group(states, columns, len(own))


def _services(
    reached: Mapping[str, tuple[np.ndarray, np.ndarray]],
    kinds: Sequence[str],
    reach_m: Mapping[str, float],
    n: int,
) -> _Tested:
    states, columns = {}, {}
    for kind in kinds:
        limit = reach_m.get(kind, reach_m.get("default"))
        distance = reached[kind][0]
        known = ~np.isnan(distance) & (limit is not None)
        states[kind] = state_of(distance <= (limit if limit is not None else np.nan), known)
        columns[kind] = f"facilities.{kind}" if limit is not None else "service_reach_m"
    tested = _group(states, columns, n)
    unique = [",".join(dict.fromkeys(text.split(","))) for text in tested.missing]
    return _Tested(states, tested.verdict, np.array(unique, dtype=object))


def _assessed(
    parcels: pd.DataFrame,
    candidates: np.ndarray,
    assessments: pd.DataFrame | None,
    asked: Sequence[str],
    as_of: date,
) -> tuple[_Tested, list[tuple[str, str]]]:
    """Test each topic: an assessment still valid that covers the candidate; expired or partly: no."""
    n = len(candidates)
    said = [["", ""] for _ in range(n)]
    states: dict[str, np.ndarray] = {}
    ground = has_ground(parcels)[candidates] if n else np.zeros(0, dtype=bool)
    today = np.datetime64(as_of, "D")
    for topic in asked:
        label = ASSESSMENT_TOPICS.labels[topic]
        state = np.full(n, "unknown", dtype=object)
        rows = _extents(assessments, topic)
        if rows is not None:
            until = day_numbers(rows, "valid_until")
            valid = until >= today
            own_expired = _last_expired(parcels, candidates, rows, until, today)
            shares = {
                name: _covered(parcels, candidates, rows, mark)
                for name, mark in (("valid", valid), ("undated", valid | np.isnat(until)))
            }
            enough = shares["valid"] >= 1 - _UNCOVERED_SHARE
            maybe = ~enough & (shares["undated"] >= 1 - _UNCOVERED_SHARE)
            state = np.where(enough, "yes", np.where(maybe, "unknown", "no")).astype(object)
            for at in np.flatnonzero(~enough):
                latest = "" if np.isnat(own_expired[at]) else str(own_expired[at])
                _say_gap(
                    said[at], label, float(shares["valid"][at]), latest, undated=bool(maybe[at])
                )
        else:
            for entry in said:
                entry[0] += f"{label.zh}：没有评估资料；"
                entry[1] += f"{label.en}: no assessment on record; "
        state[~ground] = "unknown"
        states[topic] = state
    tested = _group(states, {topic: f"assessments.{topic}" for topic in states}, n)
    return tested, [(zh.rstrip("；"), en.rstrip("; ")) for zh, en in said]


def _last_expired(
    parcels: pd.DataFrame, candidates: np.ndarray, rows: pd.DataFrame, until: Any, today: Any
) -> np.ndarray:
    """Return the last day of the latest expired assessment on the ground of each candidate; NaT for none."""
    last = np.full(len(candidates), np.datetime64("NaT", "D"))
    expired = np.flatnonzero(until < today)
    ground = np.flatnonzero(has_ground(parcels)[candidates])
    if len(expired) == 0 or len(ground) == 0:
        return last
    shapes = parcels["geometry"].to_numpy()[candidates[ground]]
    extents = rows["geometry"].to_numpy()[expired]
    own, which = shapely.STRtree(extents).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[own], extents[which]))
    # An assessment of the neighbour shares a line with the candidate, or a strip as wide as one.
    held = shared > _UNCOVERED_SHARE * shapely.area(shapes[own])
    days = until[expired][which[held]].astype("datetime64[D]")
    for at, day in zip(ground[own[held]], days, strict=True):
        if np.isnat(last[at]) or day > last[at]:
            last[at] = day
    return last


def _say_gap(entry: list[str], label: Text, share: float, latest: str, *, undated: bool) -> None:
    if undated:
        entry[0] += f"{label.zh}：评估未注明有效期；"
        entry[1] += f"{label.en}: the assessment states no validity; "
        return
    zh = f"{label.zh}：有效评估覆盖{share:.0%}"
    en = f"{label.en}: {share:.0%} covered by a valid assessment"
    if latest:
        zh += f"，另有评估已于{latest}到期"
        en += f", another expired on {latest}"
    entry[0] += zh + "；"
    entry[1] += en + "; "


def _extents(assessments: pd.DataFrame | None, topic: str) -> pd.DataFrame | None:
    if assessments is None:
        return None
    own = texts(assessments, "topic").eq(topic).fillna(value=False).to_numpy(dtype=bool)
    rows = assessments.loc[own & has_ground(assessments)]
    return rows if len(rows) else None


def _covered(
    parcels: pd.DataFrame, candidates: np.ndarray, rows: pd.DataFrame, mark: np.ndarray
) -> np.ndarray:
    share = np.zeros(len(candidates))
    ground = has_ground(parcels)[candidates]
    if not mark.any() or not ground.any():
        return share
    extent = shapely.union_all(rows["geometry"].to_numpy()[mark])
    shapely.prepare(extent)
    own = parcels["geometry"].to_numpy()[candidates[ground]]
    inside = shapely.contains_properly(extent, own)
    part = np.ones(len(own))
    part[~inside] = shapely.area(shapely.intersection(own[~inside], extent)) / shapely.area(
        own[~inside]
    )
    share[ground] = part
    return share


def _gaps(
    gates: _Tested,
    services: _Tested,
    assessed: _Tested | None,
    said: Sequence[tuple[str, str]],
    n: int,
) -> list[tuple[str, str]]:
    """Name for each candidate the gates that are not met, then those that are not known."""
    labels = {**_GATES, **{kind: FACILITY_KINDS.labels[kind] for kind in services.states}}
    states = {**gates.states, **services.states}
    out = []
    for at in range(n):
        zh: list[str] = []
        en: list[str] = []
        for wanted, words in (("no", ("未具备", "not met")), ("unknown", ("未知", "not known"))):
            named = [labels[name] for name, state in states.items() if state[at] == wanted]
            if named:
                zh.append(f"{words[0]}：{'、'.join(label.zh for label in named)}")
                en.append(f"{words[1]}: {', '.join(label.en for label in named)}")
        if assessed is not None and assessed.verdict[at] != "yes":
            zh.append(f"区域评估：{said[at][0]}")
            en.append(f"regional assessments: {said[at][1]}")
        out.append(("；".join(zh), "; ".join(en)))
    return out


def _findings(
    policy: Policy,
    as_of: date,
    table: pd.DataFrame,
    tested: tuple[_Tested, _Tested, _Tested],
    *,
    asked: bool,
) -> pd.DataFrame:
    gates, services, assessed = tested
    made = [
        _verdicts(
            policy,
            as_of,
            "supply.ready",
            table,
            gates,
            "第二十一条所列条件",
            "The conditions of art. 21",
        ),
        _verdicts(policy, as_of, "supply.serviced", table, services, "配套设施", "The services"),
    ]
    if asked and policy.has_rule("supply.assessed"):
        made.append(
            _verdicts(
                policy,
                as_of,
                "supply.assessed",
                table,
                assessed,
                "区域评估",
                "The regional assessments",
            )
        )
    return pd.concat(made, ignore_index=True)


def _verdicts(
    policy: Policy, as_of: date, rule: str, table: pd.DataFrame, tested: _Tested, zh: str, en: str
) -> pd.DataFrame:
    met = sum((state == "yes").astype(int) for state in tested.states.values())
    count = len(tested.states)
    words = {
        "yes": ("均已具备", "are all met"),
        "no": ("有未具备的", "are not all met"),
        "unknown": ("未能全部核实", "cannot all be told"),
    }
    gaps = zip(
        tested.verdict,
        table["missing_zh"].fillna("").to_numpy(dtype=object),
        table["missing_en"].fillna("").to_numpy(dtype=object),
        strict=True,
    )
    notes = [
        (
            f"{zh}{words[verdict][0]}。" + (f"全部缺口：{gap}。" if verdict != "yes" else ""),
            f"{en} {words[verdict][1]}." + (f" All gaps: {told}." if verdict != "yes" else ""),
        )
        for verdict, gap, told in gaps
    ]
    return rule_findings(
        policy.rule(rule),
        as_of,
        Verdicts(
            verdict=tested.verdict,
            zone_id=table["zone_id"],
            parcel_id=table["parcel_id"],
            measured=np.asarray(met, dtype=float),
            limit=float(count),
            missing=np.where(tested.verdict == "unknown", tested.missing, ""),
            note_zh=[zh for zh, _ in notes],
            note_en=[en for _, en in notes],
        ),
    )
