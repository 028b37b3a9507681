"""The verdicts on the floor-area ratio: its limit and its minimum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.far_facts import FarFacts, basis, built_missing, identity, stage_of
from analyses.far_ground_findings import (
    admin_floor,
    admin_land,
    building_coefficient,
    coverage,
    height,
)
from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.frames import both_missing, joined_missing, said, verdict_of
from analyses.ground import has_ground

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy

__all__ = ["far_findings"]

#: A ratio within this relative distance of its limit is at the limit.
_ROUNDING = 1e-9

_SOURCES = {
    "parcel": ("规划条件", "planning conditions"),
    "plan_zones": ("控规地块面积加权", "control plan, weighted by area"),
    "industry_table": ("行业容积率指标表", "table of industries"),
}


def _source(codes: pd.Series[str]) -> list[tuple[str, str]]:
    return [_SOURCES.get(code, ("", "")) for code in codes.fillna("")]


def far_findings(facts: FarFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Write every finding of the floor-area analysis, for the rules that the policy has."""
    found = []
    for rule_id, write in (
        ("far.limit", _limit),
        ("far.floor_planned", _floor_planned),
        ("far.floor", _floor_by_industry),
        ("far.building_coefficient", building_coefficient),
        ("far.coverage", coverage),
        ("far.height", height),
        ("far.admin_land", admin_land),
        ("far.admin_floor", admin_floor),
    ):
        if policy.has_rule(rule_id):
            found.append(write(facts, policy, as_of))
    return concat_findings(found)


def _at_least(
    ratio: pd.Series[float], least: pd.Series[float], most: pd.Series[float]
) -> tuple[pd.Series[float], list[tuple[str, str]]]:
    """Return a ratio, what of it is certain where it is unknown, and the words that say so."""
    certain = ratio.isna() & (least > 0)
    words = [
        ("", "")
        if not part
        else ("至少", "at least ")
        if np.isnan(top)
        else (f"（至多{top:.2f}）至少", f"(at most {top:.2f}) at least ")
        for part, top in zip(certain, most, strict=True)
    ]
    return ratio.where(~certain, least), words


def _uncounted(floor_area: pd.Series[float], counted: pd.Series[float]) -> np.ndarray:
    """Mark where the floor area is known and the heights that decide how often it counts are not."""
    return (floor_area.notna() & counted.isna()).to_numpy(dtype=bool)


@dataclass(frozen=True)
class _Counted:
    """The ratio that the planning conditions limit: by the pack's counting rule, else the plain one."""

    ratio: pd.Series[float]
    least: list[tuple[str, str]]
    most: pd.Series[float]
    lacks: dict[str, np.ndarray]
    manner: tuple[str, str]
    tail: tuple[str, str]


def _counted(facts: FarFacts, policy: Policy) -> _Counted:
    found = facts.measures
    most = found["far_counted_most"]
    ratio, least = _at_least(found["far_counted"], found["far_counted_least"], most)
    lacks = built_missing(facts)
    lacks["storey_height_m"] = _uncounted(found["floor_area_m2"], found["floor_area_counted_m2"])
    if policy.has_rule("far.plan"):
        cited = policy.rule("far.plan").clause.document.name
        manner = ("按计容规则", "by the counting rule for planning")
        tail = (
            f"计容规则：{cited('zh')}。",
            f" Counting rule: {cited('en')}.",
        )
    else:
        manner = ("地上建筑面积，不加倍", "above ground, nothing counted twice")
        tail = (
            "本规则包无计容规则，未按计容面积比较。",
            " The pack has no counting rule for planning, so the plain ratio was compared.",
        )
    return _Counted(ratio, least, most, lacks, manner, tail)


def _unless(lacks: dict[str, np.ndarray], sure: pd.Series[bool]) -> dict[str, np.ndarray]:
    """Leave out what is missing where the answer is certain without it."""
    return {name: where & ~sure.to_numpy(dtype=bool) for name, where in lacks.items()}


