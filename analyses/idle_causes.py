"""Why land was not started: the causes recorded for each ledger row, their kind and their days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.frames import flags, texts
from analyses.idle_clock import day_numbers
from analyses.idle_links import link_rows
from analyses.idle_text import choose, coded, day_texts
from layers.codes import CAUSES

if TYPE_CHECKING:
    from datetime import date

    from analyses.idle_rules import IdleRules

__all__ = ["Causes", "read_causes"]


@dataclass(frozen=True)
class Causes:
    """The causes of each ledger row; arrays of equal length.

    Attributes
    ----------
    codes : numpy.ndarray of str
        Cause codes in alphabetical order, comma-separated; empty where none is recorded.
    kind : numpy.ndarray of str
        ``none``, ``holder``, ``government`` (force majeure is treated alike), ``preparatory``,
        ``several`` (of several of these kinds) or ``other``.
    verified : numpy.ndarray of bool
        Every recorded cause is verified.
    text_zh, text_en : numpy.ndarray of str
        Each cause with its dates and days, for the notes.
    """

    codes: np.ndarray
    kind: np.ndarray
    verified: np.ndarray
    text_zh: np.ndarray
    text_en: np.ndarray


def _kinds(codes: np.ndarray, rules: IdleRules) -> np.ndarray:
    return choose(
        [
            codes == "",
            codes == "holder",
            np.isin(codes, rules.government),
            np.isin(codes, rules.preparatory),
        ],
        ["none", "holder", "government", "preparatory"],
        "other",
    )


def _labels(codes: np.ndarray, lang: str) -> np.ndarray:
    known = {code: label.zh if lang == "zh" else label.en for code, label in CAUSES.labels.items()}
    places, found = pd.factorize(codes)
    return np.array([known.get(code, code) for code in found], dtype=object)[places]


def _spans(first: np.ndarray, last: np.ndarray, today: np.datetime64) -> dict[str, np.ndarray]:
    """Say from when to when a cause lasted, and how many days of it lie before the review date."""
    open_end = np.isnat(last) | (last > today)
    days = (np.where(open_end, today, last) - first).astype("timedelta64[D]").astype(np.int64) + 1
    dated = ~np.isnat(first) & (open_end | (last >= first))
    texts_of: dict[str, np.ndarray] = {}
    for lang in ("zh", "en"):
        start, end = day_texts(first, lang), day_texts(last, lang)
        if lang == "zh":
            spans = [
                f"（{a}至{'审查日' if o else b}，{n}天）" if d else "（起止未登记）"
                for a, b, o, n, d in zip(start, end, open_end, days, dated, strict=True)
            ]
        else:
            spans = [
                f" ({a} to {'the review date' if o else b}, {n} days)"
                if d
                else " (dates not recorded)"
                for a, b, o, n, d in zip(start, end, open_end, days, dated, strict=True)
            ]
        texts_of[lang] = np.array(spans, dtype=object)
    return texts_of


def read_causes(
    ledger: pd.DataFrame, causes: pd.DataFrame | None, rules: IdleRules, as_of: date
) -> tuple[Causes, np.ndarray]:
    """Bring together the cause of each ledger row and the table of causes.

    A cause that begins after `as_of` does not count; one verified after `as_of` is not yet verified.
    Where the table holds the cause that the ledger names, the table's verification counts.

    Parameters
    ----------
    ledger : pandas.DataFrame
        In the contract of the ledger, with a RangeIndex.
    causes : pandas.DataFrame or None
        In the contract of the causes.
    rules : IdleRules
        Gives the government's causes and the preparatory ones.
    as_of : datetime.date
        The review date.

    Returns
    -------
    Causes
    numpy.ndarray of bool
        For each row of `causes`: it speaks of no ledger row.
    """
    today = np.datetime64(as_of, "D")
    places, found = coded(ledger, "cause")
    distinct = np.array(found, dtype=object)
    verified = flags(ledger, "cause_verified").fillna(value=False).to_numpy(dtype=bool)
    read = Causes(
        distinct.take(places),
        _kinds(distinct, rules).take(places),
        verified.copy(),
        _labels(distinct, "zh").take(places),
        _labels(distinct, "en").take(places),
    )
    if causes is None or len(causes) == 0:
        return read, np.zeros(0 if causes is None else len(causes), dtype=bool)
    at, source = link_rows(ledger, causes)
    alone = ~np.isin(np.arange(len(causes)), source)
    named = texts(causes, "cause").fillna("").to_numpy(dtype=object)
    first, last = day_numbers(causes, "from_on"), day_numbers(causes, "to_on")
    on = day_numbers(causes, "verified_on")
    said = flags(causes, "verified")
    proven = said.fillna(value=False).to_numpy(dtype=bool) | (
        said.isna().to_numpy() & (on <= today)
    )
    proven &= ~(on > today)
    counts = (named[source] != "") & ~(first[source] > today)
    at, source = at[counts], source[counts]
    spans = _spans(first, last, today)
    rows = pd.DataFrame(
        {
            "at": at,
            "code": named[source],
            "verified": proven[source],
            "from_on": first[source],
            "zh": _labels(named, "zh")[source] + spans["zh"][source],
            "en": _labels(named, "en")[source] + spans["en"][source],
        }
    )
    _merge(read, rows, rules)
    return read, alone


def _code_list(codes: pd.Series[str]) -> str:
    return ",".join(sorted(map(str, codes.drop_duplicates())))


def _merge(read: Causes, rows: pd.DataFrame, rules: IdleRules) -> None:
    """Add the table's causes to the ledger's own, in `read`, whose arrays are ours to fill."""
    linked = np.unique(rows["at"].to_numpy())
    own = pd.DataFrame(
        {
            "at": linked,
            "code": read.codes[linked],
            "verified": read.verified[linked],
            "zh": read.text_zh[linked] + "（起止未登记）",
            "en": read.text_en[linked] + " (dates not recorded)",
        }
    )
    in_table = pd.MultiIndex.from_frame(rows[["at", "code"]])
    repeated = pd.MultiIndex.from_frame(own[["at", "code"]]).isin(in_table)
    own = own[(own["code"] != "") & ~repeated]
    every = pd.concat([rows, own], ignore_index=True)
    every["kind"] = _kinds(every["code"].to_numpy(dtype=object), rules)
    every = every.sort_values(["at", "from_on", "code", "zh"], kind="stable", na_position="last")
    grouped = every.groupby("at", sort=True)
    places = np.unique(every["at"].to_numpy())
    read.codes[places] = grouped["code"].agg(_code_list).to_numpy()
    kinds = grouped["kind"].agg(lambda k: k.iloc[0] if k.nunique() == 1 else "several")
    read.kind[places] = kinds.to_numpy()
    read.verified[places] = grouped["verified"].all().to_numpy()
    read.text_zh[places] = grouped["zh"].agg("、".join).to_numpy()
    read.text_en[places] = grouped["en"].agg(", ".join).to_numpy()
