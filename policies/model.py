"""What a rule pack says, as frozen declarations: documents, clauses, rules, actions, the policy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from policies.errors import (
    UnknownActionError,
    UnknownParameterError,
    UnknownRuleError,
    nearest,
)
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from policies.text import Lang

__all__ = [
    "CONFIDENCE",
    "ROLES",
    "STATUSES",
    "Action",
    "Clause",
    "Document",
    "Pack",
    "Parameter",
    "Policy",
    "Rule",
    "Status",
    "Unit",
    "Validity",
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
    """

    id: str
    number: Text | None
    title: Text
    issued: date | None
    effective: date | None
    validity: tuple[Validity, ...]
    pack_id: str = ""

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
        False: the clause is shown, no rule computes it.
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


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number, list or table of a rule, with where it comes from.

    Attributes
    ----------
    key : str
        Its name within the rule.
    value : object
        A number, `fractions.Fraction`, string, boolean, date, a tuple of strings, or a tuple of
        dicts (a table; not to be altered).
    unit : str or None
        ``years``, ``days``, ``share``, ``m``, ...
    clause : Clause
        The provision that states it.
    pack_id : str
        The pack that states it: the local one where it overrides.
    confidence : str
        A key of `CONFIDENCE`.
    anchor : str
        Which date chooses it.
    """

    key: str
    value: Any
    unit: str | None
    clause: Clause
    pack_id: str
    confidence: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that an analysis computes.

    Attributes
    ----------
    id : str
        ``<analysis>.<name>``.
    analysis : str
        ``idle``, ``far``, ``mixed``, ``green``, ``supply`` or ``data``.
    title : Text
        What it asks.
    clause : Clause
        The provision behind it.
    anchor : str
        Which date chooses it: ``review``, ``signed_on``, ``permit_on`` or ``event``.
    attention : str or None
        Which verdict is adverse (``yes`` or ``no``); None if neither is.
    parameters : mapping of str to Parameter
        By key.
    pack_id : str
        The pack that last had a say in it.
    confidence : str
        The weakest of the clause and the parameters, unless the pack says otherwise.
    """

    id: str
    analysis: str
    title: Text
    clause: Clause
    anchor: str
    attention: str | None
    parameters: Mapping[str, Parameter]
    pack_id: str
    confidence: str

    def parameter(self, key: str) -> Parameter:
        """Return a parameter with its provenance.

        Raises
        ------
        UnknownParameterError
            Naming the parameters there are.
        """
        found = self.parameters.get(key)
        if found is None:
            message = f'rule "{self.id}" has no parameter "{key}": {nearest(key, self.parameters)}'
            raise UnknownParameterError(message)
        return found

    def value(self, key: str) -> Any:
        """Return the value of a parameter.

        Examples
        --------
        >>> from policies import load_policy
        >>> load_policy("national").rule("idle.suspended").value("developed_share_min")
        Fraction(1, 3)
        """
        return self.parameter(key).value

    def status_at(self, as_of: date) -> Status:
        """Return how the rule's document stands on `as_of`."""
        return self.clause.document.status_at(as_of)