def _limit(facts: FarFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test the ratio against its limit; what stands for certain may be above it already."""
    limit = facts.measures["far_limit"]
    counted = _counted(facts, policy)
    far = counted.ratio
    sure = (far > limit * (1 + _ROUNDING)) | (counted.most <= limit * (1 + _ROUNDING))
    lacks = {"far_max": limit.isna().to_numpy(), **_unless(counted.lacks, sure)}
    missing = joined_missing(facts.parcels.index, lacks)
    verdict = verdict_of(
        (far > limit * (1 + _ROUNDING)).to_numpy(), unknown=(missing != "").to_numpy()
    )
    says = {
        "yes": (
            "高于上限，须以规划条件和规划核实为准",
            "above the limit, to be checked against the planning conditions",
        ),
        "no": ("未超过上限", "not above the limit"),
        "unknown": ("资料不足，无法比较", "facts are missing, no comparison"),
    }
    zh, en = [], []
    for value, bound, source, code, part in zip(
        far, limit, _source(facts.measures["far_limit_source"]), verdict, counted.least, strict=True
    ):
        (v_zh, v_en), (b_zh, b_en) = said(value), said(bound)
        of_zh, of_en = (f"（{source[0]}）", f" ({source[1]})") if source[0] else ("", "")
        zh.append(
            f"容积率{part[0]}{v_zh}（{counted.manner[0]}），上限{b_zh}{of_zh}：{says[code][0]}。{counted.tail[0]}"
        )
        en.append(
            f"Floor-area ratio {part[1]}{v_en} ({counted.manner[1]}), limit {b_en}{of_en}: {says[code][1]}.{counted.tail[1]}"
        )
    verdicts = Verdicts(
        verdict,
        **identity(facts),
        measured=far,
        limit=limit,
        unit="ratio",
        area_basis=basis(facts),
        missing=missing,
        note_zh=zh,
        note_en=en,
        confidence="P",
    )
    return rule_findings(policy.rule("far.limit"), as_of, verdicts)


def _floor_says(code: str, *, reference: bool) -> tuple[str, str]:
    if code == "unknown" and reference:
        return (
            "未能确定该下限是否适用，数值仅供参考",
            "whether this minimum applies is not established, the value is for reference",
        )
    return {
        "yes": ("低于下限", "below the minimum"),
        "no": ("不低于下限", "not below the minimum"),
        "unknown": ("资料不足，无法比较", "facts are missing, no comparison"),
        "not_applicable": (
            "未竣工或非本规则对象，不作检验",
            "not completed, or not addressed by the rule: not tested",
        ),
    }[code]


def _floor_planned(facts: FarFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test the minimum of the planning conditions, where the parcel has one or may have one."""
    floor = facts.limits["far_min"]
    lacks = _planned_missing(facts)
    where = floor.notna().to_numpy() | np.logical_or.reduce(list(lacks.values()))
    stage = stage_of(facts.parcels)
    counted = _counted(facts, policy)
    far, least = counted.ratio, counted.least
    sure = (far >= floor * (1 - _ROUNDING)) | (counted.most < floor * (1 - _ROUNDING))
    lacks |= {"land_stage": stage.unknown, **_unless(counted.lacks, sure)}
    missing = joined_missing(
        facts.parcels.index, {name: lack & ~stage.unfinished for name, lack in lacks.items()}
    )
    verdict = verdict_of(
        (far < floor * (1 - _ROUNDING)).to_numpy(),
        unknown=(missing != "").to_numpy(),
        not_applicable=stage.unfinished,
    )
    zh, en = [], []
    for value, control, bound, source, code, part in zip(
        far[where],
        facts.measures["far_control"][where],
        floor[where],
        _source(facts.limits["far_min_source"][where]),
        verdict[where],
        [words for words, here in zip(least, where, strict=True) if here],
        strict=True,
    ):
        (v_zh, v_en), (b_zh, b_en), (c_zh, c_en) = said(value), said(bound), said(control)
        s_zh, s_en = _floor_says(code, reference=False)
        of_zh, of_en = (f"（{source[0]}）", f" ({source[1]})") if source[0] else ("", "")
        zh.append(
            f"容积率{part[0]}{v_zh}（{counted.manner[0]}），下限{b_zh}{of_zh}：{s_zh}。按工业控制指标口径为{c_zh}，两种口径不得混用。"
        )
        en.append(
            f"Floor-area ratio {part[1]}{v_en} ({counted.manner[1]}), minimum {b_en}{of_en}: {s_en}. "
            f"By the industrial control indicator it is {c_en}; the two are not to be mixed."
        )
    verdicts = Verdicts(
        verdict[where],
        **identity(facts, where),
        measured=far[where],
        limit=floor[where],
        unit="ratio",
        area_basis=basis(facts)[where],
        missing=missing[where],
        note_zh=zh,
        note_en=en,
        confidence="P",
    )
    return rule_findings(policy.rule("far.floor_planned"), as_of, verdicts)


def _planned_missing(facts: FarFacts) -> dict[str, np.ndarray]:
    """Say what is missing where the control plan may state a minimum that cannot be read off for the parcel."""
    open_ = facts.limits["far_min_open"].to_numpy(dtype=bool)
    ground = has_ground(facts.parcels)
    return {"geometry": open_ & ~ground, "far_min": open_ & ground}


def _floor_by_industry(facts: FarFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test the minimum of the industry's table, where the parcel has none of its own.

    Where the control plan may state a minimum, which would prevail, the answer is unknown; land of
    which the table does not speak has then no row here, only one of the planned minimum.
    """
    addressed = facts.industry["addressed"].to_numpy(dtype=bool)
    planned = _planned_missing(facts)
    may_be_planned = np.logical_or.reduce(list(planned.values()))
    where = facts.limits["far_min"].isna().to_numpy() & (addressed | ~may_be_planned)
    stage = stage_of(facts.parcels)
    off = stage.unfinished | ~addressed
    reference = facts.industry["reference"]
    most = facts.measures["far_control_most"]
    far, least = _at_least(facts.measures["far_control"], facts.measures["far_control_least"], most)
    lacks = built_missing(facts)
    lacks["storey_height_m"] = _uncounted(
        facts.measures["floor_area_m2"], facts.measures["floor_area_control_m2"]
    )
    # Both ends of what it may be on one side of the minimum: the answer is certain.
    below = most < reference * (1 - _ROUNDING)
    lacks = _unless(lacks, (far >= reference * (1 - _ROUNDING)) | below)
    own = joined_missing(
        facts.parcels.index,
        {
            name: lack & ~off
            for name, lack in {**planned, "land_stage": stage.unknown, **lacks}.items()
        },
    )
    table = facts.industry["missing"].astype("string").mask(pd.Series(off, index=own.index), "")
    missing = both_missing(own, table)
    verdict = verdict_of(
        (far < reference * (1 - _ROUNDING)).to_numpy(),
        unknown=(missing != "").to_numpy(),
        not_applicable=off,
    )
    zh, en = [], []
    source, others = facts.industry["by"], facts.industry["over"]
    # Unknown for want of a date or a plan, and not of what is built: the minimum is a reference.
    open_ = (table != "") | may_be_planned | stage.unknown
    parts = [words for words, here in zip(least, where, strict=True) if here]
    for value, bound, code, by, over, doubt, part in zip(
        *(column[where] for column in (far, reference, verdict, source, others, open_)),
        parts,
        strict=True,
    ):
        (v_zh, v_en), (b_zh, b_en) = said(value), said(bound)
        s_zh, s_en = _floor_says(code, reference=bool(doubt) and not np.isnan(bound))
        title = (
            by.clause.document.name
            if by is not None
            else policy.rule("far.floor").clause.document.name
        )
        stricter = ("", "")
        if over is not None:
            beside = over.clause.document.name
            stricter = (
                f"另有{beside('zh')}同时有效且较宽，从严适用。",
                f" {beside('en')} was in force too and asks for less: the stricter one is applied.",
            )
        zh.append(
            f"容积率{part[0]}{v_zh}（工业控制指标口径），行业下限{b_zh}（{title('zh')}）：{s_zh}。{stricter[0]}"
        )
        en.append(
            f"Floor-area ratio {part[1]}{v_en} (industrial control indicator), industry minimum {b_en} "
            f"({title('en')}): {s_en}.{stricter[1]}"
        )
    verdicts = Verdicts(
        verdict[where],
        **identity(facts, where),
        measured=far[where],
        limit=reference[where],
        unit="ratio",
        area_basis=basis(facts)[where],
        missing=missing[where],
        note_zh=zh,
        note_en=en,
        by=list(source[where]),
    )
    return rule_findings(policy.rule("far.floor"), as_of, verdicts)
