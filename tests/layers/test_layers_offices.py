"""What offices hand in: headings, prices per area, figures out of bounds, codes, the fabric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from layers.crosswalk import guide_codes
from layers.inputs import read_inputs
from layers.problems import ProblemLog
from layers.project import load_project
from layers.references import nearest_ids

if TYPE_CHECKING:
    from pathlib import Path

EAST, NORTH = 500_000, 4_060_000


def square(x: float, y: float, width: float = 100, height: float = 100) -> Any:
    return box(EAST + x, NORTH + y, EAST + x + width, NORTH + y + height)


def read(
    folder: Path, *, parcels: dict[str, Any] | None = None, **tables: str
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Read a project of parcels (columns and ``geometry``) and of tables given as CSV."""
    lines = ['name = "t"', "as_of = 2024-06-30"]
    if parcels is not None:
        frame = gpd.GeoDataFrame(parcels, crs="EPSG:4548")
        frame.to_file(folder / "parcels.gpkg", driver="GPKG")
        lines += ["[layers.parcels]", 'path = "parcels.gpkg"']
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        lines += [f"[layers.{name}]", f'path = "{name}.csv"']
    (folder / "project.toml").write_text("\n".join(lines), encoding="utf-8")
    log = ProblemLog()
    inputs = read_inputs(load_project(folder), log)
    return dict(inputs.frames), log.frame()


def told(problems: pd.DataFrame, code: str, *columns: str) -> list[list[Any]]:
    return problems.loc[problems["code"] == code, [*columns]].to_numpy().tolist()


def days(frame: pd.DataFrame, *names: str) -> list[str]:
    return [str(frame[name].iloc[0])[:10] for name in names]


def test_two_rows_of_headings_saved_as_csv(tmp_path: Path) -> None:
    ledger = (
        "宗地编号,合同编号,约定时间,,,实际时间,\n,,交地,开工,竣工,开工,竣工\n"
        "A1,C1,2021.6.30,2022.6.30,2023.6.30,2022.7.1,2023.7.1\n"
    )
    frames, _ = read(tmp_path, ledger=ledger)
    assert len(frames["ledger"]) == 1
    assert days(
        frames["ledger"],
        *("delivery_due_on", "start_due_on", "completion_due_on", "started_on", "completed_on"),
    ) == ["2021-06-30", "2022-06-30", "2023-06-30", "2022-07-01", "2023-07-01"]


def test_traditional_headings(tmp_path: Path) -> None:
    ledger = "宗地編號,合同編號,簽訂日期,約定開工時間,合同面積（公頃）\nA1,C1,2021-01-01,2021-06-30,1.5\n"
    frames, _ = read(tmp_path, ledger=ledger)
    assert days(frames["ledger"], "signed_on", "start_due_on") == ["2021-01-01", "2021-06-30"]
    assert frames["ledger"]["contract_area_m2"].tolist() == [15_000]


@pytest.mark.parametrize(
    ("heading", "cell", "amount", "code"),
    [
        ("土地单价（万元/亩）", "40", 600.0, "price-from-rate"),
        ("成交单价(元/平方米)", "600", 600.0, "price-from-rate"),
        ("单价", "40万元/亩", 600.0, "price-from-rate"),
        # 40 of what, per which area? Never an amount of 40.
        ("土地单价", "40", None, "rate-without-unit"),
        ("土地单价（万元）", "40", None, "rate-without-unit"),
    ],
)
def test_prices_per_area(
    tmp_path: Path, heading: str, cell: str, amount: float | None, code: str
) -> None:
    ledger = f"宗地编号,合同编号,合同面积（亩）,{heading}\nA1,C1,15,{cell}\n"
    frames, problems = read(tmp_path, ledger=ledger)
    price = frames["ledger"]["land_price_wan"].iloc[0]
    assert pd.isna(price) if amount is None else price == pytest.approx(amount)
    assert code in set(problems["code"])
    assert "unit-converted" not in set(problems.loc[problems["column"] == "land_price_wan", "code"])


