"""A result folder becomes a view again: what a run wrote is all that its map needs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio
import pyproj
from pyarrow import parquet as pq
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj.exceptions import CRSError

from analyses.results import (
    DEADLINES,
    FINDINGS,
    IDLE_SERIES,
    PARAGRAPHS,
    PARCEL_MEASURES,
    PLAN,
    PROBLEMS,
    RECOMMENDATIONS,
    SURPLUS,
    TRANSFERS,
    ZONES,
)
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from maps.basemap import Basemap
from maps.errors import MapInputError, ResultsFolderError
from maps.view import Comparison, MapView
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from layers.columns import Column, Contract

__all__ = ["RESULT_FILES_OF_MAP", "read_view"]

_T = TypeVar("_T")

#: The files of a result folder that the map is drawn from.
RESULT_FILES_OF_MAP = (
    "run.json",
    "parcels.parquet",
    "contracts.parquet",
    "findings.parquet",
    "recommendations.csv",
    "zones.csv",
    "transfers.csv",
    "plan.csv",
    "deadlines.csv",
    "problems.csv",
    "context.gpkg",
)

#: The table of the context that says which run wrote it.
_ABOUT = "about"

#: What a spreadsheet would take for a formula, and is written with an apostrophe before it.
_FORMULA_STARTS = ("'=", "'+", "'-", "'@", "'\t", "'\r")

#: A column beyond its contract is a number where its name ends in a unit; CSV itself has only texts.
_NUMBER_ENDS = ("_m2", "_m", "_share", "_wan", "_days", "_n", "_years")

_DAY = "datetime64[s]"

_UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    pa.ArrowException,
    pd.errors.ParserError,
    CRSError,
    DataSourceError,
    DataLayerError,
)


def read_view(folder: Path | str) -> MapView:
    """Read the results of a run as the view of its map; nothing is analysed again.

    Parameters
    ----------
    folder : pathlib.Path or str
        The output folder of ``zongdi run``.

    Returns
    -------
    MapView
        The internal edition, with everything that the folder holds.

    Raises
    ------
    ResultsFolderError
        The folder is none, holds no results, or holds damaged ones or those of several runs.
    """
    folder = Path(folder)
    _check_files(folder)
    record = _guarded(folder / "run.json", _read_record)
    parcels = _guarded(folder / "parcels.parquet", lambda path: _typed(_parquet(path), _PARCELS))
    tables = {
        name: _guarded(
            folder / f"{name}.csv",
            lambda path, contract=contract: _csv(path, contract),  # type: ignore[misc]
        )
        for name, contract in (
            ("recommendations", RECOMMENDATIONS),
            ("zones", ZONES),
            ("transfers", TRANSFERS),
            ("plan", PLAN),
            ("deadlines", DEADLINES),
            ("problems", PROBLEMS),
        )
    }
    context = _guarded(folder / "context.gpkg", _context)
    _same_run(folder, record, context.pop(_ABOUT, None))
    contracts = _guarded(folder / "contracts.parquet", lambda path: _typed(_parquet(path), _LEDGER))
    findings = _guarded(
        folder / "findings.parquet", lambda path: _typed(_parquet(path), FINDINGS.columns)
    )

    surplus, series, paragraphs = (
        _guarded(folder / f"{contract.name}.csv", lambda path, c=contract: _csv_or_none(path, c))  # type: ignore[misc]
        for contract in (SURPLUS, IDLE_SERIES, PARAGRAPHS)
    )
    basemap = _guarded(folder / "basemap.json", _basemap)

    def titled(_: Path) -> MapView:
        return MapView(
            **_titles(record, parcels),
            parcels=parcels,
            findings=findings,
            recommendations=tables["recommendations"],
            zones=tables["zones"],
            contracts=contracts,
            transfers=tables["transfers"],
            plan=tables["plan"],
            deadlines=tables["deadlines"],
            problems=tables["problems"],
            surplus=surplus,
            paragraphs=paragraphs,
            series=_by_date(series, parcels),
            basemap=basemap,
            context=context,
            other=_other_run(folder),
        )

    return _guarded(folder / "run.json", titled)


def _other_run(folder: Path) -> Comparison | None:
    """Return the earlier run of a comparison (``zongdi compare``); None for the results of one run."""
    if not (folder / "compare.json").is_file():
        return None
    name = _text(_guarded(folder / "compare.json", _read_record)["old"]["title"])
    old = folder / "old"
    return Comparison(
        name=name,
        parcels=_guarded(old / "parcels.parquet", lambda path: _typed(_parquet(path), _PARCELS)),
        recommendations=_guarded(
            old / "recommendations.csv", lambda path: _csv(path, RECOMMENDATIONS)
        ),
        plan=_guarded(old / "plan.csv", lambda path: _csv(path, PLAN)),
    )


# ----------------------------------------------------------------------------- what was written


_PARCELS = (*CONTRACTS["parcels"].columns, *PARCEL_MEASURES.columns)
_LEDGER = (*CONTRACTS["ledger"].columns, *PARCEL_MEASURES.columns, *CONTRACTS["cases"].columns)


def _check_files(folder: Path) -> None:
    if not folder.is_dir():
        raise ResultsFolderError(
            Text(
                f"没有成果文件夹 {folder}。请给出 zongdi run 写出的成果文件夹（默认为 <项目>/results）。",
                f"There is no result folder {folder}: name the folder that zongdi run wrote (by default <project>/results).",
            )
        )
    absent = [name for name in RESULT_FILES_OF_MAP if not (folder / name).is_file()]
    if absent:
        none = len(absent) == len(RESULT_FILES_OF_MAP)
        raise ResultsFolderError(
            Text(
                f"{folder} 中没有分析成果。请给出 zongdi run 写出的成果文件夹。"
                if none
                else f"{folder} 中的成果不完整，缺少 {'、'.join(absent)}。请重新运行 zongdi run。",
                f"{folder} holds no results: name the folder that zongdi run wrote."
                if none
                else f"The results in {folder} are incomplete: {', '.join(absent)} missing. Run zongdi run again.",
            )
        )


def _guarded(path: Path, read: Callable[[Path], _T]) -> _T:
    """Read one file; whatever is wrong with it is said of that file."""
    try:
        return read(path)
    except ResultsFolderError:
        raise
    except MapInputError as error:
        raise ResultsFolderError(
            Text(
                f"{path.parent} 中的成果无法成图：{error} 请重新运行 zongdi run。",
                f"The results in {path.parent} cannot be drawn: {error} Run zongdi run again.",
            )
        ) from error
    except _UNREADABLE as error:
        detail = " ".join(str(error).split())[:200] or type(error).__name__
        raise ResultsFolderError(
            Text(
                f"成果文件 {path} 已损坏，或由其他版本写出（{detail}）。请重新运行 zongdi run。",
                f"The result file {path} is damaged or was written by another version ({detail}). Run zongdi run again.",
            )
        ) from error


def _read_record(path: Path) -> dict[str, Any]:
    record = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(record, dict):
        msg = "not a record of a run"
        raise TypeError(msg)
    return record


def _parquet(path: Path) -> pd.DataFrame:
    # What has a shape says so in its own metadata; a list without shapes is an ordinary table.
    schema = pq.read_schema(path)
    read = gpd.read_parquet if b"geo" in (schema.metadata or {}) else pd.read_parquet
    frame: pd.DataFrame = read(path)
    dates = [entry.name for entry in schema if pa.types.is_date(entry.type)]
    return frame.assign(**{name: pd.to_datetime(frame[name]).astype(_DAY) for name in dates})


def _csv(path: Path, contract: Contract) -> pd.DataFrame:
    frame = pd.read_csv(path, encoding="utf-8-sig", dtype="string", keep_default_na=False)
    frame = frame.mask(frame == "", pd.NA)
    for name in frame.columns:
        text = frame[name]
        guarded = text.str.startswith(_FORMULA_STARTS).fillna(value=False).astype(bool)
        frame[name] = text.mask(guarded, text.str.slice(1))
    # Columns are added at the end of a contract: results of an earlier version lack some, and are whole.
    absent = [name for name in contract.names[:2] if name not in frame.columns]
    if absent:
        msg = f"no column {', '.join(absent)}"
        raise KeyError(msg)
    listed = set(contract.names)
    numbers = {
        name: pd.to_numeric(frame[name])
        for name in frame.columns
        if name not in listed and name.endswith(_NUMBER_ENDS)
    }
    return _typed(frame.assign(**numbers), contract.columns)


def _csv_or_none(path: Path, contract: Contract) -> pd.DataFrame:
    """Read a file that results of an earlier version lack."""
    return _csv(path, contract) if path.is_file() else empty_frame(contract)


def _by_date(series: pd.DataFrame, parcels: pd.DataFrame) -> dict[date, pd.DataFrame]:
    """Return the statuses at each date to come; what is found idle stays so while nothing happens."""
    if len(series) == 0:
        return {}
    rows = series
    if "idle_found" in parcels:
        found = parcels.set_index(parcels["parcel_id"].astype("string"))["idle_found"]
        rows = series.assign(idle_found=found.reindex(series["parcel_id"]).array)
    days = rows["on"].dt.date
    return {day: rows.loc[(days == day).to_numpy()].drop(columns="on") for day in sorted(set(days))}


def _basemap(path: Path) -> Basemap | None:
    record = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return Basemap.from_record(record) if record else None


def _typed(frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """Give the columns of a contract their types again."""
    known = {column.name: column for column in reversed(columns)}
    types = {name: known[name] for name in frame.columns if name in known}
    return frame.assign(**{name: _column(frame[name], column) for name, column in types.items()})


def _column(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    if column.type == "date":
        return pd.to_datetime(values).astype(column.dtype)
    if column.type in ("number", "integer") and isinstance(values.dtype, pd.StringDtype):
        return pd.to_numeric(values).astype(column.dtype)
    if column.type == "boolean" and isinstance(values.dtype, pd.StringDtype):
        return values.map({"true": True, "false": False}).astype(column.dtype)
    return values.astype(column.dtype)


def _context(path: Path) -> dict[str, Any]:
    frames: dict[str, Any] = {}
    for name in sorted(map(str, pyogrio.list_layers(path)[:, 0])):
        frame = pyogrio.read_dataframe(path, layer=name)
        if name in CONTRACTS:
            frame = _typed(frame, CONTRACTS[name].columns)
        if name == _ABOUT or isinstance(frame, gpd.GeoDataFrame):
            frames[name] = frame
    return frames


def _same_run(folder: Path, record: Mapping[str, Any], about: pd.DataFrame | None) -> None:
    """Refuse a folder into which files of another run were copied."""
    if about is None or "data_hash" not in about or len(about) != 1:
        return
    if about["data_hash"].iloc[0] != record.get("data_hash"):
        raise ResultsFolderError(
            Text(
                f"{folder} 中的 run.json 与 context.gpkg 出自不同的运行，不能拼成一张图。请重新运行 zongdi run。",
                f"In {folder}, run.json and context.gpkg are of different runs and make no map together. Run zongdi run again.",
            )
        )


# ------------------------------------------------------------------------------------- the titles


def _text(pair: Mapping[str, str]) -> Text:
    return Text(pair["zh"], pair["en"])


def _english_title(title: str | None, scenario: Mapping[str, Any] | None) -> str | None:
    """Return the project's English title, which says of a scenario that it is one."""
    if title is None or scenario is None:
        return title
    return f"{title} · scenario: {scenario['name']}"


