"""The page as a file: what it may run, what it asks for, and that it is always the same."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import hashlib
import html
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import folium
import pandas as pd
import pytest

from maps import AssetError, MapInputError, MapView, assets, render_map
from maps.assets import page_script

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = (
    "<script>window.pwned=1</script></script><img src=x onerror=window.pwned=1>"
    "{{ 7*7 }}{% for x in y %}{# gone #}${window.pwned=1}`'\"javascript:window.pwned=1"
    "<!--zongdi:after-->/*zongdi:page-js*/\u2028\u202etxt\u202c&lt;b&gt;"
)


class Reader(HTMLParser):
    """Collects inline scripts and styles, data blocks, addresses and event attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.data: list[str] = []
        self.addresses: list[str] = []
        self.suspicious: list[str] = []
        self.policy = ""
        self._open: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""
        self.addresses += [str(v) for k, v in attrs if k in ("src", "href", "data", "action")]
        self.suspicious += [k for k, _ in attrs if k == "style" or k.startswith("on")]
        self._open = None
        if tag in ("script", "style"):
            self._open = self.data if given.get("type") == "text/plain" else self.inline[tag]
            self._open.append("")

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open[-1] += data

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  (the parser's own signature)
        self._open = None


@pytest.fixture(scope="module")
def page(view_of: Callable[..., MapView]) -> str:
    return render_map(view_of(40))


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def test_the_policy_allows_exactly_what_stands_in_the_page(page: str) -> None:
    reader = read(page)
    rules = dict(rule.strip().split(" ", 1) for rule in reader.policy.split(";"))
    assert rules["default-src"] == rules["connect-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert "unsafe" not in reader.policy
    for kind in ("script", "style"):
        expected = {
            "'sha256-" + base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() + "'"
            for body in reader.inline[kind]
        }
        if kind == "script":
            packed = gzip.decompress(base64.b64decode(reader.data[0]))
            assert packed.decode() == page_script()
            expected.add(
                "'sha256-" + base64.b64encode(hashlib.sha256(packed).digest()).decode() + "'"
            )
        assert set(rules[f"{kind}-src"].split()) == expected


def test_the_policy_stands_before_every_script_and_style(page: str) -> None:
    assert page.index("Content-Security-Policy") < min(page.index("<script"), page.index("<style"))


def test_nothing_is_fetched_and_nothing_is_inline(page: str) -> None:
    reader = read(page)
    assert reader.addresses == ["#zd-panel"]
    assert reader.suspicious == []
    assert "sourceMappingURL" not in page
    assert all(re.fullmatch(r"[A-Za-z0-9+/=]+", block) for block in reader.data)
    assert len(reader.data) == 5  # the page's own script, and four sections


def test_the_same_view_is_the_same_page(page: str, view_of: Callable[..., MapView]) -> None:
    assert render_map(view_of(40)) == page
    assert not re.search(r"_[0-9a-f]{32}\b", page)


def test_the_overhead_is_small(view_of: Callable[..., MapView]) -> None:
    view = view_of(40)
    empty = render_map(
        dataclasses.replace(view, parcels=view.parcels.iloc[:0], findings=view.findings.iloc[:0])
    )
    assert len(empty.encode()) < 300_000


def test_a_parcel_is_few_bytes_and_a_theme_fewer(view_of: Callable[..., MapView]) -> None:
    view = view_of(900)
    bare = dataclasses.replace(
        view,
        findings=view.findings.iloc[:0],
        contracts=view.contracts.iloc[:0],
        recommendations=view.recommendations.iloc[:0],
        context={},
    )
    n = len(view.parcels)
    empty = len(render_map(dataclasses.replace(bare, parcels=view.parcels.iloc[:0])))
    full = len(render_map(bare))
    # 10,000 parcels must stay below 1.2 MB, 0.3 MB of which are the page itself.
    assert (full - empty) / n < 90
    flat = dataclasses.replace(bare, parcels=view.parcels.assign(mixed_verdict="yes"))
    assert (full - len(render_map(flat))) / n < 2


def test_hostile_text_reaches_nothing_but_the_data(view_of: Callable[..., MapView]) -> None:
    plain = view_of(12)
    parcels = plain.parcels.assign(holder=HOSTILE)
    text = render_map(
        dataclasses.replace(plain, name=HOSTILE, label=HOSTILE, agency=HOSTILE, parcels=parcels)
    )
    calm = render_map(plain)
    reader, other = read(text), read(calm)
    assert reader.inline == other.inline
    assert reader.policy == other.policy
    assert "pwned" not in "".join(reader.inline["script"])
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    assert title is not None
    assert html.unescape(title[1]) == f"{HOSTILE} · 2026-06-30"
    bare = text.replace(title[0], "")
    assert "7*7" not in bare
    assert "pwned" not in bare


def test_other_folium_maps_of_the_process_keep_their_scripts(
    view_of: Callable[..., MapView],
) -> None:
    before = list(folium.Map.default_js)
    render_map(view_of(12))
    assert folium.Map.default_js == before
    assert before


def test_another_leaflet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(assets.LEAFLET_SHA256, "leaflet.js", "0" * 64)
    assets.leaflet.cache_clear()
    try:
        with pytest.raises(AssetError, match="not that of Leaflet"):
            assets.leaflet("leaflet.js")
    finally:
        assets.leaflet.cache_clear()


def test_leaflet_stays_out_of_a_page_without_a_map(view_of: Callable[..., MapView]) -> None:
    view = view_of(12)
    listed = dataclasses.replace(view, parcels=pd.DataFrame(view.parcels.drop(columns="geometry")))
    text = render_map(listed)
    assert "Leaflet 1.9.3, a JS library" not in text
    assert len(text) < 150_000


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p.drop(columns="parcel_id"), "no column parcel_id"),
        (lambda p: p.assign(parcel_id="A"), "only once"),
        (lambda p: p.assign(parcel_id=None), "one parcel_id for every parcel"),
        (lambda p: p.set_crs(None, allow_override=True), "no CRS"),
    ],
)
def test_a_view_that_cannot_be_drawn_honestly_is_refused(
    change: Callable[[pd.DataFrame], pd.DataFrame], words: str, view_of: Callable[..., MapView]
) -> None:
    view = view_of(12)
    with pytest.raises(MapInputError, match=words):
        dataclasses.replace(view, parcels=change(view.parcels))
