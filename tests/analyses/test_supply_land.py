"""Boundary, acceptance, readiness, location, terms, standard land: figures that can be checked on paper."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from analyses.supply_acceptance import acceptance_findings, acceptance_of, overdue_rows
from analyses.supply_boundary import check_boundary
from analyses.supply_ground import candidate_ground, serving_ground
from analyses.supply_location import location_scores, location_table
from analyses.supply_price import national_grade, price_findings
from analyses.supply_readiness import Asked, readiness_of
from analyses.supply_standard import check_bids, standard_sheet
from analyses.supply_swaps import swap_balances
from analyses.supply_terms import check_terms, choose_instruments
from policies import load_policy

AS_OF = date(2026, 6, 30)
X, Y = 500_000, 4_060_000
NATIONAL, JINAN = load_policy("national"), load_policy("jinan-2021")
SHANGHAI, ZHEJIANG = load_policy("shanghai-2021"), load_policy("zhejiang-2021-draft")


def rect(x0: float, y0: float, x1: float, y1: float):
    return box(X + x0, Y + y0, X + x1, Y + y1)


def layer(shapes, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4548")


def parcels(*shapes, **columns) -> gpd.GeoDataFrame:
    frame = layer(shapes, parcel_id=[f"p{at}" for at in range(len(shapes))], **columns)
    frame["zone_id"] = columns.get("zone_id", "z")
    return frame.assign(area_m2=frame.area)


def zones(**columns) -> gpd.GeoDataFrame:
    shapes = [rect(0, 0, 1000, 1000), rect(0, 0, 1000, 900)]
    return layer(shapes, zone_id=["z", "z"], kind=["approved", "fenced"], **columns)


# ----------------------------------------------------------------------------------- the boundary


@pytest.mark.parametrize(
    ("reach", "line_m", "outside"),
    [
        (1000.0, 0.05, 0),
        (1000.02, 0.05, 0),
        (1000.06, 0.05, 1),
        (1000.06, 0.10, 0),
        (1010.0, 0.05, 1),
        (1010.0, 9.99, 1),
        (1010.0, 10.01, 0),
    ],
)
def test_a_parcel_beyond_the_boundary(reach: float, line_m: float, outside: int) -> None:
    """100 m wide from 900 m on: what lies beyond 1000 m is a strip of 100 m, as wide as it reaches.

    The tolerance of areas, here 20 %, excuses none of it: at 1010 m the strip is 9.09 % of the parcel.
    """
    land = parcels(rect(900, 0, reach, 100))
    found = check_boundary(land, zones(), NATIONAL, AS_OF, tolerance=0.2, line_m=line_m)
    rows = found.table[found.table["issue"] == "parcel_outside"]
    assert len(rows) == outside
    verdict = found.findings.loc[
        found.findings["parcel_id"].isna() & (found.findings["rule"] == "supply.boundary"),
        "verdict",
    ]
    assert verdict.tolist() == ["yes" if outside else "no"]
    if outside:
        assert rows["measured"].iloc[0] == pytest.approx((reach - 1000) * 100)
        assert (rows["tolerance_m"].iloc[0], rows["tolerance_share"].isna().all()) == (line_m, True)


def test_a_boundary_of_any_size_is_a_line() -> None:
    """A zone of 100 ha whose fence runs 20 m out over 50 m: 1,000 m2 are a thousandth of it, and outside.

    The strip of 2 cm along its whole south side is the line itself and counts nothing beside it.
    """
    fence = zones()
    out = rect(1000, 400, 1020, 450).union(rect(0, -0.02, 1000, 0))
    fence.loc[1, "geometry"] = rect(0, 0, 1000, 1000).union(out)
    found = check_boundary(
        parcels(rect(0, 0, 100, 100)), fence, NATIONAL, AS_OF, tolerance=0.02
    ).table.set_index("issue")
    assert found.index.tolist() == ["fence_outside"]
    assert found.loc["fence_outside", "measured"] == pytest.approx(1_000)


def test_what_a_layer_does_not_draw_may_be_road() -> None:
    """Approved: industry 90 ha, roads 10 ha. The plan draws 90 ha of industry and no road: no drift.

    Of 95 ha of industry only 5 ha are left: industry is above, and roads are surely below.
    """
    approved = pd.DataFrame(
        {"zone_id": "z", "land_use": ["industrial", "road"], "area_m2": [900_000.0, 100_000.0]}
    )
    for reach, apart in ((900, {}), (950, {"industrial": 950_000.0, "road": 0.0})):
        plan = layer([rect(0, 0, 1000, reach)], plan_id=["a"], land_use=["industrial"])
        found = check_boundary(
            parcels(
                rect(0, 0, 1000, 900), rect(0, 900, 1000, 1000), land_use=["industrial", "road"]
            ),
            zones(approved_area_m2=1e6),
            NATIONAL,
            AS_OF,
            plan_zones=plan,
            approved_uses=approved,
            tolerance=0.02,
        ).table
        drift = found[found["issue"] == "use_drift"].set_index("id")["measured"]
        assert drift.to_dict() == {use: pytest.approx(area) for use, area in apart.items()}


def test_fence_plan_and_buildings_against_the_approval() -> None:
    fence = zones()
    fence.loc[1, "geometry"] = rect(0, 0, 1050, 900)
    plan = layer([rect(950, 0, 1020, 100), rect(1100, 0, 1200, 100)], plan_id=["A", "far"])
    houses = layer(
        [
            rect(990, 10, 1010, 30),
            rect(1015, 10, 1025, 20),
            rect(10, 10, 30, 30),
            rect(990, 50, 1010, 60),
        ],
        building_id=["across", "outside", "inside", "gone"],
        state=["built", "built", "built", "demolished"],
    )
    found = check_boundary(
        parcels(rect(0, 0, 100, 100)), fence, NATIONAL, AS_OF, plan_zones=plan, buildings=houses
    )
    told = {(row.issue, row.id): row.measured for row in found.table.itertuples()}
    assert told[("fence_outside", "z")] == pytest.approx(50 * 900)
    assert told[("approved_unfenced", "z")] == pytest.approx(1000 * 100)
    assert told[("plan_outside", "A")] == pytest.approx(20 * 100)
    assert told[("building_across", "across")] == pytest.approx(10 * 20)
    assert told[("building_outside", "outside")] == pytest.approx(100)
    assert {name for _, name in told} == {"z", "A", "across", "outside"}


def test_a_parcel_that_lies_mostly_outside_belongs_to_no_zone_and_is_told() -> None:
    """Of 100 m only 40 lie within; its neighbour reaches 2 cm over the line and is nobody's concern."""
    land = parcels(rect(960, 0, 1060, 100), rect(999.98, 200, 1100, 300))
    land["zone_id"] = pd.Series([None, None], dtype="string")
    found = check_boundary(land, zones(), NATIONAL, AS_OF)
    assert found.table.set_index("id")["measured"].to_dict() == {
        "z": pytest.approx(100_000),  # the approved ground beyond the fence
        "p0": pytest.approx(6_000),
    }
    own = found.findings[found.findings["parcel_id"] == "p0"].iloc[0]
    assert (own["zone_id"], own["verdict"]) == ("z", "yes")


