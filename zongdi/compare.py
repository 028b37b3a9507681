"""Two runs compared: which parcels came and went, which verdicts flipped and why, which amounts moved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from analyses import results as contracts
from analyses.results_compare import CHANGES, COMPARE, COMPARE_KINDS
from layers.columns import empty_frame
from maps import ResultsFolderError, read_view
from policies.text import Text
from zongdi.compare_causes import Judge, other_files
from zongdi.compare_inputs import input_changes
from zongdi.compare_measures import belonging
from zongdi.compare_rows import (
    STATUSES,
    action_rows,
    figure_rows,
    input_rows,
    run_rows,
    said_pair,
    verdict_rows,
    zone_rows,
)
from zongdi.compare_tables import Kept, read_kept
from zongdi.compare_text import own_labels
from zongdi.errors import ProgramError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from maps.view import MapView
    from zongdi.compare_text import Labels

__all__ = ["CompareError", "Comparison", "compare_results"]


class CompareError(ProgramError):
    """The folders hold no two runs that can be compared."""


@dataclass(frozen=True)
class Comparison:
    """Two runs and what differs between them.

    Attributes
    ----------
    old, new : MapView
        The views of both folders.
    old_record, new_record : mapping
        Their ``run.json``.
    rows : pandas.DataFrame
        In the contract `analyses.results_compare.COMPARE`.
    parcels : pandas.DataFrame
        Those of the new run, then those that are gone (their measures unknown), with ``change``, ``change_zh``
        and ``change_en``.
    """

    old: MapView
    new: MapView
    old_record: Mapping[str, Any]
    new_record: Mapping[str, Any]
    rows: pd.DataFrame
    parcels: pd.DataFrame


def compare_results(old: Path | str, new: Path | str) -> Comparison:
    """Compare two result folders.

    Parameters
    ----------
    old, new : pathlib.Path or str
        Folders that ``zongdi run`` wrote.

    Raises
    ------
    CompareError
        A folder holds no results or damaged ones, or the two are of entirely different parcels.
    """
    views, records = [], []
    for folder in (Path(old), Path(new)):
        try:
            views.append(read_view(folder))
        except ResultsFolderError as error:
            raise CompareError(error.text) from error
        records.append(json.loads((folder / "run.json").read_text(encoding="utf-8")))
    one, two = views
    _check_common(one, two)
    kept = Kept(*(read_kept(Path(folder)) for folder in (old, new)))
    files = other_files(*records)
    inputs = input_changes(one, two, kept=kept, files=files)
    judge = Judge(records[0], records[1], inputs, belonging(one, two))
    parts = [
        run_rows(records[0], records[1], judge),
        _presence_rows(one, two),
        zone_rows(one, two, judge),
        figure_rows(one, two, judge),
        verdict_rows(one, two, judge),
        action_rows(one, two, judge),
        input_rows(two, judge),
    ]
    every = _ordered(
        pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    )
    own = own_labels(records[0]), own_labels(records[1])
    parcels = _with_changes(one, two, every, own)
    rows = empty_frame(COMPARE, pd.RangeIndex(len(every)))
    for column in COMPARE.columns:
        if column.name in every:
            values = every[column.name]
            if column.dtype == "string":
                values = values.astype("string").mask(values.astype("string") == "", pd.NA)
            rows[column.name] = values.astype(column.dtype)
    return Comparison(one, two, records[0], records[1], rows, parcels)


def _check_common(old: MapView, new: MapView) -> None:
    """Refuse runs without a single parcel in common: one of the folders is the wrong one."""
    ids = [set(view.parcels["parcel_id"].astype("string")) for view in (old, new)]
    if ids[0] and ids[1] and not ids[0] & ids[1]:
        shown = [", ".join(sorted(part)[:5]) for part in ids]
        raise CompareError(
            Text(
                f"两次运行没有一宗相同的宗地（前：{shown[0]} 等 {len(ids[0])} 宗；后：{shown[1]} 等 {len(ids[1])} 宗），无法对比。请核对两个成果文件夹，或者核对宗地代码是否改了写法。",
                f"The runs have no parcel in common (before: {shown[0]}, {len(ids[0])} in all; after: {shown[1]}, {len(ids[1])} in all). Check the two folders, or whether the parcel codes are written in another way.",
            )
        )


def _presence_rows(old: MapView, new: MapView) -> pd.DataFrame:
    """Return one row per parcel that only one of the runs has."""
    parts = []
    for here, there, code, old_new in (
        (new, old, "new", (None, "有")),
        (old, new, "gone", ("有", None)),
    ):
        known = set(there.parcels["parcel_id"].astype("string"))
        ids = here.parcels["parcel_id"].astype("string")
        alone = here.parcels.loc[~ids.isin(known).to_numpy(dtype=bool)]
        if alone.empty:
            continue
        area = pd.to_numeric(alone["area_m2"], errors="coerce") if "area_m2" in alone else np.nan
        sign = 1.0 if code == "new" else -1.0
        parts.append(
            pd.DataFrame(
                {
                    "zone_id": alone.get("zone_id"),
                    "parcel_id": alone["parcel_id"],
                    "kind": "parcel",
                    "what": code,
                    "title_zh": CHANGES[code].zh,
                    "title_en": CHANGES[code].en,
                    "old": old_new[0],
                    "new": old_new[1],
                    "difference": sign * area,
                    "unit": "m2",
                    "cause": "presence",
                    "why_zh": "宗地图层中有无该宗地。",
                    "why_en": "The layer of parcels has it in one run only.",
                    "flips": False,
                }
            ).reset_index(drop=True)
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the conditions of the run first, then parcel by parcel, statuses before verdicts before figures."""
    if rows.empty:
        return pd.DataFrame({"kind": pd.Series(dtype="object"), "flips": pd.Series(dtype=bool)})
    for name in ("parcel_id", "contract_no", "zone_id"):
        if name not in rows:
            rows[name] = pd.NA
    place = {code: number for number, code in enumerate(COMPARE_KINDS)}
    grave = {name: number for number, name in enumerate(STATUSES)}
    keys = pd.DataFrame(
        {
            "first": (rows["kind"] != "run").astype(int),
            "parcel": rows["parcel_id"].astype("string").fillna(""),
            "kind": rows["kind"].map(place),
            "grave": rows["what"].map(grave).fillna(len(grave)),
            "what": rows["what"].astype("string"),
            "contract": rows["contract_no"].astype("string").fillna(""),
            "zone": rows["zone_id"].astype("string").fillna(""),
        }
    )
    order = keys.sort_values(list(keys.columns), kind="stable").index
    return rows.loc[order].reset_index(drop=True)


