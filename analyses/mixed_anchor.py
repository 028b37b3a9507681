"""Which maximum holds for a programme: that of the review date, or that of the supply of the land.

What is proposed today is planned by the rules of today. A project whose land was supplied keeps the
standard in force then: a later, stricter one never condemns an older plant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analyses.anchors import earliest_signing

if TYPE_CHECKING:
    import pandas as pd

    from analyses.mixed_facts import MixedFacts
    from policies.model import Parameter, Rule

__all__ = ["OUTSIDE", "SupplyAnchor", "standard_gaps", "supply_anchor"]

#: The maximum, and the one outside the fence where a rule has both.
_MAX, OUTSIDE = "share_max", "share_max_park"

#: What is missing where no document is known to have set the standard when the land was supplied.
_NO_STANDARD = "ruleset_supply"


@dataclass(frozen=True)
class SupplyAnchor:
    """Which value holds for each parcel; the arrays have one entry per parcel.

    Attributes
    ----------
    by_supply : numpy.ndarray of bool
        Held to the standard of its supply, known or not; else to the one of the review date.
    by : list of policies.model.Parameter
        The value that binds, or is shown for reference.
    inside, outside : list of policies.model.Parameter
        The value inside the fence, and the one outside.
    lacks : dict of str to numpy.ndarray of bool
        What is missing before the value applies.
    """

    by_supply: np.ndarray
    by: list[Parameter]
    inside: list[Parameter]
    outside: list[Parameter]
    lacks: dict[str, np.ndarray]

    def values(
        self, facts: MixedFacts, low: np.ndarray, high: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the values inside and outside the fence, those of the supply where they apply."""
        if not self.by_supply.any():
            return low, high
        n = len(facts.parcels)
        then_low = np.fromiter((float(one.value) for one in self.inside), float, n)
        then_high = np.fromiter((float(one.value) for one in self.outside), float, n)
        return np.where(self.by_supply, then_low, low), np.where(self.by_supply, then_high, high)


def _supplied(facts: MixedFacts) -> tuple[np.ndarray, pd.Series[Any]]:
    """Return where the standard of the supply decides, and the day of the supply."""
    proposed = facts.count(facts.rows.role == "proposed") > 0
    signed = earliest_signing(facts.parcels, facts.ledger).reset_index(drop=True)
    gone = np.isin(facts.text("supply_status"), ["", "supplied"])
    known = signed.notna().to_numpy() | (facts.text("land_stage") == "completed")
    return ~proposed & gone & known, signed


def standard_gaps(facts: MixedFacts, rule: Rule, parameter: Parameter) -> np.ndarray:
    """Name for each parcel what is missing before a standard applies to it; empty where it does.

    Parameters
    ----------
    facts : MixedFacts
        The parcels, their programme, the ledger.
    rule : policies.model.Rule
        The standard's rule; one anchored at ``review`` applies to all land alike.
    parameter : policies.model.Parameter
        The standard.
    """
    gaps = np.full(len(facts.parcels), "", dtype=object)
    if rule.anchor == "review":
        return gaps
    by_supply, signed = _supplied(facts)
    dated = signed.notna().to_numpy()
    gaps[by_supply & ~dated] = "signed_on"
    for day in signed[by_supply & dated].unique():
        if parameter.at(day.date()) is None:
            gaps[by_supply & (signed == day).to_numpy()] = _NO_STANDARD
    return gaps


def supply_anchor(facts: MixedFacts, rule: Rule) -> SupplyAnchor:
    """Choose the date that decides for each parcel, and the value in force on it.

    A programme with proposed rows is tested by the review date, and so is land of which neither a
    completed project nor a contract is known. Other land is tested by the value in force when its
    first contract was signed; completed without a known date it is not decided.

    Parameters
    ----------
    facts : MixedFacts
        The parcels, their programme, the ledger.
    rule : policies.model.Rule
        A rule with ``share_max``; one anchored at ``review`` is never taken back.
    """
    n, inner = len(facts.parcels), rule.parameter(_MAX)
    outer = rule.parameters.get(OUTSIDE, inner)
    inside, outside = [inner] * n, [outer] * n
    nowhere = np.zeros(n, dtype=bool)
    lacks = {"signed_on": nowhere.copy(), _NO_STANDARD: nowhere.copy()}
    by_supply = nowhere
    if rule.anchor != "review":
        by_supply, signed = _supplied(facts)
        dated = signed.notna().to_numpy()
        lacks["signed_on"] = by_supply & ~dated
        for day in signed[by_supply & dated].unique():
            held = inner.at(day.date()), outer.at(day.date())
            for at in np.flatnonzero(by_supply & (signed == day).to_numpy()):
                one = held[0] if facts.inside[at] else held[1]
                lacks[_NO_STANDARD][at] = one is None
                inside[at], outside[at] = held[0] or inner, held[1] or outer
    by = [a if here else b for a, b, here in zip(inside, outside, facts.inside, strict=True)]
    return SupplyAnchor(by_supply, by, inside, outside, lacks)
