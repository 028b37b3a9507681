"""What must hold of area tables whatever the polygons: nothing is lost, nothing depends on order."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, affinity, box

from geo import pairs
from geo.overlay import area_table, covered_areas_m2, overlapping_pairs, uncovered

CRS = "EPSG:4548"
ORIGIN = (39_500_000.0, 4_060_000.0)


@st.composite
def shape(draw):
    """A rectangle, circle or notched rectangle at any angle on a hectare."""
    x, y = draw(st.floats(0, 100)), draw(st.floats(0, 100))
    wide, high = draw(st.floats(0.5, 40)), draw(st.floats(0.5, 40))
    kind = draw(st.sampled_from(["box", "circle", "notched"]))
    if kind == "circle":
        made = Point(x, y).buffer(wide / 2, quad_segs=4)
    else:
        made = box(x, y, x + wide, y + high)
        if kind == "notched":
            made = made - box(x + wide / 3, y + high / 3, x + wide, y + high)
    return affinity.translate(affinity.rotate(made, draw(st.integers(0, 89))), *ORIGIN)


@st.composite
def cadastre(draw):
    """Cells of a slanted lattice: they share edges and do not overlap."""
    angle, size = draw(st.integers(0, 89)), draw(st.sampled_from([10.0, 33.3]))
    cells = [
        box(column * size, row * size, (column + 1) * size, (row + 1) * size)
        for column in range(-1, 4)
        for row in range(-1, 4)
    ]
    return [
        affinity.translate(affinity.rotate(cell, angle, origin=(0, 0)), *ORIGIN) for cell in cells
    ]


shapes = st.lists(shape(), max_size=7)
lefts = st.one_of(shapes, cadastre())


def layer(items):
    return gpd.GeoSeries(items, crs=CRS)


def dense(table):
    matrix = np.zeros((len(table.left_area_m2), len(table.right_area_m2)))
    matrix[table.left, table.right] = table.area_m2
    return matrix


def brute(left, right):
    return np.array([[one.intersection(two).area for two in right] for one in left]).reshape(
        len(left), len(right)
    )


@settings(max_examples=60, deadline=None)
@given(lefts, shapes)
def test_the_fast_path_equals_every_intersection(left, right):
    table = area_table(layer(left), layer(right))
    # Coordinates of 4e7 carry 7e-9 m; over edges of 50 m that is a few 1e-7 m2.
    assert dense(table) == pytest.approx(brute(left, right), abs=5e-6)


@settings(max_examples=40, deadline=None)
@given(cadastre(), shapes)
def test_totals_and_residual_are_the_area(left, right):
    table = area_table(layer(left), layer(right))
    whole = shapely.area(right) if right else np.zeros(0)
    assert table.right_totals() + table.right_residual_m2() == pytest.approx(whole)
    assert (table.right_residual_m2() >= -1e-5).all()
    assert table.left_totals().sum() == pytest.approx(table.right_totals().sum())


@settings(max_examples=30, deadline=None)
@given(lefts, shapes, st.randoms(use_true_random=False))
def test_order_and_direction_change_nothing(left, right, random):
    expected = dense(area_table(layer(left), layer(right)))
    one, two = list(range(len(left))), list(range(len(right)))
    random.shuffle(one)
    random.shuffle(two)
    table = area_table(
        layer([left[nth].reverse() for nth in one]), layer([right[nth].reverse() for nth in two])
    )
    assert dense(table) == pytest.approx(expected[np.ix_(one, two)], abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(lefts, shapes)
def test_the_table_turned_round_is_the_same(left, right):
    table, turned = area_table(layer(left), layer(right)), area_table(layer(right), layer(left))
    assert np.abs(dense(turned).T - dense(table)).max(initial=0.0) <= 5e-6


@settings(max_examples=20, deadline=None)
@given(lefts, shapes)
def test_threads_and_runs_give_the_same_bits(left, right):
    expected = area_table(layer(left), layer(right))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "_RUN", 2)
        threaded = area_table(layer(left), layer(right), threads=2)
    assert threaded.left.tolist() == expected.left.tolist()
    assert threaded.right.tolist() == expected.right.tolist()
    assert threaded.area_m2.tolist() == expected.area_m2.tolist()


@settings(max_examples=40, deadline=None)
@given(lefts, shapes)
def test_covered_plus_uncovered_is_the_area(left, right):
    covered = covered_areas_m2(layer(left), layer(right))
    bare = uncovered(layer(left), layer(right)).area.to_numpy()
    assert covered + bare == pytest.approx(layer(left).area.to_numpy(), abs=1e-4)
    union = shapely.union_all(right)
    expected = [one.intersection(union).area for one in left]
    assert covered == pytest.approx(expected, abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(lefts)
def test_overlapping_pairs_equal_every_intersection(items):
    found = overlapping_pairs(layer(items), tolerance_m2=1e-4)
    matrix = np.triu(brute(items, items), 1)
    expected = np.argwhere(matrix > 1e-4)
    assert found[["a", "b"]].to_numpy().tolist() == expected.tolist()
    assert found["area_m2"].to_numpy() == pytest.approx(matrix[matrix > 1e-4], abs=5e-6)
