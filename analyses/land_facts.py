"""The parcels and the verdicts on them, as the choice of actions reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.action_rows import area_texts, propose, reasons
from analyses.frames import numbers, texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policies.model import Policy
    from policies.text import Text

__all__ = ["NOISE_M2", "Fields", "Land", "joined_facts"]

#: Areas up to this are the noise of measuring, m2.
NOISE_M2 = 0.5

#: What fills the places of a reason: the Chinese and the English texts of the rows.
Fields = dict[str, "tuple[Sequence[str], Sequence[str]]"]


@dataclass(frozen=True)
class Land:
    """The parcels and the verdicts of the rules on them."""

    parcels: pd.DataFrame
    findings: pd.DataFrame
    policy: Policy

    @property
    def area(self) -> np.ndarray:
        """The site area used in ratios, m2."""
        return numbers(self.parcels, "area_m2").to_numpy()

    def number(self, name: str) -> np.ndarray:
        """Return a column as numbers, NaN where unknown."""
        return numbers(self.parcels, name).to_numpy()

    def text(self, name: str) -> np.ndarray:
        """Return a column as texts, empty where unknown."""
        return texts(self.parcels, name).fillna("").to_numpy(dtype=object)

    def findings_of(self, rule: str, verdict: str) -> pd.DataFrame:
        """Return the findings of parcels with this verdict of a rule."""
        of_rule = (self.findings["rule"] == rule) & (self.findings["verdict"] == verdict)
        rows = self.findings.loc[of_rule.fillna(value=False)]
        return rows.dropna(subset="parcel_id")

    def verdicts(self, rule: str, verdict: str = "yes") -> pd.DataFrame:
        """Return measured and limit of the parcels with this verdict, NaN elsewhere, by position."""
        rows = self.findings_of(rule, verdict)[["parcel_id", "measured", "limit"]]
        rows = rows.drop_duplicates("parcel_id").set_index("parcel_id")
        ids = pd.Index(texts(self.parcels, "parcel_id"))
        found = rows.reindex(ids)
        return pd.DataFrame(
            {
                "holds": ids.isin(rows.index),
                "measured": found["measured"].to_numpy(dtype=float),
                "limit": found["limit"].to_numpy(dtype=float),
            }
        )

    def write(
        self,
        action: str,
        reason: Text,
        where: np.ndarray,
        fields: Mapping[str, tuple[Sequence[str], Sequence[str]]],
        **values: object,
    ) -> pd.DataFrame:
        """Propose one action for the parcels of `where`, with the fields that its reason names."""
        filled = {"area": area_texts(self.area[where]), **fields}
        why = reasons(reason, filled, int(where.sum()))
        return propose(
            action, np.flatnonzero(where), why, **{"area_m2": self.area[where], **values}
        )


def joined_facts(
    n: int, facts: Sequence[tuple[np.ndarray, list[str], list[str]]]
) -> tuple[np.ndarray, np.ndarray]:
    """Join the facts that hold for each parcel; blank where none does."""
    zh, en = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    for at, texts_zh, texts_en in facts:
        for place, said_zh, said_en in zip(at, texts_zh, texts_en, strict=True):
            zh[place] += ("、" if zh[place] else "") + said_zh
            en[place] += (", " if en[place] else "") + said_en
    return zh, en
