"""Holding, neighbours, conversion, openings and sharing, on parcels that one can measure by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from analyses.mixed_use import analyse_mixed_use
from analyses.results import MIXED_OPENINGS
from policies import load_policy

AS_OF = date(2026, 6, 30)
X, Y = 500_000.0, 4_060_000.0
JINAN, SHANGHAI = load_policy("jinan-2021"), load_policy("shanghai-2021")
USES = ["parcel_id", "use", "floor_area_m2", "land_area_m2", "role", "held"]


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=USES)
    return frame.astype({"floor_area_m2": "float64", "land_area_m2": "float64"})


def parcels(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return hectares side by side; ``gap`` is the distance from the one before."""
    edge, boxes, facts = X, [], []
    for place, row in enumerate(rows):
        edge += row.get("gap", 0.0)
        boxes.append(box(edge, Y, edge + 100, Y + 100))
        edge += 100
        facts.append(
            {
                "parcel_id": f"p{place}",
                "zone_id": "z",
                "land_use": "industrial",
                "area_m2": 10_000.0,
                "fenced_share": 1.0,
                **{key: value for key, value in row.items() if key != "gap"},
            }
        )
    return gpd.GeoDataFrame(pd.DataFrame(facts), geometry=boxes, crs="EPSG:4548")


def rows_of(analysis, rule: str) -> pd.DataFrame:
    return analysis.findings[analysis.findings["rule"] == rule].reset_index(drop=True)


def one(analysis, rule: str, parcel: str = "p0") -> pd.Series:
    rows = rows_of(analysis, rule)
    rows = rows[rows["parcel_id"] == parcel]
    assert len(rows) == 1
    return rows.iloc[0]


# ------------------------------------------------------------------------------------------ holding


@pytest.mark.parametrize(
    ("held", "own", "verdict", "missing"),
    [
        (["self", "self"], None, "yes", ""),
        (["self", "sale"], None, "no", ""),
        (["self", None], None, "unknown", "uses.held,self_held"),
        (["self", None], True, "yes", ""),
        (["self", "sale"], True, "no", ""),
        (["self", "self"], False, "no", ""),
        ([], True, "yes", ""),
        ([], False, "no", ""),
        ([], None, "unknown", "self_held"),
    ],
)
def test_self_held(held, own, verdict: str, missing: str) -> None:
    uses = table(*({"parcel_id": "p0", "use": "industrial", "held": one} for one in held))
    frame = parcels({"self_held": own})
    frame["self_held"] = frame["self_held"].astype("boolean")
    row = one(analyse_mixed_use(frame, JINAN, AS_OF, uses=uses), "mixed.self_held")
    assert (row["verdict"], row["missing"]) == (verdict, missing)
    if verdict == "no":
        assert "国家规定" in row["note_zh"]  # never "must pay"
        assert not row["attention"]


def test_self_held_is_asked_where_the_clause_speaks() -> None:
    frame = parcels({"land_use": "research"}, {"land_use": "storage"})
    assert rows_of(analyse_mixed_use(frame, JINAN, AS_OF), "mixed.self_held")[
        "parcel_id"
    ].tolist() == ["p0"]
    assert rows_of(analyse_mixed_use(frame, SHANGHAI, AS_OF), "mixed.self_held").empty


@pytest.mark.parametrize(("held", "verdict"), [("sale", "yes"), ("self", "no"), (None, "unknown")])
def test_supporting_parts_of_m0_are_not_sold_apart(held, verdict: str) -> None:
    uses = table(
        {"parcel_id": "p0", "use": "m0", "role": "main", "held": "sale"},
        {"parcel_id": "p0", "use": "office", "role": "supporting", "held": held},
    )
    frame = parcels({"land_use": "m0"})
    row = one(analyse_mixed_use(frame, JINAN, date(2024, 6, 30), uses=uses), "mixed.m0_transfer")
    assert row["verdict"] == verdict
    assert row["missing"] == ("uses.held" if verdict == "unknown" else "")


