"""Checks of the parcel fabric: shapes that are slivers, gaps, the fence, what lies across parcels.

Everything is measured in the computing CRS. Nothing is changed: what is odd is reported with its
measure, and what the analyses make of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.overlay import area_table, overlapping_pairs
from layers.checks import check_areas, check_on_parcels, check_overlaps
from layers.contracts import CONTRACTS
from layers.geometries import with_shapes
from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from layers.raw import Reporter

__all__ = ["FABRIC_STEPS", "check_fabric"]

#: How many checks there are for a progress bar.
FABRIC_STEPS = 15

#: Narrower than this in the mean (twice the area by the perimeter), or smaller, is no piece of land.
_SLIVER_WIDTH_M, _SLIVER_AREA_M2 = 0.5, 1.0
#: Parcels nearer than this that do not meet leave a gap, and not a road, between them.
_GAP_WIDTH_M = 0.5
#: Edges closer than this meet: a centimetre, as surveys state corners.
_MEETS_M = 0.01
#: A gap shorter than this is where two roundings of a corner end.
_GAP_LENGTH_M = 1.5
#: A part of a building or a parcel smaller than this is where its edge was drawn across a line.
_PART_M2 = 1.0
_PART_SHARE = 0.01
#: A layer of green areas may overlap itself by this much before ground counts twice.
_TWICE_M2 = 1.0
#: A shape further than this from the middle of its layer belongs to another place.
_FAR_M = 50_000.0

SLIVER = Kind(
    "geometry-sliver",
    "warning",
    Text(
        "图形过小或过窄（面积 {found} 平方米，平均宽 {width} 米），疑为碎面",
        "the shape is tiny or thin ({found} m2, {width} m wide in the mean): probably a sliver",
    ),
    Text("请核对，如为碎面请删除或并入邻宗", "check it; delete it or merge it with its neighbour"),
)
TINY_PARTS = Kind(
    "geometry-tiny-parts",
    "note",
    Text(
        "多部分图形中有 {n} 个不足 1 平方米的碎块，共 {found} 平方米",
        "{n} parts of the shape are smaller than 1 m2, {found} m2 in all",
    ),
    Text("请在源数据中删除碎块", "delete them in the source"),
)
FAR_AWAY = Kind(
    "geometry-far-away",
    "warning",
    Text(
        "图形距本图层中心 {found} 公里，位置可能有误",
        "the shape lies {found} km from the middle of its layer",
    ),
    Text("请核对坐标", "check its coordinates"),
)
DUPLICATE = Kind(
    "geometry-duplicate",
    "warning",
    Text(
        "图形与 {other}（第 {other_row} 行）完全相同而标识不同，两者都会计入",
        "the geometry equals that of {other} (row {other_row}) under another identifier; both count",
    ),
    Text("请删除其一", "delete one of them"),
)
ENCLOSED = Kind(
    "parcels-enclose-gap",
    "note",
    Text(
        "宗地之间围有 {n} 处不属任何宗地的空隙，合计 {found} 平方米，最大一处 {largest} 平方米，在 {around} 之间",
        "parcels enclose ground that belongs to none of them in {n} places, {found} m2 together, the "
        "largest of {largest} m2 between {around}",
    ),
    Text("请核对是否漏绘宗地或界线有误", "check for a parcel left out or a boundary drawn wrongly"),
)
GAP = Kind(
    "parcels-gap",
    "note",
    Text(
        "与相邻宗地之间有缝隙（不足 {width} 米宽，沿界约 {found} 米）",
        "a gap to a neighbouring parcel (narrower than {width} m, along about {found} m of boundary)",
    ),
    Text("请核对界线是否应当重合", "check whether the boundaries should meet"),
)
ACROSS_FENCE = Kind(
    "parcel-across-fence",
    "warning",
    Text(
        "宗地跨越围网：{found} 平方米在围网内，{outside} 平方米在围网外",
        "the parcel crosses the fence: {found} m2 inside, {outside} m2 outside",
    ),
    Text("请核对界线与围网", "check the boundary and the fence"),
)
ROAD_ACROSS = Kind(
    "road-across-fence",
    "note",
    ACROSS_FENCE.what,
    Text("道路经卡口出入，通常如此；请核对", "a road that passes a gate; check it"),
)
ACROSS_PARCELS = Kind(
    "building-on-several-parcels",
    "note",
    Text(
        "建筑落在 {n} 宗地上（{found}），建筑面积按基底面积分摊",
        "the building stands on {n} parcels ({found}); its floor area is shared by footprint",
    ),
    Text("请核对建筑与宗地界线", "check the building and the boundaries"),
)
TWICE = Kind(
    "green-counted-twice",
    "warning",
    Text(
        "与绿地 {other}（第 {other_row} 行）重叠 {found} 平方米；绿地面积按并集只计一次",
        "overlaps green area {other} (row {other_row}) by {found} m2; ground counts once",
    ),
    Text("请核对两块绿地的边界", "check the boundaries of both"),
)


ZONE_UNKNOWN = Kind(
    "parcel-zone-unknown",
    "warning",
    Text(
        "宗地没有图形，也未填所属区：不知属于哪个区，未计入任何区的合计，各区的面积与宗数可能偏小",
        "neither a geometry nor zone_id tells the parcel's zone: it counts in no zone, the sums of "
        "which may be too low",
    ),
    Text("请补绘图形，或填 zone_id", "draw the geometry, or fill in zone_id"),
)


def _key(layer: str, frame: pd.DataFrame) -> Any:
    key = CONTRACTS[layer].key
    return frame["source_row"].astype("string") if key is None else frame[key]


def check_fabric(
    frames: Mapping[str, pd.DataFrame],
    reports: Mapping[str, Reporter],
    *,
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Check the layers with geometry by themselves and one against the other.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        The layers that were read: repaired, in the computing CRS.
    reports : mapping of str to Reporter
        One for each layer.
    tick : callable
        Called after each check, at most `FABRIC_STEPS` times.
    """
    check_zone_known(frames, reports)
    frames = {name: with_shapes(frame) for name, frame in frames.items()}
    for name in ("zones", "plan_zones", "parcels", "buildings", "green"):
        if _located(frames, name):
            check_slivers(name, frames[name], reports[name])
        tick()
    for name in ("parcels", "buildings", "green"):
        if _located(frames, name):
            check_duplicates(name, frames[name], reports[name])
        tick()
    if "green" in frames:
        check_counted_twice(frames["green"], reports["green"])
    tick()
    if not _located(frames, "parcels"):
        return
    parcels: Any = frames["parcels"]
    check_overlaps(parcels, reports["parcels"])
    tick()
    check_gaps(parcels, reports["parcels"])
    check_enclosed(parcels, reports["parcels"])
    tick()
    check_areas(
        parcels,
        reports["parcels"],
        ledger=frames.get("ledger"),
        ledger_report=reports.get("ledger"),
    )
    tick()
    if "zones" in frames:
        check_across_fence(parcels, frames["zones"], reports["parcels"])
    tick()
    if "buildings" in frames:
        check_on_parcels(frames["buildings"], parcels, reports["buildings"])
        tick()
        check_across_parcels(frames["buildings"], parcels, reports["buildings"])
    tick()


