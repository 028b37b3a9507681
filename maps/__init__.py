"""Results become Folium maps and their page. No planning arithmetic happens here."""

from maps.audience import for_audience
from maps.beside import beside, with_earlier
from maps.errors import AssetError, MapError, MapInputError, ResultsFolderError
from maps.folder import read_view
from maps.live import show
from maps.page import render_map
from maps.view import MapView

__all__ = [
    "AssetError",
    "MapError",
    "MapInputError",
    "MapView",
    "ResultsFolderError",
    "beside",
    "for_audience",
    "read_view",
    "render_map",
    "show",
    "with_earlier",
]
