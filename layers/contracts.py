"""The contracts of every input layer and table, and how headings of sources find their columns.

A column is required only where the layer is useless without it; everything else may be absent
and is then unknown. Where one of several columns suffices, `REQUIRED_ANY` says so.

The aliases of a column stand in order of preference: of two headings that fit one column, the
one whose alias stands first is taken, and the other is reported. A heading that could mean two
things (a parcel's bare 面积 or 容积率) is no alias: the project file must say what it is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from layers.contracts_space import SPACE_CONTRACTS
from layers.contracts_supply import INDICATOR_COLUMNS, SUPPLY_CONTRACTS
from layers.contracts_tables import TABLE_CONTRACTS
from layers.units import unit_in_header

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layers.columns import Contract

__all__ = [
    "CONTRACTS",
    "INDICATOR_COLUMNS",
    "REQUIRED_ANY",
    "HeadingMatch",
    "heading_key",
    "match_heading",
    "missing_required",
]

_ORDER = (
    *("zones", "plan_zones", "parcels", "lineage", "buildings", "storeys", "green", "facilities"),
    *("uses", "ledger", "causes", "cases", "assessments", "corrections"),
    *("green_pools", "green_costs", "obstacles"),
    *(contract.name for contract in SUPPLY_CONTRACTS),
)
_ALL = {
    contract.name: contract for contract in (*SPACE_CONTRACTS, *TABLE_CONTRACTS, *SUPPLY_CONTRACTS)
}

#: Every input layer and table by its name in the project file.
CONTRACTS: dict[str, Contract] = {name: _ALL[name] for name in _ORDER}

#: Layers of which one of several columns must be there.
REQUIRED_ANY: dict[str, tuple[str, ...]] = {
    "ledger": ("parcel_id", "contract_no"),
    "causes": ("contract_no", "parcel_id"),
    "cases": ("contract_no", "parcel_id"),
}

#: Shapefile field names hold ten bytes: three Chinese characters in UTF-8, five in GBK.
_FIELD_BYTES = 10
_REMARK = re.compile(r"([^(（]+)[(（][^()（）]*[)）]")


def missing_required(contract: Contract, present: Iterable[str]) -> list[tuple[str, ...]]:
    """Return what a source lacks: each entry names the columns of which one is needed.

    Examples
    --------
    >>> missing_required(CONTRACTS["ledger"], ["start_due_on"])
    [('parcel_id', 'contract_no')]
    >>> missing_required(CONTRACTS["parcels"], [])
    []
    """
    have = set(present)
    needed: list[tuple[str, ...]] = [
        (column.name,) for column in contract.columns if column.required
    ]
    if contract.name in REQUIRED_ANY:
        needed.append(REQUIRED_ANY[contract.name])
    return [names for names in needed if have.isdisjoint(names)]


#: Traditional characters of headings, and the simplified ones in which the contracts are written.
_SIMPLER = str.maketrans(
    "號編碼區積約開時間動簽訂價單別類權屬業規劃積際總額標準現狀態層數築樓蔽綠條設圖礎樁許證認"
    "閒處決書劃撥讓產資稅費備錄係統擬終續關聯結構獨實質繳納變舊應為則範圍備註強達幣萬億畝頃",
    "号编码区积约开时间动签订价单别类权属业规划积际总额标准现状态层数筑楼蔽绿条设图础桩许证认"
    "闲处决书划拨让产资税费备录系统拟终续关联结构独实质缴纳变旧应为则范围备注强达币万亿亩顷",
)


def heading_key(text: str) -> str:
    """Fold width, case, blanks, brackets, separators and traditional characters of a heading.

    Examples
    --------
    >>> heading_key("约定容积率（ 上限 ）"), heading_key("Parcel_ID"), heading_key("宗地編號")
    ('约定容积率上限', 'parcelid', '宗地编号')
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SIMPLER)
    return re.sub(r"[\s_\-—./\\:;,，。、：；*#()\[\]【】〔〕《》<>\"'“”‘’]+", "", folded)


@dataclass(frozen=True, slots=True)
class HeadingMatch:
    """The column that a heading names.

    Attributes
    ----------
    column : str
        The contract's column.
    unit : str or None
        The unit that the heading names.
    rank : int
        The place of the alias among the column's, 0 first; cut names come after whole ones.
    """

    column: str
    unit: str | None
    rank: int


def _cuts(alias: str) -> set[str]:
    """Return what ten bytes leave of an alias, in the encodings of shapefiles."""
    cuts = set()
    for encoding in ("utf-8", "gb18030"):
        whole = alias.encode(encoding)
        if len(whole) > _FIELD_BYTES:
            cuts.add(whole[:_FIELD_BYTES].decode(encoding, errors="ignore"))
    return {cut for cut in cuts if len(cut) > 1}


@cache
def _aliases(name: str) -> tuple[dict[str, tuple[str, int]], dict[str, tuple[str, int]]]:
    """Index the whole and the unambiguous cut aliases of a contract by their keys."""
    whole: dict[str, tuple[str, int]] = {}
    cut: dict[str, tuple[str, int]] = {}
    ambiguous: set[str] = set()
    for column in CONTRACTS[name].columns:
        aliases = (column.name, column.label.zh, *column.aliases, column.label.en)
        for rank, alias in enumerate(aliases):
            whole.setdefault(heading_key(alias), (column.name, rank))
            for key in map(heading_key, _cuts(alias)):
                if cut.setdefault(key, (column.name, rank + 1000))[0] != column.name:
                    ambiguous.add(key)
    return whole, {key: value for key, value in cut.items() if key not in ambiguous | whole.keys()}


def match_heading(contract: Contract, heading: str) -> HeadingMatch | None:
    """Return the column that a source's heading names, or None.

    Understood are the contract's names, labels and aliases, with or without a unit (``面积(公顷)``),
    and what a shapefile leaves of them in ten bytes, where that is unambiguous. A remark in
    brackets is passed over only for texts and codes: 建筑面积(地下) is not 建筑面积.

    Parameters
    ----------
    contract : Contract
        One of `CONTRACTS`.
    heading : str
        As the source writes it.

    Examples
    --------
    >>> match_heading(CONTRACTS["ledger"], "面积(公顷)")
    HeadingMatch(column='contract_area_m2', unit='公顷', rank=...)
    >>> match_heading(CONTRACTS["parcels"], "备注") is None
    True
    """
    whole, cut = _aliases(contract.name)
    bare, unit = unit_in_header(heading)
    for text, found_unit in ((heading, None), (bare, unit)):
        for index in (whole, cut):
            found = index.get(heading_key(text))
            if found is not None:
                return HeadingMatch(found[0], found_unit, found[1])
    remark = _REMARK.fullmatch(heading.strip())
    found = None if remark is None else whole.get(heading_key(remark[1]))
    if found is None or contract.column(found[0]).type not in ("text", "code"):
        return None
    return HeadingMatch(found[0], None, found[1] + 500)
