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
from analyses.idle_text import coded, first_that_holds

if TYPE_CHECKING:
    from fractions import Fraction

    from analyses.idle_causes import Causes
    from analyses.idle_rules import IdleRules
    from analyses.idle_text import Pieces

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
    contract = _contracts(ledger)
    figures = pd.DataFrame(
        {
            "price": numbers(ledger, "land_price_wan").to_numpy(),
            "area": numbers(ledger, "parcel_area_in_contract_m2").to_numpy(),
            "whole": numbers(ledger, "contract_area_m2").to_numpy(),
        }
    )
    over_contract, agreed = _split(figures, contract, whole=True)
    several = np.flatnonzero(~agreed)
    phase = pd.factorize(texts(ledger, "phase_no").array[several])[0] + 1
    groups = pd.factorize(contract[several] * (phase.max(initial=0) + 1) + phase)[0]
    over_contract[several], _ = _split(figures.iloc[several], groups, whole=False)
    return over_contract


def _contracts(ledger: pd.DataFrame) -> np.ndarray:
    """Give every contract a number: by its own, else by supervision; a row without stands alone."""
    contract, found = pd.factorize(texts(ledger, "contract_no").array)
    unnumbered = np.flatnonzero(contract < 0)
    supervised, others = pd.factorize(texts(ledger, "supervision_no").array[unnumbered])
    alone = supervised < 0
    supervised[alone] = len(others) + np.arange(alone.sum())
    contract[unnumbered] = len(found) + supervised
    return contract


def _by_group(figure: pd.Series[Any], group: np.ndarray) -> np.ndarray:
    """Give every row the figure of its group; groups are numbered without gaps."""
    out: np.ndarray = figure.to_numpy().take(group)
    return out


def _split(
    figures: pd.DataFrame, group: np.ndarray, *, whole: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Split the one price of each group by area; NaN where areas lack. Say where there is one price."""
    size = np.bincount(group, minlength=1).take(group)
    groups = figures.groupby(group, sort=True)
    least, most = (
        _by_group(prices, group) for prices in (groups["price"].min(), groups["price"].max())
    )
    agreed = least == most
    price = np.where(agreed, most, np.nan)
    area = figures["area"].to_numpy()
    lacks = np.bincount(group, weights=np.isnan(area), minlength=1) > 0
    together = _by_group(groups["area"].sum(), group)
    if whole:
        stated = _by_group(groups["whole"].max(), group)
        together = np.where(stated > together * (1 + _AREA_ROUNDING), stated, together)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(~lacks.take(group) & (together > 0), price * (area / together), np.nan)
    alone = (size == 1) & np.isnan(area)
    return np.where(alone, price, part), agreed


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
    grant: Pieces,
    causes: Causes,
    price: np.ndarray,
    grants: tuple[str, ...],
    share: Fraction,
) -> Fee:
    places, found = grant
    named = np.array([name != "" for name in found])
    outside = (named & ~np.isin(found, grants))[places]
    no_grant, no_cause, no_price = ~named[places], causes.kind != "holder", np.isnan(price)
    which = first_that_holds([~suspected, outside, no_grant | no_cause | no_price])
    state: np.ndarray = np.array(["", "none", "unknown", "amount"], dtype=object).take(which)
    unknown, calculated = which == 2, which == 3
    # Multiplied before divided: 20 % of 350 is 70 and not 70.00000000000001.
    amount = price * share.numerator / share.denominator
    return Fee(
        state,
        np.where(calculated, amount, np.nan),
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
    grant = coded(ledger, "grant")
    return (
        _fee(suspected, grant, causes, price, rules.fee_grants, rules.fee_share),
        _fee(suspected, grant, causes, price, rules.fee_max_grants, rules.fee_share_max),
    )
