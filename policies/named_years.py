"""The years that the names of statuses hold, and what a reader must know where a pack sets others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.model import Rule

__all__ = ["renamed_years"]

#: By rule: the years that the names and codes of statuses hold (``1y``, ``2y``), and how they read.
_NAMED: dict[str, tuple[int, Text]] = {
    "idle.not_started_1y": (1, Text("满一年", "one year")),
    "idle.not_started_2y": (2, Text("满两年", "two years")),
    "idle.suspended": (1, Text("中止开发满一年", "suspended a full year")),
}


def renamed_years(rules: Mapping[str, Rule]) -> list[Text]:
    """Say so wherever a pack sets other years than the name of a status holds.

    Parameters
    ----------
    rules : mapping of str to Rule
        By id.

    Examples
    --------
    >>> from policies import load_policy
    >>> renamed_years(load_policy("national").rule_table)
    []
    """
    found = []
    for rule_id, (named, name) in _NAMED.items():
        years = rules[rule_id].parameters.get("years") if rule_id in rules else None
        if years is None or years.value == named:
            continue
        found.append(
            Text(
                f"{years.clause.citation('zh')}（规则包 {years.pack_id}）定为{years.value}年：成果中“{name.zh}”一律指满{years.value}年。",
                f"{years.clause.citation('en')} (pack {years.pack_id}) sets {years.value} years: wherever a result says “{name.en}”, {years.value} years are meant.",
            )
        )
    return found
