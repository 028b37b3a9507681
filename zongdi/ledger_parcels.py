"""The parcels of a project that has a ledger alone: one row per parcel code, without geometry."""

from __future__ import annotations

import pandas as pd

from layers.columns import empty_frame
from layers.contracts import CONTRACTS

__all__ = ["parcels_of_ledger"]


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
