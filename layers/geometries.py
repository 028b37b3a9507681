"""Geometries as the contracts want them: two-dimensional, of one kind, none missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    import pandas as pd

    from layers.columns import GeometryKind

__all__ = ["fit_geometries"]

_TYPES: dict[str, tuple[int, ...]] = {
    "polygon": (3, 6),
    "line": (1, 2, 5),
    "point": (0, 4),
    "any": (0, 1, 2, 3, 4, 5, 6, 7),
}

_KIND_TEXTS: dict[str, Text] = {
    "polygon": Text("面", "polygons"),
    "line": Text("线", "lines"),
    "point": Text("点", "points"),
    "any": Text("任意类型", "any type"),
}

FLATTENED = Kind(
    "geometry.z_dropped",
    "note",
    Text("{n} 个几何对象带高程（Z），已去掉，按平面处理", "{n} geometries carried Z; it was dropped"),
    Text("无需处理", "nothing to do"),
)
CLOSED_LINES = Kind(
    "geometry.closed_lines",
    "note",
    Text("{n} 条闭合线已作为面读入", "{n} closed lines were read as polygons"),
    Text("请核对这些线确为边界线", "check that these lines are boundaries"),
)
COLLECTIONS = Kind(
    "geometry.collection",
    "warning",
    Text(
        "几何集合中只保留了面部分",
        "of a geometry collection only the polygons were kept",
    ),
    Text("请在源数据中拆分几何集合", "split the collection in the source"),
)
EMPTY = Kind(
    "geometry.empty",
    "warning",
    Text("该行没有图形，未参加分析", "the row has no geometry and was left out"),
    Text("请补绘图形，或从图层中删除该行", "draw the geometry or delete the row"),
)
WRONG_TYPE = Kind(
    "geometry.wrong_type",
    "warning",
    Text(
        "图形类型不符，该图层应为{wanted_zh}，该行未参加分析",
        "wrong geometry type, the layer wants {wanted_en}; the row was left out",
    ),
    Text("请改为要求的图形类型，或删除该行", "change the geometry or delete the row"),
)


def fit_geometries(
    frame: gpd.GeoDataFrame,
    kind: GeometryKind,
    report: Callable[..., None],
) -> gpd.GeoDataFrame:
    """Drop Z, turn closed lines into polygons where wanted, and leave unusable rows out.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        With an integer column ``source_row``.
    kind : {"polygon", "line", "point", "any"}
        What the contract wants.
    report : callable
        ``ProblemLog.add`` bound to layer and file.

    Returns
    -------
    geopandas.GeoDataFrame
        The usable rows, with a RangeIndex.
    """
    geometry: Any = np.asarray(frame.geometry.array, dtype=object)
    geometry = _flatten(geometry, report)
    rows = frame["source_row"]
    if kind == "polygon":
        geometry = _close_lines(geometry, report)
        geometry = _polygons_of_collections(geometry, rows, report)
    absent = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    types = shapely.get_type_id(geometry)
    wrong = ~absent & ~np.isin(types, _TYPES[kind])
    for row in rows[absent]:
        report(EMPTY, row=int(row), column="geometry")
    names = [None if g is None else g.geom_type for g in geometry[wrong]]
    wanted = _KIND_TEXTS[kind]
    for row, found in zip(rows[wrong], names, strict=True):
        report(
            WRONG_TYPE,
            row=int(row),
            column="geometry",
            found=found,
            wanted_zh=wanted.zh,
            wanted_en=wanted.en,
        )
    fitted = frame.set_geometry(
        frame.geometry.__class__(geometry, index=frame.index, crs=frame.crs),
    )
    return fitted[~(absent | wrong)].reset_index(drop=True)


def _flatten(geometry: Any, report: Callable[..., None]) -> Any:
    """Drop the third dimension of the geometries that have one."""
    deep = shapely.has_z(geometry)
    if not deep.any():
        return geometry
    report(FLATTENED, column="geometry", n=int(deep.sum()))
    flat = geometry.copy()
    flat[deep] = shapely.force_2d(geometry[deep])
    return flat


def _close_lines(geometry: Any, report: Callable[..., None]) -> Any:
    """Turn closed lines of at least three corners into polygons, as drawings hold boundaries."""
    lines = shapely.get_type_id(geometry) == 1
    closed = lines & shapely.is_closed(geometry) & (shapely.get_num_points(geometry) >= 4)
    if not closed.any():
        return geometry
    report(CLOSED_LINES, column="geometry", n=int(closed.sum()))
    polygons = geometry.copy()
    polygons[closed] = shapely.polygons(shapely.linearrings(
        [shapely.get_coordinates(line) for line in geometry[closed]]
    ) if False else [shapely.LinearRing(line.coords) for line in geometry[closed]])
    return polygons


def _polygons_of_collections(
    geometry: Any, rows: pd.Series[Any], report: Callable[..., None]
) -> Any:
    """Keep the polygons of geometry collections that hold any."""
    at = np.flatnonzero(shapely.get_type_id(geometry) == 7)
    if len(at) == 0:
        return geometry
    kept = geometry.copy()
    for i in at:
        parts = _leaves(geometry[i])
        areal = parts[np.isin(shapely.get_type_id(parts), (3, 6))]
        if len(areal):
            kept[i] = areal[0] if len(areal) == 1 else shapely.union_all(areal)
            report(COLLECTIONS, row=int(rows.iloc[i]), column="geometry")
    return kept


def _leaves(geometry: Any) -> Any:
    """Return the parts of a collection, nested ones too."""
    parts = shapely.get_parts(geometry)
    while (shapely.get_type_id(parts) == 7).any():
        parts = shapely.get_parts(parts)
        if len(parts) == 0:
            break
    return parts
