"""Which rows of a source a layer takes: one file often holds what are several layers here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.raw import RawLayer, Reporter

__all__ = ["select_rows"]

NO_COLUMN = Kind(
    "where-without-column",
    "error",
    Text(
        "where 所列字段“{found}”在源数据中不存在",
        "`where` names a column {found!r} that the source does not have",
    ),
    Text(
        "请改正 [layers.{layer}] 的 where；源字段有：{names}",
        "correct `where` in [layers.{layer}]; the source has: {names}",
    ),
)
SELECTED = Kind(
    "rows-selected",
    "note",
    Text("按 where 取 {found} 行，共 {n} 行", "`where` takes {found} of {n} rows"),
    Text("无须处理", "nothing to do"),
)


def select_rows(
    raw: RawLayer, where: Mapping[str, tuple[str, ...]], report: Reporter
) -> RawLayer | None:
    """Return the rows whose text in each named source column is one of those listed.

    Parameters
    ----------
    raw : RawLayer
        What the file holds.
    where : mapping of str to tuple of str
        Source column to the texts that are taken; every column must fit.
    report : Reporter
        Told how many rows were taken, or that a column is not there.

    Returns
    -------
    RawLayer or None
        None where a column is not there.
    """
    names = [str(name) for name in raw.frame.columns if name not in {"geometry", "source_row"}]
    strangers = [name for name in where if name not in names]
    for name in strangers:
        report.add(NO_COLUMN, found=name, names=", ".join(names))
    if strangers:
        return None
    if not where:
        return raw
    frame = raw.frame
    for name, texts in where.items():
        frame = frame[frame[name].astype("string").str.strip().isin(list(texts))]
    report.add(SELECTED, found=len(frame), n=len(raw.frame))
    return replace(raw, frame=frame.reset_index(drop=True))
