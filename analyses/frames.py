"""Reading contract frames safely: a column that is not there is a column of unknowns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts
from analyses.results import FINDINGS, PROBLEMS
from layers.columns import empty_frame
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["flags", "no_rule_findings", "numbers", "problem_rows", "texts"]


def numbers(frame: pd.DataFrame, name: str) -> pd.Series[float]:
    """Return the column `name` as numbers; NaN throughout where the frame has none.

    Examples
    --------
    >>> numbers(pd.DataFrame(index=[7]), "far_max").isna().tolist()
    [True]
    """
    if name not in frame:
        return pd.Series(np.nan, index=frame.index, dtype="float64", name=name)
    return frame[name].astype("float64")


def texts(frame: pd.DataFrame, name: str) -> pd.Series[str]:
    """Return the column `name` as text; null throughout where the frame has none."""
    if name not in frame:
        return pd.Series(pd.NA, index=frame.index, dtype="string", name=name)
    return frame[name].astype("string")


def flags(frame: pd.DataFrame, name: str) -> pd.Series[bool]:
    """Return the column `name` as yes, no or null; null throughout where the frame has none."""
    if name not in frame:
        return pd.Series(pd.NA, index=frame.index, dtype="boolean", name=name)
    return frame[name].astype("boolean")


def problem_rows(
    frame: pd.DataFrame,
    where: np.ndarray,
    *,
    layer: str,
    code: str,
    what: Text,
    proposal: Text,
    severity: str = "warning",
    column: str | None = None,
    found: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Write one problem for each row of `frame` marked by `where`.

    Parameters
    ----------
    frame : pandas.DataFrame
        A contract frame; ``source_row`` and its id column are shown where it has them.
    where : numpy.ndarray of bool
        Which rows have the problem.
    layer, code, severity, column : str
        As in the contract of `analyses.results.PROBLEMS`.
    what, proposal : Text
        What is wrong, and what to do.
    found : sequence of str, optional
        What was found, one for each marked row.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results.PROBLEMS`.
    """
    marked = frame.loc[np.asarray(where, dtype=bool)]
    rows = empty_frame(PROBLEMS, pd.RangeIndex(len(marked)))
    if len(marked) == 0:
        return rows
    key = {"parcels": "parcel_id", "buildings": "building_id", "green": "green_id"}.get(layer, "id")
    values: dict[str, Any] = {
        "severity": severity,
        "layer": layer,
        "row": numbers(marked, "source_row").array,
        "id": texts(marked, key).array,
        "column": column,
        "what": what.zh,
        "found": None if found is None else list(found),
        "proposal": proposal.zh,
        "code": code,
        "what_en": what.en,
        "proposal_en": proposal.en,
    }
    for name, value in values.items():
        if value is not None:
            rows[name] = pd.Series(value, index=rows.index, dtype=PROBLEMS.column(name).dtype)
    return rows


def no_rule_findings(analysis: str, rule: str, verdicts: Verdicts) -> pd.DataFrame:
    """Write findings of a rule that the policy in use does not have: no pack, no clause, no status."""
    verdict = pd.Series(np.asarray(verdicts.verdict, dtype=object), dtype="string")
    frame = empty_frame(FINDINGS, verdict.index)
    values: dict[str, Any] = {
        "zone_id": verdicts.zone_id,
        "parcel_id": verdicts.parcel_id,
        "analysis": analysis,
        "rule": rule,
        "verdict": verdict,
        "attention": False,
        "missing": verdicts.missing,
        "note_zh": verdicts.note_zh,
        "note_en": verdicts.note_en,
    }
    for name, value in values.items():
        if value is not None and len(frame):
            plain = value.array if isinstance(value, pd.Series) else value
            frame[name] = pd.Series(plain, index=frame.index, dtype=FINDINGS.column(name).dtype)
    return frame
