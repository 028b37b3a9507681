"""The open parts of parcels: what is left of their ground beside what stands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.overlay import NOISE_M2, uncovered

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["length_and_width", "open_parts"]

#: The radius of the largest circle within is found to so many metres.
_TOUCH_M = 0.05

#: Widths that differ by less than this part are the same.
_EXACT = 1e-7


def open_parts(
    land: gpd.GeoDataFrame,
    standing: Sequence[tuple[gpd.GeoSeries, float]],
    *,
    width_m: float = 0.0,
) -> gpd.GeoSeries:
    """Return the contiguous open parts of each parcel, the largest first.

    Parameters
    ----------
    land : geopandas.GeoDataFrame
        Parcels with geometry.
    standing : sequence of (geopandas.GeoSeries, float)
        What is not open, each with the metres that are kept clear about it.
    width_m : float
        Parts of parts that are narrower than this are left out: necks and strips.

    Returns
    -------
    geopandas.GeoSeries
        Polygons; the index holds the label of the parcel, once for each of its parts. Parcels without
        open ground do not occur.

    Examples
    --------
    >>> from shapely import box
    >>> land = gpd.GeoDataFrame(geometry=[box(0, 0, 100, 40)], crs="EPSG:4548")
    >>> plant = gpd.GeoSeries([box(30, 0, 60, 40)], crs="EPSG:4548")
    >>> open_parts(land, [(plant, 0.0)]).area.tolist(), open_parts(land, [(plant, 5.0)]).area.round().tolist()
    ([1600.0, 1200.0], [1400.0, 1000.0])
    """
    shapes = [
        shapely.buffer(layer.dropna().to_numpy(), clear) if clear else layer.dropna().to_numpy()
        for layer, clear in standing
    ]
    taken = gpd.GeoSeries(np.concatenate([*shapes, np.zeros(0, dtype=object)]), crs=land.crs)
    bare = uncovered(land, taken)
    if width_m > 0:
        bare = gpd.GeoSeries(_wide(bare.to_numpy(), width_m), index=bare.index, crs=land.crs)
    parts = bare.explode(index_parts=False)
    parts = parts[(parts.geom_type == "Polygon") & (parts.area > NOISE_M2)]
    place = pd.Series(np.arange(len(land)), index=land.index).reindex(parts.index).to_numpy()
    order = np.lexsort(
        (shapely.to_wkb(shapely.normalize(parts.to_numpy())), -parts.area.to_numpy(), place)
    )
    return parts.iloc[order]


def _wide(shapes: np.ndarray, width_m: float) -> np.ndarray:
    """Take away what a square of that width cannot reach, corners kept sharp."""
    # What is exactly as wide as asked stays: shrunk by half its width nothing would be left of it.
    half = width_m / 2 * (1 - _EXACT)
    shrunk = shapely.buffer(shapes, -half, join_style="mitre")
    grown = shapely.buffer(shrunk, half, join_style="mitre")
    return np.asarray(shapely.intersection(grown, shapes))


def length_and_width(parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the longer side of the least rectangle around each part, and its width.

    The width is the diameter of the largest circle within: what fits everywhere along the part may
    be narrower, what is wider fits nowhere.

    Examples
    --------
    >>> length, width = length_and_width(np.array([shapely.box(0, 0, 50, 20)]))
    >>> length.round(2).tolist(), width.round(1).tolist()
    ([50.0], [20.0])
    """
    if len(parts) == 0:
        return np.zeros(0), np.zeros(0)
    boxes = shapely.get_exterior_ring(shapely.minimum_rotated_rectangle(parts))
    corners = shapely.get_point(boxes[:, None], np.arange(3))
    sides = shapely.distance(corners[:, :-1], corners[:, 1:])
    circles = shapely.maximum_inscribed_circle(parts, tolerance=_TOUCH_M)
    return np.asarray(sides.max(axis=1)), np.asarray(2 * shapely.length(circles))
