"""Parcels split or merged since their contract: ledger rows brought to the parcels of today.

A ledger names the parcel as it was when the contract was signed. Where the map no longer has it and
the lineage says what became of it, each row is carried over to every successor on the map, through
several changes if need be. What the row states of the contract stays as it is. What it states of
the parcel is shared out by the areas that the lineage states, or unknown where it cannot be, so that
nothing counts twice: the parcel's area in the contract (by which the price is split), what is to be
developed and what is, what is to be invested and what is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from layers.contracts import CONTRACTS
from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.raw import Reporter

__all__ = ["carry_over", "successors"]

#: The tables that name parcels as their contracts do.
_TABLES = ("ledger", "causes", "cases")
#: What a ledger row states of its parcel as a whole, beside the area in the contract.
_AREAS = ("develop_area_m2", "developed_area_m2")
_MONEY = ("investment_total_wan", "invested_wan")
_TAXES = "taxes_wan"

CARRIED = Kind(
    "row-carried-to-successor",
    "note",
    Text(
        "宗地 {found} 已{how_zh}，该行按沿革归到现宗地 {to}（{share_zh}）",
        "parcel {found} was {how_en} since: the row is carried over to {to} ({share_en})",
    ),
    Text("请核对宗地沿革与合同", "check the lineage and the contract"),
)
NO_AREAS = Kind(
    "lineage-area-missing",
    "warning",
    Text(
        "宗地 {found} 分割后各宗面积不全，合同面积与价款不能分摊，按未知处理",
        "parcel {found} was split and the areas of its parts are not all known: contract area and "
        "price cannot be shared out and are unknown",
    ),
    Text("请在宗地沿革中补填面积", "fill in the areas of the lineage"),
)
SHARED = Kind(
    "row-figures-shared",
    "note",
    Text(
        "宗地 {found} 分割后，其{names_zh}按面积分摊到各宗（不重复计算；各宗占比与整宗相同）",
        "of parcel {found}, split since, {names_en} were shared out by area (nothing counts twice; the "
        "proportions are those of the whole)",
    ),
    Text(
        "如已知各宗实际数，请按现宗地分行填写台账",
        "where the figures of each part are known, write a row for each of today's parcels",
    ),
)
NOT_SHARED = Kind(
    "row-figures-not-shared",
    "warning",
    Text(
        "宗地 {found} 分割后，其{names_zh}不能分摊（{why_zh}），按未知处理",
        "of parcel {found}, split since, {names_en} cannot be shared out ({why_en}) and are unknown",
    ),
    Text("请按现宗地分行填写台账", "write a row for each of today's parcels"),
)
STILL_THERE = Kind(
    "lineage-parent-on-map",
    "warning",
    Text(
        "沿革中的原宗地 {found} 仍在宗地图层中，台账行未移到后继宗地",
        "the former parcel {found} is still on the map: its ledger rows stay with it",
    ),
    Text("请核对宗地图层是否为变更后的现状", "check whether the parcels are those of today"),
)
CIRCLE = Kind(
    "lineage-circle",
    "warning",
    Text(
        "沿革中的原宗地 {found} 循环指向自身，没有通向现有宗地",
        "the lineage of {found} leads back to itself and to no parcel of today",
    ),
    Text("请核对沿革中的原宗地与现宗地", "check the former and the present parcel"),
)
LOST = Kind(
    "lineage-child-unknown",
    "warning",
    Text("沿革中的现宗地 {found} 不在宗地图层中", "the lineage's parcel {found} is not on the map"),
    Text("请核对标识", "check the identifier"),
)


def successors(lineage: pd.DataFrame, present: set[str]) -> dict[str, dict[str, float]]:
    """Return what became of every former parcel.

    Parameters
    ----------
    lineage : pandas.DataFrame
        In its contract: ``from_parcel_id``, ``parcel_id``, ``area_m2``.
    present : set of str
        The parcels of today.

    Returns
    -------
    dict of str to dict of str to float
        Former parcel to {parcel of today: share of the former one}; NaN where the areas do not
        tell. Of a single successor the share is 1.

    Examples
    --------
    >>> lineage = pd.DataFrame({"parcel_id": ["B", "C", "D"], "from_parcel_id": ["A", "A", "C"],
    ...                         "area_m2": [3000.0, 1000.0, None]})
    >>> successors(lineage, {"B", "D"})["A"]
    {'B': 0.75, 'D': 0.25}
    """
    children: dict[str, dict[str, float]] = {}
    known = lineage.dropna(subset=["parcel_id", "from_parcel_id"])
    for parent, rows in known.groupby("from_parcel_id", sort=True):
        areas = rows.groupby("parcel_id", sort=True)["area_m2"].sum(min_count=1)
        whole = float("nan") if areas.isna().any() or areas.sum() <= 0 else float(areas.sum())
        shares = {str(child): float(area) / whole for child, area in areas.items()}
        children[str(parent)] = dict.fromkeys(shares, 1.0) if len(shares) == 1 else shares
    return {
        parent: _leaves(parent, children, present, {parent})
        for parent in children
        if parent not in present
    }


def _leaves(
    parent: str, children: Mapping[str, Mapping[str, float]], present: set[str], seen: set[str]
) -> dict[str, float]:
    """Follow the lineage down to parcels of today; a circle leads nowhere."""
    found: dict[str, float] = {}
    for child, share in children.get(parent, {}).items():
        below = (
            {child: 1.0}
            if child in present
            else {}
            if child in seen
            else _leaves(child, children, present, {*seen, child})
        )
        for leaf, part in below.items():
            found[leaf] = found.get(leaf, 0.0) + share * part
    return found


def _circles(lineage: pd.DataFrame) -> set[str]:
    """Return the former parcels that are their own descendants."""
    known = lineage.dropna(subset=["parcel_id", "from_parcel_id"])
    children = {
        str(parent): {str(child) for child in rows}
        for parent, rows in known.groupby("from_parcel_id", sort=True)["parcel_id"]
    }
    found = set()
    for parent, own in children.items():
        seen: set[str] = set()
        below = set(own)
        while below:
            seen |= below
            below = {child for one in below for child in children.get(one, ())} - seen
        if parent in seen:
            found.add(parent)
    return found


def carry_over(frames: dict[str, pd.DataFrame], reports: Mapping[str, Reporter]) -> None:
    """Carry the rows of the ledger, its causes and cases over to the parcels of today.

    Parameters
    ----------
    frames : dict of str to pandas.DataFrame
        The layers that were read; those tables are replaced.
    reports : mapping of str to Reporter
        One for each layer.
    """
    if "lineage" not in frames or "parcels" not in frames:
        return
    lineage = frames["lineage"]
    present = set(frames["parcels"]["parcel_id"].dropna())
    heirs = successors(lineage, present)
    former = lineage["from_parcel_id"]
    for kind, column, where in (
        (STILL_THERE, "from_parcel_id", former.isin(present)),
        (LOST, "parcel_id", ~lineage["parcel_id"].isin(present | set(former.dropna()))),
        (CIRCLE, "from_parcel_id", former.isin(_circles(lineage))),
    ):
        rows = lineage[where.fillna(value=False).to_numpy(dtype=bool)].drop_duplicates(column)
        named = rows[column]
        reports["lineage"].rows(kind, rows["source_row"], ids=named, column=column, found=named)
    split = {parent for parent, parts in heirs.items() if len(parts) > 1}
    for name in _TABLES:
        if name in frames:
            frames[name] = _carried(frames[name], heirs, split, reports[name])


def _carried(
    table: pd.DataFrame,
    heirs: Mapping[str, Mapping[str, float]],
    split: set[str],
    report: Reporter,
) -> pd.DataFrame:
    """Repeat rows for every successor of their parcel."""
    gone = [parcel for parcel, parts in heirs.items() if parts]
    moved = table["parcel_id"].isin(gone).to_numpy(dtype=bool)
    if not moved.any():
        return table
    order: list[int] = []
    to: list[Any] = []
    shares: list[float] = []
    for at, parcel in enumerate(table["parcel_id"]):
        heir = dict(heirs[parcel]) if moved[at] else {parcel: 1.0}
        order += [at] * len(heir)
        to += list(heir)
        shares += list(heir.values())
    carried = table.iloc[order].reset_index(drop=True)
    was = carried["parcel_id"]
    changed = moved[order]
    share = pd.Series(shares, index=carried.index)
    parts = was.isin(split).to_numpy(dtype=bool) & changed
    if "parcel_area_in_contract_m2" in carried:
        area = carried["parcel_area_in_contract_m2"]
        # The contract of a single parcel need not repeat its area for the parcel.
        single = table["contract_no"].map(table["contract_no"].value_counts()).eq(1)
        alone = single.iloc[order].fillna(value=False).to_numpy(dtype=bool)
        whole = area.where(area.notna() | ~alone, carried["contract_area_m2"])
        carried["parcel_area_in_contract_m2"] = area.mask(parts, whole * share)
        carried["from_parcel_id"] = carried["from_parcel_id"].mask(changed, was)
        carried = _shared_out(carried, parts, share, was, report)
        unknown = parts & share.isna().to_numpy()
        first = unknown & ~pd.Series(order).duplicated().to_numpy()
        report.rows(
            NO_AREAS,
            carried["source_row"][first],
            ids=was[first],
            column="parcel_id",
            found=was[first],
        )
    carried["parcel_id"] = pd.Series(to, index=carried.index, dtype="string")
    several = [len(heirs.get(parcel, {})) > 1 for parcel in was[changed]]
    report.rows(
        CARRIED,
        carried["source_row"][changed],
        ids=carried["parcel_id"][changed],
        column="parcel_id",
        found=was[changed],
        to=carried["parcel_id"][changed],
        how_zh=["分割" if one else "变更或合并" for one in several],
        how_en=["split" if one else "changed or merged" for one in several],
        share_zh=[_percent(value, "份额未知") for value in share[changed]],
        share_en=[_percent(value, "share unknown") for value in share[changed]],
    )
    return carried


def _shared_out(
    carried: pd.DataFrame,
    parts: Any,
    share: pd.Series[float],
    was: pd.Series[Any],
    report: Reporter,
) -> pd.DataFrame:
    """Share out what a row states of a parcel that was split; unknown where that would not be true.

    Sums that include the land price, or perhaps do, are not in proportion to anything once the price
    is split by itself.
    """
    without_land = carried["investment_includes_land"].eq(False).fillna(value=False)  # noqa: FBT003
    known = share.notna()
    figures: dict[str, pd.Series[Any]] = dict.fromkeys((*_AREAS, _TAXES), known)
    figures |= dict.fromkeys(_MONEY, known & without_land)
    out = carried.copy()
    first = parts & ~carried["source_row"].where(parts).duplicated().to_numpy()
    for name, shared in figures.items():
        # Nothing of a thing is nothing of it on every part.
        value = carried[name]
        own = (value * share).where(shared).mask(value.eq(0).fillna(value=False), 0.0)
        out[name] = value.mask(parts, own.astype(value.dtype))
    for names, shared in ((_AREAS, known), (_MONEY, known & without_land)):
        stated = carried[[*names]].gt(0).any(axis=1).to_numpy(dtype=bool) & first
        labels = [CONTRACTS["ledger"].column(name).label for name in names]
        texts: dict[str, Any] = {
            "names_zh": "、".join(label.zh for label in labels),
            "names_en": " and ".join(label.en for label in labels),
        }
        done = stated & shared.to_numpy(dtype=bool)
        report.rows(
            SHARED,
            carried["source_row"][done],
            ids=was[done],
            column=names[-1],
            found=was[done],
            **texts,
        )
        lost = stated & ~shared.to_numpy(dtype=bool)
        no_area = share[lost].isna()
        report.rows(
            NOT_SHARED,
            carried["source_row"][lost],
            ids=was[lost],
            column=names[-1],
            found=was[lost],
            why_zh=["各宗面积不全" if one else "未注明投资不含地价" for one in no_area],
            why_en=[
                "their areas are not all known"
                if one
                else "the ledger does not say that the land price is not in them"
                for one in no_area
            ],
            **texts,
        )
    return out


def _percent(value: float, unknown: str) -> str:
    return unknown if math.isnan(value) else f"{value:.1%}"
