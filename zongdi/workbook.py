"""The office's workbook: a summary and one sheet per table, ready to filter and to print."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

import xlsxwriter

from layers.columns import Column
from policies.model import CONFIDENCE, STATUSES
from policies.text import Text
from zongdi.workbook_page import (
    DISCLAIMER,
    HEAD_ROWS,
    Formats,
    make_formats,
    print_setup,
    write_cell,
    write_head,
    write_headings,
)
from zongdi.workbook_sheets import Sheet, sheets
from zongdi.workbook_summary import write_summary

if TYPE_CHECKING:
    from pathlib import Path

    from zongdi.results import Results

__all__ = ["write_workbook"]

_WIDTHS = {
    **dict.fromkeys(("note_zh", "note_en", "why_zh", "why_en", "what", "what_en"), 60),
    **dict.fromkeys(("proposal", "proposal_en"), 44),
    **dict.fromkeys(("clause", "title_zh", "title_en", "blocked_by"), 28),
    **dict.fromkeys(("parcel_id", "holder", "idle_status", "mixed_verdict", "assists"), 24),
}
_LINE_POINTS = 14.0
#: The format's own limit is 409.
_ROW_POINTS_MAX = 400.0
_RULE_COLUMNS = tuple(
    Column(name, "text", Text(zh, en))
    for name, zh, en in (
        ("rule", "规则", "rule"),
        ("title_zh", "名称", "title"),
        ("clause", "条款", "clause"),
        ("note_zh", "要义", "what it says"),
        ("status", "状态", "status"),
        ("confidence", "可信度", "confidence"),
        ("pack", "规则包", "pack"),
        ("title_en", "名称（英文）", "title (English)"),
        ("note_en", "要义（英文）", "what it says (English)"),
    )
)


def write_workbook(results: Results, path: Path) -> None:
    """Write the workbook of one run.

    Parameters
    ----------
    results : Results
        The results of the run.
    path : pathlib.Path
        The file to write.

    Notes
    -----
    The date of creation is the review date, so that the same results give the same bytes.
    """
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties(
        {
            "title": results.project.name,
            "comments": DISCLAIMER.zh,
            "created": datetime.combine(results.project.as_of, time()),
        }
    )
    formats = make_formats(book)
    write_summary(book, formats, results)
    for sheet in sheets(results):
        _write_sheet(book, formats, sheet, results)
    _write_rules(book, formats, results)
    book.close()


def _lines(text: str, width: int) -> int:
    """Estimate the lines that a text takes in a column: a Chinese character is two wide.

    A spreadsheet does not fit the height of rows that a program wrote.
    """
    wide = len(text.encode("gb18030", errors="replace"))
    return -(-wide // max(width - 1, 1))


def _chinese_first(columns: tuple[Column, ...]) -> tuple[tuple[Column, ...], int]:
    """Put the English texts behind all other columns; say how many columns stand before them."""
    english = tuple(column for column in columns if column.name.endswith("_en"))
    others = tuple(column for column in columns if not column.name.endswith("_en"))
    return (*others, *english), len(others)


def _write_sheet(
    book: xlsxwriter.Workbook, formats: Formats, sheet: Sheet, results: Results
) -> None:
    page = book.add_worksheet(sheet.name)
    write_head(page, formats, results, sheet.remark)
    columns, printed = _chinese_first(sheet.columns)
    write_headings(page, formats, HEAD_ROWS, columns)
    first = HEAD_ROWS + 2
    lines = [1] * len(sheet.rows)
    for col, column in enumerate(columns):
        width = _WIDTHS.get(column.name, 14)
        page.set_column(col, col, width)
        if column.name not in sheet.rows:
            continue
        printed_text = column.type == "text" and col < printed
        for place, value in enumerate(sheet.rows[column.name].astype(object)):
            write_cell(page, first + place, col, value, column, formats)
            if printed_text and isinstance(value, str):
                lines[place] = max(lines[place], _lines(value, width))
    for place, count in enumerate(lines):
        if count > 1:
            page.set_row(first + place, min(count * _LINE_POINTS, _ROW_POINTS_MAX))
    last = first + max(len(sheet.rows) - 1, 0)
    page.freeze_panes(first, 1)
    page.autofilter(HEAD_ROWS + 1, 0, last, len(columns) - 1)
    print_setup(page, results)
    page.repeat_rows(HEAD_ROWS, HEAD_ROWS + 1)
    # English texts stand to the right of what is printed.
    page.print_area(0, 0, last, printed - 1)


def _write_rules(book: xlsxwriter.Workbook, formats: Formats, results: Results) -> None:
    page = book.add_worksheet("所用规则")
    write_head(page, formats, results)
    write_headings(page, formats, HEAD_ROWS, _RULE_COLUMNS)
    used = set(results.findings["rule"].dropna())
    rules = sorted((r for r in results.policy.rules() if r.id in used), key=lambda rule: rule.id)
    for col, column in enumerate(_RULE_COLUMNS):
        page.set_column(col, col, _WIDTHS.get(column.name, 18))
    for row, rule in enumerate(rules, start=HEAD_ROWS + 2):
        status = STATUSES[rule.status_at(results.project.as_of)]
        cells = (
            rule.id,
            rule.title.zh,
            rule.clause.citation("zh"),
            rule.clause.text.zh,
            status.zh,
            CONFIDENCE[rule.confidence].zh,
            rule.pack_id,
            rule.title.en,
            rule.clause.text.en,
        )
        for col, (cell, column) in enumerate(zip(cells, _RULE_COLUMNS, strict=True)):
            write_cell(page, row, col, cell, column, formats)
    page.freeze_panes(HEAD_ROWS + 2, 1)
    print_setup(page, results)
