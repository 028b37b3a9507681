"""The pool of a zone: totals, public green, extents, transfers and their costs, freeing, years, sites."""

from __future__ import annotations

import itertools
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import coo_array
from shapely import box

from analyses.areas import parcel_areas
from analyses.green import analyse_green
from analyses.green_freeing import freeing
from analyses.green_pool import transfer_plan
from analyses.green_transport import least_cost_flows, priced_flows
from policies import load_policy

X, Y = 500_000, 4_060_000
AS_OF = date(2026, 6, 30)
NATIONAL, JINAN = load_policy("national"), load_policy("jinan-2021")
SHANGHAI, NINGBO = load_policy("shanghai-2021"), load_policy("ningbo-2017")
APPROVAL = {"public_green_approval_no": "A1"}


def rect(x0: float, y0: float, x1: float, y1: float):
    return box(X + x0, Y + y0, X + x1, Y + y1)


def layer(shapes, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4548")


def plots(widths, zone_id="z", **columns) -> gpd.GeoDataFrame:
    """Parcels side by side, 100 m deep and as wide as told."""
    edges = np.concatenate([[0], np.cumsum(widths)])
    shapes = [rect(a, 0, b, 100) for a, b in itertools.pairwise(edges)]
    frame = layer(
        shapes,
        parcel_id=[f"p{at}" for at in range(len(widths))],
        zone_id=[zone_id] * len(widths) if isinstance(zone_id, str) else zone_id,
        **columns,
    )
    return frame.join(parcel_areas(frame))


def strips(parcels, areas) -> gpd.GeoDataFrame:
    """Green of a given area at the left edge of each parcel."""
    left = parcels.bounds["minx"] - X
    shapes = [rect(a, 0, a + area / 100, 100) for a, area in zip(left, areas, strict=True) if area]
    return layer(
        shapes, green_id=[f"g{at}" for at in range(len(shapes))], kind=["attached"] * len(shapes)
    )


# ------------------------------------------------------------------------- totals, public green


def test_the_zone_s_ratio_is_total_over_total_and_no_mean_of_ratios() -> None:
    parcels = plots([100, 300], green_min_share=[0.2, 0.2])
    pool = (
        analyse_green(parcels, JINAN, AS_OF, green=strips(parcels, [5_000, 3_000]))
        .tables["green_pools"]
        .iloc[0]
    )
    assert pool["share"] == pytest.approx(8_000 / 40_000)  # the mean of 50 % and 10 % is 30 %


@pytest.mark.parametrize(
    ("options", "share"),
    [
        # attached 1,000 on the plot; park plot 4,000 of 5,000; park on no parcel 500
        ({}, 1_000 / 20_000),
        (APPROVAL, 5_500 / 20_000),
        ({"denominator": "parcels"}, 1_000 / 15_000),
        # what counts above the line stands below it too
        ({"denominator": "parcels", **APPROVAL}, 5_500 / 15_500),
    ],
)
def test_public_green_in_numerator_and_denominator(options, share) -> None:
    parcels = plots([100, 50], land_use=["office", "green"])
    green = layer(
        [rect(0, 0, 10, 100), rect(100, 0, 140, 100), rect(150, 0, 155, 100)],
        green_id=list("abc"),
        kind=["attached", "park", "park"],
    )
    zones = layer([rect(0, 0, 200, 100)], zone_id=["z"], kind=["fenced"], name=["Zone"])
    analysis = analyse_green(parcels, JINAN, AS_OF, green=green, zones=zones, options=options)
    pool = analysis.tables["green_pools"].iloc[0]
    assert pool["share"] == pytest.approx(share)
    assert pool["public_m2"] == pytest.approx(4_500)
    counted = analysis.findings.set_index("rule").loc["green.public_counted", "verdict"]
    assert counted == ("yes" if options.get("public_green_approval_no") else "no")
    by_parcels = options.get("denominator") == "parcels"
    assert pool["share_without_public"] == pytest.approx(1_000 / (15_000 if by_parcels else 20_000))
    assert pool["share_with_public"] == pytest.approx(5_500 / (15_500 if by_parcels else 20_000))


def test_without_a_zone_polygon_public_green_brings_its_own_ground() -> None:
    parcels = plots([100], zone_id="*")
    green = layer(
        [rect(0, 0, 10, 100), rect(200, 0, 230, 100)],
        green_id=["a", "b"],
        kind=["attached", "park"],
    )
    zones = analyse_green(parcels, NATIONAL, AS_OF, green=green, options=APPROVAL).zones
    assert zones.loc["*", "green_share"] == pytest.approx(4_000 / 13_000)
    without = analyse_green(parcels, NATIONAL, AS_OF, green=green).zones
    assert without.loc["*", "green_share"] == pytest.approx(1_000 / 10_000)


def test_a_pack_may_bar_public_green_whatever_the_project_says(tmp_path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'format = 1\nid = "own"\nextends = "jinan-2021"\n'
        'title = { zh = "自编", en = "own" }\njurisdiction = { zh = "某地", en = "somewhere" }\n'
        '[rules."green.public_counted"]\nparameters.counts = { value = false }\n',
        encoding="utf-8",
    )
    parcels = plots([100], land_use=["green"])
    green = strips(parcels, [4_000])
    analysis = analyse_green(parcels, load_policy(path), AS_OF, green=green, options=APPROVAL)
    assert analysis.zones.loc["z", "green_m2"] == 0.0


def test_a_park_neither_gives_nor_receives() -> None:
    parcels = plots([100, 100], land_use=["green", "office"], green_min_share=[0.1, 0.3])
    analysis = analyse_green(
        parcels, JINAN, AS_OF, green=strips(parcels, [9_000, 1_000]), options=APPROVAL
    )
    assert analysis.tables["transfers"].empty
    assert analysis.zones.loc["z", "green_unmet_m2"] == pytest.approx(2_000)


@pytest.mark.parametrize(
    ("extent", "area", "parcels_in", "share"),
    [
        ("zone", 30_000, ["p0", "p1", "p2"], 6_000 / 30_000),  # the fence decides, all its parcels
        ("fenced", 30_000, ["p0", "p1"], 3_000 / 30_000),  # p2 lies outside the fence
        ("approved", 40_000, ["p0", "p1", "p2"], 6_000 / 40_000),
        ("polygon", 15_000, ["p0", "p1"], 3_000 / 15_000),  # half of p1 is enough
    ],
)
def test_extent_of_the_pool(extent, area, parcels_in, share) -> None:
    parcels = plots([100, 100, 100], green_min_share=[0.05, 0.15, 0.3])
    zones = layer(
        [rect(0, 0, 200, 150), rect(0, 0, 400, 100)],
        zone_id=["z", "z"],
        kind=["fenced", "approved"],
    )
    pools = layer([rect(0, 0, 150, 100)], zone_id=["z"], name=["south"])
    analysis = analyse_green(
        parcels,
        JINAN,
        AS_OF,
        green=strips(parcels, [2_000, 1_000, 3_000]),
        zones=zones,
        pools=pools,
        options={"pool": extent},
    )
    pool = analysis.tables["green_pools"].iloc[0]
    assert (pool["pool"], pool["area_m2"]) == (extent, pytest.approx(area))
    assert pool["share"] == pytest.approx(share)
    book = analysis.tables["green_ledger"]
    assert book.loc[book["pooled"], "parcel_id"].tolist() == parcels_in


def test_a_pool_without_its_polygon_is_unknown() -> None:
    parcels = plots([100], green_min_share=[0.1])
    analysis = analyse_green(
        parcels, JINAN, AS_OF, green=strips(parcels, [2_000]), options={"pool": "polygon"}
    )
    assert analysis.tables["green_pools"].loc[0, "status"] == "unknown"
    assert np.isnan(analysis.zones.loc["z", "green_share"])


def test_a_pool_that_names_no_zone_is_cut_at_the_zones() -> None:
    parcels = plots([100, 100], zone_id=["y", "z"], green_min_share=[0.1, 0.3])
    zones = layer(
        [rect(0, 0, 100, 100), rect(100, 0, 200, 100)], zone_id=["y", "z"], kind=["fenced"] * 2
    )
    analysis = analyse_green(
        parcels,
        JINAN,
        AS_OF,
        green=strips(parcels, [4_000, 1_000]),
        zones=zones.assign(name=None),
        pools=layer([rect(0, 0, 200, 60)], zone_id=[None]),
        options={"pool": "polygon"},
    )
    pools = analysis.tables["green_pools"].set_index("zone_id")
    assert pools["area_m2"].to_dict() == pytest.approx({"y": 6_000.0, "z": 6_000.0})
    assert analysis.tables["transfers"].empty


def test_a_plan_carried_out_is_measured() -> None:
    parcels = plots(
        [100, 100],
        green_min_share=[0.1, 0.1],
        land_stage=["completed", "completed"],
        green_planned_m2=[None, 500.0],
        completion_planned_on=pd.to_datetime(["2020-01-01", "2028-01-01"]),
    )
    analysis = analyse_green(parcels, JINAN, AS_OF, green=strips(parcels, [1_200, 1_200]))
    years = analysis.tables["green_years"].set_index("year")
    assert years["margin_m2"].to_dict() == pytest.approx({2026: 400, 2027: 400, 2028: -300})
    assert years["by_parcels"].tolist() == ["", "", "p1"]


def test_two_zones_are_never_pooled_even_where_their_polygons_overlap() -> None:
    parcels = plots([100, 100], zone_id=["y", "z"], green_min_share=[0.1, 0.3])
    pools = layer([rect(0, 0, 200, 100)] * 2, zone_id=["y", "z"])
    analysis = analyse_green(
        parcels,
        JINAN,
        AS_OF,
        green=strips(parcels, [4_000, 1_000]),
        pools=pools,
        options={"pool": "polygon"},
    )
    assert analysis.tables["transfers"].empty


@pytest.mark.parametrize(
    ("policy", "areas", "status", "verdict"),
    [
        (NATIONAL, [4_000, 1_000], "no_basis", "not_applicable"),
        (JINAN, [4_000, 1_000], "covered", "yes"),
        (JINAN, [2_000, 1_000], "short", "no"),
        (SHANGHAI, [4_000, 1_000], "covered", "yes"),
        (NINGBO, [2_000, 1_000], "short", "no"),
    ],
)
def test_basis_and_verdict_of_the_pool(policy, areas, status, verdict) -> None:
    parcels = plots([100, 100], green_min_share=[0.1, 0.3])
    analysis = analyse_green(
        parcels,
        policy,
        AS_OF,
        green=strips(parcels, areas),
        options={"pool_approval_no": "济函1号", "target_share": 0.2, "target_year": 2030},
    )
    pool = analysis.tables["green_pools"].iloc[0]
    assert (pool["status"], pool["approval_no"], pool["target_year"]) == (status, "济函1号", 2030)
    whole = analysis.findings[analysis.findings["parcel_id"].isna()]
    found = whole.set_index("rule").loc["green.pooling"]
    assert found["verdict"] == verdict
    assert ("无统筹依据" in found["note_zh"]) == (status == "no_basis")
    assert analysis.tables["transfers"].empty == (status == "no_basis")


def test_the_floor_of_a_model_pack_holds_for_any_park() -> None:
    parcels = plots([100])
    analysis = analyse_green(parcels, NINGBO, AS_OF, green=strips(parcels, [1_900]))
    found = analysis.findings.set_index("rule").loc["green.zone_floor"]
    assert (found["verdict"], found["limit"]) == ("no", pytest.approx(0.2))


# ------------------------------------------------------------------------------------ transfers


@pytest.mark.parametrize(
    ("options", "moved", "unmet"),
    [
        ({}, 2_000, 0),
        ({"keep_back_share": 0.5}, 1_500, 500),
        ({"keep_back_share": 1.0}, 0, 2_000),
        # of 3,000 owed at most a half may be lacking on its own ground
        ({"lack_max_share": 0.5}, 1_500, 500),
        ({"lack_max_share": 0.5, "keep_back_share": 0.6}, 1_200, 800),
    ],
)
def test_limits_on_what_parcels_give_and_lack(options, moved, unmet) -> None:
    parcels = plots([100, 100], green_min_share=[0.1, 0.3])
    analysis = analyse_green(
        parcels, JINAN, AS_OF, green=strips(parcels, [4_000, 1_000]), options=options
    )
    assert analysis.tables["transfers"]["area_m2"].sum() == pytest.approx(moved)
    pool = analysis.tables["green_pools"].iloc[0]
    assert (pool["unmet_m2"], pool["avoidable_m2"]) == pytest.approx((unmet, 0.0))


def nodes(**columns) -> pd.DataFrame:
    """Two that give and two that lack, in a row."""
    base = {
        "parcel_id": ["a", "b", "c", "d"],
        "zone_id": "z",
        "x": [0.0, 100.0, 130.0, 300.0],
        "y": 0.0,
        "balance_m2": [50.0, 50.0, -50.0, -50.0],
    }
    return pd.DataFrame({**base, **columns})


@pytest.mark.parametrize(
    ("cost", "group", "pairs"),
    [
        ("distance", None, {("a", "c"), ("b", "d")}),
        ("same_owner", ["m", "n", "n", "m"], {("a", "d"), ("b", "c")}),
        ("same_block", ["m", None, None, "m"], {("a", "d"), ("b", "c")}),
    ],
)
def test_one_owner_or_one_block_before_the_distance(cost, group, pairs) -> None:
    plan = transfer_plan(nodes() if group is None else nodes(group=group), cost=cost)
    moved = plan.transfers
    found = set(zip(moved["from_parcel_id"], moved["to_parcel_id"], strict=True))
    if cost == "distance":  # 130 + 200 and 30 + 300 cost the same
        assert moved["cost"].sum() == pytest.approx(50 * 330.0)
    else:
        assert found == pairs
    assert plan.proof.loc["z", "transfer_gap"] == pytest.approx(0.0, abs=1e-3)


def test_the_user_s_table_alone_decides_which_pairs_there_are() -> None:
    costs = pd.DataFrame(
        {
            "from_parcel_id": ["a", "a", "b", "x"],
            "to_parcel_id": ["c", "d", "c", "c"],
            "cost": [5.0, 1.0, 1.0, 0.0],
        }
    )
    plan = transfer_plan(nodes(), cost="table", costs=costs)
    rows = plan.transfers.set_index(["from_parcel_id", "to_parcel_id"])["cost"]
    assert rows.to_dict() == {("a", "d"): 50.0, ("b", "c"): 50.0}
    # without (a, d) and (b, c) meeting c from the dear pair beats leaving it unmet
    left = transfer_plan(nodes(), cost="table", costs=costs.iloc[[0]])
    assert left.transfers[["area_m2", "cost"]].to_numpy().tolist() == [[50.0, 250.0]]
    assert transfer_plan(nodes(), cost="table").transfers.empty


def test_unmet_is_least_before_cost_where_pairs_are_few() -> None:
    # meeting both needs the dear pair (0, 0): one alone would be had for 1
    flows = priced_flows(
        np.array([1.0, 1.0]),
        np.array([1.0, 1.0]),
        np.array([0, 0, 1]),
        np.array([0, 1, 1]),
        np.array([1_000.0, 1.0, 1.0]),
    )
    assert (flows.unmet, flows.cost) == pytest.approx((0.0, 1_001.0), abs=1e-6)


def over_all_pairs(supply, demand, cost) -> tuple[float, float]:
    """Solve the same problem over every pair in one programme, and return unmet and cost."""
    n, m = cost.shape
    give, take = np.divmod(np.arange(n * m), m)
    column = np.concatenate([np.arange(n * m)] * 2)
    rows = np.concatenate([give, n + take])
    matrix = coo_array((np.ones(2 * n * m), (rows, column)), shape=(n + m, n * m)).tocsr()
    moved = min(supply.sum(), demand.sum())
    answer = linprog(
        cost.ravel(),
        A_ub=matrix,
        b_ub=np.concatenate([supply, demand]),
        A_eq=np.ones((1, n * m)),
        b_eq=[moved * (1 - 1e-12)],
        method="highs-ds",
    )
    assert answer.status == 0
    return demand.sum() - moved, float(answer.fun)


@given(seed=st.integers(0, 10_000), n=st.integers(2, 200), grouped=st.booleans())
@settings(max_examples=10, deadline=None)
def test_the_plan_s_cost_is_that_of_an_independent_solver(seed: int, n: int, grouped) -> None:
    chosen = np.random.default_rng(seed)
    balance = chosen.normal(0, 500, n).round(2)
    xy = chosen.uniform(0, 2_000, (n, 2)).round(2)
    owner = chosen.integers(0, 4, n)
    give, take = np.flatnonzero(balance > 0), np.flatnonzero(balance < 0)
    flows = least_cost_flows(
        balance[give],
        -balance[take],
        xy[give],
        xy[take],
        groups=(owner[give], owner[take]) if grouped else None,
    )
    if not len(give) or not len(take):
        assert len(flows.amount) == 0
        return
    cost = np.hypot(*(xy[give][:, None] - xy[take][None]).transpose(2, 0, 1))
    if grouped:
        used = np.concatenate([xy[give], xy[take]])
        extent = np.hypot(*(used.max(axis=0) - used.min(axis=0)))
        cost = cost + extent * (owner[give][:, None] != owner[take][None])
    unmet, least = over_all_pairs(balance[give], -balance[take], cost)
    assert flows.unmet == pytest.approx(unmet, abs=1e-6 * len(balance))
    assert flows.cost == pytest.approx(least, rel=1e-6, abs=1e-3)
    assert -1e-9 <= flows.gap <= 1e-6 * max(flows.cost, 1.0)


@given(seed=st.integers(0, 10_000), keep=st.sampled_from([0.0, 0.3]))
@settings(max_examples=5, deadline=None)
def test_what_is_given_is_received_and_no_parcel_falls_below_its_requirement(seed, keep) -> None:
    chosen = np.random.default_rng(seed)
    n = 12
    parcels = plots(
        [100] * n,
        zone_id=chosen.choice(["y", "z"], n).tolist(),
        green_min_share=chosen.choice([0.1, 0.2, 0.3], n).tolist(),
    )
    green = strips(parcels, chosen.choice([0, 500, 2_000, 4_000], n).tolist())
    analysis = analyse_green(parcels, JINAN, AS_OF, green=green, options={"keep_back_share": keep})
    given_m2, received = analysis.measures["green_given_m2"], analysis.measures["green_received_m2"]
    assert given_m2.sum() == pytest.approx(received.sum(), abs=1e-6)
    balance = analysis.measures["green_balance_m2"]
    assert (given_m2 <= balance.clip(lower=0) * (1 - keep) + 1e-5).all()
    assert (received <= (-balance).clip(lower=0) + 1e-5).all()
    zones = parcels["zone_id"]
    by_zone = given_m2.groupby(zones).sum() - received.groupby(zones).sum()
    assert by_zone.abs().max() <= 1e-6
    assert (analysis.tables["green_pools"]["avoidable_m2"] == 0.0).all()
    shuffled = chosen.permutation(n)
    again = analyse_green(
        parcels.iloc[shuffled],
        JINAN,
        AS_OF,
        green=green.iloc[::-1],
        options={"keep_back_share": keep},
    )
    for name in ("transfers", "green_ledger", "green_pools", "green_freeing"):
        pd.testing.assert_frame_equal(again.tables[name], analysis.tables[name])
    pd.testing.assert_frame_equal(again.findings, analysis.findings)


# -------------------------------------------------------------------------------------- freeing


def free_case(target: float, headroom=(500.0, 100.0, np.nan), **options):
    parcels = plots([100, 100, 100], green_min_share=[0.1, 0.1, 0.3])
    return analyse_green(
        parcels,
        JINAN,
        AS_OF,
        green=strips(parcels, [4_000, 3_000, 2_000]),
        measures=pd.DataFrame({"floor_area_headroom_m2": headroom}),
        options={"target_share": target, **options},
    ).tables["green_freeing"]


def test_freeing_is_bound_by_the_parcels_floors() -> None:
    found = free_case(0.1)  # 9,000 of green, 3,000 for the zone, 1,000 for each of two parcels
    zone, rows = found.iloc[0], found.iloc[1:].set_index("parcel_id")
    assert (zone["status"], zone["binding"]) == ("found", "parcel_floor")
    assert zone["freed_m2"] == pytest.approx(5_000)
    assert zone["usable_floor_area_m2"] == pytest.approx(600)
    assert zone["shadow_price"] == pytest.approx(0)
    assert rows["freed_m2"].tolist() == pytest.approx([3_000, 2_000, 0])
    assert rows["shadow_price"].tolist()[:2] == pytest.approx([1, 1])
    assert rows.loc["p0", "binding"] == "parcel_floor,headroom"


def test_freeing_is_bound_by_the_zone_s_target_and_goes_where_it_is_worth_most() -> None:
    found = free_case(0.28, headroom=(0.0, 400.0, 0.0))  # 8,400 for the zone: 600 to be freed
    zone, rows = found.iloc[0], found.iloc[1:].set_index("parcel_id")
    assert zone["binding"] == "zone_target"
    assert (zone["freed_m2"], zone["usable_floor_area_m2"]) == pytest.approx((600, 400))
    assert zone["shadow_price"] == pytest.approx(1.0)
    assert rows.loc["p1", "freed_m2"] >= 400 - 1e-6
    assert rows["shadow_price"].sum() == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("target", "status", "freed", "missing"),
    [(0.31, "below_target", 0.0, ""), (None, "unknown", np.nan, "target_share")],
)
def test_a_zone_below_its_target_frees_nothing(target, status, freed, missing) -> None:
    zone = free_case(target).iloc[0]
    assert (zone["status"], zone["missing"]) == (status, missing)
    assert zone["freed_m2"] == pytest.approx(freed, nan_ok=True)