def check_zone_known(frames: Mapping[str, pd.DataFrame], reports: Mapping[str, Reporter]) -> None:
    """Report parcels of which neither a geometry nor a column tells the zone they belong to."""
    if "zones" not in frames or "parcels" not in frames:
        return
    parcels = frames["parcels"]
    unknown = parcels["zone_id"].isna().to_numpy(dtype=bool)
    if isinstance(parcels, gpd.GeoDataFrame):
        unknown = unknown & parcels.geometry.isna().to_numpy()
    reports["parcels"].rows(
        ZONE_UNKNOWN,
        parcels["source_row"][unknown],
        ids=parcels["parcel_id"][unknown],
        column="zone_id",
    )


def _located(frames: Mapping[str, pd.DataFrame], name: str) -> bool:
    """Whether a layer was read and has shapes."""
    return name in frames and isinstance(frames[name], gpd.GeoDataFrame)


def check_slivers(layer: str, frame: gpd.GeoDataFrame, report: Reporter) -> None:
    """Report polygons that are tiny, thin or far from the rest, and tiny parts of others.

    The mean width is twice the area by the perimeter, which is the width of a long rectangle.
    """
    shapes = frame.geometry.to_numpy()
    area, perimeter = shapely.area(shapes), shapely.length(shapes)
    polygonal = np.isin(shapely.get_type_id(shapes), (3, 6))
    if layer == "green":
        # A green wall is a line on the ground.
        polygonal &= ~frame["kind"].isin(["roof", "wall"]).to_numpy(dtype=bool)
    width = np.divide(2 * area, perimeter, out=np.zeros(len(area)), where=perimeter > 0)
    thin = polygonal & ((area < _SLIVER_AREA_M2) | (width < _SLIVER_WIDTH_M))
    ids = _key(layer, frame)
    report.rows(
        SLIVER,
        frame["source_row"][thin],
        ids=ids[thin],
        column="geometry",
        found=[f"{value:.2f}" for value in area[thin]],
        width=[f"{value:.2f}" for value in width[thin]],
    )
    parts, owner = shapely.get_parts(shapes, return_index=True)
    tiny = (shapely.area(parts) < _SLIVER_AREA_M2) & (shapely.get_type_id(parts) == 3)
    tiny &= (np.bincount(owner, minlength=len(shapes)) > 1)[owner] & ~thin[owner]
    lost = pd.Series(shapely.area(parts[tiny])).groupby(owner[tiny]).agg(["size", "sum"])
    where = lost.index.to_numpy()
    report.rows(
        TINY_PARTS,
        frame["source_row"].iloc[where],
        ids=ids.iloc[where],
        column="geometry",
        n=lost["size"],
        found=[f"{value:.2f}" for value in lost["sum"]],
    )
    _far_away(frame, ids, report)


