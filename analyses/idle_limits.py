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
from analyses.frames import flags, numbers, texts
from analyses.idle_case_steps import CASE_STEPS
from analyses.idle_clock import day_numbers
from analyses.idle_text import (
    choose,
    day_pieces,
    in_pieces,
    missing_names,
    share_text,
    write_notes,
    years_text,
)
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from analyses.idle_case_steps import CaseStep
    from analyses.idle_review import Review
    from analyses.idle_text import Fields, Pieces
    from policies.model import Parameter, Policy
    from policies.text import Lang

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
    notes: Mapping[str, np.ndarray]
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
        note_zh=tested.notes["zh"],
        note_en=tested.notes["en"],
        by=list(tested.by),
    )
    return rule_findings(policy.rule(tested.rule), review.as_of, verdicts)


def _percents(values: np.ndarray) -> Pieces:
    """Write shares so that a hair beside their limit shows."""
    return in_pieces(
        values,
        lambda each: [f"{value * 100:.4f}".rstrip("0").rstrip(".") + "%" for value in each],
    )


def _counts(values: np.ndarray) -> Pieces:
    return in_pieces(values, lambda each: [f"{value:.0f}" for value in each])


def _notes(
    key: np.ndarray, templates: Mapping[str, Text], fields: Callable[[Lang], Fields]
) -> dict[str, np.ndarray]:
    """Write the notes of tested rows in both languages; each distinct note once."""
    return {lang: write_notes(key, templates, fields(lang), lang) for lang in ("zh", "en")}


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
    given, due = delivered[where], clock.due[where]

    def fields(lang: Lang) -> Fields:
        return {
            "years": years_text(review.rules.delivery_years, lang),
            "delivered": lambda at: day_pieces(given[at], lang),
            "due": lambda at: day_pieces(due[at], lang),
        }

    verdict = choose([passed], ["yes"], "no")
    return _Tested(
        "idle.start_due",
        where,
        verdict,
        _days(np.broadcast_to(today, given.shape), given),
        _days(due, given),
        "days",
        [by] * len(verdict),
        _notes(verdict, _START_DUE, fields),
    )


def _foundation(review: Review, policy: Policy) -> _Tested:
    """Test the foundation work that counts as a start (art. 30)."""
    kind = texts(review.ledger, "foundation").fillna("").to_numpy(dtype=object)
    done = numbers(review.ledger, "foundation_done_share").to_numpy()
    where = review.named & np.isin(kind, list(_FOUNDATION)) & ~np.isnan(done)
    rule = policy.rule("idle.started")
    parameters = {one: rule.parameter(name) for one, (name, _) in _FOUNDATION.items()}
    place, kinds = pd.factorize(kind[where])
    by = [parameters[one] for one in kind[where]]
    limit = np.array([float(parameters[one].value) for one in kinds], dtype=np.float64)[place]
    met = review.facts.started.foundation[where] == "yes"
    permit, share = review.facts.started.permit[where], done[where]

    def fields(lang: Lang) -> Fields:
        said = [_FOUNDATION[one][1].get(lang) for one in kinds]
        least = [share_text(parameters[one].value, lang) for one in kinds]
        return {
            "name": lambda at: (place[at], said),
            "least": lambda at: (place[at], least),
            "share": lambda at: _percents(share[at]),
        }

    notes = _notes(choose([met], [permit], "short"), _FOUNDATION_NOTES, fields)
    verdict = choose([met], ["yes"], "no")
    return _Tested("idle.started", where, verdict, share, limit, "share", by, notes)


_START_DUE = {
    answer: Text(
        f"合同未约定动工日期，土地于{{delivered}}交付，交付起{{years}}为动工日期，即{{due}}：{said.zh}。",
        f"No start was agreed; the land was delivered on {{delivered}}, and works are due {{years}} after, on {{due}}: {said.en}.",
    )
    for answer, said in (("yes", Text("已过", "past")), ("no", Text("未过", "not yet past")))
}

