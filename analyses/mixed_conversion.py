"""Stock industrial land that might become standard workshops or new-type industrial land.

The clause points a direction. What is written here are reasons for and against, never a yes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyses.findings import Verdicts
from analyses.frames import flags, joined_missing, numbers, texts, verdict_of
from analyses.mixed_facts import RULESET, barred, mixed_findings
from analyses.placement import place_buildings

if TYPE_CHECKING:
    import pandas as pd

    from analyses.mixed_facts import MixedFacts

__all__ = ["conversion_findings"]

#: Idle statuses that are dealt with before anything else.
_PENDING = ("suspected_1y", "suspected_2y", "suspended", "gov_cause", "human_review")

_DRAWBACKS = {
    "mortgaged": ("设有抵押", "mortgaged"),
    "seized": ("被查封", "seized"),
    "in_dispute": ("有权属争议", "in dispute"),
}

Reasons = list[tuple[np.ndarray, tuple[str, str]]]


def conversion_findings(
    facts: MixedFacts,
    *,
    lives: np.ndarray,
    buildings: pd.DataFrame | None,
    ledger: pd.DataFrame | None,
) -> list[pd.DataFrame]:
    """Say which parcels are the stock that the clause speaks of, with reasons for and against.

    ``yes``: industrial land at a stage that the pack calls stock. That is no leave to convert it.

    Parameters
    ----------
    facts : MixedFacts
        The parcels with their measures, and the policy.
    lives : numpy.ndarray of bool
        Where the programme holds living quarters.
    buildings, ledger : pandas.DataFrame or None
        Vacant and let floor area; mortgage, seizure and dispute.
    """
    if not facts.policy.has_rule("mixed.conversion"):
        return []
    rule = facts.policy.rule("mixed.conversion")
    why = barred(rule, facts.as_of)
    where = np.isin(facts.land_use, list(rule.value("uses")))
    stage = facts.text("land_stage")
    stock = np.isin(stage, list(rule.value("stages")))
    lacks = {"land_stage": stage == "", RULESET: np.full(len(stage), why is not None)}
    missing = joined_missing(facts.parcels.index, lacks)[where]
    verdict = verdict_of(stock[where], unknown=(missing != "").to_numpy())
    vacant, let = _vacant_and_let(facts, buildings)
    pro = _reasons_for(facts, vacant, let)
    con = _reasons_against(facts, lives, ledger)
    ask = _open_questions(facts)
    notes = [
        _note(int(at), code, (pro, con, ask), ("", "") if why is None else (why.zh, f" {why.en}"))
        for at, code in zip(np.flatnonzero(where), verdict.tolist(), strict=True)
    ]
    verdicts = Verdicts(
        verdict,
        **facts.identity(where),
        missing=missing,
        note_zh=[zh for zh, _ in notes],
        note_en=[en for _, en in notes],
    )
    return [mixed_findings(rule, facts.as_of, verdicts)]


def _note(
    at: int, verdict: str, reasons: tuple[Reasons, Reasons, Reasons], why: tuple[str, str]
) -> tuple[str, str]:
    opening = {
        "yes": ("属存量工业用地，可研究转为标准厂房或新型产业用地", "Stock industrial land: conversion to standard workshops or M0 may be studied"),
        "no": ("不是已建成的存量工业用地", "Not built-up stock"),
        "unknown": ("建设状态未知或条款效力不明", "The stage of building, or whether the clause stands, is not known"),
    }[verdict]  # fmt: skip
    if verdict == "no":
        return f"{opening[0]}。", f"{opening[1]}."
    heads = (("有利", "for"), ("不利", "against"), ("待查", "to find out"))
    zh, en = [opening[0]], [opening[1]]
    for head, some in zip(heads, reasons, strict=True):
        said = [text for mask, text in some if mask[at]]
        zh.append(f"{head[0]}：{'、'.join(text[0] for text in said) or '无'}")
        en.append(f"{head[1]}: {', '.join(text[1] for text in said) or 'nothing'}")
    return (
        "；".join(zh) + "。是否转换由主管部门依规划决定。" + why[0],
        "; ".join(en) + ". Conversion is for the authority to decide by the plan." + why[1],
    )


def _vacant_and_let(
    facts: MixedFacts, buildings: pd.DataFrame | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the vacant and the let floor area known to stand on each parcel, m2."""
    n = len(facts.parcels)
    sums: dict[str, np.ndarray] = {
        name: np.zeros(n) for name in ("vacant_floor_area_m2", "let_floor_area_m2")
    }
    if buildings is not None:
        told = np.zeros(len(buildings), dtype=bool)
        for name in sums:
            told |= (numbers(buildings, name) > 0).to_numpy()
        some = buildings.loc[told]
        if len(some):
            pairs = place_buildings(facts.parcels, some).pairs
            for name in sums:
                area = numbers(some, name).fillna(0.0).to_numpy()[pairs["building"]]
                weights = area * pairs["share"].to_numpy()
                sums[name] = np.bincount(pairs["parcel"], weights=weights, minlength=n)
    return sums["vacant_floor_area_m2"], sums["let_floor_area_m2"]


