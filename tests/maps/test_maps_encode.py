"""Shapes and numbers come back as they went, through a reader written apart from the writer."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from maps.encode import PRECISION, Section, encode_lines, encode_polygons, varints, zigzag
from maps.tables import Field, encode_table


def read_varints(data: bytes) -> list[int]:
    values, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            values.append(value)
            value, shift = 0, 0
    return values


def unfold(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def unpack(text: str) -> tuple[dict[str, Any], list[bytes]]:
    raw = gzip.decompress(base64.b64decode(text))
    length = int.from_bytes(raw[:4], "little")
    header = json.loads(raw[4 : 4 + length])
    parts, start = [], 4 + length
    for size in header["parts"]:
        parts.append(raw[start : start + size])
        start += size
    assert start == len(raw)
    return header, parts


def read_rings(said: dict[str, Any], parts: list[bytes]) -> list[list[list[list[tuple[int, int]]]]]:
    """Return shapes of polygons of rings of points, in steps."""
    per_shape, per_part, per_ring, xs, ys = (read_varints(parts[p]) for p in said["parts"])
    x, y = said["origin"]
    steps = iter(zip(map(unfold, xs), map(unfold, ys), strict=True))
    parts_left, rings_left = iter(per_part), iter(per_ring)
    shapes = []
    for polygons in per_shape:
        shape = []
        for _ in range(polygons):
            polygon = []
            for _ in range(next(parts_left)):
                ring = []
                for _ in range(next(rings_left)):
                    dx, dy = next(steps)
                    x, y = x + dx, y + dy
                    ring.append((x, y))
                polygon.append(ring)
            shape.append(polygon)
        shapes.append(shape)
    assert next(steps, None) is None
    return shapes


def as_geometry(shape: list[list[list[tuple[int, int]]]]) -> MultiPolygon:
    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in shape])


def round_trip(shapes: list[Any]) -> list[MultiPolygon]:
    section = Section()
    said = encode_polygons(np.array(shapes, dtype=object), section)
    section.header = {"shapes": said}
    header, parts = unpack(section.text())
    return [as_geometry(shape) for shape in read_rings(header["shapes"], parts)]


def in_steps(shape: Any) -> Any:
    return shapely.transform(shape, lambda points: np.rint(points * PRECISION))


RING = Polygon(
    [(117, 36), (117.01, 36), (117.01, 36.01), (117, 36.01)],
    [[(117.002, 36.002), (117.004, 36.002), (117.004, 36.004), (117.002, 36.004)]],
)
TWO = MultiPolygon([box(117.02, 36, 117.03, 36.01), RING])


def test_a_hole_and_two_polygons_come_back() -> None:
    there = round_trip([RING, TWO, box(-0.5, -0.5, 0.5, 0.5)])
    assert there[0].equals(in_steps(RING))
    assert len(there[0].geoms[0].interiors) == 1
    assert there[1].equals(in_steps(TWO))
    assert len(there[1].geoms) == 2
    assert there[2].equals(in_steps(box(-0.5, -0.5, 0.5, 0.5)))


def test_what_is_no_polygon_keeps_its_place_without_a_shape() -> None:
    there = round_trip([None, RING, Polygon(), Point(117, 36), LineString([(0, 0), (1, 1)]), RING])
    assert [len(shape.geoms) for shape in there] == [0, 1, 0, 0, 0, 1]
    assert there[5].equals(in_steps(RING))


def test_outer_rings_and_holes_turn_opposite_ways() -> None:
    backwards = RING.reverse()
    section, other = Section(), Section()
    encode_polygons(np.array([RING], dtype=object), section)
    encode_polygons(np.array([backwards], dtype=object), other)
    assert shapely.is_ccw(round_trip([backwards])[0].geoms[0].exterior)
    assert not shapely.is_ccw(round_trip([backwards])[0].geoms[0].interiors[0])


def test_height_is_left_behind() -> None:
    assert round_trip([shapely.force_3d(RING, 50.0)])[0].equals(in_steps(RING))


def test_no_shapes_at_all() -> None:
    assert round_trip([]) == []
    assert round_trip([None])[0].is_empty


def test_lines_points_and_outlines() -> None:
    section = Section()
    shapes = [Point(117, 36), LineString([(117, 36), (117.1, 36.1), (117.2, 36)]), RING]
    said = encode_lines(np.array(shapes, dtype=object), section)
    header, parts = unpack(Section({"s": said}, section.parts).text())
    there = read_rings(header["s"], parts)
    assert [[len(line) for line in shape[0]] for shape in there] == [[1], [3], [5, 5]]
    assert there[0][0][0] == [(117 * PRECISION, 36 * PRECISION)]
    assert there[2][0][0][0] == there[2][0][0][-1]


@given(st.lists(st.integers(0, 2**62), max_size=40))
@settings(max_examples=40, deadline=None)
def test_varints_come_back(numbers: list[int]) -> None:
    assert read_varints(varints(np.array(numbers, dtype=np.uint64))) == numbers


@given(st.lists(st.integers(-(2**61), 2**61), min_size=1, max_size=40))
@settings(max_examples=40, deadline=None)
def test_zigzag_comes_back(numbers: list[int]) -> None:
    assert [unfold(n) for n in zigzag(np.array(numbers, dtype=np.int64)).tolist()] == numbers


@given(
    st.lists(st.tuples(st.floats(-170, 170), st.floats(-80, 80), st.floats(1e-5, 1)), max_size=12)
)
@settings(max_examples=30, deadline=None)
def test_boxes_anywhere_come_back(places: list[tuple[float, float, float]]) -> None:
    shapes = [box(x, y, x + size, y + size) for x, y, size in places]
    for shape, back in zip(shapes, round_trip(shapes), strict=True):
        assert back.bounds == pytest.approx(in_steps(shape).bounds, abs=0)


def test_the_same_section_is_the_same_text() -> None:
    section = Section({"a": 1}, [b"xyz"])
    assert section.text() == Section({"a": 1}, [b"xyz"]).text()
    assert base64.b64decode(section.text())[4:8] == b"\0\0\0\0"


def test_equal_parts_travel_once() -> None:
    section = Section()
    assert section.add(b"one") == section.add(b"one") == 0
    assert section.add(b"two") == 1


def read_column(said: dict[str, Any], parts: list[bytes], n: int) -> list[Any]:
    """Read a column back, as decode.js does."""
    if said["enc"] == "none":
        return [None] * n
    if said["enc"] == "text":
        return list(said["dict"])
    stored = parts[said["p"]]
    if said["enc"] == "bool":
        return [{0: None, 1: False, 2: True}[byte] for byte in stored]
    codes = read_varints(stored)
    if said["enc"] == "dict":
        return [said["dict"][code - 1] if code else None for code in codes]
    if said["enc"] in ("num", "date"):
        scale = 10 ** said.get("d", 0)
        return [unfold(code - 1) / scale if code else None for code in codes]
    assert said["enc"] == "pattern"
    lines = parts[said["args"]].decode().split("\n")
    slots = [pattern.split("\0") for pattern in said["dict"]]
    sizes = [codes.count(number + 1) for number in range(len(slots))]
    starts = np.cumsum([0, *(size * (len(s) - 1) for size, s in zip(sizes, slots, strict=True))])
    seen = [0] * len(slots)
    texts: list[Any] = []
    for code in codes:
        if not code:
            texts.append(None)
            continue
        number = code - 1
        text = slots[number][0]
        for k, piece in enumerate(slots[number][1:]):
            text += lines[starts[number] + k * sizes[number] + seen[number]] + piece
        seen[number] += 1
        texts.append(text)
    return texts


def columns_back(frame: pd.DataFrame, fields: list[Field]) -> dict[str, Any]:
    section = Section()
    said = encode_table(frame, fields, section)
    header, parts = unpack(Section({"t": said}, section.parts).text())
    return {
        column["name"]: (column["enc"], read_column(column, parts, header["t"]["n"]))
        for column in header["t"]["columns"]
    }


def test_columns_come_back_with_their_unknowns() -> None:
    frame = pd.DataFrame(
        {
            "area_m2": [12.345, np.nan, -0.5],
            "days": pd.Series([731, pd.NA, 0], dtype="Int64"),
            "on": pd.Series(["2026-06-30", None, "1969-12-31"], dtype="datetime64[s]"),
            "ok": pd.Series([True, pd.NA, False], dtype="boolean"),
            "use": pd.Series(["road", pd.NA, "road"], dtype="string"),
        }
    )
    back = columns_back(
        frame,
        [
            Field("area_m2", "number", "m2"),
            Field("days", "integer", "days"),
            Field("on", "date"),
            Field("ok", "boolean"),
            Field("use", "code"),
            Field("absent", "text"),
        ],
    )
    assert back["area_m2"][1] == [12.34, None, -0.5]
    assert back["days"][1] == [731, None, 0]
    assert back["on"][1] == [20634, None, -1]
    assert back["ok"][1] == [True, None, False]
    assert back["use"] == ("dict", ["road", None, "road"])
    assert back["absent"] == ("none", [None, None, None])


def test_a_zero_is_not_an_unknown() -> None:
    frame = pd.DataFrame({"share": [0.0, np.nan, np.inf]})
    assert columns_back(frame, [Field("share", "number", "share")])["share"][1] == [0.0, None, None]


def test_notes_with_numbers_travel_as_patterns() -> None:
    notes = [f"宗地{k:04d}容积率{k / 7:.2f}，下限0.80，至2026-06-30。" for k in range(300)]
    notes[7] = None
    frame = pd.DataFrame({"note": pd.Series(notes, dtype="string")})
    kind, back = columns_back(frame, [Field("note", "text")])["note"]
    assert kind == "pattern"
    assert back == notes


@given(
    st.lists(
        st.none() | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12),
        min_size=1,
        max_size=60,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back(texts: list[str | None]) -> None:
    frame = pd.DataFrame({"t": pd.Series(texts, dtype="string")})
    back = columns_back(frame, [Field("t", "text")])["t"][1]
    assert back == [text if text is None else text.replace("\0", "\ufffd") for text in texts]
