"""The workbook of a comparison: what differs between two runs, and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from analyses import results as contracts
from analyses.results_compare import CHANGES, COMPARE, COMPARE_KINDS
from layers.columns import Column
from maps.compare_theme import CHANGE_FILLS
from policies.model import STATUSES
from policies.text import Text
from zongdi.compare_text import own_labels, said_values
from zongdi.workbook_cells import LINKS_LIMIT, link_to_map
from zongdi.workbook_page import (
    Head,
    make_formats,
    open_book,
    print_setup,
    row_points,
    text_lines,
    write_head,
)
from zongdi.workbook_table import Sheet, write_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import xlsxwriter

    from zongdi.compare import Comparison
    from zongdi.compare_text import Labels
    from zongdi.workbook_page import Formats

__all__ = ["amounts_before_and_after", "write_compare_book"]

_ROWS_LIMIT = 200_000
_M2_PER_HA = 10_000.0
_WIDTHS = (36.0, 40.0, 24.0, 24.0, 16.0)
_SHEETS = (
    ("结论变化", Text("结论变化", "Verdicts that flipped"), ("status", "verdict")),
    ("金额变化", Text("金额变化（测算值）", "Amounts before and after (calculated)"), ("amount",)),
    ("建议变化", Text("建议变化", "Recommendations"), ("action",)),
    ("指标变化", Text("指标变化", "Figures"), ("figure",)),
    ("输入变化", Text("输入变化", "Inputs"), ("input",)),
)


def _head(comparison: Comparison) -> Head:
    sides = [
        (
            f"{record['as_of']}，{'、'.join(p['title'] for p in record['packs'])}（{status.zh}）",
            f"{record['as_of']}, {', '.join(p['title_en'] for p in record['packs'])} ({status.en})",
        )
        for record in (comparison.old_record, comparison.new_record)
        for status in [STATUSES[record["policy"]["status"]]]
    ]
    packs = Text(
        f"前 {sides[0][0]}；后 {sides[1][0]}", f"before {sides[0][1]}; after {sides[1][1]}"
    )
    record = comparison.new_record
    return Head(str(record["project"]), date.fromisoformat(record["as_of"]), record["label"], packs)


def _readable(rows: pd.DataFrame, own: tuple[Labels, Labels]) -> pd.DataFrame:
    """Show codes by their labels: verdicts, uses, and statuses with the years of either run's packs."""
    rows = rows.reset_index(drop=True)
    old, new = rows["old"].astype("object"), rows["new"].astype("object")
    for (kind, what), group in rows.groupby(["kind", "what"], sort=False, dropna=False):
        column: Column | None = None
        if kind == "verdict":
            column = contracts.FINDINGS.column("verdict")
        elif str(what) in contracts.PARCEL_MEASURES:
            column = contracts.PARCEL_MEASURES.column(str(what))
        if column is None:
            continue
        for values, labels in zip((old, new), own, strict=True):
            known = values.loc[group.index].notna()
            places = group.index[known.to_numpy(dtype=bool)]
            values.loc[places] = said_values(values.loc[places], column, labels)[0]
    return rows.assign(old=old, new=new)


def _status_label(code: str, comparison: Comparison) -> Text:
    """Return the label of a status; both, where the packs of the runs set other years."""
    one, two = (
        own_labels(record).get("idle_status", contracts.IDLE_STATUSES)[code]
        for record in (comparison.old_record, comparison.new_record)
    )
    return two if one == two else Text(f"{one.zh} → {two.zh}", f"{one.en} → {two.en}")


