"""Which date chooses a planning standard: the one in force when the land was supplied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from analyses.frames import texts

if TYPE_CHECKING:
    from policies.model import Parameter

__all__ = ["Anchored", "anchored", "earliest_signing"]


def earliest_signing(
    parcels: pd.DataFrame, ledger: pd.DataFrame | None, *, column: str = "signed_on"
) -> pd.Series[Any]:
    """Return the earliest signing date of each parcel's contracts, NaT where none is known.

    With ``column="permit_on"`` the earliest construction permit.
    """
    nothing = pd.Series(pd.NaT, index=parcels.index, dtype="datetime64[s]")
    if ledger is None or len(ledger) == 0 or column not in ledger:
        return nothing
    signed = pd.DataFrame(
        {
            "parcel_id": texts(ledger, "parcel_id").array,
            column: pd.to_datetime(ledger[column]).astype("datetime64[s]").array,
        }
    ).dropna()
    if signed.empty:
        return nothing
    first = signed.groupby("parcel_id")[column].min()
    ids = texts(parcels, "parcel_id")
    return ids.map(first).astype("datetime64[s]")


@dataclass(frozen=True)
class Anchored:
    """The value that holds for each parcel, and what is missing before it can be applied.

    Attributes
    ----------
    by : list of policies.model.Parameter
        The value in force when the land was supplied; where none is known to have been, the most
        local one, for reference.
    missing : pandas.Series of str
        Empty where the value applies.
    """

    by: list[Parameter]
    missing: pd.Series[str]

    def numbers(self) -> pd.Series[float]:
        """Return the values as numbers, on the parcels' index."""
        values = [float(parameter.value) for parameter in self.by]
        return pd.Series(values, index=self.missing.index, dtype="float64")


def _lacking(parameter: Parameter, signed: pd.Timestamp, before: str, after: str) -> str:
    """Say whether every edition known is younger than the land, or one has ended."""
    edition: Parameter | None = parameter
    while edition is not None:
        if edition.clause.document.status_at(signed.date()) != "not_yet_effective":
            return after
        edition = edition.beneath
    return before


def anchored(
    parcels: pd.DataFrame,
    parameter: Parameter,
    ledger: pd.DataFrame | None,
    *,
    before: str = "ruleset_2004",
    after: str = "ruleset_2023",
) -> Anchored:
    """Choose for each parcel the value in force when its first contract was signed.

    A later, stricter standard never condemns an older plant, and a replaced one does not bind
    land supplied afterwards. Where a local pack replaces a value by that of a later document, land
    supplied before that document took effect keeps the value beneath.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``parcel_id``.
    parameter : policies.model.Parameter
        Its anchor says which date chooses: ``signed_on``, ``permit_on``, or ``review``, where the
        value holds for all land alike.
    ledger : pandas.DataFrame or None
        With ``parcel_id`` and ``signed_on``.
    before, after : str
        What to call missing for a date before the first document took effect, and for one after
        its end: by default the other editions of the control indicators. Where no date is
        known, ``signed_on`` or ``permit_on`` is missing.

    Examples
    --------
    >>> from policies import load_policy
    >>> least = load_policy("national").rule("far.building_coefficient").parameter("share_min")
    >>> parcels = pd.DataFrame({"parcel_id": ["a", "b", "c"]})
    >>> ledger = pd.DataFrame(
    ...     {"parcel_id": ["a", "b"], "signed_on": pd.to_datetime(["2015-05-01", "2024-05-01"])}
    ... )
    >>> anchored(parcels, least, ledger).missing.tolist()
    ['', 'ruleset_2023', 'signed_on']
    """
    if parameter.anchor == "review":
        none = pd.Series("", index=parcels.index, dtype="string")
        return Anchored([parameter] * len(parcels), none)
    column = "permit_on" if parameter.anchor == "permit_on" else "signed_on"
    signed = earliest_signing(parcels, ledger, column=column)
    held = {day: parameter.at(day.date()) for day in signed.dropna().unique()}
    lacks = {
        day: "" if found is not None else _lacking(parameter, day, before, after)
        for day, found in held.items()
    }
    return Anchored(
        [held.get(day) or parameter for day in signed],
        signed.map(lacks).astype("string").fillna(column),
    )
