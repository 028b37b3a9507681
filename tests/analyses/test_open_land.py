"""Land that as a rule has no limits of intensity: nothing is missing where a road has none."""

from __future__ import annotations

import pandas as pd
import pytest

from analyses.open_land import without_conditions
from policies import load_policy

POLICY = load_policy("national")


def findings(**changed) -> pd.DataFrame:
    row = {
        "parcel_id": "p",
        "rule": "far.limit",
        "verdict": "unknown",
        "attention": None,
        "missing": "far_max",
        "note_zh": "上限未知",
        "note_en": "limit unknown",
    }
    return pd.DataFrame([row | changed])


def after(land_use, **changed) -> pd.Series:
    parcels = pd.DataFrame({"parcel_id": ["p"], "land_use": [land_use]})
    return without_conditions(findings(**changed), parcels, POLICY).iloc[0]


@pytest.mark.parametrize("land_use", ["road", "green"])
@pytest.mark.parametrize(
    ("rule", "missing"),
    [
        ("far.limit", "far_max"),
        ("far.coverage", "coverage_max_share"),
        ("far.height", "height_max_m"),
        ("far.headroom", "far_max,height_max_m"),
        ("green.required", "green_min_share"),
    ],
)
def test_a_road_without_a_limit_lacks_nothing(land_use, rule, missing) -> None:
    row = after(land_use, rule=rule, missing=missing)
    assert (row["verdict"], row["missing"], row["attention"]) == ("not_applicable", "", False)
    assert "不作比较" in row["note_zh"]
    assert "not compared" in row["note_en"]


@pytest.mark.parametrize(
    ("land_use", "changed"),
    [
        # a plot to be built on, and one of which nothing is known
        ("utility", {}),
        ("industrial", {}),
        (None, {}),
        # a limit is given, but not what stands there
        ("road", {"missing": "floor_area_m2"}),
        ("road", {"missing": "far_max,floor_area_m2"}),
        # what is known stays
        ("road", {"verdict": "yes", "missing": ""}),
        ("road", {"rule": "idle.not_started_1y", "missing": "far_max"}),
    ],
)
def test_everything_else_stays(land_use, changed) -> None:
    before = findings(**changed).iloc[0]
    assert after(land_use, **changed).to_dict() == before.to_dict()
