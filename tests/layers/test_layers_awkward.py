"""Awkward files of every kind: each gets rows that are right, or a sentence that says what is wrong."""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import rasterio
import shapely
from shapely import Polygon, box

from layers.inputs import Inputs, read_inputs
from layers.problems import ProblemLog
from layers.project import load_project

if TYPE_CHECKING:
    from pathlib import Path

X, Y = 500_000.0, 4_060_000.0
CRS = "EPSG:4548"
HEAD = "合同编号,宗地代码,成交价款(万元)\n"


def squares(n: int = 4) -> gpd.GeoDataFrame:
    shapes = [box(X + 100 * at, Y, X + 100 * at + 100, Y + 100) for at in range(n)]
    return gpd.GeoDataFrame({"宗地代码": [f"A-{at}" for at in range(n)]}, geometry=shapes, crs=CRS)


def check(folder: Path, layers: str) -> tuple[Inputs, pd.DataFrame]:
    (folder / "project.toml").write_text(f"as_of = 2026-06-30\n{layers}", "utf-8")
    log = ProblemLog()
    inputs = read_inputs(load_project(folder), log)
    return inputs, log.frame()


def parcels(folder: Path, file: str, more: str = "") -> tuple[Any, pd.DataFrame]:
    inputs, problems = check(folder, f'[layers.parcels]\npath = "{file}"\n{more}')
    return inputs.frames.get("parcels"), problems


def ledger(folder: Path, content: bytes, name: str = "l.csv") -> tuple[Any, pd.DataFrame]:
    (folder / name).write_bytes(content)
    inputs, problems = check(folder, f'[layers.ledger]\npath = "{name}"\n')
    return inputs.frames.get("ledger"), problems


def said(problems: pd.DataFrame, code: str) -> str:
    return str(problems.loc[problems["code"] == code, "what_en"].iloc[0])


# ------------------------------------------------------------------------------------ shapefiles


@pytest.mark.parametrize(
    ("part", "cut", "words"),
    [
        (".shp", 250, "should have 644 bytes and has 250"),
        (".shp", 60, "fewer than its header"),
        (".shp", 0, "is an empty file"),
        (".shx", 116, "should have 132 bytes and has 116"),
        (".shx", 0, "should have 100 bytes and has 0"),
        (".dbf", 150, "claims 4 records and has room for"),
    ],
)
def test_a_shapefile_cut_short(tmp_path: Path, part: str, cut: int, words: str) -> None:
    pyogrio.write_dataframe(squares(), tmp_path / "p.shp", encoding="GBK")
    path = tmp_path / f"p{part}"
    path.write_bytes(path.read_bytes()[:cut])
    frame, problems = parcels(tmp_path, "p.shp")
    assert frame is None
    assert words in said(problems, "file-unreadable")


@pytest.mark.parametrize("records", [2, 6])
def test_a_table_with_other_records_than_shapes(tmp_path: Path, records: int) -> None:
    pyogrio.write_dataframe(squares(), tmp_path / "p.shp", encoding="GBK")
    pyogrio.write_dataframe(squares(records), tmp_path / "q.shp", encoding="GBK")
    (tmp_path / "q.dbf").replace(tmp_path / "p.dbf")
    frame, problems = parcels(tmp_path, "p.shp")
    assert frame is None
    assert f"has 4 shapes and p.dbf {records} records" in said(problems, "file-unreadable")


def test_an_empty_table_is_said_to_be_missing(tmp_path: Path) -> None:
    pyogrio.write_dataframe(squares(), tmp_path / "p.shp", encoding="GBK")
    (tmp_path / "p.dbf").write_bytes(b"")
    frame, problems = parcels(tmp_path, "p.shp")
    assert len(frame) == 4
    assert "p.dbf is missing" in said(problems, "attributes-missing")


