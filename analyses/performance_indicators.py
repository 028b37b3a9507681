"""The indicators by which a zone is judged: acceptance, development, rates of the development zones.

What counts as developed is not settled, so its three readings stand side by side. A share of which a
part is not known is given between bounds, never as a figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analyses.frames import numbers, texts
from analyses.idle_procedure import clause_of
from analyses.results_performance import INDICATORS, PERFORMANCE
from analyses.supply_rows import M2_PER_HA, rows_of
from analyses.supply_stock import share_bounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    import pandas as pd

    from analyses.supply_stock import Stock
    from policies.model import Clause, Policy

__all__ = ["Row", "indicator_rows", "performance_table"]

Row = dict[str, Any]
_INDUSTRIAL = ("industrial", "m0", "storage")
_INTENSITIES = (
    ("investment_per_ha", "fixed_investment_wan", True),
    ("output_per_ha", "output_wan", True),
    ("tax_per_ha", "tax_wan", True),
    ("tax_all_per_ha", "tax_wan", False),
)


def indicator_rows(
    parcels: pd.DataFrame, stock: Stock, acceptance: pd.DataFrame, policy: Policy
) -> list[Row]:
    """Measure every land indicator of every zone.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``zone_id``, ``area_m2``, ``land_use``, ``fenced_share`` and the figures of the firms.
    stock : analyses.supply_stock.Stock
        The levels of the parcels.
    acceptance : pandas.DataFrame
        Of `analyses.supply_acceptance.acceptance_of`.
    policy : policies.model.Policy
        For the clauses.

    Returns
    -------
    list of dict
        Rows of `analyses.results_performance.PERFORMANCE` with ``clause_of`` in place of the clause.

    Notes
    -----
    - accepted share = accepted area / approved planned area;
    - developed share = developed land inside the fence / fenced area, where developed reads as supplied,
      as started (under construction or built), or as built; land inside counts with its ``fenced_share``;
    - development, supply and completion rate = ready / developable, supplied / ready, built / supplied;
    - idle rate = found and not settled / supplied.
    """
    formulas, rates = (
        clause_of(policy, "evaluation-2020-formulas"),
        clause_of(policy, "tdt-1029-rates"),
    )
    idle, intensity = clause_of(policy, "idle-rate"), clause_of(policy, "tdt-1029-intensity")
    zone = texts(parcels, "zone_id").fillna("").to_numpy(dtype=object)
    area = numbers(parcels, "area_m2").to_numpy()
    order = np.argsort(zone, kind="stable")
    names, starts = np.unique(zone[order], return_index=True)
    groups = dict(zip(names, np.split(order, starts[1:]), strict=True)) if len(order) else {}
    rows: list[Row] = []
    for name in sorted({*groups, *acceptance.index} - {""}):
        own = groups.get(name, np.zeros(0, dtype=np.int64))
        if name in acceptance.index:
            rows += _acceptance(name, acceptance.loc[name], formulas)
            rows += _developed(name, acceptance.loc[name], parcels, stock, own, formulas)
        if len(own):
            levels = {key: value[own] for key, value in stock.levels.items()}
            levels["developable"] = np.where(stock.serving[own], 0.0, 1.0)
            rows += _rates(name, levels, area[own], rates, idle)
            land: Any = parcels.iloc[own]
            rows += _intensities(name, land, stock.levels["built"][own], (rates, intensity))
    return rows


def _row(zone: str, indicator: str, clause: Clause, **values: Any) -> Row:
    return {"zone_id": zone, "indicator": indicator, "clause_of": clause, **values}


def _acceptance(zone: str, facts: pd.Series[Any], clause: Clause) -> list[Row]:
    accepted, approved = float(facts["accepted_m2"]), float(facts["approved_m2"])
    share = accepted / approved if approved > 0 else np.nan
    source = {"recorded": ("按记录", "recorded"), "measured": ("按图形量算", "measured")}
    said = source.get(str(facts["approved_source"]), ("未知", "unknown"))
    return [
        _row(
            zone,
            "acceptance_share",
            clause,
            value=share,
            value_low=share,
            value_high=share,
            unit="share",
            numerator=accepted,
            denominator=approved,
            parts_unit="m2",
            missing=facts["missing"],
            note_zh=f"批准面积{said[0]}。"
            + ("验收面积大于批准面积，请核对。" if share > 1 else ""),
            note_en=f"Approved area {said[1]}."
            + (" More was accepted than approved: to be checked." if share > 1 else ""),
        )
    ]


def _developed(
    zone: str,
    facts: pd.Series[Any],
    parcels: pd.DataFrame,
    stock: Stock,
    own: np.ndarray,
    clause: Clause,
) -> list[Row]:
    fenced = float(facts["fenced_m2"])
    if np.isnan(fenced):
        return []
    inside = (
        numbers(parcels, "fenced_share").to_numpy()[own]
        * numbers(parcels, "area_m2").to_numpy()[own]
    )
    built, going = stock.levels["built"][own], stock.levels["under_construction"][own]
    either = np.where(
        (built == 1) | (going == 1), 1.0, np.where(np.isnan(built) | np.isnan(going), np.nan, 0.0)
    )
    readings = {
        "developed_supplied": (stock.levels["supplied"][own], "已供应", "supplied"),
        "developed_started": (either, "在建和已建成", "under construction or built"),
        "developed_built": (built, "已建成", "built"),
    }
    rows = []
    for name, (level, zh, en) in readings.items():
        known = float(np.nansum(level * np.nan_to_num(inside)))
        open_ = float(np.nansum(inside[np.isnan(level)]))
        blind = bool(np.isnan(inside[(level == 1) | np.isnan(level)]).any())
        low = np.nan if blind else known / fenced
        high = np.nan if blind else (known + open_) / fenced
        unknown = blind or open_ > 0
        rows.append(
            _row(
                zone,
                name,
                clause,
                value=np.nan if unknown else low,
                value_low=low,
                value_high=high,
                unit="share",
                numerator=known,
                denominator=fenced,
                parts_unit="m2",
                missing="supply_status,land_stage" if open_ > 0 else "area_m2" if blind else "",
                note_zh=f"“已开发”按{zh}理解；三种口径并列，以主管部门认定的口径为准。",
                note_en=f"Developed is read as {en}; of the three readings that of the authority counts.",
            )
        )
    return rows


def _rates(
    zone: str, levels: dict[str, np.ndarray], area: np.ndarray, clause: Clause, idle: Clause
) -> Iterator[Row]:
    for name, part, whole, source in (
        ("development_rate", "ready", "developable", clause),
        ("supply_rate", "supplied", "ready", clause),
        ("completion_rate", "built", "supplied", clause),
        ("idle_rate", "idle_found", "supplied", idle),
    ):
        share, low, high, top, bottom = share_bounds(levels[part], levels[whole], area)
        yield _row(
            zone,
            name,
            source,
            value=share,
            value_low=low,
            value_high=high,
            unit="share",
            numerator=top,
            denominator=bottom,
            parts_unit="m2",
            missing=_lack(name) if np.isnan(share) else "",
        )


def _lack(name: str) -> str:
    return (
        "cases.finding_served_on,supply_status"
        if name == "idle_rate"
        else "supply_status,land_stage"
    )


def _intensities(
    zone: str, own: pd.DataFrame, built: np.ndarray, clauses: tuple[Clause, Clause]
) -> Iterator[Row]:
    """Yield the industrial share of built land, and investment, output and tax per hectare of it."""
    rates, intensity = clauses
    area = numbers(own, "area_m2").to_numpy()
    industrial = texts(own, "land_use").isin(_INDUSTRIAL).to_numpy(dtype=bool)
    use_known = texts(own, "land_use").notna().to_numpy()
    member = np.where(built == 0, 0.0, np.where(use_known, industrial.astype(float), np.nan))
    member = np.where(np.isnan(built), np.nan, member)
    share, low, high, top, bottom = share_bounds(member, built, area)
    yield _row(
        zone,
        "industrial_share",
        rates,
        value=share,
        value_low=low,
        value_high=high,
        unit="share",
        numerator=top,
        denominator=bottom,
        parts_unit="m2",
        missing="land_stage,land_use" if np.isnan(share) else "",
    )
    for name, column, only in _INTENSITIES:
        counted = (built == 1) & (industrial if only else True)
        figures = numbers(own, column).to_numpy()
        known = counted & ~np.isnan(figures) & ~np.isnan(area)
        ground = float(area[known].sum()) / M2_PER_HA
        whole = (
            counted.sum() == known.sum()
            and not np.isnan(built).any()
            and use_known[built == 1].all()
        )
        rate = float(figures[known].sum()) / ground if ground > 0 else np.nan
        yield _row(
            zone,
            name,
            intensity,
            value=rate if whole else np.nan,
            value_low=np.nan,
            value_high=np.nan,
            unit="wan/ha",
            numerator=float(figures[known].sum()),
            denominator=float(area[known].sum()),
            parts_unit="wan,m2",
            missing=""
            if whole
            else column
            if counted.sum() > known.sum()
            else "land_use,land_stage",
            note_zh=""
            if whole
            else f"{int(counted.sum())}宗中{int(known.sum())}宗有数据"
            + ("。" if np.isnan(rate) else f"，有数据的部分为{rate:,.2f}万元/公顷。"),
            note_en=""
            if whole
            else f"{int(known.sum())} of {int(counted.sum())} parcels have the figure"
            + ("." if np.isnan(rate) else f"; those come to {rate:,.2f} per ha."),
        )


def performance_table(rows: Sequence[Row], as_of: date) -> pd.DataFrame:
    """Return the rows as a table, with pack, clause, status and certainty."""
    made = []
    for row in rows:
        clause: Clause = row["clause_of"]
        made.append(
            {
                **row,
                "pack": clause.document.pack_id,
                "clause": clause.citation("zh"),
                "status": clause.document.status_at(as_of),
                "confidence": clause.confidence,
            }
        )
    columns = {name: [row.get(name) for row in made] for name in PERFORMANCE.names}
    table = rows_of(PERFORMANCE, columns, len(made))
    rank = table["indicator"].map({name: at for at, name in enumerate(INDICATORS)})
    order = table.assign(_rank=rank).sort_values(["zone_id", "_rank", "year"], kind="stable")
    return table.loc[order.index].reset_index(drop=True)
