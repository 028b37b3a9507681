"""A text in the two languages of the project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Lang", "Text"]

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Chinese and English; Chinese is the default everywhere.

    Examples
    --------
    >>> Text("宗地", "parcel").get("en")
    'parcel'
    """

    zh: str
    en: str

    def get(self, lang: Lang = "zh") -> str:
        """Return the text in `lang`."""
        return self.zh if lang == "zh" else self.en

    def format(self, **values: object) -> Text:
        """Fill the same named places of both languages.

        Examples
        --------
        >>> Text("{n} 宗", "{n} parcels").format(n=3).en
        '3 parcels'
        """
        return Text(self.zh.format(**values), self.en.format(**values))
