"""Drawings (DXF): boundary lines closed to polygons, and labels given to what they stand in.

A drawing has no parcels, only lines. A line whose ends meet is a boundary; lines that meet at their
ends enclose one together, and a fabric of shared boundaries encloses many. Lines that enclose nothing,
points and texts are no parcels: they are left out, and told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.raw import Reporter

__all__ = ["close_boundaries"]

#: Ends closer than this meet: a centimetre, in the metres that Chinese drawings are in.
_MEETS = 0.01
_LINE, _POLYGON, _MULTILINE, _MULTIPOLYGON = 1, 3, 5, 6
#: Where GDAL puts the words of a text entity.
_LABEL = "Text"

JOINED = Kind(
    "drawing-ends-joined",
    "note",
    Text(
        "边界线首尾相差 {found}（不足 1 厘米），已连接",
        "the ends of the boundary line miss each other by {found} (less than 1 cm); they were joined",
    ),
    Text("请在图纸中闭合边界线", "close the line in the drawing"),
)
ENCLOSED = Kind(
    "drawing-lines-enclose",
    "note",
    Text(
        "{n} 条首尾相接的线围成 {found} 个面，已作为边界读入",
        "{n} lines that meet at their ends enclose {found} polygons, which were read as boundaries",
    ),
    Text("请核对围成的面", "check the polygons"),
)
OPEN_LINE = Kind(
    "drawing-line-open",
    "warning",
    Text(
        "线没有闭合（首尾相差 {found}），也不与其他线围成面，未读入",
        "the line is open (its ends are {found} apart) and encloses nothing with others; it was left out",
    ),
    Text("如为边界线，请在图纸中闭合", "if it is a boundary, close it in the drawing"),
)
NO_BOUNDARY = Kind(
    "drawing-not-areal",
    "note",
    Text(
        "图中 {n} 个点、文字等不是面，未作为宗地读入",
        "{n} points and texts of the drawing are no polygons and were not read as such",
    ),
    Text("无需处理", "nothing to do"),
)


def close_boundaries(frame: gpd.GeoDataFrame, report: Reporter) -> gpd.GeoDataFrame:
    """Turn the boundary lines of a drawing into polygons, and leave out what is none.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        With ``source_row``: an entity of the drawing each.
    report : Reporter
        Where every line that was joined, used or left out is told.

    Returns
    -------
    geopandas.GeoDataFrame
        One row for each polygon with the attributes of its (first) line; a text that alone stands
        within a polygon is its ``Text``. With a RangeIndex.
    """
    shapes = np.asarray(shapely.force_2d(frame.geometry.to_numpy()), dtype=object)
    shapes = _close_ends(shapes, frame["source_row"].to_numpy(), report)
    kind = shapely.get_type_id(shapes)
    areal = np.isin(kind, (_POLYGON, _MULTIPOLYGON))
    closed = (kind == _LINE) & shapely.is_closed(shapes) & (shapely.get_num_points(shapes) >= 4)
    open_lines = np.isin(kind, (_LINE, _MULTILINE)) & ~closed
    other = ~(areal | closed | open_lines) & ~shapely.is_missing(shapes)
    if other.any():
        report.add(NO_BOUNDARY, column="geometry", n=int(other.sum()))
    kept = frame.assign(geometry=shapes)[areal | closed]
    faces = _enclosed(frame[open_lines], shapes[open_lines], report)
    parts = [part for part in (kept, faces) if part is not None and len(part)]
    if not parts:
        return frame.iloc[:0]
    joined = pd.concat(parts, ignore_index=True).sort_values("source_row", kind="stable")
    drawn = gpd.GeoDataFrame(joined.reset_index(drop=True), geometry="geometry", crs=frame.crs)
    return _labelled(drawn, frame[other], shapes[other])


def _close_ends(
    shapes: NDArray[np.object_], rows: NDArray[np.int64], report: Reporter
) -> NDArray[np.object_]:
    """Close lines whose ends all but meet."""
    lines = np.flatnonzero(
        (shapely.get_type_id(shapes) == _LINE) & (shapely.get_num_points(shapes) >= 4)
    )
    first, last = shapely.get_point(shapes[lines], 0), shapely.get_point(shapes[lines], -1)
    gap = shapely.distance(first, last)
    near = (gap > 0) & (gap <= _MEETS)
    out = shapes.copy()
    for at in lines[near]:
        corners = shapely.get_coordinates(shapes[at])
        out[at] = shapely.linestrings(np.vstack([corners[:-1], corners[:1]]))
    report.rows(
        JOINED, rows[lines[near]], column="geometry", found=[f"{one:.3g}" for one in gap[near]]
    )
    return out


def _enclosed(
    frame: gpd.GeoDataFrame, shapes: NDArray[np.object_], report: Reporter
) -> gpd.GeoDataFrame | None:
    """Return what open lines enclose together, with the attributes of the first line of each."""
    if len(shapes) == 0:
        return None
    parts, owner = shapely.get_parts(shapes, return_index=True)
    parts = _snapped(parts)
    # Crossing lines divide each other; what they enclose shares their edges.
    edges = shapely.get_parts(shapely.node(shapely.multilinestrings(parts)))
    faces = shapely.get_parts(shapely.polygonize(edges))
    faces = faces[shapely.area(faces) > 0]
    tree = shapely.STRtree(shapely.boundary(faces)) if len(faces) else None
    used = np.zeros(len(shapes), dtype=bool)
    first = np.full(len(faces), len(frame), dtype=np.intp)
    if tree is not None:
        at, face = tree.query(parts, predicate="intersects")
        overlap = shapely.length(shapely.intersection(parts[at], shapely.boundary(faces)[face]))
        along = overlap > 0
        np.minimum.at(first, face[along], owner[at[along]])
        used[owner[at[along]]] = True
        report.add(ENCLOSED, column="geometry", n=int(used.sum()), found=len(faces))
    ends = [
        shapely.distance(shapely.get_point(one, 0), shapely.get_point(one, -1)) for one in shapes
    ]
    left = np.flatnonzero(~used)
    report.rows(
        OPEN_LINE,
        frame["source_row"].iloc[left],
        column="geometry",
        found=[f"{ends[at]:.3g}" for at in left],
    )
    if tree is None:
        return None
    taken = frame.iloc[first].copy()
    taken["geometry"] = faces
    return taken.reset_index(drop=True)


def _snapped(lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Bring ends that all but meet to one point."""
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    here, there = shapely.STRtree(ends).query(ends, predicate="dwithin", distance=_MEETS)
    links = coo_array((np.ones(len(here), dtype=bool), (here, there)), shape=(len(ends),) * 2)
    _, cluster = connected_components(links, directed=False)
    _, head = np.unique(cluster, return_index=True)
    target = shapely.get_coordinates(ends)[head][cluster]
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    at_start = np.flatnonzero(np.diff(owner, prepend=-1) != 0)
    at_end = np.append(at_start[1:], len(owner)) - 1
    coordinates[at_start] = target[: len(lines)]
    coordinates[at_end] = target[len(lines) :]
    return np.asarray(shapely.linestrings(coordinates, indices=owner), dtype=object)


def _labelled(
    drawn: gpd.GeoDataFrame, others: pd.DataFrame, shapes: NDArray[np.object_]
) -> gpd.GeoDataFrame:
    """Give each polygon the text that stands within it, where it is the only one."""
    if _LABEL not in others:
        return drawn
    words: Any = others[_LABEL].astype("string").str.strip()
    worded = words.notna().to_numpy() & (words != "").fillna(value=False).to_numpy(dtype=bool)
    points, words = shapes[worded], words[worded].to_numpy()
    rings = np.asarray(drawn.geometry.to_numpy(), dtype=object)
    lines = shapely.get_type_id(rings) == _LINE
    coordinates, at = shapely.get_coordinates(rings[lines], return_index=True)
    if lines.any():
        rings[lines] = shapely.polygons(shapely.linearrings(coordinates, indices=at))
    point, polygon = shapely.STRtree(rings).query(points, predicate="within")
    count = np.bincount(polygon, minlength=len(drawn))
    single = count[polygon] == 1
    labels = drawn[_LABEL].astype(object).to_numpy().copy()
    labels[polygon[single]] = words[point[single]]
    return drawn.assign(**{_LABEL: labels})
