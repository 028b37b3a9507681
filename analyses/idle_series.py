"""The idle status of every parcel at dates to come, if nothing happens until then.

Nothing happens means that the records stay as they are on the review date. The very rules of the review
decide every row again at each date, so that the series and a later review of the same records agree. Dates
that lie behind are not asked for: what was recorded since would be taken as known then.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.frames import texts
from analyses.idle_status import decide
from analyses.results import IDLE_SERIES, IDLE_STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from analyses.idle_review import Review

__all__ = ["idle_series"]

_RANKS = {name: rank for rank, name in enumerate(IDLE_STATUSES)}
_STATUSES = np.array(list(IDLE_STATUSES), dtype=object)


def idle_series(
    review: Review, parcels: pd.DataFrame, measures: pd.DataFrame, dates: Iterable[date]
) -> pd.DataFrame:
    """Return the status of every parcel at each date after the review date, if nothing happens.

    Parameters
    ----------
    review : Review
        The reviewed ledger.
    parcels : pandas.DataFrame
        With ``parcel_id``, in the order of `measures`.
    measures : pandas.DataFrame
        With ``idle_status`` as reviewed: what a parcel without a row of the ledger keeps.
    dates : iterable of datetime.date
        Each once, in any order.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results.IDLE_SERIES`, date by date.

    Raises
    ------
    ValueError
        A date is not after the review date.
    """
    days = sorted(set(dates))
    early = [day for day in days if day <= review.as_of]
    if early:
        msg = (
            f"The status at {', '.join(map(str, early[:5]))} cannot be told ahead of the review date "
            f"{review.as_of}: give dates after it; what was known earlier stands in the results of that time."
        )
        raise ValueError(msg)
    ids = texts(parcels, "parcel_id").array
    at = np.flatnonzero(review.parcel_at >= 0)
    place = review.parcel_at[at]
    # A suspension that begins later has not happened, and nothing happens.
    begun = review.facts.suspended_on <= review.today
    halted = np.where(begun, review.facts.suspended_on, np.datetime64("NaT", "D"))
    facts = replace(review.facts, suspended_on=halted)
    frames = []
    for day in days:
        decided = decide(facts, review.rules, review.calendar, day).status[at]
        ranks = np.full(len(parcels), len(_RANKS), dtype=np.int64)
        np.minimum.at(ranks, place, pd.Series(decided).map(_RANKS).to_numpy(dtype=np.int64))
        status = measures["idle_status"].to_numpy(dtype=object).copy()
        told = ranks < len(_RANKS)
        status[told] = _STATUSES[ranks[told]]
        frames.append(
            pd.DataFrame({"parcel_id": ids, "on": pd.Timestamp(day), "idle_status": status})
        )
    joined = (
        pd.concat(frames, ignore_index=True)
        if frames
        else pd.DataFrame({column.name: [] for column in IDLE_SERIES.columns})
    )
    return pd.DataFrame(
        {column.name: joined[column.name].astype(column.dtype) for column in IDLE_SERIES.columns}
    )
