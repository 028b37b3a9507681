"""The register of corrections: what an office has found wrong in its files, and what is right.

A correction names a layer, a row by its identifier, a column, what stands there and what should.
It is applied to the source's own cell, in the source's own unit, before anything is converted; and
only where what stands there is what the register says stands there, so that a register that has
grown stale changes nothing. Every correction is listed with what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from layers.contracts import CONTRACTS, heading_key, match_heading
from layers.problems import Kind
from layers.values import parse_booleans, parse_dates, parse_numbers, parse_text
from layers.values_core import fold, is_blank
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.columns import Contract
    from layers.matching import Source
    from layers.raw import Reporter

__all__ = ["OUTCOMES", "Register"]

#: What became of a correction.
OUTCOMES: dict[str, Text] = {
    "applied": Text("已更正", "applied"),
    "no_layer": Text("项目没有读入该图层", "the project has no such layer"),
    "no_column": Text("该图层没有此字段", "the layer has no such column"),
    "no_row": Text("没有此标识的行", "no row has this identifier"),
    "old_differs": Text("现有值与登记的原值不符", "what stands there is not the old value"),
    "already": Text("现有值已是更正值", "the new value stands there already"),
    "constant": Text(
        "该字段由项目文件统一给定", "the project file gives one value for the whole column"
    ),
}

APPLIED = Kind(
    "correction-applied",
    "note",
    Text(
        "按更正登记，{old} 改为 {new}（{reason_zh}）", "corrected from {old} to {new} ({reason_en})"
    ),
    Text("请在源数据中一并更正", "correct the source too"),
)
NOT_APPLIED = Kind(
    "correction-not-applied",
    "warning",
    Text(
        "更正登记未采用：{target} {target_id} 的 {target_column}：{why_zh}",
        "the correction of {target} {target_id}, {target_column} was not applied: {why_en}",
    ),
    Text("请核对更正登记表的该行", "check this row of the register"),
)

_KEYS = ("contract_no", "supervision_no", "case_id", "parcel_id", "building_id")


@dataclass
class Register:
    """The corrections of a project, and what became of each.

    Attributes
    ----------
    frame : pandas.DataFrame
        In the contract ``corrections``.
    outcomes : dict of int to tuple of str and str
        By the position in `frame`: a key of `OUTCOMES`, and what stands in the source.
    rows : dict of int to int
        By the position in `frame`: how many rows were changed.
    """

    frame: pd.DataFrame
    outcomes: dict[int, tuple[str, str]] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)

    def apply(
        self,
        frame: pd.DataFrame,
        contract: Contract,
        matched: dict[str, Source],
        constants: Mapping[str, Any],
        report: Reporter,
    ) -> pd.DataFrame:
        """Return the source's rows as the register corrects them.

        Parameters
        ----------
        frame : pandas.DataFrame
            A source's own columns, with ``source_row``.
        contract : Contract
            Of the layer.
        matched : dict of str to Source
            Contract column to source column; a column that the source lacks and the register
            fills in is added.
        constants : mapping
            Columns with one value for every row.
        report : Reporter
            Where the corrections that were applied are noted.

        Returns
        -------
        pandas.DataFrame
        """
        mine = self.frame["layer"].map(lambda name: _layer(name) == contract.name)
        for at in range(len(self.frame)):
            if mine.iloc[at]:
                frame = self._one(at, frame, contract, matched, constants, report)
        return frame

    def _one(
        self,
        at: int,
        frame: pd.DataFrame,
        contract: Contract,
        matched: dict[str, Source],
        constants: Mapping[str, Any],
        report: Reporter,
    ) -> pd.DataFrame:
        entry = self.frame.iloc[at]
        name = _column(str(entry["column"]), contract, matched)
        if name is None or name in constants:
            self._note(at, "no_column" if name is None else "constant")
            return frame
        found = _rows_of(str(entry["id"]), frame, contract, matched)
        if not found.any():
            self._note(at, "no_row")
            return frame
        source = matched.get(name)
        if source is None or source.column not in frame:
            frame = frame.assign(**{name: pd.Series(pd.NA, index=frame.index, dtype=object)})
            source = matched[name] = _added(name)
        cells = frame.loc[found, source.column]
        kind = contract.column(name).type
        old, new = entry["old"], entry["new"]
        fits = [_same(cell, old, kind) for cell in cells]
        if not any(fits):
            done = all(_same(cell, new, kind) for cell in cells)
            shown = ", ".join(sorted({_shown(cell) for cell in cells}))
            self._note(at, "already" if done else "old_differs", shown[:200])
            return frame
        changed = frame.copy()
        changed[source.column] = changed[source.column].astype(object)
        where = cells.index[fits]
        changed.loc[where, source.column] = None if pd.isna(new) else str(new)
        self._note(at, "applied", _shown(cells[where[0]]))
        self.rows[at] = self.rows.get(at, 0) + len(where)
        report.rows(
            APPLIED,
            changed.loc[where, "source_row"],
            ids=[str(entry["id"])] * len(where),
            column=name,
            found=[_shown(cell) for cell in cells[where]],
            old=_shown(old),
            new=_shown(new),
            reason_zh="未写理由" if pd.isna(entry["reason"]) else entry["reason"],
            reason_en="no reason given" if pd.isna(entry["reason"]) else entry["reason"],
        )
        return changed

    def _note(self, at: int, outcome: str, found: str = "") -> None:
        """Keep what became of a correction; of several files of a layer, the one that had its row."""
        before = self.outcomes.get(at, ("", ""))[0]
        if before == "applied" or (before and outcome in {"no_row", "no_column"}):
            return
        self.outcomes[at] = (outcome, found)

    def listed(self, report: Reporter | None = None) -> pd.DataFrame:
        """Return every correction with what became of it, and report those not applied.

        Returns
        -------
        pandas.DataFrame
            The columns of the register, and ``applied``, ``rows_n``, ``found``, ``outcome``,
            ``why_zh``, ``why_en``.
        """
        states = [self.outcomes.get(at, ("no_layer", "")) for at in range(len(self.frame))]
        codes = [code for code, _ in states]
        if report is not None:
            for at, (code, found) in enumerate(states):
                if code != "applied":
                    entry = self.frame.iloc[at]
                    why = _why(code, found, _shown(entry["old"]))
                    report.add(
                        NOT_APPLIED,
                        row=int(entry["source_row"]),
                        id=_shown(entry["id"]),
                        column="old",
                        found=found or None,
                        target=_shown(entry["layer"]),
                        target_id=_shown(entry["id"]),
                        target_column=_shown(entry["column"]),
                        why_zh=why.zh,
                        why_en=why.en,
                    )
        listed = self.frame.drop(columns="source_row").assign(
            applied=pd.array([code == "applied" for code in codes], dtype="boolean"),
            rows_n=pd.array([self.rows.get(at, 0) for at in range(len(codes))], dtype="Int64"),
            found=pd.array([found or None for _, found in states], dtype="string"),
            outcome=pd.array(codes, dtype="string"),
            why_zh=pd.array([OUTCOMES[code].zh for code in codes], dtype="string"),
            why_en=pd.array([OUTCOMES[code].en for code in codes], dtype="string"),
        )
        return listed.reset_index(drop=True)


def _layer(name: Any) -> str | None:
    """Return the layer that a register names by its name or its label."""
    if pd.isna(name):
        return None
    key = heading_key(str(name))
    for contract in CONTRACTS.values():
        if key in {heading_key(contract.name), contract.label.zh, heading_key(contract.label.en)}:
            return contract.name
    return None


def _column(written: str, contract: Contract, matched: Mapping[str, Source]) -> str | None:
    """Return the contract's column that a register names: by name, label, alias or source heading."""
    if written in contract:
        return written
    for name, source in matched.items():
        if heading_key(source.column) == heading_key(written):
            return name
    found = match_heading(contract, written)
    return None if found is None else found.column


