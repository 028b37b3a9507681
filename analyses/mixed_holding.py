"""Who holds what: self-held against for sale, supporting parts sold apart, single use or mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.findings import Verdicts
from analyses.frames import flags, joined_missing, verdict_of
from analyses.mixed_facts import RULESET, barred, mixed_findings, uses_of
from analyses.mixed_shares import Programme

if TYPE_CHECKING:
    from analyses.mixed_facts import MixedFacts
    from policies.model import Rule

__all__ = ["holding_findings"]

#: A share within this relative distance of its limit is at the limit.
_ROUNDING = 1e-9


def holding_findings(facts: MixedFacts) -> list[pd.DataFrame]:
    """Return the findings of ``mixed.self_held``, ``mixed.m0_transfer`` and ``mixed.single_use``.

    Each is made only where the policy has the rule, and only for parcels that it addresses.

    Parameters
    ----------
    facts : MixedFacts
        The parcels, their programme and the policy.
    """
    tests = {
        "mixed.self_held": _self_held,
        "mixed.m0_transfer": _m0_transfer,
        "mixed.single_use": _single_use,
    }
    return [
        test(facts, facts.policy.rule(rule_id))
        for rule_id, test in tests.items()
        if facts.policy.has_rule(rule_id)
    ]


def _write(
    facts: MixedFacts,
    rule: Rule,
    where: np.ndarray,
    answers: dict[str, tuple[str, str]],
    *,
    holds: np.ndarray,
    lacks: dict[str, np.ndarray],
    figures: tuple[np.ndarray, float] | None = None,
) -> pd.DataFrame:
    """Write the verdicts of the marked parcels; a rule that no longer stands answers nothing."""
    why = barred(rule, facts.as_of)
    lacks = {**lacks, RULESET: np.full(len(where), why is not None)}
    missing = joined_missing(facts.parcels.index, lacks)[where]
    verdict = verdict_of(holds[where], unknown=(missing != "").to_numpy())
    reason = ("", "") if why is None else (why.zh, f" {why.en}")
    verdicts = Verdicts(
        verdict,
        **facts.identity(where),
        measured=np.nan if figures is None else figures[0][where],
        limit=np.nan if figures is None else figures[1],
        unit=None if figures is None else "share",
        missing=missing,
        note_zh=[answers[code][0] + reason[0] for code in verdict],
        note_en=[answers[code][1] + reason[1] for code in verdict],
    )
    return mixed_findings(rule, facts.as_of, verdicts)


_SELF_HELD = {
    "yes": (
        "全部自持、不对外销售：地方条款关于自持的条件成立。",
        "All of it is self-held and none is for sale: the local clause's condition of holding is met.",
    ),
    "no": (
        "有部分对外销售或并非全部自持：地方条款关于自持的条件不成立；这不等于须补缴价款，仍须核对国家规定。",
        "Part is for sale or not self-held: the local clause's condition is not met. This does not mean that a price is due; the national rule is still to be checked.",
    ),
    "unknown": (
        "持有方式不全，无法判断是否全部自持。",
        "Not every holding is known: whether all of it is self-held is not established.",
    ),
}


def _self_held(facts: MixedFacts, rule: Rule) -> pd.DataFrame:
    """Test whether all is self-held: the rows of the table first, then the parcel's own record."""
    held = facts.rows.held
    own = flags(facts.parcels, "self_held")
    says_yes = own.fillna(value=False).to_numpy(dtype=bool)
    says_no = own.eq(other=False).fillna(value=False).to_numpy(dtype=bool)
    rows_n = facts.count(np.ones(len(held), dtype=bool))
    all_self = (rows_n > 0) & (facts.count(held == "self") == rows_n)
    sold = (facts.count(held == "sale") > 0) | says_no
    unknown = ~sold & ~all_self & ~says_yes
    where = np.isin(facts.land_use, list(rule.value("uses")))
    lacks = {"uses.held": unknown & (rows_n > 0), "self_held": unknown}
    return _write(facts, rule, where, _SELF_HELD, holds=~sold, lacks=lacks)


_M0_TRANSFER = {
    "yes": (
        "配套部分登记为对外销售：配套不得单独转让，请核实。",
        "Supporting parts are recorded as for sale: they may not be transferred apart; to be looked into.",
    ),
    "no": ("配套部分均为自持。", "All supporting parts are self-held."),
    "unknown": (
        "配套部分的持有方式未知，无法判断是否单独转让。",
        "How the supporting parts are held is not known.",
    ),
}


def _m0_transfer(facts: MixedFacts, rule: Rule) -> pd.DataFrame:
    """Test whether supporting parts of new-type industrial land are for sale."""
    programme = Programme(facts, uses_of(facts.policy, "mixed.m0", "main_uses"))
    supporting, held = programme.supporting, facts.rows.held
    sold = facts.count(supporting & (held == "sale")) > 0
    doubts = programme.floor(supporting).lacks
    lacks = {name: doubts[name] & ~sold for name in ("uses", "uses.use", "uses.role")}
    lacks["uses.held"] = (facts.count(supporting & (held == "")) > 0) & ~sold
    where = np.isin(facts.land_use, list(uses_of(facts.policy, "mixed.m0")))
    return _write(facts, rule, where, _M0_TRANSFER, holds=sold, lacks=lacks)


_SINGLE_USE = {
    "yes": (
        "两种以上用途的建筑面积比例均超过界线，按混合用地看待。",
        "Two or more uses each exceed the share of floor area: a mixed parcel.",
    ),
    "no": (
        "只有一种用途的建筑面积比例超过界线，按单一用地看待。",
        "Only one use exceeds the share of floor area: a single-use parcel.",
    ),
    "unknown": (
        "各用途建筑面积不全，无法区分单一用地和混合用地。",
        "Not every use's floor area is known: single or mixed is not established.",
    ),
}


def _single_use(facts: MixedFacts, rule: Rule) -> pd.DataFrame:
    """Test whether two uses each exceed the pack's share of floor area; at it is not above."""
    rows, n = facts.rows, len(facts.parcels)
    counted = ~np.isin(rows.use, list(uses_of(facts.policy, "mixed.untested")))
    frame = pd.DataFrame(
        {"parcel": rows.parcel[counted], "use": rows.use[counted], "floor": rows.floor_m2[counted]}
    )
    sums = frame.groupby(["parcel", "use"])["floor"].sum().reset_index()
    sums = sums.sort_values(["parcel", "floor"], ascending=[True, False], kind="stable")
    nth = sums.groupby("parcel").cumcount().to_numpy()
    second = np.zeros(n)
    second[sums["parcel"].to_numpy()[nth == 1]] = sums["floor"].to_numpy()[nth == 1]
    total = facts.total(rows.floor_m2, counted)
    share = np.divide(second, total, out=np.full(n, np.nan), where=total > 0)
    limit = float(rule.value("share_min"))
    has_rows = facts.count(counted) > 0
    lacks = {
        "uses.use": facts.unknown_row_use,
        "uses.floor_area_m2": (facts.count(counted & np.isnan(rows.floor_m2)) > 0) | ~(total > 0),
    }
    gaps = np.logical_or.reduce(list(lacks.values()))
    return _write(
        facts,
        rule,
        has_rows,
        _SINGLE_USE,
        holds=share > limit * (1 + _ROUNDING),
        lacks=lacks,
        figures=(np.where(gaps, np.nan, share), limit),
    )
