"""The verdicts on headroom: how much is left, whether a path is open, whether it is free of land price."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.far_facts import (
    FarFacts,
    basis,
    built_missing,
    headroom_missing,
    identity,
    limits_left_out,
)
from analyses.far_waivers import WAIVER_TEXTS
from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.frames import both_missing, joined_missing, said, texts, verdict_of
from analyses.land_facts import NOISE_M2
from analyses.results import BOUND_BY
from analyses.results_far import PATHS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from analyses.far_waivers import Layer, Waivers
    from policies.model import Policy

__all__ = ["headroom_findings"]

_DRAFT = ("（征求意见稿）", " (征求意见稿, draft for comment)")


def headroom_findings(
    facts: FarFacts, policy: Policy, as_of: date, *, waivers: Waivers, paths: pd.DataFrame
) -> pd.DataFrame:
    """Write the findings on headroom, its paths and its land price, for the rules that the policy has.

    Parameters
    ----------
    facts : FarFacts
        See there.
    policy : policies.model.Policy
        Rules and parameters.
    as_of : datetime.date
        The review date.
    waivers, paths
        What `analyses.far_paths.far_paths` returned.
    """
    found = []
    if policy.has_rule("far.headroom"):
        found.append(_headroom(facts, policy, as_of))
    if policy.has_rule("far.intensify"):
        found.append(_intensify(facts, policy, as_of, paths))
    for rule_id, layer in (
        ("far.waiver_national", waivers.national),
        ("far.waiver_local", waivers.local),
    ):
        if policy.has_rule(rule_id):
            found.append(_waiver(facts, policy, as_of, rule_id, layer))
    if policy.has_rule("far.storage_uplift"):
        found.append(_uplift(facts, policy, as_of, paths))
    return concat_findings(found)


#: Why the number is the most that there may be, by what is not known or not on record.
_AT_MOST = {
    "": ("", ""),
    "no_height": (
        "限高未记录，未计入，为至多数。",
        " No height limit is on record and none is counted: at most.",
    ),
    "no_coverage": (
        "密度上限未记录，限高按全部用地计，为至多数。",
        " No coverage limit is on record, the height was counted over the whole site: at most.",
    ),
    "one_storey": (
        "层高未知，但容积率所允许的不超过一层，容积率即为约束。",
        " The storey height is not known, but the ratio allows no more than one storey: it binds.",
    ),
    "storey_height_m": (
        "有高度上限而层高未知，高度上限可能更严，以上为至多数。",
        " There is a height cap and the storey height is not known: the height may bind, the numbers are at most.",
    ),
    "obstacle": (
        "净空高度未知，以上为至多数。",
        " The height left by obstacle surfaces is not known: the numbers are at most.",
    ),
    "counting": (
        "层高未知，计容面积只知一部分（至少数），以上为至多数。",
        " Storey heights are not known, so that part of what counts by the rule is not: the numbers are at most.",
    ),
    "built": (
        "现状建筑面积只知一部分（至少数），以上为至多数。",
        " Only part of the floor area there is known (at least): the numbers are at most.",
    ),
}


def _headroom(facts: FarFacts, policy: Policy, as_of: date) -> pd.DataFrame:
    """Say how much may still be built, and which limits that leaves out because they are not known."""
    measures = facts.measures
    room = measures["floor_area_headroom_m2"].fillna(measures["floor_area_headroom_most_m2"])
    allowed = measures["floor_area_allowed_m2"].fillna(measures["floor_area_allowed_most_m2"])
    missing = joined_missing(measures.index, headroom_missing(measures, built_missing(facts)))
    verdict = verdict_of((room > NOISE_M2).to_numpy(), unknown=(missing != "").to_numpy())
    # The ratio answers; what else may limit it is named, and the numbers are said to be a most.
    left_out = joined_missing(measures.index, limits_left_out(measures)).mask(verdict != "yes", "")
    missing = both_missing(missing, left_out)
    says = {
        "yes": ("尚有余量", "there is headroom"),
        "no": ("没有余量", "there is no headroom"),
        "unknown": ("资料不足", "facts are missing"),
    }
    zh, en = [], []
    for value, most, bound, code, why, left, metres, source in zip(
        room,
        allowed,
        measures["bound_by"].fillna("unknown"),
        verdict,
        _at_most(measures),
        left_out,
        measures["storey_height_used_m"],
        measures["storey_height_source"].fillna(""),
        strict=True,
    ):
        (r_zh, r_en), (a_zh, a_en), text = said(value), said(most), BOUND_BY[bound]
        more = _AT_MOST[why]
        if source == "buildings":
            more = (
                f"{more[0]}层高{metres:.2f}m取本宗地建筑层高的平均值（按基底面积加权）。",
                f"{more[1]} The storey height of {metres:.2f} m is the mean of the buildings there, by ground.",
            )
        upto = ("至多", "at most ") if (why in _OPEN or left) and a_zh != "未知" else ("", "")
        zh.append(
            f"允许建筑面积{upto[0]}{a_zh}㎡，剩余可建计容建筑面积{upto[0]}{r_zh}㎡，约束：{text.zh}：{says[code][0]}。{more[0]}"
        )
        en.append(
            f"Allowed {upto[1]}{a_en} m2 of floor area, headroom {upto[1]}{r_en} m2, bound by: {text.en}: {says[code][1]}.{more[1]}"
        )
    verdicts = Verdicts(
        verdict,
        **identity(facts),
        measured=room,
        limit=allowed,
        unit="m2",
        area_basis=basis(facts),
        missing=missing,
        note_zh=zh,
        note_en=en,
        confidence="P",
    )
    return rule_findings(policy.rule("far.headroom"), as_of, verdicts)


#: What leaves the headroom unknown, where only the most that there may be is told.
_OPEN = ("storey_height_m", "obstacle", "built", "counting")


def _at_most(measures: pd.DataFrame) -> np.ndarray:
    """Say of each parcel why its headroom is a most, with a key of `_AT_MOST`."""
    limited = measures["far_limit"].notna().to_numpy()
    capped = measures["height_cap_m"].notna().to_numpy()
    uncounted = limited & measures["allowed_by_height_m2"].isna().to_numpy()
    part = measures["floor_area_m2"].isna() & (measures["floor_area_least_m2"] > 0)
    why = np.full(len(measures), "", dtype=object)
    why[uncounted & ~capped] = "no_height"
    why[uncounted & capped] = "one_storey"
    why[uncounted & capped & measures["storey_height_used_m"].notna().to_numpy()] = "no_coverage"
    open_count = measures["floor_area_counted_m2"].isna() & measures["floor_area_m2"].notna()
    why[limited & open_count.to_numpy(dtype=bool)] = "counting"
    why[limited & part.to_numpy(dtype=bool)] = "built"
    for name, column in (
        ("storey_height_m", "lacks_storey_height"),
        ("obstacle", "lacks_obstacle"),
    ):
        why[limited & measures[column].to_numpy(dtype=bool)] = name
    return why


def _intensify(facts: FarFacts, policy: Policy, as_of: date, paths: pd.DataFrame) -> pd.DataFrame:
    """Say whether any path of higher intensity is open, and name those that are."""
    rule = policy.rule("far.intensify")
    own = paths[~paths["path"].isin(["standard_workshop", "m0", "storage_far"])]
    ids = texts(facts.parcels, "parcel_id")
    where = ids.isin(own["parcel_id"]).to_numpy(dtype=bool)
    named = own[own["basis"] != "none"]
    rows = named[named["verdict"] == "yes"]
    opened = _bits(rows["parcel_id"], rows["path"], ids[where])
    rows = named[named["verdict"] == "unknown"]
    lacks = rows[["parcel_id", "missing"]].astype(object)
    lacks = lacks.assign(missing=lacks["missing"].str.split(",")).explode("missing")
    lacked = _bits(lacks["parcel_id"], lacks["missing"], ids[where])
    verdict = np.where(opened.bits > 0, "yes", np.where(lacked.bits > 0, "unknown", "no"))
    missing = np.where(
        verdict == "unknown", lacked.texts(lambda names: ",".join(sorted(names))), ""
    )
    titles = [opened.texts(partial(_named, at=at)) for at in range(2)]
    says = {
        "yes": (
            "条件成立的途径：{}；须以规划条件和许可为准。",
            "Paths whose conditions hold: {}; planning conditions and permit prevail.",
        ),
        "no": ("没有条件成立的途径。", "No path has its conditions met."),
        "unknown": (
            "资料不足，不能判断有无途径。",
            "Facts are missing: whether a path is open is not known.",
        ),
    }
    zh, en = (
        [says[code][at].format(title) for code, title in zip(verdict, titles[at], strict=True)]
        for at in range(2)
    )
    return _marked(
        rule_findings(
            rule,
            as_of,
            Verdicts(
                verdict,
                **identity(facts, where),
                unit=None,
                missing=missing,
                note_zh=zh,
                note_en=en,
            ),
        ),
        draft=rule.status_at(as_of) == "draft",
    )


@dataclass(frozen=True)
class _Sets:
    """For each parcel a set of words, as bits: parcels of one set are written once."""

    bits: np.ndarray
    words: list[str]

    def texts(self, write: Callable[[list[str]], str]) -> np.ndarray:
        """Write the set of every parcel."""
        known = {
            found: write([word for nth, word in enumerate(self.words) if found >> nth & 1])
            for found in np.unique(self.bits).tolist()
        }
        return np.array([known[found] for found in self.bits.tolist()], dtype=object)


def _bits(parcel: pd.Series[str], word: pd.Series[str], ids: pd.Series[str]) -> _Sets:
    """Gather the words of each parcel, in the order in which they first occur."""
    nth, words = pd.factorize(word.to_numpy(dtype=object))
    place = pd.Index(ids).get_indexer(pd.Index(parcel))
    bits = np.zeros(len(ids), dtype="int64")
    np.bitwise_or.at(bits, place[place >= 0], 1 << nth[place >= 0])
    return _Sets(bits, [str(one) for one in words])


def _named(codes: list[str], at: int) -> str:
    titles = [(PATHS[code].zh, PATHS[code].en)[at] for code in PATHS if code in codes]
    return ("、", ", ")[at].join(titles)


def _waiver(
    facts: FarFacts, policy: Policy, as_of: date, rule_id: str, layer: Layer
) -> pd.DataFrame:
    """Write one layer of the waiver of land price, for the land of which it speaks."""
    rule = policy.rule(rule_id)
    where = layer.verdict != "not_applicable"
    follows = {
        "yes": ("不再增收土地价款", "no further land price"),
        "no": (
            "本条不成立；这不等于须补缴价款，仍须核对其他规定",
            "the clause does not hold; this does not mean that a price is due, other rules are to be checked",
        ),
        "unknown": ("待定，不能据此认为须补缴", "undetermined; none is shown to be due"),
    }
    zh, en = [], []
    for code, reason in zip(layer.verdict[where], layer.reason[where], strict=True):
        why, then = WAIVER_TEXTS[reason], follows[code]
        zh.append(f"提高利用率和容积率的土地价款：{why[0]}，{then[0]}。")
        en.append(f"Land price of a higher land use rate and ratio: {why[1]}; {then[1]}.")
    verdicts = Verdicts(
        layer.verdict[where],
        **identity(facts, where),
        unit=None,
        missing=layer.missing[where],
        note_zh=zh,
        note_en=en,
    )
    return _marked(rule_findings(rule, as_of, verdicts), draft=rule.status_at(as_of) == "draft")


def _uplift(facts: FarFacts, policy: Policy, as_of: date, paths: pd.DataFrame) -> pd.DataFrame:
    """Say whether the storage land of a good firm may ask for a higher ratio."""
    rule = policy.rule("far.storage_uplift")
    ids = texts(facts.parcels, "parcel_id")
    own = paths[(paths["path"] == "storage_far") & (paths["basis"] == "listed")]
    own = own.drop_duplicates("parcel_id").set_index("parcel_id")
    where = ids.isin(own.index).to_numpy(dtype=bool)
    rows = own.reindex(ids[where].to_numpy(dtype=object))
    verdicts = Verdicts(
        rows["verdict"].to_numpy(dtype=object),
        **identity(facts, where),
        unit=None,
        missing=rows["missing"].to_numpy(dtype=object),
        note_zh=rows["why_zh"].to_numpy(dtype=object),
        note_en=rows["why_en"].to_numpy(dtype=object),
    )
    return rule_findings(rule, as_of, verdicts)


def _marked(frame: pd.DataFrame, *, draft: bool) -> pd.DataFrame:
    """Say of a draft in both languages that it is one."""
    if draft and len(frame):
        frame["note_zh"] = frame["note_zh"] + _DRAFT[0]
        frame["note_en"] = frame["note_en"] + _DRAFT[1]
    return frame
