"""Late delivery, the record in the monitoring system, bans for hoarding, proof of causes: by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from analyses.idle import analyse_idle
from analyses.idle_proofs import PROOFS
from analyses.idle_rules import IdleRules
from analyses.results import DURATION_CLASSES, IDLE_STATUSES
from layers.codes import CAUSES
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies import PolicyError, load_policy

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2026, 6, 30)
POLICY = load_policy("national")
IDLE = {"start_due_on": "2024-06-29", "started": False}
HALTED = {
    "started": True,
    "suspended_on": "2025-01-31",
    "develop_area_m2": 30000.0,
    "developed_area_m2": 5000.0,
}


def frame(contract: str, rows: list[dict]) -> pd.DataFrame:
    out = empty_frame(CONTRACTS[contract], pd.RangeIndex(len(rows)))
    for name in {key for row in rows for key in row}:
        values = [row.get(name) for row in rows]
        dtype = CONTRACTS[contract].column(name).dtype
        dated = dtype.startswith("date")
        out[name] = pd.Series(pd.to_datetime(values) if dated else values, dtype=dtype)
    return out


def review(rows: list[dict] | dict, policy: Any = POLICY, **tables: list[dict]) -> Any:
    rows = [rows] if isinstance(rows, dict) else rows
    ledger = frame("ledger", [{"parcel_id": "p", "contract_no": "c"} | row for row in rows])
    parcels = frame("parcels", [{"parcel_id": "p", "zone_id": "z"}])
    given = {name: frame(name, table) for name, table in tables.items()}
    return analyse_idle(ledger, parcels, policy, AS_OF, **given)


def said(result: Any, rule: str) -> pd.Series | None:
    rows = result.findings[result.findings["rule"] == rule]
    assert len(rows) <= 1
    return None if rows.empty else rows.iloc[0]


@pytest.mark.parametrize(
    ("facts", "verdict", "days", "words"),
    [
        ({"delivery_due_on": "2023-06-30", "delivered_on": "2023-07-01"}, "yes", 1, "晚1天"),
        ({"delivery_due_on": "2023-06-30", "delivered_on": "2023-06-30"}, "no", 0, "未晚于约定"),
        ({"delivery_due_on": "2023-06-30", "delivered_on": "2023-06-01"}, "no", -29, "未晚于约定"),
        ({"delivery_due_on": "2024-02-28", "delivered_on": "2024-03-01"}, "yes", 2, "晚2天"),
        ({"delivery_due_on": "2026-05-31", "delivered_on": "2026-07-31"}, "yes", 30, "尚未交地"),
        ({"delivery_due_on": "2023-06-30"}, "unknown", None, "查交地确认书"),
        ({"delivery_due_on": "2026-07-01"}, None, None, ""),
        ({"delivered_on": "2023-07-01"}, None, None, ""),
        ({"delivery_due_on": "2023-06-30", "delivered_on": "2023-07-01", "cause": "holder", "cause_verified": True}, "yes", 1, "两者不一致"),
        ({"delivery_due_on": "2023-06-30", "delivered_on": "2023-07-01", "cause": "gov_delivery", "cause_verified": True}, "yes", 1, "相符"),
        ({"delivery_due_on": "2023-06-30", "delivered_on": "2023-07-01", "started": True}, None, None, ""),
    ],
)  # fmt: skip
def test_late_delivery(facts: dict, verdict: str | None, days: int | None, words: str) -> None:
    result = review({**IDLE, **facts})
    row = said(result, "idle.late_delivery")
    if verdict is None:
        assert row is None
        return
    assert row is not None
    assert row["verdict"] == verdict
    assert (None if pd.isna(row["measured"]) else row["measured"]) == days
    assert words in row["note_zh"]
    assert (row["missing"] == "delivered_on") == (verdict == "unknown")
    late = result.tables["contracts"].loc[0, "delivery_late_days"]
    assert (None if pd.isna(late) else late) == days


def test_late_delivery_changes_no_status_and_stands_in_the_notes_that_rest_on_the_start() -> None:
    facts = {**IDLE, "cause": "holder", "cause_verified": True, "grant": "grant"}
    facts |= {
        "land_price_wan": 600.0,
        "delivery_due_on": "2023-06-30",
        "delivered_on": "2024-07-01",
    }
    result = review(facts)
    assert result.measures.loc[0, "idle_status"] == "suspected_2y"
    for rule in ("idle.not_started_1y", "idle.fee_order53", "idle.fee_law_max"):
        row = said(result, rule)
        assert row is not None
        assert "晚367天" in row["note_zh"]
        assert "367 days later than agreed" in row["note_en"]
    row = said(result, "idle.not_started_1y")
    assert row is not None
    assert "约定动工日早于实际交地日2024年7月1日" in row["note_zh"]


@pytest.mark.parametrize(
    ("facts", "verdict", "missing"),
    [
        ({**HALTED, "registered_in_system": True}, "yes", ""),
        ({**HALTED, "registered_in_system": False}, "no", ""),
        (HALTED, "unknown", "registered_in_system"),
        ({**IDLE, "cause": "gov_plan", "cause_verified": True}, "unknown", "registered_in_system"),
        (IDLE, None, ""),
    ],
)
def test_the_record_that_opens_article_12(facts: dict, verdict: str | None, missing: str) -> None:
    row = said(review(facts), "idle.registration")
    assert (None if row is None else row["verdict"]) == verdict
    if row is not None:
        assert row["missing"] == missing
        if verdict != "unknown":
            assert bool(row["attention"]) == (verdict == "no")


@pytest.mark.parametrize(
    ("facts", "cases", "verdict"),
    [
        ({"hoarding_found": True}, [], "yes"),
        ({"hoarding_found": False}, [], None),
        ({}, [], None),
        ({"hoarding_found": True}, [{"contract_no": "c", "closed_on": "2026-06-30"}], "no"),
        ({"hoarding_found": True}, [{"contract_no": "c", "closed_on": "2026-07-01"}], "yes"),
        (
            {"hoarding_found": True},
            [{"contract_no": "c", "closed_on": "2025-01-01"}, {"contract_no": "c"}],
            "yes",
        ),
    ],
)
def test_bans_only_where_hoarding_was_found(
    facts: dict, cases: list[dict], verdict: str | None
) -> None:
    tables = {"cases": cases} if cases else {}
    row = said(review({**IDLE, **facts}, **tables), "idle.hoarding_ban")
    assert (None if row is None else row["verdict"]) == verdict
    if row is not None:
        assert "第二十四条" in row["clause"]
        assert bool(row["attention"]) == (verdict == "yes")


def test_hoarding_is_never_inferred_from_time_or_number() -> None:
    rows = [{**IDLE, "start_due_on": "2012-07-01", "contract_no": f"c{n}"} for n in range(5)]
    assert "idle.hoarding_ban" not in set(review(rows).findings["rule"])


# ---------------------------------------------------------------------------------- proof of causes


def test_every_cause_has_its_proof() -> None:
    assert set(PROOFS) == set(CAUSES.labels)


@pytest.mark.parametrize("code", [code for code in CAUSES.labels if code != "holder"])
def test_a_finding_on_a_cause_names_what_proves_it(code: str) -> None:
    rule = "idle.preparatory" if code == "preparatory" else "idle.government_cause"
    blank = said(review({**IDLE, "cause": code}), rule)
    assert blank is not None
    assert blank["verdict"] == "unknown"
    assert blank["missing"] == "cause_verified"
    assert f"证据未登记。通常须有：{PROOFS[code].zh}" in blank["note_zh"]
    assert PROOFS[code].en in blank["note_en"]
    given = said(review({**IDLE, "cause": code, "cause_evidence": "函〔2024〕1号"}), rule)
    assert given is not None
    assert "登记的证据：函〔2024〕1号" in given["note_zh"]


def test_several_causes_over_time_each_with_days_proof_and_what_is_missing() -> None:
    """No day is deducted: a person weighs them."""
    table = [
        {"contract_no": "c", "cause": "gov_plan", "from_on": "2024-07-01", "to_on": "2024-12-31", "document": "规划〔2024〕3号", "verified": True},
        {"contract_no": "c", "cause": "gov_petition", "from_on": "2025-01-01", "to_on": "2025-01-31"},
        {"contract_no": "c", "cause": "holder", "from_on": "2025-02-01", "verified": True},
    ]  # fmt: skip
    result = review(IDLE, causes=table)
    assert result.measures.loc[0, "idle_status"] == "human_review"
    row = said(result, "idle.government_cause")
    assert row is not None
    note = row["note_zh"]
    assert "2024年7月1日至2024年12月31日，184天；已核实，证明文件：规划〔2024〕3号" in note
    assert "2025年1月1日至2025年1月31日，31天；未核实，证明文件未登记" in note
    assert "2025年2月1日至审查日，515天；已核实" in note
    assert (row["verdict"], row["missing"]) == ("unknown", "cause_verified")
    for proof in ("gov_plan", "gov_petition"):
        assert PROOFS[proof].zh in note


# ------------------------------------------------------------------------- phases, owners, days off


def test_findings_name_the_phase() -> None:
    rows = [{**IDLE, "phase_no": "一期"}, {**IDLE, "phase_no": "二期"}]
    findings = review(rows).findings
    assert not findings.duplicated(["parcel_id", "contract_no", "phase_no", "rule"]).any()
    assert set(findings["phase_no"]) == {"一期", "二期"}


def test_a_row_that_names_nothing_is_a_problem_and_no_finding() -> None:
    nothing = {"parcel_id": None, "contract_no": None}
    result = review([{**IDLE, **nothing}, {**IDLE, **nothing, "supervision_no": "3701002024B1"}])
    assert result.problems["code"].tolist() == ["ledger_row_names_nothing"]
    assert set(result.findings["contract_no"].dropna()) == {"3701002024B1"}
    owners = result.findings[["zone_id", "parcel_id", "contract_no"]]
    assert owners.notna().any(axis=1).all()
    assert result.tables["contracts"]["idle_status"].tolist() == ["suspected_2y"] * 2


def _pack(folder: Path, holidays: str) -> Any:
    text = f"""
