"""Land supply where facts contradict each other or stand on a line: editions, ratios, ranks, firms, levels."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from analyses.performance_firms import rank_firms, unnamed_firms
from analyses.supply_boundary import check_boundary
from analyses.supply_candidates import supporting, supporting_findings, with_projects
from analyses.supply_standard import check_bids, standard_sheet
from analyses.supply_stock import stock_of, stock_table, vacant_floors
from analyses.supply_swaps import swap_balances
from policies import load_policy

AS_OF = date(2026, 6, 30)
X, Y = 500_000, 4_060_000
NATIONAL, SHANGHAI = load_policy("national"), load_policy("shanghai-2021")
ZHEJIANG = load_policy("zhejiang-2021-draft")
OLD, NEW = "GB/T 4754-2002", "GB/T 4754-2017"


def land(n: int, **columns) -> gpd.GeoDataFrame:
    """Return sites of 1 ha in a row."""
    shapes = [box(X + 100 * at, Y, X + 100 * at + 100, Y + 100) for at in range(n)]
    facts = {
        "parcel_id": [f"p{at}" for at in range(n)],
        "zone_id": "z",
        "land_use": "industrial",
        "area_m2": 10_000.0,
    }
    return gpd.GeoDataFrame(facts | columns, geometry=shapes, crs="EPSG:4548")


# ---------------------------------------------------------------------------- industries and editions


@pytest.mark.parametrize(
    ("code", "scheme", "expected"),
    [
        # One division, by its beginning and its edition; another edition keeps to the use.
        ("39", NEW, {"3911/17": 400.0, "3911/02": 300.0, "3811/17": 300.0}),
        ("3911", NEW, {"3911/17": 400.0, "3911/02": 300.0, "3811/17": 300.0}),
        ("C39", NEW, {"3911/17": 400.0, "3911/02": 300.0, "3811/17": 300.0}),
        # The parcels are of two editions: of which the row is, nobody knows.
        ("39", None, {"3911/17": np.nan, "3911/02": np.nan, "3811/17": 300.0}),
    ],
)
def test_an_industry_is_one_of_its_own_edition(code, scheme, expected) -> None:
    own = land(
        3, industry_code=["3911", "3911", "C3811"], industry_scheme=[NEW, OLD, NEW], far_min=1.0
    )
    standards = pd.DataFrame(
        {
            "industry_code": [code, None],
            "industry_scheme": [scheme, None],
            "land_use": [None, "industrial"],
            "investment_wan_per_mu": [400.0, 300.0],
        }
    )
    sheet, _ = standard_sheet(own, ZHEJIANG, AS_OF, standards=standards)
    assert sheet["investment_wan_per_mu"].tolist() == pytest.approx(
        list(expected.values()), nan_ok=True
    )


def test_a_row_without_an_edition_is_of_the_only_one_and_longer_codes_prevail() -> None:
    own = land(2, industry_code=["3911", "3920"], industry_scheme=NEW)
    standards = pd.DataFrame(
        {"industry_code": ["3911", "39"], "investment_wan_per_mu": [500.0, 400.0]}
    )
    for order in (standards, standards[::-1]):
        sheet, _ = standard_sheet(own, ZHEJIANG, AS_OF, standards=order)
        assert sheet["investment_wan_per_mu"].tolist() == [500.0, 400.0]


@pytest.mark.parametrize(
    ("scheme", "states"),
    [(NEW, ["no", "unknown", "yes"]), (OLD, ["unknown", "no", "unknown"]), (None, ["unknown"] * 3)],
)
def test_a_catalogue_is_of_one_edition(scheme, states) -> None:
    """Class A all, so that the catalogue alone decides; it holds 39 and the firms make 3911 (2017, 2002), 1311."""
    firms = land(
        3,
        holder=["甲", "乙", "丙"],
        supply_status="supplied",
        land_stage="completed",
        industry_code=["3911", "3911", "1311"],
        industry_scheme=[NEW, OLD, NEW],
        tax_wan=150.0,
    )
    options = {
        "yield_weights": {"tax_wan_per_mu": 1.0},
        "yield_cuts": {"A": 100},
        "catalogue": ("39",),
        "small_area_m2": 1.0,
    } | ({} if scheme is None else {"catalogue_scheme": scheme})
    table, found, _ = rank_firms(firms, stock_of(firms), ZHEJIANG, AS_OF, options)
    by_firm = table.set_index("holder")["replace"]
    assert [by_firm[name] for name in ("甲", "乙", "丙")] == states
    own = found[(found["rule"] == "supply.replace_out") & (found["verdict"] == "unknown")]
    assert set(own["missing"]) == {"industry_scheme" if scheme else "catalogue_scheme"}


# ------------------------------------------------------------------------------------ firms and yields


@pytest.mark.parametrize(
    ("tax", "output", "code"), [(12.0, 120.0, "A"), (6.0, 60.0, "C"), (5.99, 60.0, "D")]
)
@pytest.mark.parametrize("shares", [(2.0, 1.0), (0.7, 0.3), (0.1, 0.6)])
def test_a_score_on_a_cut_is_above_it_whatever_the_weights(tax, output, code, shares) -> None:
    """Tax and output both 1.2 (0.6) times their benchmark make 120 (60), by any weights."""
    for area in (3_000.0, 7_000.0, 11_000.0, 13_000.0):
        mu = area / 10_000 * 15
        firm = land(
            1,
            holder=["甲"],
            supply_status="supplied",
            land_stage="completed",
            area_m2=area,
            tax_wan=tax * mu,
            output_wan=output * mu,
        )
        options = {
            "yield_weights": dict(
                zip(("tax_wan_per_mu", "output_wan_per_mu"), shares, strict=True)
            ),
            "yield_benchmarks": {"tax_wan_per_mu": 10.0, "output_wan_per_mu": 100.0},
            "yield_cuts": {"A": 120, "B": 90, "C": 60},
        }
        assert rank_firms(firm, stock_of(firm), NATIONAL, AS_OF, options)[2].tolist() == [code]


def test_a_built_parcel_without_a_holder_is_told() -> None:
    frame = land(
        3,
        holder=["甲", None, None],
        supply_status="supplied",
        land_stage=["completed", "completed", "under_construction"],
    )
    told = unnamed_firms(frame, stock_of(frame), {"yield_weights": {"tax_wan_per_mu": 1.0}})
    assert told[["code", "id"]].to_numpy().tolist() == [["yields_no_holder", "p1"]]
    assert unnamed_firms(frame, stock_of(frame), {}).empty


# ------------------------------------------------------------------------------------ bids and swaps


@pytest.mark.parametrize(
    ("far", "verdict", "missing"),
    [(2.0, "yes", ""), (2.01, "no", ""), (0.99, "no", ""), (None, "unknown", "bids.far")],
)
def test_a_bid_keeps_between_both_floor_area_ratios(far, verdict, missing) -> None:
    own = land(1, far_min=1.0, far_max=2.0, supply_status="ready", industry_code="3911")
    asked = {
        "investment_wan_per_mu": 300.0,
        "energy_tce_per_wan": 1.0,
        "emissions_kg_per_wan": 1.0,
        "tax_wan_per_mu": 20.0,
    }
    standards = pd.DataFrame([{"land_use": "industrial", **asked}])
    sheet, _ = standard_sheet(own, ZHEJIANG, AS_OF, standards=standards)
    bid = pd.DataFrame([{"bid_id": "b", "parcel_id": "p0", "far": far, **asked}])
    table, _ = check_bids(bid, sheet, own, ZHEJIANG, AS_OF)
    row = table.iloc[0]
    assert (row["verdict"], "" if pd.isna(row["missing"]) else row["missing"]) == (verdict, missing)
    assert ("超过规划条件上限2" in row["note_zh"]) is (far == 2.01)


def test_a_bid_for_no_candidate_says_so() -> None:
    own = land(2, far_min=1.0, supply_status=["ready", "supplied"])
    sheet, _ = standard_sheet(own.iloc[:1], ZHEJIANG, AS_OF)
    bid = pd.DataFrame([{"bid_id": "b", "parcel_id": "p1", "far": 1.0}])
    row = check_bids(bid, sheet, own, ZHEJIANG, AS_OF)[0].iloc[0]
    assert (row["verdict"], row["missing"]) == ("unknown", "parcels.supply_status")
    assert row["note_zh"].startswith("该宗地不是待供候选")


def test_a_swap_for_a_parcel_that_is_not_on_record_says_so() -> None:
    values = {
        "property_value_wan": 900.0,
        "land_value_wan": 500.0,
        "buildings_value_wan": 300.0,
        "relocation_wan": 50.0,
    }
    swap = pd.DataFrame([{"swap_id": "s", "parcel_id": "ghost", **values}])
    _, found = swap_balances(swap, land(1), np.array(["yes"], dtype=object), SHANGHAI, AS_OF)
    assert found[["verdict", "missing"]].to_numpy().tolist() == [["unknown", "parcels.parcel_id"]]


# ------------------------------------------------------------------------------- supporting projects


def test_supporting_projects_with_and_without_ground() -> None:
    """a lies outside the fence, b calls itself outside and lies within; two have no parcel yet."""
    own = land(2, fenced_share=[0.0, 1.0])
    projects = pd.DataFrame(
        {
            "project_id": ["A", "B", "C", "D", "E"],
            "parcel_id": ["p0", "p1", None, None, None],
            "zone_id": "z",
            "outside_fence": pd.array([True, True, True, True, False], dtype="boolean"),
            "priority": [2, 3, 4, 1, 1],
        }
    )
    joined = with_projects(own, projects)
    supports = supporting(joined, ZHEJIANG)
    assert supports.tolist() == [True, False]
    found = supporting_findings(joined, supports, projects, ZHEJIANG, AS_OF)
    told = found[["parcel_id", "verdict"]].fillna("").to_numpy().tolist()
    assert told == [["p0", "yes"], ["p1", "unknown"], ["", "yes"], ["", "yes"]]
    assert found["missing"].fillna("").tolist()[1] == "projects.outside_fence"
    assert [name in note for name, note in zip("DC", found["note_zh"].iloc[2:], strict=True)] == [
        True,
        True,
    ]
    assert set(found["zone_id"]) == {"z"}
    assert supporting_findings(joined, supports, projects, NATIONAL, AS_OF).empty


# ----------------------------------------------------------------------------------------- the levels


def test_land_that_was_never_supplied_is_surely_not_idle() -> None:
    frame = land(
        3,
        supply_status=["supplied", "supplied", "ready"],
        land_stage=["completed", "supplied_not_started", "not_supplied"],
        idle_found=pd.array([False, None, None], dtype="boolean"),
        idle_status=["started", None, None],
    )
    table = stock_table(frame, stock_of(frame), {}, vacant_floors(frame, None, None))
    levels = table.set_index("level")
    for name in ("idle_found", "idle_suspected"):
        assert levels.loc[name, ["unknown_m2", "unknown_n"]].tolist() == [10_000.0, 1]


def test_a_fence_beyond_the_boundary_is_measured_too() -> None:
    """No parcel lies outside; the fence does with 2,000 m2."""
    inside, out = box(X, Y, X + 100, Y + 100), box(X, Y, X + 120, Y + 100)
    zones = gpd.GeoDataFrame(
        {"zone_id": ["z", "z"], "kind": ["approved", "fenced"]},
        geometry=[inside, out],
        crs="EPSG:4548",
    )
    found = check_boundary(land(1), zones, NATIONAL, AS_OF).findings
    own = found[found["rule"] == "supply.boundary"].iloc[0]
    assert (own["verdict"], own["measured"]) == ("yes", pytest.approx(2_000))


def test_a_building_on_a_parcel_beyond_the_boundary_is_listed() -> None:
    """p1 belongs to the zone and lies outside; of two buildings beyond, one stands on it."""
    shapes = [box(X, Y, X + 100, Y + 100)]
    zones = gpd.GeoDataFrame(
        {"zone_id": ["z"], "kind": ["approved"]}, geometry=shapes, crs="EPSG:4548"
    )
    houses = gpd.GeoDataFrame(
        {"building_id": ["on", "elsewhere"]},
        geometry=[
            box(X + 120, Y + 20, X + 140, Y + 40),
            box(X + 500, Y, X + 520, Y + 20),
        ],
        crs="EPSG:4548",
    )
    table = check_boundary(land(2), zones, NATIONAL, AS_OF, buildings=houses).table
    found = table[table["layer"] == "buildings"]
    assert found[["issue", "id", "measured"]].to_numpy().tolist() == [
        ["building_outside", "on", pytest.approx(400)]
    ]
