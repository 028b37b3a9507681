"""The least price of industrial land by its national grade, beside the reserve price and the bids.

The table is of grades of the whole country (等, from one to fifteen). A town has levels of its own (级), which
are no such grade: what does not say that it is a 等 stays unknown rather than be read as one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import numbers, texts

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy

__all__ = ["least_prices", "national_grade", "price_findings"]

RULE = "supply.lowest_price"
_WAN = 10_000
_ROUNDING = 1e-9
_DIGITS = "零一二三四五六七八九"
_SHAPE = re.compile(
    r"(?:全国|土地|第)*\s*(\d{1,2}|[一二三四五六七八九]?十?[一二三四五六七八九]?)\s*等\s*(?:地)?"
)


def national_grade(text: object) -> str | None:
    """Return the number of a national grade, as in ``五等``, ``5等`` or ``第十二等``; None of anything else.

    Examples
    --------
    >>> [national_grade(text) for text in ("五等", "第十二等", "全国12等", "五级", "5", "十等地")]
    ['5', '12', '12', None, None, '10']
    """
    found = _SHAPE.fullmatch(text.strip()) if isinstance(text, str) else None
    said = found[1] if found else ""
    if not said:
        return None
    if said.isdecimal():
        return str(int(said))
    tens, ten, ones = said.rpartition("十")
    value = _DIGITS.index(ones) if ones else 0
    return str(value + (10 * (_DIGITS.index(tens) if tens else 1) if ten else 0))


def least_prices(own: pd.DataFrame, policy: Policy) -> np.ndarray:
    """Return the least price of each parcel, yuan per m2; NaN without a known grade or for other uses.

    Parameters
    ----------
    own : pandas.DataFrame
        ``land_use``, ``land_grade``.
    policy : policies.model.Policy
        ``supply.lowest_price``: the uses that it addresses, and the price of every grade.
    """
    rule = policy.rule(RULE)
    prices = {
        str(row["land_grade"]): float(row["price_yuan_per_m2"]) for row in rule.value("table")
    }
    grades = [prices.get(national_grade(text) or "", np.nan) for text in texts(own, "land_grade")]
    return np.where(_addressed(own, policy), np.array(grades, dtype=float), np.nan)


def _addressed(own: pd.DataFrame, policy: Policy) -> np.ndarray:
    uses = list(policy.rule(RULE).value("uses"))
    return texts(own, "land_use").isin(uses).to_numpy(dtype=bool, na_value=False)


def price_findings(
    own: pd.DataFrame, bids: pd.DataFrame | None, policy: Policy, as_of: date
) -> pd.DataFrame:
    """Hold the reserve price of every candidate, and every bid for one, against the least price.

    On the line it is kept. Below it nothing is found: other rules may lower it for a project.

    Parameters
    ----------
    own : pandas.DataFrame
        The candidates: ``parcel_id``, ``zone_id``, ``land_use``, ``land_grade``, ``area_m2``,
        ``price_reserve_wan``.
    bids : pandas.DataFrame or None
        ``parcel_id``, ``bid_id``, ``price_wan``.
    """
    rule = policy.rule(RULE)
    rows = own.reset_index(drop=True)
    said = [
        _offers(
            rows,
            numbers(rows, "price_reserve_wan"),
            ("起始价", "reserve price"),
            "parcels.price_reserve_wan",
        )
    ]
    if bids is not None and len(bids):
        place = pd.Series(rows.index, index=texts(rows, "parcel_id")).groupby(level=0).first()
        at = texts(bids, "parcel_id").map(place)
        of = bids.loc[at.notna().to_numpy(dtype=bool)]
        names = [
            (f"竞买申请{name}报价", f"price of bid {name}")
            for name in texts(of, "bid_id").fillna("")
        ]
        land = rows.iloc[at.dropna().astype(int).to_numpy()].reset_index(drop=True)
        said.append(
            _offers(land, numbers(of, "price_wan").reset_index(drop=True), names, "bids.price_wan")
        )
    offers = pd.concat(said, ignore_index=True)
    # Land of other uses has no least price, and every candidate would otherwise say so.
    offers = offers[_addressed(offers, policy)].reset_index(drop=True)
    least = least_prices(offers, policy)
    price = offers["price_wan"].to_numpy() * _WAN / offers["area_m2"].to_numpy()
    known = ~np.isnan(least) & ~np.isnan(price)
    kept = price >= least * (1 - _ROUNDING)
    notes = [
        _note(row, price[at], least[at], holds=bool(kept[at]))
        for at, row in enumerate(offers.itertuples(index=False))
    ]
    return rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=np.where(known, np.where(kept, "yes", "no"), "unknown"),
            zone_id=offers["zone_id"],
            parcel_id=offers["parcel_id"],
            measured=price,
            limit=least,
            unit="yuan/m2",
            missing=[
                ",".join(
                    name
                    for name, lacks in (
                        ("land_grade", np.isnan(least[at])),
                        ("area_m2", np.isnan(offers["area_m2"].iloc[at])),
                        (offers["source"].iloc[at], np.isnan(offers["price_wan"].iloc[at])),
                    )
                    if lacks
                )
                for at in range(len(offers))
            ],
            note_zh=[zh for zh, _ in notes],
            note_en=[en for _, en in notes],
        ),
    )


def _offers(rows: pd.DataFrame, price: pd.Series[float], named: Any, source: str) -> pd.DataFrame:
    names = [named] * len(rows) if isinstance(named, tuple) else named
    return pd.DataFrame(
        {
            **{
                name: texts(rows, name)
                for name in ("zone_id", "parcel_id", "land_use", "land_grade")
            },
            "area_m2": numbers(rows, "area_m2"),
            "price_wan": price.to_numpy(dtype=float),
            "said_zh": [zh for zh, _ in names],
            "said_en": [en for _, en in names],
            "source": source,
        }
    )


def _note(row: Any, price: float, least: float, *, holds: bool) -> tuple[str, str]:
    if np.isnan(least):
        return (
            "土地等别未给出或不是全国土地等别（须写明“等”，如五等），最低价未知。",
            "The national grade of the land is not given (a 等, as 五等): its least price is unknown.",
        )
    if np.isnan(price):
        return (
            f"{row.said_zh}或面积未给出，该等最低价为每平方米{least:g}元。",
            f"The {row.said_en} or the area is not given; the least price of the grade is {least:g} yuan per m2.",
        )
    zh = f"{row.said_zh}合每平方米{price:,.2f}元，该等最低价{least:g}元"
    en = f"The {row.said_en} is {price:,.2f} yuan per m2, the least of the grade {least:g}"
    if holds:
        return f"{zh}。", f"{en}."
    return (
        f"{zh}，低于标准：须核对等别和有无可下调的依据。",
        f"{en}: below it. Check the grade, and whether anything lowers the price.",
    )
