"""No number of a law stands in Python: it stands in a pack, with its clause."""

from __future__ import annotations

import ast
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from policies import load_policy, pack_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
ROOMS = ("geo", "layers", "analyses")

#: Numbers of laws that stand for little else: suspect in every room.
LAW = {0.07, 0.15, 0.2, 0.25, 0.3, 1 / 3, 0.35, 2.2, 365.0, 366.0, 730.0}
#: In the rooms that compute by rules, these are suspect too, and every number of a pack.
LAW_OF_RULES = {0.1, 0.4, 2 / 3, 2.5, 8.0, 20.0, 30.0, 50.0, 70.0, 365.25}
#: They count, halve and double everywhere.
COMMON = {0.0, 0.5, 1.0, 2.0}

#: File, number and why it is no number of a law.
ALLOWED: dict[tuple[str, float], str] = {
    ("analyses/idle_series.py", 5.0): "so many are named in a message",
    ("analyses/supply_plan_findings.py", 5.0): "the same",
}
#: Files of formulas that have nothing to do with land.
OTHER_MATTERS = {
    "layers/encodings.py": "how sure an encoding is",
    "layers/shift.py": "the formula of a map provider's shift",
}

#: Shares and terms in words, which a note would state in place of the pack's value.
WORDS = re.compile(
    r"分之[一二三四五六七八九十]|(?<![.\d])\d+(?:\.\d+)?\s?%|[一二三]十日|one third|a quarter of"
)
WORDS_ALLOWED = {
    ("analyses/areas.py", "0.1%"): "when the two areas of a parcel differ enough to be noted",
    ("analyses/areas.py", "0.1 %"): "the same",
    ("analyses/far.py", "5%"): "when a record and the buildings differ enough to be noted",
    ("analyses/far.py", "5 %"): "the same",
    ("analyses/idle_text.py", "分之一"): "how a fraction of a pack is written in words",
    ("analyses/idle_text.py", "分之二"): "the same",
    ("analyses/idle_text.py", "one third"): "the same",
    ("geo/crs.py", "50 %"): "how far a world projection stretches",
}


def _files() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def _pack_numbers() -> Iterator[float]:
    """Return every number that a parameter holds, tables included."""
    for pack_id in pack_ids():
        for rule in load_policy(pack_id).rules():
            for parameter in rule.parameters.values():
                rows = parameter.value if isinstance(parameter.value, tuple) else [parameter.value]
                for row in rows:
                    for cell in row.values() if isinstance(row, dict) else [row]:
                        if isinstance(cell, (int, float, Fraction)) and not isinstance(cell, bool):
                            yield float(cell)


OF_RULES = (LAW | LAW_OF_RULES | set(_pack_numbers())) - COMMON


def _docstrings(tree: ast.AST) -> set[int]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body
            found |= {id(item.value) for item in body if isinstance(item, ast.Expr)}
    return found


def _number(node: ast.AST) -> float | None:
    """Return the value of a number, or of a quotient of two."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        sides = [_number(node.left), _number(node.right)]
        if None not in sides and sides[1]:
            return sides[0] / sides[1]  # type: ignore[operator]
    return None


def numbers_of_law(source: str, suspect: set[float]) -> list[tuple[int, float]]:
    """Return line and value of every number in `source` that is one of a law."""
    found = []
    for node in ast.walk(ast.parse(source)):
        value = _number(node)
        if value is not None and any(abs(value - law) < 1e-9 for law in suspect):
            found.append((node.lineno, value))  # type: ignore[attr-defined]
    return found


def words_of_law(source: str) -> list[tuple[int, str]]:
    """Return line and text of every share or term written out in a text that a reader sees."""
    tree = ast.parse(source)
    skipped = _docstrings(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            hit = WORDS.search(node.value)
            if hit is not None and id(node) not in skipped:
                found.append((node.lineno, hit.group()))
    return found


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(
    ("source", "expected"),
    [("x = 0.2", [0.2]), ("x = 1 / 3", [1 / 3]), ("x = 3", []), ("x = a * 0.07", [0.07])],
)
def test_the_scan_sees_a_number_of_a_law(source: str, expected: list[float]) -> None:
    assert [value for _, value in numbers_of_law(source, OF_RULES)] == pytest.approx(expected)


@pytest.mark.parametrize("path", _files(), ids=_name)
def test_no_number_of_a_law_stands_in_python(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    name = _name(path)
    if name in OTHER_MATTERS:
        return
    suspect = OF_RULES if name.startswith("analyses/") else LAW
    found: list[Any] = [
        (line, value)
        for line, value in numbers_of_law(source, suspect)
        if (name, value) not in ALLOWED
    ]
    found += [
        (line, text) for line, text in words_of_law(source) if (name, text) not in WORDS_ALLOWED
    ]
    assert found == []


def test_no_exception_is_left_over() -> None:
    sources = {_name(path): path.read_text(encoding="utf-8") for path in _files()}
    numbers = {
        (name, value) for name in sources for _, value in numbers_of_law(sources[name], OF_RULES)
    }
    words = {(name, text) for name in sources for _, text in words_of_law(sources[name])}
    assert set(OTHER_MATTERS) <= set(sources)
    assert set(ALLOWED) <= numbers
    assert set(WORDS_ALLOWED) <= words
