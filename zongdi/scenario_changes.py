"""A scenario's assumptions made in the inputs: the frames as they would be, and what stays unknown."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses import results as contracts
from analyses.floor_area import standing
from analyses.frames import numbers, texts
from analyses.ground import AreaMethod, ground_pairs, measured_areas
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from layers.lineage import carry_over
from layers.problems import ProblemLog
from layers.raw import Reporter
from policies.text import Text
from zongdi.errors import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.inputs import Inputs
    from zongdi.scenario import Change, Scenario

__all__ = ["changed_inputs"]

#: A piece that a cut leaves and that is smaller than this share of the parcel is no parcel.
_PIECE_SHARE = 1e-6

#: Areas of record are shared out by ground; what is counted or paid cannot be.
_SHARED_OUT = ("area_net_m2", "area_contract_m2", "area_registered_m2")
_NOT_SHARED = (
    *("floor_area_recorded_m2", "fixed_investment_wan", "output_wan", "tax_wan"),
    *("tax_due_wan", "green_planned_m2"),
)


def changed_inputs(
    inputs: Inputs, scenario: Scenario, *, method: AreaMethod = "plane"
) -> tuple[Inputs, pd.DataFrame]:
    """Return the inputs as the scenario assumes them, and the table of what was changed.

    Parameters
    ----------
    inputs : layers.inputs.Inputs
        As they were read; they stay as they are.
    scenario : Scenario
        The assumptions, made in their order: a later one sees the earlier.
    method : {"plane", "ellipsoid"}
        How footprints are measured.

    Returns
    -------
    inputs : layers.inputs.Inputs
        With new frames.
    table : pandas.DataFrame
        In the contract ``scenario_changes``.

    Raises
    ------
    ScenarioError
        If a change names what is not there, or a line does not cut its parcel.
    """
    frames: dict[str, Any] = dict(inputs.frames)
    rows = []
    makers = {
        "add_storeys": _add_storeys,
        "remove_building": _remove_building,
        "set_limit": _set_limit,
        "split_parcel": _split_parcel,
    }
    for change in scenario.changes:
        layer, what, left = makers[change.kind](frames, change, method)
        rows.append(
            {
                "nth": change.nth,
                "kind": change.kind,
                "layer": layer,
                "id": change.id,
                "what_zh": what.zh,
                "what_en": what.en,
                "left_zh": left.zh,
                "left_en": left.en,
            }
        )
    ordered = {name: frames[name] for name in CONTRACTS if name in frames}
    table = pd.DataFrame(rows) if rows else empty_frame(contracts.SCENARIO_CHANGES)
    typed = {c.name: table[c.name].astype(c.dtype) for c in contracts.SCENARIO_CHANGES.columns}
    return replace(inputs, frames=MappingProxyType(ordered)), pd.DataFrame(typed)


def _refuse(change: Change, zh: str, en: str) -> ScenarioError:
    return ScenarioError(
        Text(
            f"情景第 {change.nth} 项（{change.kind}，{change.target} = {change.id}）：{zh}。",
            f"Change {change.nth} of the scenario ({change.kind}, {change.target} = {change.id}): {en}.",
        )
    )


def _frame(frames: Mapping[str, Any], name: str, change: Change) -> Any:
    frame = frames.get(name)
    if frame is None:
        label = CONTRACTS[name].label
        raise _refuse(change, f"项目没有{label.zh}图层", f"the project has no layer of {label.en}")
    return frame


def _named(frames: Mapping[str, Any], layer: str, change: Change) -> np.ndarray:
    """Mark the rows of a layer that a change names by their own key."""
    frame = _frame(frames, layer, change)
    hit = (texts(frame, change.target) == change.id).fillna(value=False).to_numpy(dtype=bool)
    if not hit.any():
        label = CONTRACTS[layer].label
        raise _refuse(
            change,
            f"{label.zh}图层中没有这个标识",
            f"the layer of {label.en} has no such identifier",
        )
    return np.asarray(hit)


def _buildings(frames: Mapping[str, Any], change: Change) -> np.ndarray:
    """Mark the buildings of a change: the one named, or those that stand mostly on a parcel."""
    if change.target == "building_id":
        return _named(frames, "buildings", change)
    buildings = _frame(frames, "buildings", change)
    owner = frames["parcels"].loc[_named(frames, "parcels", change)]
    pairs = ground_pairs(owner, buildings, left_name="parcels", right_name="buildings")
    mostly = pairs.loc[pairs["area_m2"] > pairs["right_area_m2"] / 2, "right"].to_numpy()
    hit = np.zeros(len(buildings), dtype=bool)
    hit[mostly] = True
    hit &= standing(buildings)
    if not hit.any():
        raise _refuse(
            change,
            "该宗地上没有已建成的永久建筑",
            "no completed permanent building stands on that parcel",
        )
    return hit


def _told(frames: dict[str, Any]) -> list[str]:
    """Return the buildings of which the storeys table tells."""
    table = frames.get("storeys")
    return [] if table is None else texts(table, "building_id").dropna().tolist()


def _add_storeys(
    frames: dict[str, Any], change: Change, method: AreaMethod
) -> tuple[str, Text, Text]:
    hit = _buildings(frames, change)
    frame = frames["buildings"].copy()
    n = int(change.assumes["storeys_n"])
    footprint = pd.Series(measured_areas(frame, method), index=frame.index)
    floors, height = numbers(frame, "floors_n"), numbers(frame, "height_m")
    storey = numbers(frame, "storey_height_m").fillna(height / floors.where(floors > 0))
    if "storey_height_m" in change.assumes:
        storey = pd.Series(float(change.assumes["storey_height_m"]), index=frame.index)
    added = {
        "floors_n": floors + n,
        "height_m": height + n * storey,
        "floor_area_m2": numbers(frame, "floor_area_m2") + n * footprint,
    }
    for name, values in added.items():
        if name in frame:
            frame.loc[hit, name] = values[hit].astype(frame[name].dtype)
    frames["buildings"] = frame
    _more_storeys(frames, frame.loc[hit], n, storey[hit], footprint[hit])
    unknown = int((storey[hit].isna() & height[hit].notna()).sum())
    area = numbers(frame, "floor_area_m2")
    idle = hit & floors.isna() & area.isna() & (height.isna() | storey.isna())
    idle &= ~texts(frame, "building_id").isin(_told(frames)).to_numpy(dtype=bool)
    left = Text("", "")
    if unknown:
        left = Text(
            f"{unknown} 幢层高未知，加层后的高度未知",
            f"of {unknown} the storey height is not known: so is the height with the added storeys",
        )
    if idle.any():
        ids = [str(one) for one in texts(frame, "building_id")[idle]]
        shown, n_idle = "、".join(ids[:5]), len(ids)
        more = Text(
            f"{n_idle} 幢没有层数、建筑面积和可用的高度（{shown}），加层没有改变任何数值",
            f"{n_idle} without storeys, floor area or a height that can be used ({', '.join(ids[:5])}): nothing changed there",
        )
        left = more if not left.zh else Text(f"{left.zh}；{more.zh}", f"{left.en}; {more.en}")
    return (
        "buildings",
        Text(
            f"{int(hit.sum())} 幢各加 {n} 层", f"{n} storeys added on {int(hit.sum())} building(s)"
        ),
        left,
    )


def _more_storeys(
    frames: dict[str, Any],
    buildings: pd.DataFrame,
    n: int,
    storey: pd.Series[float],
    footprint: pd.Series[float],
) -> None:
    """Add the storeys to the storeys table too, for the buildings that it lists."""
    table = frames.get("storeys")
    if table is None:
        return
    listed = texts(table, "building_id")
    rows = []
    facts = zip(texts(buildings, "building_id"), storey, footprint, strict=True)
    for building_id, height, ground in facts:
        own = table[(listed == building_id).fillna(value=False).to_numpy(dtype=bool)]
        if own.empty:
            continue
        top = numbers(own, "storey_no").max()
        for nth in range(1, n + 1):
            row = empty_frame(CONTRACTS["storeys"], pd.RangeIndex(1))
            row["building_id"] = building_id
            row["storey_no"] = pd.NA if np.isnan(top) else int(top) + nth
            row["height_m"] = height
            row["floor_area_m2"] = ground
            row["above_ground"] = True
            row["source_row"] = numbers(own, "source_row").iloc[0]
            rows.append(row)
    if rows:
        more = pd.concat(rows, ignore_index=True).reindex(columns=table.columns)
        whole = pd.concat([table, more.astype(table.dtypes.to_dict())], ignore_index=True)
        frames["storeys"] = whole


def _remove_building(
    frames: dict[str, Any], change: Change, method: AreaMethod
) -> tuple[str, Text, Text]:
    del method
    hit = _buildings(frames, change)
    gone = texts(frames["buildings"], "building_id")[hit]
    # Demolished, not erased: a plot of which nothing is drawn would be a gap of the layer.
    buildings = frames["buildings"].copy()
    buildings["state"] = texts(buildings, "state").mask(
        pd.Series(hit, buildings.index), "demolished"
    )
    frames["buildings"] = buildings
    if frames.get("storeys") is not None:
        kept = ~texts(frames["storeys"], "building_id").isin(gone.dropna()).to_numpy(dtype=bool)
        frames["storeys"] = frames["storeys"].loc[kept].reset_index(drop=True)
    count = int(hit.sum())
    return "buildings", Text(f"拆除 {count} 幢", f"{count} building(s) removed"), Text("", "")


def _set_limit(
    frames: dict[str, Any], change: Change, method: AreaMethod
) -> tuple[str, Text, Text]:
    del method
    layer = "parcels" if change.target == "parcel_id" else "plan_zones"
    hit = _named(frames, layer, change)
    frame = frames[layer].copy()
    said = []
    for name, value in change.assumes.items():
        before = numbers(frame, name)[hit]
        old = "、".join(sorted({"未知" if np.isnan(one) else f"{one:g}" for one in before}))
        said.append((name, old, f"{float(value):g}"))
        frame.loc[hit, name] = float(value)
    frames[layer] = frame
    zh = "；".join(f"{name} 由 {old} 改为 {new}" for name, old, new in said)
    en = "; ".join(
        f"{name} from {old.replace('未知', 'unknown')} to {new}" for name, old, new in said
    )
    return layer, Text(zh, en), Text("", "")


def _split_parcel(
    frames: dict[str, Any], change: Change, method: AreaMethod
) -> tuple[str, Text, Text]:
    del method
    hit = _named(frames, "parcels", change)
    parcels = frames["parcels"]
    if not isinstance(parcels, gpd.GeoDataFrame) or int(hit.sum()) != 1:
        raise _refuse(
            change, "该宗地没有图形或不止一行", "the parcel has no shape, or several rows"
        )
    row = parcels.loc[hit]
    parts = _cut(row.geometry.iloc[0], change)
    names = change.assumes.get("into") or [f"{change.id}-{nth}" for nth in range(1, len(parts) + 1)]
    taken = set(texts(parcels, "parcel_id").dropna()) - {change.id}
    if len(names) != len(parts) or taken & set(names):
        raise _refuse(
            change,
            f"分成 {len(parts)} 块，into 须给出同样多且未被占用的代码",
            f"the cut makes {len(parts)} parts; into must give as many identifiers that are not taken",
        )
    area = shapely.area(parts)
    share = area / area.sum()
    pieces = gpd.GeoDataFrame(
        pd.concat([row] * len(parts), ignore_index=True), geometry="geometry", crs=parcels.crs
    )
    pieces["geometry"] = gpd.GeoSeries(parts, crs=parcels.crs)
    pieces["parcel_id"] = pd.Series(list(names), dtype=parcels["parcel_id"].dtype)
    for name in _SHARED_OUT:
        if name in pieces:
            pieces[name] = pieces[name] * share
    for name in _NOT_SHARED:
        if name in pieces:
            pieces[name] = pd.Series(np.nan, index=pieces.index, dtype="float64")
    place = int(np.flatnonzero(hit)[0])
    whole = pd.concat([parcels.iloc[:place], pieces, parcels.iloc[place + 1 :]], ignore_index=True)
    frames["parcels"] = gpd.GeoDataFrame(whole, geometry="geometry", crs=parcels.crs)
    _tables_of_parts(frames, change.id, list(names), area)
    return (
        "parcels",
        Text(
            f"分为 {'、'.join(names)}（{'、'.join(f'{one:.1%}' for one in share)}）",
            f"split into {', '.join(names)} ({', '.join(f'{one:.1%}' for one in share)})",
        ),
        Text(
            "登记建筑面积、投资、产值、税收和用途构成的面积不能分开，各块未知；记录面积按图形比例分摊",
            "recorded floor area, investment, output, tax and the areas of the uses cannot be told apart and are unknown; recorded land areas were shared out by ground",
        ),
    )


def _cut(shape: shapely.Geometry, change: Change) -> np.ndarray:
    """Cut a polygon by a line; its parts, the largest first."""
    line = shapely.LineString(change.assumes["line"])
    edges = shapely.node(shapely.union(shapely.boundary(shape), line))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    inside = shapely.contains(shape, shapely.point_on_surface(faces))
    parts = faces[inside & (shapely.area(faces) > _PIECE_SHARE * shapely.area(shape))]
    pieces_before = shapely.get_num_geometries(shape)
    if pieces_before != 1 or len(parts) < 2:
        raise _refuse(
            change,
            "line 没有把宗地切开，或宗地由多块组成；线须穿过宗地两侧边界",
            "the line does not cut the parcel, or the parcel has several pieces; it must run across, from edge to edge",
        )
    order = np.lexsort((shapely.to_wkb(shapely.normalize(parts)), -shapely.area(parts)))
    return np.asarray(parts[order])


def _tables_of_parts(
    frames: dict[str, Any], parent: str, names: list[str], area: np.ndarray
) -> None:
    """Carry contracts, causes and cases over to the parts, and repeat the uses without their areas."""
    lineage = empty_frame(CONTRACTS["lineage"], pd.RangeIndex(len(names)))
    lineage["parcel_id"] = pd.Series(names, dtype=lineage["parcel_id"].dtype)
    lineage["from_parcel_id"] = parent
    lineage["kind"] = "split"
    lineage["area_m2"] = area
    lineage["source_row"] = range(len(names))
    before = frames.get("lineage")
    log = ProblemLog()  # what is assumed is no problem of the data
    reports = {name: Reporter(log, name, "scenario") for name in (*frames, "lineage")}
    frames["lineage"] = lineage
    carry_over(frames, reports)
    if before is None:
        del frames["lineage"]
    else:
        frames["lineage"] = before
    uses = frames.get("uses")
    if uses is None:
        return
    own = (texts(uses, "parcel_id") == parent).fillna(value=False).to_numpy(dtype=bool)
    if not own.any():
        return
    copies = []
    for name in names:
        rows = uses.loc[own].copy()
        rows["parcel_id"] = pd.Series(name, index=rows.index, dtype=uses["parcel_id"].dtype)
        for column in ("floor_area_m2", "land_area_m2"):
            rows[column] = pd.Series(np.nan, index=rows.index, dtype=uses[column].dtype)
        copies.append(rows)
    frames["uses"] = pd.concat([uses.loc[~own], *copies], ignore_index=True)
