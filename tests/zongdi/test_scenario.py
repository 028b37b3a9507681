"""What-if: the same outputs beside the base case, a table of differences, and refusals that tell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box
from typer.testing import CliRunner

from layers.project import load_project
from zongdi.cli import app
from zongdi.errors import ScenarioError
from zongdi.results import RESULT_FILES
from zongdi.scenario import read_scenario
from zongdi.scenario_run import differences, run_scenario

if TYPE_CHECKING:
    from pathlib import Path

X, Y = 520_000, 4_060_000


def rect(x0: float, y0: float, x1: float, y1: float):
    return box(X + x0, Y + y0, X + x1, Y + y1)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two plots of one hectare; on the first two buildings of 2,000 m2, one by its storeys table."""
    parcels = gpd.GeoDataFrame(
        {
            "parcel_id": ["A", "B"],
            "land_use": ["industrial", "industrial"],
            "land_stage": ["completed", "completed"],
            "far_max": [2.0, 2.0],
            "area_net_m2": [10_000.0, 9_000.0],
            "output_wan": [100.0, 50.0],
        },
        geometry=[rect(0, 0, 100, 100), rect(100, 0, 200, 100)],
        crs="EPSG:4548",
    )
    buildings = gpd.GeoDataFrame(
        {"building_id": ["a1", "a2", "b1"], "floors_n": [2, None, 1], "height_m": [10.0, 4.0, 5.0]},
        geometry=[rect(0, 0, 20, 100), rect(30, 0, 50, 100), rect(110, 0, 130, 100)],
        crs="EPSG:4548",
    )
    parcels.to_file(tmp_path / "parcels.gpkg")
    buildings.to_file(tmp_path / "buildings.gpkg")
    (tmp_path / "storeys.csv").write_text(
        "building_id,storey_no,height_m,floor_area_m2\na2,1,4,2000\n", encoding="utf-8"
    )
    (tmp_path / "uses.csv").write_text(
        "parcel_id,use,role,floor_area_m2,held\nB,office,administrative,100,self\n",
        encoding="utf-8",
    )
    (tmp_path / "ledger.csv").write_text(
        "parcel_id,contract_no,signed_on,parcel_area_in_contract_m2,land_price_wan\n"
        "B,C1,2015-05-01,9000,900\n",
        encoding="utf-8",
    )
    (tmp_path / "project.toml").write_text(
        "as_of = 2026-06-30\npolicy = 'jinan-2021'\n"
        + "".join(
            f"[layers.{name}]\npath = '{name}.{kind}'\n"
            for name, kind in (
                ("parcels", "gpkg"),
                ("buildings", "gpkg"),
                ("storeys", "csv"),
                ("uses", "csv"),
                ("ledger", "csv"),
            )
        ),
        encoding="utf-8",
    )
    return tmp_path


