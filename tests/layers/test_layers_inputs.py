"""A whole project read: one CRS, every problem of every layer, hashes, and no exception ever."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio import Affine
from shapely import box

from layers.contracts import CONTRACTS
from layers.inputs import Inputs, read_inputs
from layers.problems import ProblemLog
from layers.project import load_project

X, Y = 500_000.0, 4_060_000.0


def parcels(crs: str = "EPSG:4548") -> gpd.GeoDataFrame:
    shapes = [box(X + 100 * i, Y, X + 100 * i + 100, Y + 100) for i in range(3)]
    frame = gpd.GeoDataFrame(
        {"宗地代码": ["A-1", "A-2", "A-3"], "登记面积": [10_000.0, 10_000.0, 15_000.0]},
        geometry=shapes,
        crs="EPSG:4548",
    )
    return frame.to_crs(crs)


def buildings() -> gpd.GeoDataFrame:
    shapes = [box(X + 10, Y + 10, X + 30, Y + 30), box(X + 500, Y, X + 510, Y + 10)]
    return gpd.GeoDataFrame(
        {"幢号": ["1", "2"], "地上层数": [2, 3]}, geometry=shapes, crs="EPSG:4548"
    )


def run(
    folder: Path, text: str, *, lost: str | None = None
) -> tuple[Inputs, pd.DataFrame, list[tuple[Any, int, int]]]:
    (folder / "project.toml").write_text(f"as_of = 2026-06-30\n{text}", encoding="utf-8")
    log = ProblemLog()
    steps: list[tuple[Any, int, int]] = []
    project = load_project(folder)
    if lost is not None:
        (folder / lost).unlink()
    inputs = read_inputs(project, log, progress=lambda *step: steps.append(step))
    return inputs, log.frame(), steps


def test_a_small_project(tmp_path: Path) -> None:
    parcels("EPSG:4326").to_file(tmp_path / "p.gpkg")
    buildings().to_file(tmp_path / "b.gpkg")
    ledger = "合同编号,宗地编号,约定开工时间\nC1,A-1,2020年6月30日\nC2,X-9,2021.1.1\n"
    (tmp_path / "l.csv").write_bytes(ledger.encode("gb18030"))
    inputs, problems, steps = run(
        tmp_path,
        '[layers]\nledger = "l.csv"\nbuildings = "b.gpkg"\nparcels = "p.gpkg"\n',
    )
    assert list(inputs.frames) == ["parcels", "buildings", "ledger"]
    assert inputs.crs is not None
    assert inputs.crs.to_epsg() == 4548
    for name, frame in inputs.frames.items():
        assert list(frame.columns)[: len(CONTRACTS[name].names)] == list(CONTRACTS[name].names)
        assert isinstance(frame.index, pd.RangeIndex)
        assert frame["source_row"].notna().all()
    areas = inputs.frames["parcels"].geometry.area
    np.testing.assert_allclose(areas, 10_000, rtol=1e-6)
    assert inputs.frames["ledger"]["start_due_on"].notna().all()
    codes = set(problems["code"])
    assert {"building-on-no-parcel", "reference-unknown", "area-differs"} <= codes
    assert (problems["severity"] != "error").all()
    assert [source.layer for source in inputs.sources] == ["ledger", "buildings", "parcels"]
    first = inputs.sources[0]
    assert first.sha256 == hashlib.sha256((tmp_path / "l.csv").read_bytes()).hexdigest()
    assert (first.path, first.rows, first.encoding) == ("l.csv", 2, "gb18030")
    by_text: dict[str, list[tuple[int, int]]] = {}
    for text, done, total in steps:
        by_text.setdefault(text.en, []).append((done, total))
    # Every step starts at nothing, only advances and comes to its end; a layer advances within.
    for told in by_text.values():
        parts = [done for done, _ in told]
        assert parts[0] == 0
        assert parts == sorted(parts)
        assert parts[-1] == told[-1][1]
    assert len({done for done, _ in by_text["reading parcels"]}) > 20
    assert len({done for done, _ in by_text["checking"]}) > 10


def test_every_layer_with_an_error_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    parcels().to_file(tmp_path / "p.gpkg")
    (tmp_path / "b.gpkg").write_bytes(b"rubbish")
    (tmp_path / "l.csv").write_text("约定开工时间\n2020-01-01\n", "utf-8")
    (tmp_path / "u.csv").write_text("宗地编号,用途\n", "utf-8")
    (tmp_path / "z.xlsx").write_bytes(b"")
    (tmp_path / "n.tif").write_bytes(b"no raster")
    (tmp_path / "lost.gpkg").write_bytes(b"")
    inputs, problems, _ = run(
        tmp_path,
        """
        [layers]
        parcels = "p.gpkg"
        buildings = "b.gpkg"
        ledger = "l.csv"
        uses = "u.csv"
        green = "lost.gpkg"
        zones = "z.xlsx"
        [rasters.ndvi]
        path = "n.tif"
        min = 0.3
        """,
        lost="lost.gpkg",
    )
    assert list(inputs.frames) == ["parcels"]
    assert dict(inputs.rasters) == {}
    errors = problems[problems["severity"] == "error"]
    assert sorted(errors["layer"]) == [
        *("buildings", "green", "ledger", "rasters.ndvi", "uses", "zones")
    ]
    assert not problems["what"].str.contains(str(tmp_path), regex=False).any()
    assert {source.layer for source in inputs.sources} >= {"parcels", "ledger", "buildings"}


def test_a_ledger_alone_needs_no_crs(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("合同编号\nC1\n", "utf-8")
    inputs, problems, _ = run(tmp_path, '[layers]\nledger = "l.csv"\n')
    assert inputs.crs is None
    assert list(inputs.frames) == ["ledger"]
    assert (problems["severity"] != "error").all()


def test_the_crs_of_the_project_prevails_and_a_bad_one_is_an_error(tmp_path: Path) -> None:
    parcels("EPSG:4326").to_file(tmp_path / "p.gpkg")
    layer = '[layers]\nparcels = "p.gpkg"\n'
    inputs, _, _ = run(tmp_path, 'crs = "EPSG:32650"\n' + layer)
    assert inputs.crs is not None
    assert inputs.crs.to_epsg() == 32650
    inputs, problems, _ = run(tmp_path, 'crs = "EPSG:28992"\n' + layer)
    assert "crs-unusable" in set(problems["code"])
    assert inputs.crs is not None
    assert inputs.crs.to_epsg() == 4548


def test_a_layer_of_which_nothing_is_left(tmp_path: Path) -> None:
    flat = parcels()
    flat["geometry"] = [box(X, Y, X + 5, Y)] * 3
    parcels().to_file(tmp_path / "p.gpkg")
    flat.to_file(tmp_path / "z.gpkg")
    inputs, problems, _ = run(tmp_path, '[layers]\nparcels = "p.gpkg"\ngreen = "z.gpkg"\n')
    assert "green" not in inputs.frames
    assert problems.loc[problems["code"] == "layer-empty", "layer"].tolist() == ["green"]


def test_parcels_of_which_no_geometry_is_left_are_a_list(tmp_path: Path) -> None:
    flat = parcels()
    flat["geometry"] = [box(X, Y, X + 5, Y)] * 3
    flat.to_file(tmp_path / "p.gpkg")
    inputs, problems, _ = run(tmp_path, '[layers]\nparcels = "p.gpkg"\n')
    frame = inputs.frames["parcels"]
    assert not isinstance(frame, gpd.GeoDataFrame)
    assert "geometry" not in frame
    assert sorted(frame["source_row"]) == [1, 2, 3]
    told = problems[problems["severity"] == "warning"].groupby("code").size()
    assert told["parcel-without-geometry"] == 3
    assert told["layer-without-usable-geometry"] == 1


@pytest.mark.parametrize(("text", "left"), [("A-2", 1), ("nobody", 0)])
def test_rows_taken_by_where(tmp_path: Path, text: str, left: int) -> None:
    parcels().to_file(tmp_path / "p.gpkg")
    where = f'[layers.parcels]\npath = "p.gpkg"\nwhere = {{ "宗地代码" = ["{text}"] }}\n'
    inputs, problems, _ = run(tmp_path, where)
    assert len(inputs.frames.get("parcels", ())) == left
    assert ("layer-empty" in set(problems["code"])) == (left == 0)
    assert "crs-unusable" not in set(problems["code"])


@pytest.mark.parametrize("placed", [True, False])
def test_rasters(tmp_path: Path, placed: bool) -> None:
    parcels().to_file(tmp_path / "p.gpkg")
    options: dict[str, Any] = {"driver": "GTiff", "width": 2, "height": 2, "count": 1}
    options |= {"dtype": "float32"}
    if placed:
        options |= {"crs": "EPSG:4548", "transform": Affine(50, 0, X, 0, -50, Y + 100)}
        made = rasterio.open(tmp_path / "n.tif", "w", **options)
    else:
        with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
            made = rasterio.open(tmp_path / "n.tif", "w", **options)
    with made:
        made.write(np.ones((1, 2, 2), dtype="float32"))
    text = '[layers]\nparcels = "p.gpkg"\n[rasters.ndvi]\npath = "n.tif"\nmin = 0.3\n'
    inputs, problems, _ = run(tmp_path, text)
    if placed:
        raster = inputs.rasters["ndvi"][0]
        assert (raster.name, raster.band, raster.min, raster.crs.to_epsg()) == (
            "ndvi",
            1,
            0.3,
            4548,
        )
        assert inputs.sources[-1].layer == "rasters.ndvi"
        _, problems, _ = run(tmp_path, text + "band = 2\n")
        assert "raster-band-missing" in set(problems["code"])
    else:
        assert "ndvi" not in inputs.rasters
        assert "raster-crs-missing" in set(problems["code"])


def test_the_same_project_reads_the_same_twice(tmp_path: Path) -> None:
    parcels("EPSG:4326").to_file(tmp_path / "p.gpkg")
    buildings().to_file(tmp_path / "b.gpkg")
    text = '[layers]\nbuildings = "b.gpkg"\nparcels = "p.gpkg"\n'
    first, problems, _ = run(tmp_path, text)
    second, again, _ = run(tmp_path, text)
    pd.testing.assert_frame_equal(problems, again)
    for name, frame in first.frames.items():
        pd.testing.assert_frame_equal(frame, second.frames[name])


@pytest.fixture(scope="module")
def real_data() -> Path:
    folder = os.environ.get("ZONGDI_REAL_DATA")
    if not folder:
        pytest.skip("ZONGDI_REAL_DATA does not name the folder of real data")
    return Path(folder)


@pytest.mark.real
def test_the_spanish_block(real_data: Path, tmp_path: Path) -> None:
    base = (real_data / "es_elhierro").as_posix()
    inputs, problems, _ = run(
        tmp_path,
        f"""
        [layers.parcels]
        path = "{base}/parcel.gpkg"
        columns = {{ parcel_id = "localId", area_registered_m2 = "areaValue" }}
        [layers.buildings]
        path = "{base}/cons.gpkg"
        columns = {{ building_id = "localId", floors_n = "numberOfFloorsAboveGround" }}
        """,
    )
    assert len(inputs.frames["parcels"]) == 186
    assert inputs.frames["parcels"]["parcel_id"].is_unique
    made = inputs.frames["buildings"]
    # 588 parts, each of them twice in the file; 134 without storeys: a pool, and one that
    # holds no part, are no outlines.
    assert made["floors_n"].notna().sum() == 294
    assert problems["code"].eq("building-outline").sum() == 130
    assert problems["code"].eq("building-outline-in-part").sum() == 2
    assert made["floors_n"].isna().sum() == 2


@pytest.mark.real
def test_the_supply_results(real_data: Path, tmp_path: Path) -> None:
    base = (real_data / "cn_supply").as_posix()
    frames = []
    for suffix in ("csv", "xlsx"):
        path = f"{base}/supply_2017_industrial.{suffix}"
        inputs, problems, _ = run(tmp_path, f'[layers]\nledger = "{path}"\n')
        frames.append(inputs.frames["ledger"])
        assert problems["code"].eq("limits-reversed").sum() > 100
    pd.testing.assert_frame_equal(*frames)
    ledger = frames[0]
    assert len(ledger) == 442
    assert ledger.loc[0, "parcel_id"] == "CN2017-00020"
    assert ledger.loc[0, "contract_area_m2"] == pytest.approx(1649.0)
    assert ledger.loc[0, "land_price_wan"] == pytest.approx(0.6926)
    assert ledger.loc[0, "start_due_on"] == pd.Timestamp("2017-01-10")
    assert ledger.loc[0, "contract_use"] == "storage"


@pytest.mark.real
def test_awkward_sets_have_unique_ids_and_fractions(real_data: Path, tmp_path: Path) -> None:
    base = real_data.as_posix()
    inputs, _, _ = run(
        tmp_path,
        f"""
        [layers.parcels]
        path = "{base}/us_cambridge/alewife_clip.gpkg"
        layer = "parcels"
        columns = {{ parcel_id = "LOC_ID" }}
        [layers.plan_zones]
        path = "{base}/us_cambridge/alewife_clip.gpkg"
        layer = "zoning"
        """,
    )
    assert len(inputs.frames["parcels"]) == 460
    assert inputs.frames["parcels"]["parcel_id"].is_unique
    inputs, problems, _ = run(
        tmp_path,
        f"""
        [layers.parcels]
        path = "{base}/tw_l0311/L0311.json"
        columns = {{ parcel_id = "OBJECTID", far_max = "容積率", area_registered_m2 = "參考面" }}
        units = {{ far_max = "%" }}
        """,
    )
    assert inputs.frames["parcels"]["far_max"].max() <= 10
    assert problems["code"].isin(["geometry-repaired", "geometry-changed-by-repair"]).sum() == 1