def test_several_polygons_make_one_boundary_and_the_support_area_is_not_tested() -> None:
    two = layer(
        [rect(0, 0, 500, 500), rect(500, 0, 1000, 500), rect(2000, 0, 2500, 500)],
        zone_id=["z", "z", "s"],
        kind=["approved", "approved", "support"],
    )
    land = parcels(rect(450, 0, 550, 100), rect(2000, 0, 2600, 100), zone_id=["z", "s"])
    found = check_boundary(land, two, NATIONAL, AS_OF)
    assert found.table.empty
    own = found.findings.set_index(["zone_id", "rule"])["verdict"]
    assert own["z", "supply.boundary"] == "no"
    assert own["s", "supply.boundary"] == "not_applicable"


@pytest.mark.parametrize(
    ("approved", "verdict"),
    [(980_000.0, "yes"), (985_222.0, "no"), (1_000_000.0, "no"), (None, "unknown")],
)
def test_drift_of_the_area(approved: float | None, verdict: str) -> None:
    """Drawn 1,000,000 m2: 2.04 % above 980,000, 1.5 % above 985,222; the tolerance is 1.5 %."""
    uses = pd.DataFrame({"zone_id": ["z"], "land_use": ["industrial"], "area_m2": [1e6]})
    for given_uses, expected in ((uses, verdict), (None, "yes" if verdict == "yes" else "unknown")):
        found = check_boundary(
            parcels(rect(0, 0, 1000, 1000), land_use=["industrial"]),
            zones(approved_area_m2=approved),
            NATIONAL,
            AS_OF,
            approved_uses=given_uses,
            tolerance=0.015,
        )
        drift = found.findings[found.findings["rule"] == "supply.drift"].iloc[0]
        assert drift["verdict"] == expected
        lacks = [] if pd.isna(drift["missing"]) else drift["missing"].split(",")
        assert ("approved_uses" in lacks) is (expected == "unknown" and given_uses is None)
        assert ("zones.approved_area_m2" in lacks) is (approved is None)


def drawn_whole(width: float, **columns) -> gpd.GeoDataFrame:
    """Return a zone 100 m deep, of which a layer of this width draws all."""
    shape = rect(0, 0, width, 100)
    return layer([shape, shape], zone_id=["z", "z"], kind=["approved", "fenced"], **columns)


@pytest.mark.parametrize(
    ("drawn", "told", "verdict", "missing"),
    [
        ({"industrial": 10}, {}, "unknown", "parcels.geometry"),
        ({"industrial": 500, "office": 100}, {}, "unknown", "parcels.geometry"),
        (
            {"industrial": 400, "office": 100, "storage": 400},
            {"industrial": 40_000, "storage": 40_000},
            "yes",
            "",
        ),
        ({"industrial": 900, "office": 100}, {}, "no", ""),
    ],
)
def test_ground_in_no_parcel_is_of_unknown_use_and_not_of_none(
    drawn, told, verdict, missing
) -> None:
    """Approved: industry 90,000, offices 10,000 m2, in a zone of as much; the tolerance is a tenth of each.

    With 50,000 of industry drawn and 40,000 m2 undrawn there may be 90,000; with 40,000 and 10,000 there
    are at most 50,000.
    """
    ends = np.cumsum([0, *drawn.values()])
    shapes = [rect(a, 0, b, 100) for a, b in pairwise(ends.tolist())]
    approved = pd.DataFrame(
        {"zone_id": "z", "land_use": ["industrial", "office"], "area_m2": [90_000.0, 10_000.0]}
    )
    found = check_boundary(
        parcels(*shapes, land_use=list(drawn)),
        drawn_whole(1000, approved_area_m2=100_000.0),
        NATIONAL,
        AS_OF,
        approved_uses=approved,
        tolerance=0.1,
    )
    rows = found.table[found.table["issue"] == "use_drift"].set_index("id")["measured"]
    assert rows.to_dict() == {use: pytest.approx(area) for use, area in told.items()}
    drift = found.findings[found.findings["rule"] == "supply.drift"].iloc[0]
    assert drift["verdict"] == verdict
    assert ("" if pd.isna(drift["missing"]) else drift["missing"]) == missing


def test_drift_of_the_uses() -> None:
    land = parcels(rect(0, 0, 100, 100), rect(100, 0, 200, 100), land_use=["industrial", "office"])
    approved = pd.DataFrame(
        {
            "zone_id": ["z", "z"],
            "land_use": ["industrial", "storage"],
            "area_m2": [10_000.0, 10_000.0],
        }
    )
    found = check_boundary(
        land, drawn_whole(200), NATIONAL, AS_OF, approved_uses=approved, tolerance=0.01
    )
    told = found.table[found.table["issue"] == "use_drift"].set_index("id")
    assert told["measured"].to_dict() == {"office": pytest.approx(10_000), "storage": 0.0}
    assert told["limit"].to_dict() == {"office": 0.0, "storage": 10_000.0}


