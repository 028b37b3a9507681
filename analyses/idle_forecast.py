"""What falls due if nothing happens: which parcels enter which idle status in each month to come.

Nothing happens means that the records stay as they are on the review date: no start, no new cause, no
extension, no finding. The very rules of the review decide each row again at the end of every month in
which one of its dates falls, so that the forecast and a later review of the same records agree.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import numbers, texts
from analyses.idle_clock import add_years
from analyses.idle_status import decide
from analyses.results import IDLE_FORECAST, IDLE_STATUSES, IDLE_SUMS, IDLE_TREND

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from analyses.idle_review import Review

__all__ = ["HORIZON_YEARS", "Month", "idle_forecast", "idle_sums", "idle_trend", "months_ahead"]

#: How far ahead is looked: twenty-four months.
HORIZON_YEARS = 2
_DAY = np.timedelta64(1, "D")
_NAT = np.datetime64("NaT", "D")
_M2_PER_HA = 10_000.0
#: A boundary day is no status to enter: what begins on the day after it is told.
_PASSING = "at_the_line"
_RANKS = {name: rank for rank, name in enumerate(IDLE_STATUSES)}
_STATUSES = np.array(list(IDLE_STATUSES), dtype=object)


def _taken(facts: Any, rows: np.ndarray) -> Any:
    """Return some rows of a dataclass of arrays, and of those within it."""
    changed: dict[str, Any] = {}
    for field in fields(facts):
        value = getattr(facts, field.name)
        if isinstance(value, np.ndarray):
            changed[field.name] = value[rows]
        elif is_dataclass(value):
            changed[field.name] = _taken(value, rows)
    return replace(facts, **changed)


def _events(review: Review, end: np.datetime64) -> tuple[np.ndarray, np.ndarray]:
    """Return row and month of every day up to `end` on which a status may change."""
    halted = np.where(review.facts.suspended_on <= review.today, review.facts.suspended_on, _NAT)
    halt_line = review.calendar.line(halted, review.rules.suspended_years)
    lasts = (review.facts.clock.due, review.line, review.second_line, halt_line)
    rows, months = [], []
    for last in lasts:
        first = last + _DAY
        where = np.flatnonzero((review.parcel_at >= 0) & (first > review.today) & (first <= end))
        rows.append(where)
        months.append(first[where].astype("datetime64[M]"))
    return np.concatenate(rows), np.concatenate(months)


def _gravest(status: np.ndarray, groups: np.ndarray, n: int) -> np.ndarray:
    """Return the lowest rank of each group's statuses."""
    ranks = pd.Series(status).map(_RANKS).to_numpy(dtype=np.int64)
    out = np.full(n, len(_RANKS), dtype=np.int64)
    np.minimum.at(out, groups, ranks)
    return out


def idle_forecast(
    review: Review,
    parcels: pd.DataFrame,
    *,
    years: int = HORIZON_YEARS,
    months: Sequence[Month] | None = None,
) -> pd.DataFrame:
    """Count the parcels that enter a status in each month after the review date, if nothing happens.

    A parcel has the gravest status of its rows, as in the results. The month of the review date counts
    from the day after it, the last month up to the day `years` later. Rows of parcels that are not
    known are left out.

    Parameters
    ----------
    review : Review
        The reviewed ledger.
    parcels : pandas.DataFrame
        With ``zone_id`` and ``area_m2`` (m2).
    years : int
        How far ahead.
    months : sequence of Month, optional
        What `months_ahead` gave for these years; else worked out here.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results.IDLE_FORECAST`; ``area_m2`` is unknown where the area of
        one of the parcels is.
    """
    entered = [
        pd.DataFrame(
            {"month": str(step.month), "place": step.entered}
            | {"idle_status": _STATUSES[step.ranks[step.entered]]}
        )
        for step in (months_ahead(review, len(parcels), years=years) if months is None else months)
    ]
    return _counted(pd.concat(entered, ignore_index=True) if entered else None, parcels)


@dataclass(frozen=True)
class Month:
    """A month to come: its last day, the parcels that enter a status in it, and the status of every parcel.

    Attributes
    ----------
    month : numpy.datetime64[M]
        The month.
    last : numpy.datetime64[D]
        Its last day, or the last day looked at.
    entered : numpy.ndarray of int
        The positions of the parcels that enter another status.
    ranks : numpy.ndarray of int
        The place of each parcel's status in `analyses.results.IDLE_STATUSES`; their number where the
        ledger names it in no row.
    """

    month: np.datetime64
    last: np.datetime64
    entered: np.ndarray
    ranks: np.ndarray


