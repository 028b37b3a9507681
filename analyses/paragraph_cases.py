"""The ledger rows behind a paragraph: which contracts it speaks of, and how far the case of each has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import numbers, texts
from analyses.idle_links import link_rows
from analyses.idle_steps import gather_rows, row_dates, state_of
from analyses.idle_text import day_text
from analyses.results import IDLE_STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from analyses.land_facts import Land
    from policies.text import Lang

__all__ = ["CaseRows", "case_rows", "step_words"]

_SUSPECTED = ("suspected_1y", "suspected_2y")
_BY_AGREEMENT = ("suspended", "gov_cause")
_DATES = (
    *("notice_on", "notice_received_on", "answered_on", "finding_on", "finding_served_on"),
    *("hearing_notice_on", "plan_approved_on", "decision_on", "decision_served_on", "paid_on"),
    *("deregistered_on", "review_or_suit_on", "closed_on"),
)
#: The case that is told: an open one before a closed one, then the one that has come further.
_ORDER = ("_open", "closed_on", "finding_served_on", "finding_on", "notice_on", "case_id")
_DECISIONS = {
    "fee": ("征缴决定", "the decision on the fee"),
    "recovery": ("收回决定", "the decision of recovery"),
    "": ("处置决定", "the decision"),
}
#: The last of these steps is told while no finding has been served; the furthest stands first.
_BEFORE = (
    (
        "finding_on",
        "认定书已于{day}作出，尚未送达",
        "the finding was made on {day} and is not served yet",
    ),
    ("answered_on", "权利人已于{day}说明情况", "the holder answered on {day}"),
    (
        "notice_received_on",
        "调查通知书已于{day}送达",
        "the notice of investigation was received on {day}",
    ),
    ("notice_on", "调查通知书已于{day}发出", "the notice of investigation was sent on {day}"),
)
_SERVED = ("认定书已于{day}送达", "the finding was served on {day}")
#: The last of these is told between the finding and the decision.
_AFTER = (
    ("plan_approved_on", "处置方案已于{day}批准", "the disposal plan was approved on {day}"),
    (
        "hearing_notice_on",
        "听证权利已于{day}告知",
        "notice of the right to a hearing was given on {day}",
    ),
)
_LAST = (
    ("deregistered_on", "已于{day}注销登记", "the right was deregistered on {day}"),
    (
        "review_or_suit_on",
        "已于{day}申请复议或者提起诉讼",
        "review or suit was sought on {day}",
    ),
    ("closed_on", "案件已于{day}结案", "the case was closed on {day}"),
)


@dataclass(frozen=True)
class CaseRows:
    """Ledger rows with the position of their parcel, their latest case, and the action each calls for.

    ``frame`` and ``case`` have one row per ledger row (or parcel without any), in the order in which a
    paragraph tells them: by parcel, the gravest status first. ``calls`` says by action which rows it concerns.
    """

    places: np.ndarray
    frame: pd.DataFrame
    case: pd.DataFrame
    status: np.ndarray
    calls: dict[str, np.ndarray]
    #: Whether the rows of the parcel call for a sanction and for a remedy.
    divided: np.ndarray
    #: Whether the order knows no fee for the kind of grant.
    no_fee: np.ndarray


def _latest_case(frame: pd.DataFrame, cases: pd.DataFrame | None, as_of: date) -> pd.DataFrame:
    """Return the dates, kind and payment of each row's latest case; what lies ahead has not happened."""
    today = pd.Timestamp(as_of)
    found = pd.DataFrame({name: row_dates(frame, name) for name in _DATES}, index=frame.index)
    found = found.where(found <= today)
    found["decision_kind"] = pd.Series("", index=frame.index, dtype="string")
    found["paid_wan"] = np.nan
    if cases is None or cases.empty:
        return found
    table = pd.DataFrame({name: row_dates(cases, name) for name in _DATES})
    table = table.where(table <= today).reset_index(drop=True)
    for name in ("contract_no", "phase_no", "parcel_id", "case_id"):
        table[name] = texts(cases, name).array
    table["decision_kind"] = texts(cases, "decision_kind").fillna("").array
    table["paid_wan"] = numbers(cases, "paid_wan").to_numpy()
    table["_open"] = table["closed_on"].isna()
    table = table.sort_values(list(_ORDER), na_position="first", kind="stable", ignore_index=True)
    at, source = link_rows(frame, table)
    last = pd.DataFrame({"row": at, "case": source}).sort_values(["row", "case"])
    last = last.drop_duplicates("row", keep="last")
    names = [*_DATES, "decision_kind", "paid_wan"]
    taken = table[names].iloc[last["case"].to_numpy()].set_axis(frame.index[last["row"]])
    rest = found.drop(index=taken.index)
    return pd.concat([part for part in (rest, taken) if len(part)]).reindex(frame.index)


