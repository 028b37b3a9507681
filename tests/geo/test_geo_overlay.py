"""Area tables, covered ground, overlaps: cases that can be computed by hand."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, box

from geo.errors import (
    CRSMismatchError,
    InvalidGeometryError,
    MissingCRSError,
    UnsuitableCRSError,
)
from geo.overlay import area_table, covered_areas_m2, overlapping_pairs, uncovered

CRS = "EPSG:4548"


def layer(*shapes):
    return gpd.GeoSeries(list(shapes), crs=CRS)


# Two parcels of 100 m2 side by side; one building inside, one across their edge (half and half),
# one across the outer edge (3 of 4 m2 inside), one far away.
PARCELS = layer(box(0, 0, 10, 10), box(10, 0, 20, 10))
BUILDINGS = layer(box(1, 1, 3, 3), box(8, 4, 12, 6), box(17, 2, 21, 3), box(50, 50, 51, 51))


def test_rows_totals_and_residual():
    table = area_table(PARCELS, BUILDINGS)
    assert table.left.tolist() == [0, 0, 1, 1]
    assert table.right.tolist() == [0, 1, 1, 2]
    assert table.area_m2.tolist() == [4.0, 4.0, 4.0, 3.0]
    assert table.left_area_m2.tolist() == [100.0, 100.0]
    assert table.right_area_m2.tolist() == [4.0, 8.0, 4.0, 1.0]
    assert table.left_totals().tolist() == [8.0, 7.0]
    assert table.right_totals().tolist() == [4.0, 8.0, 3.0, 0.0]
    assert table.right_residual_m2().tolist() == [0.0, 0.0, 1.0, 1.0]
    assert table.left_shares().tolist() == [0.04, 0.04, 0.04, 0.03]
    assert table.right_shares().tolist() == [1.0, 0.5, 0.5, 0.75]


def test_weights_and_where():
    table = area_table(PARCELS, BUILDINGS)
    storeys = np.array([2.0, 3.0, 1.0, 9.0])
    assert table.left_totals(storeys).tolist() == [20.0, 15.0]
    assert table.left_totals(where=np.array([True, False, True, True])).tolist() == [4.0, 3.0]
    # An unknown weight makes unknown what needs it, unless it is left out.
    storeys[2] = np.nan
    assert table.left_totals(storeys)[0] == 20.0
    assert math.isnan(table.left_totals(storeys)[1])
    assert table.left_totals(storeys, ~np.isnan(storeys)).tolist() == [20.0, 12.0]


def test_scaled_keeps_totals_plus_residual():
    table = area_table(PARCELS, BUILDINGS)
    scaled = table.scaled(np.array([2.0, 1.0]))
    assert scaled.left_area_m2.tolist() == [200.0, 100.0]
    assert scaled.left_totals().tolist() == [16.0, 7.0]
    assert scaled.left_shares().tolist() == table.left_shares().tolist()
    assert scaled.right_area_m2.tolist() == [8.0, 12.0, 4.0, 1.0]
    assert scaled.right_residual_m2().tolist() == [0.0, 0.0, 1.0, 1.0]


def test_frame_names_its_columns():
    frame = area_table(PARCELS, BUILDINGS, left_name="parcel", right_name="building").frame()
    assert list(frame) == ["parcel", "building", "area_m2", "left_share", "right_share"]
    assert len(frame) == 4


def test_largest_right():
    zones = layer(box(0, 0, 6, 10), box(6, 0, 15, 10), box(15, 0, 16, 10))
    lots = layer(box(0, 0, 10, 10), box(10, 0, 20, 10), box(40, 0, 50, 10), None)
    best = area_table(lots, zones).largest_right()
    assert best["right"].tolist() == [0, 1, pd.NA, pd.NA]
    assert best["share"].iloc[:3].tolist() == [0.6, 0.5, 0.0]
    assert math.isnan(best["share"].iloc[3])


def test_equal_shares_go_to_the_smaller_right_polygon_in_any_order():
    lot = layer(box(0, 0, 10, 10))
    big, small = box(-20, 0, 5, 10), box(5, 0, 10, 10)
    assert area_table(lot, layer(big, small)).largest_right()["right"].tolist() == [1]
    assert area_table(lot, layer(small, big)).largest_right()["right"].tolist() == [0]


def test_a_left_layer_that_overlaps_itself_shares_with_each():
    # The building lies wholly inside both parcels: skipping the second would lose its 4 m2.
    twins = layer(box(0, 0, 10, 10), box(0, 0, 10, 10), box(2, 0, 10, 10))
    table = area_table(twins, layer(box(1, 1, 3, 3)))
    assert table.left_totals().tolist() == [4.0, 4.0, 2.0]
    assert table.right_residual_m2().tolist() == [-6.0]


def test_the_left_wholly_inside_the_right():
    table = area_table(PARCELS, layer(Point(10, 5).buffer(100), Point(300, 5).buffer(10)))
    assert table.area_m2.tolist() == [100.0, 100.0]
    assert table.right.tolist() == [0, 0]


def test_a_building_in_a_hole_or_a_notch_is_outside():
    ring = box(0, 0, 10, 10) - box(2, 2, 8, 8)
    notched = Polygon([(20, 0), (30, 0), (30, 10), (25, 10), (25, 5), (20, 5)])
    table = area_table(layer(ring, notched), layer(box(3, 3, 4, 4), box(21, 6, 24, 9)))
    assert len(table.area_m2) == 0
    assert table.right_residual_m2().tolist() == [1.0, 9.0]


def test_shared_edges_are_not_shared_area():
    assert len(area_table(PARCELS, layer(box(20, 0, 30, 10), box(5, 10, 15, 20))).left) == 0


def test_multipolygons_count_all_their_parts():
    two = MultiPolygon([box(1, 1, 2, 2), box(12, 1, 14, 2)])
    assert area_table(PARCELS, layer(two)).left_totals().tolist() == [1.0, 2.0]


def test_missing_and_empty_geometries():
    table = area_table(layer(box(0, 0, 10, 10), None, Polygon()), layer(None, box(1, 1, 2, 2)))
    assert table.area_m2.tolist() == [1.0]
    totals = table.left_totals()
    assert totals[0] == 1.0
    assert math.isnan(totals[1])
    assert totals[2] == 0.0
    assert math.isnan(table.right_residual_m2()[0])


@pytest.mark.parametrize("threads", [1, 2])
def test_empty_layers(threads):
    none = layer()
    for left, right in ((none, BUILDINGS), (PARCELS, none), (none, none)):
        table = area_table(left, right, threads=threads)
        assert len(table.left) == 0
        assert table.left_totals().tolist() == [0.0] * len(left)
        assert len(table.frame()) == 0
        assert len(table.largest_right()) == len(left)
        assert covered_areas_m2(left, right).tolist() == [0.0] * len(left)
        assert len(uncovered(left, right)) == len(left)
    assert len(overlapping_pairs(none)) == 0


def test_frames_and_series_are_taken_alike():
    frame = gpd.GeoDataFrame({"a": [1, 2]}, geometry=PARCELS.to_numpy(), crs=CRS)
    assert area_table(frame, BUILDINGS).left_totals().tolist() == [8.0, 7.0]


def test_a_bow_tie_is_an_error_that_names_its_position():
    # Its plane area is 0: without the gate a building there would silently count nothing.
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    with pytest.raises(InvalidGeometryError, match=r"'parcels'.*positions 1 \(Self-intersection"):
        area_table(layer(box(50, 0, 60, 10), bow_tie), BUILDINGS, left_name="parcels")
    with pytest.raises(InvalidGeometryError, match="'right'"):
        area_table(PARCELS, layer(bow_tie))
    with pytest.raises(InvalidGeometryError):
        covered_areas_m2(PARCELS, layer(bow_tie))
    with pytest.raises(InvalidGeometryError):
        overlapping_pairs(layer(bow_tie))
    with pytest.raises(InvalidGeometryError):
        uncovered(layer(bow_tie), PARCELS)


def test_many_invalid_positions_are_counted():
    bow_ties = [Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])] * 9
    with pytest.raises(InvalidGeometryError, match=r"0, 1, 2, 3, 4, \.\.\. \(9 in all\)"):
        area_table(layer(*bow_ties), BUILDINGS)


def test_points_are_no_polygons():
    with pytest.raises(InvalidGeometryError, match="Point"):
        area_table(PARCELS, layer(Point(1, 1)))


def test_systems_must_agree_and_measure():
    with pytest.raises(MissingCRSError):
        area_table(PARCELS, gpd.GeoSeries(BUILDINGS.to_numpy()))
    with pytest.raises(CRSMismatchError):
        area_table(PARCELS, BUILDINGS.set_crs(4549, allow_override=True))
    with pytest.raises(UnsuitableCRSError):
        area_table(PARCELS.set_crs(4326, allow_override=True), BUILDINGS.to_crs(4326))


def test_covered_ground_counts_once():
    lawns = layer(box(0, 0, 4, 10), box(2, 0, 6, 10), box(9, 0, 11, 10), box(0, 0, 1, 1))
    # First parcel: 60 united plus 10; second: 10.
    assert covered_areas_m2(PARCELS, lawns).tolist() == [70.0, 10.0]
    assert area_table(PARCELS, lawns).left_totals().tolist() == [91.0, 10.0]
    assert covered_areas_m2(layer(box(40, 0, 41, 1), None), lawns)[0] == 0.0
    assert math.isnan(covered_areas_m2(layer(None), lawns)[0])


def test_covered_whole_by_several():
    assert covered_areas_m2(
        PARCELS, layer(box(-1, -1, 21, 11), box(0, 0, 20, 5), box(5, 5, 9, 9))
    ).tolist() == [100.0, 100.0]


def test_more_overlapping_shapes_than_are_united_at_once():
    strips = layer(*(box(start, 0, start + 2, 10) for start in range(9)), box(0, 0, 1, 1))
    assert covered_areas_m2(PARCELS, strips).tolist() == [100.0, 0.0]
    strips = layer(*(box(start, 0, start + 1.5, 10) for start in np.arange(0, 9, 0.5)))
    assert covered_areas_m2(PARCELS, strips).tolist() == pytest.approx([100.0, 0.0])


def test_overlapping_pairs_and_their_tolerance():
    shapes = layer(box(0, 0, 2, 2), box(1, 1, 3, 3), box(2, 0, 4, 1), box(0.5, 0.5, 1, 1), None)
    pairs = overlapping_pairs(shapes)
    assert pairs.to_numpy().tolist() == [[0, 1, 1.0], [0, 3, 0.25]]
    assert overlapping_pairs(shapes, tolerance_m2=0.25)["b"].tolist() == [1]
    assert overlapping_pairs(shapes, tolerance_m2=0.2499)["b"].tolist() == [1, 3]


def test_uncovered():
    lots = gpd.GeoSeries(
        [box(0, 0, 10, 10), box(20, 0, 30, 10), None, box(0, 0, 1, 1)], crs=CRS, index=list("abcd")
    )
    rest = uncovered(lots, layer(box(0, 0, 4, 10), box(2, 0, 6, 10), box(8, 0, 12, 10)))
    assert rest.index.tolist() == list("abcd")
    assert rest["a"].equals(box(6, 0, 8, 10))
    assert rest["b"].equals(lots["b"])
    assert rest["c"] is None
    assert rest["d"].is_empty
    assert rest.crs == lots.crs


def test_the_layers_are_left_as_they_are():
    parcels, buildings = PARCELS.copy(), BUILDINGS.copy()
    area_table(parcels, buildings)
    covered_areas_m2(parcels, buildings)
    uncovered(parcels, buildings)
    assert not shapely.is_prepared(parcels.to_numpy()).any()
    assert parcels.geom_equals_exact(PARCELS, 0).all()
    assert buildings.geom_equals_exact(BUILDINGS, 0).all()
