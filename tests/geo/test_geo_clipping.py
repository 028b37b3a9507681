"""Shared areas on whole arrays against the intersections of GEOS."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, affinity, box

from geo import pairs
from geo.clipping import clipped_areas, vertex_counts

SQUARE = box(0, 0, 4, 4)
U_SHAPE = Polygon([(0, 0), (5, 0), (5, 5), (4, 5), (4, 1), (1, 1), (1, 5), (0, 5)])


def area(larger, smaller):
    return clipped_areas(np.array([larger]), np.array([smaller])).item()


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
    together = clipped_areas(np.array([U_SHAPE, circle]), np.array([U_SHAPE, triangle]))
    assert together[1] == alone


def test_no_pairs():
    assert clipped_areas(np.array([], object), np.array([], object)).tolist() == []


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
    assert clipped_areas(larger, smaller) == pytest.approx(expected, abs=2e-6)


def test_large_polygons_still_go_to_geos(monkeypatch):
    called = []
    monkeypatch.setattr(pairs, "clipped_areas", lambda *_: called.append(True))
    round_one, round_two = Point(0, 0).buffer(5), Point(3, 0).buffer(5)
    shared = pairs.shared_areas_m2(
        np.array([round_one]), np.array([round_two]), np.array([0]), np.array([0])
    )
    assert shared.item() == pytest.approx(round_one.intersection(round_two).area)
    assert not called
