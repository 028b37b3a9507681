"""Encodings found from bytes, declarations honoured only where the bytes agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.encodings import canonical_codec, decode_text, detect, detect_file

if TYPE_CHECKING:
    from pathlib import Path

SIMPLIFIED = "计划区 使用分区 容积率 面积 一类工业用地 仓储用地 防护绿地"
TRADITIONAL = "計畫區 使用分區 容積率 面積 工業區 公園用地 道路用地"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gb18030"),
        ("España, ñandú, Zürich", "latin-1"),
    ],
)
def test_each_encoding_is_found(text: str, codec: str) -> None:
    chunks = [part.encode(codec) for part in text.split()]
    found = detect(chunks)
    assert found.name == codec
    assert found.confidence > 0.5
    assert found.origin == "detected"


@pytest.mark.parametrize("declared", ["UTF-8", "BIG5", "ISO-8859-1", "1252"])
def test_a_lying_declaration_is_refuted(declared: str) -> None:
    found = detect([part.encode("gb18030") for part in SIMPLIFIED.split()], declared=declared)
    assert (found.name, found.refuted) == ("gb18030", declared)


@pytest.mark.parametrize(
    ("declared", "codec"),
    [("UTF-8", "utf-8"), ("GBK", "gb18030"), ("cp936", "gb18030"), ("ANSI 936", "gb18030")],
)
def test_a_true_declaration_is_honoured(declared: str, codec: str) -> None:
    found = detect([part.encode(codec) for part in SIMPLIFIED.split()], declared=declared)
    assert (found.name, found.origin, found.refuted) == (codec, "declared", None)


def test_a_single_byte_declaration_is_honoured_for_western_text() -> None:
    found = detect(["Łódź".encode("cp1250"), "Kraków".encode("cp1250")], declared="1250")
    assert (found.name, found.origin) == ("cp1250", "declared")


def test_plain_ascii_asks_nothing() -> None:
    assert detect([b"A-01", b"holder"]).origin == "ascii"
    assert detect([]).confidence == 1.0


def test_names_of_encodings() -> None:
    assert canonical_codec("GB2312") == "gb18030"
    assert canonical_codec("950") == "big5"
    assert canonical_codec("88591") == "iso8859-1"
    assert canonical_codec("martian") is None


def test_a_file_with_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("宗地".encode("utf-8-sig"))
    assert detect_file(path).name == "utf-8-sig"
    path.write_bytes("宗地".encode("utf-16"))
    assert path.read_bytes().decode(detect_file(path).name) == "宗地"


def test_a_cell_cut_within_a_character_is_no_fault() -> None:
    assert decode_text("用地面积".encode()[:10], "utf-8") == ("用地面", True)


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(
        st.text(alphabet="工业用地仓储绿面积容率建筑区划规道路街园", min_size=2, max_size=6),
        min_size=1,
        max_size=8,
    ),
    codec=st.sampled_from(["utf-8", "gb18030"]),
    declared=st.sampled_from([None, "UTF-8", "GBK", "BIG5", "8859-1"]),
)
def test_words_of_registers_always_come_back(
    words: list[str], codec: str, declared: str | None
) -> None:
    found = detect([word.encode(codec) for word in words], declared=declared)
    assert [word.encode(codec).decode(found.name) for word in words] == words