def _far_away(frame: gpd.GeoDataFrame, ids: Any, report: Reporter) -> None:
    """Report shapes that lie in another place than most of the layer."""
    bounds = frame.geometry.bounds.to_numpy()
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    distance = np.hypot(*(middle - np.median(middle, axis=0)).T)
    far = distance > _FAR_M
    report.rows(
        FAR_AWAY,
        frame["source_row"][far],
        ids=ids[far],
        column="geometry",
        found=[f"{value / 1000:.0f}" for value in distance[far]],
    )


def check_duplicates(layer: str, frame: gpd.GeoDataFrame, report: Reporter) -> None:
    """Report rows whose geometry is that of another row under another identifier."""
    marks = pd.Series(shapely.to_wkb(shapely.normalize(frame.geometry.to_numpy())))
    again = marks.duplicated(keep=False).to_numpy()
    if not again.any():
        return
    rows, ids = frame["source_row"].to_numpy(), _key(layer, frame).to_numpy()
    order = np.flatnonzero(again)[np.argsort(rows[again], kind="stable")]
    group = pd.Series(order).groupby(marks.iloc[order].to_numpy())
    first = group.transform("first").to_numpy()
    later = order != first
    report.rows(
        DUPLICATE,
        rows[order[later]],
        ids=ids[order[later]],
        column="geometry",
        other=ids[first[later]],
        other_row=report.written(rows[first[later]]),
    )


def check_gaps(parcels: gpd.GeoDataFrame, report: Reporter) -> None:
    """Note parcels that nearly meet a neighbour, along which the fabric has a gap.

    Only edges that do not match a neighbour's are measured; those of a fabric without faults cost
    one pass over it.
    """
    shapes = parcels.geometry.to_numpy()
    edges = shapely.coverage_invalid_edges(shapes, gap_width=_GAP_WIDTH_M)
    odd = np.flatnonzero(~shapely.is_empty(edges))
    if len(odd) == 0:
        return
    tree = shapely.STRtree(shapes)
    at, near = tree.query(edges[odd], predicate="dwithin", distance=_GAP_WIDTH_M)
    other = odd[at] != near
    at, near = at[other], near[other]
    length = np.zeros(len(odd))
    if len(at):
        order = np.argsort(at, kind="stable")
        parts, owner = shapely.get_parts(shapes[near[order]], return_index=True)
        nth, slot = np.unique(at[order][owner], return_inverse=True)
        around = shapely.multipolygons(parts, indices=slot)
        # An edge that lies within a neighbour's strip but meets none of them faces a gap.
        strip = shapely.buffer(around, _GAP_WIDTH_M, quad_segs=2)
        facing = shapely.intersection(edges[odd[nth]], strip)
        meets = shapely.buffer(around, _MEETS_M, quad_segs=2)
        length[nth] = shapely.length(shapely.difference(facing, meets))
    wide = length > _GAP_LENGTH_M
    where = odd[wide]
    report.rows(
        GAP,
        parcels["source_row"].iloc[where],
        ids=parcels["parcel_id"].iloc[where],
        column="geometry",
        found=[f"{value:.1f}" for value in length[wide]],
        width=_GAP_WIDTH_M,
    )


