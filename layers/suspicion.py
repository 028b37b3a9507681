"""Values that are probably not what they say: a proposed reading for each, and nothing changed.

A figure that is kept is reported; a column that cannot be read as it stands (a floor-area ratio
of 240) becomes unknown until the project file says its unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layers.contracts import CONTRACTS
from layers.problems import Kind
from layers.units import shown_unit
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from layers.columns import Column, Contract
    from layers.matching import Source
    from layers.raw import Reporter

__all__ = [
    "bounds_advice",
    "check_swapped",
    "check_values",
    "percent_suspected",
    "probable_reading",
]

#: Above this a floor-area ratio is probably a percentage, or lacks its decimal point.
_FAR_HIGH = 10.0
#: Two columns are taken for swapped where so many rows, and most of them, are the wrong way round.
_SWAPPED_ROWS, _SWAPPED_SHARE = 3, 0.5
_PAIRS = (("far_min", "far_max"), ("green_min_share", "green_max_share"))
#: An area, or an amount, that no parcel, building or contract has.
_NEVER_ZERO: dict[str, tuple[str, ...]] = {
    "zones": ("approved_area_m2", "accepted_area_m2"),
    "parcels": ("area_net_m2", "area_contract_m2", "area_registered_m2"),
    "lineage": ("area_m2",),
    "ledger": ("contract_area_m2", "parcel_area_in_contract_m2", "develop_area_m2", "far_max"),
}

PERCENT = Kind(
    "percent-suspected",
    "warning",
    Text(
        "{label_zh}的 {n} 个值都大于 {limit}（如 {found}），疑为百分数；未作改动，整列按未知处理",
        "all {n} values of {label_en} are above {limit} (such as {found}), perhaps percentages; "
        "nothing was changed, the column is unknown",
    ),
    Text(
        '如确为百分数，请在 [layers.{layer}] 写明 units = {{ {column} = "%" }}',
        'if they are, say so in [layers.{layer}]: units = {{ {column} = "%" }}',
    ),
)
SWAPPED = Kind(
    "columns-swapped",
    "warning",
    Text(
        "{low_zh}与{high_zh}在 {n} 行中有 {found} 行下限大于上限，两列表头疑似填反；未作改动",
        "{found} of {n} rows have {low_en} above {high_en}: the two headings look swapped; nothing "
        "was changed",
    ),
    Text(
        '如确已填反，请在 [layers.{layer}] 写明 columns = {{ {low} = "{high_source}", {high} = "{low_source}" }}',
        'if they are, say so in [layers.{layer}]: columns = {{ {low} = "{high_source}", {high} = "{low_source}" }}',
    ),
)
HIGH_FAR = Kind(
    "far-above-10",
    "warning",
    Text(
        "{label_zh} {found} 大于 10，疑有误；未作改动",
        "{label_en} {found} is above 10 and looks wrong; nothing was changed",
    ),
    Text(
        "请核对；可能为 {share}（百分数）或 {tenth}（小数点错位）",
        "check it; it may be {share} (a percentage) or {tenth} (the point misplaced)",
    ),
)
ZERO = Kind(
    "value-zero",
    "warning",
    Text("{label_zh}为 0，疑为未填", "{label_en} is 0, probably not filled in"),
    Text("请补填，或留空表示未知", "fill it in, or leave it blank for unknown"),
)
NO_SCHEME = Kind(
    "industry-scheme-missing",
    "warning",
    Text(
        "行业代码“{found}”未写行业分类版本（2002、2011、2017 年各版代码含义不同），代码不予采用",
        "the industry code {found!r} has no edition (2002, 2011 and 2017 differ): it is not used",
    ),
    Text(
        '请填写，或在 [layers.{layer}] 写明 constants = {{ industry_scheme = "GB/T 4754-2017" }}',
        'fill it in, or say so in [layers.{layer}]: constants = {{ industry_scheme = "GB/T 4754-2017" }}',
    ),
)


def percent_suspected(
    column: Column, numbers: pd.Series[Any], *, told: bool, report: Reporter
) -> bool:
    """Report a column of ratios or shares that all look like percentages.

    Parameters
    ----------
    column : Column
        Of unit ``ratio`` (a floor-area ratio) or ``share``; others are never suspected.
    numbers : pandas.Series
        As they would be read.
    told : bool
        Whether the unit is given: then nothing is suspected.
    report : Reporter
        Where the proposed reading is written.

    Returns
    -------
    bool
        Whether the column must be unknown.
    """
    limit = {"ratio": _FAR_HIGH, "share": 1.0}.get(column.unit or "")
    known = numbers.dropna()
    if told or limit is None or known.empty or not (known > limit).all():
        return False
    if column.unit == "share" and (known > 100).any():
        return False
    report.add(
        PERCENT,
        column=column.name,
        found=f"{known.iloc[0]:g}",
        n=len(known),
        limit=f"{limit:g}",
        label_zh=column.label.zh,
        label_en=column.label.en,
    )
    return True


def probable_reading(column: Column, number: float, *, told: bool) -> Text | None:
    """Return what a figure out of bounds may have been meant for; nothing is changed by it.

    Parameters
    ----------
    column : Column
        Of numbers.
    number : float
        In the contract's unit, out of the column's bounds.
    told : bool
        Whether the unit is given: then a share is not taken for a percentage.

    Returns
    -------
    Text or None
        None where no slip of the pen accounts for it.

    Examples
    --------
    >>> probable_reading(CONTRACTS["parcels"].column("far_max"), 150.0, told=False).en
    '1.5 (a percentage) or 15 (the point misplaced)'
    """
    low = float("-inf") if column.low is None else column.low
    high = float("inf") if column.high is None else column.high
    if number < 0 and low <= -number <= high:
        unit = shown_unit(column.unit)
        figure = f"{-number:.10g}{f' {unit}' if unit else ''}"
        return Text(f"{figure}（多写了负号）", f"{figure} (a minus sign too many)")
    if told or column.unit not in {"share", "ratio"} or number <= high:
        return None
    slips = (
        (number / 100, Text("百分数", "a percentage")),
        (number / 10, Text("小数点错位", "the point misplaced")),
    )
    fit = [(f"{value:.10g}", why) for value, why in slips if low <= value <= high]
    if not fit:
        return None
    return Text(
        "或 ".join(f"{value}（{why.zh}）" for value, why in fit),
        " or ".join(f"{value} ({why.en})" for value, why in fit),
    )


def bounds_advice(column: Column, layer: str, number: float, *, told: bool) -> Text:
    """Say what to do about a figure out of bounds: its probable reading, and how to state a unit."""
    unit = Text(
        f'如单位不同，请在 [layers.{layer}] 写明 units = {{ {column.name} = "%" }} 之类',
        f'if its unit differs, say so in [layers.{layer}]: units = {{ {column.name} = "%" }}',
    )
    reading = probable_reading(column, number, told=told)
    if reading is None:
        return Text(f"请核对数值；{unit.zh}", f"check it; {unit.en}")
    correct = Text(
        f"请核对；可能为 {reading.zh}，核实后在源数据或更正登记中改正",
        f"check it; it may be {reading.en}: correct the source, or write it in the corrections register",
    )
    if number < 0:
        return correct
    return Text(f"{correct.zh}；{unit.zh}", f"{correct.en}; {unit.en}")


def check_swapped(
    frame: pd.DataFrame, contract: Contract, matched: Mapping[str, Source], report: Reporter
) -> None:
    """Report two columns of limits whose headings look swapped, with the reading proposed.

    Parameters
    ----------
    frame : pandas.DataFrame
        In its contract.
    matched : mapping of str to Source
        Contract column to source column.
    """
    for low, high in _PAIRS:
        if low not in matched or high not in matched:
            continue
        known = frame[low].notna() & frame[high].notna() & frame[low].ne(frame[high])
        reversed_ = int((frame[low] > frame[high]).sum())
        if reversed_ < _SWAPPED_ROWS or reversed_ <= _SWAPPED_SHARE * int(known.sum()):
            continue
        labels = contract.column(low).label, contract.column(high).label
        report.add(
            SWAPPED,
            column=low,
            found=reversed_,
            n=int(known.sum()),
            low=low,
            high=high,
            low_source=matched[low].column,
            high_source=matched[high].column,
            low_zh=labels[0].zh,
            low_en=labels[0].en,
            high_zh=labels[1].zh,
            high_en=labels[1].en,
        )


def check_values(layer: str, frame: pd.DataFrame, report: Reporter) -> None:
    """Report figures that no parcel has, and codes that cannot be used as they stand.

    Parameters
    ----------
    layer : str
        A key of `layers.contracts.CONTRACTS`.
    frame : pandas.DataFrame
        In that contract.
    report : Reporter
        Where they are listed.
    """
    key = CONTRACTS[layer].key or ("contract_no" if "contract_no" in frame else "parcel_id")
    for name in ("far_min", "far_max"):
        if name in frame:
            wrong = (frame[name] > _FAR_HIGH).to_numpy(dtype=bool)
            figures = frame[name][wrong]
            _rows(
                HIGH_FAR,
                frame[wrong],
                report,
                key,
                name,
                found=[f"{value:g}" for value in figures],
                share=[f"{value / 100:g}" for value in figures],
                tenth=[f"{value / 10:g}" for value in figures],
                label_zh=CONTRACTS[layer].column(name).label.zh,
                label_en=CONTRACTS[layer].column(name).label.en,
            )
    for name in _NEVER_ZERO.get(layer, ()):
        label = CONTRACTS[layer].column(name).label
        zero = frame[name].eq(0).to_numpy(dtype=bool)
        _rows(ZERO, frame[zero], report, key, name, found="0", label_zh=label.zh, label_en=label.en)
    if "industry_code" in frame and "industry_scheme" in frame:
        loose = frame["industry_code"].notna() & frame["industry_scheme"].isna()
        codes = frame["industry_code"][loose]
        _rows(NO_SCHEME, frame[loose], report, key, "industry_scheme", found=list(codes))


def _rows(
    kind: Kind, rows: pd.DataFrame, report: Reporter, key: str, column: str, **texts: Any
) -> None:
    ids = rows.get(key)
    if ids is not None and "parcel_id" in rows:
        ids = ids.fillna(rows["parcel_id"])
    report.rows(kind, rows["source_row"], ids=ids, column=column, **texts)
