"""Parcels in dispute: until the dispute is settled nothing else is proposed for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.action_rows import area_texts, joined_by, propose, reasons
from analyses.frames import flags, numbers, texts
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["in_dispute", "only_settle_disputes"]

#: Faulty data come before all else of a parcel. What other facts are missing is told by the findings: to ask
#: for them is a proposal of its own, which the dispute may make idle.
_OF_FACTS = ("fix_data",)

_WHY = Text(
    "资料登记宗地有争议，面积{area}；争议解决前任何一方不得改变土地利用现状，不作其他处置和利用建议{running}。",
    "The parcel is recorded as in dispute, {area}; until it is settled nobody may change the present "
    "use of the land, and nothing else is proposed{running}.",
)

#: A period of the law is not held up by the dispute: it stays the last day by which the parcel is looked at.
_RUNNING = Text("法定期限照常计算：{what}", "statutory periods run on: {what}")


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

    Faulty data are still to be corrected, and first. Statutory periods run on: they are told, and the nearest is the date of the row.

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
    held = every.loc[~stays].sort_values(["at", "due_on", "action"], na_position="last")
    withheld = held.groupby("at")[["due_on", "since_on"]].min().reindex(at)
    running = {
        name: [said.get(place, "").strip("；; ,") for place in at.tolist()]
        for name, blank in (("due_zh", "；"), ("due_en", "; "), ("due_missing", ","))
        for said in [joined_by(held["at"].tolist(), held[name].fillna("").tolist(), blank)]
    }
    known = np.array([text != "" for text in running["due_zh"]], dtype=bool)
    bases: dict[str, list[str]] = {}
    for lang, word in (("zh", _RUNNING.zh), ("en", _RUNNING.en)):
        bases[lang] = [
            word.format(what=text) if yes else ""
            for yes, text in zip(known, running[f"due_{lang}"], strict=True)
        ]
    said = (
        [f"；{text}" if text else "" for text in bases["zh"]],
        [f"; {text}" if text else "" for text in bases["en"]],
    )
    area = numbers(parcels, "area_m2").to_numpy()[at]
    why = reasons(_WHY, {"area": area_texts(area), "running": said}, len(at))
    values = {"due_zh": bases["zh"], "due_en": bases["en"], "due_missing": running["due_missing"]}
    settle = propose("resolve_dispute", at, why, area_m2=area, **values, **withheld)
    return [every.loc[stays], settle]
