"""Why a verdict is another one: which input, rule, parameter, option or date differs that it rests on.

A cause is named only where the verdict's own analysis reads what differs. Where several differ, all are
named and none is said to have decided.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analyses.missing_labels import missing_label
from analyses.results_compare import COMPARE_CAUSES
from policies.model import STATUSES
from policies.text import Text
from zongdi.compare_measures import Belonging, reads_of_measure, rules_read
from zongdi.compare_reads import reads_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zongdi.compare_inputs import InputChanges
    from zongdi.compare_reads import Reads

__all__ = ["Cause", "Judge", "other_files", "worded"]

#: Of like changes so many are told; the rest is counted.
_TOLD = 4
_LONG = 60
_NOTHING = Text("无此规则", "no such rule")


@dataclass(frozen=True)
class Cause:
    """One thing that differs: the code of its kind, and its words."""

    code: str
    said: Text


def worded(causes: Sequence[Cause]) -> tuple[str, str, str]:
    """Join causes: their codes, and one sentence in each language.

    Examples
    --------
    >>> worded([Cause("as_of", Text("甲", "a")), Cause("input", Text("乙", "b"))])
    ('as_of,input', '下列均有变化：甲；乙。', 'All of these differ: a; b.')
    >>> worded([Cause("as_of", Text("甲", "a"))])[1]
    '甲。'
    """
    codes = ",".join(dict.fromkeys(cause.code for cause in causes))
    zh = "；".join(cause.said.zh for cause in causes)
    en = "; ".join(cause.said.en for cause in causes)
    if len(causes) > 1:
        return codes, f"下列均有变化：{zh}。", f"All of these differ: {en}."
    return codes, f"{zh}。", f"{en}."


@dataclass
class Judge:
    """Finds the causes of changes, given the records of both runs and what differs in their inputs."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    inputs: InputChanges
    belonging: Belonging = field(default_factory=Belonging)
    _by_parcel: dict[str, list[Any]] = field(default_factory=dict, init=False)
    _files: set[str] = field(default_factory=set, init=False)
    _rules: dict[str, list[Cause]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Index the inputs by parcel, and note which files differ."""
        found: defaultdict[str, list[Any]] = defaultdict(list)
        for row in self.inputs.rows.itertuples(index=False):
            found[row.parcel_id if isinstance(row.parcel_id, str) else ""].append(row)
        self._by_parcel = dict(found)
        self._files = other_files(self.old, self.new) - self.inputs.told

    def causes(  # noqa: PLR0913 - a verdict is told apart by all of these
        self,
        analysis: str,
        *,
        parcel: str | None,
        zone: str | None = None,
        contract: str | None = None,
        rule: str = "",
        measure: str = "",
        of_zone: bool = False,
        missing: tuple[str, str] = ("", ""),
        verdicts: tuple[str, str] = ("", ""),
        statuses: tuple[str, str] = ("", ""),
    ) -> list[Cause]:
        """Return what differs of all that a verdict rests on, the most telling first.

        Parameters
        ----------
        analysis : str
            Of the verdict.
        parcel, zone, contract : str or None
            What it is about; the ledger rows of other contracts and the tables of other zones count no cause.
        rule : str
            Its rule; without one, the rules that state the measure.
        measure : str
            The figure that differs, where it is no verdict.
        of_zone : bool
            Whether the figure is one of the zone: its causes are then those of what it sums.
        missing : tuple of two str
            What was missing before and after, as in the findings.
        verdicts : tuple of two str
            The verdicts before and after: what was missing counts where one of them is unknown.
        statuses : tuple of two str
            The status of the rule before and after.
        """
        reads = reads_of_measure(analysis, measure) if measure else reads_of(analysis, rule)
        found = self._not_run(analysis)
        if of_zone and zone:
            found += self._of_members(reads, measure, zone)
        found += self._of_inputs(
            reads,
            parcel,
            zone,
            contract,
            of_zone=of_zone,
            raster=measure == "green_raster_share",
        )
        if verdicts[0] == "unknown" and verdicts[1] not in {"", "unknown"}:
            found += _given(*missing)
        if parcel is not None and parcel in self.inputs.reshaped:
            found.append(Cause("geometry", Text("宗地图形有变", "the parcel's shape differs")))
        found += self._of_rules(analysis, measure, rule)
        if reads.by_date and self.old["as_of"] != self.new["as_of"]:
            found.append(self._of_date())
        if statuses[0] != statuses[1] and all(statuses):
            found.append(Cause("rule_status", _status_words(*statuses)))
        found += self._of_options(reads.options)
        told = {cause.code for cause in found}
        files = sorted(self._files & (reads.layers | (reads.objects if not told else frozenset())))
        if files:
            found.append(Cause("layer", _files_words(files)))
        if not found and verdicts[1] == "unknown":
            found += _lacking(*missing)
        if found:
            return found
        if self.old["versions"].get("zongdi") != self.new["versions"].get("zongdi"):
            return [Cause("program", self._versions())]
        code = "around" if self._anything() else "unexplained"
        return [Cause(code, COMPARE_CAUSES[code])]

    def of_rule(self, rule: str) -> list[Cause]:
        """Return how a rule itself differs between the two runs."""
        if rule not in self._rules:
            self._rules[rule] = list(self._rule_changes(rule))
        return self._rules[rule]

    def _rule_changes(self, rule: str) -> list[Cause]:
        before = self.old.get("rule_parameters", {}).get(rule)
        after = self.new.get("rule_parameters", {}).get(rule)
        if (
            before == after
            or "rule_parameters" not in self.old
            or "rule_parameters" not in self.new
        ):
            return []
        if before is None or after is None:
            zh, en = (
                [nothing if item is None else str(item["clause"][lang]) for item in (before, after)]
                for lang, nothing in (("zh", _NOTHING.zh), ("en", _NOTHING.en))
            )
            words = Text(f"规则 {rule}：{zh[0]} → {zh[1]}", f"rule {rule}: {en[0]} → {en[1]}")
            return [Cause("rule", words)]
        found = []
        if before["clause"] != after["clause"]:
            old, new = before["clause"], after["clause"]
            words = Text(f"依据条款 {old['zh']} → {new['zh']}", f"clause {old['en']} → {new['en']}")
            found.append(Cause("rule", words))
        one, two = before["parameters"], after["parameters"]
        for key in sorted(set(one) | set(two)):
            if one.get(key) == two.get(key):
                continue
            was, now = _short(one.get(key)), _short(two.get(key))
            packs = f"{before['pack']} → {after['pack']}"
            words = Text(
                f"规则 {rule} 的参数 {key}：{was.zh} → {now.zh}（规则包 {packs}）",
                f"parameter {key} of rule {rule}: {was.en} → {now.en} (pack {packs})",
            )
            found.append(Cause("parameter", words))
        return found

    def _of_rules(self, analysis: str, measure: str, rule: str) -> list[Cause]:
        known = {*self.old.get("rule_parameters", {}), *self.new.get("rule_parameters", {})}
        names = rules_read(analysis, measure, rule, known)
        return [cause for name in names for cause in self.of_rule(name)]

    def _of_members(self, reads: Reads, measure: str, zone: str) -> list[Cause]:
        """Name the parcels that came to a zone, left it or have another shape, as far as it sums them."""
        if measure == "green_target_share":
            return []
        found = []
        for code, parcels, words in (
            ("presence", self.belonging.came.get(zone, ()), Text("新增宗地", "parcels added")),
            ("presence", self.belonging.went.get(zone, ()), Text("减少宗地", "parcels gone")),
            (
                "geometry",
                sorted(self.belonging.members.get(zone, frozenset()) & self.inputs.reshaped)
                if reads.objects or measure != "parcels_n"
                else (),
                Text("图形有变的宗地", "parcels of another shape"),
            ),
        ):
            if parcels:
                zh, en = "、".join(parcels[:_TOLD]), ", ".join(parcels[:_TOLD])
                more = len(parcels) > _TOLD
                all_zh = f" 等 {len(parcels)} 宗" if more else ""
                all_en = f" ({len(parcels)} in all)" if more else ""
                said = Text(f"{words.zh} {zh}{all_zh}", f"{words.en} {en}{all_en}")
                found.append(Cause(code, said))
        return found

    def _of_inputs(
        self,
        reads: Reads,
        parcel: str | None,
        zone: str | None,
        contract: str | None,
        *,
        of_zone: bool = False,
        raster: bool = False,
    ) -> list[Cause]:
        """Name the changed values of the parcel, or of a zone's parcels, then those of zones."""
        whose = sorted(self.belonging.members.get(zone or "", ())) if of_zone else [parcel or ""]
        own = [row for name in whose if name for row in self._by_parcel.get(name, ())]
        green = reads.options[:1] == ("green",)
        rows = [
            row
            for row in (*own, *self._by_parcel.get("", ()))
            if reads.reads(str(row.layer), str(row.column))
            # The share seen on a raster is a fact of its own: the green of a parcel may come from elsewhere.
            and (not green or raster or self.belonging.green_reads(str(row.layer), row.parcel_id))
            and (
                contract is None
                or not isinstance(row.contract_no, str)
                or row.contract_no == contract
            )
            and (not zone or not isinstance(row.zone_id, str) or row.zone_id == zone)
        ]
        found = [Cause("input", _said_of(row, of_zone=of_zone)) for row in rows[:_TOLD]]
        rest = len(rows) - _TOLD
        if rest > 0:
            found.append(
                Cause(
                    "input", Text(f"另有 {rest} 项输入变化", f"{rest} more changes of the inputs")
                )
            )
        return found

    def _of_date(self) -> Cause:
        before, after = self.old["as_of"], self.new["as_of"]
        return Cause(
            "as_of", Text(f"审查日期 {before} → {after}", f"review date {before} → {after}")
        )

    def _of_options(self, tables: tuple[str, ...]) -> list[Cause]:
        found = []
        for table in tables:
            before, after = (record["options"].get(table, {}) for record in (self.old, self.new))
            for key in sorted(set(before) | set(after)):
                if before.get(key) != after.get(key):
                    one, two = _short(_plain(before.get(key))), _short(_plain(after.get(key)))
                    found.append(
                        Cause(
                            "option",
                            Text(
                                f"项目选项 [{table}] {key}：{one.zh} → {two.zh}",
                                f"option [{table}] {key}: {one.en} → {two.en}",
                            ),
                        )
                    )
        if self.old["area_method"] != self.new["area_method"]:
            words = f"{self.old['area_method']} → {self.new['area_method']}"
            found.append(Cause("option", Text(f"面积口径 {words}", f"area method {words}")))
        if self.old["crs"] != self.new["crs"]:
            one, two = ((record["crs"] or {}).get("name", "—") for record in (self.old, self.new))
            found.append(Cause("option", Text(f"坐标系 {one} → {two}", f"CRS {one} → {two}")))
        return found

    def _not_run(self, analysis: str) -> list[Cause]:
        before, after = (record["analyses"].get(analysis, "") for record in (self.old, self.new))
        skipped = [text.startswith("not ") for text in (before, after)]
        if skipped[0] == skipped[1]:
            return []
        which = Text("前一次运行未做该项分析", "the earlier run did not make this analysis")
        if skipped[1]:
            which = Text("后一次运行未做该项分析", "the later run did not make this analysis")
        return [Cause("not_run", which)]

    def _versions(self) -> Text:
        words = f"{self.old['versions']['zongdi']} → {self.new['versions']['zongdi']}"
        return Text(f"程序版本 {words}", f"version of the program {words}")

    def _anything(self) -> bool:
        """Whether anything differs at all that could reach a parcel from around it."""
        return bool(self._by_parcel or self._files or self.inputs.reshaped)


def _said_of(row: Any, *, of_zone: bool) -> Text:
    """Word a changed value; of a zone's parcel with the parcel that it is of."""
    if of_zone and isinstance(row.parcel_id, str):
        zh, en = f"宗地 {row.parcel_id} {row.said_zh}", f"parcel {row.parcel_id} {row.said_en}"
        return Text(zh, en)
    return Text(str(row.said_zh), str(row.said_en))


def other_files(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Name the layers whose files differ, by their hashes."""
    found = []
    for record in (old, new):
        files: defaultdict[str, set[str]] = defaultdict(set)
        for source in record["inputs"]:
            # Rasters stand in the record as rasters.ndvi.
            files[str(source["layer"]).removeprefix("rasters.")].add(str(source["sha256"]))
        found.append(files)
    return {name for name in {*found[0], *found[1]} if found[0].get(name) != found[1].get(name)}


def _files_words(layers: list[str]) -> Text:
    labels = [missing_label(name) for name in layers]
    zh, en = "、".join(label.zh for label in labels), ", ".join(label.en for label in labels)
    return Text(
        f"{zh}的文件有变（成果不含其逐项数据）", f"another file of {en} (not kept row by row)"
    )


def _given(before: str, after: str) -> list[Cause]:
    """Name what a verdict lacked and lacks no more."""
    return _of_missing(before, after, Text("原缺、现已齐：", "missing before, no longer: "))


def _lacking(before: str, after: str) -> list[Cause]:
    """Name what a verdict lacks that it did not lack before."""
    return _of_missing(after, before, Text("现缺：", "now missing: "))


def _of_missing(these: str, not_those: str, words: Text) -> list[Cause]:
    names = sorted(set(filter(None, these.split(","))) - set(not_those.split(",")))
    if not names:
        return []
    labels = [missing_label(name) for name in names]
    zh, en = "、".join(label.zh for label in labels), ", ".join(label.en for label in labels)
    return [Cause("input", Text(words.zh + zh, words.en + en))]


def _status_words(before: str, after: str) -> Text:
    one, two = (STATUSES[s] if s in STATUSES else Text(s, s) for s in (before, after))
    return Text(f"规则状态 {one.zh} → {two.zh}", f"status of the rule {one.en} → {two.en}")


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)


def _short(value: str | None) -> Text:
    if value is None:
        return Text("无", "none")
    if len(value) > _LONG:
        return Text("一张表（见规则包）", "a table (see the pack)")
    return Text(value, value)
