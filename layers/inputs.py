"""The inputs of a project: every layer read, conformed, placed in one CRS, repaired and checked.

Nothing here raises for a bad input. A layer that cannot be used is left out with an error in the
problem log, and reading goes on, so that one run tells everything that is wrong.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from geo.crs import computing_crs, counts_as_one, crs_label, transform_frame
from geo.errors import GeoError
from layers.checks import check_areas, check_on_parcels, check_overlaps, drop_outlines, repair
from layers.conform import conform
from layers.contracts import CONTRACTS
from layers.formats import TABLE_SUFFIXES
from layers.identity import identify
from layers.problems import Kind
from layers.rasters import NO_FILE, RasterInput, open_raster
from layers.raw import NO_ROWS, UNREADABLE, Reporter
from layers.row_checks import check_references, check_rows
from layers.selection import select_rows
from layers.staging import sidecars
from layers.tables import read_table
from layers.vectors import NO_GEOMETRY, read_vector
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pandas as pd
    import pyproj

    from layers.problems import ProblemLog
    from layers.project import LayerSource, Project
    from layers.raw import RawLayer

__all__ = ["Inputs", "RasterInput", "SourceFile", "read_inputs"]

#: Layers that decide the computing CRS, the first there is.
_LEADING = ("parcels", "zones", "plan_zones", "buildings", "green", "facilities", "assessments")
#: Tables whose rows name a parcel or a building.
_REFERRING = ("ledger", "uses", "causes", "cases", "storeys")

CRS_UNUSABLE = Kind(
    "crs-unusable",
    "error",
    Text("坐标系不可用：{why}", "the coordinate reference system cannot be used: {why}"),
    Text("请改正文件或 project.toml 中的坐标系", "correct the CRS of the file or of project.toml"),
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


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was read.

    Attributes
    ----------
    layer : str
        The layer's name; ``rasters.<name>`` for a raster.
    path : str
        Relative to the project's folder, with forward slashes.
    sha256 : str
        Of the file; of a shapefile's parts or a folder's files one after another, each preceded
        by its suffix or name.
    rows : int or None
        How many rows came out; None for a raster or a layer that could not be used.
    encoding, crs : str or None
        How the texts were read, and the CRS the file states.
    """

    layer: str
    path: str
    sha256: str
    rows: int | None
    encoding: str | None
    crs: str | None


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a project's analyses work on.

    Attributes
    ----------
    frames : mapping of str to pandas.DataFrame or geopandas.GeoDataFrame
        The layers that can be used, in their contracts; geometry in `crs`.
    rasters : mapping of str to tuple of RasterInput
        In the order of their dates.
    crs : pyproj.CRS or None
        The computing CRS; None without a layer with geometry.
    sources : tuple of SourceFile
        Every file that exists, in the order of the project file.
    """

    frames: Mapping[str, pd.DataFrame]
    rasters: Mapping[str, tuple[RasterInput, ...]]
    crs: pyproj.CRS | None
    sources: tuple[SourceFile, ...]


def read_inputs(
    project: Project,
    log: ProblemLog,
    *,
    progress: Callable[[Text | str, int, int], None] | None = None,
) -> Inputs:
    """Read everything that a project names.

    Parameters
    ----------
    project : Project
        As `layers.project.load_project` returns it.
    log : ProblemLog
        Receives every problem of every layer.
    progress : callable, optional
        Called with a step's text, how many steps are done and how many there are.

    Returns
    -------
    Inputs
        Without the layers that have an error.
    """
    steps = len(project.layers) + len(project.rasters) + 2
    done = 0

    def tell(zh: str, en: str) -> None:
        nonlocal done
        if progress is not None:
            progress(Text(zh, en), done, steps)
        done += 1

    reports = {
        name: Reporter(log, name, _written(project, source.path))
        for name, source in project.layers.items()
    }
    frames: dict[str, pd.DataFrame] = {}
    sources: list[SourceFile] = []
    for name, source in project.layers.items():
        label = CONTRACTS[name].label
        tell(f"读取{label.zh}", f"reading {label.en}")
        frame, file = _read_layer(source, reports[name])
        sources += [] if file is None else [file]
        if frame is not None:
            frames[name] = frame
    tell("统一坐标系", "transforming")
    crs = _place(frames, project.crs, reports)
    tell("检查", "checking")
    _check(frames, reports, project)
    rasters: dict[str, tuple[RasterInput, ...]] = {}
    for name, series in project.rasters.items():
        tell(f"读取影像 {name}", f"reading raster {name}")
        opened = []
        for raster in series:
            report = Reporter(log, f"rasters.{name}", _written(project, raster.path))
            found = open_raster(raster, report)
            if found is not None:
                opened.append(found)
                sources += _source_file(raster.path, report, None, None, crs_label(found.crs))
        if opened:
            rasters[name] = tuple(opened)
    tell("输入读取完毕", "inputs read")
    ordered = {name: frames[name] for name in CONTRACTS if name in frames}
    return Inputs(MappingProxyType(ordered), MappingProxyType(rasters), crs, tuple(sources))


def _written(project: Project, path: Path) -> str:
    """Write a path relative to the project's folder, or its name where no such path leads there."""
    try:
        return os.path.relpath(path, project.folder).replace(os.sep, "/")
    except ValueError:
        return path.name


