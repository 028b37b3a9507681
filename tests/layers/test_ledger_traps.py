"""Ledgers as offices keep them: one small file for each trap, and the exact table it must give."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from layers.inputs import read_inputs
from layers.problems import ProblemLog
from layers.project import load_project

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

NAT = None


def sheet(
    path: Path, rows: Sequence[Sequence[Any]], merges: Sequence[tuple[int, int, int, int, Any]] = ()
) -> None:
    """Write a sheet; a date becomes a date cell, text stays text."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False})
    days = book.add_format({"num_format": "yyyy/m/d"})
    page = book.add_worksheet("台账")
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if isinstance(cell, (dt.date, dt.datetime)):
                page.write_datetime(r, c, dt.datetime.combine(cell, dt.time()), days)
            elif cell is not None:
                page.write(r, c, cell)
    for first, left, last, right, value in merges:
        page.merge_range(first, left, last, right, value)
    book.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Callable[..., tuple[pd.DataFrame, pd.DataFrame]]:
    """Read a ledger alone, from a sheet or from CSV text."""

    def read(rows: Any, *, settings: str = "", **more: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
        if isinstance(rows, str):
            name = "台账.csv"
            (tmp_path / name).write_bytes(rows.encode("gb18030"))
        else:
            name = "台账.xlsx"
            sheet(tmp_path / name, rows, **more)
        text = f'as_of = 2026-06-30\n[layers.ledger]\npath = "{name}"\n{settings}'
        (tmp_path / "project.toml").write_text(text, encoding="utf-8")
        log = ProblemLog()
        inputs = read_inputs(load_project(tmp_path), log)
        return inputs.frames["ledger"], log.frame()

    return read


def table(frame: pd.DataFrame, columns: Sequence[str]) -> list[list[Any]]:
    """Return plain values: dates as text, null as None."""
    out = []
    for row in frame[list(columns)].itertuples(index=False):
        cells: list[Any] = []
        for cell in row:
            if cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
                cells.append(None)
            elif isinstance(cell, (pd.Timestamp, dt.datetime)):
                cells.append(str(cell.date()))
            else:
                cells.append(round(cell, 6) if isinstance(cell, float) else cell)
        out.append(cells)
    return out


def codes(problems: pd.DataFrame) -> set[str]:
    return set(problems["code"])


def test_titles_above_the_headings_and_a_total_below(ledger: Callable) -> None:
    frame, problems = ledger(
        [
            ["××综合保税区供地台账"],
            ["填报单位：×××分局", None, None, "2026年6月"],
            [],
            ["序号", "合同编号", "宗地编号", "约定动工时间"],
            [1, "HT-1", "A-1", "2021-06-30"],
            [2, "HT-2", "A-2", "2022-06-30"],
            ["合计", None, None, "2宗"],
            ["注：以合同为准"],
        ]
    )
    assert table(frame, ["contract_no", "parcel_id", "start_due_on", "source_row"]) == [
        ["HT-1", "A-1", "2021-06-30", 5],
        ["HT-2", "A-2", "2022-06-30", 6],
    ]
    assert "rows-skipped" in codes(problems)


def test_headings_of_two_rows_merged_across(ledger: Callable) -> None:
    frame, _ = ledger(
        [
            [None, None, None, None, None],
            ["合同编号", "宗地编号", "时间", "约定竣工时间", "面积(公顷)"],
            ["HT-1", "A-1", "2021.6.30", "2023.6.30", 1.5],
        ],
        merges=[(0, 2, 0, 3, "约定开工"), (0, 0, 1, 0, "合同编号")],
    )
    assert table(frame, ["contract_no", "start_due_on", "completion_due_on"]) == [
        ["HT-1", "2021-06-30", "2023-06-30"]
    ]
    assert frame["contract_area_m2"].tolist() == [15_000]


def test_a_contract_merged_down_over_its_parcels(ledger: Callable) -> None:
    frame, problems = ledger(
        [
            ["合同编号", "成交价（万元）", "宗地编号", "本宗地面积"],
            ["HT-1", 900, "A-1", 10_000],
            [None, None, "A-2", 20_000],
            ["HT-2", 50, "A-3", 5_000],
        ],
        merges=[(1, 0, 2, 0, "HT-1"), (1, 1, 2, 1, 900)],
    )
    columns = ["contract_no", "parcel_id", "land_price_wan", "parcel_area_in_contract_m2"]
    assert table(frame, columns) == [
        ["HT-1", "A-1", 900, 10_000],
        ["HT-1", "A-2", 900, 20_000],
        ["HT-2", "A-3", 50, 5_000],
    ]
    assert "cells-merged" in codes(problems)


def test_units_in_headings(ledger: Callable) -> None:
    text = (
        "合同编号,面积(公顷),成交价（亿元）,应动工面积（亩）,已动工面积(万㎡)\n"
        "HT-1,2.5,0.12,30,0.8\n"
    )
    frame, problems = ledger(text)
    columns = ["contract_area_m2", "land_price_wan", "develop_area_m2", "developed_area_m2"]
    assert table(frame, columns) == [[25_000, 1_200, 20_000, 8_000]]
    assert (problems["code"] == "unit-converted").sum() == 4


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2021.6.30", "2021-06-30"),
        ("2021年6月30日", "2021-06-30"),
        ("2021/6/30", "2021-06-30"),
        ("20210630", "2021-06-30"),
        (20210630, "2021-06-30"),
        (44377, "2021-06-30"),
        ("44377", "2021-06-30"),
        (dt.date(2021, 6, 30), "2021-06-30"),
        ("２０２１－０６－３０", "2021-06-30"),
        ("2021年6月", None),
        ("2021.6", None),
        ("2021", None),
        ("", None),
        ("/", None),
        ("—", None),
        ("无", None),
        ("2021年6月31日", None),
        ("尽快", None),
    ],
)
def test_dates(ledger: Callable, written: Any, day: str | None) -> None:
    frame, problems = ledger([["合同编号", "约定开工时间"], ["HT-1", written]])
    assert table(frame, ["contract_no", "start_due_on"]) == [["HT-1", day]]
    told = problems[problems["column"] == "start_due_on"]["code"].tolist()
    expected = {
        "2021年6月": ["value-left-unknown"],
        "2021.6": ["value-left-unknown"],
        "2021": ["value-left-unknown"],
        "2021年6月31日": ["value-unreadable"],
        "尽快": ["value-unreadable"],
        44377: ["value-remark"],
        "44377": ["value-remark"],
    }
    assert told == expected.get(written, [])


