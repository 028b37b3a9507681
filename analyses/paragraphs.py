"""One paragraph per parcel, as a colleague would write it: what it is, what was found, what follows, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.action_rows import area_texts, floor_texts
from analyses.data_actions import unknown_findings
from analyses.frames import numbers, texts
from analyses.idle_rules import IdleRules
from analyses.idle_text import day_texts, years_text
from analyses.land_facts import Land
from analyses.missing_labels import missing_label, missing_words
from analyses.paragraph_parts import (
    far_sentences,
    green_sentences,
    identity,
    idle_sentences,
    mixed_sentences,
)
from analyses.results_paragraphs import PARAGRAPHS
from layers.columns import empty_frame

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy
    from policies.text import Lang

__all__ = ["parcel_paragraphs"]

#: So many actions and missing facts are told; of more the paragraph says how many.
_ACTIONS, _MISSING = 3, 4
_FAULT_BYTES = 140
_OF_FLOORS = ("sublet_surplus", "reuse_workshop")
#: The day from which recovery may be proposed.
_SECOND = "idle_two_years_on"
_WEIGHTY = ("propose_fee", "propose_recovery", "remedy_art12", "swap_art12")
#: Told apart from what follows.
_OF_FACTS = ("find_out", "fix_data", "none")
_NOTHING = {"zh": "所查各项均无须处理。", "en": "Nothing calls for action in what was analysed."}


def parcel_paragraphs(
    parcels: pd.DataFrame,
    findings: pd.DataFrame,
    recommendations: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    contracts: pd.DataFrame | None = None,
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
    parts = [
        identity(land),
        idle_sentences(land, contracts, as_of),
        far_sentences(land),
        mixed_sentences(land, draft=draft),
        green_sentences(land),
        _what_follows(land, recommendations),
        _what_is_missing(land, recommendations),
    ]
    frame = empty_frame(PARAGRAPHS, pd.RangeIndex(len(parcels)))
    frame["parcel_id"] = texts(parcels, "parcel_id").array
    frame["zone_id"] = texts(parcels, "zone_id").array
    for place, (lang, blank) in enumerate((("zh", ""), ("en", " "))):
        columns = [part[place] for part in parts]
        joined = [blank.join(filter(None, row)) for row in zip(*columns, strict=True)]
        frame[f"text_{lang}"] = pd.Series(joined, dtype="string").array
    return frame


def _by_parcel(land: Land, rows: pd.DataFrame) -> pd.DataFrame:
    """Give recommendations the position of their parcel, in the order of priority."""
    at = pd.Index(texts(land.parcels, "parcel_id")).get_indexer(pd.Index(texts(rows, "parcel_id")))
    rows = rows.assign(at=at)
    return rows.loc[rows["at"] >= 0].sort_values(["at", "priority"], kind="stable")


def _what_follows(land: Land, recommendations: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Name the first actions with their dates and amounts; say so where there is nothing to do."""
    n = len(land.parcels)
    said = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    rows = _by_parcel(land, recommendations)
    none = rows.loc[rows["action"] == "none", "at"].to_numpy()
    said[0][none], said[1][none] = _NOTHING["zh"], _NOTHING["en"]
    rows = rows.loc[~rows["action"].isin(_OF_FACTS)]
    if rows.empty:
        return said
    rows = rows.assign(nth=rows.groupby("at").cumcount())
    count = rows.groupby("at").size()
    told = rows.loc[rows["nth"] < _ACTIONS]
    for place, lang in enumerate(("zh", "en")):
        items: dict[int, list[str]] = {}
        worded = _action_texts(land, told, "zh" if lang == "zh" else "en")
        for at, text in zip(told["at"].tolist(), worded, strict=True):
            items.setdefault(at, []).append(text)
        for at, texts_ in items.items():
            rest = int(count[at]) - len(texts_)
            if lang == "zh":
                more = f"等{count[at]}项" if rest > 0 else ""
                said[place][at] = f"建议：{'；'.join(texts_)}{more}。"
            else:
                more = f"; and {rest} more" if rest > 0 else ""
                said[place][at] = f"Recommended: {'; '.join(texts_)}{more}."
    return said


