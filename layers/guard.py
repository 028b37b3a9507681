"""Files that would exhaust the machine, or lie about their size, refused before they are opened.

A workbook with one cell in its last row and column, a table whose header claims more records than
the file can hold, a cell of a million characters: each gets a sentence instead of a crash.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from layers.errors import ReadError
from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from layers.raw import Reporter

__all__ = [
    "MAX_UNPACKED_BYTES",
    "check_archive",
    "check_dbf",
    "check_raster",
    "check_regular",
    "check_shapes",
    "check_workbook",
    "oversized_cell",
]

#: More than this unpacked is taken for a mistake or an attack.
MAX_UNPACKED_BYTES = 8 * 2**30
#: No map data are packed as densely as this: such an entry holds the same bytes over and over.
_BOMB_BYTES, _BOMB_RATIO = 100 * 2**20, 200
#: A workbook is read into memory: so much of it, and so many cells from corner to corner.
_MAX_WORKBOOK_BYTES = 2 * 2**30
_MAX_CELLS = 30_000_000
#: A raster that claims more than that, and a thousand times more than its file, is a header alone.
_RASTER_RATIO = 1000
#: Longer than twice what a spreadsheet's cell can hold is no value of a register.
_MAX_TEXT = 65_536
_CHUNK = 1 << 24
_SHP_HEADER = 100
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})(\d{1,7})"[^>/]*>')

CELL_TOO_LARGE = Kind(
    "cell-too-large",
    "error",
    Text(
        "有一格的文字长达 {found} 个字符，超过上限 {limit}",
        "one cell holds {found} characters, more than the {limit} allowed",
    ),
    Text("请核对该格并缩短文字", "check the cell and shorten it"),
)


def check_archive(archive: zipfile.ZipFile, folder: Path) -> None:
    """Refuse an archive that would overflow the disk or leave its folder.

    Parameters
    ----------
    archive : zipfile.ZipFile
        What is to be unpacked.
    folder : pathlib.Path
        Where to.

    Raises
    ------
    ReadError
        Naming the path or the size.
    """
    size = sum(entry.file_size for entry in archive.infolist())
    free = shutil.disk_usage(folder).free
    if size > MAX_UNPACKED_BYTES or size > free:
        msg = (
            f"解压后约 {size / 2**30:.1f} GiB，超过上限 / unpacked, the archive would take "
            f"{size / 2**30:.1f} GiB: more than the {MAX_UNPACKED_BYTES / 2**30:.0f} GiB allowed, or "
            "than the disk has"
        )
        raise ReadError(msg)
    for entry in archive.infolist():
        if entry.file_size > _BOMB_BYTES and entry.file_size > _BOMB_RATIO * entry.compress_size:
            msg = (
                f"压缩包中的 {entry.filename[:80]!r} 解压后大 {entry.file_size / max(1, entry.compress_size):.0f} 倍，"
                "疑为压缩炸弹，拒绝打开 / unpacked, an entry of the archive is so many times larger that it "
                "looks like a bomb and was not opened"
            )
            raise ReadError(msg)
        name = entry.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
            msg = (
                f"压缩包含有指向其文件夹之外的路径，拒绝打开 / the archive holds a path that leads out "
                f"of its folder and was not opened: {entry.filename[:80]!r}"
            )
            raise ReadError(msg)


def check_regular(path: Path) -> None:
    """Refuse what is neither a file with content nor a folder: reading a pipe would never end.

    Raises
    ------
    ReadError
        Saying what it is.
    """
    if path.is_dir():
        return
    if not path.is_file():
        msg = f"{path.name} 不是普通文件 / {path.name} is no ordinary file"
        raise ReadError(msg)
    if path.stat().st_size == 0:
        msg = f"{path.name} 是空文件（0 字节） / {path.name} is an empty file (0 bytes)"
        raise ReadError(msg)


def check_dbf(path: Path) -> None:
    """Refuse a dBASE file that is shorter than its header says.

    Raises
    ------
    ReadError
        With the records claimed and those that the file can hold.
    """
    with path.open("rb") as stream:
        head = stream.read(32)
    if len(head) < 32:
        return
    claimed = int.from_bytes(head[4:8], "little")
    before = int.from_bytes(head[8:10], "little")
    record = int.from_bytes(head[10:12], "little")
    there = (path.stat().st_size - before) // record if record else 0
    if before >= 33 and claimed > there:
        msg = (
            f"文件残缺：{path.name} 声明有 {claimed} 条记录，长度只够 {max(there, 0)} 条 / the file is cut "
            f"short: {path.name} claims {claimed} records and has room for {max(there, 0)}"
        )
        raise ReadError(msg)


def check_shapes(path: Path, index: Path | None, table: Path | None = None) -> None:
    """Refuse a shapefile whose parts do not belong together or were cut short in copying.

    Parameters
    ----------
    path : pathlib.Path
        The ``.shp``.
    index : pathlib.Path or None
        Its ``.shx``, which says where the shapes stand; without it the header's length does.
    table : pathlib.Path, optional
        Its ``.dbf``: a record for each shape, by order alone.

    Raises
    ------
    ReadError
        With the bytes that there should be and those that there are.
    """
    there = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(_SHP_HEADER)
    if len(head) < _SHP_HEADER:
        msg = (
            f"文件残缺：{path.name} 只有 {there} 字节，不足文件头 / the file is cut short: {path.name} has "
            f"{there} bytes, fewer than its header"
        )
        raise ReadError(msg)
    claimed = 2 * int.from_bytes(head[24:28], "big")
    if index is not None:
        whole = index.read_bytes()
        _check_index(index, whole, table)
        if claimed > there:
            # The header of some writers is wrong; what the index points at must be there.
            entries = np.frombuffer(whole[_SHP_HEADER:], dtype=">i4").reshape(-1, 2)
            ends = 2 * entries.astype("int64").sum(axis=1) + 8
            claimed = int(ends.max()) if len(ends) else 0
    if claimed > there:
        msg = (
            f"文件残缺：{path.name} 应有 {claimed} 字节，实有 {there} 字节，请重新拷贝 / the file is cut short: "
            f"{path.name} should have {claimed} bytes and has {there}; copy it again"
        )
        raise ReadError(msg)


def _check_index(index: Path, whole: bytes, table: Path | None) -> None:
    """Refuse an index that was cut short, or a table with another number of records."""
    claimed = 2 * int.from_bytes(whole[24:28], "big")
    if len(whole) < max(claimed, _SHP_HEADER) or (len(whole) - _SHP_HEADER) % 8:
        msg = (
            f"索引残缺：{index.name} 应有 {max(claimed, _SHP_HEADER)} 字节，实有 {len(whole)} 字节；删除它后程序会重建 / "
            f"the index is cut short: {index.name} should have {max(claimed, _SHP_HEADER)} bytes and has "
            f"{len(whole)}; without it the program makes it anew"
        )
        raise ReadError(msg)
    if table is None:
        return
    with table.open("rb") as stream:
        head = stream.read(32)
    records = int.from_bytes(head[4:8], "little")
    shapes = (len(whole) - _SHP_HEADER) // 8
    if len(head) == 32 and records != shapes:
        msg = (
            f"图形与属性数目不符：{index.stem}.shp 有 {shapes} 个图形，{table.name} 有 {records} 条记录；两者只按顺序"
            f"对应，其一曾被单独改动 / {index.stem}.shp has {shapes} shapes and {table.name} {records} records: they "
            "belong to each other by order alone, and one of them was changed without the other"
        )
        raise ReadError(msg)


def check_raster(path: Path, claimed: int) -> None:
    """Refuse a raster whose header claims far more than its file can hold.

    Parameters
    ----------
    path : pathlib.Path
    claimed : int
        Bytes of all its pixels.

    Raises
    ------
    ReadError
        With both sizes.
    """
    there = path.stat().st_size
    if claimed > MAX_UNPACKED_BYTES and claimed > _RASTER_RATIO * there:
        msg = (
            f"影像声明有 {claimed / 2**30:.0f} GiB 像元，而文件只有 {there / 2**20:.1f} MiB，拒绝打开 / the "
            f"raster claims {claimed / 2**30:.0f} GiB of pixels in a file of {there / 2**20:.1f} MiB; it "
            "was not opened"
        )
        raise ReadError(msg)


def check_workbook(path: Path) -> None:
    """Refuse a workbook that would not fit into memory.

    Raises
    ------
    ReadError
        With its size, or the cell that makes it so large.
    """
    if path.suffix.lower() not in {".xlsx", ".xlsm"} or not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
        if size > _MAX_WORKBOOK_BYTES:
            msg = (
                f"工作簿解压后约 {size / 2**30:.1f} GiB，拒绝打开 / unpacked, the workbook would take "
                f"{size / 2**30:.1f} GiB; it was not opened"
            )
            raise ReadError(msg)
        for entry in archive.infolist():
            if "worksheets/" in entry.filename and entry.filename.endswith(".xml"):
                _check_extent(archive, entry)


def _check_extent(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Refuse a sheet whose cells lie so far apart that the grid between them fills the memory."""
    rows = columns = 0
    tail = b""
    with archive.open(entry) as stream:
        while block := stream.read(_CHUNK):
            text = tail + block
            for letters, number in _CELL.findall(text):
                rows = max(rows, int(number))
                columns = max(columns, _column(letters))
            tail = text[-256:]
    if rows * columns > _MAX_CELLS:
        msg = (
            f"工作表范围过大（{rows} 行 × {columns} 列），请删除远处的零星单元格 / the sheet is too large "
            f"({rows} rows x {columns} columns): delete the stray cells far out"
        )
        raise ReadError(msg)


def _column(letters: bytes) -> int:
    """Return the number of a spreadsheet's column, 1 first."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def oversized_cell(frame: pd.DataFrame, report: Reporter) -> bool:
    """Report the first text that is too long to be a value, and tell whether there is one."""
    for name in frame.columns:
        column = frame[name]
        if name == "geometry" or not (
            column.dtype == object or pd.api.types.is_string_dtype(column.dtype)
        ):
            continue
        lengths = column.map(lambda cell: len(cell) if isinstance(cell, (str, bytes)) else 0)
        longest = int(lengths.fillna(0).max()) if len(lengths) else 0
        if longest > _MAX_TEXT:
            row = frame["source_row"].iloc[int(lengths.to_numpy().argmax())]
            report.add(
                CELL_TOO_LARGE, row=int(row), column=str(name), found=longest, limit=_MAX_TEXT
            )
            return True
    return False
