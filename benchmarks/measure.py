"""Ways of doing one job, measured in turn: each run in a fresh process, medians of the rounds.

A script names its ways and calls `main`. Asked for one way it does the job once and reports; else it
starts itself again for every way and round, checks that all ways agree, and writes the table into
its section of the page of figures.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import exactextract
import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["Job", "Way", "into_page", "machine", "main", "run", "start"]

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


@dataclass(frozen=True)
class Way:
    """One way of doing the job.

    Attributes
    ----------
    label : str
        What the table calls it.
    prepare : callable
        Takes the folder of the data; imports and connects, unmeasured; returns the measured work,
        which returns one number per parcel.
    """

    label: str
    prepare: Callable[[Path], Callable[[], np.ndarray]]


@dataclass(frozen=True)
class Job:
    """What is measured.

    Attributes
    ----------
    name : str
        The section of the page.
    title : str
        Its heading; ``{n}`` stands for the number of parcels.
    ways : mapping of str to Way
        In the order of the table.
    write : callable
        Writes the data for so many parcels into a folder.
    peers : mapping of str to float
        The ways that `ours` is compared with, and the CPU ratio to reach.
    ours : str
        The way compared.
    tolerance : float
        How far the ways may differ in any parcel.
    coarser : tuple of str
        Ways that are known to be coarser: the table shows how far they are off.
    parcels : int
        The number of parcels, where the command line names none.
    notes : str
        What a reader must know beside the table.
    reading : str
        Whether the measured time holds the reading of the files.
    grown : tuple of str
        The ways that ``--growth`` measures at a greater size as well.
    """

    name: str
    title: str
    ways: Mapping[str, Way]
    write: Callable[[Path, int], None]
    peers: Mapping[str, float]
    ours: str
    tolerance: float
    parcels: int = 100_000
    notes: str = ""
    reading: str = "reading included"
    coarser: tuple[str, ...] = ()
    grown: tuple[str, ...] = ()


def main(job: Job) -> None:
    """Run a job's script."""
    parser = argparse.ArgumentParser(description=job.title.format(n="many"))
    parser.add_argument("--parcels", type=int, default=job.parcels)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--growth", type=int, default=0, help="a greater number of parcels")
    parser.add_argument("--print-only", action="store_true", help="leave the page as it is")
    parser.add_argument("--way", choices=["data", *job.ways], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way == "data":
        job.write(options.folder, options.parcels)
    elif options.way:
        run(job.ways[options.way], options.way, options.folder)
    else:
        table = _compare(job, options.parcels, options.rounds, options.growth)
        print(table)
        if not options.print_only:
            into_page(job.name, table)


def run(way: Way, name: str, folder: Path) -> None:
    """Do the job once, in this process, and report on the last line."""
    work = way.prepare(folder)
    started, before = time.perf_counter(), time.process_time()
    result = work()
    wall, cpu = time.perf_counter() - started, time.process_time() - before
    np.save(folder / f"{name}.npy", result)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    to_mib = 2**20 if sys.platform == "darwin" else 2**10
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak / to_mib}))


def start(way: str, folder: Path, parcels: int) -> dict[str, float]:
    """Start this script again for one way, and return what it measured."""
    command = [sys.executable, sys.argv[0], "--way", way, "--folder", str(folder)]
    done = subprocess.run(
        [*command, "--parcels", str(parcels)], check=True, capture_output=True, text=True
    )
    lines = done.stdout.splitlines()
    return json.loads(lines[-1]) if lines else {}


def _rounds(
    ways: Iterable[str], parcels: int, rounds: int
) -> tuple[dict[str, list[dict[str, float]]], dict[str, np.ndarray]]:
    """Run the ways in turn; return what was measured, and what each way found."""
    runs: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        start("data", folder, parcels)
        for nth in range(rounds):
            for way, measured in runs.items():
                measured.append(start(way, folder, parcels))
                print(f"round {nth + 1}, {way}: {measured[-1]}", file=sys.stderr)
        return runs, {way: np.load(folder / f"{way}.npy") for way in runs}


