"""The rooms import one way only, and nothing shadows them."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["geo", "policies", "layers", "analyses", "maps", "zongdi"]
#: What analyses may take from layers: the contracts, not the readers.
CONTRACTS_ONLY = {"layers.columns", "layers.contracts", "layers.codes"}


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Every module that a file names in an import, wherever it stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room: str) -> None:
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    if room == "policies":
        allowed = {room}
    faults = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(room)
        for name in imported(path)
        if name.split(".")[0] in ROOMS and name.split(".")[0] not in allowed
    ]
    assert faults == []


def test_analyses_take_only_contracts_from_layers() -> None:
    faults = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("analyses")
        for name in imported(path)
        if name.startswith("layers")
        and name != "layers"
        and not any(name == m or name.startswith(m + ".") for m in CONTRACTS_ONLY)
    ]
    assert faults == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_the_repositorys_own(room: str) -> None:
    module = importlib.import_module(room)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve() == ROOT / room / "__init__.py"


def test_tests_hold_no_packages() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("path", [p for r in ROOMS for p in modules(r)], ids=lambda p: p.stem)
def test_modules_stay_readable(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 450, f"{path.relative_to(ROOT)} has {lines} lines: split it by what it holds"


@pytest.mark.parametrize("room", [r for r in ROOMS if r != "zongdi"])
def test_libraries_do_not_print(room: str) -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules(room)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert faults == []
