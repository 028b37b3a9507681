"""A workbook of Excel 97 written byte by byte: nothing installed here writes one any more."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
#: The cell formats: general, and a date (built-in number format 14).
_GENERAL, _DATE = 0, 1


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str, *, long: bool = True) -> bytes:
    raw = text.encode("utf-16-le")
    size = struct.pack("<H", len(text)) if long else struct.pack("<B", len(text))
    return size + b"\x01" + raw


def _sheet(rows: Sequence[Sequence[object]]) -> bytes:
    out = [_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))]
    width = max(len(row) for row in rows)
    out.append(_record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0)))
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell is None:
                continue
            if isinstance(cell, str):
                out.append(_record(0x0204, struct.pack("<HHH", r, c, _GENERAL) + _text(cell)))
                continue
            # A tuple stands for an Excel serial number shown as a date.
            style, number = (_DATE, cell[0]) if isinstance(cell, tuple) else (_GENERAL, cell)
            out.append(_record(0x0203, struct.pack("<HHHd", r, c, style, float(str(number)))))
    return b"".join([*out, _record(0x000A)])


def _book(name: str, rows: Sequence[Sequence[object]]) -> bytes:
    def xf(number_format: int) -> bytes:
        return _record(0x00E0, struct.pack("<HHH", 0, number_format, 0) + bytes(14))

    head = [
        _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)),
        _record(0x0042, struct.pack("<H", 1200)),
        xf(0) + xf(14),
    ]
    title = _text(name, long=False)
    before = sum(map(len, head)) + len(_record(0x0085, bytes(6) + title)) + len(_record(0x000A))
    head.append(_record(0x0085, struct.pack("<IBB", before, 0, 0) + title))
    head.append(_record(0x000A))
    return b"".join(head) + _sheet(rows)


def xls_bytes(rows: Sequence[Sequence[object]], *, name: str = "台账") -> bytes:
    """Return a workbook of one sheet: texts, numbers, None, and dates as ``(serial,)``."""
    stream = _book(name, rows)
    # Streams below 4,096 bytes would stand in a stream of their own.
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    sectors = len(stream) // _SECTOR
    fat = [_FAT, _END, *range(3, sectors + 2), _END]
    fat += [_FREE] * (_SECTOR // 4 - len(fat))

    def entry(title: str, kind: int, start: int, size: int, child: int = -1) -> bytes:
        raw = title.encode("utf-16-le") + b"\0\0"
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBBiii", len(raw), kind, 1, -1, -1, child)
            + bytes(36)
            + struct.pack("<III", start, size, 0)
        )

    directory = entry("Root Entry", 5, _END, 0, 1) + entry("Workbook", 2, 2, len(stream))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
        + struct.pack("<I", 0)
        + struct.pack("<I", _FREE) * 108
    )
    return header + struct.pack(f"<{len(fat)}I", *fat) + directory.ljust(_SECTOR, b"\0") + stream
