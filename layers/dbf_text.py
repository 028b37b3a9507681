"""The texts of a shapefile: their encoding found from the ``.dbf`` records, and their decoding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from layers.encodings import Encoding, canonical_codec, decode_text, detect
from layers.guard import check_dbf
from layers.problems import Kind
from layers.raw import ENCODING_UNKNOWN, note_encoding
from policies.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from layers.raw import Reporter

__all__ = ["DbfSample", "decode_frame", "detect_dbf", "read_dbf_sample", "shapefile_encoding"]

_SAMPLE_BYTES = 262_144
_SAMPLE_RECORDS = 2_000

#: The language byte of a dBASE header, as far as it names one of the codecs met here.
_DBF_LANGUAGES: dict[int, str] = {
    0x03: "cp1252",
    0x13: "cp932",
    0x4D: "gb18030",
    0x4E: "cp949",
    0x4F: "big5",
    0x57: "cp1252",
    0x78: "big5",
    0x7A: "gb18030",
    0x7B: "cp932",
}


UNDECODED = Kind(
    "text-undecoded",
    "warning",
    Text(
        "文字不能按 {codec} 解码，读不出的字符以 � 代替",
        "the text is not {codec}; what could not be read became �",
    ),
    Text("请核对该行的文字与编码", "check the row's text and the encoding"),
)


@dataclass(frozen=True, slots=True)
class DbfSample:
    """What a dBASE header and its first records say.

    Attributes
    ----------
    names : tuple of bytes
        The field names, each at most ten bytes.
    texts : tuple of bytes
        Distinct text cells, blanks stripped.
    declared : str or None
        The content of the ``.cpg``, else the codec of the header's language byte.
    """

    names: tuple[bytes, ...]
    texts: tuple[bytes, ...]
    declared: str | None


def read_dbf_sample(path: Path) -> DbfSample | None:
    """Read the field names and the first text cells of a dBASE file, or None if it is not one."""
    with path.open("rb") as stream:
        head = stream.read(32)
        if len(head) < 32:
            return None
        header_bytes = int.from_bytes(head[8:10], "little")
        record_bytes = int.from_bytes(head[10:12], "little")
        if header_bytes < 33 or record_bytes < 1:
            return None
        fields = stream.read(header_bytes - 32)
        records = stream.read(min(record_bytes * _SAMPLE_RECORDS, 16 * _SAMPLE_BYTES))
    names: list[bytes] = []
    slots: list[tuple[int, int]] = []
    start = 1
    for at in range(0, len(fields) - 31, 32):
        field = fields[at : at + 32]
        if field[0] in {0x0D, 0x00}:
            break
        names.append(field[:11].split(b"\0")[0])
        width = field[16] + (256 * field[17] if field[11:12] == b"C" else 0)
        if field[11:12] == b"C":
            slots.append((start, start + width))
        start += width
    texts: dict[bytes, None] = {}
    size = 0
    for at in range(0, len(records) - record_bytes + 1, record_bytes):
        for low, high in slots:
            cell = records[at + low : at + high].strip(b" \0")
            if cell and cell not in texts:
                texts[cell] = None
                size += len(cell)
        if size > _SAMPLE_BYTES:
            break
    cpg = next((p for p in _siblings(path, ".cpg")), None)
    declared = cpg.read_text("latin-1").strip()[:40] if cpg is not None else None
    return DbfSample(tuple(names), tuple(texts), declared or _DBF_LANGUAGES.get(head[29]))


def _siblings(path: Path, suffix: str) -> list[Path]:
    """Files beside `path` with its stem and `suffix`, in whatever case."""
    return sorted(
        other
        for other in path.parent.iterdir()
        if other.stem == path.stem and other.suffix.lower() == suffix and other.is_file()
    )


def detect_dbf(path: Path) -> Encoding | None:
    """Find the encoding of a dBASE file from its field names and cells.

    Returns
    -------
    Encoding or None
        None where the file is no dBASE file.
    """
    sample = read_dbf_sample(path)
    if sample is None:
        return None
    return detect([*sample.names, *sample.texts], declared=sample.declared)


def shapefile_encoding(path: Path, given: str | None, report: Reporter) -> Encoding:
    """Find the codec of a shapefile's texts and note how it was found.

    Raises
    ------
    ReadError
        If the ``.dbf`` is shorter than its header says.
    """
    table = next(iter(_siblings(path, ".dbf")), None)
    if table is not None:
        check_dbf(table)
    if given is not None:
        codec = canonical_codec(given)
        if codec is not None:
            return Encoding(codec, 1.0, "given")
        report.add(ENCODING_UNKNOWN, found=given)
    found = None if table is None else detect_dbf(table)
    if found is None:
        return Encoding("utf-8", 1.0, "ascii")
    # A table without a declaration that agrees is a guess, whichever encoding it turns out to be.
    note_encoding(found, report, usual="")
    return found


def decode_frame(frame: pd.DataFrame, codec: str, report: Reporter) -> pd.DataFrame:
    """Decode names and texts that were read byte for byte as Latin-1."""
    names = {
        name: decode_text(name.encode("latin-1", errors="ignore"), codec)[0]
        for name in frame.columns
        if name != "geometry"
    }
    decoded = frame.copy()
    for name, label in names.items():
        if not (frame[name].dtype == object or pd.api.types.is_string_dtype(frame[name].dtype)):
            continue
        codes, texts = pd.factorize(frame[name])
        pairs = [
            decode_text(text.encode("latin-1"), codec) if isinstance(text, str) else (text, True)
            for text in texts
        ]
        known = np.array([*(text for text, _ in pairs), None], dtype=object)
        decoded[name] = pd.Series(known[codes], index=frame.index, dtype=object)
        faulty = np.array([*(not understood for _, understood in pairs), False], dtype=bool)
        report.rows(UNDECODED, np.flatnonzero(faulty[codes]) + 1, column=label, codec=codec)
    decoded.columns = pd.Index([names.get(name, name) for name in frame.columns])
    return decoded
