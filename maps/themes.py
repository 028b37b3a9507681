"""Themes of the map: each gives every parcel a class, and every class a label and a way to be drawn.

Colours are those of Okabe and Ito and of ColorBrewer, safe for colour-blind eyes; land use takes the
hue families in which plans draw it. No theme tells by colour alone what is unknown (hatched) or only
suspected (hatched and outlined).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import mapclassify
import numpy as np
import pandas as pd

from analyses.results import BOUND_BY, IDLE_STATUSES, MIXED_VERDICTS
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["Theme", "ThemeClass", "build_themes"]

Pattern = Literal["solid", "unknown", "suspected"]


@dataclass(frozen=True, slots=True)
class ThemeClass:
    """One class of a legend."""

    code: str
    label: Text
    fill: str
    pattern: Pattern = "solid"


@dataclass(frozen=True, slots=True)
class Theme:
    """One way to colour the parcels.

    Attributes
    ----------
    name : str
        Stable, for links and tests.
    title, note : Text
        What the switch says, and the line under it.
    classes : tuple of ThemeClass
        Those that occur, in the order of the legend.
    codes : ndarray of uint8
        For each parcel the position of its class in `classes`.
    """

    name: str
    title: Text
    note: Text
    classes: tuple[ThemeClass, ...]
    codes: NDArray[np.uint8]


_GREY = "#e3e3df"
_PALE = "#f3f1ea"
_ROAD = ThemeClass("road", Text("道路", "road"), "#ffffff")
_UNKNOWN = ThemeClass("unknown", Text("未知", "unknown"), "#ffffff", "unknown")

_IDLE_FILLS: dict[str, tuple[str, Pattern]] = {
    "suspected_2y": ("#d55e00", "suspected"),
    "suspected_1y": ("#e69f00", "suspected"),
    "suspended": ("#cc79a7", "suspected"),
    "gov_cause": ("#56b4e9", "suspected"),
    "human_review": ("#ecd94c", "solid"),
    "at_the_line": ("#a6761d", "solid"),
    "to_check": ("#fff2b0", "solid"),
    "overdue_start": ("#f7d3a6", "solid"),
    "unknown": ("#ffffff", "unknown"),
    "not_due": ("#bdd7e7", "solid"),
    "started": ("#d3e2d8", "solid"),
    "not_supplied": (_PALE, "solid"),
}

_MIXED_FILLS: dict[str, tuple[str, Pattern]] = {
    "conflict": ("#d55e00", "solid"),
    "yes": ("#009e73", "solid"),
    "undetermined": ("#f0e442", "solid"),
    "no": ("#b8b8b4", "solid"),
    "unknown": ("#ffffff", "unknown"),
    "no_basis": (_GREY, "solid"),
    "not_mixed": (_PALE, "solid"),
}

_BOUND_FILLS: dict[str, tuple[str, Pattern]] = {
    "far": ("#0072b2", "solid"),
    "height": ("#e69f00", "solid"),
    "coverage": ("#009e73", "solid"),
    "none": (_GREY, "solid"),
    "unknown": ("#ffffff", "unknown"),
}

#: Hue families of plans: brown industry, violet storage, red commerce, yellow housing, and so on.
_USE_FILLS: dict[str, str] = {
    "industrial": "#bb9674",
    "m0": "#dba66e",
    "storage": "#9d86cf",
    "research": "#e79ac0",
    "office": "#f2a68c",
    "commercial": "#e2584f",
    "nonprofit": "#f7c1d9",
    "public_service": "#ef7fb0",
    "dormitory": "#f3d35b",
    "residential": "#fff17a",
    "utility": "#4c8fae",
    "transport": "#b9b9b9",
    "road": "#ffffff",
    "parking": "#d2d2cf",
    "green": "#86c67c",
    "reserve": "#f7f7f2",
    "other": "#ddd6c6",
}

#: ColorBrewer Blues and BrBG.
_BLUES = ("#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c")
_DEFICIT = ("#8c510a", "#dfc27d")
_SURPLUS = ("#80cdc1", "#01665e")


def build_themes(
    parcels: pd.DataFrame, *, land_use_labels: Mapping[str, Text] | None = None
) -> tuple[Theme, ...]:
    """Return the themes of `parcels`, a row of which is one parcel.

    Parameters
    ----------
    parcels : DataFrame
        The measures of `analyses.results.PARCEL_MEASURES`; a column that is missing is unknown.
    land_use_labels : mapping of str to Text, optional
        Labels of use codes; a code without one is shown as it is.

    Examples
    --------
    >>> frame = pd.DataFrame({"parcel_id": ["A", "B"], "idle_status": ["started", None]})
    >>> idle = build_themes(frame)[0]
    >>> [entry.code for entry in idle.classes], idle.codes.tolist()
    (['unknown', 'started'], [1, 0])
    """
    road = (_text(parcels, "land_use") == "road").to_numpy(dtype=bool, na_value=False)
    return (
        _coded(
            "idle",
            Text("闲置状态", "Idle status"),
            Text("涉嫌：须调查认定", "suspected: to be investigated and found"),
            _text(parcels, "idle_status"),
            _classes(IDLE_STATUSES, _IDLE_FILLS),
            quiet=road,
            quiet_codes=("unknown", "not_supplied", "not_due", "started"),
        ),
        _headroom(parcels, road),
        _coded(
            "bound",
            Text("约束条件", "Binding limit"),
            Text("决定剩余容量的条件", "the limit that decides the headroom"),
            _text(parcels, "bound_by"),
            _classes(BOUND_BY, _BOUND_FILLS),
            quiet=road,
            quiet_codes=("unknown", "none"),
        ),
        _coded(
            "mixed",
            Text("混合用途", "Mixed use"),
            Text("依据鼓励混合的条款", "by the clauses that encourage mixing"),
            _text(parcels, "mixed_verdict"),
            _classes(MIXED_VERDICTS, _MIXED_FILLS),
            quiet=road,
            quiet_codes=("unknown", "not_mixed", "no_basis"),
        ),
        _balance(parcels, road),
        _land_use(parcels, land_use_labels or {}),
    )


def _text(parcels: pd.DataFrame, name: str) -> pd.Series[Any]:
    if name in parcels.columns:
        return parcels[name].astype("string")
    return pd.Series(pd.NA, index=parcels.index, dtype="string")


def _numbers(parcels: pd.DataFrame, name: str) -> NDArray[np.float64]:
    if name not in parcels.columns:
        return np.full(len(parcels), np.nan)
    values = pd.to_numeric(parcels[name], errors="coerce")
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def _classes(
    labels: Mapping[str, Text], fills: Mapping[str, tuple[str, Pattern]]
) -> list[ThemeClass]:
    """Order classes as `fills` does; a code that is new there is drawn grey, not lost."""
    order = [*fills, *(code for code in labels if code not in fills)]
    return [ThemeClass(code, labels[code], *fills.get(code, (_GREY, "solid"))) for code in order]


def _coded(
    name: str,
    title: Text,
    note: Text,
    values: pd.Series[Any],
    classes: Sequence[ThemeClass],
    *,
    quiet: NDArray[np.bool_] | None = None,
    quiet_codes: tuple[str, ...] = (),
) -> Theme:
    """Class the parcels by a code column. A road of which nothing adverse is said is a road."""
    position = {entry.code: number for number, entry in enumerate(classes)}
    unknown = position["unknown"]
    codes = values.map(position).fillna(unknown).to_numpy(dtype=np.intp)
    kept = list(classes)
    if quiet is not None:
        silent = [position[code] for code in quiet_codes if code in position]
        codes = np.where(quiet & np.isin(codes, silent), len(kept), codes)
        kept.append(_ROAD)
    return _compact(name, title, note, kept, codes)


def _compact(
    name: str,
    title: Text,
    note: Text,
    classes: Sequence[ThemeClass],
    codes: NDArray[np.integer[Any]],
) -> Theme:
    """Keep the classes that occur."""
    present = np.unique(codes)
    renumbered = np.searchsorted(present, codes).astype(np.uint8)
    return Theme(name, title, note, tuple(classes[number] for number in present), renumbered)


def _round_breaks(values: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Return at most `k` - 1 inner breaks of equal counts, rounded to two digits."""
    k = min(k, len(np.unique(values)))
    if k < 2:
        return np.empty(0)
    inner = mapclassify.Quantiles(values, k=k).bins[:-1]
    inner = inner[inner > 0]
    digits = 10.0 ** (np.floor(np.log10(inner)) - 1)
    return np.unique(np.rint(inner / digits) * digits)