@pytest.mark.parametrize(
    ("prj", "right"),
    [
        (squares().crs.to_wkt("WKT2_2019"), True),
        ("EPSG:4548", True),
        ("CGCS2000 three degrees", False),
        ("", False),
        ("\x00\x01\x02\x03", False),
    ],
)
def test_what_a_prj_may_hold(tmp_path: Path, prj: str, right: bool) -> None:
    pyogrio.write_dataframe(squares(), tmp_path / "p.shp", encoding="GBK")
    (tmp_path / "p.prj").write_text(prj, "utf-8")
    frame, problems = parcels(tmp_path, "p.shp")
    assert (frame is not None) == right
    assert ({"prj-unreadable", "crs-missing"} <= set(problems["code"])) != right


def test_a_layer_of_points_is_no_layer_of_parcels(tmp_path: Path) -> None:
    squares().set_geometry(squares().centroid).to_file(tmp_path / "p.gpkg")
    frame, problems = parcels(tmp_path, "p.gpkg")
    assert frame is None
    assert "nothing but Point" in said(problems, "layer-of-wrong-geometry")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.geojson")
    frame, problems = parcels(tmp_path, "p.geojson")
    assert frame is None
    assert "no ordinary file" in said(problems, "file-unreadable")


# ---------------------------------------------------------------------- GeoPackage, FlatGeobuf, Parquet


def test_texts_in_a_column_of_numbers_are_read_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    frame = squares().assign(登记面积=[1.0, 2.0, 3.0, 4.0])
    pyogrio.write_dataframe(frame, path, layer="p")
    with closing(sqlite3.connect(path)) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE p SET 登记面积 = '约一万' WHERE fid = 1")
        database.execute("UPDATE p SET 登记面积 = '15亩' WHERE fid = 2")
        database.commit()
    found, problems = parcels(tmp_path, "p.gpkg")
    areas = found["area_registered_m2"]
    assert areas.isna().tolist() == [True, False, False, False]
    assert areas[1:].tolist() == pytest.approx([10_000, 3, 4])
    unread = problems[problems["code"] == "value-unreadable"]
    assert unread[["id", "found"]].to_numpy().tolist() == [["A-0", "约一万"]]


@pytest.mark.parametrize("cut", [12, 60])
def test_a_header_alone(tmp_path: Path, cut: int) -> None:
    squares().to_file(tmp_path / "q.fgb", SPATIAL_INDEX="NO")
    (tmp_path / "p.fgb").write_bytes((tmp_path / "q.fgb").read_bytes()[:cut])
    frame, problems = parcels(tmp_path, "p.fgb")
    assert frame is None
    assert {"layer-none", "file-unreadable"} & set(problems["code"])


def test_parquet_with_a_geometry_that_it_does_not_declare(tmp_path: Path) -> None:
    plain = pd.DataFrame({"宗地代码": ["a"], "geom": [shapely.to_wkb(box(X, Y, X + 10, Y + 10))]})
    plain.to_parquet(tmp_path / "p.parquet")
    frame, problems = parcels(tmp_path, "p.parquet")
    assert frame is None
    assert "crs-missing" in set(problems["code"])
    frame, _ = parcels(tmp_path, "p.parquet", f'crs = "{CRS}"')
    assert frame.geometry.area.tolist() == pytest.approx([100.0])


@pytest.mark.parametrize("metadata", [b"[]", b"{broken", b'{"columns": 3}', b"null"])
def test_parquet_with_broken_metadata(tmp_path: Path, metadata: bytes) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    wkb = [shapely.to_wkb(box(X, Y, X + 1, Y + 1))]
    table = pa.table({"parcel_id": ["a"], "geometry": wkb})
    pq.write_table(table.replace_schema_metadata({b"geo": metadata}), tmp_path / "p.parquet")
    frame, problems = parcels(tmp_path, "p.parquet")
    assert frame is None
    assert problems["code"].tolist() == ["file-unreadable"]


# ----------------------------------------------------------------------------------------- GeoJSON

RING = [[117.0, 36.7], [117.001, 36.7], [117.001, 36.701], [117.0, 36.7]]
FEATURE = {
    "type": "Feature",
    "properties": {"parcel_id": "a"},
    "geometry": {"type": "Polygon", "coordinates": [RING]},
}


