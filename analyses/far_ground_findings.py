"""The verdicts on the ground and height of buildings: coefficient, coverage, height, administrative land."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.anchors import anchored, earliest_signing
from analyses.far_facts import FarFacts, basis, ground_missing, identity, stage_of
from analyses.findings import Verdicts, rule_findings
from analyses.frames import both_missing, joined_missing, percent, said, texts, verdict_of

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Parameter, Policy

__all__ = ["admin_floor", "admin_land", "building_coefficient", "coverage", "height"]

#: A share within this relative distance of its limit is at the limit.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class _Test:
    """A share, its limit, the verdict on it and what it lacks."""

    rule_id: str
    share: pd.Series[float]
    limit: pd.Series[float]
    verdict: np.ndarray
    missing: pd.Series[str]
    confidence: str | None = None
    by: list[Parameter] | None = None


def _industrial(facts: FarFacts) -> tuple[np.ndarray, np.ndarray]:
    """Say which parcels are known not to be industrial, and of which the use is unknown."""
    use = texts(facts.parcels, "land_use")
    return (use != "industrial").fillna(value=False).to_numpy(dtype=bool), use.isna().to_numpy()


def _indicator(
    facts: FarFacts, policy: Policy, rule_id: str, share: pd.Series[float], key: str
) -> _Test:
    """Test a share against a limit of the control indicators, on completed industrial parcels."""
    chosen = anchored(facts.parcels, policy.rule(rule_id).parameter(key), facts.ledger)
    limit = chosen.numbers()
    stage = stage_of(facts.parcels)
    other, use_unknown = _industrial(facts)
    off = stage.unfinished | other
    lacks = {"land_use": use_unknown, "land_stage": stage.unknown}
    if rule_id == "far.admin_land":
        lacks["uses"] = share.isna().to_numpy()
    else:
        lacks |= ground_missing(facts)
        if not facts.kinds_given:
            # Without kinds the layer may lack yards and structures: the share is at least this.
            lacks["kind"] = (share < limit).to_numpy(dtype=bool)
    missing = joined_missing(facts.parcels.index, {n: where & ~off for n, where in lacks.items()})
    anchor = chosen.missing.mask(pd.Series(off, index=facts.parcels.index), "")
    missing = both_missing(missing, anchor)
    low, high = limit * (1 - _ROUNDING), limit * (1 + _ROUNDING)
    holds = share < low if key == "share_min" else share > high
    verdict = verdict_of(holds.to_numpy(), unknown=(missing != "").to_numpy(), not_applicable=off)
    return _Test(rule_id, share, limit, verdict, missing, by=chosen.by)


def _write(
    facts: FarFacts, policy: Policy, as_of: date, test: _Test, words: dict[str, str]
) -> pd.DataFrame:
    """Write share, limit and verdict; `words` holds the subject and the two answers."""
    answers = {
        "yes": (words["yes_zh"], words["yes_en"]),
        "no": (words["no_zh"], words["no_en"]),
        "unknown": ("资料不足，无法判断", "facts are missing"),
        "not_applicable": (
            "未竣工或非本规则对象，不作检验",
            "not completed, or not addressed by the rule: not tested",
        ),
    }
    zh, en = [], []
    for value, bound, code in zip(test.share, test.limit, test.verdict, strict=True):
        (v_zh, v_en), (b_zh, b_en) = percent(value), percent(bound)
        answer_zh, answer_en = answers[code]
        zh.append(f"{words['zh']}{v_zh}，{words['limit_zh']}{b_zh}：{answer_zh}。")
        en.append(f"{words['en']} {v_en}, {words['limit_en']} {b_en}: {answer_en}.")
    verdicts = Verdicts(
        test.verdict,
        **identity(facts),
        measured=test.share,
        limit=test.limit,
        unit="share",
        area_basis=basis(facts),
        missing=test.missing,
        note_zh=zh,
        note_en=en,
        confidence=test.confidence,
        by=test.by,
    )
    return rule_findings(policy.rule(test.rule_id), as_of, verdicts)


def building_coefficient(facts: FarFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test buildings, structures and yards over the site against the indicators' minimum."""
    share = facts.measures["building_coefficient_share"]
    test = _indicator(facts, policy, "far.building_coefficient", share, "share_min")
    words = {
        "zh": "建筑系数（建筑物、构筑物、堆场占地）",
        "en": "Building coefficient (buildings, structures and yards)",
        "limit_zh": "下限",
        "limit_en": "minimum",
        "yes_zh": "低于下限",
        "no_zh": "不低于下限",
        "yes_en": "below the minimum",
        "no_en": "not below the minimum",
    }
    return _write(facts, policy, as_of, test, words)


