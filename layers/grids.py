"""The cells of CSV files and workbooks as they stand, with the row numbers a reader would give."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import python_calamine as calamine

from layers.headings import find_heading, is_blank
from layers.problems import Kind
from layers.raw import NO_ROWS
from layers.workbook_cells import cells_without_value
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from layers.columns import Contract
    from layers.headings import Cell, Merge
    from layers.raw import Reporter

__all__ = ["Grid", "holds_workbook", "padded", "read_text", "read_workbook", "sheet_names"]

_DELIMITERS = (",", "\t", ";", "，", "|")
#: How a workbook begins: as an archive (XLSX, XLSB, ODS) or as a compound file (XLS).
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

NO_SHEET = Kind(
    "sheet-not-found",
    "error",
    Text(
        "工作簿中没有工作表“{found}”，现有：{sheets}",
        "no sheet {found!r} in the workbook; it has: {sheets}",
    ),
    Text("请改正 [layers.{layer}] 的 sheet", "correct `sheet` in [layers.{layer}] of project.toml"),
)
SHEET_TAKEN = Kind(
    "sheet-chosen",
    "note",
    Text(
        "工作簿有多个工作表，读取了“{found}”（其余：{others}）",
        "of several sheets {found!r} was read (others: {others})",
    ),
    Text("如有误，请在 [layers.{layer}] 写明 sheet", "if wrong, name `sheet` in [layers.{layer}]"),
)
REPLACED = Kind(
    "text-undecoded",
    "warning",
    Text(
        "文字不能按 {codec} 解码，读不出的字符以 � 代替",
        "the text is not {codec}; what could not be read became �",
    ),
    Text("请核对该行的文字与编码", "check the row's text and the encoding"),
)


HIDDEN = Kind(
    "sheets-hidden",
    "note",
    Text("隐藏的工作表未读取：{found}", "hidden sheets were not read: {found}"),
    Text(
        "如其中有数据，请取消隐藏，或在 [layers.{layer}] 写明 sheet",
        "if they hold data, show them, or name `sheet` in [layers.{layer}]",
    ),
)
MIXED = Kind(
    "encodings-mixed",
    "warning",
    Text(
        "文件中混有两种编码：该行按 gb18030 读取，其余按 utf-8",
        "the file mixes two encodings: this line was read as gb18030, the others as utf-8",
    ),
    Text("请核对该行文字，并统一编码", "check its text, and write the file in one encoding"),
)
NULS = Kind(
    "nul-characters",
    "warning",
    Text("该行含有空字符（NUL），已略去", "the line holds NUL characters, which were left out"),
    Text("请核对该行，并重新导出文件", "check the line, and export the file anew"),
)
#: Three bytes of UTF-8 that are a Chinese character.
_WIDE = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells as they stand, with the number by which a reader would call each row."""

    rows: list[list[Cell]]
    numbers: list[int]
    merges: tuple[Merge, ...] = ()
    delimited: bool = False
    faults: tuple[tuple[int, int, str], ...] = ()


def holds_workbook(path: Path) -> bool:
    """Whether a file begins as a workbook does, whatever its name says."""
    with path.open("rb") as stream:
        return stream.read(8).startswith(_WORKBOOKS)


def read_text(
    path: Path, codec: str, contract: Contract, named: Collection[str], report: Reporter
) -> Grid:
    """Read delimited text; of the delimiters the one under which headings are recognised."""
    raw = path.read_bytes()
    if re.match(rb"[\s\xef\xbb\xbf]*<(?:!doctype|html|table|\?xml)", raw, re.IGNORECASE):
        msg = (
            "内容是网页或 XML，请用 Excel 打开并另存为 .xlsx / it is a web page or XML: open it in Excel and save "
            "it as .xlsx"
        )
        raise ValueError(msg)
    text = raw.decode(codec, errors="replace")
    if not codec.startswith("utf"):
        text = _by_lines(raw, report) or text
    if "\0" in text:
        rows = [n for n, line in enumerate(text.splitlines(), start=1) if "\0" in line]
        report.rows(NULS, rows)
        text = text.replace("\0", "")
    head = "\n".join(text.splitlines()[:60])

    def fitness(delimiter: str) -> tuple[int, int]:
        rows = padded([row for row, _ in _split(head, delimiter)])
        heading = find_heading(rows, contract, named=named)
        filled = sum(len(row) > 1 and not is_blank(row[1]) for row in rows)
        return (0 if heading is None else heading.matched, filled)

    delimiter = max(_DELIMITERS, key=fitness)
    parsed = _split(text, delimiter)
    if text.count('"') % 2:
        _check_quotes(text, delimiter, parsed)
    faulty = [number for row, number in parsed if any("\ufffd" in cell for cell in row)]
    report.rows(REPLACED, faulty, codec=codec)
    return Grid([list(row) for row, _ in parsed], [number for _, number in parsed], delimited=True)


