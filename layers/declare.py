"""Short forms in which contracts are declared: one line per column, headings from the data file."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING

from layers.columns import Column, Contract
from policies.text import Text

if TYPE_CHECKING:
    from layers.codes import CodeList
    from layers.columns import GeometryKind

__all__ = ["area", "code", "contract", "count", "day", "flag", "money", "number", "share", "text"]

_HEADINGS: dict[str, dict[str, list[str]]] = tomllib.loads(
    files("layers").joinpath("data", "headings.toml").read_text(encoding="utf-8")
)

#: Beyond these a figure is a slip of the pen or of the unit, not a parcel or a plant:
#: 1,000 km2 and a thousand billion yuan.
_AREA_HIGH = 1e9
_MONEY_HIGH = 1e8


def contract(
    name: str,
    label: Text,
    columns: tuple[Column, ...],
    *,
    geometry: GeometryKind | None = None,
    key: str | None = None,
) -> Contract:
    """Declare a contract; its columns take their aliases from ``data/headings.toml``."""
    headings = _HEADINGS.get(name, {})
    known = [replace(column, aliases=tuple(headings.get(column.name, ()))) for column in columns]
    return Contract(name, label, tuple(known), geometry, key)


def text(name: str, zh: str, en: str, *, required: bool = False) -> Column:
    """Declare a column of text."""
    return Column(name, "text", Text(zh, en), required=required)


def code(name: str, zh: str, en: str, codes: CodeList, *, required: bool = False) -> Column:
    """Declare a column of codes."""
    return Column(name, "code", Text(zh, en), required=required, codes=codes.codes)


def flag(name: str, zh: str, en: str) -> Column:
    """Declare a yes/no column."""
    return Column(name, "boolean", Text(zh, en))


def day(name: str, zh: str, en: str) -> Column:
    """Declare a date."""
    return Column(name, "date", Text(zh, en))


def number(
    name: str,
    zh: str,
    en: str,
    unit: str | None,
    *,
    low: float | None = 0.0,
    high: float | None = None,
) -> Column:
    """Declare a number with its bounds."""
    return Column(name, "number", Text(zh, en), unit=unit, low=low, high=high)


def area(name: str, zh: str, en: str) -> Column:
    """Declare an area in m2."""
    return number(name, zh, en, "m2", high=_AREA_HIGH)


def share(name: str, zh: str, en: str) -> Column:
    """Declare a share from 0 to 1."""
    return number(name, zh, en, "share", high=1.0)


def money(name: str, zh: str, en: str, *, low: float | None = 0.0) -> Column:
    """Declare an amount in 万元."""
    return number(name, zh, en, "wan", low=low, high=_MONEY_HIGH)


def count(name: str, zh: str, en: str, *, low: float, high: float) -> Column:
    """Declare a whole number with its bounds."""
    return Column(name, "integer", Text(zh, en), low=low, high=high)
