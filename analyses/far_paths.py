"""The paths by which headroom may be used, per jurisdiction, and what stands in their way.

A path is a way that a clause names: adding storeys, rebuilding, rearranging the inner land, extending
premises, conversion of stock industrial land, a higher ratio for storage land. ``yes`` says that the
conditions of the clause hold, never that a permit follows from it. ``no`` names the condition
that fails. A path that no clause names is ``not_applicable``: the clause is then no basis, and forbids
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.far_facts import headroom_missing, limits_left_out, no_headroom
from analyses.far_ground_geometry import NO_PLOT
from analyses.far_paths_wording import path_texts, waiver_texts
from analyses.far_waivers import Waivers, price_waivers
from analyses.frames import both_missing, flags, joined_missing, numbers, texts, verdict_of
from analyses.land_facts import NOISE_M2
from analyses.mixed_facts import RULESET, barred, uses_of
from analyses.results_far import FAR_PATHS, PATHS
from layers.columns import empty_frame

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policies.model import Policy, Rule

__all__ = ["PathFacts", "far_paths"]

#: What the national rule covers without naming it: more floor area of the same use.
_GENERAL = ("add_storeys", "convert", "rearrange", "extend_production")
_EXTENSIONS = ("extend_production", "extend_storage", "extend_research")
_CONVERSIONS = ("standard_workshop", "m0")
#: After these the land may have another use, so that the national waiver is in doubt.
_NEW_USE = ("m0", "extend_research")


@dataclass(frozen=True)
class PathFacts:
    """What the paths rest on; every array has one entry per parcel.

    Attributes
    ----------
    parcels, measures : pandas.DataFrame
        Contract frame, and the measures of the floor-area analysis.
    policy : policies.model.Policy
        Rules and parameters.
    as_of : datetime.date
        The review date.
    stands, stands_unknown : numpy.ndarray of bool
        Whether a completed permanent building stands on the parcel, and where that is not known.
    stands_lacks : mapping of str to numpy.ndarray
        Which column is missing where it is not known.
    height_room_m2 : numpy.ndarray of float
        Floor area that fits on the buildings below the height cap; NaN where that is not known.
    coverage_room_m2 : numpy.ndarray of float
        Ground that the coverage limit leaves; NaN where there is none on record.
    extension_room_m2 : numpy.ndarray of float
        Floor area that fits on the free ground within the coverage limit, below the height cap; NaN
        where one of them is not known.
    extension_open : numpy.ndarray of bool
        Where no limit tells how much fits there: coverage limit, height cap or storey height unknown.
    """

    parcels: pd.DataFrame
    measures: pd.DataFrame
    policy: Policy
    as_of: date
    stands: np.ndarray
    stands_unknown: np.ndarray
    stands_lacks: Mapping[str, np.ndarray]
    height_room_m2: np.ndarray
    coverage_room_m2: np.ndarray
    extension_room_m2: np.ndarray
    extension_open: np.ndarray

    def text(self, name: str) -> np.ndarray:
        """Return a column as texts, empty where unknown."""
        return texts(self.parcels, name).fillna("").to_numpy(dtype=object)

    def number(self, name: str) -> np.ndarray:
        """Return a measure as numbers, NaN where unknown."""
        return numbers(self.measures, name).to_numpy()


@dataclass(frozen=True)
class _Gates:
    """Conditions of a path: what fails, with its reason code, and what is missing."""

    fails: Mapping[str, np.ndarray]
    lacks: Mapping[str, np.ndarray]
    #: Limits that are not on record: the answer leaves them out, and says so.
    left_out: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class _Path:
    """One path: whom it addresses, on what it rests and what it asks."""

    code: str
    rule: Rule
    basis: np.ndarray
    gates: _Gates
    area: np.ndarray
    bound: np.ndarray


def far_paths(
    facts: PathFacts, *, uses: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, Waivers]:
    """Say of each plot by which paths its headroom may be used, and whether that is free of land price.

    Plots of a use that no clause of the policy speaks of have no rows, nor has land that serves the
    plots (green, road, utility and the like).

    Parameters
    ----------
    facts : PathFacts
        See there.
    uses : pandas.DataFrame, optional
        The uses table: how its rows are held.

    Returns
    -------
    table : pandas.DataFrame
        In the contract of `analyses.results_far.FAR_PATHS`.
    waivers : Waivers
        The two layers of the waiver of land price, for the parcels as they are.
    """
    waivers = price_waivers(
        facts.parcels,
        facts.measures,
        facts.policy,
        facts.as_of,
        stands=facts.stands,
        stands_unknown=facts.stands_unknown,
        stands_lacks=facts.stands_lacks,
        uses=uses,
    )
    rows = [_rows(facts, path, waivers) for path in _paths(facts)]
    rows = [part for part in rows if len(part)]
    if not rows:
        return empty_frame(FAR_PATHS), waivers
    frame = pd.concat(rows, ignore_index=True)
    order = frame["path"].map({code: place for place, code in enumerate(PATHS)})
    frame = frame.assign(order=order).sort_values(
        ["zone_id", "parcel_id", "order"], kind="stable", ignore_index=True
    )
    typed = {c.name: frame[c.name].astype(c.dtype) for c in FAR_PATHS.columns}
    return pd.DataFrame(typed), waivers


def _national_uses(policy: Policy) -> frozenset[str]:
    """Return the uses of which the national rule speaks, beneath any local pack."""
    if not policy.has_rule("far.intensify"):
        return frozenset()
    parameter = policy.rule("far.intensify").parameter("uses")
    while parameter.beneath is not None:
        parameter = parameter.beneath
    return frozenset(parameter.value)


def _paths(facts: PathFacts) -> list[_Path]:
    policy, use = facts.policy, facts.text("land_use")
    unknown_use = use == ""
    found = []
    general = np.isin(use, list(_national_uses(policy))) | unknown_use
    listed: tuple[str, ...] = ()
    firms_only = False
    local = np.zeros(len(use), dtype=bool)
    if policy.has_rule("far.paths"):
        rule = policy.rule("far.paths")
        listed, firms_only = tuple(rule.value("means")), bool(rule.value("good_firms_only"))
        local = np.isin(use, list(uses_of(policy, "far.intensify"))) | unknown_use
    for code in (*_GENERAL, *(name for name in _EXTENSIONS if name not in _GENERAL)):
        by_clause = local if code in listed else np.zeros(len(use), dtype=bool)
        basis = np.where(
            by_clause, "listed", np.where(general & (code in _GENERAL), "general", "none")
        )
        if code in listed:
            rule = policy.rule("far.paths")
        elif policy.has_rule("far.intensify"):
            rule = policy.rule("far.intensify")
        else:
            continue
        gates = _intensity_gates(facts, code, firms_only=by_clause & firms_only)
        found.append(_Path(code, rule, basis, gates, *_gain(facts, code)))
    # The plots that any path addresses: for them a path not named is said to be no basis.
    spoken = general | local
    nothing = (np.full(len(use), np.nan), np.full(len(use), "", dtype=object))
    if policy.has_rule("mixed.conversion"):
        rule = policy.rule("mixed.conversion")
        stock = np.isin(use, list(rule.value("uses"))) | unknown_use
        stage = facts.text("land_stage")
        fails = {"not_stock": (stage != "") & ~np.isin(stage, list(rule.value("stages")))}
        lacks = {"land_use": unknown_use, "land_stage": stage == ""}
        for code in _CONVERSIONS:
            basis = np.where(stock, "listed", "none")
            found.append(_Path(code, rule, basis, _Gates(fails, lacks), *nothing))
    if policy.has_rule("far.storage_uplift"):
        rule = policy.rule("far.storage_uplift")
        held = np.isin(use, list(rule.value("uses"))) | unknown_use
        firm = _firm(facts, held)
        gates = _Gates(firm.fails, {"land_use": unknown_use, **firm.lacks})
        found.append(_Path("storage_far", rule, np.where(held, "listed", "none"), gates, *nothing))
        spoken = spoken | held
    plot = spoken & ~np.isin(use, list(NO_PLOT))
    return [
        _Path(p.code, p.rule, np.where(plot, p.basis, ""), p.gates, p.area, p.bound) for p in found
    ]


def _firm(facts: PathFacts, where: np.ndarray) -> _Gates:
    """Ask for a good firm: who is one is a fact of the user, never worked out here."""
    good = flags(facts.parcels, "good_firm")
    no = good.eq(other=False).fillna(value=False).to_numpy(dtype=bool)
    return _Gates({"not_good_firm": no & where}, {"good_firm": good.isna().to_numpy() & where})


def _intensity_gates(facts: PathFacts, code: str, *, firms_only: np.ndarray) -> _Gates:
    stage = facts.text("land_stage")
    fails = {
        "not_completed": (stage != "completed") & (stage != ""),
        "no_building": ~facts.stands & ~facts.stands_unknown,
    }
    lacks = {
        "land_use": facts.text("land_use") == "",
        "land_stage": stage == "",
        **facts.stands_lacks,
    }
    if code not in {"rearrange", "convert"}:
        built = {"floor_area_m2": np.isnan(facts.number("floor_area_m2"))}
        fails["no_room"] = no_headroom(facts.measures)
        lacks |= headroom_missing(facts.measures, built)
    if code == "add_storeys":
        fails["no_height"] = (facts.height_room_m2 <= NOISE_M2) & facts.stands
        lacks["height_m"] = facts.stands & _marks(facts.measures, "addable_lacks_height")
        lacks["storey_height_m"] |= facts.stands & _marks(facts.measures, "addable_lacks_storey")
    if code in _EXTENSIONS:
        ground = facts.number("free_ground_m2")
        full = (ground <= NOISE_M2) | (facts.coverage_room_m2 <= NOISE_M2)
        fails["no_ground"] = full
        lacks["geometry"] = np.isnan(ground) & (stage == "completed") & ~full
    firm = _firm(facts, firms_only)
    left_out: dict[str, np.ndarray] = {}
    if code not in {"rearrange", "convert"}:
        left_out = limits_left_out(facts.measures)
    return _Gates({**firm.fails, **fails}, {**lacks, **firm.lacks}, left_out)


def _marks(measures: pd.DataFrame, name: str) -> np.ndarray:
    """Return a measure that is yes or no, as an array."""
    return measures[name].to_numpy(dtype=bool)


def _gain(facts: PathFacts, code: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the floor area that a path may gain at most, m2, and what bounds it."""
    room = facts.number("floor_area_headroom_m2")
    bound = texts(facts.measures, "bound_by").fillna("").to_numpy(dtype=object)
    if code == "rearrange":
        return np.full(len(room), np.nan), np.full(len(room), "", dtype=object)
    area = np.clip(room, 0.0, None)
    for paths, fits, by in (
        (("add_storeys",), facts.height_room_m2, "height"),
        (_EXTENSIONS, facts.extension_room_m2, "ground"),
    ):
        if code in paths:
            less = fits < area
            area, bound = np.where(less, fits, area), np.where(less, by, bound)
    return area, np.where(np.isnan(area), "", bound)


