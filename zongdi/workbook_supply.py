"""The sheets of land supply and performance: the plan that is edited and read back, and what stands behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from analyses import results as contracts
from analyses.results_performance import EXIT_STATES, INDICATORS
from analyses.results_supply import BOUNDARY_ISSUES, STATES, STOCK_LEVELS
from policies.text import Text
from zongdi.workbook_table import Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.columns import Column, Contract
    from zongdi.results import Results

__all__ = ["PLAN_SHEET", "supply_sheets"]

#: The sheet that `[layers.plan]` and ``--plan`` read back.
PLAN_SHEET = "供地计划"
#: What the plan prints, on one sheet of A3: what is decided and why; first what a planner edits.
_PLAN_FIRST = (
    *("parcel_id", "zone_id", "quarter", "decision", "land_use", "area_m2", "instrument"),
    *("term_years", "lease_years", "edit_note", "why_zh", "ready", "cost_wan"),
    *("price_reserve_wan", "planning_conditions_no", "project_id"),
)
_PLAN_REMARK = Text(
    "供地计划草案，供会商。可改“拟供季度、编辑决定、供应方式、年期、编辑说明”各列；右侧各列（缺口、得分等）不打印；改后另存到成果文件夹以外，用 zongdi run 项目 --plan 文件 读回核对。",
    "Draft supply plan. Edit quarter, decision, instrument, term and remark; the columns on the right (gaps, scores) are not printed; save it outside the result folder and read it back with zongdi run PROJECT --plan FILE.",
)
_REMARKS: dict[str, Text] = {
    "readiness": Text(
        "未知不视为具备；缺口列明于各行。",
        "What is not known is not met; every row names its gaps.",
    ),
    "standard_land": Text(
        "空格为未给出的指标，不作推定。",
        "Blank: a value that nobody gave; none is assumed.",
    ),
    "performance": Text(
        "“已开发”三种口径并列；有未知部分的只给上下限。",
        "Three readings of developed land side by side; a share with an unknown part is given between bounds.",
    ),
    "exit_watch": Text(
        "状态由评估结果按年推得，是否启动退出由主管机关决定。",
        "The state follows year by year from the ratings; whether an exit is started is for the authority.",
    ),
    "stock": Text(
        "可开发⊇已达供地条件⊇已供应⊇已建成；空置厂房不是闲置土地。",
        "Developable holds ready, that supplied, that built; a vacant workshop is no idle land.",
    ),
    "swap_balances": Text(
        "测算值，以评估和协商为准。", "Calculated values; valuation and agreement prevail."
    ),
    "rectification": Text(
        "线索清单，是否整改由主管部门决定。", "Candidates; the authority decides."
    ),
}
_TABS = {
    "plan_summary": "供地结构与时序",
    "stock": "土地存量",
    "boundary": "四至核对",
    "rectification": "限期整改线索",
    "readiness": "供应条件",
    "locations": "区位",
    "standard_land": "标准地",
    "bid_checks": "竞买核对",
    "swap_balances": "物业换地测算",
    "performance": "绩效",
    "exit_watch": "退出预警",
    "yields": "亩均效益",
}
_LABELS: dict[str, Mapping[str, Text]] = {
    "level": STOCK_LEVELS,
    "of_level": STOCK_LEVELS,
    "issue": BOUNDARY_ISSUES,
    "indicator": INDICATORS,
    "state": EXIT_STATES,
}


def _labelled(
    frame: pd.DataFrame, columns: tuple[Column, ...]
) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """Write the codes of states and levels by their Chinese labels."""
    rows, made = frame.copy(deep=False), []
    for column in columns:
        labels = _LABELS.get(column.name) or (STATES if set(column.codes) == set(STATES) else None)
        if labels is None or column.name not in rows:
            made.append(column)
            continue
        names = {code: label.zh for code, label in labels.items()}
        rows[column.name] = rows[column.name].map(names).astype("string")
        made.append(replace(column, type="text", codes=()))
    return rows, tuple(made)


def _sheet(name: str, contract: Contract, frame: pd.DataFrame, limit: int) -> Sheet:
    remark = _REMARKS.get(contract.name)
    if len(frame) > limit:
        more = Text(
            f"共 {len(frame)} 行，此处列前 {limit} 行，全部见 {contract.name}.csv。",
            f"{len(frame)} rows, the first {limit} here, all in {contract.name}.csv.",
        )
        remark = more if remark is None else Text(remark.zh + more.zh, f"{remark.en} {more.en}")
    rows, columns = _labelled(frame.head(limit), contract.columns)
    return Sheet(name, contract.label, columns, rows, remark)


def supply_sheets(results: Results, *, limit: int = 200_000) -> list[Sheet]:
    """Return the sheets of land supply and performance; none for a table without rows.

    Parameters
    ----------
    results : Results
        The results of the run.
    limit : int
        Rows beyond this stay in the CSV files.
    """
    made = []
    if len(results.plan):
        contract = contracts.PLAN
        rest = tuple(column.name for column in contract.columns if column.name not in _PLAN_FIRST)
        ordered = tuple(contract.column(name) for name in (*_PLAN_FIRST, *rest))
        rows, columns = _labelled(results.plan.head(limit), ordered)
        made.append(Sheet(PLAN_SHEET, contract.label, columns, rows, _PLAN_REMARK, unprinted=rest))
    for contract in contracts.SUPPLY_TABLES:
        frame = results.supply.get(contract.name, pd.DataFrame())
        if len(frame):
            made.append(_sheet(_TABS[contract.name], contract, frame, limit))
    return made
