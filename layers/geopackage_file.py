"""What a GeoPackage holds that its reader gets wrong: a stale count, texts in columns of numbers.

SQLite keeps whatever is put into a column, of whatever type it is declared: ``15亩`` stands in a column
of numbers, is read as 15, and 约一万 as 0.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["count_is_stale", "with_stored_texts"]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _opened(path: Path) -> Any:
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return closing(sqlite3.connect(address, uri=True))


def count_is_stale(path: Path, layer: str | None) -> bool:
    """Whether a GeoPackage stores a wrong number of features: GDAL would lose some or repeat some."""
    if path.suffix.lower() != ".gpkg" or layer is None:
        return False
    try:
        with _opened(path) as database:
            stored = database.execute(
                "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?", (layer,)
            ).fetchone()
            (real,) = database.execute(f"SELECT COUNT(*) FROM {_quoted(layer)}").fetchone()  # noqa: S608
    except sqlite3.Error:  # no such table: an older file, which GDAL counts itself
        return False
    return stored is not None and stored[0] != real


def with_stored_texts(frame: pd.DataFrame, path: Path, layer: str | None) -> pd.DataFrame:
    """Put the texts that stand in columns of numbers back in their place, as they were written.

    Parameters
    ----------
    frame : pandas.DataFrame
        As GDAL read the layer, every row in the order of the table.
    path : pathlib.Path
        A GeoPackage; of other files nothing is changed.
    layer : str or None
        The table.

    Returns
    -------
    pandas.DataFrame
        The columns concerned as objects: numbers, and texts where texts stand.
    """
    if path.suffix.lower() != ".gpkg" or layer is None:
        return frame
    numeric = [name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name].dtype)]
    if not numeric:
        return frame
    table = _quoted(layer)
    tests = ", ".join(f"MAX(typeof({_quoted(name)}) = 'text')" for name in numeric)
    changed: dict[str, Any] = {}
    try:
        with _opened(path) as database:
            found = database.execute(f"SELECT {tests} FROM {table}").fetchone()  # noqa: S608
            for name in (name for name, texts in zip(numeric, found, strict=True) if texts):
                own = _quoted(name)
                stored = database.execute(
                    f"SELECT CASE typeof({own}) WHEN 'text' THEN {own} END FROM {table}"  # noqa: S608
                ).fetchall()
                if len(stored) != len(frame):
                    continue
                texts = np.array([text for (text,) in stored], dtype=object)
                values = frame[name].astype(object).to_numpy().copy()
                where = np.array([text is not None for text in texts], dtype=bool)
                values[where] = texts[where]
                changed[name] = values
    except sqlite3.Error:  # a view, or a table that GDAL knows by another name
        return frame
    return frame.assign(**changed) if changed else frame
