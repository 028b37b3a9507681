"""What may be recommended of idle land: the step of the procedure that is reached decides.

Nothing is proposed that takes money or land before the written finding (认定书) has been served. A
cause of the government, and every case of suspended works, leads to the remedies by agreement
alone, and to those only where the case is recorded in the monitoring system.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.action_due import Due, investigation_due, last_day_due, performance_due
from analyses.action_rows import area_texts, propose, reasons
from analyses.frames import flags, numbers, texts
from analyses.idle_action_words import CAUSE_STATES, idle_reasons, years_words
from analyses.idle_clock import Calendar
from analyses.idle_rules import IdleRules
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

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policies.model import Policy

__all__ = ["idle_actions"]

_SUSPECTED = ("suspected_1y", "suspected_2y")
_BY_AGREEMENT = ("suspended", "gov_cause")
#: Any of these shows that a case is open.
_OPENED = (
    *("discovered_on", "notice_on", "notice_received_on", "answered_on", "finding_on"),
    "case_id",
)


class _Writer:
    """Writes the proposals of some rows: figures, dates and reasons."""

    def __init__(self, parcels: pd.DataFrame, rows: Rows, policy: Policy, as_of: date) -> None:
        self.rows, self.policy, self.as_of = rows, policy, as_of
        self.rules = IdleRules.of(policy)
        self.calendar = Calendar.of(self.rules)
        self.reasons = idle_reasons(self.rules)
        self.area = numbers(parcels, "area_m2").to_numpy()[rows.places]
        self.lifted = lifted_conditions(rows)
        self.status = texts(rows.frame, "idle_status").fillna("").to_numpy(dtype=object)
        self.idle_from = row_dates(rows.frame, "idle_from")
        self.two_years = row_dates(rows.frame, "idle_two_years_on")

    def day(self, days: pd.Series[Any], where: np.ndarray) -> tuple[list[str], list[str]]:
        values = days.to_numpy().astype("datetime64[D]")[where]
        return list(day_texts(values, "zh")), list(day_texts(values, "en"))

    def statuses(self, where: np.ndarray) -> tuple[list[str], list[str]]:
        known = {code: self.rules.status_label(code) for code in set(self.status[where])}
        labels = [known[code] for code in self.status[where]]
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
        zh, en = reasons(self.reasons[reason], filled, int(where.sum()))
        why = zh, [f"{text[:1].upper()}{text[1:]}" for text in en]
        today = day(self.as_of)
        since = self.two_years.where(self.two_years <= today, self.idle_from)
        since = since.where(since <= today)
        return propose(
            action,
            self.rows.places[where],
            why,
            area_m2=self.area[where],
            lifted=self.lifted[where],
            **{"since_on": since[where], **values},
        )


def _investigation(writer: _Writer, state: State) -> Due:
    """Return by when the investigation of each row is due.

    After a closed case nothing runs until something new is discovered: the years of a recovery, full since.
    """
    case = writer.rows.case
    due = investigation_due(case, writer.policy, writer.calendar)
    closed = case["last_closed_on"]
    anew = (closed < writer.two_years).to_numpy() & (state.status == "suspected_2y")
    opened = case[list(_OPENED)].notna().any(axis=1).to_numpy(dtype=bool)
    return due.only(opened | closed.isna().to_numpy() | anew)


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
    over = part["last_closed_on"].notna().to_numpy()
    closed = part["last_closed_on"].to_numpy().astype("datetime64[D]")[over]
    zh[over] = [
        f"前案已于{text}结案而台账仍显示涉嫌闲置，请更新台账，或者另立案件"
        for text in day_texts(closed, "zh")
    ]
    en[over] = [
        f"an earlier case was closed on {text}, yet by the ledger the land is still suspected idle: "
        "update the ledger or open a new case"
        for text in day_texts(closed, "en")
    ]
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


def _extended_by_remedy(frame: pd.DataFrame) -> np.ndarray:
    """Mark rows with an extension by art. 12 and the new start that it names."""
    kind = texts(frame, "extension_kind").eq("art12").fillna(value=False).to_numpy(dtype=bool)
    return np.asarray(kind & row_dates(frame, "extension_start_on").notna().to_numpy())


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
    state, writer = state_of(rows, policy), _Writer(parcels, rows, policy, as_of)
    case = rows.case
    suspected = np.isin(state.status, _SUSPECTED)
    agreed = np.isin(state.status, _BY_AGREEMENT)
    under_way = (suspected | agreed) & ~state.decided
    review = state.status == "human_review"
    due = _investigation(writer, state)
    served = case["finding_served_on"]
    found: list[pd.DataFrame] = []

    # Where only the cause is open the days are counted, and the investigation is to be carried on.
    counted = review & numbers(rows.frame, "idle_days").notna().to_numpy() & ~state.decided
    for reason, where in (
        ("investigate", under_way & ~state.served),
        ("investigate_review", counted & ~state.served),
    ):
        fields = {
            "status": writer.statuses(where),
            "since": writer.day(writer.idle_from, where),
            "stage": _stages(case, where),
        }
        found.append(writer.write("investigate", reason, where, fields, **due.values(where)))
    other_cause = (state.codes != "") & (state.codes != "holder")
    # An extension by art. 12 without its record: a person weighs both clocks, and the record is asked for.
    unrecorded = review & ~state.registered & ~state.decided & _extended_by_remedy(rows.frame)
    for action, where in (
        ("investigate", review & (~other_cause | unrecorded) & (~counted | state.served)),
        ("find_cause", review & ~unrecorded & (other_cause | (counted & ~state.served))),
    ):
        fields = {"reason": _review_reasons(rows.frame, where)}
        found.append(writer.write(action, "review", where, fields))

    where = suspected & ~state.holders & ~state.decided
    said = [CAUSE_STATES[code == ""] for code in state.codes[where]]
    cause = ([zh for zh, _ in said], [en for _, en in said])
    fields = {"status": writer.statuses(where), "cause": cause}
    found.append(writer.write("find_cause", "find_cause", where, fields))

    ripe = suspected & state.served & state.holders & ~state.decided
    found += _sanctions(writer, state, ripe, served)

    where = agreed & state.served & state.registered & ~state.decided
    fields = {"served": writer.day(served, where), "status": writer.statuses(where)}
    found.append(writer.write("remedy_art12", "remedy", where, fields))

    where = (agreed & state.served & ~state.registered & ~state.decided) | unrecorded
    unsaid = flags(rows.frame, "registered_in_system").isna().to_numpy()[where]
    record = (
        ["未登记是否录入" if item else "尚未录入" for item in unsaid],
        ["not known to be recorded" if item else "not recorded" for item in unsaid],
    )
    fields = {"status": writer.statuses(where), "record": record}
    found.append(writer.write("register_case", "register", where, fields))

    where = (suspected | agreed) & state.decided
    fields = {"decided": writer.day(case["decision_on"], where)}
    performance = performance_due(case, policy, writer.calendar).values(where)
    found.append(
        writer.write("watch", "decided", where, fields, rules="idle.performance", **performance)
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
    found.append(
        writer.write(
            "propose_fee",
            "fee",
            where,
            {
                "served": writer.day(served, where),
                "fee": writer.money("fee_order53_wan", where),
                "ceiling": ceiling,
                "turning": _turning(writer, where),
            },
            amount_wan=numbers(writer.rows.frame, "fee_order53_wan")[where],
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


def _turning(writer: _Writer, where: np.ndarray) -> tuple[list[str], list[str]]:
    """Say from when recovery may be proposed instead: no period is set for the fee itself."""
    ahead = writer.two_years.where(writer.two_years > day(writer.as_of))
    years = years_words(writer.rules.recovery_years)
    known, (zh, en) = ahead[where].notna(), writer.day(ahead, where)
    return (
        [
            f"；自{text}起满{years.zh}，届时可依法报批无偿收回" if yes else ""
            for yes, text in zip(known, zh, strict=True)
        ],
        [
            f"; {years.en} are full from {text}, when recovery may be submitted for approval instead"
            if yes
            else ""
            for yes, text in zip(known, en, strict=True)
        ],
    )


def _before_the_line(writer: _Writer, state: State) -> list[pd.DataFrame]:
    """Urge the start before the anniversary, watch the day itself, ask where the start is unknown."""
    found = []
    where = state.status == "overdue_start"
    line = writer.idle_from.where(writer.idle_from > day(writer.as_of))
    zh, en = writer.day(line, where)
    known = line[where].notna().to_numpy()
    rules, years = writer.rules, years_words(writer.rules.idle_years)
    said = (
        [f"至{text}" if yes else f"满{years.zh}后" for yes, text in zip(known, zh, strict=True)],
        [text if yes else "the end of that time" for yes, text in zip(known, en, strict=True)],
    )
    last = last_day_due(line, years, rules.rules["idle.not_started_1y"])
    found.append(writer.write("urge_start", "urge", where, {"line": said}, **last.values(where)))
    halted = row_dates(writer.rows.frame, "suspended_on").notna().to_numpy() & (
        texts(writer.rows.frame, "started_reading").eq("yes").fillna(value=False).to_numpy()
    )
    tomorrow = pd.Series(day(writer.as_of, 1), index=writer.rows.frame.index)
    for reason, rule, own, period in (
        ("line", "idle.not_started_1y", ~halted, years),
        ("line_halted", "idle.suspended", halted, years_words(rules.suspended_years)),
    ):
        where = (state.status == "at_the_line") & own
        last = last_day_due(tomorrow, period, rules.rules[rule])
        found.append(writer.write("watch", reason, where, {}, rules=rule, **last.values(where)))
    where = np.isin(state.status, ("unknown", "to_check"))
    fields = {"status": writer.statuses(where)}
    found.append(writer.write("find_out", "open", where, fields, rules="idle.not_started_1y"))
    return found
