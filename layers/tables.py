"""Tables read into raw frames: CSV, and the sheets of XLSX and XLS workbooks.

Cells keep their kind: dates stay dates, numbers numbers and text text, so that a code with a
leading zero or twenty digits is never turned into a number here.
"""

from __future__ import annotations

import csv
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import python_calamine as calamine

from layers.contracts import match_heading
from layers.encodings import Encoding, canonical_codec, detect_file
from layers.grids import Grid, holds_workbook, padded, read_text, read_workbook
from layers.guard import check_workbook
from layers.headings import find_heading, is_blank, is_total, remark, stated_units
from layers.problems import Kind, ProblemLog
from layers.raw import ENCODING_UNKNOWN, NO_ROWS, UNREADABLE, RawLayer, Reporter, note_encoding
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from layers.columns import Contract
    from layers.headings import Cell, Heading

__all__ = ["has_headings", "read_table"]

_TEXT_SUFFIXES = frozenset({".csv", ".txt", ".tsv"})

HEADING_AT = Kind(
    "heading-found",
    "note",
    Text("表头取自第 {first} 至 {last} 行", "the headings are those of rows {first} to {last}"),
    Text("请核对表头", "check the headings"),
)
NO_HEADING = Kind(
    "heading-unrecognised",
    "warning",
    Text("没有认出任何表头：{found}", "no heading was recognised: {found}"),
    Text(
        "请在 [layers.{layer}] 的 columns 中写明对应关系",
        "say in [layers.{layer}] columns what each heading means",
    ),
)
SKIPPED = Kind(
    "rows-skipped",
    "note",
    Text(
        "合计、说明等行未作为数据读入：第 {found} 行",
        "totals and remarks were not read: rows {found}",
    ),
    Text("如其中有数据行，请改写首列", "if one of them is data, change its first cell"),
)
MERGED = Kind(
    "cells-merged",
    "note",
    Text(
        "{n} 处合并单元格，其值已填入所含各行",
        "{n} merged cells: their value was given to every row",
    ),
    Text("请核对合并单元格", "check the merged cells"),
)
NO_VALUE = Kind(
    "cell-without-value",
    "warning",
    Text(
        "单元格 {place} 没有值：{found}（公式出错或未计算），按未知处理",
        "cell {place} holds no value: {found} (a formula in error, or never calculated); it is unknown",
    ),
    Text(
        "请在 Excel 中重算并改正公式后保存",
        "recalculate and correct it in Excel, and save the file",
    ),
)
UNITS_ABOVE = Kind(
    "units-above-table",
    "note",
    Text(
        "表上方写明单位：{found}；表头与单元格未写单位的同类列按此换算",
        "above the table stands: unit {found}; columns of that kind without a unit of their own are "
        "converted from it",
    ),
    Text(
        "请核对；如有误，请在 [layers.{layer}] 写明 units",
        "check it; if wrong, state units in [layers.{layer}]",
    ),
)
HEADING_REPEATED = Kind(
    "heading-repeated",
    "warning",
    Text(
        "表头“{found}”出现不止一次（{places} 列）而各列内容不同，只认第一列",
        "the heading {found!r} stands above several columns ({places}) that differ; only the first is "
        "taken for it",
    ),
    Text("请改为不同的表头，或删去多余的列", "give them headings of their own, or delete one"),
)
SHIFTED = Kind(
    "row-too-long",
    "warning",
    Text(
        "该行的单元格（{found}）比表头（{wanted}）多，各列可能错位，未读入",
        "the row has more cells ({found}) than headings ({wanted}); it may be shifted and was left out",
    ),
    Text("请给含分隔符的文字加引号", "put texts that hold the delimiter in quotes"),
)


