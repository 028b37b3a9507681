"""By when an action is due: the same day as in the table of statutory dates, or none, and never an invented one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.idle import analyse_idle
from analyses.missing_labels import missing_label, missing_words
from analyses.recommend import recommend
from analyses.results import FINDINGS, PROBLEMS
from layers.columns import empty_frame
from policies import load_policy

AS_OF = date(2026, 6, 30)
JINAN = load_policy("jinan-2021")
EVENTS = ("discovered_on", "notice_on", "notice_received_on", "answered_on", "finding_on")


def run(
    ledger: dict[str, Any], case: dict[str, Any] | None = None, policy: Any = JINAN
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return recommendations and statutory dates of the parcel p with one ledger row."""
    base = {"parcel_id": "p", "contract_no": "c", "grant": "grant", "land_price_wan": 600.0}
    row = base | {"started": False} | ledger
    rows = pd.DataFrame({name: [value] for name, value in row.items()})
    for name in rows:
        if str(name).endswith("_on"):
            rows[name] = pd.to_datetime(rows[name])
    cases = None if case is None else pd.DataFrame([{"case_id": "k", "contract_no": "c"} | case])
    parcels = pd.DataFrame([{"parcel_id": "p", "zone_id": "z", "area_m2": 20_000.0}])
    result = analyse_idle(rows, parcels, policy, AS_OF, cases=cases)
    joined = parcels.join(result.measures)
    tables = result.tables
    advice = recommend(
        joined, result.findings, policy, AS_OF, contracts=tables["contracts"], cases=cases
    )
    return advice, tables["deadlines"]


@settings(max_examples=60, deadline=None)
@given(
    start=st.sampled_from(["2023-06-30", "2024-12-31", "2025-06-30", "2025-12-31", "2027-01-01"]),
    cause=st.sampled_from([None, "holder", "gov_plan", "preparatory"]),
    verified=st.sampled_from([None, True, False]),
    steps=st.integers(0, 5),
    blank=st.sets(st.sampled_from(EVENTS)),
    has_case=st.booleans(),
)
def test_the_day_is_the_one_of_the_statutory_dates(
    start: str, cause: Any, verified: Any, steps: int, blank: set[str], has_case: bool
) -> None:
    days = ("2026-04-01", "2026-04-20", "2026-05-02", "2026-05-20", "2026-06-10")
    case: dict[str, Any] | None = None
    if has_case:
        known = zip(EVENTS[:steps], days, strict=False)
        case = dict.fromkeys(EVENTS, pd.NaT) | {
            name: pd.Timestamp(day) for name, day in known if name not in blank
        }
    advice, dates = run({"start_due_on": start, "cause": cause, "cause_verified": verified}, case)
    asked = advice.loc[advice["action"] == "investigate"]
    open_steps = dates.loc[dates["step"].isin(["investigation", "answer"])]
    if len(asked) and len(open_steps):
        row = asked.iloc[0]
        following = open_steps.loc[open_steps["is_next"].fillna(value=False)]
        told = following if len(following) else open_steps
        assert pd.isna(row["due_on"]) == pd.isna(told["due_on"].iloc[0])
        if pd.notna(row["due_on"]):
            assert row["due_on"] == told["due_on"].iloc[0]
            assert row["due_basis"]
        if told["missing"].notna().any():
            assert row["due_missing"] == told["missing"].iloc[0]
    # Wherever a day is shown it stands in the statutory dates; nothing is reckoned from the review date.
    shown = advice.loc[advice["due_on"].notna()]
    assert set(shown["due_on"]) <= set(dates["due_on"].dropna())
    assert advice.loc[advice["due_missing"].notna(), "due_on"].isna().all()
    assert shown["due_basis"].notna().all()
    assert (advice["since_on"].isna() | (advice["since_on"] <= pd.Timestamp(AS_OF))).all()


def test_of_an_open_cause_the_investigation_runs_beside_finding_the_cause() -> None:
    ledger = {"start_due_on": "2024-08-31", "cause": "gov_petition", "cause_verified": False}
    advice, dates = run(ledger)
    assert advice["action"].tolist()[:2] == ["investigate", "find_cause"]
    first = advice.iloc[0]
    assert first["due_missing"] == "discovered_on"
    assert "自2025年9月1日起期满，原因待查" in first["why_zh"]
    assert dates.loc[dates["step"] == "investigation", "missing"].tolist() == ["discovered_on"]


