"""The sentences of a parcel's paragraph: what it is, what was found, each for the parcels it holds for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.action_rows import area_texts, floor_texts
from analyses.frames import texts
from analyses.idle_rules import IdleRules
from analyses.idle_text import day_texts
from analyses.land_facts import NOISE_M2, Land
from analyses.results import IDLE_STATUSES
from layers.codes import CAUSES, LAND_STAGES, USES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policies.text import Text

__all__ = ["far_sentences", "green_sentences", "identity", "idle_sentences", "mixed_sentences"]

Said = tuple[np.ndarray, np.ndarray]

_SUSPECTED = ("suspected_2y", "suspected_1y")
#: How a cause is told, by whether it is still to be verified.
_CAUSE = {
    False: ("经核实的迟延原因为{cause}", "verified cause: {cause}"),
    True: ("登记的迟延原因为{cause}，未经核实", "recorded cause: {cause}, not verified"),
}
#: A longer reason for a review stands in the findings alone.
_REASON = 90
_NOT_KNOWN = ("是否闲置无法判断。", "Whether the land is idle cannot be told.")
#: Statuses of which nothing has to be said.
_QUIET = ("", "not_supplied", "started")


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


def _gravest_rows(land: Land, contracts: pd.DataFrame | None) -> pd.DataFrame:
    """Return for every parcel the ledger row whose status the parcel has; blank where there is none."""
    names = (
        *("start_due_effective_on", "suspended_on", "finding_served_on", "cause_kind", "missing"),
        *("review_reason_zh", "review_reason_en"),
    )
    ids = texts(land.parcels, "parcel_id")
    if contracts is None or contracts.empty:
        return pd.DataFrame(index=range(len(ids)), columns=list(names))
    order = {code: place for place, code in enumerate(IDLE_STATUSES)}
    rows = contracts.assign(_grave=texts(contracts, "idle_status").map(order))
    rows = rows.sort_values(
        ["_grave", "contract_no", "phase_no"], kind="stable", na_position="last"
    )
    rows = rows.loc[texts(rows, "parcel_id").notna()].drop_duplicates("parcel_id")
    found = rows.set_axis(pd.Index(texts(rows, "parcel_id")), axis="index").reindex(pd.Index(ids))
    return pd.DataFrame({name: found.get(name) for name in names}).reset_index(drop=True)


def _days(values: pd.Series[pd.Timestamp]) -> tuple[list[str], list[str]]:
    days = pd.to_datetime(values).to_numpy().astype("datetime64[D]")
    return list(day_texts(days, "zh")), list(day_texts(days, "en"))


def idle_sentences(land: Land, contracts: pd.DataFrame | None, as_of: date) -> Said:
    """Say how idle the parcel is: since when, how long, why, and how far the case has come."""
    n = len(land.parcels)
    zh, en = _blank(n)
    status = land.text("idle_status")
    said = np.flatnonzero(~np.isin(status, _QUIET))
    if len(said) == 0:
        return zh, en
    row = _gravest_rows(land, contracts).iloc[said]
    names = IdleRules.of(land.policy).labels()["idle_status"]
    labels = _labels(status[said], names)
    due, since = _days(row["start_due_effective_on"]), _days(land.parcels["idle_from"].iloc[said])
    served = _days(row["finding_served_on"])
    has_due, has_served = row["start_due_effective_on"].notna(), row["finding_served_on"].notna()
    ahead = pd.to_datetime(row["start_due_effective_on"]) > pd.Timestamp(as_of)
    served_by = pd.to_datetime(row["finding_served_on"]) <= pd.Timestamp(as_of)
    days = land.number("idle_days")[said]
    causes = texts(row, "cause_kind").fillna("")
    lacking = texts(row, "missing").fillna("").str.contains(r"(?:^|,)cause(?:_verified)?(?:,|$)")
    reasons = [texts(row, f"review_reason_{lang}").fillna("").tolist() for lang in ("zh", "en")]
    for place, at in enumerate(said):
        code = status[at]
        parts_zh, parts_en = [], []
        if code == "unknown":  # what is missing is told at the end
            zh[at], en[at] = _NOT_KNOWN
            continue
        if has_due.iloc[place] and code != "suspended":
            parts_zh.append(f"约定{due[0][place]}动工")
            parts_en.append(
                f"the start {'is' if ahead.iloc[place] else 'was'} due on {due[1][place]}"
            )
        if code == "not_due" and parts_zh:
            parts_zh.append("尚未到期")
        else:
            parts_zh.append(labels[0][place])
            parts_en.append(labels[1][place])
        if np.isfinite(days[place]) and code in (*_SUSPECTED, "suspended", "gov_cause"):
            parts_zh.append(f"自{since[0][place]}起至审查日{days[place]:,.0f}天")
            parts_en.append(f"{days[place]:,.0f} days from {since[1][place]} to the review date")
        cause = causes.iloc[place]
        if cause in CAUSES.labels and code in (*_SUSPECTED, "gov_cause"):
            words = _CAUSE[bool(lacking.iloc[place])]
            parts_zh.append(words[0].format(cause=CAUSES.labels[cause].zh))
            parts_en.append(words[1].format(cause=CAUSES.labels[cause].en))
        if code == "human_review" and 0 < len(reasons[0][place]) <= _REASON:
            # That a person has to look at it is said once.
            told = reasons[0][place].rstrip("。").removesuffix("，须人工核查")
            told_en = reasons[1][place].rstrip(".").removesuffix(": human review needed")
            parts_zh[-1] += f"：{told}"
            parts_en[-1] += f": {told_en[:1].lower()}{told_en[1:]}"
        if has_served.iloc[place] and served_by.iloc[place]:
            parts_zh.append(f"认定书已于{served[0][place]}送达")
            parts_en.append(f"the finding was served on {served[1][place]}")
        zh[at] = "，".join(parts_zh) + "。"
        text = "; ".join(parts_en)
        en[at] = f"{text[0].upper()}{text[1:]}."
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
