"""The page in a real browser, without a network: it draws, answers, and never says a word."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, Polygon, box

from maps import MapView, render_map
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    "javascript:window.pwned=1",
    "{{ 7*7 }}{% for x in y %}{# gone #}",
    "${window.pwned=1}`'\"\\",
    "two\u2028lines\u2029and \u202ereversed\u202c",
    "&lt;b&gt; & <b>bold</b> #p=1 %41",
    "=1+1",
)


@pytest.fixture(scope="module")
def view(view_of: Callable[..., MapView]) -> MapView:
    return view_of(60)


@pytest.fixture(scope="module")
def html(view: MapView) -> str:
    return render_map(view)


def texts(page: Any, selector: str) -> list[str]:
    return page.locator(selector).all_text_contents()


def test_it_draws_every_parcel_without_a_request(
    html: str, view: MapView, open_page: Callable[..., Any]
) -> None:
    opened = open_page(html)
    page = opened.page
    assert page.locator("html").get_attribute("data-ready") == str(len(view.parcels))
    assert page.evaluate("performance.getEntriesByName('zongdi-ready').length") == 1
    # The colour in the middle of a parcel is the one in the legend.
    started = view.parcels.index[view.parcels["idle_status"] == "not_due"][0]
    colour = page.evaluate(
        """(i) => {
          const {chart} = zongdi;
          zongdi.model.drawn.labels = false;
          zongdi.model.emit("context");
          const p = chart.map.latLngToLayerPoint(chart.bounds(i).getCenter());
          const c = chart.base.canvas;
          const at = p.subtract(chart.map.latLngToLayerPoint(chart.base.corner));
          return c.getContext("2d").getImageData(at.x, at.y, 1, 1).data.join();
        }""",
        int(started),
    )
    assert colour == "189,215,231,255"
    for said in ("辅助分析，不作为认定依据", "内部资料", "效力待核实", "2026-06-30"):
        assert page.locator("#zd-head").get_by_text(said).first.is_visible()
    assert "521.8346 公顷（7,827.52 亩）" in page.locator("#zd-head").inner_text()
    opened.quiet()


def test_the_link_opens_the_card_and_the_card_says_everything(
    html: str, view: MapView, open_page: Callable[..., Any]
) -> None:
    opened = open_page(html, fragment="#p=LK-002")
    page = opened.page
    page.wait_for_selector(".zd-card[data-parcel='LK-002']")
    said = page.locator(".zd-card").text_content()
    row = view.parcels.set_index("parcel_id").loc["LK-002"]
    assert str(row["holder"]) in said
    for column in view.parcel_columns:
        assert column.label.zh in said
    verdicts = view.findings[view.findings["parcel_id"] == "LK-002"]
    for verdict in verdicts.itertuples():
        assert verdict.clause in said
        assert verdict.note_zh in said
    assert "未知" in said
    page.click("[data-do=next]")
    opened.until("() => !location.hash.endsWith('LK-002')")
    opened_id = page.locator(".zd-card h2").text_content()
    assert page.evaluate("decodeURIComponent(location.hash)") == f"#p={opened_id}"


def test_long_ids_are_cut_on_the_map_alone(view: MapView, open_page: Callable[..., Any]) -> None:
    ids = [f"370199001001GB{number:05d}" for number in range(len(view.parcels) - 1)]
    parcels = view.parcels.assign(parcel_id=[*ids, "row-7"])
    opened = open_page(render_map(dataclasses.replace(view, parcels=parcels)))
    # Four places tell nearly all of them apart; the legend says that the rest is left out.
    assert opened.page.evaluate("zongdi.model.idEnd") == 4
    assert opened.page.evaluate("[zongdi.model.shortId(5), zongdi.model.id(5)]") == [
        "…0005",
        ids[5],
    ]
    assert opened.page.evaluate("zongdi.model.shortId(zongdi.model.n - 1)") == "row-7"
    assert "末 4 位" in opened.page.locator(".zd-context").text_content()


def test_an_unknown_link_is_said_so(html: str, open_page: Callable[..., Any]) -> None:
    opened = open_page(html, fragment="#p=" + quote("没有"))
    page = opened.page
    assert page.locator(".zd-message").text_content() == "没有代码为“没有”的宗地"


def test_a_click_opens_the_card_and_the_map_stays(html: str, open_page: Callable[..., Any]) -> None:
    opened = open_page(html)
    page = opened.page
    i = page.evaluate("zongdi.model.find('LK-009')")
    place = page.evaluate(
        """(i) => {
          const {map} = zongdi.chart;
          const p = map.latLngToContainerPoint(zongdi.chart.bounds(i).getCenter());
          const box = map.getContainer().getBoundingClientRect();
          return [p.x + box.x, p.y + box.y];
        }""",
        i,
    )
    before = page.evaluate("zongdi.chart.map.getBounds().toBBoxString()")
    page.mouse.move(*place)
    assert page.locator(".zd-tip b").text_content() == "LK-009"
    page.mouse.click(*place)
    page.wait_for_selector(".zd-card[data-parcel='LK-009']")
    assert page.evaluate("zongdi.chart.map.getBounds().toBBoxString()") == before


def test_themes_filter_and_reset(html: str, view: MapView, open_page: Callable[..., Any]) -> None:
    opened = open_page(html)
    page = opened.page
    total = len(view.parcels)
    page.check("input[name=zd-theme][value=mixed]")
    count = int((view.parcels["mixed_verdict"] == "yes").sum())
    button = page.locator(".zd-class[data-class=yes]")
    assert button.locator(".zd-class-count").text_content() == str(count)
    assert not page.locator(".zd-filter").is_visible()
    button.click()
    assert page.locator(".zd-class[data-class=yes]").get_attribute("aria-pressed") == "true"
    assert f"{count} / {total} 宗" in page.locator(".zd-filter").text_content()
    assert page.locator(".zd-count").text_content() == f"{count} 宗"
    page.click(".zd-reset")
    assert not page.locator(".zd-filter").is_visible()
    assert page.locator(".zd-count").text_content() == f"{total} 宗"
    # A class chosen in one theme does not filter the next.
    page.locator(".zd-class[data-class=yes]").click()
    page.check("input[name=zd-theme][value=green]")
    assert not page.locator(".zd-filter").is_visible()


def test_unknown_is_hatched_on_the_map(html: str, open_page: Callable[..., Any]) -> None:
    opened = open_page(html)
    page = opened.page
    colours = page.evaluate(
        """() => {
          zongdi.model.drawn.labels = zongdi.model.drawn.buildings = false;
          zongdi.model.emit("context");
          const {theme} = zongdi.model;
          const k = theme.classes.findIndex((c) => c.code === "unknown");
          const i = theme.codes.indexOf(k);
          const {chart} = zongdi;
          zongdi.model.drawn.labels = false;
          zongdi.model.emit("context");
          const p = chart.map.latLngToLayerPoint(chart.bounds(i).getCenter());
          const at = p.subtract(chart.map.latLngToLayerPoint(chart.base.corner));
          const data = chart.base.canvas.getContext("2d").getImageData(at.x - 8, at.y - 8, 16, 16).data;
          const seen = new Set();
          for (let q = 0; q < data.length; q += 4) seen.add(data[q]);
          return seen.size;
        }"""
    )
    assert colours > 1


def test_search_finds_ids_holders_and_labels(
    html: str, view: MapView, open_page: Callable[..., Any]
) -> None:
    opened = open_page(html)
    page = opened.page
    holder = view.parcels["holder"].dropna().iloc[3]
    for query, expected in (
        ("lk-007", 1),
        (str(holder), int((view.parcels["holder"] == holder).sum())),
        ("物流仓储", None),
        ("没有这样的文字", 0),
    ):
        page.fill("#zd-search", query)
        opened.until("(q) => zongdi.model.query === q.toLowerCase()", query)
        shown = page.evaluate("zongdi.model.shown")
        assert shown > 0 if expected is None else shown == expected
    assert "没有符合条件的宗地" in page.locator(".zd-list").text_content()
    page.click(".zd-reset")
    assert page.input_value("#zd-search") == ""
    assert page.evaluate("zongdi.model.shown") == len(view.parcels)


def test_one_language_at_a_time(html: str, open_page: Callable[..., Any]) -> None:
    opened = open_page(html, fragment="#p=LK-002")
    page = opened.page
    page.wait_for_selector(".zd-card[data-parcel='LK-002']")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.click(".zd-language")
    opened.until("() => document.querySelector('.zd-card').textContent.includes('Verdicts')")
    assert page.locator("html").get_attribute("lang") == "en"
    chrome = page.locator(".zd-themes, .zd-legend, .zd-tabs, .zd-buttons, .zd-section > summary")
    words = " ".join(chrome.all_text_contents())
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in words)
    assert "Aid to analysis; not a basis for any finding" in page.locator("#zd-head").text_content()
    page.click(".zd-language")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_the_list_is_ranked_and_holds_only_the_rows_seen(
    view_of: Callable[..., MapView], open_page: Callable[..., Any]
) -> None:
    view = view_of(900)
    opened = open_page(render_map(view))
    page = opened.page
    first = texts(page, ".zd-row b")
    urgent = set(view.recommendations.loc[view.recommendations["priority"] == 1, "parcel_id"])
    assert set(first[: len(urgent)]) <= urgent
    assert len(first) < 40
    page.locator("#zd-list").evaluate("(list) => { list.scrollTop = list.scrollHeight; }")
    opened.until("() => document.querySelector('.zd-row').dataset.place > 100")
    assert page.locator(".zd-row").count() < 40
    assert page.locator(".zd-row").last.get_attribute("aria-posinset") == str(len(view.parcels))


def test_everything_by_keyboard(html: str, open_page: Callable[..., Any]) -> None:
    opened = open_page(html)
    page = opened.page
    page.focus("#zd-list")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#zd-row-2 b").text_content()
    assert page.locator("#zd-list").get_attribute("aria-activedescendant") == "zd-row-2"
    page.keyboard.press("Enter")
    page.wait_for_selector(f".zd-card[data-parcel='{chosen}']")
    opened.until("() => document.activeElement.tagName === 'H2'")
    page.click("[data-do=back]")
    assert page.evaluate("document.activeElement.id") == "zd-list"
    page.focus("input[name=zd-theme]:checked")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("zongdi.model.theme.name") == "action"


def test_hostile_text_is_shown_as_it_is(
    view_of: Callable[..., MapView], open_page: Callable[..., Any]
) -> None:
    view = view_of(40)
    parcels = view.parcels.copy()
    plots = parcels.index[parcels["land_use"] != "road"][: len(HOSTILE)]
    for place, text in zip(plots, HOSTILE, strict=True):
        parcels.loc[place, ["parcel_id", "holder", "industry_code"]] = [
            f"{text} {place}",
            text,
            text,
        ]
        parcels.loc[place, "land_use"] = text
    every = " ".join(HOSTILE)
    bad = Text(every, every)
    ids = parcels["parcel_id"].reset_index(drop=True)

    def spoil(frame: pd.DataFrame) -> pd.DataFrame:
        out = frame.iloc[: len(plots)].copy()
        keep = {"parcel_id", "verdict", "analysis"}
        for name in out.columns:
            if name not in keep and isinstance(out[name].dtype, pd.StringDtype):
                out[name] = pd.Series(every, index=out.index, dtype="string")
        out["parcel_id"] = pd.Series(
            ids[plots].to_numpy()[: len(out)], index=out.index, dtype="string"
        )
        return out

    context = {
        **view.context,
        "facilities": view.context["facilities"].assign(name=every, kind=every),
        "zones": view.context["zones"].assign(name=every, kind=every),
    }
    spoiled = dataclasses.replace(
        view,
        name=every,
        label=every,
        agency=every,
        data_hash=every,
        policy_title=bad,
        policy_status=every,
        area_method=every,
        notices=(bad,),
        parcels=parcels.assign(**{"<b>x</b>{{ 7*7 }}": every}),
        findings=spoil(view.findings[view.findings["parcel_id"].notna()]),
        recommendations=spoil(view.recommendations),
        contracts=spoil(view.contracts),
        transfers=view.transfers.assign(from_parcel_id=ids[plots[0]], zone_id=every),
        zones=view.zones.assign(name=every),
        context=context,
        rule_titles={every: bad},
        column_labels={"x": bad},
        code_labels={"land_use": {HOSTILE[0]: bad}},
        parcel_columns=[
            dataclasses.replace(column, label=bad) if column.name == "holder" else column
            for column in view.parcel_columns
        ],
    )
    opened = open_page(render_map(spoiled), fragment="#p=" + quote(str(ids[plots[0]]), safe=""))
    page = opened.page
    assert (
        page.title() == " ".join(f"{every} · 2026-06-30".replace("\u2028", " ").split())
        or every in page.title()
    )
    for place, text in zip(plots, HOSTILE, strict=True):
        page.evaluate("(id) => { location.hash = '#p=' + encodeURIComponent(id); }", ids[place])
        opened.until(
            "(id) => document.querySelector('.zd-card h2')?.textContent === id", ids[place]
        )
        said = page.locator(".zd-card").evaluate("(card) => card.textContent")
        assert text in said
        assert every in said
        copied = page.evaluate(
            "zongdi.describe.text(zongdi.describe.parcel(zongdi.model, zongdi.model.selected))"
        )
        assert text in copied
    for theme in ("headroom", "land_use"):
        page.check(f"input[name=zd-theme][value={theme}]")
    page.click("#zd-tab-list")
    page.fill("#zd-search", HOSTILE[2])
    opened.until("() => zongdi.model.query !== ''")
    assert page.evaluate("zongdi.model.shown") >= 1
    page.click(".zd-language")
    assert page.evaluate("window.pwned") is None
    assert page.locator("img, iframe, object, a[href^=javascript]").count() == 0
    assert "49" not in page.locator("#zd-head h1").text_content().replace(every, "")


def test_without_shapes_it_is_the_list_and_the_cards(
    view: MapView, open_page: Callable[..., Any]
) -> None:
    listed = dataclasses.replace(
        view, parcels=pd.DataFrame(view.parcels.drop(columns="geometry")), context={}, crs=None
    )
    opened = open_page(render_map(listed))
    page = opened.page
    assert page.locator("html").get_attribute("data-ready") == str(len(view.parcels))
    assert page.locator("canvas.zd-canvas").count() == 0
    page.locator(".zd-row").first.click()
    page.wait_for_selector(".zd-card h2")
    assert "核查结论" in page.locator(".zd-card").text_content()
    page.locator(".zd-class").first.click()
    assert page.locator(".zd-filter").is_visible()
    assert "未提供宗地图形" in page.locator("#zd-foot").text_content()


def test_no_parcels_at_all(view: MapView, open_page: Callable[..., Any]) -> None:
    nothing = dataclasses.replace(
        view,
        parcels=view.parcels.iloc[:0],
        findings=view.findings.iloc[:0],
        recommendations=view.recommendations.iloc[:0],
        contracts=view.contracts.iloc[:0],
    )
    opened = open_page(render_map(nothing))
    page = opened.page
    assert page.locator("html").get_attribute("data-ready") == "0"


def test_shapes_come_back_in_the_browser(view: MapView, open_page: Callable[..., Any]) -> None:
    ring = Polygon(
        [(512_000, 4_062_000), (512_400, 4_062_000), (512_400, 4_062_400), (512_000, 4_062_400)],
        [[(512_100, 4_062_100), (512_300, 4_062_100), (512_300, 4_062_300), (512_100, 4_062_300)]],
    )
    island = MultiPolygon(
        [box(512_150, 4_062_150, 512_250, 4_062_250), box(512_500, 4_062_000, 512_600, 4_062_100)]
    )
    parcels = gpd.GeoDataFrame(
        view.parcels.iloc[:3].drop(columns="geometry"), geometry=[ring, island, None], crs=view.crs
    ).assign(parcel_id=["ring", "island", "none"])
    opened = open_page(render_map(dataclasses.replace(view, parcels=parcels)))
    page = opened.page
    places = gpd.GeoSeries.from_xy(
        [512_050, 512_120, 512_200, 512_550, 512_450],
        [4_062_050, 4_062_120, 4_062_200, 4_062_050, 4_062_050],
        crs=view.crs,
    ).to_crs(4326)
    hits = page.evaluate(
        "(points) => points.map(([x, y]) => zongdi.chart.at({lng: x, lat: y}))",
        [[point.x, point.y] for point in places],
    )
    # On the ring, in its hole, on the island in the hole, on its other part, between them.
    assert hits == [0, -1, 1, 1, -1]
    corners = page.evaluate(
        "() => { const b = zongdi.chart.bounds(0); return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]; }"
    )
    expected = parcels.geometry.iloc[:1].to_crs(4326).total_bounds
    assert corners == pytest.approx(expected.tolist(), abs=2e-7)
    assert "1 宗没有图形" in page.locator(".zd-lost").text_content()


def test_a_browser_too_old_is_told(html: str, open_page: Callable[..., Any], tmp_path: Any) -> None:
    opened = open_page("<!DOCTYPE html><title>x</title>", wait=False)
    page = opened.page
    page.add_init_script("delete window.DecompressionStream;")
    path = tmp_path / "old.html"
    path.write_text(html, encoding="utf-8", newline="\n")
    page.goto(path.as_uri())
    trouble = page.locator("#zd-trouble")
    assert trouble.is_visible()
    assert "浏览器版本过旧" in trouble.text_content()
    assert "too old" in trouble.text_content()
    opened.requests.clear()
    opened.requests.append(opened.url)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)])
def test_nothing_is_wider_than_the_window(
    html: str, open_page: Callable[..., Any], width: int, height: int
) -> None:
    opened = open_page(html, width=width, height=height)
    page = opened.page
    for _ in range(2):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.documentElement.scrollHeight") <= height
        stage = page.locator(".folium-map").bounding_box()
        assert stage["height"] > height * 0.25
        page.click(".zd-language")


def test_several_zones_have_a_choice(view: MapView, open_page: Callable[..., Any]) -> None:
    two = pd.concat(
        [view.zones, view.zones.assign(zone_id="Z2", name="西区", area_m2=float("nan"))],
        ignore_index=True,
    )
    opened = open_page(render_map(dataclasses.replace(view, zones=two)))
    page = opened.page
    page.select_option(".zd-zone select", "1")
    assert page.locator(".zd-fact dd").first.text_content() == "未知"
    page.click(".zd-zone-card")
    page.wait_for_selector(".zd-card h2")
    assert page.locator(".zd-card h2").text_content() == "西区"


def test_on_paper_the_list_is_a_table(
    html: str, view: MapView, open_page: Callable[..., Any]
) -> None:
    opened = open_page(html)
    page = opened.page
    before = page.evaluate("zongdi.chart.map.getBounds().toBBoxString()")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    # The map is laid out for an A3 sheet, and a picture stands in for each canvas.
    assert page.locator("#zd-stage").bounding_box()["width"] == pytest.approx(
        395 / 25.4 * 96, abs=1
    )
    assert page.locator("canvas.zd-canvas").count() == 4
    assert page.locator("canvas.zd-canvas[hidden]").count() == 2
    assert page.locator("#zd-print table").first.locator("tbody tr").count() == len(view.parcels)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#zd-print table").count() == 0
    assert page.locator("canvas.zd-canvas").count() == 2
    assert page.evaluate("zongdi.chart.map.getBounds().toBBoxString()") == before
