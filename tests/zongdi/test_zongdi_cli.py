"""The command line: exit status, one clear paragraph, nothing lost and nothing beside the inputs."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest

from zongdi.results import RESULT_FILES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_run_writes_every_file(zongdi: Callable, small_project: Path) -> None:
    done = zongdi("run", small_project)
    assert done.status == 0, done.err
    out = small_project.parent / "results"
    assert sorted(p.name for p in out.iterdir()) == sorted(RESULT_FILES)
    assert done.out.rstrip().endswith(str(out / "map.html"))
    assert "辅助分析，不作为认定依据" in done.out


def test_figures_of_the_small_project(small_results: Path) -> None:
    parcels = gpd.read_parquet(small_results / "parcels.parquet").set_index("parcel_id")
    # A: 3 storeys x 50 m x 40 m = 6,000 m2 on 10,000 m2
    assert parcels.loc["A", "floor_area_m2"] == pytest.approx(6000)
    assert parcels.loc["A", "far_plain"] == pytest.approx(0.6)
    assert parcels.loc["A", "floor_area_headroom_m2"] == pytest.approx(14_000)
    assert parcels.loc["A", "bound_by"] == "far"
    assert parcels.loc["B", "far_plain"] == 0
    # A: due 2022-06-30, the year ends 2023-06-30, idle from the day after, two years on
    assert parcels.loc["A", "idle_status"] == "suspected_2y"
    assert str(parcels.loc["A", "idle_from"]) == "2023-07-01"
    assert parcels.loc["A", "idle_days"] == 365 * 3 + 1  # 2024 is a leap year
    assert parcels.loc["B", "idle_status"] == "not_due"
    assert parcels.loc["C", "green_share"] == pytest.approx(0.5)
    # cause not known: no fee is due, and none is calculated
    assert pd.isna(parcels.loc["A", "fee_order53_wan"])


def test_every_parcel_once_and_with_an_action(small_results: Path) -> None:
    parcels = gpd.read_parquet(small_results / "parcels.parquet")
    assert sorted(parcels["parcel_id"]) == ["A", "B", "C"]
    actions = pd.read_csv(small_results / "recommendations.csv", encoding="utf-8-sig")
    assert set(actions["parcel_id"]) == {"A", "B", "C"}
    assert not actions["action"].str.startswith("propose").any()


def test_same_inputs_same_bytes(zongdi: Callable, small_project: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    for out in (first, second):
        assert zongdi("run", small_project, "--out", out).status == 0
    different = [n for n in RESULT_FILES if (first / n).read_bytes() != (second / n).read_bytes()]
    assert different == []


def test_run_reads_from_a_read_only_folder(
    zongdi: Callable, small_project: Path, tmp_path: Path
) -> None:
    folder = small_project.parent
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    for path in folder.iterdir():
        path.chmod(stat.S_IREAD)
    folder.chmod(stat.S_IREAD | stat.S_IEXEC)
    try:
        done = zongdi("run", small_project, "--out", tmp_path / "out")
    finally:
        folder.chmod(stat.S_IRWXU)
    assert done.status == 0, done.err
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


FAULTS = {
    "missing file": ("buildings.geojson", "no-such.geojson", 1, "no-such.geojson"),
    "unknown policy": ("jinan-2021", "atlantis-2021", 1, "atlantis-2021"),
    "unknown key": ("label  =", "labell =", 1, "labell"),
    "unknown layer": ("[layers.green]", "[layers.greens]", 1, "greens"),
    "bad date": ("2026-06-30", '"someday"', 1, "as_of"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_project_is_one_clear_paragraph(
    zongdi: Callable, small_project: Path, tmp_path: Path, fault: str
) -> None:
    out = tmp_path / "out"
    assert zongdi("run", small_project, "--out", out).status == 0
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    old, new, status, named = FAULTS[fault]
    edit(small_project, old, new)
    failed = zongdi("run", small_project, "--out", out)
    assert failed.status == status
    assert named in failed.err
    assert "Traceback" not in failed.err
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before


def test_missing_column_names_the_column(zongdi: Callable, small_project: Path) -> None:
    ledger = small_project.parent / "ledger.csv"
    text = ledger.read_text(encoding="gb18030")
    ledger.write_text(
        text.replace("宗地代码", "某某").replace("合同编号", "某"), encoding="gb18030"
    )
    failed = zongdi("run", small_project)
    assert failed.status == 1
    assert "ledger" in failed.err
    assert "parcel_id" in failed.err


def test_empty_layer_is_an_error(zongdi: Callable, small_project: Path) -> None:
    empty = {"type": "FeatureCollection", "features": []}
    path = small_project.parent / "parcels.geojson"
    path.write_text(json.dumps(empty), encoding="utf-8")
    failed = zongdi("run", small_project)
    assert failed.status == 1
    assert "parcels" in failed.err
    assert "parcels.geojson" in failed.err


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:4326", "nonsense"])
def test_unsuitable_computing_crs_is_an_error(
    zongdi: Callable, small_project: Path, crs: str
) -> None:
    edit(small_project, 'label  = "测试"', f'crs = "{crs}"')
    failed = zongdi("run", small_project)
    assert failed.status == 1
    assert crs in failed.err


def test_missing_crs_is_an_error(zongdi: Callable, small_project: Path) -> None:
    folder = small_project.parent
    gpd.read_file(folder / "parcels.geojson").to_file(folder / "parcels.shp", encoding="utf-8")
    (folder / "parcels.prj").unlink()
    edit(small_project, "parcels.geojson", "parcels.shp")
    failed = zongdi("run", small_project)
    assert failed.status == 1
    assert "parcels" in failed.err


def test_unknown_analysis_and_command_are_usage(zongdi: Callable, small_project: Path) -> None:
    assert zongdi("run", small_project, "--only", "weather").status == 2
    assert zongdi("fly").status == 2
    assert zongdi("run", small_project, "--as-of", "yesterday").status == 2


def test_output_beside_an_input_is_refused(zongdi: Callable, small_project: Path) -> None:
    refused = zongdi("run", small_project, "--out", small_project.parent)
    assert refused.status == 2
    assert not (small_project.parent / "map.html").exists()


def test_check_lists_problems(zongdi: Callable, small_project: Path) -> None:
    done = zongdi("check", small_project)
    assert done.status == 0, done.err
    listed = pd.read_csv(small_project.parent / "results" / "problems.csv", encoding="utf-8-sig")
    assert list(listed.columns[:9]) == [
        "severity",
        "layer",
        "file",
        "row",
        "id",
        "column",
        "what",
        "found",
        "proposal",
    ]


def test_strict_turns_warnings_into_errors(zongdi: Callable, small_project: Path) -> None:
    edit(small_project.parent / "parcels.geojson", '"far_max": 2.0', '"far_max": "two"')
    assert zongdi("check", small_project).status == 0
    assert zongdi("check", small_project, "--strict").status == 1
    assert zongdi("run", small_project, "--strict").status == 1


def test_only_leaves_the_rest_unknown(
    zongdi: Callable, small_project: Path, tmp_path: Path
) -> None:
    assert zongdi("run", small_project, "--only", "far", "--out", tmp_path / "o").status == 0
    parcels = gpd.read_parquet(tmp_path / "o" / "parcels.parquet")
    assert parcels["idle_status"].isna().all()
    assert parcels["far_plain"].notna().all()
    contracts = pd.read_parquet(tmp_path / "o" / "contracts.parquet")
    assert len(contracts) == len(
        pd.read_csv(small_project.parent / "ledger.csv", encoding="gb18030")
    )
    assert contracts["idle_status"].isna().all()


def test_one_language_at_a_time(zongdi: Callable, small_project: Path, tmp_path: Path) -> None:
    english = zongdi("--lang", "en", "run", small_project, "--out", tmp_path / "o").out
    assert "Results" in english
    assert "成果" not in english


@pytest.mark.parametrize(
    "command", [["policies", "list"], ["policies", "show", "jinan-2021"], ["--help"]]
)
def test_a_console_without_chinese(command: list[str]) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "zongdi", *command],
        capture_output=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_ledger_alone_is_a_project(zongdi: Callable, small_project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "alone"
    folder.mkdir()
    (folder / "ledger.csv").write_bytes((small_project.parent / "ledger.csv").read_bytes())
    (folder / "project.toml").write_text(
        'name = "台账"\nas_of = 2026-06-30\npolicy = "national"\n[layers.ledger]\npath = "ledger.csv"\n',
        encoding="utf-8",
    )
    done = zongdi("run", folder)
    assert done.status == 0, done.err
    out = folder / "results"
    assert sorted(p.name for p in out.iterdir()) == sorted(RESULT_FILES)
    parcels = pd.read_parquet(out / "parcels.parquet")
    assert parcels["far_plain"].isna().all()
    assert parcels.set_index("parcel_id").loc["A", "idle_status"] == "suspected_2y"


def test_only_that_names_nothing_is_wrong_usage(zongdi: Callable, small_project: Path) -> None:
    assert zongdi("run", small_project, "--only", ",").status == 2


def test_a_pack_is_found_from_where_the_command_is_given(
    zongdi: Callable, small_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert zongdi("policies", "new", "own").status == 0
    assert zongdi("run", small_project, "--policy", "own.toml").status == 0


def test_an_unknown_pack_is_told_in_both_languages(zongdi: Callable, small_project: Path) -> None:
    done = zongdi("run", small_project, "--policy", "nowhere")
    assert done.status == 1
    assert "没有名为 nowhere 的规则包" in done.err
    assert "there is no rule pack" in done.err


def test_results_are_written_beside_no_raster(zongdi: Callable, small_project: Path) -> None:
    (small_project.parent / "images").mkdir()
    (small_project.parent / "images" / "ndvi.tif").touch()
    with small_project.open("a", encoding="utf-8") as stream:
        stream.write('\n[rasters.ndvi]\npath = "images/ndvi.tif"\nmin = 0.3\n')
    out = small_project.parent / "images"
    assert zongdi("run", small_project, "--out", out).status == 2
    assert [path.name for path in out.iterdir()] == ["ndvi.tif"]


def test_what_a_killed_run_left_is_cleared(zongdi: Callable, small_project: Path) -> None:
    left = small_project.parent / "results" / ".new-killed"
    left.mkdir(parents=True)
    assert zongdi("run", small_project).status == 0
    assert not left.exists()


def test_refused_rows_are_named(zongdi: Callable, small_project: Path) -> None:
    edit(small_project.parent / "parcels.geojson", '"far_max": 2.0', '"far_max": "two"')
    done = zongdi("--lang", "en", "run", small_project, "--strict")
    assert done.status == 1
    assert "[A]" in done.err


@pytest.mark.skipif(os.name == "nt", reason="closing a stream is a matter of the shell")
def test_a_closed_output_stops_nothing(small_project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "zongdi", "check", str(small_project)],
        stdout=None,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: os.close(1),
        check=False,
    )
    assert done.returncode == 0, done.stderr
