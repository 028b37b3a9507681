"""What stands on the ground beside what the ledger says: candidates for a site visit, never a verdict.

A second level, apart from the status: the share of each parcel that buildings, structures and yards
cover, and the change between two dates of a raster. Where it contradicts the ledger the parcel is a
candidate. It changes no status, no date and no fee.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, concat_findings, rule_findings
from analyses.frames import filled, numbers, texts
from analyses.ground import covered_ground, has_ground, measured_areas
from analyses.idle_evidence_wording import NOTES, REMARKS
from analyses.idle_text import choose, day_text
from analyses.outcome import Analysis
from analyses.results import PARCEL_MEASURES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policies.model import Policy, Rule
    from policies.text import Lang

__all__ = ["EVIDENCE_MEASURES", "RULES", "analyse_evidence", "developed_ground"]

#: The columns that this analysis adds to the parcels.
EVIDENCE_MEASURES = (
    *("evidence_developed_share", "evidence_standing_share"),
    *("evidence_ndvi_change", "evidence_surface_change_m"),
)
#: The rule that addresses each reading of the ledger.
RULES = {
    "started": "idle.evidence_nothing_stands",
    "not_started": "idle.evidence_not_started",
    "silent": "idle.evidence_silent",
}
_CHANGE = "idle.evidence_change"
#: Shares closer than this differ by the rounding of coordinates alone.
_ROUNDING = 1e-9


def developed_ground(buildings: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Say of each outline whether it is development, and whether it shows works at all.

    Development is what is built to stay: buildings, structures and yards that are neither temporary
    nor demolished nor still under construction. What is under construction is no development yet, but
    it stands. Temporary buildings and site huts are neither.

    Examples
    --------
    >>> rows = pd.DataFrame({"permanence": ["permanent", "temporary", None],
    ...                      "state": ["built", "built", "under_construction"]})
    >>> [part.tolist() for part in developed_ground(rows)]
    [[True, False, False], [True, False, True]]
    """
    state, permanence = texts(buildings, "state"), texts(buildings, "permanence")
    kept = ~permanence.eq("temporary").fillna(value=False).to_numpy(dtype=bool)
    kept &= ~state.eq("demolished").fillna(value=False).to_numpy(dtype=bool)
    going_on = state.eq("under_construction").fillna(value=False).to_numpy(dtype=bool)
    return kept & ~going_on, kept


@dataclass(frozen=True)
class _Ground:
    """What the outlines say of each parcel; arrays on the parcels' positions."""

    developed: np.ndarray
    standing: np.ndarray
    unsure: np.ndarray


def _shares(parcels: pd.DataFrame, buildings: pd.DataFrame | None) -> _Ground:
    nothing = np.full(len(parcels), np.nan)
    if buildings is None:
        return _Ground(nothing, nothing, np.zeros(len(parcels), dtype=bool))
    # One basis: ground by ground, both measured in the plane.
    area = measured_areas(parcels, "plane")
    developed, standing = developed_ground(buildings)

    def share(rows: np.ndarray) -> np.ndarray:
        covered = covered_ground(parcels, buildings.loc[rows])
        return np.divide(covered, area, out=nothing.copy(), where=area > 0)

    blank = standing & ~(filled(buildings, "permanence") & filled(buildings, "state"))
    placed = buildings.loc[blank & has_ground(buildings)]
    return _Ground(share(developed), share(standing), covered_ground(parcels, placed) > 0)


