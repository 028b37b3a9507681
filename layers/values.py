"""Text to dates, numbers, yes/no and clean text, a column at a time.

Every reader returns a `Parsed`: the values in the contract's pandas type, a mask of what could
not be read, and a note beside what was read with a remark or deliberately left unknown. Nothing
is guessed: a month without a day, a range or a two-digit year gives unknown. The caller reports.

Columns are read by their distinct values, so that a column of a hundred thousand dates costs as
much as its few thousand different ones.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from layers.units import find_unit
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "BLANKS",
    "NOTES",
    "Parsed",
    "parse_booleans",
    "parse_dates",
    "parse_numbers",
    "parse_text",
]

#: What offices write for "nothing here"; compared after folding width and case.
BLANKS = frozenset(
    {"", "/", "//", "\\", "-", "--", "---", "—", "——", "–", "_", ".", "*", "?", "、", "...", "…"}
    | {"无", "没有", "不详", "未知", "空", "空白", "暂无", "待定", "待补", "待补充", "未填", "缺", "略"}
    | {"none", "null", "nil", "nan", "nat", "n/a", "na", "#n/a", "<null>", "<na>", "unknown", "tbd"}
    | {"无数据", "未提供", "不明", "未明确", "#value!", "#ref!"}
)

#: What each note says.
NOTES: dict[str, Text] = {
    "month_only": Text("只有年月，没有日", "year and month without a day"),
    "year_only": Text("只有年份", "a year alone"),
    "placeholder": Text("占位日期", "a placeholder, not a date"),
    "serial": Text("Excel 日期序号，已换算", "an Excel serial number, converted"),
    "approximate": Text("约数", "an approximate value"),
    "at_most": Text("写作上限", "written as an upper bound"),
    "at_least": Text("写作下限", "written as a lower bound"),
    "fraction": Text("分数，已换算", "a fraction, converted"),
    "digits_lost": Text("编号被存为数值，末位可能已丢失", "an identifier kept as a number: digits may be lost"),
}

#: Years outside are placeholders of databases (0001, 1900, 9999), never dates of a land file.
_YEARS = (1950, 2199)
#: Excel serial numbers taken for dates: 1954-10-03 to 2119-01-11.
_SERIALS = (20_000, 80_000)
_EPOCH = dt.date(1899, 12, 30)
#: Integers beyond this lose digits as floating-point numbers (and beyond 15 digits in Excel).
_EXACT_INTEGERS = 10**15


@dataclass(frozen=True, slots=True)
class Parsed:
    """A column that has been read; every part is on the index of the source.

    Attributes
    ----------
    values : pandas.Series
        In the contract's pandas type, null where blank, unreadable or left unknown.
    unreadable : pandas.Series of bool
        Where something stands that could not be read.
    notes : pandas.Series of string
        A key of `NOTES`, or null.
    units : pandas.Series of string or None
        For numbers: the unit written behind the value, or null.
    """

    values: pd.Series[Any]
    unreadable: pd.Series[bool]
    notes: pd.Series[Any]
    units: pd.Series[Any] | None = None

    @property
    def noted(self) -> pd.Series[bool]:
        """Where there is a note."""
        return self.notes.notna()


@dataclass(frozen=True, slots=True)
class _Cell:
    """One distinct value, read: `value` None is null."""

    value: Any = None
    readable: bool = True
    note: str | None = None
    unit: str | None = None


_BLANK = _Cell()
_UNREADABLE = _Cell(readable=False)


def _fold(text: str) -> str:
    """Fold full-width forms and outer blanks."""
    return unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\ufeff", "").strip()


def _is_blank(folded: str) -> bool:
    return folded.casefold() in BLANKS


def _read(series: pd.Series[Any], read: Callable[[Any], _Cell], dtype: str) -> Parsed:
    """Read every distinct value once; values of different types are distinct (1, True, "1")."""
    plain = series.astype(object).to_numpy()
    null = series.isna().to_numpy()
    cells: dict[tuple[type, Any], _Cell] = {}
    found: list[_Cell] = []
    for value, missing in zip(plain, null, strict=True):
        if missing:
            found.append(_BLANK)
            continue
        key = (type(value), value if value.__hash__ is not None else str(value))
        cell = cells.get(key)
        if cell is None:
            cell = cells[key] = read(value)
        found.append(cell)
    index = series.index
    return Parsed(
        values=pd.Series([cell.value for cell in found], index=index, dtype=object).astype(dtype)
        if dtype != "float64"
        else pd.Series(
            np.array([math.nan if c.value is None else c.value for c in found], dtype="float64"),
            index=index,
        ),
        unreadable=pd.Series([not cell.readable for cell in found], index=index, dtype=bool),
        notes=pd.Series([cell.note for cell in found], index=index, dtype="string"),
        units=pd.Series([cell.unit for cell in found], index=index, dtype="string"),
    )


# --- dates ---------------------------------------------------------------------------------

_CHINESE_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_CHINESE_DATE = re.compile(r"[零〇○一二三四五六七八九]{4}年")
_TIME = r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?|[T\s]*\d{1,2}时.*)?"
_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?" + _TIME)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?(?:\.0+)?")
_MONTH = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*(?:月|月份)?\s*(?:初|底|末|上旬|中旬|下旬)?|(\d{4})(\d{2})")
_YEAR = re.compile(r"(\d{4})\s*年?\s*(?:初|底|末|上半年|下半年)?|(\d{4})\s*年\s*第?[一二三四1-4]季度")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _chinese_number(text: str) -> int | None:
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
        lambda match: str(n) if (n := _chinese_number(match[0])) is not None else match[0],
        text,
    )


def _day(year: int, month: int, day: int, note: str | None = None) -> _Cell:
    if year == 0 or not _YEARS[0] <= year <= _YEARS[1]:
        return _Cell(note="placeholder")
    try:
        return _Cell(np.datetime64(dt.date(year, month, day), "s"), note=note)
    except ValueError:
        return _UNREADABLE


def _serial(number: float) -> _Cell:
    if number == 0:
        return _Cell(note="placeholder")
    if _SERIALS[0] <= number <= _SERIALS[1]:
        date = _EPOCH + dt.timedelta(days=int(number))
        return _day(date.year, date.month, date.day, note="serial")
    return _UNREADABLE


def _date_text(text: str) -> _Cell:
    folded = _arabic(_fold(text))
    if _is_blank(folded):
        return _BLANK
    for pattern in (_DAY, _COMPACT):
        match = pattern.fullmatch(folded)
        if match is not None:
            return _day(*(int(part) for part in match.groups()))
    match = _MONTH.fullmatch(folded)
    if match is not None:
        year, month = (int(part) for part in match.groups() if part is not None)
        if 1 <= month <= 12 and _YEARS[0] <= year <= _YEARS[1]:
            return _Cell(note="month_only")
    match = _YEAR.fullmatch(folded)
    if match is not None and _YEARS[0] <= int(match[1] or match[2]) <= _YEARS[1]:
        return _Cell(note="year_only")
    if _NUMBER.fullmatch(folded):
        return _serial(float(folded))
    return _UNREADABLE


def _date_value(value: Any) -> _Cell:
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, (dt.date, dt.datetime)):
        return _day(value.year, value.month, value.day)
    if isinstance(value, (bool, np.bool_)):
        return _UNREADABLE
    if isinstance(value, (int, float, np.integer, np.floating)):
        number = float(value)
        if not math.isfinite(number):
            return _UNREADABLE
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
    >>> parsed = parse_dates(pd.Series(["2021年6月30日", "2021.6", 44377, "/", "21.6.30"]))
    >>> [None if pd.isna(day) else str(day.date()) for day in parsed.values]
    ['2021-06-30', None, '2021-06-30', None, None]
    >>> parsed.unreadable.tolist(), parsed.notes[1]
    ([False, False, False, False, True], 'month_only')
    """
    read = _read(series, _date_value, "object")
    days = pd.to_datetime(read.values).astype("datetime64[s]") if len(series) else read.values
    return Parsed(days.astype("datetime64[s]"), read.unreadable, read.notes)