def test_drift_of_the_control_plan_and_ground_of_unknown_use() -> None:
    """Approved: industry 10,000, storage 10,000. The plan gives industry 12,000 and storage 10,100.

    On the ground industry has 10,000, and 5,000 more are of unknown use: storage with 4,000 lacks at
    least 1,000; with 5,100 known it cannot be told. All of the zone is drawn, by offices where nothing else is.
    """
    approved = pd.DataFrame(
        {"zone_id": "z", "land_use": ["industrial", "storage"], "area_m2": [10_000.0, 10_000.0]}
    )
    whole = drawn_whole(250, approved_area_m2=25_000.0)
    plan = layer(
        [rect(0, 0, 120, 100), rect(120, 0, 221, 100), rect(221, 0, 250, 100)],
        plan_id=["a", "b", "c"],
        land_use=["industrial", "storage", "office"],
    )
    for storage, found_use in ((40.0, {"storage": 4_000.0}), (51.0, {})):
        ends = (0.0, 100.0, 150.0, 150.0 + storage, 250.0)
        land = parcels(
            *(rect(a, 0, b, 100) for a, b in pairwise(ends)),
            land_use=["industrial", None, "storage", "office"],
        )
        approved_all = pd.concat(
            [
                approved,
                pd.DataFrame(
                    {"zone_id": ["z"], "land_use": ["office"], "area_m2": [(100 - storage) * 100]}
                ),
            ],
            ignore_index=True,
        )
        found = check_boundary(
            land,
            whole,
            NATIONAL,
            AS_OF,
            plan_zones=plan,
            approved_uses=approved_all,
            tolerance=0.02,
        )
        drift = found.table[found.table["issue"] == "use_drift"]
        told = {
            layer: dict(zip(own["id"], own["measured"], strict=True))
            for layer, own in drift.groupby("layer")
        }
        assert told["plan_zones"]["industrial"] == pytest.approx(12_000)
        assert "storage" not in told["plan_zones"]
        assert told.get("parcels", {}) == {k: pytest.approx(v) for k, v in found_use.items()}
    fine = check_boundary(
        land, whole, NATIONAL, AS_OF, approved_uses=approved_all, tolerance=0.02
    ).findings
    drift = fine[fine["rule"] == "supply.drift"].iloc[0]
    assert (drift["verdict"], drift["missing"]) == ("unknown", "parcels.land_use")


def test_a_parcel_in_the_support_area_of_its_own_zone_is_not_tested() -> None:
    """By its record it belongs to z, on the ground it lies in z's support area."""
    area = layer(
        [rect(0, 0, 1000, 1000), rect(1000, 0, 1500, 500)],
        zone_id=["z", "z"],
        kind=["approved", "support"],
    )
    land = parcels(rect(1100, 0, 1200, 100), rect(930, 0, 1030, 100), rect(960, 700, 1060, 800))
    found = check_boundary(land, area, NATIONAL, AS_OF)
    assert found.table["id"].tolist() == ["p2"]
    assert found.outside_m2.tolist() == [
        pytest.approx(v, nan_ok=True) for v in (np.nan, 0.0, 6_000.0)
    ]


# -------------------------------------------------------------------------------------- acceptance


@pytest.mark.parametrize(
    ("rows", "issue", "note"),
    [
        # Accepted as a whole, by the date on the boundary's own row.
        ([("approved", 1e6, "2019-12-31", None, "2019-12-01")], None, ""),
        ([("approved", 1e6, "2019-12-31", None, "2020-01-10")], "acceptance_late", "超期10天"),
        (
            [("approved", 1e6, "2019-12-31", 4e5, "2019-12-01")],
            "acceptance_overdue",
            "已验收40.00%",
        ),
        # By phases that add up to the approved area, or do not.
        (
            [
                ("approved", 1e6, "2019-12-31", None, None),
                ("accepted", None, None, 6e5, "2019-06-01"),
                ("accepted", None, None, 4e5, "2020-01-01"),
            ],
            "acceptance_late",
            "超期1天",
        ),
        (
            [
                ("approved", 1e6, "2019-12-31", None, None),
                ("accepted", None, None, 6e5, "2019-06-01"),
                ("accepted", None, None, 4e5, "2026-07-01"),
            ],
            "acceptance_overdue",
            "已验收60.00%，其余尚未验收",
        ),
        ([("approved", 1e6, "2019-12-31", None, None)], "acceptance_overdue", "尚无验收记录"),
    ],
)
def test_the_whole_of_a_zone_is_accepted_with_its_last_phase(rows, issue, note) -> None:
    kinds, approved, due, accepted, on = zip(*rows, strict=True)
    frame = pd.DataFrame(
        {
            "zone_id": "z",
            "kind": kinds,
            "approved_area_m2": approved,
            "acceptance_due_on": pd.to_datetime(list(due)),
            "accepted_area_m2": accepted,
            "accepted_on": pd.to_datetime(list(on)),
        }
    )
    found = overdue_rows(frame, AS_OF)
    assert [row["issue"] for row in found] == ([] if issue is None else [issue])
    assert all(note in row["note_zh"] for row in found)


def test_a_phase_of_unknown_size_leaves_the_whole_open_and_a_support_area_is_never_overdue() -> (
    None
):
    frame = pd.DataFrame(
        {
            "zone_id": ["z", "z", "s"],
            "kind": ["approved", "accepted", "support"],
            "approved_area_m2": [1e6, None, None],
            "acceptance_due_on": pd.to_datetime(["2019-12-31", None, "2019-12-31"]),
            "accepted_on": pd.to_datetime([None, "2019-06-01", None]),
        }
    )
    assert [(row["zone_id"], row["state"]) for row in overdue_rows(frame, AS_OF)] == [
        ("z", "unknown")
    ]
    own = acceptance_findings(frame, NATIONAL, AS_OF).set_index("zone_id")
    assert own["verdict"].to_dict() == {"s": "not_applicable", "z": "unknown"}
    assert own.loc["z", "missing"] == "zones.accepted_area_m2"


