"""Actions: the catalogue, what calls for them, what excludes what, what comes first, and how they are scored."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.action_scores import PARTS, WEIGHTS
from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.idle import analyse_idle
from analyses.recommend import recommend
from analyses.results import (
    FINDINGS,
    MIXED_OPENINGS,
    PARCEL_MEASURES,
    PROBLEMS,
    RECOMMENDATIONS,
    TRANSFERS,
)
from analyses.supply_vacancy import vacancy_findings
from layers.columns import empty_frame
from policies import load_policy

AS_OF = date(2026, 6, 30)
JINAN = load_policy("jinan-2021")
SHANGHAI = load_policy("shanghai-2021")
NONE = empty_frame(FINDINGS)

#: What the catalogue has to hold, in one pack or another.
WANTED = {
    *("investigate", "urge_start", "find_cause", "remedy_art12", "propose_fee", "propose_recovery"),
    *("swap_art12", "split_surplus", "sublet_surplus", "reuse_workshop", "buy_back"),
    *("swap_property", "add_storeys", "rearrange", "extend", "convert", "allow_mixed"),
    *("share_facilities", "pool_green", "give_green", "receive_green", "plant_green"),
    *("correct_boundary", "fix_data", "supply", "watch", "find_out", "none"),
}
PACKS = (
    "national",
    "jinan-2021",
    "shanghai-2021",
    "zhejiang-2021-draft",
    "shandong-2016",
    "hubei-2021",
)


def parcels_of(n: int = 1, **columns: list) -> pd.DataFrame:
    frame = empty_frame(PARCEL_MEASURES, pd.RangeIndex(n))
    frame["parcel_id"] = pd.Series([f"p{place}" for place in range(n)], dtype="string")
    frame["zone_id"] = pd.Series(["z"] * n, dtype="string")
    frame["area_m2"] = 20_000.0
    for name, values in columns.items():
        frame[name] = pd.Series(values)
    return frame


def plant(**columns: list) -> pd.DataFrame:
    base = {
        "land_use": ["industrial"],
        "land_stage": ["completed"],
        "floor_area_m2": [12_000.0],
        "footprint_m2": [6_000.0],
        "green_required_m2": [1_000.0],
    }
    return parcels_of(**(base | columns))


def finding(rule: str, verdict: str, policy=JINAN, parcel_id: str = "p0", **more) -> pd.DataFrame:
    verdicts = Verdicts([verdict], parcel_id=[parcel_id], **more)
    return rule_findings(policy.rule(rule), AS_OF, verdicts)


def problem(parcel_id: str = "p0") -> pd.DataFrame:
    rows = empty_frame(PROBLEMS, pd.RangeIndex(1))
    rows["severity"] = pd.Series(["warning"], dtype="string")
    rows["id"] = pd.Series([parcel_id], dtype="string")
    rows["what"] = pd.Series(["面积不一致"], dtype="string")
    return rows


def order(table: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(table["parcel_id"], table["action"], strict=True))


def row_of(table: pd.DataFrame, action: str) -> pd.Series:
    rows = table.loc[table["action"] == action]
    assert len(rows) == 1
    return rows.iloc[0]


# -------------------------------------------------------------------------------- the catalogue


def test_the_catalogue_is_whole() -> None:
    codes = {action.code for pack in PACKS for action in load_policy(pack).actions()}
    assert codes >= WANTED


@pytest.mark.parametrize("pack", PACKS)
def test_every_action_says_who_decides_and_on_what_it_rests(pack: str) -> None:
    policy = load_policy(pack)
    for action in policy.actions():
        if action.code == "none":
            continue
        assert action.decided_by is not None, action.code
        rests = action.clause is not None or any(policy.has_rule(rule) for rule in action.rules)
        # Pooling rests on a local clause; facts and watching take the rule at hand.
        local = {"pool_green", "give_green", "receive_green", "allow_mixed", "find_out", "watch"}
        assert rests or action.code in local, action.code


OWN = """format = 1
id = "own"
extends = "jinan-2021"
title = { zh = "本地", en = "own" }
jurisdiction = { zh = "某地", en = "somewhere" }
[actions.visit_site]
title = { zh = "现场踏勘", en = "visit the site" }
rules = ["far.limit"]
decided_by = { zh = "规划科", en = "planning section" }
documents = [{ zh = "踏勘记录", en = "record of the visit" }]
when = [{ rule = "far.limit", verdict = "yes" }]
uses = ["industrial"]
after = ["correct_far"]
excludes = ["convert"]
why = { zh = "容积率超限，须现场核对", en = "the ratio is above its limit: to be seen on the spot" }
"""


def test_a_pack_of_ones_own_adds_an_action(tmp_path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    policy = load_policy(path)
    findings = concat_findings(
        [
            finding("far.limit", "yes", policy, measured=[2.5], limit=[2.0]),
            finding("mixed.conversion", "yes", policy),
        ]
    )
    table = recommend(plant(), findings, policy, AS_OF)
    row = row_of(table, "visit_site")
    assert row["title_zh"] == "现场踏勘"
    assert row["why_zh"].startswith("容积率超限，须现场核对（实测2.50，限值2.00），面积2.0000公顷")
    assert (row["decided_by"], row["documents"]) == ("规划科", "踏勘记录")
    assert row["depends_on"] == "p0:correct_far"
    assert row["clause"]
    # The conversion that it excludes is not proposed beside it, and storage land is not addressed.
    assert [action for _, action in order(table)] == ["correct_far", "visit_site"]
    storage = recommend(plant(land_use=["storage"]), findings, policy, AS_OF)
    assert "visit_site" not in set(storage["action"])


def test_a_pack_that_calls_by_an_unknown_rule_is_refused(tmp_path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        OWN.replace('rule = "far.limit", v', 'rule = "far.limits", v'), encoding="utf-8"
    )
    with pytest.raises(ValueError, match=r"no rule .far\.limits."):
        load_policy(path)


# ------------------------------------------------------------- exclusions and what has to come first


def ledger_of(**columns: list) -> pd.DataFrame:
    n = len(next(iter(columns.values()))) if columns else 1
    base = {
        "parcel_id": ["p0"] * n,
        "contract_no": [f"c{place}" for place in range(n)],
        "phase_no": ["1"] * n,
        "grant": ["grant"] * n,
        "start_due_on": ["2023-06-30"] * n,
        "started": [False] * n,
        "cause": ["holder"] * n,
        "cause_verified": [True] * n,
        "land_price_wan": [600.0] * n,
        "registered_in_system": [True] * n,
    }
    frame = pd.DataFrame(base | columns)
    frame["start_due_on"] = pd.to_datetime(frame["start_due_on"])
    return frame


def advised(ledger: pd.DataFrame, cases: pd.DataFrame | None, parcels=None, policy=JINAN, **more):
    whole = parcels_of() if parcels is None else parcels
    result = analyse_idle(
        ledger, whole[["parcel_id", "zone_id", "area_m2"]], policy, AS_OF, cases=cases
    )
    for name in result.measures:
        if name in PARCEL_MEASURES:
            whole[name] = result.measures[name]
    findings = concat_findings([result.findings, more.pop("findings", NONE)])
    contracts = result.tables["contracts"]
    return recommend(whole, findings, policy, AS_OF, contracts=contracts, cases=cases, **more)


def served(n: int, day: str = "2026-01-05") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "case_id": [f"k{place}" for place in range(n)],
            "contract_no": [f"c{place}" for place in range(n)],
            "finding_served_on": pd.to_datetime([day] * n),
        }
    )


def test_never_a_fee_and_a_remedy_at_once() -> None:
    ledger = ledger_of(cause=["holder", "gov_plan"], start_due_on=["2025-01-31", "2025-01-31"])
    table = advised(ledger, served(2))
    assert table["action"].tolist() == ["investigate"]
    assert "不同时建议" in table["why_zh"].iloc[0]
    assert advised(ledger_of(start_due_on=["2025-01-31"]), served(1))["action"].tolist() == [
        "propose_fee"
    ]


def test_under_suspicion_only_the_procedure_is_proposed() -> None:
    parcels = plant(
        land_use=["industrial"],
        green_balance_m2=[-500.0],
        green_m2=[500.0],
        green_received_m2=[500.0],
    )
    findings = finding("mixed.conversion", "yes")
    table = advised(ledger_of(), None, parcels, findings=findings)
    assert set(table["action"]) <= {
        "investigate",
        "find_cause",
        "urge_start",
        "find_out",
        "fix_data",
    }


def test_a_swap_is_proposed_only_beside_the_remedy_of_art_12() -> None:
    findings = finding("idle.remedy_swap", "yes")
    gov = ledger_of(cause=["gov_plan"])
    table = advised(gov, served(1), findings=findings)
    assert set(table["action"]) == {"remedy_art12", "swap_art12"}
    unregistered = ledger_of(cause=["gov_plan"], registered_in_system=[False])
    assert "swap_art12" not in set(advised(unregistered, served(1), findings=findings)["action"])
    assert "swap_art12" not in set(advised(gov, None, findings=findings)["action"])


def transfers_of(*rows: tuple[str, str, float]) -> pd.DataFrame:
    frame = empty_frame(TRANSFERS, pd.RangeIndex(len(rows)))
    frame["zone_id"] = "z"
    for place, name in enumerate(("from_parcel_id", "to_parcel_id")):
        frame[name] = pd.Series([row[place] for row in rows], dtype="string")
    frame["area_m2"] = [row[2] for row in rows]
    return frame


def test_green_is_given_before_it_is_received() -> None:
    parcels = parcels_of(
        3,
        land_use=["office"] * 3,
        land_stage=["completed"] * 3,
        green_given_m2=[0.0, 900.0, 100.0],
        green_received_m2=[1_000.0, 0.0, 0.0],
        green_balance_m2=[-1_000.0, 900.0, 100.0],
    )
    transfers = transfers_of(("p1", "p0", 900.0), ("p2", "p0", 100.0))
    table = recommend(parcels, NONE, JINAN, AS_OF, transfers=transfers)
    # Without a date p0, the largest, would be first; what gives to it is set before it.
    assert order(table) == [("p1", "give_green"), ("p2", "give_green"), ("p0", "receive_green")]
    taken = row_of(table, "receive_green")
    assert taken["depends_on"] == "p1:give_green,p2:give_green"
    assert "先行：p1 按程序调出绿地指标（统筹平衡）、p2" in taken["blocked_by"]
    assert taken["why_zh"].startswith("测算调入绿地指标0.1000公顷（1.50亩）：p1 0.0900公顷")
    gives = table.loc[table["action"] == "give_green", "area_m2"].sum()
    assert gives == taken["area_m2"] == 1_000.0
    # What gives little has the score of what waits for it.
    little = table.loc[table["parcel_id"] == "p2"].iloc[0]
    assert (little["score"], little["score_area"]) == (taken["score"], taken["score_area"])


def test_surplus_is_split_off_before_it_is_supplied_and_data_come_first() -> None:
    flags = {
        name: pd.array([True], "boolean")
        for name in ("rights_clear", "compensation_settled", "dispute_free")
    }
    parcels = plant(supply_status=["ready"], planning_conditions_no=["g1"], **flags)
    findings = finding("far.floor_planned", "yes", measured=[0.6], limit=[1.2])
    table = recommend(parcels, findings, JINAN, AS_OF, problems=problem())
    assert [action for _, action in order(table)] == ["fix_data", "split_surplus", "supply"]
    assert row_of(table, "supply")["depends_on"] == "p0:fix_data,p0:split_surplus"
    assert "先行：更正资料、论证节余土地转让" in row_of(table, "supply")["blocked_by"]


@pytest.mark.parametrize("use", ["green", "road", "utility"])
def test_no_intensity_action_on_green_road_or_utility_land(use: str) -> None:
    parcels = plant(
        land_use=[use],
        floor_area_headroom_m2=[28_000.0],
        coverage_max_share=[0.6],
        vacant_floor_m2=[500.0],
    )
    findings = concat_findings(
        [
            finding("far.floor_planned", "yes", measured=[0.6], limit=[1.2]),
            finding("far.building_coefficient", "yes", measured=[0.2], limit=[0.3]),
        ]
    )
    intensive = {"add_storeys", "extend", "rearrange", "split_surplus"}
    assert not intensive & set(recommend(parcels, findings, JINAN, AS_OF)["action"])


def test_an_extension_needs_known_ground_and_headroom() -> None:
    known = plant(coverage_max_share=[0.5], floor_area_headroom_m2=[8_000.0])
    row = row_of(recommend(known, NONE, JINAN, AS_OF), "extend")
    # 50 % of 20,000 is 10,000; 6,000 stand: 4,000 more, within the 13,000 that are open.
    assert "尚可增加基底0.4000公顷" in row["why_zh"]
    assert row["floor_area_m2"] == 8_000.0
    unknown = plant(floor_area_headroom_m2=[8_000.0])
    assert "extend" not in set(recommend(unknown, NONE, JINAN, AS_OF)["action"])


def test_vacant_floors_are_sublet_where_a_clause_says_so() -> None:
    parcels = plant(vacant_floor_m2=[3_000.0], sublettable_floor_m2=[2_500.0])
    found = vacancy_findings(parcels, parcels, JINAN, AS_OF)
    row = row_of(recommend(parcels, found, JINAN, AS_OF), "sublet_surplus")
    assert (
        row["floor_area_m2"] == 2_500.0
    )  # what is completed and permanent, not all that stands vacant
    assert row["rules"] == "supply.sublet"
    assert "空置厂房不是闲置土地" in row["why_zh"]
    assert "五（四）" in row["clause"]
    national = load_policy("national")
    assert vacancy_findings(parcels, parcels, national, AS_OF).empty
    assert "sublet_surplus" not in set(recommend(parcels, found, national, AS_OF)["action"])
    draft = load_policy("zhejiang-2021-draft")
    reused = recommend(parcels, vacancy_findings(parcels, parcels, draft, AS_OF), draft, AS_OF)
    assert "征求意见稿" in row_of(reused, "reuse_workshop")["title_zh"]


@pytest.mark.parametrize(
    ("columns", "verdict", "missing"),
    [
        ({}, "yes", None),
        ({"sublettable_floor_m2": [0.0]}, "no", None),
        ({"land_stage": ["under_construction"]}, "not_applicable", None),
        ({"land_stage": [None]}, "unknown", "land_stage"),
        ({"land_use": ["office"]}, "not_applicable", None),
        ({"land_use": [None]}, "unknown", "land_use"),
    ],
)
def test_a_vacant_workshop_is_found_by_its_own_rule(columns, verdict, missing) -> None:
    """A workshop is of production or storage, and completed; the idle status is not touched."""
    draft = load_policy("zhejiang-2021-draft")
    parcels = plant(**{"sublettable_floor_m2": [900.0], **columns})
    found = vacancy_findings(parcels, parcels, draft, AS_OF)
    assert found["rule"].tolist() == ["supply.reuse"]
    assert found["verdict"].tolist() == [verdict]
    assert found["missing"].fillna("").tolist() == [missing or ""]
    assert found["clause"].str.contains("征求意见稿").all()
    proposed = set(recommend(parcels, found, draft, AS_OF)["action"])
    assert ("reuse_workshop" in proposed) == (verdict == "yes")


def test_vacancy_recorded_nowhere_is_no_verdict_and_elsewhere_unknown() -> None:
    two = pd.concat([plant(), plant(parcel_id=["p1"])], ignore_index=True)
    nowhere = pd.DataFrame({"sublettable_floor_m2": [np.nan, np.nan]})
    assert vacancy_findings(two, nowhere, JINAN, AS_OF).empty
    partly = pd.DataFrame({"sublettable_floor_m2": [10.0, np.nan]})
    found = vacancy_findings(two, partly, JINAN, AS_OF)
    assert found["verdict"].tolist() == ["yes", "unknown"]
    assert found["missing"].tolist()[1] == "vacant_floor_area_m2"


def test_planting_is_studied_only_where_no_cap_bars_it() -> None:
    short = {"green_m2": [500.0], "green_balance_m2": [-500.0], "green_required_m2": [1_000.0]}
    office = recommend(plant(land_use=["office"], **short), NONE, JINAN, AS_OF)
    assert row_of(office, "plant_green")["depends_on"] == "p0:check_green"
    for use in ("industrial", "storage"):
        table = recommend(plant(land_use=[use], **short), NONE, JINAN, AS_OF)
        assert "plant_green" not in set(table["action"])
        assert "check_green" in set(table["action"])


def test_what_could_be_shared_is_told_with_what_it_saves() -> None:
    openings = empty_frame(MIXED_OPENINGS, pd.RangeIndex(2))
    openings["parcel_id"] = "p0"
    openings["opening"] = "share"
    openings["facility_kind"] = pd.Series(["parking", "catering"], dtype="string")
    openings["facility_id"] = pd.Series(["s1", "s2"], dtype="string")
    openings["distance_m"] = [120.0, 40.0]
    openings["saved_land_m2"] = [600.0, 0.0]
    row = row_of(recommend(plant(), NONE, JINAN, AS_OF, openings=openings), "share_facilities")
    assert "直线距离120米内" in row["why_zh"]
    assert "可省自建用地0.0600公顷" in row["why_zh"]


def test_a_parcel_across_the_boundary_is_compared_first() -> None:
    parcels = parcels_of(zone_share=[0.9], mixed_verdict=["yes"], mixed_uses=["industrial+office"])
    row = row_of(recommend(parcels, NONE, JINAN, AS_OF), "correct_boundary")
    assert row["area_m2"] == pytest.approx(2_000.0)
    assert "区内占90.0%" in row["why_zh"]
    whole = parcels_of(zone_share=[1.0])
    assert recommend(whole, NONE, JINAN, AS_OF)["action"].tolist() == ["none"]


# ---------------------------------------------------------- every action is reached by a stated rule


def stated(rule: str, verdict: str, policy=JINAN, **more):
    """Recommend for a completed plant of which one verdict is known."""
    return recommend(plant(), finding(rule, verdict, policy, **more), policy, AS_OF)


def sharing() -> pd.DataFrame:
    rows = empty_frame(MIXED_OPENINGS, pd.RangeIndex(1))
    for name, value in {
        "parcel_id": "p0",
        "opening": "share",
        "facility_id": "F1",
        "facility_kind": "parking",
        "distance_m": 120.0,
        "saved_land_m2": 600.0,
    }.items():
        rows[name] = pd.Series([value], dtype=MIXED_OPENINGS.column(name).dtype)
    return rows


def supplied(**columns) -> pd.DataFrame:
    known = {
        name: pd.array([True], "boolean")
        for name in ("rights_clear", "compensation_settled", "dispute_free")
    }
    base = {"land_use": ["industrial"], "supply_status": ["ready"], "planning_conditions_no": ["g"]}
    return recommend(parcels_of(**(base | known | columns)), NONE, JINAN, AS_OF)


def pooled(**columns) -> pd.DataFrame:
    base = {"land_use": ["office"] * 2, "land_stage": ["completed"] * 2}
    return parcels_of(2, **(base | columns))


MOVED = {"green_given_m2": [900.0, 0.0], "green_received_m2": [0.0, 900.0]}
DRAFT = load_policy("zhejiang-2021-draft")
#: By action: what calls for it, and the rule that has to stand behind the row.
REACHED = {
    "investigate": (lambda: advised(ledger_of(), None), "idle.not_started_1y"),
    "urge_start": (lambda: advised(ledger_of(start_due_on=["2025-12-31"]), None), "idle.start_due"),
    "find_cause": (lambda: advised(ledger_of(cause=[None]), None), "idle.government_cause"),
    "remedy_art12": (
        lambda: advised(ledger_of(cause=["gov_plan"]), served(1)),
        "idle.registration",
    ),
    "register_case": (
        lambda: advised(ledger_of(cause=["gov_plan"], registered_in_system=[False]), served(1)),
        "idle.registration",
    ),
    "propose_fee": (
        lambda: advised(ledger_of(start_due_on=["2025-01-31"]), served(1)),
        "idle.fee_order53",
    ),
    "propose_recovery": (lambda: advised(ledger_of(), served(1)), "idle.not_started_2y"),
    "swap_art12": (
        lambda: advised(
            ledger_of(cause=["gov_plan"]), served(1), findings=finding("idle.remedy_swap", "yes")
        ),
        "idle.remedy_swap",
    ),
    "split_surplus": (
        lambda: stated("far.floor_planned", "yes", measured=[0.6], limit=[1.2]),
        "far.floor_planned",
    ),
    "sublet_surplus": (lambda: stated("supply.sublet", "yes", measured=[900.0]), "supply.sublet"),
    "reuse_workshop": (
        lambda: stated("supply.reuse", "yes", DRAFT, measured=[900.0]),
        "supply.reuse",
    ),
    "buy_back": (lambda: stated("supply.low_efficiency", "yes"), "supply.low_efficiency"),
    "swap_property": (lambda: stated("supply.swap", "yes", SHANGHAI), "supply.swap"),
    "replace_out": (lambda: stated("supply.replace_out", "yes", DRAFT), "supply.replace_out"),
    "add_storeys": (
        lambda: recommend(plant(floor_area_headroom_m2=[800.0]), NONE, JINAN, AS_OF),
        "far.intensify",
    ),
    "extend": (
        lambda: recommend(
            plant(floor_area_headroom_m2=[800.0], coverage_max_share=[0.5]), NONE, JINAN, AS_OF
        ),
        "far.coverage",
    ),
    "rearrange": (
        lambda: stated("far.building_coefficient", "yes", measured=[0.2], limit=[0.3]),
        "far.building_coefficient",
    ),
    "convert": (lambda: stated("mixed.conversion", "yes"), "mixed.conversion"),
    "allow_mixed": (
        lambda: recommend(
            plant(mixed_verdict=["yes"], mixed_uses=["industrial+office"]), NONE, JINAN, AS_OF
        ),
        "mixed.list",
    ),
    "share_facilities": (
        lambda: recommend(plant(), NONE, JINAN, AS_OF, openings=sharing()),
        "mixed.list",
    ),
    "pool_green": (lambda: recommend(pooled(**MOVED), NONE, JINAN, AS_OF), "green.pooling"),
    "give_green": (
        lambda: recommend(
            pooled(**MOVED), NONE, JINAN, AS_OF, transfers=transfers_of(("p0", "p1", 900.0))
        ),
        "green.pooling",
    ),
    "receive_green": (
        lambda: recommend(
            pooled(**MOVED), NONE, JINAN, AS_OF, transfers=transfers_of(("p0", "p1", 900.0))
        ),
        "green.pooling",
    ),
    "plant_green": (
        lambda: recommend(
            plant(
                land_use=["office"],
                green_m2=[500.0],
                green_balance_m2=[-500.0],
                green_required_m2=[1_000.0],
            ),
            NONE,
            JINAN,
            AS_OF,
        ),
        "green.required",
    ),
    "correct_boundary": (lambda: stated("supply.boundary", "yes"), "supply.boundary"),
    "correct_far": (
        lambda: stated("far.limit", "yes", measured=[2.5], limit=[2.0]),
        "far.limit",
    ),
    "fix_data": (
        lambda: recommend(plant(), NONE, JINAN, AS_OF, problems=problem()),
        "data.requirements",
    ),
    "supply": (supplied, "supply.ready"),
    "watch": (lambda: supplied(compensation_settled=pd.array([False], "boolean")), "supply.ready"),
    "find_out": (lambda: stated("far.limit", "unknown", missing="far_max"), "far.limit"),
    "resolve_dispute": (
        lambda: supplied(dispute_free=pd.array([False], "boolean")),
        "supply.dispute_free",
    ),
}


@pytest.mark.parametrize("code", sorted(REACHED))
def test_every_action_is_reached_and_rests_on_a_rule_a_clause_and_a_reason(code: str) -> None:
    made, rule = REACHED[code]
    rows = made()
    rows = rows.loc[rows["action"] == code]
    assert len(rows) == (2 if code == "pool_green" else 1)  # one gives, one receives
    row = rows.iloc[0]
    assert rule in row["rules"].split(",")
    for name in ("clause", "clause_en", "why_zh", "why_en", "decided_by", "confidence"):
        assert isinstance(row[name], str), name
        assert row[name], name


def test_the_scenarios_are_all_of_the_catalogue() -> None:
    every = {action.code for pack in PACKS for action in load_policy(pack).actions()}
    assert every - set(REACHED) <= {"none", "check_green", "reduce_green", "resolve_conflict"}
    assert WANTED - {"none"} <= set(REACHED)


# -------------------------------------------------------------------------------------- scores


def many() -> pd.DataFrame:
    return parcels_of(
        4,
        idle_status=["suspected_2y", "overdue_start", "started", "started"],
        idle_from=pd.to_datetime(["2024-07-01", "2026-09-01", None, None]),
        idle_two_years_on=pd.to_datetime(["2025-07-01", None, None, None]),
        area_m2=[10_000.0, 30_000.0, 50_000.0, 500.0],
        mixed_verdict=[None, None, "yes", "conflict"],
        mixed_uses=[None, None, "industrial+office", "industrial+dormitory"],
    )


@pytest.mark.parametrize(
    "weights", [None, {"deadline": 0.0, "area": 200.0}, {"readiness": 5_000_000.0}]
)
def test_scores_are_worked_out_again_from_the_shown_parts(weights) -> None:
    table = recommend(many(), NONE, JINAN, AS_OF, weights=weights)
    used = {**WEIGHTS, **(weights or {})}
    again = sum(table[f"score_{part}"] * used[part] for part in PARTS)
    np.testing.assert_allclose(table["score"], again, rtol=1e-9, atol=5e-4)
    ranked = table.loc[table["action"] != "none"]
    assert ranked["score"].is_monotonic_decreasing
    assert table["priority"].tolist() == list(range(1, len(table) + 1))
    for part in PARTS:
        assert table[f"score_{part}"].between(0, 100).all()


def test_the_part_of_the_deadline_follows_from_the_dates_shown() -> None:
    ledger = ledger_of(
        parcel_id=["p0", "p1", "p2", "p3"],
        start_due_on=["2023-06-30", "2025-12-31", "2023-06-30", "2023-06-30"],
        cause=["holder", "holder", "holder", None],
    )
    cases = pd.concat(
        [
            served(1),
            pd.DataFrame({"contract_no": ["c2"], "discovered_on": [pd.Timestamp("2026-05-01")]}),
        ]
    )
    table = advised(ledger, cases, parcels_of(4))
    assert set(table["action"]) >= {"propose_recovery", "urge_start", "investigate", "find_cause"}
    today = pd.Timestamp(AS_OF)
    for row in table.itertuples():
        ahead = None if pd.isna(row.due_on) else (row.due_on - today).days
        if not pd.isna(row.due_missing):
            ahead = min(ahead or 0, 0)
        if ahead is not None:
            part = 50 + 25 * (3650 - ahead) / 3650
        elif not pd.isna(row.since_on):
            part = 50 * (today - row.since_on).days / 3650
        else:
            part = 0.0
        assert row.score_deadline == pytest.approx(part, abs=5e-5)
    # Overdue, then unknown, then ahead, then what waits without a deadline of its own.
    assert order(table)[:3] == [("p2", "investigate"), ("p3", "investigate"), ("p1", "urge_start")]


def test_the_weights_change_the_order() -> None:
    usual = recommend(many(), NONE, JINAN, AS_OF)
    by_area = recommend(many(), NONE, JINAN, AS_OF, weights={"deadline": 0.0, "area": 10_000.0})
    assert order(usual)[0][0] == "p0"
    assert order(by_area)[0] == ("p1", "urge_start")  # 3 ha; the mix of p2 frees no land


def test_a_day_of_a_deadline_outweighs_all_else() -> None:
    a_day = WEIGHTS["deadline"] * (50 / 7300 - 1e-4)  # rounding included
    assert a_day > sum(WEIGHTS[part] * 100 for part in PARTS if part != "deadline")


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(
                ["2021-01-31", "2024-06-30", "2025-06-30", "2026-05-01", "2027-01-01", None]
            ),
            st.sampled_from([True, False, None]),
            st.sampled_from(["holder", "gov_plan", "preparatory", "force_majeure", None]),
            st.sampled_from([True, False, None]),
            st.sampled_from(["grant", "allocation", "lease", None]),
            st.sampled_from([None, "2026-01-05", "2026-07-01"]),
            st.sampled_from([True, False, None]),
            st.sampled_from(["p0", "p1", "p2"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_over_random_ledgers_nothing_is_proposed_without_a_served_finding(rows) -> None:
    due, started, cause, verified, grant, day, registered, parcel = (
        list(column) for column in zip(*rows, strict=True)
    )
    ledger = ledger_of(
        parcel_id=parcel,
        start_due_on=due,
        started=pd.array(started, dtype="boolean"),
        cause=cause,
        cause_verified=pd.array(verified, dtype="boolean"),
        grant=grant,
        registered_in_system=pd.array(registered, dtype="boolean"),
    )
    cases = served(len(rows)).assign(finding_served_on=pd.to_datetime(day))
    table = advised(ledger, cases, parcels_of(3))
    assert set(table["parcel_id"]) == {"p0", "p1", "p2"}
    assert tuple(table.columns) == RECOMMENDATIONS.names
    acting = table.loc[table["action"] != "none"]
    assert acting["rules"].notna().all()
    assert acting["clause"].notna().all()
    assert acting["why_zh"].notna().all()
    for name, group in table.groupby("parcel_id"):
        actions = set(group["action"])
        own = [place for place, where in enumerate(parcel) if where == name]
        if any(action.startswith("propose_") for action in actions):
            assert any(
                day[place] == "2026-01-05" and (cause[place], verified[place]) == ("holder", True)
                for place in own
            )
            assert "remedy_art12" not in actions
        if "remedy_art12" in actions:
            assert any(registered[place] and day[place] == "2026-01-05" for place in own)
