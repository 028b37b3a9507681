"""Classes of the legend: every parcel has one, and unknown is never a colour alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.results import BOUND_BY, IDLE_STATUSES, MIXED_VERDICTS
from maps.themes import Theme, build_themes


def theme(frame: pd.DataFrame, name: str) -> Theme:
    return next(found for found in build_themes(frame) if found.name == name)


def classes_of(found: Theme) -> list[str]:
    return [found.classes[code].code for code in found.codes]


def test_every_status_has_a_class_of_its_own() -> None:
    for name, column, codes in (
        ("idle", "idle_status", IDLE_STATUSES),
        ("mixed", "mixed_verdict", MIXED_VERDICTS),
        ("bound", "bound_by", BOUND_BY),
    ):
        found = theme(pd.DataFrame({column: pd.Series(list(codes), dtype="string")}), name)
        assert classes_of(found) == list(codes)
        looks = {(entry.fill, entry.pattern) for entry in found.classes}
        assert len(looks) == len(found.classes)
        assert {entry.code: entry.label for entry in found.classes} == dict(codes)


def test_null_is_unknown_and_unknown_is_hatched() -> None:
    frame = pd.DataFrame({"parcel_id": ["A"], "idle_status": pd.Series([None], dtype="string")})
    for found in build_themes(frame):
        assert classes_of(found) == ["unknown"]
        assert found.classes[0].pattern == "unknown"


def test_all_that_is_suspected_is_drawn_as_suspected() -> None:
    frame = pd.DataFrame({"idle_status": list(IDLE_STATUSES)})
    found = theme(frame, "idle")
    drawn = {entry.code for entry in found.classes if entry.pattern == "suspected"}
    assert drawn == {code for code, label in IDLE_STATUSES.items() if "涉嫌" in label.zh}


def test_headroom_classes_hold_what_they_say() -> None:
    values = [-1.0, 0.0, 100.0, 200.0, 300.0, 400.0, 500.0, np.nan, np.nan]
    frame = pd.DataFrame(
        {"floor_area_headroom_m2": values, "bound_by": ["far"] * 7 + ["none", None]}
    )
    found = theme(frame, "headroom")
    codes = classes_of(found)
    assert codes[0] == "over"
    assert codes[1] == codes[2] == "step0"
    assert codes[6] == "step4"
    assert codes[7:] == ["no_limit", "unknown"]
    assert [entry.label.zh for entry in found.classes][1] == "0 – 0.018 万m²"
    # Breaks of 100 to 500 in five classes of equal counts, to two digits.
    assert [entry.label.en for entry in found.classes][1:4] == [
        "0 – 180 m²",
        "180 – 260 m²",
        "260 – 340 m²",
    ]


def test_one_headroom_value_is_one_class() -> None:
    found = theme(pd.DataFrame({"floor_area_headroom_m2": [5.0, 5.0]}), "headroom")
    assert classes_of(found) == ["step0", "step0"]
    assert found.classes[0].label.en == "> 0 m²"


def test_green_balance_sides() -> None:
    frame = pd.DataFrame({"green_balance_m2": [-300.0, -10.0, 0.0, 10.0, 300.0, np.nan]})
    codes = classes_of(theme(frame, "green"))
    assert codes == ["deficit_large", "deficit", "even", "surplus", "surplus_large", "unknown"]


def test_a_road_of_which_nothing_adverse_is_said_is_a_road_but_suspicion_shows() -> None:
    frame = pd.DataFrame(
        {
            "land_use": ["road", "road", "industrial", "road"],
            "idle_status": ["unknown", "suspected_2y", "unknown", "started"],
        }
    )
    assert classes_of(theme(frame, "idle")) == ["road", "suspected_2y", "unknown", "road"]


def test_foreign_land_use_codes_keep_their_name() -> None:
    found = theme(pd.DataFrame({"land_use": ["0601", "road", None]}), "land_use")
    assert sorted(classes_of(found)) == ["0601", "road", "unknown"]


def test_more_kinds_of_land_use_than_a_byte_holds() -> None:
    found = theme(pd.DataFrame({"land_use": [f"{k:04d}" for k in range(400)]}), "land_use")
    assert len(found.classes) <= 256
    assert found.classes[found.codes[-1]].code == "unknown"