def read_table(
    path: Path,
    contract: Contract,
    report: Reporter,
    *,
    sheet: str | None = None,
    named: Collection[str] = (),
    encoding: str | None = None,
    header: int | None = None,
) -> RawLayer | None:
    """Read a table.

    Parameters
    ----------
    path : Path
        A CSV file (comma, semicolon or tab) or a workbook.
    contract : Contract
        By its headings the table's are found, below whatever titles stand above them.
    report : Reporter
        Where every problem goes.
    sheet : str, optional
        The sheet; else the first with headings of the contract.
    named : collection of str
        Source headings that the project file names.
    encoding : str, optional
        Of a CSV file; else detected.
    header : int, optional
        The row of the headings, 1 first; else found.

    Returns
    -------
    RawLayer or None
        With ``source_row`` as a spreadsheet or an editor counts; None where an error was reported.
    """
    codec: str | None = None
    name: str | None = None
    try:
        if path.suffix.lower() in _TEXT_SUFFIXES and not holds_workbook(path):
            found = _text_encoding(path, encoding, report)
            codec = found.name
            grid: Grid | None = read_text(path, codec, contract, named, report)
        else:
            check_workbook(path)
            grid, name = read_workbook(path, contract, report, sheet, named)
    except (
        *(calamine.CalamineError, calamine.PasswordError, calamine.ZipError, calamine.XmlError),
        *(OSError, csv.Error, ValueError, KeyError, zipfile.BadZipFile, MemoryError, OverflowError),
    ) as err:
        report.add(UNREADABLE, why=_reason(err, path))
        return None
    if grid is None:
        return None
    if header is not None:
        grid = _from_row(grid, header)
    tabulated = _tabulate(grid, contract, named, report)
    if tabulated is None:
        return None
    frame, units = tabulated
    return RawLayer(frame, None, codec, name, units=units)


def has_headings(
    path: Path,
    sheet: str,
    contract: Contract,
    *,
    named: Collection[str] = (),
    header: int | None = None,
) -> bool:
    """Tell whether a sheet of a workbook has a heading of the contract; True where it is unreadable.

    What is wrong with a sheet is for `read_table` to say.
    """
    silent = Reporter(ProblemLog(), contract.name)
    try:
        grid, _ = read_workbook(path, contract, silent, sheet, named)
    except (calamine.CalamineError, calamine.PasswordError, calamine.ZipError, calamine.XmlError):
        return True
    if grid is None:
        return True
    rows = padded((grid if header is None else _from_row(grid, header)).rows)
    heading = find_heading(rows, contract, named=named, merges=grid.merges)
    return heading is not None and heading.matched > 0


def _reason(err: Exception, path: Path) -> str:
    if isinstance(err, calamine.PasswordError):
        return "工作簿有密码保护 / the workbook is protected by a password"
    if isinstance(err, csv.Error) and "field limit" in str(err):
        return "有一格的文字过长（引号可能未闭合） / one cell is too long (an open quotation mark?)"
    text = " ".join(str(err).split()) or type(err).__name__
    return text.replace(str(path), path.name)[:300]


def _text_encoding(path: Path, given: str | None, report: Reporter) -> Encoding:
    if given is not None:
        codec = canonical_codec(given)
        if codec is not None:
            return Encoding("utf-8-sig" if codec == "utf-8" else codec, 1.0, "given")
        report.add(ENCODING_UNKNOWN, found=given)
    found = detect_file(path)
    note_encoding(found, report)
    return found


def _fill_merged(grid: Grid, heading: Heading, report: Reporter) -> list[list[Cell]]:
    """Give every row below the headings the value of the cell that was merged over it."""
    rows = [list(row) for row in grid.rows]
    filled = 0
    for top, left, bottom, right in grid.merges:
        if top <= heading.last or bottom == top or right != left or left >= len(rows[0]):
            continue
        for row in rows[top + 1 : bottom + 1]:
            row[left] = rows[top][left]
        filled += 1
    if filled:
        report.add(MERGED, n=filled)
    return rows


def _from_row(grid: Grid, header: int) -> Grid:
    """Leave out what stands above the headings' row, the only one where they may be."""
    first = next((at for at, number in enumerate(grid.numbers) if number >= header), None)
    if first is None:
        return replace(grid, rows=[], numbers=[])
    merges = tuple(
        (top - first, left, bottom - first, right)
        for top, left, bottom, right in grid.merges
        if top >= first
    )
    return replace(grid, rows=grid.rows[first:], numbers=grid.numbers[first:], merges=merges)


