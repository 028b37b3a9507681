"""The change between the first and the last raster of a dated series."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio import Affine
from shapely import box

from zongdi.change_rasters import raster_changes

if TYPE_CHECKING:
    from pathlib import Path

X, Y = 500_000, 4_060_000


def raster(folder: Path, on: str | None, value: float) -> SimpleNamespace:
    path = folder / f"{on}.tif"
    grid = np.full((10, 10), value, dtype="float32")
    grid[:, 5:] += 0.5
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=10,
        height=10,
        count=1,
        dtype="float32",
        crs="EPSG:4548",
        transform=Affine(10, 0, X, 0, -10, Y + 100),
    ) as made:
        made.write(grid, 1)
    return SimpleNamespace(path=path, band=1, on=None if on is None else date.fromisoformat(on))


@pytest.fixture
def parcels() -> gpd.GeoDataFrame:
    shapes = [box(X, Y, X + 50, Y + 100), box(X + 90, Y, X + 140, Y + 100)]
    return gpd.GeoDataFrame({"parcel_id": ["in", "half out"]}, geometry=shapes, crs="EPSG:4548")


def test_the_first_and_the_last_date_up_to_the_review_count(
    tmp_path: Path, parcels: gpd.GeoDataFrame
) -> None:
    days = {"2025-06-30": 5.0, "2024-06-30": 1.0, "2026-06-30": 4.0, "2026-07-01": 99.0}
    series = [raster(tmp_path, on, value) for on, value in days.items()]
    found = raster_changes({"surface": series}, parcels, date(2026, 6, 30))
    assert list(found) == ["surface"]
    change = found["surface"]
    assert change["change"].tolist() == pytest.approx([3.0, np.nan], nan_ok=True)
    assert change["first_on"].eq(pd.Timestamp("2024-06-30")).all()
    assert change["last_on"].eq(pd.Timestamp("2026-06-30")).all()


def test_one_date_or_none_is_no_series(tmp_path: Path, parcels: gpd.GeoDataFrame) -> None:
    alone = [raster(tmp_path, "2024-06-30", 1.0), raster(tmp_path, None, 2.0)]
    assert raster_changes({"ndvi": alone}, parcels, date(2026, 6, 30)) == {}
    assert raster_changes({}, parcels, date(2026, 6, 30)) == {}
    plain = pd.DataFrame({"parcel_id": ["a"]})
    assert raster_changes({"ndvi": alone * 2}, plain, date(2026, 6, 30)) == {}
