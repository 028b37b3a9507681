"""The verdicts on green land: requirement, cap, the zone's floor, pooling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.frames import (
    both_missing,
    joined_missing,
    no_rule_findings,
    percent,
    texts,
    verdict_of,
)

if TYPE_CHECKING:
    from datetime import date

    from analyses.anchors import Anchored
    from policies.model import Policy

__all__ = ["GreenFacts", "green_findings"]

_ROUNDING = 1e-9


@dataclass(frozen=True)
class GreenFacts:
    """What the verdicts rest on.

    Attributes
    ----------
    parcels, measures : pandas.DataFrame
        Contract frame and measures.
    required : pandas.DataFrame
        ``share``, ``source`` (``parcel``, ``by_use``, null), ``missing``, ``by`` (the parameter).
    caps : pandas.DataFrame
        ``share``, ``source`` (``parcel``, ``pack``, null).
    cap : analyses.anchors.Anchored or None
        The pack's cap, and what is missing before it can be applied; None without such a rule.
    zones : pandas.DataFrame
        The zone figures.
    new_park : bool or None
        None: not stated.
    public_green_approval_no : str or None
        The approval by which public green counts.
    """

    parcels: pd.DataFrame
    measures: pd.DataFrame
    required: pd.DataFrame
    caps: pd.DataFrame
    cap: Anchored | None
    zones: pd.DataFrame
    new_park: bool | None
    public_green_approval_no: str | None


def green_findings(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Write every finding of the green analysis."""
    found = [_pooling(facts, policy, as_of)]
    by_use = (facts.required["source"] == "by_use").fillna(value=False).to_numpy(dtype=bool)
    if policy.has_rule("green.required"):
        found.append(_required(facts, policy, as_of, "green.required", ~by_use))
    if policy.has_rule("green.required_by_use"):
        found.append(_required(facts, policy, as_of, "green.required_by_use", by_use))
    if facts.cap is not None:
        found.append(_cap(facts, facts.cap, policy, as_of))
    if policy.has_rule("green.zone_floor"):
        found.append(_zone_floor(facts, policy, as_of))
    return concat_findings(found)


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
    share, limit = facts.measures["green_share"], facts.required["share"]
    lacks = joined_missing(
        facts.parcels.index,
        {"green_min_share": limit.isna().to_numpy(), **_built_missing(facts)},
    )
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
    for value, bound, code, raster in zip(
        share[where], limit[where], verdict[where], by_raster[where], strict=True
    ):
        (v_zh, v_en), (b_zh, b_en) = percent(value), percent(bound)
        caution_zh = "绿地面积由栅格植被推算，不等于绿地率实测。" if raster else ""
        caution_en = (
            " The green area comes from vegetation on a raster, not from a survey."
            if raster
            else ""
        )
        zh.append(f"绿地率{v_zh}，要求不低于{b_zh}：{says[code][0]}。{caution_zh}")
        en.append(f"Green ratio {v_en}, required {b_en}: {says[code][1]}.{caution_en}")
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
    own = (facts.caps["source"] == "parcel").fillna(value=False).to_numpy(dtype=bool)
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


