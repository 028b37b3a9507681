"""What flipped a verdict is named value by value: of tables, of layers about a parcel, of rasters."""

from __future__ import annotations

import shutil
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.results import PARCEL_MEASURES
from layers.project import load_project
from zongdi.compare import compare_results
from zongdi.compare_causes import Judge, worded
from zongdi.compare_inputs import InputChanges
from zongdi.compare_measures import belonging
from zongdi.compare_tables import read_kept
from zongdi.compare_text import own_labels, said_values
from zongdi.kept_inputs import kept_inputs
from zongdi.outputs import write_results
from zongdi.pipeline import run_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zongdi.compare import Comparison

CRS = "EPSG:4548"
EAST, NORTH = 518_000.0, 4_062_000.0

MORE = """
[layers.uses]
path = "uses.csv"
[layers.storeys]
path = "storeys.csv"
[layers.causes]
path = "causes.csv"
[layers.cases]
path = "cases.csv"
[layers.ratings]
path = "ratings.csv"
[layers.plan_zones]
path = "plan_zones.geojson"
[layers.facilities]
path = "facilities.geojson"
[layers.zones]
path = "zones.geojson"
[rasters.ndvi]
path = "ndvi.tif"
min  = 0.30
[supply]
service_reach_m = { road = 50.0, water = 50.0, sewage = 50.0, power = 50.0, gas = 50.0, heat = 50.0, telecom = 50.0 }
"""
SERVICES = ["road", "water", "sewage", "power", "gas", "heat", "telecom"]
TABLES = {
    "uses.csv": "parcel_id,use,floor_area_m2,role\nA,industrial,5000,main\nA,office,500,administrative\n",
    "storeys.csv": "building_id,storey_no,height_m,floor_area_m2\nh1,1,6,2000\nh1,2,6,2000\nh1,3,6,2000\n",
    "causes.csv": "contract_no,cause,from_on,to_on,verified\nHT-1,holder,2022-06-30,2026-06-30,yes\n",
    "cases.csv": "case_id,contract_no,discovered_on,finding_on,finding_served_on\nK-1,HT-1,2025-01-02,2025-03-01,2025-03-05\n",
    "ratings.csv": "zone_id,year,rank,evaluated_n,class\nZ,2024,30,150,A\nZ,2025,32,150,A\n",
}


def box(x: float, y: float, width: float, height: float) -> shapely.Polygon:
    return shapely.box(EAST + x, NORTH + y, EAST + x + width, NORTH + y + height)


def write_more(folder: Path) -> None:
    """Add tables, layers about the parcels and a raster of which A is green by a fifth."""
    for name, text in TABLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    frames = {
        "plan_zones": gpd.GeoDataFrame(
            {"plan_id": ["K1"], "land_use": ["industrial"], "coverage_max_share": [0.5]},
            geometry=[box(0, 0, 100, 100)],
            crs=CRS,
        ),
        "facilities": gpd.GeoDataFrame(
            {"facility_id": [f"{kind}1" for kind in SERVICES], "kind": SERVICES},
            geometry=[box(150, 101, 5, 5)] * len(SERVICES),
            crs=CRS,
        ),
        "zones": gpd.GeoDataFrame(
            {"zone_id": ["Z"], "kind": ["fenced"]}, geometry=[box(-5, -5, 400, 200)], crs=CRS
        ),
    }
    for name, frame in frames.items():
        frame.to_file(folder / f"{name}.geojson", driver="GeoJSON")
    write_ndvi(folder, 20)
    project = folder / "project.toml"
    text = project.read_text(encoding="utf-8").replace(
        '[layers.green]\npath = "green.geojson"\n', ""
    )
    project.write_text(text + MORE, encoding="utf-8")
    parcels = gpd.read_file(folder / "parcels.geojson")
    parcels["land_stage"] = ["completed", "not_supplied", None]
    parcels["supply_status"] = ["supplied", "ready", None]
    parcels.to_file(folder / "parcels.geojson", driver="GeoJSON")


