"""Several files, layers or sheets merged into one layer: rows counted through, places told right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import xlsxwriter
from shapely import box

from layers.errors import ProjectError
from layers.inputs import Inputs, read_inputs
from layers.problems import ProblemLog
from layers.project import load_project

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

X, Y = 500_000.0, 4_060_000.0


def squares(names: str, start: int, crs: int = 4548, column: str = "宗地号") -> gpd.GeoDataFrame:
    shapes = [
        box(X + 100 * n, Y, X + 100 * n + 100, Y + 100) for n in range(start, start + len(names))
    ]
    frame = gpd.GeoDataFrame({column: list(names)}, geometry=shapes, crs=4548)
    return frame.to_crs(crs)


def read(folder: Path, layers: str) -> tuple[Inputs, pd.DataFrame]:
    (folder / "project.toml").write_text(f"as_of = 2026-06-30\n{layers}", encoding="utf-8")
    log = ProblemLog()
    return read_inputs(load_project(folder), log), log.frame()


def test_a_pattern_of_files_with_other_fields_and_another_crs(tmp_path: Path) -> None:
    folder = tmp_path / "宗地"
    folder.mkdir()
    squares("ab", 0).to_file(folder / "1.shp", encoding="utf-8")
    squares("cb", 2, 4326, "ZDDM").to_file(folder / "2.shp", encoding="utf-8")
    inputs, problems = read(tmp_path, 'layers.parcels = "宗地/*.shp"')
    parcels = inputs.frames["parcels"]
    assert parcels["parcel_id"].tolist() == ["a", "b", "c", "b#2"]
    assert parcels["source_row"].tolist() == [1, 2, 3, 4]
    assert parcels.geometry.area.tolist() == pytest.approx([10_000] * 4, abs=0.05)
    again = problems[problems["code"] == "id-repeated"]
    assert again[["file", "row"]].to_numpy().tolist() == [["宗地/2.shp", 2]]
    moved = problems[problems["code"] == "crs-transformed"]
    assert moved.empty or moved["file"].tolist() == ["宗地/2.shp"]
    assert "files-merged" in set(problems["code"])
    assert [(one.path, one.rows) for one in inputs.sources] == [
        *(("宗地/1.shp", 2), ("宗地/2.shp", 2))
    ]


def test_layers_of_one_file_by_name_and_by_pattern(tmp_path: Path) -> None:
    squares("ab", 0).to_file(tmp_path / "p.gpkg", layer="parcels_2024")
    squares("c", 2).to_file(tmp_path / "p.gpkg", layer="parcels_2025")
    squares("z", 9).to_file(tmp_path / "p.gpkg", layer="other")
    for layer in ('["parcels_2024", "parcels_2025"]', '"parcels_*"'):
        inputs, problems = read(tmp_path, f'[layers.parcels]\npath = "p.gpkg"\nlayer = {layer}')
        assert inputs.frames["parcels"]["parcel_id"].tolist() == ["a", "b", "c"]
        assert [(one.path, one.rows) for one in inputs.sources] == [("p.gpkg", 3)]
        merged = problems[problems["code"] == "files-merged"]["what"].iloc[0]
        assert "p.gpkg [parcels_2024], p.gpkg [parcels_2025]" in merged
    _, problems = read(tmp_path, '[layers.parcels]\npath = "p.gpkg"\nlayer = "plots_*"')
    assert problems["severity"].tolist().count("error") >= 1
    assert "layer-pattern-unmatched" in set(problems["code"])


def test_a_sheet_per_year_and_a_list_of_files(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        book = xlsxwriter.Workbook(str(tmp_path / name))
        for year in ("2024", "2025"):
            page = book.add_worksheet(year)
            page.write_row(0, 0, ["合同编号", "约定开工时间"])
            page.write_row(1, 0, [f"{name}-{year}", "上周" if year == "2025" else "2024-06-30"])
        book.close()
    inputs, problems = read(
        tmp_path,
        '[layers.ledger]\npath = ["a.xlsx", "b.xlsx"]\nsheet = ["2024", "2025"]',
    )
    assert inputs.frames["ledger"]["contract_no"].tolist() == [
        *("a.xlsx-2024", "a.xlsx-2025", "b.xlsx-2024", "b.xlsx-2025")
    ]
    wrong = problems[problems["code"] == "value-unreadable"]
    assert wrong[["file", "row"]].to_numpy().tolist() == [
        ["a.xlsx [2025]", 2],
        ["b.xlsx [2025]", 2],
    ]


def test_a_pattern_leaves_the_cover_of_a_workbook_out_and_says_so(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "l.xlsx"))
    book.add_worksheet("封面").write_column(0, 0, ["某综保区土地台账", "编制单位：管委会"])
    for year in ("2024", "2025"):
        page = book.add_worksheet(year)
        page.write_row(0, 0, ["合同编号", "约定开工时间"])
        page.write_row(1, 0, [f"C{year}", "2024-06-30"])
    book.close()
    inputs, problems = read(tmp_path, '[layers.ledger]\npath = "l.xlsx"\nsheet = "*"')
    assert inputs.frames["ledger"]["contract_no"].tolist() == ["C2024", "C2025"]
    left = problems[problems["code"] == "sheets-without-headings"]
    assert left["severity"].tolist() == ["warning"]
    assert "封面" in left["what"].item()
    # Named, the cover is what the user asked for: the error stands.
    _, problems = read(tmp_path, '[layers.ledger]\npath = "l.xlsx"\nsheet = ["封面", "2024"]')
    assert "error" in set(problems["severity"])


def test_one_bad_file_of_several_is_an_error_of_its_own(tmp_path: Path) -> None:
    squares("a", 0).to_file(tmp_path / "1.gpkg")
    (tmp_path / "2.gpkg").write_bytes(b"rubbish")
    inputs, problems = read(tmp_path, 'layers.parcels = "*.gpkg"')
    errors = problems[problems["severity"] == "error"]
    assert errors["file"].tolist() == ["2.gpkg"]
    assert inputs.frames["parcels"]["parcel_id"].tolist() == ["a"]


def test_blank_identifiers_of_two_files_stay_apart(tmp_path: Path) -> None:
    squares("a", 0).assign(宗地号=[None]).to_file(tmp_path / "1.gpkg")
    squares("b", 5).assign(宗地号=[None]).to_file(tmp_path / "2.gpkg")
    inputs, _ = read(tmp_path, 'layers.parcels = "*.gpkg"')
    assert inputs.frames["parcels"]["parcel_id"].tolist() == ["row-1", "row-2"]


def test_a_pattern_that_fits_nothing_is_a_mistake_of_the_project(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"\*\.shp"):
        read(tmp_path, 'layers.parcels = "*.shp"')
