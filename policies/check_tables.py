"""The part of the check that every table of a pack needs: names, types, choices, references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies.errors import Mistake, suggestion
from policies.schema import ID, KINDS, Key, shown
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from policies.model import Policy, Rule

__all__ = ["TableChecker"]

_UNSURE = Text(
    "；不确定的数值不写入规则包，留空后结论为未知",
    "; what is uncertain is left out of a pack, and the verdict is then unknown",
)


class TableChecker:
    """Collects the mistakes of the tables of one file."""

    def __init__(
        self,
        raw: Mapping[str, Any],
        base: Policy | None,
        catalogue: Mapping[str, Sequence[Rule]] | None,
    ) -> None:
        self.raw = raw
        self.base = base
        self.catalogue = catalogue
        self.mistakes: list[Mistake] = []
        base_packs = () if base is None else base.packs
        self.documents = {d.id: pack.id for pack in base_packs for d in pack.documents}
        self.clauses = {c.id: pack.id for pack in base_packs for c in pack.clauses}
        self.own_documents = self._names("documents")
        self.own_clauses = self._names("clauses")

    def _names(self, section: str) -> tuple[str, ...]:
        found = self.raw.get(section)
        return tuple(found) if isinstance(found, dict) else ()

    def _section(self, section: str) -> dict[str, Any]:
        found = self.raw.get(section)
        return found if isinstance(found, dict) else {}

    def add(self, key: str, zh: str, en: str) -> None:
        """Note a mistake."""
        self.mistakes.append(Mistake(key, en, zh))

    def add_text(self, key: str, what: Text) -> None:
        """Note a mistake that is worded already."""
        self.add(key, what.zh, what.en)

    def keys(
        self, where: str, table: object, allowed: Mapping[str, Key], *, partial: bool = False
    ) -> dict[str, Any]:
        """Check names, types and choices of one table; return its well-typed entries."""
        if not isinstance(table, dict):
            self.add(where, "应为表", "must be a table")
            return {}
        prefix = f"{where}." if where else ""
        good: dict[str, Any] = {}
        for name, value in table.items():
            key = allowed.get(name)
            if key is None:
                hint = suggestion(name, allowed)
                self.add(f"{prefix}{name}", f"没有这个键；{hint.zh}", f"unknown key; {hint.en}")
                continue
            test, wanted = KINDS[key.kind]
            if not test(value):
                self.add(
                    f"{prefix}{name}",
                    f"应为{wanted.zh}，实为 {shown(value)}",
                    f"must be {wanted.en}, found {shown(value)}",
                )
                continue
            chosen = value if isinstance(value, list) else [value]
            strange = [item for item in chosen if key.choices and item not in key.choices]
            if strange:
                listed = ", ".join(key.choices)
                why = _UNSURE if name == "confidence" and strange[0] == "U" else Text("", "")
                self.add(
                    f"{prefix}{name}",
                    f"{strange[0]!r} 不可用；可用：{listed}{why.zh}",
                    f"{strange[0]!r} is not allowed; allowed: {listed}{why.en}",
                )
                continue
            good[name] = value
        if not partial:
            for name, key in allowed.items():
                if key.required and name not in table:
                    wanted = KINDS[key.kind][1]
                    self.add(
                        f"{prefix}{name}",
                        f"缺少，应为{wanted.zh}",
                        f"is missing: {wanted.en} is needed",
                    )
        return good

    def reference(self, where: str, name: str | None, known: Collection[str], what: str) -> None:
        """Check that a name stands in this pack or one beneath it."""
        if name is not None and name not in known:
            hint, zh = suggestion(name, known), {"clause": "条款", "document": "文件"}[what]
            self.add(
                where, f"没有代号为“{name}”的{zh}；{hint.zh}", f'no {what} "{name}"; {hint.en}'
            )

    def rests_on(self, where: str, name: str | None) -> None:
        """Check that a clause of this pack on which something rests says so."""
        table = self._section("clauses").get(name or "")
        if isinstance(table, dict) and table.get("computed") is False:
            self.add(
                where,
                f"条款“{name}”写明 computed = false（只展示），有规则或建议以它为据时应为 true",
                f'the clause "{name}" has computed = false (shown only); it must be true where a rule or an action rests on it',
            )

    def new_name(self, where: str, name: str, taken: Mapping[str, str]) -> None:
        """Check the form of an id, and that no pack beneath has it."""
        if ID.fullmatch(name) is None:
            self.add(
                where,
                "代号只能用小写字母、数字和 - _ .",
                "an id holds small letters, digits, - _ . only",
            )
        if name in taken:
            self.add(
                where,
                f"下层规则包“{taken[name]}”已用此代号，请另取",
                f'the pack "{taken[name]}" beneath has this id; choose another',
            )