def scenario(folder: Path, text: str, name: str = "what-if.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def ran(project: Path, text: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the parcels of the base case and of the scenario, and what differs."""
    found = read_scenario(scenario(project, text))
    base, assumed, _ = run_scenario(load_project(project), found, only=("idle", "far"))
    return (
        base.parcels.set_index("parcel_id"),
        assumed.parcels.set_index("parcel_id"),
        differences(base, assumed),
    )


def change(kind: str, **values: Any) -> str:
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(["[[changes]]", f'kind = "{kind}"', *lines, ""])


def test_storeys_added(project: Path) -> None:
    one = change("add_storeys", building_id="a1", storeys_n=2)
    base, assumed, table = ran(project, one)
    assert base.loc["A", "floor_area_m2"] == 2 * 2_000 + 2_000
    assert assumed.loc["A", "floor_area_m2"] == 4 * 2_000 + 2_000
    assert assumed.loc["A", "far_plain"] == 1.0
    assert assumed.loc["A", "floor_area_headroom_m2"] == 10_000.0
    row = table[(table["level"] == "parcel") & (table["column"] == "floor_area_m2")].iloc[0]
    assert row[["parcel_id", "base", "scenario", "difference"]].tolist() == [
        "A",
        "6000.0000",
        "10000.0000",
        4_000.0,
    ]
    assert set(table.loc[table["level"] == "parcel", "parcel_id"]) == {"A"}


def test_storeys_added_on_a_parcel_enter_the_storeys_table_too(project: Path) -> None:
    base, assumed, _ = ran(
        project, change("add_storeys", parcel_id="A", storeys_n=1, storey_height_m=9.0)
    )
    assert assumed.loc["A", "floor_area_m2"] == 3 * 2_000 + 2 * 2_000
    # of the building that is not listed 19 m and three storeys are known: a mean tells of none of them
    assert np.isnan(assumed.loc["A", "floor_area_control_m2"])
    assert base.loc["A", "floor_area_control_m2"] == base.loc["A", "floor_area_m2"]


def test_building_removed(project: Path) -> None:
    _, assumed, table = ran(project, change("remove_building", building_id="a2"))
    assert assumed.loc["A", "floor_area_m2"] == 4_000.0
    assert assumed.loc["A", "free_ground_m2"] == 8_000.0
    totals = table[table["level"] == "total"].set_index("column")["difference"]
    assert totals["floor_area_m2"] == -2_000.0


def test_limit_changed_flips_a_verdict(project: Path) -> None:
    _, assumed, table = ran(project, change("set_limit", parcel_id="A", far_max=0.5))
    assert assumed.loc["A", "far_limit"] == 0.5
    flipped = table[(table["level"] == "verdict") & (table["column"] == "far.limit")].iloc[0]
    assert flipped[["parcel_id", "base", "scenario"]].tolist() == ["A", "no", "yes"]
    assert assumed.loc["B", "far_limit"] == 2.0


def test_parcel_split(project: Path) -> None:
    line = [[X + 125, Y - 5], [X + 125, Y + 105]]
    base, assumed, table = ran(
        project, change("split_parcel", parcel_id="B", line=line, into=["B-east", "B-west"])
    )
    assert assumed.index.tolist() == ["A", "B-east", "B-west"]
    assert assumed.loc["B-east", "area_net_m2"] == pytest.approx(6_750.0)
    assert assumed.loc["B-west", "area_plane_m2"] == pytest.approx(2_500.0)
    # the building is split by its ground, and nothing is lost
    floors = assumed.loc[["B-east", "B-west"], "floor_area_m2"]
    assert floors.tolist() == pytest.approx([500.0, 1_500.0])
    assert floors.sum() == pytest.approx(base.loc["B", "floor_area_m2"])
    # what cannot be told apart is unknown, not repeated
    assert assumed.loc[["B-east", "B-west"], "output_wan"].isna().all()
    assert assumed.loc[["B-east", "B-west"], "contracts_n"].tolist() == [1, 1]
    rows = table[(table["parcel_id"] == "B") & (table["column"] == "far_plain")].iloc[0]
    assert pd.isna(rows["scenario"])
    assert table.set_index("column").loc["parcels_n", "difference"].tolist()[0] == 1.0


def test_changes_are_made_in_their_order(project: Path) -> None:
    line = [[X + 150, Y - 5], [X + 150, Y + 105]]
    text = change("split_parcel", parcel_id="B", line=line) + change(
        "set_limit", parcel_id="B-2", far_max=5.0
    )
    _, assumed, _ = ran(project, text)
    assert assumed["far_limit"].tolist() == [2.0, 2.0, 5.0]


def test_a_scenario_that_changes_nothing_has_no_difference(project: Path) -> None:
    _, _, table = ran(project, change("set_limit", parcel_id="A", far_max=2.0))
    assert table.empty


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no [[changes]]"),
        ("nmae = 'x'\n" + change("remove_building", building_id="a1"), "does not know nmae"),
        (change("add_floors", building_id="a1"), "kind among"),
        (change("add_storeys", building_id="a1", storeys_n=0), "at least 1"),
        (change("add_storeys", storeys_n=1), "building_id / parcel_id"),
        (change("set_limit", parcel_id="A"), "names no limit"),
        (
            change("set_limit", parcel_id="A", coverage_max_share=40),
            "impossible coverage_max_share",
        ),
        (change("set_limit", parcel_id="A", far=2.0), "does not know far"),
        (change("split_parcel", parcel_id="A", line=[[1, 2]]), "line of two points"),
        ("changes = 3", "no [[changes]]"),
        ("name = ", "TOML"),
    ],
)
def test_a_faulty_scenario_is_refused_with_every_mistake(tmp_path: Path, text, said) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(scenario(tmp_path, text))
    assert said in caught.value.say("en")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (change("remove_building", building_id="zz"), "no such identifier"),
        (change("set_limit", plan_id="P", far_max=1.0), "no layer of control-plan plots"),
        (
            change("split_parcel", parcel_id="A", line=[[X + 10, Y + 10], [X + 20, Y + 20]]),
            "does not cut",
        ),
        (
            change(
                "split_parcel",
                parcel_id="A",
                line=[[X + 50, Y - 5], [X + 50, Y + 105]],
                into=["A1", "B"],
            ),
            "not taken",
        ),
    ],
)
def test_a_change_of_what_is_not_there_is_refused(project: Path, text: str, said: str) -> None:
    found = read_scenario(scenario(project, text))
    with pytest.raises(ScenarioError) as caught:
        run_scenario(load_project(project), found)
    assert said in caught.value.say("en")


def test_the_command_writes_both_beside_each_other(project: Path) -> None:
    text = "name = '加层 A'\n" + change("add_storeys", parcel_id="A", storeys_n=1)
    path = scenario(project, text)
    result = CliRunner().invoke(app, ["run", str(project), "--scenario", str(path)])
    assert result.exit_code == 0, result.output
    out = project / "results"
    beside = out / "scenario-加层-A"
    assert set(RESULT_FILES) <= {one.name for one in out.iterdir()}
    assert {one.name for one in beside.iterdir()} == {
        *RESULT_FILES,
        "differences.csv",
        "scenario_changes.csv",
    }
    base, assumed = (
        json.loads((folder / "run.json").read_text(encoding="utf-8")) for folder in (out, beside)
    )
    assert "scenario" not in base
    assert assumed["scenario"]["changes"][0]["storeys_n"] == 1
    assert base["data_hash"] != assumed["data_hash"]
    table = pd.read_csv(beside / "differences.csv", encoding="utf-8-sig")
    assert {"total", "parcel"} <= set(table["level"])
    changes = pd.read_csv(beside / "scenario_changes.csv", encoding="utf-8-sig")
    assert changes["kind"].tolist() == ["add_storeys"]
    again = (beside / "differences.csv").read_bytes()
    CliRunner().invoke(app, ["run", str(project), "--scenario", str(path)])
    assert (beside / "differences.csv").read_bytes() == again
