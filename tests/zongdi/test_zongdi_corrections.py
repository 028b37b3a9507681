"""The register of corrections through a whole run: what was applied, and what was not, is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_corrections_are_applied_listed_and_counted(zongdi: Callable, small_project: Path) -> None:
    folder = small_project.parent
    (folder / "corrections.csv").write_text(
        "图层,标识,字段,原值,更正值,更正理由,更正人,更正日期\n"
        "ledger,HT-1,约定开工日,2022-06-30,2026-12-31,补充协议,张三,2026-05-01\n"
        "ledger,HT-2,约定开工日,2020-01-01,2021-01-01,,,\n",
        "utf-8",
    )
    text = small_project.read_text("utf-8")
    small_project.write_text(f'{text}\n[layers.corrections]\npath = "corrections.csv"\n', "utf-8")
    done = zongdi("run", small_project)
    assert done.status == 0, done.err
    out = folder / "results"
    parcels = gpd.read_parquet(out / "parcels.parquet").set_index("parcel_id")
    # uncorrected, A is suspected idle for two years
    assert parcels.loc["A", "idle_status"] == "not_due"
    listed = pd.read_csv(out / "corrections.csv", encoding="utf-8-sig")
    assert listed[["id", "applied", "rows_n", "found", "outcome"]].to_numpy().tolist() == [
        ["HT-1", True, 1, "2022-06-30", "applied"],
        ["HT-2", False, 0, "2026-12-31", "old_differs"],
    ]
    assert listed.loc[0, ["reason", "by", "on"]].tolist() == ["补充协议", "张三", "2026-05-01"]
    record = json.loads((out / "run.json").read_text("utf-8"))
    assert record["corrections"] == {"applied": 1, "not_applied": 1}
    problems = pd.read_csv(out / "problems.csv", encoding="utf-8-sig")
    assert {"correction-applied", "correction-not-applied"} <= set(problems["code"])


def test_without_a_register_the_list_is_empty(zongdi: Callable, small_project: Path) -> None:
    assert zongdi("run", small_project).status == 0
    out = small_project.parent / "results"
    assert len(pd.read_csv(out / "corrections.csv", encoding="utf-8-sig")) == 0
    record = json.loads((out / "run.json").read_text("utf-8"))
    assert record["corrections"] == {"applied": 0, "not_applied": 0}
