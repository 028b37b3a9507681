"""Every piece of ground once: polygons that overlap, made a mosaic that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo.overlay import NOISE_M2, overlapping_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["counted_once", "place_order"]


def place_order(layer: gpd.GeoDataFrame | gpd.GeoSeries) -> NDArray[np.int64]:
    """Rank polygons by where they lie: an order that does not hang on the order of the rows.

    Examples
    --------
    >>> from shapely import box
    >>> place_order(gpd.GeoSeries([box(5, 0, 6, 1), box(0, 0, 1, 1)])).tolist()
    [1, 0]
    """
    shapes = layer.geometry.to_numpy()
    bounds, area = shapely.bounds(shapes), shapely.area(shapes)
    order = np.lexsort((area, bounds[:, 3], bounds[:, 2], bounds[:, 1], bounds[:, 0]))
    rank = np.empty(len(shapes), dtype="int64")
    rank[order] = np.arange(len(shapes))
    return rank


def counted_once(
    layer: gpd.GeoDataFrame | gpd.GeoSeries, rank: NDArray[np.int64], *, name: str = "layer"
) -> gpd.GeoSeries:
    """Take from every polygon the ground that one of a lesser rank holds already.

    What is left covers the same ground as before, and no two polygons share any: the first of a
    place keeps it, ``P_i - (P_1 u ... u P_(i-1))``.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or geopandas.GeoSeries
        Valid polygons in a projected CRS in metres; a missing geometry stays missing.
    rank : numpy.ndarray of int
        One number for each polygon, all different: of two that overlap the lesser keeps the ground.
    name : str
        The layer's name, for messages.

    Returns
    -------
    geopandas.GeoSeries
        On the index of `layer`; an empty polygon where nothing is left.

    Raises
    ------
    ValueError
        If two polygons have one rank.

    Examples
    --------
    >>> from shapely import box
    >>> lawns = gpd.GeoSeries([box(0, 0, 4, 10), box(2, 0, 6, 10)], crs="EPSG:4548")
    >>> counted_once(lawns, np.array([1, 0])).area.tolist()
    [20.0, 40.0]
    """
    if len(np.unique(rank)) != len(rank):
        msg = "Two polygons have the same rank: which of them keeps the ground would be chance."
        raise ValueError(msg)
    shapes = layer.geometry.to_numpy().copy()
    pairs = overlapping_pairs(layer, name=name)
    first, second = pairs["a"].to_numpy(), pairs["b"].to_numpy()
    swap = rank[first] > rank[second]
    keeps, loses = np.where(swap, second, first), np.where(swap, first, second)
    order = np.lexsort((rank[keeps], loses))
    keeps, loses = keeps[order], loses[order]
    owners, starts = np.unique(loses, return_index=True)
    for owner, held in zip(owners, np.split(keeps, starts)[1:], strict=True):
        rest = shapely.difference(shapes[owner], shapely.union_all(layer.geometry.to_numpy()[held]))
        shapes[owner] = rest if shapely.area(rest) > NOISE_M2 else shapely.Polygon()
    return gpd.GeoSeries(_areal(shapes), index=layer.index, crs=layer.crs, name="geometry")


def _areal(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Drop the lines and points that a difference leaves where edges touch."""
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION)
    for at in mixed:
        parts = shapely.get_parts(shapes[at])
        shapes[at] = shapely.union_all(parts[shapely.area(parts) > 0])
    return shapes