# --- numbers -------------------------------------------------------------------------------

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


def _number_text(text: str, bound: str | None) -> _Cell:
    folded = _fold(text)
    if _is_blank(folded):
        return _BLANK
    folded = _MONEY_SIGN.sub("", folded)
    plain = _ABOUT.sub("", folded)
    note = "approximate" if plain != folded else None
    for pattern, bound_note, side in _BOUNDS:
        rest = pattern.sub("", plain)
        if rest != plain:
            if bound != side:
                return _UNREADABLE
            plain, note = rest, bound_note
    fraction = _FRACTION.fullmatch(plain)
    if fraction is not None:
        return _ratio(int(fraction[1]), int(fraction[2]))
    fraction = _CHINESE_FRACTION.fullmatch(plain)
    if fraction is not None:
        return _ratio(_chinese_number(fraction[2]), _chinese_number(fraction[1]))
    figure = _FIGURE.fullmatch(plain)
    if figure is None:
        return _UNREADABLE
    unit = None
    if figure["unit"] is not None:
        known = find_unit(figure["unit"])
        if known is None:
            return _UNREADABLE
        unit = known.name
    digits = figure["digits"].replace(",", "")
    value = float(f"{figure['sign']}{digits}{figure['exp'] or ''}")
    return _Cell(value, note=note, unit=unit) if math.isfinite(value) else _UNREADABLE


