"""The map in a notebook: the same page as a `folium.Map`, to which layers of one's own are added."""

from __future__ import annotations

import base64
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
from branca.element import MacroElement
from folium.template import Template

from maps.errors import MapInputError
from maps.folder import read_view
from maps.page import Shell, fill_shell, folium_map
from maps.view import MapView

if TYPE_CHECKING:
    from policies.text import Lang

__all__ = ["show"]

_HEIGHT = "760px"

#: Leaflet looks for its markers beside its style sheet, which stands in the page here. A popup of
#: folium is made by the one function of jQuery that it needs.
_MARKERS = """
L.Icon.Default.imagePath = "";
Object.assign(L.Icon.Default.prototype.options, {{
  iconUrl: "{icon}", iconRetinaUrl: "{retina}", shadowUrl: "{shadow}"
}});
window.$ = window.$ || ((markup) => {{
  const holder = document.createElement("template");
  holder.innerHTML = markup.trim();
  return Array.from(holder.content.children);
}});
"""


class _Markers(MacroElement):
    """What layers of folium need of a page that loads nothing."""

    _template = Template(
        "{% macro header(this, kwargs) %}<script>{{ this.script }}</script>{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()
        self._name = "Markers"
        self.script = _MARKERS.format(
            icon=_image("marker-icon.png"),
            retina=_image("marker-icon-2x.png"),
            shadow=_image("marker-shadow.png"),
        )


@cache
def _image(name: str) -> str:
    raw = (resources.files("xstatic.pkg.leaflet") / "data" / "images" / name).read_bytes()
    return f"data:image/png;base64,{base64.b64encode(raw).decode('ascii')}"


class _LivePage(Shell):
    """A document that is filled each time it is shown, after whatever was added to its map."""

    view: MapView

    def render(self, **kwargs: Any) -> str:
        """Let folium write the document with all its layers, and put our parts into it."""
        return fill_shell(super().render(**kwargs), self.view, closed=False)


def show(results: MapView | Path | str, *, lang: Lang = "zh", online: bool = False) -> folium.Map:
    """Return the map of `results` for a notebook.

    The page is that of `render_map`, without its content security policy: what is added to the map is
    the caller's own.

    Parameters
    ----------
    results : MapView, pathlib.Path or str
        A view, or the output folder of a run.
    lang : str
        The language in which the page opens.
    online : bool
        Let folium load its own scripts from the network (icons of `folium.Icon`, Bootstrap). Markers,
        popups, tooltips, lines, polygons and GeoJSON need none of them.

    Returns
    -------
    folium.Map
        Shown by a notebook; ``.save(path)`` writes it; ``folium.Marker(...).add_to(it)`` adds to it.

    Raises
    ------
    MapInputError
        There are no shapes to draw.
    ResultsFolderError
        The folder holds no results, or damaged ones.
    """
    view = results if isinstance(results, MapView) else read_view(Path(results))
    page, chart = folium_map(view, lang=lang, shell=_LivePage)
    if chart is None or not isinstance(page, _LivePage):
        msg = "These results hold no shapes of parcels, so that there is no map to show in a notebook."
        raise MapInputError(msg)
    page.view = view
    page.height = _HEIGHT
    _Markers().add_to(page)
    if online:
        fresh = folium.Map.default_js
        chart.default_js = [pair for pair in fresh if pair[0] != "leaflet"]
        chart.default_css = [
            pair for pair in folium.Map.default_css if "leaflet_css" not in pair[0]
        ]
    return chart
