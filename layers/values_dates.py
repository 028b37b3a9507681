"""Dates as offices write them."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any

import numpy as np
import pandas as pd

from layers.values_core import BLANK, UNREADABLE, Cell, Parsed, fold, is_blank, read_cells

__all__ = ["chinese_number", "parse_dates"]

#: Years outside are placeholders of databases (0001, 1900, 9999), never dates of a land file.
_YEARS = (1950, 2199)
#: Excel serial numbers taken for dates: 1954-10-03 to 2119-01-11.
_SERIALS = (20_000, 80_000)
_EPOCH = dt.date(1899, 12, 30)

_CHINESE_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}
_CHINESE_DATE = re.compile(r"[零〇○一二三四五六七八九]{4}年")
_TIME = r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?|[T\s]*\d{1,2}时.*)?"
_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?" + _TIME)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?(?:\.0+)?")
_MONTH = re.compile(
    r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*(?:月|月份)?\s*(?:初|底|末|上旬|中旬|下旬)?|(\d{4})(\d{2})"
)
_YEAR = re.compile(
    r"(\d{4})\s*年?\s*(?:初|底|末|上半年|下半年)?|(\d{4})\s*年\s*第?[一二三四1-4]季度"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def chinese_number(text: str) -> int | None:
    """Read 一 to 九十九, or digits in a row (二〇二一)."""
    if "十" in text:
        tens, _, ones = text.partition("十")
        high = _CHINESE_DIGITS.get(tens, None) if tens else 1
        low = _CHINESE_DIGITS.get(ones, None) if ones else 0
        return None if high is None or low is None else 10 * high + low
    digits = [_CHINESE_DIGITS.get(sign) for sign in text]
    if not digits or None in digits:
        return None
    return int("".join(map(str, digits)))


def _arabic(text: str) -> str:
    """Write the Chinese numerals of a date as digits."""
    if not _CHINESE_DATE.match(text):
        return text
    return re.sub(
        r"[零〇○一二三四五六七八九十]+",
        lambda match: str(n) if (n := chinese_number(match[0])) is not None else match[0],
        text,
    )


def _day(year: int, month: int, day: int, note: str | None = None) -> Cell:
    if year == 0 or not _YEARS[0] <= year <= _YEARS[1]:
        return Cell(note="placeholder")
    try:
        return Cell(np.datetime64(dt.date(year, month, day), "s"), note=note)
    except ValueError:
        return UNREADABLE


def _serial(number: float) -> Cell:
    if number == 0:
        return Cell(note="placeholder")
    if _SERIALS[0] <= number <= _SERIALS[1]:
        date = _EPOCH + dt.timedelta(days=int(number))
        return _day(date.year, date.month, date.day, note="serial")
    return UNREADABLE


def _date_text(text: str) -> Cell:
    folded = _arabic(fold(text))
    if is_blank(folded):
        return BLANK
    for pattern in (_DAY, _COMPACT):
        match = pattern.fullmatch(folded)
        if match is not None:
            return _day(int(match[1]), int(match[2]), int(match[3]))
    match = _MONTH.fullmatch(folded)
    if match is not None:
        year, month = (int(part) for part in match.groups() if part is not None)
        if 1 <= month <= 12 and _YEARS[0] <= year <= _YEARS[1]:
            return Cell(note="month_only")
    match = _YEAR.fullmatch(folded)
    if match is not None and _YEARS[0] <= int(match[1] or match[2]) <= _YEARS[1]:
        return Cell(note="year_only")
    if _NUMBER.fullmatch(folded):
        return _serial(float(folded))
    return UNREADABLE


def _date_value(value: Any) -> Cell:
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, (dt.date, dt.datetime)):
        return _day(value.year, value.month, value.day)
    if isinstance(value, (bool, np.bool_)):
        return UNREADABLE
    if isinstance(value, (int, float, np.integer, np.floating)):
        number = float(value)
        if not math.isfinite(number):
            return UNREADABLE
        return _date_text(str(int(number)) if number.is_integer() else repr(number))
    return _date_text(str(value))


def parse_dates(series: pd.Series[Any]) -> Parsed:
    """Read dates as offices write them.

    Read: ISO with or without a time, 2021.6.30, 2021/6/30, 2021年6月30日, 二〇二一年六月三十日, 20210630,
    Excel serial numbers from 20000 to 80000 (the 1900 system), real dates. A time of day is
    dropped. A month or a year alone, and placeholders (years before 1950 or after 2199), are
    unknown with a note. A two-digit year is unreadable, since nobody can tell which part it is.

    Parameters
    ----------
    series : pandas.Series
        Text, numbers, dates, or all of them.

    Returns
    -------
    Parsed
        Values ``datetime64[s]`` at midnight.

    Examples
    --------
    >>> import pandas as pd
    >>> parsed = parse_dates(pd.Series(["2021年6月30日", "2021.6", 44377, "/", "21.6.30"]))
    >>> [None if pd.isna(day) else str(day.date()) for day in parsed.values]
    ['2021-06-30', None, '2021-06-30', None, None]
    >>> parsed.unreadable.tolist(), parsed.notes[1]
    ([False, False, False, False, True], 'month_only')
    """
    return read_cells(series, _date_value, "datetime64[s]")
