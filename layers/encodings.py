r"""Which encoding a text is in: read from its bytes, a declaration being honoured only if they agree.

A shapefile in GBK without its ``.cpg`` reads as mojibake without any error, and a ``.cpg`` that
lies corrupts every label. Both are decided here from the records themselves. Each candidate
codec is scored by how much of what it yields is text in common use:

.. math:: s = \tfrac{1}{2} (c + \min(1, 4 d))

where *c* is the share of characters from the first level of the codec's character set (the
characters in common use, which both GB 2312 and Big5 put in a block of their own) and *d* the
share of words of land and address registers. Text read by the wrong codec scatters over the rare
characters of the second level and scores low.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import charset_normalizer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "Encoding",
    "canonical_codec",
    "decode_text",
    "detect",
    "detect_file",
]

Origin = Literal["ascii", "mark", "declared", "detected", "given"]

_SAMPLE_BYTES = 1_048_576

#: Characters that land, planning and address registers are full of, in both scripts.
_COMMON = frozenset(
    "地区用面积工业仓储名称编号宗土规划容率积建筑绿住宅商办公研发路街道市省县镇村号楼层高度年月日"
    "合同出让使权人单位备注类型代码范围图幅图斑坐落公司有限科技物流园综保税控制线项目已未是否无"
    "電鐵塔計畫區劃園業號層類編碼積築綠務學廠倉權單備註圍鎮縣與機關產發環國東廣場駅電变电水"
    "一二三四五六七八九十的及其他中大小上下东西南北第新老街行政服务设施教育医院学校停车道路"
)

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding and how it was found.

    Attributes
    ----------
    name : str
        A Python codec.
    confidence : float
        0 to 1; 1 where nothing but ASCII or a byte-order mark was seen.
    origin : {"ascii", "mark", "declared", "detected", "given"}
        ``declared``: a ``.cpg`` or a header said so and the bytes agree.
    refuted : str or None
        What was declared, where the bytes contradict it.
    """

    name: str
    confidence: float
    origin: Origin
    refuted: str | None = None


def canonical_codec(name: str | None) -> str | None:
    """Return the Python codec that a declaration means, or None if it names none.

    GB 2312 and GBK are read as GB 18030, which contains both.

    Examples
    --------
    >>> canonical_codec("ANSI 936"), canonical_codec("GBK"), canonical_codec("65001")
    ('gb18030', 'gb18030', 'utf-8')
    >>> canonical_codec("no such thing") is None
    True
    """
    if name is None or not name.strip():
        return None
    text = name.strip().lower().replace("_", "-")
    number = re.fullmatch(r"(?:ansi|oem|cp|windows|ms)?[ -]?(\d{3,5})", text)
    if number is not None:
        page = number.group(1)
        if page == "65001":
            text = "utf-8"
        elif page.startswith("8859") and len(page) == 5:
            text = f"iso8859-{page[4]}"
        else:
            text = f"cp{page}"
    elif text.startswith(("big5", "big-5")):
        text = "big5hkscs" if "hk" in text else "big5"
    try:
        found = codecs.lookup(text).name
    except LookupError:
        return None
    return {"gb2312": "gb18030", "gbk": "gb18030", "cp950": "big5"}.get(found, found)


def decode_text(raw: bytes, codec: str) -> tuple[str, bool]:
    r"""Decode a cell of fixed width and say whether every byte of it was understood.

    A character that the width cut in two is dropped without complaint: fixed-width cells are cut
    at bytes, not at characters.

    Examples
    --------
    >>> decode_text("用地".encode("gb18030")[:3], "gb18030")
    ('用', True)
    >>> decode_text(b"\xff\xff", "utf-8")[1]
    False
    """
    decoder = codecs.getincrementaldecoder(codec)(errors="strict")
    try:
        return decoder.decode(raw, final=False), True
    except UnicodeDecodeError:
        return raw.decode(codec, errors="replace"), False


def _level_share(text: str, codec: str) -> float:
    """Share of the non-ASCII characters that stand in the codec's block of common characters."""
    low, high, second = (0xB0, 0xD7, 0xA1) if codec == "gb18030" else (0xA4, 0xC6, 0x40)
    total = common = 0
    for char in text:
        if char.isascii():
            continue
        total += 1
        raw = char.encode(codec, errors="ignore")
        if len(raw) == 2 and (low <= raw[0] <= high or raw[0] in {0xA1, 0xA3}) and raw[1] >= second:
            common += 1
    return common / total if total else 0.0


def _register_share(text: str) -> float:
    """Share of the non-ASCII characters that are words of registers."""
    wide = [char for char in text if not char.isascii()]
    return sum(char in _COMMON for char in wide) / len(wide) if wide else 0.0


def _decode_all(chunks: Sequence[bytes], codec: str) -> str | None:
    """Decode every chunk, or None if one of them does not decode."""
    texts = []
    for chunk in chunks:
        text, understood = decode_text(chunk, codec)
        if not understood:
            return None
        texts.append(text)
    return "\n".join(texts)


