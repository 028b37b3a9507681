"""The stock of land: levels within each other, contradictions told, vacancy apart from idle land."""

from __future__ import annotations

from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.supply_stock import (
    low_efficiency,
    nesting_findings,
    nesting_problems,
    share_bounds,
    stock_of,
    stock_table,
    vacant_floors,
)
from layers.codes import LAND_STAGES, SUPPLY_STATUSES
from policies import load_policy

AS_OF = date(2026, 6, 30)
RULE = load_policy("national").rule("supply.nesting")
MU = 10_000 / 15


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        ([0.0], [np.nan], 0.0, 0.0),  # whatever the whole holds, none of it is in the part
        ([np.nan], [np.nan], 0.0, 1.0),
        ([0.0], [0.0], np.nan, np.nan),
    ],
)
def test_bounds_of_a_share_where_the_whole_may_be_nothing(part, whole, low, high) -> None:
    _, least, most, *_ = share_bounds(np.array(part), np.array(whole), np.array([1.0]))
    assert [least, most] == [pytest.approx(low, nan_ok=True), pytest.approx(high, nan_ok=True)]


def land(*rows: tuple[str | None, str | None], **columns) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["supply_status", "land_stage"], dtype="string")
    frame["parcel_id"] = [f"p{at}" for at in range(len(frame))]
    frame["zone_id"] = "z"
    frame["area_m2"] = 10_000.0
    return frame.assign(**columns)


@pytest.mark.parametrize(
    ("status", "stage", "ready", "supplied", "built", "wrong"),
    [
        ("supplied", "completed", 1, 1, 1, ""),
        ("supplied", "under_construction", 1, 1, 0, ""),
        ("supplied", "supplied_not_started", 1, 1, 0, ""),
        ("ready", "not_supplied", 1, 0, 0, ""),
        ("approved_unsupplied", "not_supplied", 0, 0, 0, ""),
        ("approved_not_cleared", None, 0, 0, 0, ""),
        ("unapproved", None, 0, 0, 0, ""),
        (None, "completed", 1, 1, 1, ""),
        (None, "not_supplied", np.nan, 0, 0, ""),
        (None, None, np.nan, np.nan, np.nan, ""),
        ("supplied", None, 1, 1, np.nan, ""),
        ("ready", "completed", np.nan, np.nan, np.nan, "built_not_supplied"),
        ("unapproved", "under_construction", np.nan, np.nan, np.nan, "built_not_supplied"),
        ("supplied", "not_supplied", np.nan, np.nan, np.nan, "supplied_not_supplied"),
    ],
)
def test_the_levels_of_a_parcel(status, stage, ready, supplied, built, wrong) -> None:
    stock = stock_of(land((status, stage)))
    found = [stock.levels[name][0] for name in ("ready", "supplied", "built")]
    np.testing.assert_array_equal(found, [ready, supplied, built])
    assert stock.contradiction[0] == wrong


def test_idle_land_that_was_never_supplied_is_a_contradiction() -> None:
    frame = land(
        ("ready", "not_supplied"), ("supplied", "supplied_not_started"), idle_status="suspected_1y"
    )
    stock = stock_of(frame)
    assert stock.contradiction.tolist() == ["idle_not_supplied", ""]
    assert nesting_problems(frame, stock)["id"].tolist() == ["p0"]


def test_a_zone_is_nested_only_where_nothing_contradicts() -> None:
    good = land(("supplied", "completed"), ("ready", "not_supplied"))
    blank = pd.concat([good, land((None, None))], ignore_index=True)
    wrong = pd.concat([good, land(("ready", "completed"))], ignore_index=True)
    for frame, verdict, n in ((good, "yes", 1), (blank, "unknown", 1), (wrong, "no", 2)):
        found = nesting_findings(frame, stock_of(frame), RULE, AS_OF)
        assert found.loc[found["parcel_id"].isna(), "verdict"].tolist() == [verdict]
        assert len(found) == n


def test_areas_and_shares_of_every_level() -> None:
    """Ten parcels of 1 ha: 1 road; 9 developable, 6 ready, 5 supplied, 2 built, 1 going on, 2 waiting."""
    frame = land(
        ("supplied", "completed"),
        ("supplied", "completed"),
        ("supplied", "under_construction"),
        ("supplied", "supplied_not_started"),
        ("supplied", "supplied_not_started"),
        ("ready", "not_supplied"),
        ("approved_unsupplied", "not_supplied"),
        ("approved_not_cleared", "not_supplied"),
        ("unapproved", "not_supplied"),
        ("supplied", "completed"),
    ).assign(land_use=["industrial"] * 9 + ["road"])
    stock = stock_of(frame)
    floors = vacant_floors(frame, None, None)
    table = stock_table(frame, stock, {}, floors).set_index("level")
    hectares = (table["area_m2"] / 10_000).to_dict()
    assert hectares["developable"] == 9
    assert [hectares[name] for name in ("ready", "supplied", "built")] == [6, 5, 2]
    assert [hectares[name] for name in ("under_construction", "waiting", "candidates")] == [1, 2, 4]
    assert hectares["serving"] == 1
    shares = [table.loc[name, "share"] for name in ("ready", "supplied", "built")]
    assert shares == pytest.approx([6 / 9, 5 / 6, 2 / 5])
    parts = hectares["built"] + hectares["under_construction"] + hectares["waiting"]
    assert parts == hectares["supplied"]


