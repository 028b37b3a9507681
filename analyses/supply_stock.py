"""The stock of land: what could be built on, is ready, supplied, built, waiting; nested and checked.

Developable land holds what has reached the conditions of supply, that holds supplied land, and that
holds built land. Each level is taken from the parcel's own record; a record that contradicts itself
(built, yet not supplied) is left out of the levels of which it speaks and told. A vacant workshop is
no idle land: floor space stands in columns of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import flags, numbers, problem_rows, texts
from analyses.idle_status import SUSPECTED
from analyses.results_supply import STOCK, STOCK_LEVELS
from analyses.supply_rows import rows_of
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from policies.model import Rule

__all__ = [
    "SERVING_USES",
    "THRESHOLD_COLUMNS",
    "Stock",
    "low_efficiency",
    "nesting_findings",
    "nesting_problems",
    "share_bounds",
    "stock_of",
    "stock_table",
    "vacant_floors",
]

#: Land that serves the rest and is supplied to nobody.
SERVING_USES = ("road", "green")
_BEGUN = ("supplied_not_started", "under_construction", "completed")
#: The level within which each lies.
_WITHIN = {
    "ready": "developable",
    "supplied": "ready",
    "built": "supplied",
    "under_construction": "supplied",
    "waiting": "supplied",
    "idle_suspected": "supplied",
    "idle_found": "supplied",
    "surplus": "built",
    "low_efficiency": "built",
    "candidates": "developable",
    "usable": "candidates",
}
#: The column of the parcels that each threshold of low-efficiency land looks at.
THRESHOLD_COLUMNS = {
    "tax_wan_per_mu": "tax_wan",
    "output_wan_per_mu": "output_wan",
    "investment_wan_per_mu": "fixed_investment_wan",
}
_M2_PER_MU = 10_000.0 / 15


@dataclass(frozen=True)
class Stock:
    """What each parcel is: arrays on the positions of the parcels.

    Attributes
    ----------
    serving : numpy.ndarray of bool
        Road, green, gate and inspection ground.
    levels : mapping of str to numpy.ndarray
        1, 0 or NaN (not known) for every level that a parcel is in as a whole.
    contradiction : numpy.ndarray of str
        What contradicts what: ``built_not_supplied``, ``supplied_not_supplied``,
        ``idle_not_supplied``; empty where nothing does.
    classes : numpy.ndarray of str
        A code of `analyses.results_supply.SUPPLY_CLASSES`.
    """

    serving: np.ndarray
    levels: Mapping[str, np.ndarray]
    contradiction: np.ndarray
    classes: np.ndarray


def _one(yes: np.ndarray, known: np.ndarray) -> np.ndarray:
    return np.where(known, yes.astype(float), np.nan)


def stock_of(parcels: pd.DataFrame, *, serving_ground: np.ndarray | None = None) -> Stock:
    """Read the levels of each parcel from ``supply_status`` and ``land_stage``.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``land_use``, ``supply_status``, ``land_stage`` and, where they were analysed,
        ``idle_status`` and ``idle_found``.
    serving_ground : numpy.ndarray of bool, optional
        Parcels that are gate or inspection ground.

    Notes
    -----
    - supplied: ``supply_status`` is ``supplied``, or it is blank and the stage says that building is due,
      under way or done;
    - ready: supplied, or ``supply_status`` is ``ready`` (the development-zone reading: what has reached
      the conditions of supply holds what was supplied);
    - built: supplied and ``land_stage`` is ``completed``.

    Examples
    --------
    >>> land = pd.DataFrame({"supply_status": ["supplied", "ready", "ready", None],
    ...                      "land_stage": ["completed", "not_supplied", "completed", None]})
    >>> stock = stock_of(land)
    >>> stock.levels["built"].tolist(), stock.contradiction.tolist()
    ([1.0, 0.0, nan, nan], ['', '', 'built_not_supplied', ''])
    """
    n = len(parcels)
    status = texts(parcels, "supply_status").fillna("").to_numpy(dtype=object)
    stage = texts(parcels, "land_stage").fillna("").to_numpy(dtype=object)
    serving = np.isin(texts(parcels, "land_use").fillna("").to_numpy(dtype=object), SERVING_USES)
    if serving_ground is not None:
        serving = serving | serving_ground
    begun = np.isin(stage, _BEGUN)
    idle = texts(parcels, "idle_status").fillna("").to_numpy(dtype=object)
    suspected = np.isin(idle, SUSPECTED)
    found = flags(parcels, "idle_found").to_numpy(dtype=float, na_value=np.nan)
    contradiction = np.full(n, "", dtype=object)
    not_supplied = (status != "") & (status != "supplied")
    contradiction[suspected & not_supplied] = "idle_not_supplied"
    contradiction[(status == "supplied") & (stage == "not_supplied")] = "supplied_not_supplied"
    contradiction[not_supplied & begun] = "built_not_supplied"
    contradiction[serving] = ""
    clear = contradiction == ""

    supplied = (status == "supplied") | ((status == "") & begun)
    supplied_known = clear & ((status != "") | (stage != ""))
    ready = supplied | (status == "ready")
    ready_known = clear & ((status != "") | begun)
    stage_known = clear & (stage != "")
    unbuilt = supplied_known & ~supplied
    levels: dict[str, np.ndarray] = {
        "developable": np.ones(n),
        "ready": _one(ready, ready_known),
        "supplied": _one(supplied, supplied_known),
        "built": _one(stage == "completed", stage_known | unbuilt),
        "under_construction": _one(stage == "under_construction", stage_known | unbuilt),
        "waiting": _one(stage == "supplied_not_started", stage_known | unbuilt),
        # What was never supplied cannot lie idle: of it this is known.
        "idle_suspected": _one(suspected, clear & ((idle != "") & (idle != "unknown")) | unbuilt),
        "idle_found": _one(found == 1, clear & ~np.isnan(found) | unbuilt),
        "candidates": _one(~supplied, supplied_known),
    }
    levels = {name: np.where(serving, 0.0, value) for name, value in levels.items()}
    classes = np.full(n, "unknown", dtype=object)
    for name, code in (
        ("candidates", "candidate"),
        ("waiting", "waiting"),
        ("under_construction", "under_construction"),
        ("built", "built"),
    ):
        classes[levels[name] == 1] = code
    classes[serving] = "serving"
    return Stock(serving, levels, contradiction, classes)


_CONTRADICTIONS = {
    "built_not_supplied": Text(
        "建设状态为已供未建、在建或已建成，而供应状态为未供应",
        "the building stage says that the land was supplied, the supply status that it was not",
    ),
    "supplied_not_supplied": Text(
        "供应状态为已供应，而建设状态为未供应",
        "the supply status says supplied, the building stage not supplied",
    ),
    "idle_not_supplied": Text(
        "列为涉嫌闲置，而供应状态为未供应",
        "suspected idle, yet the supply status says that it was not supplied",
    ),
}


def nesting_problems(parcels: pd.DataFrame, stock: Stock) -> pd.DataFrame:
    """Tell the parcels whose supply status and building stage contradict each other."""
    made = [
        problem_rows(
            parcels,
            stock.contradiction == code,
            layer="parcels",
            code=f"stock_{code}",
            column="supply_status",
            what=what,
            proposal=Text(
                "核对供应状态与建设状态；在此之前该宗不计入有关层次",
                "check both; until then the parcel is left out of the levels concerned",
            ),
        )
        for code, what in _CONTRADICTIONS.items()
    ]
    return pd.concat(made, ignore_index=True)


def nesting_findings(parcels: pd.DataFrame, stock: Stock, rule: Rule, as_of: date) -> pd.DataFrame:
    """Say of each zone whether its stock is nested, and of each contradictory parcel that it is not.

    A zone with a contradiction: no. Else unknown where a parcel has neither status nor stage; else yes.
    """
    zone = texts(parcels, "zone_id")
    wrong = stock.contradiction != ""
    blank = ~wrong & ~stock.serving & np.isnan(stock.levels["supplied"])
    frame = pd.DataFrame({"zone": zone.array, "wrong": wrong, "blank": blank}).dropna(subset="zone")
    counts = frame.groupby("zone")[["wrong", "blank"]].sum()
    verdict = np.where(counts["wrong"] > 0, "no", np.where(counts["blank"] > 0, "unknown", "yes"))
    notes = [
        (
            f"供应状态与建设状态矛盾{wrong_n}宗，状态不明{blank_n}宗。",
            f"{wrong_n} parcels contradict themselves, {blank_n} have no status.",
        )
        for wrong_n, blank_n in counts.to_numpy(dtype=int).tolist()
    ]
    zones = rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=verdict,
            zone_id=pd.Series(counts.index.to_numpy(dtype=object), dtype="string"),
            measured=counts["wrong"].to_numpy(dtype=float),
            limit=0.0,
            missing=np.where(verdict == "unknown", "supply_status,land_stage", ""),
            note_zh=[zh for zh, _ in notes],
            note_en=[en for _, en in notes],
        ),
    )
    at = np.flatnonzero(wrong)
    said = [_CONTRADICTIONS[code] for code in stock.contradiction[at]]
    parcel = rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=np.full(len(at), "no"),
            zone_id=zone.iloc[at],
            parcel_id=texts(parcels, "parcel_id").iloc[at],
            note_zh=[f"{text.zh}，依次包含关系不成立，请核对。" for text in said],
            note_en=[f"The nesting does not hold: {text.en}. To be checked." for text in said],
        ),
    )
    return pd.concat([zones, parcel], ignore_index=True)


def low_efficiency(
    parcels: pd.DataFrame, stock: Stock, thresholds: Mapping[str, float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Test built parcels against the project's thresholds on tax, output and investment per mu.

    A parcel is low-efficiency where any figure given lies below its threshold; unknown where none does
    and a figure is missing. Without thresholds, and on land that is not built: null.

    Returns
    -------
    tuple of numpy.ndarray
        State (``yes``, ``no``, ``unknown`` or None), reasons in Chinese, reasons in English.

    Examples
    --------
    >>> land = pd.DataFrame({"supply_status": ["supplied"], "land_stage": ["completed"],
    ...                      "area_m2": [20_000 / 3], "tax_wan": [14.0]})
    >>> low_efficiency(land, stock_of(land), {"tax_wan_per_mu": 1.5})[0].tolist()
    ['yes']
    """
    n = len(parcels)
    mu = numbers(parcels, "area_m2").to_numpy() / _M2_PER_MU
    state = np.full(n, None, dtype=object)
    zh, en = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    judged = (stock.levels["built"] == 1) & bool(thresholds)
    low, open_ = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    for name, limit in thresholds.items():
        label = _THRESHOLD_LABELS[name]
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = numbers(parcels, THRESHOLD_COLUMNS[name]).to_numpy() / np.where(
                mu > 0, mu, np.nan
            )
        below = rate < limit * (1 - 1e-12)
        missing = np.isnan(rate)
        low |= below
        open_ |= missing
        for at in np.flatnonzero(judged & (below | missing)):
            said = "未知" if missing[at] else f"{rate[at]:.2f}万元/亩，低于{limit:g}"
            told = "unknown" if missing[at] else f"{rate[at]:.2f} per mu, below {limit:g}"
            zh[at] += f"{'；' if zh[at] else ''}{label.zh}{said}"
            en[at] += f"{'; ' if en[at] else ''}{label.en} {told}"
    state[judged] = np.where(low, "yes", np.where(open_, "unknown", "no"))[judged]
    return state, zh, en