@pytest.mark.parametrize(
    ("member", "known"),
    [
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}, True),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, True),
        (None, True),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::99999"}}, False),
        ({"type": "name", "properties": {"name": "本地坐标系"}}, False),
        (4490, False),
    ],
)
def test_a_crs_member_that_is_not_known_is_not_taken_for_wgs_84(
    tmp_path: Path, member: object, known: bool
) -> None:
    data = {"type": "FeatureCollection", "crs": member, "features": [FEATURE]}
    (tmp_path / "p.geojson").write_text(json.dumps(data), "utf-8")
    frame, problems = parcels(tmp_path, "p.geojson")
    assert (frame is not None) == known
    assert ({"crs-member-unknown", "crs-missing"} <= set(problems["code"])) != known


def test_repeated_keys_and_null_features_are_told(tmp_path: Path) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": [FEATURE, None]})
    text = text.replace('"parcel_id": "a"', '"parcel_id": "x", "parcel_id": "a"')
    (tmp_path / "p.geojson").write_text(text, "utf-8")
    frame, problems = parcels(tmp_path, "p.geojson")
    assert frame["parcel_id"].tolist() == ["a"]
    assert "parcel_id x1" in said(problems, "json-keys-repeated")
    assert "json-features-null" in set(problems["code"])


def test_coordinates_beyond_any_projection(tmp_path: Path) -> None:
    frame = squares()
    frame.set_geometry(frame.geometry.scale(1e12, 1e12)).to_file(tmp_path / "p.gpkg")
    found, problems = parcels(tmp_path, "p.gpkg")
    assert found is None
    assert "crs-contradicted" in set(problems["code"])


# ---------------------------------------------------------------------------------------- drawings


def dxf(folder: Path, *entities: str) -> None:
    body = "".join(entities)
    text = f"0\nSECTION\n2\nENTITIES\n{body}0\nENDSEC\n0\nEOF\n"
    (folder / "p.dxf").write_text(text, "utf-8")


def polyline(points: list[tuple[float, float]], closed: int = 0) -> str:
    corners = "".join(f"10\n{x}\n20\n{y}\n" for x, y in points)
    return f"0\nLWPOLYLINE\n8\n0\n90\n{len(points)}\n70\n{closed}\n{corners}"


def line(a: tuple[float, float], b: tuple[float, float]) -> str:
    return f"0\nLINE\n8\n0\n10\n{a[0]}\n20\n{a[1]}\n11\n{b[0]}\n21\n{b[1]}\n"


def words(x: float, y: float, text: str) -> str:
    return f"0\nTEXT\n8\n0\n10\n{x}\n20\n{y}\n40\n5\n1\n{text}\n"


SQUARE = [(X, Y), (X + 100, Y), (X + 100, Y + 100), (X, Y + 100)]


@pytest.mark.parametrize(
    ("entities", "areas", "codes"),
    [
        ([polyline(SQUARE, 1)], [10_000], set()),
        ([polyline([*SQUARE, (X, Y + 0.001)])], [10_000], {"drawing-ends-joined"}),
        (
            [polyline([*SQUARE, (X, Y + 5)]), polyline([(x + 500, y) for x, y in SQUARE], 1)],
            [10_000],
            {"drawing-line-open"},
        ),
        (
            [line(a, b) for a, b in zip(SQUARE, [*SQUARE[1:], SQUARE[0]], strict=True)],
            [10_000],
            {"drawing-lines-enclose"},
        ),
        # A square divided by a line from side to side: two parcels that share it.
        (
            [
                *(line(a, b) for a, b in zip(SQUARE, [*SQUARE[1:], SQUARE[0]], strict=True)),
                line((X + 25, Y), (X + 25, Y + 100)),
            ],
            [2_500, 7_500],
            {"drawing-lines-enclose"},
        ),
        # Corners that miss each other by 3 mm.
        (
            [
                line((X, Y), (X + 100, Y)),
                line((X + 100, Y + 0.003), (X + 100, Y + 100)),
                line((X + 100, Y + 100), (X, Y)),
            ],
            [5_000],
            {"drawing-lines-enclose"},
        ),
    ],
)
def test_boundary_lines_of_a_drawing_are_closed(
    tmp_path: Path, entities: list[str], areas: list[float], codes: set[str]
) -> None:
    dxf(tmp_path, *entities, words(X - 50, Y, "图名"))
    frame, problems = parcels(tmp_path, "p.dxf", f'crs = "{CRS}"')
    assert sorted(frame.geometry.area) == pytest.approx(areas, rel=1e-4)
    told = set(problems["code"])
    assert {code for code in told if code.startswith("drawing-")} == {*codes, "drawing-not-areal"}


