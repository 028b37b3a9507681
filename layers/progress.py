"""How far a long step has come, for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from policies.text import Text

__all__ = ["Progress", "Ticker"]

#: Called with a step's text, how much of it is done, and of how much.
Progress = Callable[[Text | str, int, int], None]


@dataclass
class Ticker:
    """Counts the parts of one step, and says so.

    Attributes
    ----------
    progress : callable or None
        Told at the start and after every part; nobody where None.
    text : Text
        What the step is called.
    total : int
        How many parts it has.

    Examples
    --------
    >>> tick = Ticker(lambda text, done, total: print(text.en, done, total), Text("读", "reading"), 2)
    reading 0 2
    >>> tick()
    reading 1 2
    """

    progress: Progress | None
    text: Text
    total: int
    done: int = 0

    def __post_init__(self) -> None:
        """Say that the step begins."""
        self._tell()

    def __call__(self, parts: int = 1) -> None:
        """Count finished parts."""
        self.done = min(self.total, self.done + parts)
        self._tell()

    def finish(self) -> None:
        """Count whatever is left."""
        self(self.total - self.done)

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(self.text, self.done, self.total)
