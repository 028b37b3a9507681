"""Parcels beside the ledger: which of them were never supplied, where a row's parcel stands, its zone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analyses.frames import texts

__all__ = ["SUPPLIED_STAGES", "never_supplied", "parcel_positions", "zones_at"]

_NOT_YET = ("unapproved", "approved_not_cleared", "approved_unsupplied", "ready")
SUPPLIED_STAGES = ("supplied_not_started", "under_construction", "completed")


def never_supplied(parcels: pd.DataFrame) -> np.ndarray:
    """Whether a parcel was never supplied: its status or stage says so and the other does not object.

    Examples
    --------
    >>> never_supplied(pd.DataFrame({"supply_status": ["ready", "ready", "supplied"],
    ...                              "land_stage": [None, "completed", None]})).tolist()
    [True, False, False]
    """
    status = texts(parcels, "supply_status")
    stage = texts(parcels, "land_stage")
    by_status = status.isin(_NOT_YET) & ~stage.isin(SUPPLIED_STAGES)
    by_stage = stage.eq("not_supplied").fillna(value=False) & status.isna()
    return np.asarray(by_status | by_stage, dtype=bool)


def parcel_positions(rows: pd.DataFrame, parcels: pd.DataFrame) -> np.ndarray:
    """Return the position of each row's parcel; -1 where the parcels do not hold it.

    Examples
    --------
    >>> rows, parcels = (pd.DataFrame({"parcel_id": ids}) for ids in (["b", "x", None], ["a", "b"]))
    >>> parcel_positions(rows, parcels).tolist()
    [1, -1, -1]
    """
    known, wanted = pa.array(texts(parcels, "parcel_id")), pa.array(texts(rows, "parcel_id"))
    places = pc.index_in(wanted, value_set=known, skip_nulls=True)
    return np.asarray(pc.fill_null(places, -1), dtype=np.int64)


def zones_at(parcels: pd.DataFrame, positions: np.ndarray) -> pd.Series[str]:
    """Return the zone of the parcels at `positions`; null where a position is -1."""
    zones = texts(parcels, "zone_id").reset_index(drop=True)
    return zones.reindex(pd.Index(positions)).reset_index(drop=True).astype("string")