def _readings(parcels: pd.DataFrame, contracts: pd.DataFrame) -> np.ndarray:
    """Say what the rows of each parcel say of the start; empty without a row."""
    supplied = contracts.loc[
        texts(contracts, "idle_status").fillna("").ne("not_supplied").to_numpy(dtype=bool)
    ]
    said = texts(supplied, "started_reading")
    rows = pd.DataFrame({"parcel_id": texts(supplied, "parcel_id").array})
    for name in ("yes", "no"):
        rows[name] = said.eq(name).fillna(value=False).to_numpy(dtype=bool)
    grouped = rows.dropna(subset="parcel_id").groupby("parcel_id")
    ids = texts(parcels, "parcel_id")
    some_yes = ids.map(grouped["yes"].any()).fillna(value=False).to_numpy(dtype=bool)
    all_no = ids.map(grouped["no"].all()).fillna(value=False).to_numpy(dtype=bool)
    named = ids.isin(rows["parcel_id"]).to_numpy(dtype=bool)
    return choose([~named, some_yes, all_no], ["", "started", "not_started"], "silent")


def analyse_evidence(
    parcels: pd.DataFrame,
    contracts: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    buildings: pd.DataFrame | None = None,
    changes: Mapping[str, pd.DataFrame] | None = None,
) -> Analysis:
    """Lay what stands on the ground beside what the ledger says of the start.

    ============================  =============  ===================================================
    rule                          the ledger     a candidate where
    ============================  =============  ===================================================
    idle.evidence_nothing_stands  started        no more than a share of the parcel holds anything
    idle.evidence_not_started     not started    at least a share of the parcel holds something
    idle.evidence_silent          does not say   at least a share of the parcel is developed
    idle.evidence_change          not started,   vegetation fell or the surface rose by at least so
                                  does not say   much between two dates
    ============================  =============  ===================================================

    Parameters
    ----------
    parcels : pandas.DataFrame
        In the contract of the parcels.
    contracts : pandas.DataFrame
        The table of `analyses.idle.analyse_idle`.
    policy : policies.model.Policy
        The thresholds, which are the tool's own.
    as_of : datetime.date
        The review date.
    buildings : pandas.DataFrame, optional
        Outlines of buildings, structures and yards. Where permanence or state is blank the outline
        counts, and the finding says so.
    changes : mapping of str to pandas.DataFrame, optional
        ``ndvi`` and ``surface``: on the parcels' index, ``change`` (later less earlier; NaN where
        not known), ``first_on`` and ``last_on``.

    Returns
    -------
    Analysis
        ``measures``: `EVIDENCE_MEASURES` (shares of the parcel's measured ground; m for the surface).
        ``findings``: one for each parcel and rule that addresses it.

    Examples
    --------
    >>> from datetime import date
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from policies import load_policy
    >>> land = gpd.GeoDataFrame({"parcel_id": ["p"]}, geometry=[box(0, 0, 100, 100)], crs="EPSG:4548")
    >>> hut = gpd.GeoDataFrame({"permanence": ["temporary"]}, geometry=[box(0, 0, 9, 9)], crs="EPSG:4548")
    >>> said = pd.DataFrame({"parcel_id": ["p"], "started_reading": ["yes"]})
    >>> found = analyse_evidence(land, said, load_policy("national"), date(2026, 6, 30), buildings=hut)
    >>> found.findings[["rule", "verdict"]].values.tolist()
    [['idle.evidence_nothing_stands', 'yes']]
    """
    given = dict(changes or {})
    ground, reading = _shares(parcels, buildings), _readings(parcels, contracts)
    change = {
        name: numbers(given[name], "change").to_numpy()
        if name in given
        else np.full(len(parcels), np.nan)
        for name in ("ndvi", "surface")
    }
    values = (ground.developed, ground.standing, change["ndvi"], change["surface"])
    measures = pd.DataFrame(
        {
            name: pd.Series(value, index=parcels.index, dtype=PARCEL_MEASURES.column(name).dtype)
            for name, value in zip(EVIDENCE_MEASURES, values, strict=True)
        },
        index=parcels.index,
    )
    frames = []
    if buildings is not None:
        frames += [
            _standing(policy.rule(RULES[said]), said, parcels, reading, ground, as_of)
            for said in RULES
        ]
    frames += [
        _changed(policy.rule(_CHANGE), name, parcels, reading, given[name], as_of)
        for name in change
        if name in given
    ]
    return Analysis(measures=measures, findings=concat_findings(frames))


