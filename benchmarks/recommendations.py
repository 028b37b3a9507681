"""Recommendations against the floor-area analysis of the same parcels, and the workbook against its bare cells.

Run ``python benchmarks/recommendations.py --sizes 10000,100000 --page``. Each size runs in a process of its own;
CPU time of the process is measured, so that other work on the machine counts little. What is compared is
done in turn, so many rounds, and the medians count.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xlsxwriter
from measure import into_page, machine
from synthetic import buildings, parcels

from analyses.far import analyse_far
from analyses.paragraphs import parcel_paragraphs
from analyses.recommend import recommend
from layers.project import load_project
from zongdi.pipeline import run_project
from zongdi.workbook import write_workbook
from zongdi.workbook_cells import prepared
from zongdi.workbook_page import head_of, make_formats
from zongdi.workbook_sheets import sheets
from zongdi.workbook_table import FIRST_ROW, chinese_first

if TYPE_CHECKING:
    from collections.abc import Callable

    from zongdi.results import Results

PROJECT = """name = "benchmark"
as_of = 2026-06-30
policy = "jinan-2021"
[layers.parcels]
path = "parcels.gpkg"
[layers.buildings]
path = "buildings.gpkg"
[layers.ledger]
path = "ledger.csv"
"""


def write_project(folder: Path, count: int) -> Path:
    """Write parcels, buildings and a ledger; every fourth contract is late, some of them found."""
    rng = np.random.default_rng(23)
    land = parcels(count)
    stand = buildings(land)
    uses = rng.choice(["industrial", "storage", "research", "road", "green"], len(land))
    land = land.assign(
        parcel_id=[f"P{place:06}" for place in range(len(land))],
        land_use=uses,
        land_stage=rng.choice(
            ["completed", "supplied_not_started", "under_construction"], len(land)
        ),
        far_max=rng.choice([1.0, 1.5, 2.0], len(land)),
        coverage_max_share=0.5,
        height_max_m=40.0,
        holder=[f"企业{place:05}" for place in range(len(land))],
    )
    stand = stand.assign(
        building_id=[f"B{place:07}" for place in range(len(stand))],
        floors_n=rng.integers(1, 5, len(stand)),
        use="industrial",
    )
    land.to_file(folder / "parcels.gpkg", driver="GPKG")
    stand.to_file(folder / "buildings.gpkg", driver="GPKG")
    late = rng.random(len(land)) < 0.25
    due = np.where(late, "2024-03-31", "2027-03-31")
    ledger = pd.DataFrame(
        {
            "parcel_id": land["parcel_id"],
            "contract_no": [f"HT-{place:06}" for place in range(len(land))],
            "grant": "grant",
            "signed_on": "2022-05-01",
            "start_due_on": due,
            "started": np.where(late, "no", "yes"),
            "cause": np.where(late, rng.choice(["holder", "gov_plan", ""], len(land)), ""),
            "cause_verified": "yes",
            "land_price_wan": rng.uniform(100, 5_000, len(land)).round(2),
        }
    )
    ledger.to_csv(folder / "ledger.csv", index=False)
    project = folder / "project.toml"
    project.write_text(PROJECT, encoding="utf-8")
    return project


def in_turn(works: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Do the works in turn, so many rounds; return the median CPU seconds of each."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            before = time.process_time()
            work()
            taken[name].append(time.process_time() - before)
    return {name: statistics.median(times) for name, times in taken.items()}


def plain_columns(results: Results) -> list[tuple[str, int, list[tuple[str, list[Any]]]]]:
    """Return name, rows and plain columns of every sheet: what is to be written, ready before the clock."""
    formats, labels = make_formats(xlsxwriter.Workbook()), head_of(results).labels
    found = []
    for sheet in sheets(results):
        columns, _ = chinese_first(sheet.columns, sheet.unprinted)
        cells = [
            prepared(sheet.rows[column.name], column, formats, labels)
            for column in columns
            if column.name in sheet.rows
        ]
        plain = [(column.kind, column.listed) for column in cells]
        found.append((sheet.name, len(sheet.rows), plain))
    return found


def write_bare(listed: list[tuple[str, int, list[tuple[str, list[Any]]]]], path: Path) -> int:
    """Write the same cells with the streaming writer and nothing else; return how many."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    cells = 0
    for name, rows, plain in listed:
        page = book.add_worksheet(name)
        for place in range(rows):
            for col, (kind, values) in enumerate(plain):
                value = values[place]
                if value is None:
                    continue
                cells += 1
                if kind == "number":
                    page.write_number(FIRST_ROW + place, col, value)
                else:
                    page.write_string(FIRST_ROW + place, col, value)
    book.close()
    return cells