@given(seed=st.integers(0, 1_000))
@settings(max_examples=20, deadline=None)
def test_freeing_reaches_the_least_of_its_bounds(seed: int) -> None:
    chosen = np.random.default_rng(seed)
    n = int(chosen.integers(1, 12))
    ground, floor = chosen.uniform(0, 900, n), chosen.uniform(0, 600, n)
    headroom = chosen.uniform(0, 500, n)
    parcels = pd.DataFrame(
        {
            "zone_id": "z",
            "parcel_id": [f"p{at:02}" for at in range(n)],
            "ground_m2": ground,
            "floor_m2": floor,
            "open": chosen.random(n) < 0.8,
            "headroom_m2": headroom,
            "missing": "",
        }
    )
    zone = {
        "counted_m2": [ground.sum()],
        "ground_m2": [4_000.0],
        "target_share": [0.1],
        "missing": [""],
    }
    found = freeing(parcels, pd.DataFrame(zone, index=["z"]))
    room = ground.sum() - 400.0
    most = np.where(parcels["open"], np.maximum(ground - floor, 0), 0)
    if room < 0:
        assert found.loc[0, "status"] == "below_target"
        return
    assert found.loc[0, "freed_m2"] == pytest.approx(min(most.sum(), room), abs=1e-6)
    usable = min(np.minimum(most, headroom).sum(), room)
    assert found.loc[0, "usable_floor_area_m2"] == pytest.approx(usable, abs=1e-6)
    # a square metre more of room is worth what the shadow price says
    more = freeing(
        parcels, pd.DataFrame({**zone, "counted_m2": [ground.sum() + 0.001]}, index=["z"])
    )
    gain = (more.loc[0, "freed_m2"] - found.loc[0, "freed_m2"]) / 0.001
    assert gain == pytest.approx(found.loc[0, "shadow_price"], abs=1e-3)


