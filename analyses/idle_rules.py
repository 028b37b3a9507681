"""What the idle-land rules of a policy say, read once: years, shares, causes and their clauses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from analyses.idle_text import years_text
from analyses.results_idle import DURATION_CLASSES, IDLE_STATUSES
from policies.errors import PolicyError
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from policies.model import Clause, Policy, Rule

__all__ = ["IdleRules"]

#: The rules without which nothing can be said of idle land.
_NEEDED = (
    "idle.start_due",
    "idle.not_started_1y",
    "idle.not_started_2y",
    "idle.suspended",
    "idle.started",
    "idle.government_cause",
    "idle.preparatory",
    "idle.fee_order53",
    "idle.fee_law_max",
    "idle.extension_art12",
    "idle.registration",
    "idle.counting",
    "idle.late_delivery",
    "idle.hoarding_ban",
    "idle.remedy",
    "idle.remedy_temporary_use",
    "idle.remedy_swap",
)


def _days_off(written: tuple[str, ...]) -> tuple[date, ...]:
    """Read the days off of a pack.

    Examples
    --------
    >>> _days_off(("2026-10-01",))
    (datetime.date(2026, 10, 1),)
    """
    days = []
    for text in written:
        try:
            days.append(date.fromisoformat(text))
        except ValueError as error:
            faulty = (
                f"规则包的 idle.counting.holidays 中，“{text}”不是日期，请写作 2026-10-01。 "
                f"In idle.counting.holidays of the rule pack, {text!r} is no date: write it as 2026-10-01."
            )
            raise PolicyError(faulty) from error
    return tuple(days)


@dataclass(frozen=True)
class IdleRules:
    """The numbers of the idle-land rules, each from its pack.

    Attributes
    ----------
    rules : mapping of str to policies.model.Rule
        By rule id; they give clause, status and certainty of every finding.
    clauses : tuple of policies.model.Clause
        Every provision of the packs.
    delivery_years : int
        Years from delivery to the start where no start was agreed.
    idle_years, recovery_years : int
        Years without a start after which land is suspected idle, and may be recovered.
    suspended_years : int
        Years of suspension.
    developed_min, invested_min : fractions.Fraction
        Shares below which (strictly) a limb of the suspension test is met.
    foundation_min : mapping of str to fractions.Fraction
        By kind of foundation work (``pit``, ``piles``, ``foundation``): the share that counts as a start.
    government, preparatory : tuple of str
        Cause codes.
    deduct_days : bool
        Of several causes, the days of the government's are taken out of the period by themselves.
    extension_years_max : int
        The longest extension by negotiated remedy.
    fee_share, fee_share_max : fractions.Fraction
        Of the price.
    fee_grants, fee_max_grants : tuple of str
        Kinds of grant that each fee addresses.
    start_day_counts, holiday_rollover : bool
        How years are counted.
    holidays : tuple of datetime.date
        Days off that the pack states; used only with `holiday_rollover`.
    temporary_years_max : int
        The longest temporary use.
    swap_causes : tuple of str
        Causes for which land may be swapped.
    """

    rules: Mapping[str, Rule]
    clauses: tuple[Clause, ...]
    delivery_years: int
    idle_years: int
    recovery_years: int
    suspended_years: int
    developed_min: Fraction
    invested_min: Fraction
    foundation_min: Mapping[str, Fraction]
    government: tuple[str, ...]
    preparatory: tuple[str, ...]
    deduct_days: bool
    extension_years_max: int
    fee_share: Fraction
    fee_share_max: Fraction
    fee_grants: tuple[str, ...]
    fee_max_grants: tuple[str, ...]
    start_day_counts: bool
    holiday_rollover: bool
    holidays: tuple[date, ...]
    temporary_years_max: int
    swap_causes: tuple[str, ...]

    @classmethod
    def of(cls, policy: Policy) -> IdleRules:
        """Read the rules of `policy`.

        Raises
        ------
        policies.errors.UnknownRuleError, policies.errors.UnknownParameterError
            The policy lacks one.
        policies.errors.PolicyError
            A day off is no date.

        Examples
        --------
        >>> from policies import load_policy
        >>> IdleRules.of(load_policy("national")).invested_min
        Fraction(1, 4)
        """
        rules = {name: policy.rule(name) for name in _NEEDED}
        started, suspended = rules["idle.started"], rules["idle.suspended"]
        order53, law = rules["idle.fee_order53"], rules["idle.fee_law_max"]
        counting = rules["idle.counting"]
        return cls(
            rules=rules,
            clauses=tuple(policy.clauses()),
            delivery_years=rules["idle.start_due"].value("start_after_delivery_years"),
            idle_years=rules["idle.not_started_1y"].value("years"),
            recovery_years=rules["idle.not_started_2y"].value("years"),
            suspended_years=suspended.value("years"),
            developed_min=suspended.value("developed_share_min"),
            invested_min=suspended.value("invested_share_min"),
            foundation_min={
                "pit": started.value("pit_share_min"),
                "piles": started.value("piles_share_min"),
                "foundation": started.value("foundation_share_min"),
            },
            government=tuple(rules["idle.government_cause"].value("causes")),
            deduct_days=rules["idle.government_cause"].value("deduct_days"),
            preparatory=tuple(rules["idle.preparatory"].value("causes")),
            extension_years_max=rules["idle.extension_art12"].value("years_max"),
            fee_share=order53.value("share"),
            fee_share_max=law.value("share_max"),
            fee_grants=tuple(order53.value("grants")),
            fee_max_grants=tuple(law.value("grants")),
            start_day_counts=counting.value("start_day_counts"),
            holiday_rollover=counting.value("holiday_rollover"),
            holidays=_days_off(counting.value("holidays")),
            temporary_years_max=rules["idle.remedy_temporary_use"].value("years_max"),
            swap_causes=tuple(rules["idle.remedy_swap"].value("causes")),
        )

    def cite(self, rule: str, lang: str) -> str:
        """Return document and article of a rule: the text that a note cites."""
        return self.rules[rule].clause.citation("zh" if lang == "zh" else "en")

    def status_label(self, status: str) -> Text:
        """Return the label of a status with the years that the packs state.

        The codes keep their names whatever the years are.

        Examples
        --------
        >>> from policies import load_policy
        >>> IdleRules.of(load_policy("national")).status_label("suspected_2y").zh
        '涉嫌闲置（满两年未动工）'
        """
        years = {"suspected_1y": self.idle_years, "suspected_2y": self.recovery_years}
        if status in years:
            zh, en = (years_text(years[status], lang) for lang in ("zh", "en"))
            return Text(f"涉嫌闲置（满{zh}未动工）", f"suspected idle, {en} or more not started")
        label = IDLE_STATUSES[status]
        named = {"suspended": self.suspended_years, "overdue_start": self.idle_years}
        # One year is said in words of its own; only another number has to take their place.
        if named.get(status, 1) == 1:
            return label
        zh, en = (years_text(named[status], lang) for lang in ("zh", "en"))
        return Text(
            label.zh.replace("满一年", f"满{zh}"),
            label.en.replace("a full year", en).replace("a year", en),
        )

    def duration_label(self, duration: str) -> Text:
        """Return the label of a duration class with the years that the packs state.

        Examples
        --------
        >>> from policies import load_policy
        >>> IdleRules.of(load_policy("national")).duration_label("1y").zh
        '满一年不满两年'
        """
        one, two = (
            Text(years_text(years, "zh"), years_text(years, "en"))
            for years in (self.idle_years, self.recovery_years)
        )
        if duration == "2y":
            return Text(f"满{two.zh}", f"{two.en} or more")
        return Text(f"满{one.zh}不满{two.zh}", f"{one.en} or more, less than {two.en}")

    def labels(self) -> dict[str, dict[str, Text]]:
        """Return the labels of the codes that name years, by column: what a reader of the results sees.

        Examples
        --------
        >>> from policies import load_policy
        >>> IdleRules.of(load_policy("national")).labels()["duration_class"]["2y"].en
        'two years or more'
        """
        return {
            "idle_status": {code: self.status_label(code) for code in IDLE_STATUSES},
            "duration_class": {code: self.duration_label(code) for code in DURATION_CLASSES},
        }

    def cite_clause(self, clause_id: str, lang: str) -> str:
        """Return document and article of a provision that no rule of its own computes.

        Raises
        ------
        KeyError
            No pack of the policy declares it.
        """
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause.citation("zh" if lang == "zh" else "en")
        raise KeyError(clause_id)
