"""The tests beneath a status, each with its own figure and limit: due start, foundation, suspension, periods.

A status rests on several numbers of the rules. Here each of them has a finding of its own, so that
whoever reads the status sees how far every figure lies from its limit, and which pack set it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import numbers, texts
from analyses.idle_case_steps import CASE_STEPS
from analyses.idle_clock import day_numbers
from analyses.idle_text import choose, day_text, share_text, years_text
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from analyses.idle_review import Review
    from policies.model import Parameter, Policy

__all__ = ["limit_findings"]

#: Of each kind of foundation work: the parameter that says how much of it is a start, and its name.
_FOUNDATION = {
    "pit": ("pit_share_min", Text("基坑开挖", "the pit is excavated")),
    "piles": ("piles_share_min", Text("基础桩", "the piles are driven")),
    "foundation": ("foundation_share_min", Text("地基施工", "the foundation is done")),
}


@dataclass(frozen=True)
class _Tested:
    """Ledger rows tested against one limit; `where` selects, the other arrays are of its rows."""

    rule: str
    where: np.ndarray
    verdict: np.ndarray
    measured: np.ndarray
    limit: np.ndarray
    unit: str
    by: Sequence[Parameter]
    notes: list[tuple[str, str]]
    missing: np.ndarray | str = ""


def limit_findings(review: Review, policy: Policy, deadlines: pd.DataFrame) -> list[pd.DataFrame]:
    """Write a finding for every figure that a limit of the idle-land rules was set against.

    ==========================  ====================================================  ==============
    rule                        rows                                                  measured
    ==========================  ====================================================  ==============
    idle.start_due              due to start by their delivery, not known to be       days since
                                started                                               delivery
    idle.started                with foundation work of a known kind and share        share done
    idle.suspended_developed,   started, a suspension recorded, the share known       share
    idle.suspended_invested
    idle.investigation and      of every open step of a case that has a period        days since it
    the other periods                                                                 began
    ==========================  ====================================================  ==============

    ``yes``: the due start is past; the work done counts as a start; less than the share is done; the
    period is over. None of them is adverse by itself: the status is.

    Parameters
    ----------
    review : Review
        What was worked out of the ledger.
    policy : policies.model.Policy
        Gives the rules.
    deadlines : pandas.DataFrame
        In the contract of `analyses.results.DEADLINES`.
    """
    tested = [_due_start(review, policy), _foundation(review, policy)]
    suspension = review.facts.suspension
    tested += [
        _limb(
            review,
            policy,
            ("idle.suspended_developed", "developed_share_min", _DEVELOPED),
            suspension.developed_share,
            suspension.developed,
        ),
        _limb(
            review,
            policy,
            ("idle.suspended_invested", "invested_share_min", _INVESTED),
            suspension.invested_share,
            suspension.invested,
        ),
    ]
    written = [_written(review, policy, one) for one in tested]
    return [*written, *_periods(policy, review.as_of, deadlines)]


def _written(review: Review, policy: Policy, tested: _Tested) -> pd.DataFrame:
    at, ledger = np.flatnonzero(tested.where), review.ledger
    contract = texts(ledger, "contract_no").fillna(texts(ledger, "supervision_no"))
    verdicts = Verdicts(
        tested.verdict,
        zone_id=review.zone_id.iloc[at],
        parcel_id=texts(ledger, "parcel_id").iloc[at],
        contract_no=contract.iloc[at],
        phase_no=texts(ledger, "phase_no").iloc[at],
        measured=tested.measured,
        limit=tested.limit,
        unit=tested.unit,
        missing=tested.missing,
        note_zh=[zh for zh, _ in tested.notes],
        note_en=[en for _, en in tested.notes],
        by=list(tested.by),
    )
    return rule_findings(policy.rule(tested.rule), review.as_of, verdicts)


def _percent(value: float) -> str:
    """Write a share so that a hair beside its limit shows."""
    return f"{value * 100:.4f}".rstrip("0").rstrip(".") + "%"


def _days(later: np.ndarray, earlier: np.ndarray) -> np.ndarray:
    return (later - earlier).astype("timedelta64[D]").astype(np.float64)


def _due_start(review: Review, policy: Policy) -> _Tested:
    """Test the due start of rows that agreed on none: years after the delivery, by the pack."""
    clock, today = review.facts.clock, review.today
    delivered = day_numbers(review.ledger, "delivered_on")
    open_row = ~review.works & (review.decision.status != "not_supplied")
    where = open_row & review.named & (clock.source == "delivery") & (delivered <= today)
    passed = (today > clock.due)[where]
    by = policy.rule("idle.start_due").parameter("start_after_delivery_years")
    years = [years_text(review.rules.delivery_years, lang) for lang in ("zh", "en")]
    notes = []
    for given, due, over in zip(delivered[where], clock.due[where], passed, strict=True):
        day = {lang: (day_text(given, lang), day_text(due, lang)) for lang in ("zh", "en")}
        notes.append(
            (
                f"合同未约定动工日期，土地于{day['zh'][0]}交付，交付起{years[0]}为动工日期，即{day['zh'][1]}：{'已过' if over else '未过'}。",
                f"No start was agreed; the land was delivered on {day['en'][0]}, and works are due {years[1]} after, on {day['en'][1]}: {'past' if over else 'not yet past'}.",
            )
        )
    return _Tested(
        "idle.start_due",
        where,
        choose([passed], ["yes"], "no"),
        _days(np.broadcast_to(today, delivered[where].shape), delivered[where]),
        _days(clock.due[where], delivered[where]),
        "days",
        [by] * int(where.sum()),
        notes,
    )


def _foundation(review: Review, policy: Policy) -> _Tested:
    """Test the foundation work that counts as a start (art. 30)."""
    kind = texts(review.ledger, "foundation").fillna("").to_numpy(dtype=object)
    done = numbers(review.ledger, "foundation_done_share").to_numpy()
    where = review.named & np.isin(kind, list(_FOUNDATION)) & ~np.isnan(done)
    rule = policy.rule("idle.started")
    by = [rule.parameter(_FOUNDATION[one][0]) for one in kind[where]]
    met = review.facts.started.foundation[where] == "yes"
    permit = review.facts.started.permit[where]
    limit = np.array([float(parameter.value) for parameter in by], dtype=np.float64)
    notes = []
    for one, share, parameter, yes, permitted in zip(
        kind[where], done[where], by, met, permit, strict=True
    ):
        name = _FOUNDATION[one][1]
        done_text = _percent(share)
        tail = _PERMIT[str(permitted)] if yes else Text("", "")
        notes.append(
            (
                f"{name.zh}完成{done_text}，动工开发的标准为{share_text(parameter.value, 'zh')}：{'已达到' if yes else '未达到'}。{tail.zh}",
                f"As far as {name.en}: {done_text}; a start needs {share_text(parameter.value, 'en')}: {'reached' if yes else 'not reached'}.{tail.en}",
            )
        )
    verdict = choose([met], ["yes"], "no")
    return _Tested("idle.started", where, verdict, done[where], limit, "share", by, notes)


_PERMIT = {
    "yes": Text("已取得施工许可证。", " The construction permit is held."),
    "no": Text(
        "未取得施工许可证，不构成动工开发。", " Without the construction permit it is no start."
    ),
    "unknown": Text(
        "施工许可证未知，是否构成动工开发待查。",
        " Whether the construction permit is held is not known, nor whether it is a start.",
    ),
}

_DEVELOPED = Text("已开发面积占应开发面积", "Developed over developable area")
_INVESTED = Text(
    "已投资占总投资（均不含土地价款和税费）",
    "Invested over total investment (land price and taxes out)",
)


def _limb(
    review: Review,
    policy: Policy,
    names: tuple[str, str, Text],
    share: np.ndarray,
    short: np.ndarray,
) -> _Tested:
    """Test one share of suspended works: strictly less than its limit."""
    rule_id, key, subject = names
    halt = review.facts.suspended_on
    where = review.works & review.named & (halt <= review.today) & ~np.isnan(share)
    where &= ~review.facts.started.completed
    by = policy.rule("idle.suspended").parameter(key)
    least = float(by.value)
    verdict = short[where]
    answers = {
        "yes": ("不足", "less"),
        "no": ("未不足", "not less"),
        "unknown": ("两项是否含土地价款和税费未知，无法判断", "not decided: what the sums hold is not known"),
    }  # fmt: skip
    limit = share_text(by.value, "zh"), share_text(by.value, "en")
    notes = []
    for value, code in zip(share[where], verdict, strict=True):
        text = _percent(value)
        a_zh, a_en = answers[str(code)]
        notes.append(
            (
                f"{subject.zh}{text}，界线{limit[0]}：{a_zh}。须与中止开发满期同时具备，才可认定。",
                f"{subject.en} {text}, limit {limit[1]}: {a_en}. It counts only together with the full period of suspension.",
            )
        )
    return _Tested(
        rule_id,
        where,
        verdict,
        share[where],
        np.full(len(verdict), least),
        "share",
        [by] * len(verdict),
        notes,
        choose([verdict == "unknown"], ["investment_includes_land,land_price_wan,taxes_wan"]),
    )


def _periods(policy: Policy, as_of: date, deadlines: pd.DataFrame) -> list[pd.DataFrame]:
    """Test the periods of open steps: days since each began beside the days it has."""
    found = []
    for name, step in CASE_STEPS.items():
        if step.period is None:
            continue
        known = deadlines["due_on"].notna() & deadlines["basis_on"].notna()
        rows = deadlines.loc[(deadlines["step"] == name) & known]
        if rows.empty:
            continue
        began = rows["basis_on"]
        since = (pd.Timestamp(as_of) - began).dt.days.to_numpy(dtype=np.float64)
        allowed = (rows["due_on"] - began).dt.days.to_numpy(dtype=np.float64)
        over = rows["overdue"].fillna(value=False).to_numpy(dtype=bool)
        verdicts = Verdicts(
            np.where(over, "yes", "no"),
            zone_id=rows["zone_id"],
            parcel_id=rows["parcel_id"],
            contract_no=rows["contract_no"],
            phase_no=rows["phase_no"],
            measured=since,
            limit=allowed,
            unit="days",
            note_zh=[
                f"{step.title.zh}：已过{passed:.0f}天，期限{days:.0f}天，{'已逾期' if late else '未逾期'}。"
                for passed, days, late in zip(since, allowed, over, strict=True)
            ],
            note_en=[
                f"{_capital(step.title.en)}: {passed:.0f} days of {days:.0f}, {'overdue' if late else 'not overdue'}."
                for passed, days, late in zip(since, allowed, over, strict=True)
            ],
            by=policy.rule(step.period[0]).parameter(step.period[1]),
        )
        found.append(rule_findings(policy.rule(step.period[0]), as_of, verdicts))
    return found


def _capital(text: Any) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]
