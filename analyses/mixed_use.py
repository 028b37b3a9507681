"""Mixed use: which uses meet on a parcel, and whether a clause encourages them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.frames import joined_missing, no_rule_findings, numbers, texts, verdict_of
from analyses.outcome import Analysis
from layers.codes import USES
from policies.text import Text

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy, Rule

__all__ = ["FENCED_SHARE_MIN", "analyse_mixed_use"]

#: A parcel lies inside the fence if at least this share of it does.
FENCED_SHARE_MIN = 0.5

_DRAFT = ("（征求意见稿）", " (draft for comment)")


def analyse_mixed_use(
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    uses: pd.DataFrame | None = None,
) -> Analysis:
    """Say of each parcel whether the mixed-use clause lists all its uses.

    The uses of a parcel are its ``land_use`` and those of the uses table, proposed ones included;
    uses that the pack leaves untested are left out. The verdict is the first that applies:
    ``conflict`` (residents inside the fence), ``not_mixed`` (one use), ``no_basis`` (the policy
    has no such clause), ``no`` (not in a closed list), ``unknown`` (a use is not known, or living
    quarters where the fence is not known), ``undetermined`` (not in an open list, or a pilot
    without a list), ``yes``.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame with ``fenced_share`` (`analyses.zones.assign_zones`).
    policy : policies.model.Policy
        Gives ``mixed.list``, ``mixed.no_residents``, ``mixed.untested``.
    as_of : datetime.date
        The review date.
    uses : pandas.DataFrame, optional
        The uses table.

    Returns
    -------
    Analysis
        Measures ``mixed_verdict`` and ``mixed_uses`` (sorted, joined by +); findings
        ``mixed.no_residents``, ``mixed.list`` and, for commerce inside the fence,
        ``mixed.business_scope``.

    Notes
    -----
    The clauses encourage: what they do not list is not forbidden by them.
    """
    programme, unknown_use = _programme(parcels, uses)
    untested = _uses_of(policy, "mixed.untested")
    residents = _uses_of(policy, "mixed.no_residents")
    tested = [all_uses - untested for all_uses in programme]
    fenced = numbers(parcels, "fenced_share").to_numpy()
    inside = fenced >= FENCED_SHARE_MIN
    lives = np.array([bool(all_uses & residents) for all_uses in programme], dtype=bool)

    conflict = lives & inside
    fence_unknown = lives & np.isnan(fenced)
    listed = _against_list(policy, tested, unknown_use)
    verdict = np.where(conflict, "conflict", listed).astype(object)
    # An open question of residents stands before any answer that would let the mix pass.
    verdict[fence_unknown & np.isin(listed, ["undetermined", "yes"])] = "unknown"

    measures = pd.DataFrame(
        {
            "mixed_verdict": pd.Series(verdict, index=parcels.index, dtype="string"),
            "mixed_uses": pd.Series(
                ["+".join(sorted(some)) if some else pd.NA for some in tested],
                index=parcels.index,
                dtype="string",
            ),
        }
    )
    found = [_list_findings(parcels, policy, as_of, listed, tested)]
    if policy.has_rule("mixed.no_residents"):
        rule = policy.rule("mixed.no_residents")
        found.append(_resident_findings(parcels, rule, as_of, lives, unknown_use))
    if policy.has_rule("mixed.business_scope"):
        rule = policy.rule("mixed.business_scope")
        found.append(_scope_findings(parcels, rule, as_of, programme, inside))
    return Analysis(measures=measures, findings=concat_findings(found))


def _uses_of(policy: Policy, rule_id: str) -> frozenset[str]:
    return (
        frozenset(policy.rule(rule_id).value("uses")) if policy.has_rule(rule_id) else frozenset()
    )


def _programme(
    parcels: pd.DataFrame, uses: pd.DataFrame | None
) -> tuple[list[frozenset[str]], np.ndarray]:
    """Return the known uses of each parcel, and whether one of them is not known."""
    ids, own = texts(parcels, "parcel_id"), texts(parcels, "land_use")
    more: dict[str, set[str]] = {}
    blank: set[str] = set()
    if uses is not None:
        rows = zip(texts(uses, "parcel_id"), texts(uses, "use"), strict=True)
        for parcel, use in rows:
            if not isinstance(parcel, str):
                continue
            if isinstance(use, str):
                more.setdefault(parcel, set()).add(use)
            else:
                blank.add(parcel)
    programme, unknown = [], []
    for parcel, use in zip(ids, own, strict=True):
        listed = more.get(parcel, set()) if isinstance(parcel, str) else set()
        known = isinstance(use, str)
        programme.append(frozenset(listed | ({use} if known else set())))
        unknown.append(not known or parcel in blank)
    return programme, np.array(unknown, dtype=bool)


def _against_list(
    policy: Policy, tested: list[frozenset[str]], unknown_use: np.ndarray
) -> np.ndarray:
    """Return the verdict on each parcel's uses by the list alone."""
    has_list = policy.has_rule("mixed.list")
    kind = policy.rule("mixed.list").value("list_kind") if has_list else ""
    allowed = _uses_of(policy, "mixed.list")
    verdicts = []
    for some, blank in zip(tested, unknown_use, strict=True):
        if len(some) <= 1 and not blank:
            verdicts.append("not_mixed")
        elif not has_list:
            verdicts.append("no_basis")
        elif kind == "closed" and some - allowed and len(some) > 1:
            verdicts.append("no")
        elif blank:
            verdicts.append("unknown")
        elif kind == "pilot" or some - allowed:
            verdicts.append("undetermined")
        else:
            verdicts.append("yes")
    return np.array(verdicts, dtype=object)


