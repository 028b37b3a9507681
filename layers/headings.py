"""Where the headings of a table stand: titles above them, up to three rows of them, merged cells."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layers.contracts import heading_key, match_heading
from layers.units import find_unit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from layers.columns import Contract

__all__ = [
    "Cell",
    "Heading",
    "Merge",
    "find_heading",
    "is_blank",
    "is_total",
    "remark",
    "stated_units",
]

#: What a cell holds once read: text, a number, a yes/no, a date or nothing.
Cell = str | float | int | bool | dt.date | dt.time | dt.timedelta | None
#: First row, first column, last row, last column, counted from 0.
Merge = tuple[int, int, int, int]

_SEARCHED_ROWS = 40
#: What is longer is no heading.
_LONGEST = 300
#: Headings of more rows than this are not met with.
_HEADING_ROWS = 3
_TOTALS = frozenset(
    {
        "合计",
        "总计",
        "小计",
        "共计",
        "累计",
        "总合计",
        "本页合计",
        "本页小计",
        "汇总",
        "合计数",
        "总和",
    }
    | {"total", "sum", "subtotal", "grandtotal", "totals"}
)
#: What a heading may say above for all that stands below it.
_NOUNS = ("时间", "日期", "面积")
_REMARK = re.compile(
    r"^(?:注|备注|说明|填表说明|填表人|制表|制表人|审核|审核人|单位负责人|填报|填报人|填表日期|联系人|"
    r"数据来源|资料来源|note|notes|source|remark|remarks)\s*[:：\d一二三]",
    re.IGNORECASE,
)
#: 单位：亩、万元, but not 填报单位：...
_UNITS_ABOVE = re.compile(
    r"(?:^|[\s\u3000(（\[【,，;；]|计量|面积|金额|投资|价款|数据)单位\s*[:：]\s*([^)）\]】]+)"
)
_OF_WHAT = re.compile(r"^(?:面积|金额|价款|投资|价格|土地|资金)\s*[:：]?\s*")
_FIGURE = re.compile(r"[-+]?[\d,]*\.?\d+%?|\d{4}\s*[-./年]\s*\d{1,2}.*")


@dataclass(frozen=True, slots=True)
class Heading:
    """The headings of a table.

    Attributes
    ----------
    first, last : int
        The rows in which they stand, counted from 0.
    names : tuple of str
        One per column, empty where there is none.
    matched : int
        How many columns of the contract they name.
    """

    first: int
    last: int
    names: tuple[str, ...]
    matched: int


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing.

    Examples
    --------
    >>> is_blank("　"), is_blank(0)
    (True, False)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip("\ufeff\u200b \t\r\n\u3000"))


def _text(cell: Cell) -> str:
    """Write a heading's cell on one line."""
    if is_blank(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)[:_LONGEST]
    return re.sub(r"[\s\ufeff\u200b]+", "" if not text.isascii() else " ", text).strip()


def _is_text_row(row: Sequence[Cell]) -> bool:
    """Whether every filled cell of a row could be a heading."""
    filled = [cell for cell in row if not is_blank(cell)]
    return bool(filled) and all(
        isinstance(cell, str) and not _FIGURE.fullmatch(cell.strip()) for cell in filled
    )


def _matches(name: str, contract: Contract, named: Collection[str]) -> str | None:
    """Return what a heading stands for: a column of the contract, or a name the project gives."""
    key = heading_key(name)
    if key in named:
        return f"={key}"
    found = match_heading(contract, name)
    return None if found is None else found.column


def _score(names: Sequence[str], contract: Contract, named: Collection[str]) -> int:
    return len({_matches(name, contract, named) for name in names if name} - {None})


def _joined(
    levels: Sequence[Sequence[str]], contract: Contract, named: Collection[str]
) -> tuple[str, ...]:
    """Join rows of headings: of what is recognised the longest, in whatever order it is said.

    开工日期 above 约定 is 约定开工日期. Where nothing is recognised the rows are joined as they stand.
    """
    return tuple(_joined_column(parts, contract, named) for parts in zip(*levels, strict=True))


def _joined_column(parts: Sequence[str], contract: Contract, named: Collection[str]) -> str:
    own = list(dict.fromkeys(part for part in parts if part))
    for length in range(len(own), 0, -1):
        for chosen in itertools.combinations(own, length):
            # What stands lowest says what the column is; a title above it alone says nothing.
            if len(own) > 1 and own[-1] not in chosen:
                continue
            for name in _orders(chosen):
                if _matches(name, contract, named) is not None:
                    return name
    return "".join(own)


def _orders(parts: Sequence[str]) -> list[str]:
    """Write headings one after another in every order; 开工 below 约定时间 is also 约定开工时间."""
    names = ["".join(order) for order in itertools.permutations(parts)]
    if len(parts) == 2:
        upper, lower = parts
        nouns = [noun for noun in _NOUNS if upper.endswith(noun) and upper != noun]
        names += [f"{upper.removesuffix(noun)}{lower}{noun}" for noun in nouns]
    return names


