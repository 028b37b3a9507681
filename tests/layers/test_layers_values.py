"""Dates, numbers, yes/no and text as offices write them."""

# ruff: noqa: PD011 - `values` is a part of Parsed here, not the pandas attribute
from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.values import BLANKS, NOTES, parse_booleans, parse_dates, parse_numbers, parse_text
from layers.values_core import fold

UTC8 = dt.timezone(dt.timedelta(hours=8))


def one(parsed):
    value = parsed.values.iloc[0]
    note = parsed.notes.iloc[0]
    return (
        None if pd.isna(value) else value,
        bool(parsed.unreadable.iloc[0]),
        None if pd.isna(note) else note,
    )


def as_objects(*values) -> pd.Series:
    return pd.Series(list(values), dtype=object)


@pytest.mark.parametrize(
    "written",
    [
        "2021-06-30",
        "2021.6.30",
        "2021/6/30",
        "2021-6-30",
        "2021年6月30日",
        "2021年06月30日",
        "２０２１年６月３０日",
        " 2021 年 6 月 30 日 ",
        "2021年6月30号",
        "二〇二一年六月三十日",
        "二零二一年六月三十日",
        "20210630",
        20210630,
        20210630.0,
        "2021-06-30 00:00:00",
        "2021-06-30T15:04:05Z",
        "2021-06-30T23:30:00+08:00",
        "2021/6/30 0:00",
        dt.date(2021, 6, 30),
        dt.datetime(2021, 6, 30, 12, 30, tzinfo=UTC8),
        pd.Timestamp("2021-06-30 10:00"),
        np.datetime64("2021-06-30"),
    ],
    ids=str,
)
def test_a_date_is_read_however_it_is_written(written) -> None:
    assert one(parse_dates(as_objects(written))) == (pd.Timestamp("2021-06-30"), False, None)


@pytest.mark.parametrize("serial", [44377, 44377.0, "44377", 44377.75, "44377.5"])
def test_excel_serials_are_converted_with_a_note(serial) -> None:
    expected = (pd.Timestamp("2021-06-30"), False, "serial")
    assert one(parse_dates(as_objects(serial))) == expected


@pytest.mark.parametrize("number", [19_999, 80_001, 12, -5, 3.5, 1e30, float("inf")])
def test_other_numbers_are_no_dates(number) -> None:
    value, unreadable, _ = one(parse_dates(as_objects(number)))
    assert value is None
    assert unreadable


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ("2021年06月", "month_only"),
        ("2021.6", "month_only"),
        (2021.6, "month_only"),
        ("2021-06", "month_only"),
        ("202106", "month_only"),
        ("2021年6月底", "month_only"),
        ("2021年", "year_only"),
        ("2021", "year_only"),
        (2021, "year_only"),
        ("2021年上半年", "year_only"),
        ("2021年第三季度", "year_only"),
        ("0001-01-01", "placeholder"),
        ("0001-01-01T00:00:00", "placeholder"),
        ("1900-01-01", "placeholder"),
        ("9999-12-31", "placeholder"),
        (0, "placeholder"),
        (dt.datetime(1, 1, 1), "placeholder"),  # noqa: DTZ001 - a database's placeholder
    ],
    ids=str,
)
def test_what_is_no_day_is_unknown_with_a_note(written, note: str) -> None:
    assert one(parse_dates(as_objects(written))) == (None, False, note)
    assert note in NOTES


@pytest.mark.parametrize(
    "written",
    [
        "2021-06-31",
        "2021-13-01",
        "21.6.30",
        "6/30/2021",
        "上周",
        "2021.6.30-2022.6.30",
        True,
        "2021630",
    ],
)
def test_unreadable_dates_are_unknown_and_marked(written) -> None:
    assert one(parse_dates(as_objects(written))) == (None, True, None)


@pytest.mark.parametrize(
    "blank", ["/", "—", "-", "无", "不详", "空", "", "　", "N/A", None, np.nan]
)
def test_blanks_are_unknown_and_no_problem(blank) -> None:
    for parsed in (parse_dates(as_objects(blank)), parse_numbers(as_objects(blank))):
        assert one(parsed) == (None, False, None)
    assert one(parse_text(as_objects(blank))) == (None, False, None)


