"""Which floor area a limit of the planning conditions counts: by the pack's rule where it has one, else the plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["with_counted"]


def with_counted(measures: pd.DataFrame, *, by_plan: bool) -> pd.DataFrame:
    """Add the floor area that the limit of the floor-area ratio counts, with its least and its most.

    A pack with a counting rule for planning (``far.plan``) says how the ratio of the planning conditions is
    counted, so that its limit is compared with that ratio. Without such a rule the plain
    ratio is compared, and the one for planning is unknown, never the plain one.

    Parameters
    ----------
    measures : pandas.DataFrame
        With the plain floor area and that for planning, each with what it is at least.
    by_plan : bool
        Whether the pack has a counting rule.

    Returns
    -------
    pandas.DataFrame
        The measures with ``floor_area_counted_m2``, ``floor_area_counted_least_m2``,
        ``floor_area_counted_most_m2``.
    """
    if by_plan:
        return measures.assign(
            floor_area_counted_m2=measures["floor_area_plan_m2"],
            floor_area_counted_least_m2=measures["floor_area_plan_least_m2"],
            floor_area_counted_most_m2=measures["floor_area_plan_most_m2"],
        )
    return measures.assign(
        floor_area_plan_m2=np.nan,
        floor_area_counted_m2=measures["floor_area_m2"],
        floor_area_counted_least_m2=measures["floor_area_least_m2"],
        floor_area_counted_most_m2=measures["floor_area_m2"],
    )