@pytest.mark.parametrize(
    ("floors", "verdict", "measured"),
    [
        ((9_000.0, 1_000.0), "no", 0.10),  # at the share is not above it
        ((8_999.0, 1_001.0), "yes", 0.1001),
        ((8_500.0, 900.0, 600.0), "no", 0.09),
        ((9_000.0, np.nan), "unknown", np.nan),
    ],
)
def test_single_use_or_mixed_by_a_share_of_ones_own_pack(
    tmp_path, floors, verdict: str, measured: float
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        """format = 1
id = "own"
extends = "shanghai-2021"
title = { zh = "某区", en = "some district" }
jurisdiction = { zh = "某区", en = "some district" }

[rules."mixed.single_use"]
analysis = "mixed"
title = { zh = "单一用地界线", en = "line of single use" }
clause = "mx-main-uses"
anchor = "review"
parameters.share_min = { value = "10/100", type = "fraction", unit = "share" }
""",
        encoding="utf-8",
    )
    named = ("industrial", "office", "commercial")
    uses = table(
        *(
            {"parcel_id": "p0", "use": use, "floor_area_m2": floor}
            for use, floor in zip(named, floors, strict=False)
        )
    )
    row = one(
        analyse_mixed_use(parcels({}), load_policy(path), AS_OF, uses=uses), "mixed.single_use"
    )
    assert (row["verdict"], row["limit"]) == (verdict, 0.1)
    assert row["measured"] == pytest.approx(measured, nan_ok=True)
    assert rows_of(
        analyse_mixed_use(parcels({}), SHANGHAI, AS_OF, uses=uses), "mixed.single_use"
    ).empty


# --------------------------------------------------------------------------------------- neighbours

CLASS_3 = {"land_use_code": "100103", "land_use_scheme": "guide-2023"}


def test_a_pair_without_a_distance_is_unknown_and_measured() -> None:
    frame = parcels(
        CLASS_3, {"land_use": "office", "gap": 35.0}, {"land_use": "research", "gap": 1.0}
    )
    row = one(analyse_mixed_use(frame, JINAN, AS_OF), "mixed.compatibility")
    assert (row["verdict"], row["missing"]) == ("unknown", "ruleset_separation")
    assert (row["measured"], row["unit"]) == (35.0, "m")
    assert pd.isna(row["limit"])
    assert "p1" in row["note_zh"]


@pytest.mark.parametrize(
    ("code", "scheme", "near", "said"),
    [
        ("M3", "gb50137-2011", "office", True),
        ("m3", None, "office", True),
        ("100102", "guide-2023", "office", False),  # class 2 disturbs living, not offices
        ("100102", "guide-2023", "public_service", True),
        ("M1", "gb50137-2011", "dormitory", None),  # class 1 disturbs nobody
        ("110103", "guide-2023", "industrial", True),
        ("W2", "gb50137-2011", "residential", None),
    ],
)
def test_classes_and_pairs(code, scheme, near: str, said) -> None:
    own = "storage" if code[0] == "W" or code.startswith("11") else "industrial"
    first = {"land_use": own, "land_use_code": code, "land_use_scheme": scheme}
    found = rows_of(
        analyse_mixed_use(parcels(first, {"land_use": near, "gap": 10.0, **CLASS_1}), JINAN, AS_OF),
        "mixed.compatibility",
    )
    found = found[found["parcel_id"] == "p0"]
    verdicts = {True: ["unknown"], False: ["no"], None: []}
    assert found["verdict"].tolist() == verdicts[said]


CLASS_1 = {"land_use_code": "100101", "land_use_scheme": "guide-2023"}


def test_an_unknown_class_is_named_where_somebody_might_suffer() -> None:
    frame = parcels({}, {"land_use": "dormitory", "gap": 12.0})
    row = one(analyse_mixed_use(frame, JINAN, AS_OF), "mixed.compatibility")
    assert (row["verdict"], row["missing"], row["measured"]) == ("unknown", "land_use_code", 12.0)
    assert rows_of(analyse_mixed_use(parcels({}), JINAN, AS_OF), "mixed.compatibility").empty


