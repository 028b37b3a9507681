"""Short forms that the modules of land supply share: states, table rows, quarters of a year."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import flags

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from layers.columns import Contract

__all__ = [
    "M2_PER_HA",
    "M2_PER_MU",
    "all_of",
    "hectares",
    "parse_quarter",
    "quarter_of",
    "quarters_from",
    "rows_of",
    "state_of",
    "states_of_flag",
]

M2_PER_HA = 10_000.0
M2_PER_MU = M2_PER_HA / 15

_QUARTER = re.compile(r"(\d{4})(?:年|-|/|\.)?(?:第)?q?([1-4一二三四])(?:季度|季)?", re.IGNORECASE)
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4}
_MONTHS = 3


def quarter_of(day: date) -> str:
    """Return the quarter in which a day lies.

    Examples
    --------
    >>> from datetime import date
    >>> quarter_of(date(2026, 6, 30))
    '2026Q2'
    """
    return f"{day.year}Q{(day.month - 1) // _MONTHS + 1}"


def quarters_from(first: str, count: int) -> list[str]:
    """Return `count` quarters in a row.

    Examples
    --------
    >>> quarters_from("2026Q3", 3)
    ['2026Q3', '2026Q4', '2027Q1']
    """
    year, number = int(first[:4]), int(first[-1])
    at = year * 4 + number - 1
    return [f"{place // 4}Q{place % 4 + 1}" for place in range(at, at + count)]


def parse_quarter(text: object) -> str | None:
    """Read a quarter as a planner writes it; None where it cannot be read.

    Examples
    --------
    >>> [parse_quarter(text) for text in ("2026Q3", "2026年第3季度", "2026-q3", "2027年一季度", "later")]
    ['2026Q3', '2026Q3', '2026Q3', '2027Q1', None]
    """
    if not isinstance(text, str):
        return None
    found = _QUARTER.fullmatch(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
    if found is None:
        return None
    number = _NUMERALS.get(found[2]) or int(found[2])
    return f"{found[1]}Q{number}"


def state_of(holds: Any, known: Any) -> np.ndarray:
    """Return ``yes`` or ``no`` where known, else ``unknown``.

    Examples
    --------
    >>> state_of(np.array([True, False, True]), np.array([True, True, False])).tolist()
    ['yes', 'no', 'unknown']
    """
    state = np.where(np.asarray(holds, dtype=bool), "yes", "no").astype(object)
    state[~np.asarray(known, dtype=bool)] = "unknown"
    return state


def states_of_flag(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Return a yes/no column as states: null is unknown."""
    flag = flags(frame, name)
    return state_of(flag.fillna(value=False).to_numpy(dtype=bool), flag.notna().to_numpy())


def all_of(states: Sequence[np.ndarray], n: int) -> np.ndarray:
    """Return ``no`` where any gate is not met, else ``unknown`` where any is not known, else ``yes``.

    Examples
    --------
    >>> gates = [np.array(["yes", "yes", "unknown"]), np.array(["yes", "unknown", "no"])]
    >>> all_of(gates, 3).tolist()
    ['yes', 'unknown', 'no']
    """
    met = np.full(n, "yes", dtype=object)
    for state in states:
        met[state == "unknown"] = "unknown"
    for state in states:
        met[state == "no"] = "no"
    return met


def rows_of(contract: Contract, values: Mapping[str, Any], n: int) -> pd.DataFrame:
    """Return a table in a contract; columns that are not given are unknown.

    Parameters
    ----------
    contract : Contract
        Names and types of the columns.
    values : mapping of str to sequence or scalar
        Of length `n`; a scalar stands for all rows.
    n : int
        The number of rows.
    """
    index = pd.RangeIndex(n)
    made: dict[str, Any] = {}
    for column in contract.columns:
        value = values.get(column.name)
        if isinstance(value, pd.Series):
            value = value.array
        if value is None:
            made[column.name] = pd.Series(index=index, dtype=column.dtype)
        else:
            made[column.name] = pd.Series(value, index=index).astype(column.dtype)
    return pd.DataFrame(made, index=index)


def hectares(area_m2: float) -> str:
    """Write an area in hectares and mu, as planners do; null is unknown.

    Examples
    --------
    >>> hectares(20_000.0)
    '2.0000公顷（30.00亩）'
    """
    if np.isnan(area_m2):
        return "未知"
    return f"{area_m2 / M2_PER_HA:,.4f}公顷（{area_m2 / M2_PER_MU:,.2f}亩）"
