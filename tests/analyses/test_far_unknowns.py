"""Headroom and minimum where a fact is missing: at most, at least, unknown; never more than is known."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from analyses.areas import parcel_areas
from analyses.far import analyse_far
from policies import load_policy

X, Y = 500_000, 4_060_000
AS_OF = date(2026, 6, 30)
POLICY = load_policy("jinan-2021")
#: One hectare with a building of 1,000 m2 of ground and two storeys, capped at 24 m.
PLOT = {
    "land_use": "industrial",
    "land_stage": "completed",
    "far_max": 2.0,
    "coverage_max_share": 0.5,
    "height_max_m": 24.0,
}


def rect(x0: float, y0: float, x1: float, y1: float):
    return box(X + x0, Y + y0, X + x1, Y + y1)


def layer(shapes, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4548")


def plot(geometry=True, **changed: Any):
    facts = {"parcel_id": "p", "zone_id": "z"} | PLOT | changed
    frame = layer([rect(0, 0, 100, 100)], **{name: [value] for name, value in facts.items()})
    frame = frame.join(parcel_areas(frame))
    return frame if geometry else pd.DataFrame(frame.drop(columns="geometry"))


def analyse(parcels, *, building: dict[str, Any] | None = None, **more: Any):
    facts = {"building_id": "b", "floors_n": 2} | (building or {})
    buildings = layer([rect(0, 0, 10, 100)], **{name: [value] for name, value in facts.items()})
    return analyse_far(parcels, buildings, POLICY, AS_OF, **more)


def found(result, rule: str) -> pd.Series:
    rows = result.findings[result.findings["rule"] == rule]
    assert len(rows) == 1
    return rows.iloc[0]


# ---------------------------------------------------------------------- the storeys below a cap


@pytest.mark.parametrize("cap", ["height_max_m", "obstacle"])
def test_a_cap_without_a_storey_height_leaves_the_headroom_unknown(cap: str) -> None:
    if cap == "obstacle":
        result = analyse(plot(height_max_m=None), obstacle_m=pd.Series([24.0]))
    else:
        result = analyse(plot())
    row, verdict = result.measures.iloc[0], found(result, "far.headroom")
    assert row["bound_by"] == "unknown"
    assert np.isnan(row["floor_area_headroom_m2"])
    assert np.isnan(row["floor_area_allowed_m2"])
    assert row["floor_area_headroom_most_m2"] == 18_000.0
    assert (verdict["verdict"], verdict["missing"]) == ("unknown", "storey_height_m")
    # what is known is told as a most
    assert (verdict["measured"], verdict["limit"]) == (18_000.0, 20_000.0)
    assert "至多18,000.00" in verdict["note_zh"]
    assert "at most 18,000.00" in verdict["note_en"]
    paths = result.tables["far_paths"].set_index("path")
    for code in ("add_storeys", "extend_production", "extend_storage", "extend_research"):
        assert paths.loc[code, "verdict"] == "unknown"
        assert "storey_height_m" in paths.loc[code, "missing"]
    assert paths.loc["rearrange", "verdict"] == "yes"
    assert paths.loc["add_storeys", "waiver_national"] == "unknown"
    assert found(result, "far.waiver_national")["missing"] == "storey_height_m"


@pytest.mark.parametrize(
    ("building", "storeys", "height", "allowed"),
    [
        # 24 m hold six storeys of 4 m on half of the hectare: more than 2.0 allows
        ({"storey_height_m": 4.0}, None, 4.0, 20_000.0),
        # 12 m in two storeys: four of 6 m
        ({"height_m": 12.0}, None, 6.0, 20_000.0),
        # two of 9 m: the height binds
        ({"height_m": 18.0}, None, 9.0, 10_000.0),
        # the storeys table: 8 m and 6 m, a third of the area above: 7.33 m, three storeys
        ({}, [(1, 8.0, 1_000.0), (2, 6.0, 500.0)], 22 / 3, 15_000.0),
        # a storey that counts half tells nothing of another
        ({"height_m": 4.0}, None, np.nan, np.nan),
    ],
)
def test_the_buildings_of_the_parcel_tell_the_storey_height(
    building, storeys, height: float, allowed: float
) -> None:
    more = {}
    if storeys:
        more["storeys"] = pd.DataFrame(
            [("b", *row) for row in storeys],
            columns=["building_id", "storey_no", "height_m", "floor_area_m2"],
        )
    result = analyse(plot(), building=building, **more)
    row = result.measures.iloc[0]
    assert row["storey_height_used_m"] == pytest.approx(height, nan_ok=True)
    assert row["floor_area_allowed_m2"] == pytest.approx(allowed, nan_ok=True)
    if not np.isnan(allowed):
        assert row["storey_height_source"] == "buildings"
        assert row["bound_by"] == ("far" if allowed == 20_000 else "height")
        assert f"层高{height:.2f}m取本宗地建筑" in found(result, "far.headroom")["note_zh"]


def test_the_project_states_the_storey_height_before_the_buildings() -> None:
    result = analyse(plot(), building={"height_m": 18.0}, options={"storey_height_m": 4.0})
    row = result.measures.iloc[0]
    assert row[["storey_height_used_m", "storey_height_source"]].tolist() == [4.0, "project"]
    assert row["bound_by"] == "far"


def test_several_buildings_weigh_by_their_ground() -> None:
    buildings = layer(
        [rect(0, 0, 10, 30), rect(20, 0, 30, 10), rect(40, 0, 50, 50)],
        building_id=list("abc"),
        floors_n=[1, 1, 1],
        height_m=[4.0, 8.0, None],
    )
    row = analyse_far(plot(), buildings, POLICY, AS_OF).measures.iloc[0]
    assert row["storey_height_used_m"] == 5.0


@pytest.mark.parametrize(
    ("far_max", "coverage", "cap", "bound_by"),
    [
        (0.5, 0.5, 24.0, "far"),  # one storey on half of the plot is all that 0.5 allows
        (0.51, 0.5, 24.0, "unknown"),
        (1.0, None, 24.0, "far"),
        (0.5, 0.5, 2.2, "far"),
        (0.5, 0.5, 2.1, "unknown"),  # no storey that counts in full fits below the cap
    ],
)
def test_the_ratio_binds_for_certain_where_one_storey_uses_it_up(
    far_max, coverage, cap, bound_by
) -> None:
    result = analyse(plot(far_max=far_max, coverage_max_share=coverage, height_max_m=cap))
    row = result.measures.iloc[0]
    assert row["bound_by"] == bound_by
    verdict = found(result, "far.headroom")["verdict"]
    assert verdict == ("yes" if bound_by == "far" else "unknown")
    # whether a storey fits above the roof is another question, and not known
    path = result.tables["far_paths"].set_index("path").loc["add_storeys"]
    assert path["verdict"] == "unknown"
    assert "height_m" in path["missing"]


def test_nothing_left_by_the_ratio_is_no_headroom_whatever_the_storeys() -> None:
    result = analyse(plot(far_max=0.2))
    assert found(result, "far.headroom")[["verdict", "missing"]].tolist() == ["no", ""]
    path = result.tables["far_paths"].set_index("path").loc["add_storeys"]
    assert path["verdict"] == "no"
    assert found(result, "far.waiver_national")["verdict"] == "no"


def test_a_building_as_high_as_the_cap_has_no_storey_added_whatever_its_height() -> None:
    result = analyse(
        plot(), building={"floors_n": None, "floor_area_m2": 9_000.0, "height_m": 24.0}
    )
    assert result.measures.loc[0, "storeys_addable_m2"] == 0.0
    path = result.tables["far_paths"].set_index("path").loc["add_storeys"]
    assert path["verdict"] == "no"


@pytest.mark.parametrize(
    ("building", "missing"),
    [({"floors_n": 1}, "height_m"), ({"floors_n": None, "floor_area_m2": 900.0, "height_m": 9.0}, "storey_height_m")],
)  # fmt: skip
def test_adding_storeys_waits_for_height_and_storey_height(building, missing: str) -> None:
    result = analyse(plot(far_max=0.5), building=building)
    path = result.tables["far_paths"].set_index("path").loc["add_storeys"]
    assert (path["verdict"], path["missing"]) == ("unknown", missing)


def test_a_limit_that_is_not_on_record_is_said_not_to_be_counted() -> None:
    result = analyse(plot(height_max_m=None, coverage_max_share=None))
    verdict = found(result, "far.headroom")
    assert verdict["verdict"] == "yes"
    assert "限高未记录，未计入，为至多数" in verdict["note_zh"]
    result = analyse(plot(coverage_max_share=None), options={"storey_height_m": 4.0})
    assert "密度上限未记录" in found(result, "far.headroom")["note_zh"]


# ------------------------------------------------------------------------- the part that is known


def two_buildings(floors: list[int | None], **columns):
    shapes = [rect(0, 0, 10, 100), rect(20, 0, 30, 100)]
    return layer(shapes, building_id=["a", "b"], floors_n=floors, **columns)


def test_the_known_part_of_the_floor_area_is_told() -> None:
    result = analyse_far(plot(height_max_m=None), two_buildings([3, None]), POLICY, AS_OF)
    row = result.measures.iloc[0]
    assert np.isnan(row["floor_area_m2"])
    assert row["floor_area_least_m2"] == 3_000.0
    assert row["floor_area_headroom_most_m2"] == 17_000.0
    limit, room = found(result, "far.limit"), found(result, "far.headroom")
    assert (limit["verdict"], limit["missing"], limit["measured"]) == (
        "unknown",
        "floor_area_m2",
        0.3,
    )
    assert "容积率至少0.30" in limit["note_zh"]
    assert (room["verdict"], room["measured"]) == ("unknown", 17_000.0)
    assert "至多17,000.00" in room["note_zh"]


def test_what_is_known_may_decide_already() -> None:
    """0.3 for certain: above a limit of 0.25, so nothing is left, and not below a minimum of 0.3."""
    parcels = plot(height_max_m=None, far_max=0.25, far_min=0.3)
    result = analyse_far(parcels, two_buildings([3, None]), POLICY, AS_OF)
    assert found(result, "far.limit")[["verdict", "missing"]].tolist() == ["yes", ""]
    assert found(result, "far.headroom")[["verdict", "missing"]].tolist() == ["no", ""]
    assert found(result, "far.floor_planned")["verdict"] == "no"
    low = analyse_far(plot(far_min=0.31), two_buildings([3, None]), POLICY, AS_OF)
    assert found(low, "far.floor_planned")[["verdict", "missing"]].tolist() == [
        "unknown",
        "floor_area_m2",
    ]


def test_with_everything_known_the_part_is_the_whole() -> None:
    row = analyse_far(plot(), two_buildings([3, 1]), POLICY, AS_OF).measures.iloc[0]
    assert row["floor_area_least_m2"] == row["floor_area_m2"] == 4_000.0
    recorded = analyse_far(
        plot(floor_area_recorded_m2=5_000.0), two_buildings([3, None]), POLICY, AS_OF
    ).measures.iloc[0]
    assert recorded["floor_area_least_m2"] == recorded["floor_area_m2"] == 5_000.0


# ------------------------------------------------------------ a minimum that the plan may state


PLAN = {"plan_id": ["a", "b"], "far_min": [0.8, None], "far_max": [2.0, 2.0]}


def plan(**changed):
    return layer([rect(0, 0, 50, 100), rect(50, 0, 100, 100)], **(PLAN | changed))


@pytest.mark.parametrize("use", ["industrial", "office", None])
def test_without_geometry_the_planned_minimum_is_unknown(use) -> None:
    parcels = plot(geometry=False, land_use=use, far_max=None)
    result = analyse_far(parcels, None, POLICY, AS_OF, plan_zones=plan())
    planned = found(result, "far.floor_planned")
    assert planned["verdict"] == "unknown"
    assert "geometry" in planned["missing"]
    assert found(result, "far.limit")["verdict"] == "unknown"
    others = result.findings[result.findings["rule"] == "far.floor"]
    assert "not_applicable" not in set(others["verdict"])
    assert all("geometry" in missing for missing in others["missing"])


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({}, "far_min"),  # half of the parcel lies in a zone that states a minimum
        ({"far_min": [None, None]}, None),  # the plan states none: the industry's holds
        ({"far_min": [0.8, 0.8]}, ""),
    ],
)
def test_a_minimum_on_part_of_the_parcel_is_unknown(changed, missing) -> None:
    result = analyse(plot(far_max=None), plan_zones=plan(**changed))
    rows = result.findings[result.findings["rule"] == "far.floor_planned"]
    if missing is None:
        assert rows.empty
    else:
        assert rows["missing"].tolist() == [missing]
        assert rows["verdict"].tolist() == ["unknown" if missing else "yes"]
        industry = result.findings[result.findings["rule"] == "far.floor"]
        assert industry["verdict"].tolist() == (["unknown"] if missing else [])


def test_an_unfinished_project_is_not_tested_whatever_the_plan() -> None:
    result = analyse(plot(land_stage="under_construction"), plan_zones=plan())
    assert found(result, "far.floor_planned")["verdict"] == "not_applicable"
