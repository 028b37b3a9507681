"""Raw frames fitted to their contracts: names, units, codes, bounds, and nothing guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from layers.conform import conform
from layers.contracts import CONTRACTS
from layers.problems import ProblemLog
from layers.project import LayerSource
from layers.raw import RawLayer, Reporter

MU = 10_000 / 15


def fit(
    source_columns: dict[str, Any], name: str = "ledger", **options: Any
) -> tuple[pd.DataFrame | None, pd.DataFrame]:
    contract = CONTRACTS[name]
    frame = pd.DataFrame(source_columns)
    frame["source_row"] = np.arange(2, len(frame) + 2)
    crs = None
    if contract.geometry is not None:
        shapes = [box(10 * i, 0, 10 * i + 10, 10) for i in range(len(frame))]
        frame = gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4548")
        crs = frame.crs
    log = ProblemLog()
    source = LayerSource(name=name, path=Path("t.csv"), **options)
    out = conform(RawLayer(frame, crs), contract, source, Reporter(log, name, "t.csv"))
    return out, log.frame()


def codes(problems: pd.DataFrame) -> list[str]:
    return problems["code"].tolist()


def test_every_contract_column_in_its_type() -> None:
    out, _ = fit({"宗地编号": ["A-1"]}, "parcels")
    contract = CONTRACTS["parcels"]
    assert list(out.columns) == [*contract.names, "source_row", "geometry"]
    for column in contract.columns:
        assert str(out[column.name].dtype) == column.dtype
    assert out.crs.to_epsg() == 4548


def test_aliases_units_in_headings_and_dates() -> None:
    out, problems = fit(
        {
            "宗地编号": ["CN-1", "CN-2"],
            "面积(公顷)": ["0.5", "1.25"],
            "成交价格": ["120.5", None],
            "约定开工时间": ["2017年10月31日", "2017年10月"],
            "备用": ["x", "y"],
        }
    )
    assert out["contract_area_m2"].tolist() == pytest.approx([5_000, 12_500])
    assert out["land_price_wan"].iloc[0] == pytest.approx(120.5)
    assert out["land_price_wan"].isna().tolist() == [False, True]
    assert out["start_due_on"].iloc[0] == pd.Timestamp("2017-10-31")
    assert pd.isna(out["start_due_on"].iloc[1])
    left = problems[problems["code"] == "value-left-unknown"]
    assert (left["row"].tolist(), left["found"].tolist()) == ([3], ["2017年10月"])
    unused = problems[problems["code"] == "columns-unused"]
    assert unused["found"].tolist() == ["备用"]


def test_the_unit_of_the_project_then_of_the_heading_then_of_the_row() -> None:
    columns = {"合同编号": ["C1", "C2"], "出让面积（亩）": ["15", "3公顷"]}
    out, _ = fit(columns)
    assert out["contract_area_m2"].tolist() == pytest.approx([10_000, 30_000])
    out, _ = fit(columns, units={"contract_area_m2": "公顷"})
    assert out["contract_area_m2"].tolist() == pytest.approx([150_000, 30_000])


def test_a_price_per_area_is_never_a_price() -> None:
    out, problems = fit({"合同编号": ["C1"], "成交价(万元/亩)": ["35"]})
    assert out["land_price_wan"].isna().all()
    assert "rate-without-area" in codes(problems)


def test_a_price_per_area_becomes_an_amount_by_the_area_of_its_row() -> None:
    columns = {
        "合同编号": ["C1", "C2", "C3"],
        "面积(公顷)": [2, 2, None],
        "成交价(万元/亩)": ["45", "300元/㎡", "45"],
    }
    out, problems = fit(columns)
    # 2 ha are 30 mu: 30 x 45 = 1,350; 20,000 m2 x 300 yuan = 6,000,000 yuan
    assert out["land_price_wan"].tolist()[:2] == pytest.approx([1350, 600])
    assert pd.isna(out["land_price_wan"].iloc[2])
    assert {"price-from-rate", "rate-without-area"} <= set(codes(problems))


def test_ratios_that_all_look_like_percentages_are_unknown_with_a_proposal() -> None:
    out, problems = fit({"宗地号": ["a", "b"], "容积率上限": [240, 30]}, "parcels")
    assert out["far_max"].isna().all()
    told = problems[problems["code"] == "percent-suspected"]
    assert told["proposal"].str.contains('units = { far_max = "%" }', regex=False).all()
    assert "value-out-of-bounds" not in set(codes(problems))
    out, problems = fit({"宗地号": ["a"], "容积率上限": [240]}, "parcels", units={"far_max": "%"})
    assert out["far_max"].tolist() == pytest.approx([2.4])
    assert "percent-suspected" not in set(codes(problems))


def test_headings_of_limits_that_look_swapped_are_told_and_left() -> None:
    low, high = [2.0, 2.0, 1.5, 1.0], [1.0, 0.8, 1.0, 2.0]
    columns = {"合同编号": list("abcd"), "约定容积率(下限)": low, "约定容积率(上限)": high}
    out, problems = fit(columns)
    assert out["far_min"].tolist() == low
    told = problems[problems["code"] == "columns-swapped"]
    assert told["found"].tolist() == ["3"]
    proposal = 'columns = { far_min = "约定容积率(上限)", far_max = "约定容积率(下限)" }'
    assert proposal in told["proposal"].iloc[0]


def test_percent_text_becomes_a_ratio() -> None:
    out, _ = fit(
        {"号": ["1", "2", "3"], "容積率": ["240", "80%", None]},
        "plan_zones",
        columns={"plan_id": "号", "far_max": "容積率"},
        units={"far_max": "%"},
    )
    assert out["far_max"].tolist()[:2] == pytest.approx([2.4, 0.8])
    assert pd.isna(out["far_max"].iloc[2])


def test_out_of_bounds_is_unknown_and_said() -> None:
    out, problems = fit({"宗地号": ["a", "b"], "容积率上限": [240, 2.4]}, "parcels")
    assert pd.isna(out["far_max"].iloc[0])
    assert out["far_max"].iloc[1] == pytest.approx(2.4)
    found = problems[problems["code"] == "value-out-of-bounds"]
    assert (found["row"].tolist(), found["found"].tolist()) == ([2], ["240"])


@pytest.mark.parametrize(("limit", "kept"), [(50.0, True), (50.000001, False)])
def test_the_bound_itself_is_allowed(limit: float, kept: bool) -> None:
    out, _ = fit({"宗地号": ["a", "b"], "容积率上限": [limit, 2.0]}, "parcels")
    assert out["far_max"].notna().iloc[0] == kept


def test_unreadable_values_are_unknown_row_by_row() -> None:
    out, problems = fit(
        {
            "合同编号": ["1", "2", "3"],
            "约定开工时间": ["上周", "/", "2021.6.30"],
            "是否动工": ["是", "也许", "否"],
        }
    )
    assert out["start_due_on"].isna().tolist() == [True, True, False]
    assert out["started"].tolist()[0] is True
    assert out["started"].isna().tolist() == [False, True, False]
    unreadable = problems[problems["code"] == "value-unreadable"]
    assert sorted(zip(unreadable["row"], unreadable["found"], strict=True)) == [
        (2, "上周"),
        (3, "也许"),
    ]


def test_codes_by_project_list_label_and_number() -> None:
    out, problems = fit(
        {
            "宗地号": list("abcdefg"),
            "用途": ["工业用地", "高端制造", "INDUSTRIAL", "乱写", None, "M1", "不算"],
        },
        "parcels",
        values={"land_use": {"高端制造": "research", "不算": ""}},
    )
    assert out["land_use"].fillna("?").tolist() == [
        *("industrial", "research", "industrial", "?", "?", "industrial", "?")
    ]
    assert out["land_use_source"].iloc[1] == "高端制造"
    unknown = problems[problems["code"] == "code-unknown"]
    assert unknown["found"].tolist() == ["乱写"]


def test_land_use_from_its_code() -> None:
    out, problems = fit(
        {
            "宗地号": list("abc"),
            "用途": [None, None, "工业用地"],
            "土地用途代码": ["0601", "0601", "0601"],
            "用地分类标准": ["三调", None, "国土空间调查、规划、用途管制用地用海分类指南"],
        },
        "parcels",
    )
    assert out["land_use"].fillna("?").tolist() == ["industrial", "?", "industrial"]
    assert {"land-use-from-code", "land-use-code-undecided", "land-use-code-contradicts"} <= set(
        codes(problems)
    )


def test_many_unknown_codes_are_summed_up() -> None:
    names = [f"谜{i}" for i in range(60)]
    _, problems = fit({"宗地号": names, "用途": names}, "parcels")
    assert codes(problems).count("code-unknown") == 51


def test_a_column_the_source_has_not() -> None:
    out, problems = fit(
        {"合同编号": ["C1"], "约定开工时间": ["2020-01-01"]}, columns={"start_due_on": "约定开工日"}
    )
    assert out["start_due_on"].isna().all()
    lost = problems[problems["code"] == "column-not-found"]
    assert lost["column"].tolist() == ["start_due_on"]
    assert "约定开工时间" in lost["what_en"].iloc[0]
    out, _ = fit({"合 同 编 号": ["C1"]}, columns={"contract_no": "合同编号"})
    assert out["contract_no"].tolist() == ["C1"]


def test_a_required_column_is_an_error() -> None:
    out, problems = fit({"约定开工时间": ["2020-01-01"]})
    assert out is None
    errors = problems[problems["severity"] == "error"]
    assert errors["code"].tolist() == ["column-required"]
    assert "parcel_id / contract_no" in errors["what_en"].iloc[0]


def test_two_columns_for_one() -> None:
    out, problems = fit({"面积": [1.0], "合同面积": [2.0], "合同编号": ["C"]})
    assert out["contract_area_m2"].tolist() == [2.0]
    assert codes(problems).count("column-ambiguous") == 1


def test_constants_and_row_numbers() -> None:
    out, _ = fit(
        {"x": ["p", "q"]},
        "zones",
        columns={"zone_id": "x"},
        constants={"kind": "fenced", "approved_area_m2": 5.0},
    )
    assert out["kind"].tolist() == ["fenced", "fenced"]
    assert out["approved_area_m2"].tolist() == [5.0, 5.0]
    out, _ = fit({"宗地号": ["p", "p"]}, "parcels", columns={"parcel_id": "@row"})
    assert out["parcel_id"].tolist() == ["row-2", "row-3"]


def test_codes_of_parcels_stay_text() -> None:
    out, problems = fit(
        {"宗地代码": ["0370102", 370102001001.0, "3.7E+18"], "层": [1, 2, 3]}, "parcels"
    )
    assert out["parcel_id"].tolist() == ["0370102", "370102001001", "3.7E+18"]
    assert codes(problems).count("digits-lost") == 1


def test_whole_numbers() -> None:
    out, problems = fit({"楼号": list("abcd"), "地上层数": ["6层", "2.5", 3, None]}, "buildings")
    assert out["floors_n"].astype("Float64").fillna(-1).tolist() == [6, -1, 3, -1]
    assert codes(problems).count("value-not-whole") == 1


def test_yes_no_and_codes_by_the_project() -> None:
    out, _ = fit(
        {"合同编号": ["1", "2", "3"], "开工情况": ["打桩", "荒地", "不清楚"]},
        values={"started": {"打桩": True, "荒地": False, "不清楚": ""}},
    )
    assert out["started"].astype(object).where(out["started"].notna(), None).tolist() == [
        *(True, False, None)
    ]


@settings(max_examples=40, deadline=None)
@given(
    areas=st.lists(st.floats(0, 1e4, allow_nan=False), min_size=1, max_size=6),
    unit=st.sampled_from([("亩", MU), ("公顷", 10_000.0), ("m2", 1.0), ("万平方米", 10_000.0)]),
    where=st.sampled_from(["option", "heading", "value"]),
)
def test_an_area_is_the_same_however_its_unit_is_told(
    areas: list[float], unit: tuple[str, float], where: str
) -> None:
    name, factor = unit
    heading = f"出让面积({name})" if where == "heading" else "出让面积"
    cells = [f"{a!r}{name}" if where == "value" else repr(a) for a in areas]
    options = {"units": {"contract_area_m2": name}} if where == "option" else {}
    cells = [cell.replace("e-", "E-") for cell in cells]
    out, _ = fit({"合同编号": ["C"] * len(areas), heading: cells}, **options)
    assert out["contract_area_m2"].tolist() == pytest.approx([a * factor for a in areas])


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(5)))
def test_the_order_of_rows_changes_no_value(order: list[int]) -> None:
    columns = {
        "宗地号": [f"p{i}" for i in range(5)],
        "用途": ["工业用地", "乱写", None, "M1", "仓储用地"],
        "容积率上限": ["2.0", "≤1.5", "99", "x", None],
    }
    out, _ = fit(columns, "parcels")
    again, _ = fit({k: [v[i] for i in order] for k, v in columns.items()}, "parcels")
    drop = ["source_row", "geometry"]
    first = pd.DataFrame(out.drop(columns=drop)).sort_values("parcel_id", ignore_index=True)
    second = pd.DataFrame(again.drop(columns=drop)).sort_values("parcel_id", ignore_index=True)
    pd.testing.assert_frame_equal(first, second)
