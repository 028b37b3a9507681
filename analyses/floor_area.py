"""The floor area of a building: from the best record there is, and by the control indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import flags, numbers, texts
from analyses.ground import AreaMethod, measured_areas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.model import Policy

__all__ = [
    "FLOOR_AREA_SOURCES",
    "StoreyHeights",
    "building_floor_areas",
    "standing",
    "storey_height_by_use",
]

#: Best first.
FLOOR_AREA_SOURCES = ("recorded", "storeys_table", "floors_x_footprint", "height", "none")

#: One storey height in m for all uses, or one for each use, with ``default`` for the rest.
StoreyHeights = float | Mapping[str, float]

#: Guards a whole number of storeys (9.9 m / 3.3 m) against the rounding of a division.
_ROUNDING = 1e-9


def storey_height_by_use(
    uses: pd.Series[Any], storey_height_m: StoreyHeights | None
) -> pd.Series[float]:
    """Return the project's storey height for each use in m; NaN where it states none.

    Examples
    --------
    >>> import pandas as pd
    >>> uses = pd.Series(["storage", "office", None], dtype="string")
    >>> storey_height_by_use(uses, {"storage": 6.0, "default": 4.0}).tolist()
    [6.0, 4.0, 4.0]
    """
    if storey_height_m is None:
        return pd.Series(np.nan, index=uses.index, dtype="float64")
    if not isinstance(storey_height_m, Mapping):
        return pd.Series(float(storey_height_m), index=uses.index, dtype="float64")
    stated = {use: float(height) for use, height in storey_height_m.items()}
    known = pd.Series(
        [stated.get(use, np.nan) if isinstance(use, str) else np.nan for use in uses],
        index=uses.index,
        dtype="float64",
    )
    return known.fillna(stated.get("default", np.nan))


def standing(buildings: pd.DataFrame, kinds: Sequence[str] = ("building",)) -> np.ndarray:
    """Mark what stands: permanent, built, of one of `kinds`.

    An unknown permanence or state counts as permanent and built, an unknown kind as a building.
    """
    permanent = (texts(buildings, "permanence") != "temporary").fillna(value=True)
    built = texts(buildings, "state").fillna("built") == "built"
    kind = texts(buildings, "kind").fillna("building").isin(list(kinds))
    return (permanent & built & kind).to_numpy(dtype=bool)


def _storeys_by_building(storeys: pd.DataFrame | None, policy: Policy) -> pd.DataFrame:
    """Sum the storeys above ground of each building.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``building_id``: ``plain`` (m2; NaN where the table is incomplete), ``extra``
        (what counting high storeys again adds, NaN where a height is missing).
    """
    if storeys is None or len(storeys) == 0:
        return pd.DataFrame({"plain": [], "extra": []}, dtype="float64")
    height, area = numbers(storeys, "height_m"), numbers(storeys, "floor_area_m2")
    above = flags(storeys, "above_ground").fillna(
        (numbers(storeys, "storey_no") > 0)
        .astype("boolean")
        .mask(numbers(storeys, "storey_no").isna())
    )
    plain = area.copy()
    if policy.has_rule("far.half_storey"):
        half = policy.rule("far.half_storey")
        low = height < float(half.value("storey_below_m"))
        plain = plain.where(~low, area * float(half.value("factor")))
    extra = pd.Series(np.nan, index=storeys.index, dtype="float64")
    if policy.has_rule("far.control"):
        control = policy.rule("far.control")
        high = height > float(control.value("storey_above_m"))
        extra = plain * (float(control.value("factor")) - 1) * high
        extra = extra.where(height.notna())
    rows = pd.DataFrame(
        {
            "building_id": texts(storeys, "building_id").array,
            "plain": plain.array,
            "extra": extra.array,
            "unsure": above.isna().to_numpy(),
            "above": above.fillna(value=True).to_numpy(dtype=bool),
        }
    )
    rows = rows[rows["above"] & rows["building_id"].notna()]
    rows = rows.assign(
        no_plain=rows["plain"].isna() | rows["unsure"], no_extra=rows["extra"].isna()
    )
    total = rows.groupby("building_id").agg(
        plain=("plain", "sum"),
        extra=("extra", "sum"),
        no_plain=("no_plain", "any"),
        no_extra=("no_extra", "any"),
    )
    return pd.DataFrame(
        {
            "plain": total["plain"].mask(total["no_plain"]),
            "extra": total["extra"].mask(total["no_extra"] | total["no_plain"]),
        }
    )


def building_floor_areas(
    buildings: pd.DataFrame,
    policy: Policy,
    *,
    storey_height_m: StoreyHeights | None = None,
    storeys: pd.DataFrame | None = None,
    method: AreaMethod = "plane",
) -> pd.DataFrame:
    """Measure footprint and floor area of each building, from the best record there is.

    The floor area above ground comes from, in this order: the recorded floor area; the storeys
    table (a storey lower than the pack's half-storey height counts half); number of floors times
    footprint; height / storey height, in whole storeys, at least one, times footprint. The storey
    height is the building's own, else the project's; it is never assumed.

    By the control indicator a storey higher than the pack says (``far.control``, strictly) counts
    as often as it says. Storey by storey where the storeys table gives the heights; else by
    the building's storey height, else by height / number of storeys; a building not higher than
    that has no such storey. Where no height is known the figure is unknown.

    Parameters
    ----------
    buildings : geopandas.GeoDataFrame or pandas.DataFrame
        Contract frame.
    policy : policies.model.Policy
        Gives ``far.control`` and ``far.half_storey``.
    storey_height_m : float or mapping of str to float, optional
        The project's storey height, one or by use.
    storeys : pandas.DataFrame, optional
        The storeys table.
    method : {"plane", "ellipsoid"}
        How footprints are measured.

    Returns
    -------
    pandas.DataFrame
        On the buildings' index: ``footprint_m2``, ``floor_area_m2`` and ``floor_area_control_m2``
        in m2 (NaN: unknown); ``floor_area_source`` (see `FLOOR_AREA_SOURCES`); ``counts``: a
        permanent building that stands. Temporary, demolished and unfinished buildings, structures
        and yards do not count; an unknown kind, permanence or state does. ``occupies``: the same
        with structures and yards, as the building coefficient takes them.
    """
    footprint = pd.Series(measured_areas(buildings, method), index=buildings.index)
    floors, height = numbers(buildings, "floors_n"), numbers(buildings, "height_m")
    own_storey = numbers(buildings, "storey_height_m").where(lambda metres: metres > 0)
    height = height.where(height > 0)
    storey_height = own_storey.fillna(
        storey_height_by_use(texts(buildings, "use"), storey_height_m)
    )
    counted = (height / storey_height + _ROUNDING).floordiv(1.0).clip(lower=1.0)

    ids = texts(buildings, "building_id")
    table = _storeys_by_building(storeys, policy).reindex(ids.where(~ids.duplicated(keep=False)))
    by_table = pd.Series(table["plain"].to_numpy(), index=buildings.index)
    extra = pd.Series(table["extra"].to_numpy(), index=buildings.index)

    candidates = {
        "recorded": numbers(buildings, "floor_area_m2"),
        "storeys_table": by_table,
        "floors_x_footprint": floors * footprint,
        "height": counted * footprint,
    }
    is_building = texts(buildings, "kind").fillna("building") == "building"
    area = pd.Series(np.nan, index=buildings.index, dtype="float64")
    source = pd.Series("none", index=buildings.index, dtype="string")
    for name, values in candidates.items():
        first = area.isna() & values.notna() & is_building
        area = area.where(~first, values)
        source = source.where(~first, name)

    storeys_n = floors.where(floors > 0).fillna(counted)
    return pd.DataFrame(
        {
            "footprint_m2": footprint,
            "floor_area_m2": area,
            "floor_area_control_m2": _control_area(
                area, extra, own_storey.fillna(height / storeys_n), height, policy
            ),
            "floor_area_source": source,
            "counts": standing(buildings),
            "occupies": standing(buildings, ("building", "structure", "yard")),
        },
        index=buildings.index,
    )


def _control_area(
    area: pd.Series[float],
    extra: pd.Series[float],
    storey_height: pd.Series[float],
    height: pd.Series[float],
    policy: Policy,
) -> pd.Series[float]:
    """Count storeys above the pack's height again; unknown where no height tells."""
    if not policy.has_rule("far.control"):
        return pd.Series(np.nan, index=area.index, dtype="float64")
    rule = policy.rule("far.control")
    line, factor = float(rule.value("storey_above_m")), float(rule.value("factor"))
    times = pd.Series(np.where(storey_height > line, factor, 1.0), index=area.index)
    times = times.where(storey_height.notna())
    # Nothing above ground, or nothing as high as the line: no storey to count again.
    times = times.mask((storey_height.isna() & (height <= line)) | (area == 0), 1.0)
    return (area + extra).fillna(area * times)
