"""Which date chooses a planning standard: the one in force when the land was supplied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analyses.frames import texts

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Rule

__all__ = ["anchor_missing", "earliest_signing"]


def earliest_signing(parcels: pd.DataFrame, ledger: pd.DataFrame | None) -> pd.Series[Any]:
    """Return the earliest signing date of each parcel's contracts, NaT where none is known."""
    nothing = pd.Series(pd.NaT, index=parcels.index, dtype="datetime64[s]")
    if ledger is None or len(ledger) == 0 or "signed_on" not in ledger:
        return nothing
    signed = pd.DataFrame(
        {
            "parcel_id": texts(ledger, "parcel_id").array,
            "signed_on": pd.to_datetime(ledger["signed_on"]).astype("datetime64[s]").array,
        }
    ).dropna()
    if signed.empty:
        return nothing
    first = signed.groupby("parcel_id")["signed_on"].min()
    ids = texts(parcels, "parcel_id")
    return ids.map(first).astype("datetime64[s]")


def _lacking(rule: Rule, day: date, before: str, after: str) -> str:
    status = rule.status_at(day)
    if status == "in_force":
        return ""
    return before if status == "not_yet_effective" else after


def anchor_missing(
    parcels: pd.DataFrame,
    rule: Rule,
    ledger: pd.DataFrame | None,
    *,
    before: str = "ruleset_2004",
    after: str = "ruleset_2023",
) -> pd.Series[str]:
    """Say for each parcel what is missing before a standard can be applied to it.

    A later, stricter standard never condemns an older plant, and a replaced one does not bind
    land supplied afterwards: the rule's document has to be in force on the day on which the first
    contract was signed.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``parcel_id``.
    rule : policies.model.Rule
        Anchored at ``signed_on``.
    ledger : pandas.DataFrame or None
        With ``parcel_id`` and ``signed_on``.
    before, after : str
        What to say of a date before the document took effect, and of one after its end: by
        default the other editions of the control indicators.

    Returns
    -------
    pandas.Series of str
        Empty where the rule applies; ``signed_on`` where the date is unknown; else `before` or
        `after`.
    """
    signed = earliest_signing(parcels, ledger)
    lacking = {day: _lacking(rule, day.date(), before, after) for day in signed.dropna().unique()}
    return signed.map(lacking).astype("string").fillna("signed_on")
