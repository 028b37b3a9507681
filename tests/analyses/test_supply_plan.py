"""The plan: exactly the best, by brute force; limits on the line; reasons; an edited plan read back."""

from __future__ import annotations

from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyses import supply_optimise, supply_patterns
from analyses.supply_limits import ZoneBase
from analyses.supply_optimise import (
    IN_SOME_QUARTER,
    Limit,
    SupplyProblem,
    limit_values,
    solve_supply,
)
from analyses.supply_patterns import Found, Programme
from analyses.supply_plan import PlanOptions, make_plan, plan_summary
from analyses.supply_plan_findings import plan_findings
from policies import load_policy
from policies.text import Text

NATIONAL = load_policy("national")
NAME = Text("限", "limit")
QUARTERS = ["2026Q3", "2026Q4"]


def allowed_plan(problem: SupplyProblem, plan: tuple[int, ...]) -> bool:
    for at, quarter in enumerate(plan):
        bound = problem.fixed[at]
        if bound >= 0 and quarter != bound:
            return False
        if bound == IN_SOME_QUARTER and quarter < 0:
            return False
        if bound < 0 and quarter >= 0 and not problem.allowed[at, quarter]:
            return False
    return True


def kept(problem: SupplyProblem, values: np.ndarray) -> bool:
    return all(
        value <= limit.high + 1e-9 and (limit.soft or value >= limit.low - 1e-9)
        for limit, value in zip(problem.limits, values, strict=True)
    )


def brute_force(problem: SupplyProblem) -> tuple[float, float] | None:
    """Return least shortfall and best score over every plan; None where none keeps the hard limits."""
    n, quarters = problem.scores.shape
    keys = []
    for plan in product(range(-1, quarters), repeat=n):
        values = limit_values(problem, np.array(plan))
        if not allowed_plan(problem, plan) or not kept(problem, values):
            continue
        pairs = zip(problem.limits, values, strict=True)
        short = sum(max(limit.low - value, 0.0) for limit, value in pairs if limit.soft)
        score = sum(problem.scores[at, q] for at, q in enumerate(plan) if q >= 0)
        keys.append((-round(short, 9), score))
    return None if not keys else (-max(keys)[0], max(keys)[1])


@st.composite
def problems(draw) -> SupplyProblem:
    n, quarters = draw(st.integers(1, 5)), draw(st.integers(1, 2))
    whole = st.integers(0, 12)
    scores = np.array(
        draw(
            st.lists(
                st.lists(st.integers(-3, 12), min_size=quarters, max_size=quarters),
                min_size=n,
                max_size=n,
            )
        ),
        float,
    )
    allowed = np.array(
        draw(
            st.lists(
                st.lists(st.booleans(), min_size=quarters, max_size=quarters),
                min_size=n,
                max_size=n,
            )
        )
    )
    fixed = np.array(
        draw(
            st.lists(st.sampled_from([-1, -1, -1, -1, 0, IN_SOME_QUARTER]), min_size=n, max_size=n)
        )
    )
    limits = []
    for _ in range(draw(st.integers(0, 3))):
        area = np.array(draw(st.lists(whole, min_size=n, max_size=n)), float)
        when = np.array(draw(st.lists(st.booleans(), min_size=quarters, max_size=quarters)), float)
        kind = draw(st.sampled_from(["high", "soft", "hard"]))
        sign = draw(st.sampled_from([1.0, -1.0])) if kind == "hard" else 1.0
        weights = sign * np.outer(area, when)
        amount = float(draw(whole)) + 0.5
        limits.append(
            Limit(NAME, weights, high=amount)
            if kind == "high"
            else Limit(NAME, weights, low=amount, soft=True)
            if kind == "soft"
            else Limit(NAME, weights, low=-amount)
        )
    return SupplyProblem(scores, allowed, fixed, limits)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_the_plan_is_as_good_as_brute_force(problem: SupplyProblem) -> None:
    best, found = brute_force(problem), solve_supply(problem)
    if best is None:
        assert found.quarter is None
        return
    assert found.quarter is not None
    assert found.shortfall == pytest.approx(best[0], abs=1e-5)
    assert found.score == pytest.approx(best[1], abs=1e-5)
    assert found.gap == 0


