"""The green balance as the zone is built up: year by year, and whose plans break it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import numbers, texts
from analyses.results_green import GREEN_YEARS
from layers.columns import empty_frame

if TYPE_CHECKING:
    from datetime import date

__all__ = ["YearlyBalance", "yearly_balance"]

_NOISE_M2 = 1e-6


@dataclass(frozen=True)
class YearlyBalance:
    """The balance of each zone by year.

    Attributes
    ----------
    years : pandas.DataFrame
        In the contract of `analyses.results_green.GREEN_YEARS`.
    breaking : pandas.DataFrame
        ``zone_id``, ``year``, ``parcel_id``, ``taken_m2``: the parcels whose plans break a zone in
        its first such year, the largest first.
    """

    years: pd.DataFrame
    breaking: pd.DataFrame


def yearly_balance(
    parcels: pd.DataFrame, facts: pd.DataFrame, zones: pd.DataFrame, as_of: date
) -> YearlyBalance:
    """Follow the balance of each zone from the review date to the last planned completion.

    A parcel counts from the year in which it is built: a completed one now, another from the year of
    its ``completion_planned_on`` and then with ``green_planned_m2``; a completed parcel with a plan
    still to come changes in that year. The ground of what is not built yet counts neither above nor
    below the line.

    ``margin = sum(min(green, cap) - required)`` over the parcels built; the balance breaks where
    it, or the margin to the zone's target over the ground built by then, falls below nothing. It
    is the plans of that year that break it: the parcels by which that margin grew smaller. Where a
    parcel of unknown balance counts, ``breaks`` is unknown, and ``first_break`` speaks of what is known.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame with ``zone_id``.
    facts : pandas.DataFrame
        On the parcels' index: ``member``, ``owes``, ``area_m2``, ``ground_m2``, ``credit_m2``,
        ``required_m2``, ``known`` (whether the requirement holds), ``cap_share``, ``public``.
    zones : pandas.DataFrame
        Indexed by ``zone_id``: ``ground_m2`` (the denominator), ``off_parcels_m2``,
        ``public_counts``, ``target_share``, ``target_year`` (from which the target is tested; NaN:
        from now).
    as_of : datetime.date
        The review date.

    Returns
    -------
    YearlyBalance
        A zone in which no completion is planned has no rows.
    """
    planned = pd.Series(pd.NaT, index=parcels.index, dtype="datetime64[s]")
    if "completion_planned_on" in parcels:
        planned = pd.to_datetime(parcels["completion_planned_on"])
    built = (texts(parcels, "land_stage").fillna("completed") == "completed").to_numpy(bool)
    # A plan that a completed parcel has carried out is measured by now.
    carried_out = built & (planned <= pd.Timestamp(as_of)).to_numpy(dtype=bool)
    year = planned.dt.year.astype("float64").mask(carried_out)
    state = facts.assign(
        zone_id=texts(parcels, "zone_id"),
        parcel_id=texts(parcels, "parcel_id"),
        built=built,
        stage_open=facts["stage_open"].to_numpy(dtype=bool),
        # What should have been completed by now counts from this year on.
        year=year.clip(lower=as_of.year),
        planned_m2=numbers(parcels, "green_planned_m2"),
    )
    state = state[state["member"].to_numpy(bool) & state["zone_id"].notna().to_numpy()]
    frames, breaking = [], []
    for zone_id, rows in state.sort_values("parcel_id").groupby("zone_id", sort=True):
        last = rows["year"].max()
        if np.isnan(last) or zone_id not in zones.index:
            continue
        zone: Any = zones.loc[zone_id]
        frame, broke = _of_zone(str(zone_id), rows, zone, as_of.year, int(last))
        frames.append(frame)
        breaking.append(broke)
    columns = ["zone_id", "year", "parcel_id", "taken_m2"]
    if not frames:
        return YearlyBalance(empty_frame(GREEN_YEARS), pd.DataFrame(columns=columns))
    whole = pd.concat(frames, ignore_index=True)
    years = pd.DataFrame({c.name: whole[c.name].astype(c.dtype) for c in GREEN_YEARS.columns})
    return YearlyBalance(years, pd.concat(breaking, ignore_index=True)[columns])


def _state_in(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return what each parcel is in a year: ``counts``, its green, margin, and share of the target."""
    rebuilt = (rows["year"] <= year).to_numpy(dtype=bool)
    counts = rows["built"].to_numpy(dtype=bool) | rebuilt
    green = np.where(rebuilt, rows["planned_m2"], rows["ground_m2"] + rows["credit_m2"])
    ground = np.where(rebuilt, rows["planned_m2"], rows["ground_m2"])
    owes = rows["owes"].to_numpy(dtype=bool)
    required = rows["required_m2"].to_numpy(dtype=float)
    cap = (rows["cap_share"] * rows["area_m2"]).to_numpy(dtype=float)
    over = np.maximum(np.nan_to_num(green - cap, nan=0.0), 0.0)
    over = np.where(np.isnan(cap), 0.0, over)
    balance = np.where(green > required, np.maximum(green - over - required, 0.0), green - required)
    known = rows["known"].to_numpy(dtype=bool) & ~np.isnan(balance)
    return pd.DataFrame(
        {
            "counts": counts & owes,
            "stands": counts,
            "known": known,
            "required": required,
            "green": green,
            "ground": ground,
            "over": over,
            "balance": np.where(counts & owes & known, balance, 0.0),
        },
        index=rows.index,
    )


