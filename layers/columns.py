"""What a column contract is: declarations of our own, from which checks and documents follow.

A contract column has a name, a type, a unit, its codes and its aliases in both languages. The
types and the pandas types that carry them:

========  ==================  =======================
type      pandas type         unknown
========  ==================  =======================
text      ``string``          ``pd.NA``
code      ``string``          ``pd.NA``
number    ``float64``         ``NaN``
integer   ``Int64``           ``pd.NA``
boolean   ``boolean``         ``pd.NA``
date      ``datetime64[s]``   ``NaT``
========  ==================  =======================
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

if TYPE_CHECKING:
    from policies.text import Text

__all__ = ["Column", "ColumnType", "Contract", "GeometryKind", "empty_frame", "pandas_dtype"]

ColumnType = Literal["text", "code", "number", "integer", "boolean", "date"]
GeometryKind = Literal["polygon", "line", "point", "any"]

_DTYPES: dict[str, str] = {
    "text": "string",
    "code": "string",
    "number": "float64",
    "integer": "Int64",
    "boolean": "boolean",
    "date": "datetime64[s]",
}


def pandas_dtype(kind: ColumnType) -> Any:
    """Return the pandas type that carries a contract type.

    Examples
    --------
    >>> pandas_dtype("date")
    'datetime64[s]'
    """
    return _DTYPES[kind]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a contract.

    Attributes
    ----------
    name : str
        The contract's name, with the unit as suffix (``_m2``, ``_share``, ``_days``, ``_wan``, ``_on``).
    type : ColumnType
        See the table above.
    label : Text
        What a reader sees.
    unit : str or None
        ``m2``, ``wan`` (万元), ``m``, ``share`` (0 to 1), ``ratio``, ``days``, ``years``; None without unit.
    required : bool
        A layer without this column is an error.
    codes : tuple of str
        The allowed values of a `code` column.
    aliases : tuple of str
        Source names recognised without being told.
    low, high : float or None
        Bounds beyond which a number is wrong (a warning, and the value becomes unknown).
    """

    name: str
    type: ColumnType
    label: Text
    unit: str | None = None
    required: bool = False
    codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def dtype(self) -> Any:
        """The pandas type that carries the column."""
        return pandas_dtype(self.type)


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract of a layer, a table or a result file.

    Attributes
    ----------
    name : str
        The layer's name in the project file, or the result file's stem.
    label : Text
        What a reader sees.
    columns : tuple of Column
        In the order in which they are written.
    geometry : GeometryKind or None
        None for a table.
    key : str or None
        The column that identifies a row.
    """

    name: str
    label: Text
    columns: tuple[Column, ...]
    geometry: GeometryKind | None = None
    key: str | None = None
    _index: dict[str, Column] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the columns by name."""
        self._index.update({column.name: column for column in self.columns})

    def __contains__(self, name: object) -> bool:
        """Whether the contract has a column `name`."""
        return name in self._index

    def column(self, name: str) -> Column:
        """Return the column `name`; KeyError if the contract has none."""
        return self._index[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(self._index)


def empty_frame(contract: Contract, index: pd.Index | None = None) -> pd.DataFrame:
    """Return a frame of `contract` in which everything is unknown.

    Examples
    --------
    >>> from policies.text import Text
    >>> c = Contract("t", Text("表", "table"), (Column("a_m2", "number", Text("面积", "area"), "m2"),))
    >>> empty_frame(c, pd.RangeIndex(2))["a_m2"].isna().sum().item()
    2
    """
    rows = pd.RangeIndex(0) if index is None else index
    return pd.DataFrame(
        {column.name: pd.Series(index=rows, dtype=column.dtype) for column in contract.columns},
        index=rows,
    )
