"""Every kind of mistake in a pack, made in the city of the documentation: one clear error for each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policies import PackError, load_policy
from zongdi.cli import app

PAGE = Path(__file__).parents[2].joinpath("docs", "policies.md").read_text(encoding="utf-8")
CITY = PAGE.split("```toml\n")[1].split("```")[0]

COEFFICIENT = 'rules."far.building_coefficient".parameters.share_min'
BY_USE = 'rules."green.required_by_use".parameters.table.value'

#: What is written instead of what, where the error is, and words of it.
CHANGED = {
    "title is one text": (
        'title = { zh = "示例市综合保税区规则", en = "Demo City: rules of the bonded zone" }',
        'title = "Demo"',
        "title",
        "both languages",
    ),
    "one language": (', en = "Demo City" }', " }", "jurisdiction", "both languages"),
    "blank language": ('en = "Demo City" }', 'en = "" }', "jurisdiction", "both languages"),
    "unknown key": ("remarks =", "remark =", "remark", 'did you mean "remarks"'),
    "no format": ("format = 1\n", "", "format", "is missing"),
    "another format": ("format = 1", "format = 2", "format", "reads format 1"),
    "id in capitals": ('id = "demo-city"', 'id = "Demo City"', "id", "small letters"),
    "id of a shipped pack": ('id = "demo-city"', 'id = "national"', "id", "choose another"),
    "extends nobody": ('extends = "national"', 'extends = "nationl"', "extends", "did you mean"),
    "extends no file": ('extends = "national"', 'extends = "a.toml"', "extends", "no rule pack at"),
    "extends a number": ('extends = "national"', "extends = 3", "extends", "a text in quotes"),
    "date in quotes": (
        "issued = 2024-03-01",
        'issued = "2024-03-01"',
        "documents.notice.issued",
        "without quotes",
    ),
    "date in words": (
        "effective = 2024-04-01",
        'effective = "2024年4月1日"',
        "documents.notice.effective",
        "without quotes",
    ),
    "a moment": (
        "issued = 2024-03-01",
        "issued = 2024-03-01T00:00:00",
        "documents.notice.issued",
        "found 2024-03-01T00:00:00",
    ),
    "effective before issued": (
        "effective = 2024-04-01",
        "effective = 2023-04-01",
        "documents.notice.effective",
        "before it was issued",
    ),
    "statuses out of order": (
        "{ from = 2029-04-01",
        "{ from = 2023-04-01",
        "documents.notice.validity[1].from",
        "must be after",
    ),
    "unknown status": (
        'status = "lapsed"',
        'status = "expired"',
        "documents.notice.validity[1].status",
        "allowed: in_force",
    ),
    "no reason": (
        ', why = { zh = "有效期五年。", en = "Valid for five years." }',
        "",
        "documents.notice.validity[1].why",
        "needs its reason",
    ),
    "mark that does not exist": (
        'confidence = "V2"',
        'confidence = "X"',
        "clauses.notice-6.confidence",
        "allowed: V, V2, MH, MM",
    ),
    "uncertain": (
        'confidence = "V2"',
        'confidence = "U"',
        "clauses.notice-6.confidence",
        "left out of a pack",
    ),
    "unknown topic of a clause": (
        'topic = "stock"',
        'topic = "stocks"',
        "clauses.notice-6.topic",
        "allowed: idle",
    ),
    "computed in words": (
        "computed = false",
        'computed = "no"',
        "clauses.notice-6.computed",
        "true or false",
    ),
    "a rule rests on what is only shown": (
        'confidence = "V"\ncomputed = true\n\n[clauses.notice-5]',
        'confidence = "V"\ncomputed = false\n\n[clauses.notice-5]',
        f"{COEFFICIENT}.clause",
        "must be true where a rule",
    ),
    "units without a date": (
        "units_as_of = 2024-03-01\n",
        "",
        "clauses.notice-3.units_as_of",
        "is missing",
    ),
    "unknown role": ('role = "lead"', 'role = "head"', "clauses.notice-3.units[0].role", "allowed"),
    "clause of a pack beneath": (
        "clauses.notice-6",
        "clauses.order53-5",
        "clauses.order53-5",
        'pack "national" beneath has this id',
    ),
    "no such clause": (
        'clause = "notice-4"',
        'clause = "notice-44"',
        f"{COEFFICIENT}.clause",
        'did you mean "notice-4"',
    ),
    "rule without a clause": (
        'clause = "notice-3"\nanchor',
        "anchor",
        'rules."mixed.list".clause',
        "is missing",
    ),
    "unknown rule": (
        '"far.building_coefficient"',
        '"far.building_coeficient"',
        'rules."far.building_coeficient"',
        'did you mean "far.building_coefficient"',
    ),
    "rule of no analysis": (
        '"far.building_coefficient"',
        '"floor.coefficient"',
        'rules."floor.coefficient"',
        "with one of idle",
    ),
    "unknown analysis": (
        'analysis = "mixed"',
        'analysis = "mix"',
        'rules."mixed.list".analysis',
        "allowed: idle",
    ),
    "another analysis": (
        'analysis = "mixed"',
        'analysis = "green"',
        'rules."mixed.list".analysis',
        "first word",
    ),
    "unknown parameter": (
        "parameters.share_min]",
        "parameters.share_least]",
        'rules."far.building_coefficient".parameters.share_least',
        "allowed: share_min",
    ),
    "parameter missing": (
        'parameters.list_kind = { value = "closed" }\n',
        "",
        'rules."mixed.list".parameters.list_kind',
        "the analysis needs it",
    ),
    "unknown anchor": (
        'anchor = "review"',
        'anchor = "today"',
        'rules."mixed.list".anchor',
        "allowed: review",
    ),
    "attention is no yes": (
        'attention = "no"',
        "attention = false",
        'rules."green.pooling".attention',
        "found false",
    ),
    "rule in a list": (
        '[rules."mixed.list"]',
        '[[rules."mixed.list"]]',
        'rules."mixed.list"',
        "a table",
    ),
    "share above one": ('"40/100"', '"140/100"', f"{COEFFICIENT}.value", "between 0 and 1"),
    "share in per cent": ('"40/100"', '"40%"', f"{COEFFICIENT}.value", "a fraction such as"),
    "seven for seven per cent": ('"40/100"', "40", f"{COEFFICIENT}.value", "between 0 and 1"),
    "share without its type": (
        'value = "40/100"\ntype = "fraction"',
        'value = "40/100"',
        f"{COEFFICIENT}.value",
        'add type = "fraction"',
    ),
    "negative share": ('"40/100"', '"-1/3"', f"{COEFFICIENT}.value", "a fraction such as"),
    "divided by nought": ('"40/100"', '"1/0"', f"{COEFFICIENT}.value", "a fraction such as"),
    "another unit": (
        'type = "fraction"\nclause = "notice-4"',
        'type = "fraction"\nunit = "percent"\nclause = "notice-4"',
        f"{COEFFICIENT}.unit",
        "must be share",
    ),
    "unknown kind of list": (
        '"closed"',
        '"shut"',
        'rules."mixed.list".parameters.list_kind.value',
        "allowed: closed, open, pilot",
    ),
    "unknown use": (
        '["industrial", "storage", "research"] }\nparameters',
        '["industry", "storage", "research"] }\nparameters',
        'rules."mixed.list".parameters.uses.value',
        'did you mean "industrial"',
    ),
    "a use twice": (
        '["industrial", "storage", "research"] }\nparameters',
        '["industrial", "industrial"] }\nparameters',
        'rules."mixed.list".parameters.uses.value',
        "stands twice",
    ),
    "a use and not a list": (
        '["industrial", "storage", "research"] }\nparameters',
        '"industrial" }\nparameters',
        'rules."mixed.list".parameters.uses.value',
        "must be a list of strings",
    ),
    "unknown use in a table": (
        '{ use = "research", share_min',
        '{ use = "lab", share_min',
        f"{BY_USE}[0].use",
        "is not allowed",
    ),
    "share of a table above one": (
        '"30/100" }]',
        '"30" }]',
        f"{BY_USE}[0].share_min",
        "between 0 and 1",
    ),
    "a use twice in a table": (
        '"30/100" }]',
        '"30/100" }, { use = "research", share_min = "35/100" }]',
        f"{BY_USE}[1]",
        "same thing as row 0",
    ),
    "unknown action": (
        "[actions.allow_mixed]",
        "[actions.alow_mixed]",
        "actions.alow_mixed",
        'did you mean "allow_mixed"',
    ),
    "unknown key of an action": (
        'assists = "notice-3"',
        'assist = "notice-3"',
        "actions.allow_mixed.assist",
        'did you mean "assists"',
    ),
    "unknown topic": ("[topics.green_balance]", "[topics.greens]", "topics.greens", "no topic"),
    "no code": (
        'codes = ["zone_total"]',
        "codes = []",
        "topics.green_balance.codes",
        "at least one",
    ),
    "not TOML": ("format = 1", "format : 1", "file", "no valid TOML"),
    "Chinese quotation marks": ('"demo-city"', "“demo-city”", "file", "Chinese punctuation “”"),
    "a table twice": ("[clauses.notice-4]", "[clauses.notice-3]", "file", "twice"),
    "a key twice": ('confidence = "V2"', 'confidence = "V2"\nconfidence = "V"', "file", "TOML"),
}

#: What is written at the end.
ADDED = {
    "half a day": ('[rules."idle.answer".parameters.days]\nvalue = 30.5', "a whole number of days"),
    "no days": ('[rules."idle.answer".parameters.days]\nvalue = 0', "from 1 to"),
    "days in words": ('[rules."idle.answer".parameters.days]\nvalue = "30天"', "must be a number"),
    "days before the event": ('[rules."idle.answer".parameters.days]\nvalue = -3', "negative"),
    "endless years": ('[rules."idle.suspended".parameters.years]\nvalue = inf', "finite"),
    "no number of years": ('[rules."idle.suspended".parameters.years]\nvalue = nan', "finite"),
    "years in days": (
        '[rules."idle.suspended".parameters.years]\nvalue = 365\nunit = "days"',
        "must be years",
    ),
    "recovery before the fee": (
        '[rules."idle.not_started_1y".parameters.years]\nvalue = 3',
        "may not be above years of idle.not_started_2y",
    ),
    "another date of residents": (
        '[rules."mixed.no_residents"]\nanchor = "signed_on"',
        "must be review",
    ),
    "another date": ('[rules."idle.suspended"]\nanchor = "signed_on"', "must be review"),
    "a standard by an event": ('[rules."far.floor"]\nanchor = "event"', "follows no event"),
    "a negative ratio": (
        (
            '[rules."far.floor".parameters.table]\n'
            'value = [{ industry_code = "39", scheme = "GB/T 4754-2017", far_min = -1.1 }]'
        ),
        "negative",
    ),
    "an unknown edition": (
        (
            '[rules."far.floor".parameters.table]\n'
            'value = [{ industry_code = "39", scheme = "GB4754", far_min = 1.1 }]'
        ),
        "is not allowed",
    ),
    "an industry in figures": (
        (
            '[rules."far.floor".parameters.table]\n'
            'value = [{ industry_code = 39, scheme = "GB/T 4754-2017", far_min = 1.1 }]'
        ),
        "must be a string",
    ),
    "nobody disturbs": (
        (
            '[rules."mixed.compatibility".parameters.matrix]\n'
            'value = [{ source = "industrial_9", near = "residential" }]'
        ),
        "neither a class of land (classes) nor a hazard",
    ),
}


def _only_mistake(path: Path) -> tuple[str, str, str]:
    with pytest.raises(PackError) as raised:
        load_policy(path)
    assert len(raised.value.mistakes) == 1, str(raised.value)
    only = raised.value.mistakes[0]
    assert path.name in str(raised.value)
    return only.key, only.what, only.zh


def _chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


@pytest.mark.parametrize("case", CHANGED)
def test_what_is_changed(tmp_path: Path, case: str) -> None:
    old, new, key, words = CHANGED[case]
    assert old in CITY
    path = tmp_path / "city.toml"
    path.write_text(CITY.replace(old, new, 1), encoding="utf-8")
    where, what, zh = _only_mistake(path)
    assert where == key
    assert words in what
    assert _chinese(zh)


@pytest.mark.parametrize("case", ADDED)
def test_what_is_added(tmp_path: Path, case: str) -> None:
    text, words = ADDED[case]
    path = tmp_path / "city.toml"
    path.write_text(f"{CITY}\n{text}\n", encoding="utf-8")
    where, what, zh = _only_mistake(path)
    assert where.startswith("rules.")
    assert words in what
    assert _chinese(zh)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (CITY.encode("gb18030"), "GBK and UTF-16 are not read"),
        (CITY.encode("utf-16"), "GBK and UTF-16 are not read"),
        (b"\0" * 10, "no valid TOML"),
        (b"#" * 5_000_001, "larger than 5 MB"),
    ],
    ids=["gbk", "utf-16", "nought", "huge"],
)
def test_what_is_no_text_of_a_pack(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "city.toml"
    path.write_bytes(content)
    where, what, _ = _only_mistake(path)
    assert where == "file"
    assert words in what


def test_an_empty_file_lacks_four_things(tmp_path: Path) -> None:
    path = tmp_path / "city.toml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(PackError) as raised:
        load_policy(path)
    keys = [mistake.key for mistake in raised.value.mistakes]
    assert keys == ["format", "id", "title", "jurisdiction"]


@pytest.mark.parametrize(
    "written", ["0.4", '"2/5"\ntype = "fraction"', '"40/100"\ntype = "fraction"']
)
def test_a_share_as_a_decimal_is_the_same_fraction(tmp_path: Path, written: str) -> None:
    path = tmp_path / "city.toml"
    path.write_text(
        CITY.replace('"40/100"\ntype = "fraction"', written, 1), encoding="utf-8", newline="\r\n"
    )
    value = load_policy(path).rule("far.building_coefficient").value("share_min")
    assert str(value) == "2/5"


def test_the_command_tells_the_file_the_key_and_what_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "city.toml"
    path.write_text(CITY.replace('"closed"', '"shut"'), encoding="utf-8")
    result = CliRunner().invoke(app, ["policies", "check", str(path)])
    assert result.exit_code == 1


def test_years_that_the_names_of_statuses_do_not_hold_are_told(tmp_path: Path) -> None:
    path = tmp_path / "city.toml"
    text = '\n[rules."idle.not_started_2y".parameters.years]\nvalue = 3\n'
    path.write_text(CITY + text, encoding="utf-8")
    notices = [notice.zh for notice in load_policy(path).notices(date(2026, 6, 30))]
    assert sum("“满两年”一律指满3年" in notice for notice in notices) == 1
    assert not any(
        "一律指" in notice.zh for notice in load_policy("jinan-2021").notices(date(2026, 6, 30))
    )