def months_ahead(review: Review, n: int, *, years: int = HORIZON_YEARS) -> Iterator[Month]:
    """Go through the months in which a status changes, if nothing happens.

    Parameters
    ----------
    review : Review
        The reviewed ledger.
    n : int
        The number of parcels.
    years : int
        How far ahead.

    Yields
    ------
    Month
        In order; months in which nothing changes are left out.
    """
    end = add_years(np.array([review.today]), years)[0]
    rows, months = _events(review, end)
    at = np.flatnonzero(review.parcel_at >= 0)
    current = _gravest(review.decision.status[at], review.parcel_at[at], n)
    halted = np.where(review.facts.suspended_on <= review.today, review.facts.suspended_on, _NAT)
    facts = replace(review.facts, suspended_on=halted)
    moved = np.zeros(n, dtype=bool)
    moved[review.parcel_at[rows]] = True
    at = at[moved[review.parcel_at[at]]]
    for month in np.unique(months):
        here = np.zeros(n, dtype=bool)
        here[review.parcel_at[rows[months == month]]] = True
        chosen = at[here[review.parcel_at[at]]]
        last = min((month + 1).astype("datetime64[D]") - _DAY, end)
        day: date = last.item()
        status = decide(_taken(facts, chosen), review.rules, review.calendar, day).status
        later = _gravest(status, review.parcel_at[chosen], n)
        new = np.flatnonzero(here & (later != current) & (later != _RANKS[_PASSING]))
        current[new] = later[new]
        yield Month(month, last, new, current.astype(np.int8))


def idle_trend(
    review: Review,
    parcels: pd.DataFrame,
    measures: pd.DataFrame,
    *,
    years: int = HORIZON_YEARS,
    months: Sequence[Month] | None = None,
) -> pd.DataFrame:
    """Add up each zone's parcels by status on the review date and at the end of every month to come.

    If nothing happens, as in `idle_forecast`. A boundary day has no line of its own: until it is over the
    parcel is counted with the status before.

    Parameters
    ----------
    review : Review
        The reviewed ledger.
    parcels : pandas.DataFrame
        With ``zone_id`` and ``area_m2`` (m2).
    measures : pandas.DataFrame
        What `analyses.idle_measures.parcel_measures` gave: the statuses on the review date.
    years : int
        How far ahead.
    months : sequence of Month, optional
        What `months_ahead` gave for these years; else worked out here.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results.IDLE_TREND`, date by date, the gravest status first.
    """
    names = [column.name for column in IDLE_TREND.columns]
    status = pd.Series(measures["idle_status"].to_numpy(dtype=object))
    now = status.map(_RANKS).to_numpy(dtype=np.int64)
    end = add_years(np.array([review.today]), years)[0]
    first = review.today.astype("datetime64[M]")
    ends = np.arange(first, end.astype("datetime64[M]") + 1).astype("datetime64[M]")
    lasts = np.minimum((ends + 1).astype("datetime64[D]") - _DAY, end)
    dates = np.unique(np.concatenate([[review.today], lasts[lasts > review.today]]))
    steps = list(months_ahead(review, len(parcels), years=years) if months is None else months)
    changes = np.array([step.last for step in steps], dtype="datetime64[D]")
    base = pd.DataFrame(
        {
            "zone_id": texts(parcels, "zone_id").array,
            "area_m2": numbers(parcels, "area_m2").to_numpy(),
        }
    )
    frames = []
    for day, place in zip(dates, np.searchsorted(changes, dates, side="right"), strict=True):
        told = now if place == 0 or day == review.today else steps[place - 1].ranks
        ranks = np.where(told < len(_RANKS), told, now)
        grouped = base.assign(rank=ranks).groupby(["zone_id", "rank"], dropna=False)["area_m2"]
        table = grouped.size().rename("parcels_n").to_frame()
        table["area_m2"] = grouped.sum(min_count=1).mask(grouped.count() < table["parcels_n"])
        frames.append(table.reset_index().assign(on=pd.Timestamp(day)))
    table = pd.concat(frames, ignore_index=True) if len(base) else pd.DataFrame(columns=names)
    if len(base):
        table["idle_status"] = _STATUSES[table["rank"].to_numpy()]
        table["area_ha"] = table["area_m2"] / _M2_PER_HA
    return pd.DataFrame({name: table[name].astype(IDLE_TREND.column(name).dtype) for name in names})


