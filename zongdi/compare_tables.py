"""What differs in the tables and raster measures that two runs kept, each told of the parcel it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses import results as contracts
from analyses.missing_labels import missing_label
from layers.contracts import CONTRACTS
from policies.text import Text
from zongdi.compare_text import said_values, value_texts
from zongdi.kept_inputs import BETWEEN, KEPT, KEPT_COLUMNS, THERE, keys_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from layers.columns import Column
    from maps.view import MapView

__all__ = ["KEPT_FILE", "Kept", "kept_layers", "raster_changes", "read_kept", "table_changes"]

KEPT_FILE = "inputs.parquet"
#: Of a row that came or went so many values are told.
_TOLD = 3
#: What is measured on each raster of a parcel, as the results hold it.
_ON_PARCELS = {
    "green_raster_share": ("ndvi", "landcover"),
    "evidence_ndvi_change": ("ndvi",),
    "evidence_surface_change_m": ("surface",),
}
#: What is measured on each raster and kept with the inputs: the column, and on which rasters it rests.
_KEPT_MEASURES = {"surface": ("surface", "terrain"), "obstacle": ("obstacle", "terrain")}
_MEASURES = {
    "surface_height_m": Text("影像测得建筑高度", "height measured on the surface"),
    "obstacle_m": Text("净空限制高度", "height left by obstacle limits"),
}
_ROW = ("layer", "object", "nth")


@dataclass(frozen=True)
class Kept:
    """What two runs kept of their tables; None where a run of an older version kept nothing."""

    old: pd.DataFrame | None
    new: pd.DataFrame | None


def read_kept(folder: Path) -> pd.DataFrame | None:
    """Return what a run kept of its tables; None where its folder has no such file."""
    path = folder / KEPT_FILE
    if not path.is_file():
        return None
    return pd.read_parquet(path, columns=list(KEPT_COLUMNS))


def kept_layers(kept: Kept) -> frozenset[str]:
    """Name what need not be told by its file alone, since its values can be compared."""
    if kept.old is None or kept.new is None:
        return frozenset()
    measured = {raster for rasters in _ON_PARCELS.values() for raster in rasters}
    measured |= {raster for rasters in _KEPT_MEASURES.values() for raster in rasters}
    return frozenset({*KEPT, *measured})


def table_changes(
    kept: Kept,
    old: MapView,
    new: MapView,
    files: Collection[str],
    at_building: Mapping[str, str],
) -> pd.DataFrame:
    """Return one row per value of a table that differs, and one per row that came or went.

    Parameters
    ----------
    kept : Kept
        What both runs kept; where one kept nothing, nothing is said.
    old, new : maps.view.MapView
        The views: their ledger rows say of which parcel a contract is.
    files : collection of str
        Layers and rasters whose files differ: a measure moves with its raster only.
    at_building : mapping of str to str
        The parcel of each building.
    """
    if kept.old is None or kept.new is None:
        return pd.DataFrame()
    one, two = kept.old, kept.new
    both = one.merge(two, on=[*_ROW, "column"], how="outer", suffixes=("_old", "_new"))
    was, now = both["value_old"].fillna(""), both["value_new"].fillna("")
    both = both.loc[(was != now).to_numpy(dtype=bool)].reset_index(drop=True)
    both = both.loc[both["layer"].map(lambda name: _moved(str(name), files)).to_numpy(dtype=bool)]
    if both.empty:
        return pd.DataFrame()
    for name in ("parcel_id", "contract_no", "building_id", "zone_id"):
        both[name] = both[f"{name}_new"].fillna(both[f"{name}_old"])
    rows = _with_presence(both, one, two)
    return _owned(_worded(rows), old, new, at_building)


def _moved(layer: str, files: Collection[str]) -> bool:
    """Whether a layer of which a value differs has another file; measures, whether their rasters have."""
    rasters = _KEPT_MEASURES.get(layer)
    return rasters is None or bool(set(rasters) & set(files))


def _there(frame: pd.DataFrame, keys: pd.MultiIndex) -> np.ndarray:
    """Say which rows of tables a run has at all."""
    own = pd.MultiIndex.from_frame(frame[list(_ROW)].drop_duplicates())
    return np.asarray(keys.isin(own))


def _with_presence(both: pd.DataFrame, one: pd.DataFrame, two: pd.DataFrame) -> pd.DataFrame:
    """Tell a row that only one run has once, with its first values, instead of value by value."""
    keys = pd.MultiIndex.from_frame(both[list(_ROW)])
    in_old, in_new = (_there(frame, keys) for frame in (one, two))
    whole = in_old & in_new
    changed = both.loc[whole].assign(presence="")
    alone = both.loc[~whole].assign(presence=np.where(in_new[~whole], "new", "gone"))
    first = alone.groupby(list(_ROW), sort=False).head(_TOLD)
    told = first.groupby(list(_ROW), sort=False, as_index=False).agg(
        {
            **dict.fromkeys(("parcel_id", "contract_no", "building_id", "zone_id"), "first"),
            "presence": "first",
            "column": list,
            "value_old": list,
            "value_new": list,
        }
    )
    return pd.concat([changed, told], ignore_index=True)


def _column(layer: str, name: str) -> Column | None:
    if layer in CONTRACTS and name in CONTRACTS[layer]:
        return CONTRACTS[layer].column(name)
    return None


def _label(layer: str, name: str) -> Text:
    column = _column(layer, name)
    if column is not None:
        return column.label
    if name == "geometry":
        return Text("图形", "shape")
    return _MEASURES.get(name, missing_label(name))


def _named(layer: str, name: str) -> Text:
    """Word the name of a row: codes by their labels."""
    zh: list[str] = []
    en: list[str] = []
    for key, part in zip(keys_of(layer), name.split(BETWEEN), strict=False):
        if part and key != "parcel_id" and not (key == "contract_no" and zh):
            said = said_values([part], _column(layer, key))
            zh.append(said[0][0])
            en.append(said[1][0])
    of = missing_label(layer)
    if not zh:
        return Text(of.zh, of.en)
    return Text(f"{of.zh}（{'、'.join(zh)}）", f"{of.en} ({', '.join(en)})")


def _worded(rows: pd.DataFrame) -> pd.DataFrame:
    zh: list[str] = []
    en: list[str] = []
    old: list[Any] = []
    new: list[Any] = []
    columns: list[str] = []
    every: Iterable[Any] = rows.itertuples()
    for row in every:
        layer, name = str(row.layer), _named(str(row.layer), str(row.object))
        if row.presence:
            values = row.value_new if row.presence == "new" else row.value_old
            pairs = [
                (_label(layer, str(column)), said_values([value], _column(layer, str(column))))
                for column, value in zip(row.column, values, strict=True)
                if column not in {"geometry", THERE}
            ]
            inside = "、".join(f"{label.zh}{said[0][0]}" for label, said in pairs)
            inside_en = ", ".join(f"{label.en} {said[1][0]}" for label, said in pairs)
            words = ("新增", "is new") if row.presence == "new" else ("已不在", "is gone")
            zh.append(f"{name.zh}{words[0]}{f'：{inside}' if inside else ''}")
            en.append(f"{name.en} {words[1]}{f': {inside_en}' if inside_en else ''}")
            columns.append(THERE)
            old.append(None if row.presence == "new" else inside or "有")
            new.append(inside or "有" if row.presence == "new" else None)
            continue
        label, column = _label(layer, str(row.column)), _column(layer, str(row.column))
        columns.append(str(row.column))
        if row.column == "geometry":
            zh.append(f"{name.zh}图形有变")
            en.append(f"{name.en} has another shape")
            old.append(None)
            new.append(None)
            continue
        before, after = (said_values([value], column) for value in (row.value_old, row.value_new))
        zh.append(f"{name.zh}{label.zh} {before[0][0]} → {after[0][0]}")
        en.append(f"{name.en} {label.en} {before[1][0]} → {after[1][0]}")
        old.append(row.value_old)
        new.append(row.value_new)
    found = rows.assign(said_zh=zh, said_en=en, old=old, new=new, column=columns)
    was, now = (
        pd.to_numeric(found[name].astype("string").str.replace(",", ""), errors="coerce")
        for name in ("old", "new")
    )
    return found.assign(difference=now - was)


def _owned(
    rows: pd.DataFrame, old: MapView, new: MapView, at_building: Mapping[str, str]
) -> pd.DataFrame:
    """Give each row its parcel: its own, its building's, else those of its contract; else none."""
    parcel = rows["parcel_id"].astype("string")
    parcel = parcel.fillna(rows["building_id"].map(at_building).astype("string"))
    pairs = pd.concat(
        [view.contracts[["contract_no", "parcel_id"]] for view in (old, new)], ignore_index=True
    )
    pairs = pairs.dropna().drop_duplicates().rename(columns={"parcel_id": "of_contract"})
    rows = rows.assign(parcel_id=parcel)
    by_contract = (parcel.isna() & rows["contract_no"].notna()).to_numpy(dtype=bool)
    linked = rows.loc[by_contract].merge(pairs, on="contract_no", how="left")
    linked = linked.assign(parcel_id=linked.pop("of_contract"))
    every = pd.concat([rows.loc[~by_contract], linked], ignore_index=True)
    names = ("parcel_id", "contract_no", "zone_id", "layer", "object", "column", "old", "new")
    kept: pd.DataFrame = every[[*names, "difference", "said_zh", "said_en"]]
    return kept