def test_a_plants_own_offices_are_no_neighbours_but_a_dormitory_is() -> None:
    for use, distance in (("office", np.nan), ("dormitory", 0.0)):
        uses = table({"parcel_id": "p0", "use": use, "role": "supporting"})
        row = one(
            analyse_mixed_use(parcels(CLASS_3), JINAN, AS_OF, uses=uses), "mixed.compatibility"
        )
        assert row["measured"] == pytest.approx(distance, nan_ok=True)
        assert row["verdict"] == ("unknown" if distance == 0.0 else "no")


@pytest.mark.parametrize(
    ("hazard", "gap", "verdict", "missing"),
    [
        ("toxic_gas", 49.9, "yes", ""),
        ("toxic_gas", 50.0, "no", ""),  # at the distance is far enough
        ("toxic_gas", 300.0, "no", ""),
        (None, 49.9, "unknown", "hazard"),
        (None, 50.0, None, ""),  # whatever it is, nobody is near
        ("none", 10.0, None, ""),
    ],
)
def test_the_belt_of_toxic_gas_in_shanghai(hazard, gap: float, verdict, missing: str) -> None:
    frame = parcels(
        {"hazard": hazard, **CLASS_1}, {"land_use": "research", "gap": gap, "hazard": "none"}
    )
    frame["hazard"] = frame["hazard"].astype("string")
    found = rows_of(analyse_mixed_use(frame, SHANGHAI, AS_OF), "mixed.separation")
    assert found["verdict"].tolist() == ([] if verdict is None else [verdict])
    if verdict is not None:
        row = found.iloc[0]
        assert (row["limit"], row["missing"], row["clause"]) == (
            50.0,
            missing,
            SHANGHAI.rule("mixed.separation").clause.citation("zh"),
        )
        assert row["measured"] == pytest.approx(gap)
    assert rows_of(analyse_mixed_use(frame, JINAN, AS_OF), "mixed.separation").empty


def test_without_geometry_a_distance_is_unknown() -> None:
    frame = pd.DataFrame(parcels(CLASS_3, {"land_use": "office"}).drop(columns="geometry"))
    row = one(analyse_mixed_use(frame, JINAN, AS_OF), "mixed.compatibility")
    assert (row["verdict"], row["missing"]) == ("unknown", "geometry")


# --------------------------------------------------------------------------------------- conversion


def test_conversion_gives_reasons_and_never_a_leave() -> None:
    frame = parcels({"land_stage": "completed"}, {"land_stage": "under_construction"}, {})
    frame["self_held"] = pd.array([True, None, None], dtype="boolean")
    buildings = gpd.GeoDataFrame(
        {"building_id": ["b"], "vacant_floor_area_m2": [500.0], "let_floor_area_m2": [np.nan]},
        geometry=[box(X + 10, Y + 10, X + 40, Y + 40)],
        crs=frame.crs,
    )
    ledger = pd.DataFrame({"parcel_id": ["p0"], "mortgaged": pd.array([True], dtype="boolean")})
    measures = pd.DataFrame(
        {
            "floor_area_m2": [900.0, 0.0, np.nan],
            "floor_area_headroom_m2": [5_000.0, 0.0, np.nan],
            "idle_status": ["suspected_1y", "started", "unknown"],
        }
    )
    found = rows_of(
        analyse_mixed_use(
            frame, JINAN, AS_OF, measures=measures, buildings=buildings, ledger=ledger
        ),
        "mixed.conversion",
    )
    assert found["verdict"].tolist() == ["yes", "no", "unknown"]
    assert found["missing"].tolist() == ["", "", "land_stage"]
    assert not found["attention"].fillna(value=False).any()
    pro, con = found.loc[0, "note_zh"].split("不利：")
    for reason in ("围网内", "已有建筑", "余量", "空置厂房", "全部自持"):
        assert reason in pro
    for reason in ("闲置情况须先行处理", "抵押"):
        assert reason in con
    assert "新型产业用地现行配套比例" in con  # its shares have lapsed: to be found out
    assert "由主管部门" in found.loc[0, "note_zh"]


