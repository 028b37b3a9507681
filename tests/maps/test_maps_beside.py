"""Two runs on one map, the dates of earlier ones, and what differs between them."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from maps import MapInputError, MapView, beside, for_audience, render_map, with_earlier
from maps.beside_theme import beside_theme
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def view(view_of: Callable[..., MapView]) -> MapView:
    return view_of(40)


def test_the_weightiest_difference_gives_the_class() -> None:
    base = pd.DataFrame(
        {
            "idle_status": ["started", "suspected_1y", "started", "started", "started", "started"],
            "mixed_verdict": ["no", "no", "no", "no", "no", "no"],
            "area_m2": [1.0, 2.0, 3.0, 4.0, 5.0, np.nan],
        }
    )
    other = base.copy()
    other.loc[0, "idle_status"] = "suspended"
    other.loc[1, ["idle_status", "area_m2"]] = ["overdue_start", 9.0]
    other.loc[2, "mixed_verdict"] = "yes"
    other.loc[3, "area_m2"] = 4.0 + 1e-12
    known = np.array([True, True, True, True, False, True])
    first = pd.Series(["", "", "", "", "", "watch"])
    theme = beside_theme(base, other, known, actions=(first, pd.Series([""] * 6)))
    assert [theme.classes[code].code for code in theme.codes] == [
        *("lighter", "graver", "verdict", "same", "new", "action"),
    ]


def test_the_other_run_is_called_by_what_differs(view: MapView) -> None:
    later = dataclasses.replace(view, as_of=date(2026, 12, 31))
    assert beside(view, later).other.name.zh == "数据截止 2026-12-31"
    renamed = dataclasses.replace(view, name="方案一", name_en="Scenario one")
    assert beside(view, renamed).other.name == Text("方案一", "Scenario one")
    assert beside(view, later, name=Text("丙", "C")).other.name.en == "C"


def test_parcels_that_are_gone_are_named(view: MapView) -> None:
    fewer = dataclasses.replace(view, parcels=view.parcels.iloc[1:].reset_index(drop=True))
    gone = str(view.parcels["parcel_id"].iloc[0])
    said = beside(fewer, view).notices[-1]
    assert "1 宗" in said.zh
    assert gone in said.zh
    assert beside(view, view).notices == view.notices


def test_what_cannot_be_compared_is_refused(view: MapView) -> None:
    strangers = view.parcels.assign(parcel_id=["x" + text for text in view.parcels["parcel_id"]])
    with pytest.raises(MapInputError, match="share no parcel_id"):
        beside(view, dataclasses.replace(view, parcels=strangers))
    with pytest.raises(MapInputError, match="internal edition alone"):
        beside(for_audience(view, "partner"), view)
    with pytest.raises(MapInputError, match="give each date once"):
        with_earlier(view, view)


def test_editions_for_others_hold_no_other_run(view: MapView) -> None:
    both = with_earlier(
        beside(view, dataclasses.replace(view, name="SECRETQ")),
        dataclasses.replace(view, as_of=date(2025, 6, 30)),
    )
    for audience in ("partner", "public"):
        edition = for_audience(both, audience)
        assert edition.other is None
        assert not edition.series


@pytest.mark.browser
def test_card_legend_and_slider_tell_of_both(view: MapView, open_page: Callable[..., Any]) -> None:
    parcels = view.parcels.copy()
    place = int(np.flatnonzero(parcels["parcel_id"] == "LK-002")[0])
    parcels.loc[parcels.index[place], ["idle_status", "far_plain"]] = ["to_check", 9.99]
    older = dataclasses.replace(view, parcels=parcels, as_of=date(2025, 6, 30))
    opened = open_page(render_map(with_earlier(beside(view, older), older)), fragment="#p=LK-002")
    page = opened.page
    page.wait_for_selector(".zd-card[data-parcel='LK-002']")
    said = page.locator(".zd-section", has_text="与“数据截止 2025-06-30”对比").text_content()
    assert "开工情况待核实 → " in said
    assert "9.99 → " in said
    page.check("input[name=zd-theme][value=beside]", force=True)
    counts = {
        entry.get_attribute("data-class"): int(entry.locator(".zd-class-count").text_content())
        for entry in page.locator(".zd-class").all()
    }
    assert sum(counts.values()) == len(parcels)
    assert counts["same"] == len(parcels) - 1
    # Only the idle status is known at other dates, and what is of another date says so.
    assert not page.locator(".zd-time").is_visible()
    page.check("input[name=zd-theme][value=idle]", force=True)
    page.focus("#zd-step")
    page.keyboard.press("ArrowLeft")
    assert "当时的核查结果" in page.locator(".zd-time-note").text_content()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert "2025-06-30" in page.locator(".zd-sheet-date").text_content()
    opened.quiet()
