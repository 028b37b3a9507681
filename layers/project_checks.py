"""The checks of a project file's entries, gathering every mistake instead of stopping at the first."""

from __future__ import annotations

import difflib
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.contracts import CONTRACTS
from layers.errors import UnitError
from layers.units import RATED_BY, conversion, rate_factor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.columns import Column, Contract
    from layers.project_mistakes import Mistakes

__all__ = [
    "LAYER_KEYS",
    "PROJECT_KEYS",
    "RASTERS",
    "RASTER_KEYS",
    "check_crs",
    "check_layer",
    "check_raster",
]

#: What the project file may say, beside its layers, rasters and options.
PROJECT_KEYS = ("name", "as_of", "policy", "crs", "area_method", "label")
#: What a layer may say.
LAYER_KEYS = (
    *("path", "layer", "sheet", "encoding", "header", "crs"),
    *("columns", "units", "values", "constants", "where"),
)
#: What a raster may say.
RASTER_KEYS = ("path", "band", "min", "max", "classes", "on")
#: The rasters that have a use.
RASTERS = ("ndvi", "landcover", "canopy", "surface", "terrain", "obstacle")


def check_crs(value: Any, where: str, mistakes: Mistakes) -> str | None:
    """Return a CRS as text, if pyproj understands it."""
    if value is None:
        return None
    text = f"EPSG:{value}" if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        mistakes.wrong_type(where, '文字，如 "EPSG:4548"', 'text such as "EPSG:4548"', value)
        return None
    try:
        CRS.from_user_input(text)
    except CRSError:
        mistakes.add(
            f"{where} 不是可识别的坐标系：{text}，例如 EPSG:4548",
            f"{where} is no known CRS: {text}; write for example EPSG:4548",
        )
        return None
    return text


def check_layer(name: str, entry: Any, mistakes: Mistakes) -> dict[str, Any] | None:
    """Return the fields of a `LayerSource`, or None where the entry is of no use."""
    where = f"layers.{name}"
    if name not in CONTRACTS:
        mistakes.keys({name: entry}, CONTRACTS, "layers")
        return None
    table = {"path": entry} if isinstance(entry, str) else entry
    if not isinstance(table, dict):
        mistakes.wrong_type(f"[{where}]", "表", "a table", entry)
        return None
    contract = CONTRACTS[name]
    mistakes.keys(table, LAYER_KEYS, where)
    paths = mistakes.paths(table, where)
    columns = _columns(contract, table, where, mistakes)
    constants = _constants(contract, table, where, mistakes)
    for name_both in sorted(columns.keys() & constants.keys()):
        mistakes.add(
            f"[{where}] {name_both} 同时出现在 columns 与 constants 中，只能取一",
            f"[{where}] {name_both} stands in both columns and constants; keep one",
        )
    fields = {
        "path": paths[0] if paths else None,
        "more": tuple(paths[1:]),
        **_names(table, "layer", where, mistakes),
        **_names(table, "sheet", where, mistakes),
        "encoding": _encoding(table, where, mistakes),
        "header": _header(table.get("header"), where, mistakes),
        "crs": check_crs(table.get("crs"), f"[{where}] crs", mistakes),
        "columns": columns,
        "units": _units(contract, table, where, mistakes),
        "values": _values(contract, table, where, mistakes),
        "constants": constants,
        "where": _where(table, where, mistakes),
    }
    return fields if paths else None


def _names(
    table: Mapping[str, Any], key: str, where: str, mistakes: Mistakes
) -> dict[str, str | tuple[str, ...] | None]:
    """Return the one layer or sheet, or the several that are to be merged."""
    value = table.get(key)
    names = [value] if isinstance(value, str) else value
    if value is None:
        return {}
    if (
        not isinstance(names, list)
        or not names
        or not all(isinstance(name, str) and name.strip() for name in names)
    ):
        mistakes.wrong_type(
            f"[{where}] {key}", "非空文字，或其列表", "text that is not empty, or a list", value
        )
        return {}
    stripped = tuple(dict.fromkeys(name.strip() for name in names))
    if len(stripped) == 1 and "*" not in stripped[0]:
        return {key: stripped[0]}
    return {f"{key}s": stripped}


