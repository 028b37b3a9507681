"""The formats of the inputs, by the suffix of a file's name."""

from __future__ import annotations

__all__ = ["TABLE_SUFFIXES", "VECTOR_SUFFIXES"]

#: What the vector reader opens, archives apart.
VECTOR_SUFFIXES = (
    ".shp",
    ".gpkg",
    ".parquet",
    ".geojson",
    ".json",
    ".fgb",
    ".gdb",
    ".gml",
    ".kml",
    ".dxf",
)
#: What the reader of tables opens.
TABLE_SUFFIXES = (".csv", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".txt", ".tsv")