def _ratio(numerator: int | None, denominator: int | None) -> _Cell:
    if numerator is None or not denominator:
        return _UNREADABLE
    return _Cell(numerator / denominator, note="fraction")


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
            pd.Series(infinite, index=series.index),
            pd.Series(pd.NA, index=series.index, dtype="string"),
            pd.Series(pd.NA, index=series.index, dtype="string"),
        )

    def read(value: Any) -> _Cell:
        if isinstance(value, (bool, np.bool_, dt.date, np.datetime64)):
            return _UNREADABLE
        if isinstance(value, (int, float, np.integer, np.floating)):
            return _Cell(float(value)) if math.isfinite(value) else _UNREADABLE
        return _number_text(str(value), bound)

    return _read(series, read, "float64")


# --- yes and no ----------------------------------------------------------------------------

_YES = frozenset(
    {"是", "有", "已", "对", "真", "√", "✓", "✔", "☑", "y", "yes", "true", "t", "1", "1.0"}
    | {"已动工", "已开工", "已取得", "已办理", "已核实", "已查实", "已抵押", "已查封", "已备案", "已录入", "已登记"}
)
_NO = frozenset(
    {"否", "无", "没有", "未", "错", "假", "×", "✗", "✘", "✕", "x", "n", "no", "false", "f", "0", "0.0"}
    | {"不是", "未动工", "未开工", "未取得", "未办理", "未核实", "未查实", "未抵押", "未查封", "未备案", "未录入"}
    | {"未登记", "尚未动工", "尚未开工", "没有动工", "没有开工"}
)


def _boolean(value: Any) -> _Cell:
    if isinstance(value, (bool, np.bool_)):
        return _Cell(bool(value))
    if isinstance(value, (dt.date, np.datetime64)):
        return _UNREADABLE
    folded = _fold(str(value)).casefold()
    if folded in _YES:
        return _Cell(value=True)
    if folded in _NO:
        return _Cell(value=False)
    return _BLANK if _is_blank(folded) else _UNREADABLE


def parse_booleans(series: pd.Series[Any]) -> Parsed:
    """Read yes and no: 是/否, 有/无, yes/no, true/false, 1/0, Y/N, √/×.

    In a yes/no column 无 says no; in every other column it is a blank.

    Returns
    -------
    Parsed
        Values ``boolean``.

    Examples
    --------
    >>> parsed = parse_booleans(pd.Series(["是", "×", "", "部分"]))
    >>> parsed.values.tolist(), parsed.unreadable.tolist()
    ([True, False, <NA>, <NA>], [False, False, False, True])
    """
    read = _read(series, _boolean, "boolean")
    return Parsed(read.values, read.unreadable, read.notes)


# --- text ----------------------------------------------------------------------------------

_INTEGER = re.compile(r"([+-]?\d+)\.0+")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?[eE]\+?\d+")


def _text(value: Any, *, blanks: bool, identifier: bool) -> _Cell:
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if not math.isfinite(number):
            return _UNREADABLE
        written = str(int(number)) if number.is_integer() else repr(number)
        return _Cell(written, note="digits_lost" if abs(number) >= _EXACT_INTEGERS else None)
    if isinstance(value, (dt.datetime, np.datetime64)):
        moment = pd.Timestamp(value)
        return _Cell(str(moment.date()) if moment == moment.normalize() else str(moment))
    written = re.sub(r"[\s\u3000]*[\r\n]+[\s\u3000]*", " ", str(value))
    written = written.replace("\u200b", "").replace("\ufeff", "").strip().strip("\u3000\x00").strip()
    folded = _fold(written)
    if folded == "" or (blanks and _is_blank(folded)):
        return _BLANK
    if not identifier:
        return _Cell(written)
    whole = _INTEGER.fullmatch(folded)
    if whole is not None:
        folded = whole[1]
    return _Cell(folded, note="digits_lost" if _SCIENTIFIC.fullmatch(folded) else None)


def parse_text(
    series: pd.Series[Any], *, blanks: bool = True, identifier: bool = False
) -> Parsed:
    """Clean text: outer blanks, full-width blanks and line breaks go.

    Parameters
    ----------
    series : pandas.Series
        Text or numbers.
    blanks : bool
        Whether 无, 不详, / and the like are unknown; without it only empty cells are.
    identifier : bool
        Whether the column identifies things: full-width letters and digits are folded, so that
        joins hold, ``12345.0`` becomes ``12345``, and ``3.7E+18`` keeps a note, since its digits
        are lost.

    Returns
    -------
    Parsed
        Values ``string``.

    Examples
    --------
    >>> parsed = parse_text(pd.Series([" Ａ－01　", 12345.0, "/", "3.7E+18"]), identifier=True)
    >>> parsed.values.tolist(), parsed.notes[3]
    (['A-01', '12345', <NA>, '3.7E+18'], 'digits_lost')
    """
    read = _read(series, lambda value: _text(value, blanks=blanks, identifier=identifier), "string")
    return Parsed(read.values, read.unreadable, read.notes)
