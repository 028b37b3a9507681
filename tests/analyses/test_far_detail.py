"""Floor area and limits in depth: counting for planning, surface models, edges, obstacles, free ground."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from analyses.areas import parcel_areas
from analyses.far import analyse_far
from analyses.floor_area import building_floor_areas
from analyses.plan_shares import plan_pairs
from analyses.results import FREE_GROUND, PLAN_SHARES, ZONE_INDICATORS
from policies import load_policy

X, Y = 500_000, 4_060_000
AS_OF = date(2026, 6, 30)
POLICY = load_policy("national")


def rect(x0: float, y0: float, x1: float, y1: float):
    return box(X + x0, Y + y0, X + x1, Y + y1)


def layer(shapes, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4548")


def parcels_of(n: int = 1, **columns) -> gpd.GeoDataFrame:
    shapes = [rect(100 * i, 0, 100 * i + 100, 100) for i in range(n)]
    frame = layer(shapes, parcel_id=[f"p{i}" for i in range(n)], zone_id=["z"] * n, **columns)
    return frame.join(parcel_areas(frame))


def analyse(parcels, buildings=None, policy=POLICY, **more: Any):
    return analyse_far(parcels, buildings, policy, AS_OF, **more)


# -------------------------------------------------------------------------------- floor area

COUNTING = """format = 1
id = "counting"
extends = "national"
title = { zh = "计容", en = "counting" }
jurisdiction = { zh = "某地", en = "somewhere" }

[rules."far.plan"]
analysis = "far"
title = { zh = "计容规则", en = "counting rule" }
clause = "planning-far"
anchor = "review"

