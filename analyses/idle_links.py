"""Which rows of a table of causes or cases speak of which ledger rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.frames import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LINK_KEYS", "link_rows"]

#: The columns by which such a row names the ledger rows it speaks of; a blank one names them all.
LINK_KEYS = ("contract_no", "phase_no", "parcel_id")


def link_rows(
    ledger: pd.DataFrame, table: pd.DataFrame, *, keys: Sequence[str] = LINK_KEYS
) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of positions: a ledger row, and a row of `table` that speaks of it.

    A row of `table` speaks of every ledger row that agrees in all the keys it fills in. A row that
    fills in neither contract nor parcel speaks of none.

    Parameters
    ----------
    ledger, table : pandas.DataFrame
        Both with the columns `keys`.
    keys : sequence of str
        The linking columns.

    Returns
    -------
    tuple of numpy.ndarray of int
        Positions in `ledger` and in `table`, in the order of the ledger, then of the table.

    Examples
    --------
    >>> ledger = pd.DataFrame({"contract_no": ["A", "A"], "phase_no": ["1", "2"], "parcel_id": ["p", "q"]})
    >>> table = pd.DataFrame({"contract_no": ["A"], "phase_no": [None], "parcel_id": ["q"]})
    >>> link_rows(ledger, table)
    (array([1]), array([0]))
    """
    left = pd.DataFrame({key: texts(ledger, key).array for key in keys})
    right = pd.DataFrame({key: texts(table, key).array for key in keys})
    filled = right.notna()
    named = filled[[key for key in keys if key != "phase_no"]].any(axis=1).to_numpy()
    pattern = filled.to_numpy() @ (1 << np.arange(len(keys)))
    pairs: list[np.ndarray] = []
    for code in np.unique(pattern[named]):
        on = [key for place, key in enumerate(keys) if code >> place & 1]
        wanted = right.loc[pattern == code, on].assign(table=lambda f: f.index)
        joined = left[on].assign(ledger=left.index).dropna().merge(wanted, on=on)
        pairs.append(joined[["ledger", "table"]].to_numpy())
    if not pairs:
        return np.array([], dtype=np.int64), np.array([], dtype=np.int64)
    both = np.concatenate(pairs)
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    return both[:, 0], both[:, 1]
