"""The register of corrections: applied only where the old value stands, and every one accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from layers.inputs import Inputs, read_inputs
from layers.problems import ProblemLog
from layers.project import load_project

if TYPE_CHECKING:
    from pathlib import Path

X, Y = 500_000.0, 4_060_000.0
LEDGER = (
    "合同编号,宗地编号,约定开工时间,面积(亩),是否动工\n"
    "HT-1,A-1,上周,30,否\nHT-2,A-2,2021.6.30,15,\nHT-3,A-3,,15,是\nHT-3,A-4,,15,是\n"
)


def read(folder: Path, register: str) -> tuple[Inputs, pd.DataFrame]:
    shapes = [box(X + 100 * n, Y, X + 100 * n + 100, Y + 100) for n in range(2)]
    frame = gpd.GeoDataFrame(
        {"宗地代码": ["A-1", None], "用途": ["工业", "商服用地"]}, geometry=shapes, crs=4548
    )
    frame.to_file(folder / "p.gpkg")
    (folder / "l.csv").write_text(LEDGER, "utf-8")
    (folder / "c.csv").write_text(f"layer,id,column,old,new,reason,by,on\n{register}", "utf-8")
    (folder / "project.toml").write_text(
        "as_of = 2026-06-30\n[layers]\n"
        'ledger = "l.csv"\nparcels = "p.gpkg"\ncorrections = "c.csv"\n',
        "utf-8",
    )
    log = ProblemLog()
    return read_inputs(load_project(folder), log), log.frame()


@pytest.mark.parametrize(
    ("row", "column", "at", "value"),
    [
        # what cannot be read, by the text that stands there
        (
            "ledger,HT-1,start_due_on,上周,2021-07-01,合同第6条,张三,2026-05-01",
            "start_due_on",
            0,
            "2021-07-01",
        ),
        # a date written otherwise, the column by its heading, the layer by its label
        ("合同台账,HT-2,约定开工时间,2021-06-30,2021年7月30日,,,", "start_due_on", 1, "2021-07-30"),
        # in the source's own unit
        ("ledger,HT-1,contract_area_m2,30,60,,,", "contract_area_m2", 0, 40_000.0),
        # a blank filled in, and a value taken out
        ("ledger,HT-2,started,,是,,,", "started", 1, True),
        ("ledger,HT-1,started,否,,,,", "started", 0, None),
        # a column that the source does not have
        ("ledger,HT-2,grant,,出让,,,", "grant", 1, "grant"),
        # a row without an identifier of its own
        ("ledger,row-3,start_due_on,,2022-01-01,,,", "start_due_on", 1, None),
    ],
)
def test_applied(tmp_path: Path, row: str, column: str, at: int, value: object) -> None:
    inputs, problems = read(tmp_path, row + "\n")
    assert inputs.corrections is not None
    found = inputs.frames["ledger"][column].iloc[at]
    if row.startswith("ledger,row-3"):
        # row 3 of the file holds HT-2, whose date is not blank
        assert inputs.corrections["outcome"].tolist() == ["old_differs"]
        return
    assert inputs.corrections["applied"].tolist() == [True]
    if value is None:
        assert pd.isna(found)
    else:
        assert (str(found.date()) if column.endswith("_on") else found) == value
    assert "correction-applied" in set(problems["code"])
    unread = problems[problems["code"] == "value-unreadable"]
    corrected = unread[(unread["id"] == row.split(",")[1]) & (unread["column"] == column)]
    assert corrected.empty


def test_a_correction_of_a_contract_holds_for_all_its_rows(tmp_path: Path) -> None:
    inputs, _ = read(tmp_path, "ledger,HT-3,start_due_on,,2022-01-01,,,\n")
    assert inputs.frames["ledger"]["start_due_on"].notna().tolist() == [False, True, True, True]
    assert inputs.corrections is not None
    assert inputs.corrections["rows_n"].tolist() == [2]


def test_of_a_layer_with_geometry_by_identifier_or_row(tmp_path: Path) -> None:
    register = "parcels,A-1,land_use,工业,仓储,,,\nparcels,row-2,用途,商服用地,commercial,,,\n"
    inputs, problems = read(tmp_path, register)
    assert inputs.frames["parcels"]["land_use"].tolist() == ["storage", "commercial"]
    assert "code-unknown" not in set(problems["code"])


def test_every_correction_that_was_not_applied_says_why(tmp_path: Path) -> None:
    register = (
        "ledger,HT-2,start_due_on,2021-06-29,2021-07-30,,,\n"
        "ledger,HT-9,start_due_on,,2021-07-30,,,\n"
        "ledger,HT-1,无此列,,1,,,\n"
        "buildings,B-1,floors_n,2,3,,,\n"
        "ledger,HT-1,started,是,否,,,\n"
    )
    inputs, problems = read(tmp_path, register)
    assert inputs.corrections is not None
    assert inputs.corrections["outcome"].tolist() == [
        *("old_differs", "no_row", "no_column", "no_layer", "already")
    ]
    assert inputs.corrections["found"].tolist()[0] == "2021.6.30"
    assert not inputs.corrections["applied"].any()
    told = problems[problems["code"] == "correction-not-applied"]
    assert (told["layer"] == "corrections").all()
    assert told["row"].tolist() == [2, 3, 4, 5, 6]
    plain, _ = read(tmp_path, "ledger,HT-9,started,,是,,,\n")
    pd.testing.assert_frame_equal(inputs.frames["ledger"], plain.frames["ledger"])


def test_no_register_no_list(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text(LEDGER, "utf-8")
    (tmp_path / "project.toml").write_text('as_of = 2026-06-30\nlayers.ledger = "l.csv"', "utf-8")
    assert read_inputs(load_project(tmp_path), ProblemLog()).corrections is None
