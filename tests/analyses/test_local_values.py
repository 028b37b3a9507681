"""A local value and the one beneath it: which holds for a parcel, and what the finding cites."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from analyses.areas import parcel_areas
from analyses.far import analyse_far
from analyses.findings import Verdicts, rule_findings
from analyses.green import analyse_green
from policies import load_policy

AS_OF = date(2026, 6, 30)
X, Y = 500_000, 4_060_000

HEAD = """format = 1
id = "own"
extends = "shandong-2016"
title = { zh = "本地", en = "own" }
jurisdiction = { zh = "某地", en = "somewhere" }

[documents.notice]
number = { zh = "某发〔2025〕1号", en = "Notice 1" }
title = { zh = "通知", en = "notice" }
effective = 2025-01-01
validity = [{ from = 2025-01-01, status = "in_force" }]

[clauses.own-1]
document = "notice"
article = { zh = "第一条", en = "art. 1" }
topic = "intensity"
text = { zh = "概括", en = "paraphrase" }
confidence = "V"
computed = true
"""
COEFFICIENT = """
[rules."far.building_coefficient".parameters.share_min]
value = "40/100"
type = "fraction"
clause = "own-1"
"""


def _policy(tmp_path, rules):
    path = tmp_path / "own.toml"
    path.write_text(HEAD + rules, encoding="utf-8")
    return load_policy(path)


def _analyse(policy, signed_on, **columns):
    facts = {"parcel_id": "p", "zone_id": "z", "land_use": "industrial", "land_stage": "completed"}
    parcels = gpd.GeoDataFrame(
        {name: [value] for name, value in (facts | columns).items()},
        geometry=[box(X, Y, X + 100, Y + 100)],
        crs="EPSG:4548",
    )
    building = gpd.GeoDataFrame(
        {"building_id": ["b"], "kind": ["building"], "floors_n": [2], "height_m": [10.0]},
        geometry=[box(X, Y, X + 35, Y + 100)],
        crs="EPSG:4548",
    )
    ledger = pd.DataFrame({"parcel_id": ["p"], "signed_on": pd.to_datetime([signed_on])})
    return analyse_far(
        parcels.join(parcel_areas(parcels)), building, policy, AS_OF, ledger=ledger
    ).findings


def _row(findings, rule):
    rows = findings[findings["rule"] == rule]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.parametrize(
    ("signed_on", "verdict", "limit", "pack", "clause", "missing"),
    [
        ("2015-05-01", "no", 0.3, "national", "国土资发〔2008〕24号 建筑系数", ""),
        ("2024-05-01", "unknown", 0.4, "own", "某发〔2025〕1号 第一条", "ruleset_2023"),
        ("2024-12-31", "unknown", 0.4, "own", "某发〔2025〕1号 第一条", "ruleset_2023"),
        ("2025-01-01", "yes", 0.4, "own", "某发〔2025〕1号 第一条", ""),
        ("2003-01-01", "unknown", 0.4, "own", "某发〔2025〕1号 第一条", "ruleset_2004"),
        (None, "unknown", 0.4, "own", "某发〔2025〕1号 第一条", "signed_on"),
    ],
)
def test_a_stricter_notice_binds_land_supplied_after_it(
    tmp_path, signed_on, verdict, limit, pack, clause, missing
) -> None:
    row = _row(_analyse(_policy(tmp_path, COEFFICIENT), signed_on), "far.building_coefficient")
    assert (row["verdict"], row["limit"], row["missing"]) == (verdict, limit, missing)
    assert (row["pack"], row["clause"]) == (pack, clause)


TABLE = """
[documents.indicators-own]
number = { zh = "自然资发〔2023〕72号（本单位载入）", en = "the 2023 indicators, as loaded" }
title = { zh = "控制指标", en = "indicators" }
validity = [{ from = 2023-06-01, status = "in_force" }]

