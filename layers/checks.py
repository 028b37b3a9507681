"""Checks of the layers with geometry: repairs, overlaps, what lies where and what counts twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.overlay import area_table, covered_areas_m2, overlapping_pairs
from geo.validity import repair_polygons
from layers.contracts import CONTRACTS
from layers.geometries import report_kept
from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from layers.raw import Reporter

__all__ = [
    "OVERLAP_TOLERANCE_M2",
    "check_areas",
    "check_on_parcels",
    "check_overlaps",
    "drop_outlines",
    "repair",
]

#: Parcels may share this much before it is a problem: a line drawn twice at a centimetre's
#: difference over a hundred metres makes a square metre.
OVERLAP_TOLERANCE_M2 = 1.0
#: Overlaps below this are rounding of coordinates.
_ROUNDING_M2 = 0.01
#: A building without storeys covered to this share by buildings with storeys is their outline.
_OUTLINE_SHARE = 0.95
#: A repair that changes the area by more than this share is a warning, else a note.
_REPAIR_SHARE = 0.001
#: Recorded and measured areas may differ by this share.
_AREA_SHARE = 0.01
#: A column's unit is suspected where so many rows, and most of them, fit another within this share.
_UNIT_ROWS, _UNIT_FIT = 3, 0.05

REPAIRED = Kind(
    "geometry-repaired",
    "note",
    Text(
        "图形无效（{why}），已修复：面积 {before} → {after} 平方米",
        "invalid geometry ({why}), repaired: area {before} to {after} m2",
    ),
    Text("请在源数据中修正图形", "correct the geometry in the source"),
)
CHANGED = Kind(
    "geometry-changed-by-repair",
    "warning",
    REPAIRED.what,
    Text("面积变化较大，请核对并在源数据中修正", "the area changed: check and correct the source"),
)
COLLAPSED = Kind(
    "geometry-without-area",
    "warning",
    Text("图形没有面积（{why}），该行未参加分析", "the geometry has no area ({why}); left out"),
    Text("请重绘图形，或删除该行", "draw it again, or delete the row"),
)
OVERLAP = Kind(
    "parcels-overlap",
    "warning",
    Text(
        "与宗地 {other}（第 {other_row} 行）重叠 {found} 平方米",
        "overlaps parcel {other} (row {other_row}) by {found} m2",
    ),
    Text("请核对界线；重叠部分会计入两宗", "check the boundary; the overlap counts in both"),
)
SMALL_OVERLAPS = Kind(
    "parcels-overlap-slivers",
    "note",
    Text(
        "{n} 对宗地的重叠不足 {limit} 平方米（共 {found} 平方米），未逐一列出",
        "{n} pairs of parcels overlap by less than {limit} m2 each ({found} m2 in all); not listed",
    ),
    Text("请在源数据中做拓扑检查", "check the topology of the source"),
)
ON_NO_PARCEL = Kind(
    "building-on-no-parcel",
    "warning",
    Text(
        "建筑不在任何宗地上，未计入任何宗地", "the building stands on no parcel and counts in none"
    ),
    Text("请核对位置、坐标系或宗地图层", "check its place, the CRS or the parcels"),
)
OUTLINE = Kind(
    "building-outline",
    "note",
    Text(
        "该图形无层数等资料，且 {found} 被其他有层数的建筑覆盖，视为轮廓，未计入（避免重复计算）",
        "without storeys and {found} covered by buildings that have them: an outline, not counted twice",
    ),
    Text("如确为独立建筑，请补填层数", "if it is a building of its own, give its storeys"),
)
OUTLINE_IN_PART = Kind(
    "building-outline-in-part",
    "warning",
    Text(
        "该图形无层数等资料，其中另有带层数的建筑，视为轮廓；仅 {found} 有层数，其余不计建筑面积",
        "without storeys, and buildings with storeys lie in it: an outline; only {found} of it has storeys, the rest counts no floor area",
    ),
    Text(
        "请核对轮廓内是否缺少部分，并补填层数",
        "check for missing parts within it and give their storeys",
    ),
)
AREA_DIFFERS = Kind(
    "area-differs",
    "warning",
    Text(
        "{label_zh} {found} 平方米与图上面积 {measured} 平方米相差 {share}（容差 {tolerance}）",
        "{label_en} {found} m2 differs from the measured {measured} m2 by {share} (tolerance {tolerance})",
    ),
    Text("{advice_zh}；未作改动", "{advice_en}; nothing was changed"),
)
AREA_UNIT = Kind(
    "area-unit-suspected",
    "warning",
    Text(
        "{label_zh}有 {n} 行与图上面积相差约 {found} 倍，单位疑为{unit}；未作改动",
        "{label_en}: {n} rows differ from the measured area by about {found} times; the unit is "
        "probably {unit}; nothing was changed",
    ),
    Text(
        '如确是，请在 [layers.{layer}] 写明 units = {{ {column} = "{unit}" }}',
        'if so, say it in [layers.{layer}]: units = {{ {column} = "{unit}" }}',
    ),
)
#: What a figure is multiplied by to be the measured area, where its unit is not m2.
_UNITS = {"亩": 10_000 / 15, "公顷": 10_000.0, "ft2": 0.3048**2}


def repair(
    frame: gpd.GeoDataFrame, report: Reporter, *, key: str | None, keep: bool = False
) -> gpd.GeoDataFrame:
    """Make polygons valid with an account, and leave out rows of which nothing is left.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        In the computing CRS; points and lines stay as they are.
    report : Reporter
        Where every repair is listed with the area before and after.
    key : str or None
        The column that identifies a row.
    keep : bool
        Keep rows of which nothing is left, without a geometry, as parcels are.

    Returns
    -------
    geopandas.GeoDataFrame
        With valid polygons and a RangeIndex.
    """
    areal = np.isin(shapely.get_type_id(frame.geometry.to_numpy()), (3, 6))
    done = repair_polygons(frame.geometry[areal])
    account = done.account[done.account["reason"] != "z_dropped"]
    account = account.drop_duplicates("position", keep="last")
    if len(account):
        rows = frame.loc[account["index"]]
        ids = None if key is None else rows[key].to_numpy()
        lost = done.geometry.loc[account["index"]].isna().to_numpy()
        before = account["area_before_m2"].to_numpy(dtype="float64", na_value=0.0)
        after = account["area_after_m2"].to_numpy(dtype="float64", na_value=0.0)
        moved = np.abs(after - before) > _REPAIR_SHARE * np.maximum(before, after)
        if keep:
            why = account.loc[lost, "detail"].where(account["detail"] != "", account["reason"])
            texts = [Text(f"没有面积：{text}", f"no area: {text}") for text in why]
            report_kept(rows[lost], texts, report)
        for kind, where in (
            (COLLAPSED, lost & (not keep)),
            (CHANGED, ~lost & moved),
            (REPAIRED, ~lost & ~moved),
        ):
            report.rows(
                kind,
                rows["source_row"][where],
                ids=None if ids is None else ids[where],
                column="geometry",
                why=(account["detail"].where(account["detail"] != "", account["reason"]))[where],
                before=[f"{value:.2f}" for value in before[where]],
                after=[f"{value:.2f}" for value in after[where]],
            )
    shapes = frame.geometry.to_numpy().copy()
    shapes[areal] = done.geometry.to_numpy()
    repaired = frame.set_geometry(
        frame.geometry.__class__(shapes, index=frame.index, crs=frame.crs, name="geometry")
    )
    return repaired if keep else repaired[repaired.geometry.notna()].reset_index(drop=True)


def check_overlaps(parcels: gpd.GeoDataFrame, report: Reporter) -> None:
    """Report parcels that overlap by more than `OVERLAP_TOLERANCE_M2`; count the lesser overlaps."""
    every = overlapping_pairs(parcels, tolerance_m2=_ROUNDING_M2, name="parcels")
    small = every["area_m2"] <= OVERLAP_TOLERANCE_M2
    if small.any():
        total = f"{every.loc[small, 'area_m2'].sum():.2f}"
        limit = f"{OVERLAP_TOLERANCE_M2:g}"
        report.add(SMALL_OVERLAPS, column="geometry", n=int(small.sum()), found=total, limit=limit)
    pairs = every[~small]
    first, second = (parcels.iloc[pairs[side].to_numpy()] for side in ("a", "b"))
    report.rows(
        OVERLAP,
        first["source_row"],
        ids=first["parcel_id"],
        column="geometry",
        found=[f"{area:.2f}" for area in pairs["area_m2"]],
        other=second["parcel_id"],
        other_row=report.written(second["source_row"]),
    )


def check_on_parcels(
    buildings: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame, report: Reporter
) -> None:
    """Report buildings of which nothing lies on a parcel."""
    off = covered_areas_m2(buildings, parcels) <= 0
    report.rows(
        ON_NO_PARCEL,
        buildings["source_row"][off],
        ids=buildings["building_id"][off],
        column="geometry",
    )


def drop_outlines(buildings: gpd.GeoDataFrame, report: Reporter) -> gpd.GeoDataFrame:
    """Leave out the outlines that stand beside their parts, so that no ground counts twice.

    An outline is a polygon without storeys, height or floor area, no structure and no yard, of
    which at least 95 % is covered by other polygons that have one of them, or in which such a
    polygon lies to at least 95 %: a building holds no other building. Of the latter kind, the
    ground that no part covers is reported; it counts no floor area.

    Parameters
    ----------
    buildings : geopandas.GeoDataFrame
        In its contract, valid, in the computing CRS.
    report : Reporter
        Where every outline is listed.

    Returns
    -------
    geopandas.GeoDataFrame
        The buildings without outlines, with a RangeIndex.
    """
    sized = buildings[["floors_n", "height_m", "floor_area_m2"]].notna().any(axis=1)
    other = buildings["kind"].isin(["structure", "yard"])
    hollow, parts = buildings[~sized & ~other], buildings[sized & ~other]
    if hollow.empty or parts.empty:
        return buildings
    share = covered_areas_m2(hollow, parts) / hollow.geometry.area.to_numpy()
    inside = area_table(hollow, parts)
    within = inside.area_m2 >= _OUTLINE_SHARE * inside.right_area_m2[inside.right]
    holds_part = np.zeros(len(hollow), dtype=bool)
    holds_part[inside.left[within]] = True
    whole = share >= _OUTLINE_SHARE
    for kind, where in ((OUTLINE, whole), (OUTLINE_IN_PART, holds_part & ~whole)):
        report.rows(
            kind,
            hollow["source_row"][where],
            ids=hollow["building_id"][where],
            column="floors_n",
            found=[f"{value:.0%}" for value in share[where]],
        )
    return buildings.drop(index=hollow.index[whole | holds_part]).reset_index(drop=True)


def check_areas(
    parcels: gpd.GeoDataFrame,
    report: Reporter,
    *,
    ledger: pd.DataFrame | None = None,
    ledger_report: Reporter | None = None,
) -> None:
    """Report recorded areas that differ from the measured by more than 1 %.

    Of the parcels, the contract and the registered area; of the ledger, the parcel's area in the
    contract and, for a contract of one parcel, the contract's area. Rows that the lineage carried
    over to another parcel are left out.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame
        In the computing CRS.
    report : Reporter
        Of the parcels.
    ledger : pandas.DataFrame, optional
        In its contract.
    ledger_report : Reporter, optional
        Of the ledger.
    """
    measured = parcels.geometry.area
    for name in ("area_contract_m2", "area_registered_m2"):
        _compare("parcels", name, parcels, parcels["parcel_id"], measured, report)
    if ledger is None or ledger_report is None:
        return
    on_map = ledger["parcel_id"].map(measured.groupby(parcels["parcel_id"]).sum())
    known = ledger["contract_no"].notna()
    parcels_n = ledger["parcel_id"].groupby(ledger["contract_no"]).transform("nunique")
    # What a contract says of a former parcel is not the area of the parcel that it became.
    on_map = on_map.where(ledger["from_parcel_id"].isna())
    whole = on_map.where(known & parcels_n.eq(1))
    for name, area in (("contract_area_m2", whole), ("parcel_area_in_contract_m2", on_map)):
        ids = ledger["contract_no"].fillna(ledger["parcel_id"])
        _compare("ledger", name, ledger, ids, area.astype("float64"), ledger_report)


def _compare(
    layer: str,
    name: str,
    frame: pd.DataFrame,
    ids: pd.Series[Any],
    measured: pd.Series[Any],
    report: Reporter,
) -> None:
    """Note areas that differ from the measured; of most of a column, that its unit is another."""
    recorded: pd.Series[Any] = frame[name].where(frame[name] > 0)
    share = (measured - recorded).abs() / recorded
    off = (share > _AREA_SHARE).to_numpy(dtype=bool)
    label = CONTRACTS[layer].column(name).label
    texts = {"label_zh": label.zh, "label_en": label.en}
    ratio = (measured / recorded).dropna()
    for unit, factor in _UNITS.items():
        fitting = int(((ratio / factor - 1).abs() <= _UNIT_FIT).sum())
        if fitting >= _UNIT_ROWS and fitting > len(ratio) / 2:
            report.add(AREA_UNIT, column=name, n=fitting, found=f"{factor:.4g}", unit=unit, **texts)
            off = off & ~((measured / recorded / factor - 1).abs() <= _UNIT_FIT).to_numpy(
                dtype=bool
            )
    report.rows(
        AREA_DIFFERS,
        frame["source_row"][off],
        ids=ids[off],
        column=name,
        found=[f"{value:.2f}" for value in recorded[off]],
        measured=[f"{value:.2f}" for value in measured[off]],
        share=[f"{value:.1%}" for value in share[off]],
        tolerance=f"{_AREA_SHARE:.0%}",
        advice_zh=[_advice(value).zh for value in (measured / recorded)[off]],
        advice_en=[_advice(value).en for value in (measured / recorded)[off]],
        **texts,
    )


def _advice(ratio: float) -> Text:
    """Say what to do about an area that the map has so many times over."""
    for unit, factor in _UNITS.items():
        if abs(ratio / factor - 1) <= _UNIT_FIT:
            return Text(
                f"相差约 {factor:.4g} 倍，该值可能以{unit}计，请核对",
                f"they differ by about {factor:.4g} times: the figure may be in {unit}, check it",
            )
    return Text("请核对面积单位与界线", "check the unit of the area and the boundary")
