"""How one column of a source is read: types, units, codes and bounds.

Nothing is guessed: what cannot be read, is out of bounds or is no known code becomes unknown, and
the problem log says so with the row and what stands there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from layers.codes import CODE_LISTS, USES, code_key
from layers.crosswalk import read_land_use_codes
from layers.errors import UnitError
from layers.problems import Kind
from layers.suspicion import bounds_advice, percent_suspected
from layers.units import conversion, rate_factor, shown_unit
from layers.values import NOTES, parse_booleans, parse_dates, parse_numbers, parse_text
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.columns import Column, Contract
    from layers.raw import Reporter
    from layers.values import Parsed

__all__ = ["ColumnReader"]

UNREADABLE_VALUE = Kind(
    "value-unreadable",
    "warning",
    Text("{label_zh}读不懂，按未知处理", "{label_en} cannot be read and is unknown"),
    Text("请改为{form_zh}", "write it as {form_en}"),
)
LEFT_UNKNOWN = Kind(
    "value-left-unknown",
    "warning",
    Text("{label_zh}按未知处理：{why_zh}", "{label_en} is left unknown: {why_en}"),
    Text("请补全", "complete it"),
)
REMARKED = Kind(
    "value-remark",
    "note",
    Text("{label_zh}有 {n} 行：{why_zh}", "{label_en}, {n} rows: {why_en}"),
    Text("请核对", "check them"),
)
DIGITS_LOST = Kind(
    "digits-lost",
    "warning",
    Text("{label_zh}：{why_zh}", "{label_en}: {why_en}"),
    Text("请在源表中将该列设为文本格式后重新录入", "make the column text and enter it again"),
)
OUT_OF_BOUNDS = Kind(
    "value-out-of-bounds",
    "warning",
    Text(
        "{label_zh}超出合理范围（{bounds}），按未知处理",
        "{label_en} is out of bounds ({bounds}) and is unknown",
    ),
    Text("{advice_zh}", "{advice_en}"),
)
NOT_WHOLE = Kind(
    "value-not-whole",
    "warning",
    Text("{label_zh}不是整数，按未知处理", "{label_en} is no whole number and is unknown"),
    Text("请改为整数", "write a whole number"),
)
UNKNOWN_CODE = Kind(
    "code-unknown",
    "warning",
    Text(
        "{label_zh}的取值“{found}”无法识别（{n} 行），按未知处理",
        "{label_en} has the value {found!r} ({n} rows), which is no known code; it is unknown",
    ),
    Text(
        "请在 [layers.{layer}] 的 values.{column} 中写明；可用：{codes}",
        "say in [layers.{layer}] values.{column} what it means; known: {codes}",
    ),
)
BAD_UNIT = Kind(
    "unit-unusable",
    "warning",
    Text("{label_zh}的单位“{found}”不能换算，整列按未知处理：{why}", "{label_en}: {why}"),
    Text("请在 [layers.{layer}] 的 units 中写明单位", "name its unit in [layers.{layer}] units"),
)
CONVERTED = Kind(
    "unit-converted",
    "note",
    Text("{label_zh}由 {found} 换算为 {unit}", "{label_en} was converted from {found} to {unit}"),
    Text("请核对源数据的单位", "check the source's unit"),
)
CELLS_CONVERTED = Kind(
    "cells-converted",
    "note",
    Text(
        "{label_zh}有 {n} 行在数值后写有单位 {found}，已换算为 {unit}",
        "{label_en}: {n} rows have the unit {found} behind the figure, converted to {unit}",
    ),
    Text("请核对这些单元格的单位", "check the unit of those cells"),
)
RATED = Kind(
    "price-from-rate",
    "note",
    Text(
        "{label_zh}按单价（{found}）乘以合同面积得出，共 {n} 行",
        "{label_en}: rate ({found}) times the contract area, {n} rows",
    ),
    Text("请核对单价与合同面积", "check the rate and the contract area"),
)
RATE_WITHOUT_AREA = Kind(
    "rate-without-area",
    "warning",
    Text(
        "{label_zh}为单价（{unit}）而没有合同面积，总额未知",
        "{label_en} is a rate ({unit}) without a contract area: the amount is unknown",
    ),
    Text("请补填合同面积，或直接填写总额", "give the contract area, or the amount itself"),
)

RATE_WITHOUT_UNIT = Kind(
    "rate-without-unit",
    "warning",
    Text(
        "{label_zh}取自单价列，而单价没有写明每何种面积多少钱，总额未知",
        "{label_en} comes from a column of unit prices that does not say per which area: the amount "
        "is unknown",
    ),
    Text(
        '请在 [layers.{layer}] 写明 units = {{ {column} = "万元/亩" }}（或 元/m2）',
        'say so in [layers.{layer}]: units = {{ {column} = "万元/亩" }} (or 元/m2)',
    ),
)

_FORMS: dict[str, Text] = {
    "date": Text("日期，如 2021-06-30", "a date such as 2021-06-30"),
    "number": Text("数字", "a number"),
    "integer": Text("整数", "a whole number"),
    "boolean": Text("是 或 否", "yes or no"),
    "text": Text("文字", "text"),
    "code": Text("文字", "text"),
}

_LISTED_CODES = 50
#: A heading with this word holds prices per area, whose unit must be known.
_UNIT_PRICE = "单价"
#: What offices write behind a count: 6层, 3栋, 120人.
_COUNT_WORDS = r"\s*(?:层|層|F|幢|栋|个|間|间|期|人)\s*$"


class ColumnReader:
    """Reads the values of one column."""

    def __init__(
        self,
        column: Column,
        contract: Contract,
        rows: pd.Series[Any],
        report: Reporter,
        *,
        areas: pd.Series[Any] | None = None,
    ) -> None:
        """Bind a column to the rows of its source, and to the areas that a rate is paid for."""
        self.column = column
        self.areas = areas
        self.rows = rows
        self.report = report
        self.rates = False
        self.identifier = column.name == contract.key or column.name.endswith(("_id", "_no"))
        self.labels = {"label_zh": column.label.zh, "label_en": column.label.en}

    def read(
        self,
        values: pd.Series[Any],
        *,
        unit: str | None,
        meanings: Mapping[str, Any],
        heading: str = "",
    ) -> pd.Series[Any]:
        """Return the values in the contract's type; the source's heading may call them rates."""
        kind = self.column.type
        self.rates = _UNIT_PRICE in heading and self.column.unit == "wan"
        if kind == "code":
            return self._codes(values, meanings)
        if meanings:
            values = _translate(values, meanings)
        if kind == "date":
            return self._told(values, parse_dates(values))
        if kind == "boolean":
            return self._told(values, parse_booleans(values))
        if kind == "text":
            return self._told(values, parse_text(values, identifier=self.identifier))
        return self._numbers(values, unit)

    def _rows(self, kind: Kind, where: Any, values: pd.Series[Any], **texts: Any) -> None:
        """Report rows of the column with what stands there."""
        mask = np.asarray(where, dtype=bool)
        self.report.rows(
            kind,
            self.rows[mask],
            column=self.column.name,
            found=[_shown(value) for value in values[mask]],
            **self.labels,
            **texts,
        )

    def _told(self, values: pd.Series[Any], parsed: Parsed) -> pd.Series[Any]:
        """Report what could not be read, what was left unknown and what was read with a remark."""
        form = _FORMS[self.column.type]
        read = _values(parsed)
        self._rows(UNREADABLE_VALUE, parsed.unreadable, values, form_zh=form.zh, form_en=form.en)
        for note in sorted(parsed.notes.dropna().unique()):
            why = NOTES[note]
            texts = {"why_zh": why.zh, "why_en": why.en}
            noted = (parsed.notes == note).fillna(value=False).to_numpy(dtype=bool)
            unknown = noted & read.isna().to_numpy(dtype=bool)
            if note in {"digits_lost", "date_code"}:
                self._rows(DIGITS_LOST, noted, values, **texts)
                continue
            self._rows(LEFT_UNKNOWN, unknown, values, **texts)
            count = int((noted & ~unknown).sum())
            if count:
                self.report.add(REMARKED, column=self.column.name, n=count, **self.labels, **texts)
        return read

    def _numbers(self, values: pd.Series[Any], unit: str | None) -> pd.Series[Any]:
        """Read numbers, convert them to the contract's unit and test their bounds."""
        column = self.column
        if column.type == "integer" and not pd.api.types.is_numeric_dtype(values.dtype):
            texts = values.map(lambda value: isinstance(value, str)).astype(bool)
            bare = values[texts].astype("string").str.replace(_COUNT_WORDS, "", regex=True)
            values = values.astype(object).where(~texts, bare.astype(object))
        bound: Literal["low", "high"] | None = (
            "low" if "_min" in column.name else "high" if "_max" in column.name else None
        )
        parsed = parse_numbers(values, bound=bound)
        numbers = self._told(values, parsed) * self._factors(parsed, unit)
        if percent_suspected(column, numbers, told=unit is not None, report=self.report):
            numbers = numbers.mask(numbers.notna())
        low = -np.inf if column.low is None else column.low
        high = np.inf if column.high is None else column.high
        outside = ((numbers < low) | (numbers > high)).to_numpy(dtype=bool)
        bounds = (
            f"{low:,.10g} – {high:,.10g}"
            if np.isfinite([low, high]).all()
            else (f"≥ {low:,.10g}" if np.isfinite(low) else f"≤ {high:,.10g}")
        )
        self._outside(outside, numbers, values, bounds, told=unit is not None)
        numbers = numbers.mask(outside)
        if column.type == "number":
            return numbers.astype("float64")
        broken = ((numbers - numbers.round()).abs() > 1e-9).to_numpy(dtype=bool)
        self._rows(NOT_WHOLE, broken, values)
        return numbers.mask(broken).round().astype("Int64")

    def _outside(
        self,
        outside: np.ndarray,
        numbers: pd.Series[Any],
        values: pd.Series[Any],
        bounds: str,
        *,
        told: bool,
    ) -> None:
        """Report figures out of bounds, each with its probable reading where there is one."""
        advice = [
            bounds_advice(self.column, self.report.layer, float(number), told=told)
            for number in numbers[outside]
        ]
        self._rows(
            OUT_OF_BOUNDS,
            outside,
            values,
            bounds=bounds,
            advice_zh=[one.zh for one in advice],
            advice_en=[one.en for one in advice],
        )

    def _factors(self, parsed: Parsed, unit: str | None) -> pd.Series[Any]:
        """Return the factor of each row: the unit behind its value, else the column's."""
        column = self.column
        index = parsed.unreadable.index
        own = pd.Series(pd.NA, index=index) if parsed.units is None else parsed.units
        known = _values(parsed).notna()
        bare = own.isna()
        factors = self._factor(unit, index, known & bare)
        if self.rates and (unit is None or rate_factor(unit, "wan") is None):
            loose = (known & bare).to_numpy(dtype=bool)
            self.report.rows(RATE_WITHOUT_UNIT, self.rows[loose], column=column.name, **self.labels)
            factors = factors.mask(bare)
        for written in own.dropna().unique():
            here = (own == written).fillna(value=False)
            factors[here] = self._factor(str(written), index, here)[here]
            self._cells_converted(str(written), int(here.sum()), told=unit)
        if (
            unit is not None
            and column.unit is not None
            and "/" not in unit
            and not (factors.dropna() == 1).all()
        ):
            self.report.add(
                CONVERTED,
                column=column.name,
                found=unit,
                unit=shown_unit(column.unit) or "ratio",
                **self.labels,
            )
        return factors

    def _cells_converted(self, written: str, n: int, *, told: str | None) -> None:
        """Note the cells whose own unit is neither the contract's nor that of the heading."""
        wanted = self.column.unit
        if wanted is None or rate_factor(written, wanted) is not None or written == told:
            return
        try:
            plain = conversion(written, wanted) == 1
        except UnitError:
            return
        if not plain:
            self.report.add(
                CELLS_CONVERTED,
                column=self.column.name,
                found=written,
                n=n,
                unit=shown_unit(wanted) or "ratio",
                **self.labels,
            )

    def _factor(self, unit: str | None, index: pd.Index, where: pd.Series[bool]) -> pd.Series[Any]:
        """Return the factors from a unit to the contract's; NaN and a problem where there is none."""
        column = self.column
        if unit is None or column.unit is None:
            return pd.Series(1.0, index=index)
        rate = rate_factor(unit, column.unit)
        if rate is not None and self.areas is not None:
            return self._rate(unit, rate, self.areas, where)
        try:
            return pd.Series(conversion(unit, column.unit), index=index)
        except UnitError as err:
            self.report.add(BAD_UNIT, column=column.name, found=unit, why=str(err), **self.labels)
            return pd.Series(float("nan"), index=index)

    def _rate(
        self, unit: str, rate: float, areas: pd.Series[Any], where: pd.Series[bool]
    ) -> pd.Series[Any]:
        """Return the factors of a price per area: what one of it makes over the contract's area."""
        priced = where & areas.gt(0)
        if priced.any():
            self.report.add(
                RATED, column=self.column.name, found=unit, n=int(priced.sum()), **self.labels
            )
        lacking = (where & ~areas.gt(0)).to_numpy(dtype=bool)
        self.report.rows(
            RATE_WITHOUT_AREA,
            self.rows[lacking],
            column=self.column.name,
            unit=unit,
            **self.labels,
        )
        return rate * areas.where(areas.gt(0))

    def _codes(self, values: pd.Series[Any], meanings: Mapping[str, Any]) -> pd.Series[Any]:
        """Read codes: the project's meanings, then the list's labels and texts, then codes."""
        column = self.column
        extra = {code_key(str(text)): str(code) for text, code in meanings.items()}
        texts = _values(parse_text(values, blanks=False))
        read = CODE_LISTS[column.codes].read(texts, extra)
        if column.codes == USES.codes:
            # A text that is no use may be a land-use code: M1, 0601 where it means one thing.
            read = read.fillna(read_land_use_codes(texts.where(read.isna()))["use"])
        blank = _values(parse_text(values)).isna()
        emptied = [text for text in texts.dropna().unique() if extra.get(code_key(text)) == ""]
        unknown = read.isna() & ~blank & ~texts.isin(emptied)
        counts = texts[unknown].value_counts(sort=False)
        first = self.rows[unknown].groupby(texts[unknown].astype(object), sort=False).min()
        listed = sorted(counts.index)
        entries = [(text, int(first[text]), int(counts[text])) for text in listed[:_LISTED_CODES]]
        if len(listed) > _LISTED_CODES:
            rest = listed[_LISTED_CODES:]
            entries.append((f"… (+{len(rest)})", int(first[rest].min()), int(counts[rest].sum())))
        for text, row, count in entries:
            self.report.add(
                UNKNOWN_CODE,
                row=row,
                column=column.name,
                found=text,
                n=count,
                codes=", ".join(column.codes),
                **self.labels,
            )
        return read.astype("string")


def _shown(value: Any) -> Any:
    """Write a whole number without a decimal point."""
    whole = isinstance(value, (float, np.floating)) and float(value).is_integer()
    return int(value) if whole else value


def _values(parsed: Parsed) -> pd.Series[Any]:
    """Return what was read."""
    return parsed.values  # noqa: PD011 - a field of Parsed, not the values of a Series


def _translate(values: pd.Series[Any], meanings: Mapping[str, Any]) -> pd.Series[Any]:
    """Replace source values by what the project file says they mean."""
    table = {code_key(str(text)): meaning for text, meaning in meanings.items()}
    distinct = {value: table.get(code_key(str(value)), value) for value in values.dropna().unique()}
    return values.astype(object).map(distinct)
