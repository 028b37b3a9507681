"""Roof and wall greening: what of it a pack lets stand for green land, and up to what limit.

It is no green land and never enters the green ratio of the ground; where a pack converts it, it may
cover a part of what the parcel owes and no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from analyses.frames import joined_missing, numbers, problem_rows, texts
from analyses.green_ground import own_ground
from analyses.ground import ground_pairs, has_ground, method_factor
from analyses.results import PROBLEMS
from geo.once import counted_once, place_order
from geo.overlay import uncovered
from layers.columns import empty_frame
from policies.text import Text

if TYPE_CHECKING:
    from analyses.ground import AreaMethod
    from policies.model import Policy, Rule

__all__ = ["RULE", "green_credit"]

RULE = "green.roof_credit"

#: The row of a table of uses that holds for all uses not named.
_OTHERS = "*"

_GRAZE_M2 = 1.0


def green_credit(  # noqa: PLR0913 - each layer is an input of its own
    parcels: pd.DataFrame,
    green: pd.DataFrame | None,
    policy: Policy,
    *,
    ground_m2: np.ndarray,
    required_m2: np.ndarray,
    pieces: gpd.GeoDataFrame | None = None,
    confirmed: bool = False,
    in_force: bool = True,
    method: AreaMethod = "plane",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Convert roof and wall greening by the pack's rule, within its limits.

    ``converted = sum(area x factor)``, the factor by depth of soil or by height of the roof, as the
    pack's tables say. It covers a shortfall of the ground and no more:
    ``credit = min(converted, limit x required, required - ground)``, on uses that the pack names,
    where the ground itself reaches the least share of what is required.

    Parameters
    ----------
    parcels, green : geopandas.GeoDataFrame
        Contract frames.
    policy : policies.model.Policy
        Gives ``green.roof_credit``; without it nothing is converted.
    ground_m2, required_m2 : numpy.ndarray
        Green ground and requirement of each parcel in m2, NaN where not known.
    pieces : geopandas.GeoDataFrame, optional
        The ground that counts already: greening above it is not counted a second time.
    confirmed : bool
        The project says that the conversion applies to it, which is asked of a rule whose
        validity is not verified.
    in_force : bool
        Whether the rule's document is in force at the review date.
    method : {"plane", "ellipsoid"}
        How ground is measured.

    Returns
    -------
    tuple of pandas.DataFrame
        On the parcels' index: ``roof_m2``, ``wall_m2`` (plan area of what is drawn, each once),
        ``converted_m2`` (NaN where a depth or a height is not known), ``creditable_m2`` (the most
        that may count), ``credit_m2`` (what counts; NaN where it is needed and not known), ``least_ground_m2`` (ground the parcel must
        keep for the credit), ``missing`` and ``why`` (``no_rule``, ``use``, ``least_share``,
        ``unconfirmed``, or empty where it counts); and the problems.
    """
    n = len(parcels)
    index = parcels.index
    zero = np.where(has_ground(parcels) if green is not None else np.zeros(n, bool), 0.0, np.nan)
    frame = pd.DataFrame(
        {
            "roof_m2": zero,
            "wall_m2": zero,
            "converted_m2": zero,
            "creditable_m2": 0.0,
            "credit_m2": 0.0,
            "least_ground_m2": 0.0,
            "missing": pd.Series("", index=index, dtype="string"),
            "why": pd.Series("", index=index, dtype="string"),
        },
        index=index,
    )
    if green is None:
        return frame, empty_frame(PROBLEMS)
    above = green.loc[
        texts(green, "kind").isin(["roof", "wall"]).to_numpy(bool) & has_ground(green)
    ]
    if not len(above):
        return frame, empty_frame(PROBLEMS)
    shapes, problems = _mosaic(above, pieces)
    own, _ = own_ground(parcels)
    pairs = ground_pairs(own, shapes, left_name="parcels", right_name="green")
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    area = pairs["area_m2"].to_numpy() * method_factor(parcels, method)[left]
    roof = (texts(above, "kind") == "roof").to_numpy(dtype=bool)

    def total(weights: np.ndarray) -> np.ndarray:
        sums = np.bincount(left, weights=weights, minlength=n)
        return np.where(np.isnan(zero), np.nan, sums)

    frame["roof_m2"] = total(area * roof[right])
    frame["wall_m2"] = total(area * ~roof[right])
    if not policy.has_rule(RULE):
        has = ((frame["roof_m2"] > 0) | (frame["wall_m2"] > 0)).to_numpy()
        frame["converted_m2"] = 0.0
        frame["why"] = frame["why"].mask(pd.Series(has, index=index), "no_rule")
        return frame, problems
    rule = policy.rule(RULE)
    factor, lacks = _factors(above, roof, rule)
    frame["converted_m2"] = total(area * factor[right])
    lacking = {
        name: np.isin(np.arange(n), left[where[right] & (area > _GRAZE_M2)])
        for name, where in lacks.items()
    }
    return _limited(
        frame, parcels, rule, ground_m2, required_m2, lacking, counts=confirmed or in_force
    ), problems


