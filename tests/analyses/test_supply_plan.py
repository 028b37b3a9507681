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
