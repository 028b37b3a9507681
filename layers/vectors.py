"""Vector files read into raw frames: the source's own columns, usable geometries, a CRS.

GDAL's own messages never leak: they are caught and written to the problem log as notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from layers.contracts import CONTRACTS
from layers.crs_checks import crs_beside, plane_part, settle_crs
from layers.dbf_text import decode_frame, shapefile_encoding
from layers.drawings import close_boundaries
from layers.encodings import detect_file
from layers.formats import VECTOR_SUFFIXES
from layers.gdal import gdal_config, reader_messages
from layers.geojson_file import states_unknown_crs
from layers.geometries import GEOMETRY_TEXTS, fit_geometries
from layers.geopackage_file import count_is_stale, with_stored_texts
from layers.guard import check_dbf, check_regular, check_shapes
from layers.parquet_file import read_parquet
from layers.problems import Kind
from layers.raw import NO_ROWS, UNREADABLE, RawLayer, note_encoding
from layers.staging import StagingError, part, staged
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from layers.columns import Contract
    from layers.encodings import Encoding
    from layers.raw import Reporter

__all__ = ["layer_names", "read_vector"]

_JSON_SUFFIXES = frozenset({".geojson", ".json"})
_ARROW_SUFFIXES = frozenset({".gpkg", ".fgb", ".gdb"})

#: Nothing is fetched on GDAL's own account, and large features are read.
_GDAL_OPTIONS = {
    "GML_DOWNLOAD_SCHEMA": "NO",
    "OGR_GEOJSON_MAX_OBJ_SIZE": "0",
    "OGR_STROKE_CURVE": "YES",
}

_AREAL = re.compile("polygon|surface", re.IGNORECASE)
_LINEAR = re.compile("line|curve", re.IGNORECASE)
_PUNCTUAL = re.compile("point", re.IGNORECASE)
_SHAPES = {"polygon": _AREAL, "line": _LINEAR, "point": _PUNCTUAL, "any": re.compile("")}

UNKNOWN_FORMAT = Kind(
    "format-unknown",
    "error",
    Text("不支持的文件格式：{found}", "unknown file format: {found}"),
    Text("可用：{known} .zip", "use one of {known} .zip"),
)
MANY_LAYERS = Kind(
    "layer-ambiguous",
    "error",
    Text("文件中有多个图层：{layers}", "the file holds several layers: {layers}"),
    Text(
        '请在 project.toml 的 [layers.{layer}] 中写明 layer = "图层名"',
        'name one in project.toml: [layers.{layer}] layer = "..."',
    ),
)
NO_LAYERS = Kind(
    "layer-none",
    "error",
    Text(
        "文件中没有一个图层，可能残缺或并非此格式",
        "the file holds no layer at all: it is damaged, or of another format",
    ),
    Text("请重新拷贝或重新输出该文件", "copy it again, or write it anew"),
)
NO_SUCH_LAYER = Kind(
    "layer-not-found",
    "error",
    Text(
        "文件中没有图层“{found}”，现有：{layers}",
        "no layer {found!r} in the file; it has: {layers}",
    ),
    Text("请改正 [layers.{layer}] 的 layer", "correct `layer` in [layers.{layer}] of project.toml"),
)
NO_GEOMETRY = Kind(
    "layer-without-geometry",
    "error",
    Text(
        "该文件没有图形，此图层需要{wanted_zh}",
        "the file has no geometry; the layer wants {wanted_en}",
    ),
    Text("请提供带图形的文件", "give a file with geometries"),
)
WRONG_LAYER = Kind(
    "layer-of-wrong-geometry",
    "error",
    Text(
        "此图层需要{wanted_zh}，而文件中全是 {found}",
        "the layer wants {wanted_en}; the file holds nothing but {found}",
    ),
    Text("请核对文件与图层名", "check the file and the layer's name"),
)
NO_ATTRIBUTES = Kind(
    "attributes-missing",
    "warning",
    Text(
        "缺少 {found}，只有图形，没有任何属性",
        "{found} is missing: there are geometries and not one attribute",
    ),
    Text("请将 .dbf 与 .shp 放在一起", "put the .dbf beside the .shp"),
)
INDEX_MADE = Kind(
    "index-made",
    "note",
    Text(
        "缺少 {found}，已在临时文件夹中重建，源文件未改动",
        "{found} is missing: it was made anew elsewhere, nothing was written beside the file",
    ),
    Text("请将 .shx 与 .shp 一并拷贝", "copy the .shx with the .shp"),
)
UNCLOSED = Kind(
    "geometry-unclosed",
    "warning",
    Text("边界环没有闭合，已连接首尾两点", "a ring was not closed; its ends were joined"),
    Text("请在源数据中闭合边界", "close the ring in the source"),
)
RENAMED = Kind(
    "field-duplicated",
    "note",
    Text("字段名重复，后者已改称：{found}", "repeated field names, later ones renamed: {found}"),
    Text("请在源数据中改名", "rename them in the source"),
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    path: Path
    layer: str
    shape: str | None


def read_vector(
    path: Path,
    contract: Contract,
    report: Reporter,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
) -> RawLayer | None:
    """Read one layer of a vector file.

    Parameters
    ----------
    path : Path
        One of the formats of the project file, or a zip archive of one.
    contract : Contract
        Gives the wanted geometry and the name by which a layer is recognised.
    report : Reporter
        Where every problem goes.
    layer : str, optional
        The layer in the file; needed where several would do.
    encoding : str, optional
        Of a shapefile's texts; else detected.
    crs : str, optional
        Of a file that carries none; what a file says itself prevails.

    Returns
    -------
    RawLayer or None
        None where an error was reported.
    """
    if path.suffix.lower() not in {*VECTOR_SUFFIXES, ".zip"}:
        report.add(UNKNOWN_FORMAT, found=path.suffix or path.name, known=" ".join(VECTOR_SUFFIXES))
        return None
    try:
        check_regular(path)
        with gdal_config(_GDAL_OPTIONS), reader_messages(report), staged(path) as files:
            for file in files:
                if file.suffix.lower() == ".shp" and file.is_file():
                    table = part(file, ".dbf")
                    if table is not None:
                        check_dbf(table)
                    check_shapes(file, part(file, ".shx"), table)
            if path.suffix.lower() in _JSON_SUFFIXES:
                note_encoding(detect_file(path), report)
            if path.suffix.lower() == ".shp" and part(path, ".shx") is None:
                report.add(INDEX_MADE, found=f"{path.stem}.shx")
            candidates = [one for file in files for one in _layers(file, contract)]
            chosen = _choose(candidates, layer, contract, report)
            return None if chosen is None else _read(chosen, contract, report, encoding, crs)
    except (
        *(StagingError, DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError),
        *(OSError, ValueError, pa.ArrowException, NotImplementedError, RuntimeError, KeyError),
        *(shapely.errors.ShapelyError, pyproj.exceptions.ProjError, MemoryError, TypeError),
    ) as err:
        report.add(UNREADABLE, why=_reason(err, path))
        return None


def layer_names(path: Path, report: Reporter) -> list[str]:
    """Return the names of a file's layers; empty where it cannot be opened."""
    try:
        with gdal_config(_GDAL_OPTIONS), reader_messages(report), staged(path) as files:
            contract = CONTRACTS[report.layer]
            return [one.layer for file in files for one in _layers(file, contract)]
    except (StagingError, DataSourceError, DataLayerError, OSError, ValueError, RuntimeError):
        return []


