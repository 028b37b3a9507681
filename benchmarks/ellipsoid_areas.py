"""The ellipsoidal area of many polygons: `pyproj.Geod` one by one, and Zongdi.

Run ``python benchmarks/ellipsoid_areas.py --parcels 100000 --rounds 5``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
import synthetic
from measure import Job, Way, main

from geo.areas import ellipsoid_areas_m2

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write(folder: Path, count: int) -> None:
    """Write the parcels."""
    synthetic.parcels(count).to_parquet(folder / "parcels.parquet")


def geod(folder: Path) -> Callable[[], np.ndarray]:
    """Integrate along the geodesics of each polygon."""
    land = gpd.read_parquet(folder / "parcels.parquet").geometry

    def work() -> np.ndarray:
        ellipsoid = land.crs.get_geod()
        degrees = shapely.orient_polygons(land.to_crs(land.crs.geodetic_crs).to_numpy())
        return np.array([ellipsoid.geometry_area_perimeter(shape)[0] for shape in degrees])

    return work


def zongdi(folder: Path) -> Callable[[], np.ndarray]:
    """Project to a local equal-area plane."""
    land = gpd.read_parquet(folder / "parcels.parquet").geometry

    def work() -> np.ndarray:
        return ellipsoid_areas_m2(land).to_numpy()

    return work


if __name__ == "__main__":
    main(
        Job(
            name="areas",
            title="Ellipsoidal area: {n} parcels",
            ways={"geod": Way("pyproj.Geod, one by one", geod), "zongdi": Way("Zongdi", zongdi)},
            write=write,
            peers={"geod": 0.2},
            ours="zongdi",
            tolerance=3.4e-3,
            reading="reading left out",
            notes="The agreement is in m2, of about 3,400 m2 a parcel.",
        )
    )