def test_conversion_is_jinans_and_of_industrial_land() -> None:
    frame = parcels({"land_stage": "completed"}, {"land_stage": "completed", "land_use": "storage"})
    found = rows_of(analyse_mixed_use(frame, JINAN, AS_OF), "mixed.conversion")
    assert found["parcel_id"].tolist() == ["p0"]
    assert rows_of(analyse_mixed_use(frame, SHANGHAI, AS_OF), "mixed.conversion").empty


# ----------------------------------------------------------------------------------------- openings

STANDING = table(
    {"parcel_id": "p0", "use": "industrial", "role": "main", "floor_area_m2": 9_400.0},
    {"parcel_id": "p0", "use": "office", "role": "administrative", "floor_area_m2": 600.0, "land_area_m2": 300.0},
)  # fmt: skip


def openings(frame, policy=JINAN, **inputs: Any) -> pd.DataFrame:
    found = analyse_mixed_use(frame, policy, AS_OF, **inputs).tables["mixed_openings"]
    assert list(found.columns) == list(MIXED_OPENINGS.names)
    return found


def test_how_much_of_each_use_before_a_ratio_breaks() -> None:
    found = openings(parcels({}), uses=STANDING).set_index("use")
    assert found.index.tolist() == ["commercial", "research", "storage"]  # office is there already
    shop = found.loc["commercial"]
    assert shop["land_room_m2"] == pytest.approx(400.0)  # 7 % of a hectare less 300
    assert shop["floor_room_m2"] == pytest.approx(900.0 / 0.85)  # (600 + x) = 15 % of (10,000 + x)
    assert shop["floor_converted_m2"] == pytest.approx(900.0)
    assert shop["land_bound_by"] == "mixed.supporting_land"
    assert "业务范围" in shop["note_zh"]  # inside the fence
    lab = found.loc["research"]
    assert (lab["land_bound_by"], lab["floor_bound_by"]) == ("none", "mixed.research_floor")
    assert lab["floor_room_m2"] == pytest.approx(1_500.0 / 0.85)
    store = found.loc["storage"]
    assert (store["land_bound_by"], store["floor_bound_by"]) == ("none", "none")
    assert pd.isna(store["floor_room_m2"])
    assert (found["mixed_verdict"] == "yes").all()


def test_the_room_is_exactly_to_the_line() -> None:
    room = openings(parcels({}), uses=STANDING).set_index("use").loc["commercial"]
    for factor, verdict in ((1.0, "no"), (1.0001, "yes")):
        more = table(
            {
                "parcel_id": "p0",
                "use": "commercial",
                "role": "proposed",
                "floor_area_m2": room["floor_room_m2"] * factor,
                "land_area_m2": room["land_room_m2"] * factor,
            }
        )
        analysis = analyse_mixed_use(
            parcels({}), JINAN, AS_OF, uses=pd.concat([STANDING, more], ignore_index=True)
        )
        assert one(analysis, "mixed.supporting_floor")["verdict"] == verdict
        assert one(analysis, "mixed.supporting_land")["verdict"] == verdict


def test_the_headroom_may_bind_first_and_a_full_parcel_has_none() -> None:
    measures = pd.DataFrame({"floor_area_headroom_m2": [100.0]})
    found = openings(parcels({}), uses=STANDING, measures=measures).set_index("use")
    assert (found["floor_room_m2"] == 100.0).all()
    assert (found["floor_bound_by"] == "headroom").all()
    full = STANDING.assign(land_area_m2=[np.nan, 900.0], floor_area_m2=[8_000.0, 2_000.0])
    shop = openings(parcels({}), uses=full).set_index("use").loc["commercial"]
    assert (shop["land_room_m2"], shop["floor_room_m2"]) == (0.0, 0.0)


def test_unknown_room_is_null_never_nought() -> None:
    shop = openings(parcels({})).set_index("use").loc["commercial"]
    assert pd.isna(shop["land_room_m2"])
    assert pd.isna(shop["floor_room_m2"])
    assert shop["land_bound_by"] == "mixed.supporting_land"
    assert "uses" in shop["missing"].split(",")


