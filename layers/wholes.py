"""Buildings drawn twice: the whole beside its parts, each with figures of its own; and pools among buildings.

Cadastres and city models put the outline of a building and its parts in one layer. An outline without
figures is told by `layers.checks.drop_outlines`; here are those that state some, an official floor area or
the storeys of the highest part, so that counting them would count the building twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from layers.raw import Reporter

__all__ = ["drop_wholes", "mark_pools"]

#: A part lies within a whole, and parts make up a whole, from this share of the ground on.
_SHARE = 0.95

#: Parts that together cover more than this of the whole overlap: they are storeys above one another.
_ONCE = 1.05

#: How the Spanish cadastre ends the identifier of a swimming pool (piscina) of a plot.
_POOL = r"_PI\.\d+$"

WHOLE = Kind(
    "building-beside-its-parts",
    "note",
    Text(
        "其内另有 {n} 个有层数等资料的建筑部分，覆盖 {found}：视为整体轮廓，按各部分计算，本图形的数值未计入（避免重复计算）",
        "{n} parts with figures of their own cover {found} of it: the outline of the whole; the parts count, its own figures do not",
    ),
    Text(
        "如各部分是叠加在其上的楼层，请改用分层表或删去重复图形",
        "if the parts are storeys above it, use the storeys table or delete what is drawn twice",
    ),
)
POOL = Kind(
    "pool-among-buildings",
    "note",
    Text(
        "标识为游泳池且无层数，按构筑物计，不计建筑面积",
        "a swimming pool by its identifier, without storeys: a structure, no floor area",
    ),
    Text("如确为建筑，请填写类别和层数", "if it is a building, give its kind and storeys"),
)


def mark_pools(buildings: gpd.GeoDataFrame, report: Reporter) -> gpd.GeoDataFrame:
    """Take polygons that their identifier calls a swimming pool, and that state nothing, as structures.

    Parameters
    ----------
    buildings : geopandas.GeoDataFrame
        In its contract.
    report : Reporter
        Where every pool is listed.
    """
    named = buildings["building_id"].str.contains(_POOL, regex=True, na=False)
    told = buildings[["floors_n", "height_m", "floor_area_m2", "kind"]].notna().any(axis=1)
    pool = (named & ~told).to_numpy(dtype=bool)
    if not pool.any():
        return buildings
    report.rows(
        POOL,
        buildings["source_row"][pool],
        ids=buildings["building_id"][pool],
        column="kind",
    )
    return buildings.assign(kind=buildings["kind"].mask(pool, "structure"))


def drop_wholes(buildings: gpd.GeoDataFrame, report: Reporter) -> gpd.GeoDataFrame:
    """Leave out wholes that state figures and stand beside their parts, so that no floor area counts twice.

    A whole is a standing building of which other buildings, each at least 95 % within it, cover at
    least 95 %, and which they describe in more detail: it states no storeys and they do; or it
    states storeys or a height, and so does each of two or more parts that do not overlap.

    Parameters
    ----------
    buildings : geopandas.GeoDataFrame
        In its contract, valid, in the computing CRS.
    report : Reporter
        Where every whole is listed.

    Returns
    -------
    geopandas.GeoDataFrame
        The buildings without wholes, with a RangeIndex.
    """
    pairs = _inner_pairs(buildings)
    if pairs.empty:
        return buildings
    floors = buildings["floors_n"].notna().to_numpy(dtype=bool)
    above = buildings["floors_n"].gt(0).fillna(value=False).to_numpy(dtype=bool)
    height = buildings["height_m"].notna().to_numpy(dtype=bool)
    area = buildings["floor_area_m2"].notna().to_numpy(dtype=bool)
    whole, part = pairs["whole"].to_numpy(), pairs["part"].to_numpy()
    finer = ~floors[whole] & (height | area)[whole] & floors[part]
    alike = above[whole] & floors[part]
    alike |= (~floors & height & ~area)[whole] & (floors | height)[part]
    shapes = buildings.geometry.to_numpy()
    ground = buildings.geometry.area.to_numpy()
    found = pd.concat(
        [
            _made_up(pairs[finer], shapes, ground, parts_n=1, once=False),
            _made_up(pairs[alike & ~finer], shapes, ground, parts_n=2, once=True),
        ]
    )
    found = found[~found.index.duplicated()].sort_index()
    at = found.index.to_numpy()
    if len(at) == 0:
        return buildings
    report.rows(
        WHOLE,
        buildings["source_row"].iloc[at],
        ids=buildings["building_id"].iloc[at],
        column="floors_n",
        n=found["parts_n"].tolist(),
        found=[f"{share:.0%}" for share in found["share"]],
    )
    return buildings.drop(index=buildings.index[at]).reset_index(drop=True)


def _inner_pairs(buildings: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return ``whole``, ``part`` (positions) and ``area_m2`` of the standing buildings that lie within others."""
    if "geometry" not in buildings:
        return pd.DataFrame({"whole": [], "part": [], "area_m2": []})
    standing = ~buildings["kind"].isin(["structure", "yard"])
    standing &= buildings["state"].fillna("built").eq("built")
    standing &= buildings["permanence"].fillna("permanent").eq("permanent")
    told = buildings[["floors_n", "height_m", "floor_area_m2"]].notna().any(axis=1)
    shapes = buildings.geometry.to_numpy()
    ground = np.nan_to_num(shapely.area(shapes))
    at = np.flatnonzero((standing & told).to_numpy(dtype=bool) & (ground > 0))
    tree = shapely.STRtree(shapes[at])
    part, whole = at[tree.query(shapes[at])]
    box = shapely.bounds(shapes)
    # Most neighbours only touch: boxes tell without cutting, with the rounding of a survey left to them.
    low = np.minimum(box[part, 2:], box[whole, 2:]) - np.maximum(box[part, :2], box[whole, :2])
    likely = np.prod(np.clip(low, 0.0, None), axis=1) >= _SHARE * ground[part]
    likely &= (part != whole) & (ground[part] <= ground[whole] * _ONCE)
    part, whole = part[likely], whole[likely]
    cut = shapely.area(shapely.intersection(shapes[part], shapes[whole]))
    within = cut >= _SHARE * ground[part]
    return pd.DataFrame({"whole": whole[within], "part": part[within], "area_m2": cut[within]})


def _made_up(
    pairs: pd.DataFrame, shapes: np.ndarray, ground: np.ndarray, *, parts_n: int, once: bool
) -> pd.DataFrame:
    """Return the wholes that their parts cover: by position ``parts_n`` and the ``share`` covered."""
    groups = pairs.groupby("whole")
    frame = pd.DataFrame({"parts_n": groups.size(), "share": groups["area_m2"].sum()})
    frame["share"] /= ground[frame.index.to_numpy(dtype=np.int64)]
    frame = frame[(frame["parts_n"] >= parts_n) & (frame["share"] >= _SHARE)]
    over = frame["share"] > _ONCE
    if once:
        return frame[~over]
    for at in frame.index[over]:
        parts = shapes[pairs.loc[pairs["whole"] == at, "part"].to_numpy()]
        covered = shapely.intersection(shapely.union_all(parts), shapes[at]).area
        frame.loc[at, "share"] = covered / ground[at]
    return frame[frame["share"] >= _SHARE]
