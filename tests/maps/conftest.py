"""A zone made up for the map: believable at a glance, known in every value."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
from shapely.affinity import rotate, translate
from shapely.geometry import LineString, Point, Polygon, box

from analyses.results import (
    FINDINGS,
    PARCEL_MEASURES,
    RECOMMENDATIONS,
    TRANSFERS,
    ZONES,
)
from layers.columns import Column, empty_frame
from maps import MapView
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

CRS = pyproj.CRS("EPSG:4548")
ORIGIN = (512_000.0, 4_062_000.0)

PARCEL_COLUMNS = (
    Column("parcel_id", "text", Text("宗地代码", "parcel")),
    Column("zone_id", "text", Text("区代码", "zone")),
    Column("land_use", "code", Text("用途", "land use")),
    Column("holder", "text", Text("土地使用权人", "holder")),
    Column("area_net_m2", "number", Text("规划净用地面积", "net planned site area"), "m2"),
    Column("area_contract_m2", "number", Text("合同面积", "contract area"), "m2"),
    Column("industry_code", "text", Text("行业代码", "industry code")),
    Column("far_max", "number", Text("规划容积率上限", "planned FAR limit"), "ratio"),
    Column("height_max_m", "number", Text("建筑限高", "height limit"), "m"),
    Column("green_min_share", "number", Text("绿地率下限", "green ratio minimum"), "share"),
    Column("rights_clear", "boolean", Text("权属清晰", "rights clear")),
    Column("supply_planned_on", "date", Text("计划供应日", "planned supply date")),
)

USES = {
    "industrial": Text("工业", "industrial"),
    "storage": Text("物流仓储", "storage"),
    "research": Text("研发", "research"),
    "office": Text("办公", "office"),
    "m0": Text("新型产业用地（M0）", "new-type industrial (M0)"),
    "public_service": Text("公共服务", "public service"),
    "utility": Text("公用设施", "utility"),
    "road": Text("道路", "road"),
    "green": Text("绿地", "green"),
    "reserve": Text("留白", "reserve"),
}

RULES = {
    "art2_para1_one_year": Text("超过约定动工日满一年未动工", "one year past the agreed start"),
    "industrial_far_min": Text(
        "工业项目容积率不低于控制指标", "industrial FAR not below the minimum"
    ),
    "mixed_listed": Text("列入鼓励混合范围", "listed as an encouraged mix"),
    "green_cap": Text("工业用地绿地率不超过上限", "industrial green ratio not above the cap"),
}

_SURNAMES = "鲁岱泉历章齐平阴商河莱芜长清天桥槐荫"
_TRADES = (
    "精密制造",
    "国际物流",
    "供应链",
    "生物医药",
    "电子科技",
    "新材料",
    "跨境电商",
    "冷链仓储",
)


def _lay_out(n: int, rng: np.random.Generator) -> tuple[list[Polygon], list[str], Polygon]:
    """Lay out blocks between roads, and cut each block into plots."""
    shapes: list[Polygon] = []
    uses: list[str] = []
    columns = max(2, round((n / 5.2) ** 0.5 * 1.35))
    rows = max(1, round(n / 5.2 / columns + 0.3))
    width, height, road = 330.0, 230.0, 26.0
    total_w, total_h = columns * (width + road) + road, rows * (height + road) + road
    for c in range(columns + 1):
        x = c * (width + road)
        shapes.append(box(x, 0, x + road, total_h))
        uses.append("road")
    for r in range(rows + 1):
        y = r * (height + road)
        for c in range(columns):
            x = c * (width + road) + road
            shapes.append(box(x, y, x + width, y + road))
            uses.append("road")
    kinds = ["industrial", "storage", "research", "office", "m0", "public_service", "utility"]
    weights = [0.44, 0.24, 0.09, 0.04, 0.06, 0.03, 0.04]
    weights.append(1 - sum(weights))
    for c in range(columns):
        for r in range(rows):
            x0 = c * (width + road) + road
            y0 = r * (height + road) + road
            cuts = np.sort(
                rng.choice([0.22, 0.34, 0.5, 0.62, 0.78], rng.integers(1, 3), replace=False)
            )
            edges = [0.0, *cuts.tolist(), 1.0]
            split = rng.random() < 0.75
            middle = height * rng.choice([0.4, 0.5, 0.6])
            for a, b in pairwise(edges):
                left, right = x0 + a * width, x0 + b * width
                parts = (
                    [(y0, y0 + middle), (y0 + middle, y0 + height)]
                    if split
                    else [(y0, y0 + height)]
                )
                for low, high in parts:
                    shapes.append(box(left, low, right, high))
                    uses.append(str(rng.choice([*kinds, "green"], p=weights)))
    fence = box(-8, -8, total_w + 8, total_h + 8)
    return shapes, uses, fence


def _measures(
    uses: list[str], area: np.ndarray, rng: np.random.Generator
) -> tuple[pd.DataFrame, np.ndarray]:
    """Make up the measures, and planned limits of the floor-area ratio."""
    count = len(uses)
    plot = np.array([use != "road" for use in uses])
    built = plot & ~np.isin(uses, ["green", "reserve"])
    frame = empty_frame(PARCEL_MEASURES, pd.RangeIndex(count))
    frame["area_m2"] = area
    frame["area_basis"] = pd.Series(np.where(plot, "net", "measured"), dtype="string")
    frame["area_plane_m2"] = area
    frame["area_ellipsoid_m2"] = area * 1.00004
    frame["zone_share"] = 1.0
    statuses = [
        "started",
        "suspected_2y",
        "suspected_1y",
        "suspended",
        "gov_cause",
        "human_review",
        "to_check",
        "overdue_start",
        "unknown",
        "not_due",
        "at_the_line",
    ]
    odds = np.array([0.55, 0.05, 0.06, 0.03, 0.03, 0.04, 0.04, 0.05, 0.08, 0.06, 0.01])
    status = rng.choice(statuses, count, p=odds / odds.sum())
    status = np.where(built, status, "not_supplied")
    frame["idle_status"] = pd.Series(status, dtype="string")
    suspected = np.isin(status, ["suspected_2y", "suspected_1y", "gov_cause"])
    days = np.where(
        status == "suspected_2y", rng.integers(731, 1500, count), rng.integers(366, 730, count)
    )
    frame["idle_days"] = pd.Series(np.where(suspected, days, 0), dtype="Int64").where(suspected)
    starts = pd.Timestamp(2026, 6, 30) - pd.to_timedelta(days, unit="D")
    frame["idle_from"] = pd.Series(starts).astype("datetime64[s]").where(pd.Series(suspected))
    frame["duration_class"] = pd.Series(np.where(days > 730, "2y", "1y"), dtype="string").where(
        pd.Series(suspected)
    )
    frame["contracts_n"] = pd.Series(built.astype(int), dtype="Int64")
    has_far = built & (status == "started")
    far = np.round(rng.uniform(0.35, 2.1, count), 3)
    frame["far_plain"] = np.where(has_far, far, np.where(built & suspected, 0.0, np.nan))
    frame["floor_area_m2"] = frame["far_plain"] * area
    frame["footprint_m2"] = np.where(has_far, area * rng.uniform(0.25, 0.5, count), np.nan)
    limit = rng.choice([1.5, 2.0, 2.5, np.nan], count, p=[0.35, 0.35, 0.2, 0.1])
    frame["far_limit"] = np.where(built, limit, np.nan)
    frame["floor_area_headroom_m2"] = (frame["far_limit"] - frame["far_plain"]) * area
    bound = rng.choice(["far", "height", "coverage"], count, p=[0.7, 0.2, 0.1])
    known = frame["floor_area_headroom_m2"].notna().to_numpy()
    bound = np.where(known, bound, np.where(rng.random(count) < 0.2, "none", "unknown"))
    frame["bound_by"] = pd.Series(np.where(plot, bound, "unknown"), dtype="string")
    mixed = rng.choice(
        ["yes", "no", "undetermined", "not_mixed", "unknown", "conflict"],
        count,
        p=[0.14, 0.06, 0.06, 0.6, 0.1, 0.04],
    )
    frame["mixed_verdict"] = pd.Series(np.where(built, mixed, "not_mixed"), dtype="string")
    green_share = np.where(np.array(uses) == "green", 0.92, rng.uniform(0.04, 0.3, count))
    green_known = plot & (rng.random(count) < 0.9)
    frame["green_share"] = np.where(green_known, green_share, np.nan)
    frame["green_m2"] = frame["green_share"] * area
    frame["green_required_m2"] = np.where(green_known, 0.15 * area, np.nan)
    frame["green_balance_m2"] = frame["green_m2"] - frame["green_required_m2"]
    return frame, limit


def _inputs(
    uses: list[str], area: np.ndarray, limit: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Make up what a project would give of its parcels."""
    count = len(uses)
    plot = np.array([use != "road" for use in uses])
    built = plot & ~np.isin(uses, ["green", "reserve"])
    numbers = iter(range(1, count + 1))
    roads = iter(range(1, count + 1))
    ids = [f"LK-{next(numbers):03d}" if is_plot else f"R-{next(roads):02d}" for is_plot in plot]
    holders = [
        f"{''.join(rng.choice(list(_SURNAMES), 2))}{rng.choice(_TRADES)}有限公司"
        if is_built
        else None
        for is_built in built
    ]
    return pd.DataFrame(
        {
            "parcel_id": pd.Series(ids, dtype="string"),
            "zone_id": pd.Series(["Z1"] * count, dtype="string"),
            "land_use": pd.Series(uses, dtype="string"),
            "holder": pd.Series(holders, dtype="string"),
            "area_net_m2": np.where(plot, area, np.nan),
            "area_contract_m2": np.where(built, np.round(area, 0), np.nan),
            "industry_code": pd.Series(np.where(built, "C39", None), dtype="string"),
            "far_max": np.where(built, limit, np.nan),
            "height_max_m": np.where(built, 36.0, np.nan),
            "green_min_share": np.nan,
            "rights_clear": pd.Series(np.where(built, True, None), dtype="boolean"),  # noqa: FBT003
            "supply_planned_on": pd.Series(pd.NaT, index=range(count), dtype="datetime64[s]"),
        }
    )


