"""CSV and workbook cells: formulas disarmed, dates and flags as the contract says."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zongdi.geopackage import write_geopackage
from zongdi.tabular import csv_bytes, guard_text, write_parquet

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formula_starts_are_disarmed(start: str) -> None:
    assert guard_text(start + "1+1") == "'" + start + "1+1"


@given(st.text(max_size=20))
@settings(max_examples=50, deadline=None)
def test_no_text_starts_a_formula(text: str) -> None:
    assert not guard_text(text).startswith(("=", "+", "-", "@"))


def test_csv_forms() -> None:
    frame = pd.DataFrame(
        {
            "on": pd.Series(pd.to_datetime(["2026-06-30", None])).astype("datetime64[s]"),
            "flag": pd.array([True, None], dtype="boolean"),
            "area_m2": [0.1 + 0.2, float("nan")],
            "days": pd.array([3, None], dtype="Int64"),
        }
    )
    text = csv_bytes(frame).decode("utf-8-sig")
    assert text == "on,flag,area_m2,days\r\n2026-06-30,true,0.3,3\r\n,,,\r\n"


def test_workbook_holds_no_formula_and_the_disclaimer(small_results: Path) -> None:
    book = openpyxl.load_workbook(small_results / "workbook.xlsx")
    for sheet in book.worksheets:
        assert "辅助分析，不作为认定依据" in str(sheet["A1"].value)
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds
    assert {
        "摘要",
        "建议",
        "闲置土地",
        "容积率",
        "混合用途",
        "绿地",
        "数据问题",
        "所用规则",
    } <= set(book.sheetnames)


def test_a_column_without_any_date_stays_one(tmp_path: Path) -> None:
    empty = pd.DataFrame({"on": pd.Series([None], dtype="datetime64[s]")})
    write_parquet(empty, tmp_path / "a.parquet")
    assert pq.read_schema(tmp_path / "a.parquet").field("on").type == pa.date32()
    write_geopackage(tmp_path / "a.gpkg", {"a": empty}, as_of=dt.date(2026, 6, 30))
    assert pyogrio.read_info(tmp_path / "a.gpkg")["ogr_types"] == ["OFTDate"]
