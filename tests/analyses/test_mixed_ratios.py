"""Shares of supporting facilities, research and new-type industrial land: on the line and beside it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.mixed_use import analyse_mixed_use
from analyses.results import FINDINGS
from policies import load_policy

AS_OF = date(2026, 6, 30)
M0_DAY = date(2024, 6, 30)
JINAN = load_policy("jinan-2021")
ROW = {
    "parcel_id": "p",
    "use": "industrial",
    "floor_area_m2": None,
    "land_area_m2": None,
    "role": "main",
    "held": None,
}


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame([{**ROW, **row} for row in rows], columns=list(ROW))
    numbers = ["floor_area_m2", "land_area_m2"]
    return frame.astype(dict.fromkeys(numbers, "float64")).astype(
        dict.fromkeys(set(ROW) - set(numbers), "string")
    )


def parcel(**columns: Any) -> pd.DataFrame:
    facts = {
        "parcel_id": "p",
        "zone_id": "z",
        "land_use": "industrial",
        "area_m2": 10_000.0,
        "area_basis": "net",
        "fenced_share": 1.0,
    } | columns
    return pd.DataFrame({name: [value] for name, value in facts.items()})


def found(rule: str, uses, policy=JINAN, as_of=AS_OF, measures=None, **columns: Any) -> pd.Series:
    analysis = analyse_mixed_use(parcel(**columns), policy, as_of, uses=uses, measures=measures)
    rows = analysis.findings[analysis.findings["rule"] == rule]
    assert len(rows) == 1, rule
    assert list(analysis.findings.columns) == list(FINDINGS.names)
    return rows.iloc[0]


def supported(floor: float, land: float | None = None, **row: Any) -> pd.DataFrame:
    """Return a programme of 10,000 m2 of floor area, of which `floor` is supporting."""
    return table(
        {"floor_area_m2": 10_000.0 - floor},
        {
            "use": "office",
            "role": "supporting",
            "floor_area_m2": floor,
            "land_area_m2": land,
            **row,
        },
    )


# --------------------------------------------------------------------- ordinary industry, the line


@pytest.mark.parametrize(
    ("fenced", "land", "verdict", "limit"),
    [
        (1.0, 699.99, "no", 0.07),
        (1.0, 700.0, "no", 0.07),  # at the maximum is within it
        (1.0, 700.01, "yes", 0.07),
        (0.5, 700.01, "yes", 0.07),  # half of it inside is inside
        (0.0, 700.01, "no", 0.15),  # a park outside the fence may go higher
        (0.0, 1_500.0, "no", 0.15),
        (0.0, 1_500.01, "yes", 0.15),
        (1.0, 1_000.0, "yes", 0.07),  # never inside the fence
        (np.nan, 700.0, "no", 0.07),  # whichever applies
        (np.nan, 1_500.01, "yes", 0.15),
        (np.nan, 1_000.0, "unknown", 0.07),
    ],
)
def test_supporting_land(fenced: float, land: float, verdict: str, limit: float) -> None:
    row = found("mixed.supporting_land", supported(500.0, land), fenced_share=fenced)
    assert (row["verdict"], row["limit"]) == (verdict, limit)
    assert row["measured"] == pytest.approx(land / 10_000)
    assert row["area_basis"] == "net"
    assert row["missing"] == ("zones" if verdict == "unknown" else "")
    assert (row["pack"], row["confidence"]) == ("national", "MH")


@pytest.mark.parametrize(
    ("floor", "verdict"), [(1_499.99, "no"), (1_500.0, "no"), (1_500.01, "yes")]
)
@pytest.mark.parametrize("fenced", [0.0, 1.0, np.nan])
def test_supporting_floor_area(floor: float, verdict: str, fenced: float) -> None:
    row = found("mixed.supporting_floor", supported(floor, 500.0), fenced_share=fenced)
    assert (row["verdict"], row["limit"], row["unit"]) == (verdict, 0.15, "share")
    assert row["attention"] == (verdict == "yes")
    assert row["measured"] == pytest.approx(floor / 10_000)


def test_land_and_floor_area_are_tested_apart() -> None:
    uses = supported(1_600.0, 100.0)
    assert found("mixed.supporting_land", uses)["verdict"] == "no"
    assert found("mixed.supporting_floor", uses)["verdict"] == "yes"


@pytest.mark.parametrize(("floor", "verdict"), [(1_500.0, "no"), (1_500.01, "yes")])
def test_research_that_production_needs_counts_apart(floor: float, verdict: str) -> None:
    uses = supported(floor, 5_000.0, use="research")
    row = found("mixed.research_floor", uses)
    assert (row["verdict"], row["limit"]) == (verdict, 0.15)
    for rule in ("mixed.supporting_floor", "mixed.supporting_land"):
        assert found(rule, uses)["measured"] == 0.0


def test_research_as_a_main_use_is_neither() -> None:
    uses = table(
        {"floor_area_m2": 5_000.0},
        {"use": "research", "role": "main", "floor_area_m2": 5_000.0},
    )
    assert found("mixed.research_floor", uses)["measured"] == 0.0
    assert found("mixed.supporting_floor", uses)["measured"] == 0.0


def test_administrative_rows_support_and_roads_do_not() -> None:
    uses = table(
        {"floor_area_m2": 9_000.0},
        {"use": "office", "role": "administrative", "floor_area_m2": 600.0, "land_area_m2": 300.0},
        {"use": "commercial", "role": "supporting", "floor_area_m2": 400.0, "land_area_m2": 200.0},
        {"use": "parking", "role": "supporting", "land_area_m2": 3_000.0},
    )
    assert found("mixed.supporting_land", uses)["measured"] == pytest.approx(0.05)
    assert found("mixed.supporting_floor", uses)["measured"] == pytest.approx(0.10)


# ----------------------------------------------------------------- denominators and what is missing


def test_land_not_told_apart_is_shared_out_by_floor_area() -> None:
    row = found("mixed.supporting_land", supported(800.0))
    assert (row["verdict"], row["measured"]) == ("yes", pytest.approx(0.08))
    assert "分摊" in row["note_zh"]


def test_floor_area_of_the_buildings_stands_below_where_the_table_is_not_whole() -> None:
    uses = table({"use": "office", "role": "supporting", "floor_area_m2": 800.0})
    assert found("mixed.supporting_floor", uses)["missing"] == "uses.floor_area_m2"
    measures = pd.DataFrame({"floor_area_m2": [8_000.0]})
    row = found("mixed.supporting_floor", uses, measures=measures)
    assert (row["verdict"], row["measured"]) == ("no", pytest.approx(0.10))
    recorded = found("mixed.supporting_floor", uses, floor_area_recorded_m2=4_000.0)
    assert (recorded["verdict"], recorded["measured"]) == ("yes", pytest.approx(0.20))


def test_a_proposal_is_added_to_what_stands() -> None:
    uses = table(
        {"floor_area_m2": 8_500.0},
        {"use": "office", "role": "supporting", "floor_area_m2": 500.0, "land_area_m2": 300.0},
        {"use": "commercial", "role": "proposed", "floor_area_m2": 1_000.0, "land_area_m2": 400.0},
        {"use": "research", "role": "proposed", "floor_area_m2": 0.0, "land_area_m2": 0.0},
    )
    assert found("mixed.supporting_floor", uses)["measured"] == pytest.approx(0.15)
    assert found("mixed.supporting_land", uses)["measured"] == pytest.approx(0.07)


def test_a_programme_of_proposals_stands_alone() -> None:
    uses = table(
        {"role": "proposed", "floor_area_m2": 8_400.0},
        {"use": "office", "role": "proposed", "floor_area_m2": 1_600.0, "land_area_m2": 100.0},
    )
    assert found("mixed.supporting_floor", uses)["verdict"] == "yes"
    assert found("mixed.supporting_land", uses)["measured"] == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("uses", "columns", "rule", "missing"),
    [
        (None, {}, "mixed.supporting_land", "uses"),
        (table({"parcel_id": "q"}), {}, "mixed.supporting_floor", "uses"),
        (supported(np.nan, 500.0), {}, "mixed.supporting_floor", "uses.floor_area_m2"),
        (supported(np.nan), {}, "mixed.supporting_land", "uses.land_area_m2"),
        (supported(500.0, 500.0), {"area_m2": np.nan}, "mixed.supporting_land", "area_net_m2"),
        (supported(500.0, 500.0, role=None), {}, "mixed.supporting_land", "uses.role"),
        (supported(500.0, 500.0, use=None), {}, "mixed.supporting_land", "uses.use"),
        (supported(500.0, 500.0), {"land_use": None}, "mixed.supporting_land", "land_use"),
    ],
)
def test_what_is_missing_is_named(uses, columns, rule: str, missing: str) -> None:
    row = found(rule, uses, **columns)
    assert (row["verdict"], row["missing"]) == ("unknown", missing)
    assert pd.isna(row["attention"])


def test_what_is_known_may_be_above_already() -> None:
    uses = table(
        {"floor_area_m2": 8_000.0},
        {"use": "office", "role": "supporting", "land_area_m2": 900.0, "floor_area_m2": 10.0},
        {"use": "commercial", "role": "supporting"},
    )
    row = found("mixed.supporting_land", uses)
    assert (row["verdict"], row["missing"]) == ("yes", "")
    assert "不低于" in row["note_zh"]


def test_an_old_plant_is_told_that_this_does_not_reach_back() -> None:
    uses = supported(500.0, 800.0)
    assert "不作追溯" in found("mixed.supporting_land", uses, land_stage="completed")["note_zh"]
    assert "不作追溯" not in found("mixed.supporting_land", uses)["note_zh"]


@pytest.mark.parametrize("use", ["storage", "research", "commercial", "m0"])
def test_only_ordinary_industry_is_addressed(use: str) -> None:
    analysis = analyse_mixed_use(parcel(land_use=use), JINAN, AS_OF, uses=supported(500.0))
    rules = set(analysis.findings["rule"])
    assert not rules & {"mixed.supporting_land", "mixed.supporting_floor", "mixed.research_floor"}


def test_the_floor_share_of_parks_is_what_ones_own_pack_says(tmp_path) -> None:
    path = tmp_path / "park.toml"
    path.write_text(
        """format = 1