@pytest.mark.parametrize(
    ("on", "share"), [("2013-01-14", 0.0), ("2013-01-15", 1.82 / 5.41), ("2017-12-28", 5.18 / 5.41)]
)
def test_acceptance_by_phases(on: str, share: float) -> None:
    """Wuhan Donghu: approved 5.41 km2, accepted 1.82 on 2013-01-15 and 3.36 on 2017-12-28."""
    frame = pd.DataFrame(
        {
            "zone_id": "z",
            "kind": ["approved", "accepted", "accepted"],
            "approved_area_m2": [5.41e6, None, None],
            "accepted_area_m2": [None, 1.82e6, 3.36e6],
            "accepted_on": pd.to_datetime([None, "2013-01-15", "2017-12-28"]),
        }
    )
    row = acceptance_of(frame, date.fromisoformat(on)).loc["z"]
    assert row["accepted_m2"] / row["approved_m2"] == pytest.approx(share)


@pytest.mark.parametrize(
    ("due", "accepted", "verdict", "issue"),
    [
        ("2026-06-30", None, "no", None),
        ("2026-06-29", None, "yes", "acceptance_overdue"),
        ("2026-07-01", None, "no", None),
        ("2025-06-30", "2025-06-30", "no", None),
        ("2025-06-30", "2025-07-01", "no", "acceptance_late"),
        ("2025-06-30", "2026-08-01", "yes", "acceptance_overdue"),
        (None, None, "unknown", None),
    ],
)
def test_overdue_acceptance_on_the_line(due, accepted, verdict, issue) -> None:
    frame = pd.DataFrame(
        {
            "zone_id": ["z"],
            "kind": ["accepted"],
            "acceptance_due_on": pd.to_datetime([due]),
            "accepted_on": pd.to_datetime([accepted]),
        }
    )
    assert [row["issue"] for row in overdue_rows(frame, AS_OF)] == (
        [] if issue is None else [issue]
    )
    assert acceptance_findings(frame, NATIONAL, AS_OF)["verdict"].tolist() == [verdict]


# --------------------------------------------------------------------------------------- readiness

SERVICES = ("road", "water", "sewage", "power", "gas", "heat", "telecom")


def candidate(**columns) -> gpd.GeoDataFrame:
    facts = {
        "rights_clear": True,
        "compensation_settled": True,
        "dispute_free": True,
        "planning_conditions_no": "条1",
    } | columns
    frame = parcels(rect(0, 0, 100, 100))
    return frame.assign(
        **{
            name: pd.array(
                [value],
                dtype="boolean"
                if isinstance(value, bool) or (value is None and name != "planning_conditions_no")
                else "string",
            )
            for name, value in facts.items()
        }
    )


def services(distance: float = 100.0, *, without: str = "") -> gpd.GeoDataFrame:
    kinds = [kind for kind in SERVICES if kind != without]
    return layer(
        [Point(X + 100 + distance, Y + 50)] * len(kinds), facility_id=kinds, kind=kinds, name=kinds
    )


def assessed(until: str | None = "2026-06-30", share: float = 1.0) -> gpd.GeoDataFrame:
    topics = ["environment", "water", "geology"]
    return layer(
        [rect(0, 0, 100 * share, 100)] * 3, topic=topics, valid_until=pd.to_datetime([until] * 3)
    )


def ready(land=None, *, near=None, extents=None, policy=JINAN, reach=100.0):
    asked = Asked({} if reach is None else {"default": reach})
    return readiness_of(
        candidate() if land is None else land,
        np.array([0]),
        policy,
        AS_OF,
        facilities=services() if near is None else near,
        assessments=assessed() if extents is None else extents,
        asked=asked,
    )


def test_everything_known_and_met_is_ready() -> None:
    found = ready()
    assert found.table.loc[0, ["ready", "readiness_share", "missing_zh"]].tolist() == [
        "yes",
        1.0,
        "",
    ]
    assert set(found.findings["verdict"]) == {"yes"}


@pytest.mark.parametrize(
    ("change", "state", "rule", "missing"),
    [
        ({"rights_clear": False}, "no", "supply.ready", ""),
        ({"rights_clear": None}, "unknown", "supply.ready", "rights_clear"),
        ({"dispute_free": None}, "unknown", "supply.ready", "dispute_free"),
        ({"planning_conditions_no": None}, "unknown", "supply.ready", "planning_conditions_no"),
    ],
)
def test_a_gate_of_article_21(change, state, rule, missing) -> None:
    found = ready(candidate(**change))
    assert found.table.loc[0, "ready"] == state
    row = found.findings.set_index("rule").loc[rule]
    assert (row["verdict"], row["missing"]) == (state, missing)


@pytest.mark.parametrize(
    ("near", "reach", "state", "missing"),
    [
        (services(100.0), 100.0, "yes", ""),
        (services(100.5), 100.0, "no", ""),
        (services(without="gas"), 100.0, "unknown", "facilities.gas"),
        (services(), None, "unknown", "service_reach_m"),
    ],
)
def test_services_within_reach_on_the_line(near, reach, state, missing) -> None:
    found = ready(near=near, reach=reach)
    row = found.findings.set_index("rule").loc["supply.serviced"]
    assert (row["verdict"], row["missing"]) == (state, missing)
    assert found.table.loc[0, "ready"] == state


@pytest.mark.parametrize(
    ("extents", "state"),
    [
        (assessed(), "yes"),
        (assessed("2026-06-29"), "no"),
        (assessed(None), "unknown"),
        (assessed(share=0.995), "yes"),
        (assessed(share=0.98), "no"),
        (assessed().iloc[:2], "unknown"),
    ],
)
def test_assessments_cover_and_are_valid(extents, state) -> None:
    found = ready(extents=extents)
    assert found.findings.set_index("rule").loc["supply.assessed", "verdict"] == state
    assert found.table.loc[0, "ready"] == state