def _interval(low: float, high: float | None, *, divisor: float) -> str:
    """Word an interval in units of `divisor` square metres."""

    def number(value: float) -> str:
        return f"{value / divisor:,.4f}".rstrip("0").rstrip(".")

    return f"> {number(low)}" if high is None else f"{number(low)} – {number(high)}"


def _headroom(parcels: pd.DataFrame, road: NDArray[np.bool_]) -> Theme:
    values = _numbers(parcels, "floor_area_headroom_m2")
    known = np.isfinite(values)
    breaks = _round_breaks(values[known & (values > 0)], len(_BLUES))
    edges = [0.0, *breaks.tolist(), None]
    steps = [
        ThemeClass(
            f"step{number}",
            Text(
                f"{_interval(low, high, divisor=10_000)} 万m²",
                f"{_interval(low, high, divisor=1)} m²",
            ),
            _BLUES[number],
        )
        for number, (low, high) in enumerate(pairwise(edges))
        if low is not None
    ]
    classes = [
        ThemeClass("over", Text("测算超出上限", "above the limit by calculation"), "#d55e00"),
        *steps,
        ThemeClass("no_limit", Text("无上限条件", "no limit applies"), _GREY),
        _UNKNOWN,
        _ROAD,
    ]
    unlimited = (_text(parcels, "bound_by") == "none").to_numpy(dtype=bool, na_value=False)
    no_limit, unknown, quiet = (len(classes) - 3, len(classes) - 2, len(classes) - 1)
    codes = 1 + np.searchsorted(breaks, np.where(known, values, 0.0), side="left")
    codes = np.where(values < 0, 0, codes)
    codes = np.where(known, codes, np.where(unlimited, no_limit, unknown))
    codes = np.where(road & ~known, quiet, codes)
    return _compact(
        "headroom",
        Text("容量余量", "Headroom"),
        Text("剩余可建计容建筑面积", "floor area that may still be built"),
        classes,
        codes,
    )