def candidates(n: int = 3, **columns) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "parcel_id": [f"p{at}" for at in range(n)],
            "zone_id": "z",
            "land_use": "industrial",
            "area_m2": 10_000.0,
            "ready": "yes",
            "readiness_share": 1.0,
            "missing_zh": "",
            "missing_en": "",
            "usable": "yes",
            "location_score": np.nan,
            "has_project": False,
            "project_id": pd.Series(pd.NA, index=range(n), dtype="string"),
            "supports": False,
            "cost_wan": 100.0,
            "price_reserve_wan": 500.0,
            "green_change_m2": 0.0,
            "green_worst_m2": 0.0,
            "is_ready": True,
            "not_before": pd.Series(pd.NA, index=range(n), dtype="string"),
        }
    )
    return frame.assign(**columns)


def options(**values) -> PlanOptions:
    return PlanOptions(**{"quarters": QUARTERS, **values})


def quarters_of(outcome) -> dict[str, str | None]:
    plan = outcome.plan.set_index("parcel_id")["quarter"]
    return {name: None if pd.isna(value) else value for name, value in plan.items()}


@pytest.mark.parametrize(("room", "chosen"), [(20_000.0, 2), (19_999.0, 1), (30_000.0, 3)])
def test_a_ceiling_of_a_quarter_on_the_line(room: float, chosen: int) -> None:
    targets = pd.DataFrame({"quarter": ["2026Q3", "2026Q4"], "area_max_m2": [room, 0.0]})
    outcome = make_plan(candidates(), options(), targets=targets)
    assert outcome.plan["chosen"].sum() == chosen
    assert not outcome.broken


def test_delay_puts_what_is_worth_most_first() -> None:
    targets = pd.DataFrame({"quarter": ["2026Q3"], "area_max_m2": [10_000.0]})
    land = candidates(2, area_m2=[5_000.0, 10_000.0])
    outcome = make_plan(land, options(delay_share=0.1), targets=targets)
    assert quarters_of(outcome) == {"p0": "2026Q4", "p1": "2026Q3"}
    assert outcome.score == pytest.approx(1.0 + 0.5 * 0.9)


@pytest.mark.parametrize(("budget", "chosen"), [(200.0, 2), (199.99, 1)])
def test_a_budget_of_the_whole_plan(budget: float, chosen: int) -> None:
    assert make_plan(candidates(), options(budget_wan=budget)).plan["chosen"].sum() == chosen


def test_an_unknown_cost_cannot_be_held_against_a_budget() -> None:
    land = candidates(2, cost_wan=[np.nan, 50.0])
    outcome = make_plan(land, options(budget_wan=1_000.0))
    assert quarters_of(outcome)["p0"] is None
    assert "前期费用未知" in outcome.plan.set_index("parcel_id").loc["p0", "why_zh"]
    assert make_plan(land, options()).plan["chosen"].all()


@pytest.mark.parametrize(
    ("ready", "share", "least", "chosen"),
    [
        ("yes", 1.0, 1.0, True),
        ("unknown", 0.95, 1.0, False),
        ("no", 0.95, 1.0, False),
        ("unknown", 0.75, 0.75, True),
        ("unknown", 0.7499, 0.75, False),
    ],
)
def test_least_readiness_and_unknown_is_never_ready(ready, share, least, chosen) -> None:
    land = candidates(
        1,
        ready=ready,
        readiness_share=share,
        missing_zh="未知：供水",
        missing_en="not known: water",
    )
    outcome = make_plan(land, options(min_readiness=least))
    row = outcome.plan.iloc[0]
    assert bool(row["chosen"]) is chosen
    assert "供水" in row["why_zh"] if ready != "yes" else True


