"""Started or not, and the two limbs of the suspension test, at their exact thresholds."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.idle_rules import IdleRules
from analyses.idle_works import falls_short, started_reading, suspension_test
from policies import load_policy

RULES = IdleRules.of(load_policy("national"))
AS_OF = date(2026, 6, 30)


def short(part: float, whole: float, least: Fraction) -> bool:
    return bool(falls_short(np.array([part]), np.array([whole]), least)[0])


@pytest.mark.parametrize(
    ("part", "whole", "least", "expected"),
    [
        (100, 300, Fraction(1, 3), False),
        (33.3333, 100, Fraction(1, 3), True),
        (33.33333333, 100, Fraction(1, 3), True),
        (33.3334, 100, Fraction(1, 3), False),
        (0.1, 0.3, Fraction(1, 3), False),
        (1.1, 3.3, Fraction(1, 3), False),
        (6666.666666666667, 20000, Fraction(1, 3), False),
        (6666.666666666666, 20000, Fraction(1, 3), False),  # 10 mu of 30, converted to m2
        (9999.99, 30000, Fraction(1, 3), True),
        (250, 1000, Fraction(1, 4), False),
        (249.99, 1000, Fraction(1, 4), True),
        (0, 1, Fraction(1, 4), True),
        (float("nan"), 1, Fraction(1, 4), False),
        (1, float("nan"), Fraction(1, 4), False),
    ],
)
def test_strictly_less(part: float, whole: float, least: Fraction, *, expected: bool) -> None:
    assert short(part, whole, least) is expected


@given(
    st.integers(0, 10**9), st.integers(1, 10**9), st.sampled_from([Fraction(1, 3), Fraction(1, 4)])
)
@settings(max_examples=100, deadline=None)
def test_strictly_less_agrees_with_exact_fractions(part: int, whole: int, least: Fraction) -> None:
    # in hundredths, as areas and sums are given
    assert short(part / 100, whole / 100, least) is (Fraction(part, whole) < least)


@pytest.mark.parametrize(
    ("facts", "reading", "source", "contradiction"),
    [
        ({}, "unknown", "unknown", ""),
        ({"started": True}, "yes", "recorded", ""),
        ({"started": False}, "no", "recorded", ""),
        ({"permit": False}, "no", "permit", ""),
        ({"permit": True}, "unknown", "unknown", ""),
        ({"permit_no": "370100"}, "unknown", "unknown", ""),
        ({"permit_on": "2026-07-01"}, "no", "permit", ""),
        (
            {"permit": True, "foundation": "pit", "foundation_done_share": 1},
            "yes",
            "foundation",
            "",
        ),
        (
            {"permit_on": "2026-06-30", "foundation": "pit", "foundation_done_share": 1},
            "yes",
            "foundation",
            "",
        ),
        (
            {"permit_no": "1", "foundation": "piles", "foundation_done_share": 1},
            "yes",
            "foundation",
            "",
        ),
        (
            {"permit": True, "foundation": "pit", "foundation_done_share": 0.999},
            "no",
            "foundation",
            "",
        ),
        (
            {"permit": True, "foundation": "piles", "foundation_done_share": 0.5},
            "no",
            "foundation",
            "",
        ),
        (
            {"permit": True, "foundation": "foundation", "foundation_done_share": 1 / 3},
            "yes",
            "foundation",
            "",
        ),
        (
            {"permit": True, "foundation": "foundation", "foundation_done_share": 0.3333},
            "no",
            "foundation",
            "",
        ),
        ({"foundation": "foundation", "foundation_done_share": 1}, "unknown", "unknown", ""),
        ({"permit": False, "foundation": "pit", "foundation_done_share": 1}, "no", "permit", ""),
        ({"permit": True, "foundation_done_share": 1}, "yes", "foundation", ""),
        ({"permit": True, "foundation_done_share": 0.5}, "unknown", "unknown", ""),
        ({"permit": True, "foundation_done_share": 0.2}, "no", "foundation", ""),
        ({"completed_on": "2026-06-30"}, "yes", "completed", ""),
        ({"completed_on": "2026-07-01"}, "unknown", "unknown", ""),
        ({"started": True, "permit": False}, "yes", "recorded", "yes_without_permit"),
        ({"started": True, "permit_on": "2026-07-01"}, "yes", "recorded", "yes_without_permit"),
        ({"started": True, "started_on": "2026-07-01"}, "yes", "recorded", "started_later"),
        ({"started": True, "started_on": "2026-06-30"}, "yes", "recorded", ""),
        (
            {"started": False, "completed_on": "2025-01-01"},
            "no",
            "recorded",
            "completed_not_started",
        ),
        ({"permit": False, "completed_on": "2025-01-01"}, "no", "permit", "completed_not_started"),
    ],
)
def test_started(facts: dict, reading: str, source: str, contradiction: str) -> None:
    row = {
        key: pd.to_datetime(value) if key.endswith("_on") else value for key, value in facts.items()
    }
    started = started_reading(pd.DataFrame([row], index=[0]), RULES, AS_OF)
    assert [started.reading[0], started.source[0], started.contradiction[0]] == [
        reading,
        source,
        contradiction,
    ]


@pytest.mark.parametrize(
    ("total", "spent", "price", "taxes", "land", "met"),
    [
        (1000, 249.99, None, None, False, "yes"),
        (1000, 250, None, None, False, "no"),
        (1000, None, None, None, False, "unknown"),
        (None, 250, None, None, False, "unknown"),
        (0, 0, None, None, False, "unknown"),
        # (400 - 200) / (1000 - 200) = 25 %: not less
        (1000, 400, 180, 20, True, "no"),
        (1000, 399.99, 180, 20, True, "yes"),
        # met by the sums as recorded: met whatever has to be taken out
        (1000, 200, None, None, True, "yes"),
        (1000, 200, None, None, None, "yes"),
        # (400 - 250) / (1000 - 250) = 20 %: the price alone decides, taxes can only lower it
        (1000, 400, 250, None, True, "yes"),
        (1000, 400, 180, None, True, "unknown"),
        (1000, 900, None, 20, True, "unknown"),
        # not recorded whether land is included: 40 % as recorded, 20 % without: open
        (1000, 400, 230, 20, None, "unknown"),
        # 40 % as recorded, 25 % without: unmet both ways
        (1000, 400, 180, 20, None, "no"),
        (1000, 400, None, 20, None, "unknown"),
        # sums smaller than the price that they are said to include
        (1000, 100, 150, 0, True, "unknown"),
        (100, 100, 150, 0, True, "unknown"),
    ],
)
def test_investment_limb(
    total: float | None,
    spent: float | None,
    price: float | None,
    taxes: float | None,
    land: bool | None,
    met: str,
) -> None:
    row = {
        "investment_total_wan": total,
        "invested_wan": spent,
        "land_price_wan": price,
        "taxes_wan": taxes,
        "investment_includes_land": land,
    }
    frame = pd.DataFrame([row]).astype({"investment_includes_land": "boolean"})
    assert suspension_test(frame, RULES).invested[0] == met


@given(
    st.floats(1, 1e5),
    st.floats(0, 1),
    st.floats(0, 0.9),
)
@settings(max_examples=60, deadline=None)
def test_an_unknown_basis_never_contradicts_either_reading(
    total: float, spent: float, land: float
) -> None:
    rows = pd.DataFrame(
        {
            "investment_total_wan": [total] * 3,
            "invested_wan": [spent * total] * 3,
            "land_price_wan": [land * spent * total] * 3,
            "taxes_wan": [0.0] * 3,
            "investment_includes_land": pd.array([True, False, None], dtype="boolean"),
        }
    )
    with_land, without, unknown = suspension_test(rows, RULES).invested
    if unknown != "unknown":
        assert with_land == without == unknown


@pytest.mark.parametrize(
    ("developed", "area", "met"),
    [
        (10000, 30000, "no"),
        (9999.99, 30000, "yes"),
        (0, 30000, "yes"),
        (None, 30000, "unknown"),
        (0, None, "unknown"),
        (0, 0, "unknown"),
    ],
)
def test_area_limb(developed: float | None, area: float | None, met: str) -> None:
    frame = pd.DataFrame({"develop_area_m2": [area], "developed_area_m2": [developed]})
    test = suspension_test(frame, RULES)
    assert test.developed[0] == met
    assert test.met[0] == ("yes" if met == "yes" else "unknown")
