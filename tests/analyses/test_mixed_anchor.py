"""Which date chooses the maximum of supporting facilities: of the supply, or of the review."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from analyses.mixed_use import analyse_mixed_use
from policies import load_policy

AS_OF = date(2026, 6, 30)
M0_DAY = date(2024, 6, 30)

OWN = """format = 1
id = "own"
extends = "national"
title = { zh = "本地", en = "own" }
jurisdiction = { zh = "某地", en = "somewhere" }

[documents.notice]
number = { zh = "某发〔2020〕1号", en = "Notice 1" }
title = { zh = "通知", en = "notice" }
validity = [{ from = 2020-01-01, status = "in_force" }]

[documents.stricter]
number = { zh = "某发〔2024〕2号", en = "Notice 2" }
title = { zh = "通知", en = "notice" }
validity = [{ from = 2024-01-01, status = "in_force" }]

[clauses.own-1]
document = "notice"
topic = "mixed"
text = { zh = "概括", en = "paraphrase" }
confidence = "V"
computed = true

[clauses.own-2]
document = "stricter"
topic = "mixed"
text = { zh = "概括", en = "paraphrase" }
confidence = "V"
computed = true

[rules."mixed.supporting_floor".parameters.share_max]
value = "LIMIT"
type = "fraction"
clause = "CLAUSE"
"""


def _pack(tmp_path: Any, text: str, name: str) -> Any:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def policy(tmp_path: Any) -> Any:
    """Ten per cent from 2020 on, five from 2024 on."""
    lower = OWN.replace("LIMIT", "10/100").replace("CLAUSE", "own-1")
    _pack(tmp_path, lower, "lower.toml")
    head, _, rule = OWN.partition("[documents.notice]")
    upper = head.replace('"own"', '"upper"').replace('"national"', '"lower.toml"')
    rule = rule[rule.index("[rules.") :].replace("LIMIT", "5/100").replace("CLAUSE", "own-2")
    return load_policy(_pack(tmp_path, upper + rule, "upper.toml"))


def _row(
    policy: Any,
    *,
    signed_on: str | None = None,
    role: str = "supporting",
    rule: str = "mixed.supporting_floor",
    as_of: date = AS_OF,
    share: float = 0.08,
    **columns: Any,
) -> pd.Series:
    """Return the finding on a plant of which `share` of the floor area is offices."""
    facts = {"parcel_id": "p", "zone_id": "z", "land_use": "industrial", "area_m2": 10_000.0}
    facts |= {"area_basis": "net", "fenced_share": 1.0, "land_stage": "completed"} | columns
    uses = pd.DataFrame(
        {
            "parcel_id": "p",
            "use": [facts["land_use"], "office"],
            "floor_area_m2": [10_000.0 * (1 - share), 10_000.0 * share],
            "land_area_m2": [None, 10_000.0 * share],
            "role": ["main", role],
            "held": None,
        }
    ).astype({"land_area_m2": "float64"})
    ledger = None
    if signed_on is not None:
        ledger = pd.DataFrame({"parcel_id": ["p"], "signed_on": pd.to_datetime([signed_on])})
    found = analyse_mixed_use(
        pd.DataFrame([facts]), policy, as_of, uses=uses, ledger=ledger
    ).findings
    rows = found[found["rule"] == rule]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.parametrize(
    ("signed_on", "role", "columns", "verdict", "limit", "pack", "missing"),
    [
        # 8 % stands: within the ten of 2020, above the five of 2024
        ("2021-05-01", "supporting", {}, "no", 0.10, "own", ""),
        ("2023-12-31", "supporting", {}, "no", 0.10, "own", ""),
        ("2024-01-01", "supporting", {}, "yes", 0.05, "upper", ""),
        # before both: the standard of that day is not in the packs
        ("2015-05-01", "supporting", {}, "unknown", 0.05, "upper", "ruleset_supply"),
        (None, "supporting", {}, "unknown", 0.05, "upper", "signed_on"),
        # what is proposed today is planned by today's rules, whenever the land was supplied
        ("2021-05-01", "proposed", {}, "yes", 0.05, "upper", ""),
        (None, "proposed", {}, "yes", 0.05, "upper", ""),
        # land not supplied, and land of which nothing says that it was
        (None, "supporting", {"supply_status": "ready"}, "yes", 0.05, "upper", ""),
        (None, "supporting", {"land_stage": None}, "yes", 0.05, "upper", ""),
        ("2021-05-01", "supporting", {"land_stage": None}, "no", 0.10, "own", ""),
    ],
)
def test_a_later_standard_never_condemns_an_older_plant(
    policy: Any,
    signed_on: str | None,
    role: str,
    columns: dict[str, Any],
    verdict: str,
    limit: float,
    pack: str,
    missing: str,
) -> None:
    row = _row(policy, signed_on=signed_on, role=role, **columns)
    assert (row["verdict"], row["limit"], row["pack"]) == (verdict, limit, pack)
    assert row["missing"] == missing
    assert pd.isna(row["attention"]) if missing else row["attention"] == (verdict == "yes")
    assert ("不作追溯" in row["note_zh"]) == (missing != "")


@pytest.mark.parametrize("rule", ["mixed.m0_floor", "mixed.m0_land"])
@pytest.mark.parametrize(
    ("signed_on", "as_of", "verdict", "missing"),
    [
        ("2022-05-01", M0_DAY, "yes", ""),
        # the opinions of 2021 have ended since, and still hold for what was supplied under them
        ("2022-05-01", AS_OF, "yes", ""),
        ("2025-11-07", AS_OF, "unknown", "ruleset_supply"),
        ("2020-05-01", AS_OF, "unknown", "ruleset_supply"),
        (None, AS_OF, "unknown", "signed_on"),
    ],
)
def test_new_type_industrial_land_keeps_the_shares_of_its_supply(
    rule: str, signed_on: str | None, as_of: date, verdict: str, missing: str
) -> None:
    row = _row(
        load_policy("jinan-2021"),
        signed_on=signed_on,
        rule=rule,
        as_of=as_of,
        share=0.35,
        land_use="m0",
    )
    assert (row["verdict"], row["missing"]) == (verdict, missing)


@pytest.mark.parametrize(
    ("signed_on", "stage", "gap", "verdict", "missing"),
    [
        (None, "not_supplied", 49.0, "yes", ""),
        (None, "completed", 49.0, "unknown", "signed_on"),
        ("2015-05-01", "completed", 49.0, "unknown", "ruleset_supply"),
        ("2020-05-01", "completed", 49.0, "yes", ""),
        # far enough by today's rule needs no date
        (None, "completed", 50.0, "no", ""),
    ],
)
def test_a_belt_is_asked_of_what_was_supplied_under_the_rule(
    signed_on: str | None, stage: str, gap: float, verdict: str, missing: str
) -> None:
    parcels = gpd.GeoDataFrame(
        {
            "parcel_id": ["p", "q"],
            "zone_id": "z",
            "land_use": ["industrial", "office"],
            "land_stage": stage,
            "hazard": ["toxic_gas", "none"],
            "area_m2": 10_000.0,
            "fenced_share": 1.0,
        },
        geometry=[box(0, 0, 100, 100), box(100 + gap, 0, 200 + gap, 100)],
        crs="EPSG:4548",
    )
    ledger = None
    if signed_on is not None:
        ledger = pd.DataFrame({"parcel_id": ["p"], "signed_on": pd.to_datetime([signed_on])})
    policy = load_policy("shanghai-2021")
    found = analyse_mixed_use(parcels, policy, AS_OF, ledger=ledger).findings
    row = found[(found["rule"] == "mixed.separation") & (found["parcel_id"] == "p")].iloc[0]
    assert (row["verdict"], row["missing"], row["limit"]) == (verdict, missing, 50.0)
