"""The map drawn again from a result folder: the same bytes, other editions, clear refusals."""

from __future__ import annotations

import json
import shutil
from datetime import date
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest

from layers.project import load_project
from maps import MapView, ResultsFolderError, read_view
from maps.tables import infer_type
from zongdi.pipeline import run_project
from zongdi.rerender import edition_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zongdi.results import Results

#: Frames of a run, and in brackets the contract files they come back from.
FRAMES = (
    "parcels",
    "contracts",
    "findings",
    "recommendations",
    "zones",
    "transfers",
    "plan",
    "problems",
)


@pytest.fixture
def folder(small_results: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small_results, tmp_path / "copy")


@pytest.fixture(scope="module")
def run(small_results: Path) -> Results:
    return run_project(load_project(small_results.parent / "project"))


def test_the_internal_edition_is_the_map_of_the_run(zongdi: Callable, folder: Path) -> None:
    before = (folder / "map.html").read_bytes()
    (folder / "map.html").unlink()
    done = zongdi("map", folder)
    assert done.status == 0, done.err
    assert (folder / "map.html").read_bytes() == before
    assert "辅助分析，不作为认定依据" in done.out
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("name", FRAMES)
def test_every_frame_comes_back_as_it_was(run: Results, small_results: Path, name: str) -> None:
    was = getattr(run, name)
    again = getattr(read_view(small_results), name)
    shared = [column for column in was.columns if column in again.columns]
    assert set(was.columns) - set(shared) == set()
    pd.testing.assert_frame_equal(
        pd.DataFrame(again[shared]).drop(columns="geometry", errors="ignore"),
        pd.DataFrame(was[shared]).drop(columns="geometry", errors="ignore").reset_index(drop=True),
        check_exact=False,
        rtol=1e-5,
        atol=1e-4,
        check_index_type=False,
        check_dtype=False,
    )
    for column in set(shared) - {"geometry"}:
        if was[column].notna().any():
            assert infer_type(again[column]) == infer_type(was[column]), column


def test_titles_and_layers_come_back(run: Results, small_results: Path) -> None:
    view = read_view(small_results)
    assert (view.name, view.label, view.as_of) == ("纸上可算的小项目", "测试", date(2026, 6, 30))
    assert view.policy_title == run.policy.packs[0].title
    assert view.policy_status == run.policy.status_at(view.as_of)
    assert view.notices == tuple(run.policy.notices(view.as_of))
    assert view.rule_titles == {rule.id: rule.title for rule in run.policy.rules()}
    assert view.crs is not None
    assert view.crs.to_epsg() == 4548
    assert view.data_hash == run.record["data_hash"]
    assert sorted(view.context) == sorted(run.context)
    for name, frame in run.context.items():
        assert view.context[name].geometry.normalize().geom_equals_exact(
            gpd.GeoSeries(frame.geometry.to_numpy(), crs=frame.crs).normalize(), 1e-6
        ).all() or set(view.context[name].geom_type) != set(frame.geom_type)


def test_a_text_that_looks_like_a_formula_comes_back(folder: Path) -> None:
    path = folder / "recommendations.csv"
    text = path.read_text(encoding="utf-8-sig")
    rows = text.splitlines(keepends=True)
    rows[1] = rows[1].replace("A,", "'=A,", 1)
    path.write_text("".join(rows), encoding="utf-8-sig", newline="")
    assert read_view(folder).recommendations["parcel_id"].iloc[0] == "=A"


def test_editions_have_files_of_their_own(zongdi: Callable, folder: Path) -> None:
    before = (folder / "map.html").read_bytes()
    done = zongdi("map", folder, "--audience", "public", "--lang", "en")
    assert done.status == 0, done.err
    assert "Not reviewed: not to be made public" in done.err or "未经审核，不得公开" in done.err
    assert (
        (folder / edition_name("public", "en"))
        .read_text("utf-8")
        .startswith('<!DOCTYPE html>\n<html lang="en">')
    )
    assert (folder / "map.html").read_bytes() == before


@pytest.mark.parametrize(
    ("option", "value"), [("--audience", "everyone"), ("--lang", "fr"), ("--paper", "a0")]
)
def test_what_is_no_choice_is_a_usage_error(
    zongdi: Callable, folder: Path, option: str, value: str
) -> None:
    assert zongdi("map", folder, option, value).status == 2


