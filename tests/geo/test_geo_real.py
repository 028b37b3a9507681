"""Real layers: repair, one system, conservation of area."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from geo.areas import ellipsoid_areas_m2, plane_areas_m2
from geo.crs import computing_crs, transform_frame
from geo.overlay import area_table, covered_areas_m2
from geo.validity import repair_polygons

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not os.environ.get("ZONGDI_REAL_DATA"), reason="ZONGDI_REAL_DATA names no folder"
    ),
]


def read(pattern, **options):
    root = Path(os.environ["ZONGDI_REAL_DATA"])
    found = sorted(root.glob(pattern))
    if not found:
        pytest.skip(f"no {pattern} in the real data")
    return gpd.read_file(found[0], **options)


def prepared(frame, crs):
    moved = transform_frame(frame, crs)
    repair = repair_polygons(moved.geometry)
    assert repair.geometry.dropna().is_valid.all()
    return repair.geometry.dropna()


def test_spanish_parcels_and_building_parts():
    parcels, parts = read("es_elhierro/parcel.gpkg"), read("es_elhierro/cons.gpkg")
    crs = computing_crs(parcels.crs, parcels.total_bounds)
    assert crs.to_epsg() == 32628
    land, houses = prepared(parcels, crs), prepared(parts, crs)
    table = area_table(land, houses)
    assert table.right_totals() + table.right_residual_m2() == pytest.approx(houses.area.to_numpy())
    covered = covered_areas_m2(land, houses)
    assert (covered <= land.area.to_numpy() + 1e-6).all()
    assert (covered <= table.left_totals() + 1e-4).all()
    ratio = plane_areas_m2(land) / ellipsoid_areas_m2(land)
    # UTM shrinks lengths by 0.9996 at the central meridian, and no more than that.
    assert ratio.between(0.9991, 1.002).all()


def test_japanese_buildings_are_measured_in_utm():
    files = sorted((Path(os.environ["ZONGDI_REAL_DATA"]) / "jp_katsushika").glob("*"))
    layers = [path for path in files if path.suffix in {".gpkg", ".geojson", ".parquet", ".fgb"}]
    if not layers:
        pytest.skip("no layer of jp_katsushika")
    frame = gpd.read_file(layers[0])
    crs = computing_crs(frame.crs, frame.total_bounds)
    assert crs.to_epsg() == 32654
    shapes = prepared(frame, crs)
    assert np.isfinite(plane_areas_m2(shapes)).all()
