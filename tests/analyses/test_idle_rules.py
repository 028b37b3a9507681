"""Every number of the idle-land rules stands in the pack: moved there, the verdict moves with it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from analyses.idle import analyse_idle
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies import load_policy

if TYPE_CHECKING:
    from pathlib import Path

    from policies.model import Policy

AS_OF = date(2026, 6, 30)
PAST = {"start_due_on": "2025-06-29", "started": False}
HALT = {"started": True, "suspended_on": "2025-06-29"}


def changed(folder: Path, rule: str, key: str, value: str) -> Policy:
    path = folder / "local.toml"
    path.write_text(
        "format = 1\n"
        'id = "local"\n'
        'extends = "national"\n'
        'title = { zh = "测试", en = "test" }\n'
        'jurisdiction = { zh = "测试", en = "test" }\n'
        f'[rules."{rule}".parameters.{key}]\n'
        f"value = {value}\n" + ('type = "fraction"\n' if "/" in value else ""),
        encoding="utf-8",
    )
    return load_policy(path)


def review(policy: Policy, facts: dict, causes: list[dict] | None = None, cases=None, holidays=()):
    ledger = frame("ledger", [{"parcel_id": "p", "contract_no": "c", **facts}])
    parcels = frame("parcels", [{"parcel_id": "p"}])
    return analyse_idle(
        ledger,
        parcels,
        policy,
        AS_OF,
        causes=None if causes is None else frame("causes", causes),
        cases=None if cases is None else frame("cases", cases),
        holidays=holidays,
    )


def frame(contract: str, rows: list[dict]) -> pd.DataFrame:
    out = empty_frame(CONTRACTS[contract], pd.RangeIndex(len(rows)))
    for name in {key for row in rows for key in row}:
        values = [row.get(name) for row in rows]
        dtype = CONTRACTS[contract].column(name).dtype
        dated = dtype.startswith("date")
        out[name] = pd.Series(pd.to_datetime(values) if dated else values, dtype=dtype)
    return out


@pytest.mark.parametrize(
    ("rule", "key", "value", "facts", "before", "after"),
    [
        (
            *("idle.start_due", "start_after_delivery_years", "2"),
            {"delivered_on": "2024-06-29", "started": False},
            *("suspected_1y", "overdue_start"),
        ),
        ("idle.not_started_1y", "years", "2", PAST, "suspected_1y", "overdue_start"),
        (
            *("idle.not_started_2y", "years", "3"),
            {"start_due_on": "2024-06-29", "started": False},
            *("suspected_2y", "suspected_1y"),
        ),
        (
            *("idle.suspended", "years", "2"),
            {**HALT, "develop_area_m2": 3, "developed_area_m2": 0},
            *("suspended", "started"),
        ),
        (
            *("idle.suspended", "developed_share_min", '"1/2"'),
            {
                **HALT,
                "develop_area_m2": 300,
                "developed_area_m2": 149,
                "investment_total_wan": 4,
                "invested_wan": 1,
                "investment_includes_land": False,
            },
            *("started", "suspended"),
        ),
        (
            *("idle.suspended", "invested_share_min", '"26/100"'),
            {
                **HALT,
                "develop_area_m2": 300,
                "developed_area_m2": 149,
                "investment_total_wan": 4,
                "invested_wan": 1,
                "investment_includes_land": False,
            },
            *("started", "suspended"),
        ),
        *(
            (
                *("idle.started", f"{kind}_share_min", '"4/5"'),
                {
                    "start_due_on": "2025-06-29",
                    "permit": True,
                    "foundation": foundation,
                    "foundation_done_share": done,
                },
                *outcome,
            )
            for kind, foundation, done, outcome in (
                ("pit", "pit", 0.8, ("suspected_1y", "started")),
                ("piles", "piles", 0.8, ("suspected_1y", "started")),
                ("foundation", "foundation", 0.5, ("started", "suspected_1y")),
            )
        ),
        (
            *("idle.government_cause", "causes", '["gov_plan"]'),
            {**PAST, "cause": "gov_other", "cause_verified": True},
            *("gov_cause", "human_review"),
        ),
        (
            *("idle.counting", "start_day_counts", "true"),
            {"start_due_on": "2025-06-30", "started": False},
            *("at_the_line", "suspected_1y"),
        ),
    ],
)
def test_a_moved_parameter_moves_the_status(
    tmp_path: Path, rule: str, key: str, value: str, facts: dict, before: str, after: str
) -> None:
    national = review(load_policy("national"), facts).measures["idle_status"].iloc[0]
    local = review(changed(tmp_path, rule, key, value), facts).measures["idle_status"].iloc[0]
    assert (national, local) == (before, after)


@pytest.mark.parametrize(
    ("rule", "key", "value", "grant", "fees"),
    [
        ("idle.fee_order53", "share", '"10/100"', "grant", (10, 20)),
        ("idle.fee_law_max", "share_max", '"30/100"', "grant", (20, 30)),
        ("idle.fee_order53", "grants", '["allocation"]', "grant", (None, 20)),
        ("idle.fee_law_max", "grants", '["grant", "allocation"]', "allocation", (20, 20)),
    ],
)
def test_a_moved_parameter_moves_the_fee(
    tmp_path: Path, rule: str, key: str, value: str, grant: str, fees: tuple
) -> None:
    facts = {**PAST, "cause": "holder", "grant": grant, "land_price_wan": 100}
    row = review(changed(tmp_path, rule, key, value), facts).measures.iloc[0]
    found = tuple(
        None if pd.isna(row[name]) else row[name] for name in ("fee_order53_wan", "fee_law_max_wan")
    )
    assert found == fees


def test_the_longest_extension_is_shown_from_both_days(tmp_path: Path) -> None:
    facts = {
        **PAST,
        "extension_kind": "art12",
        "extension_signed_on": "2026-03-01",
        "extension_start_on": "2026-05-01",
        "registered_in_system": True,
    }

    def limits(policy: Policy) -> dict[str, str]:
        table = review(policy, facts).tables["deadlines"].set_index("step")["due_on"]
        return {
            step: str(table[step].date())
            for step in ("extension_limit_new", "extension_limit_signed")
        }

    assert limits(load_policy("national")) == {
        "extension_limit_new": "2027-05-01",
        "extension_limit_signed": "2027-03-01",
    }
    assert limits(changed(tmp_path, "idle.extension_art12", "years_max", "2")) == {
        "extension_limit_new": "2028-05-01",
        "extension_limit_signed": "2028-03-01",
    }


@pytest.mark.parametrize(
    ("rule", "key", "step"),
    [
        ("idle.investigation", "days", "investigation"),
        ("idle.answer", "days", "answer"),
        ("idle.performance", "fee_days", "fee_payment"),
    ],
)
def test_days_of_the_procedure(tmp_path: Path, rule: str, key: str, step: str) -> None:
    event = {
        "investigation": "discovered_on",
        "answer": "notice_received_on",
        "fee_payment": "decision_served_on",
    }[step]
    cases = [{"contract_no": "c", "decision_kind": "fee", event: "2026-06-20"}]

    def left(policy: Policy) -> int:
        table = review(policy, PAST, cases=cases).tables["deadlines"].set_index("step")
        return int(table.loc[step, "days_left"])

    assert left(load_policy("national")) == 20
    assert left(changed(tmp_path, rule, key, "5")) == -5


def test_days_off_move_the_line_where_the_pack_says_so(tmp_path: Path) -> None:
    facts = {"start_due_on": "2025-06-29", "started": False}
    holidays = [date(2026, 6, 29)]
    policy = changed(tmp_path, "idle.counting", "holiday_rollover", "true")
    moved = review(policy, facts, holidays=holidays)
    assert moved.measures["idle_status"].iloc[0] == "at_the_line"
    national = review(load_policy("national"), facts, holidays=holidays)
    assert national.measures["idle_status"].iloc[0] == "suspected_1y"
    # without a calendar nothing can move, and that is said
    without = review(policy, facts)
    assert without.measures["idle_status"].iloc[0] == "suspected_1y"
    assert without.problems["code"].tolist() == ["no_calendar_of_holidays"]


def test_a_case_recorded_in_the_system_opens_the_gate_of_article_12() -> None:
    policy = load_policy("national")
    facts = {**PAST, "extension_kind": "art12", "extension_start_on": "2026-05-01"}

    def status(own: dict, registered_on: str) -> str:
        cases = [{"contract_no": "c", "registered_on": registered_on}]
        return review(policy, {**facts, **own}, cases=cases).measures["idle_status"].iloc[0]

    assert status({}, "2026-06-30") == "overdue_start"
    assert status({}, "2026-07-01") == "human_review"
    # the ledger's own answer prevails
    assert status({"registered_in_system": False}, "2026-06-30") == "human_review"


def test_a_cause_that_belongs_to_no_row_is_a_problem() -> None:
    result = review(
        load_policy("national"), PAST, causes=[{"contract_no": "other", "cause": "gov_plan"}]
    )
    assert result.problems[["layer", "id", "code"]].to_numpy().tolist() == [
        ["causes", "other", "cause_without_contract"]
    ]


NOTES = [
    (
        PAST,
        "idle.not_started_1y",
        ("约定动工日为2025年6月29日", "2026年6月30日起涉嫌闲置", "共1天"),
    ),
    (
        {**PAST, "start_due_on": "2024-06-29"},
        "idle.not_started_2y",
        ("可依法报批无偿收回国有建设用地使用权", "第十四条"),
    ),
    (
        {**HALT, "develop_area_m2": 30000, "developed_area_m2": 9999.99},
        "idle.suspended",
        ("9,999.99㎡", "不足三分之一", "协商处置", "不征缴土地闲置费、不无偿收回"),
    ),
    (
        {**PAST, "cause": "gov_plan", "cause_verified": True},
        "idle.not_started_1y",
        ("规划依法修改", "已核实", "协商处置"),
    ),
    ({**PAST, "cause": "preparatory"}, "idle.preparatory", ("前期工作", "须人工核查")),
    ({"start_due_on": "2025-06-29"}, "idle.not_started_1y", ("须现场核实", "缺：")),
    (
        {"delivered_on": "2024-06-29", "started": False},
        "idle.not_started_1y",
        ("第二十二条第二款",),
    ),
]


@pytest.mark.parametrize(("facts", "rule", "words"), NOTES)
def test_notes_say_fact_rule_and_consequence(facts: dict, rule: str, words: tuple) -> None:
    findings = review(load_policy("national"), facts).findings.set_index("rule")
    note = findings.loc[rule, "note_zh"]
    for word in words:
        assert word in note
    assert "应收回" not in note
    assert " " not in note
