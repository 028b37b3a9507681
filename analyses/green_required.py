"""What green a parcel owes and how much it may hold: its own condition, the plan, the pack's table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.anchors import Anchored, anchored
from analyses.far_limits import plan_figures
from analyses.frames import numbers, texts

if TYPE_CHECKING:
    from policies.model import Parameter, Policy

__all__ = ["cap_of", "green_caps", "green_requirements"]

#: What a row of the uses table weighs by, and what is missing without it.
_WEIGHTS = {"land": "land_area_m2", "floor": "floor_area_m2"}

#: Rows of the uses table that are a use of the plot itself.
_OWN_ROLES = ("main", "")

#: They serve the plot and are no use of its own, unless the pack's table names them.
_SERVING = ("road", "parking", "green", "utility", "transport")


def green_requirements(
    parcels: pd.DataFrame,
    policy: Policy,
    ledger: pd.DataFrame | None,
    *,
    plan_zones: pd.DataFrame | None = None,
    uses: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the minimum green ratio of each parcel and where it comes from.

    The parcel's planning condition comes first (``green_min_share``), then the control plan
    (averaged by the parcel's ground under each plan zone), then the pack's table: by the use of the
    land or, on a parcel of several uses, the mean of their figures, weighted as the pack says by
    land area or by floor area: ``sum(w_u s_u) / sum(w_u)``.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame.
    policy : policies.model.Policy
        Gives ``green.required_by_use``.
    ledger : pandas.DataFrame or None
        For signing dates: the table holds for land supplied while it was in force.
    plan_zones : geopandas.GeoDataFrame, optional
        The control plan.
    uses : pandas.DataFrame, optional
        The uses table.

    Returns
    -------
    tuple of pandas.DataFrame
        On the parcels' index: ``share`` (NaN: unknown), ``source`` (``parcel``, ``plan_zones``,
        ``by_use``, ``by_mix``, null), ``missing`` (what has to be known before the figure holds;
        it is for reference until then), ``by`` (the parameter) and ``mix`` (the weighting in
        words, empty elsewhere); and the problems.
    """
    index = parcels.index
    own = numbers(parcels, "green_min_share")
    planned, problems = plan_figures(parcels, plan_zones, ("green_min_share",))
    plan = planned["green_min_share"]
    source = pd.Series(pd.NA, index=index, dtype="string")
    source = source.mask(plan.notna(), "plan_zones").mask(own.notna(), "parcel")
    frame = pd.DataFrame(
        {
            "share": own.fillna(plan),
            "source": source,
            "missing": pd.Series("", index=index, dtype="string"),
            "by": pd.Series(None, index=index, dtype=object),
            "mix": pd.Series("", index=index, dtype="string"),
        }
    )
    if not policy.has_rule("green.required_by_use"):
        return frame, problems
    table = policy.rule("green.required_by_use").parameter("table")
    chosen = anchored(parcels, table, ledger, before="older", after="newer")
    named = {
        id(by): {str(row["use"]): float(row["share_min"]) for row in by.value} for by in chosen.by
    }
    by_use = pd.Series(
        [
            named[id(by)].get(str(use), np.nan)
            for by, use in zip(chosen.by, texts(parcels, "land_use"), strict=True)
        ],
        index=index,
        dtype="float64",
    )
    mixed = _mixed(parcels, policy, uses, chosen.by, named)
    is_mixed = mixed["mixed"].to_numpy(dtype=bool)
    figure = by_use.mask(is_mixed, mixed["share"])
    # Land supplied before the rule, or after its end, owes nothing by it.
    ruled = ~chosen.missing.isin(["older", "newer"])
    take = source.isna() & ruled & (figure.notna() | is_mixed)
    lacks = chosen.missing.mask(is_mixed & (mixed["missing"] != ""), mixed["missing"])
    return frame.assign(
        share=frame["share"].mask(take, figure),
        source=source.mask(take, "by_use").mask(take & is_mixed, "by_mix"),
        missing=frame["missing"].mask(take, lacks),
        by=pd.Series(chosen.by, index=index, dtype=object),
        mix=frame["mix"].mask(take & is_mixed, mixed["mix"]),
    ), problems