def check_enclosed(parcels: gpd.GeoDataFrame, report: Reporter) -> None:
    """Note ground of less than a usual parcel that parcels enclose and none of them holds.

    Larger ground that is enclosed is a road with its squares, or land that is no parcel yet. Edges
    that two parcels share are dropped, which is ten times as fast as a union; what is no hole, since
    parcels overlap there, is left out afterwards.
    """
    shapes = parcels.geometry.to_numpy()
    try:
        merged = shapely.coverage_union_all(shapes)
    except shapely.errors.GEOSException:
        merged = shapely.union_all(shapes)
    rings, outer = shapely.get_rings(shapely.get_parts(merged), return_index=True)
    holes = shapely.polygons(rings[np.r_[False, outer[1:] == outer[:-1]][: len(rings)]])
    area = shapely.area(holes)
    wide = 2 * area / shapely.length(holes) > _GAP_WIDTH_M
    holes = holes[wide & (area < np.median(shapely.area(shapes))) & shapely.is_valid(holes)]
    tree = shapely.STRtree(shapes)
    inside, _ = tree.query(shapely.point_on_surface(holes), predicate="within")
    holes = np.delete(holes, np.unique(inside))
    if len(holes) == 0:
        return
    area = shapely.area(holes)
    beside = tree.query(holes[np.argmax(area)], predicate="intersects")
    report.add(
        ENCLOSED,
        column="geometry",
        n=len(holes),
        found=f"{area.sum():.2f}",
        largest=f"{area.max():.2f}",
        around=", ".join(sorted(map(str, parcels["parcel_id"].iloc[beside]))[:5]),
    )


def check_across_fence(
    parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, report: Reporter
) -> None:
    """Report parcels of which a part lies inside the fence and a part outside."""
    fences = zones[zones["kind"].eq("fenced").fillna(value=False).to_numpy(dtype=bool)]
    if fences.empty:
        return
    fence = fences.geometry.to_numpy()
    ground = fences.iloc[:1].set_geometry([shapely.union_all(fence)], crs=zones.crs)
    inside = area_table(parcels, ground).left_totals()
    whole = parcels.geometry.area.to_numpy()
    part = np.maximum(_PART_M2, _PART_SHARE * whole)
    across = (inside > part) & (whole - inside > part)
    road = parcels["land_use"].eq("road").fillna(value=False).to_numpy(dtype=bool)
    for kind, where in ((ACROSS_FENCE, across & ~road), (ROAD_ACROSS, across & road)):
        report.rows(
            kind,
            parcels["source_row"][where],
            ids=parcels["parcel_id"][where],
            column="geometry",
            found=[f"{value:.2f}" for value in inside[where]],
            outside=[f"{value:.2f}" for value in (whole - inside)[where]],
        )


def check_across_parcels(
    buildings: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame, report: Reporter
) -> None:
    """Note buildings that stand on several parcels by more than 1 m2 and 1 % of them."""
    table = area_table(parcels, buildings)
    share = table.area_m2 / table.right_area_m2[table.right]
    real = (table.area_m2 > _PART_M2) & (share > _PART_SHARE)
    pairs = pd.DataFrame({"parcel": table.left[real], "building": table.right[real]})
    ids = parcels["parcel_id"].to_numpy()
    named = pairs.assign(id=ids[pairs["parcel"]]).sort_values(["building", "id"])
    by_building = named.groupby("building")["id"]
    counts = by_building.size()
    where = counts.index[counts > 1].to_numpy()
    listed = {nth: ", ".join(ids.head(5)) for nth, ids in by_building if counts[nth] > 1}
    report.rows(
        ACROSS_PARCELS,
        buildings["source_row"].iloc[where],
        ids=buildings["building_id"].iloc[where],
        column="geometry",
        n=counts[where],
        found=[listed[nth] for nth in where],
    )


def check_counted_twice(green: gpd.GeoDataFrame, report: Reporter) -> None:
    """Report green areas on the ground that overlap: roofs and walls lie above others."""
    ground = green[~green["kind"].isin(["roof", "wall"]).to_numpy(dtype=bool)]
    ground = ground[np.isin(shapely.get_type_id(ground.geometry.to_numpy()), (3, 6))]
    if len(ground) < 2:
        return
    pairs = overlapping_pairs(ground, tolerance_m2=_TWICE_M2, name="green")
    first, second = (ground.iloc[pairs[side].to_numpy()] for side in ("a", "b"))
    report.rows(
        TWICE,
        first["source_row"],
        ids=first["green_id"],
        column="geometry",
        found=[f"{area:.2f}" for area in pairs["area_m2"]],
        other=second["green_id"],
        other_row=report.written(second["source_row"]),
    )
