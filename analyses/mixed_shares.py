"""How much of a parcel's programme is supporting, and of how much in all.

The rows of the uses table with the role ``supporting`` or ``administrative`` are supporting. A
proposed row is supporting unless its use is a main use of the rule, or one that counts outside.
Uses that no list tests (roads, parking, green, utilities) are neither.

Denominators: for land the site area of the parcel; for floor area the existing rows of the uses
table where it names a main one and knows every floor area, else what stands by buildings or record;
proposed rows are added. A parcel without rows in the table has an unknown programme.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analyses.mixed_facts import MixedFacts, uses_of

__all__ = ["Programme", "Sum"]

_UNBUILT = ("not_supplied", "supplied_not_started")


@dataclass(frozen=True)
class Sum:
    """What some rows of each parcel add up to.

    Attributes
    ----------
    m2 : numpy.ndarray of float
        The sum of what is known: the least that it can be.
    lacks : dict of str to numpy.ndarray of bool
        What is missing for the rest, by contract column.
    """

    m2: np.ndarray
    lacks: dict[str, np.ndarray]

    @property
    def complete(self) -> np.ndarray:
        """Where nothing is missing."""
        return ~np.logical_or.reduce(list(self.lacks.values()))


@dataclass(frozen=True)
class Programme:
    """The uses table as a definition of supporting facilities reads it.

    Attributes
    ----------
    facts : MixedFacts
        The parcels and their rows.
    main_uses, outside_uses : frozenset of str
        Uses that are never supporting when proposed; uses counted apart.
    """

    facts: MixedFacts
    main_uses: frozenset[str]
    outside_uses: frozenset[str] = frozenset()

    @cached_property
    def _counted(self) -> np.ndarray:
        return ~np.isin(self.facts.rows.use, list(uses_of(self.facts.policy, "mixed.untested")))

    @cached_property
    def _main(self) -> np.ndarray:
        rows = self.facts.rows
        by_use = np.isin(rows.use, list(self.main_uses)) & np.isin(rows.role, ["", "proposed"])
        return self._counted & ((rows.role == "main") | by_use)

    @cached_property
    def outside(self) -> np.ndarray:
        """Rows that count apart from the supporting ones."""
        rows = self.facts.rows
        served = np.isin(rows.role, ["supporting", "administrative", "proposed"])
        return self._counted & served & np.isin(rows.use, list(self.outside_uses))

    @cached_property
    def supporting(self) -> np.ndarray:
        """Rows that are supporting."""
        role = self.facts.rows.role
        served = np.isin(role, ["supporting", "administrative", "proposed"])
        return self._counted & served & ~self._main & ~self.outside & (self.facts.rows.use != "")

    @cached_property
    def _doubtful(self) -> dict[str, np.ndarray]:
        """Parcels with a row of which it is not known whether it counts."""
        rows = self.facts.rows
        unnamed = (rows.use == "") & np.isin(
            rows.role, ["supporting", "administrative", "proposed"]
        )
        unplaced = self._counted & (rows.role == "") & ~self._main
        return {
            "uses": self.facts.count(np.ones(len(rows.use), dtype=bool)) == 0,
            "uses.use": self.facts.count(unnamed) > 0,
            "uses.role": self.facts.count(unplaced) > 0,
        }

    def land(self, rows: np.ndarray) -> Sum:
        """Return the land of the marked rows."""
        return self._sum(self.facts.rows.land_m2, rows, "uses.land_area_m2")

    def floor(self, rows: np.ndarray) -> Sum:
        """Return the floor area of the marked rows."""
        return self._sum(self.facts.rows.floor_m2, rows, "uses.floor_area_m2")

    def _sum(self, values: np.ndarray, rows: np.ndarray, column: str) -> Sum:
        blank = self.facts.count(rows & np.isnan(values)) > 0
        return Sum(self.facts.total(values, rows), {**self._doubtful, column: blank})

    @cached_property
    def floor_total(self) -> np.ndarray:
        """All floor area of the programme, m2; NaN where it is not known."""
        facts, rows = self.facts, self.facts.rows
        proposed = rows.role == "proposed"
        stands = self._counted & ~proposed
        blank = np.isnan(rows.floor_m2)
        complete = (facts.count(stands & self._main) > 0) & (facts.count(stands & blank) == 0)
        built = facts.number("floor_area_m2")
        built = np.where(np.isnan(built), facts.number("floor_area_recorded_m2"), built)
        # Nothing stands where works have not begun, nor where the programme is all proposal.
        alone = (facts.count(stands) == 0) & (facts.count(proposed & self._main) > 0)
        empty = np.isnan(built) & (alone | np.isin(facts.text("land_stage"), _UNBUILT))
        existing = np.where(
            complete, facts.total(rows.floor_m2, stands), np.where(empty, 0.0, built)
        )
        added = self._counted & proposed
        total = existing + facts.total(rows.floor_m2, added)
        return np.where((facts.count(added & blank) > 0) | ~(total > 0), np.nan, total)