# ---------------------------------------------------------------------------------------- years


def year_case(planned, done, options=None, policy=JINAN, **columns):
    """Two built parcels with 500 m2 to spare, and two that are to be built."""
    parcels = plots(
        [100] * 4,
        green_min_share=[0.1, 0.1, 0.2, 0.2],
        land_stage=["completed", "completed", "under_construction", "under_construction"],
        green_planned_m2=[None, None, *planned],
        completion_planned_on=pd.to_datetime([None, None, *done]),
        **columns,
    )
    return analyse_green(
        parcels, policy, AS_OF, green=strips(parcels, [1_500, 1_000, 0, 0]), options=options
    )


@pytest.mark.parametrize(
    ("planned", "done", "first", "by", "margins"),
    [
        # p2 takes 300, p3 300 more: it breaks when the second comes
        ((1_700, 1_700), ("2027-05-01", "2029-05-01"), 2029, "p3", [500, 200, 200, -100]),
        # late parcels that bring their own break nothing
        ((2_000, 2_600), ("2027-05-01", "2028-05-01"), None, "", [500, 500, 1_100]),
        # both in one year: the greater first
        ((1_700, 1_600), ("2027-05-01", "2027-06-01"), 2027, "p3,p2", [500, -200]),
        # what should be finished by now counts now
        ((1_000, 2_000), ("2020-05-01", "2027-06-01"), 2026, "p2", [-500, -500]),
    ],
)
def test_the_first_year_out_of_balance_and_whose_plans_break_it(
    planned, done, first, by, margins
) -> None:
    analysis = year_case(planned, done)
    years = analysis.tables["green_years"]
    assert years["margin_m2"].tolist() == pytest.approx(margins)
    broken = years[years["first_break"]]
    found = analysis.findings[analysis.findings["rule"] == "green.years"]
    zone = found[found["parcel_id"].isna()].iloc[0]
    if first is None:
        assert broken.empty
        assert zone["verdict"] == "yes"
        return
    assert (broken["year"].tolist(), broken["by_parcels"].tolist()) == ([first], [by])
    assert (zone["verdict"], zone["measured"]) == ("no", first)
    assert set(found["parcel_id"].dropna()) == set(by.split(","))


