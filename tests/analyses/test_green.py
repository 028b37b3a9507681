"""Green ratio: ground counted once, requirement, cap, zones, and transfers that are truly least."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from shapely import box

from analyses.areas import parcel_areas
from analyses.green import analyse_green
from analyses.green_pool import pool_transfers
from analyses.green_transport import least_distance_flows
from analyses.results import FINDINGS, PARCEL_MEASURES, TRANSFERS
from policies import load_policy

X, Y = 500_000, 4_060_000
AS_OF = date(2026, 6, 30)
NATIONAL, JINAN = load_policy("national"), load_policy("jinan-2021")
SHANGHAI = load_policy("shanghai-2021")
GREEN_COLUMNS = tuple(name for name in PARCEL_MEASURES.names if name.startswith("green_"))


def rect(x0: float, y0: float, x1: float, y1: float):
    return box(X + x0, Y + y0, X + x1, Y + y1)


def layer(shapes, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4548")


def parcels_of(n: int = 1, zone_id="z", **columns) -> gpd.GeoDataFrame:
    """Squares of 100 m in a row: 1 ha each."""
    shapes = [rect(100 * i, 0, 100 * i + 100, 100) for i in range(n)]
    zones = [zone_id] * n if isinstance(zone_id, str) else zone_id
    frame = layer(shapes, parcel_id=[f"p{i}" for i in range(n)], zone_id=zones, **columns)
    return frame.join(parcel_areas(frame))


def green_of(*shares: float) -> gpd.GeoDataFrame:
    """A green strip over each parcel: the share of its ground."""
    shapes = [
        rect(100 * i, 0, 100 * i + 100 * share, 100) for i, share in enumerate(shares) if share
    ]
    return layer(
        shapes, green_id=[f"g{i}" for i in range(len(shapes))], kind=["attached"] * len(shapes)
    )


def finding(analysis, rule: str, parcel_id: str | None = "p0") -> pd.Series:
    rows = analysis.findings[analysis.findings["rule"] == rule]
    rows = rows[rows["parcel_id"].isna() if parcel_id is None else rows["parcel_id"] == parcel_id]
    assert len(rows) == 1
    return rows.iloc[0]


def test_ground_is_counted_once_and_roofs_and_walls_are_no_land() -> None:
    green = layer(
        [rect(0, 0, 20, 100), rect(10, 0, 30, 100), rect(50, 0, 80, 100), rect(80, 0, 90, 100)],
        green_id=list("abcd"),
        kind=["attached", None, "roof", "wall"],
    )
    analysis = analyse_green(parcels_of(green_min_share=[0.2]), NATIONAL, AS_OF, green=green)
    row = analysis.measures.iloc[0]
    assert (row["green_m2"], row["green_share"]) == (3_000.0, 0.3)
    assert (row["green_required_m2"], row["green_balance_m2"]) == (2_000.0, 1_000.0)
    assert row["green_source"] == "polygons"
    assert list(analysis.measures.columns[: len(GREEN_COLUMNS)]) == list(GREEN_COLUMNS)
    assert list(analysis.findings.columns) == list(FINDINGS.names)


def test_green_under_buildings_is_a_problem_and_does_not_count() -> None:
    green = layer(
        [rect(0, 0, 50, 100), rect(60, 0, 70, 100)], green_id=["a", "b"], kind=["park"] * 2
    )
    buildings = layer(
        [rect(40, 0, 60, 100), rect(30, 0, 45, 100), rect(0, 0, 20, 100), rect(0, 0, 5, 100)],
        building_id=list("pqrs"),
        kind=["building", "structure", "yard", "building"],
        state=[None, None, None, "demolished"],
    )
    analysis = analyse_green(parcels_of(), NATIONAL, AS_OF, green=green, buildings=buildings)
    assert analysis.measures.loc[0, "green_m2"] == pytest.approx(4_000.0)  # 50 - 20 + 10
    assert analysis.problems["id"].tolist() == ["a"]
    assert analysis.problems["code"].tolist() == ["green_under_building"]


def test_nothing_given_is_unknown_and_nothing_drawn_is_zero() -> None:
    parcels = parcels_of(green_min_share=[0.2])
    nothing = analyse_green(parcels, NATIONAL, AS_OF)
    assert nothing.measures.loc[0, ["green_m2", "green_share", "green_balance_m2"]].isna().all()
    assert finding(nothing, "green.required")["missing"] == "green"
    bare = analyse_green(parcels, NATIONAL, AS_OF, green=green_of(0.0, 0.5))
    assert bare.measures.loc[0, "green_m2"] == 0.0
    assert bare.measures.loc[0, "green_balance_m2"] == -2_000.0
    assert finding(bare, "green.required")["verdict"] == "no"


def test_raster_counts_where_there_are_no_polygons_or_where_it_prevails() -> None:
    parcels, share = parcels_of(2), pd.Series([0.4, np.nan])
    alone = analyse_green(parcels, NATIONAL, AS_OF, raster_share=share).measures
    assert alone.loc[0, "green_m2"] == pytest.approx(4_000.0)
    assert np.isnan(alone.loc[1, "green_m2"])
    both = {"green": green_of(0.1, 0.2), "raster_share": share}
    polygons = analyse_green(parcels, NATIONAL, AS_OF, **both).measures
    assert polygons["green_m2"].tolist() == pytest.approx([1_000.0, 2_000.0])
    assert polygons["green_raster_share"].tolist() == pytest.approx([0.4, np.nan], nan_ok=True)
    raster = analyse_green(
        parcels, NATIONAL, AS_OF, options={"prevails": "raster"}, **both
    ).measures
    assert raster["green_m2"].tolist() == pytest.approx([4_000.0, 2_000.0])
    assert raster["green_source"].tolist() == ["raster", "polygons"]


@pytest.mark.parametrize(
    ("share", "stage", "verdict", "attention"),
    [
        (0.2, "completed", "yes", False),
        (0.19, "completed", "no", True),
        # whether it has to be met by now is not known
        (0.19, None, "unknown", None),
        (0.2, None, "unknown", None),
        (0.19, "under_construction", "not_applicable", False),
    ],
)
def test_requirement_of_the_planning_conditions(share, stage, verdict, attention) -> None:
    parcels = parcels_of(green_min_share=[0.2], land_stage=[stage])
    found = finding(
        analyse_green(parcels, NATIONAL, AS_OF, green=green_of(share)), "green.required"
    )
    said = None if pd.isna(found["attention"]) else found["attention"]
    assert (found["verdict"], said, found["confidence"]) == (verdict, attention, "P")
    assert found["missing"] == ("land_stage" if stage is None else "")


@pytest.mark.parametrize(
    ("signed", "verdict", "missing", "required"),
    [
        ("2022-05-01", "no", "", 3_500.0),
        (None, "unknown", "signed_on", 3_500.0),  # shown as a reference
        ("2020-05-01", None, "", np.nan),  # before the rule
    ],
)
def test_requirement_by_use_holds_for_land_supplied_under_it(
    signed, verdict, missing, required
) -> None:
    parcels = parcels_of(land_use=["research"])
    ledger = pd.DataFrame({"parcel_id": ["p0"], "signed_on": pd.to_datetime([signed])})
    analysis = analyse_green(parcels, JINAN, AS_OF, green=green_of(0.3), ledger=ledger)
    assert analysis.measures.loc[0, "green_required_m2"] == pytest.approx(required, nan_ok=True)
    if verdict is None:
        assert finding(analysis, "green.required")["missing"] == "green_min_share"
    else:
        found = finding(analysis, "green.required_by_use")
        assert (found["verdict"], found["missing"]) == (verdict, missing)
        assert found["pack"] == "jinan-2021"


def test_the_planning_condition_comes_before_the_table() -> None:
    parcels = parcels_of(land_use=["research"], green_min_share=[0.1])
    analysis = analyse_green(parcels, JINAN, AS_OF, green=green_of(0.3))
    assert analysis.measures.loc[0, "green_required_m2"] == pytest.approx(1_000.0)


@pytest.mark.parametrize(
    ("share", "facts", "verdict", "missing", "over"),
    [
        (0.21, {}, "yes", "", 100.0),
        (0.20, {}, "no", "", 0.0),
        (0.21, {"land_use": "office"}, "not_applicable", "", np.nan),
        (0.21, {"land_stage": "under_construction"}, "not_applicable", "", np.nan),
        (0.21, {"land_stage": None}, "unknown", "land_stage", 100.0),
        (0.21, {"signed": None}, "unknown", "signed_on", 100.0),
        (0.21, {"signed": "2024-01-01"}, "unknown", "ruleset_2023", 100.0),
        (0.21, {"green_max_share": 0.15}, "yes", "", 600.0),
        (0.21, {"green_max_share": 0.30, "signed": None}, "no", "", 0.0),
    ],
)
def test_industrial_cap(share, facts, verdict, missing, over) -> None:
    facts = {
        "land_use": "industrial",
        "land_stage": "completed",
        "signed": "2015-05-01",
        "green_max_share": None,
        **facts,
    }
    ledger = pd.DataFrame({"parcel_id": ["p0"], "signed_on": pd.to_datetime([facts.pop("signed")])})
    parcels = parcels_of(**{name: [value] for name, value in facts.items()})
    analysis = analyse_green(parcels, NATIONAL, AS_OF, green=green_of(share), ledger=ledger)
    found = finding(analysis, "green.industrial_cap")
    assert (found["verdict"], found["missing"]) == (verdict, missing)
    assert analysis.measures.loc[0, "green_over_cap_m2"] == pytest.approx(over, nan_ok=True)


def test_surplus_meets_deficit_in_the_same_zone_only() -> None:
    parcels = parcels_of(4, zone_id=["z", "z", "y", "y"], green_min_share=[0.1, 0.3, 0.1, 0.3])
    green = green_of(0.4, 0.1, 0.0, 0.3)
    analysis = analyse_green(parcels, JINAN, AS_OF, green=green)
    assert analysis.measures["green_balance_m2"].tolist() == pytest.approx(
        [3_000.0, -2_000.0, -1_000.0, 0.0]
    )
    transfers = analysis.tables["transfers"]
    assert list(transfers.columns[: len(TRANSFERS.names)]) == list(TRANSFERS.names)
    assert transfers.iloc[0, :3].tolist() == ["z", "p0", "p1"]
    assert transfers["area_m2"].tolist() == pytest.approx([2_000.0])
    assert transfers["cost"].tolist() == pytest.approx([2_000.0 * 100.0])
    assert analysis.measures["green_given_m2"].tolist() == pytest.approx([2_000.0, 0.0, 0.0, 0.0])
    assert analysis.measures["green_received_m2"].tolist() == pytest.approx(
        [0.0, 2_000.0, 0.0, 0.0]
    )
    zones = analysis.zones
    assert zones["green_unmet_m2"].to_dict() == pytest.approx({"y": 1_000.0, "z": 0.0})
    every = analysis.findings[analysis.findings["rule"] == "green.pooling"]
    of_parcels = every.dropna(subset=["parcel_id"]).set_index("parcel_id")["measured"]
    assert of_parcels.to_dict() == pytest.approx({"p0": -2_000.0, "p1": 2_000.0})
    pooling = every[every["parcel_id"].isna()].set_index("zone_id")
    assert pooling["verdict"].to_dict() == {"y": "no", "z": "yes"}
    assert pooling["note_zh"].str.contains("统筹平衡测算方案").all()


def test_green_above_the_cap_is_not_given() -> None:
    parcels = parcels_of(
        2,
        land_use=["industrial", "office"],
        land_stage=["completed"] * 2,
        green_min_share=[0.1, 0.3],
    )
    analysis = analyse_green(parcels, JINAN, AS_OF, green=green_of(0.35, 0.0))
    row = analysis.measures.iloc[0]
    assert row["green_balance_m2"] == pytest.approx(2_500.0)
    assert row["green_over_cap_m2"] == pytest.approx(1_500.0)
    assert row["green_given_m2"] == pytest.approx(1_000.0)
    assert analysis.zones.loc["z", "green_unmet_m2"] == pytest.approx(2_000.0)


def test_without_a_clause_nothing_is_pooled() -> None:
    parcels = parcels_of(2, green_min_share=[0.1, 0.3])
    analysis = analyse_green(parcels, NATIONAL, AS_OF, green=green_of(0.4, 0.1))
    assert analysis.tables["transfers"].empty
    assert list(analysis.tables["transfers"].columns[:5]) == list(TRANSFERS.names)
    assert analysis.measures[["green_given_m2", "green_received_m2"]].isna().all().all()
    found = finding(analysis, "green.pooling", None)
    assert found["verdict"] == "not_applicable"
    assert "无统筹依据" in found["note_zh"]


def test_an_unknown_balance_leaves_the_pooling_verdict_open() -> None:
    parcels = parcels_of(2, green_min_share=[0.1, None], land_use=["office", "industrial"])
    found = finding(
        analyse_green(parcels, JINAN, AS_OF, green=green_of(0.4, 0.1)), "green.pooling", None
    )
    assert (found["verdict"], found["missing"]) == ("unknown", "green_min_share")
    road = parcels.assign(land_use=["office", "road"])
    assert (
        finding(analyse_green(road, JINAN, AS_OF, green=green_of(0.4, 0.1)), "green.pooling", None)[
            "verdict"
        ]
        == "yes"
    )


def zone_case(**options):
    """A fence of 200 m x 100 m: an office parcel, a green one, a park and a verge off the parcels."""
    parcels = parcels_of(2, land_use=["office", "green"])
    parcels = parcels.assign(geometry=[rect(0, 0, 100, 50), rect(100, 0, 200, 50)]).assign(
        area_m2=5_000.0
    )
    green = layer(
        [rect(0, 0, 20, 50), rect(100, 0, 150, 50), rect(0, 90, 300, 100), rect(0, 40, 10, 60)],
        green_id=list("abcd"),
        kind=["attached", "park", "park", "road"],
    )
    zones = layer([rect(0, 0, 200, 100)], zone_id=["z"], kind=["fenced"], name=["Zone"])
    return analyse_green(parcels, SHANGHAI, AS_OF, green=green, zones=zones, options=options)


def test_zone_counts_attached_green_over_all_its_land() -> None:
    # on the office parcel 20 x 50; public: the park parcel's 50 x 50, the park's 200 x 10 and the
    # verge's 10 x 10 on no parcel
    zones = zone_case().zones.loc["z"]
    assert zones["green_attached_m2"] == pytest.approx(1_000.0)
    assert zones["green_public_m2"] == pytest.approx(2_500.0 + 2_000.0 + 100.0)
    assert zones["green_m2"] == pytest.approx(1_000.0)
    assert zones["green_share"] == pytest.approx(1_000.0 / 20_000.0)
    assert np.isnan(zones["green_target_share"])


def test_public_green_counts_with_an_approval_alone() -> None:
    zones = zone_case(public_green_approval_no="沪绿〔2020〕1号").zones.loc["z"]
    assert zones["green_m2"] == pytest.approx(5_600.0)


@pytest.mark.parametrize(
    ("options", "verdict", "missing", "target"),
    [
        ({}, "unknown", "new_park", np.nan),
        ({"new_park": False}, "not_applicable", "", np.nan),
        ({"new_park": True}, "no", "", 0.2),
        ({"new_park": True, "public_green_approval_no": "A1"}, "yes", "", 0.2),
        ({"target_share": 0.3}, "unknown", "new_park", 0.3),
    ],
)
def test_zone_floor_addresses_new_parks(options, verdict, missing, target) -> None:
    analysis = zone_case(**options)
    found = finding(analysis, "green.zone_floor", None)
    assert (found["verdict"], found["missing"]) == (verdict, missing)
    assert analysis.zones.loc["z", "green_target_share"] == pytest.approx(target, nan_ok=True)


def test_a_misspelt_option_is_refused() -> None:
    with pytest.raises(ValueError, match="prevail"):
        analyse_green(parcels_of(), NATIONAL, AS_OF, options={"prevail": "raster"})


def test_without_geometry_everything_is_there_and_unknown() -> None:
    parcels = pd.DataFrame(
        {"parcel_id": ["a", "b"], "zone_id": ["*", "*"], "green_min_share": [0.2, None]},
        index=[7, 2],
    )
    analysis = analyse_green(parcels, JINAN, AS_OF, green=green_of(0.5))
    assert analysis.measures.index.tolist() == [7, 2]
    assert analysis.measures["green_m2"].isna().all()
    assert analysis.tables["transfers"].empty
    assert (
        analysis.findings.loc[analysis.findings["rule"] == "green.required", "verdict"].tolist()
        == ["unknown"] * 2
    )


def least_cost_of_all_pairs(supply, demand, from_xy, to_xy) -> float:
    """The same problem over every pair, stated the plain way."""
    n, m = len(supply), len(demand)
    cost = np.hypot(*(from_xy[:, None, :] - to_xy[None, :, :]).transpose(2, 0, 1)).ravel()
    give = np.kron(np.eye(n), np.ones(m))
    take = np.kron(np.ones(n), np.eye(m))
    short = supply.sum() <= demand.sum()
    answer = linprog(
        cost,
        A_eq=give if short else take,
        b_eq=supply if short else demand,
        A_ub=take if short else give,
        b_ub=demand if short else supply,
    )
    return float(answer.fun)


@given(seed=st.integers(0, 10_000), n=st.integers(1, 30), m=st.integers(1, 30))
@settings(max_examples=25, deadline=None)
def test_flows_are_least_over_all_pairs(seed: int, n: int, m: int) -> None:
    chosen = np.random.default_rng(seed)
    supply, demand = chosen.uniform(1, 100, n), chosen.uniform(1, 100, m)
    from_xy, to_xy = chosen.uniform(0, 1000, (n, 2)), chosen.uniform(0, 1000, (m, 2))
    give, take, amount = least_distance_flows(supply, demand, from_xy, to_xy)
    moved = min(supply.sum(), demand.sum())
    assert amount.sum() == pytest.approx(moved, rel=1e-6)
    assert (np.bincount(give, amount, n) <= supply + 1e-6).all()
    assert (np.bincount(take, amount, m) <= demand + 1e-6).all()
    cost = (amount * np.hypot(*(from_xy[give] - to_xy[take]).T)).sum()
    assert cost == pytest.approx(
        least_cost_of_all_pairs(supply, demand, from_xy, to_xy), rel=1e-6, abs=1e-6
    )


def test_a_far_deficit_beyond_the_nearest_neighbours_is_met() -> None:
    # one great surplus at one end, a hundred deficits in a row
    parcels = pd.DataFrame(
        {
            "parcel_id": ["s", *[f"d{i:03}" for i in range(100)]],
            "zone_id": "z",
            "x": np.arange(101.0),
            "y": 0.0,
            "balance_m2": [100.0, *[-1.0] * 100],
        }
    )
    transfers = pool_transfers(parcels)
    assert len(transfers) == 100
    assert transfers["area_m2"].sum() == pytest.approx(100.0)


@given(
    order=st.permutations(range(6)), balance=st.lists(st.integers(-50, 50), min_size=6, max_size=6)
)
@settings(max_examples=25, deadline=None)
def test_transfers_balance_and_do_not_hang_on_the_order(order, balance) -> None:
    parcels = pd.DataFrame(
        {
            "parcel_id": list("abcdef"),
            "zone_id": ["z", "z", "z", "z", "y", None],
            "x": [0.0, 10.0, 20.0, 30.0, 5.0, 6.0],
            "y": [0.0, 5.0, 0.0, 5.0, 1.0, 1.0],
            "balance_m2": np.array(balance, dtype=float),
        }
    )
    transfers = pool_transfers(parcels)
    pd.testing.assert_frame_equal(pool_transfers(parcels.iloc[list(order)]), transfers)
    own = parcels.set_index("parcel_id")
    given_m2 = transfers.groupby("from_parcel_id")["area_m2"].sum()
    received = transfers.groupby("to_parcel_id")["area_m2"].sum()
    assert (given_m2 <= own["balance_m2"].reindex(given_m2.index) + 1e-6).all()
    assert (received <= -own["balance_m2"].reindex(received.index) + 1e-6).all()
    assert set(transfers["zone_id"]) <= {"z"}  # y has one parcel, the last has no zone
    inside = own[own["zone_id"] == "z"]["balance_m2"]
    expected = min(inside.clip(lower=0).sum(), -inside.clip(upper=0).sum())
    assert transfers["area_m2"].sum() == pytest.approx(expected, abs=1e-6)


def test_parcels_at_one_point_and_without_a_partner() -> None:
    same = pd.DataFrame(
        {"parcel_id": ["a", "b"], "zone_id": "z", "x": 1.0, "y": 1.0, "balance_m2": [5.0, -5.0]}
    )
    assert pool_transfers(same)[["area_m2", "cost"]].to_numpy().tolist() == [[5.0, 0.0]]
    assert pool_transfers(same.assign(balance_m2=5.0)).empty


@pytest.mark.parametrize("method", ["plane", "ellipsoid"])
def test_one_way_of_measuring_on_both_sides_of_the_ratio(method: str) -> None:
    shape = [box(X + 130_000, Y, X + 130_100, Y + 100)]
    frame = layer(shape, parcel_id=["p0"], zone_id=["z"])
    parcels = frame.join(parcel_areas(frame, method=method))
    analysis = analyse_green(
        parcels,
        NATIONAL,
        AS_OF,
        green=layer(shape, green_id=["g"], kind=["attached"]),
        options={"area_method": method},
    )
    assert analysis.measures.loc[0, "green_share"] == pytest.approx(1.0, rel=1e-9)


def test_a_zone_without_parcels_is_known_by_polygons_alone() -> None:
    zones = layer(
        [rect(0, 0, 100, 100), rect(500, 0, 600, 100)], zone_id=["z", "far"], kind=["fenced"] * 2
    )
    by_raster = analyse_green(
        parcels_of(), NATIONAL, AS_OF, raster_share=pd.Series([0.3]), zones=zones
    ).zones
    assert by_raster["green_m2"].isna().to_dict() == {"far": True, "z": False}
    by_polygons = analyse_green(
        parcels_of(), NATIONAL, AS_OF, green=green_of(0.3), zones=zones
    ).zones
    assert by_polygons["green_m2"].to_dict() == pytest.approx({"far": 0.0, "z": 3_000.0})