def _parents(row: int, upper: Sequence[str], lower: Sequence[str], merges: Any) -> list[str]:
    """Return the heading above each cell, carried over merged cells or, without any, over blanks."""
    parents = list(upper)
    spans = [(m[1], m[3]) for m in merges if m[0] <= row <= m[2] and m[3] > m[1]]
    for first, last in spans:
        for column in range(first, min(last, len(parents) - 1) + 1):
            parents[column] = upper[first]
    if not spans:
        for column in range(1, len(parents)):
            if not parents[column] and lower[column]:
                parents[column] = parents[column - 1]
    return parents


def find_heading(
    rows: Sequence[Sequence[Cell]],
    contract: Contract,
    *,
    named: Collection[str] = (),
    merges: Sequence[Merge] = (),
) -> Heading | None:
    """Find the headings: the row, or the rows together, that name most columns of the contract.

    Parameters
    ----------
    rows : sequence of rows of cells
        All of one length.
    contract : Contract
        What the columns may be.
    named : collection of str
        Source headings that the project file names.
    merges : sequence of Merge
        The merged cells of the sheet.

    Returns
    -------
    Heading or None
        None for a table without any filled cell. Where nothing is recognised, the first row of
        two filled cells, else the first filled one.

    Examples
    --------
    >>> from layers.contracts import CONTRACTS
    >>> rows = [["土地台账", ""], ["宗地编号", "约定动工时间"], ["A-1", "2021-06-30"]]
    >>> heading = find_heading(rows, CONTRACTS["ledger"])
    >>> heading.first, heading.matched
    (1, 2)
    """
    keys = {heading_key(name) for name in named}
    best: Heading | None = None
    for at, row in enumerate(rows[:_SEARCHED_ROWS]):
        if not any(isinstance(cell, str) and not is_blank(cell) for cell in row):
            continue
        upper = [_text(cell) for cell in row]
        options = [Heading(at, at, tuple(upper), _score(upper, contract, keys))]
        levels: list[list[str]] = [upper]
        for below in range(at + 1, min(at + _HEADING_ROWS, len(rows))):
            if not _is_text_row(rows[below]):
                break
            lower = [_text(cell) for cell in rows[below]]
            levels[-1] = _parents(below - 1, levels[-1], lower, merges)
            levels.append(lower)
            names = _joined(levels, contract, keys)
            options.append(Heading(at, below, names, _score(names, contract, keys)))
        for option in options:
            if option.matched and (best is None or _fitness(option) > _fitness(best)):
                best = option
    return best or _unrecognised(rows)


def _fitness(heading: Heading) -> tuple[int, int]:
    """Rank headings: what names more columns, then what needs fewer rows."""
    return heading.matched, heading.first - heading.last


def _unrecognised(rows: Sequence[Sequence[Cell]]) -> Heading | None:
    """Return the first row that looks like headings though nothing in it is recognised."""
    filled = [sum(not is_blank(cell) for cell in row) for row in rows[:_SEARCHED_ROWS]]
    for least in (2, 1):
        for at, count in enumerate(filled):
            if count >= least:
                return Heading(at, at, tuple(_text(cell) for cell in rows[at]), 0)
    return None


def stated_units(cell: Cell) -> list[str]:
    """Return the units that a cell above a table states for all of it.

    Examples
    --------
    >>> stated_units("（单位：公顷、万元）"), stated_units("填报单位：亩丰公司"), stated_units("面积单位：亩")
    (['公顷', '万元'], [], ['亩'])
    """
    if not isinstance(cell, str):
        return []
    units = []
    for words in _UNITS_ABOVE.findall(cell):
        for part in re.split(r"[、,，;；\s和及]+", words):
            name = _OF_WHAT.sub("", part)
            if name and find_unit(name) is not None:
                units.append(name)
    return units


def is_total(row: Sequence[Cell]) -> bool:
    """Whether a row sums up others: its first filled cell reads 合计, 总计, 小计, ...

    Examples
    --------
    >>> is_total([None, "合　计", 12.0]), is_total(["合计公司", 1])
    (True, False)
    """
    first = next((cell for cell in row if not is_blank(cell)), None)
    if not isinstance(first, str):
        return False
    text = re.sub(r"[\s:：()（）]+", "", unicodedata.normalize("NFKC", first)).casefold()
    return text in _TOTALS


def remark(row: Sequence[Cell]) -> bool:
    """Whether a row is a remark below or within the table: 注：..., 填表人：...

    Examples
    --------
    >>> remark(["注：面积以合同为准", None]), remark(["A-1", "备注"])
    (True, False)
    """
    filled = [cell for cell in row if not is_blank(cell)]
    return bool(filled) and isinstance(filled[0], str) and bool(_REMARK.match(filled[0].strip()))
