"""What may lie under the parcels: nothing, unless a project asks for it.

A basemap is for finding one's way. Nothing is measured on it. A page with a basemap from a server asks
that server, and no other, for pictures: the page's content security policy names it.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from maps.errors import MapInputError
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Basemap", "Datum", "media_type", "picture", "tianditu", "tiles"]

Datum = Literal["wgs84", "gcj02"]

#: Tiles of Tianditu by layer, in Web Mercator on CGCS2000, which for display is WGS 84.
_TIANDITU_LAYERS = {
    "vec": (Text("天地图矢量", "Tianditu, vector"), "cva"),
    "img": (Text("天地图影像", "Tianditu, imagery"), "cia"),
    "ter": (Text("天地图地形", "Tianditu, terrain"), "cta"),
}
_TIANDITU_ZOOM = 18
_TOKEN = re.compile(r"[0-9A-Za-z]{8,64}")

_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"RIFF": "image/webp",
}
_PICTURES = tuple(f"data:{kind};base64," for kind in _SIGNATURES.values())


def media_type(raw: bytes, name: str) -> str:
    """Say what kind of picture `raw` is, by its first bytes.

    Raises
    ------
    MapInputError
        It is none that a page shows.
    """
    kind = next((kind for start, kind in _SIGNATURES.items() if raw.startswith(start)), None)
    if kind is None:
        msg = f"{name} is neither a PNG nor a JPEG: export the raster as one of them."
        raise MapInputError(msg)
    return kind


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
    tiles : mapping of str to str
        Tiles that stand in the page, ``data:`` pictures by ``z/x/y``; `urls` is then empty.
    """

    title: Text
    attribution: str
    urls: tuple[str, ...]
    bounds: tuple[float, float, float, float] | None = None
    max_zoom: int = 18
    datum: Datum = "wgs84"
    tiles: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse addresses that a policy cannot name."""
        for url in (*self.urls, *self.tiles.values()):
            _source(url)
        if not self.urls and not self.tiles:
            msg = "A basemap needs an address of tiles, a picture, or tiles of its own."
            raise MapInputError(msg)
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
        # Tiles in the page are unpacked into memory, and stand there under addresses of their own.
        own = {"blob:"} if self.tiles else set()
        return tuple(sorted(own | {source for url in self.urls if (source := _source(url))}))

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

    def record(self) -> dict[str, Any]:
        """Return all of it, to be read again by `from_record`."""
        return {
            "title": [self.title.zh, self.title.en],
            "attribution": self.attribution,
            "urls": list(self.urls),
            "bounds": None if self.bounds is None else list(self.bounds),
            "max_zoom": self.max_zoom,
            "datum": self.datum,
            "tiles": dict(self.tiles),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Basemap:
        """Read what `record` gave.

        Examples
        --------
        >>> given = tiles("https://tiles.example.cn/{z}/{x}/{y}.png", attribution="示例")
        >>> Basemap.from_record(given.record()) == given
        True
        """
        bounds = record["bounds"]
        return cls(
            title=Text(*record["title"]),
            attribution=str(record["attribution"]),
            urls=tuple(record["urls"]),
            bounds=None if bounds is None else (bounds[0], bounds[1], bounds[2], bounds[3]),
            max_zoom=int(record["max_zoom"]),
            datum=record["datum"],
            tiles=dict(record["tiles"]),
        )


def _source(url: str) -> str:
    """Return what a policy calls the place of `url`; the empty text for a picture in the page."""
    if url.startswith(_PICTURES):
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
        msg = (
            "Tianditu wants your own token, 8 to 64 letters and digits from your account there: give "
            "basemap_token in the project, or --basemap-token."
        )
        raise MapInputError(msg)
    if layer not in _TIANDITU_LAYERS:
        msg = f"Tianditu has no layer {layer!r}: write tianditu, tianditu-img or tianditu-ter."
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
    kind = media_type(raw, Path(path).name)
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
