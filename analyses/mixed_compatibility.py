"""Neighbours that may not bear each other: pairs from the pack, distances measured on the ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analyses.findings import Verdicts
from analyses.frames import texts
from analyses.ground import has_ground
from analyses.mixed_anchor import standard_gaps
from analyses.mixed_facts import RULESET, barred, mixed_findings, named_uses
from analyses.mixed_neighbours import Nearest, nearest, source_kinds, uses_present

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analyses.mixed_facts import MixedFacts
    from policies.model import Rule

__all__ = ["compatibility_findings"]

#: What is missing where the pack states no distance for a pair.
_NO_DISTANCE = "ruleset_separation"

#: Distances are compared to the millimetre.
_ROUNDING_M = 1e-3


@dataclass
class _Written:
    """The findings of one rule, column by column, while they are gathered."""

    parcel: list[int]
    verdict: list[str]
    measured: list[float]
    limit: list[float]
    missing: list[str]
    notes: list[tuple[str, str]]

    @classmethod
    def none(cls) -> _Written:
        return cls([], [], [], [], [], [])


def compatibility_findings(facts: MixedFacts) -> list[pd.DataFrame]:
    """Test each parcel that may disturb its neighbours against the nearest of them.

    The pairs of ``mixed.compatibility`` say who may disturb whom; ``mixed.separation`` gives
    distances where a rule states one. ``yes``: nearer than that distance (at it is far enough).
    A pair without a distance is unknown, the distance measured all the same; where nobody of the
    kind is in the data the verdict is ``no``.

    Parameters
    ----------
    facts : MixedFacts
        The parcels; distances run between their boundaries, on the same parcel they are 0.
    """
    policy = facts.policy
    if not policy.has_rule("mixed.compatibility"):
        return []
    pairs = policy.rule("mixed.compatibility")
    matrix: dict[str, set[str]] = {}
    for row in pairs.value("matrix"):
        matrix.setdefault(row["source"], set()).add(row["near"])
    kinds = source_kinds(facts, pairs)
    present = uses_present(facts)
    found = []
    if policy.has_rule("mixed.separation"):
        rule = policy.rule("mixed.separation")
        limits: dict[str, dict[str, float]] = {}
        for row in rule.value("distances"):
            limits.setdefault(row["source"], {})[row["near"]] = float(row["distance_m"])
        for source, stated in limits.items():
            matrix[source] = matrix.get(source, set()) - set(stated)
        found.append(_separation(facts, rule, limits, kinds, present))
    found.append(_pairs(facts, pairs, matrix, kinds, present))
    return found


_KINDS = {
    "industrial_2": ("二类工业", "industry of class 2"),
    "industrial_3": ("三类工业", "industry of class 3"),
    "storage_3": ("三类仓储", "storage of class 3"),
    "toxic_gas": ("排放有毒有害气体的项目", "a project with toxic gas"),
    "dangerous_goods": ("危险品", "dangerous goods"),
}


def _kind(source: str) -> tuple[str, str]:
    return _KINDS.get(source, (source, source))


def _where(facts: MixedFacts, at: int, near: Nearest) -> tuple[str, str]:
    """Say which neighbour it is and how far."""
    other = int(near.parcel[at])
    if other == at:
        return "同一宗地", "the same parcel"
    name, metres = facts.ids[other], near.distance_m[at]
    return f"宗地{name}，距离{metres:.1f}米", f"parcel {name}, {metres:.1f} m away"


def _pairs(
    facts: MixedFacts,
    rule: Rule,
    matrix: dict[str, set[str]],
    kinds: dict[str, np.ndarray],
    present: dict[str, np.ndarray],
) -> pd.DataFrame:
    """Write the pairs for which no distance is stated: unknown, with the distance measured."""
    n = len(facts.land_use)
    written = _Written.none()
    unclassed: dict[str, np.ndarray] = {}
    suspects: dict[str, set[str]] = {}
    for source, uses in sorted(matrix.items()):
        if not uses:
            continue
        marked = kinds.get(source, np.zeros(n, dtype=bool))
        near = nearest(facts, marked, present, uses)
        named = named_uses(uses)
        _gather(facts, written, np.flatnonzero(marked), near, _kind(source), named)
        family, _, digit = source.rpartition("_")
        if digit.isdigit():
            unclassed[family] = kinds.get(f"unknown:{source}", np.zeros(n, dtype=bool))
            suspects.setdefault(family, set()).update(uses)
    for family, marked in unclassed.items():
        near = nearest(facts, marked, present, suspects[family])
        _gather_unclassed(facts, written, np.flatnonzero(marked & (near.parcel >= 0)), near)
    return _written_findings(facts, rule, written)


def _gather_unclassed(
    facts: MixedFacts, written: _Written, places: np.ndarray, near: Nearest
) -> None:
    """Add the parcels whose class is not known and that have somebody near who might suffer."""
    for at in places.tolist():
        place = _where(facts, at, near)
        written.parcel.append(at)
        written.verdict.append("unknown")
        written.measured.append(float(near.distance_m[at]))
        written.limit.append(np.nan)
        written.missing.append("land_use_code")
        written.notes.append(
            (
                f"用地分级未知，无法判断与邻近用途是否相容；最近的敏感用途在{place[0]}。",
                f"The class of the land is not known, nor whether it suits its neighbours; the nearest that might suffer: {place[1]}.",
            )
        )


def _gather(
    facts: MixedFacts,
    written: _Written,
    places: np.ndarray,
    near: Nearest,
    kind: tuple[str, str],
    named: tuple[str, str],
) -> None:
    """Add the verdicts on one kind of source."""
    ground = has_ground(facts.parcels)
    for at in places.tolist():
        missing = "" if ground[at] else "geometry"
        if near.parcel[at] >= 0:
            missing = _NO_DISTANCE
            place = _where(facts, at, near)
            note = (
                f"{kind[0]}邻近（{named[0]}中最近的）：{place[0]}；规则包未载防护距离，是否相容须由主管部门和专业评价确定。",
                f"{kind[1].capitalize()}, the nearest of {named[1]}: {place[1]}. The pack states no distance; whether they suit each other is for the authority and the assessments.",
            )
        elif missing:
            note = (
                f"{kind[0]}：宗地没有图形，无法量距。",
                f"{kind[1].capitalize()}: the parcel has no geometry, no distance can be measured.",
            )
        else:
            note = (
                f"{kind[0]}：数据范围内没有{named[0]}。",
                f"{kind[1].capitalize()}: none of {named[1]} is in the data.",
            )
        written.parcel.append(at)
        written.verdict.append("unknown" if missing else "no")
        written.measured.append(float(near.distance_m[at]))
        written.limit.append(np.nan)
        written.missing.append(missing)
        written.notes.append(note)


def _separation(
    facts: MixedFacts,
    rule: Rule,
    limits: dict[str, dict[str, float]],
    kinds: dict[str, np.ndarray],
    present: dict[str, np.ndarray],
) -> pd.DataFrame:
    """Test the pairs for which a distance is stated; of each parcel the one that falls most short."""
    n = len(facts.land_use)
    ground = has_ground(facts.parcels)
    why = barred(rule, facts.as_of)
    older = standard_gaps(facts, rule, rule.parameter("distances"))
    written = _Written.none()
    for source, stated in sorted(limits.items()):
        sure = kinds.get(source, np.zeros(n, dtype=bool))
        maybe = kinds.get(f"unknown:{source}", np.zeros(n, dtype=bool))
        margin, limit = np.full(n, np.inf), np.full(n, np.nan)
        best = Nearest(np.full(n, np.nan), np.full(n, -1))
        for use, metres in sorted(stated.items()):
            near = nearest(facts, sure | maybe, present, [use])
            room = np.where(near.parcel >= 0, near.distance_m - metres, np.inf)
            take = room < margin
            margin[take], limit[take] = room[take], metres
            best.distance_m[take], best.parcel[take] = near.distance_m[take], near.parcel[take]
        short = margin < -_ROUNDING_M
        # Where nobody is near, what is not recorded of the project decides nothing.
        shown = sure | (maybe & (short | ~ground))
        column = "land_use_code" if source.rsplit("_", 1)[-1].isdigit() else "hazard"
        for at in np.flatnonzero(shown).tolist():
            lacks = ([] if sure[at] else [column]) + ([] if ground[at] else ["geometry"])
            lacks += [] if why is None else [RULESET]
            lacks += [older[at]] if older[at] and short[at] else []
            verdict = "unknown" if lacks else "yes" if short[at] else "no"
            written.parcel.append(at)
            written.verdict.append(verdict)
            written.measured.append(float(best.distance_m[at]))
            written.limit.append(float(limit[at]))
            written.missing.append(",".join(lacks))
            written.notes.append(_separation_note(facts, at, source, best, float(limit[at]), lacks))
    return _written_findings(facts, rule, written)


def _separation_note(
    facts: MixedFacts, at: int, source: str, near: Nearest, limit: float, lacks: Sequence[str]
) -> tuple[str, str]:
    kind = _kind(source)
    if near.parcel[at] < 0:
        place = ("数据范围内没有相关用途", "none of the uses concerned is in the data")
    else:
        place = _where(facts, at, near)
        place = (
            f"最近的相关用途在{place[0]}，要求不小于{limit:g}米",
            f"the nearest use concerned: {place[1]}; at least {limit:g} m are required",
        )
    if lacks and set(lacks) <= {"signed_on", "ruleset_supply"}:
        return (
            f"{kind[0]}：{place[0]}；已供应的项目以供地时的标准为准，供地日期或当时的标准未知，不作追溯。",
            f"{kind[1].capitalize()}: {place[1]}. A supplied project keeps the standard of its supply, which is not known here: this does not reach back.",
        )
    if not lacks:
        return f"{kind[0]}：{place[0]}。", f"{kind[1].capitalize()}: {place[1]}."
    return (
        f"是否为{kind[0]}或其位置未知，或条款效力不明；{place[0]}。",
        f"Whether it is {kind[1]}, where, or whether the rule stands is not known; {place[1]}.",
    )


def _written_findings(facts: MixedFacts, rule: Rule, written: _Written) -> pd.DataFrame:
    places = np.array(written.parcel, dtype="int64")
    identity: dict[str, Any] = {
        name: texts(facts.parcels, name).to_numpy(dtype=object)[places]
        for name in ("zone_id", "parcel_id")
    }
    verdicts = Verdicts(
        written.verdict,
        **identity,
        measured=written.measured,
        limit=written.limit,
        unit="m",
        missing=written.missing,
        note_zh=[zh for zh, _ in written.notes],
        note_en=[en for _, en in written.notes],
    )
    return mixed_findings(rule, facts.as_of, verdicts)
