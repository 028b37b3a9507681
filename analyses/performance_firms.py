"""Firms by what they yield per mu, in classes A to D, and those that might be replaced (Zhejiang).

Weights, benchmarks and cuts are the project's. A firm of which a weighted figure is missing has no
class: it is never put into the last one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.findings import Verdicts, rule_findings
from analyses.frames import numbers, texts
from analyses.results_performance import YIELDS
from analyses.supply_rows import M2_PER_MU, rows_of
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from analyses.supply_stock import Stock
    from policies.model import Policy

__all__ = ["rank_firms"]

_LABELS = {
    "tax_wan_per_mu": Text("亩均税收", "tax per mu"),
    "output_wan_per_mu": Text("亩均产值", "output per mu"),
    "investment_wan_per_mu": Text("亩均投资", "investment per mu"),
    "jobs_per_mu": Text("亩均就业", "jobs per mu"),
    "output_wan_per_tce": Text("单位能耗产值", "output per tce"),
    "output_wan_per_kg": Text("单位排放产值", "output per kg of emissions"),
    "rd_share": Text("研发投入强度", "research share"),
}
#: Numerator and denominator of each measure; ``mu`` is the site area.
_PARTS = {
    "tax_wan_per_mu": ("tax_wan", "mu"),
    "output_wan_per_mu": ("output_wan", "mu"),
    "investment_wan_per_mu": ("fixed_investment_wan", "mu"),
    "jobs_per_mu": ("jobs_n", "mu"),
    "output_wan_per_tce": ("output_wan", "energy_tce"),
    "output_wan_per_kg": ("output_wan", "emissions_kg"),
    "rd_share": ("rd_wan", "output_wan"),
}
_SUMMED = (
    "tax_wan",
    "output_wan",
    "fixed_investment_wan",
    "jobs_n",
    "energy_tce",
    "emissions_kg",
    "rd_wan",
    "mu",
)
_USES = ("industrial", "storage", "m0", "research")
_FULL = 100.0


def rank_firms(
    parcels: pd.DataFrame, stock: Stock, policy: Policy, as_of: date, options: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Rank the firms of every zone by their yield, and name those that might be replaced.

    A firm is a holder in a zone, with all its built parcels for industry, storage or research. Its score
    is ``100 x sum(weight x value / benchmark) / sum(weight)``; the benchmark is the project's, else the
    zone's total over its total (never a mean of ratios) over the firms of which both parts are known.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        With ``holder``, ``zone_id``, ``area_m2`` and the figures of the firms.
    stock : analyses.supply_stock.Stock
        Which parcels are built.
    policy : policies.model.Policy
        ``supply.yield_class``; ``supply.replace_out`` where it has it.
    as_of : datetime.date
        The review date.
    options : mapping
        ``yield_weights``, ``yield_benchmarks``, ``yield_cuts``, ``catalogue``, ``small_area_m2``.

    Returns
    -------
    tuple
        `analyses.results_performance.YIELDS`, findings of both rules, and the class of each parcel.
    """
    weights = dict(options.get("yield_weights", {}))
    classes = np.full(len(parcels), None, dtype=object)
    own = np.flatnonzero(
        (stock.levels["built"] == 1)
        & texts(parcels, "holder").notna().to_numpy()
        & texts(parcels, "zone_id").notna().to_numpy()
        & texts(parcels, "land_use").isin(_USES).to_numpy(dtype=bool)
    )
    if len(own) == 0 or not (weights or policy.has_rule("supply.replace_out")):
        return rows_of(YIELDS, {}, 0), pd.DataFrame(), classes
    firms = _firms(parcels, own)
    for name, (part, whole) in _PARTS.items():
        firms[name] = firms[part] / firms[whole].where(firms[whole] > 0)
    zone = firms.index.get_level_values(0)
    total, missing, zh, en = _scores(firms, zone, weights, options.get("yield_benchmarks", {}))
    firms["score"] = total
    firms["rank"] = firms["score"].groupby(zone).rank(method="min", ascending=False).astype("Int64")
    firms["yield_class"] = _classes(total, options.get("yield_cuts", {}))
    firms["missing"], firms["score_zh"], firms["score_en"] = missing, zh, en
    replace = _replaceable(firms, parcels, policy, options)
    firms = firms.assign(**replace)
    flat = firms.reset_index().sort_values(
        ["zone", "rank", "firm"], kind="stable", na_position="last"
    )
    rule = policy.rule(
        "supply.replace_out" if policy.has_rule("supply.replace_out") else "supply.yield_class"
    )
    table = rows_of(
        YIELDS,
        {
            "zone_id": flat["zone"].array,
            "holder": flat["firm"].array,
            "parcels": flat["parcels"].array,
            "clause": rule.clause.citation("zh"),
            **{
                name: flat[name].array
                for name in YIELDS.names
                if name in flat and name != "parcels"
            },
        },
        len(flat),
    )
    codes = [code if isinstance(code, str) else None for code in firms["yield_class"]]
    by_firm = dict(zip(firms.index, codes, strict=True))
    keys = zip(texts(parcels, "zone_id").iloc[own], texts(parcels, "holder").iloc[own], strict=True)
    classes[own] = [by_firm.get(key) for key in keys]
    return table, _findings(table, classes, parcels, policy, as_of), classes


