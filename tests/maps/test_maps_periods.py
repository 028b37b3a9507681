"""The supply plan on the map: a theme by years, a switch of years and quarters, and what it says."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from analyses.results import PLAN
from layers.columns import empty_frame
from maps import MapView, render_map
from maps.palettes import AHEAD, PAST, YEARS
from maps.themes import build_themes
from maps.versions import themes_and_versions
from maps.view import Comparison
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

#: Quarter of each of the first plots of the view.
QUARTERS = ("2026Q4", "2027Q1", "2027Q3", "2027Q3", "2028Q2", None)


def plan_of(ids: Any, quarters: Any = QUARTERS) -> pd.DataFrame:
    plan = empty_frame(PLAN, pd.RangeIndex(len(quarters)))
    plan["parcel_id"] = pd.Series(list(ids)[: len(quarters)], dtype="string")
    plan["quarter"] = pd.Series(list(quarters), dtype="string")
    plan["chosen"] = plan["quarter"].notna().astype("boolean")
    plan["why_zh"], plan["why_en"] = "条件具备", "ready"
    return plan


def supply_of(quarters: Any) -> Any:
    ids = [f"P{at}" for at in range(len(quarters) + 1)]
    parcels = pd.DataFrame({"parcel_id": pd.Series(ids, dtype="string")})
    themes = build_themes(parcels, plan=plan_of(ids, quarters))
    return next(theme for theme in themes if theme.name == "supply")


@pytest.fixture(scope="module")
def plots(view_of: Callable[..., MapView]) -> list[str]:
    ids = view_of(60).parcels["parcel_id"]
    return ids[ids.str.startswith("LK")].tolist()


@pytest.fixture(scope="module")
def view(view_of: Callable[..., MapView], plots: list[str]) -> MapView:
    return dataclasses.replace(view_of(60), plan=plan_of(plots))


@pytest.fixture(scope="module")
def html(view: MapView) -> str:
    return render_map(view)


def opened_at(open_page: Callable[..., Any], html: str, **options: Any) -> Any:
    page = open_page(html, **options).page
    page.check("input[name=zd-theme][value=supply]", force=True)
    return page


def choose(page: Any, name: str, group: str = "zd-year") -> None:
    page.check(f"input[name={group}][value='{name}']", force=True)


def classes(page: Any) -> dict[str, int]:
    return {
        entry.get_attribute("data-class"): int(entry.locator(".zd-class-count").text_content())
        for entry in page.locator(".zd-class").all()
    }


def listed(page: Any) -> list[str]:
    return page.evaluate("Array.from(zongdi.model.order, (i) => zongdi.model.id(i))")


def hectares(view: MapView, ids: list[str]) -> str:
    own = view.parcels["parcel_id"].isin(ids)
    return f"{view.parcels.loc[own, 'area_m2'].sum() / 10_000:,.4f}"


def colours(page: Any) -> set[str]:
    return set(
        page.evaluate(
            """() => { const canvas = zongdi.chart.base.canvas; const found = new Set();
            const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            for (let at = 0; at < data.length; at += 4) {
              const part = (k) => data[at + k].toString(16).padStart(2, "0");
              found.add(`#${part(0)}${part(1)}${part(2)}`); }
            return Array.from(found); }"""
        )
    )


# ------------------------------------------------------------------------------------ the classes


def test_quarters_without_a_parcel_are_steps_too() -> None:
    found = supply_of(QUARTERS).periods
    assert found.names == (*("2026Q4", "2027Q1", "2027Q2", "2027Q3", "2027Q4", "2028Q1", "2028Q2"),)
    assert found.codes.tolist() == [1, 2, 4, 4, 7, 0, 0]


@pytest.mark.parametrize(
    ("quarters", "names", "codes"),
    [
        (("2027", "2027Q2", "soon"), ("2027", "2027Q2"), [1, 2, 0, 0]),
        (("2026年第三季度", "2027Q2"), ("2026", "2027Q2"), [1, 2, 0]),
        (("2028Q1",), ("2028Q1",), [1, 0]),
        (("soon",), None, None),
        # A slip of the pen of two centuries: no switch rather than eight hundred steps.
        (("2026Q1", "2226Q1"), None, None),
    ],
)
def test_what_a_plan_may_write_for_a_quarter(quarters: Any, names: Any, codes: Any) -> None:
    found = supply_of(quarters).periods
    assert (found and found.names) == names
    assert (found and found.codes.tolist()) == codes


def test_another_run_is_dated_in_the_same_quarters(view: MapView, plots: list[str]) -> None:
    theirs = plan_of(plots, ("2029Q1", "2027Q1"))
    other = Comparison(
        name=Text("方案二", "Two"), parcels=view.parcels.drop(columns="geometry"), plan=theirs
    )
    found = themes_and_versions(dataclasses.replace(view, other=other))
    own = next(theme for theme in found.themes if theme.name == "supply").periods
    assert (own.names[0], own.names[-1]) == ("2026Q4", "2029Q1")
    place = view.parcels["parcel_id"].tolist().index(plots[0])
    assert own.names[own.codes[place] - 1] == "2026Q4"
    assert own.names[found.periods["supply"][place] - 1] == "2029Q1"
    assert len(own.codes) == len(found.periods["supply"]) == len(view.parcels)


# ------------------------------------------------------------------------------------- the switch


@pytest.mark.browser
def test_a_year_stands_out(
    html: str, view: MapView, plots: list[str], open_page: Callable[..., Any]
) -> None:
    page = opened_at(open_page, html)
    assert page.locator(".zd-period").is_visible()
    assert page.locator(".zd-years label").all_text_contents()[:4] == [
        *("全部", "2026", "2027", "2028"),
    ]
    assert (
        f"5 宗，{hectares(view, plots[:5])} 公顷" in page.locator(".zd-period-said").text_content()
    )
    choose(page, "2027")
    found = classes(page)
    roads = sum(view.parcels["land_use"] == "road")
    assert found == {
        "2027Q1": 1, "2027Q3": 2, "earlier": 1, "later": 1, "road": roads,
        "outside": len(view.parcels) - roads - 5,
    }  # fmt: skip
    said = page.locator(".zd-period-said").text_content()
    assert f"2027年供应 3 宗，{hectares(view, plots[1:4])} 公顷" in said
    assert f"此前已供 1 宗，{hectares(view, plots[:1])} 公顷" in said
    assert sorted(listed(page)) == sorted(plots[1:4])
    assert "2027年" in page.locator(".zd-filter").text_content()
    drawn = colours(page)
    assert {YEARS[0], YEARS[2], PAST, AHEAD} <= drawn
    assert YEARS[1] not in drawn  # the second quarter has none
    choose(page, "2027Q3", "zd-quarter")
    assert classes(page)["earlier"] == 2
    assert sorted(listed(page)) == sorted(plots[2:4])
    choose(page, "2027Q2", "zd-quarter")
    assert "2027年第2季度：计划中没有宗地" in page.locator(".zd-period-said").text_content()
    assert listed(page) == []
    page.click(".zd-reset")
    assert page.locator("input[name=zd-year][value='']").is_checked()
    assert len(listed(page)) == len(view.parcels)
    assert {"2026", "2027", "2028", "candidate"} <= set(classes(page))
    page.check("input[name=zd-theme][value=idle]", force=True)
    assert not page.locator(".zd-period").is_visible()


@pytest.mark.browser
def test_by_keyboard_and_in_english(html: str, open_page: Callable[..., Any]) -> None:
    page = opened_at(open_page, html)
    page.focus("input[name=zd-year]:checked")
    for expected in ("2026", "2027", "2028"):
        page.keyboard.press("ArrowRight")
        assert page.evaluate("zongdi.model.theme.period") == expected
        assert page.evaluate("document.activeElement.value") == expected
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    for expected in ("2027Q1", "2027Q2", "2027Q3"):
        page.keyboard.press("ArrowRight")
        assert page.evaluate("zongdi.model.theme.period") == expected
        assert page.evaluate("document.activeElement.value") == expected
    page.click(".zd-language")
    assert "2027 Q3: 2 parcels" in page.locator(".zd-period-said").text_content()
    assert page.locator(".zd-years label").first.text_content() == "All"
    assert "2027 Q3" in page.locator(".zd-legend-title").text_content()
    assert page.locator("input[name=zd-quarter][value='2027Q3']").is_checked()


@pytest.mark.browser
def test_a_class_of_another_time_lists_its_own(
    html: str, plots: list[str], open_page: Callable[..., Any]
) -> None:
    page = opened_at(open_page, html)
    choose(page, "2027")
    page.click(".zd-class[data-class=earlier]")
    assert listed(page) == plots[:1]
    page.click(".zd-class[data-class=earlier]")
    assert sorted(listed(page)) == sorted(plots[1:4])
    # In another theme nothing is filtered; coming back, the year is still chosen.
    page.check("input[name=zd-theme][value=idle]", force=True)
    assert not page.evaluate("zongdi.model.filtering")
    page.check("input[name=zd-theme][value=supply]", force=True)
    assert page.evaluate("zongdi.model.theme.period") == "2027"
    assert sorted(listed(page)) == sorted(plots[1:4])


@pytest.mark.browser
def test_paper_says_the_year_and_lists_it(
    html: str, plots: list[str], open_page: Callable[..., Any]
) -> None:
    page = opened_at(open_page, html)
    choose(page, "2027")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    legend = page.locator(".zd-sheet-legend").text_content()
    assert "供地计划 · 2027年" in legend
    assert "2027年第3季度" in legend
    table = page.locator("#zd-print .zd-paper-table").first.text_content()
    assert all(name in table for name in plots[1:4])
    assert plots[4] not in table
    assert not page.locator(".zd-period").is_visible()


@pytest.mark.browser
def test_on_a_phone_nothing_is_cut_off(html: str, open_page: Callable[..., Any]) -> None:
    page = opened_at(open_page, html, width=390, height=844)
    choose(page, "2027")
    box = page.locator(".zd-period").bounding_box()
    panel = page.locator("#zd-panel").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["y"] + box["height"] <= panel["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for label in page.locator(".zd-period label").all():
        place = label.bounding_box()
        assert place["height"] >= 24  # as large as a finger needs at the least
        assert place["x"] + place["width"] <= box["x"] + box["width"]
    scale = page.locator(".leaflet-control-scale").bounding_box()
    assert scale["y"] + scale["height"] <= box["y"]


@pytest.mark.browser
def test_without_shapes_the_switch_filters_the_list(
    view: MapView, plots: list[str], open_page: Callable[..., Any]
) -> None:
    bare = view.parcels.drop(columns="geometry")
    html = render_map(dataclasses.replace(view, parcels=bare, crs=None, context={}))
    page = opened_at(open_page, html)
    choose(page, "2028")
    assert listed(page) == plots[4:5]
    assert page.locator(".zd-period").is_visible()


@pytest.mark.browser
def test_two_runs_under_a_swipe_show_the_same_year(
    view: MapView, plots: list[str], open_page: Callable[..., Any]
) -> None:
    other = Comparison(
        name=Text("方案二", "Two"),
        parcels=view.parcels.drop(columns="geometry"),
        plan=plan_of(plots, ("2027Q2",)),
    )
    page = opened_at(open_page, render_map(dataclasses.replace(view, other=other)))
    choose(page, "2027")
    assert page.evaluate(
        "(id) => { const { theme, find } = zongdi.model; const i = zongdi.model.find(id);"
        "return [theme.classes[theme.codes[i]].code, theme.classes[theme.other[i]].code]; }",
        plots[0],
    ) == ["earlier", "2027Q2"]
    page.focus(".zd-swipe-bar")
    page.keyboard.press("Home")
    assert YEARS[1] in colours(page)
