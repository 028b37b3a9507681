"""Quality property against low-efficiency land: a balance of values from the user's figures (Shanghai)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import numbers, texts
from analyses.results_supply import SWAP_BALANCES
from analyses.supply_rows import rows_of
from analyses.supply_standard import strangers

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy

__all__ = ["swap_balances"]


_SWAP_PARTS = ("land_value_wan", "buildings_value_wan", "relocation_wan")


def swap_balances(
    swaps: pd.DataFrame | None, parcels: pd.DataFrame, low: np.ndarray, policy: Policy, as_of: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Balance quality property against low-efficiency land: value given less land, buildings and moving.

    Unknown where any of the four values is; computed only where the policy has ``supply.swap``. No claim
    follows from it: it is a calculation from the user's figures.

    Parameters
    ----------
    low : numpy.ndarray
        Whether each parcel is low-efficiency land (`analyses.supply_stock.low_efficiency`).
    """
    if swaps is None or len(swaps) == 0 or not policy.has_rule("supply.swap"):
        return rows_of(SWAP_BALANCES, {}, 0), pd.DataFrame()
    rule = policy.rule("supply.swap")
    ids = texts(swaps, "parcel_id")
    land = pd.DataFrame(
        {"zone": texts(parcels, "zone_id").array, "low": low},
        index=texts(parcels, "parcel_id").array,
    )
    land = land[~land.index.duplicated()].reindex(ids.to_numpy(dtype=object))
    given = numbers(swaps, "property_value_wan").to_numpy()
    parts = np.stack([numbers(swaps, name).to_numpy() for name in _SWAP_PARTS])
    taken = parts.sum(axis=0)
    balance = given - taken
    gaps = [
        ",".join(
            f"swaps.{name}"
            for name in ("property_value_wan", *_SWAP_PARTS)
            if pd.isna(row.get(name))
        )
        for _, row in swaps.iterrows()
    ]
    for place in strangers(ids, parcels):
        gaps[place] = ",".join(filter(None, ["parcels.parcel_id", gaps[place]]))
    state = land["low"].where(land["low"].notna(), "unknown").to_numpy(dtype=object)
    words = {
        "yes": ("属低效用地", "low-efficiency land"),
        "no": ("不属低效用地", "no low-efficiency land"),
        "unknown": ("是否低效未知", "whether it is low-efficiency is unknown"),
    }
    notes_zh, notes_en = [], []
    for at, gap in enumerate(gaps):
        said = words[str(state[at])]
        if gap:
            notes_zh.append(f"{said[0]}；缺：{gap}，差额未知。")
            notes_en.append(f"{said[1]}; missing: {gap}; the balance is unknown.")
        else:
            notes_zh.append(
                f"{said[0]}；物业{given[at]:g}万元，用地、建筑物与搬迁{taken[at]:g}万元，差额{balance[at]:+g}万元（测算值，以评估和协商为准）。"
            )
            notes_en.append(
                f"{said[1]}; property {given[at]:g}, land, buildings and moving {taken[at]:g}, balance {balance[at]:+g} (calculated)."
            )
    values: dict[str, Any] = {
        "zone_id": land["zone"].array,
        "parcel_id": ids,
        "swap_id": texts(swaps, "swap_id"),
        "property_name": texts(swaps, "property_name"),
        "low_efficiency": state,
        "given_wan": given,
        "taken_wan": taken,
        "balance_wan": balance,
        "missing": gaps,
        "note_zh": notes_zh,
        "note_en": notes_en,
        "clause": rule.clause.citation("zh"),
    }
    table = rows_of(SWAP_BALANCES, values, len(swaps))
    findings = rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=np.where([bool(gap) for gap in gaps], "unknown", state),
            zone_id=table["zone_id"],
            parcel_id=ids,
            measured=balance,
            unit="wan",
            missing=gaps,
            note_zh=notes_zh,
            note_en=notes_en,
        ),
    )
    return table.sort_values(
        ["zone_id", "parcel_id", "swap_id"], kind="stable", ignore_index=True
    ), findings
