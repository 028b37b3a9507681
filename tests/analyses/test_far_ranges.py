"""What the floor-area analysis says where facts are only partly known: ranges, gaps and limits not on record."""

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
#: A completed plant of one hectare whose minimum is 0.7.
PLOT = {
    "parcel_id": "p",
    "zone_id": "z",
    "land_use": "industrial",
    "land_stage": "completed",
    "industry_code": "35",
    "industry_scheme": "GB/T 4754-2002",
}
NAMES = ("far.floor", "far.limit", "far.headroom")


def rect(x0: float, y0: float, x1: float, y1: float):
    return box(X + x0, Y + y0, X + x1, Y + y1)


def layer(shapes, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4548")


def analyse(
    buildings: gpd.GeoDataFrame,
    policy: Any = "national",
    *,
    plan: gpd.GeoDataFrame | None = None,
    options: Any = None,
    storeys: pd.DataFrame | None = None,
    **columns: Any,
):
    facts = PLOT | columns
    parcels = layer([rect(0, 0, 100, 100)], **{name: [value] for name, value in facts.items()})
    ledger = pd.DataFrame({"parcel_id": ["p"], "signed_on": pd.to_datetime(["2015-05-01"])})
    return analyse_far(
        parcels.join(parcel_areas(parcels)),
        buildings,
        load_policy(policy),
        AS_OF,
        plan_zones=plan,
        ledger=ledger,
        storeys=storeys,
        options=options or {},
    )


def block(width: float = 50, depth: float = 50, **columns: Any) -> gpd.GeoDataFrame:
    facts = {"building_id": "b", "permanence": "permanent", "state": "built"} | columns
    shape = [rect(0, 0, width, depth)]
    return layer(shape, **{name: [value] for name, value in facts.items()})


#: A building elsewhere, so that the layer is not empty.
ELSEWHERE = layer(
    [rect(500, 0, 520, 20)],
    building_id=["e"],
    permanence=["permanent"],
    state=["built"],
    floors_n=[1],
)


def found(result, rule: str) -> pd.Series:
    return result.findings.set_index("rule").loc[rule]


# ----------------------------------------------------------------------- the mean is no storey


@pytest.mark.parametrize(
    ("floors", "height", "least", "most"),
    [
        (2, 13.5, 5_000.0, 7_500.0),  # 9 + 4.5, or twice 6.75
        (2, 10.2, 5_000.0, 5_000.0),  # 8 m and the least storey of 2.2 m: none is higher than 8 m
        (2, 10.21, 5_000.0, 7_500.0),
        (2, 20.0, 7_500.0, 10_000.0),  # one is higher for certain, both may be
        (1, 8.0, 2_500.0, 2_500.0),
        (1, 8.01, 5_000.0, 5_000.0),
        (3, 8.0, 7_500.0, 7_500.0),
        (3, 24.0, 7_500.0, 12_500.0),  # 8.01 + 8.01 + 7.98
        (3, 24.1, 10_000.0, 15_000.0),
    ],
)
def test_what_a_mean_storey_height_proves(floors, height, least, most) -> None:
    row = analyse(block(floors_n=floors, height_m=height)).measures.iloc[0]
    assert row["floor_area_m2"] == 2_500.0 * floors
    known = row["floor_area_control_m2"]
    assert known == least if least == most else np.isnan(known)
    from analyses.floor_area import building_floor_areas

    areas = building_floor_areas(block(floors_n=floors, height_m=height), load_policy("national"))
    assert areas["floor_area_control_least_m2"].item() == pytest.approx(least)
    assert areas["floor_area_control_most_m2"].item() == pytest.approx(most)


@pytest.mark.parametrize(
    ("width", "verdict", "missing", "measured"),
    [
        (50, "unknown", "storey_height_m", 0.5),  # 0.50 to 0.75 beside 0.7
        (20, "yes", "", 0.2),  # 0.20 to 0.30: below, whatever the storeys
        (80, "no", "", 0.8),  # 0.80 to 1.20
    ],
)
def test_both_ends_on_one_side_of_the_minimum_decide(width, verdict, missing, measured) -> None:
    row = found(analyse(block(width, floors_n=2, height_m=13.5)), "far.floor")
    assert (row["verdict"], row["missing"]) == (verdict, missing)
    assert row["measured"] == pytest.approx(measured)
    assert ("至多" in row["note_zh"], "参考" in row["note_zh"]) == (True, False)


# -------------------------------------------------------------- nothing drawn on a completed plot


def test_the_record_of_the_parcel_counts_where_nothing_is_drawn() -> None:
    result = analyse(ELSEWHERE, floor_area_recorded_m2=9_000.0, far_max=2.0)
    row = result.measures.iloc[0]
    assert (row["floor_area_m2"], row["floor_area_source"]) == (9_000.0, "parcel_recorded")
    assert row["floor_area_headroom_m2"] == 20_000.0 - 9_000.0
    assert row[["footprint_m2", "building_coefficient_share", "free_ground_m2"]].isna().all()
    assert found(result, "far.floor")["verdict"] == "no"


def test_a_completed_plot_without_any_drawing_is_unknown() -> None:
    result = analyse(ELSEWHERE, far_max=2.0)
    row = result.measures.iloc[0]
    assert row[["floor_area_m2", "footprint_m2", "floor_area_headroom_m2"]].isna().all()
    for rule in NAMES:
        one = found(result, rule)
        assert (one["verdict"], one["missing"]) == ("unknown", "floor_area_m2"), rule
    assert found(result, "far.building_coefficient")["verdict"] == "unknown"
    paths = result.tables["far_paths"].set_index("path")
    assert paths.loc["rearrange", ["verdict", "missing"]].tolist() == ["unknown", "buildings"]
    assert result.tables["free_ground"].empty


@pytest.mark.parametrize("columns", [{"land_stage": "under_construction"}, {"land_use": "green"}])
def test_bare_ground_that_nothing_needs_to_stand_on_is_zero(columns) -> None:
    row = analyse(ELSEWHERE, **columns).measures.iloc[0]
    assert (row["floor_area_m2"], row["floor_area_source"]) == (0.0, "no_building")


def test_a_demolished_building_is_no_gap() -> None:
    row = analyse(block(state="demolished", floors_n=1)).measures.iloc[0]
    assert (row["floor_area_m2"], row["floor_area_source"]) == (0.0, "no_building")


# --------------------------------------------------------------------- what the clause asks for


@pytest.mark.parametrize("column", ["permanence", "state"])
def test_a_blank_is_no_completed_permanent_building(column) -> None:
    shapes = [rect(0, 0, 40, 50), rect(500, 0, 520, 20)]
    facts = {"permanence": ["permanent"] * 2, "state": ["built"] * 2} | {
        column: [None, "temporary" if column == "permanence" else "under_construction"]
    }
    plant = layer(shapes, building_id=["b", "e"], floors_n=[1, 1], height_m=[6.0, 6.0], **facts)
    result = analyse(
        plant,
        far_max=2.0,
        coverage_max_share=0.6,
        height_max_m=24.0,
        options={"storey_height_m": 4.0},
    )
    assert result.measures.iloc[0]["floor_area_m2"] == 2_000.0
    paths = result.tables["far_paths"].set_index("path")
    for code in ("add_storeys", "convert", "rearrange", "extend_production"):
        assert paths.loc[code, ["verdict", "missing"]].tolist() == ["unknown", column], code
    assert found(result, "far.waiver_national")["missing"] == column


@pytest.mark.parametrize(
    ("zones", "verdict"),
    [
        (["industrial", "industrial"], "yes"),
        (["commercial", "commercial"], "no"),
        (["industrial", "commercial"], "no"),
        ([None, None], "yes"),
    ],
)
def test_the_waiver_asks_for_the_use_of_the_plan(zones, verdict) -> None:
    plan = layer(
        [rect(0, 0, 50, 100), rect(50, 0, 100, 100)],
        plan_id=["a", "b"],
        land_use=zones,
        far_max=[2.0, 2.0],
    )
    result = analyse(block(floors_n=1, height_m=6.0), plan=plan)
    row = found(result, "far.waiver_national")
    assert row["verdict"] == verdict
    assert ("规划用途" in row["note_zh"]) is (verdict == "no")
    assert result.measures.iloc[0]["price_waiver"] == ("yes" if verdict == "yes" else "unknown")


# ------------------------------------------------------------------------------- tables and limits

LOCAL = """
format = 1
id = "local"
extends = "national"
title = { zh = "本地", en = "Local" }
jurisdiction = { zh = "本地", en = "Local" }
[documents.doc]
title = { zh = "本地指标", en = "Local table" }
validity = [{ from = 2010-01-01, status = "in_force" }]
[clauses.one]
document = "doc"
topic = "intensity"
text = { zh = "概括", en = "paraphrase" }
confidence = "V"
computed = true
"""


@pytest.mark.parametrize(
    ("grade", "verdict", "missing", "limit"),
    [
        ("3", "yes", "", 1.0),
        ("5", "yes", "", 0.9),
        ("7", "no", "", 0.7),
        (None, "unknown", "land_grade", 0.7),
    ],
)
def test_a_blank_grade_of_land_skips_no_row(tmp_path, grade, verdict, missing, limit) -> None:
    rows = ", ".join(
        f'{{ industry_code = "37", scheme = "GB/T 4754-2002", far_min = {least}, land_grade = "{no}" }}'
        for no, least in (("3", 1.0), ("5", 0.9))
    )
    path = tmp_path / "local.toml"
    path.write_text(
        f'{LOCAL}[rules."far.floor".parameters.table]\nclause = "one"\nvalue = [{rows}]\n', "utf-8"
    )
    plant = block(80, 100, floors_n=1, height_m=6.0)
    result = analyse(plant, path, industry_code="37", land_grade=grade)
    row = found(result, "far.floor")
    assert (row["verdict"], row["missing"], row["limit"]) == (verdict, missing, limit)
    assert np.isnan(result.measures.iloc[0]["far_floor"]) is np.bool_(grade is None)


PLAN_RULE = """
[rules."far.plan"]
analysis = "far"
title = { zh = "计容", en = "counting" }
clause = "one"
anchor = "review"
[rules."far.plan".parameters.table]
value = [{ use = "default", storey_above_m = 5.0, factor = 2.0 }]
"""


@pytest.mark.parametrize(
    ("limit", "verdict", "headroom"),
    [(0.25, "yes", -500.0), (0.3, "no", 0.0), (0.4, "no", 1_000.0)],
)
def test_the_limit_is_of_the_ratio_that_the_pack_counts(tmp_path, limit, verdict, headroom) -> None:
    path = tmp_path / "local.toml"
    path.write_text(LOCAL + PLAN_RULE, "utf-8")
    storeys = pd.DataFrame(
        {
            "building_id": ["b", "b"],
            "storey_no": [1, 2],
            "height_m": [6.0, 4.5],
            "floor_area_m2": [1_000.0] * 2,
        }
    )
    result = analyse(block(20, 50, use="industrial"), path, storeys=storeys, far_max=limit)
    row = result.measures.iloc[0]
    # 1,000 x 2 + 1,000 by the rule; 2,000 plain
    assert (row["far_plain"], row["far_plan"]) == (0.2, 0.3)
    assert row["floor_area_headroom_m2"] == pytest.approx(headroom, abs=1e-6)
    one = found(result, "far.limit")
    assert (one["verdict"], one["measured"]) == (verdict, 0.3)
    assert ("无计容规则" in one["note_zh"], "按计容规则" in one["note_zh"]) == (False, True)


@pytest.mark.parametrize(
    ("limit", "verdict", "missing"),
    [(1.0, "no", ""), (0.4, "no", ""), (0.3, "unknown", "storey_height_m"), (0.19, "yes", "")],
)
def test_storeys_of_unknown_height_leave_a_counted_ratio_open(
    tmp_path, limit, verdict, missing
) -> None:
    path = tmp_path / "local.toml"
    path.write_text(LOCAL + PLAN_RULE, "utf-8")
    # 0.2 plain; between 0.2 and 0.4 as counted
    result = analyse(block(20, 50, floors_n=2), path, far_max=limit)
    row = found(result, "far.limit")
    assert (row["verdict"], row["missing"]) == (verdict, missing)
    assert np.isnan(result.measures.iloc[0]["floor_area_headroom_m2"])


@pytest.mark.parametrize(
    ("figures", "allowed", "bound"),
    [
        # 0.5 x 5,000 x 3 storeys = 7,500 below 15,000; 1 x 5,000 below 0.5 x 5,000 x 15
        (((3.0, 0.5, 12.0), (1.0, 0.5, 60.0)), 12_500.0, "height"),
        # 0.4 x 5,000 x 3 = 6,000; 2 x 5,000 = 10,000 below 0.6 x 5,000 x 6
        (((2.0, 0.4, 12.0), (2.0, 0.6, 24.0)), 16_000.0, "height"),
        (((1.0, 0.5, 12.0), (1.0, 0.5, 24.0)), 10_000.0, "far"),
        # no height limit on record in one part: its ratio alone
        (((3.0, 0.5, 12.0), (1.0, 0.5, None)), 12_500.0, "height"),
    ],
)
def test_plan_zones_of_different_heights_count_part_by_part(figures, allowed, bound) -> None:
    far, coverage, height = zip(*figures, strict=True)
    plan = layer(
        [rect(0, 0, 50, 100), rect(50, 0, 100, 100)],
        plan_id=["a", "b"],
        far_max=far,
        coverage_max_share=coverage,
        height_max_m=height,
    )
    plant = block(40, 50, floors_n=2, storey_height_m=4.0, height_m=8.0)
    row = analyse(plant, plan=plan, options={"storey_height_m": 4.0}).measures.iloc[0]
    assert row["floor_area_allowed_m2"] == pytest.approx(allowed)
    assert row["floor_area_headroom_m2"] == pytest.approx(allowed - 4_000.0)
    assert row["bound_by"] == bound


@pytest.mark.parametrize(
    ("columns", "left_out"),
    [
        ({}, "coverage_max_share,height_max_m"),
        ({"coverage_max_share": 0.5}, "height_max_m"),
        ({"coverage_max_share": 0.5, "height_max_m": 40.0}, ""),
    ],
)
def test_limits_that_are_not_on_record_are_named(columns, left_out) -> None:
    plant = block(40, 50, floors_n=1, height_m=4.0)
    result = analyse(plant, far_max=1.0, options={"storey_height_m": 4.0}, **columns)
    row = found(result, "far.headroom")
    assert (row["verdict"], row["measured"], row["missing"]) == ("yes", 8_000.0, left_out)
    assert ("至多" in row["note_zh"]) is (left_out != "")
    assert result.measures.iloc[0]["limits_left_out"] == left_out
    paths = result.tables["far_paths"].set_index("path")
    for code in ("add_storeys", "extend_production"):
        path = paths.loc[code]
        assert (path["verdict"], path["missing"]) == ("yes", left_out)
        assert ("至多" in path["why_zh"]) is (left_out != "")


def test_a_path_that_lacks_the_stage_alone_says_nothing_of_limits() -> None:
    plant = block(40, 50, floors_n=1, height_m=4.0)
    limits = {"far_max": 1.0, "coverage_max_share": 0.5, "height_max_m": 40.0}
    result = analyse(plant, options={"storey_height_m": 4.0}, land_stage=None, **limits)
    paths = result.tables["far_paths"].set_index("path")
    for code in ("add_storeys", "extend_production"):
        assert paths.loc[code, ["verdict", "missing"]].tolist() == ["unknown", "land_stage"]
        assert "未知，面积只按" not in paths.loc[code, "why_zh"]


@pytest.mark.parametrize(("width", "free"), [(30.0, 3_000.0), (30.01, 3_001.0), (29.99, 0.0)])
def test_free_ground_exactly_as_wide_as_asked_stays(width, free) -> None:
    plant = block(100 - width, 100, floors_n=1)
    row = analyse(plant, options={"free_ground_width_m": 30.0}).measures.iloc[0]
    assert row["free_ground_m2"] == pytest.approx(free, abs=1e-3)
