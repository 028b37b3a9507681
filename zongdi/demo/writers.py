"""The files of the demo project, as offices keep them, and the same bytes for the same seed."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
import xlsxwriter

from layers import codes
from zongdi.demo.green_plans import green_plan
from zongdi.demo.office import LEDGER_COLUMNS, MU_M2, office_cell, office_date, office_text
from zongdi.demo.stories import AS_OF
from zongdi.demo.surroundings import CRS, LIMITS
from zongdi.geopackage import write_geopackage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from zongdi.demo.buildings import Building
    from zongdi.demo.cast import Role
    from zongdi.demo.greenery import Green
    from zongdi.demo.parcels import Parcel
    from zongdi.demo.stories import Row

__all__ = ["write_base", "write_ledger", "write_parcels", "write_tables"]

_LEDGER_TITLE: Final = "土地出让合同台账（虚构数据）"
#: Land uses as the shapefile writes them.
_PARCEL_USES: Final = {
    "industrial": "工业用地", "storage": "物流仓储用地", "m0": "新型产业用地", "research": "科研用地",
    "office": "商务办公用地", "commercial": "商业用地", "public_service": "公共服务设施用地",
    "residential": "居住用地", "dormitory": "职工宿舍", "utility": "公用设施用地", "road": "道路用地",
    "parking": "停车场用地", "green": "公园绿地", "reserve": "留白用地",
}  # fmt: skip
#: Industries of the 2002 classification, two digits.
_INDUSTRIES: Final = ("40", "37", "27", "35", "41", "39")


def write_parcels(path: Path, parcels: Sequence[Parcel], roles: Mapping[str, Role]) -> None:
    """Write the parcels as a shapefile in GBK without a .cpg, its field names in Chinese."""
    rows: list[dict[str, object]] = []
    for number, parcel in enumerate(parcels):
        role = roles[parcel.parcel_id]
        reserve = parcel.land_use == "reserve"
        ready = role.supply_status == "ready"
        built = role.site == "built" and parcel.land_use in {
            "industrial",
            "storage",
            "m0",
            "research",
        }
        rows.append({
            "宗地代码": parcel.parcel_id,
            "用途": None if "use_unknown" in parcel.traits else _PARCEL_USES[parcel.land_use],
            "使用权人": role.holder or None,
            "登记面积": None if reserve else round(parcel.area_m2, 2),
            "净用地面积": round(parcel.area_m2 * 0.985, 2) if built and number % 4 == 0 else None,
            "行业代码": _INDUSTRIES[number % 6] if parcel.land_use == "industrial" and number % 3 else None,
            "绿地率下限": _green_condition(parcel, number),
            "容积率上限": 2.2 if built and number % 11 == 5 else None,
            "供应状态": codes.SUPPLY_STATUSES.labels[role.supply_status].zh,
            "建设状态": codes.LAND_STAGES.labels[role.land_stage].zh,
            "权属清晰": ("是" if role.supply_status != "unapproved" else "否") if reserve else None,
            "补偿到位": ("是" if ready or role.supply_status == "approved_unsupplied" else "否") if reserve else None,
            "无纠纷": ("是" if ready or role.supply_status == "approved_unsupplied" else None) if reserve else None,
            "规划条件": _conditions(parcel, role.supply_status),
            "拟供日期": _planned_on(parcel, role.supply_status, number),
            "规划绿地": round(parcel.area_m2 * 0.12, 1) if _conditions(parcel, role.supply_status) else green_plan(parcel, role, number)[0],
            "前期费用": round(parcel.area_m2 / 1e4 * 420, 1) if reserve and number % 5 else None,
            "起始价": round(parcel.area_m2 / MU_M2 * 30, 1) if reserve else None,
            "土地等别": "五等" if reserve else None,
            "计划竣工": green_plan(parcel, role, number)[1],
            "固投": round(parcel.area_m2 / 1e4 * (2600 + 137 * (number % 23)), 0) if built else None,
            "产值": round(parcel.area_m2 / 1e4 * (5200 + 419 * (number % 29)), 0) if built else None,
            "税收": round(parcel.area_m2 / 1e4 * (210 + 31 * (number % 19)), 1) if built else None,
            "geometry": parcel.polygon,
        })  # fmt: skip
    frame = gpd.GeoDataFrame(rows, crs=CRS)
    texts = [
        name
        for name in frame.columns
        if frame[name].dtype == object or isinstance(frame[name].dtype, pd.StringDtype)
    ]
    frame[texts] = frame[texts].astype("string")
    pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile", encoding="GBK", use_arrow=False)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    _settle_dbf(path.with_suffix(".dbf"))


def _planned_on(parcel: Parcel, status: str, number: int) -> str | None:
    """Return when land is to be supplied at the earliest."""
    if status == "ready":
        return f"2026.{9 + number % 3}.30"
    return "2028.3.30" if "late" in parcel.traits else None


def _conditions(parcel: Parcel, status: str) -> str | None:
    """Return the number of the planning conditions of land that is to be supplied."""
    if parcel.land_use != "reserve" or status not in {"ready", "approved_unsupplied"}:
        return None
    return f"示规条〔2026〕{int(parcel.parcel_id[-5:]):03d}号"


def _green_condition(parcel: Parcel, number: int) -> float | None:
    """Return the minimum green ratio of the planning conditions; outside the fence some have none."""
    if parcel.land_use in {"road", "green", "reserve"} or (not parcel.inside and number % 3 == 0):
        return None
    return LIMITS[parcel.land_use][4]


def write_base(
    path: Path,
    context: Mapping[str, gpd.GeoDataFrame],
    buildings: Sequence[Building],
    green: Sequence[Green],
) -> None:
    """Write all other layers into one GeoPackage."""
    layers = {"buildings": _building_rows(buildings), "green": _green_rows(green), **context}
    path.unlink(missing_ok=True)
    write_geopackage(path, {name: _multi(frame) for name, frame in layers.items()}, as_of=AS_OF)


def _multi(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make multipolygons of a layer of polygons, which is what desktop software keeps."""
    if set(frame.geom_type) != {"Polygon"}:
        return frame
    each = np.arange(len(frame))
    return frame.set_geometry(
        gpd.GeoSeries(
            shapely.multipolygons(frame.geometry.to_numpy(), indices=each),
            index=frame.index,
            crs=frame.crs,
        )
    )


