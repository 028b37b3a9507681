"""What every sheet of the workbook shares: cell formats, the lines at its head, the print set-up."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import xlsxwriter

from analyses.idle_rules import IdleRules
from policies.model import STATUSES
from policies.text import Text
from zongdi.workbook_labels import UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from layers.columns import Column
    from zongdi.results import Results

__all__ = [
    "DISCLAIMER",
    "HEAD_ROWS",
    "LINE_POINTS",
    "Formats",
    "Head",
    "cell_text",
    "characters",
    "head_of",
    "make_formats",
    "open_book",
    "print_setup",
    "printable",
    "row_points",
    "text_lines",
    "write_head",
    "write_headings",
]

DISCLAIMER = Text("辅助分析，不作为认定依据", "Assisting analysis; not a basis for any finding")
#: The lines above a table's headings: disclaimer, origin, remark.
HEAD_ROWS = 3
LINE_POINTS, _PADDING_POINTS = 14.5, 2.5
_FONT = "Microsoft YaHei"
#: How a text stands in its cell. It is the workbook's own format, so that texts, which are most of the
#: cells, name none.
_TEXT = {
    "font_name": _FONT,
    "font_size": 10,
    "font_scheme": False,
    "valign": "top",
    "align": "left",
    "indent": 1,
    "text_wrap": True,
}
_ROW_POINTS_MAX = 400.0
#: Characters that fit on landscape paper: A4 at 0.9 of the size, A3 at 0.62, where ten points become six.
_A4_CHARACTERS, _A3_CHARACTERS, _FILLED = 165.0, 345.0, 0.92
#: The longest text that a cell of the format may hold.
_CELL_LIMIT = 32_767
_NUMBER_FORMATS = (
    ("_m2", "#,##0.00"),
    ("_ha", "#,##0.0000"),
    ("_mu", "#,##0.00"),
    ("_share", "0.00%"),
    ("_wan", "#,##0.0000"),
    ("far_", "0.000"),
    ("_days", "0"),
    ("score", "#,##0.00"),
)


@dataclass(frozen=True)
class Head:
    """What heads every sheet: whose data, at which review date, under which packs and their status.

    Attributes
    ----------
    labels : mapping of str to mapping of str to Text
        By column: the labels of codes that depend on the packs.
    """

    name: str
    as_of: date
    label: str | None
    packs: Text
    labels: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)


def head_of(results: Results) -> Head:
    """Return the head of the sheets of one run."""
    project = results.project
    said = []
    for pack in results.policy.packs:
        main = next(iter(pack.documents), None)
        status = STATUSES["in_force" if main is None else main.status_at(project.as_of)]
        said.append(Text(f"{pack.title.zh}（{status.zh}）", f"{pack.title.en} ({status.en})"))
    packs = Text("；".join(item.zh for item in said), "; ".join(item.en for item in said))
    return Head(
        *(project.name, project.as_of, project.label, packs),
        labels=IdleRules.of(results.policy).labels(),
    )


@dataclass(frozen=True)
class Formats:
    """The cell formats of one workbook."""

    title: Any
    section: Any
    section_figure: Any
    warning: Any
    small: Any
    remark: Any
    header_zh: Any
    header_en: Any
    text: Any
    plain: Any
    date: Any
    link: Any
    numbers: dict[str, Any]
    number: Any

    def of_number(self, name: str) -> Any:
        """Return the format of a number by the unit in its column's name."""
        return next((form for part, form in self.numbers.items() if part in name), self.number)


def open_book(path: Path, title: str, as_of: date, *, wrapped: bool = True) -> xlsxwriter.Workbook:
    """Return a workbook that streams its rows to a file, in which no text becomes a formula or a link.

    Parameters
    ----------
    path : pathlib.Path
        The file to write.
    title : str
        Of the document.
    as_of : datetime.date
        The review date, which is the date of creation: the same results give the same bytes.
    wrapped : bool
        Whether long texts go over several lines.
    """
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
            "default_format_properties": {**_TEXT, "text_wrap": wrapped},
        },
    )
    created = datetime.combine(as_of, time())
    book.set_properties(
        {"title": printable(title)[:255], "comments": DISCLAIMER.zh, "created": created}
    )
    return book


def make_formats(book: xlsxwriter.Workbook, *, wrapped: bool = True) -> Formats:
    """Add the formats to a workbook that was opened as `wrapped`."""
    base = {"font_name": _FONT, "font_size": 10, "valign": "top"}
    line = {**base, "text_wrap": False, "align": "left", "indent": 0}
    head = {**_TEXT, "bold": True, "bg_color": "#E8EEF4", "bottom": 1}
    english = {**head, "bold": False, "font_size": 8, "font_color": "#555555"}
    figure = {**base, "text_wrap": False, "align": "right", "indent": 1}
    text = book.add_format(_TEXT)
    return Formats(
        title=book.add_format({**line, "bold": True, "font_size": 15}),
        section=book.add_format({**line, "bold": True, "font_size": 12, "bottom": 1}),
        section_figure=book.add_format({**figure, "bold": True, "bottom": 1}),
        warning=book.add_format({**line, "bold": True, "font_color": "#9C3D00", "text_wrap": True}),
        small=book.add_format({**_TEXT, "font_color": "#555555"}),
        remark=book.add_format({**line, "font_color": "#555555", "text_wrap": True}),
        header_zh=book.add_format({**head, "bottom": 0, "valign": "bottom"}),
        header_en=book.add_format(english),
        text=text,
        plain=None if wrapped else text,
        date=book.add_format({**_TEXT, "text_wrap": False, "num_format": "yyyy-mm-dd"}),
        link=book.add_format({**_TEXT, "font_color": "#0563C1", "underline": 1}),
        numbers={
            part: book.add_format({**figure, "num_format": form}) for part, form in _NUMBER_FORMATS
        },
        number=book.add_format({**figure, "num_format": "General"}),
    )


