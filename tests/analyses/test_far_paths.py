"""Headroom and the paths to use it: every path, every condition, both layers of the land price."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from analyses.areas import parcel_areas
from analyses.far import analyse_far
from analyses.results import FAR_PATHS
from analyses.results_far import PATHS
from policies import load_policy

X, Y = 500_000, 4_060_000
AS_OF = date(2026, 6, 30)
JINAN, ZHEJIANG = "jinan-2021", "zhejiang-2021-draft"
#: A completed plant of one hectare: 4,000 m2 of ground, one storey of 6 m.
PLANT = {
    "parcel_id": "p",
    "zone_id": "z",
    "land_use": "industrial",
    "land_stage": "completed",
    "far_max": 2.0,
    "coverage_max_share": 0.6,
    "height_max_m": 24.0,
    "self_held": True,
}


def rect(x0: float, y0: float, x1: float, y1: float):
    return box(X + x0, Y + y0, X + x1, Y + y1)


def analyse(
    policy: str = JINAN,
    *,
    building: dict[str, Any] | None = None,
    uses: pd.DataFrame | None = None,
    with_buildings: bool = True,
    **columns: Any,
):
    facts = PLANT | columns
    parcels = gpd.GeoDataFrame(
        {name: [value] for name, value in facts.items()},
        geometry=[rect(0, 0, 100, 100)],
        crs="EPSG:4548",
    )
    facts = {"building_id": "b", "floors_n": 1, "height_m": 6.0} | (building or {})
    buildings = gpd.GeoDataFrame(
        {name: [value] for name, value in facts.items()},
        geometry=[rect(0, 0, 40, 100)],
        crs="EPSG:4548",
    )
    return analyse_far(
        parcels.join(parcel_areas(parcels)),
        buildings if with_buildings else None,
        load_policy(policy),
        AS_OF,
        uses=uses,
        options={"storey_height_m": 4.0},
    )


def paths(*args: Any, **columns: Any) -> pd.DataFrame:
    return analyse(*args, **columns).tables["far_paths"].set_index("path")


def test_the_table_of_a_plant_by_hand() -> None:
    result = analyse()
    table = result.tables["far_paths"]
    assert list(table.columns) == list(FAR_PATHS.names)
    assert table["path"].tolist() == [code for code in PATHS if code != "storage_far"]
    rows = table.set_index("path")
    assert (rows["verdict"] == "yes").all()
    # 2.0 x 10,000 - 4,000; 18 m above 6 m hold four storeys of 4 m on 4,000 m2: more than is left
    assert rows.loc["add_storeys", "floor_area_m2"] == 16_000.0
    assert rows.loc["add_storeys", "bound_by"] == "far"
    # 6,000 m2 of ground are free, 2,000 within the coverage limit, six storeys high
    assert rows.loc["extend_production", ["floor_area_m2", "bound_by"]].tolist() == [
        12_000.0,
        "ground",
    ]
    assert pd.isna(rows.loc["rearrange", "floor_area_m2"])
    found = result.findings.set_index("rule")
    assert found.loc["far.headroom", ["verdict", "measured", "limit"]].tolist() == [
        "yes",
        16_000.0,
        20_000.0,
    ]
    assert found.loc["far.intensify", "verdict"] == "yes"


def test_the_height_caps_the_added_storeys() -> None:
    row = paths(height_max_m=15.0).loc["add_storeys"]
    # nine metres above the roof: two storeys of 4 m
    assert row[["verdict", "floor_area_m2", "bound_by"]].tolist() == ["yes", 8_000.0, "height"]
    low = paths(height_max_m=9.9).loc["add_storeys"]
    assert (low["verdict"], "限高内不能再加层" in low["why_zh"]) == ("no", True)
    exact = paths(height_max_m=10.0).loc["add_storeys"]
    assert exact["floor_area_m2"] == 4_000.0
    open_ended = paths(height_max_m=None).loc["add_storeys"]
    assert (open_ended["verdict"], open_ended["floor_area_m2"]) == ("yes", 16_000.0)
    assert "为至多数" in open_ended["why_zh"]


@pytest.mark.parametrize(
    ("columns", "building", "path", "verdict", "said"),
    [
        ({"land_stage": "under_construction"}, {}, "add_storeys", "no", "项目未竣工"),
        ({"land_stage": None}, {}, "add_storeys", "unknown", "land_stage"),
        ({}, {"permanence": "temporary"}, "add_storeys", "no", "没有已建成的永久建筑"),
        ({}, {"permanence": "temporary"}, "rearrange", "no", "没有已建成的永久建筑"),
        ({}, {"state": "under_construction"}, "rearrange", "no", "没有已建成的永久建筑"),
        ({}, {"state": "demolished"}, "convert", "no", "没有已建成的永久建筑"),
        ({}, {"kind": "yard"}, "add_storeys", "no", "没有已建成的永久建筑"),
        ({"far_max": 0.4}, {}, "add_storeys", "no", "没有剩余建筑面积"),
        ({"far_max": 0.4}, {}, "rearrange", "yes", ""),
        ({"far_max": None}, {}, "add_storeys", "unknown", "far_max"),
        ({"far_max": None}, {}, "extend_storage", "unknown", "far_max"),
        ({"far_max": None}, {}, "convert", "yes", ""),
        ({}, {"floors_n": None, "height_m": None}, "add_storeys", "unknown", "floor_area_m2"),
        ({"coverage_max_share": 0.4}, {}, "extend_research", "no", "没有可扩建的空地"),
        ({"land_stage": "under_construction"}, {}, "m0", "no", "不是已建成的存量用地"),
        ({"land_stage": None}, {}, "standard_workshop", "unknown", "land_stage"),
        ({"land_use": None}, {}, "add_storeys", "unknown", "land_use"),
    ],
)
def test_each_condition_of_a_path(columns, building, path, verdict, said) -> None:
    row = paths(building=building, **columns).loc[path]
    assert row["verdict"] == verdict
    assert said in (row["missing"] if verdict == "unknown" else row["why_zh"])
    assert (row["missing"] == "") is (verdict != "unknown")


def test_without_a_buildings_layer_it_is_not_known_what_stands() -> None:
    rows = paths(with_buildings=False, floor_area_recorded_m2=4_000.0)
    assert rows.loc["add_storeys", ["verdict", "missing"]].tolist() == ["unknown", "buildings"]


@pytest.mark.parametrize("use", ["green", "road", "utility", "parking", "transport", "reserve"])
def test_no_intensity_on_land_that_serves(use: str) -> None:
    assert paths(land_use=use).empty


@pytest.mark.parametrize(
    ("policy", "use", "listed"),
    [
        (JINAN, "industrial", 6),
        (JINAN, "research", 6),
        (JINAN, "storage", 0),
        (ZHEJIANG, "industrial", 5),
        (ZHEJIANG, "storage", 5),
        ("shanghai-2021", "industrial", 0),
        ("shandong-2016", "industrial", 0),
        ("hubei-2021", "industrial", 0),
        ("national", "office", 0),
    ],
)
def test_which_uses_each_policy_allows(policy: str, use: str, listed: int) -> None:
    table = analyse(policy, land_use=use, good_firm=True).tables["far_paths"]
    means = table[~table["path"].isin(["standard_workshop", "m0", "storage_far"])]
    assert (means["basis"] == "listed").sum() == listed
    general = 4 if use == "industrial" and not listed else 0
    assert (means["basis"] == "general").sum() == general


def test_research_space_is_not_named_in_zhejiang() -> None:
    row = paths(ZHEJIANG, good_firm=True).loc["extend_research"]
    assert (row["verdict"], row["basis"]) == ("not_applicable", "none")
    assert "并非禁止" in row["why_zh"]


@pytest.mark.parametrize(
    ("good", "verdict", "missing"),
    [(True, "yes", ""), (False, "no", ""), (None, "unknown", "good_firm")],
)
def test_storage_may_rise_for_good_firms_only(good, verdict: str, missing: str) -> None:
    result = analyse(ZHEJIANG, land_use="storage", good_firm=good)
    row = result.tables["far_paths"].set_index("path").loc["storage_far"]
    assert (row["verdict"], row["missing"], row["status"]) == (verdict, missing, "draft")
    assert "征求意见稿" in row["why_zh"]
    assert "draft for comment" in row["why_en"]
    found = result.findings.set_index("rule").loc["far.storage_uplift"]
    assert (found["verdict"], found["missing"]) == (verdict, missing)
    assert "far.storage_uplift" not in set(analyse(JINAN, land_use="storage").findings["rule"])


# ------------------------------------------------------------------------------- land price


def waiver(*args: Any, path: str = "add_storeys", **columns: Any) -> list[str]:
    row = paths(*args, **columns).loc[path]
    return row[["waiver_national", "waiver_local", "waiver"]].tolist()


@pytest.mark.parametrize(
    ("columns", "answers"),
    [
        ({}, ["yes", "yes", "yes"]),
        # failing the local clause leaves the national one
        ({"self_held": False}, ["yes", "no", "yes"]),
        ({"self_held": None}, ["yes", "unknown", "yes"]),
        # the national rule speaks of industrial land alone
        ({"land_use": "research"}, ["not_applicable", "yes", "yes"]),
        # failing both is not "must pay"
        ({"land_use": "research", "self_held": False}, ["not_applicable", "no", "unknown"]),
        ({"land_use": "research", "self_held": None}, ["not_applicable", "unknown", "unknown"]),
        # nothing is left within the plan
        ({"far_max": 0.4}, ["no", "yes", "yes"]),
        ({"far_max": 0.4, "self_held": False}, ["no", "no", "unknown"]),
        ({"far_max": None, "self_held": None}, ["unknown", "unknown", "unknown"]),
        # not existing land
        ({"land_stage": "supplied_not_started"}, ["no", "yes", "yes"]),
        ({"land_stage": None, "self_held": False}, ["unknown", "no", "unknown"]),
    ],
)
def test_both_layers_of_the_waiver_in_jinan(columns, answers: list[str]) -> None:
    assert waiver(**columns) == answers


@pytest.mark.parametrize("policy", ["shanghai-2021", "shandong-2016", "hubei-2021", ZHEJIANG])
@pytest.mark.parametrize("held", [True, False, None])
def test_elsewhere_the_national_layer_stands_alone(policy: str, held) -> None:
    answers = waiver(policy, self_held=held, good_firm=True)
    assert answers == ["yes", "not_applicable", "yes"]


def test_storage_has_a_like_rule_whose_text_is_to_be_checked() -> None:
    assert waiver(ZHEJIANG, land_use="storage", good_firm=True) == [
        "unknown",
        "not_applicable",
        "unknown",
    ]


def test_a_path_that_may_change_the_use_leaves_the_national_layer_in_doubt() -> None:
    assert waiver(path="extend_research") == ["unknown", "yes", "yes"]
    assert waiver(path="m0") == ["unknown", "not_applicable", "unknown"]
    assert waiver(path="standard_workshop") == ["yes", "not_applicable", "yes"]


@pytest.mark.parametrize(
    ("held", "answer"),
    [(["self", "self"], "yes"), (["self", "sale"], "no"), (["self", None], "unknown")],
)
def test_the_uses_table_tells_how_it_is_held(held, answer: str) -> None:
    uses = pd.DataFrame({"parcel_id": ["p", "p"], "use": ["industrial", "office"], "held": held})
    assert waiver(self_held=None, uses=uses)[1] == answer


def test_never_must_pay() -> None:
    for columns in (
        {"self_held": False, "far_max": 0.4},
        {"land_use": "research", "self_held": False},
    ):
        result = analyse(**columns)
        table = result.tables["far_paths"]
        assert "no" not in set(table["waiver"])
        assert result.measures["price_waiver"].tolist() == ["unknown"]
        notes = result.findings.set_index("rule")["note_zh"]
        assert "不等于须补缴" in notes["far.waiver_local"]
        assert not table["waiver_why_zh"].str.contains("应补缴").any()
