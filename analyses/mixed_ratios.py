"""The ratios that come with mixed use: supporting facilities, research, new-type industrial land."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from analyses.findings import Verdicts
from analyses.frames import joined_missing, no_rule_findings, verdict_of
from analyses.mixed_anchor import OUTSIDE, supply_anchor
from analyses.mixed_facts import RULESET, barred, mixed_findings
from analyses.mixed_shares import Programme, Sum
from policies.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from analyses.mixed_anchor import SupplyAnchor
    from analyses.mixed_facts import MixedFacts
    from policies.model import Rule

__all__ = ["RATIO_RULES", "Ratio", "ratio_findings", "ratios"]

#: A share within this relative distance of its limit is at the limit.
_ROUNDING = 1e-9

#: The limits of each kind of land, by the rule that defines its supporting facilities.
RATIO_RULES = {
    "mixed.supporting": ("mixed.supporting_land", "mixed.supporting_floor", "mixed.research_floor"),
    "mixed.m0": ("mixed.m0_land", "mixed.m0_floor"),
}

_SUBJECT = {
    "mixed.supporting_land": Text("配套设施用地", "Land of supporting facilities"),
    "mixed.supporting_floor": Text("配套设施建筑面积", "Floor area of supporting facilities"),
    "mixed.research_floor": Text(
        "生产必需的研发等建筑面积", "Floor area of research that production needs"
    ),
    "mixed.m0_land": Text("新型产业用地配套用地", "Supporting land of new-type industrial land"),
    "mixed.m0_floor": Text(
        "新型产业用地配套建筑面积", "Supporting floor area of new-type industrial land"
    ),
}


@dataclass(frozen=True)
class Ratio:
    """One share of every parcel with its limits.

    Attributes
    ----------
    rule_id : str
        The rule that limits it.
    addressed : numpy.ndarray of bool
        Parcels to which it applies, or may apply.
    part : Sum
        The numerator.
    total : numpy.ndarray of float
        The denominator, m2; NaN where unknown.
    limit : numpy.ndarray of float
        NaN where it depends on the fence and that is not known.
    low, high : numpy.ndarray of float
        The limit inside the fence, and the one outside; equal where the pack has one.
    lacks : dict of str to numpy.ndarray of bool
        What is missing beside the numerator's columns.
    by_floor : numpy.ndarray of bool
        Where land is shared out by floor area.
    """

    rule_id: str
    addressed: np.ndarray
    part: Sum
    total: np.ndarray
    limit: np.ndarray
    low: np.ndarray
    high: np.ndarray
    lacks: dict[str, np.ndarray] = field(default_factory=dict)
    by_floor: np.ndarray | None = None

    def above(self, limit: np.ndarray | float) -> np.ndarray:
        """Say where the known part is above `limit`; at the limit is not above."""
        return np.asarray(self.part.m2 > np.asarray(limit) * self.total * (1 + _ROUNDING))


def ratios(facts: MixedFacts) -> list[Ratio]:
    """Return every ratio of the policy with its parts.

    Parameters
    ----------
    facts : MixedFacts
        The parcels, their programme and the policy.
    """
    found = []
    for scope, limits in RATIO_RULES.items():
        if not facts.policy.has_rule(scope):
            continue
        rule = facts.policy.rule(scope)
        outside = rule.value("outside_uses") if "outside_uses" in rule.parameters else ()
        programme = Programme(facts, frozenset(rule.value("main_uses")), frozenset(outside))
        addressed = np.isin(facts.land_use, list(rule.value("uses")))
        if scope == "mixed.supporting":
            addressed = addressed | facts.unknown_land_use
        found += [
            _ratio(programme, facts.policy.rule(rule_id), addressed)
            for rule_id in limits
            if facts.policy.has_rule(rule_id)
        ]
    return found


def _ratio(programme: Programme, rule: Rule, addressed: np.ndarray) -> Ratio:
    facts = programme.facts
    n = len(facts.parcels)
    low = np.full(n, float(rule.value("share_max")))
    high = low
    if OUTSIDE in rule.parameters:
        high = np.full(n, float(rule.value(OUTSIDE)))
    limit = _limit(facts, low, high)
    rows = programme.outside if rule.id == "mixed.research_floor" else programme.supporting
    lacks: dict[str, np.ndarray] = {"land_use": facts.unknown_land_use}
    by_floor = None
    if not rule.id.endswith("_land"):
        part, total = programme.floor(rows), programme.floor_total
        lacks["uses.floor_area_m2"] = np.isnan(total)
    else:
        site = facts.number("area_m2")
        part, total = programme.land(rows), np.where(site > 0, site, np.nan)
        lacks["area_net_m2"] = np.isnan(total)
        if rule.id == "mixed.supporting_land":
            # The indicators: land that cannot be told apart is shared out by floor area.
            floor = programme.floor(rows)
            by_floor = part.lacks["uses.land_area_m2"] & floor.complete
            by_floor &= ~np.isnan(programme.floor_total)
            shared = floor.m2 / programme.floor_total * total
            land = dict(part.lacks)
            land["uses.land_area_m2"] = land["uses.land_area_m2"] & ~by_floor
            part = Sum(np.where(by_floor, shared, part.m2), land)
    return Ratio(rule.id, addressed, part, total, limit, low, high, lacks, by_floor)


def _limit(facts: MixedFacts, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    limit = np.where(facts.inside, low, high)
    limit[facts.fence_unknown & (low != high)] = np.nan
    return limit


def ratio_findings(facts: MixedFacts) -> list[pd.DataFrame]:
    """Test every ratio; one finding for each parcel that its rule addresses.

    ``yes``: the share is above the maximum (at it is not). Where part of the programme is not
    known the verdict is unknown, unless what is known is above the maximum already. A project that
    was supplied is held to the maximum in force at its supply (`analyses.mixed_anchor`), a
    proposed programme to the one of the review date.

    Parameters
    ----------
    facts : MixedFacts
        The parcels, their programme and the policy.
    """
    return [*(_findings(facts, ratio) for ratio in ratios(facts)), _m0_without_limits(facts)]


def _m0_without_limits(facts: MixedFacts) -> pd.DataFrame:
    """Say of new-type industrial land that the pack in use has no shares for it."""
    policy, scope = facts.policy, "mixed.m0"
    absent = not any(policy.has_rule(rule_id) for rule_id in RATIO_RULES[scope])
    uses = policy.rule(scope).value("uses") if policy.has_rule(scope) else ()
    where = np.isin(facts.land_use, list(uses)) & absent
    verdicts = Verdicts(
        np.full(int(where.sum()), "unknown", dtype=object),
        **facts.identity(where),
        missing="ruleset_m0",
        note_zh="新型产业用地的配套比例由地方规定，本规则包未载入，无法检验。",
        note_en="The supporting shares of new-type industrial land are local; this pack has none: not tested.",
    )
    if not policy.has_rule(scope):
        return no_rule_findings("mixed", scope, verdicts)
    return mixed_findings(policy.rule(scope), facts.as_of, verdicts)


def _findings(facts: MixedFacts, ratio: Ratio) -> pd.DataFrame:
    rule = facts.policy.rule(ratio.rule_id)
    why = barred(rule, facts.as_of)
    anchor = supply_anchor(facts, rule)
    low, high = anchor.values(facts, ratio.low, ratio.high)
    ratio = replace(ratio, low=low, high=high, limit=_limit(facts, low, high))
    open_limit = np.isnan(ratio.limit)
    over = np.where(open_limit, ratio.above(ratio.high), ratio.above(ratio.limit))
    under = np.where(open_limit, ~ratio.above(ratio.low), ~over)
    lacks = {
        **{name: gap & ~over for name, gap in ratio.part.lacks.items()},
        **{name: gap.copy() for name, gap in ratio.lacks.items()},
    }
    if "uses.floor_area_m2" in ratio.lacks:
        gap = ratio.part.lacks["uses.floor_area_m2"] & ~over
        lacks["uses.floor_area_m2"] = gap | ratio.lacks["uses.floor_area_m2"]
    # A parcel without rows lacks the table, not one of its columns.
    for name in [name for name in lacks if name.startswith("uses.")]:
        lacks[name] = lacks[name] & ~ratio.part.lacks["uses"]
    known = ratio.part.complete & ~np.isnan(ratio.total)
    lacks["zones"] = open_limit & known & ~over & ~under
    lacks[RULESET] = ~anchor.by_supply & (why is not None)
    lacks |= anchor.lacks
    where = ratio.addressed
    missing = joined_missing(facts.parcels.index, lacks)[where]
    verdict = verdict_of(over[where], unknown=(missing != "").to_numpy())
    limit = np.where(open_limit, np.where(over, ratio.high, ratio.low), ratio.limit)
    share = np.where(known | over, ratio.part.m2 / ratio.total, np.nan)
    notes = _notes(facts, ratio, verdict, share[where], limit[where], (why, anchor))
    of_land = ratio.rule_id.endswith("_land")
    verdicts = Verdicts(
        verdict,
        **facts.identity(where),
        measured=share[where],
        limit=limit[where],
        unit="share",
        area_basis=facts.parcels["area_basis"][where]
        if of_land and "area_basis" in facts.parcels
        else None,
        missing=missing,
        note_zh=[zh for zh, _ in notes],
        note_en=[en for _, en in notes],
        by=[anchor.by[at] for at in np.flatnonzero(where)],
    )
    return mixed_findings(rule, facts.as_of, verdicts)


_ANSWER = {
    "yes": ("高于上限，须以规划条件和主管部门意见为准", "above the maximum, to be checked"),
    "no": ("未超过上限", "not above the maximum"),
    "unknown": ("资料不足，无法判断", "facts are missing"),
}
_OLD = (
    "已供应的项目以供地时的标准为准，现行标准不作追溯；供地日期或当时的标准未知，数值仅供参考。",
    "A supplied project keeps the standard of its supply, and the present one does not reach back; the date or that standard is not known, and the value is for reference.",
)
_THEN = (
    "适用供地时的标准。",
    "The standard in force when the land was supplied applies.",
)
_PARK = (
    "围网外园区的提高幅度主要用于宿舍型租赁住房，须经规划确定。",
    "Outside the fence the higher share is mainly for dormitory-type rental housing, as the plan says.",
)
_BY_FLOOR = (
    "用地无法分开，按建筑面积比例分摊。",
    "Land not told apart is shared out by floor area.",
)
_AT_LEAST = (
    "另有面积未知，实际不低于此数。",
    "Further areas are not known: the share is at least this.",
)


def _percent(value: float) -> tuple[str, str]:
    """Write a share so that a hair above its limit shows."""
    if np.isnan(value):
        return "未知", "unknown"
    text = f"{value * 100:.4f}".rstrip("0").rstrip(".") + "%"
    return text, text


def _notes(
    facts: MixedFacts,
    ratio: Ratio,
    verdict: np.ndarray,
    share: np.ndarray,
    limit: np.ndarray,
    standing: tuple[Text | None, SupplyAnchor],
) -> list[tuple[str, str]]:
    """Word the verdicts of the addressed parcels: figures, answer, reservations."""
    where = ratio.addressed
    subject = _SUBJECT[ratio.rule_id]
    of_land = ratio.rule_id.endswith("_land")
    base = ("用地面积", "site area") if of_land else ("总建筑面积", "all floor area")
    why, anchor = standing
    old = np.logical_or.reduce(list(anchor.lacks.values()))
    park = ~facts.inside & ~facts.fence_unknown & (ratio.low != ratio.high)
    by_floor = np.zeros(len(where), dtype=bool) if ratio.by_floor is None else ratio.by_floor
    extras = (
        (old[where], _OLD),
        ((anchor.by_supply & ~old)[where], _THEN),
        (park[where] & (share > ratio.low[where]), _PARK),
        (by_floor[where], _BY_FLOOR),
        ((~ratio.part.complete)[where] & (verdict == "yes"), _AT_LEAST),
    )
    then = anchor.by_supply[where]
    notes = []
    for i, code in enumerate(verdict.tolist()):
        value, most = _percent(share[i]), _percent(limit[i])
        answer = _ANSWER[code]
        tail = [text for mask, text in extras if mask[i]]
        notes.append(
            (
                f"{subject.zh}占{base[0]}{value[0]}，上限{most[0]}（含本数）：{answer[0]}。"
                + ("" if why is None or then[i] else f"{why.zh}原限值仅供参考。")
                + "".join(text[0] for text in tail),
                f"{subject.en} / {base[1]}: {value[1]}, maximum {most[1]} (inclusive): {answer[1]}."
                + ("" if why is None or then[i] else f" {why.en} The limit shown is for reference.")
                + "".join(f" {text[1]}" for text in tail),
            )
        )
    return notes
