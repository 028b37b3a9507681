"""Parcels split and merged since the contract: where each ledger row goes, and with what share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from analyses.idle_fees import price_shares
from layers.inputs import read_inputs
from layers.lineage import successors
from layers.problems import ProblemLog
from layers.project import load_project

if TYPE_CHECKING:
    from pathlib import Path

X, Y = 500_000.0, 4_060_000.0


def read(
    folder: Path,
    present: str,
    lineage: str,
    ledger: str,
    more: str = "",
    headings: str = "合同编号,宗地代码,合同面积,本宗地面积,成交价款",
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    shapes = [box(X + 100 * n, Y, X + 100 * n + 100, Y + 100) for n in range(len(present))]
    frame = gpd.GeoDataFrame({"宗地代码": list(present)}, geometry=shapes, crs=4548)
    frame.to_file(folder / "p.gpkg")
    (folder / "s.csv").write_text(f"宗地代码,原宗地代码,变更类型,面积\n{lineage}", "utf-8")
    (folder / "l.csv").write_text(f"{headings}\n{ledger}", "utf-8")
    (folder / "project.toml").write_text(
        'as_of = 2026-06-30\n[layers]\nparcels = "p.gpkg"\nledger = "l.csv"\nlineage = "s.csv"\n'
        + more,
        "utf-8",
    )
    log = ProblemLog()
    inputs = read_inputs(load_project(folder), log)
    return dict(inputs.frames), log.frame()


def test_a_split_shares_area_and_price_and_repeats_neither(tmp_path: Path) -> None:
    frames, problems = read(
        tmp_path, "BC", "B,A,分割,6000\nC,A,分割,4000\n", "HT-1,A,10000,10000,900\nHT-2,C,,,50\n"
    )
    ledger = frames["ledger"]
    columns = ["contract_no", "parcel_id", "from_parcel_id", "parcel_area_in_contract_m2"]
    assert ledger[columns].astype(object).fillna("-").to_numpy().tolist() == [
        ["HT-1", "B", "A", 6000.0],
        ["HT-1", "C", "A", 4000.0],
        ["HT-2", "C", "-", "-"],
    ]
    assert price_shares(ledger).tolist() == pytest.approx([540, 360, 50])
    carried = problems[problems["code"] == "row-carried-to-successor"]
    assert carried[["row", "id", "found"]].to_numpy().tolist() == [[2, "B", "A"], [2, "C", "A"]]
    assert "60.0%" in carried["what"].iloc[0]
    assert "reference-unknown" not in set(problems["code"])


def test_the_contract_of_one_parcel_need_not_repeat_its_area(tmp_path: Path) -> None:
    frames, _ = read(tmp_path, "BC", "B,A,,3\nC,A,,1\n", "HT-1,A,10000,,900\n")
    assert frames["ledger"]["parcel_area_in_contract_m2"].tolist() == [7500, 2500]


def test_without_areas_neither_area_nor_price_is_known(tmp_path: Path) -> None:
    frames, problems = read(
        tmp_path, "BC", "B,A,分割,\nC,A,分割,4000\n", "HT-1,A,10000,10000,900\n"
    )
    ledger = frames["ledger"]
    assert ledger["parcel_id"].tolist() == ["B", "C"]
    assert ledger["parcel_area_in_contract_m2"].isna().all()
    assert pd.isna(price_shares(ledger)).all()
    assert "lineage-area-missing" in set(problems["code"])


def test_a_merger_brings_both_contracts_to_one_parcel(tmp_path: Path) -> None:
    frames, _ = read(
        tmp_path, "C", "C,A,合并,6000\nC,B,合并,4000\n", "HT-1,A,,6000,300\nHT-2,B,,4000,200\n"
    )
    ledger = frames["ledger"]
    assert ledger[["contract_no", "parcel_id", "from_parcel_id"]].to_numpy().tolist() == [
        ["HT-1", "C", "A"],
        ["HT-2", "C", "B"],
    ]
    assert ledger["parcel_area_in_contract_m2"].tolist() == [6000, 4000]
    assert price_shares(ledger).tolist() == pytest.approx([300, 200])


HEADINGS = "合同编号,宗地代码,应开发面积,已开发面积,总投资,已投资,税费,投资含地价"


@pytest.mark.parametrize(
    ("lineage", "row", "expected", "codes"),
    [
        # 60 % and 40 % of everything; the proportions of the whole stay.
        (
            "B,A,,6000\nC,A,,4000\n",
            "HT-1,A,9000,3000,1000,250,10,否",
            [[5400, 1800, 600, 150, 6], [3600, 1200, 400, 100, 4]],
            {"row-figures-shared": 2},
        ),
        # With the land price in them sums cannot be shared by area: unknown. Nothing stays nothing.
        (
            "B,A,,6000\nC,A,,4000\n",
            "HT-1,A,9000,0,1000,0,10,是",
            [[5400, 0, None, 0, 6], [3600, 0, None, 0, 4]],
            {"row-figures-shared": 1, "row-figures-not-shared": 1},
        ),
        (
            "B,A,,6000\nC,A,,\n",
            "HT-1,A,9000,3000,1000,250,10,否",
            [[None] * 5, [None] * 5],
            {"row-figures-not-shared": 2},
        ),
        # Of one successor everything is its own.
        ("B,A,,\n", "HT-1,A,9000,3000,1000,250,10,是", [[9000, 3000, 1000, 250, 10]], {}),
    ],
)
def test_what_is_stated_of_a_split_parcel_counts_once(
    tmp_path: Path, lineage: str, row: str, expected: list, codes: dict[str, int]
) -> None:
    frames, problems = read(tmp_path, "BC", lineage, f"{row}\n", headings=HEADINGS)
    figures = ["develop_area_m2", "developed_area_m2", "investment_total_wan", "invested_wan"]
    found = frames["ledger"][[*figures, "taxes_wan"]].astype(object)
    assert found.where(found.notna(), None).to_numpy().tolist() == expected
    told = problems[problems["code"].str.startswith("row-figures")]
    assert told["code"].value_counts().to_dict() == codes
    assert (told["id"] == "A").all()


def test_causes_follow_their_parcel(tmp_path: Path) -> None:
    (tmp_path / "k.csv").write_text("合同编号,宗地代码,原因\nHT-1,A,企业原因\n", "utf-8")
    frames, _ = read(tmp_path, "BC", "B,A,,1\nC,A,,1\n", "HT-1,A,,,900\n", 'causes = "k.csv"\n')
    assert frames["causes"]["parcel_id"].tolist() == ["B", "C"]


def test_a_parent_still_on_the_map_keeps_its_rows(tmp_path: Path) -> None:
    frames, problems = read(tmp_path, "AB", "B,A,分割,1\nQ,A,分割,1\n", "HT-1,A,,,900\n")
    assert frames["ledger"]["parcel_id"].tolist() == ["A"]
    assert {"lineage-parent-on-map", "lineage-child-unknown"} <= set(problems["code"])


def lineage(*rows: tuple[str, str, float | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["parcel_id", "from_parcel_id", "area_m2"]).astype(
        {"area_m2": "float64"}
    )


def test_several_changes_one_after_another_and_circles() -> None:
    table = lineage(
        ("B", "A", 3.0), ("C", "A", 1.0), ("D", "C", None), ("E", "B", 1.0), ("F", "B", 2.0)
    )
    assert successors(table, {"D", "E", "F"})["A"] == pytest.approx(
        {"E": 0.25, "F": 0.5, "D": 0.25}
    )
    assert successors(lineage(("B", "A", 1.0), ("A", "B", 1.0)), set()) == {"A": {}, "B": {}}


def test_the_order_of_rows_changes_nothing() -> None:
    rows = [("B", "A", 3.0), ("C", "A", 1.0), ("D", "C", 1.0), ("B", "Z", 1.0)]
    assert successors(lineage(*rows), {"B", "D"}) == successors(lineage(*rows[::-1]), {"B", "D"})
