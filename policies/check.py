"""The strict check of a rule pack: every mistake of a file is found in one pass."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from policies.check_tables import TableChecker
from policies.check_values import check_value
from policies.errors import Mistake, suggestion
from policies.schema import (
    ACTION,
    ANALYSES,
    CALL,
    CLAUSE,
    CODE,
    CONDITION,
    DOCUMENT,
    FORMAT,
    HAZARDS,
    ORDERED,
    PARAMETER,
    PLANNING,
    RULE,
    RULE_ID,
    TOP,
    TOPIC,
    UNIT,
    VALIDITY,
)
from policies.topics import COMPARED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from policies.model import Parameter, Policy, Rule

__all__ = ["check_pack"]


class _Checker(TableChecker):
    """Collects the mistakes of one file."""

    def documents_section(self) -> None:
        known = (*self.documents, *self.own_documents)
        for name, table in self._section("documents").items():
            where = f"documents.{name}"
            self.new_name(where, name, self.documents)
            good = self.keys(where, table, DOCUMENT)
            issued, effective = good.get("issued"), good.get("effective")
            if issued is not None and effective is not None and effective < issued:
                self.add(
                    f"{where}.effective",
                    f"{effective} 早于印发日期 {issued}",
                    f"{effective} is before it was issued, {issued}",
                )
            if "validity" in good:
                self.validity(f"{where}.validity", good["validity"])
            successor = good.get("replaced_by")
            self.reference(f"{where}.replaced_by", successor, known, "document")
            if successor == name:
                self.add(
                    f"{where}.replaced_by",
                    "文件不能由自己替代",
                    "a document cannot replace itself",
                )

    def validity(self, where: str, entries: list[dict[str, Any]]) -> None:
        if not entries:
            self.add(
                where,
                "至少要有一条，写明 status",
                "must hold at least one entry with a status",
            )
        previous: date | None = None
        for position, entry in enumerate(entries):
            at = f"{where}[{position}]"
            good = self.keys(at, entry, VALIDITY)
            start = good.get("from")
            if start is None and position > 0 and "from" not in entry:
                self.add(
                    f"{at}.from",
                    "缺少；只有第一条可以不写日期",
                    "is missing: only the first entry may stand without a date",
                )
            if start is not None and previous is not None and start <= previous:
                self.add(
                    f"{at}.from",
                    f"{start} 应晚于前一条的 {previous}",
                    f"{start} must be after {previous}, the entry before it",
                )
            previous = start or previous
            if good.get("status", "in_force") != "in_force" and "why" not in entry:
                self.add(
                    f"{at}.why",
                    "缺少；in_force 以外的状态须写明理由",
                    "is missing: a status other than in_force needs its reason",
                )

    def clauses_section(self) -> None:
        known = (*self.documents, *self.own_documents)
        for name, table in self._section("clauses").items():
            where = f"clauses.{name}"
            self.new_name(where, name, self.clauses)
            good = self.keys(where, table, CLAUSE)
            self.reference(f"{where}.document", good.get("document"), known, "document")
            for position, unit in enumerate(good.get("units", [])):
                self.keys(f"{where}.units[{position}]", unit, UNIT)
            if good.get("units") and "units_as_of" not in good:
                self.add(
                    f"{where}.units_as_of",
                    "缺少；单位会更名，须写明是哪一天的名称",
                    "is missing: units are renamed, so say of what date",
                )

    def rules_section(self) -> None:
        known = (*self.clauses, *self.own_clauses)
        for name, table in self._section("rules").items():
            where = f'rules."{name}"'
            if RULE_ID.fullmatch(name) is None:
                self.add(
                    where,
                    f"规则代号应为 <分析>.<名称>，分析为 {', '.join(ANALYSES)} 之一",
                    f"a rule is <analysis>.<name> with one of {', '.join(ANALYSES)}",
                )
                continue
            if self.catalogue is not None and name not in self.catalogue:
                hint = suggestion(name, self.catalogue)
                self.add(
                    where,
                    f"没有分析读取这一规则；{hint.zh}",
                    f"no analysis reads a rule of this name; {hint.en}",
                )
                continue
            beneath = self.base is not None and self.base.has_rule(name)
            good = self.keys(where, table, RULE, partial=beneath)
            if not isinstance(table, dict):
                continue
            if "analysis" in good and not name.startswith(f"{good['analysis']}."):
                self.add(
                    f"{where}.analysis",
                    f"应为“{name}”的第一个词",
                    f'must be the first word of "{name}"',
                )
            self.reference(f"{where}.clause", good.get("clause"), known, "clause")
            self.rests_on(f"{where}.clause", good.get("clause"))
            self.anchor(f"{where}.anchor", name, good.get("anchor"))
            stated = good.get("parameters", {})
            whole = "parameters" in good or "parameters" not in table
            if self.catalogue is not None and whole:
                self.known_rule(where, name, stated, beneath=beneath)
            for key, parameter in stated.items():
                self.parameter(f"{where}.parameters.{key}", name, key, parameter)
        self.ordered()
        self.sources()

    def known_rule(
        self, where: str, name: str, stated: Mapping[str, Any], *, beneath: bool
    ) -> None:
        """Check that an analysis reads each parameter, and finds those it needs."""
        rules = (self.catalogue or {})[name]
        known = {key for rule in rules for key in rule.parameters}
        strange = [key for key in stated if key not in known]
        for key in strange:
            hint = suggestion(key, known)
            self.add(
                f"{where}.parameters.{key}",
                f"分析不读取该规则的这个参数；{hint.zh}",
                f"no analysis reads this parameter of the rule; {hint.en}",
            )
        if beneath or strange:
            return
        needed = set.intersection(*(set(rule.parameters) for rule in rules))
        for key in sorted(needed - set(stated)):
            self.add(
                f"{where}.parameters.{key}",
                "缺少，分析需要它",
                "is missing: the analysis needs it",
            )

    def anchor(self, where: str, rule_id: str, anchor: str | None) -> None:
        """Check that a rule which an analysis reads by one date alone is not given another."""
        shipped = () if self.catalogue is None else self.catalogue.get(rule_id, ())
        planning = rule_id.startswith(PLANNING)
        fixed = set() if planning else {rule.anchor for rule in shipped}
        if anchor is not None and fixed and anchor not in fixed:
            only = min(fixed)
            self.add(
                where,
                f"该规则只能按 {only} 取用，实为 {anchor}",
                f"must be {only}, the date by which this rule is read, found {anchor}",
            )
        elif anchor == "event" and shipped and planning:
            self.add(
                where,
                "该规则的锚定日期应为 review、signed_on 或 permit_on",
                "must be review, signed_on or permit_on: this rule follows no event",
            )

    def model_of(self, rule_id: str, key: str) -> Parameter | None:
        """Return the parameter that this one replaces, else that of a shipped pack."""
        shipped = () if self.catalogue is None else self.catalogue.get(rule_id, ())
        beneath = self.base is not None and self.base.has_rule(rule_id)
        own = (self.base.rule(rule_id),) if beneath and self.base is not None else ()
        found = (rule.parameters.get(key) for rule in (*own, *shipped))
        return next((item for item in found if item is not None), None)

    def parameter(self, where: str, rule_id: str, key: str, table: object) -> None:
        if CODE.fullmatch(key) is None:
            self.add(
                where,
                "参数名只能用小写字母、数字和 _",
                "a parameter's name holds small letters, digits and _ only",
            )
        known = (*self.clauses, *self.own_clauses)
        good = self.keys(where, table, PARAMETER)
        self.reference(f"{where}.clause", good.get("clause"), known, "clause")
        self.rests_on(f"{where}.clause", good.get("clause"))
        self.anchor(f"{where}.anchor", rule_id, good.get("anchor"))
        if "value" in good:
            check_value(where, key, good, self.model_of(rule_id, key), self.add_text)

    def _number(self, rule_id: str, key: str) -> float | None:
        """Return the number of a parameter that holds once this pack lies over the others."""
        rule = self._section("rules").get(rule_id)
        stated = rule.get("parameters") if isinstance(rule, dict) else None
        own = stated.get(key) if isinstance(stated, dict) else None
        value = own.get("value") if isinstance(own, dict) else None
        if value is None and self.base is not None and self.base.has_rule(rule_id):
            parameter = self.base.rule(rule_id).parameters.get(key)
            value = None if parameter is None else parameter.value
        try:
            return None if value is None else float(Fraction(value))
        except (TypeError, ValueError, ZeroDivisionError, OverflowError):
            return None  # the check of the value tells the mistake

    def _rows(self, rule_id: str, key: str) -> list[Mapping[str, Any]] | None:
        """Return the well-formed rows of a table that this pack states; None where it does not."""
        rule = self._section("rules").get(rule_id)
        stated = rule.get("parameters") if isinstance(rule, dict) else None
        own = stated.get(key) if isinstance(stated, dict) else None
        rows = own.get("value") if isinstance(own, dict) else None
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else None

    def sources(self) -> None:
        """Check that what disturbs neighbours is a class of land that the pack knows, or a hazard."""
        rule_id, classes = "mixed.compatibility", self._rows("mixed.compatibility", "classes")
        if classes is None and self.base is not None and self.base.has_rule(rule_id):
            classes = list(self.base.rule(rule_id).value("classes"))
        known = {str(row.get("source")) for row in classes or ()} | set(HAZARDS)
        for name, key in ((rule_id, "matrix"), ("mixed.separation", "distances")):
            for position, row in enumerate(self._rows(name, key) or ()):
                source = row.get("source")
                if isinstance(source, str) and source not in known:
                    hint = suggestion(source, known)
                    self.add(
                        f'rules."{name}".parameters.{key}.value[{position}].source',
                        f"用地分级（classes）和危险因素中没有 {source!r}；{hint.zh}",
                        f"{source!r} is neither a class of land (classes) nor a hazard; {hint.en}",
                    )

    def ordered(self) -> None:
        """Check pairs of parameters of which one may not be above the other."""
        for (low_rule, low_key), (high_rule, high_key) in ORDERED:
            stated = self._section("rules")
            low, high = self._number(low_rule, low_key), self._number(high_rule, high_key)
            if (
                low is None
                or high is None
                or low <= high
                or not {low_rule, high_rule} & set(stated)
            ):
                continue
            rule_id, key = (low_rule, low_key) if low_rule in stated else (high_rule, high_key)
            at = f'rules."{rule_id}".parameters.{key}.value'
            if any(mistake.key == at for mistake in self.mistakes):
                continue
            self.add(
                at,
                f"{low_rule} 的 {low_key}（{low:g}）不得大于 {high_rule} 的 {high_key}（{high:g}）",
                f"{low_key} of {low_rule} ({low:g}) may not be above {high_key} of {high_rule} ({high:g})",
            )

    def actions_section(self) -> None:
        known = (*self.clauses, *self.own_clauses)
        for name, table in self._section("actions").items():
            where = f"actions.{name}"
            if CODE.fullmatch(name) is None:
                self.add(
                    where,
                    "建议代码只能用小写字母、数字和 _",
                    "an action's code holds small letters, digits and _ only",
                )
                continue
            beneath = self.base is not None and name in self.base.action_table
            called = isinstance(table, dict) and "when" in table
            if self.catalogue is not None and self.base is not None and not beneath and not called:
                hint = suggestion(name, self.base.action_table)
                self.add(
                    where,
                    f"没有分析提出这一建议，须以 when 写明由哪条规则的何种结论引起；{hint.zh}",
                    f"no analysis proposes this action: say by when which verdict of which rule calls for it; {hint.en}",
                )
                continue
            good = self.keys(where, table, ACTION, partial=beneath)
            self.rests_on(f"{where}.clause", good.get("clause"))
            for key in ("clause", "assists"):
                self.reference(f"{where}.{key}", good.get(key), known, "clause")
            for position, condition in enumerate(good.get("blocked_by", [])):
                self.keys(f"{where}.blocked_by[{position}]", condition, CONDITION)
            for rule in good.get("rules", []):
                if RULE_ID.fullmatch(rule) is None:
                    self.add(
                        f"{where}.rules",
                        f"“{rule}”不是规则代号；应为 <分析>.<名称>，分析为 {', '.join(ANALYSES)} 之一",
                        f'"{rule}" is no rule id: <analysis>.<name> with one of '
                        f"{', '.join(ANALYSES)}",
                    )
            self.calls(where, good)

    def calls(self, where: str, action: Mapping[str, Any]) -> None:
        """Check what calls for an action, and the actions that it names."""
        known: set[str] = set(self._section("rules")) | set(self.catalogue or ())
        codes: set[str] = set(self._section("actions"))
        if self.base is not None:
            known |= set(self.base.rule_table)
            codes |= set(self.base.action_table)
        for position, call in enumerate(action.get("when", [])):
            good = self.keys(f"{where}.when[{position}]", call, CALL)
            rule = good.get("rule")
            if rule is not None and rule not in known:
                hint = suggestion(str(rule), known)
                self.add(
                    f"{where}.when[{position}].rule",
                    f"没有规则“{rule}”；{hint.zh}",
                    f'no rule "{rule}"; {hint.en}',
                )
        for key in ("beside", "excludes", "after"):
            for code in action.get(key, []):
                if code not in codes:
                    hint = suggestion(str(code), codes)
                    self.add(
                        f"{where}.{key}",
                        f"没有建议“{code}”；{hint.zh}",
                        f'no action "{code}"; {hint.en}',
                    )

    def topics_section(self) -> None:
        known = (*self.clauses, *self.own_clauses)
        for name, table in self._section("topics").items():
            where = f"topics.{name}"
            if name not in COMPARED:
                hint = suggestion(name, COMPARED)
                self.add(
                    where, f"不是比较的主题；{hint.zh}", f"no topic of the comparison; {hint.en}"
                )
                continue
            good = self.keys(where, table, TOPIC)
            for key in ("codes", "clauses"):
                if good.get(key) == []:
                    self.add(
                        f"{where}.{key}",
                        "至少要有一项；文件没有涉及的主题不写",
                        "must hold at least one; leave out a topic of which "
                        "the documents say nothing",
                    )
            for code in good.get("codes", []):
                if CODE.fullmatch(code) is None:
                    self.add(
                        f"{where}.codes",
                        f"代码只能用小写字母、数字和 _，实为 {code!r}",
                        f"a code holds small letters, digits and _ only, found {code!r}",
                    )
            for clause in good.get("clauses", []):
                self.reference(f"{where}.clauses", clause, known, "clause")


def check_pack(
    raw: Mapping[str, Any],
    base: Policy | None,
    catalogue: Mapping[str, Sequence[Rule]] | None = None,
) -> list[Mistake]:
    """Check a pack as read from TOML against the format and against the packs beneath it.

    Parameters
    ----------
    raw : mapping
        What ``tomllib`` read.
    base : Policy or None
        The resolved packs beneath; None for the national pack. A rule or an action that `base`
        has may be restated in part, a new one must be complete.
    catalogue : mapping of str to sequence of Rule, optional
        The rules that analyses read, as the shipped packs state them: another rule or parameter
        would change nothing, so it is a mistake. Not given for a shipped pack.

    Returns
    -------
    list of Mistake
        All of them, in the order of the sections; empty for a sound pack.

    Examples
    --------
    >>> for mistake in check_pack({"format": 1, "id": "x", "tilte": "X"}, None):
    ...     print(mistake.key, mistake.what)
    tilte unknown key; did you mean "title"? allowed: actions, clauses, ...
    title is missing: both languages, as { zh = "...", en = "..." } is needed
    jurisdiction is missing: both languages, as { zh = "...", en = "..." } is needed
    """
    checker = _Checker(raw, base, catalogue)
    good = checker.keys("", raw, TOP)
    if "format" in good and good["format"] != FORMAT:
        checker.add(
            "format",
            f"本版本读取格式 {FORMAT}，实为 {good['format']}",
            f"this version reads format {FORMAT}, found {good['format']}",
        )
    checker.documents_section()
    checker.clauses_section()
    checker.rules_section()
    checker.actions_section()
    checker.topics_section()
    return checker.mistakes
