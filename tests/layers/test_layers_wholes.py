"""Wholes that state figures beside their parts, and pools among buildings, by cases computed by hand."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Polygon, box

from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from layers.problems import ProblemLog
from layers.raw import Reporter
from layers.wholes import drop_wholes, mark_pools

X, Y = 500_000.0, 4_060_000.0


def at(x: float, width: float, y: float = 0.0, height: float = 10.0) -> Polygon:
    return box(X + x, Y + y, X + x + width, Y + y + height)


def buildings(shapes: list[Any], **columns: list[Any]) -> gpd.GeoDataFrame:
    contract = CONTRACTS["buildings"]
    frame = empty_frame(contract, pd.RangeIndex(len(shapes)))
    columns.setdefault("building_id", list("wabcdefg"[: len(shapes)]))
    for column, values in columns.items():
        frame[column] = pd.Series(values, dtype=contract.column(column).dtype)
    frame["source_row"] = pd.Series(range(1, len(shapes) + 1), dtype="int64")
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4548")


def left(frame: gpd.GeoDataFrame) -> tuple[list[str], list[list[Any]]]:
    log = ProblemLog()
    kept = drop_wholes(frame, Reporter(log, "buildings", "file"))
    assert kept.index.tolist() == list(range(len(kept)))
    return kept["building_id"].tolist(), log.frame()[["id", "code", "found"]].to_numpy().tolist()


TWO = [at(0, 20), at(0, 12), at(12, 8)]


@pytest.mark.parametrize(
    "columns",
    [
        # an official floor area on the outline, storeys on the parts
        {"floor_area_m2": [560.0, None, None], "floors_n": [None, 2, 4]},
        # the height of the whole
        {"height_m": [12.0, None, None], "floors_n": [None, 2, 4]},
        {"height_m": [12.0, 6.0, 12.0]},
        # the storeys of the highest part
        {"floors_n": [4, 2, 4]},
        {"floors_n": [4, 0, 4], "floor_area_m2": [560.0, None, None]},
    ],
)
def test_a_whole_with_figures_is_left_out_beside_its_parts(columns: dict[str, Any]) -> None:
    ids, problems = left(buildings(TWO, **columns))
    assert ids == ["a", "b"]
    assert problems == [["w", "building-beside-its-parts", "100%"]]


def test_one_part_with_storeys_stands_for_a_whole_that_states_none() -> None:
    shapes = [at(0, 20), at(0, 20)]
    assert left(buildings(shapes, floor_area_m2=[400.0, None], floors_n=[None, 2]))[0] == ["a"]


@pytest.mark.parametrize(
    ("shapes", "columns"),
    [
        # a single part with storeys on a building with storeys: a tower on its podium, or a duplicate
        ([at(0, 20), at(0, 19.5)], {"floors_n": [2, 8]}),
        # the parts leave a tenth of it bare
        ([at(0, 20), at(0, 10), at(10, 8)], {"floors_n": [4, 2, 4]}),
        # storeys drawn above one another
        ([at(0, 20), at(0, 20), at(0, 20)], {"floors_n": [1, 1, 1]}),
        # a cellar below the parts has no floor area to count twice, and its own below ground
        (TWO, {"floors_n": [0, 2, 4], "floors_below_n": [1, 0, 0]}),
        # the record is better than the heights of the parts
        (TWO, {"floor_area_m2": [560.0, None, None], "height_m": [None, 6.0, 12.0]}),
        # parts that are structures, or gone
        (TWO, {"floors_n": [4, 2, 4], "kind": [None, "structure", "yard"]}),
        (TWO, {"floors_n": [4, 2, 4], "state": [None, "demolished", "demolished"]}),
        # neighbours that reach in
        ([at(0, 20), at(-3, 15), at(12, 12)], {"floors_n": [4, 2, 4]}),
    ],
)
def test_what_is_no_whole_stays(shapes: list[Any], columns: dict[str, Any]) -> None:
    frame = buildings(shapes, **columns)
    assert left(frame) == (frame["building_id"].tolist(), [])


@pytest.mark.parametrize(("width", "dropped"), [(7.0, True), (6.9, False)])
def test_the_line_is_at_ninety_five_hundredths(width: float, dropped: bool) -> None:
    shapes = [at(0, 20), at(0, 12), at(12, width)]
    assert ("w" in left(buildings(shapes, floors_n=[4, 2, 4]))[0]) is not dropped


def test_a_pool_by_its_identifier_is_a_structure() -> None:
    frame = buildings(
        [at(0, 5), at(10, 5), at(20, 5)],
        building_id=["9041704CS5294S_PI.26", "9041704CS5294S_PI.27", "9041704CS5294S"],
        floors_n=[None, 1, None],
    )
    log = ProblemLog()
    marked = mark_pools(frame, Reporter(log, "buildings", "file"))
    assert marked["kind"].fillna("").tolist() == ["structure", "", ""]
    assert log.frame()["id"].tolist() == ["9041704CS5294S_PI.26"]
    assert frame["kind"].isna().all()