def admin_land(facts: FarFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test administrative and living land against the indicators' maximum."""
    share = facts.measures["admin_land_share"]
    test = _indicator(facts, policy, "far.admin_land", share, "share_max")
    words = {
        "zh": "行政办公及生活服务设施用地比重",
        "en": "Administrative and living land",
        "limit_zh": "上限",
        "limit_en": "maximum",
        "yes_zh": "高于上限",
        "no_zh": "未超过上限",
        "yes_en": "above the maximum",
        "no_en": "not above the maximum",
    }
    return _write(facts, policy, as_of, test, words)


def admin_floor(facts: FarFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test administrative and living floor area against the maximum that held when the land was supplied.

    A rule that is known of a later day never condemns an older plant: its value is then a reference.
    """
    own = policy.rule("far.admin_floor").parameter("share_max")
    share = facts.measures["admin_floor_share"]
    signed = earliest_signing(facts.parcels, facts.ledger)
    held = {day: _known_by(own, day.date()) for day in signed.dropna().unique()}
    by = [held.get(day) or own for day in signed]
    limit = pd.Series([float(one.value) for one in by], index=share.index)
    stage = stage_of(facts.parcels)
    other, use_unknown = _industrial(facts)
    off = stage.unfinished | other
    lacks = {
        "land_use": use_unknown,
        "land_stage": stage.unknown,
        "uses": share.isna().to_numpy(),
        "signed_on": signed.isna().to_numpy(),
        "ruleset_of_supply": np.array([day in held and held[day] is None for day in signed], bool),
    }
    missing = joined_missing(facts.parcels.index, {n: where & ~off for n, where in lacks.items()})
    verdict = verdict_of(
        (share > limit * (1 + _ROUNDING)).to_numpy(),
        unknown=(missing != "").to_numpy(),
        not_applicable=off,
    )
    words = {
        "zh": "行政办公及生活服务设施建筑面积比重",
        "en": "Administrative and living floor area",
        "limit_zh": "上限",
        "limit_en": "maximum",
        "yes_zh": "高于供地时的上限",
        "no_zh": "未超过上限",
        "yes_en": "above the maximum that held when the land was supplied",
        "no_en": "not above the maximum",
    }
    test = _Test("far.admin_floor", share, limit, verdict, missing, by=by)
    return _write(facts, policy, as_of, test, words)


def _known_by(parameter: Parameter, day: date) -> Parameter | None:
    """Return the most local value known to have been in use on a day; None if none was."""
    found: Parameter | None = parameter
    while found is not None and found.clause.document.status_at(day) not in {
        "in_force",
        "validity_unverified",
    }:
        found = found.beneath
    return found


def coverage(facts: FarFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test the building density against the parcel's coverage limit."""
    share, limit = facts.measures["building_density_share"], facts.limits["coverage_max_share"]
    missing = joined_missing(
        facts.parcels.index,
        {"coverage_max_share": limit.isna().to_numpy(), **ground_missing(facts)},
    )
    verdict = verdict_of(
        (share > limit * (1 + _ROUNDING)).to_numpy(), unknown=(missing != "").to_numpy()
    )
    words = {
        "zh": "建筑密度",
        "en": "Building density",
        "limit_zh": "上限",
        "limit_en": "limit",
        "yes_zh": "高于上限，须以规划条件和规划核实为准",
        "no_zh": "未超过上限",
        "yes_en": "above the limit, to be checked against the planning conditions",
        "no_en": "not above the limit",
    }
    test = _Test("far.coverage", share, limit, verdict, missing, "P")
    return _write(facts, policy, as_of, test, words)


def height(facts: FarFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test the tallest building; it may exceed the limit although other heights are unknown."""
    limit, top = facts.limits["height_max_m"], facts.tallest["height_m"]
    over = (top > limit * (1 + _ROUNDING)).to_numpy()
    complete = facts.tallest["complete"].to_numpy(dtype=bool)
    missing = joined_missing(
        facts.parcels.index,
        {"height_max_m": limit.isna().to_numpy(), "height_m": ~complete & ~over},
    )
    verdict = verdict_of(over, unknown=(missing != "").to_numpy())
    zh, en = [], []
    says = {
        "yes": ("高于限高，须以规划条件和规划核实为准", "above the limit, to be checked"),
        "no": ("未超过限高", "not above the limit"),
        "unknown": ("资料不足，无法判断", "facts are missing"),
    }
    for value, bound, code, whole in zip(top, limit, verdict, complete, strict=True):
        (v_zh, v_en), (b_zh, b_en) = said(value, 1), said(bound, 1)
        if whole and np.isnan(value):
            v_zh, v_en = "无（宗地上无建筑）", "none (no building on the parcel)"
        zh.append(f"最高建筑高度（米）：{v_zh}；限高（米）：{b_zh}。{says[code][0]}。")
        en.append(f"Tallest building in m: {v_en}; limit in m: {b_en}: {says[code][1]}.")
    verdicts = Verdicts(
        verdict,
        **identity(facts),
        measured=top,
        limit=limit,
        unit="m",
        missing=missing,
        note_zh=zh,
        note_en=en,
        confidence="P",
    )
    return rule_findings(policy.rule("far.height"), as_of, verdicts)
