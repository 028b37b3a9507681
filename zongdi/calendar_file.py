r"""The statutory dates as a calendar file (iCalendar, RFC 5545) that any calendar program imports.

All-day entries. The identifier of an entry does not hold its date: when a date moves, a later import
moves the entry. There is no clock time in the file: it is stamped with the review date.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layers.project import Project

__all__ = ["calendar_bytes", "escaped", "folded"]

_LINE_OCTETS = 75
_KEYS = ("case_id", "zone_id", "parcel_id", "contract_no", "phase_no", "step")
_NOTE = "辅助分析，不作为认定依据 / assisting analysis, not a basis for any finding"


def escaped(text: str) -> str:
    r"""Escape a text value: backslash, semicolon, comma and line break; control characters go.

    Examples
    --------
    >>> print(escaped("甲;乙,丙" + chr(10) + "丁" + chr(92)))
    甲\;乙\,丙\n丁\\
    """
    kept = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"})
    for mark in ("\\", ";", ","):
        kept = kept.replace(mark, "\\" + mark)
    return kept.replace("\n", "\\n")


def folded(line: str) -> bytes:
    r"""Return a content line with its CRLF, folded at 75 octets without splitting a character.

    Examples
    --------
    >>> parts = folded("SUMMARY:" + "宗" * 40).split(b"\r\n ")
    >>> [len(part.rstrip()) for part in parts]
    [74, 54]
    >>> len((b" " + parts[1]).rstrip())
    55
    """
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode("utf-8")
        # Continuation lines begin with a blank, which counts.
        room = _LINE_OCTETS - (1 if pieces else 0)
        if len(piece) + len(octets) > room:
            pieces.append(piece)
            piece = b""
        piece += octets
    pieces.append(piece)
    return b"\r\n ".join(pieces) + b"\r\n"


def _said(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _entry(row: dict[str, Any], uid: str, stamp: str) -> Iterator[str]:
    on = pd.Timestamp(row["due_on"])
    whose = " ".join(
        part
        for part in (_said(row["parcel_id"]), _said(row["contract_no"]), _said(row["phase_no"]))
        if part
    )
    late = "【逾期】" if row["overdue"] is True else ""
    lines = [
        f"{_said(row['title_zh'])} / {_said(row['title_en'])}",
        f"依据 clause: {_said(row['clause'])}",
    ]
    if _said(row["document_zh"]):
        lines.append(f"文书 document: {_said(row['document_zh'])} / {_said(row['document_en'])}")
    if _said(row["case_id"]):
        lines.append(f"案件 case: {_said(row['case_id'])}")
    lines.append(_NOTE)
    yield "BEGIN:VEVENT"
    yield f"UID:{uid}"
    yield f"DTSTAMP:{stamp}T000000Z"
    yield f"DTSTART;VALUE=DATE:{on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{on + pd.Timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(late + _said(row['title_zh']) + ('：' + whose if whose else ''))}"
    yield "DESCRIPTION:" + escaped("\n".join(lines))
    yield f"CATEGORIES:{escaped(_said(row['step']))}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def calendar_bytes(deadlines: pd.DataFrame, project: Project) -> bytes:
    """Return the dated rows of the statutory dates as a calendar.

    Parameters
    ----------
    deadlines : pandas.DataFrame
        In the contract of `analyses.results.DEADLINES`; rows without a date are left out.
    project : layers.project.Project
        Gives the calendar's name and the review date.

    Returns
    -------
    bytes
        UTF-8, CRLF, lines of at most 75 octets.
    """
    stamp = project.as_of.strftime("%Y%m%d")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//zongdi//statutory dates//ZH",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escaped(project.name)} 法定期限",
    ]
    seen: dict[str, int] = {}
    dated = deadlines.loc[deadlines["due_on"].notna()]
    for row in dated.to_dict("records"):
        key = "\x1f".join([project.name, *(_said(row[name]) for name in _KEYS)])
        seen[key] = seen.get(key, 0) + 1
        again = f"\x1f{seen[key]}" if seen[key] > 1 else ""
        mark = hashlib.sha256((key + again).encode("utf-8", "replace")).hexdigest()[:32]
        lines.extend(_entry({str(k): v for k, v in row.items()}, f"{mark}@zongdi", stamp))
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)
