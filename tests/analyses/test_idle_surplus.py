"""Surplus land of completed projects: rectangles whose open part can be reckoned by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from analyses.idle_surplus import find_surplus
from policies import load_policy

AS_OF = date(2026, 6, 30)
POLICY = load_policy("national")
X, Y = 500_000, 4_060_000
KNOWN = {"mortgaged": False, "seized": False, "invested_share": 0.25}


def layer(rows: list[tuple[dict[str, Any], tuple[float, float, float, float]]]) -> gpd.GeoDataFrame:
    shapes = [box(X + a, Y + b, X + c, Y + d) for _, (a, b, c, d) in rows]
    return gpd.GeoDataFrame([facts for facts, _ in rows], geometry=shapes, crs="EPSG:4548")


#: A plant of 100 m by 40 m whose western half is built, and a road to its east.
PLANT = {"parcel_id": "p", "zone_id": "z", "land_stage": "completed", "land_use": "industrial"}
ROAD = {"parcel_id": "r", "zone_id": "z", "land_stage": None, "land_use": "road"}
LAND = layer([(PLANT, (0, 0, 100, 40)), (ROAD, (100, 0, 110, 40))])
HALF = layer([({"permanence": "permanent", "state": "built"}, (0, 0, 50, 40))])


def surplus(
    parcels: gpd.GeoDataFrame = LAND,
    buildings: gpd.GeoDataFrame = HALF,
    rows: list[dict[str, Any]] | None = None,
    clearance_m: float | None = 10.0,
) -> pd.DataFrame:
    contracts = pd.DataFrame([{"parcel_id": "p"} | row for row in (rows or [KNOWN])])
    if "completed_on" in contracts:
        contracts["completed_on"] = pd.to_datetime(contracts["completed_on"])
    found = find_surplus(
        parcels, contracts, POLICY, AS_OF, buildings=buildings, clearance_m=clearance_m
    )
    assert found.findings["rule"].eq("idle.surplus").sum() == len(found.tables["surplus"])
    return found.tables["surplus"]


def test_the_open_half_less_the_clearance() -> None:
    (row,) = surplus().itertuples()
    assert row.area_m2 == pytest.approx(40 * 40)
    assert row.width_m == pytest.approx(40, abs=0.1)
    assert row.road_access
    assert row.against == "split_clause_unknown"


def test_the_largest_of_two_parts_counts_and_touches_no_road() -> None:
    middle = layer([({"permanence": "permanent", "state": "built"}, (60, 0, 100, 40))])
    (row,) = surplus(buildings=middle, clearance_m=0.0).itertuples()
    assert row.area_m2 == pytest.approx(60 * 40)
    assert not row.road_access


def test_without_a_road_the_access_is_unknown() -> None:
    assert surplus(parcels=LAND.iloc[:1])["road_access"].isna().all()


@pytest.mark.parametrize("stage", ["under_construction", "supplied_not_started", None])
def test_only_completed_projects(stage: str | None) -> None:
    land = layer([(PLANT | {"land_stage": stage}, (0, 0, 100, 40))])
    assert surplus(parcels=land).empty


def test_without_a_clearance_nothing_is_computed() -> None:
    assert surplus(clearance_m=None).empty


def test_huts_take_no_room_and_a_parcel_without_outlines_is_left_out() -> None:
    hut = layer([({"permanence": "temporary", "state": "built"}, (60, 0, 100, 40))])
    assert surplus(buildings=hut).empty
    both = pd.concat([HALF, hut], ignore_index=True)
    assert surplus(buildings=both)["area_m2"].tolist() == pytest.approx([1600.0])


@pytest.mark.parametrize(
    ("rows", "against"),
    [
        ([KNOWN | {"mortgaged": True}], "mortgage,split_clause_unknown"),
        ([KNOWN | {"seized": True}], "seizure,split_clause_unknown"),
        ([KNOWN | {"invested_share": 0.2499}], "split_clause_unknown,investment_short"),
        (
            [{"mortgaged": None, "seized": None, "invested_share": None}],
            "mortgage_unknown,seizure_unknown,split_clause_unknown,investment_unknown",
        ),
        (
            [KNOWN | {"completed_on": "2020-01-01"}, KNOWN | {"completed_on": None}],
            "phase_reserve,split_clause_unknown",
        ),
        (
            [KNOWN | {"completed_on": "2020-01-01"}, KNOWN | {"completed_on": "2026-06-30"}],
            "split_clause_unknown",
        ),
    ],
)
def test_what_stands_against_it(rows: list[dict[str, Any]], against: str) -> None:
    table = surplus(rows=rows)
    assert table["against"].tolist() == [against]
    assert table["phase_reserve"].tolist() == ["phase_reserve" in against]


def test_a_later_phase_is_no_candidate() -> None:
    rows = pd.DataFrame([{"parcel_id": "p"} | KNOWN] * 2)
    found = find_surplus(LAND, rows, POLICY, AS_OF, buildings=HALF, clearance_m=0.0)
    own = found.findings[found.findings["rule"] == "idle.surplus"]
    assert own["verdict"].tolist() == ["no"]
    assert "后续分期预留用地" in found.findings.loc[0, "note_zh"]


def test_strips_and_necks_narrower_than_the_least_width_do_not_count() -> None:
    """A plant in the middle leaves 20 m, 30 m and a passage of 4 m; an L is as wide as its hull."""
    middle = layer([({"permanence": "permanent", "state": "built"}, (20, 4, 70, 40))])
    whole, cut = (
        find_surplus(
            LAND, pd.DataFrame([{"parcel_id": "p"} | KNOWN]), POLICY, AS_OF, buildings=middle,
            clearance_m=0.0, width_min_m=width,
        ).tables["surplus"].iloc[0]
        for width in (0.0, 5.0)
    )  # fmt: skip
    assert whole["area_m2"] == pytest.approx(100 * 40 - 50 * 36)
    assert cut["area_m2"] == pytest.approx(30 * 40)
    assert cut["width_narrowest_m"] == pytest.approx(30)
    assert cut["width_m"] == pytest.approx(30, abs=0.1)
    assert whole["width_narrowest_m"] == pytest.approx(40)


@pytest.mark.parametrize(
    ("stage", "rows", "found"),
    [
        (None, [{"completed_on": "2026-06-30"}], 1),
        (None, [{"completed_on": "2026-07-01"}], 0),
        (None, [{"completed_on": "2026-06-30"}, {"completed_on": None}], 0),
        ("under_construction", [{"completed_on": "2026-06-30"}], 0),
    ],
)
def test_where_the_stage_is_blank_the_ledger_tells_completion(
    stage: str | None, rows: list[dict[str, Any]], found: int
) -> None:
    land = layer([(PLANT | {"land_stage": stage}, (0, 0, 100, 40)), (ROAD, (100, 0, 110, 40))])
    assert len(surplus(land, rows=[KNOWN | row for row in rows])) == found


def test_disputes_and_hoarding_stand_against_it() -> None:
    (row,) = surplus(rows=[KNOWN | {"in_dispute": True, "hoarding_found": True}]).itertuples()
    assert row.against == "dispute,hoarding,split_clause_unknown"
