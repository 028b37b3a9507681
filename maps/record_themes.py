"""Themes that stand in tables beside the parcels: recommendations, the supply plan, problems of the data."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from maps.classing import ROAD, Periods, Theme, ThemeClass, compact, is_road, numbers_of
from maps.palettes import ACTION_FILLS, DATA_FILLS, GREY, PALE, QUALITATIVE, YEARS
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "action_theme",
    "data_theme",
    "evidence_theme",
    "first_actions",
    "supply_theme",
    "surplus_theme",
]

#: Below this share of its area in its zone a parcel crosses the boundary; above it lies rounding.
_WHOLE = 0.999

_MOST_ACTIONS = 24

#: A byte says in which period a parcel stands; a plan over more quarters holds a slip of the pen.
_MOST_PERIODS = 255


def _rows_of(frame: pd.DataFrame | None, parcels: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `frame` that belong to parcels, with the `place` of the parcel."""
    if frame is None or len(frame) == 0 or "parcel_id" not in frame or "parcel_id" not in parcels:
        return pd.DataFrame({"place": pd.Series(dtype="intp")})
    ids = pd.Index(parcels["parcel_id"].astype("string"))
    place = ids.get_indexer(pd.Index(frame["parcel_id"].astype("string")))
    return frame.assign(place=place)[place >= 0]


def first_actions(parcels: pd.DataFrame, recommendations: pd.DataFrame | None) -> pd.Series[str]:
    """Return the code of the most urgent recommendation of each parcel; empty where there is none."""
    codes = np.full(len(parcels), "", dtype=object)
    rows = _rows_of(recommendations, parcels)
    if len(rows):
        ordered = rows.sort_values(["priority", "place"], kind="stable", na_position="last")
        first = ordered.drop_duplicates("place")
        codes[first["place"].to_numpy()] = first["action"].astype("string").fillna("").to_numpy()
    return pd.Series(codes)


