"""What each analysis reads: only what a verdict rests on is named as a cause of its change."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["READS", "SITE", "Reads", "reads_of"]

#: Columns of the parcels that state the size of a site.
SITE = ("area_net_m2", "area_contract_m2", "area_registered_m2")
_LEDGER_FAR = ("signed_on", "permit_on", "far_min", "far_max", "contract_use")
#: Columns of the ledger that identify or describe and decide nothing of idleness.
_LEDGER_BESIDE = frozenset(
    {
        "holder",
        "holder_id",
        "location",
        "supervision_no",
        "contract_use_source",
        "far_min",
        "far_max",
    }
)


@dataclass(frozen=True)
class Reads:
    """What one analysis reads.

    Attributes
    ----------
    parcels : frozenset of str or None
        Columns of the parcels; None for all.
    ledger : frozenset of str or None
        Columns of the ledger; None for all that are not in `ledger_beside`.
    objects : frozenset of str
        Layers whose objects the results keep and the comparison reads one by one.
    layers : frozenset of str
        Further layers, tables and rasters.
    options : tuple of str
        Option tables of the project file.
    by_date : bool
        Whether the review date itself decides, beyond the status of a rule.
    ledger_beside, objects_beside : frozenset of str
        Columns of the ledger, and of the objects, that decide nothing here.
    """

    parcels: frozenset[str] | None
    ledger: frozenset[str] | None
    objects: frozenset[str]
    layers: frozenset[str]
    options: tuple[str, ...]
    by_date: bool = False
    ledger_beside: frozenset[str] = frozenset()
    objects_beside: frozenset[str] = frozenset()

    def reads(self, layer: str, column: str) -> bool:
        """Whether the analysis reads a column of a layer."""
        if layer == "parcels":
            return self.parcels is None or column in self.parcels
        if layer == "ledger":
            return (
                self.ledger is None or column in self.ledger
            ) and column not in self.ledger_beside
        if layer in self.objects and column in self.objects_beside:
            return False
        own = _COLUMNS.get((self.options[:1], layer))
        if own is not None and column not in own:
            return False
        return layer in self.objects or layer in self.layers


#: Of a plot of the control plan an analysis reads its own limits: by the first option table, and the layer.
_COLUMNS: dict[tuple[tuple[str, ...], str], frozenset[str]] = {
    (("far",), "plan_zones"): frozenset(
        {"far_min", "far_max", "coverage_max_share", "height_max_m", "land_use", "geometry"}
    ),
    (("green",), "plan_zones"): frozenset(
        {"green_min_share", "green_max_share", "land_use", "geometry"}
    ),
    # What is measured on a raster is told by the measure: each analysis reads its own.
    **{(("green",), layer): frozenset({"green_raster_share"}) for layer in ("ndvi", "landcover")},
    (("idle",), "ndvi"): frozenset({"evidence_ndvi_change"}),
    (("idle",), "surface"): frozenset({"evidence_surface_change_m"}),
    (("far",), "surface"): frozenset({"surface_height_m"}),
}
_FAR = (
    *SITE,
    *("land_use", "land_use_code", "industry_code", "industry_scheme", "floor_area_recorded_m2"),
    *("far_min", "far_max", "coverage_max_share", "height_max_m", "land_stage", "zone_id"),
)
READS: dict[str, Reads] = {
    "idle": Reads(
        parcels=frozenset({*SITE, "supply_status", "land_stage", "land_use"}),
        ledger=None,
        objects=frozenset(),
        layers=frozenset({"causes", "cases"}),
        options=("idle",),
        by_date=True,
        ledger_beside=_LEDGER_BESIDE,
    ),
    "far": Reads(
        parcels=frozenset(_FAR),
        ledger=frozenset(_LEDGER_FAR),
        objects=frozenset({"buildings"}),
        layers=frozenset(
            {"storeys", "plan_zones", "uses", "surface", "terrain", "obstacle", "obstacles"}
        ),
        options=("far",),
    ),
    "mixed": Reads(
        parcels=frozenset({*_FAR, "self_held", "holder"}),
        ledger=frozenset(_LEDGER_FAR),
        objects=frozenset({"buildings"}),
        layers=frozenset({"uses", "facilities", "zones"}),
        options=("mixed",),
    ),
    "green": Reads(
        parcels=frozenset(
            {
                *SITE,
                "land_use",
                "green_min_share",
                "green_max_share",
                "green_planned_m2",
                "zone_id",
            }
        ),
        ledger=frozenset({"signed_on", "permit_on"}),
        objects=frozenset({"green", "buildings"}),
        layers=frozenset(
            {
                *("plan_zones", "zones", "ndvi", "landcover", "canopy", "uses"),
                *("green_pools", "green_costs"),
            }
        ),
        options=("green",),
        # No green rule asks how high a building is.
        objects_beside=frozenset({"height_m", "storey_height_m"}),
    ),
    "supply": Reads(
        parcels=None,
        ledger=frozenset(),
        objects=frozenset({"buildings", "green"}),
        layers=frozenset(
            {
                *("plan_zones", "facilities", "assessments", "zones", "roads", "approved_uses"),
                *("projects", "standards", "bids", "swaps", "targets", "plan", "ratings"),
            }
        ),
        options=("supply",),
        by_date=True,
    ),
    "data": Reads(
        parcels=None,
        ledger=None,
        objects=frozenset({"buildings", "green"}),
        layers=frozenset({"zones", "plan_zones", "lineage", "corrections"}),
        options=(),
    ),
}

#: The evidence beside the ledger looks at what stands on the ground.
_EVIDENCE = Reads(
    parcels=READS["idle"].parcels,
    ledger=None,
    objects=frozenset({"buildings"}),
    layers=frozenset({"causes", "cases", "ndvi", "surface", "terrain"}),
    options=("idle",),
    by_date=True,
    ledger_beside=_LEDGER_BESIDE,
)


#: What rules of land supply read beside the parcels, each by itself; others read all that the analysis does.
_SUPPLY_READS: tuple[tuple[tuple[str, ...], frozenset[str]], ...] = (
    (
        ("supply.bid", "supply.standard_land"),
        frozenset({"bids", "standards", "projects", "assessments"}),
    ),
    (("supply.swap",), frozenset({"swaps"})),
    (
        ("supply.exit", "supply.below_average", "supply.rank_target", "supply.class_target"),
        frozenset({"ratings", "zones"}),
    ),
    (("supply.boundary", "supply.drift"), frozenset({"zones", "plan_zones", "approved_uses"})),
    (("supply.acceptance", "supply.rectify", "supply.low_use"), frozenset({"zones", "facilities"})),
    (("supply.serviced",), frozenset({"facilities"})),
    (("supply.assessed",), frozenset({"assessments"})),
    (("supply.ready", "supply.dispute_free", "supply.nesting"), frozenset()),
    (("supply.low_efficiency", "supply.yield_class", "supply.replace_out"), frozenset({"zones"})),
    (("supply.sublet", "supply.reuse"), frozenset()),
    (
        ("supply.term_", "supply.instruments", "supply.fifty_years", "supply.support_priority"),
        frozenset({"projects", "plan", "zones"}),
    ),
    (("supply.target_project",), frozenset({"projects"})),
)


def reads_of(analysis: str, rule: str = "") -> Reads:
    """Return what decides a rule of an analysis.

    Examples
    --------
    >>> reads_of("far").reads("parcels", "far_max"), reads_of("far").reads("parcels", "holder")
    (True, False)
    >>> reads_of("idle", "idle.evidence_change").objects
    frozenset({'buildings'})
    >>> reads_of("supply", "supply.bid").reads("bids", "far"), reads_of("supply", "supply.bid").reads("ratings", "rank")
    (True, False)
    """
    if rule.startswith(("idle.evidence", "idle.surplus")):
        return _EVIDENCE
    if rule.startswith(("green.siting", "green.freeing")):
        return replace(READS["green"], layers=READS["green"].layers | {"facilities"})
    for starts, layers in _SUPPLY_READS:
        if rule.startswith(starts):
            return replace(READS["supply"], layers=layers)
    return READS.get(analysis, READS["data"])
