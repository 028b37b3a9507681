"""Real data through the whole program: every file written, and figures that can be recomputed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from layers.project import load_project
from zongdi.outputs import write_results
from zongdi.pipeline import run_project
from zongdi.results import RESULT_FILES

pytestmark = pytest.mark.real

PROJECTS = Path(__file__).parent / "projects"
SETS = sorted(path.stem for path in PROJECTS.glob("*.toml"))
FT2 = 0.3048**2


@pytest.fixture(scope="session")
def real_data() -> Path:
    folder = os.environ.get("ZONGDI_REAL_DATA")
    if not folder:
        pytest.skip("ZONGDI_REAL_DATA does not name the folder of real data")
    return Path(folder)


@dataclass(frozen=True)
class Ran:
    """The result folder of one real set."""

    out: Path

    @property
    def parcels(self) -> pd.DataFrame:
        return gpd.read_parquet(self.out / "parcels.parquet")

    @property
    def problems(self) -> pd.DataFrame:
        return pd.read_csv(self.out / "problems.csv", encoding="utf-8-sig")

    @property
    def contracts(self) -> pd.DataFrame:
        return pd.read_parquet(self.out / "contracts.parquet")


@pytest.fixture(scope="session")
def ran(real_data: Path, tmp_path_factory: pytest.TempPathFactory):
    """Run each set once and keep its result folder."""
    made: dict[tuple[str, str], Ran] = {}

    def run(name: str, as_of: str = "2026-06-30") -> Ran:
        if (name, as_of) not in made:
            folder = tmp_path_factory.mktemp(name)
            text = (PROJECTS / f"{name}.toml").read_text(encoding="utf-8")
            project = folder / "project.toml"
            project.write_text(text.replace("DATA", real_data.as_posix()), encoding="utf-8")
            loaded = load_project(project, as_of=pd.Timestamp(as_of).date())
            write_results(run_project(loaded), folder / "out")
            made[name, as_of] = Ran(folder / "out")
        return made[name, as_of]

    return run


@pytest.mark.parametrize("name", SETS)
def test_every_file_is_written(ran, name: str) -> None:
    out = ran(name).out
    assert sorted(p.name for p in out.iterdir()) == sorted(RESULT_FILES)
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert all(len(source["sha256"]) == 64 for source in record["inputs"])
    parcels = pd.read_parquet(out / "parcels.parquet", columns=["parcel_id"])
    assert parcels["parcel_id"].is_unique
    actions = pd.read_csv(out / "recommendations.csv", encoding="utf-8-sig", dtype=str)
    assert set(actions["parcel_id"]) == set(parcels["parcel_id"])


def test_elhierro_measured_areas_agree_with_the_cadastre(ran) -> None:
    parcels = ran("es_elhierro").parcels
    assert len(parcels) == 186
    assert (parcels["area_plane_m2"] - parcels["area_registered_m2"]).abs().max() <= 0.5


def test_elhierro_floor_area_is_parts_times_storeys(ran, real_data: Path) -> None:
    parcels = ran("es_elhierro").parcels.set_index("parcel_id")
    parts = gpd.read_file(real_data / "es_elhierro" / "cons.gpkg")
    storeys = parts[parts["numberOfFloorsAboveGround"].notna()]
    # the file holds each of its 294 parts twice, the same id on the same ground
    assert len(storeys) == 588
    storeys = storeys[
        ~storeys.assign(wkb=storeys.normalize().to_wkb()).duplicated(["localId", "wkb"])
    ]
    assert len(storeys) == 294
    cut = gpd.overlay(
        storeys[["numberOfFloorsAboveGround", "geometry"]],
        parcels.reset_index()[["parcel_id", "geometry"]],
        how="intersection",
        keep_geom_type=True,
    )
    expected = (cut.area * cut["numberOfFloorsAboveGround"]).groupby(cut["parcel_id"]).sum()
    measured = parcels["floor_area_m2"].dropna()
    # An outline of 3 m2 states no storeys and has no parts: its parcel is unknown. A pool has no floor.
    assert set(parcels.index) - set(measured.index) == {"8641642CS5284S"}
    wanted = expected.reindex(measured.index, fill_value=0.0)
    np.testing.assert_allclose(measured, wanted, atol=1e-6)
    known = parcels.loc[measured.index]
    np.testing.assert_allclose(known["far_plain"], wanted / known["area_m2"], rtol=0, atol=1e-6)


def test_elhierro_outlines_beside_parts_are_reported(ran) -> None:
    problems = ran("es_elhierro").problems
    outlines = problems[
        (problems["layer"] == "buildings") & (problems["code"].str.contains("outline"))
    ]
    # 134 polygons state no storeys; one is a pool, one has no part in it
    assert outlines["code"].value_counts().to_dict() == {
        "building-outline": 130,
        "building-outline-in-part": 2,
    }


def test_cambridge_recorded_floor_area(ran, real_data: Path) -> None:
    parcels = ran("us_cambridge").parcels.set_index("parcel_id")
    row = parcels.loc["F_754475_2969782"]  # ML 190-54: 1,973 ft2 on 2,863.999868 ft2
    assert row["floor_area_m2"] == pytest.approx(1973 * FT2)
    assert row["area_basis"] == "registered"
    assert row["far_plain"] == pytest.approx(1973 / 2863.999868, rel=1e-9)
    source = gpd.read_file(real_data / "us_cambridge" / "alewife_clip.gpkg", layer="parcels")
    assert parcels["floor_area_m2"].notna().sum() == source["GrossArea_ft2"].notna().sum()


def test_cambridge_ids_are_made_unique_and_said(ran, real_data: Path) -> None:
    run = ran("us_cambridge")
    source = gpd.read_file(real_data / "us_cambridge" / "alewife_clip.gpkg", layer="parcels")
    assert source["LOC_ID"].isna().sum() == 1
    parcels = run.parcels
    assert parcels["parcel_id"].str.startswith("row-").sum() == 1
    said = run.problems[
        (run.problems["layer"] == "parcels") & (run.problems["column"] == "parcel_id")
    ]
    assert len(said) >= 2


def test_l0311_public_green_share(ran) -> None:
    run = ran("tw_l0311")
    zones = pd.read_csv(run.out / "zones.csv", encoding="utf-8-sig")
    assert zones.loc[0, "green_share"] == pytest.approx(0.06597, abs=5e-6)
    parcels = run.parcels
    on_parcels = parcels["green_m2"].sum() / parcels["area_plane_m2"].sum()
    assert on_parcels == pytest.approx(0.06597, abs=5e-6)


def test_l0311_percent_text_becomes_a_ratio(ran, real_data: Path) -> None:
    parcels = ran("tw_l0311").parcels.set_index("parcel_id")
    source = gpd.read_file(real_data / "tw_l0311" / "L0311.json").set_index("OBJECTID")
    plain = pd.to_numeric(source["容積率"], errors="coerce").dropna()
    found = parcels["far_limit"].reindex(plain.index.astype(str))
    np.testing.assert_allclose(found, plain / 100)
    # "20(160)" is no number: unknown, never guessed, and said
    assert parcels["far_limit"].notna().sum() == len(plain)
    problems = ran("tw_l0311").problems
    assert problems["found"].astype("string").str.contains(r"20\(160\)").any()


def test_katsushika_storeys_from_heights(ran, real_data: Path) -> None:
    run = ran("jp_katsushika")
    parcels = run.parcels
    assert len(parcels) == 22
    districts = gpd.read_file(
        real_data / "jp_katsushika" / "tokyo_katsushika_use_districts.gpkg"
    ).set_index("gml_id")
    limits = parcels.set_index("parcel_id")["far_limit"]
    np.testing.assert_allclose(limits, districts["floorAreaRate"].reindex(limits.index))
    # conservation: what stands on the districts is what stands outside none of them
    buildings = gpd.read_file(
        real_data / "jp_katsushika" / "tokyo_katsushika_buildings_mvt_z15.gpkg"
    ).to_crs(parcels.crs)
    storeys = np.maximum(np.floor(buildings["measuredHeight"] / 3.0 + 1e-9), 1)
    everything = (buildings.make_valid().area * storeys).sum()
    assert parcels["floor_area_m2"].sum() <= everything * (1 + 1e-9)
    assert parcels["floor_area_m2"].sum() >= everything * 0.98


@pytest.mark.parametrize("as_of", ["2018-12-31", "2019-06-30", "2021-12-31"])
def test_cn_supply_every_row_has_a_status(ran, as_of: str) -> None:
    contracts = ran("cn_supply", as_of).contracts
    assert len(contracts) == 442
    assert contracts["idle_status"].notna().all()
    # no row says whether works started: nothing is ever called idle outright
    assert not contracts["idle_status"].str.startswith("suspected").any()
    assert not contracts["idle_status"].isin(["suspended", "gov_cause", "started"]).any()


def test_cn_supply_status_by_hand(ran) -> None:
    contracts = ran("cn_supply", "2018-12-31").contracts.set_index("parcel_id")
    due = pd.to_datetime(contracts["start_due_on"])
    passed = due + pd.DateOffset(years=1) < pd.Timestamp("2018-12-31")
    assert (contracts.loc[passed, "idle_status"] == "to_check").all()
    assert (contracts.loc[due > pd.Timestamp("2018-12-31"), "idle_status"] == "not_due").all()
    assert passed.sum() > 200


def test_cn_supply_missing_and_contradictory_dates_are_listed(ran, real_data: Path) -> None:
    run = ran("cn_supply", "2018-12-31")
    source = pd.read_csv(
        real_data / "cn_supply" / "supply_2017_industrial.csv", encoding="gb18030", dtype=str
    )
    contracts = run.contracts
    assert contracts["start_due_on"].isna().sum() == source["约定开工时间"].isna().sum()
    nothing = contracts["start_due_on"].isna()
    assert contracts.loc[nothing, "idle_status"].isin(["unknown"]).all()
    assert contracts.loc[nothing, "missing"].str.contains("start_due_on").all()

    def dates(column: str) -> pd.Series:
        return pd.to_datetime(source[column], format="%Y年%m月%d日", errors="coerce")

    signed = dates("合同签订日期")
    expected = {
        "start_due_on": int((dates("约定开工时间") < signed).sum()),
        "delivery_due_on": int((dates("约定交地时间") < signed).sum()),
    }
    assert expected == {"start_due_on": 1, "delivery_due_on": 22}
    said = run.problems[run.problems["code"] == "dates-out-of-order"]["column"].value_counts()
    assert {column: int(said.get(column, 0)) for column in expected} == expected