def _score_cjk(chunks: Sequence[bytes], codec: str) -> float:
    """Score a double-byte codec; 0 where the bytes do not decode at all."""
    text = _decode_all(chunks, codec)
    if text is None:
        return 0.0
    return 0.5 * (_level_share(text, codec) + min(1.0, 4 * _register_share(text)))


def _score_utf8(chunks: Sequence[bytes]) -> float:
    """Score UTF-8: its form is so strict that text of another codec all but never has it.

    The exception is a short text of two-byte sequences only, which GBK may produce: it counts for
    less unless it lies in the Latin, Greek or Cyrillic blocks.
    """
    text = _decode_all(chunks, "utf-8")
    if text is None:
        return 0.0
    wide = [char for char in text if not char.isascii()]
    if any(char >= "\u0800" for char in wide):
        return 0.99
    alphabet = sum(char < "\u0530" for char in wide)
    return 0.45 + 0.5 * alphabet / len(wide) if wide else 0.0


def _score_latin1(chunks: Sequence[bytes]) -> float:
    """Score Latin-1: accented letters that stand alone among ASCII ones."""
    high = alone = 0
    for chunk in chunks:
        for match in re.finditer(rb"[\x80-\xff]+", chunk):
            run = match.group()
            high += len(run)
            letters = all(byte >= 0xC0 or byte in {0xA0, 0xAA, 0xB0, 0xB2, 0xBA} for byte in run)
            if letters and len(run) == 1 and len(chunk) > 1:
                alone += 1
    return 0.85 * alone / high if high else 0.0


def _score(chunks: Sequence[bytes], codec: str) -> float:
    if codec == "utf-8":
        return _score_utf8(chunks)
    if codec in {"gb18030", "big5"}:
        return _score_cjk(chunks, codec)
    return _score_latin1(chunks)


def _best(chunks: Sequence[bytes]) -> tuple[str, float]:
    """Return the likeliest codec and its score; earlier candidates win ties."""
    scores = {name: _score(chunks, name) for name in ("utf-8", "gb18030", "big5", "latin-1")}
    name = max(scores, key=lambda codec: scores[codec])
    if scores[name] >= 0.4:
        return name, scores[name]
    guess = charset_normalizer.from_bytes(b"\n".join(chunks)[:65_536]).best()
    helper = None if guess is None else canonical_codec(guess.encoding)
    if helper is not None and _decode_all(chunks, helper) is not None:
        return helper, max(0.3, scores.get(helper, 0.0))
    return (name, scores[name]) if scores[name] > 0 else ("latin-1", 0.1)


def detect(chunks: Sequence[bytes], *, declared: str | None = None) -> Encoding:
    """Find the encoding of some pieces of text.

    Parameters
    ----------
    chunks : sequence of bytes
        Cells or lines; each may end within a character.
    declared : str, optional
        What a ``.cpg`` or a header claims: honoured where the bytes agree.

    Returns
    -------
    Encoding

    Examples
    --------
    >>> detect(["工业用地".encode("gb18030")], declared="UTF-8")
    Encoding(name='gb18030', confidence=1.0, origin='detected', refuted='UTF-8')
    >>> detect([b"plain"]).origin
    'ascii'
    """
    wide = [chunk for chunk in chunks if not chunk.isascii()]
    claim = canonical_codec(declared)
    if not wide:
        return Encoding(claim or "utf-8", 1.0, "ascii")
    name, score = _best(wide)
    if claim is None:
        return Encoding(name, round(score, 2), "detected", declared or None)
    if claim == name:
        return Encoding(name, round(max(score, 0.9), 2), "declared")
    if _decode_all(wide, claim) is not None:
        scored = claim in {"utf-8", "gb18030", "big5"}
        # A single-byte codec decodes anything, so only a strong competitor refutes it.
        agrees = _score(wide, claim) >= score - 0.15 if scored else score < 0.5
        if agrees or (name == "latin-1" and not scored):
            return Encoding(claim, 0.8, "declared")
    return Encoding(name, round(score, 2), "detected", declared)


def _utf16_without_mark(raw: bytes) -> str | None:
    """Tell UTF-16 by its zero bytes: those of its commas and digits all stand on one side."""
    even, odd = raw[0:4096:2].count(0), raw[1:4096:2].count(0)
    least = min(len(raw), 4096) // 20
    for codec, many, few in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if many > max(least, 2) and few == 0:
            return codec
    return None


def detect_file(path: Path) -> Encoding:
    """Find the encoding of a text file (CSV, GeoJSON): byte-order mark first, then its bytes."""
    with path.open("rb") as stream:
        raw = stream.read(_SAMPLE_BYTES)
    for mark, codec in _BOMS:
        if raw.startswith(mark):
            return Encoding(codec, 1.0, "mark")
    wide = _utf16_without_mark(raw)
    if wide is not None:
        return Encoding(wide, 0.9, "detected")
    return detect(raw.splitlines())
