"""The supply plan in the files: a sheet that is edited and read back, the tables, the sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EAST, NORTH = 518_000.0, 4_062_000.0
PROJECT = """\
name   = "供地小项目"
as_of  = 2026-06-30
policy = "national"

[layers.parcels]
path = "parcels.geojson"

[layers.targets]
path = "targets.csv"

[layers.projects]
path = "projects.csv"

[layers.facilities]
path = "facilities.geojson"

[supply]
service_reach_m = { default = 500 }
min_area_m2 = 1000
min_width_m = 20
delay_share = 0.1
quarters = 8
"""


def box(x: float, y: float, width: float, height: float) -> shapely.Polygon:
    return shapely.box(EAST + x, NORTH + y, EAST + x + width, NORTH + y + height)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Four plots of 1 ha on a road: three ready for supply, of the fourth a dispute is not known."""
    folder = tmp_path / "project"
    folder.mkdir()
    frame = gpd.GeoDataFrame(
        {
            "parcel_id": ["A", "B", "C", "D", "R"],
            "land_use": ["industrial", "industrial", "storage", "industrial", "road"],
            "supply_status": ["ready"] * 4 + ["supplied"],
            "land_stage": ["not_supplied"] * 4 + ["completed"],
            "rights_clear": ["是"] * 4 + [None],
            "compensation_settled": ["是"] * 4 + [None],
            "dispute_free": ["是", "是", "是", None, None],
            "planning_conditions_no": ["条1", "条2", "条3", "条4", None],
        },
        geometry=[*(box(100 * at, 0, 100, 100) for at in range(4)), box(0, -10, 400, 10)],
        crs="EPSG:4548",
    )
    frame.to_file(folder / "parcels.geojson", driver="GeoJSON")
    kinds = ["road", "water", "sewage", "power", "gas", "heat", "telecom"]
    lines = [shapely.LineString([(EAST, NORTH - 5), (EAST + 400, NORTH - 5)])] * len(kinds)
    facilities = gpd.GeoDataFrame({"kind": kinds}, geometry=lines, crs="EPSG:4548")
    facilities.to_file(folder / "facilities.geojson", driver="GeoJSON")
    (folder / "targets.csv").write_text(
        "季度,用途,面积上限（公顷）\n2026年第3季度,,1\n2026年第4季度,工业,1\n", encoding="utf-8"
    )
    (folder / "projects.csv").write_text(
        "项目编号,意向宗地,拟用年限\nX1,A,50\nX2,B,30\n", encoding="utf-8"
    )
    (folder / "project.toml").write_text(PROJECT, encoding="utf-8")
    return folder


def plan_of(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "plan.csv", encoding="utf-8-sig").set_index("parcel_id")


def edited(results: Path, target: Path, **changes: dict[str, object]) -> Path:
    """Change cells of the plan's sheet, by parcel and heading, and save the workbook elsewhere."""
    book = openpyxl.load_workbook(results / "workbook.xlsx")
    page = book["供地计划"]
    rows = list(page.iter_rows(values_only=True))
    at = next(n for n, row in enumerate(rows) if row[0] == "宗地代码")
    heads = [str(head).split("（")[0] for head in rows[at]]
    for number, row in enumerate(rows[at + 2 :], start=at + 3):
        for heading, value in changes.get(str(row[0]), {}).items():
            page.cell(number, heads.index(heading) + 1).value = value
    book.save(target)
    return target


def test_a_plan_is_written_edited_and_read_back(
    zongdi: Callable, project: Path, tmp_path: Path
) -> None:
    first, second, third = (tmp_path / name for name in ("one", "two", "three"))
    assert zongdi("run", project, "--only", "supply", "--out", first).status == 0
    plan = plan_of(first)
    assert plan["quarter"].fillna("").to_dict() == {
        "A": "2026Q3",
        "B": "2026Q4",
        "C": "2026Q4",
        "D": "",
    }
    assert "无权属争议" in plan.loc["D", "why_zh"]
    assert plan.loc[["A", "B"], "instrument"].tolist() == ["grant", "flexible"]
    assert plan.loc[["A", "B"], "term_years"].tolist() == [50, 30]
    measures = pd.read_parquet(first / "parcels.parquet").set_index("parcel_id")
    assert measures["supply_planned_quarter"].fillna("").to_dict() == {
        **plan["quarter"].fillna(""),
        "R": "",
    }
    assert measures["supply_planned_year"].tolist()[:2] == [2026, 2026]
    assert measures["supply_class"].tolist() == ["candidate"] * 4 + ["serving"]
    assert measures.loc["D", "supply_ready"] == "unknown"

    changed = edited(
        first,
        tmp_path / "edited.xlsx",
        A={"拟供季度": "2027年一季度", "编辑说明": "等路网"},
        B={"拟供季度": "2026Q3", "供应方式": "长期租赁", "年期": 21},
        C={"拟供季度": "2026Q3"},
    )
    again = zongdi("run", project, "--only", "supply", "--plan", changed, "--out", second)
    assert again.status == 0, again.err
    plan = plan_of(second)
    assert plan["quarter"].fillna("").to_dict() == {
        "A": "2027Q1",
        "B": "2026Q3",
        "C": "2026Q3",
        "D": "",
    }
    assert plan.loc["A", "edit_note"] == "等路网"
    assert (plan.loc["B", "instrument"], plan.loc["B", "term_verdict"]) == ("long_lease", "no")
    findings = pd.read_parquet(second / "findings.parquet")
    told = findings[findings["rule"] == "supply.plan"].iloc[0]
    assert told["verdict"] == "no"
    assert "2026Q3各类用地面积上限超1.0000公顷" in told["note_zh"]

    # Read back unchanged, the sheet gives the very same plan.
    kept = edited(second, tmp_path / "same.xlsx")
    assert zongdi("run", project, "--only", "supply", "--plan", kept, "--out", third).status == 0
    pd.testing.assert_frame_equal(plan_of(third), plan)


def test_a_plan_of_the_project_file_and_planning_anew(
    zongdi: Callable, project: Path, tmp_path: Path
) -> None:
    (project / "plan.csv").write_text(
        "宗地代码,拟供季度,编辑决定\nC,2026Q3,列入\nA,,不列入\n", encoding="utf-8"
    )
    text = PROJECT + 'replan = true\n\n[layers.plan]\npath = "plan.csv"\n'
    (project / "project.toml").write_text(text, encoding="utf-8")
    done = zongdi("run", project, "--only", "supply", "--out", tmp_path / "out")
    assert done.status == 0, done.err
    plan = plan_of(tmp_path / "out")
    assert plan["quarter"].fillna("").to_dict() == {"C": "2026Q3", "B": "2026Q4", "A": "", "D": ""}
    assert plan["decision"].to_dict() == {"C": "in", "B": "free", "A": "out", "D": "free"}


def test_a_plan_that_is_not_there(zongdi: Callable, project: Path, tmp_path: Path) -> None:
    done = zongdi(
        "run",
        project,
        "--only",
        "supply",
        "--plan",
        tmp_path / "nowhere.xlsx",
        "--out",
        tmp_path / "out",
    )
    assert done.status == 2
    assert "nowhere.xlsx" in done.err
    assert not (tmp_path / "out").exists()
