"""What the reader must find in real files without being told."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from layers.inputs import read_inputs
from layers.problems import ProblemLog
from layers.project import load_project

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def real_data() -> Path:
    folder = os.environ.get("ZONGDI_REAL_DATA")
    if not folder:
        pytest.skip("ZONGDI_REAL_DATA does not name the folder of real data")
    return Path(folder)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_supply_results_of_2017(real_data: Path, tmp_path: Path, suffix: str) -> None:
    name = f"supply_2017_industrial.{suffix}"
    path = (real_data / "cn_supply" / name).as_posix()
    (tmp_path / "project.toml").write_text(f"as_of = 2018-12-31\nlayers.ledger = '{path}'", "utf-8")
    log = ProblemLog()
    ledger = read_inputs(load_project(tmp_path), log).frames["ledger"]
    problems = log.frame()
    source = pd.read_csv(
        real_data / "cn_supply" / "supply_2017_industrial.csv", encoding="gb18030", dtype=str
    )
    assert len(ledger) == len(source) == 442
    columns = {
        "signed_on": "合同签订日期",
        "delivery_due_on": "约定交地时间",
        "start_due_on": "约定开工时间",
        "completion_due_on": "约定竣工时间",
    }
    for column, heading in columns.items():
        expected = pd.to_datetime(source[heading], format="%Y年%m月%d日").astype("datetime64[s]")
        pd.testing.assert_series_equal(ledger[column], expected, check_names=False)
    swapped = problems[problems["code"] == "columns-swapped"]
    assert len(swapped) == 1
    assert (
        'columns = { far_min = "约定容积率(上限)", far_max = "约定容积率(下限)" }'
        in swapped["proposal"].iloc[0]
    )
    low, high = (pd.to_numeric(source[f"约定容积率({side})"]) for side in ("下限", "上限"))
    reversed_ = problems[problems["code"] == "limits-reversed"]
    assert len(reversed_) == (low > high).sum() == int(swapped["found"].iloc[0])
    assert (low > high).sum() > 0.5 * (low.notna() & high.notna() & (low != high)).sum()
    order = problems[problems["code"] == "dates-out-of-order"]["column"].value_counts()
    assert order["start_due_on"] == (ledger["start_due_on"] < ledger["signed_on"]).sum()
    assert order["delivery_due_on"] == (ledger["delivery_due_on"] < ledger["signed_on"]).sum()
    zero = problems[problems["code"] == "value-zero"]
    assert zero["column"].value_counts().get("far_max", 0) == (high == 0).sum()
    areas = pd.to_numeric(source["面积(公顷)"]) * 10_000
    pd.testing.assert_series_equal(ledger["contract_area_m2"], areas, check_names=False)


@pytest.mark.parametrize("cpg", [None, "UTF-8", "ISO-8859-1", "BIG5"])
def test_the_gbk_shapefile_whatever_its_cpg_says(
    real_data: Path, tmp_path: Path, cpg: str | None
) -> None:
    for part in (real_data / "gbk_shapefile").iterdir():
        shutil.copyfile(part, tmp_path / part.name)
    if cpg:
        (tmp_path / "plan_zones.cpg").write_text(cpg, encoding="ascii")
    (tmp_path / "project.toml").write_text(
        "as_of = 2026-06-30\n[layers.parcels]\npath = 'plan_zones.shp'\n"
        "columns = { parcel_id = '@row', land_use = '使用分区' }",
        "utf-8",
    )
    log = ProblemLog()
    inputs = read_inputs(load_project(tmp_path), log)
    uses = inputs.frames["parcels"]["land_use_source"].dropna()
    assert uses.str.contains("用地|区").mean() > 0.9
    assert inputs.sources[0].encoding == "gb18030"
    told = log.frame()
    assert ("encoding-refuted" if cpg else "encoding-detected") in set(told["code"])
    assert told["what_en"].str.contains("confidence").any()