def test_an_assessment_that_expired_elsewhere_is_no_reason() -> None:
    """On p0 half is valid and half expired on 2026-01-01; p1 has one of its own that expired on 2026-06-29."""
    land = pd.concat([candidate(), candidate(parcel_id="p1")], ignore_index=True)
    land.loc[1, "geometry"] = rect(100, 0, 200, 100)
    none = candidate(parcel_id="p2")
    none.loc[0, "geometry"] = rect(300, 0, 400, 100)
    land = pd.concat([land, none], ignore_index=True)
    extents = layer(
        [rect(0, 0, 50, 100), rect(50, 0, 100, 100), rect(100, 0, 200, 100)],
        topic=["environment"] * 3,
        valid_until=pd.to_datetime(["2027-01-01", "2026-01-01", "2026-06-29"]),
    )
    found = readiness_of(
        land,
        np.arange(3),
        JINAN,
        AS_OF,
        assessments=extents,
        asked=Asked({"default": 100.0}, ["environment"]),
    ).table["assessments_zh"]
    assert found.tolist() == [
        "环境影响：有效评估覆盖50%，另有评估已于2026-01-01到期",
        "环境影响：有效评估覆盖0%，另有评估已于2026-06-29到期",
        "环境影响：有效评估覆盖0%",
    ]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("unapproved", "no"),
        ("approved_not_cleared", "no"),
        ("approved_unsupplied", "yes"),
        ("ready", "yes"),
        (None, "yes"),
    ],
)
def test_land_that_is_not_approved_or_cleared_is_not_ready(status, state) -> None:
    """Every gate is met: twelve of twelve; the record still says that the land cannot be supplied."""
    found = ready(candidate(supply_status=status), near=services(), extents=assessed())
    row = found.table.iloc[0]
    assert (row["ready"], row["readiness_share"]) == (state, 1.0)
    assert found.findings.set_index("rule").loc["supply.ready", "verdict"] == state
    assert ("尚不能供应" in row["missing_zh"]) is (state == "no")


def test_without_a_clause_no_assessment_is_asked_for() -> None:
    found = ready(policy=NATIONAL, extents=assessed("2020-01-01"))
    assert found.table.loc[0, "ready"] == "yes"
    assert "supply.assessed" not in set(found.findings["rule"])


# ------------------------------------------------------------------------- ground and road access


def test_what_is_taken_out_of_a_candidate() -> None:
    """100 x 100 m: a yard of 20 x 100 and a corridor of 10 m about a pipe leave two parts, 7,000 m2.

    Each of them, of 3,500 m2, is a site; their sum is none.
    """
    land = parcels(rect(0, 0, 100, 100), rect(0, -10, 100, 0), land_use=["reserve", "road"])
    things = layer(
        [rect(0, 0, 20, 100), LineString([(X + 60, Y - 5), (X + 60, Y + 105)]), rect(90, 0, 95, 5)],
        kind=["inspection", "water", "housing"],
    )
    ground = candidate_ground(
        land,
        np.array([0]),
        facilities=things,
        corridors={"water": 10.0},
        min_area_m2=3_500,
        min_width_m=35,
    )
    row = ground.iloc[0]
    assert row["net_area_m2"] == pytest.approx(7_000, abs=1)
    assert row["width_m"] == pytest.approx(35, abs=0.001)
    assert (row["road_access"], row["usable"]) == ("yes", "yes")
    small = candidate_ground(
        land,
        np.array([0]),
        facilities=things,
        corridors={"water": 10.0},
        min_area_m2=3_501,
        min_width_m=30,
    )
    assert small.loc[0, "usable"] == "no"
    unsaid = candidate_ground(land, np.array([0]), facilities=things)
    assert (unsaid.loc[0, "usable"], unsaid.loc[0, "ground_missing"]) == (
        "unknown",
        "min_area_m2,min_width_m",
    )
    landlocked = candidate_ground(land.iloc[:1], np.array([0]), min_area_m2=1.0, min_width_m=1.0)
    assert landlocked.loc[0, ["road_access", "usable"]].tolist() == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("kind", "net", "kept"),
    [
        ("protective", 9_000, 1_000),
        ("park", 9_000, 1_000),
        ("road", 9_000, 1_000),
        (None, 9_000, 1_000),
        ("attached", 10_000, 0),
        ("roof", 10_000, 0),
    ],
)
def test_green_that_is_no_part_of_a_site_is_taken_out(kind, net, kept) -> None:
    """A belt of 100 x 10 m on a site of 100 x 100 m."""
    land = parcels(rect(0, 0, 100, 100), land_use=["industrial"])
    belt = layer([rect(0, 0, 100, 10)], green_id=["g"], kind=pd.array([kind], dtype="string"))
    row = candidate_ground(land, np.array([0]), green=belt).iloc[0]
    assert row["net_area_m2"] == pytest.approx(net)
    assert row["green_kept_m2"] == pytest.approx(kept)


def test_green_between_a_site_and_its_road_is_crossed() -> None:
    """The belt lies along the road; a yard that lies there parts the site from it."""
    land = parcels(rect(0, 0, 100, 100), rect(0, -10, 100, 0), land_use=["reserve", "road"])
    belt = layer([rect(0, 0, 100, 10)], green_id=["g"], kind=["protective"])
    yard = layer([rect(0, 0, 100, 10)], kind=["inspection"])
    for given, access in (({"green": belt}, "yes"), ({"facilities": yard}, "no")):
        row = candidate_ground(land, np.array([0]), **given).iloc[0]
        assert (row["net_area_m2"], row["road_access"]) == (pytest.approx(9_000), access)


def test_a_site_is_one_piece_that_is_large_and_wide_and_on_a_road() -> None:
    """A pipe with 10 m of corridor cuts 100 x 100 m in 65 x 100 and 25 x 100; the road is at the smaller."""
    land = parcels(rect(0, 0, 100, 100), rect(100, 0, 110, 100), land_use=["reserve", "road"])
    pipe = layer([LineString([(X + 70, Y - 5), (X + 70, Y + 105)])], kind=["water"])

    def usable(area: float, width: float) -> str:
        ground = candidate_ground(
            land,
            np.array([0]),
            facilities=pipe,
            corridors={"water": 10.0},
            min_area_m2=area,
            min_width_m=width,
        )
        assert ground.loc[0, ["net_area_m2", "width_m"]].tolist() == pytest.approx(
            [9_000, 65], abs=0.01
        )
        return ground.loc[0, "usable"]

    assert [usable(2_500, 25), usable(2_501, 25), usable(2_500, 25.01)] == ["yes", "no", "no"]


def test_nothing_left_is_nothing_to_supply() -> None:
    land = parcels(rect(0, 0, 100, 100), rect(0, -10, 100, 0), land_use=["reserve", "road"])
    yard = layer([rect(-1, -1, 101, 101)], kind=["inspection"])
    row = candidate_ground(
        land, np.array([0]), facilities=yard, min_area_m2=1.0, min_width_m=1.0
    ).iloc[0]
    assert row[["net_area_m2", "width_m", "road_access", "usable"]].tolist() == [0, 0, "no", "no"]


