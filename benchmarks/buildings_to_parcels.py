"""How much building ground stands on each parcel: `geopandas.overlay`, Zongdi, SedonaDB.

Run ``python benchmarks/buildings_to_parcels.py --rounds 5 --growth 1000000``; SedonaDB comes with
the extra ``bench``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
import synthetic
from measure import Job, Way, main

from geo.overlay import area_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LAYERS = ("parcels", "buildings")
_BATCH = 8_192

# A building inside a parcel counts with its own area; only the rest is intersected.
_CASE = """
SELECT p.parcel_id, SUM(CASE WHEN ST_Contains(p.geometry, b.geometry) THEN ST_Area(b.geometry)
                        ELSE ST_Area(ST_Intersection(p.geometry, b.geometry)) END) AS area_m2
FROM parcels AS p JOIN buildings AS b ON ST_Intersects(p.geometry, b.geometry)
GROUP BY p.parcel_id
"""


def write(folder: Path, count: int) -> None:
    """Write parcels and buildings, once, as GeoParquet."""
    land = synthetic.parcels(count)
    land.to_parquet(folder / "parcels.parquet")
    synthetic.buildings(land).to_parquet(folder / "buildings.parquet")


def overlay(folder: Path) -> Callable[[], np.ndarray]:
    """Cut every pair and sum by parcel."""

    def work() -> np.ndarray:
        land, houses = _read(folder)
        pieces = gpd.overlay(land, houses, how="intersection", keep_geom_type=True)
        sums = pieces.area.groupby(pieces["parcel_id"]).sum()
        return sums.reindex(land["parcel_id"], fill_value=0.0).to_numpy()

    return work


def zongdi(threads: int) -> Callable[[Path], Callable[[], np.ndarray]]:
    """Build the area table, its check for validity included."""

    def prepare(folder: Path) -> Callable[[], np.ndarray]:
        def work() -> np.ndarray:
            land, houses = (_outlines(folder / f"{name}.parquet") for name in _LAYERS)
            return area_table(land, houses, threads=threads).left_totals()

        return work

    return prepare


def sedona(folder: Path) -> Callable[[], np.ndarray]:
    """Ask SedonaDB."""
    session = importlib.import_module("sedona.db").connect()

    def work() -> np.ndarray:
        for name in _LAYERS:
            session.read_parquet(str(folder / f"{name}.parquet")).to_view(name)
        sums = session.sql(_CASE).to_pandas().set_index("parcel_id")["area_m2"]
        # The synthetic identifiers sort in the order of the file.
        everyone = [f"P{number:07d}" for number in range(_count(folder))]
        return sums.reindex(everyone, fill_value=0.0).to_numpy()

    return work


def _outlines(path: Path) -> gpd.GeoSeries:
    # Straight from Arrow to shapely: no data frame is built of a single column.
    parquet = importlib.import_module("pyarrow.parquet")
    table = parquet.read_table(path, columns=["geometry"])
    # Some thousands at a time: their bytes are freed before those of the next are made.
    parts = table.to_batches(max_chunksize=_BATCH)
    shapes = [shapely.from_wkb(np.asarray(part.column(0))) for part in parts]
    return gpd.GeoSeries(np.concatenate(shapes), crs=synthetic.CRS)


def _read(folder: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    # Like the query, only the columns that are needed.
    return (
        gpd.read_parquet(folder / "parcels.parquet", columns=["parcel_id", "geometry"]),
        gpd.read_parquet(folder / "buildings.parquet", columns=["geometry"]),
    )


def _count(folder: Path) -> int:
    parquet = importlib.import_module("pyarrow.parquet")
    return parquet.ParquetFile(folder / "parcels.parquet").metadata.num_rows


if __name__ == "__main__":
    main(
        Job(
            name="buildings",
            title="Buildings to parcels: {n} parcels, three buildings each",
            ways={
                "overlay": Way("geopandas.overlay", overlay),
                "zongdi": Way("Zongdi", zongdi(1)),
                "zongdi2": Way("Zongdi, two threads", zongdi(2)),
                "sedona": Way("SedonaDB, CASE form", sedona),
            },
            write=write,
            peers={"overlay": 0.35, "sedona": 1.0},
            ours="zongdi",
            tolerance=1e-5,
            grown=("zongdi", "sedona"),
            notes=(
                "Parcels of eight vertices that share their edges, every fifth L-shaped; about "
                "8 % of the buildings lie across an edge. Zongdi alone checks that every polygon "
                "is valid."
            ),
        )
    )