def test_units_behind_figures_are_told(tmp_path: Path) -> None:
    ledger = (
        "宗地编号,合同编号,合同面积,成交价款\nA1,C1,10000平方米,600万元\nA2,C2,1.5公顷,0.06亿元\n"
        "A3,C3,100000平方英尺,6000000元\n"
    )
    frames, problems = read(tmp_path, ledger=ledger)
    assert frames["ledger"]["contract_area_m2"].tolist() == pytest.approx(
        [10_000, 15_000, 9290.304]
    )
    assert frames["ledger"]["land_price_wan"].tolist() == pytest.approx([600, 600, 600])
    notes = problems[problems["code"] == "cells-converted"]
    assert set(notes["found"]) == {"公顷", "ft2", "亿元", "元"}
    assert set(notes["severity"]) == {"note"}
    assert not notes["what"].str.contains("wan").any()


@pytest.mark.parametrize(
    ("column", "value", "reading"),
    [
        ("far_max", 200.0, "2 (a percentage) or 20 (the point misplaced)"),
        ("coverage_max_share", 40.0, "0.4 (a percentage)"),
        ("fixed_investment_wan", -5.0, "5 万元 (a minus sign too many)"),
    ],
)
def test_a_figure_out_of_bounds_has_a_reading_and_is_unknown(
    tmp_path: Path, column: str, value: float, reading: str
) -> None:
    shapes = [square(0, 0), square(200, 0)]
    parcels = {"parcel_id": ["a", "b"], column: [value, 0.5], "geometry": shapes}
    frames, problems = read(tmp_path, parcels=parcels)
    assert frames["parcels"][column].isna().tolist() == [True, False]
    ((row, name, proposal),) = told(problems, "value-out-of-bounds", "id", "column", "proposal_en")
    assert (row, name) == ("a", column)
    assert reading in proposal


def test_an_industry_code_without_its_edition_names_its_row(tmp_path: Path) -> None:
    parcels = {
        "parcel_id": ["a", "b"],
        "industry_code": ["3911", "3911"],
        "industry_scheme": ["GB/T 4754-2017", None],
        "geometry": [square(0, 0), square(200, 0)],
    }
    _, problems = read(tmp_path, parcels=parcels)
    assert told(problems, "industry-scheme-missing", "row", "id", "found") == [[2, "b", "3911"]]


#: The whole crosswalk to the guide of 2023: one code, or all that it may be.
_TO_GUIDE = {
    **{f"M{n}": f"10010{n}" for n in (1, 2, 3)},
    **{f"W{n}": f"11010{n}" for n in (1, 2, 3)},
    "M0": "1001",
    "B1": "0901",
    "B14": "090104",
    "B2": "0902",
    "B3": "0903",
    "B4": "090105",
    "B9": "0904",
    "A1": "0801",
    "A35": "0802",
    "S1": "1207",
    "S2": "1206",
    "S42": "120803",
    "U11": "1301",
    "U12": "1303",
    "U13": "1304",
    "U14": "1305",
    "U15": "1306",
    "U21": "1302",
    "U22": "1309",
    "U31": "1310",
    "G1": "1401",
    "G2": "1402",
    "G3": "1403",
    "S3": "1208,1201,1202,1203,1204",
}


def test_the_crosswalk_row_by_row() -> None:
    codes = pd.Series(list(_TO_GUIDE))
    assert guide_codes(codes, "gb50137-2011").tolist() == list(_TO_GUIDE.values())
    survey = guide_codes(pd.Series(["0601", "0508", "1004", "1201"]), "survey-3")
    assert survey.tolist() == ["1001", "1101", "1207", "2301"]
    # A code that means one thing here and another there has no counterpart without its scheme.
    bare = guide_codes(pd.Series(["0601", "601", "M1", "9999"]))
    assert bare.fillna("-").tolist() == ["-", "-", "100101", "-"]


def test_one_to_many_stays_visible(tmp_path: Path) -> None:
    parcels = {
        "parcel_id": ["a", "b", "c"],
        "land_use_code": ["S3", "0601", "ZZ"],
        "land_use_scheme": ["GB 50137-2011", "三调", "2023"],
        "geometry": [square(0, 0), square(200, 0), square(400, 0)],
    }
    frames, problems = read(tmp_path, parcels=parcels)
    assert frames["parcels"]["land_use_guide_code"].fillna("-").tolist() == [
        *("1208,1201,1202,1203,1204", "1001", "-")
    ]
    assert told(problems, "land-use-several-in-guide", "id", "found") == [["a", "S3"]]
    assert told(problems, "land-use-code-unknown", "id", "found") == [["c", "ZZ"]]


