"""Mixed use: which uses meet on a parcel, and whether a clause encourages them together.

The verdict on the list stands alone. Shares, holding, neighbours and conversion are findings of
their own and never change it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, concat_findings
from analyses.frames import check_options, joined_missing, verdict_of
from analyses.mixed_compatibility import compatibility_findings
from analyses.mixed_conversion import conversion_findings
from analyses.mixed_facts import (
    FENCED_SHARE_MIN,
    RULESET,
    barred,
    mixed_facts,
    mixed_findings,
    uses_of,
    with_residents_of_buildings,
)
from analyses.mixed_holding import holding_findings
from analyses.mixed_list import against_list, list_findings
from analyses.mixed_openings import mixed_openings
from analyses.mixed_ratios import ratio_findings
from analyses.outcome import Analysis

if TYPE_CHECKING:
    from datetime import date

    from analyses.mixed_facts import MixedFacts
    from policies.model import Policy, Rule

__all__ = ["FENCED_SHARE_MIN", "MixedOptions", "analyse_mixed_use"]


class MixedOptions(TypedDict, total=False):
    """What a project may set.

    Attributes
    ----------
    reach_m : float
        How far a shared facility serves, in a straight line; without it none is looked for.
    """

    reach_m: float | None


def analyse_mixed_use(  # noqa: PLR0913 - every layer is an input of its own
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    uses: pd.DataFrame | None = None,
    measures: pd.DataFrame | None = None,
    facilities: pd.DataFrame | None = None,
    buildings: pd.DataFrame | None = None,
    ledger: pd.DataFrame | None = None,
    options: MixedOptions | None = None,
) -> Analysis:
    """Say of each parcel whether the mixed-use clause lists all its uses.

    The uses of a parcel are its ``land_use`` and those of the uses table, proposed ones included, and
    inside the fence living quarters that only the buildings' layer records;
    uses that the pack leaves untested are left out. The verdict is the first that applies:
    ``conflict`` (residents inside the fence), ``not_mixed`` (one use), ``no_basis`` (the policy
    has no such clause), ``no`` (not in a closed list), ``unknown`` (a use is not known, the clause
    no longer stands, or living quarters where the fence is not known), ``undetermined`` (not in an
    open list, or a pilot without a list), ``yes``.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        Contract frame with ``fenced_share`` (`analyses.zones.assign_zones`) and ``area_m2``.
    policy : policies.model.Policy
        Gives the rules ``mixed.*``.
    as_of : datetime.date
        The review date.
    uses : pandas.DataFrame, optional
        The uses table.
    measures : pandas.DataFrame, optional
        On the parcels' index: ``floor_area_m2``, ``floor_area_headroom_m2`` and ``idle_status``.
    facilities, buildings : geopandas.GeoDataFrame, optional
        What might be shared; vacant and let floor area, and living quarters.
    ledger : pandas.DataFrame, optional
        When the land was supplied; mortgage, seizure and dispute.
    options : MixedOptions, optional
        See there.

    Returns
    -------
    Analysis
        Measures ``mixed_verdict`` and ``mixed_uses`` (sorted, joined by +). Findings
        ``mixed.list``, ``mixed.no_residents``, ``mixed.business_scope``, and those of
        `analyses.mixed_ratios`, `analyses.mixed_holding`, `analyses.mixed_compatibility` and
        `analyses.mixed_conversion`, each only for parcels that its rule addresses. Table
        ``mixed_openings``.

    Raises
    ------
    ValueError
        For an option that does not exist.

    Notes
    -----
    The clauses encourage: what they do not list is not forbidden by them.
    """
    chosen: MixedOptions = options or {}
    check_options(chosen, MixedOptions.__annotations__, "mixed")
    facts = mixed_facts(parcels, policy, as_of, uses=uses, measures=measures, ledger=ledger)
    untested = uses_of(policy, "mixed.untested")
    residents = uses_of(policy, "mixed.no_residents")
    facts = with_residents_of_buildings(facts, buildings, residents)
    tested = [all_uses - untested for all_uses in facts.programme]
    lives = np.array([bool(all_uses & residents) for all_uses in facts.programme], dtype=bool)

    listed = against_list(facts, tested)
    stands = _stands(facts, "mixed.no_residents")
    verdict = np.where(lives & facts.inside & stands, "conflict", listed).astype(object)
    # An open question of residents stands before any answer that would let the mix pass.
    open_question = facts.fence_unknown | (facts.inside & (not stands))
    verdict[lives & open_question & np.isin(listed, ["undetermined", "yes"])] = "unknown"

    named = {some: "+".join(sorted(some)) if some else pd.NA for some in set(tested)}
    combined = pd.Series([named[some] for some in tested], index=parcels.index, dtype="string")
    measured = pd.DataFrame(
        {
            "mixed_verdict": pd.Series(verdict, index=parcels.index, dtype="string"),
            "mixed_uses": combined,
        }
    )
    found = [list_findings(facts, listed, tested)]
    if policy.has_rule("mixed.no_residents"):
        found.append(_resident_findings(facts, policy.rule("mixed.no_residents"), lives))
    if policy.has_rule("mixed.business_scope"):
        found.append(_scope_findings(facts, policy.rule("mixed.business_scope")))
    found += [
        *ratio_findings(facts),
        *holding_findings(facts),
        *compatibility_findings(facts),
        *conversion_findings(facts, lives=lives, buildings=buildings, ledger=ledger),
    ]
    openings = mixed_openings(
        facts,
        tested,
        verdict,
        facilities=facilities,
        buildings=buildings,
        reach_m=chosen.get("reach_m"),
    )
    return Analysis(
        measures=measured,
        findings=concat_findings(found),
        tables={"mixed_openings": openings},
    )


def _stands(facts: MixedFacts, rule_id: str) -> bool:
    """Whether the policy has the rule and its document stands on the review date."""
    policy = facts.policy
    return policy.has_rule(rule_id) and barred(policy.rule(rule_id), facts.as_of) is None


_RESIDENTS = {
    "yes": (
        "围网内安排居住（含宿舍）：除安全保卫人员外，区内不得居住，与封关管理要求冲突。",
        "Living quarters inside the fence: no one but security staff may live there, a conflict with the closed-zone rule.",
    ),
    "no": ("未见居住或宿舍用途。", "No residential or dormitory use is recorded."),
    "unknown": (
        "资料不足，无法判断是否在围网内居住。",
        "Facts are missing: whether anyone lives inside the fence is not established.",
    ),
    "not_applicable": ("宗地不在围网内，本条不适用。", "The parcel is not inside the fence."),
}


def _resident_findings(facts: MixedFacts, rule: Rule, lives: np.ndarray) -> pd.DataFrame:
    """Test whether living quarters stand inside the fence."""
    inside, fence_unknown = facts.inside, facts.fence_unknown
    unknown_use = (inside | fence_unknown) & ~lives
    lacks = {
        "zones": fence_unknown & (lives | facts.unknown_use),
        "land_use": unknown_use & facts.unknown_land_use,
        "uses.use": unknown_use & facts.unknown_row_use,
        RULESET: lives & inside & (barred(rule, facts.as_of) is not None),
    }
    missing = joined_missing(facts.parcels.index, lacks)
    outside = ~inside & ~fence_unknown
    verdict = verdict_of(lives & inside, unknown=(missing != "").to_numpy(), not_applicable=outside)
    verdicts = Verdicts(
        verdict,
        **facts.identity(np.ones(len(verdict), dtype=bool)),
        measured=facts.fenced_share,
        limit=np.where(fence_unknown, np.nan, FENCED_SHARE_MIN),
        unit="share",
        missing=missing,
        note_zh=[_RESIDENTS[code][0] for code in verdict],
        note_en=[_RESIDENTS[code][1] for code in verdict],
    )
    return mixed_findings(rule, facts.as_of, verdicts)


_SCOPE = {
    "yes": (
        "围网内商业用途：须对照综合保税区业务范围核实。",
        "Commerce inside the fence: check it against the business scope of the zone.",
    ),
    "unknown": (
        "有商业用途，但围网范围未知：如在围网内，须对照综合保税区业务范围核实。",
        "There is commerce and the fence is not known: inside it, check against the business scope of the zone.",
    ),
}


def _scope_findings(facts: MixedFacts, rule: Rule) -> pd.DataFrame:
    """Point to the business scope wherever commerce stands, or may stand, inside the fence."""
    scoped = frozenset(rule.value("uses"))
    sells = np.array([bool(some & scoped) for some in facts.programme], dtype=bool)
    where = sells & (facts.inside | facts.fence_unknown)
    ended = barred(rule, facts.as_of) is not None
    inside = facts.inside[where]
    verdict = np.where(inside & (not ended), "yes", "unknown").astype(object)
    said = np.where(inside, "yes", "unknown")
    verdicts = Verdicts(
        verdict,
        **facts.identity(where),
        missing=np.where(inside, RULESET if ended else "", "zones"),
        note_zh=[_SCOPE[code][0] for code in said],
        note_en=[_SCOPE[code][1] for code in said],
    )
    return mixed_findings(rule, facts.as_of, verdicts)
