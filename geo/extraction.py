"""What stands between this room and exactextract: pixels on one side, polygons on the other.

exactextract measures how much of each pixel a polygon covers. It is handed the pixels as they are
read and recoded, and the polygons as WKB, which spares the detour over GeoJSON that its own
reader of frames takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from exactextract import exact_extract
from exactextract.feature import Feature, FeatureSource
from exactextract.raster import RasterSource
from exactextract.writer import Writer
from rasterio.windows import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

__all__ = ["RecodedBand", "means_and_counts", "medians_and_counts", "statistics"]

#: Coverage is kept in single precision: so near to half of the weight is half of it.
_HALF = 1e-6

#: Pixels held at a time.
_CELLS_IN_MEMORY = 4_000_000


def means_and_counts(
    source: RasterSource, shapes: NDArray[np.object_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Measure the pixels under each polygon.

    Parameters
    ----------
    source : RecodedBand
    shapes : array of shapely geometries
        Polygons in the CRS of the raster, none of them null.

    Returns
    -------
    mean : numpy.ndarray
        Of the pixels with data, weighted by coverage; NaN without any.
    count : numpy.ndarray
        How many pixels with data are covered, in fractions.
    """
    found = statistics(source, shapes, ("mean", "count"), strategy="raster-sequential")
    return found["mean"], found["count"]


def statistics(
    source: RasterSource,
    shapes: NDArray[np.object_],
    names: tuple[str, ...],
    *,
    strategy: str = "feature-sequential",
) -> dict[str, NDArray[np.float64]]:
    """Compute statistics of exactextract for the pixels under each polygon.

    Parameters
    ----------
    source, shapes
        As for `means_and_counts`.
    names : tuple of str
        Operations without arguments that give one number, such as ``min``.
    strategy : str
        ``raster-sequential`` reads the raster once and keeps sums only, which serves means and counts.
    """
    results = _Columns(len(shapes), names)
    exact_extract(
        source,
        _Polygons(shapes),
        list(names),
        include_cols=["nth"],
        strategy=strategy,
        max_cells_in_memory=_CELLS_IN_MEMORY,
        output=results,
    )
    return results.columns


