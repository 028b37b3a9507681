"""A project skeleton: complete, its own headings recognised, and never over somebody's files."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import openpyxl
import pyogrio
import pytest

from layers.contracts import CONTRACTS, match_heading
from layers.inputs import read_inputs
from layers.problems import ProblemLog
from layers.project import load_project
from layers.units import conversion
from zongdi.init_project import init_project
from zongdi.ledger_template import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_what_is_written(zongdi: Callable, tmp_path: Path) -> None:
    folder = tmp_path / "新项目"
    done = zongdi("--lang", "zh", "init", folder)
    assert done.status == 0, done.err
    assert sorted(path.name for path in folder.iterdir()) == [
        *("layers.gpkg", "ledger.xlsx", "project.toml")
    ]
    layers = dict(pyogrio.list_layers(folder / "layers.gpkg"))
    assert set(layers) == {name for name, one in CONTRACTS.items() if one.geometry is not None}
    for name in layers:
        info = pyogrio.read_info(folder / "layers.gpkg", layer=name)
        assert list(info["fields"]) == list(CONTRACTS[name].names)
        assert info["features"] == 0
    book = openpyxl.load_workbook(folder / "ledger.xlsx")
    assert [CONTRACTS[name].label.zh for name in TABLES] == book.sheetnames[: len(TABLES)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_heading_is_recognised_and_has_a_note(tmp_path: Path, lang: str) -> None:
    init_project(tmp_path, lang=lang)  # type: ignore[arg-type] # one of the two
    book = openpyxl.load_workbook(tmp_path / "ledger.xlsx")
    for name in TABLES:
        page = book[CONTRACTS[name].label.zh if lang == "zh" else CONTRACTS[name].label.en]
        columns = [one for one in CONTRACTS[name].names if not one.endswith("_source")]
        assert page.max_column == len(columns)
        for cell, column in zip(page[1], columns, strict=True):
            found = match_heading(CONTRACTS[name], cell.value)
            assert found is not None, cell.value
            assert found.column == column
            unit = CONTRACTS[name].column(column).unit
            if found.unit is not None:
                assert conversion(found.unit, unit) == 1
            assert cell.comment is not None
            label = CONTRACTS[name].column(column).label
            assert label.zh in cell.comment.text
            assert label.en in cell.comment.text
        lists = [rule for rule in page.data_validations.dataValidation if rule.type == "list"]
        coded = [c for c in columns if CONTRACTS[name].column(c).type in {"code", "boolean"}]
        assert len(lists) == len(coded)


def test_a_skeleton_filled_in_is_read_without_a_word(tmp_path: Path) -> None:
    init_project(tmp_path)
    text = (tmp_path / "project.toml").read_text("utf-8")
    table = tomllib.loads(text)
    assert set(table["layers"]) == {"parcels", "ledger"}
    switched_on = "\n".join(
        line.removeprefix("# ")
        if line.startswith(("# [layers", "# path  =", "# layer =", "# sheet ="))
        else line
        for line in text.splitlines()
    )
    assert set(tomllib.loads(switched_on)["layers"]) == set(CONTRACTS)
    book = openpyxl.load_workbook(tmp_path / "ledger.xlsx")
    page = book["合同台账"]
    filled = {
        "宗地代码": "A-1",
        "合同编号": "HT-1",
        "供地方式": "出让",
        "合同面积(平方米)": 10000,
        "是否动工": "否",
    }
    for cell in page[1]:
        if cell.value in filled:
            page.cell(2, cell.column, filled[cell.value])
    book.save(tmp_path / "ledger.xlsx")
    only_ledger = text.replace("# as_of     =", "as_of =").replace(
        '[layers.parcels]                # 宗地 / parcels\npath  = "layers.gpkg"\nlayer = "parcels"',
        "",
    )
    (tmp_path / "project.toml").write_text(only_ledger, "utf-8")
    log = ProblemLog()
    ledger = read_inputs(load_project(tmp_path), log).frames["ledger"]
    assert ledger.loc[0, ["parcel_id", "grant", "contract_area_m2"]].tolist() == [
        *("A-1", "grant", 10_000)
    ]
    assert log.frame()["code"].tolist() == []


def test_a_folder_with_anything_in_it_is_left_alone(zongdi: Callable, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    for target in (tmp_path, tmp_path / "notes.txt"):
        done = zongdi("init", target)
        assert done.status == 2
        assert "Traceback" not in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        init_project(tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name
