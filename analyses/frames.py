"""Reading contract frames safely: a column that is not there is a column of unknowns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, Unpack

import numpy as np
import pandas as pd

from analyses.results import FINDINGS, PROBLEMS
from layers.columns import empty_frame

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analyses.findings import Verdicts
    from policies.text import Text

__all__ = [
    "ProblemKind",
    "both_missing",
    "check_options",
    "filled",
    "flags",
    "joined_missing",
    "no_rule_findings",
    "numbers",
    "percent",
    "problem_rows",
    "said",
    "sums_or_unknown",
    "texts",
    "verdict_of",
]


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


def texts(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    """Return the column `name` as text; null throughout where the frame has none."""
    if name not in frame:
        return pd.Series(pd.NA, index=frame.index, dtype="string", name=name)
    return frame[name].astype("string")


def flags(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    """Return the column `name` as yes, no or null; null throughout where the frame has none."""
    if name not in frame:
        return pd.Series(pd.NA, index=frame.index, dtype="boolean", name=name)
    return frame[name].astype("boolean")


def filled(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Say in which rows the column `name` holds anything; in none where the frame has no such column."""
    if name not in frame:
        return np.zeros(len(frame), dtype=bool)
    return frame[name].notna().to_numpy(dtype=bool)


class ProblemKind(TypedDict):
    """What is the same for all rows of a problem, as in `analyses.results.PROBLEMS`."""

    layer: str
    code: str
    what: Text
    proposal: Text
    severity: NotRequired[str]
    column: NotRequired[str]


def problem_rows(
    frame: pd.DataFrame,
    where: np.ndarray,
    *,
    found: Sequence[str] | None = None,
    **kind: Unpack[ProblemKind],
) -> pd.DataFrame:
    """Write one problem for each row of `frame` marked by `where`.

    Parameters
    ----------
    frame : pandas.DataFrame
        A contract frame; ``source_row`` and its id column are shown where it has them.
    where : numpy.ndarray of bool
        Which rows have the problem.
    found : sequence of str, optional
        What was found, one for each marked row.
    **kind
        ``layer``, ``code``, ``what``, ``proposal`` and, where they differ from a warning about the
        whole row, ``severity`` and ``column``.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results.PROBLEMS`.
    """
    marked = frame.loc[np.asarray(where, dtype=bool)]
    rows = empty_frame(PROBLEMS, pd.RangeIndex(len(marked)))
    if len(marked) == 0:
        return rows
    key = {
        "parcels": "parcel_id",
        "buildings": "building_id",
        "green": "green_id",
        "plan": "parcel_id",
        "ratings": "zone_id",
    }.get(kind["layer"], "id")
    values: dict[str, Any] = {
        "severity": kind.get("severity", "warning"),
        "layer": kind["layer"],
        "row": numbers(marked, "source_row").array,
        "id": texts(marked, key).array,
        "column": kind.get("column"),
        "what": kind["what"].zh,
        "found": None if found is None else list(found),
        "proposal": kind["proposal"].zh,
        "code": kind["code"],
        "what_en": kind["what"].en,
        "proposal_en": kind["proposal"].en,
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


def check_options(options: Mapping[str, object], allowed: Collection[str], analysis: str) -> None:
    """Refuse an option that the analysis does not know: a misspelt one would change nothing.

    Raises
    ------
    ValueError
        Naming the options there are.

    Examples
    --------
    >>> check_options({"prevail": "raster"}, ["prevails"], "green")
    Traceback (most recent call last):
        ...
    ValueError: the green analysis has no option prevail: it knows prevails
    """
    unknown = sorted(set(options) - set(allowed))
    if unknown:
        message = (
            f"the {analysis} analysis has no option {', '.join(unknown)}: "
            f"it knows {', '.join(sorted(allowed))}"
        )
        raise ValueError(message)


def said(value: float, digits: int = 2) -> tuple[str, str]:
    """Write a number for a note in Chinese and English; NaN is unknown.

    Examples
    --------
    >>> said(0.5), said(float("nan"))
    (('0.50', '0.50'), ('未知', 'unknown'))
    """
    if np.isnan(value):
        return "未知", "unknown"
    text = f"{value:,.{digits}f}"
    return text, text


def percent(value: float) -> tuple[str, str]:
    """Write a share for a note in Chinese and English; NaN is unknown.

    Examples
    --------
    >>> percent(0.125)
    ('12.5%', '12.5%')
    """
    if np.isnan(value):
        return "未知", "unknown"
    return f"{value:.1%}", f"{value:.1%}"


def verdict_of(
    holds: np.ndarray, *, unknown: np.ndarray, not_applicable: np.ndarray | None = None
) -> np.ndarray:
    """Return ``not_applicable`` where so marked, else ``unknown``, else ``yes`` or ``no``.

    Examples
    --------
    >>> verdict_of(np.array([True, False, True]), unknown=np.array([False, False, True])).tolist()
    ['yes', 'no', 'unknown']
    """
    verdict = np.where(np.asarray(holds, dtype=bool), "yes", "no").astype(object)
    verdict[np.asarray(unknown, dtype=bool)] = "unknown"
    if not_applicable is not None:
        verdict[np.asarray(not_applicable, dtype=bool)] = "not_applicable"
    return verdict


def joined_missing(index: pd.Index, lacks: Mapping[str, np.ndarray]) -> pd.Series[str]:
    """Name for each row the contract columns that it lacks, comma-separated.

    Examples
    --------
    >>> lacks = {"far_max": np.array([True, False]), "geometry": np.array([True, False])}
    >>> joined_missing(pd.RangeIndex(2), lacks).tolist()
    ['far_max,geometry', '']
    """
    missing = pd.Series("", index=index, dtype="string")
    for name, where in lacks.items():
        marked = pd.Series(np.asarray(where, dtype=bool), index=index)
        more = missing.where(missing == "", missing + ",") + name
        missing = missing.mask(marked, more)
    return missing


def both_missing(one: pd.Series[str], two: pd.Series[str]) -> pd.Series[str]:
    """Join what two tests lack, row by row.

    Examples
    --------
    >>> both_missing(pd.Series(["far_max", ""]), pd.Series(["signed_on", ""])).tolist()
    ['far_max,signed_on', '']
    """
    joined = [",".join(filter(None, pair)) for pair in zip(one, two, strict=True)]
    return pd.Series(joined, index=one.index, dtype="string")


def sums_or_unknown(values: pd.Series[float], keys: pd.Series[Any]) -> pd.Series[float]:
    """Sum `values` by `keys`; a sum with an unknown part is unknown. Null keys are left out.

    Examples
    --------
    >>> keys = pd.Series(["a", "a", "b"])
    >>> sums_or_unknown(pd.Series([1.0, None, 2.0]), keys).tolist()
    [nan, 2.0]
    """
    rows = pd.DataFrame({"value": values.to_numpy(dtype=float), "key": keys.array})
    rows = rows.dropna(subset=["key"]).assign(unknown=lambda frame: frame["value"].isna())
    groups = rows.groupby("key")
    sums: pd.Series[float] = groups["value"].sum().mask(groups["unknown"].any())
    return sums