def test_a_parcel_code_written_with_blanks_is_proposed() -> None:
    known = pd.Series(["370102001001GB00012"], dtype="string")
    wanted = pd.Series(["370102 001001 GB00012", "370102001001gb00012"], dtype="string")
    assert nearest_ids(wanted, known).tolist() == ["370102001001GB00012"] * 2


def test_areas_against_the_map_say_what_the_unit_may_be(tmp_path: Path) -> None:
    parcels = {
        "parcel_id": ["a", "b", "c"],
        "area_contract_m2": [15.0, 12_000.0, 10_090.0],
        "geometry": [square(200 * n, 0) for n in range(3)],
    }
    _, problems = read(tmp_path, parcels=parcels)
    found = told(problems, "area-differs", "severity", "id", "proposal")
    assert [row[:2] for row in found] == [["warning", "a"], ["warning", "b"]]
    assert "亩" in found[0][2]
    assert "亩" not in found[1][2]


def test_what_a_contract_said_of_a_merged_parcel_is_not_its_area(tmp_path: Path) -> None:
    _, problems = read(
        tmp_path,
        parcels={"parcel_id": ["M"], "geometry": [square(0, 0)]},
        ledger="宗地编号,合同编号,合同面积（平方米）\nA,C1,5000\nB,C2,5000\n",
        lineage="宗地编号,原宗地编号,方式,变更日期\nM,A,合并,2022-01-01\nM,B,合并,2022-01-01\n",
    )
    assert told(problems, "area-differs", "id") == []
    assert [row[0] for row in told(problems, "row-carried-to-successor", "found")] == ["A", "B"]


def test_a_lineage_in_a_circle_is_told(tmp_path: Path) -> None:
    _, problems = read(
        tmp_path,
        parcels={"parcel_id": ["M"], "geometry": [square(0, 0)]},
        lineage="宗地编号,原宗地编号\nQ,Q\nR,S\nS,R\nM,A\n",
    )
    assert sorted(told(problems, "lineage-circle", "id")) == [["Q"], ["R"], ["S"]]


def test_rows_of_one_contract_that_differ(tmp_path: Path) -> None:
    ledger = (
        "宗地编号,合同编号,期号,成交价（万元）,签订日期\nA1,C1,,1000,2021-01-01\n"
        "A2,C1,,900,2021-02-01\nA1,C2,1,5,2021-01-01\nA1,C2,2,6,2021-01-01\n"
    )
    _, problems = read(tmp_path, ledger=ledger)
    assert told(problems, "contract-rows-differ", "row", "column", "found") == [
        [3, "land_price_wan", "900"],
        [3, "signed_on", "2021-02-01"],
    ]


def test_ground_that_parcels_enclose(tmp_path: Path) -> None:
    shapes = [
        square(0, 0, 120),
        square(0, 120, 120),
        square(0, 100, 50, 20),
        square(70, 100, 50, 20),
    ]
    parcels = {"parcel_id": list("abcd"), "geometry": shapes}
    _, problems = read(tmp_path, parcels=parcels)
    ((found, what),) = told(problems, "parcels-enclose-gap", "found", "what_en")
    assert found == "400.00"
    assert "in 1 places" in what
    assert what.endswith("between a, b, c, d")
    (tmp_path / "whole").mkdir()
    _, problems = read(
        tmp_path / "whole",
        parcels={
            "parcel_id": list("abc"),
            "geometry": [square(0, 0), square(90, 0), square(40, 40)],
        },
    )
    assert told(problems, "parcels-enclose-gap", "id") == []


def test_the_register_s_headings_and_why_it_was_not_applied(tmp_path: Path) -> None:
    _, problems = read(
        tmp_path,
        ledger="宗地编号,合同编号,成交价（万元）\nA,C1,1000\nB,C2,500\n",
        corrections=(
            "图层,编号,字段,原值,新值,原因,修改人,修改日期\n"
            "ledger,C1,land_price_wan,1000,1200,,张三,2024-01-01\n"
            "ledger,C2,land_price_wan,999,800,录入错误,张三,2024-01-01\n"
        ),
    )
    ((applied,),) = told(problems, "correction-applied", "what_en")
    assert applied == "corrected from 1000 to 1200 (no reason given)"
    ((refused,),) = told(problems, "correction-not-applied", "what_en")
    assert "there stands 500, the register's old value is 999" in refused
    assert "columns-unused" not in set(problems["code"])
