"""What a GeoJSON file says beside its features, of which GDAL says nothing.

A member ``crs`` that names no known system is passed over by the reader, which then takes the file
for WGS 84: the one silent way to put a layer elsewhere. Repeated keys lose all values but one.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pyproj

from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from layers.raw import Reporter

__all__ = ["states_unknown_crs"]

#: Up to this size a file is read as a whole for its repeated keys; of a larger one the ends alone.
_WHOLE_BYTES = 16 * 2**20
_END_BYTES = 65_536
_MEMBER = re.compile(r'"crs"\s*:\s*(\{(?:[^{}]|\{[^{}]*\})*\}|"[^"]*"|[^,}\s]+)')

UNKNOWN_CRS = Kind(
    "crs-member-unknown",
    "warning",
    Text(
        "文件写明的坐标系不认识：{found}；不按 WGS 84 处理",
        "the CRS that the file names is not known: {found}; it is not taken for WGS 84",
    ),
    Text(
        "请改正文件的 crs，或在 [layers.{layer}] 写明 crs",
        "correct `crs` in the file, or state it in [layers.{layer}]",
    ),
)
REPEATED_KEYS = Kind(
    "json-keys-repeated",
    "warning",
    Text(
        "同一对象中键名重复（{found}），只读到最后一个值",
        "keys are repeated within an object ({found}): only the last value of each was read",
    ),
    Text("请在源数据中删除重复的键", "delete the repeated keys in the source"),
)
NO_FEATURES = Kind(
    "json-features-null",
    "warning",
    Text("要素集合中有 {n} 个空要素，未读入", "{n} features of the collection are null: not read"),
    Text("请在源数据中删除或补全", "delete or complete them in the source"),
)


def states_unknown_crs(path: Path, report: Reporter) -> bool:
    """Look at a GeoJSON file's own words, and tell whether it names a CRS that is not known.

    Parameters
    ----------
    path : pathlib.Path
        In UTF-8.
    report : Reporter
        Where repeated keys, null features and such a CRS are told.
    """
    size = path.stat().st_size
    if size > _WHOLE_BYTES:
        with path.open("rb") as stream:
            head = stream.read(_END_BYTES)
            stream.seek(size - _END_BYTES)
            ends = (head + stream.read()).decode("utf-8", errors="replace")
        found = _MEMBER.search(ends)
        try:
            return found is not None and _unknown(json.loads(found.group(1)), report)
        except ValueError:
            return False
    try:
        data = _parsed(path.read_bytes(), report)
    except (ValueError, RecursionError):  # the reader says what is wrong with it
        return False
    if not isinstance(data, dict):
        return False
    features = data.get("features")
    absent = sum(not isinstance(one, dict) for one in features) if isinstance(features, list) else 0
    if absent:
        report.add(NO_FEATURES, n=absent)
    return data.get("crs") is not None and _unknown(data["crs"], report)


def _parsed(raw: bytes, report: Reporter) -> Any:
    repeated: Counter[str] = Counter()

    def pairs(entries: list[tuple[str, Any]]) -> dict[str, Any]:
        own = dict(entries)
        if len(own) < len(entries):
            counts = Counter(key for key, _ in entries)
            repeated.update(key for key, n in counts.items() if n > 1)
        return own

    data = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=pairs)
    if repeated:
        told = ", ".join(f"{key} x{n}" for key, n in sorted(repeated.items())[:5])
        report.add(REPEATED_KEYS, found=told)
    return data


def _unknown(member: Any, report: Reporter) -> bool:
    """Whether a member ``crs`` names no known system; one that says nothing names none."""
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(name, str) and name.strip():
        try:
            pyproj.CRS.from_user_input(name.strip())
        except pyproj.exceptions.ProjError:
            pass
        else:
            return False
    elif isinstance(member, dict) and isinstance(properties, dict) and properties:
        # Other ways to name a system (a link, a bare code) are not read by name; GDAL knows some.
        return False
    report.add(UNKNOWN_CRS, found=json.dumps(member, ensure_ascii=False)[:200])
    return True
