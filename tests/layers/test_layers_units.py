"""Units: exact factors, units in headings, refusals."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.errors import LayerError, UnitError
from layers.units import conversion, find_unit, known_units, unit_in_header


@pytest.mark.parametrize(
    ("unit", "target", "factor"),
    [
        ("m2", "m2", 1.0),
        ("㎡", "m2", 1.0),
        ("M²", "m2", 1.0),
        ("平方米", "m2", 1.0),
        ("亩", "m2", 10000 / 15),
        ("公顷", "m2", 10_000.0),
        ("ha", "m2", 10_000.0),
        ("万㎡", "m2", 10_000.0),
        ("km2", "m2", 1_000_000.0),
        ("ft2", "m2", 0.09290304),
        ("acre", "m2", 4046.8564224),
        ("元", "wan", 0.0001),
        ("万元", "wan", 1.0),
        ("亿元", "wan", 10_000.0),
        ("%", "share", 0.01),
        ("％", "ratio", 0.01),
        ("‰", "share", 0.001),
        ("ratio", "share", 1.0),
        ("ft", "m", 0.3048),
        ("cm", "m", 0.01),
        ("年", "years", 1.0),
        ("万", "m2", 10_000.0),  # 1.2万 in a column of m2
        ("万", "wan", 1.0),  # 1.2万 in a column of 万元
        ("亿", "wan", 10_000.0),
    ],
)
def test_conversion(unit: str, target: str, factor: float) -> None:
    assert conversion(unit, target) == pytest.approx(factor, rel=1e-15)


def test_an_unknown_unit_lists_what_is_known() -> None:
    with pytest.raises(UnitError) as error:
        conversion("苹果", "m2")
    assert "苹果" in str(error.value)
    for name in known_units():
        assert name in str(error.value)
    assert isinstance(error.value, LayerError)
    assert isinstance(error.value, ValueError)


def test_another_dimension_is_refused_and_the_right_units_named() -> None:
    with pytest.raises(UnitError, match="亩"):
        conversion("万元", "m2")


@pytest.mark.parametrize("unit", ["万元/亩", "元/m2", "万元/公顷", "元／㎡"])
def test_a_price_per_area_is_no_amount(unit: str) -> None:
    with pytest.raises(UnitError, match="rate"):
        conversion(unit, "wan")


AREAS, MONEY, LENGTHS, RATIOS = (known_units(d) for d in ("area", "money", "length", "ratio"))
PAIRS = [
    pair for units in (AREAS, MONEY, LENGTHS, RATIOS) for pair in itertools.product(units, units)
]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(PAIRS), st.floats(1e-3, 1e9))
def test_there_and_back_is_the_same(pair: tuple[str, str], value: float) -> None:
    one, other = pair
    assert value * conversion(one, other) * conversion(other, one) == pytest.approx(value, 1e-14)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(AREAS), st.sampled_from(AREAS), st.sampled_from(AREAS))
def test_a_detour_changes_nothing(one: str, two: str, three: str) -> None:
    detour = conversion(one, two) * conversion(two, three)
    assert detour == pytest.approx(conversion(one, three), rel=1e-14)


@pytest.mark.parametrize(
    ("heading", "name", "unit"),
    [
        ("面积(公顷)", "面积", "公顷"),
        ("面积（㎡）", "面积", "㎡"),
        ("成交价（万元）", "成交价", "万元"),
        ("成交单价(万元/亩)", "成交单价", "万元/亩"),
        ("LandArea_ft2", "LandArea", "ft2"),
        ("GrossArea_ft2", "GrossArea", "ft2"),
        ("建筑密度(%)", "建筑密度", "%"),
        ("面积/亩", "面积", "亩"),
        ("面积（单位：亩）", "面积", "亩"),
        ("层高[m]", "层高", "m"),
        ("约定容积率(上限)", "约定容积率(上限)", None),
        ("合同编号/划拨决定书", "合同编号/划拨决定书", None),
        ("交地日", "交地日", None),
        ("签订 日", "签订 日", None),  # not days
        ("n_m", "n_m", None),  # a bare letter is no unit
        ("使用年限(年)", "使用年限", "年"),
        ("面积", "面积", None),
        ("", "", None),
    ],
)
def test_units_in_headings(heading: str, name: str, unit: str | None) -> None:
    assert unit_in_header(heading) == (name, unit)


def test_every_unit_is_found_by_each_of_its_spellings() -> None:
    for name in known_units():
        unit = find_unit(name)
        assert unit is not None
        for spelling in unit.spellings:
            assert find_unit(f" {spelling.upper()} ") == unit
