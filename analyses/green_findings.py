"""The verdicts on the green land of parcels: requirement, cap, roofs, plans, planting, freeing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import both_missing, joined_missing, percent, texts, verdict_of
from analyses.green_columns import stage_unknown
from analyses.green_credit import RULE as CREDIT
from analyses.green_pool_findings import (
    freed_findings,
    moved_findings,
    plan_findings,
    planting_findings,
    roof_findings,
)

if TYPE_CHECKING:
    from datetime import date

    from analyses.anchors import Anchored
    from analyses.green_years import YearlyBalance
    from policies.model import Policy

__all__ = ["GreenFacts", "green_findings"]

_ROUNDING = 1e-9

#: Where a requirement comes from, where that is not the parcel's own condition.
_SOURCES = {"plan_zones": ("（控规）", " by the control plan")}


@dataclass(frozen=True)
class GreenFacts:
    """What the verdicts rest on.

    Attributes
    ----------
    parcels, measures : pandas.DataFrame
        Contract frame and measures.
    area_m2 : pandas.Series
        The site area of each parcel; NaN where it is not known.
    required, caps : pandas.DataFrame
        As `analyses.green_required` gives them.
    cap : analyses.anchors.Anchored or None
        The pack's cap, and what is missing before it can be applied; None without such a rule.
    credit : pandas.DataFrame
        As `analyses.green_credit.green_credit` gives it.
    pools : pandas.DataFrame
        In the contract of `analyses.results_green.GREEN_POOLS`.
    zones : pandas.DataFrame
        Indexed by ``zone_id``, as `analyses.green_zones.zone_green` gives them.
    plans : analyses.green_years.YearlyBalance
        The balance by year.
    freed, sites : pandas.DataFrame
        In the contracts of `analyses.results_green`.
    planting_gain : pandas.Series
        What the proposed planting adds to each zone below its target, in m2.
    public_counts : bool
        Whether pack and approval let public green count.
    new_park : bool or None
        None: not stated.
    public_green_approval_no : str or None
        The approval by which public green counts.
    """

    parcels: pd.DataFrame
    area_m2: pd.Series[float]
    measures: pd.DataFrame
    required: pd.DataFrame
    caps: pd.DataFrame
    cap: Anchored | None
    credit: pd.DataFrame
    pools: pd.DataFrame
    pool_missing: pd.Series[str]
    zones: pd.DataFrame
    plans: YearlyBalance
    freed: pd.DataFrame
    sites: pd.DataFrame
    planting_gain: pd.Series[float]
    public_counts: bool
    new_park: bool | None
    public_green_approval_no: str | None


def green_findings(facts: GreenFacts, policy: Policy, as_of: date) -> list[pd.DataFrame]:
    """Write every finding on the parcels, rule by rule."""
    found = []
    by_pack = facts.required["source"].isin(["by_use", "by_mix"]).to_numpy(dtype=bool)
    if policy.has_rule("green.required"):
        found.append(_required(facts, policy, as_of, "green.required", ~by_pack))
    if policy.has_rule("green.required_by_use"):
        found.append(_required(facts, policy, as_of, "green.required_by_use", by_pack))
    if facts.cap is not None:
        found.append(_cap(facts, facts.cap, policy, as_of))
    if policy.has_rule(CREDIT):
        found.append(roof_findings(facts, policy, as_of))
    for rule, write in (
        ("green.maximum", _maximum),
        ("green.pooling", moved_findings),
        ("green.years", plan_findings),
        ("green.freeing", freed_findings),
        ("green.siting", planting_findings),
    ):
        if policy.has_rule(rule):
            found.append(write(facts, policy, as_of))
    return found


def _built_missing(facts: GreenFacts) -> dict[str, np.ndarray]:
    green = facts.measures["green_m2"].isna().to_numpy()
    return {
        "green": green,
        "area_net_m2": ~green & facts.measures["green_share"].isna().to_numpy(),
    }


def _required(
    facts: GreenFacts, policy: Policy, as_of: date, rule_id: str, where: np.ndarray
) -> pd.DataFrame:
    """Test the minimum ratio; a project that is not completed is not tested."""
    stage = texts(facts.parcels, "land_stage").fillna("completed")
    unfinished = (stage != "completed").to_numpy(dtype=bool)
    credit = facts.credit["credit_m2"]
    ground, limit = facts.measures["green_share"], facts.required["share"]
    share = ground + (credit / facts.area_m2).fillna(0.0)
    # Roofs of unknown depth leave a shortfall of the ground open.
    roofs_open = facts.credit["missing"].where(credit.isna() & (ground < limit), "")
    lacks = joined_missing(
        facts.parcels.index,
        {
            "green_min_share": (limit.isna() & (facts.required["missing"] == "")).to_numpy(bool),
            "land_stage": stage_unknown(facts.parcels),
            **_built_missing(facts),
        },
    )
    lacks = both_missing(lacks, roofs_open)
    missing = both_missing(lacks, facts.required["missing"]).mask(
        pd.Series(unfinished, index=lacks.index), ""
    )
    verdict = verdict_of(
        (share >= limit * (1 - _ROUNDING)).to_numpy(),
        unknown=(missing != "").to_numpy(),
        not_applicable=unfinished,
    )
    by_raster = (facts.measures["green_source"] == "raster").fillna(value=False)
    says = {
        "yes": ("不低于要求", "not below the requirement"),
        "no": ("低于要求", "below the requirement"),
        "unknown": ("资料不足，数值仅供参考", "facts are missing, the values are for reference"),
        "not_applicable": ("未竣工，不作检验", "not completed, not tested"),
    }
    zh, en = [], []
    for value, bound, code, raster, roofs, mix, source in zip(
        share[where],
        limit[where],
        verdict[where],
        by_raster[where],
        credit[where],
        facts.required["mix"][where],
        facts.required["source"][where],
        strict=True,
    ):
        (v_zh, v_en), (b_zh, b_en) = percent(value), percent(bound)
        caution_zh = "绿地面积由栅格植被推算，不等于绿地率实测。" if raster else ""
        caution_en = (
            " The green area comes from vegetation on a raster, not from a survey."
            if raster
            else ""
        )
        if roofs > 0:
            caution_zh += f"含屋顶、垂直绿化折算{roofs:,.1f}㎡。"
            caution_en += f" Converted roof and wall greening of {roofs:,.1f} m2 is included."
        if mix:
            caution_zh += f"混合用地加权：{mix}。"
            caution_en += f" Weighted over the uses: {mix}."
        from_zh, from_en = _SOURCES.get(str(source), ("", ""))
        zh.append(f"绿地率{v_zh}，要求不低于{b_zh}{from_zh}：{says[code][0]}。{caution_zh}")
        en.append(f"Green ratio {v_en}, required {b_en}{from_en}: {says[code][1]}.{caution_en}")
    verdicts = Verdicts(
        verdict[where],
        zone_id=texts(facts.parcels, "zone_id")[where],
        parcel_id=texts(facts.parcels, "parcel_id")[where],
        measured=share[where],
        limit=limit[where],
        unit="share",
        area_basis=texts(facts.parcels, "area_basis")[where],
        missing=missing[where],
        note_zh=zh,
        note_en=en,
        confidence="P" if rule_id == "green.required" else None,
        by=list(facts.required["by"][where]) if rule_id == "green.required_by_use" else None,
    )
    return rule_findings(policy.rule(rule_id), as_of, verdicts)


def _cap(facts: GreenFacts, cap: Anchored, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test the maximum of industrial land; the parcel's own condition comes first."""
    rule = policy.rule("green.industrial_cap")
    use, stage = texts(facts.parcels, "land_use"), texts(facts.parcels, "land_stage")
    own = facts.caps["source"].isin(["parcel", "plan_zones"]).to_numpy(dtype=bool)
    other = (~use.isin(list(rule.value("uses"))) & use.notna()).to_numpy(dtype=bool)
    unfinished = (stage != "completed").fillna(value=False).to_numpy(dtype=bool)
    off = other | unfinished
    share = facts.measures["green_share"]
    limit = facts.caps["share"].where(own, cap.numbers())
    lacks = joined_missing(
        facts.parcels.index,
        {
            "land_use": use.isna().to_numpy(),
            "land_stage": stage.isna().to_numpy(),
            **_built_missing(facts),
        },
    )
    anchor = cap.missing.mask(pd.Series(own, index=lacks.index), "")
    missing = both_missing(lacks, anchor).mask(pd.Series(off, index=lacks.index), "")
    verdict = verdict_of(
        (share > limit * (1 + _ROUNDING)).to_numpy(),
        unknown=(missing != "").to_numpy(),
        not_applicable=off,
    )
    says = {
        "yes": ("高于上限", "above the cap"),
        "no": ("未超过上限", "not above the cap"),
        "unknown": ("资料不足，数值仅供参考", "facts are missing, the values are for reference"),
        "not_applicable": (
            "未竣工或非工业用地，不作检验",
            "not completed or not industrial: not tested",
        ),
    }
    zh, en = [], []
    for value, bound, code, is_own in zip(share, limit, verdict, own, strict=True):
        (v_zh, v_en), (b_zh, b_en) = percent(value), percent(bound)
        of_zh, of_en = (
            ("规划条件上限", "planning conditions' maximum")
            if is_own
            else (
                "工业用地绿地率上限",
                "cap of industrial land",
            )
        )
        zh.append(f"绿地率{v_zh}，{of_zh}{b_zh}：{says[code][0]}。")
        en.append(f"Green ratio {v_en}, {of_en} {b_en}: {says[code][1]}.")
    verdicts = Verdicts(
        verdict,
        zone_id=texts(facts.parcels, "zone_id"),
        parcel_id=texts(facts.parcels, "parcel_id"),
        measured=share,
        limit=limit,
        unit="share",
        area_basis=texts(facts.parcels, "area_basis"),
        missing=missing,
        note_zh=zh,
        note_en=en,
        confidence=np.where(own, "P", rule.confidence),
        by=[None if is_own else by for is_own, by in zip(own, cap.by, strict=True)],
    )
    return rule_findings(rule, as_of, verdicts)