def write_ledger(path: Path, rows: Sequence[Row]) -> None:
    """Write the ledger: a title above the headings, dates in six manners, a total below."""
    book = xlsxwriter.Workbook(
        str(path), {"strings_to_numbers": False, "strings_to_formulas": False}
    )
    book.set_properties(
        {
            "title": _LEDGER_TITLE,
            "author": "示例单位（虚构）",
            "created": datetime(AS_OF.year, AS_OF.month, AS_OF.day, tzinfo=UTC),
        }
    )
    sheet = book.add_worksheet("台账")
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    head = book.add_format(
        {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#DDEBF7", "valign": "vcenter"}
    )
    dated = book.add_format({"num_format": "yyyy-mm-dd"})
    last = len(LEDGER_COLUMNS)
    sheet.merge_range(0, 0, 0, last, _LEDGER_TITLE, title)
    sheet.write(1, 0, "填报单位：示例综合保税区管理机构（虚构）　　数据截止：2026年6月30日")
    sheet.write_row(2, 0, ["序号", *(heading for _, heading, _ in LEDGER_COLUMNS)], head)
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, last, 16)
    sheet.freeze_panes(3, 4)
    for number, row in enumerate(rows, start=1):
        sheet.write_number(number + 2, 0, number)
        for at, (column, _, form) in enumerate(LEDGER_COLUMNS, start=1):
            cell = office_cell(row, column, form, number * 7 + at)
            if isinstance(cell, date):
                sheet.write_datetime(number + 2, at, cell, dated)
            elif cell is not None:
                sheet.write(number + 2, at, cell)
    foot = len(rows) + 3
    sheet.write(foot, 0, "合计")
    for at, (column, _, _) in enumerate(LEDGER_COLUMNS, start=1):
        if column == "contract_area_m2":
            sheet.write_number(
                foot, at, round(sum(float(str(row[column])) for row in rows) / MU_M2, 2)
            )
    book.close()


def write_tables(
    folder: Path,
    causes: Sequence[Row],
    cases: Sequence[Row],
    uses: Sequence[Row],
    floor_areas: Mapping[str, float],
) -> None:
    """Write causes (GB18030), cases (GB18030) and uses (UTF-8 with a mark)."""
    _write_csv(folder / "causes.csv", "gb18030", (
        ("合同编号", "contract_no", "text"), ("宗地代码", "parcel_id", "text"), ("闲置原因", "cause", "cause"),
        ("开始日期", "from_on", "date"), ("结束日期", "to_on", "date"), ("证明材料", "document", "text"),
        ("是否核实", "verified", "flag"), ("核实日期", "verified_on", "date"),
    ), causes)  # fmt: skip
    _write_csv(folder / "cases.csv", "gb18030", (
        ("案件编号", "case_id", "text"), ("合同编号", "contract_no", "text"), ("宗地代码", "parcel_id", "text"),
        ("发现日期", "discovered_on", "date"), ("调查通知书日期", "notice_on", "date"),
        ("通知书送达日期", "notice_received_on", "date"), ("权利人答复日期", "answered_on", "date"),
        ("认定日期", "finding_on", "date"), ("认定书送达日期", "finding_served_on", "date"),
        ("公示日期", "published_on", "date"), ("系统备案日期", "registered_on", "date"),
        ("听证告知书日期", "hearing_notice_on", "date"), ("是否申请听证", "hearing_requested", "flag"),
        ("处置方案批准日期", "plan_approved_on", "date"), ("处置方式", "measure", "text"),
    ), cases)  # fmt: skip
    measured = [
        {
            **row,
            "floor_area": row.get("floor_area")
            or round(floor_areas.get(str(row["parcel_id"]), 0.0) * float(str(row["share"])), 1)
            or "",
        }
        for row in uses
    ]
    _write_csv(folder / "uses.csv", "utf-8-sig", (
        ("宗地代码", "parcel_id", "text"), ("使用功能", "use", "use"), ("建筑面积", "floor_area", "text"),
        ("用地面积", "land_area", "text"), ("用途角色", "role", "role"), ("持有方式", "held", "held"),
    ), measured)  # fmt: skip


