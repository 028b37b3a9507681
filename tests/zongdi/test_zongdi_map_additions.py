"""Another run, earlier dates and a basemap on the map of a result folder, and the project options for them."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from layers.project import ProjectError, load_project
from maps import read_view
from zongdi.outputs import write_results
from zongdi.pipeline import run_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOKEN = "0123456789abcdefSECRET"  # noqa: S105 -- of nobody


@pytest.fixture
def folder(small_results: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small_results, tmp_path / "copy")


@pytest.fixture(scope="module")
def project(small_results: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the small project a slider of dates and a basemap."""
    copy = tmp_path_factory.mktemp("additions") / "project"
    shutil.copytree(small_results.parent / "project", copy)
    file = copy / "project.toml"
    text = file.read_text(encoding="utf-8")
    head, _, rest = text.partition("[map]")
    options = (
        "[map]\nseries = [2026-12-31, 2020-01-01, 2027-12-31]\ntitle_en = 'A small project'\n"
        f"basemap = 'tianditu-img'\nbasemap_token = '{TOKEN}'\n"
    )
    file.write_text(head + options + rest.lstrip("\n"), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def results(project: Path) -> Path:
    out = project.parent.parent / "results"
    write_results(run_project(load_project(project)), out)
    return out


def test_the_project_asks_for_dates_and_a_basemap(results: Path) -> None:
    view = read_view(results)
    # A date that lies behind is left out, and the record says so.
    assert [day.isoformat() for day in view.series] == ["2026-12-31", "2027-12-31"]
    record = json.loads((results / "run.json").read_text(encoding="utf-8"))
    assert "up to the review date are left out" in record["analyses"]["idle"]
    series = pd.read_csv(results / "idle_series.csv", encoding="utf-8-sig")
    assert len(series) == 2 * len(view.parcels)
    assert view.name_en == "A small project"
    assert view.basemap is not None
    assert view.basemap.title.zh == "天地图影像"
    page = (results / "map.html").read_text(encoding="utf-8")
    assert "img-src data: https://t0.tianditu.gov.cn;" in page


def test_the_token_stands_in_the_basemap_alone(results: Path) -> None:
    for path in results.iterdir():
        if path.suffix in {".json", ".csv"} and path.name != "basemap.json":
            assert TOKEN not in path.read_text(encoding="utf-8-sig"), path.name
    assert TOKEN in (results / "basemap.json").read_text(encoding="utf-8")


def test_without_options_there_is_no_basemap_and_no_date(folder: Path) -> None:
    assert read_view(folder).basemap is None
    assert not read_view(folder).series
    assert json.loads((folder / "basemap.json").read_text(encoding="utf-8")) == {}
    # Results of an earlier version have neither file.
    (folder / "basemap.json").unlink()
    (folder / "idle_series.csv").unlink()
    assert read_view(folder).basemap is None


def test_two_runs_have_a_map_of_their_own(zongdi: Callable, folder: Path, results: Path) -> None:
    before = (folder / "map.html").read_bytes()
    done = zongdi("map", folder, "--other", results, "--other-name", "方案二")
    assert done.status == 0, done.err
    assert (folder / "map-beside.html").is_file()
    assert (folder / "map.html").read_bytes() == before
    done = zongdi("map", folder, "--earlier", folder)
    assert done.status == 1
    assert "give each date once" in done.err
    done = zongdi("map", folder, "--other", folder / "none")
    assert done.status == 1
    assert "none" in done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--basemap", "tianditu"), "token"),
        (("--basemap", "tianditu-xyz", "--basemap-token", TOKEN), "has no layer"),
        (("--basemap", "https://t.example.cn/{z}/{x}/{y}.png"), "basemap_attribution"),
        (
            ("--basemap", "http://t.example.cn/{z}/{x}/{y}.png", "--basemap-attribution", "x"),
            "https",
        ),
        (("--basemap", "no/such.tif"), "no raster and no folder"),
        (("--audience", "partner", "--basemap", "tianditu"), "内部版"),
        (("--audience", "public", "--other", "."), "内部版"),
    ],
)
def test_what_cannot_be_added_is_said(
    zongdi: Callable, folder: Path, options: tuple[str, ...], said: str
) -> None:
    before = (folder / "map.html").read_bytes()
    done = zongdi("map", folder, *options)
    assert done.status in {1, 2}
    assert said in done.err or ("internal edition" in done.err and said == "内部版")
    assert (folder / "map.html").read_bytes() == before


@pytest.mark.parametrize(
    "line", ["series = [1]", "series = ['soon']", "basemap_datum = 'bd09'", "basemap = 3"]
)
def test_a_faulty_option_is_named(small_results: Path, tmp_path: Path, line: str) -> None:
    shutil.copytree(small_results.parent / "project", tmp_path / "p")
    file = tmp_path / "p" / "project.toml"
    text = file.read_text(encoding="utf-8")
    head, mark, rest = text.partition("[map]")
    file.write_text(
        f"{head}[map]\n{line}\n{rest.lstrip()}" if mark else f"{text}\n[map]\n{line}\n",
        encoding="utf-8",
    )
    with pytest.raises(ProjectError, match=line.split(maxsplit=1)[0]):
        load_project(file)
