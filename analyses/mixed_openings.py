"""Which mixes are open: the listed uses a parcel could add, and how much before a ratio breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import joined_missing, texts
from analyses.mixed_facts import RULESET, barred, uses_of
from analyses.mixed_list import list_kind
from analyses.mixed_ratios import RATIO_RULES, Ratio, ratios
from analyses.mixed_sharing import shared_facilities
from analyses.results import MIXED_OPENINGS
from layers.columns import empty_frame

if TYPE_CHECKING:
    from analyses.mixed_facts import MixedFacts

__all__ = ["mixed_openings"]

#: Land kept back, or whose use nobody has named: nothing is proposed there.
_KEPT = ("reserve", "other", "")

_NOTES = {
    "yes": (
        "加入后仍在鼓励混合的清单内（须以规划条件、控规为准）。",
        "With it the parcel is still within the list (planning conditions and control plan prevail).",
    ),
    "undetermined": (
        "该用途已列举，但宗地另有未列举的用途，待定。",
        "The use is listed but another of the parcel's is not: undetermined.",
    ),
    "scope": (
        "围网内商业须对照业务范围核实。",
        " Commerce inside the fence: check against the business scope.",
    ),
    "draft": ("（征求意见稿）", " (征求意见稿, draft for comment)"),
}


def mixed_openings(
    facts: MixedFacts,
    tested: list[frozenset[str]],
    verdict: np.ndarray,
    *,
    facilities: pd.DataFrame | None,
    buildings: pd.DataFrame | None,
    reach_m: float | None,
) -> pd.DataFrame:
    """Return what each parcel could add and share, in the contract `MIXED_OPENINGS`.

    A use is open where the pack lists it, the parcel does not have it, and the list would not shut
    the mix out. Land room = limit x site area - the land of that kind already there. Floor room is
    what may be built on top, x in ``(part + x) / (total + x) = limit``, so
    ``x = (limit x total - part) / (1 - limit)``, and never above the headroom of the floor-area
    ratio where that is known; converted room is ``limit x total - part``, within what stands. Rooms
    are in m2, 0 where the limit is reached, null where unknown or where no ratio binds
    (``land_bound_by`` and ``floor_bound_by`` tell which).

    Parameters
    ----------
    facts : MixedFacts
        The parcels, their programme and the policy.
    tested : list of frozenset of str
        The uses of each parcel that a list may name.
    verdict : numpy.ndarray of str
        Its mixed-use verdict.
    facilities, buildings : geopandas.GeoDataFrame or None
        What might be shared.
    reach_m : float or None
        How far a shared facility serves.
    """
    found = []
    if list_kind(facts.policy, facts.as_of) in {"open", "closed"}:
        bounds = _Bounds(facts)
        listed = sorted(uses_of(facts.policy, "mixed.list"))
        found += [_adding(facts, use, tested, verdict, bounds) for use in listed]
    if reach_m is not None:
        found.append(
            shared_facilities(facts, facilities=facilities, buildings=buildings, reach_m=reach_m)
        )
    kept = [frame for frame in found if len(frame)]
    if not kept:
        return empty_frame(MIXED_OPENINGS)
    table = pd.concat(kept, ignore_index=True)
    order = ["zone_id", "parcel_id", "opening", "use", "facility_kind"]
    return table.sort_values(order, kind="stable", na_position="first", ignore_index=True)


class _Bounds:
    """The ratio that binds each use, by rule."""

    def __init__(self, facts: MixedFacts) -> None:
        self.facts = facts
        self.by_rule = {ratio.rule_id: ratio for ratio in ratios(facts)}
        self.stands = {
            rule_id: barred(facts.policy.rule(rule_id), facts.as_of) is None
            for rule_id in self.by_rule
        }

    def of(self, use: str) -> list[tuple[np.ndarray, str | None, str | None]]:
        """Return by kind of parcel the rules that bind the land and the floor area of `use`."""
        policy = self.facts.policy
        found: list[tuple[np.ndarray, str | None, str | None]] = []
        for scope, limits in RATIO_RULES.items():
            if not policy.has_rule(scope):
                continue
            rule = policy.rule(scope)
            where = np.isin(self.facts.land_use, list(rule.value("uses")))
            outside = rule.value("outside_uses") if "outside_uses" in rule.parameters else ()
            if use in rule.value("main_uses"):
                found.append((where, None, None))
            elif use in outside:
                found.append((where, None, limits[2]))
            else:
                found.append((where, limits[0], limits[1]))
        return found


def _adding(
    facts: MixedFacts,
    use: str,
    tested: list[frozenset[str]],
    verdict: np.ndarray,
    bounds: _Bounds,
) -> pd.DataFrame:
    """Return the rows of one use."""
    n, policy = len(verdict), facts.policy
    allowed = uses_of(policy, "mixed.list")
    kept = [*_KEPT, *uses_of(policy, "mixed.untested")]
    usable = np.isin(verdict, ["not_mixed", "yes", "undetermined"]) & ~facts.unknown_use
    usable &= ~np.isin(facts.land_use, kept)
    lacks_use = np.array([use not in some for some in tested], dtype=bool)
    unlisted = np.array([bool(some - allowed) for some in tested], dtype=bool)
    where = usable & lacks_use
    if list_kind(policy, facts.as_of) == "closed":
        where &= ~unlisted

    rooms = {name: np.full(n, np.nan) for name in ("land", "floor", "converted")}
    bound = {name: np.full(n, "none", dtype=object) for name in ("land", "floor")}
    gaps = {name: np.zeros(n, dtype=bool) for name in ("uses", RULESET, "ruleset_m0")}
    for parcels, land_rule, floor_rule in bounds.of(use):
        for name, rule_id in (("land", land_rule), ("floor", floor_rule)):
            if rule_id is None:
                continue
            bound[name][parcels] = rule_id
            if rule_id not in bounds.by_rule:
                gaps["ruleset_m0"] |= parcels
            elif bounds.stands[rule_id]:
                _fill(rooms, name, parcels, bounds.by_rule[rule_id])
                gaps["uses"] |= parcels & np.isnan(rooms[name])
            else:
                gaps[RULESET] |= parcels
    headroom = np.maximum(facts.number("floor_area_headroom_m2"), 0.0)
    free = bound["floor"] == "none"
    tighter = ~np.isnan(headroom) & (free | (headroom < rooms["floor"]))
    rooms["floor"] = np.where(tighter, headroom, rooms["floor"])
    bound["floor"][tighter] = "headroom"
    gaps |= _headroom_gaps(facts, headroom)

    scoped = facts.inside & np.isin(use, list(uses_of(policy, "mixed.business_scope")))
    result = np.where(unlisted, "undetermined", "yes")
    return _rows(
        facts,
        where,
        {
            "opening": "add",
            "use": use,
            "mixed_verdict": result[where],
            "land_room_m2": rooms["land"][where],
            "land_bound_by": bound["land"][where],
            "floor_room_m2": rooms["floor"][where],
            "floor_bound_by": bound["floor"][where],
            "floor_converted_m2": rooms["converted"][where],
            "missing": joined_missing(facts.parcels.index, gaps)[where].array,
            **_notes(facts, result[where], scoped[where]),
        },
    )


def _headroom_gaps(facts: MixedFacts, headroom: np.ndarray) -> dict[str, np.ndarray]:
    """Say what leaves the headroom unknown, as far as the measures tell."""
    limit, built = np.isnan(facts.number("far_limit")), np.isnan(facts.number("floor_area_m2"))
    storey = np.isnan(facts.number("storey_height_used_m")) & ~np.isnan(
        facts.number("height_cap_m")
    )
    open_ = np.isnan(headroom)
    rest = open_ & ~limit & ~built
    return {
        "far_limit": open_ & limit,
        "floor_area_m2": open_ & ~limit & built,
        "storey_height_m": rest & storey,
        "obstacle": rest & ~storey,
    }


def _fill(rooms: dict[str, np.ndarray], name: str, parcels: np.ndarray, ratio: Ratio) -> None:
    """Fill in the room that a ratio leaves on the marked parcels."""
    # Where the fence is not known the smaller limit is the safe one.
    limit = np.where(np.isnan(ratio.limit), ratio.low, ratio.limit)
    part = np.where(ratio.part.complete, ratio.part.m2, np.nan)
    left = np.maximum(limit * ratio.total - part, 0.0)
    if name == "land":
        rooms["land"][parcels] = left[parcels]
        return
    rest = 1.0 - limit
    built = np.divide(left, rest, out=np.full(len(left), np.inf), where=rest > 0)
    rooms["floor"][parcels] = np.where(np.isnan(left), np.nan, built)[parcels]
    rooms["converted"][parcels] = left[parcels]


def _notes(facts: MixedFacts, result: np.ndarray, scoped: np.ndarray) -> dict[str, list[str]]:
    draft = facts.policy.rule("mixed.list").status_at(facts.as_of) == "draft"
    notes: dict[str, list[str]] = {"note_zh": [], "note_en": []}
    for code, sells in zip(result.tolist(), scoped.tolist(), strict=True):
        parts = [_NOTES[code]]
        parts += [_NOTES["scope"]] if sells else []
        parts += [_NOTES["draft"]] if draft else []
        notes["note_zh"].append("".join(zh for zh, _ in parts))
        notes["note_en"].append("".join(en for _, en in parts))
    return notes


def _rows(facts: MixedFacts, where: np.ndarray, values: dict[str, Any]) -> pd.DataFrame:
    rule = facts.policy.rule("mixed.list")
    frame = empty_frame(MIXED_OPENINGS, pd.RangeIndex(int(where.sum())))
    said = {
        "zone_id": texts(facts.parcels, "zone_id")[where].array,
        "parcel_id": texts(facts.parcels, "parcel_id")[where].array,
        "pack": rule.pack_id,
        "clause": rule.clause.citation("zh"),
        "status": rule.status_at(facts.as_of),
        "confidence": rule.confidence,
        **values,
    }
    for name, value in said.items():
        dtype = MIXED_OPENINGS.column(name).dtype
        frame[name] = pd.Series(value, index=frame.index, dtype=dtype)
    return frame
