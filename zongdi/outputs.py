"""The result folder: everything is written aside within it first, and only then takes its place.

A run that fails at any point leaves the results of the run before it as they were.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from analyses import results as contracts
from analyses.results_paragraphs import PARAGRAPHS, ZONE_SUMMARY
from policies.text import Text
from zongdi.basemaps import basemap_of_results, write_basemap
from zongdi.calendar_file import calendar_bytes
from zongdi.errors import OutputError, UsageError
from zongdi.geopackage import write_geopackage
from zongdi.results import RESULT_FILES, Results
from zongdi.styled_parcels import styled_layers
from zongdi.tabular import contract_first, csv_bytes, write_parquet
from zongdi.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

    from layers.columns import Contract
    from layers.project import Project

__all__ = ["check_target", "write_problems", "write_results"]


def check_target(out: Path, project: Project) -> None:
    """Refuse an output folder in which an input lies: nothing is written beside an input.

    Parameters
    ----------
    out : pathlib.Path
        Where results are to be written.
    project : layers.project.Project
        The files of its layers and its rasters are the inputs.

    Raises
    ------
    UsageError
        `out` is a file, an input, or the folder of one.
    """
    out = out.resolve()
    inputs = [
        *(path for source in project.layers.values() for path in source.paths),
        *(raster.path for series in project.rasters.values() for raster in series),
    ]
    if out.exists() and not out.is_dir():
        raise UsageError(
            Text(
                f"输出位置 {out} 是一个文件，请用 --out 另指一个文件夹。",
                f"The output {out} is a file: name a folder with --out.",
            )
        )
    for source in inputs:
        if out in {source.resolve(), source.resolve().parent}:
            raise UsageError(
                Text(
                    f"输出文件夹 {out} 中有输入文件 {source.name}，成果不写在输入旁边。请用 --out 另指一个文件夹。",
                    f"The output folder {out} holds the input {source.name}; nothing is written beside an input. Name another folder with --out.",
                )
            )


def write_results(
    results: Results, out: Path, *, progress: Callable[[Text | str, int, int], None] | None = None
) -> Path:
    """Write every result file of the contract into `out`.

    Parameters
    ----------
    results : Results
        The results of one run.
    out : pathlib.Path
        The output folder; made if absent. Other files in it are left alone.
    progress : callable, optional
        Called with a step's name, how many files are done, and how many there are.

    Returns
    -------
    pathlib.Path
        The map.

    Raises
    ------
    OutputError
        The folder or a file in it cannot be written; earlier results are as they were.
    """
    out = out.resolve()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=out) as scratch:
            fresh = Path(scratch) / "new"
            fresh.mkdir()
            for done, name in enumerate(RESULT_FILES):
                if progress is not None:
                    progress(Text("写成果", "writing results"), done, len(RESULT_FILES))
                _write_one(name, results, fresh / name)
            if progress is not None:
                progress(Text("写成果", "writing results"), len(RESULT_FILES), len(RESULT_FILES))
            _swap_in(fresh, out, Path(scratch) / "old")
        for left in out.glob(".new-*"):  # by a run that was killed
            shutil.rmtree(left, ignore_errors=True)
    except OSError as error:
        raise OutputError(
            Text(
                f"成果无法写入 {out}：{error.strerror or error}。原有成果未改动。若文件正被 Excel 或 QGIS 打开，请先关闭；或用 --out 另指一个可写的文件夹。",
                f"The results cannot be written to {out}: {error.strerror or error}. Earlier results are unchanged. Close the files in Excel or QGIS if they are open there, or name a folder that can be written with --out.",
            )
        ) from error
    return out / "map.html"


def write_problems(problems: pd.DataFrame, out: Path) -> Path:
    """Write ``problems.csv`` alone, in place of the one before it."""
    path = out / "problems.csv"
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".problems-", dir=out) as scratch:
            beside = Path(scratch) / path.name
            beside.write_bytes(_csv(problems, contracts.PROBLEMS))
            beside.replace(path)
    except OSError as error:
        raise OutputError(
            Text(
                f"问题清单无法写入 {path}：{error.strerror or error}。请关闭已打开的文件，或用 --out 另指文件夹。",
                f"The list of problems cannot be written to {path}: {error.strerror or error}. Close the file if it is open, or name another folder with --out.",
            )
        ) from error
    return path


def _csv(frame: pd.DataFrame, contract: Contract) -> bytes:
    return csv_bytes(contract_first(frame, contract))


def _write_one(name: str, results: Results, path: Path) -> None:
    match name:
        case "parcels.parquet":
            write_parquet(results.parcels, path)
        case "parcels.gpkg" | "context.gpkg" | "free_ground.gpkg" | "green_sites.gpkg":
            _write_layers(name, results, path)
        case "contracts.parquet":
            write_parquet(results.contracts, path)
        case "inputs.parquet":
            write_parquet(results.inputs, path)
        case "findings.parquet":
            write_parquet(contract_first(results.findings, contracts.FINDINGS), path)
        case "basemap.json" | "run.json":
            _write_json(name, results, path)
        case "deadlines.ics":
            path.write_bytes(calendar_bytes(results.deadlines, results.project))
        case "workbook.xlsx":
            write_workbook(results, path)
        case "map.html":
            # Drawn from the files just written, as `zongdi map` draws it: the folder alone suffices.
            from maps import read_view, render_map  # noqa: PLC0415 -- the slowest import, wanted only here

            path.write_text(render_map(read_view(path.parent)), encoding="utf-8", newline="\n")
        case _:
            stem = Path(name).stem
            contract = next(c for c in _CSV_CONTRACTS if c.name == stem)
            frame = results.supply.get(stem) if contract in contracts.SUPPLY_TABLES else None
            path.write_bytes(_csv(getattr(results, stem) if frame is None else frame, contract))


def _write_layers(name: str, results: Results, path: Path) -> None:
    # The table of provenance also makes a valid file where there is no layer to draw.
    layers = {
        "parcels.gpkg": styled_layers(results) if name == "parcels.gpkg" else {},
        "context.gpkg": {"about": _about(results), **results.context},
        "free_ground.gpkg": {"about": _about(results), "free_ground": results.free_ground},
        "green_sites.gpkg": {"about": _about(results), "green_sites": results.green_sites},
    }[name]
    kinds = {"free_ground": "Polygon", "green_sites": "Polygon"}
    write_geopackage(path, layers, as_of=results.project.as_of, kinds=kinds)


def _write_json(name: str, results: Results, path: Path) -> None:
    if name == "basemap.json":
        write_basemap(basemap_of_results(results), path)
        return
    text = json.dumps(results.record, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _about(results: Results) -> pd.DataFrame:
    project = results.project
    facts = {
        "name": project.name,
        "as_of": project.as_of.isoformat(),
        "label": project.label or "",
        "disclaimer": "辅助分析，不作为认定依据",
        "data_hash": str(results.record["data_hash"]),
    }
    return pd.DataFrame({key: pd.Series([value], dtype="string") for key, value in facts.items()})


_CSV_CONTRACTS = (
    contracts.FINDINGS,
    contracts.RECOMMENDATIONS,
    PARAGRAPHS,
    ZONE_SUMMARY,
    contracts.DEADLINES,
    contracts.IDLE_FORECAST,
    contracts.IDLE_SERIES,
    contracts.IDLE_SUMS,
    contracts.IDLE_TREND,
    contracts.TRANSFERS,
    contracts.GREEN_LEDGER,
    contracts.GREEN_POOLS,
    contracts.GREEN_YEARS,
    contracts.GREEN_FREEING,
    contracts.GREEN_ACCOUNT,
    contracts.MIXED_OPENINGS,
    contracts.PLAN_SHARES,
    contracts.FAR_PATHS,
    contracts.ZONE_INDICATORS,
    contracts.SURPLUS,
    contracts.PLAN,
    *contracts.SUPPLY_TABLES,
    contracts.ZONES,
    contracts.PROBLEMS,
    contracts.CORRECTIONS,
)


def _swap_in(fresh: Path, out: Path, old: Path) -> None:
    """Put the files of `fresh` into `out`; if one cannot be replaced, put all the old ones back."""
    old.mkdir()
    names = sorted(path.name for path in fresh.iterdir())
    set_aside: list[str] = []
    placed: list[str] = []
    try:
        for name in names:
            if (out / name).exists():
                (out / name).replace(old / name)
                set_aside.append(name)
        for name in names:
            (fresh / name).replace(out / name)
            placed.append(name)
    except OSError:
        for name in placed:
            (out / name).unlink(missing_ok=True)
        for name in set_aside:
            shutil.move(old / name, out / name)
        raise
