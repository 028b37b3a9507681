"""What the program says when it cannot go on: one clear paragraph and an exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policies.text import Lang, Text

__all__ = ["InputRefusedError", "OutputError", "ProgramError", "ScenarioError", "UsageError"]


class ProgramError(RuntimeError):
    """A failure that a user can mend; carries its paragraph in both languages.

    Attributes
    ----------
    exit_code : int
        What the command returns: 1 for faulty input, 2 for wrong usage.
    """

    exit_code = 1

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text

    def say(self, lang: Lang) -> str:
        """Return the paragraph in `lang`."""
        return self.text.get(lang)


class InputRefusedError(ProgramError):
    """The inputs hold errors: nothing is analysed and earlier results stay."""


class OutputError(ProgramError):
    """The results could not be written: earlier results stay."""


class ScenarioError(ProgramError):
    """The scenario file cannot be read, or assumes a change of what is not there."""


class UsageError(ProgramError):
    """The command was called with something that it does not know."""

    exit_code = 2
