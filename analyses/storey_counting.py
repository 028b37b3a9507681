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

__all__ = ["Counting", "control_counting", "half_factor", "least_full_storey", "plan_counting"]

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

    def ranges(
        self,
        total_m: np.ndarray,
        storeys_n: np.ndarray,
        uses: np.ndarray,
        *,
        least_storey_m: float,
        alike: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return between which factors a building of some height and number of storeys counts.

        Two storeys of 13.5 m in all may be one of 9 m beneath one of 4.5 m, or two of 6.75 m: a mean
        does not tell. What is told is how many storeys may be higher than the line, and whether one must be,
        each of the others being at least `least_storey_m` high.

        Parameters
        ----------
        total_m, storeys_n : numpy.ndarray of float
            The height of the whole building and its storeys above ground; NaN: unknown.
        uses : numpy.ndarray of str
            Codes; an empty text where unknown.
        least_storey_m : float
            No storey that counts in full is lower.
        alike : numpy.ndarray of bool
            Where every storey has the same floor area; elsewhere any one of them may hold nearly all of it.

        Returns
        -------
        tuple of numpy.ndarray
            The least and the greatest factor; equal where the heights are certain enough.

        Examples
        --------
        >>> line = Counting({"default": ((8.0, 2.0),)})
        >>> least, most = line.ranges(
        ...     np.array([13.5, 10.2, 9.0, np.nan]),
        ...     np.array([2.0, 2.0, 1.0, 2.0]),
        ...     np.array([""] * 4),
        ...     least_storey_m=2.2,
        ...     alike=np.ones(4, dtype=bool),
        ... )
        >>> least.tolist(), most.tolist()
        ([1.0, 1.0, 2.0, 1.0], [1.5, 1.0, 2.0, 2.0])
        """
        low, high = np.ones(len(total_m)), np.ones(len(total_m))
        for use in set(uses.tolist()):
            here, lines = np.flatnonzero(uses == use), self._of(use)
            if not lines:
                continue
            at = np.array([line for line, _ in lines])
            factor = np.array([times for _, times in lines])
            total, n = total_m[here], storeys_n[here]
            # Storeys lower than that on the mean: nothing is known of the least.
            each = np.where(total < n * least_storey_m, 0.0, least_storey_m)
            tallest = total - (n - 1.0) * each
            first = at[0] * (1 + _ROUNDING)
            rest = np.maximum(at[0] - each, _ROUNDING)
            tall = np.clip(np.ceil((total - n * each) / rest * (1 - _ROUNDING)) - 1.0, 0.0, n)
            tall = np.where(tallest > first, np.maximum(tall, 1.0), 0.0)
            reached = tallest[:, None] > at * (1 + _ROUNDING)
            # The tallest storey is as high as the mean at least: its line is that, or a higher one.
            passed = (total / n)[:, None] > at * (1 + _ROUNDING)
            mean = passed.sum(axis=1)
            onwards = np.array(
                [
                    factor[max(place - 1, 0) :].min() if place else 1.0
                    for place in range(len(at) + 1)
                ]
            )
            most_each = np.where(reached, factor, 1.0).max(axis=1, initial=1.0)
            least_each = np.where(reached, factor, 1.0).min(axis=1, initial=1.0)
            must = onwards[mean]
            same = alike[here]
            part = np.where(same, tall / n, (tall > 0).astype(float))
            most = 1.0 + part * (most_each - 1.0)
            least = np.where(
                least_each < 1.0,
                1.0 + part * (least_each - 1.0),
                1.0 + np.where(same, (must - 1.0) / n, 0.0),
            )
            one = n == 1
            exact = self.factors(total, uses[here])
            open_ = np.isnan(total) | np.isnan(n)
            least = np.where(one, exact, least)
            most = np.where(one, exact, most)
            low[here] = np.where(open_, min(1.0, factor.min()), least)
            high[here] = np.where(open_, max(1.0, factor.max()), most)
        return low, high


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


def least_full_storey(policy: Policy) -> float:
    """Return the height in m below which a storey does not count in full; 0 where no rule says so."""
    if not policy.has_rule("far.half_storey"):
        return 0.0
    return float(policy.rule("far.half_storey").value("storey_below_m"))


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
