"""The summary of a zone: the most valuable actions, sums, deadlines of ninety days, decisive data."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.recommend import recommend
from analyses.results import DEADLINES, FINDINGS, PARCEL_MEASURES
from analyses.results_paragraphs import ZONE_SUMMARY
from analyses.zone_summary import zone_summary
from layers.columns import empty_frame
from policies import load_policy

AS_OF = date(2026, 6, 30)
JINAN = load_policy("jinan-2021")


def zone(n: int) -> pd.DataFrame:
    frame = empty_frame(PARCEL_MEASURES, pd.RangeIndex(n))
    frame["parcel_id"] = pd.Series([f"p{place:02}" for place in range(n)], dtype="string")
    frame["zone_id"] = pd.Series(["z1"] * (n - 1) + ["z2"], dtype="string")
    frame["area_m2"] = [10_000.0 * (place + 1) for place in range(n)]
    frame["land_use"] = "industrial"
    frame["supply_status"] = "ready"
    frame["planning_conditions_no"] = "1"
    for gate in ("rights_clear", "compensation_settled", "dispute_free"):
        frame[gate] = pd.array([True] * n, dtype="boolean")
    return frame


def part(table: pd.DataFrame, section: str, zone_id: str = "z1") -> pd.DataFrame:
    return table.loc[(table["section"] == section) & (table["zone_id"] == zone_id)]


def deadlines_of(*days: str) -> pd.DataFrame:
    frame = empty_frame(DEADLINES, pd.RangeIndex(len(days)))
    frame["parcel_id"] = pd.Series([f"p{place:02}" for place in range(len(days))], dtype="string")
    frame["due_on"] = pd.to_datetime(pd.Series(days))
    frame["title_zh"] = "事项"
    return frame


def unknowns(*missing: str) -> pd.DataFrame:
    rows = [
        rule_findings(
            JINAN.rule("far.limit"),
            AS_OF,
            Verdicts(["unknown"], parcel_id=[f"p{place:02}"], missing=text),
        )
        for place, text in enumerate(missing)
    ]
    return concat_findings(rows)


def summed(n: int = 14, findings: pd.DataFrame | None = None, **more: pd.DataFrame) -> pd.DataFrame:
    parcels = zone(n)
    found = empty_frame(FINDINGS) if findings is None else findings
    advice = recommend(parcels, found, JINAN, AS_OF)
    dates = more.get("deadlines", empty_frame(DEADLINES))
    return zone_summary(parcels, found, advice, dates, AS_OF)


def test_the_ten_that_gain_most_zone_by_zone() -> None:
    table = summed()
    top = part(table, "top_actions")
    assert top["parcel_id"].tolist() == [f"p{place:02}" for place in range(12, 2, -1)]
    assert top["rank"].tolist() == list(range(1, 11))
    assert part(table, "top_actions", "z2")["parcel_id"].tolist() == ["p13"]
    assert tuple(table.columns) == ZONE_SUMMARY.names


def test_what_only_clarifies_is_no_valuable_action() -> None:
    table = summed(2, unknowns("far_max"))
    assert set(part(table, "top_actions")["code"]) == {"supply"}
    assert set(part(table, "by_action")["code"]) == {"supply", "find_out"}


def test_parcels_and_areas_by_action() -> None:
    row = part(summed(5), "by_action").iloc[0]
    assert (row["code"], row["parcels_n"], row["area_m2"]) == ("supply", 4, 100_000.0)
    assert pd.isna(row["floor_area_m2"])
    assert pd.isna(row["amount_wan"])


def test_the_deadlines_of_ninety_days_both_ends_included() -> None:
    dates = deadlines_of("2026-06-29", "2026-06-30", "2026-09-28", "2026-09-29")
    rows = part(summed(5, deadlines=dates), "deadlines")
    assert rows["parcel_id"].tolist() == ["p01", "p02"]
    assert rows["days_left"].tolist() == [0, 90]


def test_the_fact_that_decides_the_most_by_itself_comes_first() -> None:
    found = unknowns("far_max,uses", "uses", "uses", "far_max")
    rows = part(summed(6, found), "missing")
    assert rows["code"].tolist() == ["uses", "far_max"]
    assert rows["cases_n"].tolist() == [2, 1]
    assert rows["parcels_n"].tolist() == [3, 2]
    assert rows["why_zh"].iloc[0] == "补齐即可判断 2 项；共有 3 项结论缺此资料。"
