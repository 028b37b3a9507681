"""Fees as calculated values: by grant, by cause, and never twice for one price."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.idle import analyse_idle
from analyses.idle_fees import price_shares
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies import load_policy

AS_OF = date(2026, 6, 30)
POLICY = load_policy("national")
NAN = float("nan")


def frame(contract: str, rows: list[dict]) -> pd.DataFrame:
    out = empty_frame(CONTRACTS[contract], pd.RangeIndex(len(rows)))
    for name in {key for row in rows for key in row}:
        values = [row.get(name) for row in rows]
        dtype = CONTRACTS[contract].column(name).dtype
        dated = dtype.startswith("date")
        out[name] = pd.Series(pd.to_datetime(values) if dated else values, dtype=dtype)
    return out


BASE = {
    "start_due_on": "2025-06-29",
    "started": False,
    "cause": "holder",
    "cause_verified": True,
    "land_price_wan": 350.0,
    "grant": "grant",
}

#: Changed facts, fee by Order 53, ceiling of the law.
CASES = [
    ({}, 70, 70),
    ({"start_due_on": "2020-01-01"}, 70, 70),
    ({"cause_verified": None}, 70, 70),
    ({"grant": "allocation"}, 70, NAN),
    ({"grant": "lease"}, NAN, NAN),
    ({"grant": "contribution"}, NAN, NAN),
    ({"grant": "collective"}, NAN, NAN),
    ({"grant": None}, NAN, NAN),
    ({"cause": None}, NAN, NAN),
    ({"cause": "gov_plan"}, NAN, NAN),
    ({"cause": "preparatory"}, NAN, NAN),
    ({"land_price_wan": None}, NAN, NAN),
    ({"start_due_on": "2025-06-30"}, NAN, NAN),
    ({"started": None}, NAN, NAN),
    (
        {
            "started": True,
            "suspended_on": "2020-01-01",
            "develop_area_m2": 3.0,
            "developed_area_m2": 0.0,
        },
        NAN,
        NAN,
    ),
]


@pytest.fixture(scope="module")
def outcome():
    names = [f"p{at:02d}" for at in range(len(CASES))]
    rows = [
        {"parcel_id": name, "contract_no": name, **BASE, **facts}
        for name, (facts, *_) in zip(names, CASES, strict=True)
    ]
    parcels = frame("parcels", [{"parcel_id": name, "zone_id": "z"} for name in names])
    return analyse_idle(frame("ledger", rows), parcels, POLICY, AS_OF)


@pytest.mark.parametrize("at", range(len(CASES)))
def test_fees(at: int, outcome) -> None:
    facts, order53, law = CASES[at]
    for result in (outcome.measures, outcome.tables["contracts"]):
        found = result[["fee_order53_wan", "fee_law_max_wan"]].iloc[at].tolist()
        np.testing.assert_array_equal(found, [order53, law], err_msg=str(facts))


def findings_of(outcome, at: int) -> pd.DataFrame:
    found = outcome.findings[outcome.findings["parcel_id"] == f"p{at:02d}"]
    return found.set_index("rule")


def test_fee_findings(outcome) -> None:
    first = findings_of(outcome, 0)
    assert first.loc["idle.fee_order53", ["verdict", "measured", "unit", "missing"]].tolist() == [
        *("yes", 70.0, "wan", "")
    ]
    assert (
        "土地闲置费测算值（以认定为准）：土地价款350.00万元×20%＝70.00万元"
        in (first.loc["idle.fee_order53", "note_zh"])
    )
    assert "不高于20%" in first.loc["idle.fee_law_max", "note_zh"]
    assert "二者" not in first.loc["idle.fee_order53", "note_zh"]
    second = findings_of(outcome, 1).loc["idle.fee_order53", "note_zh"]
    assert "与无偿收回择一，不叠加" in second
    assert findings_of(outcome, 2).loc["idle.fee_order53", "missing"] == "cause_verified"
    allocation = findings_of(outcome, 3)
    assert allocation.loc["idle.fee_law_max", "verdict"] == "not_applicable"
    for at in (4, 5, 6):
        assert findings_of(outcome, at).loc[
            "idle.fee_order53", ["verdict", "attention"]
        ].tolist() == ["not_applicable", False]
    for at, missing in ((7, "grant"), (8, "cause"), (11, "land_price_wan")):
        row = findings_of(outcome, at).loc["idle.fee_order53"]
        assert row[["verdict", "missing"]].tolist() == ["unknown", missing]
    for at in (9, 10, 12, 13, 14):
        assert "idle.fee_order53" not in findings_of(outcome, at).index


def test_kinds_of_grant_without_a_rule_are_for_review(outcome) -> None:
    reasons = outcome.tables["contracts"]["review_reason_zh"]
    assert reasons.iloc[[5, 6]].tolist() == ["该供应方式的土地闲置费须人工核查。"] * 2
    assert reasons.iloc[[0, 3, 4]].isna().all()


@pytest.mark.parametrize(
    ("rows", "shares"),
    [
        ([{"contract_no": "a", "land_price_wan": 900}], [900]),
        ([{"land_price_wan": 900}, {"land_price_wan": 500}], [900, 500]),
        # one contract over two parcels: by area, whether the price is repeated or not
        (
            [
                {"contract_no": "a", "land_price_wan": 900, "parcel_area_in_contract_m2": 1},
                {"contract_no": "a", "land_price_wan": 900, "parcel_area_in_contract_m2": 2},
            ],
            [300, 600],
        ),
        (
            [
                {"contract_no": "a", "land_price_wan": 900, "parcel_area_in_contract_m2": 1},
                {"contract_no": "a", "parcel_area_in_contract_m2": 2},
            ],
            [300, 600],
        ),
        # an area lacks: no split
        (
            [
                {"contract_no": "a", "land_price_wan": 900, "parcel_area_in_contract_m2": 1},
                {"contract_no": "a", "land_price_wan": 900},
            ],
            [NAN, NAN],
        ),
        # other parcels of the contract are not in the ledger
        (
            [
                {
                    "contract_no": "a",
                    "land_price_wan": 900,
                    "parcel_area_in_contract_m2": 1,
                    "contract_area_m2": 3,
                }
            ],
            [300],
        ),
        # phases that state their own prices
        (
            [
                {"contract_no": "a", "phase_no": "1", "land_price_wan": 900},
                {"contract_no": "a", "phase_no": "2", "land_price_wan": 500},
            ],
            [900, 500],
        ),
        # phases that repeat one price: split or unknown, never twice
        (
            [
                {"contract_no": "a", "phase_no": "1", "land_price_wan": 900},
                {"contract_no": "a", "phase_no": "2", "land_price_wan": 900},
            ],
            [NAN, NAN],
        ),
        # two prices within one phase
        (
            [
                {"contract_no": "a", "land_price_wan": 900, "parcel_area_in_contract_m2": 1},
                {"contract_no": "a", "land_price_wan": 500, "parcel_area_in_contract_m2": 1},
            ],
            [NAN, NAN],
        ),
        ([{"contract_no": "a"}], [NAN]),
        (
            [
                {"supervision_no": "s", "land_price_wan": 9, "parcel_area_in_contract_m2": 1},
                {"supervision_no": "s", "land_price_wan": 9, "parcel_area_in_contract_m2": 2},
            ],
            [3, 6],
        ),
    ],
)
def test_price_of_a_row(rows: list[dict], shares: list[float]) -> None:
    np.testing.assert_allclose(price_shares(frame("ledger", rows)), shares, rtol=1e-12)


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=8), st.floats(1, 1e5))
@settings(max_examples=40, deadline=None)
def test_shares_add_up_to_the_price(areas: list[float], price: float) -> None:
    rows = [
        {"contract_no": "a", "land_price_wan": price, "parcel_area_in_contract_m2": area}
        for area in areas
    ]
    assert price_shares(frame("ledger", rows)).sum() == pytest.approx(price)


def test_a_parcel_adds_its_rows_and_is_unknown_where_one_is() -> None:
    def fee(*prices: float | None) -> float:
        rows = [
            {"parcel_id": "p", "contract_no": f"c{at}", **BASE, "land_price_wan": price}
            for at, price in enumerate(prices)
        ]
        parcels = frame("parcels", [{"parcel_id": "p"}])
        result = analyse_idle(frame("ledger", rows), parcels, POLICY, AS_OF)
        return result.measures["fee_order53_wan"].iloc[0]

    assert fee(100, 250) == 70
    assert np.isnan(fee(100, None))


def test_a_fee_beyond_two_years_is_never_added_to_one_that_is_not() -> None:
    first = {"parcel_id": "p", "contract_no": "a", **BASE, "land_price_wan": 1000}
    rows = [
        first | {"start_due_on": "2025-01-01"},
        first | {"contract_no": "b", "start_due_on": "2023-01-01", "land_price_wan": 400},
    ]
    result = analyse_idle(
        frame("ledger", rows), frame("parcels", [{"parcel_id": "p"}]), POLICY, AS_OF
    )
    assert result.measures["idle_status"].tolist() == ["suspected_2y"]
    assert result.measures["fee_order53_wan"].tolist() == [80]
    assert result.tables["contracts"]["fee_order53_wan"].tolist() == [200, 80]
