"""The first sheet of the workbook: what was judged, under which rules, and how it came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analyses.results import BOUND_BY, IDLE_STATUSES, MIXED_VERDICTS
from policies.text import Text
from zongdi.workbook_cells import link_to_row
from zongdi.workbook_labels import LABELS
from zongdi.workbook_page import (
    Formats,
    Head,
    print_setup,
    printable,
    row_points,
    text_lines,
    write_head,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xlsxwriter

    from zongdi.results import Results
    from zongdi.workbook_table import Sheet

__all__ = ["write_summary"]

_M2_PER_HA = 10_000.0
_MU_PER_HA = 15.0
_WIDTHS = (44, 60, 12, 16, 14)
#: From this column on there are figures.
_FIGURES = 2
_TITLE_POINTS, _SECTION_POINTS = 26.0, 22.0
_METHODS = {"plane": "平面 plane", "ellipsoid": "椭球 ellipsoid"}
_COUNTED: tuple[tuple[str, Text, Mapping[str, Text]], ...] = (
    ("idle_status", Text("闲置状态", "Idle status"), IDLE_STATUSES),
    ("mixed_verdict", Text("混合用途", "Mixed use"), MIXED_VERDICTS),
    ("bound_by", Text("容积率约束条件", "Binding limit of the floor area"), BOUND_BY),
)


def write_summary(
    book: xlsxwriter.Workbook,
    formats: Formats,
    results: Results,
    head: Head,
    listed: Sequence[Sheet] = (),
) -> None:
    """Add the summary: facts of the run, counts and areas by verdict, notices of the packs, contents."""
    page = book.add_worksheet("摘要")
    for col, width in enumerate(_WIDTHS):
        page.set_column(col, col, width)
    write_head(page, formats, head, _WIDTHS)
    page.set_row(3, _TITLE_POINTS)
    page.write_string(3, 0, printable(results.project.name), formats.title)
    row = _write_facts(page, formats, results, 5)
    for column, title, known in _COUNTED:
        labels = head.labels.get(column, known)
        row = _write_counts(page, formats, results.parcels, column, title, labels, row + 1)
    row = _write_problem_counts(page, formats, results, row + 1)
    row = _write_notices(page, formats, results, row + 1)
    _write_contents(page, formats, listed, row + 1)
    print_setup(page, head, Text("摘要", "Summary"), sum(_WIDTHS))


def _write_contents(page: Any, formats: Formats, listed: Sequence[Sheet], row: int) -> None:
    """Name the sheets that follow, with the way to each and how many rows it has."""
    row = _section(page, formats, row, Text("各表", "Sheets"), ("", "行数 rows"))
    for sheet in listed:
        _fit_row(page, row, sheet.title)
        page.write_url(row, 0, link_to_row(sheet.name, 0), formats.link, sheet.name)
        page.write_string(row, 1, sheet.title.en, formats.small)
        page.write_number(row, 2, len(sheet.rows), formats.number)
        row += 1


def _fit_row(page: Any, row: int, said: Text) -> None:
    """Make a row as high as its Chinese and its English need."""
    lines = max(text_lines(said.zh, _WIDTHS[0]), text_lines(said.en, _WIDTHS[1]))
    page.set_row(row, row_points(lines))


def _section(
    page: Any, formats: Formats, row: int, title: Text, heads: tuple[str, ...] = ()
) -> int:
    page.set_row(row, _SECTION_POINTS)
    page.write_string(row, 0, f"{title.zh} {title.en}", formats.section)
    for col in range(1, len(_WIDTHS)):
        head = heads[col - 1] if col <= len(heads) else ""
        form = formats.section if col < _FIGURES else formats.section_figure
        page.write_string(row, col, head, form)
    return row + 1


def _write_facts(page: Any, formats: Formats, results: Results, row: int) -> int:
    project = results.project
    area = results.parcels["area_m2"].sum(min_count=1)
    facts = [
        ("审查日期 review date", project.as_of.isoformat()),
        ("标识 label", project.label or "—"),
        ("坐标系 CRS", results.crs.name if results.crs is not None else "—"),
        ("面积口径 area method", _METHODS[project.area_method]),
        ("数据指纹 data hash", str(results.record["data_hash"])),
        ("宗地数 parcels", str(len(results.parcels))),
    ]
    if pd.notna(area):
        hectares = float(area) / _M2_PER_HA
        facts.append(
            (
                "宗地面积合计 parcel area",
                f"{hectares:,.4f} 公顷 ha（{hectares * _MU_PER_HA:,.2f} 亩 mu）",
            )
        )
    for name, value in facts:
        page.write_string(row, 0, name, formats.text)
        page.write_string(row, 1, value, formats.text)
        row += 1
    return row


def _write_notices(page: Any, formats: Formats, results: Results, row: int) -> int:
    row = _section(page, formats, row, Text("规则提示", "Notices on the rules"))
    for notice in results.policy.notices(results.project.as_of):
        said = f"{notice.zh}\n{notice.en}"
        page.set_row(row, row_points(text_lines(said, sum(_WIDTHS))))
        page.merge_range(row, 0, row, len(_WIDTHS) - 1, "", formats.text)
        page.write_string(row, 0, said, formats.text)
        row += 1
    return row


def _write_counts(
    page: Any,
    formats: Formats,
    parcels: pd.DataFrame,
    column: str,
    title: Text,
    labels: Mapping[str, Text],
    row: int,
) -> int:
    heads = ("", "宗数 count", "公顷 ha", "亩 mu")
    row = _section(page, formats, row, title, heads)
    groups = parcels.groupby(column, observed=True)["area_m2"]
    counts, areas = groups.size(), groups.sum(min_count=1)
    for code, label in labels.items():
        if code not in counts.index:
            continue
        _fit_row(page, row, label)
        page.write_string(row, 0, label.zh, formats.text)
        page.write_string(row, 1, label.en, formats.small)
        page.write_number(row, 2, int(counts[code]), formats.number)
        if pd.notna(areas[code]):
            hectares = float(areas[code]) / _M2_PER_HA
            page.write_number(row, 3, hectares, formats.of_number("area_ha"))
            page.write_number(row, 4, hectares * _MU_PER_HA, formats.of_number("area_mu"))
        row += 1
    return row


def _write_problem_counts(page: Any, formats: Formats, results: Results, row: int) -> int:
    row = _section(page, formats, row, Text("数据问题", "Data problems"), ("", "件数 count"))
    counts = results.problems["severity"].value_counts()
    for code, label in LABELS["severity"].items():
        page.write_string(row, 0, label.zh, formats.text)
        page.write_string(row, 1, label.en, formats.small)
        page.write_number(row, 2, int(counts.get(code, 0)), formats.number)
        row += 1
    return row
