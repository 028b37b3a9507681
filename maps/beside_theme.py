"""What differs between two runs, parcel by parcel: a theme, and the columns that the card sets side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyses.results import IDLE_STATUSES
from maps.classing import Theme, ThemeClass, compact, numbers_of, text_of
from maps.palettes import PALE
from policies.text import Text

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["COMPARED", "beside_theme"]

_STATUSES = ("idle_status", "land_use", "zone_id", "mixed_verdict", "bound_by", "area_basis")
_FIGURES = (
    *("area_m2", "floor_area_m2", "far_plain", "far_limit", "floor_area_headroom_m2"),
    *("green_m2", "green_share", "green_required_m2", "green_balance_m2", "idle_days"),
)

#: What the card sets side by side, in this order.
COMPARED = (*_STATUSES, "idle_from", *_FIGURES)

#: Figures of two runs that differ by less are the same: noise of the last digits.
_NOISE = 1e-9

_RANKS = {name: rank for rank, name in enumerate(IDLE_STATUSES)}

_CLASSES = (
    ThemeClass("graver", Text("闲置状态加重", "idle status graver"), "#d55e00"),
    ThemeClass("lighter", Text("闲置状态减轻", "idle status lighter"), "#009e73"),
    ThemeClass("action", Text("首要建议改变", "another first action"), "#e69f00"),
    ThemeClass("verdict", Text("用途或结论改变", "another use or verdict"), "#cc79a7"),
    ThemeClass("figures", Text("仅数值变化", "figures alone"), "#9ecae1"),
    ThemeClass("new", Text("对比成果中没有", "not in the other run"), "#0072b2"),
    ThemeClass("same", Text("无变化", "no change"), PALE),
)


def beside_theme(
    parcels: pd.DataFrame,
    other: pd.DataFrame,
    known: NDArray[np.bool_],
    *,
    actions: tuple[pd.Series[str], pd.Series[str]] | None = None,
) -> Theme:
    """Class parcels by the weightiest thing in which another run differs.

    Parameters
    ----------
    parcels : DataFrame
        This run.
    other : DataFrame
        The other one, row by row the same parcels.
    known : ndarray of bool
        Whether the other run holds the parcel at all.
    actions : tuple of two Series, optional
        Code of the first action of each parcel, in this run and in the other.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> now = pd.DataFrame({"idle_status": ["suspected_1y", "started"], "area_m2": [1.0, 2.0]})
    >>> then = pd.DataFrame({"idle_status": ["overdue_start", "started"], "area_m2": [1.0, 2.5]})
    >>> theme = beside_theme(now, then, np.array([True, True]))
    >>> [theme.classes[code].code for code in theme.codes]
    ['graver', 'figures']
    """
    place = {entry.code: number for number, entry in enumerate(_CLASSES)}
    codes = np.full(len(parcels), place["same"], dtype=np.intp)

    def mark(where: NDArray[np.bool_], code: str) -> None:
        codes[where] = np.minimum(codes[where], place[code])

    figures = np.zeros(len(parcels), dtype=bool)
    for name in _FIGURES:
        figures |= _moved(numbers_of(parcels, name), numbers_of(other, name))
    mark(figures | _differs(parcels, other, "idle_from"), "figures")
    for name in _STATUSES:
        mark(_differs(parcels, other, name), "verdict")
    if actions is not None:
        mark(np.asarray(actions[0].to_numpy() != actions[1].to_numpy(), dtype=bool), "action")
    now, then = (
        text_of(frame, "idle_status").map(_RANKS).to_numpy(dtype=np.float64, na_value=np.nan)
        for frame in (parcels, other)
    )
    mark(now > then, "lighter")
    mark(now < then, "graver")
    codes = np.where(known, codes, place["new"])
    return compact(
        "beside",
        Text("变化", "Changes"),
        Text(
            "与对比成果相比，每宗取最重要的一项",
            "against the other run, the weightiest of each parcel",
        ),
        _CLASSES,
        codes,
    )


def _moved(one: NDArray[np.float64], two: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say where two figures differ; what is unknown in both is the same."""
    apart = np.abs(one - two) > _NOISE * np.maximum(1.0, np.maximum(np.abs(one), np.abs(two)))
    return np.asarray(apart | (np.isnan(one) != np.isnan(two)), dtype=bool)


def _differs(parcels: pd.DataFrame, other: pd.DataFrame, name: str) -> NDArray[np.bool_]:
    one, two = (
        text_of(frame, name).fillna("").to_numpy(dtype=object) for frame in (parcels, other)
    )
    return np.asarray(one != two, dtype=bool)
