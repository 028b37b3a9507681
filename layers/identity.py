"""Identifiers made unique: blank ones get a row number, repeated ones are merged or numbered."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from layers.columns import Contract
    from layers.raw import Reporter

__all__ = ["IDENTIFIED", "identify"]

_Frame = TypeVar("_Frame", bound=pd.DataFrame)

#: The layers of which every row is a thing of its own.
IDENTIFIED = frozenset({"parcels", "buildings", "green", "facilities"})

NO_IDS = Kind(
    "id-none",
    "note",
    Text(
        "源数据没有标识字段，已用行号（row-1 等）",
        "the source has no identifier; row numbers serve",
    ),
    Text(
        "如有标识字段，请在 [layers.{layer}] 的 columns.{column} 中写明",
        "if it has one, name it in [layers.{layer}] columns.{column}",
    ),
)
BLANK = Kind(
    "id-blank",
    "warning",
    Text("标识为空，已记为 {found}", "the identifier is blank; the row is called {found}"),
    Text("请补填标识", "fill it in"),
)
MERGED = Kind(
    "id-merged",
    "warning",
    Text(
        "标识与图形均与第 {first} 行相同，两行已合并",
        "identifier and geometry equal those of row {first}; the two rows were merged",
    ),
    Text("请删除重复行", "delete the repeated row"),
)
CONFLICT = Kind(
    "merged-rows-differ",
    "warning",
    Text(
        "合并的各行在 {column} 上不一致：{found}，按未知处理",
        "the merged rows differ in {column}: {found}; it is unknown",
    ),
    Text("请核对后只保留一行", "check them and keep one row"),
)
REPEATED = Kind(
    "id-repeated",
    "warning",
    Text(
        "标识“{found}”重复而图形不同，此行改称 {id}",
        "the identifier {found!r} is repeated with another geometry; the row is called {id}",
    ),
    Text("请改为唯一标识", "make it unique"),
)


def identify(frame: _Frame, contract: Contract, report: Reporter) -> _Frame:
    """Give every row of a layer an identifier of its own.

    Blank becomes ``row-<n>``. Repeated with the same geometry: the rows are merged, and what they
    state differently becomes unknown; buildings, green areas and facilities are merged only where
    they state nothing differently. Repeated with another geometry: every row is kept and called
    ``<id>``, ``<id>#2``, ... from west to east, so that the order of rows changes no name.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        In its contract.
    contract : Contract
        Gives the key.
    report : Reporter
        Where every change is listed.

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame
        In the order of the source, with a RangeIndex.
    """
    key = contract.key
    if key is None or contract.name not in IDENTIFIED or frame.empty:
        return frame
    frame = _fill_blanks(frame, key, report)
    if not frame[key].duplicated().any():
        return frame
    frame = _merge(frame, contract, key, report)
    return _number(frame, key, report)


def _shapes(frame: pd.DataFrame) -> np.ndarray:
    """Return the geometries of a frame; None for each row of a table."""
    if isinstance(frame, gpd.GeoDataFrame):
        return np.asarray(frame.geometry.to_numpy(), dtype=object)
    return np.full(len(frame), None, dtype=object)


def _fill_blanks(frame: _Frame, key: str, report: Reporter) -> _Frame:
    blank = frame[key].isna()
    if not blank.any():
        return frame
    names = "row-" + frame["source_row"].astype("string")
    if blank.all():
        report.add(NO_IDS, column=key)
    else:
        rows, ids = frame.loc[blank, "source_row"], names[blank]
        report.rows(BLANK, rows, ids=ids, column=key, found=ids)
    return frame.assign(**{key: frame[key].fillna(names)})


def _merge(frame: _Frame, contract: Contract, key: str, report: Reporter) -> _Frame:
    """Merge rows of one identifier and one geometry."""
    again = frame[frame[key].duplicated(keep=False)].sort_values("source_row", kind="stable")
    shapes = shapely.normalize(_shapes(again))
    absent = shapely.is_missing(shapes)
    marks = np.where(absent, b"", shapely.to_wkb(shapes))
    group = again.groupby([again[key].astype(object), pd.Series(marks, again.index)]).ngroup()
    columns = [name for name in contract.names if name != key]
    grouped = pd.DataFrame(again[columns]).groupby(group)
    differs = grouped.nunique() > 1
    merging = group.map(group.value_counts()) > 1
    # What is drawn alike is one parcel; without a drawing only what is stated alike is.
    certain = ~absent if contract.name == "parcels" else np.zeros(len(again), dtype=bool)
    merging &= certain | ~group.map(differs.any(axis=1))
    heads = again.index[merging & ~group.duplicated()]
    dropped = again.index[merging & group.duplicated()]
    if len(dropped) == 0:
        return frame
    first_row = again["source_row"].groupby(group).first()
    report.rows(
        MERGED,
        again.loc[dropped, "source_row"],
        ids=again.loc[dropped, key],
        column=key,
        first=report.written(group[dropped].map(first_row)),
    )
    merged = frame.copy()
    settled = grouped.first().loc[group[heads]].set_axis(heads)
    doubtful = differs.loc[group[heads]].set_axis(heads)
    for name in columns:
        merged.loc[heads, name] = settled[name].mask(doubtful[name]).astype(frame[name].dtype)
        for at in heads[doubtful[name]]:
            stated = again.loc[group[group == group[at]].index, name].dropna().unique()
            report.add(
                CONFLICT,
                row=int(again.loc[at, "source_row"]),
                id=again.loc[at, key],
                column=name,
                found=", ".join(sorted(map(str, stated)))[:200],
            )
    return merged.drop(index=dropped).reset_index(drop=True)


def _number(frame: _Frame, key: str, report: Reporter) -> _Frame:
    """Give rows that still share an identifier a number each, from west to east."""
    bounds = pd.DataFrame(shapely.bounds(_shapes(frame)), columns=list("wsen"), index=frame.index)
    order = bounds.assign(row=frame["source_row"]).sort_values(["w", "s", "e", "n", "row"]).index
    ids = frame[key].astype("string")
    nth = ids.loc[order].groupby(ids.loc[order]).cumcount().reindex(frame.index)
    taken = set(ids)
    names = ids.copy()
    for at in order[nth.loc[order] > 0]:
        number = int(nth[at]) + 1
        while f"{ids[at]}#{number}" in taken:
            number += 1
        names[at] = f"{ids[at]}#{number}"
        taken.add(names[at])
    changed = nth > 0
    report.rows(
        REPEATED,
        frame.loc[changed, "source_row"],
        ids=names[changed],
        column=key,
        found=ids[changed],
    )
    return frame.assign(**{key: names})
