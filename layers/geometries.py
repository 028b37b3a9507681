"""Geometries as the contracts want them: two-dimensional and of one kind.

A row whose geometry cannot be used is left out, with a problem that names it. A parcel is not: it
stays with its attributes, in every result, and what is measured on the ground is unknown of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from layers.columns import Contract, GeometryKind
    from layers.raw import Reporter

__all__ = [
    "GEOMETRY_TEXTS",
    "KEPT",
    "LostShapes",
    "fit_geometries",
    "report_kept",
    "settle_lost",
    "with_shapes",
    "without_shapes",
]

#: The layers of which every row stays, with a geometry or without: what the results are about.
KEPT = frozenset({"parcels"})

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


KEPT_WITHOUT = Kind(
    "parcel-without-geometry",
    "warning",
    Text(
        "宗地没有可用的图形（{why_zh}）：仍列入各项成果，凡须由图形得出的结果均为未知，图上不绘",
        "the parcel has no usable geometry ({why_en}): it stays in every result, what is measured "
        "on the ground is unknown of it, and the map does not draw it",
    ),
    Text("请补绘图形，或从图层中删除该行", "draw the geometry, or delete the row"),
)
NO_SHAPES = Kind(
    "layer-without-usable-geometry",
    "warning",
    Text(
        "没有一宗有可用的图形：按只有台账处理，只列清单与卡片，不成图，凡须由图形得出的结果均为未知",
        "not one parcel has a usable geometry: there is the list with its cards and no map, and "
        "what is measured on the ground is unknown",
    ),
    Text("请核对文件是否完整（如 .shp 与 .shx）", "check whether the file is complete"),
)
FLOOR_AREA_LOST = Kind(
    "building-without-geometry",
    "warning",
    Text(
        "建筑没有可用的图形（{why_zh}），其所记建筑面积 {found} 平方米未计入任何宗地；"
        "所在宗地的建筑面积与容积率因此偏小",
        "the building has no usable geometry ({why_en}); the {found} m2 of floor area recorded of "
        "it count on no parcel, and the ratio of the parcel that it stands on is too low",
    ),
    Text("请补绘建筑轮廓", "draw the outline"),
)

_WHY: dict[str, Text] = {
    "missing": Text("图形为空", "none or empty"),
    "not_finite": Text("坐标不是有限数", "coordinates that are not numbers"),
    "wrong_type": Text("图形类型不是面", "not a polygon"),
}


@dataclass(frozen=True, slots=True)
class LostShapes:
    """The rows whose geometry cannot be used.

    Attributes
    ----------
    rows : numpy.ndarray of int64
        Their ``source_row``.
    reasons : numpy.ndarray of object
        ``missing``, ``not_finite`` or ``wrong_type`` of each.
    found : numpy.ndarray of object
        The type of a geometry of the wrong one; else None.
    """

    rows: Any
    reasons: Any
    found: Any

    def moved(self, by: int) -> LostShapes:
        """Return them with their rows counted on from other files."""
        return LostShapes(self.rows + by, self.reasons, self.found)


def fit_geometries(
    frame: gpd.GeoDataFrame, kind: GeometryKind, report: Reporter
) -> tuple[gpd.GeoDataFrame, LostShapes]:
    """Drop Z, turn closed lines into polygons where wanted, and empty what cannot be used.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        With an integer column ``source_row`` and its geometry in ``geometry``.
    kind : {"polygon", "line", "point", "any"}
        What the contract wants.
    report : Reporter
        Where geometries that were changed are listed.

    Returns
    -------
    geopandas.GeoDataFrame
        All rows in their order; None stands for a geometry that cannot be used.
    LostShapes
        Which these are, and why.
    """
    geometry = _flatten(np.array(frame.geometry.array, dtype=object), report)
    rows = frame["source_row"].to_numpy()
    if kind == "polygon":
        geometry = _close_lines(geometry, report)
        geometry = _polygons_of_collections(geometry, rows, report)
    absent = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    infinite = ~absent & ~_finite(geometry)
    types = shapely.get_type_id(geometry)
    wrong = ~absent & ~infinite & ~np.isin(types, _TYPES[kind])
    lost = absent | infinite | wrong
    reasons = np.select([absent, infinite], ["missing", "not_finite"], "wrong_type")
    found = np.full(len(geometry), None, dtype=object)
    found[wrong] = [shape.geom_type for shape in geometry[wrong]]
    geometry[lost] = None
    fitted = frame.assign(geometry=geometry).set_geometry("geometry", crs=frame.crs)
    return fitted, LostShapes(rows[lost], reasons[lost].astype(object), found[lost])


def _finite(geometry: Any) -> Any:
    """Say of each geometry whether all of its coordinates are finite numbers."""
    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    odd = np.zeros(len(geometry), dtype=bool)
    odd[owner[~np.isfinite(coordinates).all(axis=1)]] = True
    return ~odd


def settle_lost(
    frame: gpd.GeoDataFrame, lost: LostShapes | None, contract: Contract, report: Reporter
) -> pd.DataFrame:
    """Report the rows without a usable geometry, and leave them out unless they are parcels.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        In its contract.
    lost : LostShapes or None
        What `fit_geometries` found; rows that were not selected since are passed over.
    contract : Contract
        Says what geometry is wanted and which column is the identifier.
    report : Reporter
        Where they are listed.

    Returns
    -------
    pandas.DataFrame
        With a RangeIndex.
    """
    if lost is None or len(lost.rows) == 0:
        return frame
    told = pd.DataFrame(
        {"reason": lost.reasons, "found": lost.found}, index=pd.Index(lost.rows, name="source_row")
    )
    bad = frame[frame["source_row"].isin(told.index)]
    told = told.reindex(bad["source_row"])
    ids = None if contract.key is None else bad[contract.key].to_numpy()
    if contract.name in KEPT:
        report_kept(bad, [_WHY[reason] for reason in told["reason"]], report)
        return frame
    area = _recorded_floor_area(bad)
    for kind, where in (
        (FLOOR_AREA_LOST, area > 0),
        (EMPTY, ~(area > 0) & told["reason"].eq("missing").to_numpy()),
        (NOT_FINITE, ~(area > 0) & told["reason"].eq("not_finite").to_numpy()),
        (WRONG_TYPE, ~(area > 0) & told["reason"].eq("wrong_type").to_numpy()),
    ):
        why = [_WHY[reason] for reason in told["reason"][where]]
        own: dict[str, Any] = {
            FLOOR_AREA_LOST.code: {
                "found": [f"{value:g}" for value in area[where]],
                "why_zh": [text.zh for text in why],
                "why_en": [text.en for text in why],
            },
            WRONG_TYPE.code: {
                "found": told["found"][where].to_numpy(),
                "wanted_zh": GEOMETRY_TEXTS[contract.geometry or "any"].zh,
                "wanted_en": GEOMETRY_TEXTS[contract.geometry or "any"].en,
            },
        }.get(kind.code, {})
        rows = bad["source_row"].to_numpy()[where]
        report.rows(kind, rows, ids=None if ids is None else ids[where], column="geometry", **own)
    return frame[~frame["source_row"].isin(told.index)].reset_index(drop=True)


def _recorded_floor_area(frame: pd.DataFrame) -> Any:
    """Return the floor area that rows record of themselves; NaN where they record none."""
    if "floor_area_m2" not in frame:
        return np.full(len(frame), np.nan)
    return frame["floor_area_m2"].to_numpy(dtype="float64", na_value=np.nan)


def report_kept(rows: pd.DataFrame, why: list[Text], report: Reporter) -> None:
    """List parcels that stay without a usable geometry, each with its reason."""
    report.rows(
        KEPT_WITHOUT,
        rows["source_row"],
        ids=rows["parcel_id"].to_numpy(),
        column="geometry",
        why_zh=[text.zh for text in why],
        why_en=[text.en for text in why],
    )


def without_shapes(frame: pd.DataFrame, report: Reporter) -> pd.DataFrame:
    """Return parcels of which none has a geometry as a table: they are a list without a map."""
    if not isinstance(frame, gpd.GeoDataFrame) or frame.geometry.notna().any():
        return frame
    report.add(NO_SHAPES, column="geometry")
    return pd.DataFrame(frame.drop(columns="geometry"))


def with_shapes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have a geometry, on a RangeIndex; a table as it is.

    Checks of the ground work on these: a parcel without a geometry lies nowhere.
    """
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    present = frame.geometry.notna().to_numpy()
    return frame if present.all() else frame[present].reset_index(drop=True)


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
