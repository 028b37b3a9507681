"""A scenario's map in a real browser: it says what it is, and shows the base case beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from shapely import box

from layers.project import load_project
from zongdi.outputs import write_results
from zongdi.scenario import read_scenario
from zongdi.scenario_run import run_scenario, write_scenario

if TYPE_CHECKING:
    from pathlib import Path

X, Y = 500_000, 4_060_000
#: Storeys added, a building removed, a limit changed, a parcel split.
CHANGES = f"""
name = "方案 <b>A</b>"
[[changes]]
kind = "add_storeys"
building_id = "u"
storeys_n = 2
[[changes]]
kind = "remove_building"
building_id = "v"
[[changes]]
kind = "set_limit"
parcel_id = "c"
far_max = 3.0
[[changes]]
kind = "split_parcel"
parcel_id = "d"
line = [[{X + 330}.0, {Y - 10}.0], [{X + 330}.0, {Y + 110}.0]]
into = ["d1", "d2"]
"""


@pytest.fixture(scope="module")
def scenario_map(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("what-if")
    parcels = gpd.GeoDataFrame(
        {
            "parcel_id": list("abcd"),
            "land_use": "industrial",
            "land_stage": "completed",
            "far_max": 2.0,
            "coverage_max_share": 0.5,
        },
        geometry=[box(X + 100 * n, Y, X + 100 * n + 100, Y + 100) for n in range(4)],
        crs="EPSG:4548",
    )
    buildings = gpd.GeoDataFrame(
        {"building_id": list("uvwx"), "floors_n": 2, "height_m": 8.0},
        geometry=[box(X + 100 * n + 10, Y + 10, X + 100 * n + 50, Y + 60) for n in range(4)],
        crs="EPSG:4548",
    )
    parcels.to_file(folder / "parcels.gpkg")
    buildings.to_file(folder / "buildings.gpkg")
    (folder / "project.toml").write_text(
        'name = "Zone"\nas_of = 2026-06-30\npolicy = "jinan-2021"\n[layers]\n'
        'parcels = "parcels.gpkg"\nbuildings = "buildings.gpkg"\n',
        encoding="utf-8",
    )
    (folder / "s.toml").write_text(CHANGES, encoding="utf-8")
    base, assumed, changes = run_scenario(
        load_project(folder), read_scenario(folder / "s.toml"), only=("far",)
    )
    write_results(base, folder / "results")
    return write_scenario(base, assumed, changes, folder / "results" / "scenario")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_map_of_a_scenario_shows_the_base_case_beside_it(
    scenario_map: Path, open_page, width: int, height: int
) -> None:
    opened = open_page(scenario_map, width=width, height=height)
    page = opened.page
    # never mistaken for what there is: the title and the first notice say so, as text
    title = page.locator("h1").inner_text()
    assert "情景 scenario: 方案 <b>A</b>" in title
    assert "不是现状" in page.locator("body").text_content()
    # the theme of changes comes first: d was split in two, a, b and c changed
    classes = {
        entry.get_attribute("data-class"): entry.locator(".zd-class-count").text_content()
        for entry in page.locator(".zd-class").all()
    }
    assert sum(int(n) for n in classes.values()) == 5
    assert classes["new"] == "2"
    # any other theme has the base case under the swipe
    page.evaluate("document.querySelector('input[name=zd-theme][value=built]').click()")
    bar = page.locator(".zd-swipe-bar")
    assert bar.is_visible()
    assert "现状" in page.locator(".zd-swipe").text_content()
    pictures = []
    for key in ("End", "Home"):
        page.focus(".zd-swipe-bar")
        page.keyboard.press(key)
        pictures.append(page.locator(".leaflet-container").screenshot())
    assert pictures[0] != pictures[1]
    opened.quiet()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_ground_free_for_an_extension_is_drawn_when_asked(
    scenario_map: Path, open_page, width: int, height: int
) -> None:
    opened = open_page(scenario_map, width=width, height=height)
    page = opened.page
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    switch = page.locator("[data-layer=free_ground]")
    assert not switch.is_checked()
    before = page.locator(".leaflet-container").screenshot()
    switch.evaluate("(input) => input.click()")
    assert switch.is_checked()
    assert page.locator(".leaflet-container").screenshot() != before
    # the removed building of b leaves all of its hectare free, 100 m wide
    said = page.evaluate(
        """() => {
          const chart = zongdi.chart, { boxes } = chart.context.free_ground;
          const texts = [];
          for (let k = 0; k < chart.context.free_ground.n; k += 1) {
            const corner = window.L.point(boxes[4 * k] + 1e-7, boxes[4 * k + 3] - 1e-7);
            texts.push(chart.freeLines(chart.map.unproject(corner, 0)).map((e) => e.textContent));
          }
          return texts;
        }"""
    )
    assert len(said) == 5
    widths = [line for lines in said for line in lines if "宽度" in line]
    assert any("100" in line for line in widths)
    opened.quiet()
