"""Reads rule packs: the shipped ones by id, a user's own by path; a local one over those beneath."""

from __future__ import annotations

import hashlib
import re
import tomllib
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from policies.check import check_pack
from policies.errors import Mistake, PackError, PolicyError, UnknownPackError, nearest
from policies.model import (
    Action,
    Call,
    Clause,
    Condition,
    Document,
    Pack,
    Parameter,
    Policy,
    Rule,
    Topic,
    Unit,
    Validity,
    weakest_mark,
)
from policies.schema import parameter_value
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["NATIONAL", "load_policy", "model_ids", "pack_ids"]

_Known = TypeVar("_Known", Rule, Action)

#: The pack that lies beneath every other.
NATIONAL = "national"

#: Bytes beyond which a file is no rule pack.
_LARGEST = 5_000_000


@cache
def pack_ids() -> tuple[str, ...]:
    """Return the ids of the shipped packs, the national one first.

    Examples
    --------
    >>> pack_ids()[0], "jinan-2021" in pack_ids()
    ('national', True)
    """
    folder = resources.files("policies") / "packs"
    found = sorted(
        entry.name.removesuffix(".toml")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )
    return (NATIONAL, *(name for name in found if name != NATIONAL))


@cache
def model_ids() -> tuple[str, ...]:
    """Return the ids of the models: packs to be copied and adapted, of no place that is compared.

    Examples
    --------
    >>> model_ids()
    ('ningbo-2017',)
    """
    folder = resources.files("policies") / "models"
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def load_policy(name_or_path: str | Path, *, base: Path | None = None) -> Policy:
    """Load a pack with those beneath it.

    Parameters
    ----------
    name_or_path : str or pathlib.Path
        The id of a shipped pack, or the path of a pack file (``.toml``).
    base : pathlib.Path, optional
        The folder to which a relative path refers, such as that of the project file.

    Returns
    -------
    Policy
        Rules, actions and clauses, the local ones prevailing.

    Raises
    ------
    UnknownPackError
        No such id or file; the message lists the ids.
    PackError
        The file is faulty; the message lists every mistake.

    Examples
    --------
    >>> [pack.id for pack in load_policy("jinan-2021").packs]
    ['jinan-2021', 'national']
    """
    return _load(str(name_or_path), base, ())


def _is_path(name: str) -> bool:
    return name.endswith(".toml") or "/" in name or "\\" in name


def _load(name: str, base: Path | None, chain: tuple[str, ...]) -> Policy:
    """Load one pack; `chain` holds those that led to it, so that a cycle is seen."""
    if not _is_path(name):
        return _shipped(name)
    path = Path(name)
    if not path.is_absolute() and base is not None:
        path = base / path
    if not path.is_file():
        message = (
            f"找不到规则包文件 {path}，请给出自带规则包的代号或 .toml 文件的路径 / "
            f"there is no rule pack at {path}. Give the id of a shipped pack ({', '.join(pack_ids())}) or the path of a .toml file."
        )
        raise UnknownPackError(message)
    identity = str(path.resolve())
    if identity in chain:
        steps = " -> ".join(Path(step).name for step in (*chain, identity))
        what = f"the packs extend each other: {steps}"
        raise PackError(str(path), [Mistake("extends", what, f"规则包互相引用：{steps}")])
    if path.stat().st_size > _LARGEST:
        most = _LARGEST // 1_000_000
        what = f"is larger than {most} MB; a rule pack is a text of some kilobytes"
        zh = f"大于{most} MB；规则包是几十 KB 的文本文件"
        raise PackError(str(path), [Mistake("file", what, zh)])
    return _read(path.read_bytes(), str(path), path.parent, (*chain, identity))


@cache
def _shipped(name: str) -> Policy:
    if name not in (*pack_ids(), *model_ids()):
        message = (
            f"没有名为 {name} 的规则包，自编规则包请给出 .toml 文件的路径 / "
            f'there is no rule pack "{name}": {nearest(name, pack_ids())}. '
            "For a pack of your own give the path of its .toml file."
        )
        raise UnknownPackError(message)
    room = "models" if name in model_ids() else "packs"
    content = (resources.files("policies") / room / f"{name}.toml").read_bytes()
    return _read(content, f"{name}.toml", None, ())


@cache
def _catalogue() -> dict[str, tuple[Rule, ...]]:
    """Return the rules that analyses read, by id: of the shipped packs, and those of no pack yet."""
    found: dict[str, tuple[Rule, ...]] = {}
    for name in (*pack_ids(), *model_ids()):
        policy = _shipped(name)
        for rule_id in policy.packs[0].rule_ids:
            found[rule_id] = (*found.get(rule_id, ()), policy.rule(rule_id))
    optional = "optional_rules.toml"
    content = (resources.files("policies") / optional).read_bytes()
    forms = _read(content, optional, None, ())
    for rule_id in forms.packs[0].rule_ids:
        found[rule_id] = (*found.get(rule_id, ()), forms.rule(rule_id))
    return found


