"""pyproject.toml, environment.yml and constraints.txt say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Distribution name -> conda-forge name, where they differ beyond upper and lower case.
CONDA_NAMES = {"xlsxwriter": "xlsxwriter"}
#: In environment.yml alone: the interpreter and the tools around it.
ENVIRONMENT_ONLY = {"python", "make", "pip"}
REQUIREMENT = re.compile(r"^([A-Za-z0-9_.\-]+)(?:\[[^\]]*\])?(.*)$")


def split(requirement: str) -> tuple[str, str]:
    match = REQUIREMENT.match(requirement.strip())
    assert match is not None, requirement
    name = match.group(1).lower().replace("_", "-")
    return CONDA_NAMES.get(name, name), match.group(2).replace(" ", "")


def project() -> dict[str, str]:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*data["dependencies"], *data["optional-dependencies"]["test"]]
    return dict(split(r) for r in needed)


def environment() -> dict[str, str]:
    found = {}
    for line in (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines():
        item = line.strip().removeprefix("- ")
        if not line.strip().startswith("- ") or item.endswith(":") or item.startswith("-e"):
            continue
        if item == "conda-forge":
            continue
        name, bounds = split(item)
        if name not in ENVIRONMENT_ONLY:
            found[name] = bounds
    return found


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(split(line) for line in lines if line and not line.startswith("#"))


def test_environment_and_pyproject_agree() -> None:
    assert environment() == project()


def test_every_dependency_has_a_lower_bound() -> None:
    assert [name for name, bounds in project().items() if not bounds.startswith(">=")] == []


def test_constraints_pin_every_dependency_without_addresses() -> None:
    pins = constraints()
    assert [name for name in project() if name not in pins] == []
    assert [name for name, pin in pins.items() if not re.fullmatch(r"==[\w.+!]+", pin)] == []
    assert "://" not in (ROOT / "constraints.txt").read_text(encoding="utf-8")


def test_readme_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text