def _balance(parcels: pd.DataFrame, road: NDArray[np.bool_]) -> Theme:
    values = _numbers(parcels, "green_balance_m2")
    known = np.isfinite(values)
    sizes = np.abs(values[known & (values != 0)])
    breaks = _round_breaks(sizes, 2)
    edge = float(breaks[0]) if len(breaks) else 0.0

    def label(zh: str, en: str, *, large: bool) -> Text:
        if edge == 0.0:
            return Text(zh, en)
        zh_edge = f"{edge / 10_000:,.4f}".rstrip("0").rstrip(".")
        sign = ">" if large else "≤"
        return Text(f"{zh} {sign} {zh_edge} 公顷", f"{en} {sign} {edge:,.0f} m²")

    classes = [
        ThemeClass("deficit_large", label("不足", "deficit", large=True), _DEFICIT[0]),
        ThemeClass("deficit", label("不足", "deficit", large=False), _DEFICIT[1]),
        ThemeClass("even", Text("持平", "even"), "#f5f5f5"),
        ThemeClass("surplus", label("盈余", "surplus", large=False), _SURPLUS[0]),
        ThemeClass("surplus_large", label("盈余", "surplus", large=True), _SURPLUS[1]),
        _UNKNOWN,
        _ROAD,
    ]
    large = (np.abs(values) > edge) & (edge > 0)
    codes = np.select(
        [~known & road, ~known, values == 0, values < 0],
        [6, 5, 2, np.where(large, 0, 1)],
        default=np.where(large, 4, 3),
    )
    return _compact(
        "green",
        Text("绿地盈亏", "Green balance"),
        Text("绿地面积减应有面积", "green area less the area required"),
        classes,
        codes,
    )


def _land_use(parcels: pd.DataFrame, labels: Mapping[str, Text]) -> Theme:
    values = _text(parcels, "land_use")
    others = sorted(set(values.dropna().unique()) - set(_USE_FILLS))[: 255 - len(_USE_FILLS) - 1]
    classes = [
        ThemeClass(code, labels.get(code, Text(code, code)), _USE_FILLS.get(code, _GREY))
        for code in [*_USE_FILLS, *others]
    ]
    classes.append(ThemeClass("unknown", Text("未知", "unknown"), "#ffffff", "unknown"))
    return _coded(
        "land_use",
        Text("用地类型", "Land use"),
        Text("按用途代码", "by use code"),
        values,
        classes,
    )
