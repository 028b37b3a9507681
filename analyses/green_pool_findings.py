"""The verdicts on what follows for a parcel: what it gives, its roofs, plans, freed ground, planting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analyses.findings import Verdicts, rule_findings
from analyses.frames import texts, verdict_of
from analyses.green_credit import RULE as CREDIT

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from analyses.green_findings import GreenFacts
    from policies.model import Policy

__all__ = [
    "freed_findings",
    "moved_findings",
    "plan_findings",
    "planting_findings",
    "roof_findings",
]


def moved_findings(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Say of each parcel what the balance calculation moves to or from it."""
    given, received = facts.measures["green_given_m2"], facts.measures["green_received_m2"]
    where = ((given > 0) | (received > 0)).to_numpy(dtype=bool)
    zh, en = [], []
    for out, into in zip(given[where], received[where], strict=True):
        way = ("调出", "given") if out > 0 else ("调入", "received")
        zh.append(
            f"统筹平衡测算方案：本宗地{way[0]}绿地指标{max(out, into):,.1f}㎡。测算不产生权利，须依程序修改绿地率规划条件。"
        )
        en.append(
            f"Balance calculation: {max(out, into):,.1f} m2 of green {way[1]}. It gives no right: the green condition would have to be revised by procedure."
        )
    return rule_findings(
        policy.rule("green.pooling"),
        as_of,
        Verdicts(
            np.full(int(where.sum()), "yes", dtype=object),
            zone_id=texts(facts.parcels, "zone_id")[where],
            parcel_id=texts(facts.parcels, "parcel_id")[where],
            measured=(received - given)[where],
            unit="m2",
            note_zh=zh,
            note_en=en,
        ),
    )


def roof_findings(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Say what of a parcel's roof and wall greening stands for green land, and why not more."""
    rule, credit = policy.rule(CREDIT), facts.credit
    where = ((credit["roof_m2"] > 0) | (credit["wall_m2"] > 0)).to_numpy(dtype=bool)
    rows, parcels = credit.loc[where], facts.parcels.loc[where]
    says = {
        "": ("按规定折算", "converted by the rule"),
        "use": ("该用途不在折算范围", "the rule does not name this use"),
        "least_share": (
            "地面绿地未达到可折算的最低比例",
            "the ground does not reach the least share that allows it",
        ),
        "unconfirmed": (
            "折算规定的效力未核实，项目未注明适用，不计入",
            "the rule's validity is not verified and the project does not say that it applies",
        ),
    }
    zh, en = [], []
    row: Any
    for row in rows.itertuples():
        why_zh, why_en = says[str(row.why)]
        if row.missing:
            why_zh, why_en = f"缺{row.missing}，不计入", f"not counted, missing {row.missing}"
        drawn = row.roof_m2 + row.wall_m2
        zh.append(
            f"屋顶、垂直绿化{drawn:,.1f}㎡，折算计入{row.credit_m2:,.1f}㎡：{why_zh}。不属于地面绿地，不改变绿地率实测值。"
        )
        en.append(
            f"Roof and wall greening {drawn:,.1f} m2, of which {row.credit_m2:,.1f} m2 stand for green land: {why_en}. It is no green ground."
        )
    return rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict_of(
                (rows["why"] == "").to_numpy(dtype=bool),
                unknown=((rows["missing"] != "") | (rows["why"] == "unconfirmed")).to_numpy(bool),
                not_applicable=(rows["why"] == "use").to_numpy(dtype=bool),
            ),
            zone_id=texts(parcels, "zone_id"),
            parcel_id=texts(parcels, "parcel_id"),
            measured=rows["credit_m2"],
            limit=rows["creditable_m2"],
            unit="m2",
            missing=rows["missing"].mask(
                (rows["missing"] == "") & (rows["why"] == "unconfirmed"), "roof_credit"
            ),
            note_zh=zh,
            note_en=en,
        ),
    )