def write_ndvi(folder: Path, green_rows: int) -> None:
    values = np.full((100, 300), 0.1, dtype="float32")
    values[:green_rows, :100] = 0.6
    profile = {"driver": "GTiff", "width": 300, "height": 100, "count": 1, "dtype": "float32"}
    transform = Affine(1.0, 0.0, EAST, 0.0, -1.0, NORTH + 100)
    with rasterio.open(folder / "ndvi.tif", "w", crs=CRS, transform=transform, **profile) as out:
        out.write(values, 1)


def edited(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


@pytest.fixture(scope="module")
def folders() -> dict[str, Path]:
    """The result folders made so far, by name."""
    return {}


@pytest.fixture(scope="module")
def compared(
    tmp_path_factory: pytest.TempPathFactory,
    small_writer: Callable[[Path], Path],
    folders: dict[str, Path],
) -> Callable[..., Comparison]:
    """Compare the project as it is with the same one after changes."""
    made = folders

    def run(name: str, *changes: Callable[[Path], None]) -> Path:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            project = small_writer(folder / "project")
            write_more(folder / "project")
            for change in changes:
                change(folder / "project")
            made[name] = folder / "out"
            write_results(run_project(load_project(project)), made[name])
        return made[name]

    def compare(name: str, *changes: Callable[[Path], None]) -> Comparison:
        return compare_results(run("base"), run(name, *changes))

    return compare


def rows_of(comparison: Comparison, kind: str, what: str, parcel: str | None = "A") -> pd.DataFrame:
    rows = comparison.rows
    own = (rows["kind"] == kind) & (rows["what"] == what)
    whose = rows["parcel_id"].isna() if parcel is None else rows["parcel_id"] == parcel
    return rows.loc[(own & whose).fillna(value=False)]


def the_row(comparison: Comparison, kind: str, what: str, parcel: str | None = "A") -> Any:
    rows = rows_of(comparison, kind, what, parcel)
    assert len(rows) == 1, comparison.rows[["parcel_id", "kind", "what"]]
    return rows.iloc[0]


def move_facility(folder: Path) -> None:
    path = folder / "facilities.geojson"
    frame = gpd.read_file(path)
    frame[frame["facility_id"] != "water1"].to_file(path, driver="GeoJSON")


def tighten(folder: Path) -> None:
    path = folder / "plan_zones.geojson"
    frame = gpd.read_file(path)
    frame["coverage_max_share"] = 0.1
    frame.to_file(path, driver="GeoJSON")


@pytest.fixture(scope="module")
def comparison(compared: Callable[..., Comparison]) -> Comparison:
    """Every kind of input changed at once: each flip has to name its own, and only its own."""
    return compared(
        "all",
        edited("uses.csv", "A,office,500,administrative", "A,office,2500,administrative"),
        edited("storeys.csv", "h1,1,6,2000", "h1,1,9,2000"),
        edited("cases.csv", "2025-03-05", ""),
        edited("ratings.csv", "2025,32,150,A", "2025,149,150,C"),
        move_facility,
        tighten,
        lambda folder: write_ndvi(folder, 40),
    )


def test_a_row_of_uses_is_named_with_its_values(comparison: Comparison) -> None:
    row = the_row(comparison, "input", "uses[A / office / administrative].floor_area_m2")
    assert row["title_zh"] == "用途构成（商务办公、行政办公及生活服务）建筑面积 500 → 2,500"
    assert (row["old"], row["new"], row["difference"]) == ("500", "2,500", 2_000.0)
    # 500 of 6,000 m2 is 8.3 %, 2,500 is 41.7 %. The plant was supplied before the standard of that
    # share was known: the verdict stays open, the figure moves.
    share = the_row(comparison, "figure", "admin_floor_share")
    assert share["difference"] == pytest.approx(2_000 / 6_000, abs=1e-4)
    assert "建筑面积 500 → 2,500" in share["why_zh"]
    assert not any(word in share["why_zh"] for word in ("影像", "名次", "设施"))


def test_a_storey_is_told_of_the_parcel_on_which_its_building_stands(
    comparison: Comparison,
) -> None:
    row = the_row(comparison, "input", "storeys[h1 / 1].height_m")
    assert row["title_zh"].endswith("6 → 9")
    # The first storey is above 8 m now and counts twice: 8,000 m2 on 10,000 m2 instead of 6,000.
    control = the_row(comparison, "figure", "far_control")
    assert control["difference"] == pytest.approx(0.2)
    assert row["title_zh"] in control["why_zh"]


def test_a_step_of_a_case_is_told_of_the_parcels_of_its_contract(comparison: Comparison) -> None:
    row = the_row(comparison, "input", "cases[K-1 / HT-1].finding_served_on")
    assert row["title_zh"] == "闲置土地案件（K-1）认定书送达日期 2025-03-05 → 未知"
    gone = the_row(comparison, "action", "propose_recovery")
    assert gone["new"] is None or pd.isna(gone["new"])


def test_what_a_raster_measures_of_the_parcel_is_named(comparison: Comparison) -> None:
    row = the_row(comparison, "input", "ndvi.green_raster_share")
    assert row["title_zh"] == "植被指数影像：影像绿地比例 0.2 → 0.4"
    assert rows_of(comparison, "input", "ndvi.green_raster_share", "B").empty
    green = the_row(comparison, "figure", "green_m2")
    assert "植被指数影像：影像绿地比例 0.2 → 0.4" in green["why_zh"]
    # Coverage limits of the control plan decide nothing of green.
    assert "K1" not in green["why_zh"]


def test_plan_zones_facilities_and_ratings_are_named(comparison: Comparison) -> None:
    coverage = the_row(comparison, "verdict", "far.coverage")
    assert (coverage["old"], coverage["new"]) == ("no", "yes")
    assert "K1 建筑密度上限 0.5 → 0.1" in coverage["why_zh"]
    served = the_row(comparison, "verdict", "supply.serviced", "B")
    assert (served["old"], served["new"]) == ("yes", "unknown")
    assert served["why_zh"].startswith("设施 water1 已不在")
    assert "名次" not in served["why_zh"]
    rank = the_row(comparison, "input", "ratings[Z / 2025].rank", None)
    assert rank["title_zh"] == "绩效评估结果（Z、2025）全国名次 32 → 149"


def test_a_cause_that_is_verified_no_more_is_named(compared: Callable[..., Comparison]) -> None:
    found = compared("cause", edited("causes.csv", "2026-06-30,yes", "2026-06-30,no"))
    row = the_row(found, "action", "propose_recovery")
    assert row["why_zh"].startswith("不再建议")
    assert (
        "已核实 是 → 否"
        in the_row(found, "input", "causes[HT-1 /  /  / holder].verified")["title_zh"]
    )
    fee = rows_of(found, "verdict", "idle.fee_order53")
    assert fee["why_zh"].str.contains("已核实 是 → 否", regex=False).all()


def test_a_file_that_holds_the_same_values_is_no_cause(compared: Callable[..., Comparison]) -> None:
    def reorder(folder: Path) -> None:
        for name in ("uses.csv", "storeys.csv"):
            head, *rows = (folder / name).read_text(encoding="utf-8").splitlines()
            text = "\n".join([head, *reversed(rows)]) + "\n"
            (folder / name).write_text(text, encoding="utf-8")

    found = compared("reordered", reorder)
    assert set(found.rows["kind"]) == {"run"}


def test_runs_without_kept_tables_are_told_by_the_file(
    compared: Callable[..., Comparison], folders: dict[str, Path], tmp_path: Path
) -> None:
    compared("raised", edited("storeys.csv", "h1,1,6,2000", "h1,1,9,2000"))
    older = shutil.copytree(folders["base"], tmp_path / "older")
    (older / "inputs.parquet").unlink()
    found = compare_results(older, folders["raised"])
    why = the_row(found, "figure", "far_control")
    assert why["cause"] == "layer"
    assert why["why_zh"] == "楼层的文件有变（成果不含其逐项数据）。"


def test_the_statuses_of_a_comparison_follow_each_runs_pack() -> None:
    said = {"zh": "涉嫌闲置（满三年未动工）", "en": "suspected idle, three years or more"}
    own = own_labels({"labels": {"idle_status": {"suspected_2y": said}}})
    column = PARCEL_MEASURES.column("idle_status")
    assert said_values(["suspected_2y"], column, own)[0] == ["涉嫌闲置（满三年未动工）"]
    assert said_values(["suspected_2y"], column)[0] == ["涉嫌闲置（满两年未动工）"]


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["p", "q"]),
            st.sampled_from(["office", "industrial"]),
            st.one_of(st.none(), st.integers(0, 9)),
        ),
        max_size=6,
    ),
    order=st.randoms(use_true_random=False),
)
def test_what_is_kept_does_not_depend_on_the_order_of_rows(rows: list[Any], order: Any) -> None:
    def kept(of: list[Any]) -> pd.DataFrame:
        frame = pd.DataFrame(of, columns=["parcel_id", "use", "floor_area_m2"])
        return kept_inputs({"uses": frame.astype({"floor_area_m2": "Float64"})})

    mixed = list(rows)
    order.shuffle(mixed)
    pd.testing.assert_frame_equal(kept(rows), kept(mixed))