def text_lines(text: str, width: float) -> int:
    r"""Estimate the lines that a text takes in a column: a Chinese character is two wide.

    A spreadsheet does not fit the height of rows that a program wrote.

    Examples
    --------
    >>> text_lines("宗地" * 10, 25), text_lines("a\nb", 20)
    (2, 2)
    """
    # Half of a Chinese character is a little narrower than a digit; indent and line breaks cost two.
    room = max(1.05 * width - 2.4, 1.0)
    if "\n" not in text:
        return max(1, math.ceil(characters(text) / room))
    return sum(max(1, math.ceil(characters(line) / room)) for line in text.split("\n"))


def characters(text: str) -> int:
    """Count the characters of a text, those beyond ASCII as two.

    Examples
    --------
    >>> characters("P-1"), characters("宗地")
    (3, 4)
    """
    return len(text) if text.isascii() else len(text.encode("gb18030", errors="replace"))


def row_points(lines: int) -> float:
    """Return the height of a row of so many lines, in points; the format's own limit is 409."""
    return min(max(lines, 1) * LINE_POINTS + _PADDING_POINTS, _ROW_POINTS_MAX)


def write_head(
    page: Any, formats: Formats, head: Head, widths: Sequence[float], remark: Text | None = None
) -> None:
    """Write the lines that head every sheet: disclaimer, origin, and a remark if there is one.

    Long lines are wrapped over the columns that are printed, so that none is cut.
    """
    room = sum(widths)
    last = max(len(widths) - 1, 0)
    name = printable(head.name)
    line = f"{name} · 审查日期 as of {head.as_of.isoformat()} · 规则包 packs：{head.packs.zh} {head.packs.en}"
    said = "" if remark is None else f"{remark.zh} {remark.en}"
    rows = (
        (f"{DISCLAIMER.zh} · {DISCLAIMER.en}", formats.warning),
        (line, formats.remark),
        (said, formats.remark),
    )
    for row, (text, form) in enumerate(rows):
        page.set_row(row, row_points(text_lines(text, room)))
        if last:
            page.merge_range(row, 0, row, last, "", form)
        if text:
            page.write_string(row, 0, cell_text(text), form)


def write_headings(
    page: Any, formats: Formats, row: int, columns: Sequence[Column], widths: Sequence[float]
) -> None:
    """Write the headings of a table: Chinese with the unit, English beneath, none of them cut."""
    shown = []
    for column in columns:
        unit = f"（{UNITS.get(column.unit, column.unit)}）" if column.unit else ""
        shown.append((f"{column.label.zh}{unit}", column.label.en))
    for line, form in ((0, formats.header_zh), (1, formats.header_en)):
        # The English is set in a smaller type, of which more goes into a line.
        scale = 1.0 if line == 0 else 1.2
        lines = [
            text_lines(pair[line], width * scale) for pair, width in zip(shown, widths, strict=True)
        ]
        page.set_row(row + line, row_points(max(lines, default=1)))
        for col, pair in enumerate(shown):
            page.write_string(row + line, col, pair[line], form)


def cell_text(text: str) -> str:
    r"""Return a text as a cell of the format may hold it, and as the streaming writer leaves it text.

    Examples
    --------
    >>> len(cell_text("宗" * 40_000)), len(cell_text("\N{DECIDUOUS TREE}" * 40_000))
    (32767, 16383)
    """
    if text.startswith("<r>") and text.endswith("</r>"):
        # The writer takes this for markup of its own and would write it as it is.
        text = f"{text[: _CELL_LIMIT - 1]} "
    if 2 * len(text) > _CELL_LIMIT:
        # The limit counts UTF-16 units, of which an emoji has two.
        units = text.encode("utf-16-le")[: 2 * _CELL_LIMIT]
        return units.decode("utf-16-le", errors="ignore")
    return text


def printable(text: str) -> str:
    r"""Return a text without control characters, which heads of pages and properties cannot hold.

    Examples
    --------
    >>> printable("A\x07 区")
    'A 区'
    """
    return "".join(letter for letter in text if unicodedata.category(letter)[0] != "C")


def print_setup(page: Any, head: Head, title: Text, width: float, *, repeated: float = 0.0) -> None:
    """Set a sheet up for landscape paper, one page wide where that can be read, else as few as needed.

    Parameters
    ----------
    page : xlsxwriter.worksheet.Worksheet
        The sheet.
    head : Head
        Gives the name, the label and the review date.
    title : Text
        Stands in the running head.
    width : float
        Of the printed columns together, in characters.
    repeated : float
        Of these, the columns that stand on every page.
    """
    page.set_landscape()
    page.set_paper(9 if width <= _A4_CHARACTERS else 8)
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    page.fit_to_pages(_pages(width, repeated), 0)
    name, label, said = (
        printable(text)[:most].replace("&", "&&")
        for text, most in (
            (head.name, 50),
            (head.label or "", 50),
            (f"{title.zh} {title.en}", 100),
        )
    )
    page.set_header(f"&L{name} · 审查日期 as of {head.as_of.isoformat()}&R{said}")
    page.set_footer(f"&L{label}&C{DISCLAIMER.zh}&R&A · 第 &P 页，共 &N 页")


def _pages(width: float, repeated: float) -> int:
    """Return over how many pages side by side a table goes: so many that six points stay six points."""
    if width <= _A3_CHARACTERS:
        return 1
    # Columns are not broken, so that no page is quite full.
    room = _FILLED * max(_A3_CHARACTERS - repeated, 1.0)
    return math.ceil((width - repeated) / room)