def _context(
    shapes: list[Polygon],
    uses: list[str],
    built: np.ndarray,
    fence: Polygon,
    place: Callable[[Any], Any],
    rng: np.random.Generator,
) -> dict[str, gpd.GeoDataFrame]:
    """Draw halls on the plots that are built, lawns, gates and a railway."""
    buildings, green = [], []
    for number, shape in enumerate(shapes):
        if not built[number]:
            if uses[number] == "green":
                green.append(place(shape.buffer(-3)))
            continue
        x0, y0, x1, y1 = shape.buffer(-14).bounds
        halls = int(rng.integers(1, 4))
        step = (x1 - x0) / halls
        for k in range(halls):
            if step < 12:
                break
            deep = (y1 - y0) * rng.uniform(0.45, 0.95)
            buildings.append(place(box(x0 + k * step, y0, x0 + (k + 1) * step - 8, y0 + deep)))
        if rng.random() < 0.4:
            a, b, c, _ = shape.bounds
            green.append(place(box(a + 2, b + 2, c - 2, b + 9)))
    east = fence.bounds[2]
    gates = [Point(east, fence.bounds[3] * 0.5), Point(fence.bounds[0], fence.bounds[3] * 0.3)]
    return {
        "zones": gpd.GeoDataFrame(
            {"kind": ["fenced", "support"], "name": ["一期围网", "区外配套"]},
            geometry=[place(fence), place(box(east + 30, 200, east + 260, 420))],
            crs=CRS,
        ),
        "buildings": gpd.GeoDataFrame(geometry=buildings, crs=CRS),
        "green": gpd.GeoDataFrame(geometry=green, crs=CRS),
        "facilities": gpd.GeoDataFrame(
            {
                "kind": ["gate", "gate", "inspection", "power", "rail"],
                "name": ["主卡口", "西卡口", None, "110kV 变电站", None],
            },
            geometry=[
                *(place(gate) for gate in gates),
                place(Point(east - 120, fence.bounds[3] * 0.52)),
                place(Point(380, 500)),
                place(LineString([(-200, -60), (east + 300, -70)])),
            ],
            crs=CRS,
        ),
    }


