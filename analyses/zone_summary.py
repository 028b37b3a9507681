"""What a zone's meeting wants first: the most valuable actions, sums by action, deadlines, decisive data."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.action_scores import WEIGHTS
from analyses.data_actions import unknown_findings
from analyses.frames import texts
from analyses.missing_labels import missing_label
from analyses.results_paragraphs import ZONE_SECTIONS, ZONE_SUMMARY
from layers.columns import empty_frame

if TYPE_CHECKING:
    from datetime import date

__all__ = ["zone_summary"]

_MOST = 10
#: The parts of the score that say what an action is worth, whenever it is due.
_VALUE = ("area", "floor_area", "amount", "readiness", "certainty")
_AHEAD_DAYS = 90
#: What clarifies a case gains nothing by itself: it is no valuable action, however urgent.
_CLARIFY = (
    *("find_out", "fix_data", "none", "watch", "investigate", "find_cause", "register_case"),
    *("check_green", "correct_far", "correct_boundary", "resolve_conflict", "resolve_dispute"),
)


def zone_summary(
    parcels: pd.DataFrame,
    findings: pd.DataFrame,
    recommendations: pd.DataFrame,
    deadlines: pd.DataFrame,
    as_of: date,
) -> pd.DataFrame:
    """Sum up every zone for its meeting, in four parts.

    ``top_actions``: the ten actions that gain most (the parts of the score but for the deadline); what only
    clarifies a case is left out.
    ``by_action``: parcels, area, floor area and amount by action; a sum with an unknown part is unknown for
    amounts, while areas add up what is known. ``deadlines``: statutory dates from the review date to
    ninety days after it. ``missing``: which missing facts would decide the most open verdicts, those
    that lack nothing else counted in ``cases_n``, all that lack them said in the remark.

    Parameters
    ----------
    parcels : pandas.DataFrame
        With ``parcel_id`` and ``zone_id``.
    findings, recommendations, deadlines : pandas.DataFrame
        In the contracts of `analyses.results`.
    as_of : datetime.date
        The review date.

    Returns
    -------
    pandas.DataFrame
        In the contract `analyses.results_paragraphs.ZONE_SUMMARY`.
    """
    zones = texts(parcels, "zone_id").fillna("")
    zone_of = dict(zip(texts(parcels, "parcel_id"), zones, strict=True))
    parts = [
        _top(recommendations),
        _by_action(recommendations),
        _deadlines(deadlines, zone_of, as_of),
        _missing(findings, zone_of),
    ]
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    order = {code: place for place, code in enumerate(ZONE_SECTIONS)}
    zone = rows["zone_id"].astype("string").fillna("")
    rows = rows.assign(zone_id=zone, _part=rows["section"].map(order))
    rows = rows.sort_values(["zone_id", "_part", "rank"], kind="stable", ignore_index=True)
    frame = empty_frame(ZONE_SUMMARY, pd.RangeIndex(len(rows)))
    for column in ZONE_SUMMARY.columns:
        if column.name in rows:
            values = rows[column.name]
            if column.dtype == "string":
                values = values.astype("string").mask(values.astype("string") == "", pd.NA)
            frame[column.name] = values.astype(column.dtype)
    return frame


def _ranked(rows: pd.DataFrame) -> pd.Series[int]:
    return rows.groupby("zone_id", sort=False).cumcount() + 1


def _top(recommendations: pd.DataFrame) -> pd.DataFrame:
    rows = recommendations.loc[~recommendations["action"].isin(_CLARIFY)]
    value = sum(
        (rows[f"score_{name}"] * WEIGHTS[name] for name in _VALUE), start=0.0 * rows["score"]
    )
    rows = rows.assign(zone_id=texts(rows, "zone_id").fillna(""), score=value)
    rows = rows.sort_values(
        ["zone_id", "score", "priority"], ascending=[True, False, True], kind="stable"
    )
    rows = rows.loc[_ranked(rows) <= _MOST]
    return rows.assign(section="top_actions", rank=_ranked(rows), code=rows["action"])


def _by_action(recommendations: pd.DataFrame) -> pd.DataFrame:
    rows = recommendations.loc[recommendations["action"] != "none"]
    rows = rows.assign(zone_id=texts(rows, "zone_id").fillna(""))
    if rows.empty:
        return pd.DataFrame()
    groups = rows.groupby(["zone_id", "action"], sort=True)
    table = groups.agg(
        title_zh=("title_zh", "first"),
        title_en=("title_en", "first"),
        parcels_n=("parcel_id", "nunique"),
        priority=("priority", "min"),
        due_on=("due_on", "min"),
    )
    for name in ("area_m2", "floor_area_m2"):
        table[name] = groups[name].sum(min_count=1)
    whole = ~rows["amount_wan"].isna().groupby([rows["zone_id"], rows["action"]]).any()
    table["amount_wan"] = groups["amount_wan"].sum(min_count=1).where(whole)
    table = table.reset_index().sort_values(["zone_id", "priority"], kind="stable")
    return table.assign(section="by_action", rank=_ranked(table), code=table["action"])


def _deadlines(deadlines: pd.DataFrame, zone_of: dict[Any, str], as_of: date) -> pd.DataFrame:
    if deadlines.empty:
        return pd.DataFrame()
    day, until = pd.Timestamp(as_of), pd.Timestamp(as_of + timedelta(days=_AHEAD_DAYS))
    rows = deadlines.loc[(deadlines["due_on"] >= day) & (deadlines["due_on"] <= until)]
    own = texts(rows, "zone_id")
    by_parcel = texts(rows, "parcel_id").map(zone_of).astype("string")
    rows = rows.assign(zone_id=own.fillna(by_parcel).fillna(""))
    keys = ["zone_id", "due_on", "parcel_id", "step"]
    rows = rows.sort_values(keys, kind="stable")
    left = (rows["due_on"] - day).dt.days.astype("Int64")
    return pd.DataFrame(
        {
            "zone_id": rows["zone_id"],
            "section": "deadlines",
            "rank": _ranked(rows),
            "parcel_id": rows["parcel_id"],
            "code": rows["step"],
            "title_zh": rows["title_zh"],
            "title_en": rows["title_en"],
            "due_on": rows["due_on"],
            "days_left": left,
            "why_zh": rows["clause"],
            "why_en": rows["clause"],
        }
    )


def _missing(findings: pd.DataFrame, zone_of: dict[Any, str]) -> pd.DataFrame:
    """Count by missing fact the unknown verdicts that lack it, and those that lack nothing else."""
    unknown = unknown_findings(findings)
    rows = pd.DataFrame(
        {
            "zone_id": texts(unknown, "parcel_id").map(zone_of).astype("string").fillna(""),
            "parcel_id": texts(unknown, "parcel_id"),
            "missing": texts(unknown, "missing").fillna(""),
        }
    )
    rows = rows.assign(code=rows["missing"].str.split(",")).explode("code")
    rows = rows.loc[rows["code"].fillna("") != ""]
    if rows.empty:
        return pd.DataFrame()
    rows["alone"] = ~rows["missing"].str.contains(",", regex=False)
    table = rows.groupby(["zone_id", "code"], as_index=False).agg(
        all_n=("missing", "size"), cases_n=("alone", "sum"), parcels_n=("parcel_id", "nunique")
    )
    table = table.sort_values(
        ["zone_id", "cases_n", "all_n", "code"], ascending=[True, False, False, True], kind="stable"
    )
    table = table.loc[_ranked(table) <= _MOST]
    labels = {code: missing_label(code) for code in table["code"].unique()}
    alone = table["cases_n"].to_numpy(dtype=np.int64)
    return table.assign(
        section="missing",
        rank=_ranked(table),
        title_zh=table["code"].map({code: label.zh for code, label in labels.items()}),
        title_en=table["code"].map({code: label.en for code, label in labels.items()}),
        why_zh=[
            (f"补齐即可判断 {one} 项；" if one else "单独补齐尚不能判断；")
            + f"共有 {every} 项结论缺此资料。"
            for one, every in zip(alone, table["all_n"], strict=True)
        ],
        why_en=[
            (f"Decides {one} verdicts by itself; " if one else "Decides none by itself; ")
            + f"{every} verdicts lack it."
            for one, every in zip(alone, table["all_n"], strict=True)
        ],
    )
