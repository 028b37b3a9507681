"""Which inputs of a parcel differ between two runs: its own values, its ledger rows, what stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.contracts import CONTRACTS
from policies.text import Text
from zongdi.compare_tables import Kept, kept_layers, raster_changes, table_changes
from zongdi.compare_text import UNKNOWN, input_label, rows_of_changes, said_values

if TYPE_CHECKING:
    from collections.abc import Collection

    from maps.view import MapView

__all__ = ["InputChanges", "input_changes", "matched"]

#: Columns of a source that say where a value stood, not what it is.
_PLACES = ("source_row",)
#: Dates of the cases that the results keep beside the ledger rows.
_CASE_DATES = ("finding_on", "finding_served_on", "closed_on")
#: Layers whose objects stand on parcels; that lie over them; that serve or hold all of a zone.
_STANDING, _OVER, _AROUND = ("buildings", "green"), ("plan_zones",), ("facilities", "zones")
_NAMES = ("parcel_id", "contract_no", "layer", "object", "column", "old", "new", "difference")


@dataclass(frozen=True)
class InputChanges:
    """What differs in the inputs.

    Attributes
    ----------
    rows : pandas.DataFrame
        One row per changed value: parcel_id (null for what is of a zone or of all), zone_id, contract_no,
        layer, object, column, old, new, difference, and the wording of it, said_zh and said_en.
    reshaped : frozenset of str
        Parcels in both runs whose shape differs.
    told : frozenset of str
        Layers and rasters whose values are compared one by one: that their file differs says nothing more.
    """

    rows: pd.DataFrame
    reshaped: frozenset[str]
    told: frozenset[str] = frozenset()


def matched(old: pd.DataFrame, new: pd.DataFrame, keys: tuple[str, ...]) -> tuple[Any, Any]:
    """Return the rows that both frames hold, in the order of `new`, on one index.

    Rows that share all keys are paired in their order.
    """
    one, two = (_keyed(frame, keys) for frame in (old, new))
    shared = two.index.intersection(one.index, sort=False)
    left, right = one.loc[shared].reset_index(drop=True), two.loc[shared].reset_index(drop=True)
    return left, right


def _keyed(frame: pd.DataFrame, keys: tuple[str, ...]) -> pd.DataFrame:
    columns = [
        frame[name].astype("string").fillna("").reset_index(drop=True)
        if name in frame
        else pd.Series("", index=range(len(frame)), dtype="string")
        for name in keys
    ]
    table = pd.DataFrame(dict(zip(keys, columns, strict=True)))
    again = table.groupby(list(keys), sort=False).cumcount()
    index = pd.MultiIndex.from_arrays([*columns, again])
    return pd.DataFrame(frame.reset_index(drop=True)).set_axis(index, axis="index")


def input_changes(
    old: MapView,
    new: MapView,
    *,
    kept: Kept | None = None,
    files: Collection[str] = frozenset(),
) -> InputChanges:
    """Compare what two runs read, as far as their results keep it.

    Parameters
    ----------
    old, new : maps.view.MapView
        The views of both result folders.
    kept : Kept, optional
        What both kept of the tables that stand in no other result file.
    files : collection of str
        Layers and rasters whose files differ.
    """
    kept = kept or Kept(None, None)
    parts = [_parcel_rows(old, new), _ledger_rows(old, new)]
    parts += [_object_rows(old, new, layer) for layer in (*_STANDING, *_OVER, *_AROUND)]
    tables = table_changes(kept, old, new, files, _buildings_at(old, new))
    # The cases are told by the table itself where it was kept.
    told = kept_layers(kept)
    if "cases" in told:
        parts[1] = parts[1].loc[parts[1]["layer"] != "cases"] if len(parts[1]) else parts[1]
    parts += [tables, raster_changes(*matched(old.parcels, new.parcels, ("parcel_id",)), files)]
    shown = [part for part in parts if len(part)]
    rows = (
        pd.concat(shown, ignore_index=True)
        if shown
        else pd.DataFrame(
            {name: pd.Series(dtype="object") for name in (*_NAMES, "said_zh", "said_en")}
        )
    )
    for name in ("zone_id", "contract_no", "object"):
        if name not in rows:
            rows[name] = None
    held = {
        layer
        for layer in (*_STANDING, *_OVER, *_AROUND)
        if layer in old.context or layer in new.context
    }
    return InputChanges(rows, _reshaped(old.parcels, new.parcels), frozenset(told | held))


def _buildings_at(old: MapView, new: MapView) -> dict[str, str]:
    """Return the parcel on which each building stands, as the later run has it."""
    found: dict[str, str] = {}
    for view in (old, new):
        frame = view.context.get("buildings")
        if frame is None or frame.empty:
            continue
        homes = _standing_on(pd.DataFrame(frame), view.parcels)
        names = frame["building_id"].astype("string").fillna("").tolist()
        found |= {name: str(home) for name, home in zip(names, homes, strict=True) if home}
    return found


def _reshaped(old: pd.DataFrame, new: pd.DataFrame) -> frozenset[str]:
    """Name the parcels in both runs whose shape is another one."""
    if "geometry" not in old or "geometry" not in new:
        return frozenset()
    one, two = matched(old, new, ("parcel_id",))
    if (
        isinstance(old, gpd.GeoDataFrame)
        and isinstance(new, gpd.GeoDataFrame)
        and old.crs != new.crs
    ):
        # Drawn in another system every coordinate differs: that is told of the whole run.
        return frozenset()
    shapes = (
        shapely.normalize(np.asarray(frame["geometry"], dtype=object)) for frame in (one, two)
    )
    texts = [shapely.to_wkb(shape) for shape in shapes]
    differs = np.array([a != b for a, b in zip(*texts, strict=True)], dtype=bool)
    return frozenset(two["parcel_id"].astype("string")[differs].tolist())


def _worded(rows: pd.DataFrame, layer: str) -> pd.DataFrame:
    """Say every changed value in both languages: what it is called, before and after."""
    if rows.empty:
        return rows
    said: dict[str, list[pd.Series[Any]]] = {"zh": [], "en": []}
    for name, group in rows.groupby("column", sort=False):
        column = CONTRACTS[layer].column(str(name)) if name in CONTRACTS[layer] else None
        label = input_label(layer, str(name))
        before, after = said_values(group["old"], column), said_values(group["new"], column)
        for place, (lang, word) in enumerate((("zh", label.zh), ("en", label.en))):
            pairs = zip(before[place], after[place], strict=True)
            texts = [f"{word} {one} → {two}" for one, two in pairs]
            said[lang].append(pd.Series(texts, index=group.index, dtype="object"))
    return rows.assign(said_zh=pd.concat(said["zh"]), said_en=pd.concat(said["en"]))


def _parcel_rows(old: MapView, new: MapView) -> pd.DataFrame:
    one, two = matched(old.parcels, new.parcels, ("parcel_id",))
    columns = [c for c in CONTRACTS["parcels"].columns if c.name not in {"parcel_id", *_PLACES}]
    rows = rows_of_changes(one, two, columns, ("parcel_id",))
    rows = rows.assign(contract_no=None, layer="parcels", object=None)
    return _worded(rows, "parcels")


def _ledger_rows(old: MapView, new: MapView) -> pd.DataFrame:
    keys = ("parcel_id", "contract_no", "phase_no")
    ledger = CONTRACTS["ledger"]
    columns = [c for c in ledger.columns if c.name not in {*keys, *_PLACES}]
    columns += [CONTRACTS["cases"].column(name) for name in _CASE_DATES]
    one, two = matched(old.contracts, new.contracts, keys)
    rows = rows_of_changes(one, two, columns, ("parcel_id", "contract_no"))
    rows = rows.assign(layer="ledger", object=None)
    cases = rows["column"].isin(_CASE_DATES)
    named = pd.concat([_worded(rows[~cases], "ledger"), _worded(rows[cases], "cases")])
    parts = [named.assign(layer=named["layer"].mask(named["column"].isin(_CASE_DATES), "cases"))]
    for here, there, words in (
        (new.contracts, old.contracts, Text("新增台账行", "ledger row added")),
        (old.contracts, new.contracts, Text("台账行已不在", "ledger row gone")),
    ):
        keyed, others = _keyed(here, keys), _keyed(there, keys)
        alone = keyed.loc[~keyed.index.isin(others.index)]
        if len(alone):
            number = alone["contract_no"].astype("string").fillna("—")
            parts.append(
                pd.DataFrame(
                    {
                        "parcel_id": alone["parcel_id"].to_numpy(),
                        "contract_no": alone["contract_no"].to_numpy(),
                        "layer": "ledger",
                        "object": None,
                        "column": "contract_no",
                        "old": None if here is new.contracts else number.to_numpy(),
                        "new": number.to_numpy() if here is new.contracts else None,
                        "difference": np.nan,
                        "said_zh": (words.zh + " " + number).to_numpy(),
                        "said_en": (words.en + " " + number).to_numpy(),
                    }
                )
            )
    kept = [part for part in parts if len(part)]
    return pd.concat(kept, ignore_index=True) if kept else parts[0]


def _object_rows(old: MapView, new: MapView, layer: str) -> pd.DataFrame:
    """Compare the objects of a layer, each told of the parcel that it stands on."""
    contract = CONTRACTS[layer]
    key = str(contract.key)
    frames = [view.context.get(layer) for view in (old, new)]
    if all(frame is None or frame.empty for frame in frames):
        return pd.DataFrame()
    one, two = (
        pd.DataFrame({key: pd.Series(dtype="string"), "geometry": pd.Series(dtype="object")})
        if frame is None
        else pd.DataFrame(frame)
        for frame in frames
    )
    left, right = matched(one, two, (key,))
    columns = [c for c in contract.columns if c.name not in {key, *_PLACES}]
    rows = rows_of_changes(left, right, columns, (key, "geometry"))
    parts = [_placed(_worded(rows, layer), new.parcels, layer)] if len(rows) else []
    shapes = [
        shapely.to_wkb(shapely.normalize(np.asarray(f["geometry"], object))) for f in (left, right)
    ]
    moved = np.array([a != b for a, b in zip(*shapes, strict=True)], dtype=bool)
    said = Text("图形有变", "has another shape")
    for frame, words in (
        (_placed(right[moved], new.parcels, layer), said),
        (_only(two, one, key, new.parcels, layer), Text("新增", "is new")),
        (_only(one, two, key, old.parcels, layer), Text("已不在", "is gone")),
    ):
        if len(frame):
            parts.append(
                frame[["parcel_id", key]].assign(
                    column="geometry",
                    old=None,
                    new=None,
                    difference=np.nan,
                    said_zh=words.zh,
                    said_en=words.en,
                )
            )
    if not parts:
        return pd.DataFrame()
    every = pd.concat([part for part in parts if len(part)], ignore_index=True)
    every = every.drop(columns="geometry", errors="ignore")
    if layer not in _AROUND:
        every = every[every["parcel_id"].notna()].reset_index(drop=True)
    if every.empty:
        return pd.DataFrame()
    name = every[key].astype("string").fillna(UNKNOWN.zh)
    return every.drop(columns=key).assign(
        zone_id=name if key == "zone_id" else None,
        contract_no=None,
        layer=layer,
        object=name,
        said_zh=contract.label.zh + " " + name + " " + every["said_zh"],
        said_en=contract.label.en + " " + name + " " + every["said_en"],
    )


def _only(
    here: pd.DataFrame, there: pd.DataFrame, key: str, parcels: pd.DataFrame, layer: str
) -> pd.DataFrame:
    keyed, others = _keyed(here, (key,)), _keyed(there, (key,))
    alone = keyed.loc[~keyed.index.isin(others.index)].reset_index(drop=True)
    return _placed(alone, parcels, layer)


def _placed(objects: pd.DataFrame, parcels: pd.DataFrame, layer: str) -> pd.DataFrame:
    """Give objects their parcel: the one they stand on, each of those they lie over, or none."""
    if objects.empty or layer in _AROUND:
        return objects.assign(parcel_id=None)
    if layer in _STANDING:
        return objects.assign(parcel_id=_standing_on(objects, parcels))
    if "geometry" not in parcels:
        return objects.assign(parcel_id=None)
    tree = shapely.STRtree(np.asarray(parcels["geometry"], dtype=object))
    shapes = np.asarray(objects["geometry"], dtype=object)
    at, parcel = tree.query(shapes, predicate="intersects")
    # What only touches along a boundary does not lie over a parcel.
    over = ~shapely.touches(shapes[at], tree.geometries[parcel])
    ids = parcels["parcel_id"].astype("string").to_numpy(dtype=object)
    return objects.iloc[at[over]].assign(parcel_id=ids[parcel[over]]).reset_index(drop=True)


def _standing_on(objects: pd.DataFrame, parcels: pd.DataFrame) -> np.ndarray:
    """Name the parcel on which a point within each object lies; null where none does."""
    found = np.full(len(objects), None, dtype=object)
    if "geometry" not in parcels or objects.empty:
        return found
    shapes = np.asarray(objects["geometry"], dtype=object)
    there = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    points = shapely.point_on_surface(shapes[there])
    tree = shapely.STRtree(np.asarray(parcels["geometry"], dtype=object))
    at, parcel = tree.query(points, predicate="intersects")
    first = np.unique(at, return_index=True)
    found[there[first[0]]] = (
        parcels["parcel_id"].astype("string").to_numpy(dtype=object)[parcel[first[1]]]
    )
    return found