def _written(
    rule: Rule,
    as_of: date,
    parcels: pd.DataFrame,
    at: np.ndarray,
    key: str,
    figures: list[dict[str, Any]],
    **verdicts: Any,
) -> pd.DataFrame:
    """Write the findings of the parcels at `at`; the verdict and the figures fill the notes."""
    notes: dict[Lang, list[str]] = {"zh": [], "en": []}
    for lang, written in notes.items():
        for verdict, lacks, figure in zip(
            verdicts["verdict"], verdicts["missing"], figures, strict=True
        ):
            words = [NOTES[key, verdict].get(lang).format(**figure.get(lang, figure))]
            words += [REMARKS[name].get(lang) for name in str(lacks).split(",") if name]
            written.append(("" if lang == "zh" else " ").join(words))
    chosen = parcels.iloc[at]
    return rule_findings(
        rule,
        as_of,
        Verdicts(
            zone_id=texts(chosen, "zone_id"),
            parcel_id=texts(chosen, "parcel_id"),
            note_zh=notes["zh"],
            note_en=notes["en"],
            **verdicts,
        ),
    )


def _standing(
    rule: Rule,
    said: str,
    parcels: pd.DataFrame,
    reading: np.ndarray,
    ground: _Ground,
    as_of: date,
) -> pd.DataFrame:
    """Answer one rule on what stands, for the parcels of which the ledger says `said`."""
    asked = reading == said
    if said == "started":
        # Roads and green are made without a building: that nothing stands there says nothing.
        asked = asked & ~texts(parcels, "land_use").isin(rule.value("open_uses")).to_numpy(
            dtype=bool
        )
    at = np.flatnonzero(asked)
    share = (ground.developed if said == "silent" else ground.standing)[at]
    by = rule.parameter("share_max" if said == "started" else "share_min")
    limit = float(by.value)
    holds = share <= limit + _ROUNDING if said == "started" else share >= limit - _ROUNDING
    verdict = choose([np.isnan(share), holds], ["unknown", "yes"], "no")
    missing = choose([np.isnan(share), ground.unsure[at]], ["geometry", "permanence"], "")
    figures = [{"share": f"{one:.1%}", "limit": f"{limit:.1%}"} for one in share]
    return _written(
        *(rule, as_of, parcels, at, said, figures),
        verdict=verdict,
        measured=share,
        limit=limit,
        unit="share",
        area_basis="measured",
        missing=missing,
        by=by,
    )


def _changed(
    rule: Rule,
    name: str,
    parcels: pd.DataFrame,
    reading: np.ndarray,
    series: pd.DataFrame,
    as_of: date,
) -> pd.DataFrame:
    """Answer the rule on change, for the parcels that the ledger does not call started."""
    at = np.flatnonzero((reading == "not_started") | (reading == "silent"))
    change = numbers(series, "change").to_numpy()[at]
    by = rule.parameter("ndvi_fall_min" if name == "ndvi" else "surface_rise_min_m")
    limit = float(by.value)
    measured = -change if name == "ndvi" else change
    verdict = choose([np.isnan(change), measured >= limit], ["unknown", "yes"], "no")
    days = {
        column: series[column].to_numpy().astype("datetime64[D]")[at]
        for column in ("first_on", "last_on")
    }
    figures = [
        {
            lang: {
                "change": f"{one:+.2f}",
                "limit": f"{limit:g}",
                **{column: day_text(day[row], lang) for column, day in days.items()},
            }
            for lang in ("zh", "en")
        }
        for row, one in enumerate(change)
    ]
    return _written(
        *(rule, as_of, parcels, at, name, figures),
        verdict=verdict,
        measured=measured,
        limit=limit,
        unit=None if name == "ndvi" else "m",
        missing=choose([verdict == "unknown"], [name]),
        by=by,
    )