def test_a_budget_concerns_its_own_zone_use_and_quarter() -> None:
    """Costs are unknown. Zone a has a budget for storage in the first quarter, zone b has none."""
    land = candidates(
        4,
        zone_id=["a", "a", "b", "b"],
        land_use=["storage", "industrial", "storage", "industrial"],
        cost_wan=np.nan,
    )
    budget = pd.DataFrame(
        {"zone_id": ["a"], "quarter": ["2026Q3"], "land_use": ["storage"], "budget_wan": [500.0]}
    )
    outcome = make_plan(land, options(delay_share=0.1), targets=budget)
    assert quarters_of(outcome) == {
        "p0": "2026Q4",
        "p1": "2026Q3",
        "p2": "2026Q3",
        "p3": "2026Q3",
    }
    whole = make_plan(land, options(), targets=budget.assign(quarter=pd.NA))
    assert quarters_of(whole)["p0"] is None
    assert "前期费用未知" in whole.plan.set_index("parcel_id").loc["p0", "why_zh"]
    # Put into that quarter by hand, the budget cannot be told to hold.
    by_hand = make_plan(land, options(), targets=budget, edited=edits(("p0", "2026Q3", "in")))
    found = plan_findings(by_hand, land, NATIONAL, date(2026, 6, 30)).set_index("zone_id")
    assert found.loc["a", ["verdict", "missing"]].tolist() == ["unknown", "parcels.supply_cost_wan"]
    assert found.loc["b", "verdict"] == "yes"


def test_of_plans_with_one_score_the_earliest_is_taken() -> None:
    """No delay share: room for one hectare a quarter, and none asked for in the first but one parcel late."""
    free = make_plan(candidates(3, not_before=[None, "2026Q4", None]), options())
    assert quarters_of(free) == {"p0": "2026Q3", "p1": "2026Q4", "p2": "2026Q3"}
    room = pd.DataFrame({"quarter": ["2026Q3"], "area_max_m2": [15_000.0]})
    land = candidates(3, area_m2=[5_000.0, 10_000.0, 6_000.0])
    # 1.5 ha in the first quarter are the most: 0.5 and 1.0, and 0.6 later.
    assert quarters_of(make_plan(land, options(), targets=room)) == {
        "p0": "2026Q3",
        "p1": "2026Q3",
        "p2": "2026Q4",
    }
    # Of two sets with one score, the earlier: p2 cannot be supplied before the second quarter.
    limit = pd.DataFrame({"quarter": [pd.NA], "area_max_m2": [20_000.0]})
    late = candidates(3, not_before=["2026Q4", None, None])
    assert quarters_of(make_plan(late, options(), targets=limit)) == {
        "p0": None,
        "p1": "2026Q3",
        "p2": "2026Q3",
    }


@pytest.mark.parametrize("delay", [0.0, 0.05])
def test_of_parcels_alike_the_project_of_the_first_rank_goes_first(delay: float) -> None:
    room = pd.DataFrame({"quarter": QUARTERS, "area_max_m2": [10_000.0, 10_000.0]})
    land = candidates(3, priority=[np.nan, 2.0, 1.0], has_project=True)
    assert quarters_of(make_plan(land, options(delay_share=delay), targets=room)) == {
        "p0": None,
        "p1": "2026Q4",
        "p2": "2026Q3",
    }


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.lists(st.integers(1, 6), min_size=2, max_size=3),
)
def test_no_plan_of_the_best_score_is_earlier(sizes: list[int], room: list[int]) -> None:
    n, quarters = len(sizes), len(room)
    area = np.array(sizes, float)
    limits = [
        Limit(NAME, np.outer(area, np.arange(quarters) == at), high=float(most))
        for at, most in enumerate(room)
    ]
    problem = SupplyProblem(
        np.outer(area, np.ones(quarters)), np.ones((n, quarters), bool), np.full(n, -1), limits
    )
    keys = []
    for plan in product(range(-1, quarters), repeat=n):
        if kept(problem, limit_values(problem, np.array(plan))):
            taken = [(area[at], q) for at, q in enumerate(plan) if q >= 0]
            keys.append((-sum(a for a, _ in taken), sum(a * q for a, q in taken)))
    found = solve_supply(problem)
    assert found.quarter is not None
    taken = [(area[at], q) for at, q in enumerate(found.quarter) if q >= 0]
    assert (-sum(a for a, _ in taken), sum(a * q for a, q in taken)) == min(keys)