def _no_json(folder: Path) -> None:
    (folder / "run.json").write_text("{", encoding="utf-8")


def _no_parquet(folder: Path) -> None:
    (folder / "parcels.parquet").write_bytes(b"PAR1 and no more")


def _no_geopackage(folder: Path) -> None:
    (folder / "context.gpkg").write_bytes(b"not a database")


def _no_column(folder: Path) -> None:
    (folder / "zones.csv").write_text("zone_id\r\n*\r\n", encoding="utf-8-sig")


def _no_title(folder: Path) -> None:
    record = json.loads((folder / "run.json").read_text("utf-8"))
    del record["policy"]
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")


def _other_run(folder: Path) -> None:
    record = json.loads((folder / "run.json").read_text("utf-8"))
    record["data_hash"] = "0" * 16
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")


def _twice(folder: Path) -> None:
    parcels = gpd.read_parquet(folder / "parcels.parquet")
    pd.concat([parcels, parcels]).to_parquet(folder / "parcels.parquet")


def _absent(folder: Path) -> None:
    (folder / "findings.parquet").unlink()


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (_no_json, "run.json"),
        (_no_parquet, "parcels.parquet"),
        (_no_geopackage, "context.gpkg"),
        (_no_column, "zones.csv"),
        (_no_title, "run.json"),
        (_other_run, "context.gpkg"),
        (_twice, "parcel_id"),
        (_absent, "findings.parquet"),
    ],
)
def test_damaged_results_are_named_and_the_map_stays(
    zongdi: Callable, folder: Path, spoil: Callable[[Path], None], named: str
) -> None:
    before = (folder / "map.html").read_bytes()
    spoil(folder)
    done = zongdi("map", folder)
    assert done.status == 1
    assert named in done.err
    assert "zongdi run" in done.err
    assert "Traceback" not in done.err
    assert (folder / "map.html").read_bytes() == before


def test_a_folder_without_results(zongdi: Callable, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        done = zongdi("map", path)
        assert done.status == 1
        assert str(path) in done.err
    with pytest.raises(ResultsFolderError, match="holds no results"):
        read_view(tmp_path)


def test_a_ledger_alone_comes_back_without_a_map(
    zongdi: Callable, small_project: Path, tmp_path: Path
) -> None:
    text = small_project.read_text("utf-8")
    head, _, tail = text.partition("[layers.parcels]")
    small_project.write_text(
        head + "[layers.ledger]" + tail.partition("[layers.ledger]")[2], "utf-8"
    )
    out = tmp_path / "out"
    assert zongdi("run", small_project, "--out", out).status == 0
    view = read_view(out)
    assert isinstance(view, MapView)
    assert not view.has_map
    before = (out / "map.html").read_bytes()
    assert zongdi("map", out).status == 0
    assert (out / "map.html").read_bytes() == before


def test_no_browser_is_said_clearly(
    zongdi: Callable, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZONGDI_CHROMIUM", raising=False)
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr("zongdi.pdf._PLACES", {})
    before = (folder / "map.html").read_bytes()
    done = zongdi("map", folder, "--pdf")
    assert done.status == 1
    assert "Chromium" in done.err
    assert "ZONGDI_CHROMIUM" in done.err
    assert (folder / "map.html").read_bytes() == before


def test_a_browser_that_prints_nothing_is_said_clearly(
    zongdi: Callable, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZONGDI_CHROMIUM", str(folder / "no-such-browser"))
    done = zongdi("map", folder, "--pdf")
    assert done.status == 1
    assert "no-such-browser" in done.err
    assert not list(folder.glob("*.pdf"))


@pytest.mark.browser
def test_a_pdf_is_printed(zongdi: Callable, folder: Path, browser: object) -> None:
    assert browser  # there is a Chromium
    done = zongdi("map", folder, "--pdf", "--paper", "a4")
    assert done.status == 0, done.err
    raw = (folder / "map.pdf").read_bytes()
    assert raw.startswith(b"%PDF")
    assert raw.count(b"/MediaBox") >= 2
    assert "map.pdf" in done.out
