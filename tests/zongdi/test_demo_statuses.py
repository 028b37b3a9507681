"""Every status and verdict that the rules know occurs in the demo, where its story says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analyses.areas import parcel_areas
from analyses.far import analyse_far
from analyses.green import analyse_green
from analyses.idle import analyse_idle
from analyses.mixed_use import analyse_mixed_use
from analyses.results import IDLE_STATUSES
from analyses.zones import assign_zones
from layers.inputs import read_inputs
from layers.problems import ProblemLog
from layers.project import load_project
from policies import load_policy
from zongdi.demo import DemoZone, generate_zone, write_demo


@dataclass
class _Demo:
    zone: DemoZone
    log: ProblemLog
    frames: Any
    parcels: pd.DataFrame
    project: Any
    policy: Any

    def holders_of(self, trait: str) -> set[str]:
        return {parcel.parcel_id for parcel in self.zone.parcels if trait in parcel.traits}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    project = load_project(write_demo(tmp_path_factory.mktemp("statuses")))
    log = ProblemLog()
    frames = read_inputs(project, log).frames
    parcels = frames["parcels"]
    placed = assign_zones(parcels, frames["zones"])
    kept = parcels.drop(columns=[name for name in placed if name in parcels])
    ready = kept.join(parcel_areas(parcels, method="plane")).join(placed)
    zone = generate_zone(np.random.default_rng(20260630))
    return _Demo(zone, log, frames, ready, project, load_policy(project.policy))


@pytest.fixture(scope="module")
def far(demo):
    return analyse_far(
        demo.parcels, demo.frames["buildings"], demo.policy, demo.project.as_of,
        plan_zones=demo.frames["plan_zones"], ledger=demo.frames["ledger"], uses=demo.frames["uses"],
        options=demo.project.options.get("far"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def green(demo):
    return analyse_green(
        demo.parcels, demo.policy, demo.project.as_of,
        green=demo.frames["green"], zones=demo.frames["zones"], buildings=demo.frames["buildings"],
        ledger=demo.frames["ledger"], options=demo.project.options.get("green"),
    )  # fmt: skip


def _adverse(findings: pd.DataFrame, rule: str) -> set[str]:
    rows = findings[(findings["rule"] == rule) & findings["attention"].eq(other=True)]
    return set(rows["parcel_id"])


def test_the_demo_reads_without_errors(demo):
    problems = demo.log.frame()
    assert not demo.log.has_errors
    assert set(problems.loc[problems["severity"] == "warning", "code"]) == {
        "building-on-no-parcel", "geometry-changed-by-repair", "dates-out-of-order",
        "started-without-permit", "id-repeated", "parcels-overlap", "area-differs",
    }  # fmt: skip
    assert "encoding-detected" in set(problems["code"])


def test_every_idle_status_occurs_where_its_story_says(demo):
    outcome = analyse_idle(
        demo.frames["ledger"], demo.parcels, demo.policy, demo.project.as_of,
        causes=demo.frames["causes"], cases=demo.frames["cases"],
    )  # fmt: skip
    found = dict(zip(demo.parcels["parcel_id"], outcome.measures["idle_status"], strict=True))
    assert set(found.values()) == set(IDLE_STATUSES)
    wanted = {parcel_id: role.status for parcel_id, role in demo.zone.cast.roles.items()}
    assert {key: found[key] for key in wanted} == wanted


def test_mixed_use_verdicts_occur(demo):
    outcome = analyse_mixed_use(
        demo.parcels, demo.policy, demo.project.as_of, uses=demo.frames["uses"]
    )
    found = dict(zip(demo.parcels["parcel_id"], outcome.measures["mixed_verdict"], strict=True))
    assert set(found.values()) == {"conflict", "not_mixed", "undetermined", "yes", "unknown"}
    for trait, verdict in (
        ("mixed_listed", "yes"),
        ("mixed_unlisted", "undetermined"),
        ("mixed_conflict", "conflict"),
        ("use_unknown", "unknown"),
    ):
        assert {found[parcel_id] for parcel_id in demo.holders_of(trait)} == {verdict}, trait


def test_supporting_shares_below_and_above_occur(demo):
    """By hand: 0.12 of 1.20 and 0.30 of 1.20 of floor area; 4 % and 12 % of land; 28 % and 17 % of M0."""
    findings = analyse_mixed_use(
        demo.parcels,
        demo.policy,
        demo.project.as_of,
        uses=demo.frames["uses"],
        ledger=demo.frames["ledger"],
    ).findings
    seen = findings[findings["verdict"].isin(["yes", "no"])].set_index(["rule", "verdict"])
    for rule, verdict, share in (
        ("mixed.supporting_floor", "no", 0.10),
        ("mixed.supporting_floor", "yes", 0.25),
        ("mixed.supporting_land", "no", 0.04),
        ("mixed.supporting_land", "yes", 0.12),
        ("mixed.m0_floor", "no", 0.28),
        ("mixed.m0_land", "yes", 0.17),
    ):
        measured = seen.loc[[(rule, verdict)], "measured"].tolist()
        assert measured == [pytest.approx(share, abs=1e-3)], (rule, verdict)


def test_floor_area_ratios_above_below_and_unknown_occur(demo, far):
    assert _adverse(far.findings, "far.limit") & demo.holders_of("far_over_limit")
    below = _adverse(far.findings, "far.floor") | _adverse(far.findings, "far.floor_planned")
    assert demo.holders_of("far_under_floor") <= below
    measures = far.measures.set_index(demo.parcels["parcel_id"])
    assert measures.loc[sorted(demo.holders_of("floors_unknown")), "far_plain"].isna().all()
    assert (measures["floor_area_headroom_m2"] > 0).any()
    assert measures["bound_by"].eq("unknown").any()


def test_green_surplus_deficit_excess_and_unknown_occur(demo, green):
    measures = green.measures.set_index(demo.parcels["parcel_id"])
    balance = measures["green_balance_m2"]
    assert (balance[sorted(demo.holders_of("green_surplus"))] > 0).all()
    assert (balance[sorted(demo.holders_of("green_deficit"))] < 0).all()
    assert (measures.loc[sorted(demo.holders_of("green_over_cap")), "green_over_cap_m2"] > 0).all()
    assert balance.isna().any()
    assert len(green.tables["transfers"]) > 0


def test_cases_tell_the_four_steps(demo):
    cases = demo.frames["cases"].set_index("parcel_id")
    stories = {role.story: parcel_id for parcel_id, role in demo.zone.cast.roles.items()}
    assert stories["two_years_no_case"] not in cases.index
    notice = cases.loc[stories["one_year_notice"]]
    assert pd.notna(notice["notice_received_on"])
    assert pd.isna(notice["finding_on"])
    assert pd.notna(cases.loc[stories["one_year_found"], "finding_served_on"])
    assert pd.notna(cases.loc[stories["gov_plan_found"], "registered_on"])
