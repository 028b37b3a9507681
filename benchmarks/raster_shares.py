"""Which share of each parcel a raster covers: exactextract as it comes, burning, and Zongdi.

Run ``python benchmarks/raster_shares.py --parcels 100000 --rounds 5``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import rasterio
import synthetic
from affine import Affine
from exactextract import exact_extract
from measure import Job, Way, main
from rasterio.features import rasterize

from geo.rasters import share_between

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PIXEL_M = 10.0


def write(folder: Path, count: int) -> None:
    """Write parcels and a raster of zeros and ones over them."""
    land = synthetic.parcels(count)
    land.to_parquet(folder / "parcels.parquet")
    left, bottom, right, top = land.total_bounds
    wide, high = int((right - left) / _PIXEL_M) + 2, int((top - bottom) / _PIXEL_M) + 2
    pixels = np.random.default_rng(3).random((high, wide)) < 0.3
    with rasterio.open(
        folder / "green.tif",
        "w",
        driver="GTiff",
        count=1,
        width=wide,
        height=high,
        dtype="float32",
        crs=synthetic.CRS,
        transform=Affine(_PIXEL_M, 0, left - _PIXEL_M / 2, 0, -_PIXEL_M, top + _PIXEL_M / 2),
        nodata=-1,
        tiled=True,
        compress="deflate",
    ) as dataset:
        dataset.write(pixels.astype("float32"), 1)


def exactextract_alone(strategy: str) -> Callable[[Path], Callable[[], np.ndarray]]:
    """Average the zeros and ones."""

    def prepare(folder: Path) -> Callable[[], np.ndarray]:
        def work() -> np.ndarray:
            land = gpd.read_parquet(folder / "parcels.parquet")
            found = exact_extract(
                str(folder / "green.tif"),
                land,
                ["mean", "count"],
                strategy=strategy,
                output="pandas",
            )
            return found["mean"].to_numpy()

        return work

    return prepare


def burnt_and_counted(folder: Path) -> Callable[[], np.ndarray]:
    """Burn the parcels into the raster's grid by pixel centres and count the ones of each."""

    def work() -> np.ndarray:
        land = gpd.read_parquet(folder / "parcels.parquet")
        with rasterio.open(folder / "green.tif") as dataset:
            pixels, place = dataset.read(1), dataset.transform
        numbered = zip(land.geometry, range(1, len(land) + 1), strict=True)
        owner = rasterize(numbered, out_shape=pixels.shape, transform=place, dtype="int32")
        valid = (pixels >= 0).ravel()
        whole = np.bincount(owner.ravel()[valid], minlength=len(land) + 1)[1:]
        green = np.bincount(
            owner.ravel()[valid], weights=pixels.ravel()[valid] >= 0.5, minlength=len(land) + 1
        )[1:]
        return np.divide(green, whole, out=np.full(len(land), np.nan), where=whole > 0)

    return work


def zongdi(folder: Path) -> Callable[[], np.ndarray]:
    """Ask for the share at or above one half."""

    def work() -> np.ndarray:
        land = gpd.read_parquet(folder / "parcels.parquet")
        return share_between(folder / "green.tif", land.geometry, low=0.5)["share"].to_numpy()

    return work


if __name__ == "__main__":
    main(
        Job(
            name="rasters",
            title="Raster share: {n} parcels on pixels of 10 m",
            ways={
                "by_feature": Way(
                    "exactextract, by feature", exactextract_alone("feature-sequential")
                ),
                "by_raster": Way(
                    "exactextract, by raster", exactextract_alone("raster-sequential")
                ),
                "burnt": Way("rasterize and bincount, by pixel centres", burnt_and_counted),
                "zongdi": Way("Zongdi", zongdi),
            },
            write=write,
            peers={"by_feature": 1.1, "by_raster": 1.1},
            ours="zongdi",
            tolerance=1e-6,
            coarser=("burnt",),
        )
    )
