"""One layer of a project read from its files and made to fit its contract.

A layer may stand in several files (a shapefile per block, a workbook per year), in several layers
of a file or on several sheets: its rows are then counted through all of them, in the order of
their names, and a problem names the file and the row within it.
"""

from __future__ import annotations

import fnmatch
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from geo.crs import crs_label, same_crs, transform_frame
from geo.errors import GeoError
from layers.conform import conform
from layers.contracts import CONTRACTS
from layers.errors import ReadError
from layers.formats import TABLE_SUFFIXES
from layers.geometries import settle_lost
from layers.grids import sheet_names
from layers.guard import check_regular, oversized_cell
from layers.placing import CRS_UNUSABLE, TRANSFORMED
from layers.problems import Kind
from layers.rasters import NO_FILE
from layers.raw import NO_ROWS, UNREADABLE, Reporter
from layers.selection import select_rows
from layers.staging import sidecars
from layers.tables import has_headings, read_table
from layers.vectors import NO_GEOMETRY, layer_names, read_vector
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from layers.corrections import Register
    from layers.project import LayerSource
    from layers.raw import RawLayer

__all__ = ["LayerRead", "SourceFile", "layer_parts", "read_layer", "source_file"]

MERGED = Kind(
    "files-merged",
    "note",
    Text("由 {n} 个来源合并：{found}", "merged from {n} sources: {found}"),
    Text("请核对各来源都属于本图层", "check that each of them belongs to the layer"),
)
NO_MATCH = Kind(
    "layer-pattern-unmatched",
    "error",
    Text(
        "{file} 中没有名称符合“{found}”的图层或工作表，现有：{names}",
        "{file} has no layer or sheet that fits {found!r}; it has: {names}",
    ),
    Text("请改正 [layers.{layer}]", "correct [layers.{layer}] of project.toml"),
)

