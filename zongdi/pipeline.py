"""One run: inputs read and checked, every analysis made, its frames joined.

No planning arithmetic stands here: only which analysis gets which frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from analyses import results as contracts
from analyses.areas import area_problems
from analyses.far import analyse_far
from analyses.findings import concat_findings
from analyses.idle import analyse_idle
from analyses.idle_evidence import analyse_evidence
from analyses.idle_review import review_ledger
from analyses.idle_series import idle_series
from analyses.idle_surplus import find_surplus
from analyses.mixed_use import analyse_mixed_use
from analyses.paragraphs import parcel_paragraphs
from analyses.recommend import recommend
from analyses.zone_summary import zone_summary
from analyses.zones import zone_totals
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from layers.inputs import read_inputs
from layers.problems import ProblemLog
from policies import load_policy
from policies.text import Text
from zongdi.change_rasters import raster_changes
from zongdi.context_layers import context_layers
from zongdi.errors import InputRefusedError, UsageError
from zongdi.green_step import green_outcome
from zongdi.height_rasters import far_layers, measured_heights
from zongdi.kept_inputs import kept_inputs
from zongdi.ledger_parcels import unjudged_rows
from zongdi.problem_report import problem_lines
from zongdi.record import run_record
from zongdi.results import Results
from zongdi.run_parcels import base_parcels, corrections_of, joined_parcels
from zongdi.supply_step import supply_step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from analyses.outcome import Analysis
    from layers.inputs import Inputs
    from layers.project import Project
    from policies.model import Policy

__all__ = [
    "ANALYSES",
    "analyse_inputs",
    "check_only",
    "check_project",
    "refuse_errors",
    "run_project",
]

#: The analyses that `--only` may name, in the order in which they run.
ANALYSES: dict[str, Text] = {
    "idle": Text("闲置土地", "idle land"),
    "far": Text("容积率", "floor-area ratio"),
    "mixed": Text("混合用途", "mixed use"),
    "green": Text("绿地", "green"),
    "supply": Text("土地供应与绩效", "land supply and performance"),
}


@dataclass
class _Run:
    """What the steps of one run hand on to each other."""

    inputs: Inputs
    policy: Policy
    as_of: date
    options: Mapping[str, Mapping[str, Any]]
    area_method: Literal["plane", "ellipsoid"]
    parcels: pd.DataFrame
    outcomes: dict[str, Analysis] = field(default_factory=dict)
    done: dict[str, str] = field(default_factory=dict)
    scenario: Mapping[str, Any] | None = None
    measured: dict[str, pd.DataFrame] = field(default_factory=dict)

    def frame(self, name: str) -> Any:
        """Return an input layer or table; None where the project gives none."""
        return self.inputs.frames.get(name)

    def zone_figures(self, analysis: str) -> pd.DataFrame | None:
        """Return what an analysis says of the zones; None where it was not made."""
        return self.outcomes[analysis].zones if analysis in self.outcomes else None

    def chosen(self, analysis: str) -> Any:
        """Return the options of an analysis with the project's way of measuring areas."""
        return {**self.options.get(analysis, {}), "area_method": self.area_method}


def check_project(
    project: Project, *, progress: Callable[[Text | str, int, int], None] | None = None
) -> ProblemLog:
    """Read and check every layer and return all problems."""
    log = ProblemLog()
    load_policy(project.policy, base=project.folder)
    read_inputs(project, log, progress=progress)
    return log


def run_project(
    project: Project,
    *,
    only: Sequence[str] = (),
    strict: bool = False,
    progress: Callable[[Text | str, int, int], None] | None = None,
) -> Results:
    """Read a project and make every analysis.

    Parameters
    ----------
    project : layers.project.Project
        What `layers.project.load_project` gave.
    only : sequence of str
        Names of `ANALYSES`; empty for all.
    strict : bool
        Treat warnings as errors.
    progress : callable, optional
        Called with a step's name, how much of it is done, and of how much.

    Raises
    ------
    InputRefusedError
        An input holds errors; the message counts them and shows the first.
    UsageError
        `only` names what is not an analysis.
    """
    check_only(only)
    policy = load_policy(project.policy, base=project.folder)
    log = ProblemLog()
    inputs = read_inputs(project, log, progress=progress)
    refuse_errors(log, strict=strict)
    return analyse_inputs(project, inputs, policy, log, only=only, progress=progress)


def analyse_inputs(
    project: Project,
    inputs: Inputs,
    policy: Policy,
    log: ProblemLog,
    *,
    only: Sequence[str] = (),
    progress: Callable[[Text | str, int, int], None] | None = None,
    scenario: Mapping[str, Any] | None = None,
) -> Results:
    """Make every analysis of inputs that were read, or that a scenario changed.

    Parameters
    ----------
    project, only, progress
        As for `run_project`.
    inputs : layers.inputs.Inputs
        The layers.
    policy : policies.model.Policy
        The rules.
    log : layers.problems.ProblemLog
        The problems known so far; those of the analyses are added.
    scenario : mapping, optional
        What ``run.json`` says of the scenario.
    """
    run = _Run(
        inputs=inputs,
        policy=policy,
        as_of=project.as_of,
        options=project.options,
        area_method=project.area_method,
        parcels=base_parcels(inputs, project),
        scenario=scenario,
    )
    wanted = [name for name in ANALYSES if not only or name in only]
    for done, name in enumerate(wanted):
        if progress is not None:
            progress(Text("分析", "analysing"), done, len(wanted))
        _STEPS[name](run)
    for name in ANALYSES:
        run.done.setdefault(name, "not asked for")
    if progress is not None:
        progress(Text("分析", "analysing"), len(wanted), len(wanted))
    return _assemble(project, run, log)


