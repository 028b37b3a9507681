"""Rectangles within polygons: each lies in its polygon, and the areas found by them are those of GEOS."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from geo.inner import inner_boxes
from geo.overlay import area_table
from geo.rings import vertex_counts

corner = st.tuples(st.integers(-9, 9), st.integers(-9, 9))


def boxes_in(shapes) -> np.ndarray:
    return inner_boxes(shapes, vertex_counts(shapes))


def boxes_of(shape) -> list[shapely.Polygon]:
    return [box(*one) for one in boxes_in(np.array([shape]))[0] if not np.isnan(one).any()]


def test_a_rectangle_is_its_own() -> None:
    assert boxes_of(box(0, 0, 4, 3)) == [box(0, 0, 4, 3)]


def test_an_l_has_one_along_each_arm() -> None:
    shape = Polygon([(0, 0), (8, 0), (8, 4), (4, 4), (4, 8), (0, 8)])
    found = boxes_of(shape)
    assert len(found) == 2
    assert {one.area for one in found} == {32.0}
    assert shapely.union_all(found).equals(shape)


def test_holes_parts_and_nothing_have_none() -> None:
    holed = box(0, 0, 9, 9) - box(3, 3, 5, 5)
    parts = shapely.MultiPolygon([box(0, 0, 1, 1), box(5, 5, 6, 6)])
    found = boxes_in(np.array([holed, parts, None, Polygon()], dtype=object))
    assert np.isnan(found).all()


@given(st.lists(st.lists(corner, min_size=3, max_size=14, unique=True), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_every_rectangle_lies_in_its_polygon(rings) -> None:
    shapes = np.array([Polygon(ring) for ring in rings])
    valid = shapes[shapely.is_valid(shapes)]
    for shape, boxes in zip(valid, boxes_in(valid), strict=True):
        for one in boxes[~np.isnan(boxes).any(axis=1)]:
            assert shape.covers(box(*one))


@given(
    st.lists(st.lists(corner, min_size=3, max_size=9, unique=True), min_size=2, max_size=8),
    st.integers(0, 10_000),
)
@settings(max_examples=20, deadline=None)
def test_areas_found_by_rectangles_are_those_of_geos(rings, seed: int) -> None:
    shapes = [Polygon(ring) for ring in rings]
    left = gpd.GeoSeries([one for one in shapes if one.is_valid], crs="EPSG:4548")
    places = np.random.default_rng(seed).uniform(-10, 9, size=(12, 2))
    right = gpd.GeoSeries([box(x, y, x + 1.3, y + 0.7) for x, y in places], crs="EPSG:4548")
    table = area_table(left, right)
    found = np.zeros((len(left), len(right)))
    found[table.left, table.right] = table.area_m2
    pairs = shapely.intersection(left.to_numpy()[:, None], right.to_numpy()[None, :])
    np.testing.assert_allclose(found, shapely.area(pairs), atol=2e-6)
