"""What may be recommended of idle land: the step of the procedure that is reached decides.

Nothing is proposed that takes money or land before the written finding (认定书) has been served. A
cause of the government, and every case of suspended works, leads to the remedies by agreement
alone, and to those only where the case is recorded in the monitoring system.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.action_rows import area_texts, propose, reasons
from analyses.frames import flags, numbers, texts
from analyses.idle_steps import (
    Rows,
    State,
    day,
    gather_rows,
    lifted_conditions,
    row_dates,
    state_of,
)
from analyses.idle_text import day_texts
from analyses.results import IDLE_STATUSES
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policies.model import Policy

__all__ = ["idle_actions"]

_SUSPECTED = ("suspected_1y", "suspected_2y")
_BY_AGREEMENT = ("suspended", "gov_cause")
_WHY = {
    "investigate": Text(
        "{status}，自{since}起，面积{area}，{stage}。须先调查核实，本结果不作认定依据。",
        "{status}, since {since}, {area}; {stage}. To be investigated first: this result is no finding.",
    ),
    "review": Text(
        "闲置情况须人工核查，面积{area}：{reason}",
        "The case needs human review, {area}: {reason}",
    ),
    "find_cause": Text(
        "{status}，面积{area}；迟延原因{cause}，未查明前不作处置建议。",
        "{status}, {area}; the cause of the delay is {cause}: no disposal is proposed before it is known.",
    ),
    "fee": Text(
        "认定书已于{served}送达，未动工满一年，原因经核实属权利人自身，面积{area}；闲置费测算值{fee}（以认定为准），{ceiling}。",
        "The finding was served on {served}: a full year not started, the cause verified as the "
        "holder's own, {area}; calculated fee {fee} (the finding prevails), {ceiling}.",
    ),
    "recovery": Text(
        "认定书已于{served}送达，未动工满两年（自{two_years}起），原因经核实属权利人自身，面积{area}；可依法报批无偿收回，与征缴闲置费（测算值{fee}）二者择一，不叠加。",
        "The finding was served on {served}: two full years not started (from {two_years}), the cause "
        "verified as the holder's own, {area}; recovery without pay may be submitted for approval, "
        "as the alternative to the fee (calculated {fee}), never added to it.",
    ),
    "grant": Text(
        "认定书已于{served}送达，面积{area}；供地方式未登记，无法判断是否适用闲置费和收回的规定。缺：供地方式。",
        "The finding was served on {served}, {area}; the kind of grant is not recorded, so whether "
        "the rules on fee and recovery apply is not known. Missing: kind of grant.",
    ),
    "other_grant": Text(
        "认定书已于{served}送达，面积{area}；该供地方式没有国家规定的闲置费，须按合同和地方规定由人核查。",
        "The finding was served on {served}, {area}; for this kind of grant there is no national "
        "fee: the contract and local rules are to be looked at.",
    ),
    "remedy": Text(
        "认定书已于{served}送达，{status}，面积{area}；只能按第十二条协商处置，不征闲置费、不无偿收回。",
        "The finding was served on {served}: {status}, {area}; only the remedies by agreement of "
        "art. 12 apply, neither fee nor recovery without pay.",
    ),
    "register": Text(
        "{status}，面积{area}；{record}监测监管系统，未录入前不得采用第十二条的处置方式。",
        "{status}, {area}; the case is {record} in the monitoring system, and without the record "
        "the remedies of art. 12 may not be used.",
    ),
    "decided": Text(
        "已于{decided}作出处置决定，面积{area}；跟踪履行。",
        "The decision was made on {decided}, {area}; its performance is to be followed.",
    ),
    "urge": Text(
        "约定动工日已过、未满一年，面积{area}；{line}仍未动工的将涉嫌闲置。",
        "The agreed start has passed by less than a year, {area}; not started by {line}, the land "
        "becomes suspected idle.",
    ),
    "line": Text(
        "核查日为满一年的届满日，面积{area}；次日仍未动工或者仍中止开发的，将涉嫌闲置。",
        "The year ends on the review date, {area}; without works on the next day the land becomes "
        "suspected idle.",
    ),
    "open": Text(
        "{status}，面积{area}；开工情况或相关日期不明，补充资料后再判断。",
        "{status}, {area}; whether works have started, or a date, is not known.",
    ),
}

_CAUSES = {
    True: ("未登记", "not recorded"),
    False: ("未经核实", "not verified"),
}


class _Writer:
    """Writes the proposals of some rows: figures, dates and reasons."""

    def __init__(self, parcels: pd.DataFrame, rows: Rows, as_of: date) -> None:
        self.rows, self.as_of = rows, as_of
        self.area = numbers(parcels, "area_m2").to_numpy()[rows.places]
        self.lifted = lifted_conditions(rows)
        self.status = texts(rows.frame, "idle_status").fillna("").to_numpy(dtype=object)
        self.idle_from = row_dates(rows.frame, "idle_from")
        self.two_years = row_dates(rows.frame, "idle_two_years_on")

    def day(self, days: pd.Series[Any], where: np.ndarray) -> tuple[list[str], list[str]]:
        values = days.to_numpy().astype("datetime64[D]")[where]
        return list(day_texts(values, "zh")), list(day_texts(values, "en"))

    def statuses(self, where: np.ndarray) -> tuple[list[str], list[str]]:
        labels = [IDLE_STATUSES[code] for code in self.status[where]]
        return [label.zh for label in labels], [label.en for label in labels]

    def money(self, name: str, where: np.ndarray) -> tuple[list[str], list[str]]:
        zh, en = [], []
        for amount in numbers(self.rows.frame, name).to_numpy()[where]:
            known = not np.isnan(amount)
            zh.append(f"{amount:,.2f}万元" if known else "未知（缺价款等资料）")
            en.append(f"{amount:,.2f} wan yuan" if known else "unknown (price or the like missing)")
        return zh, en

    def write(
        self,
        action: str,
        reason: str,
        where: np.ndarray,
        fields: Mapping[str, tuple[list[str], list[str]]],
        **values: Any,
    ) -> pd.DataFrame:
        """Write one action for the rows of `where`, with the fields that its reason names."""
        filled = {"area": area_texts(self.area[where]), **fields}
        why = reasons(_WHY[reason], filled, int(where.sum()))
        since = self.two_years.where(self.two_years <= day(self.as_of), self.idle_from)
        return propose(
            action,
            self.rows.places[where],
            why,
            area_m2=self.area[where],
            lifted=self.lifted[where],
            **{"since_on": since[where], **values},
        )


def _investigation_due(rows: Rows, two_years: pd.Series[Any], policy: Policy, as_of: date) -> Any:
    """Return the next statutory date of the investigation, or the second anniversary before it."""
    case = rows.case
    days = {
        name: pd.Timedelta(days=int(policy.rule(f"idle.{name}").value("days")))
        for name in ("investigation", "answer")
    }
    found = case["discovered_on"].fillna(day(as_of)) + days["investigation"]
    answer = (case["notice_received_on"] + days["answer"]).where(case["answered_on"].isna())
    due = found.where(case["notice_on"].isna(), answer)
    ahead = two_years.where(two_years > day(as_of))
    return pd.concat([due, ahead], axis=1).min(axis=1).astype("datetime64[s]")


def _stages(case: pd.DataFrame, where: np.ndarray) -> tuple[list[str], list[str]]:
    """Say how far the investigation has come."""
    part = case.loc[where]
    steps = (
        ("finding_on", "认定书尚未送达", "the finding has not been served"),
        ("answered_on", "权利人已说明情况，尚未认定", "the holder has answered, no finding yet"),
        ("notice_on", "调查通知书已发出，尚未认定", "the notice is sent, no finding yet"),
    )
    zh = np.full(len(part), "尚未发出调查通知书", dtype=object)
    en = np.full(len(part), "no notice of investigation sent yet", dtype=object)
    for name, said_zh, said_en in reversed(steps):
        done = part[name].notna().to_numpy()
        zh[done], en[done] = said_zh, said_en
    return list(zh), list(en)


_REVIEW = ("详见核查结论。", "see the findings.")


def _review_reasons(frame: pd.DataFrame, where: np.ndarray) -> tuple[list[str], list[str]]:
    """Return why a person has to look at a row, as the review of the ledger words it."""
    zh = texts(frame, "review_reason_zh").fillna(_REVIEW[0])[where]
    en = texts(frame, "review_reason_en").fillna(_REVIEW[1])[where]
    return list(zh), list(en)


def idle_actions(
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    contracts: pd.DataFrame | None = None,
    cases: pd.DataFrame | None = None,
) -> list[pd.DataFrame]:
    """Choose for every ledger row the action that its status and the step reached allow.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``parcel_id``, ``area_m2`` and the idle measures.
    policy : policies.model.Policy
        Gives the statutory periods and the kinds of grant that a fee may rest on.
    as_of : datetime.date
        The review date: later steps of a case have not happened yet.
    contracts : pandas.DataFrame, optional
        One row per ledger row with its ``idle_status``, dates and ledger columns; without it the
        parcels' own measures are taken, and every cause is unknown.
    cases : pandas.DataFrame, optional
        The steps done. Closed cases count no more.

    Returns
    -------
    list of pandas.DataFrame
        Proposals (`analyses.action_rows.propose`), one row per ledger row and action.
    """
    rows = gather_rows(parcels, contracts, cases, as_of)
    state, writer = state_of(rows, policy), _Writer(parcels, rows, as_of)
    case = rows.case
    suspected = np.isin(state.status, _SUSPECTED)
    agreed = np.isin(state.status, _BY_AGREEMENT)
    under_way = (suspected | agreed) & ~state.decided
    review = state.status == "human_review"
    due = _investigation_due(rows, writer.two_years, policy, as_of)
    served = case["finding_served_on"]
    found: list[pd.DataFrame] = []

    where = under_way & ~state.served
    found.append(
        writer.write(
            "investigate",
            "investigate",
            where,
            {
                "status": writer.statuses(where),
                "since": writer.day(writer.idle_from, where),
                "stage": _stages(case, where),
            },
            due_on=due[where],
        )
    )
    other_cause = (state.codes != "") & (state.codes != "holder")
    for action, where in (
        ("investigate", review & ~other_cause),
        ("find_cause", review & other_cause),
    ):
        fields = {"reason": _review_reasons(rows.frame, where)}
        found.append(writer.write(action, "review", where, fields))

    where = suspected & ~state.holders & ~state.decided
    said = [_CAUSES[code == ""] for code in state.codes[where]]
    cause = ([zh for zh, _ in said], [en for _, en in said])
    fields = {"status": writer.statuses(where), "cause": cause}
    found.append(writer.write("find_cause", "find_cause", where, fields))

    ripe = suspected & state.served & state.holders & ~state.decided
    found += _sanctions(writer, state, ripe, served)

    where = agreed & state.served & state.registered & ~state.decided
    fields = {"served": writer.day(served, where), "status": writer.statuses(where)}
    found.append(writer.write("remedy_art12", "remedy", where, fields))

    where = agreed & state.served & ~state.registered & ~state.decided
    unsaid = flags(rows.frame, "registered_in_system").isna().to_numpy()[where]
    record = (
        ["未登记是否录入" if item else "尚未录入" for item in unsaid],
        ["not known to be recorded" if item else "not recorded" for item in unsaid],
    )
    fields = {"status": writer.statuses(where), "record": record}
    found.append(writer.write("register_case", "register", where, fields))

    where = (suspected | agreed) & state.decided
    fields = {"decided": writer.day(case["decision_on"], where)}
    performance = _performance_due(case, policy)
    found.append(
        writer.write(
            "watch", "decided", where, fields, due_on=performance[where], rules="idle.performance"
        )
    )

    found += _before_the_line(writer, state)
    return [part for part in found if len(part)]


def _sanctions(
    writer: _Writer, state: State, ripe: np.ndarray, served: pd.Series[Any]
) -> list[pd.DataFrame]:
    """Propose fee or recovery where the finding is served and the cause verified as the holder's."""
    found = []
    where = ripe & state.granted & (state.status == "suspected_1y")
    limit = writer.money("fee_law_max_wan", where)
    none = numbers(writer.rows.frame, "fee_law_max_wan").isna().to_numpy()[where]
    ceiling = (
        [
            "无法律上限可比" if no else f"法律上限{text}"
            for no, text in zip(none, limit[0], strict=True)
        ],
        [
            "no ceiling of the law to compare" if no else f"ceiling of the law {text}"
            for no, text in zip(none, limit[1], strict=True)
        ],
    )
    ahead = writer.two_years.where(writer.two_years > day(writer.as_of))
    found.append(
        writer.write(
            "propose_fee",
            "fee",
            where,
            {
                "served": writer.day(served, where),
                "fee": writer.money("fee_order53_wan", where),
                "ceiling": ceiling,
            },
            amount_wan=numbers(writer.rows.frame, "fee_order53_wan")[where],
            due_on=ahead[where],
        )
    )
    where = ripe & state.granted & (state.status == "suspected_2y")
    found.append(
        writer.write(
            "propose_recovery",
            "recovery",
            where,
            {
                "served": writer.day(served, where),
                "two_years": writer.day(writer.two_years, where),
                "fee": writer.money("fee_order53_wan", where),
            },
        )
    )
    where = ripe & state.grant_unknown
    fields = {"served": writer.day(served, where)}
    found.append(writer.write("find_out", "grant", where, fields, rules="idle.fee_order53"))
    where = ripe & ~state.granted & ~state.grant_unknown
    fields = {"served": writer.day(served, where)}
    found.append(writer.write("watch", "other_grant", where, fields, rules="idle.fee_order53"))
    return found


