"""The standard-land sheet, and bids against it.

A value that neither the planning conditions, the project nor the pack gives stays unknown: a bid is
never found to meet what is not stated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import numbers, texts
from analyses.results_supply import BID_CHECKS, STANDARD_LAND
from analyses.supply_industry import begins_with, plain_code, same_edition
from analyses.supply_rows import all_of, rows_of, state_of
from layers.contracts import INDICATOR_COLUMNS
from policies.text import Text

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy

__all__ = ["AT_MOST", "check_bids", "standard_sheet", "strangers"]

#: Indicators of which less is better; of all others more is.
AT_MOST = ("energy_tce_per_wan", "emissions_kg_per_wan")
_LABELS = {
    "investment_wan_per_mu": Text("固定资产投资强度", "fixed investment per mu"),
    "far": Text("容积率", "floor-area ratio"),
    "energy_tce_per_wan": Text("单位能耗", "energy"),
    "emissions_kg_per_wan": Text("单位排放", "emissions"),
    "tax_wan_per_mu": Text("亩均税收", "tax per mu"),
    "output_wan_per_mu": Text("亩均产值", "output per mu"),
    "rd_share": Text("研发投入强度", "research share"),
    "jobs_per_mu": Text("亩均就业", "jobs per mu"),
}
_ROUNDING = 1e-9


def _specific(standards: pd.DataFrame, own: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return for each indicator the value of the most specific row that fits each parcel.

    A row fits where everything that it names does; a parcel counts for more than an industry, a longer
    code of one for more than a shorter, that for more than a use, that for more than a zone. Of equally
    specific rows the last one prevails. An industry of another edition does not fit; where it cannot be told
    whether it does, the value is unknown, for no less specific one may stand in.
    """
    # Each counts for more than all before it together; an industry for more by every digit.
    weights = {"zone_id": 1, "land_use": 2, "industry_code": 4, "parcel_id": 1_000}
    n = len(own)
    found = {name: np.full(n, np.nan) for name in INDICATOR_COLUMNS}
    best = {name: np.full(n, -1) for name in INDICATOR_COLUMNS}
    keys = {name: texts(own, name).fillna("").to_numpy(dtype=object) for name in weights}
    schemes = texts(own, "industry_scheme").fillna("").to_numpy(dtype=object)
    for _, row in standards.iterrows():
        fits, unsure, weight = np.ones(n, dtype=bool), np.zeros(n, dtype=bool), 0
        for name, more in weights.items():
            wanted = row.get(name)
            if wanted is None or pd.isna(wanted):
                continue
            if name == "industry_code":
                edition = row.get("industry_scheme")
                same, unsure = same_edition(
                    edition if isinstance(edition, str) else None, schemes, set(schemes)
                )
                fits &= begins_with(keys[name], str(wanted)) & (same | unsure)
                weight += more * len(plain_code(str(wanted)))
            else:
                fits &= keys[name] == wanted
                weight += more
        for name in INDICATOR_COLUMNS:
            value = row.get(name)
            if value is None or pd.isna(value):
                continue
            better = fits & (weight >= best[name])
            found[name][better] = np.where(unsure, np.nan, float(value))[better]
            best[name][better] = weight
    return found


