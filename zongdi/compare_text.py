"""How values stand in a comparison: as texts, codes with their labels, unknown named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses import results as contracts
from layers.codes import CODE_LISTS
from layers.contracts import CONTRACTS
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layers.code_list import CodeList
    from layers.columns import Column

__all__ = [
    "UNKNOWN",
    "Labels",
    "changed",
    "labels_of",
    "own_labels",
    "rows_of_changes",
    "said_values",
    "value_texts",
]

#: Labels of codes by column.
Labels = Mapping[str, Mapping[str, Text]]

UNKNOWN = Text("未知", "unknown")

#: Figures that differ by less come of the way numbers are written, not of the data.
_RELATIVE, _ABSOLUTE = 1e-9, 1e-9

_OWN_LABELS: dict[str, Mapping[str, Text]] = {
    "idle_status": contracts.IDLE_STATUSES,
    "mixed_verdict": contracts.MIXED_VERDICTS,
    "bound_by": contracts.BOUND_BY,
    "verdict": contracts.VERDICTS,
    "duration_class": contracts.DURATION_CLASSES,
}


def value_texts(values: pd.Series[Any]) -> pd.Series[str]:
    """Write values as texts: dates ISO, numbers without noise, yes/no as true and false, null as null.

    Examples
    --------
    >>> value_texts(pd.Series([1.5, None, 20000.0])).tolist()
    ['1.5', <NA>, '20,000']
    >>> value_texts(pd.Series(pd.to_datetime(["2026-06-30"]))).tolist()
    ['2026-06-30']
    """
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.dt.strftime("%Y-%m-%d").astype("string")
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.astype("object").map({True: "true", False: "false"}).astype("string")
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.map(_number, na_action="ignore").astype("string")
    return values.astype("string")


def _number(value: float) -> str:
    if pd.isna(value):
        return ""
    text = f"{float(value):,.4f}"
    return text.rstrip("0").rstrip(".")


def changed(old: pd.Series[Any], new: pd.Series[Any]) -> np.ndarray:
    """Mark where two columns on one index differ; unknown equals unknown.

    Examples
    --------
    >>> changed(pd.Series([1.0, None, 2.0]), pd.Series([1.0, None, 3.0])).tolist()
    [False, False, True]
    """
    gone, came = old.isna().to_numpy(), new.isna().to_numpy()
    if pd.api.types.is_float_dtype(old.dtype) and pd.api.types.is_float_dtype(new.dtype):
        one = old.to_numpy(dtype=float, na_value=np.nan)
        two = new.to_numpy(dtype=float, na_value=np.nan)
        equal = np.isclose(one, two, rtol=_RELATIVE, atol=_ABSOLUTE, equal_nan=True)
        return np.asarray(~equal)
    both = ~gone & ~came
    differs = gone != came
    if both.any():
        one_texts = value_texts(old[both]).to_numpy(dtype=object)
        differs[both] = one_texts != value_texts(new[both]).to_numpy(dtype=object)
    return np.asarray(differs)


def labels_of(column: Column, own: Labels | None = None) -> Mapping[str, Text]:
    """Return the labels of a column's codes, those of a run's own packs first; empty where it has none."""
    known = (own or {}).get(column.name) or _OWN_LABELS.get(column.name)
    if known is not None:
        return known
    listed: CodeList | None = CODE_LISTS.get(column.codes) if column.codes else None
    return {} if listed is None else listed.labels


def own_labels(record: Mapping[str, Any]) -> Labels:
    """Return the labels that the packs of a run give to codes which name years, by column.

    Examples
    --------
    >>> record = {"labels": {"duration_class": {"2y": {"zh": "满三年", "en": "three years or more"}}}}
    >>> own_labels(record)["duration_class"]["2y"].zh
    '满三年'
    """
    return {
        name: {code: Text(said["zh"], said["en"]) for code, said in labels.items()}
        for name, labels in record.get("labels", {}).items()
    }


def said_values(
    values: Iterable[Any], column: Column | None, own: Labels | None = None
) -> tuple[list[str], list[str]]:
    """Word the texts of `value_texts` for a reader: codes by their labels, null as unknown.

    Examples
    --------
    >>> from layers.contracts import CONTRACTS
    >>> said_values(["industrial", None], CONTRACTS["parcels"].column("land_use"))
    (['工业', '未知'], ['industrial', 'unknown'])
    """
    labels = {} if column is None else labels_of(column, own)
    zh, en = [], []
    for value in values:
        if value is None or pd.isna(value) or value == "":
            label = UNKNOWN
        else:
            label = (
                labels.get(str(value)) or _BOOLEANS.get(str(value)) or Text(str(value), str(value))
            )
        zh.append(label.zh)
        en.append(label.en)
    return zh, en


_BOOLEANS = {"true": Text("是", "yes"), "false": Text("否", "no")}


def rows_of_changes(
    old: pd.DataFrame, new: pd.DataFrame, columns: Iterable[Column], keep: tuple[str, ...]
) -> pd.DataFrame:
    """Return one row per changed cell of two frames on one index.

    Parameters
    ----------
    old, new : pandas.DataFrame
        The same rows, in the same order.
    columns : iterable of Column
        What is compared; a column that either frame lacks is unknown there throughout.
    keep : tuple of str
        Columns of `new` that each row repeats.

    Returns
    -------
    pandas.DataFrame
        `keep`, then ``column``, ``old``, ``new`` (texts, null where unknown) and ``difference``.
    """
    parts = []
    for column in columns:
        if column.name not in old and column.name not in new:
            continue
        empty = pd.Series(index=new.index, dtype=column.dtype)
        one = old.get(column.name, empty)
        two = new.get(column.name, empty)
        where = changed(one, two)
        if not where.any():
            continue
        part = new.loc[where, list(keep)].reset_index(drop=True)
        part["column"] = column.name
        part["old"] = value_texts(one[where]).to_numpy(dtype=object)
        part["new"] = value_texts(two[where]).to_numpy(dtype=object)
        numeric = column.type in {"number", "integer"}
        part["difference"] = (
            two[where].to_numpy(dtype=float, na_value=np.nan)
            - one[where].to_numpy(dtype=float, na_value=np.nan)
            if numeric
            else np.nan
        )
        parts.append(part)
    if not parts:
        names = (*keep, "column", "old", "new", "difference")
        return pd.DataFrame({name: pd.Series(dtype="object") for name in names})
    return pd.concat(parts, ignore_index=True)


def input_label(layer: str, name: str) -> Text:
    """Return what a reader calls a column of an input layer."""
    return CONTRACTS[layer].column(name).label if name in CONTRACTS[layer] else Text(name, name)
