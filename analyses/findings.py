"""Findings: one row per verdict, each with its rule, value, limit, clause and what was missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.results import FINDINGS
from layers.columns import empty_frame

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

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


def _plain(value: Any) -> Any:
    """Take the values of a Series without its index, so that rows stay where they are."""
    return value.array if isinstance(value, pd.Series) else value


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


def _sources(rule: Rule, verdicts: Verdicts, as_of: date, n: int) -> list[_Source]:
    if verdicts.by is None or not isinstance(verdicts.by, Sequence):
        return [_source(rule, verdicts.by, as_of)] * n
    known: dict[int, _Source] = {}
    for by in verdicts.by:
        if id(by) not in known:
            known[id(by)] = _source(rule, by, as_of)
    return [known[id(by)] for by in verdicts.by]


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
    frame = empty_frame(FINDINGS, verdict.index)
    if len(frame) == 0:
        return frame
    known = verdict.isin(["yes", "no"])
    attention = pd.Series(pd.NA, index=verdict.index, dtype="boolean")
    attention[known] = False if rule.attention is None else (verdict == rule.attention)[known]
    attention[verdict == "not_applicable"] = False
    sources = _sources(rule, verdicts, as_of, len(frame))
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
        "pack": [source.pack for source in sources],
        "clause": [source.clause for source in sources],
        "status": [source.status for source in sources],
        "confidence": rule.confidence if verdicts.confidence is None else verdicts.confidence,
        "missing": verdicts.missing,
        "note_zh": verdicts.note_zh,
        "note_en": verdicts.note_en,
    }
    for column in FINDINGS.columns:
        value = _plain(values[column.name])
        frame[column.name] = pd.Series(
            pd.NA if value is None and column.type != "number" else value,
            index=frame.index,
            dtype=column.dtype,
        )
    _withdraw(frame, rule, as_of)
    return frame


def concat_findings(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Stack findings and put them in the order of zone, parcel, contract, analysis and rule."""
    kept = [frame for frame in frames if len(frame)]
    if not kept:
        return empty_frame(FINDINGS)
    order = ["zone_id", "parcel_id", "contract_no", "analysis", "rule"]
    return pd.concat(kept, ignore_index=True).sort_values(
        order, kind="stable", na_position="first", ignore_index=True
    )


def weakest(marks: Iterable[str]) -> str:
    """Return the weakest of some marks of certainty: a chain is as sure as its weakest rule.

    Examples
    --------
    >>> weakest(["P", "V2", "V"])
    'V2'
    """
    return max(marks, key=CERTAINTY.index, default="P")