def test_dates_keep_index_and_type_even_of_nothing() -> None:
    parsed = parse_dates(pd.Series(["2021-06-30", None], index=[7, 3]))
    assert parsed.values.dtype == "datetime64[s]"
    assert parsed.values.index.tolist() == [7, 3]
    assert parsed.noted.tolist() == [False, False]
    assert parse_dates(pd.Series([], dtype=object)).values.dtype == "datetime64[s]"
    real = pd.Series(pd.to_datetime(["2021-06-30 13:00", None]))
    assert parse_dates(real).values.tolist() == [pd.Timestamp("2021-06-30"), pd.NaT]


@settings(max_examples=50, deadline=None)
@given(
    st.dates(dt.date(1950, 1, 1), dt.date(2199, 12, 31)),
    st.sampled_from(
        [
            "{0.year}-{0.month:02}-{0.day:02}",
            "{0.year}.{0.month}.{0.day}",
            "{0.year}/{0.month}/{0.day}",
            "{0.year}年{0.month}月{0.day}日",
            "{0.year}{0.month:02}{0.day:02}",
        ]
    ),
)
def test_any_date_in_any_form(day: dt.date, form: str) -> None:
    assert one(parse_dates(as_objects(form.format(day)))) == (pd.Timestamp(day), False, None)


@pytest.mark.parametrize(
    ("written", "value", "unit", "note"),
    [
        ("1,234.5", 1234.5, None, None),
        ("１２３４．５", 1234.5, None, None),
        ("1，234", 1234.0, None, None),
        ("35%", 35.0, "%", None),
        ("35％", 35.0, "%", None),
        ("1.5亩", 1.5, "亩", None),
        ("2 公顷", 2.0, "公顷", None),
        ("1.2万", 1.2, "万", None),
        ("300万元", 300.0, "万元", None),
        ("1200m²", 1200.0, "m2", None),
        ("1200㎡", 1200.0, "m2", None),
        ("￥300元", 300.0, "元", None),
        ("约30亩", 30.0, "亩", "approximate"),
        ("30亩左右", 30.0, "亩", "approximate"),
        ("1/3", 1 / 3, None, "fraction"),
        ("三分之一", 1 / 3, None, "fraction"),
        ("-3.5", -3.5, None, None),
        (".5", 0.5, None, None),
        ("1e3", 1000.0, None, None),
        (7, 7.0, None, None),
        (0, 0.0, None, None),
    ],
    ids=str,
)
def test_numbers(written, value: float, unit: str | None, note: str | None) -> None:
    parsed = parse_numbers(as_objects(written))
    assert one(parsed) == (value, False, note)
    assert parsed.units is not None
    found = parsed.units.iloc[0]
    assert (None if pd.isna(found) else found) == unit


@pytest.mark.parametrize(
    "written",
    ["1.0-2.0", "1~2", "3个", "约", "十", "1,23,4", "1.2.3", True, "inf", "1/0", float("inf")],
)
def test_unreadable_numbers(written) -> None:
    assert one(parse_numbers(as_objects(written))) == (None, True, None)


@pytest.mark.parametrize(
    ("written", "bound", "expected"),
    [
        ("≤2.0", "high", (2.0, False, "at_most")),
        ("不大于2.0", "high", (2.0, False, "at_most")),
        ("≥0.8", "low", (0.8, False, "at_least")),
        ("≥0.8", "high", (None, True, None)),
        ("≤2.0", "low", (None, True, None)),
        ("≤2.0", None, (None, True, None)),
    ],
)
def test_a_bound_is_read_only_in_a_column_of_that_bound(written, bound, expected) -> None:
    assert one(parse_numbers(as_objects(written), bound=bound)) == expected