def _read_layer(
    source: LayerSource, report: Reporter
) -> tuple[pd.DataFrame | None, SourceFile | None]:
    """Read one layer and make it fit its contract."""
    if not source.path.exists():
        report.add(NO_FILE, found=report.file)
        return None, None
    raw = _read(source, report)
    taken = None if raw is None else select_rows(raw, source.where, report)
    if taken is not None and taken.frame.empty:
        report.add(NO_ROWS)
        taken = None
    frame = None if taken is None else conform(taken, CONTRACTS[source.name], source, report)
    if raw is None:
        files = _source_file(source.path, report, None, None, None)
    else:
        crs = None if raw.crs is None else crs_label(raw.crs)
        rows = None if frame is None else len(frame)
        files = _source_file(source.path, report, rows, raw.encoding, crs)
    return frame, files[0] if files else None


def _read(source: LayerSource, report: Reporter) -> RawLayer | None:
    """Read a file by what it is: a table or a data set of features."""
    contract = CONTRACTS[source.name]
    if source.path.suffix.lower() in TABLE_SUFFIXES:
        if contract.geometry is not None:
            report.add(NO_GEOMETRY, wanted_zh="图形", wanted_en="geometries")
            return None
        return read_table(
            source.path,
            contract,
            report,
            sheet=source.sheet or source.layer,
            named=list(source.columns.values()),
            encoding=source.encoding,
            header=source.header,
        )
    return read_vector(
        source.path,
        contract,
        report,
        layer=source.layer,
        encoding=source.encoding,
        crs=source.crs,
    )


def _source_file(
    path: Path, report: Reporter, rows: int | None, encoding: str | None, crs: str | None
) -> list[SourceFile]:
    """Describe a file; nothing where it cannot be read at all."""
    try:
        digest = _sha256(path)
    except OSError as err:
        report.add(UNREADABLE, why=err.strerror or type(err).__name__)
        return []
    return [SourceFile(report.layer, report.file or path.name, digest, rows, encoding, crs)]


def _sha256(path: Path) -> str:
    """Hash a file, or the parts of one."""
    digest = hashlib.sha256()
    parts = sidecars(path)
    for part in parts:
        if len(parts) > 1 or path.is_dir():
            name = part.relative_to(path).as_posix() if path.is_dir() else part.suffix.lower()
            digest.update(f"{name}\0{part.stat().st_size}\0".encode())
        with part.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _place(
    frames: dict[str, pd.DataFrame], requested: str | None, reports: Mapping[str, Reporter]
) -> pyproj.CRS | None:
    """Transform every layer with geometry into one CRS; those that cannot be are taken out."""
    located = [name for name in frames if isinstance(frames[name], gpd.GeoDataFrame)]
    located.sort(key=_LEADING.index)
    crs: pyproj.CRS | None = None
    for name in located:
        frame: Any = frames[name]
        if crs is None:
            crs = _computing_crs(frame, requested, reports[name])
        moved = None if crs is None else _transformed(frame, crs, reports[name])
        if moved is None:
            del frames[name]
        else:
            frames[name] = moved
    return crs


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


def _check(
    frames: dict[str, pd.DataFrame], reports: Mapping[str, Reporter], project: Project
) -> None:
    """Repair, identify and check what was read; a layer of which nothing is left is taken out."""
    for name in list(frames):
        report, contract, frame = reports[name], CONTRACTS[name], frames[name]
        if isinstance(frame, gpd.GeoDataFrame):
            frame = repair(frame, report, key=contract.key)
            frame = identify(frame, contract, report)
            if name == "buildings":
                frame = drop_outlines(frame, report)
        if frame.empty:
            report.add(NO_ROWS)
            del frames[name]
            continue
        frames[name] = frame
        check_rows(name, frame, project.as_of, report)
    if "parcels" in frames:
        check_overlaps(frames["parcels"], reports["parcels"])
        check_areas(frames["parcels"], reports["parcels"])
        if "buildings" in frames:
            check_on_parcels(frames["buildings"], frames["parcels"], reports["buildings"])
    check_references(frames, reports, _REFERRING)
