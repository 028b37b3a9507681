"""Geometries as the contracts want them: two-dimensional, of one kind, none missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from layers.columns import GeometryKind
    from layers.raw import Reporter

__all__ = ["GEOMETRY_TEXTS", "fit_geometries"]

_POINT, _LINE, _RING, _POLYGON, _MULTIPOLYGON, _COLLECTION = 0, 1, 2, 3, 6, 7

_TYPES: dict[str, tuple[int, ...]] = {
    "polygon": (_POLYGON, _MULTIPOLYGON),
    "line": (_LINE, _RING, 5),
    "point": (_POINT, 4),
    "any": (0, 1, 2, 3, 4, 5, 6, 7),
}

GEOMETRY_TEXTS: dict[str, Text] = {
    "polygon": Text("面", "polygons"),
    "line": Text("线", "lines"),
    "point": Text("点", "points"),
    "any": Text("任意类型", "any type"),
}

FLATTENED = Kind(
    "geometry-z-dropped",
    "note",
    Text(
        "{n} 个图形带高程或量测值（Z、M），已按平面读入",
        "{n} geometries carried Z or M; they were read flat",
    ),
    Text("无需处理", "nothing to do"),
)
CLOSED_LINES = Kind(
    "geometry-closed-lines",
    "note",
    Text("{n} 条闭合线已作为面读入", "{n} closed lines were read as polygons"),
    Text("请核对这些线确为边界线", "check that these lines are boundaries"),
)
COLLECTIONS = Kind(
    "geometry-collection",
    "warning",
    Text("几何集合中只保留了面", "of the geometry collection only the polygons were kept"),
    Text("请在源数据中拆分几何集合", "split the collection in the source"),
)
EMPTY = Kind(
    "geometry-missing",
    "warning",
    Text("该行没有图形，未参加分析", "the row has no geometry and was left out"),
    Text("请补绘图形，或从图层中删除该行", "draw the geometry, or delete the row"),
)
NOT_FINITE = Kind(
    "geometry-not-finite",
    "warning",
    Text(
        "图形的坐标不是有限数，该行未参加分析",
        "the geometry has coordinates that are not numbers; the row was left out",
    ),
    Text("请修正源数据中的坐标", "correct the coordinates in the source"),
)
WRONG_TYPE = Kind(
    "geometry-wrong-type",
    "warning",
    Text(
        "图形类型不符：该图层应为{wanted_zh}，该行未参加分析",
        "wrong geometry type: the layer wants {wanted_en}; the row was left out",
    ),
    Text("请改为要求的图形类型，或删除该行", "change the geometry, or delete the row"),
)


def fit_geometries(
    frame: gpd.GeoDataFrame, kind: GeometryKind, report: Reporter
) -> gpd.GeoDataFrame:
    """Drop Z, turn closed lines into polygons where wanted, and leave unusable rows out.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        With an integer column ``source_row`` and its geometry in ``geometry``.
    kind : {"polygon", "line", "point", "any"}
        What the contract wants.
    report : Reporter
        Where rows that were left out or changed are listed.

    Returns
    -------
    geopandas.GeoDataFrame
        The usable rows in their order, with a RangeIndex.
    """
    geometry = _flatten(np.array(frame.geometry.array, dtype=object), report)
    rows = frame["source_row"].to_numpy()
    if kind == "polygon":
        geometry = _close_lines(geometry, report)
        geometry = _polygons_of_collections(geometry, rows, report)
    absent = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    bounds = shapely.bounds(geometry)
    infinite = ~absent & ~np.isfinite(bounds).all(axis=1)
    wrong = ~absent & ~infinite & ~np.isin(shapely.get_type_id(geometry), _TYPES[kind])
    report.rows(EMPTY, rows[absent], column="geometry")
    report.rows(NOT_FINITE, rows[infinite], column="geometry")
    report.rows(
        WRONG_TYPE,
        rows[wrong],
        column="geometry",
        found=[shape.geom_type for shape in geometry[wrong]],
        wanted_zh=GEOMETRY_TEXTS[kind].zh,
        wanted_en=GEOMETRY_TEXTS[kind].en,
    )
    fitted = frame.assign(geometry=geometry).set_geometry("geometry", crs=frame.crs)
    return fitted[~(absent | infinite | wrong)].reset_index(drop=True)


def _flatten(geometry: Any, report: Reporter) -> Any:
    """Drop heights and measures of the geometries that have them."""
    deep = shapely.has_z(geometry) | shapely.has_m(geometry)
    if deep.any():
        report.add(FLATTENED, column="geometry", n=int(deep.sum()))
        geometry[deep] = shapely.force_2d(geometry[deep])
    return geometry


def _close_lines(geometry: Any, report: Reporter) -> Any:
    """Turn closed lines of at least three corners into polygons, as drawings hold boundaries."""
    lines = shapely.get_type_id(geometry) == _LINE
    closed = lines & shapely.is_closed(geometry) & (shapely.get_num_points(geometry) >= 4)
    if closed.any():
        report.add(CLOSED_LINES, column="geometry", n=int(closed.sum()))
        coordinates, at = shapely.get_coordinates(geometry[closed], return_index=True)
        geometry[closed] = shapely.polygons(shapely.linearrings(coordinates, indices=at))
    return geometry


def _polygons_of_collections(geometry: Any, rows: Any, report: Reporter) -> Any:
    """Keep the polygons of geometry collections that hold any."""
    for at in np.flatnonzero(shapely.get_type_id(geometry) == _COLLECTION):
        parts = _leaves(geometry[at])
        areal = parts[np.isin(shapely.get_type_id(parts), _TYPES["polygon"])]
        if len(areal):
            geometry[at] = areal[0] if len(areal) == 1 else shapely.union_all(areal)
            report.add(COLLECTIONS, row=int(rows[at]), column="geometry")
    return geometry


def _leaves(geometry: Any) -> Any:
    """Return the parts of a collection, those of nested ones too."""
    parts = shapely.get_parts(geometry)
    while (shapely.get_type_id(parts) == _COLLECTION).any():
        parts = shapely.get_parts(parts)
    return parts