def _yields(land: Land, rows: pd.DataFrame, lang: Lang) -> list[str]:
    """Say what each action yields beyond its amount, or what stands beside it."""
    at = rows["at"].to_numpy()
    fees = land.number("fee_order53_wan")[at]
    second = pd.to_datetime(land.parcels[_SECOND]) if _SECOND in land.parcels else None
    full = None if second is None else second.iloc[at].to_numpy().astype("datetime64[D]")
    days = [""] * len(rows) if full is None else list(day_texts(full, lang))
    known = [False] * len(rows) if full is None else (~np.isnat(full)).tolist()
    years = years_text(IdleRules.of(land.policy).recovery_years, lang)
    found = []
    areas, floors = numbers(rows, "area_m2"), numbers(rows, "floor_area_m2")
    for code, area, floor, fee, day, dated in zip(
        rows["action"], areas, floors, fees, days, known, strict=True
    ):
        said = ("", "")
        if code == "split_surplus" and np.isfinite(area):
            sizes = area_texts(np.array([area]))
            said = f"约{sizes[0][0]}", f"about {sizes[1][0]}"
        elif code in _OF_FLOORS and np.isfinite(floor):
            sizes = floor_texts(np.array([floor]))
            said = f"空置{sizes[0][0]}", f"{sizes[1][0]} vacant"
        elif code == "propose_fee" and dated:
            said = f"自{day}起满{years}", f"{years} are full from {day}"
        elif code == "propose_recovery" and np.isfinite(fee):
            said = (
                f"与征缴闲置费（测算值{fee:,.2f}万元）二者择一",
                f"the alternative to the fee, calculated {fee:,.2f} wan yuan",
            )
        elif code == "resolve_dispute":
            said = "解决前不作其他建议", "nothing else is proposed before"
        found.append(said[0] if lang == "zh" else said[1])
    return found


def _open_deadline(missing: str, lang: Lang) -> str:
    """Say that a period runs whose last day is not known, and what would tell it."""
    if not missing:
        return ""
    labels = [missing_label(name) for name in missing.split(",")]
    if lang == "zh":
        return f"期限未知，缺{'、'.join(label.zh for label in labels)}"
    return f"deadline unknown, {' and '.join(label.en for label in labels)} not being recorded"


def _action_texts(land: Land, rows: pd.DataFrame, lang: Lang) -> list[str]:
    """Word each action: its title, its date, what it yields, and what stands before it."""
    titles = texts(rows, f"title_{lang}").fillna("")
    days = day_texts(pd.to_datetime(rows["due_on"]).to_numpy().astype("datetime64[D]"), lang)
    dated = rows["due_on"].notna().to_numpy()
    amounts = numbers(rows, "amount_wan").to_numpy()
    found = []
    blocked = texts(rows, "blocked_by" if lang == "zh" else "blocked_by_en").fillna("")
    # What takes money or land is never told without what stands before it.
    weighty = rows["action"].isin(_WEIGHTY)
    firsts = blocked.where(weighty, "")
    yields = _yields(land, rows, lang)
    open_ = [_open_deadline(name, lang) for name in texts(rows, "due_missing").fillna("")]
    for title, day, known, lacks, amount, gained, before in zip(
        titles, days, dated, open_, amounts, yields, firsts, strict=True
    ):
        beside = []
        if known:
            beside.append(f"期限{day}" if lang == "zh" else f"by {day}")
        elif lacks:
            beside.append(lacks)
        if np.isfinite(amount):
            beside.append(
                f"测算值{amount:,.2f}万元" if lang == "zh" else f"calculated {amount:,.2f} wan yuan"
            )
        if gained:
            beside.append(gained)
        if before:
            beside.append(f"须先：{before}" if lang == "zh" else f"first: {before}")
        if not beside:
            found.append(title)
        elif lang == "zh":
            found.append(f"{title}（{'，'.join(beside)}）")
        else:
            found.append(f"{title} ({', '.join(beside)})")
    return found


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
    faulty = _by_parcel(land, recommendations.loc[recommendations["action"] == "fix_data"])
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
