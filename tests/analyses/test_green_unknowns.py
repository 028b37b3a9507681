"""What is not known of a zone's green never passes for a balance, and limits are never a success."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from analyses.areas import parcel_areas
from analyses.green import analyse_green
from policies import load_policy

AS_OF = date(2026, 6, 30)
JINAN, SHANDONG = load_policy("jinan-2021"), load_policy("shandong-2016")


def strip(x0: float, x1: float):
    return box(500_000 + x0, 4_060_000, 500_000 + x1, 4_060_100)


def zone(shares, **columns) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Parcels of 1 ha in a row of which 20 % have to be green, and their green."""
    count = len(shares)
    given = {
        "parcel_id": [f"p{at}" for at in range(count)],
        "zone_id": ["z"] * count,
        "land_use": ["office"] * count,
        "green_min_share": [0.2] * count,
        "land_stage": ["completed"] * count,
    } | columns
    shapes = [strip(100 * at, 100 * at + 100) for at in range(count)]
    parcels = gpd.GeoDataFrame(given, geometry=shapes, crs="EPSG:4548")
    green = gpd.GeoDataFrame(
        {"kind": ["attached" for share in shares if share]},
        geometry=[
            strip(100 * at, 100 * at + 100 * share) for at, share in enumerate(shares) if share
        ],
        crs="EPSG:4548",
    )
    return parcels.join(parcel_areas(parcels)), green


def pooled(parcels, green, **more):
    """Run the analysis; return it with its verdict on the pool and the pool's row."""
    analysis = analyse_green(parcels, more.pop("policy", JINAN), AS_OF, green=green, **more)
    return analysis, zone_finding(analysis, "green.pooling"), analysis.tables["green_pools"].iloc[0]


def zone_finding(analysis, rule: str) -> pd.Series:
    rows = analysis.findings
    rows = rows[(rows["rule"] == rule) & rows["parcel_id"].isna()]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_parcel_of_unknown_stage_leaves_the_pool_open_and_its_figures_for_reference() -> None:
    parcels, green = zone([0.1, 0.6], land_stage=[None, "completed"])
    analysis, verdict, pool = pooled(parcels, green, options={"target_share": 0.2})
    assert (verdict["verdict"], verdict["missing"]) == ("unknown", "land_stage")
    assert "land_stage" in verdict["note_zh"]
    assert (pool["status"], pool["given_m2"]) == ("unknown", pytest.approx(1_000.0))
    assert analysis.tables["green_ledger"]["missing"].tolist() == ["land_stage", ""]
    freed = zone_finding(analysis, "green.freeing")
    assert (freed["verdict"], freed["missing"]) == ("unknown", "land_stage")


def test_nothing_is_planted_where_the_stage_is_unknown() -> None:
    parcels, green = zone([0.1, 0.1], land_stage=[None, "completed"])
    sites = pooled(parcels, green, options={"target_share": 0.2})[0].tables["green_sites"]
    rows = sites.set_index("parcel_id")
    assert (rows.loc["p0", "missing"], rows.loc["p0", "chosen_m2"]) == ("land_stage", 0.0)
    assert np.isnan(rows.loc["p0", "plantable_m2"])
    assert rows.loc["p1", "chosen_m2"] == pytest.approx(2_000.0)


@pytest.mark.parametrize(
    "options", [{"keep_back_share": 0.5}, {"lack_max_share": 0.05}, {"transfer_cost": "table"}]
)
def test_a_deficit_that_limits_leave_unmet_is_short_though_the_sums_suffice(options) -> None:
    # 1,400 m2 over against 1,000 m2 short; half of the surplus, a twentieth of what is due, no pair
    parcels, green = zone([0.1, 0.34])
    costs = pd.DataFrame({"from_parcel_id": ["p0"], "to_parcel_id": ["p1"], "cost": [1.0]})
    _, verdict, pool = pooled(parcels, green, options=options, costs=costs)
    assert (pool["status"], verdict["verdict"]) == ("short", "no")
    assert pool["unmet_m2"] == pytest.approx(
        {"keep_back_share": 300.0, "lack_max_share": 900.0, "transfer_cost": 1_000.0}[
            next(iter(options))
        ]
    )


def test_costs_by_a_table_that_is_not_given_are_unknown() -> None:
    _, verdict, pool = pooled(*zone([0.1, 0.34]), options={"transfer_cost": "table"})
    assert (pool["status"], verdict["missing"]) == ("unknown", "green_costs")


@pytest.mark.parametrize(
    ("planned_m2", "verdict", "missing"),
    [(2_000.0, "unknown", "completion_planned_on"), (0.0, "no", "")],
)
def test_an_unbuilt_parcel_without_a_date_leaves_a_balance_that_holds_open(
    planned_m2, verdict, missing
) -> None:
    # p1 comes in 2028 and keeps or breaks the balance; p2 may come in any year
    parcels, green = zone(
        [0.3, 0.0, 0.0],
        land_stage=["completed", "under_construction", "supplied_not_started"],
        completion_planned_on=pd.to_datetime([None, "2028-05-01", None]),
        green_planned_m2=[np.nan, planned_m2, 500.0],
    )
    found = zone_finding(pooled(parcels, green)[0], "green.years")
    assert (found["verdict"], found["missing"]) == (verdict, missing)
    assert "无计划竣工日期" in found["note_zh"]


def test_years_with_a_parcel_of_unknown_stage_are_open() -> None:
    parcels, green = zone(
        [0.3, 0.3, 0.0],
        land_stage=["completed", None, "under_construction"],
        completion_planned_on=pd.to_datetime([None, None, "2028-05-01"]),
        green_planned_m2=[np.nan, np.nan, 2_000.0],
    )
    analysis = pooled(parcels, green)[0]
    found = zone_finding(analysis, "green.years")
    assert (found["verdict"], found["missing"]) == ("unknown", "land_stage")
    years = analysis.tables["green_years"]
    assert years["breaks"].isna().all()
    assert set(years["stage_unknown_n"]) == {1}


def test_what_could_be_freed_is_open_where_a_parcel_that_matters_is_unknown() -> None:
    # the target leaves 5,000 m2: p0 may free 1,000, and p1, whose floor is unknown, perhaps more
    parcels, green = zone(
        [0.3, 0.4], green_min_share=[0.2, None], land_use=["office", "commercial"]
    )
    found = zone_finding(pooled(parcels, green, options={"target_share": 0.1})[0], "green.freeing")
    assert (found["verdict"], found["missing"]) == ("unknown", "green_min_share")
    assert found["measured"] == pytest.approx(1_000.0)
    # the target leaves 1,000 m2: no other parcel could add to that
    at_target = zone_finding(
        pooled(parcels, green, options={"target_share": 0.3})[0], "green.freeing"
    )
    assert (at_target["verdict"], at_target["measured"]) == ("yes", pytest.approx(1_000.0))


def test_a_basis_of_the_project_alone_is_shown_and_moves_nothing() -> None:
    analysis, verdict, pool = pooled(
        *zone([0.1, 0.34]), policy=SHANDONG, options={"pool_clause": "某批复"}
    )
    assert (pool["status"], verdict["verdict"]) == ("no_basis", "not_applicable")
    assert "某批复" in verdict["note_zh"]
    assert not len(analysis.tables["transfers"])
