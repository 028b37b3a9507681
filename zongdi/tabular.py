"""Frames to files: CSV that Excel opens safely, Parquet with real dates.

The contracts of the result files are in `analyses.results`; here is only how a value is written.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from pathlib import Path

    from layers.columns import Contract

__all__ = ["contract_first", "csv_bytes", "dates_as_dates", "guard_text", "write_parquet"]

#: Dates without a time of day, null or not.
_DATE = pd.ArrowDtype(pa.date32())
#: A cell that starts so would be read as a formula by a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: Decimals by the suffix of a column's name: what is meaningful, and no float noise.
_DECIMALS = (("_m2", 4), ("_share", 6), ("_wan", 6), ("far_", 6), ("cost", 6))
_DECIMALS_ELSE = 6


def contract_first(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Return `frame` with the contract's columns first, in order and type, the others after.

    A column that the frame lacks is added as unknown.
    """
    columns: dict[str, Any] = {}
    for column in contract.columns:
        if column.name in frame:
            columns[column.name] = frame[column.name].astype(column.dtype)
        else:
            columns[column.name] = pd.Series(index=frame.index, dtype=column.dtype)
    others = {name: frame[name] for name in frame.columns if name not in columns}
    return pd.DataFrame({**columns, **others}, index=frame.index)


def guard_text(value: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    Examples
    --------
    >>> guard_text("=1+1"), guard_text("宗地")
    ("'=1+1", '宗地')
    """
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def _is_text(values: pd.Series[Any]) -> bool:
    return isinstance(values.dtype, pd.StringDtype | pd.CategoricalDtype) or values.dtype == object


def _csv_column(values: pd.Series[Any]) -> pd.Series[Any]:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.dt.strftime("%Y-%m-%d")
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.astype("object").map({True: "true", False: "false"})
    if pd.api.types.is_float_dtype(values.dtype):
        name = str(values.name)
        decimals = next((d for part, d in _DECIMALS if part in name), _DECIMALS_ELSE)
        # adding 0.0 turns -0.0 into 0.0
        return values.round(decimals) + 0.0
    if _is_text(values):
        return values.astype("object").map(guard_text, na_action="ignore")
    return values


def csv_bytes(frame: pd.DataFrame) -> bytes:
    r"""Return a frame as CSV: UTF-8 with BOM, ISO dates, true/false, formulas disarmed.

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"a": ["=1"], "b": [True]})).decode("utf-8-sig")
    "a,b\r\n'=1,true\r\n"
    """
    plain = pd.DataFrame(
        {name: _csv_column(frame[name]) for name in frame.columns}, index=frame.index
    )
    text = io.StringIO()
    plain.to_csv(text, index=False, lineterminator="\r\n")
    return text.getvalue().encode("utf-8-sig")


def dates_as_dates(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose midnights are dates, which Parquet and GeoPackage keep as such.

    A column without any date stays a column of dates.
    """
    dated = {
        name: frame[name].astype(_DATE)
        for name in frame.columns
        if pd.api.types.is_datetime64_any_dtype(frame[name].dtype)
    }
    return frame.assign(**dated) if dated else frame


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as (Geo)Parquet without its index."""
    plain = dates_as_dates(frame)
    if isinstance(plain, gpd.GeoDataFrame):
        plain.to_parquet(path, index=False, compression="zstd")
    else:
        plain.to_parquet(path, index=False, compression="zstd")
