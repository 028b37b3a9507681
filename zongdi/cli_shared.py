"""What several commands share: who speaks, and how a date is given."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zongdi.console import Voice

__all__ = ["AsOf", "parse_date", "voice_of"]

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="审查日期 YYYY-MM-DD。 The review date."),
]


def voice_of(context: typer.Context) -> Voice:
    """Return the voice that the program's callback made."""
    voice: Voice = context.find_root().obj
    return voice


def parse_date(text: str | None) -> date | None:
    """Read the date of an option.

    Raises
    ------
    typer.BadParameter
        `text` is no date of the form YYYY-MM-DD.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"“{text}” 不是 YYYY-MM-DD 格式的日期 / is not a date of the form YYYY-MM-DD"
        raise typer.BadParameter(message, param_hint="--as-of") from error