def test_what_is_not_built_yet_owes_nothing_yet() -> None:
    analysis = year_case((1_700, 1_700), ("2027-05-01", "2029-05-01"))
    book = analysis.tables["green_ledger"].set_index("parcel_id")
    assert book["deficit_m2"].isna().tolist() == [False, False, True, True]
    assert book.loc["p2", "note_zh"] == "未竣工，竣工当年起计入平衡"
    pool = analysis.tables["green_pools"].iloc[0]
    assert (pool["status"], pool["deficit_m2"], pool["unknown_n"]) == ("covered", 0.0, 0)
    assert analysis.tables["transfers"].empty


def test_a_plan_without_its_green_leaves_the_year_open() -> None:
    analysis = year_case((None, 1_000), ("2027-05-01", "2028-05-01"))
    years = analysis.tables["green_years"].set_index("year")
    assert years["unknown_n"].tolist() == [0, 1, 1]
    assert years["breaks"].isna().tolist() == [False, True, True]
    found = analysis.findings[
        (analysis.findings["rule"] == "green.years") & analysis.findings["parcel_id"].isna()
    ].iloc[0]
    assert (found["verdict"], found["missing"]) == ("unknown", "green_planned_m2,green_min_share")


def test_the_zone_s_target_is_tested_from_its_year() -> None:
    # 2,500 of 20,000 built is 12.5 %; with p2's 2,000 it is 15 %; with p3's 2,000 16.25 %
    case = ((2_000, 2_000), ("2027-05-01", "2028-05-01"))
    years = year_case(*case, options={"target_share": 0.16, "target_year": 2027})
    table = years.tables["green_years"].set_index("year")
    assert table["share"].tolist() == pytest.approx([0.125, 0.15, 0.1625])
    assert table["breaks"].tolist() == [False, True, False]
    assert table["target_margin_m2"].tolist()[1:] == pytest.approx([-300.0, 100.0])


