"""The demo's map in a real browser without a network, and every status of every analysis in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest

from analyses.results import IDLE_STATUSES

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def demo_results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from layers.project import load_project
    from zongdi.demo import write_demo
    from zongdi.outputs import write_results
    from zongdi.pipeline import run_project

    folder = tmp_path_factory.mktemp("demo")
    results = run_project(load_project(write_demo(folder / "project")))
    write_results(results, folder / "results")
    return folder / "results"


@pytest.mark.browser
def test_the_demo_map_opens_offline(demo_results: Path, open_page) -> None:
    opened = open_page(demo_results / "map.html")
    parcels = gpd.read_parquet(demo_results / "parcels.parquet")
    ready = opened.page.evaluate("document.documentElement.dataset.ready")
    assert int(ready) == len(parcels)
    assert opened.page.evaluate("performance.getEntriesByName('zongdi-ready').length") == 1
    opened.quiet()


def test_every_status_occurs(demo_results: Path) -> None:
    parcels = gpd.read_parquet(demo_results / "parcels.parquet")
    assert set(IDLE_STATUSES) == set(parcels["idle_status"])
    # `no` and `no_basis` belong to closed lists and to places without a clause
    verdicts = {"conflict", "not_mixed", "unknown", "undetermined", "yes"}
    assert verdicts == set(parcels["mixed_verdict"])
    over = parcels["far_plain"] > parcels["far_limit"]
    under = parcels["far_plain"] < parcels["far_floor"]
    assert over.any()
    assert under.any()
    assert parcels["far_limit"].isna().any()
    assert (parcels["floor_area_headroom_m2"] > 0).any()
    assert (parcels["green_balance_m2"] > 0).any()
    assert (parcels["green_balance_m2"] < 0).any()
    assert (parcels["green_over_cap_m2"] > 0).any()
    assert parcels["green_balance_m2"].isna().any()


def test_transfers_balance(demo_results: Path) -> None:
    transfers = pd.read_csv(demo_results / "transfers.csv", encoding="utf-8-sig")
    parcels = gpd.read_parquet(demo_results / "parcels.parquet")
    assert transfers["area_m2"].sum() > 0
    assert parcels["green_given_m2"].sum() == pytest.approx(
        parcels["green_received_m2"].sum(), abs=1e-6
    )


def test_it_says_that_it_is_invented(demo_results: Path) -> None:
    parcels = gpd.read_parquet(demo_results / "parcels.parquet")
    assert "虚构" in (demo_results / "run.json").read_text(encoding="utf-8")
    assert parcels["holder"].dropna().str.contains("虚构").all()
