"""What every analysis returns: measures beside the parcels, findings, zone figures, problems."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from analyses.results import FINDINGS, PROBLEMS
from layers.columns import empty_frame

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Analysis"]


@dataclass(frozen=True)
class Analysis:
    """The outcome of one analysis.

    Attributes
    ----------
    measures : pandas.DataFrame
        One row per parcel, on the index of the parcels that went in.
    findings : pandas.DataFrame
        In the contract of `analyses.results.FINDINGS`, one row per verdict.
    zones : pandas.DataFrame
        One row per zone, indexed by ``zone_id``; no columns where the analysis has no zone figure.
    tables : mapping of str to pandas.DataFrame
        Whatever else results (``contracts``, ``transfers``, ...), by the name of its result file.
    problems : pandas.DataFrame
        What the analysis noticed about its inputs, in the contract of `analyses.results.PROBLEMS`.
    """

    measures: pd.DataFrame
    findings: pd.DataFrame = field(default_factory=lambda: empty_frame(FINDINGS))
    zones: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(index=pd.Index([], name="zone_id"))
    )
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    problems: pd.DataFrame = field(default_factory=lambda: empty_frame(PROBLEMS))
