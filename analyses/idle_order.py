"""The order of a ledger's rows, which depends on what they say and not on where they stood."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["ordered_ledger"]

#: Rows are put in this order, so that the order of the source changes nothing.
_ORDER = (
    *("parcel_id", "contract_no", "supervision_no", "phase_no", "signed_on", "start_due_on"),
    *("delivered_on", "started", "cause", "source_row"),
)


def ordered_ledger(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger's rows in an order that does not depend on the source, with a RangeIndex."""
    if ledger.empty:
        return ledger.reset_index(drop=True)
    # Only rows alike in all keys so far need the next one.
    rank = np.zeros(len(ledger), dtype=np.int64)
    for key in (key for key in _ORDER if key in ledger):
        order = np.argsort(rank, kind="stable")
        same = np.diff(rank[order]) == 0
        tied = np.append(same, values=False) | np.insert(same, 0, values=False)
        rows = order[tied]
        if len(rows) == 0:
            break
        codes = pd.factorize(ledger[key].iloc[rows], sort=True)[0] + 1
        # The first place of a tied group, then by how many of its rows come before by this key.
        rank[rows] = _refined(rank[rows], codes)
    order = np.argsort(rank, kind="stable")
    if (order == np.arange(len(order))).all():
        return ledger.reset_index(drop=True)
    return ledger.iloc[order].reset_index(drop=True)


def _refined(rank: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return the ranks of tied rows by one more key; a rank is the number of rows that come before.

    Examples
    --------
    >>> _refined(np.array([4, 4, 4, 9, 9]), np.array([2, 1, 2, 5, 5])).tolist()
    [5, 4, 5, 9, 9]
    """
    both = pd.factorize(rank * (codes.max(initial=0) + 1) + codes, sort=True)[0]
    sizes = np.bincount(both)
    before = np.cumsum(sizes) - sizes
    group = pd.factorize(rank, sort=True)[0]
    first = np.full(group.max(initial=-1) + 1, len(rank), dtype=np.int64)
    np.minimum.at(first, group, before[both])
    refined: np.ndarray = rank + before[both] - first[group]
    return refined
