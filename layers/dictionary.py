"""The data dictionary: contracts written as Markdown tables, for docs/contracts.md.

The function takes contracts as arguments, so that the contracts of the results, which are
declared further on in the house, can be written by the same hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.codes import CODE_LISTS
from layers.contracts import REQUIRED_ANY
from layers.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from layers.codes import CodeList
    from layers.columns import Column, Contract

__all__ = [
    "BEGIN",
    "END",
    "codes_markdown",
    "dictionary_markdown",
    "options_markdown",
    "replace_generated",
]

#: Between these lines a document is generated.
BEGIN = "<!-- generated: begin -->"
END = "<!-- generated: end -->"

_TYPES = {
    "text": "文本 text",
    "code": "代码 code",
    "number": "数 number",
    "integer": "整数 integer",
    "boolean": "是否 yes/no",
    "date": "日期 date",
}
_GEOMETRY = {
    "polygon": "面 polygons",
    "line": "线 lines",
    "point": "点 points",
    "any": "点、线、面 any geometry",
}
_UNITS = {"wan": "万元", "years": "年 years", "days": "天 days", "ratio": "比值 ratio"}


def _cell(text: str) -> str:
    """Escape what would break a table."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def _bounds(column: Column) -> str:
    if column.low is None and column.high is None:
        return ""
    low = "" if column.low is None else f"{column.low:,.10g}"
    high = "" if column.high is None else f"{column.high:,.10g}"
    return f"{low} … {high}".strip()


def _values(column: Column) -> str:
    if column.codes:
        return ", ".join(f"`{code}`" for code in column.codes)
    return _bounds(column)


def _contract(contract: Contract, *, aliases: bool) -> list[str]:
    kind = "表 table" if contract.geometry is None else _GEOMETRY[contract.geometry]
    lines = [f"### {contract.name}：{contract.label.zh} / {contract.label.en}", ""]
    lines.append(f"{kind}" + (f" · 标识 key `{contract.key}`" if contract.key else ""))
    either = REQUIRED_ANY.get(contract.name) if aliases else None
    if either:
        named = "、".join(f"`{name}`" for name in either)
        lines.append(f" · 至少有一列 at least one of {named}")
    lines = [*lines[:2], "".join(lines[2:]), ""]
    last = (" 识别的表头 headings |", " --- |") if aliases else ("", "")
    lines.append(f"| 列 column | 中文 | English | 类型 type | 单位 unit | 取值 values |{last[0]}")
    lines.append(f"| --- | --- | --- | --- | --- | --- |{last[1]}")
    for column in contract.columns:
        cells = [
            f"`{column.name}`" + ("（必需 required）" if column.required else ""),
            column.label.zh,
            column.label.en,
            _TYPES[column.type],
            _UNITS.get(column.unit or "", column.unit or ""),
            _values(column),
        ]
        if aliases:
            cells.append("、".join(column.aliases))
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return [*lines, ""]


def dictionary_markdown(contracts: Iterable[Contract], *, aliases: bool = True) -> str:
    """Write contracts as Markdown: a heading and a table for each.

    Parameters
    ----------
    contracts : iterable of Contract
        In the order in which they are written.
    aliases : bool
        Whether to list the headings that are recognised, and which columns suffice.

    Returns
    -------
    str
        Ends with one line break.

    Examples
    --------
    >>> from layers.contracts import CONTRACTS
    >>> print(dictionary_markdown([CONTRACTS["assessments"]]).splitlines()[0])
    ### assessments：区域评估 / regional assessments
    """
    lines = [line for contract in contracts for line in _contract(contract, aliases=aliases)]
    return "\n".join(lines).rstrip() + "\n"


def codes_markdown(lists: Iterable[CodeList] | None = None) -> str:
    """Write code lists as Markdown: every code, its labels and the texts that write it.

    Examples
    --------
    >>> "| `split` | 分割 | split |" in codes_markdown()
    True
    """
    lines: list[str] = []
    for codes in CODE_LISTS.values() if lists is None else lists:
        lines += [f"### {codes.name}", ""]
        lines += [
            "| 代码 code | 中文 | English | 识别的写法 also read |",
            "| --- | --- | --- | --- |",
        ]
        for code, label in codes.labels.items():
            texts = "、".join(text for text, known in codes.texts.items() if known == code)
            cells = (f"`{code}`", label.zh, label.en, texts)
            lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def options_markdown() -> str:
    """Write the option tables of the project file as Markdown.

    Examples
    --------
    >>> "`prevails`" in options_markdown()
    True
    """
    lines = [
        "| 表 table | 键 key | 取值 values | 含义 | meaning |",
        "| --- | --- | --- | --- | --- |",
    ]
    for table, options in OPTIONS.items():
        for key, option in options.items():
            values = ", ".join(f"`{code}`" for code in option.codes) or option.type
            cells = (f"`[{table}]`", f"`{key}`", values, option.label.zh, option.label.en)
            lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def replace_generated(document: str, generated: Mapping[str, str]) -> str:
    r"""Return a document with the text between its markers replaced.

    Parameters
    ----------
    document : str
        Holds, for each name, a line `BEGIN` with ``: name`` before its end, and later a line `END`.
    generated : mapping of str to str
        The text of each name.

    Raises
    ------
    ValueError
        If a marker is missing.

    Examples
    --------
    >>> replace_generated("<!-- generated: begin a -->\nold\n<!-- generated: end -->", {"a": "new\n"})
    '<!-- generated: begin a -->\n\nnew\n\n<!-- generated: end -->'
    """
    for name, text in generated.items():
        begin = BEGIN.replace("begin", f"begin {name}")
        head, found, rest = document.partition(begin)
        _, closed, tail = rest.partition(END)
        if not found or not closed:
            msg = f"the document lacks the markers {begin!r} and {END!r}"
            raise ValueError(msg)
        document = f"{head}{begin}\n\n{text.rstrip()}\n\n{END}{tail}"
    return document
