"""Shared areas on whole arrays against the intersections of GEOS."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, affinity, box

from geo import pairs
from geo.overlay import area_table
from geo.rings import surely_valid, vertex_counts
from geo.strips import shared_by_strips

SQUARE = box(0, 0, 4, 4)
U_SHAPE = Polygon([(0, 0), (5, 0), (5, 5), (4, 5), (4, 1), (1, 1), (1, 5), (0, 5)])


def area(larger, smaller):
    return shared_by_strips(np.array([larger]), np.array([smaller])).item()


@pytest.mark.parametrize(
    ("larger", "smaller", "expected"),
    [
        (SQUARE, box(3, 3, 9, 9), 1.0),
        (SQUARE, box(1, 1, 2, 2), 1.0),
        (box(1, 1, 2, 2), SQUARE, 1.0),
        (SQUARE, SQUARE, 16.0),
        # an edge, a corner, nothing in common
        (SQUARE, box(4, 0, 8, 4), 0.0),
        (SQUARE, box(4, 4, 8, 8), 0.0),
        (SQUARE, box(9, 9, 10, 10), 0.0),
        # two separate pieces: the arms of the U
        (U_SHAPE, box(-1, 2, 6, 3), 2.0),
        (box(-1, 2, 6, 3), U_SHAPE, 2.0),
        (U_SHAPE, U_SHAPE, 13.0),
        # in the hollow of the U
        (U_SHAPE, box(2, 2, 3, 3), 0.0),
    ],
)
def test_by_hand_in_both_directions_of_both_rings(larger, smaller, expected):
    for one in (larger, larger.reverse()):
        for other in (smaller, smaller.reverse()):
            assert area(one, other) == pytest.approx(expected, abs=1e-12)


def test_what_else_is_no_single_ring():
    shapes = [SQUARE, SQUARE - box(1, 1, 2, 2), MultiPolygon([SQUARE]), Point(0, 0), None]
    shapes += [Polygon(), LineString([(0, 0), (1, 1)])]
    assert vertex_counts(np.array(shapes)).tolist() == [4, 0, 0, 0, 0, 0, 0]


def test_other_pairs_in_the_batch_do_not_change_a_bit():
    circle = Point(2, 2).buffer(3, quad_segs=7)
    triangle = Polygon([(0.1, 0.1), (7.3, 1.9), (2.2, 6.6)])
    alone = area(circle, triangle)
    together = shared_by_strips(np.array([U_SHAPE, circle]), np.array([U_SHAPE, triangle]))
    assert together[1] == alone


def test_no_pairs():
    assert shared_by_strips(np.array([], object), np.array([], object)).tolist() == []


corners = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=3, max_size=7)


@st.composite
def polygon(draw):
    """Any simple polygon: a star-shaped ring on whole numbers, so that edges often coincide."""
    points = np.array(draw(corners), dtype="float64")
    middle = points.mean(axis=0)
    angle = np.arctan2(*(points - middle).T)
    made = Polygon(points[np.argsort(angle, kind="stable")])
    if not made.is_valid or made.area == 0:
        made = box(*points.min(axis=0), *(points.max(axis=0) + 1))
    made = affinity.rotate(made, draw(st.sampled_from([0, 0, 33])), origin=(0, 0))
    return affinity.translate(made, 39_500_000, 4_060_000)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(polygon(), polygon()), min_size=1, max_size=6))
def test_as_geos_intersects(couples):
    larger = np.array([one for one, _ in couples])
    smaller = np.array([other for _, other in couples])
    expected = shapely.area(shapely.intersection(larger, smaller))
    assert shared_by_strips(larger, smaller) == pytest.approx(expected, abs=2e-6)


def test_large_polygons_still_go_to_geos(monkeypatch):
    asked = []
    monkeypatch.setattr(pairs, "shared_by_strips", lambda one, _: asked.extend(one) or [])
    round_one, round_two = Point(0, 0).buffer(5), Point(3, 0).buffer(5)
    table = area_table(
        *(gpd.GeoSeries([shape], crs="EPSG:4548") for shape in (round_one, round_two))
    )
    assert table.area_m2.item() == pytest.approx(round_one.intersection(round_two).area)
    assert not asked


def test_steep_edges_keep_their_area():
    # 1 km high, 0.1 mm aslant: the slope of the edge is ten millions.
    sliver = Polygon([(0, 0), (10, 0), (10.0001, 1000), (0.0001, 1000)])
    sliver = affinity.translate(sliver, 39_500_000, 4_060_000)
    band = affinity.translate(box(-5, 400, 5, 500), 39_500_000, 4_060_000)
    assert area(sliver, band) == pytest.approx(sliver.intersection(band).area, rel=1e-9)


@pytest.mark.parametrize(
    ("ring", "sure"),
    [
        ([(0, 0), (4, 0), (4, 4), (0, 4)], True),
        ([(0, 4), (4, 4), (4, 0), (0, 0)], True),
        # an L, seen whole from its centroid
        ([(0, 0), (4, 0), (4, 2), (2, 2), (2, 4), (0, 4)], True),
        # a U is valid, but not seen whole from anywhere: GEOS is asked
        ([(0, 0), (5, 0), (5, 5), (4, 5), (4, 1), (1, 1), (1, 5), (0, 5)], False),
        # a bow-tie, a ring drawn twice, a spike, three points in a line
        ([(0, 0), (2, 2), (2, 0), (0, 2)], False),
        ([(0, 0), (4, 0), (4, 4), (0, 4)] * 2, False),
        ([(0, 0), (4, 0), (9, 0), (4, 0), (4, 4), (0, 4)], False),
        ([(0, 0), (4, 0), (8, 0)], False),
    ],
)
def test_only_what_is_seen_whole_is_surely_valid(ring, sure):
    shapes = np.array([Polygon(ring)])
    assert surely_valid(shapes, vertex_counts(shapes)).tolist() == [sure]


anywhere = st.tuples(st.floats(-50, 50), st.floats(-50, 50))
on_a_grid = st.tuples(st.integers(-3, 3), st.integers(-3, 3))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(anywhere, on_a_grid), min_size=3, max_size=9))
def test_what_is_surely_valid_is_valid(points):
    shapes = np.array([affinity.translate(Polygon(points), 39_500_000, 4_060_000)])
    if surely_valid(shapes, vertex_counts(shapes)).item():
        assert shapes[0].is_valid
        assert shapes[0].area > 0