# ---------------------------------------------------------------------------------------- sites


def site_case(use, green_m2, options=None, **columns):
    parcels = plots(
        [100] * len(use),
        land_use=use,
        land_stage=["completed"] * len(use),
        **columns,
    )
    buildings = layer([rect(50, 0, 100, 100)], building_id=["b"])
    zones = layer([rect(0, 0, 100 * len(use) + 20, 100)], zone_id=["z"], kind=["fenced"])
    return analyse_green(
        parcels,
        NATIONAL,
        AS_OF,
        green=strips(parcels, green_m2),
        zones=zones,
        buildings=buildings,
        options={"target_share": 0.5, **(options or {})},
    )


@pytest.mark.parametrize(
    ("use", "green_m2", "maximum", "plantable"),
    [
        ("office", 1_000, None, 4_000.0),  # half is built, a tenth green
        ("industrial", 1_000, None, 1_000.0),  # up to the cap of 20 %
        ("industrial", 2_000, None, None),  # at the cap
        ("industrial", 3_000, None, None),  # above it
        ("industrial", 1_000, 0.15, 500.0),  # its own cap first
        ("storage", 1_000, 0.15, 500.0),
        ("office", 1_000, 0.1, None),
    ],
)
def test_nothing_is_planted_at_or_above_the_cap(use, green_m2, maximum, plantable) -> None:
    sites = site_case([use], [green_m2], green_max_share=[maximum]).tables["green_sites"]
    assert sites["plantable_m2"].tolist() == pytest.approx([] if plantable is None else [plantable])
    assert sites["chosen_m2"].tolist() == pytest.approx([] if plantable is None else [plantable])


