"""The floor area of a building: from the best record there is, plain, by the control indicator and for planning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import flags, numbers, texts
from analyses.ground import AreaMethod, measured_areas
from analyses.storey_counting import (
    Counting,
    control_counting,
    half_factor,
    least_full_storey,
    plan_counting,
)

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
FLOOR_AREA_SOURCES = (
    *("recorded", "storeys_table", "floors_x_footprint", "height", "surface_model"),
    "none",
)

#: One storey height in m for all uses, or one for each use, with ``default`` for the rest.
StoreyHeights = float | Mapping[str, float]

#: Guards a whole number of storeys (9.9 m / 3.3 m) against the rounding of a division.
_ROUNDING = 1e-9

#: A surface model that stands less than this part of a storey above the terrain shows no building.
_SEEN_STOREY = 0.5


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


def _storeys_by_building(
    storeys: pd.DataFrame | None,
    policy: Policy,
    uses: pd.Series[Any],
    countings: Mapping[str, Counting],
) -> pd.DataFrame:
    """Sum the storeys of each building.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``building_id``: ``plain`` (m2 above ground; NaN where the table is incomplete),
        ``below`` (m2 below ground), ``mean_height`` (m, of the storeys above ground weighted by
        their floor area; NaN where one is missing) and for each counting what it adds to the plain
        area (NaN where a height is missing). A mezzanine is a row of its own, whatever its number.
    """
    names = ("plain", "below", "mean_height", *countings)
    if storeys is None or len(storeys) == 0:
        return pd.DataFrame({name: [] for name in names}, dtype="float64")
    height, area = numbers(storeys, "height_m"), numbers(storeys, "floor_area_m2")
    above = flags(storeys, "above_ground").fillna(
        (numbers(storeys, "storey_no") > 0)
        .astype("boolean")
        .mask(numbers(storeys, "storey_no").isna())
    )
    plain = area * half_factor(policy, height.to_numpy())
    ids = texts(storeys, "building_id")
    of_building = ids.map(uses).astype("string")
    use = texts(storeys, "use").fillna(of_building).fillna("").to_numpy(dtype=object)
    rows = pd.DataFrame(
        {
            "building_id": ids.array,
            "plain": plain.array,
            "area": area.array,
            "tall": (height * area).array,
            "unsure": above.isna().to_numpy(),
            "above": above.fillna(value=True).to_numpy(dtype=bool),
        }
    )
    for name, counting in countings.items():
        rows[name] = (plain * (counting.factors(height.to_numpy(), use) - 1.0)).array
    rows = rows[rows["building_id"].notna()]
    cellar = rows[~rows["above"]]
    rows = rows[rows["above"]]
    rows = rows.assign(no_plain=rows["plain"].isna() | rows["unsure"])
    by_building = rows.groupby("building_id")
    total = pd.DataFrame({"plain": by_building["plain"].sum().mask(by_building["no_plain"].any())})
    for name in countings:
        gaps = rows[name].isna().groupby(rows["building_id"]).any()
        total[name] = by_building[name].sum().mask(gaps | total["plain"].isna())
    gaps = rows["tall"].isna().groupby(rows["building_id"]).any() | total["plain"].isna()
    total["mean_height"] = (by_building["tall"].sum() / by_building["area"].sum()).mask(gaps)
    gaps = cellar["plain"].isna().groupby(cellar["building_id"]).any()
    below = cellar.groupby("building_id")["plain"].sum().mask(gaps)
    total = total.reindex(total.index.union(below.index)).assign(below=below)
    # A table that lists no storey below ground says that there is none.
    total["below"] = total["below"].where(total.index.isin(cellar["building_id"]), 0.0)
    return total


def building_floor_areas(
    buildings: pd.DataFrame,
    policy: Policy,
    *,
    storey_height_m: StoreyHeights | None = None,
    storeys: pd.DataFrame | None = None,
    method: AreaMethod = "plane",
    surface_height_m: pd.Series[Any] | None = None,
) -> pd.DataFrame:
    """Measure footprint and floor area of each building, from the best record there is.

    The floor area above ground comes from, in this order: the recorded floor area; the storeys
    table (a storey lower than the pack's half-storey height counts half); number of floors times
    footprint; height / storey height, in whole storeys, at least one, times footprint; the same by
    the height of a surface model above the terrain. The storey height is the building's own, else
    the project's; it is never assumed. A building whose own storey height is lower than the pack's
    half-storey height has all its storeys counted half.

    By the control indicator a storey higher than the pack says (``far.control``, strictly) counts
    as often as it says; for planning by the pack's own table (``far.plan``). Storey by storey where
    the storeys table gives the heights; else by the building's storey height. The height of a building
    of one storey is that storey's. Of several storeys a mean does not tell which is high: the figure
    is then known only where none, or each, can be so high (`Counting.ranges`), and what it is
    at least and at most stands beside it. Where the number of storeys follows from the project's storey
    height, that holds for each of them.

    Parameters
    ----------
    buildings : geopandas.GeoDataFrame or pandas.DataFrame
        Contract frame.
    policy : policies.model.Policy
        Gives ``far.control``, ``far.half_storey`` and, where a pack states it, ``far.plan``.
    storey_height_m : float or mapping of str to float, optional
        The project's storey height, one or by use.
    storeys : pandas.DataFrame, optional
        The storeys table.
    method : {"plane", "ellipsoid"}
        How footprints are measured.
    surface_height_m : pandas.Series, optional
        On the buildings' index: the height of a surface model above the terrain. Less than half a
        storey shows no building: such a height is unknown.

    Returns
    -------
    pandas.DataFrame
        On the buildings' index: ``footprint_m2``, ``floor_area_m2``, ``floor_area_control_m2``,
        ``floor_area_plan_m2`` (each with ``_least_m2`` and ``_most_m2`` before the unit) and ``floor_area_below_m2`` (recorded, else of the storeys table, else
        storeys below ground x footprint) in m2 (NaN: unknown); ``floor_area_source`` (see
        `FLOOR_AREA_SOURCES`); ``height_m`` (recorded, else of the surface model);
        ``storey_height_m`` (the building's own: recorded, else the mean of the storeys table, else
        height / number of storeys; never the project's); ``counts``: a
        building whose floor area counts on a parcel, as its permanence and state do. ``occupies``:
        the same with structures and yards, as the building coefficient takes them.
    """
    footprint = pd.Series(measured_areas(buildings, method), index=buildings.index)
    floors, recorded_height = numbers(buildings, "floors_n"), numbers(buildings, "height_m")
    own_storey = numbers(buildings, "storey_height_m").where(lambda metres: metres > 0)
    recorded_height = recorded_height.where(recorded_height > 0)
    uses = texts(buildings, "use")
    storey_height = own_storey.fillna(storey_height_by_use(uses, storey_height_m))
    seen = _seen_height(surface_height_m, storey_height)
    height = recorded_height.fillna(seen)
    counted = (height / storey_height + _ROUNDING).floordiv(1.0).clip(lower=1.0)

    named = {"control": control_counting(policy), "plan": plan_counting(policy)}
    countings = {name: counting for name, counting in named.items() if counting is not None}
    ids = texts(buildings, "building_id")
    by_id = pd.Series(uses.array, index=pd.Index(ids))
    by_id = by_id[by_id.index.notna() & ~by_id.index.duplicated(keep=False)]
    table = _storeys_by_building(storeys, policy, by_id, countings).reindex(
        ids.where(~ids.duplicated(keep=False))
    )
    table.index = buildings.index
    part = half_factor(policy, own_storey.to_numpy())
    by_height = counted * footprint * part
    candidates = {
        "recorded": numbers(buildings, "floor_area_m2"),
        "storeys_table": table["plain"],
        "floors_x_footprint": floors * footprint * part,
        "height": by_height.where(recorded_height.notna()),
        "surface_model": by_height,
    }
    is_building = texts(buildings, "kind").fillna("building") == "building"
    area = pd.Series(np.nan, index=buildings.index, dtype="float64")
    source = pd.Series("none", index=buildings.index, dtype="string")
    for name, values in candidates.items():
        first = area.isna() & values.notna() & is_building
        area = area.where(~first, values)
        source = source.where(~first, name)

    by_height = source.isin(["height", "surface_model"])
    heights = pd.DataFrame(
        {
            "storey": own_storey.fillna((height / counted).where(by_height)),
            "total": height,
            "storeys_n": floors.where(floors > 0),
            "alike": source == "floors_x_footprint",
        }
    )
    use = uses.fillna("").to_numpy(dtype=object)
    as_counted: dict[str, pd.Series[float]] = {}
    for name, counting in named.items():
        extra = table[name] if name in countings else area * np.nan
        as_counted |= _as_counted(name, area, extra, heights, counting, use, policy)
    return pd.DataFrame(
        {
            "footprint_m2": footprint,
            "floor_area_m2": area,
            **as_counted,
            "floor_area_below_m2": numbers(buildings, "floor_area_below_m2")
            .fillna(table["below"].where(table["below"] > 0))
            .fillna(numbers(buildings, "floors_below_n") * footprint)
            .fillna(table["below"])
            .where(is_building),
            "floor_area_source": source,
            "height_m": height,
            "storey_height_m": own_storey.fillna(table["mean_height"]).fillna(
                height / floors.where(floors > 0)
            ),
            "counts": standing(buildings),
            "occupies": standing(buildings, ("building", "structure", "yard")),
        },
        index=buildings.index,
    )


def _seen_height(
    surface_height_m: pd.Series[Any] | None, storey_height: pd.Series[float]
) -> pd.Series[float]:
    """Return the heights of the surface model that show a building."""
    if surface_height_m is None:
        return pd.Series(np.nan, index=storey_height.index, dtype="float64")
    height = surface_height_m.astype("float64").reindex(storey_height.index)
    return height.where((height > 0) & ~(height < storey_height * _SEEN_STOREY))


def _as_counted(
    name: str,
    area: pd.Series[float],
    extra: pd.Series[float],
    heights: pd.DataFrame,
    counting: Counting | None,
    use: np.ndarray,
    policy: Policy,
) -> dict[str, pd.Series[float]]:
    """Count high storeys as often as the rule says: the figure, the least and the most that it may be."""
    names = [f"floor_area_{name}_{part}m2" for part in ("", "least_", "most_")]
    if counting is None:
        return dict.fromkeys(names, area * np.nan)
    times = pd.Series(counting.factors(heights["storey"].to_numpy(dtype=float), use), area.index)
    total = heights["total"].to_numpy(dtype=float)
    least, most = counting.ranges(
        total,
        heights["storeys_n"].to_numpy(dtype=float),
        use,
        least_storey_m=least_full_storey(policy),
        alike=heights["alike"].to_numpy(dtype=bool),
    )
    # Nothing above ground, or nothing as high as the line: no storey to count again.
    low = total <= counting.lowest(use) * (1 + _ROUNDING)
    none = (low & heights["storey"].isna().to_numpy()) | (area == 0).to_numpy(dtype=bool)
    sure = times.mask(none, 1.0)
    exact = (area + extra).fillna(area * sure)
    ends = [exact.fillna(area * factor) for factor in (least, most)]
    known = (ends[1] - ends[0]).abs() <= _ROUNDING * ends[1].abs()
    return dict(zip(names, (ends[0].where(known), *ends), strict=True))