def make_parts(n: int = 200, seed: int = 7) -> dict[str, Any]:
    """Return the frames of a zone of about `n` plots and its roads."""
    rng = np.random.default_rng(seed)
    shapes, uses, fence = _lay_out(n, rng)
    area = np.array([shape.area for shape in shapes])

    def place(shape: Any) -> Any:
        return translate(rotate(shape, 11, origin=fence.centroid), *ORIGIN)

    measures, limit = _measures(uses, area, rng)
    inputs = _inputs(uses, area, limit, rng)
    parcels = gpd.GeoDataFrame(
        pd.concat([inputs, measures], axis=1), geometry=[place(shape) for shape in shapes], crs=CRS
    )
    built = (measures["far_plain"] > 0).to_numpy()
    return {"parcels": parcels, "context": _context(shapes, uses, built, fence, place, rng)}


def make_findings(parcels: pd.DataFrame) -> pd.DataFrame:
    """Write four verdicts for every plot."""
    rows = []
    for row in parcels.itertuples():
        if row.land_use == "road":
            continue
        status = str(row.idle_status)
        idle = "yes" if status.startswith("suspected") else "no"
        if status == "unknown":
            idle = "unknown"
        far_known = not np.isnan(row.far_plain)
        low = far_known and row.far_plain < 0.8
        rows.append(
            (
                "idle",
                "art2_para1_one_year",
                idle,
                idle == "yes",
                float(row.idle_days) if idle == "yes" else np.nan,
                365.0,
                "days",
                "start_due_on,delivered_on" if idle == "unknown" else "",
                f"宗地{row.parcel_id}至2026-06-30{'已逾期' if idle == 'yes' else '未见逾期'}。",
                f"Parcel {row.parcel_id}: {'past' if idle == 'yes' else 'not past'} the anniversary.",
                "国土资源部令第53号 第二条第一款",
                "V",
                row,
            )
        )
        rows.append(
            (
                "far",
                "industrial_far_min",
                ("yes" if low else "no") if far_known else "unknown",
                low,
                row.far_plain,
                0.8,
                "ratio",
                "" if far_known else "floor_area_m2",
                f"容积率{row.far_plain:.2f}，控制指标下限0.80。"
                if far_known
                else "缺建筑面积，无法判断。",
                f"FAR {row.far_plain:.2f}, minimum 0.80."
                if far_known
                else "Floor area is missing.",
                "国土资发〔2008〕24号 附件",
                "MH",
                row,
            )
        )
        rows.append(
            (
                "mixed",
                "mixed_listed",
                "not_applicable" if row.mixed_verdict == "not_mixed" else "yes",
                False,
                np.nan,
                np.nan,
                None,
                "",
                "单一用途，本条不适用。"
                if row.mixed_verdict == "not_mixed"
                else "用途组合列入鼓励混合范围。",
                "Single use." if row.mixed_verdict == "not_mixed" else "The mix is listed.",
                "济南市 五(一)",
                "V",
                row,
            )
        )
        over = row.green_share > 0.2
        rows.append(
            (
                "green",
                "green_cap",
                "unknown" if np.isnan(row.green_share) else "yes" if over else "no",
                bool(over),
                row.green_share,
                0.2,
                "share",
                "green" if np.isnan(row.green_share) else "",
                "绿地率与上限20%比较。",
                "Green ratio against the cap of 20 %.",
                "国土资发〔2008〕24号",
                "V2",
                row,
            )
        )
    frame = empty_frame(FINDINGS, pd.RangeIndex(len(rows)))
    names = (
        "analysis",
        "rule",
        "verdict",
        "attention",
        "measured",
        "limit",
        "unit",
        "missing",
        "note_zh",
        "note_en",
        "clause",
        "confidence",
    )
    for k, name in enumerate(names):
        frame[name] = pd.Series([entry[k] for entry in rows], dtype=FINDINGS.column(name).dtype)
    frame["parcel_id"] = pd.Series([entry[-1].parcel_id for entry in rows], dtype="string")
    frame["zone_id"] = pd.Series("Z1", index=frame.index, dtype="string")
    frame["pack"] = pd.Series("jinan-2021", index=frame.index, dtype="string")
    frame["status"] = pd.Series("validity_unverified", index=frame.index, dtype="string")
    frame["area_basis"] = pd.Series("net", index=frame.index, dtype="string")
    zone = frame.iloc[[0]].assign(
        parcel_id=pd.NA,
        analysis="green",
        rule="zone_green_floor",
        verdict="no",
        attention=False,
        measured=0.168,
        limit=0.2,
        unit="share",
        missing="",
        note_zh="全区绿地率16.80%，目标20%。",
        note_en="Zone green ratio 16.80 %, target 20 %.",
    )
    return pd.concat([zone.astype(frame.dtypes), frame], ignore_index=True)