def test_targets_that_cannot_be_met_are_missed_by_as_little_as_possible() -> None:
    targets = pd.DataFrame(
        {"quarter": ["2026Q3"], "land_use": ["industrial"], "area_min_m2": [35_000.0]}
    )
    outcome = make_plan(candidates(), options(), targets=targets)
    assert outcome.shortfall == pytest.approx(5_000.0)
    assert outcome.plan["quarter"].tolist() == ["2026Q3"] * 3
    assert [limit.label.zh for limit, _ in outcome.broken] == ["2026Q3工业面积下限"]


def test_green_never_falls_below_the_floor_nor_below_today() -> None:
    land = candidates(2, green_change_m2=[-3_000.0, -1_000.0])
    base = {"z": ZoneBase(area_m2=100_000.0, green_m2=21_500.0)}
    outcome = make_plan(land, options(green_floor=0.20), bases=base)
    assert quarters_of(outcome) == {"p0": None, "p1": "2026Q3"}
    # The zone lies below the floor already: nothing may make it worse, planting may make it better.
    poor = {"z": ZoneBase(area_m2=100_000.0, green_m2=10_000.0)}
    assert not make_plan(land, options(green_floor=0.20), bases=poor).plan["chosen"].any()
    better = candidates(2, green_change_m2=[-3_000.0, 3_000.0])
    assert make_plan(better, options(green_floor=0.20), bases=poor).plan["chosen"].all()
    # What is not known counts as the worst for the floor, and is not shown as a figure.
    blank = candidates(2, green_change_m2=[np.nan, -1_000.0], green_worst_m2=[-3_000.0, -1_000.0])
    held = make_plan(blank, options(green_floor=0.20), bases=base)
    assert quarters_of(held) == {"p0": None, "p1": "2026Q3"}
    assert held.plan["green_change_m2"].isna().tolist() == [False, True]
    unknown = make_plan(land, options(green_floor=0.20), bases={"z": ZoneBase()})
    assert unknown.plan["chosen"].all()
    assert len(unknown.untested) == 1


def test_floors_of_indicators() -> None:
    """Supplied 60 of 80 ready; one candidate is ready, the other is not yet: 70/80 and 70/90 and 80/90."""
    land = candidates(2, is_ready=[True, False], area_m2=10.0)
    base = {"z": ZoneBase(supplied_m2=60.0, ready_m2=80.0, industrial_m2=60.0)}
    for floor, chosen in ((0.75, 2), (0.95, 2)):
        # Where the floor lies above today's rate, today's rate is what must be kept.
        outcome = make_plan(land, options(floors={"supply_rate": floor}), bases=base)
        assert outcome.plan["chosen"].sum() == chosen
    offices = land.assign(land_use="office")
    held = make_plan(offices, options(floors={"industrial_share": 0.80}), bases=base)
    assert held.plan["chosen"].sum() == 1  # 60/70 = 0.857, 60/80 = 0.75


def test_nothing_is_planned_before_its_day() -> None:
    outcome = make_plan(candidates(1, not_before="2026Q4"), options(delay_share=0.5))
    assert quarters_of(outcome) == {"p0": "2026Q4"}
    late = make_plan(candidates(1, not_before="2030Q1"), options())
    assert "计划期以后" in late.plan.loc[0, "why_zh"]


def test_every_candidate_has_its_reason() -> None:
    land = candidates(
        4,
        area_m2=[30_000.0, 10_000.0, 10_000.0, 8_000.0],
        usable=["yes", "no", "yes", "yes"],
    )
    targets = pd.DataFrame({"quarter": QUARTERS, "area_max_m2": [10_000.0, 0.0]})
    plan = make_plan(land, options(), targets=targets).plan.set_index("parcel_id")
    assert "单独列入" in plan.loc["p0", "why_zh"]
    assert "不能单独供应" in plan.loc["p1", "why_zh"]
    assert "得分最高" in plan.loc["p2", "why_zh"]
    assert "与已列入的宗地合计" in plan.loc["p3", "why_zh"]
    assert plan["why_en"].str.len().gt(10).all()


