"""The site area: which record prevails, and when two measurements contradict each other."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from analyses.areas import area_problems, parcel_areas

X, Y = 500_000, 4_060_000  # on the central meridian of EPSG:4548


def parcels_at(x: float, *, side: float = 100.0, **columns) -> gpd.GeoDataFrame:
    n = len(next(iter(columns.values()))) if columns else 1
    shapes = [box(x, Y + i * side, x + side, Y + (i + 1) * side) for i in range(n)]
    ids = [f"p{i}" for i in range(n)]
    return gpd.GeoDataFrame({"parcel_id": ids, **columns}, geometry=shapes, crs="EPSG:4548")


def test_first_record_there_is_prevails() -> None:
    parcels = parcels_at(
        X,
        area_net_m2=[9_000.0, None, None, None],
        area_contract_m2=[9_500.0, 9_500.0, None, None],
        area_registered_m2=[9_900.0, 9_900.0, 9_900.0, None],
    )
    areas = parcel_areas(parcels)
    assert areas["area_basis"].tolist() == ["net", "contract", "registered", "measured"]
    assert areas["area_m2"].tolist() == [9_000.0, 9_500.0, 9_900.0, 10_000.0]
    assert areas["area_plane_m2"].tolist() == [10_000.0] * 4
    assert areas.index.equals(parcels.index)


def test_a_recorded_zero_is_no_record() -> None:
    areas = parcel_areas(parcels_at(X, area_registered_m2=[0.0]))
    assert areas.loc[0, "area_basis"] == "measured"


@pytest.mark.parametrize("method", ["plane", "ellipsoid"])
def test_the_measured_area_follows_the_method(method: str) -> None:
    areas = parcel_areas(parcels_at(X + 130_000), method=method)
    assert areas.loc[0, "area_m2"] == areas.loc[0, f"area_{method}_m2"]
    assert areas.loc[0, "area_plane_m2"] > areas.loc[0, "area_ellipsoid_m2"]


def test_methods_apart_by_more_than_a_thousandth_are_a_problem() -> None:
    # At 130 km from the meridian the plane shows 0.04 % too much, at 250 km 0.15 %.
    near, far = parcels_at(X + 130_000), parcels_at(X + 250_000)
    assert area_problems(near, parcel_areas(near)).empty
    problems = area_problems(far, parcel_areas(far))
    assert problems["code"].tolist() == ["area_methods_differ"]
    assert problems["id"].tolist() == ["p0"]
    assert problems["severity"].tolist() == ["warning"]


def test_without_geometry_and_record_everything_is_unknown() -> None:
    parcels = pd.DataFrame({"parcel_id": ["a", "b"], "area_contract_m2": [500.0, np.nan]})
    areas = parcel_areas(parcels)
    assert areas["area_m2"].tolist()[0] == 500.0
    assert areas.loc[1, ["area_m2", "area_basis", "area_plane_m2"]].isna().all()
    assert area_problems(parcels, areas)["id"].tolist() == ["b"]


def test_a_row_without_geometry_does_not_disturb_the_others() -> None:
    parcels = parcels_at(X, area_net_m2=[None, None])
    parcels.loc[0, "geometry"] = None
    areas = parcel_areas(parcels)
    assert np.isnan(areas.loc[0, "area_m2"])
    assert areas.loc[1, "area_m2"] == 10_000.0


def test_inputs_are_not_altered() -> None:
    parcels = parcels_at(X, area_net_m2=[0.0, 5.0])
    before = parcels.copy()
    parcel_areas(parcels)
    pd.testing.assert_frame_equal(pd.DataFrame(parcels), pd.DataFrame(before))
