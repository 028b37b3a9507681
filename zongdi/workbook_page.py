"""What every sheet of the workbook shares: cell formats, the lines at its head, the print set-up."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analyses.idle_rules import IdleRules
from analyses.results import (
    BOUND_BY,
    DURATION_CLASSES,
    IDLE_STATUSES,
    MIXED_VERDICTS,
    VERDICTS,
    ZONE_AREA_SOURCES,
)
from analyses.results_paragraphs import ZONE_SECTIONS
from layers.codes import CODE_LISTS
from policies.model import CONFIDENCE, STATUSES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import xlsxwriter

    from layers.columns import Column
    from zongdi.results import Results

__all__ = [
    "DISCLAIMER",
    "HEAD_ROWS",
    "LABELS",
    "LINE_POINTS",
    "Formats",
    "Head",
    "characters",
    "cut",
    "head_of",
    "labelled",
    "make_formats",
    "print_setup",
    "row_points",
    "text_lines",
    "write_head",
    "write_headings",
]

DISCLAIMER = Text("辅助分析，不作为认定依据", "Assisting analysis; not a basis for any finding")
#: The lines above a table's headings: disclaimer, origin, remark.
HEAD_ROWS = 3
LINE_POINTS = 14.5
_ROW_POINTS_MAX = 400.0
#: Characters of the usual size that fit on landscape paper: A4 in full size, A3 at two thirds.
_A4_CHARACTERS, _A3_CHARACTERS = 150.0, 320.0
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
)
_UNITS = {
    "m2": "㎡",
    "wan": "万元",
    "days": "天",
    "share": "比例",
    "ratio": "倍",
    "m": "米",
    "years": "年",
}

#: Codes are shown by their label; the code itself stays in the CSV and Parquet files.
LABELS: dict[str, Mapping[str, Text]] = {
    "idle_status": IDLE_STATUSES,
    "mixed_verdict": MIXED_VERDICTS,
    "bound_by": BOUND_BY,
    "verdict": VERDICTS,
    "area_source": ZONE_AREA_SOURCES,
    "confidence": {"P": Text("项目自有数据", "the project's own data"), **CONFIDENCE},
    "status": STATUSES,
    "area_basis": {
        "net": Text("规划净用地面积", "planned net area"),
        "contract": Text("合同面积", "contract area"),
        "registered": Text("登记面积", "registered area"),
        "measured": Text("图上量算面积", "measured area"),
    },
    "duration_class": DURATION_CLASSES,
    "section": ZONE_SECTIONS,
    "severity": {
        "error": Text("错误", "error"),
        "warning": Text("警告", "warning"),
        "note": Text("提示", "note"),
    },
}


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
    warning: Any
    small: Any
    remark: Any
    header_zh: Any
    header_en: Any
    text: Any
    date: Any
    link: Any
    numbers: dict[str, Any]
    number: Any

    def of_number(self, name: str) -> Any:
        """Return the format of a number by the unit in its column's name."""
        return next((form for part, form in self.numbers.items() if part in name), self.number)


