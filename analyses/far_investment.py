"""Fixed investment per hectare against the minimum of its industry, where a pack states a table.

No shipped pack does: the tables of the control indicators are not certain enough. An office that has them
writes them into a pack of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.far_facts import FarFacts, basis, identity, stage_of
from analyses.far_industry import industry_minimum
from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.frames import both_missing, joined_missing, numbers, said, verdict_of

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from policies.model import Policy

__all__ = ["INVESTMENT_RULES", "investment_findings"]

#: The rules that may hold a table: one for the edition of 2008 or a local one, one for that of 2023.
INVESTMENT_RULES = ("far.investment", "far.investment_2023")

_COLUMN = "investment_min_wan_per_ha"

#: An investment within this relative distance of the minimum reaches it.
_ROUNDING = 1e-9

_SAYS = {
    "yes": ("低于下限", "below the minimum"),
    "no": ("不低于下限", "not below the minimum"),
    "unknown": ("资料不足或未能确定该下限是否适用", "facts are missing, or whether it applies"),
    "not_applicable": ("未竣工，不作检验", "not completed: not tested"),
}


def investment_findings(facts: FarFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Test the fixed investment per hectare of industrial land; nothing where no pack states a table.

    ``investment_per_ha_wan = fixed_investment_wan / (area_m2 / 10,000)``, below the table's value for
    the industry and the grade of the land. The table in force when the land was supplied decides;
    of two the stricter. Tested on completed projects alone.

    Parameters
    ----------
    facts : FarFacts
        See there.
    policy : policies.model.Policy
        ``far.investment`` and ``far.investment_2023``, where a pack has them.
    as_of : datetime.date
        The review date.
    """
    rules = [rule_id for rule_id in INVESTMENT_RULES if policy.has_rule(rule_id)]
    if not rules:
        return concat_findings([])
    table = industry_minimum(
        facts.parcels, policy, rules=rules, column=_COLUMN, ledger=facts.ledger
    )
    where = table["addressed"].to_numpy(dtype=bool)
    invested = numbers(facts.measures, "investment_per_ha_wan")
    stage = stage_of(facts.parcels)
    area = numbers(facts.parcels, "area_m2") > 0
    lacks = {
        "land_stage": stage.unknown,
        "fixed_investment_wan": numbers(facts.parcels, "fixed_investment_wan").isna().to_numpy(),
        "area_net_m2": ~area.to_numpy(dtype=bool),
    }
    own = joined_missing(facts.parcels.index, lacks)
    missing = both_missing(own, table["missing"].astype("string")).mask(stage.unfinished, "")
    limit = table["reference"]
    verdict = verdict_of(
        (invested < limit * (1 - _ROUNDING)).to_numpy(),
        unknown=(missing != "").to_numpy(),
        not_applicable=stage.unfinished,
    )
    notes = [
        (said(value), said(least), _SAYS[code])
        for value, least, code in zip(invested[where], limit[where], verdict[where], strict=True)
    ]
    return rule_findings(
        policy.rule(rules[0]),
        as_of,
        Verdicts(
            verdict[where],
            **identity(facts, where),
            measured=invested[where],
            limit=limit[where],
            unit="wan/ha",
            area_basis=basis(facts)[where],
            missing=missing[where],
            note_zh=[
                f"投资强度{value[0]}万元/公顷（固定资产总投资，含地价款），下限{least[0]}：{says[0]}。"
                for value, least, says in notes
            ],
            note_en=[
                f"Fixed investment {value[1]} wan per hectare (land price included), minimum {least[1]}: {says[1]}."
                for value, least, says in notes
            ],
            by=list(table["by"][where]),
        ),
    )
