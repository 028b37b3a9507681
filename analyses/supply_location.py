"""Where a candidate lies: distances to gates, airport, rail and the rest, straight or along the roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from analyses.frames import texts
from analyses.ground import has_ground
from analyses.results_supply import LOCATIONS
from analyses.supply_rows import rows_of
from layers.codes import FACILITY_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = [
    "LOCATION_KINDS",
    "RoadNetwork",
    "location_scores",
    "location_table",
    "nearest_facilities",
]

#: The kinds to which distances are measured.
LOCATION_KINDS = (
    *("gate", "airport", "port", "rail", "motorway", "transit", "housing", "catering"),
)
#: Nobody may live inside the fence: of these kinds only what lies outside it counts.
_OUTSIDE_KINDS = ("housing", "catering")
#: Ends of roads nearer than this meet, m.
_JOIN_M = 0.5
#: A graph holds no edge of length 0, m.
_NO_WAY_M = 1e-9


@dataclass(frozen=True)
class RoadNetwork:
    """Roads as a graph: every end and every crossing is a node.

    Attributes
    ----------
    edges : numpy.ndarray
        Lines between two nodes.
    start, stop : numpy.ndarray
        The nodes at the ends of each.
    nodes_n : int
        How many nodes there are.
    """

    edges: NDArray[np.object_]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    nodes_n: int

    @classmethod
    def of(cls, roads: Any) -> RoadNetwork | None:
        """Node the lines of a layer at their crossings; None where there is no line.

        Examples
        --------
        >>> import shapely
        >>> net = RoadNetwork.of(shapely.from_wkt(["LINESTRING (0 0, 10 0)", "LINESTRING (5 -5, 5 5)"]))
        >>> net.nodes_n, len(net.edges)
        (5, 4)
        """
        lines = shapely.get_parts(np.asarray(roads, dtype=object))
        lines = lines[(shapely.get_dimensions(lines) == 1) & (shapely.length(lines) > 0)]
        if len(lines) == 0:
            return None
        edges = shapely.get_parts(shapely.node(shapely.multilinestrings(lines)))
        ends = [shapely.get_coordinates(shapely.get_point(edges, at)) for at in (0, -1)]
        place, count = _joined(np.vstack(ends))
        start, stop = place.reshape(2, -1)
        return cls(edges, start, stop, count)

    def distances(
        self, origins: NDArray[np.float64], targets: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the way from each origin to the nearest target: to the nearest road, along, and on.

        Infinite where no road leads there.

        Examples
        --------
        >>> import shapely
        >>> net = RoadNetwork.of(shapely.from_wkt(["LINESTRING (0 0, 100 0, 100 100)"]))
        >>> net.distances(np.array([[20.0, 5.0]]), np.array([[90.0, 100.0]])).round(6).tolist()
        [195.0]
        """
        points: Any = shapely.points(np.vstack([origins, targets]))
        on = shapely.STRtree(self.edges).nearest(points)
        off = shapely.distance(self.edges[on], points)
        every = np.arange(len(self.edges))
        # Each edge from end to end, over the points that were brought to it.
        edge = np.concatenate([every, every, on])
        place = np.concatenate(
            [
                np.zeros(len(every)),
                shapely.length(self.edges),
                shapely.line_locate_point(self.edges[on], points),
            ]
        )
        node = np.concatenate([self.start, self.stop, self.nodes_n + np.arange(len(points))])
        last = np.concatenate([np.zeros(len(every)), np.full(len(every), 2), np.ones(len(points))])
        order = np.lexsort((last, place, edge))
        edge, place, node = edge[order], place[order], node[order]
        same = edge[1:] == edge[:-1]
        outer = self.nodes_n + len(points)
        # One search, from a node beyond all that is joined to every target.
        pairs = pd.DataFrame(
            {
                "a": np.r_[node[:-1][same], np.full(len(targets), outer)],
                "b": np.r_[node[1:][same], self.nodes_n + len(origins) + np.arange(len(targets))],
                "way": np.r_[np.diff(place)[same], off[len(origins) :]],
            }
        )
        pairs["low"], pairs["high"] = pairs[["a", "b"]].min(axis=1), pairs[["a", "b"]].max(axis=1)
        least = pairs.groupby(["low", "high"])["way"].min().clip(lower=_NO_WAY_M).reset_index()
        graph = coo_array(
            (least["way"].to_numpy(), (least["low"].to_numpy(), least["high"].to_numpy())),
            shape=(outer + 1, outer + 1),
        )
        way = np.asarray(dijkstra(graph.tocsr(), directed=False, indices=[outer]))[0]
        reached: NDArray[np.float64] = (
            off[: len(origins)] + way[self.nodes_n : self.nodes_n + len(origins)]
        )
        return reached


