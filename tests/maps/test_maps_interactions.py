"""What a reader does with the page, in a real browser: every part by mouse and by keyboard."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

from analyses.results import DEADLINES, PARAGRAPHS, PLAN, SURPLUS
from layers.columns import empty_frame
from maps import MapView, render_map
from maps.basemap import Basemap, picture
from maps.view import Comparison
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.browser

#: A picture of one point.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="


def filled(view: MapView) -> MapView:
    """Return the view with a plan, dates, problems, a second zone and a further transfer."""
    ids = view.parcels["parcel_id"]
    plots = ids[ids.str.startswith("LK")].reset_index(drop=True)
    plan = empty_frame(PLAN, pd.RangeIndex(2))
    plan["parcel_id"] = plots.iloc[:2].array
    plan["quarter"] = pd.Series(["2026Q4", "2027Q2"], dtype="string")
    plan["why_zh"], plan["why_en"] = "条件具备", "ready"
    dates = empty_frame(DEADLINES, pd.RangeIndex(1))
    dates["parcel_id"] = plots.iloc[:1].array
    dates["title_zh"], dates["title_en"] = "调查期限", "end of the investigation"
    dates["due_on"] = pd.Series(["2026-07-30"], dtype=dates["due_on"].dtype)
    dates["days_left"] = pd.Series([30], dtype=dates["days_left"].dtype)
    contract = view.contracts.loc[view.contracts["parcel_id"] == plots[1], "contract_no"].iloc[0]
    problems = pd.DataFrame(
        {
            "severity": ["warning", "warning"],
            "layer": ["parcels", "ledger"],
            "id": [plots[0], contract],
            "column": ["geometry", "permit"],
            "what": ["与相邻宗地重叠", "许可证日期有误"],
            "what_en": ["overlaps its neighbour", "the date of the permit is wrong"],
            "proposal": ["核对界址", "核对日期"],
            "proposal_en": ["check the boundary", "check the date"],
        }
    )
    zones = pd.concat(
        [view.zones, view.zones.assign(zone_id="Z2", name="配套区")], ignore_index=True
    )
    zones["green_surplus_m2"], zones["green_deficit_m2"], zones["green_unmet_m2"] = (
        900.0,
        500.0,
        0.0,
    )
    parcels = view.parcels.copy()
    parcels.loc[parcels.index[-3:], "zone_id"] = "Z2"
    return dataclasses.replace(
        view, parcels=parcels, plan=plan, deadlines=dates, problems=problems, zones=zones
    )


@pytest.fixture(scope="module")
def view(view_of: Callable[..., MapView]) -> MapView:
    return filled(view_of(60))


@pytest.fixture(scope="module")
def html(view: MapView) -> str:
    return render_map(view)


def theme(page: Any, name: str) -> None:
    page.check(f"input[name=zd-theme][value={name}]")


def search(opened: Any, text: str) -> int:
    opened.page.fill("#zd-search", text)
    opened.until("(q) => zongdi.model.query === q.trim().toLowerCase()", text)
    opened.until("() => zongdi.model.query === '' || zongdi.model.records !== null")
    return int(opened.page.evaluate("zongdi.model.shown"))


def test_legend_list_and_search(html: str, view: MapView, open_page: Callable[..., Any]) -> None:
    opened = open_page(html)
    page = opened.page
    # Counts and areas of the legend are those of the parcels.
    theme(page, "land_use")
    mine = view.parcels["land_use"] == "storage"
    entry = page.locator(".zd-class[data-class=storage]")
    assert entry.locator(".zd-class-count").text_content() == str(int(mine.sum()))
    hectares = view.parcels.loc[mine, "area_m2"].sum() / 10_000
    assert entry.locator(".zd-class-area").text_content() == (
        f"{hectares:,.4f} 公顷（{hectares * 15:,.2f} 亩）"
    )
    assert "1101" in entry.text_content()
    # A theme of a table: the first action, the most urgent class first, as the list ranks it.
    theme(page, "action")
    first = page.locator(".zd-legend .zd-class").first
    assert (
        first.get_attribute("data-class")
        == view.recommendations.sort_values("priority")["action"].iloc[0]
    )
    theme(page, "supply")
    assert page.locator(".zd-class[data-class='2026'] .zd-class-count").text_content() == "1"
    theme(page, "data")
    assert page.locator(".zd-class[data-class=boundary] .zd-class-count").text_content() == "1"
    # By id, by contract, by label, by initials; a character of two readings answers to both.
    holder = view.parcels["holder"].dropna().iloc[0]
    assert search(opened, str(holder)[:4]) >= 1
    assert search(opened, "鲁01-2021-LK-007") == 1
    named = int(view.parcels["holder"].str.contains("精密制造").sum())
    assert search(opened, "jmzz") == named > 0
    assert search(opened, "wlcc") >= int(mine.sum())
    assert page.evaluate(
        "zongdi.search.spells('长清重工', 'zqcg', zongdi.search.readings({z:'长',q:'清',c:'长重',g:'工'}))"
    )
    assert search(opened, "zzzzqq") == 0
    page.click(".zd-reset")
    # Sorted by what is asked for, unknown last either way, and the map's card keeps to that order.
    page.select_option("#zd-sort", "area_m2")
    areas = view.parcels.set_index("parcel_id")["area_m2"].round(2)
    shown = page.locator(".zd-row b").all_text_contents()
    assert [areas[name] for name in shown] == sorted(areas)[: len(shown)]
    page.click(".zd-turn")
    shown = page.locator(".zd-row b").all_text_contents()
    assert [areas[name] for name in shown] == sorted(areas, reverse=True)[: len(shown)]
    page.locator(".zd-row").first.click()
    page.wait_for_selector(f".zd-card[data-parcel='{shown[0]}']")
    page.click("[data-do=next]")
    page.wait_for_selector(f".zd-card[data-parcel='{shown[1]}']")
    page.click("#zd-tab-list")
    page.select_option("#zd-sort", "idle_days")
    idle = view.parcels.set_index("parcel_id")["idle_days"]
    for _ in range(2):
        order = page.evaluate("Array.from(zongdi.model.order, (i) => zongdi.model.id(i))")
        known = [pd.notna(idle[name]) for name in order]
        assert known == sorted(known, reverse=True)
        page.click(".zd-turn")


def test_card_zone_and_charts(html: str, view: MapView, open_page: Callable[..., Any]) -> None:
    opened = open_page(html, fragment="#p=LK-001")
    page = opened.page
    page.wait_for_selector(".zd-card[data-parcel='LK-001']")
    said = page.locator(".zd-card").text_content()
    for text in ("调查期限", "2026-07-30", "2026Q4", "条件具备", "与相邻宗地重叠", "核对界址"):
        assert text in said
    # What to do stands first, and its clause in it.
    assert page.locator(".zd-card .zd-section h3").first.text_content() == "建议"
    # The neighbour in a transfer is a link to its card.
    link = page.locator("a.zd-link", has_text="LK-003").first
    assert link.get_attribute("href") == "#p=LK-003"
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".zd-card[data-parcel='LK-003']")
    page.evaluate("location.hash = '#p=LK-002'")
    page.wait_for_selector(".zd-card[data-parcel='LK-002']")
    # A problem of a contract stands on the card of its parcel.
    assert "许可证日期有误" in page.locator(".zd-card").text_content()
    # Figures say what they mean, on focus as on hover.
    meaning = page.locator("#zd-def-green_share")
    assert not meaning.is_visible()
    page.focus(".zd-fact[data-figure=green_share] .zd-term")
    assert meaning.is_visible()
    page.keyboard.press("Escape")
    assert not meaning.is_visible()
    page.hover(".zd-fact[data-figure=green_share]")
    assert meaning.is_visible()
    # One zone alone, said so, and taken back.
    page.select_option(".zd-zone select", "1")
    page.click(".zd-zone-only")
    assert page.evaluate("zongdi.model.shown") == 3
    assert "配套区" in page.locator(".zd-filter").text_content()
    # Charts follow the filter; each has its numbers as a table.
    page.click("#zd-tab-charts")
    assert "3 / " in page.locator(".zd-charts-note").text_content()
    page.click(".zd-reset")
    page.click("#zd-tab-charts")
    figures = page.locator(".zd-chart")
    assert figures.count() == 6
    for k in range(figures.count()):
        assert figures.nth(k).locator("svg[role=img]").get_attribute("aria-label")
        assert figures.nth(k).locator("td").count() > 0
    counts = figures.nth(0).locator("td:nth-child(2)").all_text_contents()
    assert sum(map(int, counts)) == len(view.parcels)
    page.focus("#zd-tab-charts")
    page.keyboard.press("ArrowRight")
    assert page.locator("#zd-tab-list").get_attribute("aria-selected") == "true"


def colours(page: Any) -> set[tuple[int, ...]]:
    return {
        tuple(colour)
        for colour in page.evaluate(
            """() => {
              const c = zongdi.chart.base.canvas, copy = c.cloneNode(false);
              const context = copy.getContext("2d", {willReadFrequently: true});
              context.drawImage(c, 0, 0);
              const d = context.getImageData(0, 0, c.width, c.height).data;
              const seen = new Set();
              for (let q = 0; q < d.length; q += 4) seen.add(d[q] << 16 | d[q + 1] << 8 | d[q + 2]);
              return Array.from(seen, (v) => [v >> 16, v >> 8 & 255, v & 255]);
            }"""
        )
    }


def test_transfers_are_arrows_in_the_green_theme_alone(
    html: str, open_page: Callable[..., Any]
) -> None:
    opened = open_page(html)
    page = opened.page
    arrow = (0x5E, 0x3C, 0x99)
    assert arrow not in colours(page)
    theme(page, "green")
    opened.until("() => Boolean(zongdi.model.flows)")
    assert page.evaluate("zongdi.model.flows.flows.length") == 1
    assert arrow in colours(page)
    page.click(".zd-context > summary")
    page.uncheck("[data-layer=transfers]")
    assert arrow not in colours(page)
    # The key names what lines and symbols mean.
    key = page.locator(".zd-keys").first.text_content()
    for word in ("卡口", "铁路", "围网", "供电"):
        assert word in key
    place = page.evaluate(
        """() => {
          const at = zongdi.chart.placed[0], {map} = zongdi.chart;
          const p = map.project(map.unproject([at.wx, at.wy], 0), map.getZoom())
            .subtract(map.getPixelOrigin()).add(window.L.DomUtil.getPosition(map.getPane("mapPane")));
          const box = map.getContainer().getBoundingClientRect();
          return [p.x + box.x, p.y + box.y];
        }"""
    )
    page.mouse.move(*place)
    assert "卡口" in page.locator(".zd-tip").text_content()


def test_dates_on_a_slider_and_two_runs_under_a_swipe(
    view: MapView, open_page: Callable[..., Any]
) -> None:
    ids = view.parcels[["parcel_id"]]
    other = view.parcels.drop(columns="geometry").assign(idle_status="to_check")
    both = dataclasses.replace(
        view,
        series={date(2025, 6, 30): ids.assign(idle_status="not_due")},
        other=Comparison(name=Text("方案二", "Scenario two"), parcels=other),
    )
    opened = open_page(render_map(both))
    page = opened.page
    assert page.locator(".zd-time output").text_content() == "2026-06-30"
    page.focus("#zd-step")
    page.keyboard.press("ArrowLeft")
    assert page.locator(".zd-time output").text_content() == "2025-06-30"
    assert "2026-06-30" in page.locator(".zd-time-note").text_content()
    shown = {
        entry.get_attribute("data-class"): entry.locator(".zd-class-count").text_content()
        for entry in page.locator(".zd-class").all()
    }
    assert int(shown["not_due"]) + int(shown["road"]) == len(view.parcels)
    there = (0xFF, 0xF2, 0xB0)  # to be checked: the other run's colour
    page.focus(".zd-swipe-bar")
    page.keyboard.press("End")
    assert there not in colours(page)
    page.keyboard.press("Home")
    assert there in colours(page)
    assert "方案二" in page.locator(".zd-swipe").text_content()
    theme(page, "data")
    assert not page.locator(".zd-swipe-bar").is_visible()


def test_a_basemap_lies_under_the_parcels_and_can_be_put_away(
    view: MapView, open_page: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "base.png"
    path.write_bytes(
        bytes.fromhex(
            "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
            "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
            "0000000049454e44ae426082"
        )
    )
    west, south, east, north = view.parcels.to_crs(4326).total_bounds
    mark = "<b>影像</b>"
    given = picture(path, (west, south, east, north), attribution=mark)
    opened = open_page(render_map(dataclasses.replace(view, basemap=given)))
    page = opened.page
    assert page.locator("img.leaflet-image-layer").count() == 1
    assert mark in page.locator("#zd-foot").text_content()
    page.click(".zd-context > summary")
    page.check("[data-layer=bare]")
    page.uncheck("[data-layer=basemap]")
    assert page.locator("img.leaflet-image-layer").count() == 0


def test_the_shift_of_chinese_providers(html: str, open_page: Callable[..., Any]) -> None:
    shift = open_page(html).page.evaluate("zongdi.basemap.shift(116.4, 39.9)")
    # Beijing, as published with the conversion: some 0.00624 east and 0.00140 north.
    assert shift["lng"] == pytest.approx(0.00624, abs=2e-5)
    assert shift["lat"] == pytest.approx(0.00140, abs=2e-5)


@pytest.mark.parametrize(
    ("width", "height", "options"),
    [
        (1440, 900, {}),
        (1024, 768, {"color_scheme": "dark"}),
        (390, 844, {"has_touch": True}),
    ],
)
def test_no_serious_obstacle(
    html: str, open_page: Callable[..., Any], width: int, height: int, options: dict[str, Any]
) -> None:
    opened = open_page(html, fragment="#p=LK-001", width=width, height=height, **options)
    page = opened.page
    page.wait_for_selector(".zd-card[data-parcel='LK-001']")
    found = []
    for tab in ("card", "charts", "list"):
        page.click(f"#zd-tab-{tab}")
        result = Axe().run(page)
        found += [
            (tab, entry["id"], [node["html"][:120] for node in entry["nodes"][:3]])
            for entry in result.response["violations"]
            if entry["impact"] in ("serious", "critical")
        ]
        if width < 800 and not page.locator(".zd-head-more[open]").count():
            page.click(".zd-head-more > summary")
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_reader_who_chose_the_colours_still_sees_what_is_chosen(
    html: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(html, forced_colors="active").page
    chosen = page.locator("input[name=zd-theme]:checked + span")
    assert chosen.evaluate("(e) => getComputedStyle(e).outlineStyle") == "solid"
    swatch = page.locator(".zd-swatch").first
    assert swatch.evaluate("(e) => getComputedStyle(e).forcedColorAdjust") == "none"


def test_nothing_glides_for_whom_motion_disturbs(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html, reduced_motion="reduce", width=600, height=700).page
    page.evaluate("zongdi.chart.map.setZoom(zongdi.chart.map.getZoom() + 3, {animate: false})")
    target = page.evaluate("zongdi.model.find('LK-001')")
    page.evaluate("(i) => zongdi.chart.reveal(i)", target)
    # Already there: nothing is under way.
    assert page.evaluate(
        "(i) => zongdi.chart.map.getBounds().intersects(zongdi.chart.bounds(i))", target
    )


def test_hostile_text_in_the_newer_parts(view: MapView, open_page: Callable[..., Any]) -> None:
    bad = "</script><img src=x onerror=window.pwned=1>{{ 7*7 }}{% x %}${window.pwned=1}`\u202e"
    pair = Text(bad, bad)

    def spoil(frame: pd.DataFrame) -> pd.DataFrame:
        keep = {"parcel_id", "id", "severity", "quarter"}
        texts = [
            name
            for name in frame.columns
            if name not in keep and pd.api.types.is_string_dtype(frame[name].dtype)
        ]
        return frame.assign(**dict.fromkeys(texts, bad))

    ids = view.parcels["parcel_id"].iloc[:3]
    surplus = empty_frame(SURPLUS, pd.RangeIndex(3)).assign(parcel_id=ids.array, area_m2=12.0)
    paragraphs = empty_frame(PARAGRAPHS, pd.RangeIndex(3)).assign(parcel_id=ids.array)
    citation = str(view.recommendations["clause"].iloc[0])
    told = {"en": bad, "text": {"zh": bad, "en": bad}, "title": {"zh": bad, "en": bad}}
    spoiled = dataclasses.replace(
        view,
        name_en=bad,
        surplus=spoil(surplus),
        paragraphs=spoil(paragraphs),
        clauses={citation: {**told, "confidence": bad, "status": bad}},
        words={bad: bad, citation: bad},
        basemap=Basemap(
            title=pair,
            attribution=bad,
            urls=(f"data:image/png;base64,{PNG}",),
            bounds=(117.0, 36.0, 118.0, 37.0),
        ),
        plan=spoil(view.plan),
        deadlines=spoil(view.deadlines),
        problems=spoil(view.problems),
        zones=view.zones.assign(name=bad),
        recommendations=view.recommendations.assign(action=bad, title_zh=bad, title_en=bad),
        other=Comparison(name=pair, parcels=view.parcels.drop(columns="geometry")),
    )
    opened = open_page(render_map(spoiled), fragment="#p=LK-001")
    page = opened.page
    page.wait_for_selector(".zd-card[data-parcel='LK-001']")
    assert page.locator(".zd-card").text_content().count(bad) >= 4
    theme(page, "action")
    assert bad in page.locator(".zd-legend").text_content()
    page.click("#zd-tab-charts")
    assert bad in page.locator(".zd-charts").text_content()
    page.click("#zd-tab-list")
    page.click(".zd-language")
    assert bad in page.locator(".zd-swipe").text_content()
    assert bad in page.locator("#zd-head").text_content()
    assert bad in page.locator("#zd-foot").text_content()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert bad in page.locator("#zd-print").text_content()
    assert page.evaluate("window.pwned") is None
    assert page.locator("img:not(.leaflet-image-layer)").count() == 0


def test_the_first_of_the_list_are_numbered_on_the_map(
    html: str, view: MapView, open_page: Callable[..., Any]
) -> None:
    opened = open_page(html)
    page = opened.page
    ink = (0x10, 0x21, 0x2F)
    assert ink in colours(page)
    assert "清单前 10 宗" in page.locator(".zd-legend-ranks").text_content()
    # A number stands inside its parcel, whatever its shape.
    assert page.evaluate(
        """() => {
          const {model, chart} = zongdi;
          return Array.from(model.order.slice(0, 10)).every((i) => {
            const [x, y] = zongdi.ranks.inside(chart.parcels, i);
            return zongdi.decode.holds(chart.parcels, i, x, y);
          });
        }"""
    )
    page.click(".zd-context > summary")
    page.uncheck("[data-layer=ranks]")
    assert ink not in colours(page)
    assert page.locator(".zd-legend-ranks").count() == 0
    # The first row of the list says why, and by which clause.
    first = view.recommendations.sort_values("priority", kind="stable").iloc[0]
    said = page.locator(".zd-row").first.text_content()
    assert str(first["why_zh"]) in said
    assert str(first["clause"]) in said
    # With other parcels first, another row does; a click below it finds its own parcel.
    page.click(".zd-turn")
    second = page.locator(".zd-row").nth(1)
    name = second.locator("b").text_content()
    second.click()
    page.wait_for_selector(f".zd-card[data-parcel='{name}']")
    assert "清单第 2 位" in page.locator(".zd-card-rank").text_content()


def test_the_page_opens_with_a_theme_that_tells_something(
    view: MapView, open_page: Callable[..., Any]
) -> None:
    silent = view.parcels.assign(idle_status=pd.Series(None, dtype="string"))
    page = open_page(
        render_map(
            dataclasses.replace(view, parcels=silent, recommendations=view.recommendations.iloc[:0])
        )
    ).page
    assert page.evaluate("zongdi.model.theme.name") == "headroom"
    assert page.locator(".zd-theme-empty input").first.get_attribute("value") == "idle"


@pytest.mark.parametrize(("width", "height"), [(800, 300), (320, 420)])
def test_a_window_smaller_than_the_margins_still_shows_the_map(
    html: str, open_page: Callable[..., Any], width: int, height: int
) -> None:
    opened = open_page(html, width=width, height=height, fragment="#p=LK-001")
    opened.page.wait_for_selector(".zd-card[data-parcel='LK-001']")
    opened.page.evaluate("zongdi.chart.show(3)")
    assert opened.errors == []
    assert opened.page.evaluate("Number.isFinite(zongdi.chart.map.getZoom())")


def test_clauses_are_told_and_english_has_its_own_words(
    view: MapView, open_page: Callable[..., Any]
) -> None:
    citation = str(view.recommendations["clause"].dropna().iloc[0])
    advice = view.recommendations.assign(decided_by="甲局、乙局")
    told = dataclasses.replace(
        view,
        recommendations=advice,
        clauses={
            citation: {
                "en": "Order 53 art. 5",
                "text": {"zh": "要旨在此", "en": "what it provides"},
                "title": {"zh": "办法", "en": "Measures"},
                "confidence": "V",
                "status": "lapsed",
            }
        },
        words={"甲局": "bureau A", "乙局": "bureau B", "丙局": "not asked for"},
    )
    html = render_map(told)
    page = open_page(html).page
    page.locator(".zd-row").first.click()
    page.wait_for_selector(".zd-card h2")
    card = page.locator(".zd-card").text_content()
    assert "要旨在此（已失效）" in card or "要旨在此（" in card
    page.click(".zd-language")
    page.wait_for_timeout(100)
    card = page.locator(".zd-card").text_content()
    assert "Order 53 art. 5" in card
    assert "what it provides (" in card
    assert "bureau A, bureau B" in card
    # Words that no table of the edition says do not travel.
    assert page.evaluate("Object.keys(zongdi.phrases.words).length") == 2


def test_specks_have_the_colours_of_their_classes(
    view: MapView, open_page: Callable[..., Any]
) -> None:
    opened = open_page(render_map(view))
    page = opened.page
    theme(page, "land_use")
    page.evaluate(
        """() => {
          const {model, chart} = zongdi, {map} = chart;
          const wide = () => chart.meanWidth * map.options.crs.scale(map.getZoom()) / 256;
          for (const name of ["ranks", "zones", "facilities", "buildings", "green"]) {
            model.drawn[name] = false;
          }
          map.setZoom(map.getZoom() - Math.log2(wide() / 2), {animate: false});
          model.emit("context");
        }"""
    )
    seen = colours(page)
    fills = {
        tuple(int(fill[k : k + 2], 16) for k in (1, 3, 5))
        for fill in page.evaluate(
            "zongdi.model.theme.classes.filter((c) => c.pattern === 'solid').map((c) => c.fill)"
        )
    }
    # So far out every parcel is a few pixels: they are written one by one, in the colours of the legend.
    assert len(fills & seen) >= len(fills) - 2
    opened.quiet()
