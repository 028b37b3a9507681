"""Floor-area ratio: buildings to parcels, limits, minimum, headroom; nothing lost or counted twice."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from analyses.areas import parcel_areas
from analyses.far import analyse_far
from analyses.far_limits import planning_limits
from analyses.floor_area import building_floor_areas
from analyses.placement import parcel_floor_areas, place_buildings
from analyses.results import FINDINGS, PARCEL_MEASURES, PROBLEMS
from policies import load_policy

X, Y = 500_000, 4_060_000
AS_OF = date(2026, 6, 30)
POLICY = load_policy("national")
FAR_COLUMNS = PARCEL_MEASURES.names[
    PARCEL_MEASURES.names.index("footprint_m2") : PARCEL_MEASURES.names.index("idle_status")
]


def rect(x0: float, y0: float, x1: float, y1: float):
    return box(X + x0, Y + y0, X + x1, Y + y1)


def layer(shapes, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4548")


def parcels_of(n: int = 1, **columns) -> gpd.GeoDataFrame:
    """Squares of 100 m in a row: 1 ha each."""
    shapes = [rect(100 * i, 0, 100 * i + 100, 100) for i in range(n)]
    frame = layer(shapes, parcel_id=[f"p{i}" for i in range(n)], zone_id=["z"] * n, **columns)
    return frame.join(parcel_areas(frame))


def analyse(parcels, buildings=None, **more):
    return analyse_far(parcels, buildings, POLICY, AS_OF, **more)


def ledger(signed_on: str | None, parcel_id: str = "p0") -> pd.DataFrame:
    return pd.DataFrame({"parcel_id": [parcel_id], "signed_on": pd.to_datetime([signed_on])})


def finding(analysis, rule: str, parcel_id: str = "p0") -> pd.Series:
    rows = analysis.findings
    rows = rows[(rows["rule"] == rule) & (rows["parcel_id"] == parcel_id)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_worked_case() -> None:
    # 40 m x 50 m, 2 storeys of 9 m; 20 m x 50 m of another on either side of the line
    buildings = layer(
        [rect(10, 10, 50, 60), rect(80, 10, 120, 60)],
        building_id=["a", "b"],
        floors_n=[2, 3],
        height_m=[18.0, 9.0],
        storey_height_m=[9.0, 3.0],
    )
    analysis = analyse(parcels_of(2, far_max=[2.0, 0.2]), buildings)
    first, second = (analysis.measures.iloc[i] for i in (0, 1))
    assert (first["footprint_m2"], second["footprint_m2"]) == (3_000.0, 1_000.0)
    assert (first["floor_area_m2"], second["floor_area_m2"]) == (7_000.0, 3_000.0)
    assert (first["far_plain"], second["far_plain"]) == (0.7, 0.3)
    assert first["floor_area_control_m2"] == 2 * 4_000.0 + 3_000.0
    assert first["far_control"] == 1.1
    assert np.isnan(first["far_plan"])
    assert first["building_density_share"] == 0.3
    assert first["floor_area_headroom_m2"] == 20_000.0 - 7_000.0
    assert second["floor_area_headroom_m2"] == 2_000.0 - 3_000.0
    assert first["bound_by"] == second["bound_by"] == "far"
    over = finding(analysis, "far.limit", "p1")
    assert (over["verdict"], over["attention"], over["confidence"]) == ("yes", True, "P")
    assert finding(analysis, "far.limit")["verdict"] == "no"
    assert analysis.problems["code"].tolist() == ["building-on-several-parcels"]


def test_contracts_of_measures_findings_and_problems() -> None:
    analysis = analyse(parcels_of(2), layer([rect(10, 10, 20, 20)], building_id=["b"]))
    assert list(analysis.measures.columns[: len(FAR_COLUMNS)]) == list(FAR_COLUMNS)
    assert list(analysis.findings.columns) == list(FINDINGS.names)
    assert list(analysis.problems.columns) == list(PROBLEMS.names)


def test_no_buildings_layer_is_unknown_unless_recorded() -> None:
    parcels = parcels_of(2, floor_area_recorded_m2=[5_000.0, None], far_max=[1.0, 1.0])
    measures = analyse(parcels).measures
    assert measures["floor_area_source"].tolist() == ["parcel_recorded", "none"]
    assert measures.loc[0, "far_plain"] == 0.5
    assert measures.loc[1, ["floor_area_m2", "far_plain", "floor_area_headroom_m2"]].isna().all()
    assert measures["footprint_m2"].isna().all()
    assert measures["floor_area_control_m2"].isna().all()
    assert finding(analyse(parcels), "far.limit", "p1")["missing"] == "floor_area_recorded_m2"


def test_no_building_on_the_parcel_is_zero() -> None:
    buildings = layer([rect(10, 10, 20, 20)], building_id=["b"], floors_n=[1])
    measures = analyse(parcels_of(2), buildings).measures
    assert measures.loc[1, "floor_area_m2"] == 0.0
    assert measures.loc[1, "floor_area_source"] == "no_building"
    assert measures.loc[1, "building_coefficient_share"] == 0.0


def test_one_unknown_building_makes_the_parcel_unknown_unless_recorded() -> None:
    shapes = [rect(100 * i + x, 10, 100 * i + x + 10, 20) for i in (0, 1) for x in (10, 40)]
    buildings = layer(shapes, building_id=list("abcd"), floors_n=[1, None, 1, None])
    parcels = parcels_of(2, floor_area_recorded_m2=[None, 900.0])
    measures = analyse(parcels, buildings).measures
    assert np.isnan(measures.loc[0, "floor_area_m2"])
    assert measures.loc[0, "footprint_m2"] == 200.0
    assert (measures.loc[1, "floor_area_m2"], measures.loc[1, "floor_area_source"]) == (
        900.0,
        "parcel_recorded",
    )


def test_an_unknown_building_that_grazes_a_parcel_makes_nothing_unknown_there() -> None:
    buildings = layer([rect(60, 10, 100.1, 60)], building_id=["b"], floors_n=[None])
    measures = analyse(parcels_of(2), buildings).measures
    assert measures["floor_area_m2"].isna().tolist() == [True, False]
    assert analyse(parcels_of(2), buildings).problems.empty


def test_a_record_that_contradicts_the_buildings_is_noted() -> None:
    buildings = layer([rect(10, 10, 20, 20)], building_id=["b"], floors_n=[1])
    parcels = parcels_of(2, floor_area_recorded_m2=[110.0, 120.0])
    analysis = analyse(parcels, buildings)
    # nothing is drawn on the second: there the record is the only source
    assert analysis.measures["floor_area_m2"].tolist() == [100.0, 120.0]
    assert analysis.measures["floor_area_source"].tolist() == [
        "floors_x_footprint",
        "parcel_recorded",
    ]
    assert analysis.problems["id"].tolist() == ["p0"]


def test_coefficient_counts_ground_once_and_structures_and_yards() -> None:
    buildings = layer(
        [rect(0, 0, 20, 100), rect(10, 0, 30, 100), rect(90, 0, 100, 100), rect(40, 0, 80, 100)],
        building_id=list("abcd"),
        kind=["building", "structure", "yard", "yard"],
        permanence=[None, None, None, "temporary"],
        floors_n=[1, None, None, None],
    )
    row = analyse(parcels_of(), buildings).measures.iloc[0]
    assert row["building_density_share"] == 0.2
    assert row["building_coefficient_share"] == 0.4
    assert row["floor_area_m2"] == 2_000.0


@pytest.mark.parametrize(
    ("width", "stage", "signed", "verdict", "missing"),
    [
        (30.0, "completed", "2015-05-01", "no", ""),
        (29.9, "completed", "2015-05-01", "yes", ""),
        (29.9, "under_construction", "2015-05-01", "not_applicable", ""),
        (29.9, None, "2015-05-01", "unknown", "land_stage"),
        (29.9, "completed", None, "unknown", "signed_on"),
        (29.9, "completed", "2024-05-01", "unknown", "ruleset_2023"),
        (29.9, "completed", "2007-05-01", "unknown", "ruleset_2004"),
    ],
)
def test_building_coefficient_of_industry(width, stage, signed, verdict, missing) -> None:
    parcels = parcels_of(land_use=["industrial"], land_stage=[stage])
    buildings = layer([rect(0, 0, width, 100)], building_id=["b"], kind=["building"], floors_n=[1])
    found = finding(analyse(parcels, buildings, ledger=ledger(signed)), "far.building_coefficient")
    assert (found["verdict"], found["missing"]) == (verdict, missing)


def test_a_layer_without_kinds_cannot_show_a_coefficient_too_low() -> None:
    parcels = parcels_of(land_use=["industrial"], land_stage=["completed"])
    low = layer([rect(0, 0, 20, 100)], building_id=["b"], floors_n=[1])
    high = layer([rect(0, 0, 35, 100)], building_id=["b"], floors_n=[1])
    signed = ledger("2015-05-01")
    found = finding(analyse(parcels, low, ledger=signed), "far.building_coefficient")
    assert (found["verdict"], found["missing"]) == ("unknown", "kind")
    assert (
        finding(analyse(parcels, high, ledger=signed), "far.building_coefficient")["verdict"]
        == "no"
    )


@pytest.mark.parametrize(
    ("floors", "verdict"), [(1, "yes"), (2, "no")]
)  # 0.5 and 1.0 against 0.7 for code 39
def test_industry_minimum_by_the_table(floors: int, verdict: str) -> None:
    parcels = parcels_of(
        land_use=["industrial"],
        land_stage=["completed"],
        industry_code=["C3912"],
        industry_scheme=["GB/T 4754-2002"],
    )
    buildings = layer(
        [rect(0, 0, 50, 100)], building_id=["b"], floors_n=[floors], storey_height_m=[5.0]
    )
    analysis = analyse(parcels, buildings, ledger=ledger("2015-05-01"))
    assert analysis.measures.loc[0, "far_floor"] == 0.7
    assert analysis.measures.loc[0, "far_floor_source"] == "industry_table"
    found = finding(analysis, "far.floor")
    assert (found["verdict"], found["limit"]) == (verdict, 0.7)


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"industry_scheme": "GB/T 4754-2017"}, "ruleset_2023"),
        ({"industry_scheme": None}, "industry_scheme"),
        ({"industry_code": None}, "industry_code"),
        ({"industry_code": "38"}, "industry_code"),  # not in the table of 2002
        ({"land_use": None}, "land_use"),
        ({"land_stage": None}, "land_stage"),
    ],
)
def test_industry_minimum_is_unknown_where_a_fact_is_missing(changed, missing: str) -> None:
    facts = {
        "land_use": "industrial",
        "land_stage": "completed",
        "industry_code": "39",
        "industry_scheme": "GB/T 4754-2002",
        **changed,
    }
    parcels = parcels_of(**{name: [value] for name, value in facts.items()})
    buildings = layer([rect(0, 0, 10, 10)], building_id=["b"], floors_n=[1], storey_height_m=[5.0])
    found = finding(analyse(parcels, buildings, ledger=ledger("2015-05-01")), "far.floor")
    assert (found["verdict"], found["missing"]) == ("unknown", missing)


def test_an_unknown_signing_shows_the_minimum_as_a_reference() -> None:
    parcels = parcels_of(
        land_use=["industrial"],
        land_stage=["completed"],
        industry_code=["39"],
        industry_scheme=["GB/T 4754-2002"],
    )
    plant = layer([rect(0, 0, 10, 10)], building_id=["b"], floors_n=[1], height_m=[6.0])
    analysis = analyse(parcels, plant)
    assert np.isnan(analysis.measures.loc[0, "far_floor"])
    found = finding(analysis, "far.floor")
    assert (found["verdict"], found["missing"], found["limit"]) == ("unknown", "signed_on", 0.7)


def test_the_earliest_contract_chooses_the_table() -> None:
    parcels = parcels_of(
        land_use=["industrial"],
        land_stage=["completed"],
        industry_code=["39"],
        industry_scheme=["GB/T 4754-2002"],
    )
    both = pd.concat([ledger("2024-01-01"), ledger("2015-01-01"), ledger(None)])
    measures = analyse(parcels, layer([], building_id=[]), ledger=both).measures
    assert measures.loc[0, "far_floor"] == 0.7


def test_the_parcels_own_minimum_comes_first_and_waits_for_completion() -> None:
    buildings = layer([rect(0, 0, 50, 100)], building_id=["b"], floors_n=[1], height_m=[9.0])
    for stage, verdict in (
        ("completed", "yes"),
        ("under_construction", "not_applicable"),
        (None, "unknown"),
    ):
        parcels = parcels_of(land_use=["industrial"], land_stage=[stage], far_min=[0.8])
        analysis = analyse(parcels, buildings, ledger=ledger("2015-05-01"))
        found = finding(analysis, "far.floor_planned")
        # the plain ratio, 0.5, is compared; by the control indicator it would be 1.0
        assert (found["verdict"], found["measured"]) == (verdict, 0.5)
        assert "far.floor" not in analysis.findings["rule"].tolist()


def test_plan_zones_by_area() -> None:
    plan = layer(
        [rect(0, 0, 25, 100), rect(25, 0, 150, 100), rect(150, 0, 400, 100)],
        far_max=[4.0, 2.0, None],
        coverage_max_share=[0.5, 0.3, 0.4],
        height_max_m=[50.0, 24.0, 12.0],
    )
    limits, problems = planning_limits(parcels_of(3), plan)
    assert limits["far_max"].tolist()[0] == pytest.approx(0.25 * 4 + 0.75 * 2)
    assert limits["far_max"].isna().tolist() == [False, True, True]
    assert limits["coverage_max_share"].tolist() == pytest.approx([0.35, 0.35, 0.4])
    assert limits["height_max_m"].tolist() == [24.0, 12.0, 12.0]
    assert problems.empty


@pytest.mark.parametrize(("covered", "known"), [(99.0, True), (98.9, False)])
def test_bare_ground_up_to_a_hundredth_is_tolerated(covered: float, known: bool) -> None:
    plan = layer([rect(0, 0, covered, 100)], far_max=[2.0])
    assert planning_limits(parcels_of(), plan)[0]["far_max"].notna().item() is known


def test_overlapping_plan_zones_contradict_only_if_they_differ() -> None:
    shapes = [rect(0, 0, 100, 100), rect(50, 0, 100, 100)]
    same, _ = planning_limits(parcels_of(), layer(shapes, far_max=[2.0, 2.0]))
    assert same["far_max"].item() == 2.0
    other, problems = planning_limits(parcels_of(), layer(shapes, far_max=[2.0, 3.0]))
    assert np.isnan(other["far_max"].item())
    assert problems["code"].tolist() == ["plan_zones_overlap"]


def test_the_parcels_own_limit_prevails_over_the_plan() -> None:
    plan = layer([rect(0, 0, 100, 100)], far_max=[2.0])
    measures = analyse(parcels_of(far_max=[1.5]), plan_zones=plan).measures
    assert (measures.loc[0, "far_limit"], measures.loc[0, "far_limit_source"]) == (1.5, "parcel")


@pytest.mark.parametrize(
    ("far_max", "height", "coverage", "built", "bound_by", "headroom"),
    [
        (1.0, 24.0, 0.5, 20, "far", 10_000.0 - 2_000.0),
        (4.0, 24.0, 0.5, 20, "height", 0.5 * 10_000 * 6 - 2_000.0),
        (4.0, 24.0, 0.1, 20, "coverage", 0.0),
        (4.0, 24.0, None, 20, "far", 40_000.0 - 2_000.0),
        # which limit binds is not known while the ratio is not
        (None, 24.0, 0.5, 20, "unknown", np.nan),
        (None, None, None, 20, "unknown", np.nan),
        (0.1, 24.0, 0.1, 20, "far", 1_000.0 - 2_000.0),
    ],
)
def test_the_least_limit_binds(far_max, height, coverage, built, bound_by, headroom) -> None:
    parcels = parcels_of(far_max=[far_max], height_max_m=[height], coverage_max_share=[coverage])
    buildings = layer([rect(0, 0, built, 100)], building_id=["b"], floors_n=[1])
    measures = analyse(parcels, buildings, options={"storey_height_m": 4.0}).measures.iloc[0]
    assert measures["bound_by"] == bound_by
    assert measures["floor_area_headroom_m2"] == pytest.approx(headroom, nan_ok=True)


def test_an_option_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="storey_height"):
        analyse(parcels_of(), options={"storey_hight_m": 4.0})


@pytest.mark.parametrize(
    ("heights", "verdict"),
    [([20.0, 24.0], "no"), ([20.0, 24.1], "yes"), ([20.0, None], "unknown"), ([25.0, None], "yes")],
)
def test_height_limit(heights, verdict: str) -> None:
    buildings = layer(
        [rect(0, 0, 10, 10), rect(20, 0, 30, 10)], building_id=["a", "b"], height_m=heights
    )
    analysis = analyse(parcels_of(height_max_m=[24.0]), buildings)
    assert finding(analysis, "far.height")["verdict"] == verdict


@pytest.mark.parametrize(("coverage", "verdict"), [(0.2, "no"), (0.19, "yes"), (None, "unknown")])
def test_coverage_limit(coverage, verdict: str) -> None:
    buildings = layer([rect(0, 0, 20, 100)], building_id=["b"], floors_n=[1])
    analysis = analyse(parcels_of(coverage_max_share=[coverage]), buildings)
    assert finding(analysis, "far.coverage")["verdict"] == verdict


@pytest.mark.parametrize(
    ("land", "floor", "share", "verdict"),
    [(700.0, None, 0.07, "no"), (701.0, None, 0.0701, "yes"), (None, 100.0, 0.05, "no")],
)
def test_administrative_land(land, floor, share: float, verdict: str) -> None:
    parcels = parcels_of(land_use=["industrial"], land_stage=["completed"])
    buildings = layer([rect(0, 0, 20, 100)], building_id=["b"], floors_n=[1])
    uses = pd.DataFrame(
        {
            "parcel_id": ["p0", "p0"],
            "use": ["industrial", "office"],
            "role": ["main", "administrative"],
            "land_area_m2": [5_000.0, land],
            "floor_area_m2": [1_900.0, floor],
        }
    )
    analysis = analyse(parcels, buildings, uses=uses, ledger=ledger("2015-05-01"))
    assert analysis.measures.loc[0, "admin_land_share"] == pytest.approx(share)
    assert finding(analysis, "far.admin_land")["verdict"] == verdict


def test_without_geometry_everything_is_there_and_unknown() -> None:
    parcels = pd.DataFrame({"parcel_id": ["a", "b"], "area_m2": [100.0, 200.0]}, index=[4, 9])
    buildings = layer([rect(0, 0, 10, 10)], building_id=["b"], floors_n=[1])
    for given_buildings in (None, buildings):
        analysis = analyse(parcels, given_buildings)
        assert analysis.measures.index.tolist() == [4, 9]
        assert analysis.measures["floor_area_m2"].isna().all()
        assert (analysis.measures["bound_by"] == "unknown").all()
        assert (analysis.findings["verdict"] == "unknown").all()
        assert (analysis.findings["missing"] != "").all()


def test_empty_frames() -> None:
    none = parcels_of(1, land_use=["industrial"]).iloc[:0]
    buildings = layer([rect(0, 0, 10, 10)], building_id=["b"], floors_n=[1])
    assert len(analyse(none, buildings).measures) == 0
    assert analyse(parcels_of(), buildings.iloc[:0]).measures.loc[0, "floor_area_m2"] == 0.0


rects = st.tuples(
    st.integers(0, 280), st.integers(0, 80), st.integers(1, 60), st.integers(1, 40)
).map(lambda r: rect(r[0], r[1], r[0] + r[2], r[1] + r[3]))


@given(
    shapes=st.lists(rects, min_size=1, max_size=6),
    floors=st.lists(st.integers(1, 9), min_size=6, max_size=6),
    overlapping=st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_floor_area_is_neither_lost_nor_counted_twice(shapes, floors, overlapping) -> None:
    parcels = parcels_of(3)
    if overlapping:
        more = layer([rect(50, 0, 170, 60)], parcel_id=["over"], zone_id=["z"])
        parcels = pd.concat([parcels, more.join(parcel_areas(more))], ignore_index=True)
    buildings = layer(
        shapes, building_id=[f"b{i}" for i in range(len(shapes))], floors_n=floors[: len(shapes)]
    )
    areas = building_floor_areas(buildings, POLICY)
    placement = place_buildings(parcels, buildings)
    on = parcel_floor_areas(parcels, areas, placement)["floor_area_m2"].sum()
    off = (placement.off_share * areas["floor_area_m2"]).sum()
    assert on + off == pytest.approx(areas["floor_area_m2"].sum(), rel=1e-9)
    shares = (
        placement.pairs.groupby("building")["share"]
        .sum()
        .reindex(range(len(shapes)), fill_value=0.0)
    )
    np.testing.assert_allclose(shares + placement.off_share, 1.0, atol=1e-9)


@given(order=st.permutations(range(3)), seed=st.integers(0, 1000))
@settings(max_examples=6, deadline=None)
def test_the_order_of_rows_and_the_direction_of_rings_change_nothing(order, seed: int) -> None:
    chosen = np.random.default_rng(seed)
    corners = chosen.integers(0, 250, size=(5, 2))
    shapes = [rect(x, y % 70, x + 30, y % 70 + 25) for x, y in corners.tolist()]
    parcels = parcels_of(3, far_max=[1.0, 2.0, None], land_use=["industrial", "office", None])
    buildings = layer(shapes, building_id=list("abcde"), floors_n=[1, 2, 3, 4, 5])
    turned = buildings.iloc[::-1].assign(geometry=buildings.geometry.iloc[::-1].reverse())
    straight = analyse(parcels, buildings)
    shuffled = analyse(parcels.iloc[list(order)], turned)
    pd.testing.assert_frame_equal(shuffled.measures.sort_index(), straight.measures)
    pd.testing.assert_frame_equal(shuffled.findings, straight.findings)


def test_one_way_of_measuring_on_both_sides_of_a_ratio() -> None:
    # 130 km from the meridian plane and ellipsoid differ: a full parcel is still exactly full
    shape = [box(X + 130_000, Y, X + 130_100, Y + 100)]
    frame = layer(shape, parcel_id=["p0"], zone_id=["z"])
    buildings = layer(shape, building_id=["b"], floors_n=[2])
    for method in ("plane", "ellipsoid"):
        parcels = frame.join(parcel_areas(frame, method=method))
        row = analyse(parcels, buildings, options={"area_method": method}).measures.iloc[0]
        assert row["building_density_share"] == pytest.approx(1.0, rel=1e-9)
        assert row["far_plain"] == pytest.approx(2.0, rel=1e-9)
        assert row["footprint_m2"] == pytest.approx(parcels.loc[0, f"area_{method}_m2"], rel=1e-9)
