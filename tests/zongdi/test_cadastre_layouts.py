"""Whole runs over cadastres of several layouts: floor area against parts x storeys, cut independently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from layers.project import load_project
from zongdi.pipeline import run_project

if TYPE_CHECKING:
    from pathlib import Path

CRS = "EPSG:25830"
X, Y = 440_000.0, 4_470_000.0
SIDE = 40.0
#: Storeys above and below ground of the parts of a plot, side by side.
PLOTS = [
    [(2, 0)],
    [(1, 0), (3, 1)],
    [(0, 1), (4, 0), (2, 0)],
    [(5, 2), (1, 0)],
    [(1, 0), (2, 0), (3, 0), (4, 1)],
]


def at(x: float, y: float, width: float, height: float) -> Polygon:
    return box(X + x, Y + y, X + x + width, Y + y + height)


def plots() -> gpd.GeoDataFrame:
    """Five plots in a row and a vacant one."""
    shapes = [at(SIDE * n, 0, SIDE, SIDE) for n in range(len(PLOTS) + 1)]
    ids = [f"00010{n}CS52D" for n in range(len(shapes))]
    return gpd.GeoDataFrame({"localId": ids}, geometry=shapes, crs=CRS)


def houses() -> list[list[Polygon]]:
    """The parts of every plot, on tenths of metres."""
    return [
        [at(SIDE * n + 3.3 + 7.1 * k, 4.7, 7.1, 9.9 + 1.3 * k) for k in range(len(parts))]
        for n, parts in enumerate(PLOTS)
    ]


def expected(parcels: gpd.GeoDataFrame, parts: list[tuple[Any, float]]) -> list[float]:
    return [sum(plot.intersection(s).area * f for s, f in parts) for plot in parcels.geometry]


def run(folder: Path, parcels: gpd.GeoDataFrame, buildings: list[dict[str, Any]], columns: str):
    frame = gpd.GeoDataFrame(buildings, crs=CRS)
    parcels.to_file(folder / "base.gpkg", layer="parcels")
    frame.to_file(folder / "base.gpkg", layer="buildings")
    (folder / "project.toml").write_text(
        'as_of = 2026-06-30\npolicy = "national"\n'
        '[layers.parcels]\npath = "base.gpkg"\nlayer = "parcels"\ncolumns = { parcel_id = "localId" }\n'
        f'[layers.buildings]\npath = "base.gpkg"\nlayer = "buildings"\ncolumns = {{ {columns} }}\n',
        encoding="utf-8",
    )
    results = run_project(load_project(folder), only=("far",))
    ids = parcels["localId"]
    return results.parcels.set_index("parcel_id").reindex(ids), results.problems


def inspire(*, official: bool, doubled: bool = False) -> tuple[list[dict[str, Any]], list[Any]]:
    """Outlines with an official floor area beside their parts, a pool, and parts that occur twice."""
    rows: list[dict[str, Any]] = []
    parts: list[tuple[Polygon, float]] = []
    for n, (shapes, floors) in enumerate(zip(houses(), PLOTS, strict=True)):
        ref = f"00010{n}CS52D"
        value = round(sum(s.area * f for s, (f, _) in zip(shapes, floors, strict=True)))
        whole = {"localId": ref, "value": value if official else None}
        rows.append(whole | {"geometry": shapely.union_all(shapes)})
        for k, (shape, (above, below)) in enumerate(zip(shapes, floors, strict=True)):
            part = {"localId": f"{ref}_part{k + 1}", "above": above, "below": below}
            rows += [part | {"geometry": shape}] * (1 + doubled)
            parts.append((shape, above))
        rows.append({"localId": f"{ref}_PI.1", "geometry": at(SIDE * n + 30, 30, 5, 4)})
    return rows, parts


NAMES = 'building_id = "localId", floors_n = "above", floors_below_n = "below"'


@pytest.mark.parametrize(
    ("official", "doubled", "columns"),
    [
        (False, False, NAMES),
        (True, False, NAMES + ', floor_area_m2 = "value"'),
        (True, True, NAMES + ', floor_area_m2 = "value"'),
    ],
)
def test_a_cadastre_of_outlines_parts_and_pools(tmp_path, official, doubled, columns) -> None:
    parcels = plots()
    rows, parts = inspire(official=official, doubled=doubled)
    measured, _ = run(tmp_path, parcels, rows, columns)
    floor_area = expected(parcels, parts)
    np.testing.assert_allclose(measured["floor_area_m2"], floor_area, rtol=1e-6)
    np.testing.assert_allclose(
        measured["far_plain"], np.array(floor_area) / parcels.geometry.area, rtol=1e-6
    )
    values = [row["value"] for row in rows if row.get("value")]
    if values:
        assert measured["floor_area_m2"].sum() == pytest.approx(sum(values), rel=0.05)
    below = sum(
        s.area * b
        for shapes, floors in zip(houses(), PLOTS, strict=True)
        for s, (_, b) in zip(shapes, floors, strict=True)
    )
    assert measured["floor_area_below_m2"].sum() == pytest.approx(below, rel=1e-9)


@pytest.mark.parametrize("storeys_of_the_whole", [True, False])
def test_a_city_model_of_wholes_and_parts(tmp_path, storeys_of_the_whole: bool) -> None:
    parcels, rows, parts = plots(), [], []
    for n, (shapes, floors) in enumerate(zip(houses(), PLOTS, strict=True)):
        above = [max(f, 1) for f, _ in floors]
        if len(shapes) > 1:
            top = max(above) if storeys_of_the_whole else None
            whole = {"gml": f"b{n}", "above": top, "height": 3.0 * max(above)}
            rows.append(whole | {"geometry": shapely.union_all(shapes)})
        for k, (shape, f) in enumerate(zip(shapes, above, strict=True)):
            rows.append({"gml": f"b{n}p{k}", "above": f, "height": 3.0 * f, "geometry": shape})
            parts.append((shape, f))
    names = 'building_id = "gml", floors_n = "above", height_m = "height"'
    measured, problems = run(tmp_path, parcels, rows, names)
    np.testing.assert_allclose(measured["floor_area_m2"], expected(parcels, parts), rtol=1e-6)
    assert (problems["code"] == "building-beside-its-parts").sum() == 4


def test_multipolygons_with_holes_across_parcels_are_told_once(tmp_path) -> None:
    """A building over the boundary is split by its ground and reported in one row."""
    parcels = plots()
    ring = at(5, 5, 20, 25) - at(10, 10, 5, 10)
    shape = MultiPolygon([ring, at(36, 32, 8, 6)])
    rows = [
        {"id": "m", "floors": 3, "geometry": shape},
        {"id": "s", "floors": 2, "geometry": MultiPolygon([at(70, 5, 20, 10)])},
        {"id": "off", "floors": 2, "geometry": MultiPolygon([at(0, -30, 20, 10)])},
    ]
    measured, problems = run(tmp_path, parcels, rows, 'building_id = "id", floors_n = "floors"')
    floor_area = expected(parcels, [(row["geometry"], row["floors"]) for row in rows])
    np.testing.assert_allclose(measured["floor_area_m2"], floor_area, rtol=1e-6)
    assert measured["split_buildings_n"].tolist() == [1, 2, 1, 0, 0, 0]
    of_buildings = problems[problems["layer"] == "buildings"]
    told = of_buildings[["id", "code"]].to_numpy().tolist()
    assert sorted(told) == [
        ["m", "building-on-several-parcels"],
        ["off", "building-on-no-parcel"],
        ["s", "building-on-several-parcels"],
    ]


def test_one_building_without_storeys_leaves_its_parcel_unknown_and_the_rest_told(tmp_path) -> None:
    parcels = plots()
    rows = [
        {"id": f"b{n}", "floors": None if n == 2 else 2, "geometry": at(SIDE * n + 5, 5, 10, 10)}
        for n in range(5)
    ]
    rows.append({"id": "more", "floors": 4, "geometry": at(SIDE * 2 + 20, 5, 10, 10)})
    measured, _ = run(tmp_path, parcels, rows, 'building_id = "id", floors_n = "floors"')
    assert measured["floor_area_m2"].isna().tolist() == [False, False, True, False, False, False]
    assert measured["floor_area_least_m2"].tolist() == pytest.approx([200, 200, 400, 200, 200, 0])


def test_parcels_that_overlap_by_the_rounding_of_a_survey_keep_their_shares(tmp_path) -> None:
    shapes = [at(SIDE * n - 0.001, 0, SIDE + 0.002, SIDE) for n in range(3)]
    parcels = gpd.GeoDataFrame({"localId": list("abc")}, geometry=shapes, crs=CRS)
    building = at(30, 5, 60, 20)
    measured, _ = run(
        tmp_path, parcels, [{"id": "x", "floors": 3, "geometry": building}], 'building_id = "id", floors_n = "floors"'
    )  # fmt: skip
    np.testing.assert_allclose(
        measured["floor_area_m2"], expected(parcels, [(building, 3)]), rtol=1e-6
    )
