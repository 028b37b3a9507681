"""Rule packs as plain rows and readable text, for the command line and the written outputs."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from policies.documents import CONFIDENCE, ROLES, STATUSES
from policies.loader import load_policy, pack_ids
from policies.schema import TOPICS
from policies.text import Text
from policies.topics import COMPARED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policies.documents import Clause, Document, Validity
    from policies.model import Policy
    from policies.text import Lang

__all__ = ["describe_pack", "list_packs", "parameter_rows", "row_text", "value_text"]

_WORDS = {
    "id": Text("代号", "id"),
    "jurisdiction": Text("适用地区", "jurisdiction"),
    "document": Text("文件", "document"),
    "status": Text("效力", "status"),
    "extends": Text("其下规则包", "lies above"),
    "file": Text("文件", "file"),
    "documents": Text("文件与效力", "Documents and validity"),
    "remarks": Text("提示", "Remarks"),
    "clauses": Text("条款", "Clauses"),
    "rules": Text("规则与参数", "Rules and parameters"),
    "actions": Text("建议措施", "Actions"),
    "topics": Text("主题比较", "Topics of the comparison"),
    "replaced": Text("由{name}替代", "replaced by {name}"),
    "shown": Text("仅展示，不计算", "shown, not computed"),
    "units": Text("责任单位", "units"),
    "none": Text("无", "none"),
    "from": Text("自{on}起", "from {on}"),
    "before": Text("前置条件", "blocked by"),
    "decided": Text("决定", "decided by"),
    "approved": Text("批准", "approved by"),
    "assists": Text("配合", "assists"),
    "rows": Text("{n}行的表", "a table of {n} rows"),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "paraphrase": Text(
        "条款文字为概括，使用前请核对原文。",
        "The texts are paraphrases: check the source before relying on them.",
    ),
}


#: A table of more rows is not written on one line.
_ON_ONE_LINE = 4


def _share(value: Fraction) -> str:
    """Write a fraction as a percentage where that is exact."""
    return f"{float(value * 100):g}%" if 10_000 % value.denominator == 0 else str(value)


def row_text(row: dict[str, Any], lang: Lang = "zh") -> str:
    """Write a row of a table: its cells in order, its name in one language.

    Examples
    --------
    >>> row_text({"industry_code": "13", "far_min": 1.0, "confidence": "V2", "zh": "食品", "en": "food"}, "en")
    '13 1.0 V2 food'
    """
    other = "en" if lang == "zh" else "zh"
    return " ".join(value_text(cell, lang) for name, cell in row.items() if name != other)


def value_text(value: Any, lang: Lang = "zh") -> str:
    """Write a parameter's value on one line.

    Examples
    --------
    >>> value_text(Fraction(1, 3), "en"), value_text(Fraction(7, 100)), value_text(("a", "b"), "en")
    ('1/3', '7%', 'a, b')
    >>> value_text(({"use": "office", "share_min": Fraction(7, 20)},), "en")
    'office 35%'
    """
    if isinstance(value, bool):
        return _WORDS["yes" if value else "no"].get(lang)
    if isinstance(value, (str, int, float, Fraction, date)):
        return _share(value) if isinstance(value, Fraction) else str(value)
    if not value:
        return _WORDS["none"].get(lang)
    if isinstance(value[0], dict):
        if len(value) > _ON_ONE_LINE:
            return _WORDS["rows"].format(n=len(value)).get(lang)
        return ("；" if lang == "zh" else "; ").join(row_text(row, lang) for row in value)
    return ("、" if lang == "zh" else ", ").join(value)


def list_packs(lang: Lang = "zh", *, as_of: date | None = None) -> list[tuple[str, ...]]:
    """Return the shipped packs as rows of text, a heading first and the national pack next.

    Parameters
    ----------
    lang : {"zh", "en"}
        The language.
    as_of : datetime.date, optional
        The review date, for the status then; without it the last column holds the statuses with
        their dates, since nothing asks for today's date.

    Returns
    -------
    list of tuple of str
        id, jurisdiction, main document, status.

    Examples
    --------
    >>> rows = list_packs("en", as_of=date(2026, 6, 30))
    >>> [row[3] for row in rows if row[0] == "zhejiang-2021-draft"]
    ['draft for comment']
    """
    rows = [tuple(_WORDS[key].get(lang) for key in ("id", "jurisdiction", "document", "status"))]
    for pack_id in pack_ids():
        policy = load_policy(pack_id)
        pack, main = policy.packs[0], policy.main_document()
        name, status = "", ""
        if main is not None:
            name = main.name(lang)
            status = "; ".join(_validity(entry, lang, reason=False) for entry in main.validity)
        if as_of is not None:
            status = STATUSES[policy.status_at(as_of)].get(lang)
        rows.append((pack_id, pack.jurisdiction.get(lang), name, status))
    return rows


def parameter_rows(policy: Policy, lang: Lang = "zh") -> list[dict[str, str]]:
    """Return one row per parameter of the resolved rules, with where each comes from.

    Parameters
    ----------
    policy : Policy
        A pack over those beneath it.
    lang : {"zh", "en"}
        The language of the citation and of lists.

    Returns
    -------
    list of dict
        rule, key, value, unit, anchor, pack, clause, confidence; sorted by rule and key.

    Examples
    --------
    >>> rows = parameter_rows(load_policy("national"))
    >>> [row["value"] for row in rows if row["rule"] == "far.admin_land"]
    ['7%']
    """
    return [
        {
            "rule": rule.id,
            "key": key,
            "value": value_text(parameter.value, lang),
            "unit": parameter.unit or "",
            "anchor": parameter.anchor,
            "pack": parameter.pack_id,
            "clause": parameter.clause.citation(lang),
            "confidence": parameter.confidence,
        }
        for rule in policy.rules()
        for key, parameter in sorted(rule.parameters.items())
    ]


def _validity(entry: Validity, lang: Lang, *, reason: bool = True) -> str:
    start = ""
    if entry.start is not None:
        start = _WORDS["from"].format(on=entry.start.isoformat()).get(lang)
    why = "" if entry.why is None or not reason else entry.why.get(lang)
    gap = ("，" if lang == "zh" else ": ") if why else ""
    joint = " " if start and lang == "en" else ""
    return f"{start}{joint}{STATUSES[entry.status].get(lang)}{gap}{why}"


def _document_lines(
    document: Document, policy: Policy, lang: Lang, as_of: date | None
) -> list[str]:
    now = ""
    if as_of is not None:
        now = f" [{as_of.isoformat()}: {STATUSES[document.status_at(as_of)].get(lang)}]"
    title = "" if document.number is None else f" {document.title.get(lang)}"
    lines = [f"  {document.name(lang)}{title}{now}"]
    lines += [f"    - {_validity(entry, lang)}" for entry in document.validity]
    if document.replaced_by is not None:
        successor = next(item for item in policy.documents() if item.id == document.replaced_by)
        replaced = _WORDS["replaced"].format(name=successor.name(lang)).get(lang)
        lines.append(f"    - {replaced}")
    return lines


def _units(clause: Clause, lang: Lang) -> str:
    joint = "、" if lang == "zh" else ", "
    named = joint.join(
        unit.name.get(lang) + (f"（{ROLES[unit.role].get(lang)}）" if unit.role == "lead" else "")
        for unit in clause.units
    )
    on = "" if clause.units_as_of is None else f" ({clause.units_as_of.isoformat()})"
    return f"{_WORDS['units'].get(lang)}: {named}{on}"


def _clause_lines(clause: Clause, lang: Lang) -> list[str]:
    shown = "" if clause.computed else f" · {_WORDS['shown'].get(lang)}"
    mark = f"{clause.confidence} {CONFIDENCE[clause.confidence].get(lang)}"
    topic = TOPICS[clause.topic].get(lang)
    lines = [
        f"  [{clause.id}] {clause.citation(lang)} · {topic} · {mark}{shown}",
        f"    {clause.text.get(lang)}",
    ]
    if clause.units:
        lines.append(f"    {_units(clause, lang)}")
    return lines


def _rule_lines(policy: Policy, lang: Lang) -> list[str]:
    lines = []
    rows = parameter_rows(policy, lang)
    for rule in policy.rules():
        cited = rule.clause.citation(lang)
        lines.append(
            f"  {rule.id} · {rule.title.get(lang)} · {cited} · {rule.confidence} · {rule.pack_id}"
        )
        for row in rows:
            if row["rule"] == rule.id:
                unit = f" {row['unit']}" if row["unit"] not in {"", "share"} else ""
                origin = "" if row["pack"] == rule.pack_id else f" ({row['pack']})"
                lines.append(f"    {row['key']} = {row['value']}{unit}{origin}")
                value = rule.value(row["key"])
                if isinstance(value, tuple) and len(value) > _ON_ONE_LINE:
                    lines += [
                        f"      {row_text(one, lang)}" for one in value if isinstance(one, dict)
                    ]
    return lines


def _topic_lines(policy: Policy, lang: Lang) -> list[str]:
    lines = []
    for topic_id, label in COMPARED.items():
        topic = policy.topic(topic_id)
        if topic is not None:
            cited = ", ".join(clause.id for clause in topic.clauses)
            lines.append(f"  {label.get(lang)} · {topic.text.get(lang)} [{cited}]")
    return lines


def _action_lines(policy: Policy, lang: Lang) -> list[str]:
    lines = []
    for action in policy.actions():
        parts = [f"  {action.code} · {action.title.get(lang)}"]
        if action.clause is not None:
            parts.append(action.clause.citation(lang))
        for word, who in (("decided", action.decided_by), ("approved", action.approved_by)):
            if who is not None:
                parts.append(f"{_WORDS[word].get(lang)}: {who.get(lang)}")
        if action.assists is not None:
            parts.append(f"{_WORDS['assists'].get(lang)}: {action.assists.citation(lang)}")
        lines.append(" · ".join(parts))
        lines += [
            f"    {_WORDS['before'].get(lang)}: {item.text.get(lang)}" for item in action.blocked_by
        ]
    return lines


def _section(title: str, lines: Iterable[str]) -> list[str]:
    body = list(lines)
    return ["", title, *body] if body else []


def describe_pack(policy: Policy, lang: Lang = "zh", *, as_of: date | None = None) -> str:
    """Describe a pack in readable text.

    Its own documents with their validity, its remarks and clauses; then the rules and actions as
    resolved, each with the pack that states it.

    Parameters
    ----------
    policy : Policy
        The pack over those beneath it.
    lang : {"zh", "en"}
        The language.
    as_of : datetime.date, optional
        Adds the status of each document on that day.

    Returns
    -------
    str
        Lines without a trailing newline.

    Examples
    --------
    >>> text = describe_pack(load_policy("jinan-2021"), "en", as_of=date(2026, 6, 30))
    >>> "Jinan Government Document [2021] No. 22" in text and "validity unverified" in text
    True
    """
    pack = policy.packs[0]
    beneath = ", ".join(other.id for other in policy.packs[1:])
    lines = [f"{pack.id} · {pack.title.get(lang)} · {pack.jurisdiction.get(lang)}"]
    if beneath:
        lines.append(f"{_WORDS['extends'].get(lang)}: {beneath}")
    lines.append(f"{_WORDS['file'].get(lang)}: {pack.source} (sha256 {pack.sha256[:12]})")
    lines.append(_WORDS["paraphrase"].get(lang))
    heads = {key: _WORDS[key].get(lang) for key in _WORDS}
    lines += _section(
        heads["documents"],
        (line for item in pack.documents for line in _document_lines(item, policy, lang, as_of)),
    )
    lines += _section(heads["remarks"], (f"  {text.get(lang)}" for text in pack.remarks))
    lines += _section(
        heads["clauses"],
        (line for clause in pack.clauses for line in _clause_lines(clause, lang)),
    )
    lines += _section(heads["topics"], _topic_lines(policy, lang))
    lines += _section(heads["rules"], _rule_lines(policy, lang))
    lines += _section(heads["actions"], _action_lines(policy, lang))
    return "\n".join(lines)