[rules."far.plan".parameters.table]
value = [
  { use = "office", storey_above_m = 4.8, factor = 2 },
  { use = "office", storey_above_m = 7.6, factor = 3 },
  { use = "default", storey_above_m = 8.0, factor = 2 },
]
"""


@pytest.fixture
def counting(tmp_path):
    path = tmp_path / "counting.toml"
    path.write_text(COUNTING, encoding="utf-8")
    return load_policy(path)


@pytest.mark.parametrize(
    ("use", "height", "times"),
    [
        ("office", 4.8, 1),
        ("office", 4.81, 2),
        ("office", 7.6, 2),
        ("office", 7.7, 3),
        ("industrial", 8.0, 1),
        ("industrial", 8.01, 2),
        (None, 8.01, 2),
    ],
)
def test_the_ratio_by_the_packs_counting_rule(counting, use, height, times) -> None:
    plant = layer(
        [rect(0, 0, 50, 100)], building_id=["b"], floors_n=[1], use=[use], height_m=[height]
    )
    row = analyse(parcels_of(), plant, counting).measures.iloc[0]
    assert row["far_plan"] == pytest.approx(0.5 * times)
    assert row["far_plain"] == 0.5
    # the industrial indicator has its own line: the three are never mixed
    assert row["far_control"] == (1.0 if height > 8 else 0.5)


def test_without_a_counting_rule_the_plan_ratio_is_null_everywhere() -> None:
    plant = layer([rect(0, 0, 50, 100)], building_id=["b"], floors_n=[1], height_m=[4.0])
    measures = analyse(parcels_of(2), plant).measures
    assert measures["far_plan"].isna().all()
    assert measures["floor_area_plan_m2"].isna().all()
    assert measures["far_plain"].tolist() == [0.5, 0.0]


def test_a_nine_metre_ground_floor_with_a_mezzanine_under_lower_floors(counting) -> None:
    """The part under the mezzanine is two storeys of 4.5 m; the rest is 9 m high."""
    storeys = pd.DataFrame(
        {
            "building_id": ["b"] * 5,
            "storey_no": [1, 1, None, 2, 3],
            "above_ground": [True] * 5,
            "height_m": [9.0, 4.5, 4.5, 4.5, 2.1],
            "floor_area_m2": [700.0, 300.0, 300.0, 1_000.0, 200.0],
        }
    )
    plant = layer([rect(0, 0, 10, 100)], building_id=["b"], floors_n=[3], use=["industrial"])
    row = analyse(parcels_of(), plant, counting, storeys=storeys).measures.iloc[0]
    plain = 700 + 300 + 300 + 1_000 + 100
    assert row["floor_area_m2"] == plain
    assert row["floor_area_control_m2"] == plain + 700
    assert row["floor_area_plan_m2"] == plain + 700
    assert row["floor_area_below_m2"] == 0.0


@pytest.mark.parametrize(
    ("facts", "below"),
    [
        ({"floor_area_below_m2": 700.0, "floors_below_n": 2}, 700.0),
        ({"floors_below_n": 2}, 2_000.0),
        ({"floors_below_n": 0}, 0.0),
        ({}, None),
    ],
)
def test_basements_stand_apart(facts, below) -> None:
    plant = layer(
        [rect(0, 0, 10, 100)], building_id=["b"], floors_n=[1], **{k: [v] for k, v in facts.items()}
    )
    row = analyse(parcels_of(), plant).measures.iloc[0]
    assert row["floor_area_m2"] == 1_000.0
    assert (
        row["floor_area_below_m2"] == below
        if below is not None
        else np.isnan(row["floor_area_below_m2"])
    )


def test_a_storeys_table_without_cellars_does_not_deny_those_of_the_record() -> None:
    storeys = pd.DataFrame(
        {"building_id": ["b"], "storey_no": [1], "height_m": [4.0], "floor_area_m2": [900.0]}
    )
    for cellars, below in ((1, 1_000.0), (None, 0.0)):
        plant = layer([rect(0, 0, 10, 100)], building_id=["b"], floors_below_n=[cellars])
        row = analyse(parcels_of(), plant, storeys=storeys).measures.iloc[0]
        assert row[["floor_area_m2", "floor_area_below_m2"]].tolist() == [900.0, below]


def test_eight_metres_from_feet_is_not_above_eight() -> None:
    height = 8.0 / 0.3048 * 0.3048 + 1e-12
    plant = layer([rect(0, 0, 10, 100)], building_id=["b"], floors_n=[1], storey_height_m=[height])
    assert building_floor_areas(plant, POLICY)["floor_area_control_m2"].item() == pytest.approx(
        1_000.0
    )


def test_an_own_storey_height_below_the_line_counts_half() -> None:
    plant = layer(
        [rect(0, 0, 10, 100), rect(20, 0, 30, 100)],
        building_id=["a", "b"],
        floors_n=[2, 2],
        storey_height_m=[2.19, 2.20],
    )
    assert building_floor_areas(plant, POLICY)["floor_area_m2"].tolist() == pytest.approx(
        [1_000.0, 2_000.0]
    )


def test_a_surface_model_tells_what_no_record_does() -> None:
    shapes = [rect(20 * i, 0, 20 * i + 10, 100) for i in range(4)]
    buildings = layer(
        shapes,
        building_id=list("abcd"),
        floors_n=[3, None, None, None],
        height_m=[None, 8.0, None, None],
    )
    seen = pd.Series([99.0, 99.0, 12.1, 1.0])
    result = building_floor_areas(buildings, POLICY, storey_height_m=4.0, surface_height_m=seen)
    assert result["floor_area_source"].tolist() == [
        "floors_x_footprint",
        "height",
        "surface_model",
        "none",
    ]
    assert result["floor_area_m2"].tolist()[:3] == [3_000.0, 2_000.0, 3_000.0]
    analysis = analyse(
        parcels_of(), buildings, options={"storey_height_m": 4.0}, surface_height_m=seen
    )
    # the last is lower than half a storey: no building shows, and nothing is made of it
    assert np.isnan(analysis.measures.loc[0, "floor_area_m2"])
    assert "surface_shows_no_building" in set(analysis.problems["code"])


# ------------------------------------------------------------------------------------ limits


def test_a_parcel_across_plan_zones_keeps_the_whole_table() -> None:
    plan = layer(
        [rect(0, 0, 3, 100), rect(3, 0, 40, 100), rect(40, 0, 100, 100)],
        plan_id=["edge", "a", "b"],
        far_max=[9.0, 1.0, 2.0],
    )
    table = analyse(parcels_of(), plan_zones=plan).tables["plan_shares"]
    assert list(table.columns) == list(PLAN_SHARES.names)
    assert table[["plan_id", "share", "counted"]].to_numpy().tolist() == [
        ["b", 0.6, True],
        ["a", 0.37, True],
        ["edge", 0.03, True],
    ]
    assert table["floor_area_allowed_m2"].sum() == pytest.approx(0.6 * 20_000 + 3_700 + 2_700)
    by_edge = analyse(parcels_of(), plan_zones=plan, options={"edge_share": 0.05})
    table = by_edge.tables["plan_shares"]
    assert table["counted"].tolist() == [True, True, False]
    assert table["weight"].tolist() == pytest.approx([0.6 / 0.97, 0.37 / 0.97, 0.0])
    assert by_edge.measures.loc[0, "far_limit"] == pytest.approx((0.6 * 2 + 0.37) / 0.97)
    assert table["share"].sum() == pytest.approx(1.0)


@pytest.mark.parametrize(("edge", "counted"), [(0.03, True), (0.0301, False)])
def test_a_share_at_the_edge_rule_counts(edge: float, counted: bool) -> None:
    plan = layer([rect(0, 0, 3, 100), rect(3, 0, 100, 100)], plan_id=["e", "a"])
    pairs = plan_pairs(parcels_of(), plan, edge_share=edge)
    assert pairs["counted"].tolist() == [counted, True]


def test_the_largest_zone_counts_however_small() -> None:
    plan = layer([rect(0, 0, 4, 100), rect(4, 0, 7, 100)], plan_id=["a", "b"])
    assert plan_pairs(parcels_of(), plan, edge_share=0.5)["counted"].tolist() == [True, False]


@given(
    cuts=st.lists(st.integers(1, 99), min_size=1, max_size=5, unique=True), edge=st.floats(0, 0.6)
)
@settings(max_examples=25, deadline=None)
def test_shares_of_the_plan_add_up_whatever_the_edge_rule(cuts, edge: float) -> None:
    at = [0, *sorted(cuts), 100]
    plan = layer([rect(one, 0, two, 100) for one, two in pairwise(at)])
    pairs = plan_pairs(parcels_of(), plan, edge_share=edge)
    assert pairs["share"].sum() == pytest.approx(1.0)
    assert pairs["weight"].sum() == pytest.approx(1.0)
    assert (pairs.loc[~pairs["counted"], "weight"] == 0).all()


def test_the_height_binds_where_even_the_whole_site_is_too_little() -> None:
    parcels = parcels_of(far_max=[3.0], height_max_m=[8.0])
    plant = layer([rect(0, 0, 20, 100)], building_id=["b"], floors_n=[1], height_m=[4.0])
    row = analyse(parcels, plant, options={"storey_height_m": 4.0}).measures.iloc[0]
    # no coverage limit on record: two storeys on all of the site are 20,000 of the 30,000 allowed
    assert row[["bound_by", "floor_area_headroom_m2"]].tolist() == ["height", 18_000.0]


@pytest.mark.parametrize(
    ("obstacle", "cap", "source", "addable"),
    [
        (None, 24.0, "parcel", 10_000.0),
        (np.inf, 24.0, "parcel", 10_000.0),
        (12.0, 12.0, "obstacle", 4_000.0),
        (30.0, 24.0, "parcel", 10_000.0),
        (np.nan, np.nan, None, np.nan),
    ],
)
def test_an_obstacle_surface_caps_the_added_storeys(obstacle, cap, source, addable) -> None:
    parcels = parcels_of(far_max=[3.0], height_max_m=[24.0], coverage_max_share=[0.6])
    plant = layer([rect(0, 0, 20, 100)], building_id=["b"], floors_n=[1], height_m=[4.0])
    limit = None if obstacle is None else pd.Series([obstacle])
    row = analyse(parcels, plant, options={"storey_height_m": 4.0}, obstacle_m=limit).measures.iloc[
        0
    ]
    assert row["height_cap_m"] == pytest.approx(cap, nan_ok=True)
    assert row["storeys_addable_m2"] == pytest.approx(addable, nan_ok=True)
    if source is None:
        # an obstacle surface that is not known is never unlimited
        assert row["bound_by"] == "unknown"
        assert np.isnan(row["floor_area_headroom_m2"])
    else:
        assert row["height_cap_source"] == source
    if obstacle == 12.0:
        assert row[["bound_by", "floor_area_headroom_m2"]].tolist() == ["height", 16_000.0]


LOCAL = """format = 1
id = "local"
extends = "national"
title = {{ zh = "本地", en = "local" }}
jurisdiction = {{ zh = "某地", en = "somewhere" }}

