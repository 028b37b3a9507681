"""Coordinate reference systems: the door of this room for everything about them.

The computing CRS is the one in which areas are measured and layers are written. It must be
projected, in metres, and must not distort area; see `computing_crs` for the rule that picks it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from pyproj import CRS, Proj
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import UTMConversion
from pyproj.exceptions import CRSError, ProjError

from geo.errors import CRSMismatchError, MissingCRSError, TransformError, UnsuitableCRSError
from geo.identify import (
    DISPLAY_CRS,
    central_meridian,
    crs_label,
    geodetic_base,
    in_wgs84_family,
    on_cgcs2000,
    resolve_crs,
    same_crs,
    unbound,
)
from geo.transforms import counts_as_one, transform_frame, transform_geometries, transformer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "DISPLAY_CRS",
    "central_meridian",
    "check_measuring_crs",
    "computing_crs",
    "counts_as_one",
    "crs_label",
    "in_wgs84_family",
    "on_cgcs2000",
    "require_crs",
    "require_same_crs",
    "resolve_crs",
    "same_crs",
    "transform_frame",
    "transform_geometries",
    "transformer",
]

#: CGCS2000 3-degree zones: central meridians 75 to 135 E, EPSG codes by central meridian
#: (4534 to 4554) and with the zone number before the easting (4513 to 4533).
_FIRST_MERIDIAN, _LAST_MERIDIAN = 75, 135
_BY_MERIDIAN, _BY_ZONE = 4534, 4513
_THREE_DEGREE = frozenset(range(4513, 4555))
#: Data keep the 3-degree zone they come in up to here: half a zone and half a degree of overlap.
_KEEP_ZONE_WITHIN = 2.0
#: Beyond this relative error of area at the data's centre a projection cannot measure.
_AREA_TOLERANCE = 0.01
#: Projections that never measure: their area error grows with latitude without bound.
_DISTORTING = (
    "pseudo mercator",
    "mercator (",
    "equidistant cylindrical",
    "plate carr",
    "miller",
)


class _HasCRS(Protocol):
    """A GeoDataFrame or a GeoSeries."""

    @property
    def crs(self) -> Any:
        """The stated coordinate reference system."""


def require_crs(frame: _HasCRS, name: str) -> CRS:
    """Return the resolved coordinate reference system of a frame.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame or geopandas.GeoSeries
    name : str
        The layer's name, for the message.

    Raises
    ------
    MissingCRSError
        If the frame states none.

    Examples
    --------
    >>> import geopandas as gpd
    >>> require_crs(gpd.GeoSeries([], crs="EPSG:4548"), "parcels").to_epsg()
    4548
    """
    if frame.crs is None:
        msg = (
            f"The layer {name!r} states no coordinate reference system, so that neither its place "
            "nor its areas are known. Supply the .prj file, or write the data again with their CRS "
            "(CGCS2000, 3-degree zone: EPSG:4513 to EPSG:4554)."
        )
        raise MissingCRSError(msg)
    return resolve_crs(frame.crs)


def require_same_crs(frames: Mapping[str, _HasCRS]) -> CRS:
    """Return the one coordinate reference system that all frames share.

    Raises
    ------
    MissingCRSError
        If a frame states none.
    CRSMismatchError
        If they differ.
    ValueError
        If there is no frame.
    """
    if not frames:
        msg = "No layer is given, so that there is no coordinate reference system to share."
        raise ValueError(msg)
    systems = {name: require_crs(frame, name) for name, frame in frames.items()}
    first = next(iter(systems.values()))
    if not all(same_crs(first, crs) for crs in systems.values()):
        listed = "; ".join(f"{name}: {crs_label(crs)}" for name, crs in systems.items())
        msg = (
            f"Layers that are measured together are in different coordinate reference systems "
            f"({listed}). Transform them into one first."
        )
        raise CRSMismatchError(msg)
    return first


def check_measuring_crs(crs: Any) -> CRS:
    """Return a coordinate reference system if plane areas may be measured in it.

    Raises
    ------
    UnsuitableCRSError
        For degrees, units other than the metre, Web Mercator and its like.

    Examples
    --------
    >>> check_measuring_crs("EPSG:4548").to_epsg()
    4548
    >>> check_measuring_crs("EPSG:3857")
    Traceback (most recent call last):
    ...
    geo.errors.UnsuitableCRSError: Areas cannot be measured in EPSG:3857 (WGS 84 / Pseudo-...
    """
    found = resolve_crs(crs)
    why = _unsuitable(found)
    if why:
        msg = (
            f"Areas cannot be measured in {crs_label(found)}: {why}. Use a projected CRS in metres "
            "made for the place, such as the CGCS2000 3-degree zone (EPSG:4534 to EPSG:4554), or "
            "leave the CRS out and let it be chosen."
        )
        raise UnsuitableCRSError(msg)
    return found


def _unsuitable(crs: CRS) -> str:
    """Say why a system cannot measure, nothing if it can."""
    plane = unbound(crs)
    if plane.is_geographic:
        return "its coordinates are degrees, not lengths"
    operation = plane.coordinate_operation
    if not plane.is_projected or operation is None:
        return "it is not a projection of a known datum"
    if any(not math.isclose(axis.unit_conversion_factor, 1.0) for axis in plane.axis_info[:2]):
        return f"its unit is the {plane.axis_info[0].unit_name}, not the metre"
    method = operation.method_name.lower()
    name = plane.name.lower()
    if any(method.startswith(word) or word in name for word in _DISTORTING) or (
        "pseudo mercator" in method
    ):
        return "it is a world projection that stretches areas (by 20 to 50 % in China)"
    return ""


def computing_crs(crs: Any, bounds: Iterable[float], requested: Any | None = None) -> CRS:
    """Pick the coordinate reference system in which areas are measured.

    The first that applies: what is requested; for data in CGCS2000 or WGS 84 between 73.5 and
    136.5 E, the CGCS2000 3-degree zone (data that come in such a zone and lie within 2 degrees of
    its central meridian keep its code, so that their eastings stay as they are); the data's own
    projected CRS in metres; UTM on the data's datum.

    Parameters
    ----------
    crs : Any
        What the data are in.
    bounds : iterable of float
        Least x, least y, greatest x, greatest y of the data in `crs`; x is east or longitude.
    requested : Any, optional
        The project's own choice.

    Returns
    -------
    pyproj.CRS

    Raises
    ------
    UnsuitableCRSError
        If what is requested cannot measure, or if `bounds` do not fit `crs`.
    TransformError
        If no registered path leads from `crs` to what is requested.

    Examples
    --------
    >>> computing_crs("EPSG:4326", (117.05, 36.6, 117.25, 36.8)).to_epsg()
    4548
    >>> computing_crs("EPSG:4326", (139.8, 35.7, 139.9, 35.8)).to_epsg()
    32654
    """
    data = resolve_crs(crs)
    longitude, latitude = _centre(data, bounds)
    if requested is not None:
        chosen = check_measuring_crs(requested)
        transformer(data, chosen)
        error = _area_error(chosen, data, longitude, latitude)
        if not error <= _AREA_TOLERANCE:
            msg = (
                f"The requested {crs_label(chosen)} does not suit data at {longitude:.2f} E, "
                f"{latitude:.2f} N: areas there would be off by {error:.1%}. Request the CRS of "
                "the place, or leave it out and let it be chosen."
            )
            raise UnsuitableCRSError(msg)
        return chosen
    zone = math.floor((longitude + 1.5) / 3)
    if in_wgs84_family(data) and _FIRST_MERIDIAN <= 3 * zone <= _LAST_MERIDIAN:
        meridian = central_meridian(data)
        if (
            data.to_epsg() in _THREE_DEGREE
            and meridian is not None
            and abs(longitude - meridian) <= _KEEP_ZONE_WITHIN
        ):
            return data
        return CRS.from_epsg(_BY_MERIDIAN + zone - _FIRST_MERIDIAN // 3)
    if not _unsuitable(data) and _area_error(data, data, longitude, latitude) <= _AREA_TOLERANCE:
        return data
    return _utm(data, longitude, latitude)


def _utm(data: CRS, longitude: float, latitude: float) -> CRS:
    base = geodetic_base(data)
    zone = int((longitude + 180) // 6) % 60 + 1
    hemisphere = "N" if latitude >= 0 else "S"
    if base.equals(DISPLAY_CRS, ignore_axis_order=True):
        return CRS.from_epsg((32600 if hemisphere == "N" else 32700) + zone)
    return resolve_crs(
        ProjectedCRS(
            UTMConversion(str(zone), hemisphere),
            name=f"{base.name} / UTM zone {zone}{hemisphere}",
            geodetic_crs=base,
        )
    )


def _centre(crs: CRS, bounds: Iterable[float]) -> tuple[float, float]:
    """Return longitude and latitude, on the data's own datum, of the middle of the bounds."""
    corners = np.asarray(list(bounds), dtype="float64")
    if corners.shape != (4,) or not np.isfinite(corners).all():
        msg = (
            "The extent of the data is not known (no geometry at all?), so that no coordinate "
            'reference system can be chosen for the place. State one in the project: crs = "...".'
        )
        raise UnsuitableCRSError(msg)
    x, y = (corners[0] + corners[2]) / 2, (corners[1] + corners[3]) / 2
    base = geodetic_base(crs)
    try:
        longitude, latitude = transformer(crs, base).transform(x, y)
    except (TransformError, ProjError, CRSError):
        longitude = latitude = math.inf
    if not (abs(longitude) <= 360 and abs(latitude) <= 90):
        msg = (
            f"The data state {crs_label(crs)}, but their coordinates (x from {corners[0]:.10g} to "
            f"{corners[2]:.10g}, y from {corners[1]:.10g} to {corners[3]:.10g}) do not lie within "
            f"it. The stated CRS is wrong: correct the .prj file.{_zone_hint(crs, x)}"
        )
        raise UnsuitableCRSError(msg)
    if hint := _zone_hint(crs, x):
        msg = (
            f"The data state {crs_label(crs)}, but their eastings (about {x:.10g}) do not fit it."
            f"{hint}"
        )
        raise UnsuitableCRSError(msg)
    return (longitude + 180) % 360 - 180, latitude


def _zone_hint(crs: CRS, easting: float) -> str:
    """Name the system whose eastings these are, where zone number and code contradict."""
    code = crs.to_epsg()
    if code is None or code not in _THREE_DEGREE:
        return ""
    prefix, zones = int(easting // 1_000_000), range(25, 46)
    if code >= _BY_MERIDIAN and prefix in zones:
        return (
            f" The eastings begin with the zone number {prefix}: that is EPSG:"
            f"{_BY_ZONE + prefix - 25}."
        )
    if code < _BY_MERIDIAN and 0 < easting < 1_000_000:
        return (
            " The eastings carry no zone number before them: that is EPSG:"
            f"{code - _BY_ZONE + _BY_MERIDIAN}."
        )
    return ""


def _area_error(crs: CRS, data: CRS, longitude: float, latitude: float) -> float:
    """Return the relative error of plane areas in `crs` at a place given on the datum of `data`."""
    x, y = transformer(geodetic_base(data), geodetic_base(crs)).transform(longitude, latitude)
    try:
        factors = Proj(crs).get_factors(x, y)
    except (ProjError, CRSError):
        return math.inf
    scale = float(factors.areal_scale)
    return abs(scale - 1.0) if math.isfinite(scale) else math.inf
