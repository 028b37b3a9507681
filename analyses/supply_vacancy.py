"""Floor space that stands vacant: what a clause lets its holder sublet, or asks to be put to use again.

A vacant workshop (闲置厂房) is no idle land (闲置土地): nothing here touches the idle status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.frames import numbers, texts
from analyses.idle_text import choose
from analyses.land_facts import NOISE_M2
from analyses.supply_stock import SERVING_USES
from policies.text import Text

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from policies.model import Policy, Rule

__all__ = ["VACANCY_RULES", "vacancy_findings"]

#: The rules that address vacant floor space; each stands in some packs only.
VACANCY_RULES = ("supply.sublet", "supply.reuse")

_NOTES = {
    "yes": Text(
        "已竣工永久建筑空置{floor}㎡；空置房屋不是闲置土地，如何利用由权利人决定。",
        "{floor} m2 of completed permanent buildings stand vacant; vacant floor space is no idle land, and what "
        "becomes of it is for the holder to decide.",
    ),
    "no": Text(
        "已竣工永久建筑没有登记的空置面积。",
        "No completed permanent building is recorded as vacant.",
    ),
    "stage": Text(
        "建设状态未登记，空置面积是否属已竣工房屋未知。",
        "The stage of building is not recorded, so whether the vacant floor space is completed is not known.",
    ),
    "vacancy": Text("空置面积未登记。", "Vacant floor area is not recorded."),
    "other": Text(
        "尚未竣工，或者不是本条所指用途：本条不适用。",
        "Not completed, or not of the uses of this clause: it does not apply.",
    ),
}


def vacancy_findings(
    parcels: pd.DataFrame, floors: pd.DataFrame, policy: Policy, as_of: date
) -> pd.DataFrame:
    """Say of each parcel whether completed floor space stands vacant, by the clauses that speak of it.

    Yes where some does, no where the record says none. Not recorded on a completed parcel, while the layer
    records it elsewhere: unknown. A layer that records no vacancy at all says nothing of any parcel.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``parcel_id``, ``land_use`` and ``land_stage``.
    floors : pandas.DataFrame
        Of `analyses.supply_stock.vacant_floors`, in the same order.
    policy : policies.model.Policy
        The rules `VACANCY_RULES` that its packs have.
    as_of : datetime.date
        The review date.

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> from policies import load_policy
    >>> land = pd.DataFrame({"parcel_id": ["a", "b", "c"], "land_stage": ["completed", "completed", None]})
    >>> floors = pd.DataFrame({"sublettable_floor_m2": [900.0, 0.0, 50.0]})
    >>> found = vacancy_findings(land, floors, load_policy("jinan-2021"), date(2026, 6, 30))
    >>> found["verdict"].tolist(), found["rule"].unique().tolist()
    (['yes', 'no', 'unknown'], ['supply.sublet'])
    """
    vacant = numbers(floors, "sublettable_floor_m2").to_numpy()
    if not np.isfinite(vacant).any():
        return concat_findings([])
    rules = [policy.rule(name) for name in VACANCY_RULES if policy.has_rule(name)]
    return concat_findings([_findings(parcels, vacant, rule, as_of) for rule in rules])


def _findings(parcels: pd.DataFrame, vacant: np.ndarray, rule: Rule, as_of: date) -> pd.DataFrame:
    stage = texts(parcels, "land_stage").fillna("").to_numpy(dtype=object)
    use = texts(parcels, "land_use").fillna("").to_numpy(dtype=object)
    addressed = np.ones(len(parcels), dtype=bool)
    if "uses" in rule.parameters:
        addressed = np.isin(use, [*rule.value("uses"), ""])
    completed, known = stage == "completed", np.isfinite(vacant)
    reason = choose(
        [
            ~addressed | ((stage != "") & ~completed),
            known & ~(vacant > NOISE_M2) & (completed | (stage == "")),
            ~known,
            ~completed,
        ],
        ["other", "no", "vacancy", "stage"],
        "yes",
    )
    if "uses" in rule.parameters:
        reason = np.where((use == "") & (reason == "yes"), "stage", reason)
    # Roads and greens have no workshops: what nobody asked of them is not missing.
    told = known | (completed & ~np.isin(use, SERVING_USES))
    at = np.flatnonzero(told)
    said = reason[at]
    lacking = {"vacancy": "vacant_floor_area_m2", "stage": "land_stage"}
    missing = [
        "land_use" if name == "stage" and stage[place] == "completed" else lacking.get(name, "")
        for name, place in zip(said, at, strict=True)
    ]
    size = [f"{value:,.0f}" for value in np.nan_to_num(vacant[at])]
    verdict = choose(
        [said == "yes", said == "no", said == "other"], ["yes", "no", "not_applicable"], "unknown"
    )
    return rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=verdict,
            zone_id=texts(parcels, "zone_id").iloc[at],
            parcel_id=texts(parcels, "parcel_id").iloc[at],
            measured=np.where(said == "other", np.nan, vacant[at]),
            unit="m2",
            missing=missing,
            note_zh=[
                _NOTES[name].zh.format(floor=text) for name, text in zip(said, size, strict=True)
            ],
            note_en=[
                _NOTES[name].en.format(floor=text) for name, text in zip(said, size, strict=True)
            ],
        ),
    )
