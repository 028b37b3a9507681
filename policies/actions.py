"""What may be recommended, as a pack declares it: actions, what has to come before them, whom to call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policies.documents import Clause
    from policies.text import Text

__all__ = ["Action", "Call", "Condition"]


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to come before an action.

    Attributes
    ----------
    text : Text
        What it is.
    until : str or None
        The date column of the cases that shows it done.
    only_if : str or None
        The yes/no column of the ledger that must not say no, such as ``mortgaged``.
    """

    text: Text
    until: str | None = None
    only_if: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A verdict of a rule that calls for an action."""

    rule: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Action:
    """What may be recommended, by whom it is decided and what must come first.

    Attributes
    ----------
    code : str
        As in `recommendations.csv`.
    title : Text
        The wording fixed for it.
    rules : tuple of str
        Rules on which it rests; some may exist in local packs only.
    clause : Clause or None
        The provision of the action itself; None: that of its rules.
    decided_by, approved_by : Text or None
        Who decides, and who approves.
    assists : Clause or None
        The local provision whose units assist.
    blocked_by : tuple of Condition
        What has to come first.
    documents : tuple of Text
        Official documents of the step.
    stage : tuple of str
        The land stages at which it may be proposed; empty: any.
    pack_id : str
        The pack that last had a say in it.
    uses : tuple of str
        The land uses on which it may be proposed; empty: any.
    when : tuple of Call
        The verdicts that call for it; empty: an analysis of its own does.
    beside : tuple of str
        It is proposed only where one of these is proposed for the same parcel; empty: anywhere.
    excludes : tuple of str
        What is not proposed beside it: it takes their place.
    after : tuple of str
        Actions that come first where they are proposed for the same parcel.
    why : Text or None
        The first sentence of its reason; None: the title of the rule that calls for it.
    frees : str or None
        ``parcel``: carried out, it frees the whole parcel, whose area is then its gain; None: it frees none.
    """

    code: str
    title: Text
    rules: tuple[str, ...]
    clause: Clause | None
    decided_by: Text | None
    approved_by: Text | None
    assists: Clause | None
    blocked_by: tuple[Condition, ...]
    documents: tuple[Text, ...]
    stage: tuple[str, ...]
    pack_id: str
    uses: tuple[str, ...] = ()
    when: tuple[Call, ...] = ()
    beside: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    why: Text | None = None
    frees: str | None = None
