"""How far the procedure has come: ledger rows with their open case, and the facts that choose a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.frames import flags, texts
from analyses.idle_links import link_rows

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy

__all__ = [
    "Rows",
    "State",
    "case_of_rows",
    "day",
    "gather_rows",
    "lifted_conditions",
    "row_dates",
    "state_of",
]

#: The dates of a case, each of them a step done.
_STEPS = (
    *("discovered_on", "notice_on", "notice_received_on", "answered_on", "finding_on"),
    *("finding_served_on", "registered_on", "hearing_notice_on", "plan_approved_on"),
    *("decision_on", "decision_served_on", "published_on", "paid_on", "deregistered_on"),
)
_CASE_TEXTS = ("decision_kind", "case_id", "measure", "remedy")
_CASE_ORDER = ("finding_served_on", "finding_on", "notice_on", "discovered_on")


@dataclass(frozen=True)
class Rows:
    """Ledger rows, or parcels without any, with the state of their case."""

    places: np.ndarray
    frame: pd.DataFrame
    case: pd.DataFrame


def day(as_of: date, more: int = 0) -> pd.Timestamp:
    """Return the review date, or a day some days after it."""
    return pd.Timestamp(as_of) + pd.Timedelta(days=more)


def row_dates(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    """Return the column `name` as dates; NaT throughout where the frame has none."""
    if name not in frame:
        return pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]")
    return pd.to_datetime(frame[name]).astype("datetime64[s]")


def _last_closed(rows: pd.DataFrame, cases: pd.DataFrame, as_of: date) -> pd.Series[Any]:
    """Return the day on which the last closed case of each row was closed."""
    closed_on = row_dates(cases, "closed_on").where(lambda day_: day_ <= day(as_of))
    over = cases.loc[closed_on.notna()].reset_index(drop=True)
    blank = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
    if over.empty:
        return blank
    at, source = link_rows(rows, over)
    days = row_dates(over, "closed_on").iloc[source].set_axis(rows.index[at])
    return blank.fillna(days.groupby(level=0).max())


def _open_cases(cases: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return the cases not closed on the review date; later steps have not happened yet."""
    today = day(as_of)
    state = pd.DataFrame(
        {name: row_dates(cases, name).where(lambda day: day <= today) for name in _STEPS}
    )
    for key in (*_CASE_TEXTS, "contract_no", "phase_no", "parcel_id"):
        state[key] = texts(cases, key)
    still = ~(row_dates(cases, "closed_on") <= today).to_numpy(dtype=bool)
    return state.loc[still].reset_index(drop=True)


def case_of_rows(rows: pd.DataFrame, cases: pd.DataFrame | None, as_of: date) -> pd.DataFrame:
    """Return the state of each row's latest open case; nothing but blanks where there is none.

    ``last_closed_on`` says when the last case of the row that is over was closed.
    """
    columns = [*_STEPS, *_CASE_TEXTS]
    blank = pd.DataFrame(index=rows.index)
    blank["last_closed_on"] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
    for name in _STEPS:
        blank[name] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
    for name in _CASE_TEXTS:
        blank[name] = pd.Series(pd.NA, index=rows.index, dtype="string")
    if cases is None or len(cases) == 0:
        return blank
    blank["last_closed_on"] = _last_closed(rows, cases, as_of)
    state = _open_cases(cases, as_of)
    if state.empty:
        return blank
    order = [*_CASE_ORDER, "case_id"]
    state = state.sort_values(order, na_position="first", kind="stable", ignore_index=True)
    at, source = link_rows(rows, state)
    pairs = pd.DataFrame({"row": at, "case": source}).sort_values(["row", "case"])
    last = pairs.drop_duplicates("row", keep="last")
    for name in columns:
        values = blank[name].array.copy()
        values[last["row"].to_numpy()] = state[name].array[last["case"].to_numpy()]
        blank[name] = pd.Series(values, index=rows.index)
    return blank


