"""Editions for others: what may be shown to whom, by a list of what is allowed.

Whatever is not on the list stays out: a column that is added to the results tomorrow reaches no
outside edition before somebody has put it on the list here.

``public``
    Order 53, art. 11: from the finding (认定书) the location, the holder and the idle period are
    published, and the cause where it is the government's; withdrawn when the case is settled. So
    only parcels with a finding that is served and not settled, and of them no more than this. All
    other land is ground without attributes. Positions are rounded.
``partner``
    Planning facts of all parcels. No holder, no suspicion, no amount, no ledger; free text, which might
    tell of them, is left out too.
``internal``
    Everything, with the project's label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from maps.edition import NOTHING, bare, found_idle, known_columns, titles_of
from maps.errors import MapInputError
from maps.public_edition import public_edition
from maps.view import AUDIENCES, MapView
from policies.text import Text

if TYPE_CHECKING:
    from maps.view import Audience

__all__ = ["PARTNER", "for_audience"]

#: Columns of the partner's edition, by table.
PARTNER: dict[str, tuple[str, ...]] = {
    **NOTHING,
    "parcels": (
        *("parcel_id", "zone_id", "plan_id", "land_use", "land_use_code", "land_use_scheme"),
        *("area_net_m2", "far_min", "far_max", "coverage_max_share", "height_max_m"),
        *("green_min_share", "green_max_share", "supply_status", "supply_planned_on"),
        "supply_net_area_m2",
        *("area_m2", "area_basis", "area_plane_m2", "area_ellipsoid_m2", "zone_share"),
        *("footprint_m2", "floor_area_m2", "floor_area_source", "far_plain"),
        *("floor_area_control_m2", "far_control", "far_plan", "far_limit", "far_floor"),
        *("bound_by", "floor_area_headroom_m2", "building_density_share"),
        *("building_coefficient_share", "admin_land_share", "mixed_verdict", "mixed_uses"),
        *("green_m2", "green_share", "green_required_m2", "green_balance_m2"),
        *("green_over_cap_m2", "green_given_m2", "green_received_m2"),
    ),
    "zones": (
        *("zone_id", "name", "area_m2", "green_m2", "green_share", "green_target_share"),
        *("far_plain", "idle_found_share", "area_source", "parcels_n", "far_plain_parcels_n"),
        *("green_attached_m2", "green_public_m2", "green_surplus_m2", "green_deficit_m2"),
        *("green_unmet_m2", "green_balance_unknown_n"),
    ),
    "recommendations": (
        *("parcel_id", "zone_id", "action", "priority", "title_zh", "title_en", "rules", "clause"),
        *("confidence", "area_m2", "floor_area_m2", "decided_by", "approved_by", "assists"),
    ),
    "findings": (
        *("zone_id", "parcel_id", "analysis", "rule", "verdict", "attention", "measured", "limit"),
        *("unit", "area_basis", "pack", "clause", "status", "confidence", "missing"),
    ),
    "transfers": ("zone_id", "from_parcel_id", "to_parcel_id", "area_m2"),
    "plan": ("parcel_id", "zone_id", "quarter", "land_use", "area_m2", "instrument", "term_years"),
}

#: Verdicts and actions of planning, which rest on no ledger.
_PARTNER_ANALYSES = ("far", "green")
_PARTNER_RULES = ("mixed.list",)
_PARTNER_ACTIONS = (
    *("correct_far", "add_storeys", "rearrange", "split_surplus", "allow_mixed"),
    *("resolve_conflict", "pool_green", "check_green", "reduce_green", "supply"),
)
_PARTNER_THEMES = (
    *("idle", "action", "headroom", "bound", "mixed", "green", "supply", "built", "land_use"),
)
_PARTNER_CONTEXT = ("zones", "plan_zones", "buildings", "green", "facilities")


def for_audience(view: MapView, audience: Audience) -> MapView:
    """Return the edition of `view` for `audience`, with a note of what it leaves out.

    Parameters
    ----------
    view : MapView
        The internal edition; it is not changed.
    audience : str
        ``internal``, ``partner`` or ``public``.

    Returns
    -------
    MapView
        Holds nothing that it may not show; ``removed`` says what it leaves out.

    Raises
    ------
    MapInputError
        `audience` is none of the three, or `view` is an edition that already leaves something out.
    """
    if audience not in AUDIENCES:
        msg = f"There is no edition {audience!r} of a map: choose {', '.join(AUDIENCES)}."
        raise MapInputError(msg)
    if audience == view.audience:
        return view
    if view.audience != "internal":
        msg = (
            f"An edition for {audience!r} is made of the internal one, not of the {view.audience}."
        )
        raise MapInputError(msg)
    return public_edition(view) if audience == "public" else _partner(view)


def _partner(view: MapView) -> MapView:
    parcels = view.parcels
    found = found_idle(parcels)
    kept = [name for name in parcels if name in PARTNER["parcels"] or name == "geometry"]
    parcels = parcels[kept].assign(idle_found=pd.array(found, dtype="boolean"))
    findings = view.findings
    allowed = findings["analysis"].isin(_PARTNER_ANALYSES) | findings["rule"].isin(_PARTNER_RULES)
    # A verdict on a contract rests on the ledger.
    allowed &= findings["contract_no"].isna()
    advice = view.recommendations
    advice = advice.loc[advice["action"].isin(_PARTNER_ACTIONS).to_numpy(dtype=bool)]
    # Gaps in the order would tell how many, and how urgent, are withheld.
    order = advice["priority"].rank(method="dense").astype("Int64")
    dropped = len(view.recommendations) - len(advice)
    return MapView(
        **titles_of(view),
        audience="partner",
        label=view.label,
        notices=view.notices,
        parcels=parcels,
        findings=_columns(findings.loc[allowed.to_numpy(dtype=bool)], "findings"),
        recommendations=_columns(advice.assign(priority=order), "recommendations"),
        zones=_columns(view.zones, "zones"),
        contracts=view.contracts.iloc[:0],
        transfers=_columns(view.transfers, "transfers"),
        plan=_columns(view.plan, "plan"),
        context={
            name: bare(frame, name)
            for name, frame in view.context.items()
            if name in _PARTNER_CONTEXT
        },
        parcel_columns=known_columns(view, PARTNER["parcels"]),
        rule_titles=view.rule_titles,
        clauses=view.clauses,
        words=view.words,
        column_labels=view.column_labels,
        code_labels=view.code_labels,
        columns=PARTNER,
        themes=_PARTNER_THEMES,
        removed=(
            Text(
                "合作方版未载：土地使用权人、合同台账、涉嫌闲置的状态与期限、金额、案件，以及可能述及这些内容的文字说明。",
                "Left out of the partner's edition: holders, the contract ledger, suspected idle land and its dates, "
                "amounts, cases, and free text that might tell of them.",
            ),
            Text(
                f"另有 {dropped} 项建议不在本版。",
                f"{dropped} recommendations are not in this edition.",
            ),
        ),
    )


def _columns(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    return frame[[name for name in frame if name in PARTNER[table]]]
