"""Packs as text and rows."""

from datetime import date

import pytest

from policies import load_policy, pack_ids
from policies.compare import diff_policies
from policies.describe import describe_pack, list_packs, parameter_rows


def test_the_list_has_a_heading_and_one_row_per_pack():
    rows = list_packs("zh", as_of=date(2026, 6, 30))
    assert rows[0] == ("代号", "适用地区", "文件", "效力")
    assert [row[0] for row in rows[1:]] == list(pack_ids())
    by_id = {row[0]: row for row in rows}
    assert by_id["jinan-2021"][1:] == ("山东省济南市", "济政字〔2021〕22号", "效力待核实")


def test_without_a_date_the_list_holds_the_statuses_with_their_dates():
    by_id = {row[0]: row for row in list_packs("en")}
    assert by_id["jinan-2021"][3] == "from 2021-03-05 in force; from 2024-01-01 validity unverified"
    assert by_id["zhejiang-2021-draft"][3] == "draft for comment"


@pytest.mark.parametrize("pack_id", pack_ids())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_description_names_every_clause_and_rule(pack_id, lang):
    policy = load_policy(pack_id)
    text = describe_pack(policy, lang, as_of=date(2026, 6, 30))
    for clause in policy.packs[0].clauses:
        assert f"[{clause.id}] {clause.citation(lang)}" in text
        assert clause.text.get(lang) in text
    for rule in policy.rules():
        assert f"{rule.id} · {rule.title.get(lang)}" in text
    assert text == describe_pack(policy, lang, as_of=date(2026, 6, 30))


def test_parameter_rows_hold_every_parameter_with_its_provenance():
    policy = load_policy("jinan-2021")
    rows = parameter_rows(policy)
    assert len(rows) == sum(len(rule.parameters) for rule in policy.rules())
    row = next(row for row in rows if (row["rule"], row["key"]) == ("far.intensify", "uses"))
    assert (row["value"], row["pack"], row["clause"]) == (
        "industrial、research",
        "jinan-2021",
        "济政字〔2021〕22号 五（五）",
    )


def test_what_differs_between_two_packs():
    rows = diff_policies(load_policy("jinan-2021"), load_policy("zhejiang-2021-draft"), "en")
    found = {(row["rule"], row["key"]): (row["one"], row["other"]) for row in rows}
    assert found["mixed.list", "list_kind"] == ("open", "closed")
    assert found["green.pooling", ""] == ("green pooling over the zone", "")
    assert ("idle.suspended", "developed_share_min") not in found
    assert diff_policies(load_policy("jinan-2021"), load_policy("jinan-2021")) == []