_THRESHOLD_LABELS = {
    "tax_wan_per_mu": Text("亩均税收", "tax"),
    "output_wan_per_mu": Text("亩均产值", "output"),
    "investment_wan_per_mu": Text("亩均固定资产投资", "fixed investment"),
}


def vacant_floors(
    parcels: pd.DataFrame, buildings: pd.DataFrame | None, at_parcel: np.ndarray | None
) -> pd.DataFrame:
    """Add up the vacant floor area, and what of it could be sublet, on each parcel.

    Floor space that could be sublet stands vacant in a completed permanent building. NaN where no
    building of the parcel records anything; a workshop that stands empty never makes idle land.

    Parameters
    ----------
    at_parcel : numpy.ndarray of int, optional
        The position of each building's parcel, -1 where it stands on none.
    """
    columns = {"vacant_floor_m2": np.full(len(parcels), np.nan)}
    columns["sublettable_floor_m2"] = columns["vacant_floor_m2"].copy()
    if buildings is None or at_parcel is None or len(buildings) == 0:
        return pd.DataFrame(columns, index=parcels.index)
    vacant = numbers(buildings, "vacant_floor_area_m2").to_numpy()
    state, permanence = texts(buildings, "state"), texts(buildings, "permanence")
    fit = ~state.isin(["under_construction", "demolished"]).to_numpy(dtype=bool)
    fit &= ~permanence.eq("temporary").fillna(value=False).to_numpy(dtype=bool)
    stands = ~state.eq("demolished").fillna(value=False).to_numpy(dtype=bool)
    for name, part in (("vacant_floor_m2", stands), ("sublettable_floor_m2", fit)):
        known = (at_parcel >= 0) & ~np.isnan(vacant) & stands
        total = np.bincount(
            at_parcel[known], np.where(part, vacant, 0.0)[known], minlength=len(parcels)
        )
        has = np.bincount(at_parcel[known], minlength=len(parcels)) > 0
        columns[name] = np.where(has, total, np.nan)
    return pd.DataFrame(columns, index=parcels.index)


