"""What stands on each sheet of the workbook: which frame, which columns, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses import results as contracts
from layers.contracts import CONTRACTS
from policies.text import Text
from zongdi.workbook_table import Sheet

if TYPE_CHECKING:
    import pandas as pd

    from layers.columns import Column, Contract
    from zongdi.results import Results

__all__ = ["FINDINGS_LIMIT", "Sheet", "sheets"]

#: Findings beyond this stay in findings.parquet, and the sheet says so.
FINDINGS_LIMIT = 200_000

_IDENTITY = ("parcel_id", "zone_id", "holder", "land_use", "area_m2", "area_basis")
_BY_ANALYSIS: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    (
        "idle",
        Text("闲置土地", "Idle land"),
        (
            "idle_status",
            "idle_from",
            "idle_two_years_on",
            "idle_days",
            "duration_class",
            "fee_order53_wan",
            "fee_law_max_wan",
            "contracts_n",
        ),
    ),
    (
        "far",
        Text("容积率", "Floor area"),
        (
            "footprint_m2",
            "floor_area_m2",
            "floor_area_source",
            "far_plain",
            "far_control",
            "far_plan",
            "far_limit",
            "far_floor",
            "bound_by",
            "floor_area_headroom_m2",
            "building_density_share",
            "building_coefficient_share",
            "admin_land_share",
        ),
    ),
    ("mixed", Text("混合用途", "Mixed use"), ("mixed_verdict", "mixed_uses")),
    (
        "green",
        Text("绿地", "Green"),
        (
            "green_m2",
            "green_share",
            "green_required_m2",
            "green_balance_m2",
            "green_over_cap_m2",
            "green_given_m2",
            "green_received_m2",
        ),
    ),
)


def _declared(name: str) -> Column:
    """Find a column's declaration among the inputs and the measures of a parcel."""
    if name in contracts.PARCEL_MEASURES:
        return contracts.PARCEL_MEASURES.column(name)
    return CONTRACTS["parcels"].column(name)


def _of_contract(
    name: str, contract: Contract, frame: pd.DataFrame, remark: Text | None = None
) -> Sheet:
    return Sheet(name, contract.label, contract.columns, frame, remark)


def _contract_rows(results: Results) -> Sheet:
    """Return the ledger with what came of it: the ledger's own columns first."""
    frame = results.contracts
    ledger = CONTRACTS["ledger"]
    wanted = [c for c in ledger.columns if c.name in frame and frame[c.name].notna().any()]
    known = {column.name for column in wanted}
    measured = [
        c for c in contracts.PARCEL_MEASURES.columns if c.name in frame and c.name not in known
    ]
    return Sheet(
        "合同台账",
        Text("合同台账与闲置状态", "Contracts and their idle status"),
        (*wanted, *measured),
        frame,
    )


def sheets(results: Results) -> list[Sheet]:
    """Return every sheet below the summary, in order."""
    parcels = results.parcels
    made = [
        _of_contract("建议", contracts.RECOMMENDATIONS, results.recommendations),
    ]
    for _, title, names in _BY_ANALYSIS:
        columns = tuple(_declared(name) for name in (*_IDENTITY, *names))
        made.append(Sheet(title.zh, title, columns, parcels))
    made.append(_contract_rows(results))
    made.append(_of_contract("法定期限", contracts.DEADLINES, results.deadlines))
    made.append(_of_contract("闲置汇总", contracts.IDLE_SUMS, results.idle_sums))
    made.append(
        _of_contract(
            "到期预测",
            contracts.IDLE_FORECAST,
            results.idle_forecast,
            Text(
                "假定审查日以后没有任何变化（不动工、不延期、不认定），未来二十四个月内各月新进入各状态的宗地；每宗取最重的状态。",
                "If nothing happens after the review date (no start, extension or finding): parcels entering each status in the 24 months ahead; each by its gravest status.",
            ),
        )
    )
    made.append(
        _of_contract(
            "绿地统筹",
            contracts.TRANSFERS,
            results.transfers,
            Text(
                "统筹平衡测算方案，不是权利；唯一后续事项是依程序调整各宗地的绿地率条件。",
                "A balance calculation, not a right; its only action is to revise the parcels' green conditions by procedure.",
            ),
        )
    )
    openings = results.mixed_openings
    made.append(
        _of_contract(
            "可增混合用途",
            contracts.MIXED_OPENINGS,
            openings.head(FINDINGS_LIMIT),
            Text(
                f"共 {len(openings)} 条，此处最多列 {FINDINGS_LIMIT} 条，全部见 mixed_openings.csv；均为候选线索，须以规划条件、控规为准。",
                f"{len(openings)} in all, at most {FINDINGS_LIMIT} here, every one in mixed_openings.csv; candidates only, planning conditions and control plan prevail.",
            ),
        )
    )
    made.append(_of_contract("区汇总", contracts.ZONES, results.zones))
    findings = results.findings
    cut = len(findings) > FINDINGS_LIMIT
    made.append(
        _of_contract(
            "核查结论",
            contracts.FINDINGS,
            findings.head(FINDINGS_LIMIT),
            Text(
                f"共 {len(findings)} 条，此处仅列前 {FINDINGS_LIMIT} 条，其余见 findings.parquet。",
                f"{len(findings)} in all; the first {FINDINGS_LIMIT} are here, the rest in findings.parquet.",
            )
            if cut
            else None,
        )
    )
    made.append(_of_contract("数据问题", contracts.PROBLEMS, results.problems))
    return made
