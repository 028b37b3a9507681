"""Performance: the exit rule year by year, indicators with bounds, targets, yields, what is to be put right."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from analyses.performance import analyse_performance
from analyses.performance_exit import exit_watch
from analyses.performance_firms import rank_firms
from analyses.supply import SupplyInputs
from analyses.supply_stock import stock_of
from policies import load_policy

AS_OF = date(2026, 6, 30)
X, Y = 500_000, 4_060_000
JINAN, SHANGHAI = load_policy("jinan-2021"), load_policy("shanghai-2021")
SHANDONG, ZHEJIANG = load_policy("shandong-2016"), load_policy("zhejiang-2021-draft")


def ratings(*rows: tuple, zone: str = "z") -> pd.DataFrame:
    """Rows of year, rank, evaluated_n, class, region_class, below the average."""
    names = ["year", "rank", "evaluated_n", "class", "region_class", "below_region_average"]
    return pd.DataFrame(rows, columns=names).assign(zone_id=zone)


def zones(set_up: str | None = "2015-01-01") -> pd.DataFrame:
    return pd.DataFrame(
        {"zone_id": ["z"], "kind": ["fenced"], "set_up_on": pd.to_datetime([set_up])}
    )


def last(year: int, **change) -> tuple:
    row = {
        "rank": 160,
        "evaluated_n": 160,
        "class": "C",
        "region_class": "C",
        "below": False,
    } | change
    return (year, row["rank"], row["evaluated_n"], row["class"], row["region_class"], row["below"])


def watch(rows, *, set_up: str | None = "2015-01-01", as_of: date = AS_OF):
    table, findings = exit_watch(ratings(*rows), zones(set_up), SHANGHAI, as_of)
    return table, findings[findings["rule"] == "supply.exit"].iloc[0]


@pytest.mark.parametrize(
    ("rows", "set_up", "states", "verdict"),
    [
        ([last(2024), last(2025)], "2015-01-01", ["warning", "exit_conditions"], "yes"),
        ([last(2024), last(2025)], "2021-06-30", ["warning", "exit_conditions"], "yes"),
        ([last(2024), last(2025)], "2021-07-01", ["warning", "waiting_age"], "no"),
        ([last(2024), last(2025)], None, ["warning", "unknown"], "unknown"),
        ([last(2025)], "2015-01-01", ["warning"], "no"),
        ([last(2023), last(2025)], "2015-01-01", ["warning", "unknown"], "unknown"),
        ([last(2024), last(2025, rank=156)], "2015-01-01", ["warning", "exit_conditions"], "yes"),
        ([last(2024), last(2025, rank=155)], "2015-01-01", ["warning", "warning"], "no"),
        ([last(2024, rank=155), last(2025)], "2015-01-01", ["warning", "warning"], "no"),
        ([last(2024), last(2025, region_class="B")], "2015-01-01", ["warning", "normal"], "no"),
        ([last(2024), last(2025, **{"class": "B"})], "2015-01-01", ["warning", "normal"], "no"),
        ([last(2024), last(2025, **{"class": None})], "2015-01-01", ["warning", "unknown"], "unknown"),
        ([last(2024), last(2025, rank=None)], "2015-01-01", ["warning", "unknown"], "unknown"),
        ([last(2022), last(2023), last(2024, **{"class": "B", "region_class": "B", "rank": 50}), last(2025)], "2015-01-01",
         ["warning", "exit_conditions", "normal", "warning"], "no"),
        ([last(2025, **{"class": "A", "region_class": "A", "rank": 3})], "2015-01-01", ["pilot_first"], "no"),
    ],
)  # fmt: skip
def test_the_exit_rule_year_by_year(rows, set_up, states, verdict) -> None:
    table, finding = watch(rows, set_up=set_up)
    assert table["state"].tolist() == states
    assert finding["verdict"] == verdict


def test_a_state_that_goes_on_has_begun_where_it_began() -> None:
    """Met with the rating of 2024, and five years old on 2025-06-30; the next rating changes nothing."""
    table, finding = watch([last(2023), last(2024), last(2025)], set_up="2020-06-30")
    assert table["state"].tolist() == ["warning", "exit_conditions", "exit_conditions"]
    assert table["since_on"].tolist()[1:] == [pd.Timestamp("2025-06-30")] * 2
    assert "自2025-06-30起" in finding["note_zh"]
    # A year among others breaks it: what comes after is met anew.
    broken, _ = watch(
        [last(2021), last(2022), last(2023, **{"class": "B"}), last(2024), last(2025)],
        set_up="2010-06-30",
    )
    assert broken["state"].tolist()[1:] == [
        *("exit_conditions", "normal", "warning", "exit_conditions"),
    ]
    assert broken["since_on"].iloc[-1] == pd.Timestamp("2025-12-31")
    slow, _ = watch(
        [last(2022, rank=100), last(2023, rank=100)], set_up="2010-06-30", as_of=date(2024, 6, 30)
    )
    assert slow["since_on"].tolist() == [pd.Timestamp("2022-12-31")] * 2


def test_the_day_on_which_the_conditions_are_met() -> None:
    """The second year is known on 2025-12-31; five years after the set-up on 2021-03-15 is 2026-03-15."""
    table, _ = watch([last(2024), last(2025)], set_up="2021-03-15")
    assert table["since_on"].iloc[-1] == pd.Timestamp("2026-03-15")
    older, _ = watch([last(2024), last(2025)], set_up="2010-03-15")
    assert older["since_on"].iloc[-1] == pd.Timestamp("2025-12-31")
    waiting, _ = watch([last(2024), last(2025)], set_up="2022-03-15")
    assert waiting["due_on"].iloc[-1] == pd.Timestamp("2027-03-15")


def test_age_reached_after_a_better_year_never_meets_the_conditions() -> None:
    rows = [last(2022), last(2023), last(2024, **{"class": "B", "rank": 20}), last(2025)]
    table, finding = watch(rows, set_up="2020-03-01")
    assert table["state"].tolist() == ["warning", "waiting_age", "normal", "warning"]
    assert finding["verdict"] == "no"


def test_ratings_after_the_review_date_do_not_count() -> None:
    table, finding = watch([last(2024), last(2025)], as_of=date(2025, 12, 30))
    assert table["year"].tolist() == [2024]
    assert finding["verdict"] == "no"
    frame = ratings(last(2024), last(2025)).assign(
        published_on=pd.to_datetime(["2025-06-30", "2026-07-01"])
    )
    late, _ = exit_watch(frame, zones(), SHANGHAI, AS_OF)
    assert late["year"].tolist() == [2024]
    assert late["known_on"].iloc[0] == pd.Timestamp("2025-06-30")


def good(year: int, rank: int, *, below) -> tuple:
    return (year, rank, 160, "B", "B", below)


@pytest.mark.parametrize(
    ("rows", "states", "verdict"),
    [
        ([good(2023, 90, below=True)], ["rectify"], "no"),
        ([good(2023, 90, below=True), good(2024, 90, below=True)], ["rectify", "rectify"], "no"),
        ([good(2023, 90, below=True), good(2024, 95, below=True), good(2025, 90, below=True)], ["rectify", "rectify", "interview"], "yes"),
        ([good(2023, 90, below=True), good(2024, 89, below=True), good(2025, 89, below=True)], ["rectify", "rectify", "rectify"], "no"),
        ([good(2023, 90, below=True), good(2024, 80, below=False), good(2025, 90, below=True)], ["rectify", "normal", "rectify"], "no"),
        ([good(2025, 90, below=None)], ["normal"], "unknown"),
    ],
)  # fmt: skip
def test_below_the_regional_average(rows, states, verdict) -> None:
    as_of = date(rows[-1][0] + 1, 6, 30)
    table, findings = exit_watch(ratings(*rows), zones(), SHANGHAI, as_of)
    assert table["state"].tolist() == states
    own = findings.set_index("rule").loc["supply.below_average"]
    assert own["verdict"] == verdict
    # Each verdict is told by its own strand: never by the conditions of an exit.
    assert ("地区平均" in own["note_zh"]) is (states[-1] in {"rectify", "interview"})
    assert ("无法判断" in own["note_zh"]) is (verdict == "unknown")


@pytest.mark.parametrize(
    ("rows", "as_of", "rule", "state", "verdict", "missing"),
    [
        # Below since 2024: to improve by 2026-12-31; nobody knows the rating of 2026 a day later.
        ([(2024, 100, 160, "B", "B", True), (2025, 100, 160, "B", "B", True)], date(2026, 12, 31), "supply.below_average", "rectify", "no", ""),
        ([(2024, 100, 160, "B", "B", True), (2025, 100, 160, "B", "B", True)], date(2027, 1, 1), "supply.below_average", "unknown", "unknown", "ratings.2026"),
        # One year in class C, and no rating since: it may have been two.
        ([last(2023)], date(2024, 12, 31), "supply.exit", "warning", "no", ""),
        ([last(2023)], date(2025, 1, 1), "supply.exit", "unknown", "unknown", "ratings.2024"),
        # One unrated year cannot be two in a row; two can.
        ([last(2023, **{"class": "B"})], date(2025, 6, 30), "supply.exit", "normal", "no", ""),
        ([last(2023, **{"class": "B"})], date(2026, 6, 30), "supply.exit", "unknown", "unknown", "ratings.2024,ratings.2025"),
        # What was met stays met until a better year is known.
        ([last(2022), last(2023)], date(2026, 6, 30), "supply.exit", "exit_conditions", "yes", ""),
    ],
)  # fmt: skip
def test_a_year_without_a_rating_is_not_a_good_one(
    rows, as_of, rule, state, verdict, missing
) -> None:
    table, findings = exit_watch(ratings(*rows), zones(), SHANGHAI, as_of)
    own = findings.set_index("rule").loc[rule]
    assert (table["state"].iloc[-1], own["verdict"]) == (state, verdict)
    assert ("" if pd.isna(own["missing"]) else own["missing"]) == missing


def test_age_reached_in_years_without_a_rating_meets_nothing() -> None:
    """Five years old on 2026-03-15; the rating of 2025 might have been a better one."""
    table, finding = watch([last(2023), last(2024)], set_up="2021-03-15")
    assert (table["state"].iloc[-1], finding["verdict"]) == ("unknown", "unknown")
    assert finding["missing"] == "ratings.2025"
    young, told = watch([last(2023), last(2024)], set_up="2021-07-01")
    assert (young["state"].iloc[-1], told["verdict"]) == ("waiting_age", "no")


@pytest.mark.parametrize(
    ("rows", "code", "missing"),
    [
        (
            [last(2024), last(2025), last(2025, rank=1, **{"class": "A", "region_class": "A"})],
            "ratings_contradictory",
            "ratings.class,ratings.region_class,ratings.rank",
        ),
        (
            [last(2024, rank=170), last(2025)],
            "ratings_rank_beyond",
            "ratings.rank,ratings.evaluated_n",
        ),
    ],
)
def test_ratings_that_contradict_themselves_are_unknown_and_told(rows, code, missing) -> None:
    inputs = SupplyInputs({"zones": zones(), "ratings": ratings(*rows)})
    for order in (rows, rows[::-1]):
        inputs = SupplyInputs({"zones": zones(), "ratings": ratings(*order)})
        found = analyse_performance(land(), SHANGHAI, AS_OF, inputs)
        own = found.findings.set_index("rule").loc["supply.exit"]
        assert (own["verdict"], own["missing"]) == ("unknown", missing)
        assert set(found.problems["code"]) == {code}
        assert set(found.problems["id"]) == {"z"}


def test_a_result_made_known_later_replaces_the_earlier_one() -> None:
    rows = ratings(last(2024), last(2025), last(2025, rank=1, **{"class": "A"})).assign(
        published_on=pd.to_datetime(["2025-06-01", "2026-05-01", "2026-06-01"])
    )
    inputs = SupplyInputs({"zones": zones(), "ratings": rows})
    found = analyse_performance(land(), SHANGHAI, AS_OF, inputs)
    assert found.problems.empty
    assert found.findings.set_index("rule").loc["supply.exit", "verdict"] == "no"


def test_what_a_verdict_lacks_is_of_its_own_strand() -> None:
    """No class of the region in 2025, no word on the average, no day of setting up."""
    rows = [last(2024), (2025, 160, 160, "C", None, None)]
    table, findings = exit_watch(ratings(*rows), zones(None), SHANGHAI, AS_OF)
    lacks = findings.set_index("rule")["missing"].to_dict()
    assert lacks == {
        "supply.exit": "ratings.region_class",
        "supply.below_average": "ratings.below_region_average",
    }
    assert table["streak_years"].isna().tolist() == [False, True]
    assert np.isnan(findings.set_index("rule").loc["supply.exit", "measured"])


def test_without_a_rule_or_a_rating() -> None:
    table, findings = exit_watch(ratings(last(2025)), zones(), JINAN, AS_OF)
    assert table["state"].tolist() == ["no_rule"]
    assert findings.empty
    table, findings = exit_watch(None, zones(), SHANGHAI, AS_OF)
    assert table["state"].tolist() == ["not_rated"]
    assert set(findings["verdict"]) == {"unknown"}


# -------------------------------------------------------------------------------------- indicators


def land() -> gpd.GeoDataFrame:
    """Five parcels of 1 ha in a fence of 10 ha; the last lies half outside it."""
    shapes = [box(X + 100 * at, Y, X + 100 * at + 100, Y + 100) for at in range(5)]
    return gpd.GeoDataFrame(
        {
            "parcel_id": [f"p{at}" for at in range(5)],
            "zone_id": "z",
            "land_use": ["industrial", "industrial", "office", "storage", "industrial"],
            "supply_status": ["supplied", "supplied", "supplied", "supplied", "ready"],
            "land_stage": [
                "completed",
                "under_construction",
                "completed",
                "supplied_not_started",
                "not_supplied",
            ],
            "area_m2": 10_000.0,
            "fenced_share": [1.0, 1.0, 0.5, 1.0, 1.0],
            "idle_found": pd.array([False, False, False, True, False], dtype="boolean"),
            "tax_wan": [300.0, None, 60.0, None, None],
            "holder": ["甲", "乙", "丙", "丁", None],
        },
        geometry=shapes,
        crs="EPSG:4548",
    )


def fence(**columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"zone_id": ["z", "z"], "kind": ["fenced", "accepted"], "approved_area_m2": [120_000.0, None],
         "accepted_area_m2": [None, 90_000.0], "accepted_on": pd.to_datetime([None, "2020-01-01"]), **columns},
        geometry=[box(X, Y, X + 1000, Y + 100)] * 2, crs="EPSG:4548",
    )  # fmt: skip


def measured(frame, policy=JINAN, **frames) -> pd.DataFrame:
    inputs = SupplyInputs({"zones": fence(), **frames})
    table = analyse_performance(frame, policy, AS_OF, inputs).tables["performance"]
    return table.set_index("indicator")


def test_three_readings_of_developed_side_by_side() -> None:
    table = measured(land())
    assert table.loc["acceptance_share", "value"] == pytest.approx(90 / 120)
    readings = table.loc[["developed_supplied", "developed_started", "developed_built"], "value"]
    assert readings.tolist() == pytest.approx([3.5 / 10, 2.5 / 10, 1.5 / 10])
    rates = table.loc[["development_rate", "supply_rate", "completion_rate", "idle_rate"], "value"]
    assert rates.tolist() == pytest.approx([5 / 5, 4 / 5, 2 / 4, 1 / 4])
    assert table.loc["industrial_share", "value"] == pytest.approx(1 / 2)
    assert table.loc["tax_per_ha", "value"] == pytest.approx(300)
    assert table.loc["tax_all_per_ha", "value"] == pytest.approx(180)
    assert table.loc["acceptance_share", "status"] == "lapsed"


def test_an_unknown_parcel_leaves_bounds() -> None:
    frame = land()
    frame.loc[1, "land_stage"] = None
    table = measured(frame)
    row = table.loc["developed_built"]
    assert np.isnan(row["value"])
    assert (row["value_low"], row["value_high"]) == pytest.approx((0.15, 0.25))
    assert table.loc["developed_supplied", "value"] == pytest.approx(0.35)
    unsaid = land().assign(idle_found=pd.array([False, False, False, None, False], dtype="boolean"))
    assert np.isnan(measured(unsaid).loc["idle_rate", "value"])


@pytest.mark.parametrize(
    ("year", "rank", "count", "verdict"),
    [(2021, 30, 100, "yes"), (2021, 31, 100, "no"), (2023, 20, 100, "yes"), (2023, 21, 100, "no"), (2022, 90, 100, None), (2021, 30, None, "unknown")],
)  # fmt: skip
def test_rank_targets_on_the_line(year, rank, count, verdict) -> None:
    table = measured(land(), ratings=ratings((year, rank, count, "B", "B", False)))
    name = "rank_percentile" if verdict is None else "rank_target"
    row = table.loc[name]
    assert (None if pd.isna(row["verdict"]) else row["verdict"]) == verdict
    if count:
        assert row["value"] == pytest.approx(rank / count)


@pytest.mark.parametrize(
    ("area", "started", "completed", "verdicts"),
    [
        (120_000.0, "2021-12-31", "2023-12-31", ["yes", "yes", "yes"]),
        (119_999.0, "2022-01-01", "2024-01-01", ["no", "no", "no"]),
        (None, None, None, ["unknown", "unknown", "unknown"]),
        (130_000.0, "2021-05-01", "2027-05-01", ["yes", "yes", "unknown"]),
    ],
)
def test_the_research_building_of_jinan(area, started, completed, verdicts) -> None:
    project = pd.DataFrame({"project_id": ["x"], "target": ["research_building"], "zone_id": ["z"], "floor_area_m2": [area],
                            "started_on": pd.to_datetime([started]), "completed_on": pd.to_datetime([completed])})  # fmt: skip
    table = measured(land(), projects=project)
    rows = table.loc[["project_floor_area", "project_start", "project_completion"]]
    assert rows["verdict"].tolist() == verdicts


def test_the_share_of_class_a_counts_the_zones_at_hand() -> None:
    rows = pd.concat(
        [
            ratings((2025, 1, 90, code, "B", False), zone=name)
            for name, code in (("a", "A"), ("b", "B"), ("c", "C"))
        ]
    )
    row = measured(land(), ZHEJIANG, ratings=rows).loc["class_share"]
    assert (row["value"], row["verdict"]) == (pytest.approx(1 / 3), "yes")


# --------------------------------------------------------------------------------------- the firms


def firms(**columns) -> gpd.GeoDataFrame:
    """Three firms of 1 ha (15 mu) each, all built: tax 30, 60 and 90, that is 2, 4 and 6 per mu."""
    frame = land().iloc[[0, 1, 2]].reset_index(drop=True)
    facts = {"land_use": "industrial", "land_stage": "completed", "supply_status": "supplied", "holder": ["甲", "乙", "丙"],
             "tax_wan": [30.0, 60.0, 90.0], "output_wan": [150.0, 150.0, 150.0], "industry_code": ["39", "13", "39"]}  # fmt: skip
    return frame.assign(**facts | columns)


RANKING = {"yield_weights": {"tax_wan_per_mu": 1.0}, "yield_cuts": {"A": 150, "B": 100, "C": 51}}


def test_ranking_by_yield_recomputed() -> None:
    """The benchmark is total over total: 180 / 45 mu = 4; scores 50, 100 and 150."""
    frame = firms()
    table, _, classes = rank_firms(frame, stock_of(frame), JINAN, AS_OF, RANKING)
    scores = table.set_index("holder")["score"].to_dict()
    assert scores == {"甲": pytest.approx(50), "乙": pytest.approx(100), "丙": pytest.approx(150)}
    assert classes.tolist() == ["D", "B", "A"]
    assert table["rank"].tolist() == [1, 2, 3]
    given = {**RANKING, "yield_benchmarks": {"tax_wan_per_mu": 2.0}}
    assert rank_firms(frame, stock_of(frame), JINAN, AS_OF, given)[2].tolist() == ["B", "A", "A"]
    two = {"yield_weights": {"tax_wan_per_mu": 3.0, "output_wan_per_mu": 1.0}}
    scores = rank_firms(frame, stock_of(frame), JINAN, AS_OF, two)[0].set_index("holder")["score"]
    assert scores["甲"] == pytest.approx(100 * (3 * 0.5 + 1) / 4)


def test_a_firm_without_a_figure_has_no_class() -> None:
    frame = firms(tax_wan=[30.0, None, 90.0])
    table, _, classes = rank_firms(frame, stock_of(frame), JINAN, AS_OF, RANKING)
    assert classes[1] is None
    row = table.set_index("holder").loc["乙"]
    assert np.isnan(row["score"])
    assert row["missing"] == "tax_wan"
    assert pd.isna(row["yield_class"])


def test_a_firm_is_all_its_parcels_in_the_zone() -> None:
    frame = firms(holder=["甲", "甲", "丙"])
    table, *_ = rank_firms(frame, stock_of(frame), JINAN, AS_OF, RANKING)
    row = table.set_index("holder").loc["甲"]
    assert (row["parcels_n"], row["area_m2"], row["tax_wan_per_mu"]) == (
        2,
        20_000,
        pytest.approx(3.0),
    )


@pytest.mark.parametrize(
    ("options", "states", "lacking"),
    [
        ({"catalogue": ("39",), "small_area_m2": 5_000}, ["no", "yes", "no"], set()),
        ({"catalogue": ("39", "1"), "small_area_m2": 20_000}, ["yes", "no", "no"], set()),
        ({"catalogue": ("39", "13")}, ["unknown", "no", "no"], {"small_area_m2"}),
        ({"small_area_m2": 5_000}, ["unknown", "unknown", "unknown"], {"catalogue"}),
    ],
)
def test_firms_that_might_be_replaced(options, states, lacking) -> None:
    """甲 is of class D, 乙 of another industry; small means below the area given."""
    frame = firms()
    table, found, _ = rank_firms(frame, stock_of(frame), ZHEJIANG, AS_OF, {**RANKING, **options})
    by_firm = table.set_index("holder")["replace"]
    assert [by_firm[name] for name in ("甲", "乙", "丙")] == states
    rows = found[found["rule"] == "supply.replace_out"]
    assert set(rows["status"]) == {"draft"}
    assert rows["note_zh"].str.contains("征求意见稿").all()
    assert set(rows["missing"].dropna()) - {""} == lacking


# ------------------------------------------------------------------------------- what is put right


def test_the_rectification_list_of_shandong() -> None:
    boundary = pd.DataFrame(
        {
            "zone_id": ["z", "z", "z"],
            "issue": ["parcel_outside", "acceptance_overdue", "approved_unfenced"],
            "id": ["p0", "z", "z"],
            "note_zh": ["甲", "乙", "丙"],
            "note_en": ["a", "b", "c"],
        }
    )
    options = {"low_use": {"developed_built": 0.2}}
    inputs = SupplyInputs({"zones": fence()})
    found = analyse_performance(land(), SHANDONG, AS_OF, inputs, options=options, boundary=boundary)
    table = found.tables["rectification"]
    assert table["rule"].tolist() == ["supply.rectify", "supply.acceptance", "supply.low_use"]
    verdicts = found.findings.set_index("rule")["verdict"]
    assert (verdicts["supply.rectify"], verdicts["supply.low_use"]) == ("yes", "yes")
    at = {"low_use": {"developed_built": 0.15}}
    again = analyse_performance(land(), SHANDONG, AS_OF, inputs, options=at).findings
    assert again.set_index("rule").loc["supply.low_use", "verdict"] == "no"
    unsaid = analyse_performance(land(), SHANDONG, AS_OF, inputs).findings
    assert unsaid.set_index("rule").loc["supply.low_use", "verdict"] == "unknown"
    assert (
        analyse_performance(land(), JINAN, AS_OF, inputs, boundary=boundary)
        .tables["rectification"]
        .empty
    )
