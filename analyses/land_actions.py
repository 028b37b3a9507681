"""What may be recommended of buildings, uses, green land and supply.

Stage gates stand before every action: storeys are added and plots rearranged only where a completed
building stands, surplus land is sought only on completed projects, and no intensity action touches
green, road or utility land.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyses.action_rows import area_texts, floor_texts
from analyses.declared_actions import declared_actions
from analyses.land_facts import NOISE_M2, Land, joined_facts
from analyses.stock_actions import (
    boundary_actions,
    extension_actions,
    sharing_actions,
    vacancy_actions,
)
from analyses.use_actions import green_actions, mixed_actions, supply_actions
from layers.codes import LAND_STAGES
from policies.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from policies.model import Policy

__all__ = ["land_actions"]

_WHY = {
    "exceeds": Text(
        "{what}，面积{area}；请对照规划许可和规划核实资料核对，不作违法认定。",
        "Above a limit: {what}, {area}; to be compared with the planning permit and its verification: no finding.",
    ),
    "add_storeys": Text(
        "开发状态{stage}，地上建筑面积{built}，剩余可建计容建筑面积{room}（{bound}），面积{area}；可论证加层改造，土地价款规定另行核对{below}。",
        "Stage: {stage}, {built} above ground and a headroom of {room} ({bound}), "
        "{area}; adding storeys may be studied, the rules on land price to be checked{below}.",
    ),
    "rearrange": Text(
        "开发状态{stage}，{what}，面积{area}；可论证内部用地整理。",
        "Stage: {stage}; {what}, {area}; rearranging the plot may be studied.",
    ),
    "split_surplus": Text(
        "开发状态{stage}，容积率{far}低于下限{floor}；按下限反算节余土地约{surplus}（宗地面积{area}），以不占建筑基底为限；可论证分割转让，须能独立使用并符合规划条件。",
        "Stage: {stage}. The ratio {far} is below the minimum {floor}. Reckoned by the "
        "minimum about {surplus} of {area} is surplus, never more than the open ground; a transfer "
        "may be studied where the part is usable and fits the planning conditions.",
    ),
}

_BOUND = {
    "far": ("受容积率上限约束", "bound by the floor-area ratio"),
    "height": ("受建筑限高约束", "bound by the height limit"),
    "coverage": ("受建筑密度上限约束", "bound by the coverage limit"),
    "none": ("无上限条件", "no limit applies"),
}


def _ratio(values: np.ndarray) -> tuple[list[str], list[str]]:
    written = [f"{value:.2f}" for value in values]
    return written, written


def _standing(land: Land, action: str) -> np.ndarray:
    """Mark land that may be used more intensively, with a building, at a stage of the action."""
    uses = ()
    if not land.policy.has_action(action):
        return np.zeros(len(land.parcels), dtype=bool)
    if land.policy.has_rule("far.intensify"):
        uses = land.policy.rule("far.intensify").value("uses")
    stage, stages = land.text("land_stage"), land.policy.action(action).stage
    allowed = np.isin(stage, list(stages)) if stages else stage != ""
    return np.asarray(
        allowed & np.isin(land.text("land_use"), list(uses)) & (land.number("floor_area_m2") > 0)
    )


def _stage(land: Land, where: np.ndarray) -> tuple[list[str], list[str]]:
    labels = [LAND_STAGES.labels[code] for code in land.text("land_stage")[where]]
    return [label.zh for label in labels], [label.en for label in labels]


_EXCEEDS = {
    "far.limit": (
        "容积率{measured:.2f}高于上限{limit:.2f}",
        "ratio {measured:.2f} exceeds the limit {limit:.2f}",
    ),
    "far.coverage": (
        "建筑密度{measured:.1%}高于上限{limit:.1%}",
        "coverage {measured:.1%} exceeds the limit {limit:.1%}",
    ),
    "far.height": (
        "建筑高度{measured:.1f}m高于限高{limit:.1f}m",
        "a height of {measured:.1f} m exceeds the limit of {limit:.1f} m",
    ),
}


def _said(
    found: pd.DataFrame, template: tuple[str, str]
) -> tuple[np.ndarray, list[str], list[str]]:
    """Write a fact with its measured value and limit for every parcel where it holds."""
    at = np.flatnonzero(found["holds"])
    pairs = found.loc[found["holds"], ["measured", "limit"]].to_numpy()
    written = [
        [text.format(measured=measured, limit=limit) for measured, limit in pairs]
        for text in template
    ]
    return at, written[0], written[1]


def _far(land: Land) -> list[pd.DataFrame]:
    """Check what exceeds a limit; study what a completed plant could still hold."""
    n = len(land.parcels)
    over = {rule: land.verdicts(rule) for rule in _EXCEEDS}
    zh, en = joined_facts(n, [_said(over[rule], text) for rule, text in _EXCEEDS.items()])
    exceeds = zh != ""
    far = over["far.limit"]
    excess = ((far["measured"] - far["limit"]).to_numpy() * land.area)[exceeds]
    found = [
        land.write(
            "correct_far",
            _WHY["exceeds"],
            exceeds,
            {"what": (zh[exceeds], en[exceeds])},
            area_m2=np.nan,
            floor_area_m2=excess,
        )
    ]

    floors = [land.verdicts(rule) for rule in ("far.floor_planned", "far.floor")]
    below = floors[0]["holds"].to_numpy() | floors[1]["holds"].to_numpy()
    measured = floors[0]["measured"].fillna(floors[1]["measured"]).to_numpy()
    limit = floors[0]["limit"].fillna(floors[1]["limit"]).to_numpy()
    room = land.number("floor_area_headroom_m2")
    above = land.number("storeys_addable_m2")
    # Below a height cap only what is known to fit on the buildings is proposed; without one on record, what is left.
    gain = np.where(np.isnan(land.number("height_cap_m")), room, np.minimum(room, above))
    where = _standing(land, "add_storeys") & (gain > NOISE_M2) & ~exceeds
    bound = [_BOUND.get(code, ("约束条件未知", "limit unknown")) for code in land.text("bound_by")]
    bound_here = [pair for pair, here in zip(bound, where, strict=True) if here]
    low = below[where]
    found.append(
        land.write(
            "add_storeys",
            _WHY["add_storeys"],
            where,
            {
                "stage": _stage(land, where),
                "built": floor_texts(land.number("floor_area_m2")[where]),
                "room": floor_texts(room[where]),
                "bound": ([zh for zh, _ in bound_here], [en for _, en in bound_here]),
                "below": (
                    ["；现状低于容积率下限" if item else "" for item in low],
                    ["; it is now below the minimum ratio" if item else "" for item in low],
                ),
            },
            floor_area_m2=gain[where],
            area_m2=np.nan,
        )
    )
    found += extension_actions(land, _standing(land, "extend"), exceeds)
    found.append(_surplus(land, below & (measured < limit), measured, limit))
    found.append(_rearrange(land))
    return found


def _surplus(
    land: Land, where: np.ndarray, measured: np.ndarray, limit: np.ndarray
) -> pd.DataFrame:
    """Reckon surplus land: what is left of the plot at the minimum ratio, within the open ground."""
    surplus = land.area * (1 - measured / np.where(limit > 0, limit, np.nan))
    surplus = np.fmin(surplus, land.area - land.number("footprint_m2"))
    where = where & _standing(land, "split_surplus") & (surplus > NOISE_M2)
    return land.write(
        "split_surplus",
        _WHY["split_surplus"],
        where,
        {
            "stage": _stage(land, where),
            "far": _ratio(measured[where]),
            "floor": _ratio(limit[where]),
            "surplus": area_texts(surplus[where]),
        },
        area_m2=surplus[where],
    )


def _rearrange(land: Land) -> pd.DataFrame:
    """Study the layout where buildings take too little ground, or administration too much."""
    thin, admin = land.verdicts("far.building_coefficient"), land.verdicts("far.admin_land")
    facts = [
        _said(
            thin,
            (
                "建筑系数{measured:.1%}低于下限{limit:.1%}",
                "the building coefficient {measured:.1%} is below the minimum {limit:.1%}",
            ),
        ),
        _said(
            admin,
            (
                "行政办公及生活服务设施用地比重{measured:.1%}高于上限{limit:.1%}",
                "administrative and living land {measured:.1%} is above the maximum {limit:.1%}",
            ),
        ),
    ]
    zh, en = joined_facts(len(land.parcels), facts)
    where = _standing(land, "rearrange") & (zh != "")
    gain = (thin["limit"] - thin["measured"]).fillna(0) + (
        admin["measured"] - admin["limit"]
    ).fillna(0)
    return land.write(
        "rearrange",
        _WHY["rearrange"],
        where,
        {"stage": _stage(land, where), "what": (zh[where], en[where])},
        area_m2=(gain.to_numpy() * land.area)[where],
    )


def land_actions(
    parcels: pd.DataFrame,
    findings: pd.DataFrame,
    policy: Policy,
    *,
    draft: bool = False,
    transfers: pd.DataFrame | None = None,
    openings: pd.DataFrame | None = None,
    plan: pd.DataFrame | None = None,
) -> list[pd.DataFrame]:
    """Choose the actions that buildings, uses, green land and supply call for.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame with every column of `analyses.results.PARCEL_MEASURES`.
    findings : pandas.DataFrame
        In the contract of `analyses.results.FINDINGS`.
    policy : policies.model.Policy
        Says which uses may be intensified and whether green may be pooled.
    draft : bool
        The mixed-use clause is a draft for comment.
    transfers, openings, plan : pandas.DataFrame, optional
        Tables of the analyses: who gives green to whom, what might be shared, how land is supplied.

    Returns
    -------
    list of pandas.DataFrame
        Proposals (`analyses.action_rows.propose`).
    """
    land = Land(parcels, findings, policy)
    found = [
        *_far(land),
        *mixed_actions(land, draft=draft),
        *green_actions(land, transfers),
        *supply_actions(land, plan),
        *vacancy_actions(land),
        *sharing_actions(land, openings),
        *boundary_actions(land),
        *declared_actions(land),
    ]
    return [part for part in found if len(part)]
