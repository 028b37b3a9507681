"""A pack that sets other years: the map, the workbook and the record name those, the codes stay."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from layers.project import load_project
from maps import read_view
from maps.versions import themes_and_versions
from zongdi.outputs import write_results
from zongdi.pipeline import run_project

if TYPE_CHECKING:
    from pathlib import Path

PACK = """
format = 1
id = "own"
extends = "national"
title = { zh = "本地", en = "local" }
jurisdiction = { zh = "本地", en = "local" }

[rules."idle.not_started_2y".parameters]
years = { value = 3, clause = "order53-14-2" }
"""
PROJECT = """
name = "years"
as_of = 2026-06-30
policy = "own.toml"
[layers.ledger]
path = "ledger.csv"
"""
LEDGER = "parcel_id,contract_no,started,start_due_on\np,c,no,2020-01-01\nq,d,no,2025-01-01\n"
LABEL = "涉嫌闲置（满3年未动工）"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("years")
    for name, text in (("own.toml", PACK), ("project.toml", PROJECT), ("ledger.csv", LEDGER)):
        (home / name).write_text(text, encoding="utf-8")
    write_results(run_project(load_project(home)), home / "results")
    return home / "results"


def test_the_record_says_what_a_code_reads(folder: Path) -> None:
    labels = json.loads((folder / "run.json").read_text(encoding="utf-8"))["labels"]
    assert labels["idle_status"]["suspected_2y"]["zh"] == LABEL
    assert labels["duration_class"]["2y"] == {"zh": "满3年", "en": "3 years or more"}


def test_the_map_reads_it(folder: Path) -> None:
    view = read_view(folder)
    theme = next(each for each in themes_and_versions(view).themes if each.name == "idle")
    named = {each.code: each.label.zh for each in theme.classes}
    assert named["suspected_2y"] == LABEL
    assert named["suspected_1y"] == "涉嫌闲置（满一年未动工）"


def test_so_does_the_workbook(folder: Path) -> None:
    book = CalamineWorkbook.from_path(folder / "workbook.xlsx")
    cells = {
        str(cell)
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
    }
    assert {LABEL, "满3年"} <= cells
    assert "涉嫌闲置（满两年未动工）" not in cells
