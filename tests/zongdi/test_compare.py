"""Two runs compared: parcels new and gone, verdicts that flipped and why, on a project checked on paper."""

from __future__ import annotations

import json
import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from python_calamine import CalamineWorkbook

from analyses.results_compare import COMPARE
from layers.project import load_project
from maps import read_view
from maps.themes import build_themes
from zongdi.compare import CompareError, compare_results
from zongdi.compare_write import write_comparison
from zongdi.outputs import write_results
from zongdi.pipeline import run_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


CRS = "EPSG:4548"
EAST, NORTH = 518_000.0, 4_062_000.0


def box(x: float, y: float, width: float, height: float) -> shapely.Polygon:
    return shapely.box(EAST + x, NORTH + y, EAST + x + width, NORTH + y + height)


@pytest.fixture(scope="module")
def runs(
    tmp_path_factory: pytest.TempPathFactory, small_writer: Callable[[Path], Path]
) -> Callable[..., Path]:
    """Run the small project after a change of its files; each kind of change once."""
    made: dict[str, Path] = {}

    def run(
        name: str,
        change: Callable[[Path], None] | None = None,
        day: date | None = None,
        **load: Any,
    ) -> Path:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            project = small_writer(folder / "project")
            if change is not None:
                change(folder / "project")
            made[name] = folder / "out"
            write_results(run_project(load_project(project, as_of=day, **load)), made[name])
        return made[name]

    return run


def edit_parcels(**values: Any) -> Callable[[Path], None]:
    """Change columns of parcel A."""

    def change(folder: Path) -> None:
        path = folder / "parcels.geojson"
        parcels = gpd.read_file(path)
        for name, value in values.items():
            parcels.loc[parcels["parcel_id"] == "A", name] = value
        parcels.to_file(path, driver="GeoJSON")

    return change


