"""The short form in which the columns of the result files are declared: one line per column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.columns import Column
from policies.text import Text

if TYPE_CHECKING:
    from layers.columns import ColumnType

__all__ = ["result_column"]


def result_column(
    name: str,
    kind: ColumnType,
    zh: str,
    en: str,
    unit: str | None = None,
    codes: tuple[str, ...] = (),
) -> Column:
    """Declare a column of a result file.

    Examples
    --------
    >>> result_column("green_m2", "number", "绿地面积", "green area", "m2").unit
    'm2'
    """
    return Column(name, kind, Text(zh, en), unit=unit, codes=codes)
