"""The minimum of an industry, of floor area or investment: which table holds for which land, the stricter of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.anchors import anchored, earliest_signing
from analyses.frames import texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policies.model import Parameter, Policy

__all__ = ["industry_floor", "industry_minimum"]

#: The rules that hold a table; that of 2023 ships empty and is for the office to fill.
_RULES = ("far.floor", "far.floor_2023")

#: Industry code, its scheme and the land grade (empty: any) to the minimum.
_Table = dict[tuple[str, str, str], float]


def _tables(policy: Policy, rules: Sequence[str]) -> list[Parameter]:
    """Return every table that a pack states, local first.

    A local table that cites the document of the one beneath replaces it; one of another document
    stands beside it.
    """
    found: list[Parameter] = []
    for rule_id in rules:
        known: set[str] = set()
        parameter = (
            policy.rule(rule_id).parameters.get("table") if policy.has_rule(rule_id) else None
        )
        while parameter is not None:
            if parameter.clause.document.id not in known and parameter.value:
                found.append(parameter)
            known.add(parameter.clause.document.id)
            parameter = parameter.beneath
    return found


def _grades(text: str) -> list[str]:
    """Return the grades of land of a row: one, several such as ``1-4`` (a class of areas), or any."""
    low, dash, high = text.partition("-")
    if dash and low.isdigit() and high.isdigit():
        return [str(grade) for grade in range(int(low), int(high) + 1)]
    return [text]


def _rows(parameter: Parameter, column: str) -> _Table:
    return {
        (str(row["industry_code"]), str(row["scheme"]), grade): float(row[column])
        for row in parameter.value
        for grade in _grades(str(row.get("land_grade", "")))
    }


def _look_up(
    table: Mapping[tuple[str, str, str], float], code: str, scheme: str, grade: str
) -> float:
    """Return the minimum of a two-digit code: that of the land grade first, else that of any."""
    return table.get((code, scheme, grade), table.get((code, scheme, ""), np.nan))


def industry_floor(
    parcels: pd.DataFrame, policy: Policy, *, ledger: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Look up the floor-area minimum of each industrial parcel's industry.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame.
    policy : policies.model.Policy
        Gives ``far.floor`` with its table, and ``far.floor_2023`` where the office filled it.
    ledger : pandas.DataFrame, optional
        The contract ledger.

    Returns
    -------
    pandas.DataFrame
        As `industry_minimum`, with ``far_floor`` for ``minimum``.
    """
    found = industry_minimum(parcels, policy, rules=_RULES, column="far_min", ledger=ledger)
    return found.rename(columns={"minimum": "far_floor"})


