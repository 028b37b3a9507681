"""Who plays which story: parcels, holders, contracts, and the rows of the three tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from shapely import Point

from zongdi.demo.layout import to_world
from zongdi.demo.stories import STORIES, TRAITS, Row, Story, Trait

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from zongdi.demo.parcels import Parcel

__all__ = ["Cast", "Role", "cast_stories"]

#: Price of land, 10,000 yuan a mu (invented, of a believable order).
_PRICE_WAN_PER_MU: Final = {
    "industrial": 32.0, "storage": 29.0, "m0": 48.0, "research": 56.0, "office": 120.0,
    "commercial": 165.0, "residential": 310.0, "dormitory": 90.0, "public_service": 40.0,
    "utility": 18.0, "parking": 22.0, "green": 6.0, "road": 8.0, "other": 30.0,
}  # fmt: skip
_PUBLIC: Final = {"public_service", "utility", "road", "green", "parking"}
_LARGE_M2: Final = 15_000.0
_UNSUPPLIED: Final = ("ready", "approved_unsupplied", "approved_not_cleared", "unapproved")
_WORDS: Final = ("云岚", "启程", "锦川", "泽远", "汇嘉", "朗润", "博衡", "辰阳", "禾启", "瑞桥", "卓沐", "星澜", "恒野", "明棠", "钧策", "悦洲", "弘谷", "拓衍", "融岸", "岱青")  # fmt: skip
_TRADES: Final = {
    "industrial": ("精密制造", "电子科技", "医药", "新材料", "航空部件", "装备"),
    "storage": ("供应链", "国际物流", "冷链", "跨境仓储", "航空货运"),
    "m0": ("智能制造", "光电科技"),
    "research": ("检测研发", "集成电路设计", "生物技术", "软件"),
    "office": ("商务服务", "供应链金融", "报关服务"),
    "commercial": ("进口商品展示", "商业管理", "餐饮管理"),
    "residential": ("置业", "人才公寓运营"),
    "dormitory": ("公寓管理",),
}

_STAGES: Final = {
    "vacant": "supplied_not_started",
    "works": "under_construction",
    "half": "under_construction",
    "built": "completed",
}


@dataclass(slots=True)
class Role:
    """What one parcel is in the story of the zone."""

    holder: str
    holder_id: str
    supply_status: str
    land_stage: str
    site: str
    story: str = ""
    status: str = "started"


@dataclass(slots=True)
class Cast:
    """The roles by parcel_id, and the rows of the tables."""

    roles: dict[str, Role] = field(default_factory=dict)
    ledger: list[Row] = field(default_factory=list)
    causes: list[Row] = field(default_factory=list)
    cases: list[Row] = field(default_factory=list)
    uses: list[Row] = field(default_factory=list)
    signed: dict[str, date] = field(default_factory=dict)


def cast_stories(parcels: Sequence[Parcel], rng: np.random.Generator) -> Cast:
    """Give every story and trait a parcel, and every supplied parcel its ledger rows.

    Where the plan lacks a parcel of the right size or use for a story, another takes the part.
    """
    cast = Cast()
    free = [
        parcel
        for parcel in parcels
        if parcel.inside and parcel.land_use not in {"road", "green", "reserve"}
    ]
    for story in STORIES:
        _play(story, free, cast, rng)
    for trait in TRAITS:
        _mark(trait, free, cast)
    for parcel in parcels:
        if parcel.parcel_id not in cast.roles:
            _background(parcel, cast, rng)
    by_id = {parcel.parcel_id: parcel for parcel in parcels}
    cast.uses += [row for parcel in parcels for row in _plain_uses(parcel, cast, rng)]
    cast.ledger.sort(
        key=lambda row: (
            str(row["contract_no"]),
            str(row["parcel_id"]),
            str(row.get("phase_no", "")),
        )
    )
    for parcel_id, role in cast.roles.items():
        if role.story:
            by_id[parcel_id].traits.add(role.story)
    return cast


def _choose(
    free: list[Parcel], uses: Sequence[str], near: tuple[float, float], area_ha: tuple[float, float]
) -> Parcel:
    """Take from `free` the parcel nearest to `near` that fits; where none fits, one is made to.

    First the size is let go, then the use: any parcel without a purpose of its own takes the first
    of `uses`.
    """
    low, high = area_ha[0] * 1e4, area_ha[1] * 1e4
    usable = [p for p in free if not p.name or (p.land_use in uses and uses[0] in _PUBLIC)]
    alike = [p for p in usable if p.land_use in uses]
    fits = [p for p in alike if low <= p.area_m2 <= high]
    spot = to_world(Point(near))
    chosen = min(
        fits or alike or usable,
        key=lambda parcel: (round(parcel.polygon.distance(spot), 3), parcel.parcel_id),
    )
    if chosen.land_use not in uses:
        chosen.land_use = uses[0]
    free.remove(chosen)
    return chosen


def _play(story: Story, free: list[Parcel], cast: Cast, rng: np.random.Generator) -> None:
    first = _choose(free, story.uses, story.near, story.area_ha)
    actors = [first]
    if story.parcels_n == 2:
        beside = [p for p in free if not p.name and p.polygon.distance(first.polygon) < 30.0]
        joint = beside and _choose(beside, story.uses, story.near, story.area_ha)
        if joint:
            free.remove(joint)
            joint.land_use = first.land_use
            actors.append(joint)
    holder, holder_id = _holder(first.land_use, rng)
    contract_no = _contract_no(story.ledger[0].get("signed_on"), first)
    total = sum(actor.area_m2 for actor in actors)
    for actor in actors:
        cast.ledger += [
            _filled(row, actor, (contract_no, holder, holder_id), total) for row in story.ledger
        ]
        cast.roles[actor.parcel_id] = Role(
            holder=holder,
            holder_id=holder_id,
            supply_status="supplied",
            land_stage=_STAGES[story.site],
            site=story.site,
            story=story.key,
            status=story.status,
        )
    cast.uses += _programme(story, first)
    for case in story.cases:
        case_id = f"示闲〔{_year(case)}〕{len(cast.cases) + 1:03d}号"
        cast.cases.append(
            {"case_id": case_id, "contract_no": contract_no, "parcel_id": first.parcel_id, **case}
        )
    cast.causes += [
        {"contract_no": contract_no, "parcel_id": first.parcel_id, **cause}
        for cause in story.causes
    ]


def _mark(trait: Trait, free: list[Parcel], cast: Cast) -> None:
    parcel = _choose(free, trait.uses, trait.near, trait.area_ha)
    parcel.traits.add(trait.key)
    if trait.signed_on is not None:
        cast.signed[parcel.parcel_id] = trait.signed_on
    lands = trait.land or (None,) * len(trait.mix)
    for (use, share, role), land in zip(trait.mix, lands, strict=True):
        cast.uses.append(
            {
                "parcel_id": parcel.parcel_id,
                "use": use,
                "share": share,
                "land_area": None if land is None else round(land * parcel.area_m2, 1),
                "role": role,
                "held": "self",
            }
        )


def _programme(story: Story, parcel: Parcel) -> list[Row]:
    """Return what is proposed on a parcel where nothing stands yet."""
    return [
        {
            "parcel_id": parcel.parcel_id,
            "use": parcel.land_use if use == "main" else use,
            "floor_area": round(floor * parcel.area_m2, 1),
            "land_area": round(land * parcel.area_m2, 1),
            "role": "proposed",
            "held": "self",
        }
        for use, floor, land in story.programme
    ]


def _background(parcel: Parcel, cast: Cast, rng: np.random.Generator) -> None:
    """Play a parcel without a story: not yet supplied, or built and in use."""
    if parcel.land_use == "reserve":
        status = _UNSUPPLIED[int(rng.integers(len(_UNSUPPLIED)))]
        if status == "unapproved" and parcel.inside and parcel.area_m2 > _LARGE_M2:
            # Large plots are approved by now, and come to supply in the plan's last year.
            status = "approved_unsupplied"
            parcel.traits.add("late")
        cast.roles[parcel.parcel_id] = Role(
            "", "", status, "not_supplied", "vacant", status="not_supplied"
        )
        return
    holder, holder_id = _holder(parcel.land_use, rng)
    drawn = date(2013, 3, 1) + timedelta(days=int(rng.integers(0, 3600)))
    signed = cast.signed.get(parcel.parcel_id, drawn)
    started = signed + timedelta(days=int(rng.integers(150, 380)))
    completed = started + timedelta(days=int(rng.integers(330, 760)))
    public = parcel.land_use in _PUBLIC
    row: Row = {
        "grant": "allocation" if public else "grant",
        "signed_on": signed,
        "delivery_due_on": signed + timedelta(days=60),
        "delivered_on": signed + timedelta(days=int(rng.integers(20, 75))),
        "start_due_on": started + timedelta(days=int(rng.integers(0, 40))),
        "completion_due_on": completed + timedelta(days=int(rng.integers(-30, 120))),
        "started": "yes", "started_on": started, "completed_on": completed, "permit": "yes",
        "permit_on": started - timedelta(days=int(rng.integers(3, 25))),
        "mortgaged": "yes" if not public and rng.random() < 0.18 else "no",
    }  # fmt: skip
    contract = (_contract_no(signed, parcel), holder, holder_id)
    if (
        parcel.land_use in {"industrial", "storage"}
        and parcel.area_m2 > 20_000
        and rng.random() < 0.5
    ):
        cast.ledger.append(_filled({**row, "phase_no": "一期"}, parcel, contract, parcel.area_m2))
        late = {key: value + timedelta(days=420) if isinstance(value, date) and key not in {"signed_on", "delivered_on", "delivery_due_on"} else value for key, value in row.items()}  # fmt: skip
        cast.ledger.append(_filled({**late, "phase_no": "二期"}, parcel, contract, parcel.area_m2))
    else:
        cast.ledger.append(_filled(row, parcel, contract, parcel.area_m2))
    cast.roles[parcel.parcel_id] = Role(holder, holder_id, "supplied", "completed", "built")


def _filled(row: Row, parcel: Parcel, contract: tuple[str, str, str], total_m2: float) -> Row:
    """Complete a ledger row: who, how much land, what price, and what was to be developed."""
    contract_no, holder, holder_id = contract
    price = round(total_m2 / 666.67 * _PRICE_WAN_PER_MU[parcel.land_use], 1)
    filled: Row = {
        "parcel_id": parcel.parcel_id, "contract_no": contract_no, "holder": holder, "holder_id": holder_id,
        "grant": "grant", "contract_use": parcel.land_use, "contract_area_m2": total_m2, "land_price_wan": price,
    }  # fmt: skip
    if total_m2 > parcel.area_m2:
        filled["parcel_area_in_contract_m2"] = parcel.area_m2
    filled.update({key: value for key, value in row.items() if key != "developed_part"})
    share = row.get("developed_part")
    if isinstance(share, float):
        filled["develop_area_m2"] = parcel.area_m2
        filled["developed_area_m2"] = parcel.area_m2 * share
    return filled


def _plain_uses(parcel: Parcel, cast: Cast, rng: np.random.Generator) -> list[Row]:
    """Return the use table of some of the ordinary parcels: one main use, its offices told apart."""
    role = cast.roles[parcel.parcel_id]
    if (
        role.site != "built"
        or parcel.traits
        or parcel.land_use not in {"industrial", "storage", "research"}
    ):
        return []
    if not parcel.inside or rng.random() < 0.72:
        return []
    return [
        {
            "parcel_id": parcel.parcel_id,
            "use": parcel.land_use,
            "share": 1.0,
            "role": "main",
            "held": "self",
        }
    ]


def _holder(use: str, rng: np.random.Generator) -> tuple[str, str]:
    if use in _PUBLIC:
        return "示例综保区建设发展中心（虚构）", "00000000SL000001"
    first, second = rng.choice(len(_WORDS), size=2, replace=False).tolist()
    trades = _TRADES[use]
    name = f"{_WORDS[first]}{_WORDS[second][0]}{trades[int(rng.integers(len(trades)))]}有限公司（虚构）"
    # Eighteen characters, with letters that no credit code contains: nobody's.
    return name, f"00SOIZ{int(rng.integers(10**11)):011d}V"


def _contract_no(signed: object, parcel: Parcel) -> str:
    year = signed.year if isinstance(signed, date) else 2020
    return f"示例-{year}-{parcel.parcel_id[6:12]}{parcel.parcel_id[-4:]}"


def _year(case: Row) -> int:
    found = case.get("discovered_on")
    return found.year if isinstance(found, date) else 2026
