"""Which column of a source is which column of its contract."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layers.contracts import heading_key, match_heading, missing_required
from layers.problems import Kind
from layers.units import unit_in_header
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layers.columns import Contract
    from layers.raw import Reporter

__all__ = ["ROW_NUMBERS", "Source", "match_columns", "nearest"]

#: In place of a source column: the row numbers.
ROW_NUMBERS = "@row"

NOT_IN_SOURCE = Kind(
    "column-not-found",
    "warning",
    Text(
        "源数据没有字段“{found}”（{column}）；相近的有：{near}",
        "the source has no column {found!r} (for {column}); nearest: {near}",
    ),
    Text(
        "请改正 [layers.{layer}] 的 columns",
        "correct `columns` in [layers.{layer}] of project.toml",
    ),
)
REQUIRED = Kind(
    "column-required",
    "error",
    Text("缺少必需的列：{found}", "a required column is missing: {found}"),
    Text(
        "请在 [layers.{layer}] 的 columns 中写明对应字段；源数据的字段：{sources}",
        "name the source column in [layers.{layer}] columns; the source has: {sources}",
    ),
)
AMBIGUOUS = Kind(
    "column-ambiguous",
    "note",
    Text(
        "{column} 可对应多个字段：{found}；采用了“{taken}”",
        "several source columns fit {column}: {found}; {taken!r} was taken",
    ),
    Text(
        "如有误，请在 [layers.{layer}] 的 columns 中写明",
        "if wrong, say so in [layers.{layer}] columns",
    ),
)
UNUSED = Kind(
    "columns-unused",
    "note",
    Text("未使用的源字段：{found}", "source columns that were not used: {found}"),
    Text(
        "如其中有需要的，请在 [layers.{layer}] 的 columns 中写明",
        "if any of them is needed, name it in [layers.{layer}] columns",
    ),
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a contract column comes from.

    Attributes
    ----------
    column : str
        The source's column, or `ROW_NUMBERS`.
    unit : str or None
        The unit that its heading names.
    """

    column: str
    unit: str | None = None


def nearest(name: str, names: Sequence[str]) -> str:
    """List the names most like `name`, for a message.

    Examples
    --------
    >>> nearest("far_mx", ["far_max", "far_min", "holder"])
    'far_max, far_min'
    """
    keys = {heading_key(other): other for other in names}
    found = difflib.get_close_matches(heading_key(name), list(keys), n=3, cutoff=0.4)
    return ", ".join(keys[key] for key in found) or ", ".join(list(names)[:8]) or "-"


def match_columns(
    contract: Contract,
    sources: Sequence[str],
    report: Reporter,
    *,
    explicit: Mapping[str, str],
    given: Sequence[str] = (),
) -> dict[str, Source] | None:
    """Match the columns of a source with its contract.

    What the project file says comes first; then the contract's names, labels and aliases, of
    which the first in the declared order is taken where several fit.

    Parameters
    ----------
    contract : Contract
    sources : sequence of str
        The source's columns.
    report : Reporter
        Where doubts and gaps are listed.
    explicit : mapping of str to str
        Contract column to source column, or to ``@row``.
    given : sequence of str
        Contract columns with a constant value.

    Returns
    -------
    dict of str to Source, or None
        None where a required column is missing.
    """
    matched: dict[str, Source] = {}
    lost: list[str] = []
    for name, wanted in explicit.items():
        if wanted == ROW_NUMBERS:
            matched[name] = Source(ROW_NUMBERS)
        elif (source := _find(wanted, sources)) is not None:
            matched[name] = Source(source, unit_in_header(source)[1])
        else:
            lost.append(name)
            near = nearest(wanted, sources)
            report.add(NOT_IN_SOURCE, column=name, found=wanted, near=near)
    taken = {source.column for source in matched.values()}
    rest = [source for source in sources if source not in taken]
    matched |= _recognise(contract, rest, report, skip={*matched, *given, *lost})
    absent = missing_required(contract, [*matched, *given])
    for names in absent:
        found = " / ".join(names)
        report.add(REQUIRED, column=names[0], found=found, sources=", ".join(sources)[:500])
    if absent:
        return None
    used = {source.column for source in matched.values()}
    unused = [source for source in sources if source not in used]
    if unused:
        report.add(UNUSED, found=", ".join(unused)[:500])
    return matched


def _find(wanted: str, sources: Sequence[str]) -> str | None:
    """Find a source column by its name, else by what width, case and brackets leave of it."""
    if wanted in sources:
        return wanted
    same = [source for source in sources if heading_key(source) == heading_key(wanted)]
    if not same:
        cuts = {wanted.encode(codec)[:10].decode(codec, "ignore") for codec in ("utf-8", "gb18030")}
        same = [source for source in sources if source in cuts and len(source) > 1]
    return same[0] if len(same) == 1 else None


def _recognise(
    contract: Contract, sources: Sequence[str], report: Reporter, *, skip: set[str]
) -> dict[str, Source]:
    """Match headings by the contract's names and aliases."""
    candidates: dict[str, list[tuple[int, str, str | None]]] = {}
    for source in sources:
        found = match_heading(contract, source)
        if found is not None and found.column not in skip:
            entry = (found.rank, source, found.unit)
            candidates.setdefault(found.column, []).append(entry)
    matched = {}
    for name in contract.names:
        if name not in candidates:
            continue
        ranked = sorted(candidates[name], key=lambda entry: entry[0])
        _, taken, unit = ranked[0]
        matched[name] = Source(taken, unit)
        if len(ranked) > 1:
            report.add(
                AMBIGUOUS, column=name, found=", ".join(s for _, s, _ in ranked), taken=taken
            )
    return matched