def make_recommendations(parcels: pd.DataFrame) -> pd.DataFrame:
    """Write what to do for the suspected, the unknown and the thinly built."""
    texts = {
        "suspected_2y": [
            (
                "investigate",
                1,
                "调查核实（涉嫌闲置满两年）",
                "Investigate (two years)",
                date(2026, 7, 30),
            ),
            ("urge", 2, "动工督促", "Urge the start", None),
        ],
        "suspected_1y": [
            (
                "investigate",
                2,
                "调查核实（涉嫌闲置满一年）",
                "Investigate (one year)",
                date(2026, 8, 15),
            )
        ],
        "gov_cause": [("remedy", 3, "协商处置（第十二条）", "Agree a remedy (art. 12)", None)],
        "to_check": [("check", 4, "核实开工情况", "Check whether works have started", None)],
        "unknown": [
            ("complete", 5, "补充动工、交地资料", "Complete the start and delivery dates", None)
        ],
    }
    rows = []
    for row in parcels.itertuples():
        rows.extend((row, *entry) for entry in texts.get(str(row.idle_status), []))
        if row.far_plain < 0.7 and row.idle_status == "started":
            rows.append(
                (
                    row,
                    "add_floors",
                    6,
                    "提高容积率：加层或重新布局",
                    "Raise the floor-area ratio",
                    None,
                )
            )
    frame = empty_frame(RECOMMENDATIONS, pd.RangeIndex(len(rows)))
    values = {
        "parcel_id": [entry[0].parcel_id for entry in rows],
        "zone_id": ["Z1"] * len(rows),
        "action": [entry[1] for entry in rows],
        "priority": [entry[2] for entry in rows],
        "title_zh": [entry[3] for entry in rows],
        "title_en": [entry[4] for entry in rows],
        "why_zh": [
            f"现状：{entry[0].idle_status}；面积{entry[0].area_m2:.0f}平方米。" for entry in rows
        ],
        "why_en": [f"Status {entry[0].idle_status}; {entry[0].area_m2:.0f} m2." for entry in rows],
        "rules": ["art2_para1_one_year"] * len(rows),
        "clause": ["国土资源部令第53号 第五条"] * len(rows),
        "confidence": ["V"] * len(rows),
        "area_m2": [entry[0].area_m2 for entry in rows],
        "due_on": pd.to_datetime(pd.Series([entry[5] for entry in rows], dtype="object")),
        "decided_by": ["市自然资源主管部门"] * len(rows),
    }
    for name, column in values.items():
        frame[name] = pd.Series(column, dtype=RECOMMENDATIONS.column(name).dtype)
    return frame