def test_gate_and_inspection_ground_serves() -> None:
    land = parcels(rect(0, 0, 100, 100), rect(100, 0, 200, 100))
    things = layer([rect(0, 0, 60, 100), rect(100, 0, 140, 100)], kind=["inspection", "gate"])
    assert serving_ground(land, things).tolist() == [True, False]


# ---------------------------------------------------------------------------------------- location


def test_straight_and_along_the_roads() -> None:
    """Roads run round a corner: 200 m east, then 300 m north; the gate lies at their end."""
    land = parcels(rect(-10, -10, 10, 10))
    gate = layer([Point(X + 200, Y + 300)], facility_id=["g"], kind=["gate"], name=["北卡口"])
    roads = layer(
        [LineString([(X, Y), (X + 200, Y)]), LineString([(X + 200, Y), (X + 200, Y + 300)])]
    )
    table = location_table(land, np.array([0]), gate, roads=roads).set_index("kind")
    straight = np.hypot(190, 290)
    assert table.loc["gate", "straight_m"] == pytest.approx(straight)
    assert table.loc["gate", "network_m"] == pytest.approx(500.0)
    assert table.loc["gate", "facility_name"] == "北卡口"
    assert np.isnan(table.loc["airport", "straight_m"])


def test_a_facility_between_two_crossings_and_one_that_no_road_reaches() -> None:
    land = parcels(rect(-1, -1, 1, 1))
    points = [Point(X + 150, Y), Point(X + 5_000, Y + 1)]
    things = layer(points, facility_id=["g", "a"], kind=["gate", "airport"], name=["g", "a"])
    roads = layer(
        [LineString([(X, Y), (X + 300, Y)]), LineString([(X + 4_900, Y), (X + 5_100, Y)])]
    )
    table = location_table(land, np.array([0]), things, roads=roads).set_index("kind")
    assert table.loc["gate", "network_m"] == pytest.approx(150.0)
    assert np.isnan(table.loc["airport", "network_m"])
    assert "按直线距离计" in table.loc["airport", "note_zh"]
    assert pd.isna(table.loc["gate", "note_zh"]) or table.loc["gate", "note_zh"] == ""


def test_housing_counts_only_outside_the_fence() -> None:
    land = parcels(rect(0, 0, 10, 10))
    homes = layer(
        [Point(X + 50, Y), Point(X + 500, Y)],
        facility_id=["in", "out"],
        kind=["housing"] * 2,
        name=["", ""],
    )
    table = location_table(land, np.array([0]), homes, fence=rect(-100, -100, 100, 100)).set_index(
        "kind"
    )
    assert table.loc["housing", "facility_id"] == "out"


def test_a_zone_type_is_a_set_of_weights() -> None:
    land = parcels(rect(0, 0, 10, 10))
    things = layer(
        [Point(X + 110, Y), Point(X + 1_010, Y)],
        facility_id=["g", "a"],
        kind=["gate", "airport"],
        name=["", ""],
    )
    at = np.array([0])
    airport = location_table(land, at, things, weights={"z": {"airport": 3.0, "gate": 1.0}})
    science = location_table(land, at, things, weights={"z": {"gate": 1.0}})
    transit = location_table(land, at, things, weights={"z": {"transit": 1.0}})
    assert location_scores(airport, 2_000.0)[0]["p0"] == pytest.approx((3 * 0.5 + 0.95) / 4)
    assert location_scores(science, 2_000.0)[0]["p0"] == pytest.approx(0.95)
    score, missing = location_scores(transit, 2_000.0)
    assert np.isnan(score["p0"])
    assert missing["p0"] == "facilities.transit"


# ------------------------------------------------------------------------- instruments and terms


@pytest.mark.parametrize(
    ("instrument", "lease", "grant", "use", "rule", "verdict"),
    [
        ("grant", None, 50, "industrial", "supply.term_grant", "yes"),
        ("grant", None, 50.5, "industrial", "supply.term_grant", "no"),
        ("grant", None, 40, "commercial", "supply.term_grant", "yes"),
        ("grant", None, 41, "commercial", "supply.term_grant", "no"),
        ("grant", None, 70, "residential", "supply.term_grant", "yes"),
        ("grant", None, None, "industrial", "supply.term_grant", "unknown"),
        ("flexible", None, 49, "industrial", "supply.term_flexible", "yes"),
        ("flexible", None, 50, "industrial", "supply.term_flexible", "no"),
        ("lease_first", 5, 20, "industrial", "supply.term_lease_first", "yes"),
        ("lease_first", 6, 20, "industrial", "supply.term_lease_first", "no"),
        ("lease_first", None, 20, "industrial", "supply.term_lease_first", "unknown"),
        ("long_lease", 5, None, "industrial", "supply.term_long_lease", "yes"),
        ("long_lease", 4.9, None, "industrial", "supply.term_long_lease", "no"),
        ("long_lease", 20, None, "industrial", "supply.term_long_lease", "yes"),
        ("long_lease", 21, None, "industrial", "supply.term_long_lease", "no"),
        ("lease_grant", 20, 30, "industrial", "supply.term_lease", "yes"),
        ("lease_grant", 20.5, 20, "industrial", "supply.term_lease", "no"),
        ("lease_first", 5, 45, "industrial", "supply.term_combined", "yes"),
        ("lease_first", 5, 46, "industrial", "supply.term_combined", "no"),
    ],
)
def test_terms_on_the_line(instrument, lease, grant, use, rule, verdict) -> None:
    row = pd.DataFrame(
        {
            "parcel_id": ["p"],
            "land_use": [use],
            "instrument": [instrument],
            "lease_years": [lease],
            "grant_years": [grant],
        }
    )
    found = check_terms(row, NATIONAL, AS_OF).set_index("rule")
    assert found.loc[rule, "verdict"] == verdict


def chosen(policy, use: str = "industrial", **wants):
    own = pd.DataFrame({"parcel_id": ["p"], "land_use": [use]})
    project = pd.DataFrame([{"project_id": "x", "parcel_id": "p", **wants}])
    return choose_instruments(own, project, policy)[0]


