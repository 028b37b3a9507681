"""From one coordinate reference system to another, by registered paths only.

Where the datum shift between two systems is not registered, PROJ would assume that there is none
(a *ballpark* shift, wrong by tens to hundreds of metres) and say nothing. Here that is an error,
with one exception: WGS 84, its realisations and CGCS2000 count as one.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.crs import ProjectedCRS

from geo.errors import TransformError, some
from geo.identify import (
    DISPLAY_CRS,
    crs_label,
    has_registered_path,
    in_wgs84_family,
    on_cgcs2000,
    resolve_crs,
    same_crs,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["counts_as_one", "moved_by", "transform_frame", "transform_geometries", "transformer"]

logger = logging.getLogger(__name__)


def counts_as_one(src: Any, dst: Any) -> bool:
    """Tell whether a transformation takes WGS 84 and CGCS2000 for the same datum.

    A run that does so says so in its record.

    Examples
    --------
    >>> counts_as_one("EPSG:4326", "EPSG:4548"), counts_as_one("EPSG:4490", "EPSG:4548")
    (True, False)
    """
    return on_cgcs2000(resolve_crs(src)) != on_cgcs2000(resolve_crs(dst))


def transformer(src: Any, dst: Any) -> Transformer:
    """Return the transformation between two systems, x (east) first on both sides.

    Parameters
    ----------
    src, dst : Any
        Whatever `resolve_crs` understands.

    Returns
    -------
    pyproj.Transformer
        Cached. Where several registered paths exist, PROJ takes the best one that it can for each
        point; the projection database needs no internet.

    Raises
    ------
    TransformError
        If no registered path leads from one datum to the other: Beijing 1954 and Xi'an 1980 to
        CGCS2000, for which the parameters are not public, and local systems.

    Examples
    --------
    >>> x, y = transformer("EPSG:4326", "EPSG:4548").transform(117.0, 36.7)
    >>> f"{x:.3f} {y:.3f}"
    '500000.000 4063218.525'
    >>> transformer("EPSG:4610", "EPSG:4490")
    Traceback (most recent call last):
    ...
    geo.errors.TransformError: No registered transformation leads from EPSG:4610 (Xian 1980) to ...
    """
    return _transformer(resolve_crs(src).to_wkt(), resolve_crs(dst).to_wkt())


@lru_cache(maxsize=128)
def _transformer(src_wkt: str, dst_wkt: str) -> Transformer:
    src, dst = resolve_crs(src_wkt), resolve_crs(dst_wkt)
    if in_wgs84_family(src) and in_wgs84_family(dst):
        return Transformer.from_crs(src, dst, always_xy=True)
    # A datum registered against WGS 84 reaches CGCS2000 through it.
    bridged_src, bridged_dst = _on_wgs84(src), _on_wgs84(dst)
    for one, other in ((src, dst), (bridged_src, bridged_dst)):
        if has_registered_path(one, other):
            return Transformer.from_crs(one, other, always_xy=True, allow_ballpark=False)
    msg = (
        f"No registered transformation leads from {crs_label(src)} to {crs_label(dst)}: its "
        "parameters are not public, and taking the two for the same would shift everything by up "
        "to hundreds of metres. Transform the data first with the parameters of the surveying "
        "office, or correct the stated CRS if it is wrong."
    )
    raise TransformError(msg)


def _on_wgs84(crs: CRS) -> CRS:
    """Put a CGCS2000 system on WGS 84; leave any other as it is."""
    if not on_cgcs2000(crs):
        return crs
    if crs.coordinate_operation is None:
        return DISPLAY_CRS
    return ProjectedCRS(
        crs.coordinate_operation,
        name=f"{crs.name} on WGS 84",
        cartesian_cs=crs.coordinate_system,
        geodetic_crs=DISPLAY_CRS,
    )


def transform_geometries(
    geometries: NDArray[np.object_], src: Any, dst: Any
) -> NDArray[np.object_]:
    """Transform an array of shapely geometries; heights are dropped, null stays null.

    Raises
    ------
    TransformError
        If no path is registered, or if coordinates lie where the transformation is undefined:
        then the stated CRS is usually not the one that the data are in.
    """
    if same_crs(src, dst):
        return shapely.force_2d(geometries)
    moved = moved_by(transformer(src, dst), geometries)
    coordinates, owner = shapely.get_coordinates(moved, return_index=True)
    lost = ~np.isfinite(coordinates).all(axis=1)
    if lost.any():
        before = shapely.get_coordinates(geometries)[lost][0]
        msg = (
            f"Coordinates cannot be transformed from {crs_label(src)} to {crs_label(dst)} in the "
            f"geometries at positions {some(np.unique(owner[lost]))}, such as x = "
            f"{before[0]:.12g}, y = {before[1]:.12g}. The data are probably not in the CRS that "
            "they state: correct it and run again."
        )
        raise TransformError(msg)
    return moved


def moved_by(path: Transformer, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Apply a transformation to every vertex; heights are dropped, null stays null."""

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        # pyproj takes an array of one point for a scalar, which numpy deprecates: two points are safe
        given = np.repeat(points, 2, axis=0) if len(points) == 1 else points
        return np.column_stack(path.transform(given[:, 0], given[:, 1]))[: len(points)]

    moved: NDArray[np.object_] = shapely.transform(geometries, move)
    return moved


def transform_frame(frame: gpd.GeoDataFrame, crs: Any) -> gpd.GeoDataFrame:
    """Return a frame in another coordinate reference system, by `transformer`.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        With a CRS; its geometry column is transformed, every other column stays.
    crs : Any
        The target.

    Returns
    -------
    geopandas.GeoDataFrame
        A new frame with the same index; geometry is two-dimensional.

    Raises
    ------
    MissingCRSError, TransformError
        See `require_crs` and `transformer`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> frame = gpd.GeoDataFrame({"a": [1]}, geometry=gpd.points_from_xy([117], [36.7]), crs=4326)
    >>> transform_frame(frame, "EPSG:4548").geometry.x.round(3).item()
    500000.0
    """
    from geo.crs import require_crs  # noqa: PLC0415  (the door re-exports this module)

    src, dst = require_crs(frame, "frame"), resolve_crs(crs)
    moved = transform_geometries(frame.geometry.to_numpy(), src, dst)
    series = gpd.GeoSeries(moved, index=frame.index, crs=dst)
    logger.debug("transformed %d geometries to %s", len(series), crs_label(dst))
    return frame.set_geometry(series.rename(frame.geometry.name))