def test_storage_without_a_known_cap_is_not_proposed() -> None:
    analysis = site_case(["storage"], [1_000])
    site = analysis.tables["green_sites"].iloc[0]
    assert (site["missing"], site["chosen_m2"]) == ("green_max_share", 0.0)
    assert np.isnan(site["plantable_m2"])
    found = analysis.findings[analysis.findings["rule"] == "green.siting"]
    assert found["verdict"].tolist() == ["unknown", "unknown"]


def test_the_cheapest_first_until_the_target_is_reached() -> None:
    costs = {"parcel": 300.0, "public": 100.0}
    analysis = site_case(
        ["office", "public_service"], [2_000, 1_000], {"target_share": 0.4, "planting_cost": costs}
    )
    # 0.4 x 22,000 = 8,800 wanted, 3,000 there: 5,800 of the 9,000 open on the public plot
    sites = analysis.tables["green_sites"].set_index("kind")
    assert sites.loc["public", "chosen_m2"] == pytest.approx(5_800)
    assert sites.loc["public", "cost_wan"] == pytest.approx(58.0)
    assert sites.loc["parcel", "chosen_m2"] == 0.0
    zone = analysis.findings[
        (analysis.findings["rule"] == "green.siting") & analysis.findings["parcel_id"].isna()
    ].iloc[0]
    assert (zone["verdict"], zone["measured"]) == ("yes", pytest.approx(5_800))