@pytest.mark.parametrize(
    ("policy", "use", "wants", "instrument", "years"),
    [
        (NATIONAL, "industrial", {"term_wanted_years": 50}, "grant", 50),
        (NATIONAL, "industrial", {"term_wanted_years": 30}, "flexible", 30),
        (NATIONAL, "industrial", {"term_wanted_years": 30, "life_years": 12}, "flexible", 12),
        (NATIONAL, "storage", {"term_wanted_years": 30}, "grant", 30),
        (
            NATIONAL,
            "industrial",
            {"trial_wanted": True, "lease_years": 5, "term_wanted_years": 30},
            "lease_first",
            25,
        ),
        (NATIONAL, "industrial", {"lease_wanted": True, "lease_years": 15}, "long_lease", None),
        (
            NATIONAL,
            "industrial",
            {"lease_part_share": 0.4, "lease_years": 10, "term_wanted_years": 30},
            "lease_grant",
            30,
        ),
        (NATIONAL, "office", {"lease_wanted": True, "lease_years": 15}, None, None),
        (NATIONAL, "industrial", {}, None, None),
        (SHANGHAI, "industrial", {"term_wanted_years": 50, "major": True}, "fifty_years", 50),
        (SHANGHAI, "industrial", {"term_wanted_years": 50, "major": False}, "flexible", 20),
        (SHANGHAI, "industrial", {"term_wanted_years": 50}, "flexible", 20),
        (SHANGHAI, "industrial", {"term_wanted_years": 51, "major": True}, "fifty_years", 50),
        (SHANGHAI, "industrial", {"term_wanted_years": 49, "major": True}, "flexible", 20),
        (SHANGHAI, "industrial", {"term_wanted_years": 21, "major": True}, "flexible", 20),
        (SHANGHAI, "industrial", {"term_wanted_years": 20, "major": True}, "flexible", 20),
        (
            SHANGHAI,
            "industrial",
            {"trial_wanted": True, "lease_years": 5, "term_wanted_years": 45},
            "lease_first",
            20,
        ),
        (
            SHANGHAI,
            "industrial",
            {"trial_wanted": True, "lease_years": 5, "term_wanted_years": 50, "major": True},
            "lease_first",
            45,
        ),
        (SHANGHAI, "industrial", {"term_wanted_years": 15}, "flexible", 15),
    ],
)
def test_the_instrument_follows_from_the_facts_of_the_project(
    policy, use, wants, instrument, years
) -> None:
    choice = chosen(policy, use, **wants)
    assert choice.instrument == instrument
    assert choice.grant_years == years if years is not None else np.isnan(choice.grant_years)
    assert choice.why_zh
    assert choice.why_en


def test_without_a_project_nothing_is_invented() -> None:
    own = pd.DataFrame({"parcel_id": ["p"], "land_use": ["industrial"]})
    choice = choose_instruments(own, None, NATIONAL)[0]
    assert (choice.instrument, choice.missing) == (None, "projects")
    assert chosen(SHANGHAI, term_wanted_years=50).missing == "projects.major"


# ------------------------------------------------------------------------ standard land and bids

STANDARDS = pd.DataFrame(
    {
        "land_use": ["industrial", "industrial"],
        "industry_code": [pd.NA, "39"],
        "investment_wan_per_mu": [300.0, 400.0],
        "energy_tce_per_wan": [0.3, np.nan],
        "tax_wan_per_mu": [15.0, np.nan],
    }
)


def sheet_of(**columns):
    own = pd.DataFrame(
        {
            "parcel_id": ["p"],
            "zone_id": ["z"],
            "land_use": ["industrial"],
            "area_m2": [10_000.0],
            **columns,
        }
    )
    return standard_sheet(own, NATIONAL, AS_OF, standards=STANDARDS)


def test_the_sheet_takes_the_most_specific_value_and_leaves_the_rest_unknown() -> None:
    sheet, found = sheet_of(industry_code=["39"], far_min=[1.2])
    row = sheet.iloc[0]
    assert row[
        ["investment_wan_per_mu", "far", "energy_tce_per_wan", "tax_wan_per_mu"]
    ].tolist() == [400, 1.2, 0.3, 15]
    assert pd.isna(row["emissions_kg_per_wan"])
    assert (row["complete"], row["missing"]) == ("no", "emissions_kg_per_wan")
    assert "规划条件" in row["source_zh"]
    assert found["verdict"].tolist() == ["unknown"]
    assert found["missing"].tolist() == ["standards.emissions_kg_per_wan"]


@pytest.mark.parametrize(
    ("bid", "verdict", "missing"),
    [
        ({}, "unknown", "standards.emissions_kg_per_wan"),
        ({"investment_wan_per_mu": 299.99}, "no", "standards.emissions_kg_per_wan"),
        ({"energy_tce_per_wan": 0.3001}, "no", "standards.emissions_kg_per_wan"),
        ({"tax_wan_per_mu": None}, "unknown", "standards.emissions_kg_per_wan,bids.tax_wan_per_mu"),
        ({"price_wan": 999.0}, "no", "standards.emissions_kg_per_wan"),
    ],
)
def test_a_bid_against_a_sheet_with_a_gap(bid, verdict, missing) -> None:
    sheet, _ = sheet_of(far_min=[1.0])
    offer = {
        "bid_id": "b",
        "parcel_id": "p",
        "investment_wan_per_mu": 300.0,
        "far": 1.0,
        "energy_tce_per_wan": 0.3,
        "tax_wan_per_mu": 15.0,
        "price_wan": 1_000.0,
    } | bid
    land = pd.DataFrame({"parcel_id": ["p"], "zone_id": ["z"], "price_reserve_wan": [1_000.0]})
    table, found = check_bids(pd.DataFrame([offer]), sheet, land, NATIONAL, AS_OF)
    assert table.loc[0, "verdict"] == verdict == found.loc[0, "verdict"]
    assert set(table.loc[0, "missing"].split(",")) == set(missing.split(","))


