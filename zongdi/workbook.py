"""The office's workbook: a summary and one sheet per table, ready to filter and to print.

Every text goes in as text: nothing from the data can become a formula or a link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from analyses.results import BOUND_BY, IDLE_STATUSES, MIXED_VERDICTS, VERDICTS
from layers.codes import USES
from policies.text import Text
from zongdi.workbook_sheets import Sheet, sheets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from layers.columns import Column
    from zongdi.results import Results

__all__ = ["write_workbook"]

DISCLAIMER = Text("辅助分析，不作为认定依据", "Assisting analysis; not a basis for any finding")
_HEAD_ROWS = 3  # disclaimer, remark, then the two-line header
#: Longest text that a cell of the format may hold.
_CELL_LIMIT = 32_767
_NUMBER_FORMATS = (
    ("_m2", "#,##0.00"),
    ("_share", "0.00%"),
    ("_wan", "#,##0.0000"),
    ("far_", "0.000"),
    ("_days", "0"),
)
_WIDTHS = {
    "note_zh": 60,
    "note_en": 60,
    "why_zh": 60,
    "why_en": 60,
    "clause": 28,
    "title_zh": 26,
    "title_en": 26,
    "what": 48,
    "proposal": 40,
    "what_en": 48,
    "proposal_en": 40,
    "parcel_id": 24,
    "holder": 24,
    "idle_status": 26,
    "mixed_verdict": 26,
}
#: Codes shown by their label, the code itself stays in the CSV and Parquet files.
_LABELS: dict[str, Mapping[str, Text]] = {
    "idle_status": IDLE_STATUSES,
    "mixed_verdict": MIXED_VERDICTS,
    "bound_by": BOUND_BY,
    "verdict": VERDICTS,
    "land_use": USES,
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
class _Formats:
    """The cell formats of one workbook."""

    title: Any
    warning: Any
    small: Any
    header_zh: Any
    header_en: Any
    text: Any
    date: Any
    key: Any
    numbers: dict[str, Any]
    number: Any


def _formats(book: xlsxwriter.Workbook) -> _Formats:
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
    head = {**base, "bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "bottom": 1}
    return _Formats(
        title=book.add_format({**base, "bold": True, "font_size": 15}),
        warning=book.add_format({**base, "bold": True, "font_color": "#9C3D00"}),
        small=book.add_format({**base, "font_color": "#555555"}),
        header_zh=book.add_format({**head, "bottom": 0}),
        header_en=book.add_format({**head, "bold": False, "font_size": 8, "font_color": "#555555"}),
        text=book.add_format({**base, "text_wrap": True}),
        date=book.add_format({**base, "num_format": "yyyy-mm-dd"}),
        key=book.add_format({**base, "bold": True}),
        numbers={
            part: book.add_format({**base, "num_format": form}) for part, form in _NUMBER_FORMATS
        },
        number=book.add_format({**base, "num_format": "General"}),
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
    formats = _formats(book)
    _write_summary(book, formats, results)
    for sheet in sheets(results):
        _write_sheet(book, formats, sheet, results)
    _write_rules(book, formats, results)
    book.close()


def _head(page: Any, formats: _Formats, results: Results, remark: Text | None) -> None:
    project = results.project
    packs = "；".join(pack.title.zh for pack in results.policy.packs)
    page.write_string(0, 0, f"{DISCLAIMER.zh} · {DISCLAIMER.en}", formats.warning)
    line = f"{project.name} · 审查日期 as of {project.as_of.isoformat()} · {packs}"
    page.write_string(1, 0, line, formats.small)
    if remark is not None:
        page.write_string(2, 0, f"{remark.zh} {remark.en}", formats.small)


def _write_cell(
    page: Any, row: int, col: int, value: Any, column: Column, formats: _Formats
) -> None:
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124 -- NaN
        return
    if column.type == "date":
        page.write_datetime(row, col, pd.Timestamp(value).to_pydatetime(), formats.date)
    elif column.type == "boolean":
        page.write_string(row, col, "是" if value else "否", formats.text)
    elif column.type in {"number", "integer"}:
        chosen = next(
            (f for part, f in formats.numbers.items() if part in column.name), formats.number
        )
        page.write_number(row, col, float(value), chosen)
    else:
        text = str(value)
        label = _LABELS.get(column.name, {}).get(text)
        page.write_string(row, col, (label.zh if label else text)[:_CELL_LIMIT], formats.text)


def _write_sheet(
    book: xlsxwriter.Workbook, formats: _Formats, sheet: Sheet, results: Results
) -> None:
    page = book.add_worksheet(sheet.name)
    _head(page, formats, results, sheet.remark)
    for col, column in enumerate(sheet.columns):
        unit = f"（{_UNITS.get(column.unit, column.unit)}）" if column.unit else ""
        page.write_string(_HEAD_ROWS, col, f"{column.label.zh}{unit}", formats.header_zh)
        page.write_string(_HEAD_ROWS + 1, col, column.label.en, formats.header_en)
        page.set_column(col, col, _WIDTHS.get(column.name, 14))
    first = _HEAD_ROWS + 2
    for col, column in enumerate(sheet.columns):
        if column.name not in sheet.rows:
            continue
        for row, value in enumerate(sheet.rows[column.name].astype(object), start=first):
            _write_cell(page, row, col, value, column, formats)
    last = first + max(len(sheet.rows) - 1, 0)
    page.freeze_panes(first, 1)
    page.autofilter(_HEAD_ROWS + 1, 0, last, max(len(sheet.columns) - 1, 0))
    _print_setup(page, results)
    page.repeat_rows(_HEAD_ROWS, _HEAD_ROWS + 1)


_UNITS = {
    "m2": "㎡",
    "wan": "万元",
    "days": "天",
    "share": "比例",
    "ratio": "倍",
    "m": "米",
    "years": "年",
}


def _print_setup(page: Any, results: Results) -> None:
    page.set_landscape()
    page.set_paper(8)  # A3
    page.fit_to_pages(1, 0)
    label = (results.project.label or "").replace("&", "&&")
    page.set_footer(f"&L{label}&C{DISCLAIMER.zh}&R&P / &N")


def _write_summary(book: xlsxwriter.Workbook, formats: _Formats, results: Results) -> None:
    page = book.add_worksheet("摘要")
    page.set_column(0, 0, 44)
    page.set_column(1, 1, 60)
    _head(page, formats, results, None)
    page.write_string(3, 0, results.project.name, formats.title)
    row = 5
    for key, value in _summary_rows(results):
        page.write_string(row, 0, key, formats.key)
        if isinstance(value, str):
            page.write_string(row, 1, value[:_CELL_LIMIT], formats.text)
        else:
            page.write_number(row, 1, value, formats.number)
        row += 1
    _print_setup(page, results)


def _summary_rows(results: Results) -> list[tuple[str, str | float]]:
    project, parcels = results.project, results.parcels
    area = parcels["area_m2"].sum(min_count=1)
    rows: list[tuple[str, str | float]] = [
        ("审查日期 review date", project.as_of.isoformat()),
        ("标识 label", project.label or "—"),
        ("坐标系 CRS", results.crs.name if results.crs is not None else "—"),
        (
            "面积口径 area method",
            {"plane": "平面 plane", "ellipsoid": "椭球 ellipsoid"}[project.area_method],
        ),
        ("数据指纹 data hash", str(results.record["data_hash"])),
        ("宗地数 parcels", float(len(parcels))),
    ]
    if pd.notna(area):
        rows.append(("宗地面积合计（公顷） parcel area (ha)", round(float(area) / 10_000, 4)))
    rows += [
        (f"规则提示 notice {n}", f"{t.zh} {t.en}")
        for n, t in enumerate(results.policy.notices(project.as_of), 1)
    ]
    for column, labels in (
        ("idle_status", IDLE_STATUSES),
        ("mixed_verdict", MIXED_VERDICTS),
        ("bound_by", BOUND_BY),
    ):
        counts = parcels[column].value_counts()
        rows += [
            (f"{label.zh} {label.en}", float(counts[code]))
            for code, label in labels.items()
            if code in counts.index
        ]
    counts = results.problems["severity"].value_counts()
    rows += [
        (f"数据问题：{label.zh} problems: {label.en}", float(counts.get(code, 0)))
        for code, label in _LABELS["severity"].items()
    ]
    return rows


def _write_rules(book: xlsxwriter.Workbook, formats: _Formats, results: Results) -> None:
    page = book.add_worksheet("所用规则")
    _head(page, formats, results, None)
    heads = (
        ("规则", "rule", 26),
        ("名称", "title", 40),
        ("条款", "clause", 40),
        ("要义", "text", 70),
        ("状态", "status", 20),
        ("可信度", "confidence", 10),
        ("规则包", "pack", 18),
    )
    for col, (zh, en, width) in enumerate(heads):
        page.write_string(_HEAD_ROWS, col, zh, formats.header_zh)
        page.write_string(_HEAD_ROWS + 1, col, en, formats.header_en)
        page.set_column(col, col, width)
    used = set(results.findings["rule"].dropna())
    rules = [rule for rule in results.policy.rules() if rule.id in used]
    for row, rule in enumerate(sorted(rules, key=lambda r: r.id), start=_HEAD_ROWS + 2):
        cells = (
            rule.id,
            f"{rule.title.zh} {rule.title.en}",
            rule.clause.citation("zh"),
            f"{rule.clause.text.zh} {rule.clause.text.en}",
            str(rule.status_at(results.project.as_of)),
            rule.confidence,
            rule.pack_id,
        )
        for col, cell in enumerate(cells):
            page.write_string(row, col, cell[:_CELL_LIMIT], formats.text)
    page.freeze_panes(_HEAD_ROWS + 2, 0)
    _print_setup(page, results)
