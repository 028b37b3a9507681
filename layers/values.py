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
from typing import Any

import numpy as np
import pandas as pd

from layers.values_core import (
    BLANK,
    BLANKS,
    NOTES,
    UNREADABLE,
    WORDS,
    Cell,
    Parsed,
    fold,
    is_blank,
    read_cells,
)
from layers.values_dates import parse_dates
from layers.values_numbers import parse_numbers

__all__ = [
    "BLANKS",
    "NOTES",
    "Parsed",
    "parse_booleans",
    "parse_dates",
    "parse_numbers",
    "parse_text",
]

#: Integers beyond this lose digits as floating-point numbers (and beyond 15 digits in Excel).
_EXACT_INTEGERS = 10**15


_YES = frozenset({*WORDS["yes"], *(f"已{word}" for word in WORDS["done"])})
_NO = frozenset(
    {*WORDS["no"], *(f"{no}{word}" for no in ("未", "尚未", "没有") for word in WORDS["done"])}
)


def _boolean(value: Any) -> Cell:
    if isinstance(value, (bool, np.bool_)):
        return Cell(bool(value))
    if isinstance(value, (dt.date, np.datetime64)):
        return UNREADABLE
    folded = fold(str(value)).casefold()
    if folded in _YES:
        return Cell(value=True)
    if folded in _NO:
        return Cell(value=False)
    return BLANK if is_blank(folded) else UNREADABLE


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
    return read_cells(series, _boolean, "boolean")


#: What no reader of a text sees and some file formats cut it at: control characters, a few marks.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u200b\ufeff\ufffe\uffff\ud800-\udfff]")
_INTEGER = re.compile(r"([+-]?\d+)\.0+")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?[eE]\+?\d+")


def _text(value: Any, *, blanks: bool, identifier: bool) -> Cell:
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if not math.isfinite(number):
            return UNREADABLE
        written = str(int(number)) if number.is_integer() else repr(number)
        return Cell(written, note="digits_lost" if abs(number) >= _EXACT_INTEGERS else None)
    if isinstance(value, (dt.date, np.datetime64)):
        moment = pd.Timestamp(value)
        written = str(moment.date()) if moment == moment.normalize() else str(moment)
        return Cell(written, note="date_code" if identifier else None)
    written = re.sub(r"[\s\u3000]*[\r\n]+[\s\u3000]*", " ", str(value))
    written = _UNSEEN.sub("", written).strip().strip("\u3000").strip()
    folded = fold(written)
    if folded == "" or (blanks and is_blank(folded)):
        return BLANK
    if not identifier:
        return Cell(written)
    whole = _INTEGER.fullmatch(folded)
    if whole is not None:
        folded = whole[1]
    return Cell(folded, note="digits_lost" if _SCIENTIFIC.fullmatch(folded) else None)


def parse_text(series: pd.Series[Any], *, blanks: bool = True, identifier: bool = False) -> Parsed:
    """Clean text: outer blanks, full-width blanks, line breaks and control characters go.

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
    return read_cells(
        series, lambda value: _text(value, blanks=blanks, identifier=identifier), "string"
    )
