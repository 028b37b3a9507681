"""Land-use codes of the classifications in use, and the use codes they stand for.

The table stands in ``data/land_use_codes.toml``. A code is read in its scheme. Where the scheme is
not given, the code must mean one thing in every scheme that has it: ``0601`` is industrial land
in the land survey and a rural road in the guide of 2023, so without a scheme it is unknown.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from layers.codes import LAND_USE_SCHEMES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["STATUSES", "CodeMeaning", "Reading", "guide_codes", "meanings", "read_land_use_codes"]

_GUIDE = "guide-2023"

Status = Literal["ok", "inferred", "several_uses", "several_schemes", "unknown_code"]

#: What became of a code.
STATUSES: dict[str, Text] = {
    "ok": Text("已按分类标准识别", "read in its scheme"),
    "inferred": Text(
        "未写分类标准，各标准中含义一致", "no scheme is given; every scheme reads it alike"
    ),
    "several_uses": Text("一个代码对应多种用途，须人工确定", "the code covers several uses"),
    "several_schemes": Text(
        "未写分类标准，而各标准中含义不同", "no scheme is given and the schemes differ"
    ),
    "unknown_code": Text("分类标准中没有该代码", "no such code"),
}


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """A code of one scheme.

    Attributes
    ----------
    scheme, code : str
        The scheme of `layers.codes.LAND_USE_SCHEMES` and its code.
    name : str
        The class, as the classification names it.
    uses : tuple of str
        The use codes it may be; one where the code tells.
    """

    scheme: str
    code: str
    name: str
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a code says: its use where that is certain, the candidates otherwise."""

    use: str | None
    candidates: tuple[str, ...]
    status: Status


@cache
def _raw() -> dict[str, Any]:
    source = files("layers").joinpath("data", "land_use_codes.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def _table() -> tuple[dict[str, dict[str, CodeMeaning]], dict[str, re.Pattern[str]]]:
    raw = _raw()
    patterns = {scheme: re.compile(entry["pattern"]) for scheme, entry in raw["schemes"].items()}
    codes = {
        scheme: {
            code: CodeMeaning(scheme, code, entry[0], tuple(entry[1:]))
            for code, entry in raw[scheme].items()
        }
        for scheme in LAND_USE_SCHEMES
    }
    return codes, patterns


def meanings(scheme: str) -> Mapping[str, CodeMeaning]:
    """Return the codes of a scheme.

    Examples
    --------
    >>> meanings("survey-3")["0601"].uses, meanings("guide-2023")["0601"].uses
    (('industrial',), ('road',))
    """
    return _table()[0][scheme]


def _find(code: str, scheme: str) -> CodeMeaning | None:
    """Return the code, or the nearest parent that has a single use."""
    codes, patterns = _table()
    if not patterns[scheme].fullmatch(code):
        return None
    known = codes[scheme]
    if code in known:
        return known[code]
    for length in range(len(code) - 1, 0, -1):
        parent = known.get(code[:length])
        if parent is not None:
            return parent if len(parent.uses) == 1 else None
    return None


@cache
def _read(code: str, scheme: str | None) -> Reading:
    schemes = [scheme] if scheme is not None else list(LAND_USE_SCHEMES)
    found = [meaning for name in schemes if (meaning := _find(code, name)) is not None]
    uses = {meaning.uses for meaning in found}
    candidates = tuple(dict.fromkeys(use for meaning in found for use in meaning.uses))
    if not found:
        return Reading(None, (), "unknown_code")
    if len(uses) > 1:
        return Reading(None, candidates, "several_schemes")
    if len(candidates) > 1:
        return Reading(None, candidates, "several_uses")
    return Reading(candidates[0], candidates, "ok" if scheme is not None else "inferred")


def _clean(code: str) -> str:
    """Fold a code, and give back the zero before it that a spreadsheet took (601 was 0601)."""
    folded = unicodedata.normalize("NFKC", code).strip().upper().removesuffix(".0")
    restored = f"0{folded}"
    lost = (
        folded.isdigit()
        and len(folded) % 2
        and any(restored in known for known in _table()[0].values())
    )
    return restored if lost else folded


def _schemes(codes: pd.Series[Any], schemes: pd.Series[Any] | str | None) -> list[str | None]:
    """Return the scheme of each code, None where it is not given."""
    if schemes is None or isinstance(schemes, str):
        return [schemes] * len(codes)
    return [None if pd.isna(scheme) else str(scheme) for scheme in schemes.astype(object)]


def read_land_use_codes(
    codes: pd.Series[Any], schemes: pd.Series[Any] | str | None = None
) -> pd.DataFrame:
    """Read land-use codes as uses.

    Parameters
    ----------
    codes : pandas.Series
        Codes as text; null gives null.
    schemes : pandas.Series or str, optional
        The scheme of each code (aligned), or of all; null is not given.

    Returns
    -------
    pandas.DataFrame
        On the index of `codes`, text: ``use`` (null where not certain), ``candidates``
        (comma-separated) and ``status`` (a key of `STATUSES`).

    Examples
    --------
    >>> read = read_land_use_codes(pd.Series(["0601", "0601", "M1", "B"]),
    ...                            pd.Series(["survey-3", None, None, "gb50137-2011"]))
    >>> read["use"].tolist()
    ['industrial', <NA>, 'industrial', <NA>]
    >>> read["status"].tolist()
    ['ok', 'several_schemes', 'inferred', 'several_uses']
    """
    readings = [
        None if pd.isna(code) else _read(_clean(str(code)), scheme)
        for code, scheme in zip(codes.astype(object), _schemes(codes, schemes), strict=True)
    ]
    columns = {
        "use": [None if one is None else one.use for one in readings],
        "candidates": [None if one is None else ",".join(one.candidates) for one in readings],
        "status": [None if one is None else one.status for one in readings],
    }
    return pd.DataFrame(columns, index=codes.index).astype("string")


@cache
def _in_guide(code: str, scheme: str | None) -> tuple[str, ...]:
    """Return the codes of the guide for one of a scheme; without a scheme, if only one has the code."""
    having = [name for name in LAND_USE_SCHEMES if code in _table()[0][name]]
    if scheme is None:
        if len(having) != 1:
            return ()
        scheme = having[0]
    if scheme == _GUIDE:
        return (code,) if code in _table()[0][_GUIDE] else ()
    return tuple(_raw()["to-guide"].get(scheme, {}).get(code, ()))


def guide_codes(
    codes: pd.Series[Any], schemes: pd.Series[Any] | str | None = None
) -> pd.Series[Any]:
    """Return the codes of the guide of 2023 that codes of any classification stand for.

    Parameters
    ----------
    codes : pandas.Series
        Codes as text; null gives null.
    schemes : pandas.Series or str, optional
        The scheme of each code (aligned), or of all; null is not given.

    Returns
    -------
    pandas.Series of string
        On the index of `codes`: one code, or several separated by commas of which one is to be
        chosen by hand; null where no counterpart is known, or the scheme is not.

    Examples
    --------
    >>> guide_codes(pd.Series(["0601", "M1", "S3", "0601"]),
    ...             pd.Series(["survey-3", None, "gb50137-2011", None])).tolist()
    ['1001', '100101', '1208,1201,1202,1203,1204', <NA>]
    """
    found = [
        None if pd.isna(code) else ",".join(_in_guide(_clean(str(code)), scheme)) or None
        for code, scheme in zip(codes.astype(object), _schemes(codes, schemes), strict=True)
    ]
    return pd.Series(found, index=codes.index, dtype="string")
