"""Mixed use: the first verdict that applies, in its order, and the wordings of the findings."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.mixed_use import analyse_mixed_use
from analyses.results import FINDINGS, MIXED_VERDICTS
from layers.codes import USES
from policies import load_policy

AS_OF = date(2026, 6, 30)
JINAN, ZHEJIANG = load_policy("jinan-2021"), load_policy("zhejiang-2021-draft")
SHANGHAI, SHANDONG = load_policy("shanghai-2021"), load_policy("shandong-2016")


def analyse(policy, *uses: str | None, fenced: float | None = 0.0):
    """Analyse one parcel: the first use is its land use, the rest stand in the uses table."""
    parcels = pd.DataFrame(
        {
            "parcel_id": pd.array(["p"], dtype="string"),
            "zone_id": pd.array(["z"], dtype="string"),
            "land_use": pd.array([uses[0]], dtype="string"),
            "fenced_share": [np.nan if fenced is None else fenced],
        }
    )
    table = pd.DataFrame({"parcel_id": ["p"] * (len(uses) - 1), "use": list(uses[1:])})
    return analyse_mixed_use(parcels, policy, AS_OF, uses=table)


def verdict(policy, *uses: str | None, fenced: float | None = 0.0) -> str:
    return analyse(policy, *uses, fenced=fenced).measures["mixed_verdict"].item()


def finding(analysis, rule: str) -> pd.Series:
    rows = analysis.findings[analysis.findings["rule"] == rule]
    assert len(rows) == 1
    return rows.iloc[0]


def test_listed_uses_are_encouraged() -> None:
    analysis = analyse(JINAN, "industrial", "office")
    assert analysis.measures["mixed_verdict"].item() == "yes"
    assert analysis.measures["mixed_uses"].item() == "industrial+office"
    found = finding(analysis, "mixed.list")
    assert found["verdict"] == "yes"
    assert "列入鼓励混合范围（须以规划条件、控规为准）" in found["note_zh"]
    assert found["pack"] == "jinan-2021"


def test_not_in_an_open_list_is_undetermined() -> None:
    assert verdict(JINAN, "industrial", "public_service") == "undetermined"
    found = finding(analyse(JINAN, "industrial", "public_service"), "mixed.list")
    assert (found["verdict"], found["attention"]) == ("no", False)
    assert "待定" in found["note_zh"]


def test_not_in_a_closed_list_is_no_basis_never_a_ban() -> None:
    analysis = analyse(ZHEJIANG, "industrial", "commercial")
    assert analysis.measures["mixed_verdict"].item() == "no"
    found = finding(analysis, "mixed.list")
    assert "未列举，本条不能作为依据" in found["note_zh"]
    assert "征求意见稿" in found["note_zh"]
    assert "不得" not in found["note_zh"]
    assert found["status"] == "draft"


def test_a_closed_list_that_names_all_is_yes() -> None:
    assert verdict(ZHEJIANG, "industrial", "nonprofit") == "yes"


def test_a_pilot_without_a_list_is_undetermined() -> None:
    assert verdict(SHANGHAI, "industrial", "office") == "undetermined"


def test_no_clause_is_no_basis() -> None:
    analysis = analyse(SHANDONG, "industrial", "office")
    assert analysis.measures["mixed_verdict"].item() == "no_basis"
    found = finding(analysis, "mixed.list")
    assert found["verdict"] == "not_applicable"
    assert pd.isna(found["pack"])
    assert list(analysis.findings.columns) == list(FINDINGS.names)


def test_one_use_is_not_mixed_even_without_a_clause() -> None:
    assert verdict(JINAN, "industrial", "industrial") == "not_mixed"
    assert verdict(SHANDONG, "industrial") == "not_mixed"


@pytest.mark.parametrize("untested", ["road", "parking", "green", "utility"])
def test_untested_uses_are_left_out(untested: str) -> None:
    analysis = analyse(ZHEJIANG, "industrial", untested, "office")
    assert analysis.measures["mixed_verdict"].item() == "yes"
    assert analysis.measures["mixed_uses"].item() == "industrial+office"
    assert verdict(JINAN, "industrial", untested) == "not_mixed"


@pytest.mark.parametrize("use", ["residential", "dormitory"])
def test_residents_inside_the_fence_conflict(use: str) -> None:
    analysis = analyse(JINAN, "industrial", use, fenced=0.5)
    assert analysis.measures["mixed_verdict"].item() == "conflict"
    found = finding(analysis, "mixed.no_residents")
    assert (found["verdict"], found["attention"]) == ("yes", True)
    assert verdict(JINAN, "industrial", use, fenced=0.49) == "undetermined"
    assert verdict(JINAN, use, fenced=1.0) == "conflict"  # before "one use"


def test_residents_where_the_fence_is_unknown_are_unknown() -> None:
    analysis = analyse(JINAN, "industrial", "dormitory", fenced=None)
    assert analysis.measures["mixed_verdict"].item() == "unknown"
    found = finding(analysis, "mixed.no_residents")
    assert (found["verdict"], found["missing"]) == ("unknown", "zones")
    assert pd.isna(found["attention"])
    # no residents: the fence does not matter
    assert verdict(JINAN, "industrial", "office", fenced=None) == "yes"
    # what applies earlier in the order stands
    assert verdict(JINAN, "dormitory", fenced=None) == "not_mixed"


def test_outside_the_fence_the_rule_does_not_apply() -> None:
    found = finding(analyse(JINAN, "industrial", "dormitory", fenced=0.0), "mixed.no_residents")
    assert (found["verdict"], found["attention"]) == ("not_applicable", False)


def test_an_unknown_use_is_unknown_unless_something_earlier_applies() -> None:
    assert verdict(JINAN, None, "office") == "unknown"
    assert verdict(JINAN, "industrial", None) == "unknown"
    assert verdict(SHANDONG, "industrial", None) == "no_basis"
    assert verdict(ZHEJIANG, "industrial", "commercial", None) == "no"
    assert finding(analyse(JINAN, None), "mixed.list")["missing"] == "land_use"


def test_commerce_inside_the_fence_points_to_the_business_scope() -> None:
    assert (
        "mixed.business_scope"
        in analyse(JINAN, "industrial", "commercial", fenced=1.0).findings["rule"].tolist()
    )
    assert (
        "mixed.business_scope"
        not in analyse(JINAN, "industrial", "commercial").findings["rule"].tolist()
    )


def test_without_a_uses_table_the_land_use_stands_alone() -> None:
    parcels = pd.DataFrame({"parcel_id": ["a", "b"], "land_use": ["office", None]}, index=[5, 3])
    analysis = analyse_mixed_use(parcels, JINAN, AS_OF)
    assert analysis.measures.index.tolist() == [5, 3]
    assert analysis.measures["mixed_verdict"].tolist() == ["not_mixed", "unknown"]


@given(
    uses=st.lists(st.sampled_from([*USES.codes, None]), min_size=1, max_size=5),
    fenced=st.sampled_from([None, 0.0, 0.5, 1.0]),
    policy=st.sampled_from([JINAN, ZHEJIANG, SHANGHAI, SHANDONG]),
)
@settings(max_examples=25, deadline=None)
def test_order_of_uses_does_not_matter_and_residents_never_pass(uses, fenced, policy) -> None:
    found = verdict(policy, *uses, fenced=fenced)
    assert found in MIXED_VERDICTS
    assert found == verdict(policy, uses[0], *reversed(uses[1:]), fenced=fenced)
    if {"residential", "dormitory"} & set(uses) and fenced != 0.0:
        assert found != "yes"


@pytest.mark.parametrize(
    ("day", "expected", "answer", "missing"),
    [
        (date(2022, 3, 31), "unknown", "unknown", "ruleset_current"),
        (date(2022, 4, 1), "conflict", "yes", ""),
    ],
)
def test_before_the_order_took_effect_it_decides_nothing(day, expected, answer, missing) -> None:
    parcels = pd.DataFrame(
        {"parcel_id": ["p"], "zone_id": ["z"], "land_use": ["industrial"], "fenced_share": [1.0]}
    )
    uses = pd.DataFrame({"parcel_id": ["p", "p"], "use": ["dormitory", "commercial"]})
    analysis = analyse_mixed_use(parcels, JINAN, day, uses=uses)
    assert analysis.measures["mixed_verdict"].item() == expected
    for rule in ("mixed.no_residents", "mixed.business_scope"):
        row = finding(analysis, rule)
        assert (row["verdict"], row["missing"]) == (answer, missing)