id = "park"
extends = "national"
title = { zh = "某地", en = "somewhere" }
jurisdiction = { zh = "某地", en = "somewhere" }

[rules."mixed.supporting_floor".parameters.share_max_park]
value = "30/100"
type = "fraction"
unit = "share"
""",
        encoding="utf-8",
    )
    policy = load_policy(path)
    uses = supported(2_000.0, 100.0)
    outside = found("mixed.supporting_floor", uses, policy, fenced_share=0.0)
    inside = found("mixed.supporting_floor", uses, policy, fenced_share=1.0)
    assert (outside["verdict"], outside["limit"]) == ("no", 0.30)
    assert (inside["verdict"], inside["limit"]) == ("yes", 0.15)


# ------------------------------------------------------------------------- new-type industrial land


@pytest.mark.parametrize(
    ("rule", "floor", "land", "verdict", "limit"),
    [
        ("mixed.m0_land", 100.0, 1_500.0, "no", 0.15),
        ("mixed.m0_land", 100.0, 1_500.01, "yes", 0.15),
        ("mixed.m0_floor", 3_000.0, 0.0, "no", 0.30),
        ("mixed.m0_floor", 3_000.01, 0.0, "yes", 0.30),
    ],
)
def test_m0_shares_while_the_rule_stood(
    rule: str, floor: float, land: float, verdict: str, limit: float
) -> None:
    uses = supported(floor, land)
    uses.loc[0, "use"] = "m0"
    row = found(rule, uses, as_of=M0_DAY, land_use="m0")
    assert (row["verdict"], row["limit"], row["status"]) == (verdict, limit, "in_force")
    assert (row["pack"], row["confidence"]) == ("jinan-2021", "V2")


@pytest.mark.parametrize("rule", ["mixed.m0_land", "mixed.m0_floor", "mixed.m0_transfer"])
@pytest.mark.parametrize(
    ("day", "lapsed"), [(date(2025, 11, 6), False), (date(2025, 11, 7), True), (AS_OF, True)]
)
def test_m0_shares_lapse_on_their_day(rule: str, day: date, lapsed: bool) -> None:
    uses = supported(5_000.0, 5_000.0, held="sale")
    uses.loc[0, "use"] = "m0"
    row = found(rule, uses, as_of=day, land_use="m0")
    assert row["verdict"] == ("unknown" if lapsed else "yes")
    assert row["missing"] == ("ruleset_current" if lapsed else "")
    assert ("已失效" in row["note_zh"]) == lapsed
    assert ("106" in row["note_en"]) == lapsed


def test_m0_land_without_field_for_land_is_not_shared_out_by_floor_area() -> None:
    row = found("mixed.m0_land", supported(100.0), as_of=M0_DAY, land_use="m0")
    assert (row["verdict"], row["missing"]) == ("unknown", "uses.land_area_m2")


@pytest.mark.parametrize("pack", ["shanghai-2021", "shandong-2016", "zhejiang-2021-draft"])
def test_elsewhere_m0_shares_are_not_known(pack: str) -> None:
    row = found("mixed.m0", supported(100.0), load_policy(pack), land_use="m0")
    assert (row["verdict"], row["missing"]) == ("unknown", "ruleset_m0")
    assert row["pack"] == "national"


# --------------------------------------------------------------------------------------- properties

_row = st.fixed_dictionaries(
    {
        "parcel_id": st.sampled_from(["p", "q", "r"]),
        "use": st.sampled_from(["industrial", "office", "research", "parking", None]),
        "floor_area_m2": st.sampled_from([None, 0.0, 250.0, 1_000.0, 7_000.0]),
        "land_area_m2": st.sampled_from([None, 0.0, 300.0, 700.0]),
        "role": st.sampled_from(["main", "supporting", "administrative", "proposed", None]),
        "held": st.sampled_from(["self", "sale", None]),
    }
)


@given(rows=st.lists(_row, min_size=1, max_size=8), order=st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None)
def test_the_order_of_rows_changes_nothing(rows, order) -> None:
    parcels = pd.concat([parcel(parcel_id=name) for name in "pqr"], ignore_index=True)
    parcels.loc[1, "land_use"] = "m0"
    mixed = list(rows)
    order.shuffle(mixed)
    one = analyse_mixed_use(parcels, JINAN, M0_DAY, uses=table(*rows))
    two = analyse_mixed_use(parcels[::-1], JINAN, M0_DAY, uses=table(*mixed))
    pd.testing.assert_frame_equal(one.findings, two.findings)
    pd.testing.assert_frame_equal(one.tables["mixed_openings"], two.tables["mixed_openings"])
    pd.testing.assert_frame_equal(one.measures, two.measures.sort_index())


@given(rows=st.lists(_row, min_size=1, max_size=6))
@settings(max_examples=12, deadline=None)
def test_a_known_verdict_lacks_nothing_and_stands_on_its_figures(rows) -> None:
    findings = analyse_mixed_use(parcel(), JINAN, M0_DAY, uses=table(*rows)).findings
    ratios = findings[findings["limit"].notna() & (findings["rule"] != "mixed.no_residents")]
    for row in ratios.itertuples():
        assert (row.verdict == "unknown") == (row.missing != "")
        if row.verdict == "yes":
            assert row.measured > row.limit
        if row.verdict == "no":
            assert row.measured <= row.limit * (1 + 1e-6)