def _firms(parcels: pd.DataFrame, own: np.ndarray) -> pd.DataFrame:
    """Add up the parcels of each firm; a sum with an unknown part is unknown."""
    rows = parcels.iloc[own]
    frame = pd.DataFrame(
        {
            "zone": texts(rows, "zone_id").to_numpy(dtype=object),
            "firm": texts(rows, "holder").to_numpy(dtype=object),
            "parcel_id": texts(rows, "parcel_id").fillna("").to_numpy(dtype=object),
            "industry": texts(rows, "industry_code").to_numpy(dtype=object),
            "at": own,
            "area_m2": numbers(rows, "area_m2").to_numpy(),
            **{name: numbers(rows, name).to_numpy() for name in _SUMMED if name != "mu"},
        }
    )
    frame["mu"] = frame["area_m2"] / M2_PER_MU
    groups = frame.sort_values("parcel_id", kind="stable").groupby(["zone", "firm"], sort=True)
    summed = ["area_m2", *_SUMMED]
    firms = groups[summed].sum()
    unknown = frame[summed].isna().groupby([frame["zone"], frame["firm"]]).any()
    firms = firms.mask(unknown)
    firms["parcels"] = groups["parcel_id"].agg(",".join)
    firms["parcels_n"] = groups.size()
    industries: Any = groups["industry"]
    firms["industries"] = industries.agg(
        lambda codes: tuple(sorted({code for code in codes if isinstance(code, str)}))
    )
    firms["industry_known"] = industries.agg(lambda codes: bool(codes.notna().all()))
    firms["places"] = groups["at"].agg(tuple)
    return firms


