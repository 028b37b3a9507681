"""The documentation alone is enough to write a pack for a city that no shipped pack knows."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from layers.codes import USES
from policies import load_policy
from policies.compare import diff_topics
from policies.documents import CONFIDENCE, STATUSES
from policies.loader import _catalogue
from policies.schema import ANCHORS, TOP, TOPICS
from policies.topics import COMPARED
from zongdi.cli import app

if TYPE_CHECKING:
    from policies import Policy

PAGE = Path(__file__).parents[2].joinpath("docs", "policies.md").read_text(encoding="utf-8")
EXAMPLES = [part.split("```")[0] for part in PAGE.split("```toml\n")[1:]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "demo-city.toml"
    path.write_text(EXAMPLES[0], encoding="utf-8")
    return path


@pytest.fixture
def city(path: Path) -> Policy:
    return load_policy(path)


def test_the_city_of_the_page(city: Policy) -> None:
    least = city.rule("far.building_coefficient").parameter("share_min")
    assert (least.value, least.pack_id) == (Fraction(2, 5), "demo-city")
    assert least.clause.citation("zh") == "示政发〔2024〕1号 第四条"
    assert least.beneath is not None
    assert least.beneath.value == Fraction(3, 10)
    assert city.rule("mixed.list").value("list_kind") == "closed"
    assert city.rule("green.required_by_use").value("table")[0]["share_min"] == Fraction(3, 10)
    assert city.has_rule("green.pooling")
    action = city.action("allow_mixed")
    assert action.assists is not None
    assert [unit.name.zh for unit in action.assists.units] == ["市自然资源局"]


def test_the_commands_of_the_page(path: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (["check"], ["show"], ["diff", "jinan-2021"]):
        result = CliRunner().invoke(app, ["policies", command[0], str(path), *command[1:]])
        assert result.exit_code == 0, result.output
    made = CliRunner().invoke(app, ["policies", "new", "other-city", "--from", "national"])
    assert made.exit_code == 0
    assert load_policy(tmp_path / "other-city.toml").id == "other-city"


def test_the_city_differs_from_jinan_where_it_says_so(city: Policy) -> None:
    rows = {row["topic"]: row for row in diff_topics(city, load_policy("jinan-2021"), "en")}
    assert rows["mixed_list"]["differs"] == "differs"
    assert rows["green_balance"]["differs"] == "same"
    assert rows["term"]["one"] == "not stated"


def test_the_table_of_2023_as_an_office_would_load_it(tmp_path: Path) -> None:
    clause = """
[clauses.indicators-loaded-1]
document = "indicators-loaded"
topic = "intensity"
text = { zh = "概括", en = "paraphrase" }
confidence = "V"
computed = true
"""
    path = tmp_path / "city.toml"
    path.write_text(EXAMPLES[0] + EXAMPLES[1] + clause, encoding="utf-8")
    table = load_policy(path).rule("far.floor").parameter("table")
    assert [row["scheme"] for row in table.value] == ["GB/T 4754-2017"]
    assert table.beneath is not None
    assert len(table.beneath.value) == 30


def test_the_page_names_everything_that_a_pack_may_hold() -> None:
    rules = _catalogue()
    keys = {key for several in rules.values() for rule in several for key in rule.parameters}
    columns = {"industry_code", "scheme", "far_min", "use", "share_min"}
    for name in (
        *(*rules, *keys, *columns, *USES, *COMPARED, *TOPICS, *STATUSES, *CONFIDENCE),
        *(*ANCHORS, *TOP, "replaced_by", "rule_in_force", "ruleset_2023"),
    ):
        assert f"`{name}`" in PAGE or f"`[{name}." in PAGE or f'`[{name}."' in PAGE, name
