"""The format of a rule pack: its tables, their keys, and what each may hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from policies.model import CONFIDENCE, ROLES, STATUSES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["ANALYSES", "ANCHORS", "FORMAT", "TOPICS", "parameter_value", "value_kind"]

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
    "publication": Text("信息公开与地图", "publication and maps"),
    "coordination": Text("统筹协调", "coordination"),
}

#: The codes that parameters of these names may hold: those that the input layers know.
VOCABULARY: dict[str, tuple[str, ...]] = {
    "uses": (
        *("industrial", "m0", "storage", "research", "office", "commercial", "nonprofit"),
        *("public_service", "dormitory", "residential", "utility", "transport", "road"),
        *("parking", "green", "reserve", "other"),
    ),
    "list_kind": ("open", "closed", "pilot"),
    "mixed_by": ("land", "floor"),
    "form": ("garden", "mixed", "lawn"),
    "grants": ("grant", "allocation", "lease", "contribution", "collective"),
    "causes": (
        *("holder", "preparatory", "force_majeure", "gov_delivery", "gov_plan", "gov_policy"),
        *("gov_petition", "gov_control", "gov_other"),
    ),
    "scheme": (
        *("guide-2023", "gb50137-2011", "survey-3"),
        *("GB/T 4754-2002", "GB/T 4754-2011", "GB/T 4754-2017"),
    ),
}

#: Units of which a parameter holds whole numbers, and the most that it may be.
WHOLE_UNITS = {"years": 100, "days": 3660}

#: What disturbs neighbours by a recorded hazard; other sources are classes of land.
HAZARDS = ("toxic_gas", "dangerous_goods")

#: Rules, or whole analyses, that are planning standards: a pack may choose which date decides.
PLANNING = (
    *("far.", "green.", "mixed.supporting_land", "mixed.supporting_floor"),
    *("mixed.research_floor", "mixed.m0_land", "mixed.m0_floor"),
)

#: Pairs of rule and parameter of which the first may not be above the second.
ORDERED = ((("idle.not_started_1y", "years"), ("idle.not_started_2y", "years")),)

#: Columns of a table that label a row and may be left out.
LABELS = frozenset({"zh", "en", "confidence"})

#: Columns that narrow the rows of a table that has a column of the first name; a pack may add them.
NARROWING = {"industry_code": frozenset({"land_grade"})}

ID = re.compile(r"[a-z0-9][a-z0-9_.-]*")
RULE_ID = re.compile(rf"(?:{'|'.join(ANALYSES)})\.[a-z0-9_]+")
CODE = re.compile(r"[a-z][a-z0-9_]*")
_FRACTION = re.compile(r"\s*\d+\s*(?:/\s*[1-9]\d*\s*)?")


_KIND_ZH = {
    "number": "数",
    "yes/no": "true 或 false",
    "string": "带引号的文字",
    "date": "日期",
    "list of strings": "文字的列表",
    "list of tables": "表的列表",
}


@dataclass(frozen=True, slots=True)
class Key:
    """What one key of a table may hold."""

    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()


_CONFIDENCE = tuple(CONFIDENCE)
TOP = {
    "format": Key("integer", required=True),
    "id": Key("id", required=True),
    "extends": Key("string"),
    "title": Key("text", required=True),
    "jurisdiction": Key("text", required=True),
    "remarks": Key("texts"),
    "documents": Key("table"),
    "clauses": Key("table"),
    "rules": Key("table"),
    "actions": Key("table"),
    "topics": Key("table"),
}
DOCUMENT = {
    "number": Key("text"),
    "title": Key("text", required=True),
    "issued": Key("date"),
    "effective": Key("date"),
    "validity": Key("tables", required=True),
    "replaced_by": Key("string"),
}
VALIDITY = {
    "from": Key("date"),
    "status": Key(
        "string", required=True, choices=tuple(s for s in STATUSES if s != "not_yet_effective")
    ),
    "why": Key("text"),
}
CLAUSE = {
    "document": Key("string", required=True),
    "article": Key("text"),
    "topic": Key("string", required=True, choices=tuple(TOPICS)),
    "text": Key("text", required=True),
    "confidence": Key("string", required=True, choices=_CONFIDENCE),
    "computed": Key("boolean", required=True),
    "units": Key("tables"),
    "units_as_of": Key("date"),
}
UNIT = {
    "zh": Key("string", required=True),
    "en": Key("string", required=True),
    "role": Key("string", required=True, choices=tuple(ROLES)),
}
RULE = {
    "analysis": Key("string", required=True, choices=ANALYSES),
    "title": Key("text", required=True),
    "clause": Key("string", required=True),
    "anchor": Key("string", required=True, choices=ANCHORS),
    "attention": Key("string", choices=("yes", "no")),
    "confidence": Key("string", choices=_CONFIDENCE),
    "parameters": Key("table"),
}
PARAMETER = {
    "value": Key("value", required=True),
    "unit": Key("string"),
    "type": Key("string", choices=("fraction",)),
    "clause": Key("string"),
    "confidence": Key("string", choices=_CONFIDENCE),
    "anchor": Key("string", choices=ANCHORS),
}
CONDITION = {
    "zh": Key("string", required=True),
    "en": Key("string", required=True),
    "until": Key("string", choices=("hearing_notice_on", "plan_approved_on")),
    "only_if": Key("string", choices=("mortgaged", "seized")),
}
ACTION = {
    "title": Key("text", required=True),
    "rules": Key("strings"),
    "clause": Key("string"),
    "decided_by": Key("text"),
    "approved_by": Key("text"),
    "assists": Key("string"),
    "blocked_by": Key("tables"),
    "documents": Key("texts"),
    "stage": Key("strings", choices=LAND_STAGES),
    "uses": Key("strings", choices=VOCABULARY["uses"]),
    "when": Key("tables"),
    "beside": Key("strings"),
    "excludes": Key("strings"),
    "after": Key("strings"),
    "why": Key("text"),
    "frees": Key("string", choices=("parcel",)),
}
CALL = {
    "rule": Key("string", required=True),
    "verdict": Key("string", required=True, choices=("yes", "no", "unknown")),
}
TOPIC = {
    "codes": Key("strings", required=True),
    "text": Key("text", required=True),
    "clauses": Key("strings", required=True),
}


#: In a table of fractions, the columns that hold them begin so.
_SHARE = "share_"


def parameter_value(value: Any, *, fractions: bool) -> Any:
    """Return a value as a rule holds it: lists as tuples, and fractions where the pack says so.

    Parameters
    ----------
    value : object
        As ``tomllib`` read it.
    fractions : bool
        The parameter has ``type = "fraction"``: the value itself, or the cells of the columns
        ``share_*`` of a table, are exact fractions.

    Examples
    --------
    >>> parameter_value("25/100", fractions=True)
    Fraction(1, 4)
    >>> parameter_value([{"use": "office", "share_min": "35/100"}], fractions=True)
    ({'use': 'office', 'share_min': Fraction(7, 20)},)
    """
    if isinstance(value, list):
        return tuple(
            {
                name: _fraction(cell) if fractions and name.startswith(_SHARE) else cell
                for name, cell in item.items()
            }
            if isinstance(item, dict)
            else item
            for item in value
        )
    return _fraction(value) if fractions else value


def _fraction(value: str | int) -> Fraction:
    return Fraction(str(value).replace(" ", ""))


def is_fraction(value: object) -> bool:
    if isinstance(value, str):
        return _FRACTION.fullmatch(value) is not None
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def fraction_cells(value: object) -> list[object]:
    """Return what must be fractions in a value of the type ``fraction``."""
    if not isinstance(value, list):
        return [value]
    if not _is_tables(value):
        return [value]
    return [cell for item in value for name, cell in item.items() if name.startswith(_SHARE)]


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
    """Name the kind of a parameter's value; None if a pack cannot hold such a value.

    Examples
    --------
    >>> value_kind(0.5), value_kind(True), value_kind(["a"])
    ('number', 'yes/no', 'list of strings')
    """
    if isinstance(value, (list, tuple)):
        for kind, what in ((str, "list of strings"), (dict, "list of tables")):
            if all(isinstance(item, kind) for item in value):
                return what
        return None
    if isinstance(value, datetime):
        return None
    for kinds, what in (
        (bool, "yes/no"),
        ((int, float, Fraction), "number"),
        (str, "string"),
        (date, "date"),
    ):
        if isinstance(value, kinds):
            return what
    return None


def kind_text(value: object) -> Text:
    """Name the kind of a value in both languages.

    Examples
    --------
    >>> kind_text(0.5).zh, kind_text(["a"]).en
    ('数', 'list of strings')
    """
    kind = value_kind(value) or "string"
    return Text(_KIND_ZH[kind], kind)


#: How much of a wrong value a message repeats.
_SHOWN = 60


def shown(value: object) -> str:
    """Write a value as a pack would, shortened where it is long.

    Examples
    --------
    >>> shown(date(2021, 3, 5)), shown(True), shown("a")
    ('2021-03-05', 'true', "'a'")
    """
    if isinstance(value, bool):
        return str(value).lower()
    text = value.isoformat() if isinstance(value, date) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


KINDS: dict[str, tuple[Callable[[object], bool], Text]] = {
    "integer": (
        lambda value: isinstance(value, int) and not isinstance(value, bool),
        Text("整数", "a whole number"),
    ),
    "string": (
        lambda value: isinstance(value, str) and bool(value.strip()),
        Text("带引号的文字", "a text in quotes"),
    ),
    "id": (
        lambda value: isinstance(value, str) and ID.fullmatch(value) is not None,
        Text("带引号的小写字母、数字和 - _ .", "small letters, digits, - _ . in quotes"),
    ),
    "boolean": (lambda value: isinstance(value, bool), Text("true 或 false", "true or false")),
    "date": (
        _is_date,
        Text("不带引号的日期，如 2021-03-05", "a date without quotes, such as 2021-03-05"),
    ),
    "text": (
        _is_text,
        Text(
            '中英两种文字，写作 { zh = "...", en = "..." }',
            'both languages, as { zh = "...", en = "..." }',
        ),
    ),
    "texts": (
        lambda value: isinstance(value, list) and all(_is_text(item) for item in value),
        Text('{ zh = "...", en = "..." } 的列表', 'a list of { zh = "...", en = "..." }'),
    ),
    "strings": (_is_strings, Text("带引号文字的列表", "a list of texts in quotes")),
    "table": (lambda value: isinstance(value, dict), Text("表", "a table")),
    "tables": (_is_tables, Text("表的列表", "a list of tables")),
    "value": (
        lambda value: value_kind(value) is not None,
        Text(
            "数、文字、true 或 false、日期、文字的列表或表的列表",
            "a number, a text, true or false, a date, a list of texts or a list of tables",
        ),
    ),
}