def edit_ledger(old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "ledger.csv"
        text = path.read_text(encoding="gb18030")
        assert old in text
        path.write_text(text.replace(old, new), encoding="gb18030")

    return change


def rows_of(comparison: Any, kind: str, what: str, parcel: str = "A") -> pd.DataFrame:
    rows = comparison.rows
    own = (rows["kind"] == kind) & (rows["what"] == what) & (rows["parcel_id"] == parcel)
    return rows.loc[own.fillna(value=False)]


def the_row(comparison: Any, kind: str, what: str, parcel: str = "A") -> Any:
    rows = rows_of(comparison, kind, what, parcel)
    assert len(rows) == 1, rows
    return rows.iloc[0]


def changes(comparison: Any) -> dict[str, str]:
    return dict(zip(comparison.parcels["parcel_id"], comparison.parcels["change"], strict=True))


def test_a_run_against_itself_says_nothing(runs: Callable[..., Path]) -> None:
    comparison = compare_results(runs("base"), runs("base"))
    assert comparison.rows.empty
    assert tuple(comparison.rows.columns) == COMPARE.names
    assert set(changes(comparison).values()) == {"same"}


def test_another_review_date_is_named_as_the_only_cause(runs: Callable[..., Path]) -> None:
    later = runs("later", day=date(2028, 1, 31))
    comparison = compare_results(runs("base"), later)
    status = the_row(comparison, "status", "idle_status", "B")
    assert (status["old"], status["new"], status["cause"]) == ("not_due", "to_check", "as_of")
    assert status["why_zh"] == "审查日期 2026-06-30 → 2028-01-31。"
    days = the_row(comparison, "figure", "idle_days")
    assert (days["difference"], days["cause"]) == (580.0, "as_of")
    # A's status is as it was: that a day count moves with the date is no change of the parcel.
    assert changes(comparison) == {"A": "same", "B": "flipped", "C": "same"}


def test_the_input_that_flipped_a_verdict_is_named_with_its_values(
    runs: Callable[..., Path],
) -> None:
    tight = runs("tight", edit_parcels(far_max=0.5))
    comparison = compare_results(runs("base"), tight)
    # 3 storeys of 2,000 m2 on 10,000 m2: 0.6, within 2.0 and above 0.5.
    row = the_row(comparison, "verdict", "far.limit")
    assert (row["old"], row["new"], row["cause"]) == ("no", "yes", "input")
    assert row["why_zh"] == "容积率上限 2 → 0.5。限值 2 → 0.5。"
    assert row["why_en"].startswith("maximum floor-area ratio 2 → 0.5.")
    assert the_row(comparison, "input", "parcels.far_max")["difference"] == pytest.approx(-1.5)
    assert the_row(comparison, "action", "correct_far")["why_zh"].startswith("新增建议：")
    assert changes(comparison) == {"A": "flipped", "B": "same", "C": "same"}


def test_what_stands_on_a_parcel_is_named_by_its_id(runs: Callable[..., Path]) -> None:
    def raise_it(folder: Path) -> None:
        path = folder / "buildings.geojson"
        buildings = gpd.read_file(path)
        buildings["floors_n"] = 12
        buildings.to_file(path, driver="GeoJSON")

    comparison = compare_results(runs("base"), runs("raised", raise_it))
    row = the_row(comparison, "verdict", "far.limit")
    assert (row["old"], row["new"]) == ("no", "yes")
    assert "h1 地上层数 3 → 12" in row["why_zh"]
    assert "实测值 0.6 → 2.4" in row["why_zh"]
    assert the_row(comparison, "figure", "far_plain")["difference"] == pytest.approx(1.8)


def test_a_ledger_row_names_the_column_and_only_what_the_analysis_reads(
    runs: Callable[..., Path],
) -> None:
    started = runs("started", edit_ledger("2022-01-10,2022-06-30,否", "2022-01-10,2022-06-30,是"))
    comparison = compare_results(runs("base"), started)
    status = the_row(comparison, "status", "idle_status")
    assert status["cause"] == "input"
    assert "是否动工 否 → 是" in status["why_zh"]
    assert not rows_of(comparison, "verdict", "far.limit").size
    holder = compare_results(runs("base"), runs("holder", edit_parcels(holder="丙公司")))
    assert set(holder.rows["kind"]) <= {"run", "input"}
    assert changes(holder)["A"] == "changed"


def test_another_pack_is_told_by_rule_and_clause(runs: Callable[..., Path]) -> None:
    comparison = compare_results(runs("base"), runs("national", policy="national"))
    packs = comparison.rows.loc[comparison.rows["what"] == "packs"].iloc[0]
    assert "jinan-2021" in packs["old"]
    assert "jinan-2021" not in packs["new"]
    row = the_row(comparison, "verdict", "mixed.conversion")
    assert (row["old"], row["cause"]) == ("unknown", "rule")
    assert pd.isna(row["new"])
    assert row["why_zh"].startswith("规则 mixed.conversion：")
    assert "→ 无此规则" in row["why_zh"]


def test_a_parameter_of_a_users_pack_is_named_with_both_values(
    runs: Callable[..., Path], tmp_path: Path
) -> None:
    pack = """format = 1
id = "own-cap"
extends = "jinan-2021"
title = {{ zh = "本地", en = "own" }}
jurisdiction = {{ zh = "某地", en = "somewhere" }}
[rules."green.industrial_cap"]
parameters.share_max = {{ value = "{cap}", type = "fraction", unit = "share" }}
"""
    green = box(0, 80, 100, 15)  # 15 % of A

    def with_green(cap: str) -> Callable[[Path], None]:
        def change(folder: Path) -> None:
            (folder / "own.toml").write_text(pack.format(cap=cap), encoding="utf-8")
            gpd.GeoDataFrame(
                {"green_id": ["g1"], "kind": ["attached"]}, geometry=[green], crs=CRS
            ).to_file(folder / "green.geojson", driver="GeoJSON")
            project = folder / "project.toml"
            text = project.read_text(encoding="utf-8")
            project.write_text(text.replace('"jinan-2021"', '"own.toml"'), encoding="utf-8")
            edit_ledger("2022-01-10", "2019-01-10")(folder)
            edit_parcels(land_stage="completed")(folder)

        return change

    del tmp_path
    one, two = runs("cap20", with_green("20/100")), runs("cap10", with_green("10/100"))
    comparison = compare_results(one, two)
    rows = rows_of(comparison, "verdict", "green.industrial_cap")
    assert len(rows) == 1
    row = rows.iloc[0]
    assert (row["old"], row["new"], row["cause"]) == ("no", "yes", "parameter")
    assert "share_max：1/5 → 1/10" in row["why_zh"]


def test_parcels_that_came_and_went_and_one_redrawn(runs: Callable[..., Path]) -> None:
    def redraw(folder: Path) -> None:
        path = folder / "parcels.geojson"
        parcels = gpd.read_file(path)
        parcels = parcels[parcels["parcel_id"] != "C"].reset_index(drop=True)
        parcels.loc[0, "geometry"] = box(0, 0, 100, 80)
        more = gpd.GeoDataFrame(
            {"parcel_id": ["D"], "land_use": ["industrial"]},
            geometry=[box(300, 0, 50, 50)],
            crs=CRS,
        )
        pd.concat([parcels, more], ignore_index=True).to_file(path, driver="GeoJSON")

    comparison = compare_results(runs("base"), runs("redrawn", redraw))
    found = changes(comparison)
    assert (found["C"], found["D"]) == ("gone", "new")
    assert the_row(comparison, "parcel", "gone", "C")["difference"] == pytest.approx(
        -10_000.0, rel=1e-4
    )
    area = the_row(comparison, "figure", "area_m2")
    assert "geometry" in area["cause"].split(",")
    # The shape of what is gone stays on the map, with nothing judged of it.
    gone = comparison.parcels.set_index("parcel_id").loc["C"]
    assert gone.geometry.area == pytest.approx(10_000.0, rel=1e-4)
    assert pd.isna(gone["idle_status"])


def test_the_folder_can_be_drawn_and_opened(
    runs: Callable[..., Path], zongdi: Callable[..., Any], tmp_path: Path
) -> None:
    new = shutil.copytree(runs("tight", edit_parcels(far_max=0.5)), tmp_path / "new")
    done = zongdi("--lang", "zh", "compare", runs("base"), new)
    assert done.status == 0, done.err
    assert "结论改变：1 宗" in done.out
    folder = new / "compare"
    view = read_view(folder)
    theme = next(t for t in build_themes(view.parcels) if t.name == "compare")
    assert [entry.code for entry in theme.classes] == ["flipped", "same"]
    assert view.other is not None
    assert len(view.other.parcels) == 3
    record = json.loads((folder / "compare.json").read_text(encoding="utf-8"))
    assert record["parcels"] == {"flipped": 1, "same": 2}
    table = pd.read_csv(folder / "compare.csv", encoding="utf-8-sig")
    assert tuple(table.columns) == COMPARE.names
    sheets = CalamineWorkbook.from_path(folder / "compare.xlsx")
    assert sheets.sheet_names[:3] == ["摘要", "宗地变化", "结论变化"]
    for name in sheets.sheet_names:
        assert (
            sheets.get_sheet_by_name(name).to_python()[0][0].startswith("辅助分析，不作为认定依据")
        )
    assert zongdi("map", folder).status == 0


def test_the_same_comparison_gives_the_same_bytes(
    runs: Callable[..., Path], tmp_path: Path
) -> None:
    old, new = runs("base"), runs("tight", edit_parcels(far_max=0.5))
    for name in ("one", "two"):
        write_comparison(compare_results(old, new), old, new, tmp_path / name)
    for path in sorted((tmp_path / "one").iterdir()):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_what_cannot_be_compared_is_refused(
    runs: Callable[..., Path], zongdi: Callable[..., Any], tmp_path: Path
) -> None:
    done = zongdi("--lang", "en", "compare", tmp_path / "nowhere", runs("base"))
    assert done.status == 1
    assert "There is no result folder" in done.err

    def rename(folder: Path) -> None:
        path = folder / "parcels.geojson"
        parcels = gpd.read_file(path)
        parcels["parcel_id"] = ["X", "Y", "Z"]
        parcels.to_file(path, driver="GeoJSON")
        text = (folder / "ledger.csv").read_text(encoding="gb18030")
        text = text.replace("\nA,", "\nX,").replace("\nB,", "\nY,")
        (folder / "ledger.csv").write_text(text, encoding="gb18030")

    with pytest.raises(CompareError, match="no parcel in common"):
        compare_results(runs("base"), runs("renamed", rename))
    into = zongdi("--lang", "en", "compare", runs("base"), runs("base"), "--out", runs("base"))
    assert into.status == 2
    assert "--out" in into.err


def test_a_parameter_is_told_only_of_what_reads_it(runs: Callable[..., Path]) -> None:
    """One more storey area and another administrative cap: the floor area does not read the cap."""
    pack = """format = 1
id = "own-admin"
extends = "jinan-2021"
title = {{ zh = "本地", en = "own" }}
jurisdiction = {{ zh = "某地", en = "somewhere" }}
[rules."far.admin_land"]
parameters.share_max = {{ value = "{cap}", type = "fraction", unit = "share" }}
"""

    def with_cap(cap: str, floors: int) -> Callable[[Path], None]:
        def change(folder: Path) -> None:
            (folder / "own.toml").write_text(pack.format(cap=cap), encoding="utf-8")
            project = folder / "project.toml"
            text = project.read_text(encoding="utf-8")
            project.write_text(text.replace('"jinan-2021"', '"own.toml"'), encoding="utf-8")
            buildings = gpd.read_file(folder / "buildings.geojson").assign(floors_n=floors)
            buildings.to_file(folder / "buildings.geojson", driver="GeoJSON")

        return change

    comparison = compare_results(
        runs("cap7", with_cap("7/100", 3)), runs("cap16", with_cap("16/100", 6))
    )
    for measure in ("floor_area_m2", "far_plain"):
        row = the_row(comparison, "figure", measure)
        assert row["cause"] == "input", measure
        assert "h1 地上层数 3 → 6" in row["why_zh"]
        assert "far.admin_land" not in row["why_zh"]
    # The cap stands among the conditions of the run, where it did change.
    told = comparison.rows.loc[comparison.rows["what"] == "far.admin_land"]
    assert set(told["cause"]) == {"parameter"}
