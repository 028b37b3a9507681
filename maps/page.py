"""The page around the map: folium's shell, our parts put into it, and its content security policy."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import TYPE_CHECKING

import folium
from branca.element import Figure, MacroElement
from folium.template import Template

from maps.assets import boot_script, leaflet, page_script, page_style
from maps.encode import packed
from maps.errors import MapError
from maps.payload import SECTIONS, build_payload

if TYPE_CHECKING:
    from maps.basemap import Basemap
    from maps.view import MapView
    from policies.text import Lang

__all__ = ["Shell", "fill_shell", "folium_map", "render_map"]

#: As the script knows them.
LANGUAGE_TAGS: dict[Lang, str] = {"zh": "zh-Hans", "en": "en"}

#: Folium compiles whatever it is given as a Jinja template, twice. It is therefore given nothing
#: but these marks, which are replaced, all at once, after it has finished.
_MARK = re.compile(r"<!--zongdi:([a-z-]+)-->|/\*zongdi:([a-z-]+)\*/")

#: Folium names elements by chance; the same map must be the same bytes.
_CHANCE_NAME = re.compile(r"_([0-9a-f]{32})\b")

#: Folium's forbids a reader to zoom the page.
_VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>')

_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


class Shell(Figure):
    """The document: its language, its title, its landmarks."""

    _template = Template(
        '<!DOCTYPE html>\n<html lang="{{ this.language }}">\n<head>\n'
        "{{ this.header.render(**kwargs) }}\n"
        "</head>\n<body>\n"
        "<!--zongdi:before-->\n"
        "{{ this.html.render(**kwargs) }}\n"
        "<!--zongdi:after-->\n"
        "<script>{{ this.script.render(**kwargs) }}</script>\n"
        "</body>\n</html>\n"
    )

    def __init__(self, lang: Lang) -> None:
        """Take the language in which the page opens."""
        super().__init__()
        self.language = LANGUAGE_TAGS[lang]


class _Head(MacroElement):
    """What must stand in the head before anything of folium's."""

    _template = Template(
        "{% macro header(this, kwargs) %}"
        "<!--zongdi:policy-->\n"
        "<!--zongdi:viewport-->\n"
        "<!--zongdi:title-->\n"
        "<style>/*zongdi:leaflet-css*/</style>\n"
        "<script>/*zongdi:leaflet-js*/</script>\n"
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        """Name the element after what it is."""
        super().__init__()
        self._name = "Head"


class _Parcels(MacroElement):
    """Our layer: style, scripts, and the call that draws the parcels on folium's map."""

    _template = Template(
        "{% macro header(this, kwargs) %}<style>/*zongdi:page-css*/</style>{% endmacro %}"
        "{% macro script(this, kwargs) %}"
        "/*zongdi:page-js*/\n"
        "zongdi.start({{ this.map_name }});\n"
        "{% endmacro %}"
    )

    def __init__(self, map_name: str) -> None:
        """Take the name of the script variable that holds folium's map, or ``null``."""
        super().__init__()
        self._name = "Parcels"
        self.map_name = map_name


def render_map(view: MapView, *, lang: Lang = "zh") -> str:
    """Draw `view` as one HTML file that opens without a network.

    Parameters
    ----------
    view : MapView
        The results. Nothing is computed from them but classes of colour.
    lang : str
        The language in which the page opens; a reader may change it.

    Returns
    -------
    str
        The page; the same view always gives the same text.

    Raises
    ------
    MapError
        `maps.errors` says which and why.
    """
    page, _ = folium_map(view, lang=lang)
    text = page.render()
    names: dict[str, int] = {}
    text = _CHANCE_NAME.sub(lambda hit: f"_{names.setdefault(hit[1], len(names))}", text)
    return fill_shell(text, view, closed=True)


def folium_map(
    view: MapView, *, lang: Lang, shell: type[Shell] = Shell
) -> tuple[Shell, folium.Map | None]:
    """Return folium's document around our marks, and the map in it; None without shapes."""
    page = shell(lang)
    _Head().add_to(page)
    if not view.has_map:
        _Parcels("null").add_to(page)
        return page, None
    chart = folium.Map(
        location=[0, 0],  # until the script fits the parcels into the window
        zoom_start=1,
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.25,
        max_zoom=22,
    )
    # On the instance: on the class it would empty every other map of the process.
    chart.default_js = []
    chart.default_css = []
    chart.add_to(page)
    _Parcels(chart.get_name()).add_to(chart)
    return page, chart


def fill_shell(text: str, view: MapView, *, closed: bool) -> str:
    """Put the parts of the page where folium's document holds their marks.

    Parameters
    ----------
    text : str
        What folium made of `folium_map`.
    view : MapView
        The same view.
    closed : bool
        Allow no script, style or connection but what stands in the page now.
    """
    text, found = _VIEWPORT.subn("", text)
    if found != int(view.has_map):
        msg = (
            "This version of folium writes its page differently (no viewport of its own was found): "
            "install folium 0.20."
        )
        raise MapError(msg)
    text = text.replace("<head>\n", '<head>\n<meta charset="utf-8">\n', 1)
    assets = {
        "leaflet-css": leaflet("leaflet.css") if view.has_map else "",
        "leaflet-js": leaflet("leaflet.js") if view.has_map else "",
        "page-css": page_style(),
        "page-js": boot_script(),
    }
    text = _fill(text, assets)
    payload = build_payload(view)
    return _fill(
        text,
        {
            # The policy is computed last: it names every script and style by its hash.
            "policy": _policy(text, page_script(), view.basemap) if closed else "",
            "title": f"<title>{html.escape(view.name)} · {view.as_of.isoformat()}</title>",
            "viewport": '<meta name="viewport" content="width=device-width, initial-scale=1">',
            "before": _BEFORE,
            "after": _AFTER
            + f'<script type="text/plain" id="zd-code">{packed(page_script().encode())}</script>\n'
            + "\n".join(
                f'<script type="text/plain" id="zd-{name}">{payload[name]}</script>'
                for name in SECTIONS
            ),
        },
    )


def _fill(text: str, parts: dict[str, str]) -> str:
    """Put parts where their marks stand, in one pass: what is put in is not looked at again."""

    def part(hit: re.Match[str]) -> str:
        name = hit[1] or hit[2]
        return parts.get(name, hit[0])

    return _MARK.sub(part, text)


def _digest(body: str) -> str:
    digest = base64.b64encode(hashlib.sha256(body.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def _policy(shell: str, code: str, basemap: Basemap | None) -> str:
    """Allow exactly the scripts and styles that stand in `shell`, the packed `code`, and no connection.

    A basemap is the one thing that may be asked for, as pictures, and only from where it says.
    """
    hashes: dict[str, list[str]] = {"script": [_digest(code)], "style": []}
    for kind, body in _INLINE.findall(shell):
        hashes[kind].append(_digest(body))
    pictures = " ".join(("data:", *(basemap.sources() if basemap else ())))
    rules = (
        f"default-src 'none'; connect-src 'none'; img-src {pictures}; base-uri 'none'; "
        f"form-action 'none'; script-src {' '.join(hashes['script'])}; "
        f"style-src {' '.join(hashes['style'])}"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'


#: Written in Chinese, as the page opens; the script words it anew in the language chosen. The
#: sentence in both languages is hidden by the script: a browser too old for it goes on showing it.
_BEFORE = """<a class="zd-skip" href="#zd-panel">跳到清单</a>
<p id="zd-trouble" role="alert">此浏览器版本过旧，无法读取本页数据。请使用近年的 Chrome、Edge、Firefox 或 Safari 打开。<br>
This browser is too old to read the data of this page. Please open it in a recent Chrome, Edge, Firefox or Safari.</p>
<noscript><p>本页需要启用脚本。 This page needs scripts to be enabled.</p></noscript>
<header id="zd-head"></header>
<main id="zd-main">
<section id="zd-stage">"""

_AFTER = """</section>
<aside id="zd-panel" tabindex="-1"></aside>
</main>
<footer id="zd-foot" tabindex="0"></footer>
<div id="zd-print"></div>
"""