def edits(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["parcel_id", "quarter", "decision"], dtype="string")
    return frame.assign(source_row=range(6, 6 + len(frame)))


def test_an_edited_plan_is_taken_as_it_is_and_held_to_the_limits() -> None:
    targets = pd.DataFrame({"quarter": ["2026Q4"], "area_max_m2": [10_000.0]})
    edited = edits(("p0", "2026年第4季度", None), ("p1", "2026Q4", "free"), ("p2", None, None))
    outcome = make_plan(candidates(), options(), targets=targets, edited=edited)
    assert quarters_of(outcome) == {"p0": "2026Q4", "p1": "2026Q4", "p2": None}
    ((limit, value),) = outcome.broken
    assert (limit.high, value) == (10_000.0, 20_000.0)
    assert outcome.plan.set_index("parcel_id").loc["p0", "why_zh"].startswith("编辑稿列入")


def test_planning_anew_keeps_what_the_planner_decided() -> None:
    targets = pd.DataFrame({"quarter": QUARTERS, "area_max_m2": [10_000.0, 10_000.0]})
    edited = edits(("p0", "2026Q4", "in"), ("p1", None, "out"))
    outcome = make_plan(candidates(), options(replan=True), targets=targets, edited=edited)
    assert quarters_of(outcome) == {"p0": "2026Q4", "p1": None, "p2": "2026Q3"}


def test_a_decision_against_every_limit_is_told_and_no_plan_is_made_up() -> None:
    targets = pd.DataFrame({"quarter": ["2026Q4"], "area_max_m2": [5_000.0]})
    outcome = make_plan(
        candidates(), options(replan=True), targets=targets, edited=edits(("p0", "2026Q4", "in"))
    )
    assert not outcome.feasible
    assert not outcome.plan["chosen"].any()


def test_what_cannot_be_read_back_is_told_row_by_row() -> None:
    edited = edits(
        ("p0", "soon", None),
        ("p1", "2031Q1", None),
        ("p2", None, "in"),
        ("p2", "2026Q3", None),
        ("nobody", "2026Q3", None),
    )
    problems_ = make_plan(candidates(), options(), edited=edited).problems
    told = dict(zip(problems_["code"], problems_["row"], strict=True))
    assert told == {
        "plan_quarter_unreadable": 6,
        "plan_quarter_beyond": 7,
        "plan_in_without_quarter": 8,
        "plan_repeated": 9,
        "plan_unknown_parcel": 10,
    }
    outcome = make_plan(candidates(), options(), edited=edited)
    why = outcome.plan.set_index("parcel_id")["why_zh"]
    for name, said in (("p0", "读不懂"), ("p1", "不在计划期内"), ("p2", "没有季度")):
        assert said in why[name]
    # What the planner meant was not tested: the plan keeps its limits by nothing but chance.
    finding = plan_findings(outcome, candidates(), NATIONAL, date(2026, 6, 30)).iloc[0]
    assert (finding["verdict"], finding["missing"]) == ("unknown", "plan.quarter")
    assert "5行不能采用" in finding["note_zh"]


def test_what_the_planner_puts_in_against_the_conditions_is_told() -> None:
    """p0 has three quarters of its conditions and all are asked for; p1 is no site; p2 is as it should be."""
    land = candidates(3, ready=["unknown", "yes", "yes"], usable=["yes", "no", "yes"])
    edited = edits(("p0", "2026Q3", "in"), ("p1", "2026Q3", "in"), ("p2", "2026Q3", "in"))
    for anew in (False, True):
        outcome = make_plan(land, options(replan=anew), edited=edited)
        finding = plan_findings(outcome, land, NATIONAL, date(2026, 6, 30)).iloc[0]
        assert finding["verdict"] == "no"
        assert (
            "不符合列入条件的2宗：p0（供应条件未全部具备）、p1（不能单独供应）"
            in finding["note_zh"]
        )
    fine = make_plan(land, options(), edited=edits(("p2", "2026Q3", "in")))
    assert plan_findings(fine, land, NATIONAL, date(2026, 6, 30))["verdict"].tolist() == ["yes"]