def _parse(content: bytes, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        what = f"must be saved as UTF-8 (line {line} is not; GBK and UTF-16 are not read)"
        zh = f"应另存为 UTF-8 编码（第{line}行不是；不读 GBK 和 UTF-16）"
        raise PackError(source, [Mistake("file", what, zh)]) from error
    except tomllib.TOMLDecodeError as error:
        hint = _punctuation(content.decode("utf-8-sig"), str(error))
        what = f"is no valid TOML: {error}{hint.en}"
        zh = f"不是正确的 TOML：{error}{hint.zh}"
        raise PackError(source, [Mistake("file", what, zh)]) from error


#: Punctuation of Chinese input that looks like that of TOML.
_FULL_WIDTH = "“”‘’＝：，。｛｝［］＃（）"


def _punctuation(text: str, error: str) -> Text:
    """Point to Chinese punctuation in the line that could not be read."""
    place = re.search(r"at line (\d+)", error)
    lines = text.splitlines()
    at = int(place[1]) - 1 if place is not None else -1
    line = lines[at] if 0 <= at < len(lines) else ""
    bare = re.sub(r'"[^"]*"', "", line)
    strange = "".join(dict.fromkeys(sign for sign in bare if sign in _FULL_WIDTH))
    if not strange:
        return Text("", "")
    return Text(
        f"；该行有全角标点 {strange}，应改用半角",
        f"; the line has the Chinese punctuation {strange}, where TOML needs ASCII signs",
    )


def _read(content: bytes, source: str, folder: Path | None, chain: tuple[str, ...]) -> Policy:
    """Check and build one pack from its bytes; `folder` is None for a shipped pack."""
    raw = _parse(content, source)
    mistakes: list[Mistake] = []
    shipped = folder is None
    if not shipped and raw.get("id") in (*pack_ids(), *model_ids()):
        what = f'"{raw["id"]}" is a shipped pack; choose another id'
        mistakes.append(Mistake("id", what, f"“{raw['id']}”是自带规则包的代号，请另取"))
    beneath = None
    if not (shipped and raw.get("id") == NATIONAL):
        wanted = raw.get("extends", NATIONAL)
        if not isinstance(wanted, str):
            wanted = NATIONAL  # the check below tells the mistake
        try:
            beneath = _load(wanted, folder, chain)
        except UnknownPackError as error:
            zh, _, what = str(error).partition(" / ")
            mistakes.append(Mistake("extends", what, zh))
            beneath = _shipped(NATIONAL)
    mistakes += check_pack(raw, beneath, None if shipped else _catalogue())
    if mistakes:
        raise PackError(source, mistakes)
    sha256 = hashlib.sha256(content).hexdigest()
    return _Builder(raw, beneath).policy(source, sha256)


def _text(value: Mapping[str, str] | None) -> Text | None:
    return None if value is None else Text(value["zh"], value["en"])


def _sure_text(value: Mapping[str, str]) -> Text:
    return Text(value["zh"], value["en"])


def _texts(values: Iterable[Mapping[str, str]]) -> tuple[Text, ...]:
    return tuple(_sure_text(value) for value in values)


class _Builder:
    """Builds a policy from a checked pack and the policy beneath it."""

    def __init__(self, raw: Mapping[str, Any], beneath: Policy | None) -> None:
        self.raw = raw
        self.id: str = raw["id"]
        self.beneath = beneath
        self.documents = {d.id: d for d in (beneath.documents() if beneath else ())}
        self.clauses = {c.id: c for c in (beneath.clauses() if beneath else ())}

    def policy(self, source: str, sha256: str) -> Policy:
        documents = tuple(
            self.document(name, table) for name, table in self.raw.get("documents", {}).items()
        )
        self.documents |= {document.id: document for document in documents}
        clauses = tuple(
            self.clause(name, table) for name, table in self.raw.get("clauses", {}).items()
        )
        self.clauses |= {clause.id: clause for clause in clauses}
        rules = {name: self.rule(name, table) for name, table in self.raw.get("rules", {}).items()}
        actions = {
            code: self.action(code, table) for code, table in self.raw.get("actions", {}).items()
        }
        topics = {
            name: self.topic(name, table) for name, table in self.raw.get("topics", {}).items()
        }
        pack = Pack(
            id=self.id,
            extends=None if self.beneath is None else self.beneath.id,
            title=_sure_text(self.raw["title"]),
            jurisdiction=_sure_text(self.raw["jurisdiction"]),
            documents=documents,
            clauses=clauses,
            rule_ids=tuple(rules),
            action_codes=tuple(actions),
            topic_ids=tuple(topics),
            remarks=_texts(self.raw.get("remarks", ())),
            source=source,
            sha256=sha256,
        )
        if self.beneath is None:
            return Policy(self.id, (pack,), rules, actions, topics)
        if any(other.id == self.id for other in self.beneath.packs):
            what = f'a pack beneath has the id "{self.id}" too'
            raise PackError(source, [Mistake("id", what, f"下层规则包也用代号“{self.id}”")])
        return Policy(
            self.id,
            (pack, *self.beneath.packs),
            {**self.beneath.rule_table, **rules},
            {**self.beneath.action_table, **actions},
            {**self.beneath.topic_table, **topics},
        )

    def document(self, name: str, table: Mapping[str, Any]) -> Document:
        return Document(
            id=name,
            number=_text(table.get("number")),
            title=_sure_text(table["title"]),
            issued=table.get("issued"),
            effective=table.get("effective"),
            validity=tuple(
                Validity(entry.get("from"), entry["status"], _text(entry.get("why")))
                for entry in table["validity"]
            ),
            pack_id=self.id,
            replaced_by=table.get("replaced_by"),
        )

    def topic(self, name: str, table: Mapping[str, Any]) -> Topic:
        return Topic(
            id=name,
            codes=tuple(table["codes"]),
            text=_sure_text(table["text"]),
            clauses=tuple(self.clauses[clause] for clause in table["clauses"]),
            pack_id=self.id,
        )

    def clause(self, name: str, table: Mapping[str, Any]) -> Clause:
        as_of = table.get("units_as_of")
        return Clause(
            id=name,
            document=self.documents[table["document"]],
            article=_text(table.get("article")),
            topic=table["topic"],
            text=_sure_text(table["text"]),
            units=tuple(
                Unit(Text(unit["zh"], unit["en"]), unit["role"], as_of)
                for unit in table.get("units", ())
            ),
            units_as_of=as_of,
            confidence=table["confidence"],
            computed=table["computed"],
            pack_id=self.id,
        )

    def rule(self, name: str, table: Mapping[str, Any]) -> Rule:
        before = None
        if self.beneath is not None and self.beneath.has_rule(name):
            before = self.beneath.rule(name)
        clause = self.clauses[table["clause"]] if "clause" in table else _of(before).clause
        anchor = table.get("anchor") or _of(before).anchor
        parameters = dict(before.parameters) if before else {}
        for key, entry in table.get("parameters", {}).items():
            parameters[key] = self.parameter(key, entry, clause, anchor, parameters.get(key))
        marks = [clause.confidence, *(item.confidence for item in parameters.values())]
        return Rule(
            id=name,
            analysis=table.get("analysis") or _of(before).analysis,
            title=_text(table.get("title")) or _of(before).title,
            clause=clause,
            anchor=anchor,
            attention=table.get("attention", before.attention if before else None),
            parameters=parameters,
            pack_id=self.id,
            confidence=table.get("confidence") or weakest_mark(marks),
        )

    def parameter(
        self,
        key: str,
        entry: Mapping[str, Any],
        clause: Clause,
        anchor: str,
        before: Parameter | None,
    ) -> Parameter:
        value = parameter_value(entry["value"], fractions=entry.get("type") == "fraction")
        own = self.clauses[entry["clause"]] if "clause" in entry else clause
        unit = entry.get("unit", before.unit if before else None)
        if unit == "share" and isinstance(value, float):
            value = Fraction(str(value))  # 0.07 as it is written, not as the machine stores it
        return Parameter(
            key=key,
            value=value,
            unit=unit,
            clause=own,
            pack_id=self.id,
            confidence=entry.get("confidence", own.confidence),
            anchor=entry.get("anchor", anchor),
            beneath=before,
        )

    def action(self, code: str, table: Mapping[str, Any]) -> Action:
        before = self.beneath.action_table.get(code) if self.beneath else None

        def clause(key: str, otherwise: Clause | None) -> Clause | None:
            return self.clauses[table[key]] if key in table else otherwise

        return Action(
            code=code,
            title=_text(table.get("title")) or _of(before).title,
            rules=tuple(table.get("rules", before.rules if before else ())),
            clause=clause("clause", before.clause if before else None),
            decided_by=_text(table.get("decided_by")) or (before.decided_by if before else None),
            approved_by=_text(table.get("approved_by")) or (before.approved_by if before else None),
            assists=clause("assists", before.assists if before else None),
            blocked_by=tuple(
                Condition(_sure_text(item), item.get("until"), item.get("only_if"))
                for item in table["blocked_by"]
            )
            if "blocked_by" in table
            else (before.blocked_by if before else ()),
            documents=_texts(table["documents"])
            if "documents" in table
            else (before.documents if before else ()),
            stage=tuple(table.get("stage", before.stage if before else ())),
            pack_id=self.id,
            uses=tuple(table.get("uses", before.uses if before else ())),
            when=tuple(Call(item["rule"], item["verdict"]) for item in table["when"])
            if "when" in table
            else (before.when if before else ()),
            beside=tuple(table.get("beside", before.beside if before else ())),
            excludes=tuple(table.get("excludes", before.excludes if before else ())),
            after=tuple(table.get("after", before.after if before else ())),
            why=_text(table.get("why")) or (before.why if before else None),
            frees=table.get("frees", before.frees if before else None),
        )


def _of(before: _Known | None) -> _Known:
    """Return what the pack beneath says; the check has seen to it that there is something."""
    if before is None:
        message = "a new rule or action must be complete"
        raise PolicyError(message)
    return before
