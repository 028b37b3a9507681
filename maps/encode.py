"""Small binary encodings for the page: integers as varints, shapes as deltas, text as dictionaries.

A browser reads them back with ``static/decode.js``; the tests with a mirror in Python.

**Varint**: seven bits a byte, least significant first, the high bit set on all bytes but the last.
**Zigzag**: 0, -1, 1, -2, ... become 0, 1, 2, 3, ... so that small numbers of either sign are short.
**Section**: a length (4 bytes, little endian), a JSON header of that length, then binary parts one
after the other, the lengths of which stand in the header; all of it gzipped and written in base64.
"""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "PRECISION",
    "Section",
    "encode_lines",
    "encode_polygons",
    "packed",
    "unsigned",
    "varints",
    "zigzag",
]

#: Steps in a degree: 1e-7 degrees is about a centimetre, finer than any boundary survey.
PRECISION = 10_000_000

#: Gzip's slow levels gain 2 % on such data and cost three times the time.
_GZIP_LEVEL = 6

#: A float64 holds integers exactly up to here, and a browser has no other number.
_MAX_EXACT = 2**53


def varints(values: NDArray[np.unsignedinteger[Any]] | NDArray[np.signedinteger[Any]]) -> bytes:
    """Write non-negative integers below 2**63 as varints.

    Examples
    --------
    >>> varints(np.array([1, 300])).hex()
    '01ac02'
    """
    rest = np.asarray(values, dtype=np.uint64)
    if rest.size == 0:
        return b""
    width = np.ones(rest.size, dtype=np.intp)
    more = rest >> np.uint64(7)
    while more.any():
        width += more > 0
        more >>= np.uint64(7)
    ends = np.cumsum(width)
    starts = ends - width
    out = np.empty(int(ends[-1]), dtype=np.uint8)
    for place in range(int(width.max())):
        here = width > place
        chunk = (rest[here] >> np.uint64(7 * place)) & np.uint64(0x7F)
        chunk |= np.where(width[here] > place + 1, np.uint64(0x80), np.uint64(0))
        out[starts[here] + place] = chunk.astype(np.uint8)
    return out.tobytes()