def test_where_nothing_is_open() -> None:
    dorm = table({"parcel_id": "p0", "use": "dormitory", "role": "supporting"})
    assert openings(parcels({}), uses=dorm).empty  # a conflict comes first
    assert openings(
        parcels({"land_use": "road"}, {"land_use": "reserve"}, {"land_use": None})
    ).empty
    assert openings(parcels({}), SHANGHAI).empty  # a pilot without a list
    assert openings(parcels({}), load_policy("shandong-2016")).empty
    zhejiang = load_policy("zhejiang-2021-draft")
    assert openings(
        parcels({"land_use": "commercial"}), zhejiang
    ).empty  # shut out by a closed list
    open_list = openings(parcels({"land_use": "m0"}))
    assert (open_list["mixed_verdict"] == "undetermined").all()


def facilities() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"facility_id": ["far", "near", "own", "lot"], "kind": ["catering"] * 3 + ["parking"]},
        geometry=[
            Point(X + 300, Y + 50),
            Point(X + 150, Y + 50),
            Point(X + 50, Y + 50),
            Point(X + 700, Y + 50),
        ],
        crs="EPSG:4548",
    )


def test_sharing_ranks_what_saves_most_and_its_own_is_not_shared() -> None:
    uses = table(
        {"parcel_id": "p0", "use": "commercial", "role": "supporting", "floor_area_m2": 80.0, "land_area_m2": 60.0},
        {"parcel_id": "p1", "use": "commercial", "role": "supporting", "floor_area_m2": 90.0, "land_area_m2": 200.0},
    )  # fmt: skip
    frame = parcels({}, {"gap": 60.0}, {"gap": 80.0})  # 0-100, 160-260, 340-440
    found = openings(frame, SHANGHAI, uses=uses, facilities=facilities(), options={"reach_m": 50.0})
    said = found[["parcel_id", "facility_id", "distance_m", "saved_land_m2", "rank"]]
    assert said.iloc[0].tolist() == ["p0", "near", 50.0, 60.0, 2]  # at the reach is within it
    assert said.iloc[1].tolist() == ["p1", "near", 10.0, 200.0, 1]
    assert said.iloc[2].tolist()[:3] == ["p2", "far", 40.0]
    assert pd.isna(found.loc[2, "saved_land_m2"])  # its uses are not known
    assert found.loc[2, "missing"] == "uses"
    assert openings(frame, SHANGHAI, uses=uses, facilities=facilities()).empty  # no reach given


def test_yards_of_neighbours_may_be_shared() -> None:
    yards = gpd.GeoDataFrame(
        {"building_id": ["y"], "kind": ["yard"], "state": [None]},
        geometry=[box(X + 110, Y, X + 200, Y + 50)],
        crs="EPSG:4548",
    )
    found = openings(
        parcels({}, {"gap": 5.0}), SHANGHAI, buildings=yards, options={"reach_m": 20.0}
    )
    assert found[["parcel_id", "facility_kind", "distance_m"]].to_numpy().tolist() == [
        ["p0", "yard", 10.0]
    ]


def test_a_plants_own_main_use_is_no_neighbour_of_itself() -> None:
    class_1 = {"land_use_code": "100101", "land_use_scheme": "guide-2023"}
    ground = parcels(
        {"hazard": "dangerous_goods", **class_1}, {"gap": 30.0, "hazard": "none", **class_1}
    )
    found = one(analyse_mixed_use(ground, JINAN, AS_OF), "mixed.compatibility")
    assert found["verdict"] == "unknown"  # no distance is stated for the pair
    assert found["measured"] == pytest.approx(30.0)


def test_another_use_on_the_same_ground_is_a_neighbour_at_no_distance() -> None:
    class_1 = {"land_use_code": "100101", "land_use_scheme": "guide-2023"}
    ground = parcels(
        {"hazard": "dangerous_goods", **class_1}, {"gap": 30.0, "hazard": "none", **class_1}
    )
    flats = table({"parcel_id": "p0", "use": "residential", "role": "main"})
    found = one(analyse_mixed_use(ground, JINAN, AS_OF, uses=flats), "mixed.compatibility")
    assert found["measured"] == 0.0
