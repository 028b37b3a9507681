"""What a parcel owes and may hold: condition, plan, table, mixed uses, roofs, caps against floors."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from analyses.areas import parcel_areas
from analyses.green import analyse_green
from policies import load_policy

X, Y = 500_000, 4_060_000
AS_OF = date(2026, 6, 30)


def rect(x0: float, y0: float, x1: float, y1: float):
    return box(X + x0, Y + y0, X + x1, Y + y1)


def layer(shapes, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4548")


def parcels_at(*shapes, zone_id="z", **columns) -> gpd.GeoDataFrame:
    zones = [zone_id] * len(shapes) if isinstance(zone_id, str) else zone_id
    ids = [f"p{at}" for at in range(len(shapes))]
    frame = layer(shapes, parcel_id=ids, zone_id=zones, **columns)
    return frame.join(parcel_areas(frame))


def greens(*pieces, **columns) -> gpd.GeoDataFrame:
    """Return green polygons, each a kind and a rectangle."""
    return layer(
        [rect(*where) for _, where in pieces],
        green_id=[f"g{at}" for at in range(len(pieces))],
        kind=[kind for kind, _ in pieces],
        **columns,
    )


NATIONAL = load_policy("national")
JINAN, SHANGHAI = load_policy("jinan-2021"), load_policy("shanghai-2021")
ZHEJIANG, NINGBO = load_policy("zhejiang-2021-draft"), load_policy("ningbo-2017")
HECTARE = rect(0, 0, 100, 100)
SIGNED = pd.DataFrame({"parcel_id": ["p0"], "signed_on": pd.to_datetime(["2022-05-01"])})


def one(policy, *, green=None, options=None, plan=None, uses=None, ledger=SIGNED, **facts):
    """Analyse a hectare and return its row with the analysis."""
    parcels = parcels_at(HECTARE, **{name: [value] for name, value in facts.items()})
    land = greens(("attached", (0, 0, 30, 100))) if green is None else green
    analysis = analyse_green(
        parcels,
        policy,
        AS_OF,
        green=land,
        plan_zones=plan,
        uses=uses,
        ledger=ledger,
        options=options,
    )
    return analysis.measures.iloc[0], analysis


def uses_of(*rows) -> pd.DataFrame:
    """Return the uses of p0: use, land, floor and, where it is not the main one, the role."""
    return pd.DataFrame(
        {
            "parcel_id": "p0",
            "use": [row[0] for row in rows],
            "land_area_m2": [row[1] for row in rows],
            "floor_area_m2": [row[2] for row in rows],
            "role": [row[3] if len(row) > 3 else "main" for row in rows],
        }
    )


def plan_of(*zones):
    return layer(
        [rect(*where) for _, _, where in zones],
        plan_id=[f"k{at}" for at in range(len(zones))],
        green_min_share=[low for low, _, _ in zones],
        green_max_share=[high for _, high, _ in zones],
    )


@pytest.mark.parametrize(
    ("own", "plan", "required", "source"),
    [
        (0.1, [(0.2, None, (0, 0, 100, 100))], 1_000.0, "parcel"),
        (None, [(0.2, None, (0, 0, 100, 100))], 2_000.0, "plan_zones"),
        # 60 m under 10 %, 40 m under 35 %
        (
            None,
            [(0.1, None, (0, 0, 60, 100)), (0.35, None, (60, 0, 100, 100))],
            2_000.0,
            "plan_zones",
        ),
        # a tenth of the parcel lies under no plan: the pack's table by use
        (None, [(0.2, None, (0, 0, 90, 100))], 3_500.0, "by_use"),
        (None, [], 3_500.0, "by_use"),
    ],
)
def test_condition_before_plan_before_table(own, plan, required, source) -> None:
    row, _ = one(
        JINAN, land_use="research", green_min_share=own, plan=plan_of(*plan) if plan else None
    )
    assert row["green_required_m2"] == pytest.approx(required)
    assert row["green_required_source"] == source


@pytest.mark.parametrize(
    ("policy", "rows", "share", "missing"),
    [
        # research 35 %, industry none: by land a quarter research, by floor area three quarters
        (JINAN, [("industrial", 7_500, 2_000), ("research", 2_500, 6_000)], 0.35 / 4, ""),
        (NINGBO, [("industrial", 7_500, 2_000), ("research", 2_500, 6_000)], 0.35 * 3 / 4, ""),
        (JINAN, [("research", 6_000, 1), ("office", 2_000, 1)], 0.35, ""),
        (NINGBO, [("utility", 1, 3_000), ("office", 1, 1_000)], 0.3 * 0.75 + 0.35 * 0.25, ""),
        # several rows of one use are one use; supporting rows and car parks are none of their own
        (
            JINAN,
            [
                ("industrial", 4_000, 1),
                ("industrial", 2_000, 1),
                ("research", 2_000, 1),
                ("dormitory", 500, 1, "supporting"),
                ("parking", 500, 1),
            ],
            0.35 / 4,
            "",
        ),
        # a use whose figure the pack does not hold, and a weight that is not known
        (JINAN, [("commercial", 5_000, 1), ("research", 5_000, 1)], None, "green_min_share"),
        (JINAN, [("industrial", None, 1), ("research", 5_000, 1)], None, "uses.land_area_m2"),
        (NINGBO, [("industrial", 1, None), ("research", 1, 100)], None, "uses.floor_area_m2"),
        # what is only proposed does not weigh
        (
            JINAN,
            [("industrial", 7_500, 1), ("research", 2_500, 1, "proposed"), ("office", 2_500, 1)],
            0.35 / 4,
            "",
        ),
    ],
)
def test_mixed_parcels_by_land_and_by_floor_area(policy, rows, share, missing) -> None:
    row, analysis = one(policy, land_use="industrial", uses=uses_of(*rows))
    found = analysis.findings.set_index("rule").loc["green.required_by_use"]
    if share is None:
        assert pd.isna(row["green_required_m2"])
        assert (found["verdict"], found["missing"]) == ("unknown", missing)
        return
    assert row["green_required_m2"] == pytest.approx(share * 10_000.0)
    assert row["green_required_source"] == "by_mix"
    assert found["limit"] == pytest.approx(share)
    assert "混合用地加权" in found["note_zh"]


def test_a_planning_condition_of_a_mixed_parcel_stands_before_the_mean() -> None:
    rows = uses_of(("industrial", 5_000, 1), ("research", 5_000, 1))
    row, _ = one(JINAN, land_use="industrial", green_min_share=0.12, uses=rows)
    assert row["green_required_m2"] == pytest.approx(1_200.0)


# ------------------------------------------------------------------------------ roofs and walls


def roof(depth=None, height=None, form=None, kind="roof", where=(50, 0, 60, 100)):
    """Return a ground strip of 18 % and greening above ground of 1,000 m2."""
    return greens(
        ("attached", (0, 0, 18, 100)),
        (kind, where),
        soil_depth_m=[None, depth],
        roof_height_m=[None, height],
        roof_form=[None, form],
    )


@pytest.mark.parametrize(
    ("depth", "converted"),
    [(1.5, 1_000), (1.49, 800), (1.0, 800), (0.5, 500), (0.3, 300), (0.1, 100), (0.09, 0)],
)
def test_roofs_convert_by_depth_of_soil(depth: float, converted: float) -> None:
    row, analysis = one(
        ZHEJIANG, green=roof(depth), options={"roof_credit": True}, green_min_share=0.5
    )
    assert row["green_roof_m2"] == pytest.approx(1_000.0)
    assert row["green_credit_m2"] == pytest.approx(converted)
    assert row["green_share"] == pytest.approx(0.18)  # the ground's ratio is not touched
    assert row["green_balance_m2"] == pytest.approx(1_800.0 + converted - 5_000.0)
    found = analysis.findings.set_index("rule").loc["green.roof_credit"]
    assert (found["verdict"], found["measured"]) == ("yes", pytest.approx(converted))


@pytest.mark.parametrize(
    ("height", "form", "share"),
    [
        (1.5, "garden", 0.0),  # not above 1.5 m
        (1.6, "garden", 0.7),
        (12.0, "mixed", 0.49),
        (12.1, "lawn", 0.25),
        (24.0, "garden", 0.5),
        (24.1, "garden", 0.0),
    ],
)
def test_roofs_convert_by_height_and_form(height: float, form: str, share: float) -> None:
    green = roof(height=height, form=form, where=(50, 0, 54, 100))
    row, _ = one(
        SHANGHAI,
        green=green,
        options={"roof_credit": True},
        green_min_share=0.22,
        land_use="office",
    )
    # 400 m2 of roof; 400 m2 short of 2,200
    assert row["green_credit_m2"] == pytest.approx(400.0 * share)


@pytest.mark.parametrize(
    ("facts", "verdict", "missing", "credit"),
    [
        ({}, "yes", "", 200.0),  # 2,000 due, 1,800 there: never more than the shortfall
        ({"land_use": "industrial"}, "not_applicable", "", 0.0),
        ({"green_min_share": 0.23}, "no", "", 0.0),  # 18 % is less than four fifths of 23 %
        ({"options": None}, "unknown", "roof_credit", 0.0),
        ({"form": None}, "unknown", "roof_form", np.nan),
        ({"height": None}, "unknown", "roof_height_m", np.nan),
        ({"green_min_share": None}, "unknown", "green_min_share", np.nan),
    ],
)
def test_conditions_of_the_credit(facts, verdict, missing, credit) -> None:
    facts = {
        "land_use": "office",
        "green_min_share": 0.2,
        "height": 10.0,
        "form": "garden",
        "options": {"roof_credit": True},
        **facts,
    }
    green = roof(height=facts.pop("height"), form=facts.pop("form"))
    row, analysis = one(SHANGHAI, green=green, **facts)
    found = analysis.findings.set_index("rule").loc["green.roof_credit"]
    assert (found["verdict"], found["missing"]) == (verdict, missing)
    assert row["green_credit_m2"] == pytest.approx(credit, nan_ok=True)
    if missing in {"roof_form", "roof_height_m"}:
        # what the roof would make up is not known, and so is whether the plot falls short
        required = analysis.findings.set_index("rule").loc["green.required"]
        assert (required["verdict"], required["missing"]) == ("unknown", missing)
        assert analysis.zones.loc["z", "green_balance_unknown_n"] == 1


@pytest.mark.parametrize(
    ("use", "credit"), [("industrial", 600.0), ("commercial", 600.0), ("office", 300.0)]
)
def test_roofs_stand_for_a_part_of_what_is_due_and_no_more(use: str, credit: float) -> None:
    green = greens(("attached", (0, 0, 10, 100)), ("roof", (50, 0, 70, 100)))
    row, analysis = one(NINGBO, green=green, land_use=use, green_min_share=0.2)
    assert row["green_credit_m2"] == pytest.approx(credit)  # 30 % or 15 % of 2,000
    book = analysis.tables["green_ledger"].iloc[0]
    assert book["deficit_m2"] == pytest.approx(1_000.0 - credit)
    assert book["provided_m2"] == pytest.approx(1_000.0 + credit)


def test_walls_convert_at_their_own_share_and_count_nothing_without_one() -> None:
    wall = greens(("attached", (0, 0, 18, 100)), ("wall", (50, 0, 51, 100)))
    credit = one(ZHEJIANG, green=wall, options={"roof_credit": True}, green_min_share=0.2)[0]
    assert (credit["green_wall_m2"], credit["green_credit_m2"]) == pytest.approx((100.0, 20.0))
    assert one(NINGBO, green=wall, green_min_share=0.2)[0]["green_credit_m2"] == 0.0
    assert one(JINAN, green=wall, green_min_share=0.2)[0]["green_credit_m2"] == 0.0


def test_greening_above_green_ground_counts_once_as_ground() -> None:
    green = greens(("attached", (0, 0, 18, 100)), ("roof", (10, 0, 28, 100)))
    row, analysis = one(NINGBO, green=green, land_use="industrial", green_min_share=0.5)
    assert row["green_m2"] == pytest.approx(1_800.0)
    assert row["green_roof_m2"] == pytest.approx(1_000.0)
    assert "roof_green_on_green_ground" in set(analysis.problems["code"])


# ----------------------------------------------------------------------------- caps and floors


def test_caps_and_floors_are_separate_tests_and_never_netted() -> None:
    parcels = parcels_at(
        rect(0, 0, 100, 100),
        rect(100, 0, 200, 100),
        land_use=["industrial", "industrial"],
        land_stage=["completed"] * 2,
        green_min_share=[0.1, 0.2],
    )
    green = greens(("attached", (0, 0, 35, 100)), ("attached", (100, 0, 105, 100)))
    ledger = pd.DataFrame(
        {"parcel_id": ["p0", "p1"], "signed_on": pd.to_datetime(["2015-05-01"] * 2)}
    )
    analysis = analyse_green(
        parcels, JINAN, AS_OF, green=green, ledger=ledger, options={"target_share": 0.25}
    )
    findings = analysis.findings.set_index(["rule", "parcel_id"])["verdict"]
    assert findings["green.industrial_cap", "p0"] == "yes"
    assert findings["green.required", "p1"] == "no"
    zone = analysis.findings[analysis.findings["parcel_id"].isna()].set_index("rule")
    assert zone.loc["green.zone_target", "verdict"] == "no"  # 4,000 of 20,000
    book = analysis.tables["green_ledger"].set_index("parcel_id")
    assert book["over_cap_m2"].tolist()[0] == pytest.approx(1_500.0)
    assert book["surplus_m2"].tolist() == pytest.approx([1_000.0, 0.0])
    assert book["deficit_m2"].tolist() == pytest.approx([0.0, 1_500.0])
    pool = analysis.tables["green_pools"].iloc[0]
    assert (pool["status"], pool["over_cap_m2"]) == ("short", pytest.approx(1_500.0))
    assert pool["unmet_m2"] == pytest.approx(500.0)  # the 1,500 over the cap do not help


def test_the_plan_s_maximum_is_a_cap_where_the_parcel_has_none() -> None:
    plan = plan_of((0.1, 0.2, (0, 0, 100, 100)))
    row, analysis = one(NATIONAL, land_use="office", plan=plan)
    assert row["green_over_cap_m2"] == pytest.approx(1_000.0)
    assert analysis.tables["green_ledger"].loc[0, "cap_source"] == "plan_zones"
    found = analysis.findings.set_index("rule").loc["green.maximum"]
    assert (found["verdict"], found["limit"], found["attention"]) == ("yes", 0.2, True)
