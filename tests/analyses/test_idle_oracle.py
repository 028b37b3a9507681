"""The idle status against a second reading of its rules: row by row, in plain Python and exact fractions.

The reading below was written from the text of the method alone. Random ledgers, and every cell of the
matrix in the documentation, have to come out alike.
"""

from __future__ import annotations

import importlib.util
import random
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analyses.idle import analyse_idle
from layers.columns import empty_frame
from layers.contracts import CONTRACTS
from policies import load_policy

AS_OF = date(2026, 6, 30)
DOCS = Path(__file__).parents[2] / "docs"
GOVERNMENT = {
    *("gov_delivery", "gov_plan", "gov_policy", "gov_petition", "gov_control", "gov_other"),
    "force_majeure",
}
COLUMNS = ("idle_status", "idle_from", "idle_two_years_on", "idle_days", "duration_class")
FEES = ("fee_order53_wan", "fee_law_max_wan")


def later(day: date, years: int) -> date:
    """Return the corresponding day; the last of February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def exact(value: float) -> Fraction:
    return Fraction(str(value))


def foundation_met(row: dict) -> bool | None:
    done, kind = row.get("foundation_done_share"), row.get("foundation")
    if done is None:
        return None
    whole, third = done >= 1, done * 3 >= 1 - 1e-12
    if kind is None:
        return whole if whole == third else None
    return third if kind == "foundation" else whole


def started(row: dict) -> bool | None:
    if row.get("started") is not None:
        return row["started"]
    met = foundation_met(row)
    if row.get("permit") is False or met is False:
        return False
    if row.get("permit") and met:
        return True
    return True if completed(row) else None


def completed(row: dict) -> bool:
    return row.get("completed_on") is not None and row["completed_on"] <= AS_OF


def due_start(row: dict) -> tuple[date | None, bool]:
    """Return the due start, and whether an extension leaves it in doubt."""
    due = row.get("start_due_on")
    if due is None and row.get("delivered_on") is not None:
        due = later(row["delivered_on"], 1)
    kind, new, signed = (row.get(f"extension_{name}") for name in ("kind", "start_on", "signed_on"))
    if (kind is None and new is None) or (signed is not None and signed > AS_OF):
        return due, False
    if kind is None or (kind == "art12" and row.get("registered_in_system") is not True):
        return due, True
    if new is None:
        return (due, False) if due is not None and due >= AS_OF else (None, False)
    if due is not None and new <= due:
        return due, True
    late = signed is not None and due is not None and signed > later(due, 1)
    return (due, True) if kind == "contract" and late else (new, False)


def limbs(row: dict) -> tuple[bool | None, bool | None]:
    area, done = row.get("develop_area_m2"), row.get("developed_area_m2")
    developed = None
    if area is not None and done is not None and area > 0:
        developed = exact(done) * 3 < exact(area)
    total, spent = row.get("investment_total_wan"), row.get("invested_wan")
    if total is None or spent is None:
        return developed, None

    def short(out: Fraction) -> bool | None:
        rest, part = exact(total) - out, exact(spent) - out
        return None if rest <= 0 or part < 0 else part * 4 < rest

    known = [exact(row[n]) for n in ("land_price_wan", "taxes_wan") if row.get(n) is not None]
    both = sum(known, Fraction(0)) if len(known) == 2 else None
    with_land = row.get("investment_includes_land")
    if with_land is False:
        return developed, short(Fraction(0))
    if with_land:
        least = short(sum(known, Fraction(0)))
        return developed, short(both) if both is not None else (True if least else None)
    plain, net = short(Fraction(0)), None if both is None else short(both)
    return developed, True if plain else (False if plain is False and net is False else None)


def decide(row: dict) -> dict[str, Any]:  # noqa: C901, PLR0911 -- one table, read downwards
    """Return the status of one row, its dates and its fees."""
    if row.get("supply_status") == "ready" and row.get("contract_no") is None:
        return {"idle_status": "not_supplied"}
    reading = started(row)
    due, doubt = due_start(row)
    first = None if due is None else later(due, 1) + timedelta(1)
    third = None if due is None else later(due, 2) + timedelta(1)
    dates = {"idle_from": first, "idle_two_years_on": third}
    if (reading and row.get("permit") is False) or (completed(row) and reading is False):
        return {"idle_status": "human_review", **dates}
    if reading:
        return works(row)
    if due is None:
        return {"idle_status": "unknown"}
    if doubt:
        return {"idle_status": "human_review", **dates}
    assert first is not None
    assert third is not None
    if due >= AS_OF:
        return {"idle_status": "not_due", **dates}
    if first > AS_OF:
        line = first - timedelta(1) == AS_OF
        return {"idle_status": "at_the_line" if line else "overdue_start", **dates}
    if reading is None:
        return {"idle_status": "to_check", **dates}
    counted = {
        "idle_days": (AS_OF - first).days + 1,
        "duration_class": "2y" if third <= AS_OF else "1y",
        **dates,
    }
    cause, proven = row.get("cause"), row.get("cause_verified") is True
    if cause == "preparatory":
        return {"idle_status": "human_review", **counted}
    if cause in GOVERNMENT:
        return {"idle_status": "gov_cause" if proven else "human_review", **counted}
    return {"idle_status": f"suspected_{counted['duration_class']}", **counted, **fees(row)}


def works(row: dict) -> dict[str, Any]:
    halted = row.get("suspended_on")
    if completed(row) or halted is None or halted > AS_OF:
        return {"idle_status": "started"}
    first, third = later(halted, 1) + timedelta(1), later(halted, 2) + timedelta(1)
    dates = {"idle_from": first, "idle_two_years_on": third}
    if first > AS_OF:
        line = first - timedelta(1) == AS_OF
        return {"idle_status": "at_the_line" if line else "started", **dates}
    developed, invested = limbs(row)
    if developed or invested:
        duration = "2y" if third <= AS_OF else "1y"
        days = (AS_OF - first).days + 1
        counted = {"idle_days": days, "duration_class": duration}
        return {"idle_status": "suspended", **dates, **counted}
    if developed is False and invested is False:
        return {"idle_status": "started"}
    return {"idle_status": "unknown", **dates}


def fees(row: dict) -> dict[str, float]:
    if row.get("cause") != "holder" or row.get("land_price_wan") is None:
        return {}
    fee = float(exact(row["land_price_wan"]) / 5)
    named = {"grant": FEES, "allocation": FEES[:1]}.get(row.get("grant") or "", ())
    return dict.fromkeys(named, fee)


# ------------------------------------------------------------------------------ rows at random


def random_day(rng: random.Random) -> date:
    """Return a day, often one about an anniversary of the review date or the end of a February."""
    about = rng.random()
    if about < 0.4:
        return later(AS_OF, -rng.choice([0, 1, 2])) + timedelta(rng.choice([-2, -1, 0, 1, 2]))
    if about < 0.6:
        return date(2024, 2, 28) + timedelta(rng.choice([-365, 0, 1, 2, 366]))
    return date(2021, 1, 1) + timedelta(rng.randrange(2200))


def random_row(rng: random.Random, place: int) -> dict[str, Any]:
    drawn: dict[str, Any] = {"parcel_id": f"p{place:05}"}
    choices: dict[str, tuple[float, list[Any]]] = {
        "contract_no": (0.95, [f"c{place}"]),
        "supply_status": (0.6, ["supplied", "supplied", "ready"]),
        "grant": (0.95, ["grant", "grant", "allocation", "lease", "contribution", "collective"]),
        "started": (0.6, [True, False, False]),
        "permit": (0.5, [True, True, False]),
        "foundation": (0.5, ["pit", "piles", "foundation"]),
        "foundation_done_share": (0.5, [0.0, 0.333, 1 / 3, 0.34, 0.99, 1.0]),
        "develop_area_m2": (0.8, [3000.0, 9000.0, 10000.0, 0.0]),
        "developed_area_m2": (0.8, [0.0, 1000.0, 2999.99, 3000.0, 3333.33, 9000.0]),
        "investment_total_wan": (0.8, [1000.0, 1200.0, 4000.0]),
        "invested_wan": (0.8, [0.0, 100.0, 249.99, 250.0, 300.0, 400.0, 450.0, 1000.0]),
        "land_price_wan": (0.8, [80.0, 180.0, 350.0, 600.0]),
        "taxes_wan": (0.8, [0.0, 20.0]),
        "investment_includes_land": (0.7, [True, False]),
        "cause": (0.7, ["holder"] * 4 + sorted(GOVERNMENT) + ["preparatory"]),
        "cause_verified": (0.8, [True, True, False]),
        "registered_in_system": (0.7, [True, False]),
        "extension_kind": (0.25, ["contract", "art12"]),
    }
    for name, (share, values) in choices.items():
        if rng.random() < share:
            drawn[name] = rng.choice(values)
    days = {"start_due_on": 0.7, "delivered_on": 0.5, "suspended_on": 0.4, "completed_on": 0.05}
    extended = 0.9 if "extension_kind" in drawn else 0.02
    for name, share in (days | {"extension_start_on": extended}).items():
        if rng.random() < share:
            drawn[name] = random_day(rng)
    if "extension_kind" in drawn and rng.random() < 0.7:
        drawn["extension_signed_on"] = random_day(rng)
    return drawn


def frame(contract: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    out = empty_frame(CONTRACTS[contract], pd.RangeIndex(len(rows)))
    for name in {key for row in rows for key in row} & set(CONTRACTS[contract].names):
        values = [row.get(name) for row in rows]
        dtype = CONTRACTS[contract].column(name).dtype
        dated = dtype.startswith("date")
        out[name] = pd.Series(pd.to_datetime(values) if dated else values, dtype=dtype)
    return out


@pytest.mark.parametrize("seed", range(3))
def test_random_ledgers_come_out_alike(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 -- rows of a test, no secret
    rows = [random_row(rng, place) for place in range(2500)]
    parcels = frame("parcels", [row | {"zone_id": "z"} for row in rows])
    ledger = frame("ledger", rows).sample(frac=1, random_state=seed).reset_index(drop=True)
    contracts = analyse_idle(ledger, parcels, load_policy("national"), AS_OF).tables["contracts"]
    got = contracts.set_index("parcel_id").loc[[row["parcel_id"] for row in rows]]
    expected = pd.DataFrame([decide(row) for row in rows], index=got.index)
    assert set(expected["idle_status"]) >= {"suspended", "gov_cause", "suspected_2y", "at_the_line"}
    for name in COLUMNS:
        one, other = (
            each[name].astype(object).where(each[name].notna(), "") for each in (expected, got)
        )
        if name in {"idle_from", "idle_two_years_on"}:
            one, other = (each.map(lambda day: str(day)[:10]) for each in (one, other))
        differ = one.astype(str).str.removesuffix(".0") != other.astype(str).str.removesuffix(".0")
        assert [(rows[int(i[1:])], one[i], other[i]) for i in differ.index[differ][:1]] == []
    for name in FEES:
        np.testing.assert_allclose(
            got[name].astype(float), expected[name].astype(float), rtol=1e-12, equal_nan=True
        )


# -------------------------------------------------------------------------- the printed matrix


def builder() -> Any:
    spec = importlib.util.spec_from_file_location(
        "build_idle_matrix", DOCS / "build_idle_matrix.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_cell_of_the_printed_matrix() -> None:
    module = builder()
    table = module.decided()
    days = ("_on",)
    expected = []
    for *_, facts in module.cells():
        row = {
            key: date.fromisoformat(value) if key.endswith(days) else value
            for key, value in facts.items()
        }
        expected.append(decide(row | {"contract_no": "c"})["idle_status"])
    wrong = table["idle_status"].to_numpy() != np.array(expected, dtype=object)
    assert table[wrong].assign(expected=np.array(expected)[wrong]).to_dict("records") == []
    # Full: every situation, every cause, every fact taken away.
    assert len(table) == sum(
        (len(facts) + 1) * len(module.KINDS) for _, facts in module.SITUATIONS.values()
    )
    codes = {facts.get("cause") for _, facts in module.KINDS.values()}
    assert codes >= GOVERNMENT | {"holder", "preparatory", None}
    reached = set(table["idle_status"])
    assert reached >= {"suspected_1y", "suspected_2y", "suspended", "gov_cause", "human_review"}
    assert reached >= {"at_the_line", "to_check", "overdue_start", "unknown", "not_due", "started"}


def test_the_printed_matrix_is_what_the_program_gives() -> None:
    module = builder()
    page = module.DOCUMENT.read_text(encoding="utf-8")
    assert module.build() == page, "run `python docs/build_idle_matrix.py`"
