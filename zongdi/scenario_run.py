"""A run beside the base case: the same analyses of changed inputs, and what differs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses import results as contracts
from layers.columns import empty_frame
from layers.inputs import read_inputs
from layers.problems import ProblemLog
from policies import load_policy
from policies.text import Text
from zongdi.outputs import write_results
from zongdi.pipeline import analyse_inputs, check_only, refuse_errors
from zongdi.scenario_changes import changed_inputs
from zongdi.tabular import contract_first, csv_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from layers.columns import Column, Contract
    from layers.project import Project
    from zongdi.results import Results
    from zongdi.scenario import Scenario

__all__ = ["differences", "run_scenario", "write_scenario"]

#: Figures closer than this, relatively, are the same.
_ROUNDING = 1e-9

#: What is added up over all parcels.
_TOTALS = (
    *("area_m2", "footprint_m2", "floor_area_m2", "floor_area_headroom_m2"),
    *("free_ground_m2", "green_m2"),
)


def run_scenario(
    project: Project,
    scenario: Scenario,
    *,
    only: Sequence[str] = (),
    strict: bool = False,
    progress: Callable[[Text | str, int, int], None] | None = None,
) -> tuple[Results, Results, pd.DataFrame]:
    """Analyse a project as it is and as a scenario assumes it; the inputs are read once.

    Parameters
    ----------
    project, only, strict, progress
        As for `zongdi.pipeline.run_project`.
    scenario : Scenario
        The assumptions.

    Returns
    -------
    base, assumed : Results
        The same outputs of both.
    changes : pandas.DataFrame
        What was changed, in the contract ``scenario_changes``.

    Raises
    ------
    ScenarioError
        If a change names what is not there.
    InputRefusedError, UsageError
        As for `zongdi.pipeline.run_project`.
    """
    check_only(only)
    policy = load_policy(project.policy, base=project.folder)
    log = ProblemLog()
    inputs = read_inputs(project, log, progress=progress)
    refuse_errors(log, strict=strict)
    changed, changes = changed_inputs(inputs, scenario, method=project.area_method)
    again = ProblemLog()
    again.extend(log.frame())
    base = analyse_inputs(project, inputs, policy, log, only=only, progress=progress)
    # Whatever is read of it alone, a map or a sheet, says that it is assumed.
    named = replace(project, name=f"{project.name} · 情景 scenario: {scenario.name}")
    assumed = analyse_inputs(
        named,
        changed,
        policy,
        again,
        only=only,
        progress=progress,
        scenario=scenario.record(),
    )
    return base, assumed, changes


def write_scenario(
    base: Results,
    assumed: Results,
    changes: pd.DataFrame,
    out: Path,
    *,
    progress: Callable[[Text | str, int, int], None] | None = None,
) -> Path:
    """Write a scenario's results: every result file, ``differences.csv`` and ``scenario_changes.csv``.

    Its map shows the base case beside it, under the swipe.

    Parameters
    ----------
    base, assumed, changes
        What `run_scenario` returned; the base case is written already, in the folder above.
    out : pathlib.Path
        The scenario's own folder.
    progress : callable, optional
        As for `zongdi.outputs.write_results`.

    Returns
    -------
    pathlib.Path
        The map.
    """
    map_path = write_results(assumed, out, progress=progress)
    for frame, contract in (
        (differences(base, assumed), contracts.DIFFERENCES),
        (changes, contracts.SCENARIO_CHANGES),
    ):
        path = map_path.parent / f"{contract.name}.csv"
        path.write_bytes(csv_bytes(contract_first(frame, contract)))
    from maps import beside, read_view, render_map  # noqa: PLC0415 -- the slowest import

    view = beside(read_view(map_path.parent), read_view(out.parent), name=Text("现状", "base case"))
    map_path.write_text(render_map(view), encoding="utf-8", newline="\n")
    return map_path


def differences(base: Results, assumed: Results) -> pd.DataFrame:
    """Tell what a scenario changes: totals, zones, parcels and verdicts that differ from the base case.

    Parameters
    ----------
    base, assumed : Results
        What `run_scenario` returned.

    Returns
    -------
    pandas.DataFrame
        In the contract ``differences``; null on either side is unknown, a parcel that is not there
        has null throughout.
    """
    parts = [
        _totals(base.parcels, assumed.parcels),
        _level("zone", contracts.ZONES, base.zones, assumed.zones, "zone_id"),
        _level("parcel", contracts.PARCEL_MEASURES, base.parcels, assumed.parcels, "parcel_id"),
        _verdicts(base, assumed),
    ]
    kept = [part for part in parts if len(part)]
    if not kept:
        return empty_frame(contracts.DIFFERENCES)
    frame = pd.concat(kept, ignore_index=True)
    typed = {
        c.name: frame.get(c.name, pd.Series(pd.NA, index=frame.index)).astype(c.dtype)
        for c in contracts.DIFFERENCES.columns
    }
    return pd.DataFrame(typed)


def _written(values: pd.Series[Any]) -> pd.Series[Any]:
    """Write values as text, null where unknown."""
    if isinstance(values.dtype, np.dtype) and values.dtype.kind == "f":
        text = values.map(lambda number: f"{number:.6g}" if abs(number) < 1 else f"{number:.4f}")
    elif isinstance(values.dtype, np.dtype) and values.dtype.kind == "M":
        text = values.dt.strftime("%Y-%m-%d")
    else:
        text = values.astype("string")
    return text.astype("string").mask(values.isna())


def _compared(column: Column, one: pd.Series[Any], two: pd.Series[Any]) -> pd.DataFrame:
    """Return the rows of a column that differ, on the index that both have."""
    numeric = column.type in {"number", "integer"}
    if numeric:
        before, after = one.astype("float64"), two.astype("float64")
        near = (before - after).abs() <= _ROUNDING * np.maximum(before.abs(), after.abs())
        differs = ~(near | (before.isna() & after.isna()))
        change = after - before
    else:
        before, after = _written(one), _written(two)
        differs = ~((before == after).fillna(value=False) | (before.isna() & after.isna()))
        change = pd.Series(np.nan, index=one.index)
    at = differs.to_numpy(dtype=bool)
    return pd.DataFrame(
        {
            "column": column.name,
            "label_zh": column.label.zh,
            "label_en": column.label.en,
            "unit": column.unit,
            "base": _written(one)[at],
            "scenario": _written(two)[at],
            "difference": change[at],
        }
    )


def _level(
    level: str, contract: Contract, base: pd.DataFrame, assumed: pd.DataFrame, key: str
) -> pd.DataFrame:
    one, two = (frame.set_index(key, drop=False) for frame in (base, assumed))
    one, two = (frame[frame.index.notna()] for frame in (one, two))
    ids = one.index.union(two.index, sort=True)
    one, two = one.reindex(ids), two.reindex(ids)
    found: list[pd.DataFrame] = []
    for column in contract.columns:
        if column.name in one and column.name in two:
            rows = _compared(column, one[column.name], two[column.name])
            if len(rows):
                found.append(rows.assign(order=len(found)))
    if not found:
        return pd.DataFrame()
    frame = pd.concat(found)
    zone = two["zone_id"].fillna(one["zone_id"]).reindex(frame.index)
    frame = frame.assign(level=level, zone_id=zone, key=frame.index)
    if key == "parcel_id":
        frame = frame.assign(parcel_id=frame.index)
    return frame.sort_values(["key", "order"], kind="stable").reset_index(drop=True)


def _totals(base: pd.DataFrame, assumed: pd.DataFrame) -> pd.DataFrame:
    """Compare sums over the parcels of which a figure is known, and how many these are."""
    rows = []
    if len(base) != len(assumed):
        rows.append(_counted("parcels_n", Text("宗地数", "parcels"), len(base), len(assumed)))
    for name in _TOTALS:
        column = contracts.PARCEL_MEASURES.column(name)
        one, two = base[name].astype("float64"), assumed[name].astype("float64")
        sums = (pd.Series([float(one.sum())]), pd.Series([float(two.sum())]))
        known = Text(f"{column.label.zh}已知的宗地数", f"parcels of known {column.label.en}")
        n = (int(one.notna().sum()), int(two.notna().sum()))
        rows.append(_compared(column, *sums).assign(level="total"))
        # A sum that grows because more is known is not a gain: the counts tell.
        if n[0] != n[1]:
            rows.append(_counted(f"{name}_known_n", known, *n))
    kept = [part for part in rows if len(part)]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame()


def _counted(name: str, label: Text, base: int, assumed: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "level": ["total"],
            "column": [name],
            "label_zh": [label.zh],
            "label_en": [label.en],
            "base": [str(base)],
            "scenario": [str(assumed)],
            "difference": [float(assumed - base)],
        }
    )


def _verdicts(base: Results, assumed: Results) -> pd.DataFrame:
    """Name the verdicts that flip; a rule that says nothing on one side has null there."""
    keys = ["zone_id", "parcel_id", "contract_no", "rule"]
    one, two = (
        frame.findings[[*keys, "verdict"]]
        .astype("string")
        .assign(nth=lambda rows: rows.groupby(keys, dropna=False).cumcount())
        for frame in (base, assumed)
    )
    both = one.merge(two, on=[*keys, "nth"], how="outer", suffixes=("_base", "_scenario"))
    same = (both["verdict_base"] == both["verdict_scenario"]).fillna(value=False)
    both = both[~same.to_numpy(dtype=bool)].sort_values(keys, kind="stable")
    titles = {rule.id: rule.title for rule in base.policy.rules()}
    rules = [str(rule) for rule in both["rule"]]
    named = [titles.get(rule, Text(rule, rule)) for rule in rules]
    return pd.DataFrame(
        {
            "level": "verdict",
            "zone_id": both["zone_id"],
            "parcel_id": both["parcel_id"],
            "column": both["rule"],
            "label_zh": [title.zh for title in named],
            "label_en": [title.en for title in named],
            "base": both["verdict_base"],
            "scenario": both["verdict_scenario"],
        }
    )
