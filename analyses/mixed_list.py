"""The uses of a parcel against the pack's list: open, closed, a pilot without a list, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyses.findings import Verdicts
from analyses.frames import joined_missing, no_rule_findings
from analyses.mixed_facts import RULESET, barred, mixed_findings, named_uses, uses_of
from policies.text import Text

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from analyses.mixed_facts import MixedFacts
    from policies.model import Policy

__all__ = ["against_list", "list_findings", "list_kind"]

#: How a list verdict reads as the verdict of a finding: "the rule's condition holds" = listed.
_AS_FINDING = {
    "not_mixed": "not_applicable",
    "no_basis": "not_applicable",
    "no": "no",
    "unknown": "unknown",
    "undetermined": "no",
    "yes": "yes",
}


def list_kind(policy: Policy, as_of: date) -> str:
    """Return ``open``, ``closed`` or ``pilot``; ``none`` without a clause, ``barred`` without force.

    Examples
    --------
    >>> from datetime import date
    >>> from policies import load_policy
    >>> [list_kind(load_policy(name), date(2026, 6, 30))
    ...  for name in ("jinan-2021", "zhejiang-2021-draft", "shanghai-2021", "shandong-2016")]
    ['open', 'closed', 'pilot', 'none']
    """
    if not policy.has_rule("mixed.list"):
        return "none"
    rule = policy.rule("mixed.list")
    return str(rule.value("list_kind")) if barred(rule, as_of) is None else "barred"


def against_list(facts: MixedFacts, tested: list[frozenset[str]]) -> np.ndarray:
    """Return the verdict on each parcel's uses by the list alone.

    Parameters
    ----------
    facts : MixedFacts
        The policy, its date, and where a use is not known.
    tested : list of frozenset of str
        The uses of each parcel that a list may name.
    """
    kind = list_kind(facts.policy, facts.as_of)
    allowed = uses_of(facts.policy, "mixed.list")
    answers: dict[tuple[frozenset[str], bool], str] = {}
    verdicts = []
    for key in zip(tested, facts.unknown_use.tolist(), strict=True):
        if key not in answers:
            answers[key] = _answer(key[0], kind, allowed, blank=key[1])
        verdicts.append(answers[key])
    return np.array(verdicts, dtype=object)


def _answer(some: frozenset[str], kind: str, allowed: frozenset[str], *, blank: bool) -> str:
    if len(some) <= 1 and not blank:
        return "not_mixed"
    if kind == "none":
        return "no_basis"
    if kind == "closed" and some - allowed and len(some) > 1:
        return "no"
    if blank or kind == "barred":
        return "unknown"
    return "undetermined" if kind == "pilot" or some - allowed else "yes"


_SAYS = {
    "yes": Text(
        "用途组合{named}：列入鼓励混合范围（须以规划条件、控规为准）。",
        "Uses {named}: listed as encouraged (planning conditions and control plan prevail).",
    ),
    "no": Text(
        "用途组合{named}：{outside}未列举，本条不能作为依据。",
        "Uses {named}: {outside} not listed, this clause is no basis.",
    ),
    "pilot": Text(
        "用途组合{named}：条文为试点，未列举用途，须报请确定。",
        "Uses {named}: the clause announces a pilot without a list, to be decided by the authority.",
    ),
    "undetermined": Text(
        "用途组合{named}：{outside}未列举（开放清单），待定。",
        "Uses {named}: {outside} not listed in an open list, undetermined.",
    ),
    "unknown": Text(
        "用途不全（已知{named}），无法对照清单。",
        "Not every use is known (known: {named}), no comparison with the list.",
    ),
    "barred": Text(
        "用途组合{named}：{why}无法对照清单。",
        "Uses {named}: no comparison with the list. {why}",
    ),
    "not_mixed": Text(
        "单一用途（{named}），不作混合用途检验。", "Single use ({named}): not tested."
    ),
    "planned": Text(
        "用途表没有该宗地的记录，只有规划用途（{named}），按单一用途不作检验。",
        "The uses table has no row of this parcel; its planned use alone ({named}) is a single use: not tested.",
    ),
    "no_basis": Text(
        "本地政策无混合用地条款，无依据可循。",
        "This jurisdiction has no mixed-use clause: there is no basis.",
    ),
}

#: New-type industrial land has no national code and is registered as industrial land with a remark.
_AS_INDUSTRY = Text(
    "新型产业用地没有国标代码，登记为工业用地并注明；能否按工业对照清单，由主管部门确定。",
    " New-type industrial land has no national code and is registered as industrial land with a remark; whether the list's industry covers it is for the authority to say.",
)


def list_findings(
    facts: MixedFacts, listed: np.ndarray, tested: list[frozenset[str]]
) -> pd.DataFrame:
    """Write the list verdict of every parcel.

    Parameters
    ----------
    facts : MixedFacts
        See there.
    listed : numpy.ndarray of str
        What `against_list` returned.
    tested : list of frozenset of str
        The uses behind it.
    """
    policy = facts.policy
    rule = policy.rule("mixed.list") if policy.has_rule("mixed.list") else None
    why = None if rule is None else barred(rule, facts.as_of)
    kind = list_kind(policy, facts.as_of)
    allowed = uses_of(policy, "mixed.list")
    blank = facts.unknown_use
    wording = listed.copy()
    wording[(listed == "undetermined") & (kind == "pilot")] = "pilot"
    wording[(listed == "unknown") & ~blank] = "barred"
    rows_n = facts.count(np.ones(len(facts.rows.use), dtype=bool))
    wording[(listed == "not_mixed") & (rows_n == 0)] = "planned"
    written: dict[tuple[str, frozenset[str]], tuple[str, str]] = {}
    notes = []
    for code, some in zip(wording.tolist(), tested, strict=True):
        if (code, some) not in written:
            named, outside = named_uses(some), named_uses(some - allowed)
            more = (
                _AS_INDUSTRY if code in {"no", "undetermined"} and "m0" in some - allowed else None
            )
            written[code, some] = (
                _SAYS[code].zh.format(named=named[0], outside=outside[0], why=why and why.zh)
                + (more.zh if more else ""),
                _SAYS[code].en.format(named=named[1], outside=outside[1], why=why and why.en)
                + (more.en if more else ""),
            )
        notes.append(written[code, some])
    unknown = listed == "unknown"
    missing = joined_missing(
        facts.parcels.index,
        {
            "land_use": unknown & facts.unknown_land_use,
            "uses.use": unknown & facts.unknown_row_use,
            RULESET: unknown & (why is not None),
        },
    )
    verdicts = Verdicts(
        [_AS_FINDING[code] for code in listed],
        **facts.identity(np.ones(len(listed), dtype=bool)),
        missing=missing,
        note_zh=[zh for zh, _ in notes],
        note_en=[en for _, en in notes],
    )
    if rule is None:
        return no_rule_findings("mixed", "mixed.list", verdicts)
    return mixed_findings(rule, facts.as_of, verdicts)
