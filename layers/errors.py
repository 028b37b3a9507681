"""The errors of the input room: each is also a ValueError and tells what, where and what to do."""

from __future__ import annotations

__all__ = ["LayerError", "ProjectError", "ReadError", "UnitError"]


class LayerError(ValueError):
    """Anything the inputs do that stops the work."""


class ProjectError(LayerError):
    """The project file cannot be used; the message lists every mistake in it."""


class ReadError(LayerError):
    """A file cannot be read."""


class UnitError(LayerError):
    """A unit is not known, or is of another kind than the column's."""
