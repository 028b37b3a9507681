"""What the results say in the words of the packs, in both languages: citations, units, conditions.

A table of the results holds such words in Chinese. The map looks them up here when a reader chooses English, and
shows of a clause what it provides, how sure that is, and whether its document is in force.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from policies.documents import Clause
    from policies.model import Policy
    from policies.text import Text

__all__ = ["phrase_record"]


def phrase_record(policy: Policy, as_of: date) -> dict[str, Any]:
    """Return the clauses and words of `policy` by their Chinese wording, for ``run.json``.

    Parameters
    ----------
    policy : policies.model.Policy
        The local pack over those beneath it; where two word the same thing, the local one speaks.
    as_of : datetime.date
        The review date, on which the status of a document is told.

    Returns
    -------
    dict
        ``clauses``: by citation, its English, what it provides, its confidence and status. ``words``:
        English by Chinese, of units, of who decides and approves, of conditions and of titles.

    Examples
    --------
    >>> from datetime import date
    >>> from policies import load_policy
    >>> told = phrase_record(load_policy("national"), date(2026, 6, 30))
    >>> told["clauses"]["国土资源部令第53号 第二条第一款"]["confidence"]
    'V'
    """
    clauses: dict[str, Any] = {}
    for pack in policy.packs:
        for clause in pack.clauses:
            clauses.setdefault(clause.citation("zh"), _clause(clause, as_of))
    words: dict[str, str] = {}
    for text in _texts(policy):
        words.setdefault(text.zh, text.en)
    return {"clauses": clauses, "words": words}


def _clause(clause: Clause, as_of: date) -> dict[str, Any]:
    return {
        "en": clause.citation("en"),
        "text": {"zh": clause.text.zh, "en": clause.text.en},
        "title": {"zh": clause.document.title.zh, "en": clause.document.title.en},
        "confidence": clause.confidence,
        "status": clause.document.status_at(as_of),
    }


def _texts(policy: Policy) -> Iterator[Text]:
    yield from (unit.name for unit in policy.units())
    for pack in policy.packs:
        for clause in pack.clauses:
            yield from (unit.name for unit in clause.units)
    for action in policy.actions():
        yield action.title
        yield from (text for text in (action.decided_by, action.approved_by) if text is not None)
        yield from (condition.text for condition in action.blocked_by)
        yield from action.documents
