"""Idle fees as calculated values: the price that a row stands for, and what each rule makes of it.

A calculated value (测算值) is never a fee due: that takes a written finding, a hearing notice and
the approval of the government.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import numbers, texts
from analyses.idle_text import choose

if TYPE_CHECKING:
    from fractions import Fraction

    from analyses.idle_causes import Causes
    from analyses.idle_rules import IdleRules

__all__ = ["Fee", "idle_fee", "price_shares"]

#: Relative difference above which a contract's area is larger than that of its rows together.
_AREA_ROUNDING = 1e-6


def price_shares(ledger: pd.DataFrame) -> np.ndarray:
    """Return the part of the land price that each ledger row stands for, in 万元.

    A ledger repeats the price of a contract on each of its rows, or writes it on one alone. Where all
    rows of a contract that state a price state the same one, it is the contract's, and is split by
    ``parcel_area_in_contract_m2`` over the contract (over ``contract_area_m2`` where that is larger
    than the rows together, since other parcels then belong to it too). Where phases state
    different prices, each phase is split by itself. So no price is counted twice. NaN where the price,
    or an area that the split needs, is not known.

    Parameters
    ----------
    ledger : pandas.DataFrame
        In the contract of the ledger. Rows are of one contract by ``contract_no``, else by
        ``supervision_no``; a row without either stands alone.

    Returns
    -------
    numpy.ndarray of float

    Examples
    --------
    >>> price_shares(pd.DataFrame({"contract_no": ["A", "A", "B"], "land_price_wan": [900.0, 900.0, 50.0],
    ...                            "parcel_area_in_contract_m2": [10000.0, 20000.0, None]})).tolist()
    [300.0, 600.0, 50.0]
    """
    own = pd.Series(np.arange(len(ledger)).astype(str), index=ledger.index, dtype="string")
    named = ("c" + texts(ledger, "contract_no")).fillna("s" + texts(ledger, "supervision_no"))
    contract = pd.factorize(named.fillna("r" + own))[0]
    rows = pd.DataFrame(
        {
            "contract": contract,
            "phase": pd.factorize(texts(ledger, "phase_no").fillna("").to_numpy(dtype=object))[0],
            "price": numbers(ledger, "land_price_wan").to_numpy(),
            "area": numbers(ledger, "parcel_area_in_contract_m2").to_numpy(),
            "whole": numbers(ledger, "contract_area_m2").to_numpy(),
        }
    )
    by_contract = rows.groupby("contract", sort=False)
    single = (by_contract["price"].transform("nunique") == 1).to_numpy()
    over_contract = _split(rows, by_contract, whole=True)
    over_phase = _split(rows, rows.groupby(["contract", "phase"], sort=False), whole=False)
    return np.where(single, over_contract, over_phase)


def _split(rows: pd.DataFrame, groups: Any, *, whole: bool) -> np.ndarray:
    """Split the one price of each group by area; NaN where it has several prices or areas lack."""
    size = groups["contract"].transform("size").to_numpy()
    agreed = groups["price"].transform("nunique").to_numpy() == 1
    price = np.where(agreed, groups["price"].transform("max").to_numpy(), np.nan)
    complete = groups["area"].transform("count").to_numpy() == size
    area = rows["area"].to_numpy()
    together = groups["area"].transform("sum").to_numpy()
    if whole:
        stated = groups["whole"].transform("max").to_numpy()
        together = np.where(stated > together * (1 + _AREA_ROUNDING), stated, together)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(complete & (together > 0), price * (area / together), np.nan)
    alone = (size == 1) & np.isnan(area)
    return np.where(alone, price, part)


@dataclass(frozen=True)
class Fee:
    """What one fee rule says of every row; arrays of equal length.

    Attributes
    ----------
    state : numpy.ndarray of str
        ``amount``; ``none``: the rule does not address this kind of grant; ``unknown``: something it
        needs is not recorded; empty: the row is not suspected, so that no fee is calculated.
    amount_wan : numpy.ndarray of float
        万元, a calculated value; NaN unless the state is ``amount``.
    no_grant, no_cause, no_price : numpy.ndarray of bool
        What is missing where the state is ``unknown``.
    """

    state: np.ndarray
    amount_wan: np.ndarray
    no_grant: np.ndarray
    no_cause: np.ndarray
    no_price: np.ndarray


def _fee(
    suspected: np.ndarray,
    grant: np.ndarray,
    causes: Causes,
    price: np.ndarray,
    grants: tuple[str, ...],
    share: Fraction,
) -> Fee:
    outside = (grant != "") & ~np.isin(grant, grants)
    no_grant, no_cause, no_price = grant == "", causes.kind != "holder", np.isnan(price)
    state = choose(
        [~suspected, outside, no_grant | no_cause | no_price], ["", "none", "unknown"], "amount"
    )
    unknown = state == "unknown"
    # Multiplied before divided: 20 % of 350 is 70 and not 70.00000000000001.
    amount = price * share.numerator / share.denominator
    return Fee(
        state,
        np.where(state == "amount", amount, np.nan),
        no_grant & unknown,
        no_cause & unknown,
        no_price & unknown,
    )


def idle_fee(
    ledger: pd.DataFrame, status: np.ndarray, causes: Causes, rules: IdleRules, *, price: np.ndarray
) -> tuple[Fee, Fee]:
    """Calculate the fee of Order 53 and the ceiling of the law for every ledger row.

    Only land suspected idle because it was not started (never suspended land, never a government's
    cause), only where the cause is the holder's and the price is known. Grant bears both; an allocation
    that of Order 53 alone; lease, contribution and collective land none of them.

    Parameters
    ----------
    ledger : pandas.DataFrame
        In the contract of the ledger.
    status : numpy.ndarray of str
        The idle status of each row.
    causes : Causes
        Its causes.
    rules : IdleRules
        Shares and kinds of grant.
    price : numpy.ndarray of float
        What `price_shares` gave, in 万元.

    Returns
    -------
    Fee
        By Order 53: share times price.
    Fee
        The law's ceiling: at most share times grant price.
    """
    suspected = np.isin(status, ("suspected_1y", "suspected_2y"))
    grant = texts(ledger, "grant").fillna("").to_numpy(dtype=object)
    return (
        _fee(suspected, grant, causes, price, rules.fee_grants, rules.fee_share),
        _fee(suspected, grant, causes, price, rules.fee_max_grants, rules.fee_share_max),
    )
