"""Data frames become sections of columns: codes, numbers, dates and texts, each encoded its way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from maps.encode import Section, unsigned, varints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from layers.columns import ColumnType

__all__ = ["Field", "encode_table", "infer_type"]

#: Decimal places that travel, by unit: finer than any of them can be measured.
_DECIMALS = {"m2": 2, "m": 2, "share": 6, "ratio": 4, "wan": 4, "days": 0, "years": 2}
_OTHER_DECIMALS = 6

#: Below this many distinct values a dictionary is always right.
_FEW = 32

#: A run of digits with the marks that stand inside dates and amounts.
_NUMBER = re.compile(r"\d[\d.,:/-]*\d|\d")
_SLOT = "\x00"


@dataclass(frozen=True, slots=True)
class Field:
    """One column to encode: its name, contract type and unit."""

    name: str
    type: ColumnType
    unit: str | None = None


def infer_type(values: pd.Series[Any]) -> ColumnType:
    """Name the contract type that carries a column of no contract."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(values.dtype):
        return "integer"
    if pd.api.types.is_numeric_dtype(values.dtype):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return "date"
    return "text"


def encode_table(frame: pd.DataFrame, fields: Sequence[Field], section: Section) -> dict[str, Any]:
    """Write columns of `frame` into `section`.

    Parameters
    ----------
    frame : DataFrame
        A column of `fields` that it lacks is unknown throughout.
    fields : sequence of Field
        What to write, in order.
    section : Section
        Receives the binary parts.

    Returns
    -------
    dict
        ``n``, the number of rows, and ``columns``, each with its name and encoding.
    """
    columns: list[dict[str, Any]] = []
    for entry in fields:
        if entry.name in frame.columns:
            encoded = _encode(frame[entry.name], entry, section)
        else:
            encoded = {"enc": "none"}
        columns.append({"name": entry.name, **encoded})
    return {"n": len(frame), "columns": columns}


def _encode(values: pd.Series[Any], entry: Field, section: Section) -> dict[str, Any]:
    if not values.notna().any():
        return {"enc": "none"}
    if entry.type in ("number", "integer"):
        numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        whole = entry.type == "integer"
        decimals = 0 if whole else _DECIMALS.get(entry.unit or "", _OTHER_DECIMALS)
        return {"enc": "num", "d": decimals, "p": section.add(varints(unsigned(numbers, decimals)))}
    if entry.type == "date":
        days = pd.to_datetime(values).to_numpy().astype("datetime64[D]")
        since = np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(np.float64))
        return {"enc": "date", "p": section.add(varints(unsigned(since, 0)))}
    if entry.type == "boolean":
        truth = values.astype("boolean").to_numpy(dtype=np.float64, na_value=np.nan)
        coded = np.where(np.isnan(truth), 0, truth + 1).astype(np.uint8)
        return {"enc": "bool", "p": section.add(coded.tobytes())}
    return _encode_text(values.astype("string"), section)


def _encode_text(values: pd.Series[Any], section: Section) -> dict[str, Any]:
    """Choose between a dictionary, plain texts, and patterns with their numbers taken out."""
    codes, uniques = pd.factorize(values)
    # A browser has no half surrogate pairs, and the slot of a pattern is ours alone.
    texts = [str(text).replace(_SLOT, "\ufffd") for text in uniques]
    if len(texts) > max(_FEW, len(values) // 3):
        patterns = [_NUMBER.sub(_SLOT, text) for text in texts]
        if len(set(patterns)) <= max(_FEW, len(texts) // 4):
            return _encode_patterns(codes, texts, patterns, section)
        if len(texts) == len(values):
            return {"enc": "text", "dict": texts}
    return {"enc": "dict", "dict": texts, "p": section.add(varints(codes + 1))}


def _encode_patterns(
    codes: NDArray[np.intp], texts: list[str], patterns: list[str], section: Section
) -> dict[str, Any]:
    """Write each text as the number of its pattern, and the numbers of a pattern side by side.

    The numbers stand pattern by pattern, in each slot by slot, in each row by row, one a line:
    like lies beside like, which gzip likes.
    """
    pattern_codes, pattern_list = pd.factorize(np.array(patterns, dtype=object))
    row_pattern = np.where(codes >= 0, pattern_codes[codes], -1)
    numbers = [_NUMBER.findall(text) for text in texts]
    lines: list[str] = []
    for number in range(len(pattern_list)):
        owners = [numbers[code] for code in codes[row_pattern == number]]
        for slot in zip(*owners, strict=True):
            lines.extend(slot)
    return {
        "enc": "pattern",
        "dict": list(pattern_list),
        "p": section.add(varints(row_pattern + 1)),
        "args": section.add("\n".join(lines).encode("utf-8")),
    }
