"""Zones: which zone a parcel belongs to, the share inside the fence, and what a zone adds up to."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from analyses.areas import parcel_areas
from analyses.results import ZONES
from analyses.zones import assign_zones, zone_areas, zone_totals

X, Y = 500_000, 4_060_000


def rect(x0: float, y0: float, x1: float, y1: float):
    return box(X + x0, Y + y0, X + x1, Y + y1)


def frame(shapes, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4548")


@pytest.fixture
def parcels() -> gpd.GeoDataFrame:
    """Four squares of 10 m in a row: x = 0, 10, 20, 30."""
    return frame([rect(x, 0, x + 10, 10) for x in (0, 10, 20, 30)], parcel_id=list("abcd"))


def test_no_zones_layer_is_one_zone(parcels) -> None:
    zoned = assign_zones(parcels, None)
    assert zoned["zone_id"].tolist() == ["*"] * 4
    assert zoned["zone_share"].tolist() == [1.0] * 4
    assert zoned["fenced_share"].isna().all()


def test_half_is_enough_and_less_is_not(parcels) -> None:
    zones = frame([rect(0, 0, 25, 10)], zone_id=["Z"], kind=["approved"])
    zoned = assign_zones(parcels, zones)
    assert zoned["zone_id"].tolist()[:3] == ["Z", "Z", "Z"]
    assert zoned["zone_id"].isna().tolist() == [False, False, False, True]
    assert zoned["zone_share"].tolist()[:3] == [1.0, 1.0, 0.5]
    narrower = frame([rect(0, 0, 24.9, 10)], zone_id=["Z"], kind=["approved"])
    assert assign_zones(parcels, narrower)["zone_id"].isna().tolist() == [False, False, True, True]


def test_fence_before_approved_before_support(parcels) -> None:
    zones = frame(
        [rect(0, 0, 40, 10), rect(0, 0, 30, 10), rect(0, 0, 6, 10)],
        zone_id=["S", "A", "F"],
        kind=["support", "approved", "fenced"],
    )
    # a: 60 % in the fence of F, wholly in A and S; d: in S alone
    assert assign_zones(parcels, zones)["zone_id"].tolist() == ["F", "A", "A", "S"]


def test_the_largest_share_among_zones_of_one_kind(parcels) -> None:
    zones = frame(
        [rect(0, 0, 16, 10), rect(16, 0, 40, 10)], zone_id=["Z1", "Z2"], kind=["approved"] * 2
    )
    assert assign_zones(parcels, zones)["zone_id"].tolist() == ["Z1", "Z1", "Z2", "Z2"]


def test_accepted_phases_are_not_used(parcels) -> None:
    zones = frame([rect(0, 0, 40, 10)], zone_id=["Z"], kind=["accepted"])
    assert assign_zones(parcels, zones)["zone_id"].isna().all()


def test_a_given_zone_prevails(parcels) -> None:
    given = parcels.assign(zone_id=pd.array(["K", None, None, None], dtype="string"))
    zones = frame([rect(0, 0, 40, 10)], zone_id=["Z"], kind=["fenced"])
    zoned = assign_zones(given, zones)
    assert zoned["zone_id"].tolist() == ["K", "Z", "Z", "Z"]
    assert np.isnan(zoned.loc[0, "zone_share"])  # K has no polygon: nothing is known of it
    assert zoned.loc[1, "zone_share"] == 1.0


def test_fenced_share_counts_every_fence_once_and_is_unknown_without_one(parcels) -> None:
    zones = frame(
        [rect(0, 0, 20, 10), rect(0, 0, 4, 10), rect(2, 0, 8, 10), rect(20, 0, 40, 10)],
        zone_id=["Z", "Z", "Z", "N"],
        kind=["approved", "fenced", "fenced", "approved"],
    )
    zoned = assign_zones(parcels, zones)
    assert zoned["fenced_share"].tolist()[:2] == pytest.approx([0.8, 0.0])
    assert zoned["fenced_share"].isna().tolist() == [False, False, True, True]  # N has no fence
    assert zoned["zone_share"].tolist() == pytest.approx([0.8, 1.0, 1.0, 1.0])


def test_rows_without_geometry_have_no_zone(parcels) -> None:
    parcels.loc[1, "geometry"] = None
    zones = frame([rect(0, 0, 40, 10)], zone_id=["Z"], kind=["fenced"])
    zoned = assign_zones(parcels, zones)
    assert zoned["zone_id"].isna().tolist() == [False, True, False, False]
    assert zoned.loc[1, ["zone_share", "fenced_share"]].isna().all()


def test_zone_area_is_that_of_the_fence_else_approved_else_the_parcels(parcels) -> None:
    joined = parcels.assign(zone_id=["F", "F", "A", "P"]).join(parcel_areas(parcels))
    zones = frame(
        [rect(0, 0, 15, 10), rect(0, 0, 100, 10), rect(20, 0, 50, 10)],
        zone_id=["F", "F", "A"],
        kind=["fenced", "approved", "approved"],
        name=["one", "one", None],
    )
    areas = zone_areas(joined, zones)
    assert areas["area_m2"].to_dict() == pytest.approx({"A": 300.0, "F": 150.0, "P": 100.0})
    assert areas["area_source"].to_dict() == {"A": "approved", "F": "fenced", "P": "parcels"}
    assert areas["parcels_n"].to_dict() == {"A": 1, "F": 2, "P": 1}
    assert areas.loc["F", "name"] == "one"


def test_a_zone_measured_by_its_parcels_is_unknown_if_one_is(parcels) -> None:
    joined = parcels.assign(zone_id="Z", area_m2=[100.0, np.nan, 100.0, 100.0])
    assert np.isnan(zone_areas(joined, None).loc["Z", "area_m2"])


def test_totals_use_the_parcels_of_known_floor_area_and_say_how_many(parcels) -> None:
    joined = parcels.assign(zone_id="Z", area_m2=100.0, floor_area_m2=[150.0, 50.0, np.nan, 0.0])
    green = pd.DataFrame({"green_m2": [30.0]}, index=pd.Index(["Z"], name="zone_id"))
    idle = pd.DataFrame({"suspected_area_m2": [100.0]}, index=pd.Index(["Z"], name="zone_id"))
    zones = zone_totals(joined, green=green, idle=idle)
    assert list(zones.columns[: len(ZONES.names)]) == list(ZONES.names)
    row = zones.iloc[0]
    assert row["far_plain"] == pytest.approx(200 / 300)
    assert (row["far_plain_parcels_n"], row["parcels_n"]) == (3, 4)
    assert (row["green_m2"], row["suspected_area_m2"], row["area_m2"]) == (30.0, 100.0, 400.0)
    assert np.isnan(row["idle_found_share"])


def test_a_zone_without_known_floor_area_is_unknown(parcels) -> None:
    joined = parcels.assign(zone_id="Z", area_m2=100.0)
    assert np.isnan(zone_totals(joined).loc[0, "far_plain"])


@given(order=st.permutations(range(4)), cut=st.integers(1, 39))
@settings(max_examples=10, deadline=None)
def test_the_order_of_rows_changes_nothing(order, cut: int) -> None:
    parcels = frame([rect(x, 0, x + 10, 10) for x in (0, 10, 20, 30)], parcel_id=list("abcd"))
    zones = frame(
        [rect(0, 0, cut, 10), rect(cut, 0, 40, 10)], zone_id=["Z1", "Z2"], kind=["fenced"] * 2
    )
    straight = assign_zones(parcels, zones)
    shuffled = assign_zones(parcels.iloc[list(order)], zones.iloc[::-1])
    pd.testing.assert_frame_equal(shuffled.sort_index(), straight)
    assert straight["fenced_share"].tolist() == pytest.approx([1.0] * 4)
