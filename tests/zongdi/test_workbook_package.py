"""The workbook as a package: nothing in it that makes a spreadsheet program offer a repair."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from layers.columns import Column
from layers.project import load_project
from policies.text import Text
from zongdi import workbook_sheets, workbook_table
from zongdi.pipeline import run_project
from zongdi.workbook import write_workbook
from zongdi.workbook_page import Head, cell_text, make_formats, open_book
from zongdi.workbook_table import FIRST_ROW, Sheet, write_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from zongdi.results import Results

_SPEC = importlib.util.spec_from_file_location(
    "xlsx_package", Path(__file__).with_name("xlsx_package.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
_MODULE = importlib.util.module_from_spec(_SPEC)
sys.modules["xlsx_package"] = _MODULE
_SPEC.loader.exec_module(_MODULE)
Package = _MODULE.Package

AS_OF = date(2026, 6, 30)
HEAD = Head("区 & Co", AS_OF, "测试", Text("规则包（草案）", "pack (draft)"))
TREE = "\N{DECIDUOUS TREE}"
TEXTS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=2", "\r=3", '=HYPERLINK("http://x","y")'),
    *("a\x00b\x07c", "_x0041_", " both ends ", "<r><t>a</t></r>", "<r><x</r>", "a & <b> ]]>"),
    *("http://example.org/x", "mailto:a@b", "internal:'宗地一览'!A1", "{=1}", "'x", "line\nbreak"),
    *("宗" * 40_000, TREE * 20_000, "\ufffe\uffff", "1e5", "007"),
)
IDS = (
    *(
        "=A1",
        "+1",
        "-1",
        "@x",
        "a\"b'c",
        "a#b?c&d=e",
        "a/b\\c d",
        "100%",
        "%41",
        "宗地 一",
        "宗" * 300,
    ),
    *(TREE, "<r>", "a_x0041_b", "'", '"'),
)


@pytest.fixture(scope="module")
def results(small_results: Path) -> Results:
    return run_project(load_project(small_results.parent / "project"))


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Write one sheet and read its package."""

    def one(sheet: Sheet, head: Head = HEAD) -> Any:
        path = tmp_path_factory.mktemp("one") / "one.xlsx"
        book = open_book(path, head.name, head.as_of)
        write_table(book, make_formats(book), sheet, head)
        book.close()
        return Package(path)

    return one


def texts_sheet(texts: tuple[str, ...], **more: Any) -> Sheet:
    column = Column("note_zh", "text", Text("说明", "note"))
    rows = pd.DataFrame({"note_zh": pd.Series(texts, dtype="object")})
    return Sheet("表", Text("表", "table"), (column,), rows, **more)


def hostile(results: Results, times: int = 6) -> Results:
    """The parcels many times over, under names and with texts that mean harm."""
    ids = list(IDS)
    parcels = pd.concat([results.parcels] * times, ignore_index=True).head(len(ids))
    parcels["parcel_id"] = pd.array(ids[: len(parcels)], dtype="string")
    texts = [TEXTS[place % len(TEXTS)] for place in range(len(parcels))]
    parcels["holder"] = pd.Series(texts, dtype="object")
    advice = pd.concat([results.recommendations] * times, ignore_index=True).head(len(ids))
    advice["parcel_id"] = pd.array(ids[: len(advice)], dtype="string")
    advice["title_zh"] = pd.Series(
        [TEXTS[place % len(TEXTS)] for place in range(len(advice))], dtype="object"
    )
    project = replace(results.project, name="&R=1+1\x07" + "区" * 300, label='&"x"&5' * 60)
    return replace(results, parcels=parcels, recommendations=advice, project=project)


def test_nothing_to_repair_in_the_workbook(results: Results, tmp_path: Path) -> None:
    write_workbook(results, tmp_path / "book.xlsx")
    package = Package(tmp_path / "book.xlsx")
    assert package.faults == []
    assert package.formulas == []


def test_nothing_to_repair_where_names_and_texts_mean_harm(
    results: Results, tmp_path: Path
) -> None:
    path = tmp_path / "hostile.xlsx"
    bad = hostile(results)
    write_workbook(bad, path)
    package = Package(path)
    assert package.faults == []
    assert package.formulas == []
    leads = dict(package.targets("宗地一览"))
    shown = package.texts("宗地一览")
    for place in range(len(bad.parcels)):
        name = IDS[place]
        cell = f"A{FIRST_ROW + place + 1}"
        assert shown[cell] == name
        if name == "宗" * 300:
            # Longer than an address may be: the code stands without its link.
            assert cell not in leads
        else:
            assert unquote(leads[cell].removeprefix("map.html#p=")) == name
    heads = CalamineWorkbook.from_path(path).sheet_names
    assert len(heads) == len(package.sheets)


