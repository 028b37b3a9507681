"""What a single measure reads: only that, and only the rules that state it, is named as a cause of its change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from zongdi.compare_reads import READS, SITE, Reads, reads_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from maps.view import MapView

__all__ = ["Belonging", "belonging", "reads_of_measure", "rules_read"]

_NONE: frozenset[str] = frozenset()
_RASTERS = frozenset({"ndvi", "landcover"})
_IN_FULL = "far.half_storey"
_ROOM = ("far.headroom", "far.limit", "far.coverage", "far.height", "far.plan", _IN_FULL)
_MINIMUM = ("far.floor", "far.floor_2023", "far.floor_planned", "far.zone_references")
_OWED = ("green.required", "green.required_by_use", "green.industrial_cap")

#: What stands on a parcel, in square metres and as a ratio of its site.
_BUILT = replace(
    READS["far"],
    parcels=frozenset({"floor_area_recorded_m2"}),
    ledger=_NONE,
    layers=frozenset({"storeys", "surface", "terrain"}),
    objects_beside=frozenset({"use"}),
)
_RATIO = replace(_BUILT, parcels=frozenset({"floor_area_recorded_m2", *SITE}))
_BY_USE = replace(
    _RATIO,
    parcels=frozenset({*SITE, "floor_area_recorded_m2", "land_use"}),
    layers=_BUILT.layers | {"uses"},
    objects_beside=_NONE,
)
_GROUND = replace(_BUILT, parcels=_NONE, layers=_NONE)
_GREEN = replace(
    READS["green"],
    parcels=frozenset(SITE),
    ledger=_NONE,
    objects=frozenset({"green"}),
    layers=_RASTERS,
)
_ZONE_GREEN = replace(_GREEN, layers=_RASTERS | {"zones"}, parcels=frozenset({*SITE, "zone_id"}))
_REQUIRED = replace(
    READS["green"],
    parcels=frozenset({*SITE, "land_use", "green_min_share"}),
    objects=_NONE,
    layers=frozenset({"plan_zones", "uses"}),
)
_PLACE = Reads(
    parcels=frozenset({"zone_id"}),
    ledger=_NONE,
    objects=_NONE,
    layers=frozenset({"zones"}),
    options=(),
)
_SIZE = replace(_PLACE, parcels=frozenset({"zone_id", *SITE}))

#: By the name of a measure: what it reads (None: all that its analysis reads), and the rules that state it.
_MEASURES: dict[str, tuple[Reads | None, tuple[str, ...]]] = {
    **dict.fromkeys(("parcels_n", "zone_share"), (_PLACE, ())),
    **dict.fromkeys(("area_m2", "area_plane_m2", "area_ellipsoid_m2"), (_SIZE, ())),
    **dict.fromkeys(("footprint_m2", "split_buildings_n"), (_GROUND, ())),
    **dict.fromkeys(
        ("floor_area_m2", "floor_area_least_m2", "floor_area_below_m2"), (_BUILT, (_IN_FULL,))
    ),
    **dict.fromkeys(("far_plain", "far_plain_parcels_n"), (_RATIO, (_IN_FULL,))),
    "floor_area_control_m2": (_BUILT, ("far.control", _IN_FULL)),
    "far_control": (_RATIO, ("far.control", _IN_FULL)),
    **dict.fromkeys(("floor_area_plan_m2", "far_plan"), (_BY_USE, ("far.plan", _IN_FULL))),
    **dict.fromkeys(("far_limit", "far_limit_source"), (None, ("far.limit",))),
    **dict.fromkeys(("far_floor", "far_floor_source", "far_floor_reference"), (None, _MINIMUM)),
    **dict.fromkeys(
        (
            *("floor_area_headroom_m2", "floor_area_headroom_most_m2", "floor_area_allowed_m2"),
            *("allowed_by_far_m2", "allowed_by_height_m2", "allowed_by_coverage_m2"),
            *("bound_by", "limits_left_out"),
        ),
        (None, _ROOM),
    ),
    **dict.fromkeys(
        (
            *("storeys_addable_m2", "height_cap_m", "height_cap_source"),
            *("storey_height_used_m", "storey_height_source"),
        ),
        (None, ("far.height", _IN_FULL)),
    ),
    **dict.fromkeys(
        (
            *("building_density_share", "building_coefficient_share", "admin_land_share"),
            *("admin_land_source", "admin_floor_share", "investment_per_ha_wan"),
            *("investment_per_mu_wan", "output_per_ha_wan", "output_per_mu_wan"),
            *("tax_per_ha_wan", "tax_per_mu_wan", "free_ground_m2", "free_ground_largest_m2"),
            "free_ground_width_m",
        ),
        (None, ()),
    ),
    **dict.fromkeys(("green_source",), (_GREEN, ())),
    "green_raster_share": (replace(_GREEN, objects=_NONE, parcels=_NONE), ()),
    **dict.fromkeys(("green_m2", "green_share"), (_ZONE_GREEN, ("green.public_counted",))),
    "green_attached_m2": (_ZONE_GREEN, ()),
    "green_public_m2": (_ZONE_GREEN, ("green.public_counted",)),
    **dict.fromkeys(("green_required_m2", "green_required_source"), (_REQUIRED, _OWED)),
    "green_over_cap_m2": (None, ("green.industrial_cap",)),
    **dict.fromkeys(
        ("green_balance_m2", "green_surplus_m2", "green_deficit_m2"),
        (None, (*_OWED, "green.roof_credit")),
    ),
    "green_target_share": (_PLACE, ("green.zone_target",)),
    "contracts_n": (None, ()),
}

#: Rules whose parameters the verdict of another rule reads.
_LENT: dict[str, tuple[str, ...]] = {
    "far.limit": ("far.plan", _IN_FULL),
    "far.headroom": ("far.plan", _IN_FULL),
    **dict.fromkeys(
        ("far.floor", "far.floor_2023", "far.floor_planned"), ("far.control", _IN_FULL)
    ),
    **dict.fromkeys(
        ("idle.not_started_1y", "idle.not_started_2y", "idle.suspended"), ("idle.counting",)
    ),
}


def reads_of_measure(analysis: str, measure: str) -> Reads:
    """Return what decides a measure of an analysis.

    Examples
    --------
    >>> reads_of_measure("far", "floor_area_m2").reads("parcels", "far_max")
    False
    >>> reads_of_measure("far", "floor_area_headroom_m2").reads("parcels", "far_max")
    True
    """
    if measure.startswith("evidence_"):
        return reads_of("idle", "idle.evidence")
    return _MEASURES.get(measure, (None, ()))[0] or reads_of(analysis)


def rules_read(analysis: str, measure: str, rule: str, known: Iterable[str]) -> list[str]:
    """Name the rules whose parameters a verdict or a measure reads, its own first.

    Parameters
    ----------
    analysis, measure, rule : str
        Of what changed; `rule` for a verdict, `measure` for a figure.
    known : iterable of str
        The rules that either run had.

    Examples
    --------
    >>> rules_read("far", "far_plain", "", ["far.admin_land", "far.half_storey"])
    ['far.half_storey']
    >>> rules_read("far", "", "far.admin_land", ["far.admin_land", "far.half_storey"])
    ['far.admin_land']
    """
    if rule:
        return [rule, *_LENT.get(rule, ())]
    if measure in _MEASURES:
        return list(_MEASURES[measure][1])
    # What is seen on the ground tests one rule each; the ledger's figures do not read those.
    beside = ("idle.evidence", "idle.surplus")
    seen = measure.startswith("evidence_")
    return sorted(
        name
        for name in known
        if name.startswith(f"{analysis}.") and not seen and not name.startswith(beside)
    )


@dataclass(frozen=True)
class Belonging:
    """Which parcels a zone sums, and of which parcels the green is not measured on a raster.

    Attributes
    ----------
    members : mapping of str to frozenset of str
        Parcels of each zone in either run.
    came, went : mapping of str to tuple of str
        Parcels that only the later, only the earlier run has in the zone.
    no_raster : frozenset of str
        Parcels whose green comes from another source in both runs: no raster moves it.
    """

    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    came: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    went: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    no_raster: frozenset[str] = frozenset()

    def green_reads(self, layer: str, parcel: object) -> bool:
        """Whether the green of a parcel reads a layer: a raster only where it is its source."""
        return layer not in _RASTERS or parcel not in self.no_raster


def belonging(old: MapView, new: MapView) -> Belonging:
    """Read from two runs which parcels each zone sums and where the green of each comes from."""
    zones = [_by_zone(view.parcels) for view in (old, new)]
    names = {*zones[0], *zones[1]}
    before, after = ({name: one.get(name, _NONE) for name in names} for one in zones)
    vector = [_other_source(view.parcels) for view in (old, new)]
    return Belonging(
        {name: before[name] | after[name] for name in names},
        {name: tuple(sorted(after[name] - before[name])) for name in names},
        {name: tuple(sorted(before[name] - after[name])) for name in names},
        vector[0] & vector[1],
    )


def _by_zone(parcels: pd.DataFrame) -> dict[str, frozenset[str]]:
    if "zone_id" not in parcels:
        return {}
    ids, zones = (parcels[name].astype("string") for name in ("parcel_id", "zone_id"))
    return {str(zone): frozenset(part) for zone, part in ids.groupby(zones)}


def _other_source(parcels: pd.DataFrame) -> frozenset[str]:
    """Name the parcels whose green is known to come of something else than a raster."""
    if "green_source" not in parcels:
        return _NONE
    source = parcels["green_source"].astype("string")
    known = (source.notna() & (source != "raster").fillna(value=False)).to_numpy(dtype=bool)
    return frozenset(parcels["parcel_id"].astype("string")[known])
