"""One review of a ledger: every row with its clock, its works, its causes, its status and its fees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.frames import filled, flags, numbers, texts
from analyses.idle_causes import read_causes
from analyses.idle_clock import Calendar, day_numbers, start_clock
from analyses.idle_deduction import deduct_days
from analyses.idle_fees import Fee, idle_fee, price_shares
from analyses.idle_links import link_rows
from analyses.idle_order import ordered_ledger
from analyses.idle_parcels import never_supplied, parcel_positions, zones_at
from analyses.idle_rules import IdleRules
from analyses.idle_status import Decision, Facts, decide
from analyses.idle_text import missing_names
from analyses.idle_works import started_reading, suspension_test

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from policies.model import Policy

__all__ = ["Review", "ledger_status", "review_ledger"]


@dataclass(frozen=True)
class Review:
    """Everything that was worked out about the rows of a ledger; the parts have equal length.

    Attributes
    ----------
    ledger : pandas.DataFrame
        The rows in the order of `ordered_ledger`.
    parcel_at : numpy.ndarray of int
        The position of each row's parcel; -1 where the parcels do not hold it.
    zone_id : pandas.Series of str
        The parcel's zone.
    rules, calendar, as_of
        What was asked, and by which rules.
    facts, decision
        What is known, and the status that follows.
    price : numpy.ndarray of float
        The part of the land price that each row stands for, 万元.
    fee, fee_max : Fee
        By Order 53; the law's ceiling.
    extended_line : numpy.ndarray of datetime64[D]
        The anniversary by an extension's date, whether the extension counts or not.
    registered : numpy.ndarray of bool
        The case is recorded in the monitoring system.
    named_unsupplied : numpy.ndarray of bool
        The row names a contract of a parcel that is said never to have been supplied.
    loose_causes : numpy.ndarray of bool
        Rows of the causes that speak of no ledger row.
    """

    ledger: pd.DataFrame
    parcel_at: np.ndarray
    zone_id: pd.Series[str]
    rules: IdleRules
    calendar: Calendar
    as_of: date
    facts: Facts
    decision: Decision
    price: np.ndarray
    fee: Fee
    fee_max: Fee
    extended_line: np.ndarray
    registered: np.ndarray
    named_unsupplied: np.ndarray
    loose_causes: np.ndarray

    @property
    def today(self) -> np.datetime64:
        """The review date as a day."""
        return np.datetime64(self.as_of, "D")

    @property
    def works(self) -> np.ndarray:
        """Whether the row was started, without a contradiction."""
        started = self.facts.started
        return np.asarray((started.reading == "yes") & (started.contradiction == ""))

    def line_after(self, years: int) -> np.ndarray:
        """Return the last day of the years after the due start, less the days taken out of them."""
        line = self.calendar.line(self.facts.clock.due, years)
        return np.asarray(line + self.facts.deducted)

    @cached_property
    def line(self) -> np.ndarray:
        """The last day of the first year after the due start."""
        return self.line_after(self.rules.idle_years)

    @cached_property
    def second_line(self) -> np.ndarray:
        """The last day of the second year after the due start."""
        return self.line_after(self.rules.recovery_years)

    @cached_property
    def halt_line(self) -> np.ndarray:
        """The last day of the year after the recorded suspension."""
        return self.calendar.line(self.facts.suspended_on, self.rules.suspended_years)

    @cached_property
    def late_days(self) -> np.ndarray:
        """Days by which land was delivered later than agreed; NaN where that is not known.

        Land not delivered by the review date is late by the days until then; zero or less is in time.
        """
        agreed = day_numbers(self.ledger, "delivery_due_on")
        delivered = np.minimum(day_numbers(self.ledger, "delivered_on"), self.today)
        days = (delivered - agreed).astype("timedelta64[D]").astype(np.float64)
        return np.where(np.isnat(agreed) | np.isnat(delivered), np.nan, days)

    @cached_property
    def resumption_agreed(self) -> np.ndarray:
        """Whether suspended land has an extension by negotiated remedy, signed after it was suspended."""
        kind = texts(self.ledger, "extension_kind").eq("art12").fillna(value=False)
        signed = day_numbers(self.ledger, "extension_signed_on")
        after = (signed > self.facts.suspended_on) & (signed <= self.today)
        agreed = kind.to_numpy(dtype=bool) & after & ~np.isnat(self.facts.clock.extended)
        return np.asarray(agreed & (self.decision.status == "suspended"))

    @cached_property
    def named(self) -> np.ndarray:
        """Whether a row names a parcel, a contract or a supervision number: else its findings have no owner."""
        named = np.zeros(len(self.ledger), dtype=bool)
        for name in ("parcel_id", "contract_no", "supervision_no"):
            named |= filled(self.ledger, name)
        return named

    def missing_start(self) -> np.ndarray:
        """Name what is missing to say whether, and since when, land was not started."""
        clock, started, status = self.facts.clock, self.facts.started, self.decision.status
        review = self.decision.review
        open_row = ~self.works & (status != "not_supplied")
        no_due = open_row & np.isnat(clock.due)
        undated = clock.extension == "undated"
        unread = (started.reading == "unknown") & np.isin(
            status, ("to_check", "overdue_start", "at_the_line")
        )
        blank = {
            name: texts(self.ledger, name).isna().to_numpy()
            for name in ("foundation", "foundation_done_share")
        }
        contradicts = started.contradiction != ""
        return missing_names(
            len(self.ledger),
            [
                (no_due & ~undated, "start_due_on"),
                (no_due & ~undated, "delivered_on"),
                (
                    (no_due & undated)
                    | (review == "extension_not_later")
                    | (clock.unresolved & np.isnat(clock.extended)),
                    "extension_start_on",
                ),
                (review == "extension_unregistered", "registered_in_system"),
                (review == "extension_kind", "extension_kind"),
                (review == "extension_late", "extension_signed_on"),
                (unread | (contradicts & open_row), "started"),
                (
                    (unread & (started.permit == "unknown")) | (review == "yes_without_permit"),
                    "permit",
                ),
                (unread & (started.foundation == "unknown") & blank["foundation"], "foundation"),
                (
                    unread & (started.foundation == "unknown") & blank["foundation_done_share"],
                    "foundation_done_share",
                ),
                (review == "started_later", "started_on"),
                (review == "completed_not_started", "completed_on"),
            ],
        )

    def missing_cause(self) -> np.ndarray:
        """Name what is missing of the cause of land not started."""
        status, review, causes = self.decision.status, self.decision.review, self.facts.causes
        suspected = np.isin(status, ("suspected_1y", "suspected_2y"))
        return missing_names(
            len(self.ledger),
            [
                (
                    (suspected & (causes.kind == "none"))
                    | (review == "other_cause")
                    | ((review == "several") & causes.verified),
                    "cause",
                ),
                (
                    (suspected & (causes.kind == "holder") & ~causes.verified)
                    | (review == "unverified")
                    | (np.isin(review, ("preparatory", "several")) & ~causes.verified),
                    "cause_verified",
                ),
                # That preparatory work took place does not yet show that the start needed it.
                ((review == "preparatory") & causes.verified, "cause_evidence"),
            ],
        )

    def missing_works(self) -> np.ndarray:
        """Name what is missing of the two limbs of the suspension test, where it is not decided."""
        suspension = self.facts.suspension
        open_row = self.works & (self.decision.status == "unknown")
        value = {
            name: numbers(self.ledger, name).to_numpy()
            for name in (
                *("develop_area_m2", "developed_area_m2", "investment_total_wan"),
                *("invested_wan", "land_price_wan", "taxes_wan"),
            )
        }
        land = flags(self.ledger, "investment_includes_land")
        maybe_land = land.fillna(value=True).to_numpy(dtype=bool)
        area = open_row & (suspension.developed == "unknown")
        money = open_row & (suspension.invested == "unknown")
        sums_known = ~np.isnan(value["investment_total_wan"]) & ~np.isnan(value["invested_wan"])
        priced = ~np.isnan(value["land_price_wan"]) & ~np.isnan(value["taxes_wan"])
        unusable = money & sums_known & (priced | ~maybe_land) & land.notna().to_numpy()
        return missing_names(
            len(self.ledger),
            [
                (area & ~(value["develop_area_m2"] > 0), "develop_area_m2"),
                (area & ~(value["developed_area_m2"] >= 0), "developed_area_m2"),
                (
                    (money & np.isnan(value["investment_total_wan"])) | unusable,
                    "investment_total_wan",
                ),
                ((money & np.isnan(value["invested_wan"])) | unusable, "invested_wan"),
                (money & land.isna().to_numpy(), "investment_includes_land"),
                (money & maybe_land & np.isnan(value["land_price_wan"]), "land_price_wan"),
                (money & maybe_land & np.isnan(value["taxes_wan"]), "taxes_wan"),
            ],
        )

    def missing_fee(self, fee: Fee) -> np.ndarray:
        """Name what is missing to calculate a fee, or to rely on it."""
        causes = self.facts.causes
        priced = numbers(self.ledger, "land_price_wan").notna().to_numpy()
        return missing_names(
            len(self.ledger),
            [
                (fee.no_grant, "grant"),
                (fee.no_cause, "cause"),
                ((fee.state == "amount") & ~causes.verified, "cause_verified"),
                (fee.no_price & ~priced, "land_price_wan"),
                (fee.no_price & priced, "parcel_area_in_contract_m2"),
            ],
        )


def _registered(ledger: pd.DataFrame, cases: pd.DataFrame | None, as_of: date) -> np.ndarray:
    """Whether a row's case is recorded: the ledger's answer, else a registration date of its case."""
    said = flags(ledger, "registered_in_system")
    known = said.fillna(value=False).to_numpy(dtype=bool)
    if cases is None or len(cases) == 0:
        return known
    at, source = link_rows(ledger, cases)
    dated = day_numbers(cases, "registered_on")[source] <= np.datetime64(as_of, "D")
    by_case = np.isin(np.arange(len(ledger)), at[dated])
    return np.asarray(known | (by_case & said.isna().to_numpy()))


def _unsupplied(parcels: pd.DataFrame, parcel_at: np.ndarray) -> np.ndarray:
    """Whether each row's parcel is said never to have been supplied."""
    never = np.append(never_supplied(parcels), values=False)
    out: np.ndarray = never.take(parcel_at)
    return out