def industry_minimum(
    parcels: pd.DataFrame,
    policy: Policy,
    *,
    rules: Sequence[str],
    column: str,
    ledger: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Look up the minimum that a table of industries sets for each industrial parcel.

    A table applies to land supplied while its document was in force: the anchor is the earliest
    signing date of the parcel's contracts. Where two were in force, such as a local and a national
    one, the stricter value binds. The industry code is joined only within its own scheme. A row
    with a ``land_grade`` holds for that grade of land, or a class of grades, before one without.

    Parameters
    ----------
    parcels : pandas.DataFrame
        Contract frame.
    policy : policies.model.Policy
        Rules and their tables.
    rules : sequence of str
        The rules that hold a table.
    column : str
        Of the tables.
    ledger : pandas.DataFrame, optional
        The contract ledger.

    Returns
    -------
    pandas.DataFrame
        On the parcels' index: ``minimum`` (NaN: unknown), ``reference`` (the table's value
        even where the anchor does not show that it applies), ``missing`` (what was missing,
        empty where nothing was), ``addressed`` (whether the table addresses the parcel), ``by``
        (the `policies.model.Parameter` that holds the binding table), ``over`` (the parameter of
        another table that was in force with a lower value, None where there is none).
    """
    index = parcels.index
    frame = pd.DataFrame({"minimum": np.nan, "reference": np.nan, "missing": ""}, index=index)
    tables = _tables(policy, rules)
    if not tables:
        return frame.assign(addressed=False, by=None, over=None)
    first = next(rule_id for rule_id in rules if policy.has_rule(rule_id))
    anchor = anchored(parcels, policy.rule(first).parameter("table"), ledger)
    rows = {id(parameter): _rows(parameter, column) for parameter in tables}
    graded = {key: {row[:2] for row in table if row[2]} for key, table in rows.items()}
    schemes = {name for table in rows.values() for _, name, _ in table}
    columns = [
        texts(parcels, name)
        for name in ("land_use", "industry_code", "industry_scheme", "land_grade")
    ]
    signed = earliest_signing(parcels, ledger)
    held = {day: _in_force(tables, day) for day in signed.dropna().unique()}
    found: dict[str, list[object]] = {
        name: [] for name in ("minimum", "reference", "missing", "by", "over")
    }
    for use, code, scheme, grade, day, lacking, reference_by in zip(
        *columns, signed, anchor.missing, anchor.by, strict=True
    ):
        named = (("land_use", use), ("industry_code", code), ("industry_scheme", scheme))
        lacks = [name for name, value in named if value is pd.NA]
        applying = held.get(day, [])
        value, by, over = np.nan, reference_by, None
        if isinstance(scheme, str) and scheme not in schemes:
            lacks.append("ruleset_2023")
        elif isinstance(scheme, str) and isinstance(code, str):
            digits = "".join(sign for sign in code if sign.isdigit())[:2]
            key = (digits, scheme, grade if isinstance(grade, str) else "")
            ranked = _ranked(applying or tables, rows, key)
            # A row of some grade may be the one that holds: a row of any grade is no answer then.
            open_grade = not key[2] and any(
                key[:2] in graded[id(table)] for table in applying or tables
            )
            if open_grade and ranked:
                lacks.append("land_grade")
            if ranked:
                value, by = ranked[0]
                over = ranked[1][1] if applying and len(ranked) > 1 else None
            else:
                lacks.append(_why_not(tables, rows, key, applied=bool(applying)))
        if lacking and not applying and lacking not in lacks:
            lacks.append(lacking)
        found["reference"].append(value)
        found["missing"].append(",".join(lacks))
        found["minimum"].append(np.nan if lacks else value)
        found["by"].append(by)
        found["over"].append(over)
    addressed = (columns[0] == "industrial").fillna(value=True).to_numpy(dtype=bool)
    for name in ("minimum", "reference"):
        frame[name] = np.where(addressed, np.array(found[name], dtype=float), np.nan)
    frame["missing"] = np.where(addressed, np.array(found["missing"], dtype=object), "")
    objects = {name: pd.Series(found[name], index=index, dtype=object) for name in ("by", "over")}
    return frame.assign(addressed=addressed, **objects)


def _in_force(tables: list[Parameter], day: pd.Timestamp) -> list[Parameter]:
    return [
        parameter
        for parameter in tables
        if parameter.clause.document.status_at(day.date()) == "in_force"
    ]


def _ranked(
    tables: list[Parameter], rows: Mapping[int, _Table], key: tuple[str, str, str]
) -> list[tuple[float, Parameter]]:
    """Return the value of each table that has one, the strictest first, the local one of equals."""
    values = [(_look_up(rows[id(parameter)], *key), parameter) for parameter in tables]
    return sorted((pair for pair in values if not np.isnan(pair[0])), key=lambda pair: -pair[0])


def _why_not(
    tables: list[Parameter], rows: Mapping[int, _Table], key: tuple[str, str, str], *, applied: bool
) -> str:
    """Say what is missing where no table in force has the code: the grade, the edition, or a code that it knows."""
    if any(known[:2] == key[:2] and known[2] for table in rows.values() for known in table):
        return "land_grade"
    elsewhere = any(not np.isnan(_look_up(rows[id(parameter)], *key)) for parameter in tables)
    return "ruleset_2023" if applied and elsewhere else "industry_code"
