"""The comparison of the five jurisdictions, topic by topic, for every pair."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest
from typer.testing import CliRunner

from policies import load_policy
from policies.compare import compare_topics, diff_policies, diff_topics
from policies.topics import COMPARED
from zongdi.cli import app

JINAN, SHANGHAI, ZHEJIANG = "jinan-2021", "shanghai-2021", "zhejiang-2021-draft"
SHANDONG, HUBEI = "shandong-2016", "hubei-2021"
FIVE = (JINAN, SHANGHAI, ZHEJIANG, SHANDONG, HUBEI)

#: What each document says on each topic, in codes; a document that is not named says nothing.
EXPECTED: dict[str, dict[str, set[str]]] = {
    "mixed_list": {
        JINAN: {"industrial", "storage", "research", "office", "commercial", "public_functions"},
        SHANGHAI: {"pilot"},
        ZHEJIANG: {"industrial", "storage", "research", "office", "nonprofit"},
    },
    "expansion_land": {
        JINAN: {"industrial", "research"},
        ZHEJIANG: {"good_firms", "storage_ratio"},
    },
    "expansion_means": {
        JINAN: {
            *("add_storeys", "convert", "rearrange"),
            *("extend_production", "extend_storage", "extend_research"),
        },
        SHANGHAI: {"market_mechanism"},
        ZHEJIANG: {
            *("add_storeys", "convert", "rearrange"),
            *("extend_production", "extend_storage"),
        },
    },
    "price_waiver": {JINAN: {"all_self_held"}},
    "conversion": {JINAN: {"standard_workshop", "m0"}},
    "buy_back": {
        JINAN: {"market_buy_back"},
        SHANGHAI: {"property_for_land", "market_buy_back"},
        ZHEJIANG: {"move_out"},
    },
    "firm_exit": {
        JINAN: {"transfer_surplus_land", "sublet_surplus_floor"},
        SHANGHAI: {"transfer_surplus_land", "sublet_surplus_floor"},
        ZHEJIANG: {"low_and_scattered_out"},
    },
    "supply": {
        JINAN: {"standard_grant", "published_in_advance", "start_at_once"},
        SHANGHAI: {"standard_grant", "published_in_advance"},
        ZHEJIANG: {"flexible_grant", "lease_before_grant", "part_lease", "long_lease"},
        HUBEI: {"standard_land"},
    },
    "term": {SHANGHAI: {"priority_for_longest"}, ZHEJIANG: {"flexible"}},
    "green_balance": {JINAN: {"zone_total"}, SHANGHAI: {"zone_total"}},
    "assessment_exceptions": {
        JINAN: {"state", "province", "city"},
        SHANGHAI: {"state", "city"},
    },
    "boundary": {SHANGHAI: {"keep_stable"}, SHANDONG: {"strict", "rectify"}},
    "performance_sanction": {
        JINAN: {"targets"},
        SHANGHAI: {"rectify", "interview", "exit"},
        ZHEJIANG: {"joint_conference"},
        SHANDONG: {"rectify"},
        HUBEI: {"notice", "interview", "exit"},
    },
    "rent": {HUBEI: {"direction_unreliable"}},
    "lead_unit": {
        JINAN: {"municipal_natural_resources_and_planning"},
        SHANGHAI: {"municipal_planning_and_resources"},
        ZHEJIANG: {"provincial_natural_resources"},
        HUBEI: {"provincial_natural_resources"},
    },
}

#: Words that the table shows, per topic and pack.
SAID = {
    ("mixed_list", JINAN): ("工业、仓储、研发、办公、商业", "公共服务与市政设施的功能混合"),
    ("mixed_list", SHANGHAI): ("试点", "没有清单"),
    ("mixed_list", ZHEJIANG): ("工业、仓储、研发、办公、非营利性设施", "征求意见稿"),
    ("expansion_means", ZHEJIANG): ("未列研发",),
    ("price_waiver", JINAN): ("全部自持、不对外销售",),
    ("conversion", JINAN): ("标准厂房", "新型产业用地"),
    ("buy_back", SHANGHAI): ("优质物业换低效用地", "市场化回购"),
    ("firm_exit", JINAN): ("节余土地转让、节余房屋转租",),
    ("supply", JINAN): ("标准化出让", "提前公告", "拿地即开工"),
    ("supply", ZHEJIANG): ("未提及", "先租后让", "租让结合", "长期租赁"),
    ("supply", HUBEI): ("标准地", "标地"),
    ("term", SHANGHAI): ("五十年",),
    ("performance_sanction", SHANGHAI): ("五年", "C类", "末五位"),
    ("performance_sanction", HUBEI): ("通报、约谈、退出", "不可用"),
    ("rent", HUBEI): ("不可信",),
    ("lead_unit", JINAN): ("市自然资源和规划局",),
    ("lead_unit", SHANGHAI): ("市规划资源局",),
    ("lead_unit", ZHEJIANG): ("省自然资源厅",),
    ("lead_unit", HUBEI): ("省自然资源厅",),
}


def test_the_table_has_these_topics() -> None:
    assert list(COMPARED) == list(EXPECTED)


@pytest.mark.parametrize("topic_id", EXPECTED)
@pytest.mark.parametrize("pack_id", FIVE)
def test_every_cell_of_the_table(pack_id: str, topic_id: str) -> None:
    topic = load_policy(pack_id).topic(topic_id)
    expected = EXPECTED[topic_id].get(pack_id)
    if expected is None:
        assert topic is None
        return
    assert topic is not None
    assert set(topic.codes) == expected
    assert all(clause.pack_id == pack_id for clause in topic.clauses)
    assert all(part in topic.text.zh for part in SAID.get((topic_id, pack_id), ()))


@pytest.mark.parametrize(("one", "other"), list(permutations(FIVE, 2)))
def test_every_pair_differs_where_the_table_does(one: str, other: str) -> None:
    rows = diff_topics(load_policy(one), load_policy(other), "en")
    assert [row["topic"] for row in rows] == list(EXPECTED)
    for row in rows:
        cells = EXPECTED[row["topic"]]
        assert row["differs"] == ("differs" if cells.get(one) != cells.get(other) else "same")
        for side, pack_id in (("one", one), ("other", other)):
            assert (row[side] == "not stated") == (pack_id not in cells)


@pytest.mark.parametrize(("one", "other"), list(combinations(FIVE, 2)))
def test_the_command_prints_the_table(one: str, other: str) -> None:
    result = CliRunner().invoke(app, ["policies", "diff", one, other])
    assert result.exit_code == 0
    for title, left, right in compare_topics([load_policy(one), load_policy(other)], "zh"):
        line = next(line for line in result.output.splitlines() if line.startswith(title))
        assert left in line
        assert right in line
    for row in diff_policies(load_policy(one), load_policy(other)):
        assert row["rule"] in result.output


def test_a_pack_does_not_differ_from_itself() -> None:
    result = CliRunner().invoke(app, ["--lang", "en", "policies", "diff", JINAN, JINAN])
    assert result.output.strip() == "The two packs do not differ."


@pytest.mark.parametrize("pack_id", FIVE)
def test_the_table_agrees_with_the_rules(pack_id: str) -> None:
    policy = load_policy(pack_id)
    cells = {topic: packs.get(pack_id, set()) for topic, packs in EXPECTED.items()}
    listed = set(policy.rule("mixed.list").value("uses")) if policy.has_rule("mixed.list") else None
    assert (listed is None) == (not cells["mixed_list"])
    if listed:
        assert listed == cells["mixed_list"] - {"public_functions"}
    assert policy.has_rule("green.pooling") == bool(cells["green_balance"])
    own = policy.rule("far.intensify").pack_id == pack_id
    assert own == bool(cells["expansion_land"])


def test_a_pack_of_ones_own_inherits_the_stands_and_may_change_one(tmp_path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        """format = 1
id = "own"
extends = "jinan-2021"
title = { zh = "本地", en = "own" }
jurisdiction = { zh = "某地", en = "somewhere" }

[topics.term]
codes = ["flexible"]
text = { zh = "弹性年期", en = "flexible" }
clauses = ["jn-5-5-supply"]
""",
        encoding="utf-8",
    )
    own, jinan = load_policy(path), load_policy(JINAN)
    assert [r["topic"] for r in diff_topics(own, jinan, "en") if r["differs"] == "differs"] == [
        "term"
    ]
    topic = own.topic("term")
    assert topic is not None
    assert topic.pack_id == "own"