def test_a_bid_for_a_parcel_that_is_not_on_record_says_so() -> None:
    sheet, _ = sheet_of(far_min=[1.0])
    land = pd.DataFrame({"parcel_id": ["p"], "zone_id": ["z"]})
    bids = pd.DataFrame({"bid_id": ["b"], "parcel_id": ["nowhere"], "far": [9.0]})
    row = check_bids(bids, sheet, land, NATIONAL, AS_OF)[0].iloc[0]
    assert (row["verdict"], row["missing"]) == ("unknown", "parcels.parcel_id")
    assert "没有这宗地" in row["note_zh"]


def test_a_bid_that_meets_every_value_on_the_line() -> None:
    full = STANDARDS.assign(emissions_kg_per_wan=[1.0, np.nan])
    own = pd.DataFrame(
        {
            "parcel_id": ["p"],
            "zone_id": ["z"],
            "land_use": ["industrial"],
            "area_m2": [1.0],
            "far_min": [1.0],
        }
    )
    sheet, found = standard_sheet(own, NATIONAL, AS_OF, standards=full)
    assert found["verdict"].tolist() == ["yes"]
    bid = pd.DataFrame(
        [
            {
                "bid_id": "b",
                "parcel_id": "p",
                "investment_wan_per_mu": 300.0,
                "far": 1.0,
                "energy_tce_per_wan": 0.3,
                "emissions_kg_per_wan": 1.0,
                "tax_wan_per_mu": 15.0,
            }
        ]
    )
    table, _ = check_bids(bid, sheet, own, NATIONAL, AS_OF)
    assert table.loc[0, "verdict"] == "yes"
    assert pd.isna(table.loc[0, "price_met"])


def test_property_against_land_balances_only_where_all_is_known() -> None:
    swaps = pd.DataFrame(
        {
            "swap_id": ["a", "b"],
            "parcel_id": ["p0", "p1"],
            "property_value_wan": [5_000.0, 5_000.0],
            "land_value_wan": [3_000.0, 3_000.0],
            "buildings_value_wan": [1_500.0, None],
            "relocation_wan": [200.0, 200.0],
        }
    )
    land = pd.DataFrame({"parcel_id": ["p0", "p1"], "zone_id": ["z", "z"]})
    table, found = swap_balances(
        swaps, land, np.array(["yes", None], dtype=object), SHANGHAI, AS_OF
    )
    assert table["balance_wan"].tolist()[0] == 300.0
    assert np.isnan(table["balance_wan"].tolist()[1])
    assert found["verdict"].tolist() == ["yes", "unknown"]
    nothing, _ = swap_balances(swaps, land, np.array(["yes", "yes"]), JINAN, AS_OF)
    assert nothing.empty


PACK = """\
format = 1
id = "own"
title = { zh = "自编", en = "own" }
jurisdiction = { zh = "某地", en = "somewhere" }

[rules."supply.standard_values"]
analysis = "supply"
title = { zh = "标准地指标值", en = "values of the sheet" }
clause = "standard-land"
anchor = "review"
parameters.table = { value = [{ use = "industrial", indicator = "emissions_kg_per_wan", limit = 0.9 }] }
"""


def test_a_pack_of_ones_own_may_give_values(tmp_path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(PACK, encoding="utf-8")
    own = pd.DataFrame(
        {"parcel_id": ["p"], "zone_id": ["z"], "land_use": ["industrial"], "far_min": [1.0]}
    )
    sheet, found = standard_sheet(own, load_policy(path), AS_OF, standards=STANDARDS)
    assert sheet.loc[0, "emissions_kg_per_wan"] == 0.9
    assert "规则包" in sheet.loc[0, "source_zh"]
    assert found["verdict"].tolist() == ["yes"]


# ------------------------------------------------------------------------------- the least price


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        *(("五等", "5"), ("5等", "5"), ("十等", "10"), ("第十二等", "12"), ("全国土地15等", "15")),
        *(("05等地", "5"), ("五级", None), ("Ⅴ级", None), ("5", None), ("等", None), (None, None)),
    ],
)
def test_a_national_grade_is_one_that_says_so(text: str | None, grade: str | None) -> None:
    assert national_grade(text) == grade


@pytest.mark.parametrize(
    ("grade", "price", "verdict", "limit"),
    [
        ("一等", 840.0, "yes", 840.0),
        ("一等", 839.99, "no", 840.0),
        ("十五等", 60.0, "yes", 60.0),
        ("八等", 251.0, "no", 252.0),
        ("八级", 251.0, "unknown", np.nan),
        ("十六等", 251.0, "unknown", np.nan),
        ("八等", np.nan, "unknown", 252.0),
    ],
)
def test_the_least_price_of_a_grade(grade: str, price: float, verdict: str, limit: float) -> None:
    """One hectare: yuan per m2 are 10,000 yuan in all."""
    land = parcels(rect(0, 0, 100, 100), land_use=["industrial"], land_grade=[grade])
    land["price_reserve_wan"] = price
    row = price_findings(land, None, NATIONAL, AS_OF).iloc[0]
    assert (row["verdict"], row["attention"]) == (
        verdict,
        {"yes": False, "no": True}.get(verdict, pd.NA),
    )
    assert row["limit"] == pytest.approx(limit, nan_ok=True)
    assert row["measured"] == pytest.approx(price, nan_ok=True)
    lacks = "land_grade" if np.isnan(limit) else "parcels.price_reserve_wan"
    assert ("" if pd.isna(row["missing"]) else row["missing"]) == (
        lacks if verdict == "unknown" else ""
    )


def test_bids_are_held_against_the_least_price_too() -> None:
    land = parcels(
        rect(0, 0, 100, 100),
        rect(100, 0, 200, 100),
        land_use=["industrial", "office"],
        land_grade=["九等", "九等"],
    )
    land["price_reserve_wan"] = [204.0, 10.0]
    bids = pd.DataFrame(
        {
            "bid_id": ["a", "b", "c", "d"],
            "parcel_id": ["p0", "p0", "p1", "elsewhere"],
            "price_wan": [203.9, 204.0, 1.0, 1.0],
        }
    )
    found = price_findings(land, bids, NATIONAL, AS_OF)
    assert found["verdict"].tolist() == ["yes", "no", "yes"]
    assert set(found["parcel_id"]) == {"p0"}
    assert "竞买申请a" in found["note_zh"].iloc[1]
    assert "须核对等别" in found["note_zh"].iloc[1]
