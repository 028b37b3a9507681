"""Whether higher intensity is free of further land price: the national layer and the local one.

Two layers that are tested apart. The national rule covers existing industrial land that stays within
its plan and use, whoever holds it. A local clause may ask that all of it is self-held. Failing a layer
never means that a price is due: what remains is for the authority to determine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.far_facts import headroom_missing, no_headroom
from analyses.frames import flags, joined_missing, numbers, texts, verdict_of
from analyses.mixed_facts import RULESET, barred

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policies.model import Policy, Rule

__all__ = ["WAIVER_TEXTS", "Layer", "Waivers", "price_waivers"]

#: Reason codes of both layers and of what follows from them.
WAIVER_TEXTS: dict[str, tuple[str, str]] = {
    "met": ("条件成立", "its conditions hold"),
    "use": ("不是本条所指", "not what the clause speaks of"),
    "no_rule": ("没有地方条款", "no local clause"),
    "not_existing": ("不是已建成的现有用地", "not existing, completed land"),
    "beyond_plan": ("规划条件内已无余量", "nothing is left within the plan"),
    "plan_use": (
        "规划用途（全部或部分）与现用途不同",
        "the plan gives all or part of the land another use",
    ),
    "use_change": (
        "是否改变用途须由主管部门明确",
        "whether the use changes is for the authority to say",
    ),
    "text_unread": (
        "另有类似规定，条文须核对后适用",
        "there is a like rule, whose text is to be checked first",
    ),
    "for_sale": ("并非全部自持或有对外销售", "not all self-held, or part for sale"),
    "lacking": ("资料不足", "facts are missing"),
    "barred": ("条款效力不明", "whether the clause stands is not known"),
}


@dataclass(frozen=True)
class Layer:
    """What one layer says of every parcel, by position.

    Attributes
    ----------
    verdict : numpy.ndarray of str
        ``yes``: no further price by this layer; ``no``: the layer gives no ground for it;
        ``unknown``; ``not_applicable``: it does not address the parcel.
    reason : numpy.ndarray of str
        A key of `WAIVER_TEXTS`.
    missing : numpy.ndarray of str
        Comma-separated contract columns.
    """

    verdict: np.ndarray
    reason: np.ndarray
    missing: np.ndarray

    def doubted(self, reason: str) -> Layer:
        """Return the layer with a doubt in the place of every yes."""
        hit = self.verdict == "yes"
        return Layer(
            np.where(hit, "unknown", self.verdict),
            np.where(hit, reason, self.reason),
            self.missing,
        )

    def silent(self, where: np.ndarray) -> Layer:
        """Return the layer as one that does not speak of the marked parcels."""
        return Layer(
            np.where(where, "not_applicable", self.verdict),
            np.where(where & (self.reason != "no_rule"), "use", self.reason),
            np.where(where, "", self.missing),
        )


@dataclass(frozen=True)
class Waivers:
    """Both layers; `combined` is what follows."""

    national: Layer
    local: Layer

    def combined(self) -> np.ndarray:
        """Return ``yes`` where a layer holds, ``not_applicable`` where neither speaks of the land, else ``unknown``.

        Never ``no``: failing both does not mean that a price is due.
        """
        one, two = self.national.verdict, self.local.verdict
        silent = (one == "not_applicable") & (two == "not_applicable")
        holds = (one == "yes") | (two == "yes")
        return np.where(holds, "yes", np.where(silent, "not_applicable", "unknown"))

    def missing(self) -> np.ndarray:
        """Return what is missing where neither layer holds."""
        parts = [
            ",".join(dict.fromkeys(filter(None, f"{one},{two}".split(","))))
            for one, two in zip(self.national.missing, self.local.missing, strict=True)
        ]
        return np.where(self.combined() == "unknown", np.array(parts, dtype=object), "")


def price_waivers(
    parcels: pd.DataFrame,
    measures: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    stands: np.ndarray,
    stands_unknown: np.ndarray,
    stands_lacks: Mapping[str, np.ndarray],
    uses: pd.DataFrame | None = None,
) -> Waivers:
    """Test both layers of the waiver of further land price.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame: ``land_use``, ``land_stage``, ``self_held``.
    measures : pandas.DataFrame
        With ``floor_area_m2``, ``far_limit`` and what `analyses.far_limits.binding_limit` returned.
    policy : policies.model.Policy
        Gives ``far.waiver_national``, ``far.waiver_storage`` and, where there is one,
        ``far.waiver_local``.
    as_of : datetime.date
        The review date.
    stands, stands_unknown : numpy.ndarray of bool
        Where a completed permanent building stands, and where that is not known.
    stands_lacks : mapping of str to numpy.ndarray
        Which column is missing where it is not known.
    uses : pandas.DataFrame, optional
        The uses table: how its rows are held.
    """
    return Waivers(
        _national(parcels, measures, policy, as_of, stands, stands_unknown, stands_lacks),
        _local(parcels, policy, as_of, uses),
    )


def _codes(parcels: pd.DataFrame, name: str) -> np.ndarray:
    return texts(parcels, name).fillna("").to_numpy(dtype=object)


def _answer(
    index: pd.Index,
    addressed: np.ndarray,
    fails: list[tuple[np.ndarray, str]],
    lacks: dict[str, np.ndarray],
    why: bool,
) -> Layer:
    """Compose a layer: what it does not address, the first test that fails, what is missing, else yes."""
    n = len(index)
    failed = np.zeros(n, dtype=bool)
    reason = np.full(n, "met", dtype=object)
    for hit, code in reversed(fails):
        reason[hit] = code
        failed |= hit
    open_ = {name: where & ~failed & addressed for name, where in lacks.items()}
    open_[RULESET] = np.full(n, why) & addressed
    missing = joined_missing(index, open_).to_numpy(dtype=object)
    unknown = missing != ""
    verdict = verdict_of(~failed, unknown=unknown, not_applicable=~addressed)
    reason[unknown & ~failed] = "lacking"
    if why:
        reason[:] = "barred"
    reason[~addressed] = "use"
    return Layer(verdict, reason, missing)


def _national(
    parcels: pd.DataFrame,
    measures: pd.DataFrame,
    policy: Policy,
    as_of: date,
    stands: np.ndarray,
    stands_unknown: np.ndarray,
    stands_lacks: Mapping[str, np.ndarray],
) -> Layer:
    index, use, stage = parcels.index, _codes(parcels, "land_use"), _codes(parcels, "land_stage")
    nothing = np.full(len(index), "not_applicable", dtype=object)
    layer = Layer(nothing, np.full(len(index), "use", object), np.full(len(index), "", object))
    if policy.has_rule("far.waiver_national"):
        rule = policy.rule("far.waiver_national")
        unfinished = (stage != "completed") & (stage != "")
        fails = [
            (unfinished | (~stands & ~stands_unknown), "not_existing"),
            (
                flags(measures, "planned_otherwise").fillna(value=False).to_numpy(dtype=bool),
                "plan_use",
            ),
            (no_headroom(measures), "beyond_plan"),
        ]
        lacks = {
            "land_use": use == "",
            "land_stage": stage == "",
            **stands_lacks,
            **headroom_missing(
                measures, {"floor_area_m2": numbers(measures, "floor_area_m2").isna().to_numpy()}
            ),
        }
        addressed = np.isin(use, list(rule.value("uses"))) | (use == "")
        layer = _answer(index, addressed, fails, lacks, barred(rule, as_of) is not None)
    if policy.has_rule("far.waiver_storage"):
        # A like rule of which the text has not been read: it answers nothing yet, and says so.
        like = np.isin(use, list(policy.rule("far.waiver_storage").value("uses")))
        like &= layer.verdict == "not_applicable"
        layer = Layer(
            np.where(like, "unknown", layer.verdict),
            np.where(like, "text_unread", layer.reason),
            np.where(like, RULESET, layer.missing),
        )
    return layer


def _local(parcels: pd.DataFrame, policy: Policy, as_of: date, uses: pd.DataFrame | None) -> Layer:
    index, use = parcels.index, _codes(parcels, "land_use")
    n = len(index)
    if not policy.has_rule("far.waiver_local"):
        return Layer(
            np.full(n, "not_applicable", object),
            np.full(n, "no_rule", object),
            np.full(n, "", object),
        )
    rule: Rule = policy.rule("far.waiver_local")
    own = flags(parcels, "self_held")
    sold = own.eq(other=False).fillna(value=False).to_numpy(dtype=bool)
    held = own.fillna(value=False).to_numpy(dtype=bool)
    if uses is not None and len(uses):
        rows = pd.DataFrame(
            {"parcel_id": texts(uses, "parcel_id").array, "held": texts(uses, "held").array}
        )
        by_parcel = rows.groupby("parcel_id")["held"]
        ids = texts(parcels, "parcel_id")
        any_sale = by_parcel.agg(lambda codes: bool((codes == "sale").fillna(value=False).any()))
        all_self = by_parcel.agg(lambda codes: bool((codes == "self").fillna(value=False).all()))
        sold = sold | ids.map(any_sale).astype("boolean").fillna(value=False).to_numpy(dtype=bool)
        held = held | ids.map(all_self).astype("boolean").fillna(value=False).to_numpy(dtype=bool)
    addressed = np.isin(use, list(rule.value("uses"))) | (use == "")
    lacks = {"land_use": use == "", "self_held": ~held & ~sold}
    return _answer(index, addressed, [(sold, "for_sale")], lacks, barred(rule, as_of) is not None)