def _reasons_for(facts: MixedFacts, vacant: np.ndarray, let: np.ndarray) -> Reasons:
    own = flags(facts.parcels, "self_held").fillna(value=False).to_numpy(dtype=bool)
    return [
        (facts.inside, ("位于围网内", "inside the fence")),
        (facts.number("floor_area_m2") > 0, ("已有建筑", "buildings stand there")),
        (facts.number("floor_area_headroom_m2") > 0, ("尚有建设余量", "headroom is left")),
        (vacant > 0, ("有空置厂房", "floor space is vacant")),
        (let > 0, ("已有出租经营", "part is let already")),
        (own, ("全部自持", "all self-held")),
    ]


def _reasons_against(facts: MixedFacts, lives: np.ndarray, ledger: pd.DataFrame | None) -> Reasons:
    own = flags(facts.parcels, "self_held")
    sold = own.eq(other=False).fillna(value=False).to_numpy(dtype=bool)
    sold |= facts.count(facts.rows.held == "sale") > 0
    found = [
        (np.isin(facts.text("idle_status"), _PENDING), ("闲置情况须先行处理", "the idle case comes first")),
        (lives & facts.inside, ("围网内有居住用途", "living quarters inside the fence")),
        (facts.number("floor_area_m2") == 0, ("没有建筑", "no building")),
        (facts.number("floor_area_headroom_m2") <= 0, ("没有建设余量", "no headroom")),
        (sold, ("并非全部自持或有销售", "not all self-held, or part for sale")),
        (np.isin(facts.text("hazard"), ["toxic_gas", "dangerous_goods"]), ("有危险因素", "a recorded hazard")),
        (texts(facts.parcels, "zone_id").isna().to_numpy(), ("不在任何区内", "in no zone")),
    ]  # fmt: skip
    if ledger is not None:
        ids = texts(facts.parcels, "parcel_id")
        for name, text in _DRAWBACKS.items():
            marked = flags(ledger, name).fillna(value=False).to_numpy(dtype=bool)
            held = texts(ledger, "parcel_id")[marked].dropna()
            found.append((ids.isin(held).to_numpy(dtype=bool), text))
    return found


def _open_questions(facts: MixedFacts) -> Reasons:
    policy, n = facts.policy, len(facts.parcels)
    no_shares = not policy.has_rule("mixed.m0_land") or (
        barred(policy.rule("mixed.m0_land"), facts.as_of) is not None
    )
    return [
        (flags(facts.parcels, "self_held").isna().to_numpy(), ("持有方式", "how it is held")),
        (np.isnan(facts.number("floor_area_m2")), ("现状建筑面积", "the floor area there is")),
        (np.isnan(facts.number("floor_area_headroom_m2")), ("容积率余量", "the headroom")),
        (np.full(n, no_shares), ("新型产业用地现行配套比例", "the present shares of M0")),
        (facts.fence_unknown, ("是否在围网内", "whether it is inside the fence")),
    ]
