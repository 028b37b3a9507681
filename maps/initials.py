"""First letters of the readings of Chinese characters, for the search.

The page carries one line of characters for each letter, not the readings of every name: a few kilobytes
however many parcels there are. A character with several readings stands under each of them, so that a name
is found by whichever its reader has in mind.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pypinyin import Style, pinyin

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["characters_by_initial"]


def _is_chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


@cache
def _initials(character: str) -> frozenset[str]:
    readings = pinyin(character, style=Style.FIRST_LETTER, heteronym=True)[0]
    return frozenset(letter for letter in readings if len(letter) == 1 and letter.isascii())


def characters_by_initial(texts: Iterable[str]) -> dict[str, str]:
    """Return, for each letter, the characters of `texts` of which a reading begins with it.

    Examples
    --------
    >>> characters_by_initial(["物流", "长城"])
    {'c': '城长', 'l': '流', 'w': '物', 'z': '长'}
    """
    seen = {character for text in texts for character in text if _is_chinese(character)}
    found: dict[str, list[str]] = {}
    for character in sorted(seen):
        for letter in _initials(character):
            found.setdefault(letter, []).append(character)
    return {letter: "".join(found[letter]) for letter in sorted(found)}