def _reason(err: Exception, path: Path) -> str:
    """Say why without naming folders of this machine."""
    text = " ".join(str(err).split()) or type(err).__name__
    if "buildtrees" in text or re.search(r"\.cpp at line \d+", text):
        text = "内容残缺或损坏 / its content is damaged"
    text = re.split(r"; It might help|It might help", text)[0].rstrip("; ")
    for folder in (str(path), str(path.parent)):
        text = text.replace(folder, path.name if folder == str(path) else "")
    return re.sub(r"[^\s'\"]*zongdi-[^/\\\s]+[/\\]", "", text)[:300]


def _layers(path: Path, contract: Contract) -> list[_Candidate]:
    """List the layers of a data set that may serve."""
    if path.suffix.lower() == ".parquet":
        return [_Candidate(path, path.stem, None)]
    listed = pyogrio.list_layers(path)
    if contract.geometry is not None and any(shape is not None for _, shape in listed):
        listed = [(name, shape) for name, shape in listed if shape is not None]
    return [_Candidate(path, str(name), shape) for name, shape in listed]


def _choose(
    candidates: Sequence[_Candidate], layer: str | None, contract: Contract, report: Reporter
) -> _Candidate | None:
    """Choose the layer named, else the only one, else the one that bears the contract's name."""
    names = ", ".join(one.layer for one in candidates) or "-"
    if layer is not None:
        for same in (str.__eq__, lambda a, b: a.casefold() == b.casefold()):
            found = [one for one in candidates if same(one.layer, layer)]
            found = found or [one for one in candidates if same(one.path.stem, layer)]
            if len(found) == 1:
                return found[0]
        report.add(NO_SUCH_LAYER, found=layer, layers=names)
        return None
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        report.add(NO_LAYERS)
        return None
    wanted = {contract.name.casefold(), contract.label.zh, contract.label.en.casefold()}
    named = [one for one in candidates if one.layer.casefold() in wanted]
    pattern = _SHAPES[contract.geometry or "any"]
    fitting = [one for one in candidates if one.shape is not None and pattern.search(one.shape)]
    for group in (named, fitting):
        if len(group) == 1:
            return group[0]
    report.add(MANY_LAYERS, layers=names)
    return None