def _joined(points: NDArray[np.float64]) -> tuple[NDArray[np.int64], int]:
    """Give the ends of roads the numbers of their nodes; those within a hand's breadth share one."""
    cell = np.round(points / _JOIN_M).astype(np.int64)
    found, place = np.unique(cell, axis=0, return_inverse=True)
    return place.reshape(-1), len(found)


def nearest_facilities(
    parcels: pd.DataFrame,
    candidates: np.ndarray,
    facilities: pd.DataFrame | None,
    kinds: Sequence[str],
    *,
    fence: Any = None,
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the straight distance from each candidate to the nearest facility of each kind, and which.

    From outline to outline, so that what touches is at 0. NaN and -1 where the layer holds none of the
    kind, or the candidate has no geometry.

    Parameters
    ----------
    fence : shapely geometry, optional
        Housing and catering inside it do not count.
    """
    found: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    n = len(candidates)
    ground = has_ground(parcels)[candidates] if n else np.zeros(0, dtype=bool)
    shapes = parcels["geometry"].to_numpy()[candidates] if ground.any() else None
    for kind in kinds:
        distance, which = np.full(n, np.nan), np.full(n, -1)
        at = _of_kind(facilities, kind, fence)
        if shapes is not None and facilities is not None and len(at):
            tree = shapely.STRtree(facilities["geometry"].to_numpy()[at])
            rows = np.flatnonzero(ground)
            index, gaps = tree.query_nearest(shapes[rows], return_distance=True, all_matches=True)
            # Of several equally near the first of the layer counts.
            order = np.lexsort((at[index[1]], index[0]))
            own, first = np.unique(index[0][order], return_index=True)
            distance[rows[own]] = gaps[order][first]
            which[rows[own]] = at[index[1][order][first]]
        found[kind] = (distance, which)
    return found


def _of_kind(facilities: pd.DataFrame | None, kind: str, fence: Any) -> np.ndarray:
    if facilities is None or not has_ground(facilities).any():
        return np.zeros(0, dtype=np.int64)
    own = texts(facilities, "kind").eq(kind).fillna(value=False).to_numpy(dtype=bool)
    at = np.flatnonzero(own & has_ground(facilities))
    if kind in _OUTSIDE_KINDS and fence is not None and len(at):
        points = shapely.point_on_surface(facilities["geometry"].to_numpy()[at])
        at = at[~shapely.contains(fence, points)]
    return at


def location_table(
    parcels: pd.DataFrame,
    candidates: np.ndarray,
    facilities: pd.DataFrame | None,
    *,
    roads: pd.DataFrame | None = None,
    fence: Any = None,
    weights: Mapping[str, Mapping[str, float]] | None = None,
) -> pd.DataFrame:
    """Measure the way from every candidate to every kind of facility.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        With ``zone_id``.
    candidates : numpy.ndarray of int
        Positions in `parcels`.
    facilities : geopandas.GeoDataFrame or None
        By ``kind``.
    roads : geopandas.GeoDataFrame, optional
        Lines; with them the way along the roads is measured too.
    fence : shapely geometry, optional
        The fenced ground.
    weights : mapping of str to mapping, optional
        The weights by kind of each zone, which its type chose.

    Returns
    -------
    pandas.DataFrame
        In the contract of `analyses.results_supply.LOCATIONS`, one row per candidate and kind.
    """
    straight = nearest_facilities(parcels, candidates, facilities, LOCATION_KINDS, fence=fence)
    network = None
    if roads is not None and has_ground(roads).any():
        network = RoadNetwork.of(roads["geometry"].to_numpy()[has_ground(roads)])
    zone = texts(parcels, "zone_id").to_numpy(dtype=object)[candidates]
    names = texts(parcels, "parcel_id").to_numpy(dtype=object)[candidates]
    pieces = []
    for kind in LOCATION_KINDS:
        distance, which = straight[kind]
        label = FACILITY_KINDS.labels[kind]
        lacking = np.isnan(distance)
        along = _along(network, parcels, candidates, facilities, kind, fence)
        cut_off = np.isnan(along) & ~lacking & (network is not None)
        pieces.append(
            pd.DataFrame(
                {
                    "zone_id": zone,
                    "parcel_id": names,
                    "kind": kind,
                    "facility_id": _named(facilities, "facility_id", which),
                    "facility_name": _named(facilities, "name", which),
                    "straight_m": distance,
                    "network_m": along,
                    "weight": [(weights or {}).get(one, {}).get(kind, np.nan) for one in zone],
                    "note_zh": np.select(
                        [lacking, cut_off],
                        [
                            f"设施图层中没有{label.zh}，距离未知。",
                            "道路图层没有连通的路径，得分按直线距离计。",
                        ],
                        "",
                    ),
                    "note_en": np.select(
                        [lacking, cut_off],
                        [
                            f"The layer holds no {label.en}: unknown.",
                            "No road of the layer leads there: the straight distance is scored.",
                        ],
                        "",
                    ),
                }
            )
        )
    table = pd.concat(pieces, ignore_index=True) if len(candidates) else pieces[0].iloc[:0]
    kinds = pd.Categorical(table["kind"], categories=LOCATION_KINDS)
    order = np.lexsort(
        (kinds.codes, *(pd.factorize(table[c], sort=True)[0] for c in ("parcel_id", "zone_id")))
    )
    table = table.iloc[order].reset_index(drop=True)
    return rows_of(LOCATIONS, {name: table[name] for name in table.columns}, len(table))


def _named(facilities: pd.DataFrame | None, column: str, which: np.ndarray) -> np.ndarray:
    values = np.full(len(which), None, dtype=object)
    if facilities is not None and (which >= 0).any():
        own = texts(facilities, column).to_numpy(dtype=object)
        values[which >= 0] = own[which[which >= 0]]
    return values


def _along(
    network: RoadNetwork | None,
    parcels: pd.DataFrame,
    candidates: np.ndarray,
    facilities: pd.DataFrame | None,
    kind: str,
    fence: Any,
) -> np.ndarray:
    """Return the way along the roads, from a point within the candidate to one within the facility."""
    way = np.full(len(candidates), np.nan)
    at = _of_kind(facilities, kind, fence)
    if network is None or facilities is None or len(at) == 0 or len(candidates) == 0:
        return way
    ground = has_ground(parcels)[candidates]
    own = shapely.point_on_surface(parcels["geometry"].to_numpy()[candidates[ground]])
    others = shapely.point_on_surface(facilities["geometry"].to_numpy()[at])
    reached = network.distances(shapely.get_coordinates(own), shapely.get_coordinates(others))
    way[ground] = np.where(np.isfinite(reached), reached, np.nan)
    return way


def location_scores(
    table: pd.DataFrame, reach_m: float | None
) -> tuple[pd.Series[float], pd.Series[str]]:
    """Score every parcel from its weighted distances: 1 beside everything, 0 at `reach_m` and beyond.

    ``sum(weight x max(0, 1 - distance / reach)) / sum(weight)``; the way along the roads counts where it
    is known for the kind, else the straight one. Unknown where a weighted distance is.

    Returns
    -------
    tuple of pandas.Series
        Scores and what is missing, by ``parcel_id``.

    Examples
    --------
    >>> table = pd.DataFrame({"parcel_id": ["p", "p"], "kind": ["gate", "airport"], "weight": [3.0, 1.0],
    ...                       "straight_m": [500.0, 2000.0], "network_m": [None, None]})
    >>> location_scores(table, 1000.0)[0].to_dict()
    {'p': 0.375}
    """
    weighted = table[table["weight"].fillna(0.0) > 0]
    ids = pd.Index(table["parcel_id"].dropna().unique(), name="parcel_id")
    if reach_m is None or reach_m <= 0 or weighted.empty:
        gap = "location_reach_m" if reach_m is None else "location_weights"
        return pd.Series(np.nan, index=ids), pd.Series(gap, index=ids, dtype="string")
    way = weighted["network_m"].astype("float64").fillna(weighted["straight_m"].astype("float64"))
    part = (1 - way / reach_m).clip(lower=0) * weighted["weight"]
    frame = pd.DataFrame(
        {
            "parcel_id": weighted["parcel_id"],
            "part": part,
            "weight": weighted["weight"],
            "gap": ("facilities." + weighted["kind"].astype(str)).where(way.isna(), ""),
        }
    )
    groups = frame.groupby("parcel_id", sort=False)
    unknown = frame["part"].isna().groupby(frame["parcel_id"], sort=False).any()
    score = (groups["part"].sum() / groups["weight"].sum()).mask(unknown)
    missing = groups["gap"].agg(lambda gaps: ",".join(filter(None, gaps)))
    return score.reindex(ids), missing.reindex(ids).fillna("location_weights").astype("string")
