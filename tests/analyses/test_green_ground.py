"""Where green lies: every square metre once, on one parcel, in one zone, or outside both."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from analyses.areas import parcel_areas
from analyses.green import analyse_green
from analyses.green_ground import measure_green
from geo.once import counted_once, place_order
from policies import load_policy

X, Y = 500_000, 4_060_000
AS_OF = date(2026, 6, 30)
NATIONAL = load_policy("national")


def rect(x0: float, y0: float, x1: float, y1: float):
    return box(X + x0, Y + y0, X + x1, Y + y1)


def layer(shapes, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4548")


def parcels_at(*shapes, zone_id="z", **columns) -> gpd.GeoDataFrame:
    zones = [zone_id] * len(shapes) if isinstance(zone_id, str) else zone_id
    ids = [f"p{at}" for at in range(len(shapes))]
    frame = layer(shapes, parcel_id=ids, zone_id=zones, **columns)
    return frame.join(parcel_areas(frame))


def greens(*pieces, **columns) -> gpd.GeoDataFrame:
    """Return green polygons, each a kind and a rectangle."""
    return layer(
        [rect(*where) for _, where in pieces],
        green_id=[f"g{at}" for at in range(len(pieces))],
        kind=[kind for kind, _ in pieces],
        **columns,
    )


def amounts(ground) -> dict[str, float]:
    return dict(zip(ground.account["item"], ground.account["area_m2"], strict=True))


@pytest.mark.parametrize(
    ("pieces", "on_parcels", "overlap"),
    [
        # two that overlap by 10 x 100, of one kind and of two
        ([("attached", (0, 0, 20, 100)), ("attached", (10, 0, 30, 100))], [3_000.0, 0.0], 1_000.0),
        ([("park", (0, 0, 20, 100)), ("attached", (10, 0, 30, 100))], [3_000.0, 0.0], 1_000.0),
        # one within another, and the same polygon three times
        ([("park", (0, 0, 50, 100)), ("road", (10, 10, 20, 20))], [5_000.0, 0.0], 100.0),
        ([("park", (0, 0, 10, 10))] * 3, [100.0, 0.0], 200.0),
        # split between two parcels: 30 x 10 and 20 x 10
        ([("attached", (70, 0, 120, 10))], [300.0, 200.0], 0.0),
        # three at one place
        (
            [
                ("attached", (0, 0, 30, 10)),
                ("road", (20, 0, 50, 10)),
                ("protective", (25, 0, 60, 10)),
            ],
            [600.0, 0.0],
            350.0,
        ),
        ([("roof", (0, 0, 50, 50)), ("wall", (60, 0, 61, 50))], [0.0, 0.0], 0.0),
    ],
)
def test_ground_counts_once(pieces, on_parcels, overlap) -> None:
    parcels = parcels_at(rect(0, 0, 100, 100), rect(100, 0, 200, 100))
    ground = measure_green(parcels, greens(*pieces))
    assert ground.on_parcels_m2.tolist() == pytest.approx(on_parcels)
    account = amounts(ground)
    assert account["overlap"] == pytest.approx(overlap)
    assert account["mapped"] == pytest.approx(sum(on_parcels))


@pytest.mark.parametrize(
    ("building", "counted", "reported"),
    [
        ({}, 4_000.0, True),
        ({"kind": ["structure"]}, 4_000.0, True),
        ({"kind": ["yard"]}, 5_000.0, False),
        ({"state": ["demolished"]}, 5_000.0, False),
        ({"state": ["under_construction"]}, 4_000.0, True),
        ({"permanence": ["temporary"]}, 5_000.0, False),
        # an underground garage covers no ground
        ({"floors_n": [0], "floors_below_n": [2]}, 5_000.0, False),
        ({"floors_n": [3], "floors_below_n": [2]}, 4_000.0, True),
    ],
)
def test_green_on_a_footprint_is_taken_off_and_reported(building, counted, reported) -> None:
    parcels = parcels_at(rect(0, 0, 100, 100))
    buildings = layer([rect(40, 0, 70, 100)], building_id=["b"], **building)
    ground = measure_green(parcels, greens(("attached", (0, 0, 50, 100))), buildings=buildings)
    assert ground.on_parcels_m2.tolist() == pytest.approx([counted])
    assert ground.problems["code"].tolist() == ["green_under_building"] * reported
    assert amounts(ground)["under_buildings"] == pytest.approx(5_000.0 - counted)


def test_ground_that_two_parcels_claim_counts_on_the_first_and_is_reported() -> None:
    parcels = parcels_at(rect(0, 0, 100, 100), rect(90, 0, 200, 100))
    ground = measure_green(parcels, greens(("attached", (80, 0, 110, 100))))
    assert ground.on_parcels_m2.tolist() == pytest.approx([2_000.0, 1_000.0])
    assert ground.problems["code"].tolist() == ["green_on_overlapping_parcels"]
    assert ground.problems["id"].tolist() == ["p1"]


def test_green_on_no_parcel_is_its_zone_s_or_lies_outside() -> None:
    parcels = parcels_at(rect(0, 0, 100, 100), zone_id=["z"])
    pools = layer([rect(0, 0, 150, 100), rect(150, 0, 300, 100)], zone_id=["z", "y"])
    ground = measure_green(
        parcels,
        greens(
            ("park", (90, 0, 200, 10)), ("road", (140, 50, 160, 60)), ("park", (290, 0, 320, 10))
        ),
        pools=pools,
    )
    off = ground.off_parcels.set_index(["zone_id", "kind"])["area_m2"]
    assert off.to_dict() == pytest.approx(
        {("y", "park"): 600.0, ("y", "road"): 100.0, ("z", "park"): 500.0, ("z", "road"): 100.0}
    )
    account = amounts(ground)
    assert account["on_parcels"] == pytest.approx(100.0)
    assert account["public"] == pytest.approx(1_300.0)
    assert account["outside"] == pytest.approx(200.0)


_SIDE = st.integers(0, 12)
_BOXES = st.lists(st.tuples(_SIDE, _SIDE, st.integers(1, 6), st.integers(1, 6)), max_size=7)


@given(
    parcels=_BOXES.filter(bool),
    green=_BOXES.filter(bool),
    buildings=_BOXES,
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=20, deadline=None)
def test_area_is_conserved_whatever_the_order(parcels, green, buildings, order) -> None:
    def shapes(boxes):
        return [rect(x * 10, y * 10, (x + w) * 10, (y + h) * 10) for x, y, w, h in boxes]

    plots = parcels_at(*shapes(parcels))
    kinds = ["attached", "park", "road", "protective", None]
    land = layer(
        shapes(green),
        green_id=[f"g{at}" for at in range(len(green))],
        kind=[kinds[at % 5] for at in range(len(green))],
    )
    built = layer(shapes(buildings), building_id=[f"b{at}" for at in range(len(buildings))])
    pools = layer([rect(0, 0, 80, 200), rect(80, 0, 120, 200)], zone_id=["y", "z"])
    ground = measure_green(plots, land, buildings=built, pools=pools)
    truth = shapely.difference(
        shapely.union_all(land.geometry.to_numpy()), shapely.union_all(built.geometry.to_numpy())
    )
    account = amounts(ground)
    assert account["mapped"] == pytest.approx(truth.area, abs=1e-6)
    assert account["on_parcels"] + account["public"] + account["outside"] == pytest.approx(
        truth.area, abs=1e-6
    )
    on_any = shapely.intersection(truth, shapely.union_all(plots.geometry.to_numpy()))
    assert account["on_parcels"] == pytest.approx(on_any.area, abs=1e-6)
    rest = shapely.difference(truth, shapely.union_all(plots.geometry.to_numpy()))
    inside = shapely.intersection(rest, shapely.union_all(pools.geometry.to_numpy()))
    assert account["public"] == pytest.approx(inside.area, abs=1e-6)

    shuffled = list(range(len(land)))
    order.shuffle(shuffled)
    again = measure_green(
        plots.iloc[::-1], land.iloc[shuffled], buildings=built.iloc[::-1], pools=pools
    )
    assert again.on_parcels_m2[::-1] == pytest.approx(ground.on_parcels_m2, abs=1e-6)
    pd.testing.assert_frame_equal(again.off_parcels, ground.off_parcels)


def test_a_mosaic_needs_a_strict_order() -> None:
    squares = gpd.GeoSeries([rect(0, 0, 2, 2), rect(1, 1, 3, 3)], crs="EPSG:4548")
    with pytest.raises(ValueError, match="same rank"):
        counted_once(squares, np.array([1, 1]))
    assert place_order(squares).tolist() == [0, 1]
    assert counted_once(squares, place_order(squares)).area.tolist() == pytest.approx([4.0, 3.0])


def test_canopy_never_becomes_green_ratio() -> None:
    parcels = parcels_at(rect(0, 0, 100, 100), green_min_share=[0.2])
    alone = analyse_green(
        parcels, NATIONAL, AS_OF, rasters={"cover_share": pd.Series([0.6])}
    ).measures.iloc[0]
    assert (alone["green_cover_m2"], alone["green_cover_share"]) == (6_000.0, 0.6)
    assert alone[["green_m2", "green_share", "green_balance_m2"]].isna().all()
    both = analyse_green(
        parcels,
        NATIONAL,
        AS_OF,
        green=greens(("attached", (0, 0, 10, 100))),
        rasters={"cover_share": pd.Series([0.6])},
    ).measures.iloc[0]
    assert (both["green_share"], both["green_cover_share"]) == pytest.approx((0.1, 0.6))
