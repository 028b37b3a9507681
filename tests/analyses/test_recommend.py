"""Recommendations: the step reached decides, every parcel has a row, and the order is the stated one."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.idle import analyse_idle
from analyses.recommend import recommend
from analyses.results import FINDINGS, IDLE_STATUSES, PARCEL_MEASURES, PROBLEMS, RECOMMENDATIONS
from layers.columns import empty_frame
from policies import load_policy

AS_OF = date(2026, 6, 30)
JINAN = load_policy("jinan-2021")
NONE = empty_frame(FINDINGS)


def _parcels(**columns):
    n = max(len(values) for values in columns.values())
    frame = empty_frame(PARCEL_MEASURES, pd.RangeIndex(n))
    frame["parcel_id"] = pd.Series([f"p{place}" for place in range(n)], dtype="string")
    frame["zone_id"] = pd.Series(["z"] * n, dtype="string")
    frame["area_m2"] = 20_000.0
    for name, values in columns.items():
        frame[name] = pd.Series(values)
    return frame


def _ledger(n=1, **columns):
    frame = pd.DataFrame(
        {
            "parcel_id": [f"p{place}" for place in range(n)],
            "contract_no": [f"c{place}" for place in range(n)],
            "phase_no": ["1"] * n,
            "grant": ["grant"] * n,
            "start_due_on": pd.to_datetime(["2023-06-30"] * n),
            "started": [False] * n,
            "cause": ["holder"] * n,
            "cause_verified": [True] * n,
            "land_price_wan": [600.0] * n,
            "registered_in_system": [True] * n,
            "mortgaged": [True] * n,
        }
    )
    for name, values in columns.items():
        frame[name] = values
    return frame


def _cases(n=1, **columns):
    frame = pd.DataFrame(
        {"case_id": [f"k{i}" for i in range(n)], "contract_no": [f"c{i}" for i in range(n)]}
    )
    for name, values in columns.items():
        frame[name] = pd.to_datetime(values) if name.endswith("_on") else values
    return frame


def _idle(ledger, cases=None, parcels=None, policy=JINAN, as_of=AS_OF):
    """Analyse a ledger and recommend."""
    whole = _parcels(area_m2=[20_000.0] * len(ledger)) if parcels is None else parcels
    bare = whole[["parcel_id", "zone_id", "area_m2"]]
    result = analyse_idle(ledger, bare, policy, as_of, cases=cases)
    for name in result.measures:
        whole[name] = result.measures[name]
    return recommend(
        whole, result.findings, policy, as_of, contracts=result.tables["contracts"], cases=cases
    )


def _finding(
    rule, verdict, measured=np.nan, limit=np.nan, parcel_id="p0", missing="", policy=JINAN
):
    verdicts = Verdicts(
        [verdict], parcel_id=[parcel_id], measured=[measured], limit=[limit], missing=missing
    )
    return rule_findings(policy.rule(rule), AS_OF, verdicts)


def _codes(table, parcel_id="p0"):
    return table.loc[table["parcel_id"] == parcel_id, "action"].tolist()


def _row(table, action):
    rows = table.loc[table["action"] == action]
    assert len(rows) == 1
    return rows.iloc[0]


# ------------------------------------------------------------------------------ idle land


def test_without_a_finding_suspected_land_is_only_investigated():
    table = _idle(_ledger())
    assert set(_codes(table)) == {"investigate"}
    row = _row(table, "investigate")
    assert row["clause"] == "国土资源部令第53号 第五条；济政字〔2021〕22号 五（四）"
    assert pd.isna(row["due_on"])  # 30 days from the discovery, which nobody has recorded
    assert row["due_missing"] == "discovered_on"
    assert row["due_basis"] == (
        "发出调查通知书：自发现之日起30日（国土资源部令第53号 第五条），发现日期未登记，期限未知"
    )
    assert "市自然资源和规划局" in row["assists"]
    assert "涉嫌闲置" in row["why_zh"]
    assert "2.0000公顷（30.00亩）" in row["why_zh"]
    assert "尚未发出调查通知书" in row["why_zh"]
    assert pd.isna(row["amount_wan"])


def test_the_discovery_recorded_gives_the_deadline_and_what_it_rests_on():
    row = _row(_idle(_ledger(), _cases(discovered_on=["2026-06-10"])), "investigate")
    assert row["due_on"] == pd.Timestamp("2026-07-10")
    assert pd.isna(row["due_missing"])
    assert row["due_basis"] == (
        "发出调查通知书：自发现（2026年6月10日）起30日（国土资源部令第53号 第五条）"
    )
    assert "10 June 2026" in row["due_basis_en"]


@pytest.mark.parametrize(
    ("steps", "missing"),
    [
        ({"notice_on": ["2026-05-20"]}, "notice_received_on"),
        ({"notice_on": ["2026-05-20"], "answered_on": ["2026-06-10"]}, None),
        ({"finding_on": ["2026-06-10"]}, None),
    ],
)
def test_a_period_runs_only_until_its_step_is_done(steps, missing):
    row = _row(_idle(_ledger(), _cases(**steps)), "investigate")
    assert pd.isna(row["due_on"])
    assert (None if pd.isna(row["due_missing"]) else row["due_missing"]) == missing
    assert pd.isna(row["due_basis"]) == (missing is None)


def test_the_notice_sent_moves_the_deadline_to_the_holders_answer():
    cases = _cases(
        discovered_on=["2026-05-01"], notice_on=["2026-05-20"], notice_received_on=["2026-06-10"]
    )
    row = _row(_idle(_ledger(), cases), "investigate")
    assert row["due_on"] == pd.Timestamp("2026-07-10")
    assert "调查通知书已发出" in row["why_zh"]


def test_the_second_anniversary_is_no_deadline_of_the_investigation():
    table = _idle(_ledger(start_due_on=pd.to_datetime(["2024-07-05"])))
    assert pd.isna(_row(table, "investigate")["due_on"])
    known = _idle(
        _ledger(start_due_on=pd.to_datetime(["2024-07-05"])), _cases(discovered_on=["2026-06-29"])
    )
    assert _row(known, "investigate")["due_on"] == pd.Timestamp("2026-07-29")


def test_an_unverified_cause_is_to_be_found_out_first():
    table = _idle(_ledger(cause_verified=[False]), _cases(finding_served_on=["2026-01-05"]))
    assert "find_cause" in _codes(table)
    assert not table["action"].str.startswith("propose_").any()


def test_two_years_and_a_served_finding_propose_recovery_never_with_the_fee_added():
    table = _idle(_ledger(), _cases(finding_on=["2026-01-02"], finding_served_on=["2026-01-05"]))
    assert _codes(table) == ["propose_recovery"]
    row = table.iloc[0]
    assert row["title_zh"] == "拟报批无偿收回国有建设用地使用权"
    assert pd.isna(row["amount_wan"])
    assert "可依法报批" in row["why_zh"]
    assert "测算值120.00万元" in row["why_zh"]
    assert row["blocked_by"] == (
        "书面告知听证权利（第十五条）；报有批准权的人民政府批准；"
        "设有抵押权的，抄送抵押权人（台账登记已抵押）；"
        "有查封的，先与查封机关核实（是否查封未登记，待核查）"
    )
    assert row["confidence"] == "V"


def test_conditions_that_are_met_no_longer_block():
    cases = _cases(finding_served_on=["2026-01-05"], hearing_notice_on=["2026-03-01"])
    row = _idle(_ledger(mortgaged=[False], seized=[False]), cases).iloc[0]
    assert row["blocked_by"] == "报有批准权的人民政府批准"


def test_one_year_and_a_served_finding_propose_the_fee_as_a_calculated_value():
    ledger = _ledger(start_due_on=pd.to_datetime(["2025-01-31"]))
    table = _idle(ledger, _cases(finding_served_on=["2026-03-01"]))
    assert _codes(table) == ["propose_fee"]
    row = table.iloc[0]
    assert row["amount_wan"] == pytest.approx(120.0)
    assert pd.isna(row["due_on"])  # Order 53 sets no period for the decision on a fee
    assert "自2027年2月1日起满两年，届时可依法报批无偿收回" in row["why_zh"]
    assert "测算值120.00万元（以认定为准）" in row["why_zh"]


def test_a_step_after_the_review_date_has_not_happened():
    table = _idle(_ledger(), _cases(finding_served_on=["2026-07-01"]))
    assert not table["action"].str.startswith("propose_").any()


def test_a_closed_case_counts_no_more():
    cases = _cases(finding_served_on=["2025-01-05"], closed_on=["2025-06-01"])
    table = _idle(_ledger(), cases)
    assert _codes(table) == ["investigate"]
    assert "前案已于2025年6月1日结案" in table["why_zh"].iloc[0]
    # Closed before the two years were full: something new is to be discovered, and runs from then.
    assert table["due_missing"].iloc[0] == "discovered_on"
    late = _cases(finding_served_on=["2025-01-05"], closed_on=["2026-06-01"])
    assert _idle(_ledger(), late)["due_missing"].isna().all()


def test_a_decision_made_is_followed_until_it_is_performed():
    cases = _cases(
        finding_served_on=["2026-01-05"],
        decision_kind=["recovery"],
        decision_on=["2026-06-01"],
        decision_served_on=["2026-06-10"],
    )
    row = _row(_idle(_ledger(), cases), "watch")
    assert row["due_on"] == pd.Timestamp("2026-07-10")


@pytest.mark.parametrize(
    ("grant", "action"), [("lease", "watch"), ("collective", "watch"), (None, "find_out")]
)
def test_no_fee_and_no_recovery_where_order_53_has_no_base(grant, action):
    table = _idle(_ledger(grant=[grant]), _cases(finding_served_on=["2026-01-05"]))
    assert action in _codes(table)
    assert not table["action"].str.startswith("propose_").any()


def test_a_government_cause_leads_to_art_12_and_only_where_registered():
    served = _cases(finding_served_on=["2026-01-05"])
    ledger = _ledger(cause=["gov_delivery"])
    assert _codes(_idle(ledger, served)) == ["remedy_art12"]
    ledger = _ledger(cause=["gov_delivery"], registered_in_system=[False])
    assert _codes(_idle(ledger, served)) == ["register_case"]
    assert _codes(_idle(_ledger(cause=["gov_delivery"]))) == ["investigate"]


def test_suspended_works_lead_to_art_12_never_to_a_fee():
    ledger = _ledger(
        started=[True],
        suspended_on=pd.to_datetime(["2024-01-01"]),
        develop_area_m2=[18_000.0],
        developed_area_m2=[3_000.0],
    )
    table = _idle(ledger, _cases(finding_served_on=["2026-01-05"]))
    assert "remedy_art12" in _codes(table)
    assert not table["action"].str.startswith("propose_").any()
    assert "不征闲置费" in _row(table, "remedy_art12")["why_zh"]


def test_an_overdue_start_is_urged_before_the_anniversary():
    row = _row(_idle(_ledger(start_due_on=pd.to_datetime(["2025-12-31"]))), "urge_start")
    assert row["due_on"] == pd.Timestamp(
        "2026-12-31"
    )  # the last day of the year, as in the deadlines
    assert row["due_basis"] == "满一年的最后一日，次日起涉嫌闲置（国土资源部令第53号 第二条第一款）"
    assert row["title_zh"] == "动工督促"


def test_the_boundary_day_is_watched():
    row = _row(_idle(_ledger(start_due_on=pd.to_datetime(["2025-06-30"]))), "watch")
    assert row["due_on"] == pd.Timestamp("2026-06-30")


def test_a_cause_of_preparatory_work_is_for_a_person_to_judge():
    table = _idle(_ledger(cause=["preparatory"]), _cases(finding_served_on=["2026-01-05"]))
    assert "find_cause" in _codes(table)
    assert not table["action"].str.startswith("propose_").any()


def test_several_contracts_of_a_parcel_become_one_row_with_the_fees_added():
    ledger = _ledger(2, start_due_on=pd.to_datetime(["2025-01-31", "2025-02-28"]))
    ledger["parcel_id"] = "p0"
    parcels = _parcels(area_m2=[20_000.0])
    table = _idle(ledger, _cases(2, finding_served_on=["2026-03-01"] * 2), parcels)
    row = _row(table, "propose_fee")
    assert row["amount_wan"] == pytest.approx(240.0)
    assert pd.isna(row["due_on"])
    assert "另有1项" in row["why_zh"]


def test_a_sum_with_an_unknown_fee_is_unknown():
    ledger = _ledger(2, start_due_on=pd.to_datetime(["2025-01-31"] * 2))
    ledger["parcel_id"], ledger["land_price_wan"] = "p0", [600.0, np.nan]
    table = _idle(ledger, _cases(2, finding_served_on=["2026-03-01"] * 2), _parcels(area_m2=[1.0]))
    assert pd.isna(_row(table, "propose_fee")["amount_wan"])


def test_a_finding_of_another_contract_of_the_parcel_serves_no_proposal():
    ledger = _ledger(2, started=[False, True])
    ledger["parcel_id"] = "p0"
    cases = _cases(2, finding_served_on=[None, "2026-03-01"])
    table = _idle(ledger, cases, _parcels(area_m2=[20_000.0]))
    assert _codes(table) == ["investigate"]


@pytest.mark.parametrize(
    ("ledger", "case", "action", "rules", "clause"),
    [
        (
            {"start_due_on": pd.to_datetime(["2025-06-30"])},
            {},
            *("watch", "idle.not_started_1y", "国土资源部令第53号 第二条第一款"),
        ),
        (
            {"started": [True], "suspended_on": pd.to_datetime(["2025-06-30"])},
            {},
            *("watch", "idle.suspended", "国土资源部令第53号 第二条第二款"),
        ),
        (
            {"grant": ["lease"]},
            {"finding_served_on": ["2026-01-05"]},
            *("watch", "idle.fee_order53", "国土资源部令第53号 第十四条第（一）项"),
        ),
        (
            {},
            {"finding_served_on": ["2026-01-05"], "decision_on": ["2026-06-01"]},
            *("watch", "idle.performance", "国土资源部令第53号 第十七条"),
        ),
        (
            {"started": [None]},
            {},
            *("find_out", "idle.not_started_1y,idle.not_started_2y", None),
        ),
    ],
)
def test_what_has_no_rule_of_its_own_names_the_one_at_hand(ledger, case, action, rules, clause):
    row = _row(_idle(_ledger(**ledger), _cases(**case) if case else None), action)
    assert row["rules"] == rules
    assert row["clause"] == clause or clause is None
    assert row["clause"]


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(list(IDLE_STATUSES)),
            st.sampled_from(["holder", "gov_plan", "preparatory", None]),
            st.sampled_from([True, False, None]),
            st.sampled_from(["grant", "allocation", "lease", None]),
            st.sampled_from([None, "2026-01-05", "2026-06-30", "2026-07-01"]),
            st.sampled_from([None, "2026-05-01"]),
            st.sampled_from([True, False, None]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_nothing_is_proposed_without_a_served_finding(rows):
    status, cause, verified, grant, served, closed, registered = (
        list(c) for c in zip(*rows, strict=True)
    )
    n = len(rows)
    parcels = _parcels(idle_status=status)
    contracts = parcels[["parcel_id", "idle_status"]].assign(
        contract_no=[f"c{i}" for i in range(n)],
        cause=cause,
        cause_verified=pd.array(verified, dtype="boolean"),
        grant=grant,
        registered_in_system=pd.array(registered, dtype="boolean"),
    )
    cases = _cases(n, finding_served_on=served, closed_on=closed)
    table = recommend(parcels, NONE, JINAN, AS_OF, contracts=contracts, cases=cases)
    assert set(table["parcel_id"]) == set(parcels["parcel_id"])
    proposed = table.loc[table["action"].str.startswith("propose_"), "parcel_id"]
    for parcel in proposed:
        place = int(parcel[1:])
        assert served[place] in {"2026-01-05", "2026-06-30"}
        assert closed[place] is None
        assert (cause[place], verified[place]) == ("holder", True)
        assert status[place] in {"suspected_1y", "suspected_2y"}
        assert grant[place] in {"grant", "allocation"}
    for parcel in table.loc[table["action"] == "remedy_art12", "parcel_id"]:
        place = int(parcel[1:])
        assert registered[place] is True
        assert status[place] in {"gov_cause", "suspended"}


def test_without_ledger_and_cases_nothing_is_proposed_of_any_status():
    table = recommend(_parcels(idle_status=list(IDLE_STATUSES)), NONE, JINAN, AS_OF)
    assert not table["action"].str.startswith(("propose_", "remedy_")).any()
    assert table["parcel_id"].nunique() == len(IDLE_STATUSES)


# ------------------------------------------------------------------- buildings and stage gates


def _plant(**columns):
    base = {
        "land_use": ["industrial"],
        "land_stage": ["completed"],
        "floor_area_m2": [12_000.0],
        "footprint_m2": [9_000.0],
        "floor_area_headroom_m2": [28_000.0],
        "bound_by": ["far"],
    }
    return _parcels(**(base | columns))


def test_a_completed_plant_with_headroom_may_be_raised():
    table = recommend(_plant(), NONE, JINAN, AS_OF)
    row = _row(table, "add_storeys")
    assert row["floor_area_m2"] == pytest.approx(28_000.0)
    assert "剩余可建计容建筑面积2.80万m²" in row["why_zh"]
    assert "国土资源部令第61号 第二十四条" in row["clause"]


@pytest.mark.parametrize(
    "columns",
    [
        {"land_stage": ["under_construction"]},
        {"land_stage": [None]},
        {"land_use": ["road"]},
        {"land_use": ["green"]},
        {"land_use": ["storage"]},  # the clause of Jinan names industry and research
        {"floor_area_m2": [0.0]},
        {"floor_area_m2": [np.nan]},
        {"floor_area_headroom_m2": [np.nan]},
        {"floor_area_headroom_m2": [0.0]},
    ],
)
def test_the_stage_gate_keeps_intensity_from(columns):
    assert _codes(recommend(_plant(**columns), NONE, JINAN, AS_OF)) == ["none"]


def test_the_stage_gate_is_the_actions_own(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        """format = 1
id = "own"
title = { zh = "本地", en = "own" }
jurisdiction = { zh = "某地", en = "somewhere" }
[actions.add_storeys]
stage = ["completed", "under_construction"]
""",
        encoding="utf-8",
    )
    parcels = _plant(land_stage=["under_construction"])
    row = _row(recommend(parcels, NONE, load_policy(own), AS_OF), "add_storeys")
    assert "在建" in row["why_zh"]


def test_which_land_may_be_raised_comes_from_the_pack():
    storage = _plant(land_use=["storage"])
    draft = load_policy("zhejiang-2021-draft")
    assert _codes(recommend(storage, NONE, draft, AS_OF)) == ["add_storeys"]


def test_what_exceeds_a_limit_is_checked_and_not_raised():
    findings = _finding("far.limit", "yes", 2.5, 2.0)
    table = recommend(_plant(), findings, JINAN, AS_OF)
    assert _codes(table) == ["correct_far"]
    assert table.iloc[0]["floor_area_m2"] == pytest.approx(0.5 * 20_000)
    assert "不作违法认定" in table.iloc[0]["why_zh"]


def test_surplus_land_is_what_the_minimum_leaves_within_the_open_ground():
    findings = _finding("far.floor_planned", "yes", 0.6, 1.2)
    table = recommend(_plant(floor_area_headroom_m2=[0.0]), findings, JINAN, AS_OF)
    row = _row(table, "split_surplus")
    assert row["area_m2"] == pytest.approx(10_000.0)  # half of the plot; 11,000 m2 are open
    assert "市自然资源和规划局" in row["assists"]
    narrow = _plant(floor_area_headroom_m2=[0.0], footprint_m2=[14_000.0])
    assert _row(recommend(narrow, findings, JINAN, AS_OF), "split_surplus")["area_m2"] == 6_000.0


def test_a_thin_building_coefficient_asks_for_rearranging():
    findings = _finding("far.building_coefficient", "yes", 0.2, 0.3)
    row = _row(recommend(_plant(floor_area_headroom_m2=[0.0]), findings, JINAN, AS_OF), "rearrange")
    assert row["area_m2"] == pytest.approx(2_000.0)
    assert row["confidence"] == "V2"


# -------------------------------------------------------------------------- uses, green, supply


def test_mixed_use_follows_its_verdict():
    parcels = _parcels(
        mixed_verdict=["yes", "conflict", "undetermined", "no", "no_basis", "not_mixed"],
        mixed_uses=["industrial+office"] * 6,
    )
    table = recommend(parcels, NONE, JINAN, AS_OF)
    found = table.set_index("parcel_id")["action"].to_dict()
    assert found == {
        "p0": "allow_mixed",
        "p1": "resolve_conflict",
        "p2": "watch",
        "p3": "none",
        "p4": "none",
        "p5": "none",
    }
    why = table.set_index("parcel_id")["why_zh"]["p0"]
    assert "须以规划条件、控规为准" in why
    assert "征求意见稿" not in why


def test_a_draft_says_so_in_the_reason_and_the_clause():
    parcels = _parcels(mixed_verdict=["yes"], mixed_uses=["industrial+office"])
    row = recommend(parcels, NONE, load_policy("zhejiang-2021-draft"), AS_OF).iloc[0]
    assert "征求意见稿" in row["why_zh"]
    assert "draft for comment" in row["why_en"]
    assert "征求意见稿" in row["clause"]


def test_pooling_revises_conditions_and_needs_a_basis():
    parcels = _parcels(
        land_use=["office", "research"],
        green_m2=[8_000.0, 6_000.0],
        green_required_m2=[6_000.0, 7_000.0],
        green_balance_m2=[2_000.0, -1_000.0],
        green_given_m2=[1_000.0, 0.0],
        green_received_m2=[0.0, 1_000.0],
    )
    table = recommend(parcels, NONE, JINAN, AS_OF)
    assert table["action"].tolist() == ["pool_green", "pool_green"]
    assert set(table["area_m2"]) == {1_000.0}
    assert "按程序调整" in table.iloc[0]["title_zh"]
    assert "不构成权利" in table.iloc[0]["why_zh"]
    without = recommend(parcels, NONE, load_policy("shandong-2016"), AS_OF)
    assert "pool_green" not in set(without["action"])


def test_planting_is_never_proposed_on_industrial_land():
    parcels = _parcels(
        land_use=["industrial"],
        green_m2=[4_000.0],
        green_required_m2=[5_000.0],
        green_balance_m2=[-1_000.0],
    )
    row = _row(recommend(parcels, NONE, JINAN, AS_OF), "check_green")
    assert "不得超出上限补植" in row["why_zh"]


def test_green_above_the_cap_is_looked_into():
    parcels = _parcels(land_use=["industrial"], green_over_cap_m2=[1_500.0])
    findings = _finding("green.industrial_cap", "yes", 0.275, 0.2)
    row = _row(recommend(parcels, findings, JINAN, AS_OF), "reduce_green")
    assert (row["area_m2"], row["confidence"]) == (1_500.0, "MH")


def test_supply_needs_every_condition_known():
    parcels = _parcels(
        idle_status=["not_supplied"] * 4,
        land_use=["industrial", "industrial", "industrial", "road"],
        supply_status=["ready"] * 4,
        rights_clear=pd.array([True] * 4, dtype="boolean"),
        compensation_settled=pd.array([True, False, None, True], dtype="boolean"),
        dispute_free=pd.array([True] * 4, dtype="boolean"),
        planning_conditions_no=["g1", "g2", None, "g4"],
    )
    table = recommend(parcels, NONE, JINAN, AS_OF).set_index("parcel_id")
    assert table["action"].to_dict() == {
        "p0": "supply",
        "p1": "watch",
        "p2": "find_out",
        "p3": "none",
    }
    assert "未达到：补偿到位" in table.loc["p1", "why_zh"]
    assert "补偿情况、规划条件文号" in table.loc["p2", "why_zh"]


# ----------------------------------------------------------------------------- data and order


def test_what_is_missing_is_named_exactly_and_once():
    findings = concat_findings(
        [
            _finding("far.limit", "unknown", missing="far_max,floor_area_m2"),
            _finding("far.floor", "unknown", missing="ruleset_2023"),
            _finding("idle.not_started_1y", "unknown", missing="start_due_on"),
        ]
    )
    table = recommend(_parcels(idle_status=["unknown"]), findings, JINAN, AS_OF)
    assert _codes(table) == ["find_out"]
    row = table.iloc[0]
    assert row["rules"] == "far.floor,far.limit,idle.not_started_1y"
    assert "2023年工业项目控制指标" in row["why_zh"]
    assert "容积率上限" in row["why_zh"]
    assert row["confidence"] == "MH"


def test_what_is_missing_for_the_supply_is_told_beside_the_rest():
    findings = _finding("green.required", "unknown", missing="green_min_share")
    parcels = _parcels(
        idle_status=["not_supplied"],
        supply_status=["ready"],
        rights_clear=pd.array([None], "boolean"),
    )
    row = _row(recommend(parcels, findings, JINAN, AS_OF), "find_out")
    assert "缺绿地率下限，不能判断“规划条件绿地率”" in row["why_zh"]
    assert "权属情况" in row["why_zh"]


def test_faulty_data_of_a_parcel_are_to_be_corrected():
    problems = empty_frame(PROBLEMS, pd.RangeIndex(2))
    problems["severity"] = pd.Series(["warning", "note"], dtype="string")
    problems["id"] = pd.Series(["p0", "p1"], dtype="string")
    problems["what"] = pd.Series(["面积不一致", "已修复"], dtype="string")
    problems["what_en"] = pd.Series(["areas differ", "repaired"], dtype="string")
    table = recommend(_parcels(area_m2=[1.0, 1.0]), NONE, JINAN, AS_OF, problems=problems)
    assert (_codes(table, "p0"), _codes(table, "p1")) == (["fix_data"], ["none"])
    assert table.iloc[0]["why_zh"] == "资料有误：面积不一致。更正后重新核查。"


def test_every_parcel_has_a_row_and_none_comes_last():
    parcels = _parcels(idle_status=["started", "overdue_start", "not_supplied"])
    table = recommend(parcels, NONE, JINAN, AS_OF)
    assert table["action"].tolist() == ["urge_start", "none", "none"]
    assert table["priority"].tolist() == [1, 2, 3]
    assert table.iloc[1]["title_zh"] == "无须处理"


def test_faulty_data_come_right_before_what_rests_on_them():
    problems = empty_frame(PROBLEMS, pd.RangeIndex(2))
    problems["severity"] = pd.Series(["warning"] * 2, dtype="string")
    problems["id"] = pd.Series(["p0", "p2"], dtype="string")
    problems["what"] = pd.Series(["面积不一致"] * 2, dtype="string")
    parcels = _parcels(
        idle_status=["overdue_start", "overdue_start", "started"],
        idle_from=pd.to_datetime(["2026-09-01", "2026-08-01", None]),
    )
    table = recommend(parcels, NONE, JINAN, AS_OF, problems=problems)
    assert list(zip(table["parcel_id"], table["action"], strict=True)) == [
        ("p1", "urge_start"),
        ("p0", "fix_data"),
        ("p0", "urge_start"),
        ("p2", "fix_data"),
    ]
    asked = table[table["action"] == "fix_data"]
    assert set(asked["rules"]) == {"data.requirements"}
    assert asked["clause"].notna().all()


def test_the_order_is_deadline_then_gain_then_readiness_then_certainty():
    parcels = _parcels(
        idle_status=["suspected_2y"] * 3 + ["overdue_start", "started", "started", "suspected_2y"],
        idle_from=pd.to_datetime(["2024-07-01"] * 3 + ["2026-07-02", None, None, "2024-07-01"]),
        idle_two_years_on=pd.to_datetime(["2025-07-01"] * 3 + [None] * 3 + ["2025-07-01"]),
        area_m2=[10_000.0, 30_000.0, 5_000.0, 1.0, 1.0, 1.0, 90_000.0],
        mixed_verdict=[None] * 4 + ["yes", "conflict", None],
        mixed_uses=[None] * 4 + ["industrial+office", "industrial+dormitory", None],
    )
    contracts = parcels[["parcel_id", "idle_status", "idle_from", "idle_two_years_on"]].assign(
        contract_no=[f"c{i}" for i in range(7)], grant="grant", cause="holder", cause_verified=True
    )
    cases = pd.DataFrame(
        {
            "contract_no": ["c2", "c6"],
            "discovered_on": pd.to_datetime(["2026-05-01", None]),
            "finding_served_on": pd.to_datetime([None, "2026-02-01"]),
        }
    )
    table = recommend(parcels, NONE, JINAN, AS_OF, contracts=contracts, cases=cases)
    assert list(zip(table["parcel_id"], table["action"], strict=True)) == [
        ("p2", "investigate"),  # overdue since 2026-05-31
        ("p1", "investigate"),  # its deadline is not known and may have passed; the larger
        ("p0", "investigate"),
        ("p3", "urge_start"),  # 2026-07-01
        ("p6", "propose_recovery"),  # no period is set; the years have been full since 2025-07-01
        ("p5", "resolve_conflict"),  # nothing stands before it
        ("p4", "allow_mixed"),
    ]


@pytest.mark.parametrize("pack_id", ["national", "hubei-2021", "shanghai-2021"])
def test_the_table_is_in_its_contract_under_every_pack(pack_id):
    ledger = _ledger(2)
    table = _idle(ledger, _cases(1, finding_served_on=["2026-01-05"]), policy=load_policy(pack_id))
    assert tuple(table.columns) == RECOMMENDATIONS.names
    for column in RECOMMENDATIONS.columns:
        assert str(table[column.name].dtype) == str(column.dtype) or column.dtype == "string"
    assert table["title_zh"].notna().all()
    assert table["why_en"].notna().all()
    assert recommend(_parcels(area_m2=[1.0]).iloc[:0], NONE, JINAN, AS_OF).empty


def test_the_order_of_rows_changes_nothing():
    ledger = _ledger(
        4, start_due_on=pd.to_datetime(["2023-06-30", "2025-01-31", "2025-12-31", "2024-01-01"])
    )
    cases = _cases(4, finding_served_on=["2026-01-05", None, None, "2026-02-02"])
    one = _idle(ledger, cases)
    parcels = _parcels(area_m2=[20_000.0] * 4).iloc[::-1].reset_index(drop=True)
    other = _idle(
        ledger.iloc[::-1].reset_index(drop=True), cases.iloc[::-1].reset_index(drop=True), parcels
    )
    pd.testing.assert_frame_equal(one, other)


def test_the_inputs_are_left_as_they_were():
    parcels, findings = _plant(), _finding("far.limit", "no", 0.6, 2.0)
    before = parcels.copy(), findings.copy()
    recommend(parcels, findings, JINAN, AS_OF)
    pd.testing.assert_frame_equal(parcels, before[0])
    pd.testing.assert_frame_equal(findings, before[1])
