"""Which documents of the procedure may be drafted for a ledger row: those of the step reached and the next.

Nothing that takes money or land is drafted before the written finding (认定书) has been served and the
holder's own cause is verified; suspended works and causes of the government lead to agreement alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.frames import flags, texts
from analyses.idle_causes import government_acts
from analyses.idle_procedure import path_of
from analyses.idle_status import SUSPECTED
from analyses.idle_steps import Rows, case_of_rows, row_dates, state_of
from policies.text import Text

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy

__all__ = ["DOCUMENTS", "REASONS", "allowed_documents"]

#: In the order of the procedure; the names are those of the templates.
DOCUMENTS = (
    "investigation_notice",
    "finding",
    "government_notice",
    "mortgagee_notice",
    "hearing_notice",
    "fee_decision",
    "recovery_decision",
)

#: Why nothing (more) is drafted for a row.
REASONS: dict[str, Text] = {
    "not_suspected": Text(
        "该台账行不涉嫌闲置，也没有在办案件，不起草文书。",
        "the row is neither suspected idle nor under a case: nothing is drafted",
    ),
    "dispute": Text(
        "存在争议，争议解决前不起草处置文书。",
        "there is a dispute: nothing is drafted before it is settled",
    ),
    "doubtful": Text(
        "台账记录互相矛盾或延期存疑，先核实台账，暂不起草文书。",
        "the records contradict each other or an extension is in doubt: check them first",
    ),
    "cause": Text(
        "原因未登记或未经核实，不起草征缴、收回文书。",
        "the cause is not recorded or not verified: no fee or recovery is drafted",
    ),
    "grant": Text(
        "供地方式未登记或没有国家规定的闲置费，不起草征缴、收回文书。",
        "the kind of grant is not recorded or bears no national fee: no fee or recovery is drafted",
    ),
    "not_served": Text(
        "认定书尚未送达，不起草征缴、收回文书。",
        "the finding has not been served: no fee or recovery is drafted",
    ),
    "unregistered": Text(
        "案件未录入监测监管系统，第十二条的处置文书暂不起草。",
        "the case is not recorded in the monitoring system: no paper of art. 12 is drafted",
    ),
    "": Text("", ""),
}


def _answer_over(case: pd.DataFrame, policy: Policy, as_of: date) -> np.ndarray:
    """Whether the holder has answered, or the time to answer has passed."""
    days = pd.Timedelta(days=int(policy.rule("idle.answer").value("days")))
    past = case["notice_received_on"] + days < pd.Timestamp(as_of)
    return np.asarray(case["answered_on"].notna() | past)


def allowed_documents(
    contracts: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    parcels: pd.DataFrame | None = None,
    cases: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return which documents may be drafted for each ledger row, and the open case of each.

    Parameters
    ----------
    contracts : pandas.DataFrame
        The table ``contracts`` of `analyses.idle.analyse_idle`.
    policy : policies.model.Policy
        Gives the time to answer and the kinds of grant that a fee may rest on.
    as_of : datetime.date
        The review date; later steps have not happened yet.
    parcels, cases : pandas.DataFrame, optional
        In their contracts.

    Returns
    -------
    pandas.DataFrame
        On the index of the contracts: a boolean column for each of `DOCUMENTS`, ``path``
        (`analyses.idle_procedure.path_of`) and ``reason`` (a key of `REASONS`).
    pandas.DataFrame
        The events of each row's latest open case.

    Examples
    --------
    >>> from datetime import date
    >>> from policies import load_policy
    >>> rows = pd.DataFrame({"contract_no": ["A", "B"], "parcel_id": ["p", "q"],
    ...                      "idle_status": ["suspected_1y", "not_due"], "idle_days": [12, None]})
    >>> allowed, _ = allowed_documents(rows, load_policy("national"), date(2026, 6, 30))
    >>> allowed["investigation_notice"].tolist(), allowed["reason"].tolist()
    ([True, False], ['cause', 'not_suspected'])
    """
    case = case_of_rows(contracts, cases, as_of)
    state = state_of(Rows(np.full(len(contracts), -1), contracts, case), policy)
    path = path_of(
        state.status,
        holders=state.holders,
        granted=state.granted,
        linked=np.ones(len(contracts), dtype=bool),
    )
    happened = {name: case[name].notna().to_numpy() for name in case.columns}
    suspected = np.isin(state.status, SUSPECTED)
    counted = (state.status == "human_review") & _days_counted(contracts)
    served = happened["finding_served_on"]
    found, noticed = (
        happened["finding_on"] | served,
        happened["notice_on"] | happened["notice_received_on"],
    )
    dispute = _disputed(contracts, parcels)
    open_ = (suspected | counted) & ~dispute
    undecided = ~state.decided
    two_years = state.status == "suspected_2y"
    sanction = served & (path == "sanction") & open_
    mortgage = flags(contracts, "mortgaged").fillna(value=True).to_numpy(dtype=bool)
    acts = government_acts(state.codes, policy.rule("idle.government_cause").value("causes"))
    government = (state.status == "gov_cause") & acts
    agreement = served & (path == "agreement") & open_
    kind = case["decision_kind"].fillna("").to_numpy(dtype=object)
    undone = ~happened["plan_approved_on"]
    allowed = pd.DataFrame(
        {
            "investigation_notice": open_ & ~found,
            "finding": open_
            & undecided
            & undone
            & (found | (noticed & _answer_over(case, policy, as_of))),
            "government_notice": open_ & found & government & undone,
            "mortgagee_notice": mortgage
            & (
                (agreement & state.registered & undone)
                | (sanction & two_years & (undecided | (kind == "recovery")))
            ),
            "hearing_notice": sanction & undecided,
            "fee_decision": sanction & (undecided | (kind == "fee")),
            "recovery_decision": sanction & two_years & (undecided | (kind == "recovery")),
        },
        index=contracts.index,
    )[list(DOCUMENTS)]
    nothing = ~(suspected | counted)
    doubtful = nothing & (state.status == "human_review")
    not_started = np.isin(state.status, ("suspected_1y", "suspected_2y"))
    reasons = [
        (dispute & ~nothing, "dispute"),
        (doubtful, "doubtful"),
        (nothing, "not_suspected"),
        (not_started & ~state.holders, "cause"),
        (not_started & ~state.granted, "grant"),
        (not_started & ~served, "not_served"),
        (agreement & ~state.registered & undone, "unregistered"),
    ]
    allowed["path"] = path
    allowed["reason"] = np.select([m for m, _ in reasons], [r for _, r in reasons], "")
    return allowed, case


def _days_counted(contracts: pd.DataFrame) -> np.ndarray:
    """Whether the days of each row are counted: its clock is beyond doubt."""
    return np.asarray(
        contracts["idle_days"].notna()
        if "idle_days" in contracts
        else row_dates(contracts, "idle_from").notna()
    )


def _disputed(contracts: pd.DataFrame, parcels: pd.DataFrame | None) -> np.ndarray:
    disputed = flags(contracts, "in_dispute").fillna(value=False).to_numpy(dtype=bool)
    if parcels is None:
        return disputed
    unfree = flags(parcels, "dispute_free").eq(other=False).fillna(value=False)
    ids = texts(parcels, "parcel_id")[unfree].dropna()
    return disputed | texts(contracts, "parcel_id").isin(ids).to_numpy(dtype=bool)