def measure(count: int, rounds: int) -> dict[str, float]:
    """Measure one size."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        project = load_project(write_project(folder, count))
        results = run_project(project)
        ledger, stand = results.contracts, results.context["buildings"]
        own = list(results.parcels.columns[: results.parcels.columns.get_loc("idle_status")])
        base = results.parcels[own]
        day, policy = project.as_of, results.policy
        arguments = (results.parcels, results.findings, policy, day)
        told = (results.parcels, results.findings, results.recommendations, policy, day)
        beside = {
            "problems": results.problems,
            "transfers": results.transfers,
            "openings": results.mixed_openings,
            "plan": results.plan,
        }
        taken = in_turn(
            {
                "far_s": lambda: analyse_far(base, stand, policy, day, ledger=ledger),
                "recommend_s": lambda: recommend(*arguments, contracts=ledger, **beside),
                "paragraphs_s": lambda: parcel_paragraphs(*told, contracts=ledger),
            },
            rounds,
        )
        book, bare = folder / "workbook.xlsx", folder / "bare.xlsx"
        listed = plain_columns(results)
        cells = 0

        def plain() -> None:
            nonlocal cells
            cells = write_bare(listed, bare)

        taken |= in_turn(
            {"workbook_s": lambda: write_workbook(results, book), "bare_s": plain}, rounds
        )
        return {
            "parcels": float(len(results.parcels)),
            "findings": float(len(results.findings)),
            "actions": float(len(results.recommendations)),
            **taken,
            "cells": float(cells),
            "mb": book.stat().st_size / 1e6,
            "bare_mb": bare.stat().st_size / 1e6,
            "peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        }


#: The aims at 100,000 parcels: the workbook to its bare cells, and its size.
MOST_RATIO, MOST_MB = 1.5, 40.0


def table(rows: list[dict[str, float]], rounds: int) -> str:
    """Return the section of the page of figures."""
    lines = [
        "## Recommendations and the workbook",
        "",
        "| parcels | recommendations | floor-area analysis (CPU s) | recommending (CPU s) | paragraphs (CPU s) | workbook (CPU s) | same cells bare (CPU s) | ratio | cells | workbook (MB) | bare (MB) |",
        "| --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    lines += [
        f"| {row['parcels']:,.0f} | {row['actions']:,.0f} | {row['far_s']:.2f} | {row['recommend_s']:.2f} "
        f"| {row['paragraphs_s']:.2f} | {row['workbook_s']:.1f} | {row['bare_s']:.1f} "
        f"| {row['workbook_s'] / row['bare_s']:.2f} | {row['cells']:,.0f} | {row['mb']:.1f} | {row['bare_mb']:.1f} |"
        for row in rows
    ]
    said = []
    for row in rows:
        reached = {
            "recommending costs less than the floor-area analysis": row["recommend_s"]
            < row["far_s"],
            f"workbook at most {MOST_RATIO} times its bare cells": row["workbook_s"]
            <= MOST_RATIO * row["bare_s"],
            f"under {MOST_MB:.0f} MB": row["mb"] < MOST_MB,
        }
        told = "; ".join(f"{aim}: {'reached' if met else 'missed'}" for aim, met in reached.items())
        said.append(f"At {row['parcels']:,.0f} parcels: {told}.")
    how = (
        "The bare cells are the same texts and numbers, ready in memory, written by XlsxWriter in constant "
        "memory without formats, links, widths or conditions; the time of the workbook holds the choice and "
        f"the preparation of its columns. Medians of {rounds} rounds, the ways in turn, CPU time of one process."
    )
    return "\n".join([*lines, "", *said, "", how])


def run() -> None:
    """Measure every size in a process of its own and write the section of the page of figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument(
        "--page", action="store_true", help="write the section of docs/performance.md"
    )
    chosen = parser.parse_args()
    if chosen.one:
        sys.stdout.write(json.dumps(measure(chosen.one, chosen.rounds)))
        return
    rows = []
    for size in chosen.sizes.split(","):
        command = [sys.executable, __file__, "--one", size, "--rounds", str(chosen.rounds)]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
    text = f"{table(rows, chosen.rounds)} {machine()}"
    sys.stdout.write(text + "\n")
    if chosen.page:
        into_page("recommendations", text)


if __name__ == "__main__":
    run()