def test_an_unknown_part_gives_bounds_and_no_figure() -> None:
    frame = land(("supplied", "completed"), ("supplied", None), ("ready", "not_supplied"))
    table = stock_table(frame, stock_of(frame), {}, vacant_floors(frame, None, None)).set_index(
        "level"
    )
    row = table.loc["built"]
    assert np.isnan(row["share"])
    assert (row["share_low"], row["share_high"]) == (0.5, 1.0)
    assert (row["unknown_m2"], row["unknown_n"]) == (10_000, 1)


def test_vacant_floor_space_stands_beside_and_is_no_idle_land() -> None:
    frame = land(("supplied", "completed"), ("supplied", "completed"))
    buildings = pd.DataFrame(
        {
            "vacant_floor_area_m2": [500.0, 300.0, 200.0, None],
            "state": ["built", "under_construction", "demolished", "built"],
            "permanence": ["permanent"] * 4,
        }
    )
    floors = vacant_floors(frame, buildings, np.array([0, 0, 0, 1]))
    assert floors["vacant_floor_m2"].iloc[0] == 800
    assert floors["sublettable_floor_m2"].iloc[0] == 500
    assert floors.iloc[1].isna().all()
    stock = stock_of(frame)
    assert stock.levels["idle_suspected"].tolist() != [1.0, 1.0]
    table = stock_table(frame, stock, {}, floors).set_index("level")
    assert table.loc["built", "vacant_floor_m2"] == 800
    assert table.loc["idle_suspected", "area_m2"] == 0


@pytest.mark.parametrize(
    ("tax", "output", "state"),
    [
        (1.5 * 15, None, "unknown"),
        (1.5 * 15, 40.0 * 15, "no"),
        (1.4999 * 15, None, "yes"),
        (1.5 * 15, 39.99 * 15, "yes"),
        (None, None, "unknown"),
    ],
)
def test_low_efficiency_on_the_line(tax, output, state) -> None:
    """1 ha is 15 mu; the thresholds are 1.5 of tax and 40 of output per mu."""
    frame = land(("supplied", "completed"), tax_wan=tax, output_wan=output)
    limits = {"tax_wan_per_mu": 1.5, "output_wan_per_mu": 40.0}
    assert low_efficiency(frame, stock_of(frame), limits)[0].tolist() == [state]


def test_without_thresholds_or_buildings_nothing_is_low() -> None:
    frame = land(("supplied", "completed"), ("ready", "not_supplied"), tax_wan=0.0)
    assert low_efficiency(frame, stock_of(frame), {})[0].tolist() == [None, None]
    assert low_efficiency(frame, stock_of(frame), {"tax_wan_per_mu": 1.0})[0].tolist() == [
        "yes",
        None,
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, *SUPPLY_STATUSES.codes]),
            st.sampled_from([None, *LAND_STAGES.codes]),
            st.floats(1.0, 1e5),
        ),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_what_is_known_is_always_nested_and_never_by_the_order(rows, random) -> None:
    frame = land(*[(status, stage) for status, stage, _ in rows]).assign(
        area_m2=[a for *_, a in rows]
    )
    table = stock_table(frame, stock_of(frame), {}, vacant_floors(frame, None, None)).set_index(
        "level"
    )
    for inner, outer in (("built", "supplied"), ("supplied", "ready"), ("ready", "developable")):
        assert table.loc[inner, "area_m2"] <= table.loc[outer, "area_m2"] + 1e-6
        low, high = table.loc[inner, "share_low"], table.loc[inner, "share_high"]
        if not np.isnan(low):
            assert -1e-12 <= low <= high + 1e-12 <= 1 + 1e-9
    order = list(range(len(frame)))
    random.shuffle(order)
    other = frame.iloc[order].reset_index(drop=True)
    again = stock_table(other, stock_of(other), {}, vacant_floors(other, None, None)).set_index(
        "level"
    )
    np.testing.assert_allclose(again["area_m2"], table["area_m2"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([0, 1, 2, None]), st.floats(1, 100)), min_size=1, max_size=7)
)
def test_the_bounds_hold_every_way_of_filling_the_gaps(rows) -> None:
    """State 0: in neither, 1: in the whole, 2: in both, None: unknown."""
    area = np.array([size for _, size in rows])
    part = np.array([np.nan if s is None else float(s == 2) for s, _ in rows])
    whole = np.array([np.nan if s is None else float(s >= 1) for s, _ in rows])
    _, low, high, *_ = share_bounds(part, whole, area)
    gaps = [at for at, (s, _) in enumerate(rows) if s is None]
    for states in product(range(3), repeat=len(gaps)):
        p, w = part.copy(), whole.copy()
        for at, state in zip(gaps, states, strict=True):
            p[at], w[at] = float(state == 2), float(state >= 1)
        if (w * area).sum() > 0:
            share = (p * area).sum() / (w * area).sum()
            assert low - 1e-9 <= share <= high + 1e-9
