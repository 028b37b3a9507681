"""Heights from a surface less the terrain: the median by coverage, on any grid, holes unknown."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from affine import Affine
from shapely import Polygon, box

from geo.errors import RasterError
from geo.heights import heights_above, least_values

X, Y = 500_000.0, 4_060_000.0


def write(
    path, values, *, pixel: float = 1.0, nodata: float | None = None, top: float | None = None
):
    array = np.asarray(values, dtype="float32")
    profile = {
        "driver": "GTiff",
        "width": array.shape[1],
        "height": array.shape[0],
        "count": 1,
        "dtype": "float32",
        "crs": "EPSG:4548",
        "transform": Affine(
            pixel, 0, X, 0, -pixel, Y + (array.shape[0] * pixel if top is None else top)
        ),
        "nodata": nodata,
    }
    with rasterio.open(path, "w", **profile) as target:
        target.write(array, 1)
    return path


def places(*shapes) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs="EPSG:4548")


def square(x: float, y: float, side: float = 4.0):
    return box(X + x, Y + y, X + x + side, Y + y + side)


@pytest.fixture
def models(tmp_path):
    """Terrain that rises by a metre every column; a roof of 9 m with one crane pixel of 60 m."""
    terrain = np.tile(np.arange(10.0), (10, 1))
    surface = terrain.copy()
    surface[4:8, 2:6] += 9.0
    surface[5, 3] += 51.0
    return write(tmp_path / "dsm.tif", surface), write(tmp_path / "dtm.tif", terrain)


def test_the_median_is_not_moved_by_a_crane(models) -> None:
    found = heights_above(*models, places(square(2, 2)))
    assert found["height_m"].tolist() == [9.0]
    assert found["valid_share"].tolist() == [1.0]


def test_half_covered_pixels_weigh_half(models) -> None:
    # of 4 m x 4 m, 1.5 columns lie beside the roof: the median is still the roof
    assert heights_above(*models, places(square(0.5, 2)))["height_m"].item() == 9.0
    assert heights_above(*models, places(square(-2.5, 2)))["height_m"].item() == 0.0


def test_without_a_terrain_the_surface_is_a_height(models) -> None:
    surface, terrain = models
    assert (
        heights_above(terrain, None, places(box(X + 4, Y, X + 5, Y + 9)))["height_m"].item() == 4.0
    )
    assert surface.exists()


def test_a_coarser_terrain_is_brought_to_the_grid(tmp_path, models) -> None:
    surface, _ = models
    coarse = write(tmp_path / "coarse.tif", [[0.5, 2.5, 4.5, 6.5, 8.5]] * 5, pixel=2.0)
    found = heights_above(surface, coarse, places(square(2, 2)))
    assert found["height_m"].item() == pytest.approx(9.0, abs=1e-6)


def test_no_data_and_the_edge(tmp_path) -> None:
    values = np.full((6, 6), 5.0)
    values[:, 3:] = -9999.0
    surface = write(tmp_path / "s.tif", values, nodata=-9999.0)
    terrain = write(tmp_path / "t.tif", np.zeros((6, 6)))
    found = heights_above(
        surface, terrain, places(square(1, 1), square(3, 1, 2), square(50, 50), Polygon())
    )
    assert found["height_m"].tolist()[0] == 5.0
    assert found["height_m"].isna().tolist() == [False, True, True, True]
    assert found["valid_share"].tolist()[:3] == [0.5, 0.0, 0.0]


def test_the_least_value_that_a_polygon_touches(tmp_path) -> None:
    limits = write(tmp_path / "o.tif", np.tile(np.arange(45.0, 35.0, -1.0), (10, 1)))
    ground = write(tmp_path / "g.tif", np.full((10, 10), 30.0))
    shapes = places(square(0, 0, 2.5))
    assert least_values(limits, shapes)["least"].item() == 43.0
    assert least_values(limits, shapes, terrain=ground)["least"].item() == 13.0


def test_a_band_that_is_not_there_is_refused(models) -> None:
    with pytest.raises(RasterError, match="band 2"):
        heights_above(*models, places(square(0, 0)), terrain_band=2)
