"""Green transfers of a zone: the whole programme given to scipy's HiGHS, and Zongdi's sparse graph.

Run ``python benchmarks/green_transfers.py --sizes 1000,5000 --rounds 3``.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from measure import Way, into_page, machine, run, start
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.spatial import cKDTree

from analyses.green_transport import least_cost_flows

if TYPE_CHECKING:
    from collections.abc import Callable


#: The nearest neighbours of a programme that does not hold every pair.
NEIGHBOURS = 64


def write(folder: Path, count: int) -> None:
    """Draw parcels with balances; every parcel has or lacks something."""
    rng = np.random.default_rng(17)
    side = 60.0 * np.sqrt(count)
    np.savez(
        folder / "zone.npz",
        xy=rng.uniform(0.0, side, (count, 2)),
        balance=rng.normal(0.0, 400.0, count).round(2),
    )


def _zone(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    zone = np.load(folder / "zone.npz")
    xy, balance = zone["xy"], zone["balance"]
    gives, lacks = balance > 0, balance < 0
    return balance[gives], -balance[lacks], xy[gives], xy[lacks]


def every_pair(method: str) -> Callable[[Path], Callable[[], np.ndarray]]:
    """State the programme over all pairs and solve it at once."""

    def prepare(folder: Path) -> Callable[[], np.ndarray]:
        supply, demand, from_xy, to_xy = _zone(folder)

        def work() -> np.ndarray:
            n, m = len(supply), len(demand)
            cost = np.hypot(*(from_xy[:, None] - to_xy[None]).transpose(2, 0, 1)).ravel()
            give, take = np.divmod(np.arange(n * m), m)
            rows = np.concatenate([give, n + take])
            columns = np.concatenate([np.arange(n * m)] * 2)
            matrix = coo_array((np.ones(2 * n * m), (rows, columns)), shape=(n + m, n * m)).tocsr()
            scarce_supply = supply.sum() <= demand.sum()
            scarce, ample = (slice(0, n), slice(n, None))
            if not scarce_supply:
                scarce, ample = ample, scarce
            amounts = np.concatenate([supply, demand])
            answer = linprog(
                cost,
                A_eq=matrix[scarce],
                b_eq=amounts[scarce],
                A_ub=matrix[ample],
                b_ub=amounts[ample],
                method=method,
            )
            return np.array([answer.fun, demand.sum() - answer.x.sum(), n * m])

        return work

    return prepare


def nearest_pairs(folder: Path) -> Callable[[], np.ndarray]:
    """State the programme over the nearest pairs, what stays unmet dearer than any pair."""
    supply, demand, from_xy, to_xy = _zone(folder)

    def work() -> np.ndarray:
        n, m = len(supply), len(demand)
        _, near = cKDTree(to_xy).query(from_xy, k=min(NEIGHBOURS, m))
        _, back = cKDTree(from_xy).query(to_xy, k=min(NEIGHBOURS, n))
        ahead = np.repeat(np.arange(n), near.shape[1]) * m + near.ravel()
        behind = back.ravel() * m + np.repeat(np.arange(m), back.shape[1])
        give, take = np.divmod(np.unique(np.concatenate([ahead, behind])), m)
        away, arcs = np.hypot(*(from_xy[give] - to_xy[take]).T), np.arange(len(give))
        gives = coo_array((np.ones(len(arcs)), (give, arcs)), shape=(n, len(arcs) + m)).tocsr()
        rows, columns = np.concatenate([take, np.arange(m)]), np.arange(len(arcs) + m)
        takes = coo_array((np.ones(len(columns)), (rows, columns)), shape=(m, len(columns))).tocsr()
        # One square metre more that is met may have every other one go a longer way round.
        penalty = 100.0 * float(away.max())
        answer = linprog(
            np.concatenate([away, np.full(m, penalty)]),
            A_ub=gives,
            b_ub=supply,
            A_eq=takes,
            b_eq=demand,
            method="highs-ds",
        )
        unmet = float(answer.x[len(arcs) :].sum())
        return np.array([float(away @ answer.x[: len(arcs)]), unmet, len(arcs)])

    return work


def zongdi(folder: Path) -> Callable[[], np.ndarray]:
    """Solve over the nearest pairs, adding pairs until none can improve the plan."""
    supply, demand, from_xy, to_xy = _zone(folder)

    def work() -> np.ndarray:
        flows = least_cost_flows(supply, demand, from_xy, to_xy)
        return np.array([flows.cost, flows.unmet, flows.pairs_n])

    return work


WAYS = {
    "simplex": Way("HiGHS dual simplex, all pairs", every_pair("highs-ds")),
    "interior": Way("HiGHS interior point, all pairs", every_pair("highs-ipm")),
    "nearest": Way(f"HiGHS dual simplex, {NEIGHBOURS} nearest each way", nearest_pairs),
    "zongdi": Way("Zongdi", zongdi),
}
#: Solvers that are asked only up to so many parcels.
UP_TO = {"simplex": 1_000, "interior": 1_000}


def table(sizes: list[int], rounds: int) -> str:
    """Measure every way at every size and return the section of the page."""
    lines = [
        "## Green transfers of one zone",
        "",
        "| parcels | way | wall s | CPU s | peak MiB | pairs in the programme | unmet m2 | cost (m2 x m) | above the least |",
        "|---:|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for count in sizes:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            start("data", folder, count)
            runs: dict[str, list[dict[str, float]]] = {}
            for _ in range(rounds):
                for name in WAYS:
                    if count <= UP_TO.get(name, count):
                        runs.setdefault(name, []).append(start(name, folder, count))
            found = {name: np.load(folder / f"{name}.npy") for name in runs}
        # A plan that leaves more unmet is no cheaper plan: costs are compared where the least is.
        fewest = min(unmet for _, unmet, _ in found.values()) + 1e-3
        least = min(cost for cost, unmet, _ in found.values() if unmet <= fewest)
        for name, measured in runs.items():
            cost, unmet, pairs = found[name]
            above = f"{cost / least - 1:.1e}" if unmet <= fewest else "more unmet"
            middle = {key: statistics.median(one[key] for one in measured) for key in measured[0]}
            lines.append(
                f"| {count:,} | {WAYS[name].label} | {middle['wall']:.2f} | {middle['cpu']:.2f} "
                f"| {middle['peak']:.0f} | {pairs:,.0f} | {abs(unmet):,.2f} "
                f"| {cost:.6e} | {above} |"
            )
    how = "the ways in turn, every run in a fresh process, imports not"
    lines += ["", f"Medians of {rounds} rounds, {how}. {machine()}"]
    return "\n".join(lines)


def main() -> None:
    """Run the comparison, or one way of it."""
    parser = argparse.ArgumentParser(description="Green transfers of one zone.")
    parser.add_argument("--sizes", default="1000,5000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--parcels", type=int, default=1_000, help=argparse.SUPPRESS)
    parser.add_argument("--print-only", action="store_true", help="leave the page as it is")
    parser.add_argument("--way", choices=["data", *WAYS], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way == "data":
        write(options.folder, options.parcels)
    elif options.way:
        run(WAYS[options.way], options.way, options.folder)
    else:
        text = table([int(size) for size in options.sizes.split(",")], options.rounds)
        print(text)
        if not options.print_only:
            into_page("transfers", text)


if __name__ == "__main__":
    main()