def test_a_text_within_a_boundary_is_its_label(tmp_path: Path) -> None:
    other = [(x + 200, y) for x, y in SQUARE]
    dxf(
        tmp_path,
        polyline(SQUARE, 1),
        polyline(other, 1),
        words(X + 50, Y + 50, "A-1"),
        words(X + 250, Y + 50, "A-2"),
        words(X + 260, Y + 60, "工业"),
    )
    more = f'crs = "{CRS}"\ncolumns = {{ parcel_id = "Text" }}'
    frame, _ = parcels(tmp_path, "p.dxf", more)
    assert frame["parcel_id"].tolist() == ["A-1", "row-2"]


# ------------------------------------------------------------------------------------------ tables


@pytest.mark.parametrize(
    "content",
    [
        f"{HEAD}H1,A,900\n".encode("utf-16"),
        f"{HEAD}H1,A,900\n".encode("utf-16-le"),
        f"{HEAD}H1,A,900\n".encode("utf-16-be"),
        f"{HEAD}H1,A,900\n".replace(",", "，").encode(),
        f"{HEAD}H1,A,900\n".replace(",", "|").encode(),
        f"{HEAD}H1,A,900\n".replace("\n", "\r").encode("gbk"),
    ],
)
def test_texts_of_every_make(tmp_path: Path, content: bytes) -> None:
    frame, _ = ledger(tmp_path, content)
    assert frame[["contract_no", "parcel_id", "land_price_wan"]].to_numpy().tolist() == [
        ["H1", "A", 900.0]
    ]


def test_two_encodings_in_one_file(tmp_path: Path) -> None:
    content = f"{HEAD}H1,甲宗,900\n".encode() + "H2,乙宗地,800\n".encode("gbk")
    frame, problems = ledger(tmp_path, content)
    assert frame["parcel_id"].tolist() == ["甲宗", "乙宗地"]
    assert problems.loc[problems["code"] == "encodings-mixed", "row"].tolist() == [3]


def test_a_quotation_mark_never_closed(tmp_path: Path) -> None:
    frame, problems = ledger(tmp_path, f'{HEAD}H1,A,1\nH2,"B,2\nH3,C,3\n'.encode())
    assert frame is None
    assert "quotation mark on line 3" in said(problems, "file-unreadable")


def test_nul_characters_are_told(tmp_path: Path) -> None:
    frame, problems = ledger(tmp_path, f"{HEAD}H1,A\0B,1\n".encode())
    assert frame["parcel_id"].tolist() == ["AB"]
    assert problems.loc[problems["code"] == "nul-characters", "row"].tolist() == [2]


def test_a_web_page_and_a_workbook_under_other_names(tmp_path: Path) -> None:
    frame, problems = ledger(tmp_path, b"<html><table><tr><td>1</td></tr></table></html>")
    assert frame is None
    assert "web page" in said(problems, "file-unreadable")
    pd.DataFrame({"合同编号": ["H1"], "宗地代码": ["A"]}).to_excel(tmp_path / "x.xlsx", index=False)
    frame, _ = ledger(tmp_path, (tmp_path / "x.xlsx").read_bytes())
    assert frame["contract_no"].tolist() == ["H1"]


def test_one_heading_above_two_columns(tmp_path: Path) -> None:
    text = "合同编号,宗地代码,成交价款,成交价款\nH1,A,900,{}\n"
    _, problems = ledger(tmp_path, text.format(800).encode())
    assert "(C, D)" in said(problems, "heading-repeated")
    _, problems = ledger(tmp_path, text.format(900).encode())
    assert "heading-repeated" not in set(problems["code"])


