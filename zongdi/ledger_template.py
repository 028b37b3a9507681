"""The workbook in which an office fills in its ledger: lists to choose from, a note on every column.

Its headings are those that the reader recognises, with their units, so that a filled workbook needs
nothing more said in the project file.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from layers.codes import code_list
from layers.contracts import CONTRACTS, REQUIRED_ANY

if TYPE_CHECKING:
    from pathlib import Path

    from layers.columns import Column, Contract
    from policies.text import Lang

__all__ = ["TABLES", "heading", "write_ledger_template"]

#: The tables of the workbook, a sheet each.
TABLES = (
    *("ledger", "causes", "cases", "uses", "storeys", "lineage", "corrections"),
    *(
        "projects",
        "standards",
        "bids",
        "swaps",
        "targets",
        "plan",
        "ratings",
        "approved_uses",
        "green_costs",
    ),
)
#: The title of a warning in a workbook may be no longer.
_TITLE = 32
#: The rows of a sheet that are ready to be filled in.
_ROWS = 2_000
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp: the same skeleton each time
_UNITS: dict[str, tuple[str, str]] = {
    "m2": ("平方米", "m2"),
    "wan": ("万元", "万元"),
    "m": ("米", "m"),
    "years": ("年", "years"),
    "wan/mu": ("万元/亩", "万元/亩"),
}
_YES_NO = {"zh": ["是", "否"], "en": ["yes", "no"]}
_TYPES = {
    "text": ("文字", "text"),
    "code": ("从列表中选择", "choose from the list"),
    "number": ("数字", "a number"),
    "integer": ("整数", "a whole number"),
    "boolean": ("是、否；不知道就留空", "yes or no; leave it blank if not known"),
    "date": ("日期，如 2026-06-30；只知年月时请留空", "a date such as 2026-06-30"),
}


def heading(column: Column, lang: Lang) -> str:
    """Return the heading of a column, with the unit that the reader takes from it.

    Examples
    --------
    >>> heading(CONTRACTS["ledger"].column("land_price_wan"), "zh")
    '成交价款(万元)'
    """
    unit = _UNITS.get(column.unit or "")
    label = column.label.get(lang)
    return label if unit is None else f"{label}({unit[0 if lang == 'zh' else 1]})"


def write_ledger_template(path: Path, *, lang: Lang) -> None:
    """Write the workbook, empty.

    Parameters
    ----------
    path : pathlib.Path
        A file that does not exist yet.
    lang : {"zh", "en"}
        Of headings and lists; the notes are in both languages.
    """
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": _CREATED})
    formats = {
        "head": book.add_format(
            {"bold": True, "bg_color": "#DDE8F0", "border": 1, "text_wrap": True}
        ),
        "needed": book.add_format(
            {"bold": True, "bg_color": "#F6D9C8", "border": 1, "text_wrap": True}
        ),
        "text": book.add_format({"num_format": "@"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "plain": book.add_format({}),
    }
    _Lists(book, lang).write(formats)
    book.close()


class _Lists:
    """The sheets of the workbook and the lists behind their cells."""

    def __init__(self, book: Any, lang: Lang) -> None:
        self.book = book
        self.lang = lang
        self.columns: dict[tuple[str, ...], str] = {}

    def write(self, formats: dict[str, Any]) -> None:
        """Write every sheet, then the remarks, then the lists on a sheet of their own, hidden."""
        sheets = {
            name: self.book.add_worksheet(CONTRACTS[name].label.get(self.lang)) for name in TABLES
        }
        self._remarks(formats)
        lists = self.book.add_worksheet("lists")
        lists.hide()
        for name, sheet in sheets.items():
            self._sheet(sheet, lists, CONTRACTS[name], formats)

    def _sheet(self, sheet: Any, lists: Any, contract: Contract, formats: dict[str, Any]) -> None:
        sheet.freeze_panes(1, 0)
        needed = {
            *(column.name for column in contract.columns if column.required),
            *REQUIRED_ANY.get(contract.name, ()),
        }
        # What the program itself keeps is not for an office to fill in.
        columns = [one for one in contract.columns if not one.name.endswith("_source")]
        for at, column in enumerate(columns):
            title = heading(column, self.lang)
            style = "text" if column.type == "text" else column.type
            sheet.set_column(at, at, max(10, 2 * len(title)), formats.get(style, formats["plain"]))
            sheet.write_string(0, at, title, formats["needed" if column.name in needed else "head"])
            sheet.write_comment(0, at, _note(column, contract), {"x_scale": 2.2, "y_scale": 2.0})
            rule = self._rule(column, lists)
            if rule:
                sheet.data_validation(1, at, _ROWS, at, rule)
        sheet.autofilter(0, 0, _ROWS, len(columns) - 1)

    def _rule(self, column: Column, lists: Any) -> dict[str, Any]:
        """Return what a cell of a column accepts; a wrong entry is warned of, not refused."""
        told = {
            "error_type": "warning",
            "error_title": column.label.get(self.lang)[:_TITLE],
            "error_message": _TYPES[column.type][0 if self.lang == "zh" else 1][:200],
        }
        if column.type == "code":
            return {"validate": "list", "source": self._source(column.codes, lists), **told}
        if column.type == "boolean":
            return {"validate": "list", "source": _YES_NO[self.lang], **told}
        if column.type == "date":
            span = {"minimum": date(1980, 1, 1), "maximum": date(2150, 12, 31)}
            return {"validate": "date", "criteria": "between", **span, **told}
        if column.type in {"number", "integer"}:
            low = -1e15 if column.low is None else column.low
            high = 1e15 if column.high is None else column.high
            kind = "decimal" if column.type == "number" else "integer"
            span = {"minimum": low, "maximum": high}  # type: ignore[dict-item] # other bounds
            return {"validate": kind, "criteria": "between", **span, **told}
        return {}

    def _source(self, codes: tuple[str, ...], lists: Any) -> str:
        """Return the range of a list, written once: a list in the cell itself may not be long."""
        if codes not in self.columns:
            at = len(self.columns)
            labels = [label.get(self.lang) for label in code_list(codes).values()]
            lists.write_column(0, at, labels)
            name = xl_col_to_name(at, col_abs=True)
            self.columns[codes] = f"=lists!{name}$1:{name}${len(labels)}"
        return self.columns[codes]

    def _remarks(self, formats: dict[str, Any]) -> None:
        sheet = self.book.add_worksheet("说明" if self.lang == "zh" else "remarks")
        sheet.set_column(0, 0, 110, self.book.add_format({"text_wrap": True}))
        lines = (
            "合同台账每行为一份合同的一期、一宗地。 The ledger has a row for each contract, phase and parcel.",
            "不知道的留空，不要填 0、无、待定。 Leave blank what is not known; never write 0.",
            "一份合同有几宗地时每宗一行，总价在各行重复填写，不会重复计算。 A contract over several parcels has a row for each; repeat the price, it is never added up.",
            "宗地代码等编号列已设为文本格式，粘贴时请选“只粘贴值”。 Columns of codes are text: paste values only.",
            "橙色表头为必需（或其中之一必需）的列。 Orange headings are required, or one of them is.",
            "数据有误而不便改动原表时，登记在“更正登记”中：原值须与表中一致。 Where a source is wrong and must not be touched, enter the correction in its sheet: the old value must be what stands there.",
        )
        for row, line in enumerate(lines):
            sheet.write_string(row, 0, line, formats["plain"])


def _note(column: Column, contract: Contract) -> str:
    """Write what a column is, in both languages."""
    kind = _TYPES[column.type]
    lines = [
        f"{column.label.zh} / {column.label.en}",
        f"{contract.name}.{column.name}",
        f"{kind[0]} / {kind[1]}",
    ]
    if column.unit in _UNITS:
        lines.append("单位 unit: " + " / ".join(dict.fromkeys(_UNITS[column.unit])))
    if column.unit == "share":
        lines.append("0 至 1，或写 % / from 0 to 1, or with %")
    if column.codes:
        labels = [f"{label.zh} {label.en}" for label in code_list(column.codes).values()]
        lines.append("；".join(labels))
    return "\n".join(lines)[:1000]
