"""The workbook: heads, headings, links, colours and hostile text, as a reader's program finds them."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from layers.columns import Column
from layers.project import load_project
from policies.text import Text
from zongdi.pipeline import run_project
from zongdi.workbook import write_workbook
from zongdi.workbook_ledger import LEDGER_SHEET
from zongdi.workbook_page import text_lines
from zongdi.workbook_table import excel_days, link_to_map, prepared

if TYPE_CHECKING:
    from pathlib import Path

    from zongdi.results import Results

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\t=2", "a\x00b\x07c")


@pytest.fixture(scope="module")
def results(small_results: Path) -> Results:
    return run_project(load_project(small_results.parent / "project"))


@pytest.fixture(scope="module")
def book(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "workbook.xlsx"
    write_workbook(results, path)
    return path


def sheet(book: Path, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(book).get_sheet_by_name(name).to_python(skip_empty_area=False)


def part(book: Path, name: str) -> str:
    """Return the XML of a sheet."""
    with zipfile.ZipFile(book) as archive:
        names = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode())
        return archive.read(f"xl/worksheets/sheet{names.index(name) + 1}.xml").decode()


def test_every_sheet_is_headed_by_what_it_is_and_under_which_rules(book: Path) -> None:
    names = CalamineWorkbook.from_path(book).sheet_names
    assert names[:4] == ["摘要", "区建议摘要", "宗地一览", "建议"]
    for name in (
        LEDGER_SHEET,
        "节余土地",
        "现场线索",
        "法定期限",
        "数据问题",
        "更正登记",
        "所用规则",
        "术语",
    ):
        assert name in names
    for name in names:
        rows = sheet(book, name)
        assert rows[0][0].startswith("辅助分析，不作为认定依据"), name
        assert "2026-06-30" in rows[1][0], name
        assert "国家规则（现行有效）" in rows[1][0], name
        assert "（效力待核实）" in rows[1][0], name


def test_the_ledger_has_the_headings_of_the_office(book: Path) -> None:
    rows = sheet(book, LEDGER_SHEET)
    heads, english = rows[3], rows[4]
    for head in (
        "电子监管号",
        "合同编号/划拨决定书",
        "出让价款（万元）",
        "约定开工日",
        "闲置起算日",
        "处置完成日",
    ):
        assert head in heads
    assert english[heads.index("闲置天数（天）")] == "idle days"
    first = rows[5]
    assert first[heads.index("不动产单元号/宗地代码")] == "A"
    assert first[heads.index("是否约定开工日")] == "是"
    assert first[heads.index("用途")] == ""


def test_recommendations_read_from_left_to_right(book: Path) -> None:
    heads = sheet(book, "建议")[3]
    assert heads[:5] == ["优先序", "宗地代码", "建议", "理由", "期限"]
    assert heads.index("决定单位") < heads.index("批准单位") < heads.index("配合单位")
    xml = part(book, "建议")
    setup = re.search(r"<pageSetup [^>]*>", xml)
    assert setup is not None
    for said in ('paperSize="8"', 'fitToHeight="0"', 'orientation="landscape"'):
        assert said in setup.group()
    assert '<pane xSplit="3" ySplit="5"' in xml
    assert "<autoFilter" in xml
    assert "<conditionalFormatting" in xml


def test_a_parcel_leads_to_the_map_and_to_its_rows(book: Path) -> None:
    xml = part(book, "宗地一览")
    with zipfile.ZipFile(book) as archive:
        relations = archive.read("xl/worksheets/_rels/sheet3.xml.rels").decode()
    assert 'Target="map.html" ' in relations or "map.html#p=A" in relations
    rows = sheet(book, "宗地一览")
    heads = rows[3]
    assert [heads[place] for place in range(6, 12)] == [
        "建议",
        "台账",
        "闲置土地",
        "容积率",
        "混合用途",
        "绿地",
    ]
    located = re.findall(r"location=\"'?([^'!\"]+)'?!A(\d+)\"", xml)
    assert ("容积率", "6") in located
    target = sheet(book, "容积率")
    for name, row in located:
        if name == "容积率":
            assert target[int(row) - 1][0] in {"A", "B", "C"}


def test_no_cell_is_a_formula(book: Path) -> None:
    with zipfile.ZipFile(book) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert "<f>" not in archive.read(name).decode(), name


def test_hostile_text_stays_text(results: Results, tmp_path: Path) -> None:
    n = len(results.parcels)
    texts = [HOSTILE[place % len(HOSTILE)] for place in range(n)]
    parcels = results.parcels.assign(holder=pd.array(texts, dtype="string"))
    ids = [f"=A{place}\"'!<&>" for place in range(n)]
    parcels["parcel_id"] = pd.array(ids, dtype="string")
    findings = results.findings.assign(note_zh="=cmd|' /C calc'!A0")
    path = tmp_path / "hostile.xlsx"
    write_workbook(replace(results, parcels=parcels, findings=findings), path)
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                root = ET.fromstring(archive.read(name))  # noqa: S314 -- written by the test
                assert not list(root.iter(f"{MAIN}f")), name
    rows = sheet(path, "闲置土地")
    assert [row[0] for row in rows[5:]] == ids
    assert [row[2] for row in rows[5:]][:3] == texts[:3]
    assert sheet(path, "核查结论")[5][16].startswith("=cmd|")


def test_the_same_results_give_the_same_bytes(results: Results, book: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    write_workbook(results, again)
    assert again.read_bytes() == book.read_bytes()


def test_unknown_is_blank_and_codes_have_their_labels(book: Path) -> None:
    rows = sheet(book, "闲置土地")
    by_id = {row[0]: row for row in rows[5:]}
    heads = rows[3]
    assert by_id["A"][heads.index("闲置状态")] == "涉嫌闲置（满两年未动工）"
    assert by_id["A"][heads.index("时长分档")] == "满两年"
    assert by_id["C"][heads.index("涉嫌闲置起算日")] == ""


def test_dates_are_days_and_text_fits_its_row() -> None:
    assert excel_days(pd.Series(pd.to_datetime(["1900-03-01"]))) == [61.0]
    assert link_to_map("宗 地") == "external:map.html#p=%E5%AE%97%20%E5%9C%B0"
    assert text_lines("宗" * 40, 22.5) == 4
    column = Column("x", "number", Text("数", "x"))
    kind, values, _ = prepared(pd.Series([1.5, None]), column, _NoFormats())  # type: ignore[arg-type]
    assert (kind, values) == ("number", [1.5, None])


class _NoFormats:
    date = text = None

    def of_number(self, name: str) -> None:
        del name
