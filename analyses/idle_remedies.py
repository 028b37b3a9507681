"""Remedies by agreement (art. 12): whether the one that a case names is open, within its limits.

Art. 12 addresses land idle by a verified cause of art. 8 and suspended works, and nothing else; it is open
only where the case is recorded in the monitoring system (art. 25). Temporary use has a longest period; a
swap has conditions of its own. Whether to agree on a remedy is the authority's to decide.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import flags, texts
from analyses.idle_clock import day_numbers
from analyses.idle_gates import ART12_STATUSES
from analyses.idle_links import link_rows
from analyses.idle_notes import missing_text
from analyses.idle_text import day_text, years_text
from analyses.idle_wording_remedies import SAYS
from layers.codes import CAUSES, REMEDIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyses.idle_review import Review
    from analyses.idle_verdicts import Judge
    from policies.text import Lang

__all__ = ["remedies_of", "remedy_findings"]

#: The rule that a remedy falls under; the others under the general one.
_RULES = {"temporary_use": "idle.remedy_temporary_use", "swap": "idle.remedy_swap"}
_GENERAL = "idle.remedy"
#: Conditions of a swap that the case records.
_SWAP = ("price_paid_full", "funds_in_place", "swap_same_value", "swap_same_use")
_LANGS: tuple[Lang, Lang] = ("zh", "en")


def remedies_of(cases: pd.DataFrame) -> pd.Series[str]:
    """Return the remedy of each case: its code, else what its measure says where that names one.

    Examples
    --------
    >>> remedies_of(pd.DataFrame({"remedy": [None, None], "measure": ["置换土地", "征缴"]})).tolist()
    ['swap', <NA>]
    """
    return texts(cases, "remedy").fillna(REMEDIES.read(texts(cases, "measure")))


@dataclass
class _Told:
    """What is said of one remedy: sentences, and what decides."""

    sentences: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    refused: bool = False
    addressed: bool = True
    measured: float = np.nan
    limit: float = np.nan

    def say(self, name: str) -> None:
        self.sentences.append(name)

    @property
    def lacking(self) -> str:
        """What is missing, where that leaves the verdict open."""
        return ",".join(dict.fromkeys(self.missing)) if self.verdict == "unknown" else ""

    @property
    def verdict(self) -> str:
        if not self.addressed:
            return "not_applicable"
        if self.refused:
            return "no"
        return "unknown" if self.missing else "yes"


class _Pairs:
    """The cases that name a remedy, each with the ledger rows it speaks of."""

    def __init__(self, judge: Judge, cases: pd.DataFrame) -> None:
        self.judge = judge
        self.review: Review = judge.review
        self.cases = cases
        self.remedy = remedies_of(cases).fillna("").to_numpy(dtype=object)
        self.days = {
            name: day_numbers(cases, name) for name in ("temporary_from_on", "temporary_to_on")
        }
        self.answers = {name: flags(cases, name) for name in _SWAP}
        last = self.review.calendar.line(
            self.days["temporary_from_on"], self.review.rules.temporary_years_max
        )
        self.last = last

    def told(self, row: int, case: int) -> _Told:
        """Put together what is said of one case for one row."""
        said = _Told()
        self._open(said, row)
        if not said.addressed:
            return said
        self._recorded(said, row)
        if self.remedy[case] == "temporary_use":
            self._temporary_use(said, case)
        if self.remedy[case] == "swap":
            self._swap(said, row, case)
        if not said.refused:
            said.say(f"agreed_{self.remedy[case]}")
            said.say("approval")
        return said

    def _open(self, said: _Told, row: int) -> None:
        status = str(self.review.decision.status[row])
        causes = self.review.facts.causes
        if status in ART12_STATUSES:
            said.say("open_yes")
        elif status in ("suspected_1y", "suspected_2y"):
            if causes.kind[row] == "holder" and causes.verified[row]:
                said.refused = True
                said.say("open_no")
            else:
                said.missing.append("cause" if causes.kind[row] == "none" else "cause_verified")
                said.say("open_unknown")
        elif status in ("human_review", "to_check", "unknown"):
            missing = [name for name in str(self.judge.missing[row]).split(",") if name]
            said.missing += missing or ["cause"]
            said.say("open_unknown")
        else:
            said.addressed = False
            said.say("open_never")

    def _recorded(self, said: _Told, row: int) -> None:
        if self.review.registered[row]:
            said.say("recorded_yes")
        elif self.judge.unrecorded[row]:
            said.refused = True
            said.say("recorded_no")
        else:
            said.missing.append("registered_in_system")
            said.say("recorded_unknown")

    def _temporary_use(self, said: _Told, case: int) -> None:
        first, last = (self.days[name][case] for name in ("temporary_from_on", "temporary_to_on"))
        most = self.last[case]
        if np.isnat(first):
            said.missing.append("temporary_from_on")
            if np.isnat(last):
                said.missing.append("temporary_to_on")
            said.say("use_unknown")
            return
        said.limit = float((most - first).astype(int))
        if np.isnat(last):
            said.missing.append("temporary_to_on")
            said.say("use_open")
            return
        said.measured = float((last - first).astype(int))
        if last < first:
            said.missing.append("temporary_to_on")
            said.say("use_backwards")
        else:
            said.refused |= bool(last > most)
            said.say("use_no" if last > most else "use_yes")

    def _swap(self, said: _Told, row: int, case: int) -> None:
        causes = self.review.facts.causes
        codes = {code for code in str(causes.codes[row]).split(",") if code}
        plan = codes & set(self.review.rules.swap_causes)
        if not codes:
            said.missing.append("cause")
            said.say("cause_unknown")
        elif not plan:
            said.refused = True
            said.say("cause_no")
        elif not causes.verified[row]:
            said.missing.append("cause_verified")
            said.say("cause_unverified")
        else:
            said.say("cause_yes")
        for name in _SWAP:
            answer = self.answers[name].iloc[case]
            if pd.isna(answer):
                said.missing.append(name)
                said.say(f"{name}_unknown")
            else:
                said.refused |= not answer
                said.say(f"{name}_{'yes' if answer else 'no'}")

    def note(self, said: _Told, row: int, case: int, lang: Lang) -> str:
        """Write one note: the case and its remedy, the sentences, what is missing."""
        rules = self.review.rules
        number = texts(self.cases, "case_id").iloc[case]
        name = "case_unnumbered" if pd.isna(number) else "case"
        codes = str(self.review.facts.causes.codes[row]).split(",")
        places: dict[str, Any] = {
            "case": SAYS[name].get(lang).format(id=number),
            "remedy": REMEDIES[str(self.remedy[case])].get(lang),
            "status": rules.status_label(str(self.review.decision.status[row])).get(lang),
            "art12": rules.cite(_GENERAL, lang),
            "art13": rules.cite_clause("order53-13", lang),
            "art14": rules.cite("idle.fee_order53", lang),
            "art25": rules.cite("idle.registration", lang),
            "years": years_text(rules.temporary_years_max, lang),
            "extension_years": years_text(rules.extension_years_max, lang),
            "cause": ("、" if lang == "zh" else ", ").join(
                CAUSES[code].get(lang) if code in CAUSES else code for code in codes
            ),
            "from_on": day_text(self.days["temporary_from_on"][case], lang),
            "to_on": day_text(self.days["temporary_to_on"][case], lang),
            "last": day_text(self.last[case], lang),
        }
        if lang == "zh":
            places = {
                key: value.replace(" ", "") if key.startswith("art") else value
                for key, value in places.items()
            }
        sentences = [SAYS["head"].get(lang).format(**places)]
        sentences += [SAYS[key].get(lang).format(**places) for key in said.sentences]
        sentences += list(filter(None, missing_text(np.array([said.lacking]), lang)))
        return ("" if lang == "zh" else " ").join(sentences)


def remedy_findings(judge: Judge, cases: pd.DataFrame | None) -> Iterator[pd.DataFrame]:
    """Say of every running case that names a remedy by agreement whether it is open.

    ``yes``: the land is of those that art. 12 addresses, the case is recorded in the monitoring system, and
    the limits of the remedy are kept. ``no``: one of these fails. ``unknown``: one of them is not recorded.
    ``not_applicable``: the ledger does not show land suspected idle. Of a temporary use the measured days
    and those of the longest period are given.

    Parameters
    ----------
    judge : Judge
        Of the review.
    cases : pandas.DataFrame or None
        In their contract.

    Yields
    ------
    pandas.DataFrame
        Findings of one rule after the other.
    """
    review = judge.review
    if cases is None or len(cases) == 0:
        return
    running = ~(day_numbers(cases, "closed_on") <= review.today)
    running &= ~(day_numbers(cases, "discovered_on") > review.today)
    chosen = cases.loc[running & remedies_of(cases).notna().to_numpy()].reset_index(drop=True)
    at, source = link_rows(review.ledger, chosen)
    kept = review.named[at]
    at, source = at[kept], source[kept]
    pairs = _Pairs(judge, chosen)
    rules = np.array([_RULES.get(name, _GENERAL) for name in pairs.remedy], dtype=object)
    contract = texts(review.ledger, "contract_no").fillna(texts(review.ledger, "supervision_no"))
    for rule in (_GENERAL, *_RULES.values()):
        here = np.flatnonzero(rules[source] == rule)
        if len(here) == 0:
            continue
        row, case = at[here], source[here]
        told = [pairs.told(r, c) for r, c in zip(row, case, strict=True)]
        notes = {
            lang: [pairs.note(s, r, c, lang) for s, r, c in zip(told, row, case, strict=True)]
            for lang in _LANGS
        }
        named = review.rules.rules[rule]
        yield rule_findings(
            named,
            review.as_of,
            Verdicts(
                verdict=[one.verdict for one in told],
                zone_id=review.zone_id.iloc[row],
                parcel_id=texts(review.ledger, "parcel_id").iloc[row],
                contract_no=contract.iloc[row],
                phase_no=texts(review.ledger, "phase_no").iloc[row],
                measured=np.array([one.measured for one in told]),
                limit=np.array([one.limit for one in told]),
                unit="days" if rule == _RULES["temporary_use"] else None,
                missing=[one.lacking for one in told],
                note_zh=notes["zh"],
                note_en=notes["en"],
                by=named.parameters.get("years_max"),
            ),
        )
