"""What travels to the browser: four sections, each decoded when it is needed.

``page``
    Names, labels, legends, zone figures and the class of every parcel in every theme.
``shapes``
    Parcels and what is drawn with them.
``parcels``
    Every column of the parcels, and the recommendations by which they are ranked.
``records``
    Findings, contracts and transfers: opened with the first card.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from analyses.results import (
    DEADLINES,
    FINDINGS,
    IDLE_STATUSES,
    MIXED_VERDICTS,
    PARAGRAPHS,
    PARCEL_MEASURES,
    PLAN,
    PROBLEMS,
    RECOMMENDATIONS,
    SURPLUS,
    TRANSFERS,
    ZONES,
)
from analyses.results_far import FREE_GROUND
from geo.crs import DISPLAY_CRS, central_meridian, crs_label, transform_frame
from layers.codes import USES
from layers.columns import Column
from layers.contracts import CONTRACTS
from maps.beside_theme import COMPARED
from maps.blocks import with_blocks
from maps.encode import Section, encode_lines, encode_polygons, varints
from maps.initials import characters_by_initial
from maps.labels import (
    AREA_METHODS,
    TIP_COLUMNS,
    ZONE_DEFINITIONS,
    code_labels,
    column_labels,
    display_kind,
    group_of,
)
from maps.palettes import AHEAD, PAST, QUARTERS, YEARS
from maps.problems import problems_of_parcels
from maps.tables import Field, encode_table, infer_type
from maps.versions import other_rows, themes_and_versions
from maps.wording import texts_of, wording
from policies.model import STATUSES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from maps.basemap import Basemap
    from maps.themes import Theme
    from maps.versions import Versions
    from maps.view import MapView

__all__ = ["SECTIONS", "Payload", "build_payload"]

SECTIONS = ("page", "shapes", "parcels", "records")

#: The version of the encoding, written into the page for whoever reads it.
_FORMAT = 2

Payload = dict[str, str]

_CODE_TEXTS: dict[str, Mapping[str, Text]] = {
    "land_use": USES,
    "idle_status": IDLE_STATUSES,
    "mixed_verdict": MIXED_VERDICTS,
}

#: Where a problem stands in a file is for `problems.csv`; the card says what it is.
_PROBLEM_COLUMNS = (
    Column("parcel_id", "text", Text("宗地代码", "parcel")),
    *(
        PROBLEMS.column(name)
        for name in (
            *("severity", "layer", "column", "what", "found", "proposal", "what_en", "proposal_en"),
        )
    ),
)


def build_payload(view: MapView) -> Payload:
    """Return the sections of `view` as base64 texts, by name."""
    view = with_blocks(view)
    labels = column_labels(view)
    return {
        "page": _page(view, labels).text(),
        "shapes": _shapes(view).text(),
        "parcels": _parcels(view, labels).text(),
        "records": _records(view, labels).text(),
    }


def _pair(text: Text) -> list[str]:
    return [text.zh, text.en]


def _pairs(texts: Mapping[str, Text]) -> dict[str, list[str]]:
    return {key: _pair(text) for key, text in texts.items()}


def _spec(column: Column, given: Mapping[str, Mapping[str, Text]]) -> dict[str, Any]:
    """Say of a column what the page must know to show it."""
    spec: dict[str, Any] = {
        "name": column.name,
        "label": _pair(column.label),
        "kind": display_kind(column),
    }
    codes = code_labels(column, given)
    if codes:
        spec["codes"] = _pairs(codes)
    return spec


def _shown(view: MapView, table: str, columns: Sequence[Column]) -> list[Column]:
    """Keep the columns that the edition shows: what it withholds does not travel, not even as unknown."""
    return [column for column in columns if view.shows(table, column.name)]


def _table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    section: Section,
    given: Mapping[str, Mapping[str, Text]],
) -> dict[str, Any]:
    fields = [Field(column.name, column.type, column.unit) for column in columns]
    return {
        **encode_table(frame, fields, section),
        "specs": [_spec(column, given) for column in columns],
    }


def _loose_columns(
    frame: pd.DataFrame,
    listed: Iterable[str],
    labels: Mapping[str, Text],
    known: Mapping[str, Column] | None = None,
) -> list[Column]:
    """Describe the columns of `frame` that are not `listed`: as `known`, else by their types."""
    skip = {*listed, "geometry"}
    columns = []
    for name in map(str, frame.columns):
        if name in skip:
            continue
        label = labels.get(name, Text(name, name))
        guess = Column(name, infer_type(frame[name]), label)
        columns.append((known or {}).get(name, guess))
    return columns


# ------------------------------------------------------------------------------------------- page


def _page(view: MapView, labels: Mapping[str, Text]) -> Section:
    section = Section()
    versions = themes_and_versions(view)
    status = STATUSES.get(view.policy_status, Text(view.policy_status, view.policy_status))
    rules = {*texts_of(view.findings, "rule"), *_listed(view.recommendations, "rules")}
    missing = _listed(view.findings, "missing") | _listed(view.deadlines, "missing")
    zone_columns = _shown(
        view, "zones", [*ZONES.columns, *_loose_columns(view.zones, ZONES.names, labels)]
    )
    section.header = {
        "format": _FORMAT,
        "parcels": len(view.parcels),
        "map": view.has_map,
        "name": view.name,
        "nameEn": view.name_en,
        "asOf": view.as_of.isoformat(),
        "label": view.label,
        "policy": {
            "title": _pair(view.policy_title),
            "status": _pair(status),
            "sound": view.policy_status == "in_force",
        },
        "notices": [_pair(notice) for notice in view.notices],
        "crs": _crs_text(view),
        "areaMethod": _pair(
            AREA_METHODS.get(view.area_method, Text(view.area_method, view.area_method))
        ),
        "policyVersion": view.policy_version,
        "dataHash": view.data_hash,
        "agency": view.agency,
        "audience": view.audience,
        "reviewNumber": view.review_number,
        "removed": [_pair(text) for text in view.removed],
        "themes": [_theme(theme, section, versions) for theme in versions.themes],
        "series": [
            {"on": day.isoformat(), "p": section.add(codes.tobytes())}
            for day, codes in versions.series
        ],
        "other": None if view.other is None else _pair(view.other.name),
        "basemap": None if view.basemap is None else _basemap(view.basemap, section),
        "definitions": _pairs(
            {name: text for name, text in ZONE_DEFINITIONS.items() if view.shows("zones", name)}
        ),
        "initials": characters_by_initial(_searched(view)),
        "zones": _table(view.zones, zone_columns, section, view.code_labels),
        **wording(view),
        "rules": _pairs({key: text for key, text in view.rule_titles.items() if key in rules}),
        "columns": _pairs({name: labels[name] for name in sorted(missing) if name in labels}),
    }
    return section


def _basemap(basemap: Basemap, section: Section) -> dict[str, Any]:
    """Say what lies beneath; tiles that stand in the page travel as parts, not as text."""
    tiles = {}
    for key, picture in basemap.tiles.items():
        kind, _, data = picture.removeprefix("data:").partition(";base64,")
        tiles[key] = [kind, section.add(base64.b64decode(data))]
    return {**basemap.header(), "tiles": tiles}


def _searched(view: MapView) -> Iterator[str]:
    """Return the texts in which the search looks by initials: of the columns that are shown."""
    for name in map(str, view.parcels.columns):
        if name != "geometry" and view.shows("parcels", name):
            values = view.parcels[name]
            if infer_type(values) == "text":
                yield from values.dropna().astype(str).unique()
    for name in ("land_use", "idle_status", "mixed_verdict"):
        if view.shows("parcels", name):
            given = {**_CODE_TEXTS.get(name, {}), **view.code_labels.get(name, {})}
            yield from (text.zh for text in given.values())


def _theme(theme: Theme, section: Section, versions: Versions) -> dict[str, Any]:
    other = versions.other.get(theme.name)
    return {
        "name": theme.name,
        "title": _pair(theme.title),
        "note": _pair(theme.note),
        "classes": [
            {
                "code": entry.code,
                "label": _pair(entry.label),
                "fill": entry.fill,
                "pattern": entry.pattern,
            }
            for entry in theme.classes
        ],
        "p": section.add(theme.codes.tobytes()),
        "tip": list(TIP_COLUMNS.get(theme.name, ())),
        **({} if other is None else {"other": section.add(other.tobytes())}),
        **_periods(theme, section, versions),
    }


def _periods(theme: Theme, section: Section, versions: Versions) -> dict[str, Any]:
    """Say in which period each parcel stands, here and in the run compared, and the colours of time."""
    if theme.periods is None:
        return {}
    other = versions.periods.get(theme.name)
    return {
        "periods": {
            "names": list(theme.periods.names),
            "p": section.add(theme.periods.codes.tobytes()),
            **({} if other is None else {"other": section.add(other.tobytes())}),
            "fills": list(YEARS[:QUARTERS]),
            "past": PAST,
            "ahead": AHEAD,
        }
    }


def _crs_text(view: MapView) -> list[str] | None:
    if view.crs is None:
        return None
    name = crs_label(view.crs)
    meridian = central_meridian(view.crs)
    if meridian is None:
        return [name, name]
    return [f"{name}，中央子午线 {meridian:g}°", f"{name}, central meridian {meridian:g}°"]


def _listed(frame: pd.DataFrame, name: str) -> set[str]:
    """Return the names that stand, comma-separated, in the cells of a column."""
    return {part.strip() for cell in texts_of(frame, name) for part in cell.split(",")} - {""}


# ----------------------------------------------------------------------------------------- shapes


def _shapes(view: MapView) -> Section:
    section = Section()
    if not view.has_map:
        return section
    section.header = {
        "parcels": encode_polygons(_degrees(view.parcels), section),
        "context": {
            name: encoded
            for name, encoded in (
                ("ground", _polygons(view.context.get("ground"), section)),
                ("buildings", _polygons(view.context.get("buildings"), section)),
                ("green", _polygons(view.context.get("green"), section)),
                ("free_ground", _tabled("free_ground", view, section)),
                ("zones", _tabled("zones", view, section)),
                ("facilities", _tabled("facilities", view, section)),
            )
            if encoded is not None
        },
    }
    return section


def _degrees(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    shapes: NDArray[np.object_] = transform_frame(frame, DISPLAY_CRS).geometry.to_numpy()
    return np.asarray(shapes, dtype=object)


def _polygons(frame: gpd.GeoDataFrame | None, section: Section) -> dict[str, Any] | None:
    if frame is None or len(frame) == 0:
        return None
    shapes = _degrees(frame)
    return encode_polygons(
        shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))], section
    )


def _tabled(name: str, view: MapView, section: Section) -> dict[str, Any] | None:
    """Return shapes with what is said of each: kind and name, or area and width of free ground."""
    frame = view.context.get(name)
    if frame is None or len(frame) == 0:
        return None
    shapes = _degrees(frame)
    kept = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    free = name == FREE_GROUND.name
    told = ("area_m2", "width_m", "buildable_m2") if free else ("kind", "name")
    columns = [(FREE_GROUND if free else CONTRACTS[name]).column(column) for column in told]
    encode = encode_polygons if free else encode_lines
    table = _table(frame.loc[kept], columns, section, {})
    return {**encode(shapes[kept], section), "table": table}


# ---------------------------------------------------------------------------------------- parcels


def _parcels(view: MapView, labels: Mapping[str, Text]) -> Section:
    section = Section()
    measures = set(PARCEL_MEASURES.names)
    own = [column for column in view.parcel_columns if column.name not in measures]
    known = [*own, *PARCEL_MEASURES.columns]
    loose = _loose_columns(view.parcels, {c.name for c in known}, labels)
    columns = _shown(view, "parcels", [*known, *loose])
    table = _table(view.parcels, columns, section, view.code_labels)
    for spec, column in zip(table["specs"], columns, strict=True):
        spec["group"] = group_of(column.name, labelled=column.name in labels)
    section.header = {
        "table": table,
        "recommendations": _of_parcels(
            view.recommendations, RECOMMENDATIONS.columns, view, section, labels, "recommendations"
        ),
    }
    return section


def _records(view: MapView, labels: Mapping[str, Text]) -> Section:
    section = Section()
    section.header = {
        "findings": _of_parcels(view.findings, FINDINGS.columns, view, section, labels, "findings"),
        "contracts": _of_parcels(view.contracts, (), view, section, labels, "contracts"),
        "transfers": _table(
            view.transfers, _shown(view, "transfers", TRANSFERS.columns), section, {}
        ),
        "deadlines": _of_parcels(
            view.deadlines, DEADLINES.columns, view, section, labels, "deadlines"
        ),
        "plan": _of_parcels(view.plan, PLAN.columns, view, section, labels, "plan"),
        "surplus": _of_parcels(view.surplus, SURPLUS.columns, view, section, labels, "surplus"),
        "paragraphs": _of_parcels(
            view.paragraphs, PARAGRAPHS.columns, view, section, labels, "paragraphs"
        ),
        "other": _other(view, section),
        "problems": _of_parcels(
            problems_of_parcels(view), _PROBLEM_COLUMNS, view, section, labels, "problems"
        ),
    }
    return section


def _other(view: MapView, section: Section) -> dict[str, Any]:
    """Write what the card sets beside this run: the same parcels in the other one, row by row."""
    named = {
        column.name: column
        for columns in (view.parcel_columns, PARCEL_MEASURES.columns)
        for column in columns
    }
    columns = [named[name] for name in COMPARED if name in named] if view.other else []
    return _table(other_rows(view), columns, section, view.code_labels)


def _of_parcels(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    view: MapView,
    section: Section,
    labels: Mapping[str, Text],
    name: str,
) -> dict[str, Any]:
    """Write rows that belong to parcels, parcel by parcel in the order of the parcels.

    Rows of no parcel on the map (a zone's) come first. Instead of an id for each row there is a
    count for each parcel, and one before them for the rest.
    """
    if "parcel_id" in frame.columns:
        ids = pd.Index(view.parcels["parcel_id"].astype("string"))
        place = ids.get_indexer(pd.Index(frame["parcel_id"].astype("string"))) + 1
    else:
        place = np.zeros(len(frame), dtype=np.intp)
    ordered = frame.iloc[np.argsort(place, kind="stable")]
    # The id of a row of a parcel is known by its place; only the rows of no parcel keep theirs.
    if "parcel_id" in ordered.columns:
        ordered = ordered.assign(
            parcel_id=ordered["parcel_id"].astype("string").where(np.sort(place) == 0)
        )
    known = {
        column.name: column
        for contract in (CONTRACTS["ledger"], PARCEL_MEASURES)
        for column in contract.columns
    }
    loose = _loose_columns(frame, {column.name for column in columns}, labels, known)
    return {
        **_table(ordered, _shown(view, name, [*columns, *loose]), section, view.code_labels),
        "counts": section.add(varints(np.bincount(place, minlength=len(view.parcels) + 1))),
    }