def _with_changes(
    old: MapView, new: MapView, rows: pd.DataFrame, labels: tuple[Labels, Labels]
) -> pd.DataFrame:
    """Return the parcels of both runs, each with what became of it."""
    known = set(new.parcels["parcel_id"].astype("string"))
    away = ~old.parcels["parcel_id"].astype("string").isin(known).to_numpy(dtype=bool)
    left = old.parcels.loc[away]
    measures = set(contracts.PARCEL_MEASURES.names)
    plain = [name for name in left.columns if name in new.parcels and name not in measures]
    both: pd.DataFrame = new.parcels
    if len(left):
        gone = pd.DataFrame(left[plain])
        typed = {
            name: gone[name].astype(new.parcels[name].dtype) for name in plain if name != "geometry"
        }
        both = pd.DataFrame(
            pd.concat([pd.DataFrame(new.parcels), gone.assign(**typed)], ignore_index=True)
        )
        for name in new.parcels.columns:
            if name != "geometry":
                both[name] = both[name].astype(new.parcels[name].dtype)
    ids = both["parcel_id"].astype("string")
    own = rows.loc[rows["parcel_id"].notna() & ~_by_the_clock(rows)] if len(rows) else rows
    whose = own["parcel_id"].astype("string") if len(own) else pd.Series(dtype="string")
    changed, flipped = set(whose), set(whose[own["flips"].astype(bool)]) if len(own) else set()
    code = pd.Series("same", index=both.index, dtype="string")
    code = code.mask(ids.isin(changed), "changed").mask(ids.isin(flipped), "flipped")
    before = set(old.parcels["parcel_id"].astype("string"))
    code = code.mask(~ids.isin(before), "new").mask(~ids.isin(known), "gone")
    said = _sentences(own, labels)
    both = both.assign(
        change=code.array,
        change_zh=[
            said.get(name, ("", ""))[0] or CHANGES[c].zh for name, c in zip(ids, code, strict=True)
        ],
        change_en=[
            said.get(name, ("", ""))[1] or CHANGES[c].en for name, c in zip(ids, code, strict=True)
        ],
    )
    for name in ("change_zh", "change_en"):
        both[name] = both[name].astype("string")
    if isinstance(new.parcels, gpd.GeoDataFrame) and "geometry" in new.parcels:
        return gpd.GeoDataFrame(both, geometry="geometry", crs=new.parcels.crs)
    return both


def _by_the_clock(rows: pd.DataFrame) -> pd.Series[bool]:
    """Mark figures that moved with the review date alone."""
    if "clock" not in rows:
        return pd.Series(data=False, index=rows.index)
    return rows["clock"].astype("boolean").fillna(value=False).astype(bool)


def _sentences(rows: pd.DataFrame, own: tuple[Labels, Labels]) -> dict[str, tuple[str, str]]:
    """Say of each parcel the first thing that changed and why, and how much more did."""
    found: dict[str, tuple[str, str]] = {}
    if rows.empty:
        return found
    telling = rows.loc[rows["kind"] != "input"]
    counts = telling.groupby("parcel_id").size().to_dict()
    quiet = rows.loc[~rows["parcel_id"].isin(set(telling["parcel_id"]))]
    for part in (telling, quiet):
        for row in part.drop_duplicates("parcel_id").itertuples():
            found[str(row.parcel_id)] = _sentence(row, int(counts.get(row.parcel_id, 1)) - 1, own)
    return found


def _sentence(row: Any, more: int, own: tuple[Labels, Labels]) -> tuple[str, str]:
    if row.kind == "input":
        return f"{row.title_zh}；结论未变。", f"{row.title_en}; the verdicts are the same."
    if row.kind == "parcel":
        return f"{row.title_zh}。", f"{row.title_en}."
    column = None
    if row.kind == "verdict":
        column = contracts.FINDINGS.column("verdict")
    elif row.what in contracts.PARCEL_MEASURES:
        column = contracts.PARCEL_MEASURES.column(row.what)
    zh, en = said_pair(row, column, own)
    also = (f"另有 {more} 项变化。", f" {more} more changes.") if more else ("", "")
    why_zh = f"。{row.why_zh}" if isinstance(row.why_zh, str) and row.why_zh else "。"
    why_en = f". {row.why_en}" if isinstance(row.why_en, str) and row.why_en else "."
    return f"{row.title_zh}：{zh}{why_zh}{also[0]}", f"{row.title_en}: {en}{why_en}{also[1]}"
