"""What may be recommended of stock land: vacant floor space, extensions, facilities to share, boundaries.

A vacant workshop (闲置厂房) is never idle land (闲置土地): it is let or used again, by clauses that only some
places have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.action_rows import area_texts, floor_texts
from analyses.frames import numbers, texts
from analyses.land_facts import NOISE_M2, Land
from layers.codes import FACILITY_KINDS
from policies.text import Text

if TYPE_CHECKING:
    from analyses.land_facts import Fields

__all__ = ["boundary_actions", "extension_actions", "sharing_actions", "vacancy_actions"]

#: Below this share of its area within its zone a parcel crosses the boundary; above it lies rounding.
_WHOLE = 0.999

_WHY = {
    "vacant": Text(
        "已竣工房屋空置{vacant}；空置厂房不是闲置土地，可由权利人依本条{way}，宗地面积{area}。",
        "{vacant} of completed floor space stand vacant; a vacant workshop is no idle land. By this clause "
        "the holder may {way}; the parcel has {area}.",
    ),
    "extend": Text(
        "地上未建{open}，按建筑密度上限尚可增加基底{ground}，剩余可建计容建筑面积{room}；可论证扩建，与加层合计不得超过剩余容量。",
        "{open} are open; by the coverage limit {ground} more may be built over, with a headroom of {room}. "
        "An extension may be studied; with added storeys it may not exceed the headroom.",
    ),
    "share": Text(
        "直线距离{metres}米内有可共享的{kind}（{name}）{saved}；候选线索，由各方协商并符合规划条件，宗地面积{area}。",
        "A {kind} that could be shared ({name}) lies {metres} m away{saved}; a candidate: for the parties to "
        "agree and within the planning conditions; the parcel has {area}.",
    ),
    "crossing": Text(
        "宗地有{outside}位于{zone}界线以外（区内占{share}）；先核对界址与区界，再使用按区汇总的数字，宗地面积{area}。",
        "{outside} of the parcel lie beyond the boundary of {zone} ({share} within): compare both "
        "boundaries before figures by zone are used; the parcel has {area}.",
    ),
}
_WAYS = {
    "sublet_surplus": Text("转租节余房屋", "sublet surplus floor space"),
    "reuse_workshop": Text("盘活利用闲置厂房", "put the vacant workshop to use again"),
}
_YARD = Text("物流堆场", "logistics yard")


def vacancy_actions(land: Land) -> list[pd.DataFrame]:
    """Propose to let or to use again floor space that stands vacant, where the rule of a clause finds some."""
    found = []
    for code, way in _WAYS.items():
        if not land.policy.has_action(code):
            continue
        for rule in land.policy.action(code).rules:
            said = land.verdicts(rule)
            stood = said["holds"].to_numpy() & _of_use(land, code)
            vacant = said["measured"].to_numpy()[stood]
            n = int(stood.sum())
            fields: Fields = {"vacant": floor_texts(vacant), "way": ([way.zh] * n, [way.en] * n)}
            values = {"floor_area_m2": vacant, "area_m2": np.nan, "rules": rule}
            found.append(land.write(code, _WHY["vacant"], stood, fields, **values))
    return found


def _of_use(land: Land, code: str) -> np.ndarray:
    uses = land.policy.action(code).uses
    if not uses:
        return np.ones(len(land.parcels), dtype=bool)
    return np.asarray(np.isin(land.text("land_use"), list(uses)))


def extension_actions(land: Land, standing: np.ndarray, blocked: np.ndarray) -> list[pd.DataFrame]:
    """Propose to study an extension where a completed plant has both open ground and headroom.

    Parameters
    ----------
    land : Land
        The parcels.
    standing : numpy.ndarray of bool
        Completed plants that may be used more intensively.
    blocked : numpy.ndarray of bool
        Where a limit is exceeded already.
    """
    if not land.policy.has_action("extend"):
        return []
    limit = numbers(land.parcels, "coverage_max_share").to_numpy()
    built = land.number("footprint_m2")
    open_ = land.area - built - np.nan_to_num(land.number("green_required_m2"))
    ground = np.minimum(limit * land.area - built, open_)  # an unknown limit allows nothing
    room = land.number("floor_area_headroom_m2")
    where = standing & ~blocked & (ground > NOISE_M2) & (room > NOISE_M2)
    fields: Fields = {
        "open": area_texts(np.fmax(land.area - built, 0.0)[where]),
        "ground": area_texts(ground[where]),
        "room": floor_texts(room[where]),
    }
    values = {"floor_area_m2": room[where], "area_m2": np.nan}
    return [land.write("extend", _WHY["extend"], where, fields, **values)]


def sharing_actions(land: Land, openings: pd.DataFrame | None) -> list[pd.DataFrame]:
    """Propose to share the nearest facility that would save a parcel land or floor of its own."""
    if openings is None or not land.policy.has_action("share_facilities"):
        return []
    shared = openings.loc[openings["opening"].eq("share").fillna(value=False)]
    saves = (numbers(shared, "saved_land_m2") > NOISE_M2) | (
        numbers(shared, "saved_floor_m2") > NOISE_M2
    )
    shared = shared.loc[saves]
    ids = pd.Index(texts(land.parcels, "parcel_id"))
    shared = shared.assign(at=ids.get_indexer(pd.Index(texts(shared, "parcel_id"))))
    shared = shared.loc[shared["at"] >= 0].sort_values(["at", "distance_m", "facility_id"])
    shared = shared.drop_duplicates("at")
    where = np.zeros(len(land.parcels), dtype=bool)
    where[shared["at"].to_numpy(dtype=np.int64)] = True
    kinds = [FACILITY_KINDS.labels.get(kind, _YARD) for kind in shared["facility_kind"]]
    area, floor = (numbers(shared, f"saved_{name}_m2").to_numpy() for name in ("land", "floor"))
    names = texts(shared, "facility_id").fillna("—").tolist()
    metres = [f"{value:,.0f}" for value in numbers(shared, "distance_m")]
    fields: Fields = {
        "metres": (metres, metres),
        "kind": ([kind.zh for kind in kinds], [kind.en for kind in kinds]),
        "name": (names, names),
        "saved": _saved(area, floor),
    }
    return [
        land.write(
            "share_facilities", _WHY["share"], where, fields, area_m2=area, floor_area_m2=floor
        )
    ]


def _saved(land_m2: np.ndarray, floor_m2: np.ndarray) -> tuple[list[str], list[str]]:
    """Say what sharing could save."""
    zh, en = [""] * len(land_m2), [""] * len(land_m2)
    areas, floors = area_texts(land_m2), floor_texts(floor_m2)
    for place, (area, floor) in enumerate(zip(land_m2, floor_m2, strict=True)):
        if area > NOISE_M2:
            zh[place] += f"，可省自建用地{areas[0][place]}"
            en[place] += f", which could save {areas[1][place]} of its own land"
        if floor > NOISE_M2:
            zh[place] += f"，可省自建建筑面积{floors[0][place]}"
            en[place] += f", which could save {floors[1][place]} of its own floor area"
    return zh, en


def boundary_actions(land: Land) -> list[pd.DataFrame]:
    """Ask to compare the boundaries of a parcel that crosses that of its zone."""
    share = land.number("zone_share")
    where = (share > 0) & (share < _WHOLE)
    outside = (1.0 - share) * land.area
    zones = [zone or "—" for zone in land.text("zone_id")[where]]
    shares = [f"{value:.1%}" for value in share[where]]
    fields: Fields = {
        "outside": area_texts(outside[where]),
        "zone": (zones, zones),
        "share": (shares, shares),
    }
    return [land.write("correct_boundary", _WHY["crossing"], where, fields, area_m2=outside[where])]
