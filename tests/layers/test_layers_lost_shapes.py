"""Rows without a usable geometry: parcels stay in every result, others are left out by name."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from layers.fabric import check_fabric
from layers.identity import identify
from layers.inputs import Inputs, read_inputs
from layers.problems import ProblemLog
from layers.project import load_project
from layers.raw import Reporter

if TYPE_CHECKING:
    from pathlib import Path

CRS = "EPSG:4548"
X, Y = 500_000.0, 4_060_000.0


def square(at: float) -> Polygon:
    return box(X + at, Y, X + at + 100, Y + 100)


def project(folder: Path, layers: str) -> tuple[Inputs, pd.DataFrame]:
    (folder / "project.toml").write_text(f"as_of = 2026-06-30\n{layers}", "utf-8")
    log = ProblemLog()
    inputs = read_inputs(load_project(folder), log)
    return inputs, log.frame()


def write(path: Path, shapes: list[object], **columns: list[object]) -> None:
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)
    pyogrio.write_dataframe(frame, path, geometry_type="Unknown")


SHAPES = [
    square(0),
    None,
    Polygon(),
    Point(X, Y),
    Polygon([(X, Y), (X + np.inf, Y), (X, Y + 9)]),
    Polygon([(X, Y), (X + 5, Y), (X, Y)]),
    square(100),
]


def test_every_parcel_stays_with_its_attributes(tmp_path: Path) -> None:
    write(tmp_path / "p.gpkg", SHAPES, 宗地代码=list("abcdefg"), 登记面积=[10_000.0] * 7)
    inputs, problems = project(tmp_path, '[layers]\nparcels = "p.gpkg"\n')
    parcels = inputs.frames["parcels"]
    assert isinstance(parcels, gpd.GeoDataFrame)
    assert parcels["parcel_id"].tolist() == list("abcdefg")
    assert parcels["source_row"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert parcels["area_registered_m2"].tolist() == [10_000.0] * 7
    assert parcels.geometry.notna().tolist() == [True, *[False] * 5, True]
    told = problems[problems["code"] == "parcel-without-geometry"]
    assert told["id"].tolist() == list("bcdef")
    assert (told["severity"] == "warning").all()
    assert told["what_en"].str.extract(r"geometry \(([^:)]*)")[0].tolist() == [
        "none or empty",
        "none or empty",
        "not a polygon",
        "coordinates that are not numbers",
        "no area",
    ]
    # What is not there overlaps nothing, equals nothing and lies nowhere.
    assert not problems["code"].isin(["geometry-duplicate", "parcels-overlap"]).any()


def test_a_layer_of_nulls_is_a_list(tmp_path: Path) -> None:
    write(tmp_path / "p.gpkg", [None, None], 宗地代码=["a", "b"])
    write(tmp_path / "z.gpkg", [square(0)], zone_id=["Z"], 类别=["fenced"])
    inputs, problems = project(tmp_path, '[layers]\nparcels = "p.gpkg"\nzones = "z.gpkg"\n')
    parcels = inputs.frames["parcels"]
    assert not isinstance(parcels, gpd.GeoDataFrame)
    assert parcels["parcel_id"].tolist() == ["a", "b"]
    assert inputs.crs is not None
    told = problems[problems["severity"] == "warning"].groupby("code").size()
    assert told.to_dict() == {
        "parcel-without-geometry": 2,
        "layer-without-usable-geometry": 1,
        "parcel-zone-unknown": 2,
    }


def test_no_crs_is_wanted_where_nothing_is_drawn(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"宗地代码": ["a"]}, geometry=[None])
    with pytest.warns(UserWarning, match="crs"):
        pyogrio.write_dataframe(frame, tmp_path / "p.gpkg", geometry_type="Polygon")
    inputs, problems = project(tmp_path, '[layers]\nparcels = "p.gpkg"\n')
    assert inputs.frames["parcels"]["parcel_id"].tolist() == ["a"]
    assert inputs.crs is None
    assert not (problems["severity"] == "error").any()


def test_files_of_which_one_draws_nothing_are_merged(tmp_path: Path) -> None:
    write(tmp_path / "p1.gpkg", [None], 宗地代码=["a"])
    write(tmp_path / "p2.gpkg", [square(0)], 宗地代码=["b"])
    inputs, problems = project(tmp_path, '[layers.parcels]\npath = "p*.gpkg"\n')
    parcels = inputs.frames["parcels"]
    assert isinstance(parcels, gpd.GeoDataFrame)
    assert parcels["parcel_id"].tolist() == ["a", "b"]
    told = problems[problems["code"] == "parcel-without-geometry"].iloc[0]
    assert (told["file"], told["row"], told["id"]) == ("p1.gpkg", 1, "a")


def test_other_layers_leave_out_by_name(tmp_path: Path) -> None:
    write(tmp_path / "p.gpkg", [square(0)], 宗地代码=["a"])
    shapes = [box(X + 1, Y + 1, X + 9, Y + 9), None, None, LineString([(X, Y), (X + 1, Y)])]
    floor = [100.0, 250.5, None, None]
    write(tmp_path / "b.gpkg", shapes, 幢号=["1", "2", "3", "4"], 建筑面积=floor)
    inputs, problems = project(tmp_path, '[layers]\nparcels = "p.gpkg"\nbuildings = "b.gpkg"\n')
    assert inputs.frames["buildings"]["building_id"].tolist() == ["1"]
    told = problems[(problems["layer"] == "buildings") & (problems["severity"] == "warning")]
    found = told.set_index("id")[["code", "found"]]
    assert found.loc["2"].tolist() == ["building-without-geometry", "250.5"]
    assert "250.5 m2 of floor area" in told.set_index("id").loc["2", "what_en"]
    assert found.loc["3", "code"] == "geometry-missing"
    assert found.loc["4"].tolist() == ["geometry-wrong-type", "LineString"]


def test_rows_not_selected_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "p.gpkg", [square(0), None], 宗地代码=["a", "b"])
    where = '[layers.parcels]\npath = "p.gpkg"\nwhere = { "宗地代码" = ["a"] }\n'
    inputs, problems = project(tmp_path, where)
    assert inputs.frames["parcels"]["parcel_id"].tolist() == ["a"]
    assert not problems["code"].eq("parcel-without-geometry").any()


def frame_of(ids: list[str], shapes: list[object], **columns: list[object]) -> gpd.GeoDataFrame:
    frame = empty_frame(CONTRACTS["parcels"], pd.RangeIndex(len(ids)))
    frame["source_row"] = range(1, len(ids) + 1)
    frame["parcel_id"] = pd.array(ids, dtype="string")
    for name, values in columns.items():
        frame[name] = pd.array(values, dtype=frame[name].dtype)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=CRS), crs=CRS)


def test_repeated_codes_without_a_geometry() -> None:
    log = ProblemLog()
    frame = frame_of(
        ["a", "a", "b", "b", "c", "c"],
        [None, None, None, None, None, square(0)],
        holder=["甲", "甲", "甲", "乙", "甲", "甲"],
    )
    done = identify(frame, CONTRACTS["parcels"], Reporter(log, "parcels"))
    # Alike in everything: one. Stated differently: two. Drawn and not drawn: two, the drawn first.
    assert done["parcel_id"].tolist() == ["a", "b", "b#2", "c#2", "c"]
    assert sorted(log.frame()["code"]) == ["id-merged", "id-repeated", "id-repeated"]
    table = pd.DataFrame(frame.drop(columns="geometry"))
    log = ProblemLog()
    plain = identify(table, CONTRACTS["parcels"], Reporter(log, "parcels"))
    assert plain["parcel_id"].tolist() == ["a", "b", "b#2", "c"]


def test_the_fabric_is_that_of_what_is_drawn() -> None:
    shapes = [square(0), None, square(50), None, square(0)]
    full = frame_of(list("abcde"), shapes, area_registered_m2=[9_000.0] * 5)
    some = full[full.geometry.notna()].reset_index(drop=True)
    found = []
    for frame in (full, some):
        log = ProblemLog()
        check_fabric({"parcels": frame}, {"parcels": Reporter(log, "parcels")})
        found.append(log.frame())
    pd.testing.assert_frame_equal(found[0], found[1])
    assert {"geometry-duplicate", "parcels-overlap", "area-differs"} <= set(found[0]["code"])


def test_the_zone_of_an_undrawn_parcel_is_said_to_be_unknown(tmp_path: Path) -> None:
    write(
        tmp_path / "p.gpkg",
        [square(0), None, None],
        宗地代码=["a", "b", "c"],
        zone_id=[None, None, "Z"],
    )
    write(tmp_path / "z.gpkg", [square(0)], zone_id=["Z"], 类别=["fenced"])
    inputs, problems = project(tmp_path, '[layers]\nparcels = "p.gpkg"\nzones = "z.gpkg"\n')
    assert problems.loc[problems["code"] == "parcel-zone-unknown", "id"].tolist() == ["b"]
    assert inputs.frames["parcels"]["zone_id"].tolist()[2] == "Z"
    assert load_project(tmp_path).as_of == date(2026, 6, 30)
    assert shapely.area(inputs.frames["parcels"].geometry.to_numpy()[0]) == 10_000