[documents.own]
number = {{ zh = "某发〔2012〕1号", en = "Notice 1" }}
title = {{ zh = "通知", en = "notice" }}
validity = [{{ from = 2012-01-01, status = "in_force" }}]

[clauses.own-1]
document = "own"
topic = "intensity"
text = {{ zh = "概括", en = "paraphrase" }}
confidence = "V"
computed = true

[rules."far.floor".parameters.table]
clause = "own-1"
value = [
  {{ industry_code = "39", scheme = "GB/T 4754-2002", far_min = {least} }},
  {{ industry_code = "39", scheme = "GB/T 4754-2002", land_grade = "1", far_min = 1.5 }},
]
"""


@pytest.mark.parametrize(
    ("least", "signed", "grade", "limit", "pack"),
    [
        (1.0, "2015-05-01", "2", 1.0, "local"),
        (0.5, "2015-05-01", "2", 0.7, "national"),  # the national table is the stricter
        (1.0, "2010-05-01", None, 0.7, "national"),  # before the local notice
        (0.5, "2015-05-01", "1", 1.5, "local"),  # the land grade has a row of its own
    ],
)
def test_the_stricter_table_in_force_binds(tmp_path, least, signed, grade, limit, pack) -> None:
    path = tmp_path / "local.toml"
    path.write_text(LOCAL.format(least=least), encoding="utf-8")
    parcels = parcels_of(
        land_use=["industrial"],
        land_stage=["completed"],
        industry_code=["39"],
        industry_scheme=["GB/T 4754-2002"],
        land_grade=pd.array([grade], dtype="string"),
    )
    plant = layer([rect(0, 0, 40, 100)], building_id=["b"], floors_n=[1], height_m=[6.0])
    ledger = pd.DataFrame({"parcel_id": ["p0"], "signed_on": pd.to_datetime([signed])})
    found = analyse(parcels, plant, load_policy(path), ledger=ledger).findings
    row = found[found["rule"] == "far.floor"].iloc[0]
    assert (row["verdict"], row["limit"], row["pack"]) == ("yes", limit, pack)
    assert ("从严" in row["note_zh"]) is (signed == "2015-05-01")


# -------------------------------------------------------------------------------- free ground


def plant_with_yard(**columns):
    return layer(
        [rect(0, 0, 40, 100), rect(40, 0, 50, 50), rect(80, 90, 100, 100)],
        building_id=list("abc"),
        kind=["building", "yard", "building"],
        permanence=[None, None, "temporary"],
        floors_n=[1, None, 1],
        **columns,
    )


def test_free_ground_where_how_large_how_wide() -> None:
    parcels = parcels_of(
        land_use=["industrial"], land_stage=["completed"], coverage_max_share=[0.6]
    )
    result = analyse(parcels, plant_with_yard())
    parts = result.tables["free_ground"]
    assert list(parts.columns) == [*FREE_GROUND.names, "geometry"]
    row = parts.iloc[0]
    assert len(parts) == 1
    assert (row["kind"], row["part_no"], row["area_m2"]) == ("free", 1, 5_500.0)
    # an L-shape: the widest circle touches three sides and the yard's corner
    assert row["width_m"] == pytest.approx(2 * 50 * 2**0.5 / (1 + 2**0.5), abs=0.1)
    assert row["buildable_m2"] == 2_000.0
    assert parts.geometry.iloc[0].equals(
        rect(0, 0, 100, 100) - rect(0, 0, 40, 100) - rect(40, 0, 50, 50)
    )
    measures = result.measures.iloc[0]
    assert measures[["free_ground_m2", "free_ground_largest_m2"]].tolist() == [5_500.0] * 2


@pytest.mark.parametrize(
    ("stage", "kind", "free"),
    [
        ("completed", "free", 5_500.0),
        ("under_construction", "phase_reserve", None),
        (None, "unknown", None),
    ],
)
def test_open_ground_of_an_unfinished_project_is_a_later_phases(stage, kind, free) -> None:
    result = analyse(parcels_of(land_use=["industrial"], land_stage=[stage]), plant_with_yard())
    assert result.tables["free_ground"]["kind"].tolist() == [kind]
    measured = result.measures.loc[0, "free_ground_m2"]
    assert measured == free if free is not None else np.isnan(measured)


def test_clearance_green_and_narrow_strips_are_not_free() -> None:
    parcels = parcels_of(land_use=["industrial"], land_stage=["completed"])
    plant = layer([rect(0, 0, 40, 100)], building_id=["b"], floors_n=[1])
    lawn = layer([rect(90, 0, 100, 100), rect(50, 0, 60, 9)], kind=["attached", "roof"])
    free = analyse(parcels, plant, green=lawn, options={"free_ground_clearance_m": 10.0}).tables[
        "free_ground"
    ]
    assert free["area_m2"].tolist() == [4_000.0]
    neck = layer(
        [rect(0, 0, 40, 100), rect(40, 45, 96, 55)], building_id=["a", "b"], floors_n=[1, 1]
    )
    whole = analyse(parcels, neck).tables["free_ground"]
    assert whole["area_m2"].round(6).tolist() == [5_440.0]
    wide = analyse(parcels, neck, options={"free_ground_width_m": 5.0}).tables["free_ground"]
    assert wide["area_m2"].round(6).tolist() == [2_700.0, 2_700.0]
    assert wide["part_no"].tolist() == [1, 2]


@pytest.mark.parametrize("use", ["green", "road", "utility"])
def test_land_that_serves_has_no_free_ground(use: str) -> None:
    parcels = parcels_of(land_use=[use], land_stage=["completed"])
    assert analyse(parcels, plant_with_yard()).tables["free_ground"].empty


# ------------------------------------------------------------------------------------- zones


def test_zone_indicators_by_hand() -> None:
    parcels = parcels_of(
        4,
        land_use=["industrial", "storage", "office", "road"],
        land_stage=["completed", "completed", "completed", "completed"],
        fixed_investment_wan=[6_000.0, None, None, None],
        tax_wan=[300.0, 100.0, 200.0, None],
    )
    shapes = [rect(100 * i, 0, 100 * i + 40, 100) for i in range(3)]
    buildings = layer(
        shapes,
        building_id=list("abc"),
        kind=["building"] * 3,
        floors_n=[2, 1, 5],
        height_m=[9.0, 6.0, 20.0],
    )
    table = analyse(parcels, buildings).tables["zone_indicators"]
    assert list(table.columns) == list(ZONE_INDICATORS.names)
    rows = table.drop_duplicates("indicator").set_index("indicator")
    assert rows.loc["far_overall", ["value", "parcels_n", "known_n"]].tolist() == [
        pytest.approx(32_000 / 30_000),
        3,
        3,
    ]
    assert rows.loc["far_industrial", "value"] == pytest.approx(12_000 / 20_000)
    assert rows.loc["density", "value"] == pytest.approx(0.4)
    assert rows.loc["coefficient_industrial", "value"] == pytest.approx(0.4)
    assert rows.loc["industrial_share", "value"] == pytest.approx(2 / 3)
    # one of two plants states its investment: over its own land, and it says so
    assert rows.loc["investment_per_ha", ["value", "known_n", "missing"]].tolist() == [
        6_000.0,
        1,
        "fixed_investment_wan",
    ]
    assert rows.loc["tax_per_ha", "value"] == 200.0
    assert rows.loc["tax_per_ha_overall", "value"] == pytest.approx(200.0)
    assert np.isnan(rows.loc["output_per_ha", "value"])
    dated = table[(table["indicator"] == "far_industrial")]
    assert dated[["reference", "reference_year"]].to_numpy().tolist() == [
        [0.93, ""],
        [1.12, "2019"],
    ]
    assert dated["reference_zh"].str.contains("不作限值").all()


def test_output_per_hectare_and_per_mu() -> None:
    parcels = parcels_of(area_net_m2=[20_000.0], output_wan=[9_000.0], tax_wan=[None])
    row = analyse(parcels.drop(columns=["area_m2"]).assign(area_m2=20_000.0)).measures.iloc[0]
    assert row[["output_per_ha_wan", "output_per_mu_wan"]].tolist() == [4_500.0, 300.0]
    assert np.isnan(row["tax_per_ha_wan"])


@pytest.mark.parametrize(
    ("floor", "signed", "verdict", "missing"),
    [
        (1_500.0, "2025-06-01", "no", ""),
        (1_500.1, "2025-06-01", "yes", ""),
        (None, "2025-06-01", "unknown", "uses"),
        # known of 2025 alone: never applied to an older plant, whose share is shown beside it
        (1_600.0, "2005-05-01", "unknown", "ruleset_of_supply"),
        (1_600.0, "2015-05-01", "unknown", "ruleset_of_supply"),
        (1_600.0, None, "unknown", "signed_on"),
    ],
)
def test_administrative_floor_area_has_a_test_of_its_own(floor, signed, verdict, missing) -> None:
    parcels = parcels_of(land_use=["industrial"], land_stage=["completed"])
    plant = layer([rect(0, 0, 50, 100)], building_id=["b"], floor_area_m2=[10_000.0])
    uses = pd.DataFrame(
        {
            "parcel_id": ["p0"],
            "role": ["administrative"],
            "land_area_m2": [300.0],
            "floor_area_m2": [floor],
        }
    )
    ledger = pd.DataFrame({"parcel_id": ["p0"], "signed_on": pd.to_datetime([signed])})
    result = analyse(parcels, plant, uses=uses, ledger=ledger)
    row = result.measures.iloc[0]
    assert row[["admin_land_share", "admin_land_source"]].tolist() == [0.03, "measured"]
    found = result.findings.set_index("rule").loc["far.admin_floor"]
    assert (found["verdict"], found["missing"], found["limit"]) == (verdict, missing, 0.15)
    assert found["attention"] is not True or verdict == "yes"


def test_buildings_without_any_outline_leave_the_parcels_unknown() -> None:
    record = pd.DataFrame({"building_id": ["q"], "floors_n": [2], "floor_area_m2": [500.0]})
    result = analyse(parcels_of(land_use=["industrial"], land_stage=["completed"]), record)
    assert result.measures["floor_area_m2"].isna().all()
    assert result.tables["free_ground"].empty
    assert "building_without_geometry" in set(result.problems["code"])


def test_a_storeys_table_of_unknown_buildings_is_no_obstacle() -> None:
    storeys = pd.DataFrame(
        {
            "building_id": ["x", None],
            "storey_no": [1, 1],
            "height_m": [9.0] * 2,
            "floor_area_m2": [50.0] * 2,
        }
    )
    plant = layer([rect(0, 0, 10, 100)] * 2, building_id=["x", "x"], floors_n=[1, 1])
    # an identifier that two buildings bear tells of neither
    assert analyse(parcels_of(), plant, storeys=storeys).measures.loc[0, "floor_area_m2"] == 2_000.0
