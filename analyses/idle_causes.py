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
    from collections.abc import Sequence
    from datetime import date

    from analyses.idle_rules import IdleRules

__all__ = ["Causes", "government_acts", "read_causes"]


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
        Each cause for the notes; those of the table with their days, whether each is verified, and its
        document.
    """

    codes: np.ndarray
    kind: np.ndarray
    verified: np.ndarray
    text_zh: np.ndarray
    text_en: np.ndarray


#: Treated like a cause of the government's, but no government caused it: nobody is to be told.
_NOBODYS = "force_majeure"


def government_acts(codes: np.ndarray, government: Sequence[str]) -> np.ndarray:
    """Say which comma-separated causes name an act of government, to be told of it (art. 11).

    Examples
    --------
    >>> government_acts(np.array(["gov_plan,holder", "force_majeure"]), ("gov_plan", "force_majeure")).tolist()
    [True, False]
    """
    acts = set(government) - {_NOBODYS}
    places, found = pd.factorize(np.asarray(codes, dtype=object))
    named = [not acts.isdisjoint(str(each).split(",")) for each in found]
    return np.array(named, dtype=bool)[places]


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


def _days_of(first: np.ndarray, last: np.ndarray, today: np.datetime64, lang: str) -> list[str]:
    """Say from when to when each cause lasted, and how many days of it lie before the review date."""
    open_end = np.isnat(last) | (last > today)
    days = (np.where(open_end, today, last) - first).astype("timedelta64[D]").astype(np.int64) + 1
    dated = ~np.isnat(first) & (open_end | (last >= first))
    start, end = day_texts(first, lang), day_texts(last, lang)
    said = []
    for a, b, still, n, known in zip(start, end, open_end, days, dated, strict=True):
        if not known:
            said.append("起止未登记" if lang == "zh" else "dates not recorded")
        elif lang == "zh":
            said.append(f"{a}至{'审查日' if still else b}，{n}天")
        else:
            said.append(f"{a} to {'the review date' if still else b}, {n} days")
    return said


def _proofs(verified: np.ndarray, documents: pd.Series[str], lang: str) -> list[str]:
    """Say whether each cause is verified, and by which document."""
    said = []
    for proven, document in zip(verified, documents.fillna(""), strict=True):
        if lang == "zh":
            paper = f"证明文件：{document}" if document else "证明文件未登记"
            said.append(f"{'已核实' if proven else '未核实'}，{paper}")
        else:
            paper = f"document: {document}" if document else "no document recorded"
            said.append(f"{'verified' if proven else 'not verified'}, {paper}")
    return said


def _told(
    causes: pd.DataFrame, verified: np.ndarray, today: np.datetime64, lang: str
) -> np.ndarray:
    """Tell each row of the table of causes: what, how long, verified or not, by which document."""
    labels = _labels(texts(causes, "cause").fillna("").to_numpy(dtype=object), lang)
    days = _days_of(day_numbers(causes, "from_on"), day_numbers(causes, "to_on"), today, lang)
    proofs = _proofs(verified, texts(causes, "document").str.strip(), lang)
    shape = "{}（{}；{}）" if lang == "zh" else "{} ({}; {})"
    return np.array(list(map(shape.format, labels, days, proofs)), dtype=object)


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
    first = day_numbers(causes, "from_on")
    on = day_numbers(causes, "verified_on")
    said = flags(causes, "verified")
    proven = said.fillna(value=False).to_numpy(dtype=bool) | (
        said.isna().to_numpy() & (on <= today)
    )
    proven &= ~(on > today)
    counts = (named[source] != "") & ~(first[source] > today)
    at, source = at[counts], source[counts]
    rows = pd.DataFrame(
        {
            "at": at,
            "code": named[source],
            "verified": proven[source],
            "from_on": first[source],
            "zh": _told(causes, proven, today, "zh")[source],
            "en": _told(causes, proven, today, "en")[source],
        }
    )
    _merge(read, rows, rules)
    return read, alone


def _own(verified: np.ndarray, lang: str) -> np.ndarray:
    """Say of the ledger's own cause that it has no dates, and whether it is verified."""
    if lang == "zh":
        return np.where(verified, "（起止未登记；已核实）", "（起止未登记；未核实）").astype(object)
    proven = " (dates not recorded; verified)", " (dates not recorded; not verified)"
    return np.where(verified, *proven).astype(object)


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
            "zh": read.text_zh[linked] + _own(read.verified[linked], "zh"),
            "en": read.text_en[linked] + _own(read.verified[linked], "en"),
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
