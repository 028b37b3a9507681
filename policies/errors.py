"""The errors of this room: each is also a standard exception."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = [
    "Mistake",
    "PackError",
    "PolicyError",
    "UnknownActionError",
    "UnknownPackError",
    "UnknownParameterError",
    "UnknownRuleError",
    "nearest",
    "suggestion",
]


class PolicyError(ValueError):
    """Something is wrong with a rule pack or with what is asked of it."""

    def __str__(self) -> str:
        """Return the message itself, also where the class is a KeyError."""
        return str(self.args[0]) if self.args else ""


class UnknownPackError(PolicyError, KeyError):
    """No shipped pack has this id, or there is no file at this path."""


class UnknownRuleError(PolicyError, KeyError):
    """Neither the named pack nor those beneath it have this rule."""


class UnknownParameterError(PolicyError, KeyError):
    """The rule has no such parameter."""


class UnknownActionError(PolicyError, KeyError):
    """Neither the named pack nor those beneath it have this action."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake of a pack file.

    Attributes
    ----------
    key : str
        Where: the path of the key, such as ``rules."far.floor".parameters.table.value``.
    what : str
        What is wrong and what is allowed.
    zh : str
        The same in Chinese.
    """

    key: str
    what: str
    zh: str

    def __str__(self) -> str:
        """Return the key with what is wrong in both languages."""
        return f"{self.key}: {self.zh} / {self.what}"


class PackError(PolicyError):
    """A pack file is faulty; every mistake of the file is told at once.

    Attributes
    ----------
    source : str
        The file, or the id of a shipped pack.
    mistakes : tuple of Mistake
        In the order of the file's sections.
    """

    def __init__(self, source: str, mistakes: Sequence[Mistake]) -> None:
        self.source = source
        self.mistakes = tuple(mistakes)
        count = len(self.mistakes)
        head = (
            f"规则包 {source} 有 {count} 处错误，请逐条改正 / "
            f"the rule pack {source} has {count} mistake{'' if count == 1 else 's'}:"
        )
        super().__init__("\n".join([head, *(f"  - {mistake}" for mistake in self.mistakes)]))


#: Of more names than this only the most similar ones are listed.
_LISTED = 30


def suggestion(name: str, known: Collection[str]) -> Text:
    """Say which known names there are, the most similar one first; of very many only the similar.

    Examples
    --------
    >>> suggestion("tilte", ["id", "title"]).zh
    '是否为“title”？可用：id, title'
    """
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    zh = f"是否为“{close[0]}”？" if close else ""
    en = f'did you mean "{close[0]}"? ' if close else ""
    if len(known) <= _LISTED:
        listed = ", ".join(sorted(known))
        return Text(zh + f"可用：{listed or '无'}", en + f"allowed: {listed or 'none'}")
    some = ", ".join(get_close_matches(name, list(known), n=5, cutoff=0.4)) or ", ".join(
        sorted(known)[:5]
    )
    return Text(
        zh + f"共有{len(known)}个，相近的：{some}；zongdi policies show 可查看全部",
        en + f"there are {len(known)}, such as: {some}; zongdi policies show lists them all",
    )


def nearest(name: str, known: Collection[str]) -> str:
    """Say in English which known names there are; see `suggestion`.

    Examples
    --------
    >>> nearest("tilte", ["id", "title"])
    'did you mean "title"? allowed: id, title'
    """
    return suggestion(name, known).en