def gather_rows(
    parcels: pd.DataFrame,
    contracts: pd.DataFrame | None,
    cases: pd.DataFrame | None,
    as_of: date,
) -> Rows:
    """Put the ledger rows of known parcels and the parcels without a ledger row into one frame."""
    ids = pd.Index(texts(parcels, "parcel_id"))
    parts, places = [], []
    seen = np.zeros(len(parcels), dtype=bool)
    if contracts is not None and len(contracts):
        at = ids.get_indexer(pd.Index(texts(contracts, "parcel_id")))
        at = np.where(texts(contracts, "parcel_id").isna(), -1, at)
        parts.append(contracts.loc[at >= 0])
        places.append(at[at >= 0])
        seen[at[at >= 0]] = True
    alone = parcels.loc[~seen]
    known = [name for name in _FROM_PARCELS if name in alone]
    parts.append(pd.DataFrame(alone[known]))
    places.append(np.flatnonzero(~seen))
    frame = pd.concat([part.reset_index(drop=True) for part in parts if len(part)] or parts[-1:])
    frame = frame.reset_index(drop=True)
    return Rows(np.concatenate(places), frame, case_of_rows(frame, cases, as_of))


_FROM_PARCELS = (
    *("parcel_id", "idle_status", "idle_from", "idle_two_years_on", "idle_days"),
    *("fee_order53_wan", "fee_law_max_wan"),
)


@dataclass(frozen=True)
class State:
    """The facts by which the step is chosen: arrays of equal length."""

    status: np.ndarray
    served: np.ndarray
    decided: np.ndarray
    registered: np.ndarray
    codes: np.ndarray
    holders: np.ndarray
    granted: np.ndarray
    grant_unknown: np.ndarray


def _cause_codes(frame: pd.DataFrame) -> np.ndarray:
    """Return the recorded causes of each row: those of the table of causes too, where it was read."""
    name = "cause_kind" if "cause_kind" in frame else "cause"
    return texts(frame, name).fillna("").to_numpy(dtype=object)


def _holders(frame: pd.DataFrame) -> np.ndarray:
    """Whether the cause is the holder's own and verified.

    Where the table of causes was read, the review of the ledger names an unverified cause among
    what is missing.
    """
    own = _cause_codes(frame) == "holder"
    if "cause_kind" in frame and "missing" in frame:
        open_ = (
            texts(frame, "missing").fillna("").str.contains(r"(?:^|,)cause(?:_verified)?(?:,|$)")
        )
        return np.asarray(own & ~open_.to_numpy(dtype=bool))
    verified = flags(frame, "cause_verified").fillna(value=False)
    return np.asarray(own & verified.to_numpy(dtype=bool))


def state_of(rows: Rows, policy: Policy) -> State:
    """Read from ledger and case the facts that choose the next step."""
    frame, case = rows.frame, rows.case
    said = flags(frame, "registered_in_system")
    registered = said.fillna(value=False) | (said.isna() & case["registered_on"].notna())
    grant = texts(frame, "grant")
    kinds = list(policy.rule("idle.fee_order53").value("grants"))
    return State(
        status=texts(frame, "idle_status").fillna("").to_numpy(dtype=object),
        served=case["finding_served_on"].notna().to_numpy(),
        decided=case["decision_on"].notna().to_numpy(),
        registered=registered.to_numpy(dtype=bool),
        codes=_cause_codes(frame),
        holders=_holders(frame),
        granted=grant.isin(kinds).to_numpy(dtype=bool),
        grant_unknown=grant.isna().to_numpy(),
    )


def lifted_conditions(rows: Rows) -> pd.Series[str]:
    """Name the conditions that a row has met: steps done, and what its ledger says no to."""
    lifted = pd.Series("", index=rows.frame.index, dtype="string")
    for name in ("hearing_notice_on", "plan_approved_on"):
        lifted = lifted.mask(rows.case[name].notna(), lifted + f",{name}")
    for name in ("mortgaged", "seized"):
        no = flags(rows.frame, name).eq(other=False).fillna(value=False)
        lifted = lifted.mask(no, lifted + f",{name}")
    return lifted.str.strip(",")
