"""Themes of the map: each gives every parcel a class, and every class a label and a way to be drawn.

Colours are those of Okabe and Ito and of ColorBrewer, safe for colour-blind eyes; land use takes the
hue families in which plans draw it. No theme tells by colour alone what is unknown (hatched) or only
suspected (hatched and outlined).
"""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import mapclassify
import numpy as np

from analyses.results import BOUND_BY, IDLE_STATUSES, MIXED_VERDICTS
from maps.classing import (
    ROAD,
    UNKNOWN,
    Theme,
    ThemeClass,
    classes_of,
    coded,
    compact,
    is_road,
    numbers_of,
    text_of,
)
from maps.compare_theme import compare_theme
from maps.palettes import (
    BLUES,
    BOUND_FILLS,
    DEFICIT,
    GREY,
    IDLE_FILLS,
    MIXED_FILLS,
    PURPLES,
    SURPLUS,
    land_use_colours,
)
from maps.record_themes import (
    action_theme,
    data_theme,
    evidence_theme,
    supply_theme,
    surplus_theme,
)
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["IDLE_CLASSES", "Theme", "ThemeClass", "build_themes", "idle_theme"]

#: Above every suspicion stands what has been found: a finding that is served and not settled.
IDLE_CLASSES = {
    "found": Text("已认定闲置（未处置）", "found idle, not settled"),
    **IDLE_STATUSES,
    "undisclosed": Text("其他（本版不含核查状态）", "other (no status in this edition)"),
}


def build_themes(
    parcels: pd.DataFrame,
    *,
    land_use_labels: Mapping[str, Text] | None = None,
    recommendations: pd.DataFrame | None = None,
    plan: pd.DataFrame | None = None,
    problems: pd.DataFrame | None = None,
    surplus: pd.DataFrame | None = None,
    findings: pd.DataFrame | None = None,
    idle_labels: Mapping[str, Text] | None = None,
) -> tuple[Theme, ...]:
    """Return the themes of `parcels`, a row of which is one parcel.

    Parameters
    ----------
    parcels : DataFrame
        The measures of `analyses.results.PARCEL_MEASURES`; a column that is missing is unknown.
    land_use_labels : mapping of str to Text, optional
        Labels of use codes; a code without one is shown as it is.
    recommendations, plan, problems, surplus, findings : DataFrame, optional
        In the contracts of `analyses.results`. Without rows of its own a theme is left out.
    idle_labels : mapping of str to Text, optional
        Labels of idle statuses in place of those of the national rules.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"parcel_id": ["A", "B"], "idle_status": ["started", None]})
    >>> idle = build_themes(frame)[0]
    >>> [entry.code for entry in idle.classes], idle.codes.tolist()
    (['unknown', 'started'], [1, 0])
    """
    road = is_road(parcels)
    themes = [
        compare_theme(parcels),
        idle_theme(parcels, idle_labels),
        action_theme(parcels, recommendations),
        _headroom(parcels, road),
        coded(
            "bound",
            Text("约束条件", "Binding limit"),
            Text("决定剩余容量的条件", "the limit that decides the headroom"),
            text_of(parcels, "bound_by"),
            classes_of(BOUND_BY, BOUND_FILLS),
            quiet=road,
            quiet_codes=("unknown", "none"),
        ),
        coded(
            "mixed",
            Text("混合用途", "Mixed use"),
            Text("依据鼓励混合的条款", "by the clauses that encourage mixing"),
            text_of(parcels, "mixed_verdict"),
            classes_of(MIXED_VERDICTS, MIXED_FILLS),
            quiet=road,
            quiet_codes=("unknown", "not_mixed", "no_basis"),
        ),
        _balance(parcels, road),
        supply_theme(parcels, plan),
        surplus_theme(parcels, surplus),
        evidence_theme(parcels, findings),
        _built(parcels, road),
        _land_use(parcels, land_use_labels or {}),
        data_theme(parcels, problems),
    ]
    return tuple(theme for theme in themes if theme is not None)


def idle_theme(parcels: pd.DataFrame, labels: Mapping[str, Text] | None = None) -> Theme:
    """Class parcels by idle status, in the order of the procedure.

    An edition without the status says only what is found, and that it says no more.
    """
    classes = classes_of({**IDLE_CLASSES, **(labels or {})}, IDLE_FILLS)
    if "idle_status" not in parcels.columns and "idle_found" in parcels.columns:
        return coded(
            "idle",
            Text("闲置认定", "Found idle"),
            Text("认定书已送达且尚未处置完毕", "finding served, not settled"),
            _idle_codes(parcels).fillna("undisclosed"),
            classes,
            quiet=is_road(parcels),
            quiet_codes=("undisclosed",),
        )
    return coded(
        "idle",
        Text("闲置状态", "Idle status"),
        Text("涉嫌：须调查认定", "suspected: to be investigated and found"),
        _idle_codes(parcels),
        classes,
        quiet=is_road(parcels),
        quiet_codes=("unknown", "not_supplied", "not_due", "started"),
    )


def _idle_codes(parcels: pd.DataFrame) -> pd.Series[Any]:
    """Return the status of each parcel; a finding that is served stands above any suspicion."""
    status = text_of(parcels, "idle_status")
    if "idle_found" not in parcels.columns:
        return status
    found = parcels["idle_found"].astype("boolean").fillna(value=False).astype(bool)
    return status.mask(found, "found")


