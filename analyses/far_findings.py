"""The verdicts on the floor-area ratio: its limit and its minimum."""

from __future__ import annotations

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
    ratio: pd.Series[float], least: pd.Series[float]
) -> tuple[pd.Series[float], list[tuple[str, str]]]:
    """Return a ratio, what of it is certain where it is unknown, and the words that say so."""
    certain = ratio.isna() & (least > 0)
    words = [("至少", "at least ") if part else ("", "") for part in certain]
    return ratio.where(~certain, least), words


def _unless(lacks: dict[str, np.ndarray], sure: pd.Series[bool]) -> dict[str, np.ndarray]:
    """Leave out what is missing where the answer is certain without it."""
    return {name: where & ~sure.to_numpy(dtype=bool) for name, where in lacks.items()}


def _limit(facts: FarFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test the ratio against its limit; what stands for certain may be above it already."""
    limit = facts.measures["far_limit"]
    far, least = _at_least(facts.measures["far_plain"], facts.measures["far_least"])
    sure = far > limit * (1 + _ROUNDING)
    lacks = {"far_max": limit.isna().to_numpy(), **_unless(built_missing(facts), sure)}
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
        far, limit, _source(facts.measures["far_limit_source"]), verdict, least, strict=True
    ):
        (v_zh, v_en), (b_zh, b_en) = said(value), said(bound)
        of_zh, of_en = (f"（{source[0]}）", f" ({source[1]})") if source[0] else ("", "")
        zh.append(
            f"容积率{part[0]}{v_zh}（地上建筑面积，不加倍），上限{b_zh}{of_zh}：{says[code][0]}。本规则包无计容规则，未按计容面积比较。"
        )
        en.append(
            f"Floor-area ratio {part[1]}{v_en} (above ground, nothing counted twice), limit {b_en}{of_en}: {says[code][1]}. "
            "The pack has no counting rule for planning, so the plain ratio was compared."
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
    far, least = _at_least(facts.measures["far_plain"], facts.measures["far_least"])
    sure = far >= floor * (1 - _ROUNDING)
    lacks |= {"land_stage": stage.unknown, **_unless(built_missing(facts), sure)}
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
            f"容积率{part[0]}{v_zh}（不加倍），下限{b_zh}{of_zh}：{s_zh}。按工业控制指标口径为{c_zh}，两种口径不得混用。"
        )
        en.append(
            f"Floor-area ratio {part[1]}{v_en} (plain), minimum {b_en}{of_en}: {s_en}. "
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
    far, least = _at_least(facts.measures["far_control"], facts.measures["far_control_least"])
    lacks = built_missing(facts)
    lacks["storey_height_m"] = (
        facts.measures["floor_area_m2"].notna() & facts.measures["floor_area_control_m2"].isna()
    ).to_numpy()
    lacks = _unless(lacks, far >= reference * (1 - _ROUNDING))
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
    parts = [words for words, here in zip(least, where, strict=True) if here]
    for value, bound, code, by, over, part in zip(
        *(column[where] for column in (far, reference, verdict, source, others)),
        parts,
        strict=True,
    ):
        (v_zh, v_en), (b_zh, b_en) = said(value), said(bound)
        s_zh, s_en = _floor_says(code, reference=not np.isnan(bound))
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
