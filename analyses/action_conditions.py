"""What still has to come before an action: steps of a case, approvals, and whether land is mortgaged or seized."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.frames import flags, texts
from policies.text import Text

if TYPE_CHECKING:
    from policies.model import Action
    from policies.text import Lang

__all__ = ["blocked_rows", "encumbrances"]

_BETWEEN: dict[Lang, str] = {"zh": "；", "en": "; "}
#: How a condition stands that hangs on the ledger: recorded, or not known.
_RECORDED = {
    "mortgaged": Text("（台账登记已抵押）", " (the ledger records a mortgage)"),
    "seized": Text("（台账登记已查封）", " (the ledger records a seizure)"),
}
_OPEN = {
    "mortgaged": Text(
        "（是否抵押未登记，待核查）", " (not recorded whether mortgaged: to be checked)"
    ),
    "seized": Text("（是否查封未登记，待核查）", " (not recorded whether seized: to be checked)"),
}


def encumbrances(parcels: pd.DataFrame, contracts: pd.DataFrame | None) -> np.ndarray:
    """Say of each parcel whether its ledger rows record a mortgage or a seizure.

    ``yes`` by one row that says so, ``no`` where every row says no; nothing where that is not known.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``parcel_id``.
    contracts : pandas.DataFrame or None
        Ledger rows, with ``mortgaged`` and ``seized``.

    Returns
    -------
    numpy.ndarray of str
        As ``mortgaged=no,seized=yes``; empty where neither is known.

    Examples
    --------
    >>> parcels = pd.DataFrame({"parcel_id": ["a", "b", "c"]})
    >>> rows = pd.DataFrame({"parcel_id": ["a", "a", "b", "b"], "seized": [True, None, False, None],
    ...     "mortgaged": [False, False, None, None]})
    >>> encumbrances(parcels, rows).tolist()
    ['mortgaged=no,seized=yes', '', '']
    """
    found = np.full(len(parcels), "", dtype=object)
    if contracts is None or len(contracts) == 0:
        return found
    ids, owners = texts(parcels, "parcel_id"), texts(contracts, "parcel_id")
    for name in _RECORDED:
        said = flags(contracts, name)
        held = owners[said.fillna(value=False).to_numpy(dtype=bool)].dropna()
        not_free = owners[said.fillna(value=True).to_numpy(dtype=bool)].dropna()
        yes = ids.isin(held).to_numpy(dtype=bool)
        no = (ids.isin(owners.dropna()) & ~ids.isin(not_free)).to_numpy(dtype=bool)
        for mask, word in ((yes, "yes"), (no, "no")):
            found[mask] = [f"{text},{name}={word}".strip(",") for text in found[mask]]
    return found


def _conditions(action: Action, lifted: str, known: str, lang: Lang) -> list[str]:
    """Name what still has to come before an action, without what is done or does not apply."""
    done, ledger = set(lifted.split(",")), set(known.split(","))
    said = []
    for item in action.blocked_by:
        text, name = item.text.get(lang), item.only_if
        if name is None:
            if item.until not in done:
                said.append(text)
        elif f"{name}=yes" in ledger:
            said.append(text + _RECORDED[name].get(lang))
        elif name not in done and f"{name}=no" not in ledger and item.until not in done:
            said.append(text + _OPEN[name].get(lang))
    return said


def blocked_rows(
    proposals: pd.DataFrame, actions: dict[str, Action], known: np.ndarray, lang: Lang
) -> tuple[pd.Series[str], np.ndarray]:
    """Join the conditions of every row and count them; each distinct combination is worked out once.

    Parameters
    ----------
    proposals : pandas.DataFrame
        One row per parcel and action.
    actions : dict of str to Action
        The catalogue.
    known : numpy.ndarray of str
        By parcel, as `encumbrances` returns it.
    lang : str
        The language.
    """
    ledger = pd.Series(known[proposals["at"].to_numpy()], index=proposals.index, dtype="string")
    keys = proposals["action"] + "|" + proposals["lifted"].fillna("") + "|" + ledger
    texts_, counts = {}, {}
    for key in keys.unique():
        code, lifted, held = key.split("|", 2)
        conditions = _conditions(actions[code], lifted, held, lang)
        texts_[key], counts[key] = _BETWEEN[lang].join(conditions), len(conditions)
    return keys.map(texts_), keys.map(counts).to_numpy(dtype=np.int64)