def amounts_before_and_after(comparison: Comparison) -> pd.DataFrame:
    """Return the sums of both runs: parcels and areas by idle status, amounts of proposed fees.

    The fee of two years and more is an alternative to recovery and in no total.
    """
    found: list[tuple[str, str, float, float]] = []
    old, new = comparison.old, comparison.new
    for code in contracts.IDLE_STATUSES:
        label = _status_label(code, comparison)
        sizes = [
            view.parcels.loc[view.parcels["idle_status"] == code, "area_m2"] for view in (old, new)
        ]
        if not any(len(part) for part in sizes):
            continue
        found.append(
            (
                f"{label.zh}：宗数",
                f"{label.en}: parcels",
                float(len(sizes[0])),
                float(len(sizes[1])),
            )
        )
        areas = [float(part.sum()) / _M2_PER_HA for part in sizes]
        found.append((f"{label.zh}：公顷", f"{label.en}: ha", areas[0], areas[1]))
    fees = []
    for view in (old, new):
        rows = view.recommendations.loc[
            view.recommendations["action"] == "propose_fee", "amount_wan"
        ]
        fees.append(float("nan") if rows.isna().any() else float(rows.sum()))
    found.append(
        (
            "拟征缴闲置费合计（测算值，万元）",
            "idle fees proposed, calculated (wan)",
            fees[0],
            fees[1],
        )
    )
    table = pd.DataFrame(found, columns=["title_zh", "title_en", "old", "new"])
    return table.assign(difference=table["new"] - table["old"])


def write_compare_book(comparison: Comparison, path: Path) -> None:
    """Write the workbook of a comparison.

    Parameters
    ----------
    comparison : Comparison
        What `zongdi.compare.compare_results` gave.
    path : pathlib.Path
        The file to write.
    """
    head = _head(comparison)
    book = open_book(path, head.name, head.as_of)
    formats = make_formats(book)
    _write_summary(book, formats, comparison, head)
    _write_parcels(book, formats, comparison, head)
    rows = comparison.rows
    own = own_labels(comparison.old_record), own_labels(comparison.new_record)
    for name, title, kinds in _SHEETS:
        part = _readable(rows.loc[rows["kind"].isin(kinds)].head(_ROWS_LIMIT), own)
        wanted = [c for c in COMPARE.columns if c.name not in {"what", "cause"}]
        write_table(
            book,
            formats,
            Sheet(
                name,
                title,
                tuple(wanted),
                part,
                _remark(int(rows["kind"].isin(kinds).sum())),
                frozen=2,
                links={"parcel_id": _map_links(part)},
                fills={},
            ),
            head,
        )
    book.close()


def _remark(n: int) -> Text | None:
    if n <= _ROWS_LIMIT:
        return None
    return Text(
        f"共 {n} 条，此处仅列前 {_ROWS_LIMIT} 条，全部见 compare.csv。",
        f"{n} in all; the first {_ROWS_LIMIT} are here, all are in compare.csv.",
    )


def _map_links(rows: pd.DataFrame) -> list[str | None]:
    ids = rows["parcel_id"].astype("object").tolist()
    return [
        link_to_map(name) if isinstance(name, str) and place < LINKS_LIMIT else None
        for place, name in enumerate(ids)
    ]


def _write_parcels(
    book: xlsxwriter.Workbook, formats: Formats, comparison: Comparison, head: Head
) -> None:
    parcels = pd.DataFrame(comparison.parcels.drop(columns="geometry", errors="ignore"))
    place = {code: number for number, code in enumerate(CHANGES)}
    shown = parcels.loc[parcels["change"] != "same"]
    order = shown["change"].map(place).astype("int64")
    shown = shown.assign(_order=order).sort_values(["_order", "parcel_id"], ignore_index=True)
    columns = (
        Column("parcel_id", "text", Text("宗地代码", "parcel")),
        Column("zone_id", "text", Text("区代码", "zone")),
        Column("holder", "text", Text("土地使用权人", "holder")),
        Column("change", "code", Text("变化", "change")),
        Column("note_zh", "text", Text("说明", "what changed")),
        Column("note_en", "text", Text("说明（英文）", "what changed")),
    )
    rows = shown.rename(columns={"change_zh": "note_zh", "change_en": "note_en"})
    rows = rows.assign(change=rows["change"].map({code: text.zh for code, text in CHANGES.items()}))
    sheet = Sheet(
        "宗地变化",
        Text("宗地变化", "Parcels"),
        columns,
        rows,
        Text(
            f"共 {len(parcels)} 宗，其中 {len(shown)} 宗有变化。",
            f"{len(parcels)} parcels in all, {len(shown)} of them changed.",
        ),
        frozen=1,
        links={"parcel_id": _map_links(rows)},
        fills={"change": {CHANGES[c].zh: f[0] for c, f in CHANGE_FILLS.items() if c in CHANGES}},
    )
    write_table(book, formats, sheet, head)


