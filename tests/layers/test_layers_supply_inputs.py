"""The inputs of land supply: options of the project file, rates of money per area, a second heading row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layers.errors import UnitError
from layers.inputs import read_inputs
from layers.options import OPTIONS, read_option
from layers.problems import ProblemLog
from layers.project import load_project
from layers.units import conversion

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("unit", "factor"), [("万元/亩", 1.0), ("万元/公顷", 1 / 15), ("元/m2", 10_000 / 15 / 10_000)]
)
def test_rates_become_ten_thousand_yuan_per_mu(unit: str, factor: float) -> None:
    assert conversion(unit, "wan/mu") == pytest.approx(factor)


def test_an_amount_is_no_rate() -> None:
    with pytest.raises(UnitError, match="万元/亩"):
        conversion("万元", "wan/mu")


@pytest.mark.parametrize(
    ("key", "value", "wrong"),
    [
        ("assessment_topics", ["water", "geology"], None),
        ("assessment_topics", ["noise"], "does not know noise"),
        ("catalogue", "39", "must be a list of texts"),
        ("service_reach_m", {"default": 500, "gas": 200}, None),
        ("service_reach_m", {"stadium": 1}, "does not know stadium"),
        ("min_readiness", 75, "must be a share from 0 to 1"),
        ("replan", "yes", "must be true or false"),
    ],
)
def test_options_of_supply(key: str, value: object, wrong: str | None) -> None:
    _, mistake = read_option(OPTIONS["supply"][key], value)
    assert (mistake is None) == (wrong is None)
    if mistake is not None and wrong is not None:
        assert wrong in mistake.en


def test_the_headings_of_a_result_sheet_are_read_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text(
        "宗地代码,拟供季度,编辑决定,年期（年）\nparcel,quarter,decision of the planner,term\nA,2026Q3,列入,20\n",
        encoding="utf-8",
    )
    (tmp_path / "ledger.csv").write_text("合同编号\nH1\n", encoding="utf-8")
    (tmp_path / "project.toml").write_text(
        'as_of = 2026-06-30\n[layers.ledger]\npath = "ledger.csv"\n[layers.plan]\npath = "plan.csv"\n',
        encoding="utf-8",
    )
    frame = read_inputs(load_project(tmp_path), ProblemLog()).frames["plan"]
    assert frame[["parcel_id", "quarter", "decision", "term_years"]].to_numpy().tolist() == [
        ["A", "2026Q3", "in", 20.0]
    ]
