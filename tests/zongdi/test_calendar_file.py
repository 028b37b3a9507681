"""The calendar of statutory dates: RFC 5545 lines, stable identifiers, harmless texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.results import DEADLINES
from layers.columns import empty_frame
from zongdi.calendar_file import calendar_bytes, escaped, folded


@dataclass(frozen=True)
class Named:
    name: str = "区"
    as_of: date = date(2026, 6, 30)


def deadlines(*rows: dict) -> pd.DataFrame:
    out = empty_frame(DEADLINES, pd.RangeIndex(len(rows)))
    for column in DEADLINES.columns:
        values = [row.get(column.name) for row in rows]
        dated = column.type == "date"
        out[column.name] = pd.Series(
            pd.to_datetime(values) if dated else values, dtype=column.dtype
        )
    return out


def unfolded(data: bytes) -> list[str]:
    return data.decode("utf-8").replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


ANSWER = {"parcel_id": "P1", "contract_no": "C,1", "case_id": "k;1", "step": "answer", "due_on": "2026-07-03",
          "title_zh": "权利人说明", "title_en": "answer", "clause": "第五条", "overdue": False}  # fmt: skip


def test_an_entry_holds_day_clause_and_document() -> None:
    lines = unfolded(
        calendar_bytes(deadlines({**ANSWER, "document_zh": "清单", "document_en": "list"}), Named())
    )
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    for line in ("DTSTAMP:20260630T000000Z", "DTSTART;VALUE=DATE:20260703", "DTEND;VALUE=DATE:20260704",
                 "SUMMARY:权利人说明：P1 C\\,1"):  # fmt: skip
        assert line in lines
    told = next(line for line in lines if line.startswith("DESCRIPTION"))
    assert "第五条" in told
    assert "清单" in told
    assert "k\\;1" in told


def test_what_has_no_date_is_left_out_and_the_overdue_is_marked() -> None:
    data = calendar_bytes(
        deadlines({**ANSWER, "due_on": None}, {**ANSWER, "overdue": True}), Named()
    )
    assert data.count(b"BEGIN:VEVENT") == 1
    assert "SUMMARY:【逾期】权利人说明" in data.decode().replace("\r\n ", "")


def test_identifiers_are_stable_and_unique() -> None:
    def uids(*rows: dict) -> list[str]:
        return [
            x for x in unfolded(calendar_bytes(deadlines(*rows), Named())) if x.startswith("UID")
        ]

    moved = {**ANSWER, "due_on": "2026-08-01", "overdue": True}
    assert uids(ANSWER) == uids(moved)
    both = uids(ANSWER, moved, {**ANSWER, "step": "finding"})
    assert len(set(both)) == 3
    assert both[0] == uids(ANSWER)[0]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_keeps_to_the_format(text: str) -> None:
    line = "SUMMARY:" + escaped(text)
    data = folded(line)
    assert all(len(piece) <= 75 for piece in data.removesuffix(b"\r\n").split(b"\r\n"))
    assert data.decode("utf-8").replace("\r\n ", "") == line + "\r\n"
    whole = calendar_bytes(
        deadlines({**ANSWER, "parcel_id": text, "title_zh": text}), Named(name=text)
    )
    assert whole.count(b"\r\nBEGIN:VEVENT\r\n") == 1
    assert b"\n" not in whole.replace(b"\r\n", b"")
    assert all(len(piece) <= 75 for piece in whole.split(b"\r\n"))