def test_a_row_that_cannot_be_used_is_told_with_its_parcel_and_what_was_found() -> None:
    edited = edits(("p0", "2026Q5", "in"), ("ghost", "2026Q4", "in"))
    told = make_plan(candidates(), options(), edited=edited).problems
    assert told.set_index("code")[["id", "found"]].to_dict("index") == {
        "plan_quarter_unreadable": {"id": "p0", "found": "2026Q5"},
        "plan_unknown_parcel": {"id": "ghost", "found": "ghost"},
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"supply_status": ["unapproved", "ready"]}, "尚不能供应"),
        ({"supply_status": ["approved_not_cleared", "ready"]}, "尚不能供应"),
        ({"outside_share": [1.0, 0.0]}, "100.0%在批准四至以外，不列入"),
        ({"outside_share": [0.51, np.nan]}, "51.0%在批准四至以外，不列入"),
    ],
)
def test_land_that_no_plan_may_speak_of(change, said) -> None:
    land = candidates(2, **change)
    plan = make_plan(land, options(min_readiness=0.5)).plan.set_index("parcel_id")
    assert plan["chosen"].tolist() == [True, False]
    assert plan.index.tolist() == ["p1", "p0"]
    assert said in plan.loc["p0", "why_zh"]
    supporting = make_plan(land.assign(supports=True), options()).plan
    assert supporting["chosen"].all() == ("outside_share" in change)


def test_a_site_that_reaches_beyond_the_boundary_says_so() -> None:
    plan = make_plan(candidates(1, outside_share=[0.25]), options()).plan
    assert plan["chosen"].all()
    assert "有25.0%在批准四至以外，供应前须核对" in plan["why_zh"].iloc[0]


def test_a_floor_that_is_not_met_today_is_told() -> None:
    """Green 20 of 100 ha and a floor of 30 %: no worse than 20 %, and that 30 % is not reached is said."""
    bases = {
        name: ZoneBase(area_m2=1_000_000.0, green_m2=green)
        for name, green in (("z", 200_000.0), ("z1", 300_000.0))
    }
    land = candidates(2, zone_id=["z", "z1"])
    outcome = make_plan(land, options(green_floor=0.3), bases=bases)
    found = plan_findings(outcome, land, NATIONAL, date(2026, 6, 30)).set_index("zone_id")
    assert found["verdict"].tolist() == ["yes", "yes"]
    said = "现状绿地率20.00%，低于底线30.00%，本计划只核对不低于现状"
    assert [said in note for note in found["note_zh"]] == [True, False]


def test_a_zone_is_not_told_what_is_unknown_of_another() -> None:
    """The base of Z10 is unknown, that of Z1 is not: the names begin alike."""
    bases = {"Z1": ZoneBase(area_m2=1e6, green_m2=3e5)}
    land = candidates(2, zone_id=["Z1", "Z10"])
    outcome = make_plan(land, options(green_floor=0.3), bases=bases)
    found = plan_findings(outcome, land, NATIONAL, date(2026, 6, 30)).set_index("zone_id")
    assert found["verdict"].to_dict() == {"Z1": "yes", "Z10": "unknown"}


def test_zones_are_planned_apart_unless_a_limit_binds_them() -> None:
    land = candidates(4, zone_id=["a", "a", "b", "b"])
    own = pd.DataFrame({"zone_id": ["a"], "quarter": [pd.NA], "area_max_m2": [10_000.0]})
    plan = make_plan(land, options(), targets=own).plan
    assert plan[plan["chosen"]]["zone_id"].tolist() == ["a", "b", "b"]
    both = own.assign(zone_id=pd.NA)
    assert make_plan(land, options(), targets=both).plan["chosen"].sum() == 1