def _maximum(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test the maximum that a plot's own conditions or the plan set where no cap of industry is asked."""
    uses = policy.rule("green.industrial_cap").value("uses") if facts.cap is not None else ()
    own = facts.caps["source"].isin(["parcel", "plan_zones"])
    where = (own & ~texts(facts.parcels, "land_use").isin(list(uses))).to_numpy(dtype=bool)
    stage = texts(facts.parcels, "land_stage").fillna("completed")[where]
    unfinished = (stage != "completed").to_numpy(dtype=bool)
    share, limit = facts.measures["green_share"][where], facts.caps["share"][where]
    missing = joined_missing(
        share.index,
        {
            "land_stage": stage_unknown(facts.parcels)[where],
            **{name: lacks[where] for name, lacks in _built_missing(facts).items()},
        },
    ).mask(pd.Series(unfinished, index=share.index), "")
    verdict = verdict_of(
        (share > limit * (1 + _ROUNDING)).to_numpy(),
        unknown=(missing != "").to_numpy(),
        not_applicable=unfinished,
    )
    says = {
        "yes": ("高于上限", "above it"),
        "no": ("未超过上限", "not above it"),
        "unknown": ("资料不足", "facts are missing"),
        "not_applicable": ("未竣工，不作检验", "not completed, not tested"),
    }
    zh, en = [], []
    for value, bound, code in zip(share, limit, verdict, strict=True):
        (v_zh, v_en), (b_zh, b_en) = percent(value), percent(bound)
        zh.append(f"绿地率{v_zh}，规划条件上限{b_zh}：{says[code][0]}。")
        en.append(f"Green ratio {v_en}, planning conditions' maximum {b_en}: {says[code][1]}.")
    return rule_findings(
        policy.rule("green.maximum"),
        as_of,
        Verdicts(
            verdict,
            zone_id=texts(facts.parcels, "zone_id")[where],
            parcel_id=texts(facts.parcels, "parcel_id")[where],
            measured=share,
            limit=limit,
            unit="share",
            area_basis=texts(facts.parcels, "area_basis")[where],
            missing=missing,
            note_zh=zh,
            note_en=en,
            confidence="P",
        ),
    )
