"""A parcel in dispute: nothing is proposed but to settle the dispute, and the running periods are told."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analyses.dispute_actions import in_dispute
from analyses.idle import analyse_idle
from analyses.recommend import recommend
from analyses.results import PROBLEMS
from layers.columns import empty_frame
from policies import load_policy

AS_OF = date(2026, 6, 30)
POLICY = load_policy("national")
SERVED = [{"contract_no": "c", "finding_served_on": pd.Timestamp("2026-05-05")}]


def recommended(
    rows: list[dict],
    cases: list[dict] | None = None,
    problems: pd.DataFrame | None = None,
    **parcel,
) -> pd.DataFrame:
    """Recommend for the parcel p with these ledger rows, each past its due start by two years."""
    base = {"parcel_id": "p", "contract_no": "c", "grant": "grant", "start_due_on": "2023-06-30"}
    base |= {"started": False, "cause": "holder", "cause_verified": True, "land_price_wan": 600.0}
    ledger = pd.DataFrame([base | row for row in rows])
    ledger["start_due_on"] = pd.to_datetime(ledger["start_due_on"])
    parcels = pd.DataFrame([{"parcel_id": "p", "zone_id": "z", "area_m2": 20_000.0} | parcel])
    found = None if cases is None else pd.DataFrame(cases)
    result = analyse_idle(ledger, parcels, POLICY, AS_OF, cases=found)
    return recommend(
        parcels.join(result.measures),
        result.findings,
        POLICY,
        AS_OF,
        contracts=result.tables["contracts"],
        cases=found,
        problems=problems,
    )


@pytest.mark.parametrize("cases", [None, SERVED])
def test_only_the_settling_of_the_dispute_is_proposed(cases) -> None:
    assert recommended([{"in_dispute": True}], cases)["action"].tolist() == ["resolve_dispute"]
    assert "resolve_dispute" not in set(recommended([{"in_dispute": False}], cases)["action"])


def test_one_ledger_row_in_dispute_holds_up_the_whole_parcel() -> None:
    rows = [{}, {"contract_no": "d", "started": True, "in_dispute": True}]
    assert recommended(rows, SERVED)["action"].tolist() == ["resolve_dispute"]


def test_a_parcel_said_not_to_be_free_of_dispute() -> None:
    assert recommended([{}], SERVED, dispute_free=False)["action"].tolist() == ["resolve_dispute"]
    assert recommended([{}], SERVED, dispute_free=True)["action"].tolist() == ["propose_recovery"]


def test_the_statutory_period_that_runs_on_is_told() -> None:
    found = [{"parcel_id": "p", "contract_no": "c", "discovered_on": pd.Timestamp("2026-06-30")}]
    row = recommended([{"in_dispute": True}], found).iloc[0]
    assert row["due_on"] == pd.Timestamp("2026-07-30")
    assert "法定期限照常计算：发出调查通知书：自发现（2026年6月30日）起30日" in row["why_zh"]
    assert "30 days from the discovery, 30 June 2026" in row["why_en"]
    unknown = recommended([{"in_dispute": True}]).iloc[0]
    assert pd.isna(unknown["due_on"])
    assert unknown["due_missing"] == "discovered_on"
    assert "发现日期未登记，期限未知" in unknown["why_zh"]
    assert row["clause"] == "《中华人民共和国土地管理法》 第十四条"
    started = recommended([{"started": True, "in_dispute": True}]).iloc[0]
    assert pd.isna(started["due_on"])


def test_faulty_data_are_still_to_be_corrected_and_come_first() -> None:
    problems = empty_frame(PROBLEMS, pd.RangeIndex(1))
    problems["severity"] = pd.Series(["warning"], dtype="string")
    problems["id"] = pd.Series(["p"], dtype="string")
    problems["what"] = pd.Series(["面积不一致"], dtype="string")
    table = recommended([{"in_dispute": True}], problems=problems)
    assert table["action"].tolist() == ["fix_data", "resolve_dispute"]


def test_what_is_missing_is_no_proposal_for_a_parcel_in_dispute() -> None:
    rows = [
        {"in_dispute": True, "started": None}
    ]  # the status is unknown: facts would be asked for
    assert recommended(rows)["action"].tolist() == ["resolve_dispute"]
    free = recommended([{"in_dispute": False, "started": None}])["action"].tolist()
    assert "find_out" in free


def test_null_is_no_dispute_known() -> None:
    parcels = pd.DataFrame({"parcel_id": ["a", "b"]})
    contracts = pd.DataFrame({"parcel_id": ["a", None], "in_dispute": [None, True]})
    assert in_dispute(parcels, contracts).tolist() == [False, False]
