"""What an action gains, and what the ledger says against it: land that is freed, mortgages and seizures."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from analyses.findings import Verdicts, rule_findings
from analyses.idle import analyse_idle
from analyses.mixed_use import analyse_mixed_use
from analyses.recommend import recommend
from analyses.results import PARCEL_MEASURES
from layers.columns import empty_frame
from policies import load_policy

AS_OF = date(2026, 6, 30)
JINAN, SHANGHAI = load_policy("jinan-2021"), load_policy("shanghai-2021")


def recommended(rule: str, policy=JINAN, contracts: pd.DataFrame | None = None, **more):
    """Recommend for a completed plant on one hectare of which one verdict is known."""
    parcels = empty_frame(PARCEL_MEASURES, pd.RangeIndex(1))
    known = {"parcel_id": "p", "zone_id": "z", "land_use": "industrial", "land_stage": "completed"}
    for name, value in known.items():
        parcels[name] = pd.Series([value], dtype="string")
    for name, value in {"area_m2": 1e4, "floor_area_m2": 3e3, "footprint_m2": 3e3}.items():
        parcels[name] = value
    verdicts = Verdicts(["yes"], parcel_id=["p"], **more)
    found = rule_findings(policy.rule(rule), AS_OF, verdicts)
    table = recommend(parcels, found, policy, AS_OF, contracts=contracts)
    return table.set_index("action")


def test_a_conversion_frees_no_land_and_a_buy_back_the_whole_parcel() -> None:
    convert = recommended("mixed.conversion").loc["convert"]
    assert np.isnan(convert["area_m2"])
    assert convert["score_area"] == 0.0
    assert "面积1.0000公顷（15.00亩）" in convert["why_zh"]
    back = recommended("supply.low_efficiency").loc["buy_back"]
    # One hectare has half of the points.
    assert (back["area_m2"], back["score_area"]) == (10_000.0, 50.0)


def test_an_amount_is_calculated_never_measured() -> None:
    row = recommended("supply.swap", SHANGHAI, measured=[30.0], unit="wan").loc["swap_property"]
    assert "测算值30.00万元" in row["why_zh"]
    assert "calculated 30.00 wan yuan" in row["why_en"]
    assert "实测" not in row["why_zh"]


@pytest.mark.parametrize(
    ("seized", "said", "readiness"),
    [
        ([True], "查封核查，已查封的先与查封机关核实（台账登记已查封）", 25.0),
        ([False, True], "查封核查，已查封的先与查封机关核实（台账登记已查封）", 25.0),
        ([None], "查封核查，已查封的先与查封机关核实（是否查封未登记，待核查）", 25.0),
        ([False, None], "查封核查，已查封的先与查封机关核实（是否查封未登记，待核查）", 25.0),
        ([False], "", 100 / 3),
    ],
)
def test_a_seizure_stands_before_the_split(seized: list, said: str, readiness: float) -> None:
    n = len(seized)
    ledger = pd.DataFrame({"parcel_id": ["p"] * n, "contract_no": list("abc"[:n])})
    ledger["seized"] = pd.array(seized, dtype="boolean")
    ledger["mortgaged"] = pd.array([False] * n, dtype="boolean")
    row = recommended("far.floor", contracts=ledger, measured=[0.3], limit=[0.8]).loc[
        "split_surplus"
    ]
    # At the minimum 3/8 of the hectare would do: 6,250 m2 are surplus.
    assert row["area_m2"] == pytest.approx(6_250.0)
    assert (said in row["blocked_by"]) if said else ("查封" not in row["blocked_by"])
    assert "抵押" not in row["blocked_by"]
    # Split clause and price always stand before it: 100 / (1 + 3), without a seizure 100 / (1 + 2).
    assert row["score_readiness"] == pytest.approx(readiness, abs=5e-5)


def test_an_extension_without_its_record_asks_for_the_record_and_a_person() -> None:
    ledger = pd.DataFrame(
        {
            "parcel_id": ["p"],
            "contract_no": ["c"],
            "grant": ["grant"],
            "start_due_on": pd.to_datetime(["2022-06-30"]),
            "started": [False],
            "cause": ["gov_plan"],
            "cause_verified": [True],
            "registered_in_system": [False],
            "extension_kind": ["art12"],
            "extension_signed_on": pd.to_datetime(["2026-01-10"]),
            "extension_start_on": pd.to_datetime(["2026-12-31"]),
        }
    )
    parcels = pd.DataFrame({"parcel_id": ["p"], "zone_id": ["z"], "area_m2": [20_000.0]})
    result = analyse_idle(ledger, parcels, JINAN, AS_OF)
    contracts = result.tables["contracts"]
    whole = parcels.join(result.measures)
    table = recommend(whole, result.findings, JINAN, AS_OF, contracts=contracts)
    assert set(table["action"]) >= {"register_case", "investigate"}
    assert "find_cause" not in set(table["action"])
    rows = table.set_index("action")
    assert "尚未录入监测监管系统" in rows.loc["register_case", "why_zh"]
    # Both clocks: the agreed start of 2022 and the extended one of 2026, a year each.
    assert "2023年6月30日满一年" in rows.loc["investigate", "why_zh"]
    assert "2027年12月31日满一年" in rows.loc["investigate", "why_zh"]


@pytest.mark.parametrize(
    ("fenced", "state", "verdict"),
    [(1.0, None, "conflict"), (1.0, "demolished", "not_mixed"), (0.0, None, "not_mixed")],
)
def test_a_dormitory_that_only_the_buildings_know(fenced, state, verdict) -> None:
    parcels = gpd.GeoDataFrame(
        {"parcel_id": ["p"], "zone_id": ["z"], "land_use": ["research"], "fenced_share": [fenced]},
        geometry=[box(0, 0, 100, 100)],
        crs="EPSG:4548",
    )
    buildings = gpd.GeoDataFrame(
        {"building_id": ["b"], "use": ["dormitory"], "state": pd.array([state], dtype="string")},
        geometry=[box(10, 10, 60, 60)],
        crs="EPSG:4548",
    )
    result = analyse_mixed_use(parcels, JINAN, AS_OF, buildings=buildings)
    assert result.measures["mixed_verdict"].item() == verdict
    found = result.findings.set_index("rule").loc["mixed.no_residents", "verdict"]
    assert found == {"conflict": "yes"}.get(verdict, "no" if fenced else "not_applicable")
