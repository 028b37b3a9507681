"""The rasters of a project: that they can be opened, and what of them is used."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import rasterio
from rasterio.errors import RasterioError

from layers.guard import check_raster, check_regular
from layers.problems import Kind
from layers.raster_checks import check_mosaic
from layers.raw import UNREADABLE
from policies.text import Text

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from layers.project import RasterSource
    from layers.raw import Reporter

__all__ = ["RasterInput", "open_raster"]

NO_FILE = Kind(
    "file-missing",
    "error",
    Text("文件不存在：{found}", "there is no such file: {found}"),
    Text("请核对 project.toml 中的路径", "check the path in project.toml"),
)
NO_CRS = Kind(
    "raster-crs-missing",
    "error",
    Text("影像没有坐标系或地理配准", "the raster has no CRS or is not georeferenced"),
    Text("请在 GIS 中定义其坐标系后重新输出", "define its CRS in a GIS and write it again"),
)
NO_BAND = Kind(
    "raster-band-missing",
    "error",
    Text("影像没有第 {found} 波段，共 {n} 个", "the raster has no band {found}; it has {n}"),
    Text("请改正 [rasters.{name}] 的 band", "correct `band` in [rasters.{name}]"),
)


@dataclass(frozen=True, slots=True)
class RasterInput:
    """A raster that can be read.

    Attributes
    ----------
    name : str
        ``ndvi``, ``landcover``, ``canopy``, ``surface`` or ``terrain``.
    path : Path
        Absolute.
    band : int
        1 first.
    min, max : float or None
        Which values count, both inclusive.
    classes : tuple of int
        Which classes count.
    on : date or None
        When it was taken.
    crs : pyproj.CRS
        The raster's own.
    """

    name: str
    path: Path
    band: int
    min: float | None
    max: float | None
    classes: tuple[int, ...]
    on: date | None
    crs: pyproj.CRS


def open_raster(source: RasterSource, report: Reporter) -> RasterInput | None:
    """Check that a raster exists, is georeferenced and has its band.

    Parameters
    ----------
    source : RasterSource
        As the project file gives it.
    report : Reporter
        Bound to ``rasters.<name>``.

    Returns
    -------
    RasterInput or None
        None where an error was reported.
    """
    if not source.path.is_file():
        report.add(NO_FILE, found=report.file)
        return None
    try:
        check_regular(source.path)
        check_mosaic(source.path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with rasterio.open(source.path) as raster:
                count, crs = raster.count, raster.crs
                pixel = sum(np.dtype(kind).itemsize for kind in raster.dtypes)
                check_raster(source.path, raster.width * raster.height * pixel)
                placed = not raster.transform.is_identity
                wkt = crs.to_wkt() if crs else ""
        found = pyproj.CRS.from_user_input(wkt) if wkt else None
    except (RasterioError, OSError, ValueError, pyproj.exceptions.ProjError) as err:
        why = " ".join(str(err).split()).replace(str(source.path), source.path.name)
        report.add(UNREADABLE, why=why[:300])
        return None
    if found is None or not placed:
        report.add(NO_CRS)
        return None
    if source.band > count:
        report.add(NO_BAND, found=source.band, n=count, name=source.name)
        return None
    return RasterInput(
        name=source.name,
        path=source.path,
        band=source.band,
        min=source.min,
        max=source.max,
        classes=source.classes,
        on=source.on,
        crs=found,
    )
