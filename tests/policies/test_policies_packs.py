"""The shipped packs: every one loads, says what it says, and has the status of its date."""

import re
from datetime import date
from fractions import Fraction

import pytest

from policies import load_policy, pack_ids
from policies.documents import CONFIDENCE
from policies.errors import (
    UnknownActionError,
    UnknownPackError,
    UnknownParameterError,
    UnknownRuleError,
)

LOCAL = ("hubei-2021", "jinan-2021", "shandong-2016", "shanghai-2021", "zhejiang-2021-draft")


def test_the_shipped_packs_are_these():
    assert pack_ids() == ("national", *LOCAL)


@pytest.mark.parametrize("pack_id", LOCAL)
def test_a_local_pack_lies_over_the_national_one(pack_id):
    policy = load_policy(pack_id)
    assert [pack.id for pack in policy.packs] == [pack_id, "national"]
    assert policy.rule("idle.not_started_1y").pack_id == "national"


@pytest.mark.parametrize("pack_id", ["national", *LOCAL])
def test_every_clause_is_complete(pack_id):
    for clause in load_policy(pack_id).clauses():
        assert clause.confidence in CONFIDENCE
        assert clause.text.zh, clause.id
        assert clause.text.en, clause.id
        assert not clause.units or clause.units_as_of is not None


def test_computed_is_what_a_rule_a_parameter_or_an_action_rests_on():
    behind, clauses = set(), {}
    for pack_id in pack_ids():
        policy = load_policy(pack_id)
        behind |= {rule.clause.id for rule in policy.rules()}
        behind |= {p.clause.id for rule in policy.rules() for p in rule.parameters.values()}
        behind |= {item.clause.id for item in policy.actions() if item.clause is not None}
        clauses |= {clause.id: clause.computed for clause in policy.clauses()}
    assert {name for name, computed in clauses.items() if computed} == behind


def test_every_rule_that_an_action_names_exists_in_some_pack():
    known = {rule.id for pack_id in pack_ids() for rule in load_policy(pack_id).rules()}
    for action in load_policy("national").actions():
        assert set(action.rules) <= known, action.code


@pytest.mark.parametrize(
    ("pack_id", "rule", "key", "value"),
    [
        ("national", "idle.start_due", "start_after_delivery_years", 1),
        ("national", "idle.not_started_1y", "years", 1),
        ("national", "idle.not_started_2y", "years", 2),
        ("national", "idle.suspended", "developed_share_min", Fraction(1, 3)),
        ("national", "idle.suspended", "invested_share_min", Fraction(1, 4)),
        ("national", "idle.started", "pit_share_min", Fraction(1)),
        ("national", "idle.started", "foundation_share_min", Fraction(1, 3)),
        ("national", "idle.preparatory", "causes", ("preparatory",)),
        ("national", "idle.fee_order53", "share", Fraction(1, 5)),
        ("national", "idle.fee_order53", "grants", ("grant", "allocation")),
        ("national", "idle.fee_law_max", "share_max", Fraction(1, 5)),
        ("national", "idle.fee_law_max", "grants", ("grant",)),
        ("national", "idle.extension_art12", "years_max", 1),
        ("national", "idle.counting", "start_day_counts", False),
        ("national", "idle.counting", "holiday_rollover", False),
        ("national", "far.control", "storey_above_m", 8.0),
        ("national", "far.control", "factor", 2),
        ("national", "far.half_storey", "storey_below_m", 2.2),
        ("national", "far.building_coefficient", "share_min", Fraction(3, 10)),
        ("national", "far.admin_land", "share_max", Fraction(7, 100)),
        ("national", "green.industrial_cap", "share_max", Fraction(1, 5)),
        ("national", "mixed.no_residents", "uses", ("residential", "dormitory")),
        (
            "jinan-2021",
            "mixed.list",
            "uses",
            ("industrial", "storage", "research", "office", "commercial"),
        ),
        ("jinan-2021", "mixed.list", "list_kind", "open"),
        ("jinan-2021", "far.intensify", "uses", ("industrial", "research")),
        ("zhejiang-2021-draft", "mixed.list", "list_kind", "closed"),
        ("shanghai-2021", "mixed.list", "list_kind", "pilot"),
        ("shanghai-2021", "mixed.list", "uses", ()),
        ("shanghai-2021", "green.zone_floor", "share_min", Fraction(1, 5)),
    ],
)
def test_parameters(pack_id, rule, key, value):
    found = load_policy(pack_id).rule(rule).value(key)
    assert found == value
    assert type(found) is type(value)


