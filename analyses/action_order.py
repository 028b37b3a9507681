"""What may not stand side by side, and what has to come first: within a parcel and between parcels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.action_rows import PROPOSAL_COLUMNS, propose
from analyses.frames import texts
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.model import Action

__all__ = ["dependencies", "never_fee_and_remedy", "procedure_alone"]

_SANCTIONS = ("propose_fee", "propose_recovery")
_REMEDIES = ("remedy_art12", "swap_art12")
#: Statuses under which the procedure of Order 53 is, or may be, open.
_UNDER_PROCEDURE = (
    *("suspected_2y", "suspected_1y", "suspended", "gov_cause", "human_review", "at_the_line"),
)
_OF_PROCEDURE = (
    *("investigate", "urge_start", "find_cause", "remedy_art12", "swap_art12", "register_case"),
    *("propose_fee", "propose_recovery", "resolve_dispute", "resolve_conflict", "correct_far"),
    *("correct_boundary", "fix_data", "find_out", "watch", "none"),
)
_BOTH = Text(
    "同一宗地的不同合同（期）分别符合征缴、收回和协商处置的情形，两者不同时建议；先分清各合同（期）的用地范围，再分别处置。",
    "Different contracts (phases) of this parcel would lead to a fee or recovery and to a remedy by agreement; "
    "both are never proposed at once: first tell apart the land of each contract.",
)
_FIRST = Text("先行：{what}", "first: {what}")


def never_fee_and_remedy(proposals: pd.DataFrame) -> pd.DataFrame:
    """Put a human review in the place of a fee or recovery and a remedy on the same parcel.

    Parameters
    ----------
    proposals : pandas.DataFrame
        One row per parcel and action, as `analyses.action_rows.propose` makes them.
    """
    sanctions = proposals["action"].isin(_SANCTIONS)
    remedies = proposals["action"].isin(_REMEDIES)
    both = np.intersect1d(proposals.loc[sanctions, "at"], proposals.loc[remedies, "at"])
    if len(both) == 0:
        return proposals
    withheld = (sanctions | remedies) & proposals["at"].isin(both)
    taken = proposals.loc[withheld].groupby("at")
    n = len(both)
    review = propose(
        "investigate",
        both,
        ([_BOTH.zh] * n, [_BOTH.en] * n),
        area_m2=taken["area_m2"].max().to_numpy(),
        since_on=taken["since_on"].min(),
    )
    # An investigation that is asked for already stays the one.
    known = proposals.loc[proposals["action"] == "investigate", "at"]
    review = review.loc[~review["at"].isin(known)]
    kept = [proposals.loc[~withheld, list(PROPOSAL_COLUMNS)], review]
    return pd.concat([part for part in kept if len(part)], ignore_index=True)


def procedure_alone(parts: Sequence[pd.DataFrame], parcels: pd.DataFrame) -> list[pd.DataFrame]:
    """Leave land under the idle-land procedure to that procedure: no other use of it is proposed.

    On mere suspicion nothing is proposed but to investigate, to urge and to find out; after a finding only
    what Order 53 provides. What asks for facts or settles a conflict stays.

    Parameters
    ----------
    parts : sequence of pandas.DataFrame
        Proposals of all kinds.
    parcels : pandas.DataFrame
        With ``idle_status``.
    """
    under = np.isin(
        texts(parcels, "idle_status").fillna("").to_numpy(dtype=object), _UNDER_PROCEDURE
    )
    if not under.any():
        return list(parts)
    kept = []
    for part in parts:
        other = ~part["action"].isin(_OF_PROCEDURE).to_numpy(dtype=bool)
        kept.append(part.loc[~(other & under[part["at"].to_numpy()])])
    return kept


def dependencies(
    proposals: pd.DataFrame, ids: pd.Series[str], actions: dict[str, Action]
) -> tuple[pd.Series[str], dict[str, pd.Series[str]]]:
    """Return what has to come first, as ``parcel:action``, and the wording of it.

    Faulty data come before all else of their parcel; then what the catalogue puts first (``after``) where
    it is proposed for the same parcel; then what a row itself names, as the parcel that gives green.

    Parameters
    ----------
    proposals : pandas.DataFrame
        One row per parcel and action.
    ids : pandas.Series of str
        The parcel of each row.
    actions : dict of str to Action
        The catalogue.
    """
    plain = ids.fillna("").to_numpy(dtype=object)
    codes = proposals["action"].to_numpy(dtype=object)
    found = proposals["depends"].fillna("").to_numpy(dtype=object).copy()
    there = {f"{parcel}:{code}" for parcel, code in zip(plain, codes, strict=True)}
    known = dict(
        zip(pd.unique(codes), [actions[code].after for code in pd.unique(codes)], strict=True)
    )
    for at, (parcel, code) in enumerate(zip(plain, codes, strict=True)):
        first = [key for key in found[at].split(",") if key in there]
        before = ("fix_data", *known[code]) if code not in {"fix_data", "none"} else ()
        first += [f"{parcel}:{other}" for other in before if f"{parcel}:{other}" in there]
        found[at] = ",".join(dict.fromkeys(first))
    said = {
        "zh": [_said(keys, own, actions, "zh") for keys, own in zip(found, plain, strict=True)],
        "en": [_said(keys, own, actions, "en") for keys, own in zip(found, plain, strict=True)],
    }
    index = proposals.index
    depends = pd.Series(found, index=index, dtype="string")
    return depends, {
        lang: pd.Series(words, index=index, dtype="string") for lang, words in said.items()
    }


def _said(keys: str, own: str, actions: dict[str, Action], lang: str) -> str:
    """Word what has to come first: of other parcels with their id, the data first of all left unsaid."""
    if not keys:
        return ""
    what = []
    for key in keys.split(","):
        parcel, _, code = key.rpartition(":")
        title = actions[code].title.zh if lang == "zh" else actions[code].title.en
        what.append(title if parcel == own else f"{parcel} {title}")
    if lang == "zh":
        return _FIRST.zh.format(what="、".join(what))
    return _FIRST.en.format(what=", ".join(what))
