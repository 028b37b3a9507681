"""The order of recommendations: a score of shown parts, weighted as the project says.

``score = sum of weight x part`` over deadline, area, floor area, amount, readiness and certainty; each part
is from 0 to 100 and stands in the table, so that every score can be worked out again on paper. With the
usual weights a day of a deadline outweighs all else together: deadlines first, then what is gained, then
readiness, then certainty. Ties are broken by parcel, then by the order of the catalogue.

A legal deadline of the action itself comes first, by its date. A period that runs from a day not recorded
may be over: it ranks as if it ended on the review date, after what is overdue and before what is still to
come, and no date is shown for it. Then come actions without a period of their own on land for which a
statutory day has passed, the longest ago first; then all others.
"""

from __future__ import annotations

from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.findings import CERTAINTY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

__all__ = ["PARTS", "WEIGHTS", "rank_rows", "score_parts"]

#: The usual weights: a day of a deadline (0.0068 points) weighs more than everything after it.
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "deadline": 2_000_000.0,
        "area": 45.0,
        "floor_area": 27.0,
        "amount": 18.0,
        "readiness": 10.0,
        "certainty": 1.0,
    }
)
PARTS = tuple(WEIGHTS)
#: Deadlines are told apart over so many days before and after the review date.
_HORIZON_DAYS = 3650
#: What has half the points: a hectare, ten thousand square metres of floor, a hundred 万元.
_HALF = {
    "area": ("area_m2", 10_000.0),
    "floor_area": ("floor_area_m2", 10_000.0),
    "amount": ("amount_wan", 100.0),
}
_FULL = 100.0
_DECIMALS = 4


