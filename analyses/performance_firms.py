"""Firms by what they yield per mu, in classes A to D, and those that might be replaced (Zhejiang).

Weights, benchmarks and cuts are the project's. A firm of which a weighted figure is missing has no
class: it is never put into the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analyses.findings import Verdicts, rule_findings
from analyses.frames import numbers, problem_rows, texts
from analyses.results_performance import YIELDS
from analyses.supply_industry import begins_with, same_edition
from analyses.supply_rows import M2_PER_MU, rows_of
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from analyses.supply_stock import Stock
    from policies.model import Policy

__all__ = ["rank_firms", "unnamed_firms"]

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
_SCORE_DIGITS = 6


def rank_firms(
    parcels: pd.DataFrame, stock: Stock, policy: Policy, as_of: date, options: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Rank the firms of every zone by their yield, and name those that might be replaced.

    A firm is a holder in a zone, with all its built parcels for industry, storage or research. Its score
    is ``100 x sum(weight x value / benchmark) / sum(weight)``; the benchmark is the project's, else the
    zone's total over its total (never a mean of ratios) over the firms of which both parts are known. Scores
    are rounded to six digits before they are ranked and classed.

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
        ``yield_weights``, ``yield_benchmarks``, ``yield_cuts``, ``catalogue``, ``catalogue_scheme``,
        ``small_area_m2``.

    Returns
    -------
    tuple
        `analyses.results_performance.YIELDS`, findings of both rules, and the class of each parcel.
    """
    weights = dict(options.get("yield_weights", {}))
    classes = np.full(len(parcels), None, dtype=object)
    own = np.flatnonzero(_productive(parcels, stock) & texts(parcels, "holder").notna().to_numpy())
    if len(own) == 0 or not (weights or policy.has_rule("supply.replace_out")):
        return rows_of(YIELDS, {}, 0), pd.DataFrame(), classes
    firms = _firms(parcels, own)
    for name, (part, whole) in _PARTS.items():
        firms[name] = firms[part] / firms[whole].where(firms[whole] > 0)
    zone = firms.index.get_level_values(0)
    total, missing, zh, en = _scores(firms, zone, weights, options.get("yield_benchmarks", {}))
    # Sums of floating-point shares miss a cut by a hair: scores are told, ranked and classed by so many digits.
    total = np.round(total, _SCORE_DIGITS)
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
    lacks = flat["replace_lacks"].tolist()
    return table, _findings(table, lacks, classes, parcels, policy, as_of), classes


def unnamed_firms(parcels: pd.DataFrame, stock: Stock, options: Mapping[str, Any]) -> pd.DataFrame:
    """Tell the built parcels that no firm answers for: a ranking by yield cannot count them."""
    asked = bool(options.get("yield_weights"))
    nameless = _productive(parcels, stock) & texts(parcels, "holder").isna().to_numpy()
    return problem_rows(
        parcels,
        nameless & asked,
        layer="parcels",
        code="yields_no_holder",
        column="holder",
        what=Text(
            "没有使用权人，未计入亩均效益评价",
            "no holder: the ranking by yield does not count the parcel",
        ),
        proposal=Text("填写使用权人", "give the holder"),
    )


def _productive(parcels: pd.DataFrame, stock: Stock) -> np.ndarray:
    """Mark the built parcels for industry, storage or research in a zone."""
    return (
        (stock.levels["built"] == 1)
        & texts(parcels, "zone_id").notna().to_numpy()
        & texts(parcels, "land_use").isin(_USES).to_numpy(dtype=bool)
    )