def _read(
    chosen: _Candidate,
    contract: Contract,
    report: Reporter,
    encoding: str | None,
    given_crs: str | None,
) -> RawLayer | None:
    found: Encoding | None = None
    if chosen.path.suffix.lower() == ".parquet":
        frame = read_parquet(chosen.path)
    elif chosen.path.suffix.lower() == ".shp":
        table = part(chosen.path, ".dbf")
        if table is None or table.stat().st_size == 0:
            report.add(NO_ATTRIBUTES, found=f"{chosen.path.stem}.dbf")
        found = shapefile_encoding(chosen.path, encoding, report)
        frame = _open(chosen, report, encoding="ISO-8859-1", use_arrow=False)
        frame = decode_frame(frame, found.name, report)
    else:
        frame = _open(chosen, report, use_arrow=chosen.path.suffix.lower() in _ARROW_SUFFIXES)
        frame = with_stored_texts(frame, chosen.path, chosen.layer)
    frame = _unique_names(frame.reset_index(drop=True), report)
    frame["source_row"] = np.arange(1, len(frame) + 1, dtype="int64")
    codec = None if found is None else found.name
    if contract.geometry is None:
        plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
        return _filled(RawLayer(plain, None, codec, chosen.layer), report)
    return _located(RawLayer(frame, None, codec, chosen.layer), chosen, contract, report, given_crs)


def _located(
    raw: RawLayer,
    chosen: _Candidate,
    contract: Contract,
    report: Reporter,
    given_crs: str | None,
) -> RawLayer | None:
    """Fit the geometries to the contract and settle in which CRS they are."""
    frame = raw.frame
    kind = contract.geometry or "any"
    wanted = GEOMETRY_TEXTS[kind]
    suffix = chosen.path.suffix.lower()
    if not isinstance(frame, gpd.GeoDataFrame):
        report.add(NO_GEOMETRY, wanted_zh=wanted.zh, wanted_en=wanted.en)
        return None
    if suffix == ".dxf" and kind == "polygon":
        frame = close_boundaries(frame, report)
    stated = plane_part(frame.crs) or crs_beside(chosen.path, report)
    if suffix in _JSON_SUFFIXES and states_unknown_crs(chosen.path, report):
        stated = None
    frame, lost = fit_geometries(frame, kind, report)
    raw = replace(raw, frame=frame, crs=stated, lost=lost)
    if frame.geometry.isna().all():
        if (lost.reasons == "wrong_type").any():
            kinds = ", ".join(sorted({str(one) for one in lost.found if one is not None}))
            report.add(WRONG_LAYER, found=kinds, wanted_zh=wanted.zh, wanted_en=wanted.en)
            return None
        # Without a shape nothing is placed, and no CRS is wanted.
        return _filled(raw, report)
    west, south, east, north = (float(value) for value in frame.total_bounds)
    crs = settle_crs(stated, plane_part(given_crs), (west, south, east, north), report)
    if crs is None:
        return None
    return replace(raw, frame=frame.set_crs(crs, allow_override=True), crs=crs)


def _filled(raw: RawLayer, report: Reporter) -> RawLayer | None:
    """Return the layer if it has rows."""
    if len(raw.frame):
        return raw
    report.add(NO_ROWS)
    return None


def _open(chosen: _Candidate, report: Reporter, **options: Any) -> pd.DataFrame:
    """Open with pyogrio; without Arrow where it does not serve; joining rings left open."""
    options = {"layer": chosen.layer, **options}
    if options.get("use_arrow"):
        # Whole numbers stay whole beside nulls: a code of 18 digits must not become a float.
        kwargs = {"types_mapper": {pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int32Dtype()}.get}
        if count_is_stale(chosen.path, chosen.layer):
            # A query is counted as it runs, a layer by the count that the file stores.
            quoted = str(chosen.layer).replace('"', '""')
            options |= {"layer": None, "sql": f'SELECT * FROM "{quoted}"'}  # noqa: S608 - quoted
        try:
            return pyogrio.read_dataframe(chosen.path, arrow_to_pandas_kwargs=kwargs, **options)
        except (NotImplementedError, pa.ArrowException, shapely.errors.ShapelyError):
            options["use_arrow"] = False
    try:
        return pyogrio.read_dataframe(chosen.path, **options)
    except shapely.errors.ShapelyError:
        strict = pyogrio.read_dataframe(chosen.path, on_invalid="ignore", **options)
        joined = pyogrio.read_dataframe(chosen.path, on_invalid="fix", **options)
        repaired = strict.geometry.isna() & joined.geometry.notna()
        report.rows(UNCLOSED, np.flatnonzero(repaired) + 1, column="geometry")
        return joined


def _unique_names(frame: pd.DataFrame, report: Reporter) -> pd.DataFrame:
    """Give repeated field names a number, and keep the names of this program's own columns."""
    seen: dict[str, int] = {"source_row": 1}
    names: list[str] = []
    for name in map(str, frame.columns):
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    renamed = [name for name, old in zip(names, frame.columns, strict=True) if name != str(old)]
    if renamed:
        report.add(RENAMED, found=", ".join(renamed))
    frame.columns = pd.Index(names)
    return frame