def _write_summary(
    book: xlsxwriter.Workbook, formats: Formats, comparison: Comparison, head: Head
) -> None:
    page = book.add_worksheet("摘要")
    for col, width in enumerate(_WIDTHS):
        page.set_column(col, col, width)
    write_head(page, formats, head, _WIDTHS)
    page.write_string(3, 0, "两次运行对比 Comparison of two runs", formats.title)
    row = _table(
        page,
        formats,
        5,
        ("运行条件 Conditions of the runs", "", "前 before", "后 after"),
        [
            (name.zh, name.en, _cell(one), _cell(two))
            for name, one, two in _conditions(comparison.old_record, comparison.new_record)
        ],
    )
    counts = comparison.parcels["change"].value_counts()
    row = _table(
        page,
        formats,
        row + 1,
        ("宗地 Parcels", "", "宗数 count"),
        [(text.zh, text.en, int(counts.get(code, 0))) for code, text in CHANGES.items()],
    )
    kinds = comparison.rows["kind"].value_counts()
    row = _table(
        page,
        formats,
        row + 1,
        ("变化条数 Rows by kind", "", "条数 count"),
        [(text.zh, text.en, int(kinds.get(code, 0))) for code, text in COMPARE_KINDS.items()],
    )
    _table(
        page,
        formats,
        row + 1,
        ("前后对照 Before and after", "", "前 before", "后 after", "增减 difference"),
        [tuple(item) for item in amounts_before_and_after(comparison).itertuples(index=False)],
    )
    print_setup(page, head, Text("摘要", "Summary"), sum(_WIDTHS))


def _conditions(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[Text, Any, Any]]:
    def packs(record: Mapping[str, Any]) -> str:
        return "；".join(f"{p['id']}（{p['sha256'][:8]}）" for p in record["packs"])

    return [
        (Text("项目", "project"), old["project"], new["project"]),
        (Text("审查日期", "review date"), old["as_of"], new["as_of"]),
        (Text("规则包", "rule packs"), packs(old), packs(new)),
        (Text("数据指纹", "data hash"), old["data_hash"], new["data_hash"]),
        (Text("程序版本", "version"), old["versions"]["zongdi"], new["versions"]["zongdi"]),
    ]


def _cell(value: Any) -> str:
    return "—" if value is None else str(value)


def _table(
    page: Any, formats: Formats, row: int, heads: tuple[str, ...], rows: list[tuple[Any, ...]]
) -> int:
    """Write a small table; return the row below it."""
    for col in range(len(_WIDTHS)):
        page.write_string(row, col, heads[col] if col < len(heads) else "", formats.section)
    for line, cells in enumerate(rows, start=row + 1):
        told = zip(cells, _WIDTHS, strict=False)
        lines = [text_lines(value, width) for value, width in told if isinstance(value, str)]
        if max(lines, default=1) > 1:
            page.set_row(line, row_points(max(lines)))
        for col, value in enumerate(cells):
            if isinstance(value, str):
                page.write_string(line, col, value, formats.text)
            elif pd.isna(value):
                page.write_string(line, col, "未知 unknown", formats.small)
            else:
                form = (
                    formats.of_number("area_ha")
                    if isinstance(value, float) and value % 1
                    else formats.number
                )
                page.write_number(line, col, value, form)
    return row + 1 + len(rows)
