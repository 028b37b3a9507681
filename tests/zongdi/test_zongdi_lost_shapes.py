"""Parcels whose geometry is lost, through a whole run: each is in every result exactly once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: What is measured on the ground, and unknown without it.
MEASURED = [
    *("area_plane_m2", "area_ellipsoid_m2", "footprint_m2", "floor_area_m2", "far_plain"),
    *("building_density_share", "green_m2", "green_share"),
]


def lose(project: Path, lost: set[str], **columns: dict[str, Any]) -> None:
    """Empty the geometry of some parcels, and set columns of them."""
    path = project.parent / "parcels.geojson"
    data = json.loads(path.read_text("utf-8"))
    for feature in data["features"]:
        own = feature["properties"]["parcel_id"]
        if own in lost:
            feature["geometry"] = None
        feature["properties"] |= {name: by.get(own) for name, by in columns.items()}
    path.write_text(json.dumps(data), "utf-8")


def results(project: Path) -> pd.DataFrame:
    path = project.parent / "results" / "parcels.parquet"
    try:
        return gpd.read_parquet(path).set_index("parcel_id")
    except ValueError:  # a list without shapes
        return pd.read_parquet(path).set_index("parcel_id")


@pytest.mark.parametrize("lost", [{"A"}, {"A", "C"}, {"A", "B", "C"}])
def test_every_parcel_is_in_every_result(
    zongdi: Callable, small_project: Path, small_results: Path, lost: set[str]
) -> None:
    lose(small_project, lost, area_registered_m2={"A": 9_990.0})
    done = zongdi("run", small_project)
    assert done.status == 0, done.err
    out = small_project.parent / "results"
    found = results(small_project)
    assert sorted(found.index) == ["A", "B", "C"]
    whole = gpd.read_parquet(small_results / "parcels.parquet").set_index("parcel_id")
    # The register judges the ledger: it needs no ground.
    assert found["idle_status"].to_dict() == whole["idle_status"].to_dict()
    assert found["idle_days"].astype("Int64").to_dict() == (
        whole["idle_days"].astype("Int64").to_dict()
    )
    assert found.loc[sorted(lost), MEASURED].isna().all(axis=None)
    for parcel in {"A", "B", "C"} - lost:
        columns = [*MEASURED, "far_limit"]
        assert found.loc[parcel, columns].to_dict() == pytest.approx(
            whole.loc[parcel, columns].to_dict(), rel=1e-9, nan_ok=True
        )
    # A recorded area is still the ground of the parcel's ratios.
    assert found.loc["A", ["area_m2", "area_basis"]].tolist() == [9_990.0, "registered"]
    advice = pd.read_csv(out / "recommendations.csv", encoding="utf-8-sig")
    assert set(advice["parcel_id"].dropna()) == {"A", "B", "C"}
    package = gpd.read_file(out / "parcels.gpkg", layer="parcels")
    assert sorted(package["parcel_id"]) == ["A", "B", "C"]
    problems = pd.read_csv(out / "problems.csv", encoding="utf-8-sig")
    told = problems[problems["code"] == "parcel-without-geometry"]
    assert sorted(told["id"]) == sorted(lost)
    findings = pd.read_csv(out / "findings.csv", encoding="utf-8-sig")
    measured = findings[findings["parcel_id"].isin(lost) & findings["analysis"].eq("far")]
    assert set(measured["verdict"]) <= {"unknown", "not_applicable"}


def test_the_page_lists_what_it_cannot_draw(
    zongdi: Callable, small_project: Path, open_page: Callable
) -> None:
    lose(small_project, {"A"})
    assert zongdi("run", small_project).status == 0
    opened = open_page(small_project.parent / "results" / "map.html", fragment="#A")
    opened.page.get_by_text("1 宗没有图形").wait_for()
    opened.page.locator("input[type=search]").first.fill("甲公司")
    opened.until("() => document.body.innerText.includes('甲公司')")