def _header(value: Any, where: str, mistakes: Mistakes) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 1):
        return value
    mistakes.wrong_type(f"[{where}] header", "标题所在行号，从 1 起", "a row number from 1", value)
    return None


def _encoding(table: Mapping[str, Any], where: str, mistakes: Mistakes) -> str | None:
    value = mistakes.text(table, "encoding", where)
    if value is None:
        return None
    try:
        "".encode(value)
    except LookupError:
        mistakes.add(
            f"[{where}] encoding 不认识编码 {value}，常用 utf-8、gb18030",
            f"[{where}] encoding {value} is unknown; common ones are utf-8, gb18030",
        )
        return None
    return value


def _known_columns(
    contract: Contract, table: Mapping[str, Any], key: str, where: str, mistakes: Mistakes
) -> dict[str, Any]:
    """Return a sub-table with the contract's columns only; others are mistakes."""
    entries = mistakes.table(table, key, where)
    mistakes.keys(entries, contract.names, f"{where}.{key}")
    return {name: value for name, value in entries.items() if name in contract}


def _columns(
    contract: Contract, table: Mapping[str, Any], where: str, mistakes: Mistakes
) -> Mapping[str, str]:
    read: dict[str, str] = {}
    for name, value in _known_columns(contract, table, "columns", where, mistakes).items():
        if not isinstance(value, str) or not value.strip():
            mistakes.wrong_type(f"[{where}] columns.{name}", "源字段名", "a source column", value)
        elif value == "@row" and name != contract.key:
            mistakes.add(
                f"[{where}] columns.{name}：@row 只能用于标识字段 {contract.key or '（此表没有）'}",
                f"[{where}] columns.{name}: @row is only for the key column {contract.key or '(none here)'}",
            )
        else:
            read[name] = value
    return MappingProxyType(read)


def _units(
    contract: Contract, table: Mapping[str, Any], where: str, mistakes: Mistakes
) -> Mapping[str, str]:
    read: dict[str, str] = {}
    for name, value in _known_columns(contract, table, "units", where, mistakes).items():
        target = contract.column(name).unit
        if target is None:
            mistakes.add(
                f"[{where}] units.{name}：该字段没有单位",
                f"[{where}] units.{name}: the column has no unit",
            )
        elif not isinstance(value, str):
            mistakes.wrong_type(f"[{where}] units.{name}", "单位", "a unit", value)
        else:
            if contract.name in RATED_BY and rate_factor(value, target) is not None:
                read[name] = value
                continue
            try:
                conversion(value, target)
            except UnitError as error:
                mistakes.note(f"[{where}] units.{name}: {error}")
            else:
                read[name] = value
    return MappingProxyType(read)


def _values(
    contract: Contract, table: Mapping[str, Any], where: str, mistakes: Mistakes
) -> Mapping[str, Mapping[str, Any]]:
    read: dict[str, Mapping[str, Any]] = {}
    for name, pairs in _known_columns(contract, table, "values", where, mistakes).items():
        if not isinstance(pairs, dict):
            mistakes.wrong_type(
                f"[{where}] values.{name}", "源值与合约值的表", "a table of values", pairs
            )
            continue
        column = contract.column(name)
        for source, value in pairs.items():
            if value != "":
                _check_value(column, value, f"[{where}] values.{name}.{source}", mistakes)
        read[name] = MappingProxyType(dict(pairs))
    return MappingProxyType(read)


def _constants(
    contract: Contract, table: Mapping[str, Any], where: str, mistakes: Mistakes
) -> Mapping[str, Any]:
    entries = _known_columns(contract, table, "constants", where, mistakes)
    for name, value in entries.items():
        _check_value(contract.column(name), value, f"[{where}] constants.{name}", mistakes)
    return MappingProxyType(entries)


