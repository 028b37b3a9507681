"""What to find out and what to correct: unknown verdicts and faulty data, one row per parcel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.action_rows import joined_by, propose
from analyses.frames import numbers, texts
from analyses.missing_labels import missing_words
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.model import Policy

__all__ = ["find_out_actions", "fix_data_actions", "unknown_findings"]


def unknown_findings(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the findings of parcels whose verdict is unknown."""
    unknown = findings["verdict"].eq("unknown").fillna(value=False) & findings["parcel_id"].notna()
    return findings.loc[unknown]


def _rule_title(policy: Policy, rule: str) -> Text:
    return policy.rule(rule).title if policy.has_rule(rule) else Text(rule, rule)


#: Where a verdict does not name the column that it lacks.
_IN_FINDINGS = Text("核查结论所列资料", "what the findings name")


def _joined(rows: pd.DataFrame, name: str, places: np.ndarray, blank: str) -> pd.Series[Any]:
    """Join the distinct texts of each parcel in `places`, in the order of the rows; else null."""
    said = joined_by(rows["at"].tolist(), rows[name].tolist(), blank)
    return pd.Series([said.get(place) for place in places.tolist()], dtype="string")


def find_out_actions(
    parcels: pd.DataFrame, findings: pd.DataFrame, policy: Policy
) -> list[pd.DataFrame]:
    """Say for every parcel with unknown verdicts which facts would decide which of them, exactly.

    Verdicts that lack the same facts are told together: those on idle land first, then what decides most.

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
    rule, rules = pd.factorize(unknown["rule"].to_numpy(dtype=object), sort=True)
    lack, lacks = pd.factorize(
        texts(unknown, "missing").fillna("").to_numpy(dtype=object), sort=True
    )
    pair = rule * max(len(lacks), 1) + lack
    rows = pd.DataFrame({"at": at, "pair": pair}).loc[at >= 0].drop_duplicates()
    if rows.empty:
        return []
    rows = rows.sort_values(["at", "pair"], ignore_index=True)
    places, starts = np.unique(rows["at"].to_numpy(), return_index=True)
    pairs = np.split(rows["pair"].to_numpy(), starts[1:])
    told: dict[bytes, tuple[str, str, str]] = {}
    said = []
    for own in pairs:
        key = own.tobytes()
        if key not in told:
            verdicts = [(rules[code // len(lacks)], lacks[code % len(lacks)]) for code in own]
            told[key] = _what_decides(verdicts, policy)
        said.append(told[key])
    zh, en, named = (list(column) for column in zip(*said, strict=True))
    return [propose("find_out", places, (zh, en), rules=named)]


def _what_decides(verdicts: list[tuple[str, str]], policy: Policy) -> tuple[str, str, str]:
    """Word what would decide each of the unknown verdicts of a parcel, and name their rules."""
    by_lack: dict[str, list[str]] = {}
    for rule, lack in verdicts:
        by_lack.setdefault(lack, []).append(rule)
    order = sorted(
        by_lack, key=lambda lack: (not _of_idle(by_lack[lack]), -len(by_lack[lack]), lack)
    )
    zh, en = [], []
    for lack in order:
        titles = [_rule_title(policy, rule) for rule in by_lack[lack]]
        what = missing_words(lack.split(",")) if lack else _IN_FINDINGS
        zh.append(f"缺{what.zh}，不能判断{''.join(f'“{title.zh}”' for title in titles)}")
        en.append(f"{what.en} to decide: {'; '.join(title.en for title in titles)}")
    text = ". ".join(f"{part[:1].upper()}{part[1:]}" for part in en)
    rules = ",".join(dict.fromkeys(rule for rule, _ in verdicts))
    return f"资料不足：{'；'.join(zh)}。", f"Facts are missing. {text}.", rules


def _of_idle(rules: list[str]) -> bool:
    return any(rule.startswith("idle.") for rule in rules)


def _whose(
    problems: pd.DataFrame, tables: Mapping[str, pd.DataFrame | None]
) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs: the position of a problem, and the id of a parcel that it is about.

    A problem of the ledger or of the cases is about the parcel that its row names.
    """
    layer, name = texts(problems, "layer").fillna(""), texts(problems, "id")
    direct = np.flatnonzero(name.notna())
    at, ids = [direct], [name.to_numpy(dtype=object)[direct]]
    for table, key in (("ledger", "contract_no"), ("cases", "case_id")):
        rows = tables.get(table)
        of_table = np.flatnonzero(layer.eq(table).to_numpy(dtype=bool))
        if rows is None or len(of_table) == 0:
            continue
        if "source_row" in rows:
            keys = numbers(problems, "row"), numbers(rows, "source_row")
        else:
            keys = texts(problems, "id"), texts(rows, key)
        left = pd.DataFrame({"at": of_table, "key": keys[0].iloc[of_table].array})
        right = pd.DataFrame({"key": keys[1].array, "parcel": texts(rows, "parcel_id").array})
        both = left.dropna().merge(right.dropna().drop_duplicates(), on="key")
        at.append(both["at"].to_numpy())
        ids.append(both["parcel"].to_numpy(dtype=object))
    return np.concatenate(at), np.concatenate(ids)


def fix_data_actions(
    parcels: pd.DataFrame,
    findings: pd.DataFrame,
    problems: pd.DataFrame | None,
    tables: Mapping[str, pd.DataFrame | None],
) -> list[pd.DataFrame]:
    """Ask for the correction of faulty data of a parcel.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``parcel_id``.
    findings : pandas.DataFrame
        Those of the analysis ``data`` that need attention are taken.
    problems : pandas.DataFrame or None
        In the contract of `analyses.results.PROBLEMS`; warnings and errors about a parcel, or about a row
        of the ledger or the cases that names one.
    tables : mapping of str to pandas.DataFrame
        ``ledger`` and ``cases``, where there are any.

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
        wrong = problems["severity"].isin(["error", "warning"])
        taken = problems.loc[wrong].reset_index(drop=True)
        zh = texts(taken, "what").fillna("")
        en = texts(taken, "what_en").fillna(zh)
        at, whose = _whose(taken, tables)
        said = {"id": pd.array(whose, dtype="string"), "zh": zh.array[at], "en": en.array[at]}
        parts.append(pd.DataFrame(said))
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
