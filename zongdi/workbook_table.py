"""A table on a sheet, written row by row: headings in two languages, filters, colours, links, print set-up.

The writer streams: a row once written is gone from memory, so that every row is prepared before it and
columns are turned into plain values at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from policies.text import Text
from zongdi.workbook_cells import LINKS_LIMIT, Cells, prepared
from zongdi.workbook_page import (
    HEAD_ROWS,
    print_setup,
    row_points,
    write_head,
    write_headings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    import xlsxwriter

    from layers.columns import Column
    from zongdi.workbook_page import Formats, Head

__all__ = ["FIRST_ROW", "ROWS_LIMIT", "Sheet", "chinese_first", "write_table"]

#: The first row of a table's body.
FIRST_ROW = HEAD_ROWS + 2
#: So many rows of a table a sheet of the format holds below them.
ROWS_LIMIT = 1_048_576 - FIRST_ROW
_WIDTH, _WIDEST = 13.0, 34.0
#: English takes more room than Chinese: its columns, which are not printed, grow up to this, so that the
#: rows stay as high as the Chinese needs.
_WIDEST_ENGLISH = 120.0
#: Long texts get more room where they stand on one line.
_LEAN = 1.6
_WIDTHS: dict[str, float] = {
    **dict.fromkeys(("note_zh", "note_en", "what", "what_en", "text_zh", "text_en"), 60.0),
    **dict.fromkeys(("why_zh", "why_en"), 64.0),
    **dict.fromkeys(("proposal", "proposal_en", "holder"), 30.0),
    **dict.fromkeys(("blocked_by", "clause"), 26.0),
    **dict.fromkeys(("title_zh", "title_en"), 22.0),
    **dict.fromkeys(("documents", "assists"), 29.0),
    **dict.fromkeys(("parcel_id", "from_parcel_id", "to_parcel_id", "contract_no"), 23.0),
    **dict.fromkeys(("idle_status", "decided_by", "approved_by", "depends_on"), 20.0),
    **dict.fromkeys(("mixed_verdict",), 26.0),
    **dict.fromkeys(("rules", "rule", "action", "supervision_no", "cause"), 18.0),
    **dict.fromkeys(("remark_zh", "against_zh"), 48.0),
    **dict.fromkeys(("holder_id", "location", "term_zh"), 22.0),
    **dict.fromkeys(("to_recommendations",), 13.0),
    **dict.fromkeys(("to_ledger", "to_Idle land", "to_Floor area"), 10.0),
    **dict.fromkeys(("to_Mixed use", "to_Green", "actions_n", "serial", "score"), 10.0),
    **dict.fromkeys(("priority", "zone_id", "phase_no", "row", "severity", "confidence"), 9.0),
    **dict.fromkeys(("due_on", "idle_from", "started", "verdict", "attention"), 12.0),
    **dict.fromkeys(("amount_wan", "floor_area_m2"), 12.0),
}


@dataclass(frozen=True)
class Sheet:
    """One sheet: its title, its columns with their labels, its rows, and what is said above them.

    Attributes
    ----------
    name : str
        On the tab.
    title : Text
        In the running head of the print.
    columns : tuple of Column
        In the order in which they stand; those in English stand last and are not printed.
    rows : pandas.DataFrame
        What is listed; a column that it lacks stays blank.
    remark : Text or None
        Above the table.
    frozen : int
        So many columns stay in view.
    links : mapping of str to list
        Targets by column, one per row or None: ``internal:...`` or a file beside the workbook.
    fills : mapping of str to mapping
        Background by column and label.
    unprinted : tuple of str
        Columns that stand to the right of what is printed: codes, parts of scores.
    lean : bool
        One line a row: for tables so long that fitting their heights would cost more than it shows.
    """

    name: str
    title: Text
    columns: tuple[Column, ...]
    rows: pd.DataFrame
    remark: Text | None = None
    frozen: int = 1
    links: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    fills: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unprinted: tuple[str, ...] = ()
    lean: bool = False


def chinese_first(
    columns: tuple[Column, ...], unprinted: tuple[str, ...] = ()
) -> tuple[tuple[Column, ...], int]:
    """Put what is not printed and then the English texts behind; say how many columns stand before."""
    english = tuple(column for column in columns if column.name.endswith("_en"))
    beside = tuple(column for column in columns if column.name in unprinted)
    behind = {column.name for column in (*english, *beside)}
    printed = tuple(column for column in columns if column.name not in behind)
    return (*printed, *(c for c in beside if c not in english), *english), len(printed)


def write_table(book: xlsxwriter.Workbook, formats: Formats, sheet: Sheet, head: Head) -> None:
    """Add a sheet with one table.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        The workbook.
    formats : Formats
        Of the same workbook.
    sheet : Sheet
        What stands on it.
    head : Head
        What heads it.
    """
    page = book.add_worksheet(sheet.name)
    if sheet.lean:
        # The workbook's own format, which has no second line.
        formats = replace(formats, plain=None)
    columns, printed = chinese_first(sheet.columns, sheet.unprinted)
    rows = sheet.rows.head(ROWS_LIMIT)
    cells: dict[int, Cells] = {}
    widths = []
    for col, column in enumerate(columns):
        width = _WIDTHS.get(column.name, _WIDTH)
        if column.name in rows:
            cells[col] = prepared(rows[column.name], column, formats, head.labels)
            if column.name not in _WIDTHS and cells[col].kind == "text":
                width = float(min(max(cells[col].longest() + 3, _WIDTH), _WIDEST))
        if sheet.lean and width > _WIDEST:
            width *= _LEAN
        widths.append(width)
    heights = np.ones(len(rows), dtype=np.int64)
    if not sheet.lean:
        _fit(cells, widths, heights, printed)
    for col, width in enumerate(widths):
        page.set_column(col, col, width)
    write_head(page, formats, head, widths[:printed], _remark(sheet))
    write_headings(page, formats, HEAD_ROWS, columns, widths)
    links = {
        col: sheet.links[columns[col].name] for col in cells if columns[col].name in sheet.links
    }
    _write_rows(page, formats, cells, links, heights.tolist())
    last = FIRST_ROW + max(len(rows) - 1, 0)
    for col, column in enumerate(columns):
        _colour(book, page, sheet.fills.get(column.name), (FIRST_ROW, col, last, col))
    frozen = min(sheet.frozen, len(columns))
    page.freeze_panes(FIRST_ROW, frozen)
    page.autofilter(HEAD_ROWS + 1, 0, last, len(columns) - 1)
    print_setup(page, head, sheet.title, sum(widths[:printed]), repeated=sum(widths[:frozen]))
    page.repeat_rows(HEAD_ROWS, HEAD_ROWS + 1)
    if frozen:
        page.repeat_columns(0, frozen - 1)
    # Office tables are ruled; gridlines cost nothing and do not hide the colours.
    page.hide_gridlines(0)
    # English texts stand to the right of what is printed.
    page.print_area(0, 0, last, max(printed - 1, 0))


def _remark(sheet: Sheet) -> Text | None:
    """Return what is said above the table, with what the format made us leave out."""
    said = [] if sheet.remark is None else [sheet.remark]
    n = len(sheet.rows)
    if n > ROWS_LIMIT:
        said.append(
            Text(
                f"共 {n} 行，一张表最多容纳 {ROWS_LIMIT} 行，其余见成果文件。",
                f"{n} rows; a sheet holds {ROWS_LIMIT}, the rest is in the result files.",
            )
        )
    if sum(one is not None for targets in sheet.links.values() for one in targets) >= LINKS_LIMIT:
        said.append(
            Text(
                f"一张表最多容纳约 {LINKS_LIMIT} 个链接，其后各行不带链接。",
                f"A sheet holds about {LINKS_LIMIT} links; the rows after them have none.",
            )
        )
    if not said:
        return None
    return Text("".join(one.zh for one in said), " ".join(one.en for one in said))


def _fit(
    cells: Mapping[int, Cells], widths: list[float], heights: np.ndarray, printed: int
) -> None:
    """Give every row the lines of its longest text; what is not printed is widened before it makes a row higher."""
    for col, column in sorted(cells.items()):
        if col >= printed:
            widths[col] = min(max(column.room(heights), widths[col]), _WIDEST_ENGLISH)
        needed = column.lines(widths[col])
        if needed is not None:
            np.maximum(heights, needed, out=heights)


def _write_rows(
    page: Any,
    formats: Formats,
    cells: Mapping[int, Cells],
    links: Mapping[int, Sequence[str | None]],
    heights: list[int],
) -> None:
    """Write the body: every row whole before the next."""
    linked = _linking(page, formats, links)
    writers: list[tuple[int, Callable[..., Any], Any]] = []
    for col, column in cells.items():
        write = {"text": page.write_string, "number": page.write_number}.get(
            column.kind, _either(page)
        )
        writers.append((col, linked if col in links else write, column.form))
    columns = [column.listed for column in cells.values()]
    # Without columns there are no rows to write; `zip` of nothing is empty.
    for row, (lines, *values) in enumerate(zip(heights, *columns, strict=True), start=FIRST_ROW):
        if lines > 1:
            page.set_row(row, row_points(lines))
        for (col, write, form), value in zip(writers, values, strict=True):
            if value is not None:
                write(row, col, value, form)


def _either(page: Any) -> Callable[..., Any]:
    """Return what writes a date: as a number, or as text where a spreadsheet has no number for it."""

    def write(row: int, col: int, value: float | str, form: Any) -> None:
        if isinstance(value, str):
            page.write_string(row, col, value)
        else:
            page.write_number(row, col, value, form)

    return write


def _linking(
    page: Any, formats: Formats, links: Mapping[int, Sequence[str | None]]
) -> Callable[..., Any]:
    """Return what writes a text with its link, as long as the format holds more of them."""
    left = LINKS_LIMIT

    def write(row: int, col: int, value: str, form: Any) -> None:
        nonlocal left
        target = links[col][row - FIRST_ROW] if left else None
        if target is None:
            page.write_string(row, col, value, form)
        else:
            page.write_url(row, col, target, formats.link, value)
            left -= 1

    return write


def _colour(
    book: xlsxwriter.Workbook,
    page: Any,
    fills: Mapping[str, str] | None,
    place: tuple[int, int, int, int],
) -> None:
    """Colour the cells of a column by their label, as the map colours the parcels."""
    for label, fill in (fills or {}).items():
        form = book.add_format({"bg_color": fill, "font_color": _ink(fill)})
        quoted = label.replace('"', '""')
        rule = {"type": "cell", "criteria": "==", "value": f'"{quoted}"', "format": form}
        page.conditional_format(*place, rule)


def _ink(fill: str) -> str:
    """Return black or white, whichever is read on a colour."""
    red, green, blue = (int(fill[at : at + 2], 16) for at in (1, 3, 5))
    return "#FFFFFF" if 0.299 * red + 0.587 * green + 0.114 * blue < 140 else "#1A1A1A"
