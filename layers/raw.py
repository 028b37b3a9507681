"""What the readers share: the log bound to a layer, and what a file holds before its contract."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    import pandas as pd
    import pyproj

    from layers.encodings import Encoding
    from layers.geometries import LostShapes
    from layers.problems import ProblemLog

__all__ = ["ENCODING_UNKNOWN", "NO_ROWS", "UNREADABLE", "RawLayer", "Reporter", "note_encoding"]

UNREADABLE = Kind(
    "file-unreadable",
    "error",
    Text("文件无法读取：{why}", "the file cannot be read: {why}"),
    Text(
        "请用 GIS 或办公软件打开核对，另存为 GeoPackage（图形）或 XLSX（表格）",
        "open it in a GIS or office program and save it as GeoPackage (features) or XLSX (tables)",
    ),
)
NO_ROWS = Kind(
    "layer-empty",
    "error",
    Text("没有可用的行", "there is no usable row"),
    Text("请核对文件与图层名", "check the file and the layer's name"),
)
ENCODING = Kind(
    "encoding-detected",
    "note",
    Text(
        "文字编码判定为 {found}（可信度 {confidence}）",
        "text encoding found: {found} (confidence {confidence})",
    ),
    Text(
        "如文字有误，请在 [layers.{layer}] 写明 encoding",
        "if texts look wrong, name the encoding in [layers.{layer}]",
    ),
)
ENCODING_REFUTED = Kind(
    "encoding-refuted",
    "note",
    Text(
        "文件声明编码为 {declared}，与字节不符，已按 {found} 读取（可信度 {confidence}）",
        "the file claims {declared}, its bytes disagree; read as {found} (confidence {confidence})",
    ),
    Text("请改正 .cpg 文件", "correct the .cpg file"),
)
ENCODING_UNKNOWN = Kind(
    "encoding-unknown",
    "warning",
    Text("不认识编码“{found}”，已自动判定", "unknown encoding {found!r}; it was detected instead"),
    Text("可用 gb18030、utf-8、big5", "use gb18030, utf-8 or big5"),
)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Adds problems of one layer.

    Attributes
    ----------
    log : ProblemLog
        Where the problems go.
    layer : str
        The layer's name in the project file.
    file : str or None
        The file as the project writes it.
    parts : tuple of (int, str)
        Of a layer merged from several files: after which row each begins, in order, and its name.
        Its rows are counted through all files; problems name the file and the row within it.
    """

    log: ProblemLog
    layer: str
    file: str | None = None
    parts: tuple[tuple[int, str | None], ...] = ()

    def add(self, kind: Kind, **values: Any) -> None:
        """Add one problem of the layer."""
        file, row = self.place(values.pop("row", None))
        self.log.add(kind, layer=self.layer, file=file, row=row, **values)

    def rows(self, kind: Kind, rows: Any, **values: Any) -> None:
        """Add one problem for each of some rows of the layer."""
        if not self.parts:
            self.log.add_rows(kind, layer=self.layer, file=self.file, rows=rows, **values)
            return
        places = [self.place(int(row)) for row in rows]
        files, numbers = [file for file, _ in places], [row for _, row in places]
        self.log.add_rows(kind, layer=self.layer, file=files, rows=numbers, **values)

    def place(self, row: Any) -> tuple[str | None, Any]:
        """Return the file of a row and its number there.

        Examples
        --------
        >>> from layers.problems import ProblemLog
        >>> merged = Reporter(ProblemLog(), "parcels", "*.shp", ((0, "a.shp"), (20, "b.shp")))
        >>> merged.place(20), merged.place(21)
        (('a.shp', 20), ('b.shp', 1))
        """
        if row is None or not self.parts:
            return self.file, row
        at = max(0, bisect_left(self.parts, row, key=lambda part: part[0]) - 1)
        before, file = self.parts[at]
        return file, int(row) - before

    def written(self, rows: Any) -> list[str]:
        """Write rows of the layer for a text: their numbers, with the file where there are several."""
        if not self.parts:
            return [str(row) for row in rows]
        return [f"{number} ({file})" for file, number in (self.place(int(row)) for row in rows)]


@dataclass(frozen=True, slots=True)
class RawLayer:
    """What a file holds, before the contract.

    Attributes
    ----------
    frame : pandas.DataFrame or geopandas.GeoDataFrame
        The source's columns, ``source_row`` (as the source's reader would count) and, for vector
        layers, ``geometry``.
    crs : pyproj.CRS or None
        None for a table.
    encoding : str or None
        The codec of the texts, where it was a question.
    layer : str or None
        The layer or sheet read.
    lost : LostShapes or None
        The rows whose geometry cannot be used, for a layer with geometry.
    units : tuple of str
        What a table says above its headings of the units of all its columns (单位：亩、万元).
    """

    frame: pd.DataFrame
    crs: pyproj.CRS | None = None
    encoding: str | None = None
    layer: str | None = None
    lost: LostShapes | None = None
    units: tuple[str, ...] = ()


def note_encoding(found: Encoding, report: Reporter, *, usual: str = "utf-8") -> None:
    """Note how an encoding was found, unless there was nothing to find or it is the usual one."""
    confidence = f"{found.confidence:.2f}"
    if found.refuted is not None:
        report.add(
            ENCODING_REFUTED, found=found.name, declared=found.refuted, confidence=confidence
        )
    elif found.origin == "detected" and found.name != usual:
        report.add(ENCODING, found=found.name, confidence=confidence)