@pytest.mark.parametrize(
    ("heading", "written", "column", "value"),
    [
        ("合同面积", "30亩", "contract_area_m2", 20_000),
        ("合同面积", "２，０００．５", "contract_area_m2", 2000.5),
        ("合同面积", "12,345.6㎡", "contract_area_m2", 12_345.6),
        ("合同面积", "1.2万平方米", "contract_area_m2", 12_000),
        ("成交价款", "3500万", "land_price_wan", 3500),
        ("成交价款", "3500", "land_price_wan", 3500),
        ("成交价款", "35,000,000元", "land_price_wan", 3500),
        ("基础完成比例", "35%", "foundation_done_share", 0.35),
        ("基础完成比例", "三分之一", "foundation_done_share", 0.333333),
        ("合同面积", "约30亩", "contract_area_m2", 20_000),
        ("合同面积", "1000-2000", "contract_area_m2", None),
    ],
)
def test_numbers(ledger: Callable, heading: str, written: str, column: str, value: Any) -> None:
    frame, _ = ledger([["合同编号", heading], ["HT-1", written]])
    assert table(frame, [column]) == [[value]]


def test_codes_that_a_spreadsheet_turned_into_numbers(ledger: Callable) -> None:
    frame, problems = ledger(
        [
            ["合同编号", "宗地编号", "电子监管号"],
            [12345, "0012", 3.701012021e15],
            ["HT-2", "A-1", "3701012021B00012"],
            ["HT-3", dt.date(2026, 1, 2), "3.70101E+15"],
        ]
    )
    assert table(frame, ["contract_no", "parcel_id", "supervision_no"]) == [
        ["12345", "0012", "3701012021000000"],
        ["HT-2", "A-1", "3701012021B00012"],
        ["HT-3", "2026-01-02", "3.70101E+15"],
    ]
    lost = problems[problems["code"] == "digits-lost"]
    assert sorted(zip(lost["column"], lost["row"], strict=True)) == [
        ("parcel_id", 4),
        ("supervision_no", 2),
        ("supervision_no", 4),
    ]


def test_several_parcels_in_one_cell_have_a_row_each(ledger: Callable) -> None:
    frame, problems = ledger(
        [
            ["合同编号", "宗地编号", "本宗地面积", "成交价款"],
            ["HT-1", "A-1、A-2", "10,000、20,000", 900],
            ["HT-2", "B-1,B-2；B-3", 30_000, 600],
            ["HT-3", "C-1", 5_000, 100],
        ]
    )
    columns = ["contract_no", "parcel_id", "parcel_area_in_contract_m2", "land_price_wan"]
    assert table(frame, [*columns, "source_row"]) == [
        ["HT-1", "A-1", 10_000, 900, 2],
        ["HT-1", "A-2", 20_000, 900, 2],
        ["HT-2", "B-1", None, 600, 3],
        ["HT-2", "B-2", None, 600, 3],
        ["HT-2", "B-3", None, 600, 3],
        ["HT-3", "C-1", 5_000, 100, 4],
    ]
    assert {"parcels-in-one-cell", "area-of-several-parcels"} <= codes(problems)
    assert "ledger-row-repeated" not in codes(problems)


