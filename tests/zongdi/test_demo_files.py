"""The files of the demo project: the same bytes each time, and the habits of real files."""

from __future__ import annotations

import csv
import re
import time
import tomllib
import zipfile

import pyogrio
import pytest
import rasterio

from zongdi.demo import write_demo


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo")
    assert write_demo(path) == path / "project.toml"
    return path


def test_the_same_seed_gives_the_same_bytes(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    if hasattr(time, "tzset"):
        time.tzset()
    write_demo(tmp_path / "again")
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    again = {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert first.keys() == again.keys()
    assert [name for name in first if first[name] != again[name]] == []


def test_writing_twice_into_one_folder_replaces(folder, tmp_path):
    write_demo(tmp_path)
    write_demo(tmp_path)
    assert (tmp_path / "base.gpkg").read_bytes() == (folder / "base.gpkg").read_bytes()


def test_another_seed_gives_another_zone(folder, tmp_path):
    write_demo(tmp_path, seed=5)
    assert (tmp_path / "parcels.shp").read_bytes() != (folder / "parcels.shp").read_bytes()


def test_no_machine_path_or_clock_in_the_project_file(folder):
    text = (folder / "project.toml").read_text(encoding="utf-8")
    assert "/" + "tmp" not in text
    project = tomllib.loads(text)
    assert project["policy"] == "jinan-2021"
    assert project["label"] == "虚构演示数据"
    assert project["as_of"].isoformat() == "2026-06-30"
    for source in project["layers"].values():
        assert (folder / source["path"]).exists()


def test_the_shapefile_is_gbk_without_a_code_page(folder):
    assert not (folder / "parcels.cpg").exists()
    content = (folder / "parcels.dbf").read_bytes()
    assert content[29] == 0
    assert content[1:4] == bytes((126, 6, 30))
    assert "宗地代码".encode("gbk") in content[:600]
    assert "工业用地".encode("gbk") in content
    names = re.findall(rb"[^\x00]{4,11}\x00", content[32:600])
    assert names


def test_field_names_fit_ten_bytes(folder):
    fields = pyogrio.read_info(folder / "parcels.shp", encoding="gbk")["fields"]
    assert "宗地代码" in fields
    assert max(len(name.encode("gbk")) for name in fields) <= 10


def test_the_geopackage_holds_every_other_layer(folder):
    layers = {str(name) for name, _ in pyogrio.list_layers(folder / "base.gpkg")}
    assert layers == {
        "buildings", "green", "zones", "plan_zones", "facilities", "assessments",
    }  # fmt: skip


def test_the_ledger_has_a_title_mixed_dates_and_a_total(folder):
    with zipfile.ZipFile(folder / "ledger.xlsx") as book:
        strings = book.read("xl/sharedStrings.xml").decode("utf-8")
        assert {info.date_time[0] for info in book.infolist()} == {1980}  # no clock
    assert "土地出让合同台账（虚构数据）" in strings
    for form in (r">2\d{3}\.\d+\.\d+<", r">2\d{3}年\d+月\d+日<", r">2\d{3}/\d+/\d+<", ">合计<", ">无<", ">/<"):  # fmt: skip
        assert re.search(form, strings), form


@pytest.mark.parametrize(
    ("name", "encoding"), [("causes.csv", "gb18030"), ("cases.csv", "gb18030"), ("uses.csv", "utf-8-sig")]
)  # fmt: skip
def test_tables_are_in_their_encodings(folder, name, encoding):
    with (folder / name).open(encoding=encoding, newline="") as stream:
        rows = list(csv.reader(stream))
    assert "宗地代码" in rows[0]
    assert len(rows) >= 3
    assert {len(row) for row in rows} == {len(rows[0])}


def test_the_raster_agrees_with_the_green_layer(folder):
    with rasterio.open(folder / "ndvi.tif") as raster:
        index = raster.read(1)
        assert raster.dtypes == ("float32",)
        assert raster.res == (2.0, 2.0)
        assert raster.crs.to_epsg() == 4548
        green = pyogrio.read_dataframe(folder / "base.gpkg", layer="green")
        belts = green[green["绿地类型"] == "防护绿地"].geometry.representative_point()
        at_belts = [value[0] for value in raster.sample([(p.x, p.y) for p in belts])]
        made = pyogrio.read_dataframe(folder / "base.gpkg", layer="buildings")
        roofs = made[made["类别"] == "建筑物"].geometry.representative_point().iloc[:100]
        at_roofs = [value[0] for value in raster.sample([(p.x, p.y) for p in roofs])]
    assert min(at_belts) > 0.4
    assert sorted(at_roofs)[90] < 0.3
    assert -0.2 <= index.min() < index.max() <= 0.93


def test_nothing_else_is_written(folder):
    assert sorted(path.name for path in folder.iterdir()) == [
        "approved_uses.csv", "base.gpkg", "bids.csv", "canopy.tif", "cases.csv", "causes.csv", "ledger.xlsx", "ndvi.tif", "parcels.dbf",
        "parcels.prj", "parcels.shp", "parcels.shx", "project.toml", "projects.csv", "ratings.csv",
        "standards.csv", "targets.csv", "uses.csv",
    ]  # fmt: skip
