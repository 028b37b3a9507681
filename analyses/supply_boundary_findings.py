"""The verdicts on the approved boundary: one for each zone, one for each parcel that goes beyond it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import texts
from analyses.results_supply import BOUNDARY
from analyses.supply_rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from policies.model import Policy

__all__ = ["boundary_findings", "unknown_boundary", "zone_fact"]

#: What is said of a zone by its verdict, where no issue says it.
_SAID = {
    "unknown": (
        "没有批准四至的图形，无法核对。",
        "The approved boundary is not drawn: it cannot be checked.",
    ),
    "not_applicable": (
        "配套区位于四至以外，不作此项核对。",
        "A support area lies outside by its nature.",
    ),
}
_WITHIN = ("面积和用途在允许偏差以内。", "Area and uses are within the tolerance.")
#: What was tested and is within, where the other could not be.
_PART_WITHIN = {
    "approved_uses": ("面积在允许偏差以内；", "The area is within the tolerance. "),
    "zones.approved_area_m2": ("用途在允许偏差以内；", "The uses are within the tolerance. "),
}
_NONE = ("", "")


def zone_fact(
    zone: str,
    found: Sequence[dict[str, Any]],
    drift: Sequence[dict[str, Any]],
    lacking: str,
) -> dict[str, Any]:
    """Sum up what was found of one zone; `lacking` names what the drift cannot be told without."""
    crossing = [row for row in found if row["issue"] != "approved_unfenced"]
    return {
        "zone_id": zone,
        "boundary": "yes" if crossing else "no",
        # Parcels, plan and buildings lie over each other: the layer with the most ground outside is told.
        "outside_m2": max(
            sum(row["measured"] for row in crossing if row["layer"] == layer)
            for layer in ("parcels", "zones", "plan_zones", "buildings")
        ),
        "issues_n": len(crossing),
        "drift": "yes" if drift else "unknown" if lacking else "no",
        "lacking": lacking,
        "drift_zh": "".join(row["note_zh"] for row in drift),
        "drift_en": " ".join(row["note_en"] for row in drift),
    }


def unknown_boundary(policy: Policy, as_of: date, parcels: pd.DataFrame) -> pd.DataFrame:
    """Say of every zone that its boundary is not drawn."""
    zones = sorted(set(texts(parcels, "zone_id").dropna().tolist()))
    facts = pd.DataFrame({"zone_id": zones, "boundary": "unknown", "drift": "unknown"})
    return boundary_findings(policy, as_of, rows_of(BOUNDARY, {}, 0), facts)


def boundary_findings(
    policy: Policy, as_of: date, table: pd.DataFrame, facts: pd.DataFrame
) -> pd.DataFrame:
    """Write rules ``supply.boundary`` and ``supply.drift`` from the facts of the zones and the table."""
    if facts.empty:
        facts = pd.DataFrame({name: [] for name in ("zone_id", "boundary", "drift")})
    facts = facts.reindex(
        columns=[
            "zone_id",
            "boundary",
            "outside_m2",
            "issues_n",
            "drift",
            "drift_zh",
            "drift_en",
            "lacking",
        ]
    )
    zone_id = facts["zone_id"].astype("string")
    said = facts["boundary"].to_numpy(dtype=object)
    known = np.isin(said, ["yes", "no"])
    counted = facts["issues_n"].fillna(0).astype(int)
    boundary = rule_findings(
        policy.rule("supply.boundary"),
        as_of,
        Verdicts(
            verdict=facts["boundary"].to_numpy(dtype=object),
            zone_id=zone_id,
            measured=facts["outside_m2"].to_numpy(dtype=float),
            limit=np.where(known, 0.0, np.nan),
            unit="m2",
            area_basis="measured",
            missing=np.where(said == "unknown", "zones.approved", ""),
            note_zh=[
                f"超出或跨越批准四至的情形{n}处，见 boundary.csv。" if ok else _SAID[verdict][0]
                for n, ok, verdict in zip(counted, known, said, strict=True)
            ],
            note_en=[
                f"{n} cases beyond or across the approved boundary: see boundary.csv."
                if ok
                else _SAID[verdict][1]
                for n, ok, verdict in zip(counted, known, said, strict=True)
            ],
        ),
    )
    open_ = (facts["drift"] == "unknown").to_numpy(dtype=bool)
    gaps = facts["lacking"].astype("string").fillna("zones.approved")
    lacking = gaps.where(open_, "").to_numpy(dtype=object)
    aside = said == "not_applicable"
    drift = rule_findings(
        policy.rule("supply.drift"),
        as_of,
        Verdicts(
            verdict=facts["drift"].to_numpy(dtype=object),
            zone_id=zone_id,
            missing=lacking,
            note_zh=[
                text
                or (
                    _SAID["not_applicable"][0]
                    if no
                    else f"{_PART_WITHIN.get(gap, _NONE)[0]}未作判断，缺：{gap}。"
                    if gap
                    else _WITHIN[0]
                )
                for text, no, gap in zip(
                    facts["drift_zh"].astype("string").fillna(""), aside, lacking, strict=True
                )
            ],
            note_en=[
                text
                or (
                    _SAID["not_applicable"][1]
                    if no
                    else f"{_PART_WITHIN.get(gap, _NONE)[1]}Not judged, missing: {gap}."
                    if gap
                    else _WITHIN[1]
                )
                for text, no, gap in zip(
                    facts["drift_en"].astype("string").fillna(""), aside, lacking, strict=True
                )
            ],
        ),
    )
    of_parcels = table.loc[(table["issue"] == "parcel_outside").to_numpy(dtype=bool)]
    own = rule_findings(
        policy.rule("supply.boundary"),
        as_of,
        Verdicts(
            verdict=np.full(len(of_parcels), "yes"),
            zone_id=of_parcels["zone_id"],
            parcel_id=of_parcels["id"],
            measured=of_parcels["measured"].to_numpy(),
            limit=0.0,
            unit="m2",
            area_basis="measured",
            note_zh=[
                f"{text}请核对四至与宗地界线，不作违法认定。" for text in of_parcels["note_zh"]
            ],
            note_en=[
                f"{text} Boundary and parcel are to be checked: no finding."
                for text in of_parcels["note_en"]
            ],
        ),
    )
    return pd.concat([boundary, drift, own], ignore_index=True)