def _zone_floor(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test the floor of a new park over the zone's total land; for an existing one it is open."""
    rule = policy.rule("green.zone_floor")
    zones, limit = facts.zones, float(rule.value("share_min"))
    share = zones["green_share"]
    missing = joined_missing(
        zones.index,
        {
            "new_park": np.full(len(zones), facts.new_park is None),
            "green": zones["green_m2"].isna().to_numpy(),
            "zones": (zones["green_m2"].notna() & share.isna()).to_numpy(),
        },
    )
    existing = np.full(len(zones), facts.new_park is False)
    verdict = verdict_of(
        (share >= limit * (1 - _ROUNDING)).to_numpy(),
        unknown=(missing != "").to_numpy(),
        not_applicable=existing,
    )
    counted = (
        (
            f"公共绿地依批准文号{facts.public_green_approval_no}计入",
            f"public green counted by approval {facts.public_green_approval_no}",
        )
        if facts.public_green_approval_no
        else ("未计公共绿地", "public green not counted")
    )
    says = {
        "yes": ("达到下限", "reaches the floor"),
        "no": ("低于下限", "below the floor"),
        "unknown": ("资料不足，无法判断", "facts are missing"),
        "not_applicable": (
            "该下限针对新建园区，既有园区待定",
            "the floor addresses new parks, for an existing one it is undetermined",
        ),
    }
    zh, en = [], []
    for value, code in zip(share, verdict, strict=True):
        (v_zh, v_en), (b_zh, b_en) = percent(value), percent(limit)
        zh.append(f"附属绿地占全区用地{v_zh}（{counted[0]}），下限{b_zh}：{says[code][0]}。")
        en.append(
            f"Green over the zone's land {v_en} ({counted[1]}), floor {b_en}: {says[code][1]}."
        )
    verdicts = Verdicts(
        verdict,
        zone_id=zones.index.to_numpy(dtype=object),
        measured=share,
        limit=limit,
        unit="share",
        missing=missing.mask(pd.Series(existing, index=zones.index), ""),
        note_zh=zh,
        note_en=en,
        by=rule.parameter("share_min"),
    )
    return rule_findings(rule, as_of, verdicts)


def _pooling(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Say whether the zone's surplus covers its deficits, where the policy lets it be balanced."""
    zones = facts.zones
    ids = zones.index.to_numpy(dtype=object)
    if not policy.has_rule("green.pooling"):
        verdicts = Verdicts(
            np.full(len(zones), "not_applicable", dtype=object),
            zone_id=ids,
            note_zh="本地政策无绿地率总量平衡条款，无统筹依据。",
            note_en="This jurisdiction has no clause on balancing the green ratio: no basis for pooling.",
        )
        return no_rule_findings("green", "green.pooling", verdicts)
    rule = policy.rule("green.pooling")
    balance = zones["green_surplus_m2"] - zones["green_deficit_m2"]
    open_n = zones["green_balance_unknown_n"]
    missing = joined_missing(
        zones.index, {"green,green_min_share": ((open_n > 0) | balance.isna()).to_numpy()}
    )
    verdict = verdict_of((balance >= -1e-6).to_numpy(), unknown=(missing != "").to_numpy())
    zh, en = [], []
    for surplus, deficit, unmet, n in zip(
        zones["green_surplus_m2"],
        zones["green_deficit_m2"],
        zones["green_unmet_m2"],
        open_n,
        strict=True,
    ):
        known = not np.isnan(surplus)
        part_zh = (
            f"盈余{surplus:,.1f}㎡（不含超上限部分），缺口{deficit:,.1f}㎡，统筹后仍缺{unmet:,.1f}㎡"
            if known
            else "盈亏未知"
        )
        part_en = (
            f"surplus {surplus:,.1f} m2 (without what is over the cap), deficit {deficit:,.1f} m2, {unmet:,.1f} m2 left unmet"
            if known
            else "balance unknown"
        )
        rest_zh = f"；另有{n}宗盈亏未知" if n else ""
        rest_en = f"; the balance of {n} parcels is unknown" if n else ""
        zh.append(
            f"统筹平衡测算方案：{part_zh}{rest_zh}。测算不产生权利，须依程序修改各宗地绿地率规划条件。"
        )
        en.append(
            f"Balance calculation: {part_en}{rest_en}. It gives no right: the parcels' green conditions would have to be revised by procedure."
        )
    verdicts = Verdicts(
        verdict,
        zone_id=ids,
        measured=balance,
        limit=0.0,
        unit="m2",
        missing=missing,
        note_zh=zh,
        note_en=en,
    )
    return rule_findings(rule, as_of, verdicts)
