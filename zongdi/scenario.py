"""The scenario file: what is assumed to change, read strictly.

A scenario is a TOML file of assumptions::

    name = "加层方案"

    [[changes]]
    kind = "add_storeys"          # on one building, or on every building of a parcel
    building_id = "B12"
    storeys_n = 2
    storey_height_m = 4.5         # optional: else the building's own

    [[changes]]
    kind = "remove_building"
    building_id = "B13"

    [[changes]]
    kind = "set_limit"            # of a parcel, or of a plan zone by plan_id
    parcel_id = "370199001001GB00012"
    far_max = 2.5

    [[changes]]
    kind = "split_parcel"
    parcel_id = "370199001001GB00014"
    line = [[520100.0, 4064200.0], [520300.0, 4064200.0]]   # in the computing CRS
    into = ["A", "B"]             # optional
"""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policies.text import Text
from zongdi.errors import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["LIMITS", "Change", "Scenario", "read_scenario"]

#: The limits that a scenario may change.
LIMITS = (
    *("far_min", "far_max", "coverage_max_share", "height_max_m"),
    *("green_min_share", "green_max_share"),
)

#: What each kind of change names, and what it may say.
_TARGETS = {
    "add_storeys": ("building_id", "parcel_id"),
    "remove_building": ("building_id", "parcel_id"),
    "set_limit": ("parcel_id", "plan_id"),
    "split_parcel": ("parcel_id",),
}
_VALUES = {
    "add_storeys": ("storeys_n", "storey_height_m"),
    "remove_building": (),
    "set_limit": LIMITS,
    "split_parcel": ("line", "into"),
}
#: A share in a scenario is one from 0 to 1, other limits are not negative.
_SHARES = ("coverage_max_share", "green_min_share", "green_max_share")