def plan_findings(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Name the parcels whose plans put the balance of their zone out."""
    rows = facts.plans.breaking
    return rule_findings(
        policy.rule("green.years"),
        as_of,
        Verdicts(
            np.full(len(rows), "no", dtype=object),
            zone_id=rows["zone_id"],
            parcel_id=rows["parcel_id"],
            measured=rows["taken_m2"],
            unit="m2",
            note_zh=[
                f"按计划于{year}年，本宗地使区绿地平衡减少{taken:,.1f}㎡，区内自该年起失衡。"
                for year, taken in zip(rows["year"], rows["taken_m2"], strict=True)
            ],
            note_en=[
                f"In {year} this parcel's plan takes {taken:,.1f} m2 from the zone's green balance, which breaks in that year."
                for year, taken in zip(rows["year"], rows["taken_m2"], strict=True)
            ],
        ),
    )


def freed_findings(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Say what a parcel could give up for building."""
    rows = facts.freed[facts.freed["parcel_id"].notna() & (facts.freed["freed_m2"] > 0)]
    names = {
        "parcel_floor": ("自身应保留的绿地", "what it has to keep"),
        "headroom": ("剩余可建计容面积", "its floor-area headroom"),
        "": ("区绿地率目标", "the zone's target"),
    }
    zh, en = [], []
    for freed, usable, binding in zip(
        rows["freed_m2"], rows["usable_floor_area_m2"], rows["binding"].fillna(""), strict=True
    ):
        by = [names[one] for one in str(binding).split(",")]
        use_zh = "剩余可建面积未知" if np.isnan(usable) else f"按一层可利用{usable:,.1f}㎡"
        use_en = "headroom unknown" if np.isnan(usable) else f"one storey uses {usable:,.1f} m2"
        zh.append(
            f"测算可释放绿地{freed:,.1f}㎡（{use_zh}），约束：{'、'.join(one[0] for one in by)}。须依程序修改绿地率规划条件。"
        )
        en.append(
            f"Calculated: {freed:,.1f} m2 of green could be freed ({use_en}); bound by {', '.join(one[1] for one in by)}. The green condition would have to be revised by procedure."
        )
    return rule_findings(
        policy.rule("green.freeing"),
        as_of,
        Verdicts(
            np.full(len(rows), "yes", dtype=object),
            zone_id=rows["zone_id"],
            parcel_id=rows["parcel_id"],
            measured=rows["freed_m2"],
            limit=rows["most_m2"],
            unit="m2",
            note_zh=zh,
            note_en=en,
        ),
    )


def planting_findings(facts: GreenFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Say how much could be planted on a parcel of a zone that is under its target."""
    sites = facts.sites[facts.sites["parcel_id"].notna()]
    rows = sites.groupby(["zone_id", "parcel_id"], as_index=False, sort=True).agg(
        plantable=("plantable_m2", lambda part: part.sum(skipna=False)),
        chosen=("chosen_m2", "sum"),
        missing=("missing", "max"),
    )
    zh, en = [], []
    for most, chosen, missing in zip(
        rows["plantable"], rows["chosen"], rows["missing"].fillna(""), strict=True
    ):
        if missing:
            zh.append(f"有空地，缺{missing}，不能判断可增绿面积。")
            en.append(f"There is open ground; what may be planted is not known: {missing}.")
            continue
        zh.append(f"空地可增绿{most:,.1f}㎡（不超上限），其中建议{chosen:,.1f}㎡以达到区目标。")
        en.append(
            f"{most:,.1f} m2 of open ground could be planted within the cap, {chosen:,.1f} m2 of it towards the zone's target."
        )
    return rule_findings(
        policy.rule("green.siting"),
        as_of,
        Verdicts(
            verdict_of(
                np.ones(len(rows), dtype=bool),
                unknown=(rows["missing"].fillna("") != "").to_numpy(dtype=bool),
            ),
            zone_id=rows["zone_id"],
            parcel_id=rows["parcel_id"],
            measured=rows["chosen"],
            limit=rows["plantable"],
            unit="m2",
            missing=rows["missing"].fillna(""),
            note_zh=zh,
            note_en=en,
        ),
    )