def _tabulate(
    grid: Grid, contract: Contract, named: Collection[str], report: Reporter
) -> tuple[pd.DataFrame, tuple[str, ...]] | None:
    """Cut the headings off, leave out what is no data, name the columns; with the units above them."""
    whole = replace(grid, rows=padded(grid.rows))
    heading = find_heading(whole.rows, contract, named=named, merges=whole.merges)
    if heading is None:
        report.add(NO_ROWS)
        return None
    if heading.matched == 0:
        report.add(NO_HEADING, found=", ".join(filter(None, heading.names))[:200])
    elif heading.last > 0:
        report.add(HEADING_AT, first=grid.numbers[heading.first], last=grid.numbers[heading.last])
    rows = _fill_merged(whole, heading, report)
    width = max((i + 1 for i, name in enumerate(heading.names) if name), default=0)
    kept: list[list[Cell]] = []
    numbers: list[int] = []
    skipped: list[int] = []
    shifted: list[tuple[int, int]] = []
    for row, number in zip(rows[heading.last + 1 :], grid.numbers[heading.last + 1 :], strict=True):
        if all(is_blank(cell) for cell in row):
            continue
        again = _repeats(row, heading) or (not kept and _translates(row, heading, contract))
        if is_total(row) or remark(row) or again or (not kept and _counts(row)):
            skipped.append(number)
        elif grid.delimited and not all(is_blank(cell) for cell in row[width:]):
            shifted.append((number, max(i + 1 for i, cell in enumerate(row) if not is_blank(cell))))
        else:
            kept.append(row)
            numbers.append(number)
    if skipped:
        report.add(SKIPPED, found=", ".join(map(str, skipped[:20])))
    report.rows(SHIFTED, [n for n, _ in shifted], found=[n for _, n in shifted], wanted=width)
    if not kept:
        report.add(NO_ROWS)
        return None
    _tell_faults(whole, heading, set(numbers), report)
    return _frame(kept, numbers, heading, report), _units_above(whole, heading, report)


def _units_above(grid: Grid, heading: Heading, report: Reporter) -> tuple[str, ...]:
    """Return the units that stand above the headings for all columns."""
    above = grid.rows[: heading.first] if heading.matched else []
    units = dict.fromkeys(unit for row in above for cell in row for unit in stated_units(cell))
    if units:
        report.add(UNITS_ABOVE, found="、".join(units))
    return tuple(units)


def _tell_faults(grid: Grid, heading: Heading, kept: set[int], report: Reporter) -> None:
    """Report the cells of a column with a heading that hold no value."""
    told = [
        (row, column, text)
        for row, column, text in grid.faults
        if row + 1 in kept and column < len(heading.names) and heading.names[column]
    ]
    report.rows(
        NO_VALUE,
        [row + 1 for row, _, _ in told],
        column=[heading.names[column] for _, column, _ in told],
        found=[text for _, _, text in told],
        place=[f"{_letter(column)}{row + 1}" for row, column, _ in told],
    )


def _repeats(row: Sequence[Cell], heading: Heading) -> bool:
    """Whether a row is the heading again, as at the top of each printed page."""
    pairs = [
        (str(cell).strip(), name) for cell, name in zip(row, heading.names, strict=True) if cell
    ]
    return len(pairs) > 1 and all(text == name for text, name in pairs)


def _translates(row: Sequence[Cell], heading: Heading, contract: Contract) -> bool:
    """Whether a row says the headings in another language, as beneath those of a result sheet."""
    pairs = [
        (match_heading(contract, name), match_heading(contract, cell))
        for cell, name in zip(row, heading.names, strict=True)
        if isinstance(cell, str) and name
    ]
    both = [(one, other) for one, other in pairs if one is not None and other is not None]
    return len(both) > 1 and all(one.column == other.column for one, other in both)


def _counts(row: Sequence[Cell]) -> bool:
    """Whether a row below the headings only numbers the columns: 1, 2, 3, ..."""
    filled = [cell for cell in row if not is_blank(cell)]
    return len(filled) > 2 and all(
        str(cell).removesuffix(".0") == str(n) for n, cell in enumerate(filled, start=1)
    )


def _frame(
    kept: Sequence[Sequence[Cell]], numbers: Sequence[int], heading: Heading, report: Reporter
) -> pd.DataFrame:
    """Name the columns; a column without heading keeps its letter, unless it is empty."""
    columns: dict[str, Any] = {}
    again: dict[str, list[int]] = {}
    for at, name in enumerate(heading.names):
        cells = [row[at] for row in kept]
        if not name and all(is_blank(cell) for cell in cells):
            continue
        label = name or f"[{_letter(at)}]"
        if label in columns or label == "source_row":
            again.setdefault(label, []).append(at)
            label = f"{label} [{_letter(at)}]"
        values = np.empty(len(cells), dtype=object)
        values[:] = [None if is_blank(cell) else cell for cell in cells]
        columns[label] = values
    for name, others in again.items():
        first = heading.names.index(name) if name in heading.names else None
        if first is not None and any(
            [row[first] for row in kept] != [row[at] for row in kept] for at in others
        ):
            places = ", ".join(_letter(at) for at in (first, *others))
            report.add(HEADING_REPEATED, column=name, found=name, places=places)
    frame = pd.DataFrame(columns, dtype=object)
    frame["source_row"] = np.asarray(numbers, dtype="int64")
    return frame


def _letter(column: int) -> str:
    """Return the letters by which a spreadsheet calls a column.

    Examples
    --------
    >>> _letter(0), _letter(27)
    ('A', 'AB')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
