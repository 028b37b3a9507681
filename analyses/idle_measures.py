"""What a reviewed ledger says of parcels and of zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import numbers, texts
from analyses.idle_clock import day_numbers
from analyses.idle_found import found_parcels
from analyses.idle_links import link_rows
from analyses.idle_parcels import SUPPLIED_STAGES, never_supplied
from analyses.idle_status import SUSPECTED
from analyses.idle_text import text_or_null
from analyses.results import IDLE_STATUSES, PARCEL_MEASURES

if TYPE_CHECKING:
    from analyses.idle_fees import Fee
    from analyses.idle_review import Review

__all__ = ["IDLE_MEASURES", "parcel_measures", "zone_figures"]

#: The columns that this analysis adds to the parcels.
IDLE_MEASURES = (
    *("idle_status", "idle_from", "idle_two_years_on", "idle_days", "duration_class"),
    *("fee_order53_wan", "fee_law_max_wan", "contracts_n", "idle_found"),
)


def _parcel_fee(fee: Fee, parcel_at: np.ndarray, n: int, *, counts: np.ndarray) -> np.ndarray:
    """Add up the fees of a parcel's rows; unknown where one of them is, or where there is none.

    Only the rows that `counts` marks, those of the parcel's own status: beyond two years the fee is the
    alternative to recovery, and is never added to one that is not.
    """
    known = (fee.state == "amount") & counts
    total = np.bincount(parcel_at[known], weights=fee.amount_wan[known], minlength=n)
    counted = np.bincount(parcel_at[known], minlength=n)
    unknown = (fee.state == "unknown") & counts
    open_fee = np.bincount(parcel_at[unknown], minlength=n)
    return np.where((counted > 0) & (open_fee == 0), total, np.nan)


def parcel_measures(
    review: Review, parcels: pd.DataFrame, *, cases: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Give every parcel the gravest status of its rows and the dates that go with it."""
    n, decision = len(parcels), review.decision
    at = np.flatnonzero(review.parcel_at >= 0)
    parcel = review.parcel_at[at]
    grave = {name: rank for rank, name in enumerate(IDLE_STATUSES)}
    rank = pd.Series(decision.status[at]).map(grave).to_numpy(dtype=np.int64)
    since = decision.idle_from[at].astype(np.int64)
    since = np.where(np.isnat(decision.idle_from[at]), np.iinfo(np.int64).max, since)
    order = np.lexsort((at, since, rank, parcel))
    held, first = np.unique(parcel[order], return_index=True)
    chosen = at[order][first]
    row_of = np.full(n, -1, dtype=np.int64)
    row_of[held] = chosen
    named = row_of >= 0

    def taken(values: np.ndarray, blank: Any) -> np.ndarray:
        out = np.full(n, blank, dtype=values.dtype)
        out[named] = values[row_of[named]]
        return out

    alone = np.where(never_supplied(parcels), "not_supplied", "unknown")
    status = np.where(named, taken(decision.status, ""), alone)
    nat = np.datetime64("NaT", "D")
    counts = np.zeros(len(decision.status), dtype=bool)
    counts[at] = decision.status[at] == status[parcel]
    values: dict[str, Any] = {
        "idle_status": status,
        "idle_from": taken(decision.idle_from, nat).astype("datetime64[s]"),
        "idle_two_years_on": taken(decision.two_years_on, nat).astype("datetime64[s]"),
        "idle_days": taken(decision.idle_days, np.nan),
        "duration_class": text_or_null(taken(decision.duration_class, "")).array,
        "fee_order53_wan": _parcel_fee(review.fee, review.parcel_at, n, counts=counts),
        "fee_law_max_wan": _parcel_fee(review.fee_max, review.parcel_at, n, counts=counts),
        "contracts_n": np.bincount(parcel, minlength=n),
        "idle_found": found_parcels(parcels, review.ledger, review.parcel_at, cases, review.as_of),
    }
    return pd.DataFrame(
        {
            name: pd.Series(
                values[name], index=parcels.index, dtype=PARCEL_MEASURES.column(name).dtype
            )
            for name in IDLE_MEASURES
        },
        index=parcels.index,
    )


def _case_parcels(
    review: Review, parcels: pd.DataFrame, cases: pd.DataFrame, chosen: np.ndarray
) -> np.ndarray:
    """Mark the parcels of the chosen cases: those they name, and those of the ledger rows they speak of."""
    at, source = link_rows(review.ledger, cases)
    direct = texts(parcels, "parcel_id").isin(texts(cases, "parcel_id")[chosen].dropna())
    marked = direct.to_numpy(dtype=bool).copy()
    by_row = review.parcel_at[at[chosen[source]]]
    marked[by_row[by_row >= 0]] = True
    return marked


def _found_parcels(
    review: Review, parcels: pd.DataFrame, cases: pd.DataFrame | None
) -> tuple[np.ndarray, np.ndarray]:
    """Mark the parcels with a finding by the review date, and those of them not settled yet."""
    if cases is None or len(cases) == 0:
        nothing = np.zeros(len(parcels), dtype=bool)
        return nothing, nothing
    today = review.today
    # A finding that was served was made.
    made = (day_numbers(cases, "finding_on") <= today) | (
        day_numbers(cases, "finding_served_on") <= today
    )
    running = made & ~(day_numbers(cases, "closed_on") <= today)
    return (
        _case_parcels(review, parcels, cases, made),
        _case_parcels(review, parcels, cases, running),
    )


def zone_figures(
    review: Review, parcels: pd.DataFrame, measures: pd.DataFrame, cases: pd.DataFrame | None
) -> pd.DataFrame:
    """Return suspected and found land of every zone, over its supplied land.

    Supplied are the parcels that a ledger row names (unless it is itself not supplied) and those whose
    supply status or land stage says so. An area that is not known makes the figures it belongs to
    unknown. The rate of land found idle is that of a zone in which findings are dated (settled ones
    too): where none is, nobody knows whether none was made or none written down.
    """
    status = measures["idle_status"].to_numpy(dtype=object)
    supplied = (measures["contracts_n"] > 0).to_numpy(dtype=bool) & (status != "not_supplied")
    supplied |= (
        texts(parcels, "supply_status").eq("supplied").fillna(value=False).to_numpy(dtype=bool)
    )
    supplied |= texts(parcels, "land_stage").isin(SUPPLIED_STAGES).to_numpy(dtype=bool)
    area = numbers(parcels, "area_m2").to_numpy()
    suspected = np.isin(status, SUSPECTED)
    dated, found = _found_parcels(review, parcels, cases)
    frame = pd.DataFrame({"zone_id": texts(parcels, "zone_id").array})
    for name, mask in (
        ("supplied_m2", supplied),
        ("suspected_area_m2", suspected),
        ("found_m2", found),
    ):
        frame[name] = np.where(mask, area, 0.0)
    frame["dated"] = dated
    frame["ruled"] = (measures["contracts_n"] > 0).to_numpy(dtype=bool)
    grouped = frame.dropna(subset="zone_id").groupby("zone_id", sort=True)
    total = grouped[["supplied_m2", "suspected_area_m2", "found_m2"]].sum(skipna=False)
    any_row = grouped["ruled"].any()
    base = total["supplied_m2"].where(total["supplied_m2"] > 0)
    suspected_m2 = total["suspected_area_m2"].where(any_row)
    return pd.DataFrame(
        {
            "suspected_area_m2": suspected_m2,
            "suspected_share": suspected_m2 / base,
            "idle_found_share": (total["found_m2"] / base).where(grouped["dated"].any()),
        }
    )
