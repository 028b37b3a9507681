"""Cells of an XLSX sheet that hold no value: errors such as #N/A, formulas never calculated.

The reader gives both as blanks. A blank is unknown without a word, so they are looked up in the sheet
itself.
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["cells_without_value"]

_CHUNK = 1 << 22
_NS = rb"(?:\w+:)?"
_ATTRIBUTES = rb"<" + _NS + rb"c\s([^>]*)>"
_FORMULA = rb"(?:<" + _NS + rb"f[^>]*/>|<" + _NS + rb"f[^>]*>([^<]*)</" + _NS + rb"f>)"
#: <c r="C2" t="e"><v>#N/A</v></c>, with or without the formula that gave it.
_ERROR = re.compile(_ATTRIBUTES + _FORMULA + rb"?<" + _NS + rb"v[^>]*>(#[^<]*)</" + _NS + rb"v>")
#: A formula beside which no value is stored: the file was written by a program, not by a spreadsheet.
_NO_VALUE = re.compile(
    _ATTRIBUTES
    + _FORMULA
    + rb"(?:<"
    + _NS
    + rb"v\s*/>|<"
    + _NS
    + rb"v></"
    + _NS
    + rb"v>)?</"
    + _NS
    + rb"c>"
)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_KIND = re.compile(rb'\bt="(\w+)"')


def cells_without_value(path: Path, sheet: str) -> list[tuple[int, int, str]]:
    """Find the cells of a sheet that hold an error or a formula without a value.

    Parameters
    ----------
    path : pathlib.Path
        A workbook; of others than XLSX nothing is known here.
    sheet : str
        The sheet's name.

    Returns
    -------
    list of (int, int, str)
        Row and column, 0 first, and what stands there (``#N/A``, ``=A1+B1``), in reading order.
    """
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        return [] if part is None else sorted(set(_faults(archive, part)))


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the part of the archive that holds a sheet."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book):
        name = re.search(r'\sname="([^"]*)"', tag)
        link = re.search(r'\s\w+:id="([^"]*)"', tag)
        if name is None or link is None or html.unescape(name.group(1)) != sheet:
            continue
        for entry in re.findall(r"<Relationship\s[^>]*>", links):
            if f'Id="{link.group(1)}"' in entry:
                target = re.search(r'Target="([^"]*)"', entry)
                found = "" if target is None else posixpath.join("xl", target.group(1).lstrip("/"))
                found = found.replace("xl/xl/", "xl/")
                return found if found in names else None
    return None


def _faults(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int, str]]:
    for text in _rows(archive, part):
        for attributes, _, error in _ERROR.findall(text):
            kind, place = _KIND.search(attributes), _PLACE.search(attributes)
            if place is not None and kind is not None and kind.group(1) == b"e":
                yield _cell(place, error.decode("utf-8", errors="replace"))
        for attributes, formula in _NO_VALUE.findall(text):
            kind, place = _KIND.search(attributes), _PLACE.search(attributes)
            # The empty text that a formula gives is a value.
            if place is not None and (kind is None or kind.group(1) != b"str"):
                words = html.unescape(formula.decode("utf-8", errors="replace"))
                yield _cell(place, f"={words}"[:200])


def _rows(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield a sheet in pieces that end with a row."""
    rest = b""
    with archive.open(part) as stream:
        while block := stream.read(_CHUNK):
            text = rest + block
            cut = text.rfind(b"</row>") + 6 if b"</row>" in text else 0
            yield text[:cut]
            rest = text[cut:]
    yield rest


def _cell(place: re.Match[bytes], text: str) -> tuple[int, int, str]:
    column = 0
    for letter in place.group(1):
        column = 26 * column + letter - 64
    return int(place.group(2)) - 1, column - 1, text