def check_only(only: Sequence[str]) -> None:
    """Refuse what is no analysis.

    Raises
    ------
    UsageError
        Naming the analyses there are.
    """
    strangers = sorted(set(only) - set(ANALYSES))
    if strangers:
        named, known = ", ".join(strangers), ", ".join(ANALYSES)
        raise UsageError(
            Text(
                f"--only 中没有名为 {named} 的分析；可选：{known}。",
                f"--only names no analysis {named}; there are: {known}.",
            )
        )


def refuse_errors(log: ProblemLog, *, strict: bool) -> None:
    """Stop where an input holds errors (or, if `strict`, warnings).

    Raises
    ------
    InputRefusedError
        With the count of errors and the first five of them.
    """
    frame = log.frame()
    bad = frame[frame["severity"].isin(["error", "warning"] if strict else ["error"])]
    if bad.empty:
        return
    lines = problem_lines(bad)
    rest = len(lines) - 5
    more = (
        Text(
            f"\n  …另有 {rest} 类，用 zongdi check 列出。",
            f"\n  ... and {rest} more kinds: zongdi check lists them.",
        )
        if rest > 0
        else Text("", "")
    )
    counted = "error" if len(bad) == 1 else "errors"
    raise InputRefusedError(
        Text(
            f"输入数据有 {len(bad)} 处错误，未进行分析，原有成果未改动：\n"
            + "\n".join(line.zh for line in lines[:5])
            + more.zh,
            f"The inputs hold {len(bad)} {counted}; nothing was analysed and earlier results are unchanged:\n"
            + "\n".join(line.en for line in lines[:5])
            + more.en,
        )
    )


def _idle(run: _Run) -> None:
    ledger = run.frame("ledger")
    if ledger is None:
        ledger = empty_frame(CONTRACTS["ledger"])
        run.done["idle"] = "no ledger: only the parcels' supply status was used"
    else:
        run.done["idle"] = "done"
    run.outcomes["idle"] = analyse_idle(
        ledger,
        run.parcels,
        run.policy,
        run.as_of,
        causes=run.frame("causes"),
        cases=run.frame("cases"),
    )
    _series(run, ledger)
    changes = raster_changes(run.inputs.rasters, run.parcels, run.as_of)
    buildings = run.frame("buildings")
    if ledger is not None and (buildings is not None or changes):
        run.outcomes["evidence"] = analyse_evidence(
            run.parcels,
            run.outcomes["idle"].tables["contracts"],
            run.policy,
            run.as_of,
            buildings=buildings,
            changes=changes,
        )
    clearance = run.options.get("idle", {}).get("surplus_clearance_m")
    if clearance is None:
        run.done["idle"] += "; surplus land not sought: [idle] surplus_clearance_m is not given"
        return
    run.outcomes["surplus"] = find_surplus(
        run.parcels,
        run.outcomes["idle"].tables["contracts"],
        run.policy,
        run.as_of,
        buildings=buildings,
        facilities=run.frame("facilities"),
        clearance_m=clearance,
        width_min_m=run.options.get("idle", {}).get("surplus_width_min_m", 0.0),
    )


def _series(run: _Run, ledger: pd.DataFrame) -> None:
    """Work out the idle status at the dates of the map's slider."""
    asked = [date.fromisoformat(day) for day in run.options.get("map", {}).get("series", ())]
    ahead = [day for day in asked if day > run.as_of]
    if len(ahead) < len(asked):
        run.done["idle"] += "; [map] series: dates up to the review date are left out"
    if not ahead:
        return
    review = review_ledger(
        ledger,
        run.parcels,
        run.policy,
        run.as_of,
        causes=run.frame("causes"),
        cases=run.frame("cases"),
    )
    idle = run.outcomes["idle"]
    series = idle_series(review, run.parcels, idle.measures, ahead)
    run.outcomes["idle"] = replace(idle, tables={**idle.tables, "idle_series": series})


def _far(run: _Run) -> None:
    run.done["far"] = (
        "done" if run.frame("buildings") is not None else "no buildings: recorded floor areas only"
    )
    layers = far_layers(run.inputs, run.parcels, run.as_of, run.options.get("far", {}))
    run.measured |= measured_heights(layers, run.parcels, run.frame("buildings"))
    run.outcomes["far"] = analyse_far(
        run.parcels,
        run.frame("buildings"),
        run.policy,
        run.as_of,
        options=run.chosen("far"),
        **layers,
    )


