"""What the demo zone plans to plant, and the crowns of its trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import rasterio
import shapely
from rasterio.features import rasterize

from zongdi.demo.surroundings import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zongdi.demo.cast import Role
    from zongdi.demo.greenery import Green
    from zongdi.demo.parcels import Parcel

__all__ = ["green_plan", "write_canopy"]

_CELL_M: Final = 2.0
_SEED: Final = 7
#: How much of each kind of green stands under crowns, and how high they are (m).
_CROWNS: Final = {
    "park": (0.55, 11.0),
    "protective": (0.80, 9.0),
    "road": (0.60, 8.0),
    "attached": (0.30, 6.0),
}
#: Planned green over what the control plan asks for: most plans keep to it, some do not.
_PLANNED: Final = (1.10, 0.35, 1.00, 0.60)


def green_plan(parcel: Parcel, role: Role, number: int) -> tuple[float | None, str | None]:
    """Return the planned green and the planned completion of a parcel that is not built yet.

    Returns
    -------
    tuple of float and str, or None
        m2 and a date as such tables write it; both unknown for what is built or not supplied.
    """
    least = LIMITS[parcel.land_use][4] if parcel.land_use in LIMITS else None
    if role.land_stage not in {"under_construction", "supplied_not_started"} or least is None:
        return None, None
    planned = round(least * _PLANNED[number % 4] * parcel.area_m2, 0)
    first = 2026 if role.land_stage == "under_construction" else 2028
    return planned, f"{first + number % 3}.12.31"


def write_canopy(path: Path, parcels: Sequence[Parcel], green: Sequence[Green]) -> None:
    """Write heights of trees above ground as a GeoTIFF of 2 m cells, whole metres, 0 without trees."""
    west, south, east, north = shapely.total_bounds(np.array([one.polygon for one in parcels]))
    left, top = np.floor(west / _CELL_M) * _CELL_M, np.ceil(north / _CELL_M) * _CELL_M
    columns = int(np.ceil((east - left) / _CELL_M)) + 1
    rows = int(np.ceil((top - south) / _CELL_M)) + 1
    place = rasterio.Affine(_CELL_M, 0.0, left, 0.0, -_CELL_M, top)
    heights = np.zeros((rows, columns), dtype="uint8")
    chance = np.random.default_rng(_SEED).random((2, rows, columns))
    for kind, (share, height) in _CROWNS.items():
        shapes = [(piece.polygon, 1) for piece in green if piece.kind == kind]
        if not shapes:
            continue
        under = rasterize(shapes, out_shape=heights.shape, transform=place, dtype="uint8") == 1
        crowned = under & (chance[0] < share)
        heights[crowned] = np.round(height * (0.6 + 0.5 * chance[1][crowned]))
    with rasterio.open(
        path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="uint8", crs="EPSG:4548",
        transform=place, compress="deflate", predictor=2, tiled=True, blockxsize=256, blockysize=256,
    ) as target:  # fmt: skip
        target.write(heights, 1)
