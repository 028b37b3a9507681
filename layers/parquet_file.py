"""Parquet files: GeoParquet, tables, and tables with a geometry that they do not declare."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import shapely

from layers.errors import ReadError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_parquet"]

#: What a column of well-known binary is called where nothing else says that it is the geometry.
_WKB_COLUMNS = ("geometry", "geom", "wkb_geometry", "the_geom", "wkb")


def read_parquet(path: Path) -> pd.DataFrame:
    """Read GeoParquet with geopandas, a plain Parquet table with pandas.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame
        With its geometry in ``geometry``, further geometries left out.

    Raises
    ------
    ReadError
        If its metadata is not that of GeoParquet.
    """
    geo = (pq.read_schema(path).metadata or {}).get(b"geo")
    if geo is None:
        return _with_wkb(pd.read_parquet(path))
    described = json.loads(geo)
    columns = described.get("columns") if isinstance(described, dict) else None
    if not isinstance(columns, dict):
        msg = "GeoParquet 的元数据不完整 / the GeoParquet metadata is incomplete"
        raise ReadError(msg)
    frame = gpd.read_parquet(path)
    others = [name for name in columns if name in frame and name != frame.geometry.name]
    frame = frame.drop(columns=others)
    if frame.geometry.name != "geometry":
        frame = frame.drop(columns="geometry", errors="ignore").rename_geometry("geometry")
    return frame


def _with_wkb(frame: pd.DataFrame) -> pd.DataFrame:
    """Read a column of well-known binary as the geometry of a table that does not say it has one."""
    for name in _WKB_COLUMNS:
        if name not in frame:
            continue
        cells = frame[name].dropna()
        if len(cells) and cells.map(lambda cell: isinstance(cell, bytes)).all():
            shapes = shapely.from_wkb(frame[name].to_numpy())
            return gpd.GeoDataFrame(frame.drop(columns=name), geometry=shapes)
    return frame
