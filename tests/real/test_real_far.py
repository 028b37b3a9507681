"""Floor-area ratio on real data: against recorded values, heights from rasters, nothing lost."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT
from shapely import box

from geo.heights import heights_above
from layers.project import load_project
from zongdi.pipeline import run_project

pytestmark = pytest.mark.real

PROJECTS = Path(__file__).parent / "projects"
FT2 = 0.3048**2


@pytest.fixture(scope="module")
def real_data() -> Path:
    folder = os.environ.get("ZONGDI_REAL_DATA")
    if not folder:
        pytest.skip("ZONGDI_REAL_DATA does not name the folder of real data")
    return Path(folder)


@pytest.fixture(scope="module")
def parcels_of(real_data: Path, tmp_path_factory: pytest.TempPathFactory):
    known: dict[str, pd.DataFrame] = {}

    def run(name: str) -> pd.DataFrame:
        if name not in known:
            text = (PROJECTS / f"{name}.toml").read_text(encoding="utf-8")
            path = tmp_path_factory.mktemp(name) / "project.toml"
            path.write_text(text.replace("DATA", real_data.as_posix()), encoding="utf-8")
            known[name] = run_project(load_project(path), only=("far",)).parcels
        return known[name]

    return run


def test_elhierro_differences_are_the_rounding_of_the_cadastre(parcels_of) -> None:
    parcels = parcels_of("es_elhierro")
    apart = (parcels["area_plane_m2"] - parcels["area_registered_m2"]).abs()
    assert apart.max() <= 0.5
    assert apart.median() == pytest.approx(0.25, abs=0.01)
    measured = parcels["floor_area_m2"] / parcels["area_plane_m2"]
    share = ((parcels["far_plain"] - measured) / measured).abs()
    assert share.max() == pytest.approx(0.0094, abs=1e-4)
    assert share.median() == pytest.approx(0.0012, abs=1e-4)


def test_elhierro_basements_stand_apart(parcels_of, real_data: Path) -> None:
    parcels = parcels_of("es_elhierro")
    parts = gpd.read_file(real_data / "es_elhierro" / "cons.gpkg")
    parts = parts[parts["numberOfFloorsAboveGround"].notna()]
    parts = parts[~parts.assign(wkb=parts.normalize().to_wkb()).duplicated(["localId", "wkb"])]
    below = (parts.area * parts["numberOfFloorsBelowGround"]).sum()
    assert parcels["floor_area_below_m2"].sum() == pytest.approx(below, rel=0.01)


def test_cambridge_by_recorded_and_by_measured_land(parcels_of) -> None:
    parcels = parcels_of("us_cambridge")
    known = parcels[parcels["area_registered_m2"] > 0]
    recorded = known["floor_area_recorded_m2"] / known["area_registered_m2"]
    pd.testing.assert_series_equal(known["far_plain"], recorded, check_names=False)
    apart = known["area_plane_m2"] / known["area_registered_m2"] - 1
    assert (apart.abs() < 0.05).mean() == pytest.approx(0.73, abs=0.005)
    assert (apart.abs() > 0.2).sum() == 16
    assert apart.quantile([0.25, 0.5, 0.75]).round(3).tolist() == [-0.018, 0.006, 0.033]


def test_katsushika_is_capped_by_its_districts(parcels_of) -> None:
    parcels = parcels_of("jp_katsushika")
    allowed = parcels["far_limit"] * parcels["area_m2"]
    np.testing.assert_allclose(
        parcels["floor_area_headroom_m2"], allowed - parcels["floor_area_m2"], rtol=1e-9
    )
    assert set(parcels["floor_area_source"]) == {"height", "no_building"}
    assert set(parcels["bound_by"]) == {"far"}


def test_bilbao_heights_from_surface_less_terrain(real_data: Path) -> None:
    folder = real_data / "rasters_bilbao"
    surface, terrain = folder / "BDSM.tif", folder / "DEM.tif"
    with rasterio.open(surface) as above, rasterio.open(terrain) as below:
        grid = above.transform
        with WarpedVRT(
            below,
            crs=above.crs,
            transform=grid,
            width=above.width,
            height=above.height,
            resampling=Resampling.bilinear,
            dtype="float64",
        ) as ground:
            difference = above.read(1).astype(float) - ground.read(1)
        heights = above.read(1).astype(float)
        crs = above.crs
    rows, columns = np.nonzero(heights[8:-8, 8:-8] > 6)
    chosen = np.random.default_rng(1).choice(len(rows), 200, replace=False)
    places = [(int(rows[one]) + 8, int(columns[one]) + 8) for one in chosen]
    windows = [(slice(r - 3, r + 3), slice(c - 3, c + 3)) for r, c in places]
    shapes = gpd.GeoSeries(
        [
            box(
                grid.c + grid.a * (c - 3),
                grid.f + grid.e * (r + 3),
                grid.c + grid.a * (c + 3),
                grid.f + grid.e * (r - 3),
            )
            for r, c in places
        ],
        crs=crs,
    )
    expected = [np.median(difference[window]) for window in windows]
    found = heights_above(surface, terrain, shapes)
    np.testing.assert_allclose(found["height_m"], expected, atol=1e-4)
    # the building model of this set holds heights above ground already: nothing is to be subtracted
    above_ground = heights_above(surface, None, shapes)["height_m"]
    np.testing.assert_allclose(above_ground, [np.median(heights[w]) for w in windows], atol=1e-6)