def _round_breaks(values: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Return at most `k` - 1 inner breaks of equal counts, rounded to two digits."""
    k = min(k, len(np.unique(values)))
    if k < 2:
        return np.empty(0)
    with warnings.catch_warnings():
        # Where many parcels have the same value, breaks coincide; those that do become one below.
        warnings.simplefilter("ignore", UserWarning)
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
    values = numbers_of(parcels, "floor_area_headroom_m2")
    known = np.isfinite(values)
    breaks = _round_breaks(values[known & (values > 0)], len(BLUES))
    edges = [0.0, *breaks.tolist(), None]
    steps = [
        ThemeClass(
            f"step{number}",
            Text(
                f"{_interval(low, high, divisor=10_000)} 万m²",
                f"{_interval(low, high, divisor=1)} m²",
            ),
            BLUES[number],
        )
        for number, (low, high) in enumerate(pairwise(edges))
        if low is not None
    ]
    classes = [
        ThemeClass("over", Text("测算超出上限", "above the limit by calculation"), "#d55e00"),
        *steps,
        ThemeClass("no_limit", Text("无上限条件", "no limit applies"), GREY),
        UNKNOWN,
        ROAD,
    ]
    unlimited = (text_of(parcels, "bound_by") == "none").to_numpy(dtype=bool, na_value=False)
    no_limit, unknown, quiet = (len(classes) - 3, len(classes) - 2, len(classes) - 1)
    codes = 1 + np.searchsorted(breaks, np.where(known, values, 0.0), side="left")
    codes = np.where(values < 0, 0, codes)
    codes = np.where(known, codes, np.where(unlimited, no_limit, unknown))
    codes = np.where(road & ~known, quiet, codes)
    return compact(
        "headroom",
        Text("容量余量", "Headroom"),
        Text("剩余可建计容建筑面积", "floor area that may still be built"),
        classes,
        codes,
    )


def _built(parcels: pd.DataFrame, road: NDArray[np.bool_]) -> Theme | None:
    """Class parcels by the floor-area ratio that stands; nothing where none is known."""
    values = numbers_of(parcels, "far_plain")
    known = np.isfinite(values)
    if not known.any():
        return None
    breaks = _round_breaks(values[known & (values > 0)], len(PURPLES) - 1)
    edges = [0.0, *breaks.tolist(), None]
    steps = [
        ThemeClass(
            f"step{number}", Text(*[_interval(low, high, divisor=1)] * 2), PURPLES[number + 1]
        )
        for number, (low, high) in enumerate(pairwise(edges))
        if low is not None
    ]
    classes = [ThemeClass("empty", Text("0", "0"), PURPLES[0]), *steps, UNKNOWN, ROAD]
    codes = np.where(
        values > 0, 1 + np.searchsorted(breaks, np.where(known, values, 0.0), side="left"), 0
    )
    codes = np.where(known, codes, np.where(road, len(classes) - 1, len(classes) - 2))
    codes = np.where(road & (values == 0), len(classes) - 1, codes)
    return compact(
        "built",
        Text("现状容积率", "Built ratio"),
        Text("地上总建筑面积 ÷ 用地面积", "floor area above ground over site area"),
        classes,
        codes,
    )


def _balance(parcels: pd.DataFrame, road: NDArray[np.bool_]) -> Theme:
    values = numbers_of(parcels, "green_balance_m2")
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
        ThemeClass("deficit_large", label("不足", "deficit", large=True), DEFICIT[0]),
        ThemeClass("deficit", label("不足", "deficit", large=False), DEFICIT[1]),
        ThemeClass("even", Text("持平", "even"), "#f5f5f5"),
        ThemeClass("surplus", label("盈余", "surplus", large=False), SURPLUS[0]),
        ThemeClass("surplus_large", label("盈余", "surplus", large=True), SURPLUS[1]),
        UNKNOWN,
        ROAD,
    ]
    large = (np.abs(values) > edge) & (edge > 0)
    codes = np.select(
        [~known & road, ~known, values == 0, values < 0],
        [6, 5, 2, np.where(large, 0, 1)],
        default=np.where(large, 4, 3),
    )
    return compact(
        "green",
        Text("绿地盈亏", "Green balance"),
        Text("绿地面积减应有面积", "green area less the area required"),
        classes,
        codes,
    )


def _land_use(parcels: pd.DataFrame, labels: Mapping[str, Text]) -> Theme:
    values = text_of(parcels, "land_use")
    colours = land_use_colours()
    others = sorted(set(values.dropna().unique()) - set(colours))[: 255 - len(colours) - 1]

    def label(code: str) -> Text:
        name = labels.get(code, Text(code, code))
        standard = colours[code][1] if code in colours else ""
        return Text(f"{name.zh} {standard}", f"{name.en} {standard}") if standard else name

    classes = [
        ThemeClass(code, label(code), colours[code][0] if code in colours else GREY)
        for code in [*colours, *others]
    ]
    classes.append(ThemeClass("unknown", Text("未知", "unknown"), "#ffffff", "unknown"))
    return coded(
        "land_use",
        Text("用地类型", "Land use"),
        Text(
            "用地用海分类（2023）代码；制图规范用色（色值未与原文核对，MM）",
            "codes of the 2023 guide; colours of the drawing rules, not compared with their text (MM)",
        ),
        values,
        classes,
    )
