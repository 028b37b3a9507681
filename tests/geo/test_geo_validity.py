"""Repair of polygons and its account."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from geo.validity import REASONS, repair_polygons

BOW_TIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
TWICE_WOUND = Polygon([(0, 0), (4, 0), (4, 4), (1, 4), (1, 1), (3, 1), (3, 3), (0, 3)])


def repaired(shape):
    repair = repair_polygons(gpd.GeoSeries([shape], crs=4548))
    return repair.geometry.iloc[0], repair.account


@pytest.mark.parametrize(
    ("shape", "before", "after"),
    [
        # both lobes of a bow-tie
        (BOW_TIE, 0.0, 2.0),
        # parts that overlap: 4 + 4 - 1
        (MultiPolygon([box(0, 0, 2, 2), box(1, 1, 3, 3)]), 8.0, 7.0),
        # ground wound around twice is ground once, not a hole
        (TWICE_WOUND, 19.0, 15.0),
        # two holes that overlap: 16 - (1 + 2.25 - 0.25)
        (
            Polygon(
                box(0, 0, 4, 4).exterior,
                [box(1, 1, 2, 2).exterior, box(1.5, 1.5, 3, 3).exterior],
            ),
            12.75,
            13.0,
        ),
    ],
)
def test_nothing_is_lost_or_counted_twice(shape, before, after):
    fixed, account = repaired(shape)
    assert fixed.is_valid
    assert fixed.area == pytest.approx(after)
    assert account["reason"].tolist() == ["invalid"]
    assert account["area_before_m2"].tolist() == [before]
    assert account["area_after_m2"].tolist() == [pytest.approx(after)]
    assert "ntersection" in account["detail"].iloc[0]


@pytest.mark.parametrize(
    ("shape", "reasons"),
    [
        (None, ["null"]),
        (Polygon(), ["empty"]),
        (Point(1, 1), ["not_polygon"]),
        (LineString([(0, 0), (1, 1)]), ["not_polygon"]),
        (Polygon([(0, 0), (1, 1), (2, 2)]), ["invalid", "collapsed"]),
        (GeometryCollection([Point(1, 1)]), ["mixed", "collapsed"]),
    ],
)
def test_what_has_no_area_becomes_null(shape, reasons):
    fixed, account = repaired(shape)
    assert fixed is None
    assert account["reason"].tolist() == reasons
    assert account["area_after_m2"].isna().all()


@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_coordinates_that_are_not_numbers():
    fixed, account = repaired(Polygon([(0, 0), (1, 0), (np.nan, 1), (0, 0)]))
    assert fixed is None
    assert account["reason"].tolist() == ["not_finite"]


def test_heights_are_dropped_and_said():
    fixed, account = repaired(Polygon([(0, 0, 1), (1, 0, 1), (1, 1, 1)]))
    assert not fixed.has_z
    assert account["reason"].tolist() == ["z_dropped"]
    assert account["area_after_m2"].tolist() == [0.5]


def test_a_collection_keeps_its_polygons_counted_once():
    nested = GeometryCollection([box(0.5, 0, 2, 1), LineString([(5, 5), (6, 6)])])
    fixed, account = repaired(GeometryCollection([box(0, 0, 1, 1), Point(3, 3), nested]))
    assert fixed.geom_type == "Polygon"
    assert fixed.area == 2.0
    assert account["reason"].tolist() == ["mixed"]


def test_sound_polygons_pass_without_a_word_and_turn_counter_clockwise():
    clockwise = Polygon([(0, 0), (0, 4), (4, 4), (4, 0)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    repair = repair_polygons(gpd.GeoSeries([clockwise, clockwise.reverse()], crs=4548))
    assert len(repair.account) == 0
    one, other = repair.geometry
    assert one.exterior.is_ccw
    assert not one.interiors[0].is_ccw
    assert one.area == other.area == 15.0


def test_index_crs_and_labels_are_kept():
    shapes = gpd.GeoSeries([box(0, 0, 1, 1), BOW_TIE, None], index=["a", "b", "c"], crs=4548)
    repair = repair_polygons(shapes)
    assert repair.geometry.index.tolist() == ["a", "b", "c"]
    assert repair.geometry.crs == shapes.crs
    assert repair.account["index"].tolist() == ["b", "c"]
    assert repair.account["position"].tolist() == [1, 2]
    assert set(repair.account["reason"]) <= set(REASONS)
    assert not shapes.iloc[1].is_valid, "the input is left as it is"


def test_no_rows():
    repair = repair_polygons(gpd.GeoSeries([], crs=4548))
    assert len(repair.geometry) == 0
    assert list(repair.account) == [
        "index",
        "position",
        "reason",
        "detail",
        "area_before_m2",
        "area_after_m2",
    ]


def windings(ring, x, y):
    """Add up the angles under which a ring is seen from a place."""
    from_place = np.asarray(ring.exterior.coords) - (x, y)
    turn = np.arctan2(from_place[:, 1], from_place[:, 0])
    steps = (np.diff(turn) + np.pi) % (2 * np.pi) - np.pi
    return round(steps.sum() / (2 * np.pi))


corners = st.tuples(st.integers(0, 5), st.integers(0, 5))


@settings(max_examples=80, deadline=None)
@given(st.lists(corners, min_size=3, max_size=9))
def test_any_ring_becomes_what_it_winds_around(ring_corners):
    ring = Polygon(ring_corners)
    fixed, _ = repaired(ring)
    # Places off every line between whole-numbered corners.
    places = [(x + 0.4871, y + 0.3119) for x in range(5) for y in range(5)]
    wound = [windings(ring, *place) != 0 for place in places]
    if fixed is not None:
        assert fixed.is_valid
        assert fixed.geom_type in {"Polygon", "MultiPolygon"}
    if any(wound):
        assert [fixed.contains(Point(place)) for place in places] == wound


def test_a_ring_drawn_forth_and_back_keeps_its_ground():
    fixed, _ = repaired(Polygon([(0, 0), (1, 0), (0, 1), (0, 0), (0, 1), (1, 0)]))
    assert fixed.area == 0.5


def test_a_hole_reached_over_a_bridge_stays_a_hole():
    # One ring: along the outside, over a bridge, around the hole the other way, and back.
    banana = Polygon(
        [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0), (1, 1), (1, 3), (3, 3), (3, 1), (1, 1)]
    )
    fixed, _ = repaired(banana)
    assert fixed.area == 12.0
    assert not fixed.contains(Point(2, 2))