def case_rows(
    land: Land, contracts: pd.DataFrame | None, cases: pd.DataFrame | None, as_of: date
) -> CaseRows:
    """Gather the ledger rows of the parcels, and say which action of the procedure concerns which.

    Parameters
    ----------
    land : analyses.land_facts.Land
        The parcels.
    contracts, cases : pandas.DataFrame, optional
        As `analyses.recommend.recommend` takes them.
    as_of : datetime.date
        The review date.
    """
    rows = gather_rows(land.parcels, contracts, cases, as_of)
    state = state_of(rows, land.policy)
    suspected = np.isin(state.status, _SUSPECTED)
    agreed = np.isin(state.status, _BY_AGREEMENT)
    ripe = suspected & state.served & state.holders & ~state.decided
    calls = {
        "propose_fee": ripe & state.granted & (state.status == "suspected_1y"),
        "propose_recovery": ripe & state.granted & (state.status == "suspected_2y"),
        "remedy_art12": agreed & state.served & state.registered & ~state.decided,
        "investigate": (suspected | agreed) & ~state.served & ~state.decided,
        "watch": (suspected | agreed) & state.decided,
    }
    calls["swap_art12"] = calls["remedy_art12"]
    sanction = np.isin(rows.places, rows.places[calls["propose_fee"] | calls["propose_recovery"]])
    remedy = np.isin(rows.places, rows.places[calls["remedy_art12"]])
    frame = rows.frame
    order = {code: place for place, code in enumerate(IDLE_STATUSES)}
    reached = calls["watch"] | calls["remedy_art12"] | ripe
    told = pd.DataFrame(
        {
            "at": rows.places,
            "grave": pd.Series(state.status).map(order).to_numpy(),
            "later": ~reached,
            "contract_no": texts(frame, "contract_no").array,
            "phase_no": texts(frame, "phase_no").array,
        }
    )
    by = told.sort_values(list(told.columns), kind="stable", na_position="last").index.to_numpy()
    return CaseRows(
        places=rows.places[by],
        frame=frame.iloc[by].reset_index(drop=True),
        case=_latest_case(frame, cases, as_of).iloc[by].reset_index(drop=True),
        status=state.status[by],
        calls={name: where[by] for name, where in calls.items()},
        divided=(sanction & remedy)[by],
        no_fee=(ripe & ~state.granted & ~state.grant_unknown)[by],
    )


def _first(
    case: Mapping[str, Any], steps: tuple[tuple[str, str, str], ...], lang: Lang
) -> list[str]:
    """Tell the first of `steps` that has been done."""
    for name, zh, en in steps:
        if pd.notna(case[name]):
            return [(zh if lang == "zh" else en).format(day=_day(case[name], lang))]
    return []


def _day(value: pd.Timestamp, lang: Lang) -> str:
    return day_text(np.datetime64(value, "D"), lang)


def step_words(case: Mapping[str, Any], lang: Lang, *, asked: bool) -> list[str]:
    """Tell the steps of a case that decide what comes next: finding, decision, payment, closing.

    Parameters
    ----------
    case : mapping
        A row of `CaseRows.case`.
    lang : {'zh', 'en'}
        The language.
    asked : bool
        Whether the status of the land keeps an investigation open: only then what precedes the finding is told.
    """
    zh = lang == "zh"
    place = 0 if zh else 1
    said: list[str] = []
    if pd.notna(case["finding_served_on"]):
        said.append(_SERVED[place].format(day=_day(case["finding_served_on"], lang)))
    elif asked and pd.isna(case["closed_on"]):
        said += _first(case, _BEFORE, lang)
    if pd.notna(case["decision_on"]) or pd.notna(case["decision_served_on"]):
        what = _DECISIONS.get(case["decision_kind"], _DECISIONS[""])[place]
        if pd.notna(case["decision_served_on"]):
            day = _day(case["decision_served_on"], lang)
            said.append(f"{what}已于{day}送达" if zh else f"{what} was served on {day}")
        else:
            day = _day(case["decision_on"], lang)
            said.append(
                f"{what}已于{day}作出，未登记送达"
                if zh
                else f"{what} was made on {day}, service not recorded"
            )
    elif pd.isna(case["closed_on"]):
        said += _first(case, _AFTER, lang)
    if pd.notna(case["paid_on"]):
        day, paid = _day(case["paid_on"], lang), case["paid_wan"]
        sum_ = "" if pd.isna(paid) else (f"{paid:,.2f}万元" if zh else f" of {paid:,.2f} wan yuan")
        said.append(f"闲置费{sum_}已于{day}缴纳" if zh else f"the idle fee{sum_} was paid on {day}")
    for step in _LAST:
        said += _first(case, (step,), lang)
    return said
