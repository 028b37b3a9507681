"""Files that lie about their size or would leave their folder: a sentence each, and nothing opened."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import rasterio
import xlsxwriter
from rasterio import Affine
from shapely import box

from layers import guard
from layers.inputs import read_inputs
from layers.problems import ProblemLog
from layers.project import load_project

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

X, Y = 500_000.0, 4_060_000.0


def refusal(folder: Path, layer: str, name: str) -> pd.Series:
    """Return the one error that reading a file gives."""
    (folder / "project.toml").write_text(f'as_of = 2026-06-30\nlayers.{layer} = "{name}"', "utf-8")
    log = ProblemLog()
    inputs = read_inputs(load_project(folder), log)
    assert layer not in inputs.frames
    errors = log.frame().query("severity == 'error'")
    assert len(errors) == 1
    return errors.iloc[0]


def shapefile(folder: Path) -> None:
    frame = gpd.GeoDataFrame({"ZDDM": ["a"]}, geometry=[box(X, Y, X + 100, Y + 100)], crs=4548)
    frame.to_file(folder / "p.shp")


@pytest.mark.parametrize(
    "name", ["../evil.shp", "/abs/evil.shp", "a/../../evil.shp", "C:\\evil.shp"]
)
def test_an_archive_that_leads_out_of_its_folder(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr(name, b"rubbish")
    said = refusal(tmp_path, "parcels", "p.zip")
    assert "leads out of its folder" in said["what_en"]
    assert not list(tmp_path.parent.rglob("evil*"))


def test_an_archive_whose_header_claims_ten_gigabytes(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("p.geojson", b"{}")
    raw = bytearray((tmp_path / "p.zip").read_bytes())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    (tmp_path / "p.zip").write_bytes(raw)
    with zipfile.ZipFile(tmp_path / "p.zip", "a") as archive:
        for n in range(2):
            archive.writestr(f"{n}.geojson", b"{}")
    raw = bytearray((tmp_path / "p.zip").read_bytes())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    at = raw.rindex(b"PK\x01\x02", 0, at)
    raw[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    (tmp_path / "p.zip").write_bytes(raw)
    said = refusal(tmp_path, "parcels", "p.zip")
    assert "12.0 GiB" in said["what_en"]


def test_a_dbase_header_that_claims_more_than_the_file(tmp_path: Path) -> None:
    shapefile(tmp_path)
    raw = bytearray((tmp_path / "p.dbf").read_bytes())
    raw[4:8] = struct.pack("<I", 2_000_000_000)
    (tmp_path / "p.dbf").write_bytes(raw)
    said = refusal(tmp_path, "parcels", "p.shp")
    assert "claims 2000000000 records and has room for 1" in said["what_en"]


def test_an_index_that_claims_half_a_billion_shapes(tmp_path: Path) -> None:
    shapefile(tmp_path)
    raw = bytearray((tmp_path / "p.shx").read_bytes())
    raw[24:28] = struct.pack(">i", 2**31 - 1)
    (tmp_path / "p.shx").write_bytes(raw)
    refusal(tmp_path, "parcels", "p.shp")


def test_a_stray_cell_in_the_last_corner_of_a_sheet(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "l.xlsx"))
    page = book.add_worksheet()
    page.write_row(0, 0, ["合同编号", "宗地编号"])
    page.write(1_048_575, 16_383, "x")
    book.close()
    said = refusal(tmp_path, "ledger", "l.xlsx")
    assert "1048576 rows x 16384 columns" in said["what_en"]


def test_a_workbook_that_unpacks_into_gigabytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "l.xlsx"))
    book.add_worksheet().write_row(0, 0, ["合同编号", "宗地编号"])
    book.close()
    monkeypatch.setattr(guard, "_MAX_WORKBOOK_BYTES", 1000)
    assert "was not opened" in refusal(tmp_path, "ledger", "l.xlsx")["what_en"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "geojson", "gpkg"])
def test_a_cell_of_a_megabyte(tmp_path: Path, suffix: str) -> None:
    name, long = f"f.{suffix}", "x" * 1_000_000
    if suffix == "csv":
        (tmp_path / name).write_text(f"合同编号,备注\nHT-1,{long}\n", "utf-8")
    elif suffix == "xlsx":
        book = xlsxwriter.Workbook(str(tmp_path / name))
        page = book.add_worksheet()
        page.write_row(0, 0, ["合同编号", "备注"])
        page.write_string(1, 0, "HT-1")
        page.write_string(1, 1, "@@")
        book.close()
        with zipfile.ZipFile(tmp_path / name) as archive:
            parts = {entry: archive.read(entry) for entry in archive.namelist()}
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for entry, body in parts.items():
                archive.writestr(entry, body.replace(b"@@", long.encode()))
    else:
        frame = gpd.GeoDataFrame(
            {"宗地代码": ["a"], "备注": [long]}, geometry=[box(117, 36, 117.001, 36.001)], crs=4326
        )
        frame.to_file(tmp_path / name)
    said = refusal(tmp_path, "ledger" if suffix in {"csv", "xlsx"} else "parcels", name)
    assert "one cell" in said["what_en"]


def test_a_raster_that_is_a_header_alone(tmp_path: Path) -> None:
    options = {"driver": "GTiff", "width": 200_000, "height": 100_000, "count": 1}
    with rasterio.open(
        tmp_path / "n.tif",
        "w",
        dtype="float32",
        crs=4548,
        transform=Affine(1, 0, X, 0, -1, Y),
        SPARSE_OK=True,
        BIGTIFF="YES",
        tiled=True,
        **options,
    ):
        pass
    shapefile(tmp_path)
    (tmp_path / "project.toml").write_text(
        'as_of = 2026-06-30\n[layers]\nparcels = "p.shp"\n[rasters.ndvi]\npath = "n.tif"\nmin = 0.3\n',
        "utf-8",
    )
    log = ProblemLog()
    assert "ndvi" not in read_inputs(load_project(tmp_path), log).rasters
    said = log.frame().query("severity == 'error'")["what_en"].tolist()
    assert len(said) == 1
    assert "the raster claims 75 GiB of pixels" in said[0]
