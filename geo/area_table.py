"""The sparse table of the areas that two layers share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["AreaTable", "sum_by"]

#: Shares that differ by less than this are equal: the choice must not hang on rounding.
_SHARE_TIE = 1e-9


def sum_by(
    owner: NDArray[np.int64], values: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    """Sum the values of each of `count` owners.

    Examples
    --------
    >>> sum_by(np.array([2, 0, 2]), np.array([1.0, 2.0, 4.0]), 3).tolist()
    [2.0, 0.0, 5.0]
    """
    return np.bincount(owner, weights=values, minlength=count).astype("float64")


@dataclass(frozen=True, eq=False)
class AreaTable:
    """The areas that the polygons of two layers share: one row per pair that shares any.

    Attributes
    ----------
    left, right : numpy.ndarray of int64
        Positions (not labels) in the two layers; sorted by left, then right.
    area_m2 : numpy.ndarray of float64
        The shared area of each pair.
    left_area_m2, right_area_m2 : numpy.ndarray of float64
        The whole area of every polygon of the two layers; NaN where there is no geometry.
    left_name, right_name : str
        What the layers are called in `frame` and in messages.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    area_m2: NDArray[np.float64]
    left_area_m2: NDArray[np.float64]
    right_area_m2: NDArray[np.float64]
    left_name: str = "left"
    right_name: str = "right"

    def left_totals(
        self,
        weights: NDArray[np.float64] | None = None,
        where: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.float64]:
        """Sum the shared areas of each left polygon.

        Parameters
        ----------
        weights : array of float, optional
            A factor per right polygon, such as its storeys: the sum of area x weight. NaN makes
            the totals that need it NaN: unknown.
        where : array of bool, optional
            Which right polygons count; the rest neither add nor make unknown.

        Returns
        -------
        numpy.ndarray
            m2 (x the unit of the weights) per left polygon; 0 where nothing is shared; NaN where
            the left polygon has no geometry. Right polygons that overlap count twice on the
            ground that they share: see `covered_areas_m2`.
        """
        rows = slice(None) if where is None else np.asarray(where, dtype=bool)[self.right]
        value = self.area_m2[rows]
        if weights is not None:
            value = value * np.asarray(weights, dtype="float64")[self.right[rows]]
        totals = sum_by(self.left[rows], value, len(self.left_area_m2))
        totals[np.isnan(self.left_area_m2)] = np.nan
        return totals

    def right_totals(self) -> NDArray[np.float64]:
        """Sum the shared areas of each right polygon, in m2."""
        totals = sum_by(self.right, self.area_m2, len(self.right_area_m2))
        totals[np.isnan(self.right_area_m2)] = np.nan
        return totals

    def right_residual_m2(self) -> NDArray[np.float64]:
        """Return what of each right polygon lies in no left polygon: area less `right_totals`.

        Negative where left polygons overlap one another on it.
        """
        return self.right_area_m2 - self.right_totals()

    def scaled(self, left_factor: NDArray[np.float64]) -> AreaTable:
        """Return the table with the areas in each left polygon multiplied by a factor.

        This carries plane areas over to another basis, such as the registered area of the parcel.
        The right areas change by as much as their shared areas do, so that totals and residual
        still add up.

        Parameters
        ----------
        left_factor : array of float
            Per left polygon.
        """
        factor = np.asarray(left_factor, dtype="float64")
        scaled = replace(
            self,
            area_m2=self.area_m2 * factor[self.left],
            left_area_m2=self.left_area_m2 * factor,
        )
        right_area = self.right_residual_m2() + scaled.right_totals()
        return replace(scaled, right_area_m2=right_area)

    def largest_right(self) -> pd.DataFrame:
        """Return the right polygon with the largest share of each left polygon.

        Returns
        -------
        pandas.DataFrame
            One row per left polygon in order: ``right`` (Int64 position, NA where nothing is
            shared) and ``share`` (of the left polygon's area; 0 where nothing is shared, NaN
            without geometry). Of equal shares, that of the smaller right polygon is taken, then
            the first in order.
        """
        count = len(self.left_area_m2)
        share = self.left_shares()
        smaller = self.right_area_m2[self.right]
        tied = np.round(share / _SHARE_TIE)
        order = np.lexsort((self.right, smaller, -tied, self.left))
        owner, first = np.unique(self.left[order], return_index=True)
        best = order[first]
        right = pd.array(np.full(count, pd.NA, dtype=object), dtype="Int64")
        right[owner] = self.right[best]
        shares = np.where(np.isnan(self.left_area_m2), np.nan, 0.0)
        shares[owner] = share[best]
        return pd.DataFrame({"right": right, "share": shares})

    def left_shares(self) -> NDArray[np.float64]:
        """Return each row's shared area as a share (0 to 1) of its left polygon."""
        return self.area_m2 / self.left_area_m2[self.left]

    def right_shares(self) -> NDArray[np.float64]:
        """Return each row's shared area as a share (0 to 1) of its right polygon."""
        return self.area_m2 / self.right_area_m2[self.right]

    def frame(self) -> pd.DataFrame:
        """Return the rows as a frame: left, right, area_m2, left_share, right_share."""
        return pd.DataFrame(
            {
                self.left_name: self.left,
                self.right_name: self.right,
                "area_m2": self.area_m2,
                "left_share": self.left_shares(),
                "right_share": self.right_shares(),
            }
        )
