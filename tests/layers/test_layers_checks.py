"""Repairs, identifiers, overlaps, outlines and contradictions, by cases computed by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from layers.checks import check_areas, check_on_parcels, check_overlaps, drop_outlines, repair
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from layers.identity import identify
from layers.problems import ProblemLog
from layers.raw import Reporter
from layers.references import check_references
from layers.row_checks import check_rows

CRS = "EPSG:4548"
X, Y = 500_000.0, 4_060_000.0
AS_OF = dt.date(2026, 6, 30)


def square(i: float, j: float = 0.0, side: float = 10.0) -> Polygon:
    return box(X + i, Y + j, X + i + side, Y + j + side)


def layer(name: str, shapes: list[Any] | None = None, **columns: list[Any]) -> pd.DataFrame:
    """Make a frame of a contract; without shapes a table."""
    contract = CONTRACTS[name]
    length = len(shapes) if shapes is not None else len(next(iter(columns.values())))
    frame = empty_frame(contract, pd.RangeIndex(length))
    for column, values in columns.items():
        frame[column] = pd.Series(values, dtype=contract.column(column).dtype)
    frame["source_row"] = pd.Series(range(1, length + 1), dtype="int64")
    return frame if shapes is None else gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS)


def reporter(name: str) -> tuple[ProblemLog, Reporter]:
    log = ProblemLog()
    return log, Reporter(log, name, "file")


# --- repairs -----------------------------------------------------------------------------------


def test_a_bow_tie_is_repaired_and_accounted_for() -> None:
    bow_tie = Polygon([(X, Y), (X + 2, Y + 2), (X + 2, Y), (X, Y + 2)])
    spike = Polygon([(X, Y), (X + 5, Y), (X, Y)])
    frame = layer("parcels", [square(0), bow_tie, spike], parcel_id=["a", "b", "c"])
    log, report = reporter("parcels")
    fixed = repair(frame, report, key="parcel_id")
    assert fixed["parcel_id"].tolist() == ["a", "b"]
    assert fixed.geometry.is_valid.all()
    assert fixed.geometry.area.tolist() == pytest.approx([100, 2])
    problems = log.frame().set_index("code")
    assert problems.loc["geometry-changed-by-repair", "id"] == "b"
    assert "0.00 to 2.00" in problems.loc["geometry-changed-by-repair", "what_en"]
    assert problems.loc["geometry-without-area", "row"] == 3


def test_points_are_left_as_they_are() -> None:
    frame = layer("facilities", [Point(X, Y), square(0)], kind=["gate", "parking"])
    log, report = reporter("facilities")
    assert repair(frame, report, key="facility_id").geometry.geom_type.tolist() == [
        "Point",
        "Polygon",
    ]
    assert len(log) == 0


# --- identifiers -------------------------------------------------------------------------------


def test_blank_repeated_and_equal_identifiers() -> None:
    shapes = [square(0), square(20), square(40), square(60), square(0)]
    frame = layer(
        "parcels",
        shapes,
        parcel_id=["A", "A", None, "B", "A"],
        holder=["甲", "乙", "丙", "丁", None],
        far_max=[2.0, 2.0, 2.0, 2.0, 3.0],
    )
    log, report = reporter("parcels")
    made = identify(frame, CONTRACTS["parcels"], report)
    assert made["parcel_id"].tolist() == ["A", "A#2", "row-3", "B"]
    assert made["holder"].tolist() == ["甲", "乙", "丙", "丁"]
    assert pd.isna(made["far_max"].iloc[0])
    assert made["far_max"].iloc[1] == 2.0
    codes = log.frame()["code"].value_counts().to_dict()
    assert codes == {"id-blank": 1, "id-merged": 1, "merged-rows-differ": 1, "id-repeated": 1}


def test_a_ring_drawn_the_other_way_is_the_same_geometry() -> None:
    first = square(0)
    second = Polygon(list(first.exterior.coords)[::-1])
    frame = layer("parcels", [first, second], parcel_id=["A", "A"])
    _, report = reporter("parcels")
    assert len(identify(frame, CONTRACTS["parcels"], report)) == 1


def test_buildings_that_state_different_things_are_not_merged() -> None:
    frame = layer("buildings", [square(0)] * 3, building_id=["1", "1", "1"], floors_n=[2, 3, 2])
    _, report = reporter("buildings")
    made = identify(frame, CONTRACTS["buildings"], report)
    assert made["building_id"].tolist() == ["1", "1#2", "1#3"] or len(made) == 3
    same = layer("buildings", [square(0)] * 2, building_id=["1", "1"], floors_n=[2, 2])
    assert len(identify(same, CONTRACTS["buildings"], report)) == 1


def test_no_identifiers_at_all_is_one_note() -> None:
    frame = layer("green", [square(0), square(20)], kind=["park", "park"])
    log, report = reporter("green")
    made = identify(frame, CONTRACTS["green"], report)
    assert made["green_id"].tolist() == ["row-1", "row-2"]
    assert log.counts() == {"error": 0, "warning": 0, "note": 1}


def test_a_zone_of_several_polygons_keeps_its_id() -> None:
    frame = layer("zones", [square(0), square(20)], zone_id=["Z", "Z"])
    _, report = reporter("zones")
    assert identify(frame, CONTRACTS["zones"], report)["zone_id"].tolist() == ["Z", "Z"]


@settings(max_examples=30, deadline=None)
@given(
    ids=st.lists(st.sampled_from(["A", "A#2", "B", None]), min_size=1, max_size=8),
    data=st.data(),
)
def test_names_are_unique_and_do_not_hang_on_the_order(ids: list[str | None], data: Any) -> None:
    order = data.draw(st.permutations(range(len(ids))))
    shapes = [square(20 * i) for i in range(len(ids))]
    frame = layer("parcels", shapes, parcel_id=ids)
    _, report = reporter("parcels")
    made = identify(frame, CONTRACTS["parcels"], report)
    assert made["parcel_id"].is_unique
    assert made["parcel_id"].notna().all()
    turned = identify(frame.iloc[list(order)].reset_index(drop=True), CONTRACTS["parcels"], report)
    first = made.set_index("source_row")["parcel_id"].sort_index()
    second = turned.set_index("source_row")["parcel_id"].sort_index()
    assert first.tolist() == second.tolist()


# --- what lies where ---------------------------------------------------------------------------


@pytest.mark.parametrize(("shift", "told"), [(9.95, 0), (9.85, 1)])
def test_overlaps_above_a_square_metre(shift: float, told: int) -> None:
    frame = layer("parcels", [square(0), square(shift)], parcel_id=["a", "b"])
    log, report = reporter("parcels")
    check_overlaps(frame, report)
    assert log.counts()["warning"] == told
    row = log.frame().loc[0]
    if not told:
        assert (row["code"], row["found"]) == ("parcels-overlap-slivers", "0.50")
    if told:
        assert (row["id"], row["found"]) == ("a", "1.50")
        assert "parcel b (row 2)" in row["what_en"]


def test_a_building_on_no_parcel() -> None:
    parcels = layer("parcels", [square(0)], parcel_id=["a"])
    buildings = layer("buildings", [square(5), square(10)], building_id=["on", "beside"])
    log, report = reporter("buildings")
    check_on_parcels(buildings, parcels, report)
    assert log.frame()["id"].tolist() == ["beside"]


@pytest.mark.parametrize(
    ("width", "code"),
    [(9.4, "building-outline-in-part"), (9.5, "building-outline"), (10.0, "building-outline")],
)
def test_an_outline_beside_its_parts_is_left_out(width: float, code: str) -> None:
    parts = [box(X, Y, X + 5, Y + 10), box(X + 5, Y, X + width, Y + 10)]
    buildings = layer(
        "buildings", [square(0), *parts], building_id=["o", "p1", "p2"], floors_n=[None, 2, 3]
    )
    log, report = reporter("buildings")
    assert drop_outlines(buildings, report)["building_id"].tolist() == ["p1", "p2"]
    assert log.frame()[["id", "code"]].to_numpy().tolist() == [["o", code]]


@pytest.mark.parametrize(("beyond", "left"), [(0.5, 1), (0.51, 2)])
def test_a_neighbour_that_reaches_in_makes_no_outline(beyond: float, left: int) -> None:
    # a part of 10 m x 10 m of which `beyond` metres stand out of the polygon: 5 % is the line
    part = box(X - beyond, Y, X + 10 - beyond, Y + 10)
    buildings = layer(
        "buildings", [box(X, Y, X + 30, Y + 10), part], building_id=["o", "p"], floors_n=[None, 2]
    )
    _, report = reporter("buildings")
    assert len(drop_outlines(buildings, report)) == left


@pytest.mark.parametrize("kind", ["structure", "yard"])
def test_a_yard_that_holds_a_building_is_no_outline(kind: str) -> None:
    buildings = layer(
        "buildings",
        [square(0), box(X + 2, Y + 2, X + 5, Y + 5)],
        building_id=["y", "b"],
        floors_n=[None, 1],
        kind=[kind, None],
    )
    _, report = reporter("buildings")
    assert len(drop_outlines(buildings, report)) == 2


def test_buildings_without_any_size_stay() -> None:
    buildings = layer("buildings", [square(0), square(0)], building_id=["a", "b"])
    _, report = reporter("buildings")
    assert len(drop_outlines(buildings, report)) == 2


@pytest.mark.parametrize(
    ("recorded", "told"), [(100.9, 0), (101.1, 1), (99.1, 0), (98.9, 1), (0, 0)]
)
def test_recorded_against_measured_areas(recorded: float, told: int) -> None:
    frame = layer("parcels", [square(0)], parcel_id=["a"], area_registered_m2=[recorded])
    log, report = reporter("parcels")
    check_areas(frame, report)
    assert len(log) == told


# --- what rows state ---------------------------------------------------------------------------


def found(frame: pd.DataFrame, name: str = "ledger") -> list[tuple[str, int]]:
    log, report = reporter(name)
    check_rows(name, frame, AS_OF, report)
    problems = log.frame()
    assert (problems["severity"] == "warning").all()
    return list(zip(problems["code"], problems["row"], strict=True))


def day(text: str | None) -> Any:
    return pd.NaT if text is None else pd.Timestamp(text)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("signed_on", "start_due_on"),
        ("start_due_on", "completion_due_on"),
        ("signed_on", "delivered_on"),
        ("signed_on", "started_on"),
        ("started_on", "completed_on"),
    ],
)
def test_dates_out_of_order(earlier: str, later: str) -> None:
    cases = [("2020-01-02", "2020-01-01"), ("2020-01-01", "2020-01-01"), ("2020-01-01", None)]
    frame = layer(
        "ledger",
        **{
            "contract_no": ["C1", "C2", "C3"],
            earlier: [day(a) for a, _ in cases],
            later: [day(b) for _, b in cases],
        },
    )
    assert found(frame) == [("dates-out-of-order", 1)]


def test_what_has_happened_does_not_lie_in_the_future() -> None:
    frame = layer(
        "ledger",
        contract_no=["C1", "C2"],
        started_on=[day("2026-07-01"), day("2026-06-30")],
        start_due_on=[day("2030-01-01"), day("2030-01-01")],
    )
    assert found(frame) == [("date-in-the-future", 1)]


def test_started_without_a_permit_and_the_reverse() -> None:
    frame = layer(
        "ledger",
        contract_no=list("abcd"),
        started=[True, True, None, False],
        permit=[False, None, False, False],
        started_on=[None, None, None, day("2020-01-01")],
    )
    assert sorted(found(frame)) == [("start-contradicted", 4), ("started-without-permit", 1)]


@pytest.mark.parametrize("name", ["parcels", "plan_zones", "ledger"])
def test_limits_the_wrong_way_round_are_told_and_kept(name: str) -> None:
    shapes = None if name == "ledger" else [square(0), square(20), square(40)]
    frame = layer(name, shapes, far_min=[2.0, 1.0, None], far_max=[1.0, 1.0, 1.0])
    if name == "ledger":
        frame["contract_no"] = pd.array(["1", "2", "3"], dtype="string")
    assert found(frame, name) == [("limits-reversed", 1)]
    assert frame["far_min"].iloc[0] == 2.0


def test_a_part_larger_than_the_whole() -> None:
    frame = layer(
        "ledger",
        contract_no=["a", "b"],
        developed_area_m2=[11.0, 10.0],
        develop_area_m2=[10.0, 10.0],
    )
    assert found(frame) == [("part-exceeds-whole", 1)]


def test_rows_that_name_an_unknown_parcel() -> None:
    parcels = layer("parcels", [square(0)], parcel_id=["A"])
    ledger = layer("ledger", parcel_id=["A", "B", None], contract_no=["1", "2", "3"])
    storeys = layer("storeys", building_id=["x"])
    log, report = reporter("ledger")
    frames = {"parcels": parcels, "ledger": ledger, "storeys": storeys}
    check_references(frames, {"ledger": report, "storeys": report}, ["ledger", "storeys", "uses"])
    told = log.frame()
    assert told["code"].tolist() == ["reference-missing", "reference-unknown"]
    assert told["found"].tolist()[1] == "B"
    # The contract 3 names no parcel: one row of three.
    assert "1 行没有宗地编号" in told["what"].tolist()[0]
    assert "33%" in told["what"].tolist()[0]


def test_rows_that_name_nothing_are_told() -> None:
    zones = layer("zones", [square(0), square(20)], zone_id=["Z", None], kind=["fenced"] * 2)
    assert found(zones, "zones") == [("row-nameless", 2)]
    rows = layer("ledger", contract_no=[None, "1", None], parcel_id=["A", None, None])
    assert found(rows, "ledger") == [("row-nameless", 3)]
