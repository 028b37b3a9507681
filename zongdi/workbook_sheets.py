"""What stands on each sheet of the workbook: which frame, which columns, in which order, with which links."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses import results as contracts
from analyses.idle_rules import IdleRules
from analyses.results_paragraphs import PARAGRAPHS, ZONE_SUMMARY
from layers.codes import USES
from layers.columns import Column, Contract
from layers.contracts import CONTRACTS
from policies.text import Text
from zongdi.workbook_cells import LINKS_LIMIT, link_to_map, link_to_row
from zongdi.workbook_fills import column_fills
from zongdi.workbook_glossary import glossary_sheet
from zongdi.workbook_ledger import LEDGER_SHEET, ledger_sheet
from zongdi.workbook_supply import supply_sheets
from zongdi.workbook_table import FIRST_ROW, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zongdi.results import Results

__all__ = ["FINDINGS_LIMIT", "LEAN_PARCELS", "Sheet", "sheets"]

#: With more parcels than this the workbook is lean: no English beside, no paragraphs, details cut.
LEAN_PARCELS = 20_000
#: So many rows of a table of details a lean workbook lists.
LEAN_ROWS = 20_000
#: Findings beyond this stay in findings.parquet, and the sheet says so; so many a lean workbook lists.
FINDINGS_LIMIT, LEAN_FINDINGS = 200_000, 50_000
#: So many recommendations of a lean workbook lead to the map: those of the highest score.
LEAN_LINKS = 10_000

_INDEX = ("parcel_id", "zone_id", "holder", "land_use", "area_m2")
_IDENTITY = ("parcel_id", "zone_id", "holder", "land_use", "area_m2", "area_basis")
_IDLE = (
    *("idle_status", "idle_from", "idle_two_years_on", "idle_days", "duration_class"),
    *("fee_order53_wan", "fee_law_max_wan", "contracts_n", "idle_found"),
)
_FAR = (
    *("footprint_m2", "floor_area_m2", "floor_area_source", "far_plain", "far_control", "far_plan"),
    *("far_limit", "far_floor", "bound_by", "floor_area_headroom_m2", "building_density_share"),
    *("building_coefficient_share", "admin_land_share"),
)
_GREEN = (
    *("green_m2", "green_share", "green_required_m2", "green_balance_m2", "green_over_cap_m2"),
    *("green_given_m2", "green_received_m2"),
)
_BY_ANALYSIS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (Text("闲置土地", "Idle land"), _IDLE),
    (Text("容积率", "Floor area"), _FAR),
    (Text("混合用途", "Mixed use"), ("mixed_verdict", "mixed_uses")),
    (Text("绿地", "Green"), _GREEN),
)
_LEAN_FINDINGS = (
    *("parcel_id", "contract_no", "rule", "verdict", "attention", "measured", "limit", "unit"),
    *("status", "missing"),
)
_LEAN_ADVICE = (
    *("priority", "parcel_id", "title_zh", "why_zh", "due_on", "amount_wan", "decided_by"),
    *("approved_by", "blocked_by"),
)
_LEAN_REMARK = Text(
    f"宗地较多，本表从简：每行一行高，前 {LEAN_LINKS} 行链接到地图；条款、得分构成、说明见 recommendations.csv 和 paragraphs.csv。",
    f"Many parcels: this sheet is short. One line a row, the first {LEAN_LINKS} lead to the map; clauses, parts of the score and paragraphs are in recommendations.csv and paragraphs.csv.",
)
_ADVICE = "建议"
_PARCELS = "宗地一览"
#: Recommendations as a meeting reads them: what, why, by when, how much, who, what stands before.
_ADVICE_COLUMNS = (
    *("priority", "parcel_id", "title_zh", "why_zh", "due_on", "area_m2", "floor_area_m2"),
    *("amount_wan", "decided_by", "approved_by", "assists", "blocked_by", "clause", "documents"),
    *("confidence", "zone_id", "score"),
)
_ADVICE_BESIDE = (
    *("action", "rules", "depends_on", "score_deadline", "score_area", "score_floor_area"),
    *("score_amount", "score_readiness", "score_certainty"),
)
_IDLE_REMARK = Text(
    "假定审查日以后没有任何变化（不动工、不延期、不认定），未来二十四个月内各月新进入各状态的宗地；每宗取最重的状态。",
    "If nothing happens after the review date (no start, extension or finding): parcels entering each status in the 24 months ahead; each by its gravest status.",
)
_POOL_REMARK = Text(
    "统筹平衡测算方案，不是权利；唯一后续事项是依程序调整各宗地的绿地率条件。",
    "A balance calculation, not a right; its only action is to revise the parcels' green conditions by procedure.",
)
_SURPLUS_REMARK = Text(
    "线索：已竣工项目的连片未建用地，能否分割转让须逐项核查。项目文件未给退让距离时不测算。",
    "Candidates: open ground in one piece on completed projects. Not sought where the project gives no clearance.",
)


def _declared(name: str) -> Column:
    """Find a column's declaration among the inputs and the measures of a parcel."""
    if name in contracts.PARCEL_MEASURES:
        return contracts.PARCEL_MEASURES.column(name)
    return CONTRACTS["parcels"].column(name)


