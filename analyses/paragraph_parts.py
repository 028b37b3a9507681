"""The sentences of a parcel's paragraph: what it is, what was found, each for the parcels it holds for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analyses.action_rows import area_texts, floor_texts
from analyses.land_facts import NOISE_M2, Land
from layers.codes import LAND_STAGES, USES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.text import Text

__all__ = ["far_sentences", "green_sentences", "identity", "mixed_sentences"]

Said = tuple[np.ndarray, np.ndarray]


def _blank(n: int) -> Said:
    return np.full(n, "", dtype=object), np.full(n, "", dtype=object)


def _labels(codes: np.ndarray, labels: Mapping[str, Text]) -> tuple[list[str], list[str]]:
    zh = [labels[code].zh if code in labels else code for code in codes]
    en = [labels[code].en if code in labels else code for code in codes]
    return zh, en


def identity(land: Land) -> Said:
    """Say what the parcel is: id, holder, use, area, stage; what is not recorded is left out."""
    ids = land.text("parcel_id")
    holder, zone = land.text("holder"), land.text("zone_id")
    uses = _labels(land.text("land_use"), USES.labels)
    areas = area_texts(land.area)
    stages = _labels(land.text("land_stage"), LAND_STAGES.labels)
    zh, en = _blank(len(ids))
    for at, name in enumerate(ids):
        use = uses[0][at] or "用途未登记"
        whose = f"（{holder[at]}）" if holder[at] else ""
        where = f"，位于{zone[at]}" if zone[at] not in {"", "*"} else ""
        stage = f"，{stages[0][at]}" if stages[0][at] else ""
        area = "面积未知" if np.isnan(land.area[at]) else areas[0][at]
        zh[at] = (
            f"{name}{whose}：{use}{'' if use.endswith('用地') or not uses[0][at] else '用地'}，{area}{where}{stage}。"
        )
        use = f"{uses[1][at]} land" if uses[1][at] else "use not recorded"
        whose = f" ({holder[at]})" if holder[at] else ""
        where = f", in {zone[at]}" if where else ""
        stage = f", {stages[1][at]}" if stage else ""
        en[at] = f"{name}{whose}: {use}, {areas[1][at]}{where}{stage}."
    return zh, en


def far_sentences(land: Land) -> Said:
    """Say the floor-area ratio against its limits, and what could still be built or is above them."""
    zh, en = _blank(len(land.parcels))
    far, high = land.number("far_plain"), land.number("far_limit")
    low = land.number("far_floor")
    room = land.number("floor_area_headroom_m2")
    over, below = (
        land.verdicts("far.limit"),
        [land.verdicts(r) for r in ("far.floor_planned", "far.floor")],
    )
    exceeds = over["holds"].to_numpy()
    short = below[0]["holds"].to_numpy() | below[1]["holds"].to_numpy()
    tall = land.verdicts("far.height")
    high_too = tall["holds"].to_numpy()
    telling = np.isfinite(far) & (far > 0) & (np.isfinite(high) | np.isfinite(low))
    rooms = floor_texts(room)
    for at in np.flatnonzero(telling | high_too):
        parts_zh, parts_en = [], []
        if telling[at]:
            limits = [("上限", "limit", high[at]), ("下限", "minimum", low[at])]
            known = [item for item in limits if np.isfinite(item[2])]
            within = "、".join(f"{word}{value:.2f}" for word, _, value in known)
            within_en = ", ".join(f"{word} {value:.2f}" for _, word, value in known)
            verdict = ("，高于上限", ", above the limit") if exceeds[at] else ("", "")
            verdict = ("，低于下限", ", below the minimum") if short[at] else verdict
            parts_zh.append(f"容积率{far[at]:.2f}（{within}）{verdict[0]}")
            parts_en.append(f"floor-area ratio {far[at]:.2f} ({within_en}){verdict[1]}")
        if high_too[at]:
            measured, limit = tall["measured"].iloc[at], tall["limit"].iloc[at]
            parts_zh.append(f"建筑高度{measured:.1f}m，高于限高{limit:.1f}m")
            parts_en.append(f"height {measured:.1f} m, above the limit of {limit:.1f} m")
        if np.isfinite(room[at]) and room[at] > NOISE_M2 and not exceeds[at]:
            parts_zh.append(f"剩余可建计容建筑面积{rooms[0][at]}")
            parts_en.append(f"headroom {rooms[1][at]}")
        zh[at] = "，".join(parts_zh) + "。"
        text = "; ".join(parts_en)
        en[at] = f"{text[0].upper()}{text[1:]}."
    return zh, en


_MIXED = {
    "conflict": (
        "含围网内居住用途，与围网管理要求冲突",
        "Living quarters stand inside the fence, against the rules of the fence",
    ),
    "yes": (
        "用途组合列入鼓励混合范围，须以规划条件、控规为准",
        "The mix of uses is listed as encouraged; planning conditions and control plan prevail",
    ),
    "undetermined": ("用途组合待主管部门明确", "The mix of uses waits for the authority's word"),
}


def mixed_sentences(land: Land, *, draft: bool) -> Said:
    """Say what the mixed-use clause says of the parcel's uses, where it says anything."""
    zh, en = _blank(len(land.parcels))
    verdict = land.text("mixed_verdict")
    mark = ("（征求意见稿）", " (draft for comment)") if draft else ("", "")
    for code, (said_zh, said_en) in _MIXED.items():
        here = verdict == code
        of_draft = code != "conflict"
        zh[here] = f"{said_zh}{mark[0] if of_draft else ''}。"
        en[here] = f"{said_en}{mark[1] if of_draft else ''}."
    return zh, en


def green_sentences(land: Land) -> Said:
    """Say where green falls short or stands above the cap; what is not built yet is not short of green."""
    zh, en = _blank(len(land.parcels))
    built = np.isin(land.text("land_stage"), ("completed", ""))
    share = np.where(built, land.number("green_share"), np.nan)
    balance = land.number("green_balance_m2")
    required = land.number("green_required_m2") / np.where(land.area > 0, land.area, np.nan)
    over = land.number("green_over_cap_m2")
    shorts, overs = area_texts(-balance), area_texts(over)
    for at in np.flatnonzero((balance < -NOISE_M2) & np.isfinite(share)):
        need = f"，应有{required[at]:.1%}" if np.isfinite(required[at]) else ""
        need_en = f", required {required[at]:.1%}" if np.isfinite(required[at]) else ""
        zh[at] = f"绿地率{share[at]:.1%}{need}，不足{shorts[0][at]}。"
        en[at] = f"Green ratio {share[at]:.1%}{need_en}, short by {shorts[1][at]}."
    for at in np.flatnonzero((over > NOISE_M2) & np.isfinite(share)):
        zh[at] += f"绿地率{share[at]:.1%}，超出工业用地上限{overs[0][at]}。"
        en[at] += (
            f"{' ' if en[at] else ''}Green ratio {share[at]:.1%}, above the industrial cap by {overs[1][at]}."
        )
    return zh, en
