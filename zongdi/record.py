"""The record of a run (``run.json``): what went in, what judged it, and no clock time."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from analyses.idle_rules import IdleRules
from policies.text import Text
from zongdi.phrases import phrase_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyproj

    from layers.inputs import Inputs
    from layers.project import Project
    from policies.model import Policy, Rule

__all__ = ["data_hash", "run_record"]

#: What can change a figure or a byte of the results.
_DISTRIBUTIONS = (
    "zongdi",
    "geopandas",
    "shapely",
    "pyogrio",
    "pyproj",
    "rasterio",
    "exactextract",
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "folium",
    "xlsxwriter",
)


def _crs_record(crs: pyproj.CRS | None) -> dict[str, Any] | None:
    if crs is None:
        return None
    code = crs.to_authority()
    # A system without a code, as local ones are, can be told again by its definition alone.
    defined = {} if code else {"wkt": crs.to_wkt()}
    return {"code": ":".join(code) if code else None, "name": crs.name, **defined}


def _pair(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _correction_counts(inputs: Inputs) -> dict[str, int]:
    """Count the corrections of the register that were applied, and those that were not."""
    listed = inputs.corrections
    applied = 0 if listed is None else int(listed["applied"].sum())
    return {
        "applied": applied,
        "not_applied": 0 if listed is None else len(listed) - applied,
    }


def _kept(options: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what lies under the map: it decides no result, and a token is nobody else's."""
    return {key: value for key, value in options.items() if not key.startswith("basemap")}


def _rule_record(rule: Rule) -> dict[str, Any]:
    """Return what a rule rests on, as text: two runs are compared by it."""
    return {
        "pack": rule.pack_id,
        "clause": {"zh": rule.clause.citation("zh"), "en": rule.clause.citation("en")},
        "parameters": {
            key: _value_record(parameter.value)
            for key, parameter in sorted(rule.parameters.items())
        },
    }


def _value_record(value: Any) -> str:
    if isinstance(value, tuple):
        return "；".join(_value_record(item) for item in value)
    if isinstance(value, dict):
        return "，".join(f"{key}={_value_record(cell)}" for key, cell in value.items())
    return str(value)


def data_hash(record: Mapping[str, Any]) -> str:
    """Return a short hash of everything that decides the results: it stands on the map and in print."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _scenario_notice(scenario: Mapping[str, Any]) -> Text:
    name, n = scenario["name"], len(scenario["changes"])
    return Text(
        f"情景“{name}”：按{n}项假设测算，不是现状，也不表示已获批准；假设见 scenario_changes.csv，与现状的差异见 differences.csv。",
        f"Scenario “{name}”: calculated on {n} assumptions, neither what there is nor what was approved; "
        "see scenario_changes.csv for these and differences.csv for what differs from the base case.",
    )


def run_record(
    project: Project,
    policy: Policy,
    inputs: Inputs,
    *,
    analyses: Mapping[str, str],
    scenario: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what ``run.json`` holds.

    Parameters
    ----------
    analyses : mapping of str to str
        Each analysis and ``done``, or why it was not run.
    scenario : mapping, optional
        What was assumed: only in the record of a scenario.
    """
    assumed = {} if scenario is None else {"scenario": dict(scenario)}
    decisive: dict[str, Any] = {
        **assumed,
        "project": project.name,
        "as_of": project.as_of.isoformat(),
        "label": project.label,
        "area_method": project.area_method,
        "crs": _crs_record(inputs.crs),
        "options": {name: _kept(table) for name, table in sorted(project.options.items())},
        "inputs": [
            {
                "layer": source.layer,
                "path": source.path,
                "sha256": source.sha256,
                "rows": source.rows,
                "encoding": source.encoding,
                "crs": source.crs,
            }
            for source in inputs.sources
        ],
        "corrections": _correction_counts(inputs),
        "packs": [
            {
                "id": pack.id,
                "sha256": pack.sha256,
                "title": pack.title.zh,
                "title_en": pack.title.en,
            }
            for pack in policy.packs
        ],
        "notices": [
            *([] if scenario is None else [_pair(_scenario_notice(scenario))]),
            *(_pair(notice) for notice in policy.notices(project.as_of)),
        ],
        "analyses": dict(analyses),
    }
    if inputs.crs is not None:
        decisive["datum_note"] = "WGS 84 and CGCS2000 are taken as one"
    versions = {name: version(name) for name in _DISTRIBUTIONS}
    return {
        **decisive,
        "policy": {
            "title": _pair(policy.packs[0].title),
            "status": policy.status_at(project.as_of),
        },
        "rules": {rule.id: _pair(rule.title) for rule in policy.rules()},
        "labels": {
            name: {code: _pair(label) for code, label in labels.items()}
            for name, labels in IdleRules.of(policy).labels().items()
        },
        "rule_parameters": {rule.id: _rule_record(rule) for rule in policy.rules()},
        "data_hash": data_hash(decisive),
        **phrase_record(policy, project.as_of),
        "versions": {**versions, "python": platform.python_version()},
        "disclaimer": {
            "zh": "辅助分析，不作为认定依据",
            "en": "Assisting analysis; not a basis for any finding",
        },
    }
