"""The topics by which jurisdictions are compared, and the stand of a pack on each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.text import Text

if TYPE_CHECKING:
    from policies.documents import Clause

__all__ = ["COMPARED", "Topic"]

#: What is compared, in the order of the comparison.
COMPARED: dict[str, Text] = {
    "mixed_list": Text("混合用途清单", "mixed-use list"),
    "expansion_land": Text("可提高强度的用地", "land that may be used more intensively"),
    "expansion_means": Text("提高强度的方式", "means of intensification"),
    "price_waiver": Text("不增收土地价款（地方条款）", "land-price waiver (local clause)"),
    "conversion": Text("存量用地转型", "conversion of stock land"),
    "buy_back": Text("回购与置换", "buy-back"),
    "firm_exit": Text("企业退出", "exit of firms"),
    "supply": Text("供地方式", "supply"),
    "term": Text("年期", "term"),
    "green_balance": Text("绿地率总量平衡", "green balance"),
    "assessment_exceptions": Text("区域评估的除外", "exceptions to regional assessment"),
    "boundary": Text("四至范围", "approved boundary"),
    "performance_sanction": Text("绩效约束", "performance sanction"),
    "rent": Text("厂房租金", "rent"),
    "lead_unit": Text("牵头用地单位", "lead land unit"),
}


@dataclass(frozen=True, slots=True)
class Topic:
    """What a pack says on one topic of the comparison.

    Attributes
    ----------
    id : str
        A key of `COMPARED`.
    codes : tuple of str
        The stand in short codes, in no order: two packs differ on the topic where their codes do.
    text : Text
        The stand in words.
    clauses : tuple of Clause
        Where it is said.
    pack_id : str
        The pack that says it.
    """

    id: str
    codes: tuple[str, ...]
    text: Text
    clauses: tuple[Clause, ...]
    pack_id: str
