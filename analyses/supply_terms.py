"""Which instrument and term fit a candidate, chosen by the facts of its project, and the limits checked.

Nothing is invented: without a project, or where the project does not say what it wants, no instrument
is chosen and what is missing is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import numbers, texts
from layers.codes import INSTRUMENTS, USES

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy

__all__ = ["LEASES", "Choice", "check_terms", "choose_instruments", "longest_grant"]

#: The instruments under which land is leased for a time.
LEASES = ("lease_first", "lease_grant", "long_lease")
_WITH_GRANT = ("grant", "flexible", "fifty_years", "lease_first", "lease_grant")


@dataclass(frozen=True)
class Choice:
    """What was chosen for one candidate.

    Attributes
    ----------
    instrument : str or None
        A code of `layers.codes_supply.INSTRUMENTS`.
    grant_years, lease_years : float
        NaN where there is none, or it is not known.
    why_zh, why_en : str
        The facts that decided, or what is missing.
    missing : str
        Comma-separated contract columns.
    """

    instrument: str | None
    grant_years: float
    lease_years: float
    why_zh: str
    why_en: str
    missing: str = ""


def longest_grant(policy: Policy, use: str | None) -> float:
    """Return the longest grant of a use in years; NaN where the policy names none.

    Examples
    --------
    >>> from policies import load_policy
    >>> longest_grant(load_policy("national"), "industrial")
    50.0
    """
    rows = policy.rule("supply.term_grant").value("table")
    found = next((row["years_max"] for row in rows if row["use"] == use), np.nan)
    return float(found)


def choose_instruments(
    own: pd.DataFrame, projects: pd.DataFrame | None, policy: Policy
) -> list[Choice]:
    """Choose an instrument for each candidate from what its project states.

    In this order: part of the land to be leased (``lease_part_share`` between 0 and 1): part lease, part
    grant; ``trial_wanted``: lease first; ``lease_wanted``: long lease; the term wanted, or the life cycle
    of the industry where it is shorter: the full term as a grant, less as a flexible term. Under a policy
    with ``supply.fifty_years`` its long term goes to major projects that need as much; others keep to the
    usual one, as does what is granted after or beside a lease.

    Parameters
    ----------
    own : pandas.DataFrame
        The candidates: ``parcel_id``, ``land_use``.
    projects : pandas.DataFrame or None
        Projects in hand; the first by ``priority`` and ``project_id`` of each parcel counts.
    policy : policies.model.Policy
        Its instruments, and the uses to which they are open.

    Returns
    -------
    list of Choice
    """
    rows = _first_projects(projects)
    rule = policy.rule("supply.instruments")
    open_uses, named = set(rule.value("uses")), set(rule.value("instruments"))
    choices = []
    for parcel, use in zip(
        texts(own, "parcel_id").fillna(""), texts(own, "land_use").fillna(""), strict=True
    ):
        row = rows.get(parcel)
        choice = _choose(policy, use, None if row is None else row, open_uses=open_uses)
        if choice.instrument is not None and choice.instrument not in {
            *named,
            "fifty_years",
            "grant",
        }:
            label = INSTRUMENTS.labels[choice.instrument]
            choice = Choice(
                None,
                np.nan,
                np.nan,
                f"{choice.why_zh}但本地规则包未列{label.zh}，不作为依据。",
                f"{choice.why_en} Yet the pack does not name: {label.en}.",
            )
        choices.append(choice)
    return choices


def _first_projects(projects: pd.DataFrame | None) -> dict[str, pd.Series]:
    if projects is None or len(projects) == 0:
        return {}
    ranked = projects.assign(
        _rank=numbers(projects, "priority").fillna(np.inf), _id=texts(projects, "project_id")
    ).sort_values(["_rank", "_id"], kind="stable")
    ids = texts(ranked, "parcel_id")
    first = ranked[ids.notna() & ~ids.duplicated()]
    return {str(row["parcel_id"]): row for _, row in first.iterrows()}


def _number(row: pd.Series, name: str) -> float:
    value = row.get(name)
    return np.nan if value is None or pd.isna(value) else float(value)


def _says(row: pd.Series, name: str) -> bool:
    value = row.get(name)
    return value is not None and not pd.isna(value) and bool(value)


def _nothing(zh: str, en: str, missing: str = "") -> Choice:
    return Choice(None, np.nan, np.nan, zh, en, missing)


def _choose(policy: Policy, use: str, row: pd.Series | None, *, open_uses: set[str]) -> Choice:
    if row is None:
        return _nothing(
            "没有意向项目的资料，不选定供应方式。",
            "No project on record: no instrument is chosen.",
            "projects",
        )
    longest = longest_grant(policy, use)
    granted = longest
    if policy.has_rule("supply.fifty_years") and use in open_uses:
        rule = policy.rule("supply.fifty_years")
        wanted = _number(row, "term_wanted_years")
        if not (_says(row, "major") and wanted >= float(rule.value("years"))):
            granted = min(longest, float(rule.value("default_years")))
    return _leased(row, use, granted, open_uses) or _granted(policy, row, use, longest, open_uses)


def _leased(row: pd.Series, use: str, longest: float, open_uses: set[str]) -> Choice | None:
    """Return the lease that the project wants; None where it wants none."""
    wanted, lease = _number(row, "term_wanted_years"), _number(row, "lease_years")
    part = _number(row, "lease_part_share")
    wishes = [
        (
            0 < part < 1,
            "lease_grant",
            f"项目拟租赁其中{part:.0%}，其余出让",
            f"the project leases {part:.0%} and is granted the rest",
        ),
        (
            _says(row, "trial_wanted"),
            "lease_first",
            "项目拟先租赁、达到条件后再出让",
            "the project leases first and is granted the land when conditions are met",
        ),
        (
            _says(row, "lease_wanted"),
            "long_lease",
            "项目拟长期租赁",
            "the project wants a long lease",
        ),
    ]
    found = next((wish for wish in wishes if wish[0]), None)
    if found is None:
        return None
    _, code, zh, en = found
    if use not in open_uses:
        label = USES.labels.get(use)
        name = "该用途" if label is None else label.zh
        return _nothing(
            f"{zh}，但有关规定只及于工业用地，{name}用地没有依据。",
            f"Wanted: {en}; the rule speaks of industrial land alone.",
        )
    missing = "projects.lease_years" if np.isnan(lease) else ""
    return Choice(
        code,
        _rest(longest, lease, wanted, code),
        lease,
        f"{zh}（租赁{_years(lease)[0]}）。",
        f"Chosen because {en} (lease: {_years(lease)[1]}).",
        missing,
    )


def _granted(
    policy: Policy, row: pd.Series, use: str, longest: float, open_uses: set[str]
) -> Choice:
    """Return the grant that fits the term wanted, or the shorter life cycle of the industry."""
    wanted, life = _number(row, "term_wanted_years"), _number(row, "life_years")
    if np.isnan(wanted) and np.isnan(life):
        return _nothing(
            "项目未说明拟用年限、生命周期或租赁意向，不选定供应方式。",
            "The project states neither term, life cycle nor lease: no instrument is chosen.",
            "projects.term_wanted_years,projects.life_years",
        )
    term = float(np.nanmin([wanted, life]))
    by_life = not np.isnan(life) and (np.isnan(wanted) or life < wanted)
    zh = f"产业生命周期{life:g}年" if by_life else f"项目拟用{wanted:g}年"
    en = f"a life cycle of {life:g} years" if by_life else f"a wanted term of {wanted:g} years"
    if policy.has_rule("supply.fifty_years") and use in open_uses:
        return _long_term(policy, row, term, zh, en)
    if np.isnan(longest):
        return _nothing(
            f"{zh}；规则包没有该用途的最高年限。",
            f"Stated: {en}; the pack names no longest grant for this use.",
        )
    if term >= longest:
        zh, en = (
            f"{zh}，不短于最高年限{longest:g}年",
            f"{en}, not less than the longest {longest:g} years",
        )
        return Choice("grant", longest, np.nan, f"{zh}，按最高年限出让。", f"Because of {en}.")
    code, way = (
        ("flexible", "适用弹性年期出让") if use in open_uses else ("grant", "按所需年期出让")
    )
    return Choice(
        code,
        term,
        np.nan,
        f"{zh}，短于最高年限{longest:g}年，{way}。",
        f"Because of {en}, below the longest grant of {longest:g} years.",
    )


def _long_term(policy: Policy, row: pd.Series, term: float, zh: str, en: str) -> Choice:
    rule = policy.rule("supply.fifty_years")
    long, usual = float(rule.value("years")), float(rule.value("default_years"))
    if term <= usual:
        return Choice(
            "flexible",
            float(term),
            np.nan,
            f"{zh}，在一般年期{usual:g}年以内。",
            f"Because of {en}, within the usual term of {usual:g} years.",
        )
    if term < long:
        return Choice(
            "flexible",
            usual,
            np.nan,
            f"{zh}，超过一般年期{usual:g}年，但不是{long:g}年期需求，按一般年期。",
            f"Because of {en}, more than the usual {usual:g} years, yet no need for {long:g}: the usual term.",
        )
    if _says(row, "major"):
        return Choice(
            "fifty_years",
            long,
            np.nan,
            f"{zh}，为重大项目，按{long:g}年期需求优先安排。",
            f"Because of {en}; a major project, which has priority for {long:g} years.",
        )
    known = not pd.isna(row.get("major"))
    return Choice(
        "flexible",
        usual,
        np.nan,
        f"{zh}，超过一般年期{usual:g}年；"
        + ("不是重大项目，按一般年期。" if known else "是否重大项目未填，暂按一般年期。"),
        f"Because of {en}, more than the usual {usual:g} years; "
        + (
            "no major project: the usual term."
            if known
            else "whether it is a major project is not said: the usual term for now."
        ),
        "" if known else "projects.major",
    )


def _rest(longest: float, lease: float, wanted: float, code: str) -> float:
    """Return the years of the grant beside or after a lease; NaN where there is none or it is not known."""
    if code == "long_lease" or np.isnan(wanted):
        return np.nan
    after = wanted - lease if code == "lease_first" else wanted
    return float(min(after, longest))


def _years(value: float) -> tuple[str, str]:
    return ("年限未知", "term unknown") if np.isnan(value) else (f"{value:g}年", f"{value:g} years")


def check_terms(terms: pd.DataFrame, policy: Policy, as_of: date) -> pd.DataFrame:
    """Check the terms of leases and grants against their legal limits.

    Parameters
    ----------
    terms : pandas.DataFrame
        ``parcel_id``, ``zone_id``, ``land_use``, ``instrument``, ``grant_years``, ``lease_years``.
    policy : policies.model.Policy
        Rules ``supply.term_*``.
    as_of : datetime.date
        The review date.

    Returns
    -------
    pandas.DataFrame
        Findings: a row per rule that addresses the instrument; ``yes`` within the limit (on the line is
        within, but for the flexible term, which must be shorter than its limit), ``no`` beyond it,
        ``unknown`` where the term is not given.

    Examples
    --------
    >>> from datetime import date
    >>> from policies import load_policy
    >>> rows = pd.DataFrame({"parcel_id": ["a", "b"], "land_use": "industrial", "instrument": "flexible",
    ...                      "grant_years": [49.0, 50.0]})
    >>> found = check_terms(rows, load_policy("national"), date(2026, 6, 30))
    >>> found.loc[found["rule"] == "supply.term_flexible", "verdict"].tolist()
    ['yes', 'no']
    """
    instrument = texts(terms, "instrument").fillna("").to_numpy(dtype=object)
    grant, lease = (
        numbers(terms, "grant_years").to_numpy(),
        numbers(terms, "lease_years").to_numpy(),
    )
    longest = np.array([longest_grant(policy, use) for use in texts(terms, "land_use").fillna("")])
    made = []

    def test(
        rule_id: str,
        where: np.ndarray,
        years: np.ndarray,
        limit: np.ndarray | float,
        column: str,
        *,
        holds: np.ndarray,
        low: float = np.nan,
    ) -> None:
        at = np.flatnonzero(where)
        limits = np.broadcast_to(np.asarray(limit, dtype=float), years.shape)
        known = ~np.isnan(years) & ~np.isnan(limits)
        verdict = np.where(~known, "unknown", np.where(holds, "yes", "no"))[at]
        gaps = [
            column if np.isnan(years[i]) else "land_use" if np.isnan(limits[i]) else "" for i in at
        ]
        bound = "" if np.isnan(low) else f"{low:g}年以上、"
        told = "" if np.isnan(low) else f"at least {low:g} and "
        made.append(
            rule_findings(
                policy.rule(rule_id),
                as_of,
                Verdicts(
                    verdict=verdict,
                    zone_id=texts(terms, "zone_id").iloc[at],
                    parcel_id=texts(terms, "parcel_id").iloc[at],
                    measured=years[at],
                    limit=limits[at],
                    unit="years",
                    missing=gaps,
                    note_zh=[f"{_years(years[i])[0]}，限度为{bound}{limits[i]:g}年。" for i in at],
                    note_en=[
                        f"{_years(years[i])[1]}; the limit is {told}{limits[i]:g} years."
                        for i in at
                    ],
                ),
            )
        )

    def limit_of(rule_id: str, key: str) -> float:
        return float(policy.rule(rule_id).value(key))

    granted = np.isin(instrument, _WITH_GRANT) & ~(np.isin(instrument, LEASES) & np.isnan(grant))
    test("supply.term_grant", granted, grant, longest, "term_years", holds=grant <= longest)
    below = limit_of("supply.term_flexible", "years_below")
    test(
        "supply.term_flexible",
        instrument == "flexible",
        grant,
        below,
        "term_years",
        holds=grant < below,
    )
    most = limit_of("supply.term_lease_first", "years_max")
    test(
        "supply.term_lease_first",
        instrument == "lease_first",
        lease,
        most,
        "lease_years",
        holds=lease <= most,
    )
    least = limit_of("supply.term_long_lease", "years_min")
    most = limit_of("supply.term_long_lease", "years_max")
    test(
        "supply.term_long_lease",
        instrument == "long_lease",
        lease,
        most,
        "lease_years",
        holds=(lease >= least) & (lease <= most),
        low=least,
    )
    most = limit_of("supply.term_lease", "years_max")
    test(
        "supply.term_lease",
        np.isin(instrument, LEASES),
        lease,
        most,
        "lease_years",
        holds=lease <= most,
    )
    both, total = np.isin(instrument, ("lease_first", "lease_grant")), lease + grant
    most = limit_of("supply.term_combined", "years_max")
    test("supply.term_combined", both, total, most, "lease_years,term_years", holds=total <= most)
    return pd.concat(made, ignore_index=True)
