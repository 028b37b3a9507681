"""Investment intensity against a table that an office loads; as the page of packs shows it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analyses.far import analyse_far
from policies import load_policy

AS_OF = date(2026, 6, 30)
PAGE = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
HEAD = """format = 1
id = "office"
extends = "national"
title = { zh = "本地", en = "office" }
jurisdiction = { zh = "某地", en = "somewhere" }
"""
PLANT = {
    "parcel_id": "p",
    "area_m2": 20_000.0,
    "area_basis": "net",
    "land_use": "industrial",
    "land_stage": "completed",
    "industry_code": "39",
    "industry_scheme": "GB/T 4754-2002",
    "land_grade": "3",
    "fixed_investment_wan": 19_998.0,
}


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory):
    """The pack that the page tells an office to write."""
    examples = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    table = next(text for text in examples if "far.investment" in text)
    path = tmp_path_factory.mktemp("pack") / "office.toml"
    path.write_text(HEAD + table, encoding="utf-8")
    return load_policy(path)


def finding(policy, signed: str | None = "2015-05-01", **changed):
    parcels = pd.DataFrame({name: [value] for name, value in (PLANT | changed).items()})
    ledger = pd.DataFrame({"parcel_id": ["p"], "signed_on": pd.to_datetime([signed])})
    rows = analyse_far(parcels, None, policy, AS_OF, ledger=ledger).findings
    rows = rows[rows["rule"].str.startswith("far.investment")]
    return None if rows.empty else rows.iloc[0]


@pytest.mark.parametrize(
    ("changed", "signed", "verdict", "limit", "missing"),
    [
        # 19,998 on two hectares are 9,999 a hectare
        ({}, "2015-05-01", "no", 9_999.0, ""),
        ({"fixed_investment_wan": 19_997.9}, "2015-05-01", "yes", 9_999.0, ""),
        ({"land_grade": "4"}, "2015-05-01", "no", 9_999.0, ""),
        ({"land_grade": "5", "fixed_investment_wan": 17_776.0}, "2015-05-01", "no", 8_888.0, ""),
        ({"land_grade": None}, "2015-05-01", "unknown", None, "land_grade"),
        ({"land_grade": "7"}, "2015-05-01", "unknown", None, "land_grade"),
        ({"fixed_investment_wan": None}, "2015-05-01", "unknown", 9_999.0, "fixed_investment_wan"),
        ({"land_stage": None}, "2015-05-01", "unknown", 9_999.0, "land_stage"),
        ({"land_stage": "under_construction"}, "2015-05-01", "not_applicable", 9_999.0, ""),
        ({"industry_scheme": "GB/T 4754-2017"}, "2015-05-01", "unknown", None, "ruleset_2023"),
        ({}, "2024-05-01", "unknown", 9_999.0, "ruleset_2023"),
        ({}, None, "unknown", 9_999.0, "signed_on"),
    ],
)
def test_the_table_of_an_office(policy, changed, signed, verdict, limit, missing) -> None:
    row = finding(policy, signed, **changed)
    assert (row["verdict"], row["missing"]) == (verdict, missing)
    assert row["limit"] == limit if limit is not None else pd.isna(row["limit"])
    assert (row["pack"], row["unit"]) == ("office", "wan/ha")


def test_land_of_another_use_is_not_addressed(policy) -> None:
    assert finding(policy, land_use="office") is None


def test_without_a_table_there_is_a_measure_and_no_finding() -> None:
    assert finding(load_policy("national")) is None
    parcels = pd.DataFrame({name: [value] for name, value in PLANT.items()})
    measures = analyse_far(parcels, None, load_policy("national"), AS_OF).measures
    assert measures.loc[0, ["investment_per_ha_wan", "investment_per_mu_wan"]].tolist() == [
        9_999.0,
        pytest.approx(666.6),
    ]
