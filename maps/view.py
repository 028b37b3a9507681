"""What a map shows: everything that reaches the page stands in one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import pandas as pd

from maps.errors import MapInputError
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pyproj

    from layers.columns import Column
    from maps.basemap import Basemap

__all__ = ["AUDIENCES", "Audience", "Comparison", "MapView"]

Audience = Literal["internal", "partner", "public"]
AUDIENCES: tuple[Audience, ...] = ("internal", "partner", "public")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Another run of the same parcels, which the page lays beside this one under a swipe.

    Attributes
    ----------
    name : Text
        What the other run is called, such as a scenario or an earlier review date.
    parcels : DataFrame
        Its parcels, matched by ``parcel_id``; a parcel that it lacks is unknown there.
    recommendations, plan : DataFrame
        Its recommendations and supply plan; empty where they are not compared.
    """

    name: Text
    parcels: pd.DataFrame
    recommendations: pd.DataFrame = field(default_factory=pd.DataFrame)
    plan: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """One map: the results and how to title them.

    Attributes
    ----------
    name : str
        The project's name.
    as_of : datetime.date
        The review date.
    label : str or None
        The label the project asks for on every output, such as 内部资料.
    policy_title : Text
        The title of the rule pack applied.
    policy_status : str
        ``in_force``, ``validity_unverified``, ``draft``, ``lapsed``, or a text shown as it is.
    notices : tuple of Text
        What a reader must know of the pack and of the run.
    crs : pyproj.CRS or None
        The computing CRS, named in the title block; None without geometry.
    area_method : str
        ``plane`` or ``ellipsoid``.
    data_hash : str
        The fingerprint of the inputs.
    agency : str or None
        The unit that drew up the map (编制单位).
    parcels : DataFrame or GeoDataFrame
        One row per parcel: input columns and measures. With a ``geometry`` column in any CRS
        there is a map; without one the page is the list and the cards.
    findings, recommendations, zones, contracts, transfers : DataFrame
        In the contracts of `analyses.results`; `contracts` is one row per ledger row.
    context : mapping of str to GeoDataFrame
        ``zones``, ``plan_zones``, ``buildings``, ``green``, ``facilities``: drawn, not analysed.
    parcel_columns : sequence of Column
        The contract of the input parcels: order, labels, units and types of their columns.
    rule_titles : mapping of str to Text
        What a rule is called, by its id; the id is shown where it is not given.
    column_labels : mapping of str to Text
        Labels of further columns, which a verdict may name as missing (the ledger's, for example).
    code_labels : mapping of str to mapping of str to Text
        Labels of code values by column, such as ``{"land_use": {"industrial": Text(...)}}``.
    plan, deadlines, problems, surplus, paragraphs : DataFrame
        The supply plan, the statutory dates, the problems of the data, the surplus land and what is said
        of each parcel in one paragraph, in the contracts of `analyses.results`; empty where there are none.
    name_en : str or None
        The project's name on the English page; `name` on both where there is none.
    clauses : mapping of str to mapping
        By its Chinese citation: the English one (``en``), what the clause provides (``text``), the title of its
        document (``title``), ``confidence`` and ``status``. What is not in it is shown as it stands.
    words : mapping of str to str
        English of what tables hold in the words of the packs: units, conditions.
    series : mapping of date to DataFrame
        ``parcel_id`` and ``idle_status`` (and ``idle_found``) at other review dates: the page then has a
        slider. Dates after `as_of` hold what follows if nothing happens.
    other : Comparison or None
        Another run to lay beside this one.
    basemap : Basemap or None
        What lies under the parcels; nothing by default, and then nothing is ever asked for.
    policy_version : str or None
        The packs applied, each by its id and the beginning of its fingerprint.
    audience : str
        ``internal``, ``partner`` or ``public``: whom this edition is for. `maps.audience.for_audience`
        makes the others of the internal one; setting it here removes nothing.
    review_number : str or None
        The map review number (审图号). A public edition without one is stamped as not to be published.
    precision_m : float or None
        How coarse positions of a public edition are, in metres; None for the usual.
    removed : tuple of Text
        What this edition leaves out.
    columns : mapping of str to tuple of str
        The columns that this edition shows of ``parcels``, ``zones``, ``recommendations``,
        ``findings``, ``contracts``, ``transfers``; a table that is not named shows all.
    themes : tuple of str or None
        The themes that this edition shows; None for all.
    """

    name: str
    as_of: date
    label: str | None
    policy_title: Text
    policy_status: str
    notices: tuple[Text, ...]
    crs: pyproj.CRS | None
    area_method: str
    data_hash: str
    agency: str | None
    parcels: pd.DataFrame
    findings: pd.DataFrame
    recommendations: pd.DataFrame
    zones: pd.DataFrame
    contracts: pd.DataFrame
    transfers: pd.DataFrame
    context: Mapping[str, gpd.GeoDataFrame]
    parcel_columns: Sequence[Column]
    rule_titles: Mapping[str, Text] = field(default_factory=dict)
    column_labels: Mapping[str, Text] = field(default_factory=dict)
    code_labels: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    plan: pd.DataFrame = field(default_factory=pd.DataFrame)
    deadlines: pd.DataFrame = field(default_factory=pd.DataFrame)
    problems: pd.DataFrame = field(default_factory=pd.DataFrame)
    surplus: pd.DataFrame = field(default_factory=pd.DataFrame)
    paragraphs: pd.DataFrame = field(default_factory=pd.DataFrame)
    name_en: str | None = None
    clauses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    series: Mapping[date, pd.DataFrame] = field(default_factory=dict)
    other: Comparison | None = None
    basemap: Basemap | None = None
    policy_version: str | None = None
    audience: Audience = "internal"
    review_number: str | None = None
    precision_m: float | None = None
    removed: tuple[Text, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    themes: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be drawn honestly."""
        if "parcel_id" not in self.parcels.columns:
            msg = "The parcels of a map have no column parcel_id: give every parcel its id."
            raise MapInputError(msg)
        ids = self.parcels["parcel_id"].astype("string")
        wrong = ids[ids.isna() | ids.duplicated(keep=False)]
        if len(wrong):
            shown = ", ".join(str(value) for value in wrong.iloc[:5])
            msg = (
                f"A map needs one parcel_id for every parcel, and each only once; {len(wrong)} rows "
                f"have none or share one ({shown}). Repair the ids before drawing."
            )
            raise MapInputError(msg)
        if self.has_map and getattr(self.parcels, "crs", None) is None:
            msg = "The parcels of a map have shapes but no CRS: set the CRS they were drawn in."
            raise MapInputError(msg)

    @property
    def stamp(self) -> Text | None:
        """What must stand across an edition that may not be published as it is."""
        if self.audience != "public" or self.review_number:
            return None
        return Text("未经审核，不得公开", "Not reviewed: not to be made public")

    def shows(self, table: str, column: str) -> bool:
        """Whether this edition shows `column` of `table`."""
        return table not in self.columns or column in self.columns[table]

    @property
    def has_map(self) -> bool:
        """Whether there is a shape to draw."""
        if not isinstance(self.parcels, gpd.GeoDataFrame) or "geometry" not in self.parcels.columns:
            return False
        # Without parcels there is an empty map; of parcels none of which has a shape there is a list.
        return len(self.parcels) == 0 or not bool(self.parcels.geometry.isna().all())