def test_a_folder_without_the_file_keeps_nothing(tmp_path: Path) -> None:
    assert read_kept(tmp_path) is None


def two_records() -> tuple[dict[str, Any], dict[str, Any]]:
    """The records of two runs whose administrative cap differs, and nothing else of the rules."""
    clause = {"zh": "条", "en": "clause"}
    records = []
    for cap in ("7/100", "4/25"):
        rule = {"clause": clause, "pack": "own", "parameters": {"share_max": cap}}
        records.append(
            {
                "rule_parameters": {"far.admin_land": rule},
                "as_of": "2026-06-30",
                "options": {},
                "area_method": "plane",
                "crs": None,
                "analyses": {},
                "inputs": [],
                "versions": {"zongdi": "1"},
            }
        )
    return records[0], records[1]


def the_judge(*, source: str = "polygons") -> Judge:
    """A gained height and another vegetation index, B is gone from the zone that both were in."""
    old, new = two_records()
    values = [
        ("A", "buildings", "h1", "height_m", "h1 建筑高度 15 → 30"),
        ("A", "ndvi", None, "green_raster_share", "影像绿地比例 0 → 1"),
    ]
    rows = pd.DataFrame(values, columns=["parcel_id", "layer", "object", "column", "said_zh"])
    rows = rows.assign(zone_id=None, contract_no=None, said_en=rows["said_zh"])
    inputs = InputChanges(rows, frozenset(), frozenset({"buildings", "ndvi"}))
    views = [
        SimpleNamespace(
            parcels=pd.DataFrame({"parcel_id": ids, "zone_id": "Z", "green_source": source})
        )
        for ids in (["A", "B"], ["A"])
    ]
    return Judge(old, new, inputs, belonging(*views))


