"""Industry codes as a table or catalogue of land supply names them: by their beginning, within one edition.

The editions of the classification renumber their divisions (39 of 2017 is what 40 was in 2002), so codes are
compared within one edition alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["begins_with", "plain_code", "same_edition"]

_SECTION = re.compile(r"^[A-Za-z](?=\d)")


def plain_code(code: str) -> str:
    """Return an industry code without the letter of its section.

    Examples
    --------
    >>> plain_code("C3911"), plain_code("39"), plain_code("C")
    ('3911', '39', 'C')
    """
    return _SECTION.sub("", code.strip())


def begins_with(codes: np.ndarray, start: str) -> np.ndarray:
    """Mark the codes that lie within a division, group or class: those that begin with its code.

    Examples
    --------
    >>> begins_with(np.array(["3911", "C3920", "4039", ""]), "39").tolist()
    [True, True, False, False]
    """
    wanted = plain_code(start)
    return np.array([plain_code(code).startswith(wanted) if code else False for code in codes])


def same_edition(
    given: str | None, schemes: np.ndarray, every: Collection[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Say whether codes are of the edition of a table, and whether that is not known.

    Parameters
    ----------
    given : str or None
        The edition of the table; without one, the only edition that the project uses.
    schemes : numpy.ndarray of str
        The edition of each code; empty where it is not known.
    every : collection of str
        The editions of all codes of the project.

    Returns
    -------
    tuple of numpy.ndarray
        Of the same edition; not known. A code of another edition is in neither.

    Examples
    --------
    >>> old, new = "GB/T 4754-2002", "GB/T 4754-2017"
    >>> [part.tolist() for part in same_edition(new, np.array([old, new, ""]), {old, new})]
    [[False, True, False], [False, False, True]]
    >>> [part.tolist() for part in same_edition(None, np.array([old, new]), {old, new})]
    [[False, False], [True, True]]
    >>> [part.tolist() for part in same_edition(None, np.array([old, ""]), {old})]
    [[True, True], [False, False]]
    """
    if given:
        return schemes == given, schemes == ""
    single = len(set(every) - {""}) <= 1
    return np.full(len(schemes), single), np.full(len(schemes), not single)
