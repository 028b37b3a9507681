"""A province: two hundred zones with a hundred thousand parcels, supply and performance of all of them.

``python benchmarks/province.py [--zones 200] [--parcels 100000] [--print-only]``. One run in a process of
its own, the frames made beforehand: what is measured is the two analyses, all of their tables included.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from measure import into_page, machine
from synthetic import CRS, parcels

from analyses.performance import analyse_performance
from analyses.supply import SupplyInputs, analyse_supply
from policies import load_policy

AS_OF = date(2026, 6, 30)
USES = ["industrial", "storage", "research", "office"]
STAGES = ["completed", "under_construction", "supplied_not_started"]
KINDS = [
    "gate",
    "airport",
    "motorway",
    "housing",
    "road",
    "water",
    "sewage",
    "power",
    "gas",
    "heat",
    "telecom",
]
OPTIONS = {
    "boundary_tolerance_share": 0.02,
    "min_area_m2": 1_000.0,
    "min_width_m": 20.0,
    "service_reach_m": {"default": 3_000.0},
    "zone_type": "airport",
    "location_airport": {"airport": 3.0, "gate": 2.0},
    "location_reach_m": 5_000.0,
    "low_efficiency": {"tax_wan_per_mu": 5.0},
    "min_readiness": 0.75,
    "weights": {"area": 1.0, "readiness": 0.5, "location": 0.5, "project": 0.3},
    "delay_share": 0.03,
    "gap_share": 0.02,
    "green_floor_share": 0.15,
    "yield_weights": {"tax_wan_per_mu": 0.6, "output_wan_per_mu": 0.4},
    "yield_cuts": {"A": 130, "B": 90, "C": 60},
}


def province(zones_n: int, parcels_n: int) -> tuple[gpd.GeoDataFrame, SupplyInputs]:
    """Cut a lattice of parcels into square zones; a fifteenth of them waits for supply."""
    rng = np.random.default_rng(11)
    land = parcels(parcels_n)
    across = math.ceil(math.sqrt(zones_n))
    low, high = land.total_bounds[:2], land.total_bounds[2:]
    side = (high - low) / across
    centres = np.c_[land.centroid.x, land.centroid.y]
    cell = np.minimum(((centres - low) / side).astype(int), across - 1)
    number = np.minimum(cell[:, 1] * across + cell[:, 0], zones_n - 1)
    ids = np.array([f"Z{at:03d}" for at in range(zones_n)])
    n = len(land)
    waiting = rng.random(n) < 1 / 15
    supplied = np.where(waiting, "ready", "supplied")
    land["zone_id"] = ids[number]
    land["land_use"] = rng.choice([*USES, "road"], n, p=[0.45, 0.25, 0.1, 0.1, 0.1])
    land["supply_status"] = supplied
    land["land_stage"] = np.where(waiting, "not_supplied", rng.choice(STAGES, n, p=[0.8, 0.1, 0.1]))
    land["area_m2"] = land.area
    land["fenced_share"] = 1.0
    land["idle_found"] = pd.array(rng.random(n) < 0.02, dtype="boolean")
    land["green_m2"] = land["area_m2"] * 0.1
    land["green_planned_m2"] = land["area_m2"] * 0.12
    for name in ("rights_clear", "compensation_settled", "dispute_free"):
        land[name] = pd.array(rng.random(n) < 0.95, dtype="boolean")
    land["planning_conditions_no"] = "条"
    land["supply_cost_wan"] = rng.uniform(50, 200, n)
    land["holder"] = [f"firm {at}" for at in rng.integers(0, n // 2, n)]
    land["industry_code"] = rng.choice(["39", "40", "13"], n)
    for name, top in (("tax_wan", 400), ("output_wan", 9_000), ("fixed_investment_wan", 6_000)):
        land[name] = rng.uniform(0, top, n)
    squares = [
        shapely.box(
            *(low + side * (at % across, at // across)),
            *(low + side * (at % across + 1, at // across + 1)),
        )
        for at in range(zones_n)
    ]
    kinds = ["approved", "fenced", "accepted"]
    zones = gpd.GeoDataFrame(
        {
            "zone_id": np.repeat(ids, 3),
            "kind": kinds * zones_n,
            "set_up_on": pd.Timestamp("2015-01-01"),
            "accepted_on": pd.Timestamp("2018-01-01"),
        },
        geometry=np.repeat(squares, 3),
        crs=CRS,
    )
    spots = rng.uniform(low, high, (40 * len(KINDS), 2))
    facilities = gpd.GeoDataFrame(
        {"kind": KINDS * 40, "facility_id": np.arange(len(spots)).astype(str), "name": "x"},
        geometry=shapely.points(spots),
        crs=CRS,
    )
    quarters = [f"{2026 + at // 4}Q{at % 4 + 1}" for at in range(2, 10)]
    targets = pd.DataFrame(
        [(zone, quarter, None, None, 20_000.0, 900.0) for zone in ids for quarter in quarters],
        columns=["zone_id", "quarter", "land_use", "area_min_m2", "area_max_m2", "budget_wan"],
    )
    at = np.flatnonzero(waiting)[::2]
    projects = pd.DataFrame(
        {
            "project_id": [f"X{row}" for row in at],
            "parcel_id": land["parcel_id"].to_numpy()[at],
            "term_wanted_years": rng.choice([20.0, 30.0, 50.0], len(at)),
        }
    )
    ratings = pd.DataFrame(
        {
            "zone_id": np.repeat(ids, 4),
            "year": [2022, 2023, 2024, 2025] * zones_n,
            "rank": rng.integers(1, zones_n + 1, 4 * zones_n),
            "evaluated_n": zones_n,
            "class": rng.choice(["A", "B", "C"], 4 * zones_n),
            "region_class": rng.choice(["A", "B", "C"], 4 * zones_n),
        }
    )
    areas = land.groupby("zone_id")["area_m2"].sum()
    green = pd.DataFrame({"green_m2": areas * 0.2})
    frames = {
        "zones": zones,
        "facilities": facilities,
        "targets": targets,
        "projects": projects,
        "ratings": ratings,
        "standards": pd.DataFrame({"land_use": ["industrial"], "tax_wan_per_mu": [15.0]}),
    }
    return land, SupplyInputs(frames, zone_green=green)


def measure(zones_n: int, parcels_n: int) -> dict[str, float]:
    """Run both analyses once and say what they took."""
    land, inputs = province(zones_n, parcels_n)
    policy = load_policy("shanghai-2021")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, cpu = time.perf_counter(), time.process_time()
    supply = analyse_supply(land, policy, AS_OF, inputs, options=OPTIONS)
    middle = time.perf_counter()
    performance = analyse_performance(
        land, policy, AS_OF, inputs, options=OPTIONS, boundary=supply.tables["boundary"]
    )
    ended = time.perf_counter()
    to_mib = 2**20 if sys.platform == "darwin" else 2**10
    plan = supply.tables["plan"]
    return {
        "supply": middle - started,
        "performance": ended - middle,
        "cpu": time.process_time() - cpu,
        "before": before / to_mib,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / to_mib,
        "candidates": len(plan),
        "chosen": int(plan["chosen"].sum()),
        "findings": len(supply.findings) + len(performance.findings),
        "broken": int((supply.findings["rule"] == "supply.plan").sum()),
        "unproven": int(supply.problems["code"].eq("plan_not_proven").sum()),
    }


def main() -> None:
    """Run the benchmark in a process of its own and write its section of the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zones", type=int, default=200)
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--print-only", action="store_true")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        print(json.dumps(measure(options.zones, options.parcels)))
        return
    command = [sys.executable, sys.argv[0], "--once"]
    command += ["--zones", str(options.zones), "--parcels", str(options.parcels)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    proven = (
        "every plan proven within 2 % of the best"
        if not found["unproven"]
        else "some plans not proven"
    )
    table = "\n".join(
        [
            f"## Supply and performance of a province: {options.zones} zones, {options.parcels:,} parcels",
            "",
            "| step | wall s |",
            "|---|---:|",
            f"| boundary, stock, readiness, location, terms, sheet, plan over 8 quarters | {found['supply']:.1f} |",
            f"| indicators, exit watch, ratings, ranking of firms | {found['performance']:.1f} |",
            "",
            (
                f"CPU {found['cpu']:.1f} s; peak memory {found['peak']:,.0f} MiB, {found['before']:,.0f} MiB of it the frames. "
                f"{found['candidates']:,} candidates, {found['chosen']:,} in the plans ({proven}), "
                f"{found['findings']:,} findings. One run, reading not included. {machine()}"
            ),
        ]
    )
    print(table)
    if not options.print_only:
        into_page("province", table)


if __name__ == "__main__":
    main()
