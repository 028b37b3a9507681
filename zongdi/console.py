"""The program's voice: progress, paragraphs and tables on any console, in one language at a time."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from policies.text import Lang, Text

__all__ = ["Steps", "Voice", "console_language", "survive_any_console"]


def survive_any_console() -> None:
    """Make standard output and error replace what their encoding cannot show, instead of failing.

    A stream that is closed, as under a scheduler, is replaced by one that takes everything.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 -- to the end of the program
            setattr(sys, name, nowhere)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def console_language(asked: Lang | None) -> Lang:
    """Choose the language: the one asked for, else Chinese where the console can show it."""
    if asked is not None:
        return asked
    try:
        "宗地".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return "en"
    return "zh"


class Voice:
    """Says things to the user: results on standard output, progress and errors on standard error.

    Parameters
    ----------
    lang : {"zh", "en"}
        The language of everything said.
    """

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        # Data may hold square brackets: markup and highlighting stay off.
        self._out = Console(file=sys.stdout, markup=False, highlight=False, soft_wrap=True)
        self._err = Console(file=sys.stderr, markup=False, highlight=False, soft_wrap=True)

    def say(self, text: Text | str) -> None:
        """Write one paragraph to standard output."""
        self._out.print(text if isinstance(text, str) else text.get(self.lang))

    def warn(self, text: Text | str) -> None:
        """Write one paragraph to standard error."""
        self._err.print(text if isinstance(text, str) else text.get(self.lang))

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Write rows as plain columns, wide characters counted as two."""
        widths = [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = [
                cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
            ]
            self._out.print("  ".join(cells).rstrip())

    def steps(self) -> Steps:
        """Return a progress display for standard error."""
        return Steps(self._err, self.lang)


def _width(text: str) -> int:
    from rich.cells import cell_len  # noqa: PLC0415 -- only tables need it

    return cell_len(text)


class Steps:
    """A progress bar with one line per step; silent where standard error is no terminal."""

    def __init__(self, console: Console, lang: Lang) -> None:
        self._lang = lang
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        """Start the display."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the display away."""
        self._progress.stop()

    def __call__(self, text: Text | str, done: int, total: int) -> None:
        """Show that `done` of `total` parts of a step are finished."""
        label = escape(text if isinstance(text, str) else text.get(self._lang))
        if label not in self._tasks:
            self._tasks[label] = self._progress.add_task(label, total=total)
        self._progress.update(self._tasks[label], completed=done, total=total)