def _compare(job: Job, parcels: int, rounds: int, growth: int) -> str:
    runs, results = _rounds(job.ways, parcels, rounds)
    apart = {way: np.nanmax(np.abs(results[way] - results[job.ours])) for way in runs}
    for way, distance in apart.items():
        if way in job.coarser:
            continue
        if not distance <= job.tolerance:
            msg = f"{way} differs from {job.ours} by up to {distance} in a parcel"
            raise SystemExit(msg)
    mean = {way: float(np.nanmean(np.abs(results[way] - results[job.ours]))) for way in runs}
    agreed = max(apart[way] for way in runs if way not in job.coarser)
    table = _table(job, parcels, rounds, runs, agreed)
    if growth:
        grown, _ = _rounds(job.grown, growth, 1)
        table = table.replace(
            "\n\nMedians", f"\n\n{_growth(job, growth / parcels, growth, runs, grown)}\n\nMedians"
        )
    off = [
        f"{job.ways[way].label}: {mean[way]:.2g} on average, {apart[way]:.2g} at most."
        for way in job.coarser
    ]
    return (
        table.replace("\n\nMedians", f"\n\nOff the exact value: {' '.join(off)}\n\nMedians")
        if off
        else table
    )


def _growth(
    job: Job,
    times: float,
    parcels: int,
    runs: Mapping[str, list[dict[str, float]]],
    grown: Mapping[str, list[dict[str, float]]],
) -> str:
    def middle(measured: list[dict[str, float]], key: str) -> float:
        return statistics.median(run[key] for run in measured)

    ways = [
        f"{job.ways[way].label} {middle(measured, 'cpu'):.1f} CPU s "
        f"({middle(measured, 'cpu') / middle(runs[way], 'cpu'):.1f} times), "
        f"{middle(measured, 'peak'):,.0f} MiB"
        for way, measured in grown.items()
    ]
    return f"{parcels:,} parcels, {times:g} times as many, one run: {'; '.join(ways)}."


def _table(
    job: Job, parcels: int, rounds: int, runs: Mapping[str, list[dict[str, Any]]], apart: float
) -> str:
    middle = {
        way: {key: statistics.median(run[key] for run in measured) for key in measured[0]}
        for way, measured in runs.items()
    }
    ours = middle[job.ours]
    lines = [
        f"## {job.title.format(n=f'{parcels:,}')}",
        "",
        f"| way | wall s | CPU s | peak MiB | CPU of {job.ways[job.ours].label} to it |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {way.label} | {middle[name]['wall']:.2f} | {middle[name]['cpu']:.2f} "
        f"| {middle[name]['peak']:.0f} | {ours['cpu'] / middle[name]['cpu']:.2f} |"
        for name, way in job.ways.items()
    ]
    reached = [
        f"{job.ways[peer].label}: {ours['cpu'] / middle[peer]['cpu']:.2f} (at most {target:.2f} "
        f"{'reached' if ours['cpu'] <= target * middle[peer]['cpu'] else 'missed'})"
        for peer, target in job.peers.items()
    ]
    lines += ["", f"CPU ratio to {'; to '.join(reached)}.", ""]
    lines += [
        f"{'The exact ways' if job.coarser else 'All ways'} agree to {apart:.1g} in every parcel. {job.notes}".rstrip(),
        "",
    ]
    how = f"the ways in turn, every run in a fresh process, {job.reading}, imports not"
    lines.append(f"Medians of {rounds} rounds, {how}. {machine()}")
    return "\n".join(lines)


def machine() -> str:
    """Say on what was measured."""
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"shapely {shapely.__version__} on GEOS {shapely.geos_version_string}, geopandas "
        f"{gpd.__version__}, exactextract {exactextract.__version__}, NumPy {np.__version__}."
    )


def into_page(name: str, table: str) -> None:
    """Replace one section of the page; the rest stays."""
    first, last = f"<!-- {name}: written by its benchmark -->", f"<!-- end of {name} -->"
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(first)
    tail = rest.partition(last)[2] if rest else ""
    section = f"{first}\n{table}\n{last}"
    text = f"{head.rstrip()}\n\n{section}\n{tail.lstrip() and chr(10) + tail.lstrip()}"
    PAGE.write_text(text, encoding="utf-8", newline="\n")
