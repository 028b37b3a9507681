"""One paragraph per parcel, as a colleague would write it: what it is, what was found, what follows, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.data_actions import unknown_findings
from analyses.frames import texts
from analyses.land_facts import Land
from analyses.missing_labels import missing_words
from analyses.paragraph_actions import rows_of_parcels, what_follows
from analyses.paragraph_cases import case_rows
from analyses.paragraph_idle import idle_sentences
from analyses.paragraph_parts import far_sentences, green_sentences, identity, mixed_sentences
from analyses.results_paragraphs import PARAGRAPHS
from layers.columns import empty_frame

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy

__all__ = ["parcel_paragraphs"]

#: So many missing facts are told; of more the paragraph says how many.
_MISSING = 4
_FAULT_BYTES = 140


def parcel_paragraphs(
    parcels: pd.DataFrame,
    findings: pd.DataFrame,
    recommendations: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    contracts: pd.DataFrame | None = None,
    cases: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Write one paragraph per parcel in Chinese and in English.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame with every column of `analyses.results.PARCEL_MEASURES`.
    findings, recommendations : pandas.DataFrame
        In the contracts of `analyses.results`.
    policy : policies.model.Policy
        Says whether its mixed-use clause is a draft.
    as_of : datetime.date
        The review date.
    contracts : pandas.DataFrame, optional
        The table ``contracts`` of `analyses.idle.analyse_idle`.
    cases : pandas.DataFrame, optional
        The cases: decisions, payments and closed cases are told from them.

    Returns
    -------
    pandas.DataFrame
        In the contract `analyses.results_paragraphs.PARAGRAPHS`, in the order of the parcels.

    Examples
    --------
    >>> from datetime import date
    >>> from analyses.recommend import recommend
    >>> from analyses.results import FINDINGS
    >>> from policies import load_policy
    >>> parcels = pd.DataFrame({"parcel_id": ["p1"], "area_m2": [20000.0], "land_use": ["industrial"]})
    >>> policy, none, day = load_policy("national"), empty_frame(FINDINGS), date(2026, 6, 30)
    >>> advice = recommend(parcels, none, policy, day)
    >>> parcel_paragraphs(parcels, none, advice, policy, day)["text_zh"].iloc[0]
    'p1：工业用地，2.0000公顷（30.00亩）。所查各项均无须处理。'
    """
    land = Land(parcels, findings, policy)
    draft = policy.has_rule("mixed.list") and policy.rule("mixed.list").status_at(as_of) == "draft"
    rows = case_rows(land, contracts, cases, as_of)
    parts = [
        identity(land),
        idle_sentences(land, rows, as_of),
        far_sentences(land),
        mixed_sentences(land, draft=draft),
        green_sentences(land),
        what_follows(land, recommendations, rows, as_of),
        _what_is_missing(land, recommendations),
    ]
    frame = empty_frame(PARAGRAPHS, pd.RangeIndex(len(parcels)))
    frame["parcel_id"] = texts(parcels, "parcel_id").array
    frame["zone_id"] = texts(parcels, "zone_id").array
    for place, (lang, blank) in enumerate((("zh", ""), ("en", " "))):
        columns = [part[place] for part in parts]
        joined = [blank.join(filter(None, said)) for said in zip(*columns, strict=True)]
        frame[f"text_{lang}"] = pd.Series(joined, dtype="string").array
    return frame


def _what_is_missing(land: Land, recommendations: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Name what is missing to decide the rest, and that faulty data come first."""
    n = len(land.parcels)
    said = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    unknown = unknown_findings(land.findings)
    ids = pd.Index(texts(land.parcels, "parcel_id"))
    rows = pd.DataFrame(
        {
            "at": ids.get_indexer(pd.Index(unknown["parcel_id"])),
            "missing": texts(unknown, "missing").fillna("").to_numpy(dtype=object),
            "idle": unknown["analysis"].eq("idle").to_numpy(dtype=bool),
        }
    ).loc[lambda frame: frame["at"] >= 0]
    names = rows.assign(name=rows["missing"].str.split(",")).explode("name")
    names = names.loc[names["name"].fillna("") != ""]
    counts = names.groupby(["at", "name"], as_index=False).agg(
        n=("name", "size"), idle=("idle", "any")
    )
    # What idle land waits for first, then what decides the most.
    counts = counts.sort_values(["at", "idle", "n", "name"], ascending=[True, False, False, True])
    by_parcel: dict[int, list[str]] = {}
    for at, name in zip(counts["at"].tolist(), counts["name"].tolist(), strict=True):
        by_parcel.setdefault(at, []).append(name)
    worded: dict[tuple[str, ...], tuple[str, str]] = {}
    for at, missing in by_parcel.items():
        key = tuple(missing)
        if key not in worded:
            worded[key] = _missing_sentence(key)
        said[0][at], said[1][at] = worded[key]
    faulty = rows_of_parcels(land, recommendations.loc[recommendations["action"] == "fix_data"])
    wrong = zip(faulty["at"].tolist(), faulty["why_zh"], faulty["why_en"], strict=True)
    for at, zh, en in wrong:
        said[0][at] += _shortened(zh, "资料有误，须先更正。")
        blank = " " if said[1][at] else ""
        said[1][at] += blank + _shortened(en, "Data are faulty and to be corrected first.")
    return said


def _missing_sentence(names: tuple[str, ...]) -> tuple[str, str]:
    """Name the first missing facts, and say how many more there are."""
    words = missing_words(names[:_MISSING])
    rest = len(names) - _MISSING
    more = f"等{len(names)}项" if rest > 0 else ""
    said = words.en if rest <= 0 else f"{words.en.replace(' and ', ', ')} and {rest} more"
    return (
        f"尚缺{words.zh}{more}，相关各项未能判断。",
        f"Still missing: {said}; what rests on {'it' if len(names) == 1 else 'them'} is not decided.",
    )


def _shortened(text: str, otherwise: str) -> str:
    """Return what is wrong with the data, or only that something is, where it is long."""
    return text if len(text.encode("gb18030", errors="replace")) <= _FAULT_BYTES else otherwise
