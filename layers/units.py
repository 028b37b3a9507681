"""Units of the sources and their exact factors to the units of the contracts.

The factors are held as fractions, so that a conversion there and back is exact to rounding:
1 亩 = 10000/15 m2, 1 international foot = 0.3048 m. A price or an investment per area (万元/亩) is
not an amount: it becomes one only by the area that the same row states, else it is refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from layers.errors import UnitError

__all__ = [
    "RATED_BY",
    "Unit",
    "conversion",
    "find_rate",
    "find_unit",
    "known_units",
    "rate_factor",
    "unit_in_header",
]

#: By contract: the area over which a price per area is paid.
RATED_BY = {"ledger": "contract_area_m2"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its dimension, its factor to the dimension's base unit and how it is written.

    Attributes
    ----------
    name : str
        As messages write it.
    dimension : str
        ``area`` (base m2), ``money`` (元), ``length`` (m), ``ratio`` (1), ``days``, ``years`` or
        ``count``, a bare multiplier such as 万 that takes the dimension of the column.
    factor : Fraction
        Base units in one of this unit.
    spellings : tuple of str
        Other ways to write it; case and width of letters do not matter.
    """

    name: str
    dimension: str
    factor: Fraction
    spellings: tuple[str, ...] = ()


_FOOT = Fraction("0.3048")

_UNITS: tuple[Unit, ...] = (
    Unit("m2", "area", Fraction(1), ("sqm", "sq m", "平方米", "平米", "平方公尺", "m^2", "平")),
    Unit("亩", "area", Fraction(10_000, 15), ("mu", "市亩", "畝")),
    Unit("公顷", "area", Fraction(10_000), ("ha", "hectare", "hectares", "hm2", "公頃")),
    Unit("万m2", "area", Fraction(10_000), ("万平方米", "万平米", "万平", "万方")),
    Unit("km2", "area", Fraction(1_000_000), ("平方公里", "平方千米", "sq km")),
    Unit("ft2", "area", _FOOT**2, ("sqft", "sq ft", "平方英尺", "ft^2")),
    Unit("acre", "area", 43_560 * _FOOT**2, ("acres", "英亩", "ac")),
    Unit("元", "money", Fraction(1), ("yuan", "cny", "rmb", "人民币元", "元人民币")),
    Unit("万元", "money", Fraction(10_000), ("wan", "万元人民币", "人民币万元", "wan yuan")),
    Unit("亿元", "money", Fraction(100_000_000), ("yi", "亿元人民币", "人民币亿元")),
    Unit("ratio", "ratio", Fraction(1), ("share", "比值", "倍", "小数", "fraction")),
    Unit("%", "ratio", Fraction(1, 100), ("percent", "pct", "百分比", "百分数")),
    Unit("‰", "ratio", Fraction(1, 1000), ("permille", "per mille", "千分比")),
    Unit("m", "length", Fraction(1), ("米", "metre", "meter", "metres", "meters", "公尺")),
    Unit("cm", "length", Fraction(1, 100), ("厘米", "centimetre", "centimeter", "公分")),
    Unit("mm", "length", Fraction(1, 1000), ("毫米",)),
    Unit("ft", "length", _FOOT, ("feet", "foot", "英尺")),
    Unit("days", "days", Fraction(1), ("day", "天", "日")),
    Unit("years", "years", Fraction(1), ("year", "年")),
    Unit("万", "count", Fraction(10_000)),
    Unit("亿", "count", Fraction(100_000_000)),
)