@pytest.mark.parametrize(
    ("asked", "codes", "words"),
    [
        # Green by polygons reads no raster: what moved came from the other parcels of the pool.
        ({"analysis": "green", "rule": "green.pooling"}, "around", "其他宗地"),
        ({"analysis": "green", "measure": "green_received_m2"}, "around", "其他宗地"),
        ({"analysis": "green", "measure": "green_raster_share"}, "input", "影像绿地比例 0 → 1"),
        # The floor area reads heights and no cap; the finding on the cap reads the cap.
        ({"analysis": "far", "measure": "floor_area_m2"}, "input", "h1 建筑高度 15 → 30"),
        ({"analysis": "far", "rule": "far.admin_land"}, "input,parameter", "7/100 → 4/25"),
    ],
)
def test_a_parcel_is_told_only_what_it_reads(asked: dict[str, str], codes: str, words: str) -> None:
    found = worded(the_judge().causes(parcel="A", zone="Z", **asked))
    assert found[0] == codes
    assert words in found[1]


def test_green_measured_on_a_raster_names_the_raster() -> None:
    found = the_judge(source="raster").causes("green", measure="green_m2", parcel="A", zone="Z")
    assert [cause.said.zh for cause in found] == ["影像绿地比例 0 → 1"]


@pytest.mark.parametrize(
    ("analysis", "measure", "told"),
    [
        ("far", "parcels_n", ["减少宗地 B"]),
        ("far", "far_plain", ["减少宗地 B", "宗地 A h1 建筑高度 15 → 30"]),
        ("green", "green_m2", ["减少宗地 B"]),
    ],
)
def test_a_zone_is_told_what_it_sums(analysis: str, measure: str, told: list[str]) -> None:
    found = the_judge().causes(analysis, measure=measure, parcel=None, zone="Z", of_zone=True)
    assert [cause.said.zh for cause in found] == told