def _where(
    table: Mapping[str, Any], where: str, mistakes: Mistakes
) -> Mapping[str, tuple[str, ...]]:
    read: dict[str, tuple[str, ...]] = {}
    for name, wanted in mistakes.table(table, "where", where).items():
        texts = [wanted] if isinstance(wanted, str) else wanted
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            mistakes.wrong_type(
                f"[{where}] where.{name}", "文字或文字的列表", "a text or a list of texts", wanted
            )
            continue
        read[name] = tuple(text.strip() for text in texts)
    return MappingProxyType(read)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _check_value(column: Column, value: Any, where: str, mistakes: Mistakes) -> None:
    """Note a value that the column cannot hold."""
    if column.type == "code" and value not in column.codes:
        near = difflib.get_close_matches(str(value), column.codes, n=1)
        hint = f" ({near[0]}?)" if near else ""
        codes = ", ".join(column.codes)
        mistakes.add(
            f"{where} 应为以下代码之一：{codes}，实为 {value!r}{hint}",
            f"{where} must be one of these codes, not {value!r}{hint}",
        )
    right, zh, en = {
        "code": (True, "", ""),
        "text": (isinstance(value, str), "文字", "text"),
        "number": (_is_number(value), "数", "a number"),
        "integer": (_is_number(value) and float(value).is_integer(), "整数", "a whole number"),
        "boolean": (isinstance(value, bool), " true 或 false", "true or false"),
        "date": (
            isinstance(value, date) and not isinstance(value, datetime),
            "日期（不加引号）",
            "a date without quotes",
        ),
    }[column.type]
    if not right:
        mistakes.wrong_type(where, zh, en, value)
    elif _is_number(value) and (
        (column.low is not None and value < column.low)
        or (column.high is not None and value > column.high)
    ):
        mistakes.add(
            f"{where} 超出范围 {column.low} 至 {column.high}：{value}",
            f"{where} is outside {column.low} to {column.high}: {value}",
        )


def check_raster(name: str, entry: Any, mistakes: Mistakes) -> list[dict[str, Any]]:
    """Return the fields of each `RasterSource` of an entry: a table, or a list of dated ones."""
    if name not in RASTERS:
        mistakes.keys({name: entry}, RASTERS, "rasters")
        return []
    entries = entry if isinstance(entry, list) else [entry]
    read = []
    for number, part in enumerate(entries, start=1):
        where = f"rasters.{name}" + (f" #{number}" if len(entries) > 1 else "")
        table = {"path": part} if isinstance(part, str) else part
        if not isinstance(table, dict):
            mistakes.wrong_type(f"[{where}]", "表", "a table", part)
            continue
        fields = _raster(table, where, mistakes)
        if len(entries) > 1 and fields["on"] is None and "on" not in table:
            mistakes.add(
                f"[{where}] 系列中的每一期都要有日期 on",
                f"[{where}] each raster of a series needs its date on",
            )
        if fields["path"] is not None:
            read.append(fields)
    return read


def _raster(table: dict[str, Any], where: str, mistakes: Mistakes) -> dict[str, Any]:
    mistakes.keys(table, RASTER_KEYS, where)
    fields: dict[str, Any] = {"path": mistakes.path(table, where), "band": table.get("band", 1)}
    band = fields["band"]
    if not isinstance(band, int) or isinstance(band, bool) or band < 1:
        mistakes.wrong_type(f"[{where}] band", "从 1 起的整数", "a whole number from 1", band)
    for key in ("min", "max"):
        value = table.get(key)
        if value is not None and not _is_number(value):
            mistakes.wrong_type(f"[{where}] {key}", "数", "a number", value)
            value = None
        fields[key] = None if value is None else float(value)
    if fields["min"] is not None and fields["max"] is not None and fields["min"] > fields["max"]:
        mistakes.add(f"[{where}] min 大于 max", f"[{where}] min is above max")
    classes = table.get("classes", [])
    if not isinstance(classes, list) or not all(
        isinstance(value, int) and not isinstance(value, bool) for value in classes
    ):
        mistakes.wrong_type(f"[{where}] classes", "整数列表", "a list of whole numbers", classes)
        classes = []
    fields["classes"] = tuple(classes)
    on = table.get("on")
    if on is not None and (not isinstance(on, date) or isinstance(on, datetime)):
        mistakes.wrong_type(f"[{where}] on", "日期（不加引号）", "a date without quotes", on)
        on = None
    fields["on"] = on
    return fields