def make_formats(book: xlsxwriter.Workbook) -> Formats:
    """Add the formats to a workbook."""
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
    head = {**base, "bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "bottom": 1}
    english = {**head, "bold": False, "font_size": 8, "font_color": "#555555"}
    return Formats(
        title=book.add_format({**base, "bold": True, "font_size": 15}),
        section=book.add_format({**base, "bold": True, "font_size": 12, "bottom": 1}),
        warning=book.add_format({**base, "bold": True, "font_color": "#9C3D00"}),
        small=book.add_format({**base, "font_color": "#555555"}),
        remark=book.add_format({**base, "font_color": "#555555", "text_wrap": True}),
        header_zh=book.add_format({**head, "bottom": 0, "indent": 1}),
        header_en=book.add_format({**english, "indent": 1}),
        text=book.add_format({**base, "text_wrap": True, "indent": 1}),
        date=book.add_format({**base, "num_format": "yyyy-mm-dd", "align": "left", "indent": 1}),
        link=book.add_format(
            {**base, "font_color": "#0563C1", "underline": 1, "text_wrap": True, "indent": 1}
        ),
        numbers={
            part: book.add_format({**base, "num_format": form}) for part, form in _NUMBER_FORMATS
        },
        number=book.add_format({**base, "num_format": "General"}),
    )


def text_lines(text: str, width: float) -> int:
    r"""Estimate the lines that a text takes in a column: a Chinese character is two wide.

    A spreadsheet does not fit the height of rows that a program wrote.

    Examples
    --------
    >>> text_lines("宗地" * 10, 25), text_lines("a\nb", 20)
    (2, 2)
    """
    room = max(width - 2.5, 1.0)
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
    return min(max(lines, 1) * LINE_POINTS, _ROW_POINTS_MAX)


def write_head(
    page: Any, formats: Formats, head: Head, widths: Sequence[float], remark: Text | None = None
) -> None:
    """Write the lines that head every sheet: disclaimer, origin, and a remark if there is one.

    Long lines are wrapped over the columns that are printed, so that none is cut.
    """
    room = sum(widths)
    last = max(len(widths) - 1, 0)
    line = f"{head.name} · 审查日期 as of {head.as_of.isoformat()} · 规则包 packs：{head.packs.zh}"
    said = "" if remark is None else f"{remark.zh} {remark.en}"
    rows = (
        (f"{DISCLAIMER.zh} · {DISCLAIMER.en}", formats.warning),
        (line, formats.remark),
        (said, formats.remark),
    )
    for row, (text, form) in enumerate(rows):
        page.set_row(row, row_points(text_lines(text, room)))
        if text and last and row:
            page.merge_range(row, 0, row, last, "", form)
        if text:
            page.write_string(row, 0, text[:_CELL_LIMIT], form)


def write_headings(
    page: Any, formats: Formats, row: int, columns: Sequence[Column], widths: Sequence[float]
) -> None:
    """Write the headings of a table: Chinese with the unit, English beneath, none of them cut."""
    shown = []
    for column in columns:
        unit = f"（{_UNITS.get(column.unit, column.unit)}）" if column.unit else ""
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


def cut(text: str) -> str:
    """Return a text as long as a cell of the format may hold."""
    return text[:_CELL_LIMIT]


def labelled(
    column: Column, given: Mapping[str, Mapping[str, Text]] | None = None
) -> Mapping[str, Text]:
    """Return the labels by which the codes of a column are shown; empty where it has none.

    Parameters
    ----------
    column : Column
        The column.
    given : mapping of str to mapping of str to Text, optional
        Labels that prevail, by column.
    """
    known = (given or {}).get(column.name) or LABELS.get(column.name)
    if known is not None:
        return known
    listed = CODE_LISTS.get(column.codes) if column.codes else None
    return {} if listed is None else listed.labels


def print_setup(page: Any, head: Head, title: Text, width: float) -> None:
    """Set a sheet up for landscape paper, wide tables over several pages so that they can be read.

    Parameters
    ----------
    page : xlsxwriter.worksheet.Worksheet
        The sheet.
    head : Head
        Gives the label of the project.
    title : Text
        Stands in the running head.
    width : float
        Of the printed columns together, in characters.
    """
    page.set_landscape()
    a4 = width <= _A4_CHARACTERS
    page.set_paper(9 if a4 else 8)
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    page.fit_to_pages(1 if a4 else max(1, math.ceil(width / _A3_CHARACTERS)), 0)
    label, name = (text.replace("&", "&&")[:80] for text in (head.label or "", head.name))
    page.set_header(f"&L{name}&R{title.zh} {title.en}")
    page.set_footer(f"&L{label}&C{DISCLAIMER.zh}&R&P / &N")
