"""What the workbook's cells say in place of codes: labels by column, and of lists of codes each part.

The codes themselves stay in the CSV and Parquet files.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from analyses.deadlines import STEPS
from analyses.missing_labels import missing_label
from analyses.results import (
    BOUND_BY,
    DURATION_CLASSES,
    IDLE_STATUSES,
    MIXED_VERDICTS,
    VERDICTS,
    ZONE_AREA_SOURCES,
)
from analyses.results_far import FREE_GROUND_KINDS, PATH_BASES, PATHS
from analyses.results_green import GREEN_ITEMS, GREEN_SITE_KINDS, POOL_STATUSES
from analyses.results_paragraphs import ZONE_SECTIONS
from layers.codes import CAUSES, CODE_LISTS, REMEDIES, USES
from layers.contracts import CONTRACTS
from maps.labels import ANALYSES
from policies.model import CONFIDENCE, STATUSES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.columns import Column

__all__ = ["LABELS", "UNITS", "labelled", "names_facts", "said"]

#: Units as headings and cells have them.
UNITS: dict[str, str] = {
    "m2": "㎡",
    "ha": "公顷",
    "mu": "亩",
    "wan": "万元",
    "wan/ha": "万元/公顷",
    "wan/mu": "万元/亩",
    "days": "天",
    "share": "比例",
    "ratio": "倍",
    "m": "米",
    "year": "年",
    "years": "年",
    "rank": "名次",
}
_SOURCES: dict[str, Text] = {
    "parcel": Text("规划条件", "planning conditions"),
    "plan_zones": Text("控规地块", "control plan"),
    "project": Text("项目文件", "project file"),
    "zone": Text("全区", "the zone"),
    "zone_target": Text("全区目标", "target of the zone"),
    "parcel_floor": Text("宗地下限", "minimum of the parcel"),
    "headroom": Text("剩余可建面积", "headroom"),
    "none": Text("无", "none"),
    "polygon": Text("区范围面", "polygon of the zone"),
    "parcels": Text("宗地之和", "sum of the parcels"),
    "distance": Text("距离", "distance"),
    "table": Text("成本表", "table of costs"),
}

#: By name of a column.
LABELS: dict[str, Mapping[str, Text]] = {
    "idle_status": IDLE_STATUSES,
    "mixed_verdict": MIXED_VERDICTS,
    "bound_by": BOUND_BY,
    "verdict": VERDICTS,
    "analysis": ANALYSES,
    "area_source": ZONE_AREA_SOURCES,
    "confidence": {"P": Text("项目自有数据", "the project's own data"), **CONFIDENCE},
    "status": STATUSES,
    "area_basis": {
        "net": Text("规划净用地面积", "planned net area"),
        "contract": Text("合同面积", "contract area"),
        "registered": Text("登记面积", "registered area"),
        "measured": Text("图上量算面积", "measured area"),
    },
    "duration_class": DURATION_CLASSES,
    "section": ZONE_SECTIONS,
    "severity": {
        "error": Text("错误", "error"),
        "warning": Text("警告", "warning"),
        "note": Text("提示", "note"),
    },
    "step": STEPS,
    "land_use": USES.labels,
    "cause": CAUSES.labels,
    "case_measure": REMEDIES.labels,
    "layer": {contract.name: contract.label for contract in CONTRACTS.values()},
    "unit": {code: Text(sign, code) for code, sign in UNITS.items()},
    "parts_unit": {code: Text(sign, code) for code, sign in UNITS.items()},
    "floor_area_source": {
        "recorded": Text("登记建筑面积", "recorded floor area"),
        "storeys_table": Text("分层表", "table of storeys"),
        "floors_x_footprint": Text("层数×基底", "storeys times footprint"),
        "height": Text("高度推算", "from the height"),
        "surface_model": Text("地表模型推算", "from the surface model"),
        "none": Text("无数据", "no data"),
        "no_building": Text("无建筑", "no building"),
    },
    "opening": {
        "add": Text("可增用途", "use that could be added"),
        "share": Text("可共享设施", "facility that could be shared"),
    },
    "item": {
        "parcel": Text("宗地", "parcel"),
        "public": Text("公共绿地", "public green"),
    },
    **dict.fromkeys(("required_source", "cap_source", "target_source"), _SOURCES),
    **dict.fromkeys(("land_bound_by", "floor_bound_by", "binding"), _SOURCES),
    **dict.fromkeys(("pool", "denominator", "cost_kind"), _SOURCES),
}
#: By the codes that a column declares, where its name says too little.
_LISTS: tuple[Mapping[str, Text], ...] = (
    *(VERDICTS, PATHS, PATH_BASES, FREE_GROUND_KINDS, GREEN_ITEMS),
    *(GREEN_SITE_KINDS, POOL_STATUSES),
)
#: Columns whose codes are names of columns, layers and rules.
_FACTS = frozenset({"missing", "waiver_missing", "due_missing", "basis"})


def labelled(
    column: Column, given: Mapping[str, Mapping[str, Text]] | None = None
) -> Mapping[str, Text]:
    """Return the labels by which the codes of a column are shown; empty where it has none.

    Parameters
    ----------
    column : Column
        The column.
    given : mapping of str to mapping of str to Text, optional
        Labels that prevail, by column.
    """
    by_codes = next((one for one in _LISTS if set(one) == set(column.codes or ())), None)
    if by_codes is not None:
        return by_codes
    known = (given or {}).get(column.name) or LABELS.get(column.name)
    if known is not None:
        return known
    listed = CODE_LISTS.get(column.codes) if column.codes else None
    return {} if listed is None else listed.labels


def said(text: str, labels: Mapping[str, Text], *, facts: bool = False) -> str:
    """Return what a cell says for a code or a list of codes; what is no code stays as it is.

    Parameters
    ----------
    text : str
        As it stands in the table.
    labels : mapping of str to Text
        By code.
    facts : bool
        Whether names of columns and layers are called by their labels.

    Examples
    --------
    >>> said("holder,gov_plan", CAUSES.labels)
    '企业自身原因、规划依法修改（第八条第二项）'
    >>> said("far_max,ruleset_2023", {}, facts=True)
    '容积率上限、2023年工业项目控制指标'
    """
    if text in labels:
        return labels[text].zh
    if facts:
        return "、".join(_fact(part.strip()) for part in text.split(",") if part)
    for mark in (",", "+"):
        parts = [part.strip() for part in text.split(mark)]
        if len(parts) > 1 and all(part in labels for part in parts):
            return "、".join(labels[part].zh for part in parts)
    return text


def names_facts(column: Column) -> bool:
    """Say whether the cells of a column name what is missing, or from what a date runs."""
    return column.name in _FACTS


@cache
def _fact(name: str) -> str:
    return missing_label(name).zh
