"""Coordinates against the CRS stated for them, and layers that look shifted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS
from shapely import box

from layers.crs_checks import settle_crs
from layers.inputs import Inputs, read_inputs
from layers.problems import ProblemLog
from layers.project import load_project
from layers.raw import Reporter

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

X, Y = 500_000.0, 4_060_000.0
XIAN = "+proj=tmerc +lat_0=0 +lon_0=117 +k=1 +x_0=500000 +y_0=0 +a=6378140 +rf=298.257 +units=m"


def layer(
    x: float = X, y: float = Y, size: float = 100.0, crs: object = "EPSG:4548"
) -> gpd.GeoDataFrame:
    shapes = [box(x + size * n, y, x + size * n + size, y + size) for n in range(3)]
    return gpd.GeoDataFrame({"宗地代码": list("abc")}, geometry=shapes, crs=crs)


def read(folder: Path, frame: gpd.GeoDataFrame, settings: str = "") -> tuple[Inputs, pd.DataFrame]:
    frame.to_parquet(folder / "p.parquet")
    text = f'as_of = 2026-06-30\n[layers.parcels]\npath = "p.parquet"\n{settings}'
    (folder / "project.toml").write_text(text, "utf-8")
    log = ProblemLog()
    return read_inputs(load_project(folder), log), log.frame()


def swapped(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    turned = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    return frame.set_geometry(gpd.GeoSeries(turned, crs=frame.crs))


@pytest.mark.parametrize(
    ("frame", "code", "words"),
    [
        (swapped(layer()), "axes-swapped", "swapped"),
        (swapped(layer(117.0, 36.7, 0.001, 4490)), "axes-swapped", "swapped"),
        (swapped(layer(85.0, 36.7, 0.001, 4326)), "axes-swapped", "swapped"),
        (swapped(layer(39_500_000.0, Y, 100, 4527)), "axes-swapped", "EPSG:4527"),
        (layer(117.0, 36.7, 0.001, 4548), "crs-contradicted", "degrees"),
        (layer(crs=4490), "crs-contradicted", "without zone number"),
        (layer(39_500_000.0, crs=4490), "crs-contradicted", "EPSG:4527"),
        (layer(39_500_000.0, crs=4548), "crs-contradicted", "EPSG:4527"),
        (layer(500_000.0, crs=4527), "crs-contradicted", "EPSG:4548"),
        (layer(crs=None), "crs-missing", "without zone number"),
        (layer(39_500_000.0, crs=None), "crs-missing", "EPSG:4527"),
        (layer(117.0, 36.7, 0.001, None), "crs-missing", "degrees"),
        (layer(crs=2384), "crs-without-path", "Xian 1980"),
        (layer(crs=2436), "crs-without-path", "Beijing 1954"),
        (layer(crs=XIAN), "crs-without-path", "no public parameters"),
    ],
)
def test_refused(tmp_path: Path, frame: gpd.GeoDataFrame, code: str, words: str) -> None:
    inputs, problems = read(tmp_path, frame)
    assert "parcels" not in inputs.frames
    errors = problems[problems["severity"] == "error"]
    assert errors["code"].tolist() == [code]
    assert words in errors["what_en"].iloc[0] + errors["proposal_en"].iloc[0]


@pytest.mark.parametrize("crs", [4548, 4527, 4490, 4326, 32650, 3826, 32648])
def test_true_systems_are_left_alone(tmp_path: Path, crs: int) -> None:
    place = {3826: (121.0, 24.8), 32648: (103.8, 1.3)}.get(crs, (117.1, 36.7))
    frame = layer(*place, 0.001, 4326).to_crs(crs)
    inputs, problems = read(tmp_path, frame)
    assert len(inputs.frames["parcels"]) == 3
    assert not (problems["severity"] == "error").any()


def test_coordinates_of_other_countries_are_not_taken_for_swapped_ones() -> None:
    london = (530_000.0, 180_000.0, 531_000.0, 181_000.0)
    log = ProblemLog()
    crs = CRS.from_epsg(27700)
    assert settle_crs(crs, None, london, Reporter(log, "parcels")) == crs
    assert len(log) == 0


def test_old_datums_and_local_systems_by_the_parameters_of_the_user(tmp_path: Path) -> None:
    wish = f'crs = "{XIAN} +towgs84=10,-20,30,0,0,0,0"'
    for stated in (2384, None, XIAN):
        inputs, problems = read(tmp_path, layer(crs=stated), wish)
        assert not (problems["severity"] == "error").any(), problems["what_en"].tolist()
        parcels = inputs.frames["parcels"]
        assert parcels.geometry.area.tolist() == pytest.approx([10_000] * 3, rel=1e-3)
        assert inputs.crs is not None
        if stated is not None:
            assert "crs-of-the-project-taken" in set(problems["code"])


def test_a_crs_of_the_project_that_the_file_contradicts_is_told(tmp_path: Path) -> None:
    inputs, problems = read(tmp_path, layer(), 'crs = "EPSG:4549"')
    assert inputs.crs is not None
    assert inputs.crs.to_epsg() == 4548
    assert "crs-of-the-file-kept" in set(problems["code"])


# --- coordinates of internet maps -----------------------------------------------------------------


def grid() -> gpd.GeoDataFrame:
    """Parcels of 90 m in a raster of 100 m, with lanes between them."""
    shapes = [
        box(X + 100 * i, Y + 100 * j, X + 100 * i + 90, Y + 100 * j + 90)
        for i in range(8)
        for j in range(8)
    ]
    return gpd.GeoDataFrame({"宗地代码": [f"p{n}" for n in range(64)]}, geometry=shapes, crs=4548)


def huts(east: float = 0.0, north: float = 0.0) -> gpd.GeoDataFrame:
    shapes = [
        box(
            X + 100 * i + 10 + east,
            Y + 100 * j + 10 + north,
            X + 100 * i + 80 + east,
            Y + 100 * j + 80 + north,
        )
        for i in range(8)
        for j in range(8)
    ]
    return gpd.GeoDataFrame(
        {"幢号": [f"b{n}" for n in range(64)], "层数": 1}, geometry=shapes, crs=4548
    )


def shift_codes(folder: Path, buildings: gpd.GeoDataFrame) -> pd.DataFrame:
    grid().to_parquet(folder / "p.parquet")
    buildings.to_parquet(folder / "b.parquet")
    text = 'as_of = 2026-06-30\n[layers]\nparcels = "p.parquet"\nbuildings = "b.parquet"\n'
    (folder / "project.toml").write_text(text, "utf-8")
    log = ProblemLog()
    read_inputs(load_project(folder), log)
    problems = log.frame()
    kinds = ["coordinates-look-shifted", "layers-do-not-meet", "shift-unknowable"]
    return problems[problems["code"].isin(kinds)]


def test_the_offset_is_that_of_the_encryption() -> None:
    from layers.shift import _offset_degrees

    # Tian'anmen: 116.404, 39.915 is drawn at 116.410244, 39.916404
    assert _offset_degrees(116.404, 39.915) == pytest.approx((0.006244, 0.001404), abs=2e-6)


@pytest.mark.parametrize("system", ["GCJ-02", "BD-09"])
def test_buildings_traced_from_an_internet_map_are_suspected(tmp_path: Path, system: str) -> None:
    from layers.shift import _offset_m

    east, north = _offset_m((117.004, 36.671), system, CRS.from_epsg(4548))
    assert 150 < np.hypot(east, north) < 1_500
    told = shift_codes(tmp_path, huts(east + 1.0, north - 1.0))
    assert told["code"].tolist() == ["coordinates-look-shifted"]
    assert system in told["what"].iloc[0]


def test_buildings_in_place_are_not_suspected(tmp_path: Path) -> None:
    assert shift_codes(tmp_path, huts()).empty


def test_buildings_moved_by_something_else_are_only_told_not_to_meet(tmp_path: Path) -> None:
    told = shift_codes(tmp_path, huts(45.0, 45.0))
    assert told["code"].tolist() == ["layers-do-not-meet"]


def test_a_single_layer_cannot_tell_and_says_so(tmp_path: Path) -> None:
    _, problems = read(tmp_path, layer())
    assert problems["code"].tolist() == ["shift-unknowable"]
