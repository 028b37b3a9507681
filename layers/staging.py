"""A place where an input may be opened without anything being written beside it.

GDAL writes helpers next to some inputs (``.gfs`` beside GML, a restored ``.shx``, the journals of
a GeoPackage in write-ahead mode) and cannot open them in a read-only folder. Such inputs, and
archives, are read from a temporary copy.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from layers.encodings import canonical_codec, detect_file
from layers.formats import VECTOR_SUFFIXES
from layers.gdal import gdal_config
from layers.guard import check_archive

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["StagingError", "part", "sidecars", "staged"]

#: Archives within archives are not opened.
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".kmz")


class StagingError(ValueError):
    """An archive or a file that cannot be laid out for reading."""


def sidecars(path: Path) -> list[Path]:
    """Return the files that make up one input, in order: a shapefile's parts, a folder's files.

    Only parts that bear on what is read are counted for a shapefile.
    """
    if path.is_dir():
        return sorted(p for p in path.rglob("*") if p.is_file() and p.suffix != ".lock")
    if path.suffix.lower() == ".shp":
        parts = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
        return sorted(
            p for p in path.parent.iterdir() if p.stem == path.stem and p.suffix.lower() in parts
        )
    return [path]


def _copy(path: Path, folder: Path) -> Path:
    """Copy a file and its sidecars of the same stem into `folder`."""
    stem = path.name
    for other in sorted(path.parent.iterdir()):
        same = other.stem == path.stem and other.suffix.lower() in {
            *(".shp", ".dbf", ".prj", ".cpg", ".gfs", ".xsd"),
            path.suffix.lower(),
        }
        journal = other.name in {f"{stem}-wal", f"{stem}-journal"}
        if other.is_file() and (same or journal):
            target = folder / other.name
            shutil.copyfile(other, target)
            target.chmod(0o600)
    return folder / path.name


def _in_wal_mode(path: Path) -> bool:
    """Whether an SQLite file needs its journals to be read."""
    with path.open("rb") as stream:
        head = stream.read(20)
    journals = any(path.with_name(f"{path.name}{tail}").exists() for tail in ("-wal", "-journal"))
    return head[18:20] == b"\x02\x02" or journals


def _unpack(path: Path, folder: Path) -> list[Path]:
    """Unpack an archive into `folder` and return what in it can be opened."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            check_archive(archive, folder)
            for entry in entries:
                _unpack_entry(archive, entry, folder)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as err:
        msg = f"not a readable zip archive ({err})"
        raise StagingError(msg) from err
    found = []
    for root, folders, files in os.walk(folder):
        here = Path(root)
        bases = [name for name in folders if name.lower().endswith(".gdb")]
        folders[:] = sorted(set(folders) - set(bases))
        found += [here / name for name in bases]
        found += [here / name for name in files if Path(name).suffix.lower() in VECTOR_SUFFIXES]
    nested = [entry.filename for entry in entries if entry.filename.lower().endswith(_ARCHIVES)]
    if not found and nested:
        msg = (
            f"压缩包内只有压缩包 {nested[0]!r}，请先解压 / the archive holds another archive: unpack "
            f"{nested[0]!r} first"
        )
        raise StagingError(msg)
    if not found:
        msg = f"the archive holds none of {' '.join(VECTOR_SUFFIXES)}"
        raise StagingError(msg)
    return sorted(found)


def _unpack_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    """Write one entry below `folder`."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        # Zip tools of Chinese Windows store names in the system's code page.
        raw = name.encode("cp437", errors="ignore")
        name = name if name.isascii() else raw.decode("gb18030", errors="replace")
    inside = PurePosixPath(name.replace("\\", "/"))
    if inside.is_absolute() or ".." in inside.parts or ":" in name or "__MACOSX" in inside.parts:
        return
    target = folder.joinpath(*inside.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as source, target.open("wb") as out:
        shutil.copyfileobj(source, out)


@contextmanager
def staged(path: Path) -> Iterator[list[Path]]:
    """Yield the files to open for an input: itself, or temporary copies.

    Raises
    ------
    StagingError
        If an archive cannot be unpacked or holds nothing that can be read.
    ReadError
        If an archive would overflow the disk or leave its folder.
    OSError
        If the input cannot be read or copied.
    """
    suffix = path.suffix.lower()
    with tempfile.TemporaryDirectory(prefix="zongdi-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if suffix == ".zip":
            yield _unpack(path, folder)
        elif suffix == ".shp" and part(path, ".shx") is None:
            # GDAL writes the index anew, into the copy.
            with gdal_config({"SHAPE_RESTORE_SHX": "YES"}):
                yield [_copy(path, folder)]
        elif suffix == ".gml" or (suffix == ".gpkg" and _in_wal_mode(path)):
            yield [_copy(path, folder)]
        elif suffix in {".geojson", ".json"}:
            yield [_as_utf8(path, folder)]
        else:
            yield [path]


def part(path: Path, suffix: str) -> Path | None:
    """Return the file beside an input that has another suffix, in whatever case; None without one."""
    beside = sorted(path.parent.iterdir())
    return next((p for p in beside if p.stem == path.stem and p.suffix.lower() == suffix), None)


def _as_utf8(path: Path, folder: Path) -> Path:
    """Return a GeoJSON file in UTF-8: itself, or a copy where it breaks the standard."""
    codec = canonical_codec(detect_file(path).name)
    if codec in {None, "utf-8", "utf-8-sig", "ascii"}:
        return path
    target = folder / path.name
    text = path.read_bytes().decode(str(codec), errors="replace")
    target.write_text(text, encoding="utf-8")
    return target
