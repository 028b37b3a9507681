"""Other results beside these: a second run under a swipe, and the review dates of earlier runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from maps.errors import MapInputError
from maps.view import Comparison, MapView
from policies.text import Text

if TYPE_CHECKING:
    from datetime import date

__all__ = ["beside", "with_earlier"]

#: What the page tells of a parcel at another date.
_STATUS = ("parcel_id", "idle_status", "idle_found")
_SHOWN_IDS = 5


def beside(view: MapView, other: MapView, *, name: Text | None = None) -> MapView:
    """Lay another run of the same parcels beside `view`, under a swipe and as a theme of changes.

    Parameters
    ----------
    view : MapView
        The run that is shown: the new one, or the scenario.
    other : MapView
        What it is compared with: the earlier one, or the base case.
    name : Text, optional
        What the other run is called; else by what it differs in: project, review date, rule pack.

    Raises
    ------
    MapInputError
        The two share no parcel, or one of them is an edition for others.
    """
    if {view.audience, other.audience} != {"internal"}:
        msg = "Two runs are laid side by side in the internal edition alone: the other run would tell what an edition withholds."
        raise MapInputError(msg)
    ids = pd.Index(view.parcels["parcel_id"].astype("string"))
    theirs = pd.Index(other.parcels["parcel_id"].astype("string"))
    if len(ids.intersection(theirs)) == 0:
        msg = "The two results share no parcel_id: compare two runs of the same parcels."
        raise MapInputError(msg)
    gone = theirs.difference(ids, sort=True)
    notices = view.notices
    if len(gone):
        shown = [str(value) for value in gone[:_SHOWN_IDS]]
        notices = (
            *notices,
            Text(
                f"对比成果中有 {len(gone)} 宗不在本次成果中：{'、'.join(shown)}{'等' if len(gone) > _SHOWN_IDS else ''}。",
                f"{len(gone)} parcels of the other run are not in this one: {', '.join(shown)}{', ...' if len(gone) > _SHOWN_IDS else ''}.",
            ),
        )
    return replace(
        view,
        notices=notices,
        other=Comparison(
            name=name or _difference(view, other),
            parcels=other.parcels,
            recommendations=other.recommendations,
            plan=other.plan,
        ),
    )


def _difference(view: MapView, other: MapView) -> Text:
    """Call the other run by the first thing in which it differs."""
    if other.name != view.name:
        return Text(other.name, other.name_en or other.name)
    if other.as_of != view.as_of:
        day = other.as_of.isoformat()
        return Text(f"数据截止 {day}", f"as of {day}")
    if other.policy_version != view.policy_version:
        return other.policy_title
    return Text("对比成果", "the other run")


def with_earlier(view: MapView, *earlier: MapView) -> MapView:
    """Add the review dates of earlier runs to the slider of `view`.

    Each date shows what was reviewed then, from the records of that time.

    Raises
    ------
    MapInputError
        A run has the review date of another, or is an edition for others.
    """
    series: dict[date, pd.DataFrame] = dict(view.series)
    for run in earlier:
        if run.audience != "internal" or view.audience != "internal":
            msg = "Other review dates stand in the internal edition alone."
            raise MapInputError(msg)
        if run.as_of == view.as_of or run.as_of in series:
            msg = f"Two of the results have the review date {run.as_of}: give each date once."
            raise MapInputError(msg)
        series[run.as_of] = pd.DataFrame(
            {name: run.parcels[name] for name in _STATUS if name in run.parcels}
        )
    return replace(view, series=series)
