"""The floor area of a building: the best record first, high storeys again, low ones half."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from analyses.floor_area import building_floor_areas, standing, storey_height_by_use
from policies import load_policy

X, Y = 500_000, 4_060_000
POLICY = load_policy("national")


def buildings_of(**columns) -> gpd.GeoDataFrame:
    """Buildings of 10 m x 10 m."""
    n = len(next(iter(columns.values())))
    shapes = [box(X + 20 * i, Y, X + 20 * i + 10, Y + 10) for i in range(n)]
    ids = [f"b{i}" for i in range(n)]
    return gpd.GeoDataFrame({"building_id": ids, **columns}, geometry=shapes, crs="EPSG:4548")


def areas(**columns) -> pd.DataFrame:
    return building_floor_areas(buildings_of(**columns), POLICY)


def test_best_record_first() -> None:
    buildings = buildings_of(
        floor_area_m2=[333.0, None, None, None, None],
        floors_n=[2, 2, 2, None, None],
        height_m=[9.0, 9.0, 9.0, 9.0, None],
        storey_height_m=[3.0, 3.0, 3.0, 3.0, 3.0],
    )
    storeys = pd.DataFrame(
        {
            "building_id": ["b0", "b1", "b1"],
            "storey_no": [1, 1, 2],
            "height_m": [4.0, 4.0, 4.0],
            "floor_area_m2": [90.0, 90.0, 80.0],
        }
    )
    result = building_floor_areas(buildings, POLICY, storeys=storeys)
    assert result["floor_area_m2"].tolist()[:4] == [333.0, 170.0, 200.0, 300.0]
    assert np.isnan(result["floor_area_m2"].iloc[4])
    assert result["floor_area_source"].tolist() == [
        "recorded",
        "storeys_table",
        "floors_x_footprint",
        "height",
        "none",
    ]
    assert result["footprint_m2"].tolist() == [100.0] * 5


def test_storeys_from_height_are_whole_and_at_least_one() -> None:
    result = areas(height_m=[9.9, 2.0, 9.8, 12.0], storey_height_m=[3.3, 3.3, 3.3, None])
    assert result["floor_area_m2"].tolist()[:3] == [300.0, 100.0, 200.0]
    assert np.isnan(result["floor_area_m2"].iloc[3])  # a storey height is never assumed


def test_the_projects_storey_height_serves_by_use() -> None:
    buildings = buildings_of(height_m=[12.0] * 3, use=["storage", "office", None])
    result = building_floor_areas(
        buildings, POLICY, storey_height_m={"storage": 12.0, "default": 4.0}
    )
    assert result["floor_area_m2"].tolist() == [100.0, 300.0, 300.0]
    # 12 m in one storey counts twice, three storeys of 4 m do not
    assert result["floor_area_control_m2"].tolist() == [200.0, 300.0, 300.0]


def test_no_default_leaves_other_uses_unknown() -> None:
    uses = pd.Series(["office", "storage"], dtype="string")
    assert storey_height_by_use(uses, {"office": 3.0}).isna().tolist() == [False, True]


@pytest.mark.parametrize(("height", "times"), [(8.0, 1), (8.000001, 2), (7.9, 1), (16.0, 2)])
def test_a_storey_above_eight_metres_counts_twice(height: float, times: int) -> None:
    result = areas(floors_n=[1], storey_height_m=[height])
    assert result["floor_area_m2"].item() == 100.0
    assert result["floor_area_control_m2"].item() == 100.0 * times


def test_control_by_height_over_storeys() -> None:
    # two storeys of 18 m may be one of 15.8 m on one of 2.2 m: only one of them is surely high
    result = areas(floors_n=[1, 2, 2], height_m=[9.0, 9.0, 18.0])
    known = result["floor_area_control_m2"]
    assert (known.iloc[:2].tolist(), np.isnan(known.iloc[2])) == ([200.0, 200.0], True)
    assert result["floor_area_control_least_m2"].tolist() == [200.0, 200.0, 300.0]
    assert result["floor_area_control_most_m2"].tolist() == [200.0, 200.0, 400.0]


def test_control_is_unknown_without_any_height() -> None:
    result = areas(floors_n=[2], floor_area_m2=[250.0])
    assert result["floor_area_m2"].item() == 250.0
    assert np.isnan(result["floor_area_control_m2"].item())


def test_a_low_building_has_no_high_storey() -> None:
    # 7 m in all: however it is divided, no storey is higher than 8 m
    assert areas(floor_area_m2=[250.0], height_m=[7.0])["floor_area_control_m2"].item() == 250.0
    assert np.isnan(areas(floor_area_m2=[250.0], height_m=[9.0])["floor_area_control_m2"].item())


def test_control_storey_by_storey() -> None:
    buildings = buildings_of(floors_n=[3], height_m=[30.0])
    storeys = pd.DataFrame(
        {
            "building_id": ["b0"] * 4,
            "storey_no": [-1, 1, 2, 3],
            "height_m": [9.0, 9.0, 4.0, 2.0],
            "floor_area_m2": [100.0, 100.0, 90.0, 40.0],
        }
    )
    result = building_floor_areas(buildings, POLICY, storeys=storeys).iloc[0]
    # the cellar is not above ground; 2.0 m is lower than 2.20 m and counts half
    assert result["floor_area_m2"] == 100.0 + 90.0 + 20.0
    assert result["floor_area_control_m2"] == 2 * 100.0 + 90.0 + 20.0


@pytest.mark.parametrize(("height", "area"), [(2.20, 100.0), (2.19, 50.0)])
def test_a_storey_below_two_metres_twenty_counts_half(height: float, area: float) -> None:
    storeys = pd.DataFrame(
        {"building_id": ["b0"], "storey_no": [1], "height_m": [height], "floor_area_m2": [100.0]}
    )
    result = building_floor_areas(buildings_of(floors_n=[5]), POLICY, storeys=storeys)
    assert result["floor_area_m2"].item() == area


def test_an_incomplete_storeys_table_is_not_used() -> None:
    storeys = pd.DataFrame(
        {
            "building_id": ["b0", "b0"],
            "storey_no": [1, 2],
            "height_m": [4.0, 4.0],
            "floor_area_m2": [100.0, None],
        }
    )
    result = building_floor_areas(buildings_of(floors_n=[2]), POLICY, storeys=storeys)
    assert result["floor_area_source"].item() == "floors_x_footprint"


def test_a_storey_without_height_leaves_control_unknown() -> None:
    storeys = pd.DataFrame(
        {
            "building_id": ["b0", "b0"],
            "storey_no": [1, 2],
            "height_m": [4.0, None],
            "floor_area_m2": [100.0, 100.0],
        }
    )
    result = building_floor_areas(buildings_of(floors_n=[None]), POLICY, storeys=storeys)
    assert result["floor_area_m2"].item() == 200.0
    assert np.isnan(result["floor_area_control_m2"].item())


def test_what_counts() -> None:
    buildings = buildings_of(
        floors_n=[1] * 7,
        kind=["building", None, "structure", "yard", "building", "building", "building"],
        permanence=[None, "permanent", None, None, "temporary", None, None],
        state=["built", None, None, None, None, "demolished", "under_construction"],
    )
    result = building_floor_areas(buildings, POLICY)
    assert result["counts"].tolist() == [True, True, False, False, False, False, False]
    assert result["occupies"].tolist() == [True, True, True, True, False, False, False]
    assert result["floor_area_m2"].isna().tolist() == [False, False, True, True] + [False] * 3
    assert standing(buildings).tolist() == result["counts"].tolist()


def test_a_stated_zero_of_storeys_is_a_cellar_alone() -> None:
    result = areas(floors_n=[0])
    assert (result["floor_area_m2"].item(), result["floor_area_control_m2"].item()) == (0.0, 0.0)


def test_buildings_without_geometry_keep_their_record() -> None:
    buildings = pd.DataFrame(
        {"building_id": ["a", "b"], "floor_area_m2": [50.0, None], "floors_n": [1, 1]}
    )
    result = building_floor_areas(buildings, POLICY)
    assert result["floor_area_m2"].iloc[0] == 50.0
    assert np.isnan(result["floor_area_m2"].iloc[1])


@given(
    height=st.floats(2.2, 60.0),
    floors=st.integers(1, 12),
    factor_line=st.sampled_from([8.0]),
)
@settings(max_examples=25, deadline=None)
def test_control_is_plain_or_twice_plain(height: float, floors: int, factor_line: float) -> None:
    result = areas(floors_n=[floors], height_m=[height]).iloc[0]
    plain = 100.0 * floors
    assert result["floor_area_m2"] == plain
    known = result["floor_area_control_m2"]
    least, most = result["floor_area_control_least_m2"], result["floor_area_control_most_m2"]
    # storeys of the mean height are one way to divide it, of which the figure must hold
    mean = plain * (2 if height / floors > factor_line * (1 + 1e-9) else 1)
    if height >= 2.2 * floors:
        assert plain <= least <= mean + 1e-9
        assert mean - 1e-9 <= most <= 2 * plain
    assert np.isnan(known) or known == least == most
    if floors == 1 or height <= factor_line:
        assert known == mean