def medians_and_counts(
    source: RasterSource, shapes: NDArray[np.object_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Measure the median of the pixels under each polygon, each weighed by how much of it is covered.

    exactextract hands over the pixels and their coverage; the median is found here. Its own
    ``median`` interpolates between distinct values, so that among fifteen pixels of 9 m one of 60 m
    would lift it to 34.5 m.

    Parameters
    ----------
    source, shapes
        As for `means_and_counts`.

    Returns
    -------
    median, count : numpy.ndarray
        NaN without data; how many pixels with data are covered, in fractions.
    """
    results = _Medians(len(shapes))
    exact_extract(
        source,
        _Polygons(shapes),
        ["values", "coverage"],
        include_cols=["nth"],
        strategy="feature-sequential",
        max_cells_in_memory=_CELLS_IN_MEMORY,
        output=results,
    )
    return results.median, results.count


def weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the value that half of the weight lies below; the mean of two where it falls between them.

    Examples
    --------
    >>> weighted_median(np.array([9.0, 60.0]), np.array([15.0, 1.0]))
    9.0
    >>> weighted_median(np.array([4.0, 2.0]), np.array([1.0, 1.0]))
    3.0
    """
    known = ~np.isnan(values) & (weights > 0)
    if not known.any():
        return float("nan")
    order = np.argsort(values[known], kind="stable")
    ranked, summed = values[known][order], np.cumsum(weights[known][order])
    half = summed[-1] / 2
    low = ranked[min(np.searchsorted(summed, half * (1 - _HALF)), len(ranked) - 1)]
    high = ranked[min(np.searchsorted(summed, half * (1 + _HALF)), len(ranked) - 1)]
    return float((low + high) / 2)


class RecodedBand(RasterSource):
    """A band whose pixels are recoded as they are read; pixels without data stay without."""

    def __init__(
        self, dataset: Any, band: int, recode: Callable[[NDArray[Any]], NDArray[Any]]
    ) -> None:
        super().__init__()
        self._dataset = dataset
        self._band = band
        self._recode = recode
        self._scale = dataset.scales[band - 1]
        self._offset = dataset.offsets[band - 1]
        self._south_up = dataset.transform.e > 0

    def res(self) -> tuple[float, float]:
        """Return the width and height of a pixel."""
        transform = self._dataset.transform
        return transform.a, abs(transform.e)

    def extent(self) -> tuple[float, float, float, float]:
        """Return the least x and y, then the greatest."""
        left, bottom, right, top = self._dataset.bounds
        return left, min(bottom, top), right, max(bottom, top)

    def srs_wkt(self) -> None:
        """Say nothing: the polygons were transformed, and checked, before they came here."""

    def nodata_value(self) -> None:
        """Say nothing: pixels without data are read as NaN."""

    def read_window(self, x0: int, y0: int, nx: int, ny: int) -> NDArray[Any]:
        """Read and recode a window; columns and rows count from the north-west corner."""
        if self._south_up:
            y0 = self._dataset.height - y0 - ny
        stored = self._dataset.read(self._band, window=Window(x0, y0, nx, ny), masked=True)
        values = stored.data
        missing = np.ma.getmaskarray(stored)
        if values.dtype.kind == "f":
            missing = missing | np.isnan(values)
        if (self._scale, self._offset) != (1.0, 0.0):
            # Rounded, so that a stored 3000 at a scale of 0.0001 is the 0.3 that was meant.
            values = np.round(values * self._scale + self._offset, 12)
        recoded = self._recode(values)
        if recoded.dtype.kind != "f":
            recoded = recoded.astype("float32" if recoded.dtype.itemsize <= 2 else "float64")
        # Not a masked array: of one, exactextract (0.3) overlooks the mask where a polygon takes
        # a part of the window only.
        recoded = np.where(missing, np.nan, recoded)
        return recoded[::-1] if self._south_up else recoded


class _Polygon(Feature):
    """One polygon and its number."""

    def __init__(self, nth: int, wkb: bytes) -> None:
        super().__init__()
        self._nth = nth
        self._wkb = wkb

    def geometry(self) -> bytes:
        return self._wkb

    def get(self, _name: str) -> int:
        return self._nth

    def fields(self) -> list[str]:
        return ["nth"]


class _Polygons(FeatureSource):
    """Polygons, numbered in their order."""

    def __init__(self, shapes: NDArray[np.object_]) -> None:
        super().__init__()
        self._wkb = shapely.to_wkb(shapes)

    def count(self) -> int:
        return len(self._wkb)

    def __iter__(self) -> Iterator[_Polygon]:
        for nth, wkb in enumerate(self._wkb):
            yield _Polygon(nth, wkb)

    def srs_wkt(self) -> None:
        """Say nothing: see `RecodedBand.srs_wkt`."""


class _Row(Feature):
    """Where a result is copied to."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}

    def set(self, name: str, value: Any) -> None:
        self.values[name] = value

    def set_geometry(self, _geometry: object) -> None:
        """Results carry no geometry."""


class _Columns(Writer):
    """Results as one array per statistic, in the order of the polygons."""

    def __init__(self, count: int, names: tuple[str, ...]) -> None:
        super().__init__()
        self.columns = {name: np.full(count, np.nan) for name in names}
        self._row = _Row()

    def add_operation(self, operation: Any) -> None:
        """Nothing to prepare."""

    def add_column(self, name: str) -> None:
        """Nothing to prepare."""

    def write(self, feature: Feature) -> None:
        self._row.values.clear()
        feature.copy_to(self._row)
        values = self._row.values
        for name, column in self.columns.items():
            column[values["nth"]] = values.get(name, np.nan)

    def features(self) -> None:
        """Nothing to hand over: the caller holds this object."""


class _Medians(Writer):
    """The median of each polygon, found as its pixels come."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.median = np.full(count, np.nan)
        self.count = np.zeros(count)
        self._row = _Row()

    def add_operation(self, operation: Any) -> None:
        """Nothing to prepare."""

    def add_column(self, name: str) -> None:
        """Nothing to prepare."""

    def write(self, feature: Feature) -> None:
        self._row.values.clear()
        feature.copy_to(self._row)
        found = self._row.values
        values, coverage = (
            np.atleast_1d(np.asarray(found[name], dtype=float)) for name in ("values", "coverage")
        )
        nth = found["nth"]
        self.median[nth] = weighted_median(values, coverage)
        self.count[nth] = coverage[~np.isnan(values)].sum()

    def features(self) -> None:
        """Nothing to hand over: the caller holds this object."""
