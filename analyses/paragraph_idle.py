"""The sentences of a paragraph on idle land: since when, how long, why, and how far the case has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import numbers, texts
from analyses.idle_rules import IdleRules
from analyses.idle_steps import row_dates
from analyses.idle_text import day_texts
from analyses.paragraph_cases import step_words
from layers.codes import CAUSES

if TYPE_CHECKING:
    from datetime import date

    from analyses.land_facts import Land
    from analyses.paragraph_cases import CaseRows

__all__ = ["contract_names", "idle_sentences", "rows_told"]

_SUSPECTED = ("suspected_2y", "suspected_1y")
_COUNTED = (*_SUSPECTED, "suspended", "gov_cause")
#: How a cause is told, by whether it is still to be verified.
_CAUSE = {
    False: ("经核实的迟延原因为{cause}", "verified cause: {cause}"),
    True: ("登记的迟延原因为{cause}，未经核实", "recorded cause: {cause}, not verified"),
}
#: A longer reason for a review stands in the findings alone.
_REASON = 160
_NOT_KNOWN = ("是否闲置无法判断。", "Whether the land is idle cannot be told.")
#: Statuses of which nothing has to be said.
_QUIET = ("", "not_supplied", "started")
#: Of so many contracts is told; of more the paragraph says how many there are.
_CONTRACTS = 2
_COMPLETED = (
    "台账登记{day}竣工，宗地图层未记建设状态。",
    "By the ledger the works were completed on {day}; the layer of parcels records no building stage.",
)


@dataclass(frozen=True)
class _Row:
    """What is told of one ledger row."""

    status: str
    label: tuple[str, str]
    due: tuple[str, str]
    has_due: bool
    ahead: bool
    since: tuple[str, str]
    days: float
    cause: str
    open_cause: bool
    review: tuple[str, str]
    case: dict[str, Any]


def rows_told(rows: CaseRows) -> np.ndarray:
    """Say which ledger rows a paragraph speaks of: the gravest of each parcel, and those that have come further.

    Of a parcel with several contracts those are told, too, for which a finding has been served, or that
    were decided or closed.
    """
    loud = ~np.isin(rows.status, _QUIET)
    first = np.zeros(len(loud), dtype=bool)
    at = np.flatnonzero(loud)
    first[at[np.unique(rows.places[at], return_index=True)[1]]] = True
    reached = rows.case[["finding_served_on", "decision_on", "closed_on"]].notna().any(axis=1)
    ask = rows.calls["investigate"]
    # What is to be investigated is told, too, where the gravest contract has come further already.
    beyond = np.isin(rows.places, rows.places[first & ~ask])
    return first | (loud & (reached.to_numpy(dtype=bool) | (ask & beyond)))


def contract_names(rows: CaseRows) -> tuple[np.ndarray, np.ndarray]:
    """Name every ledger row by its contract, and by its phase where the contract has several."""
    number = texts(rows.frame, "contract_no").fillna("")
    phase = texts(rows.frame, "phase_no").fillna("")
    several = pd.DataFrame({"at": rows.places, "no": number}).duplicated(keep=False)
    zh = ("合同" + number).mask(number == "", "未登记编号的合同")
    en = ("contract " + number).mask(number == "", "a contract without a number")
    phased = several & (phase != "")
    zh = zh.mask(phased, zh + "第" + phase + "期")
    en = en.mask(phased, en + " phase " + phase)
    return zh.to_numpy(dtype=object), en.to_numpy(dtype=object)


def _gathered(land: Land, rows: CaseRows, told: np.ndarray, as_of: date) -> list[_Row]:
    """Read what is told of the rows `told`, each as one record."""
    frame, at = rows.frame.iloc[told], rows.places[told]
    labels = IdleRules.of(land.policy).labels()["idle_status"]
    due_on, since_on = row_dates(frame, "start_due_effective_on"), row_dates(frame, "idle_from")
    days = numbers(frame, "idle_days").to_numpy()
    # A parcel whose ledger was not judged has its own measures alone.
    own = frame["idle_status"].notna().to_numpy() if "idle_status" in frame else days < 0
    since_on = since_on.where(own, row_dates(land.parcels, "idle_from").iloc[at].array)
    days = np.where(own, days, land.number("idle_days")[at])
    due, since = _both(due_on), _both(since_on)
    ahead = (due_on > pd.Timestamp(as_of)).tolist()
    causes = texts(frame, "cause_kind").fillna("").tolist()
    lacking = texts(frame, "missing").fillna("")
    open_ = lacking.str.contains(r"(?:^|,)cause(?:_verified)?(?:,|$)").tolist()
    reasons = [texts(frame, f"review_reason_{lang}").fillna("").tolist() for lang in ("zh", "en")]
    cases = rows.case.iloc[told].to_dict("records")
    found = []
    for place, status in enumerate(rows.status[told]):
        label = labels.get(status)
        found.append(
            _Row(
                status=status,
                label=(status, status) if label is None else (label.zh, label.en),
                due=(due[0][place], due[1][place]),
                has_due=bool(due_on.notna().iloc[place]),
                ahead=ahead[place],
                since=(since[0][place], since[1][place]),
                days=float(days[place]),
                cause=causes[place],
                open_cause=open_[place],
                review=(reasons[0][place], reasons[1][place]),
                case={str(name): value for name, value in cases[place].items()},
            )
        )
    return found


def _both(values: pd.Series[Any]) -> tuple[list[str], list[str]]:
    days = values.to_numpy().astype("datetime64[D]")
    return list(day_texts(days, "zh")), list(day_texts(days, "en"))


def _review_said(row: _Row) -> tuple[str, str]:
    """Return why a person has to look at it; that one has to is said once."""
    zh = f"{row.review[0].rstrip('。')}。".replace("，须人工核查。", "。").rstrip("。")
    en = f"{row.review[1].rstrip('.')}.".replace(": human review needed.", ".").rstrip(".")
    return f"：{zh}", f": {en[:1].lower()}{en[1:]}"


def _row_words(row: _Row) -> tuple[str, str]:
    """Tell one ledger row, without the full stop."""
    zh, en = [], []
    code = row.status
    if row.has_due and code != "suspended":
        zh.append(f"约定{row.due[0]}动工")
        en.append(f"the start {'is' if row.ahead else 'was'} due on {row.due[1]}")
    if code == "not_due" and zh:
        zh.append("尚未到期")
    else:
        zh.append(row.label[0])
        en.append(row.label[1])
    if np.isfinite(row.days) and code in _COUNTED:
        zh.append(f"自{row.since[0]}起至审查日{row.days:,.0f}天")
        en.append(f"{row.days:,.0f} days from {row.since[1]} to the review date")
    if row.cause in CAUSES.labels and code in (*_SUSPECTED, "gov_cause"):
        words = _CAUSE[row.open_cause]
        zh.append(words[0].format(cause=CAUSES.labels[row.cause].zh))
        en.append(words[1].format(cause=CAUSES.labels[row.cause].en))
    if code == "human_review" and 0 < len(row.review[0]) <= _REASON:
        said = _review_said(row)
        zh[-1] += said[0]
        en[-1] += said[1]
    asked = code in (*_COUNTED, "human_review")
    zh += step_words(row.case, "zh", asked=asked)
    en += step_words(row.case, "en", asked=asked)
    return "，".join(zh), "; ".join(en)


def idle_sentences(land: Land, rows: CaseRows, as_of: date) -> tuple[np.ndarray, np.ndarray]:
    """Tell of each parcel the contracts that matter: due start, status, days, cause, steps done.

    Parameters
    ----------
    land : analyses.land_facts.Land
        The parcels.
    rows : analyses.paragraph_cases.CaseRows
        Their ledger rows with their cases.
    as_of : datetime.date
        The review date.
    """
    n = len(land.parcels)
    zh, en = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    told = np.flatnonzero(rows_told(rows))
    if len(told):
        names = contract_names(rows)
        each: dict[int, dict[tuple[str, str], list[int]]] = {}
        for row, place in zip(_gathered(land, rows, told, as_of), told.tolist(), strict=True):
            words = _NOT_KNOWN if row.status == "unknown" else _row_words(row)
            each.setdefault(int(rows.places[place]), {}).setdefault(words, []).append(place)
        for at, said in each.items():
            zh[at], en[at] = _joined(said, names)
    _completed(land, rows, as_of, (zh, en))
    return zh, en


def _joined(
    said: dict[tuple[str, str], list[int]], names: tuple[np.ndarray, np.ndarray]
) -> tuple[str, str]:
    """Join what is told of the contracts of one parcel; alike ones are told once."""
    zh, en = [], []
    for words, places in list(said.items())[:_CONTRACTS]:
        whose, text = ("", ""), words[1].rstrip(".")
        if len(said) > 1:
            whose = (f"{names[0][places[0]]}：", f"{names[1][places[0]]}: ")
            if len(places) > 1:
                whose = (
                    f"{names[0][places[0]]}等{len(places)}份合同（期）：",
                    f"{names[1][places[0]]} and {len(places) - 1} more: ",
                )
        text = f"{whose[1]}{text}"
        zh.append(f"{whose[0]}{words[0].rstrip('。')}。")
        en.append(f"{text[0].upper()}{text[1:]}.")
    rest = sum(len(places) for places in list(said.values())[_CONTRACTS:])
    if rest:
        zh.append(f"另有{rest}份合同（期），见核查结论。")
        en.append(f"Of {rest} more contracts or phases see the findings.")
    return "".join(zh), " ".join(en)


def _completed(
    land: Land, rows: CaseRows, as_of: date, said: tuple[np.ndarray, np.ndarray]
) -> None:
    """Tell the completion that the ledger records where the parcel itself has no stage."""
    done = row_dates(rows.frame, "completed_on")
    done = done.where(done <= pd.Timestamp(as_of))
    days = done.groupby(rows.places).agg(["max", "count", "size"])
    days = days.loc[days["count"].eq(days["size"])]
    blank = land.text("land_stage") == ""
    days = days.loc[blank[days.index.to_numpy(dtype=np.int64)]]
    told = _both(days["max"])
    for at, zh, en in zip(days.index.tolist(), *told, strict=True):
        said[0][at] += _COMPLETED[0].format(day=zh)
        said[1][at] += (" " if said[1][at] else "") + _COMPLETED[1].format(day=en)
