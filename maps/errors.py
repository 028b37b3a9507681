"""What can go wrong when a map is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policies.text import Text

__all__ = ["AssetError", "MapError", "MapInputError", "ResultsFolderError"]


class MapError(Exception):
    """The base of the errors of this package."""


class MapInputError(MapError, ValueError):
    """A view that cannot be drawn honestly."""


class AssetError(MapError, RuntimeError):
    """A script or style that the page needs is missing or is not the one that was checked."""


class ResultsFolderError(MapError, ValueError):
    """A folder that holds no results, or damaged ones; carries its paragraph in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text
