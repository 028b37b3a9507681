"""Found idle: a finding that is served and not settled, by the cases."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analyses.idle import analyse_idle
from analyses.idle_found import found_parcels, found_rows
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies import load_policy

AS_OF = date(2026, 6, 30)


def cases(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = empty_frame(CONTRACTS["cases"], pd.RangeIndex(len(rows)))
    for place, row in enumerate(rows):
        for name, value in row.items():
            frame.loc[place, name] = pd.Timestamp(value) if name.endswith("_on") else value
    return frame


LEDGER = pd.DataFrame(
    {"contract_no": ["A", "A", "B"], "phase_no": ["1", "2", None], "parcel_id": ["p", "q", "r"]},
    dtype="string",
)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"finding_on": "2026-01-05", "finding_served_on": "2026-06-30"}, True),
        ({"finding_on": "2026-01-05", "finding_served_on": "2026-07-01"}, False),
        ({"finding_on": "2026-01-05"}, None),
        ({"discovered_on": "2026-01-05"}, False),
        ({"finding_served_on": "2026-01-05", "closed_on": "2026-06-30"}, False),
        ({"finding_served_on": "2026-01-05", "closed_on": "2026-07-01"}, True),
        ({"finding_on": "2026-01-05", "closed_on": "2026-02-01"}, False),
    ],
)
def test_the_days_of_a_case(row: dict[str, str], expected: bool | None) -> None:
    answer = found_rows(LEDGER, cases({"contract_no": "A", "phase_no": "2", **row}), AS_OF)[
        "idle_found"
    ]
    assert answer.isna().tolist() == [False, expected is None, False]
    assert answer.fillna(value=False).tolist() == [False, bool(expected), False]


def test_without_cases_nothing_is_known() -> None:
    assert found_rows(LEDGER, None, AS_OF)["idle_found"].isna().all()
    parcels = pd.DataFrame({"parcel_id": ["p"]}, dtype="string")
    assert found_parcels(parcels, LEDGER, np.array([0, -1, -1]), None, AS_OF).isna().all()


def test_a_contract_of_two_parcels_and_a_case_of_its_own() -> None:
    parcels = pd.DataFrame({"parcel_id": ["p", "q", "r", "s"]}, dtype="string")
    given = cases(
        {"contract_no": "A", "finding_served_on": "2026-01-05"},
        {"parcel_id": "s", "finding_served_on": "2026-01-05"},
    )
    found = found_parcels(parcels, LEDGER, np.array([0, 1, 2]), given, AS_OF)
    assert found.tolist() == [True, True, False, True]


def test_the_case_that_counts_gives_the_days_in_any_order() -> None:
    given = cases(
        {
            "case_id": "1",
            "contract_no": "B",
            "finding_served_on": "2023-01-05",
            "closed_on": "2024-01-01",
        },
        {"case_id": "2", "contract_no": "B", "finding_served_on": "2026-01-05"},
        {"case_id": "3", "contract_no": "B", "discovered_on": "2026-06-05"},
    )
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        row = found_rows(LEDGER, given.iloc[order].reset_index(drop=True), AS_OF).iloc[2]
        assert row["finding_served_on"] == pd.Timestamp("2026-01-05")
        assert pd.isna(row["closed_on"])
        assert row["idle_found"]


def test_measures_and_contracts_carry_it() -> None:
    parcels = pd.DataFrame({"parcel_id": ["p", "q"], "zone_id": "z", "area_m2": 20000.0})
    ledger = pd.DataFrame(
        {
            "parcel_id": ["p", "q"],
            "contract_no": ["c1", "c2"],
            "grant": "grant",
            "start_due_on": pd.to_datetime(["2024-06-29", "2024-06-29"]),
            "started": [False, False],
        }
    )
    given = cases(
        {"contract_no": "c2", "finding_on": "2025-09-01", "finding_served_on": "2025-09-03"}
    )
    done = analyse_idle(ledger, parcels, load_policy("national"), AS_OF, cases=given)
    assert done.measures["idle_found"].tolist() == [False, True]
    rows = done.tables["contracts"].set_index("contract_no")
    assert rows["idle_found"].to_dict() == {"c1": False, "c2": True}
    assert rows.loc["c2", "finding_served_on"] == pd.Timestamp("2025-09-03")
    without = analyse_idle(ledger, parcels, load_policy("national"), AS_OF)
    assert without.measures["idle_found"].isna().all()