[clauses.table-own]
document = "indicators-own"
topic = "intensity"
text = { zh = "概括", en = "paraphrase" }
confidence = "V"
computed = true

[rules."far.floor".parameters.table]
clause = "table-own"
value = [{ industry_code = "39", scheme = "GB/T 4754-2017", far_min = 1.1 }]
"""


@pytest.mark.parametrize(
    ("signed_on", "code", "scheme", "verdict", "limit", "missing"),
    [
        # 0.7 is built: below 1.1 of the table loaded, not below 0.7 of the table of 2008
        ("2024-05-01", "39", "GB/T 4754-2017", "yes", 1.1, ""),
        ("2015-05-01", "39", "GB/T 4754-2002", "no", 0.7, ""),
        ("2024-05-01", "39", "GB/T 4754-2002", "unknown", None, "ruleset_2023"),
        ("2023-03-01", "39", "GB/T 4754-2017", "unknown", 1.1, "ruleset_2023"),
    ],
)
def test_a_table_that_the_office_loads_decides_newer_land(
    tmp_path, signed_on, code, scheme, verdict, limit, missing
) -> None:
    policy = _policy(tmp_path, TABLE)
    found = _analyse(policy, signed_on, industry_code=code, industry_scheme=scheme)
    row = _row(found, "far.floor")
    assert (row["verdict"], row["missing"]) == (verdict, missing)
    assert pd.isna(row["limit"]) if limit is None else row["limit"] == limit
    if verdict == "yes":
        assert (row["pack"], row["clause"]) == ("own", "自然资发〔2023〕72号（本单位载入）")


def test_without_the_newer_table_newer_land_is_unknown() -> None:
    for pack_id in ("national", "jinan-2021"):
        found = _analyse(
            load_policy(pack_id), "2024-05-01", industry_code="39", industry_scheme="GB/T 4754-2002"
        )
        row = _row(found, "far.floor")
        assert (row["verdict"], row["missing"]) == ("unknown", "ruleset_2023")
        assert row["status"] == "validity_unverified"


def test_a_cap_that_a_notice_lowers_binds_newer_land_alone(tmp_path) -> None:
    rules = """
[rules."green.industrial_cap".parameters.share_max]
value = "15/100"
type = "fraction"
clause = "own-1"
"""
    policy = _policy(tmp_path, rules)
    parcels = gpd.GeoDataFrame(
        {
            "parcel_id": ["old", "new"],
            "zone_id": "z",
            "land_use": "industrial",
            "land_stage": "completed",
        },
        geometry=[box(X, Y, X + 100, Y + 100), box(X + 100, Y, X + 200, Y + 100)],
        crs="EPSG:4548",
    )
    strips = [box(X + x, Y, X + x + 18, Y + 100) for x in (0, 100)]
    green = gpd.GeoDataFrame({"green_id": ["a", "b"]}, geometry=strips, crs="EPSG:4548")
    ledger = pd.DataFrame(
        {"parcel_id": ["old", "new"], "signed_on": pd.to_datetime(["2015-05-01", "2025-05-01"])}
    )
    result = analyse_green(
        parcels.join(parcel_areas(parcels)), policy, AS_OF, green=green, ledger=ledger
    )
    found = result.findings.set_index(["rule", "parcel_id"]).loc["green.industrial_cap"]
    assert found.loc["old", ["verdict", "limit", "pack"]].tolist() == ["no", 0.2, "national"]
    assert found.loc["new", ["verdict", "limit", "pack"]].tolist() == ["yes", 0.15, "own"]
    assert result.measures["green_over_cap_m2"].round(6).tolist() == [0.0, 300.0]


ENDED = """
[documents.ended]
number = { zh = "某发〔2020〕1号", en = "Notice of 2020" }
title = { zh = "旧通知", en = "old notice" }
validity = [
  { from = 2020-01-01, status = "in_force" },
  { from = 2025-01-01, status = "lapsed", why = { zh = "已由新通知替代。", en = "Replaced by the notice." } },
]
replaced_by = "notice"

