"""The ratings of zones as they can be used: what contradicts itself is unknown and told.

A rank beyond the number rated is no rank, and two results of one year known on one day that differ leave
unknown what they differ in. A result made known later replaces an earlier one of the same year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import flags, numbers, problem_rows, texts
from analyses.idle_clock import day_numbers
from policies.text import Text

if TYPE_CHECKING:
    from datetime import date

__all__ = ["checked_ratings", "rated_zones", "ratings_of", "set_up_days", "unrated_years"]

_NEVER = np.datetime64("NaT", "D")
_RESULTS = ("rank", "evaluated_n", "class", "region_class", "below_region_average")
_CHECK = Text("核对评估结果", "check the results of the evaluation")


def _known_on(ratings: pd.DataFrame) -> np.ndarray:
    """Return the day from which each rating counts: its publication, else the last day of its year."""
    known = day_numbers(ratings, "published_on")
    ends = np.array(
        [
            np.datetime64(f"{int(year)}-12-31") if not np.isnan(year) else _NEVER
            for year in numbers(ratings, "year")
        ],
        dtype="datetime64[D]",
    )
    return np.where(np.isnat(known), ends, known)


def checked_ratings(ratings: pd.DataFrame | None) -> tuple[pd.DataFrame | None, pd.DataFrame]:
    """Return the ratings with what contradicts itself made unknown, and a problem for each such row.

    Parameters
    ----------
    ratings : pandas.DataFrame or None
        Contract frame.

    Returns
    -------
    tuple
        The same rows, and problems.

    Examples
    --------
    >>> rows = pd.DataFrame({"zone_id": "z", "year": [2024, 2025], "rank": [170, 160], "evaluated_n": 160})
    >>> good, problems = checked_ratings(rows)
    >>> good["rank"].tolist(), problems["code"].tolist()
    ([nan, 160.0], ['ratings_rank_beyond'])
    """
    if ratings is None or len(ratings) == 0:
        return ratings, problem_rows(
            pd.DataFrame(),
            np.zeros(0, bool),
            layer="ratings",
            code="",
            what=_CHECK,
            proposal=_CHECK,
        )
    good = ratings.copy()
    rank, count = numbers(good, "rank"), numbers(good, "evaluated_n")
    beyond = ((rank > count) | (rank < 1)).to_numpy(dtype=bool)
    for name in ("rank", "evaluated_n"):
        if name in good:
            good[name] = numbers(good, name).mask(beyond)
    keys = pd.DataFrame(
        {
            "zone": texts(good, "zone_id").fillna("").to_numpy(dtype=object),
            "year": numbers(good, "year").to_numpy(),
            "known_on": _known_on(good),
        }
    )
    of = keys.groupby(list(keys), dropna=False).ngroup().to_numpy()
    twice = np.zeros(len(good), dtype=bool)
    for name in (name for name in _RESULTS if name in ratings):
        seen = ratings[name].astype("string").fillna("").groupby(of)
        apart = (seen.transform("nunique") > 1).to_numpy(dtype=bool)
        twice |= apart
        good[name] = good[name].mask(apart)
    problems = [
        problem_rows(
            ratings,
            beyond,
            layer="ratings",
            code="ratings_rank_beyond",
            column="rank",
            what=Text(
                "名次不在参评数以内，名次按未知处理",
                "the rank does not lie within the number rated: it counts as unknown",
            ),
            proposal=_CHECK,
            found=[
                f"{place:g}/{rated:g}"
                for place, rated in zip(rank[beyond], count[beyond], strict=True)
            ],
        ),
        problem_rows(
            ratings,
            twice,
            layer="ratings",
            code="ratings_contradictory",
            column="year",
            what=Text(
                "同一年有两个不同的结果，不同之处按未知处理",
                "two results of one year differ: what they differ in counts as unknown",
            ),
            proposal=_CHECK,
            found=[f"{year:g}" for year in numbers(ratings, "year")[twice]],
        ),
    ]
    return good, pd.concat(problems, ignore_index=True)


def rated_zones(ratings: pd.DataFrame | None, zones: pd.DataFrame | None) -> list[str]:
    """Return the zones that have ratings or ground of their own, not support areas alone."""
    found: set[str] = set()
    if ratings is not None:
        found |= set(texts(ratings, "zone_id").dropna().tolist())
    if zones is not None:
        kinds = texts(zones, "kind")
        found |= set(
            texts(zones, "zone_id")[kinds.ne("support").fillna(value=True)].dropna().tolist()
        )
    return sorted(found)


def set_up_days(zones: pd.DataFrame | None) -> dict[str, Any]:
    """Return the day on which each zone was set up, where it is known."""
    if zones is None:
        return {}
    frame = pd.DataFrame(
        {"zone": texts(zones, "zone_id").array, "on": day_numbers(zones, "set_up_on")}
    )
    first = frame.dropna().groupby("zone")["on"].min()
    days = first.to_numpy().astype("datetime64[D]")
    return dict(zip(first.index.astype(str), days, strict=True))


def ratings_of(ratings: pd.DataFrame | None, zone: str, as_of: date) -> pd.DataFrame:
    """Return the ratings of a zone known by the review date, one for each year, in order."""
    if ratings is None:
        return pd.DataFrame(columns=["year"])
    own = ratings[texts(ratings, "zone_id").eq(zone).fillna(value=False).to_numpy(dtype=bool)]
    frame = pd.DataFrame(
        {
            "year": numbers(own, "year").to_numpy(),
            "known_on": _known_on(own),
            "rank": numbers(own, "rank").to_numpy(),
            "evaluated_n": numbers(own, "evaluated_n").to_numpy(),
            "class": texts(own, "class").to_numpy(dtype=object),
            "region_class": texts(own, "region_class").to_numpy(dtype=object),
            "below": flags(own, "below_region_average").array,
        }
    ).dropna(subset="year")
    today = np.datetime64(as_of, "D")
    frame = frame[frame["known_on"].to_numpy().astype("datetime64[D]") <= today]
    return frame.sort_values(["year", "known_on"], kind="stable").drop_duplicates(
        "year", keep="last"
    )


def unrated_years(last: int, as_of: date) -> list[int]:
    """Return the years that ended before the review date and after the last rating: nobody knows theirs.

    Examples
    --------
    >>> from datetime import date
    >>> unrated_years(2023, date(2026, 6, 30)), unrated_years(2025, date(2026, 12, 31))
    ([2024, 2025], [])
    """
    return list(range(last + 1, as_of.year))