def sheet(
    folder: Path, rows: list[list[object]], merges: tuple[str, ...] = ()
) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merges:
        book.active.merge_cells(cells)
    book.save(folder / "l.xlsx")
    return book


def test_errors_and_formulas_without_a_value_are_no_blanks(tmp_path: Path) -> None:
    book = sheet(
        tmp_path,
        [["合同编号", "宗地代码", "成交价款", "签订日期"], ["H1", "A", "#N/A", "=TODAY()"]],
    )
    book.active["C2"].data_type = "e"
    book.save(tmp_path / "l.xlsx")
    inputs, problems = check(tmp_path, '[layers]\nledger = "l.xlsx"\n')
    assert inputs.frames["ledger"][["land_price_wan", "signed_on"]].isna().all(axis=None)
    told = problems[problems["code"] == "cell-without-value"].sort_values("column")
    assert told[["row", "column", "found"]].to_numpy().tolist() == [
        [2, "成交价款", "#N/A"],
        [2, "签订日期", "=TODAY()"],
    ]
    assert "cell C2" in told["what_en"].iloc[0]


def test_headings_of_three_rows(tmp_path: Path) -> None:
    sheet(
        tmp_path,
        [
            ["合同编号", "宗地", None, "开工", None],
            [None, "代码", "面积", "约定", "实际"],
            [None, None, "(公顷)", "日期", "日期"],
            ["H1", "A", 1.5, "2021.6.30", "2022/1/1"],
        ],
        ("A1:A3", "B1:C1", "D1:E1"),
    )
    inputs, problems = check(tmp_path, '[layers]\nledger = "l.xlsx"\n')
    row = inputs.frames["ledger"].iloc[0]
    assert (row["contract_no"], row["parcel_id"]) == ("H1", "A")
    assert str(row["start_due_on"])[:10] == "2021-06-30"
    assert str(row["started_on"])[:10] == "2022-01-01"
    areas = row[["contract_area_m2", "parcel_area_in_contract_m2"]].dropna().tolist()
    assert areas == [15_000.0]
    assert "rows 1 to 3" in said(problems, "heading-found")


def test_units_above_the_table(tmp_path: Path) -> None:
    rows = [["台账"], ["填报单位：示例局", None, "单位：公顷、亿元"]]
    rows += [
        ["合同编号", "宗地代码", "合同面积", "成交价款", "总投资(万元)"],
        ["H1", "A", 1.5, 0.5, 7],
    ]
    sheet(tmp_path, rows)
    inputs, problems = check(tmp_path, '[layers]\nledger = "l.xlsx"\n')
    figures = ["contract_area_m2", "land_price_wan", "investment_total_wan"]
    assert inputs.frames["ledger"][figures].to_numpy().tolist() == [[15_000.0, 5_000.0, 7.0]]
    assert "公顷、亿元" in said(problems, "units-above-table")


# ------------------------------------------------------------------------- archives and rasters


def test_names_in_the_code_page_of_chinese_windows(tmp_path: Path) -> None:
    pyogrio.write_dataframe(squares(), tmp_path / "q.shp", encoding="GBK")

    class Entry(zipfile.ZipInfo):
        def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
            return self.filename.encode("gbk"), self.flag_bits & ~0x800

    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        for path in tmp_path.glob("q.*"):
            archive.writestr(Entry(f"数据/宗地{path.suffix}"), path.read_bytes())
    frame, _ = parcels(tmp_path, "p.zip")
    assert frame["parcel_id"].tolist() == ["A-0", "A-1", "A-2", "A-3"]


def raster(path: Path, **options: Any) -> None:
    place = options.pop("transform", rasterio.Affine(10, 0, X, 0, -10, Y + 100))
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=10,
        width=40,
        count=1,
        dtype="float32",
        crs=CRS,
        transform=place,
        **options,
    ) as dataset:
        dataset.write(np.full((1, 10, 40), 0.5, "float32"))