def test_verges_are_sought_only_where_a_width_is_given_and_count_by_approval() -> None:
    use, green = ["office", "road"], [1_000, 0]
    assert "verge" not in set(site_case(use, green).tables["green_sites"]["kind"])
    sites = site_case(use, green, {"verge_m": 3.0}).tables["green_sites"]
    verges = sites[sites["kind"] == "verge"].assign(
        on=lambda rows: rows["parcel_id"].fillna("none")
    )
    verges = verges.set_index("on")
    # a strip about the road parcel of 100 x 100, and about the 20 x 100 on no parcel
    assert verges.loc["p1", "area_m2"] == pytest.approx(10_000 - 94**2)
    assert verges.loc["none", "area_m2"] == pytest.approx(2_000 - 14 * 94)
    assert verges["counts"].to_dict() == {"p1": True, "none": False}
    assert verges.loc["none", "chosen_m2"] == 0.0
    counted = site_case(use, green, {"verge_m": 3.0, **APPROVAL}).tables["green_sites"]
    assert counted["counts"].all()


def test_a_zone_at_its_target_and_an_unfinished_project_have_no_sites() -> None:
    assert site_case(["office"], [1_000], {"target_share": 0.05}).tables["green_sites"].empty
    parcels = plots([100], land_use=["office"], land_stage=["under_construction"])
    analysis = analyse_green(
        parcels, NATIONAL, AS_OF, green=strips(parcels, [100]), options={"target_share": 0.5}
    )
    assert analysis.tables["green_sites"].empty