def _named(ledger: pd.DataFrame) -> np.ndarray:
    """Whether a row names a contract: by a number or by its signing."""
    named = ~np.isnat(day_numbers(ledger, "signed_on"))
    for name in ("contract_no", "supervision_no"):
        named |= filled(ledger, name)
    return named


def _facts(
    rows: pd.DataFrame,
    rules: IdleRules,
    calendar: Calendar,
    as_of: date,
    *,
    registered: np.ndarray,
    causes: pd.DataFrame | None,
    never: np.ndarray,
) -> tuple[Facts, np.ndarray]:
    """Gather what decides the status of each row, and mark the causes that speak of none."""
    read, loose = read_causes(rows, causes, rules, as_of)
    clock = start_clock(rows, rules, calendar, as_of, registered=registered)
    deducted = deduct_days(rows, causes, read, rules, as_of, due=clock.due)
    facts = Facts(
        never_supplied=never,
        clock=clock,
        deducted=deducted,
        started=started_reading(rows, rules, as_of),
        suspended_on=day_numbers(rows, "suspended_on"),
        suspension=suspension_test(rows, rules),
        causes=read,
    )
    return facts, loose


def ledger_status(
    ledger: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    parcels: pd.DataFrame | None = None,
    causes: pd.DataFrame | None = None,
    cases: pd.DataFrame | None = None,
    holidays: Iterable[date] = (),
) -> pd.DataFrame:
    """Return the idle status of every ledger row and its dates, without findings, fees or notes.

    What `review_ledger` decides, row for row, in the order and on the index of the ledger: a
    screening of very large ledgers.

    Parameters
    ----------
    ledger, policy, as_of, causes, cases, holidays
        Those of `analyses.idle.analyse_idle`.
    parcels : pandas.DataFrame, optional
        Their supply status makes rows without a contract ``not_supplied``.

    Returns
    -------
    pandas.DataFrame
        ``idle_status``, ``review`` and ``duration_class`` (texts that the rows share, empty where
        there is none), ``idle_from`` and ``idle_two_years_on`` (days), ``idle_days`` (NaN where none
        are counted).

    Examples
    --------
    >>> from datetime import date
    >>> from policies import load_policy
    >>> ledger = pd.DataFrame({"start_due_on": pd.to_datetime(["2025-06-30", "2025-06-29"]), "started": False})
    >>> ledger_status(ledger, load_policy("national"), date(2026, 6, 30))["idle_status"].tolist()
    ['at_the_line', 'suspected_1y']
    """
    rules = IdleRules.of(policy)
    calendar = Calendar.of(rules, holidays)
    rows = ledger.reset_index(drop=True)
    never = np.zeros(len(rows), dtype=bool)
    if parcels is not None:
        never = _unsupplied(parcels, parcel_positions(rows, parcels)) & ~_named(rows)
    registered = _registered(rows, cases, as_of)
    facts, _ = _facts(
        rows, rules, calendar, as_of, registered=registered, causes=causes, never=never
    )
    decision = decide(facts, rules, calendar, as_of)
    return pd.DataFrame(
        {
            "idle_status": pd.Series(decision.status, index=ledger.index, dtype=object),
            "review": pd.Series(decision.review, index=ledger.index, dtype=object),
            "idle_from": decision.idle_from.astype("datetime64[s]"),
            "idle_two_years_on": decision.two_years_on.astype("datetime64[s]"),
            "idle_days": decision.idle_days,
            "duration_class": pd.Series(decision.duration_class, index=ledger.index, dtype=object),
        },
        index=ledger.index,
    )