def _write_csv(
    path: Path, encoding: str, columns: Sequence[tuple[str, str, str]], rows: Sequence[Row]
) -> None:
    with path.open("w", encoding=encoding, newline="") as stream:
        table = csv.writer(stream, lineterminator="\r\n")
        table.writerow([heading for heading, _, _ in columns])
        for number, row in enumerate(rows):
            cells: list[object] = []
            for at, (_, column, form) in enumerate(columns):
                value = row.get(column)
                if value is None or value == "":
                    cells.append("")
                elif form == "date" and isinstance(value, date):
                    cells.append(office_date(value, (number + at) % 4))
                else:
                    cells.append(value if form in {"text", "date"} else office_text(value, form))
            table.writerow(cells)


def _building_rows(buildings: Sequence[Building]) -> gpd.GeoDataFrame:
    rows: list[dict[str, object]] = []
    for number, building in enumerate(buildings, start=1):
        floors, storey = building.floors_n, building.storey_m
        known = floors is not None and building.kind == "building"
        height = round(floors * storey + 0.9, 1) if floors and storey else None
        area = round(building.polygon.area * floors, 1) if known and floors else None
        vacant, let = _vacancy(building, area, number)
        rows.append({
            "幢号": f"F{number:04d}",
            "名称": building.name or None,
            "层数": floors if known else None,
            "地下层数": building.below_n if known else None,
            "建筑高度": height,
            "层高": storey if known else None,
            # The survey measured the floor area of two in three; the rest follows from the storeys.
            "地上建筑面积": area if number % 3 else None,
            "房屋用途": codes.USES.labels[building.use].zh,
            "类别": codes.BUILDING_KINDS.labels[building.kind].zh,
            "建筑性质": codes.PERMANENCE.labels[building.permanence].zh,
            "建筑状态": codes.BUILDING_STATES.labels[building.state].zh,
            "空置建筑面积": vacant,
            "出租建筑面积": let,
            "空置起始日期": f"{2024 + number % 2}年{1 + number % 12}月1日" if vacant else None,
            "geometry": building.polygon,
        })  # fmt: skip
    frame = gpd.GeoDataFrame(rows, crs=CRS)
    return frame.astype(
        {
            "层数": "Int32",
            "地下层数": "Int32",
            "建筑高度": "float64",
            "层高": "float64",
            "地上建筑面积": "float64",
            "空置建筑面积": "float64",
            "出租建筑面积": "float64",
        }
    )


def _vacancy(
    building: Building, area: float | None, number: int
) -> tuple[float | None, float | None]:
    """Return what of a workshop or warehouse stands empty and what is let: the survey asked of no other."""
    asked = building.use in {"industrial", "storage", "m0"} and building.state == "built"
    if area is None or not asked or building.permanence != "permanent":
        return None, None
    empty = {5: 1.0, 11: 0.4}.get(number % 17, 0.0)
    return round(area * empty, 1), round(area * 0.3, 1) if number % 17 == 11 else 0.0


def _green_rows(green: Sequence[Green]) -> gpd.GeoDataFrame:
    rows = [
        {
            "绿地编号": f"L{number:04d}",
            "绿地类型": codes.GREEN_KINDS.labels[piece.kind].zh,
            "屋面高度": piece.roof_height_m,
            "覆土厚度": piece.soil_depth_m,
            "geometry": piece.polygon,
        }
        for number, piece in enumerate(green, start=1)
    ]
    return gpd.GeoDataFrame(rows, crs=CRS).astype({"屋面高度": "float64", "覆土厚度": "float64"})


def _settle_dbf(path: Path) -> None:
    """Set the header's date to the review date and clear its language byte.

    Bytes 1 to 3 hold year - 1900, month and day; byte 29 the code page, which old software leaves 0.
    """
    content = bytearray(path.read_bytes())
    content[1:4] = bytes((AS_OF.year - 1900, AS_OF.month, AS_OF.day))
    content[29] = 0
    path.write_bytes(content)