def _mixed(run: _Run) -> None:
    options: Any = run.options.get("mixed", {})
    reached = options.get("reach_m") is not None
    run.done["mixed"] = (
        "done"
        if reached
        else "done; shared facilities not looked for: [mixed] reach_m is not given"
    )
    earlier = [run.outcomes[name].measures for name in ("idle", "far") if name in run.outcomes]
    run.outcomes["mixed"] = analyse_mixed_use(
        run.parcels,
        run.policy,
        run.as_of,
        uses=run.frame("uses"),
        measures=pd.concat(earlier, axis="columns") if earlier else None,
        facilities=run.frame("facilities"),
        buildings=run.frame("buildings"),
        ledger=run.frame("ledger"),
        options=options,
    )


def _green(run: _Run) -> None:
    run.outcomes["green"], run.done["green"] = green_outcome(
        run.parcels,
        run.inputs,
        run.policy,
        run.as_of,
        far=run.outcomes.get("far"),
        options=run.chosen("green"),
    )


_STEPS: dict[str, Callable[[_Run], None]] = {
    "idle": _idle,
    "far": _far,
    "mixed": _mixed,
    "green": _green,
    "supply": supply_step,
}


def _assemble(project: Project, run: _Run, log: ProblemLog) -> Results:
    parcels = joined_parcels(run.parcels, run.outcomes)
    findings = concat_findings(outcome.findings for outcome in run.outcomes.values())
    log.extend(area_problems(run.parcels, run.parcels))
    for outcome in run.outcomes.values():
        log.extend(outcome.problems, once=True)
    tables = {
        name: table for outcome in run.outcomes.values() for name, table in outcome.tables.items()
    }
    rows = tables.get("contracts", unjudged_rows(run.frame("ledger")))
    zones = zone_totals(
        parcels,
        run.frame("zones"),
        green=run.zone_figures("green"),
        idle=run.zone_figures("idle"),
        area_method=project.area_method,
    )
    advice = recommend(
        parcels,
        findings,
        run.policy,
        run.as_of,
        contracts=rows,
        cases=run.frame("cases"),
        problems=log.frame(),
        transfers=tables.get("transfers"),
        openings=tables.get("mixed_openings"),
        plan=tables.get("plan"),
        weights=run.options.get("recommend", {}).get("weights"),
    )
    deadlines = tables.get("deadlines", empty_frame(contracts.DEADLINES))
    return Results(
        project=project,
        policy=run.policy,
        crs=run.inputs.crs,
        parcels=parcels,
        contracts=rows,
        findings=findings,
        recommendations=advice,
        paragraphs=parcel_paragraphs(
            parcels,
            findings,
            advice,
            run.policy,
            run.as_of,
            contracts=rows,
            cases=run.frame("cases"),
        ),
        zone_summary=zone_summary(parcels, findings, advice, deadlines, run.as_of),
        deadlines=deadlines,
        idle_forecast=tables.get("idle_forecast", empty_frame(contracts.IDLE_FORECAST)),
        idle_sums=tables.get("idle_sums", empty_frame(contracts.IDLE_SUMS)),
        idle_trend=tables.get("idle_trend", empty_frame(contracts.IDLE_TREND)),
        idle_series=tables.get("idle_series", empty_frame(contracts.IDLE_SERIES)),
        transfers=tables.get("transfers", empty_frame(contracts.TRANSFERS)),
        green_ledger=tables.get("green_ledger", empty_frame(contracts.GREEN_LEDGER)),
        green_pools=tables.get("green_pools", empty_frame(contracts.GREEN_POOLS)),
        green_years=tables.get("green_years", empty_frame(contracts.GREEN_YEARS)),
        green_freeing=tables.get("green_freeing", empty_frame(contracts.GREEN_FREEING)),
        green_account=tables.get("green_account", empty_frame(contracts.GREEN_ACCOUNT)),
        green_sites=tables.get("green_sites", empty_frame(contracts.GREEN_SITES)),
        mixed_openings=tables.get("mixed_openings", empty_frame(contracts.MIXED_OPENINGS)),
        plan_shares=tables.get("plan_shares", empty_frame(contracts.PLAN_SHARES)),
        far_paths=tables.get("far_paths", empty_frame(contracts.FAR_PATHS)),
        zone_indicators=tables.get("zone_indicators", empty_frame(contracts.ZONE_INDICATORS)),
        free_ground=tables.get("free_ground", empty_frame(contracts.FREE_GROUND)),
        surplus=tables.get("surplus", empty_frame(contracts.SURPLUS)),
        plan=tables.get("plan", empty_frame(contracts.PLAN)),
        zones=zones,
        problems=log.frame(),
        corrections=corrections_of(run.inputs),
        context=context_layers(run.inputs.frames, tables.get("free_ground")),
        record=run_record(
            project, run.policy, run.inputs, analyses=run.done, scenario=run.scenario
        ),
        cases=run.frame("cases"),
        inputs=kept_inputs(run.inputs.frames, run.measured),
        supply={
            contract.name: tables.get(contract.name, empty_frame(contract))
            for contract in contracts.SUPPLY_TABLES
        },
    )
