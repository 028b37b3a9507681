"""The map in a notebook: the same page as a folium.Map, with layers of one's own."""

from __future__ import annotations

import dataclasses
import html
import re
from typing import TYPE_CHECKING, Any

import folium
import pytest

from maps import MapInputError, MapView, render_map, show
from maps.payload import build_payload

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def with_layers(view: MapView) -> folium.Map:
    shown = show(view)
    shapes = view.parcels.geometry.to_crs(4326)
    centre = shapes.iloc[3].centroid
    folium.Marker([centre.y, centre.x], popup="我的弹窗", tooltip="tip").add_to(shown)
    folium.GeoJson(shapes.iloc[[5]].to_json(), name="mine").add_to(shown)
    folium.Circle([centre.y, centre.x], radius=80).add_to(shown)
    return shown


def test_it_is_a_folium_map_with_the_same_data(view_of: Callable[..., MapView]) -> None:
    view = view_of(12)
    shown = show(view)
    assert type(shown) is folium.Map
    page = shown.get_root().render()
    for section in build_payload(view).values():
        assert section in page
    assert "Content-Security-Policy" not in page
    assert "https://cdn" not in page
    frame = shown._repr_html_()
    assert html.escape(view.name) in html.unescape(frame)
    assert folium.Map.default_js  # other maps of the process keep theirs
    assert "https://cdn" in folium.Map([0, 0]).get_root().render()


def test_online_lets_folium_load_its_own_but_no_second_leaflet(
    view_of: Callable[..., MapView],
) -> None:
    page = show(view_of(12), online=True).get_root().render()
    sources = re.findall(r'<(?:script src|link[^>]*href)="([^"]+)"', page)
    assert sources
    assert not [source for source in sources if source.endswith(("/leaflet.js", "/leaflet.css"))]


def test_without_shapes_there_is_nothing_to_show(view_of: Callable[..., MapView]) -> None:
    view = view_of(12)
    listed = view.parcels.drop(columns="geometry")
    with pytest.raises(MapInputError, match="no map to show"):
        show(dataclasses.replace(view, parcels=listed, crs=None, context={}))


def test_showing_leaves_the_file_as_it_is(view_of: Callable[..., MapView]) -> None:
    view = view_of(12)
    before = render_map(view)
    with_layers(view).get_root().render()
    assert render_map(view) == before


@pytest.mark.browser
def test_layers_of_ones_own_appear(
    view_of: Callable[..., MapView], open_page: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "live.html"
    with_layers(view_of(40)).save(str(path))
    page = open_page(path).page
    assert page.locator(".leaflet-marker-icon").count() == 1
    assert page.locator("path.leaflet-interactive").count() == 2
    icon = page.locator(".leaflet-marker-icon")
    assert icon.get_attribute("src").startswith("data:image/png")
    assert icon.evaluate("image => image.naturalWidth") > 0
    icon.click()
    page.wait_for_selector(".leaflet-popup-content")
    assert "我的弹窗" in page.inner_text(".leaflet-popup-content")
    # The map's own parts work beside them.
    page.click(".zd-row >> nth=0")
    page.wait_for_selector(".zd-card h2")


@pytest.mark.browser
def test_it_shows_within_the_frame_of_a_notebook(
    view_of: Callable[..., MapView], open_page: Callable[..., Any]
) -> None:
    notebook = (
        f"<!DOCTYPE html><title>n</title><body>{with_layers(view_of(12))._repr_html_()}</body>"
    )
    opened = open_page(notebook, wait=False)
    frame = opened.page.frame_locator("iframe")
    frame.locator("html[data-ready]").wait_for(state="attached")
    frame.locator(".zd-row >> nth=0").click()
    frame.locator(".zd-card h2").wait_for()
    opened.requests[:] = [url for url in opened.requests if not url.startswith("about:")]
