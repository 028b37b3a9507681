"""The share of each polygon that a raster covers, by exact pixel coverage.

A pixel that a polygon cuts counts by the part of it that lies inside: no pixel centres, no
resampling, and a polygon smaller than a pixel is measured as exactly as any other. The raster is
read once, window by window, and never as a whole.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import rasterio
import shapely
from rasterio.errors import NotGeoreferencedWarning, RasterioError

from geo.crs import crs_label, require_crs, resolve_crs, transform_geometries
from geo.errors import RasterError
from geo.extraction import RecodedBand, means_and_counts
from geo.pairs import valid_polygons

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = [
    "RasterInfo",
    "mean_values",
    "opened",
    "raster_crs",
    "raster_info",
    "share_between",
    "share_of_classes",
    "within_reach",
]

#: Coverage is kept in single precision: a share this close to 1 is 1.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class RasterInfo:
    """What a raster file says of itself.

    Attributes
    ----------
    crs : pyproj.CRS
        Resolved to an authority code where one matches.
    bounds : tuple of float
        Least x, least y, greatest x, greatest y.
    resolution : tuple of float
        Width and height of a pixel in units of the CRS.
    width, height, bands : int
        Columns, rows, bands.
    dtype : str
        Of the first band.
    nodata : float or None
        The value that stands for no data.
    scales, offsets : tuple of float
        Per band: value = stored x scale + offset.
    """

    crs: CRS
    bounds: tuple[float, float, float, float]
    resolution: tuple[float, float]
    width: int
    height: int
    bands: int
    dtype: str
    nodata: float | None
    scales: tuple[float, ...]
    offsets: tuple[float, ...]


def raster_info(path: Path | str) -> RasterInfo:
    """Read what a raster says of itself, without its pixels.

    Raises
    ------
    RasterError
        If the file cannot be read, states no CRS, or its rows do not run along its axes.
    """
    with opened(path) as dataset:
        crs = raster_crs(dataset, path)
        left, bottom, right, top = dataset.bounds
        return RasterInfo(
            crs=crs,
            bounds=(left, min(bottom, top), right, max(bottom, top)),
            resolution=(dataset.transform.a, abs(dataset.transform.e)),
            width=dataset.width,
            height=dataset.height,
            bands=dataset.count,
            dtype=dataset.dtypes[0],
            nodata=None if dataset.nodata is None else float(dataset.nodata),
            scales=tuple(dataset.scales),
            offsets=tuple(dataset.offsets),
        )


def share_between(
    path: Path | str,
    geometry: gpd.GeoSeries,
    *,
    low: float | None = None,
    high: float | None = None,
    band: int = 1,
) -> pd.DataFrame:
    """Measure which share of each polygon has pixel values between two bounds.

    Parameters
    ----------
    path : pathlib.Path or str
        Anything that GDAL reads, with a CRS. Stored scales and offsets are applied.
    geometry : geopandas.GeoSeries
        Valid polygons in any CRS from which a registered path leads to that of the raster.
    low, high : float, optional
        Bounds, both inclusive; None leaves a side open.
    band : int
        Counted from 1.

    Returns
    -------
    pandas.DataFrame
        On the index of `geometry`: ``share`` (0 to 1, of the ground with data; NaN where there is
        none) and ``valid_share`` (the part of the polygon that has data; 0 outside the raster, NaN
        without geometry).

    Raises
    ------
    RasterError
        If the file cannot be read, has no CRS, no such band, or is rotated.
    MissingCRSError, TransformError, InvalidGeometryError
        If the polygons have no CRS, no path to the raster's, or are not valid.
    ValueError
        If no bound is given, or the bounds are the wrong way round.
    """
    if low is None and high is None:
        msg = "Give a lower bound, an upper bound, or both: without either every pixel counts."
        raise ValueError(msg)
    if low is not None and high is not None and low > high:
        msg = f"The lower bound {low} lies above the upper bound {high}."
        raise ValueError(msg)

    def between(values: NDArray[Any]) -> NDArray[np.bool_]:
        # NumPy compares single-precision pixels with the bound in single precision: a pixel
        # stored as 0.3 is 0.3, on both sides.
        inside = np.ones(values.shape, dtype=bool)
        if low is not None:
            inside &= values >= low
        if high is not None:
            inside &= values <= high
        return inside

    return _shares(path, geometry, between, band)


def share_of_classes(
    path: Path | str, geometry: gpd.GeoSeries, classes: Iterable[int], *, band: int = 1
) -> pd.DataFrame:
    """Measure which share of each polygon has one of some pixel values (land-cover classes).

    Parameters
    ----------
    path, geometry, band
        As for `share_between`.
    classes : iterable of int
        The values that count.

    Returns
    -------
    pandas.DataFrame
        As for `share_between`.
    """
    wanted = np.array(sorted(set(classes)))
    if wanted.size == 0:
        msg = "Give at least one class: without any nothing counts."
        raise ValueError(msg)
    return _shares(path, geometry, lambda values: np.isin(values, wanted), band)


def mean_values(path: Path | str, geometry: gpd.GeoSeries, *, band: int = 1) -> pd.DataFrame:
    """Average the pixel values over each polygon, weighted by exact coverage.

    Parameters
    ----------
    path, geometry, band
        As for `share_between`.

    Returns
    -------
    pandas.DataFrame
        ``mean`` (in the unit of the raster) and ``valid_share``, as for `share_between`.
    """
    return _zonal(path, geometry, lambda values: values, band)


def _shares(
    path: Path | str,
    geometry: gpd.GeoSeries,
    test: Callable[[NDArray[Any]], NDArray[np.bool_]],
    band: int,
) -> pd.DataFrame:
    found = _zonal(path, geometry, lambda values: test(values).astype("float32"), band)
    return found.rename(columns={"mean": "share"})


def _zonal(
    path: Path | str,
    geometry: gpd.GeoSeries,
    recode: Callable[[NDArray[Any]], NDArray[Any]],
    band: int,
) -> pd.DataFrame:
    crs = require_crs(geometry, "geometry")
    shapes = valid_polygons(geometry, "geometry").shapes
    with opened(path) as dataset:
        target = raster_crs(dataset, path)
        if not 1 <= band <= dataset.count:
            msg = f"The raster {path} has {dataset.count} band(s); band {band} is asked for."
            raise RasterError(msg)
        moved = transform_geometries(shapes, crs, target)
        source = RecodedBand(dataset, band, recode)
        area = shapely.area(moved)
        near = np.flatnonzero(within_reach(moved, source.extent()) & (area > 0))
        mean, covered = np.full(len(moved), np.nan), np.zeros(len(moved))
        covered[np.isnan(area)] = np.nan
        if len(near):
            mean[near], cells = means_and_counts(source, moved[near])
            width, height = source.res()
            covered[near] = np.clip(cells * width * height / area[near], 0.0, 1.0)
    covered[covered > 1.0 - _ROUNDING] = 1.0
    mean[~(covered > 0)] = np.nan
    return pd.DataFrame({"mean": mean, "valid_share": covered}, index=geometry.index)


def within_reach(
    shapes: NDArray[np.object_], extent: tuple[float, float, float, float]
) -> NDArray[np.bool_]:
    """Say of each polygon whether its bounding box meets an extent (least x and y, then the greatest)."""
    bounds = shapely.bounds(shapes)
    return (
        (bounds[:, 0] < extent[2])
        & (bounds[:, 2] > extent[0])
        & (bounds[:, 1] < extent[3])
        & (bounds[:, 3] > extent[1])
    )


@contextmanager
def opened(path: Path | str) -> Iterator[Any]:
    """Open a raster for reading; whatever goes wrong is a RasterError that names the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            dataset = rasterio.open(Path(path))
    except (RasterioError, OSError) as error:
        msg = f"The raster {path} cannot be read: {error}. Is it a complete raster file?"
        raise RasterError(msg) from error
    with dataset:
        try:
            yield dataset
        except RasterioError as error:
            msg = f"The raster {path} cannot be read to its end: {error}. Is the file damaged?"
            raise RasterError(msg) from error


def raster_crs(dataset: Any, path: Path | str) -> CRS:
    """Return the CRS of an open raster; refuse one without, and one whose rows are turned."""
    if dataset.crs is None:
        msg = (
            f"The raster {path} states no coordinate reference system, so that it cannot be laid "
            "over the polygons. Write it again with its CRS."
        )
        raise RasterError(msg)
    crs = resolve_crs(dataset.crs.to_wkt())
    transform = dataset.transform
    if transform.b != 0 or transform.d != 0 or transform.a <= 0:
        msg = (
            f"The rows of the raster {path} do not run along the axes of {crs_label(crs)}. "
            "Resample it to a grid that does (gdalwarp)."
        )
        raise RasterError(msg)
    return crs
