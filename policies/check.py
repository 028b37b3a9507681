"""The strict check of a rule pack: every mistake of a file is found in one pass."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from policies.errors import Mistake, nearest
from policies.schema import (
    ACTION,
    ANALYSES,
    CLAUSE,
    CODE,
    CONDITION,
    DOCUMENT,
    FORMAT,
    ID,
    KINDS,
    LABELS,
    PARAMETER,
    RULE,
    RULE_ID,
    TOP,
    TOPIC,
    UNIT,
    VALIDITY,
    VOCABULARY,
    Key,
    fraction_cells,
    is_fraction,
    parameter_value,
    value_kind,
)
from policies.topics import COMPARED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from policies.model import Parameter, Policy, Rule

__all__ = ["check_pack"]


class _Checker:
    """Collects the mistakes of one file."""

    def __init__(
        self,
        raw: Mapping[str, Any],
        base: Policy | None,
        catalogue: Mapping[str, Sequence[Rule]] | None,
    ) -> None:
        self.raw = raw
        self.base = base
        self.catalogue = catalogue
        self.mistakes: list[Mistake] = []
        base_packs = () if base is None else base.packs
        self.documents = {d.id: pack.id for pack in base_packs for d in pack.documents}
        self.clauses = {c.id: pack.id for pack in base_packs for c in pack.clauses}
        self.own_documents = self._names("documents")
        self.own_clauses = self._names("clauses")

    def _names(self, section: str) -> tuple[str, ...]:
        found = self.raw.get(section)
        return tuple(found) if isinstance(found, dict) else ()

    def _section(self, section: str) -> dict[str, Any]:
        found = self.raw.get(section)
        return found if isinstance(found, dict) else {}

    def add(self, key: str, what: str) -> None:
        self.mistakes.append(Mistake(key, what))

    def keys(
        self, where: str, table: object, allowed: Mapping[str, Key], *, partial: bool = False
    ) -> dict[str, Any]:
        """Check names, types and choices of one table; return its well-typed entries."""
        if not isinstance(table, dict):
            self.add(where, "must be a table")
            return {}
        prefix = f"{where}." if where else ""
        good: dict[str, Any] = {}
        for name, value in table.items():
            key = allowed.get(name)
            if key is None:
                self.add(f"{prefix}{name}", f"unknown key; {nearest(name, allowed)}")
                continue
            test, wanted = KINDS[key.kind]
            if not test(value):
                self.add(f"{prefix}{name}", f"must be {wanted}, found {value!r}")
                continue
            chosen = value if isinstance(value, list) else [value]
            strange = [item for item in chosen if key.choices and item not in key.choices]
            if strange:
                self.add(
                    f"{prefix}{name}",
                    f"{strange[0]!r} is not allowed; allowed: {', '.join(key.choices)}",
                )
                continue
            good[name] = value
        if not partial:
            for name, key in allowed.items():
                if key.required and name not in table:
                    self.add(f"{prefix}{name}", f"is missing: {KINDS[key.kind][1]} is needed")
        return good

    def reference(self, where: str, name: str | None, known: Collection[str], what: str) -> None:
        """Check that a name stands in this pack or one beneath it."""
        if name is not None and name not in known:
            self.add(where, f'no {what} "{name}"; {nearest(name, known)}')

    def new_name(self, where: str, name: str, taken: Mapping[str, str]) -> None:
        """Check the form of an id, and that no pack beneath has it."""
        if ID.fullmatch(name) is None:
            self.add(where, "an id holds small letters, digits, - _ . only")
        if name in taken:
            self.add(where, f'the pack "{taken[name]}" beneath has this id; choose another')

    def documents_section(self) -> None:
        known = (*self.documents, *self.own_documents)
        for name, table in self._section("documents").items():
            where = f"documents.{name}"
            self.new_name(where, name, self.documents)
            good = self.keys(where, table, DOCUMENT)
            issued, effective = good.get("issued"), good.get("effective")
            if issued is not None and effective is not None and effective < issued:
                self.add(f"{where}.effective", f"{effective} is before it was issued, {issued}")
            if "validity" in good:
                self.validity(f"{where}.validity", good["validity"])
            successor = good.get("replaced_by")
            self.reference(f"{where}.replaced_by", successor, known, "document")
            if successor == name:
                self.add(f"{where}.replaced_by", "a document cannot replace itself")

    def validity(self, where: str, entries: list[dict[str, Any]]) -> None:
        if not entries:
            self.add(where, "must hold at least one entry with a status")
        previous: date | None = None
        for position, entry in enumerate(entries):
            at = f"{where}[{position}]"
            good = self.keys(at, entry, VALIDITY)
            start = good.get("from")
            if start is None and position > 0 and "from" not in entry:
                self.add(f"{at}.from", "is missing: only the first entry may stand without a date")
            if start is not None and previous is not None and start <= previous:
                self.add(f"{at}.from", f"{start} must be after {previous}, the entry before it")
            previous = start or previous
            if good.get("status", "in_force") != "in_force" and "why" not in entry:
                self.add(f"{at}.why", "is missing: a status other than in_force needs its reason")

    def clauses_section(self) -> None:
        known = (*self.documents, *self.own_documents)
        for name, table in self._section("clauses").items():
            where = f"clauses.{name}"
            self.new_name(where, name, self.clauses)
            good = self.keys(where, table, CLAUSE)
            self.reference(f"{where}.document", good.get("document"), known, "document")
            for position, unit in enumerate(good.get("units", [])):
                self.keys(f"{where}.units[{position}]", unit, UNIT)
            if good.get("units") and "units_as_of" not in good:
                self.add(
                    f"{where}.units_as_of", "is missing: units are renamed, so say of what date"
                )

    def rules_section(self) -> None:
        known = (*self.clauses, *self.own_clauses)
        for name, table in self._section("rules").items():
            where = f'rules."{name}"'
            named = RULE_ID.fullmatch(name) is not None
            if not named:
                self.add(where, f"a rule is <analysis>.<name> with one of {', '.join(ANALYSES)}")
            beneath = self.base is not None and self.base.has_rule(name)
            good = self.keys(where, table, RULE, partial=beneath)
            if named and "analysis" in good and not name.startswith(f"{good['analysis']}."):
                self.add(f"{where}.analysis", f'must be the first word of "{name}"')
            self.reference(f"{where}.clause", good.get("clause"), known, "clause")
            stated = good.get("parameters", {})
            if named and self.catalogue is not None:
                self.known_rule(where, name, stated, beneath=beneath)
            for key, parameter in stated.items():
                self.parameter(f"{where}.parameters.{key}", name, key, parameter)

    def known_rule(
        self, where: str, name: str, stated: Mapping[str, Any], *, beneath: bool
    ) -> None:
        """Check that an analysis reads the rule and each parameter, and finds those it needs."""
        catalogue = self.catalogue or {}
        if name not in catalogue:
            self.add(where, f"no analysis reads a rule of this name; {nearest(name, catalogue)}")
            return
        known = {key for rule in catalogue[name] for key in rule.parameters}
        for key in stated:
            if key not in known:
                what = f"no analysis reads this parameter of the rule; {nearest(key, known)}"
                self.add(f"{where}.parameters.{key}", what)
        needed = set.intersection(*(set(rule.parameters) for rule in catalogue[name]))
        for key in sorted(needed - set(stated)):
            if not beneath:
                self.add(f"{where}.parameters.{key}", "is missing: the analysis needs it")

    def model_of(self, rule_id: str, key: str) -> Parameter | None:
        """Return the parameter that this one replaces, else that of a shipped pack."""
        shipped = () if self.catalogue is None else self.catalogue.get(rule_id, ())
        beneath = self.base is not None and self.base.has_rule(rule_id)
        own = (self.base.rule(rule_id),) if beneath and self.base is not None else ()
        found = (rule.parameters.get(key) for rule in (*own, *shipped))
        return next((item for item in found if item is not None), None)

    def parameter(self, where: str, rule_id: str, key: str, table: object) -> None:
        if CODE.fullmatch(key) is None:
            self.add(where, "a parameter's name holds small letters, digits and _ only")
        before = self.model_of(rule_id, key)
        good = self.keys(where, table, PARAMETER)
        self.reference(
            f"{where}.clause", good.get("clause"), (*self.clauses, *self.own_clauses), "clause"
        )
        value = good.get("value")
        if value is None:
            return
        typed: object = parameter_value(value, fractions=False)
        if good.get("type") == "fraction":
            strange = [cell for cell in fraction_cells(value) if not is_fraction(cell)]
            if strange:
                self.add(
                    f"{where}.value", f'must be a fraction such as "1/3", found {strange[0]!r}'
                )
                return
            typed = parameter_value(value, fractions=True)
        if before is not None and value_kind(typed) != value_kind(before.value):
            hint = (
                ' (for "1/3" add type = "fraction")' if value_kind(before.value) == "number" else ""
            )
            self.add(
                f"{where}.value",
                f"must be a {value_kind(before.value)} as in the pack beneath, "
                f"found {value!r}{hint}",
            )
            return
        self.words_of(f"{where}.value", key, typed, before)
        unit = good.get("unit", None if before is None else before.unit)
        if isinstance(typed, (int, float, Fraction)) and not isinstance(typed, bool):
            if unit == "share" and not 0 <= typed <= 1:
                self.add(f"{where}.value", f"a share lies between 0 and 1, found {value!r}")
            elif typed < 0:
                self.add(f"{where}.value", f"must not be negative, found {value!r}")

    def words_of(self, where: str, key: str, value: object, before: Parameter | None) -> None:
        """Check the codes of a list or text, and the columns of a table."""
        allowed = VOCABULARY.get("uses" if key.endswith("_uses") else key, ())
        texts = [value] if isinstance(value, str) else value if isinstance(value, tuple) else []
        for text in texts:
            if isinstance(text, str) and allowed and text not in allowed:
                self.add(where, f"{text!r} is not allowed; {nearest(text, allowed)}")
        if value_kind(value) != "list of tables" or before is None or not before.value:
            return
        columns = [set(row) for row in before.value]
        known = set.union(*columns)
        needed = set.intersection(*columns) - LABELS
        for position, row in enumerate(value if isinstance(value, tuple) else ()):
            at = f"{where}[{position}]"
            for name, cell in row.items():
                if name not in known:
                    self.add(f"{at}.{name}", f"unknown column; {nearest(name, known)}")
                elif value_kind(cell) != value_kind(_cell(before, name)):
                    what = value_kind(_cell(before, name))
                    self.add(f"{at}.{name}", f"must be a {what}, found {cell!r}")
                elif name in {"use", "near"} and cell not in VOCABULARY["uses"]:
                    what = f"{cell!r} is not allowed; {nearest(str(cell), VOCABULARY['uses'])}"
                    self.add(f"{at}.{name}", what)
            for name in sorted(needed - set(row)):
                self.add(f"{at}.{name}", "is missing")

    def actions_section(self) -> None:
        known = (*self.clauses, *self.own_clauses)
        for name, table in self._section("actions").items():
            where = f"actions.{name}"
            if CODE.fullmatch(name) is None:
                self.add(where, "an action's code holds small letters, digits and _ only")
            beneath = self.base is not None and name in self.base.action_table
            good = self.keys(where, table, ACTION, partial=beneath)
            for key in ("clause", "assists"):
                self.reference(f"{where}.{key}", good.get(key), known, "clause")
            for position, condition in enumerate(good.get("blocked_by", [])):
                self.keys(f"{where}.blocked_by[{position}]", condition, CONDITION)
            for rule in good.get("rules", []):
                if RULE_ID.fullmatch(rule) is None:
                    self.add(
                        f"{where}.rules",
                        f'"{rule}" is no rule id: <analysis>.<name> with one of '
                        f"{', '.join(ANALYSES)}",
                    )

    def topics_section(self) -> None:
        known = (*self.clauses, *self.own_clauses)
        for name, table in self._section("topics").items():
            where = f"topics.{name}"
            if name not in COMPARED:
                self.add(where, f"no topic of the comparison; {nearest(name, COMPARED)}")
            good = self.keys(where, table, TOPIC)
            for key in ("codes", "clauses"):
                if good.get(key) == []:
                    self.add(
                        f"{where}.{key}",
                        "must hold at least one; leave out a topic of which "
                        "the documents say nothing",
                    )
            for code in good.get("codes", []):
                if CODE.fullmatch(code) is None:
                    self.add(
                        f"{where}.codes",
                        f"a code holds small letters, digits and _ only, found {code!r}",
                    )
            for clause in good.get("clauses", []):
                self.reference(f"{where}.clauses", clause, known, "clause")


def _cell(before: Parameter, name: str) -> object:
    """Return a cell of a column of the table beneath."""
    return next(row[name] for row in before.value if name in row)


def check_pack(
    raw: Mapping[str, Any],
    base: Policy | None,
    catalogue: Mapping[str, Sequence[Rule]] | None = None,
) -> list[Mistake]:
    """Check a pack as read from TOML against the format and against the packs beneath it.

    Parameters
    ----------
    raw : mapping
        What ``tomllib`` read.
    base : Policy or None
        The resolved packs beneath; None for the national pack. A rule or an action that `base`
        has may be restated in part, a new one must be complete.
    catalogue : mapping of str to sequence of Rule, optional
        The rules that analyses read, as the shipped packs state them: another rule or parameter
        would change nothing, so it is a mistake. Not given for a shipped pack.

    Returns
    -------
    list of Mistake
        All of them, in the order of the sections; empty for a sound pack.

    Examples
    --------
    >>> for mistake in check_pack({"format": 1, "id": "x", "tilte": "X"}, None):
    ...     print(mistake)
    tilte: unknown key; did you mean "title"? allowed: actions, clauses, ...
    title: is missing: both languages, as { zh = "...", en = "..." } is needed
    jurisdiction: is missing: both languages, as { zh = "...", en = "..." } is needed
    """
    checker = _Checker(raw, base, catalogue)
    good = checker.keys("", raw, TOP)
    if "format" in good and good["format"] != FORMAT:
        checker.add("format", f"this version reads format {FORMAT}, found {good['format']}")
    checker.documents_section()
    checker.clauses_section()
    checker.rules_section()
    checker.actions_section()
    checker.topics_section()
    return checker.mistakes
