"""Several causes over time: the days of the government's, taken out of the period where the rules say so.

Order 53 says nothing of it, so that by default nothing is taken out and a person weighs the causes. A local
rule may order it: then the days count on which a verified, dated cause of art. 8 stood in the way after the
due start, each day once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyses.frames import texts
from analyses.idle_clock import day_numbers
from analyses.idle_links import link_rows

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from analyses.idle_causes import Causes
    from analyses.idle_rules import IdleRules

__all__ = ["days_covered", "deduct_days"]

_NONE = np.timedelta64(0, "D")


def days_covered(first: np.ndarray, last: np.ndarray) -> int:
    """Count the days of some spans, both ends included, each day once.

    Examples
    --------
    >>> first = np.array(["2025-01-01", "2025-01-20"], "datetime64[D]")
    >>> days_covered(first, np.array(["2025-01-31", "2025-02-02"], "datetime64[D]"))
    33
    """
    days = [np.arange(a, b + np.timedelta64(1, "D")) for a, b in zip(first, last, strict=True)]
    return len(np.unique(np.concatenate(days))) if days else 0


def deduct_days(
    ledger: pd.DataFrame,
    causes: pd.DataFrame | None,
    read: Causes,
    rules: IdleRules,
    as_of: date,
    *,
    due: np.ndarray,
) -> np.ndarray:
    """Return the days to be taken out of each row's period; what is left is then the holder's own.

    Only for rows whose causes are the holder's and the government's and nothing else, every one verified, and
    every one of the government's in the table of causes with its first day. The kind of cause of such a row
    becomes ``holder``, in `read`.

    Parameters
    ----------
    ledger, causes : pandas.DataFrame
        In their contracts.
    read : Causes
        What `analyses.idle_causes.read_causes` gave.
    rules : IdleRules
        Say whether days are taken out at all.
    as_of : datetime.date
        The review date: later days have not happened.
    due : numpy.ndarray of datetime64[D]
        The due start of each row: days up to it do not count.

    Returns
    -------
    numpy.ndarray of timedelta64[D]
    """
    out = np.full(len(ledger), _NONE)
    if not rules.deduct_days or causes is None or len(causes) == 0:
        return out
    at, source = link_rows(ledger, causes)
    named = texts(causes, "cause").fillna("").to_numpy(dtype=object)
    first, last = day_numbers(causes, "from_on"), day_numbers(causes, "to_on")
    today = np.datetime64(as_of, "D")
    last = np.where(np.isnat(last) | (last > today), today, last)
    government = set(rules.government)
    wanted = (read.kind == "several") & read.verified & ~np.isnat(due)
    for row in np.unique(at[wanted[at]]):
        codes = set(str(read.codes[row]).split(","))
        own = [place for place in source[at == row] if named[place] in government]
        dated = [place for place in own if first[place] <= last[place]]
        begun = [place for place in own if not first[place] > today]
        if not codes <= government | {"holder"} or len(dated) < len(begun):
            continue
        if {named[place] for place in dated} != codes & government:
            continue
        begins = np.maximum(first[dated], due[row] + np.timedelta64(1, "D"))
        counts = begins <= last[dated]
        days = days_covered(begins[counts], last[dated][counts])
        out[row] = np.timedelta64(days, "D")
        if days:
            read.kind[row] = "holder"
    return out