def zigzag(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Fold signed integers into non-negative ones.

    Examples
    --------
    >>> zigzag(np.array([0, -1, 1, -2])).tolist()
    [0, 1, 2, 3]
    """
    return (values << 1) ^ (values >> 63)


def unsigned(values: NDArray[np.float64], decimals: int) -> NDArray[np.int64]:
    """Write numbers, rounded to `decimals`, as 0 for unknown and 1 + zigzag otherwise.

    Examples
    --------
    >>> unsigned(np.array([np.nan, 0.0, 1.5]), 1).tolist()
    [0, 1, 31]
    """
    known = np.isfinite(values)
    scaled = np.where(known, values, 0.0) * 10.0**decimals
    known &= np.abs(scaled) < _MAX_EXACT / 4
    whole = np.where(known, np.rint(scaled), 0).astype(np.int64)
    return np.where(known, zigzag(whole) + 1, 0)


@dataclass
class Section:
    """A header and its binary parts, on the way to one base64 text."""

    header: dict[str, Any] = field(default_factory=dict)
    parts: list[bytes] = field(default_factory=list)
    _numbers: dict[bytes, int] = field(default_factory=dict, repr=False)

    def add(self, part: bytes) -> int:
        """Append a binary part and return its number; a part that is there already is shared."""
        found = self._numbers.setdefault(part, len(self.parts))
        if found == len(self.parts):
            self.parts.append(part)
        return found

    def text(self) -> str:
        """Return the section as base64; the same section is always the same text."""
        header = json.dumps(
            {**self.header, "parts": [len(part) for part in self.parts]},
            ensure_ascii=False,
            allow_nan=False,
            separators=(",", ":"),
        ).encode("utf-8", errors="replace")  # half a surrogate pair is no character
        raw = b"".join([len(header).to_bytes(4, "little"), header, *self.parts])
        return packed(raw)


def packed(raw: bytes) -> str:
    """Return bytes gzipped and in base64; the same bytes always give the same text."""
    body = gzip.compress(raw, compresslevel=_GZIP_LEVEL, mtime=0)
    # Byte 9 names the operating system that packed it, which is none of the content.
    return base64.b64encode(body[:9] + b"\xff" + body[10:]).decode("ascii")


def _grid(coordinates: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(coordinates[:, :2] * PRECISION).astype(np.int64)


def _deltas(points: NDArray[np.int64], origin: tuple[int, int]) -> tuple[bytes, bytes]:
    """Difference from point to point, running on across shapes: neighbours lie close together."""
    steps = np.diff(points, axis=0, prepend=np.array([origin], dtype=np.int64))
    return varints(zigzag(steps[:, 0])), varints(zigzag(steps[:, 1]))


def _origin(points: NDArray[np.int64]) -> tuple[int, int]:
    return (int(points[:, 0].min()), int(points[:, 1].min())) if len(points) else (0, 0)


def encode_polygons(shapes: NDArray[np.object_], section: Section) -> dict[str, Any]:
    """Write polygons and multipolygons in degrees, holes included, into `section`.

    Outer rings turn one way and holes the other, so that a browser may fill several shapes in one
    path. What is not a polygon, or is empty or missing, becomes a shape of no parts.

    Parameters
    ----------
    shapes : array of shapely geometries
        Longitude and latitude.
    section : Section
        Receives five binary parts: polygons per shape, rings per polygon, points per ring, then
        the steps in longitude and in latitude, in 1e-7 degrees.

    Returns
    -------
    dict
        What the header says of them: the number of shapes, the origin and the parts.
    """
    kind = shapely.get_type_id(shapes)
    drawable = np.isin(kind, (3, 6)) & ~shapely.is_empty(shapes)
    kept = shapely.orient_polygons(shapely.force_2d(shapes[drawable]))
    parts, owner = shapely.get_parts(kept, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    coordinates, of_ring = shapely.get_coordinates(rings, return_index=True)
    # A ring ends where it began: the browser closes it, so the last point need not travel.
    last = np.append(of_ring[1:] != of_ring[:-1], True) if len(of_ring) else of_ring.astype(bool)
    points = _grid(coordinates[~last])
    per_shape = np.zeros(len(shapes), dtype=np.int64)
    per_shape[np.flatnonzero(drawable)] = np.bincount(owner, minlength=len(kept))
    origin = _origin(points)
    xs, ys = _deltas(points, origin)
    return {
        "n": len(shapes),
        "origin": list(origin),
        "parts": [
            section.add(varints(per_shape)),
            section.add(varints(np.bincount(of_part, minlength=len(parts)))),
            section.add(varints(np.bincount(of_ring[~last], minlength=len(rings)))),
            section.add(xs),
            section.add(ys),
        ],
    }


def encode_lines(shapes: NDArray[np.object_], section: Section) -> dict[str, Any]:
    """Write lines in degrees into `section`; a point is a line of one point.

    Polygons are given by their outlines. The parts are those of `encode_polygons`, every shape a
    single polygon, the rings of which are its lines with all their points.
    """
    outlines = np.where(
        np.isin(shapely.get_type_id(shapes), (3, 6)), shapely.boundary(shapes), shapes
    )
    parts, owner = shapely.get_parts(shapely.force_2d(outlines), return_index=True)
    coordinates, of_part = shapely.get_coordinates(parts, return_index=True)
    points = _grid(coordinates)
    origin = _origin(points)
    xs, ys = _deltas(points, origin)
    return {
        "n": len(shapes),
        "origin": list(origin),
        "parts": [
            section.add(varints(np.ones(len(shapes), dtype=np.int64))),
            section.add(varints(np.bincount(owner, minlength=len(shapes)))),
            section.add(varints(np.bincount(of_part, minlength=len(parts)))),
            section.add(xs),
            section.add(ys),
        ],
    }
