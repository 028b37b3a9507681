"""What may lie under the parcels: nothing, unless a project asks for it.

A basemap is for finding one's way. Nothing is measured on it. A page with a basemap from a server asks
that server, and no other, for pictures: the page's content security policy names it.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from maps.errors import MapInputError
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Basemap", "picture", "tianditu", "tiles"]

Datum = Literal["wgs84", "gcj02"]

#: Tiles of Tianditu by layer, in Web Mercator on CGCS2000, which for display is WGS 84.
_TIANDITU_LAYERS = {
    "vec": (Text("天地图矢量", "Tianditu, vector"), "cva"),
    "img": (Text("天地图影像", "Tianditu, imagery"), "cia"),
    "ter": (Text("天地图地形", "Tianditu, terrain"), "cta"),
}
_TIANDITU_ZOOM = 18
_TOKEN = re.compile(r"[0-9A-Za-z]{8,64}")

_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap:
    """Tiles or one picture under the parcels.

    Attributes
    ----------
    title : Text
        What it is called on the page.
    attribution : str
        Whose it is, always shown; with a map review number where there is one.
    urls : tuple of str
        Templates of tile addresses with ``{x}``, ``{y}``, ``{z}``, drawn one over the other; or one
        ``data:`` picture.
    bounds : tuple of float, optional
        West, south, east, north of a picture in degrees (WGS 84).
    max_zoom : int
        The deepest level that has tiles; beyond it they are enlarged.
    datum : {"wgs84", "gcj02"}
        ``gcj02``: the tiles are shifted, as those of several Chinese providers are. They are moved back
        for display, and the page says so.
    """

    title: Text
    attribution: str
    urls: tuple[str, ...]
    bounds: tuple[float, float, float, float] | None = None
    max_zoom: int = 18
    datum: Datum = "wgs84"

    def __post_init__(self) -> None:
        """Refuse addresses that a policy cannot name."""
        for url in self.urls:
            _source(url)
        if self.bounds is None and any("{x}" not in url for url in self.urls):
            msg = (
                "A basemap of tiles needs {x}, {y} and {z} in its address; a picture needs bounds."
            )
            raise MapInputError(msg)

    def sources(self) -> tuple[str, ...]:
        """Return the sources of pictures that the page must be allowed to ask, for its policy.

        Examples
        --------
        >>> tiles("https://tiles.example.cn/{z}/{x}/{y}.png", attribution="示例").sources()
        ('https://tiles.example.cn',)
        """
        return tuple(sorted({source for url in self.urls if (source := _source(url))}))

    def header(self) -> dict[str, Any]:
        """Return what the page must know."""
        return {
            "title": [self.title.zh, self.title.en],
            "attribution": self.attribution,
            "urls": list(self.urls),
            "bounds": self.bounds,
            "maxZoom": self.max_zoom,
            "shifted": self.datum == "gcj02",
        }


def _source(url: str) -> str:
    """Return what a policy calls the place of `url`; the empty text for a picture in the page."""
    if url.startswith(("data:image/png;base64,", "data:image/jpeg;base64,")):
        return ""
    parts = urlsplit(url)
    if not parts.scheme and not parts.netloc and not url.startswith("/"):
        # A folder beside the file. A page from the disk has no origin that a policy could name.
        return "file:"
    if parts.scheme == "https" and re.fullmatch(r"[0-9A-Za-z.-]+(:\d+)?", parts.netloc):
        return f"https://{parts.netloc}"
    msg = (
        f"The basemap address {url[:80]!r} is neither https:// with a plain host, nor a folder beside "
        "the map such as tiles/{z}/{x}/{y}.png, nor a picture."
    )
    raise MapInputError(msg)


def tianditu(token: str, layer: Literal["vec", "img", "ter"] = "vec") -> Basemap:
    """Return a layer of Tianditu (天地图) with its labels, under the user's own token.

    The token stands readable in the page: whoever gets the file can use it. Tianditu asks for the tiles
    only when the page is opened with a network.

    Examples
    --------
    >>> tianditu("0123456789abcdef").sources()
    ('https://t0.tianditu.gov.cn',)
    """
    if not _TOKEN.fullmatch(token):
        msg = "A Tianditu token is 8 to 64 letters and digits: copy it from your account there."
        raise MapInputError(msg)
    title, names = _TIANDITU_LAYERS[layer]
    urls = tuple(
        f"https://t0.tianditu.gov.cn/{name}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
        f"&LAYER={name}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
        f"&TILECOL={{x}}&TILEROW={{y}}&TILEMATRIX={{z}}&tk={token}"
        for name in (layer, names)
    )
    return Basemap(title=title, attribution="天地图", urls=urls, max_zoom=_TIANDITU_ZOOM)


def tiles(
    url: str,
    *,
    attribution: str,
    title: Text | None = None,
    max_zoom: int = 18,
    datum: Datum = "wgs84",
) -> Basemap:
    """Return tiles from a server (``https://``) or from a folder beside the file."""
    name = title or Text("底图瓦片", "map tiles")
    return Basemap(title=name, attribution=attribution, urls=(url,), max_zoom=max_zoom, datum=datum)


def picture(
    path: Path | str, bounds: Sequence[float], *, attribution: str, title: Text | None = None
) -> Basemap:
    """Return a PNG or JPEG in Web Mercator, which is put into the page itself.

    Parameters
    ----------
    path : path
        The picture; a few megabytes at most, since the file grows by a third more than its size.
    bounds : sequence of float
        West, south, east, north in degrees.
    attribution : str
        Whose picture it is.
    title : Text, optional
        What it is called on the page.
    """
    raw = Path(path).read_bytes()
    kind = next((kind for start, kind in _SIGNATURES.items() if raw.startswith(start)), None)
    if kind is None:
        msg = f"{Path(path).name} is neither a PNG nor a JPEG: export the raster as one of them."
        raise MapInputError(msg)
    west, south, east, north = map(float, bounds)
    if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
        msg = f"The bounds of {Path(path).name} are not west, south, east, north in degrees: {bounds}."
        raise MapInputError(msg)
    return Basemap(
        title=title or Text("影像底图", "picture"),
        attribution=attribution,
        urls=(f"data:{kind};base64,{base64.b64encode(raw).decode('ascii')}",),
        bounds=(west, south, east, north),
    )