def make_view(n: int = 200, **changes: Any) -> MapView:
    """Return the view of a zone of about `n` plots; `changes` replace any part of it."""
    parts = make_parts(n)
    parcels = changes.pop("parcels", parts["parcels"])
    zones = empty_frame(ZONES, pd.RangeIndex(1))
    zones["zone_id"] = pd.Series(["Z1"], dtype="string")
    zones["name"] = pd.Series(["临空综合保税区（示例）"], dtype="string")
    zones["area_m2"] = 5_218_346.0
    zones["green_share"] = 0.168
    zones["green_target_share"] = 0.2
    zones["suspected_area_m2"] = 331_245.0
    zones["suspected_share"] = 0.0635
    transfers = empty_frame(TRANSFERS, pd.RangeIndex(1))
    transfers["zone_id"] = pd.Series(["Z1"], dtype="string")
    transfers["from_parcel_id"] = pd.Series(["LK-003"], dtype="string")
    transfers["to_parcel_id"] = pd.Series(["LK-001"], dtype="string")
    transfers["area_m2"] = 820.0
    contracts = pd.DataFrame(
        {
            "parcel_id": parcels["parcel_id"],
            "contract_no": "鲁01-2021-" + parcels["parcel_id"].astype("string"),
            "idle_status": parcels["idle_status"],
            "idle_from": parcels["idle_from"],
        }
    )
    values: dict[str, Any] = {
        "name": "临空综合保税区土地利用核查（示例）",
        "as_of": date(2026, 6, 30),
        "label": "内部资料",
        "policy_title": Text(
            "济南市综合保税区用地政策（2021）", "Jinan bonded-zone land policy (2021)"
        ),
        "policy_status": "validity_unverified",
        "notices": (
            Text(
                "规则包效力待核实：文件目标年为2023年。", "The validity of the pack is unverified."
            ),
            Text("3 宗地缺少交地日期，相关结论为未知。", "3 parcels lack a delivery date."),
        ),
        "crs": CRS,
        "area_method": "plane",
        "data_hash": "sha256:4f1d9c02",
        "agency": "示例市自然资源和规划局",
        "parcels": parcels,
        "findings": make_findings(parcels),
        "recommendations": make_recommendations(parcels),
        "zones": zones,
        "contracts": contracts,
        "transfers": transfers,
        "context": parts["context"],
        "parcel_columns": PARCEL_COLUMNS,
        "rule_titles": RULES,
        "column_labels": {
            "start_due_on": Text("约定动工日", "agreed start date"),
            "delivered_on": Text("交地日", "delivery date"),
        },
        "code_labels": {"land_use": USES},
    }
    values.update(changes)
    return MapView(**values)


@pytest.fixture(scope="session")
def view_of() -> Callable[..., MapView]:
    """Give tests `make_view`."""
    return make_view


@pytest.fixture(scope="session")
def parts_of() -> Callable[..., dict[str, Any]]:
    """Give tests `make_parts`."""
    return make_parts
