"""The idle status of many ledger rows beside what pandas needs to parse the same ledger from CSV.

Run ``python benchmarks/idle_status.py --rows 1000000 --rounds 5``.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from measure import Way, into_page, machine, run, start

from analyses.idle import analyse_idle
from analyses.idle_review import ledger_status, review_ledger
from analyses.results import IDLE_STATUSES
from layers.contracts import CONTRACTS
from policies import load_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

AS_OF = date(2026, 6, 30)
#: The status may cost so many times the CPU of parsing.
TARGET = 2.0
#: Days, from when to when, and the share of rows in which they are blank.
_DAYS = {
    "signed_on": ("2008-01-01", "2025-12-31", 0.05),
    "delivered_on": ("2009-01-01", "2025-12-31", 0.3),
    "start_due_on": ("2010-01-01", "2026-12-31", 0.15),
    "completion_due_on": ("2012-01-01", "2028-12-31", 0.2),
    "started_on": ("2010-01-01", "2026-06-30", 0.6),
    "completed_on": ("2012-01-01", "2026-06-30", 0.7),
    "permit_on": ("2010-01-01", "2026-06-30", 0.6),
    "suspended_on": ("2015-01-01", "2026-06-30", 0.9),
    "extension_signed_on": ("2012-01-01", "2025-12-31", 0.95),
    "extension_start_on": ("2012-01-01", "2027-12-31", 0.95),
}
#: Codes with their weights; the empty one is blank.
_TEXTS = {
    "phase_no": {"1": 6, "": 4},
    "grant": {"grant": 80, "allocation": 8, "lease": 4, "collective": 2, "": 6},
    "foundation": {"pit": 1, "piles": 2, "foundation": 3, "": 4},
    "cause": {"holder": 30, "gov_delivery": 8, "gov_plan": 5, "force_majeure": 2, "": 55},
    "extension_kind": {"contract": 4, "art12": 2, "": 94},
}
#: Shares of yes and of no.
_FLAGS = {
    "started": (0.55, 0.25),
    "permit": (0.5, 0.2),
    "cause_verified": (0.4, 0.2),
    "registered_in_system": (0.4, 0.2),
    "investment_includes_land": (0.3, 0.4),
    "mortgaged": (0.2, 0.6),
}
#: Numbers, from when to when, and the share of rows in which they are blank.
_NUMBERS = {
    "contract_area_m2": (2_000, 90_000, 0.3),
    "parcel_area_in_contract_m2": (2_000, 90_000, 0.2),
    "develop_area_m2": (2_000, 90_000, 0.3),
    "developed_area_m2": (0, 50_000, 0.3),
    "investment_total_wan": (1_000, 90_000, 0.3),
    "invested_wan": (0, 50_000, 0.3),
    "land_price_wan": (100, 9_000, 0.2),
    "taxes_wan": (1, 200, 0.3),
    "foundation_done_share": (0, 1, 0.5),
}


def ledger(count: int, *, seed: int = 5) -> pd.DataFrame:
    """Draw a ledger of `count` rows in contract types: parcels in no order, two rows a contract."""
    rng = np.random.default_rng(seed)

    def blank(share: float) -> NDArray[np.bool_]:
        return rng.random(count) < share

    numbers = np.arange(count)
    values = {
        "parcel_id": [f"P{number:07d}" for number in rng.permutation(count)],
        "contract_no": [f"HT-{2008 + number % 18}-{number // 2:07d}" for number in numbers],
        "supervision_no": [f"370100{2008 + number % 18}B{number:07d}" for number in numbers],
        "holder": [f"某某有限公司{number}" for number in rng.integers(0, 5000, count)],
    }
    rows = pd.DataFrame({name: pd.array(value, dtype="string") for name, value in values.items()})
    for name, (first, last, lacking) in _DAYS.items():
        span = (np.datetime64(last) - np.datetime64(first)).astype(int)
        days = np.datetime64(first) + rng.integers(0, span, count).astype("timedelta64[D]")
        rows[name] = pd.Series(days.astype("datetime64[s]")).mask(blank(lacking))
    for name, weights in _TEXTS.items():
        share = np.array(list(weights.values())) / sum(weights.values())
        drawn = pd.Series(rng.choice(list(weights), count, p=share), dtype="string")
        rows[name] = drawn.mask(drawn == "")
    for name, (yes, no) in _FLAGS.items():
        drawn = rng.random(count)
        rows[name] = pd.arrays.BooleanArray(drawn < yes, drawn >= yes + no)
    for name, (low, high, lacking) in _NUMBERS.items():
        rows[name] = pd.Series(np.round(rng.uniform(low, high, count), 2)).mask(blank(lacking))
    return rows[[name for name in CONTRACTS["ledger"].names if name in rows]]


def write(folder: Path, count: int) -> None:
    """Write the ledger as CSV for pandas, and in contract types for Zongdi."""
    rows = ledger(count)
    rows.to_csv(folder / "ledger.csv", index=False, encoding="utf-8", date_format="%Y-%m-%d")
    rows.to_parquet(folder / "ledger.parquet")
    parcels = pd.DataFrame({"parcel_id": rows["parcel_id"].sort_values().array})
    parcels = parcels.assign(zone_id="A", area_m2=20_000.0, supply_status="supplied")
    parcels.astype({"zone_id": "string", "supply_status": "string"}).to_parquet(
        folder / "parcels.parquet"
    )


def parse(folder: Path) -> Callable[[], np.ndarray]:
    """Parse the CSV with its dates: no more than pandas does when it is asked for nothing else."""

    def work() -> np.ndarray:
        rows = pd.read_csv(folder / "ledger.csv", parse_dates=list(_DAYS))
        return np.array([len(rows)])

    return work


def _typed(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    tables = [pd.read_parquet(folder / f"{name}.parquet") for name in ("ledger", "parcels")]
    for table in tables:
        for name in table:
            if str(name).endswith("_on"):
                table[name] = table[name].astype("datetime64[s]")
    return tables[0], tables[1]


def _counts(status: pd.Series[str] | np.ndarray) -> np.ndarray:
    """Count the rows of every status: what all ways must agree on."""
    counted = pd.Series(status).value_counts()
    return np.array([counted.get(name, 0) for name in IDLE_STATUSES])


def status(folder: Path) -> Callable[[], np.ndarray]:
    """Decide the status of every row and its dates, nothing else."""
    rows, _ = _typed(folder)
    policy = load_policy("national")
    return lambda: _counts(ledger_status(rows, policy, AS_OF)["idle_status"])


def review(folder: Path) -> Callable[[], np.ndarray]:
    """Review the ledger: an order of its own, parcels, status, price shares and fees."""
    rows, parcels = _typed(folder)
    policy = load_policy("national")
    return lambda: _counts(review_ledger(rows, parcels, policy, AS_OF).decision.status)


def analysis(folder: Path) -> Callable[[], np.ndarray]:
    """Make the whole analysis: findings with their notes in two languages, fees, deadlines, zones."""
    rows, parcels = _typed(folder)
    policy = load_policy("national")
    return lambda: _counts(
        analyse_idle(rows, parcels, policy, AS_OF).tables["contracts"]["idle_status"]
    )


WAYS = {
    "parse": Way("pandas.read_csv with the dates", parse),
    "status": Way("Zongdi, the status alone", status),
    "review": Way("Zongdi, status, price shares and fees", review),
    "analysis": Way("Zongdi, all findings in two languages", analysis),
}


def _table(rows: int, rounds: int, runs: Mapping[str, list[dict[str, float]]]) -> str:
    middle = {
        way: {key: statistics.median(run[key] for run in measured) for key in measured[0]}
        for way, measured in runs.items()
    }
    base = middle["parse"]["cpu"]
    ratio = middle["status"]["cpu"] / base
    reached = "reached" if ratio <= TARGET else "missed"
    about = (
        f"A ledger of {len(ledger(1).columns)} columns, {len(_DAYS)} of them dates, two rows a "
        "contract, the parcels in no order. The ways of Zongdi agree in the count of every status. "
        "Most of the whole analysis is the writing of findings, each with a note of its own dates "
        "and amounts in two languages."
    )
    how = (
        f"Medians of {rounds} rounds, the ways in turn, every run in a fresh process, imports not "
        f"counted, reading counted in the first way alone. {machine()} pandas {pd.__version__}."
    )
    lines = [
        f"## Idle status: {rows:,} ledger rows",
        "",
        "| way | wall s | CPU s | peak MiB | CPU to that of parsing |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| {WAYS[way].label} | {of['wall']:.2f} | {of['cpu']:.2f} | {of['peak']:.0f} "
            f"| {of['cpu'] / base:.2f} |"
            for way, of in middle.items()
        ),
        "",
        f"CPU of the status to that of parsing: {ratio:.2f} (at most {TARGET:.2f} {reached}).",
        "",
        about,
        "",
        how,
    ]
    return "\n".join(lines)


def measure(rows: int, rounds: int) -> str:
    """Run every way so many times, check that those of Zongdi agree, and return the table."""
    runs: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        start("data", folder, rows)
        for nth in range(rounds):
            for way, measured in runs.items():
                measured.append(start(way, folder, rows))
                print(f"round {nth + 1}, {way}: {measured[-1]}", file=sys.stderr)
        counted = [np.load(folder / f"{way}.npy") for way in ("status", "review", "analysis")]
    if not all((each == counted[0]).all() for each in counted):
        msg = "the ways do not agree in the count of every status"
        raise SystemExit(msg)
    return _table(rows, rounds, runs)


def main() -> None:
    """Run one way, or all of them."""
    parser = argparse.ArgumentParser(description="the idle status of many ledger rows")
    parser.add_argument("--rows", "--parcels", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--print-only", action="store_true", help="leave the page as it is")
    parser.add_argument("--way", choices=["data", *WAYS], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way == "data":
        write(options.folder, options.rows)
    elif options.way:
        run(WAYS[options.way], options.way, options.folder)
    else:
        table = measure(options.rows, options.rounds)
        print(table)
        if not options.print_only:
            into_page("idle", table)


if __name__ == "__main__":
    main()
