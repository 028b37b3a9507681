"""How much green ground could be freed for building, and where it is worth most.

A calculation: freed ground is not freed before the parcels' green conditions are revised by procedure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import coo_array

from analyses.frames import said, texts
from analyses.results_green import GREEN_FREEING
from layers.columns import empty_frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["freeing"]

_BINDS = 1e-6


class FreeingError(RuntimeError):
    """The solver did not finish: a defect, since nothing freed is always a solution."""


def freeing(parcels: pd.DataFrame, zones: pd.DataFrame) -> pd.DataFrame:
    """Find the largest total that parcels can give up while the zone keeps its target.

    ``max sum(x)`` with ``0 <= x_i <= green_i - floor_i`` and
    ``sum(x) <= counted green - target x ground``; among the plans of that total the one that frees
    most floor area: ``max sum(y)``, ``y_i <= x_i`` (one storey on what is freed),
    ``y_i <= headroom_i``. The shadow price of a constraint is what one square metre more room in it
    would add to the total freed, and to the usable floor area.

    Parameters
    ----------
    parcels : pandas.DataFrame
        ``zone_id``, ``parcel_id``, ``ground_m2`` (green ground), ``floor_m2`` (what the parcel has
        to keep; NaN: not known), ``open`` (whether the parcel takes part), ``headroom_m2`` (NaN:
        not known) and ``missing``.
    zones : pandas.DataFrame
        Indexed by ``zone_id``: ``counted_m2``, ``ground_m2`` (the denominator), ``target_share``
        and ``missing`` (what the zone's sums lack).

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results_green.GREEN_FREEING`: a row for each zone, then its
        parcels. ``status``: ``found``, ``below_target`` (nothing can be freed), ``unknown``.

    Examples
    --------
    >>> parcels = pd.DataFrame(
    ...     {
    ...         "zone_id": ["z", "z"], "parcel_id": ["a", "b"], "ground_m2": [300.0, 200.0],
    ...         "floor_m2": [100.0, 150.0], "open": True, "headroom_m2": [0.0, 40.0], "missing": "",
    ...     }
    ... )
    >>> zone = {"counted_m2": [500.0], "ground_m2": [2000.0], "target_share": [0.2], "missing": [""]}
    >>> found = freeing(parcels, pd.DataFrame(zone, index=["z"]))
    >>> found["freed_m2"].tolist()[0], found["usable_floor_area_m2"].tolist(), found["binding"][0]
    (100.0, [40.0, 0.0, 40.0], 'zone_target')
    """
    frames = []
    known = parcels.sort_values(["zone_id", "parcel_id"], kind="stable")
    for zone_id, zone in zones.sort_index().iterrows():
        rows = known[(texts(known, "zone_id") == zone_id).fillna(value=False).to_numpy(bool)]
        if len(rows):
            frames.append(_of_zone(str(zone_id), zone, rows))
    if not frames:
        return empty_frame(GREEN_FREEING)
    whole = pd.concat(frames, ignore_index=True)
    return pd.DataFrame(
        {column.name: whole[column.name].astype(column.dtype) for column in GREEN_FREEING.columns}
    )


def _of_zone(zone_id: str, zone: pd.Series[Any], rows: pd.DataFrame) -> pd.DataFrame:
    ground = rows["ground_m2"].to_numpy(dtype=float)
    floor = rows["floor_m2"].to_numpy(dtype=float)
    takes = rows["open"].to_numpy(dtype=bool) & ~np.isnan(ground) & ~np.isnan(floor)
    most = np.where(takes, np.maximum(ground - floor, 0.0), 0.0)
    headroom = rows["headroom_m2"].to_numpy(dtype=float)
    frame = pd.DataFrame(
        {
            "zone_id": zone_id,
            "parcel_id": texts(rows, "parcel_id").array,
            "ground_m2": ground,
            "floor_m2": floor,
            "most_m2": np.where(takes, most, np.nan),
            "headroom_m2": headroom,
            "missing": texts(rows, "missing").array,
            "open": rows["open"].to_numpy(dtype=bool),
        }
    )
    lacks = [str(zone["missing"])] if zone["missing"] else []
    if np.isnan(zone["target_share"]):
        lacks.append("target_share")
    room = float(zone["counted_m2"] - zone["target_share"] * zone["ground_m2"])
    if lacks or np.isnan(room):
        return _unsolved(zone_id, frame, "unknown", ",".join(lacks) or "green", room)
    if room < -_BINDS:
        return _unsolved(zone_id, frame, "below_target", "", room)
    return _solved(zone_id, frame, most, np.nan_to_num(headroom), max(room, 0.0), zone)


def _unsolved(
    zone_id: str, frame: pd.DataFrame, status: str, missing: str, room: float
) -> pd.DataFrame:
    nothing = 0.0 if status == "below_target" else np.nan
    short = said(-room, 1)
    notes = {
        "unknown": (
            f"资料不足，不作测算。缺：{missing}。",
            f"Not calculated, facts are missing: {missing}.",
        ),
        "below_target": (
            f"区绿地率低于目标，尚缺{short[0]}㎡，不能释放。",
            f"The zone is {short[1]} m2 below its target: nothing can be freed.",
        ),
    }[status]
    head = {
        "zone_id": zone_id,
        "status": status,
        "freed_m2": nothing,
        "usable_floor_area_m2": nothing,
        "binding": "zone_target" if status == "below_target" else "",
        "missing": missing,
        "note_zh": notes[0],
        "note_en": notes[1],
    }
    rows = frame.assign(
        status=status,
        freed_m2=np.where(frame["most_m2"].isna(), np.nan, nothing),
        usable_floor_area_m2=np.nan,
        binding="zone_target" if status == "below_target" else "",
        note_zh="",
        note_en="",
    )
    return _stacked(head, rows)


def _stacked(head: Mapping[str, Any], rows: pd.DataFrame) -> pd.DataFrame:
    names = GREEN_FREEING.names
    first = pd.DataFrame([dict(head)]).reindex(columns=names)
    return pd.concat(
        [part.reindex(columns=names).astype(object) for part in (first, rows)], ignore_index=True
    )


def _solved(
    zone_id: str,
    frame: pd.DataFrame,
    most: NDArray[np.float64],
    headroom: NDArray[np.float64],
    room: float,
    zone: pd.Series[Any],
) -> pd.DataFrame:
    n = len(most)
    total = _programme(most, headroom, room, np.ones(n), np.zeros(n))
    worth = _programme(most, headroom, room, np.zeros(n), np.ones(n))
    best = float(total.x[:n].sum())
    plan = _programme(most, headroom, min(best, room), np.zeros(n), np.ones(n), least=best)
    freed = np.clip(plan.x[:n], 0.0, most)
    usable = np.clip(plan.x[n:], 0.0, np.minimum(freed, headroom))
    price, in_worth = _prices(total, n), _prices(worth, n)
    at_target = best >= room - _BINDS
    # Where the target binds no parcel could add to the total, known or not.
    asked = frame.loc[frame["open"], "missing"].fillna("")
    open_n = int((asked != "").sum())
    lacks = sorted({one for text in asked for one in text.split(",") if one})
    left_zh = f"另有{open_n}宗资料不足（{'、'.join(lacks)}），数值仅供参考。" if open_n else ""
    left_en = (
        f" The facts of {open_n} parcels are missing ({', '.join(lacks)}): for reference."
        if open_n
        else ""
    )
    at_floor = (most > _BINDS) & (freed >= most - _BINDS)
    known = frame["headroom_m2"].notna().to_numpy()
    at_headroom = known & (usable >= headroom - _BINDS) & (freed > usable + _BINDS)
    binding = [
        ",".join(name for name, on in (("parcel_floor", f), ("headroom", h)) if on)
        for f, h in zip(at_floor, at_headroom, strict=True)
    ]
    head = {
        "zone_id": zone_id,
        "status": "found",
        "ground_m2": zone["counted_m2"],
        "floor_m2": zone["target_share"] * zone["ground_m2"],
        "most_m2": float(most.sum()),
        "freed_m2": float(freed.sum()),
        "headroom_m2": float(headroom.sum()),
        "usable_floor_area_m2": float(usable.sum()),
        "binding": "zone_target" if at_target else "parcel_floor",
        "shadow_price": price[0],
        "worth_price": in_worth[0],
        "missing": "" if at_target and "land_stage" not in lacks else ",".join(lacks),
        "note_zh": (
            f"至多可释放{freed.sum():,.1f}㎡，按一层至少可利用计容建筑面积{usable.sum():,.1f}㎡。"
            + (
                f"约束为区绿地率目标：目标每提高一个百分点，可释放减少{price[0] * zone['ground_m2'] / 100:,.1f}㎡。"
                if at_target
                else f"约束为各宗地自身应保留的绿地，区目标尚有余量{room - best:,.1f}㎡。"
            )
            + left_zh
            + "测算不产生权利，须依程序修改绿地率规划条件。"
        ),
        "note_en": (
            f"At most {freed.sum():,.1f} m2 can be freed; one storey on it uses {usable.sum():,.1f} m2 of floor-area headroom. "
            + (
                f"The zone's target binds: a point more of it leaves {price[0] * zone['ground_m2'] / 100:,.1f} m2 less."
                if at_target
                else f"What the parcels have to keep binds; {room - best:,.1f} m2 are left above the target."
            )
            + left_en
            + " It gives no right: the green conditions would have to be revised by procedure."
        ),
    }
    rows = frame.assign(
        status="found",
        freed_m2=np.where(frame["most_m2"].isna(), np.nan, freed),
        usable_floor_area_m2=np.where(frame["headroom_m2"].isna(), np.nan, usable),
        binding=binding,
        shadow_price=price[1],
        worth_price=in_worth[1],
        note_zh="",
        note_en="",
    )
    return _stacked(head, rows)


def _programme(
    most: NDArray[np.float64],
    headroom: NDArray[np.float64],
    room: float,
    of_ground: NDArray[np.float64],
    of_floor: NDArray[np.float64],
    *,
    least: float = 0.0,
) -> Any:
    """Solve for x (ground given up) and y (floor area on it): ``max of_ground x + of_floor y``."""
    n = len(most)
    at = np.arange(n)
    # Rows: the zone's room; the total to be reached; y_i <= x_i.
    row = np.concatenate([np.zeros(n), np.ones(n), 2 + at, 2 + at]).astype("int64")
    column = np.concatenate([at, at, at, n + at])
    value = np.concatenate([np.ones(n), -np.ones(n), -np.ones(n), np.ones(n)])
    matrix: Any = coo_array((value, (row, column)), shape=(2 + n, 2 * n)).tocsr()
    unit = max(float(most.max(initial=0.0)), 1.0)
    solve: Any = linprog
    answer = solve(
        -np.concatenate([of_ground, of_floor]),
        A_ub=matrix,
        b_ub=np.concatenate([[room / unit, -least / unit * (1 - 1e-12)], np.zeros(n)]),
        bounds=np.column_stack(
            [np.zeros(2 * n), np.concatenate([most / unit, np.maximum(headroom, 0.0) / unit])]
        ),
        method="highs-ds",
    )
    if answer.status != 0:
        message = f"the ground that could be freed could not be calculated: {answer.message}"
        raise FreeingError(message)
    answer.x = answer.x * unit
    return answer


def _prices(answer: Any, n: int) -> tuple[float, NDArray[np.float64]]:
    """Return the shadow price of the zone's room, and of each parcel's floor."""
    return (
        abs(float(answer.ineqlin.marginals[0])),
        np.abs(np.asarray(answer.upper.marginals[:n], dtype=float)),
    )