def _map_links(rows: pd.DataFrame, most: int = LINKS_LIMIT) -> list[str | None]:
    """Return the way to the map of the first rows; None for the others."""
    ids = rows["parcel_id"].head(most).astype("object").tolist()
    ways = [link_to_map(one) if isinstance(one, str) else None for one in ids]
    return [*ways, *[None] * (len(rows) - len(ways))]


def _lean(results: Results) -> bool:
    """Whether there are so many parcels that the workbook keeps to what an office can open and read."""
    return len(results.parcels) > LEAN_PARCELS


def _of_contract(
    name: str,
    contract: Contract,
    frame: pd.DataFrame,
    remark: Text | None = None,
    *,
    lean: bool = False,
) -> Sheet:
    most = LEAN_ROWS if lean else FINDINGS_LIMIT
    shown = pd.DataFrame(frame.head(most).drop(columns="geometry", errors="ignore"))
    if len(frame) > most:
        more = _cut_remark(len(frame), most, contract.name)
        remark = more if remark is None else Text(remark.zh + more.zh, f"{remark.en} {more.en}")
    columns = _without_english(contract.columns) if lean else contract.columns
    return Sheet(name, contract.label, columns, shown, remark)


def _cut_remark(n: int, most: int, name: str) -> Text:
    return Text(
        f"共 {n} 条，此处仅列前 {most} 条，全部见成果文件 {name}。",
        f"{n} in all; the first {most} are here, all are in the result file {name}.",
    )


