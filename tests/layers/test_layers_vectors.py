"""Vector files: every format, sick files too, and nothing written beside an input."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from layers.contracts import CONTRACTS
from layers.problems import ProblemLog
from layers.raw import RawLayer, Reporter
from layers.staging import sidecars
from layers.vectors import read_vector

CRS = "EPSG:4548"
X, Y = 500_000.0, 4_060_000.0
LABELS = ["一类工业用地", "物流仓储用地"]


def squares() -> gpd.GeoDataFrame:
    """Two squares of a hectare with Chinese labels."""
    shapes = [box(X, Y, X + 100, Y + 100), box(X + 100, Y, X + 200, Y + 100)]
    return gpd.GeoDataFrame(
        {"宗地号": ["A-1", "A-2"], "用途": LABELS, "面积": [10_000.0, 10_000.0]},
        geometry=shapes,
        crs=CRS,
    )


def read(
    path: Path, name: str = "parcels", **options: str | None
) -> tuple[RawLayer | None, pd.DataFrame]:
    log = ProblemLog()
    before = sorted(p.name for p in path.parent.iterdir())
    raw = read_vector(path, CONTRACTS[name], Reporter(log, name, path.name), **options)
    assert sorted(p.name for p in path.parent.iterdir()) == before, "something was written"
    return raw, log.frame()


def write(frame: gpd.GeoDataFrame, path: Path, **options: object) -> Path:
    path.parent.mkdir(exist_ok=True)
    pyogrio.write_dataframe(frame, path, **options)
    return path


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson", ".fgb", ".gml", ".json"])
def test_every_format_gives_the_same(tmp_path: Path, suffix: str) -> None:
    frame = squares() if suffix not in {".geojson", ".json"} else squares().to_crs(4326)
    driver = {".json": "GeoJSON"}.get(suffix)
    options = {".shp": {"encoding": "UTF-8"}, ".fgb": {"SPATIAL_INDEX": "NO"}}.get(suffix, {})
    path = write(frame, tmp_path / f"parcels{suffix}", driver=driver, **options)
    (tmp_path / "parcels.gfs").unlink(missing_ok=True)
    raw, problems = read(path)
    assert raw is not None, problems
    assert raw.frame["用途"].tolist() == LABELS
    assert raw.frame["source_row"].tolist() == [1, 2]
    assert raw.crs is not None
    assert (problems["severity"] != "error").all()


def test_geoparquet_and_a_second_geometry_column(tmp_path: Path) -> None:
    frame = squares()
    frame["label_point"] = gpd.GeoSeries(frame.centroid, crs=CRS)
    path = tmp_path / "p.parquet"
    frame.rename_geometry("shape").to_parquet(path)
    raw, _ = read(path)
    assert raw is not None
    assert isinstance(raw.frame, gpd.GeoDataFrame)
    assert raw.frame.geometry.area.tolist() == pytest.approx([10_000, 10_000])
    assert "label_point" not in raw.frame


def test_plain_parquet_is_a_table_but_no_layer(tmp_path: Path) -> None:
    path = tmp_path / "uses.parquet"
    pd.DataFrame({"parcel_id": ["A-1"], "use": ["office"]}).to_parquet(path)
    raw, _ = read(path, "uses")
    assert raw is not None
    assert raw.frame["use"].tolist() == ["office"]
    raw, problems = read(path)
    assert raw is None
    assert problems["code"].tolist() == ["layer-without-geometry"]


@pytest.mark.parametrize("cpg", [None, "UTF-8", "ISO-8859-1", "GBK", "nonsense"])
def test_a_gbk_shapefile_whatever_its_cpg_says(tmp_path: Path, cpg: str | None) -> None:
    path = write(squares(), tmp_path / "p.shp", encoding="GBK")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    raw, problems = read(path)
    assert raw is not None
    assert raw.encoding == "gb18030"
    assert list(raw.frame.columns[:3]) == ["宗地号", "用途", "面积"]
    assert raw.frame["用途"].tolist() == LABELS
    refuted = problems["code"].eq("encoding-refuted").any()
    assert refuted == (cpg in {"UTF-8", "ISO-8859-1", "nonsense"})


def test_an_encoding_of_the_project_prevails(tmp_path: Path) -> None:
    path = write(squares(), tmp_path / "p.shp", encoding="GBK")
    raw, problems = read(path, encoding="utf-8")
    assert raw is not None
    assert "�" in raw.frame.iloc[0, 1]
    assert problems["code"].eq("text-undecoded").sum() == 2


def test_a_missing_shx_is_made_elsewhere(tmp_path: Path) -> None:
    path = write(squares(), tmp_path / "p.shp", encoding="GBK")
    path.with_suffix(".shx").unlink()
    path.with_suffix(".cpg").unlink(missing_ok=True)
    raw, _ = read(path)
    assert raw is not None
    assert raw.frame["用途"].tolist() == LABELS


def test_sidecars_are_the_parts_of_one_input(tmp_path: Path) -> None:
    path = write(squares(), tmp_path / "p.shp")
    (tmp_path / "p.sbn").write_bytes(b"")
    (tmp_path / "other.dbf").write_bytes(b"")
    found = {part.suffix for part in sidecars(path)}
    assert found == {".shp", ".shx", ".dbf", ".prj", ".cpg"}


def test_gml_leaves_no_gfs_and_reads_only_folders(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    path = write(squares(), folder / "p.gml", driver="GML")
    for other in folder.iterdir():
        if other.suffix == ".gfs":
            other.unlink()
    folder.chmod(0o555)
    try:
        raw, _ = read(path)
    finally:
        folder.chmod(0o755)
    assert raw is not None
    assert len(raw.frame) == 2


def test_a_geopackage_in_write_ahead_mode(tmp_path: Path) -> None:
    path = write(squares(), tmp_path / "p.gpkg")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    raw, _ = read(path)
    assert raw is not None
    assert len(raw.frame) == 2


def test_layers_are_chosen_by_name_shape_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "zone.gpkg"
    write(squares(), path, layer="plots_2024")
    write(squares(), path, layer="plots_2025", append=False)
    raw, problems = read(path)
    assert raw is None
    assert problems["code"].tolist() == ["layer-ambiguous"]
    assert "plots_2024, plots_2025" in problems["what_en"].iloc[0]
    assert read(path, layer="PLOTS_2025")[0] is not None
    raw, problems = read(path, layer="plots_2026")
    assert raw is None
    assert problems["code"].tolist() == ["layer-not-found"]
    write(squares(), path, layer="parcels")
    raw, _ = read(path)
    assert raw is not None
    assert raw.layer == "parcels"


def test_the_only_layer_of_the_right_shape(tmp_path: Path) -> None:
    path = tmp_path / "zone.gpkg"
    points = gpd.GeoDataFrame(geometry=[Point(X, Y)], crs=CRS)
    write(squares(), path, layer="a")
    write(points, path, layer="b")
    raw, _ = read(path)
    assert raw is not None
    assert raw.layer == "a"


def test_archives(tmp_path: Path) -> None:
    inner = write(squares(), tmp_path / "made" / "宗地.shp", encoding="GBK")
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sidecars(inner):
            if part.suffix != ".cpg":
                archive.write(part, f"数据/{part.name}")
    raw, _ = read(path)
    assert raw is not None
    assert raw.frame["用途"].tolist() == LABELS
    empty = tmp_path / "empty.zip"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("../../evil.geojson", "{}")
    raw, problems = read(empty)
    assert raw is None
    assert problems["code"].tolist() == ["file-unreadable"]
    assert not (tmp_path.parent / "evil.geojson").exists()


def test_geometries_unfit_for_the_layer_are_emptied_and_named(tmp_path: Path) -> None:
    ring = LineString([(X, Y), (X + 10, Y), (X + 10, Y + 10), (X, Y)])
    shapes = [
        Polygon([(X, Y, 5), (X + 10, Y, 5), (X + 10, Y + 10, 5)]),
        None,
        Polygon(),
        Point(X, Y),
        ring,
        MultiPolygon([box(X, Y, X + 1, Y + 1), box(X + 5, Y, X + 6, Y + 1)]),
    ]
    frame = gpd.GeoDataFrame({"宗地号": list("abcdef")}, geometry=shapes, crs=CRS)
    path = write(frame, tmp_path / "p.gpkg", geometry_type="Unknown")
    raw, problems = read(path)
    assert raw is not None
    assert raw.frame["宗地号"].tolist() == list("abcdef")
    assert raw.frame.geometry.notna().tolist() == [True, False, False, False, True, True]
    assert not shapely.has_z(raw.frame.geometry.to_numpy()).any()
    assert raw.lost is not None
    assert raw.lost.rows.tolist() == [2, 3, 4]
    assert raw.lost.reasons.tolist() == ["missing", "missing", "wrong_type"]
    assert raw.lost.found.tolist() == [None, None, "Point"]
    assert {"geometry-z-dropped", "geometry-closed-lines"} <= set(problems["code"])


def test_polygons_of_collections_are_kept(tmp_path: Path) -> None:
    inside = shapely.GeometryCollection([box(X, Y, X + 2, Y + 2), Point(X, Y)])
    nested = shapely.GeometryCollection([inside, box(X + 5, Y, X + 6, Y + 1)])
    frame = gpd.GeoDataFrame(geometry=[nested], crs=CRS)
    raw, problems = read(write(frame, tmp_path / "p.gpkg", geometry_type="Unknown"))
    assert raw is not None
    assert raw.frame.geometry.area.tolist() == pytest.approx([5.0])
    assert "geometry-collection" in set(problems["code"])


def test_no_crs_is_an_error_unless_the_project_states_one(tmp_path: Path) -> None:
    frame = squares().set_crs(None, allow_override=True)
    with pytest.warns(UserWarning, match="crs"):
        path = write(frame, tmp_path / "p.gpkg")
    raw, problems = read(path)
    assert raw is None
    assert problems["code"].tolist() == ["crs-missing"]
    raw, _ = read(path, crs=CRS)
    assert raw is not None
    assert raw.crs.to_epsg() == 4548


def test_a_drawing(tmp_path: Path) -> None:
    rings = gpd.GeoDataFrame(geometry=squares().boundary)
    path = write(rings, tmp_path / "p.dxf", driver="DXF")
    assert read(path)[0] is None
    (tmp_path / "p.prj").write_text(squares().crs.to_wkt("WKT1_ESRI"), encoding="utf-8")
    raw, _ = read(path)
    assert raw is not None
    assert raw.frame.geometry.area.tolist() == pytest.approx([10_000, 10_000])


def test_degrees_that_are_metres_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "p.geojson"
    polygon = shapely.geometry.mapping(squares().geometry[0])
    feature = {"type": "Feature", "properties": {}, "geometry": polygon}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    raw, problems = read(path)
    assert raw is None
    assert problems["code"].tolist() == ["crs-contradicted"]


def test_geojson_in_gbk_and_with_an_open_ring(tmp_path: Path) -> None:
    ring = [[117.0, 36.6], [117.1, 36.6], [117.1, 36.7], [117.0, 36.7]]
    feature = {
        "type": "Feature",
        "properties": {"名称": "综合保税区宗地"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)
    path = tmp_path / "p.geojson"
    path.write_bytes(text.encode("gb18030"))
    raw, problems = read(path)
    assert raw is not None
    assert raw.frame["名称"].tolist() == ["综合保税区宗地"]
    assert raw.frame.geometry.is_valid.all()
    assert "geometry-unclosed" in set(problems["code"])


def test_whole_numbers_beside_nulls_keep_their_digits(tmp_path: Path) -> None:
    code = 370_102_001_001_000_017
    frame = squares().assign(code=pd.array([code, None], dtype="Int64"))
    raw, _ = read(write(frame, tmp_path / "p.gpkg"))
    assert raw is not None
    assert str(raw.frame["code"].iloc[0]) == str(code)


@pytest.mark.parametrize("content", [b"", b"\x00" * 300, b"PK\x03\x04 broken", b"{", b"SQLite f"])
@pytest.mark.parametrize(
    "suffix", [".shp", ".gpkg", ".parquet", ".geojson", ".fgb", ".gml", ".kml", ".dxf", ".zip"]
)
def test_rubbish_gives_one_clear_error(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"rubbish{suffix}"
    path.write_bytes(content)
    raw, problems = read(path)
    assert raw is None
    errors = problems[problems["severity"] == "error"]
    assert len(errors) == 1
    assert str(tmp_path) not in " ".join(problems["what"])


def test_an_unknown_format(tmp_path: Path) -> None:
    path = tmp_path / "plan.dwg"
    path.write_bytes(b"AC1032")
    raw, problems = read(path)
    assert raw is None
    assert problems["code"].tolist() == ["format-unknown"]


def test_truncated_shapefile(tmp_path: Path) -> None:
    path = write(squares(), tmp_path / "p.shp")
    path.write_bytes(path.read_bytes()[:180])
    raw, problems = read(path)
    assert raw is None
    assert problems["code"].tolist() == ["file-unreadable"]
    assert "should have 372 bytes and has 180" in problems.loc[0, "what_en"]


def test_a_wrong_length_in_a_header_is_no_truncation(tmp_path: Path) -> None:
    path = write(squares(), tmp_path / "p.shp")
    data = bytearray(path.read_bytes())
    data[24:28] = (len(data)).to_bytes(4, "big")  # twice what is there
    path.write_bytes(bytes(data))
    raw, _ = read(path)
    assert raw is not None
    assert raw.frame.geometry.area.tolist() == pytest.approx([10_000, 10_000])


@pytest.fixture(scope="module")
def real_data() -> Path:
    folder = os.environ.get("ZONGDI_REAL_DATA")
    if not folder:
        pytest.skip("ZONGDI_REAL_DATA does not name the folder of real data")
    return Path(folder)


@pytest.mark.real
def test_every_awkward_file_gives_rows_or_problems(real_data: Path) -> None:
    suffixes = {".shp", ".gpkg", ".geojson", ".json", ".parquet", ".zip", ".gml", ".kml"}
    files = [p for p in sorted((real_data / "robustness").rglob("*")) if p.suffix in suffixes]
    assert len(files) > 80
    for path in files:
        for contract in ("parcels", "facilities", "ledger"):
            log = ProblemLog()
            raw = read_vector(path, CONTRACTS[contract], Reporter(log, contract, path.name))
            counts = log.counts()
            assert (raw is None) == (counts["error"] > 0), path.name
            if raw is not None and contract != "ledger":
                assert isinstance(raw.frame, gpd.GeoDataFrame)
                present = np.asarray(raw.frame.geometry.notna())
                assert not raw.frame.geometry[present].is_empty.any(), path.name
                assert raw.lost is not None
                lost = raw.frame.loc[~present, "source_row"].tolist()
                assert lost == raw.lost.rows.tolist(), path.name


@pytest.mark.real
@pytest.mark.parametrize("cpg", [None, "UTF-8"])
def test_the_gbk_shapefile(real_data: Path, tmp_path: Path, cpg: str | None) -> None:
    for part in (real_data / "gbk_shapefile").iterdir():
        shutil.copyfile(part, tmp_path / part.name)
    if cpg:
        (tmp_path / "plan_zones.cpg").write_text(cpg, encoding="ascii")
    raw, problems = read(tmp_path / "plan_zones.shp")
    assert raw is not None
    assert raw.frame.columns[:4].tolist() == ["计划区", "使用分区", "容积率", "面积"]
    assert len(raw.frame) == 120
    assert raw.frame["使用分区"].str.contains("用地|区").mean() > 0.9
    code = "encoding-detected" if cpg is None else "encoding-refuted"
    assert code in set(problems["code"])


@pytest.mark.parametrize("stored", [20, 30, 45])
def test_a_stale_feature_count_loses_and_repeats_no_feature(tmp_path: Path, stored: int) -> None:
    path = tmp_path / "stale.gpkg"
    boxes = [box(X + n, Y, X + n + 1, Y + 1) for n in range(45)]
    frame = gpd.GeoDataFrame({"n": range(45)}, geometry=boxes, crs=CRS)
    frame.to_file(path, layer="parcels")
    with closing(sqlite3.connect(path)) as database, database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("DELETE FROM parcels WHERE fid % 3 = 2")
        database.execute("UPDATE gpkg_ogr_contents SET feature_count = ?", (stored,))
    raw = read_vector(path, CONTRACTS["parcels"], Reporter(ProblemLog(), "parcels", path.name))
    assert raw is not None
    assert sorted(raw.frame["n"]) == [n for n in range(45) if (n + 1) % 3 != 2]


def test_a_shapefile_without_attributes_is_told(tmp_path: Path) -> None:
    path = write(squares(), tmp_path / "p.shp")
    path.with_suffix(".dbf").unlink()
    raw, problems = read(path)
    assert raw is not None
    assert problems.set_index("code").loc["attributes-missing", "severity"] == "warning"