def _titles(record: Mapping[str, Any], parcels: pd.DataFrame) -> dict[str, Any]:
    options = record["options"].get("map", {})
    return {
        "name": str(record["project"]),
        "as_of": date.fromisoformat(record["as_of"]),
        "label": record["label"],
        "policy_title": _text(record["policy"]["title"]),
        "policy_version": ", ".join(f"{p['id']} ({p['sha256'][:8]})" for p in record["packs"]),
        "policy_status": str(record["policy"]["status"]),
        "notices": tuple(_text(notice) for notice in record["notices"]),
        "crs": _crs(record["crs"], parcels),
        "area_method": str(record["area_method"]),
        "data_hash": str(record["data_hash"]),
        "agency": options.get("agency"),
        "review_number": options.get("review_number"),
        "precision_m": options.get("public_precision_m"),
        "name_en": _english_title(options.get("title_en"), record.get("scenario")),
        "clauses": record.get("clauses", {}),
        "words": record.get("words", {}),
        "code_labels": {
            name: {code: _text(label) for code, label in labels.items()}
            for name, labels in record.get("labels", {}).items()
        },
        "rule_titles": {rule: _text(title) for rule, title in record["rules"].items()},
        "parcel_columns": CONTRACTS["parcels"].columns,
        "column_labels": {
            column.name: column.label
            for contract in CONTRACTS.values()
            for column in contract.columns
        },
    }


def _crs(said: Mapping[str, Any] | None, parcels: pd.DataFrame) -> pyproj.CRS | None:
    if isinstance(parcels, gpd.GeoDataFrame) and parcels.crs is not None:
        return pyproj.CRS.from_user_input(parcels.crs)
    return None if said is None else pyproj.CRS.from_user_input(said["code"] or said["wkt"])
