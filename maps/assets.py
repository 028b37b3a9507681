"""Scripts and styles of the page: Leaflet as packaged and checked, and our own files."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib import resources

from maps.errors import AssetError

__all__ = [
    "LEAFLET_SHA256",
    "LEAFLET_VERSION",
    "boot_script",
    "leaflet",
    "page_script",
    "page_style",
]

#: The version that folium itself asks for; another one is another page, to be checked again.
LEAFLET_VERSION = "1.9.3"

#: What was read and tested. An altered file must not reach an officer's map.
LEAFLET_SHA256 = {
    "leaflet.js": "5819285cec137b229c94e1ee5ad73e8b6b84345a4367d60f75fe477fe0fb7b03",
    "leaflet.css": "90b693d86392a4779c861b28cf307e7e59c3fb35328c4d8b95f58f814d38c722",
}

#: In the order in which each needs the one before it.
_SCRIPTS = (
    "i18n.js",
    "edition.js",
    "decode.js",
    "search.js",
    "model.js",
    "patterns.js",
    "canvas.js",
    "places.js",
    "flows.js",
    "ranks.js",
    "draw.js",
    "head.js",
    "legend.js",
    "list.js",
    "spoken.js",
    "describe.js",
    "card.js",
    "blocks.js",
    "charts.js",
    "time.js",
    "periods.js",
    "basemap.js",
    "print.js",
    "page.js",
)


#: In the order in which a later one may prevail.
_STYLES = ("page.css", "stage.css", "panel.css", "media.css", "print.css")


@cache
def leaflet(name: str) -> str:
    """Return Leaflet's ``leaflet.js`` or ``leaflet.css``, after comparing its SHA-256.

    Raises
    ------
    AssetError
        The package is not installed, or its file is not the one that was checked.

    Examples
    --------
    >>> leaflet("leaflet.css").lstrip().startswith("/* required styles */")
    True
    """
    try:
        raw = (resources.files("xstatic.pkg.leaflet") / "data" / name).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as error:
        msg = (
            f"The map needs {name} of Leaflet {LEAFLET_VERSION}, from the package XStatic-Leaflet, "
            f"which is not installed: run pip install 'XStatic-Leaflet=={LEAFLET_VERSION}.*'."
        )
        raise AssetError(msg) from error
    found = hashlib.sha256(raw).hexdigest()
    if found != LEAFLET_SHA256[name]:
        msg = (
            f"{name} of the installed XStatic-Leaflet is not that of Leaflet {LEAFLET_VERSION} "
            f"(its SHA-256 is {found}): install XStatic-Leaflet=={LEAFLET_VERSION}.* again."
        )
        raise AssetError(msg)
    # A browser with its tools open would otherwise go and look for the source map.
    lines = [
        line
        for line in raw.decode("utf-8").splitlines()
        if not line.startswith("//# sourceMappingURL")
    ]
    return "\n".join(lines)


#: Comments that stand on lines of their own, and indentation: a third of our files, and of no use in a
#: page. No text of ours runs over several lines, so that nothing but layout is lost; a test says so.
_LAYOUT = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n|^[ \t]+|^\n", re.DOTALL | re.MULTILINE)


@cache
def _own(name: str) -> str:
    text = (resources.files("maps") / "static" / name).read_text(encoding="utf-8")
    # A checkout may turn line ends; the browser hashes a script with plain ones.
    return _LAYOUT.sub("", text.replace("\r\n", "\n"))


def boot_script() -> str:
    """Return the few lines that unpack and run `page_script`."""
    return _own("boot.js")


def page_script() -> str:
    """Return our scripts in their order, as one text."""
    return "\n".join(_own(name) for name in _SCRIPTS)


def page_style() -> str:
    """Return our style sheets in their order, as one text."""
    return "\n".join(_own(name) for name in _STYLES)
