"""How long a GeoPackage of parcels takes to read and check, and that it grows with its size.

Every step of ``zongdi check`` is measured by itself: reading with its conversion, the transformation,
the repair, the identifiers, and the fabric (overlaps, gaps, slivers, duplicates). One parcel in a
thousand is faulty, so that the slow paths are walked too.

Run: ``python benchmarks/read_and_check.py [--sizes 10000,100000] [--rounds 3] [--print-only]``.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from measure import into_page, machine
from synthetic import CRS, parcels

from layers import fabric, inputs
from layers.problems import ProblemLog
from layers.project import load_project

if TYPE_CHECKING:
    from collections.abc import Callable

#: What is measured: a function of a module, and what the table calls it.
STEPS = {
    "read_layer": "read and convert",
    "place": "transform",
    "repair": "repair",
    "identify": "identifiers",
    "check_rows": "rows",
    "check_fabric": "fabric",
}
FABRIC = {
    "check_slivers": "slivers",
    "check_duplicates": "duplicates",
    "check_overlaps": "overlaps",
    "check_gaps": "gaps",
    "check_enclosed": "enclosed ground",
    "check_areas": "areas",
}


def write(folder: Path, count: int) -> None:
    """Write so many parcels with the columns of a register, one in a thousand of them faulty."""
    land = parcels(count)
    rng = np.random.default_rng(5)
    faulty = rng.choice(count, size=max(1, count // 1000), replace=False)
    shapes = land.geometry.to_numpy().copy()
    shapes[faulty] = shapely.buffer(shapes[faulty], -0.2)
    frame = gpd.GeoDataFrame(
        {
            "宗地代码": [f"370112001002GB{n % 100_000:05d}" for n in range(count)],
            "土地用途": rng.choice(["工业用地", "仓储用地", "科研用地", None], count),
            "登记面积": shapely.area(shapes).round(2),
            "约定容积率上限": rng.choice([1.5, 2.0, 2.5], count),
            "使用权人": [f"企业{n % 997}" for n in range(count)],
        },
        geometry=shapes,
        crs=CRS,
    ).to_crs(4490)
    frame.to_file(folder / "parcels.gpkg", layer="parcels")
    (folder / "project.toml").write_text(
        'as_of = 2026-06-30\nlayers.parcels = "parcels.gpkg"\n', encoding="utf-8"
    )


def timed(step: Callable[..., Any], name: str, seconds: dict[str, float]) -> Callable[..., Any]:
    """Wrap a step so that its seconds are added up."""

    def run(*arguments: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return step(*arguments, **named)
        finally:
            seconds[name] = seconds.get(name, 0.0) + time.process_time() - began

    return run


def once(folder: Path) -> dict[str, Any]:
    """Read and check a project in this process."""
    seconds: dict[str, float] = {}
    for module, steps in ((inputs, STEPS), (fabric, FABRIC)):
        for name in steps:
            setattr(module, name, timed(getattr(module, name), name, seconds))
    log = ProblemLog()
    project = load_project(folder)
    began = time.process_time()
    read = inputs.read_inputs(project, log)
    seconds["all"] = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    to_mib = 2**20 if sys.platform == "darwin" else 2**10
    rows = len(read.frames["parcels"])
    return {"seconds": seconds, "peak": peak / to_mib, "rows": rows, "problems": len(log)}


def measure(sizes: list[int], rounds: int) -> str:
    """Measure every size in fresh processes and write the table."""
    found: dict[int, list[dict[str, Any]]] = {}
    for count in sizes:
        with tempfile.TemporaryDirectory() as place:
            write(Path(place), count)
            for _ in range(rounds):
                command = [sys.executable, sys.argv[0], "--folder", place]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                found.setdefault(count, []).append(json.loads(done.stdout.splitlines()[-1]))
                print(count, found[count][-1], file=sys.stderr)
    middle = {
        count: {
            name: statistics.median(run["seconds"].get(name, math.nan) for run in runs)
            for name in ("all", *STEPS, *FABRIC)
        }
        for count, runs in found.items()
    }
    small, large = sizes[0], sizes[-1]
    heads = " | ".join(f"{count:,} parcels, CPU s" for count in sizes)
    lines = [
        "## Read and check: a GeoPackage of parcels",
        "",
        f"| step | {heads} | {large:,} to {small:,} |",
        "|---|" + "---:|" * (len(sizes) + 1),
    ]
    titles = {"all": "all"} | STEPS | {name: f"… {title}" for name, title in FABRIC.items()}
    for name, title in titles.items():
        cells = " | ".join(f"{middle[count][name]:.2f}" for count in sizes)
        lines.append(f"| {title} | {cells} | {middle[large][name] / middle[small][name]:.1f} |")
    peaks = ", ".join(
        f"{statistics.median(run['peak'] for run in runs):.0f} MiB at {count:,}"
        for count, runs in found.items()
    )
    longer = middle[large]["all"] / middle[small]["all"]
    remark = (
        f"Parcels {large / small:.0f} times as many take {longer:.1f} times as long. Peak memory: "
        f"{peaks}. One parcel in a thousand is drawn in by 0.2 m, so that it leaves gaps; "
        "coordinates in degrees are transformed; features are read through Arrow."
    )
    how = f"Medians of {rounds} rounds, every run in a fresh process, imports not counted."
    lines += ["", remark, "", f"{how} {machine()}"]
    return "\n".join(lines)


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description="Reading and checking a GeoPackage of parcels")
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--print-only", action="store_true", help="leave the page as it is")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.folder is not None:
        print(json.dumps(once(options.folder)))
        return
    table = measure([int(size) for size in options.sizes.split(",")], options.rounds)
    print(table)
    if not options.print_only:
        into_page("reading", table)


if __name__ == "__main__":
    main()
