"""The tables of a run that no other result file holds, kept value by value, so that two runs can be compared.

Uses, storeys, causes, cases, bids, ratings and the like decide verdicts as much as parcels and ledger do; so
do heights and clearances measured on rasters. One row holds one value of one row of a table.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from layers.contracts import CONTRACTS
from zongdi.compare_text import value_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BETWEEN", "KEPT", "KEPT_COLUMNS", "THERE", "kept_inputs", "keys_of"]

#: Layers that stand in result files of their own.
_ELSEWHERE = (
    *("parcels", "ledger", "zones", "plan_zones", "buildings", "green", "facilities"),
    "corrections",
)
#: The layers and tables that are kept here.
KEPT = tuple(name for name in CONTRACTS if name not in _ELSEWHERE)
#: What tells a row of a table from the others, where it has no identifier.
_KEYS: dict[str, tuple[str, ...]] = {
    "lineage": ("parcel_id", "from_parcel_id", "kind"),
    "storeys": ("building_id", "storey_no"),
    "uses": ("parcel_id", "use", "role", "held"),
    "causes": ("contract_no", "phase_no", "parcel_id", "cause"),
    "cases": ("case_id", "contract_no", "phase_no", "parcel_id"),
    "assessments": ("topic",),
    "green_pools": ("zone_id", "name"),
    "green_costs": ("from_parcel_id", "to_parcel_id"),
    "standards": ("parcel_id", "zone_id", "land_use", "industry_code"),
    "targets": ("zone_id", "quarter", "land_use"),
    "ratings": ("zone_id", "year"),
    "approved_uses": ("zone_id", "land_use"),
}
#: Between the parts of a row's name.
BETWEEN = " / "
#: What a row of a table may belong to.
_OWNERS = ("parcel_id", "contract_no", "phase_no", "building_id", "zone_id")
#: The column of a row that holds no value beside its name.
THERE = "row"
KEPT_COLUMNS = ("layer", "object", "nth", *_OWNERS, "column", "value")


def keys_of(layer: str) -> tuple[str, ...]:
    """Return the columns that tell the rows of a table apart.

    Examples
    --------
    >>> keys_of("storeys"), keys_of("bids")
    (('building_id', 'storey_no'), ('bid_id',))
    """
    own = CONTRACTS[layer].key if layer in CONTRACTS else None
    return _KEYS.get(layer, () if own is None else (own,))


def kept_inputs(
    frames: Mapping[str, pd.DataFrame], measured: Mapping[str, pd.DataFrame] | None = None
) -> pd.DataFrame:
    """Write tables as one row per value, in an order that does not depend on theirs.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        The layers of a run by contract; those that other result files hold are left out.
    measured : mapping of str to pandas.DataFrame, optional
        By raster: ``parcel_id`` or ``building_id``, and the values measured.

    Returns
    -------
    pandas.DataFrame
        With `KEPT_COLUMNS`, all texts but ``nth``, which counts rows of the same name; nulls are left out.

    Examples
    --------
    >>> uses = pd.DataFrame({"parcel_id": ["p"], "use": ["office"], "floor_area_m2": [900.0]})
    >>> kept_inputs({"uses": uses})[["object", "column", "value"]].values.tolist()
    [['p / office', 'floor_area_m2', '900']]
    """
    parts = [_rows(name, frames[name]) for name in KEPT if name in frames and len(frames[name])]
    parts += [_rows(name, frame) for name, frame in sorted((measured or {}).items()) if len(frame)]
    if not parts:
        empty = {name: pd.Series(dtype="string") for name in KEPT_COLUMNS}
        return pd.DataFrame({**empty, "nth": pd.Series(dtype="int64")})
    every = pd.concat(parts, ignore_index=True)
    order = ["layer", "object", "nth", "column"]
    return every.sort_values(order, kind="stable", ignore_index=True)[list(KEPT_COLUMNS)]


def _texts(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    if name not in frame:
        return pd.Series(pd.NA, index=frame.index, dtype="string")
    return value_texts(frame[name])


def _joined(columns: pd.DataFrame, between: str) -> pd.Series[Any]:
    """Join the texts of each row."""
    joined = pd.Series("", index=columns.index, dtype="string")
    for place, name in enumerate(columns):
        joined = joined + (between if place else "") + columns[name]
    return joined


def _rows(layer: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Turn the rows of one table into one row per value that is known."""
    frame = pd.DataFrame(frame).reset_index(drop=True)
    keys = keys_of(layer) or tuple(name for name in _OWNERS if name in frame)
    names = [str(name) for name in frame if name not in {*keys, "source_row", "geometry"}]
    plain = pd.DataFrame({name: _texts(frame, name) for name in names})
    if "geometry" in frame:
        plain["geometry"] = _shapes(frame["geometry"])
    named = pd.DataFrame({key: _texts(frame, key).fillna("").str.replace(",", "") for key in keys})
    said = _joined(named, BETWEEN)
    said = said.str.replace(rf"(?:{BETWEEN})+$", "", regex=True)
    # Rows of one name are numbered by what they hold, not by where they stood.
    nth = pd.Series(0, index=frame.index)
    again = said.duplicated(keep=False)
    if again.any():
        content = _joined(plain.loc[again].fillna(""), "\x1f")
        order = pd.DataFrame({"name": said[again], "content": content})
        order = order.sort_values(["name", "content"])
        nth.loc[order.index] = order.groupby("name").cumcount()
    owners = pd.DataFrame({name: _texts(frame, name) for name in _OWNERS})
    head = owners.assign(layer=layer, object=said.astype("string"), nth=nth.astype("int64"))
    parts = []
    for name in map(str, plain.columns):
        known = plain[name].notna()
        parts.append(head[known].assign(column=name, value=plain[name][known]))
    # A row that holds nothing but its name is still there.
    bare = plain.isna().all(axis=1) if len(plain.columns) else pd.Series(True, index=frame.index)  # noqa: FBT003
    parts.append(head[bare].assign(column=THERE, value="1"))
    rows = pd.concat(parts, ignore_index=True)
    return rows.astype({"layer": "string", "column": "string", "value": "string"})


def _shapes(geometry: pd.Series[Any]) -> pd.Series[str]:
    """Write each shape as a short hash: only whether it is another one is wanted."""
    shapes = shapely.to_wkb(shapely.normalize(np.asarray(geometry, dtype=object)))
    said = [None if one is None else hashlib.sha256(one).hexdigest()[:16] for one in shapes]
    return pd.Series(said, index=geometry.index, dtype="string")
