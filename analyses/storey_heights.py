"""How high a storey is reckoned on each parcel: by the project, else by the buildings that stand there.

A height limit says nothing of floor area until it is known how many storeys fit below it. The height of
a storey is never assumed: where neither the project nor a building tells it, it is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.floor_area import storey_height_by_use
from analyses.frames import numbers, texts
from analyses.storey_counting import half_factor

if TYPE_CHECKING:
    from analyses.floor_area import StoreyHeights
    from policies.model import Policy

__all__ = ["full_storey_fits", "mean_storey_heights", "parcel_storey_heights"]


def mean_storey_heights(
    parcels: pd.DataFrame, pairs: pd.DataFrame, floors: pd.DataFrame, policy: Policy
) -> pd.Series[float]:
    """Return the mean storey height of the buildings on each parcel in m, weighted by the ground they stand on.

    Buildings of which it is not known are left out, and so are storeys so low that the pack counts
    them half: nobody builds another of those to use headroom.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame.
    pairs : pandas.DataFrame
        ``parcel``, ``building`` and ``share`` of the buildings that count, as
        `analyses.placement.Placement` has them.
    floors : pandas.DataFrame
        What `analyses.floor_area.building_floor_areas` returned: ``storey_height_m`` as it was
        recorded, of the storeys table, or height / storeys; ``footprint_m2``.
    policy : policies.model.Policy
        Gives ``far.half_storey``.

    Examples
    --------
    >>> from policies import load_policy
    >>> floors = pd.DataFrame({"storey_height_m": [4.0, 7.0, None], "footprint_m2": [200.0, 100.0, 50.0]})
    >>> pairs = pd.DataFrame({"parcel": [0, 0, 1], "building": [0, 1, 2], "share": [1.0, 1.0, 1.0]})
    >>> mean_storey_heights(pd.DataFrame(index=range(2)), pairs, floors, load_policy("national")).tolist()
    [5.0, nan]
    """
    at, building = pairs["parcel"].to_numpy(), pairs["building"].to_numpy()
    height = floors["storey_height_m"].to_numpy(dtype=float)[building]
    ground = floors["footprint_m2"].to_numpy(dtype=float)[building] * pairs["share"].to_numpy()
    told = ~np.isnan(height) & (half_factor(policy, height) == 1.0)
    n = len(parcels)
    weight = np.bincount(at[told], weights=ground[told], minlength=n)
    total = np.bincount(at[told], weights=(height * ground)[told], minlength=n)
    mean = np.divide(total, weight, out=np.full(n, np.nan), where=weight > 0)
    # A sum depends on the order of its parts in its last digits; these are not kept.
    return pd.Series(np.round(mean, 9), index=parcels.index)


def parcel_storey_heights(
    parcels: pd.DataFrame, stated: StoreyHeights | None, built_m: pd.Series[float]
) -> pd.DataFrame:
    """Say which storey height is reckoned with on each parcel, and where it comes from.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``land_use``.
    stated : float or mapping of str to float, optional
        The project's storey height, one or by use. It comes first: it is how the planner would build.
    built_m : pandas.Series
        What `mean_storey_heights` returned.

    Returns
    -------
    pandas.DataFrame
        ``storey_height_used_m`` (NaN: not known) and ``storey_height_source`` (``project``,
        ``buildings``, null).
    """
    own = storey_height_by_use(texts(parcels, "land_use"), stated)
    height = own.fillna(built_m)
    source = pd.Series(pd.NA, index=parcels.index, dtype="string")
    source = source.mask(height.notna(), "buildings").mask(own.notna(), "project")
    return pd.DataFrame({"storey_height_used_m": height, "storey_height_source": source})


def full_storey_fits(caps: pd.DataFrame, policy: Policy) -> np.ndarray:
    """Mark the parcels under whose height cap a storey fits that counts in full."""
    cap = numbers(caps, "height_cap_m").to_numpy()
    return ~np.isnan(cap) & (half_factor(policy, cap) == 1.0)
