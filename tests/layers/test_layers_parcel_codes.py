"""Parcel codes of 19 characters, and identifiers written otherwise in two files."""

from __future__ import annotations

import pandas as pd
import pytest

from layers.parcel_codes import parse_parcel_codes
from layers.references import nearest_ids


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("210113005010GB90004", None),
        ("370112001002GB00012F00010001", None),
        ("370112001002gb00012", None),
        ("370112001002JC00012", None),
        ("370112001002ZS00012", None),
        ("370112001002GB0012", "length"),
        ("37011200100GB000123", "form"),
        ("370112001002KB00012", "ownership"),
        ("990112001002GB00012", "province"),
        ("370112001002GB00000", "serial"),
        # identifiers of another kind are not codes at all
        *((other, None) for other in ("A-1", "宗地12", "HT-2021-001", "F_754475_2969782", "")),
    ],
)
def test_faults(code: str, fault: str | None) -> None:
    found = parse_parcel_codes(pd.Series([code], dtype="string"))["fault"].iloc[0]
    assert (None if pd.isna(found) else found) == fault


def test_the_parts_of_a_code() -> None:
    row = parse_parcel_codes(pd.Series(["370112001002GB00012F00010001"], dtype="string")).iloc[0]
    assert row[["county", "district", "subdistrict", "feature", "serial", "unit"]].tolist() == [
        *("370112", "001", "002", "GB", "00012", "F00010001")
    ]


def test_one_identifier_written_otherwise_is_proposed_never_two() -> None:
    known = pd.Series(["A-01", "B-1", "B01", "370112001002GB00012"], dtype="string")
    wanted = pd.Series(["a1", "Ａ-1", "B-001", "370112001002GB00012F00010001", "C"], dtype="string")
    found = nearest_ids(wanted, known)
    # B-1 and B01 fold alike: neither is proposed; full-width letters are folded when they are read
    assert found.fillna("-").tolist() == ["A-01", "-", "-", "370112001002GB00012", "-"]
