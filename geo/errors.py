"""The errors of this room: what is wrong, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CRSMismatchError",
    "GeoError",
    "InvalidGeometryError",
    "MissingCRSError",
    "RasterError",
    "TransformError",
    "UnsuitableCRSError",
    "some",
]


class GeoError(ValueError):
    """Something geometric cannot be done with the data as they are."""


class MissingCRSError(GeoError):
    """Data carry no coordinate reference system."""


class CRSMismatchError(GeoError):
    """Data that must share one coordinate reference system do not."""


class UnsuitableCRSError(GeoError):
    """A coordinate reference system cannot serve what is asked of it."""


class TransformError(GeoError):
    """No trustworthy path leads from one coordinate reference system to another."""


class InvalidGeometryError(GeoError):
    """Polygons that cross themselves, lines among polygons and the like."""


class RasterError(GeoError):
    """A raster cannot be read or cannot be laid over the parcels."""


def some(items: Iterable[object], *, first: int = 5) -> str:
    """Write the first few of many items and how many there are.

    Examples
    --------
    >>> some(range(9))
    '0, 1, 2, 3, 4, ... (9 in all)'
    >>> some(["a"])
    'a'
    """
    every = list(items)
    shown = ", ".join(str(item) for item in every[:first])
    return shown if len(every) <= first else f"{shown}, ... ({len(every)} in all)"
