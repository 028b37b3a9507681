"""The format of a rule pack and its strict check: every mistake of a file is found in one pass."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from policies.errors import Mistake, nearest
from policies.model import CONFIDENCE, ROLES, STATUSES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from policies.model import Policy

__all__ = ["ANALYSES", "ANCHORS", "FORMAT", "TOPICS", "check_pack", "fraction", "value_kind"]

#: The format that this version reads.
FORMAT = 1

ANALYSES = ("idle", "far", "mixed", "green", "supply", "data")
ANCHORS = ("review", "signed_on", "permit_on", "event")
LAND_STAGES = ("not_supplied", "supplied_not_started", "under_construction", "completed")

#: What a clause is about, with its label.
TOPICS: dict[str, Text] = {
    "idle": Text("闲置土地", "idle land"),
    "procedure": Text("处置程序", "procedure"),
    "intensity": Text("开发强度", "intensity"),
    "price": Text("土地价款", "land price"),
    "mixed": Text("混合利用", "mixed use"),
    "green": Text("绿地", "green"),
    "supply": Text("土地供应", "supply"),
    "stock": Text("存量盘活", "stock land"),
    "boundary": Text("四至范围", "approved boundary"),
    "evaluation": Text("绩效评估", "evaluation"),
    "facilities": Text("配套设施", "facilities"),
    "coordination": Text("统筹协调", "coordination"),
}

_ID = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_RULE_ID = re.compile(rf"(?:{'|'.join(ANALYSES)})\.[a-z0-9_]+")
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_FRACTION = re.compile(r"\s*\d+\s*(?:/\s*[1-9]\d*\s*)?")


@dataclass(frozen=True, slots=True)
class _Key:
    """What one key of a table may hold."""

    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()


_CONFIDENCE = tuple(CONFIDENCE)
_TOP = {
    "format": _Key("integer", required=True),
    "id": _Key("id", required=True),
    "extends": _Key("string"),
    "title": _Key("text", required=True),
    "jurisdiction": _Key("text", required=True),
    "remarks": _Key("texts"),
    "documents": _Key("table"),
    "clauses": _Key("table"),
    "rules": _Key("table"),
    "actions": _Key("table"),
}
_DOCUMENT = {
    "number": _Key("text"),
    "title": _Key("text", required=True),
    "issued": _Key("date"),
    "effective": _Key("date"),
    "validity": _Key("tables", required=True),
}
_VALIDITY = {
    "from": _Key("date"),
    "status": _Key(
        "string", required=True, choices=tuple(s for s in STATUSES if s != "not_yet_effective")
    ),
    "why": _Key("text"),
}
_CLAUSE = {
    "document": _Key("string", required=True),
    "article": _Key("text"),
    "topic": _Key("string", required=True, choices=tuple(TOPICS)),
    "text": _Key("text", required=True),
    "confidence": _Key("string", required=True, choices=_CONFIDENCE),
    "computed": _Key("boolean", required=True),
    "units": _Key("tables"),
    "units_as_of": _Key("date"),
}
_UNIT = {
    "zh": _Key("string", required=True),
    "en": _Key("string", required=True),
    "role": _Key("string", required=True, choices=tuple(ROLES)),
}
_RULE = {
    "analysis": _Key("string", required=True, choices=ANALYSES),
    "title": _Key("text", required=True),
    "clause": _Key("string", required=True),
    "anchor": _Key("string", required=True, choices=ANCHORS),
    "attention": _Key("string", choices=("yes", "no")),
    "confidence": _Key("string", choices=_CONFIDENCE),
    "parameters": _Key("table"),
}
_PARAMETER = {
    "value": _Key("value", required=True),
    "unit": _Key("string"),
    "type": _Key("string", choices=("fraction",)),
    "clause": _Key("string"),
    "confidence": _Key("string", choices=_CONFIDENCE),
    "anchor": _Key("string", choices=ANCHORS),
}
_ACTION = {
    "title": _Key("text", required=True),
    "rules": _Key("strings"),
    "clause": _Key("string"),
    "decided_by": _Key("text"),
    "approved_by": _Key("text"),
    "assists": _Key("string"),
    "blocked_by": _Key("texts"),
    "documents": _Key("texts"),
    "stage": _Key("strings", choices=LAND_STAGES),
}


def fraction(value: str | int) -> Fraction:
    """Read a fraction as a pack writes it.

    Examples
    --------
    >>> fraction("25/100")
    Fraction(1, 4)
    """
    return Fraction(str(value).replace(" ", ""))


def _is_text(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"zh", "en"}
        and all(isinstance(item, str) and item.strip() for item in value.values())
    )


def _is_date(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def value_kind(value: object) -> str | None:
    """Name the kind of a parameter's value; None if a pack cannot hold such a value."""
    if isinstance(value, bool):
        return "yes/no"
    if isinstance(value, (int, float, Fraction)):
        return "number"
    if isinstance(value, str):
        return "string"
    if _is_date(value):
        return "date"
    if isinstance(value, (list, tuple)):
        if all(isinstance(item, str) for item in value):
            return "list of strings"
        if all(isinstance(item, dict) for item in value):
            return "list of tables"
    return None


_KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "integer": (
        lambda value: isinstance(value, int) and not isinstance(value, bool),
        "a whole number",
    ),
    "string": (lambda value: isinstance(value, str) and bool(value.strip()), "a text in quotes"),
    "id": (
        lambda value: isinstance(value, str) and _ID.fullmatch(value) is not None,
        "small letters, digits, - _ . in quotes",
    ),
    "boolean": (lambda value: isinstance(value, bool), "true or false"),
    "date": (_is_date, "a date without quotes, such as 2021-03-05"),
    "text": (_is_text, 'both languages, as { zh = "...", en = "..." }'),
    "texts": (
        lambda value: isinstance(value, list) and all(_is_text(item) for item in value),
        'a list of { zh = "...", en = "..." }',
    ),
    "strings": (_is_strings, "a list of texts in quotes"),
    "table": (lambda value: isinstance(value, dict), "a table"),
    "tables": (_is_tables, "a list of tables"),
    "value": (
        lambda value: value_kind(value) is not None,
        "a number, a text, true or false, a date, a list of texts or a list of tables",
    ),
}


class _Checker:
    """Collects the mistakes of one file."""

    def __init__(self, raw: Mapping[str, Any], base: Policy | None) -> None:
        self.raw = raw
        self.base = base
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
        self, where: str, table: object, allowed: Mapping[str, _Key], *, partial: bool = False
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
            test, wanted = _KINDS[key.kind]
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
                    self.add(f"{prefix}{name}", f"is missing: {_KINDS[key.kind][1]} is needed")
        return good

    def reference(self, where: str, name: str | None, known: Collection[str], what: str) -> None:
        """Check that a name stands in this pack or one beneath it."""
        if name is not None and name not in known:
            self.add(where, f'no {what} "{name}"; {nearest(name, known)}')

    def new_name(self, where: str, name: str, taken: Mapping[str, str]) -> None:
        """Check the form of an id, and that no pack beneath has it."""
        if _ID.fullmatch(name) is None:
            self.add(where, "an id holds small letters, digits, - _ . only")
        if name in taken:
            self.add(where, f'the pack "{taken[name]}" beneath has this id; choose another')

    def documents_section(self) -> None:
        for name, table in self._section("documents").items():
            where = f"documents.{name}"
            self.new_name(where, name, self.documents)
            good = self.keys(where, table, _DOCUMENT)
            issued, effective = good.get("issued"), good.get("effective")
            if issued is not None and effective is not None and effective < issued:
                self.add(f"{where}.effective", f"{effective} is before it was issued, {issued}")
            if "validity" in good:
                self.validity(f"{where}.validity", good["validity"])

    def validity(self, where: str, entries: list[dict[str, Any]]) -> None:
        if not entries:
            self.add(where, "must hold at least one entry with a status")
        previous: date | None = None
        for position, entry in enumerate(entries):
            at = f"{where}[{position}]"
            good = self.keys(at, entry, _VALIDITY)
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
            good = self.keys(where, table, _CLAUSE)
            self.reference(f"{where}.document", good.get("document"), known, "document")
            for position, unit in enumerate(good.get("units", [])):
                self.keys(f"{where}.units[{position}]", unit, _UNIT)
            if good.get("units") and "units_as_of" not in good:
                self.add(
                    f"{where}.units_as_of", "is missing: units are renamed, so say of what date"
                )

    def rules_section(self) -> None:
        known = (*self.clauses, *self.own_clauses)
        for name, table in self._section("rules").items():
            where = f'rules."{name}"'
            if _RULE_ID.fullmatch(name) is None:
                self.add(where, f"a rule is <analysis>.<name> with one of {', '.join(ANALYSES)}")
            beneath = self.base is not None and self.base.has_rule(name)
            good = self.keys(where, table, _RULE, partial=beneath)
            if "analysis" in good and not name.startswith(f"{good['analysis']}."):
                self.add(f"{where}.analysis", f'must be the first word of "{name}"')
            self.reference(f"{where}.clause", good.get("clause"), known, "clause")
            for key, parameter in good.get("parameters", {}).items():
                self.parameter(f"{where}.parameters.{key}", name, key, parameter)

    def parameter(self, where: str, rule_id: str, key: str, table: object) -> None:
        if _CODE.fullmatch(key) is None:
            self.add(where, "a parameter's name holds small letters, digits and _ only")
        before = None
        if self.base is not None and self.base.has_rule(rule_id):
            before = self.base.rule(rule_id).parameters.get(key)
        good = self.keys(where, table, _PARAMETER)
        self.reference(
            f"{where}.clause", good.get("clause"), (*self.clauses, *self.own_clauses), "clause"
        )
        value = good.get("value")
        if value is None:
            return
        typed: object = value
        if good.get("type") == "fraction":
            if isinstance(value, bool) or not (
                isinstance(value, int) or (isinstance(value, str) and _FRACTION.fullmatch(value))
            ):
                self.add(f"{where}.value", f'must be a fraction such as "1/3", found {value!r}')
                return
            typed = fraction(value)
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
        unit = good.get("unit", None if before is None else before.unit)
        if isinstance(typed, (int, float, Fraction)) and not isinstance(typed, bool):
            if unit == "share" and not 0 <= typed <= 1:
                self.add(f"{where}.value", f"a share lies between 0 and 1, found {value!r}")
            elif typed < 0:
                self.add(f"{where}.value", f"must not be negative, found {value!r}")

    def actions_section(self) -> None:
        known = (*self.clauses, *self.own_clauses)
        for name, table in self._section("actions").items():
            where = f"actions.{name}"
            if _CODE.fullmatch(name) is None:
                self.add(where, "an action's code holds small letters, digits and _ only")
            beneath = self.base is not None and name in self.base.action_table
            good = self.keys(where, table, _ACTION, partial=beneath)
            for key in ("clause", "assists"):
                self.reference(f"{where}.{key}", good.get(key), known, "clause")
            for rule in good.get("rules", []):
                if _RULE_ID.fullmatch(rule) is None:
                    self.add(
                        f"{where}.rules",
                        f'"{rule}" is no rule id: <analysis>.<name> with one of '
                        f"{', '.join(ANALYSES)}",
                    )


def check_pack(raw: Mapping[str, Any], base: Policy | None) -> list[Mistake]:
    """Check a pack as read from TOML against the format and against the packs beneath it.

    Parameters
    ----------
    raw : mapping
        What ``tomllib`` read.
    base : Policy or None
        The resolved packs beneath; None for the national pack. A rule or an action that `base`
        has may be restated in part, a new one must be complete.

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
    checker = _Checker(raw, base)
    good = checker.keys("", raw, _TOP)
    if "format" in good and good["format"] != FORMAT:
        checker.add("format", f"this version reads format {FORMAT}, found {good['format']}")
    checker.documents_section()
    checker.clauses_section()
    checker.rules_section()
    checker.actions_section()
    return checker.mistakes