format = 1
id = "own"
extends = "national"
title = {{ zh = "本地", en = "local" }}
jurisdiction = {{ zh = "本地", en = "local" }}

[rules."idle.counting".parameters]
holiday_rollover = {{ value = true, clause = "civil-code-201" }}
holidays = {{ value = [{holidays}], clause = "civil-code-201" }}
"""
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return load_policy(str(folder / "own.toml"))


def test_the_pack_itself_names_the_days_off(tmp_path: Path) -> None:
    policy = _pack(tmp_path, '"2026-06-29", "2026-07-01", "2026-07-02"')
    facts = {"start_due_on": "2025-06-29", "started": False}
    case = [{"case_id": "k", "contract_no": "c", "notice_received_on": "2026-06-01"}]
    plain, moved = (review(facts, one, cases=case) for one in (POLICY, policy))
    assert plain.measures.loc[0, "idle_status"] == "suspected_1y"
    assert moved.measures.loc[0, "idle_status"] == "at_the_line"
    ends = [
        str(one.tables["deadlines"].set_index("step").loc["answer", "due_on"].date())
        for one in (plain, moved)
    ]
    assert ends == ["2026-07-01", "2026-07-03"]


def test_a_day_off_that_is_no_date_is_told(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="2026-13-01"):
        review(IDLE, _pack(tmp_path, '"2026-13-01"'))


def test_the_label_of_a_status_states_the_years_of_the_pack() -> None:
    rules = IdleRules.of(POLICY)
    assert all(rules.status_label(code) == label for code, label in IDLE_STATUSES.items())
    longer = replace(rules, recovery_years=3)
    assert longer.status_label("suspected_2y").zh == "涉嫌闲置（满3年未动工）"
    assert longer.status_label("suspected_2y").en == "suspected idle, 3 years or more not started"


def test_every_label_that_names_years_states_those_of_the_pack() -> None:
    rules = IdleRules.of(POLICY)
    assert rules.labels() == {"idle_status": IDLE_STATUSES, "duration_class": DURATION_CLASSES}
    labels = replace(rules, idle_years=2, recovery_years=4, suspended_years=3).labels()
    status, duration = labels["idle_status"], labels["duration_class"]
    assert status["suspected_1y"].zh == "涉嫌闲置（满两年未动工）"
    assert status["suspended"].zh == "涉嫌中止开发满3年（第二条第二款）"
    assert status["suspended"].en == "suspected: works suspended 3 years (art. 2 para 2)"
    assert status["overdue_start"].zh == "逾期未动工，未满两年"
    assert status["overdue_start"].en == "start overdue, less than two years"
    assert [label.zh for label in duration.values()] == ["满两年不满4年", "满4年"]
    assert [*status] == [*IDLE_STATUSES]


@pytest.mark.parametrize(
    ("recorded", "verdict", "text", "missing"),
    [
        # the land price alone leaves 2000 of 9000: more to take out would only lower it
        ({"invested_wan": 3000.0}, "yes", "22.22%（未登记的地价或税费尚未扣除", None),
        # 2400 of 9000 is above a quarter, but taxes may bring it below
        ({"invested_wan": 3400.0}, "unknown", "投资资料不全或口径不明", "taxes_wan"),
    ],
)
def test_taxes_not_recorded_are_said_and_never_a_number_that_is_none(
    recorded: dict, verdict: str, text: str, missing: str | None
) -> None:
    facts = {"started": True, "suspended_on": "2025-01-15", "develop_area_m2": 300.0,
             "developed_area_m2": 200.0, "investment_total_wan": 10000.0, "land_price_wan": 1000.0,
             "investment_includes_land": True}  # fmt: skip
    result = review({**facts, **recorded})
    row, limb = said(result, "idle.suspended"), said(result, "idle.suspended_invested")
    assert row is not None
    assert limb is not None
    assert (row["verdict"], limb["verdict"]) == (verdict, verdict)
    assert text in row["note_zh"]
    assert missing is None or limb["missing"] == missing
    for name in ("note_zh", "note_en"):
        assert not result.findings[name].str.contains("nan").any()


@pytest.mark.parametrize(
    ("table", "status", "line"),
    [
        # 31 days of January, 10 of them told twice; nothing before the due start counts.
        ([("gov_plan", "2025-01-01", "2025-01-31", True), ("gov_policy", "2025-01-22", "2025-01-31", True),
          ("gov_petition", "2024-05-01", "2024-06-29", True), ("holder", "2025-02-01", None, True)], "suspected_1y", "2025-07-30"),
        # Not verified, not dated, or of another kind: a person weighs them.
        ([("gov_plan", "2025-01-01", "2025-01-31", False), ("holder", "2025-02-01", None, True)], "human_review", "2025-06-29"),
        ([("gov_plan", None, "2025-01-31", True), ("holder", "2025-02-01", None, True)], "human_review", "2025-06-29"),
        ([("gov_plan", "2025-01-01", "2025-01-31", True), ("preparatory", "2025-02-01", None, True)], "human_review", "2025-06-29"),
    ],
)  # fmt: skip
def test_days_are_taken_out_only_where_a_pack_says_so(
    table: list[tuple], status: str, line: str, tmp_path: Path
) -> None:
    names = ("cause", "from_on", "to_on", "verified")
    causes = [{"contract_no": "c"} | dict(zip(names, row, strict=True)) for row in table]
    text = """
format = 1
id = "own"
extends = "national"
title = { zh = "本地", en = "local" }
jurisdiction = { zh = "本地", en = "local" }

[rules."idle.government_cause".parameters]
deduct_days = { value = true, clause = "order53-8" }
"""
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    own = load_policy(str(tmp_path / "own.toml"))
    priced = {**IDLE, "grant": "grant", "land_price_wan": 600.0}
    plain, moved = (review(priced, one, causes=causes) for one in (POLICY, own))
    assert plain.measures.loc[0, "idle_status"] == "human_review"
    assert plain.tables["contracts"].loc[0, "anniversary_on"] == pd.Timestamp("2025-06-29")
    assert moved.measures.loc[0, "idle_status"] == status
    assert str(moved.tables["contracts"].loc[0, "anniversary_on"].date()) == line
    if status == "suspected_1y":
        row = said(moved, "idle.not_started_1y")
        assert row is not None
        assert "按规则包扣除政府原因占用的31天" in row["note_zh"]
        assert moved.measures.loc[0, "fee_order53_wan"] == 120