def test_every_text_stays_itself(write: Callable[..., Any]) -> None:
    package = write(texts_sheet(TEXTS))
    assert package.faults == []
    shown = package.texts("表")
    for place, text in enumerate(TEXTS):
        assert shown[f"A{FIRST_ROW + place + 1}"] == cell_text(text), text[:20]
    assert cell_text("<r>a</r>") == "<r>a</r> "
    kept = [text for text in TEXTS if len(text) < 100 and not text.startswith("<r>")]
    assert all(cell_text(text) == text for text in kept)


def test_a_row_too_many_is_said(write: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_table, "ROWS_LIMIT", 3)
    package = write(texts_sheet(("a", "b", "c", "d")))
    shown = package.texts("表")
    assert shown["A3"].startswith("共 4 行，一张表最多容纳 3 行")
    assert "A9" not in shown
    assert package.faults == []


def test_links_beyond_the_limit_are_said(
    write: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_table, "LINKS_LIMIT", 2)
    ways = ["external:map.html#p=1", None, "external:map.html#p=2", "external:map.html#p=3"]
    package = write(texts_sheet(("a", "b", "c", "d"), links={"note_zh": ways}))
    assert dict(package.targets("表")) == {"A6": "map.html#p=1", "A8": "map.html#p=2"}
    assert "最多容纳约 2 个链接" in package.texts("表")["A3"]


def test_sheets_to_which_no_links_lead_are_named(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_sheets, "LINKS_LIMIT", 9)
    write_workbook(results, tmp_path / "book.xlsx")
    package = Package(tmp_path / "book.xlsx")
    said = package.texts("宗地一览")["A3"]
    assert "未设到以下各表的链接：闲置土地、容积率、混合用途、绿地" in said


def test_numbers_and_dates_that_a_spreadsheet_does_not_have(write: Callable[..., Any]) -> None:
    columns = (
        Column("x", "number", Text("数", "x")),
        Column("day", "date", Text("日", "day")),
    )
    days = pd.Series(pd.to_datetime(["1899-05-01", "1900-02-28", "2026-06-30", None]))
    rows = pd.DataFrame({"x": [float("inf"), float("-inf"), float("nan"), 1.5], "day": days})
    package = write(Sheet("表", Text("表", "table"), columns, rows))
    assert package.faults == []
    shown = package.texts("表")
    assert [shown.get(f"B{row}") for row in (6, 7, 8)] == ["1899-05-01", "1900-02-28", None]
    root = package.parts[package.sheets["表"]]
    figures = {
        c.get("r"): v.text for c in root.iter(f"{_MODULE.M}c") for v in c.iter(f"{_MODULE.M}v")
    }
    assert figures == {"A9": "1.5", "B8": "46203"}


def test_the_running_head_holds_any_name(write: Callable[..., Any]) -> None:
    name = "A&B\x07" + "&" * 100 + "区" * 300
    package = write(texts_sheet(("a",)), Head(name, AS_OF, name, Text("包", "pack")))
    assert package.faults == []
    root = package.parts[package.sheets["表"]]
    head = next(root.iter(f"{_MODULE.M}oddHeader")).text
    assert head is not None
    assert head.startswith("&LA&&B")
    assert "审查日期 as of 2026-06-30" in head
    foot = next(root.iter(f"{_MODULE.M}oddFooter")).text
    assert foot is not None
    assert foot.endswith("&R&A · 第 &P 页，共 &N 页")


def test_wide_tables_keep_six_points_and_narrow_ones_one_page() -> None:
    from zongdi.workbook_page import _pages

    # Ten points over 345 characters on A3 are six points; beside 45 that are repeated 300 are left,
    # of which columns that are not broken fill 276.
    widths = (100.0, 345.0, 346.0, 597.0, 598.0)
    assert [_pages(width, 45.0) for width in widths] == [1, 1, 2, 2, 3]


