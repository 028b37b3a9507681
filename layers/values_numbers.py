"""Numbers as offices write them, with the unit written behind them."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any, Literal

import numpy as np
import pandas as pd

from layers.units import find_rate, find_unit
from layers.values_core import BLANK, UNREADABLE, Cell, Parsed, fold, is_blank, read_cells
from layers.values_dates import chinese_number

__all__ = ["parse_numbers"]

_FIGURE = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)(?P<exp>[eE][+-]?\d+)?"
    r"\s*(?P<unit>\D.*)?"
)
_FRACTION = re.compile(r"(\d+)\s*/\s*(\d+)")
_CHINESE_FRACTION = re.compile(r"([一二两三四五六七八九十]+)分之([一二两三四五六七八九十]+)")
_ABOUT = re.compile(r"^(?:约|大约|大概|近|将近|≈|~|约为)\s*|\s*(?:左右|上下|许)$")
_MONEY_SIGN = re.compile(r"^[¥$￥]\s*")
_BOUNDS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"^(?:≤|<=|≦|不大于|不超过|不高于|至多|最高|小于等于)\s*"), "at_most", "high"),
    (re.compile(r"^(?:≥|>=|≧|不小于|不少于|不低于|至少|最低|大于等于)\s*"), "at_least", "low"),
)


def _number_text(text: str, bound: str | None) -> Cell:
    folded = fold(text)
    if is_blank(folded):
        return BLANK
    folded = _MONEY_SIGN.sub("", folded)
    plain = _ABOUT.sub("", folded)
    note = "approximate" if plain != folded else None
    for pattern, bound_note, side in _BOUNDS:
        rest = pattern.sub("", plain)
        if rest != plain:
            if bound != side:
                return UNREADABLE
            plain, note = rest, bound_note
    return _fraction(plain) or _figure(plain, note)


def _fraction(text: str) -> Cell | None:
    """Read 1/3 or 三分之一; None for anything else."""
    match = _FRACTION.fullmatch(text)
    if match is not None:
        return _ratio(int(match[1]), int(match[2]))
    match = _CHINESE_FRACTION.fullmatch(text)
    if match is not None:
        return _ratio(chinese_number(match[2]), chinese_number(match[1]))
    return None


def _figure(text: str, note: str | None) -> Cell:
    """Read a figure and the unit behind it."""
    figure = _FIGURE.fullmatch(text)
    if figure is None:
        return UNREADABLE
    unit = None if figure["unit"] is None else _unit_name(figure["unit"])
    if figure["unit"] is not None and unit is None:
        return UNREADABLE
    digits = figure["digits"].replace(",", "")
    value = float(f"{figure['sign']}{digits}{figure['exp'] or ''}")
    if not math.isfinite(value):
        return UNREADABLE
    return Cell(value, note=note, unit=unit)


def _unit_name(text: str) -> str | None:
    """Return the name of a unit or of a price per area, None for anything else."""
    unit, rate = find_unit(text), find_rate(text)
    if unit is not None:
        return unit.name
    return None if rate is None else "/".join(part.name for part in rate)


def _ratio(numerator: int | None, denominator: int | None) -> Cell:
    if numerator is None or not denominator:
        return UNREADABLE
    return Cell(numerator / denominator, note="fraction")


def parse_numbers(series: pd.Series[Any], *, bound: Literal["low", "high"] | None = None) -> Parsed:
    """Read numbers as offices write them.

    Read: full-width digits, thousands separators, ¥, 约 (noted), fractions (1/3, 三分之一; noted) and a
    unit behind the figure (亩, 公顷, 万元, %, ...), which is returned and *not* applied: the caller
    converts. A range is unreadable.

    Parameters
    ----------
    series : pandas.Series
        Text, numbers, or both.
    bound : {"low", "high"}, optional
        What the column holds: in a column of upper limits ``≤2.0`` reads 2.0 with a note, and
        ``≥2.0`` is unreadable; in a column of lower limits the other way round; else both are.

    Returns
    -------
    Parsed
        Values ``float64``; ``units`` names the unit written behind a value.

    Examples
    --------
    >>> import pandas as pd
    >>> parsed = parse_numbers(pd.Series(["1,234.5㎡", "约30亩", "35%", "/", "1.0-2.0", 7]))
    >>> parsed.values.tolist()
    [1234.5, 30.0, 35.0, nan, nan, 7.0]
    >>> parsed.units.fillna("").tolist()
    ['m2', '亩', '%', '', '', '']
    """
    if pd.api.types.is_numeric_dtype(series.dtype) and not pd.api.types.is_bool_dtype(series.dtype):
        values = series.astype("Float64").to_numpy(dtype="float64", na_value=math.nan)
        infinite = np.isinf(values)
        return Parsed(
            pd.Series(np.where(infinite, math.nan, values), index=series.index),
            pd.Series(infinite, index=series.index, dtype=bool),
            pd.Series(pd.NA, index=series.index, dtype="string"),
            pd.Series(pd.NA, index=series.index, dtype="string"),
        )

    def read(value: Any) -> Cell:
        if isinstance(value, (bool, np.bool_, dt.date, np.datetime64)):
            return UNREADABLE
        if isinstance(value, (int, float, np.integer, np.floating)):
            return Cell(float(value)) if math.isfinite(value) else UNREADABLE
        return _number_text(str(value), bound)

    return read_cells(series, read, "float64")