def _split(text: str, delimiter: str) -> list[tuple[list[str], int]]:
    """Split delimited text into rows, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = []
    begins = 1
    # A remark may be longer than the module's limit, which holds for the whole process.
    limit = csv.field_size_limit(max(len(text), 1))
    try:
        for row in reader:
            rows.append((row, begins))
            begins = reader.line_num + 1
    finally:
        csv.field_size_limit(limit)
    return rows


def _check_quotes(text: str, delimiter: str, parsed: Sequence[tuple[list[str], int]]) -> None:
    """Refuse a text in which a quotation mark is never closed: it swallows all rows below it.

    Raises
    ------
    ValueError
        With the line on which it stands.
    """
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as err:
        if "unexpected end of data" in str(err):
            line = parsed[-1][1]
            msg = (
                f"第 {line} 行的引号没有闭合，其后各行都被吞入一格 / the quotation mark on line {line} is never "
                "closed: it swallows every row below it"
            )
            raise ValueError(msg) from err


def _by_lines(raw: bytes, report: Reporter) -> str | None:
    """Decode a text line by line, if some of its lines are in UTF-8 and others in GB 18030."""
    if _WIDE.search(raw) is None:
        return None
    lines: list[str] = []
    own: list[int] = []
    other: list[int] = []
    for number, line in enumerate(raw.splitlines(keepends=True), start=1):
        for codec, found in (("utf-8", own), ("gb18030", other)):
            try:
                lines.append(line.decode(codec))
            except UnicodeDecodeError:
                continue
            if not line.isascii():
                found.append(number)
            break
        else:
            return None
    # A line of another encoding may look like UTF-8 by chance, half of them do not.
    if len(own) < max(1, len(other) // 20):
        return None
    report.rows(MIXED, other)
    return "".join(lines).removeprefix("\ufeff")


def padded(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Make every row as long as the longest."""
    width = max((len(row) for row in rows), default=0)
    return [[*row, *([None] * (width - len(row)))] for row in rows]


def read_workbook(
    path: Path,
    contract: Contract,
    report: Reporter,
    sheet: str | None,
    named: Collection[str],
) -> tuple[Grid | None, str | None]:
    """Read the sheet named, else the first whose headings fit the contract."""
    with _workbook(path) as book:
        visible = [
            entry.name
            for entry in book.sheets_metadata
            if entry.typ == calamine.SheetTypeEnum.WorkSheet
            and entry.visible == calamine.SheetVisibleEnum.Visible
        ]
        if sheet is not None:
            exact = [name for name in book.sheet_names if name.strip() == sheet.strip()]
            if not exact:
                report.add(NO_SHEET, found=sheet, sheets=", ".join(book.sheet_names))
                return None, None
            return _with_faults(path, exact[0], _sheet(book, exact[0])), exact[0]
        grids = {name: _sheet(book, name) for name in visible or book.sheet_names}
        hidden = [
            name
            for name in book.sheet_names
            if name not in grids and _matched(_sheet(book, name), contract, named) > 1
        ]
        if hidden:
            report.add(HIDDEN, found=", ".join(hidden))
    scores = {name: _matched(grid, contract, named) for name, grid in grids.items()}
    if not grids:
        report.add(NO_ROWS)
        return None, None
    enough = min(2, max(scores.values()))
    fitting = [name for name, score in scores.items() if score >= enough and grids[name].rows]
    chosen = fitting[0] if fitting else next(iter(grids))
    if len(grids) > 1:
        report.add(
            SHEET_TAKEN, found=chosen, others=", ".join(name for name in grids if name != chosen)
        )
    return _with_faults(path, chosen, grids[chosen]), chosen


def _with_faults(path: Path, sheet: str, grid: Grid) -> Grid:
    """Add the cells that hold an error or a formula without a value, which the reader left blank."""
    return replace(grid, faults=tuple(cells_without_value(path, sheet)))


def _workbook(path: Path) -> calamine.CalamineWorkbook:
    """Open a workbook by what it holds: many an ``.xls`` is an XLSX workbook, a text or a page.

    Raises
    ------
    ValueError
        The file is no workbook, whatever its name says.
    """
    content = path.read_bytes()
    if not content.startswith(_WORKBOOKS):
        page = re.match(rb"[\s\xef\xbb\xbf]*<", content) is not None
        msg = (
            f"内容不是工作簿，而是{'网页或 XML' if page else '文本或其他格式'}，请用 Excel 打开并另存为 .xlsx / "
            f"it is no workbook but {'a web page or XML' if page else 'text or something else'}"
        )
        raise ValueError(msg)
    return calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets; empty for text and for what cannot be opened."""
    try:
        with _workbook(path) as book:
            return list(book.sheet_names)
    except (calamine.CalamineError, calamine.PasswordError, calamine.ZipError, OSError, ValueError):
        return []


def _matched(grid: Grid, contract: Contract, named: Collection[str]) -> int:
    heading = find_heading(grid.rows, contract, named=named, merges=grid.merges)
    return 0 if heading is None else heading.matched


def _sheet(book: Any, name: str) -> Grid:
    """Read a sheet from its very first row, so that rows are numbered as the office sees them."""
    sheet = book.get_sheet_by_name(name)
    rows = [
        [None if isinstance(cell, str) and is_blank(cell) else cell for cell in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    ranges = getattr(sheet, "merged_cell_ranges", None) or ()
    merges = tuple((low[0], low[1], high[0], high[1]) for low, high in ranges)
    return Grid(padded(rows), list(range(1, len(rows) + 1)), merges)