def test_the_same_plan_in_any_order_of_rows() -> None:
    land = candidates(5, area_m2=[3_000.0, 4_000.0, 5_000.0, 6_000.0, 7_000.0])
    targets = pd.DataFrame({"quarter": QUARTERS, "area_max_m2": [9_000.0, 9_000.0]})
    one = make_plan(land, options(delay_share=0.05), targets=targets).plan
    other = make_plan(land.iloc[::-1], options(delay_share=0.05), targets=targets).plan
    pd.testing.assert_frame_equal(one, other)


def test_the_summary_adds_up_and_keeps_the_unknown() -> None:
    land = candidates(
        3, cost_wan=[100.0, np.nan, 50.0], land_use=["industrial", "industrial", "storage"]
    )
    summary = plan_summary(make_plan(land, options()).plan).set_index("land_use")
    assert summary.loc["industrial", "area_ha"] == 2
    assert np.isnan(summary.loc["industrial", "cost_wan"])
    assert summary.loc["storage", "cost_wan"] == 50


# --------------------------------------------------------------------- sets that fit into a quarter


@st.composite
def roomy(draw) -> SupplyProblem:
    """Problems that the empty plan keeps: ceilings of quarters, targets that may be missed, sinking floors."""
    problem = draw(problems())
    limits = [limit for limit in problem.limits if limit.soft or limit.low <= 0]
    free = np.full(len(problem.fixed), -1)
    return SupplyProblem(problem.scores, problem.allowed, free, limits)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(roomy())
def test_by_sets_the_plan_is_as_good_too(
    monkeypatch: pytest.MonkeyPatch, problem: SupplyProblem
) -> None:
    """The plain search is kept from helping: it proves nothing, and without targets finds nothing either."""
    plain = supply_optimise._plain

    def nothing(programme: Programme, gap: float, nodes: int) -> Found:
        x = np.zeros(len(programme.cost))
        if len(x) > len(programme.quarter):
            x = plain(programme, gap, nodes).x
        return Found(x, float(programme.cost @ x), -np.inf)

    monkeypatch.setattr(supply_optimise, "_plain", nothing)
    best, found = brute_force(problem), solve_supply(problem)
    assert best is not None
    assert found.quarter is not None
    assert found.shortfall == pytest.approx(best[0], abs=1e-5)
    assert found.score == pytest.approx(best[1], abs=1e-5)
    assert found.gap == pytest.approx(0, abs=1e-6)


def tight(n: int, quarters: int, seed: int) -> SupplyProblem:
    """Parcels large beside what a quarter takes, of like worth at any time: the plain search sees no end."""
    random = np.random.default_rng(seed)
    area = random.integers(50, 450, n).astype(float)
    worth = area * random.integers(100, 140, n) / 1e4
    limits = []
    for at in range(quarters):
        now = np.zeros(quarters)
        now[at] = 1.0
        limits.append(Limit(NAME, np.outer(area, now), high=float(area.sum()) * 0.8 / quarters))
    scores = np.outer(worth, 0.97 ** np.arange(quarters))
    return SupplyProblem(scores, np.ones((n, quarters), bool), np.full(n, -1), limits)


def test_tight_quarters_are_solved_to_the_end() -> None:
    """By dynamic programming over the 2**12 sets of parcels: the best of every set in the quarters so far."""
    problem = tight(12, 5, 3)
    found = solve_supply(problem)
    n, quarters = problem.scores.shape
    bits = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    best = np.zeros(2**n)
    for at in range(quarters):
        weights, room = problem.limits[at].weights[:, at], problem.limits[at].high
        sets = np.flatnonzero(bits @ weights <= room)
        worth = bits[sets] @ problem.scores[:, at]
        now = best.copy()
        for one, more in zip(sets, worth, strict=True):
            rest = np.flatnonzero((np.arange(2**n) & one) == 0)
            np.maximum.at(now, rest | one, best[rest] + more)
        best = now
    assert found.score == pytest.approx(best.max(), abs=1e-6)
    assert found.gap == 0


def test_too_many_sets_leave_the_plain_search(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = tight(12, 3, 5)
    found = solve_supply(problem)
    monkeypatch.setattr(supply_patterns, "_MOST_SETS", 3)
    again = solve_supply(problem)
    assert again.score <= found.score + 1e-9
    assert again.gap >= found.gap == 0
