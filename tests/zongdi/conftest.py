"""A small project that can be checked on paper, and ways to run it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: EPSG:4548, CGCS2000 / 3-degree Gauss-Kruger CM 117E; near the central meridian.
CRS = "EPSG:4548"
EAST, NORTH = 518_000.0, 4_062_000.0

PROJECT = """\
name   = "纸上可算的小项目"
as_of  = 2026-06-30
policy = "jinan-2021"
label  = "测试"

[layers.parcels]
path = "parcels.geojson"

[layers.buildings]
path = "buildings.geojson"

[layers.green]
path = "green.geojson"

[layers.ledger]
path = "ledger.csv"
"""

LEDGER = """\
宗地代码,合同编号,供应方式,受让人,出让价款(万元),合同签订日,约定开工日,是否开工
A,HT-1,出让,甲公司,1000,2022-01-10,2022-06-30,否
B,HT-2,出让,乙公司,500,2025-06-01,2026-12-31,
"""


def box(x: float, y: float, width: float, height: float) -> shapely.Polygon:
    return shapely.box(EAST + x, NORTH + y, EAST + x + width, NORTH + y + height)


def write_small_project(folder: Path) -> Path:
    """Three parcels of 100 m x 100 m: A holds one building of 50 m x 40 m, B none, C half green."""
    folder.mkdir(parents=True, exist_ok=True)
    parcels = gpd.GeoDataFrame(
        {
            "parcel_id": ["A", "B", "C"],
            "land_use": ["industrial", "storage", "green"],
            "far_max": [2.0, 1.5, None],
            "holder": ["甲公司", "乙公司", None],
        },
        geometry=[box(0, 0, 100, 100), box(100, 0, 100, 100), box(200, 0, 100, 100)],
        crs=CRS,
    )
    buildings = gpd.GeoDataFrame(
        {"building_id": ["h1"], "floors_n": [3], "use": ["industrial"]},
        geometry=[box(10, 10, 50, 40)],
        crs=CRS,
    )
    green = gpd.GeoDataFrame(
        {"green_id": ["g1"], "kind": ["park"]}, geometry=[box(200, 0, 50, 100)], crs=CRS
    )
    for name, frame in (("parcels", parcels), ("buildings", buildings), ("green", green)):
        frame.to_file(folder / f"{name}.geojson", driver="GeoJSON")
    (folder / "ledger.csv").write_text(LEDGER, encoding="gb18030")
    path = folder / "project.toml"
    path.write_text(PROJECT, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def small_writer() -> Callable[[Path], Path]:
    """Write the small project into a folder; returns its project file."""
    return write_small_project


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    return write_small_project(tmp_path / "project")


@pytest.fixture(scope="session")
def small_results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result folder of the small project, made once."""
    from layers.project import load_project
    from zongdi.outputs import write_results
    from zongdi.pipeline import run_project

    folder = tmp_path_factory.mktemp("small")
    project = load_project(write_small_project(folder / "project"))
    out = folder / "out"
    write_results(run_project(project), out)
    return out


@dataclass(frozen=True)
class Outcome:
    """What one call of the program gave."""

    status: int
    out: str
    err: str


@pytest.fixture
def zongdi(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    """Call the program in this process, as its command does."""
    from zongdi.cli import main

    def call(*arguments: object) -> Outcome:
        monkeypatch.setattr("sys.argv", ["zongdi", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), captured.out, captured.err)

    return call