def _key(text: str) -> str:
    """Fold width, case and blanks: '㎡', 'M²' and 'm 2' are one spelling."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


_BY_SPELLING: dict[str, Unit] = {
    _key(spelling): unit for unit in _UNITS for spelling in (unit.name, *unit.spellings)
}

#: Spellings too short or too common to be read off the end of a heading without brackets.
_ONLY_IN_BRACKETS = frozenset(
    {
        "m",
        "ft",
        "ac",
        "mu",
        "平",
        "倍",
        "日",
        "年",
        "天",
        "米",
        "万",
        "亿",
        "元",
        "yi",
        "wan",
        "cm",
        "mm",
    }
    | {"share", "ratio", "days", "day", "years", "year", "小数", "fraction", "比值", "foot", "feet"}
)


def find_unit(text: str) -> Unit | None:
    """Return the unit that `text` writes, or None.

    Examples
    --------
    >>> find_unit("㎡").name
    'm2'
    >>> find_unit("苹果") is None
    True
    """
    return _BY_SPELLING.get(_key(text))


def find_rate(text: str) -> tuple[Unit, Unit] | None:
    """Return the money and the area of a price per area, or None.

    Examples
    --------
    >>> [unit.name for unit in find_rate("万元／亩")]
    ['万元', '亩']
    >>> find_rate("元/年") is None
    True
    """
    money, slash, area = _key(text).partition("/")
    units = (_BY_SPELLING.get(money), _BY_SPELLING.get(area.removeprefix("每")))
    if not slash or units[0] is None or units[1] is None:
        return None
    if (units[0].dimension, units[1].dimension) != ("money", "area"):
        return None
    return units[0], units[1]


def rate_factor(unit: str, target: str) -> float | None:
    """Return what a price per area is multiplied by, together with m2, to be an amount.

    Parameters
    ----------
    unit : str
        Money per area, such as 万元/亩.
    target : str
        The unit of the contract's column.

    Returns
    -------
    float or None
        ``amount = value * factor * area_m2``; None where `unit` is no price per area or `target`
        no money.

    Examples
    --------
    >>> round(45 * rate_factor("万元/亩", "wan") * 20_000, 6)  # 30 亩 at 45 万元
    1350.0
    >>> rate_factor("万元", "wan") is None
    True
    """
    rate, wanted = find_rate(unit), find_unit(target)
    if rate is None or wanted is None or wanted.dimension != "money":
        return None
    return float(rate[0].factor / rate[1].factor / wanted.factor)


def shown_unit(unit: str | None) -> str:
    """Return a contract's unit as people write it.

    Examples
    --------
    >>> shown_unit("wan"), shown_unit("m2"), shown_unit("ratio"), shown_unit(None)
    ('万元', 'm2', '', '')
    """
    found = None if unit is None else find_unit(unit)
    if found is None:
        return unit or ""
    return "" if found.dimension == "ratio" else found.name


def known_units(dimension: str | None = None) -> list[str]:
    """Return the names of the known units, of one dimension or of all.

    Examples
    --------
    >>> known_units("money")
    ['元', '万元', '亿元']
    """
    return [unit.name for unit in _UNITS if dimension in (None, unit.dimension)]


def _require(text: str) -> Unit:
    unit = find_unit(text)
    if unit is None:
        msg = (
            f"不认识单位“{text}” / unknown unit {text!r}. "
            f"可用的单位 / known units: {', '.join(known_units())}."
        )
        raise UnitError(msg)
    return unit


def conversion(unit: str, target: str) -> float:
    """Return what a value in `unit` is multiplied by to be in `target`.

    Parameters
    ----------
    unit : str
        The unit of the source; a bare 万 or 亿 multiplies the base unit of the target.
    target : str
        The unit of the contract's column.

    Returns
    -------
    float
        ``value_in_target = value_in_unit * factor``.

    Raises
    ------
    UnitError
        If one of them is unknown, or they measure different things.

    Examples
    --------
    >>> round(conversion("亩", "m2"), 4)
    666.6667
    >>> conversion("元", "wan"), conversion("%", "share"), conversion("万", "m2")
    (0.0001, 0.01, 10000.0)
    >>> round(conversion("万元/公顷", "wan/mu") * 15, 9)
    1.0
    """
    target_rate = find_rate(target)
    if target_rate is not None:
        return _between_rates(unit, target, target_rate)
    target_unit = _require(target)
    if "/" in _key(unit) and find_unit(unit) is None:
        msg = (
            f"单位“{unit}”是单价或强度，不是总量，不能换算为 {target} / unit {unit!r} is a rate, not an "
            f"amount in {target}. 请先乘以面积或数量 / multiply by the area or quantity first."
        )
        raise UnitError(msg)
    source_unit = _require(unit)
    if source_unit.dimension not in (target_unit.dimension, "count"):
        msg = (
            f"单位“{unit}”不能换算为 {target} / {unit!r} cannot become {target}: 可用 / use one of "
            f"{', '.join(known_units(target_unit.dimension))}."
        )
        raise UnitError(msg)
    return float(source_unit.factor / target_unit.factor)


def _between_rates(unit: str, target: str, wanted: tuple[Unit, Unit]) -> float:
    """Return the factor from one money per area to another."""
    rate = find_rate(unit)
    if rate is None:
        msg = (
            f"单位“{unit}”不是单位面积金额，不能换算为 {target} / {unit!r} is no money per area and "
            f"cannot become {target}: 可用 / use for example 万元/亩, 万元/公顷."
        )
        raise UnitError(msg)
    return float(rate[0].factor / rate[1].factor / (wanted[0].factor / wanted[1].factor))


def _is_unit(text: str) -> bool:
    """Whether `text` is a unit or a rate of two units (万元/亩)."""
    return bool(text.strip()) and all(find_unit(part) is not None for part in text.split("/"))


_BRACKETS = re.compile(
    r"^(?P<name>.*?)[\(（\[［【〔](?P<inside>[^()（）\[\]［］【】〔〕]*)[\)）\]］】〕]\s*$"
)
_TAIL = re.compile(r"^(?P<name>.+?)(?:[_\s/:：·]+)(?P<unit>[^_\s:：·]+)$")
_PREFIX = re.compile(r"^(?:单位|unit)\s*[:：]?\s*", re.IGNORECASE)


def unit_in_header(text: str) -> tuple[str, str | None]:
    """Separate the unit that a heading names from its name.

    A bracket that holds no unit stays part of the name. A rate such as 万元/亩 is returned as it
    is written, so that `conversion` can refuse it.

    Parameters
    ----------
    text : str
        A heading.

    Returns
    -------
    name : str
        The heading without the unit.
    unit : str or None
        The unit as written, or None.

    Examples
    --------
    >>> unit_in_header("面积(公顷)"), unit_in_header("LandArea_ft2")
    (('面积', '公顷'), ('LandArea', 'ft2'))
    >>> unit_in_header("约定容积率(上限)")
    ('约定容积率(上限)', None)
    """
    heading = text.strip()
    brackets = _BRACKETS.match(heading)
    if brackets is not None:
        inside = _PREFIX.sub("", brackets["inside"].strip())
        if _is_unit(inside):
            return brackets["name"].strip(), inside
        return heading, None
    tail = _TAIL.match(heading)
    if tail is not None and _is_unit(tail["unit"]) and _key(tail["unit"]) not in _ONLY_IN_BRACKETS:
        return tail["name"].strip(), tail["unit"]
    return heading, None
