"""What the tests of mixed use rest on: the programme of each parcel, row by row of its uses table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import numbers, texts
from analyses.placement import SLIVER_SHARE, place_buildings
from layers.codes import USES
from policies.documents import STATUSES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from policies.model import Policy, Rule

__all__ = [
    "FENCED_SHARE_MIN",
    "RULESET",
    "MixedFacts",
    "UseRows",
    "barred",
    "mixed_facts",
    "mixed_findings",
    "named_uses",
    "uses_of",
    "with_residents_of_buildings",
]

#: A parcel lies inside the fence if at least this share of it does.
FENCED_SHARE_MIN = 0.5

#: What is missing where the rule of a pack no longer stands, or does not stand yet.
RULESET = "ruleset_current"

_DRAFT = Text("（征求意见稿）", " (征求意见稿, draft for comment)")

#: A document that stands so gives no answer: what it says is shown and the verdict is unknown.
_BARRED = ("lapsed", "unreliable", "not_yet_effective")


@dataclass(frozen=True)
class UseRows:
    """The rows of the uses table that belong to a parcel, as arrays of equal length.

    Attributes
    ----------
    parcel : numpy.ndarray of int
        The parcel's position.
    use, role, held : numpy.ndarray of str
        Codes; empty where unknown.
    land_m2, floor_m2 : numpy.ndarray of float
        NaN where unknown.
    """

    parcel: np.ndarray
    use: np.ndarray
    role: np.ndarray
    held: np.ndarray
    land_m2: np.ndarray
    floor_m2: np.ndarray


@dataclass(frozen=True)
class MixedFacts:
    """What the tests rest on; every array has one entry per parcel.

    Attributes
    ----------
    parcels : pandas.DataFrame
        Contract frame, with the measures of earlier analyses joined.
    policy : policies.model.Policy
        Rules and parameters.
    as_of : datetime.date
        The review date.
    rows : UseRows
        The uses table.
    land_use : numpy.ndarray of str
        Empty where unknown.
    programme : list of frozenset of str
        The known uses: land use and uses table.
    unknown_land_use, unknown_row_use : numpy.ndarray of bool
        Which of the two is not known.
    fenced_share : numpy.ndarray of float
        NaN where the fence is not known.
    ledger : pandas.DataFrame or None
        For the dates on which the land was supplied.
    """

    parcels: pd.DataFrame
    policy: Policy
    as_of: date
    rows: UseRows
    land_use: np.ndarray
    programme: list[frozenset[str]]
    unknown_land_use: np.ndarray
    unknown_row_use: np.ndarray
    fenced_share: np.ndarray
    ledger: pd.DataFrame | None = None

    @property
    def unknown_use(self) -> np.ndarray:
        """Where a use of the parcel is not known."""
        return self.unknown_land_use | self.unknown_row_use

    @property
    def inside(self) -> np.ndarray:
        """Where the parcel lies inside the fence; False where that is not known."""
        return np.asarray(self.fenced_share >= FENCED_SHARE_MIN)

    @property
    def fence_unknown(self) -> np.ndarray:
        """Where the fence is not known."""
        return np.isnan(self.fenced_share)

    @cached_property
    def ids(self) -> np.ndarray:
        """The parcels' ids, empty where unknown."""
        return self.text("parcel_id")

    def number(self, name: str) -> np.ndarray:
        """Return a column of the parcels as numbers, NaN where unknown."""
        return numbers(self.parcels, name).to_numpy()

    def text(self, name: str) -> np.ndarray:
        """Return a column of the parcels as texts, empty where unknown."""
        return texts(self.parcels, name).fillna("").to_numpy(dtype=object)

    def identity(self, where: np.ndarray) -> dict[str, Any]:
        """Return zone and parcel of the marked rows, as `Verdicts` takes them."""
        return {
            "zone_id": texts(self.parcels, "zone_id")[where],
            "parcel_id": texts(self.parcels, "parcel_id")[where],
        }

    def count(self, rows: np.ndarray) -> np.ndarray:
        """Count the marked rows of the uses table of each parcel."""
        return np.bincount(self.rows.parcel[rows], minlength=len(self.parcels))

    def total(self, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Add up the known values of the marked rows of each parcel."""
        known = rows & ~np.isnan(values)
        return np.bincount(
            self.rows.parcel[known], weights=values[known], minlength=len(self.parcels)
        )


def mixed_facts(
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    uses: pd.DataFrame | None,
    measures: pd.DataFrame | None,
    ledger: pd.DataFrame | None = None,
) -> MixedFacts:
    """Gather the facts; see `MixedFacts`."""
    if measures is not None:
        fresh = [name for name in measures.columns if name not in parcels]
        parcels = parcels.join(measures[fresh])
    rows = _use_rows(parcels, uses)
    land_use = texts(parcels, "land_use").fillna("").to_numpy(dtype=object)
    programme = [{use} if use else set() for use in land_use]
    blank = rows.use == ""
    for parcel, use in zip(rows.parcel[~blank].tolist(), rows.use[~blank].tolist(), strict=True):
        programme[parcel].add(use)
    return MixedFacts(
        parcels=parcels,
        policy=policy,
        as_of=as_of,
        rows=rows,
        land_use=land_use,
        programme=[frozenset(some) for some in programme],
        unknown_land_use=land_use == "",
        unknown_row_use=np.bincount(rows.parcel[blank], minlength=len(parcels)) > 0,
        fenced_share=numbers(parcels, "fenced_share").to_numpy(),
        ledger=ledger,
    )


def _use_rows(parcels: pd.DataFrame, uses: pd.DataFrame | None) -> UseRows:
    frame = pd.DataFrame({"parcel_id": pd.Series(dtype="string")}) if uses is None else uses
    ids = pd.Series(np.arange(len(parcels)), index=texts(parcels, "parcel_id").to_numpy(object))
    ids = ids[ids.index.notna() & ~ids.index.duplicated()]
    place = texts(frame, "parcel_id").map(ids).fillna(-1).to_numpy(dtype="int64")
    kept = place >= 0
    coded = {
        name: texts(frame, name).fillna("").to_numpy(dtype=object)[kept]
        for name in ("use", "role", "held")
    }
    return UseRows(
        parcel=place[kept],
        land_m2=numbers(frame, "land_area_m2").to_numpy()[kept],
        floor_m2=numbers(frame, "floor_area_m2").to_numpy()[kept],
        **coded,
    )


def with_residents_of_buildings(
    facts: MixedFacts, buildings: pd.DataFrame | None, residents: frozenset[str]
) -> MixedFacts:
    """Add living quarters that only the buildings' layer records to the uses of parcels inside the fence.

    Nobody may live there whatever the uses table says; so too where the fence is not known. A building that is
    gone counts no more, and one that only grazes a parcel by the drawing does not count there.
    """
    if buildings is None or not residents:
        return facts
    use = texts(buildings, "use").fillna("").to_numpy(dtype=object)
    gone = texts(buildings, "state").eq("demolished").fillna(value=False).to_numpy(dtype=bool)
    at = np.flatnonzero(np.isin(use, list(residents)) & ~gone)
    if len(at) == 0:
        return facts
    pairs = place_buildings(facts.parcels, buildings.iloc[at].reset_index(drop=True)).pairs
    pairs = pairs.loc[pairs["share"] >= SLIVER_SHARE]
    concerned = facts.inside | facts.fence_unknown
    programme = list(facts.programme)
    for parcel, one in zip(pairs["parcel"].tolist(), pairs["building"].tolist(), strict=True):
        if concerned[parcel]:
            programme[parcel] |= {use[at[one]]}
    return replace(facts, programme=programme)


def uses_of(policy: Policy, rule_id: str, key: str = "uses") -> frozenset[str]:
    """Return a list of a rule; empty where the policy has no such rule."""
    if not policy.has_rule(rule_id):
        return frozenset()
    return frozenset(policy.rule(rule_id).value(key))


def named_uses(uses: Iterable[str]) -> tuple[str, str]:
    """Name some uses in Chinese and English; a code without a label stands for itself.

    Examples
    --------
    >>> named_uses({"storage", "office"})
    ('商务办公、物流仓储', 'office, storage and logistics')
    """
    labels = [USES.get(use, Text(use, use)) for use in sorted(uses)]
    if not labels:
        return "无", "none"
    return "、".join(label.zh for label in labels), ", ".join(label.en for label in labels)


def barred(rule: Rule, as_of: date) -> Text | None:
    """Say why a rule gives no answer on `as_of`; None where it stands, if only as a draft.

    Examples
    --------
    >>> from datetime import date
    >>> from policies import load_policy
    >>> rule = load_policy("zhejiang-2021-draft").rule("mixed.list")
    >>> barred(rule, date(2026, 6, 30)) is None
    True
    """
    entry = rule.clause.document.validity_at(as_of)
    if entry.status not in _BARRED:
        return None
    status, why = STATUSES[entry.status], entry.why or Text("", "")
    name = rule.clause.document
    return Text(
        f"{name.name('zh')}{status.zh}（截至{as_of.isoformat()}）。{why.zh}",
        f"{name.name('en')}: {status.en} as of {as_of.isoformat()}. {why.en}".strip(),
    )


def mixed_findings(rule: Rule, as_of: date, verdicts: Verdicts) -> pd.DataFrame:
    """Write the verdicts of a rule; a draft says in both languages of each that it is one."""
    frame = rule_findings(rule, as_of, verdicts)
    if len(frame) and rule.status_at(as_of) == "draft":
        frame["note_zh"] = frame["note_zh"] + _DRAFT.zh
        frame["note_en"] = frame["note_en"] + _DRAFT.en
    return frame
