"""Why an action of the idle-land procedure is proposed: the sentences, with the years that the pack sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyses.idle_text import years_text
from policies.text import Text

if TYPE_CHECKING:
    from analyses.idle_rules import IdleRules

__all__ = ["CAUSE_STATES", "idle_reasons", "years_words"]

_WHY = {
    "investigate": Text(
        "{status}，自{since}起，面积{area}，{stage}。须先调查核实，本结果不作认定依据。",
        "{status}, since {since}, {area}; {stage}. To be investigated first: this result is no finding.",
    ),
    "investigate_review": Text(
        "按登记日期自{since}起期满，原因待查，面积{area}，{stage}。须先调查核实，本结果不作认定依据。",
        "By the recorded dates the period has been over since {since}, its cause to be found out, {area}; "
        "{stage}. To be investigated first: this result is no finding.",
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
        "认定书已于{served}送达，未动工满{one}，原因经核实属权利人自身，面积{area}；闲置费测算值{fee}（以认定为准），{ceiling}{turning}。",
        "The finding was served on {served}: {one} or more not started, the cause verified as the "
        "holder's own, {area}; calculated fee {fee} (the finding prevails), {ceiling}{turning}.",
    ),
    "recovery": Text(
        "认定书已于{served}送达，未动工满{two}（自{two_years}起），原因经核实属权利人自身，面积{area}；可依法报批无偿收回，与征缴闲置费（测算值{fee}）二者择一，不叠加。",
        "The finding was served on {served}: {two} or more not started (from {two_years}), the cause "
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
        "约定动工日已过、未满{one}，面积{area}；{line}仍未动工的将涉嫌闲置。",
        "The agreed start has passed by less than {one}, {area}; not started by {line}, the land "
        "becomes suspected idle.",
    ),
    "line": Text(
        "核查日为满{one}的届满日，面积{area}；次日仍未动工或者仍中止开发的，将涉嫌闲置。",
        "The period of {one} ends on the review date, {area}; without works on the next day the land becomes "
        "suspected idle.",
    ),
    "open": Text(
        "{status}，面积{area}；开工情况或相关日期不明，补充资料后再判断。",
        "{status}, {area}; whether works have started, or a date, is not known.",
    ),
}

#: How a cause stands that is not settled: not recorded, or not verified.
CAUSE_STATES = {
    True: ("未登记", "not recorded"),
    False: ("未经核实", "not verified"),
}


def years_words(years: int) -> Text:
    """Return a number of years as a reason names it.

    Examples
    --------
    >>> years_words(1).zh, years_words(3).en
    ('一年', '3 years')
    """
    return Text(years_text(years, "zh"), years_text(years, "en"))


def idle_reasons(rules: IdleRules) -> dict[str, Text]:
    """Return the reasons by name, with the years of the packs filled in.

    Parameters
    ----------
    rules : IdleRules
        Gives the years after which land is suspected idle, and after which it may be recovered.

    Examples
    --------
    >>> from analyses.idle_rules import IdleRules
    >>> from policies import load_policy
    >>> idle_reasons(IdleRules.of(load_policy("national")))["line"].zh[:11]
    '核查日为满一年的届满日'
    """
    one, two = years_words(rules.idle_years), years_words(rules.recovery_years)
    halted = years_words(rules.suspended_years)
    found = {name: _filled(text, one, two) for name, text in _WHY.items()}
    return {**found, "line_halted": _filled(_WHY["line"], halted, two)}


def _filled(text: Text, one: Text, two: Text) -> Text:
    return Text(
        text.zh.replace("{one}", one.zh).replace("{two}", two.zh),
        text.en.replace("{one}", one.en).replace("{two}", two.en),
    )
