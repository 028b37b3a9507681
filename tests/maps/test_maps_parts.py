"""Parts of the page in Python: initials, basemaps, colours, other runs and dates, themes of tables."""

from __future__ import annotations

import dataclasses
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.results import PLAN, RECOMMENDATIONS, SURPLUS
from layers.codes import USES
from layers.columns import empty_frame
from maps import MapInputError, MapView, render_map
from maps.assets import page_script, page_style
from maps.basemap import Basemap, picture, tianditu, tiles
from maps.initials import characters_by_initial
from maps.palettes import ACTION_FILLS, land_use_colours
from maps.themes import Theme, build_themes
from maps.versions import themes_and_versions
from maps.view import Comparison
from policies import load_policy
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def classes_of(theme: Theme) -> list[str]:
    return [theme.classes[code].code for code in theme.codes]


def named(themes: tuple[Theme, ...], name: str) -> Theme:
    return next(theme for theme in themes if theme.name == name)


# ---------------------------------------------------------------------------------------- initials


def test_a_character_of_several_readings_stands_under_each() -> None:
    found = characters_by_initial(["长城 ABC 2", "物流"])
    assert "长" in found["c"]
    assert "长" in found["z"]
    assert found["w"] == "物"
    assert not any(letter.isascii() for line in found.values() for letter in line)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=6))
def test_initials_are_letters_and_do_not_depend_on_order(texts: list[str]) -> None:
    found = characters_by_initial(texts)
    assert found == characters_by_initial(reversed(texts))
    assert all(len(letter) == 1 and letter.isascii() for letter in found)


# ---------------------------------------------------------------------------------------- basemaps


def test_without_a_basemap_nothing_may_be_asked_for(view_of: Callable[..., MapView]) -> None:
    assert "img-src data:;" in render_map(view_of(12))


def test_a_basemap_opens_its_own_host_and_no_other(view_of: Callable[..., MapView]) -> None:
    page = render_map(view_of(12, basemap=tianditu("0123456789abcdef")))
    policy = page[page.index("Content-Security-Policy") :].split(">", 1)[0]
    assert "img-src data: https://t0.tianditu.gov.cn;" in policy
    assert "connect-src 'none'" in policy
    beside = tiles("tiles/{z}/{x}/{y}.png", attribution="x")
    assert beside.sources() == ("file:",)


@pytest.mark.parametrize(
    "url",
    [
        "http://tiles.example.cn/{z}/{x}/{y}.png",
        "https://a.example.cn;script-src *//{z}/{x}/{y}.png",
        "https://user@host/{z}/{x}/{y}.png",
        "javascript:alert({z}{x}{y})",
        "/etc/{z}/{x}/{y}.png",
        "data:text/html,{x}{y}{z}",
        "https://a.example.cn/fixed.png",
    ],
)
def test_addresses_that_a_policy_cannot_name_are_refused(url: str) -> None:
    with pytest.raises(MapInputError):
        tiles(url, attribution="x")


def test_a_token_is_letters_and_digits() -> None:
    with pytest.raises(MapInputError, match="token"):
        tianditu("abc&x=1")


def test_a_picture_travels_in_the_page(tmp_path: Path) -> None:
    path = tmp_path / "base.png"
    path.write_bytes(PNG)
    found = picture(path, (117.0, 36.6, 117.2, 36.8), attribution="x")
    assert found.sources() == ()
    assert found.urls[0].startswith("data:image/png;base64,")
    for bounds in ((118, 36, 117, 37), (117, -90, 118, 37)):
        with pytest.raises(MapInputError, match="bounds"):
            picture(path, bounds, attribution="x")
    path.write_bytes(b"GIF89a")
    with pytest.raises(MapInputError, match="PNG"):
        picture(path, (117.0, 36.6, 117.2, 36.8), attribution="x")


def test_a_picture_needs_bounds() -> None:
    with pytest.raises(MapInputError, match="bounds"):
        Basemap(title=Text("a", "a"), attribution="", urls=("data:image/png;base64,AA",))


# ----------------------------------------------------------------------------------------- colours


def test_every_use_has_a_colour_of_its_own() -> None:
    colours = land_use_colours()
    assert set(colours) == set(USES)
    assert len({fill for fill, *_ in colours.values()}) == len(colours)