@dataclass(frozen=True, slots=True)
class Change:
    """One assumption.

    Attributes
    ----------
    nth : int
        Its place in the file, 1 first.
    kind : str
        ``add_storeys``, ``remove_building``, ``set_limit`` or ``split_parcel``.
    target, id : str
        The column that names what is changed, and its value.
    assumes : dict of str to object
        What is assumed of it.
    """

    nth: int
    kind: str
    target: str
    id: str
    assumes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario file that has been read.

    Attributes
    ----------
    name : str
        As the file calls it, or the file's own name.
    folder : str
        The name of its result folder.
    changes : tuple of Change
        In the order of the file, in which they are made.
    sha256 : str
        Of the file.
    """

    name: str
    folder: str
    changes: tuple[Change, ...]
    sha256: str

    def record(self) -> dict[str, Any]:
        """Return what ``run.json`` says of it."""
        changes = [{"kind": one.kind, one.target: one.id, **one.assumes} for one in self.changes]
        return {"name": self.name, "sha256": self.sha256, "changes": changes}


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Raises
    ------
    ScenarioError
        If it cannot be read, or with every mistake found in it.
    """
    try:
        content = path.read_bytes()
        table = tomllib.loads(content.decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise ScenarioError(
            Text(
                f"情景文件 {path} 读不出来：{why}。应为 UTF-8 编码的 TOML 文件。",
                f"The scenario {path} cannot be read: {why}. It must be a TOML file in UTF-8.",
            )
        ) from error
    strangers = sorted(set(table) - {"name", "changes"})
    mistakes = [Text(f"不认识 {key}", f"it does not know {key}") for key in strangers]
    name = table.get("name", path.stem)
    if not isinstance(name, str) or not name.strip():
        mistakes.append(Text("name 应为文字", "name must be text"))
        name = path.stem
    entries = table.get("changes")
    if not isinstance(entries, list) or not entries:
        mistakes.append(Text("没有 [[changes]]", "it has no [[changes]]"))
        entries = []
    changes = [_change(nth, entry, mistakes) for nth, entry in enumerate(entries, start=1)]
    if mistakes:
        shown = mistakes[:5]
        rest = len(mistakes) - len(shown)
        more = Text(f"；另有 {rest} 处", f"; and {rest} more") if rest else Text("", "")
        raise ScenarioError(
            Text(
                f"情景文件 {path} 有误：{'；'.join(m.zh for m in shown)}{more.zh}。",
                f"The scenario {path} is faulty: {'; '.join(m.en for m in shown)}{more.en}.",
            )
        )
    kept = tuple(change for change in changes if change is not None)
    return Scenario(name.strip(), _folder(name), kept, hashlib.sha256(content).hexdigest())


def _folder(name: str) -> str:
    """Return a name that every file system takes."""
    plain = re.sub(r'[<>:"/\\|?*\x00-\x1f\s]+', "-", name.strip()).strip("-. ")
    return f"scenario-{plain or 'unnamed'}"[:80]


def _change(nth: int, entry: Any, mistakes: list[Text]) -> Change | None:
    def wrong(zh: str, en: str) -> None:
        mistakes.append(Text(f"第 {nth} 项{zh}", f"change {nth} {en}"))

    if not isinstance(entry, dict):
        wrong("应为表", "must be a table")
        return None
    kind = entry.get("kind")
    if kind not in _TARGETS:
        known = ", ".join(_TARGETS)
        wrong(f" kind 应为 {known} 之一", f"must have a kind among {known}")
        return None
    targets, allowed = _TARGETS[kind], _VALUES[kind]
    for key in sorted(set(entry) - {"kind", *targets, *allowed}):
        wrong(f"（{kind}）不认识 {key}", f"({kind}) does not know {key}")
    named = [key for key in targets if key in entry]
    if len(named) != 1 or not isinstance(entry[named[0]], str) or not entry[named[0]].strip():
        either = " / ".join(targets)
        wrong(
            f"（{kind}）须写明 {either} 之一（文字）", f"({kind}) must name one of {either} as text"
        )
        return None
    values = {key: entry[key] for key in allowed if key in entry}
    before = len(mistakes)
    _CHECKS[kind](values, wrong)
    if len(mistakes) > before:
        return None
    return Change(nth, kind, named[0], entry[named[0]].strip(), values)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _point(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(_number(part) for part in value)


def _check_storeys(values: dict[str, Any], wrong: Callable[[str, str], None]) -> None:
    n = values.get("storeys_n")
    if not isinstance(n, int) or isinstance(n, bool) or n < 1:
        wrong("的 storeys_n 应为正整数", "needs storeys_n, a whole number of at least 1")
    height = values.get("storey_height_m")
    if height is not None and not (_number(height) and height > 0):
        wrong("的 storey_height_m 应为正数", "has a storey_height_m that is not positive")


def _check_limits(values: dict[str, Any], wrong: Callable[[str, str], None]) -> None:
    if not values:
        wrong("没有写明改哪个指标", f"names no limit among {', '.join(LIMITS)}")
    for name, value in values.items():
        high = 1.0 if name in _SHARES else math.inf
        if not _number(value) or not 0 <= value <= high:
            wrong(f"的 {name} 数值不合理：{value!r}", f"has an impossible {name}: {value!r}")


def _check_split(values: dict[str, Any], wrong: Callable[[str, str], None]) -> None:
    line = values.get("line")
    right = isinstance(line, list) and len(line) > 1 and all(_point(one) for one in line)
    if not right:
        wrong(
            "的 line 应为两个以上坐标点，如 [[x, y], [x, y]]",
            "needs a line of two points or more, as [[x, y], [x, y]]",
        )
    into = values.get("into")
    if into is not None and not (
        isinstance(into, list)
        and len(set(map(str, into))) == len(into)
        and all(isinstance(one, str) and one.strip() for one in into)
    ):
        wrong("的 into 应为互不相同的宗地代码", "has an into that is no list of distinct texts")


def _check_nothing(values: dict[str, Any], wrong: Callable[[str, str], None]) -> None:
    del values, wrong


_CHECKS: dict[str, Callable[[dict[str, Any], Callable[[str, str], None]], None]] = {
    "add_storeys": _check_storeys,
    "remove_building": _check_nothing,
    "set_limit": _check_limits,
    "split_parcel": _check_split,
}
