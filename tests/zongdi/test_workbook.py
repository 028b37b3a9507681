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
from zongdi.workbook_cells import excel_days, link_to_map, prepared
from zongdi.workbook_fills import column_fills
from zongdi.workbook_ledger import LEDGER_SHEET
from zongdi.workbook_page import text_lines

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
    cells = prepared(pd.Series([1.5, None]), column, _NoFormats())  # type: ignore[arg-type]
    assert (cells.kind, cells.listed) == ("number", [1.5, None])


class _NoFormats:
    date = text = None

    def of_number(self, name: str) -> None:
        del name


#: The headings of the office's ledger of idle land, in its order.
OFFICE = (
    *(
        "序号",
        "电子监管号",
        "合同编号/划拨决定书",
        "不动产单元号/宗地代码",
        "坐落",
        "图斑号",
        "受让人",
    ),
    *(
        "统一社会信用代码",
        "用途",
        "用途代码（体系）",
        "面积（㎡）",
        "面积（亩）",
        "出让价款（万元）",
    ),
    *("合同签订日", "约定交地日", "实际交地日", "交地确认书号", "约定开工日", "是否约定开工日"),
    *("约定竣工日", "是否净地", "规划条件文号", "施工许可证号", "施工许可证日期"),
    *("开工认定方式（基坑/桩/地基）", "应动工面积（㎡）", "已动工面积（㎡）", "总投资（万元）"),
    *("已投资（不含地价税费）（万元）", "中止日期", "认定日期", "闲置起算日", "闲置天数（天）"),
    *("是否满一年/两年", "闲置原因（企业/政府①-⑥/不可抗力/前期工作）", "证据编号", "抵押/查封"),
    *("通知书号", "通知书送达日", "认定书号", "认定书送达日", "系统备案号", "系统备案日"),
    *("公示起始日", "公示截止日", "处置方式", "处置进度", "闲置费（测算值，以认定为准）（万元）"),
    *("闲置费（实缴）（万元）", "处置完成日", "责任人", "备注"),
)


def test_no_heading_of_the_office_is_missing_or_moved(book: Path) -> None:
    heads, english = sheet(book, LEDGER_SHEET)[3:5]
    places = [heads.index(head) for head in OFFICE]
    kept = [head for head in OFFICE if head != "认定日期"]
    assert [heads.index(head) for head in kept] == sorted(heads.index(head) for head in kept)
    assert all(english[place] for place in places)


def test_the_ledger_says_how_far_a_case_has_come_and_whether_land_is_clean(
    results: Results, tmp_path: Path
) -> None:
    n = len(results.parcels)
    assert results.parcels["parcel_id"].tolist() == ["A", "B", "C"]
    parcels = results.parcels.assign(
        rights_clear=pd.array([True, True, None], dtype="boolean"),
        compensation_settled=pd.array([True, None, None], dtype="boolean"),
        dispute_free=pd.array([True, False, None], dtype="boolean"),
        land_use_code=pd.array(["100101", None, None], dtype="string"),
        land_use_scheme=pd.array(["guide_2023", None, None], dtype="string"),
        planning_conditions_no=pd.array(["规条1", None, None], dtype="string"),
    )
    assert n == 3
    cases = pd.DataFrame(
        {
            "case_id": ["1"],
            "contract_no": ["HT-1"],
            "parcel_id": ["A"],
            "notice_on": pd.to_datetime(["2025-07-01"]),
            "finding_on": pd.to_datetime(["2025-09-01"]),
            "finding_served_on": pd.to_datetime([None]),
        }
    )
    path = tmp_path / "book.xlsx"
    write_workbook(replace(results, parcels=parcels, cases=cases), path)
    rows = sheet(path, LEDGER_SHEET)
    heads = rows[3]
    said = [
        [row[heads.index(head)] for head in ("处置进度", "是否净地", "规划条件文号")]
        for row in rows[5:7]
    ]
    # B: one point is unknown, but another is not met, which decides it.
    assert said == [["已认定", "是", "规条1"], ["", "否", ""]]
    assert rows[5][heads.index("用途代码（体系）")].startswith("100101（")


def test_the_summary_leads_to_every_sheet(book: Path) -> None:
    names = CalamineWorkbook.from_path(book).sheet_names
    located = re.findall(r"location=\"'([^'!\"]+)'!A1\"", part(book, "摘要"))
    assert located == names[1:]


def test_codes_are_called_by_their_labels(book: Path) -> None:
    rows = sheet(book, "容积率")
    assert rows[5][rows[3].index("建筑面积来源")] == "层数×基底"
    found = sheet(book, "核查结论")
    heads = found[3]
    assert {row[heads.index("分析")] for row in found[5:]} <= {
        "闲置土地",
        "容积率",
        "混合用途",
        "绿地",
        "供地",
    }
    missing = {row[heads.index("缺失资料")] for row in found[5:]} - {""}
    assert missing
    assert not [text for text in missing if re.search(r"[a-z]+_[a-z]+", text)]


def test_a_draft_pack_is_called_a_draft_on_every_sheet(small_results: Path, tmp_path: Path) -> None:
    project = load_project(small_results.parent / "project")
    path = tmp_path / "draft.xlsx"
    write_workbook(run_project(replace(project, policy="zhejiang-2021-draft")), path)
    for name in CalamineWorkbook.from_path(path).sheet_names:
        said = sheet(path, name)[1][0]
        assert "（征求意见稿）（征求意见稿）；国家规则（现行有效）" in said, name
        assert "(draft for comment) (draft for comment); National rules (in force)" in said, name


def test_a_status_has_the_colour_of_the_map_on_every_sheet_that_names_it(book: Path) -> None:
    fill = column_fills("idle_status")["涉嫌闲置（满两年未动工）"]
    for name in ("闲置土地", LEDGER_SHEET, "闲置汇总"):
        found = re.search(
            r'<cfRule type="cellIs" dxfId="(\d+)"[^>]*><formula>"涉嫌闲置（满两年未动工）"<',
            part(book, name),
        )
        assert found is not None, name
        with zipfile.ZipFile(book) as archive:
            root = ET.fromstring(archive.read("xl/styles.xml"))  # noqa: S314 -- written by the test
        colour = list(root.iter(f"{MAIN}dxf"))[int(found[1])].find(f".//{MAIN}bgColor")
        assert colour is not None
        assert str(colour.get("rgb")).lower() == f"ff{fill.removeprefix('#')}".lower(), name