def _firms(parcels: pd.DataFrame, own: np.ndarray) -> pd.DataFrame:
    """Add up the parcels of each firm; a sum with an unknown part is unknown."""
    rows = parcels.iloc[own]
    frame = pd.DataFrame(
        {
            "zone": texts(rows, "zone_id").to_numpy(dtype=object),
            "firm": texts(rows, "holder").to_numpy(dtype=object),
            "parcel_id": texts(rows, "parcel_id").fillna("").to_numpy(dtype=object),
            "industry": texts(rows, "industry_code").to_numpy(dtype=object),
            "scheme": texts(rows, "industry_scheme").fillna("").to_numpy(dtype=object),
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
    # One pass over the rows: a call for each of ten thousand firms takes many times as long.
    codes: dict[Any, set[Any]] = {}
    schemes: dict[Any, set[str]] = {}
    places: dict[Any, list[int]] = {}
    ordered = frame.sort_values("parcel_id", kind="stable")
    for key, code, scheme, at in zip(
        zip(ordered["zone"], ordered["firm"], strict=True),
        ordered["industry"],
        ordered["scheme"],
        ordered["at"].tolist(),
        strict=True,
    ):
        codes.setdefault(key, set()).add(code if isinstance(code, str) else None)
        schemes.setdefault(key, set()).add(scheme)
        places.setdefault(key, []).append(at)
    firms["industries"] = [tuple(sorted(codes[key] - {None})) for key in firms.index]
    firms["schemes"] = [tuple(sorted(schemes[key])) for key in firms.index]
    firms["industry_known"] = [None not in codes[key] for key in firms.index]
    firms["places"] = [tuple(places[key]) for key in firms.index]
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


@dataclass(frozen=True)
class _Reason:
    """One test of a firm: how it came out, how that is said, and what is missing where it is not known."""

    state: str
    text: Text
    lacks: str = ""


def _all_of(*states: str) -> str:
    """Return whether all hold: one that does not settles it, else one that is not known leaves it open."""
    return "no" if "no" in states else "unknown" if "unknown" in states else "yes"


def _any_of(*states: str) -> str:
    return "yes" if "yes" in states else "unknown" if "unknown" in states else "no"


def _replaceable(
    firms: pd.DataFrame, parcels: pd.DataFrame, policy: Policy, options: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Test each firm: off the catalogue, or low-yielding and small or scattered."""
    n = len(firms)
    found: dict[str, list[Any]] = {
        "replace": [None] * n,
        "why_zh": [""] * n,
        "why_en": [""] * n,
        "replace_lacks": [""] * n,
    }
    if not policy.has_rule("supply.replace_out"):
        return found
    catalogue: Sequence[str] | None = options.get("catalogue")
    every = {scheme for own in firms["schemes"] for scheme in own}
    edition = options.get("catalogue_scheme")
    small = options.get("small_area_m2")
    for at, (_, row) in enumerate(firms.iterrows()):
        tests = _tests(row, parcels, small)
        tests = {"off": _off(row, catalogue, edition, every), **tests}
        weak = _all_of(tests["low"].state, _any_of(tests["small"].state, tests["apart"].state))
        state = _any_of(tests["off"].state, weak)
        told = [test for test in tests.values() if test.state == state and state != "no"]
        found["replace"][at] = state
        found["why_zh"][at] = "；".join(test.text.zh for test in told)
        found["why_en"][at] = "; ".join(test.text.en for test in told)
        if state == "unknown":
            found["replace_lacks"][at] = ",".join(test.lacks for test in told)
    return found


def _tests(row: pd.Series[Any], parcels: pd.DataFrame, small: float | None) -> dict[str, _Reason]:
    low_class, area = row["yield_class"], float(row["area_m2"])
    if not isinstance(low_class, str):
        low = _Reason("unknown", Text("亩均效益分档未知", "class of yield unknown"), "yield_class")
    else:
        told = Text(f"亩均效益{low_class}档", f"class {low_class} by yield")
        low = _Reason("yes" if low_class == "D" else "no", told)
    if small is None:
        little = _Reason("unknown", Text("小的标准未给出", "no threshold of size"), "small_area_m2")
    elif np.isnan(area):
        little = _Reason("unknown", Text("用地面积未知", "site area unknown"), "area_m2")
    else:
        told = Text(f"用地{area:,.0f}㎡，小于{small:,.0f}㎡", f"{area:,.0f} m2, below {small:,.0f}")
        little = _Reason("yes" if area < small else "no", told)
    pieces = _pieces(parcels, row["places"])
    scattered = Text(f"用地分散为{pieces}处", f"its land lies in {pieces} places")
    apart = _Reason("yes" if pieces > 1 else "no", scattered)
    return {"low": low, "small": little, "apart": apart}


def _off(
    row: pd.Series[Any], catalogue: Sequence[str] | None, edition: str | None, every: set[str]
) -> _Reason:
    """Say whether an industry of the firm is off the catalogue; one that is settles it.

    Codes of another edition than the catalogue's, or of one that is not known, cannot be looked up in it.
    """
    if catalogue is None:
        return _Reason("unknown", Text("产业目录未给出", "no catalogue given"), "catalogue")
    same, _ = same_edition(edition, np.array(row["schemes"], dtype=object), every)
    if row["industries"] and not same.all():
        lacks = "industry_scheme" if edition else "catalogue_scheme"
        told = Text(
            "行业分类的版本与产业目录不同或未注明" if edition else "产业目录未注明行业分类的版本",
            "industry codes of another edition than the catalogue, or of none told"
            if edition
            else "the catalogue does not say of which edition its codes are",
        )
        return _Reason("unknown", told, lacks)
    codes = np.array(row["industries"], dtype=object)
    fits = np.zeros(len(codes), dtype=bool)
    for start in catalogue:
        fits |= begins_with(codes, start)
    strange = codes[~fits].tolist()
    if strange:
        zh, en = "、".join(strange), ", ".join(strange)
        told = Text(f"行业{zh}不在产业目录内", f"industry {en} is not in the catalogue")
        return _Reason("yes", told)
    if not row["industry_known"]:
        return _Reason(
            "unknown", Text("行业代码未给出", "industry code not given"), "industry_code"
        )
    return _Reason("no", Text("行业在产业目录内", "in the catalogue"))


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
    table: pd.DataFrame,
    lacks: Sequence[str],
    classes: np.ndarray,
    parcels: pd.DataFrame,
    policy: Policy,
    as_of: date,
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
            (row.zone_id, parcel, str(row.replace), row.why_zh or "", row.why_en or "", lacking)
            for row, lacking in zip(table.itertuples(), lacks, strict=True)
            for parcel in str(row.parcels).split(",")
        ]
        mark = policy.rule("supply.replace_out")
        blank: list[Any] = [()] * 6
        zones, ids, states, why_zh, why_en, missing = list(zip(*rows, strict=True)) or blank
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
                    verdict=list(states),
                    zone_id=list(zones),
                    parcel_id=list(ids),
                    missing=list(missing),
                    note_zh=[
                        f"{told[state][0]}{f'：{why}' if why else ''}{draft[0]}。"
                        for state, why in zip(states, why_zh, strict=True)
                    ],
                    note_en=[
                        f"{told[state][1].capitalize()}{f': {why}' if why else ''}{draft[1]}."
                        for state, why in zip(states, why_en, strict=True)
                    ],
                ),
            )
        )
    return pd.concat(made, ignore_index=True)