def _rows_of(
    wanted: str, frame: pd.DataFrame, contract: Contract, matched: Mapping[str, Source]
) -> pd.Series[bool]:
    """Find the rows of an identifier: the layer's key, else a contract, else ``row-<n>``."""
    rows = "row-" + frame["source_row"].astype("string")
    found = rows.eq(wanted)
    keys = dict.fromkeys(name for name in (contract.key, *_KEYS) if name in matched)
    for name in keys:
        column = matched[str(name)].column
        if found.any() or column not in frame:
            continue
        ids = parse_text(frame[column], identifier=True)
        found = ids.values.eq(fold(wanted)).fillna(value=False)  # noqa: PD011 - a field of Parsed
    return found.fillna(value=False).astype(bool)


def _why(code: str, found: str, stated: str) -> Text:
    """Say why a correction was not applied, with both values where the old one does not match."""
    why = OUTCOMES[code]
    if code != "old_differs":
        return why
    return Text(
        f"{why.zh}（现有 {found}，登记的原值 {stated}）",
        f"{why.en} (there stands {found}, the register's old value is {stated})",
    )


def _added(name: str) -> Source:
    from layers.matching import Source  # noqa: PLC0415 - matching imports much that is not needed

    return Source(name)


def _same(cell: Any, stated: Any, kind: str) -> bool:
    """Whether a cell holds what the register states, as texts or as what both are read as."""
    blank = pd.isna(cell) or is_blank(fold(str(cell)))
    if pd.isna(stated) or is_blank(fold(str(stated))):
        return bool(blank)
    if blank:
        return False
    if fold(_shown(cell)) == fold(str(stated)):
        return True
    reader = {"date": parse_dates, "boolean": parse_booleans}.get(kind)
    if kind in {"number", "integer"}:
        reader = parse_numbers
    if reader is None:
        reader = parse_text
    pair = [reader(pd.Series([value], dtype=object)) for value in (cell, stated)]
    values = [one.values.iloc[0] for one in pair]  # noqa: PD011 - a field of Parsed
    units = [None if one.units is None else one.units.iloc[0] for one in pair]
    if any(pd.isna(value) for value in values):
        return False
    return bool(values[0] == values[1]) and (units[0] is units[1] or str(units[0]) == str(units[1]))


def _shown(value: Any) -> str:
    """Write a cell for a reader; blank where there is nothing."""
    if pd.isna(value):
        return "（空）"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    return str(value)
