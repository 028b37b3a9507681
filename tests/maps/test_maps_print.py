"""On paper: the sheet with what a map must say of itself, then the list, then the clauses."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

import pytest

from maps import MapView, for_audience, render_map

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.browser

#: Millimetres of the paper, across and down.
PAPERS = {"a3": (420, 297), "a4": (297, 210)}


def printed(opened: Any) -> Any:
    """Lay the page out as printing does, and leave it so."""
    opened.page.emulate_media(media="print")
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    return opened.page


@pytest.fixture(scope="module")
def page_text(view_of: Callable[..., MapView]) -> str:
    return render_map(dataclasses.replace(view_of(40), policy_version="jinan-2021 (0a1b2c3d)"))


def test_the_sheet_says_what_a_map_must(page_text: str, open_page: Callable[..., Any]) -> None:
    page = printed(open_page(page_text))
    sheet = page.inner_text(".zd-sheet")
    for said in (
        "临空综合保税区土地利用核查（示例）",
        "辅助分析，不作为认定依据",
        "内部资料",
        "示例市自然资源和规划局",
        "2026-06-30",
        "中央子午线 117°",
        "平面面积（高斯投影面）",
        "规划净用地面积",
        "济南市综合保税区用地政策（2021）",
        "jinan-2021 (0a1b2c3d)",
        "4f1d9c02",
        "图例",
        "公顷",
        "亩",
    ):
        assert said in sheet, said
    assert page.is_visible(".zd-north")
    assert page.is_visible(".leaflet-control-scale-line")
    assert not page.is_visible("#zd-head")
    assert not page.is_visible("#zd-panel")


def test_list_and_clauses_follow(
    page_text: str, open_page: Callable[..., Any], view_of: Callable[..., MapView]
) -> None:
    page = printed(open_page(page_text))
    tables = page.locator(".zd-paper-table")
    assert tables.count() == 2
    rows = tables.nth(0).locator("tbody tr")
    assert rows.count() == len(view_of(40).parcels)
    first = rows.nth(0).inner_text()
    assert re.search(r"公顷（[\d.,]+ 亩）", first)
    for number in range(2):
        head = tables.nth(number).locator("thead").inner_text()
        assert "辅助分析，不作为认定依据" in head
    clause = tables.nth(1).locator("tbody tr").nth(0).inner_text()
    assert "国土资源部令第53号 第五条" in clause
    assert "超过约定动工日满一年未动工" in clause


def test_printing_leaves_no_trace(page_text: str, open_page: Callable[..., Any]) -> None:
    opened = open_page(page_text)
    before = opened.page.evaluate("[document.title, document.body.innerHTML.length]")
    centre = opened.page.evaluate("zongdi.chart.map.getCenter()")
    page = printed(opened)
    assert page.title().endswith("zongdi-print")
    # As a browser does: the screen is back before the page hears that printing is over.
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("[document.title, document.body.innerHTML.length]") == before
    assert page.evaluate("zongdi.chart.map.getCenter()") == pytest.approx(centre)


@pytest.mark.parametrize("paper", ["a3", "a4"])
def test_paper_and_sheet_have_their_size(
    page_text: str, open_page: Callable[..., Any], paper: str
) -> None:
    opened = open_page(page_text, fragment=f"#paper={paper}")
    raw = opened.page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", raw)
    sizes = {tuple(round(float(side) / 72 * 25.4) for side in box) for box in boxes}
    assert sizes == {PAPERS[paper]}
    assert len(boxes) >= 3  # the map, the list, the clauses
    page = printed(opened)
    box = page.locator("#zd-stage").bounding_box()
    across, down = (side / 96 * 25.4 for side in (box["width"], box["height"]))
    assert PAPERS[paper][0] - 28 < across <= PAPERS[paper][0] - 20
    assert down <= PAPERS[paper][1] - 22


def test_the_stamp_is_printed(
    view_of: Callable[..., MapView], open_page: Callable[..., Any]
) -> None:
    view = view_of(40)
    parcels = view.parcels.assign(idle_found=view.parcels["idle_status"] == "suspected_2y")
    public = for_audience(dataclasses.replace(view, parcels=parcels), "public")
    page = printed(open_page(render_map(public)))
    assert page.is_visible(".zd-stamp")
    assert "未经审核，不得公开" in page.inner_text(".zd-sheet")
    assert "公开版" in page.locator(".zd-paper-table thead").first.inner_text()


def test_no_class_of_a_long_legend_is_cut_off(
    open_page: Callable[..., Any], view_of: Callable[..., MapView]
) -> None:
    opened = open_page(render_map(view_of(60), lang="en"), fragment="#paper=a4")
    page = printed(opened)
    box = page.evaluate(
        "(({scrollHeight, clientHeight}) => [scrollHeight, clientHeight])"
        "(document.querySelector('.zd-sheet-legend'))"
    )
    assert box[0] <= box[1] + 1
    classes = page.evaluate("zongdi.model.theme.classes.length")
    assert page.locator(".zd-sheet-legend tbody tr").count() == classes > 8


def test_every_clause_has_its_status_and_confidence(
    page_text: str, open_page: Callable[..., Any]
) -> None:
    page = printed(open_page(page_text))
    table = page.locator(".zd-paper-table").nth(1)
    head = table.locator("thead tr").nth(1).locator("th").all_text_contents()
    assert {"条款", "条文要旨", "规则状态", "可信度"} <= set(head)
    cells = table.locator("tbody tr").nth(0).locator("td").all_text_contents()
    assert all(cells)
    assert len(cells) == len(head)