def standard_sheet(
    own: pd.DataFrame,
    policy: Policy,
    as_of: date,
    *,
    standards: pd.DataFrame | None = None,
    assessed: np.ndarray | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw up the standard-land sheet of the candidates.

    Parameters
    ----------
    own : pandas.DataFrame
        The candidates: ``parcel_id``, ``zone_id``, ``land_use``, ``industry_code``, ``area_m2``,
        ``far_min`` (the planning conditions prevail for the floor-area ratio).
    policy : policies.model.Policy
        ``supply.standard_land`` names the indicators; ``supply.standard_values``, where a pack has it,
        values by use.
    as_of : datetime.date
        The review date.
    standards : pandas.DataFrame, optional
        The project's values; they prevail over the pack's.
    assessed : numpy.ndarray of str, optional
        Whether regional assessments cover each candidate.

    Returns
    -------
    tuple of pandas.DataFrame
        The sheet (`analyses.results_supply.STANDARD_LAND`) and findings of ``supply.standard_land``.
    """
    n = len(own)
    rule = policy.rule("supply.standard_land")
    asked = tuple(rule.value("indicators"))
    values = {name: np.full(n, np.nan) for name in INDICATOR_COLUMNS}
    sources = [dict.fromkeys(asked, "") for _ in range(n)]

    def take(given: np.ndarray, name: str, source: str) -> None:
        new = ~np.isnan(given) & np.isnan(values[name])
        values[name][new] = given[new]
        for at in np.flatnonzero(new):
            sources[at][name] = source

    take(numbers(own, "far_min").to_numpy(), "far", "规划条件 planning conditions")
    if standards is not None and len(standards):
        for name, given in _specific(standards, own).items():
            take(given, name, "项目 project")
    if policy.has_rule("supply.standard_values"):
        uses = texts(own, "land_use").fillna("").to_numpy(dtype=object)
        for row in policy.rule("supply.standard_values").value("table"):
            given = np.where(uses == row["use"], float(row["limit"]), np.nan)
            take(given, str(row["indicator"]), "规则包 pack")
    gaps = [",".join(name for name in asked if np.isnan(values[name][at])) for at in range(n)]
    complete = state_of([gap == "" for gap in gaps], np.ones(n, dtype=bool))
    texts_of = [_source_texts(source) for source in sources]
    sheet = rows_of(
        STANDARD_LAND,
        {
            "zone_id": texts(own, "zone_id"),
            "parcel_id": texts(own, "parcel_id"),
            "land_use": texts(own, "land_use"),
            "area_m2": numbers(own, "area_m2"),
            **values,
            "complete": complete,
            "assessed": assessed,
            "missing": gaps,
            "source_zh": [zh for zh, _ in texts_of],
            "source_en": [en for _, en in texts_of],
            "clause": rule.clause.citation("zh"),
            "status": rule.status_at(as_of),
            "confidence": rule.confidence,
        },
        n,
    )
    named = ["、".join(_LABELS[name].zh for name in gap.split(",") if name) for gap in gaps]
    told = [", ".join(_LABELS[name].en for name in gap.split(",") if name) for gap in gaps]
    findings = rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=np.where(complete == "yes", "yes", "unknown"),
            zone_id=sheet["zone_id"],
            parcel_id=sheet["parcel_id"],
            measured=[float(len(asked) - (gap.count(",") + 1 if gap else 0)) for gap in gaps],
            limit=float(len(asked)),
            missing=[
                ",".join(f"standards.{name}" for name in gap.split(",") if name) for gap in gaps
            ],
            note_zh=[f"未给出：{text}。" if text else "各项指标均已给出。" for text in named],
            note_en=[f"Not given: {text}." if text else "All values are given." for text in told],
        ),
    )
    return sheet, findings


def _source_texts(source: dict[str, str]) -> tuple[str, str]:
    zh = [f"{_LABELS[name].zh}：{text.split(' ')[0]}" for name, text in source.items() if text]
    en = [f"{_LABELS[name].en}: {text.split(' ', 1)[1]}" for name, text in source.items() if text]
    return "；".join(zh), "; ".join(en)


def _without_sheet(
    ids: pd.Series[Any],
    sheet: pd.DataFrame,
    parcels: pd.DataFrame,
    gaps: list[list[str]],
    notes: tuple[list[str], list[str]],
) -> None:
    """Say of bids for what is no candidate, or on no record, that this is what is missing: not the values."""
    zh, en = notes
    for at in np.flatnonzero(~ids.isin(sheet["parcel_id"]).to_numpy(dtype=bool)).tolist():
        gaps[at] = ["parcels.supply_status"]
        zh[at] = f"该宗地不是待供候选，没有标准地指标可对照；{zh[at]}"
        en[at] = f"the parcel is no candidate: there is no sheet to hold the bid against; {en[at]}"
    for at in strangers(ids, parcels):
        gaps[at] = ["parcels.parcel_id"]
        zh[at], en[at] = "资料中没有这宗地；", "no such parcel on record; "


def _say_value(
    name: str,
    values: tuple[np.ndarray, np.ndarray, np.ndarray],
    known: np.ndarray,
    untested: np.ndarray,
    told: tuple[list[str], list[str], list[list[str]]],
) -> None:
    """Write what every bid offers of one value, or what is missing."""
    (limit, offered, holds), (zh, en, gaps) = values, told
    for at in range(len(known)):
        if known[at]:
            sign = "≤" if name in AT_MOST else "≥"
            done = ("达标", "met") if holds[at] else ("不达标", "not met")
            zh[at] += f"{_LABELS[name].zh}{offered[at]:g}（要求{sign}{limit[at]:g}，{done[0]}）；"
            en[at] += (
                f"{_LABELS[name].en} {offered[at]:g} (asked {sign} {limit[at]:g}: {done[1]}); "
            )
        elif not untested[at]:
            gaps[at].append(f"bids.{name}" if not np.isnan(limit[at]) else f"standards.{name}")


def _say_price(
    price: np.ndarray, reserve: np.ndarray, told: tuple[list[str], list[str], list[list[str]]]
) -> None:
    """Write what every bid offers beside the reserve, where there is one."""
    zh, en, gaps = told
    for at in range(len(price)):
        if not np.isnan(reserve[at]):
            if np.isnan(price[at]):
                gaps[at].append("bids.price_wan")
            else:
                zh[at] += f"报价{price[at]:g}万元，起始价{reserve[at]:g}万元；"
                en[at] += f"offered {price[at]:g}, reserve {reserve[at]:g} (10,000 yuan); "


def _over_far(
    offered: np.ndarray, most: np.ndarray, state: np.ndarray, zh: list[str], en: list[str]
) -> np.ndarray:
    """Hold the floor-area ratio offered against the greatest of the planning conditions.

    Beyond it a bid is not met, whatever the least is; where it offers none, that is unknown: those that the
    least does not ask about already are returned.
    """
    blank = ~np.isnan(most) & np.isnan(offered) & pd.isna(state)
    state[blank] = "unknown"
    over = offered > most + _ROUNDING * np.maximum(np.abs(most), 1)
    within = ~np.isnan(most) & ~np.isnan(offered) & ~over & pd.isna(state)
    state[within] = "yes"
    state[over] = "no"
    for at in np.flatnonzero(over).tolist():
        zh[at] += f"容积率{offered[at]:g}，超过规划条件上限{most[at]:g}（不达标）；"
        en[at] += (
            f"floor-area ratio {offered[at]:g}, above the {most[at]:g} of the planning conditions "
            "(not met); "
        )
    return blank


def strangers(ids: pd.Series[Any], parcels: pd.DataFrame) -> list[int]:
    """Return the positions of the rows whose parcel is not on record."""
    known = set(texts(parcels, "parcel_id").dropna())
    return [at for at, name in enumerate(ids) if name not in known]


def check_bids(
    bids: pd.DataFrame | None,
    sheet: pd.DataFrame,
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Check bids against the sheet: each value, and the price against the reserve.

    On the line a value is met. A value that the sheet gives and the bid does not is unknown, so is one
    that the pack's sheet asks for and nobody gave; a value in neither is not tested. The bid as a whole
    is ``no`` where any test is, else ``unknown`` where any is, else ``yes``.

    Parameters
    ----------
    bids : pandas.DataFrame or None
        Contract frame.
    sheet : pandas.DataFrame
        Of `standard_sheet`.
    parcels : pandas.DataFrame
        For ``price_reserve_wan`` and ``zone_id``.
    policy : policies.model.Policy
        ``supply.bid``, ``supply.standard_land``.
    as_of : datetime.date
        The review date.

    Returns
    -------
    tuple of pandas.DataFrame
        `analyses.results_supply.BID_CHECKS` and findings of ``supply.bid``.
    """
    rule = policy.rule("supply.bid")
    if bids is None or len(bids) == 0:
        return rows_of(BID_CHECKS, {}, 0), rule_findings(rule, as_of, Verdicts(verdict=[]))
    n = len(bids)
    asked = set(policy.rule("supply.standard_land").value("indicators"))
    ids = texts(bids, "parcel_id")
    limits = (
        sheet.drop_duplicates("parcel_id")
        .set_index("parcel_id")
        .reindex(ids.to_numpy(dtype=object))
    )
    land = parcels.assign(_id=texts(parcels, "parcel_id")).drop_duplicates("_id").set_index("_id")
    land = land.reindex(ids.to_numpy(dtype=object))
    states: dict[str, np.ndarray] = {}
    zh = [""] * n
    en = [""] * n
    gaps: list[list[str]] = [[] for _ in range(n)]
    for name in INDICATOR_COLUMNS:
        limit, offered = limits[name].to_numpy(dtype=float), numbers(bids, name).to_numpy()
        slack = _ROUNDING * np.maximum(np.abs(limit), 1)
        holds = offered <= limit + slack if name in AT_MOST else offered >= limit - slack
        known = ~np.isnan(limit) & ~np.isnan(offered)
        state = state_of(holds, known)
        untested = np.isnan(limit) & (name not in asked)
        state[untested] = None
        states[name] = state
        if name == "far":
            over = _over_far(offered, numbers(land, "far_max").to_numpy(), state, zh, en)
            for place in np.flatnonzero(over).tolist():
                gaps[place].append("bids.far")
        _say_value(name, (limit, offered, holds), known, untested, (zh, en, gaps))
    price, reserve = (
        numbers(bids, "price_wan").to_numpy(),
        numbers(land, "price_reserve_wan").to_numpy(),
    )
    price_state = state_of(price >= reserve, ~np.isnan(price) & ~np.isnan(reserve))
    price_state[np.isnan(reserve)] = None
    tests = [np.where(pd.isna(state), "yes", state) for state in (*states.values(), price_state)]
    verdict = all_of(tests, n)
    _say_price(price, reserve, (zh, en, gaps))
    _without_sheet(ids, sheet, parcels, gaps, (zh, en))
    missing = [",".join(gap) for gap in gaps]
    notes = [
        (
            f"{a}缺：{gap}。" if gap else a.rstrip("；") + "。",
            f"{b}missing: {gap}." if gap else b.rstrip("; ") + ".",
        )
        for a, b, gap in zip(zh, en, missing, strict=True)
    ]
    table = rows_of(
        BID_CHECKS,
        {
            "zone_id": texts(land, "zone_id"),
            "parcel_id": ids,
            "bid_id": texts(bids, "bid_id"),
            "bidder": texts(bids, "bidder"),
            "verdict": verdict,
            **{f"{name}_met": state for name, state in states.items()},
            "price_wan": price,
            "price_reserve_wan": reserve,
            "price_met": price_state,
            "missing": missing,
            "note_zh": [a for a, _ in notes],
            "note_en": [b for _, b in notes],
            "clause": rule.clause.citation("zh"),
        },
        n,
    )
    named = texts(bids, "bid_id").fillna("未编号").to_numpy(dtype=object)
    findings = rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=verdict,
            zone_id=table["zone_id"],
            parcel_id=ids,
            missing=missing,
            note_zh=[
                f"竞买申请{name}：{note}"
                for name, note in zip(named, table["note_zh"], strict=True)
            ],
            note_en=[
                f"Bid {name}: {note}" for name, note in zip(named, table["note_en"], strict=True)
            ],
        ),
    )
    order = table.sort_values(["zone_id", "parcel_id", "bid_id"], kind="stable").index
    return table.loc[order].reset_index(drop=True), findings
