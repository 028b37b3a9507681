"""Obstacle limitation surfaces of an airport in a whole run: as a layer, as a raster of heights, of elevations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio import Affine
from shapely import box
from typer.testing import CliRunner

from layers.project import load_project
from zongdi.cli import app
from zongdi.pipeline import run_project

if TYPE_CHECKING:
    from pathlib import Path

X, Y = 500_000, 4_060_000


def rect(x0: float, x1: float, y1: float = 100):
    return box(X + x0, Y, X + x1, Y + y1)


def write_raster(path: Path, columns: list[float]) -> None:
    """Write columns of 10 m from 10 m west of the plots; NaN holds no data."""
    values = np.tile(np.array(columns, dtype="float32"), (12, 1))
    place = Affine(10, 0, X - 10, 0, -10, Y + 110)
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4548"}
    with rasterio.open(
        path, "w", width=values.shape[1], height=12, transform=place, nodata=np.nan, **profile
    ) as file:
        file.write(values, 1)


@pytest.fixture
def project(tmp_path: Path):
    """Three plots of one hectare in a row, each with 2,000 m2 of ground and 6 m high; the third has no height limit."""
    starts = (0, 100, 200)
    parcels = gpd.GeoDataFrame(
        {
            "parcel_id": list("abc"),
            "land_use": "industrial",
            "land_stage": "completed",
            "far_max": 3.0,
            "coverage_max_share": 0.5,
            "height_max_m": [24.0, 24.0, None],
        },
        geometry=[rect(x, x + 100) for x in starts],
        crs="EPSG:4548",
    )
    buildings = gpd.GeoDataFrame(
        {"building_id": list("uvw"), "floors_n": 1, "height_m": 6.0},
        geometry=[rect(x, x + 20) for x in starts],
        crs="EPSG:4548",
    )
    surfaces = gpd.GeoDataFrame(
        {"height_max_m": [15.0, 30.0]}, geometry=[rect(0, 60), rect(150, 200)], crs="EPSG:4548"
    )
    for name, frame in (("parcels", parcels), ("buildings", buildings), ("obstacles", surfaces)):
        frame.to_file(tmp_path / f"{name}.gpkg")
    # 12 m over the first plot and half of the second, 100 m beyond; no data over the end of the third
    heights = [12.0] * 16 + [100.0] * 10 + [np.nan] * 6
    write_raster(tmp_path / "heights.tif", heights)
    write_raster(tmp_path / "elevations.tif", [50.0 + height for height in heights])
    write_raster(tmp_path / "terrain.tif", [50.0] * 32)

    def run(text: str):
        (tmp_path / "project.toml").write_text(
            'as_of = 2026-06-30\npolicy = "jinan-2021"\n[layers]\nparcels = "parcels.gpkg"\n'
            'buildings = "buildings.gpkg"\n' + text,
            encoding="utf-8",
        )
        results = run_project(load_project(tmp_path), only=("far",))
        return results.parcels.set_index("parcel_id"), results.far_paths

    return run


def test_a_layer_of_surfaces_caps_the_added_storeys(project) -> None:
    parcels, paths = project('obstacles = "obstacles.gpkg"\n[far]\nstorey_height_m = 4.0\n')
    assert parcels["height_cap_source"].fillna("").tolist() == ["obstacle", "parcel", ""]
    # nine metres above the roof: two storeys on 2,000 m2; eighteen: four
    assert parcels["storeys_addable_m2"].iloc[:2].tolist() == [4_000.0, 8_000.0]
    # three storeys of 4 m below 15 m on half of the plot
    assert parcels.loc["a", ["bound_by", "floor_area_headroom_m2"]].tolist() == ["height", 13_000.0]
    assert parcels.loc["b", ["bound_by", "floor_area_headroom_m2"]].tolist() == ["far", 28_000.0]
    added = paths[paths["path"] == "add_storeys"].set_index("parcel_id")
    assert added["floor_area_m2"].tolist() == [4_000.0, 8_000.0, 28_000.0]


@pytest.mark.usefixtures("project")
def test_the_layer_is_known_from_the_command_line(tmp_path: Path) -> None:
    text = '[layers.parcels]\npath = "parcels.gpkg"\n[layers.obstacles]\npath = "obstacles.gpkg"\n'
    (tmp_path / "project.toml").write_text(
        'as_of = 2026-06-30\npolicy = "jinan-2021"\n' + text, encoding="utf-8"
    )
    done = CliRunner().invoke(app, ["run", str(tmp_path), "--only", "far"])
    assert done.exit_code == 0, done.output
    parcels = pd.read_parquet(tmp_path / "results" / "parcels.parquet").set_index("parcel_id")
    assert parcels["height_cap_m"].fillna(0.0).tolist() == [15.0, 24.0, 0.0]


@pytest.mark.parametrize(
    "rasters",
    [
        '[rasters.obstacle]\npath = "heights.tif"\n[far]\nstorey_height_m = 4.0\n',
        (
            '[rasters.obstacle]\npath = "elevations.tif"\n[rasters.terrain]\npath = "terrain.tif"\n'
            '[far]\nstorey_height_m = 4.0\nobstacle_holds = "elevation"\n'
        ),
    ],
)
def test_a_raster_caps_the_added_storeys(project, rasters: str) -> None:
    parcels, paths = project(rasters)
    assert parcels["height_cap_m"].iloc[:2].tolist() == pytest.approx([12.0, 12.0])
    assert parcels["storeys_addable_m2"].iloc[:2].tolist() == pytest.approx([2_000.0, 2_000.0])
    # where the raster holds no data the cap is unknown, never absent
    assert parcels.loc["c", "bound_by"] == "unknown"
    assert np.isnan(parcels.loc["c", "floor_area_headroom_m2"])
    row = paths[(paths["path"] == "add_storeys") & (paths["parcel_id"] == "c")].iloc[0]
    assert (row["verdict"], row["missing"]) == ("unknown", "obstacle")


def test_both_together_the_lower_caps(project) -> None:
    parcels, _ = project(
        'obstacles = "obstacles.gpkg"\n[rasters.obstacle]\npath = "heights.tif"\n'
        "[far]\nstorey_height_m = 4.0\n"
    )
    assert parcels["height_cap_m"].iloc[:2].tolist() == pytest.approx([12.0, 12.0])