def raster_changes(one: pd.DataFrame, two: pd.DataFrame, files: Collection[str]) -> pd.DataFrame:
    """Return what was measured on a raster on each parcel, where the raster and the measure differ.

    Parameters
    ----------
    one, two : pandas.DataFrame
        The parcels of both runs on one index.
    files : collection of str
        Rasters whose files differ.
    """
    parts = []
    for name, rasters in _ON_PARCELS.items():
        moved = [raster for raster in rasters if raster in files]
        if not moved or name not in one or name not in two:
            continue
        was, now = one[name].astype("float64"), two[name].astype("float64")
        differs = ~np.isclose(was, now, rtol=1e-9, atol=1e-9, equal_nan=True)
        if not differs.any():
            continue
        label, raster = contracts.PARCEL_MEASURES.column(name).label, missing_label(moved[0])
        old, new = value_texts(was[differs]), value_texts(now[differs])
        before, after = said_values(old, None), said_values(new, None)
        parts.append(
            pd.DataFrame(
                {
                    "parcel_id": two.loc[differs, "parcel_id"].to_numpy(),
                    "layer": moved[0],
                    "column": name,
                    "old": old.to_numpy(dtype=object),
                    "new": new.to_numpy(dtype=object),
                    "difference": (now - was)[differs].to_numpy(),
                    "said_zh": [
                        f"{raster.zh}：{label.zh} {a} → {b}"
                        for a, b in zip(before[0], after[0], strict=True)
                    ],
                    "said_en": [
                        f"{raster.en}: {label.en} {a} → {b}"
                        for a, b in zip(before[1], after[1], strict=True)
                    ],
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