def _counted(entered: pd.DataFrame | None, parcels: pd.DataFrame) -> pd.DataFrame:
    names = [column.name for column in IDLE_FORECAST.columns]
    if entered is None or entered.empty:
        entered = pd.DataFrame({"month": [], "place": np.array([], dtype=int), "idle_status": []})
    entered["zone_id"] = texts(parcels, "zone_id").array[entered["place"].to_numpy()]
    entered["area_m2"] = numbers(parcels, "area_m2").to_numpy()[entered["place"].to_numpy()]
    entered["rank"] = entered["idle_status"].map(_RANKS)
    keys = ["month", "zone_id", "rank", "idle_status"]
    grouped = entered.groupby(keys, sort=True, dropna=False)["area_m2"]
    table = grouped.size().rename("parcels_n").to_frame()
    table["area_m2"] = grouped.sum(min_count=1).mask(grouped.count() < table["parcels_n"])
    table = table.reset_index()
    return pd.DataFrame(
        {name: table[name].astype(IDLE_FORECAST.column(name).dtype) for name in names}
    )


def _cause_of(review: Review, status: np.ndarray) -> np.ndarray:
    """Name the causes of each parcel: those of its rows that have the parcel's own status."""
    at = np.flatnonzero(review.parcel_at >= 0)
    place = review.parcel_at[at]
    own = review.decision.status[at] == status[place]
    at, place = at[own], place[own]
    codes = pd.DataFrame({"place": place, "code": review.facts.causes.codes[at]})
    codes = codes[codes["code"] != ""].drop_duplicates()
    out = np.full(len(status), "", dtype=object)
    single = codes.drop_duplicates("place", keep=False)
    out[single["place"].to_numpy()] = single["code"].to_numpy()
    several = codes[codes["place"].duplicated(keep=False)]
    for named, group in several.groupby("place"):
        every = {code for text in group["code"] for code in str(text).split(",")}
        out[int(str(named))] = ",".join(sorted(every))
    return out


def idle_sums(review: Review, parcels: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Add up the parcels of each zone by idle status and cause: number, area, calculated fees.

    Fees of land over two years are left out: they are the alternative to recovery.

    Parameters
    ----------
    review : Review
        The reviewed ledger: gives the causes.
    parcels : pandas.DataFrame
        With ``zone_id`` and ``area_m2`` (m2).
    measures : pandas.DataFrame
        What `analyses.idle_measures.parcel_measures` gave.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results.IDLE_SUMS`, the gravest status first; an area is unknown
        where that of one of the parcels is, a sum of fees where none of them is known.
    """
    status = measures["idle_status"].to_numpy(dtype=object)
    counts = status != "suspected_2y"
    frame = pd.DataFrame(
        {
            "zone_id": texts(parcels, "zone_id").array,
            "rank": pd.Series(status).map(_RANKS).to_numpy(),
            "idle_status": status,
            "cause": _cause_of(review, status),
            "area_m2": numbers(parcels, "area_m2").to_numpy(),
        }
    )
    for name in ("fee_order53_wan", "fee_law_max_wan"):
        frame[name] = np.where(counts, numbers(measures, name).to_numpy(), np.nan)
    grouped = frame.groupby(["zone_id", "rank", "idle_status", "cause"], sort=True, dropna=False)
    table = grouped.size().rename("parcels_n").to_frame()
    area = grouped["area_m2"].sum(min_count=1)
    table["area_m2"] = area.mask(grouped["area_m2"].count() < table["parcels_n"])
    table["area_ha"] = table["area_m2"] / _M2_PER_HA
    table["fees_n"] = grouped["fee_order53_wan"].count()
    for name in ("fee_order53_wan", "fee_law_max_wan"):
        table[name] = grouped[name].sum(min_count=1)
    table = table.reset_index()
    table["cause"] = table["cause"].mask(table["cause"] == "")
    return pd.DataFrame(
        {column.name: table[column.name].astype(column.dtype) for column in IDLE_SUMS.columns}
    )
