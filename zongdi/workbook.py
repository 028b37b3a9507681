"""The office's workbook: a summary and one sheet per table, ready to filter and to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from layers.columns import Column
from policies.text import Text
from zongdi.workbook_page import head_of, make_formats, open_book
from zongdi.workbook_sheets import LEAN_PARCELS, sheets
from zongdi.workbook_summary import write_summary
from zongdi.workbook_table import Sheet, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from zongdi.results import Results

__all__ = ["write_workbook"]

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
    project = results.project
    wrapped = len(results.parcels) <= LEAN_PARCELS
    book = open_book(path, project.name, project.as_of, wrapped=wrapped)
    formats, head = make_formats(book, wrapped=wrapped), head_of(results)
    listed = (*sheets(results), _rules_sheet(results))
    write_summary(book, formats, results, head, listed)
    for sheet in listed:
        write_table(book, formats, sheet, head)
    book.close()


def _rules_sheet(results: Results) -> Sheet:
    """Return the rules that judged something, with clause, status and certainty."""
    used = set(results.findings["rule"].dropna())
    rules = sorted((r for r in results.policy.rules() if r.id in used), key=lambda rule: rule.id)
    as_of = results.project.as_of
    rows = pd.DataFrame(
        [
            (
                *(rule.id, rule.title.zh, rule.clause.citation("zh"), rule.clause.text.zh),
                *(rule.status_at(as_of), rule.confidence, rule.pack_id),
                *(rule.title.en, rule.clause.text.en),
            )
            for rule in rules
        ],
        columns=[column.name for column in _RULE_COLUMNS],
    )
    return Sheet("所用规则", Text("所用规则", "Rules used"), _RULE_COLUMNS, rows)