def _performance_due(case: pd.DataFrame, policy: Policy) -> pd.Series[Any]:
    """Return the last day to pay a fee or to deregister after a recovery."""
    rule = policy.rule("idle.performance")
    due = pd.Series(pd.NaT, index=case.index, dtype="datetime64[s]")
    for kind, key in (("fee", "fee_days"), ("recovery", "deregister_days")):
        of_kind = case["decision_kind"].eq(kind).fillna(value=False)
        last = case["decision_served_on"] + pd.Timedelta(days=int(rule.value(key)))
        due = due.mask(of_kind, last)
    return due.astype("datetime64[s]")


def _before_the_line(writer: _Writer, state: State) -> list[pd.DataFrame]:
    """Urge the start before the anniversary, watch the day itself, ask where the start is unknown."""
    found = []
    where = state.status == "overdue_start"
    line = writer.idle_from.where(writer.idle_from > day(writer.as_of))
    zh, en = writer.day(line, where)
    known = line[where].notna().to_numpy()
    said = (
        [f"至{text}" if yes else "满一年后" for yes, text in zip(known, zh, strict=True)],
        [text if yes else "the anniversary" for yes, text in zip(known, en, strict=True)],
    )
    found.append(writer.write("urge_start", "urge", where, {"line": said}, due_on=line[where]))
    where = state.status == "at_the_line"
    tomorrow = pd.Series(day(writer.as_of, 1), index=writer.rows.frame.index)
    halted = row_dates(writer.rows.frame, "suspended_on").notna().to_numpy() & (
        texts(writer.rows.frame, "started_reading").eq("yes").fillna(value=False).to_numpy()
    )
    rules = np.where(halted, "idle.suspended", "idle.not_started_1y")[where]
    found.append(writer.write("watch", "line", where, {}, due_on=tomorrow[where], rules=rules))
    where = np.isin(state.status, ("unknown", "to_check"))
    fields = {"status": writer.statuses(where)}
    found.append(writer.write("find_out", "open", where, fields, rules="idle.not_started_1y"))
    return found
