"""Several parcels of one contract written in one cell: a row for each, the price never repeated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from layers.problems import Kind
from layers.values_core import fold
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.columns import Contract
    from layers.matching import Source
    from layers.raw import Reporter

__all__ = ["split_parcel_cells"]

#: The tables whose rows may speak of several parcels at once. Of a table of uses the floor areas
#: would be counted twice.
_TABLES = frozenset({"ledger", "causes", "cases"})
_BETWEEN = re.compile(r"\s*[、,，;；\n\r|]+\s*")
#: Between areas a comma may stand among thousands.
_BETWEEN_AREAS = re.compile(r"\s*[、;；\n\r|]+\s*")

SPLIT = Kind(
    "parcels-in-one-cell",
    "note",
    Text(
        "一格内有 {n} 宗地，已按每宗一行读入；合同总价不重复计算，投资、税费、已动工面积等仍为整份合同之数，"
        "各行相同，不可相加",
        "one cell names {n} parcels; each has a row now, and the price is not repeated; investment, "
        "taxes and areas developed are still those of the whole contract on each row and must not be "
        "added up",
    ),
    Text(
        "请核对各宗地代码；如各宗数额分开，请每宗一行填写",
        "check the parcels; write a row for each if their figures differ",
    ),
)
AREA_OF_ALL = Kind(
    "area-of-several-parcels",
    "warning",
    Text(
        "一格内有多宗地，而只有一个宗地面积，各宗面积按未知处理",
        "several parcels in one cell and a single parcel area: the area of each is unknown",
    ),
    Text("请每宗一行，分别填写面积", "write a row for each parcel with its own area"),
)


def _pieces(cell: Any, between: re.Pattern[str]) -> list[str]:
    """Return the parts of a cell, one where nothing stands between."""
    if not isinstance(cell, str):
        return [cell]
    return [part for part in between.split(cell.strip().strip("、,，;；|")) if fold(part)] or [cell]


def split_parcel_cells(
    frame: pd.DataFrame, contract: Contract, matched: Mapping[str, Source], report: Reporter
) -> pd.DataFrame:
    """Give every parcel of a cell its own row.

    A cell of parcel areas with as many parts as the cell of parcels is divided with it; a single
    area is that of all parcels together, so that the area of each is unknown.

    Parameters
    ----------
    frame : pandas.DataFrame
        A source's own columns, with ``source_row``.
    contract : Contract
        Only the ledger, its causes and cases are divided.
    matched : mapping of str to Source
        Contract column to source column.
    report : Reporter
        Where every cell that was divided is noted.

    Returns
    -------
    pandas.DataFrame
        With a RangeIndex where rows were added.
    """
    source = matched.get("parcel_id")
    if contract.name not in _TABLES or source is None or source.column not in frame:
        return frame
    cells = [_pieces(cell, _BETWEEN) for cell in frame[source.column]]
    counts = np.array([len(parts) for parts in cells])
    if (counts < 2).all():
        return frame
    several = counts > 1
    report.rows(
        SPLIT,
        frame["source_row"][several],
        column="parcel_id",
        found=frame[source.column][several],
        n=counts[several],
    )
    taken = np.repeat(np.arange(len(frame)), counts)
    split = frame.iloc[taken].reset_index(drop=True)
    split[source.column] = pd.Series([part for parts in cells for part in parts], dtype=object)
    area = matched.get("parcel_area_in_contract_m2")
    if area is not None and area.column in frame:
        split[area.column] = _areas(frame, area.column, counts, report)
    return split


def _areas(
    frame: pd.DataFrame, column: str, counts: np.ndarray, report: Reporter
) -> pd.Series[Any]:
    """Divide the cells of areas along with those of the parcels."""
    areas: list[Any] = []
    whole = []
    for row, cell, count in zip(frame["source_row"], frame[column], counts, strict=True):
        parts = _pieces(cell, _BETWEEN_AREAS)
        if len(parts) != count and not pd.isna(cell):
            whole.append((int(row), cell))
        areas += parts if len(parts) == count else [None] * int(count)
    report.rows(
        AREA_OF_ALL,
        [row for row, _ in whole],
        column="parcel_area_in_contract_m2",
        found=[cell for _, cell in whole],
    )
    return pd.Series(areas, dtype=object)
