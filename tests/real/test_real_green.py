"""Green on real data: shares that can be recomputed by brute force."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from rasterio.windows import Window, from_bounds
from shapely import Point, box

from layers.project import load_project
from zongdi.pipeline import run_project

pytestmark = pytest.mark.real

#: Public green over all land of the plan L0311, by the plan's own area column.
L0311 = 0.06597
PARKS = ["公園用地", "公園兼兒童遊樂場用地", "兒童遊樂場用地", "綠地用地", "生態綠地", "園道用地"]


@pytest.fixture(scope="session")
def real_data() -> Path:
    folder = os.environ.get("ZONGDI_REAL_DATA")
    if not folder:
        pytest.skip("ZONGDI_REAL_DATA does not name the folder of real data")
    return Path(folder)


def run(folder: Path, text: str):
    project = folder / "project.toml"
    head = 'name = "real"\nas_of = 2026-06-30\npolicy = "jinan-2021"\n'
    project.write_text(head + text, encoding="utf-8")
    return run_project(load_project(project), only=["green"])


@pytest.mark.parametrize("basis", ["official", "measured"])
def test_l0311_public_green_share(real_data: Path, tmp_path: Path, basis: str) -> None:
    official = ', area_registered_m2 = "參考面"' if basis == "official" else ""
    uses = "\n".join(f'"{name}" = "green"' for name in PARKS)
    results = run(
        tmp_path,
        f"""
[layers.parcels]
path    = "{real_data.as_posix()}/tw_l0311/L0311.json"
columns = {{ parcel_id = "OBJECTID", land_use = "使用分"{official} }}
[layers.parcels.values.land_use]
{uses}
[layers.green]
path    = "{real_data.as_posix()}/tw_l0311/L0311.json"
columns = {{ green_id = "OBJECTID" }}
where   = {{ "使用分" = {PARKS!r} }}
[green]
public_green_approval_no = "A1"
""".replace("'", '"'),
    )
    pool = results.green_pools.iloc[0]
    assert pool["share_with_public"] == pytest.approx(L0311, abs=5e-6)
    assert pool["public_m2"] / pool["area_m2"] == pytest.approx(L0311, abs=5e-6)
    assert pool["share_without_public"] == pytest.approx(pool["attached_m2"] / pool["area_m2"])
    account = results.green_account.set_index("item")["area_m2"]
    assert account[["on_parcels", "public", "outside"]].sum() == pytest.approx(account["mapped"])


def test_cambridge_open_space_and_vegetation_count_once(real_data: Path, tmp_path: Path) -> None:
    source = real_data / "us_cambridge" / "alewife_clip.gpkg"
    results = run(
        tmp_path,
        f"""
[layers.parcels]
path    = "{source.as_posix()}"
layer   = "parcels"
columns = {{ parcel_id = "LOC_ID" }}
[layers.green]
path    = "{source.as_posix()}"
layer   = ["open_space", "vegetation"]
""",
    )
    parcels = results.parcels
    layers = [
        gpd.read_file(source, layer=name).to_crs(parcels.crs)
        for name in ("open_space", "vegetation")
    ]
    shapes = np.concatenate([shapely.make_valid(layer.geometry.to_numpy()) for layer in layers])
    union = shapely.union_all(shapes)
    drawn = shapely.area(shapes).sum()
    assert drawn - union.area > 1_000.0  # the two layers do overlap
    account = results.green_account.set_index("item")["area_m2"]
    assert account["mapped"] == pytest.approx(union.area, rel=1e-9)
    assert account[["on_parcels", "public", "outside"]].sum() == pytest.approx(union.area, rel=1e-9)
    assert account["on_parcels"] == pytest.approx(parcels["green_m2"].sum(), rel=1e-12)
    on_any = shapely.intersection(union, shapely.union_all(parcels.geometry.to_numpy())).area
    assert account["on_parcels"] == pytest.approx(on_any, rel=1e-9)
    # a parcel whose ground no other claims has the green of the union on it
    alone = ~parcels["parcel_id"].isin(
        results.problems.loc[results.problems["code"] == "green_on_overlapping_parcels", "id"]
    )
    truth = shapely.area(shapely.intersection(parcels.geometry.to_numpy(), union))
    np.testing.assert_allclose(parcels["green_m2"][alone], truth[alone], atol=1.0)


def clipped_share(path: Path, polygon, low: float) -> float:
    """Clip every pixel with the polygon and add up those at or above `low`."""
    with rasterio.open(path) as raster:
        near = from_bounds(*polygon.bounds, raster.transform)
        window = Window(
            int(near.col_off), int(near.row_off), int(near.width) + 3, int(near.height) + 3
        )
        values = raster.read(1, window=window)
        place = raster.transform
    rows, columns = np.indices(values.shape)
    left = place.c + (columns + window.col_off) * place.a
    top = place.f + (rows + window.row_off) * place.e
    pixels = shapely.box(left, top + place.e, left + place.a, top)
    area = shapely.area(shapely.intersection(pixels, polygon))
    assert area.sum() == pytest.approx(polygon.area, rel=1e-9)
    return float(area[values >= low].sum() / polygon.area)


def test_bilbao_canopy_share_of_every_polygon(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "rasters_bilbao" / "CDSM.tif"
    with rasterio.open(path) as raster:
        west, south, east, north = raster.bounds
    chosen = np.random.default_rng(5)
    shapes = [
        box(x, y, x + w, y + h)
        for x, y, w, h in zip(
            chosen.uniform(west + 300, east - 300, 12),
            chosen.uniform(south + 300, north - 300, 12),
            chosen.uniform(1, 200, 12),
            chosen.uniform(1, 200, 12),
            strict=True,
        )
    ]
    shapes += [
        Point(x, y).buffer(r).difference(Point(x, y).buffer(r / 3))
        for x, y, r in zip(
            chosen.uniform(west + 300, east - 300, 8),
            chosen.uniform(south + 300, north - 300, 8),
            chosen.uniform(5, 150, 8),
            strict=True,
        )
    ]
    ids = [f"p{at:02}" for at in range(len(shapes))]
    parcels = gpd.GeoDataFrame({"parcel_id": ids}, geometry=shapes, crs="EPSG:25830")
    parcels.to_file(tmp_path / "parcels.gpkg")
    results = run(
        tmp_path,
        f"""
crs = "EPSG:25830"
[layers.parcels]
path = "parcels.gpkg"
[rasters.canopy]
path = "{path.as_posix()}"
min  = 2.0
""",
    )
    found = results.parcels.set_index("parcel_id")
    for name, shape in zip(ids, shapes, strict=True):
        share = clipped_share(path, shape, 2.0)
        assert found.loc[name, "green_cover_share"] == pytest.approx(share, abs=1e-6)
    assert (found["green_cover_share"] > 0).any()
    # crowns are no green land
    assert found["green_m2"].isna().all()
    assert pd.isna(results.green_pools.loc[0, "share"])