#: How a list verdict reads as the verdict of a finding: "the rule's condition holds" = listed.
_AS_FINDING = {
    "not_mixed": "not_applicable",
    "no_basis": "not_applicable",
    "no": "no",
    "unknown": "unknown",
    "undetermined": "no",
    "yes": "yes",
}


def _named(uses: frozenset[str]) -> tuple[str, str]:
    """Name some uses in Chinese and English; a code without a label stands for itself."""
    labels = [USES.get(use, Text(use, use)) for use in sorted(uses)]
    if not labels:
        return "无", "none"
    return "、".join(label.zh for label in labels), ", ".join(label.en for label in labels)


def _list_findings(
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
    listed: np.ndarray,
    tested: list[frozenset[str]],
) -> pd.DataFrame:
    has_list = policy.has_rule("mixed.list")
    rule = policy.rule("mixed.list") if has_list else None
    draft = rule is not None and rule.status_at(as_of) == "draft"
    pilot = rule is not None and rule.value("list_kind") == "pilot"
    allowed = _uses_of(policy, "mixed.list")
    zh, en = [], []
    for code, some in zip(listed, tested, strict=True):
        named, named_en = _named(some)
        outside, outside_en = _named(some - allowed)
        text_zh, text_en = {
            "yes": (
                f"用途组合{named}：列入鼓励混合范围（须以规划条件、控规为准）。",
                f"Uses {named_en}: listed as encouraged (planning conditions and control plan prevail).",
            ),
            "no": (
                f"用途组合{named}：{outside}未列举，本条不能作为依据。",
                f"Uses {named_en}: {outside_en} not listed, this clause is no basis.",
            ),
            "undetermined": (
                f"用途组合{named}：条文为试点，未列举用途，须报请确定。"
                if pilot
                else f"用途组合{named}：{outside}未列举（开放清单），待定。",
                f"Uses {named_en}: the clause announces a pilot without a list, to be decided by the authority."
                if pilot
                else f"Uses {named_en}: {outside_en} not listed in an open list, undetermined.",
            ),
            "unknown": (
                f"用途不全（已知{named}），无法对照清单。",
                f"Not every use is known (known: {named_en}), no comparison with the list.",
            ),
            "not_mixed": (
                f"单一用途（{named}），不作混合用途检验。",
                f"Single use ({named_en}): not tested.",
            ),
            "no_basis": (
                "本地政策无混合用地条款，无依据可循。",
                "This jurisdiction has no mixed-use clause: there is no basis.",
            ),
        }[code]
        mark = _DRAFT if draft and code in {"yes", "no", "undetermined"} else ("", "")
        zh.append(text_zh + mark[0])
        en.append(text_en + mark[1])
    missing = np.where(listed == "unknown", "land_use", "")
    verdicts = Verdicts(
        [_AS_FINDING[code] for code in listed],
        zone_id=texts(parcels, "zone_id"),
        parcel_id=texts(parcels, "parcel_id"),
        missing=missing,
        note_zh=zh,
        note_en=en,
    )
    if rule is None:
        return no_rule_findings("mixed", "mixed.list", verdicts)
    return rule_findings(rule, as_of, verdicts)


def _resident_findings(
    parcels: pd.DataFrame, rule: Rule, as_of: date, lives: np.ndarray, unknown_use: np.ndarray
) -> pd.DataFrame:
    """Test whether living quarters stand inside the fence."""
    fenced = numbers(parcels, "fenced_share").to_numpy()
    inside, fence_unknown = fenced >= FENCED_SHARE_MIN, np.isnan(fenced)
    lacks = {
        "zones": fence_unknown & (lives | unknown_use),
        "land_use": (inside | fence_unknown) & ~lives & unknown_use,
    }
    missing = joined_missing(parcels.index, lacks)
    outside = ~inside & ~fence_unknown
    verdict = verdict_of(lives & inside, unknown=(missing != "").to_numpy(), not_applicable=outside)
    says = {
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
    verdicts = Verdicts(
        verdict,
        zone_id=texts(parcels, "zone_id"),
        parcel_id=texts(parcels, "parcel_id"),
        measured=fenced,
        limit=np.where(np.isnan(fenced), np.nan, FENCED_SHARE_MIN),
        unit="share",
        missing=missing,
        note_zh=[says[code][0] for code in verdict],
        note_en=[says[code][1] for code in verdict],
    )
    return rule_findings(rule, as_of, verdicts)


def _scope_findings(
    parcels: pd.DataFrame,
    rule: Rule,
    as_of: date,
    programme: list[frozenset[str]],
    inside: np.ndarray,
) -> pd.DataFrame:
    """Point to the business scope wherever commerce stands inside the fence."""
    sells = np.array([bool(some & frozenset(rule.value("uses"))) for some in programme], dtype=bool)
    where = sells & inside
    verdicts = Verdicts(
        np.full(int(where.sum()), "yes", dtype=object),
        zone_id=texts(parcels, "zone_id")[where],
        parcel_id=texts(parcels, "parcel_id")[where],
        note_zh="围网内商业用途：须对照综合保税区业务范围核实。",
        note_en="Commerce inside the fence: check it against the business scope of the zone.",
    )
    return rule_findings(rule, as_of, verdicts)
