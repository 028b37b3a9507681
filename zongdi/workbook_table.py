"""A table on a sheet, written row by row: headings in two languages, filters, colours, links, print set-up.

The writer streams: a row once written is gone from memory, so that every row is prepared before it and
columns are turned into plain values at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zongdi.workbook_page import (
    HEAD_ROWS,
    characters,
    cut,
    labelled,
    print_setup,
    row_points,
    text_lines,
    write_head,
    write_headings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import xlsxwriter

    from layers.columns import Column
    from policies.text import Text
    from zongdi.workbook_page import Formats, Head

__all__ = [
    "FIRST_ROW",
    "LINKS_LIMIT",
    "Sheet",
    "excel_days",
    "link_to_map",
    "link_to_row",
    "write_table",
]

#: The first row of a table's body.
FIRST_ROW = HEAD_ROWS + 2
#: Links beyond this the format does not hold.
LINKS_LIMIT = 65_000
_WIDTH, _WIDEST = 13.0, 44.0
#: So many values of a column decide its width.
_SEEN = 500
_WIDTHS: dict[str, float] = {
    **dict.fromkeys(("note_zh", "note_en", "what", "what_en", "text_zh", "text_en"), 60.0),
    **dict.fromkeys(("why_zh", "why_en"), 64.0),
    **dict.fromkeys(("proposal", "proposal_en", "blocked_by", "clause"), 30.0),
    **dict.fromkeys(("title_zh", "title_en", "holder", "documents", "assists"), 22.0),
    **dict.fromkeys(("parcel_id", "from_parcel_id", "to_parcel_id", "contract_no"), 23.0),
    **dict.fromkeys(("idle_status", "mixed_verdict", "decided_by", "depends_on"), 20.0),
    **dict.fromkeys(("rules", "rule", "action", "supervision_no", "cause"), 18.0),
    **dict.fromkeys(("remark_zh", "against_zh"), 48.0),
    **dict.fromkeys(("holder_id", "location", "term_zh"), 22.0),
    **dict.fromkeys(("to_recommendations", "to_ledger", "to_Idle land", "to_Floor area"), 10.0),
    **dict.fromkeys(("to_Mixed use", "to_Green", "actions_n", "serial", "score"), 10.0),
    **dict.fromkeys(("priority", "zone_id", "phase_no", "row", "severity", "confidence"), 9.0),
    **dict.fromkeys(("due_on", "idle_from", "started", "verdict", "attention"), 11.0),
}
#: Kinds of cells: how they are written.
_TEXT, _NUMBER = "text", "number"
#: Decimals by unit, else for all others.
_DECIMALS_OF, _DECIMALS = {"m2": 2, "mu": 2, "m": 3, "days": 0, "ratio": 4, "wan": 4}, 6
#: Excel counts days from here.
_DAY_ZERO = np.datetime64("1899-12-30", "D")


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


def link_to_row(sheet: str, row: int) -> str:
    """Return the link to a row of a sheet, counted from 0.

    Examples
    --------
    >>> link_to_row("容积率", 5)
    "internal:'容积率'!A6"
    """
    return f"internal:'{sheet}'!A{row + 1}"


def link_to_map(parcel_id: str) -> str:
    """Return the link to a parcel on the map beside the workbook.

    Examples
    --------
    >>> link_to_map("A 1/#2")
    'external:map.html#p=A%201%2F%232'
    """
    from urllib.parse import quote  # noqa: PLC0415 -- only links need it

    return f"external:map.html#p={quote(parcel_id, safe='')}"


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
) -> tuple[str, list[Any], Any]:
    """Return how a column is written: the kind of its cells, plain values with None, their format."""
    if column.type == "date":
        return _NUMBER, excel_days(values), formats.date
    if column.type in {"number", "integer"}:
        numbers = pd.to_numeric(values).to_numpy(dtype=float, na_value=np.nan)
        # What is meaningful and shown, without float noise; the CSV files hold more.
        numbers = numbers.round(_DECIMALS_OF.get(column.unit or "", _DECIMALS)) + 0.0
        plain = [value if value == value else None for value in numbers.tolist()]  # noqa: PLR0124 -- NaN
        return _NUMBER, plain, formats.of_number(column.name)
    listed: list[Any]
    if column.type == "boolean":
        listed = values.astype("object").map({True: "是", False: "否"}).tolist()
    else:
        known = {code: label.zh for code, label in labelled(column, labels).items()}
        listed = values.astype("object").tolist()
        if known:
            listed = [
                known.get(value, value) if isinstance(value, str) else value for value in listed
            ]
    texts = [cut(value) if isinstance(value, str) and value else None for value in listed]
    return _TEXT, texts, formats.text


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
    columns, printed = chinese_first(sheet.columns, sheet.unprinted)
    cells, widths = [], []
    for col, column in enumerate(columns):
        width = _WIDTHS.get(column.name, _WIDTH)
        if column.name in sheet.rows:
            cell = prepared(sheet.rows[column.name], column, formats, head.labels)
            cells.append((col, column, *cell))
            if column.name not in _WIDTHS and cell[0] == _TEXT:
                width = _fitting(cell[1])
        widths.append(width)
        page.set_column(col, col, width)
    write_head(page, formats, head, widths[:printed], sheet.remark)
    write_headings(page, formats, HEAD_ROWS, columns, widths)
    heights = _heights(
        [
            (values, widths[col])
            for col, _, kind, values, _ in cells
            if kind == _TEXT and col < printed
        ],
        len(sheet.rows),
    )
    _write_rows(page, formats, sheet, cells, heights)
    last = FIRST_ROW + max(len(sheet.rows) - 1, 0)
    for col, column in enumerate(columns):
        _colour(book, page, sheet.fills.get(column.name), (FIRST_ROW, col, last, col))
    page.freeze_panes(FIRST_ROW, min(sheet.frozen, len(columns)))
    page.autofilter(HEAD_ROWS + 1, 0, last, len(columns) - 1)
    print_setup(page, head, sheet.title, sum(widths[:printed]))
    page.repeat_rows(HEAD_ROWS, HEAD_ROWS + 1)
    if sheet.frozen:
        page.repeat_columns(0, sheet.frozen - 1)
    # English texts stand to the right of what is printed.
    page.print_area(0, 0, last, max(printed - 1, 0))


def _fitting(values: list[Any]) -> float:
    """Return a width for texts of which none is declared: that of the longest seen, within reason."""
    longest = max((characters(value) for value in values[:_SEEN] if value is not None), default=0)
    return float(min(max(longest + 3, _WIDTH), _WIDEST))


def _heights(columns: list[tuple[list[Any], float]], n: int) -> list[int]:
    """Return the lines of every row: those of its longest text."""
    lines = [1] * n
    for values, width in columns:
        short = int(width) // 2
        for place, value in enumerate(values):
            if value is not None and len(value) > short:
                needed = text_lines(value, width)
                lines[place] = max(lines[place], needed)
    return lines


def _write_rows(
    page: Any,
    formats: Formats,
    sheet: Sheet,
    cells: list[tuple[int, Column, str, list[Any], Any]],
    heights: list[int],
) -> None:
    """Write the body: every row whole before the next."""
    write_string, write_number = page.write_string, page.write_number
    writers: list[tuple[int, Callable[..., Any], list[Any], Any, Sequence[str | None] | None]] = [
        (
            col,
            write_string if kind == _TEXT else write_number,
            values,
            form,
            sheet.links.get(column.name),
        )
        for col, column, kind, values, form in cells
    ]
    linked = 0
    for place, lines in enumerate(heights):
        row = FIRST_ROW + place
        if lines > 1:
            page.set_row(row, row_points(lines))
        for col, write, values, form, links in writers:
            value = values[place]
            if value is None:
                continue
            if links is not None and links[place] is not None and linked < LINKS_LIMIT:
                page.write_url(row, col, links[place], formats.link, str(value))
                linked += 1
            else:
                write(row, col, value, form)


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