def share_bounds(
    part: np.ndarray, whole: np.ndarray, area: np.ndarray
) -> tuple[float, float, float, float, float]:
    """Return the share of a level in the one that holds it, and between what it must lie.

    Parameters
    ----------
    part, whole : numpy.ndarray
        1, 0 or NaN (not known) of each parcel; what is in the part is in the whole.
    area : numpy.ndarray
        m2; NaN counts as not known.

    Returns
    -------
    tuple of float
        Share (NaN unless everything is known), at least, at most, and the known areas of part and whole.

    Examples
    --------
    >>> share_bounds(np.array([1.0, 0.0, np.nan]), np.ones(3), np.array([30.0, 50.0, 20.0]))
    (nan, 0.3, 0.5, 30.0, 100.0)
    """
    sized = np.nan_to_num(area)
    known_part, known_whole = np.nansum(part * sized), np.nansum(whole * sized)
    open_part, open_whole = np.isnan(part), np.isnan(whole)
    least_of = known_whole + (sized * (open_whole & ~(part == 1))).sum()
    more = sized[open_part & ~(whole == 0)].sum()
    most_of = known_whole + (sized * (open_whole & open_part)).sum()
    low = float(known_part / least_of) if least_of > 0 else np.nan
    high = float((known_part + more) / most_of) if most_of > 0 else min(low, 0.0)
    sizeless = np.isnan(area[(part != 0) | (whole != 0)]).any()
    unknown = sizeless or open_whole.any() or (open_part & ~(whole == 0)).any()
    share = np.nan if unknown or known_whole <= 0 else float(known_part / known_whole)
    if sizeless:
        low, high = np.nan, np.nan
    return share, low, min(high, 1.0), float(known_part), float(known_whole)


