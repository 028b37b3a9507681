"""How a column of raw values is read: cell by distinct cell, into values, a mask and notes."""

from __future__ import annotations

import math
import tomllib
import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "BLANK",
    "BLANKS",
    "NOTES",
    "UNREADABLE",
    "WORDS",
    "Cell",
    "Parsed",
    "fold",
    "is_blank",
    "read_cells",
]

#: The words of ``data/words.toml``.
WORDS: dict[str, list[str]] = tomllib.loads(
    files("layers").joinpath("data", "words.toml").read_text(encoding="utf-8")
)

#: What offices write for "nothing here"; compared after folding width and case.
BLANKS = frozenset({"", *WORDS["blank"]})

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
    "date_code": Text(
        "编号被表格软件改成了日期", "a spreadsheet turned the identifier into a date"
    ),
    "digits_lost": Text(
        "编号被存为数值，末位可能已丢失", "an identifier kept as a number: digits may be lost"
    ),
}

_NAT = np.datetime64("NaT", "s")


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
class Cell:
    """One distinct value, read: `value` None is null."""

    value: Any = None
    readable: bool = True
    note: str | None = None
    unit: str | None = None


#: Nothing is there.
BLANK = Cell()
#: Something is there that could not be read.
UNREADABLE = Cell(readable=False)


def fold(text: str) -> str:
    """Fold full-width forms and outer blanks."""
    return unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\ufeff", "").strip()


def is_blank(folded: str) -> bool:
    """Whether a folded text says that nothing is there.

    Examples
    --------
    >>> is_blank(fold("　／ ")), is_blank("0")
    (True, False)
    """
    return folded.casefold() in BLANKS


def read_cells(series: pd.Series[Any], read: Callable[[Any], Cell], dtype: str) -> Parsed:
    """Read every distinct value once; values of different types are distinct (1, True, "1")."""
    plain = series.astype(object).to_numpy()
    null = series.isna().to_numpy()
    cells: dict[tuple[type, Any], Cell] = {}
    found: list[Cell] = []
    for value, missing in zip(plain, null, strict=True):
        if missing:
            found.append(BLANK)
            continue
        key = (type(value), value if value.__hash__ is not None else str(value))
        cell = cells.get(key)
        if cell is None:
            cell = cells[key] = read(value)
        found.append(cell)
    index = series.index
    values = pd.Series([cell.value for cell in found], index=index, dtype=object)
    return Parsed(
        values=_typed(values, dtype),
        unreadable=pd.Series([not cell.readable for cell in found], index=index, dtype=bool),
        notes=pd.Series([cell.note for cell in found], index=index, dtype="string"),
        units=pd.Series([cell.unit for cell in found], index=index, dtype="string"),
    )


def _typed(values: pd.Series[Any], dtype: str) -> pd.Series[Any]:
    """Give objects and None their pandas type."""
    if dtype == "datetime64[s]":
        days = np.array([_NAT if value is None else value for value in values], "datetime64[s]")
        return pd.Series(days, index=values.index)
    if dtype == "float64":
        floats = [math.nan if value is None else value for value in values]
        return pd.Series(floats, index=values.index, dtype="float64")
    return values.astype(pd.api.types.pandas_dtype(dtype))
