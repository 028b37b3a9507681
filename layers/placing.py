"""Every layer with geometry brought into one coordinate reference system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd

from geo.crs import (
    DISPLAY_CRS,
    computing_crs,
    counts_as_one,
    crs_label,
    transform_frame,
    transformer,
)
from geo.errors import GeoError
from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import pyproj

    from layers.raw import Reporter

__all__ = ["CRS_UNUSABLE", "TRANSFORMED", "place"]

#: Layers that decide the computing CRS, the first there is.
_LEADING = ("parcels", "zones", "plan_zones", "buildings", "green", "facilities", "assessments")

CRS_UNUSABLE = Kind(
    "crs-unusable",
    "error",
    Text("坐标系不可用：{why}", "the coordinate reference system cannot be used: {why}"),
    Text(
        "请改正文件或 project.toml 中的坐标系：经纬度与网络墨卡托不能量算面积，宜用 CGCS2000 3 度带"
        "（EPSG:4534 至 EPSG:4554），或不写 crs 由程序选定",
        "correct the CRS of the file or of project.toml",
    ),
)
NO_PATH = Kind(
    "crs-without-path",
    "error",
    Text(
        "坐标系 {found} 没有公开的转换参数，不能与其他数据套合，也不能上图",
        "{found} has no public parameters: the layer can be laid over nothing and shown nowhere",
    ),
    Text(
        "请先由测绘部门转换到 CGCS2000；或在 [layers.{layer}] 写明含七参数的 crs（PROJ 字串，如 "
        '"+proj=tmerc +lon_0=117 +x_0=500000 +ellps=... +towgs84=dx,dy,dz,rx,ry,rz,s +units=m"），'
        "参数须由测绘部门提供",
        "have the surveying office transform it to CGCS2000; or give `crs` with its parameters in "
        '[layers.{layer}] (a PROJ string such as "+proj=tmerc +lon_0=117 +x_0=500000 +ellps=... '
        '+towgs84=dx,dy,dz,rx,ry,rz,s +units=m")',
    ),
)
TAKEN_AS_ONE = Kind(
    "datums-taken-as-one",
    "note",
    Text(
        "{found} 按与 {target} 同一基准处理（WGS 84 与 CGCS2000 视为一致）",
        "{found} is taken to be on the datum of {target} (WGS 84 and CGCS2000 count as one)",
    ),
    Text("如要求厘米级精度，请先作基准转换", "where centimetres matter, transform the datum first"),
)
TRANSFORMED = Kind(
    "crs-transformed",
    "note",
    Text("已由 {found} 转换到 {target}", "transformed from {found} to {target}"),
    Text("无需处理", "nothing to do"),
)


def place(
    frames: dict[str, pd.DataFrame], requested: str | None, reports: Mapping[str, Reporter]
) -> pyproj.CRS | None:
    """Transform every layer with geometry into the computing CRS.

    Parameters
    ----------
    frames : dict of str to pandas.DataFrame
        The layers that were read. Those that cannot be placed are taken out.
    requested : str or None
        The computing CRS that the project asks for.
    reports : mapping of str to Reporter
        One for each layer.

    Returns
    -------
    pyproj.CRS or None
        The computing CRS; None without a layer that can be placed.
    """
    located = [name for name in frames if isinstance(frames[name], gpd.GeoDataFrame)]
    located.sort(key=lambda name: _LEADING.index(name) if name in _LEADING else len(_LEADING))
    crs: pyproj.CRS | None = None
    for name in located:
        frame: Any = frames[name]
        usable = _reaches_display(frame, reports[name])
        if usable and crs is None:
            crs = _computing_crs(frame, requested, reports[name])
        moved = None if not usable or crs is None else _transformed(frame, crs, reports[name])
        if moved is None:
            del frames[name]
        else:
            frames[name] = moved
    return crs


def _reaches_display(frame: gpd.GeoDataFrame, report: Reporter) -> bool:
    """Report a CRS from which no registered path leads to WGS 84, as from Beijing 1954."""
    try:
        transformer(frame.crs, DISPLAY_CRS)
    except GeoError:
        report.add(NO_PATH, found=crs_label(frame.crs))
        return False
    return True


def _computing_crs(
    frame: gpd.GeoDataFrame, requested: str | None, report: Reporter
) -> pyproj.CRS | None:
    """Find the computing CRS by one layer; without the one asked for where that will not do."""
    for wish in dict.fromkeys((requested, None)):
        try:
            return computing_crs(frame.crs, frame.total_bounds, wish)
        except GeoError as err:
            report.add(CRS_UNUSABLE, why=str(err))
    return None


def _transformed(
    frame: gpd.GeoDataFrame, crs: pyproj.CRS, report: Reporter
) -> gpd.GeoDataFrame | None:
    """Transform one layer, and say so."""
    try:
        moved = transform_frame(frame, crs)
    except GeoError as err:
        report.add(CRS_UNUSABLE, why=str(err))
        return None
    found, target = crs_label(frame.crs), crs_label(crs)
    if found != target:
        kind = TAKEN_AS_ONE if counts_as_one(frame.crs, crs) else TRANSFORMED
        report.add(kind, found=found, target=target)
    return moved
