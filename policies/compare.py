"""Packs side by side, topic by topic and parameter by parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies.describe import row_text, value_text
from policies.text import Text
from policies.topics import COMPARED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.model import Parameter, Policy
    from policies.text import Lang

__all__ = ["compare_topics", "diff_policies", "diff_topics"]

#: What stands where a pack says nothing on a topic.
SILENT = Text("未规定", "not stated")

_DIFFERS = {True: Text("不同", "differs"), False: Text("相同", "same")}


def _stand(policy: Policy, topic_id: str, lang: Lang) -> str:
    topic = policy.topic(topic_id)
    if topic is None:
        return SILENT.get(lang)
    cited = {clause.article.get(lang): None for clause in topic.clauses if clause.article}
    if not cited:
        return topic.text.get(lang)
    joined = "、".join(cited) if lang == "zh" else ", ".join(cited)
    return topic.text.get(lang) + (f"（{joined}）" if lang == "zh" else f" ({joined})")


def _codes(policy: Policy, topic_id: str) -> frozenset[str]:
    topic = policy.topic(topic_id)
    return frozenset() if topic is None else frozenset(topic.codes)


def compare_topics(policies: Sequence[Policy], lang: Lang = "zh") -> list[tuple[str, ...]]:
    """Return the table of the topics: one row per topic, one column per policy.

    Parameters
    ----------
    policies : sequence of Policy
        Those compared.
    lang : {"zh", "en"}
        The language.

    Returns
    -------
    list of tuple of str
        The topic's label, then what each policy says with the articles that say it.

    Examples
    --------
    >>> from policies import load_policy
    >>> rows = compare_topics([load_policy("jinan-2021"), load_policy("shandong-2016")], "en")
    >>> [row for row in rows if row[0] == "green balance"]
    [('green balance', 'balanced as a total over the zone (part 5 (6))', 'not stated')]
    """
    return [
        (label.get(lang), *(_stand(policy, topic_id, lang) for policy in policies))
        for topic_id, label in COMPARED.items()
    ]


def diff_topics(one: Policy, other: Policy, lang: Lang = "zh") -> list[dict[str, str]]:
    """Return the stands of two policies on every topic, and whether they differ.

    Two policies differ on a topic where the codes of their stands do; the wording is not compared.

    Parameters
    ----------
    one, other : Policy
        The policies compared.
    lang : {"zh", "en"}
        The language.

    Returns
    -------
    list of dict
        topic (its id), title, one, other, differs (a word), in the order of `COMPARED`.

    Examples
    --------
    >>> from policies import load_policy
    >>> rows = diff_topics(load_policy("jinan-2021"), load_policy("shanghai-2021"), "en")
    >>> [row["topic"] for row in rows if row["differs"] == "same"]
    ['firm_exit', 'green_balance', 'rent']
    """
    table = compare_topics([one, other], lang)
    rows = []
    for topic_id, (title, left, right) in zip(COMPARED, table, strict=True):
        differs = _DIFFERS[_codes(one, topic_id) != _codes(other, topic_id)].get(lang)
        rows.append(
            {"topic": topic_id, "title": title, "one": left, "other": right, "differs": differs}
        )
    return rows


def _parameters(policy: Policy) -> dict[tuple[str, str], Parameter]:
    return {
        (rule.id, key): parameter
        for rule in policy.rules()
        for key, parameter in rule.parameters.items()
    }


def _rows_apart(one: Any, other: Any, lang: Lang) -> list[str]:
    """Write of two long tables the rows that the other does not have."""
    join = "；" if lang == "zh" else "; "
    return [
        join.join(row_text(row, lang) for row in rows if row not in beside)
        for rows, beside in ((one, other), (other, one))
    ]


def diff_policies(one: Policy, other: Policy, lang: Lang = "zh") -> list[dict[str, str]]:
    """Return what differs between two policies: rules and the values of parameters.

    Parameters
    ----------
    one, other : Policy
        The policies compared.
    lang : {"zh", "en"}
        The language of the values.

    Returns
    -------
    list of dict
        rule, key (blank for a rule as a whole), one, other; sorted by rule and key. A blank value
        means that the policy has no such rule or parameter.

    Examples
    --------
    >>> from policies import load_policy
    >>> rows = diff_policies(load_policy("jinan-2021"), load_policy("zhejiang-2021-draft"), "en")
    >>> [row["other"] for row in rows if row["key"] == "list_kind"]
    ['closed']
    """
    rows = []
    for rule_id in sorted(one.rule_table.keys() ^ other.rule_table.keys()):
        sides = [
            policy.rule(rule_id).title.get(lang) if policy.has_rule(rule_id) else ""
            for policy in (one, other)
        ]
        rows.append({"rule": rule_id, "key": "", "one": sides[0], "other": sides[1]})
    left, right = _parameters(one), _parameters(other)
    for rule_id, key in left.keys() | right.keys():
        found = [side.get((rule_id, key)) for side in (left, right)]
        values = [None if item is None else item.value for item in found]
        if values[0] != values[1]:
            texts = ["" if item is None else value_text(item.value, lang) for item in found]
            if texts[0] == texts[1]:
                texts = _rows_apart(values[0], values[1], lang)
            rows.append({"rule": rule_id, "key": key, "one": texts[0], "other": texts[1]})
    return sorted(rows, key=lambda row: (row["rule"], row["key"]))
