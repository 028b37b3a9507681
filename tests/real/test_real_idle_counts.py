"""The count table of docs/idle.md is what a real ledger gives."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from layers.project import load_project
from zongdi.pipeline import run_project

PAGE = Path(__file__).parents[2] / "docs" / "idle.md"
PROJECT = Path(__file__).parent / "projects" / "cn_supply.toml"


@pytest.fixture(scope="module")
def real_data() -> Path:
    folder = os.environ.get("ZONGDI_REAL_DATA")
    if not folder:
        pytest.skip("ZONGDI_REAL_DATA does not name the folder of real data")
    return Path(folder)


def _table() -> tuple[list[str], dict[str, list[int]]]:
    text = PAGE.read_text(encoding="utf-8")
    part = text.partition("<!-- counts:")[2].partition("<!-- end of counts -->")[0]
    rows = [
        [cell.strip(" `") for cell in line.strip("|").split("|")]
        for line in part.splitlines()
        if line.startswith("|")
    ]
    return rows[0][1:], {row[0]: [int(cell) for cell in row[1:]] for row in rows[2:]}


@pytest.mark.real
def test_the_counts_of_the_documentation(real_data: Path, tmp_path: Path) -> None:
    text = PROJECT.read_text(encoding="utf-8").replace("DATA", real_data.as_posix())
    path = tmp_path / "project.toml"
    path.write_text(text, encoding="utf-8")
    days, stated = _table()
    for place, day in enumerate(days):
        project = load_project(path, as_of=date.fromisoformat(day))
        counts = run_project(project, only=["idle"]).contracts["idle_status"].value_counts()
        assert {name: row[place] for name, row in stated.items() if row[place]} == counts.to_dict()
        assert sum(counts) == 442
