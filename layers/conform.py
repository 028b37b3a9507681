"""A raw frame made to fit its contract: names, types, units, codes and bounds.

Nothing is guessed: what cannot be read, is out of bounds or is no known code becomes unknown, and
the problem log says so with the row and what stands there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from layers.column_reader import ColumnReader
from layers.columns import empty_frame
from layers.land_use import fill_land_use
from layers.matching import ROW_NUMBERS, Source, match_columns
from layers.parcel_cells import split_parcel_cells
from layers.suspicion import check_swapped
from layers.units import RATED_BY, find_unit
from layers.values import parse_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layers.columns import Column, Contract
    from layers.corrections import Register
    from layers.project import LayerSource
    from layers.raw import RawLayer, Reporter

__all__ = ["conform"]


def conform(
    raw: RawLayer,
    contract: Contract,
    source: LayerSource,
    report: Reporter,
    *,
    corrections: Register | None = None,
    tick: Callable[[], None] = lambda: None,
) -> pd.DataFrame | None:
    """Make a raw frame fit its contract.

    Parameters
    ----------
    raw : RawLayer
        What a reader returned.
    contract : Contract
        What is wanted.
    source : LayerSource
        The layer in the project file: ``columns``, ``units``, ``values``, ``constants``.
    report : Reporter
        Where everything converted, unknown or unused is listed.
    corrections : Register, optional
        The register of corrections.
    tick : callable
        Called before each column of the contract.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame or None
        Every column of the contract in its type, ``source_row`` and, for a layer with geometry,
        ``geometry``, on a RangeIndex; None where a required column is missing.
    """
    frame = raw.frame
    names = [str(name) for name in frame.columns if name not in {"source_row", "geometry"}]
    constants = source.constants
    matched = match_columns(contract, names, report, explicit=source.columns, given=list(constants))
    if matched is None:
        return None
    if corrections is not None:
        frame = corrections.apply(frame, contract, matched, constants, report)
    frame = split_parcel_cells(frame, contract, matched, report)
    out = empty_frame(contract, frame.index)
    for column in contract.columns:
        tick()
        if column.name in constants:
            values = pd.Series([constants[column.name]] * len(frame), index=frame.index)
            origin = Source(column.name)
        elif column.name in matched:
            origin = matched[column.name]
            if origin.column == ROW_NUMBERS:
                out[column.name] = "row-" + frame["source_row"].astype("string")
                continue
            values = frame[origin.column]
        else:
            continue
        areas = out.get(RATED_BY.get(contract.name, ""))
        reader = ColumnReader(column, contract, frame["source_row"], report, areas=areas)
        out[column.name] = reader.read(
            values,
            unit=source.units.get(column.name) or origin.unit or _above(raw.units, column),
            meanings=source.values.get(column.name, {}),  # noqa: PD011 - a field of LayerSource
            heading=origin.column,
        )
        kept = f"{column.name}_source"
        if column.type == "code" and kept in contract and kept not in matched:
            out[kept] = parse_text(values).values  # noqa: PD011 - a field of Parsed
    out["source_row"] = frame["source_row"].astype("int64")
    check_swapped(out, contract, matched, report)
    out = fill_land_use(out, report)
    if contract.geometry is None:
        return out
    return gpd.GeoDataFrame(out, geometry=frame.geometry, crs=raw.crs)


def _above(units: Sequence[str], column: Column) -> str | None:
    """Return the unit that stands above a table for all of its columns of this kind."""
    wanted = None if column.unit is None else find_unit(column.unit)
    if wanted is None or wanted.dimension == "ratio":
        return None
    return next(
        (
            unit
            for unit in units
            if (found := find_unit(unit)) and found.dimension == wanted.dimension
        ),
        None,
    )