SHEETS_LEFT = Kind(
    "sheets-without-headings",
    "warning",
    Text(
        "工作表“{found}”没有认出任何表头，未并入本图层（封面、说明等）",
        "no heading was recognised on the sheets {found!r} (a cover, remarks); they were left out",
    ),
    Text(
        "如其中有数据，请在 [layers.{layer}] 的 columns 中写明对应字段，或在 sheet 中逐一列出",
        "if one holds data, name its headings in [layers.{layer}] columns, or list the sheets by name",
    ),
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
class LayerRead:
    """What came of one layer: its frame, who reports on it, and the files that exist."""

    frame: pd.DataFrame | None
    report: Reporter
    files: tuple[SourceFile, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """One file, layer or sheet of a layer's source."""

    path: Path
    layer: str | None
    sheet: str | None


def read_layer(
    source: LayerSource,
    report: Reporter,
    *,
    written: Callable[[Path], str],
    corrections: Register | None = None,
    tick: Callable[[], None] = lambda: None,
) -> LayerRead:
    """Read one layer and make it fit its contract.

    Parameters
    ----------
    source : LayerSource
        The layer in the project file.
    report : Reporter
        Where every problem goes.
    written : callable
        Writes a path as the project does.
    corrections : Register, optional
        The register of corrections, applied to what the files hold.
    tick : callable
        Called when a file has been opened and when a column of it has been read; see
        `layer_parts`.

    Returns
    -------
    LayerRead
        Its frame is None where an error was reported.
    """
    parts = [
        part
        for path in source.paths
        for part in _parts(path, source, replace(report, file=written(path)))
    ]
    frames: list[pd.DataFrame] = []
    files: dict[Path, SourceFile] = {}
    offsets: list[tuple[int, str | None]] = []
    rows_before = 0
    for part in parts:
        label = written(part.path)
        if len(parts) > len(source.paths):
            label = f"{label} [{part.layer or part.sheet}]"
        own = replace(report, file=label)
        raw = _read(part, source, own)
        tick()
        if raw is not None and oversized_cell(raw.frame, own):
            raw = None
        count = None
        if raw is not None:
            counted = int(raw.frame["source_row"].max()) if len(raw.frame) else 0
            raw.frame["source_row"] += rows_before
            if raw.lost is not None:
                raw = replace(raw, lost=raw.lost.moved(rows_before))
            offsets.append((rows_before, label))
            located = replace(own, parts=((rows_before, label),)) if len(parts) > 1 else own
            frame = _conformed(raw, source, located, corrections, tick)
            rows_before += counted
            if frame is not None:
                frames.append(frame)
                count = len(frame)
        if part.path.is_file() or part.path.is_dir():
            crs = None if raw is None or raw.crs is None else crs_label(raw.crs)
            encoding = None if raw is None else raw.encoding
            made = source_file(part.path, own, count, encoding, crs, name=written(part.path))
            if made is not None:
                files[part.path] = _summed(files.get(part.path), made)
    if len(parts) > 1:
        report = replace(report, parts=tuple(offsets))
    return LayerRead(_merged(frames, report), report, tuple(files.values()))


def layer_parts(source: LayerSource) -> int:
    """Return how often `read_layer` ticks for each of its files being one: its columns and one more.

    Layers or sheets within a file are not known before it is opened; a ticker stops at its total.
    """
    return len(source.paths) * (len(CONTRACTS[source.name].columns) + 1)


def _parts(path: Path, source: LayerSource, report: Reporter) -> list[_Part]:
    """Name the layers or sheets of a file that are wanted."""
    if not path.exists():
        return [_Part(path, source.layer, source.sheet)]
    table = path.suffix.lower() in TABLE_SUFFIXES
    wanted = (source.sheets or source.layers) if table else source.layers
    if not wanted:
        return [_Part(path, source.layer, source.sheet)]
    known = sheet_names(path) if table else layer_names(path, report)
    parts = []
    for pattern in wanted:
        fitting = [name for name in known if fnmatch.fnmatchcase(name.strip(), pattern)]
        if not fitting and known:
            report.add(NO_MATCH, found=pattern, names=", ".join(known))
        if table and "*" in pattern and len(fitting) > 1:
            fitting = _with_headings(path, fitting, source, report)
        named = fitting or ([] if known else [pattern])
        parts += [_Part(path, None, n) if table else _Part(path, n, None) for n in named]
    return list(dict.fromkeys(parts))


def _with_headings(
    path: Path, sheets: list[str], source: LayerSource, report: Reporter
) -> list[str]:
    """Leave out the sheets a pattern takes along that are no tables, where any other is one."""
    contract, named = CONTRACTS[source.name], list(source.columns.values())
    tables = [
        sheet
        for sheet in sheets
        if has_headings(path, sheet, contract, named=named, header=source.header)
    ]
    left = [sheet for sheet in sheets if sheet not in tables]
    if not tables or not left:
        return sheets
    report.add(SHEETS_LEFT, found=", ".join(left))
    return tables


def _read(part: _Part, source: LayerSource, report: Reporter) -> RawLayer | None:
    """Read a file by what it is: a table or a data set of features."""
    contract = CONTRACTS[source.name]
    if not part.path.exists():
        report.add(NO_FILE, found=report.file)
        return None
    try:
        check_regular(part.path)
    except ReadError as err:
        report.add(UNREADABLE, why=str(err))
        return None
    if part.path.suffix.lower() in TABLE_SUFFIXES:
        if contract.geometry is not None:
            report.add(NO_GEOMETRY, wanted_zh="图形", wanted_en="geometries")
            return None
        return read_table(
            part.path,
            contract,
            report,
            sheet=part.sheet or part.layer,
            named=list(source.columns.values()),
            encoding=source.encoding,
            header=source.header,
        )
    return read_vector(
        part.path,
        contract,
        report,
        layer=part.layer,
        encoding=source.encoding,
        crs=source.crs,
    )


def _conformed(
    raw: RawLayer,
    source: LayerSource,
    report: Reporter,
    corrections: Register | None,
    tick: Callable[[], None],
) -> pd.DataFrame | None:
    """Select the rows wanted and make them fit the contract."""
    taken = select_rows(raw, source.where, report)
    if taken is None:
        return None
    if taken.frame.empty:
        report.add(NO_ROWS)
        return None
    contract = CONTRACTS[source.name]
    frame = conform(taken, contract, source, report, corrections=corrections, tick=tick)
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    settled = settle_lost(frame, taken.lost, contract, report)
    if settled.empty:
        report.add(NO_ROWS)
        return None
    return settled


def _merged(frames: Sequence[pd.DataFrame], report: Reporter) -> pd.DataFrame | None:
    """Put the frames of several sources one below the other, in the CRS of the first."""
    if not frames:
        return None
    if len(frames) == 1:
        return frames[0]
    names = [str(name) for _, name in report.parts]
    report.add(MERGED, n=len(names), found=", ".join(names)[:500])
    # A part of which no row has a geometry is in no CRS, and goes into any.
    first: Any = next((one for one in frames if getattr(one, "crs", None) is not None), frames[0])
    if not isinstance(first, gpd.GeoDataFrame):
        return pd.concat(frames, ignore_index=True)
    placed: list[gpd.GeoDataFrame] = []
    frame: Any
    for frame in frames:
        if frame.geometry.isna().all():
            placed.append(frame.set_crs(first.crs, allow_override=True))
            continue
        file, _ = report.place(int(frame["source_row"].iloc[0]))
        own = replace(report, file=file, parts=())
        try:
            same = same_crs(frame.crs, first.crs)
            moved: gpd.GeoDataFrame = frame if same else transform_frame(frame, first.crs)
        except GeoError as err:
            own.add(CRS_UNUSABLE, why=str(err))
            continue
        if not same:
            own.add(TRANSFORMED, found=crs_label(frame.crs), target=crs_label(first.crs))
        placed.append(moved.set_crs(first.crs, allow_override=True))
    return gpd.GeoDataFrame(pd.concat(placed, ignore_index=True), crs=first.crs)


def _summed(before: SourceFile | None, file: SourceFile) -> SourceFile:
    """Add up the rows of several layers or sheets of one file."""
    if before is None:
        return file
    counts = [one.rows for one in (before, file) if one.rows is not None]
    return replace(before, rows=sum(counts) if counts else None)


def source_file(
    path: Path,
    report: Reporter,
    rows: int | None,
    encoding: str | None,
    crs: str | None,
    *,
    name: str | None = None,
) -> SourceFile | None:
    """Describe a file; None and a problem where it cannot be read at all."""
    try:
        digest = _sha256(path)
    except OSError as err:
        report.add(UNREADABLE, why=err.strerror or type(err).__name__)
        return None
    return SourceFile(report.layer, name or report.file or path.name, digest, rows, encoding, crs)


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