def review_ledger(
    ledger: pd.DataFrame,
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    causes: pd.DataFrame | None = None,
    cases: pd.DataFrame | None = None,
    holidays: Iterable[date] = (),
) -> Review:
    """Work out clock, works, causes, status and fees of every ledger row.

    Parameters are those of `analyses.idle.analyse_idle`.

    Returns
    -------
    Review
        Its rows are in the order of `ordered_ledger`.
    """
    rules = IdleRules.of(policy)
    calendar = Calendar.of(rules, holidays)
    rows = ordered_ledger(ledger)
    parcel_at = parcel_positions(rows, parcels)
    unsupplied = _unsupplied(parcels, parcel_at)
    named = _named(rows)
    registered = _registered(rows, cases, as_of)
    facts, loose = _facts(
        rows,
        rules,
        calendar,
        as_of,
        registered=registered,
        causes=causes,
        never=unsupplied & ~named,
    )
    clock, read = facts.clock, facts.causes
    decision = decide(facts, rules, calendar, as_of)
    price = price_shares(rows)
    fee, fee_max = idle_fee(rows, decision.status, read, rules, price=price)
    return Review(
        ledger=rows,
        parcel_at=parcel_at,
        zone_id=zones_at(parcels, parcel_at),
        rules=rules,
        calendar=calendar,
        as_of=as_of,
        facts=facts,
        decision=decision,
        price=price,
        fee=fee,
        fee_max=fee_max,
        extended_line=calendar.line(clock.extended, rules.idle_years),
        registered=registered,
        named_unsupplied=unsupplied & named,
        loose_causes=loose,
    )