#: By what is known of the construction permit where enough is done; ``short`` where not enough is.
_FOUNDATION_NOTES = {
    key: Text(
        f"{{name}}完成{{share}}，动工开发的标准为{{least}}：{said.zh}",
        f"As far as {{name}}: {{share}}; a start needs {{least}}: {said.en}",
    )
    for key, said in {
        "short": Text("未达到。", "not reached."),
        "yes": Text("已达到。已取得施工许可证。", "reached. The construction permit is held."),
        "no": Text(
            "已达到。未取得施工许可证，不构成动工开发。",
            "reached. Without the construction permit it is no start.",
        ),
        "unknown": Text(
            "已达到。施工许可证未知，是否构成动工开发待查。",
            "reached. Whether the construction permit is held is not known, nor whether it is a start.",
        ),
    }.items()
}

_DEVELOPED = Text("已开发面积占应开发面积", "Developed over developable area")
_INVESTED = Text(
    "已投资占总投资（均不含土地价款和税费）",
    "Invested over total investment (land price and taxes out)",
)


_LIMB_NOTES = {
    answer: Text(
        f"{{subject}}{{share}}，界线{{limit}}：{said.zh}。须与中止开发满期同时具备，才可认定。",
        f"{{subject}} {{share}}, limit {{limit}}: {said.en}. It counts only together with the full period of suspension.",
    )
    for answer, said in {
        "yes": Text("不足", "less"),
        "no": Text("未不足", "not less"),
        "unknown": Text(
            "两项是否含土地价款和税费未知，无法判断", "not decided: what the sums hold is not known"
        ),
        "in_part": Text(
            "应扣除的土地价款或税费未登记，无法判断",
            "not decided: the land price or taxes to be taken out are not recorded",
        ),
    }.items()
}


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
    value = share[where]

    def fields(lang: Lang) -> Fields:
        return {
            "subject": subject.get(lang),
            "limit": share_text(by.value, lang),
            "share": lambda at: _percents(value[at]),
        }

    unknown, held = verdict == "unknown", flags(review.ledger, "investment_includes_land")
    in_part = unknown & held.fillna(value=False).to_numpy(dtype=bool)[where]
    lacking = [
        (unknown & numbers(review.ledger, name).isna().to_numpy()[where], name)
        for name in ("land_price_wan", "taxes_wan")
    ]
    asked = (unknown & ~in_part, "investment_includes_land")
    notes = _notes(choose([in_part], ["in_part"], verdict), _LIMB_NOTES, fields)
    return _Tested(
        rule_id,
        where,
        verdict,
        value,
        np.full(len(verdict), least),
        "share",
        [by] * len(verdict),
        notes,
        missing_names(len(verdict), [asked, *lacking]),
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
        verdict = choose([over], ["yes"], "no")
        notes = _notes(verdict, _PERIOD_NOTES, _of_period(step, since, allowed))
        verdicts = Verdicts(
            verdict,
            zone_id=rows["zone_id"],
            parcel_id=rows["parcel_id"],
            contract_no=rows["contract_no"],
            phase_no=rows["phase_no"],
            measured=since,
            limit=allowed,
            unit="days",
            note_zh=notes["zh"],
            note_en=notes["en"],
            by=policy.rule(step.period[0]).parameter(step.period[1]),
        )
        found.append(rule_findings(policy.rule(step.period[0]), as_of, verdicts))
    return found


_PERIOD_NOTES = {
    answer: Text(
        f"{{title}}：已过{{passed}}天，期限{{days}}天，{said.zh}。",
        f"{{title}}: {{passed}} days of {{days}}, {said.en}.",
    )
    for answer, said in (("yes", Text("已逾期", "overdue")), ("no", Text("未逾期", "not overdue")))
}


def _of_period(step: CaseStep, since: np.ndarray, allowed: np.ndarray) -> Callable[[Lang], Fields]:
    """Return what fills the notes on the period of a step, by language."""
    return lambda lang: {
        "title": step.title.zh if lang == "zh" else _capital(step.title.en),
        "passed": lambda at: _counts(since[at]),
        "days": lambda at: _counts(allowed[at]),
    }


def _capital(text: Any) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]
