"""What a rule pack says, as frozen declarations: parameters, rules, actions, packs, the policy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policies.actions import Action, Call, Condition
from policies.documents import (
    CONFIDENCE,
    ROLES,
    STATUSES,
    Clause,
    Document,
    Status,
    Unit,
    Validity,
    document_notices,
    weakest_mark,
)
from policies.errors import (
    UnknownActionError,
    UnknownParameterError,
    UnknownRuleError,
    nearest,
)
from policies.named_years import renamed_years
from policies.topics import Topic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policies.text import Text

__all__ = [
    "CONFIDENCE",
    "ROLES",
    "STATUSES",
    "Action",
    "Call",
    "Clause",
    "Condition",
    "Document",
    "Pack",
    "Parameter",
    "Policy",
    "Rule",
    "Status",
    "Topic",
    "Unit",
    "Validity",
    "weakest_mark",
]


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
    beneath : Parameter or None
        What it replaces: the value of the pack beneath, with its own clause.
    """

    key: str
    value: Any
    unit: str | None
    clause: Clause
    pack_id: str
    confidence: str
    anchor: str
    beneath: Parameter | None = None

    def at(self, day: date) -> Parameter | None:
        """Return the most local value whose document was in force on `day`; None if none was.

        A standard chosen by the date of supply is the one in force then: a notice of later date
        leaves older land to the value that it replaced.

        Examples
        --------
        >>> from datetime import date
        >>> from policies import load_policy
        >>> least = load_policy("national").rule("far.building_coefficient").parameter("share_min")
        >>> least.at(date(2015, 5, 1)) is least, least.at(date(2024, 5, 1))
        (True, None)
        """
        found: Parameter | None = self
        while found is not None and found.clause.document.status_at(day) != "in_force":
            found = found.beneath
        return found


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

    def clauses(self) -> tuple[Clause, ...]:
        """Return the clauses behind the rule: its own, then those of its parameters, each once."""
        found = {self.clause.id: self.clause}
        for _, parameter in sorted(self.parameters.items()):
            found.setdefault(parameter.clause.id, parameter.clause)
        return tuple(found.values())

    def status_at(self, as_of: date) -> Status:
        """Return how the rule's document stands on `as_of`.

        Where parameters come from other documents, the gravest status of all counts.
        """
        found = [clause.document.status_at(as_of) for clause in self.clauses()]
        return max(found, key=tuple(STATUSES).index)

    def why_at(self, as_of: date) -> Text | None:
        """Say why the rule's document has its status on `as_of`; None where nothing is said."""
        status = self.status_at(as_of)
        for clause in self.clauses():
            entry = clause.document.validity_at(as_of)
            if entry.status == status and entry.why is not None:
                return entry.why
        return None


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
    topic_ids : tuple of str
        The topics of the comparison on which it takes a stand.
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
    topic_ids: tuple[str, ...]
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
    topic_table: Mapping[str, Topic] = field(repr=False)

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

    def has_action(self, code: str) -> bool:
        """Whether the pack or one beneath it has the action: some rest on a local clause alone."""
        return code in self.action_table

    def actions(self) -> tuple[Action, ...]:
        """Return all actions, by code."""
        return tuple(action for _, action in sorted(self.action_table.items()))

    def topic(self, topic_id: str) -> Topic | None:
        """Return the stand on a topic of the comparison; None where the documents say nothing."""
        return self.topic_table.get(topic_id)

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

    def main_document(self) -> Document | None:
        """Return the main document: the first of the most local pack that declares one."""
        return next(iter(self.documents()), None)

    def status_at(self, as_of: date) -> Status:
        """Return how the main document stands on `as_of`.

        Examples
        --------
        >>> from datetime import date
        >>> from policies import load_policy
        >>> load_policy("shanghai-2021").status_at(date(2026, 1, 15))
        'validity_unverified'
        """
        main = self.main_document()
        return "in_force" if main is None else main.status_at(as_of)

    def notices(self, as_of: date) -> tuple[Text, ...]:
        """Return what a reader must be told: remarks, and documents that are not plainly in force.

        Only documents that decide something count: the main one, and those of a rule or of one of
        its parameters. Of what is shown and not computed, `zongdi policies show` gives the status.

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
        clauses = [
            clause
            for rule in self.rules()
            for clause in (rule.clause, *(each.clause for each in rule.parameters.values()))
        ]
        deciding = {clause.document.id for clause in clauses}
        main = self.main_document()
        if main is not None:
            deciding.add(main.id)
        for pack in self.packs:
            documents = [one for one in pack.documents if one.id in deciding]
            found.extend(document_notices(documents, as_of))
            found.extend(pack.remarks)
        found.extend(renamed_years(self.rule_table))
        return tuple(found)
