"""What to find out and what to correct: unknown verdicts and faulty data, one row per parcel."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.action_rows import joined_by, propose
from analyses.frames import texts
from layers.contracts import CONTRACTS
from policies.text import Text

if TYPE_CHECKING:
    from policies.model import Policy

__all__ = ["find_out_actions", "fix_data_actions", "missing_label", "unknown_findings"]

_RULESETS = {
    "ruleset_2004": Text("2004年工业项目控制指标", "the 2004 control indicators"),
    "ruleset_2023": Text("2023年工业项目控制指标", "the 2023 control indicators"),
    "ruleset_current": Text("现行有效的规则", "the rule now in force"),
    "ruleset_supply": Text("供地时适用的标准", "the standard in force when the land was supplied"),
    "ruleset_m0": Text(
        "新型产业用地的地方配套比例", "the local shares of new-type industrial land"
    ),
    "ruleset_separation": Text("防护距离标准", "the distance to be kept"),
    "geometry": Text("图形", "geometry"),
}


@cache
def missing_label(name: str) -> Text:
    """Return how a reader calls what is missing: a column, a layer or a set of rules.

    Examples
    --------
    >>> missing_label("ruleset_2023").zh
    '2023年工业项目控制指标'
    >>> missing_label("quite_unknown").en
    'quite_unknown'
    """
    if name in _RULESETS:
        return _RULESETS[name]
    if name in CONTRACTS:
        return CONTRACTS[name].label
    table, _, column = name.partition(".")
    if table in CONTRACTS and column in CONTRACTS[table]:
        own, of = CONTRACTS[table].column(column).label, CONTRACTS[table].label
        return Text(f"{of.zh}的{own.zh}", f"{own.en} ({of.en})")
    for layer in ("parcels", "ledger", *CONTRACTS):
        if name in CONTRACTS[layer]:
            return CONTRACTS[layer].column(name).label
    return Text(name, name)


def unknown_findings(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the findings of parcels whose verdict is unknown."""
    unknown = findings["verdict"].eq("unknown").fillna(value=False) & findings["parcel_id"].notna()
    return findings.loc[unknown]


def _rule_title(policy: Policy, rule: str) -> Text:
    return policy.rule(rule).title if policy.has_rule(rule) else Text(rule, rule)


def _joined(rows: pd.DataFrame, name: str, places: np.ndarray, blank: str) -> pd.Series[Any]:
    """Join the distinct texts of each parcel in `places`, in the order of the rows; else null."""
    said = joined_by(rows["at"].tolist(), rows[name].tolist(), blank)
    return pd.Series([said.get(place) for place in places.tolist()], dtype="string")


def find_out_actions(
    parcels: pd.DataFrame, findings: pd.DataFrame, policy: Policy
) -> list[pd.DataFrame]:
    """Say for every parcel with unknown verdicts which facts are missing, exactly.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``parcel_id``.
    findings : pandas.DataFrame
        In the contract of `analyses.results.FINDINGS`.
    policy : policies.model.Policy
        Gives the rules' titles.

    Returns
    -------
    list of pandas.DataFrame
        At most one frame, with one row per parcel.
    """
    unknown = unknown_findings(findings)
    at = pd.Index(texts(parcels, "parcel_id")).get_indexer(pd.Index(unknown["parcel_id"]))
    rows = pd.DataFrame(
        {
            "at": at,
            "rule": unknown["rule"].to_numpy(),
            "missing": texts(unknown, "missing").fillna("").to_numpy(),
        }
    )
    rows = rows.loc[rows["at"] >= 0].sort_values(["at", "rule", "missing"], ignore_index=True)
    if rows.empty:
        return []
    titles = {rule: _rule_title(policy, rule) for rule in rows["rule"].unique()}
    rows["title_zh"] = rows["rule"].map({rule: title.zh for rule, title in titles.items()})
    rows["title_en"] = rows["rule"].map({rule: title.en for rule, title in titles.items()})
    lacks = rows[["at", "missing"]].drop_duplicates()
    lacks = lacks.assign(name=lacks["missing"].str.split(",")).explode("name")
    lacks = lacks.loc[lacks["name"].fillna("") != "", ["at", "name"]].sort_values(["at", "name"])
    labels = {name: missing_label(name) for name in lacks["name"].unique()}
    lacks["zh"] = lacks["name"].map({name: label.zh for name, label in labels.items()})
    lacks["en"] = lacks["name"].map({name: label.en for name, label in labels.items()})
    places = np.unique(rows["at"].to_numpy())
    zh = _joined(rows, "title_zh", places, "、")
    en = _joined(rows, "title_en", places, ", ")
    what_zh = _joined(lacks, "zh", places, "、").fillna("详见核查结论")
    what_en = _joined(lacks, "en", places, ", ").fillna("see the findings")
    why = (
        list("资料不足，无法判断：" + zh + "。缺：" + what_zh + "。"),
        list("Facts are missing to decide: " + en + ". Missing: " + what_en + "."),
    )
    rules = joined_by(rows["at"].tolist(), rows["rule"].tolist(), ",")
    return [propose("find_out", places, why, rules=[rules[place] for place in places.tolist()])]


def fix_data_actions(
    parcels: pd.DataFrame, findings: pd.DataFrame, problems: pd.DataFrame | None
) -> list[pd.DataFrame]:
    """Ask for the correction of faulty data of a parcel.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``parcel_id``.
    findings : pandas.DataFrame
        Those of the analysis ``data`` that need attention are taken.
    problems : pandas.DataFrame or None
        In the contract of `analyses.results.PROBLEMS`; warnings and errors whose id is a parcel.

    Returns
    -------
    list of pandas.DataFrame
        At most one frame, with one row per parcel.
    """
    of_data = findings["analysis"].eq("data").fillna(value=False) & findings["attention"].fillna(
        value=False
    )
    parts = [
        pd.DataFrame(
            {
                "id": findings.loc[of_data, "parcel_id"],
                "zh": findings.loc[of_data, "note_zh"],
                "en": findings.loc[of_data, "note_en"],
            }
        )
    ]
    if problems is not None and len(problems):
        wrong = problems["severity"].isin(["error", "warning"]) & problems["id"].notna()
        taken = problems.loc[wrong]
        zh = texts(taken, "what").fillna("")
        en = texts(taken, "what_en").fillna(zh)
        parts.append(pd.DataFrame({"id": taken["id"], "zh": zh, "en": en}))
    rows = pd.concat(parts, ignore_index=True)
    rows["at"] = pd.Index(texts(parcels, "parcel_id")).get_indexer(pd.Index(rows["id"]))
    rows = rows.loc[(rows["at"] >= 0) & rows["id"].notna()]
    if rows.empty:
        return []
    rows = rows.assign(zh=rows["zh"].fillna("").str.rstrip("。；"), en=rows["en"].fillna(""))
    rows["en"] = rows["en"].str.rstrip(".;")
    rows = rows.sort_values(["at", "zh"], ignore_index=True)
    places = np.unique(rows["at"].to_numpy())
    said_zh, said_en = _joined(rows, "zh", places, "；"), _joined(rows, "en", places, "; ")
    why = (
        list("资料有误：" + said_zh + "。更正后重新核查。"),
        list("Faulty data: " + said_en + ". To be corrected, then analysed again."),
    )
    return [propose("fix_data", places, why)]
