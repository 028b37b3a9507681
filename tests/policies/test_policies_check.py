"""A user's own pack: what it may say, and the one clear error for each kind of mistake."""

import pytest

from layers.codes import CAUSES, GRANTS, USES
from policies import PackError, load_policy
from policies.schema import VOCABULARY
from policies.template import new_pack

HEAD = """
format = 1
id = "own"
extends = "jinan-2021"
title = { zh = "本地规则", en = "Own rules" }
jurisdiction = { zh = "某区", en = "A zone" }
"""

DOCUMENT = """
[documents.notice]
number = { zh = "某发〔2025〕1号", en = "Notice 1" }
title = { zh = "通知", en = "notice" }
issued = 2025-01-02
validity = [{ from = 2025-01-02, status = "in_force" }]

[clauses.own-1]
document = "notice"
article = { zh = "第一条", en = "art. 1" }
topic = "idle"
text = { zh = "概括", en = "paraphrase" }
confidence = "V"
computed = true
"""


def _pack(tmp_path, text, name="own.toml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def _mistakes(tmp_path, text):
    with pytest.raises(PackError) as raised:
        load_policy(_pack(tmp_path, text))
    return raised.value.mistakes


def test_one_parameter_overridden_keeps_the_others_and_their_provenance(tmp_path):
    text = (
        HEAD
        + DOCUMENT
        + """
[rules."idle.suspended".parameters.developed_share_min]
value = "1/4"
type = "fraction"
clause = "own-1"
"""
    )
    policy = load_policy(_pack(tmp_path, text))
    rule = policy.rule("idle.suspended")
    assert [pack.id for pack in policy.packs] == ["own", "jinan-2021", "national"]
    assert str(rule.value("developed_share_min")) == "1/4"
    assert str(rule.value("invested_share_min")) == "1/4"
    assert rule.parameter("developed_share_min").pack_id == "own"
    assert rule.parameter("developed_share_min").clause.citation("zh") == "某发〔2025〕1号 第一条"
    assert rule.parameter("developed_share_min").unit == "share"
    assert rule.parameter("invested_share_min").pack_id == "national"
    assert rule.pack_id == "own"
    assert rule.clause.citation("zh") == "国土资源部令第53号 第二条第二款"
    assert rule.attention == "yes"
    untouched = load_policy("jinan-2021").rule("idle.suspended")
    assert str(untouched.value("developed_share_min")) == "1/3"


def test_a_weaker_parameter_weakens_the_rule(tmp_path):
    text = (
        HEAD
        + '[rules."idle.not_started_1y"]\nparameters.years = { value = 2, confidence = "MM" }\n'
    )
    assert load_policy(_pack(tmp_path, text)).rule("idle.not_started_1y").confidence == "MM"


def test_a_pack_of_ones_own_without_extends_lies_over_the_national_one(tmp_path):
    text = HEAD.replace('extends = "jinan-2021"\n', "")
    policy = load_policy(_pack(tmp_path, text))
    assert [pack.id for pack in policy.packs] == ["own", "national"]


def test_a_pack_may_extend_another_file_and_be_named_from_a_folder(tmp_path):
    _pack(tmp_path, HEAD, "base.toml")
    upper = HEAD.replace('"own"', '"upper"').replace('"jinan-2021"', '"base.toml"')
    _pack(tmp_path, upper, "upper.toml")
    policy = load_policy("upper.toml", base=tmp_path)
    assert [pack.id for pack in policy.packs] == ["upper", "own", "jinan-2021", "national"]


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "own.toml"
    path.write_bytes(b"\xef\xbb\xbf" + HEAD.encode())
    assert load_policy(path).id == "own"


def test_packs_that_extend_each_other_are_refused(tmp_path):
    _pack(tmp_path, HEAD.replace('"jinan-2021"', '"b.toml"'), "a.toml")
    _pack(tmp_path, HEAD.replace('"jinan-2021"', '"a.toml"').replace('"own"', '"b"'), "b.toml")
    with pytest.raises(PackError, match=r"extend each other: a\.toml -> b\.toml -> a\.toml"):
        load_policy(tmp_path / "a.toml")


def test_two_packs_of_one_chain_cannot_share_an_id(tmp_path):
    _pack(tmp_path, HEAD, "a.toml")
    path = _pack(tmp_path, HEAD.replace('"jinan-2021"', '"a.toml"'), "b.toml")
    with pytest.raises(PackError, match='has the id "own" too'):
        load_policy(path)


RULE = """
[rules."green.zone_floor"]
analysis = "green"
title = { zh = "规则", en = "rule" }
clause = "own-1"
anchor = "review"
"""
SHARE = 'parameters.share_min = { value = "1/5", type = "fraction", unit = "share" }\n'

TOPIC = """
[topics.rent]
codes = ["capped"]
text = { zh = "概括", en = "capped" }
clauses = ["own-1"]
"""


@pytest.mark.parametrize(
    ("text", "key", "what"),
    [
        ("tilte = 1\n" + HEAD, "tilte", 'did you mean "title"'),
        (HEAD.replace("format = 1", "format = 2"), "format", "reads format 1"),
        (HEAD.replace("format = 1\n", ""), "format", "is missing"),
        (HEAD.replace('"own"', '"jinan-2021"'), "id", "is a shipped pack"),
        (HEAD.replace('"own"', '"My Pack"'), "id", "small letters"),
        (HEAD.replace('"jinan-2021"', '"jinan"'), "extends", 'did you mean "jinan-2021"'),
        (
            HEAD.replace(', en = "Own rules"', ""),
            "title",
            'both languages, as { zh = "...", en = "..." }',
        ),
        (
            HEAD + DOCUMENT.replace("issued = 2025-01-02", 'issued = "2025-01-02"'),
            "documents.notice.issued",
            "a date without quotes",
        ),
        (
            HEAD + DOCUMENT.replace("issued = 2025-01-02", "issued = 2025-01-02T00:00:00"),
            "documents.notice.issued",
            "a date without quotes",
        ),
        (
            HEAD
            + DOCUMENT.replace(
                "issued = 2025-01-02", "issued = 2025-01-02\neffective = 2024-01-01"
            ),
            "documents.notice.effective",
            "before it was issued",
        ),
        (
            HEAD + DOCUMENT.replace('"in_force"', '"valid"'),
            "documents.notice.validity[0].status",
            "allowed: in_force",
        ),
        (
            HEAD + DOCUMENT.replace('"in_force"', '"lapsed"'),
            "documents.notice.validity[0].why",
            "needs its reason",
        ),
        (
            HEAD
            + DOCUMENT.replace(
                'status = "in_force" }',
                'status = "in_force" }, { from = 2025-01-01, status = "in_force" }',
            ),
            "documents.notice.validity[1].from",
            "must be after 2025-01-02",
        ),
        (
            HEAD
            + DOCUMENT.replace(
                'status = "in_force" }', 'status = "in_force" }, { status = "in_force" }'
            ),
            "documents.notice.validity[1].from",
            "only the first entry",
        ),
        (
            HEAD + DOCUMENT.replace('document = "notice"', 'document = "notise"'),
            "clauses.own-1.document",
            'did you mean "notice"',
        ),
        (
            HEAD + DOCUMENT.replace('confidence = "V"', 'confidence = "U"'),
            "clauses.own-1.confidence",
            "allowed: V, V2, MH, MM",
        ),
        (
            HEAD + DOCUMENT.replace('topic = "idle"', 'topic = "idel"'),
            "clauses.own-1.topic",
            "allowed: idle",
        ),
        (
            HEAD + DOCUMENT.replace("computed = true", 'computed = "yes"'),
            "clauses.own-1.computed",
            "true or false",
        ),
        (
            HEAD + DOCUMENT + 'units = [{ zh = "局", en = "bureau", role = "lead" }]\n',
            "clauses.own-1.units_as_of",
            "is missing",
        ),
        (
            HEAD + DOCUMENT.replace("own-1", "order53-25"),
            "clauses.order53-25",
            'the pack "national" beneath has this id',
        ),
        (
            HEAD + DOCUMENT + RULE.replace('"own-1"', '"own-2"') + SHARE,
            'rules."green.zone_floor".clause',
            'did you mean "own-1"',
        ),
        (
            HEAD + DOCUMENT + RULE.replace('anchor = "review"\n', "") + SHARE,
            'rules."green.zone_floor".anchor',
            "is missing",
        ),
        (
            HEAD + DOCUMENT + RULE.replace('analysis = "green"', 'analysis = "far"') + SHARE,
            'rules."green.zone_floor".analysis',
            "first word",
        ),
        (
            HEAD + DOCUMENT + RULE.replace("green.zone_floor", "own"),
            'rules."own"',
            "<analysis>.<name>",
        ),
        (
            HEAD + DOCUMENT + RULE + 'attention = "maybe"\n' + SHARE,
            'rules."green.zone_floor".attention',
            "allowed: yes, no",
        ),
        (
            HEAD + DOCUMENT + RULE + SHARE.replace("value", "valeu = 1, value"),
            'rules."green.zone_floor".parameters.share_min.valeu',
            'did you mean "value"',
        ),
        (
            HEAD + DOCUMENT + RULE + SHARE.replace("1/5", "a fifth"),
            'rules."green.zone_floor".parameters.share_min.value',
            'a fraction such as "1/3"',
        ),
        (
            HEAD + DOCUMENT + RULE + 'parameters.share_min = { value = 30, unit = "share" }\n',
            'rules."green.zone_floor".parameters.share_min.value',
            "between 0 and 1",
        ),
        (
            HEAD + '[rules."idle.not_started_1y"]\nparameters.years = { value = -1 }\n',
            'rules."idle.not_started_1y".parameters.years.value',
            "must not be negative",
        ),
        (
            HEAD + '[rules."idle.not_started_1y"]\nparameters.years = { value = "one" }\n',
            'rules."idle.not_started_1y".parameters.years.value',
            "must be a number as in the pack beneath",
        ),
        (
            HEAD + '[actions.investigate]\nassists = "jn-5-4-idel"\n',
            "actions.investigate.assists",
            'did you mean "jn-5-4-idle"',
        ),
        (
            HEAD + '[actions.investigate]\nrules = ["idel.suspended"]\n',
            "actions.investigate.rules",
            "is no rule id",
        ),
        (HEAD + "[actions.plant]\n", "actions.plant", "no analysis proposes this action"),
        (
            HEAD + '[actions.investigate]\nblocked_by = [{ zh = "甲", en = "a", untill = "x" }]\n',
            "actions.investigate.blocked_by[0].untill",
            'did you mean "until"',
        ),
        (
            HEAD + DOCUMENT + RULE,
            'rules."green.zone_floor".parameters.share_min',
            "is missing: the analysis needs it",
        ),
        (
            HEAD + DOCUMENT + RULE.replace("zone_floor", "zone_flor") + SHARE,
            'rules."green.zone_flor"',
            'no analysis reads a rule of this name; did you mean "green.zone_floor"',
        ),
        (
            HEAD + '[rules."far.admin_land"]\nparameters.share_mx = { value = 0.1 }\n',
            'rules."far.admin_land".parameters.share_mx',
            'no analysis reads this parameter of the rule; did you mean "share_max"',
        ),
        (
            HEAD + '[rules."mixed.list"]\nparameters.uses = { value = ["office", "shops"] }\n',
            'rules."mixed.list".parameters.uses.value',
            "'shops' is not allowed; allowed: commercial",
        ),
        (
            HEAD + '[rules."mixed.list"]\nparameters.list_kind = { value = "opened" }\n',
            'rules."mixed.list".parameters.list_kind.value',
            'did you mean "open"',
        ),
        (
            HEAD + '[rules."far.floor"]\nparameters.table = { value = [{ industry_code = "39", '
            'scheme = "GB/T 4754-2017" }] }\n',
            'rules."far.floor".parameters.table.value[0].far_min',
            "is missing",
        ),
        (
            HEAD + '[rules."far.floor"]\nparameters.table = { value = [{ industry_code = 39, '
            'scheme = "GB/T 4754-2017", far_min = 1.0 }] }\n',
            'rules."far.floor".parameters.table.value[0].industry_code',
            "must be a string, found 39",
        ),
        (
            HEAD + '[rules."far.floor"]\nparameters.table = { value = [{ industry_code = "39", '
            'scheme = "GB/T 4754-2017", far_min = 1.0, far = 2 }] }\n',
            'rules."far.floor".parameters.table.value[0].far',
            'unknown column; did you mean "far_min"',
        ),
        (
            HEAD + '[rules."green.required_by_use"]\nparameters.table = { type = "fraction", '
            'value = [{ use = "offices", share_min = "35/100" }] }\n',
            'rules."green.required_by_use".parameters.table.value[0].use',
            'did you mean "office"',
        ),
        (
            HEAD + DOCUMENT.replace("issued", 'replaced_by = "notise"\nissued'),
            "documents.notice.replaced_by",
            'did you mean "notice"',
        ),
        (
            HEAD + DOCUMENT.replace("issued", 'replaced_by = "notice"\nissued'),
            "documents.notice.replaced_by",
            "cannot replace itself",
        ),
        (
            HEAD + DOCUMENT + TOPIC.replace("rent", "rents"),
            "topics.rents",
            'did you mean "rent"',
        ),
        (
            HEAD + DOCUMENT + TOPIC.replace('["own-1"]', '["own-2"]'),
            "topics.rent.clauses",
            'did you mean "own-1"',
        ),
        (
            HEAD + DOCUMENT + TOPIC.replace('["own-1"]', "[]"),
            "topics.rent.clauses",
            "must hold at least one",
        ),
        (
            HEAD + DOCUMENT + TOPIC.replace('["capped"]', '["Capped"]'),
            "topics.rent.codes",
            "small letters",
        ),
        (
            HEAD + DOCUMENT + TOPIC.replace('codes = ["capped"]\n', ""),
            "topics.rent.codes",
            "is missing",
        ),
        (HEAD + "[rules\n", "file", "no valid TOML"),
        (HEAD + "[documents.a]\nissued = 2025-13-01\n", "file", "no valid TOML"),
    ],
)
def test_a_mistake_is_told_once_and_where(tmp_path, text, key, what):
    mistakes = _mistakes(tmp_path, text)
    assert [mistake.key for mistake in mistakes] == [key]
    assert what in mistakes[0].what


def test_another_encoding_than_utf8_is_told(tmp_path):
    path = tmp_path / "own.toml"
    path.write_bytes(HEAD.encode("gb18030"))
    with pytest.raises(PackError, match="must be saved as UTF-8"):
        load_policy(path)


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path):
    text = (
        HEAD.replace("format = 1", "format = 9") + DOCUMENT.replace('"V"', '"U"') + "[actions.x]\n"
    )
    with pytest.raises(PackError) as raised:
        load_policy(_pack(tmp_path, text))
    assert [mistake.key for mistake in raised.value.mistakes] == [
        "format",
        "clauses.own-1.confidence",
        "actions.x",
    ]
    assert "own.toml has 3 mistakes" in str(raised.value)


@pytest.mark.parametrize("uncommented", [False, True])
def test_the_skeleton_of_a_new_pack_loads_as_it_stands_and_filled_in(tmp_path, uncommented):
    text = new_pack("our-zone", "jinan-2021")
    if uncommented:
        lines = text.splitlines()
        text = "\n".join(
            line.removeprefix("# ")
            if line.startswith("# ") and ("=" in line or "[" in line)
            else line
            for line in lines
        )
    policy = load_policy(_pack(tmp_path, text))
    assert [pack.id for pack in policy.packs] == ["our-zone", "jinan-2021", "national"]
    assert policy.has_rule("mixed.list")
    expected = "our-zone" if uncommented else "national"
    assert policy.rule("idle.suspended").pack_id == expected


def test_the_codes_that_a_pack_may_hold_are_those_of_the_input_layers():
    assert set(VOCABULARY["uses"]) == set(USES)
    assert set(VOCABULARY["grants"]) == set(GRANTS)
    assert set(VOCABULARY["causes"]) == set(CAUSES)
