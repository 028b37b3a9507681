"""One project under several packs: the shipped ones, and one written from the documentation."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from policies import pack_ids

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = Path(__file__).parents[2] / "docs"


def _findings(zongdi: Callable, project: Path, policy: str, out: Path) -> pd.DataFrame:
    done = zongdi("run", project, "--policy", policy, "--out", out)
    assert done.status == 0, done.err
    return pd.read_parquet(out / "findings.parquet")


@pytest.mark.parametrize("pack_id", pack_ids())
def test_a_project_runs_under_every_pack(
    zongdi: Callable, small_project: Path, tmp_path: Path, pack_id: str
) -> None:
    found = _findings(zongdi, small_project, pack_id, tmp_path / "out")
    cited = found.dropna(subset=["clause"])
    assert set(cited["pack"]) <= {pack_id, "national"}
    assert cited["status"].notna().all()
    assert cited["confidence"].notna().all()
    if pack_id == "hubei-2021":
        assert set(cited["pack"]) == {"national"}
    own = cited[cited["pack"] == pack_id]
    if pack_id == "zhejiang-2021-draft":
        assert set(own["status"]) == {"draft"}


def test_a_sixth_city_from_the_documentation(
    zongdi: Callable, small_project: Path, tmp_path: Path
) -> None:
    page = (DOCS / "policies.md").read_text(encoding="utf-8")
    pack = tmp_path / "demo-city.toml"
    pack.write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    found = _findings(zongdi, small_project, str(pack), tmp_path / "out")
    city = found[found["pack"] == "demo-city"]
    assert {"mixed.list", "green.pooling"} <= set(city["rule"])
    assert set(city["status"]) == {"in_force"}
    least = found[found["rule"] == "far.building_coefficient"].set_index("parcel_id")
    # A was signed in 2022, before the notice: the limit of the country holds.
    assert least.loc["A", "pack"] == "national"
    assert least.loc["A", "limit"] == 0.3


def test_the_comparison_in_the_documentation_is_up_to_date(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location(
        "build_policy_comparison", DOCS / "build_policy_comparison.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (DOCS / "policy_comparison.md").read_text(encoding="utf-8")
    assert module.build(tmp_path) == written, "run python docs/build_policy_comparison.py"
