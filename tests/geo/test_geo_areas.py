"""Plane and ellipsoidal areas."""

import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from geo.areas import ellipsoid_areas_m2, plane_areas_m2
from geo.crs import transformer
from geo.errors import MissingCRSError, UnsuitableCRSError


def geodesic_areas(series):
    """Integrate along the geodesics, one polygon at a time."""
    geod = series.crs.get_geod()
    degrees = series.to_crs(series.crs.geodetic_crs)
    return np.array([geod.geometry_area_perimeter(p)[0] for p in shapely.orient_polygons(degrees)])


def square(x, y, side):
    return box(x, y, x + side, y + side)


def test_plane_area_is_that_of_the_coordinates_on_the_index():
    shapes = [square(500_000, 4e6, 100), square(0, 0, 4) - square(1, 1, 2), None, Polygon()]
    areas = plane_areas_m2(gpd.GeoSeries(shapes, crs=4548, index=list("abcd")))
    assert areas.index.tolist() == list("abcd")
    assert areas.iloc[:2].tolist() == [10_000.0, 12.0]
    assert math.isnan(areas["c"])
    assert areas["d"] == 0.0


@pytest.mark.parametrize("code", [4326, 3857, 2249])
def test_plane_area_refuses_what_cannot_measure(code):
    with pytest.raises(UnsuitableCRSError):
        plane_areas_m2(gpd.GeoSeries([square(0, 0, 1)], crs=code))


def test_areas_without_crs():
    bare = gpd.GeoSeries([square(0, 0, 1)])
    for measure in (plane_areas_m2, ellipsoid_areas_m2):
        with pytest.raises(MissingCRSError):
            measure(bare)


@pytest.mark.parametrize(
    ("degrees", "expected_m2"), [(0.5, 49_997.53), (1.0, 49_990.14), (1.5, 49_977.84)]
)
def test_a_rectangle_of_50000_m2_shrinks_with_its_distance_from_the_meridian(degrees, expected_m2):
    # The published figures for 0.5, 1.0 and 1.5 degrees from the central meridian at 36.7 N.
    x, y = transformer(4490, 4548).transform(117 + degrees, 36.7)
    rectangle = gpd.GeoSeries([box(x, y, x + 250, y + 200)], crs=4548)
    assert plane_areas_m2(rectangle).item() == pytest.approx(50_000.0)
    assert ellipsoid_areas_m2(rectangle).item() == pytest.approx(expected_m2, abs=0.02)


@pytest.mark.parametrize("code_x_y", [(4548, 630_000, 4.06e6), (3826, 250_000, 2.7e6)])
@pytest.mark.parametrize("side", [100.0, 1e3, 1e4, 1e5])
def test_ellipsoidal_area_follows_the_geodesics(code_x_y, side):
    code, x, y = code_x_y
    shapes = [square(x, y, side), Polygon([(x, y), (x + side, y), (x, y + side)])]
    series = gpd.GeoSeries(shapes, crs=code)
    assert ellipsoid_areas_m2(series).to_numpy() == pytest.approx(geodesic_areas(series), rel=5e-7)


def test_long_edges_are_divided():
    # Four corners 10 km apart: without division the chords cut off 7 to 20 m2.
    series = gpd.GeoSeries([square(600_000, 4.06e6, 10_000)], crs=4548)
    assert abs(ellipsoid_areas_m2(series).item() - geodesic_areas(series).item()) < 2.0


def test_a_triangle_in_degrees_far_from_the_rest():
    triangle = Polygon([(117, 36), (118, 36), (117, 37)])
    series = gpd.GeoSeries([triangle, square(121, 30, 0.001)], crs=4326)
    assert ellipsoid_areas_m2(series).to_numpy() == pytest.approx(geodesic_areas(series), rel=1e-6)


def test_holes_parts_null_and_empty():
    outer, hole = square(500_000, 4e6, 20_000), square(505_000, 4_005_000, 9_000)
    far = square(540_000, 4e6, 100)
    ring = Polygon(outer.exterior, [hole.exterior])
    shapes = [outer, hole, far, ring, MultiPolygon([ring, far]), None, Polygon()]
    areas = ellipsoid_areas_m2(gpd.GeoSeries(shapes, crs=4548))
    assert areas[3] == pytest.approx(areas[0] - areas[1], rel=1e-9)
    assert areas[4] == pytest.approx(areas[3] + areas[2], rel=1e-9)
    assert math.isnan(areas[5])
    assert areas[6] == 0.0


def test_layers_without_any_ground():
    assert ellipsoid_areas_m2(gpd.GeoSeries([], crs=4548)).tolist() == []
    assert ellipsoid_areas_m2(gpd.GeoSeries([Polygon()], crs=4548)).tolist() == [0.0]
    assert ellipsoid_areas_m2(gpd.GeoSeries([None], crs=4548)).isna().all()


def test_coordinates_outside_their_crs():
    with pytest.raises(UnsuitableCRSError, match="do not lie within"):
        ellipsoid_areas_m2(gpd.GeoSeries([square(5e5, 4e6, 10)], crs=4326))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(450_000, 550_000), st.floats(4e6, 4.1e6), st.floats(5, 20_000)),
        min_size=1,
        max_size=4,
    ),
    st.randoms(use_true_random=False),
)
def test_order_of_rows_and_direction_of_rings_change_nothing(squares, random):
    shapes = [square(*values) for values in squares]
    areas = ellipsoid_areas_m2(gpd.GeoSeries(shapes, crs=4548)).to_numpy()
    order = list(range(len(shapes)))
    random.shuffle(order)
    shuffled = gpd.GeoSeries([shapes[nth].reverse() for nth in order], crs=4548)
    assert ellipsoid_areas_m2(shuffled).to_numpy() == pytest.approx(areas[order], rel=1e-10)
