"""Results become Folium maps and their page. No planning arithmetic happens here."""

from maps.errors import AssetError, MapError, MapInputError
from maps.page import render_map
from maps.view import MapView

__all__ = ["AssetError", "MapError", "MapInputError", "MapView", "render_map"]
