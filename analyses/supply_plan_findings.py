"""What the plan comes to: one verdict for each zone, and the problems of a plan that cannot be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyses.findings import Verdicts, rule_findings
from analyses.results import PROBLEMS
from analyses.supply_rows import M2_PER_HA, rows_of
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from analyses.supply_optimise import Limit
    from analyses.supply_plan import PlanOutcome
    from policies.model import Policy

__all__ = ["plan_findings", "plan_problems"]

#: So many broken limits are told in a note.
_TOLD = 4
#: So many parcels are named.
_NAMED = 5
#: What keeps a parcel out of a plan, in short, by the codes of `analyses.supply_plan`.
_AGAINST = {
    "ready": Text("供应条件未全部具备", "not every condition of supply is met"),
    "readiness": Text("已具备条件比例不足", "too few conditions of supply are met"),
    "usable": Text("不能单独供应", "no site by itself"),
    "status": Text("供应状态尚不能供应", "not to be supplied yet by its status"),
    "outside": Text("在批准四至以外", "outside the approved boundary"),
    "cost": Text("前期费用未知", "cost unknown"),
    "area": Text("面积未知", "area unknown"),
}
#: Those that leave a limit untested, and what is missing.
_BLIND = {"cost": "parcels.supply_cost_wan", "area": "parcels.area_m2"}
#: A gap up to this is none: the solver reckons in floating point.
_PROVEN = 1e-9
#: Zone, verdict, count, what is missing and both notes of no zone at all.
_NOTHING: tuple[tuple[str, ...], ...] = ((), (), (), (), (), ())


def plan_findings(
    outcome: PlanOutcome, candidates: pd.DataFrame, policy: Policy, as_of: date
) -> pd.DataFrame:
    """Say of each zone whether the plan keeps every target and limit; unknown where one is not tested."""
    plan = outcome.plan
    facts = []
    for zone in sorted(set(candidates["zone_id"].dropna().tolist())):
        own = plan[(plan["zone_id"] == zone) & plan["chosen"]]
        broken = [pair for pair in outcome.broken if pair[0].zone_id in {zone, None}]
        untested = [text for name, text in outcome.untested if name == zone]
        lowered = [text for name, text in outcome.lowered if name == zone]
        against = [(parcel, code) for name, parcel, code in outcome.against if name == zone]
        blind = {code for _, code in against} & set(_BLIND)
        area = float(own["area_m2"].sum())
        zh = f"列入{len(own)}宗，{area / M2_PER_HA:,.4f}公顷。"
        en = f"{len(own)} parcels with {area / M2_PER_HA:,.4f} ha."
        if not outcome.feasible:
            zh, en = (
                "没有方案能同时满足编辑稿所定和各项限额。",
                "No plan keeps both what was decided and the limits.",
            )
        for limit, value in broken[:_TOLD]:
            said = _broken(limit, value)
            zh, en = zh + said[0], f"{en} {said[1]}"
        if against:
            said = _against(against)
            zh, en = zh + said[0], f"{en} {said[1]}"
        for text in [*untested, *lowered]:
            zh, en = f"{zh}{text.zh}。", f"{en} {text.en}."
        if outcome.gap > _PROVEN:
            zh, en = (
                f"{zh}与最优方案的差距不超过{outcome.gap:.2%}。",
                f"{en} At most {outcome.gap:.2%} from the best.",
            )
        gaps = ["zones.base"] if untested else []
        gaps += [_BLIND[code] for code in sorted(blind)]
        if outcome.unread_n:
            gaps.append("plan.quarter")
            zh = f"{zh}编辑稿有{outcome.unread_n}行不能采用，见 problems.csv。"
            en = (
                f"{en} {outcome.unread_n} rows of the edited plan cannot be used: see problems.csv."
            )
        unfit = broken or not outcome.feasible or len(blind) < len({code for _, code in against})
        verdict = "no" if unfit else "unknown" if gaps else "yes"
        facts.append((zone, verdict, len(own), ",".join(gaps), zh, en))
    zones, verdicts, counts, missing, zh_notes, en_notes = (
        zip(*facts, strict=True) if facts else _NOTHING
    )
    return rule_findings(
        policy.rule("supply.plan"),
        as_of,
        Verdicts(
            verdict=list(verdicts),
            zone_id=list(zones),
            measured=np.array(counts, dtype=float),
            missing=[
                gap if verdict == "unknown" else ""
                for verdict, gap in zip(verdicts, missing, strict=True)
            ],
            note_zh=list(zh_notes),
            note_en=list(en_notes),
        ),
    )


def _against(pairs: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Name what a planner put in against the conditions of the plan: the first five and the count."""
    named = [(parcel, _AGAINST[code]) for parcel, code in pairs[:_NAMED]]
    zh = "、".join(f"{parcel}（{label.zh}）" for parcel, label in named)
    en = ", ".join(f"{parcel} ({label.en})" for parcel, label in named)
    more = ("等", " and others") if len(pairs) > _NAMED else ("", "")
    return (
        f"编辑稿列入而不符合列入条件的{len(pairs)}宗：{zh}{more[0]}。",
        f"{len(pairs)} put in by the planner do not meet the conditions of the plan: {en}{more[1]}.",
    )


def _broken(limit: Limit, value: float) -> tuple[str, str]:
    """Write by how much a limit is missed, hectares for areas."""
    scale, unit = (M2_PER_HA, ("公顷", "ha")) if limit.unit == "m2" else (1.0, ("万元", "wan"))
    if value < limit.low:
        gap = (limit.low - value) / scale
        return (
            f"{limit.label.zh}少{gap:,.4f}{unit[0]}。",
            f"{limit.label.en}: {gap:,.4f} {unit[1]} short.",
        )
    gap = (value - limit.high) / scale
    return (
        f"{limit.label.zh}超{gap:,.4f}{unit[0]}。",
        f"{limit.label.en}: {gap:,.4f} {unit[1]} over.",
    )


def plan_problems(outcome: PlanOutcome) -> pd.DataFrame:
    """Tell of what was not tested, of a plan that cannot be made and of one not proven best."""
    rows: list[tuple[str, str, str]] = [
        ("plan_limit_untested", f"{text.zh}。", f"{text.en}.") for _, text in outcome.untested
    ]
    if not outcome.feasible:
        rows.append(
            (
                "plan_infeasible",
                "编辑稿所定的宗地和季度与限额矛盾，未能排出计划。",
                "What the edited plan decides contradicts the limits: no plan was made.",
            )
        )
    if outcome.gap > outcome.gap_share + _PROVEN:
        rows.append(
            (
                "plan_not_proven",
                f"供地计划未证明为最优，差距不超过{outcome.gap:.2%}。",
                f"The plan is not proven best: at most {outcome.gap:.2%} away.",
            )
        )
    return _problems(rows)


def _problems(rows: Sequence[tuple[str, str, str]]) -> pd.DataFrame:
    return rows_of(
        PROBLEMS,
        {
            "severity": "warning",
            "layer": "plan",
            "code": [code for code, _, _ in rows],
            "what": [zh for _, zh, _ in rows],
            "what_en": [en for _, _, en in rows],
            "proposal": "核对 [supply] 的限额与所缺资料",
            "proposal_en": "check the limits of [supply] and what is missing",
        },
        len(rows),
    )
