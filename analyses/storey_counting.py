"""How often a storey counts: the control indicator's line, and the counting rules for planning.

A rule of counting says from which storey height on a storey counts more than once, for all uses or
use by use. It is applied storey by storey where a storeys table tells the heights, else to a
whole building by its mean storey height.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.model import Policy

__all__ = ["Counting", "control_counting", "half_factor", "plan_counting"]

#: Heights closer than this, relatively, are the same: a converted 8.00 m is not higher than 8 m.
_ROUNDING = 1e-9

#: The line that holds for every use without one of its own.
_ANY = "default"


@dataclass(frozen=True)
class Counting:
    """From which storey height on a storey counts how often.

    Attributes
    ----------
    lines : mapping of str to tuple of (float, float)
        Use (``default``: every other) to pairs of a height in m and a factor, lowest first. A storey
        strictly higher than the height counts by the factor of the highest line it exceeds.
    """

    lines: Mapping[str, tuple[tuple[float, float], ...]]

    def _of(self, use: str) -> tuple[tuple[float, float], ...]:
        return self.lines.get(use, self.lines.get(_ANY, ()))

    def factors(self, height_m: np.ndarray, uses: np.ndarray) -> np.ndarray:
        """Return how often a storey of each height and use counts; NaN where the height is unknown and decides.

        Parameters
        ----------
        height_m : numpy.ndarray of float
            NaN: unknown.
        uses : numpy.ndarray of str
            Codes; an empty text where unknown.

        Examples
        --------
        >>> line = Counting({"default": ((8.0, 2.0),)})
        >>> line.factors(np.array([8.0, 8.01, np.nan]), np.array(["office"] * 3)).tolist()
        [1.0, 2.0, nan]
        """
        found = np.ones(len(height_m))
        for use in set(uses.tolist()):
            here, lines = uses == use, self._of(use)
            if not lines:
                continue
            height = height_m[here]
            times = np.ones(len(height))
            for line, factor in lines:
                times[height > line * (1 + _ROUNDING)] = factor
            times[np.isnan(height)] = np.nan
            found[here] = times
        return found

    def lowest(self, uses: np.ndarray) -> np.ndarray:
        """Return the lowest line of each use in m; infinite where no storey counts more than once."""
        known = uses.tolist()
        least = {
            use: min((line for line, _ in self._of(use)), default=np.inf) for use in set(known)
        }
        return np.array([least[use] for use in known], dtype=float)


def control_counting(policy: Policy) -> Counting | None:
    """Return the counting of the industrial control indicator (``far.control``); None without it."""
    if not policy.has_rule("far.control"):
        return None
    rule = policy.rule("far.control")
    line = (float(rule.value("storey_above_m")), float(rule.value("factor")))
    return Counting({_ANY: (line,)})


def plan_counting(policy: Policy) -> Counting | None:
    """Return the counting rule for planning (``far.plan``); None where no pack states one."""
    if not policy.has_rule("far.plan"):
        return None
    lines: dict[str, list[tuple[float, float]]] = {}
    for row in policy.rule("far.plan").value("table"):
        pair = (float(row["storey_above_m"]), float(row["factor"]))
        lines.setdefault(str(row["use"]), []).append(pair)
    return Counting({use: tuple(sorted(pairs)) for use, pairs in lines.items()})


def half_factor(policy: Policy, height_m: np.ndarray) -> np.ndarray:
    """Return what part of a storey of each height is floor area; 1 where the height is unknown.

    Examples
    --------
    >>> from policies import load_policy
    >>> half_factor(load_policy("national"), np.array([2.20, 2.19, np.nan])).tolist()
    [1.0, 0.5, 1.0]
    """
    if not policy.has_rule("far.half_storey"):
        return np.ones(len(height_m))
    rule = policy.rule("far.half_storey")
    low = height_m < float(rule.value("storey_below_m")) * (1 - _ROUNDING)
    return np.where(low, float(rule.value("factor")), 1.0)