def test_the_2008_table_of_industries():
    rule = load_policy("national").rule("far.floor")
    table = {row["industry_code"]: row for row in rule.value("table")}
    assert len(table) == 30
    assert "38" not in table  # the code does not exist in the edition of 2002
    assert {row["scheme"] for row in table.values()} == {"GB/T 4754-2002"}
    assert (table["25"]["far_min"], table["27"]["far_min"], table["40"]["far_min"]) == (
        0.5,
        0.7,
        1.0,
    )
    assert (table["13"]["confidence"], table["34"]["confidence"]) == ("V2", "MH")
    assert rule.confidence == "MH"


def test_green_by_use_holds_exact_fractions():
    table = load_policy("jinan-2021").rule("green.required_by_use").value("table")
    assert {row["use"]: row["share_min"] for row in table} == {
        "research": Fraction(7, 20),
        "office": Fraction(7, 20),
    }


@pytest.mark.parametrize(
    ("pack_id", "mixed", "pooling"),
    [
        ("national", False, False),
        ("hubei-2021", False, False),
        ("shandong-2016", False, False),
        ("zhejiang-2021-draft", True, False),
        ("jinan-2021", True, True),
        ("shanghai-2021", True, True),
    ],
)
def test_which_pack_gives_a_basis(pack_id, mixed, pooling):
    policy = load_policy(pack_id)
    assert policy.has_rule("mixed.list") is mixed
    assert policy.has_rule("green.pooling") is pooling


@pytest.mark.parametrize(
    ("pack_id", "day", "status"),
    [
        ("national", date(2012, 6, 30), "not_yet_effective"),
        ("national", date(2012, 7, 1), "in_force"),
        ("jinan-2021", date(2021, 3, 4), "not_yet_effective"),
        ("jinan-2021", date(2021, 3, 5), "in_force"),
        ("jinan-2021", date(2023, 12, 31), "in_force"),
        ("jinan-2021", date(2024, 1, 1), "validity_unverified"),
        ("shanghai-2021", date(2021, 1, 14), "not_yet_effective"),
        ("shanghai-2021", date(2021, 1, 15), "in_force"),
        ("shanghai-2021", date(2026, 1, 14), "in_force"),
        ("shanghai-2021", date(2026, 1, 15), "validity_unverified"),
        ("shandong-2016", date(2021, 9, 25), "in_force"),
        ("shandong-2016", date(2021, 9, 26), "validity_unverified"),
        ("zhejiang-2021-draft", date(1990, 1, 1), "draft"),
        ("zhejiang-2021-draft", date(2030, 1, 1), "draft"),
        ("hubei-2021", date(2026, 6, 30), "unreliable"),
    ],
)
def test_the_status_of_the_main_document(pack_id, day, status):
    assert load_policy(pack_id).status_at(day) == status


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2007, 12, 31), "not_yet_effective"),
        (date(2015, 5, 1), "in_force"),
        (date(2022, 12, 31), "in_force"),
        (date(2023, 1, 1), "validity_unverified"),
    ],
)
def test_the_2008_indicators_bind_anchors_before_2023(day, status):
    assert load_policy("jinan-2021").rule("far.floor").status_at(day) == status


def test_a_lapsed_document_says_so():
    documents = {item.id: item for item in load_policy("national").documents()}
    assert documents["evaluation-2020"].status_at(date(2024, 1, 7)) == "in_force"
    assert documents["evaluation-2020"].status_at(date(2024, 1, 8)) == "lapsed"


