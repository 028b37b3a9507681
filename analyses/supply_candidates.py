"""What the plan needs to know of each candidate: project, instrument, term, cost, green, priority."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import flags, numbers, texts
from analyses.supply_rows import quarter_of
from analyses.supply_terms import choose_instruments

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from analyses.supply_stock import Stock
    from policies.model import Policy

__all__ = [
    "candidate_rows",
    "candidate_terms",
    "supporting",
    "supporting_findings",
    "term_verdicts",
    "with_projects",
]

#: A parcel with less than this share inside the fence lies outside it.
_INSIDE_SHARE = 0.5


def with_projects(own: pd.DataFrame, projects: pd.DataFrame | None) -> pd.DataFrame:
    """Join to each candidate its first project; the project's use is what the land is planned for."""
    own = own.assign(
        project_id=pd.Series(pd.NA, index=own.index, dtype="string"),
        outside_fence=pd.Series(pd.NA, index=own.index, dtype="boolean"),
    )
    own["priority"] = np.nan
    own["planned_for"] = texts(own, "land_use")
    if projects is None or len(projects) == 0:
        return own
    ranked = projects.assign(
        _rank=numbers(projects, "priority").fillna(np.inf), _id=texts(projects, "project_id")
    )
    ranked = ranked.sort_values(["_rank", "_id"], kind="stable")
    ranked = ranked[texts(ranked, "parcel_id").notna()].drop_duplicates("parcel_id")
    first = ranked.set_axis(pd.Index(texts(ranked, "parcel_id")))
    ids = texts(own, "parcel_id")
    own["project_id"] = ids.map(texts(first, "project_id")).astype("string")
    own["priority"] = ids.map(numbers(first, "priority")).to_numpy(dtype=float)
    own["outside_fence"] = ids.map(flags(first, "outside_fence"))
    use = ids.map(texts(first, "land_use")).astype("string")
    return own.assign(land_use=use.fillna(texts(own, "land_use")))


def candidate_terms(
    own: pd.DataFrame,
    policy: Policy,
    *,
    projects: pd.DataFrame | None,
    edited: pd.DataFrame | None,
) -> pd.DataFrame:
    """Return instrument and term of each candidate: the planner's own where the edited plan gives one."""
    choices = choose_instruments(own, projects, policy)
    terms = pd.DataFrame(
        {
            "parcel_id": texts(own, "parcel_id").array,
            "zone_id": texts(own, "zone_id").array,
            "land_use": texts(own, "land_use").array,
            "instrument": pd.array([choice.instrument for choice in choices], dtype="string"),
            "grant_years": [choice.grant_years for choice in choices],
            "lease_years": [choice.lease_years for choice in choices],
            "instrument_zh": [choice.why_zh for choice in choices],
            "instrument_en": [choice.why_en for choice in choices],
        }
    )
    terms["edit_note"] = pd.Series(pd.NA, index=terms.index, dtype="string")
    if edited is None or len(edited) == 0:
        return terms
    first = edited[~texts(edited, "parcel_id").duplicated()]
    first = first.set_axis(pd.Index(texts(first, "parcel_id")))
    ids = terms["parcel_id"]
    code = ids.map(texts(first, "instrument")).astype("string")
    terms["edit_note"] = ids.map(texts(first, "edit_note")).astype("string")
    years = ids.map(numbers(first, "term_years")).to_numpy(dtype=float)
    changed = code.notna().to_numpy() & (code != terms["instrument"]).fillna(value=True).to_numpy(
        dtype=bool
    )
    terms["instrument"] = code.fillna(terms["instrument"])
    leased = (terms["instrument"] == "long_lease").fillna(value=False).to_numpy(dtype=bool)
    terms.loc[changed, ["grant_years", "lease_years"]] = np.nan
    given = ~np.isnan(years)
    terms.loc[given & ~leased, "grant_years"] = years[given & ~leased]
    terms.loc[given & leased, "lease_years"] = years[given & leased]
    terms.loc[changed, "instrument_zh"] = "编辑稿选定。"
    terms.loc[changed, "instrument_en"] = "Chosen by the planner."
    return terms


