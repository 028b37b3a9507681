"""Which problems of the data belong to which parcel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from maps.view import MapView

__all__ = ["problems_of_parcels"]


def problems_of_parcels(view: MapView) -> pd.DataFrame:
    """Return the problems of parcels and of their contracts, with the parcel's id."""
    if len(view.problems) == 0 or "id" not in view.problems.columns:
        return pd.DataFrame({"parcel_id": pd.Series(dtype="string")})
    ids = view.problems["id"].astype("string")
    own = ids.isin(view.parcels["parcel_id"].astype("string"))
    direct = view.problems[own].assign(parcel_id=ids[own])
    names = {"contract_no", "parcel_id"}
    if not names <= set(map(str, view.contracts.columns)):
        return direct
    links = view.contracts[["contract_no", "parcel_id"]].astype("string").dropna()
    linked = (
        view.problems[~own]
        .assign(contract_no=ids[~own])
        .merge(links.drop_duplicates(), on="contract_no", how="inner")
    )
    return pd.concat([direct, linked], ignore_index=True)
