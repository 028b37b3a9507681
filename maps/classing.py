"""What a theme is, and how codes become classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from maps.palettes import GREY
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from maps.palettes import Pattern

__all__ = [
    "ROAD",
    "UNKNOWN",
    "Periods",
    "Theme",
    "ThemeClass",
    "classes_of",
    "coded",
    "compact",
    "is_road",
    "numbers_of",
    "text_of",
]


@dataclass(frozen=True, slots=True)
class ThemeClass:
    """One class of a legend."""

    code: str
    label: Text
    fill: str
    pattern: Pattern = "solid"


@dataclass(frozen=True, slots=True)
class Periods:
    """When something is to happen to each parcel: the page then has a switch of years and quarters.

    Attributes
    ----------
    names : tuple of str
        ``2027`` or ``2027Q3``, in order of time, without gaps between the first and the last quarter.
    codes : ndarray of uint8
        For each parcel 1 + the position of its period in `names`; 0 without one.
    """

    names: tuple[str, ...]
    codes: NDArray[np.uint8]


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
    periods : Periods or None
        The quarters of a theme that runs over years.
    """

    name: str
    title: Text
    note: Text
    classes: tuple[ThemeClass, ...]
    codes: NDArray[np.uint8]
    periods: Periods | None = None


ROAD = ThemeClass("road", Text("道路", "road"), "#ffffff")
UNKNOWN = ThemeClass("unknown", Text("未知", "unknown"), "#ffffff", "unknown")


def is_road(parcels: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which parcels are roads."""
    return (text_of(parcels, "land_use") == "road").to_numpy(dtype=bool, na_value=False)


def text_of(parcels: pd.DataFrame, name: str) -> pd.Series[Any]:
    """Return a column as text, unknown throughout where there is none."""
    if name in parcels.columns:
        return parcels[name].astype("string")
    return pd.Series(pd.NA, index=parcels.index, dtype="string")


def numbers_of(parcels: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """Return a column as numbers, unknown throughout where there is none."""
    if name not in parcels.columns:
        return np.full(len(parcels), np.nan)
    values = pd.to_numeric(parcels[name], errors="coerce")
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def classes_of(
    labels: Mapping[str, Text], fills: Mapping[str, tuple[str, Pattern]]
) -> list[ThemeClass]:
    """Order classes as `fills` does; a code that is new there is drawn grey, not lost."""
    order = [*fills, *(code for code in labels if code not in fills)]
    return [ThemeClass(code, labels[code], *fills.get(code, (GREY, "solid"))) for code in order]


def coded(
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
        kept.append(ROAD)
    return compact(name, title, note, kept, codes)


def compact(
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