def supporting(own: pd.DataFrame, policy: Policy) -> np.ndarray:
    """Mark supporting projects outside the fence, where the policy gives them priority.

    Where the map is known it decides: a project that calls itself outside on a parcel inside the fence is
    none (`supporting_findings` tells it).
    """
    said = own["outside_fence"].astype("boolean").fillna(value=False).to_numpy(dtype=bool)
    share = numbers(own, "fenced_share").to_numpy()
    beyond = (share < _INSIDE_SHARE) & own["project_id"].notna().to_numpy()
    outside = np.where(np.isnan(share), said, beyond)
    return outside.astype(bool) & policy.has_rule("supply.support_priority")


def supporting_findings(
    own: pd.DataFrame,
    supports: np.ndarray,
    projects: pd.DataFrame | None,
    policy: Policy,
    as_of: date,
) -> pd.DataFrame:
    """Say of each supporting project that it has priority, and by which clause.

    A project that still has no parcel is told for its zone. One that calls itself outside, on a parcel inside
    the fence, is unknown: either the record or the map is wrong.
    """
    if not policy.has_rule("supply.support_priority"):
        return pd.DataFrame()
    rule = policy.rule("supply.support_priority")
    said = own["outside_fence"].astype("boolean").fillna(value=False).to_numpy(dtype=bool)
    wrong = np.flatnonzero(said & ~supports)
    at = np.flatnonzero(supports)
    draft = (
        ("（征求意见稿）", " (draft for comment)") if rule.status_at(as_of) == "draft" else ("", "")
    )
    names = own["project_id"].fillna("").to_numpy(dtype=object)
    ranked = [_ranked(value) for value in numbers(own, "priority")]
    homeless = _without_parcel(projects)
    loose = texts(homeless, "project_id").fillna("")
    loose_rank = [_ranked(value) for value in numbers(homeless, "priority")]
    zone = pd.concat(
        [
            texts(own, "zone_id").iloc[[*at, *wrong]],
            texts(homeless, "zone_id"),
        ],
        ignore_index=True,
    )
    parcel = texts(own, "parcel_id").iloc[[*at, *wrong]].reset_index(drop=True)
    return rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=["yes"] * len(at) + ["unknown"] * len(wrong) + ["yes"] * len(homeless),
            zone_id=zone,
            parcel_id=parcel.reindex(range(len(zone))),
            missing=[""] * len(at) + ["projects.outside_fence"] * len(wrong) + [""] * len(homeless),
            note_zh=[
                *(
                    f"区外配套项目{names[one]}{ranked[one][0]}，在规划内可优先保障用地{draft[0]}。"
                    for one in at
                ),
                *(
                    f"项目{names[one]}填为区外配套，而地块在围网内，请核对{draft[0]}。"
                    for one in wrong
                ),
                *(
                    f"区外配套项目{name}{said_rank[0]}尚未落到宗地，未进入供地计划；在规划内可优先保障用地{draft[0]}。"
                    for name, said_rank in zip(loose, loose_rank, strict=True)
                ),
            ],
            note_en=[
                *(
                    f"Supporting project {names[one]}{ranked[one][1]} outside the fence: priority within the plans{draft[1]}."
                    for one in at
                ),
                *(
                    f"Project {names[one]} calls itself a supporting one outside, yet its parcel lies inside the fence: to be checked{draft[1]}."
                    for one in wrong
                ),
                *(
                    f"Supporting project {name}{said_rank[1]} has no parcel yet and is in no plan; priority within the plans{draft[1]}."
                    for name, said_rank in zip(loose, loose_rank, strict=True)
                ),
            ],
        ),
    )


def _ranked(value: float) -> tuple[str, str]:
    """Write the rank of a project, where it has one."""
    return ("", "") if np.isnan(value) else (f"（优先次序{value:g}）", f" (rank {value:g})")


def _without_parcel(projects: pd.DataFrame | None) -> pd.DataFrame:
    """Return the supporting projects outside that name no parcel, the first in rank first."""
    if projects is None or len(projects) == 0:
        return pd.DataFrame({"project_id": []})
    loose = (
        texts(projects, "parcel_id").isna() & flags(projects, "outside_fence").fillna(value=False)
    ).to_numpy(dtype=bool)
    rows = projects.loc[loose]
    rank = numbers(rows, "priority").fillna(np.inf).to_numpy()
    order = np.lexsort((texts(rows, "project_id").fillna("").to_numpy(dtype=str), rank))
    return rows.iloc[order]


