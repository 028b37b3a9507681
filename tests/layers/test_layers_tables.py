"""Tables: headings found below titles and over two rows, cells of their kind, totals left out."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.contracts import CONTRACTS
from layers.headings import find_heading
from layers.problems import ProblemLog
from layers.raw import RawLayer, Reporter
from layers.tables import read_table

LEDGER = CONTRACTS["ledger"]
HEADINGS = ["合同编号", "宗地编号", "合同签订日期", "成交价款(万元)"]


def read(
    path: Path, name: str = "ledger", **options: object
) -> tuple[RawLayer | None, pd.DataFrame]:
    log = ProblemLog()
    raw = read_table(path, CONTRACTS[name], Reporter(log, name, path.name), **options)
    return raw, log.frame()


def book(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """Write a workbook of plain cells; dates become real dates."""
    with xlsxwriter.Workbook(path) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(r, c, cell, day)
                    elif cell is not None:
                        sheet.write(r, c, cell)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16"])
def test_delimited_text(tmp_path: Path, delimiter: str, codec: str) -> None:
    heads = ["宗地代碼", "名稱"] if codec == "big5" else HEADINGS
    rows = [
        heads,
        *([f"0370102000{n}", "工業用地", "2021-06-30", "1.5"][: len(heads)] for n in (1, 2)),
    ]
    path = tmp_path / "t.csv"
    path.write_bytes("\n".join(delimiter.join(row) for row in rows).encode(codec))
    raw, _ = read(path)
    assert raw is not None
    assert list(raw.frame.columns) == [*heads, "source_row"]
    assert raw.frame.iloc[0, 0] == "03701020001"
    assert raw.frame["source_row"].tolist() == [2, 3]


def test_rows_are_numbered_by_lines(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('合同编号,受让人\nC1,"甲\n公司"\n\nC2,乙\n合计,2\n注：以合同为准,\n', "utf-8")
    raw, problems = read(path)
    assert raw is not None
    assert raw.frame["source_row"].tolist() == [2, 5]
    skipped = problems[problems["code"] == "rows-skipped"]
    assert skipped["found"].tolist() == ["6, 7"]


def test_a_shifted_row_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("合同编号,受让人,供地方式\nC1,甲,出让\nC2,乙,丙公司,出让\n", "utf-8")
    raw, problems = read(path)
    assert raw is not None
    assert raw.frame["合同编号"].tolist() == ["C1"]
    assert problems.loc[problems["code"] == "row-too-long", "row"].tolist() == [3]


def test_workbook_cells_keep_their_kind(tmp_path: Path) -> None:
    row = ["370102001001GB00001", "0370102", dt.date(2021, 6, 30), 1234.5]
    path = book(tmp_path / "t.xlsx", {"台账": [HEADINGS, row]})
    raw, _ = read(path)
    assert raw is not None
    assert raw.layer == "台账"
    assert raw.frame.iloc[0, :4].tolist() == row


def test_titles_above_and_totals_below(tmp_path: Path) -> None:
    rows = [
        ["综合保税区国有建设用地供应台账"],
        ["填报单位：", None, "2026-06-30"],
        HEADINGS,
        [1.0, 2.0, 3.0, 4.0],
        ["C1", "A-1", "2021-06-30", 10.0],
        [None, None, None, None],
        ["合  计", None, None, 10.0],
        ["填表人：张", None, None, None],
    ]
    raw, problems = read(book(tmp_path / "t.xlsx", {"s": rows}))
    assert raw is not None
    assert raw.frame["合同编号"].tolist() == ["C1"]
    assert raw.frame["source_row"].tolist() == [5]
    assert problems.loc[problems["code"] == "rows-skipped", "found"].tolist() == ["4, 7, 8"]
    assert "heading-found" in set(problems["code"])


def test_the_sheet_with_the_headings(tmp_path: Path) -> None:
    sheets = {
        "说明": [["本表由各区填报"]],
        "台账": [HEADINGS, ["C1", "A-1", "2021-06-30", 1.0]],
        "旧": [HEADINGS, ["C0", "A-0", "2020-06-30", 1.0]],
    }
    path = book(tmp_path / "t.xlsx", sheets)
    raw, problems = read(path)
    assert raw is not None
    assert raw.layer == "台账"
    assert "sheet-chosen" in set(problems["code"])
    raw, _ = read(path, sheet="旧")
    assert raw is not None
    assert raw.frame["合同编号"].tolist() == ["C0"]
    raw, problems = read(path, sheet="新")
    assert raw is None
    assert problems["code"].tolist() == ["sheet-not-found"]


def test_headings_of_two_rows_and_merged_cells(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("台账")
        sheet.merge_range(0, 0, 1, 0, "合同编号")
        sheet.merge_range(0, 1, 1, 1, "宗地编号")
        sheet.merge_range(0, 2, 0, 3, "约定")
        sheet.merge_range(0, 4, 0, 5, "实际")
        for column, name in enumerate(["开工日期", "竣工日期"] * 2, start=2):
            sheet.write(1, column, name)
        sheet.merge_range(2, 0, 3, 0, "C1")
        for row, parcel in ((2, "A-1"), (3, "A-2")):
            sheet.write_row(
                row, 1, [parcel, "2020-01-01", "2021-01-01", "2020-02-01", "2021-02-01"]
            )
    raw, problems = read(path)
    assert raw is not None
    names = ["合同编号", "宗地编号", "约定开工日期", "约定竣工日期", "实际开工日期", "实际竣工日期"]
    assert list(raw.frame.columns[:6]) == names
    assert raw.frame["合同编号"].tolist() == ["C1", "C1"]
    assert raw.frame["source_row"].tolist() == [3, 4]
    assert "cells-merged" in set(problems["code"])


def test_repeated_and_blank_headings(tmp_path: Path) -> None:
    rows = [["合同编号", "备注", "备注", None, None], ["C1", "a", "b", "c", None]]
    raw, _ = read(book(tmp_path / "t.xlsx", {"s": rows}))
    assert raw is not None
    assert list(raw.frame.columns) == ["合同编号", "备注", "备注 [C]", "[D]", "source_row"]


def test_headings_at_a_row_the_project_names(tmp_path: Path) -> None:
    rows = [["合同编号", "受让人"], ["旧", "旧"], ["编号", "单位"], ["C1", "甲"]]
    path = book(tmp_path / "t.xlsx", {"s": rows})
    raw, _ = read(path, header=3, named=["编号", "单位"])
    assert raw is not None
    assert raw.frame["编号"].tolist() == ["C1"]
    assert raw.frame["source_row"].tolist() == [4]
    raw, problems = read(path, header=9)
    assert raw is None
    assert problems["code"].tolist() == ["layer-empty"]


def test_headings_that_the_project_names_are_found(tmp_path: Path) -> None:
    rows = [["x", "y"], ["Ref", "Datum"], ["C1", "2020-01-01"]]
    raw, _ = read(book(tmp_path / "t.xlsx", {"s": rows}), named=["Ref", "Datum"])
    assert raw is not None
    assert list(raw.frame.columns[:2]) == ["Ref", "Datum"]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"\0" * 64]
)
@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".csv"])
def test_rubbish_gives_an_error(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"t{suffix}"
    path.write_bytes(content)
    raw, problems = read(path)
    assert raw is None
    assert (problems["severity"] == "error").sum() == 1
    assert str(tmp_path) not in " ".join(problems["what"])


def test_headings_alone_are_no_rows(tmp_path: Path) -> None:
    raw, problems = read(book(tmp_path / "t.xlsx", {"s": [HEADINGS]}))
    assert raw is None
    assert problems["code"].tolist() == ["layer-empty"]


def test_undecodable_lines_are_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("合同编号,受让人\nC1,甲\n".encode() + b"C2,\xff\xfe\n")
    raw, problems = read(path, encoding="utf-8")
    assert raw is not None
    assert problems.loc[problems["code"] == "text-undecoded", "row"].tolist() == [3]
    _, problems = read(path, encoding="klingon")
    assert "encoding-unknown" in set(problems["code"])


@settings(max_examples=40, deadline=None)
@given(
    titles=st.integers(0, 5),
    order=st.permutations(["合同编号", "宗地编号", "约定开工日期", "受让人"]),
)
def test_headings_are_found_wherever_they_stand(titles: int, order: list[str]) -> None:
    rows = [["标题", None, None, None]] * titles + [order, ["a", "b", "c", "d"]]
    heading = find_heading(rows, LEDGER)
    assert heading is not None
    assert (heading.first, heading.last) == (titles, titles)
    assert list(heading.names) == order
    assert heading.matched == 4


@pytest.mark.real
def test_the_supply_results_read_alike() -> None:
    folder = os.environ.get("ZONGDI_REAL_DATA")
    if not folder:
        pytest.skip("ZONGDI_REAL_DATA does not name the folder of real data")
    files = sorted((Path(folder) / "cn_supply").iterdir())
    frames = []
    for path in files:
        raw, problems = read(path)
        assert raw is not None, problems
        frames.append(raw.frame)
    assert [len(frame) for frame in frames] == [442, 442]
    pd.testing.assert_frame_equal(
        frames[0].astype("string"), frames[1].astype("string"), check_names=False
    )
    assert frames[0]["约定开工时间"].str.endswith("日").sum() > 400


def test_a_workbook_is_opened_by_what_it_holds(tmp_path: Path) -> None:
    made = book(tmp_path / "l.xlsx", {"台账": [HEADINGS, ["C1", "A", "2021-06-30", 10]]})
    raw, _ = read(made.rename(tmp_path / "l.xls"))
    assert raw is not None
    assert raw.frame["合同编号"].tolist() == ["C1"]


@pytest.mark.parametrize(
    ("content", "what"), [("\n<table><tr>", "a web page"), ("合同编号\tA", "text")]
)
def test_what_is_no_workbook_is_said_to_be_none(tmp_path: Path, content: str, what: str) -> None:
    path = tmp_path / "l.xls"
    path.write_text(content, encoding="utf-8")
    raw, problems = read(path)
    assert raw is None
    assert what in problems.loc[0, "what_en"]
    assert "Excel" in problems.loc[0, "what"]


def test_a_very_long_remark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text(f"合同编号,宗地编号,备注\nC1,A,{'甲' * 200_000}\n", encoding="utf-8")
    raw, _ = read(path)
    assert raw is not None
    assert len(raw.frame["备注"][0]) == 200_000
