"""A code list: the allowed values of a code column, their labels and the texts that write them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from policies.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CodeList", "code_key"]

_TEXTS: dict[str, dict[str, list[str]]] = tomllib.loads(
    files("layers").joinpath("data", "code_texts.toml").read_text(encoding="utf-8")
)


def code_key(text: str) -> str:
    """Fold width, case, blanks and brackets, so that one text has one key.

    Examples
    --------
    >>> code_key("工业用地（ M0 ）")
    '工业用地m0'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s()\[\]【】〔〕\"'“”‘’]+", "", folded)


@dataclass(frozen=True, slots=True)
class CodeList(Mapping[str, Text]):
    """The allowed values of a code column: a mapping of codes to labels that also reads texts.

    Attributes
    ----------
    name : str
        A short name, that of its table in ``data/code_texts.toml``.
    labels : mapping of str to Text
        The codes, in order, and what a reader sees.
    texts : mapping of str to str
        What sources write, and its code; the codes and their labels are understood anyway.
    """

    name: str
    labels: Mapping[str, Text]
    texts: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _keys: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Take the texts of the list and index all that is understood."""
        texts = {text: code for code, all_ in _TEXTS.get(self.name, {}).items() for text in all_}
        object.__setattr__(self, "texts", texts)
        self._keys.update({code_key(text): code for text, code in texts.items()})
        for code, label in self.labels.items():
            self._keys.update({code_key(text): code for text in (label.zh, label.en, code)})

    def __getitem__(self, code: str) -> Text:
        """Return the label of a code."""
        return self.labels[code]

    def __iter__(self) -> Iterator[str]:
        """Go through the codes, in order."""
        return iter(self.labels)

    def __len__(self) -> int:
        """Count the codes."""
        return len(self.labels)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, in order."""
        return tuple(self.labels)

    def find(self, text: str) -> str | None:
        """Return the code that `text` writes, or None.

        Examples
        --------
        >>> from layers.codes import USES
        >>> USES.find("工业用地"), USES.find("商服用地")
        ('industrial', None)
        """
        return self._keys.get(code_key(text))

    def read(
        self, values: pd.Series[Any], extra: Mapping[str, str] | None = None
    ) -> pd.Series[Any]:
        """Return the codes of a column of texts; null where a text is null or not understood.

        Parameters
        ----------
        values : pandas.Series
            Texts.
        extra : mapping of str to str, optional
            The project's own texts; they prevail, and an empty code means unknown.

        Examples
        --------
        >>> import pandas as pd
        >>> from layers.codes import USES
        >>> USES.read(pd.Series(["工业用地", "商服用地", None])).tolist()
        ['industrial', <NA>, <NA>]
        """
        keys = self._keys | {code_key(text): code for text, code in (extra or {}).items()}
        distinct = {
            text: keys.get(code_key(str(text))) or None for text in values.dropna().unique()
        }
        return values.astype(object).map(distinct).astype("string")
