"""Limits that land without buildings does not have: roads and green as a rule carry no ratio.

Planning conditions set a floor-area ratio, a density, a height and a green ratio for plots to be
built on. Where a road has none of them nothing is missing, and nobody is asked to find it. A limit
that is given is compared whatever the land is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyses.frames import texts
from analyses.mixed_facts import uses_of

if TYPE_CHECKING:
    import pandas as pd

    from policies.model import Policy

__all__ = ["RULE", "without_conditions"]

#: The rule of a pack that names the uses.
RULE = "far.unconditioned"
_TESTS = ("far.limit", "far.coverage", "far.height", "far.headroom", "green.required")
_LIMITS = frozenset({"far_max", "coverage_max_share", "height_max_m", "green_min_share"})
_NOTE = (
    "此类用地一般不设该项规划条件，资料中亦未给出，不作比较。",
    "Land of this use as a rule has no such planning condition, and none is given: not compared.",
)


def without_conditions(
    findings: pd.DataFrame, parcels: pd.DataFrame, policy: Policy
) -> pd.DataFrame:
    """Call tests not applicable that lack nothing but a limit, on land that as a rule has none.

    Parameters
    ----------
    findings : pandas.DataFrame
        In the contract of `analyses.results.FINDINGS`.
    parcels : pandas.DataFrame
        With ``parcel_id`` and ``land_use``.
    policy : policies.model.Policy
        Its rule `RULE` names the uses; without it nothing changes.

    Returns
    -------
    pandas.DataFrame
        The findings, in their order.
    """
    if not policy.has_rule(RULE):
        return findings
    of_use = texts(parcels, "land_use").isin(list(uses_of(policy, RULE))).to_numpy(dtype=bool)
    open_ = texts(parcels, "parcel_id")[of_use]
    lacks = texts(findings, "missing").fillna("").str.split(",")
    only_limits = np.array([bool(names[0]) and _LIMITS.issuperset(names) for names in lacks], bool)
    rows = (
        findings["rule"].isin(_TESTS).to_numpy(dtype=bool)
        & findings["verdict"].eq("unknown").fillna(value=False).to_numpy(dtype=bool)
        & findings["parcel_id"].isin(open_).to_numpy(dtype=bool)
        & only_limits
    )
    changed = findings.copy()
    changed.loc[rows, "verdict"] = "not_applicable"
    changed.loc[rows, "attention"] = False
    changed.loc[rows, "missing"] = ""
    changed.loc[rows, "note_zh"] = _NOTE[0]
    changed.loc[rows, "note_en"] = _NOTE[1]
    return changed
