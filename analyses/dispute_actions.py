"""Parcels in dispute: until the dispute is settled nothing else is proposed for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.action_rows import area_texts, propose, reasons
from analyses.frames import flags, numbers, texts
from analyses.idle_text import day_texts
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["in_dispute", "only_settle_disputes"]

#: What asks for facts alone, and proposes nothing for the land.
_OF_FACTS = ("fix_data", "find_out")

_WHY = Text(
    "资料登记宗地有争议，面积{area}；争议解决前任何一方不得改变土地利用现状，不作其他处置和利用建议{running}。",
    "The parcel is recorded as in dispute, {area}; until it is settled nobody may change the present "
    "use of the land, and nothing else is proposed{running}.",
)


def in_dispute(parcels: pd.DataFrame, contracts: pd.DataFrame | None) -> np.ndarray:
    """Mark parcels with a ledger row in dispute, or said not to be free of dispute.

    Examples
    --------
    >>> parcels = pd.DataFrame({"parcel_id": ["a", "b", "c"], "dispute_free": [None, False, True]})
    >>> contracts = pd.DataFrame({"parcel_id": ["a", "a"], "in_dispute": [True, None]})
    >>> in_dispute(parcels, contracts).tolist()
    [True, True, False]
    """
    said = flags(parcels, "dispute_free").eq(other=False).fillna(value=False).to_numpy(dtype=bool)
    if contracts is None:
        return said
    rows = flags(contracts, "in_dispute").fillna(value=False).to_numpy(dtype=bool)
    ids = texts(contracts, "parcel_id")[rows].dropna()
    return np.asarray(said | texts(parcels, "parcel_id").isin(ids).to_numpy(dtype=bool))


def only_settle_disputes(
    parts: Sequence[pd.DataFrame], parcels: pd.DataFrame, contracts: pd.DataFrame | None
) -> list[pd.DataFrame]:
    """Put the settling of the dispute in the place of all that is proposed for a parcel in dispute.

    What asks for facts stays. Statutory periods run on: the nearest that is withheld is told.

    Parameters
    ----------
    parts : sequence of pandas.DataFrame
        Proposals of all kinds.
    parcels : pandas.DataFrame
        With ``parcel_id``, ``area_m2`` and ``dispute_free``.
    contracts : pandas.DataFrame or None
        Ledger rows, with ``in_dispute``.
    """
    disputed = in_dispute(parcels, contracts)
    at = np.flatnonzero(disputed)
    if len(at) == 0:
        return list(parts)
    every = pd.concat([*parts, propose("none", at[:0], ([], []))], ignore_index=True)
    stays = every["action"].isin(_OF_FACTS).to_numpy(dtype=bool) | ~disputed[every["at"].to_numpy()]
    withheld = every.loc[~stays].groupby("at")[["due_on", "since_on"]].min().reindex(at)
    due = withheld["due_on"]
    days = due.to_numpy().astype("datetime64[D]")
    known = due.notna().to_numpy()
    running = (
        [
            f"；法定期限照常计算，最近一项为{day}" if yes else ""
            for yes, day in zip(known, day_texts(days, "zh"), strict=True)
        ],
        [
            f"; statutory periods run on, the nearest to {day}" if yes else ""
            for yes, day in zip(known, day_texts(days, "en"), strict=True)
        ],
    )
    area = numbers(parcels, "area_m2").to_numpy()[at]
    why = reasons(_WHY, {"area": area_texts(area), "running": running}, len(at))
    return [every.loc[stays], propose("resolve_dispute", at, why, area_m2=area, **withheld)]
