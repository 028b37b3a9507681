"""Administrative and living land and floor area: measured, or shared out by floor area."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.frames import numbers, sums_or_unknown, texts

__all__ = ["admin_shares"]


def admin_shares(
    parcels: pd.DataFrame, uses: pd.DataFrame | None, measures: pd.DataFrame
) -> pd.DataFrame:
    """Return the share of administrative and living facilities in the land and in the floor area.

    Land that cannot be told apart is shared out: floor area of those facilities / all floor area x
    site area, so that the share of the land is that of the floor area.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``parcel_id`` and ``area_m2``.
    uses : pandas.DataFrame or None
        The uses table; its rows of the role ``administrative`` count.
    measures : pandas.DataFrame
        With ``floor_area_m2``.

    Returns
    -------
    pandas.DataFrame
        ``admin_land_share``, ``admin_land_source`` (``measured``, ``apportioned``, null) and
        ``admin_floor_share``; NaN where there is no such row or an area is not known.

    Examples
    --------
    >>> land = pd.DataFrame({"parcel_id": ["p"], "area_m2": [1_000.0]})
    >>> rows = pd.DataFrame({"parcel_id": ["p"], "role": ["administrative"], "floor_area_m2": [60.0]})
    >>> admin_shares(land, rows, pd.DataFrame({"floor_area_m2": [1_200.0]})).values.tolist()
    [[0.05, 'apportioned', 0.05]]
    """
    source = pd.Series(pd.NA, index=parcels.index, dtype="string")
    unknown = pd.Series(np.nan, index=parcels.index, dtype="float64")
    if uses is None or len(uses) == 0:
        shares, floor_share = unknown, unknown
    else:
        role = texts(uses, "role") == "administrative"
        admin = uses[role.fillna(value=False).to_numpy(dtype=bool)]
        ids, owner = texts(parcels, "parcel_id"), texts(admin, "parcel_id")
        land, floor = (
            ids.map(sums_or_unknown(numbers(admin, name), owner)).astype("float64")
            for name in ("land_area_m2", "floor_area_m2")
        )
        measured = land / numbers(parcels, "area_m2").where(lambda metres: metres > 0)
        floor_share = floor / measures["floor_area_m2"].where(lambda metres: metres > 0)
        shares = measured.fillna(floor_share)
        source = source.mask(shares.notna(), "apportioned").mask(measured.notna(), "measured")
    return pd.DataFrame(
        {
            "admin_land_share": shares,
            "admin_land_source": source,
            "admin_floor_share": floor_share,
        },
        index=parcels.index,
    )