def _mosaic(above: pd.DataFrame, pieces: gpd.GeoDataFrame | None) -> tuple[Any, pd.DataFrame]:
    """Make greening that overlaps count once, and none of it where the ground counts already."""
    layer: Any = above
    wall = (texts(above, "kind") == "wall").to_numpy()
    rank = np.empty(len(above), dtype="int64")
    rank[np.lexsort((place_order(layer), wall))] = np.arange(len(above))
    once = counted_once(layer.geometry, rank, name="green")
    bare = once if pieces is None or not len(pieces) else uncovered(once, pieces.geometry)
    lost = once.area.to_numpy() - bare.area.fillna(0.0).to_numpy()
    problems = problem_rows(
        above,
        lost > _GRAZE_M2,
        layer="green",
        code="roof_green_on_green_ground",
        what=Text(
            "屋顶或垂直绿化与地面绿地重叠，重叠部分只按地面绿地计一次",
            "roof or wall greening over green ground: that ground counts once, as ground",
        ),
        proposal=Text(
            "核对绿地类型与建筑轮廓", "check the kind of the green and the building's outline"
        ),
        column="geometry",
        found=[f"{area:.2f} m2" for area in lost[lost > _GRAZE_M2]],
    )
    return gpd.GeoDataFrame(geometry=bare.array, crs=layer.crs), problems


def _step(values: np.ndarray, rows: Any, column: str) -> np.ndarray:
    """Return the share of the row with the greatest bound that a value reaches; 0 below all."""
    bounds = sorted((float(row[column]), float(row["share_counted"])) for row in rows)
    at = np.searchsorted([low for low, _ in bounds], values, side="right") - 1
    shares = np.array([share for _, share in bounds])
    found = np.where(at >= 0, shares[np.maximum(at, 0)], 0.0)
    return np.where(np.isnan(values), np.nan, found)


def _between(values: np.ndarray, rows: Any) -> np.ndarray:
    """Return the share of the band above one height, up to another; 0 outside all."""
    found = np.zeros(len(values))
    for row in rows:
        inside = (values > float(row["above_m"])) & (values <= float(row["to_m"]))
        found[inside] = float(row["share_counted"])
    return np.where(np.isnan(values), np.nan, found)


def _factors(
    above: pd.DataFrame, roof: np.ndarray, rule: Rule
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return what a square metre of each piece counts, NaN where a fact of it is missing."""
    factor = np.ones(len(above))
    lacks: dict[str, np.ndarray] = {}
    if "depths" in rule.parameters:
        depth = numbers(above, "soil_depth_m").to_numpy()
        factor = factor * _step(depth, rule.value("depths"), "from_m")
        lacks["soil_depth_m"] = roof & np.isnan(depth)
    if "heights" in rule.parameters:
        height = numbers(above, "roof_height_m").to_numpy()
        factor = factor * _between(height, rule.value("heights"))
        lacks["roof_height_m"] = roof & np.isnan(height)
    if "forms" in rule.parameters:
        form = texts(above, "roof_form")
        table = {str(row["form"]): float(row["share_counted"]) for row in rule.value("forms")}
        factor = factor * form.map(table).astype("float64").to_numpy()
        lacks["roof_form"] = roof & form.isna().to_numpy()
    wall = float(rule.value("share_wall")) if "share_wall" in rule.parameters else 0.0
    return np.where(roof, factor, wall), lacks


def _limited(
    frame: pd.DataFrame,
    parcels: pd.DataFrame,
    rule: Rule,
    ground_m2: np.ndarray,
    required_m2: np.ndarray,
    lacking: dict[str, np.ndarray],
    *,
    counts: bool,
) -> pd.DataFrame:
    use = texts(parcels, "land_use")
    has = ((frame["roof_m2"] > 0) | (frame["wall_m2"] > 0)).to_numpy()
    limit = np.full(len(frame), np.inf)
    if "limits" in rule.parameters:
        table = {str(row["use"]): float(row["share_max"]) for row in rule.value("limits")}
        limit = use.map(table).astype("float64").fillna(table.get(_OTHERS, 0.0)).to_numpy()
    named = np.ones(len(frame), dtype=bool)
    if "uses" in rule.parameters:
        named = use.isin(list(rule.value("uses"))).to_numpy(dtype=bool)
    least = float(rule.value("share_least")) if "share_least" in rule.parameters else 0.0
    least_m2 = least * required_m2
    missing = joined_missing(
        frame.index,
        {
            **{name: where & has for name, where in lacking.items()},
            "land_use": has
            & use.isna().to_numpy()
            & bool({"uses", "limits"} & set(rule.parameters)),
            "green_min_share": has & np.isnan(required_m2),
        },
    )
    reached = ground_m2 >= least_m2 * (1 - 1e-9)
    most = np.minimum(frame["converted_m2"].to_numpy(), limit * required_m2)
    why = np.select(
        [~has, ~named, np.full(len(frame), not counts), (missing == "").to_numpy() & ~reached],
        ["", "use", "unconfirmed", "least_share"],
        "",
    )
    open_ = has & (why == "")
    creditable = np.where(open_, most, 0.0)
    short = np.maximum(required_m2 - ground_m2, 0.0)
    # What is not needed counts nothing, whether or not its depth is known.
    credit = np.where(short == 0, 0.0, np.minimum(creditable, short))
    return frame.assign(
        creditable_m2=creditable,
        credit_m2=np.where(open_, credit, 0.0),
        least_ground_m2=np.where(open_, least_m2, 0.0),
        missing=missing.mask(pd.Series(~named | ~has, index=frame.index), ""),
        why=pd.Series(why, index=frame.index, dtype="string"),
    )
