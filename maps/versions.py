"""The classes of the parcels in another run and at other dates, in the same classes as in this one.

Both are classed together with the parcels of the view, so that a colour means the same on either side of the
swipe and at every date, and breaks of amounts are shared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from layers.codes import USES
from maps.beside_theme import beside_theme
from maps.classing import compact
from maps.problems import problems_of_parcels
from maps.record_themes import first_actions
from maps.themes import build_themes, idle_theme

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from maps.classing import Periods
    from maps.themes import Theme
    from maps.view import MapView

__all__ = ["Versions", "other_rows", "themes_and_versions"]

#: No id holds it: the parcels of another run are told apart by it while both are classed.
_MARK = "\x1e"

#: What was found in the data and tables of this run says nothing of the other's.
_THIS_ALONE = ("data", "surplus", "evidence", "compare")


@dataclass(frozen=True, slots=True)
class Versions:
    """The themes of a view, and their codes elsewhere.

    Attributes
    ----------
    themes : tuple of Theme
        Those that the edition shows, with the codes of this run.
    other : dict of str to ndarray
        By the name of a theme, the codes of the run that is compared; empty without one.
    periods : dict of str to ndarray
        By the name of a theme, the periods of the run that is compared; empty without one.
    series : list of (date, ndarray)
        The codes of the theme of idle status at each review date, this one among them; empty without.
    """

    themes: tuple[Theme, ...]
    other: dict[str, NDArray[np.uint8]]
    periods: dict[str, NDArray[np.uint8]]
    series: list[tuple[date, NDArray[np.uint8]]]


def themes_and_versions(view: MapView) -> Versions:
    """Class the parcels of `view`, of the run it is compared with, and of its other dates."""
    n = len(view.parcels)
    base = _plain(view.parcels)
    ids = base["parcel_id"].astype("string")
    frames, advice, plans = [base], [view.recommendations], [view.plan]
    if view.other is not None:
        frames.append(_aligned(view.other.parcels, ids))
        advice.append(_marked(view.other.recommendations))
        plans.append(_marked(view.other.plan))
    built = build_themes(
        _stacked(frames),
        land_use_labels={**USES, **view.code_labels.get("land_use", {})},
        recommendations=_stacked(advice),
        plan=_stacked(plans),
        problems=problems_of_parcels(view),
        surplus=view.surplus,
        findings=view.findings,
        idle_labels=view.code_labels.get("idle_status"),
    )
    shown = [theme for theme in built if view.themes is None or theme.name in view.themes]
    other: dict[str, NDArray[np.uint8]] = {}
    periods: dict[str, NDArray[np.uint8]] = {}
    if view.other is not None:
        periods = {theme.name: theme.periods.codes[n:] for theme in shown if theme.periods}
        other = {theme.name: theme.codes[n:] for theme in shown if theme.name not in _THIS_ALONE}
        # The results of a comparison say themselves what changed, and why.
        if "change" not in base:
            shown.insert(1, _changes(view, frames))
    series: list[tuple[date, NDArray[np.uint8]]] = []
    if view.series and any(theme.name == "idle" for theme in shown):
        dates = sorted(view.series)
        # Roads stay roads: a series tells of nothing but the status.
        kept = {name: base[name] for name in ("land_use",) if name in base}
        past = [_aligned(view.series[day], ids).assign(**kept) for day in dates]
        joint = idle_theme(_stacked([*frames, *past]), view.code_labels.get("idle_status"))
        shown = [joint if theme.name == "idle" else theme for theme in shown]
        if "idle" in other:
            other["idle"] = joint.codes[n : 2 * n]
        starts = range(n * len(frames), len(joint.codes), n) if n else [0] * len(dates)
        series = [(day, joint.codes[at : at + n]) for day, at in zip(dates, starts, strict=True)]
        series.append((view.as_of, joint.codes[:n]))
        series.sort(key=lambda entry: entry[0])
    themes = tuple(
        compact(theme.name, theme.title, theme.note, theme.classes, theme.codes[:n])
        if theme.name in _THIS_ALONE
        else replace(theme, codes=theme.codes[:n], periods=_own(theme.periods, n))
        for theme in shown
    )
    return Versions(themes, other, periods, series)


def _own(periods: Periods | None, n: int) -> Periods | None:
    """Return the periods of this run alone, in the names of both."""
    return None if periods is None else replace(periods, codes=periods.codes[:n])


def _changes(view: MapView, frames: Sequence[pd.DataFrame]) -> Theme:
    """Class what differs between the two runs."""
    mine, theirs = frames
    own = pd.Index(view.other.parcels["parcel_id"].astype("string")) if view.other else pd.Index([])
    marked = pd.DataFrame() if view.other is None else _marked(view.other.recommendations)
    return beside_theme(
        mine,
        theirs,
        mine["parcel_id"].astype("string").isin(own).to_numpy(dtype=bool),
        actions=(first_actions(mine, view.recommendations), first_actions(theirs, marked)),
    )


def other_rows(view: MapView) -> pd.DataFrame:
    """Return the rows of the other run in the order of the parcels of `view`."""
    if view.other is None:
        return pd.DataFrame({"parcel_id": pd.Series(dtype="string")})
    return _aligned(view.other.parcels, view.parcels["parcel_id"].astype("string"))


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave the shapes out: they do not change and are costly to stack."""
    return pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).reset_index(drop=True)


def _aligned(frame: pd.DataFrame, ids: pd.Series[str]) -> pd.DataFrame:
    """Return the rows of `frame` in the order of `ids`, unknown where it has none."""
    plain = _plain(frame)
    plain.index = pd.Index(plain["parcel_id"].astype("string"))
    rows = plain[~plain.index.duplicated()].reindex(pd.Index(ids)).reset_index(drop=True)
    return rows.assign(parcel_id=ids.to_numpy() + _MARK)


def _marked(frame: pd.DataFrame) -> pd.DataFrame:
    if "parcel_id" not in frame.columns:
        return frame
    return frame.assign(parcel_id=frame["parcel_id"].astype("string") + _MARK)


def _stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Stack frames; a column is text where any of them has it as text."""
    filled = [frame for frame in frames if len(frame)]
    if len(filled) < 2:
        return filled[0] if filled else frames[0]
    return pd.concat([frame.astype(object) for frame in filled], ignore_index=True)
