"""The demo's supply plan: over eight quarters in the workbook, edited, read back, and on the map by its years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from layers.project import Project

SHEET = "供地计划"


def read(results: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(results / f"{name}.csv", encoding="utf-8-sig", dtype={"parcel_id": str})


def run(project: Project, results: Path) -> Path:
    from zongdi.outputs import write_results
    from zongdi.pipeline import run_project

    write_results(run_project(project), results)
    return results


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The demo's project file and its results."""
    from layers.project import load_project
    from zongdi.demo import write_demo

    folder = tmp_path_factory.mktemp("supply")
    path = write_demo(folder / "project")
    return path, run(load_project(path), folder / "results")


@pytest.fixture(scope="module")
def again(first: tuple[Path, Path]) -> Path:
    """The results after a planner moved one plot by two years, took one out and put one in."""
    from layers.project import load_project
    from zongdi.edited_plan import with_plan

    path, results = first
    book = openpyxl.load_workbook(results / "workbook.xlsx")
    page = book[SHEET]
    rows = list(page.iter_rows(values_only=True))
    at = next(n for n, row in enumerate(rows) if row[0] == "宗地代码")
    heads = [str(head).split("（")[0] for head in rows[at]]
    plan = read(results, "plan")
    chosen = plan[plan["chosen"]]["parcel_id"].tolist()
    out = plan[~plan["chosen"] & plan["why_zh"].str.contains("限额")]["parcel_id"].iloc[0]
    changes: dict[str, dict[str, object]] = {
        chosen[0]: {"拟供季度": "2028年第2季度", "编辑说明": "等评估"},
        chosen[1]: {"编辑决定": "不列入"},
        out: {"拟供季度": "2028Q2", "编辑决定": "列入"},
    }
    for number, row in enumerate(rows[at + 2 :], start=at + 3):
        for heading, value in changes.get(str(row[0]), {}).items():
            page.cell(number, heads.index(heading) + 1).value = value
    edited = results.parent / "edited.xlsx"
    book.save(edited)
    return run(with_plan(load_project(path), edited), results.parent / "again")


def test_the_plan_runs_over_eight_quarters(first: tuple[Path, Path]) -> None:
    _, results = first
    plan = read(results, "plan")
    quarters = plan["quarter"].dropna()
    assert quarters.between("2026Q3", "2028Q2").all()
    assert {quarter[:4] for quarter in quarters} == {"2026", "2027", "2028"}
    # One is in, and others are out for reasons of different kinds.
    why = plan[~plan["chosen"]]["why_zh"]
    for said in ("不能单独供应", "低于要求|供应状态", "突破限额"):
        assert why.str.contains(said).any(), said
    page = openpyxl.load_workbook(results / "workbook.xlsx")[SHEET]
    assert page.page_setup.paperSize == 8  # A3
    assert page.page_setup.fitToWidth in {None, 1}
    printed = page.print_area.split(":")[1].split("$")[1]
    heads = [str(cell.value) for cell in page[4]][
        : openpyxl.utils.column_index_from_string(printed)
    ]
    for needed in ("宗地代码", "拟供季度", "编辑决定", "年期", "编辑说明", "理由"):
        assert any(head.startswith(needed) for head in heads), needed


def test_vacancy_and_drift_are_shown(first: tuple[Path, Path]) -> None:
    _, results = first
    built = read(results, "stock").set_index(["zone_id", "level"]).loc[("SL01", "built")]
    assert 0 < built["sublettable_floor_m2"] <= built["vacant_floor_m2"]
    boundary = read(results, "boundary")
    drift = boundary[boundary["issue"] == "use_drift"]
    assert set(drift["id"]) == {"research"}
    assert (drift["measured"] / drift["limit"] - 1).between(0.05, 0.08).all()
    findings = pd.read_parquet(results / "findings.parquet")
    sublet = findings[findings["rule"] == "supply.sublet"]
    assert {"yes", "no"} <= set(sublet["verdict"])
    assert not sublet["attention"].fillna(value=False).any()
    priced = findings[findings["rule"] == "supply.lowest_price"]
    assert len(priced)
    assert set(priced["verdict"]) == {"yes"}


def test_the_edited_plan_is_the_plan(first: tuple[Path, Path], again: Path) -> None:
    before, plan = (read(folder, "plan").set_index("parcel_id") for folder in (first[1], again))
    moved = plan[plan["edit_note"].eq("等评估")]
    assert moved["quarter"].tolist() == ["2028Q2"]
    assert plan["decision"].value_counts().to_dict() == {"free": len(plan) - 2, "in": 1, "out": 1}
    before = before.loc[plan.index]
    kept = before["chosen"] & plan["chosen"] & ~plan["edit_note"].eq("等评估")
    assert kept.sum() == before["chosen"].sum() - 2
    assert (before["quarter"] == plan["quarter"])[kept].all()
    told = pd.read_parquet(again / "findings.parquet")
    said = told[(told["rule"] == "supply.plan") & (told["zone_id"] == "SL01")].iloc[0]
    assert said["verdict"] == "no"  # the second quarter of 2028 holds more than its limits
    assert "2028Q2" in said["note_zh"]


@pytest.mark.browser
def test_the_year_switch_shows_the_plan_and_then_the_edited_one(
    first: tuple[Path, Path], again: Path, open_page: Callable[..., Any]
) -> None:
    for results in (first[1], again):
        page = open_page(results / "map.html").page
        page.check("input[name=zd-theme][value=supply]", force=True)
        plan = read(results, "plan")
        for year in sorted({quarter[:4] for quarter in plan["quarter"].dropna()}):
            page.check(f"input[name=zd-year][value='{year}']", force=True)
            own = plan[plan["quarter"].str.startswith(year, na=False)]
            listed = page.evaluate("Array.from(zongdi.model.order, (i) => zongdi.model.id(i))")
            assert sorted(listed) == sorted(own["parcel_id"])
            said = page.locator(".zd-period-said").text_content()
            assert f"{year}年供应 {len(own)} 宗" in said
            assert f"{own['area_m2'].sum() / 1e4:,.4f} 公顷" in said