def _mixed(
    parcels: pd.DataFrame,
    policy: Policy,
    uses: pd.DataFrame | None,
    by: list[Parameter],
    named: dict[int, dict[str, float]],
) -> pd.DataFrame:
    """Weigh the figures of each parcel's uses; ``mixed`` says which parcels have several."""
    frame = pd.DataFrame(
        {"mixed": False, "share": np.nan, "missing": "", "mix": ""}, index=parcels.index
    ).astype({"missing": "string", "mix": "string"})
    rule = policy.rule("green.required_by_use")
    if uses is None or not len(uses) or "mixed_by" not in rule.parameters:
        return frame
    weight = _WEIGHTS[str(rule.value("mixed_by"))]
    nil = set(rule.value("no_minimum_uses")) if "no_minimum_uses" in rule.parameters else set()
    rows = pd.DataFrame(
        {
            "parcel": texts(uses, "parcel_id").array,
            "use": texts(uses, "use").array,
            "weight": numbers(uses, weight).to_numpy(),
            "role": texts(uses, "role").fillna("").array,
        }
    ).dropna(subset=["parcel", "use"])
    ruled = {use for table in named.values() for use in table}
    serves = rows["use"].isin(_SERVING) & ~rows["use"].isin(ruled)
    rows = rows[rows["role"].isin(_OWN_ROLES) & ~serves.to_numpy(dtype=bool)]
    groups = rows.groupby(["parcel", "use"], as_index=False, sort=True)
    summed = groups["weight"].agg(lambda part: part.sum(skipna=False))
    by_parcel: dict[str, Any] = {str(name): part for name, part in summed.groupby("parcel")}
    ids = texts(parcels, "parcel_id")
    for at in np.flatnonzero(ids.isin(list(by_parcel)).to_numpy(dtype=bool)):
        part = by_parcel[str(ids.iloc[at])]
        if len(part) < 2:
            continue
        table = named[id(by[at])]
        share = np.array(
            [table.get(use, 0.0 if use in nil else np.nan) for use in part["use"]], dtype=float
        )
        weights = part["weight"].to_numpy(dtype=float)
        total = weights.sum()
        known = not np.isnan(total) and total > 0
        counted = weights > 0
        lacks = [] if known else [f"uses.{weight}"]
        if np.isnan(share[counted] if known else share).any():
            lacks.append("green_min_share")
        mean = float((weights * np.nan_to_num(share)).sum() / total) if not lacks else np.nan
        words = "+".join(
            f"{use} {value / total:.4f}x{'?' if np.isnan(one) else f'{one:.4f}'}"
            for use, value, one in zip(part["use"], weights, share, strict=True)
        )
        row: Any = [True, mean, ",".join(lacks), words if known else ""]
        frame.iloc[int(at)] = row
    return frame


def cap_of(parcels: pd.DataFrame, policy: Policy, ledger: pd.DataFrame | None) -> Anchored | None:
    """Return the pack's cap of each parcel; None where the policy has none."""
    if not policy.has_rule("green.industrial_cap"):
        return None
    return anchored(parcels, policy.rule("green.industrial_cap").parameter("share_max"), ledger)


def green_caps(
    parcels: pd.DataFrame,
    policy: Policy,
    cap: Anchored | None,
    *,
    plan_zones: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the maximum green ratio of each parcel: its own, the plan's, the pack's.

    Parameters
    ----------
    cap : analyses.anchors.Anchored or None
        As `cap_of` gives it.

    Returns
    -------
    pandas.DataFrame
        On the parcels' index: ``share`` (NaN: none known), ``source`` (``parcel``,
        ``plan_zones``, ``pack``, null) and ``planting`` (the ratio beyond which no planting is
        proposed: the pack's too for projects that are not completed; NaN: none known).
    """
    own = numbers(parcels, "green_max_share")
    planned = plan_figures(parcels, plan_zones, ("green_max_share",))[0]["green_max_share"]
    share = own.fillna(planned)
    source = pd.Series(pd.NA, index=parcels.index, dtype="string")
    source = source.mask(planned.notna(), "plan_zones").mask(own.notna(), "parcel")
    planting = share.copy()
    if cap is not None:
        rule = policy.rule("green.industrial_cap")
        addressed = texts(parcels, "land_use").isin(list(rule.value("uses"))).astype(bool)
        completed = texts(parcels, "land_stage").fillna("completed") == "completed"
        take = share.isna() & addressed
        planting = planting.mask(take, cap.numbers())
        take = (take & completed).astype(bool)
        share = share.mask(take, cap.numbers())
        source = source.mask(take, "pack")
    return pd.DataFrame({"share": share, "source": source, "planting": planting})
