"""Actions that a pack calls for by the verdict of a rule: no line of code knows them by name.

A pack of one's own adds an action with ``when``; the shipped packs add theirs in the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.action_rows import area_texts, propose
from analyses.frames import texts
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyses.land_facts import Land
    from policies.model import Action

__all__ = ["declared_actions"]

_FIGURES = {
    "share": ("{:.1%}", "{:.1%}"),
    "m2": ("{:,.0f}m²", "{:,.0f} m²"),
    "days": ("{:,.0f}天", "{:,.0f} days"),
    "years": ("{:g}年", "{:g} years"),
    "m": ("{:,.1f}m", "{:,.1f} m"),
    "wan": ("{:,.2f}万元", "{:,.2f} wan yuan"),
}
_PLAIN = ("{:,.2f}", "{:,.2f}")


def declared_actions(land: Land) -> list[pd.DataFrame]:
    """Propose every action of the packs whose rule has the verdict that calls for it.

    Parameters
    ----------
    land : Land
        The parcels, the verdicts on them and the policy.

    Returns
    -------
    list of pandas.DataFrame
        Proposals (`analyses.action_rows.propose`), one row per parcel and action.
    """
    called = [action for action in land.policy.actions() if action.when]
    return [part for action in called if len(part := _proposed(land, action))]


def _proposed(land: Land, action: Action) -> pd.DataFrame:
    allowed = _allowed(land, action)
    ids = pd.Index(texts(land.parcels, "parcel_id"))
    parts = []
    for call in action.when:
        rows = land.findings_of(call.rule, call.verdict)
        at = ids.get_indexer(pd.Index(rows["parcel_id"]))
        rows = rows.assign(at=at)[(at >= 0) & allowed[at]]
        parts.append(rows.sort_values("at", kind="stable").drop_duplicates("at"))
    found = pd.concat(parts).drop_duplicates("at") if parts else pd.DataFrame({"at": []})
    found = found.sort_values("at", kind="stable")
    at = found["at"].to_numpy(dtype=np.int64)
    area = land.area[at]
    why = _reasons(land, action, found, area)
    # The reason says how large the parcel is; a gain is only what the action frees of it.
    freed = area if action.frees == "parcel" else np.nan
    return propose(action.code, at, why, area_m2=freed, rules=list(found["rule"]))


def _allowed(land: Land, action: Action) -> np.ndarray:
    """Mark the parcels of the uses and at the stages of an action."""
    allowed = np.ones(len(land.parcels), dtype=bool)
    if action.uses:
        allowed &= np.isin(land.text("land_use"), list(action.uses))
    if action.stage:
        allowed &= np.isin(land.text("land_stage"), list(action.stage))
    return np.asarray(allowed)


def _reasons(
    land: Land, action: Action, found: pd.DataFrame, area: np.ndarray
) -> tuple[list[str], list[str]]:
    """Say which rule calls for the action, with its figures, and how large the parcel is."""
    sizes = area_texts(area)
    said: tuple[list[str], list[str]] = ([], [])
    for row, zh_area, en_area in zip(found.itertuples(), *sizes, strict=True):
        rule = str(row.rule)
        title = land.policy.rule(rule).title if land.policy.has_rule(rule) else None
        first = action.why or title or Text(rule, rule)
        figures = _figures(row.measured, row.limit, row.unit)
        said[0].append(f"{first.zh.rstrip('。')}{figures.zh}，面积{zh_area}。")
        said[1].append(f"{first.en.rstrip('.')}{figures.en}, {en_area}.")
    return said


def _figures(measured: Any, limit: Any, unit: Any) -> Text:
    """Say the measured value, or the calculated amount, and its limit, where they are known."""
    zh, en = _FIGURES.get(str(unit), _PLAIN)
    parts: tuple[list[str], list[str]] = ([], [])
    # An amount is worked out, never measured.
    own = ("测算值", "calculated ") if str(unit) == "wan" else ("实测", "measured ")
    for value, words in ((measured, own), (limit, ("限值", "limit "))):
        if np.isfinite(value):
            parts[0].append(words[0] + zh.format(value))
            parts[1].append(words[1] + en.format(value))
    if not parts[0]:
        return Text("", "")
    return Text(f"（{'，'.join(parts[0])}）", f" ({', '.join(parts[1])})")


def only_beside(parts: Sequence[pd.DataFrame], actions: dict[str, Action]) -> list[pd.DataFrame]:
    """Leave out what is proposed only beside another action, where that one is not proposed."""
    places: dict[str, set[int]] = {}
    for part in parts:
        for code, group in part.groupby("action", sort=False)["at"]:
            places.setdefault(str(code), set()).update(group.tolist())
    kept = []
    for part in parts:
        stays = np.ones(len(part), dtype=bool)
        for code in part["action"].unique():
            beside = actions[code].beside
            if beside:
                wanted = set().union(*(places.get(other, set()) for other in beside))
                own = (part["action"] == code).to_numpy(dtype=bool)
                stays &= ~own | part["at"].isin(wanted).to_numpy(dtype=bool)
        kept.append(part.loc[stays])
    return kept


def without_excluded(proposals: pd.DataFrame, actions: dict[str, Action]) -> pd.DataFrame:
    """Leave out what an action of the same parcel takes the place of."""
    gone = np.zeros(len(proposals), dtype=bool)
    for code in proposals["action"].unique():
        excluded = actions[code].excludes
        if excluded:
            there = proposals.loc[proposals["action"] == code, "at"]
            gone |= (proposals["action"].isin(excluded) & proposals["at"].isin(there)).to_numpy(
                bool
            )
    return proposals.loc[~gone].reset_index(drop=True)
