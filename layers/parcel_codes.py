"""Parcel codes of 19 characters: taken apart and checked (GB/T 37346-2019).

County 6 digits, cadastral district 3, subdistrict 3, two letters and 5 digits: the first letter is
the kind of ownership, the second the kind of right. A real-estate unit number of 28 characters
begins with the parcel code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from layers.raw import Reporter

__all__ = ["OWNERSHIP", "PROVINCES", "RIGHTS", "check_parcel_codes", "parse_parcel_codes"]

#: The first letter: who owns the land.
OWNERSHIP: dict[str, Text] = {
    "G": Text("国家土地所有权", "state-owned"),
    "J": Text("集体土地所有权", "collectively owned"),
    "Z": Text("土地所有权未确定或有争议", "ownership not settled"),
}
#: The second letter: which right. Others exist beside these and are not called wrong.
RIGHTS: dict[str, Text] = {
    "A": Text("集体土地所有权宗地", "collective ownership"),
    "B": Text("建设用地使用权宗地（地表）", "construction land, surface"),
    "S": Text("建设用地使用权宗地（地上）", "construction land, above the surface"),
    "X": Text("建设用地使用权宗地（地下）", "construction land, below the surface"),
    "C": Text("宅基地使用权宗地", "homestead"),
}
#: The first two digits of a county: its province.
PROVINCES = frozenset(
    {
        *(str(code) for code in (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47))),
        *(str(code) for code in (*range(50, 55), *range(61, 66), 71, 81, 82)),
    }
)

_CODE = re.compile(
    r"(?P<county>\d{6})(?P<district>\d{3})(?P<subdistrict>\d{3})(?P<feature>[A-Z]{2})(?P<serial>\d{5})"
    r"(?P<unit>[A-Z]\d{8})?"
)
#: Meant as a parcel code: twelve digits, letters, digits, of about its length.
_MEANT = re.compile(r"\d{10,14}[A-Z]{1,3}\d{3,7}(?:[A-Z]\d{6,10})?")

FAULTY = Kind(
    "parcel-code-faulty",
    "warning",
    Text(
        "宗地代码不合 GB/T 37346 的 19 位规则：{why_zh}",
        "the parcel code does not follow the 19 characters of GB/T 37346: {why_en}",
    ),
    Text("请核对宗地代码", "check the code"),
)

_WHY: dict[str, Text] = {
    "length": Text("位数不是 19 位（或 28 位）", "it has neither 19 nor 28 characters"),
    "form": Text(
        "应为 12 位数字、2 位字母、5 位数字", "12 digits, 2 letters and 5 digits are wanted"
    ),
    "province": Text("前两位不是省级代码", "the first two digits are no province"),
    "ownership": Text("第 13 位应为 G、J 或 Z", "the 13th character must be G, J or Z"),
    "serial": Text("顺序号为 00000", "the serial number is 00000"),
}


def parse_parcel_codes(codes: pd.Series[Any]) -> pd.DataFrame:
    """Take parcel codes apart.

    Parameters
    ----------
    codes : pandas.Series of string
        Any identifiers.

    Returns
    -------
    pandas.DataFrame
        On the index of `codes`, text: ``county``, ``district``, ``subdistrict``, ``feature``,
        ``serial``, ``unit`` (what follows in a number of 28 characters) and ``fault``. All are null
        for identifiers of another kind; ``fault`` is null for a right code, else ``length``,
        ``form``, ``province``, ``ownership`` or ``serial``.

    Examples
    --------
    >>> parsed = parse_parcel_codes(pd.Series(["370112001002GB00012", "370112001002GB0012", "A-1"]))
    >>> parsed.loc[0, ["county", "feature", "serial"]].tolist()
    ['370112', 'GB', '00012']
    >>> parsed["fault"].fillna("").tolist()
    ['', 'length', '']
    """
    texts = codes.astype("string").str.upper()
    parts = texts.str.extract(f"^{_CODE.pattern}$").astype("string")
    meant = texts.str.fullmatch(_MEANT.pattern).fillna(value=False).astype(bool)
    right = parts["county"].notna()
    fault = pd.Series(pd.NA, index=codes.index, dtype="string")
    fault[meant & ~right] = "form"
    fault[meant & ~right & ~texts.str.len().isin([19, 28]).to_numpy(dtype=bool)] = "length"
    fault[right & parts["serial"].eq("00000").fillna(value=False)] = "serial"
    fault[right & ~parts["feature"].str[0].isin(list(OWNERSHIP))] = "ownership"
    fault[right & ~parts["county"].str[:2].isin(PROVINCES)] = "province"
    return parts.assign(fault=fault)


def check_parcel_codes(frame: pd.DataFrame, report: Reporter) -> None:
    """Report identifiers that are meant as parcel codes of 19 characters and are none.

    Parameters
    ----------
    frame : pandas.DataFrame
        With ``parcel_id`` and ``source_row``; identifiers of other kinds are left alone.
    report : Reporter
        Where faulty codes are listed.
    """
    parsed = parse_parcel_codes(frame["parcel_id"].str.replace(r"#\d+$", "", regex=True))
    for fault, why in _WHY.items():
        where = parsed["fault"].eq(fault).fillna(value=False).to_numpy(dtype=bool)
        report.rows(
            FAULTY,
            frame["source_row"][where],
            ids=frame["parcel_id"][where],
            column="parcel_id",
            found=frame["parcel_id"][where],
            why_zh=why.zh,
            why_en=why.en,
        )