def action_theme(parcels: pd.DataFrame, recommendations: pd.DataFrame | None) -> Theme | None:
    """Class parcels by their most urgent recommendation, the most urgent class first."""
    rows = _rows_of(recommendations, parcels)
    if len(rows) == 0:
        return None
    rows = rows.sort_values(["priority", "place"], kind="stable", na_position="last")
    first = rows.drop_duplicates("place")
    actions = first.drop_duplicates("action").dropna(subset="action")
    # A legend has room for so many; what lies beyond is the least urgent.
    actions = actions.iloc[:_MOST_ACTIONS]
    spare = iter(QUALITATIVE * (_MOST_ACTIONS // len(QUALITATIVE) + 1))
    classes = []
    for row in actions.itertuples():
        code = str(row.action)
        fill, pattern = ACTION_FILLS.get(code) or (next(spare), "solid")
        zh, en = (
            str(text) if isinstance(text, str) else code for text in (row.title_zh, row.title_en)
        )
        classes.append(ThemeClass(code, Text(zh, en), fill, pattern))
    position = {entry.code: number for number, entry in enumerate(classes)}
    other, nothing, quiet = len(classes), len(classes) + 1, len(classes) + 2
    codes = np.full(len(parcels), nothing, dtype=np.intp)
    codes[first["place"].to_numpy()] = (
        first["action"].astype("string").map(position).fillna(other).to_numpy(dtype=np.intp)
    )
    codes = np.where(is_road(parcels) & (codes == nothing), quiet, codes)
    classes += [
        ThemeClass("other", Text("其他建议", "other recommendations"), GREY),
        ThemeClass("no_action", Text("无建议", "no recommendation"), "#ffffff"),
        ROAD,
    ]
    return compact(
        "action",
        Text("首要建议", "First action"),
        Text("每宗地最紧迫的一项建议", "the most urgent recommendation of each parcel"),
        classes,
        codes,
    )


def supply_theme(parcels: pd.DataFrame, plan: pd.DataFrame | None) -> Theme | None:
    """Class parcels by the year in which the draft plan supplies them."""
    rows = _rows_of(plan, parcels)
    if len(rows) == 0:
        return None
    weighed = np.empty(0, dtype=np.intp)
    if "chosen" in rows:
        # A plan that does not say so lists what is chosen.
        chosen = rows["chosen"].astype("boolean").fillna(value=True).to_numpy(dtype=bool)
        weighed, rows = rows.loc[~chosen, "place"].to_numpy(), rows.loc[chosen]
    first = rows.sort_values(["quarter", "place"], kind="stable").drop_duplicates("place")
    years = first["quarter"].astype("string").str.extract(r"(\d{4})", expand=False)
    listed = sorted(years.dropna().unique())
    classes = [
        ThemeClass(year, Text(f"{year}年", year), YEARS[min(number, len(YEARS) - 1)])
        for number, year in enumerate(listed)
    ]
    position = {year: number for number, year in enumerate(listed)}
    undated, candidate, outside, quiet = range(len(classes), len(classes) + 4)
    codes = np.where(is_road(parcels), quiet, outside).astype(np.intp)
    codes[weighed] = candidate
    codes[first["place"].to_numpy()] = years.map(position).fillna(undated).to_numpy(dtype=np.intp)
    classes += [
        ThemeClass("unknown", Text("年度未知", "year unknown"), "#ffffff", "unknown"),
        ThemeClass("candidate", Text("候选，未列入计划", "weighed, not in the plan"), "#ece2f0"),
        ThemeClass("outside", Text("不在供地计划内", "not in the plan"), PALE),
        ROAD,
    ]
    theme = compact(
        "supply",
        Text("供地计划", "Land supply"),
        Text("供地计划草案，按年度", "the draft supply plan, by year"),
        classes,
        codes,
    )
    return replace(theme, periods=_periods(first["quarter"], first["place"], len(parcels)))


def _periods(quarter: pd.Series[str], place: pd.Series[int], count: int) -> Periods | None:
    """Return the quarters of the plan, those without a parcel between them too."""
    said = quarter.astype("string").str.strip()
    # As the program writes it; of anything else the year counts, as it does for the class.
    read = said.where(
        said.str.fullmatch(r"\d{4}Q[1-4]"), said.str.extract(r"(\d{4})", expand=False)
    )
    dated = read.notna().to_numpy(dtype=bool)
    if not dated.any():
        return None
    own = read[dated].tolist()
    found = set(own)
    names = sorted(found | _between([name for name in found if "Q" in name]))
    if len(names) > _MOST_PERIODS:
        return None
    position = {name: at for at, name in enumerate(names, start=1)}
    codes = np.zeros(count, dtype=np.uint8)
    codes[place.to_numpy()[dated]] = [position[name] for name in own]
    return Periods(tuple(names), codes)


def _between(quarters: Sequence[str]) -> set[str]:
    """Return every quarter from the first to the last."""
    if not quarters:
        return set()
    first, last = min(quarters), max(quarters)
    years = range(int(first[:4]), int(last[:4]) + 1)
    every = (f"{year:04}Q{part}" for year, part in product(years, range(1, 5)))
    return {name for name in every if first <= name <= last}


def surplus_theme(parcels: pd.DataFrame, surplus: pd.DataFrame | None) -> Theme | None:
    """Class parcels of completed projects by the undeveloped land found on them."""
    rows = _rows_of(surplus, parcels)
    if len(rows) == 0:
        return None
    against = rows["against"].astype("string").fillna("") != ""
    free = np.zeros(len(parcels), dtype=bool)
    held = np.zeros(len(parcels), dtype=bool)
    free[rows.loc[~against, "place"].to_numpy()] = True
    held[rows.loc[against, "place"].to_numpy()] = True
    codes = np.select([free, held, is_road(parcels)], [0, 1, 3], default=2)
    return compact(
        "surplus",
        Text("节余土地", "Surplus land"),
        Text(
            "线索：已竣工项目的连片未建土地", "candidates: undeveloped land of completed projects"
        ),
        [
            ThemeClass("free", Text("未见不利因素", "nothing known against it"), "#1b7837"),
            ThemeClass(
                "held", Text("有不利因素，见卡片", "something against it: see the card"), "#a6dba0"
            ),
            ThemeClass("none", Text("未发现", "none found"), PALE),
            ROAD,
        ],
        codes,
    )


#: What the ground says against the ledger, the weightiest first.
_EVIDENCE = {
    "idle.evidence_not_started": Text(
        "记为未动工，地上有建筑", "recorded as not started, yet something stands"
    ),
    "idle.evidence_nothing_stands": Text(
        "记为已动工，地上无建筑", "recorded as started, yet nothing stands"
    ),
    "idle.evidence_silent": Text(
        "台账未载，地上有变化", "the ledger is silent, the ground has changed"
    ),
}


def evidence_theme(parcels: pd.DataFrame, findings: pd.DataFrame | None) -> Theme | None:
    """Class parcels by whether what stands on the ground agrees with the ledger."""
    if findings is None or "rule" not in findings:
        return None
    rules = list(_EVIDENCE)
    rows = _rows_of(findings[findings["rule"].isin(rules)], parcels)
    if len(rows) == 0:
        return None
    fills = ("#d55e00", "#cc79a7", "#e69f00")
    classes = [
        ThemeClass(rule, text, fill, "suspected")
        for (rule, text), fill in zip(_EVIDENCE.items(), fills, strict=True)
    ]
    agrees, unknown, silent, road = range(len(classes), len(classes) + 4)
    classes += [
        ThemeClass("agrees", Text("未见不一致", "no contradiction seen"), "#d3e2d8"),
        ThemeClass("unknown", Text("资料不足", "facts are missing"), "#ffffff", "unknown"),
        ThemeClass("none", Text("不涉及", "not asked"), PALE),
        ROAD,
    ]
    verdict = rows["verdict"].astype("string").fillna("unknown")
    rank = np.select(
        [verdict == "yes", verdict == "no", verdict == "unknown"],
        [rows["rule"].map({rule: k for k, rule in enumerate(rules)}), agrees, unknown],
        default=silent,
    )
    codes = np.where(is_road(parcels), road, silent).astype(np.intp)
    told = pd.Series(rank).groupby(rows["place"].to_numpy()).min()
    codes[told.index.to_numpy()] = told.to_numpy(dtype=np.intp)
    return compact(
        "evidence",
        Text("现场线索", "On the ground"),
        Text("线索，供现场核查，不改变状态", "candidates for a visit; no status follows"),
        classes,
        codes,
    )


def data_theme(parcels: pd.DataFrame, problems: pd.DataFrame | None) -> Theme:
    """Class parcels by the gravest problem of their boundary or their data."""
    labels = {
        "error": Text("数据错误", "error in the data"),
        "boundary": Text("界线问题（重叠、跨界、图形）", "boundary: overlap, crossing, shape"),
        "warning": Text("数据存疑", "doubtful data"),
        "note": Text("数据已换算或修复", "converted or repaired"),
        "unknown": Text("没有图形或面积", "no shape or no area"),
        "clear": Text("未发现问题", "no problem found"),
    }
    classes = [ThemeClass(code, labels[code], *fill) for code, fill in DATA_FILLS.items()]
    position = {entry.code: number for number, entry in enumerate(classes)}
    codes = np.full(len(parcels), position["clear"], dtype=np.intp)

    def gravest(where: NDArray[np.bool_] | NDArray[np.intp], code: str) -> None:
        codes[where] = np.minimum(codes[where], position[code])

    gravest(~np.isfinite(numbers_of(parcels, "area_m2")), "unknown")
    share = numbers_of(parcels, "zone_share")
    gravest((share > 0) & (share < _WHOLE), "boundary")
    rows = _rows_of(problems, parcels)
    if len(rows):
        severity = rows["severity"].astype("string").fillna("").to_numpy(dtype=object)
        shape = ((rows["column"] == "geometry") & (rows["layer"] == "parcels")).to_numpy(
            dtype=bool, na_value=False
        )
        place = rows["place"].to_numpy()
        gravest(place[severity == "note"], "note")
        gravest(place[severity == "warning"], "warning")
        gravest(place[shape & (severity != "note")], "boundary")
        gravest(place[severity == "error"], "error")
    return compact(
        "data",
        Text("界线与数据", "Boundary and data"),
        Text("读入时发现的问题", "problems found in reading"),
        classes,
        codes,
    )
