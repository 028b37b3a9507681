"""What a ledger gives by itself: its parcels where there is no layer of them, its rows unjudged."""

from __future__ import annotations

import pandas as pd

from analyses.results import PARCEL_MEASURES
from layers.columns import empty_frame
from layers.contracts import CONTRACTS

__all__ = ["parcels_of_ledger", "unjudged_rows"]

#: What a run that does not look at idle land leaves unknown of a contract.
_JUDGED = (
    *("idle_status", "idle_from", "idle_two_years_on", "idle_days", "duration_class"),
    *("fee_order53_wan", "fee_law_max_wan"),
)


def unjudged_rows(ledger: pd.DataFrame | None) -> pd.DataFrame:
    """Return the rows of a ledger with their idle status unknown, as of a run without that analysis.

    Parameters
    ----------
    ledger : pandas.DataFrame or None
        In the contract of the ledger; None where the project has none.
    """
    rows = empty_frame(CONTRACTS["ledger"]) if ledger is None else ledger
    unknown = {
        name: pd.Series(index=rows.index, dtype=PARCEL_MEASURES.column(name).dtype)
        for name in _JUDGED
    }
    return rows.assign(**unknown)


def parcels_of_ledger(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the parcels that a ledger names.

    A parcel takes its holder, its use and its area from the ledger only where all of its rows agree;
    else they are unknown. The area of a contract is a parcel's only where the contract holds one
    parcel and no area per parcel is given.

    Parameters
    ----------
    ledger : pandas.DataFrame
        In the contract of the ledger.

    Returns
    -------
    pandas.DataFrame
        In the contract of the parcels, in the order of first appearance.
    """
    named = ledger[ledger["parcel_id"].notna()]
    codes = named["parcel_id"].drop_duplicates()
    parcels = empty_frame(CONTRACTS["parcels"], pd.RangeIndex(len(codes)))
    parcels["parcel_id"] = codes.array
    per_contract = named.groupby("contract_no", dropna=True)["parcel_id"].transform("nunique")
    alone = per_contract.reindex(named.index).fillna(1).eq(1)
    area = named["parcel_area_in_contract_m2"].fillna(named["contract_area_m2"].where(alone))
    facts = {
        "holder": named["holder"],
        "land_use": named["contract_use"],
        "area_contract_m2": area,
    }
    for column, values in facts.items():
        grouped = values.groupby(named["parcel_id"], sort=False)
        agreed = grouped.first().where(grouped.nunique() == 1)
        parcels[column] = codes.map(agreed).astype(parcels[column].dtype).array
    return parcels