def _without_english(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(column for column in columns if not column.name.endswith("_en"))


def _findings(results: Results) -> Sheet:
    """Return the findings, where they are too many those that need attention first."""
    frame, contract = results.findings, contracts.FINDINGS
    most = LEAN_FINDINGS if _lean(results) else FINDINGS_LIMIT
    remark = None
    if len(frame) > most:
        remark = _cut_remark(len(frame), most, contract.name)
        attention = frame["attention"].astype("boolean")
        rank = np.where(attention.isna(), 1, np.where(attention.fillna(value=False), 0, 2))
        # Only what is listed is copied: findings are the longest table of all.
        frame = frame.iloc[np.argsort(rank, kind="stable")[:most]]
    sheet = replace(_of_contract("核查结论", contract, frame), remark=remark)
    if not _lean(results):
        return sheet
    columns = tuple(contract.column(name) for name in _LEAN_FINDINGS)
    said = remark or Text("", "")
    remark = Text(
        f"{said.zh}须关注的在前；说明、条款见 findings.parquet。",
        f"{said.en} Those that need attention first; notes and clauses are in findings.parquet.",
    )
    return replace(sheet, columns=columns, remark=remark)


def _advice(results: Results) -> Sheet:
    rows = results.recommendations
    contract = contracts.RECOMMENDATIONS
    named = {*_ADVICE_COLUMNS, *_ADVICE_BESIDE}
    # What the contract has besides stands to the right and is not printed.
    beside = [c for c in contract.columns if c.name not in named]
    columns = [contract.column(name) for name in (*_ADVICE_COLUMNS, *_ADVICE_BESIDE)]
    if _lean(results):
        columns, beside = [contract.column(name) for name in _LEAN_ADVICE], []
    return Sheet(
        _ADVICE,
        contract.label,
        (*columns, *beside),
        rows,
        _LEAN_REMARK
        if _lean(results)
        else Text(
            "按得分排序：期限在前，其次收益、就绪、可信度；金额均为测算值，满两年的闲置费不计入。决定、批准、配合单位分列。",
            "Ordered by score: deadlines first, then gain, readiness and certainty; amounts are calculated values, the fee of two years and more is left out.",
        ),
        frozen=3,
        links={"parcel_id": _map_links(rows, LEAN_LINKS if _lean(results) else LINKS_LIMIT)},
        fills={"title_zh": column_fills("title_zh", rows)},
        unprinted=(*_ADVICE_BESIDE, *(c.name for c in beside)),
    )


def _first_rows(frame: pd.DataFrame) -> dict[str, int]:
    """Return for each parcel the sheet row of its first entry in a table."""
    ids = frame["parcel_id"].astype("object").tolist() if "parcel_id" in frame else []
    found: dict[str, int] = {}
    for place, name in enumerate(ids):
        if isinstance(name, str):
            found.setdefault(name, FIRST_ROW + place)
    return found


def _index(results: Results) -> Sheet:
    """Return one row per parcel: its paragraph, its first action, and the way to its other rows."""
    parcels = results.parcels
    ids = parcels["parcel_id"].astype("object").tolist()
    advice = results.recommendations.drop_duplicates("parcel_id").set_index("parcel_id")
    counts = results.recommendations.groupby("parcel_id").size()
    first = advice.reindex(ids)
    rows = pd.DataFrame({name: parcels[name].array for name in _INDEX if name in parcels})
    rows["priority"] = first["priority"].array
    rows["title_zh"] = first["title_zh"].array
    rows["title_en"] = first["title_en"].array
    rows["actions_n"] = counts.reindex(ids).array
    told = results.paragraphs.set_index("parcel_id").reindex(ids)
    rows["text_zh"], rows["text_en"] = told["text_zh"].array, told["text_en"].array
    ways = _ways(results, ids)
    columns = [
        *(_declared(name) for name in _INDEX),
        Column("text_zh", "text", Text("说明", "paragraph")),
        Column("priority", "integer", Text("优先序", "priority")),
        Column("title_zh", "text", Text("首要建议", "first action")),
        Column("actions_n", "integer", Text("建议数", "actions")),
        Column("text_en", "text", Text("说明（英文）", "paragraph")),
        Column("title_en", "text", Text("首要建议（英文）", "first action")),
    ]
    links: dict[str, list[str | None]] = {"parcel_id": _map_links(rows)}
    if _lean(results):
        columns = [
            c for c in columns if not c.name.startswith("text_") and not c.name.endswith("_en")
        ]
    budget = LINKS_LIMIT - len(ids)
    place = columns.index(next(c for c in columns if c.name == "priority"))
    dropped = []
    for label, targets in ways.items():
        if budget < len(ids):
            dropped.append(label)
            continue
        budget -= len(ids)
        name = f"to_{label.en}"
        rows[name] = pd.Series([label.zh if target else None for target in targets], dtype="object")
        links[name] = targets
        columns.insert(place, Column(name, "text", Text(label.zh, label.en)))
        place += 1
    return Sheet(
        _PARCELS,
        Text("宗地一览", "Parcels"),
        tuple(columns),
        rows,
        _index_remark(dropped),
        links=links,
        fills={"title_zh": column_fills("title_zh", results.recommendations)},
    )


def _index_remark(dropped: list[Text]) -> Text:
    """Say where the links lead, and to which sheets they do not for want of room."""
    zh = "宗地代码链接到地图（map.html 须与本表在同一文件夹）"
    en = "Parcel codes lead to the map (map.html in the same folder)"
    if len(dropped) < len(_BY_ANALYSIS) + 2:
        zh += "，其余链接到本工作簿各表的相应行"
        en += ", the other links to the rows of this workbook"
    if dropped:
        zh += f"。受格式链接数限制，未设到以下各表的链接：{'、'.join(one.zh for one in dropped)}"
        en += f". The format holds no more links: none to {', '.join(one.en for one in dropped)}"
    return Text(f"{zh}。", f"{en}.")


def _ways(results: Results, ids: list[str]) -> Mapping[Text, list[str | None]]:
    """Return the links of each parcel to its rows on the other sheets."""
    found: dict[Text, list[str | None]] = {}
    for sheet, label, rows in (
        (_ADVICE, Text("建议", "recommendations"), _first_rows(results.recommendations)),
        (LEDGER_SHEET, Text("台账", "ledger"), _first_rows(results.contracts)),
    ):
        targets = [rows.get(name) for name in ids]
        found[label] = [None if row is None else link_to_row(sheet, row) for row in targets]
    for title, _ in _BY_ANALYSIS:
        found[title] = [link_to_row(title.zh, FIRST_ROW + place) for place in range(len(ids))]
    return found


def _uses(codes: str) -> str:
    """Return the uses of a parcel by their labels."""
    labels = USES.labels
    return "、".join(labels[code].zh if code in labels else code for code in codes.split("+"))


def _evidence(results: Results) -> Sheet:
    findings = results.findings
    rules = [
        rule for rule in findings["rule"].dropna().unique() if rule.startswith("idle.evidence")
    ]
    rows = findings.loc[findings["rule"].isin(rules)]
    rows = rows.loc[rows["verdict"].isin(["yes", "unknown"])]
    rows = rows.head(LEAN_ROWS if _lean(results) else FINDINGS_LIMIT)
    names = (
        "parcel_id",
        "contract_no",
        "rule",
        "verdict",
        "measured",
        "limit",
        "unit",
        "note_zh",
        "clause",
        "note_en",
    )
    return Sheet(
        "现场线索",
        Text("现场线索", "Candidates for a site visit"),
        tuple(contracts.FINDINGS.column(name) for name in names),
        rows,
        Text(
            "台账与地上情况不一致的线索，供现场核查，不改变闲置状态。",
            "Where ledger and ground disagree: for a site visit; no status follows.",
        ),
        links={} if _lean(results) else {"parcel_id": _map_links(rows)},
    )


def sheets(results: Results) -> list[Sheet]:
    """Return every sheet below the summary, in order."""
    labels = IdleRules.of(results.policy).labels()
    made = [
        replace(
            _of_contract("区建议摘要", ZONE_SUMMARY, results.zone_summary), unprinted=("code",)
        ),
        _index(results),
        _advice(results),
    ]
    for title, names in _BY_ANALYSIS:
        identity = _IDENTITY[:2] if _lean(results) else _IDENTITY
        columns = tuple(_declared(name) for name in (*identity, *names))
        rows = pd.DataFrame(
            {c.name: results.parcels[c.name] for c in columns if c.name in results.parcels}
        )
        if "mixed_uses" in rows:
            rows["mixed_uses"] = rows["mixed_uses"].map(_uses, na_action="ignore")
        made.append(Sheet(title.zh, title, columns, rows))
    ledger = ledger_sheet(results)
    made.append(replace(ledger, links={}) if _lean(results) else ledger)
    made.append(_evidence(results))
    listed: tuple[tuple[str, Contract, pd.DataFrame, Text | None], ...] = (
        ("节余土地", contracts.SURPLUS, results.surplus, _SURPLUS_REMARK),
        ("法定期限", contracts.DEADLINES, results.deadlines, None),
        ("闲置汇总", contracts.IDLE_SUMS, results.idle_sums, None),
        ("到期预测", contracts.IDLE_FORECAST, results.idle_forecast, _IDLE_REMARK),
        ("绿地统筹", contracts.TRANSFERS, results.transfers, _POOL_REMARK),
        ("可增混合用途", contracts.MIXED_OPENINGS, results.mixed_openings, None),
        ("区汇总", contracts.ZONES, results.zones, None),
    )
    lean = _lean(results)
    made += [_of_contract(*item, lean=lean) for item in listed]
    done = {contract.name for _, contract, _, _ in listed}
    done |= {
        "recommendations",
        "paragraphs",
        "zone_summary",
        "findings",
        "problems",
        "corrections",
        "plan",
    }
    made += supply_sheets(results, limit=LEAN_ROWS if _lean(results) else FINDINGS_LIMIT)
    made += _others(results, done)
    made.append(_findings(results))
    last = (
        ("数据问题", contracts.PROBLEMS, results.problems),
        ("更正登记", contracts.CORRECTIONS, results.corrections),
    )
    made += [_of_contract(*item, lean=lean) for item in last]
    return [
        *(replace(sheet, lean=lean, fills=_fills(sheet, labels)) for sheet in made),
        glossary_sheet(labels["idle_status"]),
    ]


def _fills(sheet: Sheet, labels: Mapping[str, Mapping[str, Text]]) -> dict[str, Mapping[str, str]]:
    """Return the colours of a sheet's cells, by the labels that the packs give."""
    found = {column.name: column_fills(column.name, given=labels) for column in sheet.columns}
    return {**{name: fills for name, fills in found.items() if fills}, **sheet.fills}


def _others(results: Results, done: set[str]) -> list[Sheet]:
    """Return a sheet for every further table of the results that holds rows."""
    declared = {c.name: c for c in vars(contracts).values() if isinstance(c, Contract)}
    declared.pop(PARAGRAPHS.name, None)
    made = []
    for entry in fields(results):
        frame = getattr(results, entry.name)
        contract = declared.get(entry.name)
        if entry.name in done or contract is None or entry.name in {"parcels", "contracts"}:
            continue
        if isinstance(frame, pd.DataFrame) and len(frame):
            made.append(_of_contract(_tab(contract.label.zh), contract, frame, lean=_lean(results)))
    return made


def _tab(title: str) -> str:
    """Return a title as a tab may have it: 31 characters, none of those that the format forbids."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31]