@dataclass(frozen=True, slots=True)
class Action:
    """What may be recommended, by whom it is decided and what must come first.

    Attributes
    ----------
    code : str
        As in `recommendations.csv`.
    title : Text
        The wording fixed for it.
    rules : tuple of str
        Rules on which it rests; some may exist in local packs only.
    clause : Clause or None
        The provision of the action itself; None: that of its rules.
    decided_by, approved_by : Text or None
        Who decides, and who approves.
    assists : Clause or None
        The local provision whose units assist.
    blocked_by : tuple of Text
        What always has to come first.
    documents : tuple of Text
        Official documents of the step.
    stage : tuple of str
        The land stages at which it may be proposed; empty: any.
    pack_id : str
        The pack that last had a say in it.
    """

    code: str
    title: Text
    rules: tuple[str, ...]
    clause: Clause | None
    decided_by: Text | None
    approved_by: Text | None
    assists: Clause | None
    blocked_by: tuple[Text, ...]
    documents: tuple[Text, ...]
    stage: tuple[str, ...]
    pack_id: str


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack file.

    Attributes
    ----------
    id : str
        Its id.
    extends : str or None
        The pack beneath it; None for the national pack.
    title, jurisdiction : Text
        What it is and where it applies.
    documents, clauses : tuple
        Those it declares.
    rule_ids, action_codes : tuple of str
        Those it declares or changes.
    remarks : tuple of Text
        Warnings of the pack's author, shown whenever it is used.
    source : str
        File name of a shipped pack, path of a user's.
    sha256 : str
        Of the file's bytes.
    """

    id: str
    extends: str | None
    title: Text
    jurisdiction: Text
    documents: tuple[Document, ...]
    clauses: tuple[Clause, ...]
    rule_ids: tuple[str, ...]
    action_codes: tuple[str, ...]
    remarks: tuple[Text, ...]
    source: str
    sha256: str


@dataclass(frozen=True)
class Policy:
    """A pack and those beneath it, resolved: the local one prevails.

    Attributes
    ----------
    id : str
        The id of the pack that was asked for.
    packs : tuple of Pack
        Local first, national last.
    """

    id: str
    packs: tuple[Pack, ...]
    rule_table: Mapping[str, Rule] = field(repr=False)
    action_table: Mapping[str, Action] = field(repr=False)

    def rule(self, rule_id: str) -> Rule:
        """Return a rule, the local one where there are two.

        Raises
        ------
        UnknownRuleError
            Naming the nearest rule and all there are.

        Examples
        --------
        >>> from policies import load_policy
        >>> load_policy("jinan-2021").rule("idle.not_started_1y").value("years")
        1
        """
        found = self.rule_table.get(rule_id)
        if found is None:
            message = f'policy "{self.id}" has no rule "{rule_id}": ' + nearest(
                rule_id, self.rule_table
            )
            raise UnknownRuleError(message)
        return found

    def has_rule(self, rule_id: str) -> bool:
        """Whether the pack or one beneath it has the rule; a local clause may well be absent."""
        return rule_id in self.rule_table

    def rules(self, analysis: str | None = None) -> tuple[Rule, ...]:
        """Return the rules, of one analysis or of all, by id."""
        return tuple(
            rule
            for _, rule in sorted(self.rule_table.items())
            if analysis is None or rule.analysis == analysis
        )

    def action(self, code: str) -> Action:
        """Return an action; UnknownActionError names the ones there are."""
        found = self.action_table.get(code)
        if found is None:
            message = f'policy "{self.id}" has no action "{code}": ' + nearest(
                code, self.action_table
            )
            raise UnknownActionError(message)
        return found

    def actions(self) -> tuple[Action, ...]:
        """Return all actions, by code."""
        return tuple(action for _, action in sorted(self.action_table.items()))

    def documents(self) -> tuple[Document, ...]:
        """Return all documents, local packs first."""
        return tuple(document for pack in self.packs for document in pack.documents)

    def clauses(self, topic: str | None = None) -> tuple[Clause, ...]:
        """Return the clauses, of one topic or of all, local packs first."""
        return tuple(
            clause
            for pack in self.packs
            for clause in pack.clauses
            if topic is None or clause.topic == topic
        )

    def units(self, topic: str | None = None) -> tuple[Unit, ...]:
        """Return the units that the clauses name, each once, in the order of the packs."""
        found: dict[tuple[str, str], Unit] = {}
        for clause in self.clauses(topic):
            for unit in clause.units:
                found.setdefault((unit.name.zh, unit.role), unit)
        return tuple(found.values())

    def notices(self, as_of: date) -> tuple[Text, ...]:
        """Return what a reader must be told: remarks, and documents that are not plainly in force.

        Parameters
        ----------
        as_of : datetime.date
            The review date.

        Examples
        --------
        >>> from datetime import date
        >>> from policies import load_policy
        >>> notices = load_policy("zhejiang-2021-draft").notices(date(2026, 6, 30))
        >>> "征求意见稿" in notices[0].zh
        True
        """
        found: list[Text] = []
        for pack in self.packs:
            found.extend(_document_notices(pack.documents, as_of))
            found.extend(pack.remarks)
        return tuple(found)


def _document_notices(documents: Iterable[Document], as_of: date) -> list[Text]:
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