def stock_table(
    parcels: pd.DataFrame,
    stock: Stock,
    extra: Mapping[str, tuple[np.ndarray, np.ndarray]],
    floors: pd.DataFrame,
) -> pd.DataFrame:
    """Add up every level of every zone, with the share of the level that holds it.

    Parameters
    ----------
    extra : mapping of str to pair of numpy.ndarray
        Levels with areas of their own (surplus, usable): membership and area of each parcel.
    floors : pandas.DataFrame
        Of `vacant_floors`: shown beside the built land.
    """
    zone = texts(parcels, "zone_id").fillna("").to_numpy(dtype=object)
    area = numbers(parcels, "area_m2").to_numpy()
    levels = {name: (membership, area) for name, membership in stock.levels.items()}
    levels["serving"] = (stock.serving.astype(float), area)
    levels["developable"] = (np.where(stock.serving, 0.0, 1.0), area)
    levels |= dict(extra)
    rows: list[dict[str, Any]] = []
    order = np.argsort(zone, kind="stable")
    names, starts = np.unique(zone[order], return_index=True)
    groups = np.split(order, starts[1:]) if len(order) else []
    for name, group in zip(names, groups, strict=True):
        if name == "":
            continue
        rows.extend(
            _level_row(name, level, group, levels, floors)
            for level in STOCK_LEVELS
            if level in levels
        )
    columns = {key: [row[key] for row in rows] for key in rows[0]} if rows else {}
    return rows_of(STOCK, columns, len(rows))


def _level_row(
    zone: str,
    level: str,
    group: np.ndarray,
    levels: Mapping[str, tuple[np.ndarray, np.ndarray]],
    floors: pd.DataFrame,
) -> dict[str, Any]:
    membership, sizes = levels[level]
    own, area = membership[group], sizes[group]
    inside, open_ = own == 1, np.isnan(own)
    sizeless = inside & np.isnan(area)
    within = _WITHIN.get(level)
    share = low = high = np.nan
    if within is not None and within in levels and level not in {"surplus", "usable"}:
        share, low, high, _, _ = share_bounds(own, levels[within][0][group], area)
    vacant = floors.iloc[group] if level == "built" else None
    return {
        "zone_id": zone,
        "level": level,
        "area_m2": float(area[inside & ~sizeless].sum()),
        "parcels_n": int(inside.sum()),
        "unknown_m2": float(np.nansum(area[open_])),
        "unknown_n": int(open_.sum() + sizeless.sum()),
        "of_level": within,
        "share": share,
        "share_low": low,
        "share_high": high,
        "vacant_floor_m2": np.nan if vacant is None else vacant["vacant_floor_m2"].sum(min_count=1),
        "sublettable_floor_m2": np.nan
        if vacant is None
        else vacant["sublettable_floor_m2"].sum(min_count=1),
        "note_zh": "空置厂房不是闲置土地，单列于此。" if level == "built" else None,
        "note_en": "Vacant workshops are no idle land: they stand here by themselves."
        if level == "built"
        else None,
    }