def candidate_rows(
    own: pd.DataFrame,
    known: Mapping[str, Any],
    *,
    stock: Stock,
    at: np.ndarray,
) -> pd.DataFrame:
    """Put together what the plan needs to know of each candidate.

    Parameters
    ----------
    own : pandas.DataFrame
        The candidates, of `with_projects`.
    known : mapping
        ``ground``, ``ready``, ``scores``, ``terms``, ``supports``, ``complete``, ``term_findings``,
        ``outside_share`` (of the approved boundary): what the steps before gave.
    stock, at
        The stock of all parcels, and the positions of the candidates.
    """
    ground, ready, terms = known["ground"], known["ready"], known["terms"]
    area = ground["net_area_m2"].fillna(numbers(own, "area_m2")).to_numpy()
    planned = numbers(own, "green_planned_m2").fillna(numbers(own, "green_min_share") * area)
    # Green that is taken out of the site stays where it is.
    lost = np.maximum(numbers(own, "green_m2").to_numpy() - ground["green_kept_m2"].to_numpy(), 0.0)
    change = planned.to_numpy() - lost
    # A floor is tested against the worst where something is not known: all green lost, none planted.
    worst = planned.fillna(0.0).to_numpy() - np.where(np.isnan(lost), area, lost)
    dates = (
        pd.to_datetime(own["supply_planned_on"])
        if "supply_planned_on" in own
        else pd.Series(pd.NaT, index=own.index)
    )
    years = terms["grant_years"].where(terms["grant_years"].notna(), terms["lease_years"])
    return pd.DataFrame(
        {
            "parcel_id": texts(own, "parcel_id").array,
            "zone_id": texts(own, "zone_id").array,
            "land_use": texts(own, "land_use").array,
            "area_m2": area,
            "ready": ready["ready"].array,
            "readiness_share": ready["readiness_share"].to_numpy(),
            "missing_zh": ready["missing_zh"].array,
            "missing_en": ready["missing_en"].array,
            "usable": ground["usable"].to_numpy(dtype=object),
            "location_score": texts(own, "parcel_id").map(known["scores"]).to_numpy(dtype=float),
            "supply_status": texts(own, "supply_status").array,
            "outside_share": known["outside_share"],
            "has_project": own["project_id"].notna().to_numpy(),
            "project_id": own["project_id"].array,
            "supports": known["supports"],
            "priority": numbers(own, "priority").to_numpy(),
            "cost_wan": numbers(own, "supply_cost_wan").to_numpy(),
            "price_reserve_wan": numbers(own, "price_reserve_wan").to_numpy(),
            "green_change_m2": change,
            "green_worst_m2": worst,
            "is_ready": stock.levels["ready"][at] == 1,
            "not_before": pd.array(
                [None if pd.isna(day) else quarter_of(day) for day in dates], dtype="string"
            ),
            "instrument": terms["instrument"].array,
            "term_years": years.to_numpy(dtype=float),
            "lease_years": terms["lease_years"].to_numpy(dtype=float),
            "edit_note": terms["edit_note"].array,
            "instrument_zh": terms["instrument_zh"].array,
            "instrument_en": terms["instrument_en"].array,
            "planning_conditions_no": texts(own, "planning_conditions_no").array,
            "standard_land": known["complete"],
            "term_verdict": term_verdicts(known["term_findings"], texts(own, "parcel_id")),
        }
    )


def term_verdicts(findings: pd.DataFrame, ids: pd.Series[Any]) -> list[str | None]:
    """Return the gravest verdict on the terms of each candidate; None where no rule addresses them."""
    order = {"yes": 0, "unknown": 1, "no": 2}
    worst: dict[str, str] = {}
    for name, verdict in zip(findings["parcel_id"], findings["verdict"], strict=True):
        if verdict in order and order[verdict] >= order.get(worst.get(name, "yes"), 0):
            worst[name] = verdict
    return [worst.get(name) for name in ids]