[clauses.ended-1]
document = "ended"
topic = "idle"
text = { zh = "概括", en = "paraphrase" }
confidence = "V"
computed = true

[rules."idle.registration"]
clause = "ended-1"
"""


@pytest.mark.parametrize(
    ("as_of", "verdict", "status"),
    [(date(2024, 12, 31), "no", "in_force"), (date(2025, 1, 1), "unknown", "lapsed")],
)
def test_a_rule_whose_document_has_ended_decides_nothing(tmp_path, as_of, verdict, status) -> None:
    rule = _policy(tmp_path, ENDED).rule("idle.registration")
    row = rule_findings(rule, as_of, Verdicts(["no"], parcel_id=["p"], note_zh=["未备案。"])).iloc[
        0
    ]
    assert (row["verdict"], row["status"]) == (verdict, status)
    if verdict == "unknown":
        assert row["missing"] == "rule_in_force"
        assert pd.isna(row["attention"])
        assert row["note_zh"] == "未备案。依据文件已失效，不作判断。已由新通知替代。"
    else:
        assert row["missing"] == ""
        assert row["attention"]


def test_a_rule_of_several_clauses_cites_them_all(tmp_path) -> None:
    rules = """
[rules."idle.suspended".parameters.developed_share_min]
value = "1/2"
type = "fraction"
clause = "own-1"
"""
    rule = _policy(tmp_path, rules).rule("idle.suspended")
    row = rule_findings(rule, AS_OF, Verdicts(["yes"], parcel_id=["p"])).iloc[0]
    assert row["pack"] == "own"
    assert row["clause"] == "国土资源部令第53号 第二条第二款；某发〔2025〕1号 第一条"


ANCHORED = """
[rules."far.building_coefficient"]
anchor = "ANCHOR"
clause = "own-1"

[rules."far.building_coefficient".parameters.share_min]
value = "40/100"
type = "fraction"
clause = "own-1"
"""


@pytest.mark.parametrize(
    ("anchor", "ledger", "verdict", "missing"),
    [
        # the pack says that its value holds for all land alike
        ("review", {}, "yes", ""),
        ("review", {"signed_on": "2015-05-01"}, "yes", ""),
        # by the first permit, whenever the land was signed
        ("permit_on", {"signed_on": "2015-05-01", "permit_on": "2025-02-01"}, "yes", ""),
        ("permit_on", {"signed_on": "2025-05-01", "permit_on": "2016-02-01"}, "no", ""),
        ("permit_on", {"signed_on": "2025-05-01"}, "unknown", "permit_on"),
        ("signed_on", {"signed_on": "2015-05-01", "permit_on": "2025-02-01"}, "no", ""),
    ],
)
def test_a_pack_may_choose_which_date_decides(tmp_path, anchor, ledger, verdict, missing) -> None:
    policy = _policy(tmp_path, ANCHORED.replace("ANCHOR", anchor))
    parcels = gpd.GeoDataFrame(
        {"parcel_id": ["p"], "zone_id": "z", "land_use": "industrial", "land_stage": "completed"},
        geometry=[box(X, Y, X + 100, Y + 100)],
        crs="EPSG:4548",
    )
    building = gpd.GeoDataFrame(
        {"building_id": ["b"], "kind": ["building"], "floors_n": [2], "height_m": [10.0]},
        geometry=[box(X, Y, X + 35, Y + 100)],
        crs="EPSG:4548",
    )
    dates = {name: pd.to_datetime([day]) for name, day in ledger.items()}
    rows = pd.DataFrame({"parcel_id": ["p"]} | dates)
    found = analyse_far(
        parcels.join(parcel_areas(parcels)), building, policy, AS_OF, ledger=rows
    ).findings
    row = _row(found, "far.building_coefficient")
    assert (row["verdict"], row["missing"]) == (verdict, missing)