def test_every_action_of_the_packs_has_a_fill_and_no_two_the_same() -> None:
    known = {
        action.code
        for pack in ("jinan-2021", "shanghai-2021")
        for action in load_policy(pack).actions()
    }
    assert known <= set(ACTION_FILLS)
    assert len(set(ACTION_FILLS.values())) == len(ACTION_FILLS)


def test_what_facts_are_missing_for_is_hatched() -> None:
    assert ACTION_FILLS["find_out"][1] == "unknown"


# ------------------------------------------------------------------------------- themes of tables


def parcels_of(*ids: str, **columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"parcel_id": pd.Series(ids, dtype="string"), "area_m2": 1.0, **columns})


def advice_of(*rows: tuple[str, str, int]) -> pd.DataFrame:
    frame = empty_frame(RECOMMENDATIONS, pd.RangeIndex(len(rows)))
    for k, name in enumerate(("parcel_id", "action", "priority")):
        frame[name] = pd.Series([row[k] for row in rows], dtype=frame[name].dtype)
    frame["title_zh"], frame["title_en"] = frame["action"], frame["action"]
    return frame


def test_the_first_action_is_the_most_urgent_whatever_the_order_of_rows() -> None:
    advice = advice_of(
        ("A", "watch", 9), ("A", "investigate", 2), ("B", "supply", 1), ("X", "none", 0)
    )
    frame = parcels_of("A", "B", "C")
    for rows in (advice, advice.iloc[::-1]):
        found = named(build_themes(frame, recommendations=rows), "action")
        assert classes_of(found) == ["investigate", "supply", "no_action"]
        # The most urgent class comes first in the legend.
        assert [entry.code for entry in found.classes][:2] == ["supply", "investigate"]


def test_themes_of_empty_tables_are_left_out() -> None:
    names = [theme.name for theme in build_themes(parcels_of("A"))]
    assert "action" not in names
    assert "supply" not in names


def test_supply_by_year() -> None:
    plan = empty_frame(PLAN, pd.RangeIndex(3))
    plan["parcel_id"] = pd.Series(["A", "B", "C"], dtype="string")
    plan["quarter"] = pd.Series(["2027Q1", "2026年第三季度", None], dtype="string")
    found = named(build_themes(parcels_of("A", "B", "C", "D"), plan=plan), "supply")
    assert classes_of(found) == ["2027", "2026", "unknown", "outside"]
    assert [entry.code for entry in found.classes] == ["2026", "2027", "unknown", "outside"]
    assert found.classes[2].pattern == "unknown"


def test_what_was_weighed_and_not_chosen_is_no_year() -> None:
    plan = empty_frame(PLAN, pd.RangeIndex(3))
    plan["parcel_id"] = pd.Series(["A", "B", "C"], dtype="string")
    plan["quarter"] = pd.Series(["2027Q1", None, None], dtype="string")
    plan["chosen"] = pd.Series([True, False, True], dtype="boolean")
    found = named(build_themes(parcels_of("A", "B", "C", "D"), plan=plan), "supply")
    assert classes_of(found) == ["2027", "candidate", "unknown", "outside"]


def surplus_of(*rows: tuple[str, str | None]) -> pd.DataFrame:
    frame = empty_frame(SURPLUS, pd.RangeIndex(len(rows)))
    frame["parcel_id"] = pd.Series([row[0] for row in rows], dtype="string")
    frame["against"] = pd.Series([row[1] for row in rows], dtype="string")
    return frame


def test_surplus_land_by_what_stands_against_it() -> None:
    surplus = surplus_of(("A", None), ("B", "mortgage"), ("C", "mortgage"), ("C", None))
    found = named(build_themes(parcels_of("A", "B", "C", "D"), surplus=surplus), "surplus")
    # Of several pieces, one with nothing against it is enough to look there.
    assert classes_of(found) == ["free", "held", "free", "none"]
    names = [theme.name for theme in build_themes(parcels_of("A"), surplus=surplus_of())]
    assert "surplus" not in names


