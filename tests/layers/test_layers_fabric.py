"""The parcel fabric: slivers, gaps, the fence, what lies across parcels and what counts twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
from shapely import MultiPolygon, Polygon, box

from layers.inputs import read_inputs
from layers.problems import ProblemLog
from layers.project import load_project

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

X, Y = 500_000.0, 4_060_000.0
KEYS = {"parcels": "parcel_id", "buildings": "building_id", "green": "green_id", "zones": "zone_id"}


def at(x: float, y: float, width: float, height: float) -> Polygon:
    return box(X + x, Y + y, X + x + width, Y + y + height)


def check(folder: Path, ledger: str | None = None, **layers: Any) -> pd.DataFrame:
    """Write layers and read them: each is a list of shapes, or a pair of shapes and columns."""
    text = "as_of = 2026-06-30\n[layers]\n"
    for name, given in layers.items():
        shapes, columns = given if isinstance(given, tuple) else (given, {})
        ids = [f"{name[0]}{n}" for n in range(len(shapes))]
        frame = gpd.GeoDataFrame({KEYS[name]: ids, **columns}, geometry=shapes, crs=4548)
        frame.to_parquet(folder / f"{name}.parquet")
        text += f'{name} = "{name}.parquet"\n'
    if ledger is not None:
        (folder / "l.csv").write_text(ledger, "utf-8")
        text += 'ledger = "l.csv"\n'
    (folder / "project.toml").write_text(text, "utf-8")
    log = ProblemLog()
    read_inputs(load_project(folder), log)
    return log.frame()


def only(problems: pd.DataFrame, code: str) -> list[list[Any]]:
    return problems.loc[problems["code"] == code, ["layer", "id", "found"]].to_numpy().tolist()


def codes(problems: pd.DataFrame) -> set[str]:
    return set(problems["code"]) - {"shift-unknowable"}


def test_a_clean_fabric_has_nothing_to_say(tmp_path: Path) -> None:
    assert codes(check(tmp_path, parcels=[at(0, 0, 100, 100), at(100, 0, 100, 100)])) == set()


def test_a_corner_on_the_edge_of_a_neighbour_is_no_gap(tmp_path: Path) -> None:
    shapes = [at(0, 0, 100, 200), at(100, 0, 100, 80), at(100, 80, 100, 120)]
    assert codes(check(tmp_path, parcels=shapes)) == set()


@pytest.mark.parametrize(
    ("width", "told"), [(0.3, True), (0.02, True), (0.005, False), (6.0, False)]
)
def test_gaps_between_parcels(tmp_path: Path, width: float, told: bool) -> None:
    problems = check(tmp_path, parcels=[at(0, 0, 100, 100), at(100 + width, 0, 100, 100)])
    found = only(problems, "parcels-gap")
    if not told:
        assert found == []
        return
    assert [row[1] for row in found] == ["p0", "p1"]
    assert float(found[0][2]) == pytest.approx(100, abs=1)


def test_slivers_and_tiny_parts_and_far_away(tmp_path: Path) -> None:
    shapes = [
        at(0, 0, 100, 100),
        at(200, 0, 0.4, 100),  # 40 m2, 0.4 m wide
        at(300, 0, 0.9, 0.9),
        MultiPolygon([at(400, 0, 50, 50), at(480, 0, 0.5, 0.5)]),
        at(80_000, 0, 100, 100),
    ]
    problems = check(tmp_path, parcels=shapes)
    slivers = problems[problems["code"] == "geometry-sliver"]
    assert slivers["id"].tolist() == ["p1", "p2"]
    assert only(problems, "geometry-tiny-parts") == [["parcels", "p3", "0.25"]]
    assert [row[1] for row in only(problems, "geometry-far-away")] == ["p4"]


def test_equal_geometries_under_different_identifiers(tmp_path: Path) -> None:
    turned = Polygon(
        at(0, 0, 100, 100).exterior.coords[::-1][2:] + at(0, 0, 100, 100).exterior.coords[::-1][1:3]
    )
    huts = [at(10, 10, 20, 20), at(50, 50, 10, 10), at(10, 10, 20, 20)]
    problems = check(
        tmp_path, parcels=[at(0, 0, 100, 100), turned], buildings=(huts, {"floors_n": 1})
    )
    same = problems[problems["code"] == "geometry-duplicate"]
    assert same[["layer", "id", "row"]].to_numpy().tolist() == [
        ["buildings", "b2", 3],
        ["parcels", "p1", 2],
    ]


def test_a_parcel_across_the_fence(tmp_path: Path) -> None:
    fence = ([at(0, 0, 150, 100), at(150, 0, 100, 100)], {"kind": ["fenced", "fenced"]})
    parcels = [at(0, 0, 100, 100), at(100, 0, 100, 100), at(200, 0, 100, 100), at(400, 0, 10, 10)]
    problems = check(tmp_path, parcels=parcels, zones=fence)
    found = only(problems, "parcel-across-fence")
    assert found == [["parcels", "p2", "5000.00"]]


def test_buildings_on_several_parcels_and_on_none(tmp_path: Path) -> None:
    parcels = [at(0, 0, 100, 100), at(100, 0, 100, 100)]
    huts = [at(90, 10, 20, 20), at(80, 50, 20.02, 20), at(300, 0, 10, 10)]
    problems = check(tmp_path, parcels=parcels, buildings=(huts, {"floors_n": 1}))
    assert only(problems, "building-on-several-parcels") == [["buildings", "b0", "p0, p1"]]
    assert [row[1] for row in only(problems, "building-on-no-parcel")] == ["b2"]


def test_green_counted_twice(tmp_path: Path) -> None:
    lawns = [at(0, 0, 50, 50), at(40, 0, 50, 50), at(0, 0, 50, 50)]
    kinds = {"kind": ["attached", "attached", "roof"]}
    problems = check(tmp_path, parcels=[at(0, 0, 100, 100)], green=(lawns, kinds))
    assert only(problems, "green-counted-twice") == [["green", "g0", "500.00"]]


@pytest.mark.parametrize(
    ("area", "code"),
    [("10000", None), ("10090", None), ("10200", "area-differs"), ("15", "area-differs")],
)
def test_the_ledger_s_area_against_the_map(tmp_path: Path, area: str, code: str | None) -> None:
    ledger = f"合同编号,宗地编号,合同面积\nHT-1,p0,{area}\n"
    problems = check(tmp_path, ledger, parcels=[at(0, 0, 100, 100)])
    told = problems[problems["layer"] == "ledger"]["code"].tolist()
    assert told == ([] if code is None else [code])
    if code:
        assert "tolerance 1%" in problems["what_en"].iloc[-1] + problems["what_en"].iloc[0]


def test_a_column_of_areas_in_another_unit_is_told_once(tmp_path: Path) -> None:
    ledger = "合同编号,宗地编号,合同面积\n" + "".join(f"HT-{n},p{n},15\n" for n in range(4))
    parcels = [at(100 * n, 0, 100, 100) for n in range(4)]
    problems = check(tmp_path, ledger, parcels=parcels)
    told = problems[problems["layer"] == "ledger"]
    assert told["code"].tolist() == ["area-unit-suspected"]
    assert 'units = { contract_area_m2 = "亩" }' in told["proposal"].iloc[0]


def test_row_order_changes_no_problem(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    shapes: Sequence[Polygon] = [
        *(at(0, 0, 100, 100), at(100.2, 0, 100, 100), at(50, 90, 100, 100), at(400, 0, 0.3, 60)),
        *(at(600, 0, 100, 100), at(600, 0, 100, 100)),
    ]
    ids = [f"x{n}" for n in range(len(shapes))]
    seen = []
    for order in (range(len(shapes)), rng.permutation(len(shapes))):
        folder = tmp_path / str(len(seen))
        folder.mkdir()
        problems = check(
            folder,
            parcels=([shapes[n] for n in order], {"parcel_id": [ids[n] for n in order]}),
        )
        pairs = problems[~problems["code"].isin(["parcels-overlap", "geometry-duplicate"])]
        seen.append(
            sorted(
                zip(pairs["code"], pairs["id"].fillna("-"), pairs["found"].fillna("-"), strict=True)
            )
        )
    assert seen[0] == seen[1]