def test_a_lean_workbook_is_sound_and_says_what_it_leaves_out(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_sheets, "LEAN_PARCELS", 2)
    monkeypatch.setattr(workbook_sheets, "LEAN_ROWS", 2)
    monkeypatch.setattr(workbook_sheets, "LEAN_FINDINGS", 2)
    monkeypatch.setattr("zongdi.workbook.LEAN_PARCELS", 2)
    write_workbook(results, tmp_path / "lean.xlsx")
    package = Package(tmp_path / "lean.xlsx")
    assert package.faults == []
    said = package.texts("核查结论")["A3"]
    assert f"共 {len(results.findings)} 条，此处仅列前 2 条" in said
    rows = CalamineWorkbook.from_path(tmp_path / "lean.xlsx").get_sheet_by_name("核查结论")
    assert rows.to_python(skip_empty_area=False)[FIRST_ROW:][0][4] == "是"
    assert "从简" in package.texts("建议")["A3"]
    for name in ("宗地一览", "建议", "核查结论", "闲置土地"):
        root = package.parts[package.sheets[name]]
        tall = [row.get("r") for row in root.iter(f"{_MODULE.M}row") if row.get("ht")]
        assert all(int(str(number)) <= FIRST_ROW for number in tall), name


def test_findings_that_need_attention_stand_first_in_a_cut_sheet(
    results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_sheets, "FINDINGS_LIMIT", 4)
    shown = next(s for s in workbook_sheets.sheets(results) if s.name == "核查结论").rows
    rank = {True: 0, False: 2}
    everything = [rank.get(flag, 1) for flag in results.findings["attention"].astype("object")]
    found = [rank.get(flag, 1) for flag in shown["attention"].astype("object")]
    assert found == sorted(everything)[:4]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_shows_text_as_text(results: Results, tmp_path: Path) -> None:
    path = tmp_path / "hostile.xlsx"
    bad = hostile(results)
    write_workbook(bad, path)
    home = (tmp_path / "profile").as_uri()
    command = [str(shutil.which("soffice")), f"-env:UserInstallation={home}", "--headless"]
    out = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "again")]
    subprocess.run([*command, *out, str(path)], check=True, capture_output=True, timeout=120)
    again = tmp_path / "again" / "hostile.xlsx"
    with zipfile.ZipFile(again) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
                assert not re.search(rb"<f[ >/]", archive.read(name)), name
    rows = CalamineWorkbook.from_path(again).get_sheet_by_name("宗地一览")
    shown = [row[0] for row in rows.to_python(skip_empty_area=False)[FIRST_ROW:]]
    assert shown == list(IDS[: len(bad.parcels)])


@pytest.mark.parametrize(
    ("part", "old", "new", "said"),
    [
        ("xl/workbook.xml", 'name="表"', f'name="{"表" * 32}"', "sheet name"),
        ("xl/worksheets/sheet1.xml", ' ht="', ' ht="4', "points high"),
        ("xl/worksheets/sheet1.xml", 'r="A7"', 'r="A6"', "cell A6 in row 7"),
        ("xl/worksheets/sheet1.xml", "&amp;P", "&amp;!", "running head"),
        ("xl/worksheets/sheet1.xml", "location=\"'", "location=\"'x", "leads to"),
        ("xl/worksheets/_rels/sheet1.xml.rels", "map.html", "图.html", "not encoded"),
        ("xl/worksheets/sheet1.xml", "p=1", "p=宗", "not encoded"),
        ("xl/worksheets/sheet1.xml", ' s="1"', ' s="99"', "a format that is not there"),
    ],
)
def test_the_reading_finds_what_is_wrong(
    part: str, old: str, new: str, said: str, tmp_path: Path
) -> None:
    book = open_book(tmp_path / "good.xlsx", "x", AS_OF)
    ways = ["external:map.html#p=1", "internal:'表'!A1"]
    write_table(book, make_formats(book), texts_sheet(("a", "b"), links={"note_zh": ways}), HEAD)
    book.close()
    assert Package(tmp_path / "good.xlsx").faults == []
    with (
        zipfile.ZipFile(tmp_path / "good.xlsx") as good,
        zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as bad,
    ):
        for name in good.namelist():
            text = good.read(name).decode()
            if name == part:
                assert old in text
                text = text.replace(old, new, 1)
            bad.writestr(name, text)
    assert any(said in fault for fault in Package(tmp_path / "bad.xlsx").faults)
