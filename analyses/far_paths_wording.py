"""What is said of a path and of its land price: conditions, reasons, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.far_waivers import WAIVER_TEXTS
from analyses.results_far import PATHS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import numpy as np

    from analyses.far_waivers import Waivers
    from policies.model import Rule
    from policies.text import Text

__all__ = ["path_texts", "waiver_texts"]

_FAILS = {
    "not_completed": ("项目未竣工", "the project is not completed"),
    "no_building": ("没有已建成的永久建筑", "no completed permanent building stands there"),
    "no_room": ("没有剩余建筑面积", "no headroom is left"),
    "no_height": ("限高内不能再加层", "no storey fits below the height cap"),
    "no_ground": (
        "没有可扩建的空地或建筑密度已满",
        "no free ground, or the coverage limit is reached",
    ),
    "not_good_firm": ("不是优质企业", "not a good firm"),
    "not_stock": ("不是已建成的存量用地", "not built-up stock"),
}

_BASES = {
    "listed": ("条款列明此途径", "The clause names this path"),
    "general": (
        "国家规定支持提高利用率和容积率，未列具体方式",
        "The national rule favours a higher land use rate and ratio and names no means",
    ),
}

_OPENING = {
    "yes": (
        "条件成立，可研究；须以规划条件、规划许可和主管部门意见为准",
        "its conditions hold: it may be studied; planning conditions, permit and the authority prevail",
    ),
    "no": ("条件不成立", "its conditions do not hold"),
    "unknown": ("资料不足，不能判断", "facts are missing"),
}


def path_texts(
    path: str,
    *,
    rule: Rule,
    as_of: date,
    columns: Sequence[np.ndarray],
    barred: Text | None,
) -> tuple[list[str], list[str]]:
    """Write the reasons of a path, in Chinese and in English.

    Parameters
    ----------
    path : str
        A key of `analyses.results_far.PATHS`.
    rule : policies.model.Rule
        On which it rests.
    as_of : datetime.date
        The review date.
    columns : sequence of numpy.ndarray
        Verdict, basis, codes of what fails, what is missing, and whether the area leaves the height out.
    barred : Text or None
        Why the clause gives no answer.
    """
    draft = rule.status_at(as_of) == "draft"
    known: dict[tuple[object, ...], tuple[str, str]] = {}
    said = []
    for row in zip(*(column.tolist() for column in columns), strict=True):
        if row not in known:
            known[row] = _one(path, row, draft=draft, barred=barred)
        said.append(known[row])
    return [zh for zh, _ in said], [en for _, en in said]


def _one(
    path: str, row: tuple[object, ...], *, draft: bool, barred: Text | None
) -> tuple[str, str]:
    verdict, basis, fails, missing, no_height = row
    title = PATHS[path]
    if basis == "none":
        return (
            f"{title.zh}：所用规则未列举此途径，本条不能作为依据，并非禁止。",
            f"{title.en}: the rules in use do not name this path; they are no basis for it and forbid nothing.",
        )
    base, opening = _BASES[str(basis)], _OPENING[str(verdict)]
    zh, en = f"{title.zh}：{base[0]}，{opening[0]}", f"{base[1]} ({title.en}); {opening[1]}"
    codes = [code for code in str(fails).split(",") if code]
    if codes:
        zh += "：" + "、".join(_FAILS[code][0] for code in codes)
        en += ": " + ", ".join(_FAILS[code][1] for code in codes)
    if missing:
        zh, en = f"{zh}。缺：{missing}", f"{en}. Missing: {missing}"
    if no_height:
        zh += "。限高、密度上限或层高未知，面积只按已知的上限计，为至多数"
        en += ". Height cap, coverage limit or storey height unknown: the area is by the limits known, at most"
    if draft:
        zh, en = f"{zh}（征求意见稿）", f"{en} (征求意见稿, draft for comment)"
    tail = ("", "") if barred is None else (barred.zh, f" {barred.en}")
    return f"{zh}。{tail[0]}", f"{en}.{tail[1]}"


_FOLLOWS = {
    "yes": ("不再增收土地价款", "no further land price"),
    "unknown": (
        "土地价款待主管部门依规定确定，不能据此认为须补缴",
        "the land price is for the authority to determine by the rules; none is shown to be due",
    ),
    "not_applicable": ("所用规则未涉及", "the rules in use do not speak of it"),
}


def waiver_texts(
    waivers: Waivers, combined: np.ndarray, at: np.ndarray
) -> tuple[list[str], list[str]]:
    """Write what both layers say of the land price, for the parcels at some positions."""
    national, local = waivers.national, waivers.local
    known: dict[tuple[str, ...], tuple[str, str]] = {}
    said = []
    columns = (combined, national.verdict, national.reason, local.verdict, local.reason)
    for row in zip(*(column[at].tolist() for column in columns), strict=True):
        if row not in known:
            follows, one, two = _FOLLOWS[row[0]], WAIVER_TEXTS[row[2]], WAIVER_TEXTS[row[4]]
            known[row] = (
                f"国家规定：{one[0]}；地方条款：{two[0]}。{follows[0]}。",
                f"National rule: {one[1]}; local clause: {two[1]}. So: {follows[1]}.",
            )
        said.append(known[row])
    return [zh for zh, _ in said], [en for _, en in said]
