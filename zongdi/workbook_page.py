"""What every sheet of the workbook shares: cell formats, the lines at its head, the print set-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from analyses.results import (
    BOUND_BY,
    IDLE_STATUSES,
    MIXED_VERDICTS,
    VERDICTS,
    ZONE_AREA_SOURCES,
)
from layers.codes import CODE_LISTS
from policies.model import CONFIDENCE, STATUSES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xlsxwriter

    from layers.columns import Column
    from zongdi.results import Results

__all__ = [
    "DISCLAIMER",
    "HEAD_ROWS",
    "LABELS",
    "Formats",
    "make_formats",
    "print_setup",
    "write_cell",
    "write_head",
    "write_headings",
]

DISCLAIMER = Text("辅助分析，不作为认定依据", "Assisting analysis; not a basis for any finding")
#: The lines above a table's headings: disclaimer, origin, remark.
HEAD_ROWS = 3
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
    "severity": {
        "error": Text("错误", "error"),
        "warning": Text("警告", "warning"),
        "note": Text("提示", "note"),
    },
}


@dataclass(frozen=True)
class Formats:
    """The cell formats of one workbook."""

    title: Any
    section: Any
    warning: Any
    small: Any
    header_zh: Any
    header_en: Any
    text: Any
    date: Any
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
        header_zh=book.add_format({**head, "bottom": 0}),
        header_en=book.add_format(english),
        text=book.add_format({**base, "text_wrap": True}),
        date=book.add_format({**base, "num_format": "yyyy-mm-dd"}),
        numbers={
            part: book.add_format({**base, "num_format": form}) for part, form in _NUMBER_FORMATS
        },
        number=book.add_format({**base, "num_format": "General"}),
    )


def write_head(page: Any, formats: Formats, results: Results, remark: Text | None = None) -> None:
    """Write the lines that head every sheet: disclaimer, origin, and a remark if there is one."""
    project = results.project
    status = STATUSES[results.policy.status_at(project.as_of)]
    packs = "；".join(pack.title.zh for pack in results.policy.packs)
    page.write_string(0, 0, f"{DISCLAIMER.zh} · {DISCLAIMER.en}", formats.warning)
    line = f"{project.name} · 审查日期 as of {project.as_of.isoformat()} · {packs}（{status.zh}）"
    page.write_string(1, 0, line, formats.small)
    if remark is not None:
        page.write_string(2, 0, f"{remark.zh} {remark.en}", formats.small)


def write_headings(page: Any, formats: Formats, row: int, columns: Sequence[Column]) -> None:
    """Write the headings of a table: Chinese with the unit, English beneath."""
    for col, column in enumerate(columns):
        unit = f"（{_UNITS.get(column.unit, column.unit)}）" if column.unit else ""
        page.write_string(row, col, f"{column.label.zh}{unit}", formats.header_zh)
        page.write_string(row + 1, col, column.label.en, formats.header_en)


def write_cell(page: Any, row: int, col: int, value: Any, column: Column, formats: Formats) -> None:
    """Write one value by the type of its column; an unknown value leaves its cell empty.

    Texts are always written as texts: none can become a formula or a link.
    """
    if value is None or pd.isna(value):
        return
    if column.type == "date":
        page.write_datetime(row, col, pd.Timestamp(value).to_pydatetime(), formats.date)
    elif column.type == "boolean":
        page.write_string(row, col, "是" if value else "否", formats.text)
    elif column.type in {"number", "integer"}:
        page.write_number(row, col, float(value), formats.of_number(column.name))
    else:
        text = str(value)
        labels = LABELS.get(column.name) or CODE_LISTS.get(column.codes) or {}
        label = labels.get(text)
        page.write_string(row, col, (label.zh if label else text)[:_CELL_LIMIT], formats.text)


def print_setup(page: Any, results: Results) -> None:
    """Set a sheet up for A3 landscape, one page wide, with the label and page numbers."""
    page.set_landscape()
    page.set_paper(8)  # A3
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, 0)
    label = (results.project.label or "").replace("&", "&&")
    page.set_footer(f"&L{label}&C{DISCLAIMER.zh}&R&P / &N")