def _scores(
    firms: pd.DataFrame, zone: pd.Index, weights: Mapping[str, float], given: Mapping[str, float]
) -> tuple[np.ndarray, list[str], list[str], list[str]]:
    n = len(firms)
    total, weight_sum = np.zeros(n), sum(weights.values())
    missing, zh, en = [""] * n, [""] * n, [""] * n
    for name, weight in weights.items():
        part, whole = _PARTS[name]
        known = firms[part].notna() & firms[whole].notna()
        sums = firms[[part, whole]].where(known).groupby(zone).sum()
        average = pd.Series(zone).map(sums[part] / sums[whole].where(sums[whole] > 0)).to_numpy()
        benchmark = np.full(n, given[name]) if name in given else average
        value = firms[name].to_numpy(dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = value / np.where(benchmark > 0, benchmark, np.nan)
        total += weight * ratio
        label = _LABELS[name]
        for at in range(n):
            if np.isnan(ratio[at]):
                missing[at] += (
                    f"{',' if missing[at] else ''}{part if np.isnan(value[at]) else 'yield_benchmarks'}"
                )
                continue
            zh[at] += (
                f"{'；' if zh[at] else ''}{label.zh}{value[at]:.2f}÷{benchmark[at]:.2f}×{weight:g}"
            )
            en[at] += (
                f"{'; ' if en[at] else ''}{label.en} {value[at]:.2f} / {benchmark[at]:.2f} x {weight:g}"
            )
    score = _FULL * total / weight_sum if weight_sum > 0 else np.full(n, np.nan)
    return score, missing, zh, en


def _classes(score: np.ndarray, cuts: Mapping[str, float]) -> np.ndarray:
    """Return the class by score: on a cut is above it. None without cuts or without a score."""
    found = np.full(len(score), None, dtype=object)
    if not cuts:
        return found
    found[~np.isnan(score)] = "D"
    for code in ("C", "B", "A"):
        if code in cuts:
            found[score >= cuts[code]] = code
    return found


def _replaceable(
    firms: pd.DataFrame, parcels: pd.DataFrame, policy: Policy, options: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Test each firm: off the catalogue, or low-yielding and small or scattered."""
    n = len(firms)
    nothing: dict[str, list[Any]] = {"replace": [None] * n, "why_zh": [""] * n, "why_en": [""] * n}
    if not policy.has_rule("supply.replace_out"):
        return nothing
    catalogue: Sequence[str] | None = options.get("catalogue")
    small = options.get("small_area_m2")
    states, zh, en = [], [], []
    for _, row in firms.iterrows():
        tests = _tests(row, parcels, catalogue, small)
        off, low, little, apart = (tests[name][0] for name in ("off", "low", "small", "apart"))
        hits = [text for state, text in tests.values() if state == "yes"]
        scattered = (
            "yes"
            if "yes" in {little, apart}
            else "unknown"
            if "unknown" in {little, apart}
            else "no"
        )
        weak = (
            "no"
            if "no" in {low, scattered}
            else "unknown"
            if "unknown" in {low, scattered}
            else "yes"
        )
        state = "yes" if "yes" in {off, weak} else "unknown" if "unknown" in {off, weak} else "no"
        gaps = [text for one, text in tests.values() if one == "unknown"]
        states.append(state)
        zh.append(
            "；".join(
                text.zh for text in (hits if state == "yes" else gaps if state == "unknown" else [])
            )
        )
        en.append(
            "; ".join(
                text.en for text in (hits if state == "yes" else gaps if state == "unknown" else [])
            )
        )
    return {"replace": states, "why_zh": zh, "why_en": en}


#: What the reasons of `_tests` say is missing, as the columns and options are called.
_LACKING = {
    "行业代码未给出": "industry_code",
    "产业目录未给出": "catalogue",
    "亩均效益分档未知": "yield_class",
    "小的标准或面积未给出": "small_area_m2",
}


def _tests(
    row: pd.Series[Any], parcels: pd.DataFrame, catalogue: Sequence[str] | None, small: float | None
) -> dict[str, tuple[str, Text]]:
    codes = row["industries"]
    fits = [any(code.startswith(start) for start in catalogue or ()) for code in codes]
    if catalogue is None or (not codes or not row["industry_known"]):
        gap = (
            Text("产业目录未给出", "no catalogue given")
            if catalogue is None
            else Text("行业代码未给出", "industry code not given")
        )
        off = ("unknown", gap)
    elif all(fits):
        off = ("no", Text("行业在产业目录内", "in the catalogue"))
    else:
        strange = [code for code, fit in zip(codes, fits, strict=True) if not fit]
        off = (
            "yes",
            Text(
                f"行业{'、'.join(strange)}不在产业目录内",
                f"industry {', '.join(strange)} is not in the catalogue",
            ),
        )
    low_class = row["yield_class"]
    low = (
        ("unknown", Text("亩均效益分档未知", "class of yield unknown"))
        if not isinstance(low_class, str)
        else (
            "yes" if low_class == "D" else "no",
            Text(f"亩均效益{low_class}档", f"class {low_class} by yield"),
        )
    )
    area = float(row["area_m2"])
    if small is None or np.isnan(area):
        little = ("unknown", Text("小的标准或面积未给出", "no threshold of size, or area unknown"))
    else:
        little = (
            "yes" if area < small else "no",
            Text(f"用地{area:,.0f}㎡，小于{small:,.0f}㎡", f"{area:,.0f} m2, below {small:,.0f}"),
        )
    pieces = _pieces(parcels, row["places"])
    apart = (
        "yes" if pieces > 1 else "no",
        Text(f"用地分散为{pieces}处", f"its land lies in {pieces} places"),
    )
    return {"off": off, "low": low, "small": little, "apart": apart}


def _pieces(parcels: pd.DataFrame, places: Sequence[int]) -> int:
    """Count the places in which a firm's parcels lie: those that touch are one."""
    if len(places) == 1 or not isinstance(parcels, gpd.GeoDataFrame):
        return 1
    shapes = parcels.geometry.iloc[list(places)].dropna()
    if shapes.empty:
        return 1
    joined = shapely.union_all(shapely.buffer(shapes.to_numpy(), _TOUCH_M))
    return len(shapely.get_parts(joined))


#: Two outlines this near touch, m.
_TOUCH_M = 0.05


def _findings(
    table: pd.DataFrame, classes: np.ndarray, parcels: pd.DataFrame, policy: Policy, as_of: date
) -> pd.DataFrame:
    rule = policy.rule("supply.yield_class")
    at = np.flatnonzero([isinstance(code, str) for code in classes])
    draft = (
        ("（征求意见稿）", " (draft for comment)") if rule.status_at(as_of) == "draft" else ("", "")
    )
    made = [
        rule_findings(
            rule,
            as_of,
            Verdicts(
                verdict=np.full(len(at), "yes"),
                zone_id=texts(parcels, "zone_id").iloc[at],
                parcel_id=texts(parcels, "parcel_id").iloc[at],
                note_zh=[
                    f"亩均效益{code}档（按项目所给权重和分档）{draft[0]}。" for code in classes[at]
                ],
                note_en=[
                    f"Class {code} by yield (weights and cuts of the project){draft[1]}."
                    for code in classes[at]
                ],
            ),
        )
    ]
    if policy.has_rule("supply.replace_out"):
        rows = [
            (row.zone_id, parcel, str(row.replace), str(row.why_zh or ""), str(row.why_en or ""))
            for row in table.itertuples()
            for parcel in str(row.parcels).split(",")
        ]
        mark = policy.rule("supply.replace_out")
        blank: list[Any] = [(), (), (), (), ()]
        columns = list(zip(*rows, strict=True)) or blank
        told = {
            "yes": ("可列为置换线索", "a candidate for replacement"),
            "no": ("不列为置换线索", "no candidate"),
            "unknown": ("资料不足", "facts are missing"),
        }
        made.append(
            rule_findings(
                mark,
                as_of,
                Verdicts(
                    verdict=list(columns[2]),
                    zone_id=list(columns[0]),
                    parcel_id=list(columns[1]),
                    missing=[
                        ",".join(_LACKING[name] for name in _LACKING if name in why)
                        if state == "unknown"
                        else ""
                        for state, why in zip(columns[2], columns[3], strict=True)
                    ],
                    note_zh=[
                        f"{told[state][0]}{f'：{why}' if why else ''}{draft[0]}。"
                        for state, why in zip(columns[2], columns[3], strict=True)
                    ],
                    note_en=[
                        f"{told[state][1].capitalize()}{f': {why}' if why else ''}{draft[1]}."
                        for state, why in zip(columns[2], columns[4], strict=True)
                    ],
                ),
            )
        )
    return pd.concat(made, ignore_index=True)