def test_evidence_by_the_weightiest_verdict() -> None:
    findings = pd.DataFrame(
        {
            "parcel_id": ["A", "A", "B", "C", "E"],
            "rule": [
                *("idle.evidence_silent", "idle.evidence_not_started"),
                *("idle.evidence_nothing_stands", "idle.evidence_not_started", "far.limit"),
            ],
            "verdict": ["yes", "yes", "no", "unknown", "yes"],
        }
    )
    found = named(build_themes(parcels_of("A", "B", "C", "D", "E"), findings=findings), "evidence")
    assert classes_of(found) == [
        *("idle.evidence_not_started", "agrees", "unknown", "none", "none"),
    ]
    assert found.classes[0].pattern == "suspected"


def test_the_gravest_problem_gives_the_class() -> None:
    problems = pd.DataFrame(
        {
            "id": ["A", "A", "B", "C", "D"],
            "parcel_id": ["A", "A", "B", "C", "D"],
            "layer": ["parcels"] * 5,
            "column": ["holder", "geometry", "geometry", "area_net_m2", "holder"],
            "severity": ["note", "warning", "note", "error", "warning"],
        }
    )
    frame = parcels_of("A", "B", "C", "D", "E", "F", "G", zone_share=[1, 1, 1, 1, 1, 0.6, None])
    frame.loc[6, "area_m2"] = np.nan
    found = named(build_themes(frame, problems=problems), "data")
    assert classes_of(found) == [
        *("boundary", "note", "error", "warning", "clear", "boundary", "unknown"),
    ]


def test_land_use_carries_the_code_of_the_guide() -> None:
    found = named(
        build_themes(parcels_of("A", land_use=["industrial"]), land_use_labels=USES), "land_use"
    )
    assert found.classes[0].label.zh == f"{USES['industrial'].zh} 1001"


# --------------------------------------------------------------------------- other runs and dates


def test_another_run_is_classed_in_the_same_classes(view_of: Callable[..., MapView]) -> None:
    view = view_of(40)
    changed = view.parcels.drop(columns="geometry").copy()
    changed["idle_status"] = pd.Series("to_check", index=changed.index, dtype="string")
    changed["floor_area_headroom_m2"] = 123_456.0
    lacking = view.parcels["parcel_id"].iloc[-1]
    other = Comparison(
        name=Text("方案二", "second"), parcels=changed[changed["parcel_id"] != lacking].iloc[::-1]
    )
    alone = themes_and_versions(view)
    both = themes_and_versions(dataclasses.replace(view, other=other))
    assert alone.other == {}
    n = len(view.parcels)
    for theme in both.themes:
        assert len(theme.codes) == n
        if theme.name not in {"data", "beside"}:
            assert len(both.other[theme.name]) == n
    idle = named(both.themes, "idle")
    before = classes_of(named(alone.themes, "idle"))
    assert classes_of(idle) == before
    there = [idle.classes[code].code for code in both.other["idle"]]
    assert set(there[:-1]) == {"to_check"}
    # A parcel that the other run lacks is unknown there.
    assert there[-1] == "unknown"


def test_a_series_has_the_review_date_in_its_place(view_of: Callable[..., MapView]) -> None:
    view = view_of(40)
    past = view.parcels[["parcel_id"]].assign(idle_status="started")
    found = themes_and_versions(
        dataclasses.replace(view, series={date(2027, 1, 1): past.iloc[:3], date(2025, 1, 1): past})
    )
    assert [day for day, _ in found.series] == [date(2025, 1, 1), view.as_of, date(2027, 1, 1)]
    idle = named(found.themes, "idle")
    # A series tells of nothing but the status: a road stays one.
    roads = (view.parcels["land_use"] == "road").tolist()
    assert [idle.classes[code].code for code in found.series[0][1]] == [
        "road" if road else "started" for road in roads
    ]
    assert found.series[1][1].tolist() == idle.codes.tolist()
    later = [idle.classes[code].code for code in found.series[2][1]]
    assert later[:3] == ["road" if road else "started" for road in roads[:3]]
    assert set(later[3:]) <= {"unknown", "road"}


# ----------------------------------------------------------------------------------------- scripts


def test_no_text_of_ours_runs_over_lines_so_that_layout_may_go() -> None:
    static = resources.files("maps") / "static"
    for entry in static.iterdir():
        if entry.name.endswith(".js"):
            for line in entry.read_text(encoding="utf-8").splitlines():
                assert line.count("`") % 2 == 0, f"{entry.name}: {line}"
    assert "\n " not in page_script() + page_style()
    assert "/*" not in page_script()
