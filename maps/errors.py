"""What can go wrong when a map is drawn."""

from __future__ import annotations

__all__ = ["AssetError", "MapError", "MapInputError"]


class MapError(Exception):
    """The base of the errors of this package."""


class MapInputError(MapError, ValueError):
    """A view that cannot be drawn honestly."""


class AssetError(MapError, RuntimeError):
    """A script or style that the page needs is missing or is not the one that was checked."""
