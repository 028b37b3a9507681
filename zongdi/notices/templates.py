"""The texts of the documents: TOML beside this module, with places that data and rules fill.

A place is ``{name}`` (a field of `zongdi.notices.facts.FIELDS`), ``{cite:<clause id>}``,
``{days:<rule>:<parameter>}`` or ``{share:<rule>:<parameter>}``: no number of a law stands in a text. A
part may depend on a condition, ``when = "two_years"`` or its opposite ``"!two_years"``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from analyses.idle_documents import DOCUMENTS
from analyses.idle_procedure import clause_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.model import Clause, Policy

__all__ = ["Part", "Template", "fill", "formal_citation", "load_template"]

_PLACE = re.compile(r"\{([A-Za-z0-9_.:\-]+)\}")
_KINDS = ("text", "heading", "warning", "table")


@dataclass(frozen=True)
class Part:
    """A paragraph, heading, warning or table of a document."""

    kind: str
    content: Any
    when: str | None = None

    def applies(self, conditions: Mapping[str, bool]) -> bool:
        """Whether the part's condition holds."""
        if self.when is None:
            return True
        wanted = not self.when.startswith("!")
        return conditions[self.when.removeprefix("!")] is wanted


@dataclass(frozen=True)
class Template:
    """A document: title, addressee, the clauses it rests on, and its parts."""

    name: str
    title: str
    to: str
    clauses: tuple[str, ...]
    parts: tuple[Part, ...]


@cache
def load_template(name: str) -> Template:
    """Read the template of one of `analyses.idle_documents.DOCUMENTS`.

    Examples
    --------
    >>> load_template("finding").title
    '闲置土地认定书'
    """
    if name not in DOCUMENTS:
        raise KeyError(name)
    text = files("zongdi.notices").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    parts = []
    for entry in data["parts"]:
        kind = next(kind for kind in _KINDS if kind in entry)
        parts.append(Part(kind, entry[kind], entry.get("when")))
    return Template(name, data["title"], data["to"], tuple(data["clauses"]), tuple(parts))


def formal_citation(clause: Clause) -> str:
    """Cite a provision as an official document does.

    Examples
    --------
    >>> from policies import load_policy
    >>> formal_citation(clause_of(load_policy("national"), "order53-5"))
    '《闲置土地处置办法》（国土资源部令第53号）第五条'
    """
    document = clause.document
    number = "" if document.number is None else f"（{document.number.zh}）"
    article = "" if clause.article is None else clause.article.zh
    return f"《{document.title.zh}》{number}{article}"


def fill(text: str, fields: Mapping[str, str], policy: Policy) -> str:
    """Fill the places of a text; what is put in is not read again for places.

    Raises
    ------
    KeyError
        A place names no field, clause, rule or parameter.

    Examples
    --------
    >>> from policies import load_policy
    >>> fill("{holder}，{days:idle.answer:days}日", {"holder": "{grant}"}, load_policy("national"))
    '{grant}，30日'
    """

    def value(match: re.Match[str]) -> str:
        kind, _, rest = match.group(1).partition(":")
        if not rest:
            return fields[kind]
        if kind == "cite":
            return formal_citation(clause_of(policy, rest))
        rule, _, key = rest.partition(":")
        number = policy.rule(rule).value(key)
        if kind == "days":
            return f"{int(number)}"
        if kind == "share":
            return f"{float(number):.10g}" if number > 1 else f"{float(number * 100):.10g}%"
        raise KeyError(match.group(1))

    return _PLACE.sub(value, text)
