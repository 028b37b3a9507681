"""The invented zone itself: its ground is divided cleanly, and its stories all find a parcel."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely

from zongdi.demo import generate_zone
from zongdi.demo.layout import curve, to_world
from zongdi.demo.messes import OVERLAP_M
from zongdi.demo.stories import STORIES, TRAITS


@pytest.fixture(scope="module")
def zone():
    return generate_zone(np.random.default_rng(20260630))


@pytest.fixture(scope="module")
def shapes(zone):
    return np.array([parcel.polygon for parcel in zone.parcels])


def _overlaps(shapes):
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = left < right
    area = shapely.area(shapely.intersection(shapes[left[once]], shapes[right[once]]))
    return sorted(area[area > 1e-3].tolist())


def test_counts_are_those_of_a_zone(zone):
    assert 150 <= len(zone.parcels) <= 250
    assert len(zone.buildings) >= 350
    assert Counter(green.kind for green in zone.green).keys() == {
        "park", "attached", "protective", "road", "roof", "wall",
    }  # fmt: skip
    assert 1.3e6 < zone.layout.fence.area < 1.7e6
    assert len(zone.layout.gates) == 4


def test_parcels_overlap_once_and_by_a_sliver(zone, shapes):
    overlaps = _overlaps(shapes)
    assert len(overlaps) == 1
    assert overlaps[0] < 400 * OVERLAP_M
    assert sum(parcel.polygon.is_valid for parcel in zone.parcels) == len(zone.parcels)


def test_parcels_fill_the_land_within_the_ring_road_and_the_support_area(zone, shapes):
    land = to_world(zone.layout.fence.buffer(46.0, quad_segs=16).union(zone.layout.support))
    covered = shapely.union_all(shapes, grid_size=0.001)
    assert covered.difference(land).area < 5.0
    gaps = shapely.area(shapely.get_parts(land.difference(covered)))
    assert gaps.max() < 1.0  # curves drawn a hand's breadth apart on the outer edge


def test_no_parcel_is_a_sliver(zone):
    for parcel in zone.parcels:
        if parcel.land_use != "road":
            assert parcel.area_m2 > 1_500
            assert not parcel.polygon.buffer(-9.0).is_empty, parcel.parcel_id


def test_parcel_ids_are_cadastral_codes_and_one_is_repeated(zone):
    ids = Counter(parcel.parcel_id for parcel in zone.parcels)
    assert {len(parcel_id) for parcel_id in ids} == {19}
    assert {parcel_id: n for parcel_id, n in ids.items() if n > 1} == {zone.repeated_id: 2}


def test_every_story_and_every_trait_has_its_parcel(zone):
    told = Counter(role.story for role in zone.cast.roles.values() if role.story)
    assert told == {story.key: story.parcels_n for story in STORIES}
    wanted = Counter(trait.key for trait in TRAITS)
    assert Counter(key for parcel in zone.parcels for key in parcel.traits & set(wanted)) == wanted


def test_buildings_stand_on_their_parcel_but_for_those_declared(zone):
    by_id = {parcel.parcel_id: parcel.polygon for parcel in zone.parcels}
    astray = [
        building.name
        for building in zone.buildings
        if not building.parcel_id
        or building.polygon.difference(by_id[building.parcel_id].buffer(0.01)).area > 0.1
    ]
    assert Counter(astray) == {"跨宗地连廊": 2, "宗地外建筑": 1}


def test_buildings_do_not_run_into_each_other(zone):
    footprints = np.array([building.polygon for building in zone.buildings])
    assert max(_overlaps(footprints), default=0.0) < 1.0


def test_built_land_is_neither_empty_nor_full(zone):
    ground: Counter[str] = Counter()
    for building in zone.buildings:
        ground[building.parcel_id] += building.polygon.area
    share = [
        ground[parcel.parcel_id] / parcel.area_m2
        for parcel in zone.parcels
        if zone.cast.roles[parcel.parcel_id].site == "built"
        and parcel.land_use in {"industrial", "storage", "research", "office", "commercial"}
    ]
    assert min(share) > 0.05
    assert max(share) < 0.65
    assert 0.25 < float(np.mean(share)) < 0.5


def test_one_green_polygon_is_a_bow_tie(zone):
    assert sum(not green.polygon.is_valid for green in zone.green) == 1


def test_another_seed_tells_the_same_stories():
    other = generate_zone(np.random.default_rng(7))
    assert {role.story for role in other.cast.roles.values() if role.story} == {
        story.key for story in STORIES
    }


def test_a_curve_passes_through_its_points():
    points = [(0.0, 0.0), (50.0, 20.0), (90.0, -10.0)]
    drawn = shapely.LineString(curve(points))
    assert max(drawn.distance(shapely.Point(point)) for point in points) < 1e-9
