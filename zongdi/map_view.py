"""The results as the map takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.contracts import CONTRACTS
from maps.view import MapView

if TYPE_CHECKING:
    from zongdi.results import Results

__all__ = ["map_view"]


def map_view(results: Results) -> MapView:
    """Return what `maps.render_map` draws."""
    project = results.project
    return MapView(
        name=project.name,
        as_of=project.as_of,
        label=project.label,
        policy_title=results.policy.packs[0].title,
        policy_status=results.policy.status_at(project.as_of),
        notices=results.policy.notices(project.as_of),
        crs=results.crs,
        area_method=project.area_method,
        data_hash=str(results.record["data_hash"]),
        agency=project.options.get("map", {}).get("agency"),
        parcels=results.parcels,
        findings=results.findings,
        recommendations=results.recommendations,
        zones=results.zones,
        contracts=results.contracts,
        transfers=results.transfers,
        context=results.context,
        parcel_columns=CONTRACTS["parcels"].columns,
        rule_titles={rule.id: rule.title for rule in results.policy.rules()},
        column_labels={
            column.name: column.label
            for contract in CONTRACTS.values()
            for column in contract.columns
        },
    )
