"""What must hold whatever the data: units there and back, area through repairs, order, direction."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon

from layers.checks import repair
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from layers.fabric import check_fabric
from layers.identity import identify
from layers.problems import ProblemLog
from layers.raw import Reporter
from layers.units import conversion, find_unit, known_units, rate_factor
from layers.values import parse_dates, parse_numbers

X, Y = 500_000.0, 4_060_000.0
TARGETS = {"area": "m2", "money": "wan", "length": "m", "ratio": "ratio"}
UNITS = [(unit, TARGETS[dimension]) for dimension in TARGETS for unit in known_units(dimension)]
PROPERTY = settings(max_examples=40, deadline=None)


@PROPERTY
@given(st.sampled_from(UNITS), st.floats(1e-6, 1e9))
def test_units_there_and_back(pair: tuple[str, str], value: float) -> None:
    unit, target = pair
    assert value * conversion(unit, target) * conversion(target, unit) == pytest.approx(
        value, rel=1e-12
    )


@PROPERTY
@given(st.sampled_from(UNITS), st.floats(0, 1e9, allow_subnormal=False))
def test_a_written_value_is_read_with_its_unit(pair: tuple[str, str], value: float) -> None:
    unit, target = pair
    parsed = parse_numbers(pd.Series([f"{value:.6f}{unit}"]))
    assert parsed.units is not None
    written = parsed.units.iloc[0]
    if pd.isna(written):  # a bare ratio
        assert find_unit(unit) is not None
        return
    read = parsed.values.iloc[0] * conversion(str(written), target)  # noqa: PD011
    assert read == pytest.approx(round(value, 6) * conversion(unit, target), rel=1e-9, abs=1e-12)


@PROPERTY
@given(
    st.sampled_from(["元", "万元", "亿元"]),
    st.sampled_from(["m2", "亩", "公顷"]),
    st.floats(0.01, 1e5),
    st.floats(1, 1e6),
)
def test_a_rate_over_an_area_is_the_amount(
    money: str, area: str, price: float, hectares: float
) -> None:
    rate = rate_factor(f"{money}/{area}", "wan")
    assert rate is not None
    m2 = hectares * conversion("公顷", "m2")
    expected = price * conversion(money, "wan") * (m2 / conversion(area, "m2"))
    assert price * rate * m2 == pytest.approx(expected, rel=1e-12)


@PROPERTY
@given(st.dates(pd.Timestamp(1960, 1, 1).date(), pd.Timestamp(2100, 1, 1).date()))
def test_a_day_is_the_same_in_every_writing(day) -> None:
    serial = (day - pd.Timestamp(1899, 12, 30).date()).days
    writings = [
        *(
            day.isoformat(),
            f"{day.year}.{day.month}.{day.day}",
            f"{day.year}/{day.month}/{day.day}",
        ),
        *(f"{day.year}年{day.month}月{day.day}日", day.strftime("%Y%m%d"), day, serial),
    ]
    read = parse_dates(pd.Series(writings, dtype=object))
    assert (read.values == pd.Timestamp(day)).all()  # noqa: PD011


corners = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=4, max_size=8, unique=True
)


def layer(shapes: list[shapely.Geometry], name: str = "parcels") -> gpd.GeoDataFrame:
    key = CONTRACTS[name].key
    frame = empty_frame(CONTRACTS[name], pd.RangeIndex(len(shapes)))
    frame["source_row"] = range(1, len(shapes) + 1)
    frame[key] = pd.array([f"p{n}" for n in range(len(shapes))], dtype="string")
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=4548), crs=4548)


@PROPERTY
@given(st.lists(corners, min_size=1, max_size=4))
def test_a_repaired_layer_conserves_area_up_to_its_account(rings: list) -> None:
    shapes = [Polygon(np.add(ring, (X, Y))) for ring in rings]
    frame = layer(shapes)
    log = ProblemLog()
    done = repair(frame, Reporter(log, "parcels"), key="parcel_id")
    problems = log.frame()
    stated = problems["what_en"].str.extract(r"area ([\d.]+) to ([\d.]+) m2").astype("float64")
    change = (stated[1] - stated[0]).sum()
    lost = problems[problems["code"] == "geometry-without-area"]
    before = frame.geometry.area[~frame["parcel_id"].isin(lost["id"])].sum()
    assert done.geometry.is_valid.all()
    assert done.geometry.area.sum() == pytest.approx(before + change, abs=0.02 * len(frame) + 1e-9)
    assert len(done) == len(frame) - len(lost)


def turned(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.reverse(shape)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 12), st.integers(1, 12)),
        min_size=2,
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_row_order_and_ring_direction_change_nothing(boxes: list, random) -> None:
    shapes = [
        shapely.box(X + 10 * x, Y + 10 * y, X + 10 * (x + w), Y + 10 * (y + h))
        for x, y, w, h in boxes
    ]
    names = [f"p{n}" for n in range(len(shapes))]
    order = list(range(len(shapes)))
    random.shuffle(order)
    told = []
    for rows, turn in ((range(len(shapes)), False), (order, True)):
        frame = layer([turned(shapes[n]) if turn else shapes[n] for n in rows])
        frame["parcel_id"] = pd.array([names[n] for n in rows], dtype="string")
        log = ProblemLog()
        report = Reporter(log, "parcels")
        frame = identify(repair(frame, report, key="parcel_id"), CONTRACTS["parcels"], report)
        check_fabric({"parcels": frame}, {"parcels": report})
        areas = dict(zip(frame["parcel_id"], frame.geometry.area, strict=True))
        problems = log.frame()
        # a pair is told of whichever comes first
        pairs = problems["code"].isin(["parcels-overlap", "geometry-duplicate"])
        told.append(
            (
                {name: round(area, 6) for name, area in areas.items()},
                sorted(zip(problems["code"], problems["found"].fillna(""), strict=True)),
                sorted(problems.loc[~pairs, "id"].fillna("")),
            )
        )
    assert told[0] == told[1]


def test_a_ring_the_other_way_round_is_the_same_geometry() -> None:
    shape = shapely.box(X, Y, X + 10, Y + 10)
    frame = layer([shape, turned(shape)])
    frame["parcel_id"] = pd.array(["p", "p"], dtype="string")
    log = ProblemLog()
    report = Reporter(log, "parcels")
    assert len(identify(frame, CONTRACTS["parcels"], report)) == 1
    assert np.isin(["id-merged"], log.frame()["code"]).all()