def _rows(facts: PathFacts, path: _Path, waivers: Waivers) -> pd.DataFrame:
    """Write the rows of one path, for the plots that it might address."""
    here = path.basis != ""
    at = np.flatnonzero(here)
    if len(at) == 0:
        return pd.DataFrame()
    why = barred(path.rule, facts.as_of)
    silent = path.basis == "none"
    failed = np.zeros(len(here), dtype=bool)
    codes = np.full(len(here), "", dtype=object)
    for code, hit in path.gates.fails.items():
        failed |= hit
        codes[hit] = [f"{said},{code}" if said else code for said in codes[hit]]
    lacks = {name: where & ~failed & ~silent for name, where in path.gates.lacks.items()}
    lacks[RULESET] = np.full(len(here), why is not None) & ~silent
    missing = joined_missing(facts.parcels.index, lacks).to_numpy(dtype=object)
    verdict = verdict_of(~failed, unknown=missing != "", not_applicable=silent)
    codes[verdict != "no"] = ""
    left_out = joined_missing(
        facts.parcels.index,
        {name: where & (verdict == "yes") for name, where in path.gates.left_out.items()},
    )
    missing = both_missing(pd.Series(missing, left_out.index, dtype="string"), left_out).to_numpy(
        dtype=object
    )
    unnamed = (path.basis != "listed") | (path.code in _CONVERSIONS)
    national = waivers.national
    if path.code in _NEW_USE:
        national = national.doubted("use_change")
    own = Waivers(national, waivers.local.silent(unnamed))
    waiver = own.combined()
    shown = np.where((verdict == "yes") | (verdict == "unknown"), path.area, np.nan)
    unlimited = (left_out != "").to_numpy(dtype=bool)
    unlimited |= np.isnan(facts.height_room_m2) & (path.code == "add_storeys")
    unlimited |= facts.extension_open & (path.code in _EXTENSIONS)
    why_zh, why_en = path_texts(
        path.code,
        rule=path.rule,
        as_of=facts.as_of,
        columns=[
            part[at] for part in (verdict, path.basis, codes, missing, unlimited & ~np.isnan(shown))
        ],
        barred=why,
    )
    price_zh, price_en = waiver_texts(own, waiver, at)
    title = PATHS[path.code]
    return pd.DataFrame(
        {
            "zone_id": texts(facts.parcels, "zone_id").array[at],
            "parcel_id": texts(facts.parcels, "parcel_id").array[at],
            "land_use": texts(facts.parcels, "land_use").array[at],
            "path": path.code,
            "title_zh": title.zh,
            "title_en": title.en,
            "verdict": verdict[at],
            "basis": path.basis[at],
            "floor_area_m2": shown[at],
            "bound_by": np.where(np.isnan(shown), "", path.bound)[at],
            "missing": missing[at],
            "why_zh": why_zh,
            "why_en": why_en,
            "waiver": waiver[at],
            "waiver_national": own.national.verdict[at],
            "waiver_local": own.local.verdict[at],
            "waiver_missing": own.missing()[at],
            "waiver_why_zh": price_zh,
            "waiver_why_en": price_en,
            "pack": path.rule.pack_id,
            "clause": path.rule.clause.citation("zh"),
            "status": path.rule.status_at(facts.as_of),
            "confidence": path.rule.confidence,
        }
    )
