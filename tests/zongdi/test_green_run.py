"""Green through the whole program: a given pool, the user's costs, crowns, and every file of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from shapely import box

from layers.project import load_project
from zongdi.outputs import write_results
from zongdi.pipeline import run_project

if TYPE_CHECKING:
    from pathlib import Path

X, Y = 500_000, 4_060_000
PROJECT = """\
name   = "pool"
as_of  = 2026-06-30
policy = "ningbo-2017"
[layers]
parcels     = "parcels.gpkg"
zones       = "zones.gpkg"
green       = "green.gpkg"
green_pools = "pools.gpkg"
green_costs = "costs.csv"
[rasters.canopy]
path = "canopy.tif"
MIN
[green]
pool          = "polygon"
transfer_cost = "table"
target_share  = 0.3
target_year   = 2030
"""


def rect(x0: float, y0: float, x1: float, y1: float):
    return box(X + x0, Y + y0, X + x1, Y + y1)


def write(folder: Path, *, bound: str = "min = 2") -> Path:
    """Three hectares in a row: one with 6,000 m2 of green, two without; a park off the pool."""

    def layer(file: str, shapes, **columns) -> None:
        frame = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4548")
        frame.to_file(folder / f"{file}.gpkg")

    layer(
        "parcels",
        [rect(100 * at, 0, 100 * at + 100, 100) for at in range(3)],
        parcel_id=["p0", "p1", "p2"],
        land_use=["office"] * 3,
        green_min_share=[0.1, 0.3, 0.3],
        land_stage=["completed"] * 3,
    )
    layer("zones", [rect(0, 0, 300, 150)], zone_id=["z"], kind=["fenced"], name=["Z"])
    layer("pools", [rect(0, 0, 300, 100)], zone_id=["z"], name=["south"])
    layer(
        "green",
        [rect(0, 0, 60, 100), rect(0, 100, 100, 120)],
        green_id=["g0", "g1"],
        kind=["attached", "park"],
    )
    costs = {"from_parcel_id": ["p0", "p0"], "to_parcel_id": ["p1", "p2"], "cost": [9, 1]}
    pd.DataFrame(costs).to_csv(folder / "costs.csv", index=False)
    heights = np.zeros((20, 40), dtype="uint8")
    heights[:, :11] = 5
    with rasterio.open(
        folder / "canopy.tif",
        "w",
        driver="GTiff",
        count=1,
        width=40,
        height=20,
        dtype="uint8",
        crs="EPSG:4548",
        transform=rasterio.Affine(10, 0, X - 10, 0, -10, Y + 160),
    ) as raster:
        raster.write(heights, 1)
    project = folder / "project.toml"
    project.write_text(PROJECT.replace("MIN", bound), encoding="utf-8")
    return project


def table(out: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(out / f"{name}.csv", encoding="utf-8-sig")


def test_every_file_of_green_is_written_and_hangs_together(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_results(run_project(load_project(write(tmp_path))), out)
    moved = table(out, "transfers").set_index("to_parcel_id")
    assert moved["area_m2"].to_dict() == {"p1": 2_000.0, "p2": 3_000.0}  # the cheap pair first
    assert moved["cost"].to_dict() == {"p1": 18_000.0, "p2": 3_000.0}
    pool = table(out, "green_pools").iloc[0]
    assert (pool["pool"], pool["area_m2"], pool["status"]) == ("polygon", 30_000.0, "short")
    assert (pool["share"], pool["unmet_m2"], pool["transfer_gap"]) == (0.2, 1_000.0, 0.0)
    assert pool["cover_share"] == pytest.approx(1 / 3, abs=1e-6)
    account = table(out, "green_account").set_index("item")["area_m2"]
    assert (account["drawn"], account["on_parcels"], account["outside"]) == (8_000, 6_000, 2_000)
    assert len(table(out, "green_ledger")) == 3
    assert table(out, "green_freeing")["status"].tolist() == ["below_target"] * 4
    assert table(out, "green_years").empty
    sites = gpd.read_file(out / "green_sites.gpkg", layer="green_sites")
    assert sites["chosen_m2"].sum() == pytest.approx(3_000.0)
    assert sites.geometry.area.to_numpy() == pytest.approx(sites["area_m2"].to_numpy(), rel=1e-3)
    parcels = gpd.read_parquet(out / "parcels.parquet").set_index("parcel_id")
    assert parcels["green_cover_share"].tolist() == pytest.approx([1.0, 0.0, 0.0])
    assert parcels["green_share"].tolist() == pytest.approx([0.6, 0.0, 0.0])


def test_a_raster_without_a_bound_is_not_used_and_said(tmp_path: Path) -> None:
    results = run_project(load_project(write(tmp_path, bound="")), only=["green"])
    assert results.parcels["green_cover_share"].isna().all()
    assert "[rasters.canopy] gives neither min" in json.dumps(dict(results.record))


def test_without_polygons_the_raster_measures_the_parcels_and_the_public_ground(
    tmp_path: Path,
) -> None:
    project = write(tmp_path)
    text = project.read_text(encoding="utf-8")
    text = text.replace('green       = "green.gpkg"\n', "").replace(
        "rasters.canopy", "rasters.ndvi"
    )
    text = text.replace('pool          = "polygon"\n', 'public_green_approval_no = "A1"\n')
    project.write_text(text, encoding="utf-8")
    results = run_project(load_project(project), only=["green"])
    assert results.parcels["green_m2"].tolist() == pytest.approx([10_000.0, 0.0, 0.0])
    assert results.parcels["green_source"].tolist() == ["raster"] * 3
    pool = results.green_pools.iloc[0]
    # the fence is 300 x 150; north of the parcels 100 x 50 are green
    assert (pool["attached_m2"], pool["public_m2"]) == pytest.approx((10_000.0, 5_000.0))
    assert pool["share"] == pytest.approx(15_000 / 45_000)
