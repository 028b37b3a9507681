"""Columns as cells: plain values ready to be written, and links that the format can hold.

A spreadsheet's own limits are kept here: the length of a text, of an address, the first day it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zongdi.workbook_labels import labelled, names_facts, said
from zongdi.workbook_page import cell_text, characters, text_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.columns import Column
    from policies.text import Text
    from zongdi.workbook_page import Formats

__all__ = [
    "LINKS_LIMIT",
    "Cells",
    "excel_days",
    "link_to_map",
    "link_to_row",
    "prepared",
]

#: Links beyond this (65,530) a sheet of the format does not hold.
LINKS_LIMIT = 65_000
#: The longest address that the format holds, in UTF-16 units.
_ADDRESS_LIMIT = 2_079
#: Decimals by unit, else for all others.
_DECIMALS_OF, _DECIMALS = {"m2": 2, "mu": 2, "m": 3, "days": 0, "ratio": 4, "wan": 4}, 6
#: Excel counts days from here; before the sixty-first its calendar is a day off, or has no number.
_DAY_ZERO, _FIRST_DAY = np.datetime64("1899-12-30", "D"), 61.0
#: So many values of a column decide its width.
_SEEN = 500
#: Characters of a long word and of the margins of a cell.
_WORD = 9.0
_YES_NO = {True: "是", False: "否"}


@dataclass(frozen=True)
class Cells:
    """One column, ready to be written.

    Attributes
    ----------
    kind : str
        ``text``, ``number``, or ``mixed`` where a date stands as text.
    listed : list
        One per row, None where the cell stays blank.
    form : xlsxwriter format or None
        None is the workbook's own format, that of texts.
    codes : numpy.ndarray or None
        Of texts: for each row its place in `distinct`, -1 where blank.
    distinct : list of str
        The texts, each once.
    """

    kind: str
    listed: list[Any]
    form: Any
    codes: np.ndarray | None = None
    distinct: tuple[str, ...] = ()

    def lines(self, width: float) -> np.ndarray | None:
        """Return the lines that each row takes at a column width; None where each takes one."""
        # Half as many characters as the column is wide fit whatever they are.
        short = int(width) // 2
        if self.codes is None or all(len(text) <= short for text in self.distinct):
            return None
        needed = [text_lines(text, width) if len(text) > short else 1 for text in self.distinct]
        return np.array([*needed, 1])[self.codes]

    def room(self, lines: np.ndarray) -> float:
        """Return the width at which each text takes no more lines than its row has."""
        if self.codes is None or not self.distinct:
            return 0.0
        sizes = np.array([*(characters(text) for text in self.distinct), 0])[self.codes]
        # Words are not broken: a line holds a word less than it has room for.
        return float((sizes / lines).max(initial=0.0)) + _WORD

    def longest(self) -> int:
        """Return the characters of the longest text among the first few."""
        return max((characters(text) for text in self.distinct[:_SEEN]), default=0)


def link_to_row(sheet: str, row: int) -> str:
    """Return the link to a row of a sheet, counted from 0.

    Examples
    --------
    >>> link_to_row("容积率", 5)
    "internal:'容积率'!A6"
    """
    return f"internal:'{sheet}'!A{row + 1}"


def link_to_map(parcel_id: str) -> str | None:
    """Return the link to a parcel on the map beside the workbook; None where the format has no room for it.

    Examples
    --------
    >>> link_to_map("A 1/#2")
    'external:map.html#p=A%201%2F%232'
    >>> link_to_map("宗" * 300) is None
    True
    """
    from urllib.parse import quote  # noqa: PLC0415 -- only links need it

    address = f"map.html#p={quote(parcel_id, safe='')}"
    return f"external:{address}" if len(address) <= _ADDRESS_LIMIT else None


def excel_days(values: pd.Series[Any]) -> list[float | None]:
    """Return dates as the days that a spreadsheet counts, None where unknown.

    Examples
    --------
    >>> excel_days(pd.Series(pd.to_datetime(["2026-06-30", None])))
    [46203.0, None]
    """
    days = values.to_numpy().astype("datetime64[D]")
    numbers = (days - _DAY_ZERO).astype("timedelta64[D]").astype(np.int64)
    return [None if no else float(day) for day, no in zip(numbers, np.isnat(days), strict=True)]


def prepared(
    values: pd.Series[Any],
    column: Column,
    formats: Formats,
    labels: Mapping[str, Mapping[str, Text]] | None = None,
) -> Cells:
    """Return a column as it is written.

    Parameters
    ----------
    values : pandas.Series
        The column of the table.
    column : Column
        Its declaration: the kind, the unit, the codes.
    formats : Formats
        Of the workbook.
    labels : mapping of str to mapping of str to Text, optional
        Labels of codes that depend on the packs, by column.
    """
    if column.type == "date":
        return _dates(values, formats)
    if column.type in {"number", "integer"}:
        numbers = pd.to_numeric(values).to_numpy(dtype=float, na_value=np.nan)
        # What is meaningful and shown, without float noise; the CSV files hold more.
        numbers = numbers.round(_DECIMALS_OF.get(column.unit or "", _DECIMALS)) + 0.0
        plain: list[Any] = numbers.tolist()
        known = np.isfinite(numbers)
        if not known.all():
            plain = [
                value if fine else None for value, fine in zip(plain, known.tolist(), strict=True)
            ]
        return Cells("number", plain, formats.of_number(column.name))
    codes, found = pd.factorize(values)
    distinct = np.asarray(found, dtype=object)
    # Labels and limits once per text, not once per row.
    if column.type == "boolean":
        texts = [_YES_NO.get(value, "") for value in distinct]
    else:
        named, facts = labelled(column, labels), names_facts(column)
        texts = [str(value) for value in distinct]
        if named or facts:
            texts = [said(text, named, facts=facts) for text in texts]
        texts = [cell_text(text) for text in texts]
    table = np.empty(len(texts) + 1, dtype=object)
    table[: len(texts)] = [text or None for text in texts]
    return Cells("text", table[codes].tolist(), formats.plain, codes, tuple(texts))


def _dates(values: pd.Series[Any], formats: Formats) -> Cells:
    """Return dates as numbers; those that a spreadsheet would show wrongly or not at all as text."""
    days = excel_days(values)
    early = [day is not None and day < _FIRST_DAY for day in days]
    if not any(early):
        return Cells("number", days, formats.date)
    said = values.to_numpy().astype("datetime64[D]").astype(str).tolist()
    mixed = [text if before else day for text, day, before in zip(said, days, early, strict=True)]
    return Cells("mixed", mixed, formats.date)
