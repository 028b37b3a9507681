"""Acceptance of a zone by phases: what was accepted of the approved area, and what is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses.findings import Verdicts, rule_findings
from analyses.frames import numbers, texts
from analyses.ground import has_ground, measured_areas
from analyses.idle_clock import day_numbers

if TYPE_CHECKING:
    from datetime import date

    from policies.model import Policy

__all__ = ["acceptance_findings", "acceptance_of", "overdue_rows"]

_COLUMNS = (
    "approved_m2",
    "approved_source",
    "accepted_m2",
    "accepted_source",
    "fenced_m2",
    "missing",
    "whole_on",
)

#: What leaves open whether the whole of a zone is accepted.
_UNTOLD = {"zones.accepted_on", "zones.accepted_area_m2", "zones.approved_area_m2"}

#: Areas that are added up agree with their sum but for rounding.
_ROUNDING = 1e-9


def _polygons(zones: pd.DataFrame, method: Any) -> np.ndarray:
    if not has_ground(zones).any():
        return np.full(len(zones), np.nan)
    return measured_areas(zones, method)


def acceptance_of(
    zones: pd.DataFrame | None, as_of: date, *, method: Any = "plane"
) -> pd.DataFrame:
    """Return what was approved, fenced and accepted of each zone by the review date.

    The approved area is the recorded one, else that of the approved polygons. The accepted area adds up
    the phases (rows of kind ``accepted``) with ``accepted_on`` up to `as_of`: the recorded area of each,
    else its polygon's. A phase of unknown date makes it unknown.

    Parameters
    ----------
    zones : pandas.DataFrame or None
        Contract frame.
    as_of : datetime.date
        The review date.
    method : {"plane", "ellipsoid"}
        How polygons are measured.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``zone_id``: ``approved_m2``, ``approved_source`` (``recorded``, ``measured``),
        ``accepted_m2``, ``accepted_source``, ``fenced_m2``, ``missing``, and ``whole_on``, the day on
        which the accepted phases reached the approved area.

    Examples
    --------
    >>> from datetime import date
    >>> zones = pd.DataFrame({"zone_id": ["z"] * 3, "kind": ["approved", "accepted", "accepted"],
    ...     "approved_area_m2": [5.41e6, None, None], "accepted_area_m2": [None, 1.82e6, 3.36e6],
    ...     "accepted_on": pd.to_datetime([None, "2013-01-15", "2017-12-28"])})
    >>> [round(float(acceptance_of(zones, day)["accepted_m2"].iloc[0]) / 5.41e6, 4)
    ...  for day in (date(2013, 1, 14), date(2013, 1, 15), date(2017, 12, 28))]
    [0.0, 0.3364, 0.9575]
    """
    if zones is None or len(zones) == 0:
        return pd.DataFrame(columns=list(_COLUMNS), index=pd.Index([], name="zone_id"))
    frame = pd.DataFrame(
        {
            "zone_id": texts(zones, "zone_id").array,
            "kind": texts(zones, "kind").array,
            "approved": numbers(zones, "approved_area_m2").to_numpy(),
            "accepted": numbers(zones, "accepted_area_m2").to_numpy(),
            "accepted_on": day_numbers(zones, "accepted_on"),
            "drawn": _polygons(zones, method),
        }
    )
    rows = {
        zone: _zone_row(own, np.datetime64(as_of, "D"))
        for zone, own in frame.dropna(subset="zone_id").groupby("zone_id")
        # A support area lies outside the boundary: nothing of it is accepted.
        if set(own["kind"].dropna()) != {"support"}
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(_COLUMNS)).rename_axis(
        "zone_id"
    )


def _phases(own: pd.DataFrame) -> pd.DataFrame:
    """Return the accepted phases of one zone: the day of each and its area, m2."""
    phases = own[own["kind"] == "accepted"]
    if phases.empty:
        # Accepted as a whole: the date and the area stand on the boundary's own row.
        phases = own[own["accepted_on"].notna() | own["accepted"].notna()]
        phases = phases.drop_duplicates(["accepted_on", "accepted"]).assign(drawn=np.nan)
    return pd.DataFrame(
        {
            "on": phases["accepted_on"].to_numpy().astype("datetime64[D]"),
            "area": phases["accepted"].fillna(phases["drawn"]).to_numpy(dtype=float),
            "recorded": phases["accepted"].notna().to_numpy(),
            "whole": (phases["kind"] != "accepted").to_numpy(),
        }
    )


def _zone_row(own: pd.DataFrame, today: np.datetime64) -> list[Any]:
    recorded = own["approved"].dropna()
    drawn = own.loc[own["kind"] == "approved", "drawn"]
    approved = float(recorded.iloc[0]) if len(recorded) else float(drawn.sum(min_count=1))
    source = "recorded" if len(recorded) else "measured" if not np.isnan(approved) else ""
    phases = _phases(own)
    dated, size = phases["on"].to_numpy().astype("datetime64[D]"), phases["area"].to_numpy()
    missing = [] if source else ["zones.approved_area_m2"]
    done = dated <= today
    accepted, accepted_source = np.nan, ""
    if len(phases) == 0:
        missing.append("zones.accepted")
    elif np.isnat(dated).any():
        missing.append("zones.accepted_on")
    elif np.isnan(size[done]).any():
        missing.append("zones.accepted_area_m2")
    else:
        accepted = float(size[done].sum())
        accepted_source = "recorded" if phases["recorded"].all() else "measured"
    fenced = float(own.loc[own["kind"] == "fenced", "drawn"].sum(min_count=1))
    return [
        approved,
        source,
        accepted,
        accepted_source,
        fenced,
        ",".join(missing),
        _whole_on(phases, approved),
    ]


def _whole_on(phases: pd.DataFrame, approved: float) -> np.datetime64:
    """Return the day on which the phases reached the approved area; NaT where they have not.

    A date on the boundary's own row, without an area, is the day of the whole.
    """
    done = phases.dropna(subset="on").sort_values("on", kind="stable")
    size = done["area"].where(~(done["whole"] & done["area"].isna()), np.inf)
    reached = (size.fillna(0.0).cumsum() >= approved * (1 - _ROUNDING)).to_numpy()
    days = done["on"].to_numpy().astype("datetime64[D]")
    return days[reached][0] if reached.any() else np.datetime64("NaT", "D")


def _day(when: Any) -> np.datetime64:
    return np.datetime64("NaT", "D") if pd.isna(when) else np.datetime64(pd.Timestamp(when), "D")


def overdue_rows(zones: pd.DataFrame | None, as_of: date) -> list[dict[str, Any]]:
    """List the phases and zones whose acceptance is overdue, and those that came late.

    A date set on a row of kind ``accepted`` binds that phase; one on another row binds the whole zone,
    which is accepted once the phases add up to its approved area. On the day itself nothing is overdue.

    Returns
    -------
    list of dict
        Rows of `analyses.results_supply.BOUNDARY` with ``state``: ``overdue``, ``late``, ``unknown``.
    """
    if zones is None:
        return []
    today = np.datetime64(as_of, "D")
    due, done = day_numbers(zones, "acceptance_due_on"), day_numbers(zones, "accepted_on")
    kinds = texts(zones, "kind").fillna("").to_numpy(dtype=object)
    ids = texts(zones, "zone_id").to_numpy(dtype=object)
    names = texts(zones, "name").to_numpy(dtype=object)
    whole = acceptance_of(zones, as_of)
    rows = []
    # Only a support area has no row of its own: nothing of it is accepted.
    for at in np.flatnonzero(~np.isnat(due) & np.isin(ids, whole.index)):
        phase = kinds[at] == "accepted"
        own = whole.loc[ids[at]]
        accepted_on = done[at] if phase else _day(own["whole_on"])
        if not np.isnat(accepted_on) and accepted_on <= today:
            state = "late" if accepted_on > due[at] else "in_time"
        elif due[at] >= today:
            state = "not_due"
        else:
            # A phase whose day or size is not known may have been the one that was missing.
            told = str(own["missing"]).split(",")
            lacks = [] if phase else [name for name in told if name in _UNTOLD]
            state = "unknown" if lacks else "overdue"
        if state not in {"late", "overdue", "unknown"}:
            continue
        what = names[at] if isinstance(names[at], str) else ids[at]
        part = np.nan if phase else own["accepted_m2"] / own["approved_m2"]
        some_zh, some_en = (
            (f"已验收{part:.2%}，其余尚未验收", f"{part:.2%} is accepted, the rest is not")
            if part > 0
            else ("尚无验收记录", "no acceptance on record")
        )
        days = int(((accepted_on if state == "late" else today) - due[at]).astype(int))
        rows.append(
            {
                "zone_id": ids[at],
                "issue": "acceptance_late" if state == "late" else "acceptance_overdue",
                "state": state,
                "missing": ",".join(lacks) if state == "unknown" else "",
                "layer": "zones",
                "id": what,
                "measured": float(days),
                "limit": 0.0,
                "unit": "days",
                "due_on": pd.Timestamp(due[at]),
                "note_zh": f"{what}应于{due[at]}前验收，"
                + (
                    f"于{accepted_on}通过，超期{days}天。"
                    if state == "late"
                    else f"已逾期{days}天，{some_zh}。"
                ),
                "note_en": f"{what} was to be accepted by {due[at]}: "
                + (
                    f"accepted on {accepted_on}, {days} days late."
                    if state == "late"
                    else f"{days} days overdue, {some_en}."
                ),
            }
        )
    return rows


def acceptance_findings(zones: pd.DataFrame | None, policy: Policy, as_of: date) -> pd.DataFrame:
    """Say of each zone whether an acceptance is overdue: rule ``supply.acceptance``."""
    rule = policy.rule("supply.acceptance")
    if zones is None:
        return rule_findings(rule, as_of, Verdicts(verdict=[]))
    due = day_numbers(zones, "acceptance_due_on")
    ids = texts(zones, "zone_id")
    rows = overdue_rows(zones, as_of)
    facts = []
    kinds = texts(zones, "kind").fillna("")
    for zone in sorted(set(ids.dropna().tolist())):
        own = ids.eq(zone).fillna(value=False).to_numpy(dtype=bool)
        said = [row for row in rows if row["zone_id"] == zone]
        overdue = [row for row in said if row["state"] == "overdue"]
        if set(kinds[own]) == {"support"}:
            facts.append(
                (
                    zone,
                    "not_applicable",
                    np.nan,
                    "",
                    "配套区不验收。",
                    "A support area is not accepted.",
                )
            )
        elif overdue:
            worst = max(overdue, key=lambda row: row["measured"])
            facts.append(
                (
                    zone,
                    "yes",
                    worst["measured"],
                    "",
                    "".join(row["note_zh"] for row in overdue),
                    " ".join(row["note_en"] for row in overdue),
                )
            )
        elif any(row["state"] == "unknown" for row in said) or np.isnat(due[own]).all():
            told = sorted({row["missing"] for row in said if row["state"] == "unknown"})
            lacks = ",".join(told) or "zones.acceptance_due_on"
            facts.append(
                (
                    zone,
                    "unknown",
                    np.nan,
                    lacks,
                    "没有验收期限，或各期验收的日期、面积不全。",
                    "No date for the acceptance, or not all dates and areas of it, are on record.",
                )
            )
        else:
            late = [row for row in said if row["state"] == "late"]
            facts.append(
                (
                    zone,
                    "no",
                    0.0,
                    "",
                    "".join(row["note_zh"] for row in late) or "没有逾期未验收的记录。",
                    " ".join(row["note_en"] for row in late) or "Nothing is overdue.",
                )
            )
    blank: list[Any] = [(), (), (), (), (), ()]
    zone_ids, verdicts, days, gaps, notes_zh, notes_en = (
        zip(*facts, strict=True) if facts else blank
    )
    return rule_findings(
        rule,
        as_of,
        Verdicts(
            verdict=verdicts,
            zone_id=list(zone_ids),
            measured=np.array(days, dtype=float),
            limit=0.0,
            unit="days",
            missing=list(gaps),
            note_zh=list(notes_zh),
            note_en=list(notes_en),
        ),
    )
