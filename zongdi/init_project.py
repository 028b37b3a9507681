"""A project skeleton: a commented project file, empty layers to draw in, a workbook to fill in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import geopandas as gpd

from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies.text import Text
from zongdi.errors import OutputError, UsageError
from zongdi.geopackage import write_geopackage
from zongdi.init_text import project_text
from zongdi.ledger_template import TABLES, write_ledger_template

if TYPE_CHECKING:
    from pathlib import Path

    from layers.columns import Contract
    from policies.text import Lang

__all__ = ["LAYERS_FILE", "LEDGER_FILE", "init_project"]

PROJECT_FILE, LAYERS_FILE, LEDGER_FILE = "project.toml", "layers.gpkg", "ledger.xlsx"
#: In the template's GeoPackage: no data, so that nothing stands for its date.
_STAMP = date(2000, 1, 1)
_GEOMETRY = {"polygon": "MultiPolygon", "line": "MultiLineString", "point": "Point"}


def init_project(folder: Path, *, lang: Lang = "zh", crs: str = "EPSG:4490") -> list[Path]:
    """Write a project skeleton into a new or empty folder.

    Parameters
    ----------
    folder : pathlib.Path
        Made if absent.
    lang : {"zh", "en"}
        The language of the workbook's headings; its notes are in both.
    crs : str
        The coordinate reference system of the empty layers.

    Returns
    -------
    list of pathlib.Path
        The files written: the project file first.

    Raises
    ------
    UsageError
        `folder` is a file, or holds anything.
    OutputError
        It cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            Text(
                f"{folder} 已存在且不是空文件夹，未写入任何文件。请另指一个新文件夹。",
                f"{folder} exists and is no empty folder: nothing was written. Name a new folder.",
            )
        )
    paths = [folder / name for name in (PROJECT_FILE, LAYERS_FILE, LEDGER_FILE)]
    spatial = {name: one for name, one in CONTRACTS.items() if one.geometry is not None}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = project_text(spatial, TABLES, lang=lang)
        paths[0].write_text(text, encoding="utf-8", newline="\n")
        write_geopackage(
            paths[1],
            {name: _empty_layer(contract, crs) for name, contract in spatial.items()},
            as_of=_STAMP,
            kinds={n: _GEOMETRY.get(str(one.geometry), "Unknown") for n, one in spatial.items()},
        )
        write_ledger_template(paths[2], lang=lang)
    except OSError as error:
        raise OutputError(
            Text(
                f"项目骨架无法写入 {folder}：{error.strerror or error}。请另指一个可写的文件夹。",
                f"The skeleton cannot be written to {folder}: {error.strerror or error}. Name a folder that can be written.",
            )
        ) from error
    return paths


def _empty_layer(contract: Contract, crs: str) -> gpd.GeoDataFrame:
    """Return a layer without rows, with every column of its contract."""
    return gpd.GeoDataFrame(empty_frame(contract), geometry=gpd.GeoSeries([], crs=crs), crs=crs)