def test_several_contracts_and_phases_on_one_parcel_are_all_kept(ledger: Callable) -> None:
    frame, problems = ledger(
        "合同编号,期号,宗地编号,成交价款\n"
        "HT-1,一期,A-1,900\nHT-1,二期,A-1,900\nHT-2,,A-1,300\nHT-2,,A-1,300\n"
    )
    assert table(frame, ["contract_no", "phase_no", "parcel_id", "land_price_wan"]) == [
        ["HT-1", "一期", "A-1", 900],
        ["HT-1", "二期", "A-1", 900],
        ["HT-2", None, "A-1", 300],
        ["HT-2", None, "A-1", 300],
    ]
    again = problems[problems["code"] == "ledger-row-repeated"]
    assert again["row"].tolist() == [5]


@pytest.mark.parametrize(
    ("heading", "written", "price"),
    [
        ("成交价(万元/亩)", "45", 1350),  # 2 ha are 30 mu
        ("成交价（元/㎡）", "300", 600),
        ("成交价", "45万元/亩", 1350),
        ("成交价", "1350", 1350),
    ],
)
def test_a_price_per_area_is_multiplied_by_the_contract_area(
    ledger: Callable, heading: str, written: str, price: float
) -> None:
    frame, problems = ledger([["合同编号", "面积(公顷)", heading], ["HT-1", 2, written]])
    assert frame["land_price_wan"].tolist() == pytest.approx([price])
    assert ("price-from-rate" in codes(problems)) == (written != "1350")


def test_ratios_in_percent_without_a_word(ledger: Callable) -> None:
    rows = [["合同编号", "约定容积率上限"], ["HT-1", 240], ["HT-2", 80]]
    frame, problems = ledger(rows)
    assert table(frame, ["far_max"]) == [[None], [None]]
    assert "percent-suspected" in codes(problems)
    frame, problems = ledger(rows, settings='units = { far_max = "%" }')
    assert table(frame, ["far_max"]) == [[2.4], [0.8]]
    assert "percent-suspected" not in codes(problems)


def test_values_that_are_probably_wrong_are_told_and_kept(ledger: Callable) -> None:
    frame, problems = ledger(
        "合同编号,合同签订日期,约定开工时间,约定竣工时间,实际开工时间,面积(公顷),总投资,约定容积率上限\n"
        "HT-1,2021-06-30,2021-01-01,2020-01-01,2027-01-01,0,-5,15\n"
        "HT-2,2021-06-30,2021-12-31,2023-12-31,,2,100,1.5\n"
    )
    dates = ["signed_on", "start_due_on", "completion_due_on", "started_on"]
    assert table(frame, dates)[0] == ["2021-06-30", "2021-01-01", "2020-01-01", "2027-01-01"]
    assert table(frame, ["contract_area_m2", "investment_total_wan", "far_max"])[0] == [
        *(0, None, 15)
    ]
    row = problems[problems["row"] == 2]
    assert set(zip(row["code"], row["column"], strict=True)) == {
        ("dates-out-of-order", "start_due_on"),
        ("dates-out-of-order", "completion_due_on"),
        ("date-in-the-future", "started_on"),
        ("value-zero", "contract_area_m2"),
        ("value-out-of-bounds", "investment_total_wan"),
        ("far-above-10", "far_max"),
    }
    assert problems[problems["row"] == 3].empty


def test_land_use_codes_in_their_schemes(tmp_path: Path) -> None:
    import geopandas as gpd
    from shapely import box

    shapes = [box(5e5 + 100 * n, 4.06e6, 5e5 + 100 * n + 100, 4.0601e6) for n in range(4)]
    frame = gpd.GeoDataFrame(
        {
            "宗地代码": list("abcd"),
            "用途代码": ["0601", "0601", "0601", "100101"],
            "用地分类标准": ["survey-3", "guide-2023", None, None],
        },
        geometry=shapes,
        crs=4548,
    )
    frame.to_file(tmp_path / "p.gpkg")
    (tmp_path / "project.toml").write_text('as_of = 2026-06-30\nlayers.parcels = "p.gpkg"', "utf-8")
    log = ProblemLog()
    read = read_inputs(load_project(tmp_path), log).frames["parcels"]
    assert table(read, ["land_use"]) == [["industrial"], ["road"], [None], ["industrial"]]
    undecided = log.frame().query("code == 'land-use-code-undecided'")
    assert undecided["row"].tolist() == [3]
    assert "industrial" in undecided["what"].iloc[0]
    assert "road" in undecided["what"].iloc[0]
