"""Repair polygons, with an account of every change."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.winding import ground_of

__all__ = ["REASONS", "Repair", "repair_polygons"]

_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7

#: What an account may say of a geometry.
REASONS: dict[str, str] = {
    "null": "there is no geometry",
    "empty": "the geometry is empty and becomes null",
    "not_finite": "coordinates are not numbers; the geometry becomes null",
    "not_polygon": "points or lines, no polygon; the geometry becomes null",
    "mixed": "points or lines beside polygons are dropped",
    "invalid": "the polygon crosses or touches itself wrongly and is repaired",
    "collapsed": "nothing with an area is left; the geometry becomes null",
    "z_dropped": "heights and measures are dropped",
}


@dataclass(frozen=True)
class Repair:
    """Repaired polygons and what was done to them.

    Attributes
    ----------
    geometry : geopandas.GeoSeries
        Valid two-dimensional polygons and multipolygons, or null, on the index that came in;
        outer rings run counter-clockwise, holes clockwise.
    account : pandas.DataFrame
        One row per geometry and reason: ``index`` (the label), ``position``, ``reason`` (a key of
        `REASONS`), ``detail`` (what is wrong, and where), ``area_before_m2``, ``area_after_m2``
        (in the square of the unit of the CRS; NaN where there is nothing to measure).
    """

    geometry: gpd.GeoSeries
    account: pd.DataFrame


def repair_polygons(geometry: gpd.GeoSeries) -> Repair:
    """Make polygons valid without losing ground silently.

    A ring that crosses itself keeps everything that it winds around: both lobes of a bow-tie, and
    ground that it covers twice counts once (it does not turn into a hole). Overlapping parts of a
    multipolygon are united.

    Parameters
    ----------
    geometry : geopandas.GeoSeries
        Anything; transform it to the computing CRS first, so that areas are m2.

    Returns
    -------
    Repair

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Polygon
    >>> bow_tie = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    >>> repair = repair_polygons(gpd.GeoSeries([bow_tie], crs="EPSG:4548"))
    >>> repair.account[["reason", "area_before_m2", "area_after_m2"]].values.tolist()
    [['invalid', 0.0, 2.0]]
    >>> repair.geometry.area.item()
    2.0
    """
    given: np.ndarray = geometry.to_numpy().copy()
    shapes = shapely.force_2d(given)
    notes: list[tuple[np.ndarray, str, np.ndarray]] = []

    def note(found: np.ndarray, reason: str, details: np.ndarray | str = "") -> None:
        where = np.flatnonzero(found)
        if len(where):
            notes.append((where, reason, np.broadcast_to(np.asarray(details, object), len(where))))

    missing = shapely.is_missing(given)
    empty = shapely.is_empty(given)
    odd = _not_finite(shapes)
    kinds = shapely.get_type_id(shapes)
    collection = kinds == _COLLECTION
    polygonal = (kinds == _POLYGON) | (kinds == _MULTIPOLYGON) | collection
    wrong_kind = ~missing & ~empty & ~odd & ~polygonal
    note(missing, "null")
    note(empty, "empty")
    note(odd, "not_finite")
    note(wrong_kind, "not_polygon", _kind_names(shapes[wrong_kind]))
    shapes[empty | odd | wrong_kind] = None
    present = ~shapely.is_missing(shapes)
    note(present & (shapely.has_z(given) | shapely.has_m(given)), "z_dropped")

    before = shapely.area(shapes)
    faulty = present & ~collection & ~shapely.is_valid(shapes)
    note(faulty, "invalid", shapely.is_valid_reason(shapes[faulty]))
    mixed = present & collection
    note(mixed, "mixed")
    shapes[faulty] = [ground_of(shape) for shape in shapes[faulty]]
    shapes[mixed] = [_polygons_of(shape) for shape in shapes[mixed]]
    collapsed = present & ~(shapely.area(shapes) > 0)
    note(collapsed, "collapsed")
    shapes[collapsed] = None
    shapes = shapely.orient_polygons(shapes)

    repaired = gpd.GeoSeries(shapes, index=geometry.index, crs=geometry.crs, name=geometry.name)
    return Repair(repaired, _account(geometry.index, notes, before, shapely.area(shapes)))


def _account(
    index: pd.Index,
    notes: list[tuple[np.ndarray, str, np.ndarray]],
    before: np.ndarray,
    after: np.ndarray,
) -> pd.DataFrame:
    counts = [len(where) for where, _, _ in notes]
    position = np.concatenate([where for where, _, _ in notes]) if notes else np.zeros(0, "int64")
    account = pd.DataFrame(
        {
            "index": index[position],
            "position": position,
            "reason": pd.array(np.repeat([why for _, why, _ in notes], counts), dtype="string"),
            "detail": pd.array(
                [text for _, _, details in notes for text in details], dtype="string"
            ),
            "area_before_m2": before[position],
            "area_after_m2": after[position],
        }
    )
    return account.sort_values("position", kind="stable", ignore_index=True)


def _not_finite(shapes: np.ndarray) -> np.ndarray:
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    found = np.zeros(len(shapes), dtype=bool)
    found[owner[~np.isfinite(xy).all(axis=1)]] = True
    return found


def _kind_names(shapes: np.ndarray) -> np.ndarray:
    return np.array([shape.geom_type for shape in shapes], dtype=object)


def _polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    """Unite the polygons of a collection, whatever else it holds."""
    parts = shapely.get_parts(shape)
    while (shapely.get_type_id(parts) >= _MULTIPOLYGON).any():
        parts = shapely.get_parts(parts)
    polygons = parts[shapely.get_type_id(parts) == _POLYGON]
    return shapely.union_all([ground_of(polygon) for polygon in polygons])
