"""Heights of polygons from a surface model less a terrain model, by exact pixel coverage.

The height of a footprint is the **median** of surface less terrain over its pixels, each weighed by
how much of it the footprint covers. The median is robust: a crane, a chimney, a gap in the roof or the
pixels that a wall cuts move it little, while they move the mean and the greatest value a lot.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from geo.crs import require_crs, transform_geometries
from geo.errors import RasterError
from geo.extraction import RecodedBand, medians_and_counts, statistics
from geo.pairs import valid_polygons
from geo.rasters import opened, raster_crs, within_reach

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["heights_above", "least_values"]

#: Coverage is kept in single precision: a share this close to 1 is 1.
_ROUNDING = 1e-6


class _Difference(RecodedBand):
    """A band less another on the same grid; where either has no data there is none."""

    def __init__(self, surface: Any, band: int, terrain: Any, terrain_band: int) -> None:
        super().__init__(surface, band, lambda values: values.astype("float64"))
        self._below = RecodedBand(terrain, terrain_band, lambda values: values.astype("float64"))

    def read_window(self, x0: int, y0: int, nx: int, ny: int) -> NDArray[Any]:
        """Read a window of both and subtract."""
        above = super().read_window(x0, y0, nx, ny)
        return np.asarray(above - self._below.read_window(x0, y0, nx, ny))


def heights_above(
    surface: Path | str,
    terrain: Path | str | None,
    geometry: gpd.GeoSeries,
    *,
    band: int = 1,
    terrain_band: int = 1,
) -> pd.DataFrame:
    """Measure how high a surface model stands above a terrain model over each polygon.

    A terrain model on another grid, or in another CRS, is brought to the grid of the surface by
    bilinear interpolation.

    Parameters
    ----------
    surface, terrain : pathlib.Path or str
        Rasters of elevations in m above one datum. None for the terrain: the surface holds heights
        above ground already, as a normalised surface model does.
    geometry : geopandas.GeoSeries
        Valid polygons in any CRS from which a registered path leads to that of the surface.
    band, terrain_band : int
        Counted from 1.

    Returns
    -------
    pandas.DataFrame
        On the index of `geometry`: ``height_m``, the median of surface less terrain weighed by
        coverage (NaN without data), and ``valid_share``, the part of the polygon where both have data.

    Raises
    ------
    RasterError, MissingCRSError, TransformError, InvalidGeometryError
        As for `geo.rasters.share_between`.
    """
    found = _over(surface, terrain, geometry, "median", (band, terrain_band))
    return found.rename(columns={"value": "height_m"})


def least_values(
    path: Path | str,
    geometry: gpd.GeoSeries,
    *,
    terrain: Path | str | None = None,
    band: int = 1,
    terrain_band: int = 1,
) -> pd.DataFrame:
    """Measure the least pixel value that each polygon touches, less the terrain where one is given.

    Parameters
    ----------
    path : pathlib.Path or str
        A raster, such as one of height limits.
    geometry, band, terrain_band
        As for `heights_above`.
    terrain : pathlib.Path or str, optional
        Subtracted pixel by pixel: limits of elevation become limits of height above ground.

    Returns
    -------
    pandas.DataFrame
        ``least`` and ``valid_share``, as for `heights_above`.
    """
    found = _over(path, terrain, geometry, "min", (band, terrain_band))
    return found.rename(columns={"value": "least"})


def _over(
    path: Path | str,
    terrain: Path | str | None,
    geometry: gpd.GeoSeries,
    statistic: str,
    bands: tuple[int, int],
) -> pd.DataFrame:
    crs = require_crs(geometry, "geometry")
    shapes = valid_polygons(geometry, "geometry").shapes
    with ExitStack() as stack:
        dataset = stack.enter_context(opened(path))
        target = raster_crs(dataset, path)
        _require_band(dataset, path, bands[0])
        if terrain is None:
            source = RecodedBand(dataset, bands[0], lambda values: values)
        else:
            ground = stack.enter_context(opened(terrain))
            raster_crs(ground, terrain)
            _require_band(ground, terrain, bands[1])
            source = _Difference(dataset, bands[0], _on_grid(stack, ground, dataset), bands[1])
        moved = transform_geometries(shapes, crs, target)
        area = shapely.area(moved)
        near = np.flatnonzero(within_reach(moved, source.extent()) & (area > 0))
        value, covered = np.full(len(moved), np.nan), np.zeros(len(moved))
        covered[np.isnan(area)] = np.nan
        if len(near):
            if statistic == "median":
                value[near], cells = medians_and_counts(source, moved[near])
            else:
                figures = statistics(source, moved[near], (statistic, "count"))
                value[near], cells = figures[statistic], figures["count"]
            width, height = source.res()
            covered[near] = np.clip(cells * width * height / area[near], 0.0, 1.0)
    covered[covered > 1.0 - _ROUNDING] = 1.0
    value[~(covered > 0)] = np.nan
    return pd.DataFrame({"value": value, "valid_share": covered}, index=geometry.index)


def _require_band(dataset: Any, path: Path | str, band: int) -> None:
    if not 1 <= band <= dataset.count:
        msg = f"The raster {path} has {dataset.count} band(s); band {band} is asked for."
        raise RasterError(msg)


def _on_grid(stack: ExitStack, terrain: Any, surface: Any) -> Any:
    """Bring the terrain to the grid of the surface; as it is where it lies on that grid already."""
    same = (
        terrain.crs == surface.crs
        and terrain.transform.almost_equals(surface.transform)
        and terrain.shape == surface.shape
    )
    if same:
        return terrain
    return stack.enter_context(
        WarpedVRT(
            terrain,
            crs=surface.crs,
            transform=surface.transform,
            width=surface.width,
            height=surface.height,
            resampling=Resampling.bilinear,
            dtype="float64",
            nodata=np.nan,
        )
    )
