"""Whether a layer looks shifted to the coordinates of internet maps (GCJ-02, BD-09).

Public maps in China are drawn in coordinates that an encryption moves by some hundred metres. Data
traced from them state an ordinary CRS, so that nothing but a comparison with another layer shows
it: here a layer is laid over the zones or the parcels, as it is and moved by what the encryption
amounts to at that place. Nothing is ever converted: the offset serves this question alone, and the
only remedy is data from the survey.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from geo.crs import DISPLAY_CRS, in_wgs84_family, transformer
from layers.geometries import with_shapes
from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import pyproj

    from layers.raw import Reporter

__all__ = ["check_shift"]

#: What is compared with what, the first reference there is.
_PAIRS = {
    "parcels": ("zones",),
    "buildings": ("parcels", "zones"),
    "green": ("parcels", "zones"),
}
_SAMPLE, _LEAST = 2_000, 5
#: A shift is suspected where it leaves at most this part of what does not fit now, and at least
#: this part of the layer does not.
_LEFT, _MISFIT = 0.25, 0.2
#: A layer that begins so far from the parcels belongs to another place.
_AWAY_M = 5_000.0
#: Below this a layer and its reference do not meet, whatever the reason.
_MEETING = 0.5

SHIFTED = Kind(
    "coordinates-look-shifted",
    "warning",
    Text(
        "疑似 {system} 偏移：本图层只有 {found} 落在{target_zh}内，而{which_zh}按当地偏移量（约 {metres} "
        "米）移回后为 {after}；未作改动",
        "looks shifted to {system}: {found} of the layer lies within the {target_en}, but {after} once "
        "{which_en} is moved back by the offset at this place (about {metres} m); nothing was changed",
    ),
    Text(
        "互联网地图坐标不能用于量算面积，请向测绘部门索取 CGCS2000 数据；本程序不作换算",
        "coordinates of internet maps cannot serve to measure: get the survey's data in CGCS2000; "
        "this program converts nothing",
    ),
)
APART = Kind(
    "layers-do-not-meet",
    "warning",
    Text(
        "本图层只有 {found} 落在{target_zh}内，两者坐标系或范围可能不符",
        "only {found} of the layer lies within the {target_en}: their CRS or extent may not fit",
    ),
    Text("请核对两个图层的坐标系与范围", "check the CRS and the extent of both"),
)
DISJOINT = Kind(
    "layer-away-from-parcels",
    "warning",
    Text(
        "本图层与宗地相距 {found} 公里，没有一处相接：坐标系（如中央经线）可能写错",
        "the layer lies {found} km from the parcels and meets them nowhere: its CRS (such as the "
        "central meridian) may be wrong, or theirs",
    ),
    Text("请核对两个图层的坐标系", "check the CRS of both"),
)
UNKNOWABLE = Kind(
    "shift-unknowable",
    "note",
    Text(
        "没有可对照的图层，无法判断坐标是否经 GCJ-02 或 BD-09 偏移",
        "there is no layer to compare with: whether the coordinates are shifted to GCJ-02 or BD-09 "
        "cannot be known",
    ),
    Text("请确认数据来自测绘成果，而非互联网地图", "make sure the data come from a survey"),
)


def check_shift(
    frames: Mapping[str, pd.DataFrame], crs: pyproj.CRS | None, reports: Mapping[str, Reporter]
) -> None:
    """Report layers that look shifted to internet-map coordinates, or say that none can tell.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        The layers, in the computing CRS.
    crs : pyproj.CRS or None
        The computing CRS: nothing is asked outside WGS 84, CGCS2000 and China.
    reports : mapping of str to Reporter
        One for each layer.
    """
    frames = {
        name: with_shapes(frame)
        for name, frame in frames.items()
        if isinstance(frame, gpd.GeoDataFrame)
    }
    located = list(frames)
    if crs is None or not located or not in_wgs84_family(crs):
        return
    place = _middle(frames[located[0]], crs)
    if not (73 <= place[0] <= 136 and 17 <= place[1] <= 54):
        return
    _tell_disjoint(frames, reports)
    compared = 0
    for name, references in _PAIRS.items():
        target = next((one for one in references if one in frames), None)
        if name in frames and target is not None and len(frames[name]) >= _LEAST:
            compared += 1
            _compare(frames[name], frames[target], target, place, crs, reports[name])
    if compared == 0:
        leading = next(iter(one for one in ("parcels", *located) if one in located))
        reports[leading].add(UNKNOWABLE)


def _tell_disjoint(frames: Mapping[str, gpd.GeoDataFrame], reports: Mapping[str, Reporter]) -> None:
    """Report layers of which nothing lies near the parcels: most often a wrong central meridian."""
    if "parcels" not in frames:
        return
    west, south, east, north = frames["parcels"].total_bounds
    for name, frame in frames.items():
        left, low, right, high = frame.total_bounds
        away = math.hypot(max(left - east, west - right, 0.0), max(low - north, south - high, 0.0))
        if name != "parcels" and away > _AWAY_M:
            reports[name].add(DISJOINT, column="geometry", found=f"{away / 1000:.0f}")


def _middle(frame: Any, crs: pyproj.CRS) -> tuple[float, float]:
    west, south, east, north = frame.total_bounds
    return transformer(crs, DISPLAY_CRS).transform((west + east) / 2, (south + north) / 2)


def _compare(
    layer: Any,
    reference: Any,
    target: str,
    place: tuple[float, float],
    crs: pyproj.CRS,
    report: Reporter,
) -> None:
    """Lay a sample of one layer over another, as it is and moved."""
    step = max(1, len(layer) // _SAMPLE)
    sample = layer.geometry.to_numpy()[::step]
    tree = shapely.STRtree(reference.geometry.to_numpy())
    now = _fits(sample, tree)
    if 1 - now < _MISFIT:
        return
    best: tuple[float, str, bool, float] = (now, "", True, 0.0)
    for system in ("GCJ-02", "BD-09"):
        east, north = _offset_m(place, system, crs)
        for own in (True, False):
            sign = -1 if own else 1
            moved = _translated(sample, sign * east, sign * north)
            fit = _fits(moved, tree)
            if fit > best[0]:
                best = (fit, system, own, math.hypot(east, north))
    texts = {
        "found": f"{now:.0%}",
        "target_zh": {"zones": "区界", "parcels": "宗地"}[target],
        "target_en": target,
    }
    after, system, own, metres = best
    if system and 1 - after <= _LEFT * (1 - now):
        report.add(
            SHIFTED,
            column="geometry",
            system=system,
            after=f"{after:.0%}",
            metres=f"{metres:.0f}",
            which_zh="本图层" if own else "对照图层",
            which_en="it" if own else "the other",
            **texts,
        )
    elif now < _MEETING:
        report.add(APART, column="geometry", **texts)


def _translated(shapes: np.ndarray, east: float, north: float) -> np.ndarray:
    """Return shapes moved by so many metres."""
    by = np.array([east, north])

    def move(coordinates: np.ndarray) -> np.ndarray:
        return coordinates + by

    return np.asarray(shapely.transform(shapes, move))


def _fits(shapes: np.ndarray, tree: shapely.STRtree) -> float:
    """Return the part of some shapes that lie wholly within one of another layer."""
    inner = shapely.buffer(shapes, -0.5)
    inner = np.where(shapely.is_empty(inner), shapes, inner)
    return len(np.unique(tree.query(inner, predicate="covered_by")[0])) / len(shapes)


def _offset_m(place: tuple[float, float], system: str, crs: pyproj.CRS) -> tuple[float, float]:
    """Return by how much the encryption moves a place, in metres of the computing CRS."""
    longitude, latitude = place
    east, north = _offset_degrees(longitude, latitude)
    if system == "BD-09":
        # A second shift, of nearly the same size everywhere, comes on top.
        east, north = east + 0.0065, north + 0.0060
    here = transformer(DISPLAY_CRS, crs)
    x, y = here.transform([longitude, longitude + east], [latitude, latitude + north])
    return x[1] - x[0], y[1] - y[0]


def _offset_degrees(longitude: float, latitude: float) -> tuple[float, float]:
    """Approximate the encryption's offset: two polynomials with waves, on Krassovsky's ellipsoid."""
    x, y = longitude - 105.0, latitude - 35.0

    def waves(value: float, terms: tuple[tuple[float, float], ...]) -> float:
        return sum(size * math.sin(value * math.pi * pitch) for size, pitch in terms) * 2 / 3

    both = waves(x, ((20, 6), (20, 2)))
    root = math.sqrt(abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both
    north += waves(y, ((20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30)))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both
    east += waves(x, ((20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30)))
    axis, eccentricity = 6_378_245.0, 0.00669342162296594
    sine = 1 - eccentricity * math.sin(math.radians(latitude)) ** 2
    meridian = axis * (1 - eccentricity) / (sine * math.sqrt(sine))
    parallel = axis / math.sqrt(sine) * math.cos(math.radians(latitude))
    return math.degrees(east / parallel), math.degrees(north / meridian)
