"""Checks of what rows state: dates out of order, limits the wrong way round, unknown parcels.

Nothing is changed: the problem log says what contradicts what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from layers.contracts import CONTRACTS, missing_required
from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from datetime import date

    from layers.raw import Reporter

__all__ = ["check_rows"]

NAMELESS = Kind(
    "row-nameless",
    "warning",
    Text(
        "{label_zh}为空，此行不能与其他数据对应",
        "{label_en} is blank: the row belongs to nothing",
    ),
    Text("请补填", "fill it in"),
)
#: Pairs of dates of which the first never lies after the second.
_ORDERED: dict[str, tuple[tuple[str, str], ...]] = {
    "ledger": (
        ("signed_on", "delivery_due_on"),
        ("signed_on", "delivered_on"),
        ("signed_on", "start_due_on"),
        ("signed_on", "started_on"),
        ("signed_on", "permit_on"),
        ("signed_on", "extension_signed_on"),
        ("start_due_on", "completion_due_on"),
        ("started_on", "suspended_on"),
        ("started_on", "completed_on"),
        ("signed_on", "completed_on"),
        ("delivered_on", "started_on"),
    ),
    "causes": (("from_on", "to_on"),),
    "zones": (("approved_on", "accepted_on"),),
    "cases": (
        ("notice_on", "notice_received_on"),
        ("notice_on", "finding_on"),
        ("finding_on", "finding_served_on"),
        ("finding_on", "decision_on"),
        ("decision_on", "decision_served_on"),
        ("decision_on", "paid_on"),
        ("temporary_from_on", "temporary_to_on"),
    ),
}

#: Dates of things that have happened, so that none lies after the review date.
_HAPPENED: dict[str, tuple[str, ...]] = {
    "ledger": (
        *("signed_on", "delivered_on", "started_on", "completed_on", "permit_on"),
        *("suspended_on", "extension_signed_on"),
    ),
    "buildings": ("completed_on", "vacant_since_on"),
    "zones": ("approved_on", "set_up_on", "accepted_on"),
    "lineage": ("on",),
    "cases": (
        *("discovered_on", "notice_on", "notice_received_on", "answered_on", "finding_on"),
        *("finding_served_on", "published_on", "registered_on", "hearing_notice_on"),
        *("plan_approved_on", "decision_on", "decision_served_on", "paid_on"),
        *("deregistered_on", "review_or_suit_on", "closed_on"),
    ),
}

#: Lower and upper limits.
_LIMITS = (
    ("far_min", "far_max"),
    ("green_min_share", "green_max_share"),
)
#: A part and its whole.
_PARTS: dict[str, tuple[tuple[str, str], ...]] = {
    "ledger": (
        ("developed_area_m2", "develop_area_m2"),
        ("parcel_area_in_contract_m2", "contract_area_m2"),
    ),
}

DATES = Kind(
    "dates-out-of-order",
    "warning",
    Text(
        "{later_zh}（{found}）早于{earlier_zh}（{other}）",
        "{later_en} ({found}) lies before {earlier_en} ({other})",
    ),
    Text("请核对两个日期；未作改动", "check both dates; nothing was changed"),
)
FUTURE = Kind(
    "date-in-the-future",
    "warning",
    Text(
        "{label_zh}（{found}）晚于审查日期 {as_of}",
        "{label_en} ({found}) is after the review date {as_of}",
    ),
    Text("请核对日期或审查日期；未作改动", "check it, or the review date; nothing was changed"),
)
STARTED_WITHOUT_PERMIT = Kind(
    "started-without-permit",
    "warning",
    Text("记为已动工而未取得施工许可证", "recorded as started, yet without a building permit"),
    Text("须人工核查动工认定与许可证", "have the start and the permit checked"),
)
STARTED_DATE_DENIED = Kind(
    "start-contradicted",
    "warning",
    Text("记为未动工而有实际开工日期 {found}", "recorded as not started, yet started on {found}"),
    Text("请核对；未作改动", "check both; nothing was changed"),
)
LIMITS = Kind(
    "limits-reversed",
    "warning",
    Text(
        "{low_zh} {found} 大于{high_zh} {other}",
        "{low_en} {found} is above {high_en} {other}",
    ),
    Text(
        "两者可能填反，请核对后对调；未作改动",
        "probably swapped: check and swap; nothing was changed",
    ),
)
PARTS = Kind(
    "part-exceeds-whole",
    "warning",
    Text("{low_zh} {found} 大于{high_zh} {other}", "{low_en} {found} exceeds {high_en} {other}"),
    Text("请核对数值与单位；未作改动", "check figures and units; nothing was changed"),
)
REPEATED = Kind(
    "ledger-row-repeated",
    "warning",
    Text(
        "同一合同、期号、宗地（{found}）另有一行（第 {other} 行）",
        "the same contract, phase and parcel ({found}) stand in another row ({other})",
    ),
    Text("请核对是否重复录入", "check whether it was entered twice"),
)
CONTRACT_DIFFERS = Kind(
    "contract-rows-differ",
    "warning",
    Text(
        "合同 {contract} 各行的{label_zh}不一致：此行为 {found}，第 {row_other} 行为 {other}",
        "the rows of contract {contract} differ in {label_en}: {found} here, {other} in row {row_other}",
    ),
    Text(
        "请核对合同后统一；未作改动", "check the contract and write them alike; nothing was changed"
    ),
)
#: What the rows of a contract state of the whole of it; sums may be stated for each phase.
_OF_CONTRACT = ("signed_on", "grant")
_OF_PHASE = ("contract_area_m2", "land_price_wan")
#: Two ways to round one figure.
_SAME_FIGURE = 1e-6


def _rows(
    kind: Kind,
    frame: pd.DataFrame,
    where: pd.Series[bool],
    report: Reporter,
    *,
    key: str | None,
    **texts: Any,
) -> None:
    mask = where.fillna(value=False).to_numpy(dtype=bool)
    filled = {
        name: value[mask].array if isinstance(value, pd.Series) else value
        for name, value in texts.items()
    }
    ids = None if key is None or key not in frame else frame.loc[mask, key]
    if ids is not None and "parcel_id" in frame:
        ids = ids.fillna(frame.loc[mask, "parcel_id"])
    report.rows(kind, frame.loc[mask, "source_row"], ids=ids, **filled)


def _day(values: pd.Series[Any]) -> pd.Series[Any]:
    return values.dt.strftime("%Y-%m-%d")


def _labels(layer: str, **columns: str) -> dict[str, str]:
    """Return the labels of columns in both languages, as places of a text."""
    contract = CONTRACTS[layer]
    return {
        f"{place}_{lang}": getattr(contract.column(name).label, lang)
        for place, name in columns.items()
        for lang in ("zh", "en")
    }


def _check_required(layer: str, frame: pd.DataFrame, report: Reporter, key: str) -> None:
    """Report rows that name nothing by which they could be joined or told apart."""
    contract = CONTRACTS[layer]
    for group in missing_required(contract, ()):
        columns = [contract.column(name) for name in group]
        if any(column.type != "text" for column in columns):
            continue  # a code that is unknown has been reported as such
        labels = {
            f"label_{lang}": " / ".join(getattr(column.label, lang) for column in columns)
            for lang in ("zh", "en")
        }
        blank = frame[list(group)].isna().all(axis=1)
        _rows(NAMELESS, frame, blank, report, key=key, column=group[0], **labels)


def check_rows(layer: str, frame: pd.DataFrame, as_of: date, report: Reporter) -> None:
    """Report what the rows of a layer state against themselves or the review date.

    Parameters
    ----------
    layer : str
        A key of `layers.contracts.CONTRACTS`.
    frame : pandas.DataFrame
        In that contract.
    as_of : datetime.date
        The review date.
    report : Reporter
        Where contradictions are listed.
    """
    key = CONTRACTS[layer].key or ("contract_no" if "contract_no" in frame else "parcel_id")
    _check_required(layer, frame, report, key)
    for earlier, later in _ORDERED.get(layer, ()):
        texts = _labels(layer, earlier=earlier, later=later)
        shown = {"found": _day(frame[later]), "other": _day(frame[earlier])}
        wrong = frame[later] < frame[earlier]
        _rows(DATES, frame, wrong, report, key=key, column=later, **shown, **texts)
    for name in _HAPPENED.get(layer, ()):
        _rows(
            FUTURE,
            frame,
            frame[name] > pd.Timestamp(as_of),
            report,
            key=key,
            column=name,
            found=_day(frame[name]),
            as_of=as_of.isoformat(),
            **_labels(layer, label=name),
        )
    for pairs, kind in ((_LIMITS, LIMITS), (_PARTS.get(layer, ()), PARTS)):
        for low, high in pairs:
            if low in frame and high in frame:
                texts = _labels(layer, low=low, high=high)
                shown = {"found": frame[low], "other": frame[high]}
                wrong = frame[low] > frame[high]
                _rows(kind, frame, wrong, report, key=key, column=low, **shown, **texts)
    if layer == "ledger":
        _check_start(frame, report, key)
        _check_repeated(frame, report)
        _check_agreed(frame, report)


def _check_start(ledger: pd.DataFrame, report: Reporter, key: str) -> None:
    """Report starts that contradict the permit or the date of the start."""
    started, permit = ledger["started"], ledger["permit"]
    without = started.eq(other=True) & permit.eq(other=False)
    _rows(STARTED_WITHOUT_PERMIT, ledger, without, report, key=key, column="permit")
    denied = started.eq(other=False) & ledger["started_on"].notna()
    found = _day(ledger["started_on"])
    _rows(STARTED_DATE_DENIED, ledger, denied, report, key=key, column="started", found=found)


def _check_repeated(ledger: pd.DataFrame, report: Reporter) -> None:
    """Report rows of one contract, phase and parcel: each should stand once."""
    keys = ["contract_no", "phase_no", "parcel_id"]
    named = ledger[ledger["contract_no"].notna() & ledger["parcel_id"].notna()]
    group = named.groupby([named[key].fillna("").astype(object) for key in keys], sort=False)
    first = group["source_row"].transform("min")
    # Rows of one cell that named several parcels share their row in the source.
    again = named[named["source_row"] > first]
    report.rows(
        REPEATED,
        again["source_row"],
        ids=again["contract_no"],
        column="contract_no",
        found=again[keys].fillna("").astype(object).agg(" ".join, axis=1),
        other=report.written(first[again.index]),
    )


def _check_agreed(ledger: pd.DataFrame, report: Reporter) -> None:
    """Report rows of a contract that state something else of it than its first row that states it."""
    phases = ledger["phase_no"].fillna("").astype(object)
    contracts = ledger["contract_no"].astype(object)
    for name in (*_OF_CONTRACT, *_OF_PHASE):
        stated = ledger[contracts.notna() & ledger[name].notna()]
        keys = [contracts[stated.index]]
        if name in _OF_PHASE:
            keys.append(phases[stated.index])
        if stated.empty:
            continue
        place = stated.groupby(keys, sort=False)["source_row"].transform("idxmin").astype("int64")
        first = stated.loc[place, name].set_axis(stated.index)
        if name in _OF_PHASE:
            other = (stated[name] - first).abs() > _SAME_FIGURE * first.abs()
        else:
            other = stated[name].ne(first)
        rows = stated[other.fillna(value=False).to_numpy(dtype=bool)]
        label = CONTRACTS["ledger"].column(name).label
        report.rows(
            CONTRACT_DIFFERS,
            rows["source_row"],
            ids=rows["contract_no"],
            column=name,
            contract=list(rows["contract_no"]),
            found=_figures(rows[name]),
            other=_figures(first[rows.index]),
            row_other=report.written(stated.loc[place[rows.index], "source_row"]),
            label_zh=label.zh,
            label_en=label.en,
        )


def _figures(values: pd.Series[Any]) -> list[str]:
    """Write dates as ISO, numbers without a tail of noughts, codes as they stand."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return [str(value.date()) for value in values]
    if pd.api.types.is_numeric_dtype(values.dtype):
        return [f"{value:.10g}" for value in values]
    return [str(value) for value in values]
