"""Findings: one row per verdict, each with its rule, value, limit, clause and what was missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from analyses.results import FINDINGS
from layers.columns import empty_frame

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from layers.columns import Column
    from policies.model import Parameter, Rule

__all__ = ["CERTAINTY", "Verdicts", "concat_findings", "rule_findings", "weakest"]

#: Certainty from strong to weak: the project's own data, verified text, ..., medium confidence.
CERTAINTY = ("P", "V", "V2", "MH", "MM")


@dataclass(frozen=True)
class Verdicts:
    """What a rule says of some parcels, contracts or zones: columns of equal length or scalars.

    Attributes
    ----------
    verdict : sequence of {"yes", "no", "unknown", "not_applicable"}
        ``yes``: the rule's condition holds.
    zone_id, parcel_id, contract_no : sequence of str or None
        Whom the verdict is about; ``parcel_id`` is null for a zone.
    phase_no : sequence of str or None
        The phase of the contract, where the verdict is about one.
    measured, limit : sequence of float
        NaN where not known.
    unit : str or None
        The unit of both.
    area_basis : sequence of str or None
        Which area stands below the ratio.
    missing : sequence of str
        Comma-separated contract columns; empty where nothing was missing.
    note_zh, note_en : sequence of str
        Fact, rule, consequence, what is missing: as an officer would write it.
    confidence : sequence of str or None
        None takes the rule's own mark.
    by : policies.model.Parameter, or a sequence of them
        What gave the limit: its pack and clause then stand in the finding. A null entry, and None,
        take the rule's own, with the clauses of all its parameters.
    """

    verdict: Sequence[str] | pd.Series[Any] | np.ndarray
    zone_id: Any = None
    parcel_id: Any = None
    contract_no: Any = None
    measured: Any = np.nan
    limit: Any = np.nan
    unit: str | None = None
    area_basis: Any = None
    missing: Any = ""
    note_zh: Any = ""
    note_en: Any = ""
    confidence: Any = None
    by: Any = None
    phase_no: Any = None


def _column(value: Any, column: Column, n: int) -> Any:
    """Return the values of one column without an index, so that rows stay where they are."""
    if isinstance(value, pd.Series):
        return value.astype(column.dtype).array
    plain = pd.NA if value is None and column.type != "number" else value
    return pd.Series(plain, index=pd.RangeIndex(n), dtype=column.dtype).array


#: Missing where the document behind a rule is known to have ended.
ENDED = "rule_in_force"


@dataclass(frozen=True)
class _Source:
    """Where the limit of a finding comes from."""

    pack: str
    clause: str
    status: str


def _source(rule: Rule, by: Parameter | None, as_of: date) -> _Source:
    if by is not None:
        status = by.clause.document.status_at(as_of)
        return _Source(by.pack_id, by.clause.citation("zh"), status)
    cited = "；".join(dict.fromkeys(clause.citation("zh") for clause in rule.clauses()))
    return _Source(rule.pack_id, cited, rule.status_at(as_of))


def _sources(rule: Rule, verdicts: Verdicts, as_of: date) -> dict[str, Any]:
    """Return pack, clause and status: one for all rows, or one for each."""
    if verdicts.by is None or not isinstance(verdicts.by, Sequence):
        return vars(_source(rule, verdicts.by, as_of))
    known: dict[int, _Source] = {}
    for by in verdicts.by:
        if id(by) not in known:
            known[id(by)] = _source(rule, by, as_of)
    each = [known[id(by)] for by in verdicts.by]
    return {name: [getattr(source, name) for source in each] for name in vars(each[0])}


def _withdraw(frame: pd.DataFrame, rule: Rule, as_of: date) -> None:
    """Turn verdicts of a rule chosen by the review date that has ended by then into unknown."""
    ended = (frame["status"] == "lapsed") & frame["verdict"].isin(["yes", "no"])
    if rule.anchor != "review" or not ended.any():
        return
    why = rule.why_at(as_of)
    zh, en = ("", "") if why is None else (why.zh, f" {why.en}")
    frame.loc[ended, "verdict"] = "unknown"
    frame.loc[ended, "attention"] = pd.NA
    lacking = frame["missing"].where(frame["missing"] == "", frame["missing"] + ",") + ENDED
    frame.loc[ended, "missing"] = lacking[ended]
    frame.loc[ended, "note_zh"] += f"依据文件已失效，不作判断。{zh}"
    frame.loc[ended, "note_en"] += f" The document behind the rule has ended: not decided.{en}"


def rule_findings(rule: Rule, as_of: date, verdicts: Verdicts) -> pd.DataFrame:
    """Write the verdicts of one rule as findings.

    Parameters
    ----------
    rule : policies.model.Rule
        Gives analysis, pack, clause, status at `as_of`, confidence and which verdict is adverse.
        Where it is chosen by the review date and its document has ended by then, yes and no
        become unknown.
    as_of : datetime.date
        The review date.
    verdicts : Verdicts
        One entry per finding.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results.FINDINGS`, with a RangeIndex.
    """
    verdict = pd.Series(np.asarray(verdicts.verdict, dtype=object), dtype="string")
    if len(verdict) == 0:
        return empty_frame(FINDINGS, verdict.index)
    known = verdict.isin(["yes", "no"])
    attention = pd.Series(pd.NA, index=verdict.index, dtype="boolean")
    attention[known] = False if rule.attention is None else (verdict == rule.attention)[known]
    attention[verdict == "not_applicable"] = False
    values: dict[str, Any] = {
        "zone_id": verdicts.zone_id,
        "parcel_id": verdicts.parcel_id,
        "contract_no": verdicts.contract_no,
        "analysis": rule.analysis,
        "rule": rule.id,
        "verdict": verdict,
        "attention": attention,
        "measured": verdicts.measured,
        "limit": verdicts.limit,
        "unit": verdicts.unit,
        "area_basis": verdicts.area_basis,
        **_sources(rule, verdicts, as_of),
        "confidence": rule.confidence if verdicts.confidence is None else verdicts.confidence,
        "missing": verdicts.missing,
        "note_zh": verdicts.note_zh,
        "note_en": verdicts.note_en,
        "phase_no": verdicts.phase_no,
    }
    n = len(verdict)
    frame = pd.DataFrame(
        {column.name: _column(values[column.name], column, n) for column in FINDINGS.columns}
    )
    _withdraw(frame, rule, as_of)
    return frame


def _stacked(parts: Sequence[pd.Series[Any]]) -> Any:
    """Stack a column; texts in one piece, from which rows are taken many times faster than from several."""
    whole = pd.concat(parts).array
    pieces = pa.array(whole) if whole.dtype == "string" else None
    if isinstance(pieces, pa.ChunkedArray):
        return pd.array(pieces.combine_chunks(), dtype="string")
    return whole


def concat_findings(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Stack findings and put them in the order of zone, parcel, contract, phase, analysis and rule."""
    kept = [frame for frame in frames if len(frame)]
    if not kept:
        return empty_frame(FINDINGS)
    keys = [
        pd.factorize(pd.concat([frame[name] for frame in kept]), sort=True)[0]
        for name in ("zone_id", "parcel_id", "contract_no", "phase_no", "analysis", "rule")
    ]
    order = np.lexsort(keys[::-1])
    # Column by column, so that the long notes do not lie in memory twice over.
    parts = [frame.copy(deep=False) for frame in kept]
    kept.clear()
    return pd.DataFrame(
        {name: _stacked([part.pop(name) for part in parts]).take(order) for name in FINDINGS.names}
    )


def weakest(marks: Iterable[str]) -> str:
    """Return the weakest of some marks of certainty: a chain is as sure as its weakest rule.

    Examples
    --------
    >>> weakest(["P", "V2", "V"])
    'V2'
    """
    return max(marks, key=CERTAINTY.index, default="P")