def _of_zone(
    zone_id: str, rows: pd.DataFrame, zone: pd.Series[Any], first: int, last: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    area = rows["area_m2"].to_numpy(dtype=float)
    owes = rows["owes"].to_numpy(dtype=bool)
    attached = ~rows["public"].to_numpy(dtype=bool) | bool(zone["public_counts"])
    off = float(zone["off_parcels_m2"]) if zone["public_counts"] else 0.0
    due = float(zone["target_year"])

    def margins(year: int) -> tuple[pd.DataFrame, dict[str, np.ndarray], dict[str, float]]:
        """Return the state of a year, what each parcel adds to either margin, and both margins."""
        state = _state_in(rows, year)
        stands = state["stands"].to_numpy(dtype=bool)
        target = float(zone["target_share"])
        asked = target if np.isnan(due) or year >= due else np.nan
        ground = np.where(stands & attached, state["ground"], 0.0)
        below = float(zone["ground_m2"] - area[~stands & owes].sum())
        provided = float(ground.sum()) + off
        adds = {
            "balance": state["balance"].to_numpy(),
            # Over the target a parcel adds its green less its own ground's share of the target.
            "target": np.where(stands & owes, ground - target * area, 0.0),
        }
        sums = {
            "balance": float(state["balance"].sum()),
            "target": provided - asked * below,
            "provided": provided,
            "below": below,
            "target_share": asked,
        }
        return state, adds, sums

    found, broke, broken = [], [], False
    _, adds_now, now = margins(first - 1)
    before = adds_now
    for year in range(first, last + 1):
        state, adds, sums = margins(year)
        counted = (state["counts"] & state["known"]).to_numpy(dtype=bool)
        unknown = int((state["counts"] & ~state["known"]).sum())
        short = [name for name in ("balance", "target") if sums[name] < -_NOISE_M2]
        open_ = unknown > 0 or bool((state["counts"] & rows["stage_open"]).any())
        open_ |= not short and bool((~state["counts"] & rows["owes"] & rows["year"].isna()).any())
        open_ |= np.isnan(sums["target"]) and not np.isnan(sums["target_share"])
        row = {
            "zone_id": zone_id,
            "year": year,
            "parcels_n": int(state["counts"].sum()),
            "required_m2": float(state["required"][counted].sum()),
            "provided_m2": float(state["green"][counted].sum()),
            "surplus_m2": float(state["balance"].clip(lower=0.0).sum()),
            "deficit_m2": float((-state["balance"]).clip(lower=0.0).sum()),
            "over_cap_m2": float(state["over"][counted].sum()),
            "margin_m2": sums["balance"],
            "share": sums["provided"] / sums["below"] if sums["below"] > 0 else np.nan,
            "target_share": sums["target_share"],
            "target_margin_m2": sums["target"],
            "unknown_n": unknown,
            "unplanned_n": int((~state["counts"] & rows["owes"] & rows["year"].isna()).sum()),
            "stage_unknown_n": int((state["counts"] & rows["stage_open"]).sum()),
            "breaks": pd.NA if open_ else bool(short),
            "first_break": bool(short) and not broken,
            "by_parcels": "",
            "by_m2": np.nan,
        }
        if row["first_break"]:
            broken = True
            which = short[0]
            # Out of balance already, before any plan: what is short is named, not what changes.
            change = adds[which] - (before[which] if now[which] >= -_NOISE_M2 else 0.0)
            ids = rows["parcel_id"].to_numpy(dtype=object)
            order = np.lexsort((ids.astype(str), change))
            taken = [at for at in order if change[at] < -_NOISE_M2]
            row["by_parcels"] = ",".join(str(ids[at]) for at in taken)
            row["by_m2"] = float(-change[taken].sum())
            broke = [(zone_id, year, ids[at], -change[at]) for at in taken]
        before = adds
        found.append(row)
    columns = ["zone_id", "year", "parcel_id", "taken_m2"]
    return pd.DataFrame(found), pd.DataFrame(broke, columns=columns)