def score_parts(rows: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return the parts of each row's score, 0 to 100.

    ``deadline``: with d the days to ``due_on``, within H = 3650 days either way, 50 + 25 (H - d) / H; d is at
    most 0 where ``due_missing`` names a day that is not recorded. Without a deadline: 50 s / H with s the days
    since ``since_on``; else 0. ``area``, ``floor_area``, ``amount``:
    100 x / (x + s) with s = 1 ha, 1 万m2, 100 万元; 0 where unknown. ``readiness``: 100 / (1 + the
    conditions before it). ``certainty``: 100, 75, 50, 25 by the mark of the weakest rule.

    Parameters
    ----------
    rows : pandas.DataFrame
        With ``due_on``, ``due_missing``, ``since_on``, ``area_m2``, ``floor_area_m2``, ``amount_wan``, ``conditions_n`` and ``mark``
        (the place of the mark among those of certainty, 0 the surest).
    as_of : datetime.date
        The review date.

    Examples
    --------
    >>> from datetime import date
    >>> rows = pd.DataFrame({"due_on": pd.to_datetime(["2026-06-30"]), "due_missing": [None],
    ...     "since_on": pd.to_datetime([None]), "area_m2": [10_000.0],
    ...     "floor_area_m2": [float("nan")], "amount_wan": [300.0], "conditions_n": [1], "mark": [0]})
    >>> score_parts(rows, date(2026, 6, 30)).iloc[0].tolist()
    [75.0, 50.0, 0.0, 75.0, 50.0, 100.0]
    """
    parts = {"deadline": _urgency(rows, as_of)}
    for name, (column, half) in _HALF.items():
        gain = np.fmax(rows[column].to_numpy(dtype=float, na_value=np.nan), 0.0)
        gain = np.nan_to_num(gain, nan=0.0)
        parts[name] = _FULL * gain / (gain + half)
    parts["readiness"] = _FULL / (1.0 + rows["conditions_n"].to_numpy(dtype=float))
    # The project's own data and a verified text are equally sure.
    grades = max(len(CERTAINTY) - 1, 1)
    below = np.fmax(rows["mark"].to_numpy(dtype=float) - 1.0, 0.0)
    parts["certainty"] = _FULL * (1.0 - below / grades)
    return pd.DataFrame(parts, index=rows.index).round(_DECIMALS)


def _urgency(rows: pd.DataFrame, as_of: date) -> np.ndarray:
    """Return the part for the deadline: first what has one, then what the law has waited for."""
    ahead = _days_from(rows["due_on"], as_of)
    open_ = (rows["due_missing"].fillna("") != "").to_numpy(dtype=bool)
    ahead = np.where(open_, np.fmin(ahead, 0.0), ahead)
    ahead = np.clip(ahead, -_HORIZON_DAYS, _HORIZON_DAYS)
    since = np.clip(-_days_from(rows["since_on"], as_of), 0.0, _HORIZON_DAYS)
    half = _FULL / 2
    dated = half + half * (_HORIZON_DAYS - ahead) / (2 * _HORIZON_DAYS)
    waited = half * np.nan_to_num(since, nan=0.0) / _HORIZON_DAYS
    return np.where(np.isnan(ahead), waited, dated)


def _days_from(days: pd.Series[pd.Timestamp], as_of: date) -> np.ndarray:
    on = days.to_numpy().astype("datetime64[D]")
    count = (on - np.datetime64(as_of, "D")).astype("timedelta64[D]").astype(np.float64)
    return np.where(np.isnat(on), np.nan, count)


def rank_rows(
    rows: pd.DataFrame,
    as_of: date,
    weights: Mapping[str, float] | None = None,
    *,
    catalogue: Sequence[str] = (),
) -> pd.DataFrame:
    """Score rows, let what has to come first inherit the score of what waits for it, and number them.

    Parameters
    ----------
    rows : pandas.DataFrame
        Recommendations with the columns that `score_parts` reads, ``parcel_id``, ``action`` and ``depends_on``
        (``parcel:action``, comma-separated).
    as_of : datetime.date
        The review date.
    weights : mapping of str to float, optional
        Of the parts; those not named keep their usual weight.
    catalogue : sequence of str
        The codes of the actions in the order in which those of one parcel and one score are told; others
        follow by name.

    Returns
    -------
    pandas.DataFrame
        In the order of priority, with ``priority``, ``score`` and ``score_<part>``.
    """
    used = {**WEIGHTS, **(weights or {})}
    parts = score_parts(rows, as_of)
    weighted = parts[list(PARTS)].to_numpy() * np.array([used[name] for name in PARTS])
    score, level = _inherited(rows, parts, weighted.sum(axis=1).round(_DECIMALS))
    for name in PARTS:
        rows[f"score_{name}"] = parts[name].to_numpy()
    rows["score"] = score
    ids = pd.factorize(rows["parcel_id"].fillna(""), sort=True)[0]
    others = sorted(set(rows["action"].dropna()) - set(catalogue))
    places = {code: place for place, code in enumerate((*catalogue, *others))}
    actions = rows["action"].map(places).fillna(len(places)).to_numpy(dtype=np.int64)
    last = (rows["action"] == "none").to_numpy(dtype=bool)
    keys = (actions, ids, level, -score, last)
    ranked = rows.iloc[np.lexsort(keys)].reset_index(drop=True)
    ranked["priority"] = pd.Series(np.arange(1, len(ranked) + 1), dtype="Int64")
    return ranked


def _inherited(
    rows: pd.DataFrame, parts: pd.DataFrame, score: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Give a row the parts of the most urgent row that waits for it; tell how many wait in a chain.

    The level orders rows of equal score: what waits for nothing comes first.
    """
    n = len(rows)
    level = np.zeros(n, dtype=np.int64)
    depends = rows["depends_on"].fillna("").to_numpy(dtype=object)
    waiting = np.flatnonzero(depends != "")
    if len(waiting) == 0:
        return score, level
    place = {
        f"{parcel}:{action}": at
        for at, (parcel, action) in enumerate(
            zip(rows["parcel_id"].fillna(""), rows["action"], strict=True)
        )
    }
    before: defaultdict[int, list[int]] = defaultdict(list)
    for at in waiting.tolist():
        before[at] = [place[key] for key in depends[at].split(",") if key in place]
    order = _chain(before, waiting.tolist())
    score = score.copy()
    values = parts.to_numpy(copy=True)
    for at in order:  # what waits longest is asked first, so that urgency runs down the chain
        for first in before[at]:
            if score[first] < score[at]:
                score[first], values[first] = score[at], values[at]
    for at in reversed(order):
        if before[at]:
            level[at] = 1 + max(int(level[first]) for first in before[at])
    parts[:] = values
    return score, level


def _chain(before: Mapping[int, list[int]], waiting: list[int]) -> list[int]:
    """Order the rows that wait so that each stands before those it waits for; a ring is cut."""
    found: list[int] = []
    seen: dict[int, bool] = {}

    for start in waiting:
        stack = [(start, False)]
        while stack:
            at, done = stack.pop()
            if done:
                found.append(at)
                continue
            if at in seen:
                continue
            seen[at] = True
            stack.append((at, True))
            stack.extend((first, False) for first in before.get(at, ()) if first in before)
    return found[::-1]