def test_citations():
    policy = load_policy("jinan-2021")
    assert policy.rule("idle.suspended").clause.citation("zh") == "国土资源部令第53号 第二条第二款"
    assert policy.rule("idle.suspended").clause.citation("en") == "MLR Order No. 53 art. 2 para 2"
    assert policy.rule("green.pooling").clause.citation("zh") == "济政字〔2021〕22号 五（六）"
    draft = load_policy("zhejiang-2021-draft").rule("mixed.list").clause
    assert "征求意见稿" in draft.citation("zh")


def test_notices_tell_what_is_not_plainly_in_force():
    as_of = date(2026, 6, 30)
    assert "效力待核实" in load_policy("jinan-2021").notices(as_of)[0].zh
    assert "文本不可靠" in load_policy("hubei-2021").notices(as_of)[0].zh
    before = load_policy("jinan-2021").notices(date(2022, 6, 30))
    assert not any("济政字" in notice.zh for notice in before)
    shanghai = [notice.zh for notice in load_policy("shanghai-2021").notices(as_of)]
    assert any("联席会议" in notice for notice in shanghai)


def test_hubei_has_topics_and_nothing_else():
    policy = load_policy("hubei-2021")
    pack = policy.packs[0]
    assert pack.rule_ids == ()
    assert pack.action_codes == ()
    assert not any(clause.computed or clause.units for clause in pack.clauses)
    assert {rule.pack_id for rule in policy.rules()} == {"national"}
    assert {p.pack_id for rule in policy.rules() for p in rule.parameters.values()} == {"national"}
    said = [clause.text for clause in pack.clauses]
    said += [policy.topic_table[name].text for name in pack.topic_ids]
    assert len(said) == len(pack.clauses) + 4
    limits = re.compile(
        r"[0-9０-９]|百分之|分之|[一二三四五六七八九十百千万亿]+(?:年|个|亩|元|%|名|位|次)"
    )
    for text in said:
        assert limits.search(text.zh) is None, text.zh
        assert not any(char.isdigit() for char in text.en), text.en
    assert "失真" in pack.remarks[0].zh
    assert pack.documents[0].issued is None


def test_no_mark_of_a_mere_guess_is_shipped():
    for pack_id in pack_ids():
        policy = load_policy(pack_id)
        for clause in policy.clauses():
            assert clause.confidence != "U"
        for rule in policy.rules():
            assert all(item.confidence in CONFIDENCE for item in rule.parameters.values())


def test_a_document_that_was_replaced_names_its_successor():
    documents = {
        item.id: item for pack_id in pack_ids() for item in load_policy(pack_id).documents()
    }
    replaced = {item.id: item.replaced_by for item in documents.values() if item.replaced_by}
    assert replaced == {
        "indicators-2004": "indicators-2008",
        "indicators-2008": "indicators-2023",
        "evaluation-2020": "evaluation-2024",
        "jinan-m0-2021": "jinan-m0-2025",
    }
    for name in replaced:
        last = documents[name].validity[-1]
        assert last.status != "in_force"
        assert last.why is not None


def test_units_assist_the_action_of_the_local_pack():
    action = load_policy("jinan-2021").action("pool_green")
    assert action.assists is not None
    assert "市自然资源和规划局" in [unit.name.zh for unit in action.assists.units]
    assert action.title == load_policy("national").action("pool_green").title
    assert action.pack_id == "jinan-2021"
    assert "市规划资源局" in [unit.name.zh for unit in load_policy("shanghai-2021").units()]


def test_an_unknown_pack_rule_parameter_or_action_names_what_there_is():
    with pytest.raises(UnknownPackError, match=r'did you mean "jinan-2021".*shanghai-2021'):
        load_policy("jinan-2012")
    with pytest.raises(UnknownPackError, match="no rule pack at"):
        load_policy("nowhere/own.toml")
    policy = load_policy("national")
    with pytest.raises(UnknownRuleError, match=r'did you mean "idle\.suspended"'):
        policy.rule("idle.suspend")
    with pytest.raises(UnknownParameterError, match="years"):
        policy.rule("idle.not_started_1y").value("year")
    with pytest.raises(UnknownActionError, match="propose_fee"):
        policy.action("propose_fees")
    with pytest.raises(KeyError):
        policy.rule("mixed.list")
    with pytest.raises(ValueError, match=r"mixed\.list"):
        policy.rule("mixed.list")
