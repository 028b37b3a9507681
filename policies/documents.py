"""Documents and their clauses, the statuses they have at a date and the marks of certainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from policies.text import Lang

__all__ = [
    "CONFIDENCE",
    "ROLES",
    "STATUSES",
    "Clause",
    "Document",
    "Status",
    "Unit",
    "Validity",
    "document_notices",
    "weakest_mark",
]

Status = Literal[
    "in_force", "validity_unverified", "draft", "lapsed", "unreliable", "not_yet_effective"
]

#: How a document stands at a date; ``not_yet_effective`` follows from its dates alone.
STATUSES: dict[str, Text] = {
    "in_force": Text("现行有效", "in force"),
    "validity_unverified": Text("效力待核实", "validity unverified"),
    "draft": Text("征求意见稿", "draft for comment"),
    "lapsed": Text("已失效", "lapsed"),
    "unreliable": Text("文本不可靠", "text unreliable"),
    "not_yet_effective": Text("尚未施行", "not yet effective"),
}

#: Marks of certainty of a pack, from strong to weak.
CONFIDENCE: dict[str, Text] = {
    "V": Text("已核对原文", "verified against the text of the source"),
    "V2": Text("见于二手资料", "seen in a secondary text"),
    "MH": Text("通行认识，未读原文", "widely known, text not read"),
    "MM": Text("把握一般，使用前须核实", "medium confidence, to be checked before use"),
}

ROLES: dict[str, Text] = {
    "lead": Text("牵头", "lead"),
    "joint": Text("共同责任", "joint"),
    "assist": Text("配合", "assist"),
}


def weakest_mark(marks: Iterable[str]) -> str:
    """Return the weakest of some marks: a chain is as sure as its weakest link.

    Examples
    --------
    >>> weakest_mark(["V", "MH", "V2"])
    'MH'
    """
    order = tuple(CONFIDENCE)
    return max(marks, key=order.index)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that a clause makes responsible.

    Attributes
    ----------
    name : Text
        As the clause names it.
    role : str
        ``lead``, ``joint`` or ``assist``.
    as_of : datetime.date or None
        When it was so named: units are renamed and abolished.
    """

    name: Text
    role: str
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """From when a document has a status, and why."""

    start: date | None
    status: Status
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A law, an order, a notice or a policy document.

    Attributes
    ----------
    id : str
        Unique over a pack and those beneath it.
    number : Text or None
        The document number, as it is cited; None where the text bears none.
    title : Text
        Its title.
    issued, effective : datetime.date or None
        None where not known.
    validity : tuple of Validity
        In the order of their dates.
    pack_id : str
        The pack that declares it.
    replaced_by : str or None
        The id of the document that replaced it.
    """

    id: str
    number: Text | None
    title: Text
    issued: date | None
    effective: date | None
    validity: tuple[Validity, ...]
    pack_id: str = ""
    replaced_by: str | None = None

    def validity_at(self, day: date) -> Validity:
        """Return how the document stands on `day`, with the reason."""
        if self.effective is not None and day < self.effective:
            return Validity(None, "not_yet_effective")
        found = Validity(None, "not_yet_effective")
        for entry in self.validity:
            if entry.start is None or entry.start <= day:
                found = entry
        return found

    def status_at(self, day: date) -> Status:
        """Return the status of the document on `day`.

        Examples
        --------
        >>> from datetime import date
        >>> from policies import load_policy
        >>> document = load_policy("jinan-2021").rule("mixed.list").clause.document
        >>> document.status_at(date(2021, 3, 4)), document.status_at(date(2021, 3, 5))
        ('not_yet_effective', 'in_force')
        """
        return self.validity_at(day).status

    def name(self, lang: Lang = "zh") -> str:
        """Return the number, or the title where there is no number."""
        if self.number is not None:
            return self.number.get(lang)
        return f"《{self.title.zh}》" if lang == "zh" else self.title.en


@dataclass(frozen=True, slots=True)
class Clause:
    """One provision of a document, in our own words.

    Attributes
    ----------
    id : str
        Unique over a pack and those beneath it.
    document : Document
        Where it stands.
    article : Text or None
        Article and paragraph, as cited; None where the whole document is meant.
    topic : str
        See `policies.schema.TOPICS`.
    text : Text
        A paraphrase, never the wording.
    units : tuple of Unit
        Who is responsible, the lead first.
    units_as_of : datetime.date or None
        When the units were so named.
    confidence : str
        A key of `CONFIDENCE`.
    computed : bool
        False: the clause is shown; no rule, parameter or action rests on it.
    pack_id : str
        The pack that declares it.
    """

    id: str
    document: Document
    article: Text | None
    topic: str
    text: Text
    units: tuple[Unit, ...]
    units_as_of: date | None
    confidence: str
    computed: bool
    pack_id: str = ""

    def citation(self, lang: Lang = "zh") -> str:
        """Return document and article, as a finding cites them.

        Examples
        --------
        >>> from policies import load_policy
        >>> load_policy("national").rule("idle.not_started_1y").clause.citation("zh")
        '国土资源部令第53号 第二条第一款'
        """
        name = self.document.name(lang)
        return name if self.article is None else f"{name} {self.article.get(lang)}"


def document_notices(documents: Iterable[Document], as_of: date) -> list[Text]:
    """Word the status of every document that is not in force on `as_of`."""
    found = []
    for document in documents:
        entry = document.validity_at(as_of)
        if entry.status == "in_force":
            continue
        status = STATUSES[entry.status]
        why = entry.why or Text("", "")
        found.append(
            Text(
                f"{document.name('zh')}：{status.zh}（截至{as_of.isoformat()}）。{why.zh}",
                f"{document.name('en')}: {status.en} as of {as_of.isoformat()}. {why.en}".strip(),
            )
        )
    return found