OWN = """format = 1
id = "own"
extends = "national"
title = { zh = "本地", en = "own" }
jurisdiction = { zh = "某地", en = "somewhere" }
[rules."idle.not_started_1y"]
parameters.years = { value = 3, unit = "years" }
[rules."idle.not_started_2y"]
parameters.years = { value = 5, unit = "years" }
"""


@pytest.mark.parametrize(
    ("start", "case", "said", "said_en"),
    [
        ("2022-12-31", None, "涉嫌闲置（满3年未动工）", "3 years or more not started"),
        ("2025-12-31", None, "未满3年", "less than 3 years"),
        ("2023-06-30", None, "核查日为满3年的届满日", "The period of 3 years ends"),
        (
            "2022-12-31",
            {"finding_served_on": pd.Timestamp("2026-03-01")},
            "起满5年，届时可依法报批无偿收回",
            "5 years are full from",
        ),
        (
            "2020-12-31",
            {"finding_served_on": pd.Timestamp("2026-03-01")},
            "未动工满5年",
            "5 years or more not started",
        ),
    ],
)
def test_the_reasons_say_the_years_of_the_pack(
    start: str, case: Any, said: str, said_en: str, tmp_path: Any
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    ledger = {"start_due_on": start, "cause": "holder", "cause_verified": True}
    advice, _ = run(ledger, case, load_policy(path))
    assert said in advice["why_zh"].iloc[0]
    assert said_en in advice["why_en"].iloc[0]
    every = " ".join(advice["why_zh"]) + " ".join(advice["due_basis"].fillna(""))
    assert "满一年" not in every
    assert "满两年" not in every


def verdict(rule: str, missing: str) -> pd.DataFrame:
    return rule_findings(
        JINAN.rule(rule), AS_OF, Verdicts(["unknown"], parcel_id=["p"], missing=missing)
    )


def test_what_would_decide_each_verdict_is_said_verdict_by_verdict() -> None:
    findings = concat_findings(
        [
            verdict("far.height", "height_max_m"),
            verdict("far.limit", "far_max"),
            verdict("far.headroom", "far_max"),
            verdict("idle.not_started_1y", "start_due_on,delivered_on"),
        ]
    )
    parcels = pd.DataFrame([{"parcel_id": "p", "zone_id": "z", "area_m2": 20_000.0}])
    row = recommend(parcels, findings, JINAN, AS_OF).iloc[0]
    # Idle land first, then what decides the most.
    assert row["why_zh"] == (
        "资料不足：缺约定开工日期或者实际交地日期，不能判断“未动工满一年”；"
        "缺容积率上限，不能判断“剩余可建计容建筑面积”“容积率上限”；缺建筑限高，不能判断“建筑限高”。"
    )
    assert row["why_en"].startswith(
        "Facts are missing. The agreed start or the day of delivery to decide: not started for a full year."
    )


def test_a_fault_of_a_ledger_row_is_one_of_its_parcel() -> None:
    problems = empty_frame(PROBLEMS, pd.RangeIndex(2))
    for name, values in {
        "severity": ["warning", "note"],
        "layer": ["ledger", "ledger"],
        "id": ["c", "c"],
        "what": ["竣工早于开工", "已换算"],
        "what_en": ["completed before the start", "converted"],
    }.items():
        problems[name] = pd.Series(values, dtype="string")
    parcels = pd.DataFrame([{"parcel_id": "p", "zone_id": "z", "area_m2": 20_000.0}])
    contracts = pd.DataFrame({"parcel_id": ["p"], "contract_no": ["c"], "idle_status": ["started"]})
    none = empty_frame(FINDINGS)
    table = recommend(parcels, none, JINAN, AS_OF, contracts=contracts, problems=problems)
    assert table["action"].tolist() == ["fix_data"]
    assert table["why_zh"].iloc[0] == "资料有误：竣工早于开工。更正后重新核查。"
    other = contracts.assign(contract_no="d")
    calm = recommend(parcels, none, JINAN, AS_OF, contracts=other, problems=problems)
    assert calm["action"].tolist() == ["none"]


def test_what_is_missing_is_never_told_by_a_code() -> None:
    for name in ("assessments.water", "ratings.2024", "service_reach_m", "zones.approved", "ndvi"):
        assert missing_label(name).zh != name
        assert missing_label(name).zh.isascii() is False
    assert missing_words(["far_max"]).en == "maximum floor-area ratio"
