"""The vegetation index of the demo zone: a picture that agrees with the green layer, but not quite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import rasterio
import shapely
from rasterio.features import rasterize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from zongdi.demo.buildings import Building
    from zongdi.demo.cast import Role
    from zongdi.demo.greenery import Green
    from zongdi.demo.parcels import Parcel

__all__ = ["CELL_M", "write_ndvi"]

CELL_M: Final = 2.0
_MARGIN_M: Final = 80.0
_NODATA: Final = -9999.0
#: Mean index of what covers the ground.
_PAVED: Final = 0.11
_FIELDS: Final = 0.40
_VACANT: Final = 0.20
_ROOF: Final = 0.05
_ROAD: Final = 0.08
_GREEN: Final = {"park": 0.62, "attached": 0.52, "protective": 0.66, "road": 0.48, "roof": 0.38}


def write_ndvi(
    path: Path,
    parcels: Sequence[Parcel],
    roles: Mapping[str, Role],
    buildings: Sequence[Building],
    green: Sequence[Green],
    rng: np.random.Generator,
) -> None:
    """Write the index as a GeoTIFF of 2 m cells, float32, in EPSG:4548.

    Vacant ground bears weeds just under the usual threshold of 0.30, in patches above it; streets have
    trees that no green layer knows.
    """
    west, south, east, north = shapely.total_bounds(
        np.array([parcel.polygon for parcel in parcels])
    )
    left = float(np.floor((west - _MARGIN_M) / CELL_M) * CELL_M)
    top = float(np.ceil((north + _MARGIN_M) / CELL_M) * CELL_M)
    columns = int(np.ceil((east + _MARGIN_M - left) / CELL_M))
    rows = int(np.ceil((top - south + _MARGIN_M) / CELL_M))
    place = rasterio.Affine(CELL_M, 0.0, left, 0.0, -CELL_M, top)

    shapes: list[tuple[object, float]] = []
    for parcel in parcels:
        level = _PAVED
        if parcel.land_use == "road":
            level = _ROAD
        elif roles[parcel.parcel_id].site == "vacant":
            level = _VACANT
        shapes.append((parcel.polygon, level))
    shapes += [
        (piece.polygon, _GREEN[piece.kind]) for piece in green if piece.kind not in {"wall", "roof"}
    ]
    shapes += [(building.polygon, _ROOF) for building in buildings]
    shapes += [(piece.polygon, _GREEN["roof"]) for piece in green if piece.kind == "roof"]
    ground = rasterize(
        shapes, out_shape=(rows, columns), transform=place, fill=_FIELDS, dtype="float32"
    ).astype("float64")

    patches = _patches((rows, columns), 40, rng)
    index = ground + 0.035 * rng.standard_normal((rows, columns))
    index += np.where(ground >= 0.3, 0.10, 0.0) * patches
    index += np.where(np.isclose(ground, _VACANT), 0.085, 0.0) * patches
    index = _trees(index, ground, rng)
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="float32", crs="EPSG:4548",
        transform=place, nodata=_NODATA, compress="deflate", predictor=2, tiled=True, blockxsize=256, blockysize=256,
    ) as target:  # fmt: skip
        target.write(np.round(np.clip(index, -0.2, 0.92), 2).astype("float32"), 1)


def _patches(shape: tuple[int, int], coarse: int, rng: np.random.Generator) -> np.ndarray:
    """Smooth noise with mean 0 and deviation about 1: a coarse grid, stretched linearly."""
    knots = rng.standard_normal((shape[0] // coarse + 2, shape[1] // coarse + 2))
    down = np.linspace(0, knots.shape[0] - 1, shape[0])
    along = np.linspace(0, knots.shape[1] - 1, shape[1])
    top, left = (
        np.minimum(down.astype(int), knots.shape[0] - 2),
        np.minimum(along.astype(int), knots.shape[1] - 2),
    )
    v, h = (down - top)[:, None], (along - left)[None, :]
    corner = [knots[np.ix_(top + a, left + b)] for a in (0, 1) for b in (0, 1)]
    smooth = (
        corner[0] * (1 - v) * (1 - h)
        + corner[1] * (1 - v) * h
        + corner[2] * v * (1 - h)
        + corner[3] * v * h
    )
    return smooth / 0.67


def _trees(index: np.ndarray, ground: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Crowns of one to three cells on paved ground and along roads."""
    crowned = index.copy()
    rows, columns = index.shape
    count = rows * columns // 420
    at_row, at_column = rng.integers(1, rows - 1, count), rng.integers(1, columns - 1, count)
    paved = (ground[at_row, at_column] < 0.15) & (ground[at_row, at_column] > 0.06)
    vigour = rng.uniform(0.32, 0.62, count)
    for down, along in ((0, 0), (0, 1), (1, 0)):
        keep = paved & (rng.random(count) < 0.8)
        row, column = at_row[keep] + down, at_column[keep] + along
        crowned[row, column] = np.maximum(crowned[row, column], vigour[keep])
    return crowned