def with_raster(folder: Path, name: str) -> pd.DataFrame:
    squares().to_file(folder / "p.gpkg")
    text = f'[layers]\nparcels = "p.gpkg"\n[rasters.ndvi]\npath = "{name}"\nmin = 0.3\n'
    return check(folder, text)[1]


def test_rasters_that_cannot_serve(tmp_path: Path) -> None:
    raster(tmp_path / "n.tif")
    assert not with_raster(tmp_path, "n.tif")["code"].str.startswith("raster").any()
    whole = (tmp_path / "n.tif").read_bytes()
    (tmp_path / "cut.tif").write_bytes(whole[: len(whole) // 2])
    assert "cannot be read to its end" in said(with_raster(tmp_path, "cut.tif"), "file-unreadable")
    raster(
        tmp_path / "turned.tif",
        transform=rasterio.Affine(8, 6, X, 6, -8, Y + 100),
    )
    assert "do not run along" in said(with_raster(tmp_path, "turned.tif"), "file-unreadable")
    raster(tmp_path / "far.tif", transform=rasterio.Affine(10, 0, X + 1e6, 0, -10, Y))
    assert "raster-elsewhere" in set(with_raster(tmp_path, "far.tif")["code"])
    raster(tmp_path / "none.tif", nodata=0.5)
    assert "raster-without-data" in set(with_raster(tmp_path, "none.tif")["code"])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("n.tif", None),
        ("/vsicurl/http://127.0.0.1:9/x.tif", "network"),
        ("gone.tif", "not there"),
        ("m.vrt", "itself"),
    ],
)
def test_a_virtual_raster_draws_on_files_within_reach(
    tmp_path: Path, source: str, words: str | None
) -> None:
    raster(tmp_path / "n.tif")
    (tmp_path / "m.vrt").write_text(
        f'<VRTDataset rasterXSize="40" rasterYSize="10"><SRS>{CRS}</SRS>'
        f"<GeoTransform>{X},10,0,{Y + 100},0,-10</GeoTransform>"
        '<VRTRasterBand dataType="Float32" band="1"><SimpleSource>'
        f'<SourceFilename relativeToVRT="1">{source}</SourceFilename>'
        "<SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>",
        "utf-8",
    )
    problems = with_raster(tmp_path, "m.vrt")
    if words is None:
        assert not (problems["severity"] == "error").any()
    else:
        assert words in said(problems, "file-unreadable")


def test_a_layer_in_another_zone_is_told_however_few_its_rows(tmp_path: Path) -> None:
    squares().set_crs(4549, allow_override=True).to_file(tmp_path / "p.gpkg")
    fence = gpd.GeoDataFrame(
        {"zone_id": ["Z"], "类别": ["fenced"]},
        geometry=[Polygon(box(X - 50, Y - 50, X + 500, Y + 200))],
        crs=CRS,
    )
    fence.to_file(tmp_path / "z.gpkg")
    _, problems = check(tmp_path, '[layers]\nparcels = "p.gpkg"\nzones = "z.gpkg"\n')
    told = problems[problems["code"] == "layer-away-from-parcels"]
    assert told[["layer", "severity"]].to_numpy().tolist() == [["zones", "warning"]]
    assert int(told["found"].iloc[0]) == pytest.approx(268, abs=5)


@pytest.mark.parametrize("name", ["roads", "green_pools", "assessments"])
def test_every_layer_with_geometry_is_placed(tmp_path: Path, name: str) -> None:
    squares().to_file(tmp_path / "p.gpkg")
    other = squares().to_crs(4549)
    if name == "roads":
        other = other.set_geometry(other.boundary)
    other.to_file(tmp_path / "o.gpkg")
    inputs, problems = check(tmp_path, f'[layers]\nparcels = "p.gpkg"\n{name} = "o.gpkg"\n')
    assert set(inputs.frames) == {"parcels", name} or "column-required" in set(problems["code"])
    if name in inputs.frames:
        bounds = inputs.frames[name].total_bounds
        assert bounds == pytest.approx(squares().total_bounds, abs=1e-3)