def test_columns_of_numbers_pass_through() -> None:
    for series in (
        pd.Series([1, 2]),
        pd.Series([1.0, np.nan]),
        pd.Series([1, None], dtype="Int64"),
    ):
        parsed = parse_numbers(series)
        assert parsed.values.dtype == "float64"
        assert parsed.values.iloc[0] == 1.0
        assert not parsed.unreadable.any()
    assert parse_numbers(pd.Series([np.inf])).unreadable.tolist() == [True]


@settings(max_examples=50, deadline=None)
@given(st.floats(-1e12, 1e12).map(lambda x: round(x, 4)))
def test_any_number_written_out_is_read_back(value: float) -> None:
    for form in ("{:.4f}", "{:,.4f}"):
        assert one(parse_numbers(as_objects(form.format(value))))[0] == pytest.approx(
            value, abs=1e-3
        )


@pytest.mark.parametrize(
    "yes", ["是", "有", "yes", "TRUE", "1", 1, 1.0, "Y", "√", True, "已动工", np.bool_(1)]
)
def test_yes(yes: object) -> None:
    assert one(parse_booleans(as_objects(yes))) == (True, False, None)


@pytest.mark.parametrize(
    "no", ["否", "无", "no", "False", "0", 0, "N", "×", False, "未开工", "尚未动工"]
)
def test_no(no) -> None:
    assert one(parse_booleans(as_objects(no))) == (False, False, None)


@pytest.mark.parametrize("neither", ["部分", "2", dt.date(2021, 1, 1), "是否"])
def test_neither_yes_nor_no(neither) -> None:
    assert one(parse_booleans(as_objects(neither))) == (None, True, None)


def test_booleans_null_is_unknown_never_no() -> None:
    parsed = parse_booleans(as_objects("", None, "不详"))
    assert parsed.values.dtype == "boolean"
    assert parsed.values.isna().all()
    assert not parsed.unreadable.any()


def test_values_of_different_types_are_not_mistaken_for_each_other() -> None:
    parsed = parse_text(pd.Series([1, True, "1", 1.0], dtype=object))
    assert parsed.values.tolist() == ["1", "True", "1", "1"]
    assert parse_numbers(pd.Series([1, True], dtype=object)).unreadable.tolist() == [False, True]


@pytest.mark.parametrize(
    ("written", "read", "note"),
    [
        (" 济南 ", "济南", None),
        ("　济南　", "济南", None),
        ("３７０１", "3701", None),
        ("A－01", "A-01", None),
        (12345.0, "12345", None),
        ("12345.0", "12345", None),
        ("370112005010GB90004", "370112005010GB90004", None),
        (3.70112005010e18, "3701120050100000256", "digits_lost"),
        ("3.70112E+18", "3.70112E+18", "digits_lost"),
        ("0012", "0012", None),
    ],
)
def test_identifiers(written, read: str, note: str | None) -> None:
    value, unreadable, found = one(parse_text(as_objects(written), identifier=True))
    assert not unreadable
    assert found == note
    if note is None or isinstance(written, str):
        assert value == read


def test_names_keep_their_own_characters() -> None:
    assert one(parse_text(as_objects("甲（中国）有限公司"))) == ("甲（中国）有限公司", False, None)
    assert one(parse_text(as_objects("第一行\n第二行")))[0] == "第一行 第二行"


def test_blank_words_are_kept_where_a_column_asks_for_it() -> None:
    assert one(parse_text(as_objects("无"), blanks=False))[0] == "无"
    assert one(parse_text(as_objects("  "), blanks=False))[0] is None


def test_the_words_for_nothing_are_folded() -> None:
    assert all(fold(word).casefold() == word for word in BLANKS)


def test_a_hundred_thousand_values_are_all_parsed() -> None:
    values = pd.Series([f"20{n % 30:02}年{n % 12 + 1}月{n % 28 + 1}日" for n in range(100_000)])
    parsed = parse_dates(values)
    assert parsed.values.notna().all()


def test_what_nobody_sees_is_no_part_of_a_text() -> None:
    assert one(parse_text(as_objects("A\x00-\x1b01\ufffe"), identifier=True))[0] == "A-01"
