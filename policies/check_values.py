"""The check of a parameter's value: its kind, its unit, its range, the codes and rows it holds."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from policies.errors import suggestion
from policies.schema import (
    LABELS,
    NARROWING,
    VOCABULARY,
    WHOLE_UNITS,
    fraction_cells,
    is_fraction,
    kind_text,
    parameter_value,
    shown,
    value_kind,
)
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from policies.model import Parameter

    #: Called with the key and with what is wrong there.
    Add = Callable[[str, Text], None]

__all__ = ["check_value"]

_TABLE = "list of tables"


def check_value(
    where: str, key: str, stated: Mapping[str, Any], before: Parameter | None, add: Add
) -> None:
    """Tell the first mistake of a parameter's value, or every one of a table's rows.

    Parameters
    ----------
    where : str
        The path of the parameter.
    key : str
        Its name.
    stated : mapping
        The well-typed keys of its table, ``value`` among them.
    before : Parameter or None
        The parameter that it replaces, or its model in a shipped pack.
    add : callable
        Takes the key and what is wrong.
    """
    value, at = stated["value"], f"{where}.value"
    typed: object = parameter_value(value, fractions=False)
    if stated.get("type") == "fraction":
        strange = [cell for cell in fraction_cells(value) if not is_fraction(cell)]
        if strange:
            add(at, _NO_FRACTION.format(found=shown(strange[0])))
            return
        typed = parameter_value(value, fractions=True)
    if before is not None and not _same_kind(typed, before.value):
        add(at, _other_kind(value, before.value))
        return
    unit = stated.get("unit", None if before is None else before.unit)
    if before is not None and unit != before.unit:
        wanted = before.unit or "-"
        add(f"{where}.unit", _OTHER_UNIT.format(wanted=wanted, found=shown(unit)))
        return
    wrong = _out_of_range(typed, unit, value)
    if wrong is not None:
        add(at, wrong)
        return
    _codes(at, key, typed, add)
    if isinstance(typed, tuple) and value_kind(typed) == _TABLE and typed:
        _rows(at, typed, before, add)


_NO_FRACTION = Text(
    '应为分数，如 "1/3"（百分之三十写作 "30/100"），实为 {found}',
    'must be a fraction such as "1/3" (30 % is "30/100"), found {found}',
)
_OTHER_UNIT = Text(
    "单位应与下层规则包一致，为 {wanted}，实为 {found}；分析按该单位读取，不作换算",
    "must be {wanted} as in the pack beneath, found {found}: the analysis reads that unit and converts nothing",
)


def _same_kind(value: object, before: object) -> bool:
    """Whether two values are of one kind; an empty list is of both kinds of lists."""
    one, other = value_kind(value), value_kind(before)
    lists = {"list of strings", _TABLE}
    return one == other or (one in lists and other in lists and (value == () or before == ()))


def _other_kind(value: object, before: object) -> Text:
    wanted = kind_text(before)
    hint = Text("", "")
    if value_kind(before) == "number" and isinstance(value, str):
        hint = Text('（写 "1/3" 时须加 type = "fraction"）', ' (for "1/3" add type = "fraction")')
    return Text(
        f"应与下层规则包一致，为{wanted.zh}，实为 {shown(value)}{hint.zh}",
        f"must be a {wanted.en} as in the pack beneath, found {shown(value)}{hint.en}",
    )


def _out_of_range(typed: object, unit: str | None, value: object) -> Text | None:
    """Say what is wrong with a number."""
    if isinstance(typed, bool) or not isinstance(typed, (int, float, Fraction)):
        return None
    found = shown(value)
    if isinstance(typed, float) and not math.isfinite(typed):
        return Text(f"应为有限的数，实为 {found}", f"must be a finite number, found {found}")
    if unit == "share" and not 0 <= typed <= 1:
        return Text(
            f'比例应在0与1之间，实为 {found}（百分之四十写作 "40/100"）',
            f'a share lies between 0 and 1, found {found} (40 % is "40/100")',
        )
    if typed < 0:
        return Text(f"不得为负数，实为 {found}", f"must not be negative, found {found}")
    most = WHOLE_UNITS.get(unit or "")
    if most is not None and (int(typed) != typed or not 1 <= typed <= most):
        return Text(
            f"应为1至{most}的整数（单位{unit}），实为 {found}",
            f"must be a whole number of {unit} from 1 to {most}, found {found}",
        )
    return None


def _codes(where: str, key: str, value: object, add: Add) -> None:
    """Check the codes of a list or text, and that none stands twice."""
    allowed = VOCABULARY.get("uses" if key.endswith("_uses") else key, ())
    texts = [value] if isinstance(value, str) else value if isinstance(value, tuple) else ()
    seen: set[str] = set()
    for text in texts:
        if not isinstance(text, str):
            continue
        if allowed and text not in allowed:
            add(where, _not_allowed(text, allowed))
        elif text in seen:
            add(where, Text(f"“{text}”出现了两次", f'"{text}" stands twice'))
        seen.add(text)


def _not_allowed(found: object, allowed: Collection[str]) -> Text:
    hint = suggestion(str(found), allowed)
    return Text(
        f"{shown(found)} 不可用；{hint.zh}",
        f"{shown(found)} is not allowed; {hint.en}",
    )


def _rows(where: str, rows: tuple[Any, ...], before: Parameter | None, add: Add) -> None:
    """Check the columns and cells of a table, and that no two rows speak of the same thing."""
    model = rows if before is None or not before.value else before.value
    columns = [set(row) for row in model]
    known, needed = set.union(*columns), set.intersection(*columns) - LABELS
    known |= NARROWING.get("industry_code", frozenset()) if "industry_code" in known else set()
    seen: dict[tuple[object, ...], int] = {}
    for position, row in enumerate(rows):
        at = f"{where}[{position}]"
        for name, cell in row.items():
            if name not in known:
                hint = suggestion(name, known)
                add(
                    f"{at}.{name}",
                    Text(f"没有这一列；{hint.zh}", f"unknown column; {hint.en}"),
                )
            else:
                _cell(f"{at}.{name}", name, cell, _column(model, name) or [""], add)
        for name in sorted(needed - set(row)):
            add(f"{at}.{name}", Text("缺少", "is missing"))
        subject = tuple(
            (name, row[name])
            for name in sorted(row)
            if name not in LABELS and (isinstance(row[name], str) or name.endswith(_LINE))
        )
        if subject and subject in seen:
            first = seen[subject]
            add(
                at,
                Text(
                    f"与第{first}行说的是同一对象，一个对象只能有一行",
                    f"speaks of the same thing as row {first}; one row for each",
                ),
            )
        seen.setdefault(subject, position)


def _column(rows: Any, name: str) -> list[object]:
    """Return the cells of a column of the model."""
    return [row[name] for row in rows if name in row]


def _cell(where: str, name: str, cell: object, column: list[object], add: Add) -> None:
    model = column[0]
    if value_kind(cell) != value_kind(model):
        wanted = kind_text(model)
        add(
            where,
            Text(
                f"应为{wanted.zh}，实为 {shown(cell)}",
                f"must be a {wanted.en}, found {shown(cell)}",
            ),
        )
        return
    allowed = VOCABULARY.get(_CELLS.get(name, name), ())
    # A shipped table may name a row for all the rest, such as "default".
    if allowed and isinstance(cell, str) and cell not in {*allowed, *map(str, column)}:
        add(where, _not_allowed(cell, allowed))
        return
    unit = "share" if name.startswith("share_") else None
    wrong = _out_of_range(cell, unit, str(cell) if isinstance(cell, Fraction) else cell)
    if wrong is not None:
        add(where, wrong)


#: Rows of one subject may differ in a line of such a name: several heights, each with its factor.
_LINE = "_above_m"

#: The vocabulary of columns of a table, where it goes by another name.
_CELLS = {"use": "uses", "near": "uses"}
