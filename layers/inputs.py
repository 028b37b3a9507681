"""The inputs of a project: every layer read, conformed, placed in one CRS, repaired and checked.

Nothing here raises for a bad input. A layer that cannot be used is left out with an error in the
problem log, and reading goes on, so that one run tells everything that is wrong.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo.crs import crs_label
from layers.checks import drop_outlines, repair
from layers.contracts import CONTRACTS
from layers.corrections import Register
from layers.fabric import FABRIC_STEPS, check_fabric
from layers.geometries import KEPT, without_shapes
from layers.identity import identify
from layers.lineage import carry_over
from layers.parcel_codes import check_parcel_codes
from layers.placing import place
from layers.progress import Progress, Ticker
from layers.raster_checks import covers_parcels
from layers.rasters import RasterInput, open_raster
from layers.raw import NO_ROWS, Reporter
from layers.reading import SourceFile, layer_parts, read_layer, source_file
from layers.references import check_references
from layers.row_checks import check_rows
from layers.shift import check_shift
from layers.suspicion import check_values
from layers.wholes import drop_wholes, mark_pools
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyproj

    from layers.problems import ProblemLog
    from layers.project import Project

__all__ = ["Inputs", "RasterInput", "SourceFile", "read_inputs"]

#: What a row is called by, the first that it has; else the key of its contract.
_NAMING = ("contract_no", "parcel_id", "building_id")
#: Tables whose rows name a parcel or a building.
_REFERRING = ("ledger", "uses", "causes", "cases", "storeys")


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
    corrections : pandas.DataFrame or None
        Every correction of the register with what became of it; None without a register.
    """

    frames: Mapping[str, pd.DataFrame]
    rasters: Mapping[str, tuple[RasterInput, ...]]
    crs: pyproj.CRS | None
    sources: tuple[SourceFile, ...]
    corrections: pd.DataFrame | None = None


def read_inputs(
    project: Project,
    log: ProblemLog,
    *,
    progress: Progress | None = None,
) -> Inputs:
    """Read everything that a project names.

    Parameters
    ----------
    project : Project
        As `layers.project.load_project` returns it.
    log : ProblemLog
        Receives every problem of every layer.
    progress : callable, optional
        Called with a step's text, how many of its parts are done and how many there are: for the
        inputs as a whole, and for each layer column by column.

    Returns
    -------
    Inputs
        Without the layers that have an error.
    """
    steps = len(project.layers) + len(project.rasters) + 2
    whole = Ticker(progress, Text("读取输入", "reading the inputs"), steps)
    reports: dict[str, Reporter] = {}
    frames: dict[str, pd.DataFrame] = {}
    files: dict[str, tuple[SourceFile, ...]] = {}
    register: Register | None = None
    # The register of corrections comes first, for it is applied to what the others hold.
    for name in sorted(project.layers, key=lambda one: one != "corrections"):
        source = project.layers[name]
        label = CONTRACTS[name].label
        own = Ticker(progress, Text(f"读取{label.zh}", f"reading {label.en}"), layer_parts(source))
        report = Reporter(log, name, _written(project, source.path))
        read = read_layer(
            source,
            report,
            written=lambda path: _written(project, path),
            corrections=register,
            tick=own,
        )
        own.finish()
        whole()
        reports[name], files[name] = read.report, read.files
        if read.frame is not None:
            kept = name in KEPT
            frames[name] = without_shapes(read.frame, read.report) if kept else read.frame
            if name == "corrections":
                register = Register(read.frame)
    sources = [file for name in project.layers for file in files[name]]
    corrected = None if register is None else register.listed(reports["corrections"])
    crs = place(frames, project.crs, reports)
    whole()
    checking = Ticker(progress, Text("检查", "checking"), len(frames) + FABRIC_STEPS + 3)
    _check(frames, reports, project, checking)
    check_shift(frames, crs, reports)
    checking.finish()
    whole()
    rasters: dict[str, tuple[RasterInput, ...]] = {}
    for name, series in project.rasters.items():
        own = Ticker(progress, Text(f"读取影像 {name}", f"reading raster {name}"), len(series))
        opened = []
        for raster in series:
            report = Reporter(log, f"rasters.{name}", _written(project, raster.path))
            found = open_raster(raster, report)
            if found is not None and covers_parcels(found, frames.get("parcels"), crs, report):
                opened.append(found)
                file = source_file(raster.path, report, None, None, crs_label(found.crs))
                sources += [] if file is None else [file]
            own()
        whole()
        if opened:
            rasters[name] = tuple(opened)
    for name, frame in frames.items():
        _name_problems(log, name, frame, reports[name])
    ordered = {name: frames[name] for name in CONTRACTS if name in frames}
    return Inputs(
        MappingProxyType(ordered), MappingProxyType(rasters), crs, tuple(sources), corrected
    )


def _name_problems(log: ProblemLog, name: str, frame: pd.DataFrame, report: Reporter) -> None:
    """Give the problems of a layer's values the identifiers of their rows, known only now."""
    wanted = log.unnamed(name)
    keys = [key for key in (*_NAMING, CONTRACTS[name].key) if key is not None and key in frame]
    if not wanted or not keys:
        return
    ids = frame[keys[0]].astype("string")
    for key in keys[1:]:
        ids = ids.fillna(frame[key].astype("string"))
    known = pd.Series(ids.to_numpy(dtype=object), index=frame["source_row"].to_numpy()).dropna()
    places = {
        report.place(row): str(one) for row, one in zip(known.index.tolist(), known, strict=True)
    }
    log.name_rows(name, {place: places[place] for place in wanted if place in places})


def _written(project: Project, path: Path) -> str:
    """Write a path relative to the project's folder, or its name where no such path leads there."""
    try:
        return os.path.relpath(path, project.folder).replace(os.sep, "/")
    except ValueError:
        return path.name


def _check(
    frames: dict[str, pd.DataFrame],
    reports: Mapping[str, Reporter],
    project: Project,
    tick: Ticker,
) -> None:
    """Repair, identify and check what was read; a layer of which nothing is left is taken out."""
    for name in list(frames):
        tick()
        report, contract, frame = reports[name], CONTRACTS[name], frames[name]
        if isinstance(frame, gpd.GeoDataFrame):
            frame = repair(frame, report, key=contract.key, keep=name in KEPT)
            frame = without_shapes(frame, report) if name in KEPT else frame
        if contract.geometry is not None:
            frame = identify(frame, contract, report)
        if name == "buildings":
            frame = drop_wholes(drop_outlines(mark_pools(frame, report), report), report)
        if frame.empty:
            report.add(NO_ROWS)
            del frames[name]
            continue
        frames[name] = frame
        check_rows(name, frame, project.as_of, report)
        check_values(name, frame, report)
    carry_over(frames, reports)
    tick()
    check_fabric(frames, reports, tick=tick)
    for name in ("parcels", "ledger"):
        if name in frames:
            check_parcel_codes(frames[name], reports[name])
    check_references(frames, reports, _REFERRING)
